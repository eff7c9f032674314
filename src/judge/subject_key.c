/* SPDX-License-Identifier: Apache-2.0 */
#include "judge/subject_key.h"

#include "judge/subject_match.h"

static const char *container_key(struct arena *arena, const struct subject *container)
{
	const char *image = container->image ? container->image : "";

	if (container->service)
		return arena_printf(arena, "container\tservice\t%s\t%s",
				    container->project ? container->project : "",
				    container->service);
	/* A container that was made from an image's id, or lost its tag to a newer build. */
	if (text_starts(image, "sha256:"))
		image = "";
	return arena_printf(arena, "container\tname\t%s\t%s", container->name,
			    image_repository(arena, image));
}

const char *subject_key(struct arena *arena, const struct subject *subject)
{
	const char *kind = subject_kind_name(subject->kind);

	switch (subject->kind) {
	case SUBJECT_CONTAINER:
		return container_key(arena, subject);
	case SUBJECT_IMAGE:
		if (text_starts(subject->name, "sha256:"))
			break;
		return arena_printf(arena, "%s\t%s", kind, image_repository(arena, subject->name));
	case SUBJECT_HOST:
	case SUBJECT_ENGINE:
	case SUBJECT_SWARM:
		return kind;
	case SUBJECT_FILE:
	case SUBJECT_NETWORK:
	case SUBJECT_SERVICE:
	case SUBJECT_KIND_COUNT:
		break;
	}
	return arena_printf(arena, "%s\t%s", kind, subject->name);
}

const char *result_key(struct arena *arena, const char *control, const struct subject *subject)
{
	return arena_printf(arena, "%s\t%s", control, subject_key(arena, subject));
}
