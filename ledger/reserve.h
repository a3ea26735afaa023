/*
 * reserve.h - what open proposals hold until they are decided: references, reversals, and, for
 * limits and periods, their drafts. Private to ledger/.
 *
 * Kept from call to call: a proposal never changes, so that only those are read that were opened
 * since. A ledger without open proposals pays one comparison.
 */
#ifndef WAARBORG_LEDGER_RESERVE_H
#define WAARBORG_LEDGER_RESERVE_H

#include "ledger/chain.h"
#include "ledger/codec.h"

typedef struct wb_reserved_reference {
    uint8_t key[WB_REFERENCE_KEY_SIZE];
    uint32_t draft; /* which one, from 0 */
} wb_reserved_reference;

/* What one open proposal holds. */
typedef struct wb_reserve {
    uint64_t number;
    wb_reserved_reference *references; /* sorted by key */
    size_t reference_count;
    uint64_t *reversals; /* sorted */
    size_t reversal_count;
} wb_reserve;

/* Zero-initialise. */
typedef struct wb_reserves {
    wb_reserve *items; /* by number */
    size_t count;
    bool known; /* they are those of `hash` */
    bool inner; /* read within a batch that had records */
    uint8_t hash[WB_LEDGER_HASH_SIZE];
} wb_reserves;

void wb_reserves_clear(wb_reserves *reserves);
/* As wb_control_begin and wb_control_end; and: the batch opened or closed a proposal. */
void wb_reserves_begin(wb_ledger *ledger);
void wb_reserves_end(wb_ledger *ledger, bool committed);
void wb_reserves_changed(wb_ledger *ledger);

/* The open proposal that holds a reference, and which of its drafts; *proposal is 0 when there is
 * none. The proposal whose drafts are being posted holds nothing. */
WB_MUST_CHECK wb_code wb_reserve_reference(wb_ledger *ledger,
                                           const uint8_t key[WB_REFERENCE_KEY_SIZE],
                                           uint64_t *proposal, uint32_t *draft, wb_error *err);
/* The open proposal that reverses an entry, or 0. */
WB_MUST_CHECK wb_code wb_reserve_reversal(wb_ledger *ledger, uint64_t entry, uint64_t *proposal,
                                          wb_error *err);

/*
 * Visit the drafts of all open proposals but the one whose drafts are being posted, proposal by
 * proposal, oldest first. Each proposal's bytes are read and checked again: O(bytes of the open
 * proposals). The visitor may read; the draft is borrowed for the call, its number is 0.
 */
typedef wb_code wb_reserve_visit(void *context, uint64_t proposal, const wb_raw_record *draft,
                                 wb_error *err);
WB_MUST_CHECK wb_code wb_reserve_drafts(wb_ledger *ledger, wb_reserve_visit *visit, void *context,
                                        wb_error *err);

/* Bytes of a proposal's record, checked and copied, since what comes may move the store's pages;
 * `raw` borrows from the copy. WB_E_NOT_FOUND when the record is no proposal. */
WB_MUST_CHECK wb_code wb_proposal_read(wb_ledger *ledger, uint64_t number, wb_bytes *copy,
                                       wb_raw_record *raw, uint8_t hash[WB_LEDGER_HASH_SIZE],
                                       wb_error *err);

#endif
