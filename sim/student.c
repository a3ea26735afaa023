/*
 * student.c - the quantile of Student's t with a whole number of degrees of freedom.
 *
 * With x = nu / (nu + t^2), y = 1 - x and B = B(1/2, nu/2), the incomplete beta function in its
 * series of positive terms (Abramowitz and Stegun 26.5.4 and 26.7.1) gives for t > 0
 *
 *     P(T > t)     = x^(nu/2) sqrt(y) / (nu B) S(nu/2, 1/2, x)
 *     P(0 < T < t) = x^(nu/2) sqrt(y) / B      S(1/2, nu/2, y)
 *     S(a, b, z)   = 1 + z (a+b)/(a+1) + z^2 (a+b)(a+b+1)/((a+1)(a+2)) + ...
 *
 * Nothing cancels in either. In the tail Newton's method runs on log P(T > t) as a function of
 * log t, whose slope is -nu / S: it is concave, so from the right, where the power law that bounds
 * the tail meets p, every iterate stays to the right of the root and moves left. In the middle it
 * runs on P(0 < T < t), concave too, from 0. Either ends when rounding stops the movement.
 */
#include <assert.h>
#include <math.h>
#include <stdint.h>

#include "waarborg/numeric.h"

enum { ROUNDS_MOST = 200 };

/* From here on the tail's series converges fast: x is at most 0.955 for 60 degrees of freedom. */
static const double tail_most = 0.0625;

typedef struct student {
    uint32_t dof;
    double nu, beta; /* B(1/2, nu/2) */
} student;

static double series(double a, double b, double z)
{
    double term = 1.0;
    double sum = 1.0;
    double before = 0.0;
    for (uint32_t i = 1; sum > before; i++) {
        const double n = (double)i;
        before = sum;
        term = term * z * ((a + b + n - 1.0) / (a + n));
        sum = sum + term;
    }
    return sum;
}

/* sqrt(x)^nu */
static double half_power(double x, uint32_t nu)
{
    double power = sqrt(x);
    double result = 1.0;
    for (uint32_t bits = nu; bits > 0; bits >>= 1) {
        if ((bits & 1) != 0) result = result * power;
        power = power * power;
    }
    return result;
}

/* t with P(T > t) = p, 0 < p <= tail_most. */
static double tail_at(const student *s, double p)
{
    /* P(T > t) < nu^(nu/2 - 1) / (B t^nu) */
    const double above = -wb_log(p) - wb_log(s->nu * s->beta);
    double t = sqrt(s->nu) * wb_exp(above / s->nu);
    for (int round = 0; round < ROUNDS_MOST; round++) {
        const double whole = s->nu + t * t;
        const double x = s->nu / whole;
        const double sum = series(0.5 * s->nu, 0.5, x);
        const double tail = half_power(x, s->dof) * (t / sqrt(whole)) / (s->nu * s->beta) * sum;
        const double next = t * wb_exp(wb_log(tail / p) * sum / s->nu);
        if (!(next < t)) break;
        t = next;
    }
    return t;
}

/* t with P(0 < T < t) = part, 0 <= part < 1/2. */
static double middle_at(const student *s, double part)
{
    double t = 0.0;
    for (int round = 0; round < ROUNDS_MOST; round++) {
        const double whole = s->nu + t * t;
        const double x = s->nu / whole;
        const double power = half_power(x, s->dof);
        const double inside =
            power * (t / sqrt(whole)) / s->beta * series(0.5, 0.5 * s->nu, t * t / whole);
        const double density = power * sqrt(x) / (sqrt(s->nu) * s->beta);
        const double next = t + (part - inside) / density;
        if (!(next > t)) break;
        t = next;
    }
    return t;
}

double wb_student_quantile(double p, uint32_t dof)
{
    assert(p >= 1e-300 && p < 1.0);
    assert(dof >= 2 && dof <= 1000);
    student s = {.dof = dof, .nu = (double)dof};
    /* B(1/2, 1/2) = pi, B(1/2, 1) = 2, B(1/2, a + 1) = B(1/2, a) a / (a + 1/2) */
    s.beta = dof % 2 == 1 ? 0x1.921fb54442d18p+1 : 2.0;
    for (uint32_t n = dof % 2 == 1 ? 1 : 2; n < dof; n += 2)
        s.beta = s.beta * ((double)n / (double)(n + 1));
    const double other = 1.0 - p; /* exact from 1/2 on */
    const double least = p < other ? p : other;
    const double t = least <= tail_most ? tail_at(&s, least) : middle_at(&s, 0.5 - least);
    return p < other ? -t : t;
}
