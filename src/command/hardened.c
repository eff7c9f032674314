/* SPDX-License-Identifier: Apache-2.0 */
#include "command/hardened.h"

#include "base/path.h"
#include "base/text.h"
#include "base/yaml_text.h"
#include "facts/attack.h"
#include "facts/capability.h"
#include "facts/least_privilege.h"

#include <inttypes.h>
#include <string.h>

struct writer {
	struct arena *arena;
	const struct container *container;
	struct least_privilege least;
	struct hardened result;
};

/* A word of a shell; in single quotes unless it is plain. */
static const char *quoted(struct arena *arena, const char *word)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
				    "_-./:=,@%+";
	cleanup_text struct text text = {0};

	if (*word && !word[strspn(word, plain)])
		return word;
	text_add(&text, "'");
	for (; *word; word++)
		text_add(&text, *word == '\'' ? "'\\''" : (char[]){*word, '\0'});
	text_add(&text, "'");
	return arena_strdup(arena, text_string(&text));
}

/* A value of a Compose file, in which a dollar begins a variable unless it is doubled. */
static const char *yaml(struct arena *arena, const char *value)
{
	cleanup_text struct text doubled = {0}, text = {0};

	for (; *value; value++)
		text_add(&doubled, *value == '$' ? "$$" : (char[]){*value, '\0'});
	yaml_add_quoted(&text, text_string(&doubled));
	return arena_strdup(arena, text_string(&text));
}

/* A name in a Compose file: in quotes, for "no" and "1" are not strings there. */
static const char *yaml_key(struct arena *arena, const char *name)
{
	cleanup_text struct text text = {0};

	yaml_add_quoted(&text, name);
	return arena_strdup(arena, text_string(&text));
}

static void push(struct arena *arena, const char ***list, size_t *n, const char *item)
{
	*list = arena_grow(arena, *list, *n, sizeof(**list));
	(*list)[(*n)++] = item;
}

static void add_option(struct writer *writer, const char *option, const char *value)
{
	push(writer->arena, &writer->result.options, &writer->result.n_options,
	     value ? arena_printf(writer->arena, "%s %s", option, quoted(writer->arena, value))
		   : option);
}

static void add_line(struct writer *writer, const char *key, const char *value)
{
	push(writer->arena, &writer->result.lines, &writer->result.n_lines,
	     arena_printf(writer->arena, "%s: %s", key, value));
}

__attribute__((format(printf, 2, 3))) static void note(struct writer *writer, const char *format,
						       ...)
{
	va_list args;

	va_start(args, format);
	push(writer->arena, &writer->result.notes, &writer->result.n_notes,
	     arena_vprintf(writer->arena, format, args));
	va_end(args);
}

/* An option that is given once for each item, and one list in YAML. */
struct items {
	const char *option, *key;
	struct text list;
};

static void add_item(struct writer *writer, struct items *items, const char *value)
{
	add_option(writer, items->option, value);
	text_add_item(&items->list, yaml(writer->arena, value));
}

static void end_items(struct writer *writer, struct items *items)
{
	if (items->list.length)
		add_line(writer, items->key,
			 arena_printf(writer->arena, "[%s]", text_string(&items->list)));
	text_release(&items->list);
}

/* Networks or volumes that are named in the service: Compose takes none that is not declared. */
struct declared {
	const char *key;
	struct text names;
};

static void declare(struct writer *writer, struct declared *declared, const char *name,
		    bool is_there)
{
	text_add_item(&declared->names,
		      arena_printf(writer->arena, "%s: {%s}", yaml_key(writer->arena, name),
				   is_there ? "external: true" : ""));
}

static void end_declared(struct writer *writer, struct declared *declared)
{
	if (declared->names.length)
		push(writer->arena, &writer->result.declarations, &writer->result.n_declarations,
		     arena_printf(writer->arena, "%s: {%s}", declared->key,
				  text_string(&declared->names)));
	text_release(&declared->names);
}

static void add_user(struct writer *writer)
{
	const char *user = doc_string_or(writer->container->inspect, "Config.User", "");
	bool root = !*user || text_equal(user, "0") || text_equal(user, "root") ||
		    text_starts(user, "0:") || text_starts(user, "root:");

	if (root && writer->least.keep) {
		note(writer,
		     "It starts as root, and keeps capabilities for that: as a user of its own "
		     "from the start it would need fewer.");
		return;
	}
	if (root) {
		user = "10001:10001";
		note(writer, "It runs as root. 10001 stands for a user without rights: its files "
			     "and volumes "
			     "have to belong to that one.");
	}
	add_option(writer, "--user", user);
	add_line(writer, "user", yaml(writer->arena, user));
}

static void add_rootfs(struct writer *writer)
{
	const cJSON *tmpfs = doc_at(writer->container->inspect, "HostConfig.Tmpfs");
	struct items items = {.option = "--tmpfs", .key = "tmpfs"};

	add_option(writer, "--read-only", NULL);
	add_line(writer, "read_only", "true");
	doc_for_each (member, tmpfs)
		add_item(writer, &items, member->string);
	if (!tmpfs || !tmpfs->child)
		add_item(writer, &items, "/tmp");
	end_items(writer, &items);
	if (!doc_bool_or(writer->container->inspect, "HostConfig.ReadonlyRootfs", false))
		note(writer,
		     "Its root file system is writable now: where it writes elsewhere than "
		     "below /tmp, `docker diff` shows what needs a volume or another tmpfs.");
}

/* All are dropped, and those given back by name that it was seen to need. */
static void add_capabilities(struct writer *writer)
{
	const struct least_privilege *least = &writer->least;
	struct items added = {.option = "--cap-add", .key = "cap_add"};

	add_option(writer, "--cap-drop", "ALL");
	add_line(writer, "cap_drop", "[\"ALL\"]");
	if (least->unseen) {
		note(writer,
		     "Which capabilities it needs was not seen (%s): give back by name what "
		     "it misses.",
		     least->unseen);
		return;
	}
	for (unsigned bit = 0; bit < 64; bit++)
		if (least->keep >> bit & 1)
			add_item(writer, &added,
				 capability_names(writer->arena, UINT64_C(1) << bit));
	end_items(writer, &added);
	for (size_t i = 0; i < least->n_needs; i++)
		note(writer, "It keeps %s: %s.",
		     capability_names(writer->arena, least->needs[i].capabilities),
		     least->needs[i].observation);
}

static void add_privileges(struct writer *writer)
{
	struct items options = {.option = "--security-opt", .key = "security_opt"};

	add_capabilities(writer);
	add_item(writer, &options, "no-new-privileges:true");
	end_items(writer, &options);
	if (doc_bool_or(writer->container->inspect, "HostConfig.Privileged", false))
		note(writer, "It is privileged: find out for what, and give it that device or "
			     "capability alone.");
}

/* Does a way out lead over this mount? Then it is not given again. */
static bool is_way_out(const struct attack_path *path, const struct container *container,
		       const struct mount *mount, struct arena *arena)
{
	const char *text = mount->host_path
				   ? arena_printf(arena, "remove the mount of %s", mount->host_path)
				   : NULL;

	for (size_t i = 0; path && text && i < path->n_changes; i++)
		if (text_equal(path->changes[i].text, text) &&
		    text_equal(path->changes[i].where, container->name))
			return true;
	return false;
}

static void add_mounts(struct writer *writer, const struct attack_path *path)
{
	const cJSON *mounts = doc_at(writer->container->inspect, "Mounts");
	struct items items = {.option = "--volume", .key = "volumes"};
	const struct container *container = writer->container;
	struct declared declared = {.key = "volumes"};

	for (size_t i = 0; i < container->n_mounts; i++) {
		const struct mount *mount = &container->mounts[i];

		if (mount->declared && is_way_out(path, container, mount, writer->arena))
			note(writer, "Left out: the mount of %s at %s, which is a way to the host.",
			     mount->host_path, mount->destination);
	}
	doc_for_each (item, mounts) {
		const char *destination = doc_string_or(item, "Destination", "");
		const char *source = doc_string_or(item, "Name", doc_string_or(item, "Source", ""));
		const struct mount *mount = NULL;

		for (size_t i = 0; i < container->n_mounts && !mount; i++)
			if (container->mounts[i].declared &&
			    text_equal(container->mounts[i].destination, destination))
				mount = &container->mounts[i];
		if (!*source || (mount && is_way_out(path, container, mount, writer->arena)))
			continue;
		add_item(writer, &items,
			 arena_printf(writer->arena, "%s:%s%s", source, destination,
				      doc_bool_or(item, "RW", true) ? "" : ":ro"));
		if (*source != '/')
			declare(writer, &declared, source, true);
	}
	end_items(writer, &items);
	end_declared(writer, &declared);
}

static void add_port(struct writer *writer, struct items *items, const cJSON *binding,
		     const char *inside)
{
	const char *address = doc_string_or(binding, "HostIp", "");
	const char *port = doc_string_or(binding, "HostPort", "");
	bool is_any = !*address || text_equal(address, "0.0.0.0") || text_equal(address, "::");

	if (is_any) {
		note(writer,
		     "Port %s is open on every address of the host: 127.0.0.1 stands for "
		     "the one address that needs it.",
		     port);
		address = "127.0.0.1";
	}
	add_item(writer, items,
		 strchr(address, ':')
			 ? arena_printf(writer->arena, "[%s]:%s:%s", address, port, inside)
			 : arena_printf(writer->arena, "%s:%s:%s", address, port, inside));
}

static void add_network(struct writer *writer)
{
	const cJSON *ports = doc_at(writer->container->inspect, "HostConfig.PortBindings");
	const char *mode = writer->container->namespaces[NAMESPACE_NET].mode;
	struct items items = {.option = "--publish", .key = "ports"};
	struct items networks = {.option = "--network", .key = "networks"};
	struct declared declared = {.key = "networks"};
	bool is_there = true;

	if (text_equal(mode, "none")) {
		add_option(writer, "--network", "none");
		add_line(writer, "network_mode", "none");
		return;
	}
	if (!mode || !*mode || text_equal(mode, "default") || text_equal(mode, "bridge") ||
	    text_equal(mode, "host") || text_starts(mode, "container:")) {
		if (mode && (text_equal(mode, "host") || text_starts(mode, "container:")))
			note(writer, "Its network was %s: publish the ports that it needs.", mode);
		mode = "own-network";
		is_there = false;
		note(writer, "Before docker run: `docker network create own-network`.");
	}
	add_item(writer, &networks, mode);
	end_items(writer, &networks);
	declare(writer, &declared, mode, is_there);
	end_declared(writer, &declared);
	doc_for_each (port, ports)
		doc_for_each (binding, port)
			add_port(writer, &items, binding, port->string);
	end_items(writer, &items);
}

static void add_limits(struct writer *writer)
{
	const cJSON *inspect = writer->container->inspect;
	int64_t memory = doc_int_or(inspect, "HostConfig.Memory", 0);
	int64_t pids = doc_int_or(inspect, "HostConfig.PidsLimit", 0);
	const char *text;

	if (memory <= 0 || pids <= 0)
		note(writer,
		     "512m of memory and 200 processes are a guess: `docker stats` shows what "
		     "it uses.");
	text = memory > 0 ? arena_printf(writer->arena, "%" PRId64, memory) : "512m";
	add_option(writer, "--memory", text);
	add_line(writer, "mem_limit", text);
	text = arena_printf(writer->arena, "%" PRId64, pids > 0 ? pids : 200);
	add_option(writer, "--pids-limit", text);
	add_line(writer, "pids_limit", text);
}

static void add_restart(struct writer *writer)
{
	const char *name =
		doc_string_or(writer->container->inspect, "HostConfig.RestartPolicy.Name", "no");

	if (!*name || text_equal(name, "no"))
		return;
	add_option(writer, "--restart", "on-failure:5");
	add_line(writer, "restart", "\"on-failure:5\"");
}

static void add_namespaces(struct writer *writer)
{
	static const struct {
		enum namespace_kind kind;
		const char *what;
	} kinds[] = {
		{NAMESPACE_PID, "processes"}, {NAMESPACE_IPC, "IPC"}, {NAMESPACE_UTS, "hostname"}};
	const struct container *container = writer->container;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (container->namespaces[kinds[i].kind].declared == SHARING_HOST ||
		    container->namespaces[kinds[i].kind].effective == SHARING_HOST)
			note(writer, "It shares the host's %s now, and would not any more.",
			     kinds[i].what);
}

/* What it has beside the network that it is started in. */
static const char *further_networks(const struct writer *writer)
{
	const char *mode = writer->container->namespaces[NAMESPACE_NET].mode;
	cleanup_text struct text names = {0};

	doc_for_each (network, doc_at(writer->container->inspect, "NetworkSettings.Networks"))
		if (!text_equal(network->string, mode) &&
		    !text_equal(doc_string_or(network, "NetworkID", NULL), mode) &&
		    !(text_equal(network->string, "bridge") && text_equal(mode, "default")))
			text_add_item(&names, network->string);
	return names.length ? arena_strdup(writer->arena, text_string(&names)) : NULL;
}

/* What is not repeated, for its values are secrets or its own matter. */
static void add_left_out(struct writer *writer)
{
	static const struct {
		const char *path, *what;
	} things[] = {
		{"Config.Entrypoint", "entry point"},
		{"Config.Cmd", "command"},
		{"Config.Env", "environment"},
		{"HostConfig.Devices", "devices"},
		{"HostConfig.DeviceRequests", "requests of devices"},
	};
	const char *networks = further_networks(writer);
	cleanup_text struct text list = {0};

	for (size_t i = 0; i < sizeof(things) / sizeof(things[0]); i++) {
		const cJSON *thing = doc_at(writer->container->inspect, things[i].path);

		if (thing && thing->child)
			text_add_item(&list, things[i].what);
	}
	if (networks)
		text_add_item(&list,
			      arena_printf(writer->arena, "further networks (%s)", networks));
	if (list.length)
		note(writer,
		     "Not repeated here: its %s. Give it what it needs of that and does not have "
		     "from its image.",
		     text_string(&list));
}

struct hardened hardened_from(struct arena *arena, const struct facts *facts,
			      const struct container *container)
{
	const struct attack *attack = facts_attack(facts, container);
	struct writer writer = {.arena = arena,
				.container = container,
				.least = least_privilege(arena, facts, container)};

	writer.result.service = yaml_key(
		arena, container->compose_service ? container->compose_service : container->name);
	add_option(&writer, "--name", container->name);
	add_line(&writer, "image", yaml(arena, container->image));
	add_user(&writer);
	add_rootfs(&writer);
	add_privileges(&writer);
	add_namespaces(&writer);
	add_network(&writer);
	add_mounts(&writer, attack->path);
	add_limits(&writer);
	add_restart(&writer);
	add_option(&writer, quoted(arena, container->image), NULL);
	add_left_out(&writer);
	return writer.result;
}
