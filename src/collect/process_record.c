/* SPDX-License-Identifier: Apache-2.0 */

/* The kernel's view of one process. */
#include "collect/process_record.h"

#include "base/doc.h"
#include "collect/bundle.h"
#include "collect/snapshot.h"

#include <errno.h>
#include <string.h>

static const char *const loss_names[LOSS_COUNT] = {
	[LOSS_CGROUP] = "cgroup",         [LOSS_EXE] = "exe",
	[LOSS_STATUS] = "status",         [LOSS_LABEL] = "label",
	[LOSS_NAMESPACES] = "namespaces", [LOSS_UID_MAP] = "uid_map",
	[LOSS_GID_MAP] = "gid_map",       [LOSS_MOUNTINFO] = "mountinfo",
	[LOSS_LIMITS] = "limits",         [LOSS_LISTENS] = "listens",
	[LOSS_USER_UID] = "user_uid",     [LOSS_BUNDLE] = "bundle",
};

void process_lose(struct recording *recording, enum loss loss, int code)
{
	recording->losses.n[loss]++;
	recording->losses.code[loss] = code;
}

static void lose_member(struct recording *recording, cJSON *process, enum loss loss, int code)
{
	snapshot_unread(process, loss_names[loss], strerror(-code));
	process_lose(recording, loss, code);
}

static int read_file(struct recording *recording, int dir, enum loss loss)
{
	bool is_record = loss == LOSS_STATUS || loss == LOSS_LIMITS;

	return (is_record ? proc_read_record : proc_read)(dir, loss_names[loss], &recording->text);
}

static void record_file(struct recording *recording, cJSON *process, int dir, enum loss loss)
{
	int r = read_file(recording, dir, loss);

	if (r < 0)
		lose_member(recording, process, loss, r);
	else
		snapshot_add_text(process, loss_names[loss], text_string(&recording->text),
				  recording->text.length);
}

static void record_filtered(struct recording *recording, cJSON *process, int dir, enum loss loss)
{
	int r = read_file(recording, dir, loss);

	if (r < 0) {
		lose_member(recording, process, loss, r);
		return;
	}
	recording->filtered.length = 0;
	recording->filtered.truncated = false;
	if (loss == LOSS_STATUS)
		proc_filter_status(text_string(&recording->text), &recording->filtered);
	else
		proc_filter_mountinfo(text_string(&recording->text), &recording->filtered);
	snapshot_add_text(process, loss_names[loss], text_string(&recording->filtered),
			  recording->filtered.length);
}

/* A kernel whose security modules label nothing answers EINVAL, for each process alike. */
static void record_label(struct recording *recording, cJSON *process, int dir)
{
	int r;

	if (recording->no_labels)
		return;
	r = proc_read(dir, "attr/apparmor/current", &recording->text);
	if (r < 0)
		r = proc_read(dir, "attr/current", &recording->text);
	if (r == 0)
		snapshot_add_text(process, "label", text_string(&recording->text),
				  strcspn(text_string(&recording->text), "\n"));
	else if (r == -EINVAL)
		recording->no_labels = true;
	else if (r != -ENOENT)
		lose_member(recording, process, LOSS_LABEL, r);
}

static void record_exe(struct recording *recording, cJSON *process, int dir)
{
	int r = proc_readlink(dir, "exe", &recording->text);

	if (r < 0)
		lose_member(recording, process, LOSS_EXE, r);
	else
		snapshot_add_text(process, "exe", text_string(&recording->text),
				  recording->text.length);
}

static void record_namespaces(struct recording *recording, cJSON *process, int dir)
{
	cJSON *namespaces;
	int r = proc_namespaces(dir, &namespaces);

	if (r < 0)
		lose_member(recording, process, LOSS_NAMESPACES, r);
	else
		cJSON_AddItemToObject(process, "namespaces", namespaces);
}

/* True where the process is in the host's network, as far as that can be seen. */
static bool is_in_host_network(const struct recording *recording, const cJSON *process,
			       const struct running *container)
{
	uint64_t network;

	return container->host_network ||
	       (recording->host_network &&
		doc_u64(process, "namespaces.net", &network) == DOC_PRESENT &&
		network == recording->host_network);
}

/* An image without a passwd, or a name that is not in it, is no loss of ours. */
static void record_user(struct recording *recording, cJSON *process, int dir, const char *user)
{
	uint64_t uid;
	int r;

	if (!user_is_name(user))
		return;
	r = passwd_read(dir, user, &uid);
	if (r == 0)
		snapshot_add_u64(process, "user_uid", uid);
	else if (r == -EACCES || r == -EPERM)
		lose_member(recording, process, LOSS_USER_UID, r);
	else
		snapshot_unread(process, "user_uid", strerror(-r));
}

/*
 * The maps belong to the user namespace, which most containers have in common: they are as those of
 * the process before where that was in the same.
 */
static void record_maps(struct recording *recording, cJSON *process, int dir)
{
	const char *names[] = {loss_names[LOSS_UID_MAP], loss_names[LOSS_GID_MAP]};
	uint64_t inode = 0;

	doc_u64(process, "namespaces.user", &inode);
	if (inode && inode == recording->mapped_namespace) {
		for (size_t i = 0; i < 2; i++)
			cJSON_AddStringToObject(process, names[i],
						doc_string_or(recording->mapped, names[i], ""));
		return;
	}
	record_file(recording, process, dir, LOSS_UID_MAP);
	record_file(recording, process, dir, LOSS_GID_MAP);
	recording->mapped = process;
	recording->mapped_namespace =
		doc_at(process, names[0]) && doc_at(process, names[1]) ? inode : 0;
}

/* Engines that start containers in another way have none, which is no loss. */
static void record_bundle(struct recording *recording, cJSON *process, uint64_t parent,
			  const char *id)
{
	int r = bundle_record(process, parent, id, &recording->filters, &recording->text);

	if (r == -EACCES || r == -EPERM)
		lose_member(recording, process, LOSS_BUNDLE, r);
	else if (r < 0 && r != -ENOENT)
		snapshot_unread(process, "bundle", strerror(-r));
}

static void record_init(struct recording *recording, cJSON *process, int dir)
{
	record_maps(recording, process, dir);
	record_filtered(recording, process, dir, LOSS_MOUNTINFO);
	record_file(recording, process, dir, LOSS_LIMITS);
}

/* recording->text still holds the control group by which the process was found. */
static cJSON *new_process(struct recording *recording, uint64_t pid, const struct proc_stat *stat,
			  const struct running *container)
{
	cJSON *process = cJSON_CreateObject();

	snapshot_add_u64(process, "pid", pid);
	snapshot_add_u64(process, "starttime", stat->starttime);
	if (container) {
		cJSON_AddStringToObject(process, "container", container->id);
		cJSON_AddBoolToObject(process, "init", pid == container->pid);
	}
	snapshot_add_text(process, "comm", stat->comm, strlen(stat->comm));
	snapshot_add_text(process, "cgroup", text_string(&recording->text), recording->text.length);
	return process;
}

/* What is recorded of every process. */
static void record_any(struct recording *recording, cJSON *process, int dir)
{
	record_exe(recording, process, dir);
	record_filtered(recording, process, dir, LOSS_STATUS);
	record_label(recording, process, dir);
	record_namespaces(recording, process, dir);
}

cJSON *process_record_outsider(struct recording *recording, uint64_t pid, int dir,
			       const struct proc_stat *stat)
{
	cJSON *process = new_process(recording, pid, stat, NULL);

	record_any(recording, process, dir);
	return process;
}

cJSON *process_record(struct recording *recording, uint64_t pid, int dir,
		      const struct proc_stat *stat, const struct running *container)
{
	cJSON *process = new_process(recording, pid, stat, container);

	record_any(recording, process, dir);
	if (is_in_host_network(recording, process, container)) {
		int r = listens_record(&recording->listens, process, dir);

		if (r < 0)
			process_lose(recording, LOSS_LISTENS, r);
	}
	if (pid == container->pid) {
		record_init(recording, process, dir);
		record_user(recording, process, dir, container->user);
		record_bundle(recording, process, stat->parent, container->id);
	}
	return process;
}

void process_forget(struct recording *recording, cJSON *process)
{
	if (process == recording->mapped)
		recording->mapped_namespace = 0;
	cJSON_Delete(process);
}

void process_report_losses(cJSON *snapshot, const struct recording *recording)
{
	for (enum loss loss = 0; loss < LOSS_COUNT; loss++) {
		unsigned n = recording->losses.n[loss];
		char source[80];

		if (n == 0)
			continue;
		snprintf(source, sizeof(source), "%s of %u process%s", loss_names[loss], n,
			 n == 1 ? "" : "es");
		snapshot_problem(snapshot, source, strerror(-recording->losses.code[loss]),
				 HINT_ROOT, false);
	}
}

void recording_release(struct recording *recording)
{
	socket_table_release(&recording->listens.table);
	text_release(&recording->text);
	text_release(&recording->filtered);
}
