/* SPDX-License-Identifier: Apache-2.0 */

/*
 * dockerd's own options, as arguments and as a file. Those that it is known to have are no secrets,
 * save what hides in log options, labels and addresses; any other is masked where its name or
 * value looks like one.
 */
#include "collect/redact.h"

#include "base/doc.h"
#include "base/text.h"
#include "collect/redact_rule.h"
#include "collect/secret.h"

#include <string.h>

/* Names of flags and of the file's keys: many keys are the plural of their flag. */
static const char *const known[] = {
	"add-runtime",
	"allow-nondistributable-artifacts",
	"authorization-plugin*",
	"bip*",
	"bridge*",
	"builder",
	"cdi-spec-dir*",
	"cgroup-parent",
	"config-file",
	"containerd*",
	"data-root",
	"default-*",
	"dns*",
	"exec-opt*",
	"exec-root",
	"features",
	"feature",
	"fixed-cidr*",
	"graph",
	"group",
	"host",
	"hosts",
	"host-gateway-ip*",
	"http-proxy",
	"https-proxy",
	"init-path",
	"insecure-registr*",
	"ip",
	"labels",
	"log-driver",
	"log-format",
	"log-level",
	"log-opts",
	"metrics-addr",
	"no-proxy",
	"node-generic-resource*",
	"oom-score-adjust",
	"pidfile",
	"registry-mirror*",
	"seccomp-profile",
	"storage-driver",
	"storage-opt*",
	"swarm-default-advertise-addr",
	"tls*",
	"userland-proxy-path",
	"userns-remap",
};

static bool is_known(const char *name)
{
	return redact_one_of(name, known, REDACT_COUNT(known));
}

/* The value of option `name`, which begins at `start` of the word. */
static void option_value(cJSON *word, const char *name, size_t start)
{
	if (strcmp(name, "log-opt") == 0)
		redact_pair(word, start, redact_log_option_stays);
	else if (strcmp(name, "label") == 0)
		redact_pair(word, start, redact_label_stays);
	else if (!is_known(name) && (secret_name(name) || secret_value(word->valuestring + start)))
		secret_mask_from(word, start);
}

/* "--name=value" is treated at once; of "--name" the name is left for the next word. */
static void option(cJSON *word, struct text *name)
{
	const char *text = word->valuestring;
	size_t length;

	name->length = 0;
	text_add(name, "");
	if (!text_starts(text, "--"))
		return;
	length = strcspn(text + 2, "=");
	text_add_bytes(name, text + 2, length);
	if (text[2 + length] != '=')
		return;
	option_value(word, name->bytes, 2 + length + 1);
	name->length = 0;
	text_add(name, "");
}

void redact_daemon_arguments(cJSON *argv)
{
	cleanup_text struct text name = {0};

	for (cJSON *word = argv->child ? argv->child->next : NULL; word; word = word->next) {
		if (!doc_is_string(word))
			secret_mask(word);
		else if (word->valuestring[0] == '-')
			option(word, &name);
		else
			option_value(word, text_string(&name), 0);
		secret_strip_userinfo(word);
	}
}

static const struct redact_rule config_rules[] = {
	{"labels.*", redact_label_pair},
	{"log-opts.*", redact_log_option},
	{"runtimes.*.args.*", secret_mask_word},
	{"runtimes.*.runtimeArgs.*", secret_mask_word},
};

/* The recursion is as deep as the document, which is at most cJSON's CJSON_NESTING_LIMIT. */
static void mask_item(cJSON *item, bool below_secret)
{
	bool secret = below_secret || (item->string && secret_name(item->string));

	if (doc_is_string(item) && (secret || secret_value(item->valuestring)))
		secret_mask(item);
	for (cJSON *child = item->child; child; child = child->next)
		mask_item(child, secret);
}

void redact_daemon_config(cJSON *config)
{
	redact_document(config, config_rules, REDACT_COUNT(config_rules));
	for (cJSON *child = config->child; child; child = child->next)
		if (child->string && !is_known(child->string))
			mask_item(child, false);
}
