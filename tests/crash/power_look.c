/* power_look.c - what must be in a state that a power cut left; see power.h. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "crash/power.h"
#include "eyes.h"
#include "ledger/internal.h"
#include "waarborg/anchor.h"

enum { SECONDS_MAX = 5 };

power_claim power_claim_at(power_place where, size_t at)
{
    power_claim made = {.where = where};
    for (size_t i = 0; i < at; i++) {
        const trace_event *event = trace_at(i);
        if (event->kind != EVENT_MARK || event->mark.place != (int)where) continue;
        const bool told = event->mark.what == POWER_MARK_TOLD;
        made.begun = true;
        if (told || event->mark.what == POWER_MARK_ASKED) {
            made.shared = true;
            if (!told) made.most += event->mark.number;
        } else {
            made.most = event->mark.number;
        }
        if (event->mark.what == POWER_MARK_DONE || (told && event->mark.number > made.number)) {
            made.done = true;
            made.number = event->mark.number;
            made.hash = event->mark.key;
        }
    }
    return made;
}

/* What the walk through the records has seen. */
typedef struct seen {
    const power_claim *must;
    uint64_t count;
    power_key last;
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

/* Whether a record is what its key says it must be. */
static bool same_record(const wb_record *record, power_key which)
{
    power_entry sample;
    char id[POWER_TEXT];
    char body[POWER_TEXT];
    wb_document document;
    if (record->kind == WB_RECORD_ENTRY) {
        power_entry_init(&sample, which);
        if (record->proposal != 0) sample.made.entry.maker = "anna";
        const bool same = same_entry(&record->entry, &sample.made.entry);
        books_entry_clear(&sample.made);
        return same;
    }
    power_document(&document, id, body, which);
    return record->kind == document.kind && record->document.date.days == document.date.days &&
           same_text(record->document.body, body) && same_text(record->document.maker, "test");
}

/* Reversals and what four eyes record are compared by their hash alone. */
static bool has_key(const wb_record *record)
{
    if (record->kind == WB_RECORD_ENTRY) return record->entry.reverses == 0;
    return record->kind == WB_RECORD_LOAN || record->kind == WB_RECORD_DECISION;
}

static bool see(const wb_record *record, void *context)
{
    seen *so_far = context;
    power_key which = {0};
    so_far->count++;
    if (so_far->count == so_far->must->number &&
        power_hash_start(record->hash) != so_far->must->hash) {
        (void)snprintf(so_far->wrong, sizeof so_far->wrong, "record %" PRIu64 " has another hash",
                       record->number);
    }
    if (!has_key(record)) return so_far->wrong[0] == '\0';
    const char *text =
        record->kind == WB_RECORD_ENTRY ? record->entry.reference : record->document.id;
    if (text == NULL || sscanf(text, "%u-%u-%u", &which.round, &which.at, &which.size) != 3 ||
        !same_record(record, which)) {
        (void)snprintf(so_far->wrong, sizeof so_far->wrong, "record %" PRIu64 " has other content",
                       record->number);
    }
    so_far->last = which;
    return so_far->wrong[0] == '\0';
}

static wb_code check_records(wb_ledger *ledger, const power_claim *must, wb_error *err)
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
    if (must->shared && so_far.count <= must->most &&
        (so_far.last.size == 0 || so_far.last.at + 1 == so_far.last.size)) {
        return WB_OK;
    }
    if (so_far.count != must->most && (!must->done || so_far.count != must->number)) {
        return wb_fail(err, WB_E_INTERNAL, "%" PRIu64 " records: half a batch", so_far.count);
    }
    return WB_OK;
}

/* One more record: a document, or what one person may add under four eyes. */
static wb_code add_one(wb_ledger *ledger, wb_error *err)
{
    uint64_t number = 0;
    bool on = false;
    wb_anchor anchor;
    const wb_document document = {
        .kind = WB_RECORD_LOAN, .date = {20000}, .id = "after", .body = "{}", .maker = "test"};
    wb_code code = wb_four_eyes(ledger, &on, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code != WB_OK) return code;
    if (on) {
        wb_signer *anna = eyes_signer("anna", 0);
        wb_anchor_init(&anchor);
        code = wb_ledger_anchor(&anchor, ledger, anna, (wb_date){20000}, err);
        wb_anchor_clear(&anchor);
        wb_signer_close(anna);
    } else {
        code = wb_ledger_document(ledger, &document, &number, err);
    }
    return code == WB_OK ? wb_ledger_commit(ledger, err) : code;
}

/* The ledger goes on after the power cut. */
static wb_code check_writing(const power_look *work, uint64_t count, wb_error *err)
{
    wb_ledger *ledger = NULL;
    wb_verify_report report = {0};
    wb_code code = wb_ledger_open(&ledger, work->path, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = add_one(ledger, err);
    wb_ledger_close(ledger);
    ledger = NULL;
    if (code == WB_OK) code = wb_ledger_open(&ledger, work->path, WB_LEDGER_READ, err);
    if (code == WB_OK) code = wb_ledger_verify(ledger, &report, NULL, NULL, err);
    wb_ledger_close(ledger);
    if (code == WB_OK && report.records != count + 1) {
        return wb_fail(err, WB_E_INTERNAL, "%" PRIu64 " records after one more than %" PRIu64,
                       report.records, count);
    }
    return code;
}

wb_code power_look_at(void *context, wb_error *err)
{
    const power_look *work = context;
    const bool backup = work->must.where == POWER_BACKUP;
    wb_ledger *ledger = NULL;
    wb_ledger_head head = {0};
    (void)alarm(SECONDS_MAX); /* what never ends is broken too */
    wb_code code = wb_ledger_open_with(&ledger, work->path, WB_LEDGER_READ,
                                       (wb_open_options){.backup = backup}, err);
    if (code == WB_E_NOT_LEDGER && !work->must.done && !backup) {
        *work->found = UINT64_MAX;
        return wb_ledger_create(work->path, err); /* as one does who was told that there is none */
    }
    if (code == WB_OK) code = check_records(ledger, &work->must, err);
    if (code == WB_OK) code = wb_ledger_head_read(ledger, &head, err);
    wb_ledger_close(ledger);
    *work->found = head.count;
    if (code == WB_OK && !backup && work->go_on) code = check_writing(work, head.count, err);
    return code;
}
