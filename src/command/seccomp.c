/* SPDX-License-Identifier: Apache-2.0 */

/* bulkhead seccomp: what a profile would permit, before anything runs with it. */
#include "base/file.h"
#include "base/text.h"
#include "command/command.h"
#include "facts/capability.h"
#include "facts/seccomp_review.h"
#include "judge/report.h"
#include "reports/escape.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#define PROFILE_CEILING ((size_t)1024 * 1024)

static const struct option_spec specs[] = {
	{.group = "For which container",
	 .name = "cap-add",
	 .many = true,
	 .argument = "CAPABILITY",
	 .help = "it is given this one besides Docker's default ones, or ALL"},
	{.name = "cap-drop",
	 .many = true,
	 .argument = "CAPABILITY",
	 .help = "this one is taken from it, or ALL"},
	{.name = "privileged", .help = "it has all capabilities"},
	{.group = "On which host",
	 .name = "engine",
	 .argument = "VERSION",
	 .help = "of Docker Engine, whose built-in profile to compare with; without it the newest "
		 "that is known"},
	{.name = "arch", .argument = "NAME", .help = "its processor; without it this one's"},
	{.name = "kernel", .argument = "RELEASE", .help = "its Linux; without it this one's"},
	{.group = "Output",
	 .name = "format",
	 .letter = 'f',
	 .argument = "NAME",
	 .help = "text (default) or json"},
	{0},
};

struct request {
	const char *path; /* NULL: the built-in profile */
	const char *engine;
	struct seccomp_machine machine;
	bool json;
};

/* A list as GET /containers/{id}/json has it. */
static int capability_list(const char *const *names, cJSON **ret, struct error *err)
{
	cleanup_doc cJSON *list = cJSON_CreateArray();

	for (; names && *names; names++) {
		if (!capability_bit(*names) && strcasecmp(*names, "ALL") != 0)
			return error_set(err, EINVAL, "unknown capability '%s'", *names);
		cJSON_AddItemToArray(list, cJSON_CreateString(*names));
	}
	*ret = list;
	list = NULL;
	return 0;
}

static int read_capabilities(const struct options *options, uint64_t *ret, struct error *err)
{
	cleanup_doc cJSON *add = NULL, *drop = NULL;
	int r = capability_list(options_values(options, "cap-add"), &add, err);

	if (r == 0)
		r = capability_list(options_values(options, "cap-drop"), &drop, err);
	if (r == 0)
		*ret = capability_docker_set(add, drop, options_flag(options, "privileged"));
	return r;
}

static int read_machine(struct arena *arena, const struct options *options,
			struct seccomp_machine *ret, struct error *err)
{
	const char *arch = options_value(options, "arch"),
		   *kernel = options_value(options, "kernel");
	struct utsname here;

	if (uname(&here) < 0)
		return error_set(err, errno, "uname: %s", strerror(errno));
	if (!arch)
		arch = here.machine;
	if (!seccomp_machine_arch(ret, arch))
		return error_set(err, EINVAL,
				 "unknown processor '%s': amd64, arm64 and the like are known",
				 arch);
	ret->kernel = seccomp_kernel(kernel ? kernel : arena_strdup(arena, here.release));
	if (!ret->kernel)
		return error_set(err, EINVAL, "--kernel %s: expected a version such as 6.1",
				 kernel ? kernel : here.release);
	return read_capabilities(options, &ret->capabilities, err);
}

static int read_request(struct arena *arena, const struct options *options, struct request *ret,
			struct error *err)
{
	const char *format = options_value(options, "format");
	struct engine_version version;
	size_t n;
	const char *const *words = options_words(options, &n);

	if (n > 1)
		return error_set(err, EINVAL, "one profile at a time: see --help");
	ret->path = words[0];
	ret->json = text_equal(format, "json");
	if (format && !ret->json && !text_equal(format, "text"))
		return error_set(err, EINVAL, "unknown format '%s': text or json", format);
	ret->engine = options_value(options, "engine");
	if (ret->engine && !engine_version_parse(ret->engine, &version))
		return error_set(err, EINVAL, "--engine %s: expected a version such as 28.5.2",
				 ret->engine);
	return read_machine(arena, options, &ret->machine, err);
}

static int read_profile(struct arena *arena, const struct request *request,
			const struct seccomp_data *data, const struct seccomp_profile **ret,
			struct error *err)
{
	const char *path = request->path;
	cleanup_text struct text text = TEXT_INIT(PROFILE_CEILING);
	const char *file = text_equal(path, "-") ? "/dev/stdin" : path;
	int r;

	if (!path) {
		*ret = seccomp_docker_profile(arena, data, request->engine);
		return 0;
	}
	r = file_read_any(file, &text);
	if (r < 0)
		error_set(err, -r, "%s", strerror(-r));
	else
		r = seccomp_profile_parse(arena, text_string(&text), text.length, ret, err);
	return r < 0 ? error_wrap(err, "%s", path) : 0;
}

static size_t count(const struct seccomp_filter *filter, enum seccomp_access access)
{
	size_t n = 0;

	for (size_t i = 0; i < filter->n_calls; i++)
		n += filter->calls[i].access == access &&
		     seccomp_known(filter, filter->calls[i].name) == SECCOMP_HERE;
	return n;
}

/* --- text */

enum { WIDTH = 90 };

static void print_list(const char *heading, const struct seccomp_names *names)
{
	int column = 0;

	if (!names->n)
		return;
	printf("\n%s (%zu):\n", heading, names->n);
	for (size_t i = 0; i < names->n; i++) {
		int length = (int)strlen(names->items[i]);

		if (column && column + length + 2 > WIDTH) {
			putchar('\n');
			column = 0;
		}
		fputs(column ? " " : "  ", stdout);
		escape_terminal(names->items[i], stdout);
		if (i + 1 < names->n)
			putchar(',');
		column += length + 2;
	}
	putchar('\n');
}

static void print_openings(struct arena *arena, const char *heading,
			   const struct seccomp_openings *openings)
{
	if (!openings->n)
		return;
	printf("\n%s:\n", heading);
	for (size_t i = 0; i < openings->n; i++) {
		const struct seccomp_danger *danger = openings->items[i].danger;

		printf("  %2u  %-24s %s", danger->weight, danger->name, danger->why);
		if (!openings->items[i].reachable)
			printf(" (needs %s, which is not given)",
			       capability_names(arena, danger->capability));
		putchar('\n');
	}
}

static void print_rest(const struct seccomp_filter *filter)
{
	const struct seccomp_profile *profile = filter->profile;

	if (profile->empty) {
		puts("The profile says nothing: the engine takes it for none, and switches the "
		     "filter off.");
		return;
	}
	if (filter->otherwise == SECCOMP_DENIED)
		printf("Permits %zu calls, %zu more for some arguments, and refuses the rest "
		       "(%s).\n",
		       count(filter, SECCOMP_ALLOWED), count(filter, SECCOMP_SOMETIMES),
		       seccomp_action_name(profile->default_action));
	else
		printf("Refuses %zu calls, %zu more for some arguments, and permits the rest (%s), "
		       "calls of newer kernels among them.\n",
		       count(filter, SECCOMP_DENIED), count(filter, SECCOMP_SOMETIMES),
		       seccomp_action_name(profile->default_action));
	fputs("Lets in programs of", stdout);
	for (size_t i = 0; i < filter->n_arches; i++)
		printf("%s %s", i ? "," : "", filter->arches[i]);
	puts("; others are killed.");
}

static void print_text(struct arena *arena, const struct request *request,
		       const struct seccomp_review *review)
{
	const struct seccomp_machine *machine = &request->machine;

	escape_terminal(request->path ? request->path : "The built-in profile", stdout);
	printf(", compared with that of Docker Engine %s\non %s, Linux %u.%u, with "
	       "%s\n\n",
	       review->engine, machine->arch, machine->kernel >> 16, machine->kernel & 0xffff,
	       machine->capabilities == CAPABILITY_DOCKER_DEFAULT
		       ? "Docker's default capabilities"
		       : arena_printf(arena, "the capabilities %s",
				      capability_names(arena, machine->capabilities)));
	print_rest(review->filter);
	if (!review->openings.n)
		puts("It opens no dangerous call that the built-in profile refuses.");
	print_openings(arena, "Dangerous, and refused by the built-in profile (weight, call, why)",
		       &review->openings);
	print_openings(arena,
		       "Permitted by this built-in profile as well, but no longer by the newest",
		       &review->upgrade);
	print_list(arena_printf(arena,
				"Names that libseccomp %s does not know, which have no effect",
				seccomp_library_version(arena)),
		   &review->unknown);
	print_list("Rules about some arguments, of which another about all takes the effect",
		   &review->shadowed);
	print_list("Other calls that the built-in profile refuses", &review->extra);
	print_list("Refused, though the built-in profile permits them", &review->withheld);
}

/* --- JSON */

static void add_names(cJSON *object, const char *member, const struct seccomp_names *names)
{
	cJSON *array = cJSON_AddArrayToObject(object, member);

	for (size_t i = 0; i < names->n; i++)
		cJSON_AddItemToArray(array, cJSON_CreateString(names->items[i]));
}

static void add_calls(cJSON *object, const char *member, const struct seccomp_filter *filter,
		      enum seccomp_access access)
{
	cJSON *array = cJSON_AddArrayToObject(object, member);

	for (size_t i = 0; i < filter->n_calls; i++)
		if (filter->calls[i].access == access)
			cJSON_AddItemToArray(array, cJSON_CreateString(filter->calls[i].name));
}

static void add_openings(struct arena *arena, cJSON *object, const char *member,
			 const struct seccomp_openings *openings)
{
	cJSON *array = cJSON_AddArrayToObject(object, member);

	for (size_t i = 0; i < openings->n; i++) {
		const struct seccomp_danger *danger = openings->items[i].danger;
		cJSON *item = cJSON_CreateObject();

		cJSON_AddStringToObject(item, "call", danger->name);
		cJSON_AddNumberToObject(item, "weight", danger->weight);
		cJSON_AddStringToObject(item, "why", danger->why);
		if (danger->capability)
			cJSON_AddStringToObject(item, "capability",
						capability_names(arena, danger->capability));
		cJSON_AddBoolToObject(item, "reachable", openings->items[i].reachable);
		cJSON_AddItemToArray(array, item);
	}
}

static void add_machine(struct arena *arena, cJSON *object, const struct request *request,
			const struct seccomp_review *review)
{
	const struct seccomp_machine *machine = &request->machine;

	cJSON_AddStringToObject(object, "engine", review->engine);
	cJSON_AddStringToObject(object, "arch", machine->arch);
	cJSON_AddStringToObject(
		object, "kernel",
		arena_printf(arena, "%u.%u", machine->kernel >> 16, machine->kernel & 0xffff));
	cJSON_AddStringToObject(object, "capabilities",
				capability_names(arena, machine->capabilities));
	cJSON_AddStringToObject(object, "libseccomp", seccomp_library_version(arena));
}

static int print_json(struct arena *arena, const struct request *request,
		      const struct seccomp_review *review, struct error *err)
{
	const struct seccomp_filter *filter = review->filter;
	cleanup_doc cJSON *document = cJSON_CreateObject();
	cJSON *arches;

	cJSON_AddStringToObject(document, "format", "bulkhead-seccomp");
	cJSON_AddNumberToObject(document, "version", 1);
	cJSON_AddStringToObject(document, "profile", request->path ? request->path : "builtin");
	add_machine(arena, document, request, review);
	cJSON_AddBoolToObject(document, "empty", filter->profile->empty);
	cJSON_AddStringToObject(document, "default_action",
				seccomp_action_name(filter->profile->default_action));
	arches = cJSON_AddArrayToObject(document, "architectures");
	for (size_t i = 0; i < filter->n_arches; i++)
		cJSON_AddItemToArray(arches, cJSON_CreateString(filter->arches[i]));
	add_calls(document, "permitted", filter, SECCOMP_ALLOWED);
	add_calls(document, "conditional", filter, SECCOMP_SOMETIMES);
	add_calls(document, "refused", filter, SECCOMP_DENIED);
	add_openings(arena, document, "dangerous", &review->openings);
	add_openings(arena, document, "dangerous_by_newest", &review->upgrade);
	add_names(document, "other_extra", &review->extra);
	add_names(document, "withheld", &review->withheld);
	add_names(document, "unknown_names", &review->unknown);
	add_names(document, "without_effect", &review->shadowed);
	return doc_write(document, stdout, err);
}

static int run(struct arena *arena, const struct options *options, struct error *err)
{
	const struct seccomp_profile *profile = NULL;
	const struct seccomp_review *review;
	const struct seccomp_data *data = NULL;
	struct request request = {0};
	int r;

	if ((r = read_request(arena, options, &request, err)) < 0 ||
	    (r = seccomp_data_load(arena, &data, err)) < 0 ||
	    (r = read_profile(arena, &request, data, &profile, err)) < 0)
		return r;
	review = seccomp_review(arena, data, profile, &request.machine, request.engine);
	if (request.json)
		r = print_json(arena, &request, review, err);
	else
		print_text(arena, &request, review);
	if (r < 0)
		return r;
	return review->openings.n ? EXIT_FINDINGS : EXIT_CLEAN;
}

const struct command command_seccomp = {
	.name = "seccomp",
	.summary = "what a seccomp profile permits, before it is deployed",
	.synopsis = "bulkhead seccomp [OPTION]... [FILE]",
	.details =
		"Read a seccomp profile as docker run --security-opt seccomp=FILE would, work out\n"
		"which system calls it permits, and compare that with the built-in profile of the\n"
		"engine. Without FILE it is the built-in profile itself. Nothing is run, and no\n"
		"engine is asked.\n",
	.epilogue = "\n"
		    "Exit status: 0 it opens no dangerous call that the built-in profile refuses,\n"
		    "1 it does, 2 the profile could not be read, or no container starts with it.\n",
	.options = specs,
	.run = run,
};
