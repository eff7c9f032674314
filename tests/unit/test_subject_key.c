/* SPDX-License-Identifier: Apache-2.0 */

/* What makes two subjects of two audits the same one. */
#include "base/text.h"
#include "judge/subject_key.h"
#include "tests/unit/unit.h"

static const struct {
	struct subject before, after;
	bool same;
} pairs[] = {
	/* Containers that were created anew, by a newer release. */
	{{.kind = SUBJECT_CONTAINER, .name = "web", .id = "aa", .image = "nginx:1.27"},
	 {.kind = SUBJECT_CONTAINER, .name = "web", .id = "bb", .image = "nginx:1.28@sha256:cc"},
	 true},
	{{.kind = SUBJECT_CONTAINER, .name = "web", .image = "host:5000/nginx:1"},
	 {.kind = SUBJECT_CONTAINER, .name = "web", .image = "host:5000/nginx"},
	 true},
	{{.kind = SUBJECT_CONTAINER, .name = "web", .image = "host:5000/nginx"},
	 {.kind = SUBJECT_CONTAINER, .name = "web", .image = "host:5001/nginx"},
	 false},
	{{.kind = SUBJECT_CONTAINER, .name = "web", .image = "nginx"},
	 {.kind = SUBJECT_CONTAINER, .name = "web", .image = "httpd"},
	 false},
	{{.kind = SUBJECT_CONTAINER, .name = "web", .image = "nginx"},
	 {.kind = SUBJECT_CONTAINER, .name = "www", .image = "nginx"},
	 false},
	{{.kind = SUBJECT_CONTAINER, .name = "web", .image = "sha256:aa"},
	 {.kind = SUBJECT_CONTAINER, .name = "web", .image = "sha256:bb"},
	 true},
	{{.kind = SUBJECT_CONTAINER, .name = "web"},
	 {.kind = SUBJECT_CONTAINER, .name = "web", .id = "bb"},
	 true},
	/* Replicas of a service. */
	{{.kind = SUBJECT_CONTAINER, .name = "shop-web-1", .project = "shop", .service = "web"},
	 {.kind = SUBJECT_CONTAINER, .name = "shop-web-2", .project = "shop", .service = "web"},
	 true},
	{{.kind = SUBJECT_CONTAINER, .name = "web-1", .project = "shop", .service = "web"},
	 {.kind = SUBJECT_CONTAINER, .name = "web-1", .project = "wiki", .service = "web"},
	 false},
	{{.kind = SUBJECT_CONTAINER, .name = "web.1.abc", .service = "web"},
	 {.kind = SUBJECT_CONTAINER, .name = "web.2.def", .service = "web"},
	 true},
	{{.kind = SUBJECT_CONTAINER, .name = "web", .service = "web"},
	 {.kind = SUBJECT_CONTAINER, .name = "web", .project = "web", .service = "web"},
	 false},
	{{.kind = SUBJECT_CONTAINER, .name = "web", .image = "nginx"},
	 {.kind = SUBJECT_IMAGE, .name = "web"},
	 false},
	{{.kind = SUBJECT_IMAGE, .name = "app:1", .id = "sha256:aa"},
	 {.kind = SUBJECT_IMAGE, .name = "app@sha256:bb", .id = "sha256:bb"},
	 true},
	{{.kind = SUBJECT_IMAGE, .name = "app:1"},
	 {.kind = SUBJECT_IMAGE, .name = "apps:1"},
	 false},
	{{.kind = SUBJECT_IMAGE, .name = "sha256:aa"},
	 {.kind = SUBJECT_IMAGE, .name = "sha256:bb"},
	 false},
	{{.kind = SUBJECT_HOST, .name = "runner-1"},
	 {.kind = SUBJECT_HOST, .name = "runner-2"},
	 true},
	{{.kind = SUBJECT_HOST, .name = "a"}, {.kind = SUBJECT_ENGINE, .name = "a"}, false},
	{{.kind = SUBJECT_FILE, .name = "/etc/a"}, {.kind = SUBJECT_FILE, .name = "/etc/b"}, false},
	{{.kind = SUBJECT_NETWORK, .name = "a", .id = "1"},
	 {.kind = SUBJECT_NETWORK, .name = "a", .id = "2"},
	 true},
	{{.kind = SUBJECT_SERVICE, .name = "a", .service = "a"},
	 {.kind = SUBJECT_SERVICE, .name = "b", .service = "b"},
	 false},
};

START_TEST(known_again)
{
	cleanup_arena struct arena *arena = arena_new();

	for (size_t i = 0; i < N_ELEMENTS(pairs); i++) {
		const char *before = subject_key(arena, &pairs[i].before);
		const char *after = subject_key(arena, &pairs[i].after);

		ck_assert_msg(text_equal(before, after) == pairs[i].same, "%zu: %s and %s", i,
			      before, after);
	}
}
END_TEST

Suite *suite_subject_key(void)
{
	return unit_suite("subject_key", (const TTest *const[]){known_again, NULL});
}
