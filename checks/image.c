/* SPDX-License-Identifier: Apache-2.0 */

/* What images say of themselves, where they come from, how old they are, and what nobody uses. */
#include "base/reference.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "checks/item_list.h"
#include "judge/check.h"

#include <inttypes.h>
#include <string.h>

/* Builds that are to be the same anywhere say that they were made then. */
#define REPRODUCIBLE (INT64_C(12) * 365 * SECONDS_PER_DAY)

/* Podman builds images whose format has no place for a health check, unless told otherwise. */
static bool is_oci(const struct check_input *in)
{
	return in->facts->engine.is_podman &&
	       strstr(doc_string_or(in->subject->doc, "ManifestType", ""), "oci.image");
}

static struct verdict judge_healthcheck(const struct check_input *in)
{
	const cJSON *test = doc_at(in->subject->doc, "Config.Healthcheck.Test");
	const char *kind = test && doc_is_string(test->child) ? test->child->valuestring : "";
	struct verdict verdict;

	if (!doc_at(in->subject->doc, "Config"))
		return verdict_unknown(in, NULL, "inspect has no Config");
	if (strcmp(kind, "CMD") == 0 || strcmp(kind, "CMD-SHELL") == 0)
		verdict = verdict_pass(in, "Config.Healthcheck.Test is %s", kind);
	else if (strcmp(kind, "NONE") == 0)
		verdict = verdict_fail(in, "Config.Healthcheck.Test is NONE: switched off");
	else if (test && test->child)
		verdict = verdict_unknown(in, NULL, "Config.Healthcheck.Test cannot be read");
	else if (is_oci(in))
		verdict = verdict_not_applicable(
			in,
			"an image in OCI format has no health check; its containers are judged");
	else
		verdict = verdict_fail(in, "Config.Healthcheck is not set");
	cite_field(in, &verdict, "image", "Config.Healthcheck.Test");
	return verdict;
}

/* A repository by its patterns; without the digest, too. */
static bool is_listed(const struct check_input *in, const char *reference)
{
	size_t n, length = strcspn(reference, "@");
	const char *const *patterns = param_strings(in, "approved", &n);
	const char *bare = arena_strndup(in->arena, reference, length);

	for (size_t i = 0; i < n; i++) {
		if (text_matches(reference, patterns[i]) || text_matches(bare, patterns[i]) ||
		    (text_starts(bare, patterns[i]) && bare[strlen(patterns[i])] == '/'))
			return true;
	}
	return false;
}

/* As it is written, "nginx@sha256:…", or in full, "docker.io/library/nginx@sha256:…". */
static bool is_approved(const struct check_input *in, const char *reference)
{
	return is_listed(in, reference) || is_listed(in, reference_canonical(in->arena, reference));
}

static struct verdict judge_registry(const struct check_input *in)
{
	const cJSON *digests = doc_at(in->subject->doc, "RepoDigests");
	struct verdict verdict;
	const char *approved = NULL, *first = NULL;
	size_t n;

	doc_for_each (digest, digests) {
		if (!doc_is_string(digest))
			continue;
		first = first ? first : digest->valuestring;
		if (is_approved(in, digest->valuestring))
			approved = digest->valuestring;
	}
	param_strings(in, "approved", &n);
	if (!first)
		verdict = verdict_manual(in, "RepoDigests is empty: built or loaded on this host");
	else if (n == 0)
		verdict = verdict_manual(in, "from %s: is that a place to be trusted?", first);
	else if (approved)
		verdict = verdict_pass(in, "from %s, which is approved", approved);
	else
		verdict = verdict_fail(in, "from %s, which is not approved", first);
	cite_field(in, &verdict, "image", "RepoDigests");
	return verdict;
}

static struct verdict judge_age(const struct check_input *in)
{
	const char *text = doc_string_or(in->subject->doc, "Created", NULL);
	int64_t created, limit = param_int(in, "days", 0), days;
	struct verdict verdict;

	if (!timestamp_parse(text, &created)) {
		verdict = verdict_manual(in, "inspect does not say when it was created");
	} else if (created < REPRODUCIBLE) {
		verdict = verdict_manual(in, "Created is %s, which says nothing of its age", text);
	} else if (in->facts->now == 0 || created > in->facts->now + SECONDS_PER_DAY) {
		verdict = verdict_manual(in, "Created is %s, which is no time that has been", text);
	} else {
		days = (in->facts->now - created) / SECONDS_PER_DAY;
		if (limit <= 0)
			verdict = verdict_manual(
				in, "created %" PRId64 " days ago: is it scanned and rebuilt?",
				days);
		else if (days > limit)
			verdict =
				verdict_fail(in, "created %" PRId64 " days ago, more than %" PRId64,
					     days, limit);
		else
			verdict = verdict_pass(in, "created %" PRId64 " days ago", days);
	}
	cite_field(in, &verdict, "image", "Created");
	return verdict;
}

/* Containers whose document lacks a field, as those do that could not be read. */
static int64_t count_without(const struct check_input *in, const char *field)
{
	int64_t n = 0;
	const char *text;

	doc_for_each (container, doc_at(in->facts->snapshot, "engine.containers"))
		n += doc_string(container, field, &text) != DOC_PRESENT;
	return n;
}

/*
 * Of n things `found` are too many above `limit`, which is below 0 where nobody set one; of
 * `unseen` others it is not known whether they are such.
 */
static struct verdict judge_number(const struct check_input *in, const char *text, int64_t found,
				   int64_t unseen, int64_t limit)
{
	if (limit >= 0 && found > limit)
		return verdict_fail(in, "%s", text);
	if (limit < 0 && found > 0)
		return verdict_manual(in, "%s: are they needed?", text);
	if (unseen > 0 && found + unseen > (limit > 0 ? limit : 0))
		return verdict_unknown(in, "the engine's answer for each container",
				       "%s; containers that could not be read: %" PRId64, text,
				       unseen);
	return verdict_pass(in, "%s", text);
}

/*
 * Distinct images, whatever the number of their containers. One that could not be read may have any
 * one of them.
 */
static struct verdict judge_sprawl(const struct check_input *in)
{
	const struct subject_list *images = &in->facts->subjects[SUBJECT_IMAGE];
	const struct subject_list *containers = &in->facts->subjects[SUBJECT_CONTAINER];
	int64_t unused = 0, dangling = 0, unseen = count_without(in, "Image");
	const char *text;
	struct verdict verdict;

	if (images->unread || containers->unread)
		return verdict_unknown(in, images->unread ? images->hint : containers->hint,
				       "not all images and containers are known: %s",
				       images->unread ? images->unread : containers->unread);
	for (size_t i = 0; i < images->n; i++) {
		const struct subject *image = &images->items[i];
		const cJSON *tags = doc_at(image->doc, "RepoTags");

		unused += text_equal(image->state, "unused");
		dangling +=
			text_equal(image->state, "unused") && image->doc && !(tags && tags->child);
	}
	unseen = unseen < unused ? unseen : unused;
	text = unused ? arena_printf(in->arena,
				     "of %zu images %" PRId64 " have no container, %" PRId64
				     " of them no tag either",
				     images->n, unused, dangling)
		      : arena_printf(in->arena, "each of %zu images has a container", images->n);
	verdict = judge_number(in, text, unused - unseen, unseen, param_int(in, "most", -1));
	cite_int(in, &verdict, "engine", "images", (int64_t)images->n);
	cite_int(in, &verdict, "engine", "images without a container", unused);
	cite_int(in, &verdict, "engine", "images without a container and a tag", dangling);
	return verdict;
}

static struct verdict judge_stopped(const struct check_input *in)
{
	const struct subject_list *containers = &in->facts->subjects[SUBJECT_CONTAINER];
	const char *text;
	int64_t stopped = 0;
	struct verdict verdict;

	if (containers->unread)
		return verdict_unknown(in, containers->hint, "the containers are not known: %s",
				       containers->unread);
	doc_for_each (container, doc_at(in->facts->snapshot, "engine.containers")) {
		const char *status = doc_string_or(container, "State.Status", "");

		stopped += text_equal(status, "exited") || text_equal(status, "created") ||
			   text_equal(status, "dead");
	}
	text = stopped ? arena_printf(in->arena, "of %zu containers %" PRId64 " are stopped",
				      containers->n, stopped)
		       : arena_printf(in->arena, "none of %zu containers is stopped",
				      containers->n);
	verdict = judge_number(in, text, stopped, count_without(in, "State.Status"),
			       param_int(in, "most", -1));
	cite_int(in, &verdict, "engine", "containers", (int64_t)containers->n);
	cite_int(in, &verdict, "engine", "containers created, exited or dead", stopped);
	return verdict;
}

static const struct param_spec registry_params[] = {
	{"approved", PARAM_STRINGS, false,
	 "registries and repositories, or shell patterns of them"},
	{0},
};

static const struct param_spec age_params[] = {
	{"days", PARAM_INT, false, "days after which an image is too old"},
	{0},
};

static const struct param_spec most_params[] = {
	{"most", PARAM_INT, false, "how many there may be"},
	{0},
};

const struct check checks_image[] = {
	{.name = "image-healthcheck",
	 .subjects = SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_healthcheck},
	{.name = "image-registry",
	 .subjects = SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_registry,
	 .params = registry_params},
	{.name = "image-age",
	 .subjects = SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_age,
	 .params = age_params},
	{.name = "image-sprawl",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_sprawl,
	 .params = most_params},
	{.name = "container-sprawl",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_stopped,
	 .params = most_params},
	{0},
};
