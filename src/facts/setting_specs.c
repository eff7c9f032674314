/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The settings of dockerd that the checks ask for. Names and defaults are those of
 * `dockerd --help` and moby's daemon/config, Engine 20.10 to 29.
 */

#include "facts/setting_spec.h"

#include "base/text.h"

static const char *default_ip6tables(const struct facts *facts)
{
	if (!facts->engine.major)
		return NULL;
	return facts->engine.major < 27 ? "false" : "true";
}

static const char *default_cgroupns_mode(const struct facts *facts)
{
	const char *version = doc_string_or(facts->engine.info, "CgroupVersion", NULL);

	if (!version)
		return NULL;
	return text_equal(version, "2") ? "private" : "host";
}

static const char *default_config_file(const struct facts *facts)
{
	const cJSON *file = doc_at(facts->engine.daemon, "config_file");

	if (text_equal(doc_string_or(file, "named_by", NULL), "flag"))
		return NULL;
	return doc_string_or(file, "path", NULL);
}

const struct setting_spec setting_specs[] = {
	{.name = "authorization-plugins",
	 .kind = KIND_LIST,
	 .flag = "authorization-plugin",
	 .ask_api = ask_info_authorization,
	 .fallback = ""},
	{.name = "bridge", .kind = KIND_STRING, .letter = 'b', .fallback = ""},
	{.name = "cgroup-parent", .kind = KIND_STRING, .fallback = ""},
	{.name = "config-file",
	 .kind = KIND_STRING,
	 .no_file = true,
	 .ask_flag = ask_flag_config_file,
	 .default_of = default_config_file},
	{.name = "containerd", .kind = KIND_STRING, .fallback = ""},
	{.name = "data-root",
	 .kind = KIND_STRING,
	 .letter = 'g',
	 .info = "DockerRootDir",
	 .fallback = "/var/lib/docker",
	 .incomparable = true},
	{.name = "debug", .kind = KIND_SWITCH, .letter = 'D', .info = "Debug", .fallback = "false"},
	{.name = "default-cgroupns-mode", .kind = KIND_STRING, .default_of = default_cgroupns_mode},
	{.name = "default-ipc-mode", .kind = KIND_STRING, .fallback = "private"},
	{.name = "default-runtime",
	 .kind = KIND_STRING,
	 .info = "DefaultRuntime",
	 .fallback = "runc"},
	{.name = "default-ulimits", .kind = KIND_MAP, .flag = "default-ulimit", .fallback = ""},
	{.name = "exec-root", .kind = KIND_STRING, .fallback = "/var/run/docker"},
	{.name = "experimental",
	 .kind = KIND_SWITCH,
	 .ask_api = ask_experimental,
	 .fallback = "false"},
	{.name = "group", .kind = KIND_STRING, .letter = 'G', .fallback = "docker"},
	{.name = "hosts",
	 .kind = KIND_LIST,
	 .flag = "host",
	 .letter = 'H',
	 .ask_kernel = ask_kernel_hosts,
	 .fallback = "unix:///var/run/docker.sock",
	 .incomparable = true},
	{.name = "icc", .kind = KIND_SWITCH, .ask_api = ask_network_icc, .fallback = "true"},
	{.name = "insecure-registries",
	 .kind = KIND_LIST,
	 .flag = "insecure-registry",
	 .ask_api = ask_info_registries,
	 .fallback = ""},
	{.name = "ip", .kind = KIND_STRING, .fallback = "0.0.0.0"},
	{.name = "ip6tables", .kind = KIND_SWITCH, .default_of = default_ip6tables},
	{.name = "iptables", .kind = KIND_SWITCH, .fallback = "true"},
	{.name = "live-restore",
	 .kind = KIND_SWITCH,
	 .info = "LiveRestoreEnabled",
	 .fallback = "false"},
	{.name = "log-driver",
	 .kind = KIND_STRING,
	 .info = "LoggingDriver",
	 .fallback = "json-file"},
	{.name = "log-level", .kind = KIND_STRING, .letter = 'l', .fallback = "info"},
	{.name = "log-opts", .kind = KIND_MAP, .flag = "log-opt", .fallback = ""},
	{.name = "metrics-addr", .kind = KIND_STRING, .fallback = ""},
	{.name = "no-new-privileges",
	 .kind = KIND_SWITCH,
	 .ask_api = ask_info_no_new_privileges,
	 .fallback = "false"},
	{.name = "rootless",
	 .kind = KIND_SWITCH,
	 .ask_api = ask_info_rootless,
	 .fallback = "false"},
	{.name = "seccomp-profile",
	 .kind = KIND_STRING,
	 .ask_api = ask_info_seccomp,
	 .fallback = "builtin"},
	{.name = "selinux-enabled",
	 .kind = KIND_SWITCH,
	 .ask_api = ask_info_selinux,
	 .fallback = "false"},
	/* Which driver the engine chooses depends on the machine. */
	{.name = "storage-driver", .kind = KIND_STRING, .letter = 's', .info = "Driver"},
	{.name = "storage-opts", .kind = KIND_LIST, .flag = "storage-opt", .fallback = ""},
	{.name = "tls",
	 .kind = KIND_SWITCH,
	 .ask_api = ask_warnings_tls,
	 .ask_flag = ask_flag_tls,
	 .ask_file = ask_file_tls,
	 .fallback = "false"},
	{.name = "tlscacert", .kind = KIND_STRING, .fallback = ""},
	{.name = "tlscert", .kind = KIND_STRING, .fallback = ""},
	{.name = "tlskey", .kind = KIND_STRING, .fallback = ""},
	{.name = "tlsverify",
	 .kind = KIND_SWITCH,
	 .ask_api = ask_warnings_tlsverify,
	 .ask_flag = ask_flag_tlsverify,
	 .ask_file = ask_file_tlsverify,
	 .fallback = "false"},
	{.name = "userland-proxy", .kind = KIND_SWITCH, .fallback = "true"},
	{.name = "userland-proxy-path", .kind = KIND_STRING, .fallback = ""},
	{.name = "userns-remap", .kind = KIND_STRING, .ask_api = ask_info_userns, .fallback = ""},
	{0},
};
