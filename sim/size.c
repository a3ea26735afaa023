/*
 * size.c - how much opening cash makes an event rare enough: docs/model.md, "Sizing".
 *
 * Per path, K is the least opening cash, in cents, without the event by the given year. The answer
 * is an order statistic of K over all paths, exact to the cent, found without computing K for all
 * of them: a bracket of cash that holds the wanted ranks is taken from a smaller sample of the
 * same paths; a path whose K lies outside it is only counted, after one or two walks; the few
 * inside are bisected. When a rank turns out to lie outside, the bracket is widened and the paths
 * are walked again. The answer is a function of all K alone, however the bracket came about.
 *
 * Why bisection may be used: more opening cash never brings an event forward. Take two paths of
 * the same draws, one with more cash. As long as the poorer has unmet need nowhere, both see the
 * same asks, and at every step the richer has at least as much cash, has called no more of levy
 * (this year) and obligo, and owes the backstop no more: interest, a waived contribution (the
 * excess of cash over the cap, at most what is due), repayment above the target and a refund above
 * the cap are non-decreasing maps of cash, and each layer pays the lesser of its room and what the
 * layers before it left. Hence each event, which asks for a call, a draw, debt at its limit or
 * unmet need, happens to the poorer no later. From its first unmet need on all its events have
 * happened. So the event by a year is a non-increasing step function of cash.
 */
#include "sim/size.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/kernel.h"
#include "sim/parallel.h"

enum { BLOCK_PATHS = 256, SAMPLE_FIRST = 512, SAMPLE_GROWTH = 16 };

/* What the search is for, the same for all threads. */
typedef struct sizing {
    const wb_prepared *prepared;
    wb_event event;
    uint32_t step_end;
    uint64_t paths;    /* of this round: the first so many */
    wb_wide low, high; /* the bracket: K <= low and K > high are only counted */
} sizing;

typedef struct size_worker {
    const sizing *job;
    wb_worker *kernel;
    wb_money cash;
    wb_wide *inside; /* K of the paths within the bracket */
    size_t count, room;
    uint64_t below, above;
    wb_code code;
    wb_error error;
} size_worker;

/* The counts and values of a round, over all threads. */
typedef struct size_round {
    wb_wide *inside; /* ascending */
    uint64_t below, count, above;
} size_round;

/* Does the event happen on this path with this cash? An error counts as yes and is kept. */
static bool happens(size_worker *w, uint64_t path, wb_wide cash)
{
    const sizing *job = w->job;
    wb_wide_set(w->cash.cents, cash);
    const wb_walk_options options = {
        .cash = &w->cash, .step_end = job->step_end, .stop_at = job->event};
    const wb_path_result *result = NULL;
    if (w->code == WB_OK) {
        w->code = wb_worker_path(w->kernel, path, &options, &result, NULL, &w->error);
    }
    if (w->code != WB_OK) return true;
    return result->event[job->event] < job->step_end;
}

static void keep(size_worker *w, wb_wide value)
{
    if (w->count == w->room) {
        const size_t room = w->room == 0 ? 1024 : 2 * w->room;
        wb_wide *inside = realloc(w->inside, room * sizeof *inside);
        if (inside == NULL) {
            w->code = wb_fail(&w->error, WB_E_NOMEM, "no memory for the sizing");
            return;
        }
        w->inside = inside;
        w->room = room;
    }
    w->inside[w->count++] = value;
}

/* The event happens at low and not at high: the least cash without it. */
static wb_wide bisect(size_worker *w, uint64_t path, wb_wide low, wb_wide high)
{
    if (high - low > 1 && low < 0 && !happens(w, path, 0)) return 0; /* the usual answer */
    while (high - low > 1) {
        const wb_wide middle = low + (high - low) / 2;
        if (happens(w, path, middle))
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void size_block(void *argument, uint64_t block)
{
    size_worker *w = argument;
    const sizing *job = w->job;
    const uint64_t first = block * BLOCK_PATHS;
    const uint64_t end = first + BLOCK_PATHS < job->paths ? first + BLOCK_PATHS : job->paths;
    for (uint64_t path = first; path < end && w->code == WB_OK; path++) {
        /* below 0 there is no cash to have */
        if (job->low >= 0 && !happens(w, path, job->low))
            w->below++;
        else if (happens(w, path, job->high))
            w->above++;
        else
            keep(w, bisect(w, path, job->low, job->high));
    }
}

static int compare_wide(const void *a, const void *b)
{
    const wb_wide x = *(const wb_wide *)a;
    const wb_wide y = *(const wb_wide *)b;
    return (x > y) - (x < y);
}

/* ---- one round over the first paths ---- */

static wb_code collect(size_round *round, const size_worker *workers, uint32_t threads,
                       wb_error *err)
{
    memset(round, 0, sizeof *round);
    for (uint32_t i = 0; i < threads; i++) {
        if (workers[i].code != WB_OK) {
            if (err != NULL) *err = workers[i].error;
            return workers[i].code;
        }
        round->below += workers[i].below;
        round->above += workers[i].above;
        round->count += workers[i].count;
    }
    round->inside = malloc((round->count + 1) * sizeof *round->inside);
    if (round->inside == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the sizing");
    size_t at = 0;
    for (uint32_t i = 0; i < threads; i++) {
        if (workers[i].count == 0) continue;
        memcpy(round->inside + at, workers[i].inside, workers[i].count * sizeof *round->inside);
        at += workers[i].count;
    }
    qsort(round->inside, round->count, sizeof *round->inside, compare_wide);
    return WB_OK;
}

static void workers_free(size_worker *workers, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        wb_worker_free(workers[i].kernel);
        wb_money_clear(&workers[i].cash);
        free(workers[i].inside);
    }
    free(workers);
}

/* NULL: out of memory. */
static size_worker *workers_new(const sizing *job, uint32_t count)
{
    size_worker *workers = calloc(count, sizeof *workers);
    for (uint32_t i = 0; workers != NULL && i < count; i++) {
        workers[i].job = job;
        wb_money_init(&workers[i].cash);
        workers[i].kernel = wb_worker_new(job->prepared);
        if (workers[i].kernel == NULL) {
            workers_free(workers, i + 1);
            return NULL;
        }
    }
    return workers;
}

static wb_code do_round(size_round *round, const sizing *job, const wb_sim_options *options,
                        bool report, wb_error *err)
{
    const uint64_t blocks = (job->paths + BLOCK_PATHS - 1) / BLOCK_PATHS;
    const uint32_t threads = wb_parallel_threads(options, blocks);
    size_worker *workers = workers_new(job, threads);
    if (workers == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for %u threads", threads);
    void *pointers[WB_THREADS_MAX];
    for (uint32_t i = 0; i < threads; i++)
        pointers[i] = &workers[i];
    const wb_parallel parallel = {.block_count = blocks,
                                  .threads = threads,
                                  .work = size_block,
                                  .workers = pointers,
                                  .options = report ? options : NULL,
                                  .progress_total = job->paths};
    wb_code code = wb_parallel_do(&parallel, err);
    if (code == WB_OK) code = collect(round, workers, threads, err);
    workers_free(workers, threads);
    return code;
}

/* ---- ranks ---- */

wb_size_ranks wb_size_ranks_of(const wb_rate *target, uint64_t paths)
{
    wb_rate level;
    wb_rate_init(&level);
    wb_rate_set_ratio(&level, 1, 1);
    mpq_sub(level.ratio, level.ratio, target->ratio);
    wb_size_ranks ranks = {.quantile = wb_ranks_of(&level, paths)};
    wb_rate_clear(&level);
    /* the most paths with the event for which the upper end is still at most the target */
    const double wanted = wb_rate_double(target);
    uint64_t few = 0;
    uint64_t many = paths;
    if (wb_proportion_of(0, paths).high <= wanted) {
        while (many - few > 1) {
            const uint64_t middle = few + (many - few) / 2;
            if (wb_proportion_of(middle, paths).high <= wanted)
                few = middle;
            else
                many = middle;
        }
        ranks.sure = paths - few;
    }
    ranks.least = ranks.quantile.low_none ? ranks.quantile.at : ranks.quantile.low;
    ranks.most = ranks.quantile.high_none ? ranks.quantile.at : ranks.quantile.high;
    ranks.most = ranks.sure > ranks.most ? ranks.sure : ranks.most;
    return ranks;
}

/* K of a rank in a round that has it; false: the rank's path has none. */
static bool value_of(wb_wide *value, const size_round *round, uint64_t rank)
{
    assert(rank > round->below);
    if (rank > round->below + round->count) return false;
    *value = round->inside[rank - round->below - 1];
    return true;
}

/*
 * A bracket for all paths from the K of a smaller round: the ranks wanted, scaled down, with six
 * standard deviations on either side. `end` is cash with which only a cap can bring the event.
 */
static void narrow_bracket(wb_wide *low, wb_wide *high, const size_round *round,
                           const wb_size_ranks *ranks, uint64_t sample, uint64_t paths, wb_wide end)
{
    const double n = (double)sample;
    const double first = (double)ranks->least / (double)paths;
    const double last = (double)ranks->most / (double)paths;
    double spread = n * first * (1 - first);
    if (n * last * (1 - last) > spread) spread = n * last * (1 - last);
    uint64_t margin = 2;
    while ((double)margin * (double)margin < 36 * spread + 4)
        margin++;
    const uint64_t from = (uint64_t)(first * n);
    const uint64_t to = (uint64_t)(last * n) + margin + 1;
    /* one less, so that paths of that very K stay within */
    if (from > margin + round->below) {
        wb_wide value = 0;
        if (value_of(&value, round, from - margin) && value - 1 > *low) *low = value - 1;
    }
    wb_wide value = end;
    if (to <= sample && to > round->below && value_of(&value, round, to) && value < *high) {
        *high = value;
    }
}

/* Rounds over growing samples, until one over all paths holds every rank wanted. */
static wb_code search(size_round *round, sizing *job, const wb_size_ranks *ranks, uint64_t paths,
                      wb_wide end, const wb_sim_options *options, wb_error *err)
{
    uint64_t sample = SAMPLE_FIRST;
    job->low = -1;
    job->high = end;
    for (;;) {
        job->paths = sample < paths / 2 ? sample : paths;
        const bool whole = job->paths == paths;
        const wb_code code = do_round(round, job, options, whole, err);
        if (code != WB_OK) return code;
        const bool low_ok = job->low < 0 || ranks->least > round->below;
        const bool high_ok = job->high == end || ranks->most <= round->below + round->count;
        if (whole && low_ok && high_ok) return WB_OK;
        if (whole) {
            if (!low_ok) job->low = -1;
            if (!high_ok) job->high = end;
        } else {
            narrow_bracket(&job->low, &job->high, round, ranks, job->paths, paths, end);
            sample *= SAMPLE_GROWTH;
        }
        free(round->inside);
        round->inside = NULL;
    }
}

/* ---- the answer ---- */

void wb_sim_size_init(wb_sim_size *size)
{
    memset(size, 0, sizeof *size);
    wb_money_init(&size->amount);
    wb_money_init(&size->low);
    wb_money_init(&size->high);
    wb_money_init(&size->amount_sure);
}

void wb_sim_size_clear(wb_sim_size *size)
{
    wb_money_clear(&size->amount);
    wb_money_clear(&size->low);
    wb_money_clear(&size->high);
    wb_money_clear(&size->amount_sure);
    memset(size, 0, sizeof *size);
}

static bool set_amount(wb_money *amount, const size_round *round, uint64_t rank)
{
    wb_wide value = 0;
    if (rank == 0 || !value_of(&value, round, rank)) return false;
    wb_wide_set(amount->cents, value);
    return true;
}

static void explain(wb_sim_size *size, const wb_model *model, wb_event event)
{
    const bool refunds = model->has_cap && model->surplus == WB_SURPLUS_REFUND;
    char cap[WB_MONEY_TEXT_MAX];
    if (!size->exists && refunds) {
        (void)snprintf(size->reason, sizeof size->reason,
                       "no opening cash is enough: all above the cap of %s is refunded at the end "
                       "of the first step, and with the cap itself %s is still too likely",
                       wb_money_text(cap, &model->cap, WB_MONEY_GROUPED), wb_event_name(event));
    } else if (!size->exists) {
        (void)snprintf(size->reason, sizeof size->reason,
                       "no opening cash is enough to make %s rare enough", wb_event_name(event));
    } else if (wb_money_sign(&size->amount) == 0) {
        (void)snprintf(
            size->reason, sizeof size->reason,
            "no opening cash is needed: with 0.00 at the start %s is rare enough already",
            wb_event_name(event));
    }
}

/* Cash with which only a refund can bring an event: more than all that can be asked of the fund. */
static wb_code largest_cash(wb_money *cash, const wb_model *model, wb_error *err)
{
    wb_money zero;
    wb_money_init(&zero);
    wb_model_bound(cash, model, &zero);
    wb_model_bound(&zero, model, cash);
    const bool fits = mpz_sizeinbase(zero.cents, 2) <= WB_BOUND_BITS;
    wb_money_clear(&zero);
    if (fits) return WB_OK;
    return wb_fail(err, WB_E_RANGE, "the amounts are too large to search for the opening cash");
}

wb_code wb_sim_size_cash(wb_sim_size *size, const wb_model *model, wb_event event,
                         const wb_rate *target, uint32_t years, const wb_sim_options *options,
                         wb_error *err)
{
    assert(mpq_sgn(target->ratio) > 0 && mpq_cmp_ui(target->ratio, 1, 1) < 0);
    assert(years >= 1 && years <= model->years);
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    wb_prepared *prepared = NULL;
    size_round round = {0};
    wb_money largest;
    wb_money_init(&largest);
    const wb_kernel wanted = options != NULL ? options->kernel : WB_KERNEL_AUTO;
    wb_code code = largest_cash(&largest, model, err);
    if (code == WB_OK) code = wb_prepared_new(&prepared, model, wanted, &largest, err);
    if (code == WB_OK) {
        sizing job = {
            .prepared = prepared, .event = event, .step_end = years * model->steps_per_year};
        const wb_size_ranks ranks = wb_size_ranks_of(target, model->paths);
        code = search(&round, &job, &ranks, model->paths, wb_wide_get(largest.cents), options, err);
        if (code == WB_OK) {
            size->exists = set_amount(&size->amount, &round, ranks.quantile.at);
            size->low_exists = set_amount(&size->low, &round, ranks.quantile.low);
            size->high_exists = set_amount(&size->high, &round, ranks.quantile.high);
            size->sure_exists = set_amount(&size->amount_sure, &round, ranks.sure);
            size->paths = model->paths;
            size->kernel_used = wb_prepared_kernel(prepared);
            explain(size, model, event);
        }
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    size->seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    free(round.inside);
    wb_prepared_free(prepared);
    wb_money_clear(&largest);
    return code;
}
