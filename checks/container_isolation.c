/* SPDX-License-Identifier: Apache-2.0 */

/* Whether what isolates a container is in effect as it was declared: facts/isolation.h. */
#include "checks/container_support.h"
#include "checks/item_list.h"

#include "facts/isolation.h"

#include <inttypes.h>

/* How grave it is where less is in effect than was declared. */
static const enum severity weights[ISOLATION_COUNT] = {
	[ISOLATION_PRIVILEGED] = SEVERITY_CRITICAL,
	[ISOLATION_CAPABILITIES] = SEVERITY_HIGH,
	[ISOLATION_SECCOMP] = SEVERITY_HIGH,
	[ISOLATION_NO_NEW_PRIVILEGES] = SEVERITY_MEDIUM,
	[ISOLATION_APPARMOR] = SEVERITY_HIGH,
	[ISOLATION_SELINUX] = SEVERITY_HIGH,
	[ISOLATION_USER] = SEVERITY_MEDIUM,
	[ISOLATION_ROOTFS] = SEVERITY_MEDIUM,
	[ISOLATION_MASKED_PATHS] = SEVERITY_HIGH,
	[ISOLATION_READONLY_PATHS] = SEVERITY_HIGH,
	[ISOLATION_DEVICES] = SEVERITY_HIGH,
	[ISOLATION_PID] = SEVERITY_HIGH,
	[ISOLATION_NET] = SEVERITY_HIGH,
	[ISOLATION_IPC] = SEVERITY_MEDIUM,
	[ISOLATION_UTS] = SEVERITY_LOW,
	[ISOLATION_USERNS] = SEVERITY_HIGH,
	[ISOLATION_CGROUP] = SEVERITY_LOW,
	[ISOLATION_TIME] = SEVERITY_LOW,
};

/* What is less about the process that is not as the first. */
static const char *other_text(const struct isolation *row)
{
	switch (row->property) {
	case ISOLATION_CAPABILITIES:
		return "has more";
	case ISOLATION_SECCOMP:
		return "has no filter";
	case ISOLATION_NO_NEW_PRIVILEGES:
		return "runs without it";
	case ISOLATION_USER:
		return "runs as root";
	default:
		return row->other->label ? row->other->label : "has less";
	}
}

static void cite_layer(const struct check_input *in, struct verdict *verdict,
		       const struct isolation_layer *layer)
{
	if (layer->value)
		cite_string(in, verdict, layer->source, layer->path, layer->value);
}

static void cite_row(const struct check_input *in, struct verdict *verdict,
		     const struct isolation *row)
{
	cite_layer(in, verdict, &row->declared);
	cite_layer(in, verdict, &row->resolved);
	cite_layer(in, verdict, &row->effective);
	if (row->other)
		cite_string(in, verdict, "kernel", process_path(in, row->other, "status"),
			    other_text(row));
}

/* The kernel's value, or the bundle's where that is the one which is less. */
static const char *found_value(const struct isolation *row)
{
	if (!row->effective.value || text_equal(row->effective.value, row->declared.value))
		return row->resolved.value ? row->resolved.value : "less";
	return row->effective.value;
}

static const char *weaker_text(const struct check_input *in, const struct isolation *row)
{
	const char *name = isolation_name(row->property);

	if (row->other)
		return arena_printf(in->arena, "%s: declared %s, but process %" PRId64 " (%s) %s",
				    name, row->declared.value, row->other->pid, row->other->comm,
				    other_text(row));
	return arena_printf(in->arena, "%s: declared %s, in effect %s%s%s%s", name,
			    row->declared.value, found_value(row), row->reason ? " (" : "",
			    row->reason ? row->reason : "", row->reason ? ")" : "");
}

static struct verdict isolation_weaker(const struct check_input *in)
{
	const struct isolation *rows = in->subject->container->isolation;
	cleanup_text struct text list = TEXT_INIT(ITEM_LIST * 2);
	enum severity worst = SEVERITY_INFO;
	struct verdict verdict;

	for (int i = 0; i < ISOLATION_COUNT; i++) {
		if (rows[i].agreement != ISOLATION_WEAKER)
			continue;
		text_addf(&list, "%s%s", list.length ? "; " : "", weaker_text(in, &rows[i]));
		if (weights[i] > worst)
			worst = weights[i];
	}
	verdict = container_fail(in, "%s", item_list_text(in, &list));
	for (int i = 0; i < ISOLATION_COUNT; i++)
		if (rows[i].agreement == ISOLATION_WEAKER)
			cite_row(in, &verdict, &rows[i]);
	return verdict_for_mapped_root(in, verdict_as(verdict, worst));
}

/* "seccomp (why), devices (why)": properties that agree so, with a hint or without; NULL: none. */
static const char *rows_text(const struct check_input *in, enum isolation_agreement agreement,
			     bool with_hint)
{
	const struct isolation *rows = in->subject->container->isolation;
	cleanup_text struct text list = TEXT_INIT(ITEM_LIST);
	const char *last = NULL;

	for (int i = 0; i < ISOLATION_COUNT; i++) {
		if (rows[i].agreement != agreement || !rows[i].hint == with_hint)
			continue;
		text_add_item(&list, isolation_name(rows[i].property));
		if (rows[i].reason && !text_equal(rows[i].reason, last))
			text_addf(&list, " (%s)", rows[i].reason);
		last = rows[i].reason;
	}
	return item_list_is_empty(&list) ? NULL : item_list_text(in, &list);
}

static int count_verified(const struct container *container)
{
	int n = 0;

	for (int i = 0; i < ISOLATION_COUNT; i++)
		n += container->isolation[i].agreement == ISOLATION_VERIFIED;
	return n;
}

static struct verdict isolation_not_weaker(const struct check_input *in)
{
	const char *unread = rows_text(in, ISOLATION_DECLARED_ONLY, true);
	const char *hidden = rows_text(in, ISOLATION_DECLARED_ONLY, false);
	const char *undeclared = rows_text(in, ISOLATION_UNDECLARED, false);
	int verified = count_verified(in->subject->container);
	struct verdict verdict;

	if (unread)
		return verdict_unknown(in,
				       "run as root, or with CAP_SYS_PTRACE and "
				       "CAP_DAC_READ_SEARCH",
				       "declared only: %s", unread);
	if (verified)
		verdict = verdict_pass(
			in, "verified: the kernel enforces what was declared, in %d properties",
			verified);
	else
		verdict = verdict_pass(in, "nothing was verified");
	if (hidden)
		verdict = verdict_remark(in, verdict, "declared only: %s", hidden);
	if (undeclared)
		verdict = verdict_remark(in, verdict, "nothing to compare with: %s", undeclared);
	return verdict;
}

static bool is_weaker(const struct container *container)
{
	for (int i = 0; i < ISOLATION_COUNT; i++)
		if (container->isolation[i].agreement == ISOLATION_WEAKER)
			return true;
	return false;
}

static struct verdict judge_isolation(const struct check_input *in)
{
	const struct container *container = in->subject->container;
	struct verdict verdict;

	if (!container->running)
		return verdict_not_applicable(in, "no process runs: State.Status is %s",
					      container->status);
	if (!container_init(container))
		return verdict_unknown(in, "an audit as root on the engine's own host",
				       "declared only: %s", container->kernel_unread);
	if (is_weaker(container))
		return isolation_weaker(in);
	verdict = isolation_not_weaker(in);
	for (int i = 0; i < ISOLATION_COUNT; i++)
		cite_layer(in, &verdict, &container->isolation[i].effective);
	return verdict;
}

const struct check checks_container_isolation[] = {
	{.name = "container-isolation",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_isolation},
	{0},
};
