/* periods.c - months and years: as text and dates, as documents, and the dates they close. */
#include "ledger/periods.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/body.h"
#include "ledger/internal.h"

/* ---- pure ---- */

static wb_code refuse_text(const char *text, size_t size, wb_error *err)
{
    const wb_code code = wb_fail(err, WB_E_DATE, "'%.*s' is not a month or a year",
                                 (int)(size < 40 ? size : 40), text);
    wb_error_hint(err, "write 2026-03 for a month, 2026 for a year");
    return code;
}

wb_code wb_period_parse(wb_period *period, const char *text, size_t size, wb_error *err)
{
    assert(period != NULL && text != NULL);
    enum { YEAR_SIZE = 4, MONTH_SIZE = 7 };
    uint64_t year = 0;
    uint64_t month = 0;
    if (size != YEAR_SIZE && size != MONTH_SIZE) return refuse_text(text, size, err);
    if (wb_number_parse(&year, text, YEAR_SIZE, WB_YEAR_MAX, NULL) != WB_OK || year < WB_YEAR_MIN) {
        return refuse_text(text, size, err);
    }
    if (size == MONTH_SIZE &&
        (text[YEAR_SIZE] != '-' || wb_number_parse(&month, text + 5, 2, 12, NULL) != WB_OK ||
         month == 0)) {
        return refuse_text(text, size, err);
    }
    *period = (wb_period){(int32_t)year, (unsigned)month};
    return WB_OK;
}

const char *wb_period_text(char text[8], wb_period period)
{
    const unsigned year = (unsigned)period.year % 10000U;
    if (period.month == 0) {
        (void)snprintf(text, 8, "%04u", year);
    } else {
        (void)snprintf(text, 8, "%04u-%02u", year, period.month % 100U);
    }
    return text;
}

wb_date wb_period_first(wb_period period)
{
    const uint32_t month = period.month == 0 ? 1 : period.month;
    return wb_date_from_civil((wb_civil){period.year, month, 1});
}

wb_date wb_period_last(wb_period period)
{
    const uint32_t month = period.month == 0 ? 12 : period.month;
    return wb_date_from_civil((wb_civil){period.year, month, wb_days_in_month(period.year, month)});
}

static int compare(wb_period a, wb_period b)
{
    if (a.year != b.year) return a.year < b.year ? -1 : 1;
    return (a.month > b.month) - (a.month < b.month);
}

/* ---- the body ---- */

void wb_period_state_clear(wb_period_state *state)
{
    assert(state != NULL);
    free(state->checks);
    *state = (wb_period_state){.closed = false};
}

wb_code wb_period_encode(char **text, const wb_period_state *state, wb_error *err)
{
    assert(text != NULL && state != NULL);
    *text = NULL;
    char id[8];
    const char *name = wb_period_text(id, state->period);
    if (!state->closed && state->reason[0] == '\0') {
        wb_code code =
            wb_fail(err, WB_E_MISSING, "period %s cannot be reopened without a reason", name);
        wb_error_hint(err, "give --reason \"why\"");
        return code;
    }
    json_t *checks = state->checks == NULL
                         ? json_null()
                         : json_loads(state->checks, JSON_REJECT_DUPLICATES, NULL);
    if (!json_is_null(checks) && !json_is_object(checks)) {
        json_decref(checks);
        return wb_fail(err, WB_E_RANGE, "the checks of period %s are not a JSON object", name);
    }
    return wb_form_write(text,
                         json_pack("{so ss ss}", "checks", checks, "reason", state->reason, "state",
                                   state->closed ? "closed" : "open"),
                         err);
}

static void take_body(wb_period_state *state, wb_form *form)
{
    const json_t *checks = wb_form_object_or_null(form, "checks");
    const char *reason = wb_form_text(form, "reason", WB_REASON_MAX);
    const char *word = wb_form_text(form, "state", 8);
    memcpy(state->reason, reason, strlen(reason) + 1);
    state->closed = strcmp(word, "closed") == 0;
    if (!state->closed && strcmp(word, "open") != 0) {
        wb_form_refuse(form, "its state is neither closed nor open");
    }
    if (!state->closed && reason[0] == '\0') wb_form_refuse(form, "it opens without a reason");
    if (checks == NULL) return;
    state->checks = json_dumps(checks, JSON_SORT_KEYS | JSON_COMPACT);
    if (state->checks == NULL) wb_form_refuse(form, "its checks cannot be held");
}

wb_code wb_period_decode(wb_period_state *state, wb_span id, wb_span body, wb_code refusal,
                         wb_error *err)
{
    assert(state != NULL);
    wb_form form;
    *state = (wb_period_state){.closed = false};
    if (wb_period_parse(&state->period, (const char *)id.data, id.size, err) != WB_OK) {
        return wb_fail(err, refusal, "'%.*s' is not a month or a year", (int)id.size,
                       (const char *)id.data);
    }
    wb_form_open(&form, "period", (const char *)body.data, body.size, refusal, err);
    take_body(state, &form);
    const wb_code code = wb_form_end(&form);
    wb_form_close(&form);
    if (code != WB_OK) wb_period_state_clear(state);
    return code;
}

/* ---- reading ---- */

void wb_period_list_clear(wb_period_list *list)
{
    assert(list != NULL);
    for (size_t i = 0; i < list->count; i++)
        wb_period_state_clear(&list->items[i]);
    free(list->items);
    *list = (wb_period_list){NULL, 0};
}

typedef struct reading {
    wb_period_list *list;
    wb_code code;
    wb_error *err;
} reading;

static wb_code decode_record(wb_period_state *state, const wb_record *record, wb_error *err)
{
    return wb_period_decode(state, wb_span_text(record->document.id),
                            wb_span_text(record->document.body), WB_E_DAMAGED, err);
}

/* Documents come in order of id, and so a year before its months. */
static bool add_period(const wb_record *record, void *context)
{
    reading *at = context;
    wb_period_list *list = at->list;
    wb_period_state *items = realloc(list->items, (list->count + 1) * sizeof *items);
    if (items == NULL) {
        at->code = wb_fail(at->err, WB_E_NOMEM, "cannot hold %zu periods", list->count + 1);
        return false;
    }
    list->items = items;
    wb_period_state *state = &list->items[list->count];
    at->code = decode_record(state, record, at->err);
    if (at->code != WB_OK) return false;
    state->since = record->number;
    list->count++;
    return true;
}

wb_code wb_period_list_read(wb_period_list *list, wb_ledger *ledger, wb_error *err)
{
    assert(list != NULL && ledger != NULL);
    wb_period_list_clear(list);
    reading at = {.list = list, .err = err};
    wb_code code = wb_ledger_documents(ledger, WB_RECORD_PERIOD, add_period, &at, err);
    if (code == WB_OK) code = at.code;
    if (code != WB_OK) wb_period_list_clear(list);
    return code;
}

/* Whether one period is recorded as closed; `since` is the record that says so, or 0. */
static wb_code read_one(wb_ledger *ledger, wb_period period, bool *closed, uint64_t *since,
                        wb_error *err)
{
    char id[8];
    wb_record record;
    wb_period_state state = {.closed = false};
    *closed = false;
    *since = 0;
    wb_record_init(&record);
    wb_code code =
        wb_ledger_find_document(ledger, WB_RECORD_PERIOD, wb_period_text(id, period), &record, err);
    if (code == WB_E_NOT_FOUND) {
        code = WB_OK;
    } else if (code == WB_OK) {
        code = decode_record(&state, &record, err);
        *closed = state.closed;
        *since = record.number;
    }
    wb_period_state_clear(&state);
    wb_record_clear(&record);
    return code;
}

wb_code wb_period_closed(wb_ledger *ledger, wb_date date, bool *closed, wb_error *err)
{
    assert(ledger != NULL && closed != NULL);
    const wb_civil civil = wb_date_civil(date);
    uint64_t since = 0;
    wb_code code = wb_read_begin(ledger, err); /* both of one moment */
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    code = read_one(ledger, (wb_period){civil.year, 0}, closed, &since, err);
    if (code == WB_OK && !*closed) {
        code = read_one(ledger, (wb_period){civil.year, civil.month}, closed, &since, err);
    }
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}

/* ---- while posting ---- */

void wb_periods_clear(wb_periods *periods)
{
    free(periods->closed);
    *periods = (wb_periods){0};
}

static wb_code load(wb_ledger *ledger, wb_error *err)
{
    wb_periods *periods = &ledger->periods;
    wb_periods_clear(periods);
    wb_code code = wb_batch_flush(ledger, err); /* for periods of this batch */
    if (code != WB_OK) return code;
    wb_period_list list = {NULL, 0};
    if (ledger->head.documents[WB_RECORD_PERIOD] > 0) {
        code = wb_period_list_read(&list, ledger, err);
    }
    if (code == WB_OK && list.count > 0) {
        periods->closed = calloc(list.count, sizeof *periods->closed);
        if (periods->closed == NULL) {
            code = wb_fail(err, WB_E_NOMEM, "cannot hold %zu periods", list.count);
        }
    }
    for (size_t i = 0; periods->closed != NULL && i < list.count; i++) {
        if (!list.items[i].closed) continue;
        periods->closed[periods->count] =
            (wb_period_closed_one){list.items[i].period, list.items[i].since};
        periods->count++;
    }
    wb_period_list_clear(&list);
    if (code == WB_OK) periods->loaded = true;
    return code;
}

static int by_period(const void *key, const void *item)
{
    return compare(*(const wb_period *)key, ((const wb_period_closed_one *)item)->period);
}

static const wb_period_closed_one *find(const wb_periods *periods, wb_period period)
{
    return bsearch(&period, periods->closed, periods->count, sizeof *periods->closed, by_period);
}

wb_code wb_periods_check(wb_ledger *ledger, wb_date date, wb_error *err)
{
    const wb_periods *periods = &ledger->periods;
    wb_code code = periods->loaded ? WB_OK : load(ledger, err);
    if (code != WB_OK || periods->count == 0) return code;
    const wb_civil civil = wb_date_civil(date);
    const wb_period_closed_one *one = find(periods, (wb_period){civil.year, 0});
    if (one == NULL) one = find(periods, (wb_period){civil.year, civil.month});
    if (one == NULL) return WB_OK;
    char id[8];
    char day[WB_DATE_TEXT_MAX];
    code = wb_fail(err, WB_E_CLOSED, "%s lies in %s, which record %llu closed",
                   wb_date_text(day, date), wb_period_text(id, one->period),
                   (unsigned long long)one->since);
    wb_error_hint(err,
                  "date it in an open period, or reopen this one (two checkers under four eyes): "
                  "waarborg period reopen %s --reason WHY",
                  id);
    return code;
}

/* ---- recording ---- */

static wb_code check_change(wb_ledger *ledger, const wb_period_state *state, wb_error *err)
{
    char id[8];
    char year_id[8];
    bool year_closed = false;
    bool closed = false;
    uint64_t year_since = 0;
    uint64_t since = 0;
    wb_code code = WB_OK;
    const wb_period year = {state->period.year, 0};
    if (state->period.month != 0) code = read_one(ledger, year, &year_closed, &year_since, err);
    if (code == WB_OK) code = read_one(ledger, state->period, &closed, &since, err);
    if (code != WB_OK) return code;
    (void)wb_period_text(id, state->period);
    if (year_closed) {
        code = wb_fail(err, WB_E_RULE, "%s is part of %s, which record %llu closed", id,
                       wb_period_text(year_id, year), (unsigned long long)year_since);
        wb_error_hint(err, "reopen the year first: waarborg period reopen %s --reason WHY",
                      year_id);
    } else if (state->closed && closed) {
        code = wb_fail(err, WB_E_RULE, "%s is closed already, by record %llu", id,
                       (unsigned long long)since);
    } else if (!state->closed && !closed) {
        code = wb_fail(err, WB_E_RULE, "%s is not closed", id);
        wb_error_hint(err, "see waarborg period list");
    }
    return code;
}

/* ---- what stands against closing ---- */

typedef struct against {
    wb_ledger *ledger;
    wb_period period;
    wb_date first, last;
    wb_code code;
    wb_error *err;
} against;

static wb_code refuse_pending(void *context, uint64_t proposal, const wb_raw_record *draft,
                              wb_error *err)
{
    const against *at = context;
    char id[8];
    char day[WB_DATE_TEXT_MAX];
    if (draft->kind != WB_RECORD_ENTRY) return WB_OK;
    if (draft->date.days < at->first.days || draft->date.days > at->last.days) return WB_OK;
    const wb_code code =
        wb_fail(err, WB_E_RULE, "proposal %llu is open and has an entry dated %s, in %s",
                (unsigned long long)proposal, wb_date_text(day, draft->date),
                wb_period_text(id, at->period));
    wb_error_hint(err, "decide it first: waarborg pending show %llu", (unsigned long long)proposal);
    return code;
}

/* What was posted after the proposal, and not by it, was not looked at when it was made. */
static bool refuse_later(const wb_record *record, void *context)
{
    against *at = context;
    char id[8];
    if (record->kind != WB_RECORD_ENTRY || record->proposal == at->ledger->batch.proposal ||
        record->entry.date.days > at->last.days) {
        return true;
    }
    at->code = wb_fail(at->err, WB_E_RULE, "entry %llu was posted since the checks of %s",
                       (unsigned long long)record->number, wb_period_text(id, at->period));
    return false;
}

static wb_code check_nothing_against(wb_ledger *ledger, wb_period period, wb_error *err)
{
    against at = {.ledger = ledger,
                  .period = period,
                  .first = wb_period_first(period),
                  .last = wb_period_last(period),
                  .err = err};
    const uint64_t proposal = ledger->batch.proposal;
    wb_code code = wb_reserve_drafts(ledger, refuse_pending, &at, err);
    if (code == WB_OK && proposal != 0) {
        code = wb_ledger_log(ledger, proposal, refuse_later, &at, err);
    }
    return code == WB_OK ? at.code : code;
}

wb_code wb_period_admit(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    assert(document->kind == WB_RECORD_PERIOD);
    wb_period_state state;
    wb_code code = wb_period_decode(&state, wb_span_text(document->id),
                                    wb_span_text(document->body), WB_E_RANGE, err);
    if (code == WB_OK) code = check_change(ledger, &state, err);
    if (code == WB_OK && state.closed) code = check_nothing_against(ledger, state.period, err);
    wb_period_state_clear(&state); /* empty when the body was refused */
    return code;
}

wb_code wb_period_record(wb_ledger *ledger, const wb_period_state *state, wb_date date,
                         const char *maker, uint64_t *number, wb_error *err)
{
    assert(ledger != NULL && state != NULL);
    char id[8];
    char *body = NULL;
    wb_code code = wb_period_encode(&body, state, err);
    if (code == WB_OK) {
        const wb_document document = {.kind = WB_RECORD_PERIOD,
                                      .date = date,
                                      .id = wb_period_text(id, state->period),
                                      .body = body,
                                      .maker = maker};
        code = wb_ledger_document(ledger, &document, number, err);
    }
    free(body);
    return code;
}
