/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/engine_client.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "tests/unit/fake_engine.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct fake_engine engine;
static struct engine_client *client;
static struct error err;

static void open_client(const struct engine_client_options *options)
{
	memset(&err, 0, sizeof(err));
	ck_assert_msg(engine_client_new(options, &client, &err) == 0, "%s", err.text);
}

/* A client of a fake engine that breaks one path. */
static void start(const char *fault)
{
	const struct engine_client_options options = {
		.endpoint = engine.endpoint, .request_timeout = 1, .ceiling = 100000};

	fake_engine_start(&engine,
			  (const char *[]){"--tcp", fault ? "--fault" : NULL, fault, NULL});
	open_client(&options);
}

static void stop(void)
{
	engine_client_free(client);
	fake_engine_stop(&engine);
}

static int negotiate(void)
{
	cleanup_doc cJSON *version = NULL;

	return engine_client_negotiate(client, &version, &err);
}

static int get(const char *path)
{
	cleanup_doc cJSON *doc = NULL;

	return engine_client_get(client, path, &doc, &err);
}

static void assert_says(const char *words)
{
	const char *hint = engine_client_hint(client);

	ck_assert_msg(strstr(err.text, words), "\"%s\" says nothing of \"%s\"", err.text, words);
	if (hint)
		ck_assert_msg(strstr(err.text, hint), "\"%s\" lacks \"%s\"", err.text, hint);
}

START_TEST(settles_on_the_smaller_version)
{
	start(NULL);
	ck_assert_int_eq(negotiate(), 0);
	ck_assert_str_eq(engine_client_api_version(client), "1.41");
	ck_assert_ptr_null(engine_client_endpoint(client)->socket);
	ck_assert_str_eq(engine_client_endpoint(client)->name, engine.endpoint);
	stop();
}
END_TEST

static const struct {
	const char *version;
	int result;
	const char *settled;
} versions[] = {
	{"{\"ApiVersion\": \"1.41\"}", 0, "1.41"},
	{"{\"ApiVersion\": \"1.99\", \"MinAPIVersion\": \"1.44\"}", 0, ENGINE_API_NEWEST},
	{"{\"ApiVersion\": \"1.51\", \"MinAPIVersion\": \"1.51\"}", 0, "1.51"},
	{"{\"ApiVersion\": \"1.40\", \"MinAPIVersion\": \"1.12\"}", -EPROTONOSUPPORT,
	 "API 1.12 to 1.40, bulkhead 1.41 to 1.55"},
	{"{\"ApiVersion\": \"1.99\", \"MinAPIVersion\": \"1.60\"}", -EPROTONOSUPPORT,
	 "API 1.60 to 1.99, bulkhead 1.41 to 1.55"},
	{"{\"ApiVersion\": \"one\"}", -EPROTO, "no ApiVersion"},
	{"{\"ApiVersion\": \"1.41.7\"}", -EPROTO, "no ApiVersion"},
	{"{\"ApiVersion\": \"10000.41\"}", -EPROTO, "no ApiVersion"},
	{"{\"Version\": \"20.10\"}", -EPROTO, "no ApiVersion"},
	{"[]", -EPROTO, "no ApiVersion"},
	{"null", -EPROTO, "no ApiVersion"},
};

START_TEST(versions_meet_or_not)
{
	const struct engine_client_options options = {.endpoint = engine.endpoint};
	char reply[256];

	snprintf(reply, sizeof(reply), "/version=%s", versions[_i].version);
	fake_engine_start(&engine, (const char *[]){"--tcp", "--reply", reply, NULL});
	open_client(&options);
	ck_assert_int_eq(negotiate(), versions[_i].result);
	if (versions[_i].result == 0)
		ck_assert_str_eq(engine_client_api_version(client), versions[_i].settled);
	else
		assert_says(versions[_i].settled);
	stop();
}
END_TEST

/* What answers to GET /version may be anything. */
static const struct {
	const char *fault;
	int result;
	const char *words;
} strangers[] = {
	{"/version=html", -EPROTO, "gave text/html"},
	{"/version=empty", -EPROTO, "an empty answer"},
	{"/version=garbage", -EPROTO, "no HTTP"},
	{"/version=close", -EPROTO, "no HTTP"},
	{"/version=redirect", -EPROTO, "HTTP 301"},
	{"/version=status-502", -EPROTO, "HTTP 502"},
	{"/version=status-500", -EREMOTEIO, "HTTP 500: the disk is full"},
	{"/version=wants-tls", -EPROTO, "DOCKER_TLS_VERIFY=1"},
	{"/version=silent", -ETIMEDOUT, "GET /version: no whole answer within 1 seconds"},
};

START_TEST(strangers_are_told_apart)
{
	start(strangers[_i].fault);
	ck_assert_int_eq(negotiate(), strangers[_i].result);
	assert_says(strangers[_i].words);
	stop();
}
END_TEST

static const struct {
	const char *fault;
	int result;
	const char *words;
} failures[] = {
	{"/info=status-500", -EREMOTEIO, "GET /info: HTTP 500: the disk is full"},
	{"/info=status-502", -EREMOTEIO, "GET /info: HTTP 502: that is not how an engine answers"},
	{"/info=status-404", -ESRCH, "GET /info: HTTP 404: No such object"},
	{"/info=too-old", -EPROTONOSUPPORT, "Minimum supported API version is 1.44"},
	{"/info=malformed", -EBADMSG, "GET /info: malformed JSON: line 2"},
	{"/info=truncated", -EBADMSG, "GET /info: the answer is cut off after 13 bytes"},
	{"/info=cut-chunk", -EBADMSG, "GET /info: the answer is cut off"},
	{"/info=html", -EPROTO, "no Docker engine"},
	{"/info=huge", -EFBIG, "GET /info: the answer is larger than 100000 bytes"},
	{"/info=drip", -ETIMEDOUT, "raise --timeout"},
	{"/info=silent", -ETIMEDOUT, "GET /info: no whole answer within 1 seconds"},
};

START_TEST(failures_have_their_own_sentences)
{
	start(failures[_i].fault);
	ck_assert_msg(negotiate() == 0, "%s", err.text);
	ck_assert_int_eq(get("/info"), failures[_i].result);
	assert_says(failures[_i].words);
	ck_assert_int_eq(get("/networks"), 0);
	stop();
}
END_TEST

START_TEST(nothing_but_get_and_few_connections)
{
	cleanup_doc cJSON *requests = NULL;
	double first = 0;

	start(NULL);
	ck_assert_int_eq(negotiate(), 0);
	for (int i = 0; i < 5; i++)
		ck_assert_int_eq(get("/info"), 0);
	ck_assert_int_eq(engine_client_get(client, "/requests", &requests, &err), 0);
	ck_assert_int_eq(cJSON_GetArraySize(requests), 6);
	doc_for_each (request, requests) {
		double connection = doc_at(request, "connection")->valuedouble;

		ck_assert_str_eq(doc_string_or(request, "method", ""), "GET");
		ck_assert_str_eq(doc_string_or(request, "headers.Accept", ""), "application/json");
		ck_assert_str_eq(doc_string_or(request, "headers.User-Agent", ""),
				 "bulkhead/" PACKAGE_VERSION);
		ck_assert(first == 0 || first == connection);
		first = connection;
	}
	stop();
}
END_TEST

static size_t good, bad;

static void count(void *data, size_t i, cJSON *doc, const struct error *cause)
{
	char *seen = data;

	seen[i]++;
	*(doc ? &good : &bad) += 1;
	ck_assert_int_eq(doc ? 0 : ESRCH, cause->code);
	cJSON_Delete(doc);
}

START_TEST(every_request_of_many_is_answered_once)
{
	const char *paths[50];
	char seen[50] = "";

	for (size_t i = 0; i < 50; i++)
		paths[i] = i % 5 ? "/info" : "/nothing";
	start(NULL);
	ck_assert_int_eq(negotiate(), 0);
	engine_client_get_all(client, paths, 50, count, seen);
	ck_assert_uint_eq(good, 40);
	ck_assert_uint_eq(bad, 10);
	for (size_t i = 0; i < 50; i++)
		ck_assert_int_eq(seen[i], 1);
	engine_client_get_all(client, paths, 0, count, seen);
	stop();
}
END_TEST

START_TEST(the_deadline_of_all_requests_holds)
{
	const struct engine_client_options options = {.endpoint = engine.endpoint, .timeout = 1};

	fake_engine_start(&engine, (const char *[]){"--tcp", "--fault", "/info=silent", NULL});
	open_client(&options);
	ck_assert_int_eq(negotiate(), 0);
	ck_assert_int_eq(get("/info"), -ETIMEDOUT);
	assert_says("before the 1 seconds for all requests were over");
	ck_assert_int_eq(get("/networks"), -ETIMEDOUT);
	stop();
}
END_TEST

START_TEST(unix_socket)
{
	char *directory = unit_directory();
	char endpoint[sizeof(engine.endpoint) + 8], socket[64];
	const struct engine_client_options options = {.endpoint = endpoint};

	snprintf(socket, sizeof(socket), "%s/docker.sock", directory);
	fake_engine_start(&engine, (const char *[]){"--listen", socket, NULL});
	snprintf(endpoint, sizeof(endpoint), "%s", engine.endpoint);
	open_client(&options);
	ck_assert_int_eq(negotiate(), 0);
	ck_assert_str_eq(engine_client_endpoint(client)->socket,
			 engine.endpoint + strlen("unix://"));
	stop();
	unit_remove_directory(directory);
}
END_TEST

static int failure_of(const char *endpoint)
{
	const struct engine_client_options options = {.endpoint = endpoint};
	int r;

	open_client(&options);
	r = negotiate();
	return r;
}

START_TEST(no_engine_at_the_socket)
{
	char *directory = unit_directory();
	char endpoint[512], here[256];

	ck_assert_ptr_nonnull(getcwd(here, sizeof(here)));
	snprintf(endpoint, sizeof(endpoint), "unix://%s/%s/none.sock", here, directory);
	ck_assert_int_eq(failure_of(endpoint), -ENOENT);
	assert_says("is Docker installed and running? (systemctl start docker)");
	engine_client_free(client);

	free(unit_write_file(directory, "file", "", 0));
	snprintf(endpoint, sizeof(endpoint), "unix://%s/%s/file", here, directory);
	ck_assert_int_eq(failure_of(endpoint), -ECONNREFUSED);
	assert_says("is no socket");
	engine_client_free(client);

	ck_assert_int_eq(failure_of("tcp://127.0.0.1:1"), -ECONNREFUSED);
	assert_says("connection refused at tcp://127.0.0.1:1");
	engine_client_free(client);
	unit_remove_directory(directory);
}
END_TEST

/* Root may open any socket, so this test gives its rights away. */
START_TEST(permission_denied_names_the_group)
{
	char *directory = unit_directory();
	char socket[64];

	snprintf(socket, sizeof(socket), "%s/docker.sock", directory);
	fake_engine_start(&engine, (const char *[]){"--listen", socket, NULL});
	ck_assert_int_eq(chmod(directory, 0755), 0);
	ck_assert_int_eq(chmod(socket, 0), 0);
	if (geteuid() == 0)
		ck_assert_int_eq(seteuid(65534), 0);
	if (access(engine.endpoint + strlen("unix://"), F_OK) == 0) {
		ck_assert_int_eq(failure_of(engine.endpoint), -EACCES);
		assert_says("a member of the group that owns the socket (");
	} else {
		ck_assert_int_eq(failure_of(engine.endpoint), -EACCES);
		assert_says("may not enter its directory");
	}
	engine_client_free(client);
	if (getuid() == 0)
		ck_assert_int_eq(seteuid(0), 0);
	fake_engine_stop(&engine);
	unit_remove_directory(directory);
}
END_TEST

START_TEST(tls_by_the_environment_of_docker)
{
	char *directory = unit_directory(), *other = unit_directory();
	struct engine_client_options options = {.endpoint = engine.endpoint};
	char path[64];

	fake_engine_start(&engine, (const char *[]){"--tcp", "--tls", directory, NULL});
	setenv("DOCKER_CERT_PATH", directory, 1);
	open_client(&options);
	ck_assert_int_lt(negotiate(), 0); /* without TLS */
	engine_client_free(client);

	setenv("DOCKER_TLS_VERIFY", "1", 1);
	open_client(&options);
	ck_assert_msg(negotiate() == 0, "%s", err.text);
	ck_assert_int_eq(get("/info"), 0);
	engine_client_free(client);

	snprintf(path, sizeof(path), "%s/cert.pem", directory);
	ck_assert_int_eq(unlink(path), 0);
	open_client(&options);
	ck_assert_int_eq(negotiate(), -EPROTO);
	assert_says("cert.pem and key.pem, which are not there");
	engine_client_free(client);

	setenv("DOCKER_CERT_PATH", other, 1);
	ck_assert_int_eq(engine_client_new(&options, &client, &err), -EINVAL);
	ck_assert_ptr_nonnull(strstr(err.text, "DOCKER_CERT_PATH names the directory"));
	fake_engine_stop(&engine);
	unit_remove_directory(directory);
	unit_remove_directory(other);
}
END_TEST

START_TEST(tls_of_another_authority_is_refused)
{
	char *directory = unit_directory(), *other = unit_directory();
	struct engine_client_options options = {.endpoint = engine.endpoint};
	struct fake_engine another;

	fake_engine_start(&another, (const char *[]){"--tcp", "--tls", other, NULL});
	fake_engine_start(&engine, (const char *[]){"--tcp", "--tls", directory, NULL});
	setenv("DOCKER_CERT_PATH", other, 1);
	setenv("DOCKER_TLS_VERIFY", "1", 1);
	open_client(&options);
	ck_assert_int_eq(negotiate(), -EPROTO);
	assert_says("no TLS connection to tcp://127.0.0.1");
	stop();
	fake_engine_stop(&another);
	unit_remove_directory(directory);
	unit_remove_directory(other);
}
END_TEST

Suite *suite_engine_client(void)
{
	const TTest *const tests[] = {
		settles_on_the_smaller_version,
		nothing_but_get_and_few_connections,
		every_request_of_many_is_answered_once,
		the_deadline_of_all_requests_holds,
		unix_socket,
		no_engine_at_the_socket,
		permission_denied_names_the_group,
		tls_by_the_environment_of_docker,
		tls_of_another_authority_is_refused,
		NULL,
	};
	Suite *suite = unit_suite("engine_client", tests);
	TCase *loops = tcase_create("loops");

	tcase_set_timeout(loops, 60);
	tcase_add_loop_test(loops, versions_meet_or_not, 0, N_ELEMENTS(versions));
	tcase_add_loop_test(loops, strangers_are_told_apart, 0, N_ELEMENTS(strangers));
	tcase_add_loop_test(loops, failures_have_their_own_sentences, 0, N_ELEMENTS(failures));
	suite_add_tcase(suite, loops);
	return suite;
}
