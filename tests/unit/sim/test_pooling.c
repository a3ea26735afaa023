/*
 * goal: the benefit of pooling is what it is defined to be: nothing where all fall together, the
 *       exact one where regions are independent; and a region alone is only that region.
 * method: funds of equal providers whose losses have a binomial law, with shortfalls worked out
 * from it; on random models, path by path, the losses of the regions against that of the pool.
 */
#include "tests/test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/path.h"
#include "sim/subset.h"
#include "sim/sweep.h"
#include "tests/sim_models.h"
#include "waarborg/rate.h"
#include "waarborg/sim_pooling.h"

enum { REGIONS = 3, EACH = 4, LOSS = 100000 };

static void add_regions(wb_model *model, uint32_t count)
{
    static const char *const ids[] = {"ra", "rb", "rc"};
    model->regions = calloc(count, sizeof *model->regions);
    model->region_count = count;
    for (uint32_t r = 0; r < count; r++) {
        model->regions[r].id = strdup(ids[r]);
        model->regions[r].index = 1000 + r;
    }
}

/* Three regions of four providers that lose 1000.00 with 10 % in the one year. */
static wb_model *fund(double national)
{
    wb_model *model = sim_model_new(1, 1, REGIONS * EACH);
    model->paths = WB_SANITIZED ? 5000 : 50000;
    model->seed = 12;
    add_regions(model, REGIONS);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        wb_provider *provider = &model->providers[i];
        sim_set(&provider->amount, LOSS);
        provider->region = i % REGIONS;
        provider->loading_national = sqrt(national);
        provider->residual = sqrt(1 - national);
        model->phases[0].pd[i] = 0.1;
    }
    return model;
}

static wb_sim_pooling *pooling_of(const wb_model *model, int64_t percent, uint32_t threads)
{
    wb_sim_pooling *made = NULL;
    wb_rate level;
    wb_rate_init(&level);
    wb_rate_set_ratio(&level, percent, 100);
    const wb_sim_options options = {.threads = threads};
    assert_int_equal(wb_sim_pooling_run(&made, model, &level, &options, NULL), WB_OK);
    wb_rate_clear(&level);
    return made;
}

/* ES at `level` of Binomial(n, 10 %) losses: with q the least count of which the law reaches the
 * level, q + E(X - q)+ / (1 - level). */
static double shortfall(int n, double level)
{
    double law[REGIONS * EACH + 1];
    double reached = 0;
    double beyond = 0;
    int q = 0;
    for (int k = 0; k <= n; k++) {
        law[k] = k == 0 ? pow(0.9, n) : law[k - 1] * (n - k + 1) / k / 9;
        if (reached < level) q = k;
        reached += law[k];
    }
    for (int k = q + 1; k <= n; k++)
        beyond += law[k] * (k - q);
    return LOSS * (q + beyond / (1 - level));
}

static void assert_holds(const wb_measure *m, double exact)
{
    assert_true(mpz_get_d(m->amount_low.cents) <= exact);
    assert_true(mpz_get_d(m->amount_high.cents) >= exact);
}

static void test_independent_regions_gain_the_exact_benefit(void **state)
{
    (void)state;
    wb_model *model = fund(0);
    static const int64_t percent[] = {90, 99};
    for (size_t i = 0; i < COUNT(percent); i++) {
        const double level = (double)percent[i] / 100;
        wb_sim_pooling *pooling = pooling_of(model, percent[i], 2);
        const double alone = shortfall(EACH, level);
        const double together = shortfall(REGIONS * EACH, level);
        const double benefit = REGIONS * alone - together;
        assert_true(benefit > 0);
        assert_int_equal(pooling->region_count, REGIONS);
        for (uint32_t r = 0; r < REGIONS; r++) {
            assert_int_equal(pooling->regions[r].providers, EACH);
            assert_holds(&pooling->regions[r].mean, EACH * 0.1 * LOSS);
            assert_holds(&pooling->regions[r].es, alone);
            assert_true(fabs(pooling->regions[r].hhi - 0.25) < 1e-12);
            assert_true(fabs(pooling->regions[r].top[1] - 1) < 1e-12);
        }
        assert_holds(&pooling->pool.es, together);
        assert_true(fabs(pooling->pool.top[1] - 5.0 / 12) < 1e-12);
        assert_holds(&pooling->loss.amount, benefit);
        assert_true(pooling->loss.share_low <= benefit / (REGIONS * alone) &&
                    pooling->loss.share_high >= benefit / (REGIONS * alone));
        /* and it says something: within a tenth; all is paid and nothing comes back, so the need
         * is the loss */
        assert_true(mpz_get_d(pooling->loss.amount.amount_high.cents) -
                        mpz_get_d(pooling->loss.amount.amount_low.cents) <
                    benefit * (WB_SANITIZED ? 0.4 : 0.1));
        assert_int_equal(
            wb_money_compare(&pooling->loss.amount.amount, &pooling->need.amount.amount), 0);
        wb_sim_pooling_free(pooling);
    }
    wb_model_free(model);
}

static void test_who_falls_together_gains_nothing(void **state)
{
    (void)state;
    wb_model *model = fund(1);
    wb_sim_pooling *pooling = pooling_of(model, 95, 1);
    assert_int_equal(wb_money_sign(&pooling->loss.amount.amount), 0);
    assert_int_equal(wb_money_sign(&pooling->loss.amount.amount_low), 0);
    assert_int_equal(wb_money_sign(&pooling->loss.amount.amount_high), 0);
    assert_int_equal(wb_money_cents(&pooling->loss.sum), 3 * EACH * LOSS);
    assert_true(fabs(pooling->loss.share_high) < 1e-12);
    wb_sim_pooling_free(pooling);
    wb_model_free(model);
}

/* What infects across regions is the pool's alone; what infects inside one is the region's too. */
static void test_infection_between_regions_costs_only_the_pool(void **state)
{
    (void)state;
    wb_model *model = fund(0);
    static const uint32_t across[] = {0, 1}; /* of the first and of the second region */
    static const uint32_t inside[] = {4, 7}; /* of the second */
    for (uint32_t i = 0; i < model->provider_count; i++)
        model->phases[0].pd[i] = i == 0 || i == 4 ? 1 : 0;
    (void)sim_add_cluster(model, 1.0, across, 2);
    (void)sim_add_cluster(model, 1.0, inside, 2);
    wb_sim_pooling *pooling = pooling_of(model, 90, 1);
    assert_int_equal(wb_money_cents(&pooling->regions[0].es.amount), LOSS);
    assert_int_equal(wb_money_cents(&pooling->regions[1].es.amount), 2 * LOSS);
    assert_int_equal(wb_money_cents(&pooling->regions[2].es.amount), 0);
    assert_int_equal(wb_money_cents(&pooling->pool.es.amount), 4 * LOSS);
    assert_int_equal(wb_money_cents(&pooling->loss.amount.amount), -LOSS);
    wb_sim_pooling_free(pooling);
    wb_model_free(model);
}

/* A merger inside a region is its own; one across a border does not happen to the regions. */
static void test_a_merger_over_a_border_happens_to_the_pool_alone(void **state)
{
    (void)state;
    for (int inside = 0; inside < 2; inside++) {
        wb_model *model = fund(0);
        /* 0 and 3 (or 1) become 6, all of the first region; who merged falls as one */
        model->mergers = calloc(1, sizeof *model->mergers);
        model->merger_count = 1;
        model->mergers[0].provider = 6;
        model->mergers[0].members = calloc(2, sizeof(uint32_t));
        model->mergers[0].members[1] = inside == 1 ? 3 : 1;
        model->mergers[0].member_count = 2;
        for (uint32_t i = 0; i < model->provider_count; i++)
            model->phases[0].pd[i] = 1;
        wb_sim_pooling *pooling = pooling_of(model, 90, 1);
        /* the pool has 12 less 2 that merged; 6 is nobody where nothing merges */
        assert_int_equal(wb_money_cents(&pooling->pool.es.amount), 10 * LOSS);
        assert_int_equal(pooling->regions[0].providers, inside == 1 ? 4 : 3);
        assert_int_equal(wb_money_cents(&pooling->regions[0].es.amount),
                         (inside == 1 ? 2 : 3) * LOSS);
        assert_int_equal(wb_money_cents(&pooling->regions[1].es.amount), 4 * LOSS);
        wb_sim_pooling_free(pooling);
        wb_model_free(model);
    }
}

/* Loss and need of every path. */
static void walk(const wb_model *model, wb_wide *loss, wb_wide *need)
{
    const wb_sweep sweep = {.model = model,
                            .count = model->paths,
                            .step_end = model->step_count,
                            .loss = loss,
                            .need = need};
    assert_int_equal(wb_sweep_do(&sweep, NULL, NULL, NULL, NULL), WB_OK);
}

static void test_the_regions_of_a_path_add_up_to_the_pool(void **state)
{
    (void)state;
    enum { PATHS = 64 };
    size_t split = 0;
    for (uint64_t seed = 700; seed < 740; seed++) {
        wb_model *model = sim_model_random(seed, SIM_SCALE_REAL);
        model->paths = PATHS;
        wb_variant risk;
        wb_variant_init(&risk, model);
        wb_subset_risk(&risk);
        wb_cluster *clusters = risk.model.clusters;
        const uint32_t cluster_count = risk.model.cluster_count;
        /* without what ties regions together: clusters, and mergers of some of both */
        wb_cluster *untied = wb_variant_array(&risk, clusters, cluster_count, sizeof *untied);
        for (uint32_t c = 0; c < cluster_count; c++)
            untied[c].q = 0;
        risk.model.clusters = untied;
        risk.model.merger_count = 0;
        wb_wide pool[PATHS], pool_need[PATHS], part[PATHS], need[PATHS], sum[PATHS] = {0};
        wb_wide sum_need[PATHS] = {0};
        walk(&risk.model, pool, pool_need);
        uint32_t parts = 0;
        for (uint32_t r = 0; r <= model->region_count; r++) {
            bool keep[64] = {false};
            uint32_t kept = 0;
            for (uint32_t i = 0; i < model->provider_count; i++) {
                keep[i] = model->providers[i].region == (r < model->region_count ? r : WB_NONE);
                kept += keep[i];
            }
            if (kept == 0) continue;
            wb_variant alone;
            wb_variant_init(&alone, &risk.model);
            wb_subset_providers(&alone, keep);
            assert_int_equal(alone.model.provider_count, kept);
            walk(&alone.model, part, need);
            for (size_t p = 0; p < PATHS; p++) {
                sum[p] += part[p];
                sum_need[p] += need[p];
            }
            parts++;
            wb_variant_clear(&alone);
        }
        for (size_t p = 0; p < PATHS; p++) {
            assert_true(sum[p] == pool[p]);
            assert_true(sum_need[p] >= pool_need[p]); /* a maximum of sums */
        }
        split += parts > 1;
        wb_variant_clear(&risk);
        wb_model_free(model);
    }
    assert_true(split >= 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_independent_regions_gain_the_exact_benefit),
        cmocka_unit_test(test_who_falls_together_gains_nothing),
        cmocka_unit_test(test_infection_between_regions_costs_only_the_pool),
        cmocka_unit_test(test_a_merger_over_a_border_happens_to_the_pool_alone),
        cmocka_unit_test(test_the_regions_of_a_path_add_up_to_the_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
