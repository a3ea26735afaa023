/* ledger.c - the handle: make, open, close; transactions; the head and its mark. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

#include "ledger/body.h"
#include "ledger/internal.h"
#include "ledger/place.h"

wb_code wb_ledger_result(const wb_ledger *ledger, wb_code code, wb_error *err)
{
    if (code == WB_OK) return code;
    if (code == WB_E_DAMAGED || code == WB_E_CHAIN) {
        wb_error_hint(err,
                      "post nothing more to '%s'; verify a backup and restore it: waarborg "
                      "ledger restore FILE DIR",
                      ledger->dir);
    }
    return code;
}

/* The head row, against LMDB's row count and the last record. */
static wb_code read_head(wb_ledger *ledger, wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    bool found = false;
    wb_row_key(&row, WB_TAG_FORMAT);
    wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code == WB_OK && !found) {
        code = wb_fail(err, WB_E_NOT_LEDGER,
                       "the data file is not a ledger's, or its first page is damaged");
    }
    if (code == WB_OK) code = wb_row_read_format(value, err);
    if (code != WB_OK) return code;
    wb_row_key(&row, WB_TAG_HEAD);
    code = wb_lookup(ledger, &row, &value, &found, err);
    if (code == WB_OK && !found) code = wb_fail(err, WB_E_DAMAGED, "the head is missing");
    if (code == WB_OK) code = wb_row_read_head(&ledger->head, value, err);
    uint64_t rows = 0;
    if (code == WB_OK) code = wb_store_rows(ledger->store, &rows, err);
    if (code != WB_OK) return code;
    if (rows != ledger->head.rows) {
        return wb_fail(err, WB_E_DAMAGED, "the store counts %llu rows, and its head %llu",
                       (unsigned long long)rows, (unsigned long long)ledger->head.rows);
    }
    return WB_OK;
}

/* The last key of the tree must be the last record, and its hash the head's. */
static wb_code check_end(wb_ledger *ledger, wb_error *err)
{
    const wb_head *head = &ledger->head;
    wb_span key = {0};
    wb_span value = {0};
    bool found = false;
    const wb_code code = wb_store_move(ledger->probe, WB_STEP_LAST, &key, &value, &found, err);
    if (code != WB_OK) return code;
    wb_row row;
    if (head->count == 0) {
        wb_row_key(&row, WB_TAG_HEAD);
    } else {
        wb_row_key_u64(&row, WB_TAG_RECORD, head->count);
    }
    if (!found || !wb_span_equal(key, (wb_span){row.key, row.key_size})) {
        return wb_fail(err, WB_E_DAMAGED, "the last record is not number %llu, as the head says",
                       (unsigned long long)head->count);
    }
    if (head->count > 0 && (value.size <= WB_LEDGER_HASH_SIZE ||
                            memcmp(value.data, head->hash, WB_LEDGER_HASH_SIZE) != 0)) {
        return wb_fail(err, WB_E_CHAIN, "record %llu, the last, does not match the head",
                       (unsigned long long)head->count);
    }
    return WB_OK;
}

wb_code wb_txn_begin(wb_ledger *ledger, bool write, wb_error *err)
{
    ledger->head = (wb_head){0};
    wb_code code = wb_store_begin(ledger->store, write, err);
    if (code == WB_OK) code = read_head(ledger, err);
    if (code == WB_OK) code = check_end(ledger, err);
    if (code != WB_OK) wb_txn_abort(ledger);
    return code;
}

static void close_probe(wb_ledger *ledger)
{
    wb_store_cursor_close(ledger->probe);
    ledger->probe = NULL;
}

void wb_txn_abort(wb_ledger *ledger)
{
    close_probe(ledger);
    wb_store_abort(ledger->store);
}

wb_code wb_txn_commit(wb_ledger *ledger, wb_error *err)
{
    close_probe(ledger);
    return wb_store_commit(ledger->store, err);
}

wb_code wb_read_begin(wb_ledger *ledger, wb_error *err)
{
    wb_code code = WB_OK;
    if (ledger->in_batch) {
        code = wb_batch_flush(ledger, err);
    } else if (!wb_store_active(ledger->store)) {
        assert(ledger->mode == WB_LEDGER_WRITE); /* a READ handle holds its snapshot */
        code = wb_txn_begin(ledger, false, err);
    }
    if (code == WB_OK) ledger->depth++;
    return code;
}

void wb_read_end(wb_ledger *ledger)
{
    assert(ledger->depth > 0);
    ledger->depth--;
    if (ledger->depth == 0 && !ledger->in_batch && ledger->mode == WB_LEDGER_WRITE) {
        wb_txn_abort(ledger);
    }
}

static const uint8_t mark_magic[8] = {'W', 'B', 'M', 'A', 'R', 'K', '0', '1'};

/* One of the two places of the mark file; false when it holds no whole mark. */
static bool mark_take(wb_mark *mark, const uint8_t *bytes)
{
    const size_t body = WB_MARK_SIZE - WB_ROW_CHECK_SIZE;
    uint8_t check[WB_ROW_CHECK_SIZE];
    wb_row_check(check, (wb_span){bytes, 8}, (wb_span){bytes + 8, body - 8});
    if (memcmp(bytes, mark_magic, sizeof mark_magic) != 0 ||
        memcmp(check, bytes + body, sizeof check) != 0) {
        return false;
    }
    mark->present = true;
    mark->count = wb_get_u64(bytes + 8);
    memcpy(mark->hash, bytes + 16, WB_LEDGER_HASH_SIZE);
    return true;
}

/* Both places of an open mark file; *size is the file's. The newest whole mark, and where it is. */
static int mark_newest(wb_mark *mark, int file, ssize_t *size, bool *blank)
{
    static const uint8_t zeros[2][WB_MARK_SIZE];
    uint8_t bytes[2][WB_MARK_SIZE] = {{0}};
    wb_mark places[2] = {{0}, {0}};
    *mark = (wb_mark){0};
    *size = pread(file, bytes, sizeof bytes, 0);
    if (*size < 0 && errno == EINTR) *size = pread(file, bytes, sizeof bytes, 0);
    for (int i = 0; i < 2; i++)
        (void)mark_take(&places[i], bytes[i]);
    *blank = memcmp(bytes, zeros, sizeof bytes) == 0;
    const int newest = places[1].present && places[1].count >= places[0].count ? 1 : 0;
    *mark = places[newest];
    return newest;
}

wb_code wb_mark_read(wb_mark *mark, const char *dir, wb_error *err)
{
    *mark = (wb_mark){0};
    char path[WB_PATH_MAX];
    const wb_code code = wb_place_path(path, dir, WB_FILE_MARK, err);
    if (code != WB_OK) return code;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) {
        /* a copy without one, or one that we may not read: nothing to compare with */
        if (errno == ENOENT || errno == ENOTDIR || errno == EACCES) return WB_OK;
        return wb_place_fail(err, errno, "open '%s'", WB_FILE_MARK);
    }
    ssize_t size = 0;
    bool blank = false;
    (void)mark_newest(mark, file, &size, &blank);
    const int reason = errno;
    (void)close(file);
    if (size < 0) return wb_place_fail(err, reason, "read '%s'", WB_FILE_MARK);
    /* A power cut may leave the size of a file that never was synced, and zero bytes in it. */
    if (!mark->present && size == (ssize_t)2 * WB_MARK_SIZE && !blank) {
        return wb_fail(err, WB_E_DAMAGED, "the file '%s' is damaged", WB_FILE_MARK);
    }
    return WB_OK;
}

void wb_mark_write(int file, const wb_head *head)
{
    if (file < 0) return;
    uint8_t bytes[WB_MARK_SIZE];
    wb_mark newest;
    ssize_t size = 0;
    bool blank = false;
    const size_t body = WB_MARK_SIZE - WB_ROW_CHECK_SIZE;
    memcpy(bytes, mark_magic, sizeof mark_magic);
    wb_put_u64(bytes + 8, head->count);
    memcpy(bytes + 16, head->hash, WB_LEDGER_HASH_SIZE);
    wb_row_check(bytes + body, (wb_span){bytes, 8}, (wb_span){bytes + 8, body - 8});
    /* Over the older of the two: a write that is cut short, or seen half done, spoils nothing. The
     * commit is durable already, and a mark that stays behind is allowed. */
    const int place = mark_newest(&newest, file, &size, &blank);
    const off_t offset = newest.present && place == 0 ? WB_MARK_SIZE : 0;
    const ssize_t written = pwrite(file, bytes, sizeof bytes, offset);
    (void)written;
}

wb_code wb_mark_check(wb_ledger *ledger, const wb_mark *mark, wb_error *err)
{
    if (!mark->present || mark->count == 0) return WB_OK;
    if (mark->count > ledger->head.count) {
        return wb_fail(err, WB_E_DAMAGED,
                       "the ledger ends at record %llu, and %llu were committed: %llu are missing "
                       "at the end",
                       (unsigned long long)ledger->head.count, (unsigned long long)mark->count,
                       (unsigned long long)(mark->count - ledger->head.count));
    }
    wb_stored stored;
    const wb_code code = wb_stored_read(ledger, mark->count, &stored, err);
    if (code != WB_OK) return code;
    if (memcmp(stored.hash, mark->hash, WB_LEDGER_HASH_SIZE) != 0) {
        return wb_fail(err, WB_E_CHAIN, "record %llu is not the one that was committed",
                       (unsigned long long)mark->count);
    }
    return WB_OK;
}

/* The files beside the data: the writer's lock, and the mark. */
static wb_code open_files(wb_ledger *ledger, bool unlocked, wb_error *err)
{
    char path[WB_PATH_MAX];
    wb_code code = wb_place_path(path, ledger->dir, WB_FILE_LOCK, err);
    if (code != WB_OK) return code;
    if (ledger->mode == WB_LEDGER_READ) {
        if (!unlocked) return WB_OK;
        /* Without LMDB's reader table a writer could reuse our pages: keep writers out. */
        ledger->lock_file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        if (ledger->lock_file < 0) {
            if (errno == ENOENT || errno == EACCES) return WB_OK; /* then nobody can write */
            return wb_place_fail(err, errno, "open '%s'", WB_FILE_LOCK);
        }
        while (flock(ledger->lock_file, LOCK_SH) != 0) {
            if (errno != EINTR) return wb_place_fail(err, errno, "lock the ledger");
        }
        return WB_OK;
    }
    ledger->lock_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
    if (ledger->lock_file < 0) {
        return wb_place_fail(err, errno, "open '%s'", WB_FILE_LOCK);
    }
    code = wb_place_path(path, ledger->dir, WB_FILE_MARK, err);
    if (code != WB_OK) return code;
    ledger->mark_file = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0660);
    if (ledger->mark_file < 0) {
        return wb_place_fail(err, errno, "open '%s'", WB_FILE_MARK);
    }
    return WB_OK;
}

static wb_code open_whole(wb_ledger *ledger, wb_open_options options, wb_error *err)
{
    const wb_store_options store = {.write = ledger->mode == WB_LEDGER_WRITE,
                                    .alone = options.backup,
                                    .map_size = options.map_size};
    wb_mark mark = {0};
    bool unlocked = false;
    wb_code code = WB_OK;
    /* the mark first: what is committed after it was read only makes the snapshot longer */
    if (!options.backup) code = wb_mark_read(&mark, ledger->dir, err);
    if (code == WB_OK) code = wb_store_open(&ledger->store, ledger->dir, store, &unlocked, err);
    if (code == WB_E_NOT_LEDGER && mark.present) {
        code = wb_fail(err, WB_E_DAMAGED, "the ledger's data file is gone");
    }
    if (code == WB_OK && !options.backup) code = open_files(ledger, unlocked, err);
    if (code == WB_OK) code = wb_txn_begin(ledger, false, err);
    if (code == WB_E_NOT_LEDGER && mark.present) {
        code = wb_fail(err, WB_E_DAMAGED, "the data file has lost its first rows");
    }
    if (code == WB_OK) {
        code = wb_mark_check(ledger, &mark, err);
        if (code != WB_OK || ledger->mode == WB_LEDGER_WRITE) wb_txn_abort(ledger);
    }
    return code;
}

wb_code wb_ledger_open_with(wb_ledger **ledger, const char *path, wb_ledger_mode mode,
                            wb_open_options options, wb_error *err)
{
    assert(ledger != NULL && path != NULL);
    *ledger = NULL;
    if (sodium_init() < 0) return wb_fail(err, WB_E_INTERNAL, "libsodium does not start");
    wb_form_start();
    wb_ledger *opened = calloc(1, sizeof *opened);
    if (opened == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a ledger");
    opened->mode = mode;
    opened->lock_file = -1;
    opened->mark_file = -1;
    const char *user = getenv("LOGNAME");
    wb_ledger_describe(opened, user == NULL ? getenv("USER") : user, NULL);
    opened->dir = strdup(path);
    wb_code code = opened->dir == NULL ? wb_fail(err, WB_E_NOMEM, "cannot hold a ledger") : WB_OK;
    if (code == WB_OK) code = wb_ledger_result(opened, open_whole(opened, options, err), err);
    if (code != WB_OK) {
        wb_error_at(err, path, 0, NULL);
        wb_ledger_close(opened);
        return code;
    }
    *ledger = opened;
    return WB_OK;
}

void wb_ledger_describe(wb_ledger *ledger, const char *user, const char *command)
{
    assert(ledger != NULL);
    wb_writer_name(ledger->writer.user, user);
    wb_writer_name(ledger->writer.command, command);
}

wb_code wb_ledger_open(wb_ledger **ledger, const char *dir, wb_ledger_mode mode, wb_error *err)
{
    return wb_ledger_open_with(ledger, dir, mode, (wb_open_options){0}, err);
}

void wb_ledger_close(wb_ledger *ledger)
{
    if (ledger == NULL) return;
    if (ledger->in_batch) wb_ledger_abort(ledger);
    if (ledger->store != NULL) wb_txn_abort(ledger);
    wb_store_close(ledger->store);
    if (ledger->lock_file >= 0) (void)close(ledger->lock_file);
    if (ledger->mark_file >= 0) (void)close(ledger->mark_file);
    wb_view_clear(&ledger->view);
    wb_group_free(ledger->group);
    wb_names_clear(&ledger->names);
    wb_control_clear(&ledger->control);
    wb_reserves_clear(&ledger->reserves);
    wb_batch_clear(&ledger->batch);
    wb_limits_clear(&ledger->limits);
    wb_periods_clear(&ledger->periods);
    free(ledger->dir);
    free(ledger);
}

/* The rows of a ledger without records. */
static wb_code put_first_rows(wb_store *store, wb_error *err)
{
    wb_row row;
    wb_head head = {.rows = 2};
    wb_code code = wb_store_begin(store, true, err);
    if (code != WB_OK) return code;
    wb_row_format(&row);
    code = wb_store_put(store, (wb_span){row.key, row.key_size},
                        (wb_span){row.value, row.value_size}, err);
    wb_row_head(&row, &head);
    if (code == WB_OK) {
        code = wb_store_put(store, (wb_span){row.key, row.key_size},
                            (wb_span){row.value, row.value_size}, err);
    }
    if (code == WB_OK) return wb_store_commit(store, err);
    wb_store_abort(store);
    return code;
}

wb_code wb_place_make_data(const char *path, void *context, wb_error *err)
{
    (void)context;
    wb_store *store = NULL;
    const wb_store_options options = {.write = true, .create = true, .alone = true};
    wb_code code = wb_store_open(&store, path, options, NULL, err);
    if (code == WB_OK) code = put_first_rows(store, err);
    wb_store_close(store);
    return code;
}

wb_code wb_ledger_create(const char *dir, wb_error *err)
{
    assert(dir != NULL);
    if (sodium_init() < 0) return wb_fail(err, WB_E_INTERNAL, "libsodium does not start");
    const wb_code code = wb_place_make(dir, wb_place_make_data, NULL, err);
    if (code != WB_OK) wb_error_at(err, dir, 0, NULL);
    return code;
}
