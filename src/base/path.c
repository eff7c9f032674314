/* SPDX-License-Identifier: Apache-2.0 */
#include "base/path.h"

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

const char *path_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}
