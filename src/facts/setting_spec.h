/* SPDX-License-Identifier: Apache-2.0 */

/* What is known of each setting of dockerd: how its sources spell it, and its default. */
#ifndef BULKHEAD_FACTS_SETTING_SPEC_H
#define BULKHEAD_FACTS_SETTING_SPEC_H

#include "facts/daemon_options.h"
#include "facts/facts.h"

#define PORTS 65536

enum setting_kind { KIND_SWITCH, KIND_STRING, KIND_LIST, KIND_MAP };

/* What one source says. */
struct said {
	const char *path, *value;
	const char *const *items; /* of a list or map */
	size_t n_items;
};

/* What the sources are read from. */
struct settings_input {
	struct arena *arena;
	const struct facts *facts;
	struct daemon_options options;
	const cJSON *config_file; /* daemon.config_file; NULL where dockerd was not seen */
	const char *config_path;
	const cJSON *content;   /* of a file that is present and well-formed, else NULL */
	const char *unreadable; /* why the file may hold something that was not seen; else NULL */
	const bool *published;  /* by port: containers that run publish it; NULL: not looked */
	const char *changed;    /* how the file may be another than dockerd read; NULL: it is not */
};

struct setting_spec {
	const char *name;
	enum setting_kind kind;
	const char *flag; /* NULL: the name */
	char letter;
	bool no_file;     /* cannot be said in the file */
	bool no_flag;     /* cannot be said on the command line */
	const char *info; /* the member of GET /info that says it plainly */
	/* Sources that need more; true where they speak. */
	bool (*ask_api)(const struct settings_input *in, struct said *ret);
	bool (*ask_kernel)(const struct settings_input *in, struct said *ret);
	bool (*ask_flag)(const struct settings_input *in, struct said *ret);
	enum doc_presence (*ask_file)(const struct settings_input *in, struct said *ret);
	const char *fallback; /* the default; NULL: none, or default_of gives it */
	const char *(*default_of)(const struct facts *facts);
	/* The file and the effective source spell the same thing differently. */
	bool incomparable;
};

/* Ends with a NULL name. */
extern const struct setting_spec setting_specs[];

/* What the command line says; false where it is silent. */
bool setting_ask_flag(const struct settings_input *in, const struct setting_spec *spec,
		      struct said *ret);

/*
 * What the file says: DOC_ABSENT where it is silent, DOC_MALFORMED where the value has a type that
 * dockerd would refuse; then only ret->path is set.
 */
enum doc_presence setting_ask_file(const struct settings_input *in, const struct setting_spec *spec,
				   struct said *ret);

/* A switch of the file under any key, as setting_ask_file() answers. */
enum doc_presence setting_file_switch(const struct settings_input *in, const char *key,
				      struct said *ret);

/* Sources that are no plain field; used by setting_specs only. */
bool ask_network_icc(const struct settings_input *in, struct said *ret);
bool ask_info_registries(const struct settings_input *in, struct said *ret);
bool ask_info_userns(const struct settings_input *in, struct said *ret);
bool ask_info_authorization(const struct settings_input *in, struct said *ret);
bool ask_info_no_new_privileges(const struct settings_input *in, struct said *ret);
/*
 * Why a file of the snapshot's daemon, by its "modified", may not be what dockerd read when it
 * started; NULL where it is.
 */
const char *daemon_file_changed(const cJSON *daemon, const cJSON *file);

bool ask_info_seccomp(const struct settings_input *in, struct said *ret);
bool ask_info_selinux(const struct settings_input *in, struct said *ret);
bool ask_info_rootless(const struct settings_input *in, struct said *ret);
bool ask_experimental(const struct settings_input *in, struct said *ret);
bool ask_warnings_tls(const struct settings_input *in, struct said *ret);
bool ask_warnings_tlsverify(const struct settings_input *in, struct said *ret);
bool ask_kernel_hosts(const struct settings_input *in, struct said *ret);
bool ask_flag_tls(const struct settings_input *in, struct said *ret);
bool ask_flag_tlsverify(const struct settings_input *in, struct said *ret);
bool ask_flag_config_file(const struct settings_input *in, struct said *ret);
enum doc_presence ask_file_tls(const struct settings_input *in, struct said *ret);
enum doc_presence ask_file_tlsverify(const struct settings_input *in, struct said *ret);

/* Fill value, items and n_items from items, which live in the arena. */
void said_set_items(struct arena *arena, struct said *said, const char *const *items, size_t n);

#endif
