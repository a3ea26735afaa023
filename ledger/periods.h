/*
 * periods.h - the closed periods, kept while a batch posts. Private to ledger/.
 *
 * They are read at the first posting that needs them and stay from batch to batch as the slots do.
 * Cost of a posting: one comparison when nothing is closed, else two searches.
 */
#ifndef WAARBORG_LEDGER_PERIODS_H
#define WAARBORG_LEDGER_PERIODS_H

#include "ledger/bytes.h"
#include "waarborg/control.h"

typedef struct wb_period_closed_one {
    wb_period period;
    uint64_t since; /* the record that closed it */
} wb_period_closed_one;

/* Zero-initialise. */
typedef struct wb_periods {
    bool loaded;
    wb_period_closed_one *closed; /* by year, the year itself before its months */
    size_t count;
} wb_periods;

struct wb_ledger;

/* Forget everything; the next check reads again. */
void wb_periods_clear(wb_periods *periods);

/* WB_E_CLOSED when the date lies in a closed period; the message names it and what closed it. */
WB_MUST_CHECK wb_code wb_periods_check(struct wb_ledger *ledger, wb_date date, wb_error *err);

/* Whether a document of kind period may be recorded now: its form (WB_E_RANGE), and that it changes
 * the state as wb_period_record says. */
WB_MUST_CHECK wb_code wb_period_admit(struct wb_ledger *ledger, const wb_document *document,
                                      wb_error *err);

/* A state as the body of its document; the text is the caller's (free). WB_E_MISSING, WB_E_RANGE.
 * And back: whatever is wrong is `refusal`, and then the state is empty. */
WB_MUST_CHECK wb_code wb_period_encode(char **text, const wb_period_state *state, wb_error *err);
WB_MUST_CHECK wb_code wb_period_decode(wb_period_state *state, wb_span id, wb_span body,
                                       wb_code refusal, wb_error *err);
void wb_period_state_clear(wb_period_state *state);

#endif
