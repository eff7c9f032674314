/* SPDX-License-Identifier: Apache-2.0 */

/* The profile of each container; containers with the same one share what is worked out of it. */
#include "facts/seccomp.h"

#include "base/text.h"
#include "facts/capability.h"
#include "facts/load.h"
#include "facts/setting_spec.h"

#include <string.h>

struct known_review {
	const struct known_review *next;
	const char *text; /* of the profile; "" for the engine's, NULL for the built-in one */
	uint64_t capabilities;
	struct container_seccomp seccomp;
};

/* A filter of snapshot.bundle_filters beside what was declared: many containers have both. */
struct known_told {
	const struct known_told *next;
	const cJSON *filter;
	const struct seccomp_review *declared;
	uint64_t capabilities;
	struct seccomp_told told;
};

struct seccomp_load {
	struct arena *arena;
	struct facts *facts;
	const struct seccomp_data *data;
	struct seccomp_machine machine;
	const char *unknown; /* why nothing can be worked out here; NULL: it can */
	struct engine_seccomp *engine;
	const struct seccomp_profile *builtin;
	const struct known_review *known;
	const struct known_told *told;
};

static const struct seccomp_review *review(const struct seccomp_load *load,
					   const struct seccomp_profile *profile,
					   uint64_t capabilities)
{
	struct seccomp_machine machine = load->machine;

	machine.capabilities = capabilities;
	return seccomp_review(load->arena, load->data, profile, &machine,
			      load->facts->engine.version_text);
}

/* "/etc/docker/seccomp.json" as dockerd read it, if it is still the same. */
static void load_engine_file(struct seccomp_load *load, struct engine_seccomp *engine)
{
	const cJSON *file = doc_at(load->facts->snapshot, "daemon.seccomp_profile");
	const char *content, *state = doc_string_or(file, "state", "");
	const char *changed = daemon_file_changed(load->facts->engine.daemon, file);
	struct error err = {0};

	engine->hint = "run as root on the engine's host";
	if (!text_equal(doc_string_or(file, "path", ""), engine->path))
		engine->unknown = "the file was not read";
	else if (!text_equal(state, "present"))
		engine->unknown = doc_string_or(file, "reason", "the file is gone");
	else if (doc_string(file, "content", &content) != DOC_PRESENT)
		engine->unknown = "the file was not read";
	else if (changed)
		engine->unknown = arena_printf(load->arena, "the file %s", changed);
	else if (seccomp_profile_parse(load->arena, content, strlen(content), &engine->profile,
				       &err) < 0)
		engine->unknown = arena_strdup(load->arena, err.text);
	else
		engine->hint = NULL;
}

static void load_engine(struct seccomp_load *load)
{
	struct engine_seccomp *engine = arena_alloc(load->arena, sizeof(*engine));
	const struct setting *setting = facts_setting(load->facts, "seccomp-profile");
	const char *value = setting ? setting->value : NULL;

	load->engine = engine;
	load->facts->seccomp = engine;
	engine->unknown = load->unknown;
	if (engine->unknown)
		return;
	if (!value) {
		engine->unknown = "the engine's seccomp-profile is not known";
		engine->hint = setting ? setting->hint : NULL;
	} else if (!*value || text_equal(value, "builtin") || text_equal(value, "default")) {
		engine->profile = load->builtin;
	} else if (*value == '/') {
		engine->path = value;
		load_engine_file(load, engine);
	}
	if (engine->profile)
		engine->review = review(load, engine->profile, CAPABILITY_DOCKER_DEFAULT);
}

static const char *why_not(struct seccomp_load *load, struct error *err)
{
	const struct engine *engine = &load->facts->engine;
	const char *arch = doc_string_or(engine->info, "Architecture", "");

	if (!engine->info)
		return "GET /info was not read";
	if (engine->is_podman)
		return "Podman has a built-in profile of its own";
	if (!seccomp_machine_arch(&load->machine, arch))
		return arena_printf(load->arena, "the engine's processor is '%s'", arch);
	load->machine.kernel = seccomp_kernel(doc_string_or(engine->info, "KernelVersion", ""));
	if (!load->machine.kernel)
		return "GET /info has no KernelVersion";
	if (seccomp_data_load(load->arena, &load->data, err) < 0)
		return arena_strdup(load->arena, err->text);
	return NULL;
}

struct seccomp_load *seccomp_load_engine(struct arena *arena, struct facts *facts)
{
	struct seccomp_load *load = arena_alloc(arena, sizeof(*load));
	struct error err = {0};

	load->arena = arena;
	load->facts = facts;
	load->unknown = why_not(load, &err);
	if (!load->unknown)
		load->builtin =
			seccomp_docker_profile(arena, load->data, facts->engine.version_text);
	load_engine(load);
	return load;
}

static struct container_seccomp of_builtin(const struct seccomp_load *load, uint64_t capabilities)
{
	struct container_seccomp seccomp = {.origin = SECCOMP_ORIGIN_BUILTIN,
					    .unknown = load->unknown};

	if (!load->unknown)
		seccomp.review = review(load, load->builtin, capabilities);
	return seccomp;
}

static struct container_seccomp of_engine(const struct seccomp_load *load, uint64_t capabilities)
{
	const struct engine_seccomp *engine = load->engine;
	const struct setting *setting = facts_setting(load->facts, "seccomp-profile");
	struct container_seccomp seccomp = {
		.origin = SECCOMP_ORIGIN_ENGINE, .unknown = engine->unknown, .hint = engine->hint};

	if (setting &&
	    (text_equal(setting->value, "unconfined") || text_equal(setting->value, "unsupported")))
		return (struct container_seccomp){.origin = SECCOMP_ORIGIN_NONE};
	if (engine->profile == load->builtin && engine->profile)
		return of_builtin(load, capabilities);
	if (seccomp.unknown && !engine->path)
		seccomp.origin = SECCOMP_ORIGIN_UNKNOWN;
	if (engine->profile && engine->profile->empty)
		return (struct container_seccomp){.origin = SECCOMP_ORIGIN_NONE};
	if (engine->profile)
		seccomp.review = review(load, engine->profile, capabilities);
	return seccomp;
}

static struct container_seccomp of_text(const struct seccomp_load *load, const char *text,
					uint64_t capabilities)
{
	struct container_seccomp seccomp = {.origin = SECCOMP_ORIGIN_CONTAINER,
					    .unknown = load->unknown};
	const struct seccomp_profile *profile;
	struct error err = {0};

	if (load->unknown)
		return seccomp;
	if (seccomp_profile_parse(load->arena, text, strlen(text), &profile, &err) < 0)
		seccomp.unknown =
			arena_printf(load->arena, "no container starts with it: %s", err.text);
	else if (profile->empty)
		seccomp.origin = SECCOMP_ORIGIN_NONE;
	else
		seccomp.review = review(load, profile, capabilities);
	return seccomp;
}

/* The same profile with the same capabilities was worked out before, or is now. */
static struct container_seccomp look_up(struct seccomp_load *load, const char *text,
					uint64_t capabilities)
{
	struct known_review *one;

	for (const struct known_review *known = load->known; known; known = known->next)
		if (known->capabilities == capabilities && text_equal(known->text, text))
			return known->seccomp;
	one = arena_alloc(load->arena, sizeof(*one));
	one->next = load->known;
	one->text = text;
	one->capabilities = capabilities;
	if (!text)
		one->seccomp = of_builtin(load, capabilities);
	else if (!*text)
		one->seccomp = of_engine(load, capabilities);
	else
		one->seccomp = of_text(load, text, capabilities);
	load->known = one;
	return one->seccomp;
}

static struct seccomp_told read_told(const struct seccomp_load *load, const cJSON *filter,
				     const struct seccomp_review *declared, uint64_t capabilities)
{
	struct seccomp_machine machine = load->machine;
	struct seccomp_told told = {0};
	struct error err = {0};

	if (!filter)
		return told;
	if (seccomp_profile_read(load->arena, filter, &told.profile, &err) < 0)
		told.unknown = arena_strdup(load->arena, err.text);
	else if (load->unknown)
		told.unknown = load->unknown;
	if (!declared || told.unknown)
		return told;
	machine.capabilities = capabilities;
	told.is_compared = true;
	told.difference = seccomp_compare(load->arena, load->data,
					  seccomp_filter_make(load->arena, told.profile, &machine),
					  declared->filter);
	return told;
}

static const struct seccomp_told *look_up_told(struct seccomp_load *load, const cJSON *filter,
					       const struct seccomp_review *declared,
					       uint64_t capabilities)
{
	struct known_told *one;

	for (const struct known_told *known = load->told; known; known = known->next)
		if (known->filter == filter && known->declared == declared &&
		    known->capabilities == capabilities)
			return &known->told;
	one = arena_alloc(load->arena, sizeof(*one));
	*one = (struct known_told){load->told, filter, declared, capabilities,
				   read_told(load, filter, declared, capabilities)};
	load->told = one;
	return &one->told;
}

/* What the bundle says; and where the profile that was declared is not known, it is that one. */
static void load_told(struct seccomp_load *load, const struct container *container,
		      const cJSON *bundle, struct container_seccomp *seccomp)
{
	uint64_t capabilities = container->declared_capabilities;
	const cJSON *filters = doc_at(load->facts->snapshot, "bundle_filters");
	int64_t position = -1;
	enum doc_presence presence = doc_int(bundle, "linux.seccomp", &position);
	const cJSON *filter = cJSON_GetArrayItem(filters, (int)position);

	if (presence != DOC_ABSENT && !filter)
		return;
	seccomp->told = look_up_told(load, filter, seccomp->review, capabilities);
	if (seccomp->review || seccomp->origin == SECCOMP_ORIGIN_NONE || load->unknown ||
	    !seccomp->told->profile)
		return;
	seccomp->review = review(load, seccomp->told->profile, capabilities);
	seccomp->from_bundle = true;
	seccomp->unknown = seccomp->hint = NULL;
}

void container_load_seccomp(struct seccomp_load *load, struct container *container,
			    const cJSON *init)
{
	const struct engine *engine = &load->facts->engine;
	const char *option = security_option(container->inspect, "seccomp");
	bool privileged = doc_bool_or(container->inspect, "HostConfig.Privileged", false);
	struct container_seccomp *seccomp = arena_alloc(load->arena, sizeof(*seccomp));

	container->seccomp = seccomp;
	if (!option || !*option || text_equal(option, "default"))
		option = "";
	else if (text_equal(option, "builtin"))
		option = NULL;
	if (!text_equal(option, "unconfined") &&
	    !(privileged && (text_equal(option, "") || (engine->major && engine->major < 23))))
		*seccomp = look_up(load, option, container->declared_capabilities);
	if (doc_at(init, "bundle"))
		load_told(load, container, doc_at(init, "bundle"), seccomp);
}
