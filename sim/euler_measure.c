/*
 * euler_measure.c - contributions to ES with their intervals; see euler.h.
 *
 * With a = n/d, A and B the sums of an item over the paths above and at the quantile, n_> and T
 * how many these are, and W = N (1-a) - n_> the weight that the T share: the contribution is
 * C = (A + W B / T) / (N (1-a)), so that of all providers together is ES. In whole numbers it is in
 * proportion to T d A + (N (d-n) - d n_>) B.
 */
#include <assert.h>
#include <stdlib.h>

#include "sim/estimate.h"
#include "sim/euler.h"
#include "sim/interval.h"
#include "waarborg/rate.h"
#include "waarborg/split.h"

static const char contribution_id[] = "es_contribution";

/* N (d - n) - d n_>: d times the weight at the quantile */
static void weight_at(mpz_t weight, const wb_euler *euler, const wb_tail *tail)
{
    const mpq_srcptr a = tail->level->level.ratio;
    mpz_sub(weight, mpq_denref(a), mpq_numref(a));
    mpz_mul_ui(weight, weight, (unsigned long)euler->paths);
    mpz_submul_ui(weight, mpq_denref(a), (unsigned long)tail->above);
    assert(mpz_sgn(weight) >= 0);
}

void wb_euler_weight_of(mpz_t weight, const wb_euler *euler, uint32_t level, const mpz_t above,
                        const mpz_t at)
{
    const wb_tail *tail = &euler->tails[level];
    mpz_t scaled;
    mpz_init(scaled);
    mpz_mul(scaled, above, mpq_denref(tail->level->level.ratio));
    mpz_mul_ui(scaled, scaled, (unsigned long)tail->ties);
    weight_at(weight, euler, tail);
    mpz_mul(weight, weight, at);
    mpz_add(weight, weight, scaled);
    mpz_clear(scaled);
}

void wb_euler_weight(mpz_t weight, const wb_euler *euler, uint32_t level, const wb_tail_sums *sums)
{
    mpz_t above, at, squares;
    mpz_inits(above, at, squares, NULL);
    wb_sum_get(above, squares, &sums->above);
    wb_sum_get(at, squares, &sums->at);
    wb_euler_weight_of(weight, euler, level, above, at);
    mpz_clears(above, at, squares, NULL);
}

/* ---- the interval ---- */

/* Sum and sum of squares of x - m over `count` values x. */
static void centred(mpq_t sum, mpq_t squares, const wb_sum *values, const mpq_t mean,
                    uint64_t count)
{
    mpz_t total, total_squares;
    mpq_t part;
    mpz_inits(total, total_squares, NULL);
    mpq_init(part);
    wb_sum_get(total, total_squares, values);
    mpq_set_z(sum, total);
    /* squares = Q - 2 m S + count m^2 */
    mpq_set_z(squares, total_squares);
    mpq_mul(part, mean, sum);
    mpq_sub(squares, squares, part);
    mpq_sub(squares, squares, part);
    mpz_set_ui(total, (unsigned long)count);
    mpq_set_z(part, total);
    mpq_mul(part, part, mean);
    mpq_sub(sum, sum, part); /* sum = S - count m */
    mpq_mul(part, part, mean);
    mpq_add(squares, squares, part);
    mpz_clears(total, total_squares, NULL);
    mpq_clear(part);
}

/* Sum and squares over all paths of Y: x - m above the quantile, W / T of it at the quantile. */
static void spread_of(mpq_t sum, mpq_t squares, const wb_euler *euler, const wb_tail *tail,
                      const wb_tail_sums *sums, const mpq_t mean)
{
    mpq_t share, at, at_squares;
    mpq_inits(share, at, at_squares, NULL);
    centred(sum, squares, &sums->above, mean, tail->above);
    centred(at, at_squares, &sums->at, mean, tail->ties);
    weight_at(mpq_numref(share), euler, tail);
    mpz_mul_ui(mpq_denref(share), mpq_denref(tail->level->level.ratio), (unsigned long)tail->ties);
    mpq_canonicalize(share);
    mpq_mul(at, at, share);
    mpq_add(sum, sum, at);
    mpq_mul(at_squares, at_squares, share);
    mpq_mul(at_squares, at_squares, share);
    mpq_add(squares, squares, at_squares);
    mpq_clears(share, at, at_squares, NULL);
}

/* half = 1.96 sqrt((N squares - sum^2) / (N^2 (N-1))) / (1 - a), rounded up, if that is more */
static void widen(mpz_t half, const wb_euler *euler, const wb_tail *tail, const wb_tail_sums *sums,
                  const mpq_t mean)
{
    mpq_t sum, squares, tail_share, scale;
    mpz_t width;
    mpq_inits(sum, squares, tail_share, scale, NULL);
    mpz_init(width);
    spread_of(sum, squares, euler, tail, sums, mean);
    mpz_set_ui(mpq_numref(scale), (unsigned long)euler->paths);
    mpq_mul(squares, squares, scale);
    mpq_mul(sum, sum, sum);
    mpq_sub(squares, squares, sum);
    mpq_set_ui(tail_share, 1, 1);
    mpq_sub(tail_share, tail_share, tail->level->level.ratio);
    mpq_mul(tail_share, tail_share, scale);
    mpq_div(squares, squares, tail_share);
    mpq_div(squares, squares, tail_share);
    mpz_set_ui(mpq_numref(scale), (unsigned long)(euler->paths - 1));
    mpq_div(squares, squares, scale);
    if (mpq_sgn(squares) < 0) mpq_set_ui(squares, 0, 1);
    wb_half_width(width, mpq_numref(squares), mpq_denref(squares));
    if (mpz_cmp(width, half) > 0) mpz_set(half, width);
    mpq_clears(sum, squares, tail_share, scale, NULL);
    mpz_clear(width);
}

/* The mean of what the paths of some parts of the neighbourhood lose. */
static void mean_of(mpq_t mean, const wb_sum *const parts[], size_t count, uint64_t paths)
{
    mpz_t sum, part, unused;
    mpz_inits(sum, part, unused, NULL);
    for (size_t i = 0; i < count; i++) {
        wb_sum_get(part, unused, parts[i]);
        mpz_add(sum, sum, part);
    }
    mpz_set(mpq_numref(mean), sum);
    mpz_set_ui(mpq_denref(mean), (unsigned long)paths);
    mpq_canonicalize(mean);
    mpz_clears(sum, part, unused, NULL);
}

/* The widest over what may be lost at the quantile: the neighbourhood as a whole, and each part of
 * it that has enough paths, because the true quantile may lie there. */
static void half_width(mpz_t half, const wb_euler *euler, const wb_tail *tail,
                       const wb_tail_sums *sums)
{
    const wb_sum *const parts[] = {&sums->under, &sums->at, &sums->beyond};
    const uint64_t paths[] = {tail->under, tail->ties, tail->beyond};
    mpq_t mean;
    mpq_init(mean);
    mpz_set_ui(half, 0);
    mean_of(mean, parts, 3, paths[0] + paths[1] + paths[2]);
    widen(half, euler, tail, sums, mean);
    for (size_t i = 0; i < 3; i++) {
        if (paths[i] < WB_EULER_ENOUGH) continue;
        mean_of(mean, &parts[i], 1, paths[i]);
        widen(half, euler, tail, sums, mean);
    }
    mpq_clear(mean);
}

/* From the contribution, rounded outward, or the figure where that was rounded further. */
static void set_interval(wb_measure *item, const wb_euler *euler, uint32_t level,
                         const wb_tail_sums *sums, const wb_measure *es)
{
    const wb_tail *tail = &euler->tails[level];
    item->low_none = item->high_none = es->high_none;
    if (es->high_none) return;
    mpz_t p, q, half;
    mpz_inits(p, q, half, NULL);
    wb_euler_weight(p, euler, level, sums);
    mpz_sub(q, mpq_denref(tail->level->level.ratio), mpq_numref(tail->level->level.ratio));
    mpz_mul_ui(q, q, (unsigned long)euler->paths);
    mpz_mul_ui(q, q, (unsigned long)tail->ties);
    half_width(half, euler, tail, sums);
    mpz_fdiv_q(item->amount_low.cents, p, q);
    mpz_cdiv_q(item->amount_high.cents, p, q);
    if (wb_money_compare(&item->amount_low, &item->amount) > 0) {
        wb_money_set(&item->amount_low, &item->amount);
    }
    if (wb_money_compare(&item->amount_high, &item->amount) < 0) {
        wb_money_set(&item->amount_high, &item->amount);
    }
    mpz_sub(item->amount_low.cents, item->amount_low.cents, half);
    if (wb_money_sign(&item->amount_low) < 0) wb_money_set_cents(&item->amount_low, 0);
    mpz_add(item->amount_high.cents, item->amount_high.cents, half);
    mpz_clears(p, q, half, NULL);
}

/* ---- the list ---- */

static wb_measure *add(wb_sim_result *result, const char *id, wb_measure_form form)
{
    wb_measure *item = &result->measures[result->count++];
    wb_estimate_init(item, id, 0, form);
    return item;
}

/* The items of one level: providers by largest remainder, regions and segments their sums. */
static wb_code contributions(wb_sim_result *result, const wb_euler *euler, uint32_t l,
                             wb_money *weights, wb_money *parts, wb_error *err)
{
    const wb_model *model = euler->model;
    const wb_tail *tail = &euler->tails[l];
    const wb_tail_sums *sums = euler->sums + (size_t)l * euler->item_count;
    const wb_measure *es = wb_sim_find(result, "es", tail->level->text, 0);
    assert(es != NULL);
    for (uint32_t i = 0; i < model->provider_count; i++)
        wb_euler_weight(weights[i].cents, euler, l, &sums[i]);
    wb_code code = WB_OK;
    if (wb_money_sign(&es->amount) > 0) {
        code = wb_split(parts, &es->amount, weights, model->provider_count, err);
    } else {
        for (uint32_t i = 0; i < model->provider_count; i++)
            wb_money_set_cents(&parts[i], 0);
    }
    if (code != WB_OK) return code;
    wb_measure *items = &result->measures[result->count];
    for (uint32_t i = 0; i < euler->item_count; i++) {
        wb_measure *item = add(result, contribution_id, WB_MEASURE_AMOUNT);
        wb_estimate_level(item, tail->level);
    }
    wb_measure *regions = items + model->provider_count;
    wb_measure *segments = regions + model->region_count;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *provider = &model->providers[i];
        items[i].provider = provider->id;
        wb_money_set(&items[i].amount, &parts[i]);
        wb_money *const in[] = {
            provider->region != WB_NONE ? &regions[provider->region].amount : NULL,
            provider->segment != WB_NONE ? &segments[provider->segment].amount : NULL};
        for (size_t k = 0; k < 2; k++) {
            if (in[k] != NULL) wb_money_add(in[k], in[k], &parts[i]);
        }
    }
    for (uint32_t r = 0; r < model->region_count; r++)
        regions[r].region = model->regions[r].id;
    for (uint32_t s = 0; s < model->segment_count; s++)
        segments[s].segment = model->segments[s].id;
    for (uint32_t i = 0; i < euler->item_count; i++)
        set_interval(&items[i], euler, l, &sums[i], es);
    return WB_OK;
}

wb_code wb_euler_measure(wb_sim_result *result, const wb_euler *euler, wb_error *err)
{
    const wb_model *model = euler->model;
    const size_t room =
        result->count + (size_t)euler->item_count * model->level_count + WB_CONCENTRATION_ROOM;
    wb_measure *grown = realloc(result->measures, (room + 1) * sizeof *grown);
    if (grown != NULL) result->measures = grown;
    const size_t count = (size_t)model->provider_count + 1;
    wb_money *weights = calloc(count, sizeof *weights);
    wb_money *parts = calloc(count, sizeof *parts);
    wb_code code = WB_OK;
    if (grown == NULL || weights == NULL || parts == NULL) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for the contributions");
    }
    const bool made = code == WB_OK;
    for (size_t i = 0; made && i < count; i++) {
        wb_money_init(&weights[i]);
        wb_money_init(&parts[i]);
    }
    for (uint32_t l = 0; code == WB_OK && l < model->level_count; l++)
        code = contributions(result, euler, l, weights, parts, err);
    size_t more = 0;
    if (code == WB_OK) {
        code = wb_euler_concentration(result->measures + result->count, &more, euler, err);
    }
    result->count += more;
    for (size_t i = 0; made && i < count; i++) {
        wb_money_clear(&weights[i]);
        wb_money_clear(&parts[i]);
    }
    free(weights);
    free(parts);
    return code;
}
