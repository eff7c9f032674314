/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Does what containers write have a filesystem of its own, so that it cannot fill up those that the
 * host itself needs? What counts is the filesystem behind a path: neither a bind mount nor a
 * subvolume makes a second one.
 */
#include "base/path.h"
#include "base/text.h"
#include "facts/host_places.h"
#include "judge/check.h"

#include <string.h>

#define DEFAULT_CONTAINERD_ROOT "/var/lib/containerd"

/* Where the host itself writes, or must find what it needs to run. */
static const char *const system_directories[] = {"/",        "/etc",     "/usr",     "/var",
						 "/var/lib", "/var/log", "/var/tmp", "/tmp",
						 "/home",    "/root",    "/boot"};

/* What is said of one directory. */
struct storage {
	enum status status;
	const char *text;
};

static const char *real_path(const struct check_input *in, const char *path)
{
	return doc_string_or(facts_path(in->facts, path), "real", NULL);
}

/* The system directory on the same filesystem; NULL where there is none. */
static const char *shared_with(const struct check_input *in, const struct host_mount *mount)
{
	for (size_t i = 0; i < sizeof(system_directories) / sizeof(system_directories[0]); i++) {
		const char *path = system_directories[i], *real = real_path(in, path);
		struct host_mount other;

		if (strcmp(path, "/") == 0)
			real = path;
		if (real && host_mount_of(in->facts, in->arena, real, &other) &&
		    text_equal(other.device, mount->device))
			return path;
	}
	return NULL;
}

/* dockerd mounts its data root on itself, which is no news; from elsewhere is. */
static struct storage judge_mount(const struct check_input *in, const char *path, const char *real,
				  const struct host_mount *mount)
{
	const char *shared = shared_with(in, mount);
	const char *kind = arena_printf(in->arena, "%s, device %s", mount->fstype, mount->device);
	struct storage storage = {.status = shared ? STATUS_FAIL : STATUS_PASS};

	if (!shared)
		storage.text =
			arena_printf(in->arena, "%s is on a filesystem of its own (%s) at %s", path,
				     kind, mount->point);
	else if (text_equal(mount->point, real) && !text_ends(real, mount->root))
		storage.text = arena_printf(in->arena,
					    "%s is mounted, but from %s of the filesystem that %s "
					    "is on (%s)",
					    path, mount->root, shared, kind);
	else
		storage.text = arena_printf(in->arena, "%s is on the filesystem of %s (%s)", path,
					    shared, kind);
	return storage;
}

static void cite_storage(const struct check_input *in, struct verdict *verdict, const char *path,
			 const struct host_mount *mount)
{
	cite_string(in, verdict, "kernel", arena_printf(in->arena, "%s st_dev", path),
		    doc_string_or(facts_path(in->facts, path), "device", NULL));
	cite_string(in, verdict, "kernel", arena_printf(in->arena, "mountinfo %s", mount->point),
		    arena_printf(in->arena, "%s %s %s", mount->device, mount->root, mount->fstype));
}

/* NULL and the verdict where it cannot be said; else the storage, and what to cite. */
static const char *find_mount(const struct check_input *in, const char *path,
			      struct host_mount *ret, struct verdict *ret_unknown)
{
	const cJSON *record = facts_path(in->facts, path);
	const char *why = doc_string_or(record, "unread", record ? NULL : "it was not looked at");
	const char *real = real_path(in, path);

	if (why || !real) {
		*ret_unknown = verdict_unknown(in, "run as root", "%s: %s", path, why ? why : "?");
		return NULL;
	}
	if (!host_mount_of(in->facts, in->arena, real, ret)) {
		*ret_unknown = verdict_unknown(
			in, "run as root", "the mounts of the host are not known: %s",
			doc_string_or(in->facts->host.doc, "unread.mountinfo",
				      "the snapshot does not hold them"));
		return NULL;
	}
	return real;
}

static bool uses_containerd_store(const struct check_input *in)
{
	doc_for_each (pair, doc_at(in->facts->engine.info, "DriverStatus")) {
		const cJSON *key = cJSON_GetArrayItem(pair, 0),
			    *value = cJSON_GetArrayItem(pair, 1);

		if (doc_is_string(key) && text_equal(key->valuestring, "driver-type") &&
		    doc_is_string(value) && text_starts(value->valuestring, "io.containerd."))
			return true;
	}
	return false;
}

/* Where containerd keeps images and layers; NULL where that is below the data root. */
static const char *containerd_root(const struct check_input *in, const char *data_root)
{
	const cJSON *containerd = doc_at(in->facts->host.doc, "programs.containerd");
	const char *root = doc_string_or(containerd, "root", DEFAULT_CONTAINERD_ROOT);

	return path_within(path_clean(in->arena, root), data_root) ? NULL : root;
}

static struct verdict judge_storage(const struct check_input *in)
{
	const char *hidden = facts_files_hidden(in->facts);
	const char *paths[2] = {host_data_root(in->facts, in->arena), NULL};
	struct host_mount mounts[2];
	struct storage worst = {0}, storage;
	struct verdict verdict;

	if (hidden)
		return verdict_unknown(in, "run it with --pid=host", "%s", hidden);
	if (!paths[0])
		return verdict_unknown(in, in->facts->subjects[SUBJECT_ENGINE].hint,
				       "the engine did not say its DockerRootDir");
	if (uses_containerd_store(in))
		paths[1] = containerd_root(in, paths[0]);
	for (size_t i = 0; i < 2 && paths[i]; i++) {
		const char *real = find_mount(in, paths[i], &mounts[i], &verdict);

		if (!real)
			return verdict;
		storage = judge_mount(in, paths[i], real, &mounts[i]);
		if (!worst.text || (storage.status == STATUS_FAIL && worst.status == STATUS_PASS))
			worst = storage;
		else if (storage.status == worst.status)
			worst.text = arena_printf(in->arena, "%s; %s", worst.text, storage.text);
	}
	verdict = verdict_pass(in, "%s", worst.text);
	verdict.status = worst.status;
	cite_string(in, &verdict, "info", "DockerRootDir",
		    doc_string_or(in->facts->engine.info, "DockerRootDir", NULL));
	for (size_t i = 0; i < 2 && paths[i]; i++)
		cite_storage(in, &verdict, paths[i], &mounts[i]);
	return verdict;
}

const struct check checks_host_storage[] = {
	{.name = "host-storage", .subjects = SUBJECTS(SUBJECT_HOST), .judge = judge_storage},
	{0},
};
