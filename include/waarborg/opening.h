/*
 * opening.h - where a simulation starts: the fund's position as plain figures.
 *
 * bridge/ fills it from the ledger (from_ledger) and the scenario loader from the file. The engine
 * knows nothing of ledgers.
 */
#ifndef WAARBORG_OPENING_H
#define WAARBORG_OPENING_H

#include "waarborg/date.h"
#include "waarborg/text.h"

/* A loan that is out at the start: a supported case. */
typedef struct wb_opening_case {
    char provider[WB_ID_MAX + 1];
    char loan[WB_ID_MAX + 1]; /* the loan's id in the books */
    wb_money principal;
    wb_date maturity; /* resolves at the first step end on or after it */
} wb_opening_case;

typedef struct wb_opening {
    wb_money cash;          /* 1000 + 1010 + 1020 + 1030 - 1330 */
    wb_money backstop_debt; /* 0400 */
    wb_opening_case *cases; /* owned */
    size_t case_count;
    /* the ledger it came from: zeros and count 0 when the scenario states the cash itself */
    uint64_t ledger_count;
    uint8_t ledger_hash[32];
    wb_date ledger_last_date;
} wb_opening;

void wb_opening_init(wb_opening *opening);
void wb_opening_clear(wb_opening *opening);

/* One more case, empty, its principal 0.00; NULL without memory. Borrowed until the next addition:
 * the array moves. */
wb_opening_case *wb_opening_add_case(wb_opening *opening);

#endif
