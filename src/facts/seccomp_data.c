/* SPDX-License-Identifier: Apache-2.0 */

/* The YAML of benchmarks/data -> profiles and dangers. */
#include "facts/seccomp_data.h"

#include "base/embedded.h"
#include "base/text.h"
#include "base/yaml.h"
#include "facts/capability.h"
#include "facts/index.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DOCKER_FILE  "benchmarks/data/seccomp-docker.yaml"
#define DANGERS_FILE "benchmarks/data/dangerous-calls.yaml"

struct era {
	struct engine_version from, until; /* all 0: open */
};

struct eras {
	const struct era *items;
	size_t n; /* 0: all engines */
};

struct seccomp_data {
	const struct seccomp_profile *docker; /* with the rules of all engines */
	const struct eras *eras;              /* of each of its rules */
	const struct seccomp_danger *dangers;
	size_t n_dangers;
	struct index calls;
	const char *newest;
	struct engine_version newest_version;
};

bool engine_version_parse(const char *text, struct engine_version *ret)
{
	struct engine_version version = {{0}};
	char *end = NULL;

	for (size_t i = 0; i < 3 && *text >= '0' && *text <= '9'; i++) {
		unsigned long part = strtoul(text, &end, 10);

		version.parts[i] = part > 0xffff ? 0xffff : (unsigned)part;
		if (*end != '.')
			break;
		text = end + 1;
	}
	if (end)
		*ret = version;
	return end != NULL;
}

int engine_version_compare(const struct engine_version *a, const struct engine_version *b)
{
	for (size_t i = 0; i < 3; i++)
		if (a->parts[i] != b->parts[i])
			return a->parts[i] < b->parts[i] ? -1 : 1;
	return 0;
}

static cJSON *to_json(const struct yaml *yaml, const struct yaml_node *node);

static cJSON *mapping_to_json(const struct yaml *yaml, const struct yaml_node *node, size_t n)
{
	cJSON *object = cJSON_CreateObject();

	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToObject(object, yaml_key(yaml, node, i),
				      to_json(yaml, yaml_value(yaml, node, i)));
	return object;
}

/* What looks like a number is one. */
static cJSON *scalar_to_json(const char *text)
{
	uint64_t number;

	if (parse_u64(text, text_starts(text, "0x") ? 16 : 10, &number))
		return cJSON_CreateNumber((double)number);
	return text_equal(text, "true") ? cJSON_CreateTrue() : cJSON_CreateString(text);
}

static cJSON *to_json(const struct yaml *yaml, const struct yaml_node *node)
{
	const char *text = "";
	cJSON *array;
	size_t n;

	if (yaml_mapping(yaml, node, "", &n, NULL) >= 0)
		return mapping_to_json(yaml, node, n);
	if (yaml_sequence(yaml, node, "", &n, NULL) < 0) {
		yaml_string(yaml, node, "", &text, NULL);
		return scalar_to_json(text);
	}
	array = cJSON_CreateArray();
	for (size_t i = 0; i < n; i++)
		cJSON_AddItemToArray(array, to_json(yaml, yaml_item(yaml, node, i)));
	return array;
}

static int read_embedded(const char *name, cJSON **ret, struct error *err)
{
	for (const struct embedded_file *file = embedded_files; file->name; file++) {
		cleanup_yaml struct yaml *yaml = NULL;
		int r;

		if (!text_equal(file->name, name))
			continue;
		r = yaml_parse(name, file->text, file->length, &yaml, err);
		if (r == 0)
			*ret = to_json(yaml, yaml_root(yaml));
		return r;
	}
	return error_set(err, ENOENT, "%s is not built in", name);
}

static struct engine_version read_version(struct arena *arena, const cJSON *object,
					  const char *member, struct seccomp_data *data)
{
	const char *text = doc_string_or(object, member, "");
	struct engine_version version = {{0}};

	if (engine_version_parse(text, &version) &&
	    engine_version_compare(&version, &data->newest_version) > 0) {
		data->newest = arena_strdup(arena, text);
		data->newest_version = version;
	}
	return version;
}

static void read_eras(struct arena *arena, const cJSON *rules, struct seccomp_data *data)
{
	struct eras *all = arena_array(arena, (size_t)cJSON_GetArraySize(rules), sizeof(*all));

	data->eras = all;
	doc_for_each (rule, rules) {
		const cJSON *list = doc_at(rule, "engines");
		struct era *eras =
			arena_array(arena, (size_t)cJSON_GetArraySize(list), sizeof(*eras));

		all->items = eras;
		doc_for_each (item, list) {
			eras[all->n].from = read_version(arena, item, "from", data);
			eras[all->n].until = read_version(arena, item, "until", data);
			all->n++;
		}
		all++;
	}
}

static int load_docker(struct arena *arena, struct seccomp_data *data, struct error *err)
{
	cleanup_doc cJSON *document = NULL;
	int r = read_embedded(DOCKER_FILE, &document, err);

	if (r < 0)
		return r;
	for (cJSON *rule = cJSON_GetObjectItem(document, "syscalls")->child; rule;
	     rule = rule->next)
		if (!doc_at(rule, "action"))
			cJSON_AddStringToObject(rule, "action", "SCMP_ACT_ALLOW");
	r = seccomp_profile_read(arena, document, &data->docker, err);
	if (r < 0)
		return error_wrap(err, DOCKER_FILE);
	read_eras(arena, doc_at(document, "syscalls"), data);
	return 0;
}

static int compare_dangers(const void *a, const void *b)
{
	const struct seccomp_danger *left = a, *right = b;

	if (left->weight != right->weight)
		return left->weight > right->weight ? -1 : 1;
	return strcmp(left->name, right->name);
}

static struct seccomp_danger read_danger(struct arena *arena, const cJSON *entry)
{
	const char *capability = doc_string_or(entry, "capability", NULL);
	int64_t value = 0;
	struct seccomp_danger danger = {
		.name = arena_strdup(arena, doc_string_or(entry, "as", NULL)),
		.by_argument = doc_int(entry, "argument", &value) == DOC_PRESENT,
		.by_flag = doc_int(entry, "flag", &value) == DOC_PRESENT,
		.weight = (unsigned)doc_int_or(entry, "weight", 0),
		.capability = capability ? capability_bit(capability) : 0,
		.user_namespace = doc_bool_or(entry, "user-namespace", false),
		.why = arena_strdup(arena, doc_string_or(entry, "why", NULL)),
	};

	danger.value = (uint64_t)value;
	return danger;
}

static int load_dangers(struct arena *arena, struct seccomp_data *data, struct error *err)
{
	cleanup_doc cJSON *document = NULL;
	struct seccomp_danger *dangers;
	size_t n = 0;
	int r = read_embedded(DANGERS_FILE, &document, err);

	if (r < 0)
		return r;
	doc_for_each (entry, doc_at(document, "calls"))
		n += (size_t)cJSON_GetArraySize(doc_at(entry, "names"));
	dangers = arena_array(arena, n, sizeof(*dangers));
	n = 0;
	doc_for_each (entry, doc_at(document, "calls")) {
		struct seccomp_danger danger = read_danger(arena, entry);

		if (!danger.weight || danger.weight > 10 || !danger.why)
			return error_set(err, EBADMSG, DANGERS_FILE ": weight or why is missing");
		doc_for_each (name, doc_at(entry, "names")) {
			dangers[n] = danger;
			dangers[n].call = arena_strdup(arena, name->valuestring);
			if (!danger.name)
				dangers[n].name = dangers[n].call;
			n++;
		}
	}
	qsort(dangers, n, sizeof(*dangers), compare_dangers);
	data->dangers = dangers;
	data->n_dangers = n;
	return 0;
}

static void index_calls(struct arena *arena, struct seccomp_data *data)
{
	const struct seccomp_profile *docker = data->docker;
	struct index_entry *entries;
	size_t n = data->n_dangers;

	for (size_t i = 0; i < docker->n_rules; i++)
		n += docker->rules[i].n_names;
	entries = arena_array(arena, n, sizeof(*entries));
	n = 0;
	for (size_t i = 0; i < docker->n_rules; i++)
		for (size_t k = 0; k < docker->rules[i].n_names; k++)
			entries[n++].key = docker->rules[i].names[k];
	for (size_t i = 0; i < data->n_dangers; i++)
		entries[n++].key = data->dangers[i].call;
	data->calls = index_sorted(entries, n);
}

int seccomp_data_load(struct arena *arena, const struct seccomp_data **ret, struct error *err)
{
	struct seccomp_data *data = arena_alloc(arena, sizeof(*data));
	int r = load_docker(arena, data, err);

	if (r == 0)
		r = load_dangers(arena, data, err);
	if (r < 0)
		return r;
	index_calls(arena, data);
	*ret = data;
	return 0;
}

const struct seccomp_danger *seccomp_dangers(const struct seccomp_data *data, size_t *ret_n)
{
	*ret_n = data->n_dangers;
	return data->dangers;
}

static bool era_covers(const struct eras *eras, const struct engine_version *version)
{
	static const struct engine_version open = {{0}};

	for (size_t i = 0; i < eras->n; i++) {
		const struct era *era = &eras->items[i];

		if (engine_version_compare(&era->from, version) <= 0 &&
		    (engine_version_compare(&era->until, &open) == 0 ||
		     engine_version_compare(version, &era->until) < 0))
			return true;
	}
	return !eras->n;
}

const struct seccomp_profile *
seccomp_docker_profile(struct arena *arena, const struct seccomp_data *data, const char *version)
{
	struct seccomp_profile *profile = arena_alloc(arena, sizeof(*profile));
	struct engine_version wanted = data->newest_version;
	struct seccomp_rule *rules = arena_array(arena, data->docker->n_rules, sizeof(*rules));

	if (version)
		engine_version_parse(version, &wanted);
	*profile = *data->docker;
	profile->rules = rules;
	profile->n_rules = 0;
	for (size_t i = 0; i < data->docker->n_rules; i++)
		if (era_covers(&data->eras[i], &wanted))
			rules[profile->n_rules++] = data->docker->rules[i];
	return profile;
}

bool seccomp_data_names(const struct seccomp_data *data, const char *call)
{
	return index_find(&data->calls, call) != NULL;
}

const char *seccomp_newest_version(const struct seccomp_data *data)
{
	return data->newest;
}
