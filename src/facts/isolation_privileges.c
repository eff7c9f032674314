/* SPDX-License-Identifier: Apache-2.0 */

/* What a container's processes may do: privileged mode, capabilities, user, no_new_privs. */
#include "facts/isolation_builder.h"

#include "base/text.h"
#include "facts/capability.h"

#include <inttypes.h>

/* Everything but SYS_RESOURCE, which engines in virtual machines often lack themselves. */
#define NEARLY_ALL (UINT64_C(0x3fffffffff) & ~(UINT64_C(1) << 24))

/* Its first process, if what that may do says what the container may; else `row` says why not. */
static const struct process *init_at_home(const struct isolation_builder *builder,
					  struct isolation *row)
{
	if (!builder->init || !process_is_in_child(builder->container, builder->init))
		return builder->init;
	row->reason = "its first process is in a user namespace that it made itself";
	return NULL;
}

static void load_privileged(const struct isolation_builder *builder, struct isolation *row)
{
	const struct process *init = init_at_home(builder, row);
	bool declared = doc_bool_or(builder->container->inspect, "HostConfig.Privileged", false);
	struct isolation_ranks ranks = {
		.declared = !declared, .resolved = UNRANKED, .effective = UNRANKED, .usual = 1};
	bool effective;

	isolation_declare(row, "HostConfig.Privileged", declared ? "yes" : "no");
	if (init) {
		effective = init->seccomp <= 0 && (init->cap_bounding & NEARLY_ALL) == NEARLY_ALL;
		ranks.effective = !effective;
		isolation_see(builder, row, "status CapBnd and Seccomp", effective ? "yes" : "no");
	}
	isolation_settle(builder, row, ranks);
}

/* A long list reads better as what it has beyond the default set, or less. */
static const char *capabilities_text(struct arena *arena, uint64_t mask)
{
	uint64_t added = mask & ~CAPABILITY_DOCKER_DEFAULT;
	uint64_t dropped = CAPABILITY_DOCKER_DEFAULT & ~mask;

	if (!mask)
		return "none";
	if (!added && !dropped)
		return "Docker's default set";
	if ((mask & NEARLY_ALL) == NEARLY_ALL)
		return (mask & CAPABILITY_ALL) == CAPABILITY_ALL
			       ? "all"
			       : arena_printf(arena, "all but %s",
					      capability_names(arena, CAPABILITY_ALL & ~mask));
	if (!dropped)
		return arena_printf(arena, "Docker's default set and %s",
				    capability_names(arena, added));
	return capability_names(arena, mask);
}

/* Kernels newer than this program have capabilities that it does not know. */
static int capabilities_rank(uint64_t held, uint64_t declared)
{
	held &= CAPABILITY_ALL;
	return held & ~declared ? 0 : held == declared ? 1 : 2;
}

static const struct process *exceeding_process(const struct isolation_builder *builder)
{
	const struct container *container = builder->container;
	uint64_t declared = container->declared_capabilities;

	for (size_t i = 1; builder->init && i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];
		uint64_t held = process->cap_bounding | process->cap_permitted;

		if (!process->status_unread && process_is_at_home(container, process) &&
		    capabilities_rank(held, declared) == 0)
			return process;
	}
	return NULL;
}

static enum isolation_grade capabilities_grade(uint64_t mask)
{
	if (mask & ~CAPABILITY_DOCKER_DEFAULT)
		return ISOLATION_LESS;
	return mask == CAPABILITY_DOCKER_DEFAULT ? ISOLATION_DEFAULT : ISOLATION_MORE;
}

static void load_capabilities(const struct isolation_builder *builder, struct isolation *row)
{
	const struct process *init = init_at_home(builder, row);
	uint64_t declared = builder->container->declared_capabilities, best = declared, told;
	struct isolation_ranks ranks = {
		.declared = 1, .resolved = UNRANKED, .effective = UNRANKED, .usual = 1};

	isolation_declare(row, "HostConfig.CapAdd and CapDrop",
			  capabilities_text(builder->arena, declared));
	if (doc_at(builder->bundle, "process.capabilities")) {
		told = capability_mask(doc_at(builder->bundle, "process.capabilities.bounding"));
		ranks.resolved = capabilities_rank(told, declared);
		best = told;
		isolation_resolve(row, "process.capabilities.bounding",
				  capabilities_text(builder->arena, told));
	}
	if (init) {
		best = init->cap_bounding & CAPABILITY_ALL;
		ranks.effective = capabilities_rank(best, declared);
		isolation_see(builder, row, "status CapBnd",
			      capabilities_text(builder->arena, best));
		row->other = ranks.effective > 0 ? exceeding_process(builder) : NULL;
	}
	isolation_settle(builder, row, ranks);
	row->grade = capabilities_grade(best);
}

static const char *uid_text(struct arena *arena, int64_t uid)
{
	return uid == 0 ? "root" : arena_printf(arena, "uid %" PRId64, uid);
}

static int uid_rank(int64_t uid)
{
	return uid < 0 ? UNRANKED : uid > 0;
}

static int64_t declared_uid(const struct container *container, const char *user)
{
	enum user_kind kind = user_kind(user);
	uint64_t uid;
	char digits[24] = "";

	if (kind == USER_NAME)
		return container->user_uid;
	if (kind != USER_NUMBER)
		return 0;
	for (size_t i = 0; user[i] && user[i] != ':' && i + 1 < sizeof(digits); i++)
		digits[i] = user[i];
	return parse_u64(digits, 10, &uid) && uid <= UINT32_MAX ? (int64_t)uid : -1;
}

static const char *declared_user(const struct isolation_builder *builder, const char *user,
				 int64_t uid)
{
	if (user_kind(user) != USER_NAME || uid < 0)
		return uid < 0 ? user : uid_text(builder->arena, uid);
	return arena_printf(builder->arena, "%s (%s)", user, uid_text(builder->arena, uid));
}

static const struct process *root_process(const struct container *container)
{
	for (size_t i = 1; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (!process->status_unread && process_container_uid(container, process) == 0)
			return process;
	}
	return NULL;
}

static void load_user(const struct isolation_builder *builder, struct isolation *row)
{
	const struct container *container = builder->container;
	const char *user = doc_string_or(container->inspect, "Config.User", "");
	int64_t uid = declared_uid(container, user), told = -1, seen = -1;
	struct isolation_ranks ranks = {.usual = 0};

	isolation_declare(row, "Config.User", declared_user(builder, user, uid));
	if (doc_at(builder->bundle, "process.user"))
		told = doc_int_or(builder->bundle, "process.user.uid", 0);
	if (told >= 0)
		isolation_resolve(row, "process.user.uid", uid_text(builder->arena, told));
	if (builder->init)
		seen = process_container_uid(container, builder->init);
	if (seen >= 0)
		isolation_see(builder, row, "status Uid", uid_text(builder->arena, seen));
	ranks.declared = uid_rank(uid);
	ranks.resolved = uid_rank(told);
	ranks.effective = uid_rank(seen);
	if (uid > 0 && seen > 0)
		row->other = root_process(container);
	if (uid < 0)
		row->reason = "which uid the name stands for was not seen";
	isolation_settle(builder, row, ranks);
}

enum nnp_option no_new_privileges_option(const cJSON *inspect)
{
	const char *value = security_option(inspect, "no-new-privileges");
	bool on = true;

	if (!value)
		return NNP_UNSET;
	if (*value && !parse_go_bool(value, &on))
		return NNP_UNSET;
	return on ? NNP_ON : NNP_OFF;
}

/* By the option, else the engine's default of today. */
static int declare_no_new_privileges(const struct isolation_builder *builder, struct isolation *row)
{
	enum nnp_option option = no_new_privileges_option(builder->container->inspect);
	const struct setting *setting;

	if (option != NNP_UNSET) {
		isolation_declare(row, "HostConfig.SecurityOpt no-new-privileges",
				  option == NNP_ON ? "on" : "off");
		return option == NNP_ON;
	}
	setting = facts_setting(builder->load->facts, "no-new-privileges");
	if (!setting || !setting->value) {
		row->reason = "the engine's default is not known";
		return UNRANKED;
	}
	row->declared = (struct isolation_layer){
		text_equal(setting->value, "true") ? "on, by the engine's default" : "off",
		setting_origin_name(setting->sources[0].origin), setting->sources[0].path};
	return text_equal(setting->value, "true");
}

static const struct process *process_without_nnp(const struct container *container)
{
	for (size_t i = 1; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (!process->status_unread && !process->no_new_privs)
			return process;
	}
	return NULL;
}

static void load_no_new_privileges(const struct isolation_builder *builder, struct isolation *row)
{
	const struct process *init = builder->init;
	struct isolation_ranks ranks = {.resolved = UNRANKED, .effective = UNRANKED, .usual = 0};

	ranks.declared = declare_no_new_privileges(builder, row);
	if (doc_at(builder->bundle, "process")) {
		ranks.resolved = doc_bool_or(builder->bundle, "process.noNewPrivileges", false);
		isolation_resolve(row, "process.noNewPrivileges", ranks.resolved ? "on" : "off");
	}
	if (init) {
		ranks.effective = init->no_new_privs;
		isolation_see(builder, row, "status NoNewPrivs", init->no_new_privs ? "on" : "off");
		if (ranks.declared == 1 && ranks.effective == 1)
			row->other = process_without_nnp(builder->container);
	}
	isolation_settle(builder, row, ranks);
}

void isolation_load_privileges(const struct isolation_builder *builder, struct isolation *rows)
{
	load_privileged(builder, &rows[ISOLATION_PRIVILEGED]);
	load_capabilities(builder, &rows[ISOLATION_CAPABILITIES]);
	load_user(builder, &rows[ISOLATION_USER]);
	load_no_new_privileges(builder, &rows[ISOLATION_NO_NEW_PRIVILEGES]);
}
