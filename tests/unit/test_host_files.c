/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/host_files.h"
#include "collect/path_record.h"
#include "collect/process.h"
#include "collect/tree.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Version 2, then tag, rights and id of each entry, little-endian. */
#define ACL_HEADER                 "\x02\0\0\0"
#define ACL_ENTRY(tag, rights, id) tag "\0" rights "\0" id
#define ACL_NOBODY                 "\xff\xff\xff\xff"
#define ACL_OF(string)             string, sizeof(string) - 1

START_TEST(acl)
{
	static const char good[] = ACL_HEADER ACL_ENTRY("\x01", "\x06", ACL_NOBODY)
		ACL_ENTRY("\x02", "\x06", "\xe8\x03\0\0") ACL_ENTRY("\x04", "\x04", ACL_NOBODY)
			ACL_ENTRY("\x08", "\x01", "\x64\0\0\0")
				ACL_ENTRY("\x10", "\x07", ACL_NOBODY)
					ACL_ENTRY("\x20", "\0", ACL_NOBODY);
	cleanup_text struct text text = {0};

	ck_assert(acl_text(ACL_OF(good), &text));
	ck_assert_str_eq(text_string(&text), "user::rw-,user:1000:rw-,group::r--,group:100:--x,"
					     "mask::rwx,other::---");
	ck_assert(!acl_text(ACL_OF("\x03\0\0\0"), &text));
	ck_assert(!acl_text(ACL_OF("\x02\0\0"), &text));
	ck_assert(!acl_text(ACL_OF("\x02\0\0\0\x01\0\x06"), &text));
}
END_TEST

START_TEST(parents)
{
	cleanup_arena struct arena *arena = arena_new();
	struct names names = {.arena = arena};

	names_add(&names, "relative");
	names_add(&names, NULL);
	names_add_parents(&names, "/etc/docker/daemon.json");
	names_add_parents(&names, "/etc//x");
	names_add_parents(&names, "/");
	names_sort(&names);
	ck_assert_uint_eq(names.n, 3);
	ck_assert_str_eq(names.items[0], "/");
	ck_assert_str_eq(names.items[1], "/etc");
	ck_assert_str_eq(names.items[2], "/etc/docker");
}
END_TEST

START_TEST(fields)
{
	static const char passwd[] =
		"root:x:0:0::/root:/bin/sh\nbad\napp:x:1000:5:a:/srv:\nlast:x:7";
	static const struct {
		uint64_t id;
		enum passwd_field field;
		const char *value;
	} cases[] = {
		{0, PASSWD_NAME, "root"},    {1000, PASSWD_NAME, "app"}, {1000, PASSWD_GROUP, "5"},
		{1000, PASSWD_HOME, "/srv"}, {7, PASSWD_NAME, "last"},   {7, PASSWD_HOME, NULL},
		{8, PASSWD_NAME, NULL},
	};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_text struct text text = {0};
		bool found = passwd_field(passwd, cases[i].id, cases[i].field, &text);

		ck_assert_int_eq(found, cases[i].value != NULL);
		ck_assert_str_eq(text_string(&text), cases[i].value ? cases[i].value : "");
	}
}
END_TEST

/* Below the directory that is the tree's root. */
static void make(int root, const char *name, const char *target)
{
	cleanup_fd int fd = -1;

	if (target) {
		ck_assert_int_eq(symlinkat(target, root, name), 0);
	} else if (name[strlen(name) - 1] == '/') {
		ck_assert_int_eq(mkdirat(root, name, 0755), 0);
	} else {
		fd = openat(root, name, O_WRONLY | O_CREAT | O_CLOEXEC, 0640);
		ck_assert_int_ge(fd, 0);
		ck_assert_int_eq(fchmod(fd, 0640), 0);
	}
}

/* "/a to /b", joined by ", " */
static const char *links_of(const cJSON *path, struct text *text)
{
	doc_for_each (link, doc_at(path, "links")) {
		cleanup_text struct text one = {0};

		text_addf(&one, "%s to %s", doc_string_or(link, "path", ""),
			  doc_string_or(link, "to", ""));
		text_add_item(text, text_string(&one));
	}
	return text_string(text);
}

START_TEST(record)
{
	static const struct {
		const char *name, *links;
	} cases[] = {
		{"/etc/file", ""},
		{"/etc/../etc/./file", ""},
		{"/etc/absolute", "/etc/absolute to /srv/file"},
		{"/etc/relative", "/etc/relative to ../srv/up, /srv/up to ../etc/file"},
		{"/lib/file", "/lib to etc"},
	};
	char *directory = unit_directory();
	cleanup_fd int root = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	cleanup_doc cJSON *paths = cJSON_CreateObject();
	struct path_recorder recorder = {.tree = root, .users = "me:x:0:\n", .groups = ""};
	const cJSON *path;

	make(root, "etc/", NULL);
	make(root, "srv/", NULL);
	make(root, "etc/file", NULL);
	make(root, "srv/file", NULL);
	make(root, "srv/up", "../etc/file");
	make(root, "etc/absolute", "/srv/file");
	make(root, "etc/relative", "../srv/up");
	make(root, "etc/circle", "circle");
	make(root, "lib", "etc");
	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_text struct text links = {0};

		path = path_record(&recorder, paths, cases[i].name);
		ck_assert_str_eq(links_of(path, &links), cases[i].links);
		ck_assert_str_eq(doc_string_or(path, "mode", ""), "0640");
		ck_assert_str_eq(doc_string_or(path, "type", ""), "file");
		ck_assert_ptr_null(doc_at(path, "group"));
	}
	path = path_record(&recorder, paths, "/etc/none");
	ck_assert_str_eq(doc_string_or(path, "unread", ""), strerror(ENOENT));
	ck_assert_uint_eq(recorder.refused, 0);
	path_record(&recorder, paths, "/etc/circle");
	ck_assert_uint_eq(recorder.refused, 1);
	recorder.foreign_ids = true;
	ck_assert_ptr_null(doc_at(path_record(&recorder, paths, "/srv/file"), "uid"));
	for (const char *const *name =
		     (const char *const[]){"etc/file", "etc/absolute", "etc/relative", "etc/circle",
					   "srv/file", "srv/up", "lib", NULL};
	     *name; name++)
		unlinkat(root, *name, 0);
	unlinkat(root, "etc", AT_REMOVEDIR);
	unlinkat(root, "srv", AT_REMOVEDIR);
	unit_remove_directory(directory);
}
END_TEST

Suite *suite_host_files(void)
{
	const TTest *const tests[] = {acl, parents, fields, record, NULL};

	return unit_suite("host_files", tests);
}
