/*
 * exact_quadrature.h - distributions integrated over one factor by the trapezoid rule.
 *
 * For integrands that are analytic and vanish with all derivatives at both ends the rule converges
 * geometrically: halving the step squares the error (Trefethen and Weideman 2014). So the step is
 * halved until two rules agree.
 */
#ifndef WAARBORG_SIM_EXACT_QUADRATURE_H
#define WAARBORG_SIM_EXACT_QUADRATURE_H

#include "sim/exact_pmf.h"

/* Adds weight x the distribution at `at` to *sum. Returns a bound on the error of its distribution
 * function, which is to be at most `tolerance`. */
typedef double wb_integrand(void *context, double at, double tolerance, double weight, wb_pmf *sum);

typedef struct wb_axis {
    double low, high, step; /* of the first rule: a whole number of steps */
    double (*density)(double at, double parameter);
    double parameter;
    wb_integrand *integrand;
    void *context;
    const bool *stop; /* NULL, or set by an integrand: gives up */
} wb_axis;

typedef struct wb_integral {
    wb_pmf sum; /* the result */
    wb_pmf fresh;
    double step; /* of the last rule */
} wb_integral;

/* The standard normal density; and that of ln W, W a chi-square of `dof` degrees, in the variable
 * x with ln W = x - exp(-x), in which it falls double exponentially at both ends. */
double wb_density_normal(double z, double unused);
double wb_density_mixing(double x, double dof);
double wb_mixing_scale(double x, double dof); /* sqrt(W / dof) */

bool wb_integral_init(wb_integral *integral, size_t capacity);
void wb_integral_clear(wb_integral *integral);
/* Integrate into integral->sum. Returns a bound on the error of the distribution function. */
double wb_integrate(wb_integral *integral, const wb_axis *axis, double tolerance);

#endif
