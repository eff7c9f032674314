/* SPDX-License-Identifier: Apache-2.0 */

/* The unit tests: one file and one suite for each module, listed in unit.c. */
#ifndef BULKHEAD_TESTS_UNIT_H
#define BULKHEAD_TESTS_UNIT_H

#include <check.h>
#include <stddef.h>

#define N_ELEMENTS(array) (sizeof(array) / sizeof((array)[0]))

Suite *suite_apparmor(void);
Suite *suite_arena(void);
Suite *suite_attack(void);
Suite *suite_audit(void);
Suite *suite_benchmark(void);
Suite *suite_bundle(void);
Suite *suite_capability(void);
Suite *suite_check(void);
Suite *suite_container(void);
Suite *suite_daemon(void);
Suite *suite_daemon_options(void);
Suite *suite_diff(void);
Suite *suite_doc(void);
Suite *suite_endpoint(void);
Suite *suite_engine(void);
Suite *suite_engine_client(void);
Suite *suite_error(void);
Suite *suite_escape(void);
Suite *suite_evaluate(void);
Suite *suite_facts(void);
Suite *suite_file(void);
Suite *suite_files(void);
Suite *suite_fleet(void);
Suite *suite_gate(void);
Suite *suite_host_files(void);
Suite *suite_history(void);
Suite *suite_host_root(void);
Suite *suite_image_reference(void);
Suite *suite_isolation(void);
Suite *suite_json_text(void);
Suite *suite_layer(void);
Suite *suite_library(void);
Suite *suite_mount(void);
Suite *suite_path(void);
Suite *suite_policy(void);
Suite *suite_proc(void);
Suite *suite_process(void);
Suite *suite_redact(void);
Suite *suite_reports(void);
Suite *suite_results(void);
Suite *suite_seccomp(void);
Suite *suite_selinux(void);
Suite *suite_settings(void);
Suite *suite_sockets(void);
Suite *suite_subject_key(void);
Suite *suite_text(void);
Suite *suite_timestamp(void);
Suite *suite_yaml(void);

/* A suite of one case, which has the tests up to NULL. */
Suite *unit_suite(const char *name, const TTest *const *tests);

/* A new empty directory, and its removal with all that is in it. The caller frees the name. */
char *unit_directory(void);
void unit_remove_directory(char *directory);

/* Write a file in directory; its name is freed by the caller. */
char *unit_write_file(const char *directory, const char *name, const void *bytes, size_t length);

#endif
