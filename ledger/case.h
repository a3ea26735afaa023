/*
 * case.h - a proposal and what was said about it, read and judged: what it needs, whose words
 * count. Private to ledger/.
 */
#ifndef WAARBORG_LEDGER_CASE_H
#define WAARBORG_LEDGER_CASE_H

#include "ledger/control_rows.h"
#include "ledger/signed.h"

typedef struct wb_case {
    uint64_t number;
    wb_proposal_state state; /* as the view has it */
    wb_bytes bytes;          /* owned: the proposal's record */
    wb_raw_record raw;       /* borrows from them */
    wb_raw_record *drafts;   /* owned: raw.draft_count, decoded once */
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    uint8_t ledger[WB_LEDGER_HASH_SIZE];
    wb_bytes statement; /* owned: what its maker signed */
    wb_voice *voices;   /* owned */
    size_t voice_count;
    unsigned approvals; /* that count */
    unsigned needed;
    wb_money debit;
} wb_case;

/* Read a proposal; the state of control is made ready. WB_E_NOT_FOUND, WB_E_DAMAGED. Clear it
 * whatever it returns. */
WB_MUST_CHECK wb_code wb_case_open(wb_case *out, wb_ledger *ledger, uint64_t number, wb_error *err);
void wb_case_clear(wb_case *out);

/* Whether a user has the roles to make all the drafts. WB_E_UNAUTHORISED. */
WB_MUST_CHECK wb_code wb_case_roles(const wb_user *user, wb_span drafts, wb_error *err);
/* Whether the maker's word still stands: active, with the roles, and the key that signed it.
 * WB_E_REVOKED, WB_E_UNAUTHORISED. */
WB_MUST_CHECK wb_code wb_case_maker(const wb_case *about, const wb_ledger *ledger, wb_error *err);

/* Whether what the drafts rest on has changed since the proposal. WB_E_STALE. In a batch or read
 * that was flushed. */
WB_MUST_CHECK wb_code wb_case_stale(const wb_case *about, wb_ledger *ledger, wb_error *err);

/* The day, in UTC, of a time. */
wb_date wb_day_of(uint64_t time_us);

#endif
