/* SPDX-License-Identifier: Apache-2.0 */

/* Whether anybody verifies who made an image: before it is pulled, and what was pulled. */
#include "base/text.h"
#include "checks/item_list.h"
#include "judge/check.h"

/* What the policy says of a mechanism of which neither engine nor host knows; NULL: nothing. */
static const char *other_mechanism(const struct check_input *in)
{
	const char *mechanism = param_string(in, "mechanism", NULL);

	return mechanism && *mechanism ? mechanism : NULL;
}

/* DOCKER_CONTENT_TRUST in the files that set variables for whoever logs in. */
struct variable {
	bool looked;          /* false: nobody did */
	const char *on, *off; /* the first file that sets it so; NULL: none */
};

static struct variable find_variable(const struct check_input *in)
{
	struct variable found = {0};
	const cJSON *files = NULL;

	if (facts_is_remote(in->facts))
		return found;
	found.looked = doc_object(in->facts->host.doc, "content_trust", &files) == DOC_PRESENT;
	doc_for_each (file, files) {
		const char **first = cJSON_IsTrue(file) ? &found.on : &found.off;

		if (cJSON_IsBool(file) && !*first)
			*first = file->string;
	}
	return found;
}

/*
 * Docker's own is a setting of the client: no engine knows it, and it is another for each account,
 * unit and job that pulls. Only Mirantis' engine can be told to refuse what is not signed.
 */
static struct verdict judge_content_trust(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	const char *mode =
		doc_string_or(engine->daemon, "config_file.content.content-trust.mode", NULL);
	struct variable variable = find_variable(in);
	struct verdict verdict;

	if (other_mechanism(in))
		verdict = verdict_not_applicable(in, "the policy names another mechanism: %s",
						 other_mechanism(in));
	else if (text_equal(mode, "enforced") && !engine->config_changed)
		verdict = verdict_pass(in, "content-trust.mode of the engine is enforced");
	else if (variable.off)
		verdict = verdict_fail(in, "%s switches DOCKER_CONTENT_TRUST off", variable.off);
	else if (variable.on)
		verdict =
			verdict_manual(in,
				       "%s sets DOCKER_CONTENT_TRUST for who logs in: do services "
				       "and jobs pull without it?",
				       variable.on);
	else
		verdict = verdict_manual(
			in, "%s: is DOCKER_CONTENT_TRUST set where images are pulled?",
			variable.looked ? "no profile of the host sets it" : "no engine knows it");
	if (mode)
		cite_string(in, &verdict, "file", "content-trust.mode", mode);
	if (variable.off || variable.on)
		cite_bool(in, &verdict, "host",
			  arena_printf(in->arena, "%s DOCKER_CONTENT_TRUST",
				       variable.off ? variable.off : variable.on),
			  !variable.off);
	cite_field(in, &verdict, "info", "Plugins.Authorization");
	return verdict;
}

/* The signatures that the engine has verified (Engine 29), and the one that it could not. */
struct signatures {
	size_t n;
	const char *signer, *error;
};

static struct signatures count_signatures(const cJSON *image)
{
	const cJSON *list = NULL;
	struct signatures signatures = {0};

	doc_array(image, "Identity.Signature", &list);
	doc_for_each (signature, list) {
		const char *error = doc_string_or(signature, "Error", "");

		if (*error) {
			signatures.error = error;
		} else if (cJSON_IsObject(signature)) {
			signatures.n++;
			signatures.signer = doc_string_or(signature, "Name", "an unnamed signer");
		}
	}
	return signatures;
}

static struct verdict judge_signatures(const struct check_input *in)
{
	const struct signatures signatures = count_signatures(in->subject->doc);
	const cJSON *digests = doc_at(in->subject->doc, "RepoDigests");
	struct verdict verdict;

	if (signatures.n > 0)
		verdict =
			verdict_pass(in, "the engine verified a signature: %s", signatures.signer);
	else if (signatures.error)
		verdict =
			verdict_fail(in, "a signature could not be verified: %s", signatures.error);
	else if (other_mechanism(in))
		verdict = verdict_pass(in, "the policy says by what it is verified: %s",
				       other_mechanism(in));
	else if (digests && digests->child)
		verdict = verdict_manual(in, "pulled, and no verified signature is recorded");
	else
		verdict = verdict_manual(in, "built or loaded on this host: by whom?");
	cite_field(in, &verdict, "image", "Identity.Signature");
	cite_field(in, &verdict, "image", "RepoDigests");
	return verdict;
}

static const struct param_spec trust_params[] = {
	{"mechanism", PARAM_STRING, false, "what else verifies images before they are used"},
	{0},
};

const struct check checks_image_trust[] = {
	{.name = "content-trust",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_content_trust,
	 .params = trust_params},
	{.name = "image-signatures",
	 .subjects = SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_signatures,
	 .params = trust_params},
	{0},
};
