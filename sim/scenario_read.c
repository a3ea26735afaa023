/* scenario_read.c - values of a checked tree, with their defaults. */
#include "sim/scenario_check.h"

#include <assert.h>
#include <string.h>

/* The key's own name: "pd" of "providers[].pd". */
static const char *name_of(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot != NULL ? dot + 1 : path;
}

const wb_node *wb_read_node(wb_node *fallback, const wb_node *map, const char *path,
                            const wb_schema_key **key)
{
    *key = wb_schema_find(path);
    assert(*key != NULL);
    const wb_node *node = wb_node_child(map, name_of(path));
    if (node != NULL) return node->bad || node->empty ? NULL : node;
    if ((*key)->fallback == NULL) return NULL;
    memset(fallback, 0, sizeof *fallback);
    fallback->text = (*key)->fallback;
    fallback->size = strlen(fallback->text);
    return fallback;
}

bool wb_read_given(const wb_node *map, const char *path)
{
    const wb_node *node = wb_node_child(map, name_of(path));
    return node != NULL && !node->bad;
}

bool wb_read_amount(wb_money *value, const wb_node *map, const char *path)
{
    wb_node fallback;
    const wb_schema_key *key = NULL;
    const char *word = NULL;
    const wb_node *node = wb_read_node(&fallback, map, path, &key);
    return node != NULL && wb_schema_amount(value, &word, key, node, NULL) == WB_OK && word == NULL;
}

bool wb_read_rate(wb_rate *value, const wb_node *map, const char *path)
{
    wb_node fallback;
    const wb_schema_key *key = NULL;
    const char *word = NULL;
    const wb_node *node = wb_read_node(&fallback, map, path, &key);
    return node != NULL && node->kind == WB_NODE_SCALAR &&
           wb_schema_rate(value, &word, key, node, NULL) == WB_OK && word == NULL;
}

bool wb_read_number(uint64_t *value, const wb_node *map, const char *path)
{
    wb_node fallback;
    const wb_schema_key *key = NULL;
    const wb_node *node = wb_read_node(&fallback, map, path, &key);
    return node != NULL && wb_schema_number(value, key, node, NULL) == WB_OK;
}

bool wb_read_choice(uint32_t *value, const wb_node *map, const char *path)
{
    wb_node fallback;
    const wb_schema_key *key = NULL;
    const wb_node *node = wb_read_node(&fallback, map, path, &key);
    return node != NULL && wb_schema_choice(value, key, node, NULL) == WB_OK;
}

bool wb_read_duration(uint32_t *count, bool *months, const wb_node *map, const char *path)
{
    wb_node fallback;
    const wb_schema_key *key = NULL;
    const wb_node *node = wb_read_node(&fallback, map, path, &key);
    return node != NULL && wb_schema_duration(count, months, key, node, NULL) == WB_OK;
}

bool wb_read_date(wb_date *value, const wb_node *map, const char *path)
{
    wb_node fallback;
    const wb_schema_key *key = NULL;
    const wb_node *node = wb_read_node(&fallback, map, path, &key);
    return node != NULL && wb_schema_date(value, key, node, NULL) == WB_OK;
}

const char *wb_read_text(const wb_node *map, const char *path)
{
    wb_node fallback;
    const wb_schema_key *key = NULL;
    const wb_node *node = wb_read_node(&fallback, map, path, &key);
    return node != NULL ? node->text : NULL;
}

bool wb_duration_steps(uint32_t *steps, uint32_t count, bool months, uint32_t steps_per_year)
{
    assert(count <= 600 && steps_per_year <= 12);
    if (months && count * steps_per_year % 12 != 0) return false;
    *steps = months ? count * steps_per_year / 12 : count;
    return true;
}
