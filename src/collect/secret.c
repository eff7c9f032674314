/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/secret.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define OPTION_NAME_MOST 64
#define RANDOM_LEAST     24
#define TOKEN_LEAST      20 /* "sk_SK.UTF-8" is a locale */

static const char *const names[] = {
	"passw",      "passphrase",  "pwd",         "secret",     "token",       "credential",
	"apikey",     "api_key",     "api-key",     "access_key", "accesskey",   "access-key",
	"privatekey", "private_key", "private-key", "basicauth",  "bearer",      "webhook",
	"signature",  "dsn",         "auth_key",    "authkey",    "license_key",
};

/* How well-known tokens, keys and hashes of passwords begin. */
static const char *const beginnings[] = {
	"-----BEGIN", "eyJ",     "$1$",         "$2a$",      "$2b$",    "$2y$",   "$5$",
	"$6$",        "$y$",     "$apr1$",      "$argon2",   "{SHA}",   "ghp_",   "gho_",
	"ghs_",       "ghu_",    "github_pat_", "glpat-",    "xoxb-",   "xoxp-",  "sk-",
	"sk_",        "rk_",     "AKIA",        "ASIA",      "AIza",    "SG.",    "hvs.",
	"npm_",       "dop_v1_", "SWMTKN-",     "dckr_pat_", "Bearer ", "Basic ",
};

bool secret_name(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcasestr(name, names[i]))
			return true;
	return false;
}

/*
 * A token of `least` bytes or more: "user:$apr1$…" and "Authorization: Bearer …" carry theirs in
 * the middle.
 */
static bool has_token(const char *value, size_t least)
{
	size_t length;

	for (const char *word = value; *word; word += length, word += strspn(word, " :,;=\"'")) {
		length = strcspn(word, " :,;=\"'");
		for (size_t i = 0; i < sizeof(beginnings) / sizeof(beginnings[0]); i++)
			if (text_starts(word, beginnings[i]) && length >= least)
				return true;
	}
	return false;
}

/* "password=…", "token: …" somewhere within. */
static bool has_assignment(const char *value)
{
	if (!strpbrk(value, "=:"))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const char *end = strcasestr(value, names[i]);

		for (; end && (isalnum((unsigned char)*end) || strchr("_-\"'", *end)) && *end;)
			end++;
		if (end && (*end == '=' || *end == ':'))
			return true;
	}
	return false;
}

/* One long word without the blanks, dots and slashes of text, names, versions and paths. */
static bool is_random(const char *value)
{
	bool lower = false, upper = false, digit = false, hexadecimal = true;
	size_t n = 0;

	for (; value[n]; n++) {
		unsigned char c = (unsigned char)value[n];

		if (!isalnum(c) && !strchr("+_=-", c))
			return false;
		lower |= islower(c) != 0;
		upper |= isupper(c) != 0;
		digit |= isdigit(c) != 0;
		hexadecimal &= isxdigit(c) != 0;
	}
	return n >= RANDOM_LEAST && digit && ((lower && upper) || hexadecimal);
}

/* What follows the slashes of the next address from `text` on; NULL where there is none. */
static char *next_authority(char *text)
{
	char *slashes = strstr(text, "://");

	return slashes ? slashes + strlen("://") : NULL;
}

/* The length of "user:password@" at `authority`; 0 where there is none. */
static size_t userinfo_length(const char *authority)
{
	const char *at = memrchr(authority, '@', strcspn(authority, "/?# \t\n\"'"));

	return at ? (size_t)(at + 1 - authority) : 0;
}

static bool has_userinfo(const char *value)
{
	for (const char *at = value; (at = strstr(at, "://")); at += strlen("://"))
		if (userinfo_length(at + strlen("://")) > 0)
			return true;
	return false;
}

/* An address with a user and a password that is no reference to a variable. */
static bool has_password(const char *value)
{
	for (const char *at = value; (at = strstr(at, "://")); at += strlen("://")) {
		const char *authority = at + strlen("://");
		size_t length = userinfo_length(authority);
		const char *colon = length ? memchr(authority, ':', length) : NULL;

		if (colon && colon + 2 < authority + length && !strchr("$%<{", colon[1]))
			return true;
	}
	return false;
}

bool secret_value(const char *value)
{
	return has_token(value, 0) || has_assignment(value) || has_userinfo(value) ||
	       is_random(value);
}

static void set_string(cJSON *item, const char *text)
{
	cJSON *fresh = cJSON_CreateString(text);
	char *value;

	if (!fresh)
		return;
	value = fresh->valuestring;
	fresh->valuestring = item->valuestring;
	item->valuestring = value;
	cJSON_Delete(fresh);
}

static void become_string(cJSON *item)
{
	cJSON_Delete(item->child);
	item->child = NULL;
	item->type = (item->type & cJSON_StringIsConst) | cJSON_String;
	set_string(item, "<value>");
}

/* Other than secret_value(), which takes out too much rather than too little: no false alarm. */
const char *secret_variable(const char *name, const char *value)
{
	bool boolean;

	if (strstr(value, "PRIVATE KEY-----") || has_token(value, TOKEN_LEAST) ||
	    has_password(value))
		return "value";
	if (!*value || strchr("/$", *value) || parse_go_bool(value, &boolean) ||
	    text_ends(name, "_FILE") || !secret_name(name))
		return NULL;
	return is_random(value) ? "value" : "name";
}

void secret_mask(cJSON *item)
{
	if (doc_is_string(item))
		secret_mask_from(item, 0);
	else
		become_string(item);
}

void secret_mask_from(cJSON *item, size_t start)
{
	cleanup_text struct text text = {0};
	size_t length = strlen(item->valuestring);

	if (start > length)
		start = length;
	text_add_bytes(&text, item->valuestring, start);
	text_addf(&text, "<%zu bytes>", length - start);
	set_string(item, text_string(&text));
}

void secret_strip_userinfo(cJSON *item)
{
	char *value = doc_is_string(item) ? item->valuestring : NULL;

	if (value && text_starts(value, "//"))
		value += strlen("//");
	else if (value)
		value = next_authority(value);
	for (; value; value = next_authority(value)) {
		size_t length = userinfo_length(value);

		memmove(value, value + length, strlen(value + length) + 1);
	}
}

static size_t long_option_length(const char *word)
{
	size_t n = strspn(word + 2, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-_.");

	if (!isalpha((unsigned char)word[2]) || n > OPTION_NAME_MOST)
		return 0;
	return n + 2;
}

static void mask_long_option(cJSON *item, const char *word)
{
	size_t n = long_option_length(word);

	if (n > 0 && word[n] == '=')
		secret_mask_from(item, n + 1);
	else if (word[2] && (n == 0 || word[n]))
		secret_mask(item);
}

void secret_mask_word(cJSON *item)
{
	const char *word = doc_is_string(item) ? item->valuestring : "";

	if (word[0] == '-' && word[1] == '-')
		mask_long_option(item, word);
	else if (word[0] != '-' || (word[1] && !isalnum((unsigned char)word[1])))
		secret_mask(item);
	else if (word[1] && word[2])
		secret_mask_from(item, 2);
}
