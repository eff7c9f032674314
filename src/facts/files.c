/* SPDX-License-Identifier: Apache-2.0 */

/* From the records of paths to the files of the engine. */

#include "facts/files.h"

#include "base/path.h"
#include "base/text.h"
#include "facts/file_builder.h"
#include "facts/host_places.h"
#include "facts/load.h"

#include <stdlib.h>
#include <string.h>

/* How many more directories there is room for when there are more. */
#define ABOVE_STEP 16

static const char *const role_names[FILE_ROLE_COUNT] = {
	[FILE_SERVICE_UNIT] = "docker-service-unit",
	[FILE_SOCKET_UNIT] = "docker-socket-unit",
	[FILE_API_SOCKET] = "docker-socket",
	[FILE_CONTAINERD_SOCKET] = "containerd-socket",
	[FILE_CONFIG_DIRECTORY] = "etc-docker-directory",
	[FILE_DAEMON_CONFIG] = "daemon-config",
	[FILE_REGISTRY_CERTIFICATES] = "registry-certificates",
	[FILE_TLS_CA] = "tls-ca-certificate",
	[FILE_TLS_CERTIFICATE] = "tls-server-certificate",
	[FILE_TLS_KEY] = "tls-server-key",
	[FILE_ETC_DEFAULT] = "default-docker",
	[FILE_ETC_SYSCONFIG] = "sysconfig-docker",
	[FILE_PROGRAM] = "engine-programs",
};

bool file_role_parse(const char *name, enum file_role *ret)
{
	for (size_t i = 0; i < FILE_ROLE_COUNT; i++) {
		if (!text_equal(role_names[i], name))
			continue;
		*ret = (enum file_role)i;
		return true;
	}
	return false;
}

/* Decimal, with a name or without. */
static bool read_id(struct arena *arena, const cJSON *record, const char *number, const char *name,
		    uint64_t *ret, const char **ret_name)
{
	if (doc_u64(record, number, ret) != DOC_PRESENT)
		return false;
	*ret_name = doc_string_or(record, name, NULL);
	if (!*ret_name)
		*ret_name = arena_printf(arena, "%llu", (unsigned long long)*ret);
	return true;
}

static void read_status(struct arena *arena, const cJSON *record, struct file_status *ret)
{
	const char *type = doc_string_or(record, "type", "");
	const char *mode = doc_string_or(record, "mode", "");
	uint64_t bits;

	ret->path = doc_string_or(record, "real", "");
	ret->directory = text_equal(type, "directory");
	ret->socket = text_equal(type, "socket");
	ret->has_mode = parse_u64(mode, 8, &bits) && bits <= 07777;
	if (ret->has_mode)
		ret->mode = (unsigned)bits;
	ret->has_owner = read_id(arena, record, "uid", "owner", &ret->uid, &ret->owner) &&
			 read_id(arena, record, "gid", "group", &ret->gid, &ret->group);
	ret->acl = doc_string_or(record, "acl", NULL);
}

static const cJSON *find_record(const struct file_builder *builder, const char *path)
{
	const struct index_entry *entry = index_find(&builder->paths, path);

	return entry ? entry->item : NULL;
}

bool file_may_exist(const struct file_builder *builder, const char *path)
{
	const cJSON *record = find_record(builder, path);

	return record && !reason_is_absence(doc_string_or(record, "unread", NULL));
}

/* The status of a directory, of which many files lie below; NULL where it is not known. */
static const struct file_status *directory_status(struct file_builder *builder, const char *path)
{
	const struct index_entry *entry = index_find(&builder->paths, path);
	const struct file_status **known;
	struct file_status *status;

	if (!entry)
		return NULL;
	known = &builder->directories[entry - builder->paths.entries];
	if (!*known) {
		status = arena_alloc(builder->arena, sizeof(*status));
		read_status(builder->arena, entry->item, status);
		if (status->has_mode && status->has_owner)
			*known = status;
	}
	return *known;
}

void file_add_above(struct file_builder *builder, struct file *file, const char *directory)
{
	const struct file_status *status = directory_status(builder, directory), **grown;

	if (!status) {
		file->missing = directory;
		return;
	}
	for (size_t i = 0; i < file->n_above; i++)
		if (text_equal(file->above[i]->path, status->path))
			return;
	if (file->n_above % ABOVE_STEP == 0) {
		grown = arena_array(builder->arena, file->n_above + ABOVE_STEP,
				    sizeof(const struct file_status *));
		if (file->n_above > 0)
			memcpy(grown, file->above,
			       file->n_above * sizeof(const struct file_status *));
		file->above = grown;
	}
	file->above[file->n_above++] = status;
}

/* The directories above a path without links, the nearest first. */
static void add_parents(struct file_builder *builder, struct file *file, const char *path)
{
	for (size_t length = strlen(path); length > 1;) {
		while (length > 1 && path[length - 1] != '/')
			length--;
		file_add_above(builder, file,
			       arena_strndup(builder->arena, path, length > 1 ? length - 1 : 1));
		length -= length > 1;
	}
}

static void read_present(struct file_builder *builder, struct file *file, const cJSON *record)
{
	read_status(builder->arena, record, &file->status);
	add_parents(builder, file, file->status.path);
	doc_for_each (link, doc_at(record, "links")) {
		const char *path = doc_string_or(link, "path", "");

		add_parents(builder, file, path);
		if (text_equal(path_name(path), path_name(file->path)))
			file->link = file->status.path;
	}
}

static void read_record(struct file_builder *builder, struct file *file, const cJSON *record)
{
	const char *unread = doc_string_or(record, "unread", NULL);

	if (!record) {
		file->state = FILE_UNREAD;
		file->why =
			arena_printf(builder->arena, "the snapshot does not hold %s", file->path);
	} else if (reason_is_absence(unread)) {
		file->state = FILE_ABSENT;
		file->why = arena_printf(builder->arena, "%s does not exist", file->path);
	} else if (unread) {
		file->state = FILE_UNREAD;
		file->why = arena_printf(builder->arena, "%s: %s", file->path, unread);
		file->hint = FILE_HINT;
	} else if (text_equal(doc_string_or(record, "real", ""), "/dev/null")) {
		file->state = FILE_UNUSED;
		file->why = arena_printf(builder->arena, "%s is masked: it leads to /dev/null",
					 file->path);
	} else {
		read_present(builder, file, record);
	}
}

static struct file *find_file(const struct file_builder *builder, const struct file *like)
{
	for (size_t i = 0; i < builder->n; i++) {
		struct file *file = builder->items[i];

		if (text_equal(file->path, like->path) ||
		    (like->state == FILE_PRESENT && file->state == FILE_PRESENT &&
		     text_equal(file->status.path, like->status.path)))
			return file;
	}
	return NULL;
}

static struct file *append(struct file_builder *builder, const struct file *file)
{
	struct file *kept = arena_alloc(builder->arena, sizeof(*kept));

	if (builder->n == builder->size) {
		size_t size = builder->size ? builder->size * 2 : 64;
		struct file **grown = arena_array(builder->arena, size, sizeof(struct file *));

		if (builder->n > 0)
			memcpy(grown, builder->items, builder->n * sizeof(struct file *));
		builder->items = grown;
		builder->size = size;
	}
	*kept = *file;
	builder->items[builder->n++] = kept;
	return kept;
}

struct file *file_add(struct file_builder *builder, enum file_role role, const char *path)
{
	struct file file = {.path = path_clean(builder->arena, path)}, *found;
	const cJSON *record;

	record = find_record(builder, path);
	read_record(builder, &file, record ? record : find_record(builder, file.path));
	found = find_file(builder, &file);
	if (!found)
		found = append(builder, &file);
	found->roles |= 1u << role;
	return found;
}

bool file_has_role(const struct file_builder *builder, enum file_role role)
{
	for (size_t i = 0; i < builder->n; i++)
		if (builder->items[i]->roles >> role & 1)
			return true;
	return false;
}

void file_add_unlisted(struct file_builder *builder, enum file_role role, const char *directory)
{
	const cJSON *reason = doc_member(builder->unlisted, directory);
	struct file *file;

	if (!doc_is_string(reason))
		return;
	file = file_add(builder, role, path_join(builder->arena, directory, "*"));
	file->state = FILE_UNREAD;
	file->why = arena_printf(builder->arena, "what is in %s could not be listed: %s", directory,
				 reason->valuestring);
	file->hint = FILE_HINT;
}

const char *file_of_user(const struct file_builder *builder, const char *base, const char *name)
{
	const char *directory = doc_string_or(builder->user, base, NULL);

	return directory ? path_join(builder->arena, directory, name) : NULL;
}

static void load_owner(struct facts *facts, const cJSON *user)
{
	struct file_owner *owner = &facts->file_owner;

	if (doc_u64(user, "uid", &owner->uid) != DOC_PRESENT ||
	    doc_u64(user, "gid", &owner->gid) != DOC_PRESENT)
		owner->uid = owner->gid = 0;
	owner->rootless = owner->uid != 0 || facts->engine.rootless;
}

static int by_path(const void *left, const void *right)
{
	const struct subject *a = left, *b = right;

	return strcmp(a->name, b->name);
}

void files_load(struct load *load)
{
	struct facts *facts = load->facts;
	const struct subject *host = &facts->subjects[SUBJECT_HOST].items[0];
	struct subject_list *list = &facts->subjects[SUBJECT_FILE];
	struct file_builder builder = {
		.arena = load->arena,
		.facts = facts,
		.host = facts->host.doc,
	};
	struct subject *subjects;

	if (!facts->host.doc ||
	    (host->unread && (facts->engine.info || !text_starts(facts->endpoint, "unix://")))) {
		list->unread = host->unread;
		return;
	}
	doc_object(builder.host, "engine_user", &builder.user);
	doc_object(builder.host, "units", &builder.units);
	doc_object(builder.host, "unlisted", &builder.unlisted);
	builder.paths = index_members(load->arena, doc_at(builder.host, "paths"));
	builder.directories =
		arena_array(load->arena, builder.paths.n, sizeof(const struct file_status *));
	load_owner(facts, builder.user);
	file_load_units(&builder);
	file_load_roles(&builder);
	file_load_programs(&builder);
	subjects = arena_array(load->arena, builder.n, sizeof(*subjects));
	for (size_t i = 0; i < builder.n; i++)
		subjects[i] = (struct subject){.kind = SUBJECT_FILE,
					       .name = builder.items[i]->path,
					       .doc = facts->host.doc,
					       .file = builder.items[i]};
	if (builder.n > 1)
		qsort(subjects, builder.n, sizeof(*subjects), by_path);
	list->items = subjects;
	list->n = builder.n;
}
