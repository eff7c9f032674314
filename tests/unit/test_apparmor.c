/* SPDX-License-Identifier: Apache-2.0 */
#include "facts/apparmor.h"

#include "tests/unit/unit.h"

#include "base/text.h"

START_TEST(patterns)
{
	static const struct {
		const char *pattern, *path;
		bool matches;
	} cases[] = {
		{"/a/b", "/a/b", true},
		{"/a/b", "/a/bc", false},
		{"/a/*", "/a/b", true},
		{"/a/*", "/a/b/c", false},
		{"/a/**", "/a/b/c", true},
		{"/**", "/a/b/c", true},
		{"/a/?", "/a/b", true},
		{"/a?b", "/a/b", false},
		{"/a/[bc]", "/a/c", true},
		{"/a/[^bc]**", "/a/c", false},
		{"/a/[^b]*/**", "/a/c/d", true},
		{"/a/[a-c]x", "/a/bx", true},
		{"/{a,b/c}/d", "/b/c/d", true},
		{"/{a,b}/d", "/c/d", false},
		{"/{a,{b,c}x}", "/cx", true},
		{"/{,usr/}bin", "/bin", true},
		{"/a\\*", "/ab", false},
		{"/a\\*", "/a*", true},
		{"@{PROC}/sys/**", "/proc/sys/kernel/core_pattern", true},
		{"@{HOME}/x", "/home/me/x", true},
		{"@{HOME}/x", "/root/x", true},
		{"@{NONE}/x", "/x", false},
		{"@{LOOP}/NONE", "/x", false},
		{"{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}{a,b}NONE", "/x", false},
		{"/**x**x**x**x**x**x**x**x**x**x**x**x**x**x**xNONE",
		 "/xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", false},
		{"/a/[b", "/a/[b", true},
		{"/a/{b", "/a/{b", false},
		{"", "", true},
	};
	static const struct apparmor_variable items[] = {{"PROC", " /proc/"},
							 {"LOOP", "@{LOOP}"},
							 {"HOME", "@{HOMEDIRS}*/ /root/"},
							 {"HOMEDIRS", "/home/"}};
	bool unfollowed = false;
	struct apparmor_variables variables = {items, N_ELEMENTS(items), &unfollowed};

	for (size_t i = 0; i < N_ELEMENTS(cases); i++) {
		unfollowed = false;
		ck_assert_msg(apparmor_matches(&variables, cases[i].pattern, cases[i].path) ==
				      cases[i].matches,
			      "%s: %s", cases[i].pattern, cases[i].path);
		ck_assert_int_eq(unfollowed, strstr(cases[i].pattern, "NONE") != NULL);
	}
}
END_TEST

/* "mounts: mount; …", or what was not read or followed, "-" for what is strict. */
static const char *said(struct arena *arena, const char *profile)
{
	cleanup_text struct text text = {0};
	cleanup_doc cJSON *files = cJSON_CreateObject();
	struct apparmor_text found;
	const struct {
		const char *path, *text;
	} others[] = {
		{"/etc/apparmor.d/tunables/global", "@{PROC}=/proc/\n@{sys}=/sys/\n"},
		{"/etc/apparmor.d/local/deny", "deny mount,\n"},
		{"/etc/apparmor.d/local/mount", "mount options=(rw, bind) -> /x/,\n"},
		{"/etc/apparmor.d/more.d", NULL},
		{"/etc/apparmor.d/more.d/one", "mount,\n"},
		{"/etc/apparmor.d/loop", "include <loop>\n"},
		{"/etc/apparmor.d/web", profile},
	};

	for (size_t i = 0; i < N_ELEMENTS(others); i++) {
		cJSON *file = cJSON_AddObjectToObject(files, others[i].path);

		if (others[i].text)
			cJSON_AddStringToObject(file, "text", others[i].text);
	}
	cJSON_AddStringToObject(cJSON_AddObjectToObject(files, "/etc/apparmor.d/local/none"),
				"unread", "No such file or directory");
	found = apparmor_text(arena, files, "web");
	if (!found.path)
		return "no such profile";
	for (size_t i = 0; i < found.n; i++)
		text_addf(&text, "%s%s: %s", i ? "; " : "", found.grants[i].what,
			  found.grants[i].rule);
	if (found.flag)
		text_addf(&text, "[%s]", found.flag);
	if (found.unread)
		text_addf(&text, "?%s", found.unread);
	if (found.unjudged)
		text_addf(&text, "!%s", found.unjudged);
	return text.length ? arena_strdup(arena, text.bytes) : "-";
}

START_TEST(profiles)
{
	static const struct {
		const char *text, *said;
	} cases[] = {
		{"profile other { mount, }", "no such profile"},
		{"# profile web { }\nprofile webs { mount, }", "no such profile"},
		{"profile web { }", "-"},
		{"profile \"web\" /usr/bin/web flags=(attach_disconnected) { network, }", "-"},
		{"profile web flags=(complain) { }", "[complain]"},
		{"profile web flags=(attach_disconnected, unconfined) { }", "[unconfined]"},
		{"profile web { mount, }", "mounts: mount"},
		{"profile web {\n  # mount,\n  mount   fstype=proc -> /x/, # y\n}",
		 "mounts: mount fstype=proc -> /x/"},
		{"profile web { mount, deny mount, }", "-"},
		{"profile web { mount, audit deny mount, }", "-"},
		{"profile web { mount, deny mount fstype=proc, }", "mounts: mount"},
		{"#@{X}=/y/\n# include x\n#including\nprofile web { umount, }", "-"},
		{"profile web {\n  file, # all, but\n  mount # x, }\n  -> /y,\n}",
		 "mounts: mount -> /y; writing /proc/sys/kernel/core_pattern: file; writing "
		 "/proc/sysrq-trigger: file; writing /sys/kernel/uevent_helper: file; writing "
		 "/sys/kernel/security/apparmor/.replace: file"},
		{"profile web { remount /x/, }", "mounts: remount /x/"},
		{"profile web { ptrace, }", "ptrace of processes that nothing confines: ptrace"},
		{"profile web { ptrace (trace, read) peer=web, }", "-"},
		{"profile web { ptrace (trace, read) peer=@{profile_name}, }", "-"},
		{"profile web { ptrace (tracedby, readby), }", "-"},
		{"profile web { ptrace (read) peer=unconfined, }",
		 "ptrace of processes that nothing confines: ptrace (read) peer=unconfined"},
		{"profile web { ptrace trace peer=**, }",
		 "ptrace of processes that nothing confines: ptrace trace peer=**"},
		{"profile web { ptrace, deny ptrace, }", "-"},
		{"profile web { change_profile -> x, }",
		 "a change of the profile: change_profile -> x"},
		{"profile web { /usr/bin/sudo PUx, }",
		 "programs that nothing confines: /usr/bin/sudo PUx"},
		{"profile web { file rw /tmp/**, /usr/** rix, /usr/bin/x px -> y, }", "-"},
		{"profile web { file, deny /proc/** w, deny /sys/** wklx, }", "-"},
		{"profile web { deny @{PROC}/{*,**} w, deny @{sys}/** w, file, }",
		 "writing /proc/sys/kernel/core_pattern: file; writing /proc/sysrq-trigger: file; "
		 "writing /sys/kernel/uevent_helper: file; "
		 "writing /sys/kernel/security/apparmor/.replace: file!a variable that nothing "
		 "sets"},
		{"#include <tunables/global>\n"
		 "profile web { deny @{PROC}/{*,**} w, deny @{sys}/** w, file, }",
		 "-"},
		{"include <tunables/global>\nprofile web { owner /proc/sys/k*/core_pattern rw, }",
		 "writing /proc/sys/kernel/core_pattern: owner /proc/sys/k*/core_pattern rw"},
		{"profile web { /proc/sys/** r, rw \"/sys/kernel/uevent helper\", }", "-"},
		{"profile web { a /proc/sysrq-trigger, }",
		 "writing /proc/sysrq-trigger: a /proc/sysrq-trigger"},
		{"profile web { include <local/mount> include if exists <local/none>\n}",
		 "mounts: mount options=(rw, bind) -> /x/"},
		{"profile web {\n include <local/mount>\n include <local/deny>\n}", "-"},
		{"profile web {\n include if exists <local/none>\n}", "-"},
		{"profile web {\n include <local/none>\n}",
		 "?/etc/apparmor.d/local/none: No such file or directory"},
		{"profile web {\n include \"/opt/more\"\n}", "?/opt/more: it was not read"},
		{"profile web {\n #include <more.d>\n}", "mounts: mount"},
		{"profile web {\n include <loop>\n include <loop>\n mount,\n}", "mounts: mount"},
		{"profile web { priority=10 deny /x w, }", "!rules with a priority"},
		{"profile web { profile child { mount, } }", "!blocks within it"},
		{"profile a { mount, }\nprofile web { }\nprofile b { mount, }", "-"},
		{"profile web {\n", "-"},
		{"profile web { mount", "mounts: mount"},
		{"profile web { /{a,b c,[", "-"},
	};
	cleanup_arena struct arena *arena = arena_new();

	for (size_t i = 0; i < N_ELEMENTS(cases); i++)
		ck_assert_str_eq(said(arena, cases[i].text), cases[i].said);
}
END_TEST

START_TEST(everything)
{
	cleanup_arena struct arena *arena = arena_new();

	ck_assert(text_starts(said(arena, "profile web { all, }"),
			      "mounts: all; ptrace of processes that nothing confines: all; a "
			      "change of the profile: all; writing /proc/sys"));
}
END_TEST

/* What was not read to its end may permit anything. */
START_TEST(what_is_too_long_is_not_judged)
{
	cleanup_arena struct arena *arena = arena_new();
	cleanup_text struct text rule = TEXT_INIT(20000);

	text_add(&rule, "profile web { /");
	for (int i = 0; i < 1000; i++)
		text_add(&rule, "aaaaa");
	text_add(&rule, " w, }");
	ck_assert_str_eq(said(arena, text_string(&rule)), "!rules that are too long");
}
END_TEST

Suite *suite_apparmor(void)
{
	const TTest *const tests[] = {patterns, profiles, everything,
				      what_is_too_long_is_not_judged, NULL};

	return unit_suite("apparmor", tests);
}
