/* SPDX-License-Identifier: Apache-2.0 */

/* What files images hold, as far as their layers on disk were looked at (--deep). */
#include "base/text.h"
#include "checks/container_support.h"
#include "checks/item_list.h"
#include "judge/check.h"

#include <inttypes.h>

/* "/usr/bin/su (4755)", "/usr/bin/at (6755 of uid 1)". */
static void add_program(const struct check_input *in, const struct image_file *file,
			struct text *list)
{
	const char *owner = "";

	if (image_file_is_setuid(file) && file->uid > 0)
		owner = arena_printf(in->arena, " of uid %" PRId64, file->uid);
	text_add_item(list, arena_printf(in->arena, "%s (%04o%s)", file->path, file->mode, owner));
}

/* The privileged programs of an image. */
struct programs {
	struct text setuid, capable;
	size_t n, n_allowed;
};

static void collect_programs(const struct check_input *in, const struct image_files *files,
			     struct programs *ret)
{
	for (size_t i = 0; i < files->n; i++) {
		const struct image_file *file = &files->items[i];
		bool setid = image_file_is_setuid(file) || image_file_is_setgid(file);

		if (file->permitted | file->inheritable)
			text_add_item(&ret->capable,
				      arena_printf(in->arena, "%s (%s)", file->path,
						   capability_names(in->arena,
								    file->permitted |
									    file->inheritable)));
		if (setid && param_matches(in, "allowed", file->path)) {
			ret->n_allowed++;
		} else if (setid) {
			ret->n++;
			add_program(in, file, &ret->setuid);
		}
	}
}

static struct verdict setuid_verdict(const struct check_input *in, const struct image_files *files,
				     const struct programs *programs)
{
	struct verdict verdict;

	if (programs->n == 0)
		return programs->n_allowed
			       ? verdict_pass(in,
					      "%zu setuid or setgid programs, all of them allowed",
					      programs->n_allowed)
			       : verdict_pass(in, "no setuid or setgid program");
	verdict = verdict_fail(in, "%zu setuid or setgid program%s: %s", programs->n,
			       programs->n == 1 ? "" : "s", item_list_text(in, &programs->setuid));
	if (!files->no_new_privs)
		return verdict;
	return verdict_remark(
		in, verdict_as(verdict, severity_lower(verdict.severity)),
		"its containers all run with no_new_privs, where they have no effect");
}

static struct verdict judge_setuid(const struct check_input *in)
{
	const struct image_files *files = facts_image_files(in->facts, in->subject->id);
	struct programs programs = {TEXT_INIT(ITEM_LIST), TEXT_INIT(ITEM_LIST), 0, 0};
	struct verdict verdict;

	if (!files || !files->looked)
		return verdict_manual(in, "bulkhead --deep looks for them in its layers");
	if (files->unread)
		return verdict_unknown(in, in->facts->host.root ? NULL : "run as root",
				       "its layers could not be read: %s", files->unread);
	collect_programs(in, files, &programs);
	verdict = setuid_verdict(in, files, &programs);
	if (!item_list_is_empty(&programs.capable))
		verdict = verdict_remark(in, verdict, "with capabilities: %s",
					 item_list_text(in, &programs.capable));
	cite_field(in, &verdict, "layers", "files.privileged");
	text_release(&programs.setuid);
	text_release(&programs.capable);
	return verdict;
}

static void add_packages(const struct check_input *in, const struct image_files *files,
			 struct text *ret)
{
	doc_for_each (count, files->packages)
		if (doc_is_string(count))
			text_add_item(ret, arena_printf(in->arena, "%s packages (%s)",
							count->valuestring, count->string));
	if (!ret->length)
		text_add(ret, "no package database");
}

static void add_tools(const struct image_files *files, struct text *ret)
{
	doc_for_each (path, files->programs)
		if (doc_is_string(path))
			text_add_item(ret, path->valuestring);
	if (!ret->length)
		text_add(ret, "no shell, compiler, package manager or network tool");
}

static struct verdict packages_seen(const struct check_input *in, const struct image_files *files)
{
	struct text packages = TEXT_INIT(ITEM_LIST), tools = TEXT_INIT(ITEM_LIST);
	struct verdict verdict;

	add_packages(in, files, &packages);
	add_tools(files, &tools);
	verdict = verdict_manual(in, "%s; %s", item_list_text(in, &packages),
				 item_list_text(in, &tools));
	cite_field(in, &verdict, "layers", "files.packages");
	cite_field(in, &verdict, "layers", "files.programs");
	text_release(&packages);
	text_release(&tools);
	return verdict;
}

static struct verdict judge_packages(const struct check_input *in)
{
	const struct image_files *files = facts_image_files(in->facts, in->subject->id);
	struct verdict verdict;

	if (files && files->looked && !files->unread)
		return packages_seen(in, files);
	if (files && files->unread)
		verdict = verdict_manual(in, "its layers could not be read: %s", files->unread);
	else
		verdict = verdict_manual(in,
					 "bulkhead --deep counts its packages and lists its tools");
	cite_field(in, &verdict, "image", "Size");
	cite_field(in, &verdict, "image", "RootFS.Layers");
	return verdict;
}

static const struct param_spec setuid_params[] = {
	{"allowed", PARAM_STRINGS, false, "setuid and setgid programs that images may hold"},
	{0},
};

const struct check checks_image_files[] = {
	{.name = "image-setuid",
	 .subjects = SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_setuid,
	 .params = setuid_params},
	{.name = "image-packages",
	 .subjects = SUBJECTS(SUBJECT_IMAGE),
	 .judge = judge_packages,
	 .gathers = true},
	{0},
};
