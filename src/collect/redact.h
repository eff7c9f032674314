/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Secrets stay where they are: each function takes out of a document, in place, what must never
 * enter a snapshot (doc/snapshot-format.md, last section), and is applied before the document is
 * added. Words that are taken out leave "<12 bytes>".
 */
#ifndef BULKHEAD_COLLECT_REDACT_H
#define BULKHEAD_COLLECT_REDACT_H

#include <cjson/cJSON.h>

void redact_container(cJSON *inspect);
void redact_exec(cJSON *exec);
void redact_image(cJSON *image);
void redact_network(cJSON *network);
void redact_service(cJSON *service);
void redact_plugin(cJSON *plugin);
void redact_volume(cJSON *volume);
void redact_info(cJSON *info);

/* dockerd's command line (an array of strings) and configuration file. */
void redact_daemon_arguments(cJSON *argv);
void redact_daemon_config(cJSON *config);

#endif
