/* SPDX-License-Identifier: Apache-2.0 */
#include "reports/printer.h"

#include "base/text.h"
#include "reports/escape.h"

#include <string.h>

enum { LONGEST_NAME = 120, LONGEST_TEXT = 4000, LABEL_WIDTH = 12 };

void print_plain(struct printer *printer, const char *text)
{
	printer->column += escape_terminal(text, printer->out);
}

void print_to(struct printer *printer, int column)
{
	do {
		fputc(' ', printer->out);
		printer->column++;
	} while (printer->column < column);
}

static void print_word(struct printer *printer, const char *word)
{
	int width = printer->width ? escape_terminal_width(word) : 0;
	bool at_start = printer->column <= printer->indent;

	if (printer->width && !at_start && printer->column + 1 + width > printer->width)
		print_end(printer);
	if (printer->column < printer->indent)
		print_to(printer, printer->indent);
	else if (printer->column > printer->indent)
		print_to(printer, 0);
	print_plain(printer, word);
}

/* As much of `text` as fits into `most` bytes, without half a character at its end. */
static void add_cut(struct text *cut, const char *text, size_t most)
{
	size_t length = strnlen(text, most + 1);

	if (length > most) {
		length = most;
		while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
			length--;
	}
	text_add_bytes(cut, text, length);
	if (text[length])
		text_add(cut, "...[cut]");
}

/* The end of a word: a blank. Two and more of them are meant, and belong to the word. */
static char *word_end(char *word)
{
	for (;;) {
		size_t blanks;

		word += strcspn(word, " ");
		blanks = strspn(word, " ");
		if (blanks < 2 || !word[blanks])
			return word;
		word += blanks;
	}
}

void print_words(struct printer *printer, const char *text)
{
	cleanup_text struct text words = {0};

	add_cut(&words, text, LONGEST_TEXT);
	for (char *word = words.bytes + strspn(words.bytes, " "); *word;) {
		char *end = word_end(word), *next = end + strspn(end, " ");

		*end = '\0';
		print_word(printer, word);
		word = next;
	}
}

void print_wordsf(struct printer *printer, const char *format, ...)
{
	cleanup_text struct text text = {0};
	va_list args;

	va_start(args, format);
	text_vaddf(&text, format, args);
	va_end(args);
	print_words(printer, text_string(&text));
}

void print_name(struct printer *printer, const char *name)
{
	cleanup_text struct text cut = {0};

	add_cut(&cut, name, LONGEST_NAME);
	print_plain(printer, cut.bytes);
}

void print_end(struct printer *printer)
{
	fputc('\n', printer->out);
	printer->column = 0;
}

static void print_escape(struct printer *printer, const char *escape)
{
	if (printer->color)
		fprintf(printer->out, "\033[%sm", escape);
}

void print_color(struct printer *printer, enum color color)
{
	static const char *const escapes[] = {
		[COLOR_NONE] = "0", [COLOR_BOLD] = "1", [COLOR_FAINT] = "2"};

	print_escape(printer, escapes[color]);
}

void print_status_color(struct printer *printer, enum status status, enum severity severity)
{
	static const char *const failed[SEVERITY_COUNT] = {
		[SEVERITY_INFO] = "0",  [SEVERITY_LOW] = "36",        [SEVERITY_MEDIUM] = "33",
		[SEVERITY_HIGH] = "31", [SEVERITY_CRITICAL] = "1;31",
	};
	static const char *const others[STATUS_COUNT] = {
		[STATUS_PASS] = "32",    [STATUS_FAIL] = "31",          [STATUS_MANUAL] = "34",
		[STATUS_UNKNOWN] = "35", [STATUS_NOT_APPLICABLE] = "0", [STATUS_WAIVED] = "0",
	};

	print_escape(printer, status == STATUS_FAIL ? failed[severity] : others[status]);
}

void print_reset(struct printer *printer)
{
	print_escape(printer, "0");
}

void print_title(struct printer *printer, const char *title)
{
	printer->indent = 0;
	print_end(printer);
	print_color(printer, COLOR_BOLD);
	print_plain(printer, title);
	print_reset(printer);
	print_end(printer);
	for (size_t i = strlen(title); i > 0; i--)
		fputc('-', printer->out);
	print_end(printer);
}

void print_label(struct printer *printer, const char *label)
{
	print_plain(printer, label);
	print_to(printer, LABEL_WIDTH);
	printer->indent = LABEL_WIDTH;
}

void print_row_end(struct printer *printer)
{
	print_end(printer);
	printer->indent = 0;
}
