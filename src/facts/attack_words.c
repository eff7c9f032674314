/* SPDX-License-Identifier: Apache-2.0 */

/* Steps and changes as a person reads them. */
#include "base/text.h"
#include "facts/attack_model.h"
#include "facts/capability.h"
#include "facts/control_port.h"
#include "facts/control_socket.h"

const char *attack_band_name(enum attack_band band)
{
	static const char *const names[] = {"low", "medium", "high", "critical"};

	return names[band];
}

const char *attack_confidence_name(enum attack_confidence confidence)
{
	static const char *const names[] = {"guessed", "declared", "resolved", "effective"};

	return names[confidence];
}

/* Of a rootless engine all that its user may do is the most that there is to win. */
const char *attack_end_name(const struct attack_model *model, enum attack_end end)
{
	static const char *const names[ATTACK_ENDS] = {
		[ATTACK_END_ROOT] = "root on the host",
		[ATTACK_END_USER] = "a user of the host",
		[ATTACK_END_READ] = "the host's secrets",
		[ATTACK_END_DISRUPT] = "the host disrupted",
	};

	if (end == ATTACK_END_ROOT && model->load->facts->engine.rootless)
		return "the engine's user on the host";
	return names[end];
}

static const struct attack_subject *subject_of(const struct attack_model *model, uint32_t node)
{
	return &model->subjects[attack_subject_of(node)];
}

static const char *name_of(const struct attack_model *model, uint32_t node)
{
	return subject_of(model, node)->container->name;
}

static const char *hub_name(const struct attack_model *model, uint32_t hub)
{
	return model->hubs[hub - attack_end_node(model, ATTACK_ENDS)];
}

/* "/proc/812/root", "/host/proc/812/root"; in a shared pid namespace it has another number. */
static const char *door(struct attack_model *model, const struct attack_edge *edge,
			const struct container *into)
{
	const struct attack_subject *by = subject_of(model, edge->from);
	const struct process *init = container_init(into);
	const char *place = "/proc";

	if (edge->mount != ATTACK_NONE && by->mounts[edge->mount].mount)
		place = by->mounts[edge->mount].mount->destination;
	if (init && (edge->mount != ATTACK_NONE || by->facts.present & ATTACK_BIT(ATTACK_NS_PID)))
		return arena_printf(model->arena, "%s/%lld/root", place, (long long)init->pid);
	return arena_printf(model->arena, "%s/<pid>/root", place);
}

static const char *peer_text(struct attack_model *model, const struct attack_edge *edge,
			     const struct attack_edge *after)
{
	const struct container *into = subject_of(model, after->to)->container;
	const struct attack_subject *by = subject_of(model, edge->from);

	switch (edge->rule) {
	case ATTACK_RULE_PEER_PROC:
		return arena_printf(model->arena, "enters %s by %s", into->name,
				    door(model, edge, into));
	case ATTACK_RULE_PEER_FILES:
		return arena_printf(model->arena, "replaces a program that %s runs, in %s",
				    into->name, by->container->mounts[edge->mount].destination);
	default:
		return arena_printf(model->arena,
				    "breaks into %s over the network %s, should it have a flaw",
				    into->name, hub_name(model, edge->to));
	}
}

static const char *own_text(struct attack_model *model, const struct attack_edge *edge)
{
	const struct attack_rule *rule = &attack_rules[edge->rule];
	const struct attack_mount *mount;

	if (!rule->by_mount)
		return rule->text;
	mount = &subject_of(model, edge->from)->mounts[edge->mount];
	if (!mount->path)
		return arena_printf(model->arena, "%s a mount that was not seen", rule->text);
	if (!mount->socket ||
	    !(rule->all & (ATTACK_BIT(ATTACK_SOCKET) | ATTACK_BIT(ATTACK_SOCKET_USER))))
		return arena_printf(model->arena, "%s %s", rule->text, mount->path);
	if (mount->socket->class == CONTROL_ENGINE)
		return arena_printf(model->arena, "%s %s", rule->text, mount->socket->path);
	return arena_printf(model->arena, "has %s run a program as root, through %s",
			    mount->socket->of, mount->socket->path);
}

static const char *setuid_text(struct attack_model *model, const struct container *container)
{
	bool known;
	const char *program = attack_setuid_program(model->load->facts, container, &known);

	return program ? arena_printf(model->arena, "becomes root by %s of its image", program)
		       : "becomes root by a setuid program, should its image have one";
}

static const char *technique_of(const struct attack_edge *edge)
{
	switch (edge->rule) {
	case ATTACK_RULE_SETUID:
		return "setuid-program";
	case ATTACK_RULE_PEER_PROC:
		return "peer-processes";
	case ATTACK_RULE_PEER_FILES:
		return "peer-files";
	case ATTACK_RULE_PEER_NETWORK:
		return "peer-network";
	default:
		return attack_rules[edge->rule].name;
	}
}

static const char *target_of(struct attack_model *model, uint32_t node)
{
	uint32_t first = attack_end_node(model, ATTACK_END_ROOT);

	return node < first ? name_of(model, node)
			    : attack_end_name(model, (enum attack_end)(node - first));
}

struct attack_step attack_step_of(struct attack_model *model, const struct attack_edge *edge,
				  const struct attack_edge *after)
{
	int confidence = edge->confidence;
	struct attack_step step = {
		.technique = technique_of(edge),
		.actor = name_of(model, edge->from),
		.target = target_of(model, after ? after->to : edge->to),
		.cost = edge->cost,
	};

	if (after)
		step.text = peer_text(model, edge, after);
	else if (edge->rule == ATTACK_RULE_SETUID)
		step.text = setuid_text(model, subject_of(model, edge->from)->container);
	else
		step.text = own_text(model, edge);
	if (after && after->confidence < confidence)
		confidence = after->confidence;
	step.confidence =
		confidence > ATTACK_GUESSED ? (enum attack_confidence)confidence : ATTACK_GUESSED;
	step.evidence = attack_evidence_of(model, edge, &step.n_evidence);
	return step;
}

static const char *mount_text(struct attack_model *model, const struct attack_subject *subject,
			      uint32_t number)
{
	const struct attack_mount *mount = &subject->mounts[number];

	if (!mount->path)
		return "look at its mounts";
	if (!mount->mount)
		return arena_printf(model->arena, "take the device %s from it", mount->path);
	return arena_printf(model->arena, "remove the mount of %s", mount->path);
}

static const char *change_text(struct attack_model *model, const struct attack_subject *subject,
			       const struct attack_remedy_of *remedy)
{
	switch (remedy->remedy) {
	case ATTACK_DROP_MOUNT:
		return mount_text(model, subject, remedy->detail);
	case ATTACK_DROP_PRIVILEGED:
		return "run it without --privileged";
	case ATTACK_DROP_CAPABILITY:
		return arena_printf(model->arena, "drop the capability %s",
				    attack_capability_name((enum attack_fact)remedy->detail));
	case ATTACK_OWN_PID_NAMESPACE:
		return "give it a pid namespace of its own";
	case ATTACK_OWN_NETWORK:
		return "give it a network of its own instead of the host's";
	case ATTACK_PROTECT_PROC:
		return "run it without systempaths=unconfined";
	case ATTACK_DROP_DEVICE_RULES:
		return "remove the --device-cgroup-rule that opens disks";
	case ATTACK_FILTER_CALLS:
		return "run it with the engine's seccomp profile";
	case ATTACK_END_OUTSIDER:
		return arena_printf(model->arena,
				    "end the process %lld (%s) in it, or drop the "
				    "capability SYS_PTRACE",
				    (long long)subject->outsider->pid, subject->outsider->comm);
	case ATTACK_NO_SETUID:
		return "set no-new-privileges";
	case ATTACK_SEPARATE_NETWORK:
		return arena_printf(model->arena, "take it off the network %s",
				    hub_name(model, remedy->detail));
	case ATTACK_SEPARATE_FILES:
		return arena_printf(model->arena, "mount %s read-only",
				    subject->container->mounts[remedy->detail].destination);
	case ATTACK_CLOSE_API:
		break;
	}
	return "";
}

struct attack_change attack_change_of(struct attack_model *model, uint32_t change)
{
	const struct attack_remedy_of *remedy = &model->changes[change];
	const struct attack_subject *subject;

	if (remedy->subject == ATTACK_NONE)
		return (struct attack_change){
			"the engine",
			"stop listening on TCP, or ask for client certificates (--tlsverify)"};
	subject = &model->subjects[remedy->subject];
	return (struct attack_change){subject->container->name,
				      change_text(model, subject, remedy)};
}

#define NETWORK_FACTS (ATTACK_BIT(ATTACK_API_OTHER) | ATTACK_BIT(ATTACK_SHIM))
#define API_FACTS     (ATTACK_BIT(ATTACK_API_OPEN) | ATTACK_BIT(ATTACK_API_LOOPBACK))
#define HOST_FACTS                                                                                 \
	(ATTACK_BIT(ATTACK_CGROUP_V1) | ATTACK_BIT(ATTACK_MODULES) | ATTACK_BIT(ATTACK_LOCKDOWN) | \
	 ATTACK_BIT(ATTACK_CONFIDENTIALITY) | ATTACK_BIT(ATTACK_STRICT_MEMORY) |                   \
	 ATTACK_BIT(ATTACK_USERNS) | ATTACK_BIT(ATTACK_AUTHORIZATION) | API_FACTS)

#define USER_FACTS                                                           \
	(ATTACK_BIT(ATTACK_ROOT_PROCESS) | ATTACK_BIT(ATTACK_USER_PROCESS) | \
	 ATTACK_BIT(ATTACK_OWN_USER_PROCESS))

/* What an edge needs and was not seen. */
static uint64_t unseen_facts(const struct attack_subject *subject, const struct attack_edge *edge)
{
	if (edge->rule >= attack_n_rules)
		return 0;
	return (attack_rules[edge->rule].all | attack_rules[edge->rule].any) &
	       subject->facts.unknown;
}

static bool is_owner_unseen(const struct attack_subject *subject, const struct attack_edge *edge)
{
	return edge->rule < attack_n_rules && edge->mount != ATTACK_NONE &&
	       attack_rules[edge->rule].all & subject->mounts[edge->mount].facts.unknown &
		       ATTACK_BIT(ATTACK_OWN_FILES);
}

const char *attack_unseen(struct attack_model *model, const struct attack_edge *edge)
{
	const struct attack_subject *subject = subject_of(model, edge->from);
	const struct container *container = subject->container;
	const struct process *init = container_init(container);
	const char *reason = container->kernel_unread;
	uint64_t unseen = unseen_facts(subject, edge);

	if (edge->mount != ATTACK_NONE && edge->rule < attack_n_rules &&
	    !subject->mounts[edge->mount].path)
		return arena_printf(model->arena, "its mounts were not seen: %s",
				    container->mounts_unread ? container->mounts_unread
							     : container->volumes_unread);
	if (is_owner_unseen(subject, edge))
		return arena_printf(model->arena, "to whom %s belongs was not seen",
				    subject->mounts[edge->mount].path);
	if (unseen && !(unseen & ~API_FACTS))
		return arena_printf(model->arena, "on what dockerd listens was not seen: %s",
				    model->load->facts->engine.daemon_unread);
	if (unseen && !(unseen & ~NETWORK_FACTS))
		return arena_printf(model->arena,
				    "what takes orders in the host's network was not seen: %s",
				    model->load->facts->control_ports->unread);
	if (unseen && !(unseen & ~USER_FACTS) && model->users_unread)
		return "as whom the host's processes run was not seen";
	if (unseen && !(unseen & ~HOST_FACTS))
		return "the kernel's settings were not read";
	if (init && init->namespaces_unread)
		reason = init->namespaces_unread;
	if (init && init->status_unread)
		reason = init->status_unread;
	return arena_printf(model->arena, "its processes were not seen: %s",
			    reason ? reason : "the kernel did not say");
}
