/* replay_books.h - whether the books of a replayed path are the path. */
#ifndef BRIDGE_REPLAY_BOOKS_H
#define BRIDGE_REPLAY_BOOKS_H

#include "waarborg/bridge.h"
#include "waarborg/ledger.h"

/* The sums of a path's events against the balances of the open ledger: WB_E_INTERNAL names the
 * first that differs. */
WB_MUST_CHECK wb_code wb_replay_compare(const wb_replay *sums, wb_ledger *ledger, wb_error *err);

#endif
