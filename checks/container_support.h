/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What the checks of containers share: how a verdict says on what it rests, the options of
 * HostConfig.SecurityOpt, users, and processes that hold more than their container was given.
 */
#ifndef BULKHEAD_CHECKS_CONTAINER_SUPPORT_H
#define BULKHEAD_CHECKS_CONTAINER_SUPPORT_H

#include "judge/check.h"

/*
 * A pass. Unless `seen` (the kernel was asked and agrees), its message says that it rests on what
 * was declared, and why.
 */
PRINTF(3, 4)
struct verdict container_pass(const struct check_input *in, bool seen, const char *format, ...);

/*
 * A failure. Its message says where the container does not run, is a pod's pause container, or the
 * one that the audit itself runs in.
 */
PRINTF(2, 3) struct verdict container_fail(const struct check_input *in, const char *format, ...);

/* One grade less, `info` at the least. */
enum severity severity_lower(enum severity severity);

/*
 * Where root of the container is an unprivileged user of the host: one grade less, said in the
 * message and cited. Else the verdict as it is.
 */
struct verdict verdict_for_mapped_root(const struct check_input *in, struct verdict verdict);

/* Add `remark` to the message, after a semicolon. */
PRINTF(3, 4)
struct verdict verdict_remark(const struct check_input *in, struct verdict verdict,
			      const char *format, ...);

/* The container's first process if its status was read, else NULL. */
const struct process *container_init_status(const struct container *container);

/* True where its status was read, so that it can be judged. */
bool process_is_seen(const struct process *process);

/* "/proc/4242/status CapEff" for the file and field "status CapEff". */
const char *process_path(const struct check_input *in, const struct process *process,
			 const char *field);

/*
 * The first settled process that holds capabilities which the container was not given, and which
 * they are; NULL where there is none. Processes in a user namespace of their own hold theirs over
 * nothing of the host and do not count. Where the namespaces may not be read, one that may be in
 * such is found only if there is no other, and *ret_certain is false.
 */
const struct process *container_intruder(const struct container *container, uint64_t *ret_excess,
					 bool *ret_certain);

/* What to say of one that is not certain. */
const char *intruder_text(const struct check_input *in, const struct process *process);

/*
 * Weigh a failure that rests on programs which give rights to whoever runs them, where the image's
 * layers were looked at (--deep): medium and the first of them, or low for none.
 */
struct verdict verdict_for_programs(const struct check_input *in, struct verdict verdict);

/* No process has any of these, and no_new_privs keeps every process from getting them. */
bool container_out_of_reach(const struct container *container, uint64_t capabilities);

void cite_mask(const struct check_input *in, struct verdict *verdict, const struct process *process,
	       const char *field, uint64_t mask);

/* HostConfig.SecurityOpt is no list. */
bool security_options_malformed(const cJSON *inspect);

#endif
