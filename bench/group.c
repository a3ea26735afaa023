/* group.c - many processes post single entries to one ledger at the same time. */
#include "bench/group.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bench/bench.h"
#include "ledger/internal.h"

enum { POSTERS_MAX = 64, TIMES_MAX = 200000 };

/* What a poster leaves for its parent. */
typedef struct poster {
    uint64_t entries;
    uint64_t commits; /* that it led */
    float times[TIMES_MAX];
} poster;

static poster *mine;

static void count_commit(wb_ledger *ledger, wb_hook_point point, size_t requests)
{
    (void)ledger;
    (void)requests;
    if (point == WB_HOOK_COMMITTED) mine->commits++;
}

static uint64_t draw(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15U;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static wb_code post_one(wb_ledger *ledger, wb_entry *entry, wb_posting postings[2], uint64_t *draws,
                        wb_error *err)
{
    char account[8];
    char party[16];
    char reference[40];
    char memo[40];
    uint64_t number = 0;
    bool already = false;
    const uint64_t r = draw(draws);
    const int64_t cents = (int64_t)(r % 100000000) + 1;
    (void)snprintf(account, sizeof account, "%d", 1002 + (int)((r >> 33) % 6));
    (void)snprintf(party, sizeof party, "GM%04d", (int)((r >> 40) % 240));
    (void)snprintf(reference, sizeof reference, "%016" PRIx64, draw(draws));
    (void)snprintf(memo, sizeof memo, "bijdrage %" PRIu64, r % 1000000);
    postings[0].account = (r >> 32 & 1) == 0 ? "1000" : "1001";
    postings[1].account = account;
    postings[1].party = party;
    wb_money_set_cents(&postings[0].amount, cents);
    wb_money_set_cents(&postings[1].amount, -cents);
    entry->date.days = 20454 + (int32_t)((r >> 20) % 365);
    entry->reference = reference;
    entry->memo = memo;
    return wb_ledger_submit(ledger, entry, 1, &number, &already, NULL, NULL, err);
}

static void run_poster(const char *dir, uint64_t seed, double end)
{
    wb_error err;
    wb_ledger *ledger = NULL;
    uint64_t draws = seed * 1000003;
    wb_posting postings[2] = {{.party = NULL}, {.party = NULL}};
    wb_money_init(&postings[0].amount);
    wb_money_init(&postings[1].amount);
    wb_entry entry = {.event = "contribution-received",
                      .subject = "besluit-2026",
                      .source = "bank",
                      .maker = "bench",
                      .postings = postings,
                      .posting_count = 2};
    wb_code code = wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &err);
    if (code == WB_OK) ledger->hook = count_commit;
    double start = now();
    while (code == WB_OK && start < end) {
        code = post_one(ledger, &entry, postings, &draws, &err);
        const double stop = now();
        mine->times[mine->entries % TIMES_MAX] = (float)(stop - start);
        mine->entries++;
        start = stop;
    }
    if (code != WB_OK) wb_error_render(stderr, &err);
    wb_ledger_close(ledger);
    _exit(code == WB_OK ? 0 : 1);
}

static int compare(const void *a, const void *b)
{
    const float *x = a;
    const float *y = b;
    return (*x > *y) - (*x < *y);
}

/* Processor time of the children that ended. */
static double busy_of_all(void)
{
    struct rusage usage;
    if (getrusage(RUSAGE_CHILDREN, &usage) != 0) return 0;
    return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
           (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

static void report(const poster *shared, int posters, double seconds, double processor)
{
    uint64_t entries = 0;
    uint64_t commits = 0;
    size_t count = 0;
    for (int i = 0; i < posters; i++) {
        entries += shared[i].entries;
        commits += shared[i].commits;
        count += shared[i].entries < TIMES_MAX ? shared[i].entries : TIMES_MAX;
    }
    float *times = malloc((count + 1) * sizeof *times);
    size_t at = 0;
    if (times == NULL || count == 0 || commits == 0) exit(7);
    for (int i = 0; i < posters; i++) {
        const size_t some = shared[i].entries < TIMES_MAX ? shared[i].entries : TIMES_MAX;
        memcpy(times + at, shared[i].times, some * sizeof *times);
        at += some;
    }
    qsort(times, count, sizeof *times, compare);
    printf("%d posting processes: %.0f entries/s, p50 %.2f ms, p99 %.2f ms, worst %.1f ms, %.1f "
           "entries a commit, %.0f us of processor an entry\n",
           posters, (double)entries / seconds, (double)times[count / 2] * 1e3,
           (double)times[count * 99 / 100] * 1e3, (double)times[count - 1] * 1e3,
           (double)entries / (double)commits, processor / (double)entries * 1e6);
    free(times);
}

void bench_group(const char *dir, int posters, double seconds)
{
    pid_t children[POSTERS_MAX];
    poster *shared = mmap(NULL, sizeof *shared * (size_t)posters, PROT_READ | PROT_WRITE,
                          MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED || posters > POSTERS_MAX) exit(7);
    (void)fflush(stdout);
    const double start = now();
    const double before = busy_of_all();
    for (int i = 0; i < posters; i++) {
        children[i] = fork();
        if (children[i] < 0) exit(7);
        if (children[i] != 0) continue;
        mine = &shared[i];
        run_poster(dir, (uint64_t)getpid() ^ (uint64_t)(start * 1e6), start + seconds);
    }
    for (int i = 0; i < posters; i++) {
        int status = -1;
        if (waitpid(children[i], &status, 0) != children[i] || status != 0) exit(7);
    }
    report(shared, posters, now() - start, busy_of_all() - before);
    (void)munmap(shared, sizeof *shared * (size_t)posters);
}
