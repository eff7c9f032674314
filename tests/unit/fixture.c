/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fixture.h"

#include "base/path.h"
#include "base/text.h"
#include "tests/unit/json_patch.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIXTURE_CEILING ((size_t)16 * 1024 * 1024)

static const char *const members[] = {"base",     "with",    "patch", "subject",
				      "severity", "message", "covers"};

static bool is_member(const char *name)
{
	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (text_equal(members[i], name))
			return true;
	return false;
}

/* "fail" of "privileged.fail.json"; NULL where the name has another form. */
static const char *status_of(struct arena *arena, const char *name)
{
	char *stem, *dot;

	if (!text_ends(name, ".json"))
		return NULL;
	stem = arena_strndup(arena, name, strlen(name) - strlen(".json"));
	dot = strrchr(stem, '.');
	return dot && dot != stem ? dot + 1 : NULL;
}

static void fixture_load(struct arena *arena, const char *dir, const char *control,
			 const char *name, struct fixture *ret)
{
	ret->control = arena_strdup(arena, control);
	ret->path = arena_printf(arena, "%s/%s", control, name);
	ret->status = status_of(arena, name);
	if (doc_read(path_join(arena, dir, ret->path), FIXTURE_CEILING, &ret->doc, &ret->error) < 0)
		return;
	doc_for_each (member, ret->doc)
		if (!is_member(member->string))
			error_set(&ret->error, EINVAL, "unknown member '%s'", member->string);
}

static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int is_control(const struct dirent *entry)
{
	return is_visible(entry) && strcmp(entry->d_name, "base") != 0 &&
	       strcmp(entry->d_name, "README.md") != 0;
}

static int scan(const char *dir, int (*filter)(const struct dirent *), struct dirent ***ret)
{
	int n = scandir(dir, ret, filter, alphasort);

	if (n < 0) {
		fprintf(stderr, "%s: %s\n", dir, strerror(errno));
		exit(EXIT_FAILURE);
	}
	return n;
}

static void add_control(struct arena *arena, struct fixture_list *list, const char *control)
{
	struct dirent **names;
	int n = scan(path_join(arena, list->dir, control), is_visible, &names);
	struct fixture *items = arena_array(arena, list->n + (size_t)n, sizeof(*items));

	if (list->n)
		memcpy(items, list->items, list->n * sizeof(*items));
	for (int i = 0; i < n; i++) {
		fixture_load(arena, list->dir, control, names[i]->d_name, &items[list->n++]);
		free(names[i]);
	}
	free(names);
	list->items = items;
}

void fixture_list_load(struct arena *arena, const char *dir, struct fixture_list *ret)
{
	struct dirent **names;
	int n = scan(dir, is_control, &names);

	*ret = (struct fixture_list){.dir = arena_strdup(arena, dir)};
	for (int i = 0; i < n; i++) {
		add_control(arena, ret, names[i]->d_name);
		free(names[i]);
	}
	free(names);
}

void fixture_list_release(struct fixture_list *list)
{
	for (size_t i = 0; i < list->n; i++)
		cJSON_Delete(list->items[i].doc);
}

int fixture_snapshot(struct arena *arena, const struct fixture_list *list,
		     const struct fixture *fixture, cJSON **ret, struct error *err)
{
	const char *base = doc_string_or(fixture->doc, "base", "");
	cleanup_doc cJSON *snapshot = NULL;
	int r;

	base = arena_printf(arena, "%s/base/%s", list->dir, base);
	r = doc_read(base, FIXTURE_CEILING, &snapshot, err);
	if (r < 0)
		return r;
	r = json_patch(snapshot, doc_at(fixture->doc, "patch"), err);
	if (r < 0)
		return error_wrap(err, "patch");
	*ret = snapshot;
	snapshot = NULL;
	return 0;
}
