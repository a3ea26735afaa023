/*
 * exact_pmf.h - probabilities on a lattice, and the three things that are done with them.
 *
 * Masses are positive and only added and multiplied, so that relative errors stay small: no
 * subtraction anywhere. Tails below wb_pmf_cut are dropped as they arise, and counted.
 */
#ifndef WAARBORG_SIM_EXACT_PMF_H
#define WAARBORG_SIM_EXACT_PMF_H

#include <stdbool.h>
#include <stddef.h>

/* Masses of points low <= x < end; those outside are 0 and need not be stored as 0. */
typedef struct wb_pmf {
    double *mass; /* owned */
    size_t capacity, low, end;
} wb_pmf;

/* What one provider may lose, in lattice points, besides nothing. */
typedef struct wb_pmf_losses {
    size_t count;
    const size_t *points; /* ascending */
    const double *share;  /* of each; NULL: one loss, share 1 */
} wb_pmf_losses;

/* A tail of this much in all is dropped at either end after each provider. */
extern const double wb_pmf_cut;

/* All masses 0 and none stored; false without memory. */
bool wb_pmf_init(wb_pmf *pmf, size_t capacity);
void wb_pmf_clear(wb_pmf *pmf);
/* No loss, for certain. */
void wb_pmf_certain(wb_pmf *pmf);
/* to = from with one more provider, which loses with chance p. Dropped tails are added to *dropped.
 * to and from differ; capacity must suffice. */
void wb_pmf_join(wb_pmf *to, const wb_pmf *from, double p, const wb_pmf_losses *losses,
                 double *dropped);
/* to = the sum of two independent losses. */
void wb_pmf_convolve(wb_pmf *to, const wb_pmf *a, const wb_pmf *b, double *dropped);

/* A sum of weighted distributions: masses outside its window are stored as 0. */
void wb_pmf_sum_start(wb_pmf *sum);
void wb_pmf_sum_add(wb_pmf *sum, double weight, const wb_pmf *pmf);
void wb_pmf_swap(wb_pmf *a, wb_pmf *b);

#endif
