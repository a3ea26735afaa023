/* sim_precision.c - how many futures each figure takes, as a document and as a table. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"

static json_t *row_json(const wb_precision_row *row)
{
    json_t *item = wb_sim_json_measure(row->figure);
    wb_sim_json_set(item, "error", row->known ? json_real(row->error) : json_null());
    wb_sim_json_set(item, "paths", row->known ? json_integer((json_int_t)row->paths) : json_null());
    wb_sim_json_set(item, "enough", json_boolean(row->enough));
    return item;
}

wb_code wb_sim_precision_json(FILE *out, const wb_model *model, const wb_sim_precision *precision,
                              const wb_rate *target, const char *version, wb_error *err)
{
    assert(out != NULL && model != NULL && precision != NULL);
    char text[WB_RATE_TEXT_MAX];
    bool good = wb_sim_json_head(out, "sim-precision", model, version);
    good = wb_sim_json_key(out, "target", json_string(wb_rate_text(text, target)), ",") && good;
    good = wb_sim_json_key(out, "enough", json_boolean(precision->enough), ",") && good;
    good = wb_sim_json_key(out, "paths_needed", json_integer((json_int_t)precision->paths), ",") &&
           good;
    (void)fputs("  \"figures\": [\n", out);
    for (size_t i = 0; i < precision->count && good; i++) {
        good = wb_sim_json_line(out, row_json(&precision->rows[i]),
                                i + 1 < precision->count ? "," : "");
    }
    (void)fputs("  ]\n}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

/* "es 0.995", "exceed 5 000 000.00", "ruin". */
static const char *name_of(char text[WB_MONEY_TEXT_MAX + 32], const wb_measure *m)
{
    char amount[WB_MONEY_TEXT_MAX];
    const char *key = m->level;
    if (m->has_threshold) key = wb_money_text(amount, &m->threshold, WB_MONEY_GROUPED);
    (void)snprintf(text, WB_MONEY_TEXT_MAX + 32, "%.30s%s%s", m->id, key[0] != '\0' ? " " : "",
                   key);
    return text;
}

void wb_sim_precision_text(FILE *out, const wb_model *model, const wb_sim_precision *precision,
                           const wb_rate *target)
{
    assert(out != NULL && model != NULL && precision != NULL);
    char chance[WB_PERCENT_TEXT_MAX];
    char count[WB_MONEY_TEXT_MAX];
    const wb_unit unit = wb_sim_unit_for(precision->result->measures, precision->result->count);
    wb_sim_text_head(out, model);
    (void)fprintf(
        out,
        "\nHow well each figure is known (half its 95%% interval, of the figure), and how "
        "many\nfutures it takes to know it within %s; amounts in %s:\n",
        wb_sim_text_percent(chance, wb_rate_double(target)), unit.name);
    for (size_t i = 0; i < precision->count; i++) {
        const wb_precision_row *row = &precision->rows[i];
        const wb_measure *m = row->figure;
        char name[WB_MONEY_TEXT_MAX + 32];
        char figure[WB_MONEY_TEXT_MAX];
        char interval[WB_INTERVAL_TEXT_MAX];
        (void)fprintf(out, "  %-24s %s  (%s)", name_of(name, m),
                      m->form == WB_MEASURE_AMOUNT ? wb_sim_text_amount(figure, &m->amount, unit)
                                                   : wb_sim_text_percent(figure, m->value),
                      wb_sim_text_interval(interval, m, unit));
        if (!row->known) {
            (void)fputs(": too few futures to tell\n", out);
            continue;
        }
        (void)fprintf(out, ": within %s; %s future%s%s\n", wb_sim_text_percent(chance, row->error),
                      wb_sim_text_count(count, row->paths), row->paths == 1 ? "" : "s",
                      row->enough ? ", enough" : "");
    }
    if (precision->enough) {
        (void)fputs("These futures are enough for all of them.\n", out);
    } else {
        (void)fprintf(out, "These futures are not enough: take %s%s.\n",
                      wb_sim_text_count(count, precision->paths),
                      precision->paths <= precision->result->paths ? ", and more to tell the rest"
                                                                   : "");
    }
}
