/* SPDX-License-Identifier: Apache-2.0 */

/* Memory, CPU and process limits: asked for in HostConfig, enforced by control groups; devices. */

#include "base/text.h"
#include "facts/load.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

/* The control group of a container for one controller. */
struct cgroup {
	const struct load *load;
	char *directory; /* a key of the snapshot's "cgroups" */
	size_t base;     /* length of the hierarchy's mount point in it */
	bool v2;
	bool has_shares; /* HostConfig.CpuShares asks for other than the usual shares */
};

/* What Docker takes as unset, though it may be asked for. */
#define USUAL_SHARES 1024

static struct limit none_of(const char *where)
{
	return (struct limit){.known = true, .where = where};
}

static struct limit limit_of(uint64_t value, const char *where)
{
	return (struct limit){.known = true, .limited = true, .value = value, .where = where};
}

static struct limit declared_number(const cJSON *host_config, const char *field, const char *where)
{
	int64_t value = doc_int_or(host_config, field, 0);

	return value > 0 ? limit_of((uint64_t)value, where) : none_of(where);
}

/* thousandths of a CPU for `quota` microseconds in each `period` */
static uint64_t cpu_of(uint64_t quota, uint64_t period)
{
	if (!period || quota > UINT64_MAX / 1000)
		return 0;
	return quota * 1000 / period;
}

static struct limit declared_cpu(const cJSON *host_config)
{
	int64_t nano = doc_int_or(host_config, "NanoCpus", 0);
	int64_t quota = doc_int_or(host_config, "CpuQuota", 0);
	int64_t period = doc_int_or(host_config, "CpuPeriod", 0);
	int64_t shares = doc_int_or(host_config, "CpuShares", 0);

	if (nano > 0)
		return limit_of((uint64_t)nano / 1000000, "HostConfig.NanoCpus");
	if (quota > 0)
		return limit_of(cpu_of((uint64_t)quota, period > 0 ? (uint64_t)period : 100000),
				"HostConfig.CpuQuota");
	if (*doc_string_or(host_config, "CpusetCpus", ""))
		return limit_of(0, "HostConfig.CpusetCpus");
	if (shares > 0 && shares != USUAL_SHARES)
		return limit_of(0, "HostConfig.CpuShares");
	return none_of("HostConfig.NanoCpus");
}

/* The value of a file in a control group's directory; NULL where it was not read. */
static const char *cgroup_file(const struct cgroup *cgroup, const char *file)
{
	const struct index_entry *entry = index_find(&cgroup->load->cgroups, cgroup->directory);
	const cJSON *value;

	if (!entry)
		return NULL;
	value = doc_member(entry->item, file);
	return doc_is_string(value) ? value->valuestring : NULL;
}

/* "/sys/fs/cgroup/memory/docker/x/memory.max" */
static const char *file_name(const struct cgroup *cgroup, const char *file)
{
	return arena_printf(cgroup->load->arena, "%s/%s", cgroup->directory, file);
}

/* Step up; false where that would be the root of the hierarchy. */
static bool to_parent(struct cgroup *cgroup)
{
	char *slash = strrchr(cgroup->directory + cgroup->base, '/');

	if (!slash || slash == cgroup->directory + cgroup->base)
		return false;
	*slash = '\0';
	return true;
}

static bool number_at(const char *text, const char **ret_end, uint64_t *ret)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	*ret = strtoull(text, &end, 10);
	*ret_end = end;
	return true;
}

/*
 * A number of bytes or tasks; false for "max" and for what version 1 writes for no limit: the
 * greatest multiple of the page size that fits, of pages up to 64 KiB.
 */
static bool plain_limit(const char *text, uint64_t *ret)
{
	const uint64_t unlimited = (uint64_t)INT64_MAX - 0xffff;
	const char *end;
	uint64_t value;

	if (!number_at(text, &end, &value) || value >= unlimited)
		return false;
	*ret = value;
	return true;
}

/* The tightest value of a file with one number, from the group up to below the root. */
static struct limit tightest(struct cgroup *cgroup, const char *file)
{
	struct limit limit = {0};
	const char *text = cgroup_file(cgroup, file);
	uint64_t value;

	if (!text)
		return limit;
	limit = none_of(file_name(cgroup, file));
	do {
		text = cgroup_file(cgroup, file);
		if (text && plain_limit(text, &value) && (!limit.limited || value < limit.value))
			limit = limit_of(value, file_name(cgroup, file));
	} while (to_parent(cgroup));
	return limit;
}

/* "max 100000" of version 2, or the quota and period of version 1. */
static bool cpu_quota(const struct cgroup *cgroup, uint64_t *ret)
{
	const char *quota_text = cgroup_file(cgroup, cgroup->v2 ? "cpu.max" : "cpu.cfs_quota_us");
	const char *period_text = cgroup->v2 ? NULL : cgroup_file(cgroup, "cpu.cfs_period_us");
	const char *end;
	uint64_t quota, period = 100000;

	if (!quota_text || !number_at(quota_text, &end, &quota))
		return false;
	if (!cgroup->v2)
		end = period_text;
	while (end && *end == ' ')
		end++;
	if (end)
		number_at(end, &end, &period);
	*ret = cpu_of(quota, period);
	return true;
}

/*
 * True where the group gets as much as any other. The usual weight of version 2 is 100; who asks
 * for the usual shares gets 39 of runtimes that convert linearly (runc before 1.3.2, crun before
 * 1.23), 100 of newer ones.
 */
static bool is_usual_weight(const struct cgroup *cgroup, uint64_t weight)
{
	if (!cgroup->v2)
		return weight == USUAL_SHARES;
	return weight == 100 || (weight == 39 && !cgroup->has_shares);
}

static struct limit tightest_cpu(struct cgroup *cgroup)
{
	const char *quota_file = cgroup->v2 ? "cpu.max" : "cpu.cfs_quota_us";
	const char *weight_file = cgroup->v2 ? "cpu.weight" : "cpu.shares";
	const char *weight = cgroup_file(cgroup, weight_file), *end;
	struct limit limit = {0};
	uint64_t value;

	if (!cgroup_file(cgroup, quota_file) && !weight)
		return limit;
	if (weight && number_at(weight, &end, &value) && !is_usual_weight(cgroup, value))
		limit = limit_of(0, file_name(cgroup, weight_file));
	else
		limit = none_of(file_name(cgroup, quota_file));
	do {
		if (cpu_quota(cgroup, &value) && value && (!limit.value || value < limit.value))
			limit = limit_of(value, file_name(cgroup, quota_file));
	} while (to_parent(cgroup));
	return limit;
}

/*
 * Processors that the container may not use. Version 1 repeats the parent's set where nothing was
 * asked for, so that only a set unlike that of the topmost group means something; version 2 leaves
 * the file empty.
 */
static struct limit cpuset_limit(struct cgroup *cgroup)
{
	const char *own = cgroup_file(cgroup, "cpuset.cpus"), *top = own, *text;
	const char *where;

	if (!own)
		return (struct limit){0};
	where = file_name(cgroup, "cpuset.cpus");
	do {
		text = cgroup_file(cgroup, "cpuset.cpus");
		if (text && cgroup->v2 && *text && *text != '\n')
			return limit_of(0, file_name(cgroup, "cpuset.cpus"));
		if (text)
			top = text;
	} while (to_parent(cgroup));
	if (!cgroup->v2) {
		cgroup->directory[cgroup->base] = '\0';
		text = cgroup_file(cgroup, "cpuset.cpus");
		top = text ? text : top;
	}
	return text_equal(own, top) ? none_of(where) : limit_of(0, where);
}

static bool lists(const char *words, size_t length, const char *wanted)
{
	size_t n = strlen(wanted);

	for (const char *word = words; word < words + length;) {
		size_t size = strcspn(word, ",:");

		if (size == n && !memcmp(word, wanted, n))
			return true;
		word += size + 1;
	}
	return false;
}

struct slice cgroup_path(const char *text, const char *controller)
{
	while (text && *text) {
		const char *words = strchr(text, ':'), *path;
		size_t line = strcspn(text, "\n");

		if (!words || words >= text + line)
			break;
		words++;
		path = memchr(words, ':', (size_t)(text + line - words));
		if (path && (controller ? lists(words, (size_t)(path - words), controller)
					: path == words && text_starts(text, "0:")))
			return (struct slice){path + 1, (size_t)(text + line - path - 1)};
		text += line + (text[line] == '\n');
	}
	return (struct slice){0};
}

/* The directory of a group below `base`, which shows the groups below `root`. */
static bool open_at(struct cgroup *cgroup, const char *base, const char *root, struct slice path)
{
	size_t skipped = strlen(root);
	char *directory;

	if (!path.length || path.length > PATH_MAX || *path.text != '/' || path.length < skipped ||
	    strncmp(path.text, root, skipped) != 0)
		return false;
	path.text += skipped;
	path.length -= skipped;
	if (asprintf(&directory, "%s%.*s", base, path.length == 1 ? 0 : (int)path.length,
		     path.text) < 0)
		return false;
	if (!index_find(&cgroup->load->cgroups, directory)) {
		free(directory);
		return false;
	}
	cgroup->directory = directory;
	cgroup->base = strlen(base);
	return true;
}

/* Where the snapshot says that the hierarchy is mounted, else where it mostly is. */
static bool open_in(struct cgroup *cgroup, const char *hierarchy, const char *const *usual,
		    struct slice path)
{
	const cJSON *mount =
		doc_member(doc_at(cgroup->load->facts->host.doc, "cgroup_mounts"), hierarchy);
	const char *point = doc_string_or(mount, "point", NULL);

	if (point)
		return open_at(cgroup, point, doc_string_or(mount, "root", ""), path);
	for (size_t i = 0; usual[i]; i++)
		if (open_at(cgroup, usual[i], "", path))
			return true;
	return false;
}

/* The caller frees cgroup->directory. */
static bool cgroup_open(struct cgroup *cgroup, const char *text, const char *controller)
{
	static const char *const usual_v2[] = {"/sys/fs/cgroup", "/sys/fs/cgroup/unified", NULL};
	const char *usual_v1[] = {NULL, NULL, NULL, NULL};
	struct slice path;
	char base[64];

	snprintf(base, sizeof(base), "/sys/fs/cgroup/%s", controller);
	usual_v1[0] = base;
	if (text_equal(controller, "cpu")) {
		usual_v1[1] = "/sys/fs/cgroup/cpu,cpuacct";
		usual_v1[2] = "/sys/fs/cgroup/cpuacct,cpu";
	}
	cgroup->v2 = false;
	path = cgroup_path(text, controller);
	if (open_in(cgroup, controller, usual_v1, path))
		return true;
	cgroup->v2 = true;
	path = cgroup_path(text, NULL);
	return open_in(cgroup, "unified", usual_v2, path);
}

static struct limit effective_limit(const struct load *load, const struct container *container,
				    const char *text, const char *controller)
{
	struct cgroup cgroup = {.load = load};
	int64_t shares = doc_int_or(container->inspect, "HostConfig.CpuShares", 0);
	struct limit limit = {0};

	if (!cgroup_open(&cgroup, text, controller))
		return limit;
	cgroup.has_shares = shares > 0 && shares != USUAL_SHARES;
	if (text_equal(controller, "memory"))
		limit = tightest(&cgroup, cgroup.v2 ? "memory.max" : "memory.limit_in_bytes");
	else if (text_equal(controller, "pids"))
		limit = tightest(&cgroup, "pids.max");
	else if (text_equal(controller, "cpu"))
		limit = tightest_cpu(&cgroup);
	else
		limit = cpuset_limit(&cgroup);
	free(cgroup.directory);
	return limit;
}

/* Version 2 has a program of the kernel instead, which it does not show. */
static const char *device_list(const struct load *load, const char *text)
{
	struct cgroup cgroup = {.load = load};
	const char *list = NULL;

	if (cgroup_open(&cgroup, text, "devices") && !cgroup.v2)
		list = cgroup_file(&cgroup, "devices.list");
	free(cgroup.directory);
	return list;
}

/*
 * What stands before the part of the path that bears the container's id. "/.." is outside of the
 * auditor's own cgroup namespace: what is there has no name.
 */
static const char *parent_in(struct arena *arena, struct slice path, const char *id)
{
	const char *found = path.length ? memmem(path.text, path.length, id, strlen(id)) : NULL;

	if (found && text_starts(path.text, "/.."))
		return NULL;
	while (found && found > path.text && *found != '/')
		found--;
	return found && *found == '/' ? arena_strndup(arena, path.text, (size_t)(found - path.text))
				      : NULL;
}

static const char *cgroup_parent(struct arena *arena, const char *text, const char *id)
{
	static const char *const controllers[] = {"memory", "pids", "cpu", "name=systemd", NULL};
	const char *parent = NULL;

	for (size_t i = 0; i < sizeof(controllers) / sizeof(controllers[0]) && !parent; i++)
		parent = parent_in(arena, cgroup_path(text, controllers[i]), id);
	return parent;
}

/* NULL, or `why` where the engine says that it cannot enforce the limit. */
static const char *ineffective(const struct load *load, const struct limits *limits,
			       const char *info, const char *why)
{
	bool able;

	if (!limits->declared.limited ||
	    doc_bool(load->facts->engine.info, info, &able) != DOC_PRESENT || able)
		return NULL;
	return why;
}

static const char *ineffective_cpu(const struct load *load, const struct limits *cpu)
{
	if (text_equal(cpu->declared.where, "HostConfig.CpusetCpus"))
		return ineffective(load, cpu, "CPUSet",
				   "the cpuset controller is not available to this engine "
				   "(GET /info CPUSet is false)");
	if (text_equal(cpu->declared.where, "HostConfig.CpuShares"))
		return ineffective(load, cpu, "CPUShares",
				   "CPU shares are not available to this engine "
				   "(GET /info CPUShares is false)");
	return ineffective(load, cpu, "CpuCfsQuota",
			   "CPU quotas are not available to this engine "
			   "(GET /info CpuCfsQuota is false)");
}

void container_load_limits(struct load *load, struct container *container, const cJSON *init)
{
	const cJSON *host_config = doc_at(container->inspect, "HostConfig");
	const char *text = doc_string_or(init, "cgroup", NULL);

	container->memory.declared = declared_number(host_config, "Memory", "HostConfig.Memory");
	container->pids.declared =
		declared_number(host_config, "PidsLimit", "HostConfig.PidsLimit");
	container->cpu.declared = declared_cpu(host_config);
	container->memory.ineffective =
		ineffective(load, &container->memory, "MemoryLimit",
			    "the memory controller is not available to this engine "
			    "(GET /info MemoryLimit is false)");
	container->pids.ineffective =
		ineffective(load, &container->pids, "PidsLimit",
			    "the pids controller is not available to this engine "
			    "(GET /info PidsLimit is false)");
	container->cpu.ineffective = ineffective_cpu(load, &container->cpu);
	container->process_limits = doc_string_or(init, "limits", NULL);
	if (!text)
		return;
	container->device_list = device_list(load, text);
	container->cgroup_parent = cgroup_parent(load->arena, text, container->id);
	container->memory.effective = effective_limit(load, container, text, "memory");
	container->pids.effective = effective_limit(load, container, text, "pids");
	container->cpu.effective = effective_limit(load, container, text, "cpu");
	if (!container->cpu.effective.limited) {
		struct limit cpuset = effective_limit(load, container, text, "cpuset");

		if (cpuset.limited)
			container->cpu.effective = cpuset;
	}
}
