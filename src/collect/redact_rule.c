/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/redact_rule.h"

#include "base/doc.h"
#include "base/text.h"
#include "collect/secret.h"

#include <string.h>

static bool names_child(const char *name, size_t length, const cJSON *child)
{
	if (length == 1 && *name == '*')
		return true;
	return child->string && *child->string == *name &&
	       strncmp(name, child->string, length) == 0 && !child->string[length];
}

/* The recursion is as deep as the path has members. */
void redact_apply(cJSON *parent, const char *path, redaction *redact)
{
	size_t length = strcspn(path, ".");
	cJSON *next;

	for (cJSON *child = parent->child; child; child = next) {
		next = child->next;
		if (!names_child(path, length, child) || cJSON_IsNull(child))
			continue;
		if (path[length])
			redact_apply(child, path + length + 1, redact);
		else if (redact)
			redact(child);
		else
			cJSON_Delete(cJSON_DetachItemViaPointer(parent, child));
	}
}

/* As deep as the document, which is at most cJSON's CJSON_NESTING_LIMIT. */
static void tidy(cJSON *parent)
{
	cJSON *next;

	for (cJSON *child = parent->child; child; child = next) {
		next = child->next;
		if (cJSON_IsNull(child) && child->string)
			cJSON_Delete(cJSON_DetachItemViaPointer(parent, child));
		else if (cJSON_IsString(child))
			secret_strip_userinfo(child);
		else
			tidy(child);
	}
}

void redact_document(cJSON *doc, const struct redact_rule *rules, size_t n)
{
	for (size_t i = 0; i < n; i++)
		redact_apply(doc, rules[i].path, rules[i].redact);
	tidy(doc);
}

void redact_arguments(cJSON *words)
{
	if (!cJSON_IsArray(words)) {
		secret_mask(words);
		return;
	}
	for (cJSON *word = words->child; word; word = word->next)
		secret_mask_word(word);
}

bool redact_one_of(const char *word, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (text_matches(word, words[i]))
			return true;
	return false;
}

static const char *const defined_labels[] = {
	"com.docker.compose.*", "com.docker.swarm.*",   "com.docker.stack.*",
	"io.kubernetes.*",      "org.opencontainers.*",
};

bool redact_label_stays(const char *name, const char *value)
{
	return redact_one_of(name, defined_labels, REDACT_COUNT(defined_labels)) ||
	       !(secret_name(name) || secret_value(value));
}

void redact_label(cJSON *item)
{
	if (!doc_is_string(item) ||
	    !redact_label_stays(item->string ? item->string : "", item->valuestring))
		secret_mask(item);
}

void redact_pair(cJSON *pair, size_t start, redact_stays *stays)
{
	char *name = doc_is_string(pair) ? pair->valuestring + start : NULL;
	char *equals = name ? strchr(name, '=') : NULL;
	bool stay;

	if (!equals)
		return;
	*equals = '\0';
	stay = stays(name, equals + 1);
	*equals = '=';
	if (!stay)
		secret_mask_from(pair, (size_t)(equals + 1 - pair->valuestring));
}

void redact_label_pair(cJSON *pair)
{
	redact_pair(pair, 0, redact_label_stays);
}

/* Options of logging drivers: sizes, modes, addresses. */
static const char *const log_options[] = {
	"max-size",
	"max-file",
	"max-buffer-size",
	"mode",
	"compress",
	"cache-*",
	"labels",
	"env",
	"*-address",
	"*-url",
	"*-region",
	"*-endpoint",
	"*-format",
	"*-facility",
	"*-tls-*",
	"*-async*",
	"*-insecureskipverify",
	"*-capath",
	"*-caname",
};

bool redact_log_option_stays(const char *name, const char *value)
{
	return redact_one_of(name, log_options, REDACT_COUNT(log_options)) && !strchr(value, '?');
}

void redact_log_option(cJSON *item)
{
	if (!doc_is_string(item) ||
	    !redact_log_option_stays(item->string ? item->string : "", item->valuestring))
		secret_mask(item);
}
