/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Whether a host is hardened no program decides. What decides how far a container gets that has
 * found a flaw of the kernel is put together here for who does.
 */
#include "checks/item_list.h"

#include <string.h>

/* Settings of /proc/sys, and the least and the most that are worth no remark. */
static const struct {
	const char *name;
	uint64_t least, most;
} settings[] = {
	{"fs/protected_fifos", 1, 2},        {"fs/protected_hardlinks", 1, 1},
	{"fs/protected_regular", 1, 2},      {"fs/protected_symlinks", 1, 1},
	{"fs/suid_dumpable", 0, 0},          {"kernel/dmesg_restrict", 1, 1},
	{"kernel/kptr_restrict", 1, 2},      {"kernel/perf_event_paranoid", 2, UINT64_MAX},
	{"kernel/randomize_va_space", 2, 2}, {"kernel/unprivileged_bpf_disabled", 1, 2},
	{"kernel/yama/ptrace_scope", 1, 3},  {"net/core/bpf_jit_harden", 1, 2},
};

static const cJSON *settings_document(const struct check_input *in)
{
	return doc_at(in->facts->host.doc, "hardening.sysctl");
}

static void add_settings(const struct check_input *in, struct text *loose)
{
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		const cJSON *value = doc_member(settings_document(in), settings[i].name);
		uint64_t number;

		if (!doc_is_string(value) || !parse_u64(value->valuestring, 10, &number) ||
		    (number >= settings[i].least && number <= settings[i].most))
			continue;
		text_add_item(loose, arena_printf(in->arena, "%s is %s", settings[i].name,
						  value->valuestring));
	}
}

static void add_vulnerabilities(const struct check_input *in, struct text *loose)
{
	doc_for_each (flaw, doc_at(in->facts->host.doc, "hardening.vulnerabilities"))
		if (doc_is_string(flaw) && text_starts(flaw->valuestring, "Vulnerable"))
			text_add_item(loose,
				      arena_printf(in->arena, "%s is not mitigated", flaw->string));
}

static const char *security_module(const struct host *host)
{
	if (host->apparmor)
		return "AppArmor is on";
	if (text_equal(host->selinux, "enforcing"))
		return "SELinux is enforcing";
	return "neither AppArmor nor SELinux is enforcing";
}

static void cite_members(const struct check_input *in, struct verdict *verdict, const cJSON *object,
			 const char *prefix)
{
	doc_for_each (item, object)
		if (doc_is_string(item))
			cite_string(in, verdict, "kernel",
				    arena_printf(in->arena, "%s%s", prefix, item->string),
				    item->valuestring);
}

static struct verdict judge_hardening(const struct check_input *in)
{
	const struct host *host = &in->facts->host;
	const cJSON *hardening = doc_at(host->doc, "hardening");
	cleanup_text struct text loose = TEXT_INIT(ITEM_LIST);
	struct verdict verdict;

	add_settings(in, &loose);
	add_vulnerabilities(in, &loose);
	verdict =
		verdict_manual(in, "kernel %s, %s%s%s", host->kernel, security_module(host),
			       item_list_is_empty(&loose) ? "" : ", ", item_list_text(in, &loose));
	cite_string(in, &verdict, "kernel", "uname", host->kernel);
	cite_string(in, &verdict, "kernel", "/sys/kernel/security/lsm",
		    doc_string_or(host->doc, "lsm", NULL));
	cite_string(in, &verdict, "kernel", "/sys/kernel/security/lockdown",
		    doc_string_or(hardening, "lockdown", NULL));
	cite_members(in, &verdict, doc_at(hardening, "boot_options"), "boot option ");
	cite_members(in, &verdict, settings_document(in), "/proc/sys/");
	cite_members(in, &verdict, doc_at(hardening, "vulnerabilities"), "vulnerabilities/");
	return verdict;
}

const struct check checks_host_hardening[] = {
	{.name = "host-hardening",
	 .subjects = SUBJECTS(SUBJECT_HOST),
	 .judge = judge_hardening,
	 .gathers = true},
	{0},
};
