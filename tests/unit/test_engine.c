/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/engine.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"
#include "collect/snapshot.h"
#include "tests/unit/fake_engine.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

#define WEB   "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define DB    "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define NGINX "sha256:1111111111111111111111111111111111111111111111111111111111111111"

static unsigned progressed;

static void count_progress(void *data, const char *what, unsigned done, unsigned total)
{
	(void)data;
	ck_assert_ptr_nonnull(what);
	ck_assert_uint_le(done, total);
	progressed++;
}

/* The snapshot of a fake engine that is told to misbehave by its arguments. */
static cJSON *collect_from(const char *const *arguments, bool expected)
{
	const struct collect_options collect_options = {.progress = count_progress};
	struct fake_engine engine;
	const struct engine_client_options options = {
		.endpoint = engine.endpoint, .request_timeout = 1, .ceiling = 1000000};
	struct engine_client *client;
	cJSON *snapshot = snapshot_new();

	fake_engine_start(&engine, arguments);
	ck_assert_int_eq(engine_client_new(&options, &client, NULL), 0);
	ck_assert(engine_collect(client, &collect_options, NULL, snapshot) == expected);
	ck_assert_str_eq(doc_string_or(snapshot, "endpoint", ""), engine.endpoint);
	engine_client_free(client);
	fake_engine_stop(&engine);
	return snapshot;
}

static const char *string_at(const cJSON *doc, const char *list, int i, const char *path)
{
	return doc_string_or(cJSON_GetArrayItem(doc_at(doc, list), i), path, "(absent)");
}

static int length_of(const cJSON *doc, const char *list)
{
	const cJSON *item = doc_at(doc, list);

	ck_assert_msg(cJSON_IsArray(item), "%s is no list", list);
	return cJSON_GetArraySize(item);
}

START_TEST(healthy)
{
	cleanup_doc cJSON *snapshot = collect_from((const char *[]){"--tcp", NULL}, true);
	cleanup_free char *text = cJSON_PrintUnformatted(snapshot);
	const cJSON *history;

	ck_assert_str_eq(doc_string_or(snapshot, "engine.api_version", ""), "1.41");
	ck_assert_str_eq(doc_string_or(snapshot, "engine.version.Version", ""), "20.10.24");
	ck_assert_str_eq(doc_string_or(snapshot, "engine.info.Name", ""), "sample");
	ck_assert_int_eq(length_of(snapshot, "engine.containers"), 2);
	ck_assert_str_eq(string_at(snapshot, "engine.containers", 0, "Name"), "/web");
	ck_assert_str_eq(string_at(snapshot, "engine.containers", 1, "Name"), "/db");
	ck_assert_int_eq(length_of(snapshot, "engine.execs"), 1);
	ck_assert_str_eq(string_at(snapshot, "engine.execs", 0, "ID"), "e1");
	ck_assert_int_eq(length_of(snapshot, "engine.images"), 1);
	ck_assert_str_eq(string_at(snapshot, "engine.images", 0, "Id"), NGINX);
	history = doc_at(doc_at(snapshot, "engine.images")->child, "history");
	ck_assert_str_eq(string_at(history, "", 0, "step"), "ADD file:<1 bytes> /");
	ck_assert_str_eq(string_at(history, "", 1, "step"), "ENV TOKEN=<7 bytes>");
	ck_assert_int_eq(length_of(snapshot, "engine.plugins"), 0);
	ck_assert_int_eq(length_of(snapshot, "engine.volumes"), 0);
	ck_assert_int_eq(length_of(snapshot, "engine.networks"), 1);
	ck_assert_ptr_nonnull(doc_at(snapshot, "engine.networks")->child->child);
	ck_assert_str_eq(doc_string_or(snapshot, "engine.image_references.nginx", ""), NGINX);
	ck_assert_ptr_null(doc_at(snapshot, "problems"));
	ck_assert_ptr_null(doc_at(snapshot, "engine.unread"));
	ck_assert_ptr_null(strstr(text, "hunter2"));
	ck_assert_uint_gt(progressed, 5);
}
END_TEST

START_TEST(the_default_bridge_says_who_is_attached)
{
	cleanup_doc cJSON *snapshot = collect_from((const char *[]){"--tcp", NULL}, true);
	const cJSON *bridge = doc_at(snapshot, "engine.networks")->child;

	ck_assert_str_eq(doc_string_or(bridge, "Containers." WEB ".Name", ""), "web");
}
END_TEST

START_TEST(a_container_that_disappears_is_a_note)
{
	cleanup_doc cJSON *snapshot = collect_from(
		(const char *[]){"--tcp", "--fault", "/containers/" DB "/json=status-404", NULL},
		true);

	ck_assert_int_eq(length_of(snapshot, "engine.containers"), 1);
	ck_assert_int_eq(length_of(snapshot, "problems"), 1);
	ck_assert_str_eq(string_at(snapshot, "problems", 0, "reason"),
			 "container /db disappeared between list and inspect");
	ck_assert(doc_bool_or(doc_at(snapshot, "problems")->child, "note", false));
}
END_TEST

START_TEST(a_container_that_cannot_be_read_stays_in_the_list)
{
	cleanup_doc cJSON *snapshot = collect_from(
		(const char *[]){"--tcp", "--fault", "/containers/" DB "/json=status-500", NULL},
		true);
	const cJSON *problem;

	ck_assert_int_eq(length_of(snapshot, "engine.containers"), 2);
	ck_assert_str_eq(string_at(snapshot, "engine.containers", 1, "Id"), DB);
	ck_assert_str_eq(string_at(snapshot, "engine.containers", 1, "Name"), "/db");
	ck_assert_str_eq(string_at(snapshot, "engine.containers", 1, "Config.Image"), "nginx");
	ck_assert_str_eq(string_at(snapshot, "engine.containers", 1, "State.Status"), "exited");
	ck_assert_str_eq(string_at(snapshot, "engine.containers", 1, "unread"),
			 "GET /containers/" DB "/json: HTTP 500: the disk is full");
	ck_assert_int_eq(length_of(snapshot, "problems"), 1);
	problem = doc_at(snapshot, "problems")->child;
	ck_assert_str_eq(doc_string_or(problem, "source", ""), "GET /containers/" DB "/json");
	ck_assert_str_eq(doc_string_or(problem, "reason", ""), "HTTP 500: the disk is full");
	ck_assert(!doc_bool_or(problem, "note", true));
}
END_TEST

/* A fault, the member that is then unread, and words of its reason. */
static const struct {
	const char *fault, *member, *words;
	const char *beside; /* is unread as well */
} losses[] = {
	{"/containers/json=status-500", "containers", "the disk is full", NULL},
	{"/containers/json=number", "containers", "no list of objects with an Id", NULL},
	{"/containers/json=malformed", "containers", "malformed JSON", NULL},
	{"/info=status-500", "info", "the disk is full", NULL},
	{"/info=null", "info", "no object", NULL},
	{"/info=silent", "info", "within 1 seconds", NULL},
	{"/networks=truncated", "networks", "cut off", NULL},
	{"/plugins=number", "plugins", "no list of objects with an Id", NULL},
	{"/volumes=number", "volumes", "no list of volumes", NULL},
	{"/images/json=status-500", "image_references", "the disk is full", "images"},
};

START_TEST(what_is_lost_is_unread)
{
	cleanup_doc cJSON *snapshot =
		collect_from((const char *[]){"--tcp", "--fault", losses[_i].fault, NULL}, true);
	const cJSON *unread = doc_at(snapshot, "engine.unread");

	ck_assert_int_eq(cJSON_GetArraySize(unread), losses[_i].beside ? 2 : 1);
	if (losses[_i].beside)
		ck_assert_ptr_nonnull(doc_member(unread, losses[_i].beside));
	ck_assert_ptr_nonnull(
		strstr(doc_string_or(unread, losses[_i].member, ""), losses[_i].words));
	ck_assert_ptr_null(doc_member(doc_at(snapshot, "engine"), losses[_i].member));
	ck_assert_int_eq(length_of(snapshot, "problems"), 1);
	ck_assert_ptr_nonnull(
		strstr(string_at(snapshot, "problems", 0, "reason"), losses[_i].words));
}
END_TEST

START_TEST(null_is_an_empty_list)
{
	static const char *const lists[] = {"/containers/json=null", "/networks=null",
					    "/images/json=null", "/volumes=null", "/plugins=null"};
	cleanup_doc cJSON *snapshot =
		collect_from((const char *[]){"--tcp", "--fault", lists[_i], NULL}, true);

	ck_assert_ptr_null(doc_at(snapshot, "engine.unread"));
	ck_assert_ptr_null(doc_at(snapshot, "problems"));
	length_of(snapshot, "engine.containers");
	length_of(snapshot, "engine.networks");
	length_of(snapshot, "engine.plugins");
	length_of(snapshot, "engine.volumes");
	length_of(snapshot, "engine.execs");
	length_of(snapshot, "engine.images");
}
END_TEST

START_TEST(an_image_that_is_gone_is_unread)
{
	cleanup_doc cJSON *snapshot = collect_from(
		(const char *[]){"--tcp", "--fault", "/images/" NGINX "/json=status-404", NULL},
		true);

	ck_assert_int_eq(length_of(snapshot, "engine.images"), 1);
	ck_assert_str_eq(string_at(snapshot, "engine.images", 0, "Id"), NGINX);
	ck_assert_ptr_nonnull(strstr(string_at(snapshot, "engine.images", 0, "unread"), "404"));
	ck_assert(!doc_bool_or(doc_at(snapshot, "problems")->child, "note", true));
}
END_TEST

START_TEST(an_exec_that_ended_is_nothing)
{
	cleanup_doc cJSON *snapshot = collect_from(
		(const char *[]){"--tcp", "--fault", "/exec/e1/json=status-404", NULL}, true);

	ck_assert_int_eq(length_of(snapshot, "engine.execs"), 0);
	ck_assert_ptr_null(doc_at(snapshot, "problems"));
}
END_TEST

START_TEST(an_exec_that_cannot_be_read_is_unread)
{
	cleanup_doc cJSON *snapshot = collect_from(
		(const char *[]){"--tcp", "--fault", "/exec/e2/json=null", NULL}, true);

	ck_assert_int_eq(length_of(snapshot, "engine.execs"), 2);
	ck_assert_str_eq(string_at(snapshot, "engine.execs", 1, "ID"), "e2");
	ck_assert_str_eq(string_at(snapshot, "engine.execs", 1, "ContainerID"), WEB);
	ck_assert_str_eq(string_at(snapshot, "engine.execs", 1, "unread"),
			 "GET /exec/e2/json: the answer describes no exec");
}
END_TEST

START_TEST(no_engine_is_said_with_what_helps)
{
	cleanup_doc cJSON *snapshot = collect_from(
		(const char *[]){"--tcp", "--fault", "/version=wants-tls", NULL}, false);
	const char *reason = doc_string_or(snapshot, "engine.unread.engine", "");

	ck_assert_ptr_nonnull(strstr(reason, "wants TLS"));
	ck_assert_str_eq(string_at(snapshot, "problems", 0, "reason"), reason);
	ck_assert_ptr_null(strstr(reason, "set DOCKER"));
	ck_assert_ptr_nonnull(strstr(string_at(snapshot, "problems", 0, "hint"), "set DOCKER"));
}
END_TEST

/* An engine chooses the ids; they must not choose the paths. */
START_TEST(ids_that_would_be_paths_are_refused)
{
	cleanup_doc cJSON *snapshot = collect_from(
		(const char *[]){"--tcp", "--reply",
				 "/containers/json=[{\"Id\": \"../../info?\"}, {\"Id\": \"\"},"
				 "{\"Id\": \"" WEB "\"}, {\"Id\": \"" WEB "\"}]",
				 NULL},
		true);

	ck_assert_int_eq(length_of(snapshot, "engine.containers"), 1);
	ck_assert_int_eq(length_of(snapshot, "problems"), 2);
}
END_TEST

/* Each container is in the list with its reason; the problems are not a second list of them. */
START_TEST(many_failures_are_summed_up)
{
	cleanup_text struct text reply = {0};
	cleanup_doc cJSON *snapshot = NULL;

	text_add(&reply, "/containers/json=[{\"Id\":\"x0\"}");
	for (int i = 1; i < 40; i++)
		text_addf(&reply, ",{\"Id\":\"x%d\"}", i);
	text_add(&reply, "]");
	snapshot = collect_from((const char *[]){"--tcp", "--reply", reply.bytes, "--fault",
						 "/containers/x*=null", NULL},
				true);
	ck_assert_int_eq(length_of(snapshot, "engine.containers"), 40);
	ck_assert_int_eq(length_of(snapshot, "problems"), 11);
	ck_assert_str_eq(string_at(snapshot, "problems", 10, "reason"),
			 "30 more could not be read");
}
END_TEST

START_TEST(the_endpoint_is_said_to_be_encrypted_or_not)
{
	static const struct {
		const char *endpoint;
		bool tcp;
	} cases[] = {{"tcp://127.0.0.1:1", true}, {"unix:///nonexistent/docker.sock", false}};

	unsetenv("DOCKER_TLS_VERIFY");
	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		const struct collect_options options = {.endpoint = cases[i].endpoint};
		cleanup_doc cJSON *snapshot = NULL;
		bool answered, tls = true;

		ck_assert_int_eq(collect(&options, &snapshot, &answered, NULL), 0);
		ck_assert(!answered);
		ck_assert_int_eq(doc_bool(snapshot, "endpoint_tls", &tls),
				 cases[i].tcp ? DOC_PRESENT : DOC_ABSENT);
		ck_assert(tls == !cases[i].tcp);
	}
}
END_TEST

Suite *suite_engine(void)
{
	const TTest *const tests[] = {
		healthy,
		the_endpoint_is_said_to_be_encrypted_or_not,
		the_default_bridge_says_who_is_attached,
		a_container_that_disappears_is_a_note,
		a_container_that_cannot_be_read_stays_in_the_list,
		an_image_that_is_gone_is_unread,
		an_exec_that_ended_is_nothing,
		an_exec_that_cannot_be_read_is_unread,
		no_engine_is_said_with_what_helps,
		ids_that_would_be_paths_are_refused,
		many_failures_are_summed_up,
		NULL,
	};
	Suite *suite = unit_suite("engine", tests);
	TCase *loops = tcase_create("loops");

	tcase_set_timeout(loops, 60);
	tcase_add_loop_test(loops, what_is_lost_is_unread, 0, N_ELEMENTS(losses));
	tcase_add_loop_test(loops, null_is_an_empty_list, 0, 4);
	suite_add_tcase(suite, loops);
	return suite;
}
