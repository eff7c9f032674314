/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What takes orders in the host's network, where a container that shares it reaches also what
 * listens on the loopback alone: APIs of engines, clusters and machines by their usual TCP ports,
 * and the abstract sockets of old containerd shims (CVE-2020-15257).
 */
#ifndef BULKHEAD_FACTS_CONTROL_PORT_H
#define BULKHEAD_FACTS_CONTROL_PORT_H

#include "facts/facts.h"

struct control_port {
	const char *address; /* "127.0.0.1", "::" */
	uint16_t port;
	const char *of;      /* "Docker", "the kubelet" */
	const char *program; /* who listens, and its number */
	uint64_t pid;
	/* It asks who calls, by certificates or tokens, unless it was told not to. */
	bool asks;
	bool engine; /* of containers, and its user is root: who calls is root */
};

struct control_ports {
	const struct control_port *items; /* by port */
	size_t n;
	const char *shim;   /* an abstract socket of a shim; NULL: there is none */
	const char *unread; /* why there may be others; NULL: these are all at the usual ports */
};

struct load;

/* As evidence: "listener 127.0.0.1 port 2375", and "dockerd (process 812)". */
const char *control_port_place(struct arena *arena, const struct control_port *port);
const char *control_port_owner(struct arena *arena, const struct control_port *port);

/* What becomes facts->control_ports; the settings must be known. */
const struct control_ports *control_ports_load(struct load *load);

#endif
