/* kept.c - the losses of providers on paths of the tail; see kept.h. */
#include "sim/kept.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/rate.h"

/* Losses that all workers of a run keep together: ten bytes each. */
enum { LOSSES_MOST = 1600000, PATHS_FIRST = 256, LOSSES_FIRST = 4096 };

wb_kept *wb_kept_add(wb_kept_list *list, const wb_model *model, uint32_t workers)
{
    if (model->level_count == 0) return NULL;
    wb_kept **of = realloc(list->of, ((size_t)list->count + 1) * sizeof(wb_kept *));
    if (of == NULL) return NULL;
    list->of = of;
    wb_kept *kept = calloc(1, sizeof *kept);
    if (kept == NULL) return NULL;
    list->of[list->count++] = kept;
    kept->loss_most = LOSSES_MOST / (workers > 0 ? workers : 1);
    kept->level = 1.0;
    for (uint32_t l = 0; l < model->level_count; l++) {
        const double level = wb_rate_double(&model->levels[l].level);
        if (level < kept->level) kept->level = level;
    }
    kept->least = 1; /* a path without loss has nothing to tell */
    return kept;
}

void wb_kept_clear(wb_kept_list *list)
{
    for (uint32_t k = 0; k < list->count; k++) {
        free(list->of[k]->paths);
        free(list->of[k]->provider);
        free(list->of[k]->loss);
        free(list->of[k]);
    }
    free(list->of);
    memset(list, 0, sizeof *list);
}

static int by_size(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The sample is complete: from now on keep what lies beyond three standard errors below the level.
 * A guess: whatever it is, the figures are the same. */
static void set_least(wb_kept *kept)
{
    const double n = WB_KEPT_SAMPLE;
    const double share = kept->level - 3 * sqrt(kept->level * (1 - kept->level) / n);
    qsort(kept->seen, WB_KEPT_SAMPLE, sizeof *kept->seen, by_size);
    const int64_t least = kept->seen[share > 0 ? (size_t)(share * n) : 0];
    if (least > kept->least) kept->least = least;
}

static bool make_room(wb_kept *kept, uint32_t losses)
{
    if (kept->loss_count + losses > kept->loss_most) return false;
    if (kept->path_count == kept->path_room) {
        const uint32_t room = kept->path_room > 0 ? 2 * kept->path_room : PATHS_FIRST;
        wb_kept_path *paths = realloc(kept->paths, room * sizeof *paths);
        if (paths == NULL) return false;
        kept->paths = paths;
        kept->path_room = room;
    }
    uint32_t room = kept->loss_room > 0 ? kept->loss_room : LOSSES_FIRST;
    while (room < kept->loss_count + losses)
        room *= 2;
    if (room == kept->loss_room) return true;
    uint16_t *provider = realloc(kept->provider, room * sizeof *provider);
    if (provider != NULL) kept->provider = provider;
    int64_t *loss = realloc(kept->loss, room * sizeof *loss);
    if (loss != NULL) kept->loss = loss;
    if (provider == NULL || loss == NULL) return false;
    kept->loss_room = room;
    return true;
}

void wb_kept_enter(wb_kept *kept, uint64_t path, const wb_path_result *result)
{
    const wb_wide total = result->loss;
    if (kept->full || total > INT64_MAX) return;
    if (kept->seen_count < WB_KEPT_SAMPLE) {
        kept->seen[kept->seen_count++] = (int64_t)total;
        if (kept->seen_count == WB_KEPT_SAMPLE) set_least(kept);
    }
    if (total < kept->least) return;
    assert(kept->path_count == 0 || kept->paths[kept->path_count - 1].path < path);
    const uint32_t count = result->loser_count;
    if (!make_room(kept, count)) {
        kept->full = true;
        return;
    }
    kept->paths[kept->path_count++] =
        (wb_kept_path){.path = path, .first = kept->loss_count, .count = count};
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t i = result->losers[k];
        kept->provider[kept->loss_count] = (uint16_t)i;
        kept->loss[kept->loss_count++] = (int64_t)result->provider_loss[i];
    }
}

bool wb_kept_find(const wb_kept **kept, const wb_kept_path **place, const wb_kept_list *list,
                  uint64_t path)
{
    for (uint32_t k = 0; list != NULL && k < list->count; k++) {
        const wb_kept *one = list->of[k];
        uint32_t low = 0;
        uint32_t high = one->path_count;
        while (low < high) {
            const uint32_t middle = low + (high - low) / 2;
            if (one->paths[middle].path < path)
                low = middle + 1;
            else
                high = middle;
        }
        if (low == one->path_count || one->paths[low].path != path) continue;
        *kept = one;
        *place = &one->paths[low];
        return true;
    }
    return false;
}

_Static_assert(WB_PROVIDERS_MAX + WB_MERGERS_MAX <= UINT16_MAX, "a provider fits 16 bits");
