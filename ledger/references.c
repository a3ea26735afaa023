/* references.c - which entry a reference belongs to: two levels of buckets of hashes.
 *
 * Hashes fall anywhere, so that in one large index every entry of a batch changes a page of its
 * own. New hashes therefore gather in 2,048 young buckets, and a young bucket that is full moves as
 * a whole to the settled buckets of its range, which lie side by side: some sixty hashes then share
 * the pages they change. A row is never removed: an emptied young bucket keeps an empty row. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/internal.h"
#include "ledger/slots.h"

_Static_assert(WB_YOUNG_ITEM_SIZE == 21 && WB_SETTLED_ITEM_SIZE == 20,
               "references take 21 and 20 bytes for ever");

/* A reference on its way. */
typedef struct reference {
    uint8_t hash[WB_REFERENCE_KEY_SIZE];
    uint64_t number;
} reference;

/* The two levels differ in how much of the hash their key holds. */
typedef struct level {
    size_t skip; /* bytes of the hash that items leave out */
    size_t item_size;
} level;

static const level young = {1, WB_YOUNG_ITEM_SIZE};
static const level settled = {2, WB_SETTLED_ITEM_SIZE};

static size_t hash_size(const level *at)
{
    return WB_REFERENCE_KEY_SIZE - at->skip;
}

static void make_key(wb_row *row, const level *at, const uint8_t *hash)
{
    if (at == &young) {
        wb_row_key_young(row, hash);
    } else {
        wb_row_key_settled(row, hash);
    }
}

/* The place of the first item that is not before the hash. */
static size_t place_of(wb_span bucket, const level *at, const uint8_t *hash)
{
    size_t low = 0;
    size_t high = bucket.size / at->item_size;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const uint8_t *item = bucket.data + middle * at->item_size;
        if (memcmp(item, hash + at->skip, hash_size(at)) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static wb_code read_bucket(wb_ledger *ledger, wb_row *row, const level *at, const uint8_t *hash,
                           wb_span *bucket, bool *found, wb_error *err)
{
    *bucket = (wb_span){0};
    make_key(row, at, hash);
    const wb_code code = wb_lookup(ledger, row, bucket, found, err);
    if (code != WB_OK) return code;
    if (bucket->size % at->item_size != 0) {
        return wb_fail(err, WB_E_DAMAGED, "a bucket of references is damaged");
    }
    return WB_OK;
}

static uint64_t item_number(const uint8_t *item, const level *at)
{
    uint8_t wide[8] = {0};
    memcpy(wide + 2, item + hash_size(at), 6);
    return wb_get_u64(wide);
}

static wb_code find_in(wb_ledger *ledger, const level *at, const uint8_t *hash, uint64_t *number,
                       wb_error *err)
{
    wb_row row;
    wb_span bucket;
    bool found = false;
    const wb_code code = read_bucket(ledger, &row, at, hash, &bucket, &found, err);
    if (code != WB_OK || !found) return code;
    const size_t place = place_of(bucket, at, hash) * at->item_size;
    if (place == bucket.size || memcmp(bucket.data + place, hash + at->skip, hash_size(at)) != 0) {
        return WB_OK;
    }
    *number = item_number(bucket.data + place, at);
    if (*number == 0 || *number > ledger->head.count) {
        return wb_fail(err, WB_E_DAMAGED, "a reference leads to entry %llu, which does not exist",
                       (unsigned long long)*number);
    }
    return WB_OK;
}

wb_code wb_settled_find(wb_ledger *ledger, const uint8_t key[WB_REFERENCE_KEY_SIZE],
                        uint64_t *number, wb_error *err)
{
    *number = 0;
    return find_in(ledger, &settled, key, number, err);
}

wb_code wb_bucket_find(wb_ledger *ledger, const uint8_t key[WB_REFERENCE_KEY_SIZE],
                       uint64_t *number, wb_error *err)
{
    *number = 0;
    const wb_code code = find_in(ledger, &young, key, number, err);
    return code == WB_OK && *number == 0 ? wb_settled_find(ledger, key, number, err) : code;
}

/* The old items and the new ones, both sorted, as the row's value. */
static void merge(wb_row *row, const level *at, wb_span old, const reference *fresh, size_t count)
{
    wb_bytes merged = {row->value, 0, WB_ROW_VALUE_MAX};
    for (size_t i = 0; i < count; i++) {
        const size_t before = place_of(old, at, fresh[i].hash) * at->item_size;
        uint8_t number[8];
        wb_bytes_put(&merged, old.data, before);
        if (before > 0) old = (wb_span){old.data + before, old.size - before};
        wb_put_u64(number, fresh[i].number);
        wb_bytes_put(&merged, fresh[i].hash + at->skip, hash_size(at));
        wb_bytes_put(&merged, number + 2, 6);
    }
    wb_bytes_put(&merged, old.data, old.size);
    wb_row_seal(row, merged.size);
}

static wb_code put_bucket(wb_ledger *ledger, const wb_row *row, bool found, wb_error *err)
{
    if (!found) {
        ledger->head.buckets++;
        ledger->head.rows++;
    }
    return wb_row_put(ledger, row, err);
}

static bool same_settled(const uint8_t *a, const uint8_t *b)
{
    return a[0] == b[0] && a[1] == b[1] && (a[2] & WB_SETTLED_MASK) == (b[2] & WB_SETTLED_MASK);
}

/* Add sorted references to the settled buckets. */
static wb_code settle(wb_ledger *ledger, const reference *fresh, size_t count, wb_error *err)
{
    wb_code code = WB_OK;
    for (size_t i = 0; code == WB_OK && i < count;) {
        size_t end = i + 1;
        while (end < count && same_settled(fresh[i].hash, fresh[end].hash))
            end++;
        wb_row row;
        wb_span old;
        bool found = false;
        code = read_bucket(ledger, &row, &settled, fresh[i].hash, &old, &found, err);
        if (code == WB_OK && old.size + (end - i) * settled.item_size > WB_ROW_VALUE_MAX) {
            code = wb_fail(err, WB_E_FULL, "the ledger holds no more references");
        }
        if (code != WB_OK) return code;
        merge(&row, &settled, old, fresh + i, end - i);
        code = put_bucket(ledger, &row, found, err);
        i = end;
    }
    return code;
}

static int by_place(const void *a, const void *b)
{
    const wb_pending *const *x = a;
    const wb_pending *const *y = b;
    return *x < *y ? -1 : *x > *y; /* both of the batch's records, which lie in the log's order */
}

/*
 * Of `count` sorted references the newest `stay` are taken out and put behind the others; both
 * parts stay sorted. Which ones move on must not depend on how the log was cut into batches, so
 * that the rows are a function of the records.
 */
static wb_code keep_newest(const wb_pending **sorted, size_t count, size_t stay, wb_error *err)
{
    if (stay == 0 || stay == count) return WB_OK;
    const wb_pending **all = malloc(2 * count * sizeof(const wb_pending *));
    if (all == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu references", count);
    const wb_pending **parted = all + count;
    memcpy(all, sorted, count * sizeof(const wb_pending *));
    qsort(all, count, sizeof(const wb_pending *), by_place);
    const wb_pending *first = all[count - stay];
    size_t older = 0;
    size_t newer = count - stay;
    for (size_t i = 0; i < count; i++)
        parted[sorted[i] < first ? older++ : newer++] = sorted[i];
    assert(older == count - stay && newer == count);
    memcpy(sorted, parted, count * sizeof(const wb_pending *));
    free(all);
    return WB_OK;
}

/* All that is in a young bucket and `count` that should come to it, sorted, move on together. */
static wb_code move_on(wb_ledger *ledger, wb_span old, const uint8_t *prefix,
                       const wb_pending **sorted, size_t count, wb_error *err)
{
    const size_t held = old.size / young.item_size;
    reference *all = malloc((held + count) * sizeof *all);
    if (all == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu references", held + count);
    size_t next = 0;
    size_t total = 0;
    for (size_t i = 0; i <= held; i++) {
        const uint8_t *item = i < held ? old.data + i * young.item_size : NULL;
        while (next < count &&
               (item == NULL || memcmp(sorted[next]->reference + 1, item, hash_size(&young)) < 0)) {
            memcpy(all[total].hash, sorted[next]->reference, WB_REFERENCE_KEY_SIZE);
            all[total].number = wb_batch_number(&ledger->batch, sorted[next]);
            total++;
            next++;
        }
        if (item == NULL) break;
        all[total].hash[0] = prefix[0];
        memcpy(all[total].hash + 1, item, hash_size(&young));
        all[total].number = item_number(item, &young);
        total++;
    }
    assert(total == held + count);
    const wb_code code = settle(ledger, all, total, err);
    free(all);
    return code;
}

/* Add `count` pending references, all of one young bucket: as if they came one by one, and each
 * that found it full moved on with all that is there. */
static wb_code write_young(wb_ledger *ledger, const wb_pending **sorted, size_t count,
                           wb_error *err)
{
    wb_row row;
    wb_span old;
    bool found = false;
    const uint8_t *hash = sorted[0]->reference;
    wb_code code = read_bucket(ledger, &row, &young, hash, &old, &found, err);
    if (code != WB_OK) return code;
    const size_t held = old.size / young.item_size;
    const size_t stay = (held + count) % (WB_YOUNG_COUNT_MAX + 1);
    if (held + count > WB_YOUNG_COUNT_MAX) {
        code = keep_newest(sorted, count, stay, err);
        if (code == WB_OK) code = move_on(ledger, old, hash, sorted, count - stay, err);
        if (code != WB_OK) return code;
        old = (wb_span){0};
        sorted += count - stay;
        count = stay;
    }
    reference fresh[WB_YOUNG_COUNT_MAX];
    for (size_t i = 0; i < count; i++) {
        memcpy(fresh[i].hash, sorted[i]->reference, WB_REFERENCE_KEY_SIZE);
        fresh[i].number = wb_batch_number(&ledger->batch, sorted[i]);
    }
    merge(&row, &young, old, fresh, count);
    return put_bucket(ledger, &row, found, err);
}

static bool same_young(const uint8_t *a, const uint8_t *b)
{
    return a[0] == b[0] && (a[1] & WB_YOUNG_MASK) == (b[1] & WB_YOUNG_MASK);
}

wb_code wb_buckets_write(wb_ledger *ledger, const wb_pending **sorted, size_t count, wb_error *err)
{
    wb_code code = WB_OK;
    for (size_t i = 0; code == WB_OK && i < count;) {
        size_t end = i + 1;
        while (end < count && same_young(sorted[i]->reference, sorted[end]->reference))
            end++;
        code = write_young(ledger, sorted + i, end - i, err);
        i = end;
    }
    ledger->head.references += count;
    return code;
}
