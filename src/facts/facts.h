/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The facts: everything a check may know of a host, derived once from a snapshot
 * (doc/snapshot-format.md) and never changed afterwards.
 *
 * facts_load() is the only place where anything is derived. A live audit passes the document it
 * has just collected, --snapshot one that was read from a file; there is no other way in.
 *
 * Ownership: everything lives in the arena and in the snapshot, which must outlive the facts.
 */
#ifndef BULKHEAD_FACTS_FACTS_H
#define BULKHEAD_FACTS_FACTS_H

#include "base/arena.h"
#include "base/doc.h"
#include "base/error.h"
#include "facts/audit.h"
#include "facts/container.h"
#include "facts/files.h"
#include "facts/image_files.h"
#include "facts/index.h"
#include "facts/settings.h"

#include <stdbool.h>
#include <stddef.h>

enum subject_kind {
	SUBJECT_HOST,   /* always exactly one */
	SUBJECT_ENGINE, /* always exactly one; unread where no engine answered */
	SUBJECT_FILE,   /* each of the host that the engine is made of */
	SUBJECT_IMAGE,  /* each that the engine lists or a container has */
	SUBJECT_CONTAINER,
	SUBJECT_NETWORK,
	SUBJECT_SWARM,   /* the one that the engine is a member of */
	SUBJECT_SERVICE, /* of the swarm, where the engine is a manager of it */
	SUBJECT_KIND_COUNT
};

/* "host", "engine", "file", "image", "container", "network", "swarm", "service". */
const char *subject_kind_name(enum subject_kind kind);
bool subject_kind_parse(const char *name, enum subject_kind *ret);

/* The one thing that is judged. */
struct subject {
	enum subject_kind kind;
	const char *name;  /* as a reader knows it: "web", "nginx:1.27", the host's name */
	const char *id;    /* full id; NULL where the kind has none */
	const char *image; /* of a container: as asked for */
	/* Of a container: State.Status; of an image that no container has: "unused"; of a swarm:
	 * Swarm.LocalNodeState. */
	const char *state;
	const char *project, *service; /* Compose or swarm; NULL where none */
	bool is_auditor;               /* the container that the auditor ran in */
	const cJSON *doc;   /* the engine's document; NULL where it could not be read … */
	const char *unread; /* … and then this says why */
	const struct container *container; /* of a readable container, else NULL */
	const struct file *file;           /* of a file, else NULL */
};

struct subject_list {
	const struct subject *items; /* sorted by name, then id */
	size_t n;
	const char *unread; /* why there may be others than the items; NULL: these are all */
	const char *hint;   /* what would help; may be NULL */
	const char *none;   /* where there is none, and it is known why; else NULL */
};

/* The engine as it presents itself. */
struct engine {
	const cJSON *info, *version; /* NULL where unread */
	const char *name;            /* "Docker Engine", "Podman Engine" */
	const char *version_text, *api_version;
	unsigned major, minor; /* of version_text; 0.0 where it does not parse */
	bool rootless, userns_remap, apparmor, selinux; /* info's SecurityOptions */
	bool is_podman;
	/* "inactive", "active", "pending", "locked", "error"; "" unknown */
	const char *swarm_state;
	const cJSON *daemon;                     /* the snapshot's "daemon"; NULL where absent */
	const char *daemon_unread, *daemon_hint; /* why the process was not seen; NULL: it was */
	/*
	 * Why a configuration file that was read may not be the one that dockerd runs with:
	 * "was changed after the engine started"; NULL where it is, or was not read.
	 */
	const char *config_changed;
};

enum swarm_role {
	SWARM_UNKNOWN, /* GET /info does not say */
	SWARM_NONE,
	SWARM_WORKER,
	SWARM_MANAGER,
	SWARM_UNAVAILABLE, /* a member, but locked, pending or in error */
};

struct swarm {
	enum swarm_role role;
	const cJSON *cluster; /* GET /info Swarm.Cluster; NULL but on a manager */
	const cJSON *local;   /* the snapshot's "daemon.swarm"; NULL where dockerd was not seen */
};

/*
 * The host of the engine. Of one under another kernel than the auditor's (facts->local is false)
 * the members after `root` are unknown, but for the version of control groups, which GET /info
 * says.
 */
struct host {
	const cJSON *doc; /* the snapshot's "host": where the auditor ran */
	const char *hostname, *kernel;
	bool root;               /* the auditor was uid 0 */
	unsigned cgroup_version; /* 1 (also hybrid), 2; 0 unknown */
	bool apparmor;           /* the kernel enforces AppArmor */
	const char *selinux;     /* "enforcing", "permissive", "absent"; NULL unknown */
	/* Types for which its policy's store has a module that makes them permissive. */
	struct {
		const char **items;
		size_t n;
	} permissive_types;
	uint64_t namespaces[NAMESPACE_COUNT]; /* 0 unknown */
	uint16_t unprivileged_port_start;     /* 1024 where unread */
	const char *const *sockets; /* real paths of control sockets of container runtimes */
	size_t n_sockets;
	struct index paths;        /* "paths" by path: see facts_path() */
	const struct audit *audit; /* NULL where the host was not read */
};

struct control_ports;
struct control_sockets;

struct facts {
	const cJSON *snapshot;
	bool local;               /* the kernel that runs the containers is the one that was read */
	const char *local_reason; /* why not */
	const char *endpoint, *started, *finished;
	int64_t now; /* when it was collected, seconds since 1970; 0: the snapshot does not say */
	struct engine engine;
	struct swarm swarm;
	struct host host;
	struct subject_list subjects[SUBJECT_KIND_COUNT];
	const struct engine_seccomp *seccomp;          /* facts/seccomp.h; never NULL */
	const struct control_sockets *control_sockets; /* facts/control_socket.h; never NULL */
	const struct control_ports *control_ports;     /* facts/control_port.h; never NULL */
	struct file_owner file_owner;
	const struct setting_list *settings;      /* by facts_setting() */
	const struct container_set *containers;   /* by facts_container() */
	const struct image_file_set *image_files; /* by facts_image_files() */
	const struct attack *attacks;             /* by facts_attack() of facts/attack.h */
};

/* -EBADMSG where the document is no snapshot, or of a version that this program does not know. */
int facts_load(struct arena *arena, const cJSON *snapshot, const struct facts **ret,
	       struct error *err);

/* An engine answered, and it is not one of this machine. */
bool facts_is_remote(const struct facts *facts);

/* The kernel that runs the containers is known to be of this release or a later one. */
bool facts_kernel_since(const struct facts *facts, unsigned major, unsigned minor);

/* An image's id without "sha256:", with which it is not always written. */
const char *image_id_digits(const char *id);

/* The container with this id or name; NULL where there is none. */
const struct container *facts_container(const struct facts *facts, const char *id_or_name);

/*
 * A running container of this image (an id) with the same name in Config.User, whose user_uid is
 * known; NULL where there is none.
 */
const struct container *facts_user(const struct facts *facts, struct arena *arena,
				   const char *image, const char *user);

#endif
