/* fund.c - the fund itself: made, read, its accounts and its status. */
#include "waarborg/fund.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "fund/document.h"
#include "fund/grow.h"
#include "waarborg/control.h"

#define FUND_ID "fund"
#define TEMPLATE "nl-garantiefonds"

wb_code wb_fund_options_check(const wb_fund_options *options, wb_error *err)
{
    assert(options != NULL);
    const wb_code code = wb_text_check_line(options->name, WB_NAME_MAX, "the fund's name", err);
    if (code != WB_OK) return code;
    if (strcmp(options->template, TEMPLATE) != 0) {
        wb_fail(err, WB_E_CHOICE, "there is no template '%s'", options->template);
        wb_error_hint(err, "use " TEMPLATE);
        return WB_E_CHOICE;
    }
    if (options->year < WB_YEAR_FIRST || options->year > WB_YEAR_MAX) {
        return wb_fail(err, WB_E_RANGE, "year %d is not from %d to %d", (int)options->year,
                       WB_YEAR_FIRST, WB_YEAR_MAX);
    }
    return WB_OK;
}

static wb_date first_day(int32_t year)
{
    return wb_date_from_civil((wb_civil){.year = year, .month = 1, .day = 1});
}

static wb_code add_document(wb_ledger *ledger, wb_document *document, json_t *body, wb_error *err)
{
    char *text = NULL;
    uint64_t number = 0;
    wb_code code = wb_body_text(&text, body, err);
    document->body = text;
    if (code == WB_OK) code = wb_ledger_document(ledger, document, &number, err);
    free(text);
    return code;
}

static wb_code add_documents(wb_ledger *ledger, const wb_fund_options *options, wb_error *err)
{
    wb_document document = {.kind = WB_RECORD_FUND,
                            .date = first_day(options->year),
                            .id = FUND_ID,
                            .maker = options->maker};
    size_t count = 0;
    const wb_account *accounts = wb_chart(&count);
    wb_code code =
        add_document(ledger, &document,
                     json_pack("{ss ss ss si}", "currency", "EUR", "name", options->name,
                               "template", options->template, "year", (int)options->year),
                     err);
    document.kind = WB_RECORD_ACCOUNT;
    for (size_t i = 0; i < count && code == WB_OK; i++) {
        const wb_account *account = &accounts[i];
        document.id = account->code;
        code = add_document(ledger, &document,
                            json_pack("{sb ss ss ss ss}", "credit", (int)account->credit, "name_en",
                                      account->name_en, "name_nl", account->name_nl, "rgs",
                                      account->rgs, "section", wb_section_name(account->section)),
                            err);
    }
    return code;
}

/* The fund has no credit at its bank: an account of money may not go below 0.00. */
static wb_code add_limits(wb_ledger *ledger, const wb_fund_options *options, wb_error *err)
{
    static const char *const money[] = {"1000", "1010", "1020", "1030"};
    wb_code code = WB_OK;
    for (size_t i = 0; i < sizeof money / sizeof money[0] && code == WB_OK; i++) {
        wb_limit limit;
        uint64_t number = 0;
        wb_limit_init(&limit);
        (void)snprintf(limit.id, sizeof limit.id, "no-overdraft-%s", money[i]);
        (void)snprintf(limit.accounts[0], sizeof limit.accounts[0], "%s", money[i]);
        limit.account_count = 1;
        limit.has_min = true;
        code =
            wb_limit_record(ledger, &limit, first_day(options->year), options->maker, &number, err);
        wb_limit_clear(&limit);
    }
    return code;
}

static wb_code refuse_existing(const char *dir, wb_error *err)
{
    wb_fail(err, WB_E_EXISTS, "there is a fund in '%s' already", dir);
    wb_error_hint(err, "choose another directory; a ledger is never overwritten");
    return WB_E_EXISTS;
}

wb_code wb_fund_init(const char *dir, const wb_fund_options *options, size_t *account_count,
                     wb_error *err)
{
    assert(dir != NULL);
    wb_code code = wb_fund_options_check(options, err);
    if (code != WB_OK) return code;
    code = wb_ledger_create(dir, err);
    if (code != WB_OK && code != WB_E_EXISTS) return code;
    wb_ledger *ledger = NULL;
    wb_ledger_head head;
    code = wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code != WB_OK) goto done;
    code = wb_ledger_head_read(ledger, &head, err);
    if (code == WB_OK && head.count != 0) code = refuse_existing(dir, err);
    if (code == WB_OK) code = add_documents(ledger, options, err);
    if (code == WB_OK) code = add_limits(ledger, options, err);
    if (code == WB_OK) {
        code = wb_ledger_commit(ledger, err);
    } else {
        wb_ledger_abort(ledger);
    }
    if (account_count != NULL) (void)wb_chart(account_count);
done:
    wb_ledger_close(ledger);
    return code;
}

wb_code wb_fund_read(wb_fund *fund, wb_ledger *ledger, wb_error *err)
{
    assert(fund != NULL);
    wb_record record;
    json_t *body = NULL;
    int64_t year = 0;
    memset(fund, 0, sizeof *fund);
    wb_record_init(&record);
    wb_code code = wb_ledger_find_document(ledger, WB_RECORD_FUND, FUND_ID, &record, err);
    if (code == WB_E_NOT_FOUND) {
        wb_fail(err, WB_E_NOT_FOUND, "this ledger has no fund");
        wb_error_hint(err, "make one: waarborg fund init DIR --name NAME --year YEAR");
    }
    if (code == WB_OK) code = wb_body_read(&body, &record, err);
    if (code == WB_OK) {
        code = wb_body_string(fund->name, sizeof fund->name, body, "name", FUND_ID, err);
    }
    if (code == WB_OK) {
        code =
            wb_body_string(fund->template, sizeof fund->template, body, "template", FUND_ID, err);
    }
    if (code == WB_OK) code = wb_body_integer(&year, body, "year", FUND_ID, err);
    if (code == WB_OK && (year < WB_YEAR_FIRST || year > WB_YEAR_MAX)) {
        code = wb_fail(err, WB_E_DAMAGED, "the fund's first year cannot be %lld", (long long)year);
    }
    if (code == WB_OK) {
        fund->year = (int32_t)year;
        fund->first_day = first_day(fund->year);
    }
    json_decref(body);
    wb_record_clear(&record);
    return code;
}

/* ---- Accounts ---- */

typedef struct account_reading {
    wb_account_list *list;
    wb_code code;
    wb_error *err;
} account_reading;

static wb_code account_read(wb_account *account, const wb_record *record, wb_error *err)
{
    json_t *body = NULL;
    char section[16] = "";
    const char *id = record->document.id;
    memset(account, 0, sizeof *account);
    if (strlen(id) > WB_ID_MAX) return wb_fail(err, WB_E_DAMAGED, "account '%s' is too long", id);
    memcpy(account->code, id, strlen(id) + 1);
    wb_code code = wb_body_read(&body, record, err);
    if (code != WB_OK) return code;
    code = wb_body_string(account->name_nl, sizeof account->name_nl, body, "name_nl", id, err);
    if (code == WB_OK) {
        code = wb_body_string(account->name_en, sizeof account->name_en, body, "name_en", id, err);
    }
    if (code == WB_OK) {
        code = wb_body_string(account->rgs, sizeof account->rgs, body, "rgs", id, err);
    }
    if (code == WB_OK) {
        code = wb_body_string(section, sizeof section, body, "section", id, err);
    }
    account->credit = json_is_true(json_object_get(body, "credit"));
    json_decref(body);
    if (code != WB_OK) return code;
    for (int s = 0; s < WB_SECTION_COUNT; s++) {
        if (strcmp(section, wb_section_name((wb_section)s)) == 0) {
            account->section = (wb_section)s;
            return WB_OK;
        }
    }
    return wb_fail(err, WB_E_DAMAGED, "account '%s' is in no known section", id);
}

static bool account_visit(const wb_record *record, void *context)
{
    account_reading *reading = context;
    wb_account_list *list = reading->list;
    void *items = list->items;
    if (!wb_grow(&items, list->count, sizeof *list->items)) {
        reading->code = wb_fail(reading->err, WB_E_NOMEM, "cannot hold the accounts");
        return false;
    }
    list->items = items;
    reading->code = account_read(&list->items[list->count], record, reading->err);
    if (reading->code == WB_OK) list->count++;
    return reading->code == WB_OK;
}

wb_code wb_account_list_read(wb_account_list *list, wb_ledger *ledger, wb_error *err)
{
    assert(list != NULL);
    wb_account_list_clear(list);
    account_reading reading = {.list = list, .code = WB_OK, .err = err};
    wb_code code = wb_ledger_documents(ledger, WB_RECORD_ACCOUNT, account_visit, &reading, err);
    if (code == WB_OK) code = reading.code;
    if (code != WB_OK) wb_account_list_clear(list);
    return code;
}

void wb_account_list_clear(wb_account_list *list)
{
    assert(list != NULL);
    free(list->items);
    list->items = NULL;
    list->count = 0;
}

static int account_compare(const void *key, const void *item)
{
    return strcmp(key, ((const wb_account *)item)->code);
}

const wb_account *wb_account_list_find(const wb_account_list *list, const char *code)
{
    assert(list != NULL);
    assert(code != NULL);
    if (list->count == 0) return NULL;
    return bsearch(code, list->items, list->count, sizeof *list->items, account_compare);
}
