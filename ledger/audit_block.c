/* audit_block.c - what can be said of records by their bytes alone; see audit_block.h. */
#include "ledger/audit_block.h"

#include <assert.h>

void wb_block_fill(wb_block *block, wb_walk *walk, uint64_t total)
{
    block->first = walk->next;
    block->count = 0;
    block->end = WB_OK;
    memcpy(block->previous, walk->previous, sizeof block->previous);
    while (walk->next <= total && block->end == WB_OK) {
        wb_stored *stored = &block->stored[block->count];
        block->end = wb_walk_step(walk, stored, &block->end_err);
        if (block->end != WB_OK) break;
        block->count++;
        if ((walk->next - 1) % WB_BLOCK_SIZE == 0) break;
    }
}

static void add_postings(wb_block *block, const wb_raw_record *raw)
{
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    for (uint32_t i = 0; wb_codec_posting(&rest, &posting); i++) {
        const wb_item item = {raw->number, i, raw->date, posting.amount};
        uint8_t row[WB_POSTING_ROW_SIZE];
        wb_posting_row(row, posting.account, posting.party, &item);
        wb_row_sum_add(&block->wanted.postings, block->key, (wb_span){row, sizeof row});
    }
}

static void add_keys(wb_block *block, const wb_raw_record *raw)
{
    if (raw->reference.size > 0) {
        uint8_t key[WB_REFERENCE_KEY_SIZE + 8];
        wb_reference_key(key, raw->source, raw->reference);
        wb_put_u64(key + WB_REFERENCE_KEY_SIZE, raw->number);
        wb_row_sum_add(&block->wanted.references, block->key, (wb_span){key, sizeof key});
    }
    if (raw->subject.size > 0) {
        wb_subject_sum_add(&block->wanted.subjects, block->key, raw->subject, raw->number);
    }
}

static wb_code check_entry(wb_block *block, const wb_raw_record *raw, const uint8_t *hash)
{
    wb_error inner;
    wb_code code = wb_record_fill(NULL, &block->scratch, raw, hash, 0, &block->err);
    if (code != WB_OK) return code;
    if (wb_entry_check(&block->scratch.entry, &inner) != WB_OK) {
        return wb_fail(&block->err, WB_E_DAMAGED, "entry %llu breaks the double-entry rule: %s",
                       (unsigned long long)raw->number, inner.message);
    }
    add_postings(block, raw);
    add_keys(block, raw);
    return WB_OK;
}

static void join(wb_tree_hash *hashes, const wb_tree_hash *below, size_t count)
{
    for (size_t i = 0; i < count; i++)
        hashes[i] = wb_tree_node(&below[2 * i], &below[2 * i + 1]);
}

/* The perfect subtree over the block. */
static void make_nodes(wb_block *block)
{
    wb_tree_hash level[WB_BLOCK_SIZE / 2];
    join(level, block->leaves, WB_BLOCK_SIZE / 2);
    for (size_t count = WB_BLOCK_SIZE / 4; count > 0; count /= 2) {
        join(level, level, count);
        if (count == WB_BLOCK_NODES) memcpy(block->nodes, level, sizeof block->nodes);
    }
    block->root = level[0];
}

void wb_block_check(wb_task *task)
{
    wb_block *block = (wb_block *)(void *)task;
    const uint8_t *previous = block->previous;
    memset(&block->wanted, 0, sizeof block->wanted);
    block->code = WB_OK;
    for (block->good = 0; block->good < block->count; block->good++) {
        const wb_stored *stored = &block->stored[block->good];
        wb_raw_record *raw = &block->raw[block->good];
        const uint64_t number = block->first + block->good;
        block->code = wb_stored_check(stored, number, previous, raw, &block->err);
        if (block->code == WB_OK && raw->kind == WB_RECORD_ENTRY) {
            block->code = check_entry(block, raw, stored->hash);
        }
        if (block->code != WB_OK) return;
        block->leaves[block->good] = wb_tree_leaf(stored->bytes.data, stored->bytes.size);
        previous = stored->hash;
    }
    if (block->count == WB_BLOCK_SIZE) make_nodes(block);
}

wb_tree_edge wb_block_edge(const wb_block *block, const wb_tree_edge *before, size_t count)
{
    wb_tree_edge edge = *before;
    assert(count <= block->good);
    assert(before->size + 1 == block->first);
    for (size_t i = 0; i < count; i++)
        wb_tree_append(&edge, &block->leaves[i], NULL, NULL);
    return edge;
}

/* Nodes from a tree whose leaves are the nodes of `above` in the real one. */
typedef struct placing {
    wb_audit *audit;
    unsigned above;
} placing;

static void place_node(void *context, unsigned level, uint64_t index, const wb_tree_hash *hash)
{
    const placing *work = context;
    const unsigned real = level + work->above;
    if (!wb_tile_level(real)) return;
    wb_audit *audit = work->audit;
    if (audit->from > 1) {
        wb_audit_node(audit, real, index, hash);
    } else {
        wb_node_sum_add(&audit->wanted.nodes, audit->key, real, index, hash);
    }
}

void wb_block_append(const wb_block *block, wb_audit *audit)
{
    assert(block->good == block->count);
    assert(audit->tree.size + 1 == block->first);
    placing work = {audit, 0};
    if (block->count < WB_BLOCK_SIZE) {
        for (size_t i = 0; i < block->count; i++)
            wb_tree_append(&audit->tree, &block->leaves[i], place_node, &work);
        return;
    }
    /* At a multiple of 256 the edge is that of a tree whose leaves are whole blocks. */
    for (size_t i = 0; i < WB_BLOCK_NODES; i++) {
        const uint64_t index = audit->tree.size / WB_TILE_WIDTH + i;
        work.above = WB_TILE_HEIGHT;
        place_node(&work, 0, index, &block->nodes[i]);
    }
    work.above = WB_BLOCK_LEVEL;
    audit->tree.size >>= WB_BLOCK_LEVEL;
    wb_tree_append(&audit->tree, &block->root, place_node, &work);
    audit->tree.size <<= WB_BLOCK_LEVEL;
}
