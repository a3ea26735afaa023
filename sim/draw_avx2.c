/* draw_avx2.c - the draw phase with AVX2, built with flags of its own. */
#include <immintrin.h>

#include "sim/walk64.h"

enum { HALVES = 2, ROUNDS = 10 }; /* of eight lanes each */

/*
 * As draw_avx512.c with half the width: four 64-bit lanes of even and four of odd paths make eight
 * 32-bit lanes, twice.
 */
typedef struct lanes_type {
    __m256i path[HALVES][2];
} lanes_type;

typedef struct words_type {
    __m256i word[4][HALVES];
} words_type;

static inline lanes_type lanes_of(uint32_t path_first)
{
    lanes_type lanes = {0};
    const __m256i step = _mm256_set_epi64x(6, 4, 2, 0);
    for (uint32_t h = 0; h < HALVES; h++) {
        for (int odd = 0; odd < 2; odd++) {
            lanes.path[h][odd] =
                _mm256_add_epi64(_mm256_set1_epi64x((long long)path_first + 8LL * h + odd), step);
        }
    }
    return lanes;
}

static inline __m256i all(uint32_t value)
{
    return _mm256_set1_epi64x((long long)value);
}

static inline __m256i xor3(__m256i a, __m256i b, __m256i c)
{
    return _mm256_xor_si256(_mm256_xor_si256(a, b), c);
}

static inline __m256i join(__m256i even, __m256i odd)
{
    return _mm256_blend_epi32(even, _mm256_slli_epi64(odd, 32), 0xaa);
}

static inline words_type philox(const lanes_type *lanes, uint32_t counter0, uint32_t counter1,
                                uint32_t counter3, const uint32_t key[2])
{
    const __m256i m0 = all(0xd2511f53);
    const __m256i m1 = all(0xcd9e8d57);
    words_type words = {0};
    for (uint32_t h = 0; h < HALVES; h++) {
        uint32_t k0 = key[0];
        uint32_t k1 = key[1];
        __m256i c0[2], c1[2], c2[2], c3[2];
        for (int odd = 0; odd < 2; odd++) {
            c0[odd] = all(counter0);
            c1[odd] = all(counter1);
            c2[odd] = lanes->path[h][odd];
            c3[odd] = all(counter3);
        }
        for (int round = 0; round < ROUNDS; round++) {
            for (int odd = 0; odd < 2; odd++) {
                const __m256i a = _mm256_mul_epu32(c0[odd], m0);
                const __m256i b = _mm256_mul_epu32(c2[odd], m1);
                c0[odd] = xor3(_mm256_srli_epi64(b, 32), c1[odd], all(k0));
                c1[odd] = b;
                c2[odd] = xor3(_mm256_srli_epi64(a, 32), c3[odd], all(k1));
                c3[odd] = a;
            }
            k0 += UINT32_C(0x9e3779b9);
            k1 += UINT32_C(0xbb67ae85);
        }
        words.word[0][h] = join(c0[0], c0[1]);
        words.word[1][h] = join(c1[0], c1[1]);
        words.word[2][h] = join(c2[0], c2[1]);
        words.word[3][h] = join(c3[0], c3[1]);
    }
    return words;
}

static inline void words_store(uint32_t out[4][WB_LANES], words_type words)
{
    for (int i = 0; i < 4; i++) {
        for (uint32_t h = 0; h < HALVES; h++) {
            _mm256_storeu_si256((__m256i *)(void *)(out[i] + (size_t)8 * h), words.word[i][h]);
        }
    }
}

static inline uint32_t words_at_most(const words_type *words, uint32_t s, const uint32_t *limits)
{
    uint32_t bits = 0;
    for (uint32_t h = 0; h < HALVES; h++) {
        const __m256i word = words->word[s][h];
        const __m256i limit =
            _mm256_loadu_si256((const __m256i *)(const void *)(limits + (size_t)8 * h));
        /* word <= limit where the greater of both is the limit */
        const __m256i at_most = _mm256_cmpeq_epi32(_mm256_max_epu32(word, limit), limit);
        bits |= (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(at_most)) << (8 * h);
    }
    return bits;
}

#define DRAW_NAME wb_draw_avx2
#include "sim/draw_body.h"

uint32_t wb_words_avx2(uint32_t *at, uint32_t *words, const wb_words_query *query)
{
    const uint32_t block = query->step / WB_BLOCK_STEPS;
    const uint32_t last = query->purpose << 24 | (uint32_t)(query->path >> 32);
    const uint32_t word = query->step % WB_BLOCK_STEPS;
    uint32_t found = 0;
    for (uint32_t i = 0; i < query->count; i += 8) {
        const __m256i low =
            _mm256_loadu_si256((const __m256i *)(const void *)(query->index_low + i));
        const __m256i high =
            _mm256_loadu_si256((const __m256i *)(const void *)(query->index_high + i));
        __m256i c[4][2]; /* even and odd indices; only the low halves matter */
        for (int odd = 0; odd < 2; odd++) {
            c[0][odd] = odd == 0 ? low : _mm256_srli_epi64(low, 32);
            c[1][odd] = _mm256_or_si256(odd == 0 ? high : _mm256_srli_epi64(high, 32), all(block));
            c[2][odd] = all((uint32_t)query->path);
            c[3][odd] = all(last);
        }
        uint32_t k0 = (uint32_t)query->seed;
        uint32_t k1 = (uint32_t)(query->seed >> 32);
        for (int round = 0; round < 10; round++) {
            for (int odd = 0; odd < 2; odd++) {
                const __m256i a = _mm256_mul_epu32(c[0][odd], all(0xd2511f53));
                const __m256i b = _mm256_mul_epu32(c[2][odd], all(0xcd9e8d57));
                c[0][odd] = xor3(_mm256_srli_epi64(b, 32), c[1][odd], all(k0));
                c[1][odd] = b;
                c[2][odd] = xor3(_mm256_srli_epi64(a, 32), c[3][odd], all(k1));
                c[3][odd] = a;
            }
            k0 += UINT32_C(0x9e3779b9);
            k1 += UINT32_C(0xbb67ae85);
        }
        const __m256i joined = join(c[word][0], c[word][1]);
        const __m256i limit =
            query->limits != NULL
                ? _mm256_loadu_si256((const __m256i *)(const void *)(query->limits + i))
                : _mm256_set1_epi32((int)query->limit);
        uint32_t stored[8];
        _mm256_storeu_si256((__m256i *)(void *)stored, joined);
        uint32_t bits = (uint32_t)_mm256_movemask_ps(
            _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_max_epu32(joined, limit), joined)));
        if (query->count - i < 8) bits &= (UINT32_C(1) << (query->count - i)) - 1;
        for (; bits != 0; bits &= bits - 1) {
            const uint32_t lane = (uint32_t)__builtin_ctz(bits);
            at[found] = i + lane;
            words[found++] = stored[lane];
        }
    }
    return found;
}
