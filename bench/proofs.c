/* proofs.c - the part of bench_ledger that anchors and proves. */
#include "bench/proofs.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/bench.h"
#include "waarborg/anchor.h"
#include "waarborg/control.h"

enum { PROOFS = 2000 };

/* Memory of our own, in MB: pages of the data file are the system's to keep or to drop. */
static double own_memory(void)
{
    FILE *file = fopen("/proc/self/status", "r");
    char line[200];
    unsigned long long kib = 0;
    if (file == NULL) return 0;
    while (fgets(line, sizeof line, file) != NULL)
        (void)sscanf(line, "RssAnon: %llu", &kib);
    (void)fclose(file);
    return (double)kib / 1024;
}

static double peak_memory; /* while verify ran */

static void watch(uint64_t done, uint64_t total, void *context)
{
    (void)total;
    (void)context;
    if (done % 65536 != 0) return;
    const double memory = own_memory();
    if (memory > peak_memory) peak_memory = memory;
}

static void anchor(const char *dir, const wb_signer *signer)
{
    wb_error err;
    wb_ledger *ledger = NULL;
    wb_anchor made;
    wb_user user = {.roles = WB_ROLE_MAKER, .key = *wb_signer_verifier(signer)};
    uint64_t number = 0;
    const wb_date date = {20454};
    (void)snprintf(user.name, sizeof user.name, "%s", user.key.name);
    wb_anchor_init(&made);
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &err), &err);
    must(wb_ledger_begin(ledger, NULL, NULL, &err), &err);
    must(wb_user_record(ledger, &user, date, "bench", &number, &err), &err);
    must(wb_ledger_anchor(&made, ledger, signer, date, &err), &err);
    must(wb_ledger_commit(ledger, &err), &err);
    wb_ledger_close(ledger);
    wb_anchor_clear(&made);
}

static void bench_inclusion(wb_ledger *ledger, const wb_verifier *key)
{
    wb_error err;
    wb_proof proof;
    wb_ledger_head head;
    size_t size = 0;
    double making = 0;
    double checking = 0;
    wb_proof_init(&proof);
    must(wb_ledger_head_read(ledger, &head, &err), &err);
    for (uint64_t i = 0; i < PROOFS; i++) {
        const uint64_t number = 1 + i * 0x9E3779B97F4A7C15U % (head.count - 1);
        char *text = NULL;
        const double start = now();
        must(wb_ledger_prove(&proof, ledger, number, NULL, &err), &err);
        const double middle = now();
        must(wb_proof_check(&proof, key, 1, NULL, &err), &err);
        checking += now() - middle;
        making += middle - start;
        must(wb_proof_text(&text, &proof, &err), &err);
        const size_t record = (proof.record_size + 2) / 3 * 4;
        if (strlen(text) - record > size) size = strlen(text) - record;
        free(text);
    }
    wb_proof_clear(&proof);
    printf("inclusion proof of %" PRIu64 ": made in %.3f ms, checked in %.3f ms, at most %zu bytes "
           "without the record\n",
           head.count, making / PROOFS * 1e3, checking / PROOFS * 1e3, size);
}

static void bench_verify(wb_ledger *ledger, const char *what, wb_verify_options options)
{
    wb_error err;
    wb_verify_report report;
    options.progress = watch;
    peak_memory = 0;
    const double before = clock_seconds(CLOCK_PROCESS_CPUTIME_ID);
    const double before_us = clock_seconds(CLOCK_THREAD_CPUTIME_ID);
    const double start = now();
    must(wb_ledger_verify_with(ledger, &options, &report, &err), &err);
    printf("%s: %.2f s; processor %.2f s, of which %.2f in the main thread; own memory %.1f MB\n",
           what, now() - start, clock_seconds(CLOCK_PROCESS_CPUTIME_ID) - before,
           clock_seconds(CLOCK_THREAD_CPUTIME_ID) - before_us, peak_memory);
}

void bench_proofs(const char *dir)
{
    static const uint8_t seed[32] = {1};
    wb_error err;
    wb_ledger *ledger = NULL;
    wb_signer *signer = NULL;
    must(wb_signer_seed(&signer, "anna", seed, &err), &err);
    anchor(dir, signer);
    must(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err), &err);
    bench_inclusion(ledger, wb_signer_verifier(signer));
    bench_verify(ledger, "verify by one thread", (wb_verify_options){.threads = 1});
    bench_verify(ledger, "verify by all threads", (wb_verify_options){.threads = 0});
    bench_verify(ledger, "verify since the anchor", (wb_verify_options){.since_anchor = true});
    wb_ledger_close(ledger);
    wb_signer_close(signer);
}
