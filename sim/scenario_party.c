/* scenario_party.c - the municipalities of a scenario, and the columns that divide what they pay.
 */
#include <assert.h>
#include <string.h>

#include "sim/scenario_table.h"

/* A weight is counted in hundredths, as an amount is. */
static wb_code read_weight(wb_money *weight, const wb_node *text, wb_error *err)
{
    const wb_schema_key number = {.path = "", .type = WB_TYPE_NUMBER, .range = "0..", .help = ""};
    wb_rate rate;
    wb_rate_init(&rate);
    wb_code code = wb_schema_rate(&rate, NULL, &number, text, err);
    if (code == WB_OK) {
        mpz_mul_ui(mpq_numref(rate.ratio), mpq_numref(rate.ratio), 100);
        mpq_canonicalize(rate.ratio);
        if (mpz_cmp_ui(mpq_denref(rate.ratio), 1) != 0) {
            code = wb_fail(err, WB_E_NUMBER, "'%.60s' has more than two decimals", text->text);
            wb_error_hint(err, "what divides a payment is a whole number or an amount");
        } else if (mpz_sizeinbase(mpq_numref(rate.ratio), 10) > WB_SCENARIO_AMOUNT_DIGITS) {
            code = wb_fail(err, WB_E_RANGE, "'%.60s' is too large", text->text);
            wb_error_hint(err, "at most %d digits before the decimals are accepted here",
                          WB_SCENARIO_AMOUNT_DIGITS - 2);
        } else if (weight != NULL) {
            mpz_set(weight->cents, mpq_numref(rate.ratio));
        }
    }
    wb_rate_clear(&rate);
    return code;
}

bool wb_tables_weight(wb_money *weight, const wb_tables *tables, const wb_party_row *party,
                      const char *key)
{
    const ptrdiff_t column = wb_table_column(&tables->municipalities, key);
    if (column < 0) { /* equal: nothing else was let through */
        mpz_set_ui(weight->cents, 100);
        return strcmp(key, "equal") == 0;
    }
    const wb_node text = wb_table_cell(tables->municipalities.csv, party->row, column);
    return read_weight(weight, &text, NULL) == WB_OK;
}

/* The column that divides a contribution: it must exist, hold numbers, and not only zeros. */
static void check_key(const wb_table_view *view, const char *key, const wb_node *item,
                      wb_diagnostics *list)
{
    wb_error err = {0};
    const ptrdiff_t column = wb_table_column(view, key);
    if (strcmp(key, "equal") == 0 && column < 0) return;
    const wb_node *at = wb_node_child(item, "key");
    if (column < 0) {
        if (wb_node_child(view->columns, key) != NULL) return; /* reported with the mapping */
        (void)wb_fail(&err, WB_E_MISSING, "'%.120s' has no column '%s'", wb_csv_path(view->csv),
                      key);
        wb_error_hint(&err, "choose another key, or say which column it is: columns: {%s: ...}",
                      key);
        wb_node_report(at, false, NULL, &err, list);
        return;
    }
    bool any = false;
    bool good = true;
    wb_money weight;
    wb_money_init(&weight);
    for (size_t r = 0; r < wb_csv_row_count(view->csv); r++) {
        const wb_node text = wb_table_cell(view->csv, r, column);
        if (read_weight(&weight, &text, &err) != WB_OK) {
            good = false;
            wb_csv_report(view->csv, r, (size_t)column, &err, list);
        } else if (wb_money_sign(&weight) > 0) {
            any = true;
        }
    }
    wb_money_clear(&weight);
    if (any || !good || wb_csv_row_count(view->csv) == 0) return;
    (void)wb_fail(&err, WB_E_RANGE, "key '%s' is 0 everywhere: nobody would pay", key);
    wb_node_report(at != NULL ? at : item, false, NULL, &err, list);
}

/* A key of a group without a table has nothing to divide over. */
static void note_key(const wb_node *item, const char *group, wb_diagnostics *list)
{
    const wb_node *key = wb_node_child(item, "key");
    if (key == NULL || key->bad || strcmp(group, "providers") == 0) return;
    wb_error note = {0};
    (void)wb_fail(&note, WB_E_REFERENCE, "group '%.64s' has no table: it pays as one party", group);
    note.severity = WB_NOTE;
    wb_node_report(key, false, NULL, &note, list);
}

enum { KEYS_MAX = WB_CONTRIBUTIONS_MAX };

/* The keys of contributions: checked against the table, and listed as columns that are read. */
static size_t check_keys(const wb_table_view *view, const wb_node *root, bool has_table,
                         const char *names[KEYS_MAX], wb_diagnostics *list)
{
    size_t count = 0;
    const wb_node *items = wb_node_child(root, "contributions");
    const wb_node *first = items != NULL && items->kind == WB_NODE_LIST ? items->first : NULL;
    for (const wb_node *item = first; item != NULL; item = item->next) {
        const char *group = wb_read_text(item, "contributions[].group");
        const char *key = wb_read_text(item, "contributions[].key");
        if (group == NULL || key == NULL || item->bad) continue;
        if (strcmp(group, WB_PARTY_GROUP) != 0 || !has_table) {
            note_key(item, group, list);
        } else if (view->csv != NULL && count < KEYS_MAX) {
            names[count++] = key;
            check_key(view, key, item, list);
        }
    }
    return count;
}

/* An id or a region; NULL when it is empty or wrong (the second is reported). */
static const char *read_id(const wb_csv *csv, size_t row, ptrdiff_t column, const char *path,
                           wb_diagnostics *list)
{
    if (column < 0) return NULL;
    const wb_node text = wb_table_cell(csv, row, column);
    const bool optional = strcmp(path, "tables.municipalities[].region") == 0;
    wb_error err = {0};
    if (optional && text.size == 0) return NULL;
    if (wb_schema_text(wb_schema_find(path), &text, &err) == WB_OK) return text.text;
    wb_csv_report(csv, row, (size_t)column, &err, list);
    return NULL;
}

/* Ids that read well and are there once; false when the rows cannot be used (reported). */
static bool check_rows(const wb_csv *csv, size_t column, wb_diagnostics *list)
{
    const size_t rows = wb_csv_row_count(csv);
    wb_error err = {0};
    if (rows == 0) {
        (void)wb_fail(&err, WB_E_MISSING, "the table has no rows");
        wb_error_hint(&err, "leave the table out: the municipalities then pay as one party");
        wb_csv_report_header(csv, column, &err, list);
    } else if (rows > WB_PARTIES_MAX) {
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%zu rows, more than %d", rows, WB_PARTIES_MAX);
        wb_csv_report(csv, WB_PARTIES_MAX, column, &err, list);
    }
    return rows > 0 && rows <= WB_PARTIES_MAX;
}

static wb_code read_parties(wb_tables *tables, wb_arena *arena, ptrdiff_t id, wb_diagnostics *list)
{
    const wb_table_view *view = &tables->municipalities;
    const size_t rows = wb_csv_row_count(view->csv);
    const ptrdiff_t region = wb_table_column(view, "region");
    if (!check_rows(view->csv, (size_t)id, list)) return WB_OK;
    tables->parties = wb_arena_new(arena, rows * sizeof *tables->parties);
    if (tables->parties == NULL) return WB_E_NOMEM;
    for (size_t r = 0; r < rows; r++) {
        wb_party_row *row = &tables->parties[tables->party_count];
        row->row = r;
        row->id = read_id(view->csv, r, id, "tables.municipalities[].id", list);
        row->region = read_id(view->csv, r, region, "tables.municipalities[].region", list);
        if (row->id == NULL) continue;
        for (uint32_t other = 0; other < tables->party_count; other++) {
            if (strcmp(tables->parties[other].id, row->id) != 0) continue;
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "municipality '%.64s' is given twice", row->id);
            wb_csv_report(view->csv, r, (size_t)id, &err, list);
            break;
        }
        tables->party_count++;
    }
    return WB_OK;
}

wb_code wb_parties_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                        wb_diagnostics *list)
{
    const wb_node *node = wb_node_at(root, "tables.municipalities");
    wb_table_view view;
    const bool opened = wb_table_open(&view, arena, node, "tables.municipalities[]", list);
    const char *names[KEYS_MAX + 2] = {"name", "cbs_code"};
    const size_t keys = check_keys(&view, root, node != NULL, names + 2, list);
    if (!opened) return WB_OK;
    tables->municipalities = view;
    wb_table_check_columns(&view, names, keys + 2, list);
    ptrdiff_t id = wb_table_column(&view, "id");
    if (id < 0) id = wb_table_column(&view, "cbs_code");
    if (id < 0) id = wb_csv_require(view.csv, "id", list);
    return id >= 0 ? read_parties(tables, arena, id, list) : WB_OK;
}
