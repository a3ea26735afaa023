/* bench_ledger.c - what the books cost: entries a second, verify, reports, backup, bytes.
 *
 *     bench_ledger DIR [ENTRIES]
 *
 * DIR must not exist; its ledger is removed afterwards. Prints one figure a line. Beside the ledger
 * runs a bare loop that does the same puts through the store and nothing else: no checks, no names,
 * no chain. Their ratio says what the ledger adds; absolute figures are this machine's and disk's.
 */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "bench/bench.h"
#include "bench/group.h"
#include "bench/proofs.h"
#include "ledger/rows.h"
#include "ledger/store.h"

enum {
    PARTIES = 240,
    ACCOUNTS = 8,
    BATCH = 10000,
    SINGLE = 500,
    ROUNDS = 21,
    GROUP_SECONDS = 3,
    PATH = 4096
};

static char root[PATH - 64];

static uint64_t draws = 42;

static uint64_t draw(void)
{
    draws += 0x9E3779B97F4A7C15U;
    uint64_t z = draws;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

static const char *in_root(char path[PATH], const char *name)
{
    (void)snprintf(path, PATH, "%s/%s", root, name);
    return path;
}

static void remove_ledger(const char *dir)
{
    static const char *const files[] = {"data.mdb", "lock.mdb", "writer.lock", "head", "queue"};
    char path[PATH + 16];
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", dir, files[i]);
        (void)unlink(path);
    }
    (void)rmdir(dir);
}

static off_t file_size(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 ? status.st_size : 0;
}

static uint64_t written_bytes(void)
{
    FILE *file = fopen("/proc/self/io", "r");
    char line[100];
    uint64_t bytes = 0;
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL)
        (void)sscanf(line, "write_bytes: %" SCNu64, &bytes);
    (void)fclose(file);
    return bytes;
}

static char accounts[ACCOUNTS][8];
static char parties[PARTIES][16];

static void make_chart(wb_ledger *ledger)
{
    wb_error err;
    uint64_t number = 0;
    wb_document document = {.date = {20454}, .body = "{\"name\":\"x\"}", .maker = "bench"};
    must(wb_ledger_begin(ledger, NULL, NULL, &err), &err);
    for (int i = 0; i < ACCOUNTS; i++) {
        (void)snprintf(accounts[i], sizeof accounts[i], "%d", 1000 + i);
        document.kind = WB_RECORD_ACCOUNT;
        document.id = accounts[i];
        must(wb_ledger_document(ledger, &document, &number, &err), &err);
    }
    for (int i = 0; i < PARTIES; i++) {
        (void)snprintf(parties[i], sizeof parties[i], "GM%04d", i);
        document.kind = WB_RECORD_PARTY;
        document.id = parties[i];
        must(wb_ledger_document(ledger, &document, &number, &err), &err);
    }
    must(wb_ledger_commit(ledger, &err), &err);
}

/* An entry of two postings with a random reference, a subject and a memo. */
typedef struct sample {
    wb_entry entry;
    wb_posting postings[2];
    char reference[40];
    char memo[40];
} sample;

static void sample_init(sample *made)
{
    *made = (sample){0};
    wb_money_init(&made->postings[0].amount);
    wb_money_init(&made->postings[1].amount);
    made->entry = (wb_entry){.event = "contribution-received",
                             .subject = "besluit-2026",
                             .source = "bank",
                             .reference = made->reference,
                             .memo = made->memo,
                             .maker = "bench",
                             .postings = made->postings,
                             .posting_count = 2};
}

static void sample_draw(sample *made)
{
    const uint64_t r = draw();
    const int64_t cents = (int64_t)(r % 100000000) + 1;
    made->postings[0].account = accounts[r >> 32 & 1];
    made->postings[1].account = accounts[2 + (r >> 33) % (ACCOUNTS - 2)];
    made->postings[1].party = parties[(r >> 40) % PARTIES];
    wb_money_set_cents(&made->postings[0].amount, cents);
    wb_money_set_cents(&made->postings[1].amount, -cents);
    made->entry.date.days = 20454 + (int32_t)((r >> 20) % 365);
    (void)snprintf(made->reference, sizeof made->reference, "%016" PRIx64, draw());
    (void)snprintf(made->memo, sizeof made->memo, "bijdrage %" PRIu64, r % 1000000);
}

static double post(wb_ledger *ledger, sample *made, int entries, int batch)
{
    wb_error err;
    const double start = now();
    for (int done = 0; done < entries;) {
        must(wb_ledger_begin(ledger, NULL, NULL, &err), &err);
        for (int i = 0; i < batch && done < entries; i++, done++) {
            uint64_t number = 0;
            bool already = false;
            sample_draw(made);
            must(wb_ledger_post(ledger, &made->entry, &number, &already, &err), &err);
        }
        must(wb_ledger_commit(ledger, &err), &err);
    }
    return now() - start;
}

/* The bare loop: a record of 130 bytes, a random reference, two index rows, two balances. */
typedef struct bare {
    wb_store *store;
    uint64_t count;
} bare;

static wb_code bare_put(bare *loop, uint8_t tag, uint64_t first, uint64_t second, size_t size,
                        wb_error *err)
{
    static const uint8_t value[64];
    wb_row row;
    wb_row_key_pair(&row, tag, first, second);
    return wb_store_put(loop->store, (wb_span){row.key, row.key_size}, (wb_span){value, size}, err);
}

static wb_code bare_one(bare *loop, wb_error *err)
{
    static const uint8_t record[162];
    wb_row row;
    const uint64_t r = draw();
    loop->count++;
    wb_row_key_u64(&row, WB_TAG_RECORD, loop->count);
    wb_code code = wb_store_append(loop->store, (wb_span){row.key, row.key_size},
                                   (wb_span){record, 32}, (wb_span){record, 130}, err);
    if (code == WB_OK) code = bare_put(loop, WB_TAG_SETTLED, draw(), r, 16, err);
    if (code == WB_OK) code = bare_put(loop, WB_TAG_POSTING, r & 1, loop->count, 16, err);
    if (code == WB_OK) {
        code = bare_put(loop, WB_TAG_POSTING, 2 + r % PARTIES, loop->count, 16, err);
    }
    if (code == WB_OK) code = bare_put(loop, WB_TAG_BALANCE, r & 1, 0, 40, err);
    if (code == WB_OK) code = bare_put(loop, WB_TAG_BALANCE, 2 + r % PARTIES, 1, 40, err);
    return code;
}

static double bare_post(bare *loop, int entries, int batch)
{
    wb_error err;
    const double start = now();
    for (int done = 0; done < entries;) {
        must(wb_store_begin(loop->store, true, &err), &err);
        for (int i = 0; i < batch && done < entries; i++, done++)
            must(bare_one(loop, &err), &err);
        must(wb_store_commit(loop->store, &err), &err);
    }
    return now() - start;
}

static double submit(wb_ledger *ledger, sample *made, int entries)
{
    wb_error err;
    const double start = now();
    for (int i = 0; i < entries; i++) {
        uint64_t number = 0;
        bool already = false;
        sample_draw(made);
        must(wb_ledger_submit(ledger, &made->entry, 1, &number, &already, NULL, NULL, &err), &err);
    }
    return now() - start;
}

static int by_size(const void *a, const void *b)
{
    const double *x = a;
    const double *y = b;
    return (*x > *y) - (*x < *y);
}

static double median(double values[ROUNDS])
{
    qsort(values, ROUNDS, sizeof *values, by_size);
    return values[ROUNDS / 2];
}

/* Turn by turn, so that a busy moment of the machine hits all. */
static void bench_single(wb_ledger *ledger, sample *made, bare *loop)
{
    double batches[ROUNDS];
    double submits[ROUNDS];
    double theirs[ROUNDS];
    for (int i = 0; i < ROUNDS; i++) {
        batches[i] = SINGLE / post(ledger, made, SINGLE, 1);
        submits[i] = SINGLE / submit(ledger, made, SINGLE);
        theirs[i] = SINGLE / bare_post(loop, SINGLE, 1);
    }
    const double bare_rate = median(theirs);
    printf("single durable, median of %d: batches %.0f entries/s (%.2f of bare), submitted %.0f/s "
           "(%.2f), bare %.0f/s\n",
           ROUNDS, median(batches), median(batches) / bare_rate, median(submits),
           median(submits) / bare_rate, bare_rate);
}

/* Many posters: the ledger must not be open here, nor may a child have its handle. */
static void bench_posters(const char *dir, bare *loop)
{
    static const int posters[] = {1, 8, 16};
    for (size_t i = 0; i < sizeof posters / sizeof posters[0]; i++)
        bench_group(dir, posters[i], GROUP_SECONDS);
    printf("beside it, bare single commits: %.0f/s\n", SINGLE / bare_post(loop, SINGLE, 1));
}

static void bench_bulk(wb_ledger *ledger, sample *made, bare *loop, int entries)
{
    const uint64_t before = written_bytes();
    const double start = busy();
    const double ours = post(ledger, made, entries, BATCH);
    const double middle = busy();
    const uint64_t between = written_bytes();
    const double theirs = bare_post(loop, entries, BATCH);
    const double end = busy();
    printf("batches of %d: %.0f entries/s, bare %.0f/s, ratio %.2f\n", BATCH, entries / ours,
           entries / theirs, theirs / ours);
    printf("processor time: %.2f us an entry, bare %.2f\n", (middle - start) / entries * 1e6,
           (end - middle) / entries * 1e6);
    printf("physically written: %.0f bytes an entry, bare %.0f\n",
           (double)(between - before) / entries, (double)(written_bytes() - between) / entries);
}

static bool count_balance(const wb_balance *balance, void *context)
{
    (void)balance;
    *(uint64_t *)context += 1;
    return true;
}

static bool count_line(const wb_statement_line *line, void *context)
{
    (void)line;
    *(uint64_t *)context += 1;
    return true;
}

static void bench_reports(const char *dir)
{
    wb_error err;
    wb_ledger *ledger = NULL;
    uint64_t rows = 0;
    double start = now();
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err), &err);
    must(wb_ledger_balances(ledger, NULL, count_balance, &rows, &err), &err);
    wb_ledger_close(ledger);
    printf("trial balance, open to close: %.2f ms, %" PRIu64 " rows\n", (now() - start) * 1e3,
           rows);

    const wb_date at = {20454 + 180};
    rows = 0;
    start = now();
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err), &err);
    must(wb_ledger_balances(ledger, &at, count_balance, &rows, &err), &err);
    printf("trial balance at a date, open to close: %.1f ms\n", (now() - start) * 1e3);

    wb_ledger_close(ledger);

    wb_ledger_head head;
    rows = 0;
    start = now();
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err), &err);
    must(wb_ledger_head_read(ledger, &head, &err), &err);
    must(wb_ledger_as_of(ledger, head.count - head.count / 10, &err), &err);
    must(wb_ledger_balances(ledger, &at, count_balance, &rows, &err), &err);
    must(wb_ledger_head_read(ledger, &head, &err), &err);
    wb_ledger_close(ledger);
    printf("trial balance at a date, as known after 90 %% of the records, open to close: %.1f ms\n",
           (now() - start) * 1e3);

    wb_money opening;
    wb_money_init(&opening);
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err), &err);
    rows = 0;
    start = now();
    must(wb_ledger_statement(ledger, NULL, parties[0], NULL, NULL, &opening, count_line, &rows,
                             &err),
         &err);
    printf("party statement: %.1f ms, %" PRIu64 " lines\n", (now() - start) * 1e3, rows);
    wb_money_clear(&opening);
    wb_ledger_close(ledger);
}

static void bench_checks(const char *dir, uint64_t entries)
{
    wb_error err;
    wb_ledger *ledger = NULL;
    wb_verify_report report;
    char file[PATH];
    char copy[PATH];
    char data[PATH + 16];
    in_root(file, "backup");
    in_root(copy, "restored");
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err), &err);
    double start = now();
    must(wb_ledger_verify(ledger, &report, NULL, NULL, &err), &err);
    printf("verify: %.2f s, %" PRIu64 " entries\n", now() - start, report.entries);
    start = now();
    must(wb_ledger_backup(ledger, file, &report, &err), &err);
    printf("backup, verified: %.2f s\n", now() - start);
    wb_ledger_close(ledger);
    start = now();
    must(wb_ledger_restore(file, copy, &report, &err), &err);
    printf("restore, verified: %.2f s\n", now() - start);
    (void)snprintf(data, sizeof data, "%s/data.mdb", dir);
    printf("bytes an entry: %.0f in the ledger's file, %.0f in the backup\n",
           (double)file_size(data) / (double)entries, (double)file_size(file) / (double)entries);
    (void)unlink(file);
    remove_ledger(copy);
}

int main(int argc, char **argv)
{
    const int entries = argc > 2 ? atoi(argv[2]) : 1000000;
    if (argc < 2 || entries < BATCH || strlen(argv[1]) >= sizeof root) {
        (void)fprintf(stderr, "usage: bench_ledger DIR [ENTRIES, at least %d]\n", BATCH);
        return 2;
    }
    wb_error err;
    wb_ledger *ledger = NULL;
    sample made;
    bare loop = {0};
    char dir[PATH];
    char path[PATH];
    (void)snprintf(root, sizeof root, "%s", argv[1]);
    if (mkdir(root, 0700) != 0) {
        (void)fprintf(stderr, "bench_ledger: cannot make '%s'\n", root);
        return 7;
    }
    must(wb_ledger_create(in_root(dir, "ledger"), &err), &err);
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &err), &err);
    const wb_store_options options = {.write = true, .create = true, .alone = true};
    must(wb_store_open(&loop.store, in_root(path, "bare"), options, NULL, &err), &err);
    sample_init(&made);
    make_chart(ledger);
    bench_single(ledger, &made, &loop);
    wb_ledger_close(ledger);
    bench_posters(dir, &loop);
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &err), &err);
    bench_bulk(ledger, &made, &loop, entries);
    wb_ledger_close(ledger);
    wb_store_close(loop.store);
    bench_reports(dir);
    bench_checks(dir, (uint64_t)entries);
    bench_proofs(dir);
    struct rusage usage;
    if (getrusage(RUSAGE_SELF, &usage) == 0) {
        printf("largest resident size: %ld MB\n", usage.ru_maxrss / 1024);
    }
    wb_money_clear(&made.postings[0].amount);
    wb_money_clear(&made.postings[1].amount);
    (void)unlink(path);
    remove_ledger(dir);
    return rmdir(root) == 0 ? 0 : 7;
}
