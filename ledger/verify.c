/* verify.c - everything recomputed from the records, and compared with what is stored. */
#include <assert.h>
#include <sodium.h>
#include <stdlib.h>

#include "ledger/audit.h"

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

static wb_code audit_all(wb_audit *audit, const wb_audit_run *run, wb_error *err)
{
    wb_code code = wb_audit_records(audit, run, err);
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
    audit->from = 1;
    randombytes_buf(audit->key, sizeof audit->key);
    const wb_audit_run run = {.progress = progress, .context = context};
    code = audit_all(audit, &run, err);
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
