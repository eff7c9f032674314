/* SPDX-License-Identifier: Apache-2.0 */
#include "base/reference.h"

#include <stdbool.h>
#include <string.h>

static bool is_domain(const char *name, size_t length)
{
	return memchr(name, '.', length) || memchr(name, ':', length) ||
	       (length == strlen("localhost") && strncmp(name, "localhost", length) == 0);
}

static bool is_docker_hub(const char *domain, size_t length)
{
	return (length == strlen("docker.io") && strncmp(domain, "docker.io", length) == 0) ||
	       (length == strlen("index.docker.io") &&
		strncmp(domain, "index.docker.io", length) == 0);
}

const char *reference_canonical(struct arena *arena, const char *reference)
{
	const char *slash = strchr(reference, '/'), *digest = strchr(reference, '@');
	const char *domain = "docker.io", *path = reference, *library = "";
	size_t domain_length = strlen(domain), length;
	const char *tag;

	if (digest && slash > digest)
		slash = NULL;
	if (slash && is_domain(reference, (size_t)(slash - reference))) {
		path = slash + 1;
		if (!is_docker_hub(reference, (size_t)(slash - reference))) {
			domain = reference;
			domain_length = (size_t)(slash - reference);
		}
	}
	length = digest ? (size_t)(digest - path) : strlen(path);
	tag = memrchr(path, ':', length);
	if (tag && memchr(tag, '/', (size_t)(path + length - tag)))
		tag = NULL;
	if (tag)
		length = (size_t)(tag - path);
	if (domain != reference && !memchr(path, '/', length))
		library = "library/";
	return arena_printf(arena, "%.*s/%s%.*s%s%.*s", (int)domain_length, domain, library,
			    (int)length, path, digest ? "" : ":",
			    digest ? (int)strlen(digest) : (tag ? (int)strcspn(tag + 1, "@") : 6),
			    digest ? digest : (tag ? tag + 1 : "latest"));
}
