/* audit_records.c - every record in order: what it needs of those before it. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/audit_block.h"
#include "ledger/pairs.h"

enum { BLOCKS = 8 /* filled ahead of the one that is audited */ };

static wb_code bad_record(uint64_t number, wb_error *err, const char *what)
{
    return wb_fail(err, WB_E_DAMAGED, "record %llu %s", (unsigned long long)number, what);
}

/* An account or party must have been registered before the entry that names it. */
static wb_code check_name(wb_audit *audit, wb_record_kind kind, uint64_t number, uint64_t entry,
                          wb_error *err)
{
    if (wb_names_by_number(&audit->documents[kind], number) != NULL) return WB_OK;
    const char *text = NULL;
    if (number > 0 && number < audit->from) {
        return wb_name_text(audit->ledger, kind, number, &text, err);
    }
    return bad_record(entry, err,
                      kind == WB_RECORD_ACCOUNT ? "posts to an unknown account"
                                                : "posts to an unknown party");
}

static wb_code audit_postings(wb_audit *audit, const wb_raw_record *raw, wb_error *err)
{
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    while (wb_codec_posting(&rest, &posting)) {
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

static wb_code audit_entry(wb_audit *audit, const wb_raw_record *raw, wb_error *err)
{
    wb_head *found = &audit->found;
    wb_code code = audit_postings(audit, raw, err);
    if (code == WB_OK && raw->reverses != 0) code = audit_reversal(audit, raw, err);
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

static wb_code audit_record(wb_audit *audit, const wb_raw_record *raw, const wb_stored *stored,
                            wb_error *err)
{
    if (raw->recorded_us < audit->found.recorded_us) {
        return bad_record(raw->number, err, "was recorded before the one before it");
    }
    wb_code code = raw->kind == WB_RECORD_ENTRY ? audit_entry(audit, raw, err)
                                                : audit_document(audit, raw, err);
    if (code == WB_OK) code = wb_audit_control_record(audit, raw, stored, err);
    if (code != WB_OK) return code;
    audit->found.count = raw->number;
    audit->found.recorded_us = raw->recorded_us;
    memcpy(audit->found.hash, stored->hash, sizeof audit->found.hash);
    return WB_OK;
}

wb_tree_hash wb_audit_root(const wb_audit *audit, uint64_t number)
{
    const wb_block *block = audit->block;
    assert(number >= block->first && number <= block->first + block->good);
    const wb_tree_edge edge = wb_block_edge(block, &audit->tree, (size_t)(number - block->first));
    return wb_tree_root(&edge);
}

/* The anchor from outside, when the last record it covers is in this block. */
static wb_code compare_anchor(wb_audit *audit, const wb_block *block, wb_error *err)
{
    const wb_checkpoint *anchor = audit->anchor;
    if (anchor == NULL || anchor->size < block->first ||
        anchor->size >= block->first + block->count) {
        return WB_OK;
    }
    const wb_tree_hash root = wb_audit_root(audit, anchor->size + 1);
    if (anchor->size > audit->trusted) audit->trusted = anchor->size;
    return wb_anchor_compare(anchor, &root, audit->anchor_path, err);
}

static void add_sum(wb_row_sum *sum, const wb_row_sum *more)
{
    sum->count += more->count;
    sum->low += more->low;
    sum->high += more->high;
}

static wb_code keep(wb_error *err, wb_code code, const wb_error *found)
{
    if (code != WB_OK && err != NULL) *err = *found;
    return code;
}

/* A block that was checked, record by record. */
static wb_code audit_block(wb_audit *audit, const wb_block *block, wb_error *err)
{
    wb_code code = WB_OK;
    audit->block = block;
    for (size_t i = 0; code == WB_OK && i < block->good; i++)
        code = audit_record(audit, &block->raw[i], &block->stored[i], err);
    if (code == WB_OK && block->good < block->count) code = keep(err, block->code, &block->err);
    if (code == WB_OK) code = keep(err, block->end, &block->end_err);
    if (code != WB_OK) {
        audit->first_bad = audit->found.count + 1;
        return code;
    }
    code = compare_anchor(audit, block, err);
    if (code != WB_OK) return code;
    wb_block_append(block, audit);
    add_sum(&audit->wanted.references, &block->wanted.references);
    add_sum(&audit->wanted.subjects, &block->wanted.subjects);
    add_sum(&audit->wanted.postings, &block->wanted.postings);
    return keep(err, audit->node_code, &audit->node_err);
}

/* Blocks are filled ahead, checked by whoever has time, and audited in order. */
static wb_code audit_blocks(wb_audit *audit, wb_block *blocks, wb_pool *pool, wb_walk *walk,
                            const wb_audit_run *run, wb_error *err)
{
    const uint64_t total = audit->ledger->head.count;
    const size_t ahead = pool->thread_count == 0 ? 1 : BLOCKS;
    bool ended = false;
    size_t filled = 0;
    size_t audited = 0;
    wb_code code = WB_OK;
    while (code == WB_OK && (audited < filled || (!ended && walk->next <= total))) {
        while (!ended && filled - audited < ahead && walk->next <= total) {
            wb_block *block = &blocks[filled % BLOCKS];
            wb_block_fill(block, walk, total);
            ended = block->end != WB_OK;
            wb_pool_submit(pool, &block->task);
            filled++;
        }
        wb_block *block = &blocks[audited % BLOCKS];
        wb_pool_wait(pool, &block->task);
        code = audit_block(audit, block, err);
        audited++;
        if (run->progress != NULL && code == WB_OK) {
            run->progress(audit->found.count, total, run->context);
        }
    }
    return code;
}

wb_code wb_audit_records(wb_audit *audit, const wb_audit_run *run, wb_error *err)
{
    wb_walk walk;
    wb_pool pool;
    wb_block *blocks = calloc(BLOCKS, sizeof *blocks);
    if (blocks == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold an audit");
    for (size_t i = 0; i < BLOCKS; i++) {
        blocks[i].task.run = wb_block_check;
        blocks[i].key = audit->key;
        wb_record_init(&blocks[i].scratch);
    }
    wb_code code = wb_walk_open(&walk, audit->ledger, audit->from, err);
    if (code == WB_OK) {
        wb_pool_open(&pool, run->threads);
        code = audit_blocks(audit, blocks, &pool, &walk, run, err);
        wb_pool_close(&pool);
        wb_walk_close(&walk);
    }
    for (size_t i = 0; i < BLOCKS; i++)
        wb_record_clear(&blocks[i].scratch);
    free(blocks);
    return code;
}
