/* SPDX-License-Identifier: Apache-2.0 */

/* The kernel's view of the containers: one pass over /proc. */
#include "collect/process.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host_root.h"
#include "collect/local.h"
#include "collect/proc.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define HINT_ROOT  "run as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH"
#define HINT_RERUN "run the audit again"

/*
 * The engine notes the start of a container after its process has started, on a clock that may
 * since have been set.
 */
#define START_SLACK 10

/* What may be refused: one problem for each, however many processes it concerns. */
enum loss {
	LOSS_CGROUP,
	LOSS_EXE,
	LOSS_STATUS,
	LOSS_LABEL,
	LOSS_NAMESPACES,
	LOSS_UID_MAP,
	LOSS_GID_MAP,
	LOSS_MOUNTINFO,
	LOSS_LIMITS,
	LOSS_LISTENS,
	LOSS_USER_UID,
	LOSS_COUNT
};

static const char *const loss_names[LOSS_COUNT] = {
	[LOSS_CGROUP] = "cgroup",         [LOSS_EXE] = "exe",
	[LOSS_STATUS] = "status",         [LOSS_LABEL] = "label",
	[LOSS_NAMESPACES] = "namespaces", [LOSS_UID_MAP] = "uid_map",
	[LOSS_GID_MAP] = "gid_map",       [LOSS_MOUNTINFO] = "mountinfo",
	[LOSS_LIMITS] = "limits",         [LOSS_LISTENS] = "listens",
	[LOSS_USER_UID] = "user_uid",
};

struct losses {
	unsigned n[LOSS_COUNT];
	int code[LOSS_COUNT]; /* of the last */
};

/*
 * The runtime on its way into a container carries the name "runc:[...]" and sheds its rights only
 * just before it starts the program. It is looked at again, for half a second at the most: what
 * still has that name then is recorded as it is, for any process may call itself so.
 */
#define ENTERING_NAME   "runc:["
#define ENTERING_MOST   64
#define ENTERING_ROUNDS 25
#define ENTERING_WAIT   20 /* milliseconds */

struct scan {
	uint64_t entering[ENTERING_MOST]; /* pids */
	size_t n_entering;
	bool waits_no_more;

	cJSON *processes;
	struct running_list running;
	struct listens listens;
	uint64_t host_network;     /* inode; 0: unknown */
	bool no_labels;            /* no security module of this kernel labels processes */
	uint64_t mapped_namespace; /* the user namespace whose maps `mapped` has; 0: none */
	const cJSON *mapped;       /* one of processes */
	struct text text, filtered;
	struct losses losses;
};

/* A process that ends while it is read is no loss. */
static bool is_gone(int code)
{
	return code == -ESRCH || code == -ENOENT;
}

static void lose(struct scan *scan, enum loss loss, int code)
{
	scan->losses.n[loss]++;
	scan->losses.code[loss] = code;
}

static void lose_member(struct scan *scan, cJSON *process, enum loss loss, int code)
{
	snapshot_unread(process, loss_names[loss], strerror(-code));
	lose(scan, loss, code);
}

static int read_file(struct scan *scan, int dir, enum loss loss)
{
	bool is_record = loss == LOSS_STATUS || loss == LOSS_LIMITS;

	return (is_record ? proc_read_record : proc_read)(dir, loss_names[loss], &scan->text);
}

static void record_file(struct scan *scan, cJSON *process, int dir, enum loss loss)
{
	int r = read_file(scan, dir, loss);

	if (r < 0)
		lose_member(scan, process, loss, r);
	else
		snapshot_add_text(process, loss_names[loss], text_string(&scan->text),
				  scan->text.length);
}

static void record_filtered(struct scan *scan, cJSON *process, int dir, enum loss loss)
{
	int r = read_file(scan, dir, loss);

	if (r < 0) {
		lose_member(scan, process, loss, r);
		return;
	}
	scan->filtered.length = 0;
	scan->filtered.truncated = false;
	if (loss == LOSS_STATUS)
		proc_filter_status(text_string(&scan->text), &scan->filtered);
	else
		proc_filter_mountinfo(text_string(&scan->text), &scan->filtered);
	snapshot_add_text(process, loss_names[loss], text_string(&scan->filtered),
			  scan->filtered.length);
}

/* A kernel whose security modules label nothing answers EINVAL, for each process alike. */
static void record_label(struct scan *scan, cJSON *process, int dir)
{
	int r;

	if (scan->no_labels)
		return;
	r = proc_read(dir, "attr/apparmor/current", &scan->text);
	if (r < 0)
		r = proc_read(dir, "attr/current", &scan->text);
	if (r == 0)
		snapshot_add_text(process, "label", text_string(&scan->text),
				  strcspn(text_string(&scan->text), "\n"));
	else if (r == -EINVAL)
		scan->no_labels = true;
	else if (r != -ENOENT)
		lose_member(scan, process, LOSS_LABEL, r);
}

static void record_exe(struct scan *scan, cJSON *process, int dir)
{
	int r = proc_readlink(dir, "exe", &scan->text);

	if (r < 0)
		lose_member(scan, process, LOSS_EXE, r);
	else
		snapshot_add_text(process, "exe", text_string(&scan->text), scan->text.length);
}

/* True where the process is in the host's network, as far as that can be seen. */
static bool record_namespaces(struct scan *scan, cJSON *process, int dir,
			      const struct running *container)
{
	cJSON *namespaces;
	uint64_t network;
	int r = proc_namespaces(dir, &namespaces);

	if (r < 0) {
		lose_member(scan, process, LOSS_NAMESPACES, r);
		return container->host_network;
	}
	cJSON_AddItemToObject(process, "namespaces", namespaces);
	return container->host_network ||
	       (scan->host_network && doc_u64(namespaces, "net", &network) == DOC_PRESENT &&
		network == scan->host_network);
}

/* An image without a passwd, or a name that is not in it, is no loss of ours. */
static void record_user(struct scan *scan, cJSON *process, int dir, const char *user)
{
	uint64_t uid;
	int r;

	if (!user_is_name(user))
		return;
	r = passwd_read(dir, user, &uid);
	if (r == 0)
		snapshot_add_u64(process, "user_uid", uid);
	else if (r == -EACCES || r == -EPERM)
		lose_member(scan, process, LOSS_USER_UID, r);
	else
		snapshot_unread(process, "user_uid", strerror(-r));
}

/*
 * The maps belong to the user namespace, which most containers have in common: they are as those of
 * the process before where that was in the same.
 */
static void record_maps(struct scan *scan, cJSON *process, int dir)
{
	const char *names[] = {loss_names[LOSS_UID_MAP], loss_names[LOSS_GID_MAP]};
	uint64_t inode = 0;

	doc_u64(process, "namespaces.user", &inode);
	if (inode && inode == scan->mapped_namespace) {
		for (size_t i = 0; i < 2; i++)
			cJSON_AddStringToObject(process, names[i],
						doc_string_or(scan->mapped, names[i], ""));
		return;
	}
	record_file(scan, process, dir, LOSS_UID_MAP);
	record_file(scan, process, dir, LOSS_GID_MAP);
	scan->mapped = process;
	scan->mapped_namespace = doc_at(process, names[0]) && doc_at(process, names[1]) ? inode : 0;
}

static void record_init(struct scan *scan, cJSON *process, int dir)
{
	record_maps(scan, process, dir);
	record_filtered(scan, process, dir, LOSS_MOUNTINFO);
	record_file(scan, process, dir, LOSS_LIMITS);
}

/* scan->text still holds the control group by which the process was found. */
static cJSON *new_process(struct scan *scan, uint64_t pid, const struct proc_stat *stat,
			  const struct running *container)
{
	cJSON *process = cJSON_CreateObject();

	snapshot_add_u64(process, "pid", pid);
	snapshot_add_u64(process, "starttime", stat->starttime);
	cJSON_AddStringToObject(process, "container", container->id);
	cJSON_AddBoolToObject(process, "init", pid == container->pid);
	snapshot_add_text(process, "comm", stat->comm, strlen(stat->comm));
	snapshot_add_text(process, "cgroup", text_string(&scan->text), scan->text.length);
	return process;
}

static void record_process(struct scan *scan, cJSON *process, int dir,
			   const struct running *container, bool init)
{
	record_exe(scan, process, dir);
	record_filtered(scan, process, dir, LOSS_STATUS);
	record_label(scan, process, dir);
	if (record_namespaces(scan, process, dir, container)) {
		int r = listens_record(&scan->listens, process, dir);

		if (r < 0)
			lose(scan, LOSS_LISTENS, r);
	}
	if (!init)
		return;
	record_init(scan, process, dir);
	record_user(scan, process, dir, container->user);
}

/*
 * A control group need not name its container (engines with a parent group of another kind, odd
 * cgroup namespaces): the first process counts all the same if it is not younger than the
 * container, for then its number has not been used again.
 */
static bool is_old_enough(const struct running *container, uint64_t starttime)
{
	int64_t start;

	return container->started && proc_start_time(starttime, &start) &&
	       start <= container->started + START_SLACK;
}

/* True where the process is put off until the runtime in it has become the program. */
static bool is_entering(struct scan *scan, uint64_t pid, const struct proc_stat *stat)
{
	if (!text_starts(stat->comm, ENTERING_NAME) || scan->waits_no_more ||
	    scan->n_entering == ENTERING_MOST)
		return false;
	scan->entering[scan->n_entering++] = pid;
	return true;
}

static void visit(struct scan *scan, uint64_t pid)
{
	const struct losses before = scan->losses;
	cleanup_fd int dir = proc_open(pid);
	struct running *container;
	struct proc_stat stat;
	bool is_named;
	cJSON *process;
	int r = dir < 0 ? dir : proc_read_record(dir, "cgroup", &scan->text);

	if (r < 0) {
		if (!is_gone(r))
			lose(scan, LOSS_CGROUP, r);
		return;
	}
	container = running_by_cgroup(&scan->running, text_string(&scan->text));
	is_named = container != NULL;
	if (!is_named)
		container = running_by_pid(&scan->running, pid);
	if (!container || proc_stat(dir, &stat) < 0 || stat.is_dead ||
	    (!is_named && !is_old_enough(container, stat.starttime)))
		return;
	if (pid != container->pid && is_entering(scan, pid, &stat))
		return;
	process = new_process(scan, pid, &stat, container);
	record_process(scan, process, dir, container, pid == container->pid);
	if (doc_at(process, "unread") && (proc_stat(dir, &stat) < 0 || stat.is_dead)) {
		cJSON_Delete(process);
		scan->mapped_namespace = 0;
		scan->losses = before;
		return;
	}
	container->init_seen |= pid == container->pid;
	cJSON_AddItemToArray(scan->processes, process);
}

static void visit_entering(struct scan *scan)
{
	const struct timespec wait = {.tv_nsec = ENTERING_WAIT * 1000000L};

	for (unsigned round = 1; scan->n_entering > 0; round++) {
		uint64_t pids[ENTERING_MOST];
		size_t n = scan->n_entering;

		nanosleep(&wait, NULL);
		memcpy(pids, scan->entering, n * sizeof(*pids));
		scan->n_entering = 0;
		scan->waits_no_more = round == ENTERING_ROUNDS;
		for (size_t i = 0; i < n; i++)
			visit(scan, pids[i]);
	}
}

static void report_losses(cJSON *snapshot, const struct scan *scan)
{
	for (enum loss loss = 0; loss < LOSS_COUNT; loss++) {
		char source[80];

		if (scan->losses.n[loss] == 0)
			continue;
		snprintf(source, sizeof(source), "%s of %u process%s", loss_names[loss],
			 scan->losses.n[loss], scan->losses.n[loss] == 1 ? "" : "es");
		snapshot_problem(snapshot, source, strerror(-scan->losses.code[loss]), HINT_ROOT,
				 false);
	}
}

/* The engine says that these run, and the kernel shows them not. */
static void report_unseen(cJSON *snapshot, const struct scan *scan)
{
	cleanup_text struct text source = {0}, names = {0};
	bool hidden = doc_at(snapshot, "host.hidepid");
	unsigned n = 0;

	for (size_t i = 0; i < scan->running.n; i++) {
		const struct running *container = &scan->running.items[i];

		if (container->pid == 0 || container->init_seen)
			continue;
		if (++n <= 3)
			text_add_item(&names, container->name + (container->name[0] == '/'));
	}
	if (n == 0)
		return;
	text_addf(&source, "first process of %u container%s: %s%s", n, n == 1 ? "" : "s",
		  text_string(&names), n > 3 ? ", ..." : "");
	snapshot_problem(snapshot, text_string(&source),
			 hidden ? "/proc hides processes of other users (hidepid)"
				: "not in /proc: ended or restarted since the engine was asked",
			 hidden ? HINT_ROOT : HINT_RERUN, false);
}

void process_collect(cJSON *snapshot, const struct collect_options *options)
{
	cleanup_dir DIR *proc = NULL;
	struct scan scan = {.text = TEXT_INIT(PROC_CEILING), .filtered = TEXT_INIT(PROC_CEILING)};
	uint64_t pid;

	if (!doc_bool_or(snapshot, "local", false))
		return;
	if (options && options->progress)
		options->progress(options->data, "processes", 0, 0);
	scan.processes = cJSON_AddArrayToObject(snapshot, "processes");
	running_list_init(snapshot, &scan.running);
	doc_u64(snapshot, "host.namespaces.net", &scan.host_network);
	proc = host_opendir("/proc");
	if (!proc)
		snapshot_problem(snapshot, "/proc", strerror(errno), "mount /proc", false);
	while (proc && scan.running.n > 0 && proc_next(proc, &pid))
		visit(&scan, pid);
	visit_entering(&scan);
	report_losses(snapshot, &scan);
	report_unseen(snapshot, &scan);
	cgroup_collect(snapshot);
	running_list_release(&scan.running);
	socket_table_release(&scan.listens.table);
	text_release(&scan.text);
	text_release(&scan.filtered);
}
