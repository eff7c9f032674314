/* SPDX-License-Identifier: Apache-2.0 */

/* The kernel's view of the containers: one pass over /proc. */
#include "collect/process.h"

#include "base/arena.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host_root.h"
#include "collect/local.h"
#include "collect/outsiders.h"
#include "collect/proc.h"
#include "collect/process_record.h"
#include "collect/running_as.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>
#include <time.h>

#define HINT_RERUN "run the audit again"

/*
 * The engine notes the start of a container after its process has started, on a clock that may
 * since have been set.
 */
#define START_SLACK 10

/* How many are looked at again, see process_record.h. */
#define ENTERING_MOST 64

struct scan {
	uint64_t entering[ENTERING_MOST]; /* pids */
	size_t n_entering;
	bool waits_no_more;

	struct arena *arena;
	struct running *offers; /* not looked at yet */
	size_t n_offers;
	cJSON *early; /* processes that were read before the pass */

	cJSON *processes;
	struct running_list running;
	struct recording recording;
	struct outsiders outsiders;
	struct running_as running_as;
};

struct scan *scan_new(void)
{
	struct arena *arena = arena_new();
	struct scan *scan = arena_alloc(arena, sizeof(*scan));

	scan->arena = arena;
	scan->early = cJSON_CreateArray();
	scan->recording.filters =
		(struct bundle_filters){.arena = arena, .items = cJSON_CreateArray()};
	scan->recording.text.ceiling = PROC_CEILING;
	scan->recording.filtered.ceiling = PROC_CEILING;
	return scan;
}

void scan_free(struct scan *scan)
{
	cJSON_Delete(scan->early);
	cJSON_Delete(scan->recording.filters.items);
	recording_release(&scan->recording);
	running_list_release(&scan->running);
	arena_free(scan->arena);
}

void scan_offer(struct scan *scan, const cJSON *inspect)
{
	const char *mode = doc_string_or(inspect, "HostConfig.NetworkMode", "");
	struct running container;

	if (!running_read(inspect, &container) || container.pid == 0 || text_equal(mode, "host") ||
	    text_starts(mode, "container:"))
		return;
	scan->offers = arena_grow(scan->arena, scan->offers, scan->n_offers, sizeof(container));
	scan->offers[scan->n_offers++] = container;
}

/*
 * What other containers and the host have to be known for is left to the pass: control groups that
 * do not name the container, the host's network, a runtime that is still there; and all that fails.
 */
static cJSON *read_early(struct recording *recording, struct running *container)
{
	const struct running_list alone = {.items = container, .n = 1};
	const struct losses before = recording->losses;
	cleanup_fd int dir = proc_open(container->pid);
	struct proc_stat stat;
	cJSON *process;

	if (dir < 0 || proc_read_record(dir, "cgroup", &recording->text) < 0 ||
	    !running_by_cgroup(&alone, text_string(&recording->text)) ||
	    proc_stat(dir, &stat) < 0 || stat.is_dead || text_starts(stat.comm, ENTERING_NAME))
		return NULL;
	process = process_record(recording, container->pid, dir, &stat, container);
	if (!doc_at(process, "unread"))
		return process;
	process_forget(recording, process);
	recording->losses = before;
	return NULL;
}

bool scan_step(void *data)
{
	struct scan *scan = data;
	cJSON *process;

	if (scan->n_offers == 0)
		return false;
	process = read_early(&scan->recording, &scan->offers[--scan->n_offers]);
	if (process)
		cJSON_AddItemToArray(scan->early, process);
	return true;
}

/* Those that the pass would find the same: now all containers, and the host, are known. */
static void take_early(struct scan *scan)
{
	for (cJSON *process; (process = cJSON_DetachItemFromArray(scan->early, 0));) {
		struct running *container =
			running_by_cgroup(&scan->running, doc_string_or(process, "cgroup", ""));
		uint64_t pid, network = 0;

		doc_u64(process, "namespaces.net", &network);
		if (container && !container->early &&
		    text_equal(doc_string_or(process, "container", ""), container->id) &&
		    doc_u64(process, "pid", &pid) == DOC_PRESENT && pid == container->pid &&
		    network != scan->recording.host_network)
			container->early = process;
		else
			process_forget(&scan->recording, process);
	}
}

static void forget_early(struct scan *scan)
{
	for (size_t i = 0; i < scan->running.n; i++)
		if (scan->running.items[i].early)
			process_forget(&scan->recording, scan->running.items[i].early);
}

/* A process that ends while it is read is no loss. */
static bool is_gone(int code)
{
	return code == -ESRCH || code == -ENOENT;
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

static void add(struct scan *scan, struct running *container, bool init, cJSON *process)
{
	container->init_seen |= init;
	cJSON_AddItemToArray(scan->processes, process);
}

static void visit(struct scan *scan, uint64_t pid)
{
	struct recording *recording = &scan->recording;
	const struct losses before = recording->losses;
	cleanup_fd int dir = proc_open(pid);
	struct running *container;
	struct proc_stat stat;
	bool is_named;
	cJSON *process;
	int r = dir < 0 ? dir : proc_read_record(dir, "cgroup", &recording->text);

	if (r < 0) {
		if (!is_gone(r))
			process_lose(recording, LOSS_CGROUP, r);
		return;
	}
	container = running_by_cgroup(&scan->running, text_string(&recording->text));
	is_named = container != NULL;
	if (!is_named)
		container = running_by_pid(&scan->running, pid);
	if (!container) {
		outsiders_offer(&scan->outsiders, pid, dir);
		running_as_offer(&scan->running_as, pid, dir, &recording->text);
	}
	if (!container || proc_stat(dir, &stat) < 0 || stat.is_dead ||
	    (!is_named && !is_old_enough(container, stat.starttime)))
		return;
	if (pid != container->pid && is_entering(scan, pid, &stat))
		return;
	process = process_record(recording, pid, dir, &stat, container);
	if (doc_at(process, "unread") && (proc_stat(dir, &stat) < 0 || stat.is_dead)) {
		process_forget(recording, process);
		recording->losses = before;
		return;
	}
	add(scan, container, pid == container->pid, process);
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

static void pass_over_proc(struct scan *scan, cJSON *snapshot, DIR *proc)
{
	uint64_t pid;

	take_early(scan);
	while (scan->running.n > 0 && proc_next(proc, &pid)) {
		struct running *container = running_by_pid(&scan->running, pid);

		if (container && container->early)
			add(scan, container, true, take_pointer(container->early));
		else
			visit(scan, pid);
	}
	forget_early(scan);
	visit_entering(scan);
	outsiders_record(&scan->outsiders, snapshot, &scan->recording, &scan->running);
	running_as_record(&scan->running_as, snapshot);
}

void process_collect(struct scan *scan, cJSON *snapshot, const struct collect_options *options)
{
	cleanup_dir DIR *proc = NULL;

	if (!doc_bool_or(snapshot, "local", false))
		return;
	if (options && options->progress)
		options->progress(options->data, "processes", 0, 0);
	scan->processes = cJSON_AddArrayToObject(snapshot, "processes");
	running_list_init(snapshot, &scan->running);
	doc_u64(snapshot, "host.namespaces.net", &scan->recording.host_network);
	outsiders_init(&scan->outsiders, scan->arena, snapshot);
	running_as_init(&scan->running_as, scan->arena, snapshot);
	proc = host_opendir("/proc");
	if (proc)
		pass_over_proc(scan, snapshot, proc);
	else
		snapshot_problem(snapshot, "/proc", strerror(errno), "mount /proc", false);
	cJSON_AddItemToObject(snapshot, "bundle_filters",
			      take_pointer(scan->recording.filters.items));
	process_report_losses(snapshot, &scan->recording);
	report_unseen(snapshot, scan);
	cgroup_collect(snapshot);
}
