/* SPDX-License-Identifier: Apache-2.0 */

/*
 * As whom processes can be entered by /proc/<pid>/root. The kernel (ptrace_may_access) asks of who
 * looks for the uid and gid of the process and no fewer capabilities than it has, or for
 * SYS_PTRACE.
 */
#include "facts/attack_model.h"
#include "facts/capability.h"

#include <inttypes.h>
#include <stdio.h>

bool attack_can_be(const struct attack_subject *subject, int64_t uid, int64_t gid)
{
	bool takes_gid = subject->capabilities & capability_bit("SETGID");

	return (uid == 0 || (subject->capabilities & capability_bit("SETUID"))) &&
	       (gid == 0 || takes_gid);
}

void attack_load_users(struct attack_model *model)
{
	const cJSON *host = model->load->facts->host.doc;
	const cJSON *list = doc_at(host, "running_as");
	struct attack_user *users =
		arena_array(model->arena, (size_t)cJSON_GetArraySize(list), sizeof(*users));

	doc_for_each (item, list) {
		struct attack_user *user = &users[model->n_users];
		const char *line = doc_is_string(item) ? item->valuestring : "";

		model->n_users += sscanf(line, "%" SCNd64 " %" SCNd64 " %" SCNx64, &user->uid,
					 &user->gid, &user->permitted) == 3;
	}
	model->users = users;
	model->users_unread = !list || doc_at(host, "unread.running_as");
}

/* The first of the host's processes that its root can be, as root or as another user. */
static const struct attack_user *user_in_reach(const struct attack_model *model,
					       const struct attack_subject *subject, bool is_root)
{
	for (size_t i = 0; i < model->n_users; i++) {
		const struct attack_user *user = &model->users[i];

		if ((user->uid == 0) == is_root && attack_can_be(subject, user->uid, user->gid) &&
		    !(user->permitted & ~subject->capabilities))
			return user;
	}
	return NULL;
}

/* One that is as one of its own processes. */
static const struct attack_user *user_as_its_own(const struct attack_model *model,
						 const struct container *container)
{
	for (size_t i = 0; i < container->n_processes; i++) {
		const struct process *process = &container->processes[i];

		for (size_t k = 0; k < model->n_users && !process->status_unread; k++) {
			const struct attack_user *user = &model->users[k];

			if (user->uid != 0 && user->uid == process->euid &&
			    user->gid == process->egid &&
			    !(user->permitted & ~process->cap_permitted))
				return user;
		}
	}
	return NULL;
}

/*
 * The same of who is declared to run: "1000:1000" as a whole; of "1000" the image has the group,
 * and of a name all.
 */
static void load_declared_user(const struct attack_model *model, struct attack_subject *subject)
{
	const char *user = doc_string_or(subject->container->inspect, "Config.User", "");
	enum user_kind kind = user_kind(user);
	int64_t uid = -1, gid = -1;

	if (kind == USER_NUMBER)
		sscanf(user, "%" SCNd64 ":%" SCNd64, &uid, &gid);
	for (size_t i = 0; i < model->n_users; i++) {
		const struct attack_user *other = &model->users[i];

		if (other->uid == 0 || other->permitted ||
		    (kind != USER_NAME && other->uid != uid) || (gid >= 0 && other->gid != gid))
			continue;
		if (kind == USER_NAME || gid < 0) {
			attack_fact_unknown(&subject->facts, ATTACK_OWN_USER_PROCESS);
			continue;
		}
		subject->own_user_process = other;
		attack_fact_add(&subject->facts, ATTACK_OWN_USER_PROCESS, true, ATTACK_DECLARED);
	}
}

void attack_load_users_of(const struct attack_model *model, struct attack_subject *subject,
			  bool is_seen)
{
	enum attack_confidence confidence = is_seen ? ATTACK_EFFECTIVE : ATTACK_DECLARED;
	struct attack_facts *facts = &subject->facts;

	subject->root_process = user_in_reach(model, subject, true);
	subject->user_process = user_in_reach(model, subject, false);
	subject->own_user_process = user_as_its_own(model, subject->container);
	attack_fact_add(facts, ATTACK_ROOT_PROCESS, subject->root_process, confidence);
	attack_fact_add(facts, ATTACK_USER_PROCESS, subject->user_process, confidence);
	attack_fact_add(facts, ATTACK_OWN_USER_PROCESS, subject->own_user_process, confidence);
	if (model->users_unread)
		attack_fact_unknown(facts, ATTACK_ROOT_PROCESS);
	if (model->users_unread && subject->capabilities & capability_bit("SETUID"))
		attack_fact_unknown(facts, ATTACK_USER_PROCESS);
	if (model->users_unread || (!is_seen && subject->container->running))
		attack_fact_unknown(facts, ATTACK_OWN_USER_PROCESS);
	else if (!is_seen)
		load_declared_user(model, subject);
}
