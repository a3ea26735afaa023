/* slow_number.c - random numbers, normal and Student quantiles of the slow model; see slow.h. */
#include <math.h>

#include "tests/slow/slow.h"

/* Philox4x32-10 as published (Salmon and others, SC11), one counter at a time. */
static void philox(uint32_t out[4], const uint32_t counter[4], uint64_t seed)
{
    uint32_t key0 = (uint32_t)(seed & 0xffffffff);
    uint32_t key1 = (uint32_t)(seed >> 32);
    for (int i = 0; i < 4; i++)
        out[i] = counter[i];
    for (int round = 0; round < 10; round++) {
        const uint64_t left = (uint64_t)out[0] * 0xD2511F53U;
        const uint64_t right = (uint64_t)out[2] * 0xCD9E8D57U;
        const uint32_t next0 = (uint32_t)(right >> 32) ^ out[1] ^ key0;
        const uint32_t next2 = (uint32_t)(left >> 32) ^ out[3] ^ key1;
        out[1] = (uint32_t)right;
        out[3] = (uint32_t)left;
        out[0] = next0;
        out[2] = next2;
        key0 += 0x9E3779B9U;
        key1 += 0xBB67AE85U;
    }
}

static void draw(uint32_t out[4], uint64_t seed, uint64_t path, uint32_t block, uint32_t purpose,
                 uint64_t index)
{
    const uint32_t counter[4] = {
        (uint32_t)(index & 0xffffffff),
        (uint32_t)((index >> 32 & 0xffff) * 65536 + block),
        (uint32_t)(path & 0xffffffff),
        (uint32_t)(purpose * 16777216 + (path >> 32 & 0xffffff)),
    };
    philox(out, counter, seed);
}

uint32_t slow_word(uint64_t seed, uint64_t path, uint32_t step, uint32_t purpose, uint64_t index)
{
    uint32_t words[4];
    draw(words, seed, path, step / 4, purpose, index);
    return words[step % 4];
}

double slow_uniform(uint64_t seed, uint64_t path, uint32_t step, uint32_t purpose, uint64_t index)
{
    uint32_t words[4];
    draw(words, seed, path, step / 2, purpose, index);
    const uint64_t high = words[2 * (step % 2)];
    const uint64_t low = words[2 * (step % 2) + 1];
    const uint64_t top = (high * 4294967296U + low) / 2048; /* 53 bits */
    /* 54 bits and a half fit the 64 of a long double; the conversion rounds to nearest */
    const long double exact = ((long double)top + 0.5L) / 9007199254740992.0L;
    const double u = (double)exact;
    return u < 1.0 ? u : 1.0 - 1.0 / 9007199254740992.0;
}

static long double cdf(long double x)
{
    return erfcl(-x / sqrtl(2.0L)) / 2.0L;
}

double slow_normal_cdf(double x)
{
    return (double)cdf((long double)x);
}

/* Newton's steps on log Phi, which is concave: from the left they rise to the root. */
static long double lower_quantile(long double p)
{
    const long double pi = acosl(-1.0L);
    long double x = -sqrtl(-2.0L * logl(p));
    for (int i = 0; i < 60; i++) {
        const long double at = cdf(x);
        const long double density = expl(-x * x / 2.0L) / sqrtl(2.0L * pi);
        const long double step = (logl(p) - logl(at)) * at / density;
        x += step;
        if (fabsl(step) < 1e-18L * (1.0L + fabsl(x))) break;
    }
    return x;
}

double slow_normal_quantile(double p)
{
    return p <= 0.5 ? (double)lower_quantile((long double)p)
                    : (double)-lower_quantile(1.0L - (long double)p);
}

/* P(T > t) for t >= 0, by the finite sums for whole degrees of freedom (Abramowitz and Stegun,
 * 26.7.3 and 26.7.4): 1 - A / 2 - 1 / 2, with A = P(|T| < t). */
static long double student_above(long double t, uint32_t dof)
{
    const long double pi = acosl(-1.0L);
    const long double theta = atanl(t / sqrtl((long double)dof));
    const long double cosine = cosl(theta);
    const long double square = cosine * cosine;
    long double term = dof % 2 == 1 ? cosine : 1.0L;
    long double sum = dof == 1 ? 0.0L : term;
    for (uint32_t k = dof % 2 == 1 ? 3 : 2; k + 2 <= dof; k += 2) {
        term *= square * (long double)(k - 1) / (long double)k;
        sum += term;
    }
    const long double within =
        dof % 2 == 1 ? 2.0L / pi * (theta + sinl(theta) * sum) : sinl(theta) * sum;
    return (1.0L - within) / 2.0L;
}

double slow_student_quantile(double p, uint32_t dof)
{
    const long double tail = p <= 0.5 ? (long double)p : 1.0L - (long double)p;
    long double low = 0.0L;
    long double high = 1.0L;
    while (student_above(high, dof) > tail && high < 1e9L)
        high *= 2.0L;
    for (int i = 0; i < 200; i++) {
        const long double middle = (low + high) / 2.0L;
        if (student_above(middle, dof) > tail)
            low = middle;
        else
            high = middle;
    }
    return p <= 0.5 ? (double)-high : (double)high;
}

double slow_step_probability(double p, uint32_t steps)
{
    if (steps == 1 || p <= 0.0 || p >= 1.0) return p;
    return (double)-expm1l(log1pl(-(long double)p) / (long double)steps);
}

uint64_t slow_threshold(double p)
{
    return (uint64_t)floorl((long double)p * 4294967296.0L);
}
