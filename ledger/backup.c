/* backup.c - a copy is good when it was verified, and not before. */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ledger/anchors.h"
#include "ledger/place.h"

enum { COPY_SIZE = 1 << 20 };

/* For the child that verifies: the file, what to hold it to, and a report in shared memory. */
typedef struct inspection {
    const char *path;
    const wb_anchor_text *anchor;
    wb_verify_report *report;
} inspection;

static wb_code inspect(void *context, wb_error *err)
{
    const inspection *work = context;
    wb_ledger *ledger = NULL;
    wb_code code = wb_ledger_open_with(&ledger, work->path, WB_LEDGER_READ,
                                       (wb_open_options){.backup = true}, err);
    const wb_verify_options options = {.anchor = work->anchor};
    if (code == WB_OK) code = wb_ledger_verify_with(ledger, &options, work->report, err);
    wb_ledger_close(ledger);
    return code;
}

wb_code wb_place_verify(const char *path, const wb_anchor_text *anchor, wb_verify_report *report,
                        wb_error *err)
{
    void *shared =
        mmap(NULL, sizeof *report, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) return wb_fail(err, WB_E_NOMEM, "cannot share memory");
    inspection work = {.path = path, .anchor = anchor, .report = shared};
    const wb_code code = wb_ledger_guard(inspect, &work, path, err);
    *report = *work.report;
    (void)munmap(shared, sizeof *report);
    if (code == WB_E_DAMAGED || code == WB_E_CHAIN || code == WB_E_NOT_LEDGER) {
        if (err != NULL) err->hint[0] = '\0'; /* the copy is bad: that says nothing of the books */
        wb_error_hint(err, "this copy is of no use: take another backup");
    }
    return code;
}

static wb_code copy_store(wb_ledger *ledger, int file, wb_error *err)
{
    wb_code code = wb_store_copy(ledger->store, file, err);
    int reason = 0;
    if (code == WB_OK && !wb_place_fsync(file, &reason)) {
        code = wb_place_fail(err, reason, "sync the backup");
    }
    return code;
}

wb_code wb_ledger_backup(wb_ledger *ledger, const char *path, wb_verify_report *report,
                         wb_error *err)
{
    assert(ledger != NULL && path != NULL && report != NULL);
    assert(!ledger->in_batch && ledger->view.number == 0);
    *report = (wb_verify_report){0};
    const int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
    if (file < 0) {
        const wb_code failed = errno == EEXIST
                                   ? wb_fail(err, WB_E_EXISTS, "the file is there already")
                                   : wb_place_fail(err, errno, "make the backup");
        if (failed == WB_E_EXISTS) wb_error_hint(err, "give the backup a name of its own");
        wb_error_at(err, path, 0, NULL);
        return failed;
    }
    wb_code code = wb_ledger_result(ledger, copy_store(ledger, file, err), err);
    if (close(file) != 0 && code == WB_OK) {
        code = wb_place_fail(err, errno, "write the backup");
    }
    if (code == WB_OK) code = wb_place_sync_parent(path, err);
    if (code == WB_OK) code = wb_place_verify(path, NULL, report, err);
    if (code != WB_OK) {
        (void)unlink(path);
        wb_error_at(err, path, 0, NULL);
    }
    return code;
}

static wb_code copy_bytes(int from, int to, wb_error *err)
{
    static uint8_t buffer[COPY_SIZE];
    for (;;) {
        const ssize_t got = read(from, buffer, sizeof buffer);
        if (got == 0) return WB_OK;
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return wb_place_fail(err, errno, "read the backup");
        for (ssize_t done = 0; done < got;) {
            const ssize_t sent = write(to, buffer + done, (size_t)(got - done));
            if (sent < 0 && errno == EINTR) continue;
            if (sent < 0) return wb_place_fail(err, errno, "write the data file");
            done += sent;
        }
    }
}

/* What wb_place_make calls: copy the backup to `fresh`, and verify the copy. */
typedef struct restoring {
    int backup;
    const wb_anchor_text *anchor;
    wb_verify_report *report;
} restoring;

static wb_code make_copy(const char *fresh, void *context, wb_error *err)
{
    const restoring *work = context;
    const int file = open(fresh, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0660);
    if (file < 0) {
        return wb_place_fail(err, errno, "make the data file");
    }
    wb_code code = copy_bytes(work->backup, file, err);
    int reason = 0;
    if (code == WB_OK && !wb_place_fsync(file, &reason)) {
        code = wb_place_fail(err, reason, "sync the data file");
    }
    if (close(file) != 0 && code == WB_OK) {
        code = wb_place_fail(err, errno, "write the data file");
    }
    if (code == WB_OK) code = wb_place_verify(fresh, work->anchor, work->report, err);
    return code;
}

wb_code wb_ledger_restore(const char *path, const char *dir, wb_verify_report *report,
                          wb_error *err)
{
    return wb_ledger_restore_anchored(path, dir, NULL, report, err);
}

wb_code wb_ledger_restore_anchored(const char *path, const char *dir, const wb_anchor_text *anchor,
                                   wb_verify_report *report, wb_error *err)
{
    assert(path != NULL && dir != NULL && report != NULL);
    *report = (wb_verify_report){0};
    restoring work = {
        .backup = open(path, O_RDONLY | O_CLOEXEC), .anchor = anchor, .report = report};
    wb_code code = WB_OK;
    if (work.backup < 0) {
        code = wb_place_fail(err, errno, "open the backup");
        wb_error_at(err, path, 0, NULL);
        return code;
    }
    code = wb_place_make(dir, make_copy, &work, err);
    (void)close(work.backup);
    if (code == WB_E_DAMAGED || code == WB_E_CHAIN || code == WB_E_NOT_LEDGER ||
        code == WB_E_VERSION) {
        if (err != NULL) err->file[0] = '\0'; /* the fault is the backup's, not the new file's */
        wb_error_at(err, path, 0, NULL);
    } else if (code == WB_E_ANCHOR || code == WB_E_SIGNATURE) {
        wb_error_at(err, path, 0, NULL); /* or the anchor's file, when the fault is there */
    } else if (code != WB_OK) {
        wb_error_at(err, dir, 0, NULL);
    }
    return code;
}
