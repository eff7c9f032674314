/* SPDX-License-Identifier: Apache-2.0 */

/* What keeps a container off its own files, the kernel's, and devices. */
#include "facts/isolation_builder.h"

#include "base/text.h"
#include "facts/host_places.h"

#include <string.h>

static void load_rootfs(const struct isolation_builder *builder, struct isolation *row)
{
	const struct container *container = builder->container;
	bool declared = doc_bool_or(container->inspect, "HostConfig.ReadonlyRootfs", false);
	struct isolation_ranks ranks = {
		.declared = declared, .resolved = UNRANKED, .effective = UNRANKED, .usual = 0};

	isolation_declare(row, "HostConfig.ReadonlyRootfs", declared ? "read-only" : "writable");
	if (doc_at(builder->bundle, "root")) {
		ranks.resolved = doc_bool_or(builder->bundle, "root.readonly", false);
		isolation_resolve(row, "root.readonly", ranks.resolved ? "read-only" : "writable");
	}
	if (container->rootfs && builder->document) {
		ranks.effective = text_equal(container->rootfs, "ro");
		isolation_see(builder, row, "mountinfo /",
			      ranks.effective ? "read-only" : "writable");
	}
	if (!container->rootfs && builder->document)
		isolation_unread(row, doc_string_or(builder->document, "unread.mountinfo", NULL));
	isolation_settle(builder, row, ranks);
}

/* One of the two lists of paths that the runtime covers or makes read-only. */
struct path_list {
	enum isolation_property property;
	const char *field, *bundle;
	bool read_only; /* the mount has to be */
	size_t usual;   /* as many as the first engines had, whose list only grew */
};

static const struct path_list lists[] = {
	{ISOLATION_MASKED_PATHS, "HostConfig.MaskedPaths", "linux.maskedPaths", false, 9},
	{ISOLATION_READONLY_PATHS, "HostConfig.ReadonlyPaths", "linux.readonlyPaths", true, 5},
};

/* Is there a mount at the path, the one in sight being read-only where that is asked? */
static bool is_mounted(const struct mount_lines *lines, const char *path, bool read_only)
{
	const struct mountinfo *line = mount_lines_at(lines, path);

	return line && (!read_only || mountinfo_is_read_only(line));
}

static size_t list_length(const cJSON *list)
{
	return (size_t)cJSON_GetArraySize(list);
}

/* Is each string of one list in the other? */
static bool has_all(const cJSON *list, const cJSON *wanted)
{
	doc_for_each (one, wanted) {
		bool found = false;

		doc_for_each (other, list)
			found |= doc_is_string(one) && doc_is_string(other) &&
				 text_equal(one->valuestring, other->valuestring);
		if (!found)
			return false;
	}
	return true;
}

static const char *count_text(struct arena *arena, size_t n)
{
	return n ? arena_printf(arena, "%zu paths", n) : "none";
}

/* The rank of what the kernel shows, against the list: 1 where it covers all that is there. */
static int see_paths(const struct isolation_builder *builder, struct isolation *row,
		     const struct path_list *paths, const cJSON *list)
{
	const char *mountinfo = doc_string_or(builder->document, "mountinfo", NULL);
	cleanup_text struct text open = TEXT_INIT(4096);
	size_t there = 0, covered = 0, unknown = 0;

	if (!mountinfo) {
		isolation_unread(row, doc_string_or(builder->document, "unread.mountinfo", NULL));
		return UNRANKED;
	}
	mount_lines_read(&builder->load->mount_lines, builder->arena, mountinfo);
	doc_for_each (item, list) {
		const char *path = doc_is_string(item) ? item->valuestring : "";
		const cJSON *record = facts_path(builder->load->facts, path);
		bool is_covered = is_mounted(&builder->load->mount_lines, path, paths->read_only);
		enum existence exists = is_covered ? PATH_THERE : path_existence(record);

		unknown += exists == PATH_UNKNOWN;
		there += exists == PATH_THERE;
		covered += is_covered;
		if (exists == PATH_THERE && !is_covered)
			text_add_item(&open, path);
	}
	if (there > covered) {
		row->reason = arena_printf(builder->arena, "not %s: %s",
					   paths->read_only ? "read-only" : "covered",
					   text_string(&open));
	} else if (unknown) {
		row->reason = "which of them this kernel has was not recorded";
		return UNRANKED;
	}
	isolation_see(builder, row, "mountinfo",
		      !there ? "none"
		      : covered == there
			      ? arena_printf(builder->arena, "all %zu that there are", there)
			      : arena_printf(builder->arena, "%zu of the %zu that there are",
					     covered, there));
	return there == covered;
}

static void load_paths(const struct isolation_builder *builder, struct isolation *row,
		       const struct path_list *paths)
{
	const cJSON *inspect = builder->container->inspect, *list = NULL, *told = NULL;
	bool privileged = doc_bool_or(inspect, "HostConfig.Privileged", false);
	struct isolation_ranks ranks = {.declared = 1, .resolved = UNRANKED, .effective = UNRANKED};

	if (doc_array(inspect, paths->field, &list) != DOC_PRESENT && !privileged) {
		row->reason = "inspect does not have the list";
		ranks.declared = UNRANKED;
	} else {
		isolation_declare(row, paths->field, count_text(builder->arena, list_length(list)));
	}
	if (doc_at(builder->bundle, "linux")) {
		doc_array(builder->bundle, paths->bundle, &told);
		ranks.resolved = has_all(told, list);
		isolation_resolve(row, paths->bundle,
				  count_text(builder->arena, list_length(told)));
		list = list ? list : told;
	}
	if (builder->document && (list || privileged))
		ranks.effective = see_paths(builder, row, paths, list);
	isolation_settle(builder, row, ranks);
	if (row->agreement != ISOLATION_UNDECLARED)
		row->grade = ranks.effective == 0 || list_length(list) < paths->usual
				     ? ISOLATION_LESS
				     : ISOLATION_DEFAULT;
}

/* What the runtime lets every container have: making nodes, and the harmless ones. */
static bool is_usual_rule(const char *rule)
{
	static const char *const usual[] = {
		"b *:* m",   "c *:* m",   "c 1:3 rwm", "c 1:5 rwm", "c 1:7 rwm",    "c 1:8 rwm",
		"c 1:9 rwm", "c 5:0 rwm", "c 5:1 rwm", "c 5:2 rwm", "c 10:200 rwm", "c 136:* rwm",
	};

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (text_equal(rule, usual[i]))
			return true;
	return false;
}

/* The rules of devices.list beyond the usual, joined; NULL where there are none. */
static const char *rules_seen(struct arena *arena, const char *list, bool *ret_all)
{
	cleanup_text struct text text = TEXT_INIT(4096);

	*ret_all = false;
	while (*list) {
		size_t length = strcspn(list, "\n");
		const char *rule = arena_strndup(arena, list, length);

		if (text_starts(rule, "a "))
			*ret_all = true;
		else if (length && !is_usual_rule(rule))
			text_add_item(&text, rule);
		list += length + (list[length] == '\n');
	}
	return text.length ? arena_strdup(arena, text_string(&text)) : NULL;
}

static const char *rule_number(struct arena *arena, const cJSON *rule, const char *member)
{
	int64_t number;

	if (doc_int(rule, member, &number) != DOC_PRESENT || number < 0)
		return "*";
	return arena_printf(arena, "%lld", (long long)number);
}

/* The same of the bundle's rules, in the kernel's spelling. */
static const char *rules_told(struct arena *arena, const cJSON *rules, bool *ret_all)
{
	cleanup_text struct text text = TEXT_INIT(4096);

	*ret_all = false;
	doc_for_each (rule, rules) {
		const char *type = doc_string_or(rule, "type", "a"), *spelled;

		if (!doc_bool_or(rule, "allow", false))
			continue;
		spelled = arena_printf(
			arena, "%s %s:%s %s", type, rule_number(arena, rule, "major"),
			rule_number(arena, rule, "minor"), doc_string_or(rule, "access", "rwm"));
		if (text_equal(type, "a"))
			*ret_all = true;
		else if (!is_usual_rule(spelled))
			text_add_item(&text, spelled);
	}
	return text.length ? arena_strdup(arena, text_string(&text)) : NULL;
}

enum device_rank { DEVICES_ALL, DEVICES_SOME, DEVICES_USUAL };

static int device_rank(bool all, const char *rules)
{
	return all ? DEVICES_ALL : rules ? DEVICES_SOME : DEVICES_USUAL;
}

static const char *device_text(bool all, const char *rules)
{
	return all ? "every device" : rules ? rules : "Docker's own";
}

static void add_items(struct text *text, const cJSON *list, const char *member)
{
	doc_for_each (item, list)
		text_add_item(text, doc_string_or(item, member, "?"));
}

static int declare_devices(const struct isolation_builder *builder, struct isolation *row)
{
	cleanup_text struct text text = TEXT_INIT(4096);
	const cJSON *host_config = doc_at(builder->container->inspect, "HostConfig");

	if (doc_bool_or(host_config, "Privileged", false)) {
		isolation_declare(row, "HostConfig.Privileged", device_text(true, NULL));
		return DEVICES_ALL;
	}
	add_items(&text, doc_at(host_config, "Devices"), "PathOnHost");
	add_items(&text, doc_at(host_config, "DeviceCgroupRules"), "");
	if (list_length(doc_at(host_config, "DeviceRequests")))
		text_add_item(&text, "those of a device driver");
	isolation_declare(row, "HostConfig.Devices and DeviceCgroupRules",
			  text.length ? arena_strdup(builder->arena, text_string(&text))
				      : device_text(false, NULL));
	return text.length ? DEVICES_SOME : DEVICES_USUAL;
}

/* Rules say numbers and inspect names, so that of some devices only the bundle tells which. */
static void load_devices(const struct isolation_builder *builder, struct isolation *row)
{
	struct isolation_ranks ranks = {
		.resolved = UNRANKED, .effective = UNRANKED, .usual = DEVICES_USUAL};
	const char *list = builder->container->device_list, *told = NULL, *seen;
	bool all;

	ranks.declared = declare_devices(builder, row);
	if (doc_at(builder->bundle, "linux.resources.devices")) {
		told = rules_told(builder->arena,
				  doc_at(builder->bundle, "linux.resources.devices"), &all);
		ranks.resolved = device_rank(all, told);
		isolation_resolve(row, "linux.resources.devices", device_text(all, told));
	}
	if (list && builder->document) {
		seen = rules_seen(builder->arena, list, &all);
		ranks.effective = device_rank(all, seen);
		row->effective = (struct isolation_layer){device_text(all, seen), "kernel",
							  "devices.list of its control group"};
	} else if (builder->document && builder->load->facts->host.cgroup_version == 2) {
		row->reason = "control groups of version 2 do not show their devices";
	}
	isolation_settle(builder, row, ranks);
}

void isolation_load_protection(const struct isolation_builder *builder, struct isolation *rows)
{
	load_rootfs(builder, &rows[ISOLATION_ROOTFS]);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		load_paths(builder, &rows[lists[i].property], &lists[i]);
	load_devices(builder, &rows[ISOLATION_DEVICES]);
}
