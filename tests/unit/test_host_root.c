/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/host_root.h"

#include "base/cleanup.h"
#include "collect/tree.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

static char *directory;

/* What a kernel before Linux 5.6 answers, for the rest of this process's life. */
static void lose_openat2(void)
{
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_openat2, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | ENOSYS),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	const struct sock_fprog filter = {.len = N_ELEMENTS(code), .filter = code};

	ck_assert_int_eq(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
	ck_assert_int_eq(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter), 0);
}

static void make(const char *name, const char *target)
{
	cleanup_fd int dir = open(directory, O_PATH | O_DIRECTORY);

	if (target)
		ck_assert_int_eq(symlinkat(target, dir, name), 0);
	else
		ck_assert_int_eq(mkdirat(dir, name, 0755), 0);
}

static void setup(void)
{
	directory = unit_directory();
	make("etc", NULL);
	make("run", NULL);
	make("etc/docker", NULL);
	make("var", NULL);
	make("var/run", "/run");
	make("etc/absolute", "/etc/file");
	make("etc/relative", "../run/../etc/./file");
	make("etc/escape", "../../../../../../../../etc/file");
	make("etc/loop", "loop");
	make("etc/two", "three");
	make("etc/three", "/var/../etc/absolute");
	make("etc/nowhere", "/bin");
	free(unit_write_file(directory, "etc/file", "inside\n", 7));
	ck_assert_int_eq(host_root_set(directory, NULL), 0);
}

static void teardown(void)
{
	unit_remove_directory(directory);
}

static const struct {
	const char *path, *real; /* NULL: errno */
	int code;
} paths[] = {
	{"/", "/", 0},
	{"/etc", "/etc", 0},
	{"//etc/./docker/../file", "/etc/file", 0},
	{"/etc/absolute", "/etc/file", 0},
	{"/etc/relative", "/etc/file", 0},
	{"/etc/escape", "/etc/file", 0},
	{"/../../etc/file", "/etc/file", 0},
	{"/etc/two", "/etc/file", 0},
	{"/var/run", "/run", 0},
	{"/var/run/../etc", "/etc", 0},
	{"/etc/loop", NULL, -ELOOP},
	{"/etc/nowhere", NULL, -ENOENT},
	{"/bin/sh", NULL, -ENOENT},
	{"/etc/file/below", NULL, -ENOTDIR},
	{"/etc/missing", NULL, -ENOENT},
};

static void check_path(size_t i)
{
	cleanup_text struct text real = {0};
	cleanup_fd int tree = tree_open(-1);
	struct stat status;
	cleanup_fd int fd = tree_resolve(tree, paths[i].path, &real, &status);

	ck_assert_int_ge(tree, 0);
	if (paths[i].real)
		ck_assert_str_eq(text_string(&real), paths[i].real);
	else
		ck_assert_int_eq(fd, paths[i].code);
	ck_assert_int_eq(host_stat(paths[i].path, &status), paths[i].code);
}

START_TEST(resolves_inside)
{
	check_path((size_t)_i);
}
END_TEST

START_TEST(resolves_inside_by_itself)
{
	lose_openat2();
	check_path((size_t)_i);
}
END_TEST

START_TEST(reads)
{
	cleanup_text struct text text = {0};
	cleanup_fd int link = -1;

	if (_i)
		lose_openat2();
	ck_assert_int_eq(host_read("/etc/escape", &text), 0);
	ck_assert_str_eq(text_string(&text), "inside\n");
	ck_assert_int_eq(host_read("/etc/docker", &text), -EINVAL);
	link = host_open("/etc/two", O_PATH | O_NOFOLLOW);
	ck_assert_int_ge(link, 0);
	ck_assert_ptr_null(host_opendir("/etc/file"));
	ck_assert_int_eq(errno, ENOTDIR);
}
END_TEST

START_TEST(knows_its_own_paths)
{
	cleanup_free char *real = realpath(directory, NULL);
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/run/docker.sock", real);
	ck_assert_str_eq(host_root_strip(path), "/run/docker.sock");
	ck_assert_str_eq(host_root_strip(real), "/");
	ck_assert_str_eq(host_root_strip("/run/docker.sock"), "/run/docker.sock");
	ck_assert_str_eq(host_root(), directory);
}
END_TEST

START_TEST(is_a_directory)
{
	struct error err = {0};

	ck_assert_int_eq(host_root_set("/nonexistent", &err), -ENOENT);
	ck_assert_str_eq(err.text, "--root /nonexistent: No such file or directory");
}
END_TEST

START_TEST(is_ours_without)
{
	ck_assert_int_eq(host_root_set("//", NULL), 0);
	ck_assert_ptr_null(host_root());
	ck_assert_str_eq(host_root_strip("/run/docker.sock"), "/run/docker.sock");
	ck_assert(host_proc_is_ours());
}
END_TEST

Suite *suite_host_root(void)
{
	Suite *suite = suite_create("host_root");
	TCase *elsewhere = tcase_create("elsewhere"), *here = tcase_create("here");

	tcase_add_checked_fixture(elsewhere, setup, teardown);
	tcase_add_loop_test(elsewhere, resolves_inside, 0, N_ELEMENTS(paths));
	tcase_add_loop_test(elsewhere, resolves_inside_by_itself, 0, N_ELEMENTS(paths));
	tcase_add_loop_test(elsewhere, reads, 0, 2);
	tcase_add_test(elsewhere, knows_its_own_paths);
	suite_add_tcase(suite, elsewhere);
	tcase_add_test(here, is_a_directory);
	tcase_add_test(here, is_ours_without);
	suite_add_tcase(suite, here);
	return suite;
}
