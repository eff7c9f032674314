/* SPDX-License-Identifier: Apache-2.0 */

/* What looks like a secret, and what is left of it in a snapshot: "<12 bytes>". */
#ifndef BULKHEAD_COLLECT_SECRET_H
#define BULKHEAD_COLLECT_SECRET_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

/* The name of an option, label or member says that its value is a secret ("db_password"). */
bool secret_name(const char *name);

/* The value itself does: a private key, a token, a password's hash, a long random word. */
bool secret_value(const char *value);

/*
 * What says that a variable of an environment holds a secret: "value", or "name" where only its
 * name does and the value may be one; NULL where nothing does. A path to the secret is none
 * (PASSWORD_FILE=/run/secrets/db), nor is a switch (TOKEN_AUTH=true).
 */
const char *secret_variable(const char *name, const char *value);

/* "<12 bytes>" in place of a string; nothing of what else the item may be, remains. */
void secret_mask(cJSON *item);

/* Of a string's bytes from `start` on only their number remains: "--password=<6 bytes>". */
void secret_mask_from(cJSON *item, size_t start);

/*
 * "https://user:password@host/" becomes "https://host/", wherever in the string it stands, and so
 * does "//user:password@server/share" at its start.
 */
void secret_strip_userinfo(cJSON *item);

/*
 * A word of a command line: an option's name stays, its value and every other word go. One dash
 * with more than one letter may be an option with its value (mysql -pPASSWORD).
 */
void secret_mask_word(cJSON *item);

#endif
