/*
 * output.h - results for people (aligned tables) and for programs (JSON), and errors as JSON.
 *
 * Money is text with two decimals in both. Every JSON document has a `schema` of the form
 * "waarborg/NAME/1"; keys are only ever added within a version.
 */
#ifndef WAARBORG_CLI_OUTPUT_H
#define WAARBORG_CLI_OUTPUT_H

#include <jansson.h>

#include "cli/command.h"

/* Columns and cells by row; the table copies what it is given. */
typedef struct wb_column {
    const char *head;
    bool right; /* amounts and numbers */
} wb_column;

typedef struct wb_table {
    const wb_column *columns; /* borrowed */
    size_t column_count;
    char **cells;
    size_t cell_count;
    size_t room;
} wb_table;

void wb_table_init(wb_table *table, const wb_column *columns, size_t column_count);
void wb_table_clear(wb_table *table);
/* Add the next cell, row by row; NULL is an empty cell. */
void wb_table_add(wb_table *table, const char *text);
void wb_table_add_number(wb_table *table, uint64_t number);
void wb_table_add_money(wb_table *table, const wb_money *money);
void wb_table_add_date(wb_table *table, wb_date date);
/* Print head and rows, two blanks between columns, aligned by display width, none at line ends. */
void wb_table_print(const wb_table *table, FILE *out);

/* Text of others for a terminal, in place: what a terminal would obey, and what turns the direction
 * of reading, become blanks; a memo cannot repaint the amounts beside it. Gives the text. */
char *wb_text_tame(char *text);
/* "label       text", tamed; nothing when there is no text. */
void wb_print_line(FILE *out, const char *label, const char *text);

/* JSON values; NULL text is null. Bytes that are not UTF-8 become '?', numbers of 2^63 and above
 * text. Never NULL. */
json_t *wb_json_text(const char *text);
json_t *wb_json_money(const wb_money *money);
json_t *wb_json_date(wb_date date);
json_t *wb_json_number(uint64_t number);
json_t *wb_json_hash(const uint8_t hash[WB_LEDGER_HASH_SIZE]);
/* What follows became this proposal: a key "proposal" in every document. */
void wb_output_proposal(uint64_t number);
/* A fresh object that starts with its schema: wb_json_document("tx-list"). */
json_t *wb_json_document(const char *name);
/* Set a key; takes ownership of value. */
void wb_json_set(json_t *object, const char *key, json_t *value);
/* Append to an array; takes ownership of value. */
void wb_json_append(json_t *array, json_t *value);
json_t *wb_json_array(void);
json_t *wb_json_object(void);
/* Print a document on standard output, indented by two, and release it. */
void wb_json_print(json_t *document);

/* What follows is about the books as they were known after a record: a line for people, and a key
 * `as_of_record` in every document that is made from now on. */
void wb_output_as_of(const wb_cli *cli, uint64_t number, uint64_t recorded_us);

/* Render the list on standard error: for people, or one waarborg/error/1 object a line. */
void wb_output_errors(const wb_cli *cli);

#endif
