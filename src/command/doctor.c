/* SPDX-License-Identifier: Apache-2.0 */

/*
 * bulkhead doctor: what this user sees of the host and what not, and what that costs. It collects
 * and judges as an audit does, and shows what then is unknown by what would help: there is no
 * second list of who may see what.
 */
#include "base/doc.h"
#include "base/text.h"
#include "command/command.h"
#include "command/target.h"
#include "facts/capability.h"
#include "facts/container.h"
#include "facts/facts.h"
#include "facts/index.h"
#include "reports/escape.h"

#include <stdlib.h>
#include <string.h>

static const struct option_spec specs[] = {
	TARGET_OPTIONS,
	CONTROL_OPTIONS,
	{0},
};

struct sight {
	const char *state; /* "ok", "limited", "no", "-" */
	struct text text;
};

static void see(struct sight *sight, const char *state, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static void see(struct sight *sight, const char *state, const char *format, ...)
{
	va_list args;

	sight->state = state;
	va_start(args, format);
	text_vaddf(&sight->text, format, args);
	va_end(args);
}

/* "; not read: exe, status (Permission denied)", and false where all was. */
static bool add_unread(struct sight *sight, const cJSON *object)
{
	const char *reason = NULL;

	doc_for_each (item, doc_at(object, "unread")) {
		text_add(&sight->text, reason ? ", " : "; not read: ");
		text_add(&sight->text, item->string);
		reason = doc_is_string(item) ? item->valuestring : "";
	}
	if (reason)
		text_addf(&sight->text, " (%s)", reason);
	return reason != NULL;
}

static void look_at_engine(const struct facts *facts, struct sight *sight)
{
	const char *why = doc_string_or(facts->snapshot, "engine.unread.engine", NULL);

	if (why || !facts->engine.info) {
		see(sight, "no", "%s", why ? why : "GET /info was not answered");
		return;
	}
	see(sight, "ok", "%s %s, API %s, at %s", facts->engine.name, facts->engine.version_text,
	    facts->engine.api_version, facts->endpoint);
	if (add_unread(sight, doc_at(facts->snapshot, "engine")))
		sight->state = "limited";
}

static void look_at_host(const struct facts *facts, struct sight *sight)
{
	const char *container = doc_string_or(facts->host.doc, "container", NULL);

	if (!facts->engine.info)
		see(sight, "-", "no engine, so nothing of it is looked for here");
	else if (!facts->local)
		see(sight, "no", "%s", facts->local_reason ? facts->local_reason : "not here");
	else
		see(sight, "ok", "the containers of this engine run on this kernel");
	if (container)
		text_addf(&sight->text, "; this is container %.12s", container);
}

static void look_at_daemon(const struct facts *facts, struct sight *sight)
{
	const cJSON *daemon = facts->engine.daemon;

	if (!facts->local)
		see(sight, "-", "no local engine");
	else if (!daemon || facts->engine.daemon_unread)
		see(sight, "no", "%s", facts->engine.daemon_unread);
	else
		see(sight, "ok", "process %s, found by %s", doc_string_or(daemon, "pid", "?"),
		    doc_string_or(daemon, "found_by", "?"));
	if (daemon && !facts->engine.daemon_unread && add_unread(sight, daemon))
		sight->state = "limited";
}

static void look_at_config(const struct facts *facts, struct sight *sight)
{
	const cJSON *file = doc_at(facts->engine.daemon, "config_file");
	const char *state = doc_string_or(file, "state", NULL);
	const char *reason = doc_string_or(file, "reason", NULL);

	if (!facts->local)
		see(sight, "-", "no local engine");
	else if (!state)
		see(sight, "no", "which one it is stands in the command line of its process");
	else
		see(sight,
		    text_equal(state, "present") || text_equal(state, "absent") ? "ok" : "no",
		    "%s: %s%s%s", doc_string_or(file, "path", "?"), state, reason ? ": " : "",
		    reason ? reason : "");
}

static void look_at_processes(const struct facts *facts, struct sight *sight)
{
	size_t running = 0, seen = 0, n = 0;
	const cJSON *limited = NULL;

	for (size_t i = 0; i < facts->subjects[SUBJECT_CONTAINER].n; i++) {
		const struct container *container =
			facts->subjects[SUBJECT_CONTAINER].items[i].container;

		running += container && container->running;
		seen += container && container->running && container_init(container);
	}
	doc_for_each (process, doc_at(facts->snapshot, "processes")) {
		if (doc_at(process, "unread"))
			limited = process;
		n++;
	}
	if (!facts->local || running == 0) {
		see(sight, "-", facts->local ? "no container runs" : "no local engine");
		return;
	}
	see(sight,
	    seen < running ? "no"
	    : limited      ? "limited"
			   : "ok",
	    "%zu of %zu running containers, %zu processes", seen, running, n);
	if (limited)
		add_unread(sight, limited);
}

static void look_at_groups(const struct facts *facts, struct sight *sight)
{
	const cJSON *groups = doc_at(facts->snapshot, "cgroups"), *limited = NULL;
	int n = cJSON_GetArraySize(groups);

	doc_for_each (group, groups) {
		if (doc_at(group, "unread"))
			limited = group;
	}
	if (cJSON_GetArraySize(doc_at(facts->snapshot, "processes")) == 0)
		see(sight, "-", "no processes of containers");
	else
		see(sight, n == 0 ? "no" : limited ? "limited" : "ok", "%d of them", n);
	if (limited)
		add_unread(sight, limited);
}

static void look_at_namespaces(const struct facts *facts, struct sight *sight)
{
	const char *from = doc_string_or(facts->host.doc, "namespaces_from", "initial");
	bool guessed = text_equal(from, "initial");

	see(sight, guessed ? "limited" : "ok",
	    guessed ? "those that a kernel starts with; network and mounts are not known" : "of %s",
	    from);
}

static const struct {
	const char *name;
	void (*look)(const struct facts *facts, struct sight *sight);
} probes[] = {
	{"engine", look_at_engine},
	{"its host", look_at_host},
	{"its process", look_at_daemon},
	{"its configuration file", look_at_config},
	{"processes of containers", look_at_processes},
	{"limits of control groups", look_at_groups},
	{"namespaces of the host", look_at_namespaces},
};

static void print_user(struct arena *arena, const struct facts *facts)
{
	const char *root = doc_string_or(facts->host.doc, "root", NULL);
	const char *text = doc_string_or(facts->host.doc, "capabilities", "");
	uint64_t mask;
	const char *capabilities = "unknown";

	if (parse_u64(text, 16, &mask))
		capabilities = (mask & CAPABILITY_ALL) == CAPABILITY_ALL
				       ? "all"
				       : capability_names(arena, mask);
	escape_line(stdout, "User %s, capabilities: %s%s%s",
		    doc_string_or(facts->host.doc, "uid", "?"), capabilities,
		    root ? "; the host is below " : "", root ? root : "");
}

static void print_probes(const struct facts *facts)
{
	putchar('\n');
	for (size_t i = 0; i < sizeof(probes) / sizeof(probes[0]); i++) {
		struct sight sight = {.state = "-"};

		probes[i].look(facts, &sight);
		escape_line(stdout, "%-8s %-25s %s", sight.state, probes[i].name,
			    text_string(&sight.text));
		text_release(&sight.text);
	}
}

static void print_problems(const struct report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->n_problems; i++) {
		const struct problem *problem = &report->problems[i];

		if (problem->note)
			continue;
		if (n++ == 0)
			puts("\nNot seen:");
		escape_line(stdout, "  %s: %s%s%s", problem->source, problem->reason,
			    problem->hint ? "; " : "", problem->hint ? problem->hint : "");
	}
}

/* What would help or, where nobody knows, what is wrong. */
static const char *cause(const struct result *result)
{
	return result->verdict.hint ? result->verdict.hint : result->verdict.message;
}

/* What is unknown by one cause, in the order of results: positions in the report. */
struct group {
	const struct index_entry *entries;
	size_t n;
};

static const struct result *group_result(const struct report *report, const struct group *group,
					 size_t i)
{
	return &report->results[group->entries[i].position];
}

/* The results are in the order of their controls. */
static void print_group(const struct report *report, const struct group *group)
{
	const char *said = "";
	size_t next;

	putchar('\n');
	escape_line(stdout, "%s:", group->entries[0].key);
	for (size_t i = 0; i < group->n; i = next) {
		const struct result *result = group_result(report, group, i);
		const struct numbering *line = report_numbering(report, result->control, NULL);

		next = i + 1;
		while (next < group->n &&
		       group_result(report, group, next)->control == result->control)
			next++;
		escape_line(stdout, "  %-6s %-30s %zu %s%s: %s", line ? line->id : "-",
			    result->control->key, next - i,
			    subject_kind_name(result->subject->kind), next - i == 1 ? "" : "s",
			    text_equal(said, result->verdict.message) ? "the same"
								      : result->verdict.message);
		said = result->verdict.message;
	}
}

static int compare_groups(const void *left, const void *right)
{
	const struct group *a = left, *b = right;

	return (a->entries->position > b->entries->position) -
	       (a->entries->position < b->entries->position);
}

/* What is unknown by its causes, in the order in which these come first. */
static struct group *group_unknown(struct arena *arena, const struct report *report, size_t *ret_n)
{
	size_t n_unknown = report->counts.by_status[STATUS_UNKNOWN], n = 0;
	struct index_entry *entries = arena_array(arena, n_unknown, sizeof(*entries));
	struct group *groups = arena_array(arena, n_unknown, sizeof(*groups));
	struct index sorted;

	for (size_t i = 0; i < report->n_results; i++) {
		if (report->results[i].verdict.status == STATUS_UNKNOWN)
			entries[n++] = (struct index_entry){cause(&report->results[i]), NULL, i};
	}
	sorted = index_sorted(entries, n);
	n = 0;
	for (size_t i = 0; i < sorted.n; i++) {
		if (i == 0 || strcmp(entries[i].key, entries[i - 1].key) != 0)
			groups[n++].entries = &entries[i];
		groups[n - 1].n++;
	}
	qsort(groups, n, sizeof(*groups), compare_groups);
	*ret_n = n;
	return groups;
}

static void print_unknown(struct arena *arena, const struct report *report)
{
	size_t n = report->counts.by_status[STATUS_UNKNOWN], n_groups;
	const struct group *groups;

	if (n == 0) {
		puts("\nNothing is unknown: an audit by this user is complete.");
		return;
	}
	printf("\n%zu result%s of an audit by this user would be unknown. What would help, and for "
	       "what:\n",
	       n, n == 1 ? "" : "s");
	groups = group_unknown(arena, report, &n_groups);
	for (size_t i = 0; i < n_groups; i++)
		print_group(report, &groups[i]);
	if (doc_at(report->facts->host.doc, "container"))
		puts("\nRoot of a container sees the host with: -v /:/host:ro --pid=host "
		     "--network=host\n"
		     "--cgroupns=host --userns=host --cap-add=SYS_PTRACE "
		     "--cap-add=DAC_READ_SEARCH\n"
		     "--security-opt=apparmor=unconfined, and bulkhead --root /host.");
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	struct evaluation_options evaluation = {0};
	const struct library *library;
	const struct report *report;
	const struct facts *facts;
	cleanup_doc cJSON *snapshot = NULL;
	int r;

	if ((r = command_no_words(options, err)) < 0 ||
	    (r = target_library(arena, options, &library, err)) < 0 ||
	    (r = target_selection(arena, options, library, &evaluation.selection, err)) < 0 ||
	    (r = target_collect(options, false, &snapshot, err)) < 0 ||
	    (r = facts_load(arena, snapshot, &facts, err)) < 0 ||
	    (r = evaluate(arena, library, facts, &evaluation, &report, err)) < 0)
		return r;
	print_user(arena, facts);
	print_probes(facts);
	print_problems(report);
	print_unknown(arena, report);
	return report->complete ? EXIT_CLEAN : EXIT_INCOMPLETE;
}

const struct command command_doctor = {
	.name = "doctor",
	.summary = "what this user can and cannot see, and how to give access",
	.synopsis = "bulkhead doctor [OPTION]...",
	.details =
		"Collect and judge as an audit by this user would, and show what was seen of the\n"
		"host, what was not, which controls are unknown because of that, and the least\n"
		"that would help.\n",
	.epilogue = "\nExit status: 0 where an audit by this user is complete; 3 where something\n"
		    "would be unknown; 2 for usage, configuration or output errors.\n"
		    "\nExamples:\n"
		    "  bulkhead doctor                        may this user audit?\n"
		    "  bulkhead doctor --section runtime      the containers, at least?\n",
	.options = specs,
	.run = run,
};
