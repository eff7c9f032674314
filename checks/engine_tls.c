/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Who may use the engine's API over the network. Where it listens is learned from the hosts that
 * dockerd was told, from the warnings of GET /info (which leave out sockets that systemd opened),
 * and from the TCP sockets that dockerd holds, of which some are something else: swarm's and the
 * metrics'.
 */
#include "checks/engine.h"

#include "base/text.h"

#include <string.h>

#define N_PORTS        65536
#define MOST_LISTENERS 16

struct listeners {
	const char *names[MOST_LISTENERS]; /* "0.0.0.0:2375" */
	size_t n;
	bool beyond;         /* one can be reached from other hosts */
	bool *known;         /* by port: what a socket on it is for is known */
	bool certain;        /* the command line names all that the API listens on */
	bool seen;           /* dockerd's sockets were read */
	bool activated;      /* systemd opens sockets for dockerd: fd:// */
	const char *strange; /* a socket of dockerd of unknown purpose */
};

/* Mark the port after the last colon of an address. */
static void mark_port(struct listeners *listeners, const char *address)
{
	const char *colon = strrchr(address, ':');
	uint64_t port;

	if (colon && parse_u64(colon + 1, 10, &port) && port < N_PORTS)
		listeners->known[port] = true;
}

static void add_listener(struct listeners *listeners, const char *address)
{
	for (size_t i = 0; i < listeners->n; i++)
		if (text_equal(listeners->names[i], address))
			return;
	listeners->beyond |= !address_is_loopback(address);
	mark_port(listeners, address);
	if (listeners->n < MOST_LISTENERS)
		listeners->names[listeners->n++] = address;
}

/*
 * What dockerd was told, by flag, file or default; NULL where that is not known. A file that
 * dockerd may not have read yet still counts where it opens a socket.
 */
static const struct setting_source *told_hosts(const struct setting *hosts)
{
	enum setting_origin last = hosts && hosts->unknown ? SETTING_FILE : SETTING_DEFAULT;

	for (size_t i = 0; hosts && i < hosts->n_sources; i++)
		if (hosts->sources[i].origin >= SETTING_FLAG && hosts->sources[i].origin <= last)
			return &hosts->sources[i];
	return NULL;
}

static void add_hosts(const struct check_input *in, struct listeners *listeners, const char *hosts)
{
	while (*hosts) {
		size_t length = strcspn(hosts, ", ");

		if (text_starts(hosts, "tcp://"))
			add_listener(listeners, arena_strndup(in->arena, hosts + strlen("tcp://"),
							      length - strlen("tcp://")));
		else if (text_starts(hosts, "fd:"))
			listeners->activated = true;
		hosts += length;
		hosts += strspn(hosts, ", ");
	}
}

/* "API is accessible on http://0.0.0.0:2375 without encryption." */
static void add_warnings(const struct check_input *in, struct listeners *listeners)
{
	static const char phrase[] = "API is accessible on http";

	doc_for_each (warning, doc_at(in->facts->engine.info, "Warnings")) {
		const char *found =
			doc_is_string(warning) ? strstr(warning->valuestring, phrase) : NULL;

		found = found ? strstr(found, "://") : NULL;
		if (!found)
			continue;
		found += strlen("://");
		add_listener(listeners, arena_strndup(in->arena, found, strcspn(found, " ")));
	}
}

/* Sockets of dockerd that are not the API: each is known by its exact port. */
static void mark_others(const struct check_input *in, struct listeners *listeners)
{
	const struct engine *engine = &in->facts->engine;
	const struct setting *metrics = facts_setting(in->facts, "metrics-addr");

	if (metrics && metrics->value)
		mark_port(listeners, metrics->value);
	if (text_equal(engine->swarm_state, "active")) {
		listeners->known[2377] = listeners->known[7946] = true;
		doc_for_each (manager, doc_at(engine->info, "Swarm.RemoteManagers"))
			mark_port(listeners, doc_string_or(manager, "Addr", ""));
	}
}

/* The sockets of dockerd that facts take for the API's; Podman's service has no others. */
static void add_sockets(const struct check_input *in, struct listeners *listeners,
			const struct setting *hosts)
{
	bool swarm = text_equal(in->facts->engine.swarm_state, "active");
	const cJSON *sockets;

	if (doc_array(in->facts->engine.daemon, "listeners", &sockets) != DOC_PRESENT)
		return;
	listeners->seen = true;
	if (listeners->certain || !hosts || !hosts->n_sources ||
	    hosts->sources[0].origin != SETTING_KERNEL)
		return;
	mark_others(in, listeners);
	for (size_t i = 0; i < hosts->n_items; i++) {
		const char *colon = strrchr(hosts->items[i], ':'), *address;
		uint64_t port;

		if (!text_starts(hosts->items[i], "tcp://") || !parse_u64(colon + 1, 10, &port) ||
		    port >= N_PORTS || listeners->known[port])
			continue;
		address = hosts->items[i] + strlen("tcp://");
		if (in->facts->engine.is_podman || (listeners->activated && !swarm))
			add_listener(listeners, address);
		else
			listeners->strange = address;
	}
}

static const char *endpoint_of(const struct check_input *in)
{
	return in->facts->endpoint ? in->facts->endpoint : "";
}

/* Where nothing else is known of an engine on another host: we ourselves came in over the network.
 */
static void add_endpoint(const struct check_input *in, struct listeners *listeners)
{
	const char *endpoint = endpoint_of(in);

	if (!listeners->n && !in->facts->local && text_starts(endpoint, "tcp://"))
		add_listener(listeners, endpoint + strlen("tcp://"));
}

static const char *names(const struct check_input *in, const struct listeners *listeners)
{
	cleanup_text struct text text = {0};

	for (size_t i = 0; i < listeners->n; i++)
		text_add_item(&text, arena_printf(in->arena, "tcp://%s", listeners->names[i]));
	return arena_strdup(in->arena, text_string(&text));
}

/* Nothing is known to listen on TCP: is that all there is? */
static struct verdict judge_silent(const struct check_input *in, const struct listeners *listeners,
				   const char *hosts)
{
	const struct engine *engine = &in->facts->engine;

	if (listeners->strange)
		return verdict_unknown(in, "compare with `systemctl show -p Listen docker.socket`",
				       "dockerd listens on %s, and no setting says what for",
				       listeners->strange);
	if (*hosts ? listeners->seen || !listeners->activated : listeners->seen)
		return verdict_pass(in, "the API listens on no TCP socket%s%s",
				    *hosts ? ": hosts is " : "", hosts);
	return verdict_unknown(in, engine->daemon_hint ? engine->daemon_hint : "run as root",
			       "the sockets of dockerd were not seen: %s",
			       engine->daemon_unread ? engine->daemon_unread
						     : "the kernel did not show them");
}

/* Reached over the network: by whom? */
static struct verdict judge_listening(const struct check_input *in,
				      const struct listeners *listeners)
{
	const enum severity severity = listeners->beyond ? SEVERITY_CRITICAL : SEVERITY_HIGH;
	const char *where = names(in, listeners);
	const struct setting *verify, *tls;
	bool encrypted;
	struct verdict verdict;

	if (doc_bool(in->facts->snapshot, "endpoint_tls", &encrypted) == DOC_PRESENT &&
	    !encrypted && text_starts(endpoint_of(in), "tcp://"))
		return verdict_as(verdict_fail(in, "the API answers at %s without TLS", where),
				  severity);
	verify = engine_setting(in, "tlsverify", &verdict);
	if (!verify)
		return verdict;
	tls = engine_setting(in, "tls", &verdict);
	if (!tls && !setting_is_on(verify))
		return verdict;
	if (setting_is_on(verify))
		verdict = verdict_pass(in, "the API at %s demands client certificates", where);
	else if (setting_is_on(tls))
		verdict = verdict_fail(in, "the API at %s takes any client: %s", where,
				       setting_text(in, verify));
	else
		verdict = verdict_fail(in, "the API listens on %s without TLS", where);
	cite_setting(in, &verdict, verify);
	if (tls)
		cite_setting(in, &verdict, tls);
	return verdict.status == STATUS_FAIL ? verdict_as(verdict, severity) : verdict;
}

static void cite_sockets(const struct check_input *in, struct verdict *verdict,
			 const struct setting *hosts)
{
	if (hosts)
		cite_setting(in, verdict, hosts);
	if (!in->facts->local)
		cite_string(in, verdict, "host", "endpoint", endpoint_of(in));
	cite_field(in, verdict, "info", "Warnings");
}

static struct verdict judge_tls(const struct check_input *in)
{
	struct listeners listeners = {.known = arena_array(in->arena, N_PORTS, sizeof(bool))};
	const struct setting *setting = facts_setting(in->facts, "hosts");
	const struct setting_source *told = told_hosts(setting);
	const char *hosts = told ? told->value : "";
	struct verdict verdict;

	add_hosts(in, &listeners, hosts);
	listeners.certain = told && told->origin == SETTING_FLAG && !listeners.activated;
	add_warnings(in, &listeners);
	add_endpoint(in, &listeners);
	add_sockets(in, &listeners, setting);
	if (listeners.n)
		verdict = judge_listening(in, &listeners);
	else
		verdict = judge_silent(in, &listeners, setting && setting->unknown ? "" : hosts);
	cite_sockets(in, &verdict, setting);
	return verdict;
}

const struct check checks_engine_tls[] = {
	{.name = "engine-tls", .subjects = SUBJECTS(SUBJECT_ENGINE), .judge = judge_tls},
	{0},
};
