/* SPDX-License-Identifier: Apache-2.0 */

/*
 * One container: what was declared (GET /containers/{id}/json) and what the kernel enforces
 * (/proc/<pid> of its processes), side by side.
 *
 * Where the declaration alone decides and the document says it plainly, a check reads
 * subject->doc. Here stands what had to be worked out: chains followed, sets computed, paths
 * resolved, two sources compared.
 *
 * A kernel fact is there only for a running container of a local engine, and only as far as the
 * auditor may read; each group says how its absence shows. Nothing here is ever guessed.
 */
#ifndef BULKHEAD_FACTS_CONTAINER_H
#define BULKHEAD_FACTS_CONTAINER_H

#include "base/doc.h"
#include "facts/mountinfo.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Namespaces, named as in /proc/<pid>/ns. */
enum namespace_kind {
	NAMESPACE_PID,
	NAMESPACE_NET,
	NAMESPACE_IPC,
	NAMESPACE_UTS,
	NAMESPACE_USER,
	NAMESPACE_MNT,
	NAMESPACE_CGROUP,
	NAMESPACE_TIME, /* Linux 5.6; 0 in kernels, and in snapshots, that do not have it */
	NAMESPACE_COUNT
};

/* "pid", "net", "ipc", "uts", "user", "mnt", "cgroup", "time". */
const char *namespace_name(enum namespace_kind kind);

/* A process as the kernel describes it (proc(5)). Ids are those of the initial user namespace. */
struct process {
	int64_t pid;
	uint64_t starttime; /* clock ticks since boot */
	bool init;          /* the container's first process, the engine's State.Pid */
	const char *comm;   /* name, at most 15 bytes of it */
	const char *exe;    /* program, as the container sees its path; NULL: may not be read */

	/* From status; all of it is there, or status_unread says why not. */
	const char *status_unread;
	int64_t uid, euid, gid, egid;
	uint64_t cap_inheritable, cap_permitted, cap_effective, cap_bounding, cap_ambient;
	int seccomp;             /* 0 off, 1 strict, 2 filter; -1: kernel without seccomp */
	int64_t seccomp_filters; /* number of filters, Linux 5.9; -1: not shown */
	bool no_new_privs;

	/* AppArmor "docker-default (enforce)" or an SELinux context; NULL: none, or unreadable. */
	const char *label, *label_unread;

	/* Supplementary groups, of the host: the kernel's text up to the end of its line; NULL. */
	const char *groups;

	/* Inodes of its namespaces; 0: unreadable, namespaces_unread says why. */
	uint64_t namespaces[NAMESPACE_COUNT];
	const char *namespaces_unread;
};

struct container_seccomp;
struct isolation;

enum sharing {
	SHARING_UNKNOWN,   /* the kernel was not asked, or did not answer */
	SHARING_PRIVATE,   /* a namespace of its own */
	SHARING_CONTAINER, /* another container's, which is not the host's */
	SHARING_HOST       /* the host's, directly or through other containers */
};

struct namespace_view {
	/*
	 * HostConfig.PidMode and the like, with container:<id> followed to its end. UNKNOWN where a
	 * chain leads to a container that is gone, or back into itself, and where the engine did
	 * not say.
	 */
	enum sharing declared;
	const char *mode;  /* the field's value as it stands: "host", "container:4f5e…", "" */
	const char *chain; /* "web -> proxy -> host" where a chain was followed, else NULL */
	enum sharing effective;     /* by inode, against the host's own */
	uint64_t inode, host_inode; /* 0: unknown */
};

/* What a mount gives away by where it leads: bits of a mount's `kinds`. */
enum mount_kind {
	MOUNT_SOCKET = 1 << 0,       /* it is a control socket; read-only does not help */
	MOUNT_ABOVE_SOCKET = 1 << 1, /* a directory with one in it; neither does it here */
	MOUNT_HOST_ROOT = 1 << 2,    /* the host's / */
	MOUNT_DATA_ROOT = 1 << 3,    /* touches the engine's data, or containerd's */
	MOUNT_TRUSTED = 1 << 4,      /* touches what the host's root executes or trusts */
	MOUNT_SECRET = 1 << 5,       /* touches what must not even be read */
	MOUNT_HOST_PROC =
		1 << 6,          /* procfs of the host: <pid>/root is open through read-only, too */
	MOUNT_HOST_SYS = 1 << 7, /* sysfs, bound from the host */
	MOUNT_CGROUP1_TOP = 1 << 8,   /* the topmost control group of a hierarchy of version 1 */
	MOUNT_KERNEL_STATE = 1 << 9,  /* debugfs, tracefs, bpf, efivarfs … or the host's /dev */
	MOUNT_BLOCK_DEVICE = 1 << 10, /* a node of a block device, by what it is and not by name */
	MOUNT_SHARED = 1 << 11,       /* what is mounted in it appears on the host */
	MOUNT_UNDECLARED = 1 << 12,   /* made after the start, or by a hook of the runtime */
	MOUNT_STORAGE = 1 << 13,      /* a volume that is what it says: storage of the engine */
	MOUNT_DISGUISED = 1 << 14,    /* a volume that is a directory of the host */
	MOUNT_LOGS = 1 << 15, /* of the engine's data, only logs and settings of containers */
};

/* Options of a mount: bits of a mount's `flags`. */
enum mount_flag { MOUNT_NOSUID = 1 << 0, MOUNT_NODEV = 1 << 1, MOUNT_NOEXEC = 1 << 2 };

struct container;
struct control_socket; /* facts/control_socket.h */

/* The containers that have the same files of the host, those that may write first. */
struct mount_users {
	const struct container *const *items;
	size_t n, n_writers;
};

/*
 * A directory or file of the host that a container sees. From inspect's Mounts and HostConfig
 * (binds, volumes, tmpfs), joined with the kernel's mountinfo by destination.
 */
struct mount {
	const char *destination; /* in the container, cleaned */
	const char *type; /* "bind", "volume", "tmpfs", "npipe" …; "kernel" if only seen there */
	const char *source; /* as declared; NULL where not declared */
	/*
	 * Where it really is on the host: symbolic links resolved, a volume with a bind option
	 * followed to its device, or the kernel's (device, root) found in the host's mountinfo.
	 * As declared, but cleaned, where it could not be resolved. NULL where it is not of the
	 * host's file tree (tmpfs, overlay).
	 */
	const char *host_path;
	const char *host_type; /* "directory", "socket", "block", "char", "file"; NULL: unknown */
	bool unlisted;         /* a volume that is not in the engine's list of volumes */
	bool engine_made; /* /etc/hosts, /etc/hostname, /etc/resolv.conf, /dev/shm of the engine */
	bool writable;    /* the kernel's per-mount option where seen, else inspect's RW */
	/*
	 * Effective where seen: "shared" (with a mount of the host), "slave" or "private"; else as
	 * declared: "rprivate", "rshared", "".
	 */
	const char *propagation;
	bool declared, in_kernel; /* who knows of it */
	const char *fstype;       /* of mountinfo; NULL where not seen */
	/* As inspect has it; NULL where it is not declared. */
	const char *declared_propagation;

	unsigned flags; /* enum mount_flag, as the kernel has them; of a tmpfs not seen, as declared
			 */
	bool stale;     /* on the host, what is mounted was removed or replaced since */
	/*
	 * enum mount_kind, by host_path and thus as far as that is known. Where the kernel was not
	 * asked, a directory has also the kinds of what the host has mounted below it.
	 */
	unsigned kinds;
	/* It is read-only, the kernel was not asked, and what has come along with it is writable:
	 * engines before 25.0 make the directory alone read-only. */
	bool writable_below;
	struct slice device, root; /* of mountinfo: the file system, and what of it; or empty */
	const char *trusted;       /* with MOUNT_TRUSTED: "the units that systemd starts" */
	const char *secret;        /* with MOUNT_SECRET: "password hashes" */
	const struct control_socket *const *sockets; /* with MOUNT_SOCKET, MOUNT_ABOVE_SOCKET */
	size_t n_sockets;
	const struct mount_users *users; /* NULL where no other container has the same */
};

/*
 * A file system of the kernel that a container has mounted: the one in its usual place (/proc,
 * /sys/fs/cgroup/cpu) or any other.
 */
struct kernel_view {
	const char *point, *fstype; /* "proc", "sysfs", "cgroup", "cgroup2", "debugfs" … */
	const char *root;           /* what of it: "/", "/docker/4f5e…" */
	bool writable;
	bool usual; /* where the runtime puts it in every container */
	/* The whole of it: of a hierarchy of control groups the topmost, "/". */
	bool top;
};

enum mask_fault {
	MASK_UNCOVERED, /* a path of MaskedPaths that is there, and lies open */
	MASK_WRITABLE,  /* one of ReadonlyPaths that can be written */
	MASK_TAMPERED,  /* covered by what the runtime does not put there */
};

struct mask {
	enum mask_fault fault;
	const char *path; /* "/proc/kcore" */
	const char *seen; /* with MASK_TAMPERED: "proc /sys/kernel/core_pattern" */
};

/*
 * One resource limit. `limited` false with `known` true means: asked, and there is none. Of the
 * CPU, shares other than the usual 1024 and a set of processors count as limits with value 0.
 */
struct limit {
	bool known;
	bool limited;
	uint64_t value;    /* bytes, tasks, or thousandths of a CPU */
	const char *where; /* "HostConfig.Memory", "/sys/fs/cgroup/…/memory.max" */
};

struct limits {
	struct limit declared; /* from HostConfig; always known */
	/*
	 * The tightest of the container's control group and its ancestors below the root;
	 * unknown where not running or not readable.
	 */
	struct limit effective;
	/* NULL; or why the declared value has no effect here ("the memory controller is not
	 * available to this engine (GET /info MemoryLimit is false)"). */
	const char *ineffective;
};

/* A port of the host that leads into the container, or that it listens on in the host's network. */
struct port {
	const char *address;  /* "0.0.0.0", "::", "127.0.0.1", "" as declared; never NULL */
	uint16_t number;      /* on the host; 0: chosen at start and not known */
	uint16_t inside;      /* in the container; 0 for a listening socket */
	const char *protocol; /* "tcp", "udp", "sctp" */
	const char *source;   /* "inspect", "kernel" or "service" */
	const char *path;     /* "NetworkSettings.Ports.80/tcp", "HostConfig.PortBindings.80/tcp" */
};

struct container {
	const char *id, *name, *image; /* image as asked for: "nginx:1.27" */
	/* State.Status: created, running, paused, restarting, removing, exited, dead */
	const char *status;
	bool running; /* State.Running (a paused one runs, too), less State.Restarting */
	const cJSON *inspect;

	/*
	 * Its processes, the init first; kernel_unread says why the init is not among them, and is
	 * NULL exactly where container_init() is not.
	 */
	const struct process *processes;
	size_t n_processes;
	const char *kernel_unread;

	/*
	 * Processes in its own pid, mnt or net namespace that are not in its control group nor in
	 * another container's; outsiders_unread says why there may be more of them.
	 */
	const struct process *const *outsiders;
	size_t n_outsiders;
	const char *outsiders_unread;

	struct namespace_view namespaces[NAMESPACE_COUNT];

	uint64_t declared_capabilities; /* what Docker computes from CapAdd, CapDrop, Privileged */

	const struct mount *mounts; /* sorted by destination */
	size_t n_mounts;
	/* NULL; or why host paths are as declared only (remote, mountinfo unreadable). */
	const char *mounts_unread;
	/* NULL; or why one of its volumes may be a directory of the host by another name. */
	const char *volumes_unread;
	/* File systems of the kernel, as its mountinfo lists them; only where that was read. */
	const struct kernel_view *views;
	size_t n_views;
	/* Of what its own /proc and /sys should hide, that which is open or tampered with. */
	const struct mask *masks;
	size_t n_masks;
	/* NULL; or why masks are not known: "mountinfo: Permission denied". */
	const char *masks_unread;
	const char *rootfs; /* "rw" or "ro": how the kernel has / mounted; NULL: not seen */

	struct limits memory, cpu, pids;
	/*
	 * The control group above the container's own, as /proc/<pid>/cgroup of the first process
	 * has it ("/docker", "/system.slice"; "" for the root); NULL: not seen, outside of the
	 * auditor's cgroup namespace, or no group bears the container's id.
	 */
	const char *cgroup_parent;
	const char *process_limits; /* /proc/<pid>/limits of the first process; NULL: not read */

	const struct port *ports;
	size_t n_ports;
	const char *ports_unread; /* listening sockets of a host-network container were not seen */

	/* `docker exec` sessions that run now: GET /exec/{id}/json. */
	const cJSON *const *execs;
	size_t n_execs;
	const char *execs_unread;

	/* The user namespace maps container root to an unprivileged id (userns-remap, rootless). */
	bool root_is_mapped;
	int64_t root_uid;    /* host uid of the container's uid 0; -1 unknown */
	const char *uid_map; /* the kernel's text; NULL: not read */

	/* Of the name in Config.User, -1: not seen; and the file of /proc that shows it, or NULL.
	 */
	int64_t user_uid;
	const char *user_uid_from;

	const struct container_seccomp *seccomp; /* facts/seccomp.h; never NULL */
	/* Another container with the same SELinux context, though it shares neither processes nor
	 * shared memory with it; NULL: none, or SELinux is not used. */
	const struct container *label_peer;
	/* ISOLATION_COUNT properties, by their number: facts/isolation.h. */
	const struct isolation *isolation;
	/* devices.list of its control group, of version 1; NULL: not seen. */
	const char *device_list;

	/* Compose project and service, swarm service; NULL where it has none. */
	const char *compose_project, *compose_service, *swarm_service;
	/* The swarm service's document (GET /services); NULL where it is of none, or … */
	const cJSON *service;
	const char *service_unread; /* … this says why it was not read */
	bool pod_sandbox;           /* Kubernetes' pause container, by its label */
	bool is_auditor;            /* we run in it */
};

/*
 * The value of an option of HostConfig.SecurityOpt, written name=value, name:value or as the bare
 * name (then ""). The last one counts. NULL where it is not given.
 */
const char *security_option(const cJSON *inspect, const char *name);

/* no-new-privileges of HostConfig.SecurityOpt; UNSET leaves it to the engine. */
enum nnp_option { NNP_UNSET, NNP_ON, NNP_OFF };
enum nnp_option no_new_privileges_option(const cJSON *inspect);

/* The AppArmor profile that the engine uses, or would use: "" for its own default. */
const char *apparmor_profile(const cJSON *inspect);

/* NULL where a label like "docker-default (enforce)" holds a process down; else what is wrong. */
const char *apparmor_fault(const char *label);

enum confinement {
	CONFINEMENT_NONE,
	CONFINEMENT_UNKNOWN, /* a profile or type of somebody's own: what it permits is not known */
	CONFINEMENT_USUAL, /* an engine's own AppArmor profile, or a type of SELinux for containers:
			    * mounts and writes to /proc/sys are refused even to who has the
			    * capability */
};

struct host;

/* What a label does; NULL is none. */
enum confinement label_confinement(const char *label, const struct host *host);

/* The least of all its processes; none where none was seen. */
enum confinement container_confinement(const struct container *container, const struct host *host);

/*
 * The type of an SELinux context, "container_t"; NULL where that is none. *ret_level, unless NULL,
 * is what follows: ":s0:c12,c345".
 */
const char *context_type(struct arena *arena, const char *context, const char **ret_level);

/* How Config.User, or the user of an exec, reads without the image's passwd. */
enum user_kind {
	USER_UNSET, /* the default, which is root */
	USER_ROOT,  /* uid 0 in any spelling */
	USER_NUMBER,
	USER_NAME /* some name; its uid is not known */
};
enum user_kind user_kind(const char *user);

/*
 * In a user namespace that a process of the container made: capabilities there reach no further
 * than it. That of the host is none of those.
 */
bool process_is_in_child(const struct container *container, const struct process *process);

/* It is known to be in the user namespace that the container was given. */
bool process_is_at_home(const struct container *container, const struct process *process);

/* What a process of it can ever have over that: by the kernel where that shows it, else as
 * declared. */
uint64_t container_bounding(const struct container *container);

/* Is this process in the container's own namespace of the kind, which it shares with no host? */
bool process_is_in(const struct process *process, const struct container *container,
		   enum namespace_kind kind);

/* The first process; NULL where the kernel was not seen. */
const struct process *container_init(const struct container *container);

/*
 * The uid inside the container of a host uid, by the container's uid_map; -1 where unmapped, or
 * where the map was not read and the container is not declared to share the host's.
 */
int64_t container_uid(const struct container *container, int64_t host_uid);

/* uid of a process as the container sees it, 0 also where only its real uid is. */
int64_t process_container_uid(const struct container *container, const struct process *process);

#endif
