/*
 * goal: paired differences of scenarios and their intervals are the exact ones of their paths.
 * method: figures against a plain run; every difference recomputed in rationals from the paths of
 *         the reference kernel. Whether the intervals cover: test_compare_cover.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/interval.h"
#include "sim/path.h"
#include "tests/sim_models.h"
#include "waarborg/rate.h"
#include "waarborg/sim_compare.h"

static void add_level(wb_model *model, const char *text)
{
    wb_level *level = &model->levels[model->level_count++];
    strcpy(level->text, text);
    assert_int_equal(wb_rate_parse(&level->level, text, strlen(text), WB_RATE_NUMBER, NULL), WB_OK);
}

static wb_sim_comparison *compare_two(const wb_model *a, const wb_model *b, uint32_t threads)
{
    const wb_model *models[] = {a, b};
    const wb_sim_options options = {.threads = threads};
    wb_sim_comparison *made = NULL;
    assert_int_equal(wb_sim_compare(&made, models, 2, &options, NULL), WB_OK);
    return made;
}

/* The place of a figure in the list; level "" where it has none. */
static size_t place(const wb_sim_comparison *c, const char *id, const char *level)
{
    for (size_t i = 0; i < c->figure_count; i++) {
        const wb_measure *m = &c->figures[i];
        if (strcmp(m->id, id) == 0 && strcmp(m->level, level) == 0) return i;
    }
    fail_msg("no figure %s %s", id, level);
    return 0;
}

static const wb_measure *difference_of(const wb_sim_comparison *c, const char *id,
                                       const char *level)
{
    return &c->differences[c->figure_count + place(c, id, level)];
}

static void assert_same(const wb_measure *a, const wb_measure *b)
{
    assert_int_equal(wb_money_compare(&a->amount, &b->amount), 0);
    assert_int_equal(wb_money_compare(&a->amount_low, &b->amount_low), 0);
    assert_int_equal(wb_money_compare(&a->amount_high, &b->amount_high), 0);
    assert_memory_equal(&a->value, &b->value, sizeof a->value);
    assert_memory_equal(&a->value_low, &b->value_low, sizeof a->value);
    assert_memory_equal(&a->value_high, &b->value_high, sizeof a->value);
}

/* A random model and itself with other chances and other cash; amounts of the given scale. */
static wb_model *random_base(uint64_t seed, sim_scale scale)
{
    wb_model *model = sim_model_random_full(seed, scale);
    model->level_count = model->fund_level_count = 0;
    add_level(model, "0.5");
    add_level(model, "0.95");
    model->exceed_count = 1;
    wb_money_set(&model->exceed[0], &model->opening.cash);
    model->paths = 300;
    return model;
}

static wb_model *random_other(uint64_t seed, sim_scale scale)
{
    wb_model *model = random_base(seed, scale);
    for (uint32_t phase = 0; phase < model->phase_count; phase++) {
        for (uint32_t i = 0; i < model->provider_count; i++) {
            double *pd = &model->phases[phase].pd[i];
            *pd = *pd * 1.5 < 1 ? *pd * 1.5 : *pd;
        }
    }
    mpz_fdiv_q_2exp(model->opening.cash.cents, model->opening.cash.cents, 1);
    model->blake2b[0]++; /* another scenario */
    return model;
}

static void test_a_scenario_does_not_differ_from_itself(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 20; seed++) {
        wb_model *model = random_base(seed, seed % 2 == 0 ? SIM_SCALE_REAL : SIM_SCALE_BEYOND);
        wb_sim_comparison *c = compare_two(model, model, 2);
        assert_int_equal(c->scenario_count, 2);
        for (size_t i = c->figure_count; i < 2 * c->figure_count; i++) {
            const wb_measure *d = &c->differences[i];
            assert_int_equal(wb_money_sign(&d->amount), 0);
            assert_true(d->value == 0);
            assert_false(c->exceeds_noise[i]);
            assert_false(d->low_none || d->high_none);
            if (d->form == WB_MEASURE_AMOUNT) {
                assert_int_equal(wb_money_sign(&d->amount_low), 0);
                assert_int_equal(wb_money_sign(&d->amount_high), 0);
            }
        }
        wb_sim_comparison_free(c);
        wb_model_free(model);
    }
}

static void test_figures_are_those_of_a_run(void **state)
{
    (void)state;
    static const char *const ids[] = {"loss_mean",    "es",   "need_es",   "exceed",
                                      "capital_used", "ruin", "fund_mean", "cost_mean"};
    for (uint64_t seed = 0; seed < 12; seed++) {
        wb_model *model = random_other(seed, SIM_SCALE_REAL);
        wb_sim_result *run = NULL;
        assert_int_equal(wb_sim_run(&run, model, NULL, NULL), WB_OK);
        wb_sim_comparison *one = compare_two(model, model, 1);
        wb_sim_comparison *three = compare_two(model, model, 3);
        for (size_t i = 0; i < 2 * one->figure_count; i++) {
            assert_same(&one->figures[i], &three->figures[i]);
            assert_same(&one->differences[i], &three->differences[i]);
        }
        size_t found = 0;
        for (size_t i = 0; i < one->figure_count; i++) {
            const wb_measure *m = &one->figures[i];
            for (size_t k = 0; k < COUNT(ids); k++) {
                if (strcmp(m->id, ids[k]) != 0) continue;
                const wb_measure *expected = wb_sim_find(run, m->id, m->level, m->year);
                assert_non_null(expected);
                assert_same(m, expected);
                found++;
            }
        }
        assert_int_equal(found, 5 + 2 * 2 + (model->party_group != WB_NONE ? 1 : 0));
        wb_sim_comparison_free(one);
        wb_sim_comparison_free(three);
        wb_sim_result_free(run);
        wb_model_free(model);
    }
}

/* ---- every difference again, from the paths ---- */

enum { COLUMNS = 7 };
static const char *const column_ids[COLUMNS] = {"loss_mean", "fund_mean", "called_mean", "cases",
                                                "failures",  "need",      "cost_mean"};

/* values[column * paths + path], and the events of each path. */
typedef struct sample {
    wb_wide *values;
    bool *events;
    uint64_t paths;
} sample;

static void sample_new(sample *s, const wb_model *model)
{
    wb_plan *plan = NULL;
    wb_path_result result;
    s->paths = model->paths;
    s->values = calloc(COLUMNS * s->paths, sizeof *s->values);
    s->events = calloc(WB_EVENT_COUNT * s->paths, sizeof *s->events);
    assert_int_equal(wb_plan_new(&plan, model, NULL), WB_OK);
    assert_true(wb_path_result_init(&result, model));
    for (uint64_t path = 0; path < s->paths; path++) {
        assert_int_equal(wb_kernel_gmp_path(plan, path, NULL, &result, NULL, NULL), WB_OK);
        wb_wide *at[COLUMNS];
        for (size_t k = 0; k < COLUMNS; k++)
            at[k] = &s->values[k * s->paths + path];
        *at[0] = result.loss;
        *at[1] = result.fund[model->years - 1];
        *at[5] = result.need;
        *at[6] = result.cost;
        for (uint32_t year = 0; year < model->years; year++) {
            *at[2] += result.levy[year];
            *at[2] += result.obligo[year];
            *at[2] += result.backstop[year];
            *at[3] += (wb_wide)result.cases[year];
            *at[4] += (wb_wide)result.failures[year];
        }
        for (size_t event = 0; event < WB_EVENT_COUNT; event++)
            s->events[event * s->paths + path] = result.event[event] != WB_NONE;
    }
    wb_path_result_clear(&result);
    wb_plan_free(plan);
}

static void sample_free(sample *s)
{
    free(s->values);
    free(s->events);
}

static void set_wide(mpq_t q, wb_wide value)
{
    mpz_t z;
    mpz_init(z);
    wb_wide_set(z, value);
    mpq_set_z(q, z);
    mpz_clear(z);
}

/* Mean m of the values and v = sum (x - m)^2 / (N (N - 1)), as they are defined. */
static void mean_and_variance(mpq_t m, mpq_t v, const wb_wide *values, uint64_t paths)
{
    mpq_t x;
    mpq_init(x);
    mpq_set_ui(m, 0, 1);
    mpq_set_ui(v, 0, 1);
    for (uint64_t i = 0; i < paths; i++) {
        set_wide(x, values[i]);
        mpq_add(m, m, x);
    }
    mpq_set_ui(x, 1, paths);
    mpq_mul(m, m, x);
    for (uint64_t i = 0; i < paths; i++) {
        set_wide(x, values[i]);
        mpq_sub(x, x, m);
        mpq_mul(x, x, x);
        mpq_add(v, v, x);
    }
    mpq_set_ui(x, 1, paths * (paths - 1));
    mpq_canonicalize(x);
    mpq_mul(v, v, x);
    mpq_clear(x);
}

/* The interval is the least one of whole cents with floor and ceiling of the centre inside it by at
 * least 1.96 standard errors. */
static void assert_interval(const wb_measure *d, const mpq_t centre, const mpq_t variance)
{
    mpz_t whole, half;
    mpq_t square, wanted;
    mpz_inits(whole, half, NULL);
    mpq_inits(square, wanted, NULL);
    mpz_fdiv_q(whole, mpq_numref(centre), mpq_denref(centre));
    mpz_sub(half, whole, d->amount_low.cents);
    mpz_cdiv_q(whole, mpq_numref(centre), mpq_denref(centre));
    mpz_add(whole, whole, half);
    assert_int_equal(mpz_cmp(whole, d->amount_high.cents), 0);
    mpq_set_ui(wanted, 49 * 49, 25 * 25);
    mpq_mul(wanted, wanted, variance);
    mpq_set_z(square, half);
    mpq_mul(square, square, square);
    assert_true(mpq_cmp(square, wanted) >= 0);
    if (mpz_sgn(half) > 0) {
        mpz_sub_ui(half, half, 1);
        mpq_set_z(square, half);
        mpq_mul(square, square, square);
        assert_true(mpq_cmp(square, wanted) < 0);
    }
    /* the figure: within half a cent of the centre */
    mpq_set_z(square, d->amount.cents);
    mpq_sub(square, square, centre);
    mpq_abs(square, square);
    mpq_set_ui(wanted, 1, 2);
    assert_true(mpq_cmp(square, wanted) <= 0);
    mpz_clears(whole, half, NULL);
    mpq_clears(square, wanted, NULL);
}

static void check_mean(const wb_measure *d, const wb_wide *base, const wb_wide *other,
                       uint64_t paths)
{
    wb_wide *values = malloc(paths * sizeof *values);
    mpq_t m, v;
    uint64_t differing = 0;
    mpq_inits(m, v, NULL);
    for (uint64_t i = 0; i < paths; i++) {
        values[i] = other[i] - base[i];
        differing += values[i] != 0;
    }
    mean_and_variance(m, v, values, paths);
    assert_int_equal(d->low_none, differing < 50);
    assert_int_equal(d->high_none, differing < 50);
    if (d->form == WB_MEASURE_AMOUNT) {
        assert_interval(d, m, v);
    } else {
        const double half = 1.96 * sqrt(mpq_get_d(v));
        assert_true(fabs(d->value - mpq_get_d(m)) < 1e-12);
        assert_true(fabs(d->value_low - (mpq_get_d(m) - half)) < 1e-9);
        assert_true(fabs(d->value_high - (mpq_get_d(m) + half)) < 1e-9);
    }
    free(values);
    mpq_clears(m, v, NULL);
}

static int compare_wide(const void *a, const void *b)
{
    const wb_wide x = *(const wb_wide *)a;
    const wb_wide y = *(const wb_wide *)b;
    return (x > y) - (x < y);
}

/* x_(k), and the shortfall by its definition as the mean of the worst N (1 - a), in which the atom
 * counts in part. Levels here are n / 20 and N a multiple of 20. */
static wb_wide shortfall(mpq_t es, const wb_wide *values, uint64_t paths, uint64_t kept)
{
    wb_wide *sorted = malloc(paths * sizeof *sorted);
    mpq_t x;
    mpq_init(x);
    memcpy(sorted, values, paths * sizeof *sorted);
    qsort(sorted, paths, sizeof *sorted, compare_wide);
    mpq_set_ui(es, 0, 1);
    for (uint64_t i = kept; i < paths; i++) {
        set_wide(x, sorted[i]);
        mpq_add(es, es, x);
    }
    mpq_set_ui(x, 1, paths - kept);
    mpq_mul(es, es, x);
    const wb_wide at = sorted[kept - 1];
    free(sorted);
    mpq_clear(x);
    return at;
}

static void check_shortfall(const wb_measure *d, const wb_wide *base, const wb_wide *other,
                            uint64_t paths, uint64_t kept)
{
    wb_wide *values = malloc(paths * sizeof *values);
    uint64_t differing = 0;
    mpq_t es, base_es, m, v, scale;
    mpq_inits(es, base_es, m, v, scale, NULL);
    const wb_wide at = shortfall(es, other, paths, kept);
    const wb_wide base_at = shortfall(base_es, base, paths, kept);
    for (uint64_t i = 0; i < paths; i++) {
        values[i] =
            (other[i] > at ? other[i] - at : 0) - (base[i] > base_at ? base[i] - base_at : 0);
        differing += other[i] != base[i] && (other[i] >= at || base[i] >= base_at);
    }
    assert_int_equal(d->low_none, differing < 50);
    mean_and_variance(m, v, values, paths);
    mpq_set_ui(scale, paths * paths, (paths - kept) * (paths - kept));
    mpq_canonicalize(scale);
    mpq_mul(v, v, scale);
    mpq_sub(es, es, base_es);
    assert_interval(d, es, v);
    free(values);
    mpq_clears(es, base_es, m, v, scale, NULL);
}

static void check_event(const wb_measure *d, const bool *base, const bool *other, uint64_t paths)
{
    int64_t more = 0;
    int64_t fewer = 0;
    for (uint64_t i = 0; i < paths; i++) {
        more += other[i] && !base[i];
        fewer += base[i] && !other[i];
    }
    assert_true(d->value == (double)(more - fewer) / (double)paths);
    const wb_proportion p = wb_paired_difference_of((uint64_t)more, (uint64_t)fewer, paths);
    assert_true(d->value_low == p.low && d->value_high == p.high);
}

static void test_differences_are_those_of_the_paths(void **state)
{
    (void)state;
    size_t differing = 0;
    size_t with_parties = 0;
    for (uint64_t seed = 0; seed < 30; seed++) {
        const sim_scale scale = seed % 3 == 0 ? SIM_SCALE_BEYOND : SIM_SCALE_REAL;
        wb_model *base = random_base(seed, scale);
        wb_model *other = random_other(seed, scale);
        /* one side narrow, the other wide: money beyond what 64 bits are proved for */
        if (seed % 5 == 0) mpz_ui_pow_ui(other->opening.cash.cents, 2, 70);
        sample a, b;
        sample_new(&a, base);
        sample_new(&b, other);
        wb_sim_comparison *c = compare_two(base, other, 2);
        for (size_t k = 0; k < COLUMNS; k++) {
            if (k == 5 || (k == 6 && base->party_group == WB_NONE)) continue;
            with_parties += k == 6;
            const wb_measure *d = difference_of(c, column_ids[k], "");
            check_mean(d, a.values + k * a.paths, b.values + k * a.paths, a.paths);
        }
        check_shortfall(difference_of(c, "es", "0.5"), a.values, b.values, a.paths, 150);
        check_shortfall(difference_of(c, "es", "0.95"), a.values, b.values, a.paths, 285);
        check_shortfall(difference_of(c, "need_es", "0.95"), a.values + 5 * a.paths,
                        b.values + 5 * a.paths, a.paths, 285);
        for (size_t event = 0; event < WB_EVENT_COUNT; event++) {
            check_event(difference_of(c, wb_event_name((wb_event)event), ""),
                        a.events + event * a.paths, b.events + event * a.paths, a.paths);
        }
        for (size_t i = c->figure_count; i < 2 * c->figure_count; i++)
            differing += c->exceeds_noise[i];
        wb_sim_comparison_free(c);
        sample_free(&a);
        sample_free(&b);
        wb_model_free(base);
        wb_model_free(other);
    }
    assert_true(differing > 20); /* the random changes do something */
    assert_true(with_parties > 3);
}

/* ---- refusals ---- */

static void test_other_horizons_and_draws_are_refused(void **state)
{
    (void)state;
    wb_model *first = sim_model_new(2, 1, 1);
    wb_model *longer = sim_model_new(3, 1, 1);
    wb_model *seeded = sim_model_new(2, 1, 1);
    seeded->seed = first->seed + 1;
    const wb_model *const wrong[] = {longer, seeded};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        const wb_model *models[] = {first, wrong[i]};
        wb_sim_comparison *made = NULL;
        wb_error err = {0};
        assert_int_equal(wb_sim_compare(&made, models, 2, NULL, &err), WB_E_RANGE);
        assert_null(made);
        assert_non_null(strstr(err.message, i == 0 ? "years" : "draws"));
    }
    wb_model_free(first);
    wb_model_free(longer);
    wb_model_free(seeded);
}

typedef struct watch {
    uint64_t calls, last, total;
    bool stop;
} watch;

static bool see(uint64_t done, uint64_t total, void *context)
{
    watch *w = context;
    w->calls++;
    w->last = done;
    w->total = total;
    return !w->stop;
}

static void test_progress_counts_all_scenarios_and_can_stop(void **state)
{
    (void)state;
    wb_model *model = random_base(3, SIM_SCALE_REAL);
    const wb_model *models[] = {model, model, model};
    watch w = {0};
    const wb_sim_options options = {
        .threads = 1, .kernel = WB_KERNEL_GMP, .progress = see, .context = &w};
    wb_sim_comparison *made = NULL;
    model->paths = 4000;
    assert_int_equal(wb_sim_compare(&made, models, 3, &options, NULL), WB_OK);
    assert_true(w.calls > 0);
    assert_int_equal(w.total, 12000);
    assert_true(w.last > 8000 && w.last <= 12000);
    wb_sim_comparison_free(made);
    w.stop = true;
    assert_int_equal(wb_sim_compare(&made, models, 3, &options, NULL), WB_E_INTERRUPTED);
    assert_null(made);
    wb_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_scenario_does_not_differ_from_itself),
        cmocka_unit_test(test_figures_are_those_of_a_run),
        cmocka_unit_test(test_differences_are_those_of_the_paths),
        cmocka_unit_test(test_other_horizons_and_draws_are_refused),
        cmocka_unit_test(test_progress_counts_all_scenarios_and_can_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
