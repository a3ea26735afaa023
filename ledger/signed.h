/*
 * signed.h - the exact bytes that people sign: docs/format.md, "What is signed". Private to
 * ledger/.
 */
#ifndef WAARBORG_LEDGER_SIGNED_H
#define WAARBORG_LEDGER_SIGNED_H

#include "ledger/codec.h"
#include "waarborg/tree.h"

/* The hash of record 1 in the chain, which names the ledger. The log has a record. */
WB_MUST_CHECK wb_code wb_signed_ledger(wb_ledger *ledger, uint8_t hash[WB_LEDGER_HASH_SIZE],
                                       wb_error *err);

/* Each sets `out` to a statement. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_signed_switch(wb_bytes *out, const uint8_t ledger[WB_LEDGER_HASH_SIZE],
                                       uint64_t number, const uint8_t previous[WB_LEDGER_HASH_SIZE],
                                       wb_span by, wb_error *err);
/* Of a proposal, as decoded or about to be encoded: all but its signature. Hashes the drafts. */
WB_MUST_CHECK wb_code wb_signed_proposal(wb_bytes *out, const uint8_t ledger[WB_LEDGER_HASH_SIZE],
                                         const wb_raw_record *proposal, wb_error *err);
/* Of a verdict; `hash` is that of the proposal's record in the chain. */
WB_MUST_CHECK wb_code wb_signed_verdict(wb_bytes *out, const uint8_t ledger[WB_LEDGER_HASH_SIZE],
                                        const wb_raw_record *verdict,
                                        const uint8_t hash[WB_LEDGER_HASH_SIZE], wb_error *err);

/* Text that a statement may hold: at most WB_REASON_MAX bytes of UTF-8 without control characters,
 * so that no line can be made of it. WB_E_TOO_LARGE, WB_E_ENCODING, WB_E_RANGE. */
WB_MUST_CHECK wb_code wb_signed_text(const char *text, wb_error *err);

#endif
