/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"
#include "facts/container.h"
#include "facts/control_socket.h"
#include "facts/mountinfo.h"
#include "tests/unit/snapshots.h"
#include "tests/unit/unit.h"

#include <string.h>

#define ID "0769af6c14f7"

static const char host[] = "22 27 0:21 / /proc rw - proc proc rw\n"
			   "27 1 254:0 / / rw shared:1 - ext4 /dev/vda rw\n"
			   "28 27 0:25 / /run rw shared:5 - tmpfs tmpfs rw\n"
			   "29 27 254:1 /@data /srv/my\\040data rw - btrfs /dev/vdb rw\n"
			   "30 27 254:0 /etc /d/volumes/x/_data rw - ext4 /dev/vda rw\n"
			   "31 27 8:1 / /d/volumes/y/_data rw - ext4 /dev/sda1 rw\n"
			   "32 27 0:50 / /d/overlay2/1/merged rw - overlay overlay rw\n"
			   "33 27 0:4 net:[4026532260] /run/docker/netns/1 rw - nsfs nsfs rw\n";

START_TEST(origins)
{
	static const struct {
		const char *line, *path;
	} cases[] = {
		{"1 2 254:0 /home/u /data rw - ext4 /dev/vda rw", "/home/u"},
		{"1 2 254:0 /etc /data rw - ext4 /dev/vda rw", "/etc"},
		{"1 2 254:0 /etc/ssh /data rw - ext4 /dev/vda rw", "/etc/ssh"},
		{"1 2 254:0 /etc/x//deleted /data rw - ext4 /dev/vda rw", "/etc/x"},
		{"1 2 254:0 / /data rw - ext4 /dev/vda rw", "/"},
		{"1 2 0:25 /docker.sock /s rw shared:9 master:2 - tmpfs tmpfs rw",
		 "/run/docker.sock"},
		{"1 2 254:1 /@data/a\\040b /data rw - btrfs /dev/vdb rw", "/srv/my data/a b"},
		{"1 2 254:1 /@database /data rw - btrfs /dev/vdb rw", NULL},
		{"1 2 8:1 /x /data rw - ext4 /dev/sda1 rw", "/d/volumes/y/_data/x"},
		{"1 2 0:99 / /data rw - tmpfs tmpfs rw", NULL},
		{"1 2 0:4 net:[4026532260] /n rw - nsfs nsfs rw", NULL},
	};
	cleanup_arena struct arena *arena = arena_new();
	struct mount_table table = mount_table_new(arena, host, "/d");

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		const char *cursor = cases[i].line, *path;
		struct mountinfo line;

		ck_assert_msg(mountinfo_next(&cursor, &line), "%s", cases[i].line);
		path = mount_table_path(&table, arena, &line);
		ck_assert_msg(text_equal(path, cases[i].path), "%s gives %s", cases[i].line, path);
	}
	ck_assert(mount_table_shares(&table, 5) && !mount_table_shares(&table, 6));
}
END_TEST

START_TEST(malformed_lines)
{
	static const char text[] =
		"\n\n1\n1 2 3 4 5 6\n1 2 0:1 / /x rw - \n1 2 0:1 / x rw - t s o\n"
		"1 2 0:1 / /ok rw - t\n - - - - - - - -\n-\n";
	cleanup_arena struct arena *arena = arena_new();
	struct mount_table empty = mount_table_new(arena, "", NULL);
	const char *cursor = text;
	struct mountinfo line;

	ck_assert(mountinfo_next(&cursor, &line));
	ck_assert(slice_is(line.point, "/ok"));
	ck_assert(!mountinfo_next(&cursor, &line));
	ck_assert_ptr_null(mount_table_path(&empty, arena, &line));
}
END_TEST

/* Text as the inside of a JSON string. */
static const char *json(struct arena *arena, const char *text)
{
	cleanup_text struct text escaped = {0};

	for (; *text; text++) {
		if (*text == '\n')
			text_add(&escaped, "\\n");
		else if (*text == '\\')
			text_add(&escaped, "\\\\");
		else
			text_add_bytes(&escaped, text, 1);
	}
	return arena_strdup(arena, text_string(&escaped));
}

/* A container with these mounts and this mountinfo, running or not. */
static struct loaded container(const char *mounts, const char *mountinfo, bool running)
{
	cleanup_arena struct arena *arena = arena_new();

	return loaded_from(
		"'engine': {'info': {'DockerRootDir': '/d'}, 'volumes': ["
		" {'Name': 'x', 'Options': {'type': 'none', 'o': 'rw,bind', 'device': '/link'}}],"
		" 'containers': [{'Id': '" ID "', 'Name': '/web', 'State': {'Running': %s},"
		"  'Config': {}, 'HostConfig': {'Privileged': false, 'Tmpfs': {'/tmp': 'rw,ro'}}, "
		"'Mounts': %s}]},"
		"'host': {'mountinfo': '%s', 'paths': {'/link': {'real': '/etc', 'type': "
		"'directory'}, '/run/docker.sock': {'real': '/run/docker.sock', 'type': "
		"'socket'}}},"
		"'processes': [{'container': '" ID "', 'init': true, 'mountinfo': '%s'}]",
		running ? "true" : "false", mounts, json(arena, host), json(arena, mountinfo));
}

static const struct mount *find(const struct loaded *l, const char *destination)
{
	const struct container *web = facts_container(l->facts, "web");

	for (size_t i = 0; i < web->n_mounts; i++)
		if (text_equal(web->mounts[i].destination, destination))
			return &web->mounts[i];
	return NULL;
}

START_TEST(declared_only)
{
	cleanup_loaded struct loaded l =
		container("[{'Type': 'bind', 'Source': '/link', 'Destination': '/a/', 'RW': false},"
			  " {'Type': 'volume', 'Name': 'x', 'Source': '/d/volumes/x/_data',"
			  "  'Destination': '/v', 'RW': true},"
			  " {'Type': 'bind', 'Source': '/gone/../no', 'Destination': '/b'}]",
			  "", false);

	ck_assert_uint_eq(facts_container(l.facts, "web")->n_mounts, 4);
	ck_assert_ptr_null(facts_container(l.facts, "web")->mounts_unread);
	ck_assert_ptr_null(facts_container(l.facts, "web")->volumes_unread);
	ck_assert_str_eq(find(&l, "/a")->host_path, "/etc");
	ck_assert_str_eq(find(&l, "/a")->host_type, "directory");
	ck_assert(!find(&l, "/a")->writable && !find(&l, "/a")->in_kernel);
	ck_assert_str_eq(find(&l, "/v")->host_path, "/etc");
	ck_assert_str_eq(find(&l, "/b")->host_path, "/no");
	ck_assert_str_eq(find(&l, "/tmp")->type, "tmpfs");
	ck_assert_ptr_null(find(&l, "/tmp")->host_path);
	ck_assert(!find(&l, "/tmp")->writable);
}
END_TEST

START_TEST(volume_unread)
{
	static const char mounts[] =
		"[{'Type': 'volume', 'Name': 'y', 'Source': '/d/volumes/y/_data',"
		" 'Destination': '/v', 'RW': true}]";
	cleanup_loaded struct loaded stopped = container(mounts, "", false);
	cleanup_loaded struct loaded seen = container(
		mounts, "56 50 254:0 /d/volumes/y/_data /v rw - ext4 /dev/vda rw\n", true);

	ck_assert_ptr_nonnull(facts_container(stopped.facts, "web")->volumes_unread);
	ck_assert_ptr_null(facts_container(seen.facts, "web")->volumes_unread);
}
END_TEST

static const char seen[] =
	"50 49 0:50 / / ro - overlay overlay rw\n"
	"51 50 0:60 / /proc rw - proc proc rw\n"
	"52 50 0:21 / /hostproc ro - proc proc rw\n"
	"53 50 0:61 / /dev rw - tmpfs tmpfs rw\n"
	"54 50 254:0 /d/containers/" ID "/hosts /etc/hosts rw - ext4 /dev/vda rw\n"
	"55 50 254:0 /d/containers/other/hostname /etc/hostname rw - ext4 /dev/vda rw\n"
	"56 50 254:0 /etc /v ro,nosuid shared:77 master:1 - ext4 /dev/vda rw\n"
	"57 50 254:0 /root /late rw shared:1 - ext4 /dev/vda rw\n"
	"58 50 254:0 /home /late rw - ext4 /dev/vda rw\n"
	"59 50 0:25 /docker.sock /s ro - tmpfs tmpfs rw\n"
	"60 50 0:70 / /tmp rw - tmpfs tmpfs rw\n";

START_TEST(joined)
{
	cleanup_loaded struct loaded l = container(
		"[{'Type': 'bind', 'Source': '/proc', 'Destination': '/hostproc', 'RW': true},"
		" {'Type': 'volume', 'Name': 'y', 'Source': '/d/volumes/x/_data',"
		"  'Destination': '/v', 'RW': true, 'Propagation': 'rprivate'}]",
		seen, true);

	ck_assert_uint_eq(facts_container(l.facts, "web")->n_mounts, 7);
	ck_assert_str_eq(find(&l, "/hostproc")->host_path, "/proc");
	ck_assert(!find(&l, "/hostproc")->writable && find(&l, "/hostproc")->declared);
	ck_assert(find(&l, "/etc/hosts")->engine_made);
	ck_assert(find(&l, "/etc/hostname")->engine_made);
	ck_assert_str_eq(find(&l, "/v")->host_path, "/etc");
	ck_assert(!find(&l, "/v")->writable && find(&l, "/v")->in_kernel);
	ck_assert_str_eq(find(&l, "/v")->propagation, "slave");
	ck_assert_str_eq(find(&l, "/late")->type, "kernel");
	ck_assert_str_eq(find(&l, "/late")->host_path, "/home");
	ck_assert_str_eq(find(&l, "/late")->propagation, "private");
	ck_assert(!find(&l, "/late")->declared && !find(&l, "/late")->engine_made);
	ck_assert_str_eq(find(&l, "/s")->host_path, "/run/docker.sock");
	ck_assert_str_eq(find(&l, "/s")->host_type, "socket");
	ck_assert(find(&l, "/tmp")->in_kernel && find(&l, "/tmp")->writable);
}
END_TEST

/* Paths of the host, and what mounting each gives away. */
START_TEST(kinds)
{
	static const struct {
		const char *source;
		unsigned kinds;
	} cases[] = {
		{"/", MOUNT_HOST_ROOT | MOUNT_DATA_ROOT | MOUNT_TRUSTED | MOUNT_SECRET |
			      MOUNT_ABOVE_SOCKET | MOUNT_HOST_PROC | MOUNT_HOST_SYS |
			      MOUNT_KERNEL_STATE},
		{"/etc", MOUNT_TRUSTED | MOUNT_SECRET},
		{"/etc/cron.d/jobs", MOUNT_TRUSTED},
		{"/etc/nginx", 0},
		{"/etc/ssh", MOUNT_TRUSTED | MOUNT_SECRET},
		{"/home", MOUNT_TRUSTED | MOUNT_SECRET},
		{"/home/u/.aws/credentials", MOUNT_SECRET},
		{"/home/u/project", 0},
		{"/usr/share/nginx", 0},
		{"/usr/local", MOUNT_TRUSTED},
		{"/run", MOUNT_TRUSTED | MOUNT_SECRET | MOUNT_ABOVE_SOCKET},
		{"/run/docker.sock", MOUNT_SOCKET},
		{"/run/other.sock", 0},
		{"/d", MOUNT_DATA_ROOT | MOUNT_TRUSTED | MOUNT_SECRET},
		{"/d/containers", MOUNT_DATA_ROOT | MOUNT_TRUSTED | MOUNT_SECRET | MOUNT_LOGS},
		{"/d/image", MOUNT_DATA_ROOT | MOUNT_TRUSTED | MOUNT_SECRET},
		{"/d/volumes/x/_data", 0},
		{"/proc", MOUNT_HOST_PROC},
		{"/proc/sys/kernel", MOUNT_HOST_PROC},
		{"/proc/cpuinfo", 0},
		{"/sys", MOUNT_HOST_SYS},
		{"/sys/kernel/debug", MOUNT_HOST_SYS | MOUNT_KERNEL_STATE},
		{"/dev", MOUNT_KERNEL_STATE},
		{"/srv", 0},
	};
	cleanup_arena struct arena *arena = arena_new();

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_loaded struct loaded l = container(
			arena_printf(arena,
				     "[{'Type': 'bind', 'Source': '%s', 'Destination': '/x'}]",
				     cases[i].source),
			"", false);

		ck_assert_msg(find(&l, "/x")->kinds == cases[i].kinds, "%s: %x rather than %x",
			      cases[i].source, find(&l, "/x")->kinds, cases[i].kinds);
	}
}
END_TEST

/* What the kernel alone knows: who made it. */
START_TEST(undeclared)
{
	cleanup_loaded struct loaded l =
		container("[{'Type': 'bind', 'Source': '/srv', 'Destination': '/data', 'RW': true},"
			  " {'Type': 'bind', 'Source': '/run/docker.sock', 'Destination': "
			  "'/var/run/docker.sock'}]",
			  "50 49 0:50 / / ro - overlay overlay rw\n"
			  "51 50 254:0 /srv /data rw - ext4 /dev/vda rw\n"
			  "52 51 254:1 /@data /data/below rw - btrfs /dev/vdb rw\n"
			  "53 50 0:25 /docker.sock /run/docker.sock rw - tmpfs tmpfs rw\n"
			  "54 50 254:0 /etc /data-late rw - ext4 /dev/vda rw\n"
			  "55 50 0:99 / /proc-late rw - proc proc rw\n"
			  "56 50 0:61 / /dev rw - tmpfs tmpfs rw\n"
			  "57 56 0:62 / /dev/shm rw - tmpfs shm rw\n",
			  true);

	ck_assert_uint_eq(find(&l, "/data/below")->kinds & MOUNT_UNDECLARED, 0);
	ck_assert_uint_eq(find(&l, "/run/docker.sock")->kinds & MOUNT_UNDECLARED, 0);
	ck_assert(find(&l, "/data-late")->kinds & MOUNT_UNDECLARED);
	ck_assert(find(&l, "/data-late")->kinds & MOUNT_TRUSTED);
	ck_assert(find(&l, "/proc-late")->kinds & MOUNT_UNDECLARED);
	ck_assert_uint_eq(find(&l, "/proc-late")->kinds & MOUNT_HOST_PROC, 0);
	ck_assert_ptr_null(find(&l, "/dev"));
	ck_assert_ptr_null(find(&l, "/dev/shm"));
	ck_assert_str_eq(find(&l, "/run/docker.sock")->sockets[0]->of, "Docker");
}
END_TEST

/* Of what hides parts of the kernel: in place, missing, tampered with. */
START_TEST(masks)
{
	cleanup_loaded struct loaded l =
		container("[]",
			  "50 49 0:50 / / ro - overlay overlay rw\n"
			  "51 50 0:60 / /proc rw - proc proc rw\n"
			  "56 50 0:61 / /dev rw - tmpfs tmpfs rw\n"
			  "57 51 0:61 /null /proc/kcore rw - tmpfs tmpfs rw\n"
			  "58 51 0:60 /sys/kernel/core_pattern /proc/keys rw - proc proc rw\n"
			  "59 51 0:63 / /proc/acpi rw - tmpfs tmpfs rw\n"
			  "60 51 0:64 / /proc/scsi ro - tmpfs tmpfs ro\n"
			  "61 50 0:29 / /cg rw - cgroup cgroup rw,memory\n",
			  true);
	const struct container *web = facts_container(l.facts, "web");

	ck_assert_uint_eq(web->n_masks, 3);
	ck_assert_str_eq(web->masks[0].path, "/proc/acpi");
	ck_assert_int_eq(web->masks[0].fault, MASK_TAMPERED);
	ck_assert_str_eq(web->masks[1].path, "/proc/keys");
	ck_assert_str_eq(web->masks[1].seen, "proc /sys/kernel/core_pattern");
	ck_assert_str_eq(web->masks[2].path, "/proc/sys");
	ck_assert_int_eq(web->masks[2].fault, MASK_WRITABLE);
	ck_assert_uint_eq(web->n_views, 3);
	ck_assert(web->views[0].usual);
	ck_assert(web->views[2].top && web->views[2].writable && !web->views[2].usual);
	ck_assert(find(&l, "/cg")->kinds & MOUNT_CGROUP1_TOP);
}
END_TEST

/* A later mount above buries what hid parts of the kernel. */
START_TEST(buried_masks)
{
	cleanup_loaded struct loaded l = container("[]",
						   "50 49 0:50 / / ro - overlay overlay rw\n"
						   "51 50 0:60 / /proc rw - proc proc rw\n"
						   "58 51 0:60 /sys /proc/sys ro - proc proc rw\n"
						   "60 50 0:60 / /proc rw - proc proc rw\n",
						   true);
	const struct container *web = facts_container(l.facts, "web");
	const struct mask *last = &web->masks[web->n_masks - 1];

	ck_assert_str_eq(last->path, "/proc/sys");
	ck_assert_int_eq(last->fault, MASK_WRITABLE);
}
END_TEST

#define STATUS                                                                                     \
	"CapInh:\\t0\\nCapPrm:\\t0\\nCapEff:\\t%s\\nCapBnd:\\t0\\nNoNewPrivs:\\t0\\nUid:\\t%s\\t%" \
	"s"                                                                                        \
	"\\nGid:\\t7\\t7\\nGroups:\\t%s\\n"

/* Who may connect, through a mount that is read-only. */
START_TEST(access_to_sockets)
{
	static const char private[] = "'mode': '0660', 'uid': '0', 'gid': '998'";
	static const char open[] = "'mode': '0666', 'uid': '0', 'gid': '998'";
	static const char listed[] =
		"'mode': '0660', 'uid': '0', 'gid': '998', 'acl': 'user::rw-,user:1000:rw-'";
	static const struct {
		const char *socket, *uid, *groups, *capabilities;
		enum socket_access access;
	} cases[] = {
		{private, "0", "0", "0", SOCKET_OPEN},
		{private, "1000", "1000", "0", SOCKET_CLOSED},
		{private, "1000", "10 998 ", "0", SOCKET_OPEN},
		{private, "1000", "9980", "0", SOCKET_CLOSED},
		{private, "1000", "", "2", SOCKET_OPEN},
		{open, "1000", "", "0", SOCKET_OPEN},
		{listed, "1000", "", "0", SOCKET_OPEN},
		{listed, "1001", "", "0", SOCKET_CLOSED},
		{"'x': '1'", "1000", "", "0", SOCKET_UNSURE},
	};
	const char *who;

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		cleanup_loaded struct loaded l = loaded_from(
			"'engine': {'containers': [{'Id': '" ID
			"', 'Name': '/web', 'State': {'Running': true}, 'Config': {}, "
			"'HostConfig': "
			"{'Privileged': false}, 'Mounts': [{'Type': 'bind', 'Source': "
			"'/run/docker.sock', 'Destination': '/s', 'RW': false}]}]},"
			"'host': {'paths': {'/run/docker.sock': {'real': '/run/docker.sock', "
			"'type': 'socket', %s}}},"
			"'processes': [{'container': '" ID
			"', 'init': true, 'pid': '7', 'status': '" STATUS "'}]",
			cases[i].socket, cases[i].capabilities, cases[i].uid, cases[i].uid,
			cases[i].groups);
		const struct container *web = facts_container(l.facts, "web");

		ck_assert_msg(socket_access(web, find(&l, "/s")->sockets[0], l.arena, &who) ==
				      cases[i].access,
			      "case %zu: %s", i, who);
	}
}
END_TEST

Suite *suite_mount(void)
{
	const TTest *const tests[] = {
		origins,    malformed_lines, declared_only, volume_unread,     joined, kinds,
		undeclared, masks,           buried_masks,  access_to_sockets, NULL};

	return unit_suite("mount", tests);
}
