/* exact.c - the exact solver from end to end: plan, distribution, figures. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/exact_share.h"

/* Beyond this the answer would be no better than a simulation's. */
static const double error_allowed = 1e-9;

/* The distribution with losses rounded to one side, and its figures. */
static wb_code solve_side(wb_exact_solver *solver, wb_exact_figures *figures, wb_exact_plan *plan,
                          wb_exact_side side, const wb_exact_options *options, wb_error *err)
{
    wb_exact_plan_round(plan, side);
    const wb_code code = wb_exact_solve(solver, plan, options, err);
    if (code != WB_OK) return code;
    if (solver->error > error_allowed) {
        (void)wb_fail(err, WB_E_RANGE,
                      "the quadrature over the factors does not converge: its error is still %.1e",
                      solver->error);
        wb_error_hint(err, "loadings so near 1 leave providers almost nothing of their own; lower "
                           "them, or simulate with 'waarborg sim run'");
        return WB_E_RANGE;
    }
    wb_exact_figures_of(figures, plan, solver);
    return WB_OK;
}

static wb_code keep_mass(wb_exact_result *result, const wb_exact_solver *solver, wb_error *err)
{
    const wb_pmf *pmf = solver->total;
    result->points = solver->plan->point_count;
    result->mass = calloc(result->points, sizeof *result->mass);
    if (result->mass == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the distribution");
    memcpy(result->mass + pmf->low, pmf->mass + pmf->low,
           (pmf->end - pmf->low) * sizeof *result->mass);
    result->nodes = solver->conditionals;
    return WB_OK;
}

/* NULL where they are not asked for. */
static wb_code make_shares(wb_exact_figure **shares, const wb_exact_solver *solver,
                           const wb_exact_figures *figures, const wb_exact_options *options,
                           wb_error *err)
{
    const wb_model *model = solver->plan->model;
    *shares = NULL;
    if (options == NULL || !options->contributions) return WB_OK;
    *shares = calloc((size_t)model->level_count * model->provider_count + 1, sizeof **shares);
    if (*shares == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for contributions");
    return wb_exact_shares(*shares, solver, figures, options, err);
}

static wb_code solve(wb_exact_result *result, wb_exact_plan *plan, const wb_exact_options *options,
                     wb_error *err)
{
    wb_exact_solver solver;
    wb_exact_figures down;
    wb_exact_figures up;
    wb_exact_figure *shares = NULL;
    wb_code code = solve_side(&solver, &down, plan, WB_EXACT_DOWN, options, err);
    if (code == WB_OK) code = keep_mass(result, &solver, err);
    if (code == WB_OK) code = make_shares(&shares, &solver, &down, options, err);
    wb_exact_solver_clear(&solver);
    if (code == WB_OK && !plan->divides) {
        code = solve_side(&solver, &up, plan, WB_EXACT_UP, options, err);
        result->nodes += solver.conditionals;
        wb_exact_solver_clear(&solver);
    } else if (code == WB_OK) {
        up = down;
    }
    wb_money_set(&result->step, &plan->step);
    result->rounded = !plan->divides;
    if (code == WB_OK) code = wb_exact_measures(result, plan, &down, &up, shares, err);
    free(shares);
    return code;
}

wb_code wb_sim_exact(wb_exact_result **result, const wb_model *model,
                     const wb_exact_options *options, wb_error *err)
{
    assert(result != NULL && model != NULL);
    *result = NULL;
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    wb_exact_result *made = calloc(1, sizeof *made);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a result");
    wb_money_init(&made->step);
    wb_exact_plan plan;
    wb_code code = wb_exact_plan_make(&plan, model, options == NULL ? NULL : options->lattice, err);
    if (code == WB_OK) code = solve(made, &plan, options, err);
    wb_exact_plan_clear(&plan);
    clock_gettime(CLOCK_MONOTONIC, &end);
    made->seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    if (code == WB_OK) {
        *result = made;
    } else {
        wb_exact_result_free(made);
    }
    return code;
}
