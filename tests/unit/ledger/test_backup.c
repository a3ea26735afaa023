/* Goal: a backup that is called good restores to the same books, and a bad one is never used.
 * Method: back up and restore a small ledger; then flip and cut the backup file. */
#include <fcntl.h>
#include <sys/file.h>

#include "books.h"

typedef struct fixture {
    char dir[BOOKS_PATH];
    char file[BOOKS_PATH];
    char copy[BOOKS_PATH];
    wb_ledger *ledger;
    wb_ledger_head head;
} fixture;

static int setup(void **state)
{
    fixture *made = calloc(1, sizeof *made);
    books_path(made->dir, "backup-dir");
    books_path(made->file, "backup-file");
    books_path(made->copy, "backup-copy");
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(made->ledger);
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 500);
    posted.entry.source = "test";
    char reference[20];
    posted.entry.reference = reference;
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    for (int i = 0; i < 300; i++) {
        uint64_t number = 0;
        bool already = false;
        (void)snprintf(reference, sizeof reference, "r%d", i);
        ASSERT_OK(wb_ledger_post(made->ledger, &posted.entry, &number, &already, &ok_err));
    }
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
    ASSERT_OK(wb_ledger_head_read(made->ledger, &made->head, &ok_err));
    books_entry_clear(&posted);
    *state = made;
    return 0;
}

static int teardown(void **state)
{
    fixture *made = *state;
    wb_ledger_close(made->ledger);
    books_remove(made->dir);
    books_remove(made->file);
    books_remove(made->copy);
    free(made);
    return 0;
}

static void test_a_backup_restores_to_the_same_books(void **state)
{
    fixture *made = *state;
    wb_verify_report report;
    ASSERT_OK(wb_ledger_backup(made->ledger, made->file, &report, &ok_err));
    assert_int_equal(report.entries, 300);
    assert_memory_equal(report.hash, made->head.hash, sizeof report.hash);
    ASSERT_OK(wb_ledger_restore(made->file, made->copy, &report, &ok_err));
    assert_memory_equal(report.hash, made->head.hash, sizeof report.hash);

    wb_ledger *restored = NULL;
    ASSERT_OK(wb_ledger_open(&restored, made->copy, WB_LEDGER_WRITE, &ok_err));
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(restored, &head, &ok_err));
    assert_memory_equal(head.hash, made->head.hash, sizeof head.hash);
    /* and it takes postings */
    ASSERT_OK(wb_ledger_begin(restored, NULL, NULL, &ok_err));
    books_document(restored, WB_RECORD_PARTY, "new");
    ASSERT_OK(wb_ledger_commit(restored, &ok_err));
    ASSERT_OK(wb_ledger_verify(restored, &report, NULL, NULL, &ok_err));
    assert_int_equal(report.records, head.count + 1);
    wb_ledger_close(restored);
}

static void test_a_target_that_is_there_is_left_alone(void **state)
{
    fixture *made = *state;
    wb_verify_report report;
    wb_error err;
    ASSERT_OK(wb_ledger_backup(made->ledger, made->file, &report, &ok_err));
    struct stat before;
    struct stat after;
    assert_int_equal(stat(made->file, &before), 0);
    assert_int_equal(wb_ledger_backup(made->ledger, made->file, &report, &err), WB_E_EXISTS);
    assert_string_equal(err.file, made->file);
    assert_int_equal(stat(made->file, &after), 0);
    assert_int_equal(before.st_ino, after.st_ino);
    assert_int_equal(before.st_size, after.st_size);
    assert_int_equal(wb_ledger_restore(made->file, made->dir, &report, &err), WB_E_EXISTS);
    ASSERT_OK(wb_ledger_verify(made->ledger, &report, NULL, NULL, &ok_err));
}

/* Each would put the other's half in place, and remove the other's whole. */
static void test_two_do_not_restore_to_one_place(void **state)
{
    fixture *made = *state;
    wb_verify_report report;
    wb_error err;
    char begun[2 * BOOKS_PATH];
    ASSERT_OK(wb_ledger_backup(made->ledger, made->file, &report, &ok_err));
    assert_int_equal(mkdir(made->copy, 0700), 0);
    (void)snprintf(begun, sizeof begun, "%s/data.mdb.new", made->copy);
    const int other = open(made->copy, O_RDONLY | O_DIRECTORY);
    const int half = open(begun, O_WRONLY | O_CREAT, 0600);
    assert_true(other >= 0 && half >= 0);
    assert_int_equal(flock(other, LOCK_EX), 0);
    assert_int_equal(wb_ledger_restore(made->file, made->copy, &report, &err), WB_E_IO);
    assert_non_null(strstr(err.message, "another process"));
    assert_int_equal(access(begun, F_OK), 0);
    assert_int_equal(close(half), 0);
    assert_int_equal(close(other), 0); /* he died: what he left is in nobody's way */
    ASSERT_OK(wb_ledger_restore(made->file, made->copy, &report, &ok_err));
    assert_int_not_equal(access(begun, F_OK), 0);
}

/* Change one byte of the backup. */
static void flip(const char *path, off_t offset)
{
    const int file = open(path, O_RDWR);
    uint8_t byte = 0;
    assert_true(file >= 0);
    assert_int_equal(pread(file, &byte, 1, offset), 1);
    byte ^= 0x10;
    assert_int_equal(pwrite(file, &byte, 1, offset), 1);
    assert_int_equal(close(file), 0);
}

static void test_a_damaged_backup_is_refused(void **state)
{
    fixture *made = *state;
    wb_verify_report report;
    wb_error err = {0};
    struct stat status;
    ASSERT_OK(wb_ledger_backup(made->ledger, made->file, &report, &ok_err));
    assert_int_equal(stat(made->file, &status), 0);
    int refused = 0;
    for (off_t offset = 2 * 4096 + 2000; offset < status.st_size; offset += 4096) {
        flip(made->file, offset);
        const wb_code code = wb_ledger_restore(made->file, made->copy, &report, &err);
        flip(made->file, offset);
        if (code == WB_OK) { /* it hit a hole in a page */
            books_remove(made->copy);
            continue;
        }
        refused++;
        assert_true(code == WB_E_DAMAGED || code == WB_E_CHAIN);
        assert_string_equal(err.file, made->file);
        assert_int_not_equal(access(made->copy, F_OK), 0); /* nothing is left */
    }
    assert_true(refused >= status.st_size / 4096 / 2);
}

static void test_a_cut_backup_is_refused(void **state)
{
    fixture *made = *state;
    wb_verify_report report;
    wb_error err = {0};
    struct stat status;
    ASSERT_OK(wb_ledger_backup(made->ledger, made->file, &report, &ok_err));
    assert_int_equal(stat(made->file, &status), 0);
    for (off_t size = status.st_size - 1; size >= 0; size -= size > 8192 ? 3000 : 512) {
        assert_int_equal(truncate(made->file, size), 0);
        const wb_code code = wb_ledger_restore(made->file, made->copy, &report, &err);
        assert_true(code == WB_E_DAMAGED || code == WB_E_NOT_LEDGER);
        assert_int_not_equal(access(made->copy, F_OK), 0);
        if (size == 0) break;
    }
}

static void test_a_backup_of_nothing_readable_fails(void **state)
{
    fixture *made = *state;
    wb_verify_report report;
    wb_error err = {0};
    char path[2 * BOOKS_PATH];
    (void)snprintf(path, sizeof path, "%s/no/such/file", made->dir);
    assert_int_equal(wb_ledger_backup(made->ledger, path, &report, &err), WB_E_IO);
    assert_int_equal(wb_ledger_restore(path, made->copy, &report, &err), WB_E_IO);
    assert_int_not_equal(access(made->copy, F_OK), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_backup_restores_to_the_same_books, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_target_that_is_there_is_left_alone, setup, teardown),
        cmocka_unit_test_setup_teardown(test_two_do_not_restore_to_one_place, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_damaged_backup_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_cut_backup_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_backup_of_nothing_readable_fails, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
