/*
 * slots.h - balances and open posting lists of the (account, party) pairs that a batch touches.
 * Private to ledger/batch.c and its kin.
 */
#ifndef WAARBORG_LEDGER_SLOTS_H
#define WAARBORG_LEDGER_SLOTS_H

#include "ledger/internal.h"

/* Forget all slots. */
void wb_slots_clear(wb_batch *batch);
/* Add one posting of record `number`: to the balance, and to the list. Full lists are written. */
WB_MUST_CHECK wb_code wb_slots_post(wb_ledger *ledger, const wb_raw_posting *posting,
                                    const wb_item *item, wb_error *err);
/* Write the rows of the slots that changed, in order of key. */
WB_MUST_CHECK wb_code wb_slots_write(wb_ledger *ledger, wb_error *err);

/* Put a row as it is. */
WB_MUST_CHECK wb_code wb_row_put(wb_ledger *ledger, const wb_row *row, wb_error *err);

#endif
