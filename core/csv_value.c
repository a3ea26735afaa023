/* csv_value.c - from the cell of a CSV table to a value, or a message at the cell's place. */
#include "waarborg/csv.h"

/* Report an empty cell; whether the cell has text. */
static bool has_text(const wb_csv *table, size_t row, size_t column, wb_diagnostics *list)
{
    if (wb_csv_at(table, row, column).size > 0) return true;
    wb_error err;
    (void)wb_fail(&err, WB_E_MISSING, "the cell is empty");
    wb_csv_report(table, row, column, &err, list);
    return false;
}

bool wb_csv_money(const wb_csv *table, size_t row, size_t column, wb_money *value,
                  wb_diagnostics *list)
{
    if (!has_text(table, row, column, list)) return false;
    const wb_csv_cell found = wb_csv_at(table, row, column);
    wb_error err;
    if (wb_money_parse(value, found.text, found.size, WB_MONEY_PLAIN, &err) == WB_OK) return true;
    wb_csv_report(table, row, column, &err, list);
    return false;
}

bool wb_csv_date(const wb_csv *table, size_t row, size_t column, wb_date *value,
                 wb_diagnostics *list)
{
    if (!has_text(table, row, column, list)) return false;
    const wb_csv_cell found = wb_csv_at(table, row, column);
    wb_error err;
    if (wb_date_parse(value, found.text, found.size, &err) == WB_OK) return true;
    wb_csv_report(table, row, column, &err, list);
    return false;
}

bool wb_csv_rate(const wb_csv *table, size_t row, size_t column, wb_rate_form form, wb_rate *value,
                 wb_diagnostics *list)
{
    if (!has_text(table, row, column, list)) return false;
    const wb_csv_cell found = wb_csv_at(table, row, column);
    wb_error err;
    if (wb_rate_parse(value, found.text, found.size, form, &err) == WB_OK) return true;
    wb_csv_report(table, row, column, &err, list);
    return false;
}

bool wb_csv_count(const wb_csv *table, size_t row, size_t column, uint64_t limit, uint64_t *value,
                  wb_diagnostics *list)
{
    if (!has_text(table, row, column, list)) return false;
    const wb_csv_cell found = wb_csv_at(table, row, column);
    wb_error err;
    if (wb_number_parse(value, found.text, found.size, limit, &err) == WB_OK) return true;
    wb_csv_report(table, row, column, &err, list);
    return false;
}

bool wb_csv_id(const wb_csv *table, size_t row, size_t column, const char **value,
               wb_diagnostics *list)
{
    if (!has_text(table, row, column, list)) return false;
    const wb_csv_cell found = wb_csv_at(table, row, column);
    if (wb_id_valid(found.text, found.size)) {
        *value = found.text;
        return true;
    }
    wb_error err;
    (void)wb_fail(&err, WB_E_SYNTAX, "'%.60s' is not an id", found.text);
    wb_error_hint(&err, "1 to %d letters, digits or - _ . : /, a letter or digit first", WB_ID_MAX);
    wb_csv_report(table, row, column, &err, list);
    return false;
}
