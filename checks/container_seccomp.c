/* SPDX-License-Identifier: Apache-2.0 */

/* What a container's filter of system calls lets through: facts/seccomp.h. */
#include "checks/container_support.h"
#include "checks/item_list.h"
#include "checks/seccomp_support.h"

#include "base/text.h"
#include "facts/seccomp.h"

#include <inttypes.h>
#include <string.h>

#define AF_ALG_FAMILY 38

static const char *whose_profile(const struct check_input *in)
{
	switch (in->subject->container->seccomp->origin) {
	case SECCOMP_ORIGIN_CONTAINER:
		return "the seccomp profile of HostConfig.SecurityOpt";
	case SECCOMP_ORIGIN_ENGINE:
		return arena_printf(in->arena, "the engine's seccomp profile %s",
				    in->facts->seccomp->path);
	default:
		return "the built-in seccomp profile";
	}
}

/* Where there is nothing to look at, *ret_verdict says why. */
static const struct seccomp_review *reviewed(const struct check_input *in,
					     struct verdict *ret_verdict)
{
	const struct container *container = in->subject->container;
	const struct container_seccomp *seccomp = container->seccomp;
	const struct process *init = container_init_status(container);

	if (security_options_malformed(in->subject->doc))
		*ret_verdict = verdict_unknown(in, NULL, "HostConfig.SecurityOpt is no list");
	else if (seccomp->origin == SECCOMP_ORIGIN_NONE || (init && init->seccomp <= 0))
		*ret_verdict = verdict_not_applicable(in, "the container has no seccomp filter");
	else if (in->facts->engine.is_podman)
		*ret_verdict = verdict_not_applicable(in, "%s", seccomp->unknown);
	else if (!seccomp->review)
		*ret_verdict = verdict_unknown(in, seccomp->hint, "%s: %s", whose_profile(in),
					       seccomp->unknown);
	return seccomp->review && (!init || init->seccomp > 0) ? seccomp->review : NULL;
}

static void cite_profile(const struct check_input *in, struct verdict *verdict)
{
	const struct container_seccomp *seccomp = in->subject->container->seccomp;
	const struct process *init = container_init_status(in->subject->container);

	if (seccomp->origin == SECCOMP_ORIGIN_CONTAINER)
		cite_string(in, verdict, "inspect", "HostConfig.SecurityOpt seccomp",
			    seccomp_option_text(in, security_option(in->subject->doc, "seccomp")));
	else if (seccomp->origin == SECCOMP_ORIGIN_ENGINE)
		cite_string(in, verdict, "info", "SecurityOptions seccomp",
			    in->facts->seccomp->path);
	else
		cite_string(in, verdict, "version", "Version", in->facts->engine.version_text);
	if (seccomp->from_bundle)
		cite_string(in, verdict, "bundle", "linux.seccomp", "what the runtime was told");
	if (init)
		cite_int(in, verdict, "kernel", process_path(in, init, "status Seccomp"),
			 init->seccomp);
}

static struct verdict finish(const struct check_input *in, struct verdict verdict)
{
	cite_profile(in, &verdict);
	return verdict;
}

static bool is_seen(const struct check_input *in)
{
	const struct process *init = container_init_status(in->subject->container);

	return init && init->seccomp > 0;
}

static struct verdict judge_openings(const struct check_input *in)
{
	struct verdict verdict;
	const struct seccomp_review *review = reviewed(in, &verdict);

	if (!review)
		return verdict;
	if (in->subject->container->seccomp->origin == SECCOMP_ORIGIN_BUILTIN)
		return finish(in, container_pass(in, is_seen(in),
						 "it is the built-in seccomp profile of Engine %s",
						 review->engine));
	if (!review->openings.n)
		return finish(in,
			      container_pass(in, is_seen(in),
					     "%s permits no dangerous call that the built-in one "
					     "of Engine %s refuses",
					     whose_profile(in), review->engine));
	verdict = container_fail(in, "%s permits what the built-in one refuses: %s",
				 whose_profile(in), openings_text(in, &review->openings));
	return finish(in, verdict_as(verdict, openings_severity(&review->openings)));
}

static struct verdict judge_allow_list(const struct check_input *in)
{
	struct verdict verdict;
	const struct seccomp_review *review = reviewed(in, &verdict);
	const char *action;

	if (!review)
		return verdict;
	action = seccomp_action_name(review->filter->profile->default_action);
	if (review->filter->otherwise == SECCOMP_DENIED)
		return finish(in, container_pass(in, is_seen(in),
						 "%s refuses what it does not name (%s)",
						 whose_profile(in), action));
	verdict = container_fail(in, "%s permits every call that it does not name (%s)",
				 whose_profile(in), action);
	if (openings_severity(&review->openings) < SEVERITY_HIGH)
		verdict = verdict_as(verdict, severity_lower(verdict.severity));
	return finish(in, verdict);
}

static struct verdict judge_names(const struct check_input *in)
{
	struct verdict verdict;
	const struct seccomp_review *review = reviewed(in, &verdict);
	bool permissive;

	if (!review)
		return verdict;
	permissive = review->filter->otherwise != SECCOMP_DENIED;
	if (!review->unknown.n)
		return finish(in, container_pass(in, is_seen(in),
						 "%s names only calls that libseccomp knows",
						 whose_profile(in)));
	verdict = container_fail(in, "%s names what libseccomp does not know, which %s: %s",
				 whose_profile(in),
				 permissive ? "leaves those calls permitted" : "has no effect",
				 names_text(in, &review->unknown));
	if (!permissive)
		verdict = verdict_as(verdict, SEVERITY_LOW);
	return finish(in, verdict);
}

static struct verdict judge_capabilities(const struct check_input *in)
{
	struct verdict verdict;
	const struct seccomp_review *review = reviewed(in, &verdict);
	uint64_t added;

	if (!review)
		return verdict;
	if (!review->by_capabilities.n) {
		verdict =
			container_pass(in, is_seen(in),
				       "the container's capabilities open no dangerous call in %s",
				       whose_profile(in));
	} else {
		added = in->subject->container->declared_capabilities & ~CAPABILITY_DOCKER_DEFAULT;
		verdict = container_fail(in, "the capabilities %s open calls in %s: %s",
					 capability_names(in->arena, added), whose_profile(in),
					 openings_text(in, &review->by_capabilities));
	}
	cite_field(in, &verdict, "inspect", "HostConfig.CapAdd");
	return finish(in, verdict);
}

static const char *kernel_setting(const struct check_input *in, const char *object,
				  const char *name)
{
	const cJSON *settings = in->facts->local ? doc_at(in->facts->host.doc, object) : NULL;
	const cJSON *value = doc_member(settings, name);

	return doc_is_string(value) ? value->valuestring : NULL;
}

static struct verdict judge_io_uring(const struct check_input *in)
{
	struct verdict verdict;
	const struct seccomp_review *review = reviewed(in, &verdict);
	const char *disabled = kernel_setting(in, "hardening.sysctl", "kernel/io_uring_disabled");

	if (!review)
		return verdict;
	if (seccomp_access(review->filter, "io_uring_setup") == SECCOMP_DENIED)
		verdict = container_pass(in, is_seen(in), "%s refuses io_uring_setup",
					 whose_profile(in));
	else if (text_equal(disabled, "2"))
		verdict = container_pass(in, true, "kernel.io_uring_disabled is 2");
	else
		verdict = container_fail(in, "%s permits io_uring_setup", whose_profile(in));
	if (disabled)
		cite_string(in, &verdict, "kernel", "/proc/sys/kernel/io_uring_disabled", disabled);
	return finish(in, verdict);
}

/* Docker's own AppArmor policy refuses AF_ALG sockets since 29.4.3, however they are asked for. */
static bool apparmor_refuses(const struct check_input *in, unsigned family)
{
	static const struct engine_version since = {{29, 4, 3}};
	const struct process *init = container_init_status(in->subject->container);
	struct engine_version version;

	return family == AF_ALG_FAMILY && init && init->label &&
	       text_equal(init->label, "docker-default (enforce)") &&
	       engine_version_parse(in->facts->engine.version_text, &version) &&
	       engine_version_compare(&version, &since) >= 0;
}

/* Modules for SELinux of moby's contrib/selinux refuse these sockets to containers. */
static bool selinux_refuses(const struct check_input *in, unsigned family)
{
	const struct process *init = container_init(in->subject->container);
	const char *name = family == AF_ALG_FAMILY ? "docker-af-alg-deny" : "docker-af-vsock-deny";

	if (!in->facts->engine.selinux || !init || !init->label ||
	    label_confinement(init->label, &in->facts->host) != CONFINEMENT_USUAL)
		return false;
	doc_for_each (module, doc_at(in->facts->host.doc, "selinux_policy.modules"))
		if (doc_is_string(module) && text_equal(module->valuestring, name))
			return true;
	return false;
}

static struct verdict judge_family(const struct check_input *in)
{
	struct verdict verdict;
	const struct seccomp_review *review = reviewed(in, &verdict);
	const char *name = param_string(in, "name", "");
	unsigned family = (unsigned)param_int(in, "family", 0);

	if (!review)
		return verdict;
	if (selinux_refuses(in, family))
		return finish(in, container_pass(in, true,
						 "a module of SELinux's policy refuses sockets of "
						 "%s to containers",
						 name));
	switch (seccomp_family(review->filter, family)) {
	case SECCOMP_FAMILY_DENIED:
		verdict = container_pass(in, is_seen(in), "%s refuses sockets of %s",
					 whose_profile(in), name);
		break;
	case SECCOMP_FAMILY_32BIT:
		if (apparmor_refuses(in, family)) {
			verdict = container_pass(in, true,
						 "%s refuses sockets of %s, and AppArmor those of "
						 "32-bit programs",
						 whose_profile(in), name);
			break;
		}
		verdict = container_fail(in,
					 "%s refuses sockets of %s, but not socketcall of 32-bit "
					 "programs, which can make them",
					 whose_profile(in), name);
		verdict = verdict_as(verdict, SEVERITY_LOW);
		break;
	case SECCOMP_FAMILY_OPEN:
		verdict = container_fail(in, "%s permits sockets of %s", whose_profile(in), name);
		break;
	}
	return finish(in, verdict);
}

/* What of the kernel's settings keeps this container from user namespaces; NULL: nothing known. */
static const char *kernel_refusal(const struct check_input *in, const char **ret_value)
{
	static const char most[] = "user/max_user_namespaces",
			  unprivileged[] = "kernel/unprivileged_userns_clone";
	uint64_t sys_admin = capability_bit("SYS_ADMIN");

	*ret_value = kernel_setting(in, "user_namespaces", most);
	if (text_equal(*ret_value, "0"))
		return most;
	*ret_value = kernel_setting(in, "user_namespaces", unprivileged);
	if (text_equal(*ret_value, "0") &&
	    !(in->subject->container->declared_capabilities & sys_admin))
		return unprivileged;
	return NULL;
}

static struct verdict judge_user_namespaces(const struct check_input *in)
{
	struct verdict verdict;
	const struct seccomp_review *review = reviewed(in, &verdict);
	const char *call, *refusal, *value;

	if (!review)
		return verdict;
	call = seccomp_user_namespace_call(review->filter);
	refusal = kernel_refusal(in, &value);
	if (!call)
		verdict = container_pass(in, is_seen(in), "%s lets no user namespace be made",
					 whose_profile(in));
	else if (refusal)
		verdict = container_pass(in, true, "%s permits %s, but /proc/sys/%s is 0",
					 whose_profile(in), call, refusal);
	else
		verdict = container_fail(in, "%s permits %s", whose_profile(in), call);
	if (call && refusal)
		cite_string(in, &verdict, "kernel",
			    arena_printf(in->arena, "/proc/sys/%s", refusal), value);
	return finish(in, verdict);
}

static struct verdict judge_architectures(const struct check_input *in)
{
	cleanup_text struct text more = TEXT_INIT(ITEM_LIST), less = TEXT_INIT(ITEM_LIST);
	struct verdict verdict;
	const struct seccomp_review *review = reviewed(in, &verdict);
	const struct seccomp_filter *filter, *usual;

	if (!review)
		return verdict;
	filter = review->filter;
	usual = review->usual;
	for (size_t i = 0; i < filter->n_arches; i++)
		if (!seccomp_has_arch(usual, filter->arches[i]))
			text_add_item(&more, filter->arches[i]);
	for (size_t i = 0; i < usual->n_arches; i++)
		if (!seccomp_has_arch(filter, usual->arches[i]))
			text_add_item(&less, usual->arches[i]);
	if (!item_list_is_empty(&more))
		verdict = container_fail(in, "%s lets in programs of %s as well", whose_profile(in),
					 item_list_text(in, &more));
	else if (!item_list_is_empty(&less))
		verdict = container_pass(in, is_seen(in), "%s lets in no programs of %s",
					 whose_profile(in), item_list_text(in, &less));
	else
		verdict = container_pass(in, is_seen(in),
					 "%s lets in programs of the same architectures as the "
					 "built-in one",
					 whose_profile(in));
	return finish(in, verdict);
}

/* What is said of one option, entry by entry. */
struct entries {
	unsigned n;
	bool was_strict, is_strict; /* any but the last; the last */
};

static struct entries count_entries(const cJSON *inspect, const char *name, const char *loose)
{
	struct entries entries = {0};
	size_t length = strlen(name);

	doc_for_each (item, doc_at(inspect, "HostConfig.SecurityOpt")) {
		const char *option = doc_is_string(item) ? item->valuestring : "";

		if (strncmp(option, name, length) != 0 || !strchr("=:", option[length]))
			continue;
		entries.was_strict |= entries.n && entries.is_strict;
		entries.is_strict = !option[length] || !text_equal(option + length + 1, loose);
		entries.n++;
	}
	return entries;
}

static struct verdict judge_said_once(const struct check_input *in)
{
	struct entries seccomp = count_entries(in->subject->doc, "seccomp", "unconfined");
	struct entries nnp = count_entries(in->subject->doc, "no-new-privileges", "false");
	bool weaker =
		(seccomp.was_strict && !seccomp.is_strict) || (nnp.was_strict && !nnp.is_strict);
	const char *name = seccomp.n > 1 ? "seccomp" : "no-new-privileges";
	struct verdict verdict;

	if (security_options_malformed(in->subject->doc))
		return verdict_unknown(in, NULL, "HostConfig.SecurityOpt is no list");
	if (seccomp.n <= 1 && nnp.n <= 1) {
		verdict = verdict_pass(in, "HostConfig.SecurityOpt says no option twice");
	} else {
		verdict = container_fail(
			in, "HostConfig.SecurityOpt says %s %u times; the last counts%s", name,
			seccomp.n > 1 ? seccomp.n : nnp.n,
			weaker ? ", and takes back what one before it asks for" : "");
		if (!weaker)
			verdict = verdict_as(verdict, SEVERITY_INFO);
	}
	cite_string(in, &verdict, "inspect", "HostConfig.SecurityOpt seccomp",
		    seccomp_option_text(in, security_option(in->subject->doc, "seccomp")));
	cite_string(in, &verdict, "inspect", "HostConfig.SecurityOpt no-new-privileges",
		    security_option(in->subject->doc, "no-new-privileges"));
	return verdict;
}

static const struct param_spec family_params[] = {
	{.name = "family",
	 .type = PARAM_INT,
	 .required = true,
	 .summary = "the address family's number"},
	{.name = "name", .type = PARAM_STRING, .required = true, .summary = "and its name"},
	{0},
};

#define CONTAINER SUBJECTS(SUBJECT_CONTAINER)

const struct check checks_container_seccomp[] = {
	{.name = "container-seccomp-openings", .subjects = CONTAINER, .judge = judge_openings},
	{.name = "container-seccomp-allow-list", .subjects = CONTAINER, .judge = judge_allow_list},
	{.name = "container-seccomp-names", .subjects = CONTAINER, .judge = judge_names},
	{.name = "container-seccomp-capabilities",
	 .subjects = CONTAINER,
	 .judge = judge_capabilities},
	{.name = "container-seccomp-io-uring", .subjects = CONTAINER, .judge = judge_io_uring},
	{.name = "container-seccomp-family",
	 .subjects = CONTAINER,
	 .judge = judge_family,
	 .params = family_params},
	{.name = "container-seccomp-user-namespaces",
	 .subjects = CONTAINER,
	 .judge = judge_user_namespaces},
	{.name = "container-seccomp-architectures",
	 .subjects = CONTAINER,
	 .judge = judge_architectures},
	{.name = "container-security-options-once",
	 .subjects = CONTAINER,
	 .judge = judge_said_once},
	{0},
};
