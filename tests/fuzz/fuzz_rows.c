/* fuzz_rows.c - derived rows. The first byte of the input chooses the row, the rest is its value:
 * it is refused as damaged, or it is the one form of what was read. A sealed row opens under its
 * own key, and under no key that differs in a bit. */
#include "fuzz.h"
#include "ledger/batch.h"
#include "ledger/rows.h"

enum { ROW_HEAD, ROW_DOCUMENT, ROW_NUMBER, ROW_BALANCE, ROW_ITEMS, ROW_FORMAT, ROW_SEALED, ROWS };

static void same(const wb_row *row, wb_span value)
{
    FUZZ_CHECK(row->value_size == value.size + WB_ROW_CHECK_SIZE);
    FUZZ_CHECK(memcmp(row->value, value.data, value.size) == 0);
}

static void refused(wb_code code)
{
    FUZZ_CHECK(code == WB_E_DAMAGED || code == WB_E_NOT_LEDGER || code == WB_E_VERSION);
}

static void try_head(wb_row *row, wb_span value)
{
    wb_head head = {0};
    const wb_code code = wb_row_read_head(&head, value, NULL);
    if (code != WB_OK) {
        refused(code);
        return;
    }
    wb_row_head(row, &head);
    same(row, value);
}

static void put_amount(wb_bytes *out, const wb_raw_amount *raw)
{
    wb_money amount;
    wb_money_init(&amount);
    wb_raw_amount_get(&amount, raw);
    wb_codec_put_amount(out, &amount);
    wb_money_clear(&amount);
}

static void try_balance(wb_row *row, wb_span value)
{
    wb_balance_row balance = {0};
    const wb_code code = wb_row_read_balance(&balance, value, NULL);
    if (code != WB_OK) {
        refused(code);
        return;
    }
    wb_bytes out = {row->value, 0, WB_ROW_VALUE_MAX};
    wb_bytes_put_u64(&out, balance.postings);
    wb_bytes_put_u32(&out, balance.chunks);
    put_amount(&out, &balance.debit);
    put_amount(&out, &balance.credit);
    wb_bytes_put(&out, balance.list.data, balance.list.size);
    wb_row_seal(row, out.size);
    same(row, value);
}

static void try_items(wb_span list)
{
    wb_item before = {0};
    wb_item item = {0};
    const uint8_t *start = list.data;
    while (wb_item_take(&list, &item)) {
        uint8_t out[WB_ITEM_SIZE_MAX];
        const size_t size = (size_t)(list.data - start);
        FUZZ_CHECK(item.number >= before.number && item.index < WB_POSTINGS_MAX);
        if (item.amount.magnitude.size > 0 && item.amount.magnitude.size <= WB_AMOUNT_SIZE_MAX) {
            FUZZ_CHECK(wb_item_put(out, &before, &item) == size);
            FUZZ_CHECK(memcmp(out, start, size) == 0);
        }
        before = item;
        start = list.data;
    }
}

/* The value under the key that is its own first bytes. */
static void try_sealed(wb_row *row, wb_span value)
{
    wb_span opened = {0};
    wb_span key = {value.data, value.size == 0 ? 0 : value.data[0] % 24U};
    if (value.size == 0 || key.size > value.size - 1 || value.size > WB_ROW_VALUE_MAX) return;
    key.data++;
    memcpy(row->key, key.data, key.size);
    row->key_size = key.size;
    wb_row_bytes(row, (wb_span){key.data + key.size, value.size - 1 - key.size});
    const wb_span sealed = {row->value, row->value_size};
    if (wb_row_open(&opened, (wb_span){row->key, row->key_size}, sealed, NULL) != WB_OK) return;
    FUZZ_CHECK(key.size > 0);
    if (row->key[0] == WB_TAG_RECORD) return; /* a record is checked by its hash */
    for (size_t bit = 0; bit < 8 * key.size; bit++) {
        row->key[bit / 8] ^= (uint8_t)(1U << bit % 8);
        FUZZ_CHECK(wb_row_open(&opened, (wb_span){row->key, row->key_size}, sealed, NULL) != WB_OK);
        row->key[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static wb_row row;
    wb_document_row document = {0};
    uint64_t number = 0;
    if (size == 0) return 0;
    const wb_span value = {data + 1, size - 1};
    row.key_size = 0;
    switch (data[0] % ROWS) {
    case ROW_HEAD: try_head(&row, value); break;
    case ROW_BALANCE: try_balance(&row, value); break;
    case ROW_ITEMS: try_items(value); break;
    case ROW_SEALED: try_sealed(&row, value); break;
    case ROW_FORMAT: {
        wb_error err = {0};
        const wb_code code = wb_row_read_format(value, &err);
        if (code != WB_OK) refused(code);
        break;
    }
    case ROW_DOCUMENT:
        if (wb_row_read_document(&document, value, NULL) == WB_OK) {
            wb_row_document(&row, document);
            same(&row, value);
        }
        break;
    default:
        if (wb_row_read_u64(&number, value, NULL) == WB_OK) {
            wb_row_u64(&row, number);
            same(&row, value);
        }
    }
    return 0;
}

static void seed_value(uint8_t which, const void *data, size_t size, fuzz_seed *seed, void *context)
{
    static uint8_t room[1 + WB_ROW_VALUE_MAX];
    room[0] = which;
    memcpy(room + 1, data, size);
    seed(room, 1 + size, context);
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    static wb_row row;
    static const uint8_t balance[] = {0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0,    2, 1,
                                      0, 1, 9, 5, 0, 2, 1, 7, 1, 1, 3, 0x81, 9};
    static const uint8_t items[] = {5, 0, 0x82, 0xBF, 0x4C, 2, 1, 0, 0,
                                    1, 3, 0x81, 9,    2,    0, 0, 1, 1};
    static const uint8_t sealed[] = {
        17, WB_TAG_BALANCE, 0, 0, 0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3};
    const wb_head head = {.count = 4, .entries = 1, .postings = 2, .rows = 9, .last_date = {20454}};
    wb_row_head(&row, &head);
    seed_value(ROW_HEAD, row.value, row.value_size - WB_ROW_CHECK_SIZE, seed, context);
    wb_row_document(&row, (wb_document_row){3, 40});
    seed_value(ROW_DOCUMENT, row.value, row.value_size - WB_ROW_CHECK_SIZE, seed, context);
    wb_row_u64(&row, 77);
    seed_value(ROW_NUMBER, row.value, row.value_size - WB_ROW_CHECK_SIZE, seed, context);
    wb_row_format(&row);
    seed_value(ROW_FORMAT, row.value, row.value_size - WB_ROW_CHECK_SIZE, seed, context);
    seed_value(ROW_BALANCE, balance, sizeof balance, seed, context);
    seed_value(ROW_ITEMS, items, sizeof items, seed, context);
    seed_value(ROW_SEALED, sealed, sizeof sealed, seed, context);
}
