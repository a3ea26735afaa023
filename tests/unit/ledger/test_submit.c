/* Goal: posting together keeps every rule, and the queue it goes through can harm nothing.
 * Method: refusals between good requests; then a poster waits in a process of its own while this
 * one holds the lock and kills it, damages, cuts, copies or forges the queue. Many at once and
 * dying leaders are in tests/crash/test_group.c. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "eyes.h"
#include "ledger/internal.h"
#include "ledger/queue.h"
#include "ledger/request.h"

typedef struct fixture {
    char dir[BOOKS_PATH];
    wb_ledger *ledger;
} fixture;

static int setup(void **state)
{
    static fixture made;
    books_path(made.dir, "submit");
    ASSERT_OK(wb_ledger_create(made.dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&made.ledger, made.dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(made.ledger);
    *state = &made;
    return 0;
}

static int teardown(void **state)
{
    fixture *made = *state;
    wb_ledger_close(made->ledger);
    books_remove(made->dir);
    return 0;
}

static uint64_t end_of(wb_ledger *ledger)
{
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    return head.count;
}

static void pause_ms(long milliseconds)
{
    const struct timespec pause = {milliseconds / 1000, milliseconds % 1000 * 1000000};
    (void)nanosleep(&pause, NULL);
}

/* `count` entries of 1.00; `bad` (from 1; 0: none) goes to an account that is not there. */
static wb_code submit(wb_ledger *ledger, size_t count, size_t bad, const char *reference,
                      uint64_t *numbers, bool *already, wb_error *err)
{
    books_entry parts[3];
    static wb_entry entries[3];
    char references[3][40];
    for (size_t i = 0; i < count; i++) {
        books_entry_init(&parts[i], "1000", i + 1 == bad ? "9999" : "8000", "p1", 100);
        entries[i] = parts[i].entry;
        entries[i].postings = parts[i].postings;
        if (reference == NULL) continue;
        (void)snprintf(references[i], sizeof references[i], "%s-%zu", reference, i);
        entries[i].source = "test";
        entries[i].reference = references[i];
    }
    const wb_code code =
        wb_ledger_submit(ledger, entries, count, numbers, already, NULL, NULL, err);
    for (size_t i = 0; i < count; i++)
        books_entry_clear(&parts[i]);
    return code;
}

static void test_a_request_is_posted_whole_or_not_at_all(void **state)
{
    fixture *made = *state;
    uint64_t numbers[3];
    bool already[3];
    wb_error err = {0};
    ASSERT_OK(submit(made->ledger, 3, 0, "a", numbers, already, &ok_err));
    for (size_t i = 0; i < 3; i++)
        assert_true(numbers[i] == 8 + i && !already[i]);
    for (size_t bad = 1; bad <= 3; bad++) {
        assert_int_equal(submit(made->ledger, 3, bad, "b", numbers, already, &err), WB_E_ACCOUNT);
        assert_non_null(strstr(err.message, "9999"));
        assert_int_equal(numbers[0] + numbers[1] + numbers[2], 0);
        assert_int_equal(end_of(made->ledger), 10);
    }
    /* the references of what was refused are free, those of what was posted are taken */
    ASSERT_OK(submit(made->ledger, 3, 0, "b", numbers, already, &ok_err));
    assert_true(numbers[0] == 11 && numbers[2] == 13 && !already[0]);
    ASSERT_OK(submit(made->ledger, 3, 0, "a", numbers, already, &ok_err));
    assert_true(numbers[0] == 8 && already[0] && already[2]);
    assert_int_equal(end_of(made->ledger), 13);
}

static void post_cents(wb_ledger *ledger, const char *reference, int64_t cents, uint64_t *number,
                       bool *already)
{
    books_entry part;
    books_entry_init(&part, "1000", "8000", "p1", cents);
    part.entry.source = "test";
    part.entry.reference = reference;
    part.entry.subject = "besluit";
    ASSERT_OK(wb_ledger_post(ledger, &part.entry, number, already, &ok_err));
    books_entry_clear(&part);
}

/* What was dropped may have been in the store's transaction already (a reversal flushes), and its
 * references are free for other content. */
static void test_a_batch_goes_back_to_a_point(void **state)
{
    enum { MANY = 200 };
    fixture *made = *state;
    wb_ledger *ledger = made->ledger;
    char reference[40];
    uint64_t number = 0;
    bool already = false;
    wb_verify_report report;
    for (int flushes = 0; flushes < 2; flushes++) {
        const uint64_t end = end_of(ledger);
        ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
        (void)snprintf(reference, sizeof reference, "kept-%d", flushes);
        post_cents(ledger, reference, 100, &number, &already);
        const wb_batch_point point = wb_batch_save(&ledger->batch);
        for (int round = 0; round < 3; round++) {
            for (int i = 0; i < MANY; i++) {
                (void)snprintf(reference, sizeof reference, "%d-%d", flushes, i);
                post_cents(ledger, reference, 1000 + round, &number, &already);
                assert_true(!already && number == end + 2 + (uint64_t)i);
            }
            if (flushes == 1) {
                ASSERT_OK(wb_ledger_reverse(ledger, number, (wb_date){20454}, "test", "test",
                                            &number, &ok_err));
            }
            if (round < 2) ASSERT_OK(wb_batch_restore(ledger, &point, &ok_err));
        }
        ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
        assert_int_equal(end_of(ledger), end + 1 + MANY + (uint64_t)flushes);
        ASSERT_OK(wb_ledger_verify(ledger, &report, NULL, NULL, &ok_err));
    }
}

static void test_a_large_request_is_posted_in_turn(void **state)
{
    enum { MANY = WB_REQUEST_ENTRIES + 50 };
    fixture *made = *state;
    static wb_entry entries[MANY];
    static uint64_t numbers[MANY];
    static bool already[MANY];
    books_entry part;
    books_entry_init(&part, "1000", "8000", "p1", 100);
    for (size_t i = 0; i < MANY; i++)
        entries[i] = part.entry;
    ASSERT_OK(wb_ledger_submit(made->ledger, entries, MANY, numbers, already, NULL, NULL, &ok_err));
    assert_int_equal(numbers[MANY - 1], 7 + MANY);
    books_entry_clear(&part);
}

static void test_what_is_refused_takes_no_room_under_a_limit(void **state)
{
    fixture *made = *state;
    wb_limit limit;
    uint64_t numbers[3];
    bool already[3];
    wb_error err = {0};
    wb_limit_init(&limit);
    (void)snprintf(limit.id, sizeof limit.id, "cash");
    (void)snprintf(limit.accounts[0], sizeof limit.accounts[0], "1000");
    limit.account_count = 1;
    limit.has_max = true;
    wb_money_set_cents(&limit.max, 300);
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_limit_record(made->ledger, &limit, (wb_date){20454}, "test", numbers, &ok_err));
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
    ASSERT_OK(submit(made->ledger, 1, 0, NULL, numbers, already, &ok_err));
    assert_int_equal(submit(made->ledger, 3, 0, NULL, numbers, already, &err), WB_E_LIMIT);
    assert_int_equal(submit(made->ledger, 3, 3, NULL, numbers, already, &err), WB_E_ACCOUNT);
    ASSERT_OK(submit(made->ledger, 2, 0, NULL, numbers, already, &ok_err));
    assert_int_equal(submit(made->ledger, 1, 0, NULL, numbers, already, &err), WB_E_LIMIT);
    assert_int_equal(end_of(made->ledger), 11);
    wb_limit_clear(&limit);
}

static void test_under_four_eyes_nothing_is_submitted(void **state)
{
    (void)state;
    eyes made;
    uint64_t numbers[3];
    bool already[3];
    wb_error err = {0};
    eyes_open(&made, "submit-eyes");
    ASSERT_OK(submit(made.ledger, 1, 0, "before", numbers, already, &ok_err));
    eyes_begin(&made);
    ASSERT_OK(wb_four_eyes_on(made.ledger, made.signers[ANNA], (wb_date){20454}, numbers, &ok_err));
    eyes_commit(&made);
    const uint64_t end = end_of(made.ledger);
    assert_int_equal(submit(made.ledger, 2, 0, NULL, numbers, already, &err), WB_E_FOUR_EYES);
    assert_int_equal(end_of(made.ledger), end);
    ASSERT_OK(submit(made.ledger, 1, 0, "before", numbers, already, &ok_err)); /* no new record */
    assert_true(already[0]);
    for (size_t i = 0; i < PEOPLE; i++)
        wb_signer_close(made.signers[i]);
    wb_ledger_close(made.ledger);
    books_remove(made.dir);
}

/* ---- beside another process ---- */

/* A poster in a process of its own: waits for the lock, which this process holds. It ends with the
 * code that it got. */
static pid_t start_poster(fixture *made, const char *reference)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child != 0) {
        pause_ms(150); /* it has asked by now */
        return child;
    }
    wb_ledger *ledger = NULL;
    uint64_t number = 0;
    bool already = false;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void)alarm(20);
    wb_code code = wb_ledger_open(&ledger, made->dir, WB_LEDGER_WRITE, NULL);
    if (code == WB_OK) code = submit(ledger, 1, 0, reference, &number, &already, NULL);
    wb_ledger_close(ledger);
    _exit((int)code);
}

static wb_code end_of_poster(pid_t child)
{
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status)); /* no signal: it did not fault */
    return (wb_code)WEXITSTATUS(status);
}

/* The lock, taken by a file of its own: whoever posts must wait, this process as well. */
static int hold_lock(const fixture *made)
{
    char path[2 * BOOKS_PATH];
    (void)snprintf(path, sizeof path, "%s/writer.lock", made->dir);
    const int file = open(path, O_RDWR);
    const wb_writer nobody = {"", ""};
    bool taken = false;
    assert_true(file >= 0);
    ASSERT_OK(wb_lock_try(file, &nobody, &taken, &ok_err));
    assert_true(taken);
    return file;
}

static void release_lock(int file)
{
    wb_lock_drop(file);
    (void)close(file);
}

static void test_one_who_waits_gets_through(void **state)
{
    fixture *made = *state;
    const int lock = hold_lock(made);
    const pid_t poster = start_poster(made, "a");
    assert_int_equal(end_of(made->ledger), 7);
    release_lock(lock);
    assert_int_equal(end_of_poster(poster), WB_OK);
    assert_int_equal(end_of(made->ledger), 8);
}

/* What a poster has asked for, and its slot. */
static int find_asked(const wb_queue *queue, uint64_t *ticket)
{
    wb_queue_table table;
    assert_true(wb_queue_table_read(queue, &table));
    for (int slot = 0; slot < WB_QUEUE_SLOTS; slot++) {
        *ticket = table.asked[slot];
        if (*ticket != 0 && *ticket != table.answered[slot]) return slot;
    }
    return -1;
}

static void test_the_request_of_one_who_died_is_nothing(void **state)
{
    fixture *made = *state;
    const int lock = hold_lock(made);
    const pid_t poster = start_poster(made, "a");
    wb_queue queue;
    wb_span request = {0};
    uint64_t ticket = 0;
    uint64_t number = 0;
    bool already = false;
    assert_true(wb_queue_open(&queue, made->dir));
    const int slot = find_asked(&queue, &ticket);
    assert_true(slot >= 0 && wb_queue_request(&queue, slot, ticket, &request));
    assert_int_equal(kill(poster, SIGKILL), 0);
    assert_int_equal(waitpid(poster, NULL, 0), poster);
    assert_false(wb_queue_request(&queue, slot, ticket, &request));
    wb_queue_close(&queue);
    release_lock(lock);
    ASSERT_OK(submit(made->ledger, 1, 0, "b", &number, &already, &ok_err));
    assert_int_equal(end_of(made->ledger), 8); /* one, and not two */
}

static void read_queue(const fixture *made, uint8_t **bytes, size_t *size, bool put)
{
    char path[2 * BOOKS_PATH];
    struct stat status;
    (void)snprintf(path, sizeof path, "%s/queue", made->dir);
    const int file = open(path, O_RDWR);
    assert_true(file >= 0);
    if (!put) {
        assert_int_equal(fstat(file, &status), 0);
        *size = (size_t)status.st_size;
        *bytes = malloc(*size);
        assert_non_null(*bytes);
        assert_int_equal(pread(file, *bytes, *size, 0), *size);
    } else {
        assert_int_equal(pwrite(file, *bytes, *size, 0), *size);
    }
    (void)close(file);
}

/* A copy of a queue with a request in it, put into a slot that is owned: by its key it is of
 * another file. */
static void test_a_copied_request_is_nothing(void **state)
{
    fixture *made = *state;
    uint8_t *bytes = NULL;
    size_t size = 0;
    char path[2 * BOOKS_PATH];
    char other[2 * BOOKS_PATH];
    wb_queue queue;
    wb_span request = {0};
    uint64_t ticket = 0;
    const int lock = hold_lock(made);
    const pid_t poster = start_poster(made, "a");
    read_queue(made, &bytes, &size, false);
    release_lock(lock);
    assert_int_equal(end_of_poster(poster), WB_OK);
    (void)snprintf(path, sizeof path, "%s/queue", made->dir);
    (void)snprintf(other, sizeof other, "%s/other", made->dir);
    assert_int_equal(rename(path, other), 0); /* so that the new file is another one */
    assert_true(wb_queue_open(&queue, made->dir));
    read_queue(made, &bytes, &size, true);
    const int slot = find_asked(&queue, &ticket);
    assert_true(slot >= 0);
    queue.slot = slot; /* as if owned */
    assert_false(wb_queue_request(&queue, slot, ticket, &request));
    wb_queue_close(&queue);
    free(bytes);
}

static void test_a_queue_cut_short_or_overwritten_faults_nobody(void **state)
{
    fixture *made = *state;
    char path[2 * BOOKS_PATH];
    uint8_t *bytes = NULL;
    size_t size = 0;
    uint64_t number = 0;
    bool already = false;
    (void)snprintf(path, sizeof path, "%s/queue", made->dir);
    for (int round = 0; round < 4; round++) {
        const int lock = hold_lock(made);
        const pid_t poster = start_poster(made, NULL);
        read_queue(made, &bytes, &size, false);
        srand((unsigned)round);
        for (size_t i = round == 3 ? 4096 : 0; i < size; i++)
            bytes[i] = (uint8_t)rand();
        if (round == 0) assert_int_equal(truncate(path, 0), 0);
        if (round == 1) assert_int_equal(truncate(path, 5000), 0);
        if (round >= 2) read_queue(made, &bytes, &size, true);
        free(bytes);
        const uint64_t before = end_of(made->ledger);
        release_lock(lock);
        /* not posted, and the poster is told to look */
        assert_int_equal(end_of_poster(poster), WB_E_IO);
        assert_int_equal(end_of(made->ledger), before);
        ASSERT_OK(submit(made->ledger, 1, 0, NULL, &number, &already, &ok_err));
        assert_int_equal(number, before + 1);
    }
    /* whoever comes afterwards uses the file again */
    const int lock = hold_lock(made);
    const pid_t poster = start_poster(made, NULL);
    release_lock(lock);
    assert_int_equal(end_of_poster(poster), WB_OK);
}

static void test_an_answer_without_its_record_is_not_believed(void **state)
{
    fixture *made = *state;
    static wb_reply reply;
    wb_bytes bytes = {0};
    wb_queue queue;
    uint64_t ticket = 0;
    const int lock = hold_lock(made);
    const pid_t poster = start_poster(made, NULL);
    reply = (wb_reply){.code = WB_OK, .last = 7, .count = 1, .numbers = {7}};
    ASSERT_OK(wb_reply_encode(&bytes, &reply, &ok_err)); /* record 7 has another hash */
    assert_true(wb_queue_open(&queue, made->dir));
    const int slot = find_asked(&queue, &ticket);
    assert_true(slot >= 0);
    assert_true(wb_queue_put_reply(&queue, slot, ticket, (wb_span){bytes.data, bytes.size}));
    wb_queue_answer(&queue, &slot, &ticket, 1);
    assert_int_equal(end_of_poster(poster), WB_E_IO);
    wb_queue_close(&queue);
    release_lock(lock);
    wb_bytes_clear(&bytes);
    assert_int_equal(end_of(made->ledger), 7);
}

static void test_without_a_free_slot_posters_take_turns(void **state)
{
    fixture *made = *state;
    wb_queue queues[WB_QUEUE_SLOTS];
    for (size_t i = 0; i < WB_QUEUE_SLOTS; i++) {
        assert_true(wb_queue_open(&queues[i], made->dir));
        assert_true(wb_queue_claim(&queues[i]));
    }
    const int lock = hold_lock(made);
    const pid_t poster = start_poster(made, "a");
    release_lock(lock);
    assert_int_equal(end_of_poster(poster), WB_OK);
    assert_int_equal(end_of(made->ledger), 8);
    for (size_t i = 0; i < WB_QUEUE_SLOTS; i++)
        wb_queue_close(&queues[i]);
}

static void test_without_a_queue_posters_take_turns(void **state)
{
    fixture *made = *state;
    char path[2 * BOOKS_PATH];
    (void)snprintf(path, sizeof path, "%s/queue", made->dir);
    assert_int_equal(mkdir(path, 0700), 0);
    const int lock = hold_lock(made);
    const pid_t poster = start_poster(made, "a");
    release_lock(lock);
    assert_int_equal(end_of_poster(poster), WB_OK);
    assert_int_equal(end_of(made->ledger), 8);
    assert_int_equal(rmdir(path), 0);
}

static void test_a_lock_file_of_any_bytes_names_nobody_or_somebody(void **state)
{
    fixture *made = *state;
    char path[2 * BOOKS_PATH];
    char holder[WB_HOLDER_MAX];
    (void)snprintf(path, sizeof path, "%s/writer.lock", made->dir);
    const int file = open(path, O_RDWR);
    assert_true(file >= 0);
    static const char *const others[] = {
        "", "12", "12\n34\nx", "x\n34\na\nb\n", "12\nx\na\nb\n", "-1\n34\na\nb\n"};
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_int_equal(ftruncate(file, 0), 0);
        assert_int_equal(pwrite(file, others[i], strlen(others[i]), 0), strlen(others[i]));
        wb_lock_holder(holder, file);
        assert_string_equal(holder, "another process");
    }
    srand(3);
    for (int round = 0; round < 2000; round++) {
        char bytes[300] = "12\n34\n";
        for (size_t i = 6; i < sizeof bytes; i++)
            bytes[i] = (char)(rand() % 12 == 0 ? '\n' : rand() % 256);
        assert_int_equal(pwrite(file, bytes, sizeof bytes, 0), sizeof bytes);
        wb_lock_holder(holder, file);
        for (const char *at = holder; *at != '\0'; at++)
            assert_true((unsigned char)*at >= 0x20 && *at != 0x7F); /* safe on a terminal */
    }
    (void)close(file);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_request_is_posted_whole_or_not_at_all),
        TEST(test_a_batch_goes_back_to_a_point),
        TEST(test_a_large_request_is_posted_in_turn),
        TEST(test_what_is_refused_takes_no_room_under_a_limit),
        cmocka_unit_test(test_under_four_eyes_nothing_is_submitted),
        TEST(test_one_who_waits_gets_through),
        TEST(test_the_request_of_one_who_died_is_nothing),
        TEST(test_a_copied_request_is_nothing),
        TEST(test_a_queue_cut_short_or_overwritten_faults_nobody),
        TEST(test_an_answer_without_its_record_is_not_believed),
        TEST(test_without_a_free_slot_posters_take_turns),
        TEST(test_without_a_queue_posters_take_turns),
        TEST(test_a_lock_file_of_any_bytes_names_nobody_or_somebody),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
