/* stale.c - whether what a proposal rests on has changed since it was made. */
#include <assert.h>

#include "ledger/case.h"

static wb_code stale(const wb_case *about, const char *what, wb_span name, uint64_t record,
                     wb_error *err)
{
    const wb_code code =
        wb_fail(err, WB_E_STALE, "P-%llu is stale: %s '%.*s' has record %llu since",
                (unsigned long long)about->number, what, (int)name.size, (const char *)name.data,
                (unsigned long long)record);
    wb_error_hint(err,
                  "withdraw it and propose again: waarborg pending withdraw P-%llu --reason WHY",
                  (unsigned long long)about->number);
    return code;
}

static wb_code check_document(const wb_case *about, wb_ledger *ledger, wb_record_kind kind,
                              wb_span id, wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    wb_document_row document = {0};
    bool found = false;
    wb_row_key_document(&row, kind, id);
    wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code == WB_OK && found) code = wb_row_read_document(&document, value, err);
    if (code == WB_OK && document.newest > about->number) {
        code = stale(about, "document", id, document.newest, err);
    }
    return code;
}

/* The newest entry of a subject lies at the end of its last chunk. */
static wb_code check_subject(const wb_case *about, wb_ledger *ledger, wb_span subject,
                             wb_error *err)
{
    wb_row row;
    wb_span key = {0};
    wb_span list = {0};
    bool found = false;
    wb_row_key_subject(&row, subject, UINT32_MAX);
    wb_code code = wb_lookup_before(ledger, &row, &key, &list, &found, err);
    if (code != WB_OK) return code;
    uint64_t last = 0;
    if (found && key.size == row.key_size && memcmp(key.data, row.key, key.size - 4) == 0) {
        uint64_t step = 0;
        while (wb_span_take_vlq(&list, &step))
            last += step;
    }
    if (last > about->number) return stale(about, "subject", subject, last, err);
    code = check_document(about, ledger, WB_RECORD_DECISION, subject, err);
    return code == WB_OK ? check_document(about, ledger, WB_RECORD_LOAN, subject, err) : code;
}

/* The newest posting of an (account, party) lies at the end of the list in its balance. */
static wb_code check_pair(const wb_case *about, wb_ledger *ledger, const wb_raw_posting *posting,
                          wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    wb_balance_row balance = {0};
    wb_item item = {0};
    bool found = false;
    wb_row_key_pair(&row, WB_TAG_BALANCE, posting->account, posting->party);
    wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code != WB_OK || !found) return code;
    code = wb_row_read_balance(&balance, value, err);
    while (code == WB_OK && balance.list.size > 0) {
        if (!wb_item_take(&balance.list, &item)) {
            code = wb_fail(err, WB_E_DAMAGED, "the list of an account's postings is damaged");
        }
    }
    if (code != WB_OK || item.number <= about->number) return code;
    const char *account = NULL;
    code = wb_name_text(ledger, WB_RECORD_ACCOUNT, posting->account, &account, err);
    return code == WB_OK ? stale(about, "account", wb_span_text(account), item.number, err) : code;
}

wb_code wb_case_stale(const wb_case *about, wb_ledger *ledger, wb_error *err)
{
    wb_span subject = {0}; /* of the draft before: bulk has one for many */
    wb_code code = WB_OK;
    for (uint32_t i = 0; code == WB_OK && i < about->raw.draft_count; i++) {
        const wb_raw_record *draft = &about->drafts[i];
        if (draft->kind != WB_RECORD_ENTRY) {
            code = check_document(about, ledger, draft->kind, draft->id, err);
            continue;
        }
        if (draft->subject.size > 0 && !wb_span_equal(draft->subject, subject)) {
            code = check_subject(about, ledger, draft->subject, err);
            subject = draft->subject;
        }
        wb_span postings = draft->postings;
        wb_raw_posting posting;
        while (code == WB_OK && about->raw.computed && wb_codec_posting(&postings, &posting)) {
            /* what all share, such as the bank, would make every other proposal stale */
            if (posting.party != 0) code = check_pair(about, ledger, &posting, err);
        }
    }
    return code;
}
