/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The facts of a container as bits. What the kernel shows is taken before what was
 * declared; where a container runs and the kernel was not seen, what the declaration leaves out is
 * unknown, not absent.
 */
#include "base/text.h"
#include "facts/attack_model.h"
#include "facts/capability.h"
#include "facts/disks.h"
#include "facts/seccomp.h"

#include <string.h>

void attack_fact_add(struct attack_facts *facts, enum attack_fact fact, bool is_present,
		     enum attack_confidence confidence)
{
	if (!is_present)
		return;
	facts->present |= ATTACK_BIT(fact);
	facts->unknown &= ~ATTACK_BIT(fact);
	facts->confidence[fact] = (int16_t)confidence;
}

void attack_fact_unknown(struct attack_facts *facts, enum attack_fact fact)
{
	if (!(facts->present & ATTACK_BIT(fact)))
		facts->unknown |= ATTACK_BIT(fact);
}

/* Declared; and where the container runs unseen, what is not declared may be there all the same. */
static void declared(struct attack_facts *facts, enum attack_fact fact, bool is_present,
		     const struct container *container)
{
	attack_fact_add(facts, fact, is_present, ATTACK_DECLARED);
	if (!is_present && container->running)
		attack_fact_unknown(facts, fact);
}

const char *attack_capability_name(enum attack_fact fact)
{
	static const char *const names[ATTACK_FACT_COUNT] = {
		[ATTACK_SYS_ADMIN] = "SYS_ADMIN",
		[ATTACK_SYS_MODULE] = "SYS_MODULE",
		[ATTACK_SYS_PTRACE] = "SYS_PTRACE",
		[ATTACK_SYS_RAWIO] = "SYS_RAWIO",
		[ATTACK_DAC_OVERRIDE] = "DAC_OVERRIDE",
		[ATTACK_DAC_READ_SEARCH] = "DAC_READ_SEARCH",
		[ATTACK_MKNOD] = "MKNOD",
		[ATTACK_NET_ADMIN] = "NET_ADMIN",
		[ATTACK_NET_RAW] = "NET_RAW",
		[ATTACK_BPF] = "BPF",
		[ATTACK_SYS_BOOT] = "SYS_BOOT",
		[ATTACK_SYS_TIME] = "SYS_TIME",
	};

	return names[fact];
}

uint64_t attack_capabilities(enum attack_fact fact)
{
	const char *name = attack_capability_name(fact);

	return (name ? capability_bit(name) : 0) |
	       (fact == ATTACK_BPF ? capability_bit("PERFMON") : 0);
}

/* For these it is enough to have them; load_calls() has the others. */
static const enum attack_fact capabilities[] = {
	ATTACK_SYS_ADMIN, ATTACK_SYS_PTRACE, ATTACK_SYS_RAWIO, ATTACK_DAC_OVERRIDE,
	ATTACK_MKNOD,     ATTACK_NET_ADMIN,  ATTACK_NET_RAW,   ATTACK_BPF,
};

/* What the processes of a container show together. */
struct seen {
	const struct process *init; /* NULL: no status was read */
	uint64_t bounding;
	bool root;
	bool unfiltered; /* one runs without a filter */
};

static struct seen look(const struct container *container)
{
	struct seen seen = {.init = container_init(container)};

	if (seen.init && seen.init->status_unread)
		seen.init = NULL;
	for (size_t i = 0; seen.init && i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		if (process->status_unread)
			continue;
		if (!process_is_in_child(container, process))
			seen.bounding |= process->cap_bounding;
		seen.root |= process->euid == 0 || process->euid == container->root_uid;
		seen.unfiltered |= process->seccomp <= 0;
	}
	return seen;
}

static void load_capabilities(struct attack_subject *subject, const struct seen *seen)
{
	const struct container *container = subject->container;

	subject->capabilities = seen->init ? seen->bounding : container->declared_capabilities;
	for (size_t i = 0; i < sizeof(capabilities) / sizeof(capabilities[0]); i++) {
		uint64_t bits = attack_capabilities(capabilities[i]);

		if (seen->init)
			attack_fact_add(&subject->facts, capabilities[i],
					(seen->bounding & bits) == bits, ATTACK_EFFECTIVE);
		else
			declared(&subject->facts, capabilities[i],
				 (container->declared_capabilities & bits) == bits, container);
	}
}

/* Its own option counts, and what the engine gives to all where it has none. */
static bool declares_no_new_privileges(const struct facts *facts, const struct container *container)
{
	const struct setting *all = facts_setting(facts, "no-new-privileges");
	enum nnp_option option = no_new_privileges_option(container->inspect);

	return option == NNP_ON || (option == NNP_UNSET && all && text_equal(all->value, "true"));
}

static void load_user(const struct facts *all, struct attack_subject *subject,
		      const struct seen *seen)
{
	const struct container *container = subject->container;
	enum user_kind user = user_kind(doc_string_or(container->inspect, "Config.User", ""));
	struct attack_facts *facts = &subject->facts;

	if (seen->init)
		attack_fact_add(facts, ATTACK_UID0, seen->root, ATTACK_EFFECTIVE);
	else if (user == USER_NAME)
		attack_fact_unknown(facts, ATTACK_UID0);
	else
		attack_fact_add(facts, ATTACK_UID0, user != USER_NUMBER, ATTACK_DECLARED);
	if (seen->init)
		attack_fact_add(facts, ATTACK_NO_NEW_PRIVILEGES, seen->init->no_new_privs,
				ATTACK_EFFECTIVE);
	else
		declared(facts, ATTACK_NO_NEW_PRIVILEGES,
			 declares_no_new_privileges(all, container), container);
}

/* Storage, or a directory of the host, may hold one, too. */
static bool has_other_programs(const struct container *container)
{
	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct mount *mount = &container->mounts[i];
		bool may_hold = !mount->host_type || text_equal(mount->host_type, "directory") ||
				text_equal(mount->host_type, "file");

		if (may_hold && !mount->engine_made &&
		    !(mount->flags & (MOUNT_NOSUID | MOUNT_NOEXEC)))
			return true;
	}
	return false;
}

const char *attack_setuid_program(const struct facts *facts, const struct container *container,
				  bool *ret_known)
{
	const char *image = doc_string_or(container->inspect, "Image", "");
	const struct image_files *files = facts_image_files(facts, image);
	bool has_unsure = has_other_programs(container);

	*ret_known = files && files->looked && !files->unread;
	for (size_t i = 0; *ret_known && i < files->n; i++) {
		const struct image_file *file = &files->items[i];

		if (image_file_is_setuid(file) && file->uid == 0)
			return file->path;
		has_unsure |= image_file_is_setuid(file) && file->uid < 0;
	}
	*ret_known &= !has_unsure;
	return NULL;
}

/* Nearly every image has su; which do not is known where the layers were looked at. */
static void load_setuid(const struct facts *facts, struct attack_subject *subject)
{
	bool known;
	const char *program = attack_setuid_program(facts, subject->container, &known);

	attack_fact_add(&subject->facts, ATTACK_SETUID_PROGRAM, program || !known,
			known ? ATTACK_EFFECTIVE : ATTACK_GUESSED);
}

static void load_namespaces(struct attack_subject *subject)
{
	static const struct {
		enum attack_fact fact;
		enum namespace_kind kind;
	} kinds[] = {{ATTACK_NS_PID, NAMESPACE_PID}, {ATTACK_NS_NET, NAMESPACE_NET}};
	const struct container *container = subject->container;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		const struct namespace_view *view = &container->namespaces[kinds[i].kind];

		if (view->effective != SHARING_UNKNOWN)
			attack_fact_add(&subject->facts, kinds[i].fact,
					view->effective == SHARING_HOST, ATTACK_EFFECTIVE);
		else if (view->declared == SHARING_UNKNOWN)
			attack_fact_unknown(&subject->facts, kinds[i].fact);
		else
			declared(&subject->facts, kinds[i].fact, view->declared == SHARING_HOST,
				 container);
	}
	attack_fact_add(&subject->facts, ATTACK_ON_NETWORK,
			!text_equal(container->namespaces[NAMESPACE_NET].mode, "none"),
			ATTACK_DECLARED);
}

static void load_mapping(struct attack_model *model, struct attack_subject *subject)
{
	const struct container *container = subject->container;
	const struct engine *engine = &model->load->facts->engine;
	enum attack_confidence confidence = container->uid_map ? ATTACK_EFFECTIVE : ATTACK_DECLARED;

	attack_fact_add(&subject->facts, ATTACK_MAPPED, container->root_is_mapped, confidence);
	attack_fact_add(&subject->facts, ATTACK_REMAPPED,
			container->root_is_mapped && !engine->rootless, confidence);
}

static void load_seen_label(struct attack_facts *facts, const char *label,
			    enum confinement confinement)
{
	bool usual = confinement == CONFINEMENT_USUAL, is_context = !strchr(label, '(');

	attack_fact_add(facts, ATTACK_MAC, usual, ATTACK_EFFECTIVE);
	attack_fact_add(facts, ATTACK_SELINUX, usual && is_context, ATTACK_EFFECTIVE);
	if (confinement != CONFINEMENT_UNKNOWN)
		return;
	attack_fact_unknown(facts, ATTACK_MAC);
	if (is_context)
		attack_fact_unknown(facts, ATTACK_SELINUX);
}

/* "docker-default (enforce)", "system_u:system_r:container_t:s0:c1,c2". */
static void load_label(struct attack_model *model, struct attack_subject *subject,
		       const struct process *init)
{
	const struct facts *facts = model->load->facts;
	const char *profile = doc_string_or(subject->container->inspect, "AppArmorProfile", "");
	bool apparmor = facts->host.apparmor || facts->engine.apparmor;
	enum confinement declared;

	if (init && init->label) {
		load_seen_label(&subject->facts, init->label,
				container_confinement(subject->container, &facts->host));
		return;
	}
	if (init && !init->label_unread)
		return;
	declared =
		apparmor && *profile ? label_confinement(profile, &facts->host) : CONFINEMENT_NONE;
	attack_fact_add(&subject->facts, ATTACK_MAC, declared == CONFINEMENT_USUAL,
			ATTACK_DECLARED);
	if (declared == CONFINEMENT_UNKNOWN || facts->engine.selinux)
		attack_fact_unknown(&subject->facts, ATTACK_MAC);
	if (facts->engine.selinux)
		attack_fact_unknown(&subject->facts, ATTACK_SELINUX);
}

/* One of the calls that do the same is enough. */
static bool may_call(const struct seccomp_filter *filter, const char *const calls[2])
{
	return seccomp_access(filter, calls[0]) != SECCOMP_DENIED ||
	       (calls[1] && seccomp_access(filter, calls[1]) != SECCOMP_DENIED);
}

static void load_calls(struct attack_subject *subject, const struct seen *seen)
{
	static const struct {
		enum attack_fact fact;
		const char *calls[2]; /* for nothing without the fact's capability */
	} rows[] = {
		{ATTACK_CALL_MOUNT, {"mount", "move_mount"}},
		{ATTACK_DAC_READ_SEARCH, {"open_by_handle_at"}},
		{ATTACK_SYS_MODULE, {"finit_module", "init_module"}},
		{ATTACK_CALL_BPF, {"bpf"}},
		{ATTACK_SYS_BOOT, {"reboot"}},
		{ATTACK_SYS_TIME, {"clock_settime", "settimeofday"}},
	};
	const struct container_seccomp *seccomp = subject->container->seccomp;
	bool is_open = seen->init ? seen->unfiltered : seccomp->origin == SECCOMP_ORIGIN_NONE;
	enum attack_confidence confidence = seen->init ? ATTACK_EFFECTIVE : ATTACK_DECLARED;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t needs = attack_capabilities(rows[i].fact);

		if (needs & ~subject->capabilities) {
			if (!seen->init)
				declared(&subject->facts, rows[i].fact, false, subject->container);
			continue;
		}
		if (!is_open && !seccomp->review)
			attack_fact_unknown(&subject->facts, rows[i].fact);
		else
			attack_fact_add(&subject->facts, rows[i].fact,
					is_open || may_call(seccomp->review->filter, rows[i].calls),
					confidence);
	}
	if (!is_open && !seccomp->review)
		attack_fact_unknown(&subject->facts, ATTACK_CALL_USERNS);
	else
		attack_fact_add(&subject->facts, ATTACK_CALL_USERNS,
				is_open || seccomp->review->makes_user_namespaces, confidence);
}

/* Is its own /proc/sys writable? As the kernel has it mounted, else as the runtime is told. */
static void load_proc(struct attack_subject *subject, const cJSON *init)
{
	const struct container *container = subject->container;
	bool is_open = false;

	for (size_t i = 0; i < container->n_masks; i++)
		is_open |= container->masks[i].fault == MASK_WRITABLE &&
			   text_equal(container->masks[i].path, "/proc/sys");
	if (doc_at(init, "mountinfo"))
		attack_fact_add(&subject->facts, ATTACK_PROC_OPEN, is_open, ATTACK_EFFECTIVE);
	else
		declared(&subject->facts, ATTACK_PROC_OPEN, is_open, container);
}

static void load_device_rules(struct attack_subject *subject)
{
	const cJSON *rules = doc_at(subject->container->inspect, "HostConfig.DeviceCgroupRules");
	bool is_open = false;

	doc_for_each (rule, rules)
		is_open |= doc_is_string(rule) && rule_opens_disks(rule->valuestring);
	attack_fact_add(&subject->facts, ATTACK_DEVICES_OPEN, is_open, ATTACK_DECLARED);
}

/* How another container sees its processes: as whom they run, and with which capabilities. */
static void load_peer_view(struct attack_subject *subject, const struct seen *seen)
{
	const struct container *container = subject->container;
	enum user_kind user = user_kind(doc_string_or(container->inspect, "Config.User", ""));

	subject->label = seen->init ? seen->init->label : NULL;
	subject->uid = subject->gid = -1;
	if (seen->init) {
		subject->peer_known = true;
		subject->uid = seen->init->euid;
		subject->gid = seen->init->egid;
		subject->peer_confidence = ATTACK_EFFECTIVE;
		subject->uid_is_root = container_uid(container, seen->init->euid) == 0;
		subject->permitted = seen->init->cap_permitted;
		return;
	}
	subject->peer_confidence = ATTACK_DECLARED;
	subject->uid_is_root = user == USER_UNSET || user == USER_ROOT;
	subject->peer_known = user != USER_NAME;
	if (subject->uid_is_root)
		subject->permitted = container->declared_capabilities;
}

/*
 * One that came from outside into its pid namespace, with the powers of the host's root: who traces
 * it has them, too.
 */
static void load_outsider(struct attack_model *model, struct attack_subject *subject)
{
	const struct container *container = subject->container;
	const char *scope = doc_string_or(model->load->facts->host.doc,
					  "hardening.sysctl.kernel/yama/ptrace_scope", "0");

	for (size_t i = 0; i < container->n_outsiders && !subject->outsider; i++) {
		const struct process *process = container->outsiders[i];

		if (!process->status_unread && process_is_in(process, container, NAMESPACE_PID) &&
		    (process->cap_permitted & capability_bit("SYS_ADMIN")))
			subject->outsider = process;
	}
	/* Nobody traces anybody where the scope is 3. */
	attack_fact_add(&subject->facts, ATTACK_OUTSIDER,
			subject->outsider && !text_equal(scope, "3"), ATTACK_EFFECTIVE);
}

static bool is_published(const struct container *container)
{
	for (size_t i = 0; i < container->n_ports; i++) {
		const char *address = container->ports[i].address;

		if (!*address || text_equal(address, "0.0.0.0") || text_equal(address, "::"))
			return true;
	}
	return false;
}

void attack_load_subject(struct attack_model *model, const struct container *container,
			 struct attack_subject *ret)
{
	const struct process_set *processes = &model->load->processes;
	const struct process *init = container_init(container);
	const struct seen seen = look(container);

	ret->container = container;
	ret->published = is_published(container);
	ret->facts = model->host;
	attack_fact_add(&ret->facts, ATTACK_PRIVILEGED,
			doc_bool_or(container->inspect, "HostConfig.Privileged", false),
			seen.init ? ATTACK_EFFECTIVE : ATTACK_DECLARED);
	load_capabilities(ret, &seen);
	load_user(model->load->facts, ret, &seen);
	load_setuid(model->load->facts, ret);
	load_namespaces(ret);
	load_mapping(model, ret);
	load_label(model, ret, init);
	load_calls(ret, &seen);
	load_proc(ret, init ? processes->docs[init - processes->items] : NULL);
	load_device_rules(ret);
	load_peer_view(ret, &seen);
	load_outsider(model, ret);
	attack_load_users_of(model, ret, seen.init);
	attack_load_mounts(model, ret);
}
