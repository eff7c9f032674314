/* SPDX-License-Identifier: Apache-2.0 */

/* What the files of facts/isolation share while the properties of one container are worked out. */
#ifndef BULKHEAD_FACTS_ISOLATION_BUILDER_H
#define BULKHEAD_FACTS_ISOLATION_BUILDER_H

#include "facts/isolation.h"
#include "facts/load.h"

/* How much a value holds back, compared within one property; UNRANKED for what is not known. */
#define UNRANKED (-1)

struct isolation_ranks {
	int declared, resolved, effective;
	int usual; /* of what Docker gives by default */
};

struct isolation_builder {
	struct load *load;
	struct arena *arena;
	const struct container *container;
	const struct process *init; /* NULL where its status was not read */
	const cJSON *bundle;        /* config.json, in part; NULL where it was not read */
	const cJSON *document;      /* the snapshot's of the first process; NULL: not seen */
	const char *unseen;         /* why the kernel was not asked; NULL: it was */
	const char *unresolved;     /* why there is no bundle; NULL: there is one */
};

/* A layer with a value. `path` of the kernel is made of the first process: "status CapBnd". */
void isolation_declare(struct isolation *row, const char *path, const char *value);
void isolation_resolve(struct isolation *row, const char *path, const char *value);
void isolation_see(const struct isolation_builder *builder, struct isolation *row,
		   const char *field, const char *value);

/* A layer could not be read, and this is why; NULL: it could. */
void isolation_unread(struct isolation *row, const char *reason);

/*
 * agreement and grade by the ranks of the layers. Fills `reason` where there is none yet and the
 * values do not say it.
 */
void isolation_settle(const struct isolation_builder *builder, struct isolation *row,
		      struct isolation_ranks ranks);

/* Each fills the rows of its own. */
void isolation_load_privileges(const struct isolation_builder *builder, struct isolation *rows);
void isolation_load_confinement(const struct isolation_builder *builder, struct isolation *rows);
void isolation_load_protection(const struct isolation_builder *builder, struct isolation *rows);

#endif
