/* estimate.c - means, quantiles, shortfalls and proportions with their intervals; estimate.h. */
#include "sim/estimate.h"

#include <math.h>
#include <string.h>

#include "sim/interval.h"
#include "waarborg/rate.h"

void wb_estimate_init(wb_measure *item, const char *id, uint32_t year, wb_measure_form form)
{
    memset(item, 0, sizeof *item);
    wb_money_init(&item->threshold);
    wb_money_init(&item->amount);
    wb_money_init(&item->amount_low);
    wb_money_init(&item->amount_high);
    item->id = id;
    item->year = year;
    item->form = form;
}

void wb_estimate_level(wb_measure *item, const wb_level *level)
{
    _Static_assert(sizeof item->level == sizeof level->text, "a level's text fits a measure");
    memcpy(item->level, level->text, sizeof item->level);
}

/* Rounded once; interval floor(mean) - h .. ceil(mean) + h. */
void wb_estimate_mean(wb_measure *item, const mpz_t sum, const mpz_t squares, uint64_t paths)
{
    mpz_t p, q, half;
    mpz_inits(p, q, half, NULL);
    mpz_set_ui(q, (unsigned long)paths);
    wb_round_divide(item->amount.cents, sum, q, WB_ROUND_HALF_AWAY);
    mpz_fdiv_q(item->amount_low.cents, sum, q);
    mpz_cdiv_q(item->amount_high.cents, sum, q);
    item->low_none = item->high_none = paths < 2;
    if (paths >= 2) {
        wb_variance_numerator(p, sum, squares, paths);
        mpz_mul_ui(q, q, (unsigned long)paths);
        mpz_mul_ui(q, q, (unsigned long)(paths - 1));
        wb_half_width(half, p, q);
        mpz_sub(item->amount_low.cents, item->amount_low.cents, half);
        mpz_add(item->amount_high.cents, item->amount_high.cents, half);
    }
    mpz_clears(p, q, half, NULL);
}

void wb_estimate_count(wb_measure *item, const mpz_t sum, const mpz_t squares, uint64_t paths)
{
    const double n = (double)paths;
    item->value = mpz_get_d(sum) / n;
    item->low_none = item->high_none = paths < 2;
    if (paths < 2) return;
    mpz_t p;
    mpz_init(p);
    wb_variance_numerator(p, sum, squares, paths);
    const double half = 1.96 * sqrt(mpz_get_d(p) / (n - 1)) / n;
    mpz_clear(p);
    item->value_low = item->value - half;
    item->value_high = item->value + half;
}

void wb_estimate_quantile(wb_measure *item, const wb_sorted *sorted, const wb_level *level)
{
    const wb_ranks ranks = wb_ranks_of(&level->level, sorted->count);
    wb_estimate_level(item, level);
    wb_sorted_value(item->amount.cents, sorted, ranks.at);
    item->low_none = ranks.low_none;
    item->high_none = ranks.high_none;
    if (!ranks.low_none) wb_sorted_value(item->amount_low.cents, sorted, ranks.low);
    if (!ranks.high_none) wb_sorted_value(item->amount_high.cents, sorted, ranks.high);
}

void wb_estimate_excess(wb_measure *item, const mpz_t at, const mpz_t sum, const mpz_t squares,
                        uint64_t paths, const wb_level *level)
{
    const mpq_srcptr a = level->level.ratio;
    mpz_t p, q, half;
    mpz_inits(p, q, half, NULL);
    /* with a = n / d: p / q = at + sum d / (N (d - n)) */
    mpz_sub(q, mpq_denref(a), mpq_numref(a));
    mpz_mul_ui(q, q, (unsigned long)paths);
    mpz_mul(p, sum, mpq_denref(a));
    mpz_addmul(p, at, q);
    wb_estimate_level(item, level);
    wb_round_divide(item->amount.cents, p, q, WB_ROUND_HALF_AWAY);
    mpz_fdiv_q(item->amount_low.cents, p, q);
    mpz_cdiv_q(item->amount_high.cents, p, q);
    item->low_none = item->high_none = paths < 2;
    if (paths >= 2) {
        /* variance of the mean is V / (N^2 (N-1)); divided by ((d-n)/d)^2 */
        wb_variance_numerator(p, sum, squares, paths);
        mpz_mul(p, p, mpq_denref(a));
        mpz_mul(p, p, mpq_denref(a));
        mpz_mul(q, q, q);
        mpz_mul_ui(q, q, (unsigned long)(paths - 1));
        wb_half_width(half, p, q);
        mpz_sub(item->amount_low.cents, item->amount_low.cents, half);
        mpz_add(item->amount_high.cents, item->amount_high.cents, half);
    }
    mpz_clears(p, q, half, NULL);
}

/*
 * ES = (sum of the larger ones + (k - a N) x_k) / (N (1 - a)) = x_k + E / (N (1 - a)), where E is
 * the sum of (x - x_k)+. Its interval is that of E / N, divided by 1 - a.
 */
void wb_estimate_shortfall(wb_measure *item, const wb_sorted *sorted, const wb_level *level)
{
    const wb_ranks ranks = wb_ranks_of(&level->level, sorted->count);
    mpz_t excess, squares, at;
    mpz_inits(excess, squares, at, NULL);
    wb_sorted_value(at, sorted, ranks.at);
    wb_sorted_excess(excess, squares, sorted, ranks.at);
    wb_estimate_excess(item, at, excess, squares, sorted->count, level);
    /* paths so few that the quantile may lie beyond all of them say nothing of the tail there */
    item->low_none = item->low_none || ranks.high_none;
    item->high_none = item->high_none || ranks.high_none;
    mpz_clears(excess, squares, at, NULL);
}

static void set_proportion(wb_measure *item, wb_proportion p)
{
    item->value = p.value;
    item->value_low = p.low;
    item->value_high = p.high;
    item->se = p.se;
    item->has_se = true;
}

void wb_estimate_proportion(wb_measure *item, uint64_t k, uint64_t paths)
{
    set_proportion(item, wb_proportion_of(k, paths));
}

void wb_estimate_proportion_difference(wb_measure *item, uint64_t more, uint64_t fewer,
                                       uint64_t paths)
{
    set_proportion(item, wb_paired_difference_of(more, fewer, paths));
}
