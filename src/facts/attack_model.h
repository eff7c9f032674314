/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The model of the ways out: which facts count, and which rules join them to steps. Shared by the
 * attack_*.c files and by nobody else.
 */
#ifndef BULKHEAD_FACTS_ATTACK_MODEL_H
#define BULKHEAD_FACTS_ATTACK_MODEL_H

#include "facts/attack.h"
#include "facts/attack_graph.h"
#include "facts/load.h"

enum attack_fact {
	/* Of the container and its processes. */
	ATTACK_UID0,           /* one of them runs as its root */
	ATTACK_SETUID_PROGRAM, /* it holds a program by which a user becomes root */
	ATTACK_NO_NEW_PRIVILEGES,
	ATTACK_PRIVILEGED,
	ATTACK_MAPPED,   /* its root has no capabilities over the host */
	ATTACK_REMAPPED, /* its root is not the user of the engine */
	ATTACK_NS_PID,   /* the host's */
	ATTACK_NS_NET,
	ATTACK_ON_NETWORK,   /* any but its own loopback */
	ATTACK_MAC,          /* AppArmor or SELinux confines it … */
	ATTACK_SELINUX,      /* … namely SELinux, whose labels guard files, too */
	ATTACK_PROC_OPEN,    /* its own /proc/sys is writable */
	ATTACK_DEVICES_OPEN, /* its device rules let it open any disk */
	/* Of the host's processes one runs … */
	ATTACK_ROOT_PROCESS,     /* … as root, with no capabilities that its root cannot have */
	ATTACK_USER_PROCESS,     /* … as a user that its root can become */
	ATTACK_OWN_USER_PROCESS, /* … as a user that it has itself */
	ATTACK_OUTSIDER,         /* one that rules the host is in its pid namespace */
	ATTACK_SYS_ADMIN,        /* capabilities that its root can have */
	ATTACK_SYS_MODULE,       /* and its filter lets the calls pass that need it */
	ATTACK_SYS_PTRACE,
	ATTACK_SYS_RAWIO,
	ATTACK_DAC_OVERRIDE,
	ATTACK_DAC_READ_SEARCH, /* likewise */
	ATTACK_MKNOD,
	ATTACK_NET_ADMIN,
	ATTACK_NET_RAW,
	ATTACK_BPF,        /* with PERFMON, without which it reads no memory */
	ATTACK_SYS_BOOT,   /* likewise */
	ATTACK_SYS_TIME,   /* likewise */
	ATTACK_CALL_MOUNT, /* system calls that its filter lets pass */
	ATTACK_CALL_BPF,
	ATTACK_CALL_USERNS, /* one that makes user namespaces */
	/* Of one of its mounts or devices. */
	ATTACK_SOCKET,      /* leads to the socket of a container engine … */
	ATTACK_SOCKET_USER, /* … which is open to the user that it runs as */
	ATTACK_GUARDED,     /* … and asks an authorization plugin */
	ATTACK_HOST_ROOT,   /* the host's /, writable */
	ATTACK_EXEC_PATH,   /* writable, and the host runs or trusts what is there */
	ATTACK_DATA_ROOT,   /* writable, the engine's own files */
	ATTACK_HOME,        /* writable, the home of a user */
	ATTACK_OWN_FILES,   /* on the host it belongs to the user that it runs as */
	ATTACK_SECRETS,     /* keys and passwords of the host are readable there */
	ATTACK_LOGS,        /* configuration and output of all containers are */
	ATTACK_HOST_PROC,
	ATTACK_HOST_PROC_SYS, /* writable */
	ATTACK_HOST_SYS,      /* writable */
	ATTACK_RELEASE_AGENT, /* writable, of a hierarchy of version 1, and the kernel lets it */
	ATTACK_BINFMT,        /* writable, the kernel's list of interpreters */
	ATTACK_DISRUPTS,      /* writable, by it the host or its processes are stopped */
	ATTACK_DISK,
	ATTACK_MEMORY_DEVICE,
	ATTACK_SHARED_MOUNT, /* what is mounted there shows on the host */
	/* Of host and engine. */
	ATTACK_CGROUP_V1,
	ATTACK_USERNS,     /* everybody may make user namespaces */
	ATTACK_OPEN_AGENT, /* root of a user namespace may set release_agent, too */
	ATTACK_MODULES,
	ATTACK_LOCKDOWN,        /* nobody writes to the kernel's memory … */
	ATTACK_CONFIDENTIALITY, /* … nor reads it */
	ATTACK_STATIC_HELPER,   /* the kernel runs no program that core_pattern and the like name */
	ATTACK_STRICT_MEMORY,   /* /dev/mem does not lead to the kernel's memory */
	ATTACK_AUTHORIZATION,   /* a plugin decides what the API may be asked */
	ATTACK_API_OPEN,        /* the API listens without TLS where containers can reach it … */
	ATTACK_API_LOOPBACK,    /* … or on the host's loopback */
	ATTACK_API_OTHER, /* another engine's is in the host's network, where none asks for TLS */
	ATTACK_SHIM,      /* a shim listens in the host's network */
	ATTACK_FACT_COUNT
};

#define ATTACK_BIT(fact) (UINT64_C(1) << (fact))

_Static_assert(ATTACK_FACT_COUNT <= 64, "facts are bits of 64");

/* Bits and how sure each of them is; what is in neither mask is known to be absent. */
struct attack_facts {
	uint64_t present, unknown;
	int16_t confidence[ATTACK_FACT_COUNT]; /* enum attack_confidence, of those that are present
						*/
};

/* It may be there; nothing where it is known to be. */
void attack_fact_unknown(struct attack_facts *facts, enum attack_fact fact);

/* The capability that a fact is about; NULL: it is about none. And all that it takes, as bits. */
const char *attack_capability_name(enum attack_fact fact);
uint64_t attack_capabilities(enum attack_fact fact);
void attack_fact_add(struct attack_facts *facts, enum attack_fact fact, bool is_present,
		     enum attack_confidence confidence);

/* Something of the host in a container, with what it is good for. */
struct attack_mount {
	struct attack_facts facts;
	const struct mount *mount; /* NULL of a device … */
	const char *path;          /* … on the host; NULL of mounts that were not seen */
	const struct control_socket *socket; /* that it leads to; NULL: to none */
};

/* As whom processes of the host run. */
struct attack_user {
	int64_t uid, gid;
	uint64_t permitted;
};

struct attack_subject {
	const struct container *container;
	struct attack_facts facts;
	const struct attack_mount *mounts;
	size_t n_mounts;
	bool published;        /* on any address of the host */
	uint64_t capabilities; /* that its root can have */
	/* How its processes look to others: where `peer_known` is false that was not seen. */
	bool peer_known;
	enum attack_confidence peer_confidence;
	bool uid_is_root;   /* the first process is root in the container */
	int64_t uid, gid;   /* as it sees them; -1 unknown */
	uint64_t permitted; /* its capabilities */
	const char *label;
	/* What the facts of the same names rest on; NULL where they are absent. */
	const struct attack_user *root_process, *user_process, *own_user_process;
	const struct process *outsider;
};

/* States: those of container i, then those of the host. */
enum attack_state { ATTACK_USER, ATTACK_ROOT, ATTACK_STATES };
enum attack_end {
	ATTACK_END_ROOT,
	ATTACK_END_USER,
	ATTACK_END_READ,
	ATTACK_END_DISRUPT,
	ATTACK_ENDS
};

/* What has to change so that a step is gone. */
enum attack_remedy {
	ATTACK_DROP_MOUNT, /* the one that the step uses */
	ATTACK_DROP_PRIVILEGED,
	ATTACK_DROP_CAPABILITY, /* the rule's `capability` */
	ATTACK_OWN_PID_NAMESPACE,
	ATTACK_OWN_NETWORK,
	ATTACK_PROTECT_PROC,
	ATTACK_DROP_DEVICE_RULES,
	ATTACK_FILTER_CALLS,
	ATTACK_END_OUTSIDER,
	ATTACK_CLOSE_API, /* of the engine */
	ATTACK_NO_SETUID,
	ATTACK_SEPARATE_NETWORK, /* from the peer */
	ATTACK_SEPARATE_FILES
};

struct attack_rule {
	const char *name;
	enum attack_state from;
	/* `all` are needed, of `any` one (0: none is), and `none` keep it from happening. */
	uint64_t all, any, none;
	enum attack_end to;
	unsigned cost;
	enum attack_remedy remedy;
	enum attack_fact capability;
	bool by_mount;    /* one step for each mount with its facts */
	const char *text; /* followed by the path where it is one by mount */
};

extern const struct attack_rule attack_rules[];
extern const size_t attack_n_rules;

/* Steps that attack_peers.c and attack_edges.c make; numbers above those of attack_rules. */
enum attack_peer_rule {
	ATTACK_RULE_INSIDE = 200, /* its user is its root */
	ATTACK_RULE_SETUID,
	ATTACK_RULE_PEER_PROC, /* to those whose processes can be seen */
	ATTACK_RULE_PEER_ENTER,
	ATTACK_RULE_PEER_FILES,
	ATTACK_RULE_PEER_RUNS,
	ATTACK_RULE_PEER_NETWORK,
	ATTACK_RULE_PEER_SERVICE
};

/* A change of one container: what, and of which mount, capability or hub. */
struct attack_remedy_of {
	uint32_t subject; /* ATTACK_NONE: of the engine */
	enum attack_remedy remedy;
	uint32_t detail;
	uint32_t next; /* of the same container; ATTACK_NONE */
};

/* All of it while it is put together. */
struct attack_model {
	struct load *load;
	struct arena *arena;
	struct attack_subject *subjects; /* of facts->containers, in their order */
	size_t n;
	struct attack_facts host;
	const struct attack_user *users; /* of the host's processes */
	size_t n_users;
	bool users_unread; /* there may be others */
	struct attack_edge *edges;
	size_t n_edges;
	size_t n_nodes;                   /* the states, and the hubs that peers meet in */
	struct attack_remedy_of *changes; /* the first one is the engine's */
	size_t n_changes;
	uint32_t *last_changes; /* of each container; ATTACK_NONE */
	const char **hubs; /* by node, from the first one after the states: a network, a path, "" */
};

/*
 * A program of the container's image that makes whoever runs it root, as far as its layers were
 * looked at; NULL where there is none, or none that is known of, which *ret_known tells apart.
 */
const char *attack_setuid_program(const struct facts *facts, const struct container *container,
				  bool *ret_known);

static inline uint32_t attack_node(size_t subject, enum attack_state state)
{
	return (uint32_t)(subject * ATTACK_STATES + state);
}

/* The container that a node is a state of; model->n and above for other nodes. */
static inline size_t attack_subject_of(uint32_t node)
{
	return node / ATTACK_STATES;
}

static inline uint32_t attack_end_node(const struct attack_model *model, enum attack_end end)
{
	return (uint32_t)(model->n * ATTACK_STATES + end);
}

/* attack_host.c, attack_facts.c and attack_mounts.c */
void attack_load_host(struct attack_model *model);
void attack_load_subject(struct attack_model *model, const struct container *container,
			 struct attack_subject *ret);
void attack_load_mounts(struct attack_model *model, struct attack_subject *subject);

/*
 * By its number the kernel lets who has no capability over the host set release_agent
 * (CVE-2022-0492); what a distribution mended by itself is not to be seen.
 */
bool attack_open_release_agent(const struct facts *facts);
/* attack_users.c: may its root become this user and group? */
bool attack_can_be(const struct attack_subject *subject, int64_t uid, int64_t gid);
void attack_load_users(struct attack_model *model);
void attack_load_users_of(const struct attack_model *model, struct attack_subject *subject,
			  bool is_seen);

/* attack_edges.c and attack_peers.c */
void attack_add_edge(struct attack_model *model, struct attack_edge edge, unsigned cost);
uint32_t attack_add_change(struct attack_model *model, size_t subject, enum attack_remedy remedy,
			   uint32_t detail);
void attack_add_own_edges(struct attack_model *model, size_t subject);
void attack_add_peer_edges(struct attack_model *model);

/* attack_fixes.c */
struct attack_fixes;
struct attack_fixes *attack_fixes_new(struct attack_model *model, const struct attack_graph *graph,
				      const struct attack_search *ways);

/*
 * Few changes that leave this container no way out, none of them needless, and the number of ways
 * that it has: those over a flaw that nobody knows only where there are no others, or the way that
 * is told begins with one. `told` is the step by which that leaves the container, `ways` is the
 * search over all that is certain.
 */
size_t attack_fix(struct attack_fixes *fixes, size_t subject, const struct attack_edge *told,
		  const uint32_t **ret_changes, size_t *ret_n_paths);

/* attack_words.c */
const char *attack_end_name(const struct attack_model *model, enum attack_end end);

/* A step and, where it meets another container in a hub, the edge after it; NULL otherwise. */
struct attack_step attack_step_of(struct attack_model *model, const struct attack_edge *edge,
				  const struct attack_edge *after);
struct attack_change attack_change_of(struct attack_model *model, uint32_t change);

/* What of an edge was not seen, and why. */
const char *attack_unseen(struct attack_model *model, const struct attack_edge *edge);

/* attack_evidence.c */
const struct attack_evidence *attack_evidence_of(struct attack_model *model,
						 const struct attack_edge *edge, size_t *ret_n);

#endif
