/* Goal: after a power cut at any moment, what was acknowledged is there, whole, and nothing is
 * half. Method: record every write, sync and change of a directory while programs work on a ledger,
 * and what they were told is done; then make the states that a power cut may leave (crash/trace.h
 * says which), open each in a child, verify it, and compare its records with what was posted. */
#include <inttypes.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "crash/calls.h"
#include "crash/power.h"

enum { SAMPLES = WB_SANITIZED ? 80 : 500, SAMPLES_DEEP = 10000, CANARIES = 80, WORKERS_MAX = 8 };
enum { PREFIX_STEP = WB_SANITIZED ? 11 : 1, BROKEN_ENOUGH = 20, SEED = 20260103 };

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

/* Every place of the state in `dir`; whether all is well. */
static bool judge(const char *dir, size_t at, uint64_t seed, int worker, bool quiet)
{
    bool well = true;
    atomic_fetch_add(&counts->states, 1);
    for (power_place where = POWER_LEDGER; where < POWER_PLACES; where++) {
        wb_error err = {0};
        power_look work = {.must = power_claim_at(where, at),
                           .go_on = seed % 4 == 0,
                           .found = &counts->found[worker]};
        if (!work.must.begun) continue;
        (void)power_path(work.path, dir, where);
        *work.found = 0;
        wb_code code = wb_ledger_guard(power_look_at, &work, work.path, &err);
        if (where == POWER_BACKUP && !work.must.done) {
            /* nobody was told of it: it may be anything but a wrong one that passes for good */
            if (code != WB_E_INTERNAL) code = WB_OK;
        } else if (code == WB_OK && where == POWER_LEDGER) {
            atomic_fetch_add(*work.found == UINT64_MAX         ? &counts->none
                             : *work.found == work.must.number ? &counts->exact
                                                               : &counts->further,
                             1);
        }
        if (code == WB_OK) continue;
        well = false;
        if (quiet) continue;
        print_error("cut before event %zu, seed %" PRIu64 ": %s: %s: %s\n", at, seed,
                    work.path + strlen(dir) + 1, wb_code_name(code), err.message);
    }
    if (!well) atomic_fetch_add(&counts->broken, 1);
    return well;
}

static void state_path(char dir[BOOKS_PATH], int worker)
{
    const char *base = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : WB_BINARY_DIR;
    (void)snprintf(dir, BOOKS_PATH, "%s/waarborg-power-%ld-%d", base, (long)getpid(), worker);
    power_remove(dir);
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
    power_remove(dir);
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
    size_t at = power_draw(state) % (trace_count() + 1);
    while (at_meta &&
           (at == 0 || trace_at(at - 1)->kind != EVENT_WRITE || !trace_at(at - 1)->direct))
        at = power_draw(state) % (trace_count() + 1);
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

/* Writes of LMDB's meta. */
static size_t count_commits(void)
{
    size_t commits = 0;
    for (size_t i = 0; i < trace_count(); i++)
        commits += trace_at(i)->kind == EVENT_WRITE_DURABLE ? 1 : 0;
    return commits;
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
    print_message(
        "    %s: %zu events, %zu commits, seed %d: %lu states, %zu of them random; the ledger as "
        "acknowledged in %lu, one commit further in %lu, not there yet in %lu; broken "
        "%lu\n",
        name, trace_count(), count_commits(), SEED, counts->states, count, counts->exact,
        counts->further, counts->none, counts->broken);
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

/* One test of each run. */
static void test_a_power_cut_loses_nothing_acknowledged(void **state)
{
    const power_run *run = *state;
    power_record(run);
    try_all(run->name);
    check_meta_writes();
}

/* The proof of this proof: what the ledger does not ask of the disk is seen to be lost. */
static void test_a_disk_that_breaks_its_word_is_noticed(void **state)
{
    (void)state;
    static const replay_disk disks[] = {{TRACE_SECTOR, true}, {16, false}};
    static const char *const what[] = {"a disk that has not synced", "sectors of 16 bytes"};
    power_record(&power_runs[0]);
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
    return 0;
}

int main(void)
{
    static power_run runs[POWER_RUNS]; /* cmocka takes no constant */
    memcpy(runs, power_runs, sizeof runs);
    calls_init();
    struct CMUnitTest tests[POWER_RUNS + 1] = {
        [POWER_RUNS] = cmocka_unit_test(test_a_disk_that_breaks_its_word_is_noticed),
    };
    for (size_t i = 0; i < POWER_RUNS; i++) {
        tests[i] = (struct CMUnitTest)cmocka_unit_test_prestate(
            test_a_power_cut_loses_nothing_acknowledged, &runs[i]);
        tests[i].name = runs[i].name;
    }
    return cmocka_run_group_tests(tests, setup, teardown);
}
