/* SPDX-License-Identifier: Apache-2.0 */

/* JSON -> profile, as strictly as the engine and runc read it. */
#include "facts/seccomp_profile.h"

#include "base/text.h"
#include "facts/capability.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define ERRNO_DEFAULT 1 /* EPERM */

static const struct {
	const char *name;
	enum seccomp_action action;
} actions[] = {
	{"SCMP_ACT_KILL", SECCOMP_KILL},         {"SCMP_ACT_KILL_THREAD", SECCOMP_KILL},
	{"SCMP_ACT_KILL_PROCESS", SECCOMP_KILL}, {"SCMP_ACT_TRAP", SECCOMP_TRAP},
	{"SCMP_ACT_ERRNO", SECCOMP_ERRNO},       {"SCMP_ACT_TRACE", SECCOMP_TRACE},
	{"SCMP_ACT_NOTIFY", SECCOMP_NOTIFY},     {"SCMP_ACT_LOG", SECCOMP_LOG},
	{"SCMP_ACT_ALLOW", SECCOMP_ALLOW},
};

#define N_ACTIONS (sizeof(actions) / sizeof(actions[0]))

static const char *const compares[] = {
	[SECCOMP_NE] = "SCMP_CMP_NE",
	[SECCOMP_LT] = "SCMP_CMP_LT",
	[SECCOMP_LE] = "SCMP_CMP_LE",
	[SECCOMP_EQ] = "SCMP_CMP_EQ",
	[SECCOMP_GE] = "SCMP_CMP_GE",
	[SECCOMP_GT] = "SCMP_CMP_GT",
	[SECCOMP_MASKED_EQ] = "SCMP_CMP_MASKED_EQ",
};

const char *seccomp_action_name(enum seccomp_action action)
{
	for (size_t i = 0; i < N_ACTIONS; i++)
		if (actions[i].action == action)
			return actions[i].name;
	return "";
}

static bool parse_compare(const char *word, enum seccomp_compare *ret)
{
	for (size_t i = 0; i < sizeof(compares) / sizeof(compares[0]); i++) {
		if (!text_equal(compares[i], word))
			continue;
		*ret = (enum seccomp_compare)i;
		return true;
	}
	return false;
}

/* "x86_64" of "SCMP_ARCH_X86_64"; NULL where the text does not begin like that. */
static const char *arch_name(struct arena *arena, const char *text)
{
	static const char prefix[] = "SCMP_ARCH_";
	char *name;

	if (!text_starts(text, prefix))
		return NULL;
	name = arena_strdup(arena, text + sizeof(prefix) - 1);
	for (char *p = name; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return name;
}

unsigned seccomp_kernel(const char *release)
{
	char *end;
	unsigned long major = strtoul(release, &end, 10), minor;

	if (end == release || *end != '.' || !isdigit((unsigned char)end[1]) || major > 0x7fff)
		return 0;
	minor = strtoul(end + 1, NULL, 10);
	return minor > 0xffff ? 0 : SECCOMP_KERNEL((unsigned)major, (unsigned)minor);
}

/* Names are compared as they stand: without CAP_, or in small letters, it is none. */
static void add_capability(struct seccomp_clause *clause, const char *name)
{
	uint64_t bit = 0;

	if (text_starts(name, "CAP_") &&
	    strcspn(name, "abcdefghijklmnopqrstuvwxyz") == strlen(name))
		bit = capability_bit(name);
	clause->capabilities |= bit;
	clause->unknown_capability |= !bit;
}

/* The last member of that name in any case; NULL where absent or null. */
static const cJSON *member(const cJSON *object, const char *name)
{
	const cJSON *found = NULL;

	doc_for_each (item, object)
		if (item->string && strcasecmp(item->string, name) == 0)
			found = item;
	return found && !cJSON_IsNull(found) ? found : NULL;
}

/* A member that must be of a type where it is there. */
static int typed(const cJSON *object, const char *name, cJSON_bool (*is)(const cJSON *),
		 const char *type, const cJSON **ret, struct error *err)
{
	const cJSON *item = member(object, name);

	if (item && !is(item))
		return error_set(err, EBADMSG, "%s is no %s", name, type);
	*ret = item;
	return 0;
}

static int read_string(const cJSON *object, const char *name, const char **ret, struct error *err)
{
	const cJSON *item = NULL;
	int r = typed(object, name, cJSON_IsString, "string", &item, err);

	if (r == 0)
		*ret = item && item->valuestring ? item->valuestring : "";
	return r;
}

static int read_strings(struct arena *arena, const cJSON *object, const char *name,
			const char *const **ret, size_t *ret_n, struct error *err)
{
	const cJSON *list = NULL;
	const char **items;
	size_t n = 0;
	int r = typed(object, name, cJSON_IsArray, "list", &list, err);

	if (r < 0)
		return r;
	items = arena_array(arena, (size_t)cJSON_GetArraySize(list), sizeof(*items));
	doc_for_each (item, list) {
		if (!doc_is_string(item))
			return error_set(err, EBADMSG, "%s holds something that is no string",
					 name);
		items[n++] = arena_strdup(arena, item->valuestring);
	}
	*ret = items;
	*ret_n = n;
	return 0;
}

/* JSON's numbers are doubles here: beyond 2^53 the nearest one. */
static int read_number(const cJSON *object, const char *name, uint64_t *ret, bool *ret_given,
		       struct error *err)
{
	const cJSON *item = NULL;
	int r = typed(object, name, cJSON_IsNumber, "number", &item, err);

	if (r < 0)
		return r;
	*ret_given = item != NULL;
	if (!item)
		return 0;
	if (item->valuedouble < 0 ||
	    (item->valuedouble < 9e15 && (double)(uint64_t)item->valuedouble != item->valuedouble))
		return error_set(err, EBADMSG, "%s is no whole number", name);
	*ret = item->valuedouble >= 0x1p64 ? UINT64_MAX : (uint64_t)item->valuedouble;
	return 0;
}

static int read_action(const cJSON *object, const char *name, enum seccomp_action *ret,
		       struct error *err)
{
	const char *word = "";
	int r = read_string(object, name, &word, err);

	if (r < 0)
		return r;
	*ret = SECCOMP_NONE;
	for (size_t i = 0; i < N_ACTIONS; i++)
		if (text_equal(actions[i].name, word))
			*ret = actions[i].action;
	if (*ret == SECCOMP_NONE && *word)
		return error_set(err, EBADMSG, "%s '%s' is not one of libseccomp", name, word);
	return 0;
}

static int read_errno(const cJSON *object, const char *name, unsigned *ret, struct error *err)
{
	uint64_t number = ERRNO_DEFAULT;
	bool given;
	int r = read_number(object, name, &number, &given, err);

	if (r == 0)
		*ret = (unsigned)(number & 0xffff);
	return r;
}

static int read_condition(const cJSON *object, struct seccomp_condition *ret, struct error *err)
{
	uint64_t index = 0;
	const char *word = "";
	bool given;
	int r;

	if ((r = read_number(object, "index", &index, &given, err)) < 0 ||
	    (r = read_number(object, "value", &ret->value, &given, err)) < 0 ||
	    (r = read_number(object, "valueTwo", &ret->value_two, &given, err)) < 0 ||
	    (r = read_string(object, "op", &word, err)) < 0)
		return r;
	if (index > 5)
		return error_set(err, EBADMSG, "a system call has no argument %ju",
				 (uintmax_t)index);
	ret->index = (unsigned)index;
	if (!parse_compare(word, &ret->compare))
		return error_set(err, EBADMSG, "op '%s' is not one of libseccomp", word);
	return 0;
}

static int read_conditions(struct arena *arena, const cJSON *object, struct seccomp_rule *rule,
			   struct error *err)
{
	const cJSON *list = NULL;
	struct seccomp_condition *conditions;
	size_t n = 0;
	int r = typed(object, "args", cJSON_IsArray, "list", &list, err);

	if (r < 0)
		return r;
	conditions = arena_array(arena, (size_t)cJSON_GetArraySize(list), sizeof(*conditions));
	doc_for_each (item, list) {
		if (cJSON_IsNull(item))
			continue;
		if ((r = read_condition(item, &conditions[n], err)) < 0)
			return r;
		n++;
	}
	rule->conditions = conditions;
	rule->n_conditions = n;
	return 0;
}

static int read_clause(struct arena *arena, const cJSON *object, const char *name,
		       struct seccomp_clause *ret, struct error *err)
{
	const char *const *capabilities = NULL, *kernel = "";
	const cJSON *clause = NULL;
	size_t n = 0;
	int r = typed(object, name, cJSON_IsObject, "object", &clause, err);

	if (r < 0 || !clause)
		return r;
	if (read_strings(arena, clause, "caps", &capabilities, &n, err) < 0 ||
	    read_strings(arena, clause, "arches", &ret->arches, &ret->n_arches, err) < 0 ||
	    read_string(clause, "minKernel", &kernel, err) < 0)
		return error_wrap(err, "%s", name);
	for (size_t i = 0; i < n; i++)
		add_capability(ret, capabilities[i]);
	ret->kernel = seccomp_kernel(kernel);
	if (*kernel && !ret->kernel)
		return error_set(err, EBADMSG, "minKernel '%s' is no version", kernel);
	return 0;
}

static int read_names(struct arena *arena, const cJSON *object, struct seccomp_rule *rule,
		      struct error *err)
{
	const char *name = "", **one;
	int r;

	if ((r = read_strings(arena, object, "names", &rule->names, &rule->n_names, err)) < 0 ||
	    (r = read_string(object, "name", &name, err)) < 0 || !*name)
		return r;
	if (rule->n_names)
		return error_set(err, EBADMSG, "both name and names are given");
	one = arena_array(arena, 1, sizeof(*one));
	*one = arena_strdup(arena, name);
	rule->names = one;
	rule->n_names = 1;
	return 0;
}

static int read_rule(struct arena *arena, const cJSON *object, struct seccomp_rule *rule,
		     struct error *err)
{
	int r;

	if (!cJSON_IsObject(object))
		return error_set(err, EBADMSG, "it is no object");
	if ((r = read_names(arena, object, rule, err)) < 0 ||
	    (r = read_action(object, "action", &rule->action, err)) < 0 ||
	    (r = read_errno(object, "errnoRet", &rule->errno_ret, err)) < 0 ||
	    (r = read_conditions(arena, object, rule, err)) < 0 ||
	    (r = read_clause(arena, object, "includes", &rule->includes, err)) < 0 ||
	    (r = read_clause(arena, object, "excludes", &rule->excludes, err)) < 0)
		return r;
	if (rule->action == SECCOMP_NONE)
		return error_set(err, EBADMSG, "it has no action");
	return 0;
}

static int read_rules(struct arena *arena, const cJSON *object, struct seccomp_profile *profile,
		      struct error *err)
{
	const cJSON *list = NULL;
	struct seccomp_rule *rules;
	int r = typed(object, "syscalls", cJSON_IsArray, "list", &list, err);

	if (r < 0)
		return r;
	rules = arena_array(arena, (size_t)cJSON_GetArraySize(list), sizeof(*rules));
	profile->rules = rules;
	doc_for_each (item, list) {
		r = read_rule(arena, item, &rules[profile->n_rules], err);
		if (r < 0)
			return error_wrap(err, "syscalls[%zu]", profile->n_rules);
		profile->n_rules++;
	}
	return 0;
}

/* Names of architectures in the list `name`, in place. */
static int read_arches(struct arena *arena, const cJSON *object, const char *name,
		       const char *const **ret, size_t *ret_n, struct error *err)
{
	const char *const *words = NULL;
	const char **arches;
	int r = read_strings(arena, object, name, &words, ret_n, err);

	if (r < 0)
		return r;
	arches = arena_array(arena, *ret_n, sizeof(*arches));
	for (size_t i = 0; words && i < *ret_n; i++) {
		arches[i] = arch_name(arena, words[i]);
		if (!arches[i])
			return error_set(err, EBADMSG, "%s: '%s' is not one of libseccomp", name,
					 words[i]);
	}
	*ret = arches;
	return 0;
}

static int read_arch_map(struct arena *arena, const cJSON *object, struct seccomp_profile *profile,
			 struct error *err)
{
	const cJSON *list = NULL;
	struct seccomp_arch_map *map;
	int r = typed(object, "archMap", cJSON_IsArray, "list", &list, err);

	if (r < 0)
		return r;
	map = arena_array(arena, (size_t)cJSON_GetArraySize(list), sizeof(*map));
	profile->arch_map = map;
	doc_for_each (item, list) {
		const char *native = "";

		if (read_string(item, "architecture", &native, err) < 0 ||
		    read_arches(arena, item, "subArchitectures", &map->also, &map->n_also, err) < 0)
			return error_wrap(err, "archMap");
		map->native = arch_name(arena, native);
		map++;
		profile->n_arch_map++;
	}
	return 0;
}

static int read_profile(struct arena *arena, const cJSON *object, struct seccomp_profile *profile,
			struct error *err)
{
	int r;

	if (!cJSON_IsObject(object))
		return error_set(err, EBADMSG, "it is no JSON object");
	if ((r = read_action(object, "defaultAction", &profile->default_action, err)) < 0 ||
	    (r = read_errno(object, "defaultErrnoRet", &profile->default_errno, err)) < 0 ||
	    (r = read_arches(arena, object, "architectures", &profile->arches, &profile->n_arches,
			     err)) < 0 ||
	    (r = read_arch_map(arena, object, profile, err)) < 0 ||
	    (r = read_rules(arena, object, profile, err)) < 0)
		return r;
	if (profile->n_arches && profile->n_arch_map)
		return error_set(err, EBADMSG, "both architectures and archMap are given");
	profile->empty = profile->default_action == SECCOMP_NONE && !profile->n_rules;
	if (profile->default_action == SECCOMP_NONE && !profile->empty)
		return error_set(err, EBADMSG, "it has no defaultAction");
	if (profile->default_action == SECCOMP_NOTIFY)
		return error_set(err, EBADMSG, "SCMP_ACT_NOTIFY cannot be the defaultAction");
	return 0;
}

int seccomp_profile_read(struct arena *arena, const cJSON *document,
			 const struct seccomp_profile **ret, struct error *err)
{
	struct seccomp_profile *profile = arena_alloc(arena, sizeof(*profile));
	int r = read_profile(arena, document, profile, err);

	if (r == 0)
		*ret = profile;
	return r;
}

int seccomp_profile_parse(struct arena *arena, const char *json, size_t length,
			  const struct seccomp_profile **ret, struct error *err)
{
	cleanup_doc cJSON *document = NULL;
	int r = doc_parse(json, length, &document, err);

	return r < 0 ? r : seccomp_profile_read(arena, document, ret, err);
}
