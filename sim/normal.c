/* normal.c - numeric.h's functions of a probability: normal.h behind calls that check. */
#include <assert.h>

#include "sim/normal.h"
#include "waarborg/numeric.h"

/* Below -708 exp is not a normal double; 0 is what every use of it means. */
static const double exp_low = -708.0;

double wb_exp(double x)
{
    assert(x <= 709.0);
    return x < exp_low ? 0.0 : wb_exp_body(x, 0.0);
}

double wb_log(double x)
{
    assert(x > 0.0);
    assert(x <= DBL_MAX);
    if (x < DBL_MIN) {
        /* a subnormal: scale by 2^54, exactly */
        return wb_log_body(x * 0x1p54) - 54.0 * (WB_LN2_HIGH + WB_LN2_LOW);
    }
    return wb_log_body(x);
}

double wb_normal_cdf(double x)
{
    assert(x == x); /* not a NaN */
    return wb_normal_cdf_body(x);
}

double wb_normal_quantile(double p)
{
    assert(p >= DBL_MIN);
    assert(p < 1.0);
    return wb_normal_quantile_body(p);
}

/* log(1 - p), 0 <= p < 1, without losing what 1 - p rounds away when p is small. */
static double log_complement(double p)
{
    if (p < 0.25) {
        const double s = -p / (2.0 - p);
        return 2.0 * s + wb_atanh_series(s);
    }
    return wb_log_body(1.0 - p);
}

double wb_step_probability(double p, uint32_t m)
{
    assert(p >= 0.0);
    assert(p <= 1.0);
    assert(m >= 1);
    if (m == 1 || !(p > 0.0) || !(p < 1.0)) return p;
    const double y = log_complement(p) / (double)m;
    return y > -0.34 ? -wb_expm1_series(y) : 1.0 - wb_exp(y);
}

uint64_t wb_threshold(double p)
{
    assert(p >= 0.0);
    assert(p <= 1.0);
    return (uint64_t)(p * 0x1p32); /* a power of two: exact; the conversion is the floor */
}
