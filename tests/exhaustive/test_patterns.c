/* Goal: for every pattern of defaults of up to 16 providers, kernel and waterfall are exact.
 * Method: probabilities of 0 and 1 make each pattern certain; a plain count in this file, which
 * shares no code with the engine, says what every layer pays and every provider gets. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/kernel.h"
#include "sim_models.h"

enum { PROVIDERS_MAX = 16, STEPS = 2, LGD_PERCENT = 35 };

/* ---- the model: two yearly steps, the pattern in the first, its complement in the second ---- */

typedef struct setting {
    uint32_t n;
    bool contagion, replace;
    int64_t cash, floor, costs, levy, obligo, backstop;
} setting;

static bool is_loan(uint32_t i)
{
    return i % 3 == 1;
}

static int64_t amount_of(uint32_t i)
{
    return (int64_t)(i + 1) * (i + 3) * 1371 + 11;
}

static bool in_cluster(const setting *s, uint32_t i)
{
    return s->contagion && i % 4 != 2;
}

static wb_model *model_of(const setting *s)
{
    wb_model *model = sim_model_new(STEPS, 1, s->n);
    uint32_t members[PROVIDERS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        model->providers[i].pays = is_loan(i) ? WB_PAYS_LOAN : WB_PAYS_LOSS;
        sim_set(&model->providers[i].amount, amount_of(i));
        if (in_cluster(s, i)) members[count++] = i;
    }
    if (s->contagion) (void)sim_add_cluster(model, 1.0, members, count);
    model->phases = realloc(model->phases, STEPS * sizeof *model->phases);
    assert_non_null(model->phases);
    model->phases[0].step_end = 1;
    model->phases[1] = (wb_phase){.step_first = 1, .step_end = STEPS};
    model->phases[1].pd = calloc(s->n, sizeof(double));
    assert_non_null(model->phases[1].pd);
    model->phase_count = STEPS;
    (void)sim_add_group(model, "municipalities");
    sim_set(&model->opening.cash, s->cash);
    sim_set(&model->floor, s->floor);
    sim_set(&model->costs, s->costs);
    model->has_levy = true;
    sim_set(&model->levy_cap, s->levy);
    model->has_obligo = true;
    sim_set(&model->obligo_cap, s->obligo);
    sim_set_backstop(model, s->backstop);
    model->replace = s->replace;
    wb_rate_set_ratio(&model->lgd.base, LGD_PERCENT, 100); /* cure 0: every case fails */
    return model;
}

/* ---- the plain count ---- */

typedef struct outcome {
    int64_t levy, obligo, backstop, unmet, paid, loss, recovered, closing, debt;
    uint32_t primaries, infected, supported, failed;
} outcome;

typedef struct fund {
    int64_t cash, obligo_left, debt;
    int64_t principal[PROVIDERS_MAX];           /* of loans out */
    uint32_t healthy, supported, failed_unpaid; /* sets of providers */
} fund;

static bool has(uint32_t set, uint32_t i)
{
    return (set >> i & 1) != 0;
}

static int64_t least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t most(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Largest remainder by looking for it again and again. Amounts here are below 2^31. */
static void share_out(int64_t *parts, int64_t total, const int64_t *asks, uint32_t n, int64_t sum)
{
    int64_t rest[PROVIDERS_MAX];
    int64_t left = total;
    for (uint32_t i = 0; i < n; i++) {
        parts[i] = total * asks[i] / sum;
        rest[i] = total * asks[i] % sum;
        left -= parts[i];
    }
    for (; left > 0; left--) {
        uint32_t best = 0;
        for (uint32_t i = 1; i < n; i++) {
            if (rest[i] > rest[best]) best = i;
        }
        parts[best]++;
        rest[best] = -1;
    }
}

/* Who is in distress: the primaries, and in the cluster all others when one source is there. */
static uint32_t distressed(const setting *s, uint32_t primaries, uint32_t sources, uint32_t exposed)
{
    uint32_t out = primaries;
    for (uint32_t i = 0; i < s->n; i++) {
        for (uint32_t j = 0; j < s->n; j++) {
            if (i != j && in_cluster(s, i) && in_cluster(s, j) && has(sources, j) &&
                has(exposed, i)) {
                out |= 1u << i;
            }
        }
    }
    return out;
}

static void count_waterfall(outcome *out, fund *f, const setting *s, uint32_t distress)
{
    int64_t asks[PROVIDERS_MAX] = {0};
    int64_t parts[PROVIDERS_MAX] = {0};
    int64_t asked = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        if (has(distress, i)) asks[i] = amount_of(i);
        asked += asks[i];
    }
    const int64_t shortage = most(0, s->floor - f->cash);
    int64_t left = asked + shortage;
    left -= least(left, most(0, f->cash - s->floor));
    out->levy = least(left, s->levy);
    left -= out->levy;
    out->obligo = least(left, f->obligo_left);
    left -= out->obligo;
    out->backstop = least(left, s->backstop - f->debt);
    left -= out->backstop;
    out->unmet = left;
    f->obligo_left -= out->obligo;
    f->debt += out->backstop;
    out->paid = most(0, asked - left); /* the shortage was filled before any support */
    f->cash += out->levy + out->obligo + out->backstop - out->paid;
    if (asked > 0) share_out(parts, out->paid, asks, s->n, asked);
    f->failed_unpaid = 0;
    for (uint32_t i = 0; i < s->n; i++) {
        if (!has(distress, i)) continue;
        f->healthy &= ~(1u << i);
        if (parts[i] > 0 && is_loan(i)) {
            out->supported++;
            f->supported |= 1u << i;
            f->principal[i] = parts[i];
            continue;
        }
        if (parts[i] > 0) {
            out->supported++;
            out->loss += parts[i];
        } else {
            f->failed_unpaid |= 1u << i;
        }
        out->failed++;
        if (s->replace) f->healthy |= 1u << i;
    }
}

static void count_step(outcome *out, fund *f, const setting *s, uint32_t pattern)
{
    memset(out, 0, sizeof *out);
    const uint32_t exposed = f->healthy;
    uint32_t sources = f->failed_unpaid;
    f->cash -= s->costs;
    for (uint32_t i = 0; i < s->n; i++) {
        if (!has(f->supported, i)) continue;
        /* the term is over and the cure is 0 %: loss rounded half up, the rest comes back now */
        const int64_t loss = (f->principal[i] * LGD_PERCENT + 50) / 100;
        out->loss += loss;
        out->recovered += f->principal[i] - loss;
        out->failed++;
        sources |= 1u << i;
        if (s->replace) f->healthy |= 1u << i;
    }
    f->supported = 0;
    f->cash += out->recovered;
    const uint32_t primaries = pattern & exposed;
    const uint32_t distress = distressed(s, primaries, sources | primaries, exposed);
    out->primaries = (uint32_t)__builtin_popcount(primaries);
    out->infected = (uint32_t)__builtin_popcount(distress & ~primaries);
    count_waterfall(out, f, s, distress);
    out->closing = f->cash;
    out->debt = f->debt;
}

/* ---- the comparison ---- */

static void assert_same(const wb_step_record *got, const outcome *want, uint32_t pattern,
                        uint32_t step)
{
    const struct {
        const wb_money *got;
        int64_t want;
    } amounts[] = {{&got->levy, want->levy},           {&got->obligo, want->obligo},
                   {&got->backstop, want->backstop},   {&got->unmet, want->unmet},
                   {&got->support_paid, want->paid},   {&got->loss, want->loss},
                   {&got->recovered, want->recovered}, {&got->closing, want->closing},
                   {&got->backstop_debt, want->debt}};
    for (size_t a = 0; a < COUNT(amounts); a++) {
        if (wb_money_cents(amounts[a].got) != amounts[a].want) {
            fail_msg("pattern %x, step %u, amount %zu: %lld, not %lld", pattern, step, a,
                     (long long)wb_money_cents(amounts[a].got), (long long)amounts[a].want);
        }
    }
    const uint32_t counts[] = {got->primaries, got->infected, got->supported, got->failed};
    const uint32_t wanted[] = {want->primaries, want->infected, want->supported, want->failed};
    assert_memory_equal(counts, wanted, sizeof wanted);
}

/* One path by one kernel; false when this processor lacks it. */
static bool run_pattern(wb_step_record *steps, const wb_model *model, wb_kernel kernel,
                        uint32_t pattern, int64_t loss)
{
    wb_error err = {0};
    wb_prepared *prepared = NULL;
    const wb_code code = wb_prepared_new(&prepared, model, kernel, NULL, &err);
    if (code == WB_E_RANGE) return false;
    assert_int_equal(code, WB_OK);
    wb_worker *worker = wb_worker_new(prepared);
    assert_non_null(worker);
    const wb_path_result *result = NULL;
    assert_int_equal(wb_worker_path(worker, pattern, NULL, &result, steps, &err), WB_OK);
    assert_true(result->loss == loss);
    wb_worker_free(worker);
    wb_prepared_free(prepared);
    return true;
}

/* Counts how many patterns ended in which layer, so that a caller can ask for all of them. */
static void compare_all_patterns(const setting *s, wb_kernel kernel, uint64_t reached[5])
{
    wb_model *model = model_of(s);
    wb_step_record steps[STEPS];
    wb_error err = {0};
    for (size_t t = 0; t < STEPS; t++)
        wb_step_record_init(&steps[t]);
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s", err.message);
    for (uint32_t pattern = 0; pattern < 1u << s->n; pattern++) {
        for (uint32_t i = 0; i < s->n; i++) {
            model->phases[0].pd[i] = has(pattern, i) ? 1.0 : 0.0;
            model->phases[1].pd[i] = has(pattern, i) ? 0.0 : 1.0;
        }
        fund f = {.cash = s->cash, .obligo_left = s->obligo, .healthy = (1u << s->n) - 1};
        outcome want[STEPS];
        count_step(&want[0], &f, s, pattern);
        count_step(&want[1], &f, s, ~pattern);
        if (!run_pattern(steps, model, kernel, pattern, want[0].loss + want[1].loss)) break;
        for (uint32_t t = 0; t < STEPS; t++)
            assert_same(&steps[t], &want[t], pattern, t);
        const outcome *o = &want[0];
        reached[o->unmet > 0 ? 4 : o->backstop > 0 ? 3 : o->obligo > 0 ? 2 : o->levy > 0]++;
    }
    for (size_t t = 0; t < STEPS; t++)
        wb_step_record_clear(&steps[t]);
    wb_model_free(model);
}

static int64_t total_of(uint32_t n)
{
    int64_t total = 0;
    for (uint32_t i = 0; i < n; i++)
        total += amount_of(i);
    return total;
}

/* Four kinds: bit 0 contagion, bit 1 replacement. */
static void compare_sizes(wb_kernel kernel, uint32_t n_first, uint32_t n_last)
{
    for (uint32_t n = n_first; n <= n_last; n++) {
        for (int kind = 0; kind < 4; kind++) {
            const int64_t total = total_of(n);
            const setting s = {.n = n,
                               .contagion = kind % 2 == 1,
                               .replace = kind >= 2,
                               .cash = total / 5,
                               .floor = total / 23,
                               .costs = total / 19 + 1,
                               .levy = total / 9,
                               .obligo = total / 7,
                               .backstop = total / 6};
            uint64_t reached[5] = {0};
            compare_all_patterns(&s, kernel, reached);
            for (size_t layer = 0;
                 n >= 10 && kernel <= WB_KERNEL_PORTABLE && !s.contagion && layer < 5; layer++)
                assert_true(reached[layer] > 0);
        }
    }
}

static void test_every_pattern_of_up_to_ten(void **state)
{
    (void)state;
    for (int kernel = WB_KERNEL_GMP; kernel <= WB_KERNEL_AVX512; kernel++)
        compare_sizes((wb_kernel)kernel, 1, 10);
}

static void test_every_pattern_of_up_to_sixteen_in_the_reference_kernel(void **state)
{
    (void)state;
    compare_sizes(WB_KERNEL_GMP, 11, 16);
}

static void test_every_pattern_of_up_to_sixteen_in_the_fastest_kernel(void **state)
{
    (void)state;
    compare_sizes(WB_KERNEL_AUTO, 11, 16);
}

/* Money for a few cents in all: the largest remainders get them, the rest are refused. */
static void test_every_pattern_with_a_few_cents(void **state)
{
    (void)state;
    for (int64_t cents = 0; cents < 4; cents++) {
        const setting s = {.n = 9, .cash = cents, .contagion = cents % 2 == 1};
        uint64_t reached[5] = {0};
        compare_all_patterns(&s, WB_KERNEL_GMP, reached);
        compare_all_patterns(&s, WB_KERNEL_PORTABLE, reached);
    }
}

/* `test_patterns` takes up to ten providers, `test_patterns many` from eleven to sixteen. */
int main(int argc, char **argv)
{
    const struct CMUnitTest few[] = {
        cmocka_unit_test(test_every_pattern_of_up_to_ten),
        cmocka_unit_test(test_every_pattern_with_a_few_cents),
    };
    const struct CMUnitTest many[] = {
        cmocka_unit_test(test_every_pattern_of_up_to_sixteen_in_the_reference_kernel),
        cmocka_unit_test(test_every_pattern_of_up_to_sixteen_in_the_fastest_kernel),
    };
    if (argc == 1) return cmocka_run_group_tests(few, NULL, NULL);
    if (argc == 2 && strcmp(argv[1], "many") == 0) {
        return cmocka_run_group_tests(many, NULL, NULL);
    }
    (void)fprintf(stderr, "usage: test_patterns [many]\n");
    return 2;
}
