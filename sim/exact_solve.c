/* exact_solve.c - see exact_solve.h. */
#include "sim/exact_solve.h"

#include <stdlib.h>

/* What each rule of the quadrature may be off, in the distribution function. */
static const double tolerance_wanted = 2e-14;
/* Beyond: a mass of 2e-19. */
static const double normal_end = 9.0;
static const double normal_step = 0.25;
static const double nested_step = 0.5;
/* ln W runs from -58 to 6: less than 1e-38 outside, for 3 to 60 degrees of freedom. */
static const double mixing_low = -4.0;
static const double mixing_high = 6.0;
static const double mixing_step = 0.25;

/* Join providers first..end-1 given the factors; the result is in *now. Returns what was cut. */
static double join(const wb_exact_solver *solver, wb_pmf *now, wb_pmf *next,
                   const wb_exact_group *group, double y)
{
    const wb_exact_plan *plan = solver->plan;
    double dropped = 0.0;
    for (size_t i = group->first; i < group->end; i++) {
        const wb_exact_provider *provider = &plan->providers[i];
        const wb_pmf_losses losses = wb_exact_losses(plan, provider);
        const double p = wb_exact_chance(provider, solver->scale, solver->z, y);
        wb_pmf_join(next, now, p, &losses, &dropped);
        wb_pmf_swap(now, next);
    }
    return dropped;
}

static double given_own_factor(void *context, double y, double tolerance, double weight,
                               wb_pmf *sum)
{
    (void)tolerance;
    wb_exact_solver *solver = context;
    wb_pmf_certain(&solver->group_now);
    const double dropped = join(solver, &solver->group_now, &solver->group_next, solver->group, y);
    wb_pmf_sum_add(sum, weight, &solver->group_now);
    solver->conditionals++;
    return dropped;
}

static void keep_node(wb_exact_solver *solver, double weight)
{
    if (solver->node_count == solver->node_room) {
        const size_t room = solver->node_room == 0 ? 512 : 2 * solver->node_room;
        wb_exact_node *nodes = realloc(solver->nodes, room * sizeof *nodes);
        if (nodes == NULL) {
            solver->stop = solver->no_memory = true;
            return;
        }
        solver->nodes = nodes;
        solver->node_room = room;
    }
    solver->nodes[solver->node_count++] =
        (wb_exact_node){.scale = solver->scale, .z = solver->z, .weight = weight};
}

static void show_progress(wb_exact_solver *solver)
{
    const wb_exact_options *options = solver->options;
    if (options == NULL || options->progress == NULL) return;
    /* how many there will be is not known: a typical number, or what there are */
    const uint64_t typical = solver->plan->model->degrees_of_freedom > 0 ? 20000 : 289;
    const uint64_t done = solver->node_count;
    if (!options->progress(done, done < typical ? typical : done + 1, options->context)) {
        solver->stop = true;
    }
}

static double given_national(void *context, double z, double tolerance, double weight, wb_pmf *sum)
{
    wb_exact_solver *solver = context;
    const wb_exact_plan *plan = solver->plan;
    double error = 0.0;
    solver->z = z;
    wb_exact_tables_given(plan, z);
    wb_pmf_certain(&solver->now);
    for (size_t g = 0; g < plan->group_count && !solver->stop; g++) {
        const wb_exact_group *group = &plan->groups[g];
        if (!group->nested) {
            error += join(solver, &solver->now, &solver->next, group, 0.0);
            continue;
        }
        solver->group = group;
        const wb_axis axis = {-normal_end, normal_end,       nested_step, wb_density_normal,
                              0.0,         given_own_factor, solver,      &solver->stop};
        error += wb_integrate(&solver->nested, &axis, tolerance / (double)plan->group_count);
        wb_pmf_convolve(&solver->next, &solver->now, &solver->nested.sum, &error);
        wb_pmf_swap(&solver->now, &solver->next);
    }
    wb_pmf_sum_add(sum, weight, &solver->now);
    solver->conditionals++;
    keep_node(solver, weight);
    show_progress(solver);
    return error;
}

/* Integrate over Z; the nodes that are added take the step and `weight` into theirs. */
static double over_national(wb_exact_solver *solver, double tolerance, double weight)
{
    const size_t first = solver->node_count;
    const wb_axis axis = {-normal_end, normal_end,     normal_step, wb_density_normal,
                          0.0,         given_national, solver,      &solver->stop};
    const double error = wb_integrate(&solver->national, &axis, tolerance);
    for (size_t i = first; i < solver->node_count; i++)
        solver->nodes[i].weight *= solver->national.step * weight;
    return error;
}

static double given_scale(void *context, double x, double tolerance, double weight, wb_pmf *sum)
{
    wb_exact_solver *solver = context;
    solver->scale = wb_mixing_scale(x, solver->plan->model->degrees_of_freedom);
    if (!solver->plan->national) return given_national(solver, 0.0, tolerance, weight, sum);
    const double error = over_national(solver, tolerance, weight);
    wb_pmf_sum_add(sum, weight, &solver->national.sum);
    return error;
}

static double solve(wb_exact_solver *solver)
{
    const uint32_t dof = solver->plan->model->degrees_of_freedom;
    solver->scale = 1.0;
    if (dof > 0) {
        const wb_axis axis = {mixing_low, mixing_high, mixing_step, wb_density_mixing,
                              dof,        given_scale, solver,      &solver->stop};
        const double error = wb_integrate(&solver->mixing, &axis, tolerance_wanted);
        for (size_t i = 0; i < solver->node_count; i++)
            solver->nodes[i].weight *= solver->mixing.step;
        solver->total = &solver->mixing.sum;
        return error;
    }
    if (solver->plan->national) {
        solver->total = &solver->national.sum;
        return over_national(solver, tolerance_wanted, 1.0);
    }
    solver->total = &solver->national.sum;
    return given_national(solver, 0.0, tolerance_wanted, 1.0, solver->total);
}

wb_code wb_exact_solve(wb_exact_solver *solver, const wb_exact_plan *plan,
                       const wb_exact_options *options, wb_error *err)
{
    *solver = (wb_exact_solver){.plan = plan, .options = options};
    const size_t points = plan->point_count;
    bool good = wb_pmf_init(&solver->now, points) && wb_pmf_init(&solver->next, points) &&
                wb_integral_init(&solver->national, points);
    if (plan->model->degrees_of_freedom > 0) {
        good = good && wb_integral_init(&solver->mixing, points);
    }
    size_t reach = 0;
    for (size_t g = 0; g < plan->group_count; g++) {
        if (plan->groups[g].nested && plan->groups[g].reach > reach) reach = plan->groups[g].reach;
    }
    if (plan->nested) {
        good = good && wb_pmf_init(&solver->group_now, reach + 1) &&
               wb_pmf_init(&solver->group_next, reach + 1) &&
               wb_integral_init(&solver->nested, reach + 1);
    }
    if (good) solver->error = solve(solver);
    if (!good || solver->no_memory) {
        return wb_fail(err, WB_E_NOMEM, "no memory for %zu points of the lattice", points);
    }
    return solver->stop ? wb_fail(err, WB_E_INTERRUPTED, "interrupted") : WB_OK;
}

void wb_exact_solver_clear(wb_exact_solver *solver)
{
    wb_pmf_clear(&solver->now);
    wb_pmf_clear(&solver->next);
    wb_pmf_clear(&solver->group_now);
    wb_pmf_clear(&solver->group_next);
    wb_integral_clear(&solver->mixing);
    wb_integral_clear(&solver->national);
    wb_integral_clear(&solver->nested);
    free(solver->nodes);
    *solver = (wb_exact_solver){0};
}
