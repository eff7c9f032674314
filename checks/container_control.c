/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Sockets at which the host itself takes orders: of init, of the system's bus, of what manages
 * packages and machines, of the shims below a container engine. Those of engines are the matter of
 * container_sockets.c.
 */
#include "checks/container_support.h"
#include "checks/mount_support.h"

#include "base/text.h"
#include "facts/control_socket.h"

/* What was found: the sockets, and the gravest that can be used. */
struct control_findings {
	struct text *text;
	size_t n;
	enum socket_access worst;
	const char *who;                     /* of the worst */
	const struct control_socket *hidden; /* one that may be there, too; NULL: none */
};

static int gravity(enum socket_access access)
{
	return access == SOCKET_OPEN ? 2 : access == SOCKET_UNSURE ? 1 : 0;
}

static void found(const struct check_input *in, struct control_findings *findings,
		  const struct mount *mount, const struct control_socket *socket)
{
	const char *who;
	enum socket_access access = socket_access(in->subject->container, socket, in->arena, &who);

	text_add_item(findings->text, arena_printf(in->arena, "%s (%s) at %s", socket->path,
						   socket->of, mount->destination));
	if (!findings->n++ || gravity(access) > gravity(findings->worst)) {
		findings->worst = access;
		findings->who = who;
	}
}

/* Of a directory below another that was mounted, the sockets are said once. */
static void find_sockets(const struct check_input *in, struct control_findings *findings,
			 struct mount_list *list)
{
	const struct container *container = in->subject->container;

	list->items = arena_array(in->arena, container->n_mounts, sizeof(*list->items));
	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct mount *mount = &container->mounts[i];
		size_t before = findings->n;

		for (size_t k = 0; k < mount->n_sockets; k++) {
			const struct control_socket *socket = mount->sockets[k];

			if (socket->class == CONTROL_ENGINE)
				continue;
			if (socket->hidden)
				findings->hidden = socket;
			else
				found(in, findings, mount, socket);
		}
		if (findings->n > before)
			list->items[list->n++] = mount;
	}
}

static struct verdict judge_use(const struct check_input *in, struct verdict verdict,
				const struct control_findings *findings)
{
	switch (findings->worst) {
	case SOCKET_OPEN:
		return verdict_remark(in, verdict, "%s of the container may use it", findings->who);
	case SOCKET_UNSURE:
		return verdict_remark(in, verdict, "who may use it is not known: %s",
				      findings->who);
	case SOCKET_CLOSED:
		break;
	}
	verdict = verdict_as(verdict, SEVERITY_MEDIUM);
	return verdict_remark(in, verdict, "none of its processes may connect now: %s",
			      findings->who);
}

static struct verdict judge_control_socket(const struct check_input *in)
{
	cleanup_text struct text text = TEXT_INIT(2048);
	struct control_findings findings = {.text = &text};
	struct mount_list list = {0};
	struct verdict verdict;

	find_sockets(in, &findings, &list);
	if (!findings.n && findings.hidden)
		return verdict_unknown(
			in, "an audit as root on the engine's own host",
			"a mount leads to %s (%s), if the host has it: that was not seen",
			findings.hidden->path, findings.hidden->of);
	if (!findings.n)
		return mounts_pass(in, "no mount leads to a control socket of the host");
	verdict = container_fail(in, "leads to %s", text_string(&text));
	cite_mounts(in, &verdict, &list);
	if (!in->facts->control_sockets->seen)
		return verdict_as(
			verdict_remark(in, verdict, "which of these the host has was not seen"),
			SEVERITY_HIGH);
	return judge_use(in, verdict, &findings);
}

const struct check checks_container_control[] = {
	{.name = "container-control-socket",
	 .subjects = SUBJECTS(SUBJECT_CONTAINER),
	 .judge = judge_control_socket},
	{0},
};
