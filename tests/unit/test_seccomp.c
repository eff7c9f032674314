/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/text.h"
#include "facts/capability.h"
#include "facts/seccomp_review.h"
#include "tests/unit/seccomp_bpf.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <linux/seccomp.h>
#include <seccomp.h>
#include <string.h>

#define SYS_ADMIN (UINT64_C(1) << 21)

static const struct seccomp_machine amd64 = {
	.arch = "x86_64",
	.go_arch = "amd64",
	.kernel = SECCOMP_KERNEL(6, 1),
	.capabilities = CAPABILITY_DOCKER_DEFAULT,
};

static const struct seccomp_profile *parse(struct arena *arena, const char *json)
{
	const struct seccomp_profile *profile = NULL;
	struct error err = {0};

	ck_assert_msg(seccomp_profile_parse(arena, json, strlen(json), &profile, &err) == 0, "%s",
		      err.text);
	return profile;
}

static const struct seccomp_filter *filter_of(struct arena *arena, const char *json)
{
	return seccomp_filter_make(arena, parse(arena, json), &amd64);
}

static const struct seccomp_data *load_data(struct arena *arena)
{
	const struct seccomp_data *data = NULL;
	struct error err = {0};

	ck_assert_msg(seccomp_data_load(arena, &data, &err) == 0, "%s", err.text);
	return data;
}

#define ALLOW "\"action\":\"SCMP_ACT_ALLOW\""
#define DENY  "\"action\":\"SCMP_ACT_ERRNO\""
#define ALLOW_LIST(rules)                                                                \
	"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"architectures\":[\"SCMP_ARCH_X86_64\"," \
	"\"SCMP_ARCH_X86\"],\"syscalls\":[" rules "]}"
#define DENY_LIST(rules) "{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"syscalls\":[" rules "]}"

START_TEST(refused)
{
	static const struct {
		const char *json, *message;
	} cases[] = {
		{"builtin", "line 1"},
		{"[]", "it is no JSON object"},
		{"{\"defaultAction\":\"ALLOW\"}", "defaultAction 'ALLOW' is not one of libseccomp"},
		{"{\"defaultAction\":1}", "defaultAction is no string"},
		{"{\"defaultAction\":\"SCMP_ACT_NOTIFY\"}", "SCMP_ACT_NOTIFY cannot be"},
		{"{\"syscalls\":[{\"name\":\"read\"," ALLOW "}]}", "it has no defaultAction"},
		{DENY_LIST("{\"names\":[\"read\"]}"), "syscalls[0]: it has no action"},
		{DENY_LIST("{\"names\":[\"read\"],\"name\":\"write\"," DENY "}"),
		 "both name and names"},
		{DENY_LIST("{\"name\":\"a\"," DENY ",\"args\":[{\"index\":6}]}"), "argument 6"},
		{DENY_LIST("{\"name\":\"a\"," DENY ",\"args\":[{\"index\":1,\"op\":\"EQ\"}]}"),
		 "op 'EQ'"},
		{DENY_LIST("{\"name\":\"a\"," DENY ",\"includes\":{\"minKernel\":\"6\"}}"),
		 "minKernel '6'"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"x86\"]}",
		 "architectures: 'x86'"},
		{"{\"defaultAction\":\"SCMP_ACT_ALLOW\",\"architectures\":[\"SCMP_ARCH_X86\"],"
		 "\"archMap\":[{\"architecture\":\"SCMP_ARCH_X86_64\"}]}",
		 "both architectures and archMap"},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_arena struct arena *arena = arena_new();
		const struct seccomp_profile *profile;
		struct error err = {0};

		ck_assert_int_eq(seccomp_profile_parse(arena, cases[i].json, strlen(cases[i].json),
						       &profile, &err),
				 -EBADMSG);
		ck_assert_msg(strstr(err.text, cases[i].message) != NULL, "%s: %s", cases[i].json,
			      err.text);
	}
}
END_TEST

START_TEST(read_as_go_does)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct seccomp_profile *profile =
		parse(arena, "{\"DEFAULTACTION\":\"SCMP_ACT_KILL\",\"defaultErrnoRet\":null,"
			     "\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":null}");

	ck_assert_int_eq(profile->default_action, SECCOMP_ERRNO);
	ck_assert_uint_eq(profile->default_errno, 1);
	ck_assert(!profile->empty);
	ck_assert(parse(arena, "{}")->empty);
	ck_assert(parse(arena, "{\"architectures\":[],\"syscalls\":[]}")->empty);
}
END_TEST

START_TEST(clauses)
{
	static const struct {
		const char *rule;
		uint64_t capabilities;
		enum seccomp_access access;
	} cases[] = {
		{"\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}", 0, SECCOMP_DENIED},
		{"\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\"]}", SYS_ADMIN, SECCOMP_ALLOWED},
		{"\"includes\":{\"caps\":[\"CAP_SYS_ADMIN\",\"CAP_CHOWN\"]}", SYS_ADMIN,
		 SECCOMP_DENIED},
		{"\"includes\":{\"caps\":[\"SYS_ADMIN\"]}", SYS_ADMIN, SECCOMP_DENIED},
		{"\"includes\":{\"caps\":[\"CAP_sys_admin\"]}", SYS_ADMIN, SECCOMP_DENIED},
		{"\"excludes\":{\"caps\":[\"CAP_CHOWN\",\"CAP_SYS_ADMIN\"]}", SYS_ADMIN,
		 SECCOMP_DENIED},
		{"\"excludes\":{\"caps\":[\"CAP_CHOWN\"]}", SYS_ADMIN, SECCOMP_ALLOWED},
		{"\"includes\":{\"arches\":[\"amd64\",\"x32\"]}", 0, SECCOMP_ALLOWED},
		{"\"includes\":{\"arches\":[\"arm64\"]}", 0, SECCOMP_DENIED},
		{"\"excludes\":{\"arches\":[\"amd64\"]}", 0, SECCOMP_DENIED},
		{"\"includes\":{\"minKernel\":\"6.1\"}", 0, SECCOMP_ALLOWED},
		{"\"includes\":{\"minKernel\":\"6.10\"}", 0, SECCOMP_DENIED},
		{"\"excludes\":{\"minKernel\":\"4.8\"}", 0, SECCOMP_DENIED},
		{"\"excludes\":{\"minKernel\":\"6.2\"}", 0, SECCOMP_ALLOWED},
		{"\"includes\":{},\"excludes\":{},\"args\":[]", 0, SECCOMP_ALLOWED},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_arena struct arena *arena = arena_new();
		const char *json = arena_printf(
			arena, ALLOW_LIST("{\"name\":\"mount\"," ALLOW ",%s}"), cases[i].rule);
		struct seccomp_machine machine = amd64;

		machine.capabilities = cases[i].capabilities;
		ck_assert_msg(
			seccomp_access(seccomp_filter_make(arena, parse(arena, json), &machine),
				       "mount") == cases[i].access,
			"%s", cases[i].rule);
	}
}
END_TEST

#define ARG(index, op, value) \
	"{\"index\":" #index ",\"op\":\"SCMP_CMP_" #op "\",\"value\":" #value "}"

START_TEST(arguments)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct seccomp_filter *both =
		filter_of(arena, ALLOW_LIST("{\"name\":\"socket\"," ALLOW
					    ",\"args\":[" ARG(0, EQ, 2) "," ARG(1, EQ, 1) "]}"));
	const struct seccomp_filter *either =
		filter_of(arena, ALLOW_LIST("{\"name\":\"socket\"," ALLOW
					    ",\"args\":[" ARG(0, LT, 38) "," ARG(0, GT, 40) "]}"));
	const struct seccomp_filter *but = filter_of(
		arena, DENY_LIST("{\"name\":\"socket\"," DENY ",\"args\":[" ARG(0, EQ, 38) "]}"));

	ck_assert_int_eq(seccomp_access(both, "socket"), SECCOMP_SOMETIMES);
	ck_assert(seccomp_passes(both, "socket", 0, 2) && !seccomp_passes(both, "socket", 0, 3));
	ck_assert(seccomp_passes(both, "socket", 1, 1) && !seccomp_passes(both, "socket", 1, 2));
	ck_assert(seccomp_passes(either, "socket", 0, 2));
	ck_assert(seccomp_passes(either, "socket", 0, 41));
	ck_assert(!seccomp_passes(either, "socket", 0, 38));
	ck_assert(!seccomp_passes(but, "socket", 0, 38) && seccomp_passes(but, "socket", 0, 40));
	ck_assert_int_eq(seccomp_family(either, 38), SECCOMP_FAMILY_32BIT);
	ck_assert_int_eq(seccomp_family(either, 2), SECCOMP_FAMILY_OPEN);
	/* Without an architecture of 32 bits in the filter there is no socketcall(). */
	ck_assert_int_eq(seccomp_family(but, 38), SECCOMP_FAMILY_DENIED);
}
END_TEST

START_TEST(namespaces)
{
	static const struct {
		const char *rules, *call;
	} cases[] = {
		{"{\"name\":\"clone\"," ALLOW ",\"args\":[" ARG(0, MASKED_EQ, 2114060288) "]}",
		 NULL},
		/* The mask leaves out CLONE_NEWUSER. */
		{"{\"name\":\"clone\"," ALLOW ",\"args\":[" ARG(0, MASKED_EQ, 1845624832) "]}",
		 "clone(CLONE_NEWUSER)"},
		{"{\"name\":\"clone\"," ALLOW ",\"args\":[" ARG(1, MASKED_EQ, 2114060288) "]}",
		 "clone(CLONE_NEWUSER)"},
		{"{\"name\":\"clone\"," ALLOW ",\"args\":[" ARG(0, NE, 268435456) "]}",
		 "clone(CLONE_NEWUSER)"},
		{"{\"name\":\"clone\"," ALLOW "}", "clone(CLONE_NEWUSER)"},
		{"{\"name\":\"clone3\"," ALLOW "}", "clone3"},
		{"{\"name\":\"unshare\"," ALLOW "}", "unshare"},
		{"{\"name\":\"fork\"," ALLOW "}", NULL},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_arena struct arena *arena = arena_new();
		const char *json = arena_printf(arena, ALLOW_LIST("%s"), cases[i].rules);
		const char *call = seccomp_user_namespace_call(filter_of(arena, json));

		ck_assert_msg(text_equal(call, cases[i].call), "%s: %s", cases[i].rules, call);
	}
}
END_TEST

static size_t count(const struct seccomp_filter *filter, enum seccomp_access access)
{
	size_t n = 0;

	for (size_t i = 0; i < filter->n_calls; i++)
		n += filter->calls[i].access == access;
	return n;
}

START_TEST(docker_in_time)
{
	static const struct {
		const char *version, *call;
		uint64_t capabilities;
		enum seccomp_access access;
	} cases[] = {
		{"19.03.15", "openat2", 0, SECCOMP_DENIED},
		{"20.10.0", "openat2", 0, SECCOMP_ALLOWED},
		{"20.10.24+dfsg1", "io_uring_setup", 0, SECCOMP_ALLOWED},
		{"25.0.0", "io_uring_setup", 0, SECCOMP_DENIED},
		{"20.10.24", "mount", 0, SECCOMP_DENIED},
		{"20.10.24", "mount", SYS_ADMIN, SECCOMP_ALLOWED},
		{"20.10.24", "process_vm_readv", 0, SECCOMP_DENIED},
		{"23.0.1", "process_vm_readv", 0, SECCOMP_ALLOWED},
		{"23.0.6", "name_to_handle_at", 0, SECCOMP_DENIED},
		{"23.0.7", "name_to_handle_at", 0, SECCOMP_ALLOWED},
		{"29.4.1", "socketcall", 0, SECCOMP_ALLOWED},
		{"29.4.2", "socketcall", 0, SECCOMP_DENIED},
		{"29.4.3", "socketcall", 0, SECCOMP_ALLOWED},
		{NULL, "clone3", 0, SECCOMP_DENIED},
		{NULL, "clone3", SYS_ADMIN, SECCOMP_ALLOWED},
		{"dev", "clone", 0, SECCOMP_SOMETIMES},
	};
	cleanup_arena struct arena *arena = arena_new();
	const struct seccomp_data *data = load_data(arena);

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		struct seccomp_machine machine = amd64;
		const struct seccomp_profile *profile =
			seccomp_docker_profile(arena, data, cases[i].version);

		machine.capabilities |= cases[i].capabilities;
		ck_assert_msg(seccomp_access(seccomp_filter_make(arena, profile, &machine),
					     cases[i].call) == cases[i].access,
			      "%s in %s", cases[i].call, cases[i].version);
	}
	ck_assert_str_eq(seccomp_newest_version(data), "29.4.3");
}
END_TEST

/* Numbers that were counted in the bundle of a container of Engine 20.10.24. */
START_TEST(docker_counted)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct seccomp_data *data = load_data(arena);
	const struct seccomp_profile *profile = seccomp_docker_profile(arena, data, "20.10.24");
	struct seccomp_machine machine = amd64;
	const struct seccomp_filter *filter = seccomp_filter_make(arena, profile, &machine);

	ck_assert_uint_eq(count(filter, SECCOMP_ALLOWED), 350);
	ck_assert_uint_eq(count(filter, SECCOMP_SOMETIMES), 2);
	machine.capabilities |= SYS_ADMIN;
	filter = seccomp_filter_make(arena, profile, &machine);
	ck_assert_uint_eq(count(filter, SECCOMP_ALLOWED), 374);
}
END_TEST

START_TEST(families_in_time)
{
	static const struct {
		const char *version;
		unsigned family;
		enum seccomp_family answer;
	} cases[] = {
		{"20.10.21", 40, SECCOMP_FAMILY_OPEN}, {"20.10.22", 40, SECCOMP_FAMILY_32BIT},
		{"20.10.24", 40, SECCOMP_FAMILY_OPEN}, {"23.0.0", 40, SECCOMP_FAMILY_32BIT},
		{"29.4.1", 38, SECCOMP_FAMILY_OPEN},   {"29.4.2", 38, SECCOMP_FAMILY_DENIED},
		{"29.4.2", 40, SECCOMP_FAMILY_DENIED}, {"29.4.2", 39, SECCOMP_FAMILY_OPEN},
		{"29.4.3", 38, SECCOMP_FAMILY_32BIT},  {"29.4.3", 1, SECCOMP_FAMILY_OPEN},
	};
	cleanup_arena struct arena *arena = arena_new();
	const struct seccomp_data *data = load_data(arena);

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		const struct seccomp_filter *filter = seccomp_filter_make(
			arena, seccomp_docker_profile(arena, data, cases[i].version), &amd64);

		ck_assert_msg(seccomp_family(filter, cases[i].family) == cases[i].answer,
			      "family %u in %s", cases[i].family, cases[i].version);
	}
}
END_TEST

static const struct seccomp_review *review_of(struct arena *arena, const char *json)
{
	return seccomp_review(arena, load_data(arena), parse(arena, json), &amd64, "28.5.2");
}

static bool opens(const struct seccomp_openings *openings, const char *name)
{
	for (size_t i = 0; i < openings->n; i++)
		if (text_equal(openings->items[i].danger->name, name))
			return true;
	return false;
}

START_TEST(reviewed)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct seccomp_data *data = load_data(arena);
	const struct seccomp_review *review = seccomp_review(
		arena, data, seccomp_docker_profile(arena, data, "28.5.2"), &amd64, "28.5.2");

	ck_assert_uint_eq(review->openings.n + review->extra.n + review->withheld.n, 0);
	ck_assert_uint_eq(review->unknown.n, 0);
	ck_assert(opens(&review->upgrade, "socket(AF_ALG)"));
	review = review_of(arena, ALLOW_LIST("{\"names\":[\"read\",\"umount\",\"mountt\","
					     "\"keyctl\",\"bpf\"]," ALLOW "}"));
	ck_assert_uint_eq(review->unknown.n, 1);
	ck_assert_str_eq(review->unknown.items[0], "mountt");
	ck_assert(opens(&review->openings, "umount") && opens(&review->openings, "keyctl"));
	ck_assert_uint_eq(review->openings.heaviest, 8);
	ck_assert(!opens(&review->openings, "mount"));
	ck_assert_uint_eq(review->extra.n, 0);
	ck_assert_uint_gt(review->withheld.n, 300);
}
END_TEST

START_TEST(deny_list_reviewed)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct seccomp_review *review = review_of(
		arena,
		DENY_LIST("{\"names\":[\"mount\",\"umount2\",\"unshare\",\"clone3\"]," DENY "},"
			  "{\"name\":\"clone\"," DENY ",\"args\":[" ARG(
				  2, EQ, 5) "]},"
					    "{\"name\":\"ptrace\"," DENY "},"
					    "{\"name\":\"ptrace\",\"action\":\"SCMP_ACT_LOG\"}"));

	ck_assert(!opens(&review->openings, "mount") && !opens(&review->openings, "unshare"));
	/* 64-bit programs alone are let in, and they have no umount(). */
	ck_assert(!opens(&review->openings, "umount"));
	ck_assert(opens(&review->openings, "kexec_load") && opens(&review->openings, "keyctl"));
	ck_assert(opens(&review->openings, "clone(CLONE_NEWUSER)"));
	ck_assert_uint_gt(review->extra.n, 5);
	ck_assert_int_eq(seccomp_access(review->filter, "ptrace"), SECCOMP_DENIED);
}
END_TEST

static void agree(const struct seccomp_program *program, const struct seccomp_filter *filter,
		  const char *arch, const struct seccomp_call *call, unsigned index, uint64_t value)
{
	uint32_t token = seccomp_arch_resolve_name(arch);
	int number = seccomp_syscall_resolve_name_arch(token, call->name);
	uint64_t values[6] = {0};
	uint32_t answer;
	bool passes;

	/* Arguments of 32-bit programs reach the filter with as many bits. */
	if (number < 0 || (value > UINT32_MAX && text_equal(arch, "x86")))
		return;
	values[index] = value;
	answer = seccomp_program_run(program, token, number, values);
	passes = answer == SECCOMP_RET_ALLOW || answer == SECCOMP_RET_LOG;
	ck_assert_msg(passes == seccomp_passes(filter, call->name, index, value),
		      "%s of %s with %ju as argument %u: %x", call->name, arch, (uintmax_t)value,
		      index, answer);
}

/* Each call that the filter speaks of, with arguments about every value that it knows. */
static void agree_with_libseccomp(const struct seccomp_filter *filter)
{
	static struct seccomp_program program;

	seccomp_program_make(filter, &program);
	for (size_t i = 0; i < filter->n_calls; i++) {
		const struct seccomp_call *call = &filter->calls[i];

		for (size_t a = 0; a < filter->n_arches; a++) {
			if (text_equal(filter->arches[a], "x32"))
				continue; /* of the same number in the filter as x86_64 */
			agree(&program, filter, filter->arches[a], call, 0, 0);
			for (size_t r = 0; r < call->n_rules; r++)
				for (size_t c = 0; c < call->rules[r]->n_conditions; c++) {
					const struct seccomp_condition *at =
						&call->rules[r]->conditions[c];

					for (int step = -1; step <= 1; step++)
						agree(&program, filter, filter->arches[a], call,
						      at->index, at->value + (uint64_t)step);
				}
		}
	}
}

START_TEST(docker_as_libseccomp_has_it)
{
	static const char *const versions[] = {"19.03.0", "20.10.24", "24.0.0", "28.5.2", NULL};
	cleanup_arena struct arena *arena = arena_new();
	const struct seccomp_data *data = load_data(arena);

	for (size_t i = 0; i < N_ELEMENTS(versions); i++) {
		struct seccomp_machine machine = amd64;
		const struct seccomp_profile *profile =
			seccomp_docker_profile(arena, data, versions[i]);

		agree_with_libseccomp(seccomp_filter_make(arena, profile, &machine));
		machine.capabilities = CAPABILITY_ALL;
		agree_with_libseccomp(seccomp_filter_make(arena, profile, &machine));
	}
}
END_TEST

START_TEST(precedence_as_libseccomp_has_it)
{
	static const char *const profiles[] = {
		DENY_LIST("{\"name\":\"mount\"," DENY
			  "},{\"name\":\"mount\",\"action\":\"SCMP_ACT_LOG\"}"),
		DENY_LIST(
			"{\"name\":\"mount\",\"action\":\"SCMP_ACT_LOG\"},{\"name\":\"mount\"," DENY
			"}"),
		ALLOW_LIST("{\"name\":\"personality\"," ALLOW ",\"args\":[" ARG(
			0, EQ, 8) "]},"
				  "{\"name\":\"personality\",\"action\":\"SCMP_ACT_KILL\"}"),
		ALLOW_LIST("{\"name\":\"personality\",\"action\":\"SCMP_ACT_KILL\"},"
			   "{\"name\":\"personality\"," ALLOW ",\"args\":[" ARG(0, EQ, 8) "]}"),
		ALLOW_LIST("{\"name\":\"personality\"," ALLOW
			   ",\"args\":[" ARG(0, EQ, 8) "," ARG(0, EQ, 16) "]}"),
		ALLOW_LIST("{\"name\":\"personality\"," ALLOW
			   ",\"args\":[" ARG(0, GE, 8) "]},"
						       "{\"name\":\"personality\"," ALLOW
						       ",\"args\":[" ARG(0, LE, 2) "]}"),
		DENY_LIST("{\"name\":\"personality\"," DENY ",\"args\":[" ARG(0, NE, 8) "]}"),
		DENY_LIST("{\"name\":\"read\"," DENY ",\"args\":[" ARG(2, GT, 4294967296) "]}"),
		"{\"defaultAction\":\"SCMP_ACT_KILL\",\"syscalls\":[{\"names\":[\"read\","
		"\"nonsense\"],"
		"\"action\":\"SCMP_ACT_LOG\"}]}",
	};

	for (size_t i = 0; i < N_ELEMENTS(profiles); i++) {
		cleanup_arena struct arena *arena = arena_new();

		agree_with_libseccomp(filter_of(arena, profiles[i]));
	}
}
END_TEST

Suite *suite_seccomp(void)
{
	const TTest *const tests[] = {
		refused,
		read_as_go_does,
		clauses,
		arguments,
		namespaces,
		docker_in_time,
		docker_counted,
		families_in_time,
		reviewed,
		deny_list_reviewed,
		docker_as_libseccomp_has_it,
		precedence_as_libseccomp_has_it,
		NULL,
	};

	return unit_suite("seccomp", tests);
}
