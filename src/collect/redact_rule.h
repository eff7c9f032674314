/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Redaction by table: which member of a document, and what is done with it. A member that is said
 * twice is treated twice.
 */
#ifndef BULKHEAD_COLLECT_REDACT_RULE_H
#define BULKHEAD_COLLECT_REDACT_RULE_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

typedef void redaction(cJSON *item);

struct redact_rule {
	const char *path;  /* members separated by dots; "*" is every child */
	redaction *redact; /* NULL: drop the item */
};

#define REDACT_COUNT(array) (sizeof(array) / sizeof((array)[0]))

void redact_apply(cJSON *parent, const char *path, redaction *redact);

/*
 * Apply n rules; then take out of the whole document what means nothing (null members), and user
 * and password of every address, wherever it stands.
 */
void redact_document(cJSON *doc, const struct redact_rule *rules, size_t n);

/* True where the word matches one of n shell patterns. */
bool redact_one_of(const char *word, const char *const *patterns, size_t n);

void redact_arguments(cJSON *words); /* of a command, without its program */
void redact_label(cJSON *item);      /* a member "name": "value" */
void redact_label_pair(cJSON *pair); /* a string "name=value" */
void redact_log_option(cJSON *item); /* a member of LogConfig.Config or log-opts */

/* Mask the value of "name=value", which begins at `start` of the string, unless it may stay. */
typedef bool redact_stays(const char *name, const char *value);
redact_stays redact_label_stays, redact_log_option_stays;
void redact_pair(cJSON *pair, size_t start, redact_stays *stays);

#endif
