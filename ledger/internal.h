/*
 * internal.h - the ledger's handle and the calls its files share. Private to ledger/ and its tests.
 *
 * A READ handle holds one snapshot from open to close: all its answers are about one moment. A
 * WRITE handle takes a snapshot for each call, or reads its own batch. Every read goes through
 * wb_read_begin and wb_read_end, and every row through wb_lookup or a wb_scan, which check it.
 */
#ifndef WAARBORG_LEDGER_INTERNAL_H
#define WAARBORG_LEDGER_INTERNAL_H

#include "ledger/batch.h"
#include "ledger/control.h"
#include "ledger/limits.h"
#include "ledger/lock.h"
#include "ledger/names.h"
#include "ledger/periods.h"
#include "ledger/reserve.h"
#include "ledger/rows.h"
#include "ledger/store.h"
#include "ledger/view.h"

/* Where a poster that leads others stands. */
typedef enum wb_hook_point {
    WB_HOOK_PREPARED,  /* the replies are written, nothing is committed */
    WB_HOOK_COMMITTED, /* committed, and nobody told */
    WB_HOOK_ANSWERED   /* told; the lock is held */
} wb_hook_point;
typedef void wb_hook(wb_ledger *ledger, wb_hook_point point, size_t requests);

struct wb_ledger {
    char *dir;
    wb_store *store;
    wb_store_cursor *probe; /* for wb_lookup; opened at the first use in a transaction */
    wb_ledger_mode mode;
    wb_writer writer; /* who writes here, for those who wait */
    int lock_file;    /* writer.lock, or -1 */
    int mark_file;    /* head, or -1 */
    bool in_batch;
    bool broken;            /* a commit failed: the handle may read, and not write again */
    unsigned depth;         /* reads in progress */
    struct wb_group *group; /* for wb_ledger_submit; made at its first use */
    wb_hook *hook;          /* tests look on, or kill, here; NULL outside them */
    wb_head head;           /* of the transaction that is open */
    wb_view view;           /* of a READ handle: see view.h */
    wb_names names;
    wb_control control;
    wb_reserves reserves;
    wb_batch batch;
    wb_limits limits;   /* these two are kept as the batch's slots are */
    wb_periods periods; /* and forgotten when a document of theirs is recorded */
    uint64_t clock_us;  /* in tests: the time, instead of the machine's */
};

typedef struct wb_open_options {
    bool backup;     /* `path` is a data file that nobody else uses, or a backup: no locks */
    size_t map_size; /* see wb_store_options */
} wb_open_options;

/* wb_ledger_open with more to choose. */
WB_MUST_CHECK wb_code wb_ledger_open_with(wb_ledger **ledger, const char *path, wb_ledger_mode mode,
                                          wb_open_options options, wb_error *err);

/* The time of the batch's next record: now, and never before the one before it. */
uint64_t wb_now_us(const wb_ledger *ledger);

/* Where the ledger is and what to do about it, added to an error that is returned to the caller. */
wb_code wb_ledger_result(const wb_ledger *ledger, wb_code code, wb_error *err);

/* Transactions: the head is read and checked at begin. */
WB_MUST_CHECK wb_code wb_txn_begin(wb_ledger *ledger, bool write, wb_error *err);
void wb_txn_abort(wb_ledger *ledger);
WB_MUST_CHECK wb_code wb_txn_commit(wb_ledger *ledger, wb_error *err);

/*
 * A batch within the writer's lock, which the caller holds and drops. start begins it; finish makes
 * it durable; drop forgets it. A batch that added nothing and only answered with what was there
 * already syncs the file all the same: what another process was killed over while it wrote can be
 * read, and need not be on disk.
 */
WB_MUST_CHECK wb_code wb_batch_start(wb_ledger *ledger, wb_error *err);
WB_MUST_CHECK wb_code wb_batch_finish(wb_ledger *ledger, wb_error *err);
void wb_batch_drop(wb_ledger *ledger);

/* Free what wb_ledger_submit keeps. */
void wb_group_free(struct wb_group *group);

WB_MUST_CHECK wb_code wb_read_begin(wb_ledger *ledger, wb_error *err);
void wb_read_end(wb_ledger *ledger);

/*
 * The value under the key of `row`, checked. *found is false only when the key's two neighbours are
 * intact and in order, so that a damaged key or page is not mistaken for absence.
 */
WB_MUST_CHECK wb_code wb_lookup(wb_ledger *ledger, const wb_row *row, wb_span *value, bool *found,
                                wb_error *err);

/* The last row before the key of `row`, which is not there itself; checked, as in wb_lookup. */
WB_MUST_CHECK wb_code wb_lookup_before(wb_ledger *ledger, const wb_row *row, wb_span *key,
                                       wb_span *value, bool *found, wb_error *err);

/* All rows whose key starts with a prefix, in order, each checked, and the row before and after
 * them as in wb_lookup. */
typedef struct wb_scan {
    wb_store_cursor *cursor;
    wb_span prefix; /* borrowed */
    uint8_t last[WB_ROW_KEY_MAX];
    size_t last_size;
    bool started;
} wb_scan;
WB_MUST_CHECK wb_code wb_scan_open(wb_scan *scan, wb_ledger *ledger, wb_span prefix, wb_error *err);
WB_MUST_CHECK wb_code wb_scan_next(wb_scan *scan, wb_span *key, wb_span *value, bool *found,
                                   wb_error *err);
void wb_scan_close(wb_scan *scan);

/* A record's bytes and stored hash, as they lie in the store. */
typedef struct wb_stored {
    wb_span bytes;
    const uint8_t *hash;
} wb_stored;
/* Read without the check of its hash; WB_E_DAMAGED when it is not there. */
WB_MUST_CHECK wb_code wb_stored_read(wb_ledger *ledger, uint64_t number, wb_stored *stored,
                                     wb_error *err);
/* Check bytes against the previous hash, and decode. Messages name the record. */
WB_MUST_CHECK wb_code wb_stored_check(const wb_stored *stored, uint64_t number,
                                      const uint8_t previous[WB_LEDGER_HASH_SIZE],
                                      wb_raw_record *raw, wb_error *err);
/* Both, for one record. */
WB_MUST_CHECK wb_code wb_stored_get(wb_ledger *ledger, uint64_t number, wb_raw_record *raw,
                                    wb_stored *stored, wb_error *err);

/* Records in order, each checked against the one before. */
typedef struct wb_walk {
    wb_store_cursor *cursor;
    uint64_t next; /* number of the record that comes next */
    bool started;
    uint8_t previous[WB_LEDGER_HASH_SIZE];
} wb_walk;
/* From `first` (1 to the head's count + 1) on. */
WB_MUST_CHECK wb_code wb_walk_open(wb_walk *walk, wb_ledger *ledger, uint64_t first, wb_error *err);
/* Without the check: the record's bytes and stored hash. The caller stops at the head's count. */
WB_MUST_CHECK wb_code wb_walk_step(wb_walk *walk, wb_stored *stored, wb_error *err);
/* With it. */
WB_MUST_CHECK wb_code wb_walk_next(wb_walk *walk, wb_stored *stored, wb_raw_record *raw,
                                   wb_error *err);
void wb_walk_close(wb_walk *walk);

/* The number of an account or party; 0 when there is none of that name. */
WB_MUST_CHECK wb_code wb_name_number(wb_ledger *ledger, wb_record_kind kind, const char *text,
                                     uint64_t *number, wb_error *err);
/* The name of a number that a row or record holds; WB_E_DAMAGED when it has none. */
WB_MUST_CHECK wb_code wb_name_text(wb_ledger *ledger, wb_record_kind kind, uint64_t number,
                                   const char **text, wb_error *err);

/* The entry that a reference's hash leads to, or 0. WB_E_DAMAGED. */
WB_MUST_CHECK wb_code wb_bucket_find(wb_ledger *ledger, const uint8_t key[WB_REFERENCE_KEY_SIZE],
                                     uint64_t *number, wb_error *err);
/* The same, among those that have moved on from the young buckets. */
WB_MUST_CHECK wb_code wb_settled_find(wb_ledger *ledger, const uint8_t key[WB_REFERENCE_KEY_SIZE],
                                      uint64_t *number, wb_error *err);
/* Add the references of pending records, `count` of them sorted by hash, to their buckets. */
WB_MUST_CHECK wb_code wb_buckets_write(wb_ledger *ledger, const wb_pending **sorted, size_t count,
                                       wb_error *err);

/* The entry that reverses `number`, or 0. */
WB_MUST_CHECK wb_code wb_reversal_of(wb_ledger *ledger, uint64_t number, uint64_t *reversal,
                                     wb_error *err);
/* Make a record for the reader of a raw one. Without a ledger (NULL) its accounts are "" and its
 * parties left out. */
WB_MUST_CHECK wb_code wb_record_fill(wb_ledger *ledger, wb_record *record, const wb_raw_record *raw,
                                     const uint8_t *hash, uint64_t reversed_by, wb_error *err);

/*
 * The mark: a small file beside the data that names the last committed record. It is written after
 * each commit, in turn in one of two places, and not synced, so that it may lag behind after a
 * power cut, and never runs ahead. A ledger that lacks the marked record has lost what was
 * acknowledged.
 */
enum { WB_MARK_SIZE = 56 };
typedef struct wb_mark {
    bool present;
    uint64_t count;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
} wb_mark;
WB_MUST_CHECK wb_code wb_mark_read(wb_mark *mark, const char *dir, wb_error *err);
void wb_mark_write(int file, const wb_head *head);
/* Whether the snapshot that is open holds the marked record. WB_E_DAMAGED. */
WB_MUST_CHECK wb_code wb_mark_check(wb_ledger *ledger, const wb_mark *mark, wb_error *err);

#endif
