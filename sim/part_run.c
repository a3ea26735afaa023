/* part_run.c - the paths of a run that are there, and how they come and go; see sim_part.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/euler.h"
#include "sim/measure.h"
#include "sim/memory.h"
#include "sim/part_bytes.h"
#include "sim/part_file.h"
#include "sim/run.h"
#include "waarborg/sim_part.h"

enum { LISTED = 32 }; /* bytes that a block takes in the lists of a run, at most */

/* Where borrowed blocks lie. */
typedef struct source {
    wb_part_bytes bytes;
    wb_part_view view;
    char name[200];
} source;

struct wb_sim_part {
    const wb_model *model;
    wb_sim_options options;
    wb_part_of of;
    wb_prepared *prepared;
    wb_tally tally;
    pthread_mutex_t lock; /* of the tally, while threads run */
    source *sources;
    size_t source_count;
    uint32_t threads_used;
    wb_kept_list kept; /* of the tail, by the runs of all paths */
    struct timespec start;
};

wb_code wb_sim_part_new(wb_sim_part **out, const wb_model *model, const wb_sim_options *options,
                        const char *release, wb_error *err)
{
    *out = NULL;
    wb_sim_part *part = calloc(1, sizeof *part);
    if (part == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a run");
    clock_gettime(CLOCK_MONOTONIC, &part->start);
    pthread_mutex_init(&part->lock, NULL);
    part->model = model;
    if (options != NULL) part->options = *options;
    wb_part_of_model(&part->of, model, release);
    wb_code code = wb_prepared_new(&part->prepared, model, part->options.kernel, NULL, err);
    if (code == WB_OK && model->paths / WB_BLOCK_PATHS * LISTED > wb_memory_free()) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for a list of %llu paths",
                       (unsigned long long)model->paths);
        wb_error_hint(err, "take fewer paths");
    }
    if (code == WB_OK) code = wb_tally_init(&part->tally, model, model->paths, err);
    if (code == WB_OK) {
        *out = part;
    } else {
        wb_sim_part_free(part);
    }
    return code;
}

void wb_sim_part_free(wb_sim_part *part)
{
    if (part == NULL) return;
    wb_tally_clear(&part->tally); /* before what its blocks lie in */
    for (size_t i = 0; i < part->source_count; i++)
        wb_part_bytes_clear(&part->sources[i].bytes);
    free(part->sources);
    wb_kept_clear(&part->kept);
    wb_prepared_free(part->prepared);
    pthread_mutex_destroy(&part->lock);
    free(part);
}

/* ---- which paths ---- */

static wb_sim_paths paths_of(const wb_sim_part *part, uint64_t first, uint64_t end)
{
    const uint64_t paths = part->tally.paths;
    const uint64_t last = end * WB_BLOCK_PATHS;
    return (wb_sim_paths){.first = first * WB_BLOCK_PATHS, .end = last < paths ? last : paths};
}

/* floor(blocks x i / k) without overflow: both below 2^40 and 2^16. */
static uint64_t block_at(const wb_sim_part *part, uint32_t i, uint32_t k)
{
    return part->tally.block_count * i / k;
}

wb_sim_paths wb_sim_part_shard(const wb_sim_part *part, wb_sim_shard shard)
{
    assert(shard.index >= 1 && shard.index <= shard.count && shard.count <= WB_SHARDS_MAX);
    return paths_of(part, block_at(part, shard.index - 1, shard.count),
                    block_at(part, shard.index, shard.count));
}

uint64_t wb_sim_part_done(const wb_sim_part *part)
{
    return part->tally.sums.paths;
}

bool wb_sim_part_missing(const wb_sim_part *part, uint64_t from, wb_sim_paths *missing)
{
    const wb_tally *tally = &part->tally;
    uint64_t first = (from + WB_BLOCK_PATHS - 1) / WB_BLOCK_PATHS;
    while (first < tally->block_count && tally->blocks[first] != NULL)
        first++;
    if (first >= tally->block_count) return false;
    uint64_t end = first;
    while (end < tally->block_count && tally->blocks[end] == NULL)
        end++;
    *missing = paths_of(part, first, end);
    return true;
}

/* ---- taking over ---- */

static bool holds(const wb_part_view *view, uint64_t block)
{
    for (uint32_t i = 0; i < view->range_count; i++) {
        const wb_part_range range = wb_part_view_range(view, i);
        if (block >= range.first && block < range.end) return true;
    }
    return false;
}

static wb_code twice(const wb_sim_part *part, uint64_t block, const char *name, wb_error *err)
{
    const char *other = "what was run here";
    for (size_t i = 0; i < part->source_count; i++) {
        if (holds(&part->sources[i].view, block)) other = part->sources[i].name;
    }
    const wb_sim_paths paths = paths_of(part, block, block + 1);
    if (strcmp(other, name) == 0) return wb_fail(err, WB_E_CONFLICT, "this part is named twice");
    const wb_code code =
        wb_fail(err, WB_E_CONFLICT, "paths %llu to %llu are in '%.100s' and in '%.100s'",
                (unsigned long long)paths.first + 1, (unsigned long long)paths.end, other, name);
    wb_error_hint(err, "name every part once, and parts of one division into shards");
    return code;
}

static wb_code none_twice(const wb_sim_part *part, const wb_part_view *view, const char *name,
                          wb_error *err)
{
    for (uint32_t i = 0; i < view->range_count; i++) {
        const wb_part_range range = wb_part_view_range(view, i);
        for (uint64_t b = range.first; b < range.end; b++) {
            if (part->tally.blocks[b] != NULL) return twice(part, b, name, err);
        }
    }
    return WB_OK;
}

static wb_code add(wb_sim_part *part, wb_part_bytes *bytes, const char *name, wb_error *err)
{
    source made = {.bytes = *bytes};
    (void)snprintf(made.name, sizeof made.name, "%s", name);
    wb_code code = wb_part_view_of(&made.view, bytes->data, bytes->size, err);
    if (code == WB_OK) code = wb_part_same(&made.view, &part->of, err);
    if (code == WB_OK) code = none_twice(part, &made.view, name, err);
    source *sources =
        code == WB_OK ? realloc(part->sources, (part->source_count + 1) * sizeof *sources) : NULL;
    if (sources == NULL) {
        wb_part_bytes_clear(bytes);
        return code != WB_OK ? code : wb_fail(err, WB_E_NOMEM, "no memory for one more part");
    }
    part->sources = sources;
    part->sources[part->source_count++] = made;
    return wb_part_enter(&part->tally, &made.view, err);
}

wb_code wb_sim_part_add(wb_sim_part *part, const char *path, wb_error *err)
{
    wb_part_bytes bytes;
    wb_code code = wb_part_bytes_map(&bytes, path, err);
    if (code == WB_OK) code = add(part, &bytes, path, err);
    if (code != WB_OK) wb_error_at(err, path, 0, NULL);
    return code;
}

wb_code wb_sim_part_add_bytes(wb_sim_part *part, uint8_t *bytes, size_t size, const char *name,
                              wb_error *err)
{
    wb_part_bytes owned = {.size = size};
    owned.data = bytes;
    return add(part, &owned, name, err);
}

wb_code wb_sim_part_look(const char *path, uint64_t *seed, uint64_t *paths, wb_error *err)
{
    wb_part_bytes bytes;
    wb_part_view view;
    wb_code code = wb_part_bytes_map(&bytes, path, err);
    if (code == WB_OK) {
        code = wb_part_view_of(&view, bytes.data, bytes.size, err);
        *seed = view.of.seed;
        *paths = view.of.paths;
        wb_part_bytes_clear(&bytes);
    }
    if (code != WB_OK) wb_error_at(err, path, 0, NULL);
    return code;
}

/* ---- running ---- */

wb_code wb_sim_part_run(wb_sim_part *part, wb_sim_shard shard, wb_error *err)
{
    const wb_tally *tally = &part->tally;
    const uint64_t first = block_at(part, shard.index - 1, shard.count);
    const uint64_t end = block_at(part, shard.index, shard.count);
    const wb_sim_paths paths = wb_sim_part_shard(part, shard);
    for (uint64_t b = 0; b < tally->block_count; b++) {
        if (tally->blocks[b] == NULL || (b >= first && b < end)) continue;
        const wb_sim_paths other = paths_of(part, b, b + 1);
        return wb_fail(err, WB_E_CONFLICT, "path %llu is not in shard %u/%u, paths %llu to %llu",
                       (unsigned long long)other.first + 1, shard.index, shard.count,
                       (unsigned long long)paths.first + 1, (unsigned long long)paths.end);
    }
    uint64_t *blocks = calloc(end > first ? end - first : 1, sizeof *blocks);
    if (blocks == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the list of paths");
    wb_run run = {.prepared = part->prepared,
                  .tally = &part->tally,
                  .lock = &part->lock,
                  .blocks = blocks,
                  .kept = shard.count == 1 ? &part->kept : NULL,
                  .done = wb_sim_part_done(part),
                  .total = paths.end > paths.first ? paths.end - paths.first : 0};
    uint64_t missing = 0;
    for (uint64_t b = first; b < end; b++) {
        if (tally->blocks[b] != NULL) continue;
        blocks[run.block_count++] = b;
        missing += wb_tally_block_paths(tally, b);
    }
    wb_code code =
        wb_memory_check(part->model, tally, missing, shard.count == 1, wb_memory_free(), err);
    if (code == WB_OK) code = wb_run_blocks(&run, &part->options, &part->threads_used, err);
    free(blocks);
    return code;
}

/* ---- saving ---- */

/* What is there at this moment. Blocks that are there stay as they are, so that they can be
 * written while threads add others. */
static wb_code snapshot(wb_part_content *content, wb_tally_sums *sums, wb_sim_part *part,
                        wb_error *err)
{
    const wb_tally *tally = &part->tally;
    memset(content, 0, sizeof *content);
    content->tally = tally;
    content->sums = sums;
    /* ranges are apart: at most every other block begins one */
    content->ranges = calloc(tally->block_count / 2 + 1, sizeof *content->ranges);
    if (content->ranges == NULL || !wb_tally_sums_init(sums, tally->shape)) {
        free(content->ranges);
        return wb_fail(err, WB_E_NOMEM, "no memory to save the run");
    }
    pthread_mutex_lock(&part->lock);
    wb_tally_sums_merge(sums, &tally->sums);
    for (uint64_t b = 0; b < tally->block_count; b++) {
        if (tally->blocks[b] == NULL) continue;
        wb_part_range *range = &content->ranges[content->range_count];
        range->first = b;
        while (b < tally->block_count && tally->blocks[b] != NULL)
            b++;
        range->end = b;
        content->range_count++;
    }
    pthread_mutex_unlock(&part->lock);
    return WB_OK;
}

wb_code wb_sim_part_save(wb_sim_part *part, const char *path, wb_error *err)
{
    wb_part_content content;
    wb_tally_sums sums;
    wb_code code = snapshot(&content, &sums, part, err);
    if (code != WB_OK) return code;
    code = wb_part_save(path, &part->of, &content, err);
    free(content.ranges);
    wb_tally_sums_clear(&sums);
    return code;
}

wb_code wb_sim_part_send(wb_sim_part *part,
                         bool (*sink)(void *context, const void *bytes, size_t size), void *context,
                         wb_error *err)
{
    wb_part_content content;
    wb_tally_sums sums;
    wb_code code = snapshot(&content, &sums, part, err);
    if (code != WB_OK) return code;
    if (!wb_part_write(&part->of, &content, sink, context)) {
        code = wb_fail(err, WB_E_IO, "a part of the run could not be sent");
    }
    free(content.ranges);
    wb_tally_sums_clear(&sums);
    return code;
}

/* ---- the result ---- */

wb_code wb_sim_part_result(wb_sim_result **result, wb_sim_part *part, wb_error *err)
{
    *result = NULL;
    wb_sim_paths missing;
    if (wb_sim_part_missing(part, 0, &missing)) {
        return wb_fail(err, WB_E_MISSING, "paths %llu to %llu are missing",
                       (unsigned long long)missing.first + 1, (unsigned long long)missing.end);
    }
    wb_sim_result *made = calloc(1, sizeof *made);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a result");
    made->kernel_used = wb_prepared_kernel(part->prepared);
    made->int64_proved = wb_prepared_proved(part->prepared);
    made->threads_used = part->threads_used;
    wb_euler *euler = NULL;
    wb_code code = wb_measure_all(made, part->model, &part->tally, err);
    if (code == WB_OK) {
        code = wb_euler_new(&euler, part->prepared, &part->tally, &part->kept, &part->options, err);
    }
    if (code == WB_OK) code = wb_euler_measure(made, euler, err);
    wb_euler_free(euler);
    if (code != WB_OK) {
        wb_sim_result_free(made);
        return code;
    }
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    made->seconds = (double)(now.tv_sec - part->start.tv_sec) +
                    1e-9 * (double)(now.tv_nsec - part->start.tv_nsec);
    *result = made;
    return WB_OK;
}
