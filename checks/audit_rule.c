/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Is what is done to a file of the host recorded by the kernel's audit?
 *
 * The loaded rules decide. Rules in /etc/audit only say what is meant to be loaded: where the
 * kernel may not be asked they are no answer, and where it says otherwise they are a hint.
 */
#include "checks/item_list.h"

#include "base/path.h"
#include "facts/host_places.h"

#include <string.h>

#define HINT_AUDIT                                                                             \
	"run as root with CAP_AUDIT_CONTROL, in the host's own pid and user namespaces (in a " \
	"container: --pid=host --cap-add AUDIT_CONTROL)"

/* What the rules say of one place. */
struct coverage {
	unsigned recorded;                /* accesses */
	const struct audit_rule *by;      /* the first that records it */
	const struct audit_rule *never;   /* one that leaves it out */
	const struct audit_rule *hole;    /* one that leaves out something in it */
	const struct audit_rule *partial; /* one that records some of it, under a condition */
	const struct audit_rule *doubt;   /* one that leaves some out, under a condition */
	const struct audit_rule *link;    /* one that names a link to it */
};

static bool covers(const struct audit_rule *rule, const struct host_place *place)
{
	if (!rule->path)
		return true;
	return rule->tree ? path_within(place->real, rule->path)
			  : text_equal(place->real, rule->path);
}

static bool is_inside(const struct audit_rule *rule, const struct host_place *place)
{
	return rule->path && place->directory && path_within(rule->path, place->real);
}

/* Parts that may be left out: "overlay2", also below a directory "<uid>.<gid>". */
static bool is_excepted(const struct check_input *in, const struct audit_rule *rule,
			const struct host_place *place)
{
	const char *rest = rule->path + strlen(place->real);
	size_t pair, n;
	const char *const *parts = param_strings(in, "except", &n);

	rest += *rest == '/';
	pair = strspn(rest, "0123456789.");
	if (pair > 0 && rest[pair] == '/')
		rest += pair + 1;
	for (size_t i = 0; i < n; i++)
		if (path_within(rest, parts[i]))
			return true;
	return false;
}

/* The first rule that matches decides: what an earlier one decided, a later one does not. */
static void apply(const struct check_input *in, const struct audit_rule *rule,
		  const struct host_place *place, unsigned *open, struct coverage *ret)
{
	unsigned accesses = rule->accesses & *open;

	if (rule->link && text_equal(rule->link, place->real) && !rule->never)
		ret->link = rule;
	if (rule->on_tasks || !accesses)
		return;
	if (covers(rule, place)) {
		if (rule->narrowed || rule->unclear) {
			*(rule->never ? &ret->doubt : &ret->partial) = rule;
			return;
		}
		*open &= ~accesses;
		if (rule->never) {
			ret->never = rule;
		} else {
			ret->recorded |= accesses;
			ret->by = ret->by ? ret->by : rule;
		}
	} else if (rule->never && is_inside(rule, place) && !is_excepted(in, rule, place)) {
		*(rule->narrowed || rule->unclear ? &ret->doubt : &ret->hole) = rule;
	}
}

static unsigned needed(const struct check_input *in)
{
	unsigned accesses = AUDIT_WRITE | AUDIT_ATTRIBUTES;

	return param_bool(in, "execution", false) ? accesses | AUDIT_EXECUTE : accesses;
}

static struct coverage cover(const struct check_input *in, const struct audit_rules *rules,
			     const struct host_place *place)
{
	struct coverage coverage = {0};
	unsigned open = needed(in);

	for (size_t i = 0; i < rules->n; i++)
		apply(in, &rules->items[i], place, &open, &coverage);
	return coverage;
}

static bool is_whole(const struct check_input *in, const struct coverage *coverage)
{
	return (coverage->recorded & needed(in)) == needed(in) && !coverage->hole;
}

/* The line of /etc/audit that would record the place; NULL where there is none. */
static const struct audit_rule *configured(const struct check_input *in,
					   const struct host_place *place)
{
	const struct audit *audit = in->facts->host.audit;
	const struct audit_rules *const lists[] = {&audit->folder, &audit->file};

	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct coverage coverage = cover(in, lists[i], place);

		if (is_whole(in, &coverage))
			return coverage.by;
	}
	return NULL;
}

/* What is said of one place, and how bad it is. */
struct remark {
	enum status status;
	const char *text;
	const struct audit_rule *rule; /* to cite; may be NULL */
};

static const char *accesses_text(struct arena *arena, unsigned accesses)
{
	return arena_printf(arena, "%s%s%s", accesses & AUDIT_WRITE ? "w" : "",
			    accesses & AUDIT_EXECUTE ? "x" : "",
			    accesses & AUDIT_ATTRIBUTES ? "a" : "");
}

static struct remark uncovered(const struct check_input *in, const struct host_place *place,
			       const struct coverage *coverage)
{
	struct arena *arena = in->arena;
	const struct audit_rule *line = configured(in, place);
	const char *missing = accesses_text(arena, needed(in) & ~coverage->recorded);
	struct remark remark = {.status = STATUS_FAIL};

	if (coverage->never) {
		remark.rule = coverage->never;
		remark.text = arena_printf(arena, "%s is left out by the audit rule %s",
					   place->path, coverage->never->text);
	} else if (coverage->recorded) {
		remark.rule = coverage->by;
		remark.text = arena_printf(arena, "the audit rules of %s lack permission %s",
					   place->path, missing);
	} else if (coverage->partial) {
		remark.status = coverage->partial->unclear ? STATUS_MANUAL : STATUS_FAIL;
		remark.rule = coverage->partial;
		remark.text = arena_printf(arena, "the audit rule of %s records only some: %s",
					   place->path, coverage->partial->text);
	} else if (line) {
		remark.rule = line;
		remark.text = arena_printf(arena, "the audit rule of %s in %s is not loaded",
					   place->path, line->where);
	} else if (coverage->link) {
		remark.rule = coverage->link;
		remark.text = arena_printf(arena,
					   "no audit rule covers %s: the one on %s watches only "
					   "the symbolic link",
					   place->path, coverage->link->path);
	} else {
		remark.text = arena_printf(arena, "no loaded audit rule covers %s", place->path);
	}
	return remark;
}

static struct remark judge_place(const struct check_input *in, const struct host_place *place)
{
	const struct coverage coverage = cover(in, &in->facts->host.audit->loaded, place);
	struct remark remark = {.status = STATUS_PASS, .rule = coverage.by};

	if ((coverage.recorded & needed(in)) != needed(in))
		return uncovered(in, place, &coverage);
	if (coverage.hole) {
		remark.status = STATUS_FAIL;
		remark.rule = coverage.hole;
		remark.text = arena_printf(in->arena, "%s in %s is left out by the audit rule %s",
					   coverage.hole->path, place->path, coverage.hole->text);
	} else if (coverage.doubt) {
		remark.status = STATUS_MANUAL;
		remark.rule = coverage.doubt;
		remark.text = arena_printf(in->arena,
					   "%s is audited, but for what an earlier rule leaves "
					   "out: %s",
					   place->path, coverage.doubt->text);
	} else if (place->directory && !coverage.by->tree && coverage.by->path) {
		remark.text = arena_printf(in->arena,
					   "%s is audited as a directory; -F dir= would also see "
					   "changes in its files",
					   place->path);
	} else {
		remark.text = arena_printf(in->arena, "%s is audited", place->path);
	}
	return remark;
}

/* Nothing loaded says anything of files; or NULL. */
static const char *why_off(const struct check_input *in, const struct host_place *place,
			   struct remark *ret)
{
	const struct audit *audit = in->facts->host.audit;

	if (!audit->enabled)
		return arena_printf(in->arena,
				    "the kernel's auditing is off (enabled is 0; auditd switches "
				    "it on): nothing that is done to %s is recorded",
				    place->path);
	for (size_t i = 0; i < audit->loaded.n; i++) {
		const struct audit_rule *rule = &audit->loaded.items[i];

		if (!rule->on_tasks || !rule->never || rule->narrowed)
			continue;
		ret->rule = rule;
		return arena_printf(
			in->arena,
			"no process is audited, by the rule %s: nothing that is done to "
			"%s is recorded",
			rule->text, place->path);
	}
	return NULL;
}

static void cite_rule(const struct check_input *in, struct verdict *verdict,
		      const struct audit_rule *rule)
{
	if (rule && rule->where)
		cite_string(in, verdict, "file", rule->where, rule->text);
	else if (rule)
		cite_string(in, verdict, "kernel", "audit rule", rule->text);
}

/* The kernel was not asked: what is in /etc/audit may be loaded or not. */
static struct verdict judge_configured(const struct check_input *in,
				       const struct host_places *places)
{
	const struct audit *audit = in->facts->host.audit;
	const struct audit_rule *line = NULL;
	const char *seen = "has no rule";
	struct verdict verdict;
	size_t n = 0;

	for (size_t i = 0; i < places->n; i++) {
		const struct audit_rule *rule = configured(in, &places->items[i]);

		n += rule != NULL;
		line = line ? line : rule;
	}
	if (n == places->n)
		seen = "has a rule";
	else if (audit->files_unread)
		seen = "could not be read either";
	verdict = verdict_unknown(in, HINT_AUDIT,
				  "the kernel could not be asked for its audit rules: %s; "
				  "/etc/audit %s for %s%s",
				  audit->unread, seen, places->items[0].path,
				  n == places->n ? ", whether it is loaded is not verified" : "");
	cite_rule(in, &verdict, line);
	return verdict;
}

/* The worst of what is said; what is as bad is said together. */
static struct verdict judge_places(const struct check_input *in, const struct host_places *places)
{
	static const unsigned weights[STATUS_COUNT] = {[STATUS_MANUAL] = 1, [STATUS_FAIL] = 2};
	struct remark *remarks = arena_array(in->arena, places->n, sizeof(*remarks));
	cleanup_text struct text text = TEXT_INIT(ITEM_LIST);
	enum status worst = STATUS_PASS;
	struct verdict verdict;

	for (size_t i = 0; i < places->n; i++) {
		remarks[i] = judge_place(in, &places->items[i]);
		if (weights[remarks[i].status] > weights[worst])
			worst = remarks[i].status;
	}
	for (size_t i = 0; i < places->n; i++)
		if (remarks[i].status == worst)
			text_addf(&text, "%s%s", text.length ? "; " : "", remarks[i].text);
	verdict = verdict_pass(in, "%s", item_list_text(in, &text));
	verdict.status = worst;
	for (size_t i = 0; i < places->n; i++)
		cite_rule(in, &verdict, remarks[i].rule);
	return verdict;
}

/* None of the places is there, or so it seems. */
static struct verdict judge_absent(const struct check_input *in, const struct host_places *places)
{
	if (places->unread)
		return verdict_unknown(in, "run as root", "it was not seen whether it exists: %s",
				       places->unread);
	return verdict_not_applicable(in, "there is no %s", places->looked_for);
}

static struct verdict judge_audit_rule(const struct check_input *in)
{
	const char *hidden = facts_files_hidden(in->facts), *off;
	struct host_places places = {0};
	struct remark remark = {0};
	struct verdict verdict;
	size_t n;
	const char *const *what = param_strings(in, "of", &n);

	if (hidden)
		return verdict_unknown(in, "run it with --pid=host", "%s", hidden);
	for (size_t i = 0; i < n; i++)
		if (!host_places_add(in->facts, in->arena, what[i], &places))
			return verdict_unknown(in, NULL, "nothing is known of %s", what[i]);
	if (places.n == 0)
		return judge_absent(in, &places);
	if (in->facts->host.audit->unread)
		return judge_configured(in, &places);
	off = why_off(in, places.items, &remark);
	if (!off) {
		verdict = judge_places(in, &places);
		return verdict.status == STATUS_PASS && places.unread ? judge_absent(in, &places)
								      : verdict;
	}
	verdict = verdict_fail(in, "%s", off);
	cite_string(in, &verdict, "kernel", "audit enabled",
		    in->facts->host.audit->enabled ? "1" : "0");
	cite_rule(in, &verdict, remark.rule);
	return verdict;
}

static const struct param_spec audit_params[] = {
	{.name = "of",
	 .type = PARAM_STRINGS,
	 .required = true,
	 .summary = "paths, units or names such as engine-program, data-root or runtimes"},
	{.name = "execution",
	 .type = PARAM_BOOL,
	 .summary = "that it is started must be recorded, too"},
	{.name = "except",
	 .type = PARAM_STRINGS,
	 .summary = "directories in it that rules may leave out"},
	{0},
};

const struct check checks_audit_rule[] = {
	{.name = "audit-rule",
	 .subjects = SUBJECTS(SUBJECT_HOST),
	 .judge = judge_audit_rule,
	 .params = audit_params},
	{0},
};
