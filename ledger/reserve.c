/* reserve.c - what open proposals hold; see reserve.h. */
#include "ledger/reserve.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/control_rows.h"

static void reserve_clear(wb_reserve *reserve)
{
    free(reserve->references);
    free(reserve->reversals);
    *reserve = (wb_reserve){0};
}

void wb_reserves_clear(wb_reserves *reserves)
{
    for (size_t i = 0; i < reserves->count; i++)
        reserve_clear(&reserves->items[i]);
    free(reserves->items);
    *reserves = (wb_reserves){0};
}

void wb_reserves_begin(wb_ledger *ledger)
{
    wb_reserves *reserves = &ledger->reserves;
    if (memcmp(reserves->hash, ledger->head.hash, sizeof reserves->hash) != 0) {
        reserves->known = false;
    }
    reserves->inner = false;
}

void wb_reserves_end(wb_ledger *ledger, bool committed)
{
    wb_reserves *reserves = &ledger->reserves;
    if (!committed && reserves->inner) wb_reserves_clear(reserves); /* of numbers used again */
    if (committed) memcpy(reserves->hash, ledger->batch.hash, sizeof reserves->hash);
    reserves->inner = false;
}

void wb_reserves_changed(wb_ledger *ledger)
{
    ledger->reserves.known = false;
}

/* The same part of another block. */
static wb_span moved(wb_span part, const uint8_t *from, const uint8_t *to)
{
    return part.size == 0 ? part : (wb_span){to + (part.data - from), part.size};
}

wb_code wb_proposal_read(wb_ledger *ledger, uint64_t number, wb_bytes *copy, wb_raw_record *raw,
                         uint8_t hash[WB_LEDGER_HASH_SIZE], wb_error *err)
{
    const unsigned long long shown = number;
    wb_stored stored;
    copy->size = 0;
    if (number == 0 || number > wb_view_end(ledger)) {
        return wb_fail(err, WB_E_NOT_FOUND, "there is no record %llu", shown);
    }
    wb_code code = wb_stored_get(ledger, number, raw, &stored, err);
    if (code == WB_OK && raw->kind != WB_RECORD_PROPOSAL) {
        code = wb_fail(err, WB_E_NOT_FOUND, "record %llu is not a proposal", shown);
        wb_error_hint(err, "see the open ones: waarborg pending list");
    }
    if (code == WB_OK) code = wb_bytes_reserve(copy, stored.bytes.size, err);
    if (code != WB_OK) return code;
    const uint8_t *from = stored.bytes.data;
    wb_bytes_put(copy, from, stored.bytes.size);
    memcpy(hash, stored.hash, WB_LEDGER_HASH_SIZE);
    raw->maker = moved(raw->maker, from, copy->data);
    raw->nonce = moved(raw->nonce, from, copy->data);
    raw->reason = moved(raw->reason, from, copy->data);
    raw->signature = moved(raw->signature, from, copy->data);
    raw->drafts = moved(raw->drafts, from, copy->data);
    return WB_OK;
}

static int by_key(const void *a, const void *b)
{
    const wb_reserved_reference *x = a;
    const wb_reserved_reference *y = b;
    return memcmp(x->key, y->key, sizeof x->key);
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a;
    const uint64_t *y = b;
    return *x < *y ? -1 : *x > *y ? 1 : 0;
}

/* Note what the drafts of an open proposal hold. */
static wb_code take_reserve(wb_reserve *reserve, const wb_raw_record *proposal, wb_error *err)
{
    assert(proposal->draft_count > 0);
    reserve->references = malloc(proposal->draft_count * sizeof *reserve->references);
    reserve->reversals = malloc(proposal->draft_count * sizeof *reserve->reversals);
    if (reserve->references == NULL || reserve->reversals == NULL) {
        return wb_fail(err, WB_E_NOMEM, "cannot hold what a proposal reserves");
    }
    wb_span rest = proposal->drafts;
    wb_span draft = {0};
    for (uint32_t i = 0; wb_codec_draft(&rest, &draft); i++) {
        wb_raw_record raw = {0};
        const wb_code code = wb_codec_decode_draft(&raw, draft, err);
        if (code != WB_OK) return code;
        if (raw.reference.size > 0) {
            wb_reserved_reference *held = &reserve->references[reserve->reference_count++];
            wb_reference_key(held->key, raw.source, raw.reference);
            held->draft = i;
        }
        if (raw.reverses != 0) reserve->reversals[reserve->reversal_count++] = raw.reverses;
    }
    qsort(reserve->references, reserve->reference_count, sizeof *reserve->references, by_key);
    qsort(reserve->reversals, reserve->reversal_count, sizeof *reserve->reversals, by_number);
    return WB_OK;
}

static wb_code read_reserve(wb_ledger *ledger, wb_reserve *reserve, uint64_t number, wb_error *err)
{
    wb_bytes copy = {0};
    wb_raw_record raw = {0};
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    *reserve = (wb_reserve){.number = number};
    wb_code code = wb_proposal_read(ledger, number, &copy, &raw, hash, err);
    if (code == WB_OK) code = take_reserve(reserve, &raw, err);
    wb_bytes_clear(&copy);
    return code;
}

/* Make the list that of the open proposals: what is known stays, the rest is read. */
static wb_code refresh(wb_ledger *ledger, const wb_open_row *open, wb_error *err)
{
    wb_reserves *reserves = &ledger->reserves;
    wb_reserve *items = calloc(open->count + 1, sizeof *items);
    if (items == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu proposals", open->count);
    wb_code code = WB_OK;
    size_t at = 0;
    size_t count = 0;
    for (; code == WB_OK && count < open->count; count++) {
        while (at < reserves->count && reserves->items[at].number < open->numbers[count])
            reserve_clear(&reserves->items[at++]);
        if (at < reserves->count && reserves->items[at].number == open->numbers[count]) {
            items[count] = reserves->items[at++];
        } else {
            code = read_reserve(ledger, &items[count], open->numbers[count], err);
        }
    }
    while (at < reserves->count)
        reserve_clear(&reserves->items[at++]);
    free(reserves->items);
    reserves->items = items;
    reserves->count = count;
    if (code != WB_OK) wb_reserves_clear(reserves);
    return code;
}

static wb_code ready(wb_ledger *ledger, wb_error *err)
{
    wb_reserves *reserves = &ledger->reserves;
    assert(ledger->in_batch);
    if (reserves->known) return WB_OK;
    wb_open_row open;
    bool found = false;
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return code;
    code = wb_open_row_read(ledger, &open, &found, err);
    if (code == WB_OK) code = refresh(ledger, &open, err);
    if (code == WB_OK) {
        reserves->known = true;
        reserves->inner = ledger->batch.record_count > 0;
        memcpy(reserves->hash, ledger->head.hash, sizeof reserves->hash);
    }
    wb_read_end(ledger);
    return code;
}

wb_code wb_reserve_reference(wb_ledger *ledger, const uint8_t key[WB_REFERENCE_KEY_SIZE],
                             uint64_t *proposal, uint32_t *draft, wb_error *err)
{
    *proposal = 0;
    if (ledger->head.open == 0) return WB_OK;
    const wb_code code = ready(ledger, err);
    const wb_reserves *reserves = &ledger->reserves;
    wb_reserved_reference wanted = {.draft = 0};
    memcpy(wanted.key, key, sizeof wanted.key);
    for (size_t i = 0; code == WB_OK && i < reserves->count; i++) {
        const wb_reserve *reserve = &reserves->items[i];
        if (reserve->number == ledger->batch.proposal || reserve->reference_count == 0) continue;
        const wb_reserved_reference *found =
            bsearch(&wanted, reserve->references, reserve->reference_count, sizeof wanted, by_key);
        if (found == NULL) continue;
        *proposal = reserve->number;
        *draft = found->draft;
        return WB_OK;
    }
    return code;
}

wb_code wb_reserve_reversal(wb_ledger *ledger, uint64_t entry, uint64_t *proposal, wb_error *err)
{
    *proposal = 0;
    if (ledger->head.open == 0 || !ledger->in_batch) return WB_OK;
    const wb_code code = ready(ledger, err);
    const wb_reserves *reserves = &ledger->reserves;
    for (size_t i = 0; code == WB_OK && i < reserves->count; i++) {
        const wb_reserve *reserve = &reserves->items[i];
        if (reserve->number == ledger->batch.proposal || reserve->reversal_count == 0) continue;
        if (bsearch(&entry, reserve->reversals, reserve->reversal_count, sizeof entry, by_number) !=
            NULL) {
            *proposal = reserve->number;
            return WB_OK;
        }
    }
    return code;
}

static wb_code visit_drafts(wb_ledger *ledger, uint64_t number, wb_reserve_visit *visit,
                            void *context, wb_error *err)
{
    wb_bytes copy = {0};
    wb_raw_record proposal;
    uint8_t hash[WB_LEDGER_HASH_SIZE];
    wb_code code = wb_proposal_read(ledger, number, &copy, &proposal, hash, err);
    wb_span draft = {0};
    while (code == WB_OK && wb_codec_draft(&proposal.drafts, &draft)) {
        wb_raw_record raw = {0};
        code = wb_codec_decode_draft(&raw, draft, err);
        if (code == WB_OK) code = visit(context, number, &raw, err);
    }
    wb_bytes_clear(&copy);
    return code;
}

wb_code wb_reserve_drafts(wb_ledger *ledger, wb_reserve_visit *visit, void *context, wb_error *err)
{
    wb_open_row open = {0};
    bool found = false;
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return code;
    if (ledger->head.open > 0) code = wb_open_row_read(ledger, &open, &found, err);
    for (size_t i = 0; code == WB_OK && i < open.count; i++) {
        if (open.numbers[i] == ledger->batch.proposal) continue;
        code = visit_drafts(ledger, open.numbers[i], visit, context, err);
    }
    wb_read_end(ledger);
    return code;
}
