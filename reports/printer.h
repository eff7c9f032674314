/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Lines of the text report: words that wrap at the terminal's width and are made harmless on the
 * way, and colours. Colour only repeats what a word already says.
 */
#ifndef BULKHEAD_REPORTS_PRINTER_H
#define BULKHEAD_REPORTS_PRINTER_H

#include "judge/check.h"

#include <stdbool.h>
#include <stdio.h>

struct printer {
	FILE *out;
	bool color;
	int width;  /* 0: lines are not wrapped */
	int indent; /* of the lines that follow a wrapped one */
	int column;
};

/* Print text as it is, up to its end without a break; it holds no control characters of its own. */
void print_plain(struct printer *printer, const char *text);

/* Fill up with blanks to a column; at least one blank where something stands there already. */
void print_to(struct printer *printer, int column);

/*
 * Print the words of anybody's text, broken between words where the line would pass the width.
 * Runs of blanks count as one; a long text is cut, and says so.
 */
void print_words(struct printer *printer, const char *text);
__attribute__((format(printf, 2, 3))) void print_wordsf(struct printer *printer, const char *format,
							...);

/* End the line, and begin the next one at column 0. */
void print_end(struct printer *printer);

/* A name or another short text on one line, cut to a length that leaves room for others. */
void print_name(struct printer *printer, const char *name);

/* A title above what follows, after an empty line. */
void print_title(struct printer *printer, const char *title);

/* A row that begins with a label; its lines stand behind that, until print_row_end(). */
void print_label(struct printer *printer, const char *label);
void print_row_end(struct printer *printer);

enum color { COLOR_NONE, COLOR_BOLD, COLOR_FAINT };

/* Until print_reset(). */
void print_color(struct printer *printer, enum color color);
void print_status_color(struct printer *printer, enum status status, enum severity severity);
void print_reset(struct printer *printer);

#endif
