/* SPDX-License-Identifier: Apache-2.0 */
#include "base/yaml.h"

#include "base/cleanup.h"
#include "base/file.h"
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <yaml.h>

#define SIZE_MOST    ((size_t)4 * 1024 * 1024)
#define DEPTH_MOST   64
#define MEMBERS_MOST 1024 /* each key is compared with each */

struct yaml {
	char *name;
	yaml_document_t document;
};

static void cleanup_parser_p(yaml_parser_t *parser)
{
	yaml_parser_delete(parser);
}
#define cleanup_parser __attribute__((cleanup(cleanup_parser_p)))

static void cleanup_document_p(yaml_document_t *document)
{
	yaml_document_delete(document);
}
#define cleanup_document __attribute__((cleanup(cleanup_document_p)))

static const yaml_node_t *native(const struct yaml_node *node)
{
	return (const yaml_node_t *)node;
}

static const struct yaml_node *by_id(const struct yaml *yaml, int id)
{
	return (const struct yaml_node *)(yaml->document.nodes.start + id - 1);
}

static const yaml_node_pair_t *pair(const struct yaml_node *node, size_t i)
{
	return native(node)->data.mapping.pairs.start + i;
}

static size_t n_pairs(const struct yaml_node *node)
{
	return (size_t)(native(node)->data.mapping.pairs.top -
			native(node)->data.mapping.pairs.start);
}

static size_t n_items(const struct yaml_node *node)
{
	return (size_t)(native(node)->data.sequence.items.top -
			native(node)->data.sequence.items.start);
}

static const char *scalar(const struct yaml_node *node)
{
	return (const char *)native(node)->data.scalar.value;
}

static bool is_kind(const struct yaml_node *node, yaml_node_type_t kind)
{
	return native(node)->type == kind;
}

const struct yaml_node *yaml_root(const struct yaml *yaml)
{
	return by_id(yaml, 1);
}

const char *yaml_where(const struct yaml *yaml, const struct yaml_node *node, struct arena *arena)
{
	const yaml_mark_t *mark = &native(node)->start_mark;

	return arena_printf(arena, "%s:%zu:%zu", yaml->name, mark->line + 1, mark->column + 1);
}

__attribute__((format(printf, 5, 0))) static int complain(const struct yaml *yaml,
							  const struct yaml_node *node, int code,
							  struct error *err, const char *format,
							  va_list args)
{
	const yaml_mark_t *mark = &native(node)->start_mark;
	cleanup_text struct text text = {0};

	text_vaddf(&text, format, args);
	return error_set(err, code, "%s:%zu:%zu: %s", yaml->name, mark->line + 1, mark->column + 1,
			 text_string(&text));
}

int yaml_error(const struct yaml *yaml, const struct yaml_node *node, struct error *err,
	       const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = complain(yaml, node, EINVAL, err, format, args);
	va_end(args);
	return r;
}

/* As yaml_error(), for a whole file that is not of the YAML which is read here. */
__attribute__((format(printf, 4, 5))) static int refuse(const struct yaml *yaml,
							const struct yaml_node *node,
							struct error *err, const char *format, ...)
{
	va_list args;
	int r;

	va_start(args, format);
	r = complain(yaml, node, EBADMSG, err, format, args);
	va_end(args);
	return r;
}

/* libyaml says where in the text its reader stopped by offset alone. */
static yaml_mark_t mark_at(const char *text, size_t offset)
{
	yaml_mark_t mark = {.index = offset};

	for (size_t i = 0; i < offset; i++) {
		mark.column++;
		if (text[i] == '\n') {
			mark.line++;
			mark.column = 0;
		}
	}
	return mark;
}

static int syntax_error(const char *name, const char *text, size_t length,
			const yaml_parser_t *parser, struct error *err)
{
	const char *problem = parser->problem ? parser->problem : "out of memory";
	yaml_mark_t mark = parser->problem_mark;

	if (parser->error == YAML_READER_ERROR)
		mark = mark_at(text,
			       parser->problem_offset < length ? parser->problem_offset : length);
	return error_set(err, EBADMSG, "%s:%zu:%zu: %s%s%s", name, mark.line + 1, mark.column + 1,
			 problem, parser->context ? " " : "",
			 parser->context ? parser->context : "");
}

/* What the document may not have although it is YAML. */
struct checker {
	const struct yaml *yaml;
	unsigned char *depth; /* of each node; 0 while nothing has referred to it */
	struct error *err;
};

/* Nodes are numbered as they begin, so that who contains a node comes before it. */
static int check_child(struct checker *checker, int parent, int child)
{
	const struct yaml_node *node = by_id(checker->yaml, child);

	if (checker->depth[child - 1])
		return refuse(checker->yaml, node, checker->err,
			      "an alias refers to this, and aliases are not allowed");
	if (checker->depth[parent - 1] >= DEPTH_MOST)
		return refuse(checker->yaml, node, checker->err, "nested deeper than %d levels",
			      DEPTH_MOST);
	checker->depth[child - 1] = (unsigned char)(checker->depth[parent - 1] + 1);
	return 0;
}

static int check_key(struct checker *checker, const struct yaml_node *node, size_t i)
{
	const struct yaml_node *key = by_id(checker->yaml, pair(node, i)->key);
	const struct yaml_node *other;

	if (!is_kind(key, YAML_SCALAR_NODE))
		return refuse(checker->yaml, key, checker->err, "a key must be a plain word");
	for (size_t j = 0; j < i; j++) {
		other = by_id(checker->yaml, pair(node, j)->key);
		if (strcmp(scalar(other), scalar(key)) == 0)
			return refuse(checker->yaml, key, checker->err,
				      "key \"%s\" is there twice, first in line %zu", scalar(key),
				      native(other)->start_mark.line + 1);
	}
	return 0;
}

static int check_mapping(struct checker *checker, const struct yaml_node *node, int id)
{
	int r = 0;

	if (n_pairs(node) > MEMBERS_MOST)
		return refuse(checker->yaml, node, checker->err, "more than %d keys", MEMBERS_MOST);
	for (size_t i = 0; i < n_pairs(node) && r == 0; i++) {
		r = check_child(checker, id, pair(node, i)->key);
		if (r == 0)
			r = check_child(checker, id, pair(node, i)->value);
		if (r == 0)
			r = check_key(checker, node, i);
	}
	return r;
}

static int check_sequence(struct checker *checker, const struct yaml_node *node, int id)
{
	int r = 0;

	for (size_t i = 0; i < n_items(node) && r == 0; i++)
		r = check_child(checker, id, native(node)->data.sequence.items.start[i]);
	return r;
}

static int check_scalar(struct checker *checker, const struct yaml_node *node)
{
	if (strlen(scalar(node)) != native(node)->data.scalar.length)
		return refuse(checker->yaml, node, checker->err, "a NUL character in the text");
	return 0;
}

static const char *usual_tag(const struct yaml_node *node)
{
	if (is_kind(node, YAML_SCALAR_NODE))
		return YAML_DEFAULT_SCALAR_TAG;
	return is_kind(node, YAML_MAPPING_NODE) ? YAML_DEFAULT_MAPPING_TAG
						: YAML_DEFAULT_SEQUENCE_TAG;
}

static int check_node(struct checker *checker, int id)
{
	const struct yaml_node *node = by_id(checker->yaml, id);

	if (!text_equal((const char *)native(node)->tag, usual_tag(node)))
		return refuse(checker->yaml, node, checker->err, "tags are not allowed");
	if (is_kind(node, YAML_MAPPING_NODE))
		return check_mapping(checker, node, id);
	if (is_kind(node, YAML_SEQUENCE_NODE))
		return check_sequence(checker, node, id);
	return check_scalar(checker, node);
}

static int check_document(const struct yaml *yaml, struct error *err)
{
	size_t n = (size_t)(yaml->document.nodes.top - yaml->document.nodes.start);
	cleanup_free unsigned char *depth = calloc(n + 1, 1);
	struct checker checker = {.yaml = yaml, .depth = depth, .err = err};
	int r = 0;

	if (!depth)
		out_of_memory();
	if (!n)
		return error_set(err, EBADMSG, "%s:1:1: the document is empty", yaml->name);
	depth[0] = 1;
	for (size_t i = 0; i < n && r == 0; i++)
		r = check_node(&checker, (int)i + 1);
	return r;
}

/* The stream has to end after the first document. */
static int check_end(const struct yaml *yaml, yaml_parser_t *parser, const char *text,
		     size_t length, struct error *err)
{
	cleanup_document yaml_document_t next = {0};
	const yaml_node_t *root;

	if (!yaml_parser_load(parser, &next))
		return syntax_error(yaml->name, text, length, parser, err);
	root = yaml_document_get_root_node(&next);
	if (root)
		return refuse(yaml, (const struct yaml_node *)root, err,
			      "a second document, where one is allowed");
	return 0;
}

static struct yaml *yaml_new(const char *name)
{
	struct yaml *yaml = calloc(1, sizeof(*yaml));

	if (!yaml)
		out_of_memory();
	yaml->name = strdup(name);
	if (!yaml->name)
		out_of_memory();
	return yaml;
}

int yaml_parse(const char *name, const char *text, size_t length, struct yaml **ret,
	       struct error *err)
{
	cleanup_yaml struct yaml *yaml = yaml_new(name);
	cleanup_parser yaml_parser_t parser = {0};
	int r;

	if (length > SIZE_MOST)
		return error_set(err, EFBIG, "%s: larger than %zu bytes", name, SIZE_MOST);
	if (!yaml_parser_initialize(&parser))
		out_of_memory();
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, length);
	if (!yaml_parser_load(&parser, &yaml->document))
		return syntax_error(name, text, length, &parser, err);
	r = check_document(yaml, err);
	if (r == 0)
		r = check_end(yaml, &parser, text, length, err);
	if (r == 0)
		*ret = take_pointer(yaml);
	return r;
}

int yaml_read(const char *path, struct yaml **ret, struct error *err)
{
	cleanup_text struct text text = TEXT_INIT(SIZE_MOST);
	int r = file_read(AT_FDCWD, path, &text);

	if (r == -EFBIG)
		return error_set(err, EFBIG, "read %s: larger than %zu bytes", path, SIZE_MOST);
	if (r < 0)
		return error_set(err, -r, "read %s: %s", path, strerror(-r));
	return yaml_parse(path, text.bytes, text.length, ret, err);
}

void yaml_delete(struct yaml *yaml)
{
	if (!yaml)
		return;
	yaml_document_delete(&yaml->document);
	free(yaml->name);
	free(yaml);
}

static bool is_plain(const struct yaml_node *node)
{
	return is_kind(node, YAML_SCALAR_NODE) &&
	       native(node)->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

static bool is_null(const struct yaml_node *node)
{
	return is_plain(node) && (text_equal(scalar(node), "") || text_equal(scalar(node), "~") ||
				  text_equal(scalar(node), "null"));
}

static const char *found(const struct yaml_node *node)
{
	if (is_null(node))
		return "nothing";
	if (is_kind(node, YAML_SCALAR_NODE))
		return "a string";
	return is_kind(node, YAML_MAPPING_NODE) ? "a mapping" : "a list";
}

int yaml_string(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		const char **ret, struct error *err)
{
	if (!is_kind(node, YAML_SCALAR_NODE) || is_null(node))
		return yaml_error(yaml, node, err, "%s: expected a string, found %s", what,
				  found(node));
	*ret = scalar(node);
	return 0;
}

int yaml_bool(const struct yaml *yaml, const struct yaml_node *node, const char *what, bool *ret,
	      struct error *err)
{
	bool plain = is_plain(node);
	bool value = plain && text_equal(scalar(node), "true");

	if (!value && !(plain && text_equal(scalar(node), "false")))
		return yaml_error(yaml, node, err, "%s: expected true or false%s", what,
				  is_kind(node, YAML_SCALAR_NODE) && !plain ? ", without quotes"
									    : "");
	*ret = value;
	return 0;
}

int yaml_int(const struct yaml *yaml, const struct yaml_node *node, const char *what, int64_t *ret,
	     struct error *err)
{
	if (!is_plain(node) || !parse_i64(scalar(node), ret))
		return yaml_error(yaml, node, err, "%s: expected a whole number", what);
	return 0;
}

int yaml_sequence(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		  size_t *ret_n, struct error *err)
{
	if (!is_kind(node, YAML_SEQUENCE_NODE))
		return yaml_error(yaml, node, err, "%s: expected a list, found %s", what,
				  found(node));
	*ret_n = n_items(node);
	return 0;
}

const struct yaml_node *yaml_item(const struct yaml *yaml, const struct yaml_node *node, size_t i)
{
	return by_id(yaml, native(node)->data.sequence.items.start[i]);
}

int yaml_mapping(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		 size_t *ret_n, struct error *err)
{
	if (!is_kind(node, YAML_MAPPING_NODE))
		return yaml_error(yaml, node, err, "%s: expected a mapping, found %s", what,
				  found(node));
	*ret_n = n_pairs(node);
	return 0;
}

const char *yaml_key(const struct yaml *yaml, const struct yaml_node *node, size_t i)
{
	return scalar(by_id(yaml, pair(node, i)->key));
}

const struct yaml_node *yaml_value(const struct yaml *yaml, const struct yaml_node *node, size_t i)
{
	return by_id(yaml, pair(node, i)->value);
}

static const struct yaml_field *find_field(const struct yaml_field *fields, size_t n_fields,
					   const char *key)
{
	for (size_t i = 0; i < n_fields; i++)
		if (text_equal(fields[i].key, key))
			return &fields[i];
	return NULL;
}

static int unknown_key(const struct yaml *yaml, const struct yaml_node *key, const char *what,
		       const struct yaml_field *fields, size_t n_fields, struct error *err)
{
	struct nearest nearest = {.wanted = scalar(key)};

	for (size_t i = 0; i < n_fields; i++)
		nearest_offer(&nearest, fields[i].key);
	if (!nearest.name)
		return yaml_error(yaml, key, err, "%s: unknown key \"%s\"", what, scalar(key));
	return yaml_error(yaml, key, err, "%s: unknown key \"%s\"; did you mean \"%s\"?", what,
			  scalar(key), nearest.name);
}

static bool has_key(const struct yaml *yaml, const struct yaml_node *node, const char *key)
{
	for (size_t i = 0; i < n_pairs(node); i++)
		if (text_equal(yaml_key(yaml, node, i), key))
			return true;
	return false;
}

static int check_required(const struct yaml *yaml, const struct yaml_node *node, const char *what,
			  const struct yaml_field *fields, size_t n_fields, struct error *err)
{
	for (size_t i = 0; i < n_fields; i++)
		if (fields[i].required && !has_key(yaml, node, fields[i].key))
			return yaml_error(yaml, node, err, "%s: key \"%s\" is missing", what,
					  fields[i].key);
	return 0;
}

int yaml_fields(const struct yaml *yaml, const struct yaml_node *node, const char *what,
		const struct yaml_field *fields, size_t n_fields, void *target, struct error *err)
{
	const struct yaml_field *field;
	size_t n = 0;
	int r = yaml_mapping(yaml, node, what, &n, err);

	for (size_t i = 0; r == 0 && i < n; i++) {
		field = find_field(fields, n_fields, yaml_key(yaml, node, i));
		if (!field)
			return unknown_key(yaml, by_id(yaml, pair(node, i)->key), what, fields,
					   n_fields, err);
		r = field->read(yaml, yaml_value(yaml, node, i), target, err);
	}
	return r == 0 ? check_required(yaml, node, what, fields, n_fields, err) : r;
}
