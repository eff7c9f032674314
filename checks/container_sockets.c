/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Can a container reach the engine that runs it? By a mount of a control socket or of a directory
 * above one, under any name and read-only or not (connect(2) does not ask), or by DOCKER_HOST.
 */
#include "checks/container_support.h"
#include "checks/mount_support.h"

#include "base/path.h"
#include "base/text.h"

#include <string.h>

/* The sockets that were seen on this host; none where it was not read. */
static bool leads_to_seen_socket(const struct check_input *in, const char *path)
{
	const struct host *host = &in->facts->host;

	for (size_t i = 0; i < host->n_sockets; i++) {
		if (path_within(host->sockets[i], path))
			return true;
	}
	return false;
}

/* True where `path` is what the pattern stands for, or a directory above it. */
static bool leads_to_pattern(const struct check_input *in, const char *pattern, const char *path)
{
	size_t length = 0;

	/* As many components of the pattern as the path has. */
	for (const char *c = path; *c; c++) {
		if (*c == '/' && pattern[length] == '/')
			length += 1 + strcspn(pattern + length + 1, "/");
	}
	return text_equal(path, "/") ||
	       text_matches(path, arena_strndup(in->arena, pattern, length));
}

/* /var/run is a link to /run wherever it exists. */
static const char *run_path(const struct check_input *in, const char *path)
{
	static const char old[] = "/var/run";

	return path_within(path, old) ? arena_printf(in->arena, "/run%s", path + sizeof(old) - 1)
				      : path;
}

/* The places where runtimes have their sockets; directories above count if nothing better is known.
 */
static bool leads_to_usual_socket(const struct check_input *in, const struct mount *mount,
				  const char *path)
{
	bool guess = in->facts->host.n_sockets == 0 ||
		     mount_is_unresolved(in->subject->container, mount);
	size_t n;
	const char *const *usual = param_strings(in, "sockets", &n);

	path = run_path(in, path);
	for (size_t i = 0; i < n; i++) {
		const char *pattern = run_path(in, usual[i]);

		if (text_matches(path, pattern))
			return !mount->host_type || text_equal(mount->host_type, "socket");
		if (guess && (leads_to_pattern(in, pattern, path) || path_within(usual[i], path)))
			return true;
	}
	return false;
}

static bool leads_to_socket(const struct check_input *in, const struct mount *mount,
			    const char *path)
{
	return leads_to_seen_socket(in, path) || leads_to_usual_socket(in, mount, path);
}

static struct verdict socket_mounted(const struct check_input *in, const struct mount_list *list)
{
	struct verdict verdict =
		container_fail(in, "leads to the socket of a container engine: %s%s",
			       mounts_text(in, list), list->unresolved ? ", as declared" : "");

	if (!list->writable)
		verdict = verdict_remark(in, verdict, "read-only does not keep it from connecting");
	cite_mounts(in, &verdict, list);
	return verdict_for_mapped_root(in, verdict);
}

static const cJSON *variable(const cJSON *inspect, const char *name)
{
	const cJSON *list = NULL, *found = NULL;

	doc_array(inspect, "Config.Env", &list);
	doc_for_each (item, list) {
		if (text_equal(doc_string_or(item, "name", NULL), name))
			found = item;
	}
	return found;
}

static bool variable_is_set(const cJSON *inspect, const char *name)
{
	return doc_int_or(variable(inspect, name), "length", 0) > 0;
}

/* DOCKER_HOST where it names an engine over TCP and nothing switches TLS on; else NULL. */
static const char *open_endpoint(const cJSON *inspect)
{
	const char *endpoint = doc_string_or(variable(inspect, "DOCKER_HOST"), "value", "");

	if (!text_starts(endpoint, "tcp://") && !text_starts(endpoint, "http://"))
		return NULL;
	if (variable_is_set(inspect, "DOCKER_TLS_VERIFY") || variable_is_set(inspect, "DOCKER_TLS"))
		return NULL;
	return endpoint;
}

static struct verdict judge_socket(const struct check_input *in)
{
	struct mount_list list = mounts_where(in, leads_to_socket);
	const char *endpoint = open_endpoint(in->subject->doc);
	struct verdict verdict;

	if (list.n > 0) {
		verdict = socket_mounted(in, &list);
	} else if (endpoint) {
		verdict = container_fail(in, "DOCKER_HOST is %s, without TLS", endpoint);
		verdict.severity = SEVERITY_HIGH;
	} else {
		verdict = mounts_pass(in, "no mount leads to the socket of a container engine");
	}
	if (endpoint)
		cite_string(in, &verdict, "inspect", "Config.Env DOCKER_HOST", endpoint);
	return verdict;
}

static const struct param_spec params[] = {
	{"sockets", PARAM_STRINGS, false, "where control sockets usually are, shell patterns"},
	{0},
};

const struct check checks_container_sockets[] = {
	{.name = "container-engine-socket",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_socket,
	 .params = params},
	{0},
};
