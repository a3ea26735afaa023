/* store.c - the one file that includes lmdb.h. Translates once: no MDB_ code leaves it.
 *
 * Flags: no WRITEMAP (a stray pointer would reach the file), no NOSYNC or NOMETASYNC (an
 * acknowledged entry is on disk), NOTLS (a snapshot belongs to its handle, not to the thread).
 * One tree, no DUPSORT, no deletes: the corners where liblmdb 0.9.24 has known faults. */
#include "ledger/store.h"

#include <assert.h>
#include <errno.h>
#include <lmdb.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/place.h"

enum { READERS_MAX = 1022, READERS_CHECK = 64, LOCKS_SIZE = 64 << 10, FILE_MODE = 0660 };
#define MAP_SIZE_USUAL ((size_t)64 << 30)  /* address space only: the file grows as it fills */
#define MAP_SIZE_SMALL ((size_t)256 << 20) /* where address space is limited */
#define MAP_STEP_MIN ((size_t)1 << 20)

struct wb_store {
    MDB_env *env;
    MDB_txn *txn;
    MDB_dbi dbi;
    size_t map_size;
    bool map_full;
    unsigned writes; /* write transactions begun */
};

struct wb_store_cursor {
    MDB_cursor *cursor;
};

/* Every LMDB result that is not success passes through here once. */
static wb_code store_fail(wb_error *err, int rc, const char *action)
{
    assert(rc != MDB_SUCCESS);
    wb_code code = WB_E_IO;
    switch (rc) {
    case MDB_MAP_FULL: code = WB_E_FULL; break;
    case ENOSPC:
    case EDQUOT:
    case ENOMEM: return wb_place_fail(err, rc, "%s", action);
    /* Our own use of LMDB cannot cause these, so that the file must have. */
    case MDB_KEYEXIST:
    case MDB_NOTFOUND:
    case MDB_PAGE_NOTFOUND:
    case MDB_CORRUPTED:
    case MDB_VERSION_MISMATCH:
    case MDB_INVALID:
    case MDB_CURSOR_FULL:
    case MDB_PAGE_FULL:
    case MDB_INCOMPATIBLE:
    case MDB_BAD_TXN:
    case MDB_BAD_VALSIZE:
    case MDB_BAD_DBI:
    case EINVAL: code = WB_E_DAMAGED; break;
    default: break;
    }
    if (code == WB_E_DAMAGED) {
        return wb_fail(err, code, "the data file is damaged: cannot %s: %s", action,
                       mdb_strerror(rc));
    }
    return wb_fail(err, code, "cannot %s: %s", action, mdb_strerror(rc));
}

/* LMDB found its own tree inconsistent. wb_ledger_guard turns the signal into WB_E_DAMAGED. */
static void on_lmdb_assert(MDB_env *env, const char *message)
{
    (void)env;
    (void)message;
    abort();
}

/* A file shorter than its last page would end the process by SIGBUS when that page is read. */
static wb_code check_size(MDB_env *env, const char *file, wb_error *err)
{
    MDB_envinfo info;
    MDB_stat stat_of_tree;
    struct stat status;
    int rc = mdb_env_info(env, &info);
    if (rc == MDB_SUCCESS) rc = mdb_env_stat(env, &stat_of_tree);
    if (rc != MDB_SUCCESS) return store_fail(err, rc, "read its size");
    /* the sizes first, the file after: it may grow in between, never shrink */
    if (stat(file, &status) != 0) return store_fail(err, errno, "read the data file's size");
    const uint64_t page = stat_of_tree.ms_psize;
    if (page < 512 || page > 65536 || (page & (page - 1)) != 0) {
        return wb_fail(err, WB_E_DAMAGED, "the data file is damaged: its pages have %llu bytes",
                       (unsigned long long)page);
    }
    const uint64_t pages = (uint64_t)status.st_size / page;
    if (info.me_last_pgno >= pages) {
        return wb_fail(err, WB_E_DAMAGED,
                       "the data file is damaged: it ends after %llu pages and needs %llu",
                       (unsigned long long)pages, (unsigned long long)info.me_last_pgno + 1);
    }
    return WB_OK;
}

/* The data file must be there and hold LMDB's two first pages, or LMDB would take it for new. */
static wb_code check_file(const char *file, wb_error *err)
{
    struct stat status;
    if (stat(file, &status) != 0) {
        if (errno == ENOENT || errno == ENOTDIR) {
            const wb_code code = wb_fail(err, WB_E_NOT_LEDGER, "there is no ledger here");
            wb_error_hint(err, "check the path, or make a ledger with 'waarborg fund init'");
            return code;
        }
        return wb_place_fail(err, errno, "open it");
    }
    if (!S_ISREG(status.st_mode)) {
        return wb_fail(err, WB_E_NOT_LEDGER, "the data file is not a file");
    }
    if (status.st_size < (off_t)2 * 512) {
        return wb_fail(err, WB_E_DAMAGED, "the data file is damaged: it has %lld bytes only",
                       (long long)status.st_size);
    }
    return WB_OK;
}

static int env_new(MDB_env **env, size_t map_size)
{
    int rc = mdb_env_create(env);
    if (rc != MDB_SUCCESS) return rc;
    mdb_env_set_assert(*env, on_lmdb_assert);
    rc = mdb_env_set_maxreaders(*env, READERS_MAX);
    if (rc == MDB_SUCCESS) rc = mdb_env_set_mapsize(*env, map_size);
    if (rc != MDB_SUCCESS) {
        mdb_env_close(*env);
        *env = NULL;
    }
    return rc;
}

static int env_open(MDB_env **env, const char *path, unsigned flags, size_t *map_size)
{
    int rc = env_new(env, *map_size);
    if (rc != MDB_SUCCESS) return rc;
    rc = mdb_env_open(*env, path, flags, FILE_MODE);
    if (rc == MDB_SUCCESS) return rc;
    mdb_env_close(*env); /* required after a failed open, and it cannot be opened again */
    *env = NULL;
    if (rc != ENOMEM || *map_size <= MAP_SIZE_SMALL) return rc;
    *map_size = MAP_SIZE_SMALL;
    return env_open(env, path, flags, map_size);
}

/* LMDB writes its locks through memory, where a full disk would end the process by SIGBUS: their
 * room is taken before. What is no matter of room LMDB meets itself. */
static int reserve_locks(const char *path)
{
    char file[4096];
    const int length = snprintf(file, sizeof file, "%s/lock.mdb", path);
    if (length < 0 || (size_t)length >= sizeof file) return ENAMETOOLONG;
    const int reason = wb_place_reserve(file, LOCKS_SIZE, FILE_MODE);
    /* a link, which LMDB would follow, and make what it leads to */
    return reason == ENOSPC || reason == EDQUOT || reason == ELOOP ? reason : MDB_SUCCESS;
}

/* A reader then goes on without locks. */
static bool cannot_write(int rc)
{
    return rc == EACCES || rc == EROFS || rc == EPERM || rc == ENOSPC || rc == EDQUOT;
}

static wb_code open_env(wb_store *store, const char *path, wb_store_options options, bool *unlocked,
                        wb_error *err)
{
    unsigned flags = MDB_NOTLS;
    if (!options.write) flags |= MDB_RDONLY;
    if (options.alone) flags |= MDB_NOSUBDIR | MDB_NOLOCK;
    int rc = options.alone ? MDB_SUCCESS : reserve_locks(path);
    if (rc == MDB_SUCCESS) rc = env_open(&store->env, path, flags, &store->map_size);
    if (!options.write && !options.alone && cannot_write(rc)) {
        rc = env_open(&store->env, path, flags | MDB_NOLOCK, &store->map_size);
        if (rc == MDB_SUCCESS && unlocked != NULL) *unlocked = true;
    }
    if (rc == ENOMEM) {
        /* a small map was tried too: either memory is out, or a damaged last page number asks for
         * an impossible one */
        return wb_fail(err, WB_E_NOMEM,
                       "cannot map the data file: out of memory, or it is damaged");
    }
    if (rc != MDB_SUCCESS) return store_fail(err, rc, "open the data file");
    int dead = 0;
    rc = mdb_reader_check(store->env, &dead);
    if (rc != MDB_SUCCESS) return store_fail(err, rc, "clear readers that died");
    return WB_OK;
}

wb_code wb_store_open(wb_store **store, const char *path, wb_store_options options, bool *unlocked,
                      wb_error *err)
{
    assert(store != NULL);
    assert(!options.create || options.write);
    *store = NULL;
    if (unlocked != NULL) *unlocked = false;
    char file[4096];
    const int length = snprintf(file, sizeof file, options.alone ? "%s" : "%s/data.mdb", path);
    if (length < 0 || (size_t)length >= sizeof file) {
        return wb_fail(err, WB_E_IO, "the path is longer than %zu bytes", sizeof file - 1);
    }
    if (!options.create) {
        const wb_code code = check_file(file, err);
        if (code != WB_OK) return code;
    }
    wb_store *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold the store");
    opened->dbi = 1; /* LMDB's unnamed tree; mdb_dbi_open confirms it in every transaction */
    opened->map_size = options.map_size == 0 ? MAP_SIZE_USUAL : options.map_size;
    wb_code code = open_env(opened, path, options, unlocked, err);
    if (code == WB_OK && !options.create) code = check_size(opened->env, file, err);
    if (code != WB_OK) {
        wb_store_close(opened);
        return code;
    }
    *store = opened;
    return WB_OK;
}

void wb_store_close(wb_store *store)
{
    if (store == NULL) return;
    wb_store_abort(store);
    if (store->env != NULL) mdb_env_close(store->env);
    free(store);
}

/* The tree must be as we made it: a flipped flag would change how LMDB compares keys. */
static int check_tree(wb_store *store)
{
    unsigned flags = 0;
    MDB_dbi dbi = 0;
    int rc = mdb_dbi_open(store->txn, NULL, 0, &dbi);
    if (rc == MDB_SUCCESS) rc = mdb_dbi_flags(store->txn, dbi, &flags);
    if (rc == MDB_SUCCESS && flags != 0) rc = MDB_INCOMPATIBLE;
    store->dbi = dbi;
    return rc;
}

wb_code wb_store_begin(wb_store *store, bool write, wb_error *err)
{
    assert(store->txn == NULL);
    store->map_full = false;
    const unsigned flags = write ? 0 : MDB_RDONLY;
    if (write && store->writes++ % READERS_CHECK == 0) {
        /* A reader who was killed holds his snapshot's pages: no one else might open for days. */
        int gone = 0;
        (void)mdb_reader_check(store->env, &gone);
    }
    int rc = mdb_txn_begin(store->env, NULL, flags, &store->txn);
    for (int attempt = 0; rc != MDB_SUCCESS && attempt < 3; attempt++) {
        int dead = 0;
        if (rc == MDB_MAP_RESIZED) {
            rc = mdb_env_set_mapsize(store->env, 0); /* follow the process that grew it */
        } else if (rc == MDB_READERS_FULL) {
            rc = mdb_reader_check(store->env, &dead);
        } else {
            break;
        }
        if (rc == MDB_SUCCESS) rc = mdb_txn_begin(store->env, NULL, flags, &store->txn);
    }
    if (rc != MDB_SUCCESS) {
        store->txn = NULL;
        return store_fail(err, rc, "begin a transaction");
    }
    rc = check_tree(store);
    if (rc != MDB_SUCCESS) {
        wb_store_abort(store);
        return store_fail(err, rc, "open its tree");
    }
    return WB_OK;
}

wb_code wb_store_commit(wb_store *store, wb_error *err)
{
    assert(store->txn != NULL);
    const int rc = mdb_txn_commit(store->txn);
    store->txn = NULL; /* over in either case */
    store->map_full = rc == MDB_MAP_FULL;
    return rc == MDB_SUCCESS ? WB_OK : store_fail(err, rc, "commit");
}

void wb_store_abort(wb_store *store)
{
    if (store->txn != NULL) mdb_txn_abort(store->txn);
    store->txn = NULL;
}

wb_code wb_store_sync(wb_store *store, wb_error *err)
{
    const int rc = mdb_env_sync(store->env, 1);
    return rc == MDB_SUCCESS ? WB_OK : store_fail(err, rc, "sync");
}

bool wb_store_active(const wb_store *store)
{
    return store->txn != NULL;
}

bool wb_store_map_full(const wb_store *store)
{
    return store->map_full;
}

wb_code wb_store_grow(wb_store *store, wb_error *err)
{
    assert(store->txn == NULL); /* LMDB does not check this, and crashes */
    MDB_envinfo info;
    int rc = mdb_env_info(store->env, &info);
    if (rc == MDB_SUCCESS) {
        const size_t step = info.me_mapsize < MAP_STEP_MIN ? MAP_STEP_MIN : info.me_mapsize;
        store->map_size = info.me_mapsize + step;
        rc = mdb_env_set_mapsize(store->env, store->map_size);
    }
    store->map_full = false;
    return rc == MDB_SUCCESS ? WB_OK : store_fail(err, rc, "grow the map");
}

wb_code wb_store_rows(wb_store *store, uint64_t *rows, wb_error *err)
{
    assert(store->txn != NULL);
    MDB_stat stat_of_tree;
    const int rc = mdb_stat(store->txn, store->dbi, &stat_of_tree);
    if (rc != MDB_SUCCESS) return store_fail(err, rc, "count the rows");
    *rows = stat_of_tree.ms_entries;
    return WB_OK;
}

/* LMDB takes keys and values as void *, and writes through neither. */
static MDB_val value_of(wb_span span)
{
    union {
        const void *in;
        void *out;
    } pointer = {.in = span.data};
    return (MDB_val){span.size, pointer.out};
}

static wb_span span_of(MDB_val value)
{
    return (wb_span){value.mv_data, value.mv_size};
}

wb_code wb_store_put(wb_store *store, wb_span key, wb_span value, wb_error *err)
{
    assert(store->txn != NULL);
    MDB_val k = value_of(key);
    MDB_val v = value_of(value);
    const int rc = mdb_put(store->txn, store->dbi, &k, &v, 0);
    store->map_full = rc == MDB_MAP_FULL;
    return rc == MDB_SUCCESS ? WB_OK : store_fail(err, rc, "write a row");
}

wb_code wb_store_append(wb_store *store, wb_span key, wb_span first, wb_span second, wb_error *err)
{
    assert(store->txn != NULL);
    MDB_val k = value_of(key);
    MDB_val v = {.mv_size = first.size + second.size, .mv_data = NULL};
    /* MDB_APPEND refuses a key that does not follow the last one: append-only is thus enforced by
     * the tree itself. MDB_RESERVE saves a copy. */
    const int rc = mdb_put(store->txn, store->dbi, &k, &v, MDB_APPEND | MDB_RESERVE);
    store->map_full = rc == MDB_MAP_FULL;
    if (rc != MDB_SUCCESS) return store_fail(err, rc, "append a record");
    memcpy(v.mv_data, first.data, first.size);
    memcpy((uint8_t *)v.mv_data + first.size, second.data, second.size);
    return WB_OK;
}

wb_code wb_store_get(wb_store *store, wb_span key, wb_span *value, bool *found, wb_error *err)
{
    assert(store->txn != NULL);
    MDB_val k = value_of(key);
    MDB_val v = {0};
    const int rc = mdb_get(store->txn, store->dbi, &k, &v);
    *found = rc == MDB_SUCCESS;
    if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND) return store_fail(err, rc, "read a row");
    *value = span_of(v);
    return WB_OK;
}

wb_code wb_store_cursor_open(wb_store_cursor **cursor, wb_store *store, wb_error *err)
{
    assert(store->txn != NULL);
    *cursor = calloc(1, sizeof **cursor);
    if (*cursor == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a cursor");
    const int rc = mdb_cursor_open(store->txn, store->dbi, &(*cursor)->cursor);
    if (rc == MDB_SUCCESS) return WB_OK;
    free(*cursor);
    *cursor = NULL;
    return store_fail(err, rc, "open a cursor");
}

void wb_store_cursor_close(wb_store_cursor *cursor)
{
    if (cursor == NULL) return;
    mdb_cursor_close(cursor->cursor);
    free(cursor);
}

wb_code wb_store_move(wb_store_cursor *cursor, wb_store_step step, wb_span *key, wb_span *value,
                      bool *found, wb_error *err)
{
    static const MDB_cursor_op operations[] = {[WB_STEP_SEEK] = MDB_SET_RANGE,
                                               [WB_STEP_NEXT] = MDB_NEXT,
                                               [WB_STEP_PREVIOUS] = MDB_PREV,
                                               [WB_STEP_LAST] = MDB_LAST};
    MDB_val k = value_of(*key);
    MDB_val v = {0};
    const int rc = mdb_cursor_get(cursor->cursor, &k, &v, operations[step]);
    *found = rc == MDB_SUCCESS;
    if (rc != MDB_SUCCESS && rc != MDB_NOTFOUND) return store_fail(err, rc, "read a row");
    if (!*found) return WB_OK;
    *key = span_of(k);
    *value = span_of(v);
    return WB_OK;
}

wb_code wb_store_copy(wb_store *store, int file, wb_error *err)
{
    int rc = mdb_env_copyfd2(store->env, file, MDB_CP_COMPACT);
    if (rc == MDB_INCOMPATIBLE) {
        /* LMDB cannot compact a file that has lost count of a free page; the plain copy can be
         * made all the same, and is as good. */
        if (ftruncate(file, 0) != 0 || lseek(file, 0, SEEK_SET) != 0) {
            return store_fail(err, errno, "write the copy");
        }
        rc = mdb_env_copyfd2(store->env, file, 0);
    }
    return rc == MDB_SUCCESS ? WB_OK : store_fail(err, rc, "write the copy");
}
