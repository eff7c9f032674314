/* SPDX-License-Identifier: Apache-2.0 */

/* What several formats spell alike. */
#ifndef BULKHEAD_REPORTS_WORDS_H
#define BULKHEAD_REPORTS_WORDS_H

#include "base/text.h"
#include "judge/report.h"

/*
 * The control's number in the first selected benchmark that numbers it: "5.10". NULL where none
 * does, or where a benchmark knows its controls by their keys. *ret_benchmark may be NULL.
 */
const char *words_number(const struct report *report, const struct control *control,
			 const struct benchmark **ret_benchmark);

/* "inspect HostConfig.Privileged = true". */
void words_evidence(struct text *text, const struct evidence *evidence);

/* "until 2027-03-31, owner ops, ticket OPS-1: reads the host's processes (policy.yaml:8:5)". */
void words_waiver(struct text *text, const struct waiver *waiver);

/* "new", "known"; NULL where it was not compared. */
const char *words_novelty(const struct result *result);

/* The host's name, or what to say where it is not known or empty. */
const char *words_host(const struct report *report, const char *otherwise);

size_t words_total(const struct counts *counts);

/* "1 container", "2 containers". `noun` takes an s. */
void words_count(struct text *text, size_t n, const char *noun);

#endif
