/*
 * kept.h - who lost what on the paths that will probably be in the tail, kept while they are
 * walked, so that the contributions to ES (euler.h) need not walk them again.
 *
 * Which paths are in the tail is known at the end only. A worker keeps every path with a loss at
 * first, and, once it has seen some, those beyond a quantile of these a little below the lowest
 * level. Room is bounded: what is not kept is walked again, with the same result.
 */
#ifndef WAARBORG_SIM_KEPT_H
#define WAARBORG_SIM_KEPT_H

#include "sim/path.h"

typedef struct wb_kept_path {
    uint64_t path;
    uint32_t first, count; /* of the losses */
} wb_kept_path;

enum { WB_KEPT_SAMPLE = 1024 };

/* What one worker keeps. Paths must come in ascending order. */
typedef struct wb_kept {
    wb_kept_path *paths; /* ascending */
    uint16_t *provider;
    int64_t *loss; /* of that provider, more than 0 */
    uint32_t path_count, path_room, loss_count, loss_room;
    uint32_t loss_most;           /* room that it may take */
    bool full;                    /* nothing more is kept */
    double level;                 /* the lowest */
    int64_t least;                /* a loss below it is not kept */
    int64_t seen[WB_KEPT_SAMPLE]; /* losses of the first paths */
    uint32_t seen_count;
} wb_kept;

/* All that the workers of a run have kept. */
typedef struct wb_kept_list {
    wb_kept **of;
    uint32_t count;
} wb_kept_list;

/* One more worker among `workers`, owned by the list; NULL where the model has no level, or without
 * memory: then nothing is kept. */
wb_kept *wb_kept_add(wb_kept_list *list, const wb_model *model, uint32_t workers);
void wb_kept_clear(wb_kept_list *list);

/* Keep the path, or not. The result must have provider_loss. */
void wb_kept_enter(wb_kept *kept, uint64_t path, const wb_path_result *result);

/* Where a path is kept: the worker, and its place there; false when it is not. O(workers x log). */
bool wb_kept_find(const wb_kept **kept, const wb_kept_path **place, const wb_kept_list *list,
                  uint64_t path);

#endif
