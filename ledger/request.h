/*
 * request.h - a list of entries, and what became of it, as bytes from one process to another.
 * Private to ledger/.
 *
 * Names of accounts and parties travel as text: who posts looks them up. The decoders are total,
 * take any bytes at all, and let nothing through that the encoders would not have written; what an
 * entry may be is the posting's to judge.
 */
#ifndef WAARBORG_LEDGER_REQUEST_H
#define WAARBORG_LEDGER_REQUEST_H

#include "ledger/bytes.h"
#include "waarborg/ledger.h"

enum { WB_REQUEST_ENTRIES = 256 }; /* in one request */

/* Entries as decoded; the memory is used again. Zero-initialise. */
typedef struct wb_request {
    size_t count;
    wb_entry entries[WB_REQUEST_ENTRIES];
    wb_posting *postings;
    size_t posting_capacity; /* of which all amounts are initialised */
    wb_bytes text;
} wb_request;

void wb_request_clear(wb_request *request);
/* Append to `out`. The entries have passed wb_entry_check and are at most WB_REQUEST_ENTRIES.
 * WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_request_encode(wb_bytes *out, const wb_entry *entries, size_t count,
                                        wb_error *err);
/* WB_E_SYNTAX, WB_E_NOMEM. Everything in it is copied. */
WB_MUST_CHECK wb_code wb_request_decode(wb_request *request, wb_span bytes, wb_error *err);

/* What became of a request. */
typedef struct wb_reply {
    wb_code code;
    wb_error err; /* unless code is WB_OK */
    /* when it is: the last record it names, and its hash in the chain */
    uint64_t last;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    size_t count;
    uint64_t numbers[WB_REQUEST_ENTRIES];
    bool already[WB_REQUEST_ENTRIES];
} wb_reply;

WB_MUST_CHECK wb_code wb_reply_encode(wb_bytes *out, const wb_reply *reply, wb_error *err);
bool wb_reply_decode(wb_reply *reply, wb_span bytes);

#endif
