/* SPDX-License-Identifier: Apache-2.0 */

/* The services of a swarm, and the networks that connect their containers between nodes. */
#include "base/text.h"
#include "checks/item_list.h"
#include "judge/check.h"

/* --- overlay networks */

static bool is_overlay(const struct check_input *in)
{
	return text_equal(doc_string_or(in->subject->doc, "Driver", ""), "overlay");
}

/* Presence counts, as in libnetwork, which does not look at the value. */
static struct verdict judge_encrypted(const struct check_input *in)
{
	const bool ingress = doc_bool_or(in->subject->doc, "Ingress", false);
	const cJSON *options;
	struct verdict verdict;

	if (doc_object(in->subject->doc, "Options", &options) == DOC_MALFORMED)
		verdict = verdict_unknown(in, NULL, "Options of the network are malformed");
	else if (doc_member(options, "encrypted"))
		verdict = verdict_pass(in, "Options.encrypted is set");
	else if (ingress)
		verdict = verdict_fail(in, "Options.encrypted is not set on the routing mesh "
					   "(ingress), which carries what services publish");
	else
		verdict = verdict_fail(in, "Options.encrypted is not set");
	cite_string(in, &verdict, "network", "Driver", "overlay");
	cite_field(in, &verdict, "network", "Options");
	return verdict;
}

/* --- secrets */

/* Only its name says that it is one: it may be something else. */
static bool is_certain(const cJSON *variable)
{
	return text_equal(doc_string_or(variable, "secret", ""), "value");
}

static size_t count_items(const cJSON *list)
{
	size_t n = 0;

	doc_for_each (item, list)
		n++;
	return n;
}

static struct verdict judge_secrets(const struct check_input *in)
{
	const cJSON *spec = doc_at(in->subject->doc, "Spec.TaskTemplate.ContainerSpec"), *variables;
	cleanup_text struct text names = TEXT_INIT(ITEM_LIST);
	size_t n_secrets = count_items(doc_at(spec, "Secrets"));
	struct verdict verdict;
	bool certain = false;

	if (!spec || doc_array(spec, "Env", &variables) == DOC_MALFORMED)
		return verdict_unknown(in, NULL, "the service has no readable ContainerSpec");
	variables = doc_at(spec, "Env");
	doc_for_each (variable, variables) {
		if (!doc_at(variable, "secret"))
			continue;
		text_add_item(&names, doc_string_or(variable, "name", "?"));
		certain |= is_certain(variable);
	}
	if (item_list_is_empty(&names))
		verdict = verdict_pass(in,
				       "no variable of its %zu looks like a secret; it gets %zu "
				       "from the swarm",
				       count_items(variables), n_secrets);
	else if (certain)
		verdict = verdict_fail(in, "secrets in the environment: %s",
				       item_list_text(in, &names));
	else
		verdict = verdict_fail(in, "by their names, secrets in the environment: %s",
				       item_list_text(in, &names));
	doc_for_each (variable, variables)
		if (doc_at(variable, "secret"))
			cite_string(in, &verdict, "service", "Spec.TaskTemplate.ContainerSpec.Env",
				    doc_string_or(variable, "name", "?"));
	cite_int(in, &verdict, "service", "Spec.TaskTemplate.ContainerSpec.Secrets",
		 (int64_t)n_secrets);
	return verdict;
}

const struct check checks_swarm_services[] = {
	{.name = "network-encrypted",
	 .subjects = SUBJECTS(SUBJECT_NETWORK),
	 .judge = judge_encrypted,
	 .selects = is_overlay},
	{.name = "service-secrets", .subjects = SUBJECTS(SUBJECT_SERVICE), .judge = judge_secrets},
	{0},
};
