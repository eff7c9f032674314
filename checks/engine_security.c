/* SPDX-License-Identifier: Apache-2.0 */

/* How the engine itself is confined, and what it confines containers with by default. */
#include "checks/engine.h"

#include "base/text.h"
#include "checks/seccomp_support.h"
#include "facts/engine.h"
#include "facts/seccomp.h"

#include <stdlib.h>
#include <string.h>

/* The effective uid of dockerd on the host, from /proc/<pid>/status; -1 where it was not seen. */
static int64_t daemon_uid(const struct engine *engine)
{
	const char *line = strstr(doc_string_or(engine->daemon, "status", ""), "Uid:\t");
	char *real, *effective;
	long long uid;

	if (!line)
		return -1;
	strtoll(line + strlen("Uid:"), &real, 10);
	uid = strtoll(real, &effective, 10);
	return effective == real ? -1 : uid;
}

/* True where the engine lists what it confines containers with; else *ret_unknown. */
static bool security_options_known(const struct check_input *in, struct verdict *ret_unknown)
{
	bool listed = false;

	engine_security_option(in->facts->engine.info, "", &listed);
	if (!listed)
		*ret_unknown = verdict_unknown(in, NULL, "GET /info has no list SecurityOptions");
	return listed;
}

static struct verdict judge_rootless(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	int64_t uid = daemon_uid(engine);
	struct verdict verdict;

	if (engine->rootless)
		verdict = verdict_pass(in, "the engine is rootless");
	else if (uid > 0)
		verdict = verdict_pass(in, "dockerd runs as uid %lld", (long long)uid);
	else if (uid < 0 && !security_options_known(in, &verdict))
		return verdict;
	else
		verdict = verdict_fail(in, "the engine runs as root");
	cite_field(in, &verdict, "info", "SecurityOptions");
	if (uid >= 0)
		cite_int(in, &verdict, "kernel",
			 arena_printf(in->arena, "/proc/%s/status Uid",
				      doc_string_or(engine->daemon, "pid", "<dockerd>")),
			 uid);
	return verdict;
}

/* The first group of the engine's user that the control lists; NULL where it is in none. */
static const char *powerful_group(const struct check_input *in, const cJSON *groups)
{
	doc_for_each (group, groups) {
		const char *line = doc_is_string(group) ? group->valuestring : "";
		const char *name = arena_strndup(in->arena, line, strcspn(line, ":"));

		if (param_lists(in, "groups", name))
			return name;
	}
	return NULL;
}

static struct verdict judge_user_groups(const struct check_input *in)
{
	const cJSON *user = doc_at(in->facts->host.doc, "engine_user"), *groups;
	const char *name, *group;
	struct verdict verdict;

	if (!in->facts->engine.rootless)
		return verdict_not_applicable(in, "the engine is not rootless");
	if (!in->facts->local || doc_array(user, "groups", &groups) != DOC_PRESENT)
		return verdict_unknown(
			in, "run where the engine runs",
			"in which groups its user is was not seen: %s",
			doc_string_or(user, "unread.groups", "the snapshot does not hold them"));
	name = doc_string_or(user, "name",
			     arena_printf(in->arena, "uid %s", doc_string_or(user, "uid", "?")));
	group = powerful_group(in, groups);
	if (group)
		verdict = verdict_fail(in,
				       "the engine's user %s is in the group %s: who gets out of a "
				       "container can be root all the same",
				       name, group);
	else
		verdict = verdict_pass(in, "the engine's user %s is in no group that leads to root",
				       name);
	doc_for_each (line, groups)
		if (doc_is_string(line))
			cite_string(in, &verdict, "file", "/etc/group", line->valuestring);
	return verdict;
}

static struct verdict judge_user_namespaces(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	const struct setting *setting = facts_setting(in->facts, "userns-remap");
	struct verdict verdict;

	if (!security_options_known(in, &verdict))
		return verdict;
	if (engine->rootless)
		verdict = verdict_pass(in,
				       "the engine is rootless: all of it is in a user namespace");
	else if (engine->userns_remap)
		verdict = verdict_pass(in, "GET /info SecurityOptions has name=userns");
	else
		verdict =
			verdict_fail(in, "GET /info SecurityOptions has no name=userns%s%s",
				     setting && setting->disagreement ? "; " : "",
				     setting && setting->disagreement ? setting->disagreement : "");
	cite_field(in, &verdict, "info", "SecurityOptions");
	if (setting)
		cite_setting(in, &verdict, setting);
	return verdict;
}

/*
 * Two holes let a request past the plugins with its body unseen: an emptied one, closed by the
 * first versions of this list, and one that is too long, closed by the last.
 */
static const char *authorization_bypass(const struct engine *engine)
{
	static const unsigned fixed[][3] = {{23, 0, 15}, {25, 0, 6}, {26, 1, 5}, {27, 1, 1}};
	const char *minor = strchr(engine->version_text, '.');
	const char *patch = minor ? strchr(minor + 1, '.') : NULL;
	unsigned long version[3] = {engine->major, engine->minor};
	bool emptied = engine->major < 27;

	if (!patch || !engine->major)
		return NULL;
	version[2] = strtoul(patch + 1, NULL, 10);
	for (size_t i = 0; i < sizeof(fixed) / sizeof(*fixed); i++)
		if (version[0] == fixed[i][0])
			emptied = version[1] < fixed[i][1] ||
				  (version[1] == fixed[i][1] && version[2] < fixed[i][2]);
	if (emptied)
		return "CVE-2024-41110";
	if (version[0] < 29 ||
	    (version[0] == 29 && (version[1] < 3 || (version[1] == 3 && version[2] < 1))))
		return "CVE-2026-34040";
	return NULL;
}

static struct verdict judge_authorization(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	const char *bypass = authorization_bypass(engine);
	const struct setting *setting;
	struct verdict verdict;

	if (engine->is_podman)
		return podman_has_none(in, "authorization plugins");
	setting = engine_setting(in, "authorization-plugins", &verdict);
	if (!setting)
		return verdict;
	if (!*setting->value)
		verdict = verdict_fail(in, "%s", setting_text(in, setting));
	else if (bypass)
		verdict = verdict_pass(in,
				       "%s; unless patched, Engine %s lets requests around "
				       "plugins (%s)",
				       setting_text(in, setting), engine->version_text, bypass);
	else
		verdict = verdict_pass(in, "%s", setting_text(in, setting));
	cite_setting(in, &verdict, setting);
	return verdict;
}

/* A file of one's own is as good as what it permits. */
static struct verdict judge_own_profile(const struct check_input *in, const char *text)
{
	const struct engine_seccomp *seccomp = in->facts->seccomp;
	const struct seccomp_review *review = seccomp->review;
	struct verdict verdict;

	if (!review)
		return verdict_manual(in,
				      "%s: is this profile stricter than the built-in one? (%s)",
				      text, seccomp->unknown);
	if (seccomp->profile->empty)
		return verdict_fail(
			in, "%s: the profile is empty, so that no container has a filter", text);
	if (!review->openings.n)
		return verdict_pass(
			in,
			"%s: it permits no dangerous call that the built-in one of Engine "
			"%s refuses",
			text, review->engine);
	verdict = verdict_fail(in, "%s: it permits what the built-in one refuses: %s", text,
			       openings_text(in, &review->openings));
	return verdict_as(verdict, openings_severity(&review->openings));
}

static struct verdict judge_profile(const struct check_input *in, const struct setting *setting)
{
	const char *text = setting_text(in, setting);

	if (text_equal(setting->value, "unconfined"))
		return verdict_fail(in, "%s", text);
	if (!*setting->value || text_equal(setting->value, "builtin") ||
	    text_equal(setting->value, "default") || param_lists(in, "accept", setting->value))
		return verdict_pass(in, "%s", text);
	return judge_own_profile(in, text);
}

static struct verdict judge_seccomp(const struct check_input *in)
{
	const struct setting *setting;
	struct verdict verdict;

	if (!security_options_known(in, &verdict))
		return verdict;
	if (!engine_security_option(in->facts->engine.info, "seccomp", NULL)) {
		verdict = verdict_fail(in, "GET /info SecurityOptions has no name=seccomp: "
					   "no container gets a filter");
		cite_field(in, &verdict, "info", "SecurityOptions");
		return verdict;
	}
	setting = engine_setting(in, "seccomp-profile", &verdict);
	if (!setting)
		return verdict;
	verdict = judge_profile(in, setting);
	cite_setting(in, &verdict, setting);
	return verdict;
}

/* Why the engine uses neither module, and how grave that is. */
static struct verdict no_mac(const struct check_input *in)
{
	const struct host *host = &in->facts->host;

	if (in->facts->engine.rootless)
		return verdict_as(verdict_fail(in, "the engine is rootless and so uses neither "
						   "AppArmor nor SELinux"),
				  SEVERITY_LOW);
	if (!in->facts->local || !host->doc)
		return verdict_fail(in, "GET /info SecurityOptions has neither name=apparmor nor "
					"name=selinux");
	if (host->apparmor)
		return verdict_as(verdict_fail(in, "the kernel enforces AppArmor, but the engine "
						   "does not use it"),
				  SEVERITY_HIGH);
	if (host->selinux && !text_equal(host->selinux, "absent"))
		return verdict_as(verdict_fail(in,
					       "SELinux is %s, but the engine labels no "
					       "containers (selinux-enabled)",
					       host->selinux),
				  SEVERITY_HIGH);
	return verdict_fail(in, "the host has neither AppArmor nor SELinux");
}

static struct verdict judge_mac(const struct check_input *in)
{
	const struct engine *engine = &in->facts->engine;
	const char *selinux = in->facts->host.selinux;
	struct verdict verdict;

	if (!security_options_known(in, &verdict))
		return verdict;
	if (engine->selinux && text_equal(selinux, "permissive"))
		verdict = verdict_fail(in, "the engine labels containers, but SELinux is "
					   "permissive: nothing is enforced");
	else if (engine->apparmor || engine->selinux)
		verdict = verdict_pass(in, "GET /info SecurityOptions has name=%s",
				       engine->apparmor ? "apparmor" : "selinux");
	else
		verdict = no_mac(in);
	cite_field(in, &verdict, "info", "SecurityOptions");
	if (doc_at(in->facts->host.doc, "lsm"))
		cite_string(in, &verdict, "host", "/sys/kernel/security/lsm",
			    doc_string_or(in->facts->host.doc, "lsm", NULL));
	return verdict;
}

static const struct param_spec seccomp_params[] = {
	{.name = "accept",
	 .type = PARAM_STRINGS,
	 .summary = "paths of profiles that were reviewed"},
	{0},
};

static const struct param_spec group_params[] = {
	{.name = "groups",
	 .type = PARAM_STRINGS,
	 .required = true,
	 .summary = "groups whose members can become root"},
	{0},
};

const struct check checks_engine_security[] = {
	{.name = "engine-rootless", .subjects = SUBJECTS(SUBJECT_ENGINE), .judge = judge_rootless},
	{.name = "engine-user-groups",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_user_groups,
	 .params = group_params},
	{.name = "engine-user-namespaces",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_user_namespaces},
	{.name = "engine-authorization",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_authorization},
	{.name = "engine-mac", .subjects = SUBJECTS(SUBJECT_ENGINE), .judge = judge_mac},
	{.name = "engine-seccomp",
	 .subjects = SUBJECTS(SUBJECT_ENGINE),
	 .judge = judge_seccomp,
	 .params = seccomp_params},
	{0},
};
