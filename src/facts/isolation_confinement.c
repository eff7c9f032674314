/* SPDX-License-Identifier: Apache-2.0 */

/* What holds a container's processes down whatever they run: seccomp, AppArmor, SELinux. */
#include "facts/isolation_builder.h"

#include "base/text.h"
#include "facts/seccomp.h"

#include <string.h>

/* A filter is better than none, and one that permits what was not asked for is less than it. */
enum filter_rank { FILTER_NONE, FILTER_WIDER, FILTER_AS_DECLARED };

static const char *declared_filter(const struct isolation_builder *builder)
{
	const char *option = security_option(builder->container->inspect, "seccomp");
	const char *path = builder->load->facts->seccomp->path;

	switch (builder->container->seccomp->origin) {
	case SECCOMP_ORIGIN_NONE:
		return text_equal(option, "unconfined") ? "unconfined" : "no filter";
	case SECCOMP_ORIGIN_BUILTIN:
		return "Docker's own profile";
	case SECCOMP_ORIGIN_CONTAINER:
		return "a profile of its own";
	default:
		return path ? arena_printf(builder->arena, "the engine's profile %s", path)
			    : "the engine's profile";
	}
}

/* "bpf, unshare and 7 more", the dangerous ones first. */
static const char *wider_by(struct arena *arena, const struct seccomp_difference *difference)
{
	cleanup_text struct text text = TEXT_INIT(4096);
	size_t shown = 0, all = difference->openings.n + difference->extra.n;

	for (size_t i = 0; i < difference->openings.n && shown < 4; i++, shown++)
		text_add_item(&text, difference->openings.items[i].danger->name);
	for (size_t i = 0; i < difference->extra.n && shown < 4; i++, shown++)
		text_add_item(&text, difference->extra.items[i]);
	if (shown < all)
		text_addf(&text, " and %zu more", all - shown);
	return arena_strdup(arena, text_string(&text));
}

static int resolve_filter(const struct isolation_builder *builder, struct isolation *row)
{
	const struct container_seccomp *seccomp = builder->container->seccomp;
	const struct seccomp_told *told = seccomp->told;
	const struct seccomp_difference *difference;

	if (!told)
		return UNRANKED;
	if (!told->profile && !told->unknown) {
		isolation_resolve(row, "linux.seccomp", "no filter");
		return FILTER_NONE;
	}
	if (!told->is_compared) {
		isolation_resolve(row, "linux.seccomp", "a filter");
		return seccomp->from_bundle ? FILTER_AS_DECLARED : UNRANKED;
	}
	difference = &told->difference;
	if (!difference->openings.n && !difference->extra.n) {
		isolation_resolve(row, "linux.seccomp",
				  difference->withheld.n ? "a narrower filter" : "the same");
		return FILTER_AS_DECLARED;
	}
	row->reason = arena_printf(builder->arena, "the runtime was told to permit %s as well",
				   wider_by(builder->arena, difference));
	isolation_resolve(row, "linux.seccomp", "a wider filter");
	return FILTER_WIDER;
}

static const struct process *unfiltered_process(const struct container *container)
{
	for (size_t i = 1; i < container->n_processes; i++)
		if (!container->processes[i].status_unread && container->processes[i].seccomp <= 0)
			return &container->processes[i];
	return NULL;
}

static void profile_unseen(const struct isolation_builder *builder, struct isolation *row)
{
	const char *reason = arena_printf(
		builder->arena, "what the filter permits was not seen: %s",
		builder->unresolved ? builder->unresolved : "its profile is not known");

	if (doc_at(builder->document, "unread.bundle"))
		isolation_unread(row, reason);
	else
		row->reason = reason;
}

/* That there is a filter says nothing of what it permits, which only the bundle shows. */
static void load_seccomp(const struct isolation_builder *builder, struct isolation *row)
{
	const struct process *init = builder->init;
	bool declared = builder->container->seccomp->origin != SECCOMP_ORIGIN_NONE;
	struct isolation_ranks ranks = {.declared = declared ? FILTER_AS_DECLARED : FILTER_NONE,
					.effective = UNRANKED,
					.usual = FILTER_AS_DECLARED};

	isolation_declare(row, "HostConfig.SecurityOpt seccomp", declared_filter(builder));
	ranks.resolved = resolve_filter(builder, row);
	if (init) {
		isolation_see(builder, row, "status Seccomp",
			      init->seccomp > 0 ? "a filter" : "no filter");
		if (init->seccomp <= 0)
			ranks.effective = FILTER_NONE;
		else if (ranks.resolved != UNRANKED || !declared)
			ranks.effective =
				ranks.resolved > FILTER_NONE ? ranks.resolved : FILTER_AS_DECLARED;
		else
			profile_unseen(builder, row);
		if (declared && init->seccomp > 0)
			row->other = unfiltered_process(builder->container);
	}
	isolation_settle(builder, row, ranks);
}

const char *apparmor_fault(const char *label)
{
	if (text_equal(label, "unconfined") || text_ends(label, "(unconfined)"))
		return "unconfined";
	return text_ends(label, "(complain)") ? "in complain mode" : NULL;
}

/* Those that Docker and Podman write themselves (profiles/apparmor of each). */
static bool is_engine_profile(const char *label)
{
	return text_equal(label, "docker-default") || text_starts(label, "docker-default (") ||
	       text_starts(label, "containers-default-");
}

static bool has_type(const char *context, const char *const *types)
{
	for (; *types; types++)
		if (strstr(context, *types))
			return true;
	return false;
}

/* Of container-selinux, whose types for engines and user namespaces in containers may mount. */
static enum confinement context_confinement(const char *context)
{
	static const char *const usual[] = {
		":container_t:",        ":container_init_t:", ":container_kvm_t:",
		":container_device_t:", ":svirt_lxc_net_t:",  NULL};
	static const char *const open[] = {":spc_t:", ":unconfined_t:", NULL};

	if (has_type(context, usual))
		return CONFINEMENT_USUAL;
	return has_type(context, open) ? CONFINEMENT_NONE : CONFINEMENT_UNKNOWN;
}

const char *context_type(struct arena *arena, const char *context, const char **ret_level)
{
	const char *type = strchr(context, ':'), *level;

	type = type ? strchr(type + 1, ':') : NULL;
	level = type ? strchr(type + 1, ':') : NULL;
	if (!level)
		return NULL;
	if (ret_level)
		*ret_level = level;
	return arena_strndup(arena, type + 1, (size_t)(level - type - 1));
}

/* Of SELinux: it enforces, and does so for this type. */
static bool is_enforced(const char *context, const struct host *host)
{
	char part[256];

	for (size_t i = 0; i < host->permissive_types.n; i++) {
		snprintf(part, sizeof(part), ":%s:", host->permissive_types.items[i]);
		if (strstr(context, part))
			return false;
	}
	return text_equal(host->selinux, "enforcing");
}

enum confinement label_confinement(const char *label, const struct host *host)
{
	if (!label || apparmor_fault(label))
		return CONFINEMENT_NONE;
	if (strchr(label, ':') && !strchr(label, '('))
		return is_enforced(label, host) ? context_confinement(label) : CONFINEMENT_NONE;
	return is_engine_profile(label) ? CONFINEMENT_USUAL : CONFINEMENT_UNKNOWN;
}

enum confinement container_confinement(const struct container *container, const struct host *host)
{
	enum confinement least = container->n_processes ? CONFINEMENT_USUAL : CONFINEMENT_NONE;

	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];
		enum confinement confinement = process->label_unread && !process->label
						       ? CONFINEMENT_UNKNOWN
						       : label_confinement(process->label, host);

		least = confinement < least ? confinement : least;
	}
	return least;
}

const char *apparmor_profile(const cJSON *inspect)
{
	const char *option = security_option(inspect, "apparmor");
	const char *profile = doc_string_or(inspect, "AppArmorProfile", "");

	if (*profile)
		return profile;
	if (doc_bool_or(inspect, "HostConfig.Privileged", false))
		return "unconfined"; /* whatever the option says */
	return option ? option : "";
}

/* Does a label, "docker-default (enforce)", name this profile? Any is the engine's default. */
static bool is_profile(const char *label, const char *profile)
{
	size_t length = strlen(profile);

	if (!*profile)
		return true;
	return text_starts(label, profile) &&
	       (label[length] == '\0' || text_starts(label + length, " ("));
}

static int apparmor_rank(const char *label, const char *profile)
{
	if (apparmor_fault(label))
		return 0;
	return is_profile(label, profile) || apparmor_fault(profile) ? 2 : 1;
}

static const struct process *unlike_process(const struct isolation_builder *builder,
					    const char *profile)
{
	const struct container *container = builder->container;

	for (size_t i = 1; i < container->n_processes; i++) {
		const char *label = container->processes[i].label;

		if (label && apparmor_rank(label, profile) < 2)
			return &container->processes[i];
	}
	return NULL;
}

static bool has_module(const struct isolation_builder *builder, struct isolation *row, bool is_used,
		       const char *why_not)
{
	if (is_used)
		return true;
	row->agreement = ISOLATION_NOT_HERE;
	row->reason = doc_at(builder->load->facts->engine.info, "SecurityOptions")
			      ? why_not
			      : "GET /info has no SecurityOptions";
	return false;
}

static void load_apparmor(const struct isolation_builder *builder, struct isolation *row)
{
	const struct process *init = builder->init;
	const char *profile = apparmor_profile(builder->container->inspect);
	struct isolation_ranks ranks = {.declared = apparmor_fault(profile) ? 0 : 2,
					.resolved = UNRANKED,
					.effective = UNRANKED,
					.usual = 2};
	const char *told;

	if (!has_module(builder, row, builder->load->facts->engine.apparmor,
			"the engine does not use AppArmor"))
		return;
	isolation_declare(row, "AppArmorProfile", *profile ? profile : "the engine's default");
	if (builder->bundle) {
		told = doc_string_or(builder->bundle, "process.apparmorProfile", "unconfined");
		ranks.resolved = apparmor_rank(told, profile);
		isolation_resolve(row, "process.apparmorProfile", told);
	}
	if (init && init->label) {
		ranks.effective = apparmor_rank(init->label, profile);
		isolation_see(builder, row, "attr/apparmor/current", init->label);
		if (ranks.declared == 2 && ranks.effective == 2)
			row->other = unlike_process(builder, profile);
	} else if (init) {
		isolation_unread(row, init->label_unread);
	}
	isolation_settle(builder, row, ranks);
}

static const struct process *otherwise_labelled(const struct container *container,
						const char *context)
{
	for (size_t i = 1; i < container->n_processes; i++)
		if (container->processes[i].label &&
		    !text_equal(container->processes[i].label, context))
			return &container->processes[i];
	return NULL;
}

/* Contexts have no order: any other than the one that the engine chose counts as less. */
static void load_selinux(const struct isolation_builder *builder, struct isolation *row)
{
	const struct process *init = builder->init;
	const char *context = doc_string_or(builder->container->inspect, "ProcessLabel", "");
	struct isolation_ranks ranks = {.declared = *context != '\0',
					.resolved = UNRANKED,
					.effective = UNRANKED,
					.usual = 1};
	const char *told;

	if (!has_module(builder, row, builder->load->facts->engine.selinux,
			"the engine does not use SELinux"))
		return;
	isolation_declare(row, "ProcessLabel", *context ? context : "no label");
	if (builder->bundle) {
		told = doc_string_or(builder->bundle, "process.selinuxLabel", "");
		ranks.resolved = *told && (!*context || text_equal(told, context));
		isolation_resolve(row, "process.selinuxLabel", *told ? told : "no label");
	}
	if (init && init->label) {
		ranks.effective = *context ? text_equal(init->label, context) : 0;
		isolation_see(builder, row, "attr/current", init->label);
		if (ranks.declared == 1 && ranks.effective == 1)
			row->other = otherwise_labelled(builder->container, context);
	} else if (init) {
		isolation_unread(row, init->label_unread);
	}
	isolation_settle(builder, row, ranks);
}

void isolation_load_confinement(const struct isolation_builder *builder, struct isolation *rows)
{
	load_seccomp(builder, &rows[ISOLATION_SECCOMP]);
	load_apparmor(builder, &rows[ISOLATION_APPARMOR]);
	load_selinux(builder, &rows[ISOLATION_SELINUX]);
}
