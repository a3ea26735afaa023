/* interval.c - exact ranks, half-widths and proportions; see interval.h. */
#include "sim/interval.h"

#include <assert.h>
#include <math.h>

enum { Z_NUMERATOR = 49, Z_DENOMINATOR = 25 }; /* 1.96 */

/* The least h >= 0 with h^2 q >= p. */
static void root_ceiling(mpz_t h, const mpz_t p, const mpz_t q)
{
    mpz_t left;
    mpz_init(left);
    mpz_fdiv_q(h, p, q);
    mpz_sqrt(h, h); /* floor(sqrt(floor(p/q))) = floor(sqrt(p/q)) */
    mpz_mul(left, h, h);
    mpz_mul(left, left, q);
    if (mpz_cmp(left, p) < 0) mpz_add_ui(h, h, 1);
    mpz_clear(left);
}

void wb_half_width(mpz_t half, const mpz_t p, const mpz_t q)
{
    assert(mpz_sgn(p) >= 0 && mpz_sgn(q) > 0);
    mpz_t scaled_p, scaled_q;
    mpz_init(scaled_p);
    mpz_init(scaled_q);
    mpz_mul_ui(scaled_p, p, (unsigned long)Z_NUMERATOR * Z_NUMERATOR);
    mpz_mul_ui(scaled_q, q, (unsigned long)Z_DENOMINATOR * Z_DENOMINATOR);
    root_ceiling(half, scaled_p, scaled_q);
    mpz_clear(scaled_p);
    mpz_clear(scaled_q);
}

void wb_root_rounded(mpz_t root, const mpz_t p, const mpz_t q)
{
    assert(mpz_sgn(p) >= 0 && mpz_sgn(q) > 0);
    /* floor(x + 1/2) = floor((floor(2x) + 1) / 2) */
    mpz_mul_ui(root, p, 4);
    mpz_fdiv_q(root, root, q);
    mpz_sqrt(root, root);
    mpz_add_ui(root, root, 1);
    mpz_fdiv_q_2exp(root, root, 1);
}

void wb_variance_numerator(mpz_t result, const mpz_t sum, const mpz_t squares, uint64_t count)
{
    mpz_mul_ui(result, squares, (unsigned long)count);
    mpz_submul(result, sum, sum);
    assert(mpz_sgn(result) >= 0);
}

wb_ranks wb_ranks_of(const wb_rate *level, uint64_t count)
{
    const mpz_srcptr n = mpq_numref(level->ratio);
    const mpz_srcptr d = mpq_denref(level->ratio);
    assert(count > 0 && mpz_sgn(n) > 0 && mpz_cmp(n, d) < 0);
    /*
     * a N = P / d with P = n N. (1.96 s)^2 = w^2 with w = 49/25 sqrt(n (d-n) N) / d, so that
     * a N +- w = (P +- r / 25) / d, r = 49 sqrt(n (d-n) N): floor and ceiling of it follow from
     * the ceiling of r, for 25 d (a N) is whole.
     */
    mpz_t whole, root, divisor, rank;
    mpz_inits(whole, root, divisor, rank, NULL);
    mpz_sub(root, d, n);
    mpz_mul(root, root, n);
    mpz_mul_ui(root, root, (unsigned long)count);
    mpz_mul_ui(root, root, (unsigned long)Z_NUMERATOR * Z_NUMERATOR);
    mpz_set_ui(divisor, 1);
    root_ceiling(rank, root, divisor);
    mpz_set(root, rank);
    mpz_mul_ui(whole, n, (unsigned long)count);
    wb_ranks ranks = {0};
    mpz_cdiv_q(rank, whole, d);
    ranks.at = mpz_get_ui(rank);
    mpz_mul_ui(whole, whole, Z_DENOMINATOR);
    mpz_mul_ui(divisor, d, Z_DENOMINATOR);
    mpz_sub(rank, whole, root);
    mpz_fdiv_q(rank, rank, divisor);
    ranks.low_none = mpz_sgn(rank) <= 0;
    ranks.low = ranks.low_none ? 0 : mpz_get_ui(rank);
    mpz_add(rank, whole, root);
    mpz_cdiv_q(rank, rank, divisor);
    mpz_add_ui(rank, rank, 1);
    ranks.high_none = mpz_cmp_ui(rank, (unsigned long)count) > 0;
    ranks.high = ranks.high_none ? 0 : mpz_get_ui(rank);
    mpz_clears(whole, root, divisor, rank, NULL);
    return ranks;
}

wb_proportion wb_proportion_of(uint64_t k, uint64_t n)
{
    assert(n > 0 && k <= n);
    const double count = (double)n;
    const double p = (double)k / count;
    const double z = 1.96;
    const double scale = 1 + z * z / count;
    const double centre = p + z * z / (2 * count);
    const double half = z * sqrt(p * (1 - p) / count + z * z / (4 * count * count));
    wb_proportion result = {
        .value = p,
        .low = (centre - half) / scale,
        .high = (centre + half) / scale,
        .se = sqrt(p * (1 - p) / count),
    };
    /* At k = 0 and k = n the bound is 0 or 1 exactly; rounding must not leave the range. */
    if (k == 0 || result.low < 0) result.low = 0;
    if (k == n || result.high > 1) result.high = 1;
    return result;
}

/* Whether the score test at 1.96 does not reject the difference d: (more - fewer - n d)^2 is at
 * most 1.96^2 times its variance under d, n (2 q + d (1 - d)), with q the likeliest share of the
 * paths that have the second only. */
static bool is_possible(double more, double fewer, double n, double d)
{
    const double a = 2 * n;
    const double b = (a - more + fewer) * d - more - fewer;
    const double c = -fewer * d * (1 - d);
    const double inner = b * b - 4 * a * c; /* never negative but by rounding */
    const double q = (sqrt(inner > 0 ? inner : 0) - b) / (2 * a);
    const double distance = more - fewer - n * d;
    return distance * distance <= 1.96 * 1.96 * (n * (2 * q + d * (1 - d)));
}

/* The end of the interval between `inside`, which is possible, and `outside`, an end of the range.
 */
static double last_possible(double more, double fewer, double n, double inside, double outside)
{
    if (is_possible(more, fewer, n, outside)) return outside;
    for (;;) {
        const double middle = inside + (outside - inside) / 2;
        if (middle == inside || middle == outside) return outside;
        if (is_possible(more, fewer, n, middle))
            inside = middle;
        else
            outside = middle;
    }
}

wb_proportion wb_paired_difference_of(uint64_t more, uint64_t fewer, uint64_t n)
{
    assert(n > 0 && more <= n && fewer <= n - more);
    const double count = (double)n;
    const double up = (double)more;
    const double down = (double)fewer;
    const double d = (up - down) / count;
    return (wb_proportion){
        .value = d,
        .low = last_possible(up, down, count, d, -1),
        .high = last_possible(up, down, count, d, 1),
        .se = sqrt(((up + down) / count - d * d) / count),
    };
}
