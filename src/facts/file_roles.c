/* SPDX-License-Identifier: Apache-2.0 */

/*
 * Which files of the host are what to the engine. What dockerd was told decides; where it was not
 * seen, or said nothing, its defaults do (moby's cmd/dockerd and opts).
 */

#include "facts/file_builder.h"

#include "base/path.h"
#include "base/text.h"

#include <string.h>

/* The engine answers, but its process, which may have been told of other files, was not seen. */
static bool is_unseen(const struct file_builder *builder)
{
	const struct engine *engine = &builder->facts->engine;

	return engine->info && engine->daemon_unread;
}

/* An absent default proves little where another file may have been named. */
static void doubt(const struct file_builder *builder, struct file *file)
{
	const struct engine *engine = &builder->facts->engine;

	if (file->state != FILE_ABSENT || !is_unseen(builder) || engine->is_podman)
		return;
	file->state = FILE_UNREAD;
	file->why = arena_printf(builder->arena,
				 "%s does not exist, and whether the engine was told of another "
				 "file is not known: %s",
				 file->path, engine->daemon_unread);
	file->hint = engine->daemon_hint;
}

static void set_unused(struct file *file, const char *why)
{
	if (!file)
		return;
	file->state = FILE_UNUSED;
	file->why = why;
}

/* Where it lies by default: below /etc, or in a directory of the user. */
static const char *config_path(const struct file_builder *builder, const char *name)
{
	const char *path = NULL;

	if (builder->facts->file_owner.rootless)
		path = file_of_user(builder, "config", path_join(builder->arena, "docker", name));
	return path ? path : path_join(builder->arena, "/etc/docker", name);
}

static void load_config(struct file_builder *builder)
{
	const char *told = doc_string_or(builder->facts->engine.daemon, "config_file.path", NULL);

	file_add(builder, FILE_CONFIG_DIRECTORY, config_path(builder, ""));
	if (told && *told == '/')
		file_add(builder, FILE_DAEMON_CONFIG, told);
	else
		doubt(builder,
		      file_add(builder, FILE_DAEMON_CONFIG, config_path(builder, "daemon.json")));
	file_add(builder, FILE_ETC_DEFAULT, "/etc/default/docker");
	file_add(builder, FILE_ETC_SYSCONFIG, "/etc/sysconfig/docker");
}

static void load_registries(struct file_builder *builder)
{
	const char *directory = config_path(builder, "certs.d");
	const struct index *paths = &builder->paths;

	file_add(builder, FILE_REGISTRY_CERTIFICATES, directory);
	for (size_t i = index_lower(paths, directory); i < paths->n; i++) {
		if (!text_starts(paths->entries[i].key, directory))
			break;
		if (path_within(paths->entries[i].key, directory))
			file_add(builder, FILE_REGISTRY_CERTIFICATES, paths->entries[i].key);
	}
	doc_for_each (unlisted, builder->unlisted)
		if (path_within(unlisted->string, directory))
			file_add_unlisted(builder, FILE_REGISTRY_CERTIFICATES, unlisted->string);
}

/* The directory in which dockerd looks for its certificates unless it is told where they are. */
static const char *certificate_directory(const struct file_builder *builder)
{
	const cJSON *environment = doc_at(builder->facts->engine.daemon, "environment");
	const char *directory = doc_string_or(environment, "DOCKER_CERT_PATH", "");

	if (!*directory)
		directory = doc_string_or(environment, "DOCKER_CONFIG", "");
	if (!*directory)
		directory = file_of_user(builder, "home", ".docker");
	return directory ? directory : "/root/.docker";
}

/* Relative names are relative to where dockerd runs. */
static const char *absolute(const struct file_builder *builder, const char *path)
{
	const char *cwd = doc_string_or(builder->user, "cwd", NULL);

	return *path == '/' || !cwd ? path : path_join(builder->arena, cwd, path);
}

/* The file that a setting names, in effect or, where that is not known, in a file or a flag. */
static const char *named_file(const struct setting *setting)
{
	for (size_t i = 0; setting && i < setting->n_sources; i++)
		if (setting->sources[i].origin != SETTING_DEFAULT && *setting->sources[i].value)
			return setting->sources[i].value;
	return NULL;
}

/* Why no certificate is read; NULL where one is, or may be. */
static const char *why_no_tls(const struct file_builder *builder)
{
	const struct setting *tls = facts_setting(builder->facts, "tls");

	if (!builder->facts->engine.info)
		return "no engine answers that was told to use TLS";
	if (builder->facts->engine.is_podman)
		return "Podman does not serve TLS";
	if (!tls || tls->unknown || !text_equal(tls->value, "false"))
		return NULL;
	return arena_printf(builder->arena, "TLS is not configured: tls is false (%s)",
			    tls->n_sources ? tls->sources[0].path : "default");
}

static void load_tls(struct file_builder *builder)
{
	static const struct {
		enum file_role role;
		const char *setting, *name;
	} files[] = {
		{FILE_TLS_CA, "tlscacert", "ca.pem"},
		{FILE_TLS_CERTIFICATE, "tlscert", "cert.pem"},
		{FILE_TLS_KEY, "tlskey", "key.pem"},
	};
	const char *directory = certificate_directory(builder), *unused = why_no_tls(builder);

	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		const char *path = named_file(facts_setting(builder->facts, files[i].setting));
		const char *usual = path_join(builder->arena, directory, files[i].name);
		struct file *file =
			file_add(builder, files[i].role, absolute(builder, path ? path : usual));

		if (!path && unused)
			set_unused(file, unused);
		else if (!path)
			doubt(builder, file);
	}
}

/* Of several places where a socket may be, those where one is; the first where none is. */
static void add_existing(struct file_builder *builder, enum file_role role,
			 const char *const *paths, size_t n)
{
	cleanup_text struct text absent = {0};
	struct file *file;

	for (size_t i = 0; i < n; i++) {
		if (file_may_exist(builder, paths[i]))
			file_add(builder, role, paths[i]);
		else
			text_addf(&absent, "%s%s", absent.length ? " and " : "", paths[i]);
	}
	if (n == 0 || file_has_role(builder, role))
		return;
	file = file_add(builder, role, paths[0]);
	if (file->state == FILE_ABSENT && n > 1)
		file->why = arena_printf(builder->arena, "there is no socket at %s",
					 text_string(&absent));
}

struct candidates {
	const char **paths;
	size_t n;
	bool activated; /* systemd opens the socket */
};

static void add_candidate(struct candidates *candidates, const char *path)
{
	if (!path || *path != '/')
		return;
	for (size_t i = 0; i < candidates->n; i++)
		if (text_equal(candidates->paths[i], path))
			return;
	candidates->paths[candidates->n++] = path;
}

static void add_url(struct candidates *candidates, const char *url)
{
	if (text_starts(url, "unix://"))
		add_candidate(candidates, url + strlen("unix://"));
	candidates->activated |= text_starts(url, "fd:");
}

static const char *default_socket(const struct file_builder *builder)
{
	const char *path = NULL;

	if (builder->facts->file_owner.rootless)
		path = file_of_user(builder, "runtime", "docker.sock");
	return path ? path : "/var/run/docker.sock";
}

/* What is told wherever it stands, since a socket that is not in use can be opened by its owner. */
static void add_hosts(struct file_builder *builder, const struct setting *hosts,
		      struct candidates *candidates)
{
	add_url(candidates, builder->facts->endpoint);
	for (size_t i = 0; hosts && i < hosts->n_items; i++)
		if (hosts->sources[0].origin != SETTING_DEFAULT)
			add_url(candidates, hosts->items[i]);
	for (size_t i = 0; hosts && i < hosts->n_sources; i++)
		candidates->activated |= strstr(hosts->sources[i].value, "fd:") != NULL;
}

static void set_groups(struct file_builder *builder, struct file *file,
		       const struct socket_unit *unit)
{
	const struct setting *group = facts_setting(builder->facts, "group");
	struct file_group *groups = arena_array(builder->arena, 2, sizeof(*groups));
	size_t n = 0;

	for (size_t i = 0; group && i < group->n_sources && n == 0; i++)
		if (group->sources[i].origin != SETTING_DEFAULT && *group->sources[i].value)
			groups[n++] = (struct file_group){
				group->sources[i].value,
				arena_printf(builder->arena, "group (%s)", group->sources[i].path)};
	if (unit->group)
		groups[n++] = (struct file_group){unit->group, "SocketGroup of docker.socket"};
	file->groups = groups;
	file->n_groups = n;
	if (group && group->unknown && builder->facts->engine.info)
		file->groups_unknown = group->unknown;
}

static void load_api_sockets(struct file_builder *builder)
{
	const struct setting *hosts = facts_setting(builder->facts, "hosts");
	struct socket_unit unit;
	struct candidates candidates = {0};
	bool told;

	file_socket_unit(builder, &unit);
	candidates.paths = arena_array(builder->arena, (hosts ? hosts->n_items : 0) + unit.n + 2,
				       sizeof(*candidates.paths));
	add_hosts(builder, hosts, &candidates);
	told = hosts && hosts->value && hosts->sources[0].origin != SETTING_DEFAULT;
	for (size_t i = 0; (candidates.activated || (candidates.n == 0 && !told)) && i < unit.n;
	     i++)
		add_candidate(&candidates, unit.paths[i]);
	if (candidates.n == 0 && told) {
		set_unused(file_add(builder, FILE_API_SOCKET, default_socket(builder)),
			   arena_printf(builder->arena,
					"the API listens on no unix socket: hosts is %s",
					hosts->value));
		return;
	}
	if (candidates.n == 0)
		add_candidate(&candidates, default_socket(builder));
	add_existing(builder, FILE_API_SOCKET, candidates.paths, candidates.n);
	for (size_t i = 0; i < builder->n; i++)
		if (builder->items[i]->roles >> FILE_API_SOCKET & 1)
			set_groups(builder, builder->items[i], &unit);
}

static void load_containerd(struct file_builder *builder)
{
	const struct setting *containerd = facts_setting(builder->facts, "containerd");
	const struct setting *exec_root = facts_setting(builder->facts, "exec-root");
	const char *paths[8], *root = exec_root ? exec_root->value : NULL;
	struct candidates candidates = {.paths = paths};

	add_candidate(&candidates,
		      doc_string_or(builder->facts->engine.info, "Containerd.Address", NULL));
	add_candidate(&candidates, named_file(containerd));
	if (builder->facts->file_owner.rootless) {
		add_candidate(&candidates, file_of_user(builder, "runtime",
							"docker/containerd/containerd.sock"));
	} else {
		add_candidate(&candidates, "/run/containerd/containerd.sock");
		add_candidate(&candidates, "/run/docker/containerd/containerd.sock");
	}
	if (root && *root == '/' && !text_equal(root, "/var/run/docker"))
		add_candidate(&candidates,
			      path_join(builder->arena, root, "containerd/containerd.sock"));
	add_existing(builder, FILE_CONTAINERD_SOCKET, candidates.paths, candidates.n);
}

void file_load_roles(struct file_builder *builder)
{
	load_config(builder);
	load_registries(builder);
	load_tls(builder);
	load_api_sockets(builder);
	load_containerd(builder);
}
