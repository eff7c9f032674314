/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/seccomp_bpf.h"

#include "base/cleanup.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>
#include <sys/mman.h>

static uint32_t action(enum seccomp_action name, unsigned code)
{
	switch (name) {
	case SECCOMP_ALLOW:
		return SCMP_ACT_ALLOW;
	case SECCOMP_LOG:
		return SCMP_ACT_LOG;
	case SECCOMP_ERRNO:
		return SCMP_ACT_ERRNO(code);
	case SECCOMP_TRAP:
		return SCMP_ACT_TRAP;
	case SECCOMP_TRACE:
		return SCMP_ACT_TRACE(code);
	default:
		return SCMP_ACT_KILL;
	}
}

static const enum scmp_compare compares[] = {
	[SECCOMP_NE] = SCMP_CMP_NE,
	[SECCOMP_LT] = SCMP_CMP_LT,
	[SECCOMP_LE] = SCMP_CMP_LE,
	[SECCOMP_EQ] = SCMP_CMP_EQ,
	[SECCOMP_GE] = SCMP_CMP_GE,
	[SECCOMP_GT] = SCMP_CMP_GT,
	[SECCOMP_MASKED_EQ] = SCMP_CMP_MASKED_EQ,
};

static void add(scmp_filter_ctx context, const struct seccomp_rule *rule, int number,
		const struct scmp_arg_cmp *conditions, unsigned n)
{
	int r = seccomp_rule_add_array(context, action(rule->action, rule->errno_ret), number, n,
				       conditions);

	ck_assert_msg(r == 0 || r == -EEXIST, "seccomp_rule_add_array: %d", r);
}

static void add_rule(scmp_filter_ctx context, const char *name, const struct seccomp_rule *rule)
{
	int number = seccomp_syscall_resolve_name(name);
	struct scmp_arg_cmp conditions[16];
	bool each = false;

	if (number == __NR_SCMP_ERROR)
		return;
	for (size_t i = 0; i < rule->n_conditions; i++) {
		const struct seccomp_condition *condition = &rule->conditions[i];

		conditions[i] =
			(struct scmp_arg_cmp){condition->index, compares[condition->compare],
					      condition->value, condition->value_two};
		for (size_t k = 0; k < i; k++)
			each |= conditions[k].arg == condition->index;
	}
	for (unsigned i = 0; each && i < rule->n_conditions; i++)
		add(context, rule, number, &conditions[i], 1);
	if (!each)
		add(context, rule, number, conditions, (unsigned)rule->n_conditions);
}

void seccomp_program_make(const struct seccomp_filter *filter, struct seccomp_program *ret)
{
	const struct seccomp_profile *profile = filter->profile;
	scmp_filter_ctx context =
		seccomp_init(action(profile->default_action, profile->default_errno));
	cleanup_fd int fd = memfd_create("filter", MFD_CLOEXEC);
	ssize_t length;

	ck_assert_ptr_nonnull(context);
	for (size_t i = 1; i < filter->n_arches; i++)
		ck_assert_int_eq(
			seccomp_arch_add(context, seccomp_arch_resolve_name(filter->arches[i])), 0);
	for (size_t i = 0; i < filter->n_calls; i++)
		for (size_t k = 0; k < filter->calls[i].n_rules; k++)
			add_rule(context, filter->calls[i].name, filter->calls[i].rules[k]);
	ck_assert_int_eq(seccomp_export_bpf(context, fd), 0);
	seccomp_release(context);
	length = pread(fd, ret->code, sizeof(ret->code), 0);
	ck_assert_int_gt(length, 0);
	ck_assert_uint_lt((size_t)length, sizeof(ret->code));
	ret->n = (size_t)length / sizeof(ret->code[0]);
}

static bool jumps(uint16_t code, uint32_t a, uint32_t k)
{
	switch (BPF_OP(code)) {
	case BPF_JEQ:
		return a == k;
	case BPF_JGT:
		return a > k;
	case BPF_JGE:
		return a >= k;
	case BPF_JSET:
		return (a & k) != 0;
	default:
		ck_abort_msg("unknown jump %x", code);
	}
}

uint32_t seccomp_program_run(const struct seccomp_program *program, uint32_t arch, int number,
			     const uint64_t arguments[6])
{
	struct seccomp_data data = {.nr = number, .arch = arch};
	uint32_t a = 0;

	memcpy(data.args, arguments, sizeof(data.args));
	for (size_t pc = 0; pc < program->n; pc++) {
		const struct sock_filter *at = &program->code[pc];

		if (at->code == (BPF_LD | BPF_W | BPF_ABS))
			memcpy(&a, (const char *)&data + at->k, sizeof(a));
		else if (at->code == (BPF_ALU | BPF_AND | BPF_K))
			a &= at->k;
		else if (at->code == (BPF_JMP | BPF_JA))
			pc += at->k;
		else if (BPF_CLASS(at->code) == BPF_JMP)
			pc += jumps(at->code, a, at->k) ? at->jt : at->jf;
		else if (at->code == (BPF_RET | BPF_K))
			return at->k;
		else
			ck_abort_msg("unknown instruction %x", at->code);
	}
	ck_abort_msg("the program has no end");
}
