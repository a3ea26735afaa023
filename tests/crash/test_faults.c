/* Goal: when a call fails, whichever it is and however, what was acknowledged is there, nothing is
 * half, the message says what failed, nothing leaks, and the lock is free.
 * Method: calls.c makes the n-th call of a kind fail, n = 1, 2, 3 ... until none is left to fail;
 * for each operation of faults_work.c, each kind of call and each error that it can have. */
#include <errno.h>
#include <signal.h>
#include <sys/wait.h>

#include "crash/faults.h"

enum { SECONDS_MAX = 10, STEP = WB_SANITIZED ? 3 : 1, ROUNDS_OF_ONE = 40 };

typedef struct fault {
    const char *name;
    calls_fault what; /* without `at` */
} fault;

#define ROW(kind, number)                           \
    {                                               \
#kind " " #number,                          \
        {                                           \
            .kinds = CALL_##kind, .error = (number) \
        }                                           \
    }
static const fault faults[] = {
    ROW(OPEN, EIO),
    ROW(OPEN, ENOSPC),
    ROW(OPEN, EMFILE),
    ROW(OPEN, ENOMEM),
    ROW(OPEN, EINTR),
    ROW(READ, EIO),
    ROW(READ, EINTR),
    ROW(WRITE, EIO),
    ROW(WRITE, ENOSPC),
    ROW(WRITE, EDQUOT),
    ROW(WRITE, EINTR),
    {"WRITE half", {.kinds = CALL_WRITE, .error = ENOSPC, .partly = true}},
    {"disk full from now on",
     {.kinds = CALL_WRITE | CALL_TRUNCATE | CALL_MKDIR, .error = ENOSPC, .lasting = true}},
    ROW(SYNC, EIO),
    ROW(SYNC, ENOSPC),
    ROW(SYNC, EDQUOT),
    ROW(SYNC, EINTR),
    ROW(TRUNCATE, EIO),
    ROW(TRUNCATE, ENOSPC),
    ROW(TRUNCATE, EINTR),
    ROW(MAP, ENOMEM),
    ROW(MAP, EAGAIN),
    ROW(LOCK, EIO),
    ROW(LOCK, ENOLCK),
    ROW(LOCK, EAGAIN),
    ROW(LOCK, EINTR),
    ROW(RENAME, EIO),
    ROW(RENAME, ENOSPC),
    ROW(UNLINK, EIO),
    ROW(MKDIR, ENOSPC),
    ROW(MKDIR, EDQUOT),
    ROW(CLOSE, EIO),
    ROW(CLOSE, EINTR),
    ROW(STAT, EIO),
    ROW(PROCESS, EAGAIN),
    ROW(PROCESS, ENFILE),
#if !WB_SANITIZED
    ROW(MEMORY, ENOMEM),
#endif
};

/* cmocka's failures say where in the code, and not in which round: these do. */
static const char *now_doing;
static const char *now_failing;
static long now_at;
static char said[400];

static int descriptors(void)
{
    int count = 0;
    DIR *listing = opendir("/proc/self/fd");
    assert_non_null(listing);
    while (readdir(listing) != NULL)
        count++;
    (void)closedir(listing);
    return count;
}

static bool is_full(int number)
{
    return number == ENOSPC || number == EDQUOT;
}

/* What a failed operation must say. */
static void check_error(const fault *how, wb_code code, const wb_error *err)
{
    assert_int_equal(err->code, code);
    assert_true(err->message[0] != '\0');
    if (how->what.error == EINTR && code == WB_E_INTERRUPTED) return;
    assert_int_equal(wb_code_exit(code), 7);
    assert_true(code == WB_E_IO || code == WB_E_FULL || code == WB_E_NOMEM);
    if (code == WB_E_FULL) {
        assert_true(is_full(how->what.error));
        assert_non_null(strstr(err->message, "storage is full"));
        assert_non_null(strstr(err->hint, "make room"));
    }
    if (code == WB_E_NOMEM) {
        assert_true(how->what.error == ENOMEM || how->what.kinds == CALL_MAP);
    }
    /* storage that is full says so; but of a meta that was written in part LMDB says EIO */
    if (is_full(how->what.error) && !how->what.partly) assert_int_equal(code, WB_E_FULL);
}

/* Another process can write. */
static void check_lock(const faulty *books)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        wb_ledger *ledger = NULL;
        (void)alarm(SECONDS_MAX);
        wb_code code = wb_ledger_open(&ledger, books->dir, WB_LEDGER_WRITE, NULL);
        if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, NULL);
        wb_ledger_close(ledger);
        _exit(code == WB_OK ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

/* The n-th call fails; false when there was none. */
static bool round_of(const operation *done, const fault *how, faulty *books, long n, long *refused)
{
    wb_error err = {0};
    calls_fault what = how->what;
    what.at = n;
    if (done->ready != NULL) done->ready(books);
    const int open_before = descriptors();
    const long live_before = calls_memory_live();
    calls_arm(what);
    const wb_code code = done->work(books, &err);
    const bool fired = calls_disarm();
    if (calls_memory_live() != live_before || descriptors() != open_before) {
        print_error("%s, %s, call %ld: %d descriptors and %ld blocks are left\n", done->name,
                    how->name, n, descriptors() - open_before, calls_memory_live() - live_before);
        fail();
    }
    if (code != WB_OK) {
        (*refused)++;
        assert_true(fired);
        (void)snprintf(said, sizeof said, "%s: %s", wb_code_name(code), err.message);
        check_error(how, code, &err);
        check_lock(books);
    }
    done->check(books, code);
    return fired;
}

static void tell(void)
{
    if (now_doing != NULL) {
        (void)fprintf(stderr, "in: %s, %s, call %ld; last said: %s\n", now_doing, now_failing,
                      now_at, said);
    }
}

static void test_a_failing_call_loses_nothing_and_leaves_nothing(void **state)
{
    const operation *done = *state;
    faulty books = {.round = 0};
    long rounds = 0;
    long refused = 0;
    books_path(books.dir, "faults");
    books_path(books.other, "faults-other");
    books_path(books.third, "faults-third");
    done->setup(&books);
    /* what is made once, such as a buffer of stdio, is no leak */
    if (done->ready != NULL) done->ready(&books);
    ASSERT_OK(done->work(&books, &ok_err));
    done->check(&books, WB_OK);
    now_doing = done->name;
    for (size_t i = 0; i < COUNT(faults); i++) {
        now_failing = faults[i].name;
        for (now_at = 1; round_of(done, &faults[i], &books, now_at, &refused); now_at += STEP) {
            rounds++;
            if (rounds % ROUNDS_OF_ONE != 0) continue;
            books_remove(books.dir); /* or each verify would take longer than the one before */
            done->setup(&books);
        }
    }
    now_doing = NULL;
    print_message("    %s: %ld faults, of which it reported %ld and survived the rest\n",
                  done->name, rounds, refused);
    assert_true(rounds > 20 / STEP);
    assert_true(refused > 10 / STEP);
    books_remove(books.dir);
    books_remove(books.other);
    books_remove(books.third);
}

/* ---- the mark, and syncs ---- */

typedef struct pair {
    char dir[BOOKS_PATH];
    char data[2 * BOOKS_PATH];
    char head[2 * BOOKS_PATH];
} pair;

static void pair_init(pair *made)
{
    books_path(made->dir, "faults-mark");
    (void)snprintf(made->data, sizeof made->data, "%s/data.mdb", made->dir);
    (void)snprintf(made->head, sizeof made->head, "%s/head", made->dir);
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
}

static wb_code add_party(const pair *made, const char *id)
{
    wb_ledger *ledger = NULL;
    uint64_t number = 0;
    const wb_document document = {
        .kind = WB_RECORD_PARTY, .date = {20000}, .id = id, .body = "{}", .maker = "test"};
    wb_code code = wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, NULL);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, NULL);
    if (code == WB_OK) code = wb_ledger_document(ledger, &document, &number, NULL);
    if (code == WB_OK) code = wb_ledger_commit(ledger, NULL);
    wb_ledger_close(ledger);
    return code;
}

/* What another process was killed over while it wrote can be read, and need not be on disk: an
 * answer that rests on it is synced too. */
static void test_an_entry_that_was_there_already_is_synced(void **state)
{
    (void)state;
    enum { ROUND = 2000, ENTRIES = 3 };
    faulty books = {.round = ROUND};
    wb_ledger *ledger = NULL;
    books_entry posted;
    uint64_t number = 0;
    bool already = false;
    books_path(books.dir, "faults-already");
    faulty_setup(&books);
    ASSERT_OK(faulty_post(&books, ENTRIES, &ok_err));
    const uint64_t before = faulty_count(books.dir);
    (void)calls_syncs();
    ASSERT_OK(faulty_post(&books, ENTRIES, &ok_err));
    assert_true(calls_syncs() >= 1);
    books_entry_init(&posted, "1000", "8000", "p1", 100 + ROUND);
    posted.entry.source = "faults";
    posted.entry.reference = "2000-1";
    posted.entry.maker = "anna";
    ASSERT_OK(wb_ledger_open(&ledger, books.dir, WB_LEDGER_WRITE, &ok_err));
    (void)calls_syncs();
    ASSERT_OK(wb_ledger_submit(ledger, &posted.entry, 1, &number, &already, NULL, NULL, &ok_err));
    assert_true(already);
    assert_true(calls_syncs() >= 1);
    wb_ledger_close(ledger);
    assert_int_equal(faulty_count(books.dir), before);
    books_entry_clear(&posted);
    books_remove(books.dir);
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

static void test_an_acknowledged_commit_was_synced(void **state)
{
    (void)state;
    pair made;
    pair_init(&made);
    for (char id[] = "a"; id[0] < 'f'; id[0]++) {
        (void)calls_syncs();
        ASSERT_OK(add_party(&made, id));
        assert_true(calls_syncs() >= 1); /* and LMDB's meta goes through an O_DSYNC descriptor */
    }
    books_remove(made.dir);
}

static void test_a_mark_cut_short_leaves_the_one_before_it(void **state)
{
    (void)state;
    pair made;
    char old[BOOKS_PATH];
    wb_ledger *ledger = NULL;
    wb_error err = {0};
    pair_init(&made);
    books_path(old, "faults-old");
    copy_file(made.data, old);
    ASSERT_OK(add_party(&made, "a"));
    ASSERT_OK(add_party(&made, "b"));
    /* the last write of a commit is the mark's: its failure does not fail the commit */
    bool fired = true;
    int cut = 0;
    for (long n = 1; fired; n++) {
        calls_arm((calls_fault){.kinds = CALL_WRITE, .at = n, .error = EIO, .partly = true});
        const wb_code code = add_party(&made, "c");
        fired = calls_disarm();
        if (fired && code == WB_OK) cut++;
    }
    assert_true(cut > 0);
    copy_file(old, made.data); /* the books of before are put back */
    assert_int_equal(wb_ledger_open(&ledger, made.dir, WB_LEDGER_READ, &err), WB_E_DAMAGED);
    assert_non_null(strstr(err.message, "are missing"));
    books_remove(old);
    books_remove(made.dir);
}

/* As a power cut leaves a file whose size was written and whose bytes were not. */
static void test_a_blank_mark_refuses_nothing(void **state)
{
    (void)state;
    static const char zeros[112];
    pair made;
    wb_ledger *ledger = NULL;
    pair_init(&made);
    ASSERT_OK(add_party(&made, "a"));
    FILE *head = fopen(made.head, "wb");
    assert_non_null(head);
    assert_int_equal(fwrite(zeros, 1, sizeof zeros, head), sizeof zeros);
    assert_int_equal(fclose(head), 0);
    ASSERT_OK(wb_ledger_open(&ledger, made.dir, WB_LEDGER_READ, &ok_err));
    wb_ledger_close(ledger);
    ASSERT_OK(add_party(&made, "b"));
    assert_int_equal(faulty_count(made.dir), 2);
    books_remove(made.dir);
}

/* LMDB's locks lie in memory that a full disk could not back. */
static void test_a_full_disk_without_the_lock_file_can_be_read(void **state)
{
    (void)state;
    pair made;
    char lock[2 * BOOKS_PATH];
    wb_ledger *ledger = NULL;
    wb_error err = {0};
    pair_init(&made);
    ASSERT_OK(add_party(&made, "a"));
    (void)snprintf(lock, sizeof lock, "%s/lock.mdb", made.dir);
    assert_int_equal(unlink(lock), 0);
    calls_arm((calls_fault){.kinds = CALL_TRUNCATE, .at = 1, .error = ENOSPC, .lasting = true});
    assert_int_equal(wb_ledger_open(&ledger, made.dir, WB_LEDGER_WRITE, &err), WB_E_FULL);
    assert_non_null(strstr(err.message, "storage is full"));
    ASSERT_OK(wb_ledger_open(&ledger, made.dir, WB_LEDGER_READ, &ok_err));
    assert_true(calls_disarm());
    wb_ledger_close(ledger);
    ASSERT_OK(add_party(&made, "b"));
    assert_int_equal(faulty_count(made.dir), 2);
    books_remove(made.dir);
}

static int teardown(void **state)
{
    (void)state;
    tell();
    (void)calls_disarm();
    now_doing = NULL;
    return 0;
}

int main(void)
{
    static operation all[OPERATIONS]; /* cmocka takes no constant */
    struct CMUnitTest tests[OPERATIONS + 5] = {
        [OPERATIONS] = cmocka_unit_test(test_an_acknowledged_commit_was_synced),
        cmocka_unit_test(test_an_entry_that_was_there_already_is_synced),
        cmocka_unit_test(test_a_mark_cut_short_leaves_the_one_before_it),
        cmocka_unit_test(test_a_blank_mark_refuses_nothing),
        cmocka_unit_test(test_a_full_disk_without_the_lock_file_can_be_read),
    };
    memcpy(all, operations, sizeof all);
    for (size_t i = 0; i < OPERATIONS; i++) {
        tests[i] = (struct CMUnitTest)cmocka_unit_test_prestate_setup_teardown(
            test_a_failing_call_loses_nothing_and_leaves_nothing, NULL, teardown, &all[i]);
        tests[i].name = all[i].name;
    }
    calls_init();
    calls_skip_syncs(true); /* they are counted, and fail when told to */
    return cmocka_run_group_tests(tests, NULL, NULL);
}
