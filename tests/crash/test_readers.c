/* Goal: a reader keeps his moment whatever writers do, and the dead, readers and writers, hold
 * nobody up.
 * Method: a map of 1 MiB that a writer in another process doubles again and again while a reader is
 * in mid-scan; a reader killed with his snapshot open, and the size of the file afterwards; a
 * writer killed with both locks held while the next one waits. */
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "books.h"
#include "ledger/internal.h"

enum { SMALL_MAP = 1 << 20, BATCHES = 12, BATCH = 3000 };

typedef struct fixture {
    char dir[BOOKS_PATH];
} fixture;

static int setup(void **state)
{
    static fixture made;
    wb_ledger *ledger = NULL;
    books_path(made.dir, "readers");
    ASSERT_OK(wb_ledger_create(made.dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, made.dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    wb_ledger_close(ledger);
    *state = &made;
    return 0;
}

static int teardown(void **state)
{
    const fixture *made = *state;
    books_remove(made->dir);
    return 0;
}

static wb_ledger *open_small(const fixture *made, wb_ledger_mode mode)
{
    wb_ledger *ledger = NULL;
    const wb_open_options options = {.map_size = SMALL_MAP};
    ASSERT_OK(wb_ledger_open_with(&ledger, made->dir, mode, options, &ok_err));
    return ledger;
}

static wb_code post(wb_ledger *ledger, int count)
{
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 100);
    posted.entry.memo = "some text, so that the file grows by more than a page or two";
    wb_code code = wb_ledger_begin(ledger, NULL, NULL, NULL);
    for (int i = 0; i < count && code == WB_OK; i++) {
        uint64_t number = 0;
        bool already = false;
        code = wb_ledger_post(ledger, &posted.entry, &number, &already, NULL);
    }
    if (code == WB_OK) code = wb_ledger_commit(ledger, NULL);
    books_entry_clear(&posted);
    return code;
}

static off_t data_size(const fixture *made)
{
    char path[2 * BOOKS_PATH];
    struct stat status;
    (void)snprintf(path, sizeof path, "%s/data.mdb", made->dir);
    assert_int_equal(stat(path, &status), 0);
    return status.st_size;
}

static pid_t start(void)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child != 0) return child;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)alarm(60);
    return 0;
}

static void must_end_well(pid_t child)
{
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static uint64_t end_of(wb_ledger *ledger)
{
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    return head.count;
}

typedef struct scan {
    const fixture *made;
    uint64_t seen;
    off_t largest; /* size of the file during the scan */
} scan;

/* At every hundredth record another process posts a batch that does not fit the map. */
static bool scan_on(const wb_record *record, void *context)
{
    scan *on = context;
    on->seen = record->number;
    if (record->number % 100 != 0 || record->number > (uint64_t)BATCHES * 100) return true;
    const pid_t writer = start();
    if (writer == 0) {
        wb_ledger *ledger = NULL;
        const wb_open_options options = {.map_size = SMALL_MAP};
        wb_code code = wb_ledger_open_with(&ledger, on->made->dir, WB_LEDGER_WRITE, options, NULL);
        if (code == WB_OK) code = post(ledger, BATCH);
        wb_ledger_close(ledger);
        _exit(code == WB_OK ? 0 : 1);
    }
    must_end_well(writer);
    on->largest = data_size(on->made);
    return true;
}

static void scan_while_it_grows(const fixture *made, wb_ledger_mode mode)
{
    wb_ledger *reader = open_small(made, mode);
    scan on = {.made = made};
    wb_verify_report report;
    const uint64_t end = end_of(reader);
    ASSERT_OK(wb_ledger_log(reader, 1, scan_on, &on, &ok_err));
    assert_int_equal(on.seen, end); /* his moment, and no more */
    assert_true(on.largest >= 4 * (off_t)SMALL_MAP);
    /* a reader's handle stays at its moment, a writer's sees what others wrote, in a larger map */
    const uint64_t after = mode == WB_LEDGER_READ ? end : end + (uint64_t)BATCHES * BATCH;
    assert_int_equal(end_of(reader), after);
    ASSERT_OK(wb_ledger_verify(reader, &report, NULL, NULL, &ok_err));
    assert_int_equal(report.records, after);
    if (mode == WB_LEDGER_WRITE) {
        ASSERT_OK(post(reader, BATCH));
        assert_int_equal(end_of(reader), after + BATCH);
    }
    wb_ledger_close(reader);
}

static void start_with(const fixture *made)
{
    wb_ledger *ledger = open_small(made, WB_LEDGER_WRITE);
    ASSERT_OK(post(ledger, BATCHES * 100));
    wb_ledger_close(ledger);
}

static void test_a_reader_keeps_his_moment_while_others_grow_the_map(void **state)
{
    const fixture *made = *state;
    start_with(made);
    scan_while_it_grows(made, WB_LEDGER_READ);
}

static void test_a_handle_for_writing_follows_a_map_that_others_grew(void **state)
{
    const fixture *made = *state;
    start_with(made);
    scan_while_it_grows(made, WB_LEDGER_WRITE);
}

/* How much the file grows by 300 commits that change the same few pages. */
static off_t growth(const fixture *made, wb_ledger *writer)
{
    const off_t before = data_size(made);
    for (int i = 0; i < 300; i++)
        ASSERT_OK(post(writer, 1));
    return data_size(made) - before;
}

static void test_a_dead_reader_does_not_keep_the_file_growing(void **state)
{
    const fixture *made = *state;
    int ready[2];
    char byte = 0;
    wb_ledger *writer = open_small(made, WB_LEDGER_WRITE);
    assert_int_equal(pipe(ready), 0);
    const pid_t reader = start();
    if (reader == 0) {
        wb_ledger *ledger = NULL;
        wb_code code = wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, NULL);
        if (code != WB_OK || write(ready[1], "x", 1) != 1) _exit(1);
        while (true)
            (void)pause();
    }
    assert_int_equal(read(ready[0], &byte, 1), 1);
    const off_t pinned = growth(made, writer); /* no page may be used again while he reads */
    assert_int_equal(kill(reader, SIGKILL), 0);
    assert_int_equal(waitpid(reader, NULL, 0), reader);
    (void)growth(made, writer); /* he is noticed within this */
    const off_t after = growth(made, writer);
    print_message("    300 commits: %ld KiB beside a reader, %ld KiB after his death\n",
                  (long)(pinned / 1024), (long)(after / 1024));
    assert_true(pinned > (off_t)4 << 20);
    assert_true(after < (off_t)1 << 20);
    wb_ledger_close(writer);
    (void)close(ready[0]);
    (void)close(ready[1]);
}

typedef struct waited {
    pid_t holder;
    int times;
    bool named;
} waited;

/* The holder dies while we wait for him. */
static void kill_holder(const char *holder, void *context)
{
    waited *seen = context;
    char pid[30];
    (void)snprintf(pid, sizeof pid, "(pid %ld", (long)seen->holder);
    seen->named = strstr(holder, pid) != NULL;
    seen->times++;
    assert_int_equal(kill(seen->holder, SIGKILL), 0);
}

static void test_a_writer_killed_with_both_locks_holds_nobody_up(void **state)
{
    const fixture *made = *state;
    wb_ledger *writer = open_small(made, WB_LEDGER_WRITE); /* so that the lock file lives on */
    for (int round = 0; round < 10; round++) {
        int ready[2];
        char byte = 0;
        uint64_t number = 0;
        bool already = false;
        struct timespec start_time;
        struct timespec end_time;
        books_entry posted;
        assert_int_equal(pipe(ready), 0);
        const pid_t holder = start();
        if (holder == 0) {
            wb_ledger *ledger = NULL;
            wb_record record;
            wb_record_init(&record);
            books_entry_init(&posted, "1000", "8000", "p1", 100);
            wb_code code = wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, NULL);
            if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, NULL);
            if (code == WB_OK) {
                code = wb_ledger_post(ledger, &posted.entry, &number, &already, NULL);
            }
            if (code == WB_OK) code = wb_ledger_record(ledger, number, &record, NULL); /* flushes */
            if (code != WB_OK || write(ready[1], "x", 1) != 1) _exit(1);
            while (true)
                (void)pause();
        }
        assert_int_equal(read(ready[0], &byte, 1), 1);
        waited seen = {.holder = holder};
        const uint64_t end = end_of(writer);
        (void)clock_gettime(CLOCK_MONOTONIC, &start_time);
        if (round % 2 == 0) {
            ASSERT_OK(wb_ledger_begin(writer, kill_holder, &seen, &ok_err));
            assert_int_equal(end_of(writer), end); /* nothing of his is there */
            wb_ledger_abort(writer);
        } else {
            books_entry_init(&posted, "1000", "8000", "p1", 100);
            ASSERT_OK(wb_ledger_submit(writer, &posted.entry, 1, &number, &already, kill_holder,
                                       &seen, &ok_err));
            assert_int_equal(number, end + 1);
            books_entry_clear(&posted);
        }
        (void)clock_gettime(CLOCK_MONOTONIC, &end_time);
        assert_true(seen.times == 1 && seen.named);
        assert_true(end_time.tv_sec - start_time.tv_sec <= 2);
        assert_int_equal(waitpid(holder, NULL, 0), holder);
        (void)close(ready[0]);
        (void)close(ready[1]);
    }
    wb_verify_report report;
    ASSERT_OK(wb_ledger_verify(writer, &report, NULL, NULL, &ok_err));
    assert_int_equal(report.entries, 5);
    wb_ledger_close(writer);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_reader_keeps_his_moment_while_others_grow_the_map),
        TEST(test_a_handle_for_writing_follows_a_map_that_others_grew),
        TEST(test_a_dead_reader_does_not_keep_the_file_growing),
        TEST(test_a_writer_killed_with_both_locks_holds_nobody_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
