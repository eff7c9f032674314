/* SPDX-License-Identifier: Apache-2.0 */

/* The `exceptions` of a policy file. */
#include "base/timestamp.h"
#include "judge/policy_scope.h"

#include <errno.h>
#include <string.h>
#include <time.h>

struct draft {
	struct scope_draft scope; /* first: SCOPE_FIELDS are read into it */
	struct exception exception;
};

static int read_reason(const struct yaml *yaml, const struct yaml_node *node, void *target,
		       struct error *err)
{
	struct draft *draft = target;
	const char *reason;
	int result =
		library_string(draft->scope.builder->arena, yaml, node, "reason", &reason, err);

	if (result >= 0 && strspn(reason, " \t\n") == strlen(reason))
		result = yaml_error(yaml, node, err, "reason is empty");
	draft->exception.waiver.reason = result < 0 ? NULL : reason;
	return result;
}

static int read_owner(const struct yaml *yaml, const struct yaml_node *node, void *target,
		      struct error *err)
{
	struct draft *draft = target;

	return library_string(draft->scope.builder->arena, yaml, node, "owner",
			      &draft->exception.waiver.owner, err);
}

static int read_ticket(const struct yaml *yaml, const struct yaml_node *node, void *target,
		       struct error *err)
{
	struct draft *draft = target;

	return library_string(draft->scope.builder->arena, yaml, node, "ticket",
			      &draft->exception.waiver.ticket, err);
}

/* A day that the calendar has, in the one spelling that sorts. */
static bool parse_day(const char *text, int64_t *ret)
{
	char spelt[32];
	struct tm tm;
	int64_t start;
	time_t seconds;

	if (strlen(text) != strlen("2027-03-31") || !timestamp_parse(text, &start))
		return false;
	seconds = (time_t)start;
	if (!gmtime_r(&seconds, &tm) || !strftime(spelt, sizeof(spelt), "%Y-%m-%d", &tm) ||
	    strcmp(spelt, text) != 0)
		return false;
	*ret = start;
	return true;
}

static int read_expires(const struct yaml *yaml, const struct yaml_node *node, void *target,
			struct error *err)
{
	struct draft *draft = target;
	struct waiver *waiver = &draft->exception.waiver;
	int64_t day;
	int result = library_string(draft->scope.builder->arena, yaml, node, "expires",
				    &waiver->expires, err);

	if (result < 0)
		return result;
	if (!parse_day(waiver->expires, &day))
		return yaml_error(yaml, node, err,
				  "expires: expected a day such as 2027-03-31, found '%s'",
				  waiver->expires);
	draft->exception.end = day + SECONDS_PER_DAY;
	return 0;
}

static const struct yaml_field fields[] = {
	{.key = "controls", .required = true, .read = scope_read_controls},
	{.key = "reason", .required = true, .read = read_reason},
	{.key = "owner", .read = read_owner},
	{.key = "ticket", .read = read_ticket},
	{.key = "expires", .read = read_expires},
	SCOPE_FIELDS,
};

static int read_exception(struct library_builder *builder, const struct yaml *yaml,
			  const struct yaml_node *node, struct error *err)
{
	struct draft draft = {.scope.builder = builder, .exception.end = INT64_MAX};
	int result = yaml_fields(yaml, node, "exception", fields,
				 sizeof(fields) / sizeof(fields[0]), &draft, err);

	if (result >= 0)
		result = scope_check_narrow(&draft.scope, yaml, node, err);
	if (result < 0)
		return result;
	draft.exception.scope = draft.scope.scope;
	draft.exception.waiver.source = yaml_where(yaml, node, builder->arena);
	builder->exceptions = arena_grow(builder->arena, builder->exceptions,
					 builder->policy.n_exceptions, sizeof(struct exception));
	builder->exceptions[builder->policy.n_exceptions++] = draft.exception;
	return 0;
}

int exceptions_read(const struct yaml *yaml, const struct yaml_node *node, void *target,
		    struct error *err)
{
	size_t n;
	int result = yaml_sequence(yaml, node, "exceptions", &n, err);

	for (size_t i = 0; result >= 0 && i < n; i++)
		result = read_exception(target, yaml, yaml_item(yaml, node, i), err);
	return result;
}
