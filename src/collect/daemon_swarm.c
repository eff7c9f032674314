/* SPDX-License-Identifier: Apache-2.0 */

/* What a member of a swarm keeps on disk of it: the API does not say on which addresses it is. */
#include "collect/daemon.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "collect/snapshot.h"
#include "collect/tree.h"

#include <errno.h>
#include <string.h>

enum { FILE_CEILING = 1024 * 1024 };

/* moby, daemon/cluster/cluster.go: what `docker swarm init` and `join` were given. */
static const char *const addresses[] = {"ListenAddr",   "AdvertiseAddr", "DataPathAddr",
					"DataPathPort", "LocalAddr",     "RemoteAddr"};

static int read_file(int tree, const char *root, const char *name, struct text *text)
{
	cleanup_text struct text path = TEXT_INIT(8192);

	text_addf(&path, "%s/swarm/%s", root, name);
	return tree_read_path(tree, text_string(&path), text);
}

static void record_addresses(cJSON *swarm, const char *json, size_t length)
{
	cleanup_doc cJSON *state = NULL;
	struct error err = {0};
	cJSON *kept;

	if (doc_parse(json, length, &state, &err) < 0) {
		snapshot_unread(swarm, "state", err.text);
		return;
	}
	kept = cJSON_AddObjectToObject(swarm, "state");
	for (size_t i = 0; i < sizeof(addresses) / sizeof(addresses[0]); i++) {
		cJSON *item = cJSON_DetachItemFromObjectCaseSensitive(state, addresses[i]);

		if (item)
			cJSON_AddItemToObject(kept, addresses[i], item);
	}
}

static void record_certificate(cJSON *swarm, int tree, const char *root)
{
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
	int r = read_file(tree, root, "certificates/swarm-node.crt", &text);

	if (r < 0)
		snapshot_unread(swarm, "node_certificate", strerror(-r));
	else
		snapshot_add_text(swarm, "node_certificate", text_string(&text), text.length);
}

void daemon_collect_swarm(const cJSON *snapshot, cJSON *daemon, int dir)
{
	const char *state = doc_string_or(snapshot, "engine.info.Swarm.LocalNodeState", "");
	const char *root = doc_string_or(snapshot, "engine.info.DockerRootDir", "");
	cleanup_text struct text text = TEXT_INIT(FILE_CEILING);
	cleanup_fd int tree = -1;
	cJSON *swarm;
	int r;

	if (!*state || strcmp(state, "inactive") == 0 || root[0] != '/')
		return;
	swarm = cJSON_AddObjectToObject(daemon, "swarm");
	r = tree = tree_open(dir);
	if (tree >= 0)
		r = read_file(tree, root, "docker-state.json", &text);
	if (r < 0)
		snapshot_unread(swarm, "state", strerror(-r));
	else
		record_addresses(swarm, text_string(&text), text.length);
	record_certificate(swarm, tree, root);
}
