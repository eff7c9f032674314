/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/shell.h"

#include "base/doc.h"
#include "collect/redact_rule.h"
#include "collect/secret.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PROGRAM_MOST 64
#define CLUSTER_MOST 8

/* What is known of the simple command that is being read. */
struct shell {
	const char *at, *end;
	struct text *out;
	cJSON *secrets;
	bool at_start;    /* the next word is the program */
	bool is_manager;  /* of packages: words that could be their names stay */
	bool has_letters; /* its options of several letters stay */
};

/* After these comes a program. */
static const char *const before_program[] = {
	"if",   "then", "else", "elif", "while", "until", "do",      "!",      "{",
	"sudo", "env",  "exec", "time", "nohup", "eval",  "command", "export", "local",
};

static const char *const managers[] = {
	"apt", "apt-get", "aptitude", "apk", "dnf", "yum", "microdnf", "tdnf", "zypper", "pacman",
};

/* Programs that take another's place on the network or check what was taken from there. */
static const char *const with_letters[] = {"set", "curl", "wget", "tar", "gpg", "chmod"};

/* What switches the check of packages' signatures off. */
static const char *const marks[] = {
	"trusted=yes",
	"gpgcheck=0",
	"gpgcheck=False",
	"sslverify=0",
	"sslverify=false",
	"AllowUnauthenticated",
	"AllowInsecureRepositories",
	"Verify-Peer=false",
};

size_t shell_name_length(const char *text, size_t length)
{
	size_t n = 0;

	while (n < length && (isalnum((unsigned char)text[n]) || text[n] == '_'))
		n++;
	return n > 0 && n <= PROGRAM_MOST && !isdigit((unsigned char)*text) ? n : 0;
}

static void note_secret(cJSON *secrets, const char *name, const char *value)
{
	const char *secret = secret_variable(name, value);
	cJSON *item;

	if (!secret)
		return;
	item = cJSON_CreateObject();
	cJSON_AddStringToObject(item, "name", name);
	cJSON_AddNumberToObject(item, "length", (double)strlen(value));
	cJSON_AddStringToObject(item, "secret", secret);
	cJSON_AddItemToArray(secrets, item);
}

/* $NAME, ${NAME}, "$NAME": no value, but where it comes from. */
static bool is_reference(const char *word, size_t n)
{
	if (n > 2 && word[0] == '"' && word[n - 1] == '"') {
		word++;
		n -= 2;
	}
	if (n < 2 || word[0] != '$')
		return false;
	if (word[1] == '{' && word[n - 1] == '}')
		return n > 3 && shell_name_length(word + 2, n - 3) == n - 3;
	return shell_name_length(word + 1, n - 1) == n - 1;
}

/* The quotes around it mean nothing. */
static void unquote(const char **value, size_t *length)
{
	if (*length >= 2 && (**value == '"' || **value == '\'') &&
	    (*value)[*length - 1] == **value) {
		(*value)++;
		*length -= 2;
	}
}

static const char *mark_of(const char *value, size_t length, size_t *ret_before)
{
	for (size_t i = 0; i < REDACT_COUNT(marks); i++) {
		const char *found = memmem(value, length, marks[i], strlen(marks[i]));

		if (found) {
			*ret_before = (size_t)(found - value);
			return marks[i];
		}
	}
	return NULL;
}

static void add_masked(struct text *out, const char *value, size_t length)
{
	size_t before, after;
	const char *mark = mark_of(value, length, &before);

	if (!mark) {
		text_addf(out, "<%zu bytes>", length);
		return;
	}
	after = length - before - strlen(mark);
	if (before > 0)
		text_addf(out, "<%zu bytes>", before);
	text_add(out, mark);
	if (after > 0)
		text_addf(out, "<%zu bytes>", after);
}

void shell_add_value(struct text *out, cJSON *secrets, const char *name, size_t name_length,
		     const char *value, size_t length)
{
	char *name_copy, *value_copy;

	text_add(out, "=");
	if (is_reference(value, length)) {
		text_add_bytes(out, value, length);
		return;
	}
	unquote(&value, &length);
	name_copy = strndup(name, name_length);
	value_copy = strndup(value, length);
	if (name_copy && value_copy)
		note_secret(secrets, name_copy, value_copy);
	add_masked(out, value, length);
	free(name_copy);
	free(value_copy);
}

static void add_other(struct shell *shell, const char *word, size_t n)
{
	char *copy = strndup(word, n);

	if (copy)
		note_secret(shell->secrets, "", copy);
	free(copy);
	text_add(shell->out, " ");
	if (is_reference(word, n))
		text_add_bytes(shell->out, word, n);
	else
		add_masked(shell->out, word, n);
}

static bool is_listed(const char *word, size_t n, const char *const *list, size_t n_list)
{
	for (size_t i = 0; i < n_list; i++)
		if (strlen(list[i]) == n && strncmp(list[i], word, n) == 0)
			return true;
	return false;
}

/* Letters, digits and what programs, packages and their versions have besides. */
static bool is_plain(const char *word, size_t n, const char *others)
{
	char *copy;
	bool plain = n > 0 && n <= PROGRAM_MOST;

	for (size_t i = 0; plain && i < n; i++)
		plain = isalnum((unsigned char)word[i]) || (word[i] && strchr(others, word[i]));
	if (!plain)
		return false;
	copy = strndup(word, n);
	plain = copy && !secret_value(copy);
	free(copy);
	return plain;
}

static void add_program(struct shell *shell, const char *word, size_t n)
{
	size_t base = n;

	if (!is_plain(word, n, "._/+-[") &&
	    !is_listed(word, n, before_program, REDACT_COUNT(before_program))) {
		add_other(shell, word, n);
		shell->at_start = false;
		return;
	}
	text_add(shell->out, " ");
	text_add_bytes(shell->out, word, n);
	if (is_listed(word, n, before_program, REDACT_COUNT(before_program)))
		return;
	while (base > 0 && word[base - 1] != '/')
		base--;
	shell->at_start = false;
	shell->is_manager = is_listed(word + base, n - base, managers, REDACT_COUNT(managers));
	shell->has_letters = shell->is_manager || is_listed(word + base, n - base, with_letters,
							    REDACT_COUNT(with_letters));
}

static void add_option(struct shell *shell, const char *word, size_t n)
{
	size_t name = 2;

	while (name < n && (isalnum((unsigned char)word[name]) || strchr("-_.", word[name])))
		name++;
	if (n > 2 && word[1] == '-' && (name == n || word[name] == '=') && name <= PROGRAM_MOST) {
		text_add(shell->out, " ");
		text_add_bytes(shell->out, word, name);
		if (name < n)
			shell_add_value(shell->out, shell->secrets, word, name, word + name + 1,
					n - name - 1);
	} else if (n <= 2 || (shell->has_letters && n <= CLUSTER_MOST && is_plain(word, n, "-"))) {
		text_add(shell->out, " ");
		text_add_bytes(shell->out, word, n);
	} else {
		text_addf(shell->out, " %.2s<%zu bytes>", word, n - 2);
	}
}

static void add_word(struct shell *shell, const char *word, size_t n)
{
	size_t name = shell_name_length(word, n);

	if (shell->is_manager && *word != '-' && is_plain(word, n, "._+-:~=")) {
		text_add(shell->out, " ");
		text_add_bytes(shell->out, word, n);
	} else if (name > 0 && name < n && word[name] == '=') {
		text_add(shell->out, " ");
		text_add_bytes(shell->out, word, name);
		shell_add_value(shell->out, shell->secrets, word, name, word + name + 1,
				n - name - 1);
	} else if (n > 1 && *word == '-' && (word[1] == '-' || isalnum((unsigned char)word[1]))) {
		add_option(shell, word, n);
	} else if (shell->at_start) {
		add_program(shell, word, n);
	} else {
		add_other(shell, word, n);
	}
}

/* Past the rest of what is in the same quotes. */
static const char *quote_end(const char *at, const char *end)
{
	char quote = *at++;

	while (at < end && *at != quote)
		at += *at == '\\' && quote == '"' && at + 1 < end ? 2 : 1;
	return at < end ? at + 1 : end;
}

static const char *word_end(const char *at, const char *end)
{
	while (at < end && !strchr(" \t\r\n;&|()<>`", *at)) {
		if (*at == '\'' || *at == '"')
			at = quote_end(at, end);
		else
			at += *at == '\\' && at + 1 < end ? 2 : 1;
	}
	return at;
}

/* "&&", "|", a newline: a program comes next. Also "$(", "`" and the parts of "case". */
static bool add_operator(struct shell *shell)
{
	const char *at = shell->at;
	size_t n = at + 1 < shell->end && at[1] == at[0] && strchr("&|;", *at) ? 2 : 1;

	if (!strchr("\n;&|()`", *at))
		return false;
	if (*at == '\n')
		text_add(shell->out, " ;");
	else
		text_addf(shell->out, " %.*s", (int)n, at);
	shell->at += n;
	shell->at_start = true;
	shell->is_manager = shell->has_letters = false;
	return true;
}

static void mask_to(struct shell *shell, const char *end)
{
	text_addf(shell->out, " <%zu bytes>", (size_t)(end - shell->at));
	shell->at = end;
}

/* A document within the script may be anything; of other redirections the file's name goes. */
static void add_redirection(struct shell *shell)
{
	if (shell->at + 1 < shell->end && shell->at[0] == '<' && shell->at[1] == '<') {
		text_add(shell->out, " <<");
		shell->at += 2;
		mask_to(shell, shell->end);
		return;
	}
	text_addf(shell->out, " %c", *shell->at);
	while (shell->at < shell->end && strchr("<>&| \t", *shell->at))
		shell->at++;
	mask_to(shell, word_end(shell->at, shell->end));
}

static void add_next(struct shell *shell)
{
	const char *end;

	if (strchr(" \t\r", *shell->at)) {
		shell->at++;
	} else if (shell->at[0] == '\\' && shell->at + 1 < shell->end && shell->at[1] == '\n') {
		shell->at += 2;
	} else if (*shell->at == '#') {
		end = memchr(shell->at, '\n', (size_t)(shell->end - shell->at));
		mask_to(shell, end ? end : shell->end);
	} else if (strchr("<>", *shell->at)) {
		add_redirection(shell);
	} else if (!add_operator(shell)) {
		end = word_end(shell->at, shell->end);
		add_word(shell, shell->at, (size_t)(end - shell->at));
		shell->at = end;
	}
}

void shell_redact(const char *script, size_t length, struct text *out, cJSON *secrets)
{
	struct shell shell = {.at = script,
			      .end = script + length,
			      .out = out,
			      .secrets = secrets,
			      .at_start = true};

	while (shell.at < shell.end)
		add_next(&shell);
}
