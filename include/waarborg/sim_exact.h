/*
 * sim_exact.h - the exact one-period loss distribution of a static portfolio.
 *
 * No paths: given the factors providers are independent, so that their losses are added one
 * provider at a time on a lattice (Andersen, Sidenius and Basu 2003), and the factors are
 * integrated by quadrature. Every figure has a bound on its numeric error in place of a random
 * interval. docs/model.md, "The exact solver".
 *
 * Covered: one yearly step; providers with `loss`, or with `exposure` and a fixed or tabled LGD; a
 * national factor and, for each provider, one of region and segment; the t copula; lgd_rho; no
 * contagion; a fund that can pay whatever is asked.
 */
#ifndef WAARBORG_SIM_EXACT_H
#define WAARBORG_SIM_EXACT_H

#include "waarborg/sim.h"

enum { WB_EXACT_POINTS_MAX = 4000000 }; /* of the lattice: about 32 MB an array, at most ten */

typedef struct wb_exact_options {
    const wb_money *lattice; /* NULL: the greatest common divisor of all losses */
    bool contributions;      /* es_contribution of every provider too */
    /* As in wb_sim_options, counted in nodes of the outer quadrature. May be NULL. */
    bool (*progress)(uint64_t done, uint64_t total, void *context);
    void *context;
} wb_exact_options;

/* One figure: the exact one lies within `error` of it. Keys that do not apply are empty. */
typedef struct wb_exact_measure {
    const char *id; /* static text: loss_mean, loss_sd, var, es, exceed, es_contribution */
    char level[32];
    const char *provider; /* borrowed from the model */
    bool has_threshold;
    wb_money threshold;
    wb_measure_form form;
    wb_money amount, amount_error;
    double value, value_error;
} wb_exact_measure;

typedef struct wb_exact_result {
    wb_exact_measure *measures; /* owned */
    size_t count;
    wb_money step; /* of the lattice */
    size_t points; /* losses from 0.00 to (points - 1) x step */
    bool rounded;  /* losses do not lie on the lattice: computed rounded down and up */
    /* P(loss = i x step), i < points, of the losses (rounded down where rounded); owned */
    double *mass;
    double error;   /* of any P(loss <= x): quadrature, cut tails and rounding */
    uint64_t nodes; /* of the quadrature: conditional distributions that were made */
    double seconds;
} wb_exact_result;

/*
 * Solve. *result is the caller's (wb_exact_result_free), NULL on failure.
 *
 * WB_E_FORBIDDEN names what of the model is not covered; WB_E_TOO_LARGE the lattice that would be
 * needed; WB_E_RANGE a lattice of 0.00, or factors so dominant that the quadrature does not
 * converge; WB_E_INTERRUPTED, WB_E_NOMEM. The model must have passed wb_model_check. One thread.
 */
WB_MUST_CHECK wb_code wb_sim_exact(wb_exact_result **result, const wb_model *model,
                                   const wb_exact_options *options, wb_error *err);
void wb_exact_result_free(wb_exact_result *result);
/* The measure with these keys, or NULL; provider NULL where it does not apply. */
const wb_exact_measure *wb_exact_find(const wb_exact_result *result, const char *id,
                                      const char *level, const char *provider);

#endif
