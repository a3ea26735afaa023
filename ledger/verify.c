/* verify.c - everything recomputed from the records, and compared with what is stored. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "ledger/audit.h"
#include "ledger/pairs.h"

enum { PROGRESS_STEP = 8192 };

static wb_code bad_record(uint64_t number, wb_error *err, const char *what)
{
    return wb_fail(err, WB_E_DAMAGED, "record %llu %s", (unsigned long long)number, what);
}

/* An account or party must have been registered before the entry that names it. */
static wb_code check_name(const wb_audit *audit, wb_record_kind kind, uint64_t number,
                          uint64_t entry, wb_error *err)
{
    if (wb_names_by_number(&audit->documents[kind], number) == NULL) {
        return bad_record(entry, err,
                          kind == WB_RECORD_ACCOUNT ? "posts to an unknown account"
                                                    : "posts to an unknown party");
    }
    return WB_OK;
}

static wb_code audit_postings(wb_audit *audit, const wb_raw_record *raw, wb_error *err)
{
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    for (uint32_t i = 0; wb_codec_posting(&rest, &posting); i++) {
        wb_code code = check_name(audit, WB_RECORD_ACCOUNT, posting.account, raw->number, err);
        if (code == WB_OK && posting.party != 0) {
            code = check_name(audit, WB_RECORD_PARTY, posting.party, raw->number, err);
        }
        wb_tally *tally = NULL;
        if (code == WB_OK) {
            code =
                wb_tally_find(&tally, &audit->tallies, posting.account, posting.party, true, err);
        }
        if (code != WB_OK) return code;
        tally->postings++;
        wb_item_add(&tally->debit, &tally->credit, &posting.amount);
        const wb_item item = {raw->number, i, raw->date, posting.amount};
        uint8_t row[WB_POSTING_ROW_SIZE];
        wb_posting_row(row, posting.account, posting.party, &item);
        wb_row_sum_add(&audit->wanted.postings, audit->key, (wb_span){row, sizeof row});
    }
    return WB_OK;
}

/* Whether raw's postings are those of its target with the signs turned. */
static bool mirrors(const wb_raw_record *raw, const wb_raw_record *target)
{
    if (raw->posting_count != target->posting_count) return false;
    wb_span left = raw->postings;
    wb_span right = target->postings;
    wb_raw_posting a;
    wb_raw_posting b;
    while (wb_codec_posting(&left, &a) && wb_codec_posting(&right, &b)) {
        if (a.account != b.account || a.party != b.party ||
            a.amount.negative == b.amount.negative ||
            !wb_span_equal(a.amount.magnitude, b.amount.magnitude)) {
            return false;
        }
    }
    return true;
}

static wb_code audit_reversal(wb_audit *audit, const wb_raw_record *raw, wb_error *err)
{
    if (raw->reverses >= raw->number) {
        return bad_record(raw->number, err, "reverses an entry that is not before it");
    }
    wb_stored stored;
    wb_raw_record target;
    const wb_code code = wb_stored_get(audit->ledger, raw->reverses, &target, &stored, err);
    if (code != WB_OK) return code;
    if (target.kind != WB_RECORD_ENTRY || target.reverses != 0 || !mirrors(raw, &target)) {
        return bad_record(raw->number, err, "is no mirror of the entry it reverses");
    }
    wb_row row;
    wb_row_key_u64(&row, WB_TAG_REVERSAL, raw->reverses);
    wb_row_u64(&row, raw->number);
    memcpy(row.key + row.key_size, row.value, 8);
    wb_row_sum_add(&audit->wanted.reversals, audit->key, (wb_span){row.key, row.key_size + 8});
    return WB_OK;
}

static void audit_keys(wb_audit *audit, const wb_raw_record *raw)
{
    if (raw->reference.size > 0) {
        uint8_t key[WB_REFERENCE_KEY_SIZE + 8];
        wb_reference_key(key, raw->source, raw->reference);
        wb_put_u64(key + WB_REFERENCE_KEY_SIZE, raw->number);
        wb_row_sum_add(&audit->wanted.references, audit->key, (wb_span){key, sizeof key});
    }
    if (raw->subject.size > 0) {
        wb_subject_sum_add(&audit->wanted.subjects, audit->key, raw->subject, raw->number);
    }
}

static wb_code audit_entry(wb_audit *audit, wb_record *record, const wb_raw_record *raw,
                           const uint8_t *hash, wb_error *err)
{
    wb_error inner;
    wb_head *found = &audit->found;
    wb_code code = audit_postings(audit, raw, err);
    if (code == WB_OK) code = wb_record_fill(audit->ledger, record, raw, hash, 0, err);
    if (code != WB_OK) return code;
    if (wb_entry_check(&record->entry, &inner) != WB_OK) {
        return wb_fail(err, WB_E_DAMAGED, "entry %llu breaks the double-entry rule: %s",
                       (unsigned long long)raw->number, inner.message);
    }
    if (raw->reverses != 0) code = audit_reversal(audit, raw, err);
    audit_keys(audit, raw);
    if (found->entries == 0 || raw->date.days > found->last_date.days) found->last_date = raw->date;
    found->entries++;
    found->postings += raw->posting_count;
    return code;
}

static wb_code audit_document(wb_audit *audit, const wb_raw_record *raw, wb_error *err)
{
    if (raw->kind >= WB_RECORD_PROPOSAL) return WB_OK; /* no id */
    wb_names *names = &audit->documents[raw->kind];
    const wb_name *name = wb_names_by_text(names, raw->kind, raw->id);
    if (name == NULL) {
        const wb_code code = wb_names_add(names, raw->kind, raw->id, raw->number, err);
        if (code != WB_OK) return code;
        if (names->count > audit->newest_capacity[raw->kind]) {
            const size_t capacity = names->capacity;
            uint64_t *newest = realloc(audit->newest[raw->kind], capacity * sizeof *newest);
            if (newest == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu ids", capacity);
            audit->newest[raw->kind] = newest;
            audit->newest_capacity[raw->kind] = capacity;
        }
        name = &names->items[names->count - 1];
        audit->found.documents[raw->kind]++;
    }
    audit->newest[raw->kind][name - names->items] = raw->number;
    return WB_OK;
}

static void audit_node(void *context, unsigned level, uint64_t index, const wb_tree_hash *hash)
{
    wb_audit *audit = context;
    if (!wb_tile_level(level)) return;
    wb_node_sum_add(&audit->wanted.nodes, audit->key, level, index, hash);
}

static void audit_leaf(wb_audit *audit, wb_span record)
{
    const wb_tree_hash leaf = wb_tree_leaf(record.data, record.size);
    wb_tree_append(&audit->tree, &leaf, audit_node, audit);
}

static wb_code audit_records(wb_audit *audit,
                             void (*progress)(uint64_t done, uint64_t total, void *context),
                             void *context, wb_error *err)
{
    wb_ledger *ledger = audit->ledger;
    const uint64_t total = ledger->head.count;
    wb_walk walk;
    wb_record record;
    wb_record_init(&record);
    wb_code code = wb_walk_open(&walk, ledger, 1, err);
    for (uint64_t number = 1; code == WB_OK && number <= total; number++) {
        wb_stored stored;
        wb_raw_record raw;
        code = wb_walk_next(&walk, &stored, &raw, err);
        if (code == WB_OK && raw.recorded_us < audit->found.recorded_us) {
            code = bad_record(number, err, "was recorded before the one before it");
        }
        if (code == WB_OK) {
            code = raw.kind == WB_RECORD_ENTRY ? audit_entry(audit, &record, &raw, stored.hash, err)
                                               : audit_document(audit, &raw, err);
        }
        if (code != WB_OK) {
            audit->first_bad = number;
            break;
        }
        audit_leaf(audit, stored.bytes);
        audit->found.count = number;
        audit->found.recorded_us = raw.recorded_us;
        memcpy(audit->found.hash, stored.hash, sizeof audit->found.hash);
        if (progress != NULL && (number % PROGRESS_STEP == 0 || number == total)) {
            progress(number, total, context);
        }
    }
    wb_walk_close(&walk);
    wb_record_clear(&record);
    return code;
}

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

static wb_code audit_all(wb_audit *audit,
                         void (*progress)(uint64_t done, uint64_t total, void *context),
                         void *context, wb_error *err)
{
    wb_code code = audit_records(audit, progress, context, err);
    if (code == WB_OK) code = wb_audit_rows(audit, err);
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

wb_code wb_ledger_verify(wb_ledger *ledger, wb_verify_report *report,
                         void (*progress)(uint64_t done, uint64_t total, void *context),
                         void *context, wb_error *err)
{
    assert(ledger != NULL && report != NULL);
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
    audit->found.rows = 0;
    randombytes_buf(audit->key, sizeof audit->key);
    code = audit_all(audit, progress, context, err);
    report->records = audit->found.count;
    report->entries = audit->found.entries;
    report->postings = audit->found.postings;
    report->balances = audit->tallies.count;
    report->first_bad = audit->first_bad;
    memcpy(report->hash, audit->found.hash, sizeof report->hash);
    for (size_t kind = 0; kind < WB_KIND_COUNT; kind++) {
        wb_names_clear(&audit->documents[kind]);
        free(audit->newest[kind]);
    }
    wb_tallies_clear(&audit->tallies);
    free(audit);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}
