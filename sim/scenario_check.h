/*
 * scenario_check.h - does a tree follow the schema?
 *
 * Three passes: shape and values of each file alone; the merge of a file with its base; then, on
 * the merged tree, what is missing and what contradicts. A value that was reported is marked bad,
 * so that later passes stay silent about it.
 */
#ifndef WAARBORG_SIM_SCENARIO_CHECK_H
#define WAARBORG_SIM_SCENARIO_CHECK_H

#include "sim/scenario_schema.h"

enum { WB_FIELD_MAX = 128, WB_LGD_POINTS_MAX = 256 };

/* Unknown keys, kinds and values of every key of one file. */
void wb_check_values(wb_node *root, wb_diagnostics *list);

/* The base's tree overlaid with the child's: mappings key by key, everything else whole. New nodes,
 * whose values are shared with the two. NULL without memory. */
wb_node *wb_check_merge(wb_arena *arena, const wb_node *base, const wb_node *child);
/* The same, but stresses are merged by name, and new ones come after those of the base. */
wb_node *wb_check_overlay(wb_arena *arena, const wb_node *base, const wb_node *over);

/* Required keys, and values that together make no sense, of the merged tree. */
void wb_check_whole(wb_node *root, wb_diagnostics *list);

/*
 * Read a value of a checked tree: `map` holds the key that `path` names in the schema. False when
 * it is absent without a default, or bad; the result is then left alone.
 */
bool wb_read_amount(wb_money *value, const wb_node *map, const char *path);
bool wb_read_rate(wb_rate *value, const wb_node *map, const char *path);
bool wb_read_number(uint64_t *value, const wb_node *map, const char *path);
bool wb_read_choice(uint32_t *value, const wb_node *map, const char *path);
bool wb_read_duration(uint32_t *count, bool *months, const wb_node *map, const char *path);
bool wb_read_date(wb_date *value, const wb_node *map, const char *path);
/* The text, or NULL. */
const char *wb_read_text(const wb_node *map, const char *path);
/* Whether the key was written and is good. */
bool wb_read_given(const wb_node *map, const char *path);
/* The node that holds a value, or a stand-in with its default in *fallback; NULL: absent or bad. */
const wb_node *wb_read_node(wb_node *fallback, const wb_node *map, const char *path,
                            const wb_schema_key **key);

/* Steps of a duration; false when months are no whole number of steps. */
bool wb_duration_steps(uint32_t *steps, uint32_t count, bool months, uint32_t steps_per_year);

#endif
