/* SPDX-License-Identifier: Apache-2.0 */

/* The host and its kernel: what does not depend on the containers. */
#include "collect/host.h"
#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/host_root.h"
#include "collect/local.h"
#include "collect/proc.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <string.h>
#include <sys/utsname.h>
#include <sys/vfs.h>

#define ID_LENGTH 64

/*
 * The inodes of the namespaces that the kernel starts with have been the same for a long time,
 * but for those of network and mounts.
 */
static const struct {
	const char *name;
	uint64_t inode;
} initial_namespaces[] = {
	{"pid", 4026531836},  {"ipc", 4026531839},    {"uts", 4026531838},
	{"user", 4026531837}, {"cgroup", 4026531835}, {"time", 4026531834},
};

#define N_INITIAL (sizeof(initial_namespaces) / sizeof(initial_namespaces[0]))

static cJSON *namespaces_of(uint64_t pid)
{
	cleanup_fd int dir = proc_open(pid);
	cJSON *namespaces = NULL;

	if (dir >= 0)
		proc_namespaces(dir, &namespaces);
	return namespaces;
}

static cJSON *our_namespaces(void)
{
	cleanup_fd int dir = open("/proc/self", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cJSON *namespaces = NULL;

	if (dir >= 0)
		proc_namespaces(dir, &namespaces);
	return namespaces;
}

static bool is_initial(const cJSON *namespaces, const char *name)
{
	uint64_t inode;

	for (size_t i = 0; i < N_INITIAL; i++)
		if (text_equal(initial_namespaces[i].name, name))
			return doc_u64(namespaces, name, &inode) == DOC_PRESENT &&
			       inode == initial_namespaces[i].inode;
	return false;
}

static bool are_all_initial(const cJSON *namespaces)
{
	for (size_t i = 0; i < N_INITIAL; i++)
		if (doc_at(namespaces, initial_namespaces[i].name) &&
		    !is_initial(namespaces, initial_namespaces[i].name))
			return false;
	return doc_at(namespaces, "pid") != NULL;
}

static cJSON *fixed_namespaces(void)
{
	cJSON *namespaces = cJSON_CreateObject();

	for (size_t i = 0; i < N_INITIAL; i++)
		snapshot_add_u64(namespaces, initial_namespaces[i].name,
				 initial_namespaces[i].inode);
	return namespaces;
}

/*
 * Even root may be refused those of process 1. The engine's own are the host's unless it is
 * rootless; ours are if all that can be told apart from a container's are the initial ones, and the
 * host's root is ours.
 */
static void record_namespaces(const cJSON *snapshot, cJSON *host)
{
	cleanup_doc cJSON *init = namespaces_of(1), *daemon = NULL, *self = NULL;
	const char *from = "initial";
	cJSON *chosen;
	uint64_t pid;

	if (doc_u64(snapshot, "daemon.pid", &pid) == DOC_PRESENT)
		daemon = namespaces_of(pid);
	self = our_namespaces();
	if (init) {
		from = "/proc/1";
		chosen = take_pointer(init);
	} else if (daemon && is_initial(daemon, "user")) {
		from = "dockerd";
		chosen = take_pointer(daemon);
	} else if (self && !host_root() && are_all_initial(self)) {
		from = "self";
		chosen = take_pointer(self);
	} else {
		chosen = fixed_namespaces();
	}
	cJSON_AddItemToObject(host, "namespaces", chosen);
	cJSON_AddStringToObject(host, "namespaces_from", from);
}

/* 64 hexadecimal digits in a text, the last of them. */
static bool find_id(const char *text, char ret[ID_LENGTH + 1])
{
	bool found = false;

	for (const char *p = text; *p;) {
		size_t run = strspn(p, "0123456789abcdef");

		if (run == ID_LENGTH) {
			memcpy(ret, p, ID_LENGTH);
			ret[ID_LENGTH] = '\0';
			found = true;
		}
		p += run ? run : 1;
	}
	return found;
}

/* Engines mount a file of the container's own directory on /etc/hostname. */
static bool find_id_in_mounts(const char *mountinfo, char ret[ID_LENGTH + 1])
{
	const char *point = strstr(mountinfo, " /etc/hostname "), *start = point;
	char line[1024];

	if (!point)
		return false;
	while (start > mountinfo && start[-1] != '\n')
		start--;
	snprintf(line, sizeof(line), "%.*s", (int)(point - start), start);
	return find_id(line, ret);
}

/* The container of this engine whose first process sees the mounts that we see. */
static bool find_id_by_namespace(const cJSON *snapshot, uint64_t ours, char ret[ID_LENGTH + 1])
{
	doc_for_each (container, doc_at(snapshot, "engine.containers")) {
		const char *id = doc_string_or(container, "Id", "");
		int64_t pid = doc_int_or(container, "State.Pid", 0);
		cleanup_fd int dir = pid > 0 ? proc_open((uint64_t)pid) : -1;
		uint64_t mounts;

		if (strlen(id) != ID_LENGTH || dir < 0 || proc_namespace(dir, "mnt", &mounts) < 0 ||
		    mounts != ours)
			continue;
		memcpy(ret, id, ID_LENGTH + 1);
		return true;
	}
	return false;
}

/* Engines leave a file there, which may also have come to a machine with its image. */
static bool seems_contained(const cJSON *host, const cJSON *ours)
{
	uint64_t mine, theirs;

	if (access("/.dockerenv", F_OK) < 0 && access("/run/.containerenv", F_OK) < 0)
		return false;
	return !is_initial(ours, "pid") ||
	       (doc_u64(ours, "mnt", &mine) == DOC_PRESENT &&
		doc_u64(host, "namespaces.mnt", &theirs) == DOC_PRESENT && mine != theirs);
}

/* A container without an id to be seen is still one: then its name is unknown. */
static void record_container(cJSON *snapshot, cJSON *host)
{
	cleanup_text struct text cgroup = TEXT_INIT(65536), mountinfo = TEXT_INIT(PROC_CEILING);
	cleanup_doc cJSON *namespaces = our_namespaces();
	bool contained = seems_contained(host, namespaces);
	char id[ID_LENGTH + 1] = "unknown";
	uint64_t mounts = 0;

	proc_read(AT_FDCWD, "/proc/self/cgroup", &cgroup);
	proc_read(AT_FDCWD, "/proc/self/mountinfo", &mountinfo);
	doc_u64(namespaces, "mnt", &mounts);
	if (!find_id(text_string(&cgroup), id) && !find_id_in_mounts(text_string(&mountinfo), id) &&
	    !((contained || host_root()) && find_id_by_namespace(snapshot, mounts, id)) &&
	    !contained)
		return;
	cJSON_AddStringToObject(host, "container", id);
	if (text_equal(id, "unknown"))
		snapshot_problem(snapshot, "the container that the auditor runs in",
				 "nothing shows its id: if it is one of this engine, its results "
				 "are not marked as the auditor's own",
				 "give it the host's control groups (--cgroupns host)", true);
}

static void record_capabilities(cJSON *host, struct text *text)
{
	const char *line = NULL;

	if (proc_read(AT_FDCWD, "/proc/self/status", text) == 0)
		line = strstr(text_string(text), "\nCapEff:");
	if (!line)
		return;
	line += strlen("\nCapEff:");
	line += strspn(line, " \t");
	snapshot_add_text(host, "capabilities", line, strcspn(line, "\n"));
}

static int stat_file_system(const char *path, struct statfs *ret)
{
	cleanup_fd int fd = host_open(path, O_PATH);

	if (fd < 0)
		return fd;
	return fstatfs(fd, ret) < 0 ? -errno : 0;
}

/* By the type of the file system: a directory named "unified" proves nothing. */
static void record_cgroup_version(cJSON *host)
{
	struct statfs top, unified;
	const char *version = "1";
	int r = stat_file_system("/sys/fs/cgroup", &top);

	if (r < 0) {
		snapshot_unread(host, "cgroup_version", strerror(-r));
		return;
	}
	if (top.f_type == CGROUP2_SUPER_MAGIC)
		version = "2";
	else if (stat_file_system("/sys/fs/cgroup/unified", &unified) == 0 &&
		 unified.f_type == CGROUP2_SUPER_MAGIC)
		version = "hybrid";
	cJSON_AddStringToObject(host, "cgroup_version", version);
}

static void record_line(cJSON *host, const char *member, const char *path, struct text *text)
{
	int r = proc_read_host(path, text);

	if (r < 0)
		snapshot_unread(host, member, strerror(-r));
	else
		snapshot_add_text(host, member, text_string(text),
				  strcspn(text_string(text), "\n"));
}

/* Lines "docker-default (enforce)"; names may hold blanks and parentheses themselves. */
static void record_apparmor_profiles(cJSON *host)
{
	cleanup_text struct text text = TEXT_INIT(PROC_CEILING);
	int r = host_read("/sys/kernel/security/apparmor/profiles", &text);
	char *rest = text.bytes;
	cJSON *profiles;

	if (r < 0) {
		snapshot_unread(host, "apparmor_profiles", strerror(-r));
		return;
	}
	profiles = cJSON_AddObjectToObject(host, "apparmor_profiles");
	for (char *line; rest && (line = strsep(&rest, "\n"));) {
		char *mode = strrchr(line, '(');

		if (!mode || mode == line)
			continue;
		mode[-1] = '\0';
		mode[strcspn(mode, ")")] = '\0';
		snapshot_add_path(profiles, line, mode + 1);
	}
}

static void record_security_modules(cJSON *host, struct text *text)
{
	int r;

	record_line(host, "lsm", "/sys/kernel/security/lsm", text);
	r = proc_read_host("/sys/module/apparmor/parameters/enabled", text);
	if (r == 0 || r == -ENOENT)
		cJSON_AddBoolToObject(host, "apparmor", text_starts(text_string(text), "Y"));
	else
		snapshot_unread(host, "apparmor", strerror(-r));
	if (r == 0 && text_starts(text_string(text), "Y"))
		record_apparmor_profiles(host);
	r = proc_read_host("/sys/fs/selinux/enforce", text);
	if (r == 0)
		cJSON_AddStringToObject(host, "selinux",
					text_starts(text_string(text), "1") ? "enforcing"
									    : "permissive");
	else if (r == -ENOENT)
		cJSON_AddStringToObject(host, "selinux", "absent");
	else
		snapshot_unread(host, "selinux", strerror(-r));
}

/* Whether a process without rights may make a user namespace; files that are not there say nothing.
 */
static void record_user_namespaces(cJSON *host, struct text *text)
{
	static const char *const settings[] = {
		"user/max_user_namespaces",
		"kernel/unprivileged_userns_clone",
		"kernel/apparmor_restrict_unprivileged_userns",
	};
	cleanup_fd int dir = host_open("/proc/sys", O_PATH | O_DIRECTORY);
	cJSON *object = cJSON_AddObjectToObject(host, "user_namespaces");

	for (size_t i = 0; dir >= 0 && i < sizeof(settings) / sizeof(settings[0]); i++)
		if (proc_read(dir, settings[i], text) == 0)
			snapshot_add_text(object, settings[i], text_string(text),
					  strcspn(text_string(text), "\n"));
}

/* Each network namespace has its own, and the kernel shows that of the reader. */
static void record_port_start(cJSON *host, struct text *text)
{
	cleanup_doc cJSON *namespaces = our_namespaces();
	uint64_t ours, theirs;
	bool known = doc_u64(namespaces, "net", &ours) == DOC_PRESENT &&
		     doc_u64(host, "namespaces.net", &theirs) == DOC_PRESENT;

	if (known ? ours != theirs : host_root() != NULL)
		snapshot_unread(host, "unprivileged_port_start",
				"the auditor is in another network namespace");
	else
		record_line(host, "unprivileged_port_start",
			    "/proc/sys/net/ipv4/ip_unprivileged_port_start", text);
}

/* " /proc " with an option "hidepid=2" or, in newer kernels, "hidepid=invisible". */
static void record_hidepid(cJSON *host, const char *mountinfo)
{
	const char *line = NULL, *option;

	for (const char *at = mountinfo; (at = strstr(at, " /proc ")); at++)
		line = at; /* the last mount is on top of the others */
	option = line ? strstr(line, "hidepid=") : NULL;
	if (!option || memchr(line, '\n', (size_t)(option - line)))
		return;
	option += strlen("hidepid=");
	if (!text_starts(option, "off"))
		snapshot_add_text(host, "hidepid", option, strcspn(option, ",\n "));
}

/* The engine's mounts in place of the host's: what its containers mount is named there. */
static int read_engine_mounts(const cJSON *snapshot, struct text *text)
{
	cleanup_fd int dir = -1;
	uint64_t pid;

	if (doc_u64(snapshot, "daemon.pid", &pid) != DOC_PRESENT)
		return 0;
	dir = proc_open(pid);
	return dir < 0 || proc_shares_host_mounts(dir) ? 0 : proc_read(dir, "mountinfo", text);
}

static void record_mounts(cJSON *snapshot, cJSON *host)
{
	cleanup_text struct text text = TEXT_INIT(PROC_CEILING), kept = TEXT_INIT(PROC_CEILING);
	cleanup_fd int dir = proc_open_host();
	int r = dir < 0 ? dir : proc_read(dir, "mountinfo", &text);

	record_hidepid(host, text_string(&text));
	if (r == 0)
		r = read_engine_mounts(snapshot, &text);
	if (r < 0) {
		snapshot_unread(host, "mountinfo", strerror(-r));
		snapshot_problem(snapshot, "mountinfo", strerror(-r), NULL, false);
		return;
	}
	proc_filter_mountinfo(text_string(&text), &kept);
	snapshot_add_text(host, "mountinfo", text_string(&kept), kept.length);
}

void host_collect(cJSON *snapshot)
{
	cleanup_text struct text text = TEXT_INIT(PROC_CEILING);
	cJSON *host = snapshot_object(snapshot, "host");
	struct utsname name;

	if (host_root())
		snapshot_add_text(host, "root", host_root(), strlen(host_root()));
	if (uname(&name) == 0) {
		snapshot_add_text(host, "architecture", name.machine, strlen(name.machine));
		snapshot_add_text(host, "hostname", name.nodename, strlen(name.nodename));
		snapshot_add_text(host, "kernel", name.release, strlen(name.release));
	}
	snapshot_add_u64(host, "uid", geteuid());
	record_capabilities(host, &text);
	record_namespaces(snapshot, host);
	record_container(snapshot, host);
	record_cgroup_version(host);
	record_security_modules(host, &text);
	record_port_start(host, &text);
	record_user_namespaces(host, &text);
	record_mounts(snapshot, host);
	content_trust_collect(host);
	hardening_collect(snapshot, host);
	if (doc_bool_or(host, "apparmor", false))
		apparmor_collect(snapshot, host);
	if (!text_equal(doc_string_or(host, "selinux", "absent"), "absent"))
		selinux_collect(host);
	audit_collect(snapshot, host);
	host_network_collect(snapshot, host);
}
