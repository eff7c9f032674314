/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The files of the host that an engine is made of, each with what it is to the engine (its roles).
 *
 * A role has at least one subject while the host was read: where there is no such file, one that is
 * absent, or unused, says where it was looked for, or why there is none. One that several paths
 * or roles lead to is one subject. Owners and modes are those of stat(2), links followed; uid and
 * gid are the host's.
 */
#ifndef BULKHEAD_FACTS_FILES_H
#define BULKHEAD_FACTS_FILES_H

#include "base/doc.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum file_role {
	FILE_SERVICE_UNIT, /* docker.service, with drop-ins and the directories of these */
	FILE_SOCKET_UNIT,  /* docker.socket likewise: the unit, not the socket */
	FILE_API_SOCKET,   /* each unix socket of the API */
	FILE_CONTAINERD_SOCKET,
	FILE_CONFIG_DIRECTORY,      /* /etc/docker; rootless: ~/.config/docker */
	FILE_DAEMON_CONFIG,         /* daemon.json, or what --config-file names */
	FILE_REGISTRY_CERTIFICATES, /* certs.d and all in it */
	FILE_TLS_CA,
	FILE_TLS_CERTIFICATE,
	FILE_TLS_KEY,
	FILE_ETC_DEFAULT,   /* /etc/default/docker */
	FILE_ETC_SYSCONFIG, /* /etc/sysconfig/docker */
	FILE_PROGRAM,       /* each by which the engine starts containers, as they run here */
	FILE_ROLE_COUNT
};

/* As controls call it: "docker-service-unit", "docker-socket", "tls-server-key". */
bool file_role_parse(const char *name, enum file_role *ret);

enum file_state {
	FILE_PRESENT,
	FILE_ABSENT,
	FILE_UNUSED, /* the engine does not use it, whether it is there or not */
	FILE_UNREAD,
};

struct file_group {
	const char *name, *from; /* "wheel", "SocketGroup of docker.socket" */
};

/* What stat(2) and the access ACL say. */
struct file_status {
	const char *path; /* links resolved */
	bool directory, socket;
	bool has_owner, has_mode; /* false where the snapshot does not hold them */
	unsigned mode;            /* 07777 */
	uint64_t uid, gid;
	const char *owner, *group; /* names, or numbers where they have none */
	const char *acl;           /* "user::rw-,user:1000:rw-,…" numeric; NULL: none */
};

struct file {
	const char *path; /* as named */
	unsigned roles;   /* 1u << FILE_… */
	enum file_state state;
	const char *why, *hint;    /* why not FILE_PRESENT, as a sentence about the path */
	struct file_status status; /* of FILE_PRESENT */
	const char *link;          /* where the last component leads, if it is a link; else NULL */
	/*
	 * The directories from which the file, or a link to it, can be exchanged: all above it, and
	 * for a unit those in which another would take its place. NULL and the path as `missing`
	 * where one is not known.
	 */
	const struct file_status **above;
	size_t n_above;
	const char *missing;
	/* Of an API socket: the groups that it was given by a setting; name or number. */
	const struct file_group *groups;
	size_t n_groups;
	const char *groups_unknown; /* why it may have been given another; NULL: it was not */
};

/* Whose an engine's files are, apart from root's. */
struct file_owner {
	bool rootless; /* then uid and gid are those of the engine's user, else 0 */
	uint64_t uid, gid;
};

struct load;

/* Fill facts->subjects[SUBJECT_FILE] and facts->file_owner. Needs settings and host paths. */
void files_load(struct load *load);

#endif
