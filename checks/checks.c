/* SPDX-License-Identifier: Apache-2.0 */
#include "checks/checks.h"

#include <stddef.h>

extern const struct check checks_attack_path[];
extern const struct check checks_audit_rule[];
extern const struct check checks_container_capabilities[];
extern const struct check checks_container_confinement[];
extern const struct check checks_container_control[];
extern const struct check checks_container_devices[];
extern const struct check checks_container_exec[];
extern const struct check checks_container_host_files[];
extern const struct check checks_container_isolation[];
extern const struct check checks_container_kernel_views[];
extern const struct check checks_container_lifecycle[];
extern const struct check checks_container_local_api[];
extern const struct check checks_container_lsm[];
extern const struct check checks_container_mount_options[];
extern const struct check checks_container_mounts[];
extern const struct check checks_container_namespaces[];
extern const struct check checks_container_neighbours[];
extern const struct check checks_container_network[];
extern const struct check checks_container_privilege[];
extern const struct check checks_container_process[];
extern const struct check checks_container_reach[];
extern const struct check checks_container_resources[];
extern const struct check checks_container_seccomp[];
extern const struct check checks_container_sockets[];
extern const struct check checks_container_way_out[];
extern const struct check checks_engine[];
extern const struct check checks_engine_config[];
extern const struct check checks_engine_logging[];
extern const struct check checks_engine_network[];
extern const struct check checks_engine_plugins[];
extern const struct check checks_engine_security[];
extern const struct check checks_engine_swarm[];
extern const struct check checks_engine_tls[];
extern const struct check checks_engine_versions[];
extern const struct check checks_host_access[];
extern const struct check checks_host_hardening[];
extern const struct check checks_host_storage[];
extern const struct check checks_host_subids[];
extern const struct check checks_files[];
extern const struct check checks_image[];
extern const struct check checks_image_files[];
extern const struct check checks_image_history[];
extern const struct check checks_image_trust[];
extern const struct check checks_inspect_field[];
extern const struct check checks_swarm[];
extern const struct check checks_swarm_services[];

const struct check *const checks_all[] = {
	checks_attack_path,
	checks_audit_rule,
	checks_container_capabilities,
	checks_container_confinement,
	checks_container_control,
	checks_container_devices,
	checks_container_exec,
	checks_container_host_files,
	checks_container_isolation,
	checks_container_kernel_views,
	checks_container_lifecycle,
	checks_container_local_api,
	checks_container_lsm,
	checks_container_mount_options,
	checks_container_mounts,
	checks_container_namespaces,
	checks_container_neighbours,
	checks_container_network,
	checks_container_privilege,
	checks_container_process,
	checks_container_reach,
	checks_container_resources,
	checks_container_seccomp,
	checks_container_sockets,
	checks_container_way_out,
	checks_engine,
	checks_engine_config,
	checks_engine_logging,
	checks_engine_network,
	checks_engine_plugins,
	checks_engine_security,
	checks_engine_swarm,
	checks_engine_tls,
	checks_engine_versions,
	checks_host_access,
	checks_host_hardening,
	checks_host_storage,
	checks_host_subids,
	checks_files,
	checks_image,
	checks_image_files,
	checks_image_history,
	checks_image_trust,
	checks_inspect_field,
	checks_swarm,
	checks_swarm_services,
	NULL,
};
