/* SPDX-License-Identifier: Apache-2.0 */

/*
 * The swarm that the engine is a member of, as GET /info shows it to a manager (moby,
 * api/types/swarm) and docker-state.json below the data root to root.
 */
#include "base/certificate.h"
#include "base/text.h"
#include "base/timestamp.h"
#include "judge/check.h"

#include <arpa/inet.h>
#include <string.h>

static const struct swarm *swarm_of(const struct check_input *in)
{
	return &in->facts->swarm;
}

static void cite_state(const struct check_input *in, struct verdict *verdict)
{
	cite_string(in, verdict, "info", "Swarm.LocalNodeState", in->subject->state);
}

/* True on a manager that knows the cluster; else *ret says why that is not judged here. */
static bool is_manager(const struct check_input *in, struct verdict *ret)
{
	if (swarm_of(in)->role == SWARM_MANAGER && swarm_of(in)->cluster)
		return true;
	if (swarm_of(in)->role == SWARM_MANAGER)
		*ret = verdict_unknown(in, NULL, "GET /info has no Swarm.Cluster");
	else if (swarm_of(in)->role == SWARM_WORKER)
		*ret = verdict_not_applicable(in, "this node is a worker of the swarm: its "
						  "managers decide this");
	else if (text_equal(in->subject->state, "locked"))
		*ret = verdict_unknown(in, "unlock it (docker swarm unlock) and audit it again",
				       "Swarm.LocalNodeState is locked");
	else
		*ret = verdict_unknown(in, "docker info says what is wrong; audit it again then",
				       "Swarm.LocalNodeState is %s", in->subject->state);
	cite_state(in, ret);
	return false;
}

/* --- managers */

static struct verdict judge_manager_count(const struct check_input *in)
{
	int64_t most = param_int(in, "maximum", 7), managers;
	struct verdict verdict;

	if (!is_manager(in, &verdict))
		return verdict;
	if (doc_int(in->subject->doc, "Managers", &managers) != DOC_PRESENT || managers < 1)
		verdict = verdict_unknown(in, NULL, "GET /info has no Swarm.Managers");
	else if (managers > most)
		verdict = verdict_fail(in, "Swarm.Managers is %lld, more than %lld",
				       (long long)managers, (long long)most);
	else if (managers % 2 == 0)
		verdict = verdict_fail(in,
				       "Swarm.Managers is %lld, an even number: it bears no more "
				       "failures than %lld do",
				       (long long)managers, (long long)managers - 1);
	else
		verdict = verdict_pass(in, "Swarm.Managers is %lld", (long long)managers);
	cite_field(in, &verdict, "info", "Managers");
	return verdict;
}

static struct verdict judge_autolock(const struct check_input *in)
{
	bool on = false;
	struct verdict verdict;

	if (text_equal(in->subject->state, "locked")) {
		verdict = verdict_pass(in, "Swarm.LocalNodeState is locked, so auto-lock is on");
		cite_state(in, &verdict);
		return verdict;
	}
	if (!is_manager(in, &verdict))
		return verdict;
	if (doc_bool(swarm_of(in)->cluster, "Spec.EncryptionConfig.AutoLockManagers", &on) !=
	    DOC_PRESENT)
		verdict = verdict_unknown(in, NULL, "GET /info has no AutoLockManagers");
	else if (on)
		verdict = verdict_pass(in, "AutoLockManagers is true");
	else
		verdict = verdict_fail(in, "AutoLockManagers is false");
	cite_field(in, &verdict, "info", "Cluster.Spec.EncryptionConfig.AutoLockManagers");
	return verdict;
}

/* --- addresses */

/* Listening on all of them: "0.0.0.0:2377", "[::]:2377", ":2377". */
static bool is_wildcard(const char *host)
{
	struct in6_addr v6;
	struct in_addr v4;

	if (!*host)
		return true;
	if (inet_pton(AF_INET, host, &v4) == 1)
		return v4.s_addr == htonl(INADDR_ANY);
	return inet_pton(AF_INET6, host, &v6) == 1 && IN6_IS_ADDR_UNSPECIFIED(&v6);
}

/* "127.0.0.1" of "127.0.0.1:2377", "fd00::1" of "[fd00::1]:2377". */
static const char *host_of(const struct check_input *in, const char *address)
{
	const char *colon = strrchr(address, ':');
	const char *bracket = strrchr(address, ']');

	if (*address == '[' && bracket)
		return arena_strndup(in->arena, address + 1, (size_t)(bracket - address - 1));
	if (!colon || strchr(address, ':') != colon)
		return address;
	return arena_strndup(in->arena, address, (size_t)(colon - address));
}

/* What was given to `docker swarm init` or `join`; NULL, and *ret why, where it was not read. */
static const cJSON *addresses(const struct check_input *in, struct verdict *ret)
{
	const cJSON *local = swarm_of(in)->local, *state;

	if (doc_object(local, "state", &state) == DOC_PRESENT)
		return state;
	*ret = verdict_unknown(
		in, in->facts->local ? "run as root" : "run bulkhead on the machine of the engine",
		"swarm/docker-state.json below the data root was not read: %s",
		doc_string_or(local, "unread.state",
			      local ? "it is no object"
				    : "the files of the engine's process were not seen"));
	cite_state(in, ret);
	return NULL;
}

static void cite_address(const struct check_input *in, struct verdict *verdict, const char *name,
			 const cJSON *state)
{
	cite_string(in, verdict, "file",
		    arena_printf(in->arena, "swarm/docker-state.json %s", name),
		    doc_string_or(state, name, ""));
}

/* Gossip between nodes, which has no option of its own (docs.docker.com, swarm). */
#define GOSSIP_PORT "7946"

/* A socket of dockerd for gossip, or on the port that it listens on, on every address. */
static const char *wildcard_listener(const struct check_input *in, const char *listen)
{
	const char *colon = strrchr(listen, ':');

	doc_for_each (listener, doc_at(in->facts->engine.daemon, "listeners")) {
		const char *address = doc_string_or(listener, "address", "");
		const char *port = doc_string_or(listener, "port", "");

		if ((text_equal(port, GOSSIP_PORT) || (colon && text_equal(port, colon + 1))) &&
		    is_wildcard(address))
			return arena_printf(in->arena, "%s port %s", address, port);
	}
	return NULL;
}

static struct verdict judge_bound(const struct check_input *in)
{
	const char *listen = "", *wildcard;
	struct verdict verdict;
	const cJSON *state = addresses(in, &verdict);

	if (!state)
		return verdict;
	if (doc_string(state, "ListenAddr", &listen) != DOC_PRESENT)
		verdict = verdict_unknown(in, NULL, "docker-state.json has no ListenAddr");
	else if (is_wildcard(host_of(in, listen)))
		verdict = verdict_fail(in, "ListenAddr is %s: every address of the host",
				       *listen ? listen : "not set");
	else if ((wildcard = wildcard_listener(in, listen)))
		verdict = verdict_fail(in, "ListenAddr is %s, yet dockerd listens on %s", listen,
				       wildcard);
	else
		verdict = verdict_pass(in, "ListenAddr is %s", listen);
	cite_address(in, &verdict, "ListenAddr", state);
	doc_for_each (listener, doc_at(in->facts->engine.daemon, "listeners"))
		if (text_equal(doc_string_or(listener, "port", ""), GOSSIP_PORT))
			cite_string(in, &verdict, "kernel", "dockerd listens on port " GOSSIP_PORT,
				    doc_string_or(listener, "address", ""));
	return verdict;
}

static struct verdict judge_planes(const struct check_input *in)
{
	const char *data = "", *advertised = "";
	struct verdict verdict;
	const cJSON *state = addresses(in, &verdict);

	if (!state)
		return verdict;
	if (doc_string(state, "AdvertiseAddr", &advertised) != DOC_PRESENT ||
	    doc_string(state, "DataPathAddr", &data) == DOC_MALFORMED)
		verdict = verdict_unknown(in, NULL, "docker-state.json has no AdvertiseAddr");
	else if (!*data)
		verdict = verdict_fail(in, "DataPathAddr is not set: containers use %s as well",
				       host_of(in, advertised));
	else if (text_equal(host_of(in, data), host_of(in, advertised)))
		verdict = verdict_fail(in, "DataPathAddr and AdvertiseAddr are both %s", data);
	else
		verdict =
			verdict_pass(in, "DataPathAddr is %s, AdvertiseAddr %s", data, advertised);
	cite_address(in, &verdict, "AdvertiseAddr", state);
	cite_address(in, &verdict, "DataPathAddr", state);
	return verdict;
}

/* --- certificates */

#define NANOSECONDS_PER_DAY (SECONDS_PER_DAY * 1000000000)

/* The certificate of this node expired before the snapshot was taken. */
static bool is_expired(const struct check_input *in, struct verdict *ret)
{
	const char *pem = doc_string_or(swarm_of(in)->local, "node_certificate", NULL);
	struct validity validity;

	if (!pem || !certificate_validity(pem, &validity) || !in->facts->now ||
	    in->facts->now <= validity.not_after)
		return false;
	*ret = verdict_fail(in, "this node's certificate expired %lld days ago",
			    (long long)((in->facts->now - validity.not_after) / SECONDS_PER_DAY));
	cite_int(in, ret, "file", "swarm/certificates/swarm-node.crt notAfter", validity.not_after);
	return true;
}

static struct verdict judge_expiry(const struct check_input *in)
{
	int64_t most = param_int(in, "days", 90), expiry;
	struct verdict verdict;

	if (is_expired(in, &verdict) || !is_manager(in, &verdict))
		return verdict;
	if (doc_int(swarm_of(in)->cluster, "Spec.CAConfig.NodeCertExpiry", &expiry) !=
		    DOC_PRESENT ||
	    expiry <= 0)
		verdict = verdict_unknown(in, NULL, "GET /info has no NodeCertExpiry");
	else if (expiry > most * NANOSECONDS_PER_DAY)
		verdict =
			verdict_fail(in, "NodeCertExpiry is %.4g days, more than %lld",
				     (double)expiry / (double)NANOSECONDS_PER_DAY, (long long)most);
	else
		verdict = verdict_pass(in, "NodeCertExpiry is %.4g days",
				       (double)expiry / (double)NANOSECONDS_PER_DAY);
	cite_field(in, &verdict, "info", "Cluster.Spec.CAConfig.NodeCertExpiry");
	return verdict;
}

static struct verdict judge_age(const struct check_input *in, int64_t days)
{
	int64_t most = param_int(in, "days", 0);

	if (most == 0)
		return verdict_manual(in,
				      "the certificate authority is %lld days old: is that right "
				      "here? (the parameter swarm_ca_days says how old it may be)",
				      (long long)days);
	if (days > most)
		return verdict_fail(in,
				    "the certificate authority is %lld days old, more than %lld",
				    (long long)days, (long long)most);
	return verdict_pass(in, "the certificate authority is %lld days old", (long long)days);
}

static struct verdict judge_ca(const struct check_input *in)
{
	struct validity validity;
	struct verdict verdict;
	const char *pem;

	if (!is_manager(in, &verdict))
		return verdict;
	pem = doc_string_or(swarm_of(in)->cluster, "TLSInfo.TrustRoot", "");
	if (doc_bool_or(swarm_of(in)->cluster, "RootRotationInProgress", false)) {
		verdict = verdict_pass(in, "RootRotationInProgress is true");
	} else if (!certificate_validity(pem, &validity) || !in->facts->now) {
		verdict = verdict_unknown(in, NULL, "GET /info has no readable TLSInfo.TrustRoot");
	} else {
		verdict = judge_age(in, (in->facts->now - validity.not_before) / SECONDS_PER_DAY);
		cite_int(in, &verdict, "info", "Swarm.Cluster.TLSInfo.TrustRoot notBefore",
			 validity.not_before);
	}
	cite_field(in, &verdict, "info", "Cluster.RootRotationInProgress");
	return verdict;
}

static const struct param_spec manager_params[] = {
	{.name = "maximum", .type = PARAM_INT, .summary = "most managers; 7 where not given"},
	{0},
};

static const struct param_spec expiry_params[] = {
	{.name = "days", .type = PARAM_INT, .summary = "longest life of a node's certificate"},
	{0},
};

static const struct param_spec ca_params[] = {
	{.name = "days", .type = PARAM_INT, .summary = "greatest age; 0: a person judges it"},
	{0},
};

#define SWARM .subjects = SUBJECTS(SUBJECT_SWARM)

const struct check checks_swarm[] = {
	{.name = "swarm-managers", SWARM, .judge = judge_manager_count, .params = manager_params},
	{.name = "swarm-autolock", SWARM, .judge = judge_autolock},
	{.name = "swarm-bound-interface", SWARM, .judge = judge_bound},
	{.name = "swarm-planes", SWARM, .judge = judge_planes},
	{.name = "swarm-certificate-expiry", SWARM, .judge = judge_expiry, .params = expiry_params},
	{.name = "swarm-ca-age", SWARM, .judge = judge_ca, .params = ca_params},
	{0},
};
