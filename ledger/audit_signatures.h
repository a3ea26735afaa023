/*
 * audit_signatures.h - signatures, checked by several threads while the audit goes on. Private to
 * ledger/verify.c and its kin.
 *
 * Who may sign what is judged in order; whether the signature holds needs nothing but its bytes.
 * Checks are given in the order of the records, and the first that fails is the one that is told,
 * whatever the threads did first.
 */
#ifndef WAARBORG_LEDGER_AUDIT_SIGNATURES_H
#define WAARBORG_LEDGER_AUDIT_SIGNATURES_H

#include "ledger/bytes.h"
#include "ledger/pool.h"
#include "waarborg/key.h"

enum { WB_SIGNATURES_AHEAD = 256 };

typedef struct wb_signature_check {
    wb_task task; /* first: a task's run gets the check */
    bool given;
    bool holds;
    wb_verifier key;
    uint8_t signature[WB_SIGNATURE_SIZE];
    wb_bytes text; /* owned */
    uint64_t number;
} wb_signature_check;

typedef struct wb_signatures {
    wb_pool pool;
    wb_signature_check checks[WB_SIGNATURES_AHEAD];
    size_t next;
    uint64_t bad; /* the record of the first that failed, or 0 */
    char name[WB_ID_MAX + 1];
} wb_signatures;

/* `threads` as in wb_pool_open. NULL without memory. */
wb_signatures *wb_signatures_new(unsigned threads);
void wb_signatures_free(wb_signatures *signatures); /* NULL is fine */

/* Have a signature of `text` checked; the text is copied. WB_E_SIGNATURE: it, or one given before
 * it, does not hold. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_signatures_give(wb_signatures *signatures, uint64_t number,
                                         const wb_verifier *key, const wb_bytes *text,
                                         const uint8_t signature[WB_SIGNATURE_SIZE], wb_error *err);
/* Wait for all that were given. WB_E_SIGNATURE; signatures->bad says which record. */
WB_MUST_CHECK wb_code wb_signatures_settle(wb_signatures *signatures, wb_error *err);

#endif
