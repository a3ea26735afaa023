/*
 * goal: packed columns give back every value, take as many bits as the spread of the values needs,
 *       and a damaged block is refused or read without harm.
 * method: random blocks of every spread from 0 to 127 bits and every number of paths, read back
 *         column by column; random cuts and flips held against the check; the sanitizers watch.
 */
#include "tests/test.h"

#include <stdlib.h>
#include <string.h>

#include "sim/packed.h"

enum { COLUMNS = 5 };

static uint64_t random_next(uint64_t *state)
{
    *state += UINT64_C(0x9e3779b97f4a7c15);
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

/* A value whose distance to `least` has at most `bits` bits. */
static wb_wide value_of(wb_wide least, uint32_t bits, uint64_t *state)
{
    wb_uwide above = (wb_uwide)random_next(state) << 64 | random_next(state);
    above = bits == 0 ? 0 : above >> (128 - bits);
    return (wb_wide)((wb_uwide)least + above);
}

typedef struct block {
    wb_wide values[COLUMNS * WB_BLOCK_PATHS];
    uint32_t count, bits[COLUMNS];
} block;

/* Spreads around `bits`; the least value moves from far below zero to far above. */
static void make(block *b, uint32_t bits, uint32_t count, uint64_t *state)
{
    b->count = count;
    for (uint32_t c = 0; c < COLUMNS; c++) {
        b->bits[c] = (bits + c * 29) % (WB_BOUND_BITS + 1);
        wb_wide least = value_of(0, (uint32_t)(random_next(state) % 125), state);
        if (random_next(state) % 2 == 0) least = -least;
        if (b->bits[c] > 124) least = -((wb_wide)1 << 125);
        for (uint32_t i = 0; i < count; i++)
            b->values[c * WB_BLOCK_PATHS + i] = value_of(least, b->bits[c], state);
    }
}

static void test_every_value_comes_back(void **state)
{
    (void)state;
    uint64_t seed = 1;
    static block b;
    wb_wide read[WB_BLOCK_PATHS];
    for (uint32_t bits = 0; bits <= WB_BOUND_BITS; bits++) {
        static const uint32_t counts[] = {1, 2, 63, 64, 65, 255, 256};
        make(&b, bits, counts[bits % COUNT(counts)], &seed);
        uint8_t *packed = wb_packed_new(b.values, COLUMNS, b.count);
        assert_non_null(packed);
        const size_t size = wb_packed_size(packed, COLUMNS, b.count);
        size_t most = COLUMNS * WB_PACKED_ENTRY;
        for (uint32_t c = 0; c < COLUMNS; c++) {
            const wb_wide *values = b.values + c * WB_BLOCK_PATHS;
            most += ((size_t)b.count * b.bits[c] + 63) / 64 * 8;
            wb_packed_read(read, packed, COLUMNS, c, b.count);
            assert_memory_equal(read, values, b.count * sizeof *read);
            bool within = true;
            for (uint32_t i = 0; i < b.count; i++)
                within = within && values[i] >= -1000000 && values[i] <= 1000000;
            if (wb_packed_within(packed, c, 1000000)) assert_true(within);
        }
        assert_true(size <= most);
        assert_true(wb_packed_check(packed, size, COLUMNS, b.count));
        free(packed);
    }
}

static void test_values_of_an_int64_are_seen_to_fit(void **state)
{
    (void)state;
    static const wb_wide rows[][2] = {{0, 0}, {-5, 4}, {INT64_MIN / 4, INT64_MAX / 4}};
    static wb_wide values[WB_BLOCK_PATHS];
    for (size_t i = 0; i < COUNT(rows); i++) {
        memcpy(values, rows[i], sizeof rows[i]);
        uint8_t *packed = wb_packed_new(values, 1, 2);
        assert_non_null(packed);
        assert_true(wb_packed_within(packed, 0, INT64_MAX));
        assert_false(wb_packed_within(packed, 0, 3) && i > 0);
        free(packed);
    }
    values[0] = (wb_wide)INT64_MAX + 1;
    values[1] = 0;
    uint8_t *packed = wb_packed_new(values, 1, 2);
    assert_non_null(packed);
    assert_false(wb_packed_within(packed, 0, INT64_MAX));
    free(packed);
}

/* What the check lets through must be safe to read and within the bound. */
static void test_a_damaged_block_is_refused_or_harmless(void **state)
{
    (void)state;
    uint64_t seed = 7;
    static block b;
    wb_wide read[WB_BLOCK_PATHS];
    const wb_wide limit = (wb_wide)1 << WB_BOUND_BITS;
    uint32_t refused = 0;
    for (uint32_t round = 0; round < 3000; round++) {
        make(&b, round % 127, 1 + (uint32_t)(random_next(&seed) % WB_BLOCK_PATHS), &seed);
        uint8_t *packed = wb_packed_new(b.values, COLUMNS, b.count);
        assert_non_null(packed);
        const size_t whole = wb_packed_size(packed, COLUMNS, b.count);
        const size_t size = round % 3 == 0 ? (size_t)(random_next(&seed) % whole) : whole;
        const size_t flipped = (size_t)(random_next(&seed) % (COLUMNS * WB_PACKED_ENTRY));
        uint8_t *damaged = malloc(size > 0 ? size : 1); /* exact, so that a read beyond is seen */
        assert_non_null(damaged);
        memcpy(damaged, packed, size);
        if (flipped < size) damaged[flipped] ^= (uint8_t)(1 << random_next(&seed) % 8);
        if (!wb_packed_check(damaged, size, COLUMNS, b.count)) {
            refused++;
        } else {
            assert_int_equal(size, whole);
            for (uint32_t c = 0; c < COLUMNS; c++) {
                wb_packed_read(read, damaged, COLUMNS, c, b.count);
                for (uint32_t i = 0; i < b.count; i++)
                    assert_true(read[i] > -limit && read[i] < limit);
            }
        }
        free(damaged);
        free(packed);
    }
    assert_true(refused > 1500);
}

static void test_more_bits_than_a_value_can_have_are_refused(void **state)
{
    (void)state;
    static const wb_wide values[WB_BLOCK_PATHS] = {5};
    uint8_t *packed = wb_packed_new(values, 1, 1);
    assert_non_null(packed);
    assert_int_equal(wb_packed_size(packed, 1, 1), WB_PACKED_ENTRY);
    for (uint8_t bits = 0; bits < 250; bits++) {
        const size_t size = WB_PACKED_ENTRY + (size_t)(bits + 63) / 64 * 8;
        uint8_t *made = calloc(1, size);
        assert_non_null(made);
        memcpy(made, packed, WB_PACKED_ENTRY);
        made[20] = bits; /* all zero: the value is the least one, whatever the bits */
        assert_int_equal(wb_packed_check(made, size, 1, 1), bits <= WB_BOUND_BITS + 1);
        free(made);
    }
    free(packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_value_comes_back),
        cmocka_unit_test(test_values_of_an_int64_are_seen_to_fit),
        cmocka_unit_test(test_a_damaged_block_is_refused_or_harmless),
        cmocka_unit_test(test_more_bits_than_a_value_can_have_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
