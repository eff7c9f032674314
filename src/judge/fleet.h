/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The results of many hosts as one report. Documents are read one after the other; of each only
 * counts, the worst of each control and the worst findings are kept, so that memory grows with
 * hosts and controls, and not with containers.
 */
#ifndef BULKHEAD_JUDGE_FLEET_H
#define BULKHEAD_JUDGE_FLEET_H

#include "judge/report.h"

enum { FLEET_FINDINGS = 3 };

struct fleet_control {
	const char *key, *title;
	enum section section;
	const char *number;           /* as in struct numbering; NULL: it is known by its key */
	bool fails;                   /* on some host */
	enum severity worst;          /* of its failures */
	size_t n_failures;            /* on all hosts */
	size_t n_hosts[STATUS_COUNT]; /* by the worst status that they have of it */
	size_t index;                 /* of the cells of hosts */
};

/* What a host has of a control: the worst status, the severity of the worst failure. */
struct fleet_cell {
	bool is_judged; /* false: it has no result; the rest is 0 */
	unsigned char status, severity;
	unsigned n; /* results of this status */
};

/* One of the worst failures of a host. */
struct fleet_finding {
	size_t control; /* fleet_control.index */
	enum severity severity;
	enum subject_kind kind;
	const char *subject, *message; /* long ones are cut */
};

struct fleet_host {
	const char *file;
	const char *hostname; /* "" where it is not known */
	const char *finished, *tool_version;
	bool is_namesake; /* one that was read before, and when finished any other, is called so */
	struct counts counts;
	enum exit_status exit_status;
	size_t n_gating;
	size_t ways_out[ATTACK_CRITICAL + 1]; /* containers, by band */
	unsigned worst_way_out;               /* its score; 0: there is none */
	const struct fleet_cell *cells;
	size_t n_cells; /* controls that were known when it was read */
	struct fleet_finding findings[FLEET_FINDINGS]; /* the worst first */
	size_t n_findings;
};

struct fleet {
	struct fleet_host **hosts; /* the worst first, once finished; else as they were read */
	size_t n_hosts;
	struct fleet_control **controls; /* the worst first, once finished; else by index */
	size_t n_controls;
	struct counts counts;
	size_t n_failing, n_incomplete; /* hosts whose exit status is 1, 3 */
	enum exit_status exit_status;
	const char *exit_reason;
};

/*
 * Add a host. Of the report nothing is needed afterwards. Returns what is kept of it, whose cells
 * are those of fleet->controls by their index.
 */
const struct fleet_host *fleet_add(struct arena *arena, struct fleet *fleet, const char *file,
				   const struct report *report);

/* After the last one: order, namesakes, exit status. */
void fleet_finish(struct arena *arena, struct fleet *fleet);

/* "dock-01", or with its file where that tells it from namesakes. */
const char *fleet_host_name(struct arena *arena, const struct fleet_host *host);

/* The host's cell of a control. */
struct fleet_cell fleet_cell(const struct fleet_host *host, const struct fleet_control *control);

#endif
