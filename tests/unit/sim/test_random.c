/* Goal: the generator is Philox4x32-10, and every draw is the function of its counter stated.
 * Method: published known answers, a hash over 65,536 blocks, counters taken apart by hand. */
#include "test.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "waarborg/numeric.h"

static void test_philox_gives_the_known_answers(void **state)
{
    (void)state;
    FILE *file = fopen(WB_SOURCE_DIR "/tests/cases/philox4x32.csv", "r");
    assert_non_null(file);
    char line[128];
    size_t rows = 0;
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file) != NULL) {
        uint32_t c[4], k[2], w[4];
        assert_int_equal(sscanf(line, "%x %x %x %x,%x %x,%x %x %x %x", &c[0], &c[1], &c[2], &c[3],
                                &k[0], &k[1], &w[0], &w[1], &w[2], &w[3]),
                         10);
        const wb_block block = wb_philox(c, k);
        assert_memory_equal(block.word, w, sizeof w);
        rows++;
    }
    assert_int_equal(rows, 11);
    (void)fclose(file);
}

static void test_65536_blocks_hash_to_the_known_sha256(void **state)
{
    (void)state;
    crypto_hash_sha256_state hash;
    crypto_hash_sha256_init(&hash);
    const uint32_t key[2] = {42, 0};
    for (uint32_t i = 0; i < 65536; i++) {
        const uint32_t counter[4] = {i, 0, 0, 0};
        const wb_block block = wb_philox(counter, key);
        uint8_t bytes[16];
        for (size_t b = 0; b < sizeof bytes; b++)
            bytes[b] = (uint8_t)(block.word[b / 4] >> (8 * (b % 4)));
        crypto_hash_sha256_update(&hash, bytes, sizeof bytes);
    }
    uint8_t digest[32];
    char text[65];
    crypto_hash_sha256_final(&hash, digest);
    sodium_bin2hex(text, sizeof text, digest, sizeof digest);
    assert_string_equal(text, "14fe893324aa4753c43e46ab4f71828a3ffbc14890590068c5b8fadf0f553987");
}

static void test_every_part_of_the_counter_has_its_place(void **state)
{
    (void)state;
    const uint64_t seed = UINT64_C(0x1122334455667788);
    const uint64_t path = UINT64_C(0xa1b2c3d4e5f607);
    const uint64_t index = UINT64_C(0x9abc01234567);
    const uint32_t key[2] = {0x55667788, 0x11223344};
    const uint32_t counter[4] = {0x01234567, 0x9abc0123, 0xd4e5f607, 0x08a1b2c3};
    const wb_block want = wb_philox(counter, key);
    const wb_block got = wb_draw(seed, path, 0x123, WB_DRAW_LGD, index);
    assert_int_equal(WB_DRAW_LGD, 8);
    assert_memory_equal(&got, &want, sizeof want);
}

static void test_steps_use_every_word_once(void **state)
{
    (void)state;
    for (uint32_t step = 0; step < 9; step++) {
        const wb_block four = wb_draw(7, 8, step / 4, WB_DRAW_DISTRESS, 9);
        const wb_block two = wb_draw(7, 8, step / 2, WB_DRAW_DISTRESS, 9);
        assert_int_equal(wb_draw_word(7, 8, step, WB_DRAW_DISTRESS, 9), four.word[step % 4]);
        assert_true(wb_draw_uniform(7, 8, step, WB_DRAW_DISTRESS, 9) ==
                    wb_uniform(two.word[step % 2 * 2], two.word[step % 2 * 2 + 1]));
    }
}

static void test_a_uniform_is_never_0_or_1(void **state)
{
    (void)state;
    assert_true(wb_uniform(0, 0) == 0x1p-54);
    assert_true(wb_uniform(0, 2047) == 0x1p-54);     /* 11 bits are not used */
    assert_true(wb_uniform(0, 2048) == 3 * 0x1p-54); /* the next value */
    assert_true(wb_uniform(0x80000000, 0) > 0.5 - 0x1p-53);
    assert_true(wb_uniform(UINT32_MAX, UINT32_MAX) == 1.0 - 0x1p-53);
    assert_true(wb_uniform(0x7fffffff, UINT32_MAX) == 0.5 - 0x1p-54);
}

/* b2sum -l 256 of the three names, first 12 hex digits. */
static void test_an_index_is_48_bits_of_blake2b(void **state)
{
    (void)state;
    static const struct {
        const char *id;
        uint64_t index;
    } cases[] = {{"", UINT64_C(0x0e5751c026e5)},
                 {"abc", UINT64_C(0xbddd813c6342)},
                 {"SYS01", UINT64_C(0x08601feaa94a)}};
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(wb_draw_index(cases[i].id), cases[i].index);
}

static void test_words_are_equally_likely(void **state)
{
    (void)state;
    /* 2^20 words over 256 cells: chi-square with 255 degrees of freedom has mean 255 and standard
     * deviation 22.6; within 5 of those. */
    enum { N = 1 << 20 };
    static uint32_t cells[256];
    for (uint32_t i = 0; i < N; i++)
        cells[wb_draw_word(1, i / 40, i % 40, WB_DRAW_DISTRESS, 5) >> 24]++;
    double chi = 0.0;
    for (size_t c = 0; c < COUNT(cells); c++) {
        const double gap = (double)cells[c] - N / 256.0;
        chi += gap * gap / (N / 256.0);
    }
    assert_true(chi > 255.0 - 5 * 22.6);
    assert_true(chi < 255.0 + 5 * 22.6);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox_gives_the_known_answers),
        cmocka_unit_test(test_65536_blocks_hash_to_the_known_sha256),
        cmocka_unit_test(test_every_part_of_the_counter_has_its_place),
        cmocka_unit_test(test_steps_use_every_word_once),
        cmocka_unit_test(test_a_uniform_is_never_0_or_1),
        cmocka_unit_test(test_an_index_is_48_bits_of_blake2b),
        cmocka_unit_test(test_words_are_equally_likely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
