/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/layer.h"

#include "base/cleanup.h"
#include "base/text.h"
#include "collect/image_layers.h"
#include "tests/unit/unit.h"

#include <endian.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>

static char *directory;
static int top = -1;
static struct arena *arena;

static void make_directory(const char *name)
{
	ck_assert_int_eq(mkdirat(top, name, 0755), 0);
}

static void make_file(const char *name, mode_t mode)
{
	free(unit_write_file(directory, name, "x", 1));
	ck_assert_int_eq(fchmodat(top, name, mode, 0), 0);
}

static void setup(void)
{
	directory = unit_directory();
	top = open(directory, O_PATH | O_DIRECTORY | O_CLOEXEC);
	arena = arena_new();
	make_directory("usr");
	make_directory("usr/bin");
	make_directory("usr/cabin");
	make_file("usr/bin/su", 04755);
	make_file("usr/bin/wall", 02755);
	make_file("usr/bin/true", 0755);
	make_file("usr/bin/python3.11", 0755);
	make_file("usr/cabin/wget", 0755);
	ck_assert_int_eq(symlinkat("busybox", top, "usr/bin/sh"), 0);
	ck_assert_int_eq(symlinkat("/", top, "usr/host"), 0);
	ck_assert_int_eq(mkfifoat(top, "usr/bin/pipe", 04755), 0);
}

static void teardown(void)
{
	close(top);
	arena_free(arena);
	unit_remove_directory(directory);
}

static struct layer walk(uint64_t entries, int64_t seconds)
{
	struct timespec now;
	struct layer_budget budget;
	struct layer layer;

	clock_gettime(CLOCK_MONOTONIC, &now);
	budget = (struct layer_budget){entries, now.tv_sec + seconds};
	layer_walk(arena, top, &budget, &layer);
	return layer;
}

static const struct layer_file *find(const struct layer *layer, const char *path)
{
	for (size_t i = 0; i < layer->n; i++)
		if (text_equal(layer->files[i].path, path))
			return &layer->files[i];
	return NULL;
}

START_TEST(finds_privileged_files_and_programs)
{
	struct layer layer = walk(1000, 60);

	ck_assert_ptr_null(layer.unread);
	ck_assert_uint_eq(layer.n, 4);
	ck_assert_uint_eq(find(&layer, "usr/bin/su")->mode, 04755);
	ck_assert_uint_eq(find(&layer, "usr/bin/su")->uid, geteuid());
	ck_assert(!find(&layer, "usr/bin/su")->is_program);
	ck_assert_uint_eq(find(&layer, "usr/bin/wall")->mode, 02755);
	ck_assert(find(&layer, "usr/bin/sh")->is_program);
	ck_assert(find(&layer, "usr/bin/python3.11")->is_program);
}
END_TEST

START_TEST(finds_capabilities)
{
	static const struct vfs_cap_data data = {
		.magic_etc = VFS_CAP_REVISION_2 | VFS_CAP_FLAGS_EFFECTIVE,
		.data = {{.permitted = 1 << CAP_NET_RAW}, {.permitted = 1}},
	};
	cleanup_fd int fd = openat(top, "usr/bin/true", O_RDONLY | O_CLOEXEC);
	struct layer layer;

	if (fsetxattr(fd, "security.capability", &data, sizeof(data), 0) < 0)
		return; /* who is not root may not */
	layer = walk(1000, 60);
	ck_assert_uint_eq(layer.n, 5);
	ck_assert_uint_eq(find(&layer, "usr/bin/true")->capability.permitted,
			  UINT64_C(1) << 32 | 1 << CAP_NET_RAW);
	ck_assert(find(&layer, "usr/bin/true")->capability.effective);
}
END_TEST

START_TEST(gives_up_rather_than_find_only_some)
{
	struct layer layer = walk(3, 60);

	ck_assert_ptr_nonnull(strstr(layer.unread, "too many files"));
	ck_assert(layer_budget_is_over(&(struct layer_budget){1, 0}));
	ck_assert(!layer_budget_is_over(&(struct layer_budget){1, INT64_MAX}));
	layer = walk(1025, -1);
	ck_assert_ptr_nonnull(strstr(layer.unread, "too long"));
}
END_TEST

START_TEST(gives_up_where_it_is_too_deep)
{
	char path[PATH_MAX] = "deep";
	size_t length = strlen(path);
	struct layer layer;

	for (int i = 0; i < 140; i++) {
		make_directory(path);
		memcpy(path + length, "/d", 3);
		length += 2;
	}
	layer = walk(100000, 60);
	ck_assert_ptr_nonnull(strstr(layer.unread, "too deep"));
}
END_TEST

/* Of the layer above, what it hides of one below. */
static const struct {
	const char *path;
	int hides;
} below[] = {
	{"usr/bin/su", 1},                         /* has its own */
	{"usr/bin/passwd", 0},                     /* shares the directory */
	{"usr/host/bin/su", 1},                    /* a link is in the directory's place */
	{"usr/bin/su/x", 1},                       /* a file is */
	{"usr/lib/x/su", 0},                       /* has no such directory */
	{"sbin/su", 0},         {"usr/bin/sh", 1}, /* a link that leads nowhere */
};

START_TEST(hides_what_it_replaces)
{
	ck_assert_int_eq(layer_hides(top, below[_i].path, LAYER_TRUSTED), below[_i].hides);
}
END_TEST

START_TEST(hides_what_it_deleted)
{
	int r = mknodat(top, "usr/gone", S_IFCHR, makedev(0, 0));

	if (r < 0 && errno == EPERM)
		return;
	ck_assert_int_eq(r, 0);
	ck_assert_int_eq(layer_hides(top, "usr/gone", LAYER_TRUSTED), 1);
	ck_assert_int_eq(layer_hides(top, "usr/gone/bin/su", LAYER_TRUSTED), 1);
}
END_TEST

/* An image's builder may set attributes "user.", which mean something to rootless engines only. */
START_TEST(hides_below_opaque_directories)
{
	cleanup_fd int fd = openat(top, "usr/bin", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fsetxattr(fd, LAYER_USER "opaque", "y", 1, 0) < 0)
		return; /* no such attributes here */
	ck_assert_int_eq(layer_hides(top, "usr/bin/passwd", LAYER_USER), 1);
	ck_assert_int_eq(layer_hides(top, "usr/bin/passwd", LAYER_TRUSTED), 0);
	if (fsetxattr(fd, LAYER_TRUSTED "opaque", "x", 1, 0) < 0)
		return; /* who is not root may not */
	ck_assert_int_eq(layer_hides(top, "usr/bin/passwd", LAYER_TRUSTED), 0);
	ck_assert_int_eq(fsetxattr(fd, LAYER_TRUSTED "opaque", "y", 1, 0), 0);
	ck_assert_int_eq(layer_hides(top, "usr/bin/passwd", LAYER_TRUSTED), 1);
}
END_TEST

START_TEST(opens_no_link_and_what_is_below)
{
	cleanup_fd int file = layer_open(top, "usr/bin/su");

	ck_assert_int_ge(file, 0);
	ck_assert_int_lt(layer_open(top, "usr/host/etc/passwd"), 0);
	ck_assert_int_eq(layer_open(top, "usr/none"), -ENOENT);
}
END_TEST

/* In the order of the bytes on disk: magic, then permitted and inheritable, twice from version 2.
 */
static const struct {
	uint32_t words[6];
	size_t length;
	bool valid;
	uint64_t permitted;
} attributes[] = {
	{{VFS_CAP_REVISION_1, 1 << CAP_SETUID}, XATTR_CAPS_SZ_1, true, 1 << CAP_SETUID},
	{{VFS_CAP_REVISION_2, 4, 0, 1, 0}, XATTR_CAPS_SZ_2, true, UINT64_C(1) << 32 | 4},
	{{VFS_CAP_REVISION_3, 4, 0, 1, 0, 100000}, XATTR_CAPS_SZ_3, true, UINT64_C(1) << 32 | 4},
	{{VFS_CAP_REVISION_3, 4, 0, 1, 0}, XATTR_CAPS_SZ_2, false, 0},
	{{0x09000000, 4, 0, 1, 0}, XATTR_CAPS_SZ_2, false, 0},
	{{VFS_CAP_REVISION_2}, 4, false, 0},
};

START_TEST(decodes_capabilities)
{
	struct file_capability capability = {0};
	uint32_t words[6];

	for (size_t i = 0; i < 6; i++)
		words[i] = htole32(attributes[_i].words[i]);
	ck_assert(file_capability_parse(words, attributes[_i].length, &capability) ==
		  attributes[_i].valid);
	ck_assert_uint_eq(capability.permitted, attributes[_i].permitted);
}
END_TEST

/* What an engine says of its layers, and which these are, from above, or why not. */
static const struct {
	const char *image, *layers, *unread;
} engines[] = {
	{"{'GraphDriver': {'Name': 'overlay2', 'Data': {'UpperDir': '/d/a/diff',"
	 "'LowerDir': '/d/b/diff:/d//c/diff'}}}",
	 "/d/a/diff, /d/b/diff, /d/c/diff", NULL},
	{"{'GraphDriver': {'Name': 'overlay2', 'Data': {'UpperDir': '/d/a/diff'}}}", "/d/a/diff",
	 NULL},
	{"{'GraphDriver': {'Name': 'overlay2', 'Data': {'UpperDir': '/d/../etc'}}}", "",
	 "/etc is not below"},
	{"{'GraphDriver': {'Name': 'overlay2', 'Data': {'UpperDir': '/d/a',"
	 "'LowerDir': '/d'}}}",
	 "/d/a", "/d is not below"},
	{"{'GraphDriver': {'Name': 'overlay2'}}", "", "no UpperDir"},
	{"{'GraphDriver': {'Name': 'btrfs', 'Data': {'UpperDir': '/d/a'}}}", "", "btrfs"},
	{"{}", "", "containerd"},
};

START_TEST(are_where_the_engine_says)
{
	cleanup_text struct text json = {0}, paths = {0};
	struct image_layers layers;
	cJSON *image;

	text_add(&json, engines[_i].image);
	for (char *quote; (quote = strchr(json.bytes, '\''));)
		*quote = '"';
	image = cJSON_Parse(json.bytes);
	ck_assert_ptr_nonnull(image);
	layers = image_layers(arena, image, "/d");
	for (size_t i = 0; i < layers.n; i++)
		text_add_item(&paths, layers.paths[i]);
	ck_assert_str_eq(text_string(&paths), engines[_i].layers);
	if (engines[_i].unread)
		ck_assert_ptr_nonnull(strstr(layers.unread, engines[_i].unread));
	else
		ck_assert_ptr_null(layers.unread);
	cJSON_Delete(image);
}
END_TEST

Suite *suite_layer(void)
{
	Suite *suite = suite_create("layer");
	TCase *tree = tcase_create("tree");

	tcase_add_checked_fixture(tree, setup, teardown);
	tcase_add_test(tree, finds_privileged_files_and_programs);
	tcase_add_test(tree, finds_capabilities);
	tcase_add_test(tree, gives_up_rather_than_find_only_some);
	tcase_add_test(tree, gives_up_where_it_is_too_deep);
	tcase_add_loop_test(tree, hides_what_it_replaces, 0, N_ELEMENTS(below));
	tcase_add_test(tree, hides_what_it_deleted);
	tcase_add_test(tree, hides_below_opaque_directories);
	tcase_add_test(tree, opens_no_link_and_what_is_below);
	tcase_add_loop_test(tree, decodes_capabilities, 0, N_ELEMENTS(attributes));
	tcase_add_loop_test(tree, are_where_the_engine_says, 0, N_ELEMENTS(engines));
	suite_add_tcase(suite, tree);
	return suite;
}
