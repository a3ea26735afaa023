/*
 * slow.h - a second, independent simulator: one path of a model, written from docs/model.md alone.
 *
 * It shares the struct of the model with the engine, and no function: random numbers, normal and t
 * quantiles (long double and the C library's erfc), divisions and every rule are its own, all money
 * is in GMP integers and rationals, nothing is precomputed. Slow, plain, and only for tests.
 *
 * Its quantiles agree with the engine's to about 1e-13, not to the bit. A word that falls between
 * two thresholds so close together, or a drawn share that crosses a multiple of 2^-32 between them,
 * would tell the two apart; that has a chance of about 1e-6 a draw of an amount and 1e-12 a word.
 */
#ifndef WAARBORG_TESTS_SLOW_H
#define WAARBORG_TESTS_SLOW_H

#include "waarborg/model.h"

enum { SLOW_EVENTS = 5 }; /* capital used, obligo called, obligo used up, backstop used up, ruin */

typedef struct slow_step {
    mpz_t opening, interest, contributions, costs, repaid, recovered, loan_interest, support_paid;
    mpz_t levy, obligo, backstop, unmet, backstop_repaid, refunded, closing, loss, debt;
    uint32_t primaries, infected, supported, failed, cured, converted, extended;
} slow_step;

/* How often a rule mattered, so that a test can see that all of them did. */
typedef struct slow_counts {
    uint64_t raised, merged, refused, late, called, effects, scaled, infected, waived, scheduled;
} slow_counts;

typedef struct slow_path {
    uint32_t step_count, years, group_count, party_count, provider_count;
    slow_step *steps;
    mpz_t loss, need, cost;
    uint32_t event[SLOW_EVENTS]; /* first step, or WB_NONE */
    mpz_t *loss_by_year, *fund, *levy, *obligo, *backstop;
    mpz_t *contribution; /* [group * years + year] */
    mpz_t *party_cost, *provider_loss;
    uint64_t *cases, *failures, *silent_defaults, *young_people; /* by year */
    slow_counts counts;
} slow_path;

/* Compute the path. Aborts without memory: it is a test. */
slow_path *slow_path_new(const wb_model *model, uint64_t path);
void slow_path_free(slow_path *path);

/* ---- its own numbers (slow_number.c) ---- */

uint32_t slow_word(uint64_t seed, uint64_t path, uint32_t step, uint32_t purpose, uint64_t index);
double slow_uniform(uint64_t seed, uint64_t path, uint32_t step, uint32_t purpose, uint64_t index);
double slow_normal_cdf(double x);
double slow_normal_quantile(double p);
double slow_student_quantile(double p, uint32_t degrees_of_freedom);
double slow_step_probability(double p, uint32_t steps);
/* floor(p 2^32) */
uint64_t slow_threshold(double p);

/* ---- its own exact arithmetic (slow_exact.c) ---- */

mpz_t *slow_amounts(size_t count);
void slow_amounts_free(mpz_t *amounts, size_t count);
/* out = round(amount x n / d), half away from zero; d > 0. May alias. */
void slow_share(mpz_t out, const mpz_t amount, const mpz_t n, const mpz_t d);
void slow_rate(mpz_t out, const mpz_t amount, const mpq_t rate);
/* Part k of m of a yearly amount. */
void slow_part(mpz_t out, const mpz_t yearly, uint32_t k, uint32_t m);
/* total (of any sign) over the weights, largest remainder, ties to the first; all 0 where the
 * weights are. */
void slow_split(mpz_t *parts, const mpz_t total, mpz_t *weights, size_t count);

#endif
