/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/audit.h"

#include "base/cleanup.h"
#include "collect/host.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>

#define MESSAGE_CEILING ((size_t)32 * 1024) /* the kernel takes rules up to about 9,000 bytes */
#define RULES_CEILING   10000
#define SECONDS_TO_WAIT 2
#define MASK_WORDS      AUDIT_BITMASK_SIZE
#define CLASS_BITS      16 /* the last bits of a mask stand for classes of system calls */
#define HINT_AUDIT                                                                          \
	"run as root with CAP_AUDIT_CONTROL, in the pid and user namespaces that the host " \
	"started "                                                                          \
	"with"

static const struct field {
	uint32_t number;
	const char *name;
	bool is_string;
} fields[] = {
	{AUDIT_PID, "pid", false},
	{AUDIT_UID, "uid", false},
	{AUDIT_EUID, "euid", false},
	{AUDIT_SUID, "suid", false},
	{AUDIT_FSUID, "fsuid", false},
	{AUDIT_GID, "gid", false},
	{AUDIT_EGID, "egid", false},
	{AUDIT_SGID, "sgid", false},
	{AUDIT_FSGID, "fsgid", false},
	{AUDIT_LOGINUID, "auid", false},
	{AUDIT_LOGINUID_SET, "auid_set", false},
	{AUDIT_PERS, "pers", false},
	{AUDIT_ARCH, "arch", false},
	{AUDIT_MSGTYPE, "msgtype", false},
	{AUDIT_SUBJ_USER, "subj_user", true},
	{AUDIT_SUBJ_ROLE, "subj_role", true},
	{AUDIT_SUBJ_TYPE, "subj_type", true},
	{AUDIT_SUBJ_SEN, "subj_sen", true},
	{AUDIT_SUBJ_CLR, "subj_clr", true},
	{AUDIT_PPID, "ppid", false},
	{AUDIT_OBJ_USER, "obj_user", true},
	{AUDIT_OBJ_ROLE, "obj_role", true},
	{AUDIT_OBJ_TYPE, "obj_type", true},
	{AUDIT_OBJ_LEV_LOW, "obj_lev_low", true},
	{AUDIT_OBJ_LEV_HIGH, "obj_lev_high", true},
	{AUDIT_SESSIONID, "sessionid", false},
	{AUDIT_FSTYPE, "fstype", false},
	{AUDIT_DEVMAJOR, "devmajor", false},
	{AUDIT_DEVMINOR, "devminor", false},
	{AUDIT_INODE, "inode", false},
	{AUDIT_EXIT, "exit", false},
	{AUDIT_SUCCESS, "success", false},
	{AUDIT_WATCH, "path", true},
	{AUDIT_PERM, "perm", false},
	{AUDIT_DIR, "dir", true},
	{AUDIT_FILETYPE, "filetype", false},
	{AUDIT_OBJ_UID, "obj_uid", false},
	{AUDIT_OBJ_GID, "obj_gid", false},
	{AUDIT_EXE, "exe", true},
	{AUDIT_ARG0, "a0", false},
	{AUDIT_ARG0 + 1, "a1", false},
	{AUDIT_ARG0 + 2, "a2", false},
	{AUDIT_ARG0 + 3, "a3", false},
	{AUDIT_FILTERKEY, "key", true},
};

static const struct field *find_field(uint32_t number)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
		if (fields[i].number == number)
			return &fields[i];
	return NULL;
}

static const char *operator_text(uint32_t flags)
{
	switch (flags & AUDIT_OPERATORS) {
	case AUDIT_NOT_EQUAL:
		return "!=";
	case AUDIT_GREATER_THAN:
		return ">";
	case AUDIT_LESS_THAN:
		return "<";
	case AUDIT_GREATER_THAN_OR_EQUAL:
		return ">=";
	case AUDIT_LESS_THAN_OR_EQUAL:
		return "<=";
	case AUDIT_BIT_MASK:
		return "&";
	case AUDIT_BIT_TEST:
		return "&=";
	default:
		return "=";
	}
}

static void add_string(struct text *text, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (bytes[i] > ' ' && bytes[i] < 0x7f && bytes[i] != '\\')
			text_add_bytes(text, &bytes[i], 1);
		else
			text_addf(text, "\\%03o", (unsigned char)bytes[i]);
}

static void add_permissions(struct text *text, uint32_t bits)
{
	static const struct {
		uint32_t bit;
		const char *letter;
	} permissions[] = {{AUDIT_PERM_READ, "r"},
			   {AUDIT_PERM_WRITE, "w"},
			   {AUDIT_PERM_EXEC, "x"},
			   {AUDIT_PERM_ATTR, "a"}};

	for (size_t i = 0; i < sizeof(permissions) / sizeof(permissions[0]); i++)
		if (bits & permissions[i].bit)
			text_add(text, permissions[i].letter);
}

static void add_number(struct text *text, uint32_t field, uint32_t value)
{
	if (field == AUDIT_PERM)
		add_permissions(text, value);
	else if (field == AUDIT_ARCH)
		text_add(text, value & __AUDIT_ARCH_64BIT ? "b64" : "b32");
	else if (field == AUDIT_EXIT)
		text_addf(text, "%d", (int32_t)value);
	else if (value == UINT32_MAX)
		text_add(text, "unset");
	else
		text_addf(text, "%u", value);
}

static bool add_fields(const struct audit_rule_data *rule, size_t room, struct text *text)
{
	size_t at = 0;

	for (uint32_t i = 0; i < rule->field_count; i++) {
		const struct field *field = find_field(rule->fields[i]);
		uint32_t value = rule->values[i];

		if (field)
			text_addf(text, " -F %s", field->name);
		else
			text_addf(text, " -F field%u", rule->fields[i]);
		text_add(text, operator_text(rule->fieldflags[i]));
		if (!field || !field->is_string) {
			add_number(text, rule->fields[i], value);
			continue;
		}
		if (value > room - at)
			return false;
		add_string(text, rule->buf + at, value);
		at += value;
	}
	return true;
}

static bool is_in_mask(const struct audit_rule_data *rule, uint32_t call)
{
	return rule->mask[call / 32] >> call % 32 & 1;
}

/* Nothing where all system calls are in the mask. */
static void add_calls(const struct audit_rule_data *rule, struct text *text)
{
	const uint32_t most = MASK_WORDS * 32 - CLASS_BITS;
	const char *before = " -S ";
	uint32_t n = 0;

	for (uint32_t call = 0; call < most; call++)
		n += is_in_mask(rule, call);
	if (n == most)
		return;
	for (uint32_t call = 0; call < most && n > 0; call++) {
		if (!is_in_mask(rule, call))
			continue;
		text_addf(text, "%s%u", before, call);
		before = ",";
	}
	if (n == 0)
		text_add(text, " -S none");
}

bool audit_rule_text(const struct audit_rule_data *rule, size_t length, struct text *text)
{
	static const char *const actions[] = {"never", "possible", "always"};
	static const char *const lists[] = {"user", "task",    "entry",      "watch",
					    "exit", "exclude", "filesystem", "io_uring"};
	uint32_t list;
	size_t before = text->length;

	if (length < sizeof(*rule) || rule->field_count > AUDIT_MAX_FIELDS ||
	    rule->buflen > length - sizeof(*rule))
		return false;
	list = rule->flags & ~(uint32_t)AUDIT_FILTER_PREPEND;
	if (rule->action >= sizeof(actions) / sizeof(actions[0]) ||
	    list >= sizeof(lists) / sizeof(lists[0]))
		return false;
	text_addf(text, "-a %s,%s", actions[rule->action], lists[list]);
	if (list == AUDIT_FILTER_EXIT)
		add_calls(rule, text);
	if (add_fields(rule, rule->buflen, text))
		return true;
	text->length = before;
	text->bytes[before] = '\0';
	return false;
}

struct message {
	struct nlmsghdr header;
	char body[MESSAGE_CEILING];
};

static int ask(int fd, uint16_t type)
{
	const struct nlmsghdr request = {.nlmsg_len = sizeof(request),
					 .nlmsg_type = type,
					 .nlmsg_flags = NLM_F_REQUEST,
					 .nlmsg_seq = type};
	const struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};

	return sendto(fd, &request, sizeof(request), 0, (const struct sockaddr *)&kernel,
		      sizeof(kernel)) < 0
		       ? -errno
		       : 0;
}

/*
 * The next message that answers `type`: the length of its body; 0 at the end of them, or a negative
 * errno. The kernel pads what it sends, but not the length that it says.
 */
static int next_answer(int fd, uint16_t type, struct message *message)
{
	for (;;) {
		struct sockaddr_nl from = {0};
		socklen_t size = sizeof(from);
		ssize_t n =
			recvfrom(fd, message, sizeof(*message), 0, (struct sockaddr *)&from, &size);
		int error;

		if (n < 0)
			return errno == EAGAIN ? -ETIMEDOUT : -errno;
		if ((size_t)n < sizeof(message->header) || from.nl_pid != 0 ||
		    message->header.nlmsg_seq != type)
			continue;
		if (message->header.nlmsg_type == NLMSG_DONE)
			return 0;
		if (message->header.nlmsg_type == type)
			return (int)((size_t)n - sizeof(message->header));
		if (message->header.nlmsg_type != NLMSG_ERROR)
			continue;
		memcpy(&error, message->body, sizeof(error));
		if (error)
			return error;
	}
}

static int record_status(int fd, struct message *message, cJSON *audit)
{
	struct audit_status status = {0};
	int n = ask(fd, AUDIT_GET);

	if (n == 0)
		n = next_answer(fd, AUDIT_GET, message);
	if (n < 0)
		return n;
	memcpy(&status, message->body, (size_t)n < sizeof(status) ? (size_t)n : sizeof(status));
	snapshot_add_u64(audit, "enabled", status.enabled);
	snapshot_add_u64(audit, "failure", status.failure);
	snapshot_add_u64(audit, "auditd", status.pid);
	return 0;
}

static int record_rules(int fd, struct message *message, cJSON *audit)
{
	cJSON *rules = cJSON_CreateArray();
	int n = ask(fd, AUDIT_LIST_RULES);

	while (n == 0 && (n = next_answer(fd, AUDIT_LIST_RULES, message)) > 0) {
		cleanup_text struct text text = TEXT_INIT(MESSAGE_CEILING * 4);
		const struct audit_rule_data *rule = (const void *)message->body;

		n = audit_rule_text(rule, (size_t)n, &text) &&
				    cJSON_GetArraySize(rules) < RULES_CEILING
			    ? 0
			    : -EBADMSG;
		cJSON_AddItemToArray(rules, cJSON_CreateString(text_string(&text)));
	}
	if (n < 0) {
		cJSON_Delete(rules);
		return n;
	}
	cJSON_AddItemToObject(audit, "rules", rules);
	return 0;
}

static int record_kernel(cJSON *audit)
{
	const struct timeval wait = {.tv_sec = SECONDS_TO_WAIT};
	cleanup_fd int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_AUDIT);
	struct message message;
	int r;

	if (fd < 0)
		return -errno;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) < 0)
		return -errno;
	r = record_status(fd, &message, audit);
	return r < 0 ? r : record_rules(fd, &message, audit);
}

void audit_collect(cJSON *snapshot, cJSON *host)
{
	cJSON *audit = snapshot_object(host, "audit");
	int r = record_kernel(audit);

	audit_collect_files(audit);
	if (r == -EPROTONOSUPPORT || r == -EAFNOSUPPORT) {
		snapshot_add_u64(audit, "enabled", 0);
		cJSON_AddArrayToObject(audit, "rules");
	} else if (r < 0) {
		snapshot_unread(audit, "rules", strerror(-r));
		snapshot_problem(snapshot, "audit rules of the kernel", strerror(-r), HINT_AUDIT,
				 false);
	}
}
