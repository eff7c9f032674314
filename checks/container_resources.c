/* SPDX-License-Identifier: Apache-2.0 */

/* What a container may use up: memory, CPU, processes, and the limits of each of its processes. */
#include "base/path.h"
#include "base/text.h"
#include "checks/container_support.h"
#include "checks/item_list.h"

#include <inttypes.h>
#include <string.h>

/* How to speak of a limit. */
struct resource {
	const char *unset; /* what is so where nothing is declared */
	const char *unit;
	unsigned per_unit; /* of struct limit's value */
};

static const struct resource memory = {
	.unset = "HostConfig.Memory is not set",
	.unit = "bytes",
	.per_unit = 1,
};
static const struct resource cpu = {
	.unset = "HostConfig.NanoCpus, CpuQuota, CpusetCpus and CpuShares are as by default",
	.unit = "CPUs",
	.per_unit = 1000,
};
static const struct resource pids = {
	.unset = "HostConfig.PidsLimit is not set",
	.unit = "tasks",
	.per_unit = 1,
};

/* A share or a set of processors is a limit of the CPU without a number. */
static const char *limit_text(struct arena *arena, const struct limit *limit,
			      const struct resource *resource)
{
	if (!limit->limited)
		return "unlimited";
	if (resource->per_unit == 1)
		return arena_printf(arena, "%" PRIu64 " %s", limit->value, resource->unit);
	if (!limit->value)
		return "set";
	return arena_printf(arena, "%g %s", (double)limit->value / resource->per_unit,
			    resource->unit);
}

/* Declared, but the kernel enforces nothing. */
static struct verdict fail_ineffective(const struct check_input *in, const struct limits *limits,
				       const char *amount)
{
	return container_fail(in, "%s is %s, but has no effect: %s", limits->declared.where, amount,
			      limits->ineffective
				      ? limits->ineffective
				      : "the kernel sets no limit on its control group");
}

static struct verdict judge_limits(const struct check_input *in, const struct limits *limits,
				   const struct resource *resource)
{
	const struct limit *declared = &limits->declared, *effective = &limits->effective;
	const char *amount = limit_text(in->arena, declared, resource);
	const char *enforced = limit_text(in->arena, effective, resource);

	if (effective->known && effective->limited && declared->limited)
		return verdict_pass(in, "%s is %s; %s is %s", declared->where, amount,
				    path_name(effective->where), enforced);
	if (effective->known && effective->limited)
		return verdict_pass(in, "%s, but %s is %s", resource->unset, effective->where,
				    enforced);
	if (declared->limited && (limits->ineffective || effective->known))
		return fail_ineffective(in, limits, amount);
	if (declared->limited)
		return container_pass(in, false, "%s is %s", declared->where, amount);
	return container_fail(in, "%s%s", resource->unset,
			      effective->known ? ", and no parent control group sets a limit" : "");
}

static struct verdict judge_resource(const struct check_input *in, const struct limits *limits,
				     const struct resource *resource)
{
	struct verdict verdict = judge_limits(in, limits, resource);

	cite_field(in, &verdict, "inspect", limits->declared.where);
	if (limits->effective.known)
		cite_string(in, &verdict, "kernel", limits->effective.where,
			    limit_text(in->arena, &limits->effective, resource));
	return verdict;
}

static struct verdict judge_memory(const struct check_input *in)
{
	return judge_resource(in, &in->subject->container->memory, &memory);
}

static struct verdict judge_pids(const struct check_input *in)
{
	return judge_resource(in, &in->subject->container->pids, &pids);
}

static struct verdict judge_cpu(const struct check_input *in)
{
	const struct limits *limits = &in->subject->container->cpu;
	struct verdict verdict = judge_resource(in, limits, &cpu);

	if (verdict.status == STATUS_FAIL && !limits->declared.limited) {
		cite_field(in, &verdict, "inspect", "HostConfig.CpuQuota");
		cite_field(in, &verdict, "inspect", "HostConfig.CpusetCpus");
		cite_field(in, &verdict, "inspect", "HostConfig.CpuShares");
	}
	return verdict;
}

struct ulimit {
	const char *name;
	int64_t soft, hard; /* -1: unlimited */
};

/* An element of HostConfig.Ulimits; Podman writes RLIMIT_NOFILE for nofile. */
static bool ulimit_read(struct arena *arena, const cJSON *item, struct ulimit *ret)
{
	const char *name = doc_string_or(item, "Name", NULL);
	char *lower;

	if (!name || doc_int(item, "Soft", &ret->soft) != DOC_PRESENT ||
	    doc_int(item, "Hard", &ret->hard) != DOC_PRESENT)
		return false;
	lower = arena_strdup(arena, text_starts(name, "RLIMIT_") ? name + strlen("RLIMIT_") : name);
	for (char *c = lower; *c; c++)
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	ret->name = lower;
	return true;
}

/* "nofile=1024:4096", as docker run takes it; without a hard limit the soft one is both. */
static bool ulimit_parse(struct arena *arena, const char *text, struct ulimit *ret)
{
	char *name = arena_strdup(arena, text);
	char *soft = strchr(name, '='), *hard;

	if (!soft)
		return false;
	*soft++ = '\0';
	hard = strchr(soft, ':');
	if (hard)
		*hard++ = '\0';
	ret->name = name;
	return parse_i64(soft, &ret->soft) && parse_i64(hard ? hard : soft, &ret->hard);
}

/* The engine writes its own defaults into HostConfig when a container starts. */
static bool is_engine_default(const struct check_input *in, const struct setting *defaults,
			      const struct ulimit *ulimit)
{
	for (size_t i = 0; defaults && i < defaults->n_items; i++) {
		struct ulimit item;

		if (ulimit_parse(in->arena, defaults->items[i], &item) &&
		    text_equal(item.name, ulimit->name) && item.soft == ulimit->soft &&
		    item.hard == ulimit->hard)
			return true;
	}
	return false;
}

static bool at_most(int64_t value, int64_t most)
{
	return most == -1 || (value != -1 && value <= most);
}

static bool is_allowed(const struct check_input *in, const struct ulimit *ulimit)
{
	size_t n;
	const char *const *allowed = param_strings(in, "allowed", &n);

	for (size_t i = 0; i < n; i++) {
		struct ulimit item;

		if (ulimit_parse(in->arena, allowed[i], &item) &&
		    text_equal(item.name, ulimit->name) && at_most(ulimit->soft, item.soft) &&
		    at_most(ulimit->hard, item.hard))
			return true;
	}
	return false;
}

/* The names and values of what is neither the engine's default nor allowed. */
static bool list_overrides(const struct check_input *in, const cJSON *ulimits,
			   const struct setting *defaults, struct text *ret)
{
	doc_for_each (item, ulimits) {
		struct ulimit ulimit;

		if (!ulimit_read(in->arena, item, &ulimit))
			return false;
		if (!is_engine_default(in, defaults, &ulimit) && !is_allowed(in, &ulimit))
			text_add_item(ret,
				      arena_printf(in->arena, "%s=%lld:%lld", ulimit.name,
						   (long long)ulimit.soft, (long long)ulimit.hard));
	}
	return true;
}

static struct verdict judge_overrides(const struct check_input *in, const cJSON *ulimits,
				      const struct setting *defaults)
{
	cleanup_text struct text overrides = TEXT_INIT(ITEM_LIST);

	if (!list_overrides(in, ulimits, defaults, &overrides))
		return verdict_unknown(in, NULL, "HostConfig.Ulimits is malformed");
	if (!ulimits || !ulimits->child)
		return verdict_pass(in, "HostConfig.Ulimits is empty");
	if (item_list_is_empty(&overrides))
		return verdict_pass(in, "HostConfig.Ulimits has the engine's defaults or "
					"allowed values only");
	if (!defaults || !defaults->value)
		return verdict_unknown(
			in, defaults ? defaults->hint : NULL,
			"HostConfig.Ulimits has %s, and whether that is the engine's "
			"default-ulimits is not known",
			item_list_text(in, &overrides));
	return container_fail(in, "HostConfig.Ulimits overrides %s",
			      item_list_text(in, &overrides));
}

/* How /proc/<pid>/limits calls them. */
static const struct {
	const char *name, *line;
} limit_lines[] = {
	{"core", "Max core file size"},     {"cpu", "Max cpu time"},
	{"data", "Max data size"},          {"fsize", "Max file size"},
	{"locks", "Max file locks"},        {"memlock", "Max locked memory"},
	{"msgqueue", "Max msgqueue size"},  {"nice", "Max nice priority"},
	{"nofile", "Max open files"},       {"nproc", "Max processes"},
	{"rss", "Max resident set"},        {"rtprio", "Max realtime priority"},
	{"rttime", "Max realtime timeout"}, {"sigpending", "Max pending signals"},
	{"stack", "Max stack size"},
};

/* "1024:4096" of the line "Max open files   1024   4096   files"; NULL where it is not there. */
static const char *effective_ulimit(const struct check_input *in, const char *name)
{
	const char *text = in->subject->container->process_limits;

	for (size_t i = 0; text && i < sizeof(limit_lines) / sizeof(*limit_lines); i++) {
		const char *line, *soft, *hard;

		if (!text_equal(limit_lines[i].name, name))
			continue;
		line = strstr(text, limit_lines[i].line);
		if (!line)
			return NULL;
		soft = line + strlen(limit_lines[i].line);
		soft += strspn(soft, " ");
		hard = soft + strcspn(soft, " \n");
		hard += strspn(hard, " ");
		return arena_printf(in->arena, "%.*s:%.*s", (int)strcspn(soft, " \n"), soft,
				    (int)strcspn(hard, " \n"), hard);
	}
	return NULL;
}

static void cite_effective_ulimits(const struct check_input *in, struct verdict *verdict,
				   const cJSON *ulimits)
{
	const struct process *init = container_init(in->subject->container);

	doc_for_each (item, ulimits) {
		struct ulimit ulimit;
		const char *value;

		if (!init || !ulimit_read(in->arena, item, &ulimit))
			continue;
		value = effective_ulimit(in, ulimit.name);
		if (value)
			cite_string(in, verdict, "kernel",
				    process_path(in, init,
						 arena_printf(in->arena, "limits %s", ulimit.name)),
				    value);
	}
}

static struct verdict judge_ulimits(const struct check_input *in)
{
	const struct setting *defaults = facts_setting(in->facts, "default-ulimits");
	const cJSON *ulimits = NULL;
	struct verdict verdict;

	if (!doc_at(in->subject->doc, "HostConfig") ||
	    doc_array(in->subject->doc, "HostConfig.Ulimits", &ulimits) == DOC_MALFORMED)
		verdict = verdict_unknown(in, NULL, "HostConfig.Ulimits could not be read");
	else
		verdict = judge_overrides(in, ulimits, defaults);
	cite_field(in, &verdict, "inspect", "HostConfig.Ulimits");
	cite_effective_ulimits(in, &verdict, ulimits);
	if (defaults && defaults->value && defaults->n_sources)
		cite_string(in, &verdict, setting_origin_name(defaults->sources[0].origin),
			    "default-ulimits", defaults->value);
	return verdict;
}

static const struct param_spec ulimit_params[] = {
	{.name = "allowed",
	 .type = PARAM_STRINGS,
	 .summary = "overrides up to these: name=soft[:hard], -1 for any"},
	{0},
};

const struct check checks_container_resources[] = {
	{.name = "container-memory-limit",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_memory},
	{.name = "container-cpu-limit",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_cpu},
	{.name = "container-pids-limit",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_pids},
	{.name = "container-ulimits",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_ulimits,
	 .params = ulimit_params},
	{0},
};
