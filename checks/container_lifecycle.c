/* SPDX-License-Identifier: Apache-2.0 */

/* From which image a container was made, how its health is seen, what happens when it ends. */
#include "base/text.h"
#include "checks/container_support.h"

#include <ctype.h>
#include <string.h>

static struct verdict judge_retries(const struct check_input *in)
{
	int64_t maximum = param_int(in, "maximum", 5);
	int64_t count =
		doc_int_or(in->subject->doc, "HostConfig.RestartPolicy.MaximumRetryCount", 0);

	if (count < 1)
		return container_fail(in, "HostConfig.RestartPolicy is on-failure without a limit");
	if (count > maximum)
		return container_fail(in,
				      "HostConfig.RestartPolicy is on-failure:%lld, more than %lld",
				      (long long)count, (long long)maximum);
	return verdict_pass(in, "HostConfig.RestartPolicy is on-failure:%lld", (long long)count);
}

static struct verdict judge_policy(const struct check_input *in, const char *name)
{
	if (text_equal(name, "") || text_equal(name, "no"))
		return verdict_pass(in, "HostConfig.RestartPolicy.Name is %s: never restarted",
				    *name ? name : "empty");
	if (text_equal(name, "on-failure"))
		return judge_retries(in);
	if (!text_equal(name, "always") && !text_equal(name, "unless-stopped"))
		return verdict_unknown(in, NULL,
				       "HostConfig.RestartPolicy.Name is %s, "
				       "which is no policy of Docker's",
				       name);
	if (param_lists(in, "accepted", name))
		return verdict_pass(in, "HostConfig.RestartPolicy.Name is %s, accepted here", name);
	return container_fail(in, "HostConfig.RestartPolicy.Name is %s: restarted without end",
			      name);
}

/*
 * The swarm starts a new task in the place of one that ended; the container's own policy is none.
 * Without a number of attempts there is no end (moby, api/types/swarm RestartPolicy).
 */
static struct verdict judge_attempts(const struct check_input *in, const char *condition,
				     const char *name)
{
	int64_t maximum = param_int(in, "maximum", 5), attempts;
	const cJSON *policy =
		doc_at(in->subject->container->service, "Spec.TaskTemplate.RestartPolicy");

	if (text_equal(condition, "none"))
		return verdict_pass(in, "the swarm service %s never restarts its tasks", name);
	if (doc_int(policy, "MaxAttempts", &attempts) == DOC_MALFORMED)
		return verdict_unknown(in, NULL, "RestartPolicy.MaxAttempts of %s is malformed",
				       name);
	attempts = doc_int_or(policy, "MaxAttempts", 0);
	if (attempts == 0)
		return container_fail(in,
				      "the swarm service %s restarts its tasks without end "
				      "(condition %s, no MaxAttempts)",
				      name, condition);
	if (attempts > maximum)
		return container_fail(in,
				      "MaxAttempts of the swarm service %s is %lld, more than %lld",
				      name, (long long)attempts, (long long)maximum);
	return verdict_pass(in, "MaxAttempts of the swarm service %s is %lld (condition %s)", name,
			    (long long)attempts, condition);
}

static struct verdict judge_service(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const cJSON *policy;
	const char *condition;
	struct verdict verdict;

	if (!container->service)
		return verdict_manual(in, "restarts are decided by the swarm service %s: %s",
				      container->swarm_service, container->service_unread);
	policy = doc_at(container->service, "Spec.TaskTemplate.RestartPolicy");
	condition = doc_string_or(policy, "Condition", "any");
	if (param_lists(in, "accepted", condition))
		verdict = verdict_pass(in,
				       "RestartPolicy of the swarm service %s is %s, accepted "
				       "here",
				       container->swarm_service, condition);
	else
		verdict = judge_attempts(in, condition, container->swarm_service);
	cite_string(in, &verdict, "service", "Spec.TaskTemplate.RestartPolicy.Condition",
		    condition);
	cite_int(in, &verdict, "service", "Spec.TaskTemplate.RestartPolicy.MaxAttempts",
		 doc_int_or(policy, "MaxAttempts", 0));
	return verdict;
}

static struct verdict judge_restart(const struct check_input *in)
{
	const char *name = NULL;
	struct verdict verdict;

	if (in->subject->container->swarm_service)
		return judge_service(in);
	if (doc_string(in->subject->doc, "HostConfig.RestartPolicy.Name", &name) != DOC_PRESENT)
		verdict = verdict_unknown(in, NULL, "inspect names no HostConfig.RestartPolicy");
	else
		verdict = judge_policy(in, name);
	cite_field(in, &verdict, "inspect", "HostConfig.RestartPolicy");
	return verdict;
}

static const struct param_spec restart_params[] = {
	{.name = "maximum",
	 .type = PARAM_INT,
	 .summary = "most retries of on-failure; 5 where not given"},
	{.name = "accepted",
	 .type = PARAM_STRINGS,
	 .summary = "unbounded policies that are accepted all the same"},
	{0},
};

/* A container of a pod, but not the one that only holds the pod's namespaces. */
static bool is_of_kubernetes(const struct check_input *in)
{
	return !in->subject->container->pod_sandbox &&
	       doc_member(doc_at(in->subject->doc, "Config.Labels"), "io.kubernetes.pod.uid");
}

static struct verdict judge_test(const struct check_input *in, const cJSON *test)
{
	const char *kind = test && doc_is_string(test->child) ? test->child->valuestring : NULL;
	const char *status = doc_string_or(in->subject->doc, "State.Health.Status", NULL);

	if ((!kind || text_equal(kind, "NONE")) && is_of_kubernetes(in))
		return verdict_manual(in, "the kubelet checks containers of pods by probes, which "
					  "the engine does not know: does the pod have them?");
	if (!kind)
		return container_fail(in, "neither the container nor its image has a health check");
	if (text_equal(kind, "NONE"))
		return container_fail(in, "Config.Healthcheck.Test is NONE: the check is off");
	if (!text_equal(kind, "CMD") && !text_equal(kind, "CMD-SHELL"))
		return container_fail(in, "Config.Healthcheck.Test is of unknown kind %s", kind);
	if (!status)
		return verdict_pass(in, "Config.Healthcheck.Test is set");
	return verdict_pass(in, "Config.Healthcheck.Test is set; State.Health.Status is %s",
			    status);
}

static struct verdict judge_health(const struct check_input *in)
{
	const cJSON *test = NULL;
	enum doc_presence presence = doc_array(in->subject->doc, "Config.Healthcheck.Test", &test);
	struct verdict verdict =
		presence == DOC_MALFORMED || !doc_at(in->subject->doc, "Config")
			? verdict_unknown(in, NULL, "Config.Healthcheck.Test could not be read")
			: judge_test(in, test);

	cite_field(in, &verdict, "inspect", "Config.Healthcheck.Test");
	if (doc_at(in->subject->doc, "State.Health.Status"))
		cite_field(in, &verdict, "inspect", "State.Health.Status");
	return verdict;
}

static const char *without_algorithm(const char *id)
{
	return text_starts(id, "sha256:") ? id + strlen("sha256:") : id;
}

/* True where a container was made from an image named by its id, or the beginning of it. */
static bool is_id(const char *reference, const char *id)
{
	const char *digits = without_algorithm(reference);

	for (const char *c = digits; *c; c++)
		if (!isxdigit((unsigned char)*c))
			return false;
	return *digits && text_starts(without_algorithm(id), digits);
}

/* The tag of a reference; NULL where it names none. A colon before a slash is a registry's port. */
static const char *reference_tag(const char *reference)
{
	const char *name = strrchr(reference, '/');
	const char *colon = strrchr(name ? name : reference, ':');

	return colon && colon[1] ? colon + 1 : NULL;
}

/* From what a container was made, and what that reference names now. */
struct image_use {
	const char *reference; /* Config.Image */
	const char *id;
	const cJSON *now; /* an id, or null; NULL where that was not read */
};

static struct image_use image_use_of(const struct check_input *in)
{
	const cJSON *references = doc_at(in->facts->snapshot, "engine.image_references");
	const char *reference = doc_string_or(in->subject->doc, "Config.Image", "");

	return (struct image_use){
		.reference = reference,
		.id = doc_string_or(in->subject->doc, "Image", ""),
		.now = cJSON_GetObjectItemCaseSensitive(references, reference),
	};
}

static bool is_stale(const struct image_use *use)
{
	return doc_is_string(use->now) &&
	       !text_equal(without_algorithm(use->now->valuestring), without_algorithm(use->id));
}

/* A reference with a tag, or without: it may name another image by now. */
static struct verdict judge_tag(const struct check_input *in, const struct image_use *use)
{
	const char *tag = reference_tag(use->reference);

	if (is_stale(use))
		return container_fail(in, "%s now names another image than the container's",
				      use->reference);
	if (!tag)
		return container_fail(in, "Config.Image is %s: without a tag, so latest is meant",
				      use->reference);
	if (text_equal(tag, "latest"))
		return container_fail(in, "Config.Image is %s: a tag that moves", use->reference);
	if (cJSON_IsNull(use->now))
		return container_fail(in, "%s no longer names an image here", use->reference);
	if (!doc_is_string(use->now))
		return verdict_unknown(in, NULL, "what %s names now was not read", use->reference);
	return verdict_pass(in, "%s still names the container's image", use->reference);
}

static struct verdict judge_use(const struct check_input *in, const struct image_use *use)
{
	if (!*use->reference || !*use->id)
		return verdict_unknown(in, NULL, "inspect does not name the container's image");
	if (strchr(use->reference, '@'))
		return verdict_pass(in, "Config.Image is pinned by digest");
	if (is_id(use->reference, use->id))
		return verdict_pass(in, "Config.Image is pinned by the image's id");
	return judge_tag(in, use);
}

static struct verdict judge_image(const struct check_input *in)
{
	const struct image_use use = image_use_of(in);
	struct verdict verdict = judge_use(in, &use);

	cite_field(in, &verdict, "inspect", "Config.Image");
	cite_field(in, &verdict, "inspect", "Image");
	if (doc_is_string(use.now))
		cite_string(in, &verdict, "image",
			    arena_printf(in->arena, "Id of %s now", use.reference),
			    use.now->valuestring);
	return verdict;
}

const struct check checks_container_lifecycle[] = {
	{.name = "container-restart",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_restart,
	 .params = restart_params},
	{.name = "container-healthcheck",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_health},
	{.name = "container-image-current",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_image},
	{0},
};
