/* sorted.c - radix sort of a column and what is read from it; see sorted.h. */
#include "sim/sorted.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

wb_code wb_sorted_init(wb_sorted *sorted, uint64_t count, bool wide, wb_error *err)
{
    memset(sorted, 0, sizeof *sorted);
    sorted->count = count;
    if (wide) {
        sorted->wide = malloc(count * sizeof *sorted->wide);
    } else {
        sorted->narrow = malloc(count * sizeof *sorted->narrow);
        sorted->scratch = malloc(count * sizeof *sorted->scratch);
    }
    if (wide ? sorted->wide == NULL : sorted->narrow == NULL || sorted->scratch == NULL) {
        wb_sorted_clear(sorted);
        return wb_fail(err, WB_E_NOMEM, "no memory to sort %llu paths", (unsigned long long)count);
    }
    return WB_OK;
}

void wb_sorted_clear(wb_sorted *sorted)
{
    free(sorted->narrow);
    free(sorted->scratch);
    free(sorted->wide);
    memset(sorted, 0, sizeof *sorted);
}

enum { DIGITS = 8, RADIX = 256 };

/* Order-preserving map of int64 to unsigned keys. */
static uint64_t key_of(int64_t value)
{
    return (uint64_t)value ^ (UINT64_C(1) << 63);
}

static void radix_sort(int64_t **values, int64_t **scratch, size_t count)
{
    size_t histogram[DIGITS][RADIX];
    memset(histogram, 0, sizeof histogram);
    for (size_t i = 0; i < count; i++) {
        const uint64_t key = key_of((*values)[i]);
        for (uint32_t d = 0; d < DIGITS; d++)
            histogram[d][(key >> (8 * d)) & 0xff]++;
    }
    for (uint32_t d = 0; d < DIGITS; d++) {
        size_t *start = histogram[d];
        if (start[(key_of((*values)[0]) >> (8 * d)) & 0xff] == count) continue;
        size_t sum = 0;
        for (size_t digit = 0; digit < RADIX; digit++) {
            const size_t here = start[digit];
            start[digit] = sum;
            sum += here;
        }
        for (size_t i = 0; i < count; i++) {
            const int64_t value = (*values)[i];
            (*scratch)[start[(key_of(value) >> (8 * d)) & 0xff]++] = value;
        }
        int64_t *swap = *values;
        *values = *scratch;
        *scratch = swap;
    }
}

static int compare_wide(const void *a, const void *b)
{
    const wb_wide x = *(const wb_wide *)a;
    const wb_wide y = *(const wb_wide *)b;
    return (x > y) - (x < y);
}

void wb_sorted_load_int64(wb_sorted *sorted, const int64_t *values)
{
    assert(sorted->narrow != NULL && sorted->count > 0);
    memcpy(sorted->narrow, values, sorted->count * sizeof *values);
    radix_sort(&sorted->narrow, &sorted->scratch, sorted->count);
}

void wb_sorted_load_wide(wb_sorted *sorted, const wb_wide *values)
{
    assert(sorted->wide != NULL && sorted->count > 0);
    memcpy(sorted->wide, values, sorted->count * sizeof *values);
    qsort(sorted->wide, sorted->count, sizeof *sorted->wide, compare_wide);
}

void wb_sorted_load(wb_sorted *sorted, const wb_tally *tally, uint32_t column)
{
    assert(sorted->count == tally->paths && (sorted->wide != NULL) == tally->wide);
    wb_wide values[WB_BLOCK_PATHS];
    for (uint64_t b = 0; b < tally->block_count; b++) {
        const uint32_t count = wb_tally_block_paths(tally, b);
        const size_t first = (size_t)b * WB_BLOCK_PATHS;
        wb_tally_read(values, tally, column, b);
        if (tally->wide) memcpy(sorted->wide + first, values, count * sizeof *values);
        for (uint32_t i = 0; !tally->wide && i < count; i++)
            sorted->narrow[first + i] = (int64_t)values[i];
    }
    if (tally->wide)
        qsort(sorted->wide, tally->paths, sizeof *sorted->wide, compare_wide);
    else
        radix_sort(&sorted->narrow, &sorted->scratch, sorted->count);
}

void wb_sorted_value(mpz_t value, const wb_sorted *sorted, uint64_t rank)
{
    assert(rank >= 1 && rank <= sorted->count);
    if (sorted->wide != NULL)
        wb_wide_set(value, sorted->wide[rank - 1]);
    else
        mpz_set_si(value, sorted->narrow[rank - 1]);
}

void wb_sorted_totals(mpz_t sum, mpz_t squares, const wb_sorted *sorted)
{
    wb_sum total;
    wb_sum_init(&total);
    for (size_t i = 0; i < sorted->count; i++) {
        wb_sum_add(&total, sorted->wide != NULL ? sorted->wide[i] : sorted->narrow[i]);
    }
    wb_sum_get(sum, squares, &total);
    wb_sum_clear(&total);
}

/* The difference of two int64 values in ascending order always fits 64 bits unsigned. */
static void excess_narrow(mpz_t sum, mpz_t squares, const wb_sorted *sorted, uint64_t rank)
{
    const uint64_t at = (uint64_t)sorted->narrow[rank - 1];
    wb_uwide total = 0;
    wb_uwide low = 0;
    uint64_t high = 0;
    for (size_t i = rank; i < sorted->count; i++) {
        const uint64_t over = (uint64_t)sorted->narrow[i] - at;
        const wb_uwide square = (wb_uwide)over * over;
        total += over;
        low += square;
        high += low < square ? 1 : 0;
    }
    const uint64_t sum_words[2] = {(uint64_t)total, (uint64_t)(total >> 64)};
    const uint64_t square_words[3] = {(uint64_t)low, (uint64_t)(low >> 64), high};
    mpz_import(sum, 2, -1, sizeof(uint64_t), 0, 0, sum_words);
    mpz_import(squares, 3, -1, sizeof(uint64_t), 0, 0, square_words);
}

void wb_sorted_excess(mpz_t sum, mpz_t squares, const wb_sorted *sorted, uint64_t rank)
{
    assert(rank >= 1 && rank <= sorted->count);
    if (sorted->wide == NULL) {
        excess_narrow(sum, squares, sorted, rank);
        return;
    }
    wb_sum total; /* wide values keep within 126 bits, their differences within 127 */
    wb_sum_init(&total);
    for (size_t i = rank; i < sorted->count; i++) {
        wb_sum_add(&total, sorted->wide[i] - sorted->wide[rank - 1]);
    }
    wb_sum_get(sum, squares, &total);
    wb_sum_clear(&total);
}

uint64_t wb_sorted_above(const wb_sorted *sorted, const mpz_t threshold)
{
    size_t low = 0;
    size_t high = sorted->count; /* values before low are <= threshold, from high on above it */
    mpz_t value;
    mpz_init(value);
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        wb_sorted_value(value, sorted, middle + 1);
        if (mpz_cmp(value, threshold) > 0)
            high = middle;
        else
            low = middle + 1;
    }
    mpz_clear(value);
    return sorted->count - low;
}

void wb_sorted_moments(double *second, double *fourth, const wb_sorted *sorted, const mpz_t sum)
{
    const double count = (double)sorted->count;
    const double mean = mpz_get_d(sum) / count;
    double two = 0;
    double four = 0;
    for (size_t i = 0; i < sorted->count; i++) {
        const double value =
            sorted->wide != NULL ? (double)sorted->wide[i] : (double)sorted->narrow[i];
        const double square = (value - mean) * (value - mean);
        two += square;
        four += square * square;
    }
    *second = two / count;
    *fourth = four / count;
}
