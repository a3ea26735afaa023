/* tree_rows.c - the Merkle tree over the records, in rows; see tree_rows.h. */
#include "ledger/tree_rows.h"

#include <assert.h>

#include "ledger/internal.h"
#include "ledger/slots.h"

_Static_assert(1 << WB_TILE_HEIGHT == WB_TILE_WIDTH, "a row joins to one node of the next level");

bool wb_tile_level(unsigned level)
{
    return level > 0 && level % WB_TILE_HEIGHT == 0;
}

static unsigned level_of(size_t tile)
{
    return (unsigned)(tile + 1) * WB_TILE_HEIGHT;
}

/* The root of the perfect subtree over `count` hashes, a power of two; they are used up. */
static wb_tree_hash join(wb_tree_hash *hashes, size_t count)
{
    for (; count > 1; count /= 2) {
        for (size_t i = 0; i < count / 2; i++)
            hashes[i] = wb_tree_node(&hashes[2 * i], &hashes[2 * i + 1]);
    }
    return hashes[0];
}

/* The row of a stored level; *count is 0 when it is not there. */
static wb_code read_tile(wb_ledger *ledger, unsigned level, uint64_t index,
                         wb_tree_hash hashes[WB_TILE_WIDTH], size_t *count, wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    bool found = false;
    *count = 0;
    wb_row_key_tree(&row, level, index);
    const wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code != WB_OK || !found) return code;
    if (value.size == 0 || value.size % WB_TREE_HASH_SIZE != 0 ||
        value.size > (size_t)WB_TILE_WIDTH * WB_TREE_HASH_SIZE) {
        return wb_fail(err, WB_E_DAMAGED, "a row of the tree has a wrong size");
    }
    memcpy(hashes, value.data, value.size);
    *count = value.size / WB_TREE_HASH_SIZE;
    return WB_OK;
}

static wb_code bad_tile(unsigned level, uint64_t index, wb_error *err)
{
    const uint64_t first = (index << level) + 1;
    const uint64_t last = (index + 1) << level;
    return wb_fail(err, WB_E_DAMAGED, "the tree's node over the records %llu to %llu is missing",
                   (unsigned long long)first, (unsigned long long)last);
}

/* The hashes of `count` leaves from `first` on. */
static wb_code read_leaves(wb_ledger *ledger, uint64_t first, size_t count, wb_tree_hash *hashes,
                           wb_error *err)
{
    assert(first + count <= ledger->head.count);
    wb_walk walk;
    wb_code code = wb_walk_open(&walk, ledger, first + 1, err);
    for (size_t i = 0; code == WB_OK && i < count; i++) {
        wb_stored stored;
        wb_raw_record raw;
        code = wb_walk_next(&walk, &stored, &raw, err);
        if (code == WB_OK) hashes[i] = wb_tree_leaf(stored.bytes.data, stored.bytes.size);
    }
    wb_walk_close(&walk);
    return code;
}

wb_code wb_tree_rows_read(void *context, unsigned level, uint64_t index, wb_tree_hash *hash,
                          wb_error *err)
{
    wb_ledger *ledger = context;
    assert(level <= WB_TILE_LEVELS * WB_TILE_HEIGHT);
    assert(index + 1 <= ledger->head.count >> level);
    const unsigned above = level % WB_TILE_HEIGHT;
    const unsigned base = level - above;
    const uint64_t first = index << above;
    const size_t needed = (size_t)1 << above;
    wb_tree_hash hashes[WB_TILE_WIDTH];
    size_t place = 0;
    wb_code code = WB_OK;
    if (base == 0) {
        code = read_leaves(ledger, first, needed, hashes, err);
    } else {
        size_t count = 0;
        place = (size_t)(first % WB_TILE_WIDTH);
        code = read_tile(ledger, base, first / WB_TILE_WIDTH, hashes, &count, err);
        if (code == WB_OK && count < place + needed) code = bad_tile(level, index, err);
    }
    if (code == WB_OK) *hash = join(hashes + place, needed);
    return code;
}

/* Take the peaks that a row's hashes, or the last leaves, make: one for each bit of the count. */
static void take_peaks(wb_tree_edge *edge, size_t *peaks, wb_tree_hash *hashes, size_t count)
{
    size_t place = 0;
    for (size_t size = WB_TILE_WIDTH / 2; size > 0; size /= 2) {
        if ((count & size) == 0) continue;
        wb_tree_hash scratch[WB_TILE_WIDTH];
        memcpy(scratch, hashes + place, size * sizeof *hashes);
        edge->peaks[*peaks] = join(scratch, size);
        ++*peaks;
        place += size;
    }
}

wb_code wb_tree_side_load(wb_ledger *ledger, wb_error *err)
{
    const wb_head *head = &ledger->head;
    wb_tree_side *side = &ledger->batch.tree;
    if (side->known && side->edge.size == head->count &&
        memcmp(side->hash, head->hash, sizeof side->hash) == 0) {
        return WB_OK;
    }
    *side = (wb_tree_side){.edge = {.size = head->count}};
    size_t peaks = 0;
    for (size_t i = WB_TILE_LEVELS; i-- > 0;) {
        wb_tile *tile = &side->tiles[i];
        const uint64_t nodes = head->count >> level_of(i);
        const size_t wanted = (size_t)(nodes % WB_TILE_WIDTH);
        tile->index = nodes / WB_TILE_WIDTH;
        if (wanted == 0) continue;
        const wb_code code =
            read_tile(ledger, level_of(i), tile->index, tile->hashes, &tile->count, err);
        if (code != WB_OK) return code;
        if (tile->count != wanted) return bad_tile(level_of(i), nodes - 1, err);
        tile->stored = true;
        take_peaks(&side->edge, &peaks, tile->hashes, wanted);
    }
    const size_t leaves = (size_t)(head->count % WB_TILE_WIDTH);
    wb_tree_hash hashes[WB_TILE_WIDTH];
    if (leaves > 0) {
        const wb_code code = read_leaves(ledger, head->count - leaves, leaves, hashes, err);
        if (code != WB_OK) return code;
        take_peaks(&side->edge, &peaks, hashes, leaves);
    }
    assert(peaks == wb_tree_edge_count(&side->edge));
    memcpy(side->hash, head->hash, sizeof side->hash);
    side->known = true;
    return WB_OK;
}

static wb_code write_tile(wb_ledger *ledger, unsigned level, wb_tile *tile, wb_error *err)
{
    wb_row row;
    wb_row_key_tree(&row, level, tile->index);
    wb_row_bytes(&row, (wb_span){tile->hashes[0].bytes, tile->count * WB_TREE_HASH_SIZE});
    if (!tile->stored) {
        ledger->head.tree_rows++;
        ledger->head.rows++;
    }
    tile->stored = true;
    tile->dirty = false;
    return wb_row_put(ledger, &row, err);
}

/* What wb_tree_append tells of each node that is complete. */
typedef struct adding {
    wb_ledger *ledger;
    wb_code code;
    wb_error *err;
} adding;

static void add_node(void *context, unsigned level, uint64_t index, const wb_tree_hash *hash)
{
    adding *work = context;
    if (!wb_tile_level(level) || work->code != WB_OK) return;
    wb_tile *tile = &work->ledger->batch.tree.tiles[level / WB_TILE_HEIGHT - 1];
    assert(index == tile->index * WB_TILE_WIDTH + tile->count);
    tile->hashes[tile->count] = *hash;
    tile->count++;
    tile->dirty = true;
    if (tile->count < WB_TILE_WIDTH) return;
    work->code = write_tile(work->ledger, level, tile, work->err);
    *tile = (wb_tile){.index = tile->index + 1};
}

wb_code wb_tree_side_add(wb_ledger *ledger, wb_span record, const uint8_t hash[WB_LEDGER_HASH_SIZE],
                         wb_error *err)
{
    wb_tree_side *side = &ledger->batch.tree;
    assert(side->known);
    adding work = {.ledger = ledger, .code = WB_OK, .err = err};
    const wb_tree_hash leaf = wb_tree_leaf(record.data, record.size);
    wb_tree_append(&side->edge, &leaf, add_node, &work);
    memcpy(side->hash, hash, sizeof side->hash);
    return work.code;
}

wb_code wb_tree_side_write(wb_ledger *ledger, wb_error *err)
{
    wb_code code = WB_OK;
    for (size_t i = 0; code == WB_OK && i < WB_TILE_LEVELS; i++) {
        wb_tile *tile = &ledger->batch.tree.tiles[i];
        if (tile->dirty) code = write_tile(ledger, level_of(i), tile, err);
    }
    return code;
}
