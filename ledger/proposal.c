/* proposal.c - proposals as their readers see them. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/case.h"

const char *wb_proposal_state_name(wb_proposal_state state)
{
    switch (state) {
    case WB_PROPOSAL_OPEN: return "open";
    case WB_PROPOSAL_POSTED: return "posted";
    case WB_PROPOSAL_REJECTED: return "rejected";
    case WB_PROPOSAL_WITHDRAWN: return "withdrawn";
    case WB_PROPOSAL_EXPIRED: return "expired";
    }
    return "?";
}

void wb_proposal_init(wb_proposal *proposal)
{
    *proposal = (wb_proposal){0};
    wb_money_init(&proposal->debit);
}

void wb_proposal_clear(wb_proposal *proposal)
{
    wb_money_clear(&proposal->debit);
    free(proposal->voices);
    *proposal = (wb_proposal){0};
}

/* Take over what was read; the voices change hands. */
static void fill(wb_proposal *proposal, wb_case *from)
{
    const wb_raw_record *raw = &from->raw;
    assert(raw->maker.size <= WB_ID_MAX); /* the decoder has seen to it */
    wb_proposal_clear(proposal);
    wb_proposal_init(proposal);
    proposal->number = from->number;
    proposal->state = from->state;
    memcpy(proposal->maker, raw->maker.data, raw->maker.size);
    proposal->recorded_us = raw->recorded_us;
    proposal->expires = raw->expires;
    proposal->computed = raw->computed;
    memcpy(proposal->reason, raw->reason.data, raw->reason.size);
    proposal->drafts = raw->draft_count;
    wb_money_set(&proposal->debit, &from->debit);
    memcpy(proposal->hash, from->hash, sizeof proposal->hash);
    proposal->needed = from->needed;
    proposal->voices = from->voices;
    proposal->voice_count = from->voice_count;
    from->voices = NULL;
    from->voice_count = 0;
    if (proposal->state == WB_PROPOSAL_POSTED) {
        assert(proposal->voice_count > 0);
        proposal->first = proposal->voices[proposal->voice_count - 1].number + 1;
    }
}

wb_code wb_proposal_find(wb_proposal *proposal, wb_ledger *ledger, uint64_t number, wb_error *err)
{
    assert(proposal != NULL && ledger != NULL);
    wb_case about;
    wb_code code = wb_case_open(&about, ledger, number, err);
    if (code == WB_OK) fill(proposal, &about);
    wb_case_clear(&about);
    return wb_ledger_result(ledger, code, err);
}

wb_code wb_proposal_drafts(wb_ledger *ledger, uint64_t number, wb_record_visit *visit,
                           void *context, wb_error *err)
{
    assert(ledger != NULL && visit != NULL);
    static const uint8_t no_hash[WB_LEDGER_HASH_SIZE];
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    wb_bytes copy = {0};
    wb_raw_record proposal;
    wb_record record;
    wb_record_init(&record);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    code = wb_proposal_read(ledger, number, &copy, &proposal, hash, err);
    wb_span draft = {0};
    bool more = true;
    while (code == WB_OK && more && wb_codec_draft(&proposal.drafts, &draft)) {
        wb_raw_record raw = {0};
        code = wb_codec_decode_draft(&raw, draft, err);
        if (code == WB_OK) code = wb_record_fill(ledger, &record, &raw, no_hash, 0, err);
        if (code == WB_OK) more = visit(&record, context);
    }
    wb_read_end(ledger);
    wb_record_clear(&record);
    wb_bytes_clear(&copy);
    return wb_ledger_result(ledger, code, err);
}

/* The place-th draft of a proposal. */
static wb_code draft_at(wb_record *record, wb_ledger *ledger, uint64_t number, uint32_t place,
                        wb_error *err)
{
    static const uint8_t no_hash[WB_LEDGER_HASH_SIZE];
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    wb_bytes copy = {0};
    wb_raw_record proposal;
    wb_raw_record raw = {0};
    wb_span draft = {0};
    wb_code code = wb_proposal_read(ledger, number, &copy, &proposal, hash, err);
    for (uint32_t i = 0; code == WB_OK && i <= place; i++) {
        if (!wb_codec_draft(&proposal.drafts, &draft)) {
            code = wb_fail(err, WB_E_DAMAGED, "a reference leads to a draft that is not there");
        }
    }
    if (code == WB_OK) code = wb_codec_decode_draft(&raw, draft, err);
    if (code == WB_OK) code = wb_record_fill(ledger, record, &raw, no_hash, 0, err);
    wb_bytes_clear(&copy);
    return code;
}

wb_code wb_proposal_reference(wb_record *draft, uint64_t *number, wb_ledger *ledger,
                              const char *source, const char *reference, wb_error *err)
{
    assert(draft != NULL && number != NULL && ledger != NULL);
    assert(source != NULL && reference != NULL);
    *number = 0;
    const wb_span from = wb_span_text(source);
    const wb_span text = wb_span_text(reference);
    if (from.size > WB_REFERENCE_MAX || text.size > WB_REFERENCE_MAX) return WB_OK;
    uint8_t key[WB_REFERENCE_KEY_SIZE];
    uint32_t place = 0;
    wb_reference_key(key, from, text);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    code = wb_reserve_reference(ledger, key, number, &place, err);
    if (code == WB_OK && *number != 0) code = draft_at(draft, ledger, *number, place, err);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

static wb_code add(wb_proposal_list *list, wb_ledger *ledger, uint64_t number, wb_error *err)
{
    wb_proposal *items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (items == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu proposals", list->count);
    list->items = items;
    wb_proposal_init(&items[list->count]);
    list->count++;
    return wb_proposal_find(&items[list->count - 1], ledger, number, err);
}

wb_code wb_proposal_list_read(wb_proposal_list *list, wb_ledger *ledger, wb_error *err)
{
    assert(list != NULL && ledger != NULL);
    *list = (wb_proposal_list){0};
    wb_open_row open = {0};
    bool found = false;
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    if (ledger->head.proposals > 0) code = wb_open_row_read(ledger, &open, &found, err);
    for (size_t i = 0; code == WB_OK && i < open.count; i++)
        code = add(list, ledger, open.numbers[i], err);
    wb_read_end(ledger);
    if (code != WB_OK) wb_proposal_list_clear(list);
    return wb_ledger_result(ledger, code, err);
}

void wb_proposal_list_clear(wb_proposal_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        wb_proposal_clear(&list->items[i]);
    free(list->items);
    *list = (wb_proposal_list){0};
}
