/* SPDX-License-Identifier: Apache-2.0 */

/*
 * What a capability lets a container do in its own situation. The same capability may be the whole
 * host beside one setting and hardly anything beside another, so each has a row for each situation
 * that changes what it opens, and the first that holds counts.
 */
#include "checks/container_support.h"
#include "checks/escape_support.h"
#include "checks/item_list.h"

#include "facts/disks.h"

#include <string.h>

enum situation {
	ALWAYS,
	HOST_PID,    /* it is in the host's pid namespace */
	SHARED_PID,  /* it is in another container's */
	HOST_NET,    /* it is in the host's network */
	CONFINED,    /* AppArmor or SELinux holds its processes down */
	NO_MODULES,  /* the kernel loads no modules, or only signed ones */
	LOCKED_DOWN, /* the kernel lets nobody change it */
	NO_KEXEC,    /* the kernel starts no other one */
	UNFILTERED,  /* its processes have no seccomp filter */
	HIDDEN,      /* the kernel hides its addresses from everybody */
	NO_MAC,      /* the host has no mandatory access control */
	DISK_RULE,   /* a device rule opens disks */
	WITH_PERFMON,
};

static const struct reach {
	const char *capability;
	enum situation situation;
	enum severity severity;
	const char *text; /* what it does */
} reaches[] = {
	{"SYS_ADMIN", CONFINED, SEVERITY_HIGH,
	 "joins namespaces and loads programs into the kernel, though its profile stops mount()"},
	{"SYS_ADMIN", ALWAYS, SEVERITY_CRITICAL,
	 "mounts a fresh /proc or control group, by which the host runs programs as root"},
	{"SYS_MODULE", NO_MODULES, SEVERITY_LOW,
	 "would load kernel modules, which this kernel does not take now"},
	{"SYS_MODULE", ALWAYS, SEVERITY_CRITICAL, "loads code of its own into the kernel"},
	{"SYS_RAWIO", LOCKED_DOWN, SEVERITY_LOW,
	 "would reach ports and memory of the machine, which lockdown forbids"},
	{"SYS_RAWIO", ALWAYS, SEVERITY_HIGH, "reaches ports and memory of the machine"},
	{"SYS_PTRACE", HOST_PID, SEVERITY_CRITICAL,
	 "in the host's pid namespace it controls every process of the host, and its files through "
	 "/proc/<pid>/root"},
	{"SYS_PTRACE", SHARED_PID, SEVERITY_HIGH,
	 "controls the processes of the container whose pid namespace it is in"},
	{"SYS_PTRACE", ALWAYS, SEVERITY_MEDIUM,
	 "controls the processes of its own container, those of other users too"},
	{"DAC_READ_SEARCH", ALWAYS, SEVERITY_CRITICAL,
	 "opens any file of a disk of which it has one mounted, by its handle"},
	{"BPF", WITH_PERFMON, SEVERITY_HIGH,
	 "with PERFMON it loads programs that read the kernel's memory"},
	{"BPF", ALWAYS, SEVERITY_MEDIUM, "loads programs into the kernel"},
	{"PERFMON", ALWAYS, SEVERITY_MEDIUM, "watches the whole machine and what runs in it"},
	{"MKNOD", DISK_RULE, SEVERITY_CRITICAL,
	 "makes nodes of the disks that HostConfig.DeviceCgroupRules opens"},
	{"CHECKPOINT_RESTORE", ALWAYS, SEVERITY_MEDIUM,
	 "chooses the numbers of new processes and reads what others have mapped"},

	{"NET_ADMIN", HOST_NET, SEVERITY_HIGH,
	 "in the host's network it rewrites firewall, routes and addresses of the host"},
	{"NET_ADMIN", ALWAYS, SEVERITY_MEDIUM,
	 "reaches nf_tables, traffic control and IPsec in the kernel, where many ways out began"},
	{"NET_RAW", HOST_NET, SEVERITY_MEDIUM,
	 "in the host's network it reads and forges all its traffic"},
	{"NET_BROADCAST", ALWAYS, SEVERITY_LOW, "sends to everybody on its network"},

	{"SYS_BOOT", HOST_PID, SEVERITY_HIGH, "in the host's pid namespace it reboots the host"},
	{"SYS_BOOT", NO_KEXEC, SEVERITY_LOW,
	 "would start another kernel, which this one does not allow"},
	{"SYS_BOOT", UNFILTERED, SEVERITY_CRITICAL,
	 "starts another kernel in the place of this one"},
	{"SYS_BOOT", ALWAYS, SEVERITY_LOW, "would start another kernel, which seccomp refuses"},
	{"SYS_TIME", ALWAYS, SEVERITY_MEDIUM, "sets the clock of the host"},
	{"SYS_RESOURCE", ALWAYS, SEVERITY_MEDIUM, "raises its own limits above those it was given"},
	{"SYS_NICE", ALWAYS, SEVERITY_LOW, "takes processor time before all others"},
	{"IPC_LOCK", ALWAYS, SEVERITY_LOW, "locks memory, which cannot be swapped out then"},
	{"SYS_PACCT", ALWAYS, SEVERITY_LOW, "switches process accounting of the host"},
	{"SYS_TTY_CONFIG", ALWAYS, SEVERITY_LOW, "hangs up terminals"},
	{"WAKE_ALARM", ALWAYS, SEVERITY_LOW, "wakes the machine"},
	{"BLOCK_SUSPEND", ALWAYS, SEVERITY_LOW, "keeps the machine from sleeping"},

	{"MAC_ADMIN", NO_MAC, SEVERITY_LOW,
	 "would change the policy of AppArmor or Smack, of which this host uses none"},
	{"MAC_ADMIN", ALWAYS, SEVERITY_HIGH, "changes the policy that confines all containers"},
	{"MAC_OVERRIDE", NO_MAC, SEVERITY_LOW,
	 "would pass over the policy of Smack, of which this host uses none"},
	{"MAC_OVERRIDE", ALWAYS, SEVERITY_HIGH, "passes over the policy of a security module"},
	{"AUDIT_CONTROL", ALWAYS, SEVERITY_HIGH, "switches off the audit of the host"},
	{"AUDIT_READ", ALWAYS, SEVERITY_MEDIUM, "reads the audit log of the host"},
	{"SYSLOG", HIDDEN, SEVERITY_LOW, "reads and clears the kernel's log"},
	{"SYSLOG", ALWAYS, SEVERITY_MEDIUM,
	 "reads the kernel's log and addresses, which an exploit needs"},
	{"LINUX_IMMUTABLE", ALWAYS, SEVERITY_LOW,
	 "takes the mark off files that nobody may change"},
};

static bool is_unfiltered(const struct check_input *in)
{
	const struct process *init = container_init_status(in->subject->container);

	return init ? init->seccomp <= 0
		    : doc_bool_or(in->subject->doc, "HostConfig.Privileged", false);
}

static bool is_shared(const struct check_input *in, enum namespace_kind kind, enum sharing sharing)
{
	const struct namespace_view *view = &in->subject->container->namespaces[kind];

	return view->declared == sharing || view->effective == sharing;
}

static bool has_disk_rule(const struct check_input *in)
{
	const cJSON *rules = NULL;

	doc_array(in->subject->doc, "HostConfig.DeviceCgroupRules", &rules);
	doc_for_each (rule, rules)
		if (doc_is_string(rule) && rule_opens_disks(rule->valuestring))
			return true;
	return false;
}

static bool holds(const struct check_input *in, enum situation situation, uint64_t held)
{
	const struct host *host = &in->facts->host;

	switch (situation) {
	case ALWAYS:
		return true;
	case HOST_PID:
		return is_shared(in, NAMESPACE_PID, SHARING_HOST);
	case SHARED_PID:
		return is_shared(in, NAMESPACE_PID, SHARING_CONTAINER);
	case HOST_NET:
		return is_shared(in, NAMESPACE_NET, SHARING_HOST);
	case CONFINED:
		return container_confined_by(in);
	case NO_MODULES:
		return modules_closed(in);
	case LOCKED_DOWN:
		return kernel_is_locked_down(in);
	case NO_KEXEC:
		return kexec_closed(in);
	case UNFILTERED:
		return is_unfiltered(in);
	case HIDDEN:
		return text_equal(kernel_setting(in, "kernel/kptr_restrict"), "2");
	case NO_MAC:
		return host->doc && !host->apparmor && text_equal(host->selinux, "absent");
	case DISK_RULE:
		return has_disk_rule(in);
	case WITH_PERFMON:
		return held & capability_bit("PERFMON");
	}
	return false;
}

/* NULL where it opens nothing here that is worth a word. */
static const struct reach *reach_of(const struct check_input *in, uint64_t capability,
				    uint64_t held)
{
	for (size_t i = 0; i < sizeof(reaches) / sizeof(reaches[0]); i++)
		if (capability_bit(reaches[i].capability) == capability &&
		    holds(in, reaches[i].situation, held))
			return &reaches[i];
	return NULL;
}

/* The gravest are told in words, of the others the names. */
#define MOST_TOLD 3

struct found {
	const struct reach *items[64];
	size_t n;
	enum severity worst;
	uint64_t mask;
};

/* Sorted by severity, else in the order of the control's list. */
static void find(const struct check_input *in, uint64_t held, struct found *ret)
{
	size_t n, at;
	const char *const *names = param_strings(in, "capabilities", &n);

	for (size_t i = 0; i < n && ret->n < sizeof(ret->items) / sizeof(ret->items[0]); i++) {
		uint64_t bit = capability_bit(names[i]);
		const struct reach *reach = held & bit ? reach_of(in, bit, held) : NULL;

		if (!reach || param_lists(in, "allowed", names[i]))
			continue;
		for (at = ret->n++; at > 0 && ret->items[at - 1]->severity < reach->severity; at--)
			ret->items[at] = ret->items[at - 1];
		ret->items[at] = reach;
		ret->mask |= bit;
	}
	ret->worst = ret->n ? ret->items[0]->severity : SEVERITY_INFO;
}

static const char *found_text(const struct check_input *in, const struct found *found)
{
	cleanup_text struct text text = TEXT_INIT(4096);
	uint64_t others = 0;

	for (size_t i = 0; i < found->n; i++) {
		const struct reach *reach = found->items[i];

		if (i < MOST_TOLD)
			text_addf(&text, "%s%s: %s", i ? "; " : "", reach->capability, reach->text);
		else
			others |= capability_bit(reach->capability);
	}
	if (others)
		text_addf(&text, "; also %s", capability_names(in->arena, others));
	return arena_strdup(in->arena, text_string(&text));
}

static void cite_reach(const struct check_input *in, struct verdict *verdict)
{
	const struct process *init = container_init_status(in->subject->container);

	cite_field(in, verdict, "inspect", "HostConfig.Privileged");
	cite_field(in, verdict, "inspect", "HostConfig.CapAdd");
	cite_field(in, verdict, "inspect", "HostConfig.PidMode");
	cite_field(in, verdict, "inspect", "HostConfig.NetworkMode");
	if (init)
		cite_mask(in, verdict, init, "CapBnd", init->cap_bounding);
}

static struct verdict judge_reach(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	const struct process *init = container_init_status(container);
	struct found found = {0};
	struct verdict verdict;

	find(in, container_bounding(container), &found);
	if (!found.n) {
		verdict = container_pass(in, init, "none of these capabilities opens anything");
		cite_reach(in, &verdict);
		return verdict;
	}
	verdict = verdict_as(container_fail(in, "%s", found_text(in, &found)), found.worst);
	if (container->root_is_mapped) {
		verdict = verdict_for_mapped_capability(in, verdict);
	} else if (container_out_of_reach(container, found.mask)) {
		verdict = verdict_remark(in, verdict, "no process has or can gain them now");
		verdict.severity = severity_lower(verdict.severity);
	}
	cite_reach(in, &verdict);
	return verdict;
}

static const struct param_spec params[] = {
	{"capabilities", PARAM_STRINGS, true, "those that are looked at"},
	{"allowed", PARAM_STRINGS, false, "those that are accepted all the same"},
	{0},
};

const struct check checks_container_reach[] = {
	{.name = "container-capability-reach",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_reach,
	 .params = params},
	{0},
};
