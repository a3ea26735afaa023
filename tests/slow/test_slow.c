/*
 * goal: the engine computes what docs/model.md says, path by path and step by step.
 * method: a second simulator written from that page alone, without a function of sim/ (slow.h);
 *         random models of every feature; each figure of each step and path compared, with the
 *         reference kernel and with the one that the processor would use. Counts show that every
 *         rule was at work.
 */
#include "tests/test.h"

#include <stdio.h> /* before gmp.h, which then has gmp_fprintf */
#include <stdlib.h>

#include "sim/kernel.h"
#include "tests/sim_models.h"
#include "tests/slow/slow.h"

enum { MODELS = 400, PATHS = 5 };

/* Where the comparison is, for messages. */
static struct {
    uint64_t seed, path;
    uint32_t step;
    const char *kernel;
} here;

static void differ(const char *what)
{
    fail_msg("%s differs: model %llu, path %llu, step %u, kernel %s", what,
             (unsigned long long)here.seed, (unsigned long long)here.path, (unsigned)here.step,
             here.kernel);
}

static void same_wide(const char *what, wb_wide engine, const mpz_t slow)
{
    mpz_t value;
    mpz_init(value);
    wb_wide_set(value, engine);
    if (mpz_cmp(value, slow) != 0) {
        gmp_fprintf(stderr, "%s: engine %Zd, slow model %Zd\n", what, value, slow);
        differ(what);
    }
    mpz_clear(value);
}

static void same_years(const char *what, const wb_wide *engine, mpz_t *slow, size_t count)
{
    for (size_t i = 0; i < count; i++)
        same_wide(what, engine[i], slow[i]);
}

static void same_money(const char *what, const wb_money *engine, const mpz_t slow)
{
    if (mpz_cmp(engine->cents, slow) == 0) return;
    gmp_fprintf(stderr, "%s: engine %Zd, slow model %Zd\n", what, engine->cents, slow);
    differ(what);
}

#define SAME(field) same_money(#field, &engine->field, slow->field)

static void same_step(const wb_step_record *engine, const slow_step *slow)
{
    SAME(opening);
    SAME(interest);
    SAME(contributions);
    SAME(costs);
    SAME(repaid);
    SAME(recovered);
    SAME(loan_interest);
    SAME(support_paid);
    SAME(levy);
    SAME(obligo);
    SAME(backstop);
    SAME(unmet);
    SAME(backstop_repaid);
    SAME(refunded);
    SAME(closing);
    SAME(loss);
    same_money("backstop_debt", &engine->backstop_debt, slow->debt);
    assert_int_equal(engine->primaries, slow->primaries);
    assert_int_equal(engine->infected, slow->infected);
    assert_int_equal(engine->supported, slow->supported);
    assert_int_equal(engine->failed, slow->failed);
    assert_int_equal(engine->cured, slow->cured);
    assert_int_equal(engine->converted, slow->converted);
    assert_int_equal(engine->extended, slow->extended);
}

static void same_path(const wb_path_result *engine, const slow_path *slow)
{
    const size_t years = slow->years;
    same_wide("loss", engine->loss, slow->loss);
    same_wide("need", engine->need, slow->need);
    same_wide("cost", engine->cost, slow->cost);
    same_years("loss by year", engine->loss_by_year, slow->loss_by_year, years);
    same_years("fund", engine->fund, slow->fund, years);
    same_years("levy", engine->levy, slow->levy, years);
    same_years("obligo", engine->obligo, slow->obligo, years);
    same_years("backstop", engine->backstop, slow->backstop, years);
    same_years("contribution", engine->contribution, slow->contribution, slow->group_count * years);
    if (engine->party_cost != NULL)
        same_years("party cost", engine->party_cost, slow->party_cost, slow->party_count);
    assert_non_null(engine->provider_loss);
    same_years("provider loss", engine->provider_loss, slow->provider_loss, slow->provider_count);
    assert_int_equal(WB_EVENT_COUNT, SLOW_EVENTS);
    for (size_t e = 0; e < SLOW_EVENTS; e++)
        assert_int_equal(engine->event[e], slow->event[e]);
    assert_memory_equal(engine->cases, slow->cases, years * sizeof *slow->cases);
    assert_memory_equal(engine->failures, slow->failures, years * sizeof *slow->failures);
    assert_memory_equal(engine->silent_defaults, slow->silent_defaults,
                        years * sizeof *slow->silent_defaults);
    assert_memory_equal(engine->young_people, slow->young_people,
                        years * sizeof *slow->young_people);
}

static void add_counts(slow_counts *to, const slow_counts *from)
{
    to->raised += from->raised;
    to->merged += from->merged;
    to->refused += from->refused;
    to->late += from->late;
    to->called += from->called;
    to->effects += from->effects;
    to->scaled += from->scaled;
    to->infected += from->infected;
    to->waived += from->waived;
    to->scheduled += from->scheduled;
}

/* All paths of one model, with one kernel. */
static void compare_model(const wb_model *model, wb_kernel kernel, slow_path **paths)
{
    wb_prepared *prepared = NULL;
    wb_error err = {0};
    if (wb_prepared_new(&prepared, model, kernel, NULL, &err) != WB_OK) fail_msg("%s", err.message);
    wb_worker *worker = wb_worker_new(prepared);
    wb_step_record *records = calloc(model->step_count, sizeof *records);
    assert_non_null(worker);
    assert_true(wb_worker_keep_losses(worker));
    assert_non_null(records);
    for (uint32_t t = 0; t < model->step_count; t++)
        wb_step_record_init(&records[t]);
    for (uint64_t path = 0; path < PATHS; path++) {
        const wb_path_result *result = NULL;
        assert_int_equal(wb_worker_path(worker, path, NULL, &result, records, &err), WB_OK);
        here.path = path;
        here.kernel = wb_kernel_name(wb_prepared_kernel(prepared));
        for (here.step = 0; here.step < model->step_count; here.step++)
            same_step(&records[here.step], &paths[path]->steps[here.step]);
        same_path(result, paths[path]);
    }
    for (uint32_t t = 0; t < model->step_count; t++)
        wb_step_record_clear(&records[t]);
    free(records);
    wb_worker_free(worker);
    wb_prepared_free(prepared);
}

static void test_engine_is_the_page(void **state)
{
    (void)state;
    slow_counts counts = {0};
    for (uint64_t seed = 1; seed <= MODELS; seed++) {
        here.seed = seed;
        wb_model *model = sim_model_random_full(seed, (sim_scale)(seed % 4));
        slow_path *paths[PATHS];
        for (uint64_t path = 0; path < PATHS; path++) {
            paths[path] = slow_path_new(model, path);
            add_counts(&counts, &paths[path]->counts);
        }
        compare_model(model, WB_KERNEL_GMP, paths);
        compare_model(model, WB_KERNEL_AUTO, paths);
        for (uint64_t path = 0; path < PATHS; path++)
            slow_path_free(paths[path]);
        wb_model_free(model);
    }
    const uint64_t seen[] = {counts.raised, counts.merged,   counts.refused, counts.late,
                             counts.called, counts.effects,  counts.scaled,  counts.infected,
                             counts.waived, counts.scheduled};
    for (size_t i = 0; i < COUNT(seen); i++)
        assert_true(seen[i] >= 50);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_engine_is_the_page)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
