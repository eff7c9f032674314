/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

#include "base/text.h"

#include <stdio.h>
#include <string.h>

/* Take the last component off, unless it is a ".." that has to stay; false where there is none. */
static bool drop_last(char *path, size_t *length, bool absolute)
{
	size_t start = *length;

	while (start > absolute && path[start - 1] != '/')
		start--;
	if (start == *length)
		return absolute; /* the root is its own parent */
	if (*length - start == 2 && memcmp(path + start, "..", 2) == 0)
		return false;
	*length = start > absolute ? start - 1 : start;
	return true;
}

static void append(char *path, size_t *length, const char *name, size_t n)
{
	if (*length && path[*length - 1] != '/')
		path[(*length)++] = '/';
	memcpy(path + *length, name, n);
	*length += n;
}

char *path_clean(struct arena *arena, const char *path)
{
	char *clean = arena_alloc(arena, strlen(path) + 2);
	bool absolute = *path == '/';
	size_t length = absolute, n;

	clean[0] = '/';
	for (; *path; path += n) {
		path += strspn(path, "/");
		n = strcspn(path, "/");
		if (n == 0 || (n == 1 && *path == '.'))
			continue;
		if (n == 2 && memcmp(path, "..", 2) == 0 && drop_last(clean, &length, absolute))
			continue;
		append(clean, &length, path, n);
	}
	if (!length)
		clean[length++] = '.';
	clean[length] = '\0';
	return clean;
}

char *path_join(struct arena *arena, const char *dir, const char *name)
{
	size_t length = strlen(dir);

	while (length && dir[length - 1] == '/')
		length--;
	name += strspn(name, "/");
	if (length && !*name)
		return arena_strndup(arena, dir, length);
	return arena_printf(arena, "%.*s/%s", (int)length, dir, name);
}

bool path_within(const char *path, const char *dir)
{
	size_t length = strlen(dir);

	if (strncmp(path, dir, length) != 0)
		return false;
	return !path[length] || path[length] == '/' || (length && dir[length - 1] == '/');
}

/* Does the component at `path` match the one at `pattern`? */
static bool component_matches(const char *path, size_t length, const char *pattern,
			      size_t pattern_length)
{
	char name[256], glob[256];

	if (length == pattern_length && memcmp(path, pattern, length) == 0)
		return true;
	if (length >= sizeof(name) || pattern_length >= sizeof(glob) ||
	    !memchr(pattern, '*', pattern_length))
		return false;
	snprintf(name, sizeof(name), "%.*s", (int)length, path);
	snprintf(glob, sizeof(glob), "%.*s", (int)pattern_length, pattern);
	return text_matches(name, glob);
}

enum path_relation path_relate(const char *path, const char *pattern)
{
	for (;;) {
		size_t length, pattern_length;

		path += strspn(path, "/");
		pattern += strspn(pattern, "/");
		if (!*path)
			return *pattern ? PATH_ABOVE : PATH_SAME;
		if (!*pattern)
			return PATH_BELOW;
		length = strcspn(path, "/");
		pattern_length = strcspn(pattern, "/");
		if (!component_matches(path, length, pattern, pattern_length))
			return PATH_APART;
		path += length;
		pattern += pattern_length;
	}
}

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
