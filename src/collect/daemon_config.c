/* SPDX-License-Identifier: Apache-2.0 */

/* The configuration file that a running dockerd reads: which one, what stands in it, and where. */
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/file.h"
#include "collect/daemon.h"
#include "collect/host_root.h"
#include "collect/proc.h"
#include "collect/redact.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pwd.h>
#include <string.h>

#define DEFAULT_FILE    "/etc/docker/daemon.json"
#define ROOTLESS_FILE   "docker/daemon.json"
#define CONFIG_CEILING  ((size_t)1024 * 1024)
#define UNREADABLE_HINT "run as root to read what the engine reads"

/* Leave the last of several members with one name, as Go does. */
static void drop_repeated(cJSON *object)
{
	unsigned n = 0;

	for (cJSON *item = object->child, *next; item && n < DAEMON_CONFIG_KEYS; item = next, n++) {
		next = item->next;
		for (const cJSON *later = next; later; later = later->next)
			if (text_equal(item->string, later->string)) {
				cJSON_Delete(cJSON_DetachItemViaPointer(object, item));
				break;
			}
	}
}

static int parse_config(const struct text *text, cJSON **ret, struct error *err)
{
	const char *bytes = text_string(text);
	cleanup_doc cJSON *content = NULL;
	int r;

	if (strspn(bytes, " \t\r\n") == text->length) {
		*ret = cJSON_CreateObject();
		return 0;
	}
	r = doc_parse(bytes, text->length, &content, err);
	if (r < 0)
		return r;
	if (!cJSON_IsObject(content))
		return error_set(err, EBADMSG, "it holds no JSON object");
	if (cJSON_GetArraySize(content) > DAEMON_CONFIG_KEYS)
		return error_set(err, EBADMSG, "more than %d keys", DAEMON_CONFIG_KEYS);
	drop_repeated(content);
	*ret = take_pointer(content);
	return 0;
}

static void set_state(cJSON *file, const char *state, const char *reason)
{
	cJSON_AddStringToObject(file, "state", state);
	if (reason)
		snapshot_add_text(file, "reason", reason, strlen(reason));
}

static void record_content(cJSON *snapshot, cJSON *file, const char *path, const struct text *text)
{
	struct error err = {0};
	cJSON *content = NULL;

	if (parse_config(text, &content, &err) < 0) {
		set_state(file, "malformed", err.text);
		snapshot_problem(snapshot, path, err.text, "dockerd does not start with this file",
				 false);
		return;
	}
	set_state(file, "present", NULL);
	redact_daemon_config(content);
	cJSON_AddItemToObject(file, "content", content);
	cJSON_AddItemToObject(file, "lines", daemon_config_lines(text_string(text)));
}

static void record_failure(cJSON *snapshot, cJSON *file, const char *path, int code)
{
	if (code == -ENOENT || code == -ENOTDIR) {
		set_state(file, "absent", NULL);
		return;
	}
	set_state(file, "unreadable", strerror(-code));
	snapshot_problem(snapshot, path, strerror(-code), UNREADABLE_HINT, false);
}

static void record_file(cJSON *snapshot, cJSON *file, int dir, const char *path)
{
	cleanup_text struct text text = TEXT_INIT(CONFIG_CEILING);
	cleanup_fd int tree = tree_open(dir);
	cleanup_fd int fd = -1;
	struct stat status;
	int r = tree;

	if (tree >= 0)
		r = fd = tree_resolve(tree, path, NULL, &status);
	if (fd >= 0) {
		snapshot_add_time(file, "modified", status.st_mtime);
		r = tree_read(fd, &text);
	}
	if (r < 0)
		record_failure(snapshot, file, path, r);
	else
		record_content(snapshot, file, path, &text);
}

const char *environment_value(const struct text *variables, const char *name)
{
	const char *entry = text_string(variables), *end = entry + variables->length;
	size_t length = strlen(name);

	for (; entry < end; entry += strlen(entry) + 1)
		if (strncmp(entry, name, length) == 0 && entry[length] == '=')
			return entry + length + 1;
	return NULL;
}

/* Another root has users of its own, and name services that are not within our reach. */
static const struct passwd *find_user(uint64_t uid)
{
	const struct passwd *user;
	cleanup_file FILE *file = NULL;
	int fd;

	if (!host_root())
		return getpwuid((uid_t)uid);
	fd = host_open("/etc/passwd", O_RDONLY | O_NONBLOCK | O_NOCTTY);
	file = fd < 0 ? NULL : fdopen(fd, "r");
	while (file && (user = fgetpwent(file)))
		if (user->pw_uid == uid)
			return user;
	return NULL;
}

static bool home_of(uint64_t uid, struct text *path)
{
	const struct passwd *user = find_user(uid);

	if (!user)
		return false;
	text_addf(path, "%s/.config/" ROOTLESS_FILE, user->pw_dir);
	return true;
}

static bool user_of(int dir, uint64_t *ret)
{
	cleanup_text struct text status = TEXT_INIT(65536);
	const char *line;

	if (proc_read(dir, "status", &status) < 0)
		return false;
	line = strstr(text_string(&status), "\nUid:");
	return line && sscanf(line, "\nUid: %" SCNu64, ret) == 1;
}

/* $XDG_CONFIG_HOME or ~/.config of the user whose engine it is. */
static bool rootless_path(int dir, const struct text *variables, struct text *path)
{
	const char *config = environment_value(variables, "XDG_CONFIG_HOME"),
		   *home = environment_value(variables, "HOME");
	uint64_t uid;

	if (config && config[0])
		text_addf(path, "%s/" ROOTLESS_FILE, config);
	else if (home && home[0])
		text_addf(path, "%s/.config/" ROOTLESS_FILE, home);
	else
		return user_of(dir, &uid) && home_of(uid, path);
	return true;
}

/* RootlessKit says so in the environment; where that may not be read, the user namespace does. */
static bool is_rootless(int dir, const struct text *variables, bool readable)
{
	cleanup_text struct text map = TEXT_INIT(65536);

	if (readable)
		return environment_value(variables, "ROOTLESSKIT_STATE_DIR") != NULL;
	return proc_read(dir, "uid_map", &map) == 0 && !proc_map_is_identity(text_string(&map));
}

/* A relative name is one in the directory that dockerd runs in. */
static int add_named_path(int dir, const char *name, struct text *path)
{
	int r = name[0] == '/' ? 0 : file_readlink(dir, "cwd", path);

	if (path->length > 0)
		text_add(path, "/");
	text_add(path, name);
	return r;
}

void daemon_collect_config(cJSON *snapshot, cJSON *daemon, int dir,
			   const struct arguments *arguments)
{
	cleanup_text struct text variables = TEXT_INIT(PROC_CEILING), path = TEXT_INIT(8192);
	const char *flag = arguments_last(arguments, "--config-file", 0), *named_by = "default";
	bool readable = proc_read(dir, "environ", &variables) == 0;
	cJSON *file;
	int r = 0;

	if (flag && flag[0]) {
		named_by = "flag";
		r = add_named_path(dir, flag, &path);
	} else if (!is_rootless(dir, &variables, readable)) {
		text_add(&path, DEFAULT_FILE);
	} else {
		named_by = "rootless default";
		r = rootless_path(dir, &variables, &path) ? 0 : -ENXIO;
	}
	file = cJSON_AddObjectToObject(daemon, "config_file");
	snapshot_add_text(file, "path", text_string(&path), path.length);
	cJSON_AddStringToObject(file, "named_by", named_by);
	if (r < 0)
		record_failure(snapshot, file, r == -ENXIO ? "daemon.json" : text_string(&path),
			       r == -ENOENT ? -EACCES : r);
	else
		record_file(snapshot, file, dir, text_string(&path));
}
