/*
 * slots.h - what a batch changes again and again, kept in memory until it is written once:
 * balances, open posting lists, and open lists of subjects. Private to ledger/batch.c and its kin.
 */
#ifndef WAARBORG_LEDGER_SLOTS_H
#define WAARBORG_LEDGER_SLOTS_H

#include "ledger/internal.h"

/* Forget all slots, and the side of the tree. */
void wb_slots_clear(wb_batch *batch);
/* Add one posting of record `number`: to the balance, and to the list. Full lists are written. */
WB_MUST_CHECK wb_code wb_slots_post(wb_ledger *ledger, const wb_raw_posting *posting,
                                    const wb_item *item, wb_error *err);
/* Write the rows of the slots that changed, in order of key. */
WB_MUST_CHECK wb_code wb_slots_write(wb_ledger *ledger, wb_error *err);

/* The same for the lists of subjects. wb_slots_clear forgets them too. */
WB_MUST_CHECK wb_code wb_subjects_post(wb_ledger *ledger, wb_span subject, uint64_t number,
                                       wb_error *err);
WB_MUST_CHECK wb_code wb_subjects_write(wb_ledger *ledger, wb_error *err);
void wb_subjects_clear(wb_batch *batch);

/* Put a row as it is. */
WB_MUST_CHECK wb_code wb_row_put(wb_ledger *ledger, const wb_row *row, wb_error *err);

#endif
