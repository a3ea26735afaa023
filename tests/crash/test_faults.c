/* Goal: when the disk fails, at whatever call, what was acknowledged is there and nothing is half.
 * Method: this program's own pwrite, writev, write, fsync and fdatasync stand before libc's; the
 * n-th call fails, for n = 1, 2, 3 ... until none is left to fail; then the books are looked at. */
#include <errno.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "books.h"

#define SHOWN __attribute__((visibility("default")))

typedef enum fault { FAULT_IO, FAULT_SPACE, FAULT_SHORT } fault;

static long countdown; /* calls until one fails; 0: none will */
static fault kind;
static bool fired; /* in this process: a child that verifies counts on for itself */
static int syncs;

/* Whether this call is to fail. */
static bool fails(void)
{
    if (countdown == 0) return false;
    countdown--;
    if (countdown > 0) return false;
    fired = true;
    errno = kind == FAULT_SPACE ? ENOSPC : EIO;
    return true;
}

/* A failing write: nothing, or half of it. */
static size_t half(size_t size)
{
    return kind == FAULT_SHORT && size > 1 ? size / 2 : 0;
}

SHOWN ssize_t pwrite(int file, const void *data, size_t size, off_t offset);
SHOWN ssize_t pwrite(int file, const void *data, size_t size, off_t offset)
{
    if (fails()) {
        if (half(size) == 0) return -1;
        size = half(size);
    }
    return syscall(SYS_pwrite64, file, data, size, offset);
}

SHOWN ssize_t pwrite64(int file, const void *data, size_t size, off_t offset);
SHOWN ssize_t pwrite64(int file, const void *data, size_t size, off_t offset)
{
    return pwrite(file, data, size, offset);
}

SHOWN ssize_t write(int file, const void *data, size_t size)
{
    if (file > 2 && fails()) { /* the test's own words are let through */
        if (half(size) == 0) return -1;
        size = half(size);
    }
    return syscall(SYS_write, file, data, size);
}

SHOWN ssize_t writev(int file, const struct iovec *parts, int count)
{
    if (fails()) {
        if (half((size_t)count) == 0) return -1;
        count = (int)half((size_t)count);
    }
    return syscall(SYS_writev, file, parts, count);
}

SHOWN int fdatasync(int file)
{
    syncs++;
    if (fails()) return -1;
    return (int)syscall(SYS_fdatasync, file);
}

SHOWN int fsync(int file)
{
    syncs++;
    if (fails()) return -1;
    return (int)syscall(SYS_fsync, file);
}

static void arm(long n, fault which)
{
    countdown = n;
    kind = which;
    fired = false;
}

static void disarm(void)
{
    countdown = 0;
}

typedef struct fixture {
    char dir[BOOKS_PATH];
    char other[BOOKS_PATH];
} fixture;

static int setup(void **state)
{
    fixture *made = calloc(1, sizeof *made);
    wb_ledger *ledger = NULL;
    books_path(made->dir, "faults");
    books_path(made->other, "faults-other");
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    wb_ledger_close(ledger);
    *state = made;
    return 0;
}

static int teardown(void **state)
{
    fixture *made = *state;
    disarm();
    books_remove(made->dir);
    books_remove(made->other);
    free(made);
    return 0;
}

/* Post three entries with references of this round; the code of the first call that fails. */
static wb_code post_three(wb_ledger *ledger, int round, wb_error *err)
{
    books_entry posted;
    char text[40];
    books_entry_init(&posted, "1000", "8000", "p1", 100 + round);
    posted.entry.source = "faults";
    posted.entry.reference = text;
    wb_code code = wb_ledger_begin(ledger, NULL, NULL, err);
    const bool begun = code == WB_OK;
    for (int i = 0; code == WB_OK && i < 3; i++) {
        uint64_t number = 0;
        bool already = false;
        (void)snprintf(text, sizeof text, "%d-%d", round, i);
        code = wb_ledger_post(ledger, &posted.entry, &number, &already, err);
    }
    if (code == WB_OK) {
        code = wb_ledger_commit(ledger, err);
    } else if (begun) {
        wb_ledger_abort(ledger);
    }
    books_entry_clear(&posted);
    return code;
}

static uint64_t count_verified(const char *dir)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_verify(ledger, &report, NULL, NULL, &ok_err));
    wb_ledger_close(ledger);
    return report.entries;
}

static bool is_disk_code(wb_code code)
{
    return code == WB_E_IO || code == WB_E_FULL;
}

/* One round: a fault at call n, the books afterwards, and the same entries once more. */
static void round_of_posting(const fixture *made, long n, fault which, int round)
{
    wb_ledger *ledger = NULL;
    wb_error err = {0};
    const uint64_t before = count_verified(made->dir);
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    arm(n, which);
    const wb_code code = post_three(ledger, round, &err);
    disarm();
    if (code != WB_OK) {
        assert_true(fired);
        assert_true(is_disk_code(code));
        /* the handle writes no more; it says why */
        assert_int_equal(wb_ledger_begin(ledger, NULL, NULL, &err), WB_E_IO);
        assert_non_null(strstr(err.message, "open the ledger again"));
    }
    wb_ledger_close(ledger);
    const uint64_t after = count_verified(made->dir);
    assert_true(after == before || after == before + 3);
    if (code == WB_OK) assert_int_equal(after, before + 3);
    /* a retry after a failure doubles nothing and loses nothing */
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(post_three(ledger, round, &ok_err));
    wb_ledger_close(ledger);
    assert_int_equal(count_verified(made->dir), before + 3);
}

static void test_a_failing_call_while_posting_loses_and_doubles_nothing(void **state)
{
    static const fault kinds[] = {FAULT_IO, FAULT_SPACE, FAULT_SHORT};
    int round = 0;
    for (size_t k = 0; k < COUNT(kinds); k++) {
        long n = 1;
        do {
            round_of_posting(*state, n, kinds[k], round++);
            n++;
        } while (fired);
        print_message("    kind %d: %ld calls\n", (int)kinds[k], n - 2);
        assert_true(n > 4);
    }
}

static void test_an_acknowledged_commit_was_synced(void **state)
{
    const fixture *made = *state;
    wb_ledger *ledger = NULL;
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    for (int round = 1000; round < 1005; round++) {
        syncs = 0;
        ASSERT_OK(post_three(ledger, round, &ok_err));
        assert_true(syncs >= 1);
    }
    wb_ledger_close(ledger);
}

/* What another process was killed over while it wrote can be read, and need not be on disk: an
 * answer that rests on it is synced too. */
static void test_an_entry_that_was_there_already_is_synced(void **state)
{
    const fixture *made = *state;
    wb_ledger *ledger = NULL;
    wb_ledger_head before;
    wb_ledger_head after;
    books_entry posted;
    uint64_t number = 0;
    bool already = false;
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(post_three(ledger, 2000, &ok_err));
    ASSERT_OK(wb_ledger_head_read(ledger, &before, &ok_err));
    syncs = 0;
    ASSERT_OK(post_three(ledger, 2000, &ok_err));
    assert_true(syncs >= 1);
    books_entry_init(&posted, "1000", "8000", "p1", 2100);
    posted.entry.source = "faults";
    posted.entry.reference = "2000-1";
    syncs = 0;
    ASSERT_OK(wb_ledger_submit(ledger, &posted.entry, 1, &number, &already, NULL, NULL, &ok_err));
    assert_true(already && syncs >= 1);
    ASSERT_OK(wb_ledger_head_read(ledger, &after, &ok_err));
    assert_int_equal(after.count, before.count);
    books_entry_clear(&posted);
    wb_ledger_close(ledger);
}

static void copy_file(const char *from, const char *to)
{
    enum { SIZE = 1 << 20 };
    char *bytes = malloc(SIZE);
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    assert_true(in != NULL && out != NULL);
    const size_t size = fread(bytes, 1, SIZE, in);
    assert_true(size > 0 && size < SIZE);
    assert_int_equal(fwrite(bytes, 1, size, out), size);
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
    free(bytes);
}

static void test_a_mark_cut_short_leaves_the_one_before_it(void **state)
{
    const fixture *made = *state;
    wb_ledger *ledger = NULL;
    char data[2 * BOOKS_PATH];
    wb_error err = {0};
    wb_code code = WB_E_IO;
    (void)snprintf(data, sizeof data, "%s/data.mdb", made->dir);
    copy_file(data, made->other);
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(post_three(ledger, 0, &ok_err));
    wb_ledger_close(ledger);
    /* the first call names the holder of the lock, which may fail; the next whose failure does not
     * fail the commit is the mark's */
    for (long n = 2; code != WB_OK; n++) {
        ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
        arm(n, FAULT_SHORT);
        code = post_three(ledger, (int)n, &err);
        disarm();
        wb_ledger_close(ledger);
    }
    assert_true(fired);
    copy_file(made->other, data); /* the books of before are put back */
    assert_int_equal(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &err), WB_E_DAMAGED);
    assert_non_null(strstr(err.message, "3 are missing"));
}

static void test_a_failing_call_while_creating_leaves_nothing(void **state)
{
    const fixture *made = *state;
    long n = 1;
    for (;; n++) {
        wb_error err = {0};
        arm(n, FAULT_IO);
        const wb_code code = wb_ledger_create(made->other, &err);
        disarm();
        if (!fired) {
            assert_int_equal(code, WB_OK);
            break;
        }
        assert_true(is_disk_code(code));
        assert_int_not_equal(access(made->other, F_OK), 0);
    }
    assert_true(n > 4);
    assert_int_equal(count_verified(made->other), 0);
}

static void test_a_failing_call_while_backing_up_leaves_nothing(void **state)
{
    const fixture *made = *state;
    wb_verify_report report;
    long n = 1;
    for (;; n++) {
        wb_ledger *ledger = NULL;
        wb_error err = {0};
        ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
        arm(n, FAULT_IO);
        const wb_code code = wb_ledger_backup(ledger, made->other, &report, &err);
        disarm();
        wb_ledger_close(ledger);
        if (code == WB_OK && !fired) break;
        assert_true(is_disk_code(code));
        assert_int_not_equal(access(made->other, F_OK), 0);
    }
    assert_true(n > 3);
}

static void test_a_failing_call_while_restoring_leaves_nothing(void **state)
{
    const fixture *made = *state;
    wb_verify_report report;
    wb_ledger *ledger = NULL;
    char target[BOOKS_PATH];
    books_path(target, "faults-target");
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_backup(ledger, made->other, &report, &ok_err));
    wb_ledger_close(ledger);
    long n = 1;
    for (;; n++) {
        wb_error err = {0};
        arm(n, FAULT_SPACE);
        const wb_code code = wb_ledger_restore(made->other, target, &report, &err);
        disarm();
        if (code == WB_OK && !fired) break;
        assert_true(is_disk_code(code));
        assert_int_not_equal(access(target, F_OK), 0);
    }
    assert_true(n > 3);
    assert_int_equal(count_verified(target), 0);
    books_remove(target);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_failing_call_while_posting_loses_and_doubles_nothing,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_acknowledged_commit_was_synced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_an_entry_that_was_there_already_is_synced, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_mark_cut_short_leaves_the_one_before_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_failing_call_while_creating_leaves_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_failing_call_while_backing_up_leaves_nothing, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_failing_call_while_restoring_leaves_nothing, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
