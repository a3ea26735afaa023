/* Goal: after a power cut at any moment, what was acknowledged is there, whole, and nothing is
 * half. Method: record every write, sync and change of a directory while programs work on a ledger,
 * and what they were told is done; then make the states that a power cut may leave (crash/trace.h
 * says which), open each in a child, verify it, and compare its records with what was posted. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "books.h"
#include "crash/calls.h"
#include "crash/trace.h"
#include "ledger/internal.h"

enum { SAMPLES = WB_SANITIZED ? 80 : 500, SAMPLES_DEEP = 12500, CANARIES = 80, WORKERS_MAX = 8 };
enum { PREFIX_STEP = WB_SANITIZED ? 11 : 1, SEED = 20260103 };
enum { PLACE_PATH = 2 * BOOKS_PATH };
enum { TEXT_MAX = 700, SECONDS_MAX = 5, BROKEN_ENOUGH = 20 };

/* Marks in the trace: `number` records of `place` are about to be, or are, committed. */
enum { MARK_BEGIN, MARK_DONE };
typedef enum place { LEDGER, RESTORED, BACKUP, PLACES } place;
static const char *const names[PLACES] = {"ledger", "restored", "backup"};

static char root[BOOKS_PATH];
static uint64_t record_count; /* of the ledger that is being written */
static uint64_t last_entry;

static uint64_t draw(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15U;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static const char *path_of(char path[PLACE_PATH], const char *base, place where)
{
    (void)snprintf(path, PLACE_PATH, "%s/%s", base, names[where]);
    return path;
}

/* A record knows its place: number `at` (from 0) of `size` in batch `round`. */
typedef struct key {
    unsigned round;
    unsigned at;
    unsigned size;
} key;

static void key_text(char text[TEXT_MAX], key which)
{
    (void)snprintf(text, TEXT_MAX, "%u-%u-%u", which.round, which.at, which.size);
}

/* The one entry that belongs to a key. */
typedef struct sample_entry {
    books_entry made;
    char reference[TEXT_MAX];
    char memo[TEXT_MAX];
} sample_entry;

static void sample_entry_init(sample_entry *sample, key which)
{
    static const char *const accounts[] = {"1000", "1100"};
    static const char *const parties[] = {"p1", "p2", "p3", NULL};
    static const char *const subjects[] = {"L1", NULL, NULL};
    uint64_t state = ((uint64_t)which.round << 32) | which.at;
    const size_t size = draw(&state) % 8 == 0 ? 600 : 20;
    for (size_t i = 0; i < size; i++)
        sample->memo[i] = (char)('a' + draw(&state) % 26);
    sample->memo[size] = '\0';
    key_text(sample->reference, which);
    books_entry_init(&sample->made, accounts[draw(&state) % 2], "8000", parties[draw(&state) % 4],
                     (int64_t)(1 + draw(&state) % 1000000));
    sample->made.entry.source = "power";
    sample->made.entry.reference = sample->reference;
    sample->made.entry.memo = sample->memo;
    sample->made.entry.subject = subjects[draw(&state) % 3];
    sample->made.entry.date.days += (int32_t)(draw(&state) % 60);
}

static void sample_document(wb_document *document, char id[TEXT_MAX], char body[TEXT_MAX],
                            key which)
{
    key_text(id, which);
    (void)snprintf(body, TEXT_MAX, "{\"at\":%u,\"round\":%u}", which.at, which.round);
    *document = (wb_document){.kind = which.at % 2 == 0 ? WB_RECORD_LOAN : WB_RECORD_DECISION,
                              .date = {20000 + (int32_t)which.round},
                              .id = id,
                              .body = body,
                              .maker = "test"};
}

static uint64_t hash_start(const uint8_t hash[WB_LEDGER_HASH_SIZE])
{
    uint64_t start = 0;
    memcpy(&start, hash, sizeof start);
    return start;
}

static void mark(int what, place where, uint64_t number, uint64_t hash)
{
    trace_mark_put((trace_mark){.what = what, .place = (int)where, .number = number, .key = hash});
}

static void commit(wb_ledger *ledger, place where)
{
    wb_ledger_head head;
    mark(MARK_BEGIN, where, record_count, 0);
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    assert_int_equal(head.count, record_count);
    mark(MARK_DONE, where, record_count, hash_start(head.hash));
}

typedef enum sort { ENTRIES, DOCUMENTS } sort;

static void post_batch(wb_ledger *ledger, place where, unsigned round, unsigned size, sort what)
{
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    for (unsigned i = 0; i < size; i++) {
        uint64_t number = 0;
        bool already = false;
        sample_entry sample;
        char id[TEXT_MAX];
        char body[TEXT_MAX];
        wb_document document;
        const key which = {round, i, size};
        if (what == ENTRIES) {
            sample_entry_init(&sample, which);
            ASSERT_OK(wb_ledger_post(ledger, &sample.made.entry, &number, &already, &ok_err));
            books_entry_clear(&sample.made);
            last_entry = number;
        } else {
            sample_document(&document, id, body, which);
            ASSERT_OK(wb_ledger_document(ledger, &document, &number, &ok_err));
        }
        assert_int_equal(number, ++record_count);
    }
    commit(ledger, where);
}

static void reverse(wb_ledger *ledger, place where, unsigned round, uint64_t target)
{
    uint64_t number = 0;
    char reason[TEXT_MAX];
    key_text(reason, (key){round, 0, 1});
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(
        wb_ledger_reverse(ledger, target, (wb_date){20600}, reason, "test", &number, &ok_err));
    assert_int_equal(number, ++record_count);
    commit(ledger, where);
}

static wb_ledger *open_ledger(place where, size_t map_size)
{
    char path[PLACE_PATH];
    wb_ledger *ledger = NULL;
    ASSERT_OK(wb_ledger_open_with(&ledger, path_of(path, root, where), WB_LEDGER_WRITE,
                                  (wb_open_options){.map_size = map_size}, &ok_err));
    return ledger;
}

/* A ledger with the chart, as records 1 to 7: one batch. */
static wb_ledger *start(size_t map_size)
{
    char path[PLACE_PATH];
    record_count = 7;
    mark(MARK_BEGIN, LEDGER, 0, 0);
    ASSERT_OK(wb_ledger_create(path_of(path, root, LEDGER), &ok_err));
    mark(MARK_DONE, LEDGER, 0, 0);
    wb_ledger *ledger = open_ledger(LEDGER, map_size);
    mark(MARK_BEGIN, LEDGER, 7, 0);
    books_chart(ledger);
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    mark(MARK_DONE, LEDGER, 7, hash_start(head.hash));
    return ledger;
}

static void run_single_posts(void)
{
    wb_ledger *ledger = start(0);
    for (unsigned round = 0; round < 48; round++) {
        if (round % 12 == 7) {
            wb_ledger_close(ledger);
            ledger = open_ledger(LEDGER, 0);
        }
        if (round % 16 == 9) {
            reverse(ledger, LEDGER, round, last_entry);
        } else {
            post_batch(ledger, LEDGER, round, round % 5 == 4 ? 3 : 1,
                       round % 6 == 2 ? DOCUMENTS : ENTRIES);
        }
    }
    wb_ledger_close(ledger);
}

static void run_batches(void)
{
    wb_ledger *ledger = start(0);
    for (unsigned round = 0; round < 8; round++)
        post_batch(ledger, LEDGER, round, 60 + 40 * (round % 4), round == 3 ? DOCUMENTS : ENTRIES);
    wb_ledger_close(ledger);
}

static void run_growing_map(void)
{
    wb_ledger *ledger = start((size_t)160 << 10);
    for (unsigned round = 0; round < 10; round++)
        post_batch(ledger, LEDGER, round, 20 + 30 * (round % 3), ENTRIES);
    wb_ledger_close(ledger);
}

static void run_backup_and_restore(void)
{
    char backup[PLACE_PATH];
    char restored[PLACE_PATH];
    wb_verify_report report;
    wb_ledger *ledger = start(0);
    for (unsigned round = 0; round < 6; round++)
        post_batch(ledger, LEDGER, round, 1 + 9 * round, ENTRIES);
    mark(MARK_BEGIN, BACKUP, record_count, 0);
    ASSERT_OK(wb_ledger_backup(ledger, path_of(backup, root, BACKUP), &report, &ok_err));
    mark(MARK_DONE, BACKUP, record_count, hash_start(report.hash));
    const uint64_t saved = record_count;
    post_batch(ledger, LEDGER, 6, 5, ENTRIES);
    wb_ledger_close(ledger);
    mark(MARK_BEGIN, RESTORED, saved, 0);
    ASSERT_OK(wb_ledger_restore(backup, path_of(restored, root, RESTORED), &report, &ok_err));
    mark(MARK_DONE, RESTORED, saved, hash_start(report.hash));
    record_count = saved;
    ledger = open_ledger(RESTORED, 0);
    for (unsigned round = 6; round < 12; round++)
        post_batch(ledger, RESTORED, round, round, ENTRIES);
    wb_ledger_close(ledger);
}

/* What a place must hold after a power cut just before an event. */
typedef struct claim {
    place where;
    bool begun;
    bool done;       /* it was said to be there */
    uint64_t number; /* records that were said to be there */
    uint64_t hash;   /* and the first bytes of the last one's hash */
    uint64_t most;   /* records that were about to be there */
} claim;

static claim claim_at(place where, size_t at)
{
    claim made = {.where = where};
    for (size_t i = 0; i < at; i++) {
        const trace_event *event = trace_at(i);
        if (event->kind != EVENT_MARK || event->mark.place != (int)where) continue;
        made.begun = true;
        made.most = event->mark.number;
        if (event->mark.what == MARK_DONE) {
            made.done = true;
            made.number = event->mark.number;
            made.hash = event->mark.key;
        }
    }
    return made;
}

/* A look at one place of a state, in a child. */
typedef struct look {
    char dir[PLACE_PATH];
    claim must;
    bool go_on; /* write as well */
    uint64_t *found;
} look;

/* What the walk through the records has seen. */
typedef struct seen {
    const claim *must;
    uint64_t count;
    key last;
    char wrong[200];
} seen;

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

static bool same_entry(const wb_entry *a, const wb_entry *b)
{
    bool same = a->date.days == b->date.days && same_text(a->event, b->event) &&
                same_text(a->subject, b->subject) && same_text(a->source, b->source) &&
                same_text(a->reference, b->reference) && same_text(a->memo, b->memo) &&
                same_text(a->maker, b->maker) && a->reverses == b->reverses &&
                a->posting_count == b->posting_count;
    for (size_t i = 0; same && i < a->posting_count; i++) {
        same = same_text(a->postings[i].account, b->postings[i].account) &&
               same_text(a->postings[i].party, b->postings[i].party) &&
               wb_money_compare(&a->postings[i].amount, &b->postings[i].amount) == 0;
    }
    return same;
}

static bool same_record(const wb_record *record, key which)
{
    sample_entry sample;
    char id[TEXT_MAX];
    char body[TEXT_MAX];
    wb_document document;
    if (record->kind == WB_RECORD_ENTRY) {
        if (record->entry.reverses != 0) return true; /* compared by hash and verify */
        sample_entry_init(&sample, which);
        const bool same = same_entry(&record->entry, &sample.made.entry);
        books_entry_clear(&sample.made);
        return same;
    }
    sample_document(&document, id, body, which);
    return record->kind == document.kind && record->document.date.days == document.date.days &&
           same_text(record->document.body, body) && same_text(record->document.maker, "test");
}

static bool see(const wb_record *record, void *context)
{
    seen *so_far = context;
    so_far->count++;
    if (so_far->count == so_far->must->number && hash_start(record->hash) != so_far->must->hash) {
        (void)snprintf(so_far->wrong, sizeof so_far->wrong, "record %" PRIu64 " has another hash",
                       record->number);
    }
    if (record->number <= 7) return true; /* the chart: verify knows */
    key which = {0};
    const char *text = record->document.id;
    if (record->kind == WB_RECORD_ENTRY) {
        text = record->entry.reverses != 0 ? record->entry.reason : record->entry.reference;
    }
    if (text == NULL || sscanf(text, "%u-%u-%u", &which.round, &which.at, &which.size) != 3 ||
        !same_record(record, which)) {
        (void)snprintf(so_far->wrong, sizeof so_far->wrong, "record %" PRIu64 " has other content",
                       record->number);
    }
    const key *last = &so_far->last;
    const bool follows = which.at == 0 ? last->at + 1 == last->size || last->size == 0
                                       : which.round == last->round && which.at == last->at + 1;
    if (!follows) {
        (void)snprintf(so_far->wrong, sizeof so_far->wrong, "half a batch before record %" PRIu64,
                       record->number);
    }
    so_far->last = which;
    return so_far->wrong[0] == '\0';
}

static wb_code check_records(wb_ledger *ledger, const claim *must, wb_error *err)
{
    wb_verify_report report;
    seen so_far = {.must = must};
    wb_code code = wb_ledger_verify(ledger, &report, NULL, NULL, err);
    if (code == WB_OK) code = wb_ledger_log(ledger, 1, see, &so_far, err);
    if (code != WB_OK) return code;
    if (so_far.wrong[0] != '\0') return wb_fail(err, WB_E_INTERNAL, "%s", so_far.wrong);
    if (so_far.count < must->number) {
        return wb_fail(err, WB_E_INTERNAL, "%" PRIu64 " of %" PRIu64 " acknowledged records",
                       so_far.count, must->number);
    }
    if (so_far.count > must->most || (so_far.count > 0 && so_far.count < 7) ||
        (so_far.last.size > 0 && so_far.last.at + 1 != so_far.last.size)) {
        return wb_fail(err, WB_E_INTERNAL, "%" PRIu64 " records: half a batch", so_far.count);
    }
    return WB_OK;
}

/* The ledger goes on after the power cut. */
static wb_code check_writing(const look *work, uint64_t count, wb_error *err)
{
    wb_ledger *ledger = NULL;
    uint64_t number = 0;
    const wb_document document = {
        .kind = WB_RECORD_LOAN, .date = {20000}, .id = "after", .body = "{}", .maker = "test"};
    wb_verify_report report = {0};
    wb_code code = wb_ledger_open(&ledger, work->dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code == WB_OK) code = wb_ledger_document(ledger, &document, &number, err);
    if (code == WB_OK) code = wb_ledger_commit(ledger, err);
    wb_ledger_close(ledger);
    ledger = NULL;
    if (code == WB_OK) code = wb_ledger_open(&ledger, work->dir, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_verify(ledger, &report, NULL, NULL, err);
    wb_ledger_close(ledger);
    if (code == WB_OK && report.records != count + 1) {
        return wb_fail(err, WB_E_INTERNAL, "%" PRIu64 " records after one more than %" PRIu64,
                       report.records, count);
    }
    return code;
}

static wb_code look_at(void *context, wb_error *err)
{
    const look *work = context;
    const bool backup = work->must.where == BACKUP;
    wb_ledger *ledger = NULL;
    (void)alarm(SECONDS_MAX); /* what never ends is broken too */
    wb_ledger_head head = {0};
    wb_code code = wb_ledger_open_with(&ledger, work->dir, WB_LEDGER_READ,
                                       (wb_open_options){.backup = backup}, err);
    if (code == WB_E_NOT_LEDGER && !work->must.done && !backup) {
        *work->found = UINT64_MAX;
        return wb_ledger_create(work->dir, err); /* as one does who was told that there is none */
    }
    if (code == WB_OK) code = check_records(ledger, &work->must, err);
    if (code == WB_OK) code = wb_ledger_head_read(ledger, &head, err);
    wb_ledger_close(ledger);
    *work->found = head.count;
    if (code == WB_OK && !backup && work->go_on) code = check_writing(work, head.count, err);
    return code;
}

/* Counted by all workers. */
typedef struct tally {
    atomic_ulong states;
    atomic_ulong exact;   /* as acknowledged */
    atomic_ulong further; /* and the commit that was under way */
    atomic_ulong none;    /* no ledger yet */
    atomic_ulong broken;
    uint64_t found[WORKERS_MAX];
} tally;

static tally *counts;

static void remove_tree(const char *path)
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
        remove_tree(name);
    }
    (void)closedir(listing);
    (void)rmdir(path);
}

/* Every place of the state in `dir`; whether all is well. */
static bool judge(const char *dir, size_t at, uint64_t seed, int worker, bool quiet)
{
    bool well = true;
    atomic_fetch_add(&counts->states, 1);
    for (place where = LEDGER; where < PLACES; where++) {
        wb_error err = {0};
        look work = {
            .must = claim_at(where, at), .go_on = seed % 4 == 0, .found = &counts->found[worker]};
        if (!work.must.begun) continue;
        (void)path_of(work.dir, dir, where);
        *work.found = 0;
        wb_code code = wb_ledger_guard(look_at, &work, work.dir, &err);
        if (where == BACKUP && !work.must.done) {
            /* nobody was told of it: it may be anything but a wrong one that passes for good */
            if (code != WB_E_INTERNAL) code = WB_OK;
        } else if (code == WB_OK && where == LEDGER) {
            atomic_fetch_add(*work.found == UINT64_MAX         ? &counts->none
                             : *work.found == work.must.number ? &counts->exact
                                                               : &counts->further,
                             1);
        }
        if (code == WB_OK) continue;
        well = false;
        if (quiet) continue;
        print_error("cut before event %zu, seed %" PRIu64 ": %s: %s: %s\n", at, seed, names[where],
                    wb_code_name(code), err.message);
    }
    if (!well) atomic_fetch_add(&counts->broken, 1);
    return well;
}

static void state_path(char dir[BOOKS_PATH], int worker)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : WB_BINARY_DIR;
    (void)snprintf(dir, BOOKS_PATH, "%s/waarborg-power-%ld-%d", base, (long)getpid(), worker);
    remove_tree(dir);
}

static void try_state(replay *walk, const char *dir, uint64_t seed, bool part, int worker,
                      bool quiet, size_t at)
{
    if (counts->broken > BROKEN_ENOUGH) return;
    if (mkdir(dir, 0770) != 0) abort();
    replay_advance(walk, at);
    if (part) {
        (void)replay_write_part(walk, dir, seed);
    } else {
        replay_write_all(walk, dir);
    }
    (void)judge(dir, at, seed, worker, quiet);
    remove_tree(dir);
}

static int by_size(const void *a, const void *b)
{
    const size_t *x = a;
    const size_t *y = b;
    return (*x > *y) - (*x < *y);
}

/* Where to cut: anywhere, or while LMDB's meta is being written. */
static size_t pick_cut(uint64_t *state, bool at_meta)
{
    size_t at = draw(state) % (trace_count() + 1);
    while (at_meta &&
           (at == 0 || trace_at(at - 1)->kind != EVENT_WRITE || !trace_at(at - 1)->direct))
        at = draw(state) % (trace_count() + 1);
    return at;
}

/* Random states, `count` of them, of which this worker takes each `workers`-th. */
static void try_parts(replay_disk disk, size_t count, int worker, int workers, bool canary)
{
    char dir[BOOKS_PATH];
    uint64_t state = SEED;
    size_t *cuts = calloc(count, sizeof *cuts);
    for (size_t i = 0; i < count; i++)
        cuts[i] = pick_cut(&state, canary);
    qsort(cuts, count, sizeof *cuts, by_size); /* a replay does not go back */
    state_path(dir, worker);
    replay *walk = replay_new(disk);
    for (size_t i = (size_t)worker; i < count; i += (size_t)workers)
        try_state(walk, dir, SEED + i, true, worker, canary, cuts[i]);
    replay_free(walk);
    free(cuts);
}

static void try_prefixes(int worker, int workers)
{
    char dir[BOOKS_PATH];
    state_path(dir, worker);
    replay *walk = replay_new((replay_disk){TRACE_SECTOR, false});
    const size_t step = (size_t)workers * PREFIX_STEP;
    for (size_t at = (size_t)worker * PREFIX_STEP; at <= trace_count(); at += step) {
        /* only where something changed */
        const event_kind before = at == 0 ? EVENT_MARK : trace_at(at - 1)->kind;
        if (before == EVENT_SYNC || before == EVENT_WRITE_DURABLE) continue;
        try_state(walk, dir, at, false, worker, false, at);
    }
    replay_free(walk);
}

static bool is_deep(void)
{
    const char *deep = getenv("WAARBORG_DEEP");
    return deep != NULL && strcmp(deep, "yes") == 0;
}

/* All states of the trace at hand, shared among workers. */
static void try_all(const char *name)
{
    long workers = is_deep() ? sysconf(_SC_NPROCESSORS_ONLN) : 1;
    if (workers < 1) workers = 1;
    if (workers > WORKERS_MAX) workers = WORKERS_MAX;
    const size_t count = is_deep() ? SAMPLES_DEEP : SAMPLES;
    pid_t children[WORKERS_MAX];
    memset(counts, 0, sizeof *counts);
    for (int i = 0; i < workers; i++) {
        (void)fflush(NULL);
        children[i] = fork();
        assert_true(children[i] >= 0);
        if (children[i] != 0) continue;
        try_prefixes(i, (int)workers);
        try_parts((replay_disk){TRACE_SECTOR, false}, count, i, (int)workers, false);
        _exit(0);
    }
    for (int i = 0; i < workers; i++) {
        int status = -1;
        assert_int_equal(waitpid(children[i], &status, 0), children[i]);
        assert_int_equal(status, 0);
    }
    print_message("    %s: %zu events, seed %d: %lu states, %zu of them random; the ledger as "
                  "acknowledged in %lu, one commit further in %lu, not there yet in %lu; broken "
                  "%lu\n",
                  name, trace_count(), SEED, counts->states, count, counts->exact, counts->further,
                  counts->none, counts->broken);
    assert_true(counts->exact > count / 4);
    assert_int_equal(counts->broken, 0);
}

/* LMDB's commit stands on a write of its meta that one sector takes whole. */
static void check_meta_writes(void)
{
    size_t direct = 0;
    for (size_t i = 0; i < trace_count(); i++) {
        const trace_event *event = trace_at(i);
        if (event->kind != EVENT_WRITE || !event->direct) continue;
        assert_true(event->size > 0);
        assert_int_equal(event->offset / TRACE_SECTOR,
                         (event->offset + event->size - 1) / TRACE_SECTOR);
        assert_true(event->offset < (uint64_t)2 * 4096);
        direct++;
    }
    assert_true(direct > 3);
}

static void record_run(void (*run)(void))
{
    (void)books_path(root, "power");
    remove_tree(root);
    assert_int_equal(mkdir(root, 0770), 0);
    trace_start(root);
    run();
    trace_stop();
    remove_tree(root);
}

static void test_single_posts_survive_a_power_cut(void **state)
{
    (void)state;
    record_run(run_single_posts);
    try_all("single posts");
    check_meta_writes();
}

static void test_batches_survive_a_power_cut(void **state)
{
    (void)state;
    record_run(run_batches);
    try_all("batches");
    check_meta_writes();
}

static void test_a_growing_map_survives_a_power_cut(void **state)
{
    (void)state;
    record_run(run_growing_map);
    try_all("growing map");
    check_meta_writes();
}

static void test_backup_and_restore_survive_a_power_cut(void **state)
{
    (void)state;
    record_run(run_backup_and_restore);
    try_all("backup and restore");
    check_meta_writes();
}

/* The proof of this proof: what the ledger does not ask of the disk is seen to be lost. */
static void test_a_disk_that_breaks_its_word_is_noticed(void **state)
{
    (void)state;
    static const replay_disk disks[] = {{TRACE_SECTOR, true}, {16, false}};
    static const char *const what[] = {"a disk that has not synced", "sectors of 16 bytes"};
    record_run(run_single_posts);
    check_meta_writes();
    for (size_t i = 0; i < COUNT(disks); i++) {
        memset(counts, 0, sizeof *counts);
        try_parts(disks[i], CANARIES, 0, 1, true);
        print_message("    %s: %lu of %lu states broken\n", what[i], counts->broken,
                      counts->states);
        assert_true(counts->broken > 0);
    }
}

static int setup(void **state)
{
    (void)state;
    counts = mmap(NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    calls_skip_syncs(true);
    return counts == MAP_FAILED ? -1 : 0;
}

static int teardown(void **state)
{
    (void)state;
    trace_end();
    remove_tree(root);
    return 0;
}

int main(void)
{
    calls_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_single_posts_survive_a_power_cut),
        cmocka_unit_test(test_batches_survive_a_power_cut),
        cmocka_unit_test(test_a_growing_map_survives_a_power_cut),
        cmocka_unit_test(test_backup_and_restore_survive_a_power_cut),
        cmocka_unit_test(test_a_disk_that_breaks_its_word_is_noticed),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
