/* references.c - which entry a reference belongs to: buckets of hashes.
 *
 * Hashes fall anywhere, so that every entry of a batch touches a page of its own. Buckets keep
 * those pages few: a hash costs 20 bytes in a bucket, and three times that as a row of the tree. */
#include <assert.h>

#include "ledger/internal.h"
#include "ledger/slots.h"

_Static_assert(WB_BUCKET_ITEM_SIZE == 20, "a reference takes 20 bytes for ever");

/* The place of the first item that is not before the hash. */
static size_t place_of(wb_span bucket, const uint8_t hash[WB_BUCKET_HASH_SIZE])
{
    size_t low = 0;
    size_t high = bucket.size / WB_BUCKET_ITEM_SIZE;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        const uint8_t *item = bucket.data + middle * WB_BUCKET_ITEM_SIZE;
        if (memcmp(item, hash, WB_BUCKET_HASH_SIZE) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static wb_code read_bucket(wb_ledger *ledger, wb_row *row, const uint8_t *key, wb_span *bucket,
                           bool *found, wb_error *err)
{
    *bucket = (wb_span){0};
    wb_row_key_bucket(row, key);
    const wb_code code = wb_lookup(ledger, row, bucket, found, err);
    if (code != WB_OK) return code;
    if (bucket->size % WB_BUCKET_ITEM_SIZE != 0) {
        return wb_fail(err, WB_E_DAMAGED, "a bucket of references is damaged");
    }
    return WB_OK;
}

wb_code wb_bucket_find(wb_ledger *ledger, const uint8_t key[WB_REFERENCE_KEY_SIZE],
                       uint64_t *number, wb_error *err)
{
    wb_row row;
    wb_span bucket;
    bool found = false;
    *number = 0;
    const wb_code code = read_bucket(ledger, &row, key, &bucket, &found, err);
    if (code != WB_OK || !found) return code;
    const size_t at = place_of(bucket, key + 2) * WB_BUCKET_ITEM_SIZE;
    if (at == bucket.size || memcmp(bucket.data + at, key + 2, WB_BUCKET_HASH_SIZE) != 0) {
        return WB_OK;
    }
    uint8_t wide[8] = {0};
    memcpy(wide + 2, bucket.data + at + WB_BUCKET_HASH_SIZE, 6);
    *number = wb_get_u64(wide);
    if (*number == 0 || *number > ledger->head.count) {
        return wb_fail(err, WB_E_DAMAGED, "a reference leads to entry %llu, which does not exist",
                       (unsigned long long)*number);
    }
    return WB_OK;
}

static bool same_bucket(const uint8_t *a, const uint8_t *b)
{
    return a[0] == b[0] && a[1] == b[1] && (a[2] & 0xC0) == (b[2] & 0xC0);
}

/* Merge `count` pending references, all of one bucket, into it. */
static wb_code write_bucket(wb_ledger *ledger, const wb_pending **sorted, size_t count,
                            wb_error *err)
{
    wb_row row;
    wb_span old;
    bool found = false;
    wb_code code = read_bucket(ledger, &row, sorted[0]->reference, &old, &found, err);
    if (code != WB_OK) return code;
    if (old.size + count * WB_BUCKET_ITEM_SIZE > WB_ROW_VALUE_MAX) {
        return wb_fail(err, WB_E_FULL, "the ledger holds no more references");
    }
    wb_bytes merged = {row.value, 0, WB_ROW_VALUE_MAX};
    for (size_t i = 0; i < count; i++) {
        const uint8_t *hash = sorted[i]->reference + 2;
        const size_t before = place_of(old, hash) * WB_BUCKET_ITEM_SIZE;
        uint8_t number[8];
        wb_bytes_put(&merged, old.data, before);
        old.data = old.data == NULL ? NULL : old.data + before;
        old.size -= before;
        wb_put_u64(number, wb_batch_number(&ledger->batch, sorted[i]));
        wb_bytes_put(&merged, hash, WB_BUCKET_HASH_SIZE);
        wb_bytes_put(&merged, number + 2, 6);
    }
    wb_bytes_put(&merged, old.data, old.size);
    wb_row_seal(&row, merged.size);
    if (!found) {
        ledger->head.buckets++;
        ledger->head.rows++;
    }
    return wb_row_put(ledger, &row, err);
}

wb_code wb_buckets_write(wb_ledger *ledger, const wb_pending **sorted, size_t count, wb_error *err)
{
    wb_code code = WB_OK;
    for (size_t i = 0; code == WB_OK && i < count;) {
        size_t end = i + 1;
        while (end < count && same_bucket(sorted[i]->reference, sorted[end]->reference))
            end++;
        code = write_bucket(ledger, sorted + i, end - i, err);
        i = end;
    }
    ledger->head.references += count;
    return code;
}
