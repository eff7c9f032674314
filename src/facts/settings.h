/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The engine's settings as they are in effect, each with where that was learned.
 *
 * The names are those of daemon.json ("icc", "log-level", "default-ulimits"). For each setting the
 * sources are asked in the order of truth: what the API reports (effective by definition), what
 * the kernel shows, the flag on dockerd's command line, the configuration file that this dockerd
 * reads, the engine's default. The first that speaks is in effect; the others are kept, so that a
 * disagreement (a daemon.json that was edited but not loaded) can be shown.
 *
 * A file that changed after dockerd started tells nothing certain of what is in effect: the one
 * that dockerd read may have had other values, and keys that are gone. A setting for which neither
 * the API, the kernel nor a flag speaks is then unknown, whatever the file says or leaves out now.
 */
#ifndef BULKHEAD_FACTS_SETTINGS_H
#define BULKHEAD_FACTS_SETTINGS_H

#include "base/arena.h"
#include "base/doc.h"

#include <stdbool.h>
#include <stddef.h>

enum setting_origin {
	SETTING_API,     /* GET /info, /version or /networks/bridge */
	SETTING_KERNEL,  /* /proc: sockets, processes */
	SETTING_FLAG,    /* dockerd's command line */
	SETTING_FILE,    /* daemon.json */
	SETTING_DEFAULT, /* of this engine version */
	SETTING_ORIGIN_COUNT
};

/* "info", "kernel", "flag", "file", "default": the words that evidence uses as its source. */
const char *setting_origin_name(enum setting_origin origin);

/* What one source says of a setting. */
struct setting_source {
	enum setting_origin origin;
	const char *path; /* "GET /info LiveRestoreEnabled", "--icc", "/etc/docker/daemon.json:4" */
	const char *value; /* as text: "true", "info", "tcp://0.0.0.0:2375, fd://" */
};

struct setting {
	const char *name;
	/* NULL where the setting is known; else why it is not, and what would help. */
	const char *unknown, *hint;
	/*
	 * The value in effect, as text: "true" or "false" for a switch in any spelling, items
	 * joined by ", " for a list, "name=value" items for a map. "" for an empty or unset one.
	 * NULL where unknown.
	 */
	const char *value;
	/* The same value one by one, for lists and maps: n_items strings. */
	const char *const *items;
	size_t n_items;
	/*
	 * All that spoke, the one in effect first. At least the default, where the setting has
	 * one. Where the setting is unknown, what spoke is here all the same.
	 */
	struct setting_source sources[SETTING_ORIGIN_COUNT];
	size_t n_sources;
	/* Where the file says something else than what is in effect: one sentence; else NULL. */
	const char *disagreement;
};

struct facts;

/* The names of all settings, in alphabetical order. */
const char *const *settings_names(struct arena *arena, size_t *ret_n);

/* One setting by its name; never NULL for a name that settings_names() lists, else NULL. */
const struct setting *facts_setting(const struct facts *facts, const char *name);

#endif
