/* draw_portable.c - the draw phase in plain C, for any processor; see draw_body.h. */
#include "sim/walk64.h"

enum { ROUNDS = 10 };

typedef struct lanes_type {
    uint32_t path_first;
} lanes_type;

typedef struct words_type {
    uint32_t word[4][WB_LANES];
} words_type;

static inline lanes_type lanes_of(uint32_t path_first)
{
    return (lanes_type){path_first};
}

static inline words_type philox(const lanes_type *lanes, uint32_t counter0, uint32_t counter1,
                                uint32_t counter3, const uint32_t key[2])
{
    words_type words = {0};
    for (uint32_t l = 0; l < WB_LANES; l++) {
        uint32_t c0 = counter0;
        uint32_t c1 = counter1;
        uint32_t c2 = lanes->path_first + l;
        uint32_t c3 = counter3;
        uint32_t k0 = key[0];
        uint32_t k1 = key[1];
        for (int round = 0; round < ROUNDS; round++) {
            const uint64_t a = UINT64_C(0xd2511f53) * c0;
            const uint64_t b = UINT64_C(0xcd9e8d57) * c2;
            c0 = (uint32_t)(b >> 32) ^ c1 ^ k0;
            c1 = (uint32_t)b;
            c2 = (uint32_t)(a >> 32) ^ c3 ^ k1;
            c3 = (uint32_t)a;
            k0 += UINT32_C(0x9e3779b9);
            k1 += UINT32_C(0xbb67ae85);
        }
        words.word[0][l] = c0;
        words.word[1][l] = c1;
        words.word[2][l] = c2;
        words.word[3][l] = c3;
    }
    return words;
}

static inline void words_store(uint32_t out[4][WB_LANES], words_type words)
{
    __builtin_memcpy(out, words.word, sizeof words.word);
}

static inline uint32_t words_at_most(const words_type *words, uint32_t s, const uint32_t *limits)
{
    uint32_t bits = 0;
    for (uint32_t l = 0; l < WB_LANES; l++) {
        bits |= (words->word[s][l] <= limits[l] ? UINT32_C(1) : 0) << l;
    }
    return bits;
}

#define DRAW_NAME wb_draw_portable
#include "sim/draw_body.h"

uint32_t wb_words_portable(uint32_t *at, uint32_t *words, const wb_words_query *query)
{
    const uint32_t key[2] = {(uint32_t)query->seed, (uint32_t)(query->seed >> 32)};
    uint32_t found = 0;
    for (uint32_t i = 0; i < query->count; i++) {
        const uint32_t counter[4] = {
            query->index_low[i], query->index_high[i] | query->step / WB_BLOCK_STEPS,
            (uint32_t)query->path, query->purpose << 24 | (uint32_t)(query->path >> 32)};
        const uint32_t word = wb_philox(counter, key).word[query->step % WB_BLOCK_STEPS];
        at[found] = i;
        words[found] = word;
        found += word >= (query->limits != NULL ? query->limits[i] : query->limit) ? 1 : 0;
    }
    return found;
}
