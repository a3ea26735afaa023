/*
 * control_rows.h - rows of proposals: the state and verdicts of each, and the list of those that
 * are open. Private to ledger/.
 */
#ifndef WAARBORG_LEDGER_CONTROL_ROWS_H
#define WAARBORG_LEDGER_CONTROL_ROWS_H

#include "ledger/internal.h"

typedef struct wb_proposal_row {
    uint64_t number;
    wb_proposal_state state;
    size_t verdict_count;
    uint64_t verdicts[WB_VERDICTS_MAX]; /* records, ascending */
} wb_proposal_row;

typedef struct wb_open_row {
    size_t count;
    uint64_t numbers[WB_PROPOSALS_OPEN_MAX]; /* ascending */
} wb_open_row;

/* Read a row, in a read or in the course of a flush; of a view, as it was then. WB_E_DAMAGED. */
WB_MUST_CHECK wb_code wb_proposal_row_read(wb_ledger *ledger, uint64_t number, wb_proposal_row *out,
                                           bool *found, wb_error *err);
WB_MUST_CHECK wb_code wb_open_row_read(wb_ledger *ledger, wb_open_row *open, bool *found,
                                       wb_error *err);

#endif
