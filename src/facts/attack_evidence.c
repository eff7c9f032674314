/* SPDX-License-Identifier: Apache-2.0 */

/* What a step rests on: for each fact that its rule needs where it was seen, and its value. */
#include "facts/attack_model.h"
#include "facts/capability.h"
#include "facts/control_port.h"

#include <inttypes.h>

struct list {
	struct attack_model *model;
	struct attack_evidence *items;
	size_t n;
};

static void cite(struct list *list, const char *source, const char *path, const char *value)
{
	list->items = arena_grow(list->model->arena, list->items, list->n, sizeof(*list->items));
	list->items[list->n++] = (struct attack_evidence){source, path, value};
}

static void cite_process(struct list *list, const struct process *init, const char *file,
			 const char *value)
{
	cite(list, "kernel",
	     arena_printf(list->model->arena, "/proc/%" PRId64 "/%s", init->pid, file), value);
}

static void cite_mount(struct list *list, const struct attack_mount *mount)
{
	struct arena *arena = list->model->arena;

	if (!mount->path)
		return;
	if (!mount->mount)
		cite(list, "inspect", "HostConfig.Devices", mount->path);
	else
		cite(list, mount->mount->in_kernel ? "kernel" : "inspect",
		     arena_printf(arena, "Mounts %s", mount->mount->destination),
		     arena_printf(arena, "%s (%s)", mount->path,
				  mount->mount->writable ? "writable" : "read-only"));
}

static const char *field(struct list *list, const struct container *container, const char *path)
{
	const cJSON *item = doc_at(container->inspect, path);
	char *text;
	const char *copy;

	if (!item)
		return "";
	if (doc_is_string(item))
		return item->valuestring;
	text = cJSON_PrintUnformatted(item);
	copy = arena_strdup(list->model->arena, text ? text : "");
	cJSON_free(text);
	return copy;
}

static void cite_field(struct list *list, const struct container *container, const char *path)
{
	cite(list, "inspect", path, field(list, container, path));
}

/* All capabilities that the rule needs, in one line. */
static void cite_capabilities(struct list *list, const struct attack_subject *subject,
			      uint64_t mask)
{
	const struct process *init = container_init(subject->container);

	if (!mask)
		return;
	if (init && !init->status_unread)
		cite_process(list, init, "status CapBnd",
			     capability_names(list->model->arena, mask));
	else
		cite(list, "inspect", "HostConfig.CapAdd, CapDrop and Privileged",
		     capability_names(list->model->arena, mask));
}

static void cite_namespace(struct list *list, const struct container *container,
			   enum namespace_kind kind, const char *path)
{
	const struct process *init = container_init(container);

	if (init && container->namespaces[kind].effective == SHARING_HOST)
		cite_process(list, init,
			     arena_printf(list->model->arena, "ns/%s", namespace_name(kind)),
			     "the host's");
	else
		cite_field(list, container, path);
}

static void cite_proc(struct list *list, const struct container *container)
{
	const struct process *init = container_init(container);

	if (init)
		cite_process(list, init, "mountinfo", "/proc/sys is writable");
	else
		cite_field(list, container, "HostConfig.ReadonlyPaths");
}

static void cite_ports(struct list *list)
{
	const struct control_ports *ports = list->model->load->facts->control_ports;

	for (size_t i = 0; i < ports->n; i++)
		if (ports->items[i].engine)
			cite(list, "host", control_port_place(list->model->arena, &ports->items[i]),
			     control_port_owner(list->model->arena, &ports->items[i]));
}

/* As whom one of the host's processes runs. */
static void cite_user(struct list *list, const struct attack_user *user)
{
	cite(list, "kernel", "a process of the host",
	     arena_printf(list->model->arena, "uid %" PRId64 ", gid %" PRId64 ", capabilities %s",
			  user->uid, user->gid,
			  user->permitted ? capability_names(list->model->arena, user->permitted)
					  : "none"));
}

static void cite_fact(struct list *list, const struct attack_subject *subject,
		      enum attack_fact fact)
{
	const struct container *container = subject->container;

	switch (fact) {
	case ATTACK_PRIVILEGED:
		cite_field(list, container, "HostConfig.Privileged");
		break;
	case ATTACK_NS_PID:
		cite_namespace(list, container, NAMESPACE_PID, "HostConfig.PidMode");
		break;
	case ATTACK_NS_NET:
		cite_namespace(list, container, NAMESPACE_NET, "HostConfig.NetworkMode");
		break;
	case ATTACK_PROC_OPEN:
		cite_proc(list, container);
		break;
	case ATTACK_DEVICES_OPEN:
		cite_field(list, container, "HostConfig.DeviceCgroupRules");
		break;
	case ATTACK_ROOT_PROCESS:
		cite_user(list, subject->root_process);
		break;
	case ATTACK_USER_PROCESS:
		cite_user(list, subject->user_process);
		break;
	case ATTACK_OWN_USER_PROCESS:
		cite_user(list, subject->own_user_process);
		break;
	case ATTACK_OUTSIDER:
		cite_process(
			list, subject->outsider, "status CapPrm",
			capability_names(list->model->arena, subject->outsider->cap_permitted));
		break;
	case ATTACK_CGROUP_V1:
		cite(list, "host", "version of control groups", "1");
		break;
	case ATTACK_OPEN_AGENT:
		cite(list, "kernel", "uname", list->model->load->facts->host.kernel);
		break;
	case ATTACK_CALL_USERNS:
		cite_field(list, container, "HostConfig.SecurityOpt");
		break;
	case ATTACK_MODULES:
		cite(list, "host", "/proc/sys/kernel/modules_disabled", "0");
		break;
	case ATTACK_API_OPEN:
	case ATTACK_API_LOOPBACK:
		cite(list, "info", "hosts",
		     facts_setting(list->model->load->facts, "hosts")->value);
		break;
	case ATTACK_API_OTHER:
		cite_ports(list);
		break;
	case ATTACK_SHIM:
		cite(list, "host", "/proc/net/unix", list->model->load->facts->control_ports->shim);
		break;
	default:
		break;
	}
}

static void cite_rule(struct list *list, const struct attack_subject *subject,
		      const struct attack_rule *rule, uint32_t mount)
{
	uint64_t mask = (rule->all | rule->any) & subject->facts.present, capabilities = 0;

	if (rule->by_mount)
		cite_mount(list, &subject->mounts[mount]);
	for (; mask; mask &= mask - 1) {
		enum attack_fact fact = (enum attack_fact)__builtin_ctzll(mask);

		capabilities |= attack_capabilities(fact);
		cite_fact(list, subject, fact);
	}
	cite_capabilities(list, subject, capabilities);
}

static void cite_peer(struct list *list, const struct attack_subject *subject,
		      const struct attack_edge *edge)
{
	const struct mount *mount;

	if (edge->rule == ATTACK_RULE_PEER_NETWORK) {
		cite(list, "inspect", "NetworkSettings.Networks",
		     list->model->hubs[edge->to - attack_end_node(list->model, ATTACK_ENDS)]);
	} else if (edge->rule == ATTACK_RULE_PEER_FILES) {
		mount = &subject->container->mounts[edge->mount];
		cite(list, mount->in_kernel ? "kernel" : "inspect",
		     arena_printf(list->model->arena, "Mounts %s", mount->destination),
		     mount->host_path);
	} else if (edge->mount != ATTACK_NONE) {
		cite_mount(list, &subject->mounts[edge->mount]);
	} else {
		cite_namespace(list, subject->container, NAMESPACE_PID, "HostConfig.PidMode");
	}
}

const struct attack_evidence *attack_evidence_of(struct attack_model *model,
						 const struct attack_edge *edge, size_t *ret_n)
{
	const struct attack_subject *subject = &model->subjects[attack_subject_of(edge->from)];
	struct list list = {.model = model};

	if (edge->rule < attack_n_rules)
		cite_rule(&list, subject, &attack_rules[edge->rule], edge->mount);
	else if (edge->rule == ATTACK_RULE_SETUID)
		cite_field(&list, subject->container, "HostConfig.SecurityOpt");
	else
		cite_peer(&list, subject, edge);
	*ret_n = list.n;
	return list.items;
}
