/* slow_exact.c - rounding and dividing of the slow model, in GMP; see slow.h. */
#include <stdlib.h>

#include "tests/slow/slow.h"

mpz_t *slow_amounts(size_t count)
{
    mpz_t *amounts = malloc((count + 1) * sizeof *amounts);
    if (amounts == NULL) abort();
    for (size_t i = 0; i < count; i++)
        mpz_init(amounts[i]);
    return amounts;
}

void slow_amounts_free(mpz_t *amounts, size_t count)
{
    for (size_t i = 0; amounts != NULL && i < count; i++)
        mpz_clear(amounts[i]);
    free(amounts);
}

/* round(x) = sign(x) floor(|x| + 1/2) */
void slow_share(mpz_t out, const mpz_t amount, const mpz_t n, const mpz_t d)
{
    mpz_t twice;
    mpz_t over;
    mpz_init(twice);
    mpz_init(over);
    mpz_mul(twice, amount, n);
    const int sign = mpz_sgn(twice);
    mpz_abs(twice, twice);
    mpz_mul_ui(twice, twice, 2);
    mpz_add(twice, twice, d);
    mpz_mul_ui(over, d, 2);
    mpz_fdiv_q(out, twice, over);
    if (sign < 0) mpz_neg(out, out);
    mpz_clear(twice);
    mpz_clear(over);
}

void slow_rate(mpz_t out, const mpz_t amount, const mpq_t rate)
{
    slow_share(out, amount, mpq_numref(rate), mpq_denref(rate));
}

void slow_part(mpz_t out, const mpz_t yearly, uint32_t k, uint32_t m)
{
    mpz_t before;
    mpz_init(before);
    mpz_mul_ui(before, yearly, k - 1);
    mpz_fdiv_q_ui(before, before, m);
    mpz_mul_ui(out, yearly, k);
    mpz_fdiv_q_ui(out, out, m);
    mpz_sub(out, out, before);
    mpz_clear(before);
}

void slow_split(mpz_t *parts, const mpz_t total, mpz_t *weights, size_t count)
{
    mpz_t whole;
    mpz_t left;
    mpz_t size;
    mpz_init(whole);
    mpz_init(size);
    mpz_abs(size, total);
    mpz_init_set(left, size);
    mpz_t *rests = slow_amounts(count);
    for (size_t i = 0; i < count; i++)
        mpz_add(whole, whole, weights[i]);
    for (size_t i = 0; i < count; i++) {
        mpz_set_ui(parts[i], 0);
        if (mpz_sgn(whole) == 0) continue;
        mpz_mul(parts[i], size, weights[i]);
        mpz_fdiv_qr(parts[i], rests[i], parts[i], whole);
        mpz_sub(left, left, parts[i]);
    }
    while (mpz_sgn(whole) > 0 &&
           mpz_sgn(left) > 0) { /* a cent to the largest rest, then the next */
        size_t best = 0;
        for (size_t i = 1; i < count; i++) {
            if (mpz_cmp(rests[i], rests[best]) > 0) best = i;
        }
        mpz_add_ui(parts[best], parts[best], 1);
        mpz_set_si(rests[best], -1);
        mpz_sub_ui(left, left, 1);
    }
    for (size_t i = 0; mpz_sgn(total) < 0 && i < count; i++)
        mpz_neg(parts[i], parts[i]);
    slow_amounts_free(rests, count);
    mpz_clear(whole);
    mpz_clear(left);
    mpz_clear(size);
}
