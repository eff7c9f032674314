/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/facts.h"
#include "tests/unit/snapshots.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <string.h>

static void refuses(const char *json, const char *reason)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_doc cJSON *snapshot = cJSON_Parse(json);
	const struct facts *facts = NULL;
	struct error err = {0};

	ck_assert_int_eq(facts_load(arena, snapshot, &facts, &err), -EBADMSG);
	ck_assert_ptr_null(facts);
	ck_assert_ptr_nonnull(strstr(err.text, reason));
}

START_TEST(refused)
{
	refuses("{}", "format");
	refuses("[]", "format");
	refuses("null", "format");
	refuses("{\"format\": 1, \"version\": 1}", "format");
	refuses("{\"format\": \"bulkhead-results\", \"version\": 1}", "format");
	refuses("{\"format\": \"bulkhead-snapshot\"}", "version");
	refuses("{\"format\": \"bulkhead-snapshot\", \"version\": \"1\"}", "version");
	refuses("{\"format\": \"bulkhead-snapshot\", \"version\": 2}", "up to 1");
}
END_TEST

START_TEST(empty)
{
	cleanup_loaded struct loaded l = loaded_from("%s", "'engine': {}");

	ck_assert_uint_eq(l.facts->subjects[SUBJECT_HOST].n, 1);
	ck_assert_ptr_nonnull(l.facts->subjects[SUBJECT_HOST].items[0].unread);
	ck_assert_uint_eq(l.facts->subjects[SUBJECT_ENGINE].n, 1);
	ck_assert_ptr_nonnull(l.facts->subjects[SUBJECT_ENGINE].items[0].unread);
	for (int kind = SUBJECT_IMAGE; kind < SUBJECT_KIND_COUNT; kind++) {
		ck_assert_uint_eq(l.facts->subjects[kind].n, 0);
		ck_assert_ptr_nonnull(l.facts->subjects[kind].unread);
	}
	ck_assert_ptr_null(facts_container(l.facts, "web"));
	ck_assert_uint_eq(l.facts->host.unprivileged_port_start, 1024);
	ck_assert_uint_eq(l.facts->host.cgroup_version, 0);
}
END_TEST

START_TEST(no_engine)
{
	cleanup_loaded struct loaded l =
		loaded_from("'engine': {'unread': {'engine': 'no socket'}}, 'host': {}");

	ck_assert_str_eq(l.facts->subjects[SUBJECT_ENGINE].items[0].unread, "no socket");
	ck_assert_str_eq(l.facts->subjects[SUBJECT_CONTAINER].unread, "no socket");
	ck_assert_ptr_null(l.facts->subjects[SUBJECT_HOST].items[0].unread);
}
END_TEST

START_TEST(presentation)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'engine': {'api_version': '1.41',"
		" 'version': {'Version': '20.10.24+dfsg1', 'Components': [{'Name': 'Engine'}]},"
		" 'info': {'SecurityOptions': ['name=apparmor', 'name=seccomp,profile=default',"
		"  'name=rootlessness'], 'Swarm': {'LocalNodeState': 'locked'}}}");
	const struct engine *engine = &l.facts->engine;

	ck_assert_str_eq(engine->name, "Docker Engine");
	ck_assert_uint_eq(engine->major, 20);
	ck_assert_uint_eq(engine->minor, 10);
	ck_assert(engine->apparmor && !engine->rootless && !engine->selinux);
	ck_assert_str_eq(engine->swarm_state, "locked");
	ck_assert_ptr_nonnull(engine->daemon_unread);
}
END_TEST

START_TEST(versions)
{
	static const struct {
		const char *text;
		unsigned major, minor;
	} cases[] = {
		{"29.0.0-rc.1", 29, 0}, {"26.1", 26, 1}, {"dev", 0, 0},
		{"20", 0, 0},           {"20.x", 0, 0},  {"99999999999999999999.1", 999999999, 1},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_loaded struct loaded l =
			loaded_from("'engine': {'version': {'Version': '%s'}}", cases[i].text);

		if (cases[i].major < 1000)
			ck_assert_uint_eq(l.facts->engine.major, cases[i].major);
		ck_assert_uint_eq(l.facts->engine.minor, cases[i].minor);
	}
}
END_TEST

START_TEST(subjects)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'engine': {'images': [{'Id': 'sha256:1', 'RepoTags': ['nginx:1']},"
		" {'Id': 'sha256:2', 'RepoTags': null, 'RepoDigests': []},"
		" {'Id': 'sha256:3', 'unread': 'HTTP 500'}, null, 7],"
		" 'networks': [{'Name': 'bridge', 'Id': 'n1'}],"
		" 'containers': [{'Id': 'c2', 'Name': '/web', 'State': {'Running': false,"
		"   'Status': 'exited'}, 'HostConfig': {'Privileged': false}, 'Config': {'Image': "
		"'nginx:1', 'Labels':"
		"   {'com.docker.compose.project': 'shop', 'com.docker.compose.service': 'www'}}},"
		"  {'Id': 'c1', 'Name': '/web', 'unread': 'HTTP 500'}]}");
	const struct subject_list *images = &l.facts->subjects[SUBJECT_IMAGE];
	const struct subject_list *containers = &l.facts->subjects[SUBJECT_CONTAINER];

	ck_assert_uint_eq(images->n, 5);
	ck_assert_str_eq(images->items[2].name, "nginx:1");
	ck_assert_str_eq(images->items[4].unread, "HTTP 500");
	ck_assert_ptr_null(images->items[4].doc);
	ck_assert_ptr_nonnull(images->items[0].unread);
	ck_assert_uint_eq(containers->n, 2);
	ck_assert_str_eq(containers->items[0].id, "c1");
	ck_assert_str_eq(containers->items[0].unread, "HTTP 500");
	ck_assert_ptr_null(containers->items[0].container);
	ck_assert_str_eq(containers->items[1].state, "exited");
	ck_assert_str_eq(containers->items[1].project, "shop");
	ck_assert_str_eq(containers->items[1].service, "www");
	ck_assert_ptr_eq(containers->items[1].container, facts_container(l.facts, "web"));
	ck_assert_ptr_eq(containers->items[1].container, facts_container(l.facts, "c2"));
}
END_TEST

/* Every invariant that checks stand on, whatever the snapshot holds. */
static void check_invariants(const struct facts *facts)
{
	size_t n_names;
	cleanup_arena struct arena *arena = arena_new();
	const char *const *names = settings_names(arena, &n_names);

	for (size_t i = 0; i < n_names; i++) {
		const struct setting *setting = facts_setting(facts, names[i]);

		ck_assert_ptr_nonnull(setting);
		ck_assert_msg(!setting->value != !setting->unknown, "%s", names[i]);
		for (size_t s = 0; s < setting->n_sources; s++)
			ck_assert(setting->sources[s].path && setting->sources[s].value);
	}
	for (int kind = 0; kind < SUBJECT_KIND_COUNT; kind++) {
		const struct subject_list *list = &facts->subjects[kind];

		ck_assert(!list->unread || !list->n);
		for (size_t i = 0; i < list->n; i++) {
			const struct subject *subject = &list->items[i];

			ck_assert_ptr_nonnull(subject->name);
			ck_assert_msg(!subject->doc != !subject->unread, "%s", subject->name);
			ck_assert(!subject->container ==
				  !(kind == SUBJECT_CONTAINER && subject->doc));
		}
	}
}

static void check_containers(const struct facts *facts)
{
	const struct subject_list *list = &facts->subjects[SUBJECT_CONTAINER];

	for (size_t i = 0; i < list->n; i++) {
		const struct container *c = list->items[i].container;

		if (!c)
			continue;
		ck_assert(c->id && c->name && c->image && c->status && c->inspect);
		ck_assert(!container_init(c) == !!c->kernel_unread);
		ck_assert(c->memory.declared.known && c->cpu.declared.known);
		for (size_t m = 0; m < c->n_mounts; m++) {
			ck_assert(c->mounts[m].destination && c->mounts[m].type);
			ck_assert_ptr_nonnull(c->mounts[m].propagation);
			ck_assert(m == 0 || strcmp(c->mounts[m - 1].destination,
						   c->mounts[m].destination) < 0);
		}
		for (int kind = 0; kind < NAMESPACE_COUNT; kind++)
			ck_assert_ptr_nonnull(c->namespaces[kind].mode);
	}
}

static void load_and_check(const cJSON *snapshot)
{
	cleanup_arena struct arena *arena = arena_new();
	const struct facts *facts;
	struct error err;

	if (facts_load(arena, snapshot, &facts, &err) == 0) {
		check_invariants(facts);
		check_containers(facts);
	}
}

/* Values of every type, none of which is what a member should be. */
static const char *const wrong_values[] = {
	"null",
	"true",
	"-1e300",
	"\"%s\\n 9:\\\\777 :/\\n\"",
	"[null, \"x\", [], {\"a\": 1}]",
	"{\"a\": null, \"\": [], \"x\": {\"y\": 1}}",
};

#define MOST_SPOILED 30

/* Swap what two items hold, but not their places and names. */
static void swap_values(cJSON *a, cJSON *b)
{
	cJSON keep = *a;

	a->type = b->type;
	a->child = b->child;
	a->valuestring = b->valuestring;
	a->valuedouble = b->valuedouble;
	b->type = keep.type;
	b->child = keep.child;
	b->valuestring = keep.valuestring;
	b->valuedouble = keep.valuedouble;
}

/*
 * Put wrong values in the place of everything below parent, two for each and all of them in turn;
 * of a long list the first do for the others.
 */
static void spoil(const cJSON *snapshot, cJSON *parent)
{
	size_t n = 0;

	for (cJSON *item = parent->child; item && n < MOST_SPOILED; item = item->next, n++) {
		for (size_t i = n % 3; i < N_ELEMENTS(wrong_values); i += 3) {
			cleanup_doc cJSON *wrong = cJSON_Parse(wrong_values[i]);

			ck_assert_ptr_nonnull(wrong);
			swap_values(item, wrong);
			load_and_check(snapshot);
			swap_values(item, wrong);
		}
		spoil(snapshot, item);
	}
}

START_TEST(recorded)
{
	cleanup_doc cJSON *snapshot = recorded_snapshot();

	load_and_check(snapshot);
}
END_TEST

START_TEST(spoiled)
{
	cleanup_doc cJSON *snapshot = recorded_snapshot();

	spoil(snapshot, snapshot);
}
END_TEST

Suite *suite_facts(void)
{
	const TTest *const tests[] = {refused,  presentation, empty,   no_engine, versions,
				      subjects, recorded,     spoiled, NULL};

	return unit_suite("facts", tests);
}
