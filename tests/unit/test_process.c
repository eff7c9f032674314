/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/process.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/local.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define ID(letter)                                                                                 \
	letter letter letter letter letter letter letter letter letter letter letter letter letter \
		letter letter letter

#define A ID("aaaa")
#define B ID("b0b1")
#define C ID("c2c3")

static cJSON *snapshot_of(const char *containers)
{
	cJSON *snapshot = cJSON_CreateObject();
	cJSON *engine = cJSON_AddObjectToObject(snapshot, "engine");
	cJSON *list = cJSON_Parse(containers);

	ck_assert_ptr_nonnull(list);
	cJSON_AddItemToObject(engine, "containers", list);
	cJSON_AddBoolToObject(snapshot, "local", true);
	return snapshot;
}

START_TEST(cgroup)
{
	static const struct {
		const char *text, *id;
	} cases[] = {
		{"0::/docker/" A "\n", A},
		{"0::/system.slice/docker-" A ".scope\n", A},
		{"0::/user.slice/user-1000.slice/user@1000.service/user.slice/docker-" A
		 ".scope/init.scope",
		 A},
		{"12:pids:/\n11:cpu,cpuacct:/parent/" B "\n0::/\n", B},
		{"0::/" A, A},
		{"0::/../" A "\n", A},
		{"0::/docker/" A "/docker/" B "\n", B},
		{"0::/docker/" A "/docker/" ID("dddd") "\n", A},
		{"0::/machine.slice/libpod-" B ".scope/container\n", B},
		{"0::/machine.slice/libpod-conmon-" B ".scope\n", NULL},
		{"0::/docker/" A "a\n", NULL},
		{"0::/docker/0" A "\n", NULL},
		{"0::/docker/aaaaaaaaaaaa\n", NULL},
		{"0::/docker/" C "\n", NULL}, /* exited */
		{"0::/docker/" ID("AAAA") "\n", NULL},
		{"", NULL},
		{"\n\n", NULL},
	};
	cleanup_doc cJSON *snapshot =
		snapshot_of("[{\"Id\": \"" B "\", \"State\": {\"Running\": true, \"Pid\": 12}},"
			    "{\"Id\": \"" A "\", \"unread\": \"HTTP 500\"},"
			    "{\"Id\": \"" C "\", \"State\": {\"Running\": false, \"Pid\": 0}},"
			    "{\"Id\": \"short\"}, {\"Id\": 7}, null, \"text\"]");
	cleanup_running struct running_list list;

	running_list_init(snapshot, &list);
	ck_assert_uint_eq(list.n, 2);
	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		const struct running *found = running_by_cgroup(&list, cases[i].text);

		if (cases[i].id)
			ck_assert_msg(found && strcmp(found->id, cases[i].id) == 0, "%s",
				      cases[i].text);
		else
			ck_assert_msg(!found, "%s", cases[i].text);
	}
	ck_assert_str_eq(running_by_pid(&list, 12)->id, B);
	ck_assert_ptr_null(running_by_pid(&list, 0));
	ck_assert_ptr_null(running_by_pid(&list, 13));
}
END_TEST

START_TEST(no_containers)
{
	cleanup_doc cJSON *snapshot = cJSON_CreateObject();
	cleanup_running struct running_list list;

	running_list_init(snapshot, &list);
	ck_assert_uint_eq(list.n, 0);
	ck_assert_ptr_null(running_by_cgroup(&list, "0::/docker/" A "\n"));
	ck_assert_ptr_null(running_by_pid(&list, 1));
}
END_TEST

START_TEST(host_network)
{
	cleanup_doc cJSON *snapshot = snapshot_of(
		"[{\"Id\": \"" A "\", \"HostConfig\": {\"NetworkMode\": \"container:" B "\"}},"
		"{\"Id\": \"" B "\", \"HostConfig\": {\"NetworkMode\": \"host\"}},"
		"{\"Id\": \"" C "\", \"HostConfig\": {\"NetworkMode\": \"container:" C "\"}}]");
	cleanup_running struct running_list list;

	running_list_init(snapshot, &list);
	ck_assert_uint_eq(list.n, 3);
	ck_assert(list.items[0].host_network);
	ck_assert(list.items[1].host_network);
	ck_assert(!list.items[2].host_network);
}
END_TEST

START_TEST(times)
{
	int64_t time = 7;

	ck_assert(parse_time("1970-01-01T00:00:10Z", &time));
	ck_assert_int_eq(time, 10);
	ck_assert(parse_time("2026-01-01T00:00:00.123456789Z", &time));
	ck_assert_int_eq(time, 1767225600);
	ck_assert(parse_time("2026-01-01T02:30:00.5+02:30", &time));
	ck_assert_int_eq(time, 1767225600);
	ck_assert(parse_time("2025-12-31T23:00:00-01:00", &time));
	ck_assert_int_eq(time, 1767225600);
	ck_assert(!parse_time("", &time));
	ck_assert(!parse_time("yesterday", &time));
	ck_assert(!parse_time("2026-01-01T00:00:00", &time));
	ck_assert(!parse_time("2026-01-01T00:00:00+x", &time));
	ck_assert_int_eq(time, 1767225600);
}
END_TEST

/*
 * A snapshot with one container whose first process is said to be this one, which no control group
 * says: so it is left to the pass.
 */
static cJSON *collect_ourselves(int pid, const char *started)
{
	cleanup_scan struct scan *scan = scan_new();
	cleanup_text struct text containers = {0};
	cJSON *snapshot;

	text_addf(&containers,
		  "[{\"Id\": \"" A "\", \"Name\": \"/web\", \"State\": {\"Running\": true, "
		  "\"Pid\": %d, \"StartedAt\": \"%s\"}}]",
		  pid, started);
	snapshot = snapshot_of(text_string(&containers));
	scan_offer(scan, doc_at(snapshot, "engine.containers")->child);
	ck_assert(scan_step(scan));
	ck_assert(!scan_step(scan));
	process_collect(scan, snapshot, NULL);
	return snapshot;
}

START_TEST(first_process)
{
	cleanup_doc cJSON *snapshot = collect_ourselves(getpid(), "2100-01-01T00:00:00Z");
	const cJSON *process = doc_at(snapshot, "processes")->child;
	cleanup_text struct text pid = {0};

	text_addf(&pid, "%d", getpid());
	ck_assert_ptr_nonnull(process);
	ck_assert_ptr_null(process->next);
	ck_assert_str_eq(doc_string_or(process, "pid", ""), text_string(&pid));
	ck_assert_str_eq(doc_string_or(process, "container", ""), A);
	ck_assert(doc_bool_or(process, "init", false));
	ck_assert_ptr_nonnull(strstr(doc_string_or(process, "status", ""), "CapBnd:"));
	ck_assert_ptr_nonnull(doc_at(process, "mountinfo"));
	ck_assert_ptr_null(doc_at(process, "unread"));
	ck_assert_ptr_null(doc_at(snapshot, "problems"));
}
END_TEST

/* The number was used again by a process that is younger than the container. */
START_TEST(reused_pid)
{
	cleanup_doc cJSON *snapshot = collect_ourselves(getpid(), "1980-01-01T00:00:00Z");
	const cJSON *problem = doc_at(snapshot, "problems")->child;

	ck_assert_ptr_null(doc_at(snapshot, "processes")->child);
	ck_assert_str_eq(doc_string_or(problem, "source", ""), "first process of 1 container: web");
	ck_assert(!doc_bool_or(problem, "note", true));
}
END_TEST

START_TEST(vanished)
{
	cleanup_doc cJSON *snapshot = collect_ourselves(2000000000, "2100-01-01T00:00:00Z");

	ck_assert_ptr_null(doc_at(snapshot, "processes")->child);
	ck_assert_int_eq(cJSON_GetArraySize(doc_at(snapshot, "problems")), 1);
}
END_TEST

/* On a host whose own namespaces are others, our parent is in those of this "container". */
START_TEST(outsiders)
{
	cleanup_scan struct scan *scan = scan_new();
	cleanup_text struct text containers = {0}, parent = {0};
	cleanup_doc cJSON *snapshot = NULL;
	bool found = false;

	text_addf(&parent, "%d", getppid());
	text_addf(&containers,
		  "[{\"Id\": \"" A "\", \"State\": {\"Running\": true, \"Pid\": %d, "
		  "\"StartedAt\": \"2100-01-01T00:00:00Z\"}}]",
		  getpid());
	snapshot = snapshot_of(text_string(&containers));
	cJSON_AddItemToObject(
		snapshot, "host",
		cJSON_Parse("{\"namespaces\": {\"pid\": \"1\", \"mnt\": \"2\", \"net\": \"3\"}}"));
	process_collect(scan, snapshot, NULL);
	doc_for_each (outsider, doc_at(snapshot, "outsiders")) {
		ck_assert_ptr_null(doc_at(outsider, "container"));
		found |= text_equal(doc_string_or(outsider, "pid", ""), text_string(&parent));
	}
	ck_assert(found);
}
END_TEST

/* More than are recorded: it is said that there are others. */
START_TEST(outsiders_without_end)
{
	cleanup_scan struct scan *scan = scan_new();
	cleanup_text struct text containers = {0};
	cleanup_doc cJSON *snapshot = NULL;
	pid_t children[300];

	for (size_t i = 0; i < N_ELEMENTS(children); i++) {
		children[i] = fork();
		if (children[i] == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			for (;;)
				pause();
		}
		ck_assert_int_gt(children[i], 0);
	}
	text_addf(&containers,
		  "[{\"Id\": \"" A "\", \"State\": {\"Running\": true, \"Pid\": %d, "
		  "\"StartedAt\": \"2100-01-01T00:00:00Z\"}}]",
		  getpid());
	snapshot = snapshot_of(text_string(&containers));
	cJSON_AddItemToObject(
		snapshot, "host",
		cJSON_Parse("{\"namespaces\": {\"pid\": \"1\", \"mnt\": \"2\", \"net\": \"3\"}}"));
	process_collect(scan, snapshot, NULL);
	for (size_t i = 0; i < N_ELEMENTS(children); i++)
		kill(children[i], SIGKILL);
	ck_assert_int_eq(cJSON_GetArraySize(doc_at(snapshot, "outsiders")), 256);
	ck_assert_ptr_nonnull(doc_at(snapshot, "unread.outsiders"));
}
END_TEST

/* Where those of the host are not known, nobody can be told from it. */
START_TEST(outsiders_of_unknown_host)
{
	cleanup_doc cJSON *snapshot = collect_ourselves(getpid(), "2100-01-01T00:00:00Z");

	ck_assert_ptr_null(doc_at(snapshot, "outsiders")->child);
	ck_assert_str_eq(doc_string_or(snapshot, "unread.outsiders", ""),
			 "the host's own namespaces are not known");
}
END_TEST

START_TEST(users)
{
	static const char passwd[] =
		"root:x:0:0::/:\n\napp:x:1000:5:a:/:\napp:x:7:7::/:\ntoor:x:0:0\n"
		"ap:x\nbad:x:-1:0::/:\nbig:x:4294967295:0::/:\nend:x:12";
	static const struct {
		const char *user;
		int64_t uid;
	} cases[] = {{"root", 0}, {"app", 1000}, {"app:staff", 1000}, {"toor", 0},
		     {"ap", -1},  {"bad", -1},   {"big", -1},         {"end", 12},
		     {"x", -1},   {"a", -1},     {"app:x", 1000}};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		uint64_t uid = 99;
		bool found = passwd_find(passwd, cases[i].user, &uid);

		ck_assert_msg(found == (cases[i].uid >= 0), "%s", cases[i].user);
		ck_assert_uint_eq(uid, found ? (uint64_t)cases[i].uid : 99);
	}
	ck_assert(user_is_name("app") && user_is_name("app:0") && user_is_name("1a"));
	ck_assert(!user_is_name("") && !user_is_name("0") && !user_is_name("0:app"));
	ck_assert(!user_is_name(":app"));
}
END_TEST

/* Our own passwd, as if we were a container. */
START_TEST(user_of_process)
{
	cleanup_fd int dir = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	uint64_t uid = 7;

	ck_assert_int_eq(passwd_read(dir, "root:root", &uid), 0);
	ck_assert_uint_eq(uid, 0);
	ck_assert_int_eq(passwd_read(dir, "nobody-is-called-so", &uid), -ENODATA);
}
END_TEST

START_TEST(remote)
{
	cleanup_doc cJSON *snapshot = snapshot_of("[]");
	cleanup_scan struct scan *scan = scan_new();

	cJSON_ReplaceItemInObject(snapshot, "local", cJSON_CreateFalse());
	process_collect(scan, snapshot, NULL);
	ck_assert_ptr_null(doc_at(snapshot, "processes"));
}
END_TEST

Suite *suite_process(void)
{
	const TTest *const tests[] = {cgroup,
				      no_containers,
				      host_network,
				      times,
				      first_process,
				      reused_pid,
				      users,
				      user_of_process,
				      vanished,
				      remote,
				      outsiders,
				      outsiders_of_unknown_host,
				      outsiders_without_end,
				      NULL};

	return unit_suite("process", tests);
}
