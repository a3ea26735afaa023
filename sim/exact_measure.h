/*
 * exact_measure.h - from a distribution on the lattice to figures with a bound on their error.
 * The bounds are derived in docs/model.md, "The exact solver".
 */
#ifndef WAARBORG_SIM_EXACT_MEASURE_H
#define WAARBORG_SIM_EXACT_MEASURE_H

#include "sim/exact_solve.h"

/* A figure in lattice points, or a probability, and how far it may be off. */
typedef struct wb_exact_figure {
    double value, error;
} wb_exact_figure;

/* What may be wrong with the distribution, besides the quadrature. */
typedef struct wb_exact_rounding {
    double arithmetic; /* relative, of every mass */
    double chance;     /* relative, of every conditional probability */
    double expected;   /* expected number of providers in distress */
    double providers;
} wb_exact_rounding;
wb_exact_rounding wb_exact_rounding_of(const wb_exact_plan *plan);

/* All figures of the model's `measures`. */
typedef struct wb_exact_figures {
    wb_exact_figure mean, sd;
    wb_exact_figure var[WB_LEVELS_MAX], es[WB_LEVELS_MAX], exceed[WB_LEVELS_MAX];
    double above[WB_LEVELS_MAX]; /* P(loss > var) */
    double error;                /* of any P(loss <= x) */
} wb_exact_figures;
void wb_exact_figures_of(wb_exact_figures *figures, const wb_exact_plan *plan,
                         const wb_exact_solver *solver);

/* 1 - level, correctly rounded to within one unit in the last place. */
double wb_exact_tail(const wb_level *level);

/*
 * Fill result->measures from the figures of losses rounded down and up (the same where the lattice
 * divides them). `shares`: per level and provider of the plan, in points; NULL: none. WB_E_NOMEM.
 */
WB_MUST_CHECK wb_code wb_exact_measures(wb_exact_result *result, const wb_exact_plan *plan,
                                        const wb_exact_figures *down, const wb_exact_figures *up,
                                        const wb_exact_figure *shares, wb_error *err);

#endif
