/* exact_figures.c - mean, deviation, quantiles and tails of a distribution on the lattice. */
#include <assert.h>
#include <math.h>

#include "sim/exact_measure.h"

/* A sum with the rounding errors of its additions added back (Neumaier 1974). */
typedef struct kept_sum {
    double sum, lost;
} kept_sum;

static void keep(kept_sum *s, double term)
{
    const double sum = s->sum + term;
    s->lost += fabs(s->sum) >= fabs(term) ? (s->sum - sum) + term : (term - sum) + s->sum;
    s->sum = sum;
}

static double kept(const kept_sum *s)
{
    return s->sum + s->lost;
}

double wb_exact_tail(const wb_level *level)
{
    mpq_t left;
    mpq_init(left);
    mpq_set_ui(left, 1, 1);
    mpq_sub(left, left, level->level.ratio);
    const double tail = mpq_get_d(left);
    mpq_clear(left);
    return tail;
}

/*
 * Each mass is a product and sum of positive terms. An operation errs by at most 2^-53 of its
 * result; k independent ones by less than 8 sqrt(k) 2^-53, but for a chance of 1e-14.
 */
wb_exact_rounding wb_exact_rounding_of(const wb_exact_plan *plan)
{
    double operations = 1000.0 + 4.0 * (double)plan->provider_count;
    wb_exact_rounding rounding = {.chance = plan->model->degrees_of_freedom > 0 ? 1e-12 : 1e-14,
                                  .providers = (double)plan->provider_count};
    for (size_t g = 0; g < plan->group_count; g++) {
        if (plan->groups[g].nested) operations += (double)plan->groups[g].reach;
    }
    for (size_t i = 0; i < plan->provider_count; i++)
        rounding.expected += plan->providers[i].p;
    rounding.arithmetic = 8.0 * sqrt(operations) * 0x1p-53;
    return rounding;
}

static double lesser(double a, double b)
{
    return a < b ? a : b;
}

/* Of a probability p that the loss is larger than something: masses are summed, whose errors need
 * not cancel; but what wrong chances move from one side is at most what there is on the other. */
static double error_above(double p, const wb_exact_rounding *r, double quadrature)
{
    const double side = p < 0.5 ? p : fabs(1.0 - p);
    return quadrature + p * r->arithmetic + lesser(r->expected, side * r->providers) * r->chance;
}

/* Of any probability. */
static double error_most(const wb_exact_rounding *r, double quadrature)
{
    return quadrature + r->arithmetic + lesser(r->expected, 0.5 * r->providers) * r->chance;
}

static void moments(wb_exact_figures *f, const wb_pmf *pmf, const wb_exact_rounding *r,
                    double quadrature, double range)
{
    kept_sum first = {0};
    kept_sum second = {0};
    for (size_t x = pmf->low; x < pmf->end; x++)
        keep(&first, pmf->mass[x] * (double)x);
    const double mean = kept(&first);
    for (size_t x = pmf->low; x < pmf->end; x++) {
        const double from = (double)x - mean;
        keep(&second, pmf->mass[x] * from * from);
    }
    const double variance = kept(&second);
    f->mean = (wb_exact_figure){mean, quadrature * range + mean * (r->arithmetic + r->chance)};
    const double off = quadrature * range * range + variance * r->arithmetic +
                       2.0 * r->chance * (variance + mean * mean);
    f->sd.value = sqrt(variance);
    f->sd.error = f->sd.value > 0.0 ? off / f->sd.value : sqrt(off);
}

/* The least x with P(loss > x) at most `tail`; *above is P(loss > x), *excess E(loss - x)+. */
static size_t quantile(const wb_pmf *pmf, double tail, double *above, double *excess)
{
    kept_sum mass = {0};
    kept_sum beyond = {0};
    size_t x = pmf->end - 1;
    *above = *excess = 0.0;
    for (; x > 0; x--) { /* P(loss > x - 1) = P(loss > x) + P(loss = x) */
        if (x >= pmf->low && x < pmf->end) keep(&mass, pmf->mass[x]);
        if (kept(&mass) > tail) break;
        *above = kept(&mass);
        keep(&beyond, *above);
        *excess = kept(&beyond);
    }
    return x;
}

static void tail_figures(wb_exact_figures *f, uint32_t l, const wb_pmf *pmf, double tail,
                         const wb_exact_rounding *r, double quadrature, double range)
{
    double above = 0.0;
    double excess = 0.0;
    double ignored[2];
    const double off = error_above(tail, r, quadrature);
    const size_t at = quantile(pmf, tail, &above, &excess);
    const double low = (double)quantile(pmf, tail + off, &ignored[0], &ignored[1]);
    const double high =
        tail > off ? (double)quantile(pmf, tail - off, &ignored[0], &ignored[1]) : range;
    const double x = (double)at;
    f->var[l] = (wb_exact_figure){x, high - x > x - low ? high - x : x - low};
    f->above[l] = above;
    const double wrong = quadrature * (range - x) + excess * r->arithmetic +
                         lesser(excess * r->providers, f->mean.value) * r->chance;
    f->es[l] = (wb_exact_figure){x + excess / tail, wrong / tail + x * 0x1p-52};
}

/* P(loss > threshold), the threshold rounded down to the lattice: losses lie on it. */
static wb_exact_figure exceedance(const wb_exact_plan *plan, const wb_pmf *pmf,
                                  const wb_money *threshold, const wb_exact_rounding *r,
                                  double quadrature)
{
    mpz_t point;
    mpz_init(point);
    mpz_fdiv_q(point, threshold->cents, plan->step.cents);
    kept_sum mass = {0};
    if (mpz_cmp_ui(point, pmf->end) < 0) {
        const size_t least = mpz_sgn(point) < 0 ? 0 : mpz_get_ui(point) + 1;
        for (size_t x = pmf->end; x > least && x > pmf->low; x--)
            keep(&mass, pmf->mass[x - 1]);
    }
    mpz_clear(point);
    const double p = kept(&mass);
    return (wb_exact_figure){p < 1.0 ? p : 1.0, error_above(p, r, quadrature)};
}

void wb_exact_figures_of(wb_exact_figures *figures, const wb_exact_plan *plan,
                         const wb_exact_solver *solver)
{
    const wb_model *model = plan->model;
    const wb_exact_rounding r = wb_exact_rounding_of(plan);
    const double quadrature = solver->error;
    const double range = (double)(plan->point_count - 1);
    const wb_pmf *pmf = solver->total;
    assert(pmf->end > pmf->low);
    *figures = (wb_exact_figures){.error = error_most(&r, quadrature)};
    moments(figures, pmf, &r, quadrature, range);
    figures->sd.error += plan->slack;
    for (uint32_t l = 0; l < model->level_count; l++) {
        tail_figures(figures, l, pmf, wb_exact_tail(&model->levels[l]), &r, quadrature, range);
    }
    for (uint32_t e = 0; e < model->exceed_count; e++)
        figures->exceed[e] = exceedance(plan, pmf, &model->exceed[e], &r, quadrature);
}
