/*
 * oracle.h - the exact loss distribution of a one-period portfolio, by quadrature, not simulation.
 *
 * Given the national factor (and a segment's), providers are independent, so that the conditional
 * distribution follows from adding one provider at a time (Andersen, Sidenius, Basu 2003); the
 * factors are integrated by the trapezoid rule, which converges geometrically for such integrands.
 * It shares no code with the engine: libm, doubles, its own quantile. It gives what the carried
 * figures lack: the variance of ES and of the standard deviation, and pools of any size.
 */
#ifndef WAARBORG_TESTS_ORACLE_H
#define WAARBORG_TESTS_ORACLE_H

#include "waarborg/model.h"

/* P(loss = i x unit cents) is mass[i], for i < count. */
typedef struct oracle {
    int64_t unit;
    size_t count;
    double *mass; /* owned */
} oracle;

/* False when the model is not a one-period portfolio of fixed losses or tabled LGD with a national
 * factor and at most segment factors; then nothing is owned. */
bool oracle_of_model(oracle *o, const wb_model *model);

/* `size` providers with a loss of one unit each, one factor: a binomial mixture. */
void oracle_of_pool(oracle *o, size_t size, double pd, double rho, int64_t unit);
void oracle_clear(oracle *o);

/* All in units. `excess` is (loss - threshold)+. */
double oracle_mean(const oracle *o);
double oracle_central_moment(const oracle *o, int order);
double oracle_above(const oracle *o, double threshold); /* P(loss > threshold) */
double oracle_var(const oracle *o, double level);
double oracle_es(const oracle *o, double level);
double oracle_excess_sd(const oracle *o, double threshold);

double oracle_normal_cdf(double x);
double oracle_normal_quantile(double p);

#endif
