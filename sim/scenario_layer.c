/* scenario_layer.c - one tree over another: a file over its base, a change over a file. */
#include <assert.h>
#include <string.h>

#include "sim/scenario_check.h"
#include "waarborg/model.h"

/* `path` is the schema's of the two mappings: "" for the top, "stress[]" for an item of it. */
static wb_node *merge_maps(wb_arena *arena, const wb_node *base, const wb_node *child,
                           const char *path)
{
    wb_node *merged = wb_arena_new(arena, sizeof *merged);
    if (merged == NULL) return NULL;
    *merged = *child;
    merged->first = merged->last = NULL;
    merged->count = 0;
    merged->bad = base->bad || child->bad;
    for (const wb_node *old = base->first; old != NULL; old = old->next) {
        const wb_node *over = wb_node_child(child, old->key->text);
        const wb_schema_key *key = wb_schema_under(path, old->key->text);
        const bool whole = key != NULL && (key->type == WB_TYPE_ONE_OF || key->type == WB_TYPE_LGD);
        wb_node *taken = NULL;
        if (over != NULL && over->kind == WB_NODE_MAP && old->kind == WB_NODE_MAP && !whole) {
            taken = merge_maps(arena, old, over, key != NULL ? key->path : "?");
        } else {
            taken = wb_node_copy(arena, over != NULL ? over : old);
        }
        if (taken == NULL) return NULL;
        wb_node_append(merged, taken);
    }
    for (const wb_node *new = child->first; new != NULL; new = new->next) {
        if (wb_node_child(base, new->key->text) != NULL) continue;
        wb_node *copy = wb_node_copy(arena, new);
        if (copy == NULL) return NULL;
        wb_node_append(merged, copy);
    }
    return merged;
}

wb_node *wb_check_merge(wb_arena *arena, const wb_node *base, const wb_node *child)
{
    assert(base->kind == WB_NODE_MAP && child->kind == WB_NODE_MAP);
    return merge_maps(arena, base, child, "");
}

static const char *name_of(const wb_node *stress)
{
    const wb_node *name = wb_node_child(stress, "name");
    return name != NULL && name->kind == WB_NODE_SCALAR ? name->text : NULL;
}

/* The stresses of the base in their order, those named in `over` changed by it, then the new ones.
 */
static wb_node *merge_stresses(wb_arena *arena, const wb_node *base, const wb_node *over)
{
    wb_node *merged = wb_node_copy(arena, over);
    if (merged == NULL) return NULL;
    merged->first = merged->last = NULL;
    merged->count = 0;
    for (int fresh = 0; fresh < 2; fresh++) {
        for (const wb_node *item = fresh ? over->first : base->first; item != NULL;
             item = item->next) {
            const wb_node *other = fresh ? base->first : over->first;
            const char *name = name_of(item);
            while (other != NULL &&
                   (name == NULL || name_of(other) == NULL || strcmp(name_of(other), name) != 0))
                other = other->next;
            if (fresh && other != NULL) continue;
            wb_node *taken = other != NULL ? merge_maps(arena, item, other, "stress[]")
                                           : wb_node_copy(arena, item);
            if (taken == NULL) return NULL;
            wb_node_append(merged, taken);
        }
    }
    return merged;
}

wb_node *wb_check_overlay(wb_arena *arena, const wb_node *base, const wb_node *over)
{
    wb_node *merged = wb_check_merge(arena, base, over);
    const wb_node *old = wb_node_child(base, "stress");
    const wb_node *new = wb_node_child(over, "stress");
    if (merged == NULL || old == NULL || new == NULL || old->kind != WB_NODE_LIST ||
        new->kind != WB_NODE_LIST) {
        return merged;
    }
    wb_node *all = merge_stresses(arena, old, new);
    wb_node *place = wb_node_child(merged, "stress");
    if (all == NULL) return NULL;
    all->next = place->next;
    *place = *all;
    return merged;
}
