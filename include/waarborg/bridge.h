/*
 * bridge.h - the only room that sees both halves: from the books to the start of a simulation.
 */
#ifndef WAARBORG_BRIDGE_H
#define WAARBORG_BRIDGE_H

#include "waarborg/opening.h"

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

#endif
