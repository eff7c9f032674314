/* SPDX-License-Identifier: Apache-2.0 */

/* The kernel's view of one process of a container, as an item of snapshot.processes. */
#ifndef BULKHEAD_COLLECT_PROCESS_RECORD_H
#define BULKHEAD_COLLECT_PROCESS_RECORD_H

#include "base/text.h"
#include "collect/bundle.h"
#include "collect/proc.h"
#include "collect/process.h"

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#define HINT_ROOT "run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"

/*
 * The runtime on its way into a container carries the name "runc:[...]" and sheds its rights only
 * just before it starts the program. It is looked at again, for half a second at the most: what
 * still has that name then is recorded as it is, for any process may call itself so.
 */
#define ENTERING_NAME   "runc:["
#define ENTERING_ROUNDS 25
#define ENTERING_WAIT   20 /* milliseconds */

/* What may be refused: one problem for each, however many processes it concerns. */
enum loss {
	LOSS_CGROUP,
	LOSS_EXE,
	LOSS_STATUS,
	LOSS_LABEL,
	LOSS_NAMESPACES,
	LOSS_UID_MAP,
	LOSS_GID_MAP,
	LOSS_MOUNTINFO,
	LOSS_LIMITS,
	LOSS_LISTENS,
	LOSS_USER_UID,
	LOSS_BUNDLE,
	LOSS_COUNT
};

struct losses {
	unsigned n[LOSS_COUNT];
	int code[LOSS_COUNT]; /* of the last */
};

/* What is known from one process to the next. */
struct recording {
	struct listens listens;
	uint64_t host_network;     /* inode; 0: unknown */
	bool no_labels;            /* no security module of this kernel labels processes */
	uint64_t mapped_namespace; /* the user namespace whose maps `mapped` has; 0: none */
	const cJSON *mapped;       /* one that was recorded */
	struct bundle_filters filters;
	struct text text, filtered;
	struct losses losses;
};

/*
 * Record the process whose /proc directory is `dir`: what could not be read is in its unread and
 * among the losses. recording->text is its control group, by which it was found to be of this
 * container. The caller adds it to the snapshot, or gives it back with process_forget().
 */
cJSON *process_record(struct recording *recording, uint64_t pid, int dir,
		      const struct proc_stat *stat, const struct running *container);
void process_forget(struct recording *recording, cJSON *process);

/* The same of a process that is in a container's namespaces only, as an item of outsiders. */
cJSON *process_record_outsider(struct recording *recording, uint64_t pid, int dir,
			       const struct proc_stat *stat);

void process_lose(struct recording *recording, enum loss loss, int code);

/* A problem for each kind of loss. */
void process_report_losses(cJSON *snapshot, const struct recording *recording);

void recording_release(struct recording *recording);

#endif
