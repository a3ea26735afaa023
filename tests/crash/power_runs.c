/* power_runs.c - the programs whose files are recorded; see power.h. */
#include <sys/stat.h>
#include <sys/wait.h>

#include "crash/calls.h"
#include "crash/power.h"
#include "eyes.h"
#include "ledger/internal.h"
#include "waarborg/anchor.h"

static char root[BOOKS_PATH];
static uint64_t last_entry; /* number of the last entry that was posted */

const char *power_path(char path[POWER_PATH], const char *base, power_place where)
{
    static const char *const names[POWER_PLACES] = {"ledger", "restored", "backup"};
    (void)snprintf(path, POWER_PATH, "%s/%s", base, names[where]);
    return path;
}

void power_key_text(char text[POWER_TEXT], power_key which)
{
    (void)snprintf(text, POWER_TEXT, "%u-%u-%u", which.round, which.at, which.size);
}

uint64_t power_draw(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15U;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

void power_entry_init(power_entry *sample, power_key which)
{
    static const char *const accounts[] = {"1000", "1100"};
    static const char *const parties[] = {"p1", "p2", "p3", NULL};
    static const char *const subjects[] = {"L1", NULL, NULL};
    uint64_t state = ((uint64_t)which.round << 32) | which.at;
    const size_t size = power_draw(&state) % 8 == 0 ? 600 : 20;
    for (size_t i = 0; i < size; i++)
        sample->memo[i] = (char)('a' + power_draw(&state) % 26);
    sample->memo[size] = '\0';
    power_key_text(sample->reference, which);
    books_entry_init(&sample->made, accounts[power_draw(&state) % 2], "8000",
                     parties[power_draw(&state) % 4], (int64_t)(1 + power_draw(&state) % 1000000));
    sample->made.entry.source = "power";
    sample->made.entry.reference = sample->reference;
    sample->made.entry.memo = sample->memo;
    sample->made.entry.subject = subjects[power_draw(&state) % 3];
    sample->made.entry.date.days += (int32_t)(power_draw(&state) % 60);
}

void power_document(wb_document *document, char id[POWER_TEXT], char body[POWER_TEXT],
                    power_key which)
{
    power_key_text(id, which);
    (void)snprintf(body, POWER_TEXT, "{\"at\":%u,\"round\":%u}", which.at, which.round);
    *document = (wb_document){.kind = which.at % 2 == 0 ? WB_RECORD_LOAN : WB_RECORD_DECISION,
                              .date = {20000 + (int32_t)which.round},
                              .id = id,
                              .body = body,
                              .maker = "test"};
}

uint64_t power_hash_start(const uint8_t hash[WB_LEDGER_HASH_SIZE])
{
    uint64_t start = 0;
    memcpy(&start, hash, sizeof start);
    return start;
}

static void mark(int what, power_place where, uint64_t number, uint64_t hash)
{
    trace_mark_put((trace_mark){.what = what, .place = (int)where, .number = number, .key = hash});
}

static void begin(wb_ledger *ledger)
{
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
}

static void commit(wb_ledger *ledger, power_place where)
{
    wb_ledger_head head;
    const uint64_t count = ledger->batch.count; /* the number of its last record */
    mark(POWER_MARK_BEGIN, where, count, 0);
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    assert_int_equal(head.count, count);
    mark(POWER_MARK_DONE, where, count, power_hash_start(head.hash));
}

static void post_entry(wb_ledger *ledger, power_key which, const char *maker)
{
    uint64_t number = 0;
    bool already = false;
    power_entry sample;
    power_entry_init(&sample, which);
    sample.made.entry.maker = maker;
    ASSERT_OK(wb_ledger_post(ledger, &sample.made.entry, &number, &already, &ok_err));
    assert_false(already);
    books_entry_clear(&sample.made);
    last_entry = number;
}

static void post_document(wb_ledger *ledger, power_key which)
{
    uint64_t number = 0;
    char id[POWER_TEXT];
    char body[POWER_TEXT];
    wb_document document;
    power_document(&document, id, body, which);
    ASSERT_OK(wb_ledger_document(ledger, &document, &number, &ok_err));
}

static void post_batch(wb_ledger *ledger, power_place where, unsigned round, unsigned size)
{
    begin(ledger);
    for (unsigned i = 0; i < size; i++) {
        const power_key which = {round, i, size};
        if (round % 6 == 2) {
            post_document(ledger, which);
        } else {
            post_entry(ledger, which, "test");
        }
    }
    commit(ledger, where);
}

static void reverse(wb_ledger *ledger, power_place where, unsigned round)
{
    uint64_t number = 0;
    char reason[POWER_TEXT];
    power_key_text(reason, (power_key){round, 0, 1});
    begin(ledger);
    ASSERT_OK(
        wb_ledger_reverse(ledger, last_entry, (wb_date){20600}, reason, "test", &number, &ok_err));
    commit(ledger, where);
}

static wb_ledger *open_ledger(power_place where, size_t map_size)
{
    char path[POWER_PATH];
    wb_ledger *ledger = NULL;
    ASSERT_OK(wb_ledger_open_with(&ledger, power_path(path, root, where), WB_LEDGER_WRITE,
                                  (wb_open_options){.map_size = map_size}, &ok_err));
    return ledger;
}

/* A ledger with the chart, as records 1 to 7: one batch. */
static wb_ledger *start(size_t map_size)
{
    char path[POWER_PATH];
    mark(POWER_MARK_BEGIN, POWER_LEDGER, 0, 0);
    ASSERT_OK(wb_ledger_create(power_path(path, root, POWER_LEDGER), &ok_err));
    mark(POWER_MARK_DONE, POWER_LEDGER, 0, 0);
    wb_ledger *ledger = open_ledger(POWER_LEDGER, map_size);
    mark(POWER_MARK_BEGIN, POWER_LEDGER, 7, 0);
    books_chart(ledger);
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    mark(POWER_MARK_DONE, POWER_LEDGER, 7, power_hash_start(head.hash));
    return ledger;
}

static void run_single_posts(void)
{
    wb_ledger *ledger = start(0);
    for (unsigned round = 0; round < 48; round++) {
        if (round % 12 == 7) {
            wb_ledger_close(ledger);
            ledger = open_ledger(POWER_LEDGER, 0);
        }
        if (round % 16 == 9) {
            reverse(ledger, POWER_LEDGER, round);
        } else {
            post_batch(ledger, POWER_LEDGER, round, round % 5 == 4 ? 3 : 1);
        }
    }
    wb_ledger_close(ledger);
}

static void run_batches(void)
{
    wb_ledger *ledger = start(0);
    for (unsigned round = 0; round < 8; round++)
        post_batch(ledger, POWER_LEDGER, round, 60 + 40 * (round % 4));
    wb_ledger_close(ledger);
}

static void run_growing_map(void)
{
    wb_ledger *ledger = start((size_t)160 << 10);
    for (unsigned round = 0; round < 10; round++)
        post_batch(ledger, POWER_LEDGER, round, 20 + 30 * (round % 3));
    wb_ledger_close(ledger);
}

static void run_backup_and_restore(void)
{
    char backup[POWER_PATH];
    char restored[POWER_PATH];
    wb_verify_report report;
    wb_ledger *ledger = start(0);
    for (unsigned round = 0; round < 6; round++)
        post_batch(ledger, POWER_LEDGER, round, 1 + 9 * round);
    const uint64_t saved = ledger->head.count;
    mark(POWER_MARK_BEGIN, POWER_BACKUP, saved, 0);
    ASSERT_OK(wb_ledger_backup(ledger, power_path(backup, root, POWER_BACKUP), &report, &ok_err));
    mark(POWER_MARK_DONE, POWER_BACKUP, saved, power_hash_start(report.hash));
    post_batch(ledger, POWER_LEDGER, 6, 5);
    wb_ledger_close(ledger);
    mark(POWER_MARK_BEGIN, POWER_RESTORED, saved, 0);
    ASSERT_OK(
        wb_ledger_restore(backup, power_path(restored, root, POWER_RESTORED), &report, &ok_err));
    mark(POWER_MARK_DONE, POWER_RESTORED, saved, power_hash_start(report.hash));
    ledger = open_ledger(POWER_RESTORED, 0);
    for (unsigned round = 6; round < 12; round++)
        post_batch(ledger, POWER_RESTORED, round, round);
    wb_ledger_close(ledger);
}

static uint64_t propose(eyes *people, unsigned round, unsigned size)
{
    uint64_t number = 0;
    const wb_proposal_terms terms = eyes_terms();
    begin(people->ledger);
    for (unsigned i = 0; i < size; i++)
        post_entry(people->ledger, (power_key){round, i, size}, "anna");
    ASSERT_OK(wb_ledger_propose(people->ledger, people->signers[ANNA], &terms, &number, &ok_err));
    commit(people->ledger, POWER_LEDGER);
    return number;
}

static void decide(eyes *people, uint64_t proposal, wb_verdict verdict)
{
    wb_decided decided;
    begin(people->ledger);
    ASSERT_OK(wb_ledger_decide(people->ledger, proposal, verdict, people->signers[BEN],
                               verdict == WB_VERDICT_REJECT ? "no" : "", &decided, &ok_err));
    assert_int_equal(decided.posted, verdict == WB_VERDICT_APPROVE);
    commit(people->ledger, POWER_LEDGER);
}

static void anchor(eyes *people)
{
    wb_anchor made;
    wb_anchor_init(&made);
    begin(people->ledger);
    ASSERT_OK(
        wb_ledger_anchor(&made, people->ledger, people->signers[ANNA], (wb_date){20600}, &ok_err));
    commit(people->ledger, POWER_LEDGER);
    wb_anchor_clear(&made);
}

/* Users, the switch, proposals, verdicts that post, and anchors. */
static void run_four_eyes(void)
{
    eyes people = {.ledger = start(0)};
    uint64_t number = 0;
    begin(people.ledger);
    for (size_t i = 0; i < PEOPLE; i++) {
        people.signers[i] = eyes_signer(eyes_people[i].name, 0);
        const wb_user user =
            eyes_user(eyes_people[i].name, eyes_people[i].roles, people.signers[i]);
        ASSERT_OK(wb_user_record(people.ledger, &user, (wb_date){20454}, "anna", &number, &ok_err));
    }
    commit(people.ledger, POWER_LEDGER);
    begin(people.ledger);
    ASSERT_OK(
        wb_four_eyes_on(people.ledger, people.signers[ANNA], (wb_date){20454}, &number, &ok_err));
    commit(people.ledger, POWER_LEDGER);
    for (unsigned round = 0; round < 9; round++) {
        const uint64_t proposal = propose(&people, round, 1 + 11 * (round % 3));
        if (round % 4 == 1) anchor(&people);
        decide(&people, proposal, round % 5 == 3 ? WB_VERDICT_REJECT : WB_VERDICT_APPROVE);
    }
    wb_ledger_close(people.ledger);
    for (size_t i = 0; i < PEOPLE; i++)
        wb_signer_close(people.signers[i]);
}

enum { POSTERS = 4, REQUESTS = 12, PARTS_MAX = 3 };

/* One of several processes that post at the same time. */
static wb_code submit_one(wb_ledger *ledger, unsigned round, unsigned size, wb_error *err)
{
    power_entry samples[PARTS_MAX];
    wb_entry entries[PARTS_MAX];
    uint64_t numbers[PARTS_MAX];
    bool already[PARTS_MAX];
    wb_record record;
    for (unsigned i = 0; i < size; i++) {
        power_entry_init(&samples[i], (power_key){round, i, size});
        entries[i] = samples[i].made.entry;
    }
    wb_record_init(&record);
    mark(POWER_MARK_ASKED, POWER_LEDGER, size, 0);
    wb_code code = wb_ledger_submit(ledger, entries, size, numbers, already, NULL, NULL, err);
    if (code == WB_OK) code = wb_ledger_record(ledger, numbers[size - 1], &record, err);
    if (code == WB_OK) {
        mark(POWER_MARK_TOLD, POWER_LEDGER, record.number, power_hash_start(record.hash));
        if (strcmp(record.entry.reference, samples[size - 1].reference) != 0) {
            code = wb_fail(err, WB_E_INTERNAL, "record %llu is another's",
                           (unsigned long long)record.number);
        }
    }
    wb_record_clear(&record);
    for (unsigned i = 0; i < size; i++)
        books_entry_clear(&samples[i].made);
    return code;
}

static void run_posting_together(void)
{
    char path[POWER_PATH];
    pid_t posters[POSTERS];
    wb_ledger_close(start(0));
    for (unsigned i = 0; i < POSTERS; i++) {
        (void)fflush(NULL);
        posters[i] = fork();
        assert_true(posters[i] >= 0);
        if (posters[i] != 0) continue;
        wb_ledger *ledger = NULL;
        wb_error err = {0};
        wb_code code =
            wb_ledger_open(&ledger, power_path(path, root, POWER_LEDGER), WB_LEDGER_WRITE, &err);
        for (unsigned n = 0; n < REQUESTS && code == WB_OK; n++)
            code = submit_one(ledger, i * REQUESTS + n, 1 + (i + n) % PARTS_MAX, &err);
        if (code != WB_OK) (void)fprintf(stderr, "poster: %s\n", err.message);
        wb_ledger_close(ledger);
        _exit(code == WB_OK ? 0 : 1);
    }
    for (unsigned i = 0; i < POSTERS; i++) {
        int status = -1;
        assert_int_equal(waitpid(posters[i], &status, 0), posters[i]);
        assert_int_equal(status, 0);
    }
}

const power_run power_runs[POWER_RUNS] = {
    {"single posts", run_single_posts}, {"batches", run_batches},
    {"a growing map", run_growing_map}, {"backup and restore", run_backup_and_restore},
    {"four eyes", run_four_eyes},       {"posting together", run_posting_together},
};

void power_remove(const char *path)
{
    DIR *listing = opendir(path);
    if (listing == NULL) {
        (void)unlink(path);
        return;
    }
    for (const struct dirent *item = readdir(listing); item != NULL; item = readdir(listing)) {
        char name[4 * BOOKS_PATH];
        if (strcmp(item->d_name, ".") == 0 || strcmp(item->d_name, "..") == 0) continue;
        (void)snprintf(name, sizeof name, "%s/%s", path, item->d_name);
        power_remove(name);
    }
    (void)closedir(listing);
    (void)rmdir(path);
}

void power_record(const power_run *which)
{
    (void)books_path(root, "power");
    power_remove(root);
    assert_int_equal(mkdir(root, 0770), 0);
    trace_start(root);
    which->run();
    trace_stop();
    power_remove(root);
}
