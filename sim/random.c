/* random.c - Philox4x32-10 and the draws: every random number is a function of its counter. */
#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "waarborg/numeric.h"

enum { ROUNDS = 10 };

wb_block wb_philox(const uint32_t counter[4], const uint32_t key[2])
{
    uint32_t c0 = counter[0];
    uint32_t c1 = counter[1];
    uint32_t c2 = counter[2];
    uint32_t c3 = counter[3];
    uint32_t k0 = key[0];
    uint32_t k1 = key[1];
    for (int round = 0; round < ROUNDS; round++) {
        const uint64_t a = UINT64_C(0xd2511f53) * c0;
        const uint64_t b = UINT64_C(0xcd9e8d57) * c2;
        c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
        c1 = (uint32_t)b;
        c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
        c3 = (uint32_t)a;
        k0 += UINT32_C(0x9e3779b9); /* the golden ratio */
        k1 += UINT32_C(0xbb67ae85); /* sqrt(3) - 1 */
    }
    return (wb_block){{c0, c1, c2, c3}};
}

wb_block wb_draw(uint64_t seed, uint64_t path, uint32_t block, wb_purpose purpose, uint64_t index)
{
    assert(index < UINT64_C(1) << 48);
    assert(block < UINT32_C(1) << 16);
    assert(path < UINT64_C(1) << 56);
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    const uint32_t counter[4] = {(uint32_t)index, (uint32_t)(index >> 32) << 16 | block,
                                 (uint32_t)path, (uint32_t)purpose << 24 | (uint32_t)(path >> 32)};
    return wb_philox(counter, key);
}

uint32_t wb_draw_word(uint64_t seed, uint64_t path, uint32_t step, wb_purpose purpose,
                      uint64_t index)
{
    return wb_draw(seed, path, step / 4, purpose, index).word[step % 4];
}

double wb_draw_uniform(uint64_t seed, uint64_t path, uint32_t step, wb_purpose purpose,
                       uint64_t index)
{
    const wb_block block = wb_draw(seed, path, step / 2, purpose, index);
    const uint32_t *pair = block.word + (step % 2 == 0 ? 0 : 2);
    return wb_uniform(pair[0], pair[1]);
}

double wb_uniform(uint32_t high, uint32_t low)
{
    const uint64_t top = ((uint64_t)high << 32 | low) >> 11;
    /* From 2^52 upwards the half is not representable and the sum rounds to even; the one value
     * that would round up to 1 is held below it. */
    const double u = ((double)top + 0.5) * 0x1p-53;
    return u < 1.0 ? u : 1.0 - 0x1p-53;
}

uint64_t wb_draw_index(const char *id)
{
    assert(id != NULL);
    uint8_t hash[32];
    const int rc =
        crypto_generichash(hash, sizeof hash, (const unsigned char *)id, strlen(id), NULL, 0);
    assert(rc == 0); /* it fails on bad sizes only */
    (void)rc;
    uint64_t index = 0;
    for (int i = 0; i < 6; i++)
        index = index << 8 | hash[i];
    return index;
}
