/*
 * store.h - the door to LMDB: one tree of keys and values, one transaction at a time. Private to
 * ledger/, and the only place that knows LMDB is there.
 *
 * What is handed out as a wb_span points into the map: it lives until the next put, commit or
 * abort. Bytes that come out are not to be believed until their row is checked (rows.h).
 */
#ifndef WAARBORG_LEDGER_STORE_H
#define WAARBORG_LEDGER_STORE_H

#include "ledger/bytes.h"

typedef struct wb_store wb_store;
typedef struct wb_store_cursor wb_store_cursor;

typedef struct wb_store_options {
    bool write;
    bool create;     /* make the file when it is not there; with write */
    bool alone;      /* path is a data file that nobody else uses: no lock file */
    size_t map_size; /* first size of the map; 0 is the usual 64 GiB of address space */
} wb_store_options;

/*
 * Open `path`: a directory with data.mdb and lock.mdb, or a data file (`alone`). Clears readers
 * that died. A directory that cannot be written is read without LMDB's locks: *unlocked says so,
 * and the caller keeps writers out. WB_E_NOT_LEDGER (no such file), WB_E_DAMAGED (not LMDB's, or
 * shorter than its last page: checked before any page is touched), WB_E_IO.
 */
WB_MUST_CHECK wb_code wb_store_open(wb_store **store, const char *path, wb_store_options options,
                                    bool *unlocked, wb_error *err);
void wb_store_close(wb_store *store); /* aborts what is open */

/* Begin a snapshot, or the one write transaction. A map that another process made larger is
 * followed. WB_E_IO, WB_E_DAMAGED. */
WB_MUST_CHECK wb_code wb_store_begin(wb_store *store, bool write, wb_error *err);
/* Durable when it returns WB_OK; otherwise nothing was written, and the transaction is over. */
WB_MUST_CHECK wb_code wb_store_commit(wb_store *store, wb_error *err);
void wb_store_abort(wb_store *store);
/* Make sure that what a snapshot shows is on disk, whoever committed it: a writer that was killed
 * may have died between the write and the flush. WB_E_IO. */
WB_MUST_CHECK wb_code wb_store_sync(wb_store *store, wb_error *err);
bool wb_store_active(const wb_store *store);

/* After a put or commit that failed with WB_E_FULL: whether the map, and not the disk, was full.
 * Then abort, grow, begin again and repeat every put. */
bool wb_store_map_full(const wb_store *store);
WB_MUST_CHECK wb_code wb_store_grow(wb_store *store, wb_error *err);

/* Rows in the tree, by LMDB's own count. */
WB_MUST_CHECK wb_code wb_store_rows(wb_store *store, uint64_t *rows, wb_error *err);

WB_MUST_CHECK wb_code wb_store_put(wb_store *store, wb_span key, wb_span value, wb_error *err);
/* Put `first` and `second` as one value under a key beyond every other: refuses any other key. */
WB_MUST_CHECK wb_code wb_store_append(wb_store *store, wb_span key, wb_span first, wb_span second,
                                      wb_error *err);
WB_MUST_CHECK wb_code wb_store_get(wb_store *store, wb_span key, wb_span *value, bool *found,
                                   wb_error *err);

/* Cursors live within the transaction: close them before it ends. */
WB_MUST_CHECK wb_code wb_store_cursor_open(wb_store_cursor **cursor, wb_store *store,
                                           wb_error *err);
void wb_store_cursor_close(wb_store_cursor *cursor);
typedef enum wb_store_step {
    WB_STEP_SEEK,
    WB_STEP_NEXT,
    WB_STEP_PREVIOUS,
    WB_STEP_LAST
} wb_store_step;
/* Move: SEEK goes to the first key at or after *key. *found is false beyond either end. */
WB_MUST_CHECK wb_code wb_store_move(wb_store_cursor *cursor, wb_store_step step, wb_span *key,
                                    wb_span *value, bool *found, wb_error *err);

/* Write a compact, consistent copy of the newest snapshot to the open, empty file. */
WB_MUST_CHECK wb_code wb_store_copy(wb_store *store, int file, wb_error *err);

#endif
