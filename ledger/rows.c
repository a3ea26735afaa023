/* rows.c - keys and derived values as bytes; see rows.h. */
#include "ledger/rows.h"

#include <assert.h>

#include "ledger/batch.h"

/* A format that this program does not know must still be recognised as such: these 12 bytes and
 * their check never change. */
static const uint8_t magic[8] = {'W', 'B', 'L', 'E', 'D', 'G', 'E', 'R'};

static void key_bytes(wb_row *row, const void *data, size_t size)
{
    assert(row->key_size + size <= sizeof row->key);
    memcpy(row->key + row->key_size, data, size);
    row->key_size += size;
}

static void key_u64(wb_row *row, uint64_t value)
{
    uint8_t out[8];
    wb_put_u64(out, value);
    key_bytes(row, out, sizeof out);
}

void wb_row_key(wb_row *row, uint8_t tag)
{
    row->key[0] = tag;
    row->key_size = 1;
    row->value_size = 0;
}

void wb_row_key_u64(wb_row *row, uint8_t tag, uint64_t number)
{
    wb_row_key(row, tag);
    key_u64(row, number);
}

void wb_row_key_document(wb_row *row, wb_record_kind kind, wb_span id)
{
    wb_row_key(row, WB_TAG_DOCUMENT);
    row->key[row->key_size++] = (uint8_t)kind;
    key_bytes(row, id.data, id.size);
}

void wb_row_key_pair(wb_row *row, uint8_t tag, uint64_t account, uint64_t party)
{
    wb_row_key_u64(row, tag, account);
    key_u64(row, party);
}

void wb_row_key_chunk(wb_row *row, uint64_t account, uint64_t party, uint32_t chunk)
{
    uint8_t out[4];
    wb_put_u32(out, chunk);
    wb_row_key_pair(row, WB_TAG_POSTING, account, party);
    key_bytes(row, out, sizeof out);
}

void wb_row_key_subject(wb_row *row, wb_span subject, uint32_t chunk)
{
    uint8_t end[1 + 4] = {0};
    wb_put_u32(end + 1, chunk);
    wb_row_key(row, WB_TAG_SUBJECT);
    key_bytes(row, subject.data, subject.size);
    key_bytes(row, end, sizeof end);
}

void wb_row_key_tree(wb_row *row, unsigned level, uint64_t index)
{
    const uint8_t out = (uint8_t)level;
    wb_row_key(row, WB_TAG_TREE);
    key_bytes(row, &out, 1);
    key_u64(row, index);
}

void wb_row_key_settled(wb_row *row, const uint8_t hash[WB_REFERENCE_KEY_SIZE])
{
    const uint8_t bucket[3] = {hash[0], hash[1], hash[2] & WB_SETTLED_MASK};
    wb_row_key(row, WB_TAG_SETTLED);
    key_bytes(row, bucket, sizeof bucket);
}

void wb_row_key_public(wb_row *row, const uint8_t key[WB_PUBLIC_KEY_SIZE])
{
    wb_row_key(row, WB_TAG_KEY);
    key_bytes(row, key, WB_PUBLIC_KEY_SIZE);
}

void wb_row_key_young(wb_row *row, const uint8_t hash[WB_REFERENCE_KEY_SIZE])
{
    const uint8_t bucket[2] = {hash[0], hash[1] & WB_YOUNG_MASK};
    wb_row_key(row, WB_TAG_YOUNG);
    key_bytes(row, bucket, sizeof bucket);
}

static void seal(wb_row *row)
{
    assert(row->value_size <= WB_ROW_VALUE_MAX);
    wb_row_check(row->value + row->value_size, (wb_span){row->key, row->key_size},
                 (wb_span){row->value, row->value_size});
    row->value_size += WB_ROW_CHECK_SIZE;
}

void wb_row_bytes(wb_row *row, wb_span value)
{
    assert(value.size <= WB_ROW_VALUE_MAX);
    if (value.size > 0) memcpy(row->value, value.data, value.size);
    row->value_size = value.size;
    seal(row);
}

void wb_row_seal(wb_row *row, size_t size)
{
    row->value_size = size;
    seal(row);
}

/* A wb_bytes over the row's own room. */
static wb_bytes row_room(wb_row *row)
{
    return (wb_bytes){row->value, 0, WB_ROW_VALUE_MAX};
}

void wb_row_format(wb_row *row)
{
    wb_row_key(row, WB_TAG_FORMAT);
    wb_bytes out = row_room(row);
    wb_bytes_put(&out, magic, sizeof magic);
    wb_bytes_put_u32(&out, WB_FORMAT_VERSION);
    wb_row_seal(row, out.size);
}

void wb_row_head(wb_row *row, const wb_head *head)
{
    const uint64_t numbers[] = {
        head->count,     head->entries,    head->postings,  head->recorded_us,
        head->rows,      head->references, head->buckets,   head->balances,
        head->chunks,    head->subjects,   head->reversals, head->tree_rows,
        head->proposals, head->verdicts,   head->open,      head->control_rows};
    wb_row_key(row, WB_TAG_HEAD);
    wb_bytes out = row_room(row);
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        wb_bytes_put_u64(&out, numbers[i]);
    for (size_t i = 0; i < WB_KIND_COUNT; i++)
        wb_bytes_put_u64(&out, head->documents[i]);
    wb_bytes_put_u32(&out, (uint32_t)head->last_date.days);
    wb_bytes_put(&out, head->hash, sizeof head->hash);
    wb_row_seal(row, out.size);
}

void wb_row_u64(wb_row *row, uint64_t number)
{
    wb_put_u64(row->value, number);
    row->value_size = 8;
    seal(row);
}

void wb_row_document(wb_row *row, wb_document_row document)
{
    wb_bytes out = row_room(row);
    wb_bytes_put_u64(&out, document.first);
    wb_bytes_put_u64(&out, document.newest);
    wb_row_seal(row, out.size);
}

void wb_row_balance(wb_row *row, const wb_slot *slot)
{
    wb_bytes out = row_room(row);
    wb_bytes_put_u64(&out, slot->postings);
    wb_bytes_put_u32(&out, slot->chunks);
    wb_codec_put_amount(&out, &slot->debit);
    wb_codec_put_amount(&out, &slot->credit);
    wb_bytes_put(&out, slot->list, slot->list_size);
    wb_row_seal(row, out.size);
}

static wb_code bad_row(wb_error *err, const char *what)
{
    return wb_fail(err, WB_E_DAMAGED, "a row of the store is damaged: %s", what);
}

static bool key_well_formed(wb_span key)
{
    if (key.size == 0) return false;
    switch (key.data[0]) {
    case WB_TAG_FORMAT:
    case WB_TAG_OPEN:
    case WB_TAG_HEAD: return key.size == 1;
    case WB_TAG_DOCUMENT: return key.size >= 3 && key.size <= 2 + WB_ID_MAX;
    case WB_TAG_BALANCE: return key.size == 17;
    case WB_TAG_REVERSAL:
    case WB_TAG_PROPOSAL:
    case WB_TAG_RECORD: return key.size == 9;
    case WB_TAG_KEY: return key.size == 1 + WB_PUBLIC_KEY_SIZE;
    case WB_TAG_SUBJECT: return key.size >= 7 && key.size <= 6 + WB_ID_MAX;
    case WB_TAG_POSTING: return key.size == 21;
    case WB_TAG_SETTLED: return key.size == 4;
    case WB_TAG_YOUNG: return key.size == 3;
    case WB_TAG_TREE: return key.size == 10;
    default: return false;
    }
}

wb_code wb_row_open(wb_span *value, wb_span key, wb_span sealed, wb_error *err)
{
    if (!key_well_formed(key)) return bad_row(err, "it has an unknown key");
    *value = sealed;
    if (key.data[0] == WB_TAG_RECORD) return WB_OK;
    if (sealed.size < WB_ROW_CHECK_SIZE || sealed.size > WB_ROW_VALUE_MAX + WB_ROW_CHECK_SIZE) {
        return bad_row(err, "it has an impossible size");
    }
    value->size -= WB_ROW_CHECK_SIZE;
    uint8_t check[WB_ROW_CHECK_SIZE];
    wb_row_check(check, key, *value);
    if (memcmp(check, sealed.data + value->size, sizeof check) != 0) {
        return bad_row(err, "its check does not hold");
    }
    return WB_OK;
}

wb_code wb_row_read_format(wb_span value, wb_error *err)
{
    if (value.size < sizeof magic + 4 || memcmp(value.data, magic, sizeof magic) != 0) {
        return wb_fail(err, WB_E_NOT_LEDGER, "the data file is not a ledger's");
    }
    const uint32_t version = wb_get_u32(value.data + sizeof magic);
    if (version > WB_FORMAT_VERSION) {
        const wb_code code =
            wb_fail(err, WB_E_VERSION, "the ledger has format %u, and this version reads up to %d",
                    (unsigned)version, WB_FORMAT_VERSION);
        wb_error_hint(err, "use the version of waarborg that wrote it, or a later one");
        return code;
    }
    if (version < WB_FORMAT_VERSION) {
        const wb_code code =
            wb_fail(err, WB_E_VERSION, "the ledger has format %u, and this version needs format %d",
                    (unsigned)version, WB_FORMAT_VERSION);
        wb_error_hint(err, "make a new one of its records: waarborg ledger rebuild OLD NEW");
        return code;
    }
    return WB_OK;
}

wb_code wb_row_read_head(wb_head *head, wb_span value, wb_error *err)
{
    uint64_t *const numbers[] = {
        &head->count,     &head->entries,    &head->postings,  &head->recorded_us,
        &head->rows,      &head->references, &head->buckets,   &head->balances,
        &head->chunks,    &head->subjects,   &head->reversals, &head->tree_rows,
        &head->proposals, &head->verdicts,   &head->open,      &head->control_rows};
    bool whole = true;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        whole = whole && wb_span_take_u64(&value, numbers[i]);
    for (size_t i = 0; i < WB_KIND_COUNT; i++)
        whole = whole && wb_span_take_u64(&value, &head->documents[i]);
    uint32_t days = 0;
    wb_span hash = {0};
    whole = whole && wb_span_take_u32(&value, &days) &&
            wb_span_take(&value, &hash, WB_LEDGER_HASH_SIZE) && value.size == 0;
    if (!whole) return bad_row(err, "the head has a wrong size");
    head->last_date.days = (int32_t)days;
    memcpy(head->hash, hash.data, sizeof head->hash);
    return WB_OK;
}

wb_code wb_row_read_u64(uint64_t *number, wb_span value, wb_error *err)
{
    if (!wb_span_take_u64(&value, number) || value.size != 0) return bad_row(err, "a wrong size");
    return WB_OK;
}

wb_code wb_row_read_document(wb_document_row *row, wb_span value, wb_error *err)
{
    if (!wb_span_take_u64(&value, &row->first) || !wb_span_take_u64(&value, &row->newest) ||
        value.size != 0) {
        return bad_row(err, "a document's row has a wrong size");
    }
    return WB_OK;
}

wb_code wb_row_read_balance(wb_balance_row *row, wb_span value, wb_error *err)
{
    if (!wb_span_take_u64(&value, &row->postings) || !wb_span_take_u32(&value, &row->chunks) ||
        !wb_codec_take_amount(&value, &row->debit) || !wb_codec_take_amount(&value, &row->credit) ||
        value.size > WB_CHUNK_SIZE_MAX || row->debit.negative || row->credit.negative) {
        return bad_row(err, "a balance is not well formed");
    }
    row->list = value;
    return WB_OK;
}

wb_code wb_row_read_pair(uint64_t *account, uint64_t *party, wb_span key, wb_error *err)
{
    if (key.size < 17) return bad_row(err, "its key is too short");
    *account = wb_get_u64(key.data + 1);
    *party = wb_get_u64(key.data + 9);
    return WB_OK;
}

/* Differences of dates may be negative: -1, 1, -2 ... become 1, 2, 3 ... */
static uint64_t zigzag(int64_t value)
{
    return value < 0 ? ((uint64_t)(-(value + 1)) << 1 | 1) : (uint64_t)value << 1;
}

static int64_t zagzig(uint64_t value)
{
    const int64_t half = (int64_t)(value >> 1);
    return (value & 1) != 0 ? -half - 1 : half;
}

size_t wb_item_put(uint8_t out[WB_ITEM_SIZE_MAX], const wb_item *before, const wb_item *item)
{
    assert(item->number >= before->number);
    assert(item->amount.magnitude.size > 0);
    assert(item->amount.magnitude.size <= WB_AMOUNT_SIZE_MAX);
    wb_bytes bytes = {.capacity = WB_ITEM_SIZE_MAX};
    bytes.data = out;
    wb_bytes_put_vlq(&bytes, item->number - before->number);
    wb_bytes_put_vlq(&bytes, item->index);
    wb_bytes_put_vlq(&bytes, zigzag((int64_t)item->date.days - before->date.days));
    wb_bytes_put_u8(&bytes,
                    (uint8_t)(item->amount.magnitude.size | (item->amount.negative ? 0x80U : 0U)));
    wb_bytes_put(&bytes, item->amount.magnitude.data, item->amount.magnitude.size);
    return bytes.size;
}

bool wb_item_take(wb_span *list, wb_item *item)
{
    uint64_t step = 0;
    uint64_t index = 0;
    uint64_t days = 0;
    if (!wb_span_take_vlq(list, &step) || !wb_span_take_vlq(list, &index) ||
        !wb_span_take_vlq(list, &days) || !wb_codec_take_amount(list, &item->amount)) {
        return false;
    }
    if (step > UINT64_MAX - item->number || index >= WB_POSTINGS_MAX || days > UINT32_MAX) {
        return false;
    }
    const int64_t date = (int64_t)item->date.days + zagzig(days);
    if (date < INT32_MIN || date > INT32_MAX) return false;
    item->number += step;
    item->index = (uint32_t)index;
    item->date.days = (int32_t)date;
    return true;
}
