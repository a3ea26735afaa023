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
 *   cases          every loan to a provider with principal outstanding, with its maturity, by loan
 * id ledger         number of records, hash of the head, largest effective date `opening` is
 * initialised by the caller and filled on success only.
 *
 * Failures: those of wb_ledger_open and wb_ledger_verify; WB_E_RULE when 0100 or 0120 holds an
 * amount that no loan agreement explains, a loan's balance is below zero, or 0400 is a claim, not a
 * debt. Whether a provider is in the scenario is the scenario loader's to see.
 */
WB_MUST_CHECK wb_code wb_bridge_opening(const char *dir, wb_opening *opening, wb_error *err);

#endif
