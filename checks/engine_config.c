/* SPDX-License-Identifier: Apache-2.0 */

/* Whether the configuration file and the engine that runs are of one mind. */
#include "checks/engine.h"

#include "base/text.h"

/* True where the engine or its command line says the same as the file. */
static bool is_confirmed(const struct setting *setting)
{
	return setting && !setting->unknown && setting->n_sources &&
	       (setting->sources[0].origin == SETTING_API ||
		setting->sources[0].origin == SETTING_FLAG);
}

struct differences {
	struct text differing; /* sentences: the file says something else than what is in effect */
	struct text unconfirmed; /* keys of which only the file speaks */
};

static void compare(const struct check_input *in, const cJSON *content, struct differences *ret)
{
	doc_for_each (key, content) {
		const struct setting *setting = facts_setting(in->facts, key->string);

		if (setting && setting->disagreement) {
			text_add(&ret->differing, ret->differing.length ? "; " : "");
			text_add(&ret->differing, setting->disagreement);
		} else if (!is_confirmed(setting)) {
			text_add_item(&ret->unconfirmed, key->string);
		}
	}
}

static struct verdict judge_content(const struct check_input *in, const char *path,
				    const cJSON *content)
{
	const char *changed = in->facts->engine.config_changed;
	struct differences differences = {0};
	struct verdict verdict;

	compare(in, content, &differences);
	if (differences.differing.length)
		verdict = verdict_fail(in, "%s", text_string(&differences.differing));
	else if (!changed)
		verdict = verdict_pass(in, "%s has not changed since dockerd started", path);
	else if (differences.unconfirmed.length)
		verdict =
			verdict_unknown(in, "restart dockerd, then audit again",
					"%s %s, and nothing else tells whether this is in effect: "
					"%s",
					path, changed, text_string(&differences.unconfirmed));
	else
		verdict = verdict_pass(in, "%s %s, but all it says is in effect", path, changed);
	text_release(&differences.differing);
	text_release(&differences.unconfirmed);
	return verdict;
}

/* By the state in which the file was found (doc/snapshot-format.md). */
static struct verdict judge_file(const struct check_input *in, const cJSON *file)
{
	const char *path = doc_string_or(file, "path", "daemon.json");
	const char *state = doc_string_or(file, "state", "");
	const char *reason = doc_string_or(file, "reason", "not read");
	const cJSON *content;

	if (text_equal(state, "present") && doc_object(file, "content", &content) == DOC_PRESENT)
		return judge_content(in, path, content);
	if (text_equal(state, "absent"))
		return verdict_pass(in, "there is no %s", path);
	if (text_equal(state, "malformed"))
		return verdict_fail(in, "%s is malformed (%s): dockerd will not start with it",
				    path, reason);
	return verdict_unknown(in, "run as root", "%s: %s", path, reason);
}

static void cite_file(const struct check_input *in, struct verdict *verdict, const cJSON *file)
{
	const char *path = doc_string_or(file, "path", "daemon.json");

	cite_string(in, verdict, "file", path, doc_string_or(file, "state", "unread"));
	cite_string(in, verdict, "file", arena_printf(in->arena, "%s modified", path),
		    doc_string_or(file, "modified", "unknown"));
	cite_string(in, verdict, "kernel", "dockerd started",
		    doc_string_or(in->facts->engine.daemon, "started", "unknown"));
}

static struct verdict judge_config_loaded(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	const cJSON *file = doc_at(engine->daemon, "config_file");
	struct verdict verdict;

	if (engine->is_podman)
		return verdict_not_applicable(in,
					      "Podman has no daemon that keeps a configuration");
	if (!file)
		return verdict_unknown(in, engine->daemon_hint,
				       "the configuration file of dockerd "
				       "was not seen: %s",
				       engine->daemon_unread
					       ? engine->daemon_unread
					       : doc_string_or(engine->daemon, "unread.config_file",
							       "not recorded"));
	verdict = judge_file(in, file);
	cite_file(in, &verdict, file);
	return verdict;
}

const struct check checks_engine_config[] = {
	{.name = "engine-config-loaded",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_config_loaded},
	{0},
};
