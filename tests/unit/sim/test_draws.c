/* Goal: which draw decides what, and how factors, cures, losses and months come from it.
 * Method: the same quantities computed here from the raw draws with libm and other formulas. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/path.h"
#include "sim_models.h"

enum { PATHS = 400 };

static double phi(double x)
{
    return 0.5 * erfc(-x / sqrt(2.0));
}

static double normal(const wb_model *model, uint64_t path, uint32_t t, wb_purpose purpose,
                     uint64_t index)
{
    return wb_normal_quantile(wb_draw_uniform(model->seed, path, t, purpose, index));
}

static wb_plan *plan_of(const wb_model *model)
{
    wb_error err = {0};
    wb_plan *plan = NULL;
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s", err.message);
    assert_int_equal(wb_plan_new(&plan, model, &err), WB_OK);
    return plan;
}

typedef struct path {
    wb_path_result result;
    wb_step_record *steps;
    uint32_t step_count;
} path;

static void path_init(path *p, const wb_model *model)
{
    assert_true(wb_path_result_init(&p->result, model));
    p->step_count = model->step_count;
    p->steps = calloc(model->step_count, sizeof *p->steps);
    assert_non_null(p->steps);
    for (uint32_t t = 0; t < p->step_count; t++)
        wb_step_record_init(&p->steps[t]);
}

static void path_run(path *p, const wb_plan *plan, uint64_t number)
{
    assert_int_equal(wb_kernel_gmp_path(plan, number, NULL, &p->result, p->steps, NULL), WB_OK);
}

static void path_clear(path *p)
{
    for (uint32_t t = 0; t < p->step_count; t++)
        wb_step_record_clear(&p->steps[t]);
    free(p->steps);
    wb_path_result_clear(&p->result);
}

static void set_names(wb_name **names, uint32_t *count, const char *a, const char *b)
{
    const char *const ids[] = {a, b};
    *names = calloc(2, sizeof **names);
    assert_non_null(*names);
    for (size_t i = 0; i < 2; i++) {
        (*names)[i].id = strdup(ids[i]);
        (*names)[i].index = wb_draw_index(ids[i]);
    }
    *count = 2;
}

/* One provider of 0.00, replaced at once: exposed in every step, and nothing else happens. */
static void test_distress_is_a_latent_below_its_quantile(void **state)
{
    (void)state;
    const double p_year = 0.2;
    wb_model *model = sim_model_new(2, 4, 1);
    model->seed = UINT64_C(0xfeedface12345678);
    model->replace = true;
    model->ar1 = 0.6;
    model->phases[0].pd[0] = p_year;
    set_names(&model->regions, &model->region_count, "noord", "zuid");
    set_names(&model->segments, &model->segment_count, "jeugd", "pleeg");
    wb_provider *provider = &model->providers[0];
    provider->region = 1;
    provider->segment = 0;
    provider->loading_national = sqrt(0.2);
    provider->loading_region = sqrt(0.1);
    provider->loading_segment = -sqrt(0.05);
    provider->residual = sqrt(0.65);
    wb_plan *plan = plan_of(model);
    path p;
    path_init(&p, model);
    const double quantile = wb_normal_quantile(1.0 - pow(1.0 - p_year, 0.25));
    const double memory = pow(0.6, 0.25);
    uint32_t seen = 0;
    for (uint64_t number = 0; number < PATHS; number++) {
        path_run(&p, plan, number);
        double z = 0.0, r = 0.0, s = 0.0;
        for (uint32_t t = 0; t < model->step_count; t++) {
            const double keep = t == 0 ? 0.0 : memory;
            const double fresh = sqrt(1.0 - keep * keep);
            z = keep * z + fresh * normal(model, number, t, WB_DRAW_NATIONAL, 0);
            r = keep * r + fresh * normal(model, number, t, WB_DRAW_REGION, wb_draw_index("zuid"));
            s = keep * s +
                fresh * normal(model, number, t, WB_DRAW_SEGMENT, wb_draw_index("jeugd"));
            const double chance =
                phi((quantile - sqrt(0.2) * z - sqrt(0.1) * r + sqrt(0.05) * s) / sqrt(0.65));
            const double u =
                wb_draw_word(model->seed, number, t, WB_DRAW_DISTRESS, wb_draw_index("p00")) /
                4294967296.0;
            if (fabs(u - chance) < 1e-9) continue; /* too near to tell without the exact rule */
            assert_int_equal(p.steps[t].primaries, u < chance ? 1 : 0);
            seen += u < chance;
        }
    }
    /* 3 200 exposures at 5.4 %: 174 expected; the factor makes them clump, so a wide gate */
    assert_true(seen > 90 && seen < 290);
    path_clear(&p);
    wb_plan_free(plan);
    wb_model_free(model);
}

/* A loan given in step 1 resolves in step 3: its cure and LGD draws are those of step 3. */
static void test_cure_and_loss_follow_the_national_factor(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(4, 1, 1);
    model->providers[0].pays = WB_PAYS_LOAN;
    sim_set(&model->providers[0].amount, 100000000);
    sim_set(&model->opening.cash, 100000000);
    sim_add_forced(model, 1, 0, false);
    model->term = 2;
    model->cure = 0.4;
    model->extend = 0.2;
    model->extensions = 1;
    model->convert = 0.1;
    model->cure_rho = 0.3;
    model->lgd_rho = 0.5;
    model->lgd.shape = WB_SHAPE_UNIFORM;
    wb_rate_set_ratio(&model->lgd.low, 20, 100);
    wb_rate_set_ratio(&model->lgd.high, 90, 100);
    wb_plan *plan = plan_of(model);
    path p;
    path_init(&p, model);
    uint32_t kinds[4] = {0};
    for (uint64_t number = 0; number < PATHS; number++) {
        path_run(&p, plan, number);
        const uint64_t index = wb_draw_index("p00");
        const double z = normal(model, number, 3, WB_DRAW_NATIONAL, 0); /* ar1 = 0 */
        const double u =
            phi(sqrt(0.3) * z + sqrt(0.7) * normal(model, number, 3, WB_DRAW_CURE, index));
        const double worse =
            phi(sqrt(0.5) * normal(model, number, 3, WB_DRAW_LGD, index) - sqrt(0.5) * z);
        const wb_step_record *s = &p.steps[3];
        const size_t kind = u > 0.6 ? 0 : u > 0.4 ? 1 : u > 0.3 ? 2 : 3;
        kinds[kind]++;
        assert_int_equal(s->cured, kind == 0);
        assert_int_equal(s->extended, kind == 1);
        assert_int_equal(s->converted, kind == 2);
        assert_int_equal(s->failed, kind == 3);
        if (kind != 3) continue;
        const double loss = 1e8 * (0.2 + 0.7 * worse);
        assert_true(fabs((double)wb_money_cents(&s->loss) - loss) < 1.0);
        assert_true(wb_money_cents(&s->loss) + wb_money_cents(&s->recovered) == 100000000);
    }
    /* 40, 20, 10 and 30 % of 400, within 5 standard deviations */
    static const double want[] = {160, 80, 40, 120};
    for (size_t k = 0; k < 4; k++)
        assert_true(fabs(kinds[k] - want[k]) < 5.0 * sqrt(want[k] * (1.0 - want[k] / PATHS)));
    path_clear(&p);
    wb_plan_free(plan);
    wb_model_free(model);
}

/* The shapes by their distribution functions: F(quantile(u)) = u. */
static void test_a_drawn_share_has_the_distribution_stated(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(1, 1, 1);
    wb_distribution *d = &model->lgd;
    wb_rate_set_ratio(&d->low, 40, 100);
    wb_rate_set_ratio(&d->base, 60, 100);
    wb_rate_set_ratio(&d->high, 85, 100);
    for (int shape = WB_SHAPE_UNIFORM; shape <= WB_SHAPE_TRIANGULAR; shape++) {
        d->shape = (wb_shape)shape;
        wb_plan *plan = plan_of(model);
        for (int i = 1; i < 1000; i++) {
            const double u = i / 1000.0;
            uint64_t factor = 0;
            assert_null(wb_plan_draw(&plan->shapes[plan->shape_count - 1], u, &factor));
            const double f = (double)factor / 4294967296.0;
            double below = (f - 0.40) / 0.45;
            if (shape == WB_SHAPE_TRIANGULAR) {
                below = f < 0.60 ? (f - 0.40) * (f - 0.40) / (0.45 * 0.20)
                                 : 1.0 - (0.85 - f) * (0.85 - f) / (0.45 * 0.25);
            }
            assert_true(fabs(below - u) < 1e-8);
        }
        wb_plan_free(plan);
    }
    wb_model_free(model);
}

static void test_a_table_is_read_in_ascending_order(void **state)
{
    (void)state;
    static const struct {
        double u;
        int64_t percent;
    } cases[] = {{1e-9, 20}, {0.25, 20}, {0.2500001, 50}, {0.75, 50}, {0.7500001, 100}, {1.0, 100}};
    wb_model *model = sim_model_new(1, 1, 1);
    wb_distribution *d = &model->lgd;
    d->shape = WB_SHAPE_TABLE;
    d->count = 3;
    d->values = calloc(3, sizeof *d->values);
    d->weights = calloc(3, sizeof *d->weights);
    assert_true(d->values != NULL && d->weights != NULL);
    static const int64_t percents[] = {20, 50, 100};
    static const int64_t quarters[] = {1, 2, 1};
    for (size_t i = 0; i < 3; i++) {
        wb_rate_init(&d->values[i]);
        wb_rate_init(&d->weights[i]);
        wb_rate_set_ratio(&d->values[i], percents[i], 100);
        wb_rate_set_ratio(&d->weights[i], quarters[i], 4);
    }
    wb_plan *plan = plan_of(model);
    for (size_t c = 0; c < COUNT(cases); c++) {
        uint64_t factor = 0;
        const wb_rate *rate =
            wb_plan_draw(&plan->shapes[plan->shape_count - 1], cases[c].u, &factor);
        assert_non_null(rate);
        assert_true(wb_rate_double(rate) * 100.0 > (double)cases[c].percent - 1e-9);
        assert_true(wb_rate_double(rate) * 100.0 < (double)cases[c].percent + 1e-9);
    }
    wb_plan_free(plan);
    wb_model_free(model);
}

/* Months triangular 1, 2, 4 of 120.00 a month, cap 25 % of the year = 360.00 (3 months). */
static void test_support_is_months_of_revenue_up_to_the_cap(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(1, 1, 1);
    wb_provider *provider = &model->providers[0];
    provider->pays = WB_PAYS_SUPPORT;
    provider->class_ = sim_add_class(model, 2, 100);
    sim_set(&provider->revenue, 144000);
    sim_set(&model->opening.cash, 1000000);
    sim_add_forced(model, 0, 0, false);
    wb_rate_set_ratio(&model->support_cap, 25, 100);
    wb_distribution *months = &model->classes[0].months;
    months->shape = WB_SHAPE_TRIANGULAR;
    wb_rate_set_ratio(&months->low, 1, 1);
    wb_rate_set_ratio(&months->high, 4, 1);
    wb_plan *plan = plan_of(model);
    path p;
    path_init(&p, model);
    uint32_t capped = 0;
    for (uint64_t number = 0; number < PATHS; number++) {
        path_run(&p, plan, number);
        const double u =
            wb_draw_uniform(model->seed, number, 0, WB_DRAW_MONTHS, wb_draw_index("p00"));
        /* the cut lies at u = (2 - 1) / (4 - 1) */
        const double drawn = u < 1.0 / 3 ? 1 + sqrt(u * 3.0) : 4 - sqrt((1 - u) * 6.0);
        const double want = fmin(drawn, 3.0) * 12000.0;
        const int64_t paid = wb_money_cents(&p.steps[0].support_paid);
        assert_true(fabs((double)paid - want) < 1.0);
        capped += paid == 36000;
    }
    assert_true(capped > 20); /* P(more than 3 months) = 1/6 */
    path_clear(&p);
    wb_plan_free(plan);
    wb_model_free(model);
}

/* Two sources in one cluster and one in another: escape (1 - q1)^2 (1 - q2). */
static void test_a_target_escapes_with_the_product(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(1, 1, 4);
    (void)sim_add_cluster(model, 0.2, (const uint32_t[]){0, 1, 3}, 3);
    (void)sim_add_cluster(model, 0.3, (const uint32_t[]){2, 3}, 2);
    for (uint32_t i = 0; i < 3; i++)
        sim_add_forced(model, 0, i, false);
    wb_plan *plan = plan_of(model);
    path p;
    path_init(&p, model);
    uint32_t infected = 0;
    for (uint64_t number = 0; number < PATHS; number++) {
        path_run(&p, plan, number);
        const double u =
            wb_draw_word(model->seed, number, 0, WB_DRAW_CONTAGION, wb_draw_index("p03")) /
            4294967296.0;
        const bool caught = u >= 0.8 * 0.8 * 0.7;
        assert_int_equal(p.steps[0].infected, caught);
        infected += caught;
    }
    assert_true(infected > 160 && infected < 280); /* 55.2 % of 400 = 221, sd 10 */
    path_clear(&p);
    wb_plan_free(plan);
    wb_model_free(model);
}

static void test_the_refused_draw_by_their_own_purpose(void **state)
{
    (void)state;
    wb_model *model = sim_model_new(1, 1, 1);
    sim_set(&model->providers[0].amount, 100);
    sim_add_forced(model, 0, 0, false);
    model->fail_unsupported = 0.6;
    wb_plan *plan = plan_of(model);
    path p;
    path_init(&p, model);
    for (uint64_t number = 0; number < PATHS; number++) {
        path_run(&p, plan, number);
        const double u =
            wb_draw_word(model->seed, number, 0, WB_DRAW_FAIL_UNSUPPORTED, wb_draw_index("p00")) /
            4294967296.0;
        assert_int_equal(p.result.failures[0], u < 0.6);
    }
    path_clear(&p);
    wb_plan_free(plan);
    wb_model_free(model);
}

/* Providers that do not depend on each other keep their draws when others come and go. */
static void test_adding_a_provider_changes_no_one_else(void **state)
{
    (void)state;
    wb_model *few = sim_model_new(3, 4, 3);
    wb_model *many = sim_model_new(3, 4, 5);
    wb_model *const models[] = {few, many};
    for (size_t i = 0; i < 2; i++) {
        models[i]->replace = true;
        sim_set(&models[i]->opening.cash, 100000000);
        for (uint32_t j = 0; j < models[i]->provider_count; j++) {
            /* amounts in different decimals tell who was paid; the last two ask nothing */
            sim_set(&models[i]->providers[j].amount, (const int64_t[]){1, 100, 10000, 0, 0}[j]);
            models[i]->phases[0].pd[j] = 0.4;
        }
    }
    wb_plan *a = plan_of(few);
    wb_plan *b = plan_of(many);
    path p, q;
    path_init(&p, few);
    path_init(&q, many);
    for (uint64_t number = 0; number < PATHS; number++) {
        path_run(&p, a, number);
        path_run(&q, b, number);
        for (uint32_t t = 0; t < few->step_count; t++)
            assert_int_equal(wb_money_cents(&p.steps[t].loss), wb_money_cents(&q.steps[t].loss));
    }
    path_clear(&p);
    path_clear(&q);
    wb_plan_free(a);
    wb_plan_free(b);
    wb_model_free(few);
    wb_model_free(many);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_distress_is_a_latent_below_its_quantile),
        cmocka_unit_test(test_cure_and_loss_follow_the_national_factor),
        cmocka_unit_test(test_a_drawn_share_has_the_distribution_stated),
        cmocka_unit_test(test_a_table_is_read_in_ascending_order),
        cmocka_unit_test(test_support_is_months_of_revenue_up_to_the_cap),
        cmocka_unit_test(test_a_target_escapes_with_the_product),
        cmocka_unit_test(test_the_refused_draw_by_their_own_purpose),
        cmocka_unit_test(test_adding_a_provider_changes_no_one_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
