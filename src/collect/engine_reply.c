/* SPDX-License-Identifier: Apache-2.0 */
#include "collect/engine_reply.h"

#include "base/cleanup.h"
#include "base/doc.h"
#include "base/text.h"

#include <curl/curl.h>
#include <errno.h>
#include <grp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>

#define HINT_ENDPOINT "another endpoint is given with -H or DOCKER_HOST"
#define HINT_TLS                                                                                  \
	"set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the directory of ca.pem, cert.pem and " \
	"key.pem"
#define HINT_TIMEOUT "the engine may be busy: try again, or raise --timeout"

/* Whose failure is put into words, and where the words go. */
struct sentence {
	const struct engine_reply *reply;
	struct arena *arena;
	const char **ret_hint;
	struct error *err;
};

__attribute__((format(printf, 4, 5))) static int say(const struct sentence *s, int code,
						     const char *hint, const char *format, ...)
{
	va_list args;
	char *reason;

	va_start(args, format);
	reason = arena_vprintf(s->arena, format, args);
	va_end(args);
	*s->ret_hint = hint;
	if (!hint)
		return error_set(s->err, code, "%s", reason);
	return error_set(s->err, code, "%s: %s", reason, hint);
}

static const char *group_name(struct arena *arena, gid_t gid)
{
	struct group entry, *found = NULL;
	char room[4096];

	if (getgrgid_r(gid, &entry, room, sizeof(room), &found) == 0 && found)
		return arena_strdup(arena, found->gr_name);
	return arena_printf(arena, "with gid %u", (unsigned)gid);
}

static int say_denied(const struct sentence *s)
{
	const char *socket = s->reply->endpoint->socket;
	struct stat st;

	if (stat(s->reply->endpoint->connect, &st) < 0)
		return say(s, EACCES, "run as root, or give the rootless engine's socket with -H",
			   "permission denied at %s: this user may not enter its directory",
			   socket);
	return say(s, EACCES,
		   arena_printf(s->arena,
				"run as root, or as a member of the group that owns the socket "
				"(%s)",
				group_name(s->arena, st.st_gid)),
		   "permission denied at %s", socket);
}

static int say_refused(const struct sentence *s)
{
	const char *socket = s->reply->endpoint->socket;
	struct stat st;

	if (!socket)
		return say(
			s, ECONNREFUSED,
			"is that engine running, and does it listen on TCP (dockerd -H tcp://…)? "
			"A firewall may be in the way",
			"connection refused at %s", s->reply->endpoint->name);
	if (stat(s->reply->endpoint->connect, &st) == 0 && !S_ISSOCK(st.st_mode))
		return say(s, ECONNREFUSED, HINT_ENDPOINT, "%s is no socket", socket);
	return say(s, ECONNREFUSED,
		   "the engine that made this socket has stopped (systemctl start docker)",
		   "connection refused at %s: nobody listens there", socket);
}

static int say_unconnected(const struct sentence *s)
{
	const struct engine_reply *reply = s->reply;

	switch (reply->os_error) {
	case ENOENT:
	case ENOTDIR:
		return say(
			s, ENOENT,
			"is Docker installed and running? (systemctl start docker); " HINT_ENDPOINT,
			"no Docker socket at %s", reply->endpoint->socket);
	case EACCES:
	case EPERM:
		if (reply->endpoint->socket)
			return say_denied(s);
		break;
	case ECONNREFUSED:
		return say_refused(s);
	default:
		break;
	}
	return say(s, ECONNREFUSED,
		   "check the endpoint's spelling and the way there; " HINT_ENDPOINT,
		   "cannot connect to %s: %s", reply->endpoint->name,
		   reply->os_error ? strerror((int)reply->os_error) : reply->detail);
}

static int say_late(const struct sentence *s)
{
	const struct engine_reply *reply = s->reply;

	if (reply->overall)
		return say(
			s, ETIMEDOUT, HINT_TIMEOUT,
			"GET %s: no whole answer before the %u seconds for all requests were over",
			reply->path, reply->seconds);
	return say(s, ETIMEDOUT, HINT_TIMEOUT, "GET %s: no whole answer within %u seconds",
		   reply->path, reply->seconds);
}

static int say_no_tls(const struct sentence *s)
{
	const struct endpoint *endpoint = s->reply->endpoint;
	const char *hint;

	hint = arena_printf(s->arena,
			    "is %s of the authority that signed the engine's certificate, is the "
			    "certificate made out to this host, and %s? (DOCKER_CERT_PATH names "
			    "their directory; without DOCKER_TLS_VERIFY, TLS is not used)",
			    endpoint->ca,
			    endpoint->cert ? "is cert.pem one that the engine accepts"
					   : "does the engine ask for cert.pem and key.pem, which "
					     "are not there");
	return say(s, EPROTO, hint, "no TLS connection to %s: %s", endpoint->name,
		   s->reply->detail);
}

static int say_not_engine(const struct sentence *s, const char *what)
{
	return say(s, EPROTO, HINT_ENDPOINT,
		   "what answers at %s is no Docker engine: GET %s gave %s",
		   s->reply->endpoint->name, s->reply->path, what);
}

static int say_cut(const struct sentence *s)
{
	if (s->reply->endpoint->tls && !s->reply->status)
		return say_no_tls(s);
	return say(s, EBADMSG,
		   "the engine or a proxy broke off: look into the engine's log, try again",
		   "GET %s: the answer is cut off after %zu bytes (%s)", s->reply->path,
		   s->reply->length, s->reply->detail);
}

static int say_transfer(const struct sentence *s)
{
	switch (s->reply->result) {
	case CURLE_COULDNT_CONNECT:
	case CURLE_COULDNT_RESOLVE_HOST:
		return say_unconnected(s);
	case CURLE_OPERATION_TIMEDOUT:
		return say_late(s);
	case CURLE_PARTIAL_FILE:
	case CURLE_RECV_ERROR:
	case CURLE_SEND_ERROR:
		return say_cut(s);
	case CURLE_GOT_NOTHING:
	case CURLE_UNSUPPORTED_PROTOCOL:
	case CURLE_WEIRD_SERVER_REPLY:
		return say_not_engine(s, "no HTTP");
	case CURLE_SSL_CONNECT_ERROR:
	case CURLE_SSL_CERTPROBLEM:
	case CURLE_SSL_CACERT_BADFILE:
	case CURLE_PEER_FAILED_VERIFICATION:
		return say_no_tls(s);
	case CURLE_OUT_OF_MEMORY:
		return say(s, ENOMEM, NULL, "GET %s: out of memory", s->reply->path);
	default:
		return say(s, EPROTO, HINT_ENDPOINT, "GET %s from %s: %s", s->reply->path,
			   s->reply->endpoint->name, s->reply->detail);
	}
}

/* The engine's own words: {"message": "…"}; NULL where the body is something else. */
static const char *own_words(const struct sentence *s)
{
	cleanup_doc cJSON *doc = NULL;

	if (doc_parse(s->reply->body, s->reply->length, &doc, NULL) < 0)
		return NULL;
	return arena_strdup(s->arena, doc_string_or(doc, "message", NULL));
}

static bool body_has(const struct engine_reply *reply, const char *words)
{
	return memmem(reply->body, reply->length, words, strlen(words));
}

static int say_status(const struct sentence *s)
{
	const struct engine_reply *reply = s->reply;
	const char *words = own_words(s), *path = reply->path;

	if (reply->status == 400 && body_has(reply, "HTTP request to an HTTPS server"))
		return say(s, EPROTO, HINT_TLS, "the engine at %s wants TLS",
			   reply->endpoint->name);
	if (words && reply->status == 400 && strstr(words, "client version"))
		return say(s, EPROTONOSUPPORT,
			   "a newer bulkhead may speak with it; a proxy before the engine may pin "
			   "a version",
			   "GET %s: the engine refuses this API version (%s)", path, words);
	if (reply->status >= 300 && reply->status < 400)
		return say_not_engine(
			s, arena_printf(s->arena, "a redirect (HTTP %ld)", reply->status));
	if (!words && strcmp(path, "/version") == 0)
		return say_not_engine(s, arena_printf(s->arena, "HTTP %ld", reply->status));
	if (reply->status == 404)
		return say(s, ESRCH, NULL, "GET %s: HTTP 404: %s", path,
			   words ? words : "not found");
	if (words && *words)
		return say(s, EREMOTEIO, NULL, "GET %s: HTTP %ld: %s", path, reply->status, words);
	return say(s, EREMOTEIO,
		   "that is not how an engine answers: is a proxy in the way? " HINT_ENDPOINT,
		   "GET %s: HTTP %ld", path, reply->status);
}

/* Something that begins like no JSON document comes from no engine. */
static bool looks_like_json(const struct engine_reply *reply)
{
	size_t i = 0;

	while (i < reply->length && strchr(" \t\r\n", reply->body[i]) && reply->body[i])
		i++;
	return i < reply->length && strchr("{[n", reply->body[i]) && reply->body[i];
}

static int read_document(const struct sentence *s, cJSON **ret)
{
	const struct engine_reply *reply = s->reply;
	struct error cause = {0};

	if (doc_parse(reply->body, reply->length, ret, &cause) == 0)
		return 0;
	if (reply->length == 0)
		return say_not_engine(s, "an empty answer");
	if (!looks_like_json(reply))
		return say_not_engine(s, reply->content_type ? reply->content_type
							     : "something other than JSON");
	return say(s, EBADMSG, NULL, "GET %s: malformed JSON: %s", reply->path, cause.text);
}

int engine_reply_read(const struct engine_reply *reply, struct arena *arena, cJSON **ret,
		      const char **ret_hint, struct error *err)
{
	const struct sentence s = {reply, arena, ret_hint, err};

	if (reply->too_big)
		return say(&s, EFBIG, NULL, "GET %s: the answer is larger than %zu bytes",
			   reply->path, reply->ceiling);
	if (reply->result != CURLE_OK)
		return say_transfer(&s);
	if (reply->status < 200 || reply->status > 299)
		return say_status(&s);
	return read_document(&s, ret);
}
