/*
 * bridge.h - the only room that sees both halves: from the books to the start of a simulation.
 */
#ifndef WAARBORG_BRIDGE_H
#define WAARBORG_BRIDGE_H

#include "waarborg/model.h"

/*
 * The opening position of the fund in `dir`: the ledger is verified in full first (in a child
 * process, for a damaged file can kill its reader), then
 *   cash           1000 + 1010 + 1020 + 1030 - 1330 (what was promised is no longer free)
 *   backstop debt  0400
 *   cases          by loan id: every loan to a provider with principal outstanding or promised, its
 *                  maturity and the instalments its schedule still brings before that. Promised is
 *                  what 1330 holds for the provider, as far as its loans have room to be paid out;
 *                  the rest of 1330 is a promised grant and only lowers cash. Instalments that are
 *                  overdue stay in the principal until maturity
 *   obligo called  all of 8030; levy called: of 8000 what entries with the event WB_EVENT_LEVY
 *                  (fund.h) brought in the calendar year of the last date. Year-ends do not count
 *   classes        the column `class` of the providers' file, where it has one (the EWS class)
 *   lines          every account with a posting, and what it counts as: the reconciliation. Cash is
 *                  the lines of cash and promised; the principals of the cases are the lines of
 *                  loans and `promised`
 *   ledger         number of records, hash of the head, largest effective date
 * `opening` is initialised by the caller and filled on success only.
 *
 * Failures: those of wb_ledger_open and wb_ledger_verify; WB_E_RULE when 0100 or 0120 holds an
 * amount that no loan agreement explains, a loan's balance is below zero, or 0400 is a claim, not a
 * debt. Whether a provider is in the scenario is the scenario loader's to see.
 */
WB_MUST_CHECK wb_code wb_bridge_opening(const char *dir, wb_opening *opening, wb_error *err);

/* Where a replayed path ended: in the books, which equal the path to the cent. */
typedef struct wb_replay {
    wb_date first, last;    /* the first day, the last day of the last step that was walked */
    uint64_t entries;       /* posted */
    wb_money cash;          /* 1000 */
    wb_money loans;         /* 0100 and 0120 */
    wb_money debt;          /* 0400 */
    wb_money contributions; /* 8000, 8010 and 8020, without the levy */
    wb_money levy;          /* of 8000, by the event of its entries */
    wb_money obligo;        /* 8030 */
    wb_money losses;        /* 4000 and 4020: grants, conversions, write-offs */
} wb_replay;
void wb_replay_init(wb_replay *replay);
void wb_replay_clear(wb_replay *replay);

/*
 * Write path `path` of a model as a fund in a new or empty directory, so that what the engine
 * computed can be read, verified and audited like any other books: the opening position, the
 * parties, a loan agreement for each case, and every movement of money, dated on the last day of
 * its step (a model without a start begins on 2000-01-01). The fund's limits on its cash are lifted
 * first, for a simulated fund may owe its bank.
 *
 *   cash 1000 · interest 8110, of loans 8100 · contributions 8000 municipalities, 8010 state, 8020
 *   providers and others (by payer where it is known) · costs 4100 · loans 0100 or 0120 · grants,
 * final pay-outs and conversions 4020 · write-offs 4000 · levy 8000, event WB_EVENT_LEVY · obligo
 * 8030 · backstop 0400 · refunds 0210 · the other side of the opening position 0200
 *
 * What a provider pays back is booked on its oldest open loan, what is lost on the newest. Loans
 * that come in by a schedule of the opening position stand together on one party, "opening-loans".
 *
 * In the end the books' cash, loans, debt, contributions, levy, obligo and losses are read back and
 * compared with the path's: WB_E_INTERNAL if one cent is missing. `replay` (initialised) is filled.
 * WB_E_EXISTS when there is a ledger; failures of the ledger. O(movements of the path).
 */
WB_MUST_CHECK wb_code wb_bridge_replay(const char *dir, const wb_model *model, uint64_t path,
                                       wb_replay *replay, wb_error *err);

#endif
