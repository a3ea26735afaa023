/* view.c - what was known then: the books as they were right after a record. */
#include "ledger/view.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/pairs.h"

void wb_view_clear(wb_view *view)
{
    free(view->versions);
    *view = (wb_view){0};
}

uint64_t wb_view_end(const wb_ledger *ledger)
{
    return ledger->view.number != 0 ? ledger->view.number : ledger->head.count;
}

bool wb_view_hides(const wb_ledger *ledger, uint64_t number)
{
    return ledger->view.number != 0 && number > ledger->view.number;
}

static wb_code no_record(const wb_ledger *ledger, uint64_t number, wb_error *err)
{
    return wb_fail(err, WB_E_NOT_FOUND, "there is no record %llu; the last is %llu",
                   (unsigned long long)number, (unsigned long long)ledger->head.count);
}

wb_code wb_ledger_as_of(wb_ledger *ledger, uint64_t number, wb_error *err)
{
    assert(ledger != NULL && ledger->mode == WB_LEDGER_READ);
    assert(ledger->depth == 0); /* not while a visit is going on */
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    wb_stored stored = {0};
    wb_raw_record raw = {0};
    if (number == 0 || number > ledger->head.count) code = no_record(ledger, number, err);
    if (code == WB_OK) code = wb_stored_get(ledger, number, &raw, &stored, err);
    if (code == WB_OK) {
        wb_view_clear(&ledger->view);
        ledger->view.number = number;
        ledger->view.recorded_us = raw.recorded_us;
        memcpy(ledger->view.hash, stored.hash, sizeof ledger->view.hash);
    }
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

wb_code wb_ledger_number_at(wb_ledger *ledger, uint64_t time_us, uint64_t *number, wb_error *err)
{
    assert(ledger != NULL && number != NULL);
    *number = 0;
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    uint64_t low = 0; /* recorded by then, or 0 */
    uint64_t high = wb_view_end(ledger) + 1;
    while (code == WB_OK && high - low > 1) {
        const uint64_t middle = low + (high - low) / 2;
        wb_stored stored;
        wb_raw_record raw = {0};
        code = wb_stored_get(ledger, middle, &raw, &stored, err);
        if (raw.recorded_us <= time_us) {
            low = middle;
        } else {
            high = middle;
        }
    }
    if (code == WB_OK) *number = low;
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

/* ---- the head ---- */

void wb_view_count_begin(wb_view *view)
{
    view->entries = 0;
    view->last_date = (wb_date){0};
}

/* Every entry has a first posting, and that stands in one list. */
void wb_view_count(wb_view *view, const wb_item *item)
{
    if (item->index != 0 || item->number > view->number) return;
    if (view->entries == 0 || item->date.days > view->last_date.days) view->last_date = item->date;
    view->entries++;
}

static wb_code count_entry(const wb_pair *pair, const wb_item *item, void *context, wb_error *err)
{
    (void)pair;
    (void)err;
    wb_view_count(context, item);
    return WB_OK;
}

static wb_code count_entries(wb_ledger *ledger, wb_error *err)
{
    wb_view *view = &ledger->view;
    wb_pairs pairs;
    wb_view_count_begin(view);
    wb_code code = wb_pairs_read(&pairs, ledger, err);
    for (size_t i = 0; code == WB_OK && i < pairs.count; i++)
        code = wb_pair_items(ledger, &pairs.items[i], count_entry, view, err);
    wb_pairs_clear(&pairs);
    view->counted = code == WB_OK;
    return code;
}

wb_code wb_ledger_head_read(wb_ledger *ledger, wb_ledger_head *head, wb_error *err)
{
    assert(ledger != NULL && head != NULL);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    const wb_head *stored = &ledger->head;
    const wb_view *view = &ledger->view;
    if (view->number == 0 || view->number == stored->count) {
        *head = (wb_ledger_head){.count = stored->count,
                                 .entries = stored->entries,
                                 .last_date = stored->last_date,
                                 .recorded_us = stored->recorded_us};
        memcpy(head->hash, stored->hash, sizeof head->hash);
    } else {
        if (!view->counted) code = count_entries(ledger, err);
        *head = (wb_ledger_head){.count = view->number,
                                 .entries = view->entries,
                                 .last_date = view->last_date,
                                 .recorded_us = view->recorded_us};
        memcpy(head->hash, view->hash, sizeof head->hash);
    }
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

/* ---- documents ---- */

static int by_first(const void *a, const void *b)
{
    const wb_version *x = a;
    const wb_version *y = b;
    return x->first < y->first ? -1 : x->first > y->first;
}

static wb_version *find_version(const wb_view *view, uint64_t first)
{
    const wb_version wanted = {.first = first};
    if (view->version_count == 0) return NULL;
    return bsearch(&wanted, view->versions, view->version_count, sizeof wanted, by_first);
}

/* Note a version that the log holds: a first one comes after all others, in order of number. */
static wb_code note_version(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err)
{
    wb_view *view = &ledger->view;
    wb_row row;
    wb_span value = {0};
    bool found = false;
    wb_document_row document = {0};
    wb_row_key_document(&row, raw->kind, raw->id);
    wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code == WB_OK && found) code = wb_row_read_document(&document, value, err);
    if (code != WB_OK) return code;
    wb_version *known = find_version(view, document.first);
    if (known != NULL) {
        known->newest = raw->number;
        return WB_OK;
    }
    if (document.first != raw->number) {
        return wb_fail(err, WB_E_DAMAGED, "record %llu is a document without a row of its own",
                       (unsigned long long)raw->number);
    }
    if (view->version_count == view->version_capacity) {
        const size_t capacity = view->version_capacity == 0 ? 256 : view->version_capacity * 2;
        wb_version *versions = realloc(view->versions, capacity * sizeof *versions);
        if (versions == NULL)
            return wb_fail(err, WB_E_NOMEM, "cannot hold %zu documents", capacity);
        view->versions = versions;
        view->version_capacity = capacity;
    }
    view->versions[view->version_count] = (wb_version){document.first, raw->number};
    view->version_count++;
    return WB_OK;
}

static bool is_document(const wb_raw_record *raw)
{
    return raw->kind != WB_RECORD_ENTRY && (unsigned)raw->kind < WB_KIND_COUNT;
}

static wb_code index_documents(wb_ledger *ledger, wb_error *err)
{
    wb_view *view = &ledger->view;
    wb_walk walk;
    view->version_count = 0;
    wb_code code = wb_walk_open(&walk, ledger, 1, err);
    for (uint64_t number = 1; code == WB_OK && number <= view->number; number++) {
        wb_stored stored;
        wb_raw_record raw;
        code = wb_walk_next(&walk, &stored, &raw, err);
        if (code == WB_OK && is_document(&raw)) code = note_version(ledger, &raw, err);
    }
    wb_walk_close(&walk);
    view->indexed = code == WB_OK;
    return code;
}

wb_code wb_view_document(wb_ledger *ledger, wb_document_row row, uint64_t *number, wb_error *err)
{
    *number = wb_view_hides(ledger, row.first) ? 0 : row.newest;
    if (*number == 0 || !wb_view_hides(ledger, row.newest)) return WB_OK;
    wb_code code = ledger->view.indexed ? WB_OK : index_documents(ledger, err);
    if (code != WB_OK) return code;
    const wb_version *version = find_version(&ledger->view, row.first);
    if (version == NULL) {
        return wb_fail(err, WB_E_DAMAGED, "a document's row names record %llu, which is none",
                       (unsigned long long)row.first);
    }
    *number = version->newest;
    return WB_OK;
}
