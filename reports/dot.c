/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The ways out as a picture, for Graphviz (`dot -Tsvg`): what can be reached on the host at the
 * right, the containers from which a way leads there, and what is done at each step. A container
 * has the colour of its band, an edge that of the worst path over it.
 */
#include "base/arena.h"
#include "base/text.h"
#include "reports/escape.h"
#include "reports/reports.h"
#include "reports/words.h"

#include <stdlib.h>
#include <string.h>

enum { LINE = 26 }; /* bytes of a label after which a line is broken */

static const char *const fills[] = {
	[ATTACK_LOW] = "#e8eef7",
	[ATTACK_MEDIUM] = "#fdf1c4",
	[ATTACK_HIGH] = "#fbd3a8",
	[ATTACK_CRITICAL] = "#f6b3b0",
};
static const char *const lines[] = {
	[ATTACK_LOW] = "#7a8ba3",
	[ATTACK_MEDIUM] = "#a88400",
	[ATTACK_HIGH] = "#c05a00",
	[ATTACK_CRITICAL] = "#b3201b",
};

/* A step, and the band of the worst path that it is on. */
struct arrow {
	const struct attack_step *step;
	enum attack_band band;
	bool leaves; /* the containers: it is the last one of its path */
};

static int compare_arrows(const void *left, const void *right)
{
	const struct arrow *a = left, *b = right;
	int order = strcmp(a->step->actor, b->step->actor);

	if (order == 0)
		order = strcmp(a->step->target, b->step->target);
	if (order == 0)
		order = strcmp(a->step->text, b->step->text);
	return order ? order : (int)b->band - (int)a->band;
}

static bool is_same(const struct arrow *a, const struct arrow *b)
{
	return text_equal(a->step->actor, b->step->actor) &&
	       text_equal(a->step->target, b->step->target) &&
	       text_equal(a->step->text, b->step->text);
}

/* Every step of every path once, with the worst band. */
static size_t collect(struct arena *arena, const struct report *report, struct arrow **ret)
{
	struct arrow *arrows;
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < report->n_paths; i++)
		n += report->paths[i]->n_steps;
	arrows = arena_array(arena, n, sizeof(*arrows));
	n = 0;
	for (size_t i = 0; i < report->n_paths; i++) {
		const struct attack_path *path = report->paths[i];

		for (size_t k = 0; k < path->n_steps; k++)
			arrows[n++] =
				(struct arrow){&path->steps[k], path->band, k + 1 == path->n_steps};
	}
	if (n > 1)
		qsort(arrows, n, sizeof(*arrows), compare_arrows);
	for (size_t i = 0; i < n; i++)
		if (kept == 0 || !is_same(&arrows[kept - 1], &arrows[i]))
			arrows[kept++] = arrows[i];
	*ret = arrows;
	return kept;
}

/* A label with a line break at the blank after every so many bytes. */
static void write_label(struct arena *arena, const char *text, FILE *out)
{
	size_t column = 0;

	for (const char *word = text; *word;) {
		size_t length = strcspn(word, " ");

		if (column > 0 && column + length > LINE) {
			fputs("\\n", out);
			column = 0;
		} else if (column > 0) {
			fputc(' ', out);
		}
		escape_dot(arena_strndup(arena, word, length), out);
		column += length + 1;
		word += length + strspn(word + length, " ");
	}
}

/* Containers and places of the host have names of their own kind: no container is named "h:…". */
static void write_name(const char *kind, const char *name, FILE *out)
{
	fprintf(out, "\"%s:", kind);
	escape_dot(name, out);
	fputc('"', out);
}

static void write_containers(const struct report *report, FILE *out)
{
	for (size_t i = 0; i < report->n_paths; i++) {
		const struct attack_path *path = report->paths[i];

		fputs("\t\t", out);
		write_name("c", path->container, out);
		fputs(" [label=\"", out);
		escape_dot(path->container, out);
		fprintf(out, "\\n%s %u\", fillcolor=\"%s\", color=\"%s\"];\n",
			attack_band_name(path->band), path->score, fills[path->band],
			lines[path->band]);
	}
}

/* What of the host is reached, once each. */
static void write_ends(const struct report *report, FILE *out)
{
	for (size_t i = 0; i < report->n_paths; i++) {
		bool is_first = true;

		for (size_t k = 0; k < i && is_first; k++)
			is_first = !text_equal(report->paths[k]->end, report->paths[i]->end);
		if (!is_first)
			continue;
		fputc('\t', out);
		write_name("h", report->paths[i]->end, out);
		fputs(" [label=\"", out);
		escape_dot(report->paths[i]->end, out);
		fputs("\", shape=doubleoctagon, fillcolor=\"#3b3b3b\", fontcolor=white];\n", out);
	}
}

static void write_arrow(struct arena *arena, const struct arrow *arrow, FILE *out)
{
	fputc('\t', out);
	write_name("c", arrow->step->actor, out);
	fputs(" -> ", out);
	write_name(arrow->leaves ? "h" : "c", arrow->step->target, out);
	fputs(" [label=\"", out);
	write_label(arena, arrow->step->text, out);
	fprintf(out, "\", color=\"%s\", fontcolor=\"%s\"%s];\n", lines[arrow->band],
		lines[arrow->band], arrow->band == ATTACK_LOW ? ", style=dashed" : "");
}

static void write_dot(const struct report *report, const struct report_options *options, FILE *out)
{
	cleanup_arena struct arena *arena = arena_new();
	struct arrow *arrows;
	size_t n = collect(arena, report, &arrows);

	(void)options;
	fputs("digraph bulkhead {\n"
	      "\trankdir=LR;\n"
	      "\tnode [shape=box, style=\"rounded,filled\", fontname=\"Helvetica\", "
	      "fontsize=11];\n"
	      "\tedge [fontname=\"Helvetica\", fontsize=9];\n"
	      "\tlabelloc=t;\n\tfontname=\"Helvetica\";\n\tlabel=\"",
	      out);
	escape_dot(report->n_paths > 0 ? "Ways out of the containers of "
				       : "No known way leads out of a container of ",
		   out);
	escape_dot(words_host(report, "this host"), out);
	fputs("\";\n\tsubgraph cluster_containers {\n\t\tlabel=\"containers\";\n"
	      "\t\tcolor=\"#9a9a9a\";\n",
	      out);
	write_containers(report, out);
	fputs("\t}\n", out);
	write_ends(report, out);
	for (size_t i = 0; i < n; i++)
		write_arrow(arena, &arrows[i], out);
	fputs("}\n", out);
}

const struct report_writer report_dot = {
	.name = "dot",
	.summary = "the ways out as a picture, for Graphviz: bulkhead -f dot | dot -Tsvg",
	.write = write_dot,
};
