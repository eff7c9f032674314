/* SPDX-License-Identifier: Apache-2.0 */

/*
 * containerd and its shims as they run: containerd is who listens at the socket that the engine
 * uses, a shim is the parent of a container's first process.
 */
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/daemon.h"
#include "collect/host.h"
#include "collect/host_root.h"
#include "collect/proc.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <string.h>

#define DEFAULT_CONFIG "/etc/containerd/config.toml"
#define CONFIG_CEILING ((size_t)1024 * 1024)
#define MOST_SHIMS     4 /* containers that are looked at: shims hardly ever differ */

static void record_exe(cJSON *program, int dir)
{
	cleanup_text struct text exe = TEXT_INIT(65536);
	int r = proc_readlink(dir, "exe", &exe);

	if (r < 0)
		snapshot_unread(program, "exe", strerror(-r));
	else
		snapshot_add_text(program, "exe", text_string(&exe), exe.length);
}

static bool is_named(int dir, const char *name)
{
	struct proc_stat stat;

	return proc_stat(dir, &stat) == 0 && text_starts(stat.comm, name);
}

/* `root = "/srv/containerd"`, with either kind of quotes, above all tables. */
static void record_root(cJSON *program, const char *toml)
{
	while (*toml && *toml != '[') {
		const char *line = toml + strspn(toml, " \t"), *value = line + strlen("root");
		size_t length;

		toml += strcspn(toml, "\n");
		toml += *toml != '\0';
		if (!text_starts(line, "root"))
			continue;
		value += strspn(value, " \t");
		if (*value++ != '=')
			continue;
		value += strspn(value, " \t");
		length = *value == '"' || *value == '\'' ? strcspn(value + 1, "\"'\n") : 0;
		if (length > 0)
			snapshot_add_text(program, "root", value + 1, length);
	}
}

/* Which file it reads, and its root directory where that is not the default. */
static void record_config(cJSON *program, int dir)
{
	cleanup_text struct text cmdline = TEXT_INIT(PROC_CEILING),
				 toml = TEXT_INIT(CONFIG_CEILING);
	cleanup_fd int tree = tree_open(dir), fd = -1;
	struct arguments arguments;
	const char *config, *root;
	struct stat status;
	int r = proc_read(dir, "cmdline", &cmdline);

	if (r < 0) {
		snapshot_unread(program, "config", strerror(-r));
		return;
	}
	arguments_parse(&cmdline, &arguments);
	config = arguments_last(&arguments, "--config", 'c');
	config = config ? config : DEFAULT_CONFIG;
	root = arguments_last(&arguments, "--root", 0);
	snapshot_add_text(program, "config", config, strlen(config));
	fd = tree < 0 ? tree : tree_resolve(tree, config, NULL, &status);
	r = fd < 0 ? fd : tree_read(fd, &toml);
	if (root)
		snapshot_add_text(program, "root", root, strlen(root));
	else if (r == 0)
		record_root(program, text_string(&toml));
	else if (r != -ENOENT)
		snapshot_unread(program, "root", strerror(-r));
}

static bool record_containerd(cJSON *programs, int tree, const char *address)
{
	cleanup_fd int socket = -1, dir = -1;
	struct stat status;
	char link[40];
	cJSON *program;
	pid_t pid = 0;

	socket = address ? tree_resolve(tree, address, NULL, &status) : -ENOENT;
	snprintf(link, sizeof(link), "/proc/self/fd/%d", socket);
	if (socket < 0 || socket_peer(link, &pid) < 0 || pid <= 0)
		return false;
	dir = proc_open((uint64_t)pid);
	if (dir < 0 || !is_named(dir, "containerd"))
		return false;
	program = cJSON_AddObjectToObject(programs, "containerd");
	snapshot_add_u64(program, "pid", (uint64_t)pid);
	snapshot_add_text(program, "socket", address, strlen(address));
	record_exe(program, dir);
	record_config(program, dir);
	return true;
}

/* An option of dockerd, from its command line or its file; NULL where neither has it. */
static const char *daemon_option(const cJSON *snapshot, const char *name)
{
	struct arguments arguments = {0};
	char option[40];
	const char *value;

	doc_for_each (word, doc_at(snapshot, "daemon.argv"))
		if (doc_is_string(word) &&
		    arguments.n < sizeof(arguments.words) / sizeof(arguments.words[0]))
			arguments.words[arguments.n++] = word->valuestring;
	snprintf(option, sizeof(option), "--%s", name);
	value = arguments_last(&arguments, option, 0);
	return value ? value
		     : doc_string_or(doc_at(snapshot, "daemon.config_file.content"), name, NULL);
}

/* Where dockerd starts a containerd of its own, that one listens below its exec root. */
static void find_containerd(const cJSON *snapshot, cJSON *programs, int tree)
{
	const char *exec_root = daemon_option(snapshot, "exec-root");
	char own[4096];

	snprintf(own, sizeof(own), "%s/containerd/containerd.sock",
		 exec_root ? exec_root : "/var/run/docker");
	if (record_containerd(programs, tree,
			      doc_string_or(snapshot, "engine.info.Containerd.Address", NULL)) ||
	    record_containerd(programs, tree, daemon_option(snapshot, "containerd")) ||
	    record_containerd(programs, tree, own))
		return;
	record_containerd(programs, tree, "/run/containerd/containerd.sock");
}

static uint64_t parent_of(uint64_t pid)
{
	cleanup_text struct text status = TEXT_INIT(PROC_CEILING);
	cleanup_fd int dir = proc_open(pid);
	const char *line;
	char digits[24];
	uint64_t parent = 0;

	if (dir < 0 || proc_read_record(dir, "status", &status) < 0)
		return 0;
	line = strstr(text_string(&status), "\nPPid:\t");
	if (!line)
		return 0;
	line += strlen("\nPPid:\t");
	snprintf(digits, sizeof(digits), "%.*s", (int)strcspn(line, "\n"), line);
	return parse_u64(digits, 10, &parent) ? parent : 0;
}

static void record_shim(cJSON *shims, uint64_t container)
{
	uint64_t pid = parent_of(container);
	cleanup_fd int dir = pid ? proc_open(pid) : -1;
	cJSON *shim;

	if (dir < 0 || !is_named(dir, "containerd-shim"))
		return;
	shim = cJSON_CreateObject();
	snapshot_add_u64(shim, "pid", pid);
	record_exe(shim, dir);
	cJSON_AddItemToArray(shims, shim);
}

void programs_collect(const cJSON *snapshot, cJSON *host, int tree)
{
	cJSON *programs = snapshot_object(host, "programs"), *shims;
	unsigned n = 0;
	uint64_t pid;

	if (!doc_bool_or(snapshot, "local", false) || !host_proc_is_ours())
		return;
	find_containerd(snapshot, programs, tree);
	shims = cJSON_AddArrayToObject(programs, "shims");
	doc_for_each (process, doc_at(snapshot, "processes"))
		if (doc_bool_or(process, "init", false) && n++ < MOST_SHIMS &&
		    doc_u64(process, "pid", &pid) == DOC_PRESENT)
			record_shim(shims, pid);
}
