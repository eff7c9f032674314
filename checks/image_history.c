/* SPDX-License-Identifier: Apache-2.0 */

/* How images were built: the steps of their history, the oldest first. */
#include "base/text.h"
#include "checks/item_list.h"
#include "judge/check.h"

#include <string.h>

#define WORDS_MOST 400

static const char history_hint[] = "the reply to GET /images/{id}/history";

/* Why a history cannot be judged, as a verdict; false where it can. */
static bool is_unjudged(const struct check_input *in, struct verdict *ret)
{
	const cJSON *history = NULL;
	bool named = false;

	if (doc_array(in->subject->doc, "history", &history) != DOC_PRESENT) {
		*ret = verdict_unknown(in, history_hint, "the history could not be read: %s",
				       doc_string_or(in->subject->doc, "unread.history",
						     "the snapshot does not hold it"));
		return true;
	}
	doc_for_each (entry, history)
		named |= *doc_string_or(entry, "step", "") != '\0';
	if (named)
		return false;
	*ret = verdict_not_applicable(in, "its history names no step of a build");
	cite_field(in, ret, "history", "history");
	return true;
}

/* Words of a step up to the end or an operator of the shell. */
struct words {
	const char *items[WORDS_MOST];
	size_t n;
};

static bool is_operator(const char *word)
{
	return *word && strspn(word, ";&|()`") == strlen(word);
}

/* A copy of the step cut into its words. */
static void words_of(struct arena *arena, const char *step, struct words *ret)
{
	char *copy = arena_strdup(arena, step), *state = NULL;

	ret->n = 0;
	for (char *word = strtok_r(copy, " ", &state); word && ret->n < WORDS_MOST;
	     word = strtok_r(NULL, " ", &state))
		ret->items[ret->n++] = word;
}

static bool is_instruction(const cJSON *entry, const char *instruction)
{
	const char *step = doc_string_or(entry, "step", "");
	size_t n = strlen(instruction);

	return text_starts(step, instruction) && (step[n] == ' ' || !step[n]);
}

/* The step that makes the lowest layer. */
static bool makes_layer(const cJSON *entry)
{
	return doc_at(entry, "size") || is_instruction(entry, "ADD") ||
	       is_instruction(entry, "COPY") || is_instruction(entry, "RUN");
}

/* An ADD that fetches from elsewhere without a checksum. */
static bool fetches(const char *step)
{
	return strstr(step, "://") && !strstr(step, " --checksum=");
}

static struct verdict adds(const struct check_input *in, size_t n, const char *worst)
{
	struct verdict verdict;

	if (fetches(worst))
		verdict = verdict_as(verdict_fail(in, "%s: fetched without a checksum", worst),
				     SEVERITY_MEDIUM);
	else if (n > 1)
		verdict = verdict_fail(in, "%zu steps use ADD, such as: %s", n, worst);
	else
		verdict = verdict_fail(in, "%s", worst);
	return verdict;
}

/* The root file system of a base image is added to / as the lowest layer: no COPY could do that. */
static struct verdict judge_add(const struct check_input *in)
{
	const cJSON *history = doc_at(in->subject->doc, "history");
	const char *worst = NULL;
	struct verdict verdict;
	bool lowest = true;
	size_t n = 0;

	if (is_unjudged(in, &verdict))
		return verdict;
	doc_for_each (entry, history) {
		const char *step = doc_string_or(entry, "step", "");
		bool is_root = lowest && text_ends(step, " /") && !strstr(step, "://");

		lowest = lowest && !makes_layer(entry);
		if (!is_instruction(entry, "ADD") || is_root || strstr(step, " --checksum="))
			continue;
		n++;
		if (!worst || (fetches(step) && !fetches(worst)))
			worst = step;
	}
	verdict = worst ? adds(in, n, worst) : verdict_pass(in, "no step uses ADD");
	doc_for_each (entry, history) {
		if (is_instruction(entry, "ADD"))
			cite_string(in, &verdict, "history", "CreatedBy",
				    doc_string_or(entry, "step", ""));
	}
	return verdict;
}

/* What package managers call the refreshing of their index, and what else uses a fresh one. */
static const struct manager {
	const char *name, *refresh;
	const char *const *install;
} managers[] = {
#define INSTALLS (const char *const[])
	{"apt-get", "update",
	 INSTALLS{"install", "upgrade", "dist-upgrade", "build-dep", "full-upgrade", "source",
		  "download", NULL}},
	{"apt", "update",
	 INSTALLS{"install", "upgrade", "full-upgrade", "dist-upgrade", "build-dep", "download",
		  NULL}},
	{"aptitude", "update", INSTALLS{"install", "safe-upgrade", "full-upgrade", NULL}},
	{"apk", "update", INSTALLS{"add", "upgrade", "fix", NULL}},
	{"dnf", "makecache", INSTALLS{"install", "update", "upgrade", "groupinstall", NULL}},
	{"yum", "makecache", INSTALLS{"install", "update", "upgrade", "groupinstall", NULL}},
	{"microdnf", "makecache", INSTALLS{"install", "update", "upgrade", NULL}},
	{"zypper", "refresh", INSTALLS{"install", "in", "update", "up", "dup", "patch", NULL}},
	{"zypper", "ref", INSTALLS{"install", "in", "update", "up", "dup", "patch", NULL}},
#undef INSTALLS
};

static const char *base_name(const char *program)
{
	const char *slash = strrchr(program, '/');

	return slash ? slash + 1 : program;
}

static bool is_one_of(const char *word, const char *const *list)
{
	for (; *list; list++) {
		if (strcmp(*list, word) == 0)
			return true;
	}
	return false;
}

/* apt, apt-get and aptitude share one index. */
static bool is_family(const char *program, const char *name)
{
	return strcmp(program, name) == 0 ||
	       (text_starts(program, "apt") && text_starts(name, "apt"));
}

/* What a step does with packages. */
struct package_use {
	bool refreshes, installs;
};

/* One word after a manager; the first that it knows is the command. */
static bool use_word(const char *program, const char *word, struct package_use *use)
{
	for (size_t i = 0; i < sizeof(managers) / sizeof(managers[0]); i++) {
		if (!is_family(program, managers[i].name))
			continue;
		if (strcmp(word, managers[i].refresh) == 0) {
			use->refreshes = true;
			return true;
		}
		if (is_one_of(word, managers[i].install)) {
			use->installs = true;
			return true;
		}
	}
	return false;
}

static bool is_manager(const char *program)
{
	for (size_t i = 0; i < sizeof(managers) / sizeof(managers[0]); i++) {
		if (is_family(program, managers[i].name))
			return true;
	}
	return false;
}

static struct package_use package_use(struct arena *arena, const char *step)
{
	struct package_use use = {0};
	const char *program = NULL;
	struct words words;

	words_of(arena, step, &words);
	for (size_t i = 0; i < words.n; i++) {
		const char *word = words.items[i];

		if (is_operator(word))
			program = NULL;
		else if (program && use_word(program, word, &use))
			program = NULL;
		else if (!program && is_manager(base_name(word)))
			program = base_name(word);
	}
	return use;
}

static struct verdict judge_update(const struct check_input *in)
{
	const cJSON *history = doc_at(in->subject->doc, "history");
	size_t n = 0, n_installs = 0;
	const char *first = NULL;
	struct verdict verdict;

	if (is_unjudged(in, &verdict))
		return verdict;
	doc_for_each (entry, history) {
		const char *step = doc_string_or(entry, "step", "");
		struct package_use use = {0};

		if (is_instruction(entry, "RUN"))
			use = package_use(in->arena, step);
		n_installs += use.installs;
		if (use.refreshes && !use.installs && n++ == 0)
			first = step;
	}
	if (n > 0)
		verdict = verdict_fail(in, "refreshes the package index, but installs nothing: %s",
				       first);
	else
		verdict = verdict_pass(in, "no step refreshes the package index alone; %zu install",
				       n_installs);
	cite_int(in, &verdict, "history", "steps that refresh the index alone", (int64_t)n);
	cite_string(in, &verdict, "history", "CreatedBy", first);
	return verdict;
}

/* What makes a package manager take what nobody signed. */
static const char *const unverified[] = {
	"--allow-unauthenticated",
	"--allow-untrusted",
	"--no-gpg-checks",
	"--nogpgcheck",
	"--force-yes",
	"trusted=yes",
	"gpgcheck=0",
	"gpgcheck=False",
	"AllowUnauthenticated",
	"AllowInsecureRepositories",
	"--allow-insecure-repositories",
	"--no-verify",
};

static const char *switched_off(const char *step)
{
	for (size_t i = 0; i < sizeof(unverified) / sizeof(unverified[0]); i++) {
		if (strstr(step, unverified[i]))
			return unverified[i];
	}
	return NULL;
}

/* Something fetched, and nothing in the same step that checks it. */
static bool is_unchecked(const char *step)
{
	return (strstr(step, "curl ") || strstr(step, "wget ")) && !strstr(step, "sum ") &&
	       !strstr(step, "gpg") && !strstr(step, "cosign ");
}

static struct verdict judge_verified(const struct check_input *in)
{
	const cJSON *history = doc_at(in->subject->doc, "history");
	const char *bad = NULL, *unchecked = NULL;
	struct verdict verdict;

	if (is_unjudged(in, &verdict))
		return verdict;
	doc_for_each (entry, history) {
		const char *step = doc_string_or(entry, "step", "");

		if (!is_instruction(entry, "RUN"))
			continue;
		if (!bad && switched_off(step))
			bad = step;
		if (!unchecked && is_unchecked(step))
			unchecked = step;
	}
	if (bad)
		verdict = verdict_fail(in, "%s: %s", switched_off(bad), bad);
	else if (unchecked)
		verdict = verdict_manual(in, "is what this step fetches checked? %s", unchecked);
	else
		verdict = verdict_pass(in, "no step switches the check of signatures off");
	if (bad || unchecked)
		cite_string(in, &verdict, "history", "CreatedBy", bad ? bad : unchecked);
	return verdict;
}

/* What names or values of an image's build and environment say of secrets. */
struct secrets {
	struct text values, names; /* plain ones, and variables that are only called so */
};

static void add_secrets(const cJSON *list, const char *where, struct secrets *found)
{
	doc_for_each (item, list) {
		const char *secret = doc_string_or(item, "secret", NULL);
		const char *name = doc_string_or(item, "name", "");
		struct text *text = text_equal(secret, "value") ? &found->values : &found->names;
		cleanup_text struct text words = {0};

		if (!secret)
			continue;
		text_addf(&words, "%s%s%s", where, *name ? " " : "", name);
		if (!strstr(text_string(text), text_string(&words)))
			text_add_item(text, text_string(&words));
	}
}

static struct verdict judge_secrets(const struct check_input *in)
{
	struct secrets found = {TEXT_INIT(ITEM_LIST), TEXT_INIT(ITEM_LIST)};
	const cJSON *history = NULL;
	struct verdict verdict;
	bool read = doc_array(in->subject->doc, "history", &history) == DOC_PRESENT;

	add_secrets(doc_at(in->subject->doc, "Config.Env"), "ENV", &found);
	doc_for_each (entry, history) {
		const char *step = doc_string_or(entry, "step", "");
		size_t n = strcspn(step, " ");

		add_secrets(doc_at(entry, "secrets"), arena_printf(in->arena, "%.*s", (int)n, step),
			    &found);
	}
	if (!item_list_is_empty(&found.values))
		verdict = verdict_fail(in, "a secret in plain text: %s",
				       item_list_text(in, &found.values));
	else if (!read)
		verdict = verdict_unknown(in, history_hint, "the history could not be read: %s",
					  doc_string_or(in->subject->doc, "unread.history",
							"the snapshot does not hold it"));
	else if (!item_list_is_empty(&found.names))
		verdict = verdict_manual(in, "is the value of this a secret? %s",
					 item_list_text(in, &found.names));
	else
		verdict = verdict_pass(in, "no secret seen in environment and history");
	if (!item_list_is_empty(&found.values))
		cite_string(in, &verdict, "image", "values that look like secrets",
			    item_list_text(in, &found.values));
	if (!item_list_is_empty(&found.names))
		cite_string(in, &verdict, "image", "names that speak of secrets",
			    item_list_text(in, &found.names));
	text_release(&found.values);
	text_release(&found.names);
	return verdict;
}

const struct check checks_image_history[] = {
	{.name = "image-add", .subjects = SUBJECTS(SUBJECT_IMAGE), .judge = judge_add},
	{.name = "image-lone-update", .subjects = SUBJECTS(SUBJECT_IMAGE), .judge = judge_update},
	{.name = "image-secrets", .subjects = SUBJECTS(SUBJECT_IMAGE), .judge = judge_secrets},
	{.name = "image-verified", .subjects = SUBJECTS(SUBJECT_IMAGE), .judge = judge_verified},
	{0},
};
