/* SPDX-License-Identifier: Apache-2.0 */

/* Two filters side by side, call by call. */
#include "facts/seccomp_review.h"

#include "base/text.h"
#include "facts/capability.h"

#include <stdlib.h>
#include <string.h>

#define NEW_USER UINT64_C(0x10000000) /* CLONE_NEWUSER */

/* A name that libseccomp does not know may be of a newer kernel, if our lists have it. */
static bool exists(const struct seccomp_filter *filter, const struct seccomp_data *data,
		   const char *name)
{
	enum seccomp_known known = seccomp_known(filter, name);

	return known == SECCOMP_HERE ||
	       (known == SECCOMP_UNKNOWN && seccomp_data_names(data, name));
}

/* The flags of clone() are its second argument on s390. */
static unsigned flag_index(const struct seccomp_filter *filter)
{
	return text_starts(filter->machine.arch, "s390") ? 1 : 0;
}

bool seccomp_danger_passes(const struct seccomp_filter *filter, const struct seccomp_danger *danger)
{
	if (seccomp_known(filter, danger->call) == SECCOMP_ELSEWHERE)
		return false;
	if (danger->by_argument)
		return seccomp_passes(filter, danger->call, 0, danger->value);
	if (danger->by_flag)
		return seccomp_passes_flag(filter, danger->call, flag_index(filter), danger->value);
	return seccomp_access(filter, danger->call) != SECCOMP_DENIED;
}

/* More than the other: also where that permits the call for some arguments only. */
static bool is_wider(const struct seccomp_filter *filter, const struct seccomp_filter *other,
		     const struct seccomp_danger *danger)
{
	if (!seccomp_danger_passes(filter, danger))
		return false;
	if (danger->by_argument || danger->by_flag)
		return !seccomp_danger_passes(other, danger);
	return seccomp_known(other, danger->call) == SECCOMP_ELSEWHERE ||
	       seccomp_access(filter, danger->call) > seccomp_access(other, danger->call);
}

const char *seccomp_user_namespace_call(const struct seccomp_filter *filter)
{
	if (seccomp_access(filter, "unshare") != SECCOMP_DENIED)
		return "unshare";
	if (seccomp_passes_flag(filter, "clone", flag_index(filter), NEW_USER))
		return "clone(CLONE_NEWUSER)";
	return seccomp_access(filter, "clone3") != SECCOMP_DENIED ? "clone3" : NULL;
}

/*
 * For 32-bit x86 libseccomp makes two rules of one about socket(): one for the call itself, one for
 * socketcall(), where the family lies in memory and goes unseen.
 */
static bool socketcall_passes(const struct seccomp_filter *filter)
{
	const struct seccomp_call *call = NULL;

	if (!seccomp_has_arch(filter, "x86"))
		return false;
	for (size_t i = 0; i < filter->n_calls; i++) {
		if (text_equal(filter->calls[i].name, "socketcall"))
			return filter->calls[i].access != SECCOMP_DENIED;
		if (text_equal(filter->calls[i].name, "socket"))
			call = &filter->calls[i];
	}
	return call ? call->access != SECCOMP_DENIED : filter->otherwise != SECCOMP_DENIED;
}

enum seccomp_family seccomp_family(const struct seccomp_filter *filter, unsigned family)
{
	if (seccomp_passes(filter, "socket", 0, family))
		return SECCOMP_FAMILY_OPEN;
	return socketcall_passes(filter) ? SECCOMP_FAMILY_32BIT : SECCOMP_FAMILY_DENIED;
}

static bool is_reachable(const struct seccomp_filter *filter, const struct seccomp_danger *danger)
{
	return !danger->capability || (danger->capability & filter->machine.capabilities) ||
	       (danger->user_namespace && seccomp_user_namespace_call(filter));
}

/* Where the filter is wider than `other` though not than `besides`, which may be NULL. */
static struct seccomp_openings find_openings(struct arena *arena, const struct seccomp_data *data,
					     const struct seccomp_filter *filter,
					     const struct seccomp_filter *other,
					     const struct seccomp_filter *besides)
{
	size_t n;
	const struct seccomp_danger *dangers = seccomp_dangers(data, &n);
	struct seccomp_opening *items = arena_array(arena, n, sizeof(*items));
	struct seccomp_openings openings = {.items = items};

	for (size_t i = 0; i < n; i++) {
		bool reachable = is_reachable(filter, &dangers[i]);

		if (!is_wider(filter, other, &dangers[i]) ||
		    (besides && is_wider(filter, besides, &dangers[i])))
			continue;
		items[openings.n++] = (struct seccomp_opening){&dangers[i], reachable};
		if (reachable && dangers[i].weight > openings.heaviest)
			openings.heaviest = dangers[i].weight;
	}
	return openings;
}

static int compare_names(const void *a, const void *b)
{
	const char *const *left = a, *const *right = b;

	return strcmp(*left, *right);
}

/* All names that either filter speaks of, and all there are where a filter permits those. */
static const char **all_names(struct arena *arena, const struct seccomp_filter *filter,
			      const struct seccomp_filter *other, size_t *ret_n)
{
	const struct seccomp_filter *filters[] = {filter, other};
	const char *const *known = NULL;
	const char **names;
	size_t n_known = 0, n = 0, kept = 0;

	if (filter->otherwise != other->otherwise)
		known = seccomp_known_calls(arena, filter, &n_known);
	names = arena_array(arena, filters[0]->n_calls + filters[1]->n_calls + n_known,
			    sizeof(*names));
	for (size_t f = 0; f < 2; f++)
		for (size_t i = 0; i < filters[f]->n_calls; i++)
			names[n++] = filters[f]->calls[i].name;
	for (size_t i = 0; i < n_known; i++)
		names[n++] = known[i];
	if (n)
		qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(names[i], names[kept - 1]) != 0)
			names[kept++] = names[i];
	*ret_n = kept;
	return names;
}

static bool is_dangerous(const struct seccomp_openings *openings, const char *name)
{
	for (size_t i = 0; i < openings->n; i++)
		if (text_equal(openings->items[i].danger->call, name))
			return true;
	return false;
}

struct seccomp_difference seccomp_compare(struct arena *arena, const struct seccomp_data *data,
					  const struct seccomp_filter *filter,
					  const struct seccomp_filter *other)
{
	struct seccomp_difference difference = {
		.openings = find_openings(arena, data, filter, other, NULL)};
	size_t n;
	const char **names = all_names(arena, filter, other, &n);
	const char **extra = arena_array(arena, n, sizeof(*extra));
	const char **withheld = arena_array(arena, n, sizeof(*withheld));

	for (size_t i = 0; i < n; i++) {
		enum seccomp_access access = seccomp_access(filter, names[i]);
		enum seccomp_access others = seccomp_access(other, names[i]);

		if (access == others || !exists(filter, data, names[i]))
			continue;
		if (access < others)
			withheld[difference.withheld.n++] = names[i];
		else if (!is_dangerous(&difference.openings, names[i]))
			extra[difference.extra.n++] = names[i];
	}
	difference.extra.items = extra;
	difference.withheld.items = withheld;
	return difference;
}

static void find_unknown(struct arena *arena, const struct seccomp_data *data,
			 struct seccomp_review *review)
{
	const struct seccomp_filter *filter = review->filter;
	const char **unknown = arena_array(arena, filter->n_calls, sizeof(*unknown));
	const char **shadowed = arena_array(arena, filter->n_calls, sizeof(*shadowed));

	for (size_t i = 0; i < filter->n_calls; i++) {
		const struct seccomp_call *call = &filter->calls[i];

		if (seccomp_known(filter, call->name) == SECCOMP_UNKNOWN &&
		    !seccomp_data_names(data, call->name))
			unknown[review->unknown.n++] = call->name;
		for (size_t k = 0; k < call->n_rules; k++) {
			if (!call->decisive || call->rules[k]->action == call->decisive->action)
				continue;
			shadowed[review->shadowed.n++] = call->name;
			break;
		}
	}
	review->unknown.items = unknown;
	review->shadowed.items = shadowed;
}

const struct seccomp_review *seccomp_review(struct arena *arena, const struct seccomp_data *data,
					    const struct seccomp_profile *profile,
					    const struct seccomp_machine *machine,
					    const char *engine_version)
{
	struct seccomp_review *review = arena_alloc(arena, sizeof(*review));
	struct seccomp_machine modest = *machine;
	const struct seccomp_profile *usual = seccomp_docker_profile(arena, data, engine_version);
	const struct seccomp_profile *newest = seccomp_docker_profile(arena, data, NULL);
	struct seccomp_difference difference;

	modest.capabilities = CAPABILITY_DOCKER_DEFAULT;
	review->engine = engine_version ? engine_version : seccomp_newest_version(data);
	review->filter = seccomp_filter_make(arena, profile, machine);
	review->usual = seccomp_filter_make(arena, usual, machine);
	difference = seccomp_compare(arena, data, review->filter, review->usual);
	review->openings = difference.openings;
	review->extra = difference.extra;
	review->withheld = difference.withheld;
	review->upgrade = find_openings(arena, data, review->filter,
					seccomp_filter_make(arena, newest, machine), review->usual);
	review->by_capabilities = find_openings(arena, data, review->filter,
						seccomp_filter_make(arena, profile, &modest), NULL);
	review->makes_user_namespaces = seccomp_user_namespace_call(review->filter) != NULL;
	find_unknown(arena, data, review);
	return review;
}
