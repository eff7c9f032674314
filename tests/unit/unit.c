/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/unit.h"

#include "base/cleanup.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static Suite *(*const suites[])(void) = {
	suite_apparmor,       suite_arena,     suite_audit,           suite_benchmark,
	suite_capability,     suite_check,     suite_container,       suite_daemon,
	suite_daemon_options, suite_doc,       suite_endpoint,        suite_engine,
	suite_engine_client,  suite_error,     suite_escape,          suite_evaluate,
	suite_facts,          suite_file,      suite_files,           suite_history,
	suite_host_files,     suite_host_root, suite_image_reference, suite_library,
	suite_mount,          suite_path,      suite_policy,          suite_proc,
	suite_process,        suite_redact,    suite_reports,         suite_seccomp,
	suite_settings,       suite_sockets,   suite_subject_key,     suite_text,
	suite_timestamp,      suite_yaml,      suite_isolation,       suite_layer,
	suite_gate,           suite_attack,    suite_bundle,          suite_json_text,
	suite_results,        suite_diff,      suite_selinux,         suite_fleet,
};

Suite *unit_suite(const char *name, const TTest *const *tests)
{
	Suite *suite = suite_create(name);
	TCase *tcase = tcase_create(name);

	tcase_set_timeout(tcase, 60);
	for (; *tests; tests++)
		tcase_add_test(tcase, *tests);
	suite_add_tcase(suite, tcase);
	return suite;
}

char *unit_directory(void)
{
	char *directory = strdup("unit-XXXXXX");

	ck_assert_ptr_nonnull(mkdtemp(directory));
	return directory;
}

static int remove_one(const char *path, const struct stat *status, int type, struct FTW *ftw)
{
	(void)status, (void)type, (void)ftw;
	return remove(path);
}

void unit_remove_directory(char *directory)
{
	ck_assert_int_eq(nftw(directory, remove_one, 8, FTW_DEPTH | FTW_PHYS), 0);
	free(directory);
}

char *unit_write_file(const char *directory, const char *name, const void *bytes, size_t length)
{
	cleanup_file FILE *file = NULL;
	char *path;

	ck_assert_int_ge(asprintf(&path, "%s/%s", directory, name), 0);
	file = fopen(path, "w");
	ck_assert_ptr_nonnull(file);
	ck_assert_uint_eq(fwrite(bytes, 1, length, file), length);
	return path;
}

int main(void)
{
	SRunner *runner = srunner_create(NULL);
	int failed;

	for (size_t i = 0; i < N_ELEMENTS(suites); i++)
		srunner_add_suite(runner, suites[i]());
	srunner_run_all(runner, CK_NORMAL);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
