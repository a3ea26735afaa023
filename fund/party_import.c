/* party_import.c - parties from a table: checked cell by cell, then recorded as new versions. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/document.h"
#include "fund/party.h"

/* What a kind of party must have in its table. */
typedef struct form {
    const char *id;         /* the column of the id */
    const char *weights[4]; /* names under which its weight may stand, NULL at the end */
    const char *weight;     /* what the weight is, for messages; NULL when it has none */
} form;

static const form forms[WB_PARTY_KIND_COUNT] = {
    [WB_PARTY_MUNICIPALITY] = {"cbs_code",
                               {"under18", "under18_estimate", NULL},
                               "residents under 18"},
    [WB_PARTY_PROVIDER] = {"id",
                           {"revenue", "revenue_limburg_eur", "revenue_eur", NULL},
                           "yearly youth revenue"},
    [WB_PARTY_STATE] = {"id", {NULL}, NULL},
    [WB_PARTY_FINANCIER] = {"id", {NULL}, NULL},
};

typedef struct places {
    ptrdiff_t id, name, weight; /* columns; weight -1 when the kind has none */
} places;

enum { RESIDENTS_MAX = 100000000 };

static void find_weight(places *at, const wb_party_import *import, const wb_csv *table,
                        wb_diagnostics *list)
{
    const form *wanted = &forms[import->kind];
    at->weight = -1;
    if (wanted->weight == NULL) return;
    if (import->weight != NULL) {
        at->weight = wb_csv_require(table, import->weight, list);
        return;
    }
    for (size_t i = 0; wanted->weights[i] != NULL && at->weight < 0; i++) {
        at->weight = wb_csv_column(table, wanted->weights[i]);
    }
    if (at->weight < 0) at->weight = wb_csv_require(table, wanted->weights[0], list);
}

/* A code of Statistics Netherlands: GM and four digits. */
static bool is_cbs_code(const char *text)
{
    return strlen(text) == 6 && strncmp(text, "GM", 2) == 0 && strspn(text + 2, "0123456789") == 4;
}

static bool read_id(wb_party *party, const wb_csv *table, size_t row, size_t column,
                    wb_diagnostics *list)
{
    const char *id = NULL;
    wb_error err;
    if (!wb_csv_id(table, row, column, &id, list)) return false;
    if (party->kind == WB_PARTY_MUNICIPALITY && !is_cbs_code(id)) {
        wb_fail(&err, WB_E_RANGE, "'%s' is not the CBS code of a municipality", id);
        wb_error_hint(&err, "write GM and four digits, such as GM0935");
        wb_csv_report(table, row, column, &err, list);
        return false;
    }
    memcpy(party->id, id, strlen(id) + 1);
    return true;
}

static void read_name(wb_party *party, const wb_csv *table, size_t row, size_t column,
                      wb_diagnostics *list)
{
    const char *name = wb_csv_at(table, row, column).text;
    wb_error err;
    if (wb_text_check_line(name, WB_NAME_MAX, "the name", &err) != WB_OK) {
        wb_csv_report(table, row, column, &err, list);
        return;
    }
    memcpy(party->name, name, strlen(name) + 1);
}

static void read_weight(wb_party *party, const wb_csv *table, size_t row, size_t column,
                        wb_diagnostics *list)
{
    wb_error err;
    if (party->kind == WB_PARTY_MUNICIPALITY) {
        party->has_under18 = wb_csv_count(table, row, column, RESIDENTS_MAX, &party->under18, list);
        return;
    }
    party->has_revenue = wb_csv_money(table, row, column, &party->revenue, list);
    if (party->has_revenue && wb_money_sign(&party->revenue) < 0) {
        wb_fail(&err, WB_E_RANGE, "a yearly revenue below 0.00");
        wb_csv_report(table, row, column, &err, list);
    }
}

/* A bad cell goes to list and leaves the party incomplete; the import fails after the last row. */
static wb_code read_row(wb_party *party, const places *at, const wb_csv *table, size_t row,
                        wb_diagnostics *list, wb_error *err)
{
    wb_code code = WB_OK;
    (void)read_id(party, table, row, (size_t)at->id, list);
    read_name(party, table, row, (size_t)at->name, list);
    if (at->weight >= 0) read_weight(party, table, row, (size_t)at->weight, list);
    for (size_t c = 0; c < wb_csv_column_count(table) && code == WB_OK; c++) {
        const char *value = wb_csv_at(table, row, c).text;
        if ((ptrdiff_t)c == at->id || (ptrdiff_t)c == at->name || (ptrdiff_t)c == at->weight) {
            continue;
        }
        /* An empty cell says nothing, so a new empty column changes no party. */
        if (value[0] != '\0') {
            code = wb_party_add_column(party, wb_csv_header(table, c).text, value, err);
        }
    }
    return code;
}

typedef struct place {
    const char *id;
    size_t row;
} place;

static int by_id_then_row(const void *a, const void *b)
{
    const place *left = a;
    const place *right = b;
    const int order = strcmp(left->id, right->id);
    return order != 0 ? order : (left->row > right->row) - (left->row < right->row);
}

static wb_code report_repeats(const wb_party *parties, size_t count, const places *at,
                              const wb_csv *table, wb_diagnostics *list, wb_error *err)
{
    place *order = malloc((count == 0 ? 1 : count) * sizeof *order);
    wb_error repeat;
    if (order == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu parties", count);
    for (size_t i = 0; i < count; i++)
        order[i] = (place){.id = parties[i].id, .row = i};
    qsort(order, count, sizeof *order, by_id_then_row);
    for (size_t i = 1; i < count; i++) {
        if (order[i].id[0] == '\0' || strcmp(order[i].id, order[i - 1].id) != 0) continue;
        wb_fail(&repeat, WB_E_DUPLICATE_KEY, "party '%s' stands on line %u too", order[i].id,
                (unsigned)wb_csv_at(table, order[i - 1].row, (size_t)at->id).line);
        wb_csv_report(table, order[i].row, (size_t)at->id, &repeat, list);
    }
    free(order);
    return WB_OK;
}

/* A party keeps its kind for ever: accounts and rules hang on it. */
static wb_code report_other_kind(const wb_party *party, wb_ledger *ledger, const wb_csv *table,
                                 size_t row, size_t column, wb_diagnostics *list, wb_error *err)
{
    wb_party known;
    wb_error other;
    wb_party_init(&known);
    wb_code code = wb_party_find(&known, ledger, party->id, err);
    if (code == WB_OK && known.kind != party->kind) {
        wb_fail(&other, WB_E_CONFLICT, "'%s' is a %s in the books, not a %s", party->id,
                wb_party_kind_name(known.kind), wb_party_kind_name(party->kind));
        wb_csv_report(table, row, column, &other, list);
    }
    if (code == WB_E_PARTY) code = WB_OK;
    wb_party_clear(&known);
    return code;
}

static wb_code record(wb_document_state *state, wb_ledger *ledger, const wb_party *party,
                      wb_date date, const char *maker, wb_error *err)
{
    char *body = NULL;
    uint64_t number = 0;
    wb_code code = wb_party_body(&body, party, err);
    if (code == WB_OK) {
        code = wb_document_compare(state, ledger, WB_RECORD_PARTY, party->id, body, err);
    }
    if (code == WB_OK && *state != WB_DOCUMENT_SAME) {
        const wb_document document = {
            .kind = WB_RECORD_PARTY, .date = date, .id = party->id, .body = body, .maker = maker};
        code = wb_ledger_document(ledger, &document, &number, err);
    }
    free(body);
    return code;
}

wb_code wb_party_record(wb_ledger *ledger, const wb_party *party, wb_date date, const char *maker,
                        wb_error *err)
{
    assert(party != NULL);
    wb_document_state state = WB_DOCUMENT_NEW;
    if (!wb_id_valid(party->id, strlen(party->id))) {
        return wb_fail(err, WB_E_RANGE, "'%s' cannot be the id of a party", party->id);
    }
    return record(&state, ledger, party, date, maker, err);
}

static wb_code record_party(wb_party_import *import, wb_ledger *ledger, const wb_party *party,
                            wb_error *err)
{
    wb_document_state state = WB_DOCUMENT_NEW;
    const wb_code code = record(&state, ledger, party, import->date, import->maker, err);
    if (code != WB_OK) return code;
    switch (state) {
    case WB_DOCUMENT_NEW: import->added++; break;
    case WB_DOCUMENT_SAME: import->unchanged++; break;
    case WB_DOCUMENT_OTHER: import->changed++; break;
    }
    return WB_OK;
}

static wb_code import_rows(wb_party_import *import, wb_ledger *ledger, wb_party *parties,
                           const places *at, const wb_csv *table, wb_diagnostics *list,
                           wb_error *err)
{
    wb_code code = WB_OK;
    for (size_t i = 0; i < import->read && code == WB_OK; i++) {
        code = read_row(&parties[i], at, table, i, list, err);
        if (code == WB_OK && parties[i].id[0] != '\0') {
            code = report_other_kind(&parties[i], ledger, table, i, (size_t)at->id, list, err);
        }
    }
    if (code == WB_OK) code = report_repeats(parties, import->read, at, table, list, err);
    if (code != WB_OK) return code;
    for (size_t i = 0; i < import->read && code == WB_OK && list->errors == 0; i++) {
        code = record_party(import, ledger, &parties[i], err);
    }
    return code;
}

wb_code wb_party_import_table(wb_party_import *import, wb_ledger *ledger, const wb_csv *table,
                              wb_diagnostics *list)
{
    assert(import != NULL);
    assert(list != NULL);
    wb_error err = {0};
    places at = {.id = wb_csv_require(table, forms[import->kind].id, list),
                 .name = wb_csv_require(table, "name", list)};
    import->read = wb_csv_row_count(table);
    import->added = import->changed = import->unchanged = 0;
    import->weight_column[0] = '\0';
    find_weight(&at, import, table, list);
    if (at.id < 0 || at.name < 0 || list->errors != 0) return wb_diagnostics_code(list);
    if (at.weight >= 0) {
        (void)snprintf(import->weight_column, sizeof import->weight_column, "%s",
                       wb_csv_header(table, (size_t)at.weight).text);
    }
    wb_party *parties = malloc((import->read == 0 ? 1 : import->read) * sizeof *parties);
    if (parties == NULL) {
        wb_fail(&err, WB_E_NOMEM, "cannot hold %zu parties", import->read);
        wb_diagnostics_add(list, &err);
        return WB_E_NOMEM;
    }
    for (size_t i = 0; i < import->read; i++) {
        wb_party_init(&parties[i]);
        parties[i].kind = import->kind;
    }
    const wb_code code = import_rows(import, ledger, parties, &at, table, list, &err);
    if (code != WB_OK) wb_diagnostics_add(list, &err);
    for (size_t i = 0; i < import->read; i++)
        wb_party_clear(&parties[i]);
    free(parties);
    return wb_diagnostics_code(list);
}
