/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The kernel's audit rules, by netlink (linux/audit.h), as lines in the syntax of auditctl(8).
 *
 * The kernel answers only in the initial pid and user namespaces, and only who has
 * CAP_AUDIT_CONTROL.
 */
#ifndef BULKHEAD_COLLECT_AUDIT_H
#define BULKHEAD_COLLECT_AUDIT_H

#include "base/text.h"

#include <linux/audit.h>

/*
 * Append one rule: "-a always,exit -S 82,87 -F arch=b64 -F dir=/etc/docker -F perm=wa -F key=x".
 * Without -S it is for all system calls; blanks and backslashes in strings are \ooo. `length` is
 * that of the rule with its strings; false, and text as before, where it is malformed.
 */
bool audit_rule_text(const struct audit_rule_data *rule, size_t length, struct text *text);

#endif
