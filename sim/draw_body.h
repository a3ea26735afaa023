/*
 * draw_body.h - the draw phase, included once per instruction set by draw_portable.c, draw_avx2.c
 * and draw_avx512.c, which define before:
 *
 *   lanes_type    the path numbers of sixteen lanes, ready for philox
 *   words_type    four words for each of them
 *   lanes_of      (path_first) to lanes_type
 *   philox        (lanes, counter 0, counter 1, counter 3, key) to words_type
 *   words_store   (out[4][16], words)
 *   words_at_most (words, s, limits): the bits of lanes whose word s is at most its limit
 *   DRAW_NAME     the function to define
 *
 * and may define row_limits and collect_tails of its own, with DRAW_ROW_LIMITS and
 * DRAW_COLLECT_TAILS.
 *
 * The loops over lanes below are plain C that compilers vectorise. Every double operation is one
 * that normal.h does, in its order: see there why the bits are the same everywhere.
 */
#include <assert.h>
#include <string.h>

#include "sim/normal.h"
#include "sim/tilt.h"

/* (top 53 bits + 1/2) / 2^53, below 1: numeric.h's wb_uniform in operations that vectors have. */
static inline double uniform_of(uint32_t high, uint32_t low)
{
    const uint64_t bits = ((uint64_t)high << 32 | low) >> 11;
    const double top = wb_bits_double(UINT64_C(0x4330000000000000) | bits >> 32) - 0x1p52;
    const double rest = wb_bits_double(UINT64_C(0x4330000000000000) | (bits & 0xffffffff)) - 0x1p52;
    const double u = ((top * 0x1p32 + rest) + 0.5) * 0x1p-53; /* the sum in brackets is exact */
    return u < 1.0 ? u : 1.0 - 0x1p-53;
}

/* The middle piece of the inverse normal: right for |p - 1/2| <= WB_QUANTILE_MIDDLE only. */
static inline double quantile_middle(double p)
{
    const wb_quantile_piece *piece = &wb_quantile_pieces[0];
    const double centred = p - 0.5;
    const double distance = fabs(centred);
    const double v = (0.180625 - centred * centred) - piece->offset;
    double numerator = piece->p[9];
    double denominator = piece->q[9];
    for (int i = 8; i >= 0; i--) {
        numerator = numerator * v + piece->p[i];
        denominator = denominator * v + piece->q[i];
    }
    const double magnitude = numerator / denominator * distance;
    return centred < 0.0 ? -magnitude : magnitude;
}

/* The near tail: right for |p - 1/2| > WB_QUANTILE_MIDDLE and p of a uniform, so r below 6.2. */
static inline double quantile_tail(double p)
{
    const wb_quantile_piece *piece = &wb_quantile_pieces[1];
    const double centred = p - 0.5;
    const double other = 1.0 - p;
    const double tail = p < other ? p : other;
    const double v = sqrt(-wb_log_body(tail)) - piece->offset;
    double numerator = piece->p[9];
    double denominator = piece->q[9];
    for (int i = 8; i >= 0; i--) {
        numerator = numerator * v + piece->p[i];
        denominator = denominator * v + piece->q[i];
    }
    const double x = numerator / denominator;
    return centred < 0.0 ? -x : x;
}

/* Uniforms of a block of four steps, [step][drawn][lane]. */
static void block_uniforms(double *restrict out, const wb_draw_plan *plan, const lanes_type *lanes,
                           const uint32_t key[2], uint32_t path_high, uint32_t block)
{
    for (uint32_t f = 0; f < plan->drawn_count; f++) {
        const uint32_t low = (uint32_t)plan->drawn_index[f];
        const uint32_t high = (uint32_t)(plan->drawn_index[f] >> 32) << 16;
        const uint32_t last = plan->drawn_purpose[f] << 24 | path_high;
        for (uint32_t half = 0; half < 2; half++) { /* a uniform takes two words */
            uint32_t words[4][WB_LANES];
            words_store(words, philox(lanes, low, high | (2 * block + half), last, key));
            for (uint32_t s = 0; s < 2; s++) {
                double *at = out + (size_t)((2 * half + s) * plan->drawn_count + f) * WB_LANES;
                for (uint32_t l = 0; l < WB_LANES; l++) {
                    at[l] = uniform_of(words[2 * s][l], words[2 * s + 1][l]);
                }
            }
        }
    }
}

#ifndef DRAW_COLLECT_TAILS
/* The uniforms outside the middle, in order, with their places. */
static inline size_t collect_tails(double *restrict tails, uint32_t *restrict tail_at,
                                   const double *restrict values, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) {
        tails[found] = values[i];
        tail_at[found] = (uint32_t)i;
        found += fabs(values[i] - 0.5) > WB_QUANTILE_MIDDLE ? 1 : 0;
    }
    return found;
}
#endif

/* Replace uniforms by normals: the middle for all, then the tails in a run of their own. */
static void normals(double *restrict values, size_t count, double *restrict tails,
                    uint32_t *restrict tail_at)
{
    const size_t tail_count = collect_tails(tails, tail_at, values, count);
    for (size_t i = 0; i < count; i++)
        values[i] = quantile_middle(values[i]);
    for (size_t i = 0; i < tail_count; i++)
        tails[i] = quantile_tail(tails[i]);
    for (size_t i = 0; i < tail_count; i++)
        values[tail_at[i]] = tails[i];
}

/* From innovations to factors, step by step; keep the last step for the next block. */
static void autoregress(wb_draws *draws, const wb_draw_plan *plan, uint32_t block,
                        uint32_t step_count)
{
    const size_t size = (size_t)plan->factor_count * WB_LANES;
    const size_t stride = (size_t)plan->drawn_count * WB_LANES;
    const double ar1 = plan->plan->ar1;
    const double innovation = plan->plan->innovation;
    double *restrict before = draws->factors;
    for (uint32_t s = 0; s < step_count; s++) {
        double *restrict now = draws->block + s * stride;
        float *restrict rounded = draws->block_float + s * stride;
        if (block > 0 || s > 0) {
            for (size_t i = 0; i < size; i++)
                now[i] = ar1 * before[i] + innovation * now[i];
        }
        for (size_t i = 0; i < size; i++)
            rounded[i] = (float)now[i];
        memcpy(before, now, size * sizeof *before);
        memcpy(draws->national + (size_t)(block * WB_BLOCK_STEPS + s) * WB_LANES, now,
               WB_LANES * sizeof *now);
    }
}

/* s = sqrt(W / dof) of each step, W the sum of the squares in their order. */
static void scales(wb_draws *draws, const wb_draw_plan *plan, uint32_t step_count)
{
    const double degrees = (double)plan->mixing_count;
    for (uint32_t s = 0; s < step_count; s++) {
        const double *restrict normal =
            draws->block + ((size_t)s * plan->drawn_count + plan->factor_count) * WB_LANES;
        double *restrict scale = draws->scale[s];
        for (uint32_t l = 0; l < WB_LANES; l++)
            scale[l] = normal[l] * normal[l];
        for (uint32_t j = 1; j < plan->mixing_count; j++) {
            normal += WB_LANES;
            for (uint32_t l = 0; l < WB_LANES; l++)
                scale[l] = scale[l] + normal[l] * normal[l];
        }
        for (uint32_t l = 0; l < WB_LANES; l++) {
            scale[l] = sqrt(scale[l] / degrees);
            draws->scale_float[s][l] = (float)scale[l];
        }
    }
}

#ifndef DRAW_ROW_LIMITS
/* `scale` is NULL without the t copula. */
static inline void row_limits(uint32_t *restrict limits, const wb_draw_row *row,
                              const float *restrict scale, const float *restrict z,
                              const float *restrict r, const float *restrict g,
                              const wb_draw_plan *plan)
{
    const uint32_t *restrict upper = plan->upper;
    for (uint32_t l = 0; l < WB_LANES; l++) {
        const float q = scale == NULL ? row->q : row->q * scale[l] + row->raise;
        const float y = ((q - row->a * z[l]) - row->b * r[l]) - row->c * g[l];
        float cell = (y + (float)WB_BOUND_RANGE) * (float)WB_BOUND_SCALE;
        cell = cell > 0 ? cell : 0;
        cell = cell < WB_BOUND_CELLS - 1 ? cell : WB_BOUND_CELLS - 1;
        limits[l] = upper[(int32_t)cell];
    }
}
#endif

static void block_limits(wb_draws *draws, const wb_draw_plan *plan, const wb_draw_block *block)
{
    for (uint32_t s = 0; s < block->step_count; s++) {
        const float *factors = draws->block_float + (size_t)s * plan->drawn_count * WB_LANES;
        const float *scale = plan->mixing_count > 0 ? draws->scale_float[s] : NULL;
        const uint32_t end = s + 1 < block->step_count ? block->row_first[s + 1] : block->row_count;
        for (uint32_t i = block->row_first[s]; i < end; i++) {
            const wb_draw_row *row = &block->rows[i];
            uint32_t *limits = draws->limits + (size_t)i * WB_LANES;
            if (row->fixed) {
                for (uint32_t l = 0; l < WB_LANES; l++)
                    limits[l] = row->limit;
            } else {
                row_limits(limits, row, scale, factors, factors + (size_t)row->region * WB_LANES,
                           factors + (size_t)row->segment * WB_LANES, plan);
            }
        }
    }
}

/*
 * Which words are at most their limits. An entry is appended to the hits whether it has any or not,
 * and the next one overwrites it if not: a branch here would be guessed wrong for most hits, and
 * throw away the generator's work on the entries after it.
 */
static uint32_t find_hits(wb_draw_hit *restrict hits, const wb_draw_block *block,
                          const uint32_t *restrict limits, const lanes_type *lanes,
                          const uint32_t key[2], uint32_t path_high, uint32_t b)
{
    const uint32_t last = (uint32_t)WB_DRAW_DISTRESS << 24 | path_high;
    const uint64_t valid = UINT64_MAX >> (WB_LANES * (WB_BLOCK_STEPS - block->step_count));
    uint32_t count = 0;
    for (uint32_t e = 0; e < block->entry_count; e++) {
        const wb_draw_entry *entry = &block->entries[e];
        const words_type words = philox(lanes, entry->index_low, entry->index_high | b, last, key);
        uint64_t bits = 0;
        for (uint32_t s = 0; s < WB_BLOCK_STEPS; s++) {
            bits |= (uint64_t)words_at_most(&words, s, limits + (size_t)entry->row[s] * WB_LANES)
                    << (WB_LANES * s);
        }
        bits &= valid;
        hits[count].bits = bits;
        hits[count].entry = e;
        words_store(hits[count].words, words);
        count += bits != 0 ? 1 : 0;
    }
    return count;
}

#include "sim/draw_tilt.h"

static void block_distress(wb_draws *draws, const wb_draw_plan *plan, const lanes_type *lanes,
                           const uint32_t key[2], uint32_t path_high, uint32_t b)
{
    const wb_draw_block *block = &plan->blocks[b];
    const bool tilted = draws->tilt != NULL && b < draws->tilt->plan->block_count;
    const uint32_t count =
        tilted ? find_hits_tilted(draws, plan, lanes, key, path_high, b)
               : find_hits(draws->hits, block, draws->limits, lanes, key, path_high, b);
    for (uint32_t h = 0; h < count; h++) {
        const wb_draw_hit *hit = &draws->hits[h];
        for (uint64_t bits = hit->bits; bits != 0; bits &= bits - 1) {
            const uint32_t bit = (uint32_t)__builtin_ctzll(bits);
            const uint32_t s = bit / WB_LANES;
            const uint32_t lane = bit % WB_LANES;
            wb_draws_candidate(draws, plan, block, &block->entries[hit->entry],
                               b * WB_BLOCK_STEPS + s, s, lane, hit->words[s][lane]);
        }
    }
}

void DRAW_NAME(wb_draws *draws, const wb_draw_plan *plan, uint64_t path_first)
{
    assert(path_first % WB_LANES == 0);
    const uint64_t seed = plan->plan->model->seed;
    const uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
    const uint32_t path_high = (uint32_t)(path_first >> 32);
    const lanes_type lanes = lanes_of((uint32_t)path_first);
    const size_t stride = (size_t)plan->drawn_count * WB_LANES;
    draws->path_first = path_first;
    draws->node_count = 0;
    memset(draws->head, 0, plan->plan->model->step_count * WB_LANES * sizeof *draws->head);
    for (uint32_t b = 0; b < plan->block_count; b++) {
        const wb_draw_block *block = &plan->blocks[b];
        block_uniforms(draws->block, plan, &lanes, key, path_high, b);
        normals(draws->block, block->step_count * stride, draws->tails, draws->tail_at);
        if (draws->tilt != NULL) tilt_normals(draws, plan, b, block->step_count);
        if (plan->mixing_count > 0) scales(draws, plan, block->step_count);
        autoregress(draws, plan, b, block->step_count);
        block_limits(draws, plan, block);
        block_distress(draws, plan, &lanes, key, path_high, b);
    }
}
