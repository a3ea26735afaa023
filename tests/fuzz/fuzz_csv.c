/* fuzz_csv.c - CSV tables. The first byte of the input chooses the delimiter, the rest is the file:
 * it is refused with a message that has a place, or its cells, written out again with every one in
 * quotes, are read back the same. */
#include "fuzz.h"
#include "waarborg/csv.h"

typedef struct text {
    char *data;
    size_t size;
    size_t capacity;
} text;

static void put(text *out, const char *data, size_t size)
{
    if (out->capacity - out->size < size) {
        out->capacity = 2 * (out->capacity + size);
        out->data = realloc(out->data, out->capacity);
        FUZZ_CHECK(out->data != NULL);
    }
    memcpy(out->data + out->size, data, size);
    out->size += size;
}

static void put_cell(text *out, wb_csv_cell cell, char after)
{
    put(out, "\"", 1);
    for (size_t i = 0; i < cell.size; i++)
        put(out, cell.text[i] == '"' ? "\"\"" : &cell.text[i], cell.text[i] == '"' ? 2 : 1);
    put(out, "\"", 1);
    put(out, &after, 1);
}

/* Row 0 is the header. */
static wb_csv_cell cell_at(const wb_csv *table, size_t row, size_t column)
{
    return row == 0 ? wb_csv_header(table, column) : wb_csv_at(table, row - 1, column);
}

static void check_again(const wb_csv *table, char delimiter)
{
    const size_t rows = 1 + wb_csv_row_count(table);
    const size_t columns = wb_csv_column_count(table);
    text out = {0};
    for (size_t row = 0; row < rows; row++) {
        for (size_t column = 0; column < columns; column++) {
            const wb_csv_cell cell = cell_at(table, row, column);
            FUZZ_CHECK(cell.text[cell.size] == '\0' && strlen(cell.text) == cell.size);
            FUZZ_CHECK(cell.line > 0 && cell.column > 0 && cell.column_end >= cell.column);
            put_cell(&out, cell, column + 1 == columns ? '\n' : delimiter);
        }
    }
    wb_diagnostics list = {0};
    wb_csv *again = NULL;
    const wb_code code = wb_csv_open(&again, fuzz_file(out.data, out.size), delimiter, &list);
    FUZZ_CHECK(code == WB_OK || code == WB_E_TOO_LARGE); /* quotes make a line longer */
    if (code == WB_OK) {
        FUZZ_CHECK(1 + wb_csv_row_count(again) == rows);
        FUZZ_CHECK(wb_csv_column_count(again) == columns);
        for (size_t i = 0; i < rows * columns; i++) {
            const wb_csv_cell a = cell_at(table, i / columns, i % columns);
            const wb_csv_cell b = cell_at(again, i / columns, i % columns);
            FUZZ_CHECK(a.size == b.size && memcmp(a.text, b.text, a.size) == 0);
        }
    }
    wb_csv_close(again);
    wb_diagnostics_clear(&list);
    free(out.data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    const char delimiter = data[0] % 2 == 0 ? ',' : ';';
    wb_diagnostics list = {0};
    wb_csv *table = NULL;
    const wb_code code = wb_csv_open(&table, fuzz_file(data + 1, size - 1), delimiter, &list);
    FUZZ_CHECK((code == WB_OK) == (table != NULL) && (code == WB_OK) == (list.errors == 0));
    if (code == WB_OK) check_again(table, delimiter);
    for (size_t i = 0; i < list.count; i++)
        FUZZ_CHECK(list.items[i].message[0] != '\0' && list.items[i].code != WB_OK);
    wb_csv_close(table);
    wb_diagnostics_clear(&list);
    return 0;
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    static const char *const files[] = {
        " id,kind,under18\nGM0882,municipality,6021\nSYS02,provider,\n",
        "!date;amount;memo\r\n2026-01-01;1500000.00;\"een; twee \"\"drie\"\"\"\r\n",
        " \357\273\277a,b\n\"\",\303\251\n",
        " only\n\nx\n",
    };
    for (size_t i = 0; i < FUZZ_COUNT(files); i++)
        seed(files[i], strlen(files[i]), context);
}
