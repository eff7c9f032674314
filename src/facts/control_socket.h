/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Sockets at which the host takes orders: of container engines, of their parts, of init, of the
 * system bus and of what manages packages and machines. Who may connect can start what he likes as
 * root of the host; a mount that is read-only does not keep anybody from connecting.
 */
#ifndef BULKHEAD_FACTS_CONTROL_SOCKET_H
#define BULKHEAD_FACTS_CONTROL_SOCKET_H

#include "facts/facts.h"

enum control_class {
	CONTROL_ENGINE, /* Docker, containerd, Podman, CRI-O: the matter of CIS */
	CONTROL_SHIM,   /* containerd's shims: a directory of sockets */
	CONTROL_INIT,
	CONTROL_BUS,
	CONTROL_MANAGER /* of packages, of virtual machines and system containers */
};

struct load;

struct control_socket {
	const char *path; /* on the host, links resolved */
	enum control_class class;
	const char *of; /* "systemd", "containerd's shims" */
	/* It asks who connects, and obeys uid 0 of the host alone, whatever the mode is. */
	bool root_only;
	bool hidden; /* whether it is there could not be seen, though others could */
	/* As the host has it; has_owner is false where that was not seen. */
	bool has_owner;
	unsigned mode;
	uint64_t uid, gid;
	const char *acl;
};

struct control_sockets {
	const struct control_socket
		*items; /* those that are there, or may be where none was read */
	size_t n;
	bool seen; /* the host was looked at: there are no others in the usual places */
};

/* What becomes facts->control_sockets; the host's paths must be known. */
const struct control_sockets *control_sockets_load(struct load *load);

enum socket_access {
	SOCKET_OPEN,   /* a process of the container may connect and is obeyed */
	SOCKET_CLOSED, /* none of those that it has */
	SOCKET_UNSURE
};

/*
 * Who of the container may use a socket of the host; of one that does not run, the user that it is
 * declared to start as. *ret_who is for a sentence: who
 * may ("uid 0", "group 998", "DAC_OVERRIDE"), or why nobody may, or why that is not known.
 */
enum socket_access socket_access(const struct container *container,
				 const struct control_socket *socket, struct arena *arena,
				 const char **ret_who);

#endif
