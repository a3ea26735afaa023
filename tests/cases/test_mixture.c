/*
 * Goal: the tally and the quantile code give the exact VaR, ES and mean of what they hold.
 * Method: a beta-binomial mixture is laid out as counts of paths (its exact distribution function
 * rounded to whole paths), entered in scrambled order; the figures follow from the counts by the
 * definitions, in rationals, and from the closed form.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "cases/expected.h"
#include "sim/measure.h"

enum { PATHS = 1000000, STRIDE = 382021 /* coprime to PATHS */, PROVIDERS_MAX = 200 };
enum { CENTS = 1000000 }; /* of one distress: EUR 10 000 */

typedef struct mixture {
    unsigned n;
    double alpha, beta;
    uint64_t count[PROVIDERS_MAX + 1]; /* paths with k in distress */
} mixture;

/* P(N = k + 1) / P(N = k) = (n - k)(alpha + k) / ((k + 1)(beta + n - k - 1)). */
static void masses(double mass[PROVIDERS_MAX + 1], const mixture *m)
{
    double n = m->n, total = 0;
    mass[0] = 1;
    for (unsigned k = 0; k < m->n; k++)
        mass[k + 1] = mass[k] * (n - k) * (m->alpha + k) / ((k + 1) * (m->beta + n - k - 1));
    for (unsigned k = m->n + 1; k-- > 0;)
        total += mass[k];
    for (unsigned k = 0; k <= m->n; k++)
        mass[k] /= total;
}

static void lay_out(mixture *m)
{
    double mass[PROVIDERS_MAX + 1], below = 0;
    uint64_t before = 0;
    masses(mass, m);
    for (unsigned k = 0; k <= m->n; k++) {
        below += mass[k];
        uint64_t upto = k == m->n ? PATHS : (uint64_t)llround(below * PATHS);
        m->count[k] = upto - before;
        before = upto;
    }
}

static wb_sim_result *tallied(const mixture *m, const wb_model *model)
{
    wb_tally tally;
    wb_tally_block block;
    wb_path_result outcome;
    wb_error err;
    static uint8_t in_distress[PATHS];
    uint64_t path = 0;
    for (unsigned k = 0; k <= m->n; k++) {
        for (uint64_t i = 0; i < m->count[k]; i++) {
            in_distress[path] = (uint8_t)k;
            path = (path + STRIDE) % PATHS;
        }
    }
    assert_int_equal(wb_tally_init(&tally, model, PATHS, &err), WB_OK);
    assert_true(wb_tally_block_init(&block, tally.shape) && wb_path_result_init(&outcome, model));
    for (path = 0; path < PATHS; path++) {
        outcome.loss = outcome.loss_by_year[0] = (int64_t)in_distress[path] * CENTS;
        outcome.need = outcome.loss;
        wb_tally_block_add(&block, &outcome);
        if (block.count < wb_tally_block_paths(&tally, path / WB_BLOCK_PATHS)) continue;
        assert_int_equal(wb_tally_block_pack(&block, &err), WB_OK);
        wb_tally_enter(&tally, path / WB_BLOCK_PATHS, &block);
    }
    wb_sim_result *result = calloc(1, sizeof *result);
    assert_non_null(result);
    result->paths = PATHS;
    assert_int_equal(wb_measure_all(result, model, &tally, &err), WB_OK);
    wb_path_result_clear(&outcome);
    wb_tally_block_clear(&block);
    wb_tally_clear(&tally);
    return result;
}

/* The mean of the `tail` largest, in cents: ES where N (1 - a) is whole. */
static void naive_es(mpz_t cents, const mixture *m, uint64_t tail)
{
    mpz_t sum, size;
    mpz_init(sum);
    mpz_init_set_ui(size, (unsigned long)tail);
    for (unsigned k = m->n + 1; k-- > 0 && tail > 0;) {
        uint64_t taken = m->count[k] < tail ? m->count[k] : tail;
        mpz_t part;
        mpz_init_set_ui(part, (unsigned long)taken);
        mpz_mul_ui(part, part, (unsigned long)k * CENTS);
        mpz_add(sum, sum, part);
        mpz_clear(part);
        tail -= taken;
    }
    wb_round_divide(cents, sum, size, WB_ROUND_HALF_AWAY);
    mpz_clear(size);
    mpz_clear(sum);
}

static int64_t amount(const wb_sim_result *result, const char *id, const char *level)
{
    const wb_measure *found = wb_sim_find(result, id, level, 0);
    if (found == NULL) fail_msg("no %s %s", id, level);
    return wb_money_cents(&found->amount);
}

static void check_row(const mixture *m, const double *mass, const wb_sim_result *result,
                      const expected_row *row)
{
    if (strcmp(row->figure, "pmf") == 0) {
        double own = mass[strtoul(row->key, NULL, 10)];
        if (fabs(own - row->exact) > 1e-12) fail_msg("pmf %s: %.15g", row->key, own);
    } else if (strcmp(row->figure, "mean") == 0) {
        assert_true(fabs((double)amount(result, "loss_mean", "") / CENTS - row->exact) < 1e-4);
    } else if (strcmp(row->figure, "var") == 0) {
        assert_int_equal(amount(result, "var", row->key), (int64_t)row->exact * CENTS);
    } else if (strcmp(row->figure, "es") == 0) {
        mpz_t naive;
        mpz_init(naive);
        naive_es(naive, m, (uint64_t)llround((1 - strtod(row->key, NULL)) * PATHS));
        int64_t got = amount(result, "es", row->key);
        assert_int_equal(got, mpz_get_si(naive));
        mpz_clear(naive);
        /* the counts are whole: 0.1 % at most comes from that */
        assert_true(fabs((double)got / CENTS - row->exact) < 0.001 * row->exact);
    }
}

static double parameter(const expected *e, const char *name)
{
    const expected_row *row = expected_find(e, name, "");
    if (row == NULL) fail_msg("no %s", name);
    return row->exact;
}

static void check_mixture(const char *name)
{
    static const char *const levels[] = {"0.95", "0.99", "0.999"};
    expected e;
    expected_read(&e, WB_SOURCE_DIR "/tests/cases/pools/beta_binomial.csv", name);
    mixture m = {.n = (unsigned)parameter(&e, "n"),
                 .alpha = parameter(&e, "alpha"),
                 .beta = parameter(&e, "beta")};
    assert_true(m.n <= PROVIDERS_MAX);
    wb_model *model = wb_model_new();
    assert_non_null(model);
    model->years = 1;
    model->paths = PATHS;
    model->level_count = 3;
    for (size_t i = 0; i < 3; i++) {
        wb_level *level = &model->levels[i];
        snprintf(level->text, sizeof level->text, "%s", levels[i]);
        assert_int_equal(
            wb_rate_parse(&level->level, levels[i], strlen(levels[i]), WB_RATE_RATE, NULL), WB_OK);
    }
    double mass[PROVIDERS_MAX + 1];
    masses(mass, &m);
    lay_out(&m);
    wb_sim_result *result = tallied(&m, model);
    for (size_t i = 0; i < e.count; i++)
        check_row(&m, mass, result, &e.rows[i]);
    wb_sim_result_free(result);
    wb_model_free(model);
}

static void test_beta_binomial_counts_give_the_exact_figures(void **state)
{
    (void)state;
    check_mixture("n100_a1.0_b49.0");
    check_mixture("n50_a2.0_b98.0");
    check_mixture("n200_a0.5_b49.5");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_beta_binomial_counts_give_the_exact_figures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
