/* SPDX-License-Identifier: Apache-2.0 */

/* The units that start the engine: of a unit's files the first counts, of its drop-ins all do. */

#include "facts/file_builder.h"

#include "base/path.h"
#include "base/text.h"

#include <stdlib.h>
#include <string.h>

/* "docker.service.d" or "service.d" of docker.service. */
static bool is_drop_in_directory(const char *directory, const char *unit)
{
	const char *name = path_name(directory), *type = strrchr(unit, '.') + 1;
	size_t length = strlen(name);

	if (!text_ends(name, ".d"))
		return false;
	length -= 2;
	return (strlen(unit) == length && strncmp(name, unit, length) == 0) ||
	       (strlen(type) == length && strncmp(name, type, length) == 0);
}

static void add_unit(struct file_builder *builder, enum file_role role, const cJSON *unit)
{
	const cJSON *files = doc_at(unit, "files");
	struct file *file;

	if (!files || !doc_is_string(files->child))
		return;
	file = file_add(builder, role, files->child->valuestring);
	if (file->state == FILE_UNUSED)
		return;
	doc_for_each (directory, doc_at(unit, "directories")) {
		if (!doc_is_string(directory))
			continue;
		if (text_ends(directory->valuestring, ".d"))
			file_add(builder, role, directory->valuestring);
		else
			file_add_above(builder, file, directory->valuestring);
	}
	doc_for_each (drop_in, doc_at(unit, "drop_ins"))
		if (doc_is_string(drop_in))
			file_add(builder, role, drop_in->valuestring);
	doc_for_each (directory, builder->unlisted)
		if (is_drop_in_directory(directory->string, unit->string))
			file_add_unlisted(builder, role, directory->string);
}

/* Say where the unit was looked for. */
static void add_absent(struct file_builder *builder, enum file_role role, const char *name)
{
	bool rootless = builder->facts->file_owner.rootless;
	const char *directory = "/etc/systemd/system";
	struct file *file;

	if (rootless)
		directory = file_of_user(builder, "config", "systemd/user");
	file = file_add(
		builder, role,
		path_join(builder->arena, directory ? directory : "/etc/systemd/user", name));
	if (!builder->units) {
		file->state = FILE_UNREAD;
		file->why = "the snapshot does not hold the units of systemd";
		file->hint = NULL;
		return;
	}
	file->state = FILE_ABSENT;
	file->why = arena_printf(builder->arena,
				 "%s is in no directory of systemd's units (%s, /run/systemd/%s, "
				 "/usr/lib/systemd/%s …)",
				 name, directory, rootless ? "user" : "system",
				 rootless ? "user" : "system");
}

void file_load_units(struct file_builder *builder)
{
	static const struct {
		enum file_role role;
		const char *suffix, *name;
	} kinds[] = {
		{FILE_SERVICE_UNIT, ".service", "docker.service"},
		{FILE_SOCKET_UNIT, ".socket", "docker.socket"},
	};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		doc_for_each (unit, builder->units)
			if (text_ends(unit->string, kinds[i].suffix))
				add_unit(builder, kinds[i].role, unit);
		if (!file_has_role(builder, kinds[i].role))
			add_absent(builder, kinds[i].role, kinds[i].name);
	}
}

static int by_file_name(const void *left, const void *right)
{
	const char *a = *(const char *const *)left, *b = *(const char *const *)right;

	return strcmp(path_name(a), path_name(b));
}

/* The files of docker.socket in the order in which systemd reads them. */
static const char **ordered_files(struct arena *arena, const cJSON *unit, size_t *ret_n)
{
	const cJSON *files = doc_at(unit, "files"), *drop_ins = doc_at(unit, "drop_ins");
	const char **ordered;
	size_t n = 1;

	doc_for_each (drop_in, drop_ins)
		n++;
	ordered = arena_array(arena, n, sizeof(*ordered));
	n = 0;
	if (files && doc_is_string(files->child))
		ordered[n++] = files->child->valuestring;
	doc_for_each (drop_in, drop_ins) {
		bool hidden = !doc_is_string(drop_in);

		/* One of the same name in a directory before takes its place. */
		for (size_t i = 1; !hidden && i < n; i++)
			hidden = text_equal(path_name(ordered[i]), path_name(drop_in->valuestring));
		if (!hidden)
			ordered[n++] = drop_in->valuestring;
	}
	if (n > 2)
		qsort(ordered + 1, n - 1, sizeof(*ordered), by_file_name);
	*ret_n = n;
	return ordered;
}

/* "SocketGroup = docker": an empty value takes back what was said before. */
static void read_line(struct arena *arena, const char *line, size_t length, struct socket_unit *ret)
{
	size_t name = strcspn(line, "= \t"), start = name;
	const char *value;

	start += strspn(line + start, "= \t");
	if (start > length)
		start = length;
	while (length > start && strchr(" \t\r", line[length - 1]))
		length--;
	value = arena_strndup(arena, line + start, length - start);
	if (name == strlen("SocketGroup") && text_starts(line, "SocketGroup")) {
		ret->group = *value ? value : NULL;
	} else if (name == strlen("ListenStream") && text_starts(line, "ListenStream")) {
		if (!*value)
			ret->n = 0;
		else if (*value == '/')
			ret->paths[ret->n++] = value;
	}
}

static size_t count_lines(const char *text)
{
	size_t n = 1;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

void file_socket_unit(const struct file_builder *builder, struct socket_unit *ret)
{
	const cJSON *unit = doc_member(builder->units, "docker.socket");
	const cJSON *lines = doc_at(unit, "lines");
	size_t n, most = 1;
	const char **files = ordered_files(builder->arena, unit, &n);

	*ret = (struct socket_unit){0};
	doc_for_each (text, lines)
		most += doc_is_string(text) ? count_lines(text->valuestring) : 0;
	ret->paths = arena_array(builder->arena, most, sizeof(*ret->paths));
	for (size_t i = 0; i < n; i++) {
		const cJSON *text = doc_member(lines, files[i]);
		const char *line = doc_is_string(text) ? text->valuestring : "";

		while (*line) {
			size_t length = strcspn(line, "\n");

			read_line(builder->arena, line, length, ret);
			line += length + (line[length] == '\n');
		}
	}
}
