/*
 * numeric.h - the only transcendental functions and the only random numbers of the simulation.
 *
 * libm gives different last bits on different processors and versions; these do not: they use
 * IEEE 754 double addition, subtraction, multiplication, division and square root in a fixed order
 * (built with -ffp-contract=off) and integer operations, so every compiler, flag and vector width
 * gives the same bits. MPFR is the oracle in the tests. Pure functions, any thread.
 */
#ifndef WAARBORG_NUMERIC_H
#define WAARBORG_NUMERIC_H

#include <stdint.h>

/* exp(x), relative error below 1e-15 for |x| <= 700; 0 below, asserts above 709. */
double wb_exp(double x);
/* log(x) for x > 0, relative error below 1e-15 (absolute near 1). */
double wb_log(double x);
/* The standard normal distribution function, relative error below 1e-13 down to x = -37. */
double wb_normal_cdf(double x);
/* Its inverse for 0 < p < 1, relative error below 1e-13 (absolute near p = 1/2); for p in the lower
 * half exact to the far tail, 1e-300. */
double wb_normal_quantile(double p);
/* The quantile of Student's t with `dof` degrees of freedom (2 to 1000), 1e-300 <= p < 1: relative
 * error below 1e-13 (absolute near p = 1/2). Iterates: some microseconds. */
double wb_student_quantile(double p, uint32_t dof);
/* The step probability of a yearly probability p: 1 - (1 - p)^(1/m); exactly p for m = 1, 0 and 1
 * stay what they are. */
double wb_step_probability(double p, uint32_t m);
/* floor(p x 2^32), 2^32 for p = 1: a uniform 32-bit word below it is an event of probability p. */
uint64_t wb_threshold(double p);

/* What a draw is for. Part of the counter: two purposes never share a number. */
typedef enum wb_purpose {
    WB_DRAW_NATIONAL,
    WB_DRAW_REGION,
    WB_DRAW_SEGMENT,
    WB_DRAW_DISTRESS,
    WB_DRAW_CONTAGION,
    WB_DRAW_MONTHS,
    WB_DRAW_FAIL_UNSUPPORTED,
    WB_DRAW_CURE,
    WB_DRAW_LGD,
    WB_DRAW_MIXING,  /* of the t copula */
    WB_DRAW_REFUSAL, /* of a party */
    WB_DRAW_CALLED   /* lenders call their loans */
} wb_purpose;

/*
 * Philox4x32-10 (Salmon, Moraes, Dror, Shaw, SC11): four words, a function of counter and key.
 * Known answers: tests/cases/philox4x32_kat.
 */
typedef struct wb_block {
    uint32_t word[4];
} wb_block;
wb_block wb_philox(const uint32_t counter[4], const uint32_t key[2]);

/*
 * The four words of (seed, path, block, purpose, index): key = seed (low, high); counter =
 * (index low 32, index high 16 << 16 | block, path low 32, purpose << 24 | path bits 32..55).
 * index < 2^48, block < 2^16, path < 2^56. See docs/model.md, "Random numbers".
 */
wb_block wb_draw(uint64_t seed, uint64_t path, uint32_t block, wb_purpose purpose, uint64_t index);

/*
 * A draw is a function of (seed, path, step, purpose, index). A 32-bit draw is word step mod 4 of
 * block step / 4, so that no word of the generator is wasted; a uniform takes two words, the pair
 * step mod 2 of block step / 2.
 */
uint32_t wb_draw_word(uint64_t seed, uint64_t path, uint32_t step, wb_purpose purpose,
                      uint64_t index);
double wb_draw_uniform(uint64_t seed, uint64_t path, uint32_t step, wb_purpose purpose,
                       uint64_t index);

/* (top 53 bits of high and low + 1/2) / 2^53, rounded to the nearest double (exact below 1/2) and
 * at most 1 - 2^-53: a uniform strictly in (0,1). */
double wb_uniform(uint32_t high, uint32_t low);

/* The first 48 bits of BLAKE2b-256 of an id: what draws are indexed by, so that the order of rows
 * changes nothing. */
uint64_t wb_draw_index(const char *id);

#endif
