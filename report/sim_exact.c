/* sim_exact.c - the exact loss distribution as a document and as text. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"

/* ---- the document ---- */

static json_t *measure_json(const wb_exact_measure *m)
{
    json_t *item = json_object();
    char text[WB_MONEY_TEXT_MAX];
    wb_sim_json_set(item, "id", json_string(m->id));
    if (m->level[0] != '\0') wb_sim_json_set(item, "level", json_string(m->level));
    if (m->provider != NULL) wb_sim_json_set(item, "provider", json_string(m->provider));
    if (m->has_threshold) {
        (void)wb_money_text(text, &m->threshold, WB_MONEY_PLAIN);
        wb_sim_json_set(item, "threshold", json_string(text));
    }
    if (m->form == WB_MEASURE_AMOUNT) {
        wb_sim_json_set(item, "amount", wb_sim_json_money(&m->amount));
        wb_sim_json_set(item, "error", wb_sim_json_money(&m->amount_error));
    } else {
        wb_sim_json_set(item, "value", json_real(m->value));
        wb_sim_json_set(item, "error", json_real(m->value_error));
    }
    return item;
}

static json_t *lattice_json(const wb_exact_result *result)
{
    json_t *item = json_object();
    wb_sim_json_set(item, "step", wb_sim_json_money(&result->step));
    wb_sim_json_set(item, "points", json_integer((json_int_t)result->points));
    wb_sim_json_set(item, "rounded", result->rounded ? json_true() : json_false());
    return item;
}

wb_code wb_sim_exact_json(FILE *out, const wb_model *model, const wb_exact_result *result,
                          const char *version, wb_error *err)
{
    assert(out != NULL && model != NULL && result != NULL && version != NULL);
    (void)fputs("{\n  \"schema\": \"waarborg/sim-exact/1\",\n", out);
    bool good = wb_sim_json_key(out, "tool", json_sprintf("waarborg %s", version), ",");
    good = wb_sim_json_key(out, "scenario", wb_sim_json_scenario(model), ",") && good;
    if (model->opening.ledger_count > 0) {
        good = wb_sim_json_key(out, "ledger", wb_sim_json_ledger(&model->opening), ",") && good;
    }
    good = wb_sim_json_key(out, "lattice", lattice_json(result), ",") && good;
    good = wb_sim_json_key(out, "error", json_real(result->error), ",") && good;
    (void)fputs("  \"measures\": [\n", out);
    for (size_t i = 0; i < result->count && good; i++) {
        good = wb_sim_json_line(out, measure_json(&result->measures[i]),
                                i + 1 < result->count ? "," : "");
    }
    (void)fputs("  ]\n}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

/* ---- the text ---- */

static const wb_exact_measure *find(const wb_exact_result *result, const char *id,
                                    const char *level)
{
    const wb_exact_measure *m = result->measures;
    while (strcmp(m->id, id) != 0 || strcmp(m->level, level) != 0)
        m++;
    assert(m < result->measures + result->count);
    return m;
}

/* "1 234.56 (to within 0.01)"; nothing in brackets when the amount is exact. */
static void print_amount(FILE *out, const wb_exact_measure *m)
{
    char text[WB_MONEY_TEXT_MAX];
    (void)fputs(wb_money_text(text, &m->amount, WB_MONEY_GROUPED), out);
    if (wb_money_sign(&m->amount_error) == 0) {
        (void)fputs(" (exactly)", out);
    } else {
        (void)fprintf(out, " (to within %s)",
                      wb_money_text(text, &m->amount_error, WB_MONEY_GROUPED));
    }
}

static void print_head(FILE *out, const wb_model *model, const wb_exact_result *result)
{
    char text[2][WB_MONEY_TEXT_MAX];
    (void)fprintf(out,
                  "%s\nOne year in one step, computed and not simulated: losses in steps of %s "
                  "euros, %s of them.\n",
                  model->name, wb_money_text(text[0], &result->step, WB_MONEY_GROUPED),
                  wb_sim_text_count(text[1], result->points));
    if (result->rounded) {
        (void)fputs(
            "Losses were rounded to these steps, once all down and once all up; each figure "
            "lies between.\n",
            out);
    }
    (void)fprintf(out, "No probability is off by more than %.1e.\n", result->error);
}

static void print_levels(FILE *out, const wb_model *model, const wb_exact_result *result)
{
    for (uint32_t l = 0; l < model->level_count; l++) {
        const char *level = model->levels[l].text;
        const wb_exact_measure *var = find(result, "var", level);
        const wb_exact_measure *es = find(result, "es", level);
        (void)fprintf(out, "  at level %s: ", level);
        print_amount(out, var);
        (void)fputs(", beyond it on average ", out);
        print_amount(out, es);
        (void)fputc('\n', out);
    }
}

static void print_contributions(FILE *out, const wb_model *model, const wb_exact_result *result)
{
    for (uint32_t l = 0; l < model->level_count; l++) {
        bool first = true;
        for (size_t i = 0; i < result->count; i++) {
            const wb_exact_measure *m = &result->measures[i];
            char text[WB_MONEY_TEXT_MAX];
            if (m->provider == NULL || strcmp(m->level, model->levels[l].text) != 0) continue;
            if (first) {
                (void)fprintf(out, "\nWho loses it beyond level %s, on average\n", m->level);
            }
            first = false;
            (void)fprintf(out, "  %-24s %18s\n", m->provider,
                          wb_money_text(text, &m->amount, WB_MONEY_GROUPED));
        }
    }
}

void wb_sim_exact_text(FILE *out, const wb_model *model, const wb_exact_result *result)
{
    assert(out != NULL && model != NULL && result != NULL);
    const wb_exact_measure *mean = find(result, "loss_mean", "");
    const wb_exact_measure *sd = find(result, "loss_sd", "");
    print_head(out, model, result);
    (void)fputs("\nLoss over the year, in euros\n  on average ", out);
    print_amount(out, mean);
    (void)fputs(", standard deviation ", out);
    print_amount(out, sd);
    (void)fputc('\n', out);
    print_levels(out, model, result);
    for (size_t i = 0; i < result->count; i++) {
        const wb_exact_measure *m = &result->measures[i];
        char text[WB_MONEY_TEXT_MAX];
        if (!m->has_threshold) continue;
        (void)fprintf(out, "  more than %s with probability %.12g (to within %.1e)\n",
                      wb_money_text(text, &m->threshold, WB_MONEY_GROUPED), m->value,
                      m->value_error);
    }
    print_contributions(out, model, result);
}
