/* Goal: processes that post together lose nothing, double nothing and mix nothing up, whoever of
 * them dies, and whoever reads meanwhile sees committed books only.
 * Method: 8 posters and 8 readers at once, killed by -9 at random moments, and leaders by their own
 * hand at the worst ones: before the commit, between the commit and the answers, and after. Every
 * entry says in its memo whose it is, so that the log tells what was posted how often. Each
 * acknowledgement and each head that a reader saw lies in memory that outlives its process.
 * 8 seconds; a minute with WAARBORG_DEEP=yes. */
#include <inttypes.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "books.h"
#include "ledger/internal.h"

enum {
    POSTERS = 8,
    READERS = 8,
    PROCESSES = POSTERS + READERS,
    REQUEST_MAX = 3,
    ACKS_MAX = 1 << 18,
    SIGHTINGS_MAX = 1 << 16,
    FIRST_ENTRY = 8 /* the chart takes 1 to 7 */
};

/* A request that was acknowledged, and the number of its first record. */
typedef struct ack {
    uint32_t life; /* of the poster */
    uint32_t turn;
    uint64_t number;
} ack;

/* A head that a reader saw. */
typedef struct sighting {
    uint64_t count;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
} sighting;

/* What all processes write to, each in its own place. */
typedef struct shared {
    uint64_t ack_count[POSTERS];
    ack acks[POSTERS][ACKS_MAX / POSTERS];
    uint64_t sighting_count[READERS];
    sighting sightings[READERS][SIGHTINGS_MAX / READERS];
    uint64_t commits[POSTERS];
    uint64_t served[POSTERS];   /* requests of others in them */
    uint64_t refused[POSTERS];  /* requests that a rule refused, as it should */
    uint64_t ended[POSTERS][3]; /* leaders that killed themselves, by the point where */
    uint64_t orphans[POSTERS];  /* requests that such a one left committed and unanswered */
    uint64_t failures;          /* something that may not happen; it is printed as well */
} shared;

static shared *seen;
static int place;
static uint64_t draws;

static uint64_t draw(uint64_t below)
{
    draws += 0x9E3779B97F4A7C15U;
    uint64_t z = draws;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % below;
}

static void failed(const char *what, wb_code code, const wb_error *err)
{
    print_error("%s: %s: %s\n", what, wb_code_name(code), err->message);
    (void)__atomic_add_fetch(&seen->failures, 1, __ATOMIC_SEQ_CST);
    _exit(1);
}

/* ---- posters ---- */

/* A leader that dies at a point of its choice, now and then. */
static void die_here(wb_ledger *ledger, wb_hook_point point, size_t requests)
{
    static const uint64_t one_in[] = {
        [WB_HOOK_PREPARED] = 150, [WB_HOOK_COMMITTED] = 60, [WB_HOOK_ANSWERED] = 150};
    (void)ledger;
    if (point == WB_HOOK_COMMITTED) {
        seen->commits[place]++;
        seen->served[place] += requests;
    }
    if (requests == 0 || draw(one_in[point]) != 0) return;
    seen->ended[place][point]++;
    if (point == WB_HOOK_COMMITTED) seen->orphans[place] += requests;
    (void)raise(SIGKILL);
}

typedef struct request {
    books_entry parts[REQUEST_MAX];
    wb_entry entries[REQUEST_MAX];
    char memos[REQUEST_MAX][60];
    char references[REQUEST_MAX][60];
    size_t count;
} request;

static const char *const accounts[] = {"1000", "1100", "8000", "8010"};
static const char *const parties[] = {NULL, "p1", "p2", "p3"};

/* One to three entries; half of the requests without references. A bad one has a last entry that
 * only the ledger can refuse. */
static void make_request(request *made, uint32_t life, uint32_t turn, bool bad)
{
    const bool named = draw(2) == 0;
    made->count = draw(REQUEST_MAX) + 1;
    for (size_t i = 0; i < made->count; i++) {
        books_entry *part = &made->parts[i];
        const uint64_t from = draw(4);
        wb_entry *entry = &part->entry;
        part->postings[0].account = accounts[from];
        part->postings[1].account = accounts[(from + 1 + draw(3)) % 4];
        part->postings[0].party = parties[draw(4)];
        wb_money_set_cents(&part->postings[0].amount, (int64_t)draw(100000) + 1);
        wb_money_negate(&part->postings[1].amount, &part->postings[0].amount);
        (void)snprintf(made->memos[i], sizeof made->memos[i], "%s %u %u %zu of %zu",
                       bad ? "bad" : "good", life, turn, i + 1, made->count);
        (void)snprintf(made->references[i], sizeof made->references[i], "%u-%u-%zu", life, turn, i);
        entry->memo = made->memos[i];
        entry->source = named ? "group" : NULL;
        entry->reference = named ? made->references[i] : NULL;
        entry->postings = part->postings;
        made->entries[i] = *entry;
    }
    if (bad) made->parts[made->count - 1].postings[1].account = "9999";
}

/* The request as a batch of its own, between the groups: one that looks into no queue. */
static wb_code post_alone(wb_ledger *ledger, const request *made, uint64_t *numbers, bool *already,
                          wb_error *err)
{
    wb_code code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code != WB_OK) return code;
    for (size_t i = 0; i < made->count && code == WB_OK; i++)
        code = wb_ledger_post(ledger, &made->entries[i], &numbers[i], &already[i], err);
    if (code == WB_OK) return wb_ledger_commit(ledger, err);
    wb_ledger_abort(ledger);
    return code;
}

/* Post until killed. */
static void run_poster(const char *dir, uint32_t life)
{
    wb_error err = {0};
    wb_ledger *ledger = NULL;
    request made;
    for (size_t i = 0; i < REQUEST_MAX; i++)
        books_entry_init(&made.parts[i], "1000", "8000", NULL, 1);
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &err);
    if (code != WB_OK) failed("a poster cannot open", code, &err);
    ledger->hook = die_here;
    for (uint32_t turn = 0;; turn++) {
        uint64_t numbers[REQUEST_MAX];
        bool already[REQUEST_MAX];
        const bool bad = draw(12) == 0;
        make_request(&made, life, turn, bad);
        code = draw(10) == 0 ? post_alone(ledger, &made, numbers, already, &err)
                             : wb_ledger_submit(ledger, made.entries, made.count, numbers, already,
                                                NULL, NULL, &err);
        if (bad && code != WB_E_ACCOUNT) failed("a bad request", code, &err);
        if (bad && strstr(err.message, "9999") == NULL) failed("another's error", code, &err);
        if (bad) {
            seen->refused[place]++;
            continue;
        }
        if (code != WB_OK) failed("a good request", code, &err);
        for (size_t i = 0; i < made.count; i++) {
            if (already[i] || numbers[i] != numbers[0] + i) failed("numbers", code, &err);
        }
        const uint64_t at = seen->ack_count[place];
        if (at == ACKS_MAX / POSTERS) _exit(0);
        seen->acks[place][at] = (ack){life, turn, numbers[0]};
        __atomic_store_n(&seen->ack_count[place], at + 1, __ATOMIC_RELEASE);
    }
}

/* ---- readers ---- */

static bool add_balance(const wb_balance *balance, void *context)
{
    wb_money *difference = context;
    wb_money_add(difference, difference, &balance->debit);
    wb_money_subtract(difference, difference, &balance->credit);
    return true;
}

static void look(const char *dir, wb_money *difference)
{
    wb_error err = {0};
    wb_ledger *ledger = NULL;
    wb_ledger_head head;
    wb_verify_report report;
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err);
    if (code == WB_OK) code = wb_ledger_head_read(ledger, &head, &err);
    wb_money_set_cents(difference, 0);
    if (code == WB_OK) code = wb_ledger_balances(ledger, NULL, add_balance, difference, &err);
    if (code == WB_OK && draw(20) == 0) {
        code = wb_ledger_verify(ledger, &report, NULL, NULL, &err);
    }
    wb_ledger_close(ledger);
    if (code != WB_OK) failed("a reader", code, &err);
    if (wb_money_sign(difference) != 0) failed("the totals differ", code, &err);
    const uint64_t at = seen->sighting_count[place];
    if (at == SIGHTINGS_MAX / READERS) return;
    sighting *sight = &seen->sightings[place][at];
    sight->count = head.count;
    memcpy(sight->hash, head.hash, sizeof head.hash);
    __atomic_store_n(&seen->sighting_count[place], at + 1, __ATOMIC_RELEASE);
}

static void run_reader(const char *dir)
{
    wb_money difference;
    wb_money_init(&difference);
    while (true) {
        const struct timespec pause = {0, (long)draw(20000000)};
        look(dir, &difference);
        (void)nanosleep(&pause, NULL);
    }
}

/* ---- afterwards ---- */

typedef struct posted {
    uint32_t life;
    uint32_t turn;
    uint64_t number;
    size_t size;
} posted;

typedef struct log {
    posted *items; /* requests, in the order of the log */
    size_t count;
    size_t capacity;
    size_t expected; /* place of the entry that comes next in its request */
    size_t sightings;
    sighting *sorted; /* by count */
    size_t next;
} log_of;

/* Every entry follows the one before it in its request, and none is of a request that was refused.
 */
static bool take_entry(const wb_record *record, void *context)
{
    log_of *log = context;
    while (log->next < log->sightings && log->sorted[log->next].count <= record->number) {
        const sighting *sight = &log->sorted[log->next];
        if (sight->count == record->number) {
            assert_memory_equal(sight->hash, record->hash, sizeof sight->hash);
        }
        log->next++;
    }
    if (record->kind != WB_RECORD_ENTRY) return true;
    char word[8] = "";
    unsigned life = 0;
    unsigned turn = 0;
    size_t at = 0;
    size_t size = 0;
    assert_int_equal(
        sscanf(record->entry.memo, "%7s %u %u %zu of %zu", word, &life, &turn, &at, &size), 5);
    assert_string_equal(word, "good");
    assert_int_equal(at, log->expected);
    if (at == 1) {
        assert_true(log->count < log->capacity);
        log->items[log->count] = (posted){life, turn, record->number, size};
        log->count++;
    } else {
        const posted *open = &log->items[log->count - 1];
        assert_true(open->life == life && open->turn == turn && open->size == size);
    }
    log->expected = at == size ? 1 : at + 1;
    return true;
}

static int by_life(const void *a, const void *b)
{
    const posted *x = a;
    const posted *y = b;
    if (x->life != y->life) return x->life < y->life ? -1 : 1;
    return (x->turn > y->turn) - (x->turn < y->turn);
}

static int by_count(const void *a, const void *b)
{
    const sighting *x = a;
    const sighting *y = b;
    return (x->count > y->count) - (x->count < y->count);
}

static void gather_sightings(log_of *log)
{
    for (int i = 0; i < READERS; i++)
        log->sightings += seen->sighting_count[i];
    log->sorted = calloc(log->sightings + 1, sizeof *log->sorted);
    assert_non_null(log->sorted);
    size_t at = 0;
    for (int i = 0; i < READERS; i++) {
        memcpy(log->sorted + at, seen->sightings[i], seen->sighting_count[i] * sizeof(sighting));
        at += seen->sighting_count[i];
    }
    qsort(log->sorted, log->sightings, sizeof *log->sorted, by_count);
}

static void check_acks(const log_of *log)
{
    for (size_t i = 1; i < log->count; i++)
        assert_int_not_equal(by_life(&log->items[i - 1], &log->items[i]), 0); /* none twice */
    for (int p = 0; p < POSTERS; p++) {
        for (uint64_t i = 0; i < seen->ack_count[p]; i++) {
            const ack *told = &seen->acks[p][i];
            const posted key = {told->life, told->turn, 0, 0};
            const posted *found = bsearch(&key, log->items, log->count, sizeof key, by_life);
            /* what was acknowledged is there, under the number that was told */
            assert_true(found != NULL && found->number == told->number);
        }
    }
}

static uint64_t sum(const uint64_t *counts, size_t count)
{
    uint64_t total = 0;
    for (size_t i = 0; i < count; i++)
        total += counts[i];
    return total;
}

static void check_books(const char *dir, uint64_t kills)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    log_of log = {.expected = 1};
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
    ASSERT_OK(wb_ledger_verify(ledger, &report, NULL, NULL, &ok_err));
    gather_sightings(&log);
    log.capacity = report.entries;
    log.items = calloc(log.capacity + 1, sizeof *log.items);
    assert_non_null(log.items);
    ASSERT_OK(wb_ledger_log(ledger, 1, take_entry, &log, &ok_err));
    assert_int_equal(log.expected, 1);         /* no half request */
    assert_int_equal(log.next, log.sightings); /* no reader saw more than there is */
    wb_ledger_close(ledger);
    qsort(log.items, log.count, sizeof *log.items, by_life);
    check_acks(&log);
    const uint64_t acked = sum(seen->ack_count, POSTERS);
    const uint64_t commits = sum(seen->commits, POSTERS);
    uint64_t ended[3] = {0};
    for (int i = 0; i < POSTERS; i++) {
        for (int point = 0; point < 3; point++)
            ended[point] += seen->ended[i][point];
    }
    print_message("    %" PRIu64 " kills; leaders dead before the commit %" PRIu64
                  ", before the answers %" PRIu64 " (%" PRIu64 " requests), after %" PRIu64 "\n",
                  kills, ended[0], ended[1], sum(seen->orphans, POSTERS), ended[2]);
    print_message("    %" PRIu64 " acknowledged, %" PRIu64 " refused, %zu posted, %" PRIu64
                  " commits, %.1f entries a commit, %zu heads seen\n",
                  acked, sum(seen->refused, POSTERS), log.count, commits,
                  (double)report.entries / (double)commits, log.sightings);
    assert_true(log.count >= acked);
    assert_true(ended[0] > 0 && ended[1] > 0 && ended[2] > 0); /* the points were hit */
    assert_true(sum(seen->refused, POSTERS) > 0);
    assert_true(sum(seen->served, POSTERS) > 0); /* there were groups at all */
    free(log.items);
    free(log.sorted);
}

/* ---- the run ---- */

static pid_t start(const char *dir, int process, uint32_t life)
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child != 0) return child;
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0) _exit(1); /* a test that fails leaves nobody */
    draws = (uint64_t)life * 1000003U + 7;
    place = process < POSTERS ? process : process - POSTERS;
    if (process < POSTERS) {
        run_poster(dir, life);
    } else {
        run_reader(dir);
    }
    _exit(1);
}

static int seconds(void)
{
    const char *deep = getenv("WAARBORG_DEEP");
    return deep != NULL && strcmp(deep, "yes") == 0 ? 60 : 8;
}

static void test_killed_posters_and_leaders_double_and_lose_nothing(void **state)
{
    (void)state;
    char dir[BOOKS_PATH];
    pid_t children[PROCESSES];
    wb_ledger *ledger = NULL;
    uint32_t life = 0;
    uint64_t kills = 0;
    books_path(dir, "group");
    ASSERT_OK(wb_ledger_create(dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(ledger);
    wb_ledger_close(ledger);
    seen = mmap(NULL, sizeof *seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    assert_true(seen != MAP_FAILED);
    draws = 20260102;
    for (int i = 0; i < PROCESSES; i++)
        children[i] = start(dir, i, ++life);
    const time_t end = time(NULL) + seconds();
    while (time(NULL) < end && seen->failures == 0) {
        const struct timespec pause = {0, (long)draw(40000000)};
        (void)nanosleep(&pause, NULL);
        const int victim = (int)draw(PROCESSES);
        assert_int_equal(kill(children[victim], SIGKILL), 0);
        for (int i = 0; i < PROCESSES; i++) { /* some have killed themselves */
            int status = 0;
            const pid_t gone = waitpid(children[i], &status, i == victim ? 0 : WNOHANG);
            if (gone == 0) continue;
            if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL) seen->failures++;
            kills++;
            children[i] = start(dir, i, ++life);
        }
    }
    for (int i = 0; i < PROCESSES; i++) {
        (void)kill(children[i], SIGKILL);
        assert_int_equal(waitpid(children[i], NULL, 0), children[i]);
    }
    assert_int_equal(seen->failures, 0);
    check_books(dir, kills);
    (void)munmap(seen, sizeof *seen);
    books_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_killed_posters_and_leaders_double_and_lose_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
