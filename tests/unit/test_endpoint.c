/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/endpoint.h"

#include "tests/unit/unit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct {
	const char *spelling, *name, *socket, *base;
} good[] = {
	{"unix:///run/docker.sock", "unix:///run/docker.sock", "/run/docker.sock",
	 "http://localhost"},
	{"unix://", "unix:///var/run/docker.sock", "/var/run/docker.sock", "http://localhost"},
	{"/run/user/1000/docker.sock", "unix:///run/user/1000/docker.sock",
	 "/run/user/1000/docker.sock", "http://localhost"},
	{"tcp://192.0.2.1", "tcp://192.0.2.1:2375", NULL, "http://192.0.2.1:2375"},
	{"tcp://192.0.2.1:80/", "tcp://192.0.2.1:80", NULL, "http://192.0.2.1:80"},
	{"tcp://[2001:db8::1]:2376", "tcp://[2001:db8::1]:2376", NULL, "http://[2001:db8::1]:2376"},
	{"docker.example.com:2375", "tcp://docker.example.com:2375", NULL,
	 "http://docker.example.com:2375"},
};

START_TEST(understood)
{
	cleanup_arena struct arena *arena = arena_new();
	struct endpoint endpoint;

	ck_assert_int_eq(endpoint_parse(arena, good[_i].spelling, &endpoint, NULL), 0);
	ck_assert_str_eq(endpoint.name, good[_i].name);
	ck_assert_str_eq(endpoint.base, good[_i].base);
	ck_assert_pstr_eq(endpoint.socket, good[_i].socket);
	ck_assert(!endpoint.tls);
}
END_TEST

static const struct {
	const char *spelling, *words;
} wrong[] = {
	{"ssh://admin@host", "ssh -nNT -L"},
	{"npipe:////./pipe/docker_engine", "Windows"},
	{"fd://", "dockerd"},
	{"http://host:2375", "give tcp://HOST:PORT"},
	{"https://host:2376", "DOCKER_TLS_VERIFY=1"},
	{"gopher://host", "unknown kind"},
	{"unix://docker.sock", "must be absolute"},
	{"unix:///"
	 "0123456789012345678901234567890123456789012345678901234567890123456789012345678901"
	 "23456789012345678901234567890123456789",
	 "at most 107 bytes"},
	{"tcp://", "write tcp://HOST:PORT"},
	{"tcp://host:0", "write tcp://HOST:PORT"},
	{"tcp://host:65536", "write tcp://HOST:PORT"},
	{"tcp://host:99999999999999999999", "write tcp://HOST:PORT"},
	{"tcp://host:2375/path", "write tcp://HOST:PORT"},
	{"tcp://host:2375?x", "write tcp://HOST:PORT"},
	{"tcp://ho st:2375", "write tcp://HOST:PORT"},
	{"tcp://[::1:2375", "write tcp://HOST:PORT"},
	{"tcp://host\r\nX: y", "write tcp://HOST:PORT"},
};

START_TEST(refused_with_what_to_write_instead)
{
	cleanup_arena struct arena *arena = arena_new();
	struct endpoint endpoint;
	struct error err = {0};

	ck_assert_int_eq(endpoint_parse(arena, wrong[_i].spelling, &endpoint, &err), -EINVAL);
	ck_assert_msg(strstr(err.text, wrong[_i].words), "%s", err.text);
}
END_TEST

START_TEST(a_password_is_not_repeated)
{
	cleanup_arena struct arena *arena = arena_new();
	struct endpoint endpoint;
	struct error err = {0};

	ck_assert_int_eq(endpoint_parse(arena, "tcp://user:hunter2@host:1", &endpoint, &err),
			 -EINVAL);
	ck_assert_ptr_null(strstr(err.text, "hunter2"));
}
END_TEST

START_TEST(docker_host_is_the_default)
{
	cleanup_arena struct arena *arena = arena_new();
	struct endpoint endpoint;

	setenv("DOCKER_HOST", "tcp://192.0.2.7:1", 1);
	ck_assert_int_eq(endpoint_parse(arena, NULL, &endpoint, NULL), 0);
	ck_assert_str_eq(endpoint.name, "tcp://192.0.2.7:1");
	setenv("DOCKER_HOST", "", 1);
	setenv("XDG_RUNTIME_DIR", "/nonexistent", 1);
	ck_assert_int_eq(endpoint_parse(arena, "", &endpoint, NULL), 0);
	ck_assert_str_eq(endpoint.name, "unix:///var/run/docker.sock");
}
END_TEST

START_TEST(the_rootless_socket_is_next)
{
	cleanup_arena struct arena *arena = arena_new();
	char *directory = unit_directory();
	struct endpoint endpoint;
	char here[256];

	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	setenv("XDG_RUNTIME_DIR", arena_printf(arena, "%s/%s", here, directory), 1);
	unsetenv("DOCKER_HOST");
	free(unit_write_file(directory, "docker.sock", "", 0));
	ck_assert_int_eq(endpoint_parse(arena, NULL, &endpoint, NULL), 0);
	if (access("/var/run/docker.sock", F_OK) == 0)
		ck_assert_str_eq(endpoint.socket, "/var/run/docker.sock");
	else
		ck_assert_str_eq(endpoint.socket,
				 arena_printf(arena, "%s/%s/docker.sock", here, directory));
	unit_remove_directory(directory);
}
END_TEST

Suite *suite_endpoint(void)
{
	const TTest *const tests[] = {
		a_password_is_not_repeated,
		docker_host_is_the_default,
		the_rootless_socket_is_next,
		NULL,
	};
	Suite *suite = unit_suite("endpoint", tests);
	TCase *loops = tcase_create("loops");

	tcase_add_loop_test(loops, understood, 0, N_ELEMENTS(good));
	tcase_add_loop_test(loops, refused_with_what_to_write_instead, 0, N_ELEMENTS(wrong));
	suite_add_tcase(suite, loops);
	return suite;
}
