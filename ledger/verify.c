/* verify.c - everything recomputed from the records, and compared with what is stored. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "ledger/audit_control.h"

/* The head must say what was counted. Row counts are found by wb_audit_rows. */
static wb_code compare_head(const wb_audit *audit, wb_error *err)
{
    const wb_head *found = &audit->found;
    const wb_head *head = &audit->ledger->head;
    const struct {
        const char *name;
        uint64_t found;
        uint64_t head;
    } counts[] = {
        {"records", found->count, head->count},
        {"entries", found->entries, head->entries},
        {"postings", found->postings, head->postings},
        {"references", audit->wanted.references.count, head->references},
        {"buckets of references", found->buckets, head->buckets},
        {"entries with a subject", audit->wanted.subjects.count, head->subjects},
        {"reversals", audit->wanted.reversals.count, head->reversals},
        {"balances", audit->tallies.count, head->balances},
        {"parts of lists", found->chunks, head->chunks},
        {"rows of the tree", found->tree_rows, head->tree_rows},
        {"rows of control", found->control_rows, head->control_rows},
        {"rows", found->rows + found->count, head->rows},
        {"time", found->recorded_us, head->recorded_us},
        {"last date", (uint64_t)found->last_date.days, (uint64_t)head->last_date.days},
    };
    for (size_t i = 0; i < sizeof counts / sizeof counts[0]; i++) {
        if (counts[i].found != counts[i].head) {
            return wb_fail(err, WB_E_DAMAGED, "%s: the head says %llu, the records give %llu",
                           counts[i].name, (unsigned long long)counts[i].head,
                           (unsigned long long)counts[i].found);
        }
    }
    if (memcmp(found->documents, head->documents, sizeof head->documents) != 0) {
        return wb_fail(err, WB_E_DAMAGED, "the head's counts of documents differ from the records");
    }
    return WB_OK;
}

/* The records from audit->from on, and that they end where they may. */
static wb_code audit_log(wb_audit *audit, const wb_audit_run *run, wb_error *err)
{
    wb_error late = {0};
    uint64_t number = 0;
    wb_code code = wb_replay_new(&audit->replay, audit->ledger, audit->from, run, err);
    if (code != WB_OK) return code;
    code = wb_audit_records(audit, run, err);
    /* Signatures are checked ahead: the first record that is bad is told, whatever was seen first.
     */
    if ((code == WB_OK || wb_code_exit(code) == wb_code_exit(WB_E_DAMAGED)) &&
        wb_replay_settle(audit->replay, &number, &late) != WB_OK &&
        (code == WB_OK || audit->first_bad == 0 || number < audit->first_bad)) {
        code = late.code;
        if (err != NULL) *err = late;
        audit->first_bad = number;
        audit->found.count = number - 1;
    }
    if (code != WB_OK) return code;
    code = wb_replay_end(audit->replay, err);
    if (code != WB_OK) audit->first_bad = audit->replay->posting.verdict;
    return code;
}

static wb_code audit_all(wb_audit *audit, const wb_audit_run *run, wb_error *err)
{
    wb_code code = audit_log(audit, run, err);
    if (code == WB_OK) code = wb_audit_rows(audit, err);
    if (code == WB_OK) code = wb_replay_rows_end(audit->replay, err);
    if (code == WB_OK &&
        !(wb_row_sum_equal(&audit->wanted.references, &audit->present.references) &&
          wb_row_sum_equal(&audit->wanted.subjects, &audit->present.subjects) &&
          wb_row_sum_equal(&audit->wanted.reversals, &audit->present.reversals) &&
          wb_row_sum_equal(&audit->wanted.postings, &audit->present.postings) &&
          wb_row_sum_equal(&audit->wanted.nodes, &audit->present.nodes))) {
        code = wb_audit_search(audit, err);
        assert(code != WB_OK);
    }
    if (code == WB_OK) code = compare_head(audit, err);
    return code;
}

/* What is not read again: its tree, and where it ends, as they are stored. */
static wb_code start_from(wb_audit *audit, wb_error *err)
{
    const uint64_t before = audit->from - 1;
    wb_stored stored;
    wb_raw_record raw;
    wb_code code = wb_stored_get(audit->ledger, before, &raw, &stored, err);
    if (code != WB_OK) return code;
    audit->found.count = before;
    audit->found.recorded_us = raw.recorded_us;
    memcpy(audit->found.hash, stored.hash, sizeof audit->found.hash);
    audit->tree.size = before;
    size_t peaks = 0;
    for (unsigned level = 63; code == WB_OK && level-- > 0;) {
        if ((before >> level & 1) == 0) continue;
        code = wb_tree_rows_read(audit->ledger, level, (before >> level) - 1,
                                 &audit->tree.peaks[peaks], err);
        peaks++;
    }
    return code;
}

/* An anchor over records that are not read again, against the stored tree. */
static wb_code trust(wb_audit *audit, uint64_t size, const wb_tree_hash *root, wb_error *err)
{
    wb_tree_hash stored;
    const wb_code code = wb_tree_root_at(&stored, size, wb_tree_rows_read, audit->ledger, err);
    if (code != WB_OK) return code;
    if (!wb_tree_hash_equal(&stored, root)) {
        return wb_fail(err, WB_E_ANCHOR,
                       "the stored tree gives the first %llu records another root than the anchor "
                       "that covers them",
                       (unsigned long long)size);
    }
    if (size > audit->trusted) audit->trusted = size;
    return WB_OK;
}

/* The newest anchor in the ledger speaks for what is not checked again. Its signature is looked at
 * here unless its record is. */
static wb_code trust_latest(wb_audit *audit, const wb_anchor *latest, wb_error *err)
{
    wb_user user;
    wb_checkpoint wanted;
    bool known = false;
    const uint64_t size = latest->checkpoint.size;
    if (latest->number < audit->from && size != latest->number - 1) {
        return wb_fail(err, WB_E_ANCHOR,
                       "record %llu, the newest anchor, says that it covers %llu records",
                       (unsigned long long)latest->number, (unsigned long long)size);
    }
    if (size >= audit->from || size != latest->number - 1) return WB_OK;
    wb_code code = trust(audit, size, &latest->checkpoint.root, err);
    if (code != WB_OK || latest->number >= audit->from) return code;
    code = wb_checkpoint_stored(&wanted, audit->ledger, size, err);
    if (code == WB_OK) {
        code = wb_user_then(&user, audit->ledger, latest->signer, size, &known, err);
    }
    if (code == WB_OK) code = wb_anchor_hold(latest->note, &wanted, known ? &user : NULL, err);
    return code;
}

static wb_code audit_part(wb_audit *audit, const wb_anchor *latest, const wb_audit_run *run,
                          wb_error *err)
{
    wb_code code = start_from(audit, err);
    if (code == WB_OK && latest != NULL) code = trust_latest(audit, latest, err);
    if (code == WB_OK && audit->anchor != NULL && audit->anchor->size < audit->from) {
        code = trust(audit, audit->anchor->size, &audit->anchor->root, err);
        if (code == WB_E_ANCHOR) wb_error_at(err, audit->anchor_path, 0, NULL);
    }
    return code == WB_OK ? audit_log(audit, run, err) : code;
}

static void report_on(wb_verify_report *report, const wb_audit *audit)
{
    const wb_tree_hash root = wb_tree_root(&audit->tree);
    *report = (wb_verify_report){.records = audit->found.count,
                                 .entries = audit->found.entries,
                                 .postings = audit->found.postings,
                                 .balances = audit->tallies.count,
                                 .first_bad = audit->first_bad,
                                 .first = audit->from,
                                 .anchors = audit->anchors,
                                 .anchored = audit->anchored,
                                 .anchored_us = audit->anchored_us};
    const uint64_t before = audit->from - 1;
    report->trusted = audit->trusted < before ? audit->trusted : before;
    memcpy(report->anchored_root, audit->anchored_root.bytes, sizeof report->anchored_root);
    memcpy(report->hash, audit->found.hash, sizeof report->hash);
    memcpy(report->root, root.bytes, sizeof report->root);
}

static void audit_free(wb_audit *audit)
{
    for (size_t kind = 0; kind < WB_KIND_COUNT; kind++) {
        wb_names_clear(&audit->documents[kind]);
        free(audit->newest[kind]);
    }
    wb_tallies_clear(&audit->tallies);
    wb_replay_free(audit->replay);
    free(audit);
}

/* Where to begin: `from`, or after the records of an anchor. */
static wb_code choose_from(wb_audit *audit, const wb_verify_options *options,
                           const wb_anchor *latest, wb_error *err)
{
    audit->from = options->from == 0 ? 1 : options->from;
    if (options->since_anchor) {
        if (audit->anchor == NULL && latest == NULL) {
            const wb_code code = wb_fail(err, WB_E_NOT_FOUND, "the ledger has no anchor yet");
            wb_error_hint(err, "verify all of it, then make one: waarborg ledger anchor");
            return code;
        }
        audit->from = 1 + (audit->anchor != NULL ? audit->anchor->size : latest->checkpoint.size);
    }
    if (audit->from > audit->ledger->head.count + 1) {
        return wb_fail(err, WB_E_NOT_FOUND, "there is no record %llu; the last is %llu",
                       (unsigned long long)audit->from,
                       (unsigned long long)audit->ledger->head.count);
    }
    return WB_OK;
}

static wb_code verify(wb_ledger *ledger, const wb_verify_options *options, wb_audit *audit,
                      wb_error *err)
{
    wb_anchor latest;
    wb_checkpoint given;
    bool found = false;
    wb_anchor_init(&latest);
    wb_code code = WB_OK;
    if (options->anchor != NULL) {
        code = wb_anchor_read(&given, ledger, options->anchor, err);
        audit->anchor = &given;
        audit->anchor_path = options->anchor->path;
    }
    if (code == WB_OK && (options->from > 1 || options->since_anchor)) {
        code = wb_anchor_latest(&latest, ledger, &found, err);
    }
    if (code == WB_OK) code = choose_from(audit, options, found ? &latest : NULL, err);
    const wb_audit_run run = {options->threads, options->progress, options->context, options->users,
                              options->user_count};
    if (code == WB_OK) {
        code = audit->from > 1 ? audit_part(audit, found ? &latest : NULL, &run, err)
                               : audit_all(audit, &run, err);
    }
    audit->anchor = NULL;
    wb_anchor_clear(&latest);
    return code;
}

wb_code wb_ledger_verify_with(wb_ledger *ledger, const wb_verify_options *options,
                              wb_verify_report *report, wb_error *err)
{
    assert(ledger != NULL && options != NULL && report != NULL);
    assert(ledger->view.number == 0); /* a view leaves out records, and the rows have them all */
    *report = (wb_verify_report){0};
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    wb_audit *audit = calloc(1, sizeof *audit);
    if (audit == NULL) {
        wb_read_end(ledger);
        return wb_fail(err, WB_E_NOMEM, "cannot hold an audit");
    }
    audit->ledger = ledger;
    audit->from = 1;
    randombytes_buf(audit->key, sizeof audit->key);
    code = verify(ledger, options, audit, err);
    report_on(report, audit);
    audit_free(audit);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

wb_code wb_ledger_verify(wb_ledger *ledger, wb_verify_report *report,
                         void (*progress)(uint64_t done, uint64_t total, void *context),
                         void *context, wb_error *err)
{
    const wb_verify_options options = {.progress = progress, .context = context};
    return wb_ledger_verify_with(ledger, &options, report, err);
}
