/* slow_walk.h - the state of one path of the slow model, for its own files. */
#ifndef WAARBORG_TESTS_SLOW_WALK_H
#define WAARBORG_TESTS_SLOW_WALK_H

#include "tests/slow/slow.h"

typedef enum slow_state { NOBODY, HEALTHY, SUPPORTED, GONE } slow_state;
typedef enum slow_trouble { FINE, PRIMARY, INFECTED } slow_trouble;

typedef struct slow_provider {
    slow_state state;
    bool healthy; /* at the start of this step */
    slow_trouble trouble;
    bool forced_failure, source;
    bool failed_unpaid;  /* in step 6 of the step before */
    bool fails_unpaid;   /* in step 6 of this step */
    bool failed;         /* in any way in this step: for its peers */
    uint32_t raised_end; /* its probability is raised before this step */
    mpz_t principal, asks, paid;
    int64_t opened;
    uint64_t resolves;
    uint32_t extensions;
} slow_provider;

typedef struct slow_walk {
    const wb_model *m;
    slow_path *out;
    slow_step *now;
    uint64_t path;
    uint32_t t, year;
    double z, scale, *regions, *segments;
    slow_provider *providers;
    mpz_t *principal_due, *recovery_due; /* per step */
    mpz_t *late_due;                     /* [group][step] */
    mpz_t *late_party_due;               /* [party][step] */
    mpz_t *received;                     /* per group, so far */
    mpz_t *party_paid;                   /* so far */
    mpz_t cash, debt, levy_used, obligo_used, need_now;
    mpz_t calls; /* levy and obligo of the group that has parties, less its refunds */
    mpz_t a, b;  /* scratch of one function at a time */
} slow_walk;

/* The phase of the step. */
const wb_phase *slow_phase(const slow_walk *w);
/* The effect on provider i in this step; NULL: none. */
const wb_effect *slow_effect(const slow_walk *w, uint32_t i);
/* Size of a provider: what source_minimum is compared with. */
const wb_money *slow_size(const wb_provider *provider);

/* Purposes of draws, by number as in the page. */
enum {
    OF_NATIONAL = 0,
    OF_REGION = 1,
    OF_SEGMENT = 2,
    OF_DISTRESS = 3,
    OF_CONTAGION = 4,
    OF_MONTHS = 5,
    OF_UNSUPPORTED = 6,
    OF_CURE = 7,
    OF_LGD = 8,
    OF_MIXING = 9,
    OF_REFUSAL = 10,
    OF_CALLED = 11
};

/* A draw of this path and step. */
uint32_t slow_draw_word(const slow_walk *w, uint32_t purpose, uint64_t index);
double slow_draw_uniform(const slow_walk *w, uint32_t purpose, uint64_t index);
/* round(amount x a drawn, fixed or tabled share / divisor), shifted by `add` and held within 0 and
 * 1 where `add` is not NULL. u: the uniform. */
void slow_draw_share(mpz_t out, const mpz_t amount, const wb_distribution *shape, double u,
                     uint32_t divisor, const wb_rate *add);
/* The loss of provider i on an amount. */
void slow_draw_lgd(slow_walk *w, mpz_t out, uint32_t i, const mpz_t amount);
/* Book a loss on provider i; let it leave, failed. */
void slow_loses(slow_walk *w, uint32_t i, const mpz_t amount);
void slow_leaves(slow_walk *w, uint32_t i);

/* The parts of a step, in order. */
void slow_factors(slow_walk *w);
void slow_mergers(slow_walk *w);
void slow_income(slow_walk *w);
void slow_cases(slow_walk *w);
void slow_primaries(slow_walk *w);
void slow_contagion(slow_walk *w);
void slow_waterfall(slow_walk *w);
void slow_surplus(slow_walk *w);

#endif
