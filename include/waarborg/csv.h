/*
 * csv.h - CSV files with a position for every cell (RFC 4180 by libcsv; first row is the header).
 *
 * A table is read whole, so that every wrong cell of a file can be reported in one run with
 * file:line:column, the original line, a caret and a hint. Limits: 64 MiB a file, 4,096 bytes a
 * line, 256 columns, 2,000,000 rows. UTF-8, a byte order mark is skipped, CRLF is accepted. The
 * delimiter is given, never guessed.
 */
#ifndef WAARBORG_CSV_H
#define WAARBORG_CSV_H

#include "waarborg/date.h"
#include "waarborg/text.h"

enum {
    WB_CSV_FILE_MAX = 64 * 1024 * 1024,
    WB_CSV_LINE_MAX = 4096,
    WB_CSV_COLUMNS_MAX = 256,
    WB_CSV_ROWS_MAX = 2000000
};

typedef struct wb_csv wb_csv;

/* One cell: its decoded text (terminated, owned by the table) and its place in the file. */
typedef struct wb_csv_cell {
    const char *text;
    size_t size;
    uint32_t line;       /* 1-based */
    uint32_t column;     /* 1-based byte of its first character, the opening quote included */
    uint32_t column_end; /* one past its last */
} wb_csv_cell;

/*
 * Read the file at path ("-" is standard input). On failure *table is NULL and list holds every
 * structural error: WB_E_IO, WB_E_TOO_LARGE (file, line, rows, columns), WB_E_ENCODING, WB_E_SYNTAX
 * (quotes, a row with more or fewer cells than the header, an empty file), WB_E_DUPLICATE_KEY (a
 * column named twice). Returns the first error's code.
 */
WB_MUST_CHECK wb_code wb_csv_open(wb_csv **table, const char *path, char delimiter,
                                  wb_diagnostics *list);
void wb_csv_close(wb_csv *table); /* NULL is fine */

const char *wb_csv_path(const wb_csv *table);
size_t wb_csv_row_count(const wb_csv *table); /* without the header */
size_t wb_csv_column_count(const wb_csv *table);
/* The header cell of a column; row counts from 0. Both assert their ranges. */
wb_csv_cell wb_csv_header(const wb_csv *table, size_t column);
wb_csv_cell wb_csv_at(const wb_csv *table, size_t row, size_t column);

/* The column of that name, or -1. */
ptrdiff_t wb_csv_column(const wb_csv *table, const char *name);
/* As wb_csv_column, but a missing column is added to list as WB_E_MISSING, at the header line, with
 * the columns there are as the hint. */
ptrdiff_t wb_csv_require(const wb_csv *table, const char *name, wb_diagnostics *list);

/* Add err (already filled by a parse function) to list at the place of the cell, with its column's
 * name as the field. */
void wb_csv_report(const wb_csv *table, size_t row, size_t column, wb_error *err,
                   wb_diagnostics *list);

/* The same at the header of a column, without a field. */
void wb_csv_report_header(const wb_csv *table, size_t column, wb_error *err, wb_diagnostics *list);

/* Cell to value, each reporting a bad cell to list and returning whether it was good. */
bool wb_csv_money(const wb_csv *table, size_t row, size_t column, wb_money *value,
                  wb_diagnostics *list);
bool wb_csv_date(const wb_csv *table, size_t row, size_t column, wb_date *value,
                 wb_diagnostics *list);
bool wb_csv_rate(const wb_csv *table, size_t row, size_t column, wb_rate_form form, wb_rate *value,
                 wb_diagnostics *list);
bool wb_csv_count(const wb_csv *table, size_t row, size_t column, uint64_t limit, uint64_t *value,
                  wb_diagnostics *list);
bool wb_csv_id(const wb_csv *table, size_t row, size_t column, const char **value,
               wb_diagnostics *list);

#endif
