/*
 * goal: figures and intervals of a tally are the exact ones, whatever the size of the amounts.
 * method: samples that hold a rational distribution exactly, naive recomputation of random small
 *         samples in rationals, published Wilson intervals, and wide against narrow.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/interval.h"
#include "sim/measure.h"

/* A model of one year with these levels, and nothing that a tally does not need. */
static wb_model *model_new(const char *const *levels, uint32_t count)
{
    wb_model *model = wb_model_new();
    assert_non_null(model);
    model->years = 1;
    model->level_count = count;
    model->fund_level_count = 0;
    for (uint32_t i = 0; i < count; i++) {
        strcpy(model->levels[i].text, levels[i]);
        assert_int_equal(wb_rate_parse(&model->levels[i].level, levels[i], strlen(levels[i]),
                                       WB_RATE_NUMBER, NULL),
                         WB_OK);
    }
    return model;
}

/* Measures of a sample of one-year losses; need is twice the loss, the fund minus it. Shifted left
 * by `shift` bits when wide, so that no int64 would hold them. */
static wb_sim_result *measures_of(const wb_model *model, const int64_t *losses, uint64_t paths,
                                  bool wide, uint32_t shift)
{
    wb_sim_result *result = calloc(1, sizeof *result);
    wb_tally tally;
    assert_int_equal(wb_tally_init(&tally, model, paths, NULL), WB_OK);
    wb_path_result path;
    wb_tally_block block;
    assert_true(wb_path_result_init(&path, model) && wb_tally_block_init(&block, tally.shape));
    const wb_wide unit = (wb_wide)1 << shift;
    for (uint64_t i = 0; i < paths; i++) {
        wb_path_result_reset(&path);
        path.loss = path.loss_by_year[0] = losses[i] * unit;
        path.need = 2 * losses[i] * unit;
        path.fund[0] = -losses[i] * unit;
        path.event[WB_EVENT_RUIN] = losses[i] > 0 ? 0 : WB_NONE;
        wb_tally_block_add(&block, &path);
        if (block.count < wb_tally_block_paths(&tally, i / WB_BLOCK_PATHS)) continue;
        assert_int_equal(wb_tally_block_pack(&block, NULL), WB_OK);
        wb_tally_enter(&tally, i / WB_BLOCK_PATHS, &block);
    }
    assert_int_equal(tally.wide, shift > 0);
    tally.wide = wide; /* wide arithmetic must do for narrow values too */
    wb_tally_block_clear(&block);
    assert_int_equal(wb_measure_all(result, model, &tally, NULL), WB_OK);
    wb_path_result_clear(&path);
    wb_tally_clear(&tally);
    return result;
}

static const wb_measure *find(const wb_sim_result *result, const char *id, const char *level)
{
    const wb_measure *item = wb_sim_find(result, id, level, 0);
    assert_non_null(item);
    return item;
}

static void assert_cents(const wb_money *amount, const char *expected)
{
    char *text = mpz_get_str(NULL, 10, amount->cents);
    assert_string_equal(text, expected);
    free(text);
}

/* tests/cases: three independent providers, enumerated; 100 000 paths hold the law exactly. */
static void test_a_sample_that_holds_the_law_gives_the_exact_figures(void **state)
{
    (void)state;
    static const struct {
        int64_t loss;
        uint32_t paths;
    } law[] = {{42000000, 39}, {0, 92664},       {4500000, 2376}, {12000000, 936},
               {16500000, 24}, {30000000, 3861}, {34500000, 99},  {46500000, 1}};
    int64_t *sample = malloc(100000 * sizeof *sample);
    size_t count = 0;
    for (size_t i = 0; i < sizeof law / sizeof law[0]; i++) {
        for (uint32_t k = 0; k < law[i].paths; k++)
            sample[count++] = law[i].loss;
    }
    assert_int_equal(count, 100000);
    static const char *const levels[] = {"0.95", "0.99", "0.995", "0.999"};
    static const char *const var[] = {"4500000", "30000000", "30000000", "34500000"};
    static const char *const es[] = {"26547600", "30930000", "31860000", "37545000"};
    static const char *const twice[] = {"53095200", "61860000", "63720000", "75090000"};
    wb_model *model = model_new(levels, 4);
    model->exceed_count = 2;
    mpz_set_ui(model->exceed[0].cents, 29999999);
    mpz_set_ui(model->exceed[1].cents, 30000000);
    wb_sim_result *result = measures_of(model, sample, count, false, 0);
    assert_cents(&find(result, "loss_mean", "")->amount, "1432500");
    /* variance 36479193750000 N / (N-1): root 6039831.003; the population's own is 6039800.804 */
    assert_cents(&find(result, "loss_sd", "")->amount, "6039831");
    for (size_t i = 0; i < 4; i++) {
        assert_cents(&find(result, "var", levels[i])->amount, var[i]);
        assert_cents(&find(result, "es", levels[i])->amount, es[i]);
        assert_cents(&find(result, "need_es", levels[i])->amount, twice[i]);
    }
    const wb_measure *exceed = find(result, "exceed", "");
    assert_true(exceed->value == 4000.0 / 100000);
    assert_true((exceed + 1)->value == 139.0 / 100000);
    const wb_measure *ruin = wb_sim_find(result, "ruin", "", 1);
    assert_true(ruin->value == 7336.0 / 100000);
    wb_sim_result_free(result);
    wb_model_free(model);
    free(sample);
}

/* ---- naive recomputation ---- */

static uint64_t random_next(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return *state >> 33;
}

/* The largest r with r <= a N - 1.96 s, and the least with r >= a N + 1.96 s, by counting. */
static void naive_ranks(const wb_rate *a, uint64_t n, int64_t *at, int64_t *low, int64_t *high)
{
    mpq_t mean, width, gap, one;
    mpq_inits(mean, width, gap, one, NULL);
    mpq_set_ui(one, 1, 1);
    mpq_set_ui(mean, n, 1);
    mpq_mul(mean, mean, a->ratio);
    mpq_sub(width, one, a->ratio);
    mpq_mul(width, width, mean);
    mpq_set_ui(gap, 49 * 49, 25 * 25);
    mpq_mul(width, width, gap); /* (1.96 s)^2 */
    *at = *low = *high = INT64_MIN;
    for (int64_t r = -(int64_t)n - 20; r <= 2 * (int64_t)n + 20; r++) {
        mpq_set_si(gap, r, 1);
        mpq_sub(gap, gap, mean); /* r - a N */
        const int side = mpq_sgn(gap);
        if (side >= 0 && *at == INT64_MIN) *at = r;
        mpq_mul(gap, gap, gap);
        const int wide_enough = mpq_cmp(gap, width) >= 0;
        if (side <= 0 && wide_enough) *low = r;
        if (side >= 0 && wide_enough && *high == INT64_MIN) *high = r;
    }
    *high += 1;
    mpq_clears(mean, width, gap, one, NULL);
}

static int compare_int64(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Nearest whole number, ties away from zero. */
static void naive_round(mpz_t result, const mpq_t value)
{
    mpq_t half, moved;
    mpq_inits(half, moved, NULL);
    mpq_set_si(half, mpq_sgn(value) < 0 ? -1 : 1, 2);
    mpq_add(moved, value, half);
    mpz_tdiv_q(result, mpq_numref(moved), mpq_denref(moved));
    mpq_clears(half, moved, NULL);
}

static void check_sample(const wb_model *model, int64_t *sample, uint64_t n)
{
    wb_sim_result *result = measures_of(model, sample, n, false, 0);
    qsort(sample, n, sizeof *sample, compare_int64);
    for (uint32_t l = 0; l < model->level_count; l++) {
        const wb_level *level = &model->levels[l];
        int64_t at, low, high;
        naive_ranks(&level->level, n, &at, &low, &high);
        const wb_measure *var = find(result, "var", level->text);
        assert_int_equal(mpz_cmp_si(var->amount.cents, sample[at - 1]), 0);
        assert_int_equal(var->low_none, low < 1);
        assert_int_equal(var->high_none, high > (int64_t)n);
        if (low >= 1) assert_int_equal(mpz_cmp_si(var->amount_low.cents, sample[low - 1]), 0);
        if (!var->high_none) {
            assert_int_equal(mpz_cmp_si(var->amount_high.cents, sample[high - 1]), 0);
        }
        /* ES as its definition says: the larger ones plus the part of the atom. */
        mpq_t es, part, one;
        mpz_t cents;
        mpq_inits(es, part, one, NULL);
        mpz_init(cents);
        for (uint64_t i = (uint64_t)at; i < n; i++) {
            mpq_set_si(part, sample[i], 1);
            mpq_add(es, es, part);
        }
        mpq_set_ui(part, n, 1);
        mpq_mul(part, part, level->level.ratio);
        mpq_set_si(one, at, 1);
        mpq_sub(part, one, part);
        mpq_set_si(one, sample[at - 1], 1);
        mpq_mul(part, part, one);
        mpq_add(es, es, part);
        mpq_set_ui(one, 1, 1);
        mpq_sub(part, one, level->level.ratio);
        mpq_set_ui(one, n, 1);
        mpq_mul(part, part, one);
        mpq_div(es, es, part);
        naive_round(cents, es);
        const wb_measure *shortfall = find(result, "es", level->text);
        assert_int_equal(mpz_cmp(shortfall->amount.cents, cents), 0);
        assert_int_equal(shortfall->low_none, n < 2 || high > (int64_t)n);
        assert_int_equal(shortfall->high_none, n < 2 || high > (int64_t)n);
        mpq_clears(es, part, one, NULL);
        mpz_clear(cents);
    }
    wb_sim_result_free(result);
}

static void test_small_samples_agree_with_their_definitions(void **state)
{
    (void)state;
    static const char *const levels[] = {"0.5", "0.9", "0.95", "0.123456", "0.999"};
    wb_model *model = model_new(levels, 5);
    uint64_t seed = 7;
    int64_t sample[400];
    for (uint32_t round = 0; round < 400; round++) {
        const uint64_t n = 1 + random_next(&seed) % (round < 300 ? 40 : 400);
        const uint64_t span = round % 3 == 0 ? 3 : 1000003; /* atoms or none */
        for (uint64_t i = 0; i < n; i++) {
            sample[i] = (int64_t)(random_next(&seed) % span);
            if (round % 5 == 0) sample[i] -= (int64_t)(span / 2);
        }
        check_sample(model, sample, n);
    }
    wb_model_free(model);
}

/* The mean's interval: both ends lie outside 1.96 standard errors, and within a cent or two. */
static void test_the_interval_of_a_mean_is_rounded_outward(void **state)
{
    (void)state;
    static const char *const levels[] = {"0.5"};
    wb_model *model = model_new(levels, 1);
    uint64_t seed = 11;
    int64_t sample[50];
    for (uint32_t round = 0; round < 200; round++) {
        const uint64_t n = 2 + random_next(&seed) % 48;
        mpq_t mean, variance, x, w;
        mpq_inits(mean, variance, x, w, NULL);
        for (uint64_t i = 0; i < n; i++) {
            sample[i] = (int64_t)(random_next(&seed) % 100000);
            mpq_set_si(x, sample[i], n);
            mpq_canonicalize(x);
            mpq_add(mean, mean, x);
        }
        for (uint64_t i = 0; i < n; i++) {
            mpq_set_si(x, sample[i], 1);
            mpq_sub(x, x, mean);
            mpq_mul(x, x, x);
            mpq_set_ui(w, 1, n * (n - 1));
            mpq_mul(x, x, w);
            mpq_add(variance, variance, x); /* of the mean */
        }
        mpq_set_ui(w, 49 * 49, 25 * 25);
        mpq_mul(variance, variance, w);
        wb_sim_result *result = measures_of(model, sample, n, false, 0);
        const wb_measure *item = find(result, "loss_mean", "");
        for (int side = 0; side < 2; side++) {
            for (int inner = 0; inner < 2; inner++) {
                /* the bound reaches the width; two cents nearer the mean it does not */
                mpq_set_z(x, side == 0 ? item->amount_low.cents : item->amount_high.cents);
                mpq_sub(x, x, mean);
                if (side == 0) mpq_neg(x, x);
                mpq_set_ui(w, inner == 0 ? 0 : 2, 1);
                mpq_sub(x, x, w);
                const bool outside = mpq_sgn(x) >= 0;
                mpq_mul(x, x, x);
                const bool reaches = outside && mpq_cmp(x, variance) >= 0;
                assert_int_equal(reaches, inner == 0);
            }
        }
        wb_sim_result_free(result);
        mpq_clears(mean, variance, x, w, NULL);
    }
    wb_model_free(model);
}

/* Newcombe (1998), table of examples, score method without continuity correction. */
static void test_wilson_gives_the_published_intervals(void **state)
{
    (void)state;
    static const struct {
        uint64_t k, n;
        double low, high;
    } rows[] = {{81, 263, 0.2553, 0.3662},
                {15, 148, 0.0624, 0.1605},
                {0, 20, 0, 0.1611},
                {1, 29, 0.0061, 0.1718}};
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const wb_proportion p = wb_proportion_of(rows[i].k, rows[i].n);
        assert_float_equal((float)p.low, (float)rows[i].low, 0.00006f);
        assert_float_equal((float)p.high, (float)rows[i].high, 0.00006f);
        const wb_proportion mirror = wb_proportion_of(rows[i].n - rows[i].k, rows[i].n);
        assert_float_equal((float)mirror.low, (float)(1 - rows[i].high), 0.00006f);
    }
    assert_true(wb_proportion_of(0, 20).low == 0);
    assert_true(wb_proportion_of(20, 20).high == 1);
}

static void test_wide_amounts_give_the_same_figures_in_their_own_unit(void **state)
{
    (void)state;
    static const char *const levels[] = {"0.9", "0.99"};
    wb_model *model = model_new(levels, 2);
    uint64_t seed = 3;
    int64_t sample[300];
    for (size_t i = 0; i < 300; i++)
        sample[i] = (int64_t)(random_next(&seed) % 100000) - 100;
    wb_sim_result *narrow = measures_of(model, sample, 300, false, 0);
    wb_sim_result *same = measures_of(model, sample, 300, true, 0);
    wb_sim_result *huge = measures_of(model, sample, 300, true, 100);
    assert_int_equal(narrow->count, same->count);
    for (size_t i = 0; i < narrow->count; i++) {
        const wb_measure *a = &narrow->measures[i];
        const wb_measure *b = &same->measures[i];
        assert_string_equal(a->id, b->id);
        assert_int_equal(wb_money_compare(&a->amount, &b->amount), 0);
        assert_int_equal(wb_money_compare(&a->amount_low, &b->amount_low), 0);
        assert_int_equal(wb_money_compare(&a->amount_high, &b->amount_high), 0);
        assert_memory_equal(&a->value, &b->value, sizeof a->value);
    }
    for (size_t l = 0; l < 2; l++) { /* order statistics scale exactly */
        wb_money scaled;
        wb_money_init(&scaled);
        mpz_mul_2exp(scaled.cents, find(narrow, "var", levels[l])->amount.cents, 100);
        assert_int_equal(wb_money_compare(&scaled, &find(huge, "var", levels[l])->amount), 0);
        wb_money_clear(&scaled);
    }
    wb_sim_result_free(narrow);
    wb_sim_result_free(same);
    wb_sim_result_free(huge);
    wb_model_free(model);
}

/* Squares beyond 128 bits: sums and merges must not wrap. */
static void test_sums_of_squares_of_the_largest_amounts_are_exact(void **state)
{
    (void)state;
    wb_sum a, b;
    wb_sum_init(&a);
    wb_sum_init(&b);
    for (int i = 0; i < 7; i++)
        wb_sum_add(i % 2 == 0 ? &a : &b, INT64_MIN);
    for (int i = 0; i < 5; i++)
        wb_sum_add(&b, INT64_MAX);
    wb_sum_merge(&a, &b);
    mpz_t sum, squares, expected;
    mpz_inits(sum, squares, expected, NULL);
    wb_sum_get(sum, squares, &a);
    mpz_ui_pow_ui(expected, 2, 64); /* -7 2^63 + 5 (2^63 - 1) = -2^64 - 5 */
    mpz_add_ui(expected, expected, 5);
    mpz_neg(expected, expected);
    assert_int_equal(mpz_cmp(sum, expected), 0);
    /* 7 2^126 + 5 (2^126 - 2^64 + 1) = 12 2^126 - 5 2^64 + 5 = 3 2^128 - 5 2^64 + 5 */
    mpz_ui_pow_ui(expected, 2, 128);
    mpz_mul_ui(expected, expected, 3);
    mpz_ui_pow_ui(sum, 2, 64);
    mpz_submul_ui(expected, sum, 5);
    mpz_add_ui(expected, expected, 5);
    assert_int_equal(mpz_cmp(squares, expected), 0);
    mpz_clears(sum, squares, expected, NULL);
    wb_sum_clear(&a);
    wb_sum_clear(&b);
}

/* tests/cases: beta-binomial mixture n = 100, alpha 1, beta 49; P(K = k) by its recurrence. */
static void test_a_stratified_sample_of_a_mixture_gives_its_quantiles(void **state)
{
    (void)state;
    enum { N = 1000000 };
    static const struct {
        const char *level;
        int64_t var;
        double es, slack;
    } rows[] = {{"0.95", 7, 9.12380153438952, 0.002},
                {"0.99", 11, 12.827659875161624, 0.01},
                {"0.999", 16, 17.847212404634437, 0.1}};
    const char *levels[] = {"0.95", "0.99", "0.999"};
    int64_t *sample = malloc(N * sizeof *sample);
    double p = 49.0 / 149; /* P(K = 0) = B(1, 149) / B(1, 49) */
    double cdf = p;
    size_t filled = 0;
    for (int64_t k = 0; filled < N; k++) {
        while (filled < N && ((double)filled + 0.5) / N < cdf)
            sample[filled++] = k * 1000000;
        if (k == 100) break;
        /* C(100,k+1)/C(100,k) times B(k+2, 148-k)/B(k+1, 149-k) */
        p *= (double)(100 - k) / (double)(k + 1) * (double)(k + 1) / (double)(148 - k);
        cdf += p;
    }
    assert_int_equal(filled, N);
    wb_model *model = model_new(levels, 3);
    wb_sim_result *result = measures_of(model, sample, N, false, 0);
    for (size_t i = 0; i < 3; i++) {
        const wb_measure *var = find(result, "var", rows[i].level);
        assert_int_equal(mpz_get_si(var->amount.cents), rows[i].var * 1000000);
        const double es = mpz_get_d(find(result, "es", rows[i].level)->amount.cents) / 1e6;
        assert_true(es > rows[i].es - rows[i].slack && es < rows[i].es + rows[i].slack);
    }
    wb_sim_result_free(result);
    wb_model_free(model);
    free(sample);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_sample_that_holds_the_law_gives_the_exact_figures),
        cmocka_unit_test(test_small_samples_agree_with_their_definitions),
        cmocka_unit_test(test_the_interval_of_a_mean_is_rounded_outward),
        cmocka_unit_test(test_wilson_gives_the_published_intervals),
        cmocka_unit_test(test_wide_amounts_give_the_same_figures_in_their_own_unit),
        cmocka_unit_test(test_sums_of_squares_of_the_largest_amounts_are_exact),
        cmocka_unit_test(test_a_stratified_sample_of_a_mixture_gives_its_quantiles),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
