/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/isolation.h"
#include "tests/unit/snapshots.h"
#include "tests/unit/unit.h"

#include <string.h>

#define FILTER(names)                                                        \
	"{'defaultAction': 'SCMP_ACT_ERRNO', 'syscalls': [{'names': [" names \
	"], 'action': 'SCMP_ACT_ALLOW'}]}"

#define STATUS(caps, nnp, seccomp)                                                \
	"Uid:\\t0\\t0\\t0\\t0\\nGid:\\t0\\t0\\t0\\t0\\nNSpid:\\t42\\t1\\n"        \
	"CapInh:\\t0\\nCapPrm:\\t" caps "\\nCapEff:\\t" caps "\\nCapBnd:\\t" caps \
	"\\nCapAmb:\\t0\\nNoNewPrivs:\\t" nnp "\\nSeccomp:\\t" seccomp "\\n"

#define DEFAULT_CAPS "00000000a80425fb"

#define MOUNTS                                                                       \
	"1 0 0:9 / / rw - overlay overlay rw\\n2 1 0:8 / /proc rw - proc proc rw\\n" \
	"3 2 0:7 / /proc/acpi ro - tmpfs tmpfs ro\\n"                                \
	"4 2 0:8 /sys /proc/sys ro - proc proc rw\\n"

#define OF_INIT                                                       \
	"'uid_map': '0 0 4294967295\\n', 'mountinfo': '" MOUNTS "', " \
	"'cgroup': '3:devices:/docker/c1\\n'"

#define NAMESPACES "{'pid': '%s', 'net': '2', 'ipc': '3', 'uts': '4', 'user': '5', 'mnt': '6'}"

/* One container: its HostConfig, its first process and what else that shows, other processes. */
static struct loaded load(const char *host_config, const char *status, const char *of_init,
			  const char *others)
{
	return loaded_from(
		"'engine': {'info': {'Architecture': 'x86_64', 'KernelVersion': '6.1.0',"
		" 'SecurityOptions': ['name=seccomp,profile=default'], 'CgroupVersion': '1'},"
		" 'containers': [{'Id': 'c1', 'Name': '/web', 'State': {'Running': true,"
		" 'Status': 'running'}, 'Config': {}, 'HostConfig': {'Privileged': false,"
		" 'MaskedPaths': ['/proc/acpi', '/proc/kcore'], 'ReadonlyPaths': ['/proc/sys'],"
		" 'PidMode': '', 'SecurityOpt': ['seccomp="
		"{\\\"defaultAction\\\":"
		" \\\"SCMP_ACT_ERRNO\\\", \\\"syscalls\\\": [{\\\"names\\\": [\\\"read\\\"],"
		" \\\"action\\\": \\\"SCMP_ACT_ALLOW\\\"}]}']%s}}]},"
		" 'host': {'cgroup_version': '1', 'namespaces': {'pid': '11', 'net': '12',"
		" 'ipc': '13', 'uts': '14', 'user': '5', 'mnt': '16'},"
		" 'paths': {'/proc/acpi': {'type': 'directory'}, '/proc/kcore': "
		"{'unread': 'No such file or directory'}, '/proc/keys': {'unread': 'Permission "
		"denied'},"
		" '/proc/sys': {'type': 'directory'}}},"
		" 'bundle_filters': [" FILTER("'read'") ", " FILTER(
			"'read', 'bpf'") "],"
					 " 'cgroups': {'/sys/fs/cgroup/devices/docker/c1': "
					 "{'devices.list':"
					 " 'b *:* m\\nc 1:3 rwm\\nb 8:0 rwm\\n'}},"
					 " 'processes': [{'pid': '42', 'container': 'c1', 'init': "
					 "true, 'comm': 'web',"
					 " 'namespaces': {'pid': '1', 'net': '2', 'ipc': '3', "
					 "'uts': '4', 'user': '5',"
					 " 'mnt': '6'}, 'status': '%s', %s}%s]",
		host_config, status, of_init, others);
}

static const struct isolation *row(const struct loaded *l, enum isolation_property property)
{
	const struct container *container = facts_container(l->facts, "web");

	ck_assert_int_eq(container->isolation[property].property, property);
	return &container->isolation[property];
}

static void is(const struct loaded *l, enum isolation_property property,
	       enum isolation_agreement agreement, enum isolation_grade grade)
{
	const struct isolation *got = row(l, property);

	ck_assert_msg(got->agreement == agreement && got->grade == grade, "%s: %s, %s, %d (%s)",
		      isolation_name(property), got->effective.value ? got->effective.value : "-",
		      isolation_agreement_name(got->agreement), got->grade,
		      got->reason ? got->reason : "");
}

START_TEST(agrees)
{
	cleanup_loaded struct loaded l =
		load("", STATUS(DEFAULT_CAPS, "0", "2"),
		     OF_INIT ", 'bundle': {'process': {'user': {'uid': 0}, 'capabilities':"
			     " {'bounding': []}}, 'root': {}, 'linux': {'seccomp': 0,"
			     " 'namespaces': [{'type': 'pid'}]}}",
		     "");

	is(&l, ISOLATION_PRIVILEGED, ISOLATION_VERIFIED, ISOLATION_DEFAULT);
	is(&l, ISOLATION_CAPABILITIES, ISOLATION_VERIFIED, ISOLATION_DEFAULT);
	is(&l, ISOLATION_SECCOMP, ISOLATION_VERIFIED, ISOLATION_DEFAULT);
	ck_assert_str_eq(row(&l, ISOLATION_SECCOMP)->resolved.value, "the same");
	is(&l, ISOLATION_NO_NEW_PRIVILEGES, ISOLATION_UNDECLARED, ISOLATION_DEFAULT);
	is(&l, ISOLATION_USER, ISOLATION_VERIFIED, ISOLATION_DEFAULT);
	is(&l, ISOLATION_ROOTFS, ISOLATION_VERIFIED, ISOLATION_DEFAULT);
	is(&l, ISOLATION_PID, ISOLATION_VERIFIED, ISOLATION_DEFAULT);
	is(&l, ISOLATION_APPARMOR, ISOLATION_NOT_HERE, ISOLATION_UNGRADED);
	ck_assert_str_eq(row(&l, ISOLATION_CAPABILITIES)->resolved.value, "none");
	ck_assert_str_eq(row(&l, ISOLATION_CAPABILITIES)->effective.path, "/proc/42/status CapBnd");
}
END_TEST

START_TEST(weaker)
{
	cleanup_loaded struct loaded l =
		load(", 'ReadonlyRootfs': true", STATUS("000000000020ffff", "0", "0"),
		     OF_INIT ", 'bundle': {'process': {}, 'linux': {'seccomp': 1}}", "");
	cleanup_loaded struct loaded mode =
		load("", STATUS(DEFAULT_CAPS, "0", "2"),
		     OF_INIT ", 'bundle': {'linux': {'seccomp': 1}}", "");

	cleanup_loaded struct loaded unread =
		load("", STATUS(DEFAULT_CAPS, "0", "2"),
		     OF_INIT ", 'bundle': {'linux': {'seccomp': {}}}", "");

	is(&l, ISOLATION_CAPABILITIES, ISOLATION_WEAKER, ISOLATION_LESS);
	is(&l, ISOLATION_SECCOMP, ISOLATION_WEAKER, ISOLATION_LESS);
	is(&l, ISOLATION_ROOTFS, ISOLATION_WEAKER, ISOLATION_DEFAULT);
	/* That there is a filter proves nothing: this one permits what was not asked for. */
	is(&mode, ISOLATION_SECCOMP, ISOLATION_WEAKER, ISOLATION_LESS);
	ck_assert_str_eq(row(&mode, ISOLATION_SECCOMP)->reason,
			 "the runtime was told to permit bpf as well");
	/* What is no position is no filter that was read, which is not the absence of one. */
	is(&unread, ISOLATION_SECCOMP, ISOLATION_DECLARED_ONLY, ISOLATION_DEFAULT);
}
END_TEST

START_TEST(stricter)
{
	cleanup_loaded struct loaded l =
		load(", 'CapAdd': ['sys_admin'], 'SecurityOpt': ['no-new-privileges:false',"
		     " 'seccomp=unconfined']",
		     STATUS("0", "1", "2"), OF_INIT, "");

	is(&l, ISOLATION_CAPABILITIES, ISOLATION_STRICTER, ISOLATION_MORE);
	is(&l, ISOLATION_NO_NEW_PRIVILEGES, ISOLATION_STRICTER, ISOLATION_MORE);
	is(&l, ISOLATION_SECCOMP, ISOLATION_STRICTER, ISOLATION_DEFAULT);
}
END_TEST

#define OTHER(user, caps, seccomp)                                                        \
	", {'pid': '43', 'container': 'c1', 'comm': 'job', 'namespaces': {'user': '" user \
	"'}, 'status': '" STATUS(caps, "1", seccomp) "'}"

START_TEST(other_processes)
{
	cleanup_loaded struct loaded more = load("", STATUS(DEFAULT_CAPS, "1", "2"),
						 OF_INIT ", 'bundle': {'linux': {'seccomp': 0}}",
						 OTHER("5", "000001ffffffffff", "0"));
	/* One in a user namespace of its own has all capabilities, over nothing. */
	cleanup_loaded struct loaded child = load("", STATUS(DEFAULT_CAPS, "1", "2"), OF_INIT,
						  OTHER("77", "000001ffffffffff", "2"));

	is(&more, ISOLATION_CAPABILITIES, ISOLATION_WEAKER, ISOLATION_DEFAULT);
	ck_assert_int_eq(row(&more, ISOLATION_CAPABILITIES)->other->pid, 43);
	is(&more, ISOLATION_SECCOMP, ISOLATION_WEAKER, ISOLATION_DEFAULT);
	ck_assert_int_eq(row(&more, ISOLATION_SECCOMP)->other->pid, 43);
	is(&child, ISOLATION_CAPABILITIES, ISOLATION_VERIFIED, ISOLATION_DEFAULT);
}
END_TEST

START_TEST(declared_only)
{
	cleanup_loaded struct loaded l = load("", STATUS(DEFAULT_CAPS, "0", "2"), OF_INIT, "");
	cleanup_loaded struct loaded unread =
		load("", "", "'unread': {'status': 'Permission denied'}", "");

	is(&l, ISOLATION_SECCOMP, ISOLATION_DECLARED_ONLY, ISOLATION_DEFAULT);
	ck_assert_str_eq(row(&l, ISOLATION_SECCOMP)->reason,
			 "what the filter permits was not seen: "
			 "its parent process is no shim with an OCI bundle");
	is(&unread, ISOLATION_CAPABILITIES, ISOLATION_DECLARED_ONLY, ISOLATION_DEFAULT);
	ck_assert_ptr_nonnull(row(&unread, ISOLATION_CAPABILITIES)->reason);
	ck_assert_ptr_null(row(&unread, ISOLATION_CAPABILITIES)->effective.value);
}
END_TEST

START_TEST(paths)
{
	cleanup_loaded struct loaded covered = load("", STATUS("0", "0", "2"), OF_INIT, "");
	cleanup_loaded struct loaded open =
		load(", 'ReadonlyPaths': ['/proc/acpi', '/proc', '/proc/kcore']",
		     STATUS("0", "0", "2"), OF_INIT, "");
	cleanup_loaded struct loaded strange =
		load(", 'MaskedPaths': ['/proc/new']", STATUS("0", "0", "2"), OF_INIT, "");
	cleanup_loaded struct loaded unread =
		load(", 'MaskedPaths': ['/proc/keys']", STATUS("0", "0", "2"), OF_INIT, "");

	/* /proc/kcore is not in this kernel, so nothing covers it. */
	is(&covered, ISOLATION_MASKED_PATHS, ISOLATION_VERIFIED, ISOLATION_LESS);
	ck_assert_str_eq(row(&covered, ISOLATION_MASKED_PATHS)->effective.value,
			 "all 1 that there are");
	is(&covered, ISOLATION_READONLY_PATHS, ISOLATION_VERIFIED, ISOLATION_LESS);
	ck_assert_str_eq(row(&open, ISOLATION_READONLY_PATHS)->declared.value, "3 paths");
	is(&strange, ISOLATION_MASKED_PATHS, ISOLATION_DECLARED_ONLY, ISOLATION_LESS);
	is(&unread, ISOLATION_MASKED_PATHS, ISOLATION_DECLARED_ONLY, ISOLATION_LESS);
}
END_TEST

/* Whoever mounts /proc anew is rid of all that was mounted in the old one. */
START_TEST(buried)
{
	cleanup_loaded struct loaded l =
		load("", STATUS("0", "0", "2"),
		     "'mountinfo': '" MOUNTS "5 2 0:8 / /proc rw - proc proc rw\\n'", "");

	is(&l, ISOLATION_MASKED_PATHS, ISOLATION_WEAKER, ISOLATION_LESS);
	is(&l, ISOLATION_READONLY_PATHS, ISOLATION_WEAKER, ISOLATION_LESS);
}
END_TEST

/* More mounts than a container usually has hide none of those that count. */
START_TEST(many_mounts)
{
	cleanup_text struct text of_init = {0};

	text_add(&of_init, "'mountinfo': '1 0 0:9 / / rw - overlay overlay rw\\n"
			   "2 1 0:8 / /proc rw - proc proc rw\\n");
	for (int i = 0; i < 300; i++)
		text_addf(&of_init, "%d 2 0:7 / /proc/%d ro - tmpfs tmpfs ro\\n", i + 10, i);
	text_add(&of_init, "3 2 0:7 / /proc/acpi ro - tmpfs tmpfs ro\\n"
			   "4 2 0:8 /sys /proc/sys ro - proc proc rw\\n'");
	cleanup_loaded struct loaded l = load("", STATUS("0", "0", "2"), text_string(&of_init), "");

	is(&l, ISOLATION_MASKED_PATHS, ISOLATION_VERIFIED, ISOLATION_LESS);
	is(&l, ISOLATION_READONLY_PATHS, ISOLATION_VERIFIED, ISOLATION_LESS);
}
END_TEST

START_TEST(uncovered)
{
	cleanup_loaded struct loaded l = load("", STATUS("0", "0", "2"),
					      "'mountinfo': '1 0 0:9 / / rw - overlay overlay rw\\n"
					      "4 2 0:8 /sys /proc/sys rw - proc proc rw\\n'",
					      "");

	is(&l, ISOLATION_MASKED_PATHS, ISOLATION_WEAKER, ISOLATION_LESS);
	ck_assert_str_eq(row(&l, ISOLATION_MASKED_PATHS)->reason, "not covered: /proc/acpi");
	is(&l, ISOLATION_READONLY_PATHS, ISOLATION_WEAKER, ISOLATION_LESS);
	ck_assert_str_eq(row(&l, ISOLATION_READONLY_PATHS)->reason, "not read-only: /proc/sys");
}
END_TEST

START_TEST(devices)
{
	cleanup_loaded struct loaded hidden = load("", STATUS("0", "0", "2"), OF_INIT, "");
	cleanup_loaded struct loaded asked = load(", 'Devices': [{'PathOnHost': '/dev/sda'}]",
						  STATUS("0", "0", "2"), OF_INIT, "");

	is(&hidden, ISOLATION_DEVICES, ISOLATION_WEAKER, ISOLATION_LESS);
	ck_assert_str_eq(row(&hidden, ISOLATION_DEVICES)->effective.value, "b 8:0 rwm");
	is(&asked, ISOLATION_DEVICES, ISOLATION_VERIFIED, ISOLATION_LESS);
}
END_TEST

Suite *suite_isolation(void)
{
	const TTest *const tests[] = {agrees,        weaker,  stricter,  other_processes,
				      declared_only, paths,   uncovered, buried,
				      many_mounts,   devices, NULL};

	return unit_suite("isolation", tests);
}
