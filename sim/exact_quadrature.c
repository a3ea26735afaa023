/* exact_quadrature.c - the trapezoid rule with halved steps, and the densities it is used with. */
#include "sim/exact_quadrature.h"

#include <assert.h>
#include <math.h>
#include <stdint.h>

#include "waarborg/numeric.h"

enum { HALVINGS_MAX = 8 };

/* Weights below this are passed over. */
static const double density_least = 1e-26;

double wb_density_normal(double z, double unused)
{
    (void)unused;
    return 0.39894228040143267794 * wb_exp(-0.5 * z * z);
}

/* Gamma(dof / 2) by its recurrence, from 1 or sqrt(pi); exact enough, no overflow up to 60. */
static double gamma_half(double dof)
{
    double k = 0.5 * dof;
    double product = 1.0;
    while (k > 1.0) {
        k -= 1.0;
        product *= k;
    }
    return k < 1.0 ? product * 1.7724538509055160273 : product;
}

double wb_density_mixing(double x, double dof)
{
    const double inverse = wb_exp(-x);
    const double log_w = x - inverse;
    const double half = 0.5 * wb_exp(log_w);
    /* (W/2)^(dof/2) exp(-W/2) / Gamma(dof/2), the density of ln W */
    const double power = 0.5 * dof * (log_w - 0.69314718055994530942);
    return wb_exp(power - half) / gamma_half(dof) * (1.0 + inverse);
}

double wb_mixing_scale(double x, double dof)
{
    return sqrt(wb_exp(x - wb_exp(-x)) / dof);
}

bool wb_integral_init(wb_integral *integral, size_t capacity)
{
    const bool first = wb_pmf_init(&integral->sum, capacity);
    return wb_pmf_init(&integral->fresh, capacity) && first;
}

void wb_integral_clear(wb_integral *integral)
{
    wb_pmf_clear(&integral->sum);
    wb_pmf_clear(&integral->fresh);
}

/* Nodes at low + (first + j) x spacing; returns the weighted errors of the integrand. */
static double add_nodes(wb_pmf *sum, const wb_axis *axis, double first, double spacing,
                        double tolerance)
{
    const uint64_t count = (uint64_t)((axis->high - axis->low) / spacing + 0.5);
    double errors = 0.0;
    for (uint64_t j = 0; j <= count; j++) {
        const double at = axis->low + (first + (double)j) * spacing;
        const double weight = axis->density(at, axis->parameter);
        if (at > axis->high || weight < density_least) continue;
        if (axis->stop != NULL && *axis->stop) break;
        const double share = tolerance / (weight * (axis->high - axis->low));
        errors += weight * axis->integrand(axis->context, at, share, weight, sum);
    }
    return errors;
}

/* The largest difference of the distribution functions of two sums, each times `step`. */
static double distance(const wb_pmf *a, const wb_pmf *b, double step)
{
    if (a->low == a->end || b->low == b->end) return 1.0;
    const size_t low = a->low < b->low ? a->low : b->low;
    const size_t end = a->end > b->end ? a->end : b->end;
    double difference = 0.0;
    double most = 0.0;
    for (size_t x = low; x < end; x++) { /* sums hold 0 outside their windows */
        difference += a->mass[x] - b->mass[x];
        if (fabs(difference) > most) most = fabs(difference);
    }
    return most * step;
}

/* What is left of the error after a halving that changed the result by `change`, when the one
 * before changed it by `before`: squared if the rule converges as it should, which is granted when
 * the two changes show it, and then only the power 3/2. */
static double error_after(double change, double before)
{
    return change <= before * sqrt(before) ? change * sqrt(change) : change;
}

double wb_integrate(wb_integral *integral, const wb_axis *axis, double tolerance)
{
    wb_pmf *const sum = &integral->sum;
    wb_pmf *const fresh = &integral->fresh;
    double step = axis->step;
    double before = 0.0;
    double error = 1.0;
    wb_pmf_sum_start(sum);
    double inner = add_nodes(sum, axis, 0.0, step, tolerance);
    for (int halving = 0; halving < HALVINGS_MAX && error > tolerance; halving++) {
        wb_pmf_sum_start(fresh);
        inner += add_nodes(fresh, axis, 0.5, step, tolerance);
        if (axis->stop != NULL && *axis->stop) return 1.0;
        step *= 0.5;
        const double change = distance(sum, fresh, step);
        error = halving == 0 ? change : error_after(change, before);
        before = change;
        wb_pmf_sum_add(sum, 1.0, fresh);
    }
    for (size_t x = sum->low; x < sum->end; x++)
        sum->mass[x] *= step;
    integral->step = step;
    return error + inner * step;
}
