/* SPDX-License-Identifier: Apache-2.0 */

/*
 * YAML that people write (controls, benchmarks, policies), read strictly: every complaint names
 * file, line and column, what was expected, and for an unknown key the nearest valid one.
 *
 * A file is loaded whole, then walked node by node. Nodes and their strings live as long as the
 * struct yaml. Aliases, several documents in one file, and keys said twice are refused.
 */
#ifndef BULKHEAD_BASE_YAML_H
#define BULKHEAD_BASE_YAML_H

#include "base/arena.h"
#include "base/error.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct yaml;
struct yaml_node; /* a scalar, sequence or mapping of a struct yaml */

/* `name` is the file's name in messages. -EBADMSG for what is not YAML. */
int yaml_parse(const char *name, const char *text, size_t length, struct yaml **ret,
	       struct error *err);
int yaml_read(const char *path, struct yaml **ret, struct error *err);
void yaml_delete(struct yaml *yaml); /* not yaml_free(): libyaml exports one */

const struct yaml_node *yaml_root(const struct yaml *yaml);

/* "file:line:column" of a node, in arena. */
const char *yaml_where(const struct yaml *yaml, const struct yaml_node *node, struct arena *arena);

/* Fill err with "file:line:column: ..." and return -EINVAL. */
__attribute__((format(printf, 4, 5))) int yaml_error(const struct yaml *yaml,
						     const struct yaml_node *node,
						     struct error *err, const char *format, ...);

/*
 * Typed reading of one node. Strings keep their spelling: 5.10 is "5.10". -EINVAL for a node of
 * another kind; `what` names it in the message ("severity", "id").
 */
int yaml_string(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		const char **ret, struct error *err);
int yaml_bool(const struct yaml *yaml, const struct yaml_node *node, const char *what, bool *ret,
	      struct error *err);
int yaml_int(const struct yaml *yaml, const struct yaml_node *node, const char *what, int64_t *ret,
	     struct error *err);

/* Children of a sequence: *ret_n of them, yaml_item() gives each. */
int yaml_sequence(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		  size_t *ret_n, struct error *err);
const struct yaml_node *yaml_item(const struct yaml *yaml, const struct yaml_node *node, size_t i);

/* Members of a mapping: *ret_n of them; key and value of each by yaml_key() and yaml_value(). */
int yaml_mapping(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		 size_t *ret_n, struct error *err);
const char *yaml_key(const struct yaml *yaml, const struct yaml_node *node, size_t i);
const struct yaml_node *yaml_value(const struct yaml *yaml, const struct yaml_node *node, size_t i);

/*
 * Read a mapping with known keys: a field's `read` is called with `target` for the value of each
 * key that is there. Unknown keys, keys said twice and missing required ones are errors.
 */
struct yaml_field {
	const char *key;
	bool required;
	int (*read)(const struct yaml *yaml, const struct yaml_node *value, void *target,
		    struct error *err);
};
int yaml_fields(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		const struct yaml_field *fields, size_t n_fields, void *target, struct error *err);

static inline void cleanup_yaml_p(struct yaml **yaml)
{
	yaml_delete(*yaml);
}
#define cleanup_yaml __attribute__((cleanup(cleanup_yaml_p)))

#endif
