/* SPDX-License-Identifier: Apache-2.0 */

/*
 * An attacker's text made harmless for one kind of reader. All of these take any bytes: what is not
 * UTF-8 comes out as U+FFFD.
 */
#ifndef BULKHEAD_REPORTS_ESCAPE_H
#define BULKHEAD_REPORTS_ESCAPE_H

#include <stdio.h>

/*
 * For a terminal, on one line: control characters, and the invisible ones that reorder or hide text
 * (utf8_is_deceptive()), are shown as \n, \t, \x1b,
 * \u202e. Returns the number of columns written, taking wide characters as two.
 */
int escape_terminal(const char *text, FILE *out);

/* The same of one formatted line, and its end. */
__attribute__((format(printf, 2, 3))) void escape_line(FILE *out, const char *format, ...);

/* The number of columns that escape_terminal() would write. */
int escape_terminal_width(const char *text);

/*
 * For XML 1.0, as text or inside double quotes: & < > " and ' as entities, tab, LF and CR as
 * character references, and what XML forbids even so (other controls, U+FFFE, U+FFFF) as \x1b.
 */
void escape_xml(const char *text, FILE *out);

/*
 * For a string in double quotes of Graphviz' language, which reads backslashes and HTML's entities
 * in it; invisible characters as \\x1b.
 */
void escape_dot(const char *text, FILE *out);

/* For the value of a label of Prometheus, in double quotes; invisible characters as \\\\x1b. */
void escape_label(const char *text, FILE *out);

#endif
