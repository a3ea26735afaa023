/*
 * normal.h - the bodies of exp, log, the normal distribution function and its inverse.
 *
 * Inline and without calls, so that a loop over an array can be vectorised; numeric.h is the same
 * code behind function calls with asserts. Every operation is one IEEE 754 double operation in the
 * order written (no contraction, no reassociation), so that scalar and vector forms, gcc and clang
 * and every -O give the same bits. A hand-written vector form must follow the same order.
 *
 * The coefficients are our own: interpolation in 60 digits at Chebyshev nodes, rounded to double.
 */
#ifndef WAARBORG_SIM_NORMAL_H
#define WAARBORG_SIM_NORMAL_H

#include <float.h>
#include <math.h>
#include <stdint.h>
#include <string.h>

/* Excess precision (x87) would round differently. */
_Static_assert(FLT_EVAL_METHOD == 0, "double arithmetic must round to double at every step");

static inline uint64_t wb_double_bits(double x)
{
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double wb_bits_double(uint64_t bits)
{
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* Adding it and subtracting it again rounds a double below 2^51 to a whole number; in between, the
 * low bits of the sum are that number in two's complement. */
#define WB_ROUNDING_MAGIC 0x1.8p52
#define WB_LN2_HIGH 0x1.62e42feep-1 /* 31 bits: its product with a binary exponent is exact */
#define WB_LN2_LOW 0x1.a39ef35793c76p-33
#define WB_LOG2_E 0x1.71547652b82fep+0

/* r + r^2/2 + r^3/6 + ... + r^13/13!, which is exp(r) - 1 to 4e-18 for |r| <= ln(2)/2. */
static inline double wb_expm1_series(double r)
{
    const double z = r * r;
    double even = 1.0 / 479001600.0; /* r^12/12! and down, by r^2 */
    even = even * z + 1.0 / 3628800.0;
    even = even * z + 1.0 / 40320.0;
    even = even * z + 1.0 / 720.0;
    even = even * z + 1.0 / 24.0;
    even = even * z + 0.5;
    double odd = 1.0 / 6227020800.0;
    odd = odd * z + 1.0 / 39916800.0;
    odd = odd * z + 1.0 / 362880.0;
    odd = odd * z + 1.0 / 5040.0;
    odd = odd * z + 1.0 / 120.0;
    odd = odd * z + 1.0 / 6.0;
    return r + z * (even + r * odd);
}

/* exp(high + low) for a low that is tiny beside high; -708 <= high <= 709. */
static inline double wb_exp_body(double high, double low)
{
    const double shifted = high * WB_LOG2_E + WB_ROUNDING_MAGIC;
    const double k = shifted - WB_ROUNDING_MAGIC;
    const double r = ((high - k * WB_LN2_HIGH) - k * WB_LN2_LOW) + low;
    const double mantissa = 1.0 + wb_expm1_series(r);
    /* times 2^k, by adding k to the exponent field */
    return wb_bits_double(wb_double_bits(mantissa) + (wb_double_bits(shifted) << 52));
}

/* 2 atanh(s) for |s| <= 0.1716: log((1 + s) / (1 - s)). */
static inline double wb_atanh_series(double s)
{
    const double z = s * s;
    double sum = 2.0 / 23.0;
    sum = sum * z + 2.0 / 21.0;
    sum = sum * z + 2.0 / 19.0;
    sum = sum * z + 2.0 / 17.0;
    sum = sum * z + 2.0 / 15.0;
    sum = sum * z + 2.0 / 13.0;
    sum = sum * z + 2.0 / 11.0;
    sum = sum * z + 2.0 / 9.0;
    sum = sum * z + 2.0 / 7.0;
    sum = sum * z + 2.0 / 5.0;
    sum = sum * z + 2.0 / 3.0;
    return s * z * sum;
}

/* log(x) for a normal x > 0: x = 2^k m with m in [sqrt(1/2), sqrt(2)), log m = 2 atanh(f/(2+f)). */
static inline double wb_log_body(double x)
{
    const uint64_t bits = wb_double_bits(x);
    /* k + 2048 from the exponent, counting from sqrt(1/2) upwards; all in unsigned arithmetic,
     * which vectors have */
    const uint64_t shifted = (bits - UINT64_C(0x3fe6a09e667f3bcd) + (UINT64_C(2048) << 52)) >> 52;
    const uint64_t biased = shifted & 4095;
    const double k =
        wb_bits_double(UINT64_C(0x4338000000000000) + biased) - (WB_ROUNDING_MAGIC + 2048.0);
    const double m = wb_bits_double(bits - ((biased - 2048) << 52));
    const double f = m - 1.0;
    const double s = f / (2.0 + f);
    return k * WB_LN2_HIGH + (2.0 * s + (wb_atanh_series(s) + k * WB_LN2_LOW));
}

/*
 * The normal distribution function. With t = |x| and s = (1.25 t - 5) / (t + 5) in [-1, 1] for t in
 * [0, 40], (1 + t) exp(t^2/2) Phi(-t) is a polynomial of degree 25 in s to 5e-17. t^2 is split in
 * an exact high part and a low one, without which exp would lose three digits in the far tail.
 */
static const double wb_cdf_even[13] = {
    0x1.e361ea6fba141p-2,   0x1.486281b97d539p-6,  -0x1.b997b8074f84dp-6,  -0x1.507a28c3edb7fp-7,
    -0x1.4117a5daefbe3p-11, 0x1.3133988f1ee4dp-14, -0x1.6b0295fc0d766p-18, 0x1.b38e67cef735cp-22,
    -0x1.48ad9ed4cc182p-25, 0x1.56394bcaf043bp-28, -0x1.a8ece2fb49c65p-31, 0x1.dbab7f6b92b95p-34,
    -0x1.3d0ff9fa325bdp-37};
static const double wb_cdf_odd[13] = {
    -0x1.647cd9d4632f6p-4,  0x1.222ef7b825b73p-6,   0x1.4b9457cfdea28p-6,  0x1.cac52bb3baf16p-9,
    -0x1.4a31a35e955f9p-14, -0x1.2545cc35cc87dp-17, 0x1.b07aea00cedafp-20, -0x1.b61e5ad64b178p-23,
    0x1.a3da2a55ea88ap-26,  -0x1.8a2bbe7dc0802p-29, 0x1.58075462deeaep-32, -0x1.e93d69794ab3bp-36,
    0x1.9c4b10c8a684bp-40};
/* Below -37.5 the answer, under 1e-307, is given as 0. */
#define WB_CDF_END 37.5

static inline double wb_normal_cdf_body(double x)
{
    const double t_full = fabs(x);
    const double t = t_full < WB_CDF_END ? t_full : WB_CDF_END;
    const double s = (1.25 * t - 5.0) / (t + 5.0);
    const double z = s * s;
    double even = wb_cdf_even[12];
    double odd = wb_cdf_odd[12];
    for (int i = 11; i >= 0; i--) {
        even = even * z + wb_cdf_even[i];
        odd = odd * z + wb_cdf_odd[i];
    }
    const double high = wb_bits_double(wb_double_bits(t) & UINT64_C(0xfffffffff8000000));
    const double scale = wb_exp_body(-0.5 * (high * high), -0.5 * ((t - high) * (t + high)));
    const double lower = (even + s * odd) / (1.0 + t) * scale;
    const double tail = t_full < WB_CDF_END ? lower : 0.0;
    return x < 0.0 ? tail : 1.0 - tail;
}

/*
 * The inverse. Three rational functions of degree 9: around the middle, |p - 1/2| <= 0.425, in
 * 0.180625 - (p - 1/2)^2; in the tails in r = sqrt(-log(min(p, 1 - p))), one up to r = 6.2 (p about
 * 2^-55: every uniform of the generator) and one beyond. All coefficients are positive: nothing
 * cancels.
 */
typedef struct wb_quantile_piece {
    double offset; /* of the variable */
    double p[10], q[10];
} wb_quantile_piece;
static const wb_quantile_piece wb_quantile_pieces[3] = {
    {.offset = 0.0,
     .p = {0x1.b18d91e9eef76p+1, 0x1.518a0729f2f94p+7, 0x1.a6fdc6b6aa55fp+11, 0x1.12332fef6ccd2p+15,
           0x1.8a3ec4ab88744p+17, 0x1.39bea5189164dp+19, 0x1.056681746867ap+20,
           0x1.91f57001ec9abp+19, 0x1.b2a7264200a23p+17, 0x1.23ca8ca96ea48p+13},
     .q = {0x1.0000000000000p+0, 0x1.a6a7ceb774f95p+5, 0x1.1bf149aed7206p+10, 0x1.9091f52d70f83p+13,
           0x1.3fc189aa2783cp+16, 0x1.22d8ccf68bd08p+18, 0x1.21711a5930a15p+19,
           0x1.1e52483b68c01p+19, 0x1.cfaac504fae89p+17, 0x1.814ff93dff93dp+14}},
    {.offset = 1.5,
     .p = {0x1.4059f9ed66528p+0, 0x1.2b5ec9f5dce05p+2, 0x1.b3d51a6e5d508p+2, 0x1.4f0e0aca86750p+2,
           0x1.30f299f6dc803p+1, 0x1.56d610d7c5e39p-1, 0x1.d7eae5c50546ap-4, 0x1.74c9c75701317p-7,
           0x1.2461db3e93a65p-11, 0x1.4504133267d3ep-17},
     .q = {0x1.0000000000000p+0, 0x1.2d15ad8ce64e5p+1, 0x1.25cddb045474dp+1, 0x1.36e813c5d67cdp+0,
           0x1.8553e23029e34p-2, 0x1.2341e9d9db452p-4, 0x1.eacd5ee539140p-8, 0x1.92c2a6c909e88p-12,
           0x1.cb9fc41540935p-18, 0x1.a242535cb2ba0p-40}},
    {.offset = 6.0,
     .p = {0x1.03dbe98f0710bp+3, 0x1.7dd408af8bf42p+2, 0x1.c9ddfaab9dcdep+0, 0x1.20f3e567a27c0p-2,
           0x1.9cf5e3be91aa2p-6, 0x1.4ebfb2bc6cc6cp-10, 0x1.24058d03ea5e9p-15,
           0x1.e25cae09ee78dp-22, 0x1.11fa085cb1650p-29, 0x0.0p+0},
     .q = {0x1.0000000000000p+0, 0x1.1c574eedcd6c3p-1, 0x1.f0ff8e9c2a8c6p-4, 0x1.b2ef9bd8265edp-7,
           0x1.92442967a6820p-11, 0x1.7df1920ddeeebp-16, 0x1.4c00a886c8452p-22,
           0x1.8375ea6094439p-30, 0x1.60a83ab4ab933p-58, 0x0.0p+0}}};
#define WB_QUANTILE_MIDDLE 0.425
#define WB_QUANTILE_FAR 6.2

/* 0 < p < 1, p normal. */
static inline double wb_normal_quantile_body(double p)
{
    const double centred = p - 0.5;
    const double distance = fabs(centred);
    const double other = 1.0 - p;
    const double tail = p < other ? p : other;
    const double r = sqrt(-wb_log_body(tail));
    const int middle = distance <= WB_QUANTILE_MIDDLE;
    const int far = r > WB_QUANTILE_FAR;
    const wb_quantile_piece *piece = &wb_quantile_pieces[(1 - middle) * (1 + far)];
    const double v = (middle ? 0.180625 - centred * centred : r) - piece->offset;
    double numerator = piece->p[9];
    double denominator = piece->q[9];
    for (int i = 8; i >= 0; i--) {
        numerator = numerator * v + piece->p[i];
        denominator = denominator * v + piece->q[i];
    }
    const double x = numerator / denominator;
    const double magnitude = middle ? x * distance : x;
    return centred < 0.0 ? -magnitude : magnitude;
}

#endif
