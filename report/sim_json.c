/* sim_json.c - results as documents of which every byte follows from scenario and seed. */
#include <assert.h>
#include <inttypes.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "report/sim_words.h"
#include "waarborg/sim_report.h"

/* Keys in alphabetical order; numbers with the 17 digits that give a double back exactly. */
enum { FLAGS = JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17) };

static json_t *money_json(const wb_money *money)
{
    char text[WB_MONEY_TEXT_MAX];
    return json_pack("{s:s}", "eur", wb_money_text(text, money, WB_MONEY_PLAIN));
}

/* A whole double would be printed as an integer by some readers; jansson writes 0.0. */
static json_t *bound_json(const wb_measure *m, const wb_money *money, double value, bool none)
{
    if (none) return json_null();
    return m->form == WB_MEASURE_AMOUNT ? money_json(money) : json_real(value);
}

static void set(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value); /* a NULL value shows when the text is made */
}

static json_t *measure_json(const wb_measure *m)
{
    json_t *item = json_object();
    set(item, "id", json_string(m->id));
    if (m->level[0] != '\0') set(item, "level", json_string(m->level));
    if (m->year > 0) set(item, "year", json_integer(m->year));
    if (m->group != NULL) set(item, "group", json_string(m->group));
    if (m->layer != NULL) set(item, "layer", json_string(m->layer));
    if (m->party != NULL) set(item, "party", json_string(m->party));
    if (m->region != NULL) set(item, "region", json_string(m->region));
    if (m->segment != NULL) set(item, "segment", json_string(m->segment));
    if (m->provider != NULL) set(item, "provider", json_string(m->provider));
    if (m->of != NULL) set(item, "of", json_string(m->of));
    if (m->top > 0) set(item, "top", json_integer(m->top));
    if (m->has_threshold) {
        char text[WB_MONEY_TEXT_MAX];
        set(item, "threshold", json_string(wb_money_text(text, &m->threshold, WB_MONEY_PLAIN)));
    }
    if (m->form == WB_MEASURE_AMOUNT) {
        set(item, "amount", money_json(&m->amount));
    } else {
        set(item, "value", json_real(m->value));
    }
    json_t *interval = json_array();
    (void)json_array_append_new(interval, bound_json(m, &m->amount_low, m->value_low, m->low_none));
    (void)json_array_append_new(interval,
                                bound_json(m, &m->amount_high, m->value_high, m->high_none));
    set(item, "ci95", interval);
    if (m->has_se) set(item, "se", json_real(m->se));
    return item;
}

/* Print `"key": value` with the value on one line; takes ownership of value. */
static bool print_key(FILE *out, const char *key, json_t *value, const char *after)
{
    char *text = value != NULL ? json_dumps(value, FLAGS) : NULL;
    json_decref(value);
    if (text == NULL) return false;
    (void)fprintf(out, "  \"%s\": %s%s\n", key, text, after);
    free(text);
    return true;
}

static json_t *scenario_json(const wb_model *model)
{
    char hex[65];
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", model->blake2b[i]);
    return json_pack("{s:s, s:s}", "blake2b", hex, "name", model->name);
}

static json_t *ledger_json(const wb_opening *opening)
{
    char hex[65];
    char day[WB_DATE_TEXT_MAX];
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", opening->ledger_hash[i]);
    return json_pack("{s:I, s:s, s:s}", "records", (json_int_t)opening->ledger_count, "hash", hex,
                     "last_date", wb_date_text(day, opening->ledger_last_date));
}

/* What every document starts with: which figures these are, and how to make them again. */
static bool print_head(FILE *out, const char *schema, const wb_model *model, const char *version)
{
    (void)fprintf(out, "{\n  \"schema\": \"waarborg/%s/1\",\n", schema);
    bool good = print_key(out, "tool", json_sprintf("waarborg %s", version), ",");
    good = print_key(out, "scenario", scenario_json(model), ",") && good;
    if (model->opening.ledger_count > 0) {
        good = print_key(out, "ledger", ledger_json(&model->opening), ",") && good;
    }
    /* a seed may be larger than any integer of jansson */
    (void)fprintf(out, "  \"seed\": %" PRIu64 ",\n  \"paths\": %" PRIu64 ",\n", model->seed,
                  model->paths);
    return good;
}

wb_code wb_sim_result_json(FILE *out, const wb_model *model, const wb_sim_result *result,
                           const char *version, wb_error *err)
{
    assert(out != NULL && model != NULL && result != NULL && version != NULL);
    bool good = print_head(out, "sim-result", model, version);
    (void)fputs("  \"measures\": [\n", out);
    for (size_t i = 0; i < result->count && good; i++) {
        json_t *item = measure_json(&result->measures[i]);
        char *text = json_dumps(item, FLAGS);
        json_decref(item);
        good = text != NULL;
        (void)fprintf(out, "    %s%s\n", good ? text : "", i + 1 < result->count ? "," : "");
        free(text);
    }
    (void)fputs("  ]\n}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

static json_t *optional_money(const wb_money *money, bool exists)
{
    return exists ? money_json(money) : json_null();
}

wb_code wb_sim_size_json(FILE *out, const wb_model *model, const wb_sim_size *size,
                         const wb_size_question *question, const char *version, wb_error *err)
{
    assert(out != NULL && model != NULL && size != NULL && question != NULL);
    char target[WB_RATE_TEXT_MAX];
    bool good = print_head(out, "sim-size", model, version);
    good = print_key(out, "event", json_string(wb_event_words_of[question->event].id), ",") && good;
    good =
        print_key(out, "target", json_string(wb_rate_text(target, question->target)), ",") && good;
    good = print_key(out, "years", json_integer(question->years), ",") && good;
    good = print_key(out, "amount", optional_money(&size->amount, size->exists), ",") && good;
    json_t *interval = json_array();
    (void)json_array_append_new(interval, optional_money(&size->low, size->low_exists));
    (void)json_array_append_new(interval, optional_money(&size->high, size->high_exists));
    good = print_key(out, "ci95", interval, ",") && good;
    const bool said = size->reason[0] != '\0';
    good = print_key(out, "amount_sure", optional_money(&size->amount_sure, size->sure_exists),
                     said ? "," : "") &&
           good;
    if (said) good = print_key(out, "reason", json_string(size->reason), "") && good;
    (void)fputs("}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}
