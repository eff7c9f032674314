/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Devices of the host in a container: given as such, asked for by a driver or by the Container
 * Device Interface, opened by a rule of the device control group, or bound as files.
 */
#include "checks/container_support.h"
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"

#include <string.h>

#define DEVICES_SHOWN 8 /* in a message; the evidence has all */

/* What was found so far, as it will read, and the gravest of it. */
struct findings {
	struct text *text;
	size_t n;
	enum severity worst;
};

static void found(struct findings *findings, enum severity severity, const char *what)
{
	if (findings->n++ < DEVICES_SHOWN)
		text_add_item(findings->text, what);
	if (severity > findings->worst)
		findings->worst = severity;
}

/* What the snapshot tells of a path of the host ("real", "type"); the fallback where nothing. */
static const char *host_path_field(const struct check_input *in, const char *path,
				   const char *field, const char *fallback)
{
	const cJSON *paths = doc_at(in->facts->host.doc, "paths");

	return doc_string_or(doc_member(paths, path), field, fallback);
}

/* A directory hands over every device in it, so that of /dev does for disks. */
static enum severity device_severity(const struct check_input *in, const char *path)
{
	const char *type = host_path_field(in, path, "type", "");

	if (text_equal(path, "/dev") || text_equal(type, "block") ||
	    param_matches(in, "critical", path))
		return SEVERITY_CRITICAL;
	return param_matches(in, "high", path) ? SEVERITY_HIGH : SEVERITY_MEDIUM;
}

static void find_devices(const struct check_input *in, struct findings *findings)
{
	const cJSON *devices = NULL;

	doc_array(in->subject->doc, "HostConfig.Devices", &devices);
	doc_for_each (item, devices) {
		const char *path = doc_string_or(item, "PathOnHost", "?");
		const char *rights = doc_string_or(item, "CgroupPermissions", "rwm");
		enum severity severity;

		path = host_path_field(in, path, "real", path_clean(in->arena, path));
		if (param_matches(in, "allowed", path))
			continue;
		severity = device_severity(in, path);
		if (!strchr(rights, 'w'))
			severity = severity_lower(severity);
		found(findings, severity, arena_printf(in->arena, "%s (%s)", path, rights));
	}
}

/* "nvidia", or the names of the devices where they are given ("nvidia.com/gpu=all"). */
static const char *request_name(const struct check_input *in, const cJSON *request)
{
	const char *driver = doc_string_or(request, "Driver", "");
	cleanup_text struct text text = TEXT_INIT(512);
	const cJSON *ids = NULL;

	doc_array(request, "DeviceIDs", &ids);
	doc_for_each (id, ids) {
		if (doc_is_string(id))
			text_add_item(&text, id->valuestring);
	}
	if (*text_string(&text))
		return arena_strdup(in->arena, text_string(&text));
	return *driver ? driver : "gpu";
}

static void find_requests(const struct check_input *in, struct findings *findings)
{
	const cJSON *requests = NULL;

	doc_array(in->subject->doc, "HostConfig.DeviceRequests", &requests);
	doc_for_each (item, requests) {
		const char *name = request_name(in, item);

		if (!param_matches(in, "allowed", name))
			found(findings, SEVERITY_MEDIUM,
			      arena_printf(in->arena, "device request %s", name));
	}
}

/* Rules read "c 189:* rwm"; with MKNOD, which is a default, one that names disks opens them. */
static void find_rules(const struct check_input *in, struct findings *findings)
{
	const cJSON *rules = NULL;

	doc_array(in->subject->doc, "HostConfig.DeviceCgroupRules", &rules);
	doc_for_each (item, rules) {
		const char *rule = doc_is_string(item) ? item->valuestring : "?";
		bool disks = rule[0] == 'b' || rule[0] == 'a';

		if (!param_matches(in, "allowed", rule))
			found(findings, disks ? SEVERITY_CRITICAL : SEVERITY_MEDIUM,
			      arena_printf(in->arena, "device rule %s", rule));
	}
}

static bool is_device(const struct check_input *in, const struct mount *mount, const char *path)
{
	static const char *const no_devices[] = {"/dev/shm", "/dev/mqueue", "/dev/hugepages",
						 "/dev/log"};

	if (text_equal(mount->host_type, "block") || text_equal(mount->host_type, "char"))
		return !param_matches(in, "allowed", path);
	if (!path_within(path, "/dev") || text_equal(mount->host_type, "socket") ||
	    text_equal(mount->host_type, "file"))
		return false;
	for (size_t i = 0; i < sizeof(no_devices) / sizeof(*no_devices); i++) {
		if (path_within(path, no_devices[i]))
			return false;
	}
	return !param_matches(in, "allowed", path);
}

/* A node that is only bound stays closed unless the device control group opens it, too. */
static void find_mounts(const struct check_input *in, struct findings *findings,
			struct mount_list *list)
{
	*list = mounts_where(in, is_device);
	for (size_t i = 0; i < list->n; i++)
		found(findings, SEVERITY_LOW,
		      arena_printf(in->arena, "%s bound at %s", mount_host_path(list->items[i]),
				   list->items[i]->destination));
}

static void cite_devices(const struct check_input *in, struct verdict *verdict,
			 const struct mount_list *list)
{
	cite_field(in, verdict, "inspect", "HostConfig.Privileged");
	cite_field(in, verdict, "inspect", "HostConfig.Devices");
	cite_field(in, verdict, "inspect", "HostConfig.DeviceRequests");
	cite_field(in, verdict, "inspect", "HostConfig.DeviceCgroupRules");
	cite_mounts(in, verdict, list);
}

static bool lists_are_readable(const cJSON *inspect)
{
	static const char *const paths[] = {"HostConfig.Devices", "HostConfig.DeviceRequests",
					    "HostConfig.DeviceCgroupRules", "Mounts"};
	const cJSON *list;

	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		if (doc_array(inspect, paths[i], &list) == DOC_MALFORMED)
			return false;
	}
	return true;
}

static struct verdict judge_devices(const struct check_input *in)
{
	cleanup_text struct text text = TEXT_INIT(4096);
	struct findings findings = {.text = &text, .worst = SEVERITY_INFO};
	struct mount_list list;
	struct verdict verdict;

	if (doc_bool_or(in->subject->doc, "HostConfig.Privileged", false))
		found(&findings, SEVERITY_CRITICAL, "HostConfig.Privileged is true: every device");
	find_devices(in, &findings);
	find_requests(in, &findings);
	find_rules(in, &findings);
	find_mounts(in, &findings, &list);
	if (findings.n == 0 && !lists_are_readable(in->subject->doc))
		verdict = verdict_unknown(in, NULL, "the lists of devices are no lists");
	else if (findings.n == 0)
		verdict = verdict_pass(in, "no device of the host beyond those allowed");
	else
		verdict = verdict_as(container_fail(in, "%s", text_string(&text)), findings.worst);
	if (findings.n > DEVICES_SHOWN)
		verdict = verdict_remark(in, verdict, "%zu in all", findings.n);
	cite_devices(in, &verdict, &list);
	return findings.n > 0 ? verdict_for_mapped_root(in, verdict) : verdict;
}

static const struct param_spec params[] = {
	{"critical", PARAM_STRINGS, false, "devices that give the host away, shell patterns"},
	{"high", PARAM_STRINGS, false, "devices that are dangerous, shell patterns"},
	{"allowed", PARAM_STRINGS, false, "devices, drivers and rules that are accepted, patterns"},
	{0},
};

const struct check checks_container_devices[] = {
	{.name = "container-devices",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_devices,
	 .params = params},
	{0},
};
