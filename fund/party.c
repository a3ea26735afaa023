/* party.c - parties as documents: read, found and listed. */
#include "fund/party.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/document.h"
#include "fund/grow.h"

static const char *const kind_names[WB_PARTY_KIND_COUNT] = {"municipality", "provider", "state",
                                                            "financier"};

const char *wb_party_kind_name(wb_party_kind kind)
{
    assert(kind >= 0);
    assert(kind < WB_PARTY_KIND_COUNT);
    return kind_names[kind];
}

wb_code wb_party_kind_parse(wb_party_kind *kind, const char *text, wb_error *err)
{
    assert(kind != NULL);
    assert(text != NULL);
    for (int k = 0; k < WB_PARTY_KIND_COUNT; k++) {
        if (strcmp(text, kind_names[k]) == 0) {
            *kind = (wb_party_kind)k;
            return WB_OK;
        }
    }
    wb_fail(err, WB_E_CHOICE, "'%s' is not a kind of party", text);
    wb_error_hint(err, "use municipality, provider, state or financier");
    return WB_E_CHOICE;
}

void wb_party_init(wb_party *party)
{
    assert(party != NULL);
    memset(party, 0, sizeof *party);
    wb_money_init(&party->revenue);
}

void wb_party_clear(wb_party *party)
{
    assert(party != NULL);
    wb_money_clear(&party->revenue);
    for (size_t i = 0; i < party->column_count; i++) {
        free(party->columns[i].name);
        free(party->columns[i].value);
    }
    free(party->columns);
    party->columns = NULL;
    party->column_count = 0;
}

const char *wb_party_column_value(const wb_party *party, const char *name)
{
    assert(party != NULL);
    assert(name != NULL);
    for (size_t i = 0; i < party->column_count; i++) {
        if (strcmp(party->columns[i].name, name) == 0) return party->columns[i].value;
    }
    return NULL;
}

wb_code wb_party_add_column(wb_party *party, const char *name, const char *value, wb_error *err)
{
    void *columns = party->columns;
    wb_party_column column = {.name = strdup(name), .value = strdup(value)};
    if (column.name == NULL || column.value == NULL ||
        !wb_grow(&columns, party->column_count, sizeof column)) {
        free(column.name);
        free(column.value);
        return wb_fail(err, WB_E_NOMEM, "cannot hold party '%s'", party->id);
    }
    party->columns = columns;
    party->columns[party->column_count++] = column;
    return WB_OK;
}

wb_code wb_party_body(char **text, const wb_party *party, wb_error *err)
{
    char revenue[WB_MONEY_TEXT_MAX];
    bool good = true;
    json_t *columns = json_object();
    for (size_t i = 0; i < party->column_count; i++) {
        good = good && json_object_set_new(columns, party->columns[i].name,
                                           json_string(party->columns[i].value)) == 0;
    }
    json_t *body = json_pack("{so ss ss}", "columns", columns, "kind",
                             wb_party_kind_name(party->kind), "name", party->name);
    if (party->has_under18) {
        good = good &&
               json_object_set_new(body, "under18", json_integer((json_int_t)party->under18)) == 0;
    }
    if (party->has_revenue) {
        wb_money_text(revenue, &party->revenue, WB_MONEY_PLAIN);
        good = good && json_object_set_new(body, "revenue", json_string(revenue)) == 0;
    }
    if (!good) {
        json_decref(body);
        body = NULL;
    }
    return wb_body_text(text, body, err);
}

static wb_code read_weights(wb_party *party, const json_t *body, wb_error *err)
{
    party->has_under18 = json_object_get(body, "under18") != NULL;
    party->has_revenue = json_object_get(body, "revenue") != NULL;
    if (party->has_under18) {
        int64_t count = 0;
        const wb_code code = wb_body_integer(&count, body, "under18", party->id, err);
        if (code != WB_OK) return code;
        if (count < 0) {
            return wb_fail(err, WB_E_DAMAGED, "party '%s' has fewer than no residents", party->id);
        }
        party->under18 = (uint64_t)count;
    }
    return party->has_revenue ? wb_body_money(&party->revenue, body, "revenue", party->id, err)
                              : WB_OK;
}

/* Fill an initialised party from its document. */
static wb_code read_party(wb_party *party, const wb_record *record, wb_error *err)
{
    json_t *body = NULL;
    char kind[32] = "";
    const char *id = record->document.id;
    if (strlen(id) > WB_ID_MAX) return wb_fail(err, WB_E_DAMAGED, "party '%s' is too long", id);
    memcpy(party->id, id, strlen(id) + 1);
    wb_code code = wb_body_read(&body, record, err);
    if (code == WB_OK) {
        code = wb_body_string(party->name, sizeof party->name, body, "name", id, err);
    }
    if (code == WB_OK) code = wb_body_string(kind, sizeof kind, body, "kind", id, err);
    if (code == WB_OK && wb_party_kind_parse(&party->kind, kind, NULL) != WB_OK) {
        code = wb_fail(err, WB_E_DAMAGED, "party '%s' is of no known kind", id);
    }
    if (code == WB_OK) code = read_weights(party, body, err);
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach(json_object_get(body, "columns"), name, value)
    {
        const char *text = json_string_value(value);
        if (code != WB_OK) break;
        code = text == NULL
                   ? wb_fail(err, WB_E_DAMAGED, "column '%s' of party '%s' is no text", name, id)
                   : wb_party_add_column(party, name, text, err);
    }
    json_decref(body);
    return code;
}

wb_code wb_party_find(wb_party *party, wb_ledger *ledger, const char *id, wb_error *err)
{
    assert(party != NULL);
    assert(id != NULL);
    wb_record record;
    wb_record_init(&record);
    wb_party_clear(party);
    wb_party_init(party);
    wb_code code = wb_ledger_find_document(ledger, WB_RECORD_PARTY, id, &record, err);
    if (code == WB_E_NOT_FOUND) {
        code = wb_fail(err, WB_E_PARTY, "there is no party '%s'", id);
        wb_error_hint(err, "list them: waarborg party list");
    } else if (code == WB_OK) {
        code = read_party(party, &record, err);
    }
    wb_record_clear(&record);
    return code;
}

typedef struct reading {
    wb_party_list *list;
    const wb_party_kind *kind;
    wb_code code;
    wb_error *err;
} reading;

static bool visit(const wb_record *record, void *context)
{
    reading *at = context;
    wb_party_list *list = at->list;
    void *items = list->items;
    if (!wb_grow(&items, list->count, sizeof *list->items)) {
        at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold the parties");
        return false;
    }
    list->items = items;
    wb_party *party = &list->items[list->count];
    wb_party_init(party);
    at->code = read_party(party, record, at->err);
    if (at->code == WB_OK && (at->kind == NULL || party->kind == *at->kind)) {
        list->count++;
    } else {
        wb_party_clear(party);
    }
    return at->code == WB_OK;
}

wb_code wb_party_list_read(wb_party_list *list, wb_ledger *ledger, const wb_party_kind *kind,
                           wb_error *err)
{
    assert(list != NULL);
    wb_party_list_clear(list);
    reading at = {.list = list, .kind = kind, .code = WB_OK, .err = err};
    wb_code code = wb_ledger_documents(ledger, WB_RECORD_PARTY, visit, &at, err);
    if (code == WB_OK) code = at.code;
    if (code != WB_OK) wb_party_list_clear(list);
    return code;
}

void wb_party_list_clear(wb_party_list *list)
{
    assert(list != NULL);
    for (size_t i = 0; i < list->count; i++)
        wb_party_clear(&list->items[i]);
    free(list->items);
    list->items = NULL;
    list->count = 0;
}

static int compare(const void *key, const void *item)
{
    return strcmp(key, ((const wb_party *)item)->id);
}

const wb_party *wb_party_list_find(const wb_party_list *list, const char *id)
{
    assert(list != NULL);
    assert(id != NULL);
    if (list->count == 0) return NULL;
    return bsearch(id, list->items, list->count, sizeof *list->items, compare);
}
