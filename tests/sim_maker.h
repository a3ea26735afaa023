/* sim_maker.h - what sim_models.c and sim_features.c share while they make a random model. */
#ifndef WAARBORG_TESTS_SIM_MAKER_H
#define WAARBORG_TESTS_SIM_MAKER_H

#include "tests/sim_models.h"

typedef struct sim_maker {
    sim_stream stream;
    wb_model *model;
    mpz_t scale;   /* all amounts are multiplied by it */
    uint64_t most; /* and are below most x scale */
} sim_maker;

/* One in ten is 0.00, the rest anything up to the limit over `part`. */
void sim_random_amount(sim_maker *m, wb_money *money, uint64_t part);
void sim_random_rate(sim_maker *m, wb_rate *rate, uint64_t percent_most);
double sim_random_probability(sim_maker *m); /* 0 and 1 often, for they are exact */

/* Adds to a model that is otherwise complete. */
typedef void sim_more(sim_maker *m);
wb_model *sim_model_random_with(uint64_t seed, sim_scale scale, sim_more *more);

#endif
