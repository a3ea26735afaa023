/* Goal: exp, log, the normal distribution and its inverse keep the errors numeric.h promises.
 * Method: MPFR with 200 bits as the oracle on wide grids, a 40-digit table, bits pinned by hash. */
#include "test.h"

#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/normal.h"
#include "waarborg/numeric.h"

enum { PRECISION = 200, GRID = 6000 };

/* |got / exact - 1|, or |got - exact| where `absolute` */
static double error_of(double got, mpfr_t exact, bool absolute)
{
    mpfr_t difference;
    mpfr_init2(difference, PRECISION);
    mpfr_set_d(difference, got, MPFR_RNDN);
    mpfr_sub(difference, difference, exact, MPFR_RNDN);
    if (!absolute) mpfr_div(difference, difference, exact, MPFR_RNDN);
    const double error = fabs(mpfr_get_d(difference, MPFR_RNDN));
    mpfr_clear(difference);
    return error;
}

static void oracle_cdf(mpfr_t out, double x)
{
    mpfr_t root;
    mpfr_init2(root, PRECISION);
    mpfr_sqrt_ui(root, 2, MPFR_RNDN);
    mpfr_set_d(out, -x, MPFR_RNDN);
    mpfr_div(out, out, root, MPFR_RNDN);
    mpfr_erfc(out, out, MPFR_RNDN);
    mpfr_div_2ui(out, out, 1, MPFR_RNDN);
    mpfr_clear(root);
}

static void test_exp_is_within_1e_15(void **state)
{
    (void)state;
    mpfr_t exact;
    mpfr_init2(exact, PRECISION);
    double worst = 0.0;
    for (int i = 0; i <= GRID; i++) {
        const double x = -700.0 + 1400.0 * i / GRID;
        const double small = x * 1e-3;
        mpfr_set_d(exact, x, MPFR_RNDN);
        mpfr_exp(exact, exact, MPFR_RNDN);
        worst = fmax(worst, error_of(wb_exp(x), exact, false));
        mpfr_set_d(exact, small, MPFR_RNDN);
        mpfr_exp(exact, exact, MPFR_RNDN);
        worst = fmax(worst, error_of(wb_exp(small), exact, false));
    }
    print_message("    worst relative error of exp: %.3g\n", worst);
    assert_true(worst < 1e-15);
    assert_true(wb_exp(0.0) == 1.0);
    assert_true(wb_exp(-709.0) == 0.0);
    assert_true(wb_exp(-HUGE_VAL) == 0.0);
    mpfr_clear(exact);
}

static void test_log_is_within_1e_15_also_near_one(void **state)
{
    (void)state;
    mpfr_t exact;
    mpfr_init2(exact, PRECISION);
    double worst = 0.0;
    for (int i = 0; i <= GRID; i++) {
        const double spread[] = {ldexp(1.0 + (double)i / GRID, i % 2000 - 1000),
                                 1.0 + ldexp((double)(i + 1) / GRID, -(i % 52)),
                                 1.0 - ldexp((double)(i + 1) / GRID, -(i % 52) - 1),
                                 0.5 + 1.5 * i / GRID, ldexp(1.0 + i, -1074)};
        for (size_t j = 0; j < COUNT(spread); j++) {
            if (spread[j] == 1.0) continue;
            mpfr_set_d(exact, spread[j], MPFR_RNDN);
            mpfr_log(exact, exact, MPFR_RNDN);
            worst = fmax(worst, error_of(wb_log(spread[j]), exact, false));
        }
    }
    print_message("    worst relative error of log: %.3g\n", worst);
    assert_true(worst < 1e-15);
    assert_true(wb_log(1.0) == 0.0);
    mpfr_clear(exact);
}

static void test_cdf_is_within_1e_13_down_to_minus_37(void **state)
{
    (void)state;
    mpfr_t exact;
    mpfr_init2(exact, PRECISION);
    double worst = 0.0;
    double worst_upper = 0.0;
    for (int i = 0; i <= GRID; i++) {
        const double x = -37.0 * i / GRID;
        oracle_cdf(exact, x);
        worst = fmax(worst, error_of(wb_normal_cdf(x), exact, false));
        oracle_cdf(exact, -x);
        worst_upper = fmax(worst_upper, error_of(wb_normal_cdf(-x), exact, false));
    }
    print_message("    worst relative error of cdf: %.3g below 0, %.3g above\n", worst,
                  worst_upper);
    assert_true(worst < 2e-15);
    assert_true(worst_upper < 4e-16);
    assert_true(wb_normal_cdf(-40.0) == 0.0);
    assert_true(wb_normal_cdf(40.0) == 1.0);
    assert_true(wb_normal_cdf(-HUGE_VAL) == 0.0);
    assert_true(wb_normal_cdf(HUGE_VAL) == 1.0);
    mpfr_clear(exact);
}

/* The error of x = quantile(p) by one Newton step in high precision: (Phi(x) - p) / phi(x). */
static double quantile_error(double x, double p, bool absolute)
{
    mpfr_t excess;
    mpfr_t density;
    mpfr_init2(excess, PRECISION);
    mpfr_init2(density, PRECISION);
    oracle_cdf(excess, x);
    mpfr_sub_d(excess, excess, p, MPFR_RNDN);
    mpfr_set_d(density, x, MPFR_RNDN);
    mpfr_sqr(density, density, MPFR_RNDN);
    mpfr_div_si(density, density, -2, MPFR_RNDN);
    mpfr_exp(density, density, MPFR_RNDN);
    mpfr_div_d(density, density, sqrt(2.0 * 3.14159265358979323846), MPFR_RNDN);
    mpfr_div(excess, excess, density, MPFR_RNDN);
    const double error = fabs(mpfr_get_d(excess, MPFR_RNDN));
    mpfr_clear(excess);
    mpfr_clear(density);
    return absolute || x == 0.0 ? error : error / fabs(x);
}

static void test_quantile_is_within_1e_15_to_the_far_tail(void **state)
{
    (void)state;
    double worst = 0.0;
    double worst_tail = 0.0;
    for (int i = 1; i < GRID; i++) {
        const double p = (double)i / GRID;
        const double x = wb_normal_quantile(p);
        worst = fmax(worst, quantile_error(x, p, fabs(x) < 1.0));
        const double far = wb_exp(-690.0 * i / GRID);
        if (far < 0.5) {
            worst_tail = fmax(worst_tail, quantile_error(wb_normal_quantile(far), far, false));
        }
    }
    print_message("    worst error of quantile: %.3g, in the tail %.3g\n", worst, worst_tail);
    assert_true(worst < 1e-15);
    assert_true(worst_tail < 1e-15);
}

static void test_quantile_matches_the_40_digit_table(void **state)
{
    (void)state;
    FILE *file = fopen(WB_SOURCE_DIR "/tests/cases/inverse_normal.csv", "r");
    assert_non_null(file);
    char line[128];
    char p_text[32];
    char x_text[64];
    mpfr_t exact;
    mpfr_init2(exact, PRECISION);
    size_t rows = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        assert_int_equal(sscanf(line, "%31[^,],%63s", p_text, x_text), 2);
        const double p = p_text[1] == '^' ? ldexp(1.0, atoi(p_text + 2)) : strtod(p_text, NULL);
        assert_int_equal(mpfr_set_str(exact, x_text, 10, MPFR_RNDN), 0);
        const double x = wb_normal_quantile(p);
        assert_true(error_of(x, exact, mpfr_zero_p(exact) || x > -1.0) < 1e-15);
        rows++;
    }
    assert_int_equal(rows, 39);
    mpfr_clear(exact);
    (void)fclose(file);
}

static void test_quantile_is_odd_about_one_half(void **state)
{
    (void)state;
    for (int i = 1; i < 4096; i++) {
        const double p = i / 8192.0; /* 1 - p is exact */
        assert_true(wb_normal_quantile(1.0 - p) == -wb_normal_quantile(p));
    }
    assert_true(wb_normal_quantile(0.5) == 0.0);
}

static void test_pieces_meet_without_a_step(void **state)
{
    (void)state;
    /* either side of p = 0.075 and of r = 6.2 */
    const double seams[] = {0.075, wb_exp(-6.2 * 6.2)};
    for (size_t s = 0; s < COUNT(seams); s++) {
        for (int i = -200; i < 200; i++) {
            const double p = seams[s] * (1.0 + i * 0x1p-50);
            const double step = wb_normal_quantile(p * (1.0 + 0x1p-50)) - wb_normal_quantile(p);
            assert_true(fabs(step) < 1.2e-15 * fabs(wb_normal_quantile(p)));
        }
    }
}

static void test_step_probability_compounds_to_the_year(void **state)
{
    static const double yearly[] = {1e-300, 1e-12, 1e-6, 0.001, 0.02,
                                    0.2499, 0.25,  0.3,  0.77,  0.999999};
    static const uint32_t steps[] = {1, 4, 12};
    (void)state;
    mpfr_t exact;
    mpfr_init2(exact, 1200);
    for (size_t i = 0; i < COUNT(yearly); i++) {
        for (size_t j = 0; j < COUNT(steps); j++) {
            /* 1 - (1 - p)^(1/m) */
            mpfr_set_d(exact, yearly[i], MPFR_RNDN);
            mpfr_ui_sub(exact, 1, exact, MPFR_RNDN);
            mpfr_rootn_ui(exact, exact, steps[j], MPFR_RNDN);
            mpfr_ui_sub(exact, 1, exact, MPFR_RNDN);
            assert_true(error_of(wb_step_probability(yearly[i], steps[j]), exact, false) < 1e-15);
        }
        assert_true(wb_step_probability(yearly[i], 1) == yearly[i]);
    }
    assert_true(wb_step_probability(0.0, 12) == 0.0);
    assert_true(wb_step_probability(1.0, 12) == 1.0);
    mpfr_clear(exact);
}

static void test_threshold_is_the_floor_and_exact_at_the_ends(void **state)
{
    (void)state;
    assert_int_equal(wb_threshold(0.0), 0);
    assert_int_equal(wb_threshold(1.0), UINT64_C(1) << 32);
    assert_int_equal(wb_threshold(0.5), UINT64_C(1) << 31);
    assert_int_equal(wb_threshold(0x1p-32), 1);
    assert_int_equal(wb_threshold(0x1.fp-33), 0);
    assert_int_equal(wb_threshold(1.0 - 0x1p-53), (UINT64_C(1) << 32) - 1);
}

/* The array loops are what the compiler vectorises; the calls go one at a time. */
static void test_array_loops_give_the_bits_of_single_calls(void **state)
{
    enum { N = 4099 };
    static double p[N], x[N], back[N], e[N], l[N];
    (void)state;
    for (int i = 0; i < N; i++)
        p[i] = (i + 0.5) / N;
    for (int i = 0; i < N; i++)
        x[i] = wb_normal_quantile_body(p[i]) * 2.0;
    for (int i = 0; i < N; i++)
        back[i] = wb_normal_cdf_body(x[i]);
    for (int i = 0; i < N; i++)
        e[i] = wb_exp_body(x[i], 0.0);
    for (int i = 0; i < N; i++)
        l[i] = wb_log_body(p[i]);
    for (int i = 0; i < N; i++) {
        const double one_x = wb_normal_quantile(p[i]) * 2.0;
        const double one[] = {one_x, wb_normal_cdf(one_x), wb_exp(one_x), wb_log(p[i])};
        const double all[] = {x[i], back[i], e[i], l[i]};
        assert_memory_equal(all, one, sizeof one);
    }
}

static uint64_t hash_in(uint64_t hash, double value)
{
    const uint64_t bits = wb_double_bits(value);
    for (int i = 0; i < 8; i++)
        hash = (hash ^ (bits >> (8 * i) & 255)) * UINT64_C(0x100000001b3); /* FNV-1a */
    return hash;
}

/* No oracle can give this number: it pins the bits, so that every compiler, every -O and every
 * processor that runs this test is held to the same ones. The errors are tested above. */
static void test_bits_are_the_same_everywhere(void **state)
{
    (void)state;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (int i = 1; i < 50000; i++) {
        const double p = i / 50000.0;
        const double x = wb_normal_quantile(p);
        hash = hash_in(hash, x);
        hash = hash_in(hash, wb_normal_cdf(1.7 * x));
        hash = hash_in(hash, wb_exp(11.0 * x));
        hash = hash_in(hash, wb_log(p));
        hash = hash_in(hash, wb_step_probability(p, 12));
        hash = hash_in(hash, wb_normal_quantile(0.5 * wb_exp(-680.0 * p)));
    }
    assert_int_equal(hash, UINT64_C(0xb59fae353a87df50));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_exp_is_within_1e_15),
        cmocka_unit_test(test_log_is_within_1e_15_also_near_one),
        cmocka_unit_test(test_cdf_is_within_1e_13_down_to_minus_37),
        cmocka_unit_test(test_quantile_is_within_1e_15_to_the_far_tail),
        cmocka_unit_test(test_quantile_matches_the_40_digit_table),
        cmocka_unit_test(test_quantile_is_odd_about_one_half),
        cmocka_unit_test(test_pieces_meet_without_a_step),
        cmocka_unit_test(test_step_probability_compounds_to_the_year),
        cmocka_unit_test(test_threshold_is_the_floor_and_exact_at_the_ends),
        cmocka_unit_test(test_array_loops_give_the_bits_of_single_calls),
        cmocka_unit_test(test_bits_are_the_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
