/* sim_rare.c - answers about rare events as a document and as text. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"

/* ---- the document ---- */

static json_t *pair_json(json_t *low, json_t *high)
{
    json_t *pair = json_array();
    (void)json_array_append_new(pair, low);
    (void)json_array_append_new(pair, high);
    return pair;
}

static json_t *amount_json(const wb_money *amount, const wb_money *low, bool low_none,
                           const wb_money *high, bool high_none)
{
    json_t *item = json_object();
    wb_sim_json_set(item, "amount", wb_sim_json_money(amount));
    wb_sim_json_set(item, "ci95",
                    pair_json(low_none ? json_null() : wb_sim_json_money(low),
                              high_none ? json_null() : wb_sim_json_money(high)));
    return item;
}

static void set_estimate(json_t *item, const wb_rare_estimate *e, wb_rare_kind kind)
{
    if (kind == WB_RARE_LEVEL) {
        wb_sim_json_set(
            item, "var",
            amount_json(&e->var, &e->var_low, e->var_low_none, &e->var_high, e->var_high_none));
        wb_sim_json_set(
            item, "es",
            amount_json(&e->es, &e->es_low, e->var_high_none, &e->es_high, e->var_high_none));
        return;
    }
    wb_sim_json_set(item, "value", json_real(e->chance));
    wb_sim_json_set(item, "ci95", pair_json(json_real(e->low), json_real(e->high)));
    wb_sim_json_set(item, "se", json_real(e->se));
}

/* "national", "region:noord", "segment:jeugdhulp" */
static json_t *factor_json(const wb_model *model, uint32_t factor)
{
    if (factor == 0) return json_string("national");
    if (factor <= model->region_count) {
        return json_sprintf("region:%s", model->regions[factor - 1].id);
    }
    return json_sprintf("segment:%s", model->segments[factor - 1 - model->region_count].id);
}

/* The factors that are moved at all, by year. */
static json_t *shifts_json(const wb_model *model, const wb_rare_tilt *tilt)
{
    json_t *list = json_array();
    for (uint32_t f = 0; f < tilt->factors; f++) {
        json_t *years = json_array();
        bool moved = false;
        for (uint32_t y = 0; y < tilt->years; y++) {
            const double shift = tilt->shift[(size_t)y * tilt->factors + f];
            moved = moved || shift > 0 || shift < 0;
            (void)json_array_append_new(years, json_real(shift));
        }
        if (!moved) {
            json_decref(years);
            continue;
        }
        json_t *item = json_object();
        wb_sim_json_set(item, "factor", factor_json(model, f));
        wb_sim_json_set(item, "years", years);
        (void)json_array_append_new(list, item);
    }
    return list;
}

static json_t *odds_json(const wb_model *model, const wb_rare_tilt *tilt)
{
    json_t *list = json_array();
    for (uint32_t i = 0; i < tilt->providers; i++) {
        if (!(tilt->log_odds[i] > 0)) continue;
        json_t *item = json_object();
        wb_sim_json_set(item, "provider", json_string(model->providers[i].id));
        wb_sim_json_set(item, "value", json_real(tilt->log_odds[i]));
        (void)json_array_append_new(list, item);
    }
    return list;
}

static json_t *theta_json(const wb_rare_tilt *tilt)
{
    json_t *item = json_object();
    json_t *values = json_array();
    for (uint32_t k = 0; k < tilt->nodes; k++)
        (void)json_array_append_new(values, json_real(tilt->theta[k]));
    wb_sim_json_set(item, "first", json_real(tilt->theta_first));
    wb_sim_json_set(item, "step", json_real(tilt->theta_step));
    wb_sim_json_set(item, "values", values);
    return item;
}

static json_t *tilt_json(const wb_model *model, const wb_rare_tilt *tilt, wb_rare_kind kind)
{
    json_t *item = json_object();
    if (kind != WB_RARE_EVENT) wb_sim_json_set(item, "aim", wb_sim_json_money(&tilt->aim));
    wb_sim_json_set(item, "shift", shifts_json(model, tilt));
    if (tilt->mixing > 1 || tilt->mixing < 1) {
        wb_sim_json_set(item, "mixing", json_real(tilt->mixing));
    }
    if (tilt->theta == NULL) {
        wb_sim_json_set(item, "log_odds", odds_json(model, tilt));
        return item;
    }
    wb_sim_json_set(item, "spread", json_real(tilt->spread));
    wb_sim_json_set(item, "theta", theta_json(tilt));
    return item;
}

static void set_question(json_t *item, const wb_rare_question *question)
{
    char text[WB_MONEY_TEXT_MAX];
    wb_sim_json_set(item, "years", json_integer(question->years));
    if (question->kind == WB_RARE_EVENT) {
        wb_sim_json_set(item, "event", json_string(wb_event_words_of[question->event].id));
    } else if (question->kind == WB_RARE_LOSS) {
        (void)wb_money_text(text, &question->amount, WB_MONEY_PLAIN);
        wb_sim_json_set(item, "loss_above", json_string(text));
    } else {
        wb_sim_json_set(item, "level", json_string(question->level.text));
    }
}

static json_t *answer_json(const wb_model *model, const wb_rare_answer *answer)
{
    const wb_rare_kind kind = answer->question.kind;
    json_t *item = json_object();
    set_question(item, &answer->question);
    set_estimate(item, &answer->estimate, kind);
    wb_sim_json_set(item, "method", json_string(answer->method));
    wb_sim_json_set(item, "degenerate", answer->degenerate ? json_true() : json_false());
    wb_sim_json_set(item, "effective_paths", json_real(answer->effective));
    wb_sim_json_set(item, "largest_share", json_real(answer->largest));
    wb_sim_json_set(item, "variance_ratio", json_real(answer->variance_ratio));
    json_t *pilot = json_object();
    wb_sim_json_set(pilot, "paths", json_integer((json_int_t)answer->pilot_paths));
    wb_sim_json_set(pilot, "variance_ratio", json_real(answer->pilot_ratio));
    wb_sim_json_set(item, "pilot", pilot);
    if (answer->has_beside) {
        json_t *plain = json_object();
        set_estimate(plain, &answer->beside, kind);
        wb_sim_json_set(item, "plain", plain);
    }
    if (answer->tilted) wb_sim_json_set(item, "tilt", tilt_json(model, &answer->tilt, kind));
    return item;
}

wb_code wb_sim_rare_json(FILE *out, const wb_model *model, const wb_rare_result *result,
                         const char *version, wb_error *err)
{
    assert(out != NULL && model != NULL && result != NULL && version != NULL);
    bool good = wb_sim_json_head(out, "sim-rare", model, version);
    (void)fputs("  \"questions\": [\n", out);
    for (size_t i = 0; i < result->count && good; i++) {
        good = wb_sim_json_line(out, answer_json(model, &result->answers[i]),
                                i + 1 < result->count ? "," : "");
    }
    (void)fputs("  ]\n}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

/* ---- the text ---- */

static const char *bound(char text[WB_MONEY_TEXT_MAX], const wb_money *amount, bool none)
{
    return none ? "?" : wb_money_text(text, amount, WB_MONEY_GROUPED);
}

static void print_estimate(FILE *out, const wb_rare_estimate *e, wb_rare_kind kind)
{
    char text[3][WB_MONEY_TEXT_MAX];
    char percent[3][WB_PERCENT_TEXT_MAX];
    if (kind == WB_RARE_LEVEL) {
        (void)fprintf(out, "%s  (%s .. %s)", wb_money_text(text[0], &e->var, WB_MONEY_GROUPED),
                      bound(text[1], &e->var_low, e->var_low_none),
                      bound(text[2], &e->var_high, e->var_high_none));
        (void)fprintf(out, ", then on average %s  (%s .. %s)\n",
                      wb_money_text(text[0], &e->es, WB_MONEY_GROUPED),
                      bound(text[1], &e->es_low, e->var_high_none),
                      bound(text[2], &e->es_high, e->var_high_none));
    } else {
        (void)fprintf(out, "%s  (%s .. %s)\n", wb_sim_text_percent(percent[0], e->chance),
                      wb_sim_text_percent(percent[1], e->low),
                      wb_sim_text_percent(percent[2], e->high));
    }
}

static void print_question(FILE *out, const wb_rare_question *question)
{
    char text[WB_MONEY_TEXT_MAX];
    const unsigned years = question->years;
    const char *plural = years == 1 ? "" : "s";
    if (question->kind == WB_RARE_EVENT) {
        (void)fprintf(out, "The chance that within %u year%s %s [%s]\n", years, plural,
                      wb_event_words_of[question->event].happens,
                      wb_event_words_of[question->event].id);
    } else if (question->kind == WB_RARE_LOSS) {
        (void)fprintf(out, "The chance of a loss of more than %s euros within %u year%s\n",
                      wb_money_text(text, &question->amount, WB_MONEY_GROUPED), years, plural);
    } else {
        (void)fprintf(out, "The loss within %u year%s at level %s, in euros\n", years, plural,
                      question->level.text);
    }
}

static void print_answer(FILE *out, const wb_rare_answer *answer)
{
    const wb_rare_kind kind = answer->question.kind;
    char text[WB_MONEY_TEXT_MAX];
    (void)fputc('\n', out);
    print_question(out, &answer->question);
    (void)fputs("  ", out);
    print_estimate(out, &answer->estimate, kind);
    if (answer->tilted) {
        (void)fprintf(out,
                      "  by importance sampling (%s): the variance of %.3g times as many plain "
                      "futures\n",
                      answer->method, answer->variance_ratio);
    } else {
        (void)fputs("  by plain simulation: a pilot found no law that does better\n", out);
    }
    if (answer->degenerate) {
        (void)fprintf(out, "  NOT RELIABLE: it rests on %.1f effective futures\n",
                      answer->effective);
    } else {
        (void)fprintf(out, "  it rests on %s effective futures\n",
                      wb_sim_text_count(text, (uint64_t)answer->effective));
    }
    if (!answer->has_beside) return;
    (void)fputs("  plain simulation beside it: ", out);
    print_estimate(out, &answer->beside, kind);
}

void wb_sim_rare_text(FILE *out, const wb_model *model, const wb_rare_result *result)
{
    assert(out != NULL && model != NULL && result != NULL);
    wb_sim_text_head(out, model);
    for (size_t i = 0; i < result->count; i++)
        print_answer(out, &result->answers[i]);
}
