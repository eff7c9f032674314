/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/container.h"
#include "tests/unit/snapshots.h"
#include "tests/unit/unit.h"

#include <string.h>

#define STATUS                                                                                    \
	"Uid:\\t1000\\t0\\t0\\t0\\nGid:\\t7\\t8\\t8\\t8\\nNSpid:\\t42\\t1\\n"                     \
	"CapInh:\\t0000000000000000\\nCapPrm:\\t00000000a80425fb\\nCapEff:\\t00000000a80425fb\\n" \
	"CapBnd:\\t000001ffffffffff\\nCapAmb:\\t0000000000000000\\nNoNewPrivs:\\t1\\n"            \
	"Seccomp:\\t2\\nSeccomp_filters:\\t3\\n"

/* One inspect document; `host_config` are members of HostConfig. */
#define CONTAINER(id, name, running, host_config)                                  \
	"{'Id': '" id "', 'Name': '/" name "', 'State': {'Running': " running "}," \
	" 'Config': {}, 'HostConfig': {'Privileged': false" host_config "}}"

static const struct container *get(const struct loaded *l, const char *name)
{
	const struct container *container = facts_container(l->facts, name);

	ck_assert_msg(container != NULL, "%s", name);
	return container;
}

static const struct namespace_view *view(const struct loaded *l, const char *name,
					 enum namespace_kind kind)
{
	return &get(l, name)->namespaces[kind];
}

START_TEST(chains)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'engine': {'info': {}, 'containers': [%s, %s, %s, %s, %s, %s, %s, %s]}",
		CONTAINER("aa1", "web", "false", ", 'NetworkMode': 'container:bb'"),
		CONTAINER("bb2", "proxy", "false", ", 'NetworkMode': 'container:edge'"),
		CONTAINER("cc3", "edge", "false", ", 'NetworkMode': 'host'"),
		CONTAINER("dd4", "loop1", "false", ", 'NetworkMode': 'container:ee5'"),
		CONTAINER("ee5", "loop2", "false", ", 'NetworkMode': 'container:dd4'"),
		CONTAINER("ff6", "orphan", "false", ", 'NetworkMode': 'container:zz'"),
		CONTAINER("a17", "plain", "false",
			  ", 'NetworkMode': 'my-net', 'IpcMode': 'shareable'"),
		CONTAINER("a28", "peer", "false",
			  ", 'NetworkMode': 'container:plain', 'IpcMode': 'container:a17'"));

	ck_assert_int_eq(view(&l, "web", NAMESPACE_NET)->declared, SHARING_HOST);
	ck_assert_str_eq(view(&l, "web", NAMESPACE_NET)->chain, "web -> proxy -> edge -> host");
	ck_assert_str_eq(view(&l, "web", NAMESPACE_NET)->mode, "container:bb");
	ck_assert_ptr_null(view(&l, "edge", NAMESPACE_NET)->chain);
	ck_assert_int_eq(view(&l, "loop1", NAMESPACE_NET)->declared, SHARING_UNKNOWN);
	ck_assert_int_eq(view(&l, "loop2", NAMESPACE_NET)->declared, SHARING_UNKNOWN);
	ck_assert_int_eq(view(&l, "orphan", NAMESPACE_NET)->declared, SHARING_UNKNOWN);
	ck_assert_str_eq(view(&l, "orphan", NAMESPACE_NET)->chain, "orphan -> zz (gone)");
	ck_assert_int_eq(view(&l, "plain", NAMESPACE_NET)->declared, SHARING_PRIVATE);
	ck_assert_int_eq(view(&l, "plain", NAMESPACE_IPC)->declared, SHARING_PRIVATE);
	ck_assert_int_eq(view(&l, "peer", NAMESPACE_NET)->declared, SHARING_CONTAINER);
	ck_assert_int_eq(view(&l, "peer", NAMESPACE_IPC)->declared, SHARING_CONTAINER);
	ck_assert_int_eq(view(&l, "peer", NAMESPACE_NET)->effective, SHARING_UNKNOWN);
	ck_assert_ptr_null(facts_container(l.facts, "a"));
	ck_assert_ptr_null(facts_container(l.facts, ""));
}
END_TEST

START_TEST(modes)
{
	static const char one[] =
		"'engine': {'info': {'SecurityOptions': [%s]}, 'containers': [%s]}";
	cleanup_loaded struct loaded plain = loaded_from(
		one, "", CONTAINER("a", "web", "false", ", 'UsernsMode': '', 'PidMode': 'host'"));
	cleanup_loaded struct loaded remap = loaded_from(
		one, "'name=userns'", CONTAINER("a", "web", "false", ", 'UsernsMode': ''"));
	cleanup_loaded struct loaded kept = loaded_from(
		one, "'name=userns'", CONTAINER("a", "web", "false", ", 'UsernsMode': 'host'"));

	ck_assert_int_eq(view(&plain, "web", NAMESPACE_USER)->declared, SHARING_HOST);
	ck_assert_int_eq(view(&plain, "web", NAMESPACE_PID)->declared, SHARING_HOST);
	ck_assert_int_eq(view(&plain, "web", NAMESPACE_UTS)->declared, SHARING_UNKNOWN);
	ck_assert(!get(&plain, "web")->root_is_mapped);
	ck_assert_int_eq(view(&remap, "web", NAMESPACE_USER)->declared, SHARING_PRIVATE);
	ck_assert(get(&remap, "web")->root_is_mapped);
	ck_assert_int_eq(view(&kept, "web", NAMESPACE_USER)->declared, SHARING_HOST);
	ck_assert(!get(&kept, "web")->root_is_mapped);
}
END_TEST

#define TWO                                                                                           \
	"'engine': {'containers': [" CONTAINER(                                                       \
		"a", "web", "true",                                                                   \
		", 'NetworkMode': 'bridge', 'PidMode': ''") "," CONTAINER("b", "peer", "true",        \
									  ", 'NetworkMode': "         \
									  "'container:a', "           \
									  "'PidMode': ''") "]},"      \
											   "'host"    \
											   "':"       \
											   " {'"      \
											   "names"    \
											   "pa"       \
											   "ces':"    \
											   " "        \
											   "{'"       \
											   "net':"    \
											   " '1',"    \
											   " "        \
											   "'pid'"    \
											   ": "       \
											   "'2', "    \
											   "'ipc'"    \
											   ": "       \
											   "'3'}}"    \
											   ", "       \
											   "'proc"    \
											   "es"       \
											   "ses':"    \
											   " ["       \
											   "{'"       \
											   "conta"    \
											   "in"       \
											   "er': "    \
											   "'b', "    \
											   "'pid'"    \
											   ": "       \
											   "'9', "    \
											   "'init"    \
											   "':"       \
											   " true"    \
											   ", "       \
											   "'name"    \
											   "sp"       \
											   "aces'"    \
											   ": "       \
											   "{'"       \
											   "net':"    \
											   " '50'"    \
											   ", "       \
											   "'ipc'"    \
											   ": "       \
											   "'3'},"    \
											   " '"       \
											   "statu"    \
											   "s'"       \
											   ": "       \
											   "'NSpi"    \
											   "d:"       \
											   "\\t9"     \
											   "\\n"      \
											   "'},"      \
											   "{'"       \
											   "conta"    \
											   "in"       \
											   "er': "    \
											   "'a', "    \
											   "'pid'"    \
											   ": "       \
											   "'43',"    \
											   " "        \
											   "'stat"    \
											   "us"       \
											   "': "      \
											   "'" STATUS \
											   "'},"      \
											   "{'"       \
											   "conta"    \
											   "in"       \
											   "er': "    \
											   "'a', "    \
											   "'pid'"    \
											   ": "       \
											   "'42',"    \
											   " "        \
											   "'init"    \
											   "':"       \
											   " true"    \
											   ", "       \
											   "'comm"    \
											   "':"       \
											   " 'sh'"    \
											   ", "       \
											   "'stat"    \
											   "us"       \
											   "': "      \
											   "'" STATUS \
											   "',"       \
											   " '"       \
											   "names"    \
											   "pa"       \
											   "ces':"    \
											   " "        \
											   "{'"       \
											   "net':"    \
											   " '50'"    \
											   ", "       \
											   "'pid'"    \
											   ": "       \
											   "'2'},"    \
											   " "        \
											   "'uid_"    \
											   "map':"    \
											   " "        \
											   "'0 "      \
											   "10000"    \
											   "0 "       \
											   "65536"    \
											   "\\"       \
											   "n',"      \
											   " '"       \
											   "label"    \
											   "':"       \
											   " '"       \
											   "docke"    \
											   "r-"       \
											   "defau"    \
											   "lt"       \
											   " ("       \
											   "enfor"    \
											   "ce"       \
											   ")'}]"

START_TEST(kernel)
{
	cleanup_loaded struct loaded l = loaded_from("%s", TWO);
	const struct container *web = get(&l, "web");
	const struct process *init = container_init(web);

	ck_assert_uint_eq(web->n_processes, 2);
	ck_assert_int_eq(init->pid, 42);
	ck_assert_int_eq(init->uid, 1000);
	ck_assert_int_eq(init->euid, 0);
	ck_assert_int_eq(init->gid, 7);
	ck_assert_uint_eq(init->cap_bounding, 0x1ffffffffff);
	ck_assert_int_eq(init->seccomp, 2);
	ck_assert_int_eq(init->seccomp_filters, 3);
	ck_assert(init->no_new_privs && !init->status_unread);
	ck_assert_ptr_nonnull(init->namespaces_unread);
	ck_assert_str_eq(init->label, "docker-default (enforce)");
	ck_assert_int_eq(view(&l, "web", NAMESPACE_NET)->effective, SHARING_PRIVATE);
	ck_assert_int_eq(view(&l, "web", NAMESPACE_PID)->effective, SHARING_HOST);
	ck_assert_int_eq(view(&l, "web", NAMESPACE_IPC)->effective, SHARING_UNKNOWN);
	ck_assert_int_eq(view(&l, "peer", NAMESPACE_NET)->effective, SHARING_CONTAINER);
	ck_assert_int_eq(view(&l, "peer", NAMESPACE_IPC)->effective, SHARING_HOST);
	ck_assert_int_eq(view(&l, "peer", NAMESPACE_PID)->effective, SHARING_HOST);
	ck_assert_ptr_nonnull(container_init(get(&l, "peer"))->status_unread);
	ck_assert(web->root_is_mapped);
	ck_assert_int_eq(web->root_uid, 100000);
	ck_assert_int_eq(container_uid(web, 101000), 1000);
	ck_assert_int_eq(container_uid(web, 0), -1);
}
END_TEST

/* What is derived from a document must not stand on a field that cannot be understood. */
START_TEST(malformed_documents)
{
	static const char *const documents[] = {
		"7",
		"null",
		"{'Id': 'a', 'Name': '/web', 'unread': 'HTTP 500'}",
		CONTAINER("", "web", "true", ""),
		CONTAINER("a", "web", "'true'", ""),
		CONTAINER("a", "web", "true", ", 'CapAdd': 'ALL'"),
		CONTAINER("a", "web", "true", ", 'Privileged': 'true'"),
		CONTAINER("a", "web", "true", ", 'Privileged': null"),
		CONTAINER("a", "web", "true", ", 'CapDrop': [7]"),
		CONTAINER("a", "web", "true", ", 'SecurityOpt': [{}]"),
		CONTAINER("a", "web", "true", ", 'PortBindings': {'80/tcp': 7}"),
		CONTAINER("a", "web", "true", ", 'PortBindings': {'80/tcp': [7]}"),
		CONTAINER("a", "web", "true", ", 'PortBindings': {'80/tcp': [{'HostPort': 80}]}"),
		CONTAINER("a", "web", "true", "}, 'NetworkSettings': {'Ports': []"),
		CONTAINER("a", "web", "true", "}, 'Mounts': [7], 'X': {"),
		CONTAINER("a", "web", "true",
			  "}, 'Mounts': [{'Type': 'bind', 'Source': '/'}], 'X': {"),
		CONTAINER("a", "web", "true",
			  "}, 'Mounts': [{'Type': 'bind', 'Destination': '/'}], 'X': {"),
		CONTAINER("a", "web", "true",
			  "}, 'Mounts': [{'Source': '/', 'Destination': '/', 'RW': 'no'}], 'X': {"),
		"{'Id': 'a', 'Name': '/web', 'State': {'Running': true}, 'HostConfig': {}}",
	};

	for (size_t i = 0; i < N_ELEMENTS(documents); i++) {
		cleanup_loaded struct loaded l =
			loaded_from("'engine': {'containers': [%s]}", documents[i]);
		const struct subject_list *list = &l.facts->subjects[SUBJECT_CONTAINER];

		ck_assert_uint_eq(list->n, 1);
		ck_assert_ptr_nonnull(list->items[0].unread);
		ck_assert_ptr_null(list->items[0].container);
		ck_assert_ptr_null(facts_container(l.facts, "web"));
	}
}
END_TEST

START_TEST(kernel_unseen)
{
	cleanup_loaded struct loaded remote = loaded_from("%s, 'local': false", TWO);
	cleanup_loaded struct loaded none =
		loaded_from("'engine': {'containers': [%s, %s]}", CONTAINER("a", "web", "true", ""),
			    CONTAINER("b", "old", "false", ""));
	const struct container *web = get(&remote, "web");

	ck_assert_ptr_null(container_init(web));
	ck_assert_uint_eq(web->n_processes, 0);
	ck_assert_int_eq(web->namespaces[NAMESPACE_NET].effective, SHARING_UNKNOWN);
	ck_assert_ptr_nonnull(web->mounts_unread);
	ck_assert_ptr_nonnull(get(&none, "web")->kernel_unread);
	ck_assert_str_eq(get(&none, "old")->kernel_unread, "the container is not running");
	ck_assert_ptr_null(get(&none, "old")->mounts_unread);
}
END_TEST

static struct loaded limited(const char *host_config, const char *cgroup, const char *cgroups)
{
	return loaded_from(
		"'engine': {'info': {'MemoryLimit': false}, 'containers': [{'Id': 'a', 'Name': "
		"'/web', 'State': {'Running': true}, 'Config': {}, 'HostConfig': {'Privileged': "
		"false, %s}}]},"
		"'processes': [{'container': 'a', 'init': true, 'cgroup': '%s'}], 'cgroups': {%s}",
		host_config, cgroup, cgroups);
}

START_TEST(limits_v1)
{
	cleanup_loaded struct loaded l = limited(
		"'Memory': 1000, 'CpuShares': 1024, 'PidsLimit': -1",
		"4:memory:/p/c\\n3:cpuset:/p/c\\n2:pids:/p/c\\n1:cpu,cpuacct:/p/c\\n0::/p/c\\n",
		"'/sys/fs/cgroup/memory/p/c': {'memory.limit_in_bytes': '9223372036854771712'},"
		"'/sys/fs/cgroup/memory/p': {'memory.limit_in_bytes': '4096'},"
		"'/sys/fs/cgroup/pids/p/c': {'pids.max': 'max'},"
		"'/sys/fs/cgroup/cpuset/p/c': {'cpuset.cpus': '0'},"
		"'/sys/fs/cgroup/cpuset/p': {'cpuset.cpus': '0-1'},"
		"'/sys/fs/cgroup/cpu,cpuacct/p/c': {'cpu.cfs_quota_us': '-1', 'cpu.shares': "
		"'1024'}");
	const struct container *web = get(&l, "web");

	ck_assert(web->memory.declared.limited && web->memory.declared.value == 1000);
	ck_assert_ptr_nonnull(web->memory.ineffective);
	ck_assert(web->memory.effective.limited && web->memory.effective.value == 4096);
	ck_assert_str_eq(web->memory.effective.where,
			 "/sys/fs/cgroup/memory/p/memory.limit_in_bytes");
	ck_assert(!web->pids.declared.limited);
	ck_assert(web->pids.effective.known && !web->pids.effective.limited);
	ck_assert(!web->cpu.declared.limited);
	ck_assert(web->cpu.effective.limited && web->cpu.effective.value == 0);
	ck_assert_str_eq(web->cpu.effective.where, "/sys/fs/cgroup/cpuset/p/c/cpuset.cpus");
}
END_TEST

START_TEST(limits_v2)
{
	cleanup_loaded struct loaded l = limited(
		"'NanoCpus': 1500000000, 'PidsLimit': 64", "0::/s.slice/d.scope\\n",
		"'/sys/fs/cgroup/s.slice/d.scope': {'memory.max': 'max', 'cpu.max': '150000 "
		"100000',"
		" 'cpu.weight': '100', 'pids.max': '64'},"
		"'/sys/fs/cgroup/s.slice': {'cpu.max': '50000 100000', 'memory.max': 'max'}");
	cleanup_loaded struct loaded none = limited("'CpusetCpus': '0'", "0::/x\\n", "");
	const struct container *web = get(&l, "web");

	ck_assert_uint_eq(web->cpu.declared.value, 1500);
	ck_assert_uint_eq(web->cpu.effective.value, 500);
	ck_assert_str_eq(web->cpu.effective.where, "/sys/fs/cgroup/s.slice/cpu.max");
	ck_assert(web->memory.effective.known && !web->memory.effective.limited);
	ck_assert_uint_eq(web->pids.effective.value, 64);
	ck_assert(!get(&none, "web")->memory.effective.known);
	ck_assert(!get(&none, "web")->cpu.effective.known);
	ck_assert(get(&none, "web")->cpu.declared.limited);
}
END_TEST

START_TEST(limits_elsewhere)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'engine': {'containers': [%s]}, 'processes': [{'container': 'a', 'init': true,"
		" 'cgroup': '2:pids:/p/c\\n1:memory:/q/c\\n0::/u/c'}],"
		"'host': {'cgroup_mounts': {'pids': {'point': '/cg/tasks', 'root': ''},"
		" 'memory': {'point': '/cg/mem', 'root': '/other'},"
		" 'unified': {'point': '/cg/all', 'root': '/u'}}},"
		"'cgroups': {'/cg/tasks/p/c': {'pids.max': '5'}, '/cg/mem/c': {'memory.max': '7'},"
		" '/cg/all/c': {'cpu.max': '50000 100000'}}",
		CONTAINER("a", "web", "true", ""));
	const struct container *web = get(&l, "web");

	ck_assert_uint_eq(web->pids.effective.value, 5);
	ck_assert_uint_eq(web->cpu.effective.value, 500);
	ck_assert_str_eq(web->cpu.effective.where, "/cg/all/c/cpu.max");
	ck_assert(!web->memory.effective.known);
}
END_TEST

START_TEST(ports)
{
	static const char bindings[] =
		"{'80/tcp': [{'HostIp': '::', 'HostPort': '8080'}, {'HostIp': '', 'HostPort': ''}],"
		" '53/udp': [{'HostIp': '10.0.0.1', 'HostPort': '53-60'}], '9/tcp': null}";
	cleanup_loaded struct loaded l = loaded_from(
		"'engine': {'containers': [%s, %s, %s]}, 'processes': ["
		" {'container': 'b', 'init': true, 'listens': ['tcp 0.0.0.0 22', 'tcp :: 22']},"
		" {'container': 'b', 'listens': ['tcp 0.0.0.0 22', 'bad', 7]},"
		" {'container': 'b', 'unread': {'listens': 'Permission denied'}}]",
		"{'Id': 'a', 'Name': '/web', 'State': {'Running': true}, 'Config': {},"
		" 'HostConfig': {'Privileged': false}, 'NetworkSettings': {'Ports': {}}}",
		CONTAINER("b", "sshd", "true",
			  ", 'NetworkMode': 'host', 'PortBindings': {'1/tcp':"
			  " [{'HostPort': '1'}]}"),
		"{'Id': 'c', 'Name': '/old', 'State': {'Running': false}, 'Config': {},"
		" 'HostConfig': {'Privileged': false, 'NetworkMode': 'bridge', 'PortBindings': "
		"{}}}");
	cleanup_loaded struct loaded stopped = loaded_from(
		"'engine': {'containers': [{'Id': 'a', 'Name': '/web', 'State': {'Running': false},"
		" 'Config': {}, 'HostConfig': {'Privileged': false, 'NetworkMode': 'bridge', "
		"'PortBindings': %s}}]}",
		bindings);
	const struct container *web = get(&stopped, "web"), *sshd = get(&l, "sshd");

	ck_assert_uint_eq(web->n_ports, 3);
	ck_assert_uint_eq(web->ports[0].number, 8080);
	ck_assert_str_eq(web->ports[0].address, "::");
	ck_assert_str_eq(web->ports[0].path, "HostConfig.PortBindings.80/tcp");
	ck_assert_uint_eq(web->ports[1].number, 0);
	ck_assert_uint_eq(web->ports[1].inside, 80);
	ck_assert_str_eq(web->ports[2].protocol, "udp");
	ck_assert_uint_eq(web->ports[2].number, 53);
	ck_assert_uint_eq(sshd->n_ports, 2);
	ck_assert_str_eq(sshd->ports[0].source, "kernel");
	ck_assert_uint_eq(sshd->ports[1].number, 22);
	ck_assert_str_eq(sshd->ports_unread, "Permission denied");
	ck_assert_uint_eq(get(&l, "web")->n_ports, 0);
}
END_TEST

/* A container without a port that is published, in the host's network, where it listens on none. */
START_TEST(no_ports)
{
	cleanup_loaded struct loaded l =
		loaded_from("'engine': {'containers': [%s]},"
			    "'processes': [{'container': 'b', 'init': true, 'listens': []}]",
			    CONTAINER("b", "quiet", "true", ", 'NetworkMode': 'host'"));

	ck_assert_uint_eq(get(&l, "quiet")->n_ports, 0);
	ck_assert_ptr_null(get(&l, "quiet")->ports_unread);
}
END_TEST

START_TEST(execs)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'engine': {'containers': [%s, %s], 'execs': [{'ContainerID': 'b', 'ID': '1'},"
		" {'ContainerID': 'a', 'ID': '2'}, {'ContainerID': 'b', 'ID': '3'}, {}, 7]}",
		CONTAINER("a", "web", "true", ""), CONTAINER("b", "db", "true", ""));

	ck_assert_uint_eq(get(&l, "web")->n_execs, 1);
	ck_assert_uint_eq(get(&l, "db")->n_execs, 2);
	ck_assert_str_eq(doc_string_or(get(&l, "db")->execs[1], "ID", ""), "3");
}
END_TEST

Suite *suite_container(void)
{
	const TTest *const tests[] = {
		chains,    modes,     kernel,           kernel_unseen, malformed_documents,
		limits_v1, limits_v2, limits_elsewhere, ports,         no_ports,
		execs,     NULL};

	return unit_suite("container", tests);
}
