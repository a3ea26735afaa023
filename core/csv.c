/*
 * csv.c - a whole CSV file as a table in which every cell knows its place.
 *
 * libcsv decides where cells end and what quotes mean. It knows no positions, so it is fed one
 * byte at a time: when it reports a cell, the byte being fed is the one that ended it.
 */
#include "waarborg/csv.h"

#include <assert.h>
#include <csv.h>
#include <stdlib.h>
#include <string.h>

typedef struct cell {
    uint32_t text; /* offset in wb_csv.decoded */
    uint32_t size;
    uint32_t line;
    uint32_t column;
    uint32_t column_end;
} cell;

struct wb_csv {
    char *path;
    char *text; /* the file, kept for excerpts */
    size_t size;
    size_t start;  /* 3 after a byte order mark, else 0 */
    size_t *lines; /* offset of each line, and of the end */
    size_t line_count;
    char *decoded; /* the cells' texts, each terminated */
    size_t decoded_size;
    cell *cells;
    size_t cell_count;
    size_t cell_room;
    size_t column_count;
};

/* What the callbacks of libcsv need while the file is read. */
typedef struct reader {
    wb_csv *table;
    wb_diagnostics *list;
    size_t at;         /* offset of the byte being fed; the size at the end */
    size_t cell_begin; /* offset of the first byte of the current cell */
    uint32_t line;     /* line of the byte being fed */
    uint32_t cell_line;
    size_t row_first; /* index of the first cell of the current row */
    bool row_ended;
    bool no_memory;
    bool stop;
} reader;

/* The line that contains a 1-based line number, without its newline and carriage return. */
static const char *line_text(const wb_csv *table, uint32_t line, size_t *size)
{
    assert(line >= 1 && line <= table->line_count);
    const size_t begin = table->lines[line - 1];
    size_t end = table->lines[line];
    while (end > begin && (table->text[end - 1] == '\n' || table->text[end - 1] == '\r'))
        end--;
    *size = end - begin;
    return table->text + begin;
}

/* Give err the place and the excerpt, and add it to the list. */
static void report_at(const wb_csv *table, uint32_t line, uint32_t column, uint32_t column_end,
                      wb_error *err, wb_diagnostics *list)
{
    size_t size = 0;
    const char *text = line_text(table, line, &size);
    wb_error_excerpt(err, text, size, column, column_end);
    wb_error_at(err, table->path, line, NULL);
    wb_diagnostics_add(list, err);
}

/* Find where lines start, and refuse lines and counts of lines beyond the limits. */
static void index_lines(wb_csv *table, wb_diagnostics *list)
{
    size_t count = 1;
    for (size_t i = table->start; i < table->size; i++)
        count += table->text[i] == '\n' ? 1 : 0;
    wb_error err;
    table->lines = malloc((count + 1) * sizeof *table->lines);
    if (table->lines == NULL) {
        (void)wb_fail(&err, WB_E_NOMEM, "cannot hold %zu lines in memory", count);
        wb_error_at(&err, table->path, 0, NULL);
        wb_diagnostics_add(list, &err);
        return;
    }
    table->lines[table->line_count++] = table->start;
    for (size_t i = table->start; i < table->size; i++) {
        if (table->text[i] == '\n') table->lines[table->line_count++] = i + 1;
    }
    table->lines[table->line_count] = table->size;
    assert(table->line_count == count);
    for (uint32_t line = 1; line <= count; line++) {
        size_t size = 0;
        (void)line_text(table, line, &size);
        if (size <= WB_CSV_LINE_MAX) continue;
        (void)wb_fail(&err, WB_E_TOO_LARGE, "line of %zu bytes is longer than %d", size,
                      WB_CSV_LINE_MAX);
        wb_error_hint(&err, "is this a CSV file, with a newline after every row?");
        report_at(table, line, WB_CSV_LINE_MAX + 1, 0, &err, list);
    }
}

/* libcsv would trim blanks around cells; here they are part of the cell, and refused later. */
static int keeps_blanks(unsigned char c)
{
    (void)c;
    return 0;
}

static bool make_room(wb_csv *table)
{
    if (table->cell_count < table->cell_room) return true;
    const size_t room = table->cell_room == 0 ? 256 : 2 * table->cell_room;
    cell *grown = realloc(table->cells, room * sizeof *grown);
    if (grown == NULL) return false;
    table->cells = grown;
    table->cell_room = room;
    return true;
}

/* libcsv: the byte being fed ended a cell. */
static void on_cell(void *text, size_t size, void *context)
{
    reader *r = context;
    wb_csv *table = r->table;
    if (r->stop || table->cell_count - r->row_first > WB_CSV_COLUMNS_MAX) return;
    if (!make_room(table)) {
        r->no_memory = true;
        return;
    }
    const size_t begin = table->lines[r->cell_line - 1];
    size_t line_size = 0;
    (void)line_text(table, r->cell_line, &line_size);
    const bool one_line = r->cell_line == r->line;
    const size_t end = one_line && r->at < begin + line_size ? r->at : begin + line_size;
    table->cells[table->cell_count++] = (cell){
        .text = (uint32_t)table->decoded_size,
        .size = (uint32_t)size,
        .line = r->cell_line,
        .column = (uint32_t)(r->cell_begin - begin) + 1,
        .column_end = (uint32_t)(end - begin) + 1,
    };
    /* Decoded text never outgrows the file: each cell gives up a delimiter or a newline for its
     * terminator, and the last one has the byte that wb_text_read adds. */
    if (size > 0) memcpy(table->decoded + table->decoded_size, text, size);
    table->decoded[table->decoded_size + size] = '\0';
    table->decoded_size += size + 1;
    r->cell_begin = r->at + 1;
    r->cell_line = r->line;
}

/* libcsv: the byte being fed ended a row. The first row is the header and fixes the width. */
static void on_row(int end, void *context)
{
    (void)end;
    reader *r = context;
    wb_csv *table = r->table;
    r->row_ended = true;
    const size_t count = table->cell_count - r->row_first;
    if (r->stop || r->no_memory || count == 0) return;
    const uint32_t line = table->cells[r->row_first].line;
    wb_error err;
    if (table->column_count == 0) {
        table->column_count = count;
        if (count > WB_CSV_COLUMNS_MAX) {
            (void)wb_fail(&err, WB_E_TOO_LARGE, "more than %d columns", WB_CSV_COLUMNS_MAX);
            report_at(table, line, 1, 0, &err, r->list);
            r->stop = true;
        }
    } else if (count != table->column_count) {
        (void)wb_fail(&err, WB_E_SYNTAX, "row has %zu cell%s, the header has %zu", count,
                      count == 1 ? "" : "s", table->column_count);
        const cell *last = &table->cells[table->cell_count - 1];
        if (count < table->column_count) {
            wb_error_hint(&err, "is the delimiter right, and is every cell there?");
            report_at(table, last->line, last->column_end, 0, &err, r->list);
        } else {
            const cell *extra = &table->cells[r->row_first + table->column_count];
            wb_error_hint(&err, "put quotes around a cell that contains the delimiter");
            report_at(table, extra->line, extra->column,
                      last->line == extra->line ? last->column_end : 0, &err, r->list);
        }
        table->cell_count = r->row_first; /* the row is not kept */
    }
    r->row_first = table->cell_count;
    if (table->cell_count / table->column_count > (size_t)WB_CSV_ROWS_MAX + 1) {
        (void)wb_fail(&err, WB_E_TOO_LARGE, "more than %d rows", WB_CSV_ROWS_MAX);
        report_at(table, line, 1, 0, &err, r->list);
        r->stop = true;
    }
}

/* Start libcsv afresh: at the beginning, and after a row that it could not read. */
static bool start_parser(struct csv_parser *parser, char delimiter)
{
    if (csv_init(parser, CSV_STRICT | CSV_STRICT_FINI) != 0) return false;
    csv_set_delim(parser, (unsigned char)delimiter);
    csv_set_space_func(parser, keeps_blanks);
    return true;
}

/* A quote where none may be: say so, drop the row, and go on after its line. */
static void skip_bad_row(reader *r)
{
    wb_csv *table = r->table;
    wb_error err;
    (void)wb_fail(&err, WB_E_SYNTAX, "a quote inside a cell, or text after a closing quote");
    wb_error_hint(&err, "write a cell with quotes as \"say \"\"so\"\"\"");
    const size_t begin = table->lines[r->line - 1];
    report_at(table, r->line, (uint32_t)(r->at - begin) + 1, 0, &err, r->list);
    table->cell_count = r->row_first;
    if (table->column_count == 0) r->stop = true; /* without a header nothing else makes sense */
    r->at = table->lines[r->line] - 1;            /* the newline, or the last byte */
}

/* Feed one byte; false when libcsv refuses it. A bare carriage return ends a row in libcsv, which
 * would make line numbers lie: it is refused. */
static bool feed(struct csv_parser *parser, reader *r)
{
    const char byte = r->table->text[r->at];
    r->row_ended = false;
    if (csv_parse(parser, &byte, 1, on_cell, on_row, r) != 1) return false;
    const bool bare =
        byte == '\r' && (r->at + 1 == r->table->size || r->table->text[r->at + 1] != '\n');
    if (bare && r->row_ended) {
        wb_error err;
        (void)wb_fail(&err, WB_E_SYNTAX, "a carriage return without a newline");
        wb_error_hint(&err, "save the file with Unix or Windows line ends");
        report_at(r->table, r->line, (uint32_t)(r->at - r->table->lines[r->line - 1]) + 1, 0, &err,
                  r->list);
        r->stop = true;
    }
    return true;
}

static void parse(wb_csv *table, char delimiter, wb_diagnostics *list)
{
    struct csv_parser parser;
    reader r = {.table = table, .list = list, .at = table->start, .line = 1, .cell_line = 1};
    r.cell_begin = table->start;
    bool ready = start_parser(&parser, delimiter);
    bool fresh_row = false;
    for (; ready && r.at < table->size && !r.stop && !r.no_memory; r.at++) {
        if (!feed(&parser, &r)) {
            csv_free(&parser);
            ready = start_parser(&parser, delimiter);
            skip_bad_row(&r);
            fresh_row = true;
        }
        if (table->text[r.at] != '\n') continue;
        r.line++;
        /* Between rows the next cell starts on the next line; inside quotes it has started. */
        fresh_row = fresh_row || parser.pstate == 0;
        if (fresh_row) {
            r.cell_begin = r.at + 1;
            r.cell_line = r.line;
            fresh_row = false;
        }
    }
    if (ready && !r.stop && !r.no_memory && csv_fini(&parser, on_cell, on_row, &r) != 0) {
        wb_error err;
        (void)wb_fail(&err, WB_E_SYNTAX, "a quote is opened and never closed");
        report_at(table, r.cell_line, (uint32_t)(r.cell_begin - table->lines[r.cell_line - 1]) + 1,
                  0, &err, list);
        table->cell_count = r.row_first;
    }
    if (!ready || r.no_memory) {
        wb_error err;
        (void)wb_fail(&err, WB_E_NOMEM, "cannot hold the cells in memory");
        wb_error_at(&err, table->path, 0, NULL);
        wb_diagnostics_add(list, &err);
    }
    if (ready) csv_free(&parser);
}

static void check_header(const wb_csv *table, wb_diagnostics *list)
{
    for (size_t i = 0; i < table->column_count; i++) {
        const wb_csv_cell name = wb_csv_header(table, i);
        wb_error err;
        if (name.size == 0) {
            (void)wb_fail(&err, WB_E_MISSING, "column %zu has no name", i + 1);
            report_at(table, name.line, name.column, name.column_end, &err, list);
            continue;
        }
        if (wb_csv_column(table, name.text) == (ptrdiff_t)i) continue;
        (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "column '%s' is there twice", name.text);
        report_at(table, name.line, name.column, name.column_end, &err, list);
    }
}

/* Read, check and parse into the fresh table; every error goes to list. */
static void load(wb_csv *table, const char *path, char delimiter, wb_diagnostics *list)
{
    wb_error err;
    wb_code code = wb_text_read(&table->text, &table->size, path, WB_CSV_FILE_MAX, &err);
    if (code == WB_OK) code = wb_text_check_utf8(table->text, table->size, table->path, &err);
    if (code == WB_OK && table->size >= 3 && memcmp(table->text, "\xEF\xBB\xBF", 3) == 0) {
        table->start = 3;
    }
    if (code == WB_OK && table->start == table->size) {
        code = wb_fail(&err, WB_E_SYNTAX, "the file is empty");
        wb_error_hint(&err, "the first row names the columns");
    }
    if (code == WB_OK) {
        table->decoded = malloc(table->size + 2);
        if (table->decoded == NULL) code = wb_fail(&err, WB_E_NOMEM, "cannot hold the cells");
    }
    if (code != WB_OK) {
        wb_error_at(&err, table->path, 0, NULL);
        wb_diagnostics_add(list, &err);
        return;
    }
    index_lines(table, list);
    if (wb_diagnostics_code(list) == WB_OK) parse(table, delimiter, list);
    if (wb_diagnostics_code(list) == WB_OK && table->column_count == 0) {
        (void)wb_fail(&err, WB_E_SYNTAX, "the file has no row with column names");
        wb_error_at(&err, table->path, 0, NULL);
        wb_diagnostics_add(list, &err);
    }
    if (wb_diagnostics_code(list) == WB_OK) check_header(table, list);
}

wb_code wb_csv_open(wb_csv **table, const char *path, char delimiter, wb_diagnostics *list)
{
    assert(table != NULL && path != NULL && list != NULL);
    assert(delimiter != '"' && delimiter != '\n' && delimiter != '\r');
    *table = NULL;
    wb_diagnostics own = {0}; /* apart, so that earlier errors of the caller do not count as ours */
    wb_csv *opened = calloc(1, sizeof *opened);
    if (opened != NULL) {
        opened->path = strdup(strcmp(path, "-") == 0 ? "standard input" : path);
    }
    if (opened == NULL || opened->path == NULL) {
        wb_error err;
        (void)wb_fail(&err, WB_E_NOMEM, "cannot hold '%s' in memory", path);
        wb_diagnostics_add(&own, &err);
    } else {
        load(opened, path, delimiter, &own);
    }
    const wb_code code = wb_diagnostics_code(&own);
    for (size_t i = 0; i < own.count; i++)
        wb_diagnostics_add(list, &own.items[i]);
    list->dropped += own.dropped;
    list->errors += own.errors - own.count;
    wb_diagnostics_clear(&own);
    if (code == WB_OK) {
        *table = opened;
    } else {
        wb_csv_close(opened);
    }
    return code;
}

void wb_csv_close(wb_csv *table)
{
    if (table == NULL) return;
    free(table->path);
    free(table->text);
    free(table->lines);
    free(table->decoded);
    free(table->cells);
    free(table);
}

const char *wb_csv_path(const wb_csv *table)
{
    return table->path;
}

size_t wb_csv_row_count(const wb_csv *table)
{
    return table->cell_count / table->column_count - 1;
}

size_t wb_csv_column_count(const wb_csv *table)
{
    return table->column_count;
}

static wb_csv_cell cell_at(const wb_csv *table, size_t index)
{
    assert(index < table->cell_count);
    const cell *found = &table->cells[index];
    return (wb_csv_cell){.text = table->decoded + found->text,
                         .size = found->size,
                         .line = found->line,
                         .column = found->column,
                         .column_end = found->column_end};
}

wb_csv_cell wb_csv_header(const wb_csv *table, size_t column)
{
    assert(column < table->column_count);
    return cell_at(table, column);
}

wb_csv_cell wb_csv_at(const wb_csv *table, size_t row, size_t column)
{
    assert(row < wb_csv_row_count(table));
    assert(column < table->column_count);
    return cell_at(table, (row + 1) * table->column_count + column);
}

ptrdiff_t wb_csv_column(const wb_csv *table, const char *name)
{
    for (size_t i = 0; i < table->column_count; i++) {
        if (strcmp(wb_csv_header(table, i).text, name) == 0) return (ptrdiff_t)i;
    }
    return -1;
}

ptrdiff_t wb_csv_require(const wb_csv *table, const char *name, wb_diagnostics *list)
{
    const ptrdiff_t found = wb_csv_column(table, name);
    if (found >= 0) return found;
    wb_error err;
    (void)wb_fail(&err, WB_E_MISSING, "column '%s' is missing", name);
    char names[sizeof err.hint] = "";
    for (size_t i = 0; i < table->column_count; i++) {
        const size_t used = strlen(names);
        (void)snprintf(names + used, sizeof names - used, "%s%s", i == 0 ? "" : ", ",
                       wb_csv_header(table, i).text);
    }
    wb_error_hint(&err, "the columns are: %.280s", names);
    size_t size = 0;
    const uint32_t line = wb_csv_header(table, 0).line;
    (void)line_text(table, line, &size);
    report_at(table, line, 1, (uint32_t)size + 1, &err, list);
    return -1;
}

void wb_csv_report_header(const wb_csv *table, size_t column, wb_error *err, wb_diagnostics *list)
{
    const wb_csv_cell found = wb_csv_header(table, column);
    report_at(table, found.line, found.column, found.column_end, err, list);
}

void wb_csv_report(const wb_csv *table, size_t row, size_t column, wb_error *err,
                   wb_diagnostics *list)
{
    const wb_csv_cell found = wb_csv_at(table, row, column);
    wb_error_at(err, NULL, 0, wb_csv_header(table, column).text);
    report_at(table, found.line, found.column, found.column_end, err, list);
}
