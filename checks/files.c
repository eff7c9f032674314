/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Owner and mode of the files that the engine is made of. Both are worth nothing where somebody
 * else may exchange the file: each of the two also looks at the directories above it, for their
 * owners or for who may write to them. An access control list counts like the mode: its entries
 * for users and groups may allow no more than everybody may, unless the group is one that may own
 * the file (acl(5)).
 */
#include "base/path.h"
#include "base/text.h"
#include "checks/container_support.h"

#include <string.h>

enum { READ = 4, WRITE = 2, STICKY = 01000, DIRECTORY_MODE = 0755 };

/* Rights of one entry of an ACL, in the form "user:1000:rw-". */
struct acl_entry {
	bool user, group, mask; /* tag */
	bool named;             /* has an id */
	uint64_t id;
	unsigned rights;
};

/* What a file's mode and ACL allow, and what is wrong with it. */
struct access {
	const struct check_input *in;
	const struct file *file;
	struct text problems; /* ", at most 0644", "; its ACL …" */
	unsigned grades;      /* by which the worst of them is less than the control's severity */
	bool unclear;         /* an ACL that was not read */
};

/* `grades`: how much less this weighs than the worst that the control is about. */
static void add_problem(struct access *access, unsigned grades, const char *text)
{
	if (access->problems.length == 0 || grades < access->grades)
		access->grades = grades;
	text_add(&access->problems, text);
}

/* "/etc/docker/daemon.json is 0644 root:root" */
static const char *seen(const struct check_input *in, const struct file *file)
{
	const struct file_status *status = &file->status;
	const char *link = file->link ? arena_printf(in->arena, ", a link to %s,", file->link) : "";

	return arena_printf(in->arena, "%s%s is %04o %s:%s", file->path, link, status->mode,
			    status->owner, status->group);
}

static void cite_status(const struct check_input *in, struct verdict *verdict,
			const struct file_status *status)
{
	cite_string(in, verdict, "file", arena_printf(in->arena, "%s owner", status->path),
		    arena_printf(in->arena, "%llu:%llu (%s:%s)", (unsigned long long)status->uid,
				 (unsigned long long)status->gid, status->owner, status->group));
	cite_string(in, verdict, "file", arena_printf(in->arena, "%s mode", status->path),
		    arena_printf(in->arena, "%04o", status->mode));
	if (status->acl)
		cite_string(in, verdict, "file", arena_printf(in->arena, "%s ACL", status->path),
			    status->acl);
}

/* The next entry; false at the end, and *ret_bad where it is not as expected. */
static bool acl_next(const char **at, struct acl_entry *ret, bool *ret_bad)
{
	size_t length = strcspn(*at, ","), tag = strcspn(*at, ":");
	const char *id = *at + tag + 1, *rights;
	char digits[24] = "";

	*ret = (struct acl_entry){0};
	if (!length || *ret_bad)
		return false;
	*ret_bad = tag >= length || length - tag < 5 || length - tag - 5 >= sizeof(digits);
	if (*ret_bad)
		return false;
	rights = *at + length - 3;
	memcpy(digits, id, length - tag - 5);
	ret->user = tag == 4 && text_starts(*at, "user");
	ret->group = tag == 5 && text_starts(*at, "group");
	ret->mask = tag == 4 && text_starts(*at, "mask");
	ret->named = digits[0] != '\0';
	*ret_bad = rights[-1] != ':' || (ret->named && !parse_u64(digits, 10, &ret->id));
	ret->rights = (rights[0] == 'r' ? 4U : 0) | (rights[1] == 'w' ? 2U : 0) |
		      (rights[2] == 'x' ? 1U : 0);
	*at += length + ((*at)[length] == ',');
	return !*ret_bad;
}

/* The ACL's mask, and what it leaves of the owning group's rights; the mode shows the former. */
static bool acl_group(const struct file_status *status, unsigned *ret_mask, unsigned *ret_group)
{
	const char *at = status->acl;
	struct acl_entry entry;
	bool bad = false;

	*ret_mask = 7;
	*ret_group = status->mode >> 3 & 7;
	while (acl_next(&at, &entry, &bad)) {
		if (entry.mask)
			*ret_mask = entry.rights;
		else if (entry.group && !entry.named)
			*ret_group = entry.rights;
	}
	*ret_group &= *ret_mask;
	return !bad;
}

/* The mode with the rights of the owning group where an ACL hides them. */
static unsigned plain_mode(const struct file_status *status)
{
	unsigned mask, group;

	if (!status->acl || !acl_group(status, &mask, &group))
		return status->mode;
	return (status->mode & ~070U) | group << 3;
}

/* An account by name or number; root is 0 whatever it is called. */
static bool is_account(const char *wanted, uint64_t id, const char *name)
{
	uint64_t number;

	if (text_equal(wanted, "root"))
		return id == 0;
	return text_equal(wanted, name) || (parse_u64(wanted, 10, &number) && number == id);
}

static bool is_owner(const struct check_input *in, uint64_t uid, const char *name)
{
	const struct file_owner *owner = &in->facts->file_owner;

	return uid == 0 || (owner->rootless && uid == owner->uid) ||
	       is_account(param_string(in, "owner", "root"), uid, name);
}

/* Whether this group may have the file; *ret_from says why, where it is not the usual one. */
static bool is_owning_group(const struct check_input *in, uint64_t gid, const char *name,
			    const char **ret_from)
{
	const struct file_owner *owner = &in->facts->file_owner;
	const struct file *file = in->subject->file;
	size_t n;
	const char *const *groups = param_strings(in, "group", &n);

	*ret_from = NULL;
	if (gid == 0 || (owner->rootless && gid == owner->gid))
		return true;
	for (size_t i = 0; i < n; i++)
		if (is_account(groups[i], gid, name))
			return true;
	for (size_t i = 0; i < file->n_groups; i++) {
		if (!is_account(file->groups[i].name, gid, name))
			continue;
		*ret_from = file->groups[i].from;
		return true;
	}
	return false;
}

/* Verdicts that need no look at owner and mode; false where there is a file to look at. */
static bool judge_state(const struct check_input *in, struct verdict *ret)
{
	const struct file *file = in->subject->file;

	switch (file->state) {
	case FILE_ABSENT:
	case FILE_UNUSED:
		*ret = verdict_not_applicable(in, "%s", file->why);
		return true;
	case FILE_UNREAD:
		*ret = verdict_unknown(in, file->hint, "%s", file->why);
		return true;
	case FILE_PRESENT:
		break;
	}
	if (file->status.has_mode && file->status.has_owner)
		return false;
	*ret = verdict_unknown(in, NULL, "the snapshot does not say %s of %s",
			       file->status.has_mode ? "the owner" : "owner and mode", file->path);
	return true;
}

/* Nothing is wrong with the file itself; and with what is above it? */
static struct verdict settle(struct access *access)
{
	const struct check_input *in = access->in;
	const struct file *file = access->file;
	const char *problems = text_string(&access->problems);
	struct verdict verdict;

	if (access->problems.length) {
		verdict = verdict_fail(in, "%s%s", seen(in, file), problems);
		for (unsigned i = 0; i < access->grades && verdict.severity > SEVERITY_LOW; i++)
			verdict.severity = severity_lower(verdict.severity);
		return verdict;
	}
	if (access->unclear)
		return verdict_unknown(in, "compare with `getfacl`",
				       "%s, but its ACL could not be read", seen(in, file));
	if (file->missing)
		return verdict_unknown(in, NULL, "%s, but who may write to %s is not known",
				       seen(in, file), file->missing);
	return verdict_pass(in, "%s", seen(in, file));
}

static void cite_file(const struct access *access, struct verdict *verdict)
{
	const struct check_input *in = access->in;
	const struct file *file = access->file;
	cleanup_text struct text above = {0};

	cite_status(in, verdict, &file->status);
	for (size_t i = 0; i < file->n_above; i++)
		text_add_item(&above, arena_printf(in->arena, "%s %04o %s:%s", file->above[i]->path,
						   file->above[i]->mode, file->above[i]->owner,
						   file->above[i]->group));
	if (file->n_above)
		cite_string(in, verdict, "file",
			    arena_printf(in->arena, "%s directories", file->path),
			    arena_strdup(in->arena, text_string(&above)));
}

/* "root:root", "root:root or root:docker" */
static const char *wanted_owner(const struct check_input *in)
{
	const struct file_owner *owner = &in->facts->file_owner;
	const char *user = param_string(in, "owner", "root");
	size_t n;
	const char *const *groups = param_strings(in, "group", &n);
	cleanup_text struct text text = {0};

	for (size_t i = 0; i < n; i++)
		text_addf(&text, "%s%s:%s", i ? " or " : "", user, groups[i]);
	if (owner->rootless)
		text_addf(&text, " or uid %llu, whose engine it is",
			  (unsigned long long)owner->uid);
	return arena_strdup(in->arena, text_string(&text));
}

static void check_owner(struct access *access, bool group_is_right)
{
	const struct check_input *in = access->in;
	const struct file_status *status = &access->file->status;
	bool owner_is_right = is_owner(in, status->uid, status->owner);

	if (owner_is_right && group_is_right)
		return;
	add_problem(access, owner_is_right && !(plain_mode(status) & 020) ? 1 : 0,
		    arena_printf(in->arena, ", not %s", wanted_owner(in)));
}

/* Who owns a directory may rename what is in it, whosever that is. */
static void check_owners_above(struct access *access)
{
	const struct file *file = access->file;

	for (size_t i = 0; i < file->n_above; i++) {
		const struct file_status *above = file->above[i];

		if (is_owner(access->in, above->uid, above->owner))
			continue;
		add_problem(
			access, 0,
			arena_printf(access->in->arena,
				     "; %s belongs to %s, who can put another file in its place",
				     above->path, above->owner));
		return;
	}
}

static struct verdict judge_owner(const struct check_input *in)
{
	const struct file *file = in->subject->file;
	struct access access = {.in = in, .file = file};
	const char *from;
	struct verdict verdict;
	bool group_is_right;

	if (judge_state(in, &verdict))
		return verdict;
	group_is_right = is_owning_group(in, file->status.gid, file->status.group, &from);
	check_owner(&access, group_is_right || file->groups_unknown);
	check_owners_above(&access);
	verdict = settle(&access);
	if (verdict.status == STATUS_PASS && !group_is_right)
		verdict = verdict_unknown(in, in->facts->engine.daemon_hint, "%s, and %s",
					  seen(in, file), file->groups_unknown);
	else if (verdict.status == STATUS_PASS && from)
		verdict = verdict_pass(in, "%s, as %s says", seen(in, file), from);
	cite_file(&access, &verdict);
	text_release(&access.problems);
	return verdict;
}

/* The most that the control allows of this file. */
static unsigned most_of(const struct check_input *in)
{
	const struct file *file = in->subject->file;
	bool is_key = text_ends(path_name(file->path), ".key");
	const char *text = param_string(in, is_key ? "key-mode" : "mode", NULL);
	uint64_t mode = 0;

	if (file->status.directory)
		return DIRECTORY_MODE;
	if (!text)
		text = param_string(in, "mode", "0");
	return parse_u64(text, 8, &mode) ? (unsigned)mode & 07777 : 0;
}

/*
 * Writing is what the control is about; of a private key reading is, too. What only root's group
 * may do is less, and least what only the owner may.
 */
static unsigned excess_grades(const struct check_input *in, unsigned excess, unsigned most)
{
	const struct file *file = in->subject->file;
	unsigned harm = most & 0044 ? WRITE : READ | WRITE;

	if (file->status.socket)
		harm = WRITE;
	if (excess & harm)
		return 0;
	if (excess >> 3 & harm)
		return file->status.gid == 0 ? 1 : 0;
	return excess & 0077 ? 1 : 2;
}

static void check_mode(struct access *access, unsigned most)
{
	const struct check_input *in = access->in;
	unsigned excess = plain_mode(&access->file->status) & ~most;

	if (excess)
		add_problem(access, excess_grades(in, excess, most),
			    arena_printf(in->arena, ", at most %04o", most));
}

static bool is_trusted(const struct check_input *in, const struct acl_entry *entry)
{
	return entry->user ? is_owner(in, entry->id, NULL) : entry->id == 0;
}

static const char *entry_name(const struct check_input *in, const struct acl_entry *entry)
{
	return arena_printf(in->arena, "%s %llu", entry->user ? "user" : "group",
			    (unsigned long long)entry->id);
}

static void check_acl(struct access *access, unsigned most)
{
	const struct check_input *in = access->in;
	const char *at = access->file->status.acl ? access->file->status.acl : "", *from;
	struct acl_entry entry;
	unsigned mask, group, allowed;
	bool bad = false;

	if (!*at)
		return;
	access->unclear = !acl_group(&access->file->status, &mask, &group);
	while (acl_next(&at, &entry, &bad)) {
		if (!entry.named || is_trusted(in, &entry))
			continue;
		allowed = most & 7;
		if (entry.group && is_owning_group(in, entry.id, NULL, &from))
			allowed = most >> 3 & 7;
		if (entry.rights & mask & ~allowed)
			add_problem(
				access, excess_grades(in, entry.rights & mask & ~allowed, most),
				arena_printf(in->arena, "; its ACL lets %s %s it",
					     entry_name(in, &entry),
					     entry.rights & mask & WRITE ? "write to" : "read"));
	}
}

/* Who, apart from root, may rename and remove what is in a directory; NULL: nobody. */
static const char *writer_of(const struct check_input *in, const struct file_status *directory)
{
	const char *at = directory->acl ? directory->acl : "";
	unsigned mode = plain_mode(directory), mask = 7, group;
	struct acl_entry entry;
	bool bad = false;

	if (directory->mode & STICKY)
		return NULL;
	if (mode & 0002)
		return "everybody";
	if (mode & 0020 && directory->gid != 0)
		return arena_printf(in->arena, "group %s", directory->group);
	if (*at)
		acl_group(directory, &mask, &group);
	while (acl_next(&at, &entry, &bad))
		if (entry.named && entry.rights & mask & WRITE && !is_trusted(in, &entry))
			return entry_name(in, &entry);
	return NULL;
}

static void check_writers_above(struct access *access)
{
	const struct check_input *in = access->in;
	const struct file *file = access->file;

	for (size_t i = 0; i < file->n_above; i++) {
		const char *writer = writer_of(in, file->above[i]);

		if (!writer)
			continue;
		add_problem(access, 0,
			    arena_printf(in->arena,
					 "; %s may write to %s (%04o) and put another file in its "
					 "place",
					 writer, file->above[i]->path, file->above[i]->mode));
		return;
	}
}

static struct verdict judge_mode(const struct check_input *in)
{
	struct access access = {.in = in, .file = in->subject->file};
	struct verdict verdict;
	unsigned most;

	if (judge_state(in, &verdict))
		return verdict;
	most = most_of(in);
	check_mode(&access, most);
	check_acl(&access, most);
	check_writers_above(&access);
	verdict = settle(&access);
	cite_file(&access, &verdict);
	text_release(&access.problems);
	return verdict;
}

static bool has_role(const struct check_input *in)
{
	enum file_role role;

	return file_role_parse(param_string(in, "file", ""), &role) &&
	       in->subject->file->roles >> role & 1;
}

static const struct param_spec owner_params[] = {
	{"file", PARAM_STRING, true, "what the file is to the engine"},
	{"owner", PARAM_STRING, true, "the user to whom it may belong"},
	{"group", PARAM_STRINGS, true, "the groups to which it may belong"},
	{0},
};

static const struct param_spec mode_params[] = {
	{"file", PARAM_STRING, true, "what the file is to the engine"},
	{"mode", PARAM_STRING, true, "the most that is allowed, in octal"},
	{"key-mode", PARAM_STRING, false, "the most for private keys among them (*.key)"},
	{"group", PARAM_STRINGS, false, "groups to which an ACL may give what the owning one has"},
	{0},
};

const struct check checks_files[] = {
	{.name = "file-owner",
	 .subjects = SUBJECTS(SUBJECT_FILE),
	 .judge = judge_owner,
	 .params = owner_params,
	 .selects = has_role},
	{.name = "file-mode",
	 .subjects = SUBJECTS(SUBJECT_FILE),
	 .judge = judge_mode,
	 .params = mode_params,
	 .selects = has_role},
	{0},
};
