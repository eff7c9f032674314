/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Where on this host the things are that controls name: programs as they run, units, sockets and
 * files as the engine uses them.
 */
#ifndef BULKHEAD_FACTS_HOST_PLACES_H
#define BULKHEAD_FACTS_HOST_PLACES_H

#include "facts/facts.h"

struct host_place {
	const char *path; /* as it was looked for */
	const char *real; /* links resolved */
	bool directory;
};

struct host_places {
	const struct host_place *items; /* those that are there; each file once */
	size_t n;
	const char *looked_for; /* "/usr/bin/runc, /usr/sbin/runc" */
	const char *unread;     /* why others may be there: "/root/x: Permission denied"; or NULL */
};

/*
 * The places of
 *	a path		that file or directory
 *	docker.service	and other units: the file that systemd takes, and its drop-in directories
 *	data-root	the engine's, without the "<uid>.<gid>" of remapped user namespaces
 *	engine-program, engine-config, engine-sockets
 *	containerd-program, containerd-config, containerd-socket
 *	containerd-shim, containerd-shim-runc-v1, containerd-shim-runc-v2
 *	runtimes	the programs of all of the engine's runtimes
 *	docker-init, docker-proxy
 *	shims		those that run
 * They are added to *places. False where nothing has this name.
 */
bool host_places_add(const struct facts *facts, struct arena *arena, const char *what,
		     struct host_places *places);

/*
 * The data root as it is on disk: with remapped user namespaces GET /info says a directory
 * "<uid>.<gid>" in it. NULL where the engine did not say.
 */
const char *host_data_root(const struct facts *facts, struct arena *arena);

/* Whether a listening unix socket of dockerd is an API socket, not one for its own parts. */
bool host_is_api_socket(const struct facts *facts, const char *path);

/* A mount of the host, as /proc/<pid>/mountinfo has it. */
struct host_mount {
	const char *point, *root, *device, *fstype;
};

/* The mount that a path without links is on; false where the host's mounts are not known. */
bool host_mount_of(const struct facts *facts, struct arena *arena, const char *real,
		   struct host_mount *ret);

/* Why a path of the snapshot was not read: there is none. False for NULL. */
bool reason_is_absence(const char *reason);

enum existence { PATH_UNKNOWN, PATH_ABSENT, PATH_THERE };

/* By the record of a path; without one it is unknown. */
enum existence path_existence(const cJSON *record);

/* The record of a path in the snapshot's host.paths; NULL where it was not looked at. */
const cJSON *facts_path(const struct facts *facts, const char *path);

/*
 * Why the files that were read are not the host's; NULL: they are. From within a container without
 * sight of the engine's process only the container's own files are there.
 */
const char *facts_files_hidden(const struct facts *facts);

#endif
