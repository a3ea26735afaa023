/*
 * rare_estimate.c - what weighted paths say: a chance, value at risk, expected shortfall.
 *
 * Sums of doubles are made over blocks of paths and then over the blocks, in their order, or in
 * the order of the sorted scores: the same bytes however the paths were drawn. Formulas and their
 * sources: docs/model.md, "Rare events".
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/interval.h"
#include "sim/rare.h"

static const double normal_95 = 1.96;

/* Sums over the nominal (0) and the tilted (1) paths. */
typedef struct strata {
    double sum[2], squares[2];
} strata;

static double stratum_size(const wb_rare_sample *sample, int stratum)
{
    const uint64_t nominal = (sample->count + WB_NOMINAL_EVERY - 1) / WB_NOMINAL_EVERY;
    if (!sample->tilted) return stratum == 0 ? (double)sample->count : 0.0;
    return (double)(stratum == 0 ? nominal : sample->count - nominal);
}

/* The standard error of the mean of all, each stratum having its fixed number of paths. */
static double strata_se(const strata *s, const wb_rare_sample *sample)
{
    const double total = (double)sample->count;
    double variance = 0.0;
    for (int j = 0; j < 2; j++) {
        const double n = stratum_size(sample, j);
        if (n < 2.0) continue;
        const double spread = s->squares[j] - s->sum[j] * s->sum[j] / n;
        if (spread > 0.0) variance += spread * (n / (n - 1.0));
    }
    return sqrt(variance) / total;
}

static int stratum_of(const wb_rare_sample *sample, uint64_t at)
{
    return sample->tilted && at % WB_NOMINAL_EVERY != 0 ? 1 : 0;
}

/* Strata of w x (score - from)+, or of w where score > from; the largest w to *most. */
static strata tail_strata(const wb_rare_sample *sample, int64_t from, bool excess, double *most,
                          uint64_t *count)
{
    strata all = {0};
    *most = 0.0;
    *count = 0;
    for (uint64_t first = 0; first < sample->count; first += WB_RARE_BLOCK) {
        strata block = {0};
        for (uint64_t at = first; at < first + WB_RARE_BLOCK && at < sample->count; at++) {
            if (sample->score[at] <= from) continue;
            const double w = sample->weight[at];
            const double x = excess ? w * (double)(sample->score[at] - from) : w;
            const int j = stratum_of(sample, at);
            block.sum[j] += x;
            block.squares[j] += x * x;
            *most = w > *most ? w : *most;
            ++*count;
        }
        for (int j = 0; j < 2; j++) {
            all.sum[j] += block.sum[j];
            all.squares[j] += block.squares[j];
        }
    }
    return all;
}

wb_rare_tail wb_rare_tail_of(const wb_rare_sample *sample, int64_t above)
{
    wb_rare_tail tail = {0};
    double most = 0.0;
    const strata s = tail_strata(sample, above, false, &most, &tail.count);
    const double n = (double)sample->count;
    const double sum = s.sum[0] + s.sum[1];
    const double squares = s.squares[0] + s.squares[1];
    tail.chance = sum / n;
    tail.se = strata_se(&s, sample);
    if (!(sum > 0.0)) return tail;
    tail.effective = sum * sum / squares;
    tail.largest = most / sum;
    const double plain = tail.chance < 1.0 ? tail.chance * (1.0 - tail.chance) / n : 0.0;
    if (!sample->tilted)
        tail.ratio = 1.0;
    else if (tail.se > 0.0)
        tail.ratio = plain / (tail.se * tail.se);
    return tail;
}

/* ---- value at risk ---- */

typedef struct ranked {
    int64_t score;
    uint64_t at;
} ranked;

static int worst_first(const void *a, const void *b)
{
    const ranked *x = a;
    const ranked *y = b;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    return (x->at > y->at) - (x->at < y->at);
}

static ranked *rank(const wb_rare_sample *sample)
{
    ranked *order = calloc(sample->count, sizeof *order);
    if (order == NULL) return NULL;
    for (uint64_t at = 0; at < sample->count; at++)
        order[at] = (ranked){sample->score[at], at};
    qsort(order, sample->count, sizeof *order, worst_first);
    return order;
}

/* The least score above which the weight is at most `tail` of all paths. */
static int64_t quantile(const wb_rare_sample *sample, const ranked *order, double tail)
{
    const double limit = tail * (double)sample->count;
    double above = 0.0;
    uint64_t at = 0;
    int64_t value = order[0].score;
    while (at < sample->count) {
        value = order[at].score;
        for (; at < sample->count && order[at].score == value; at++)
            above += sample->weight[order[at].at];
        if (above > limit) break;
    }
    return value;
}

bool wb_rare_quantile(int64_t *value, const wb_rare_sample *sample, double tail)
{
    ranked *order = rank(sample);
    if (order == NULL) return false;
    *value = quantile(sample, order, tail);
    free(order);
    return true;
}

/* round(base + excess), `direction` -1: down, 0: to the nearest, 1: up; at least 0. */
static void set_cents(wb_money *money, int64_t base, double excess, int direction)
{
    const double nearest = direction == 0 ? excess + 0.5 : excess;
    mpz_t part;
    mpz_init(part);
    mpz_set_d(part, nearest); /* towards 0 */
    if (direction > 0 && mpz_get_d(part) < excess) mpz_add_ui(part, part, 1);
    if (nearest < 0.0 && mpz_get_d(part) > nearest) mpz_sub_ui(part, part, 1);
    wb_money_set_cents(money, base);
    mpz_add(money->cents, money->cents, part);
    if (mpz_sgn(money->cents) < 0) mpz_set_ui(money->cents, 0);
    mpz_clear(part);
}

/* 1 - level, as a double. */
static double tail_of_level(const wb_rate *level)
{
    wb_rate rest;
    wb_rate_init(&rest);
    wb_rate_set_ratio(&rest, 1, 1);
    mpq_sub(rest.ratio, rest.ratio, level->ratio);
    const double tail = wb_rate_double(&rest);
    wb_rate_clear(&rest);
    return tail;
}

static void shortfall(wb_rare_estimate *estimate, const wb_rare_sample *sample, int64_t var,
                      double tail)
{
    double most = 0.0;
    uint64_t count = 0;
    const strata s = tail_strata(sample, var, true, &most, &count);
    const double n = (double)sample->count;
    const double excess = (s.sum[0] + s.sum[1]) / n / tail;
    const double half = normal_95 * strata_se(&s, sample) / tail;
    set_cents(&estimate->es, var, excess, 0);
    set_cents(&estimate->es_low, var, excess - half, -1);
    set_cents(&estimate->es_high, var, excess + half, 1);
}

static wb_code level_make(wb_rare_estimate *estimate, wb_rare_tail *tail,
                          const wb_rare_sample *sample, const wb_rate *level, wb_error *err)
{
    const double wanted = tail_of_level(level);
    ranked *order = rank(sample);
    if (order == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to sort the losses");
    const int64_t var = quantile(sample, order, wanted);
    *tail = wb_rare_tail_of(sample, var);
    /* where many paths share that loss, the wider of the errors on either side of it */
    const double at_least = wb_rare_tail_of(sample, var - 1).se;
    const double half = normal_95 * (tail->se > at_least ? tail->se : at_least);
    wb_money_set_cents(&estimate->var, var);
    wb_money_set_cents(&estimate->var_low, quantile(sample, order, wanted + half));
    estimate->var_low_none = wanted + half >= 1.0;
    estimate->var_high_none = wanted - half <= 0.0;
    if (!estimate->var_high_none) {
        wb_money_set_cents(&estimate->var_high, quantile(sample, order, wanted - half));
    }
    shortfall(estimate, sample, var, wanted);
    free(order);
    return WB_OK;
}

static void chance_make(wb_rare_estimate *estimate, const wb_rare_tail *tail,
                        const wb_rare_sample *sample)
{
    estimate->chance = tail->chance;
    estimate->se = tail->se;
    if (!sample->tilted) {
        const wb_proportion p = wb_proportion_of(tail->count, sample->count);
        estimate->se = p.se;
        estimate->low = p.low;
        estimate->high = p.high;
        return;
    }
    const double low = tail->chance - normal_95 * tail->se;
    const double high = tail->chance + normal_95 * tail->se;
    estimate->low = low > 0.0 ? low : 0.0;
    estimate->high = high < 1.0 ? high : 1.0;
    if (tail->count > 0) return;
    /* nothing seen: at least the nominal paths say how often it can be */
    estimate->high = wb_proportion_of(0, (uint64_t)stratum_size(sample, 0)).high;
}

/* The score above which the question's event has happened. */
static int64_t limit_of(const wb_rare_question *question)
{
    if (question->kind == WB_RARE_EVENT) return INT64_MAX - 1;
    if (mpz_sizeinbase(question->amount.cents, 2) > 62) return INT64_MAX - 1;
    return wb_money_cents(&question->amount);
}

wb_code wb_rare_estimate_make(wb_rare_estimate *estimate, wb_rare_tail *tail,
                              const wb_rare_sample *sample, const wb_rare_question *question,
                              wb_error *err)
{
    if (question->kind == WB_RARE_LEVEL) {
        const wb_code code = level_make(estimate, tail, sample, &question->level.level, err);
        if (code != WB_OK) return code;
    } else {
        *tail = wb_rare_tail_of(sample, limit_of(question));
    }
    chance_make(estimate, tail, sample);
    return WB_OK;
}
