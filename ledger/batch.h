/*
 * batch.h - the records of an open write transaction, and the derived rows they change. Private to
 * ledger/.
 *
 * Records are kept in memory as canonical bytes until the batch ends. A flush writes those not yet
 * written, and their rows in order of key: sorted puts touch each page once. When the map is full
 * the transaction is thrown away, the map grown, and the whole batch flushed again.
 */
#ifndef WAARBORG_LEDGER_BATCH_H
#define WAARBORG_LEDGER_BATCH_H

#include "ledger/rows.h"
#include "ledger/tree_rows.h"

/* A record of the batch. */
typedef struct wb_pending {
    size_t offset; /* in bytes */
    size_t size;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    uint8_t reference[WB_REFERENCE_KEY_SIZE];
    bool has_reference;
} wb_pending;

/* The balance and the newest part of the list of an (account, party), while they change. */
typedef struct wb_slot {
    uint64_t account;
    uint64_t party;
    uint64_t postings;
    uint32_t chunks; /* full parts, each a row of its own that never changes again */
    bool dirty;
    bool stored;  /* there is a balance row */
    wb_item last; /* last item of the list below; its amount is not kept */
    size_t list_size;
    wb_money debit;
    wb_money credit;
    uint8_t list[WB_CHUNK_SIZE_MAX]; /* stored in the balance row */
} wb_slot;

/* The open chunk of a subject's list, while it changes. */
typedef struct wb_subject_slot {
    char id[WB_ID_MAX + 1];
    uint32_t chunk; /* number of the open chunk */
    bool dirty;
    bool chunk_stored;
    uint64_t last; /* last entry of the open chunk, or 0 */
    size_t list_size;
    uint8_t list[WB_CHUNK_SIZE_MAX];
} wb_subject_slot;

typedef struct wb_batch {
    /* the log's end, the batch included */
    uint64_t count;
    uint64_t recorded_us;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    bool failed; /* may only be aborted */
    bool leaned; /* an answer rests on what was there already: see wb_batch_finish */

    /* four eyes: see control.h */
    size_t plain;          /* records that nobody but their maker has seen */
    bool switched;         /* it switches four eyes on */
    unsigned approvals;    /* of the proposal whose drafts are being posted */
    uint64_t proposal;     /* then: its number */
    uint64_t last_verdict; /* written last: records of a proposal right behind it were posted */

    wb_bytes bytes;
    wb_pending *records;
    size_t record_count;
    size_t record_capacity;
    size_t flushed;       /* records that are in the transaction */
    uint64_t base;        /* number of the record before the batch's first */
    uint32_t *references; /* open hash table over the records: index + 1, or 0 */
    size_t reference_places;
    size_t reference_count;
    const wb_pending **sorted; /* scratch of a flush, record_capacity places */

    /* Kept between batches while the log's end is still `slots_hash`. */
    wb_slot **slots;
    size_t slot_count;
    size_t slot_capacity;
    uint32_t *slot_table; /* 4 x slot_capacity places: index + 1, or 0 */
    uint8_t slots_hash[WB_LEDGER_HASH_SIZE];

    wb_tree_side tree; /* known for the record it names */

    /* As the slots, for subjects. */
    wb_subject_slot **subjects;
    size_t subject_count;
    size_t subject_capacity;
    uint32_t *subject_table;
} wb_batch;

struct wb_ledger;

/* Start at the head of the ledger's write transaction. */
void wb_batch_begin(struct wb_ledger *ledger);
/* Forget the records; `keep` says that they were committed, so that the slots still hold. */
void wb_batch_end(struct wb_ledger *ledger, bool keep);
void wb_batch_clear(wb_batch *batch);

/* Where the next record's bytes go: append them to batch->bytes, then add. */
wb_stamp wb_batch_stamp(const wb_batch *batch);
/* Take the bytes from `offset` on as the next record. `reference` may be NULL. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_batch_add(wb_batch *batch, size_t offset,
                                   const uint8_t reference[WB_REFERENCE_KEY_SIZE], wb_error *err);
/* The batch's record under a reference, or NULL. */
const wb_pending *wb_batch_find(const wb_batch *batch,
                                const uint8_t reference[WB_REFERENCE_KEY_SIZE]);
uint64_t wb_batch_number(const wb_batch *batch, const wb_pending *pending);

/* A point to which the batch can be taken back. */
typedef struct wb_batch_point {
    uint64_t count;
    uint64_t recorded_us;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    size_t bytes_size;
    size_t record_count;
    size_t plain;
} wb_batch_point;
wb_batch_point wb_batch_save(const wb_batch *batch);
/* Drop the records since, which are entries. The transaction begins anew, and with it everything
 * that was derived from them, whatever it was: the records before are written again by the next
 * flush. After a failure the batch may only be aborted. */
WB_MUST_CHECK wb_code wb_batch_restore(struct wb_ledger *ledger, const wb_batch_point *point,
                                       wb_error *err);

/* Write what is not yet in the transaction, growing the map when it is full. */
WB_MUST_CHECK wb_code wb_batch_flush(struct wb_ledger *ledger, wb_error *err);
/* Drop the records and all they did, and begin again; the writer's lock is kept. When that fails
 * the batch may only be aborted. */
WB_MUST_CHECK wb_code wb_batch_restart(struct wb_ledger *ledger, wb_error *err);
/* Flush and commit. */
WB_MUST_CHECK wb_code wb_batch_commit(struct wb_ledger *ledger, wb_error *err);

#endif
