/* sim_sensitivity.c - which assumption matters most, as a document and as a table. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"

/* ---- the document ---- */

static json_t *side_json(const wb_sensitivity_side *side)
{
    if (!side->moved) return json_null();
    json_t *item = json_object();
    json_t *event = wb_sim_json_measure(side->event);
    json_t *es = wb_sim_json_measure(side->es);
    wb_sim_json_set(event, "exceeds_noise", json_boolean(!side->event_noise));
    wb_sim_json_set(es, "exceeds_noise", json_boolean(!side->es_noise));
    wb_sim_json_set(item, "event", event);
    wb_sim_json_set(item, "es", es);
    return item;
}

wb_code wb_sim_sensitivity_json(FILE *out, const wb_model *model,
                                const wb_sim_sensitivity *sensitivity, const char *version,
                                wb_error *err)
{
    assert(out != NULL && model != NULL && sensitivity != NULL);
    bool good = wb_sim_json_head(out, "sim-sensitivity", model, version);
    json_t *event = wb_sim_json_measure(sensitivity->event);
    json_t *es = wb_sim_json_measure(sensitivity->es);
    good = wb_sim_json_key(out, "event", event, ",") && good;
    good = wb_sim_json_key(out, "es", es, ",") && good;
    (void)fputs("  \"parameters\": [\n", out);
    for (size_t i = 0; i < sensitivity->count && good; i++) {
        const wb_sensitivity_row *row = &sensitivity->rows[i];
        json_t *item = json_object();
        wb_sim_json_set(item, "id", json_string(row->id));
        wb_sim_json_set(item, "step", json_string(row->step));
        wb_sim_json_set(item, "width", json_real(row->width));
        wb_sim_json_set(item, "down", side_json(&row->down));
        wb_sim_json_set(item, "up", side_json(&row->up));
        good = wb_sim_json_line(out, item, i + 1 < sensitivity->count ? "," : "");
    }
    (void)fputs("  ]\n}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

/* ---- the text ---- */

enum { EFFECT_TEXT_MAX = WB_MONEY_TEXT_MAX + 1 };

/* "+1.234" points of a probability; "?" where there is none. */
static const char *points(char text[EFFECT_TEXT_MAX], double value, bool none)
{
    (void)snprintf(text, EFFECT_TEXT_MAX, "%+.3f", 100 * value);
    return none ? "?" : text;
}

/* "+1 234.00"; "?" where there is none. */
static const char *euros(char text[EFFECT_TEXT_MAX], const wb_money *amount, bool none)
{
    text[0] = '+';
    (void)wb_money_text(wb_money_sign(amount) > 0 ? text + 1 : text, amount, WB_MONEY_GROUPED);
    return none ? "?" : text;
}

static void print_side(FILE *out, const char *name, const wb_sensitivity_side *side)
{
    char text[3][EFFECT_TEXT_MAX];
    if (!side->moved) {
        (void)fprintf(out, "    %-5s cannot move further\n", name);
        return;
    }
    const wb_measure *m = side->event;
    (void)fprintf(out, "    %-5s%8s (%s .. %s)%s", name, points(text[0], m->value, false),
                  points(text[1], m->value_low, m->low_none),
                  points(text[2], m->value_high, m->high_none), side->event_noise ? " ~" : "  ");
    m = side->es;
    (void)fprintf(out, "   %s (%s .. %s)%s\n", euros(text[0], &m->amount, false),
                  euros(text[1], &m->amount_low, m->low_none),
                  euros(text[2], &m->amount_high, m->high_none), side->es_noise ? " ~" : "");
}

void wb_sim_sensitivity_text(FILE *out, const wb_model *model,
                             const wb_sim_sensitivity *sensitivity)
{
    assert(out != NULL && model != NULL && sensitivity != NULL);
    char chance[3][WB_PERCENT_TEXT_MAX];
    char text[3][WB_MONEY_TEXT_MAX];
    const wb_measure *event = sensitivity->event;
    const wb_measure *es = sensitivity->es;
    wb_sim_text_head(out, model);
    (void)fprintf(out, "\nThe chance of %s within %u year%s is %s  (95%% interval %s .. %s);\n",
                  event->id, (unsigned)model->years, model->years == 1 ? "" : "s",
                  wb_sim_text_percent(chance[0], event->value),
                  wb_sim_text_percent(chance[1], event->value_low),
                  wb_sim_text_percent(chance[2], event->value_high));
    (void)fprintf(out, "the average loss beyond level %s is %s  (%s .. %s).\n", es->level,
                  wb_money_text(text[0], &es->amount, WB_MONEY_GROUPED),
                  es->low_none ? "?" : wb_money_text(text[1], &es->amount_low, WB_MONEY_GROUPED),
                  es->high_none ? "?" : wb_money_text(text[2], &es->amount_high, WB_MONEY_GROUPED));
    (void)fputs("What each assumption does to the chance, in points, and to that loss, in euros,\n"
                "when it is lower and higher by the step; the widest first; ~ is noise:\n",
                out);
    for (size_t i = 0; i < sensitivity->count; i++) {
        const wb_sensitivity_row *row = &sensitivity->rows[i];
        (void)fprintf(out, "  %s [%s], %s\n", row->name, row->id, row->step);
        print_side(out, "down", &row->down);
        print_side(out, "up", &row->up);
    }
}
