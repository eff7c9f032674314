/* SPDX-License-Identifier: Apache-2.0 */

/* The engine's replies: one table for each kind of document. */
#include "collect/redact.h"

#include "base/doc.h"
#include "base/text.h"
#include "collect/redact_rule.h"
#include "collect/secret.h"

#include <stdlib.h>
#include <string.h>

/*
 * "NAME=value" becomes {"name": "NAME", "length": 5}, and "secret" where it looks like one; of
 * DOCKER_HOST the endpoint stays.
 */
static cJSON *environment_entry(const cJSON *entry)
{
	const char *text = doc_is_string(entry) ? entry->valuestring : "";
	const char *value = strchr(text, '='), *secret = NULL;
	size_t length = value ? (size_t)(value - text) : strlen(text);
	char *name = strndup(text, length);
	cJSON *shape = cJSON_CreateObject();

	cJSON_AddStringToObject(shape, "name", name ? name : "");
	if (value)
		cJSON_AddNumberToObject(shape, "length", (double)strlen(value + 1));
	if (value && name)
		secret = secret_variable(name, value + 1);
	if (secret)
		cJSON_AddStringToObject(shape, "secret", secret);
	if (value && name && strcmp(name, "DOCKER_HOST") == 0)
		cJSON_AddStringToObject(shape, "value", value + 1);
	free(name);
	return shape;
}

static void environment(cJSON *list)
{
	cJSON *shapes = cJSON_CreateArray(), *entries = list->child;

	if (!cJSON_IsArray(list)) {
		cJSON_Delete(shapes);
		secret_mask(list);
		return;
	}
	doc_for_each (entry, list)
		cJSON_AddItemToArray(shapes, environment_entry(entry));
	list->child = shapes->child;
	shapes->child = entries;
	cJSON_Delete(shapes);
}

/* The first word is the program. */
static void command(cJSON *words)
{
	if (!cJSON_IsArray(words)) {
		secret_mask(words);
		return;
	}
	for (cJSON *word = words->child ? words->child->next : NULL; word; word = word->next)
		secret_mask_word(word);
}

/* The first word of Cmd is the program only where there is no Entrypoint. */
static void config_commands(cJSON *config)
{
	const cJSON *entrypoint = doc_member(config, "Entrypoint");
	bool entered = entrypoint && entrypoint->child;

	redact_apply(config, "Entrypoint", command);
	redact_apply(config, "Cmd", entered ? redact_arguments : command);
}

/* ["CMD", program, argument…], ["CMD-SHELL", line], ["NONE"], []. */
static void health_test(cJSON *test)
{
	cJSON *kind = cJSON_IsArray(test) ? test->child : NULL;
	bool exec = doc_is_string(kind) && strcmp(kind->valuestring, "CMD") == 0;

	if (!cJSON_IsArray(test)) {
		secret_mask(test);
		return;
	}
	if (kind && !exec &&
	    (!doc_is_string(kind) || (strcmp(kind->valuestring, "NONE") != 0 &&
				      strcmp(kind->valuestring, "CMD-SHELL") != 0)))
		secret_mask(kind);
	for (cJSON *word = kind ? kind->next : NULL; word; word = word->next)
		if (!exec || word != kind->next)
			secret_mask_word(word);
}

/* A line of a Dockerfile keeps its instruction. */
static void instruction(cJSON *line)
{
	size_t n =
		doc_is_string(line) ? strspn(line->valuestring, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") : 0;

	if (n > 0 && line->valuestring[n] == ' ')
		secret_mask_from(line, n + 1);
	else
		secret_mask(line);
}

/* What is mounted and how, of the words of mount(8)'s -o. */
static const char *const mount_options[] = {
	"addr",      "vers",      "nfsvers",  "size",    "uid",    "gid",
	"mode",      "file_mode", "dir_mode", "sec",     "port",   "proto",
	"nr_inodes", "lowerdir",  "upperdir", "workdir", "subvol",
};

static void add_mount_option(struct text *text, const char *word, size_t length)
{
	const char *equals = memchr(word, '=', length);
	size_t n = equals ? (size_t)(equals - word) : length;
	char *name = strndup(word, n);

	if (text->length > 0)
		text_add(text, ",");
	if (!equals || (name && redact_one_of(name, mount_options, REDACT_COUNT(mount_options))))
		text_add_bytes(text, word, length);
	else
		text_addf(text, "%s=<%zu bytes>", name ? name : "", length - n - 1);
	free(name);
}

static void mount_words(cJSON *item)
{
	cleanup_text struct text text = {0};
	size_t length;

	for (const char *word = item->valuestring;; word += length + 1) {
		length = strcspn(word, ",");
		add_mount_option(&text, word, length);
		if (!word[length])
			break;
	}
	cJSON_SetValuestring(item, text_string(&text));
}

static void volume_option(cJSON *item)
{
	static const char *const stay[] = {"type", "device", "size", "mountpoint", "share"};
	const char *name = item->string ? item->string : "";

	if (doc_is_string(item) && strcmp(name, "o") == 0)
		mount_words(item);
	else if (!doc_is_string(item) || !redact_one_of(name, stay, REDACT_COUNT(stay)))
		secret_mask(item);
}

static void network_option(cJSON *item)
{
	static const char *const stay[] = {
		"com.docker.network.*", "encrypted", "parent", "*vlan_mode",
		"*vlan_flag",           "*.mtu",     "mtu",
	};
	const char *name = item->string ? item->string : "";

	if (!doc_is_string(item) || !redact_one_of(name, stay, REDACT_COUNT(stay)))
		secret_mask(item);
}

static const struct redact_rule container_rules[] = {
	{"Args", redact_arguments},
	{"Config", config_commands},
	{"Config.Env", environment},
	{"Config.Healthcheck.Test", health_test},
	{"Config.Labels.*", redact_label},
	{"Config.OnBuild.*", instruction},
	{"Config.Shell", command},
	{"HostConfig.Annotations.*", redact_label},
	{"HostConfig.DeviceRequests.*.Options.*", redact_label},
	{"HostConfig.LogConfig.Config.*", redact_log_option},
	{"HostConfig.Mounts.*.VolumeOptions.DriverConfig.Options.*", volume_option},
	{"HostConfig.Mounts.*.VolumeOptions.Labels.*", redact_label},
	{"NetworkSettings.Networks.*.DriverOpts.*", network_option},
	{"State.Error", NULL},
	{"State.Health.Log", NULL},

	/* Long, and not needed. */
	{"Config.AttachStderr", NULL},
	{"Config.AttachStdin", NULL},
	{"Config.AttachStdout", NULL},
	{"Config.OpenStdin", NULL},
	{"Config.StdinOnce", NULL},
	{"GraphDriver.Data.LowerDir", NULL},
	{"GraphDriver.Data.WorkDir", NULL},
	{"HostConfig.BlkioDeviceReadBps", NULL},
	{"HostConfig.BlkioDeviceReadIOps", NULL},
	{"HostConfig.BlkioDeviceWriteBps", NULL},
	{"HostConfig.BlkioDeviceWriteIOps", NULL},
	{"HostConfig.BlkioWeight", NULL},
	{"HostConfig.BlkioWeightDevice", NULL},
	{"HostConfig.ConsoleSize", NULL},
	{"HostConfig.CpuCount", NULL},
	{"HostConfig.CpuPercent", NULL},
	{"HostConfig.CpuRealtimePeriod", NULL},
	{"HostConfig.CpuRealtimeRuntime", NULL},
	{"HostConfig.IOMaximumBandwidth", NULL},
	{"HostConfig.IOMaximumIOps", NULL},
	{"HostConfig.Isolation", NULL},
	{"HostConfig.KernelMemory", NULL},
	{"HostConfig.KernelMemoryTCP", NULL},
	{"ImageManifestDescriptor", NULL},
	{"NetworkSettings.EndpointID", NULL},
	{"NetworkSettings.Gateway", NULL},
	{"NetworkSettings.GlobalIPv6Address", NULL},
	{"NetworkSettings.GlobalIPv6PrefixLen", NULL},
	{"NetworkSettings.HairpinMode", NULL},
	{"NetworkSettings.IPAddress", NULL},
	{"NetworkSettings.IPPrefixLen", NULL},
	{"NetworkSettings.IPv6Gateway", NULL},
	{"NetworkSettings.LinkLocalIPv6Address", NULL},
	{"NetworkSettings.LinkLocalIPv6PrefixLen", NULL},
	{"NetworkSettings.MacAddress", NULL},
	{"NetworkSettings.Networks.*.EndpointID", NULL},
	{"NetworkSettings.Networks.*.GlobalIPv6PrefixLen", NULL},
	{"NetworkSettings.Networks.*.IPPrefixLen", NULL},
	{"NetworkSettings.Networks.*.IPv6Gateway", NULL},
	{"NetworkSettings.SandboxID", NULL},
	{"NetworkSettings.SecondaryIPAddresses", NULL},
	{"NetworkSettings.SecondaryIPv6Addresses", NULL},
};

static const struct redact_rule exec_rules[] = {
	{"ProcessConfig.arguments", redact_arguments},
};

static const struct redact_rule image_rules[] = {
	{"Config", config_commands},
	{"Config.Env", environment},
	{"Config.Healthcheck.Test", health_test},
	{"Config.Labels.*", redact_label},
	{"Config.OnBuild.*", instruction},
	{"Config.Shell", command},
	{"Annotations.*", redact_label},
	{"Labels.*", redact_label},

	{"Comment", NULL},
	{"ContainerConfig", NULL},
	{"GraphDriver.Data.MergedDir", NULL},
	{"GraphDriver.Data.WorkDir", NULL},
	{"History", NULL},
	{"Manifests", NULL},
};

/* swarm.ServiceSpec: what each container of the service is made from. */
static void container_spec(cJSON *spec)
{
	bool entered = doc_member(spec, "Command") != NULL;

	redact_apply(spec, "Command", command);
	redact_apply(spec, "Args", entered ? redact_arguments : command);
}

static const struct redact_rule service_rules[] = {
	{"Spec.Labels.*", redact_label},
	{"Spec.Networks.*.DriverOpts.*", network_option},
	{"Spec.TaskTemplate.ContainerSpec", container_spec},
	{"Spec.TaskTemplate.ContainerSpec.Env", environment},
	{"Spec.TaskTemplate.ContainerSpec.Healthcheck.Test", health_test},
	{"Spec.TaskTemplate.ContainerSpec.Labels.*", redact_label},
	{"Spec.TaskTemplate.ContainerSpec.Mounts.*.VolumeOptions.DriverConfig.Options.*",
	 volume_option},
	{"Spec.TaskTemplate.ContainerSpec.Mounts.*.VolumeOptions.Labels.*", redact_label},
	{"Spec.TaskTemplate.LogDriver.Options.*", redact_log_option},
	{"Spec.TaskTemplate.Networks.*.DriverOpts.*", network_option},

	{"JobStatus", NULL},
	{"PreviousSpec", NULL},
	{"ServiceStatus", NULL},
	{"Spec.TaskTemplate.ContainerSpec.Privileges.CredentialSpec", NULL},
	{"Spec.TaskTemplate.PluginSpec", NULL},
	{"UpdateStatus", NULL},
};

static const struct redact_rule network_rules[] = {
	{"ConfigFrom.Options.*", network_option},
	{"Containers.*.EndpointID", NULL},
	{"Containers.*.MacAddress", NULL},
	{"IPAM.Options.*", network_option},
	{"Labels.*", redact_label},
	{"Options.*", network_option},
	{"Status", NULL},
};

/* What is mounted and which devices there are is in Settings as it is in effect. */
static const struct redact_rule plugin_rules[] = {
	{"Config.Args", NULL},       {"Config.Description", NULL}, {"Config.Documentation", NULL},
	{"Config.Entrypoint", NULL}, {"Config.Env", NULL},         {"Config.Linux.Devices", NULL},
	{"Config.Mounts", NULL},     {"Config.WorkDir", NULL},     {"Config.rootfs", NULL},
	{"Settings.Args", NULL},     {"Settings.Env", NULL},
};

static const struct redact_rule volume_rules[] = {
	{"ClusterVolume", NULL}, {"Labels.*", redact_label}, {"Options.*", volume_option},
	{"Status", NULL},        {"UsageData", NULL},
};

static const struct redact_rule info_rules[] = {
	{"Labels.*", redact_label_pair},
	{"Runtimes.*.options", NULL},
	{"Runtimes.*.runtimeArgs", redact_arguments},
	{"Runtimes.*.status", NULL},
	{"Swarm.Cluster.JoinTokens", NULL},
	{"Swarm.Cluster.Spec.CAConfig.ExternalCAs.*.Options.*", redact_label},
	{"Swarm.Cluster.Spec.CAConfig.SigningCACert", NULL},
	{"Swarm.Cluster.Spec.CAConfig.SigningCAKey", NULL},
	{"Swarm.Cluster.Spec.Labels.*", redact_label},
	{"Swarm.Cluster.TLSInfo.CertIssuerPublicKey", NULL},
	{"Swarm.Cluster.TLSInfo.CertIssuerSubject", NULL},
};

/* The engine's null for an empty list, where that says something which a missing list does not. */
static void keep_empty_list(cJSON *parent, const char *name)
{
	cJSON *item = cJSON_GetObjectItemCaseSensitive(parent, name);

	if (cJSON_IsNull(item))
		cJSON_ReplaceItemInObjectCaseSensitive(parent, name, cJSON_CreateArray());
}

void redact_container(cJSON *inspect)
{
	keep_empty_list(inspect, "Mounts");
	redact_document(inspect, container_rules, REDACT_COUNT(container_rules));
}

void redact_exec(cJSON *exec)
{
	redact_document(exec, exec_rules, REDACT_COUNT(exec_rules));
}

void redact_image(cJSON *image)
{
	redact_document(image, image_rules, REDACT_COUNT(image_rules));
}

void redact_network(cJSON *network)
{
	redact_document(network, network_rules, REDACT_COUNT(network_rules));
}

void redact_service(cJSON *service)
{
	redact_document(service, service_rules, REDACT_COUNT(service_rules));
}

void redact_plugin(cJSON *plugin)
{
	redact_document(plugin, plugin_rules, REDACT_COUNT(plugin_rules));
}

void redact_volume(cJSON *volume)
{
	redact_document(volume, volume_rules, REDACT_COUNT(volume_rules));
}

void redact_info(cJSON *info)
{
	keep_empty_list(info, "SecurityOptions");
	keep_empty_list(cJSON_GetObjectItemCaseSensitive(info, "Plugins"), "Authorization");
	redact_document(info, info_rules, REDACT_COUNT(info_rules));
}
