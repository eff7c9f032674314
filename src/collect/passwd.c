/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The uid behind the name of a container's user, by the passwd of its own file tree. Everything in
 * there is the container's: links are followed inside of the tree only, nothing that is mounted
 * below its root is entered, and only a regular file of moderate size is read.
 */
#include "collect/process.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "collect/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>

#define PASSWD_CEILING ((size_t)256 * 1024)

bool user_is_name(const char *user)
{
	size_t length = strcspn(user, ":");

	return length > 0 && strspn(user, "0123456789") < length;
}

/* The field of a line, from 0 on; NULL where the line has fewer. */
static const char *line_field(const char *line, size_t length, unsigned field, size_t *ret_length)
{
	const char *end = line + length;

	for (unsigned i = 0; line && i < field; i++) {
		line = memchr(line, ':', (size_t)(end - line));
		line = line ? line + 1 : NULL;
	}
	if (line) {
		const char *colon = memchr(line, ':', (size_t)(end - line));

		*ret_length = (size_t)((colon ? colon : end) - line);
	}
	return line;
}

/* The number between the second and the third colon of a line. */
static bool line_uid(const char *line, size_t length, uint64_t *ret)
{
	char digits[24];
	uint64_t uid;
	size_t n;
	const char *field = line_field(line, length, 2, &n);

	if (!field || n >= sizeof(digits))
		return false;
	memcpy(digits, field, n);
	digits[n] = '\0';
	if (!parse_u64(digits, 10, &uid) || uid >= UINT32_MAX)
		return false;
	*ret = uid;
	return true;
}

bool passwd_field(const char *passwd, uint64_t id, enum passwd_field field, struct text *ret)
{
	for (const char *line = passwd; *line;) {
		size_t length = strcspn(line, "\n"), n;
		const char *found;
		uint64_t uid;

		if (line_uid(line, length, &uid) && uid == id) {
			found = line_field(line, length, field, &n);
			if (found)
				text_add_bytes(ret, found, n);
			return found && n > 0;
		}
		line += length + (line[length] == '\n');
	}
	return false;
}

bool passwd_find(const char *passwd, const char *user, uint64_t *ret)
{
	size_t name = strcspn(user, ":");

	for (const char *line = passwd; *line;) {
		size_t length = strcspn(line, "\n");

		if (length > name && line[name] == ':' && memcmp(line, user, name) == 0)
			return line_uid(line, length, ret);
		line += length + (line[length] == '\n');
	}
	return false;
}

int passwd_read(int proc_dir, const char *user, uint64_t *ret)
{
	const struct open_how how = {.flags = O_PATH | O_CLOEXEC,
				     .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_XDEV};
	cleanup_text struct text text = TEXT_INIT(PASSWD_CEILING);
	cleanup_fd int root = openat(proc_dir, "root", O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_fd int file = -1;
	int r;

	if (root < 0)
		return -errno;
	file = (int)syscall(SYS_openat2, root, "etc/passwd", &how, sizeof(how));
	if (file < 0)
		return -errno;
	r = tree_read(file, &text);
	if (r < 0)
		return r;
	return passwd_find(text_string(&text), user, ret) ? 0 : -ENODATA;
}
