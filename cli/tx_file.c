/* tx_file.c - reads a CSV file of entries, finds everything wrong with it in one run, posts it. */
#include "cli/tx_file.h"

#include <stdlib.h>
#include <string.h>

#include "cli/record.h"
#include "waarborg/control.h"

enum { REF, DATE, MEMO, ACCOUNT, PARTY, AMOUNT, COLUMN_COUNT };
static const char *const column_names[COLUMN_COUNT] = {"ref",     "date",  "memo",
                                                       "account", "party", "amount"};

typedef struct reader {
    wb_tx_file *file;
    wb_cli *cli;
    size_t column[COLUMN_COUNT];
    wb_id_list accounts;
    wb_id_list parties;
} reader;

static const char *cell(const reader *r, size_t row, int column)
{
    return wb_csv_at(r->file->table, row, r->column[column]).text;
}

static void report(const reader *r, size_t row, int column, wb_error *err)
{
    wb_csv_report(r->file->table, row, r->column[column], err, &r->cli->list);
}

static bool same_ref(const reader *r, size_t a, size_t b)
{
    return strcmp(cell(r, a, REF), cell(r, b, REF)) == 0;
}

/* An account or a party that the ledger knows; an empty party is none. */
static bool read_id(const reader *r, size_t row, int column, const char **id)
{
    const bool account = column == ACCOUNT;
    *id = NULL;
    if (!account && cell(r, row, column)[0] == '\0') return true;
    const wb_csv *table = r->file->table;
    if (!wb_csv_id(table, row, r->column[column], id, &r->cli->list)) return false;
    const wb_id_list *known = account ? &r->accounts : &r->parties;
    if (wb_id_list_has(known, *id)) return true;
    wb_error err;
    (void)wb_id_list_refuse(known, account ? WB_RECORD_ACCOUNT : WB_RECORD_PARTY, *id, &err);
    report(r, row, column, &err);
    return false;
}

/* A cell that every row of an entry repeats; in the rows after the first it may be empty. */
static bool check_repeated(const reader *r, size_t first, size_t row, int column)
{
    const char *text = cell(r, row, column);
    if (row == first || text[0] == '\0' || strcmp(text, cell(r, first, column)) == 0) return true;
    wb_error err;
    (void)wb_fail(&err, WB_E_CONFLICT, "another %s than in the first row of '%.60s'",
                  column_names[column], cell(r, row, REF));
    wb_error_hint(&err, "rows of one entry have one date and one memo; or leave the cell empty");
    report(r, row, column, &err);
    return false;
}

static bool read_row(const reader *r, wb_tx_group *group, size_t row)
{
    wb_tx_file *file = r->file;
    wb_diagnostics *list = &r->cli->list;
    wb_posting *posting = &file->postings[row];
    bool good = true;
    if (cell(r, row, REF)[0] == '\0') {
        wb_error err;
        (void)wb_fail(&err, WB_E_MISSING, "the entry has no reference");
        wb_error_hint(&err, "a reference makes sure that a file sent twice is posted once");
        report(r, row, REF, &err);
        good = false;
    }
    if (row == group->row) {
        good = wb_csv_date(file->table, row, r->column[DATE], &group->entry.date, list) && good;
    }
    good = check_repeated(r, group->row, row, DATE) && good;
    good = check_repeated(r, group->row, row, MEMO) && good;
    good = read_id(r, row, ACCOUNT, &posting->account) && good;
    good = read_id(r, row, PARTY, &posting->party) && good;
    good = wb_csv_money(file->table, row, r->column[AMOUNT], &posting->amount, list) && good;
    return good;
}

/* Put an entry's own error under its reference. */
static void report_group(const wb_tx_file *file, const wb_tx_group *group, wb_cli *cli,
                         wb_error *err)
{
    char field[128];
    (void)snprintf(field, sizeof field, "entry '%.100s'", group->entry.reference);
    wb_error_at(err, NULL, 0, field);
    wb_csv_report(file->table, group->row, file->ref_column, err, &cli->list);
}

static void read_group(const reader *r, wb_tx_group *group, size_t first, size_t end)
{
    wb_tx_file *file = r->file;
    group->row = first;
    group->entry = (wb_entry){.event = "memorial",
                              .source = "cli",
                              .reference = cell(r, first, REF),
                              .memo = cell(r, first, MEMO),
                              .maker = r->cli->maker,
                              .postings = &file->postings[first],
                              .posting_count = end - first};
    bool good = true;
    for (size_t row = first; row < end; row++)
        good = read_row(r, group, row) && good;
    if (!good) return;
    wb_error err;
    if (wb_entry_check(&group->entry, &err) == WB_OK) return;
    report_group(file, group, r->cli, &err);
}

/* Groups by reference, then by row. */
static int compare_groups(const void *a, const void *b)
{
    const wb_tx_group *const *left = a;
    const wb_tx_group *const *right = b;
    const int order = strcmp((*left)->entry.reference, (*right)->entry.reference);
    if (order != 0) return order;
    return (*left)->row < (*right)->row ? -1 : 1;
}

/* A reference that comes back after other rows: two entries with one name, or one torn apart. */
static void check_references(const reader *r)
{
    wb_tx_file *file = r->file;
    const size_t count = file->group_count;
    const wb_tx_group **sorted = wb_cli_must(calloc(count + 1, sizeof *sorted));
    for (size_t i = 0; i < count; i++)
        sorted[i] = &file->groups[i];
    qsort(sorted, count, sizeof *sorted, compare_groups);
    for (size_t i = 1; i < count; i++) {
        const wb_tx_group *before = sorted[i - 1];
        const char *reference = sorted[i]->entry.reference;
        if (reference[0] == '\0' || strcmp(before->entry.reference, reference) != 0) continue;
        wb_error err;
        (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "reference '%.60s' was used in line %u already",
                      reference,
                      (unsigned)wb_csv_at(file->table, before->row, r->column[REF]).line);
        wb_error_hint(&err, "the rows of one entry follow each other; another entry has another "
                            "reference");
        report(r, sorted[i]->row, REF, &err);
    }
    free(sorted);
}

static void read_groups(const reader *r)
{
    wb_tx_file *file = r->file;
    const size_t count = wb_csv_row_count(file->table);
    file->postings = wb_cli_must(calloc(count > 0 ? count : 1, sizeof *file->postings));
    file->groups = wb_cli_must(calloc(count > 0 ? count : 1, sizeof *file->groups));
    for (size_t row = 0; row < count; row++)
        wb_money_init(&file->postings[row].amount);
    for (size_t row = 0; row < count;) {
        size_t end = row + 1;
        while (end < count && same_ref(r, row, end))
            end++;
        read_group(r, &file->groups[file->group_count++], row, end);
        row = end;
    }
    check_references(r);
    if (count > 0) return;
    wb_error err;
    (void)wb_fail(&err, WB_E_MISSING, "the file has no rows under its header");
    wb_error_at(&err, wb_csv_path(file->table), 0, NULL);
    wb_diagnostics_add(&r->cli->list, &err);
}

/* A file whose one column holds another delimiter deserves one message, not six. */
static bool has_delimiter(const reader *r)
{
    const wb_csv *table = r->file->table;
    const char *header = wb_csv_header(table, 0).text;
    if (wb_csv_column_count(table) > 1 || header[strcspn(header, ";\t|")] == '\0') return true;
    wb_error err;
    (void)wb_fail(&err, WB_E_SYNTAX, "the columns are not separated by commas");
    wb_error_hint(&err, "save the file as CSV with commas between the cells");
    wb_csv_report_header(table, 0, &err, &r->cli->list);
    return false;
}

static bool find_columns(reader *r)
{
    bool good = true;
    for (int i = 0; i < COLUMN_COUNT; i++) {
        const ptrdiff_t column = wb_csv_require(r->file->table, column_names[i], &r->cli->list);
        if (column < 0) good = false;
        r->column[i] = column < 0 ? 0 : (size_t)column;
    }
    const wb_csv *table = r->file->table;
    for (size_t i = 0; i < wb_csv_column_count(table); i++) {
        bool known = false;
        for (int k = 0; k < COLUMN_COUNT; k++) {
            known = known || strcmp(wb_csv_header(table, i).text, column_names[k]) == 0;
        }
        if (known) continue;
        wb_error err;
        (void)wb_fail(&err, WB_E_UNKNOWN_KEY, "unknown column '%.60s'",
                      wb_csv_header(table, i).text);
        wb_error_hint(&err, "the columns are ref, date, memo, account, party and amount");
        wb_csv_report_header(table, i, &err, &r->cli->list);
        good = false;
    }
    r->file->ref_column = r->column[REF];
    return good;
}

void wb_tx_file_read(wb_tx_file *file, wb_cli *cli, const char *path)
{
    memset(file, 0, sizeof *file);
    reader r = {.file = file, .cli = cli};
    wb_error err;
    if (wb_csv_open(&file->table, path, ',', &cli->list) != WB_OK) return;
    if (!has_delimiter(&r) || !find_columns(&r)) return;
    wb_code code = wb_id_list_read(&r.accounts, cli->ledger, WB_RECORD_ACCOUNT, &err);
    if (code == WB_OK) code = wb_id_list_read(&r.parties, cli->ledger, WB_RECORD_PARTY, &err);
    if (code == WB_OK) {
        read_groups(&r);
    } else {
        wb_diagnostics_add(&cli->list, &err);
    }
    wb_id_list_clear(&r.accounts);
    wb_id_list_clear(&r.parties);
}

void wb_tx_file_clear(wb_tx_file *file)
{
    if (file->postings != NULL) {
        const size_t count = wb_csv_row_count(file->table);
        for (size_t row = 0; row < count; row++)
            wb_money_clear(&file->postings[row].amount);
    }
    free(file->postings);
    free(file->groups);
    wb_csv_close(file->table);
    memset(file, 0, sizeof *file);
}

enum { SUBMIT_MAX = 256 };

wb_code wb_tx_submit(wb_cli *cli, wb_tx_group *groups, size_t count, bool *done, wb_error *err)
{
    bool four_eyes = false;
    *done = false;
    if (cli->dry_run || count > SUBMIT_MAX) return WB_OK;
    wb_code code = wb_four_eyes(cli->ledger, &four_eyes, err);
    if (code != WB_OK || four_eyes) return code;
    wb_entry entries[SUBMIT_MAX];
    uint64_t numbers[SUBMIT_MAX];
    bool already[SUBMIT_MAX];
    for (size_t i = 0; i < count; i++)
        entries[i] = groups[i].entry;
    code =
        wb_ledger_submit(cli->ledger, entries, count, numbers, already, wb_cli_waiting, cli, err);
    if (wb_code_exit(code) == 4 || code == WB_E_FOUR_EYES) { /* nothing was posted */
        memset(err, 0, sizeof *err);
        return WB_OK;
    }
    *done = code == WB_OK;
    for (size_t i = 0; i < count && code == WB_OK; i++) {
        groups[i].number = numbers[i];
        groups[i].already = already[i];
    }
    return code;
}

void wb_tx_file_post(wb_tx_file *file, wb_cli *cli)
{
    bool dropped = false;
    for (size_t i = 0; i < file->group_count; i++) {
        wb_tx_group *group = &file->groups[i];
        wb_error err;
        wb_code code =
            wb_ledger_post(cli->ledger, &group->entry, &group->number, &group->already, &err);
        if (code == WB_OK) continue;
        /* what was posted before the first fault is gone, and with it the money that came in */
        if (!dropped || code != WB_E_LIMIT) report_group(file, group, cli, &err);
        dropped = true;
        if (wb_code_exit(code) != 4) return; /* the machine's fault, not this entry's */
        wb_ledger_abort(cli->ledger);
        code = wb_cli_begin(cli, &err);
        if (code != WB_OK) {
            wb_diagnostics_add(&cli->list, &err);
            return;
        }
    }
}
