/*
 * goal: the exact solver is exact: what it states of its errors holds.
 * method: random independent portfolios against every outcome enumerated in rationals: the
 *         distribution, the figures by their definitions, and each provider's share of ES.
 */
#include "tests/test.h"

#include <gmp.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/sim_static.h"
#include "waarborg/sim_exact.h"

enum { PROVIDERS = 12, OUTCOMES_MOST = 8192 };

static wb_exact_result *solved(const wb_model *model, const wb_money *lattice, bool shares)
{
    wb_exact_result *result = NULL;
    wb_error err = {0};
    const wb_exact_options options = {.lattice = lattice, .contributions = shares};
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s", err.message);
    if (wb_sim_exact(&result, model, &options, &err) != WB_OK) fail_msg("%s", err.message);
    return result;
}

typedef struct outcome {
    int64_t cents;
    mpq_t chance;
} outcome;

typedef struct enumeration {
    const wb_model *model;
    outcome outcomes[PROVIDERS][4];
    uint32_t counts[PROVIDERS];
    int64_t points, step;
    mpq_t *mass;             /* of each multiple of the step */
    mpq_t *given[PROVIDERS]; /* E[x_i; L = multiple], in cents */
} enumeration;

static void add_outcome(enumeration *e, uint32_t i, int64_t cents, const mpq_t chance)
{
    outcome *to = &e->outcomes[i][e->counts[i]++];
    to->cents = cents;
    mpq_init(to->chance);
    mpq_set(to->chance, chance);
}

/* Round half away from zero, of a product that is not negative. */
static int64_t product(const wb_money *amount, const mpq_t rate)
{
    mpq_t exact;
    mpz_t cents;
    mpq_init(exact);
    mpz_init(cents);
    mpq_set_z(exact, amount->cents);
    mpq_mul(exact, exact, rate);
    mpz_mul_2exp(cents, mpq_numref(exact), 1);
    mpz_add(cents, cents, mpq_denref(exact));
    mpz_mul_2exp(mpq_denref(exact), mpq_denref(exact), 1);
    mpz_fdiv_q(cents, cents, mpq_denref(exact));
    const int64_t rounded = mpz_get_si(cents);
    mpq_clear(exact);
    mpz_clear(cents);
    return rounded;
}

/* The loss at one value of LGD with what a stress adds, between 0 and 1. */
static int64_t loss_at(const wb_model *model, uint32_t i, const wb_rate *value)
{
    mpq_t rate, one;
    mpq_inits(rate, one, NULL);
    mpq_set_ui(one, 1, 1);
    mpq_set(rate, value->ratio);
    if (model->effect_count > 0) {
        mpq_add(rate, rate, model->effects[model->phases[0].effect[i]].lgd_add.ratio);
    }
    if (mpq_cmp(rate, one) > 0) mpq_set(rate, one);
    const int64_t cents = product(&model->providers[i].amount, rate);
    mpq_clears(rate, one, NULL);
    return cents;
}

static void add_outcomes(enumeration *e, uint32_t i)
{
    const wb_model *model = e->model;
    const wb_provider *provider = &model->providers[i];
    mpq_t p, none, part;
    mpq_inits(p, none, part, NULL);
    mpq_set_d(p, model->phases[0].pd[i]);
    for (uint32_t f = 0; f < model->forced_count; f++)
        if (model->forced[f].provider == i) mpq_set_ui(p, model->forced[f].failure ? 0 : 1, 1);
    if (!provider->eligible) mpq_set_ui(p, 0, 1);
    mpq_set_ui(none, 1, 1);
    mpq_sub(none, none, p);
    add_outcome(e, i, 0, none);
    if (provider->pays == WB_PAYS_LOSS) {
        add_outcome(e, i, wb_money_cents(&provider->amount), p);
    } else if (provider->class_ != WB_NONE) {
        add_outcome(e, i, loss_at(model, i, &model->classes[provider->class_].lgd.base), p);
    } else {
        for (uint32_t k = 0; k < model->lgd.count; k++) {
            mpq_mul(part, p, model->lgd.weights[k].ratio);
            add_outcome(e, i, loss_at(model, i, &model->lgd.values[k]), part);
        }
    }
    mpq_clears(p, none, part, NULL);
}

static void add_patterns(enumeration *e, uint32_t i, int64_t cents, const mpq_t chance,
                         int64_t *lost)
{
    if (i == e->model->provider_count) {
        assert_int_equal(cents % e->step, 0);
        const int64_t x = cents / e->step;
        assert_true(x < e->points);
        mpq_t part;
        mpq_init(part);
        mpq_add(e->mass[x], e->mass[x], chance);
        for (uint32_t j = 0; j < i; j++) {
            mpq_set_si(part, lost[j], 1);
            mpq_mul(part, part, chance);
            mpq_add(e->given[j][x], e->given[j][x], part);
        }
        mpq_clear(part);
        return;
    }
    mpq_t both;
    mpq_init(both);
    for (uint32_t k = 0; k < e->counts[i]; k++) {
        const outcome *o = &e->outcomes[i][k];
        if (mpq_sgn(o->chance) == 0) continue;
        mpq_mul(both, chance, o->chance);
        lost[i] = o->cents;
        add_patterns(e, i + 1, cents + o->cents, both, lost);
    }
    mpq_clear(both);
}

static size_t outcome_count(const enumeration *e)
{
    size_t count = 1;
    for (uint32_t i = 0; i < e->model->provider_count; i++)
        count *= e->counts[i];
    return count;
}

static void enumerate(enumeration *e, const wb_exact_result *result)
{
    int64_t lost[PROVIDERS] = {0};
    mpq_t one;
    e->step = wb_money_cents(&result->step);
    e->points = (int64_t)result->points;
    e->mass = calloc(result->points, sizeof *e->mass);
    assert_non_null(e->mass);
    for (size_t x = 0; x < result->points; x++)
        mpq_init(e->mass[x]);
    for (uint32_t i = 0; i < e->model->provider_count; i++) {
        e->given[i] = calloc(result->points, sizeof **e->given);
        assert_non_null(e->given[i]);
        for (size_t x = 0; x < result->points; x++)
            mpq_init(e->given[i][x]);
    }
    mpq_init(one);
    mpq_set_ui(one, 1, 1);
    add_patterns(e, 0, 0, one, lost);
    mpq_clear(one);
}

static void enumeration_clear(enumeration *e)
{
    for (uint32_t i = 0; i < e->model->provider_count; i++) {
        for (uint32_t k = 0; k < e->counts[i]; k++)
            mpq_clear(e->outcomes[i][k].chance);
        for (int64_t x = 0; e->given[i] != NULL && x < e->points; x++)
            mpq_clear(e->given[i][x]);
        free(e->given[i]);
    }
    for (int64_t x = 0; e->mass != NULL && x < e->points; x++)
        mpq_clear(e->mass[x]);
    free(e->mass);
}

/* The exact amount in cents lies within the stated error of the one that is given. */
static void assert_within(const wb_exact_measure *m, const mpq_t exact)
{
    assert_non_null(m);
    mpq_t off, error;
    mpq_inits(off, error, NULL);
    mpq_set_z(off, m->amount.cents);
    mpq_sub(off, off, exact);
    mpq_abs(off, off);
    mpq_set_z(error, m->amount_error.cents);
    if (mpq_cmp(off, error) > 0) {
        fail_msg("%s %s %s: %.17g cents, stated %.17g to within %.17g", m->id, m->level,
                 m->provider != NULL ? m->provider : "", mpq_get_d(exact),
                 mpz_get_d(m->amount.cents), mpq_get_d(error));
    }
    mpq_clears(off, error, NULL);
}

/* VaR, ES and shares of a level by their definitions. */
static void check_level(const enumeration *e, const wb_exact_result *result, const wb_level *level)
{
    mpq_t tail, above, excess, figure, part;
    mpq_inits(tail, above, excess, figure, part, NULL);
    mpq_set_ui(tail, 1, 1);
    mpq_sub(tail, tail, level->level.ratio);
    int64_t x = e->points - 1; /* P(L > x) stays above as long as it is at most the tail */
    for (; x > 0; x--) {
        mpq_add(part, above, e->mass[x]);
        if (mpq_cmp(part, tail) > 0) break;
        mpq_set(above, part);
        mpq_set_si(part, x * e->step, 1);
        mpq_mul(part, part, e->mass[x]);
        mpq_add(excess, excess, part);
    }
    mpq_set_si(figure, x * e->step, 1);
    assert_within(wb_exact_find(result, "var", level->text, NULL), figure);
    mpq_sub(part, tail, above);
    mpq_mul(figure, figure, part);
    mpq_add(figure, figure, excess);
    mpq_div(figure, figure, tail);
    assert_within(wb_exact_find(result, "es", level->text, NULL), figure);
    for (uint32_t i = 0; i < e->model->provider_count; i++) {
        mpq_set_ui(figure, 0, 1);
        for (int64_t y = x + 1; y < e->points; y++)
            mpq_add(figure, figure, e->given[i][y]);
        if (mpq_sgn(e->mass[x]) > 0) {
            mpq_sub(part, tail, above);
            mpq_div(part, part, e->mass[x]);
            mpq_mul(part, part, e->given[i][x]);
            mpq_add(figure, figure, part);
        }
        mpq_div(figure, figure, tail);
        assert_within(
            wb_exact_find(result, "es_contribution", level->text, e->model->providers[i].id),
            figure);
    }
    mpq_clears(tail, above, excess, figure, part, NULL);
}

static void check_mean_and_exceedance(const enumeration *e, const wb_exact_result *result)
{
    mpq_t sum, part;
    mpq_inits(sum, part, NULL);
    for (int64_t x = 1; x < e->points; x++) {
        mpq_set_si(part, x * e->step, 1);
        mpq_mul(part, part, e->mass[x]);
        mpq_add(sum, sum, part);
    }
    assert_within(wb_exact_find(result, "loss_mean", "", NULL), sum);
    size_t seen = 0;
    for (size_t j = 0; j < result->count; j++) {
        const wb_exact_measure *m = &result->measures[j];
        if (!m->has_threshold) continue;
        mpq_set_ui(sum, 0, 1);
        for (int64_t x = 0; x < e->points; x++)
            if (x * e->step > wb_money_cents(&m->threshold)) mpq_add(sum, sum, e->mass[x]);
        mpq_set_d(part, m->value);
        mpq_sub(sum, sum, part);
        assert_true(fabs(mpq_get_d(sum)) <= m->value_error);
        seen++;
    }
    assert_int_equal(seen, e->model->exceed_count);
    mpq_clears(sum, part, NULL);
}

static void test_every_outcome_in_rationals_gives_the_same(void **state)
{
    (void)state;
    size_t enumerated = 0;
    double worst = 0.0;
    for (uint64_t seed = 1; seed <= (WB_SANITIZED ? 60 : 300); seed++) {
        wb_model *model = sim_static_random(seed, PROVIDERS, 0);
        enumeration e = {.model = model};
        for (uint32_t i = 0; i < model->provider_count; i++)
            add_outcomes(&e, i);
        if (outcome_count(&e) <= OUTCOMES_MOST) {
            wb_exact_result *result = solved(model, NULL, true);
            enumerate(&e, result);
            for (size_t x = 0; x < result->points; x++) {
                const double off = fabs(result->mass[x] - mpq_get_d(e.mass[x]));
                assert_true(off <= result->error);
                worst = fmax(worst, off);
            }
            check_mean_and_exceedance(&e, result);
            for (uint32_t l = 0; l < model->level_count; l++)
                check_level(&e, result, &model->levels[l]);
            wb_exact_result_free(result);
            enumerated++;
        }
        enumeration_clear(&e);
        wb_model_free(model);
    }
    print_message("    %zu portfolios enumerated; a mass was off by %.1e at most\n", enumerated,
                  worst);
    assert_true(enumerated > (WB_SANITIZED ? 40 : 200));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_outcome_in_rationals_gives_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
