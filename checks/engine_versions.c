/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Are the engine, containerd and runc of release series that still get fixes, and not below the
 * release of their series that fixed the last known way out of a container?
 *
 * The series stand in the control: "28 until 2025-11-10", "29 from 29.5.1". What a distribution
 * builds itself has a suffix ("1.1.5+ds1") and fixes that its number does not show, so that only a
 * person who looks into the distribution's security tracker can say more.
 */
#include "checks/engine.h"

#include "base/text.h"

#include <string.h>

#define PARTS           3
#define BY_DISTRIBUTION ": by the number, but a distribution built it and may have put the fixes in"

struct version {
	unsigned parts[PARTS];
	unsigned n;     /* of them that were given */
	bool preview;   /* a release candidate or the like, which is before the release */
	bool own_build; /* a suffix that upstream does not give */
};

static const struct component {
	const char *name;  /* of GET /version Components */
	const char *param; /* where its series are */
	const char *title;
} components[] = {
	{"Engine", "engine", "Docker Engine"},
	{"containerd", "containerd", "containerd"},
	{"runc", "runc", "runc"},
};

#define N_COMPONENTS (sizeof(components) / sizeof(components[0]))

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static unsigned take_number(const char **text)
{
	unsigned number = 0;

	for (; is_digit(**text); (*text)++)
		number = number < 100000 ? number * 10 + (unsigned)(**text - '0') : number;
	return number;
}

/* "v1.7.29", "20.10.24+dfsg1", "1.4.0-rc.2"; false where it does not begin with a number. */
static bool parse_version(const char *text, struct version *ret)
{
	static const char *const previews[] = {"-rc", "-beta", "-alpha", "-tp", "~rc", "~beta"};
	struct version version = {0};

	text += *text == 'v';
	while (version.n < PARTS && is_digit(*text)) {
		version.parts[version.n++] = take_number(&text);
		if (*text != '.' || !is_digit(text[1]))
			break;
		text++;
	}
	for (size_t i = 0; i < sizeof(previews) / sizeof(previews[0]); i++)
		version.preview |= text_starts(text, previews[i]);
	version.own_build = *text && !version.preview && !text_starts(text, "-ce");
	*ret = version;
	return version.n > 0;
}

/* The numbers that both have. */
static int compare_parts(const struct version *a, const struct version *b)
{
	for (unsigned i = 0; i < a->n && i < b->n; i++)
		if (a->parts[i] != b->parts[i])
			return a->parts[i] < b->parts[i] ? -1 : 1;
	return 0;
}

static bool is_below(const struct version *a, const struct version *b)
{
	int order = compare_parts(a, b);

	return order ? order < 0 : a->preview && !b->preview;
}

/* "29 from 29.5.1 until 2027-01-31": both may be missing. */
struct series {
	struct version version, from;
	const char *from_text, *until;
};

static bool parse_series(const struct check_input *in, const char *text, struct series *ret)
{
	char *rest = arena_strdup(in->arena, text), *word;
	struct series series = {0};

	if (!parse_version(strsep(&rest, " "), &series.version))
		return false;
	while ((word = strsep(&rest, " "))) {
		if (!rest)
			return false;
		if (text_equal(word, "from"))
			series.from_text = strsep(&rest, " ");
		else if (text_equal(word, "until"))
			series.until = strsep(&rest, " ");
		else
			return false;
	}
	*ret = series;
	return !series.from_text || parse_version(series.from_text, &ret->from);
}

/* One component: what of it, and how that is to be said. */
struct finding {
	enum status status;
	bool rebuilt; /* outdated, but by a distribution that may have mended it */
	const char *text;
};

__attribute__((format(printf, 3, 4))) static struct finding
found(const struct check_input *in, enum status status, const char *format, ...)
{
	struct finding finding = {.status = status};
	va_list args;

	va_start(args, format);
	finding.text = arena_vprintf(in->arena, format, args);
	va_end(args);
	return finding;
}

/* By its number; a distribution keeps that and mends what is behind it. */
static struct finding outdated(const struct check_input *in, const struct version *version,
			       const char *text)
{
	struct finding finding = found(in, STATUS_FAIL, "%s", text);

	if (version->own_build) {
		finding.status = STATUS_MANUAL;
		finding.rebuilt = true;
	}
	return finding;
}

static struct finding judge_series(const struct check_input *in, const char *name,
				   const struct version *version, const struct series *series)
{
	const char *today = in->facts->finished;
	const char *good = param_string(in, "good-until", "");

	if (series->until && strncmp(today, series->until, strlen("2026-01-01")) > 0)
		return outdated(in, version,
				arena_printf(in->arena, "%s is of a series without fixes since %s",
					     name, series->until));
	if (series->from_text && is_below(version, &series->from))
		return outdated(in, version,
				arena_printf(in->arena, "%s lacks the fixes of %s", name,
					     series->from_text));
	if (strncmp(today, good, strlen("2026-01-01")) > 0)
		return found(in, STATUS_MANUAL,
			     "%s was supported when this program's table was made, which is good "
			     "until %s",
			     name, good);
	return found(in, STATUS_PASS, "%s", name);
}

/* A minimum that was asked for replaces what the table says: "runc 1.2.8". */
static const char *minimum_of(const struct check_input *in, const struct component *component)
{
	const char *start = arena_printf(in->arena, "%s ", component->param);
	size_t n;
	const char *const *minimums = param_strings(in, "minimum", &n);

	for (size_t i = 0; i < n; i++)
		if (text_starts(minimums[i], start))
			return minimums[i] + strlen(start);
	return NULL;
}

static struct finding judge_by_table(const struct check_input *in,
				     const struct component *component, const char *name,
				     const struct version *version)
{
	bool newer = true;
	size_t n;
	const char *const *lines = param_strings(in, component->param, &n);

	for (size_t i = 0; i < n; i++) {
		struct series series;

		if (!parse_series(in, lines[i], &series))
			return found(in, STATUS_UNKNOWN, "\"%s\" is no series", lines[i]);
		if (compare_parts(version, &series.version) == 0)
			return judge_series(in, name, version, &series);
		newer &= compare_parts(version, &series.version) > 0;
	}
	if (newer)
		return found(in, STATUS_MANUAL, "%s is newer than this program's table of %s", name,
			     param_string(in, "as-of", ""));
	return outdated(in, version,
			arena_printf(in->arena, "%s is of a series without fixes", name));
}

/* The first element of this name; NULL where there is none. */
static const cJSON *component_document(const struct check_input *in, const char *name)
{
	doc_for_each (item, doc_at(in->facts->engine.version, "Components"))
		if (text_equal(doc_string_or(item, "Name", ""), name))
			return item;
	return NULL;
}

/* "1.6.20~ds1-1+deb12u3" where upstream says "3cbc4a5", or "v1.1.12-0-g51d5e94". */
static bool is_package_revision(const char *commit)
{
	return is_digit(*commit) && strpbrk(commit, ".+~");
}

static struct finding judge_component(const struct check_input *in,
				      const struct component *component, const char *text)
{
	const char *minimum = minimum_of(in, component);
	const char *name = arena_printf(in->arena, "%s %s", component->title, text ? text : "");
	struct version version, least;

	if (!text)
		return found(in, STATUS_UNKNOWN, "GET /version does not name the version of %s",
			     component->title);
	if (!parse_version(text, &version))
		return found(in, STATUS_UNKNOWN, "the version of %s is not a number", name);
	version.own_build |= is_package_revision(
		doc_string_or(component_document(in, component->name), "Details.GitCommit", ""));
	if (!minimum)
		return judge_by_table(in, component, name, &version);
	if (!parse_version(minimum, &least))
		return found(in, STATUS_UNKNOWN, "\"%s\" is no version", minimum);
	return is_below(&version, &least)
		       ? found(in, STATUS_FAIL, "%s is below the minimum %s", name, minimum)
		       : found(in, STATUS_PASS, "%s", name);
}

static const char *component_version(const struct check_input *in,
				     const struct component *component)
{
	const char *text = doc_string_or(component_document(in, component->name), "Version", NULL);

	if (!text && component == components && *in->facts->engine.version_text)
		text = in->facts->engine.version_text;
	return text;
}

/* A distribution's revision stands there, where it has one: "1.1.5+ds1-1+deb12u1". */
static void cite_component(const struct check_input *in, struct verdict *verdict,
			   const struct component *component)
{
	const char *commit =
		doc_string_or(component_document(in, component->name), "Details.GitCommit", NULL);

	cite_string(in, verdict, "version",
		    arena_printf(in->arena, "Components %s Version", component->name),
		    component_version(in, component));
	if (commit && *commit)
		cite_string(in, verdict, "version",
			    arena_printf(in->arena, "Components %s GitCommit", component->name),
			    commit);
}

/* Which one decides where they differ. */
static unsigned weight(enum status status)
{
	static const unsigned weights[STATUS_COUNT] = {
		[STATUS_MANUAL] = 1, [STATUS_UNKNOWN] = 2, [STATUS_FAIL] = 3};

	return weights[status];
}

/* All that is of the verdict's status. */
static const char *findings_text(const struct check_input *in, const struct finding *findings,
				 enum status status)
{
	cleanup_text struct text text = {0};

	for (size_t i = 0; i < N_COMPONENTS; i++)
		if (findings[i].status == status)
			text_addf(&text, "%s%s", text.length ? "; " : "", findings[i].text);
	return arena_strdup(in->arena, text_string(&text));
}

static struct verdict judge_podman(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	struct verdict verdict = verdict_manual(in, "%s %s is no release of Docker", engine->name,
						engine->version_text);

	cite_string(in, &verdict, "version", "Version", engine->version_text);
	return verdict;
}

static struct verdict judge_versions(const struct check_input *in)
{
	struct finding findings[N_COMPONENTS];
	enum status worst = STATUS_PASS;
	struct verdict verdict;
	bool rebuilt = false;

	if (in->facts->engine.is_podman)
		return judge_podman(in);
	for (size_t i = 0; i < N_COMPONENTS; i++) {
		findings[i] =
			judge_component(in, &components[i], component_version(in, &components[i]));
		if (weight(findings[i].status) > weight(worst))
			worst = findings[i].status;
		rebuilt |= findings[i].rebuilt;
	}
	verdict = verdict_pass(in, "%s%s", findings_text(in, findings, worst),
			       worst == STATUS_MANUAL && rebuilt ? BY_DISTRIBUTION : "");
	verdict.status = worst;
	for (size_t i = 0; i < N_COMPONENTS; i++)
		cite_component(in, &verdict, &components[i]);
	return verdict;
}

static const struct param_spec versions_params[] = {
	{.name = "as-of", .type = PARAM_STRING, .summary = "the day of the tables"},
	{.name = "good-until",
	 .type = PARAM_STRING,
	 .summary = "the day after which nothing passes by the tables"},
	{.name = "engine",
	 .type = PARAM_STRINGS,
	 .summary = "series of the engine, such as \"28 until 2025-11-10\", \"29 from 29.5.1\""},
	{.name = "containerd", .type = PARAM_STRINGS, .summary = "the same of containerd"},
	{.name = "runc", .type = PARAM_STRINGS, .summary = "the same of runc"},
	{.name = "minimum",
	 .type = PARAM_STRINGS,
	 .summary = "versions that count in place of the tables, such as \"runc 1.2.8\""},
	{0},
};

const struct check checks_engine_versions[] = {
	{.name = "engine-versions",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_versions,
	 .params = versions_params},
	{0},
};
