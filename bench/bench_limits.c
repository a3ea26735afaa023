/* bench_limits.c - what limits and closed periods cost a posting.
 *
 *     bench_limits DIR [BATCHES]
 *
 * DIR must not exist; it is removed afterwards. The same entries of two postings, in batches of
 * 10,000, in ledgers without any limit, with one, with eight, with one on each of 240 parties, and
 * with ten closed years. Prints the processor time of an entry: the best batch of each, the ledgers
 * taken in turn, so that what else the machine does weighs little; and that of a batch of one entry
 * that is dropped, for which everything is read anew.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "waarborg/control.h"

enum { BATCH = 10000, COLD = 100, PARTIES = 240, ACCOUNTS = 8, KINDS = 5, PATH = 4096 };

typedef struct books {
    const char *name;
    size_t limits; /* on one account each */
    bool each;     /* and one on each party */
    int32_t years; /* closed */
    char dir[PATH];
    wb_ledger *ledger;
    double best; /* seconds of a batch */
    double cold; /* seconds of a batch of one that is dropped */
    uint64_t draws;
} books;

static char accounts[ACCOUNTS][8];
static char parties[PARTIES][16];

static uint64_t draw(books *at)
{
    at->draws += 0x9E3779B97F4A7C15U;
    uint64_t z = at->draws;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static void add_limit(books *at, size_t i, bool each)
{
    wb_limit limit;
    wb_error err;
    uint64_t number = 0;
    wb_limit_init(&limit);
    (void)snprintf(limit.id, sizeof limit.id, each ? "each" : "l%zu", i);
    (void)snprintf(limit.accounts[0], sizeof limit.accounts[0], "%s", accounts[each ? 2 : i]);
    limit.account_count = 1;
    limit.each = each;
    limit.has_min = true;
    limit.has_max = true;
    wb_money_set_cents(&limit.min, INT64_MIN + 1);
    wb_money_set_cents(&limit.max, INT64_MAX);
    must(wb_limit_record(at->ledger, &limit, (wb_date){20454}, "bench", &number, &err), &err);
    wb_limit_clear(&limit);
}

static void make(books *at, const char *root)
{
    wb_error err;
    uint64_t number = 0;
    wb_document document = {.date = {20454}, .body = "{}", .maker = "bench"};
    (void)snprintf(at->dir, sizeof at->dir, "%.4000s/%s", root, at->name);
    must(wb_ledger_create(at->dir, &err), &err);
    must(wb_ledger_open(&at->ledger, at->dir, WB_LEDGER_WRITE, &err), &err);
    must(wb_ledger_begin(at->ledger, NULL, NULL, &err), &err);
    for (int i = 0; i < ACCOUNTS; i++) {
        (void)snprintf(accounts[i], sizeof accounts[i], "%d", 1000 + i);
        document.kind = WB_RECORD_ACCOUNT;
        document.id = accounts[i];
        must(wb_ledger_document(at->ledger, &document, &number, &err), &err);
    }
    for (int i = 0; i < PARTIES; i++) {
        (void)snprintf(parties[i], sizeof parties[i], "GM%04d", i);
        document.kind = WB_RECORD_PARTY;
        document.id = parties[i];
        must(wb_ledger_document(at->ledger, &document, &number, &err), &err);
    }
    for (size_t i = 0; i < at->limits; i++)
        add_limit(at, i, false);
    if (at->each) add_limit(at, 0, true);
    for (int32_t year = 0; year < at->years; year++) {
        const wb_period_state state = {.period = {2000 + year, 0}, .closed = true};
        must(wb_period_record(at->ledger, &state, wb_period_last(state.period), "bench", &number,
                              &err),
             &err);
    }
    must(wb_ledger_commit(at->ledger, &err), &err);
}

/* Post `count` entries and commit, or drop them. */
static void post(books *at, int count, bool commit)
{
    wb_error err;
    wb_posting postings[2] = {{.account = NULL}, {.account = NULL}};
    wb_entry entry = {.event = "memorial",
                      .memo = "",
                      .maker = "bench",
                      .postings = postings,
                      .posting_count = 2};
    wb_money_init(&postings[0].amount);
    wb_money_init(&postings[1].amount);
    must(wb_ledger_begin(at->ledger, NULL, NULL, &err), &err);
    for (int i = 0; i < count; i++) {
        const uint64_t r = draw(at);
        const int64_t cents = (int64_t)(r % 100000000) + 1;
        uint64_t number = 0;
        bool already = false;
        postings[0].account = accounts[r >> 32 & 1];
        postings[1].account = accounts[2 + (r >> 33) % (ACCOUNTS - 2)];
        postings[1].party = parties[(r >> 40) % PARTIES];
        wb_money_set_cents(&postings[0].amount, cents);
        wb_money_set_cents(&postings[1].amount, -cents);
        entry.date.days = 20454 + (int32_t)((r >> 20) % 365);
        must(wb_ledger_post(at->ledger, &entry, &number, &already, &err), &err);
    }
    if (commit) {
        must(wb_ledger_commit(at->ledger, &err), &err);
    } else {
        wb_ledger_abort(at->ledger);
    }
    wb_money_clear(&postings[0].amount);
    wb_money_clear(&postings[1].amount);
}

static void post_batch(books *at)
{
    const double start = busy();
    post(at, BATCH, true);
    const double took = busy() - start;
    if (at->best == 0 || took < at->best) at->best = took;
}

static void post_cold(books *at)
{
    const double start = busy();
    for (int i = 0; i < COLD; i++)
        post(at, 1, false);
    const double took = (busy() - start) / COLD;
    if (at->cold == 0 || took < at->cold) at->cold = took;
}

static void remove_books(books *at)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "writer.lock", "head", "queue"};
    char path[PATH + 16];
    wb_ledger_close(at->ledger);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", at->dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(at->dir);
}

int main(int argc, char **argv)
{
    static books kinds[KINDS] = {{.name = "none"},
                                 {.name = "one", .limits = 1},
                                 {.name = "eight", .limits = ACCOUNTS},
                                 {.name = "each", .each = true},
                                 {.name = "years", .years = 10}};
    const int batches = argc > 2 ? atoi(argv[2]) : 20;
    if (argc < 2 || batches < 1 || mkdir(argv[1], 0700) != 0) {
        (void)fputs("usage: bench_limits DIR [BATCHES]; DIR must not exist\n", stderr);
        return 2;
    }
    for (size_t i = 0; i < KINDS; i++)
        make(&kinds[i], argv[1]);
    for (int n = 0; n < batches; n++) {
        for (size_t i = 0; i < KINDS; i++)
            post_batch(&kinds[i]);
        for (size_t i = 0; i < KINDS; i++)
            post_cold(&kinds[i]);
    }
    for (size_t i = 0; i < KINDS; i++) {
        printf("%-6s %.2f us an entry of two postings, %.0f us a batch of one, dropped\n",
               kinds[i].name, kinds[i].best / BATCH * 1e6, kinds[i].cold * 1e6);
        remove_books(&kinds[i]);
    }
    return rmdir(argv[1]) == 0 ? 0 : 7;
}
