/* SPDX-License-Identifier: Apache-2.0 */

/* Ranges of ids for user namespaces (subuid(5)): is each for one account only? */
#include "checks/item_list.h"

#include <inttypes.h>

struct range {
	const char *user;
	uint64_t uid, start, count;
};

/* Only accounts that exist use their ranges. */
static bool read_range(const cJSON *item, struct range *ret)
{
	ret->user = doc_string_or(item, "user", "");
	return doc_u64(item, "uid", &ret->uid) == DOC_PRESENT &&
	       doc_u64(item, "start", &ret->start) == DOC_PRESENT &&
	       doc_u64(item, "count", &ret->count) == DOC_PRESENT;
}

static bool overlap(const struct range *one, const struct range *other)
{
	return one->uid != other->uid && one->start < other->start + other->count &&
	       other->start < one->start + one->count;
}

static void list_overlaps(const struct check_input *in, const cJSON *ranges, const char *file,
			  struct text *text)
{
	struct range one, other;

	doc_for_each (item, ranges) {
		if (!read_range(item, &one))
			continue;
		for (const cJSON *next = item->next; next; next = next->next)
			if (read_range(next, &other) && overlap(&one, &other))
				text_add_item(text,
					      arena_printf(in->arena,
							   "those of %s and %s from %" PRIu64
							   " on (%s)",
							   one.user, other.user,
							   one.start > other.start ? one.start
										   : other.start,
							   file));
	}
}

static void cite_ranges(const struct check_input *in, struct verdict *verdict, const cJSON *ranges,
			const char *file)
{
	struct range range;

	doc_for_each (item, ranges)
		if (read_range(item, &range))
			cite_string(in, verdict, "file", file,
				    arena_printf(in->arena, "%s:%" PRIu64 ":%" PRIu64, range.user,
						 range.start, range.count));
}

static struct verdict judge_subids(const struct check_input *in)
{
	static const struct {
		const char *member, *file;
	} files[] = {{"uid", "/etc/subuid"}, {"gid", "/etc/subgid"}};
	const struct engine *engine = &in->facts->engine;
	const cJSON *subids = doc_at(in->facts->host.doc, "subids");
	cleanup_text struct text text = TEXT_INIT(ITEM_LIST);
	struct verdict verdict;

	if (engine->info && !engine->rootless && !engine->userns_remap)
		return verdict_not_applicable(in, "the engine maps no users");
	for (size_t i = 0; i < 2; i++)
		if (!cJSON_IsArray(doc_at(subids, files[i].member)))
			return verdict_unknown(in, "run where the engine runs",
					       "%s was not read: %s", files[i].file,
					       doc_string_or(doc_at(subids, "unread"),
							     files[i].member,
							     "the snapshot does not hold it"));
	for (size_t i = 0; i < 2; i++)
		list_overlaps(in, doc_at(subids, files[i].member), files[i].file, &text);
	if (item_list_is_empty(&text))
		verdict = verdict_pass(in, "no two accounts have the same ids");
	else
		verdict = verdict_fail(in, "ranges of several accounts overlap: %s",
				       item_list_text(in, &text));
	for (size_t i = 0; i < 2; i++)
		cite_ranges(in, &verdict, doc_at(subids, files[i].member), files[i].file);
	return verdict;
}

const struct check checks_host_subids[] = {
	{.name = "host-subids", .subjects = SUBJECTS(SUBJECT_HOST), .judge = judge_subids},
	{0},
};
