/* SPDX-License-Identifier: Apache-2.0 */
#include "base/file.h"

#include "base/cleanup.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static char *directory;

static void setup(void)
{
	directory = unit_directory();
}

static void teardown(void)
{
	unit_remove_directory(directory);
}

START_TEST(reads_all_bytes)
{
	static const char bytes[] = "a\0b\xff\n";
	cleanup_free char *path = unit_write_file(directory, "f", bytes, sizeof(bytes));
	cleanup_text struct text text = {0};

	text_add(&text, "before ");
	ck_assert_int_eq(file_read(AT_FDCWD, path, &text), 0);
	ck_assert_uint_eq(text.length, strlen("before ") + sizeof(bytes));
	ck_assert_mem_eq(text.bytes + strlen("before "), bytes, sizeof(bytes));
}
END_TEST

START_TEST(reads_an_empty_file)
{
	cleanup_free char *path = unit_write_file(directory, "f", "", 0);
	cleanup_text struct text text = {0};

	ck_assert_int_eq(file_read(AT_FDCWD, path, &text), 0);
	ck_assert_ptr_nonnull(text.bytes);
	ck_assert_str_eq(text.bytes, "");
}
END_TEST

START_TEST(ceiling)
{
	static const char bytes[100000];
	cleanup_free char *path = unit_write_file(directory, "f", bytes, sizeof(bytes));
	cleanup_text struct text exact = TEXT_INIT(sizeof(bytes));
	cleanup_text struct text less = TEXT_INIT(sizeof(bytes) - 1);

	ck_assert_int_eq(file_read(AT_FDCWD, path, &exact), 0);
	ck_assert_uint_eq(exact.length, sizeof(bytes));
	text_add(&less, "before");
	ck_assert_int_eq(file_read(AT_FDCWD, path, &less), -EFBIG);
	ck_assert_str_eq(less.bytes, "before");
	ck_assert_uint_eq(less.length, strlen("before"));
	ck_assert(!less.truncated);
}
END_TEST

START_TEST(reads_proc)
{
	cleanup_text struct text text = {0};

	ck_assert_int_eq(file_read(AT_FDCWD, "/proc/self/status", &text), 0);
	ck_assert_ptr_nonnull(strstr(text.bytes, "CapEff:"));
}
END_TEST

START_TEST(below_a_directory)
{
	cleanup_free char *path = unit_write_file(directory, "f", "x", 1);
	cleanup_fd int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_text struct text text = {0};

	ck_assert_str_eq(path + strlen(directory), "/f");
	ck_assert_int_eq(file_read(dir, "f", &text), 0);
	ck_assert_str_eq(text.bytes, "x");
}
END_TEST

START_TEST(only_regular_files)
{
	cleanup_fd int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_text struct text text = {0};

	ck_assert_int_eq(mkfifoat(dir, "fifo", 0600), 0);
	ck_assert_int_eq(file_read(dir, "fifo", &text), -EINVAL);
	ck_assert_int_eq(file_read(AT_FDCWD, "/dev/zero", &text), -EINVAL);
	ck_assert_int_eq(file_read(AT_FDCWD, directory, &text), -EINVAL);
	ck_assert_int_eq(file_read(dir, "missing", &text), -ENOENT);
	ck_assert_uint_eq(text.length, 0);
}
END_TEST

START_TEST(readlink_points)
{
	cleanup_fd int dir = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup_text struct text text = {0};
	cleanup_text struct text small = TEXT_INIT(3);

	ck_assert_int_eq(symlinkat("../target", dir, "link"), 0);
	ck_assert_int_eq(file_readlink(dir, "link", &text), 0);
	ck_assert_str_eq(text.bytes, "../target");
	ck_assert_int_eq(file_readlink(dir, "link", &small), -EFBIG);
	ck_assert_int_eq(file_readlink(dir, "missing", &text), -ENOENT);
	ck_assert_int_eq(file_readlink(AT_FDCWD, directory, &text), -EINVAL);
	ck_assert_str_eq(text.bytes, "../target");
}
END_TEST

Suite *suite_file(void)
{
	const TTest *const tests[] = {
		reads_all_bytes,   reads_an_empty_file, ceiling,         reads_proc,
		below_a_directory, only_regular_files,  readlink_points,
	};
	Suite *suite = suite_create("file");
	TCase *tcase = tcase_create("file");

	tcase_add_checked_fixture(tcase, setup, teardown);
	for (size_t i = 0; i < N_ELEMENTS(tests); i++)
		tcase_add_test(tcase, tests[i]);
	suite_add_tcase(suite, tcase);
	return suite;
}
