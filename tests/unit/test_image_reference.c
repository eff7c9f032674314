/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/image_reference.h"

#include "base/doc.h"
#include "base/reference.h"
#include "tests/unit/unit.h"

#include <string.h>

#define HEX "4bb46517cac3a6ef7e1d1ce8e3e9d9d7e5b1d3d9a1f0e2c3b4a5968778695a4b"

static const struct {
	const char *spelling, *canonical;
} spellings[] = {
	{"nginx", "docker.io/library/nginx:latest"},
	{"nginx:1.27", "docker.io/library/nginx:1.27"},
	{"library/nginx", "docker.io/library/nginx:latest"},
	{"docker.io/nginx", "docker.io/library/nginx:latest"},
	{"index.docker.io/library/nginx:1", "docker.io/library/nginx:1"},
	{"grafana/grafana", "docker.io/grafana/grafana:latest"},
	{"localhost/app", "localhost/app:latest"},
	{"localhost:5000/app", "localhost:5000/app:latest"},
	{"registry.example.com:5000/a/b:v1", "registry.example.com:5000/a/b:v1"},
	{"nginx@sha256:" HEX, "docker.io/library/nginx@sha256:" HEX},
	{"nginx:1.27@sha256:" HEX, "docker.io/library/nginx@sha256:" HEX},
	{"quay.io/a/b:1@sha256:" HEX, "quay.io/a/b@sha256:" HEX},
	{"", "docker.io/library/:latest"},
	{":", "docker.io/library/:"},
	{"@", "docker.io/library/@"},
	{"@/x", "docker.io/library/@/x"},
	{"a.b/@", "a.b/@"},
	{"a@b.c/d", "docker.io/library/a@b.c/d"},
};

START_TEST(one_spelling_of_many)
{
	cleanup_arena struct arena *arena = arena_new();

	ck_assert_str_eq(reference_canonical(arena, spellings[_i].spelling),
			 spellings[_i].canonical);
}
END_TEST

START_TEST(references_point_to_images)
{
	static const char images[] =
		"[{\"Id\": \"sha256:" HEX "\", \"RepoTags\": [\"nginx:latest\", \"a.b/c:1\"],"
		"  \"RepoDigests\": [\"nginx@sha256:1234\"]},"
		" {\"Id\": \"sha256:5\", \"RepoTags\": null, \"RepoDigests\": [7]}, null, {}]";
	static const char containers[] =
		"[{\"Image\": \"sha256:5\", \"Config\": {\"Image\": \"docker.io/library/nginx\"}},"
		" {\"Image\": \"sha256:5\", \"Config\": {\"Image\": \"nginx\"}},"
		" {\"Image\": \"sha256:5\", \"Config\": {\"Image\": \"nginx\"}},"
		" {\"Image\": \"sha256:5\", \"Config\": {\"Image\": \"nginx:1.25\"}},"
		" {\"Image\": \"sha256:5\", \"Config\": {\"Image\": \"nginx:9@sha256:1234\"}},"
		" {\"Image\": \"sha256:" HEX "\", \"Config\": {\"Image\": \"4bb46517cac3\"}},"
		" {\"Image\": \"sha256:5\", \"Config\": {\"Image\": \"beef\"}},"
		" {\"Image\": \"sha256:5\", \"Config\": {\"Image\": \"sha256:" HEX "\"}},"
		" {\"Image\": \"sha256:5\", \"Config\": {\"Image\": 7}}, 7, {}]";
	cleanup_doc cJSON *some = cJSON_Parse(images), *made = cJSON_Parse(containers);
	cleanup_doc cJSON *references = image_references(some, made), *expected = NULL;

	expected = cJSON_Parse("{\"beef\": null, \"docker.io/library/nginx\": \"sha256:" HEX "\","
			       " \"nginx\": \"sha256:" HEX "\", \"nginx:1.25\": null,"
			       " \"nginx:9@sha256:1234\": \"sha256:" HEX "\"}");
	ck_assert(cJSON_Compare(references, expected, true));
}
END_TEST

Suite *suite_image_reference(void)
{
	const TTest *const tests[] = {references_point_to_images, NULL};
	Suite *suite = unit_suite("image_reference", tests);
	TCase *loops = tcase_create("loops");

	tcase_add_loop_test(loops, one_spelling_of_many, 0, N_ELEMENTS(spellings));
	suite_add_tcase(suite, loops);
	return suite;
}
