/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/path_record.h"

#include "base/cleanup.h"
#include "collect/process.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <endian.h>
#include <errno.h>
#include <linux/posix_acl.h>
#include <linux/posix_acl_xattr.h>
#include <string.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>

#define MOST_LINKS     40 /* as the kernel follows */
#define MOST_ATTRIBUTE ((size_t)65536)
#define ACL_ATTRIBUTE  "system.posix_acl_access"

static const char *type_name(mode_t mode)
{
	switch (mode & S_IFMT) {
	case S_IFDIR:
		return "directory";
	case S_IFSOCK:
		return "socket";
	case S_IFBLK:
		return "block";
	case S_IFCHR:
		return "char";
	case S_IFIFO:
		return "fifo";
	default:
		return "file";
	}
}

static void add_device(cJSON *object, const char *member, dev_t device)
{
	char text[48];

	snprintf(text, sizeof(text), "%u:%u", major(device), minor(device));
	cJSON_AddStringToObject(object, member, text);
}

static void add_entry(struct text *acl, const struct posix_acl_xattr_entry *entry)
{
	static const struct {
		unsigned tag;
		const char *name;
		bool has_id;
	} tags[] = {
		{ACL_USER_OBJ, "user", false},   {ACL_USER, "user", true},
		{ACL_GROUP_OBJ, "group", false}, {ACL_GROUP, "group", true},
		{ACL_MASK, "mask", false},       {ACL_OTHER, "other", false},
	};
	unsigned rights = le16toh(entry->e_perm);

	for (size_t i = 0; i < sizeof(tags) / sizeof(tags[0]); i++) {
		if (tags[i].tag != le16toh(entry->e_tag))
			continue;
		text_addf(acl, "%s%s:", acl->length ? "," : "", tags[i].name);
		if (tags[i].has_id)
			text_addf(acl, "%u", le32toh(entry->e_id));
		text_addf(acl, ":%c%c%c", rights & ACL_READ ? 'r' : '-',
			  rights & ACL_WRITE ? 'w' : '-', rights & ACL_EXECUTE ? 'x' : '-');
	}
}

bool acl_text(const void *attribute, size_t length, struct text *ret)
{
	struct posix_acl_xattr_header header;
	struct posix_acl_xattr_entry entry;
	const char *bytes = attribute;
	size_t at = sizeof(header);

	if (length < sizeof(header) || (length - sizeof(header)) % sizeof(entry) != 0)
		return false;
	memcpy(&header, bytes, sizeof(header));
	if (le32toh(header.a_version) != POSIX_ACL_XATTR_VERSION)
		return false;
	for (; at < length; at += sizeof(entry)) {
		memcpy(&entry, bytes + at, sizeof(entry));
		add_entry(ret, &entry);
	}
	return true;
}

/* An O_PATH descriptor has no attributes of its own; the link of /proc leads to the file. */
static void record_acl(cJSON *path, int fd)
{
	cleanup_text struct text acl = TEXT_INIT(MOST_ATTRIBUTE * 4);
	cleanup_free char *attribute = NULL;
	char link[40];
	ssize_t length;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	length = getxattr(link, ACL_ATTRIBUTE, NULL, 0);
	if (length > 0 && (size_t)length <= MOST_ATTRIBUTE) {
		attribute = malloc((size_t)length);
		if (attribute)
			length = getxattr(link, ACL_ATTRIBUTE, attribute, (size_t)length);
	}
	if (length < 0 && (errno == ENODATA || errno == EOPNOTSUPP))
		return;
	if (length < 0 || !attribute || !acl_text(attribute, (size_t)length, &acl))
		cJSON_AddStringToObject(path, "acl", "unreadable");
	else
		cJSON_AddStringToObject(path, "acl", text_string(&acl));
}

static void record_id(cJSON *path, const char *number, const char *name, uint64_t id,
		      const char *table)
{
	cleanup_text struct text found = TEXT_INIT(256);

	snapshot_add_u64(path, number, id);
	if (passwd_field(table, id, PASSWD_NAME, &found))
		snapshot_add_text(path, name, text_string(&found), found.length);
}

/* Where `path` is relative to, without its last component: "/etc/systemd/" for a link in there. */
static void cut_name(struct text *path)
{
	while (path->length > 0 && path->bytes[path->length - 1] != '/')
		path->bytes[--path->length] = '\0';
}

/* One step of resolving: `done` has no links; its next component is put behind it. */
static void take_component(struct text *done, const char **rest)
{
	size_t length = strcspn(*rest, "/");

	if (length == 2 && (*rest)[0] == '.' && (*rest)[1] == '.') {
		if (done->length > 1) {
			done->bytes[--done->length] = '\0';
			cut_name(done);
		}
	} else if (length > 0 && !(length == 1 && **rest == '.')) {
		text_add_bytes(done, *rest, length);
	}
	*rest += length;
	*rest += strspn(*rest, "/");
}

/* The symbolic links that a path leads through, each where it really is: any can be exchanged. */
static void record_links(cJSON *path, int tree, const char *name)
{
	cJSON *links = cJSON_AddArrayToObject(path, "links");
	cleanup_text struct text done = TEXT_INIT(65536), waiting = TEXT_INIT(65536);
	unsigned n = 0;

	text_add(&waiting, name + strspn(name, "/"));
	text_add(&done, "/");
	for (const char *rest = text_string(&waiting); *rest && n < MOST_LINKS;) {
		cleanup_text struct text target = TEXT_INIT(65536);
		size_t before = done.length;

		take_component(&done, &rest);
		if (tree_readlink(tree, text_string(&done), &target) == 0) {
			cJSON *link = cJSON_CreateObject();

			snapshot_add_text(link, "path", text_string(&done), done.length);
			snapshot_add_text(link, "to", text_string(&target), target.length);
			cJSON_AddItemToArray(links, link);
			n++;
			text_addf(&target, "/%s", rest);
			done.length = target.bytes[0] == '/' ? 1 : before;
			done.bytes[done.length] = '\0';
			text_release(&waiting);
			waiting = (struct text)TEXT_INIT(65536);
			text_add(&waiting, target.bytes + strspn(target.bytes, "/"));
			rest = text_string(&waiting);
		} else if (done.length > before) {
			text_add(&done, "/");
		}
	}
}

static void record_status(const struct path_recorder *recorder, cJSON *path,
			  const struct stat *status)
{
	char mode[8];

	cJSON_AddStringToObject(path, "type", type_name(status->st_mode));
	add_device(path, "device", status->st_dev);
	snapshot_add_u64(path, "inode", status->st_ino);
	if (S_ISBLK(status->st_mode) || S_ISCHR(status->st_mode))
		add_device(path, "rdev", status->st_rdev);
	snprintf(mode, sizeof(mode), "%04o", (unsigned)(status->st_mode & 07777));
	cJSON_AddStringToObject(path, "mode", mode);
	if (recorder->foreign_ids)
		return;
	record_id(path, "uid", "owner", status->st_uid, recorder->users);
	record_id(path, "gid", "group", status->st_gid, recorder->groups);
}

cJSON *path_record(struct path_recorder *recorder, cJSON *paths, const char *name)
{
	cleanup_text struct text real = TEXT_INIT(65536), key = TEXT_INIT(65536);
	int tree = recorder->tree;
	struct stat status;
	cleanup_fd int fd = -1;
	cJSON *path;

	text_add_utf8(&key, name, strlen(name));
	fd = tree < 0 ? tree : tree_resolve(tree, name, &real, &status);
	path = cJSON_AddObjectToObject(paths, text_string(&key));
	recorder->n++;
	if (fd < 0) {
		cJSON_AddStringToObject(path, "unread", strerror(-fd));
		recorder->refused += fd != -ENOENT && fd != -ENOTDIR;
		return path;
	}
	snapshot_add_text(path, "real", text_string(&real), real.length);
	record_status(recorder, path, &status);
	record_acl(path, fd);
	if (!text_equal(text_string(&real), name))
		record_links(path, tree, name);
	return path;
}
