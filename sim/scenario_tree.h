/*
 * scenario_tree.h - a scenario file as a tree in which every value knows its place.
 *
 * The YAML subset is strict: one document, plain mappings, lists and scalars; no anchors, aliases,
 * tags, directives, merge keys, complex or duplicate keys. Scalars stay text until the schema reads
 * them, so that `no`, `1.10` and 2026-01-01 mean what they say.
 *
 * Everything lives in an arena and is freed with it.
 */
#ifndef WAARBORG_SIM_SCENARIO_TREE_H
#define WAARBORG_SIM_SCENARIO_TREE_H

#include "waarborg/error.h"

typedef struct wb_arena {
    struct wb_chunk *chunks;
} wb_arena;

/* Zeroed memory, aligned for any object; NULL when there is none. */
void *wb_arena_new(wb_arena *arena, size_t size);
/* A terminated copy of `size` bytes; NULL without memory. */
char *wb_arena_text(wb_arena *arena, const char *text, size_t size);
void wb_arena_clear(wb_arena *arena);

/* A file that was read: its name as the user wrote it (joined to its base's) and its whole text. */
typedef struct wb_source {
    const char *path;
    const char *text;
    size_t size;
    uint32_t *starts; /* where each line starts */
    uint32_t line_count;
} wb_source;

/* A source of the arena; path and text must outlive it. NULL without memory. */
wb_source *wb_source_new(wb_arena *arena, const char *path, const char *text, size_t size);

typedef enum wb_node_kind { WB_NODE_SCALAR, WB_NODE_MAP, WB_NODE_LIST } wb_node_kind;

typedef struct wb_node {
    wb_node_kind kind;
    bool empty;       /* a key with nothing after it */
    bool bad;         /* already reported: whoever reads it skips it in silence */
    const char *text; /* of a scalar, terminated; "" for the others */
    size_t size;
    const wb_source *source;
    uint32_t line, column, column_end; /* 1-based, in bytes; the end is of the first line */
    const struct wb_node *key;         /* the key of a value in a mapping */
    struct wb_node *first, *last, *next;
    uint32_t count;
} wb_node;

/*
 * Parse one file. Everything that is forbidden is added to list, the first break of the syntax ends
 * the parse. *root is the mapping at the top (bad when the parse did not reach the end), or NULL
 * when the text is beyond use.
 */
WB_MUST_CHECK wb_code wb_tree_parse(wb_node **root, wb_arena *arena, const wb_source *source,
                                    wb_diagnostics *list);

/* The value under `name` in a mapping; NULL when it is not there, or map is NULL or no mapping. */
wb_node *wb_node_child(const wb_node *map, const char *name);
/* The same for a dotted path from the top, such as "fund.opening.cash". */
wb_node *wb_node_at(const wb_node *root, const char *path);
/* The same node, to stand in another tree: what is below it is shared. NULL without memory. */
wb_node *wb_node_copy(wb_arena *arena, const wb_node *node);
/* Add value to a mapping (key may be NULL for a list). */
void wb_node_append(wb_node *parent, wb_node *value);

/* Put the place of a node (its text, or its key's when `key` is true) in err, with the excerpt, and
 * add it to list. */
void wb_node_report(const wb_node *node, bool key, const char *field, wb_error *err,
                    wb_diagnostics *list);

/* The text of a line (1-based) of a source, without its newline. */
const char *wb_source_line(const wb_source *source, uint32_t line, size_t *size);

#endif
