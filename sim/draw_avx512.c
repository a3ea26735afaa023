/* draw_avx512.c - the draw phase with AVX-512 (F, DQ, BW, VL), built with flags of its own. */
#include <immintrin.h>

#include "sim/normal.h"
#include "sim/walk64.h"

/*
 * Two vectors of eight 64-bit lanes hold the even and the odd paths: the products of Philox need
 * no masking there, for the multiplication reads the low halves only. The last round puts them
 * together as sixteen 32-bit lanes in the order of the paths.
 */
typedef struct lanes_type {
    __m512i product[2]; /* 0xcd9e8d57 x path: the first round's product that differs by lane */
    __m512i high[2];    /* its high half */
} lanes_type;

typedef struct words_type {
    __m512i word[4];
} words_type;

static inline lanes_type lanes_of(uint32_t path_first)
{
    lanes_type lanes = {0};
    const __m512i step = _mm512_set_epi64(14, 12, 10, 8, 6, 4, 2, 0);
    for (int half = 0; half < 2; half++) {
        const __m512i path =
            _mm512_add_epi64(_mm512_set1_epi64((long long)path_first + half), step);
        lanes.product[half] = _mm512_mul_epu32(path, _mm512_set1_epi64(0xcd9e8d57));
        lanes.high[half] = _mm512_srli_epi64(lanes.product[half], 32);
    }
    return lanes;
}

static inline __m512i xor3(__m512i a, __m512i b, __m512i c)
{
    return _mm512_ternarylogic_epi64(a, b, c, 0x96);
}

static inline __m512i all(uint32_t value)
{
    return _mm512_set1_epi64((long long)value);
}

/* The even lanes' low halves beside the odd lanes' low halves. */
static inline __m512i join(__m512i even, __m512i odd)
{
    return _mm512_mask_blend_epi32(0xaaaa, even, _mm512_slli_epi64(odd, 32));
}

/* The high halves likewise. */
static inline __m512i join_high(__m512i even, __m512i odd)
{
    return _mm512_mask_blend_epi32(0xaaaa, _mm512_srli_epi64(even, 32), odd);
}

static inline words_type philox(const lanes_type *lanes, uint32_t counter0, uint32_t counter1,
                                uint32_t counter3, const uint32_t key[2])
{
    const __m512i m0 = all(0xd2511f53);
    const __m512i m1 = all(0xcd9e8d57);
    uint32_t k0 = key[0];
    uint32_t k1 = key[1];
    /* first round: only the second product differs by lane */
    const uint64_t a0 = UINT64_C(0xd2511f53) * counter0;
    const uint32_t x0 = counter1 ^ k0;
    const uint32_t x2 = (uint32_t)(a0 >> 32) ^ counter3 ^ k1;
    const uint32_t x3 = (uint32_t)a0;
    k0 += UINT32_C(0x9e3779b9);
    k1 += UINT32_C(0xbb67ae85);
    /* second round: only the first does */
    const uint64_t b1 = UINT64_C(0xcd9e8d57) * x2;
    const uint32_t y0 = (uint32_t)(b1 >> 32) ^ k0;
    const uint32_t y1 = (uint32_t)b1;
    const uint32_t y2 = x3 ^ k1;
    k0 += UINT32_C(0x9e3779b9);
    k1 += UINT32_C(0xbb67ae85);
    __m512i c0[2], c1[2], c2[2], c3[2];
    for (int half = 0; half < 2; half++) {
        const __m512i a = _mm512_mul_epu32(_mm512_xor_si512(lanes->high[half], all(x0)), m0);
        const __m512i first = _mm512_xor_si512(lanes->product[half], all(y0));
        const __m512i third = _mm512_xor_si512(_mm512_srli_epi64(a, 32), all(y2));
        /* third round: counter 1 is the same for all lanes */
        const __m512i a2 = _mm512_mul_epu32(first, m0);
        const __m512i b2 = _mm512_mul_epu32(third, m1);
        c0[half] = _mm512_xor_si512(_mm512_srli_epi64(b2, 32), all(y1 ^ k0));
        c1[half] = b2;
        c2[half] = xor3(_mm512_srli_epi64(a2, 32), a, all(k1));
        c3[half] = a2;
    }
    for (int round = 3; round < 9; round++) {
        k0 += UINT32_C(0x9e3779b9);
        k1 += UINT32_C(0xbb67ae85);
        for (int half = 0; half < 2; half++) {
            const __m512i a = _mm512_mul_epu32(c0[half], m0);
            const __m512i b = _mm512_mul_epu32(c2[half], m1);
            c0[half] = xor3(_mm512_srli_epi64(b, 32), c1[half], all(k0));
            c1[half] = b;
            c2[half] = xor3(_mm512_srli_epi64(a, 32), c3[half], all(k1));
            c3[half] = a;
        }
    }
    k0 += UINT32_C(0x9e3779b9);
    k1 += UINT32_C(0xbb67ae85);
    const __m512i a_even = _mm512_mul_epu32(c0[0], m0);
    const __m512i a_odd = _mm512_mul_epu32(c0[1], m0);
    const __m512i b_even = _mm512_mul_epu32(c2[0], m1);
    const __m512i b_odd = _mm512_mul_epu32(c2[1], m1);
    words_type words = {0};
    words.word[0] = xor3(join_high(b_even, b_odd), join(c1[0], c1[1]), _mm512_set1_epi32((int)k0));
    words.word[1] = join(b_even, b_odd);
    words.word[2] = xor3(join_high(a_even, a_odd), join(c3[0], c3[1]), _mm512_set1_epi32((int)k1));
    words.word[3] = join(a_even, a_odd);
    return words;
}

static inline void words_store(uint32_t out[4][WB_LANES], words_type words)
{
    for (int i = 0; i < 4; i++)
        _mm512_storeu_si512(out[i], words.word[i]);
}

static inline uint32_t words_at_most(const words_type *words, uint32_t s, const uint32_t *limits)
{
    return _mm512_cmple_epu32_mask(words->word[s], _mm512_loadu_si512(limits));
}

/* As draw_body.h has it, with the table in registers: gathers are slow on many processors. A line
 * per cell of a quarter, above Phi in all of the cell. */
static inline void row_limits(uint32_t *limits, const wb_draw_row *row, const float *scale,
                              const float *z, const float *r, const float *g,
                              const wb_draw_plan *plan)
{
    __m512 q = _mm512_set1_ps(row->q);
    if (scale != NULL) {
        q = _mm512_add_ps(_mm512_mul_ps(q, _mm512_loadu_ps(scale)), _mm512_set1_ps(row->raise));
    }
    const __m512 y = _mm512_sub_ps(
        _mm512_sub_ps(_mm512_sub_ps(q, _mm512_mul_ps(_mm512_set1_ps(row->a), _mm512_loadu_ps(z))),
                      _mm512_mul_ps(_mm512_set1_ps(row->b), _mm512_loadu_ps(r))),
        _mm512_mul_ps(_mm512_set1_ps(row->c), _mm512_loadu_ps(g)));
    const __m512 held = _mm512_min_ps(_mm512_max_ps(y, _mm512_set1_ps(WB_LINE_FIRST)),
                                      _mm512_set1_ps(WB_LINE_LAST));
    const __m512i cell = _mm512_cvttps_epi32(
        _mm512_mul_ps(_mm512_sub_ps(held, _mm512_set1_ps(WB_LINE_FIRST)), _mm512_set1_ps(4)));
    const __m512 slope = _mm512_permutex2var_ps(_mm512_loadu_ps(plan->line_slope), cell,
                                                _mm512_loadu_ps(plan->line_slope + 16));
    const __m512 start = _mm512_permutex2var_ps(_mm512_loadu_ps(plan->line_start), cell,
                                                _mm512_loadu_ps(plan->line_start + 16));
    const __m512 limit = _mm512_add_ps(start, _mm512_mul_ps(slope, held));
    /* what does not fit becomes 2^32 - 1 */
    _mm512_storeu_si512(limits, _mm512_cvttps_epu32(limit));
}

/* As draw_body.h has it, eight at a time; count is a multiple of sixteen. */
static inline size_t collect_tails(double *tails, uint32_t *tail_at, const double *values,
                                   size_t count)
{
    size_t found = 0;
    __m256i at = _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0);
    for (size_t i = 0; i < count; i += 8) {
        const __m512d value = _mm512_loadu_pd(values + i);
        const __m512d distance = _mm512_abs_pd(_mm512_sub_pd(value, _mm512_set1_pd(0.5)));
        const __mmask8 tail =
            _mm512_cmp_pd_mask(distance, _mm512_set1_pd(WB_QUANTILE_MIDDLE), _CMP_GT_OQ);
        _mm512_storeu_pd(tails + found, _mm512_maskz_compress_pd(tail, value));
        _mm256_storeu_si256((__m256i *)(void *)(tail_at + found),
                            _mm256_maskz_compress_epi32(tail, at));
        at = _mm256_add_epi32(at, _mm256_set1_epi32(8));
        found += (size_t)__builtin_popcount(tail);
    }
    return found;
}

#define DRAW_COLLECT_TAILS
#define DRAW_ROW_LIMITS
#define DRAW_NAME wb_draw_avx512
#include "sim/draw_body.h"

uint32_t wb_words_avx512(uint32_t *at, uint32_t *words, const wb_words_query *query)
{
    const uint32_t block = query->step / WB_BLOCK_STEPS;
    const uint32_t last = query->purpose << 24 | (uint32_t)(query->path >> 32);
    const uint32_t word = query->step % WB_BLOCK_STEPS;
    uint32_t found = 0;
    for (uint32_t i = 0; i < query->count; i += 16) {
        const __m512i low = _mm512_loadu_si512(query->index_low + i);
        const __m512i high = _mm512_loadu_si512(query->index_high + i);
        __m512i c[4][2]; /* even and odd indices; only the low halves matter */
        for (int odd = 0; odd < 2; odd++) {
            c[0][odd] = odd == 0 ? low : _mm512_srli_epi64(low, 32);
            c[1][odd] = _mm512_or_si512(odd == 0 ? high : _mm512_srli_epi64(high, 32), all(block));
            c[2][odd] = all((uint32_t)query->path);
            c[3][odd] = all(last);
        }
        uint32_t k0 = (uint32_t)query->seed;
        uint32_t k1 = (uint32_t)(query->seed >> 32);
        for (int round = 0; round < 10; round++) {
            for (int odd = 0; odd < 2; odd++) {
                const __m512i a = _mm512_mul_epu32(c[0][odd], all(0xd2511f53));
                const __m512i b = _mm512_mul_epu32(c[2][odd], all(0xcd9e8d57));
                c[0][odd] = xor3(_mm512_srli_epi64(b, 32), c[1][odd], all(k0));
                c[1][odd] = b;
                c[2][odd] = xor3(_mm512_srli_epi64(a, 32), c[3][odd], all(k1));
                c[3][odd] = a;
            }
            k0 += UINT32_C(0x9e3779b9);
            k1 += UINT32_C(0xbb67ae85);
        }
        const __m512i joined = join(c[word][0], c[word][1]);
        uint32_t stored[16];
        _mm512_storeu_si512(stored, joined);
        const __m512i limit = query->limits != NULL ? _mm512_loadu_si512(query->limits + i)
                                                    : _mm512_set1_epi32((int)query->limit);
        uint32_t bits = _mm512_cmpge_epu32_mask(joined, limit);
        if (query->count - i < 16) bits &= (UINT32_C(1) << (query->count - i)) - 1;
        for (; bits != 0; bits &= bits - 1) {
            const uint32_t lane = (uint32_t)__builtin_ctz(bits);
            at[found] = i + lane;
            words[found++] = stored[lane];
        }
    }
    return found;
}
