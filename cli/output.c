/* output.c - aligned tables, JSON documents, and errors as text or JSON. */
#include "cli/output.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void wb_table_init(wb_table *table, const wb_column *columns, size_t column_count)
{
    assert(column_count > 0);
    memset(table, 0, sizeof *table);
    table->columns = columns;
    table->column_count = column_count;
}

void wb_table_clear(wb_table *table)
{
    for (size_t i = 0; i < table->cell_count; i++)
        free(table->cells[i]);
    free(table->cells);
    memset(table, 0, sizeof *table);
}

/* Bytes of the character at `at` that a terminal might obey; 0 when it only shows it: C0, C1 and
 * DEL, U+061C, 200E, 200F, 2028 to 202E, 2066 to 2069. */
static size_t wild(const char *at)
{
    unsigned char c[3] = {(unsigned char)at[0], 0, 0};
    if (c[0] < ' ' || c[0] == 0x7F) return 1;
    c[1] = (unsigned char)at[1];
    if (c[0] == 0xC2 && c[1] >= 0x80 && c[1] <= 0x9F) return 2;
    if (c[0] == 0xD8 && c[1] == 0x9C) return 2;
    if (c[0] != 0xE2 || c[1] == 0) return 0;
    c[2] = (unsigned char)at[2];
    if (c[1] == 0x80 && (c[2] == 0x8E || c[2] == 0x8F)) return 3;
    if (c[1] == 0x80 && c[2] >= 0xA8 && c[2] <= 0xAE) return 3;
    return c[1] == 0x81 && c[2] >= 0xA6 && c[2] <= 0xA9 ? 3 : 0;
}

char *wb_text_tame(char *text)
{
    char *to = text;
    for (const char *at = text; *at != '\0';) {
        const size_t size = wild(at);
        *to = *at;
        if (size > 0) *to = ' ';
        to++;
        at += size > 0 ? size : 1;
    }
    *to = '\0';
    return text;
}

void wb_print_line(FILE *out, const char *label, const char *text)
{
    if (text == NULL || text[0] == '\0') return;
    char *copy = wb_cli_must(strdup(text));
    (void)fprintf(out, "%-11s %s\n", label, wb_text_tame(copy));
    free(copy);
}

void wb_table_add(wb_table *table, const char *text)
{
    if (table->cell_count == table->room) {
        table->room = table->room == 0 ? 64 : 2 * table->room;
        table->cells = wb_cli_must(realloc(table->cells, table->room * sizeof *table->cells));
    }
    char *copy = wb_cli_must(strdup(text == NULL ? "" : text));
    table->cells[table->cell_count++] = wb_text_tame(copy); /* and on one line */
}

void wb_table_add_number(wb_table *table, uint64_t number)
{
    char text[24];
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    wb_table_add(table, text);
}

void wb_table_add_money(wb_table *table, const wb_money *money)
{
    char text[WB_MONEY_TEXT_MAX];
    wb_table_add(table, wb_money_text(text, money, WB_MONEY_PLAIN));
}

void wb_table_add_date(wb_table *table, wb_date date)
{
    char text[WB_DATE_TEXT_MAX];
    wb_table_add(table, wb_date_text(text, date));
}

/* One cell, padded on its right or left; blanks after the last column are held back. */
static size_t print_cell(FILE *out, const char *text, size_t width, bool right, size_t held)
{
    const size_t used = wb_text_width(text, strlen(text));
    const size_t pad = width > used ? width - used : 0;
    if (right) held += pad;
    if (text[0] == '\0') return held + (right ? 0 : pad);
    (void)fprintf(out, "%*s%s", (int)held, "", text);
    return right ? 0 : pad;
}

void wb_table_print(const wb_table *table, FILE *out)
{
    const size_t n = table->column_count;
    assert(table->cell_count % n == 0);
    size_t *widths = wb_cli_must(calloc(n, sizeof *widths));
    for (size_t i = 0; i < n; i++) {
        widths[i] = wb_text_width(table->columns[i].head, strlen(table->columns[i].head));
    }
    for (size_t i = 0; i < table->cell_count; i++) {
        const size_t width = wb_text_width(table->cells[i], strlen(table->cells[i]));
        if (width > widths[i % n]) widths[i % n] = width;
    }
    size_t held = 0;
    for (size_t i = 0; i < n; i++) {
        held =
            print_cell(out, table->columns[i].head, widths[i], table->columns[i].right, held) + 2;
    }
    (void)fputc('\n', out);
    for (size_t i = 0; i < table->cell_count; i++) {
        if (i % n == 0) held = 0;
        held =
            print_cell(out, table->cells[i], widths[i % n], table->columns[i % n].right, held) + 2;
        if (i % n == n - 1) (void)fputc('\n', out);
    }
    free(widths);
}

json_t *wb_json_text(const char *text)
{
    if (text == NULL) return wb_cli_must(json_null());
    json_t *value = json_string(text);
    if (value != NULL) return value;
    char *copy = wb_cli_must(strdup(text)); /* not UTF-8: show what can be shown */
    for (char *c = copy; *c != '\0'; c++) {
        if ((unsigned char)*c >= 0x80) *c = '?';
    }
    value = wb_cli_must(json_string(copy));
    free(copy);
    return value;
}

json_t *wb_json_money(const wb_money *money)
{
    char text[WB_MONEY_TEXT_MAX];
    return wb_json_text(wb_money_text(text, money, WB_MONEY_PLAIN));
}

json_t *wb_json_date(wb_date date)
{
    char text[WB_DATE_TEXT_MAX];
    return wb_json_text(wb_date_text(text, date));
}

json_t *wb_json_number(uint64_t number)
{
    if (number <= INT64_MAX) return wb_cli_must(json_integer((json_int_t)number));
    char text[24]; /* only bytes that somebody made up have such a number: JSON has none for it */
    (void)snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    return wb_json_text(text);
}

json_t *wb_json_hash(const uint8_t hash[WB_LEDGER_HASH_SIZE])
{
    char text[2 * WB_LEDGER_HASH_SIZE + 1];
    return wb_json_text(wb_hash_text(text, hash));
}

json_t *wb_json_object(void)
{
    return wb_cli_must(json_object());
}

json_t *wb_json_array(void)
{
    return wb_cli_must(json_array());
}

/* One process runs one command: what it shows is a view, or it is not. */
static struct {
    uint64_t number; /* 0: no view */
    uint64_t recorded_us;
} view;

void wb_output_as_of(const wb_cli *cli, uint64_t number, uint64_t recorded_us)
{
    char time[28];
    view.number = number;
    view.recorded_us = recorded_us;
    if (cli->json) return;
    (void)printf("as known after record %llu (%s)\n", (unsigned long long)number,
                 wb_time_text(time, recorded_us));
}

/* {"number":40,"recorded":"2026-02-01T09:12:03.123456Z"} */
static json_t *as_of_json(void)
{
    char time[28];
    json_t *object = wb_json_object();
    wb_json_set(object, "number", wb_json_number(view.number));
    wb_json_set(object, "recorded", wb_json_text(wb_time_text(time, view.recorded_us)));
    return object;
}

static uint64_t made_proposal; /* by this process; 0: none */

void wb_output_proposal(uint64_t number)
{
    made_proposal = number;
}

json_t *wb_json_document(const char *name)
{
    char schema[64];
    (void)snprintf(schema, sizeof schema, "waarborg/%s/1", name);
    json_t *document = wb_json_object();
    wb_json_set(document, "schema", wb_json_text(schema));
    if (view.number != 0) wb_json_set(document, "as_of_record", as_of_json());
    if (made_proposal != 0) wb_json_set(document, "proposal", wb_json_number(made_proposal));
    return document;
}

void wb_json_set(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0) (void)wb_cli_must(NULL);
}

void wb_json_append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value) != 0) (void)wb_cli_must(NULL);
}

void wb_json_print(json_t *document)
{
    char *text = wb_cli_must(json_dumps(document, JSON_INDENT(2)));
    (void)puts(text); /* the framework checks standard output once, at the end */
    free(text);
    json_decref(document);
}

/* {"schema":"waarborg/error/1","code":"E0311","exit":3,"message":...,"hint":...,"at":{...}} */
static void print_error_json(const wb_error *err)
{
    static const char letters[] = {[WB_ERROR] = 'E', [WB_WARNING] = 'W', [WB_NOTE] = 'N'};
    char code[16];
    (void)snprintf(code, sizeof code, "%c%04d", letters[err->severity], wb_code_number(err->code));
    json_t *document = wb_json_document("error");
    wb_json_set(document, "code", wb_json_text(code));
    wb_json_set(document, "exit", wb_json_number((uint64_t)wb_code_exit(err->code)));
    if (err->field[0] != '\0') wb_json_set(document, "field", wb_json_text(err->field));
    wb_json_set(document, "message", wb_json_text(err->message));
    if (err->hint[0] != '\0') wb_json_set(document, "hint", wb_json_text(err->hint));
    if (err->file[0] != '\0') {
        json_t *at = wb_json_object();
        wb_json_set(at, "file", wb_json_text(err->file));
        if (err->line > 0) wb_json_set(at, "line", wb_json_number(err->line));
        if (err->column > 0) {
            const uint32_t end = err->column_end > 0 ? err->column_end : err->column + 1;
            wb_json_set(at, "column", wb_json_number(err->column));
            wb_json_set(at, "end_column", wb_json_number(end));
        }
        wb_json_set(document, "at", at);
    }
    char *text = wb_cli_must(json_dumps(document, JSON_COMPACT));
    (void)fprintf(stderr, "%s\n", text);
    free(text);
    json_decref(document);
}

void wb_output_errors(const wb_cli *cli)
{
    if (!cli->json) {
        wb_diagnostics_render(stderr, &cli->list, cli->closing);
        return;
    }
    for (size_t i = 0; i < cli->list.count; i++)
        print_error_json(&cli->list.items[i]);
}
