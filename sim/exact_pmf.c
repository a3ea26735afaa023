/* exact_pmf.c - loops over masses, simple enough for the compiler to make vectors of. */
#include "sim/exact_pmf.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const double wb_pmf_cut = 1e-30;

bool wb_pmf_init(wb_pmf *pmf, size_t capacity)
{
    *pmf = (wb_pmf){.mass = calloc(capacity, sizeof(double)), .capacity = capacity};
    return pmf->mass != NULL;
}

void wb_pmf_clear(wb_pmf *pmf)
{
    free(pmf->mass);
    *pmf = (wb_pmf){0};
}

void wb_pmf_certain(wb_pmf *pmf)
{
    pmf->mass[0] = 1.0;
    pmf->low = 0;
    pmf->end = 1;
}

static void scale(double *restrict to, const double *restrict from, size_t count, double factor)
{
    for (size_t x = 0; x < count; x++)
        to[x] = factor * from[x];
}

static void add_scaled(double *restrict to, const double *restrict from, size_t count,
                       double factor)
{
    for (size_t x = 0; x < count; x++)
        to[x] += factor * from[x];
}

/* to = stay x from + leave x shifted */
static void mix(double *restrict to, const double *from, const double *shifted, size_t count,
                double stay, double leave)
{
    for (size_t x = 0; x < count; x++)
        to[x] = stay * from[x] + leave * shifted[x];
}

static void trim(wb_pmf *pmf, double *dropped)
{
    double below = 0.0;
    double above = 0.0;
    while (pmf->end > pmf->low + 1 && above + pmf->mass[pmf->end - 1] <= wb_pmf_cut)
        above += pmf->mass[--pmf->end];
    while (pmf->low + 1 < pmf->end && below + pmf->mass[pmf->low] <= wb_pmf_cut)
        below += pmf->mass[pmf->low++];
    *dropped += below + above;
}

static void join_one(double *to, const double *from, size_t span, double p, size_t loss)
{
    const double stay = 1.0 - p;
    if (loss < span) {
        scale(to, from, loss, stay);
        mix(to + loss, from + loss, from, span - loss, stay, p);
        scale(to + span, from + span - loss, loss, p);
    } else {
        scale(to, from, span, stay);
        memset(to + span, 0, (loss - span) * sizeof *to);
        scale(to + loss, from, span, p);
    }
}

void wb_pmf_join(wb_pmf *to, const wb_pmf *from, double p, const wb_pmf_losses *losses,
                 double *dropped)
{
    const size_t span = from->end - from->low;
    const size_t reach = losses->points[losses->count - 1];
    assert(from->end + reach <= to->capacity);
    to->low = from->low;
    to->end = from->end + reach;
    double *const mass = to->mass + to->low;
    const double *const old = from->mass + from->low;
    if (losses->count == 1) {
        join_one(mass, old, span, p, reach);
    } else {
        scale(mass, old, span, 1.0 - p);
        memset(mass + span, 0, reach * sizeof *mass);
        for (size_t k = 0; k < losses->count; k++)
            add_scaled(mass + losses->points[k], old, span, p * losses->share[k]);
    }
    trim(to, dropped);
}

void wb_pmf_convolve(wb_pmf *to, const wb_pmf *a, const wb_pmf *b, double *dropped)
{
    const size_t a_span = a->end - a->low;
    const size_t b_span = b->end - b->low;
    const wb_pmf *const narrow = a_span < b_span ? a : b;
    const wb_pmf *const wide = a_span < b_span ? b : a;
    const size_t span = wide->end - wide->low;
    to->low = a->low + b->low;
    to->end = a->end + b->end - 1;
    assert(to->end <= to->capacity);
    memset(to->mass + to->low, 0, (to->end - to->low) * sizeof(double));
    for (size_t x = narrow->low; x < narrow->end; x++)
        add_scaled(to->mass + wide->low + x, wide->mass + wide->low, span, narrow->mass[x]);
    trim(to, dropped);
}

void wb_pmf_sum_start(wb_pmf *sum)
{
    memset(sum->mass + sum->low, 0, (sum->end - sum->low) * sizeof(double));
    sum->low = sum->end = 0;
}

void wb_pmf_sum_add(wb_pmf *sum, double weight, const wb_pmf *pmf)
{
    assert(pmf->end <= sum->capacity);
    if (sum->low == sum->end) {
        sum->low = pmf->low;
        sum->end = pmf->end;
    }
    if (pmf->low < sum->low) sum->low = pmf->low;
    if (pmf->end > sum->end) sum->end = pmf->end;
    add_scaled(sum->mass + pmf->low, pmf->mass + pmf->low, pmf->end - pmf->low, weight);
}

void wb_pmf_swap(wb_pmf *a, wb_pmf *b)
{
    const wb_pmf kept = *a;
    *a = *b;
    *b = kept;
}
