/* SPDX-License-Identifier: Apache-2.0 */

/* The kernel's list of mounts, and the way back from a mount to a path of the host. */

#include "facts/mountinfo.h"

#include "base/path.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

struct mount_origin {
	struct slice device, root, point;
	size_t order; /* in which the host lists them; those of the engine come last */
};

bool slice_is(struct slice slice, const char *text)
{
	return strlen(text) == slice.length && !memcmp(slice.text, text, slice.length);
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

/* `out` has room for the slice and a terminator. */
static void decode(struct slice slice, char *out)
{
	const char *in = slice.text, *end = slice.text + slice.length;

	while (in < end) {
		if (*in == '\\' && end - in >= 4 && (in[1] == '0' || in[1] == '1') &&
		    is_octal(in[2]) && is_octal(in[3]) && memcmp(in + 1, "000", 3) != 0) {
			*out++ = (char)((in[1] - '0') * 64 + (in[2] - '0') * 8 + in[3] - '0');
			in += 4;
		} else {
			*out++ = *in++;
		}
	}
	*out = '\0';
}

char *slice_decode(struct arena *arena, struct slice slice)
{
	char *decoded = arena_alloc(arena, slice.length + 1);

	decode(slice, decoded);
	return decoded;
}

bool slice_copy(struct slice slice, char *buffer, size_t size)
{
	if (slice.length >= size)
		return false;
	decode(slice, buffer);
	return true;
}

/* The word at *cursor, which ends at a blank or at `end`; *cursor moves behind it. */
static struct slice next_word(const char **cursor, const char *end)
{
	const char *start = *cursor;
	const char *blank = memchr(start, ' ', (size_t)(end - start));
	struct slice word = {start, (size_t)((blank ? blank : end) - start)};

	*cursor = blank ? blank + 1 : end;
	return word;
}

static bool parse_line(const char *line, const char *end, struct mountinfo *ret)
{
	const char *cursor = line;
	struct mountinfo mount = {0};
	struct slice word;

	next_word(&cursor, end); /* mount id */
	next_word(&cursor, end); /* parent's */
	mount.device = next_word(&cursor, end);
	mount.root = next_word(&cursor, end);
	mount.point = next_word(&cursor, end);
	mount.options = next_word(&cursor, end);
	mount.fields.text = cursor;
	do {
		if (cursor == end)
			return false;
		word = next_word(&cursor, end);
	} while (!slice_is(word, "-"));
	mount.fields.length = (size_t)(word.text - mount.fields.text);
	mount.fstype = next_word(&cursor, end);
	if (!mount.fstype.length || !mount.point.length || *mount.point.text != '/')
		return false;
	*ret = mount;
	return true;
}

bool mountinfo_next(const char **cursor, struct mountinfo *ret)
{
	while (**cursor) {
		const char *line = *cursor, *newline = strchr(line, '\n');
		const char *end = newline ? newline : line + strlen(line);

		*cursor = newline ? newline + 1 : end;
		if (parse_line(line, end, ret))
			return true;
	}
	return false;
}

static size_t count_lines(const char *text)
{
	size_t n = 1;

	while ((text = strchr(text, '\n')))
		n++, text++;
	return n;
}

void mount_lines_read(struct mount_lines *lines, struct arena *arena, const char *mountinfo)
{
	size_t most = count_lines(mountinfo);
	const char *cursor = mountinfo;

	if (most > lines->size) {
		lines->items = arena_array(arena, most, sizeof(*lines->items));
		lines->size = most;
	}
	for (lines->n = 0; mountinfo_next(&cursor, &lines->items[lines->n]);)
		lines->n++;
}

static bool is_above(struct slice point, const char *path)
{
	return slice_is(point, "/") ||
	       (!strncmp(path, point.text, point.length) && path[point.length] == '/');
}

const struct mountinfo *mount_lines_at(const struct mount_lines *lines, const char *path)
{
	for (size_t i = lines ? lines->n : 0; i > 0; i--) {
		const struct mountinfo *line = &lines->items[i - 1];

		if (slice_is(line->point, path))
			return line;
		if (is_above(line->point, path))
			return NULL;
	}
	return NULL;
}

uint64_t mountinfo_group(const struct mountinfo *mount, const char *kind)
{
	const char *cursor = mount->fields.text, *end = cursor + mount->fields.length;
	size_t length = strlen(kind);

	while (cursor < end) {
		struct slice word = next_word(&cursor, end);

		if (word.length > length && !memcmp(word.text, kind, length))
			return strtoull(word.text + length, NULL, 10);
	}
	return 0;
}

static int compare_slices(struct slice a, struct slice b)
{
	int order = memcmp(a.text, b.text, a.length < b.length ? a.length : b.length);

	return order ? order : (a.length > b.length) - (a.length < b.length);
}

static int compare_place(const struct mount_origin *a, const struct mount_origin *b)
{
	int order = compare_slices(a->device, b->device);

	return order ? order : compare_slices(a->root, b->root);
}

static int compare_origins(const void *left, const void *right)
{
	const struct mount_origin *a = left, *b = right;
	int order = compare_place(a, b);

	return order ? order : (a->order > b->order) - (a->order < b->order);
}

static int compare_groups(const void *left, const void *right)
{
	uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

	return (a > b) - (a < b);
}

static bool slice_within(struct slice path, const char *dir)
{
	size_t length = strlen(dir);

	return path.length >= length && !memcmp(path.text, dir, length) &&
	       (path.length == length || path.text[length] == '/');
}

struct mount_table mount_table_new(struct arena *arena, const char *mountinfo, const char *below)
{
	size_t most = count_lines(mountinfo), n = 0, n_shared = 0;
	struct mount_origin *origins = arena_array(arena, most, sizeof(*origins));
	uint64_t *shared = arena_array(arena, most, sizeof(*shared));
	const char *cursor = mountinfo;
	struct mountinfo mount;

	while (mountinfo_next(&cursor, &mount)) {
		uint64_t group = mountinfo_group(&mount, "shared:");
		bool by_engine = below && slice_within(mount.point, below);

		if (group)
			shared[n_shared++] = group;
		if (mount.root.length && *mount.root.text == '/') {
			origins[n] = (struct mount_origin){mount.device, mount.root, mount.point,
							   by_engine ? most + n : n};
			n++;
		}
	}
	if (n > 1)
		qsort(origins, n, sizeof(*origins), compare_origins);
	if (n_shared > 1)
		qsort(shared, n_shared, sizeof(*shared), compare_groups);
	return (struct mount_table){origins, n, shared, n_shared};
}

/* The first listed mount of exactly this device and root. */
static const struct mount_origin *find_place(const struct mount_table *table,
					     const struct mount_origin *wanted)
{
	size_t low = 0, high = table->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (compare_place(&table->origins[middle], wanted) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == table->n || compare_place(&table->origins[low], wanted) != 0)
		return NULL;
	return &table->origins[low];
}

/* The directory that holds path; "/" in the end. */
static struct slice parent_of(struct slice path)
{
	while (path.length > 1 && path.text[path.length - 1] != '/')
		path.length--;
	if (path.length > 1)
		path.length--;
	return path;
}

/* What the kernel appends to the root of a mount whose directory was removed. */
static struct slice without_deleted(struct slice root)
{
	static const char mark[] = "//deleted";
	size_t length = sizeof(mark) - 1;

	if (root.length > length && !memcmp(root.text + root.length - length, mark, length))
		root.length -= length;
	return root;
}

bool mountinfo_is_read_only(const struct mountinfo *mount)
{
	return mount->options.length >= 2 && memcmp(mount->options.text, "ro", 2) == 0;
}

bool mountinfo_is_deleted(const struct mountinfo *mount)
{
	return without_deleted(mount->root).length != mount->root.length;
}

/*
 * Several mounts of the host may show the same files: a bind mount, or a volume that is one. The
 * one that the host lists first is the file system's own place, later ones are copies of it.
 */
const char *mount_table_path(const struct mount_table *table, struct arena *arena,
			     const struct mountinfo *mount)
{
	struct mount_origin wanted = {.device = mount->device,
				      .root = without_deleted(mount->root)};
	struct slice root = wanted.root, rest;
	const struct mount_origin *best = NULL, *found;
	char *point, *tail;

	if (!root.length || *root.text != '/' || root.length > 4096)
		return NULL;
	for (;; wanted.root = parent_of(wanted.root)) {
		found = find_place(table, &wanted);
		if (found && (!best || found->order < best->order))
			best = found;
		if (wanted.root.length == 1)
			break;
	}
	if (!best)
		return NULL;
	rest = (struct slice){root.text + best->root.length, root.length - best->root.length};
	point = slice_decode(arena, best->point);
	if (!rest.length)
		return point;
	tail = slice_decode(arena, rest);
	return path_join(arena, point, tail);
}

bool mount_table_shares(const struct mount_table *table, uint64_t group)
{
	return table->n_shared && bsearch(&group, table->shared, table->n_shared, sizeof(group),
					  compare_groups) != NULL;
}
