/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/bundle.h"

#include "tests/unit/unit.h"

#include "base/doc.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Record the bundle of a container whose shim is this process, in a directory of that name. */
static int record(struct bundle_filters *filters, const char *config, cJSON **ret)
{
	static const char id[] = "4f5e";
	char *directory = unit_directory(), *bundle, *file, *before = getcwd(NULL, 0);
	cleanup_text struct text text = {0};
	int r;

	ck_assert_int_ge(asprintf(&bundle, "%s/%s", directory, id), 0);
	ck_assert_int_eq(mkdir(bundle, 0700), 0);
	file = unit_write_file(bundle, "config.json", config, strlen(config));
	ck_assert_int_eq(chdir(bundle), 0);
	*ret = cJSON_CreateObject();
	r = bundle_record(*ret, (uint64_t)getpid(), id, filters, &text);
	ck_assert_int_eq(chdir(before), 0);
	unit_remove_directory(directory);
	free(bundle), free(file), free(before);
	return r;
}

/* Each filter stands once, and where it stood is its position; all else is as it was. */
START_TEST(filters_stand_once)
{
	static const struct {
		const char *seccomp;
		int64_t position; /* -1: none */
	} cases[] = {
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"a}\"]}]}", 0},
		{"{}", 1},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\",\"syscalls\":[{\"names\":[\"a}\"]}]}", 0},
		{"null", -1},
		{"{\"defaultAction\":\"SCMP_ACT_ERRNO\"}", 2},
		{"{}", 1},
	};
	cleanup_arena struct arena *arena = arena_new();
	struct bundle_filters filters = {.arena = arena, .items = cJSON_CreateArray()};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		const char *config = arena_printf(
			arena,
			"{\"hostname\":\"linux\",\"process\":{\"noNewPrivileges\":true},"
			"\"linux\":{\"maskedPaths\":[\"/proc/kcore\"],\"seccomp\":%s,\"x\":1}}",
			cases[i].seccomp);
		cJSON *process;

		ck_assert_int_eq(record(&filters, config, &process), 0);
		ck_assert_int_eq(doc_int_or(process, "bundle.linux.seccomp", -1),
				 cases[i].position);
		ck_assert(doc_bool_or(process, "bundle.process.noNewPrivileges", false));
		ck_assert_int_eq(cJSON_GetArraySize(doc_at(process, "bundle.linux.maskedPaths")),
				 1);
		ck_assert_ptr_null(doc_at(process, "bundle.linux.x"));
		cJSON_Delete(process);
	}
	ck_assert_int_eq(cJSON_GetArraySize(filters.items), 3);
	cJSON_Delete(filters.items);
}
END_TEST

START_TEST(malformed)
{
	static const char *const cases[] = {
		"",
		"{}",
		"[]",
		"{\"linux\":{\"seccomp\":{",
		"{\"linux\":{\"seccomp\":{1}}}",
		"{\"linux\":{\"seccomp\":{}}",
		"{\"linux\":[]}",
		/* A filter which the runtime takes, and that stands where nobody looks for it. */
		"{\"linux\":{\"seccomp\":{},\"seccomp\":{}}}",
		"{\"linux\":{\"seccomp\":null,\"seccomp\":{}}}",
		"{\"linux\":{\"seccomp\":{},\"seccomp\":null}}",
		"{\"linux\":{\"seccom\\u0070\":{}}}",
		"{\"linux\":{\"seccomp\":{},\"seccom\\u0070\":{}}}",
		"{\"linux\":{\"Seccomp\":{}}}",
		"{\"linux\":{\"seccomp\":{},\"SECCOMP\":null}}",
		"{\"linux\":{},\"linux\":{\"seccomp\":{}}}",
		"{\"linux\":{\"seccomp\":{}},\"Linux\":{}}",
		"{\"lin\\u0075x\":{\"seccomp\":{}}}",
		"{\"linux\":{\"maskedPaths\":[\"/proc/kcore\"],\"maskedPaths\":[]}}",
		"{\"linux\":{},\"process\":{\"noNewPrivileges\":true,\"NoNewPrivileges\":false}}",
		"{\"linux\":{},\"root\":{\"readonly\":true},\"root\":{}}",
		"{\"linux\":{\"seccomp\":0}}",
		"{\"linux\":{\"seccomp\":[]}}",
	};
	cleanup_arena struct arena *arena = arena_new();
	struct bundle_filters filters = {.arena = arena, .items = cJSON_CreateArray()};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cJSON *process;

		ck_assert_msg(record(&filters, cases[i], &process) == -EBADMSG, "%s", cases[i]);
		ck_assert_ptr_null(doc_at(process, "bundle"));
		cJSON_Delete(process);
	}
	cJSON_Delete(filters.items);
}
END_TEST

Suite *suite_bundle(void)
{
	const TTest *const tests[] = {filters_stand_once, malformed, NULL};

	return unit_suite("bundle", tests);
}
