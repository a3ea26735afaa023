/* sha256.c - SHA-256 by libsodium or by the processor's own instructions; see sha256.h. */
#include "proof/sha256.h"

#include <sodium.h>
#include <string.h>

wb_tree_hash wb_sha256_portable(uint8_t prefix, const void *bytes, size_t size)
{
    wb_tree_hash hash;
    crypto_hash_sha256_state state;
    (void)crypto_hash_sha256_init(&state);
    (void)crypto_hash_sha256_update(&state, &prefix, 1);
    (void)crypto_hash_sha256_update(&state, bytes, size);
    (void)crypto_hash_sha256_final(&state, hash.bytes);
    return hash;
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

#define NATIVE __attribute__((target("sha,sse4.1,ssse3")))

enum { BLOCK = 64, ROUNDS = 64, LENGTH_AT = 56 };

/* FIPS 180-4 section 4.2.2: the first 32 bits of the fractions of the cube roots of the first 64
 * primes; and 5.3.3: of the square roots of the first eight. */
static const uint32_t constants[ROUNDS] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static const uint32_t start[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                  0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};

/* The state as the instructions want it: a, b, e, f and c, d, g, h, the first in the top lane. */
typedef struct state {
    __m128i abef;
    __m128i cdgh;
} state;

NATIVE static void compress(state *s, const uint8_t *bytes, size_t blocks)
{
    const __m128i swap = _mm_set_epi8(12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
    for (; blocks > 0; blocks--, bytes += BLOCK) {
        __m128i abef = s->abef;
        __m128i cdgh = s->cdgh;
        __m128i words[4]; /* the last sixteen words of the schedule, four to a lane */
        for (size_t i = 0; i < 4; i++) {
            words[i] = _mm_loadu_si128((const __m128i *)(const void *)(bytes + 16 * i));
            words[i] = _mm_shuffle_epi8(words[i], swap);
        }
#pragma GCC unroll 16
        for (size_t i = 0; i < ROUNDS / 4; i++) {
            __m128i *w = &words[i % 4];
            if (i >= 4) {
                const __m128i last = words[(i + 3) % 4];
                const __m128i seventh = _mm_alignr_epi8(last, words[(i + 2) % 4], 4);
                *w = _mm_sha256msg1_epu32(*w, words[(i + 1) % 4]);
                *w = _mm_sha256msg2_epu32(_mm_add_epi32(*w, seventh), last);
            }
            const __m128i k = _mm_load_si128((const __m128i *)(const void *)(constants + 4 * i));
            const __m128i sum = _mm_add_epi32(*w, k);
            cdgh = _mm_sha256rnds2_epu32(cdgh, abef, sum);
            abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(sum, 0x0E));
        }
        s->abef = _mm_add_epi32(s->abef, abef);
        s->cdgh = _mm_add_epi32(s->cdgh, cdgh);
    }
}

static void put_u32(uint8_t *out, uint32_t value)
{
    for (size_t i = 0; i < 4; i++)
        out[i] = (uint8_t)(value >> (24 - 8 * i));
}

NATIVE static wb_tree_hash finish(const state *s)
{
    uint32_t lanes[8];
    _mm_storeu_si128((__m128i *)(void *)lanes, s->abef);
    _mm_storeu_si128((__m128i *)(void *)(lanes + 4), s->cdgh);
    static const size_t order[8] = {3, 2, 7, 6, 1, 0, 5, 4}; /* a to h */
    wb_tree_hash hash;
    for (size_t i = 0; i < 8; i++)
        put_u32(hash.bytes + 4 * i, lanes[order[i]]);
    return hash;
}

NATIVE static wb_tree_hash native(uint8_t prefix, const uint8_t *bytes, size_t size)
{
    state s = {
        _mm_set_epi32((int)start[0], (int)start[1], (int)start[4], (int)start[5]),
        _mm_set_epi32((int)start[2], (int)start[3], (int)start[6], (int)start[7]),
    };
    const uint64_t bits = ((uint64_t)size + 1) * 8;
    uint8_t block[BLOCK] = {prefix};
    size_t filled = 1; /* of the block that is not whole yet */
    if (size >= BLOCK - 1) {
        memcpy(block + 1, bytes, BLOCK - 1);
        compress(&s, block, 1);
        bytes += BLOCK - 1;
        size -= BLOCK - 1;
        compress(&s, bytes, size / BLOCK);
        bytes += size / BLOCK * BLOCK;
        size %= BLOCK;
        filled = 0;
    }
    if (size > 0) memcpy(block + filled, bytes, size);
    filled += size;
    block[filled] = 0x80;
    memset(block + filled + 1, 0, BLOCK - filled - 1);
    if (filled + 1 > LENGTH_AT) {
        compress(&s, block, 1);
        memset(block, 0, sizeof block);
    }
    put_u32(block + LENGTH_AT, (uint32_t)(bits >> 32));
    put_u32(block + LENGTH_AT + 4, (uint32_t)bits);
    compress(&s, block, 1);
    return finish(&s);
}

static bool ask_processor(void)
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    if (__get_cpuid(1, &a, &b, &c, &d) == 0) return false;
    const bool sse = (c & bit_SSSE3) != 0 && (c & bit_SSE4_1) != 0;
    if (__get_cpuid_count(7, 0, &a, &b, &c, &d) == 0) return false;
    return sse && (b & bit_SHA) != 0;
}

bool wb_sha256_native(wb_tree_hash *hash, uint8_t prefix, const void *bytes, size_t size)
{
    static int able; /* 0: not asked yet; the answer is the same for every thread */
    int known = __atomic_load_n(&able, __ATOMIC_RELAXED);
    if (known == 0) {
        known = ask_processor() ? 1 : -1;
        __atomic_store_n(&able, known, __ATOMIC_RELAXED);
    }
    if (known < 0) return false;
    *hash = native(prefix, bytes, size);
    return true;
}

#else

bool wb_sha256_native(wb_tree_hash *hash, uint8_t prefix, const void *bytes, size_t size)
{
    (void)hash;
    (void)prefix;
    (void)bytes;
    (void)size;
    return false;
}

#endif

wb_tree_hash wb_sha256(uint8_t prefix, const void *bytes, size_t size)
{
    wb_tree_hash hash;
    return wb_sha256_native(&hash, prefix, bytes, size) ? hash
                                                        : wb_sha256_portable(prefix, bytes, size);
}
