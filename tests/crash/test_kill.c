/* Goal: a killed writer loses nothing it acknowledged and leaves nothing half, whoever else reads.
 * Method: kill -9 a posting process again and again at random moments; it reports each number over
 * a pipe after its commit. Others read all the time, and some of them are killed as well. */
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "books.h"

enum { KILLS = 220, KILLS_DEEP = WB_SANITIZED ? 1000 : 10000 };
enum { READERS = 4, WRITER_ENTRIES = 300 };

/* Each child has its own: pids come round again within some ten thousand kills. */
static int process_number;

static uint64_t state_of_draws = 20260101;

static uint64_t draw(uint64_t below)
{
    state_of_draws += 0x9E3779B97F4A7C15U;
    uint64_t z = state_of_draws;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % below;
}

static uint64_t head_count(const char *dir)
{
    wb_ledger *ledger = NULL;
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    wb_ledger_close(ledger);
    return head.count;
}

/* A batch of 1 to 4 entries: the memo of each says how many, so that half a batch would show. */
static wb_code post_batch(wb_ledger *ledger, books_entry *posted, int round, uint64_t *number)
{
    char memo[20];
    char reference[40];
    const int size = round % 4 + 1;
    wb_code code = wb_ledger_begin(ledger, NULL, NULL, NULL);
    for (int i = 0; code == WB_OK && i < size; i++) {
        bool already = false;
        (void)snprintf(memo, sizeof memo, "%d of %d", i + 1, size);
        (void)snprintf(reference, sizeof reference, "%d-%d-%d", process_number, round, i);
        posted->entry.memo = memo;
        posted->entry.source = "kill";
        posted->entry.reference = reference;
        code = wb_ledger_post(ledger, &posted->entry, number, &already, NULL);
    }
    return code == WB_OK ? wb_ledger_commit(ledger, NULL) : code;
}

/* Post until killed; acknowledge the last number of each batch. */
static void run_writer(const char *dir, int acknowledge)
{
    wb_ledger *ledger = NULL;
    books_entry posted;
    books_entry_init(&posted, "1000", "8000", "p1", 100);
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, NULL);
    for (int round = 0; code == WB_OK; round++) {
        uint64_t number = 0;
        code = post_batch(ledger, &posted, round, &number);
        if (code == WB_OK && write(acknowledge, &number, sizeof number) != sizeof number) break;
    }
    _exit(1); /* only a failure gets here */
}

/* Open, verify, close, until killed or told to stop. */
static void run_reader(const char *dir, const volatile sig_atomic_t *stop)
{
    wb_code code = WB_OK;
    while (code == WB_OK && *stop == 0) {
        wb_ledger *ledger = NULL;
        wb_verify_report report;
        wb_error err = {0};
        code = wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err);
        if (code == WB_OK) code = wb_ledger_verify(ledger, &report, NULL, NULL, &err);
        wb_ledger_close(ledger);
        if (code != WB_OK) {
            print_error("reader: %s: %s\n", wb_code_name(code), err.message);
        }
    }
    _exit(code == WB_OK ? 0 : 1);
}

static volatile sig_atomic_t stopped;

static void on_stop(int signal_number)
{
    (void)signal_number;
    stopped = 1;
}

/* A child that does not outlive the test, however the test ends. */
static pid_t fork_child(void)
{
    const pid_t parent = getpid();
    process_number++;
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0 && (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)) _exit(1);
    return child;
}

static pid_t start_reader(const char *dir)
{
    const pid_t child = fork_child();
    if (child == 0) {
        (void)signal(SIGTERM, on_stop);
        run_reader(dir, &stopped);
    }
    return child;
}

typedef struct batches {
    int expected; /* next place in its batch, from 1 */
    int size;
    uint64_t entries;
} batches;

static bool check_batches(const wb_record *record, void *context)
{
    batches *seen = context;
    if (record->kind != WB_RECORD_ENTRY) return true;
    int place = 0;
    int size = 0;
    assert_int_equal(sscanf(record->entry.memo, "%d of %d", &place, &size), 2);
    if (seen->expected == 1) seen->size = size;
    assert_int_equal(place, seen->expected);
    assert_int_equal(size, seen->size);
    seen->expected = place == size ? 1 : place + 1;
    seen->entries++;
    return true;
}

static void check_books(const char *dir, uint64_t acknowledged)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    batches seen = {.expected = 1};
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_verify(ledger, &report, NULL, NULL, &ok_err));
    assert_true(report.records >= acknowledged); /* nothing acknowledged is lost */
    ASSERT_OK(wb_ledger_log(ledger, 1, check_batches, &seen, &ok_err));
    assert_int_equal(seen.expected, 1); /* no half batch at the end */
    wb_ledger_close(ledger);
}

/* Let a writer run for a random while, kill it, and return the last number it acknowledged. */
static uint64_t kill_a_writer(const char *dir, uint64_t acknowledged, bool *in_flight)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const pid_t writer = fork_child();
    if (writer == 0) {
        (void)close(ends[0]);
        run_writer(dir, ends[1]);
    }
    (void)close(ends[1]);
    /* from before it has opened the ledger to some tens of commits later */
    const struct timespec pause = {0, (long)draw(draw(4) == 0 ? 40000000 : 6000000)};
    (void)nanosleep(&pause, NULL);
    assert_int_equal(kill(writer, SIGKILL), 0);
    int status = 0;
    assert_int_equal(waitpid(writer, &status, 0), writer);
    assert_true(WIFSIGNALED(status)); /* it did not fail by itself */
    uint64_t number = 0;
    const uint64_t before = acknowledged;
    while (read(ends[0], &number, sizeof number) == sizeof number) {
        assert_true(number > acknowledged);
        acknowledged = number;
    }
    (void)close(ends[0]);
    *in_flight = acknowledged > before;
    return acknowledged;
}

static void test_killed_writers_lose_nothing_acknowledged(void **state)
{
    (void)state;
    char dir[BOOKS_PATH];
    wb_ledger *ledger = NULL;
    books_path(dir, "kill");
    ASSERT_OK(wb_ledger_create(dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    wb_ledger_close(ledger);
    uint64_t acknowledged = 7;
    uint64_t unacknowledged = 0;
    int busy = 0;
    pid_t reader = 0;
    const char *deep = getenv("WAARBORG_DEEP");
    const int kills = deep != NULL && strcmp(deep, "yes") == 0 ? KILLS_DEEP : KILLS;
    for (int i = 0; i < kills; i++) {
        if (i % 20 == 5) reader = start_reader(dir); /* a second process, now and then */
        bool in_flight = false;
        acknowledged = kill_a_writer(dir, acknowledged, &in_flight);
        busy += in_flight ? 1 : 0;
        if (i % 20 == 15) {
            assert_int_equal(kill(reader, SIGKILL), 0);
            assert_int_equal(waitpid(reader, NULL, 0), reader);
        }
        const uint64_t count = head_count(dir);
        assert_true(count >= acknowledged);
        if (count > acknowledged) unacknowledged++;
        acknowledged = count; /* durable, so that it may not go either */
        if (i % (kills / 20) == kills / 20 - 1) check_books(dir, acknowledged);
    }
    check_books(dir, acknowledged);
    print_message("    %d kills, %d of them while posting; %" PRIu64 " records, %" PRIu64
                  " commits were durable and not acknowledged\n",
                  kills, busy, acknowledged, unacknowledged);
    assert_true(busy > kills / 4); /* the kills did hit work */
    books_remove(dir);
}

static void test_many_readers_beside_one_writer(void **state)
{
    (void)state;
    char dir[BOOKS_PATH];
    wb_ledger *ledger = NULL;
    books_entry posted;
    pid_t readers[READERS];
    books_path(dir, "readers");
    ASSERT_OK(wb_ledger_create(dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    wb_ledger_close(ledger);
    for (size_t i = 0; i < READERS; i++)
        readers[i] = start_reader(dir);
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &ok_err));
    books_entry_init(&posted, "1000", "8000", "p1", 100);
    for (int round = 0; round < WRITER_ENTRIES; round++) {
        uint64_t number = 0;
        ASSERT_OK(post_batch(ledger, &posted, round, &number));
    }
    wb_ledger_close(ledger);
    for (size_t i = 0; i < READERS; i++) {
        int status = -1;
        assert_int_equal(kill(readers[i], SIGTERM), 0);
        assert_int_equal(waitpid(readers[i], &status, 0), readers[i]);
        assert_int_equal(status, 0);
    }
    check_books(dir, 7 + WRITER_ENTRIES * 10 / 4);
    books_entry_clear(&posted);
    books_remove(dir);
}

/* Two writers at once: both get through, one after the other, and nothing is lost. */
static void test_two_writers_take_turns(void **state)
{
    (void)state;
    enum { ROUNDS = 40 };
    char dir[BOOKS_PATH];
    wb_ledger *ledger = NULL;
    pid_t writers[2];
    books_path(dir, "writers");
    ASSERT_OK(wb_ledger_create(dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    wb_ledger_close(ledger);
    for (size_t i = 0; i < COUNT(writers); i++) {
        writers[i] = fork_child();
        if (writers[i] != 0) continue;
        books_entry posted;
        books_entry_init(&posted, i == 0 ? "1000" : "1100", "8000", "p1", 100);
        wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, NULL);
        for (int round = 0; code == WB_OK && round < ROUNDS; round++) {
            uint64_t number = 0;
            code = post_batch(ledger, &posted, round, &number);
        }
        _exit(code == WB_OK ? 0 : 1);
    }
    for (size_t i = 0; i < COUNT(writers); i++) {
        int status = -1;
        assert_int_equal(waitpid(writers[i], &status, 0), writers[i]);
        assert_int_equal(status, 0);
    }
    assert_int_equal(head_count(dir), 7 + 2 * ROUNDS * 10 / 4);
    check_books(dir, 7 + 2 * ROUNDS * 10 / 4);
    books_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_writers_lose_nothing_acknowledged),
        cmocka_unit_test(test_many_readers_beside_one_writer),
        cmocka_unit_test(test_two_writers_take_turns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
