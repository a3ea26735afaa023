/*
 * compare.c - figures of scenarios on the same draws, and their paired differences.
 *
 * With x_k and b_k what path k gives under a scenario and under the first: the difference of means
 * is the mean of x_k - b_k; of probabilities it is counted on the paths that have the event under
 * one of the two only; of expected shortfalls it is, with u_k = (x_k - VaR_x)+ and w_k likewise,
 * (VaR_x - VaR_b) + sum(u_k - w_k) / (N (1-a)), with the interval of the mean of u_k - w_k divided
 * by 1 - a. All of it from exact integers. docs/model.md, "Comparing".
 */
#include "waarborg/sim_compare.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/estimate.h"
#include "sim/interval.h"
#include "sim/measure.h"
#include "sim/outcome.h"

/* A difference to which fewer paths contribute has no interval: a normal one of so few is too
 * narrow (docs/model.md, "Comparing"). */
enum { DIFFERING_LEAST = 50 };

/* Columns of which shortfalls are shown. */
enum { TAILS = 2 };
static const wb_outcome_column tail_columns[TAILS] = {WB_OUTCOME_LOSS, WB_OUTCOME_NEED};

/* One scenario after its run. */
typedef struct side {
    wb_outcome outcome;
    mpz_t at[TAILS][WB_LEVELS_MAX]; /* the order statistics from which shortfalls count */
} side;

typedef struct comparing {
    const wb_model *first; /* says what is shown */
    side base, other;
    side *now; /* &base in the first round, then &other */
    bool same; /* this scenario is the first: it cannot differ */
    wb_sorted sorted;
    wb_measure *figures, *differences; /* of this scenario */
    size_t count;
    mpz_t sum, squares, shift;
    uint64_t differing; /* paths that differ; for a shortfall, those of either tail */
} comparing;

static void side_init(side *s)
{
    s->outcome = (wb_outcome){0};
    for (size_t i = 0; i < TAILS; i++) {
        for (size_t j = 0; j < WB_LEVELS_MAX; j++)
            mpz_init(s->at[i][j]);
    }
}

static void side_clear(side *s)
{
    wb_outcome_clear(&s->outcome);
    for (size_t i = 0; i < TAILS; i++) {
        for (size_t j = 0; j < WB_LEVELS_MAX; j++)
            mpz_clear(s->at[i][j]);
    }
}

/* The next figure and its difference, with their keys. */
static wb_measure *add(comparing *c, wb_measure **difference, const char *id, uint32_t year,
                       wb_measure_form form)
{
    wb_measure *figure = &c->figures[c->count];
    *difference = &c->differences[c->count++];
    wb_estimate_init(figure, id, year, form);
    wb_estimate_init(*difference, id, year, form);
    return figure;
}

static bool paired(const comparing *c)
{
    return c->now != &c->base;
}

/* Of a difference just estimated: take away an interval that says more than is known. */
static void check_interval(const comparing *c, wb_measure *difference)
{
    if (c->differing >= DIFFERING_LEAST || (c->same && c->differing == 0)) return;
    difference->low_none = difference->high_none = true;
}

/* ---- means ---- */

static void totals(comparing *c, wb_outcome_column column, bool difference)
{
    wb_sum total;
    wb_sum_init(&total);
    c->differing = 0;
    for (uint64_t path = 0; path < c->now->outcome.paths; path++) {
        wb_wide value = wb_outcome_value(&c->now->outcome, column, path);
        if (difference) value -= wb_outcome_value(&c->base.outcome, column, path);
        c->differing += value != 0;
        wb_sum_add(&total, value);
    }
    wb_sum_get(c->sum, c->squares, &total);
    wb_sum_clear(&total);
}

static void mean(comparing *c, const char *id, uint32_t year, wb_outcome_column column,
                 wb_measure_form form)
{
    const uint64_t paths = c->now->outcome.paths;
    wb_measure *difference = NULL;
    wb_measure *figure = add(c, &difference, id, year, form);
    for (int i = 0; i < (paired(c) ? 2 : 1); i++) {
        totals(c, column, i == 1);
        wb_measure *item = i == 1 ? difference : figure;
        if (form == WB_MEASURE_AMOUNT)
            wb_estimate_mean(item, c->sum, c->squares, paths);
        else
            wb_estimate_count(item, c->sum, c->squares, paths);
        if (i == 1) check_interval(c, item);
    }
}

/* What the group that has parties paid, where the first scenario has one. */
static void cost(comparing *c)
{
    const uint32_t group = c->first->party_group;
    if (group == WB_NONE) return;
    const size_t at = c->count;
    mean(c, "cost_mean", 0, WB_OUTCOME_COST, WB_MEASURE_AMOUNT);
    c->figures[at].group = c->differences[at].group = c->first->groups[group].id;
}

/* ---- shortfalls ---- */

/* Sum and squares of u_k - w_k. */
static void excesses(comparing *c, uint32_t tail, uint32_t level)
{
    const wb_outcome_column column = tail_columns[tail];
    const wb_wide at = wb_wide_get(c->now->at[tail][level]);
    const wb_wide base_at = wb_wide_get(c->base.at[tail][level]);
    wb_sum total;
    wb_sum_init(&total);
    c->differing = 0;
    for (uint64_t path = 0; path < c->now->outcome.paths; path++) {
        const wb_wide value = wb_outcome_value(&c->now->outcome, column, path);
        const wb_wide base = wb_outcome_value(&c->base.outcome, column, path);
        const wb_wide over = value > at ? value - at : 0;
        const wb_wide base_over = base > base_at ? base - base_at : 0;
        c->differing += value != base && (value >= at || base >= base_at);
        if (over != base_over) wb_sum_add(&total, over - base_over);
    }
    wb_sum_get(c->sum, c->squares, &total);
    wb_sum_clear(&total);
}

static void shortfalls(comparing *c, const char *id, uint32_t tail)
{
    wb_outcome_sort(&c->sorted, &c->now->outcome, tail_columns[tail]);
    for (uint32_t i = 0; i < c->first->level_count; i++) {
        const wb_level *level = &c->first->levels[i];
        const wb_ranks ranks = wb_ranks_of(&level->level, c->sorted.count);
        wb_measure *difference = NULL;
        wb_measure *figure = add(c, &difference, id, 0, WB_MEASURE_AMOUNT);
        wb_sorted_value(c->now->at[tail][i], &c->sorted, ranks.at);
        wb_estimate_shortfall(figure, &c->sorted, level);
        if (!paired(c)) continue;
        excesses(c, tail, i);
        mpz_sub(c->shift, c->now->at[tail][i], c->base.at[tail][i]);
        wb_estimate_excess(difference, c->shift, c->sum, c->squares, c->sorted.count, level);
        check_interval(c, difference);
    }
}

/* ---- probabilities ---- */

/* What a path has or has not: an event, or a loss above a threshold. */
typedef struct trait {
    unsigned event;
    const wb_wide *threshold; /* NULL: the event */
} trait;

static bool has(const wb_outcome *outcome, const trait *t, uint64_t path)
{
    if (t->threshold != NULL) {
        return wb_outcome_value(outcome, WB_OUTCOME_LOSS, path) > *t->threshold;
    }
    return ((unsigned)outcome->events[path] >> t->event & 1U) != 0;
}

static void probability(const comparing *c, wb_measure *figure, wb_measure *difference,
                        const trait *t)
{
    const uint64_t paths = c->now->outcome.paths;
    uint64_t now = 0;
    uint64_t more = 0;
    uint64_t fewer = 0;
    for (uint64_t path = 0; path < paths; path++) {
        const bool here = has(&c->now->outcome, t, path);
        const bool base = has(&c->base.outcome, t, path);
        now += here;
        more += here && !base;
        fewer += base && !here;
    }
    wb_estimate_proportion(figure, now, paths);
    if (paired(c)) wb_estimate_proportion_difference(difference, more, fewer, paths);
}

static void exceedances(comparing *c)
{
    for (uint32_t i = 0; i < c->first->exceed_count; i++) {
        const wb_money *threshold = &c->first->exceed[i];
        wb_measure *difference = NULL;
        wb_measure *figure = add(c, &difference, "exceed", 0, WB_MEASURE_VALUE);
        figure->has_threshold = difference->has_threshold = true;
        wb_money_set(&figure->threshold, threshold);
        wb_money_set(&difference->threshold, threshold);
        /* an amount of 18 digits before the decimals fits */
        const wb_wide cents = wb_wide_get(threshold->cents);
        probability(c, figure, difference, &(trait){.threshold = &cents});
    }
}

/* ---- one scenario after the other ---- */

static size_t figure_count(const wb_model *first)
{
    return 3 + TAILS * (size_t)first->level_count + first->exceed_count + WB_EVENT_COUNT + 2 +
           (first->party_group != WB_NONE ? 1 : 0);
}

static void measure_side(comparing *c)
{
    const uint32_t years = c->first->years;
    mean(c, "loss_mean", 0, WB_OUTCOME_LOSS, WB_MEASURE_AMOUNT);
    shortfalls(c, "es", 0);
    exceedances(c);
    shortfalls(c, "need_es", 1);
    for (unsigned event = 0; event < WB_EVENT_COUNT; event++) {
        wb_measure *difference = NULL;
        wb_measure *figure =
            add(c, &difference, wb_event_name((wb_event)event), years, WB_MEASURE_VALUE);
        probability(c, figure, difference, &(trait){.event = event});
    }
    mean(c, "fund_mean", years, WB_OUTCOME_FUND, WB_MEASURE_AMOUNT);
    mean(c, "called_mean", 0, WB_OUTCOME_CALLED, WB_MEASURE_AMOUNT);
    cost(c);
    mean(c, "cases", 0, WB_OUTCOME_CASES, WB_MEASURE_VALUE);
    mean(c, "failures", 0, WB_OUTCOME_FAILURES, WB_MEASURE_VALUE);
    assert(c->count == figure_count(c->first));
}

/* Progress over all runs. */
typedef struct relay {
    const wb_sim_options *options;
    uint64_t before, total;
} relay;

static bool relay_progress(uint64_t done, uint64_t total, void *context)
{
    const relay *r = context;
    (void)total;
    return r->options->progress(r->before + done, r->total, r->options->context);
}

static wb_code one_side(comparing *c, const wb_model *model, const relay *r, wb_error *err)
{
    wb_sim_options options = {0};
    relay own = *r;
    if (r->options != NULL) options = *r->options;
    if (options.progress != NULL) {
        options.progress = relay_progress;
        options.context = &own;
    }
    wb_code code = wb_outcome_run(&c->now->outcome, model, &options, err);
    if (code != WB_OK) return code;
    wb_sorted_clear(&c->sorted);
    code = wb_sorted_init(&c->sorted, model->paths, c->now->outcome.wide != NULL, err);
    if (code == WB_OK) measure_side(c);
    return code;
}

/* Its interval excludes 0. */
static bool exceeds_noise(const wb_measure *difference)
{
    if (difference->low_none || difference->high_none) return false;
    if (difference->form == WB_MEASURE_AMOUNT) {
        return wb_money_sign(&difference->amount_low) > 0 ||
               wb_money_sign(&difference->amount_high) < 0;
    }
    return difference->value_low > 0 || difference->value_high < 0;
}

static wb_code compare_all(comparing *c, wb_sim_comparison *made, const wb_model *const *models,
                           const wb_sim_options *options, wb_error *err)
{
    const size_t figures = made->figure_count;
    relay r = {.options = options, .total = made->scenario_count * made->paths};
    for (size_t i = 0; i < made->scenario_count; i++) {
        c->now = i == 0 ? &c->base : &c->other;
        c->figures = made->figures + i * figures;
        c->differences = made->differences + i * figures;
        c->count = 0;
        c->same = memcmp(models[i]->blake2b, c->first->blake2b, sizeof c->first->blake2b) == 0;
        const wb_code code = one_side(c, models[i], &r, err);
        wb_outcome_clear(&c->other.outcome);
        if (code != WB_OK) return code;
        for (size_t k = 0; k < figures; k++)
            made->exceeds_noise[i * figures + k] = exceeds_noise(&c->differences[k]);
        r.before += made->paths;
    }
    return WB_OK;
}

static wb_code check_same(const wb_model *const *models, size_t count, wb_error *err)
{
    for (size_t i = 1; i < count; i++) {
        if (models[i]->years != models[0]->years) {
            (void)wb_fail(err, WB_E_RANGE, "'%.100s' has %u years and '%.100s' %u", models[i]->name,
                          (unsigned)models[i]->years, models[0]->name, (unsigned)models[0]->years);
            wb_error_hint(err, "only scenarios of the same horizon can be compared");
            return WB_E_RANGE;
        }
        if (models[i]->paths != models[0]->paths || models[i]->seed != models[0]->seed) {
            return wb_fail(err, WB_E_RANGE, "'%.100s' has other draws than '%.100s'",
                           models[i]->name, models[0]->name);
        }
    }
    return WB_OK;
}

static wb_sim_comparison *comparison_new(const wb_model *first, size_t count)
{
    wb_sim_comparison *made = calloc(1, sizeof *made);
    if (made == NULL) return NULL;
    made->scenario_count = count;
    made->figure_count = figure_count(first);
    made->paths = first->paths;
    made->figures = calloc(count * made->figure_count, sizeof *made->figures);
    made->differences = calloc(count * made->figure_count, sizeof *made->differences);
    made->exceeds_noise = calloc(count * made->figure_count, sizeof *made->exceeds_noise);
    if (made->figures != NULL && made->differences != NULL && made->exceeds_noise != NULL) {
        return made;
    }
    free(made->figures);
    free(made->differences);
    free(made->exceeds_noise);
    free(made);
    return NULL;
}

/* All of it into a comparison that has its room. */
static wb_code compare_into(wb_sim_comparison *made, const wb_model *const *models,
                            const wb_sim_options *options, wb_error *err)
{
    comparing *c = calloc(1, sizeof *c);
    if (c == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a comparison");
    c->first = models[0];
    side_init(&c->base);
    side_init(&c->other);
    mpz_inits(c->sum, c->squares, c->shift, NULL);
    const wb_code code = compare_all(c, made, models, options, err);
    mpz_clears(c->sum, c->squares, c->shift, NULL);
    side_clear(&c->base);
    side_clear(&c->other);
    wb_sorted_clear(&c->sorted);
    free(c);
    return code;
}

wb_code wb_sim_compare(wb_sim_comparison **comparison, const wb_model *const *models, size_t count,
                       const wb_sim_options *options, wb_error *err)
{
    assert(comparison != NULL && models != NULL && count > 0);
    *comparison = NULL;
    struct timespec start, end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    wb_code code = check_same(models, count, err);
    if (code != WB_OK) return code;
    wb_sim_comparison *made = comparison_new(models[0], count);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a comparison");
    code = compare_into(made, models, options, err);
    if (code != WB_OK) {
        wb_sim_comparison_free(made);
        return code;
    }
    clock_gettime(CLOCK_MONOTONIC, &end);
    made->seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    *comparison = made;
    return WB_OK;
}

/* A figure that was never reached has no id and nothing to release. */
static void measures_free(wb_measure *measures, size_t count)
{
    size_t reached = 0;
    while (reached < count && measures[reached].id != NULL)
        reached++;
    wb_measures_free(measures, reached);
}

void wb_sim_comparison_free(wb_sim_comparison *comparison)
{
    if (comparison == NULL) return;
    const size_t count = comparison->scenario_count * comparison->figure_count;
    measures_free(comparison->figures, count);
    measures_free(comparison->differences, count);
    free(comparison->exceeds_noise);
    free(comparison);
}
