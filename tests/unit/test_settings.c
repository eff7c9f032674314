/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/settings.h"
#include "tests/unit/snapshots.h"
#include "tests/unit/unit.h"

#include <string.h>

/* A local engine: extra members of its info, dockerd's arguments, daemon.json, its lines. */
#define ENGINE                                                                             \
	"'engine': {'version': {'Version': '%s'}, 'info': {%s}},"                          \
	"'daemon': {'pid': '7', 'started': '2026-01-02T00:00:00Z', 'argv': ['dockerd'%s]," \
	" 'config_file': {'path': '/d.json', 'named_by': 'default', 'state': 'present',"   \
	"  'modified': '%s', 'content': {%s}, 'lines': {'icc': '3', 'log-level': '4'}}}"
#define BEFORE "2026-01-01T00:00:00Z"
#define AFTER  "2026-01-03T00:00:00Z"

static struct loaded engine(const char *info, const char *argv, const char *content)
{
	return loaded_from(ENGINE, "20.10.24", info, argv, BEFORE, content);
}

static void expect(const struct loaded *l, const char *name, const char *value,
		   enum setting_origin origin)
{
	const struct setting *setting = facts_setting(l->facts, name);

	ck_assert_ptr_nonnull(setting);
	ck_assert_msg(setting->value != NULL, "%s: %s", name, setting->unknown);
	ck_assert_str_eq(setting->value, value);
	ck_assert_int_eq(setting->sources[0].origin, origin);
}

static void expect_unknown(const struct loaded *l, const char *name, const char *words)
{
	const struct setting *setting = facts_setting(l->facts, name);

	ck_assert_msg(setting->unknown != NULL, "%s is %s", name, setting->value);
	ck_assert_msg(strstr(setting->unknown, words) != NULL, "%s", setting->unknown);
}

START_TEST(origins)
{
	cleanup_loaded struct loaded l =
		engine("'LiveRestoreEnabled': true, 'Debug': false", ", '--icc=F', '-l', 'warn'",
		       "'ip': '10.0.0.1', 'userland-proxy': false");

	expect(&l, "live-restore", "true", SETTING_API);
	expect(&l, "icc", "false", SETTING_FLAG);
	expect(&l, "log-level", "warn", SETTING_FLAG);
	expect(&l, "ip", "10.0.0.1", SETTING_FILE);
	expect(&l, "userland-proxy", "false", SETTING_FILE);
	expect(&l, "iptables", "true", SETTING_DEFAULT);
	expect(&l, "ip6tables", "false", SETTING_DEFAULT);
	ck_assert_str_eq(facts_setting(l.facts, "icc")->sources[0].path, "--icc");
	ck_assert_str_eq(facts_setting(l.facts, "icc")->sources[1].value, "true");
	ck_assert_ptr_null(facts_setting(l.facts, "no-such-setting"));
}
END_TEST

START_TEST(versions)
{
	cleanup_loaded struct loaded l = loaded_from(ENGINE, "27.0.1", "", "", BEFORE, "");

	expect(&l, "ip6tables", "true", SETTING_DEFAULT);
}
END_TEST

START_TEST(disagreement)
{
	cleanup_loaded struct loaded l = loaded_from(
		ENGINE, "20.10.24", "'LiveRestoreEnabled': false, 'SecurityOptions': []",
		", '--icc=false'", AFTER, "'icc': true, 'live-restore': true, 'log-level': 'info'");
	const struct setting *icc = facts_setting(l.facts, "icc");

	expect(&l, "icc", "false", SETTING_FLAG);
	ck_assert_str_eq(icc->disagreement,
			 "/d.json:3 sets icc to true, but the engine runs with false: the file was "
			 "changed after the engine started, or not loaded");
	expect(&l, "live-restore", "false", SETTING_API);
	ck_assert_ptr_nonnull(facts_setting(l.facts, "live-restore")->disagreement);
	ck_assert_ptr_null(facts_setting(l.facts, "log-level")->disagreement);
}
END_TEST

START_TEST(changed_file)
{
	cleanup_loaded struct loaded l =
		loaded_from(ENGINE, "20.10.24", "", "", AFTER,
			    "'icc': false, 'log-level': 'info', 'userland-proxy': 'no'");

	expect_unknown(&l, "icc", "/d.json:3 sets icc to false, but");
	expect_unknown(&l, "log-level", "/d.json:4 sets log-level to info, but");
	expect_unknown(&l, "userland-proxy", "refuses");
	expect_unknown(&l, "iptables", "said by the engine, and /d.json was changed after");
	expect(&l, "config-file", "/d.json", SETTING_DEFAULT);
	ck_assert_str_eq(l.facts->engine.config_changed, "was changed after the engine started");
}
END_TEST

/* A file that is written just before dockerd starts may seem to be younger. */
START_TEST(changed_when)
{
	static const struct {
		const char *modified;
		bool changed;
	} cases[] = {
		{"2026-01-01T23:59:59Z", false}, {"2026-01-02T00:00:00Z", false},
		{"2026-01-02T00:00:02Z", false}, {"2026-01-02T00:00:03Z", true},
		{"2026-01-10T00:00:00Z", true},  {"yesterday", true},
		{"2026-01-01T23:59:59Zx", true}, {"", true},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_loaded struct loaded l =
			loaded_from(ENGINE, "20.10.24", "", "", cases[i].modified, "'icc': false");

		ck_assert_msg((l.facts->engine.config_changed != NULL) == cases[i].changed, "%s",
			      cases[i].modified);
		ck_assert((facts_setting(l.facts, "icc")->unknown != NULL) == cases[i].changed);
	}
}
END_TEST

/* A tlsverify that is gone from the file would have its way over the flag. */
START_TEST(changed_tls)
{
	cleanup_loaded struct loaded l =
		loaded_from(ENGINE, "20.10.24", "", ", '--tls'", AFTER, "");

	expect(&l, "tls", "true", SETTING_FLAG);
	expect_unknown(&l, "tlsverify", "/d.json was changed");
}
END_TEST

START_TEST(unreadable)
{
	static const char *const files[] = {
		"{'path': '/d', 'state': 'unreadable', 'reason': 'Permission denied'}",
		"{'path': '/d', 'state': 'malformed', 'reason': 'line 3'}",
		"{'path': '/d', 'state': 'absent', 'named_by': 'flag'}",
		"{'path': '/d', 'state': 'present'}",
		"{'path': '/d'}",
		"null",
		"7",
	};

	for (size_t i = 0; i < N_ELEMENTS(files); i++) {
		cleanup_loaded struct loaded l =
			loaded_from("'engine': {'info': {'Debug': true}}, 'daemon': {'argv': "
				    "['dockerd', '--iptables=0'], 'config_file': %s}",
				    files[i]);

		expect(&l, "debug", "true", SETTING_API);
		expect(&l, "iptables", "false", SETTING_FLAG);
		expect_unknown(&l, "icc", "icc is not said by the engine");
		ck_assert_ptr_nonnull(facts_setting(l.facts, "icc")->hint);
	}
}
END_TEST

START_TEST(absent_file)
{
	cleanup_loaded struct loaded l =
		loaded_from("'daemon': {'argv': ['dockerd'], 'config_file': {'path': '/d', "
			    "'state': 'absent'}}");

	expect(&l, "icc", "true", SETTING_DEFAULT);
}
END_TEST

START_TEST(unseen_daemon)
{
	static const char *const daemons[] = {
		"'daemon': {'unread': 'no pid file'}",
		"'daemon': {'unread': {'argv': 'Permission denied'}, 'listeners': []}",
		"'daemon': 7",
		"'daemon': {'argv': ['dockerd', '--icc=false']}, 'local': false",
	};

	for (size_t i = 0; i < N_ELEMENTS(daemons); i++) {
		cleanup_loaded struct loaded l =
			loaded_from("'engine': {'info': {'Debug': false}}, %s", daemons[i]);

		expect(&l, "debug", "false", SETTING_API);
		expect_unknown(&l, "icc", "icc is not said by the engine");
		ck_assert_ptr_nonnull(facts_setting(l.facts, "icc")->hint);
	}
}
END_TEST

START_TEST(network_icc)
{
	cleanup_loaded struct loaded l =
		loaded_from("'engine': {'networks': [7, {'Name': 'bridge', 'Options': "
			    "{'com.docker.network.bridge.enable_icc': 'false'}}]}");

	expect(&l, "icc", "false", SETTING_API);
}
END_TEST

START_TEST(lists)
{
	cleanup_loaded struct loaded l = engine(
		"'RegistryConfig': {'InsecureRegistryCIDRs': ['127.0.0.0/8', '10.0.0.0/8'],"
		" 'IndexConfigs': {'docker.io': {'Secure': true}, 'reg:5000': {'Secure': false}}}",
		", '--storage-opt', 'a=1', '--storage-opt=b=2'",
		"'insecure-registries': ['reg:5000', '10.0.0.0/8'], 'default-ulimits': {'nofile': "
		"{'Soft': 64, 'Hard': 128}}, 'log-opts': {'tag': 'x'}");
	const struct setting *registries = facts_setting(l.facts, "insecure-registries");

	expect(&l, "insecure-registries", "127.0.0.0/8, 10.0.0.0/8, reg:5000", SETTING_API);
	ck_assert_uint_eq(registries->n_items, 3);
	ck_assert_ptr_null(registries->disagreement);
	expect(&l, "storage-opts", "a=1, b=2", SETTING_FLAG);
	expect(&l, "default-ulimits", "nofile=64:128", SETTING_FILE);
	expect(&l, "log-opts", "tag=x", SETTING_FILE);
	expect(&l, "authorization-plugins", "", SETTING_DEFAULT);
}
END_TEST

START_TEST(security_options)
{
	cleanup_loaded struct loaded l =
		loaded_from(ENGINE, "24.0.1",
			    "'SecurityOptions': ['name=seccomp,profile=builtin', "
			    "'name=no-new-privileges', 'name=userns']",
			    ", '--userns-remap=default'", BEFORE, "'seccomp-profile': 'default'");
	cleanup_loaded struct loaded old =
		engine("'SecurityOptions': null", ", '--no-new-privileges=true'", "");
	cleanup_loaded struct loaded silent = engine("", "", "");

	expect(&l, "seccomp-profile", "builtin", SETTING_API);
	ck_assert_ptr_null(facts_setting(l.facts, "seccomp-profile")->disagreement);
	expect(&l, "no-new-privileges", "true", SETTING_API);
	expect(&l, "userns-remap", "default", SETTING_API);
	expect(&l, "selinux-enabled", "false", SETTING_API);
	expect(&old, "seccomp-profile", "unsupported", SETTING_API);
	expect(&old, "no-new-privileges", "true", SETTING_FLAG);
	expect(&old, "userns-remap", "", SETTING_API);
	expect(&silent, "seccomp-profile", "builtin", SETTING_DEFAULT);
}
END_TEST

/* What decides whether a TCP address is served with client certificates. */
START_TEST(tls)
{
	static const struct {
		const char *version, *info, *argv, *content, *tls, *tlsverify;
	} cases[] = {
		{"20.10", "", "", "", "false", "false"},
		{"20.10", "", ", '--tls'", "", "true", "true"},
		{"20.10", "", ", '--tlsverify=false'", "", "true", "false"},
		{"20.10", "", "", "'tls': true", "true", "true"},
		{"20.10", "", "", "'tlsverify': false", "true", "false"},
		{"20.10", "", ", '--tls'", "'tlsverify': false", "true", "false"},
		{"20.10", "", ", '--tls=false'", "'tlsverify': true", "true", "true"},
		{"20.10", "'Warnings': ['WARNING: API is accessible on http://0.0.0.0:2375 x']", "",
		 "'tlsverify': true", "false", "false"},
		{"20.10", "'Warnings': ['x https://a:1 without TLS client verification.']", "", "",
		 "true", "false"},
		{"20.10", "}, 'unread': {", "", "", "false", "false"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_loaded struct loaded l =
			loaded_from(ENGINE, cases[i].version, cases[i].info, cases[i].argv, BEFORE,
				    cases[i].content);

		ck_assert_str_eq(facts_setting(l.facts, "tls")->value, cases[i].tls);
		ck_assert_str_eq(facts_setting(l.facts, "tlsverify")->value, cases[i].tlsverify);
	}
}
END_TEST

/* Only engines before 20.10 take the variable for the flag. */
START_TEST(tls_environment)
{
	static const char snapshot[] =
		"'engine': {'version': {'Version': '%s'}}, 'daemon': {'argv': ['dockerd'],"
		" 'environment': {'DOCKER_TLS_VERIFY': '1'},"
		" 'config_file': {'path': '/d', 'state': 'absent'}}";
	cleanup_loaded struct loaded old = loaded_from(snapshot, "19.03.15");
	cleanup_loaded struct loaded new = loaded_from(snapshot, "20.10.24");

	expect(&old, "tlsverify", "true", SETTING_FLAG);
	ck_assert_str_eq(facts_setting(old.facts, "tlsverify")->sources[0].path,
			 "environment DOCKER_TLS_VERIFY");
	expect(&new, "tlsverify", "false", SETTING_DEFAULT);
}
END_TEST

START_TEST(hosts)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'engine': {'info': {'Swarm': {'LocalNodeState': 'active'}}}, 'daemon': {"
		"'argv': ['dockerd', '-H', 'fd://'], 'listeners': ["
		"{'protocol': 'unix', 'address': '/run/docker.sock'},"
		"{'protocol': 'unix', 'address': '/run/docker/libnetwork/1.sock'},"
		"{'protocol': 'tcp6', 'address': '::', 'port': '2375'},"
		"{'protocol': 'tcp', 'address': '0.0.0.0', 'port': '2377'},"
		"{'protocol': 'tcp', 'address': '0.0.0.0', 'port': 2}, 7]}");
	cleanup_loaded struct loaded flags =
		loaded_from("'daemon': {'argv': ['dockerd', '-Htcp://1:2', '--host', 'fd://'], "
			    "'config_file': {'state': 'absent'}}");

	expect(&l, "hosts", "unix:///run/docker.sock, tcp://[::]:2375", SETTING_KERNEL);
	ck_assert_uint_eq(facts_setting(l.facts, "hosts")->n_items, 2);
	expect(&flags, "hosts", "tcp://1:2, fd://", SETTING_FLAG);
}
END_TEST

/* Without the userland proxy dockerd itself holds the sockets of published ports. */
START_TEST(hosts_and_published_ports)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'engine': {'containers': ["
		" {'State': {'Running': true}, 'NetworkSettings': {'Ports': {'80/tcp':"
		"  [{'HostIp': '', 'HostPort': '8080'}, 7, {'HostPort': '99999'}], '9': null}}},"
		" {'State': {'Running': false}, 'NetworkSettings': {'Ports': {'80/tcp':"
		"  [{'HostIp': '', 'HostPort': '2375'}]}}}]}, 'daemon': {"
		"'argv': ['dockerd'], 'listeners': ["
		"{'protocol': 'tcp', 'address': '0.0.0.0', 'port': '8080'},"
		"{'protocol': 'tcp6', 'address': '::', 'port': '8080'},"
		"{'protocol': 'tcp', 'address': '0.0.0.0', 'port': '2375'}]}");

	expect(&l, "hosts", "tcp://0.0.0.0:2375", SETTING_KERNEL);
}
END_TEST

Suite *suite_settings(void)
{
	const TTest *const tests[] = {
		origins,       versions,        disagreement, changed_file,
		changed_when,  changed_tls,     unreadable,   absent_file,
		unseen_daemon, network_icc,     lists,        security_options,
		tls,           tls_environment, hosts,        hosts_and_published_ports,
		NULL,
	};

	return unit_suite("settings", tests);
}
