/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/collect.h"

#include "base/doc.h"
#include "collect/engine.h"
#include "collect/engine_client.h"
#include "collect/host_root.h"
#include "collect/image_files.h"
#include "collect/local.h"
#include "collect/snapshot.h"

static void tell(const struct collect_options *options, const char *what)
{
	if (options->progress)
		options->progress(options->data, what, 0, 0);
}

int collect(const struct collect_options *options, cJSON **ret, bool *ret_engine, struct error *err)
{
	cleanup_scan struct scan *scan = scan_new();
	const struct engine_client_options client_options = {
		.endpoint = options->endpoint,
		.timeout = options->timeout,
		.jobs = options->jobs,
		.idle = scan_step,
		.idle_data = scan,
	};
	cJSON *snapshot;
	const struct endpoint *endpoint;
	struct engine_client *client = NULL;
	int r = host_root_set(options->root, err);

	if (r == 0)
		r = engine_client_new(&client_options, &client, err);
	if (r < 0)
		return r;
	snapshot = snapshot_new();
	snapshot_add_time(snapshot, "started", -1);
	endpoint = engine_client_endpoint(client);
	cJSON_AddStringToObject(snapshot, "endpoint", endpoint->name);
	if (!endpoint->socket)
		cJSON_AddBoolToObject(snapshot, "endpoint_tls", endpoint->tls);
	*ret_engine = engine_collect(client, options, scan, snapshot);
	tell(options, "host");
	daemon_collect(snapshot, endpoint);
	host_collect(snapshot);
	process_collect(scan, snapshot, options);
	host_collect_paths(snapshot);
	image_files_collect(snapshot, options);
	snapshot_add_time(snapshot, "finished", -1);
	engine_client_free(client);
	*ret = snapshot;
	return 0;
}
