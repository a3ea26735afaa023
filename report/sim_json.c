/* sim_json.c - results as documents of which every byte follows from scenario and seed. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "report/sim_parts.h"
#include "waarborg/sim_report.h"

/* Keys in alphabetical order; numbers with the 17 digits that give a double back exactly. */
enum { FLAGS = JSON_SORT_KEYS | JSON_ENCODE_ANY | JSON_REAL_PRECISION(17) };

json_t *wb_sim_json_money(const wb_money *money)
{
    char text[WB_MONEY_TEXT_MAX];
    return json_pack("{s:s}", "eur", wb_money_text(text, money, WB_MONEY_PLAIN));
}

/* A whole double would be printed as an integer by some readers; jansson writes 0.0. */
static json_t *bound_json(const wb_measure *m, const wb_money *money, double value, bool none)
{
    if (none) return json_null();
    return m->form == WB_MEASURE_AMOUNT ? wb_sim_json_money(money) : json_real(value);
}

void wb_sim_json_set(json_t *object, const char *key, json_t *value)
{
    (void)json_object_set_new(object, key, value); /* a NULL value shows when the text is made */
}

json_t *wb_sim_json_measure(const wb_measure *m)
{
    json_t *item = json_object();
    wb_sim_json_set(item, "id", json_string(m->id));
    if (m->level[0] != '\0') wb_sim_json_set(item, "level", json_string(m->level));
    if (m->year > 0) wb_sim_json_set(item, "year", json_integer(m->year));
    if (m->group != NULL) wb_sim_json_set(item, "group", json_string(m->group));
    if (m->layer != NULL) wb_sim_json_set(item, "layer", json_string(m->layer));
    if (m->party != NULL) wb_sim_json_set(item, "party", json_string(m->party));
    if (m->region != NULL) wb_sim_json_set(item, "region", json_string(m->region));
    if (m->segment != NULL) wb_sim_json_set(item, "segment", json_string(m->segment));
    if (m->provider != NULL) wb_sim_json_set(item, "provider", json_string(m->provider));
    if (m->of != NULL) wb_sim_json_set(item, "of", json_string(m->of));
    if (m->top > 0) wb_sim_json_set(item, "top", json_integer(m->top));
    if (m->has_threshold) {
        char text[WB_MONEY_TEXT_MAX];
        wb_sim_json_set(item, "threshold",
                        json_string(wb_money_text(text, &m->threshold, WB_MONEY_PLAIN)));
    }
    if (m->form == WB_MEASURE_AMOUNT) {
        wb_sim_json_set(item, "amount", wb_sim_json_money(&m->amount));
    } else {
        wb_sim_json_set(item, "value", json_real(m->value));
    }
    json_t *interval = json_array();
    (void)json_array_append_new(interval, bound_json(m, &m->amount_low, m->value_low, m->low_none));
    (void)json_array_append_new(interval,
                                bound_json(m, &m->amount_high, m->value_high, m->high_none));
    wb_sim_json_set(item, "ci95", interval);
    if (m->has_se) wb_sim_json_set(item, "se", json_real(m->se));
    return item;
}

bool wb_sim_json_key(FILE *out, const char *key, json_t *value, const char *after)
{
    char *text = value != NULL ? json_dumps(value, FLAGS) : NULL;
    json_decref(value);
    if (text == NULL) return false;
    (void)fprintf(out, "  \"%s\": %s%s\n", key, text, after);
    free(text);
    return true;
}

bool wb_sim_json_line(FILE *out, json_t *item, const char *after)
{
    char *text = json_dumps(item, FLAGS);
    json_decref(item);
    if (text == NULL) return false;
    (void)fprintf(out, "    %s%s\n", text, after);
    free(text);
    return true;
}

json_t *wb_sim_json_scenario(const wb_model *model)
{
    char hex[65];
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", model->blake2b[i]);
    return json_pack("{s:s, s:s}", "blake2b", hex, "name", model->name);
}

/* The trial balance, and what each account counts as. */
static json_t *accounts_json(const wb_opening *opening)
{
    json_t *accounts = json_array();
    for (size_t i = 0; i < opening->line_count; i++) {
        const wb_opening_line *line = &opening->lines[i];
        json_t *item = json_pack("{s:s, s:s}", "account", line->account, "counts_as",
                                 wb_opening_use_name(line->use));
        wb_sim_json_set(item, "balance", wb_sim_json_money(&line->balance));
        (void)json_array_append_new(accounts, item);
    }
    return accounts;
}

json_t *wb_sim_json_ledger(const wb_opening *opening)
{
    char hex[65];
    char day[WB_DATE_TEXT_MAX];
    for (size_t i = 0; i < 32; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", opening->ledger_hash[i]);
    json_t *object =
        json_pack("{s:I, s:s, s:s}", "records", (json_int_t)opening->ledger_count, "hash", hex,
                  "last_date", wb_date_text(day, opening->ledger_last_date));
    wb_sim_json_set(object, "cash", wb_sim_json_money(&opening->cash));
    wb_sim_json_set(object, "backstop_debt", wb_sim_json_money(&opening->backstop_debt));
    wb_sim_json_set(object, "obligo_called", wb_sim_json_money(&opening->obligo_called));
    wb_sim_json_set(object, "levy_called", wb_sim_json_money(&opening->levy_called));
    wb_sim_json_set(object, "promised_loans", wb_sim_json_money(&opening->promised));
    wb_sim_json_set(object, "accounts", accounts_json(opening));
    return object;
}

bool wb_sim_json_head(FILE *out, const char *schema, const wb_model *model, const char *version)
{
    (void)fprintf(out, "{\n  \"schema\": \"waarborg/%s/1\",\n", schema);
    bool good = wb_sim_json_key(out, "tool", json_sprintf("waarborg %s", version), ",");
    good = wb_sim_json_key(out, "scenario", wb_sim_json_scenario(model), ",") && good;
    if (model->opening.ledger_count > 0) {
        good = wb_sim_json_key(out, "ledger", wb_sim_json_ledger(&model->opening), ",") && good;
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
    bool good = wb_sim_json_head(out, "sim-result", model, version);
    (void)fputs("  \"measures\": [\n", out);
    for (size_t i = 0; i < result->count && good; i++) {
        good = wb_sim_json_line(out, wb_sim_json_measure(&result->measures[i]),
                                i + 1 < result->count ? "," : "");
    }
    (void)fputs("  ]\n}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}
