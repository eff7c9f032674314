/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/facts.h"
#include "tests/unit/snapshots.h"
#include "tests/unit/unit.h"

#include <string.h>

#define AT(mode)                                                                                 \
	"'type': 'file', 'mode': '" mode "', 'uid': '0', 'owner': 'root', 'gid': '0', 'group': " \
	"'root'"
#define FILE_AT(path, real, mode) "'" path "': {'real': '" real "', " AT(mode) "}"
#define ABSENT_AT(path)           "'" path "': {'unread': 'No such file or directory'}"

static const struct file *file_at(const struct loaded *l, const char *path)
{
	const struct subject_list *list = &l->facts->subjects[SUBJECT_FILE];

	for (size_t i = 0; i < list->n; i++)
		if (text_equal(list->items[i].name, path))
			return list->items[i].file;
	return NULL;
}

static size_t count_role(const struct loaded *l, enum file_role role)
{
	const struct subject_list *list = &l->facts->subjects[SUBJECT_FILE];
	size_t n = 0;

	for (size_t i = 0; i < list->n; i++)
		n += list->items[i].file->roles >> role & 1;
	return n;
}

START_TEST(each_role_has_a_file)
{
	cleanup_loaded struct loaded l = loaded_from("'host': {'paths': {}}");

	for (int role = 0; role < FILE_ROLE_COUNT; role++)
		ck_assert_uint_ge(count_role(&l, (enum file_role)role), 1);
	for (size_t i = 0; i < l.facts->subjects[SUBJECT_FILE].n; i++)
		ck_assert_int_ne(l.facts->subjects[SUBJECT_FILE].items[i].file->state,
				 FILE_PRESENT);
}
END_TEST

START_TEST(of_another_machine)
{
	cleanup_loaded struct loaded l =
		loaded_from("'local': false, 'local_reason': 'far', 'host': {}, "
			    "'endpoint': 'tcp://192.0.2.1:2376', 'engine': {'info': {}}");

	ck_assert_uint_eq(l.facts->subjects[SUBJECT_FILE].n, 0);
	ck_assert_str_eq(l.facts->subjects[SUBJECT_FILE].unread, "far");
}
END_TEST

/* One file, though two of the API's addresses and the endpoint lead to it. */
START_TEST(one_file)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'endpoint': 'unix:///run/docker.sock', 'engine': {'info': {}}, "
		"'daemon': {'argv': ['dockerd'], 'listeners': [{'protocol': 'unix', 'address': "
		"'/var/run/docker.sock'}]}, 'host': {'paths': {" FILE_AT(
			"/run/docker.sock", "/run/docker.sock",
			"0660") ", " FILE_AT("/var/run/docker.sock", "/run/docker.sock",
					     "0660") "}}");
	const struct file *file = file_at(&l, "/run/docker.sock");

	ck_assert_uint_eq(count_role(&l, FILE_API_SOCKET), 1);
	ck_assert_ptr_nonnull(file);
	ck_assert_int_eq(file->state, FILE_PRESENT);
	ck_assert_uint_eq(file->status.mode, 0660);
	ck_assert_str_eq(file->missing, "/");
}
END_TEST

START_TEST(links)
{
	cleanup_loaded struct loaded l = loaded_from(
		"'endpoint': 'unix:///none', 'engine': {'info': {}}, 'host': {'paths': {"
		"'/etc/docker': {'real': '/srv/docker', " AT(
			"0755") ", 'links': [{'path': "
				"'/etc/docker', 'to': '/srv/docker'}]}, " FILE_AT(
					"/", "/",
					"0755") ", " FILE_AT("/srv", "/srv",
							     "0755") ", " FILE_AT("/etc", "/etc",
										  "0755") "}}");
	const struct file *file = file_at(&l, "/etc/docker");

	ck_assert_ptr_nonnull(file);
	ck_assert_str_eq(file->link, "/srv/docker");
	ck_assert_uint_eq(file->n_above, 3);
	ck_assert_str_eq(file->above[0]->path, "/srv");
	ck_assert_str_eq(file->above[1]->path, "/");
	ck_assert_str_eq(file->above[2]->path, "/etc");
	ck_assert_ptr_null(file->missing);
}
END_TEST

/* What a hostile or damaged snapshot may hold. */
START_TEST(malformed)
{
	static const char *const records[] = {
		"'mode': '99999'", "'mode': '8'",  "'mode': 493",    "'mode': ''",
		"'mode': '0x1'",   "'mode': null", "'mode': '-644'",
	};

	for (size_t i = 0; i < N_ELEMENTS(records); i++) {
		cleanup_loaded struct loaded l = loaded_from(
			"'host': {'units': 1, 'unlisted': [1], 'engine_user': 'x', 'paths': "
			"{'/etc/docker': {'real': '/etc/docker', 'links': [1, {}], %s}}}",
			records[i]);
		const struct file *file = file_at(&l, "/etc/docker");

		ck_assert_ptr_nonnull(file);
		ck_assert(!file->status.has_mode && !file->status.has_owner);
	}
}
END_TEST

START_TEST(roles)
{
	enum file_role role;

	ck_assert(file_role_parse("docker-socket", &role));
	ck_assert_int_eq(role, FILE_API_SOCKET);
	ck_assert(file_role_parse("docker-socket-unit", &role));
	ck_assert_int_eq(role, FILE_SOCKET_UNIT);
	ck_assert(!file_role_parse("docker", &role));
	ck_assert(!file_role_parse("", &role));
}
END_TEST

Suite *suite_files(void)
{
	const TTest *const tests[] = {
		each_role_has_a_file, of_another_machine, one_file, links, malformed, roles, NULL};

	return unit_suite("files", tests);
}
