/* Goal: the quantile of Student's t keeps the error numeric.h promises, from the middle to 1e-300.
 * Method: MPFR as the oracle: the distribution function at the answer, by the finite sums in
 * sin and cos of atan(t / sqrt(nu)) (Abramowitz and Stegun 26.7.3 and 26.7.4), which the code does
 * not use; with bits enough for what cancels in the tail. Published tables; bits pinned by hash. */
#include "test.h"

#include <math.h>
#include <mpfr.h>
#include <stdbool.h>
#include <stdlib.h>

#include "sim/normal.h"
#include "waarborg/numeric.h"

enum { PRECISION = 1400 };

/* 1 - A(t | nu), the probability beyond -t and t together. */
static void oracle_beyond(mpfr_t out, double t, uint32_t nu)
{
    mpfr_t theta, sine, square, term, cosine;
    mpfr_inits2(PRECISION, theta, sine, square, term, cosine, NULL);
    mpfr_sqrt_ui(theta, nu, MPFR_RNDN);
    mpfr_d_div(theta, t, theta, MPFR_RNDN);
    mpfr_atan(theta, theta, MPFR_RNDN);
    mpfr_sin_cos(sine, cosine, theta, MPFR_RNDN);
    mpfr_sqr(square, cosine, MPFR_RNDN);
    /* odd: theta + sin (cos + 2/3 cos^3 + 2 4/(3 5) cos^5 ...); even: sin (1 + 1/2 cos^2 + ...) */
    const bool odd = nu % 2 == 1;
    if (odd)
        mpfr_set(term, cosine, MPFR_RNDN);
    else
        mpfr_set_ui(term, 1, MPFR_RNDN);
    mpfr_set_ui(out, 0, MPFR_RNDN);
    for (uint32_t k = odd ? 1 : 0; k + 2 <= nu; k += 2) {
        mpfr_add(out, out, term, MPFR_RNDN);
        mpfr_mul(term, term, square, MPFR_RNDN);
        mpfr_mul_ui(term, term, k + 1, MPFR_RNDN);
        mpfr_div_ui(term, term, k + 2, MPFR_RNDN);
    }
    mpfr_mul(out, out, sine, MPFR_RNDN);
    if (odd) {
        mpfr_add(out, out, theta, MPFR_RNDN);
        mpfr_const_pi(theta, MPFR_RNDN);
        mpfr_mul_ui(out, out, 2, MPFR_RNDN);
        mpfr_div(out, out, theta, MPFR_RNDN);
    }
    mpfr_ui_sub(out, 1, out, MPFR_RNDN);
    mpfr_clears(theta, sine, square, term, cosine, NULL);
}

static double log_density(double t, uint32_t nu)
{
    const double n = nu;
    return lgamma((n + 1) / 2) - lgamma(n / 2) - (n + 1) / 2 * (log1p(t / n * t)) -
           log(n * 3.14159265358979323846) / 2;
}

/* How far the quantile of p is off: (F(t) - p) / f(t), of t itself or absolute where t is small. */
static double error_at(double p, uint32_t nu)
{
    const double t = wb_student_quantile(p, nu);
    const bool low = p < 0.5;
    assert_true(low ? t < 0 : t >= 0);
    mpfr_t beyond;
    mpfr_init2(beyond, PRECISION);
    oracle_beyond(beyond, fabs(t), nu);
    mpfr_div_2ui(beyond, beyond, 1, MPFR_RNDN);
    const double part = low ? p : 1.0 - p; /* exact from 1/2 on */
    mpfr_sub_d(beyond, beyond, part, MPFR_RNDN);
    mpfr_div_d(beyond, beyond, part, MPFR_RNDN);
    const double off = mpfr_get_d(beyond, MPFR_RNDN);
    mpfr_clear(beyond);
    const double size = fmax(fabs(t), 1.0);
    return fabs(off) / exp(log_density(t, nu) + log(size) - log(part));
}

static void test_the_quantile_is_within_1e_13_to_the_far_tail(void **state)
{
    (void)state;
    double worst = 0.0;
    for (uint32_t nu = 2; nu <= 60; nu++) {
        for (int i = 0; i < 24; i++) {
            /* densely where probabilities of distress lie, the two methods meet, and the middle */
            const double tails[] = {pow(10.0, -12.5 * i), 0.0625 + (i - 12) * 1e-6,
                                    0.001 + 0.0215 * i, 0.5 - ldexp(1.0, -i - 2)};
            for (size_t k = 0; k < COUNT(tails); k++) {
                if (tails[k] >= 0.5) continue;
                worst = fmax(worst, error_at(tails[k], nu));
                worst = fmax(worst, error_at(1.0 - fmax(tails[k], 0x1p-53), nu));
            }
        }
    }
    print_message("    worst error of the quantile of t: %.3g\n", worst);
    assert_true(worst < 1e-13);
}

static void test_the_quantile_is_that_of_published_tables(void **state)
{
    /* two-sided tables of t: three decimals */
    static const struct {
        uint32_t nu;
        double p, t;
    } rows[] = {{3, 0.975, 3.182}, {4, 0.95, 2.132},  {10, 0.995, 3.169},
                {30, 0.99, 2.457}, {60, 0.90, 1.296}, {5, 0.9995, 6.869}};
    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        const double t = wb_student_quantile(rows[i].p, rows[i].nu);
        assert_true(fabs(t - rows[i].t) < 0.0005);
        assert_true(fabs(wb_student_quantile(1.0 - rows[i].p, rows[i].nu) + t) < 1e-9 * t);
    }
    assert_true(wb_student_quantile(0.5, 7) == 0.0);
    /* many degrees of freedom come near the normal */
    assert_true(fabs(wb_student_quantile(0.01, 1000) / wb_normal_quantile(0.01) - 1.0) < 0.002);
}

static void test_the_bits_are_the_same_everywhere(void **state)
{
    (void)state;
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (uint32_t nu = 3; nu <= 60; nu++) {
        for (int i = 1; i < 200; i++) {
            const double p = (double)i / 200.0;
            hash = (hash ^ wb_double_bits(wb_student_quantile(p, nu))) * UINT64_C(0x100000001b3);
            hash = (hash ^ wb_double_bits(wb_student_quantile(p * p * p * 1e-3, nu))) *
                   UINT64_C(0x100000001b3);
        }
    }
    print_message("    bits: %#llx\n", (unsigned long long)hash);
    assert_true(hash == UINT64_C(0x63e7ba46f862fa64));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_quantile_is_within_1e_13_to_the_far_tail),
        cmocka_unit_test(test_the_quantile_is_that_of_published_tables),
        cmocka_unit_test(test_the_bits_are_the_same_everywhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
