/*
 * tally.h - what the paths of a run leave behind, held exactly.
 *
 * What a quantile is taken of (loss, need, fund balance) is kept per path, in a column; the rest is
 * only summed, with its squares. Columns are written at the path's own place and sums are integers
 * of sufficient width, so that the tally does not depend on which thread ran which path, or in
 * what order.
 *
 * Narrow: int64 cents, 8 bytes a value, for models whose amounts provably fit. Wide: 16 bytes. A
 * tally is one or the other, chosen before the run.
 *
 * Threads: wb_tally_set writes only to the places of its path, and each thread adds to a
 * wb_tally_sums of its own; merge those when the threads have ended.
 */
#ifndef WAARBORG_SIM_TALLY_H
#define WAARBORG_SIM_TALLY_H

#include "sim/path.h"

__extension__ typedef unsigned __int128 wb_uwide;

enum { WB_CALL_LAYERS = 3 }; /* levy, obligo, backstop */

/* Counted by year. */
typedef enum wb_counted {
    WB_COUNTED_CASES,
    WB_COUNTED_FAILURES,
    WB_COUNTED_SILENT_DEFAULTS,
    WB_COUNTED_YOUNG_PEOPLE,
    WB_COUNTED_KINDS
} wb_counted;

typedef struct wb_tally_shape {
    uint32_t years, groups, steps_per_year;
} wb_tally_shape;

/* A sum and a sum of squares: 128 and 192 bits for values that fit an int64 (enough for 2^63 of
 * them), GMP for the others. */
typedef struct wb_sum {
    wb_wide sum;
    wb_uwide squares_low;
    uint64_t squares_high;
    mpz_t wide_sum, wide_squares;
} wb_sum;
void wb_sum_init(wb_sum *sum);
void wb_sum_clear(wb_sum *sum);
void wb_sum_add(wb_sum *sum, wb_wide value);
void wb_sum_merge(wb_sum *sum, const wb_sum *other);
/* Everything added so far. */
void wb_sum_get(mpz_t total, mpz_t squares, const wb_sum *sum);

typedef struct wb_tally_sums {
    wb_sum *call;         /* [WB_CALL_LAYERS][years] */
    wb_sum *contribution; /* [groups][years] */
    wb_sum *counted;      /* [WB_COUNTED_KINDS][years] */
    uint64_t *events;     /* [WB_EVENT_COUNT][years]: paths in which it first happened that year */
    uint64_t paths;
} wb_tally_sums;
/* false without memory */
WB_MUST_CHECK bool wb_tally_sums_init(wb_tally_sums *sums, wb_tally_shape shape);
void wb_tally_sums_clear(wb_tally_sums *sums, wb_tally_shape shape);
void wb_tally_sums_merge(wb_tally_sums *sums, const wb_tally_sums *other, wb_tally_shape shape);

typedef struct wb_tally {
    wb_tally_shape shape;
    uint64_t paths;
    uint32_t column_count; /* loss, need, loss by year, fund by year */
    int64_t *narrow;       /* column after column, `paths` values each; NULL when wide */
    wb_wide *wide;         /* the same; NULL when narrow */
    wb_tally_sums sums;    /* merged */
} wb_tally;

/* WB_E_NOMEM says how much was asked for. */
WB_MUST_CHECK wb_code wb_tally_init(wb_tally *tally, const wb_model *model, uint64_t paths,
                                    bool wide, wb_error *err);
void wb_tally_clear(wb_tally *tally);

/* Columns. `year` counts from 0. */
uint32_t wb_tally_loss(void);
uint32_t wb_tally_need(void);
uint32_t wb_tally_loss_year(const wb_tally *tally, uint32_t year);
uint32_t wb_tally_fund_year(const wb_tally *tally, uint32_t year);

/* Enter the result of `path`, once per path. Asserts that a narrow tally's values fit. */
void wb_tally_set(wb_tally *tally, wb_tally_sums *sums, uint64_t path,
                  const wb_path_result *result);

#endif
