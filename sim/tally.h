/*
 * tally.h - what the paths of a run leave behind, held exactly.
 *
 * What a quantile is taken of (loss, need, fund balance, cost) is kept per path, in columns; the
 * rest is only summed, with its squares. Paths come in blocks of WB_BLOCK_PATHS: a thread fills a
 * wb_tally_block of its own, packs it, and enters it in the tally when it is complete. Sums are
 * integers of sufficient width, so that the tally does not depend on which thread ran which
 * block, or in what order, and holds at any moment exactly the blocks that were entered.
 *
 * Memory: a packed block takes what its values need (packed.h): about 4 bytes a value for amounts
 * of a country. The loss over the horizon is the sum of the years, and is not kept again.
 *
 * Threads: filling and packing touch the block only; wb_tally_enter wants a lock around it.
 */
#ifndef WAARBORG_SIM_TALLY_H
#define WAARBORG_SIM_TALLY_H

#include "sim/packed.h"

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
    bool has_cost;    /* some group has parties */
    uint32_t parties; /* with a column of their own (wb_model_parties_differ); else 0 */
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
/* Everything added so far; and a sum that holds just that. */
void wb_sum_get(mpz_t total, mpz_t squares, const wb_sum *sum);
void wb_sum_set(wb_sum *sum, const mpz_t total, const mpz_t squares);

/* All that is only summed. The sums stand in one row, which the names point into. */
typedef struct wb_tally_sums {
    wb_sum *all; /* [count] */
    uint32_t count, event_count;
    wb_sum *call;         /* [WB_CALL_LAYERS][years] */
    wb_sum *contribution; /* [groups][years] */
    wb_sum *counted;      /* [WB_COUNTED_KINDS][years] */
    uint64_t *events;     /* [WB_EVENT_COUNT][years]: paths in which it first happened that year */
    uint64_t paths;
} wb_tally_sums;
/* All zero; false without memory. */
WB_MUST_CHECK bool wb_tally_sums_init(wb_tally_sums *sums, wb_tally_shape shape);
void wb_tally_sums_clear(wb_tally_sums *sums);
void wb_tally_sums_merge(wb_tally_sums *sums, const wb_tally_sums *other);

/* The paths of one block while they are run. */
typedef struct wb_tally_block {
    wb_tally_shape shape;
    uint32_t count;  /* paths added */
    wb_wide *values; /* [columns][WB_BLOCK_PATHS] */
    wb_tally_sums sums;
    uint8_t *packed; /* after wb_tally_block_pack; owned until entered */
} wb_tally_block;
/* An empty block for this tally's model; false without memory. */
WB_MUST_CHECK bool wb_tally_block_init(wb_tally_block *block, wb_tally_shape shape);
void wb_tally_block_clear(wb_tally_block *block);
/* The next path of the block. */
void wb_tally_block_add(wb_tally_block *block, const wb_path_result *result);
/* Complete: nothing is added any more. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_tally_block_pack(wb_tally_block *block, wb_error *err);

typedef struct wb_tally {
    wb_tally_shape shape;
    uint64_t paths, block_count; /* of the whole run */
    uint32_t column_count;       /* need, loss and fund by year, cost, cost of each party */
    uint8_t **blocks;            /* packed; NULL where not entered yet */
    bool *borrowed;              /* blocks[i] belongs to someone else */
    bool wide;                   /* some value, or sum of years, may lie beyond an int64 */
    wb_tally_sums sums;          /* of the blocks entered */
} wb_tally;

/* Empty. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_tally_init(wb_tally *tally, const wb_model *model, uint64_t paths,
                                    wb_error *err);
void wb_tally_clear(wb_tally *tally);
/* Paths of a block: all have WB_BLOCK_PATHS but the last. */
uint32_t wb_tally_block_paths(const wb_tally *tally, uint64_t index);
/* Enter a packed block in its place, where none was; it is empty afterwards, for the next. */
void wb_tally_enter(wb_tally *tally, uint64_t index, wb_tally_block *block);

/* The same for a packed block that stays whose it is, and without sums. */
void wb_tally_borrow(wb_tally *tally, uint64_t index, uint8_t *packed);

/* Columns. `year` counts from 0. */
uint32_t wb_tally_loss(void); /* over the horizon: made of the years when read */
uint32_t wb_tally_need(void);
uint32_t wb_tally_loss_year(const wb_tally *tally, uint32_t year);
uint32_t wb_tally_fund_year(const wb_tally *tally, uint32_t year);
uint32_t wb_tally_cost(const wb_tally *tally);
uint32_t wb_tally_party_cost(const wb_tally *tally, uint32_t party);
/* The values of a column for the paths of a block that was entered. */
void wb_tally_read(wb_wide values[WB_BLOCK_PATHS], const wb_tally *tally, uint32_t column,
                   uint64_t index);

#endif
