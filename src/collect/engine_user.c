/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The user whose engine it is. The process says so where it was seen; else the owner of the
 * endpoint's socket does, where the engine calls itself rootless or the socket lies in the
 * directory of a user.
 */
#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/daemon.h"
#include "collect/host_files.h"
#include "collect/proc.h"
#include "collect/process.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <inttypes.h>
#include <string.h>

static bool process_ids(const cJSON *daemon, uint64_t *ret_uid, uint64_t *ret_gid)
{
	const char *status = doc_string_or(daemon, "status", "");
	const char *uid = strstr(status, "Uid:"), *gid = strstr(status, "Gid:");

	return uid && gid && sscanf(uid, "Uid: %" SCNu64, ret_uid) == 1 &&
	       sscanf(gid, "Gid: %" SCNu64, ret_gid) == 1;
}

static bool is_rootless(const cJSON *snapshot, const char *socket)
{
	return snapshot_security_option(snapshot, "name=rootless") ||
	       text_starts(socket, "/run/user/");
}

/* Of the endpoint's socket; false where it tells nothing. */
static bool socket_ids(const cJSON *snapshot, uint64_t *ret_uid, uint64_t *ret_gid)
{
	const char *endpoint = doc_string_or(snapshot, "endpoint", "");
	cleanup_fd int tree = tree_open(-1), fd = -1;
	struct stat status;

	if (!text_starts(endpoint, "unix://") || tree < 0 ||
	    !is_rootless(snapshot, endpoint + strlen("unix://")))
		return false;
	fd = tree_resolve(tree, endpoint + strlen("unix://"), NULL, &status);
	if (fd < 0)
		return false;
	*ret_uid = status.st_uid;
	*ret_gid = status.st_gid;
	return true;
}

/* What the process was told, else what is usual for the user. */
static void record_directory(cJSON *user, const char *member, const struct text *environment,
			     const char *variable, const char *usual)
{
	const char *said = environment_value(environment, variable);

	if (!said || said[0] != '/')
		said = usual;
	if (said && said[0] == '/')
		snapshot_add_text(user, member, said, strlen(said));
}

static void record_directories(cJSON *user, const char *users, uint64_t uid,
			       const struct text *environment)
{
	cleanup_text struct text home = TEXT_INIT(4096), config = TEXT_INIT(8192), runtime = {0};

	if (!passwd_field(users, uid, PASSWD_HOME, &home) && uid == 0)
		text_add(&home, "/root");
	record_directory(user, "home", environment, "HOME", text_string(&home));
	text_addf(&config, "%s/.config", doc_string_or(user, "home", ""));
	record_directory(user, "config", environment, "XDG_CONFIG_HOME",
			 doc_at(user, "home") ? text_string(&config) : NULL);
	text_addf(&runtime, "/run/user/%" PRIu64, uid);
	record_directory(user, "runtime", environment, "XDG_RUNTIME_DIR", text_string(&runtime));
}

void engine_user_collect(cJSON *snapshot, const char *users)
{
	cleanup_text struct text environment = TEXT_INIT(PROC_CEILING), cwd = TEXT_INIT(65536);
	cJSON *user = snapshot_object(snapshot_object(snapshot, "host"), "engine_user");
	const cJSON *daemon = doc_at(snapshot, "daemon");
	uint64_t uid = 0, gid = 0, pid;
	cleanup_fd int dir = -1;

	if (!process_ids(daemon, &uid, &gid))
		socket_ids(snapshot, &uid, &gid);
	snapshot_add_u64(user, "uid", uid);
	snapshot_add_u64(user, "gid", gid);
	if (doc_u64(daemon, "pid", &pid) == DOC_PRESENT)
		dir = proc_open(pid);
	if (dir >= 0) {
		proc_read(dir, "environ", &environment);
		if (proc_readlink(dir, "cwd", &cwd) == 0)
			snapshot_add_text(user, "cwd", text_string(&cwd), cwd.length);
	}
	record_directories(user, users, uid, &environment);
}
