/* Goal: contributions to ES are those of the definition, add up to it to the cent, and their
 * intervals hold; concentration and the cost of parties are what docs/model.md says.
 * Method: random models of every feature, against the definition in rationals over all paths;
 * portfolios whose contributions are known by enumeration, run with many seeds; hand cases. */
#include "test.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/interval.h"
#include "sim/kernel.h"
#include "sim_models.h"

static void set_levels(wb_model *model, const char *const *texts, const int64_t *per_mille,
                       uint32_t count)
{
    model->level_count = count;
    for (uint32_t l = 0; l < count; l++) {
        (void)snprintf(model->levels[l].text, sizeof model->levels[l].text, "%s", texts[l]);
        wb_rate_set_ratio(&model->levels[l].level, per_mille[l], 1000);
    }
}

static wb_sim_result *run_model(const wb_model *model)
{
    wb_error err = {0};
    wb_sim_result *result = NULL;
    const wb_sim_options options = {.threads = 2};
    if (wb_model_check(model, &err) != WB_OK || wb_sim_run(&result, model, &options, &err) != WB_OK)
        fail_msg("%s", err.message);
    return result;
}

/* The i-th measure with this id and level, or NULL. */
static const wb_measure *find_nth(const wb_sim_result *result, const char *id, const char *level,
                                  size_t i)
{
    for (size_t k = 0; k < result->count; k++) {
        const wb_measure *m = &result->measures[k];
        if (strcmp(m->id, id) != 0 || strcmp(m->level, level) != 0) continue;
        if (i-- == 0) return m;
    }
    return NULL;
}

static const wb_measure *nth(const wb_sim_result *result, const char *id, const char *level,
                             size_t i)
{
    const wb_measure *m = find_nth(result, id, level, i);
    if (m == NULL) {
        print_error("no %s %zu at '%s'\n", id, i, level);
        abort();
    }
    return m;
}

/* ---- the definition ---- */

/* All paths of a model: loss of the path, then of each provider. */
static wb_wide *all_losses(const wb_model *model)
{
    const size_t width = (size_t)model->provider_count + 1;
    wb_wide *losses = calloc(width * model->paths, sizeof *losses);
    wb_prepared *prepared = NULL;
    assert_non_null(losses);
    assert_int_equal(wb_prepared_new(&prepared, model, WB_KERNEL_GMP, NULL, NULL), WB_OK);
    wb_worker *worker = wb_worker_new(prepared);
    assert_true(worker != NULL && wb_worker_keep_losses(worker));
    for (uint64_t path = 0; path < model->paths; path++) {
        const wb_path_result *result = NULL;
        assert_int_equal(wb_worker_path(worker, path, NULL, &result, NULL, NULL), WB_OK);
        losses[path * width] = result->loss;
        memcpy(losses + path * width + 1, result->provider_loss,
               model->provider_count * sizeof *losses);
    }
    wb_worker_free(worker);
    wb_prepared_free(prepared);
    return losses;
}

static int ascending(const void *a, const void *b)
{
    const wb_wide x = *(const wb_wide *)a;
    const wb_wide y = *(const wb_wide *)b;
    return (x > y) - (x < y);
}

/* What the definition says of one level, in long double: amounts of these models keep 64 bits. */
typedef struct defined {
    const wb_model *model;
    const wb_wide *losses;
    long double rest; /* 1 - a */
    wb_wide at, near_low, near_high;
    uint64_t above, ties, under, beyond;
} defined;

static uint64_t count_of(const wb_wide *sorted, uint64_t n, wb_wide from, wb_wide to)
{
    uint64_t count = 0;
    for (uint64_t path = 0; path < n; path++)
        count += sorted[path] >= from && sorted[path] <= to;
    return count;
}

/* The neighbourhood ends at the next amount where that has ten paths. */
static void stop_at_next(defined *d, const wb_wide *sorted, uint64_t n)
{
    for (uint64_t path = 0; path < n && d->near_high > d->at; path++) {
        if (sorted[path] <= d->at) continue;
        if (count_of(sorted, n, sorted[path], sorted[path]) >= 10) d->near_high = sorted[path];
        break;
    }
    for (uint64_t path = n; path-- > 0 && d->near_low < d->at;) {
        if (sorted[path] >= d->at) continue;
        if (count_of(sorted, n, sorted[path], sorted[path]) >= 10) d->near_low = sorted[path];
        break;
    }
}

static defined define(const wb_model *model, const wb_wide *losses, uint32_t level)
{
    const size_t width = (size_t)model->provider_count + 1;
    const uint64_t n = model->paths;
    defined d = {.model = model, .losses = losses};
    wb_wide *sorted = calloc(n, sizeof *sorted);
    assert_non_null(sorted);
    for (uint64_t path = 0; path < n; path++)
        sorted[path] = losses[path * width];
    qsort(sorted, n, sizeof *sorted, ascending);
    const wb_ranks ranks = wb_ranks_of(&model->levels[level].level, n);
    d.rest = 1.0L - strtold(model->levels[level].text, NULL);
    d.at = sorted[ranks.at - 1];
    d.near_low = sorted[ranks.low_none ? 0 : ranks.low - 1];
    d.near_high = sorted[ranks.high_none ? n - 1 : ranks.high - 1];
    stop_at_next(&d, sorted, n);
    d.ties = count_of(sorted, n, d.at, d.at);
    d.above = count_of(sorted, n, d.at + 1, sorted[n - 1]);
    d.under = count_of(sorted, n, d.near_low, d.at - 1);
    d.beyond = count_of(sorted, n, d.at + 1, d.near_high);
    free(sorted);
    return d;
}

static bool in_region(const wb_model *model, uint32_t provider, uint32_t item)
{
    return item < model->provider_count
               ? provider == item
               : model->providers[provider].region == item - model->provider_count;
}

static long double loss_of(const defined *d, uint32_t item, const wb_wide *row)
{
    wb_wide own = 0;
    for (uint32_t i = 0; i < d->model->provider_count; i++)
        own += in_region(d->model, i, item) ? row[1 + i] : 0;
    return (long double)own;
}

/* What ES counts of a path. */
static long double weight_of(const defined *d, const wb_wide *row)
{
    const long double tail = (long double)d->model->paths * d->rest;
    if (row[0] > d->at) return 1;
    return row[0] == d->at ? (tail - (long double)d->above) / (long double)d->ties : 0;
}

static long double half_with(const defined *d, uint32_t item, long double mean)
{
    const size_t width = (size_t)d->model->provider_count + 1;
    const long double n = (long double)d->model->paths;
    long double sum = 0;
    long double squares = 0;
    for (uint64_t path = 0; path < d->model->paths; path++) {
        const wb_wide *row = d->losses + path * width;
        const long double y = weight_of(d, row) * (loss_of(d, item, row) - mean);
        sum += y;
        squares += y * y;
    }
    const long double variance = (squares / n - sum / n * (sum / n)) / (n - 1);
    return 1.96L * sqrtl(variance > 0 ? variance : 0) / d->rest;
}

/* Contribution and half-width of an item: a provider, or after those a region. */
static void by_definition(long double *c, long double *half, const defined *d, uint32_t item)
{
    const size_t width = (size_t)d->model->provider_count + 1;
    const uint64_t counts[] = {d->under, d->ties, d->beyond};
    long double sum = 0;
    long double sums[3] = {0};
    for (uint64_t path = 0; path < d->model->paths; path++) {
        const wb_wide *row = d->losses + path * width;
        const long double x = loss_of(d, item, row);
        sum += weight_of(d, row) * x;
        if (row[0] >= d->near_low && row[0] < d->at) sums[0] += x;
        if (row[0] == d->at) sums[1] += x;
        if (row[0] > d->at && row[0] <= d->near_high) sums[2] += x;
    }
    *c = sum / ((long double)d->model->paths * d->rest);
    *half = half_with(
        d, item, (sums[0] + sums[1] + sums[2]) / (long double)(counts[0] + counts[1] + counts[2]));
    for (int part = 0; part < 3; part++) {
        if (counts[part] < 10) continue;
        const long double own = half_with(d, item, sums[part] / (long double)counts[part]);
        if (own > *half) *half = own;
    }
}

static void assert_item(const wb_measure *m, const defined *d, uint32_t item, long double slack,
                        bool no_interval)
{
    long double c = 0;
    long double half = 0;
    by_definition(&c, &half, d, item);
    assert_true(fabsl((long double)wb_money_cents(&m->amount) - c) <= slack);
    assert_int_equal(m->low_none, no_interval);
    assert_int_equal(m->high_none, no_interval);
    if (no_interval) return;
    const long double low = c - half > 0 ? c - half : 0;
    assert_true(fabsl((long double)wb_money_cents(&m->amount_low) - low) <= slack + 2);
    assert_true(fabsl((long double)wb_money_cents(&m->amount_high) - (c + half)) <= slack + 2);
}

static void test_contributions_are_those_of_the_definition(void **state)
{
    static const char *const texts[] = {"0.5", "0.9", "0.99"};
    static const int64_t per_mille[] = {500, 900, 990};
    (void)state;
    uint32_t compared = 0;
    for (uint64_t seed = 0; seed < 60; seed++) {
        wb_model *model =
            sim_model_random_full(seed, seed % 2 == 0 ? SIM_SCALE_SMALL : SIM_SCALE_REAL);
        model->paths = 300 + seed;
        set_levels(model, texts, per_mille, 3);
        wb_wide *losses = all_losses(model);
        wb_sim_result *result = run_model(model);
        for (uint32_t l = 0; l < 3; l++) {
            const defined d = define(model, losses, l);
            const wb_measure *es = wb_sim_find(result, "es", texts[l], 0);
            int64_t left = wb_money_cents(&es->amount);
            const uint32_t n = model->provider_count;
            for (uint32_t i = 0; i < n; i++) {
                const wb_measure *m = nth(result, "es_contribution", texts[l], i);
                assert_item(m, &d, i, 1, es->high_none);
                assert_ptr_equal(m->provider, model->providers[i].id);
                left -= wb_money_cents(&m->amount);
                compared += wb_money_sign(&m->amount) > 0;
            }
            if (n > 0) assert_int_equal(left, 0);
            for (uint32_t r = 0; r < model->region_count; r++) {
                const wb_measure *m = nth(result, "es_contribution", texts[l], n + r);
                assert_item(m, &d, n + r, n, es->high_none);
                assert_ptr_equal(m->region, model->regions[r].id);
            }
        }
        wb_sim_result_free(result);
        free(losses);
        wb_model_free(model);
    }
    assert_true(compared > 500);
}

/* ---- a portfolio that can be enumerated ---- */

/*
 * Two portfolios. Coarse: a few atoms, and levels that lie in the middle of one (0.755 to 0.829 and
 * 0.949 to 0.971). Fine: 4096 outcomes, so that the quantile moves among many small ones.
 */
enum { NAMES_MOST = 12, LEVELS = 2, LOSS_MOST = 8000 };
typedef struct portfolio {
    uint32_t names;
    double pd[NAMES_MOST];
    int64_t loss[NAMES_MOST];
    const char *texts[LEVELS];
    int64_t per_mille[LEVELS];
} portfolio;
static const portfolio coarse = {.names = 5,
                                 .pd = {0.3, 0.2, 0.1, 0.15, 0.05},
                                 .loss = {100, 250, 400, 250, 1000},
                                 .texts = {"0.79", "0.96"},
                                 .per_mille = {790, 960}};
static const portfolio fine = {
    .names = 12,
    .pd = {0.3, 0.25, 0.2, 0.3, 0.2, 0.15, 0.2, 0.3, 0.1, 0.12, 0.15, 0.2},
    .loss = {101, 173, 257, 331, 419, 503, 587, 661, 743, 829, 911, 997},
    .texts = {"0.8", "0.95"},
    .per_mille = {800, 950}};

static wb_model *model_of(const portfolio *p, uint64_t seed, uint64_t paths)
{
    wb_model *model = sim_model_new(1, 1, p->names);
    model->seed = seed;
    model->paths = paths;
    sim_set(&model->opening.cash, LOSS_MOST);
    for (uint32_t i = 0; i < p->names; i++) {
        sim_set(&model->providers[i].amount, p->loss[i]);
        model->phases[0].pd[i] = p->pd[i];
    }
    set_levels(model, p->texts, p->per_mille, LEVELS);
    return model;
}

/* Exact contributions by all outcomes. */
static void enumerate(double *c, const portfolio *p, double level)
{
    static double mass[LOSS_MOST];
    static double own[NAMES_MOST][LOSS_MOST];
    memset(mass, 0, sizeof mass);
    memset(own, 0, sizeof own);
    for (uint32_t outcome = 0; outcome < 1U << p->names; outcome++) {
        double chance = 1;
        int64_t loss = 0;
        for (uint32_t i = 0; i < p->names; i++) {
            const bool falls = (outcome >> i & 1U) != 0;
            chance *= falls ? p->pd[i] : 1 - p->pd[i];
            loss += falls ? p->loss[i] : 0;
        }
        mass[loss] += chance;
        for (uint32_t i = 0; i < p->names; i++)
            own[i][loss] += (outcome >> i & 1U) != 0 ? chance * (double)p->loss[i] : 0;
    }
    int64_t at = 0;
    double below = mass[0];
    while (below < level)
        below += mass[++at];
    for (uint32_t i = 0; i < p->names; i++) {
        c[i] = (below - level) * own[i][at] / mass[at];
        for (int64_t x = at + 1; x < LOSS_MOST; x++)
            c[i] += own[i][x];
        c[i] /= 1 - level;
    }
}

static void assert_covers(const portfolio *p)
{
    enum { RUNS = WB_SANITIZED ? 30 : 300, PATHS = 3000 };
    uint32_t covered[LEVELS][NAMES_MOST] = {{0}};
    double exact[LEVELS][NAMES_MOST];
    for (uint32_t l = 0; l < LEVELS; l++)
        enumerate(exact[l], p, (double)p->per_mille[l] / 1000);
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        wb_model *model = model_of(p, seed, PATHS);
        wb_sim_result *result = run_model(model);
        for (uint32_t l = 0; l < LEVELS; l++) {
            for (uint32_t i = 0; i < p->names; i++) {
                const wb_measure *m = nth(result, "es_contribution", p->texts[l], i);
                covered[l][i] += (double)wb_money_cents(&m->amount_low) <= exact[l][i] &&
                                 exact[l][i] <= (double)wb_money_cents(&m->amount_high);
            }
        }
        wb_sim_result_free(result);
        wb_model_free(model);
    }
    /* 95 % expected of each, sd 1.3 %, and some more where whole cents make an interval wider */
    for (uint32_t l = 0; l < LEVELS; l++) {
        for (uint32_t i = 0; i < p->names; i++) {
            if (covered[l][i] < (WB_SANITIZED ? 20 : 271))
                fail_msg("level %s, provider %u: %u of %d", p->texts[l], i, covered[l][i], RUNS);
        }
    }
}

static void test_the_interval_covers_the_exact_contribution(void **state)
{
    (void)state;
    assert_covers(&coarse);
    assert_covers(&fine);
}

/* ---- concentration ---- */

static void test_concentration_is_of_shares(void **state)
{
    (void)state;
    /* revenue 1 : 1 : 2 : 4 of 8: 1/64 + 1/64 + 4/64 + 16/64 = 22/64; the largest has a half, five
     * have all. The one that a merger makes of the first two is not there at the start. */
    static const int64_t revenue[] = {100, 100, 200, 400, 200};
    static const double want[] = {22.0 / 64, 0.5, 1.0, 1.0};
    wb_model *model = sim_model_new(1, 1, 5);
    for (uint32_t i = 0; i < 5; i++)
        sim_set(&model->providers[i].revenue, revenue[i]);
    model->mergers = calloc(1, sizeof *model->mergers);
    assert_non_null(model->mergers);
    model->merger_count = 1;
    model->mergers[0] = (wb_merger){.provider = 4, .member_count = 2};
    model->mergers[0].members = calloc(2, sizeof(uint32_t));
    assert_non_null(model->mergers[0].members);
    model->mergers[0].members[1] = 1;
    model->paths = 10;
    wb_sim_result *result = run_model(model);
    for (uint32_t f = 0; f < 4; f++) {
        const wb_measure *m = f == 0 ? nth(result, "concentration_hhi", "", 0)
                                     : nth(result, "concentration_top", "", f - 1);
        assert_string_equal(m->of, "revenue");
        assert_true(fabs(m->value - want[f]) < 1e-15);
        assert_true(!(m->value_low < m->value) && !(m->value_high > m->value));
    }
    assert_null(
        find_nth(result, "concentration_hhi", "", 1)); /* nothing is lost: nothing to share */
    wb_sim_result_free(result);
    wb_model_free(model);
}

static void test_the_interval_of_concentration_covers_the_exact(void **state)
{
    enum { RUNS = WB_SANITIZED ? 30 : 300, LEAST = WB_SANITIZED ? 20 : 269 };
    (void)state;
    double c[NAMES_MOST];
    enumerate(c, &fine, 0.95);
    double sum = 0;
    double squares = 0;
    double most = 0;
    for (uint32_t i = 0; i < fine.names; i++) {
        sum += c[i];
        squares += c[i] * c[i];
        most = c[i] > most ? c[i] : most;
    }
    uint32_t covered[2] = {0, 0};
    for (uint64_t seed = 1; seed <= RUNS; seed++) {
        wb_model *model = model_of(&fine, seed, 5000);
        wb_sim_result *result = run_model(model);
        const wb_measure *hhi = nth(result, "concentration_hhi", "0.95", 0);
        const wb_measure *top = nth(result, "concentration_top", "0.95", 0);
        assert_int_equal(top->top, 1);
        covered[0] +=
            hhi->value_low <= squares / sum / sum && squares / sum / sum <= hhi->value_high;
        covered[1] += top->value_low <= most / sum && most / sum <= top->value_high;
        wb_sim_result_free(result);
        wb_model_free(model);
    }
    print_message("    covered: hhi %u, top %u of %d\n", covered[0], covered[1], RUNS);
    assert_true(covered[0] >= LEAST && covered[1] >= LEAST); /* 285 expected, sd 3.8 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_contributions_are_those_of_the_definition),
        cmocka_unit_test(test_the_interval_covers_the_exact_contribution),
        cmocka_unit_test(test_concentration_is_of_shares),
        cmocka_unit_test(test_the_interval_of_concentration_covers_the_exact),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
