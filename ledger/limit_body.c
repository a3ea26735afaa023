/* limit_body.c - a limit as a document: its body written, read and listed. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/body.h"
#include "ledger/internal.h"
#include "ledger/limits.h"

void wb_limit_init(wb_limit *limit)
{
    assert(limit != NULL);
    *limit = (wb_limit){.each = false};
    wb_money_init(&limit->min);
    wb_money_init(&limit->max);
}

void wb_limit_clear(wb_limit *limit)
{
    assert(limit != NULL);
    wb_money_clear(&limit->min);
    wb_money_clear(&limit->max);
}

void wb_limit_list_clear(wb_limit_list *list)
{
    assert(list != NULL);
    for (size_t i = 0; i < list->count; i++)
        wb_limit_clear(&list->items[i]);
    free(list->items);
    *list = (wb_limit_list){NULL, 0};
}

/* ---- the form ---- */

static wb_code check_form(const wb_limit *limit, wb_error *err)
{
    if (!wb_id_valid(limit->id, strlen(limit->id))) {
        return wb_fail(err, WB_E_RANGE, "'%.80s' cannot be the id of a limit", limit->id);
    }
    if (limit->account_count == 0) {
        return wb_fail(err, WB_E_MISSING, "limit '%s' names no account", limit->id);
    }
    if (limit->account_count > WB_LIMIT_ACCOUNTS_MAX) {
        return wb_fail(err, WB_E_RANGE, "limit '%s' names %zu accounts, and may name %d", limit->id,
                       limit->account_count, WB_LIMIT_ACCOUNTS_MAX);
    }
    if (limit->each && limit->party[0] != '\0') {
        return wb_fail(err, WB_E_CONFLICT, "limit '%s' is of each party or of one, not both",
                       limit->id);
    }
    if (limit->has_min && limit->has_max && wb_money_compare(&limit->min, &limit->max) > 0) {
        return wb_fail(err, WB_E_CONFLICT, "the lowest amount of limit '%s' is above its highest",
                       limit->id);
    }
    return WB_OK;
}

static int by_code(const void *a, const void *b)
{
    return strcmp(a, b);
}

/* ---- the body ---- */

static json_t *amount_json(bool has, const wb_money *amount)
{
    char text[WB_MONEY_TEXT_MAX];
    return has ? json_string(wb_money_text(text, amount, WB_MONEY_PLAIN)) : json_null();
}

wb_code wb_limit_encode(char **text, const wb_limit *limit, wb_error *err)
{
    assert(text != NULL && limit != NULL);
    *text = NULL;
    const wb_code code = check_form(limit, err);
    if (code != WB_OK) return code;
    char codes[WB_LIMIT_ACCOUNTS_MAX][WB_ID_MAX + 1];
    memcpy(codes, limit->accounts, sizeof codes);
    qsort(codes, limit->account_count, sizeof codes[0], by_code);
    json_t *accounts = json_array();
    for (size_t i = 0; i < limit->account_count; i++) {
        if (i > 0 && strcmp(codes[i], codes[i - 1]) == 0) {
            json_decref(accounts);
            return wb_fail(err, WB_E_DUPLICATE_KEY, "limit '%s' names account '%s' twice",
                           limit->id, codes[i]);
        }
        if (json_array_append_new(accounts, json_string(codes[i])) != 0) {
            json_decref(accounts);
            return wb_fail(err, WB_E_NOMEM, "cannot hold limit '%s'", limit->id);
        }
    }
    return wb_form_write(
        text,
        json_pack("{so sb so so so}", "accounts", accounts, "each", (int)limit->each, "max",
                  amount_json(limit->has_max, &limit->max), "min",
                  amount_json(limit->has_min, &limit->min), "party",
                  limit->party[0] == '\0' ? json_null() : json_string(limit->party)),
        err);
}

/* An id in a body; false when it is none. */
static bool take_id(char id[WB_ID_MAX + 1], const char *text)
{
    if (text == NULL || !wb_id_valid(text, strlen(text))) return false;
    memcpy(id, text, strlen(text) + 1);
    return true;
}

static void take_accounts(wb_limit *limit, wb_form *form)
{
    const json_t *accounts = wb_form_list(form, "accounts", 1, WB_LIMIT_ACCOUNTS_MAX);
    limit->account_count = json_array_size(accounts);
    for (size_t i = 0; i < limit->account_count; i++) {
        const char *text = json_string_value(json_array_get(accounts, i));
        if (!take_id(limit->accounts[i], text)) {
            wb_form_refuse(form, "its accounts are not all codes");
        } else if (i > 0 && strcmp(limit->accounts[i - 1], limit->accounts[i]) >= 0) {
            wb_form_refuse(form, "its accounts are not in order");
        }
    }
}

wb_code wb_limit_decode(wb_limit *limit, wb_span id, wb_span body, wb_code refusal, wb_error *err)
{
    assert(limit != NULL && id.size <= WB_ID_MAX);
    wb_form form;
    wb_limit_clear(limit);
    wb_limit_init(limit);
    memcpy(limit->id, id.data, id.size);
    limit->id[id.size] = '\0';
    wb_form_open(&form, "limit", (const char *)body.data, body.size, refusal, err);
    take_accounts(limit, &form);
    limit->each = wb_form_boolean(&form, "each");
    limit->has_max = wb_form_money_or_null(&form, "max", &limit->max);
    limit->has_min = wb_form_money_or_null(&form, "min", &limit->min);
    const char *party = wb_form_text_or_null(&form, "party", WB_ID_MAX);
    if (party != NULL && !take_id(limit->party, party)) {
        wb_form_refuse(&form, "its party is not an id");
    }
    wb_code code = wb_form_end(&form);
    wb_form_close(&form);
    if (code == WB_OK && check_form(limit, err) != WB_OK) {
        code = wb_fail(err, refusal, "the body of limit '%s' contradicts itself", limit->id);
    }
    return code;
}

/* ---- in the ledger ---- */

wb_code wb_limit_record(wb_ledger *ledger, const wb_limit *limit, wb_date date, const char *maker,
                        uint64_t *number, wb_error *err)
{
    assert(ledger != NULL && limit != NULL);
    char *body = NULL;
    wb_code code = wb_limit_encode(&body, limit, err);
    if (code == WB_OK) {
        const wb_document document = {
            .kind = WB_RECORD_LIMIT, .date = date, .id = limit->id, .body = body, .maker = maker};
        code = wb_ledger_document(ledger, &document, number, err);
    }
    free(body);
    return code;
}

typedef struct reading {
    wb_limit_list *list;
    wb_code code;
    wb_error *err;
} reading;

static bool add_limit(const wb_record *record, void *context)
{
    reading *at = context;
    wb_limit limit;
    wb_limit_init(&limit);
    at->code = wb_limit_decode(&limit, wb_span_text(record->document.id),
                               wb_span_text(record->document.body), WB_E_DAMAGED, at->err);
    if (at->code != WB_OK || (!limit.has_min && !limit.has_max)) {
        wb_limit_clear(&limit);
        return at->code == WB_OK;
    }
    wb_limit_list *list = at->list;
    wb_limit *items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (items == NULL) {
        wb_limit_clear(&limit);
        at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold %zu limits", list->count + 1);
        return false;
    }
    list->items = items;
    list->items[list->count] = limit; /* with its amounts */
    list->count++;
    return true;
}

wb_code wb_limit_list_read(wb_limit_list *list, wb_ledger *ledger, wb_error *err)
{
    assert(list != NULL && ledger != NULL);
    wb_limit_list_clear(list);
    reading at = {.list = list, .err = err};
    wb_code code = wb_ledger_documents(ledger, WB_RECORD_LIMIT, add_limit, &at, err);
    if (code == WB_OK) code = at.code;
    if (code != WB_OK) wb_limit_list_clear(list);
    return code;
}
