/*
 * rows.h - the rows of the store: keys, and the values that are derived from the records. Private
 * to ledger/. docs/format.md shows the bytes.
 *
 * All rows lie in one tree. The first byte of a key says what the row is; entries come last, so
 * that a record can only be appended at the very end of the tree (MDB_APPEND). The tags have an
 * even number of one bits: no single flipped bit makes one tag of another.
 *
 * Every row but a record's ends with a check of its key and value.
 */
#ifndef WAARBORG_LEDGER_ROWS_H
#define WAARBORG_LEDGER_ROWS_H

#include "ledger/chain.h"
#include "ledger/codec.h"

enum {
    WB_TAG_FORMAT = 0x03,   /* () -> magic, format version: for ever in this form */
    WB_TAG_HEAD = 0x05,     /* () -> counts, last hash */
    WB_TAG_DOCUMENT = 0x06, /* kind, id -> first and newest record */
    WB_TAG_BALANCE = 0x0A,  /* account, party -> sums, and the newest part of its list */
    WB_TAG_REVERSAL = 0x0C, /* entry -> the entry that reverses it */
    WB_TAG_SUBJECT = 0x0F,  /* subject, 0, chunk -> list of entries */
    WB_TAG_POSTING = 0x11,  /* account, party, chunk -> a full part of its list of postings */
    WB_TAG_SETTLED = 0x12,  /* first 18 bits of a reference's hash -> list of (hash, entry) */
    WB_TAG_YOUNG = 0x14,    /* first 11 bits -> the same, for those that came last */
    WB_TAG_TREE = 0x17,     /* level, index -> up to 16 nodes of the Merkle tree */
    WB_TAG_KEY = 0x18,      /* a user's public key -> the record that brought it */
    WB_TAG_PROPOSAL = 0x1B, /* number -> its state and verdicts */
    WB_TAG_OPEN = 0x1D,     /* () -> list of the open proposals */
    WB_TAG_RECORD = 0xFF    /* number -> hash, canonical bytes */
};

enum {
    WB_ROW_KEY_MAX = 1 + WB_ID_MAX + 1 + 4,
    WB_CHUNK_SIZE_MAX = 400,  /* bytes of a part of a list: a few parts fill a page */
    WB_ROW_VALUE_MAX = 16384, /* bytes of a bucket of references, the largest of all rows */
    WB_FORMAT_VERSION = 2,
    WB_KIND_COUNT = 16 /* document kinds the head has a count for */
};

/* A row being built or looked for: its key, and its value without the check. */
typedef struct wb_row {
    uint8_t key[WB_ROW_KEY_MAX];
    size_t key_size;
    uint8_t value[WB_ROW_VALUE_MAX + WB_ROW_CHECK_SIZE];
    size_t value_size;
} wb_row;

/* The state of the log and of what is derived from it, as stored in the head row. */
typedef struct wb_head {
    uint64_t count;
    uint64_t entries;
    uint64_t postings;
    uint64_t recorded_us;
    uint64_t rows;                     /* all rows of the tree, this one included */
    uint64_t references;               /* entries that have one */
    uint64_t buckets;                  /* rows of references */
    uint64_t balances;                 /* rows */
    uint64_t chunks;                   /* rows of lists of postings and of subjects */
    uint64_t subjects;                 /* entries that have one */
    uint64_t reversals;                /* rows */
    uint64_t tree_rows;                /* rows of the Merkle tree */
    uint64_t proposals;                /* records */
    uint64_t verdicts;                 /* records */
    uint64_t open;                     /* proposals that are not decided yet */
    uint64_t control_rows;             /* rows of users' keys and of proposals */
    uint64_t documents[WB_KIND_COUNT]; /* distinct ids of each kind */
    wb_date last_date;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
} wb_head;

typedef struct wb_document_row {
    uint64_t first; /* record that registered the id: the number of an account or party */
    uint64_t newest;
} wb_document_row;

typedef struct wb_balance_row {
    uint64_t postings;
    uint32_t chunks;
    wb_raw_amount debit; /* these borrow from the row */
    wb_raw_amount credit;
    wb_span list; /* the postings after those of the chunks */
} wb_balance_row;

/* One posting in the list of an (account, party). */
typedef struct wb_item {
    uint64_t number;
    uint32_t index; /* which posting of the entry, from 0 */
    wb_date date;
    wb_raw_amount amount;
} wb_item;

/* Keys. */
void wb_row_key(wb_row *row, uint8_t tag);
void wb_row_key_u64(wb_row *row, uint8_t tag, uint64_t number); /* reversal, record */
void wb_row_key_document(wb_row *row, wb_record_kind kind, wb_span id);
void wb_row_key_pair(wb_row *row, uint8_t tag, uint64_t account, uint64_t party);
void wb_row_key_chunk(wb_row *row, uint64_t account, uint64_t party, uint32_t chunk);
void wb_row_key_subject(wb_row *row, wb_span subject, uint32_t chunk);
void wb_row_key_tree(wb_row *row, unsigned level, uint64_t index);
void wb_row_key_settled(wb_row *row, const uint8_t hash[WB_REFERENCE_KEY_SIZE]);
void wb_row_key_public(wb_row *row, const uint8_t key[WB_PUBLIC_KEY_SIZE]);
void wb_row_key_young(wb_row *row, const uint8_t hash[WB_REFERENCE_KEY_SIZE]);

/* Values, sealed: value_size includes the check. */
void wb_row_format(wb_row *row);
void wb_row_head(wb_row *row, const wb_head *head);
void wb_row_u64(wb_row *row, uint64_t number); /* reversal */
void wb_row_document(wb_row *row, wb_document_row document);
struct wb_slot;
void wb_row_balance(wb_row *row, const struct wb_slot *slot);
void wb_row_bytes(wb_row *row, wb_span value); /* lists */
/* Seal a value of `size` bytes that was written into row->value. */
void wb_row_seal(wb_row *row, size_t size);

/*
 * Whether a row read from the store is what was written: a known tag, and a check that holds.
 * *value is the value without its check. Records pass with their key checked only: their hash is
 * the caller's to check. WB_E_DAMAGED.
 */
WB_MUST_CHECK wb_code wb_row_open(wb_span *value, wb_span key, wb_span sealed, wb_error *err);

/* Values read back; WB_E_DAMAGED or, for the format, WB_E_VERSION and WB_E_NOT_LEDGER. */
WB_MUST_CHECK wb_code wb_row_read_format(wb_span value, wb_error *err);
WB_MUST_CHECK wb_code wb_row_read_head(wb_head *head, wb_span value, wb_error *err);
WB_MUST_CHECK wb_code wb_row_read_u64(uint64_t *number, wb_span value, wb_error *err);
WB_MUST_CHECK wb_code wb_row_read_document(wb_document_row *row, wb_span value, wb_error *err);
WB_MUST_CHECK wb_code wb_row_read_balance(wb_balance_row *row, wb_span value, wb_error *err);
/* The (account, party) of a balance's or chunk's key. */
WB_MUST_CHECK wb_code wb_row_read_pair(uint64_t *account, uint64_t *party, wb_span key,
                                       wb_error *err);

/* A reference in a bucket: its hash without the bytes that the bucket's key holds in full, and the
 * entry as a u48. Sorted by hash. */
enum {
    WB_YOUNG_ITEM_SIZE = WB_REFERENCE_KEY_SIZE - 1 + 6,
    WB_YOUNG_COUNT_MAX = 60,
    WB_YOUNG_MASK = 0xE0, /* of the hash's second byte */
    WB_SETTLED_ITEM_SIZE = WB_REFERENCE_KEY_SIZE - 2 + 6,
    WB_SETTLED_MASK = 0xC0 /* of the hash's third byte */
};

/* Items of a chunk: each is stored as the difference from the one before; `item` carries that
 * state, zero before the first. */
enum { WB_ITEM_SIZE_MAX = 4 * WB_VLQ_MAX + WB_AMOUNT_SIZE_MAX };
size_t wb_item_put(uint8_t out[WB_ITEM_SIZE_MAX], const wb_item *before, const wb_item *item);
bool wb_item_take(wb_span *list, wb_item *item);

#endif
