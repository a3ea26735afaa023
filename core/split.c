/* split.c - largest remainder: every cent is handed out, ties to the lowest index. */
#include "waarborg/split.h"

#include <assert.h>
#include <stdlib.h>

/* One party's claim on a left-over cent. */
typedef struct remainder {
    mpz_t size;
    size_t index;
} remainder;

static int by_remainder(const void *a, const void *b)
{
    const remainder *x = a;
    const remainder *y = b;
    const int order = mpz_cmp(y->size, x->size); /* largest first */
    if (order != 0) return order;
    return x->index < y->index ? -1 : 1;
}

/* The sum of the weights, or a refusal. */
static wb_code sum_weights(mpz_t sum, const wb_money *weights, size_t n, wb_error *err)
{
    for (size_t i = 0; i < n; i++) {
        if (mpz_sgn(weights[i].cents) < 0) {
            return wb_fail(err, WB_E_RANGE, "weight %zu is negative", i + 1);
        }
        mpz_add(sum, sum, weights[i].cents);
    }
    if (n == 0) return wb_fail(err, WB_E_RANGE, "nobody to split over");
    if (mpz_sgn(sum) == 0) return wb_fail(err, WB_E_RANGE, "every weight is 0");
    return WB_OK;
}

/* Divide |total|: round down, then hand out the cents left over. */
static void share_out(wb_money *parts, remainder *remainders, const wb_money *total,
                      const wb_money *weights, size_t n, const mpz_t sum)
{
    mpz_t magnitude;
    mpz_t left;
    mpz_init(magnitude);
    mpz_abs(magnitude, total->cents);
    mpz_init_set(left, magnitude);
    for (size_t i = 0; i < n; i++) {
        remainders[i].index = i;
        mpz_init(remainders[i].size);
        mpz_mul(parts[i].cents, magnitude, weights[i].cents);
        mpz_tdiv_qr(parts[i].cents, remainders[i].size, parts[i].cents, sum);
        mpz_sub(left, left, parts[i].cents);
    }
    qsort(remainders, n, sizeof *remainders, by_remainder);
    assert(mpz_cmp_ui(left, n) < 0);
    for (size_t i = 0; mpz_sgn(left) > 0; i++) {
        wb_money *part = &parts[remainders[i].index];
        mpz_add_ui(part->cents, part->cents, 1);
        mpz_sub_ui(left, left, 1);
    }
    mpz_clear(magnitude);
    mpz_clear(left);
}

wb_code wb_split(wb_money *parts, const wb_money *total, const wb_money *weights, size_t n,
                 wb_error *err)
{
    assert(parts != NULL || n == 0);
    assert(total != NULL);
    mpz_t sum;
    mpz_init(sum);
    wb_code code = sum_weights(sum, weights, n, err);
    remainder *remainders = code == WB_OK ? calloc(n, sizeof *remainders) : NULL;
    if (code == WB_OK && remainders == NULL) {
        code = wb_fail(err, WB_E_NOMEM, "cannot hold %zu parts", n);
    }
    if (code == WB_OK) {
        share_out(parts, remainders, total, weights, n, sum);
        for (size_t i = 0; i < n; i++) {
            if (mpz_sgn(total->cents) < 0) mpz_neg(parts[i].cents, parts[i].cents);
            mpz_clear(remainders[i].size);
        }
    }
    free(remainders);
    mpz_clear(sum);
    return code;
}

__extension__ typedef unsigned __int128 uwide;

static bool comes_before(const wb_split_rest *a, const wb_split_rest *b)
{
    return a->size != b->size ? a->size > b->size : a->index < b->index;
}

static void swap(wb_split_rest *a, wb_split_rest *b)
{
    const wb_split_rest kept = *a;
    *a = *b;
    *b = kept;
}

/* Bring the `count` that come first to the front, in any order: between `low` and `high` it is not
 * decided yet. No two are equal. */
static void select_first(wb_split_rest *rests, size_t n, size_t count)
{
    size_t low = 0;
    size_t high = n;
    while (low < count && count < high) {
        swap(&rests[low + (high - low) / 2], &rests[high - 1]);
        const wb_split_rest pivot = rests[high - 1];
        size_t at = low;
        for (size_t i = low; i + 1 < high; i++) {
            if (comes_before(&rests[i], &pivot)) swap(&rests[i], &rests[at++]);
        }
        swap(&rests[at], &rests[high - 1]);
        if (count <= at)
            high = at;
        else
            low = at + 1;
    }
}

void wb_split_int64(int64_t *parts, int64_t total, const int64_t *weights, wb_split_rest *rests,
                    size_t n)
{
    assert(n > 0 && n <= UINT32_MAX);
    assert(total >= 0);
    uwide sum = 0;
    for (size_t i = 0; i < n; i++) {
        assert(weights[i] >= 0);
        sum += (uint64_t)weights[i];
    }
    assert(sum > 0 && sum <= UINT64_MAX);
    const uint64_t whole = (uint64_t)sum;
    int64_t left = total;
    for (size_t i = 0; i < n; i++) {
        const uwide product = (uwide)total * (uwide)weights[i];
        /* most amounts are small enough for the short division */
        const uint64_t part =
            product <= UINT64_MAX ? (uint64_t)product / whole : (uint64_t)(product / whole);
        parts[i] = (int64_t)part;
        rests[i] = (wb_split_rest){.size = (uint64_t)(product - (uwide)part * whole),
                                   .index = (uint32_t)i};
        left -= parts[i];
    }
    assert((size_t)left < n);
    select_first(rests, n, (size_t)left);
    for (size_t i = 0; i < (size_t)left; i++)
        parts[rests[i].index]++;
}
