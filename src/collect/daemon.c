/* SPDX-License-Identifier: Apache-2.0 */

/* Is the engine local, and the process that it is. */
#include "collect/daemon.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/host_root.h"
#include "collect/local.h"
#include "collect/proc.h"
#include "collect/redact.h"
#include "collect/snapshot.h"
#include "collect/sockets.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/utsname.h>

#define HINT_ROOT "run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"

/* Variables that change what the engine does and hold no secret. */
static const char *const variables[] = {
	"DOCKER_CERT_PATH",
	"DOCKER_CONFIG",
	"DOCKER_DRIVER",
	"DOCKER_IGNORE_BR_NETFILTER_ERROR",
	"DOCKER_INSECURE_NO_IPTABLES_RAW",
	"DOCKER_MIN_API_VERSION",
	"DOCKER_RAMDISK",
	"DOCKER_TLS_VERIFY",
	"DOCKER_TMPDIR",
	"PATH",
	"ROOTLESSKIT_STATE_DIR",
};

static void record_arguments(cJSON *snapshot, cJSON *daemon, int dir)
{
	cleanup_text struct text cmdline = TEXT_INIT(PROC_CEILING), word = TEXT_INIT(PROC_CEILING);
	struct arguments arguments;
	int r = proc_read(dir, "cmdline", &cmdline);
	cJSON *argv;

	if (r < 0) {
		snapshot_unread(daemon, "argv", strerror(-r));
		return;
	}
	arguments_parse(&cmdline, &arguments);
	argv = cJSON_AddArrayToObject(daemon, "argv");
	for (size_t i = 0; i < arguments.n; i++) {
		size_t start = word.length;

		text_add_utf8(&word, arguments.words[i], strlen(arguments.words[i]));
		cJSON_AddItemToArray(argv, cJSON_CreateString(text_string(&word) + start));
	}
	redact_daemon_arguments(argv);
	if (text_equal(doc_string_or(daemon, "comm", ""), "dockerd"))
		daemon_collect_config(snapshot, daemon, dir, &arguments);
}

static void record_environment(cJSON *daemon, int dir)
{
	cleanup_text struct text text = TEXT_INIT(PROC_CEILING);
	int r = proc_read(dir, "environ", &text);
	const char *entry = text_string(&text), *end = entry + text.length;
	cJSON *environment;

	if (r < 0) {
		snapshot_unread(daemon, "environment", strerror(-r));
		return;
	}
	environment = cJSON_AddObjectToObject(daemon, "environment");
	for (; entry < end; entry += strlen(entry) + 1) {
		size_t length = strcspn(entry, "=");

		for (size_t i = 0; i < sizeof(variables) / sizeof(variables[0]); i++)
			if (entry[length] == '=' && strlen(variables[i]) == length &&
			    memcmp(variables[i], entry, length) == 0)
				snapshot_add_text(environment, variables[i], entry + length + 1,
						  strlen(entry + length + 1));
	}
}

struct listeners {
	const struct socket_table *table;
	cJSON *array;
};

static bool add_listener(void *data, uint64_t inode)
{
	struct listeners *listeners = data;
	const struct socket_entry *entry = socket_table_find(listeners->table, inode);
	cJSON *listener;

	if (!entry)
		return true;
	listener = cJSON_CreateObject();
	cJSON_AddStringToObject(listener, "protocol", entry->protocol);
	snapshot_add_text(listener, "address", entry->address, strlen(entry->address));
	if (entry->port)
		snapshot_add_u64(listener, "port", entry->port);
	cJSON_AddItemToArray(listeners->array, listener);
	return true;
}

static void record_listeners(cJSON *daemon, int dir)
{
	cleanup_sockets struct socket_table table = {0};
	struct listeners listeners = {.table = &table};
	int r = socket_table_read(dir, SOCKETS_TCP | SOCKETS_UNIX, &table);

	listeners.array = cJSON_CreateArray();
	if (r == 0)
		r = process_sockets(dir, add_listener, &listeners);
	if (r < 0) {
		cJSON_Delete(listeners.array);
		snapshot_unread(daemon, "listeners", strerror(-r));
		return;
	}
	cJSON_AddItemToObject(daemon, "listeners", listeners.array);
}

static void record_status(cJSON *daemon, int dir)
{
	cleanup_text struct text text = TEXT_INIT(PROC_CEILING), status = TEXT_INIT(PROC_CEILING);
	int r = proc_readlink(dir, "exe", &text);

	if (r < 0)
		snapshot_unread(daemon, "exe", strerror(-r));
	else
		snapshot_add_text(daemon, "exe", text_string(&text), text.length);
	r = proc_read(dir, "status", &text);
	proc_filter_status(text_string(&text), &status);
	if (r < 0)
		snapshot_unread(daemon, "status", strerror(-r));
	else
		snapshot_add_text(daemon, "status", text_string(&status), status.length);
	proc_record(daemon, "uid_map", dir, "uid_map", &text);
	proc_record(daemon, "cgroup", dir, "cgroup", &text);
}

/* One problem for all that was refused; the configuration file has its own. */
static void report_unread(cJSON *snapshot, const cJSON *daemon)
{
	cleanup_text struct text source = {0}, members = {0};
	const char *reason = NULL;

	doc_for_each (item, doc_at(daemon, "unread")) {
		text_add_item(&members, item->string);
		reason = item->valuestring;
	}
	if (!reason)
		return;
	text_addf(&source, "%s process %s: %s", doc_string_or(daemon, "comm", "engine"),
		  doc_string_or(daemon, "pid", "?"), text_string(&members));
	snapshot_problem(snapshot, text_string(&source), reason, HINT_ROOT, false);
}

static void record_daemon(cJSON *snapshot, const struct daemon *found)
{
	cJSON *daemon = snapshot_object(snapshot, "daemon");
	int64_t started;

	snapshot_add_u64(daemon, "pid", found->pid);
	snapshot_add_u64(daemon, "starttime", found->starttime);
	if (proc_start_time(found->starttime, &started))
		snapshot_add_time(daemon, "started", started);
	cJSON_AddStringToObject(daemon, "found_by", found->found_by);
	snapshot_add_text(daemon, "comm", found->comm, strlen(found->comm));
	record_status(daemon, found->dir);
	record_arguments(snapshot, daemon, found->dir);
	record_environment(daemon, found->dir);
	daemon_collect_seccomp(snapshot, daemon, found->dir);
	record_listeners(daemon, found->dir);
	daemon_collect_swarm(snapshot, daemon, found->dir);
	report_unread(snapshot, daemon);
}

/* Whether a running container's first process is here, in a control group that has its id. */
enum sample { SAMPLE_NONE, SAMPLE_HERE, SAMPLE_ELSEWHERE };

static enum sample sample_container(uint64_t pid, const char *id)
{
	cleanup_text struct text cgroup = TEXT_INIT(65536);
	cleanup_fd int dir = proc_open(pid);

	if (dir >= 0 && proc_read(dir, "cgroup", &cgroup) == 0)
		return strstr(text_string(&cgroup), id) ? SAMPLE_HERE : SAMPLE_ELSEWHERE;
	if (!host_proc_is_ours())
		return SAMPLE_NONE;
	/* /proc may hide a process that exists */
	return kill((pid_t)pid, 0) == 0 || errno == EPERM ? SAMPLE_NONE : SAMPLE_ELSEWHERE;
}

static enum sample sample_containers(const cJSON *snapshot)
{
	enum sample all = SAMPLE_NONE, one;
	const char *id;
	int64_t pid;

	doc_for_each (container, doc_at(snapshot, "engine.containers")) {
		if (doc_string(container, "Id", &id) != DOC_PRESENT || strlen(id) != 64 ||
		    doc_int(container, "State.Pid", &pid) != DOC_PRESENT || pid <= 0 ||
		    pid > INT32_MAX)
			continue;
		one = sample_container((uint64_t)pid, id);
		if (one == SAMPLE_HERE)
			return one;
		all = one == SAMPLE_NONE ? all : one;
	}
	return all;
}

static bool is_other_kernel(const cJSON *snapshot, struct error *err)
{
	const char *theirs = doc_string_or(snapshot, "engine.info.KernelVersion", "");
	struct utsname ours;

	if (!theirs[0] || uname(&ours) < 0 || text_equal(theirs, ours.release))
		return false;
	error_set(err, EXDEV, "the engine runs on kernel %s, this machine on %s", theirs,
		  ours.release);
	return true;
}

/*
 * Without its process (a proxy before the engine, no right to see it) the engine is local where a
 * container's process is, or, while none runs, where kernel and name of the host are ours.
 */
static bool is_local_unseen(const cJSON *snapshot)
{
	struct utsname ours;

	switch (sample_containers(snapshot)) {
	case SAMPLE_HERE:
		return true;
	case SAMPLE_ELSEWHERE:
		return false;
	case SAMPLE_NONE:
		break;
	}
	return doc_at(snapshot, "engine.info.KernelVersion") && uname(&ours) == 0 &&
	       text_equal(doc_string_or(snapshot, "engine.info.Name", ""), ours.nodename);
}

static void set_remote(cJSON *snapshot, const char *reason)
{
	cJSON_AddBoolToObject(snapshot, "local", false);
	snapshot_add_text(snapshot, "local_reason", reason, strlen(reason));
	if (doc_at(snapshot, "engine.info"))
		snapshot_problem(snapshot, "engine", reason,
				 "run where the engine runs to see what its kernel enforces",
				 false);
}

void daemon_collect(cJSON *snapshot, const struct endpoint *endpoint)
{
	cleanup_daemon struct daemon daemon = {.dir = -1};
	struct error err = {0};

	if (is_other_kernel(snapshot, &err)) {
		set_remote(snapshot, err.text);
	} else if (daemon_find(endpoint, &daemon, &err) == 0) {
		cJSON_AddBoolToObject(snapshot, "local", true);
		record_daemon(snapshot, &daemon);
	} else if (is_local_unseen(snapshot)) {
		cJSON_AddBoolToObject(snapshot, "local", true);
		snapshot_add_text(snapshot_object(snapshot, "daemon"), "unread", err.text,
				  strlen(err.text));
		snapshot_problem(snapshot, "the engine's process", err.text, HINT_ROOT, false);
	} else {
		set_remote(snapshot, err.text);
	}
}
