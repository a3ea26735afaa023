/* bench_eyes.c - what four eyes cost: entries proposed and approved a second, and bytes an entry.
 *
 *     bench_eyes DIR [ENTRIES [BATCH]]
 *
 * DIR must not exist; its ledger is removed afterwards. Three ledgers take the same entries: one in
 * trial, one by proposals of BATCH entries with one approval each, one with each entry proposed and
 * approved by itself. Prints one figure a line; this machine's and disk's.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "waarborg/control.h"

enum { PARTIES = 240, ACCOUNTS = 8, SINGLE = 2000, PATH = 4096 };

static const wb_date day = {20454};

static uint64_t draws = 42;

static uint64_t draw(void)
{
    draws += 0x9E3779B97F4A7C15U;
    uint64_t z = draws;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static char accounts[ACCOUNTS][8];
static char parties[PARTIES][16];

static void make_chart(wb_ledger *ledger)
{
    wb_error err;
    uint64_t number = 0;
    wb_document document = {.date = day, .body = "{\"name\":\"x\"}", .maker = "anna"};
    must(wb_ledger_begin(ledger, NULL, NULL, &err), &err);
    for (int i = 0; i < ACCOUNTS + PARTIES; i++) {
        const bool account = i < ACCOUNTS;
        char *id = account ? accounts[i] : parties[i - ACCOUNTS];
        (void)snprintf(id, 8, account ? "%d" : "GM%04d", account ? 1000 + i : i - ACCOUNTS);
        document.kind = account ? WB_RECORD_ACCOUNT : WB_RECORD_PARTY;
        document.id = id;
        must(wb_ledger_document(ledger, &document, &number, &err), &err);
    }
    must(wb_ledger_commit(ledger, &err), &err);
}

static wb_signer *add_user(wb_ledger *ledger, const char *name, unsigned roles)
{
    wb_error err;
    uint8_t seed[32] = {0};
    uint64_t number = 0;
    wb_signer *signer = NULL;
    memcpy(seed, name, strlen(name));
    must(wb_signer_seed(&signer, name, seed, &err), &err);
    wb_user user = {.roles = roles, .key = *wb_signer_verifier(signer)};
    (void)snprintf(user.name, sizeof user.name, "%s", name);
    must(wb_ledger_begin(ledger, NULL, NULL, &err), &err);
    must(wb_user_record(ledger, &user, day, "anna", &number, &err), &err);
    must(wb_ledger_commit(ledger, &err), &err);
    return signer;
}

/* A ledger, and its people when four eyes are on. */
typedef struct books {
    char dir[PATH];
    wb_ledger *ledger;
    wb_signer *maker;
    wb_signer *checker;
    wb_signer *other;
} books;

static void open_books(books *made, const char *root, const char *name, bool eyes)
{
    wb_error err;
    uint64_t number = 0;
    *made = (books){0};
    (void)snprintf(made->dir, sizeof made->dir, "%s/%s", root, name);
    must(wb_ledger_create(made->dir, &err), &err);
    must(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &err), &err);
    make_chart(made->ledger);
    if (!eyes) return;
    made->maker = add_user(made->ledger, "anna", WB_ROLE_MAKER | WB_ROLE_ADMIN);
    made->checker = add_user(made->ledger, "ben", WB_ROLE_CHECKER);
    made->other = add_user(made->ledger, "cor", WB_ROLE_CHECKER);
    must(wb_ledger_begin(made->ledger, NULL, NULL, &err), &err);
    must(wb_four_eyes_on(made->ledger, made->maker, day, &number, &err), &err);
    must(wb_ledger_commit(made->ledger, &err), &err);
}

static off_t data_size(const books *made)
{
    char path[PATH + 16];
    struct stat status;
    (void)snprintf(path, sizeof path, "%s/data.mdb", made->dir);
    return stat(path, &status) == 0 ? status.st_size : 0;
}

static void close_books(books *made)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "writer.lock", "head"};
    char path[PATH + 16];
    wb_ledger_close(made->ledger);
    wb_signer_close(made->maker);
    wb_signer_close(made->checker);
    wb_signer_close(made->other);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", made->dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(made->dir);
}

/* Two legs, a random reference, a subject and a memo. */
static void post_one(wb_ledger *ledger)
{
    wb_error err;
    char reference[40];
    char memo[40];
    wb_posting postings[2] = {{0}};
    const uint64_t r = draw();
    const int64_t cents = (int64_t)(r % 100000000) + 1;
    uint64_t number = 0;
    bool already = false;
    (void)snprintf(reference, sizeof reference, "%016" PRIx64, draw());
    (void)snprintf(memo, sizeof memo, "bijdrage %" PRIu64, r % 1000000);
    wb_money_init(&postings[0].amount);
    wb_money_init(&postings[1].amount);
    postings[0].account = accounts[r >> 32 & 1];
    postings[1].account = accounts[2 + (r >> 33) % (ACCOUNTS - 2)];
    postings[1].party = parties[(r >> 40) % PARTIES];
    wb_money_set_cents(&postings[0].amount, cents);
    wb_money_set_cents(&postings[1].amount, -cents);
    const wb_entry entry = {.date = {20454 + (int32_t)((r >> 20) % 365)},
                            .event = "contribution-received",
                            .source = "bank",
                            .reference = reference,
                            .memo = memo,
                            .maker = "anna",
                            .postings = postings,
                            .posting_count = 2};
    must(wb_ledger_post(ledger, &entry, &number, &already, &err), &err);
    wb_money_clear(&postings[0].amount);
    wb_money_clear(&postings[1].amount);
}

/* Propose and approve `entries` in batches; the seconds of each half. */
static void run(books *made, int entries, int batch, double seconds[2])
{
    wb_error err;
    wb_decided decided;
    const wb_proposal_terms terms = {.expires = {(int32_t)(time(NULL) / 86400) + 30}, .reason = ""};
    seconds[0] = 0;
    seconds[1] = 0;
    for (int done = 0; done < entries;) {
        uint64_t number = 0;
        const double start = now();
        must(wb_ledger_begin(made->ledger, NULL, NULL, &err), &err);
        for (int i = 0; i < batch && done < entries; i++, done++)
            post_one(made->ledger);
        if (made->maker != NULL) {
            must(wb_ledger_propose(made->ledger, made->maker, &terms, &number, &err), &err);
        }
        must(wb_ledger_commit(made->ledger, &err), &err);
        const double half = now();
        seconds[0] += half - start;
        if (made->maker == NULL) continue;
        must(wb_ledger_begin(made->ledger, NULL, NULL, &err), &err);
        must(wb_ledger_decide(made->ledger, number, WB_VERDICT_APPROVE, made->checker, "", &decided,
                              &err),
             &err);
        must(wb_ledger_commit(made->ledger, &err), &err);
        seconds[1] += now() - half;
    }
}

static void report(const char *what, const char *root, bool eyes, int entries, int batch)
{
    books made;
    double seconds[2];
    open_books(&made, root, eyes ? "eyes" : "trial", eyes);
    const off_t before = data_size(&made);
    const double worked = busy();
    run(&made, entries, batch, seconds);
    (void)printf("%s: processor time %.2f us an entry\n", what, (busy() - worked) * 1e6 / entries);
    (void)printf("%s: entries a second %.0f (proposing %.2f s, approving %.2f s)\n", what,
                 entries / (seconds[0] + seconds[1]), seconds[0], seconds[1]);
    (void)printf("%s: bytes an entry %.0f\n", what, (double)(data_size(&made) - before) / entries);
    wb_verify_report checked;
    wb_error err;
    const double start = now();
    must(wb_ledger_verify(made.ledger, &checked, NULL, NULL, &err), &err);
    (void)printf("%s: verify %.2f s\n", what, now() - start);
    close_books(&made);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        (void)fprintf(stderr, "usage: bench_eyes DIR [ENTRIES [BATCH]]\n");
        return 2;
    }
    const int entries = argc > 2 ? atoi(argv[2]) : 200000;
    const int batch = argc > 3 ? atoi(argv[3]) : 10000;
    if (mkdir(argv[1], 0777) != 0) {
        (void)fprintf(stderr, "bench_eyes: cannot make %s\n", argv[1]);
        return 7;
    }
    report("trial", argv[1], false, entries, batch);
    report("proposals", argv[1], true, entries, batch);
    report("one by one", argv[1], true, entries < SINGLE ? entries : SINGLE, 1);
    (void)rmdir(argv[1]);
    return 0;
}
