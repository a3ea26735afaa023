/* exact_solve.h - the distribution of the loss from a plan: recursion inside, quadrature outside.
 */
#ifndef WAARBORG_SIM_EXACT_SOLVE_H
#define WAARBORG_SIM_EXACT_SOLVE_H

#include "sim/exact_plan.h"
#include "sim/exact_quadrature.h"

/* A leaf of the quadrature: the providers without a factor of their own given these, and the
 * weight of that in the whole. */
typedef struct wb_exact_node {
    double scale, z, weight;
} wb_exact_node;

typedef struct wb_exact_solver {
    const wb_exact_plan *plan;
    const wb_exact_options *options; /* progress; may be NULL */
    wb_integral mixing, national, nested;
    wb_pmf now, next;             /* the portfolio given the factors */
    wb_pmf group_now, group_next; /* a group given its own factor too */
    const wb_exact_group *group;
    double scale, z;
    bool stop, no_memory;
    wb_exact_node *nodes; /* owned */
    size_t node_count, node_room;
    uint64_t conditionals; /* distributions that were made */
    /* the answer */
    wb_pmf *total; /* one of the above, or `now` */
    double error;  /* of any P(loss <= x), but for rounding */
} wb_exact_solver;

/* WB_E_NOMEM, WB_E_INTERRUPTED. Clear whatever the answer. The plan outlives the solver. */
WB_MUST_CHECK wb_code wb_exact_solve(wb_exact_solver *solver, const wb_exact_plan *plan,
                                     const wb_exact_options *options, wb_error *err);
void wb_exact_solver_clear(wb_exact_solver *solver);

#endif
