/*
 * chain.h - the hash chain over records, the key of a reference, and the check of a derived row.
 * Private to ledger/.
 */
#ifndef WAARBORG_LEDGER_CHAIN_H
#define WAARBORG_LEDGER_CHAIN_H

#include "ledger/bytes.h"
#include "waarborg/ledger.h"

enum { WB_REFERENCE_KEY_SIZE = 16, WB_ROW_CHECK_SIZE = 8 };

/* BLAKE2b-256 of the previous record's hash (zeros before the first) and the canonical bytes. */
void wb_chain_hash(uint8_t hash[WB_LEDGER_HASH_SIZE], const uint8_t previous[WB_LEDGER_HASH_SIZE],
                   wb_span record);

/* BLAKE2b-128 of a reference: the source's size (u8), the source, the reference. */
void wb_reference_key(uint8_t key[WB_REFERENCE_KEY_SIZE], wb_span source, wb_span reference);

/*
 * SipHash-2-4 of a row's key and value under a fixed key: it finds damage, and a row that lies
 * under another row's key. It is no seal against people; that is the chain's part, through verify,
 * which recomputes every row from the records.
 */
void wb_row_check(uint8_t check[WB_ROW_CHECK_SIZE], wb_span key, wb_span value);

#endif
