/* euler.c - walking the tail of a run again, provider by provider; see euler.h. */
#include "sim/euler.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/interval.h"
#include "sim/parallel.h"

/* ---- the tails ---- */

static wb_wide value_at(const wb_sorted *sorted, uint64_t rank)
{
    mpz_t value;
    mpz_init(value);
    wb_sorted_value(value, sorted, rank);
    const wb_wide result = wb_wide_get(value);
    mpz_clear(value);
    return result;
}

static uint64_t above(const wb_sorted *sorted, wb_wide value)
{
    mpz_t threshold;
    mpz_init(threshold);
    wb_wide_set(threshold, value);
    const uint64_t count = wb_sorted_above(sorted, threshold);
    mpz_clear(threshold);
    return count;
}

/* Where losses sit on few amounts, the neighbourhood ends at the next of them on either side: its
 * paths are enough to say what is lost there, and others must not blur that. */
static void stop_at_next(wb_tail *tail, const wb_sorted *sorted)
{
    if (tail->near_high > tail->at) {
        const wb_wide next = value_at(sorted, sorted->count - tail->above + 1);
        if (tail->above - above(sorted, next) >= WB_EULER_ENOUGH) tail->near_high = next;
    }
    if (tail->near_low < tail->at) {
        const uint64_t rank = sorted->count - tail->above - tail->ties;
        const wb_wide next = value_at(sorted, rank);
        const uint64_t from = above(sorted, next - 1);
        if (from - (sorted->count - rank) >= WB_EULER_ENOUGH) tail->near_low = next;
    }
}

static void find_tail(wb_tail *tail, const wb_level *level, const wb_sorted *sorted)
{
    const wb_ranks ranks = wb_ranks_of(&level->level, sorted->count);
    tail->level = level;
    tail->at = value_at(sorted, ranks.at);
    tail->above = above(sorted, tail->at);
    tail->ties = above(sorted, tail->at - 1) - tail->above;
    tail->near_low = value_at(sorted, ranks.low_none ? 1 : ranks.low);
    tail->near_high = value_at(sorted, ranks.high_none ? sorted->count : ranks.high);
    stop_at_next(tail, sorted);
    tail->under = above(sorted, tail->near_low - 1) - above(sorted, tail->at - 1);
    tail->beyond = tail->above - above(sorted, tail->near_high);
}

static wb_code find_tails(wb_euler *euler, const wb_tally *tally, wb_error *err)
{
    wb_sorted sorted;
    const wb_code code = wb_sorted_init(&sorted, tally->paths, tally->wide, err);
    if (code != WB_OK) return code;
    wb_sorted_load(&sorted, tally, wb_tally_loss());
    for (uint32_t l = 0; l < euler->model->level_count; l++)
        find_tail(&euler->tails[l], &euler->model->levels[l], &sorted);
    wb_sorted_clear(&sorted);
    return WB_OK;
}

/* Whether a path has anything to say at some level; a path without loss has nothing. */
static bool is_wanted(const wb_euler *euler, wb_wide loss)
{
    for (uint32_t l = 0; loss != 0 && l < euler->model->level_count; l++) {
        if (loss >= euler->tails[l].near_low) return true;
    }
    return false;
}

/* ---- walking them ---- */

typedef struct tail_worker {
    const wb_euler *euler;
    const wb_tally *tally;
    const wb_kept_list *kept;
    wb_worker *kernel;
    wb_tail_sums *sums;
    wb_tail_totals *groups;
    wb_wide *items;    /* of the path; 0 but for those touched */
    uint32_t *touched; /* each once */
    uint32_t touched_count;
    wb_code code;
    wb_error error;
} tail_worker;

static wb_tail_sums *sums_new(size_t count)
{
    wb_tail_sums *sums = calloc(count + 1, sizeof *sums);
    for (size_t i = 0; sums != NULL && i < count; i++) {
        wb_sum_init(&sums[i].above);
        wb_sum_init(&sums[i].at);
        wb_sum_init(&sums[i].under);
        wb_sum_init(&sums[i].beyond);
    }
    return sums;
}

static void sums_free(wb_tail_sums *sums, size_t count)
{
    for (size_t i = 0; sums != NULL && i < count; i++) {
        wb_sum_clear(&sums[i].above);
        wb_sum_clear(&sums[i].at);
        wb_sum_clear(&sums[i].under);
        wb_sum_clear(&sums[i].beyond);
    }
    free(sums);
}

static wb_tail_totals *totals_new(size_t count)
{
    wb_tail_totals *totals = calloc(count + 1, sizeof *totals);
    for (size_t i = 0; totals != NULL && i < count; i++)
        mpz_inits(totals[i].above, totals[i].at, NULL); /* takes nothing until added to */
    return totals;
}

static void totals_free(wb_tail_totals *totals, size_t count)
{
    for (size_t i = 0; totals != NULL && i < count; i++)
        mpz_clears(totals[i].above, totals[i].at, NULL);
    free(totals);
}

static void touch(tail_worker *w, uint32_t item, wb_wide amount)
{
    if (w->items[item] == 0) w->touched[w->touched_count++] = item;
    w->items[item] += amount;
}

/* What a provider lost, for itself, its region and its segment. */
static void add_item(tail_worker *w, uint32_t provider, wb_wide amount)
{
    const wb_model *model = w->euler->model;
    const wb_provider *one = &model->providers[provider];
    touch(w, provider, amount);
    if (one->region != WB_NONE) touch(w, model->provider_count + one->region, amount);
    if (one->segment != WB_NONE)
        touch(w, model->provider_count + model->region_count + one->segment, amount);
}

/* What each item lost on a path, kept or walked again. */
static void fill_items(tail_worker *w, uint64_t number, wb_wide loss)
{
    const wb_kept *kept = NULL;
    const wb_kept_path *place = NULL;
    wb_wide sum = 0;
    for (uint32_t k = 0; k < w->touched_count; k++)
        w->items[w->touched[k]] = 0;
    w->touched_count = 0;
    if (wb_kept_find(&kept, &place, w->kept, number)) {
        for (uint32_t i = place->first; i < place->first + place->count; i++) {
            add_item(w, kept->provider[i], kept->loss[i]);
            sum += kept->loss[i];
        }
        assert(sum == loss);
        return;
    }
    const wb_path_result *path = NULL;
    w->code = wb_worker_path(w->kernel, number, NULL, &path, NULL, &w->error);
    if (w->code != WB_OK) return;
    for (uint32_t k = 0; k < path->loser_count; k++) {
        const uint32_t i = path->losers[k];
        add_item(w, i, path->provider_loss[i]);
        sum += path->provider_loss[i];
    }
    assert(sum == path->loss);
    if (path->loss == loss) return;
    w->code = wb_fail(&w->error, WB_E_DAMAGED, "the loss of path %llu is not what its draws give",
                      (unsigned long long)number + 1);
    wb_error_hint(&w->error, "make the part of the run that holds this path again");
}

/* The path in the sums of its group, at the highest level. */
static void add_to_group(tail_worker *w, uint64_t number, wb_wide loss)
{
    const wb_euler *euler = w->euler;
    const wb_tail *tail = &euler->tails[euler->highest];
    const uint32_t providers = euler->model->provider_count;
    wb_tail_totals *group = w->groups + (number % WB_EULER_GROUPS) * providers;
    mpz_t value;
    mpz_init(value);
    for (uint32_t k = 0; loss >= tail->at && k < w->touched_count; k++) {
        const uint32_t i = w->touched[k];
        if (i >= providers) continue;
        wb_wide_set(value, w->items[i]);
        mpz_ptr total = loss > tail->at ? group[i].above : group[i].at;
        mpz_add(total, total, value);
    }
    mpz_clear(value);
}

static void add_path(tail_worker *w, uint64_t number, wb_wide loss)
{
    const wb_euler *euler = w->euler;
    add_to_group(w, number, loss);
    for (uint32_t l = 0; l < euler->model->level_count; l++) {
        const wb_tail *tail = &euler->tails[l];
        wb_tail_sums *sums = w->sums + (size_t)l * euler->item_count;
        if (loss < tail->near_low) continue;
        for (uint32_t k = 0; k < w->touched_count; k++) {
            const uint32_t i = w->touched[k];
            if (loss > tail->at) wb_sum_add(&sums[i].above, w->items[i]);
            if (loss == tail->at) wb_sum_add(&sums[i].at, w->items[i]);
            if (loss < tail->at) wb_sum_add(&sums[i].under, w->items[i]);
            if (loss > tail->at && loss <= tail->near_high) {
                wb_sum_add(&sums[i].beyond, w->items[i]);
            }
        }
    }
}

static void walk_block(void *argument, uint64_t index)
{
    tail_worker *w = argument;
    wb_wide losses[WB_BLOCK_PATHS];
    const uint32_t count = wb_tally_block_paths(w->tally, index);
    wb_tally_read(losses, w->tally, wb_tally_loss(), index);
    for (uint32_t i = 0; i < count && w->code == WB_OK; i++) {
        if (!is_wanted(w->euler, losses[i])) continue;
        const uint64_t number = index * WB_BLOCK_PATHS + i;
        fill_items(w, number, losses[i]);
        if (w->code == WB_OK) add_path(w, number, losses[i]);
    }
}

static size_t sum_count(const wb_euler *euler)
{
    return (size_t)euler->item_count * euler->model->level_count;
}

static size_t group_sum_count(const wb_euler *euler)
{
    return (size_t)WB_EULER_GROUPS * euler->model->provider_count;
}

static bool worker_init(tail_worker *w, const wb_euler *euler, const wb_tally *tally,
                        const wb_prepared *prepared, const wb_kept_list *kept)
{
    w->euler = euler;
    w->kept = kept;
    w->tally = tally;
    w->kernel = wb_worker_new(prepared);
    w->sums = sums_new(sum_count(euler));
    w->groups = totals_new(group_sum_count(euler));
    w->items = calloc((size_t)euler->item_count + 1, sizeof *w->items);
    w->touched = calloc((size_t)euler->item_count + 1, sizeof *w->touched);
    return w->kernel != NULL && wb_worker_keep_losses(w->kernel) && w->sums != NULL &&
           w->groups != NULL && w->items != NULL && w->touched != NULL;
}

static void worker_clear(tail_worker *w)
{
    wb_worker_free(w->kernel);
    if (w->euler != NULL) {
        sums_free(w->sums, sum_count(w->euler));
        totals_free(w->groups, group_sum_count(w->euler));
    }
    free(w->items);
    free(w->touched);
}

static void merge_sums(wb_tail_sums *to, const wb_tail_sums *from, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        wb_sum_merge(&to[i].above, &from[i].above);
        wb_sum_merge(&to[i].at, &from[i].at);
        wb_sum_merge(&to[i].under, &from[i].under);
        wb_sum_merge(&to[i].beyond, &from[i].beyond);
    }
}

/* Exact, so the order of workers changes nothing. */
static void merge(wb_euler *euler, const tail_worker *w)
{
    merge_sums(euler->sums, w->sums, sum_count(euler));
    for (size_t i = 0; i < group_sum_count(euler); i++) {
        mpz_add(euler->groups[i].above, euler->groups[i].above, w->groups[i].above);
        mpz_add(euler->groups[i].at, euler->groups[i].at, w->groups[i].at);
    }
}

static wb_code walk_tails(wb_euler *euler, const wb_prepared *prepared, const wb_tally *tally,
                          const wb_kept_list *kept, const wb_sim_options *options, wb_error *err)
{
    const uint32_t threads = wb_parallel_threads(options, tally->block_count);
    tail_worker *workers = calloc(threads, sizeof *workers);
    void *pointers[WB_THREADS_MAX];
    bool good = workers != NULL;
    for (uint32_t i = 0; good && i < threads; i++) {
        pointers[i] = &workers[i];
        good = worker_init(&workers[i], euler, tally, prepared, kept);
    }
    wb_code code = WB_OK;
    if (good) {
        const wb_parallel job = {.block_count = tally->block_count,
                                 .threads = threads,
                                 .work = walk_block,
                                 .workers = pointers,
                                 .options = options,
                                 .progress_done = tally->paths,
                                 .progress_total = tally->paths};
        code = wb_parallel_do(&job, err);
    } else {
        code = wb_fail(err, WB_E_NOMEM, "no memory for the contributions to the loss");
    }
    for (uint32_t i = 0; workers != NULL && i < threads; i++) {
        if (code == WB_OK && workers[i].code != WB_OK) {
            code = workers[i].code;
            if (err != NULL) *err = workers[i].error;
        }
        if (code == WB_OK) merge(euler, &workers[i]);
        worker_clear(&workers[i]);
    }
    free(workers);
    return code;
}

wb_code wb_euler_new(wb_euler **out, const wb_prepared *prepared, const wb_tally *tally,
                     const wb_kept_list *kept, const wb_sim_options *options, wb_error *err)
{
    *out = NULL;
    const wb_model *model = wb_prepared_model(prepared);
    wb_euler *euler = calloc(1, sizeof *euler);
    if (euler == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the contributions");
    euler->model = model;
    euler->paths = tally->paths;
    euler->item_count = model->provider_count + model->region_count + model->segment_count;
    for (uint32_t l = 0; l < model->level_count; l++) {
        const wb_rate *level = &model->levels[l].level;
        if (wb_rate_compare(level, &model->levels[euler->highest].level) > 0) euler->highest = l;
    }
    euler->sums = sums_new(sum_count(euler));
    euler->groups = totals_new(group_sum_count(euler));
    wb_code code = WB_OK;
    if (euler->sums == NULL || euler->groups == NULL)
        code = wb_fail(err, WB_E_NOMEM, "no memory for the contributions");
    if (code == WB_OK) code = find_tails(euler, tally, err);
    if (code == WB_OK && model->level_count > 0) {
        code = walk_tails(euler, prepared, tally, kept, options, err);
    }
    if (code != WB_OK) {
        wb_euler_free(euler);
        return code;
    }
    *out = euler;
    return WB_OK;
}

void wb_euler_free(wb_euler *euler)
{
    if (euler == NULL) return;
    sums_free(euler->sums, sum_count(euler));
    totals_free(euler->groups, group_sum_count(euler));
    free(euler);
}
