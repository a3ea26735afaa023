/* sim_pooling.c - regions alone against the pool, as a document and as a table. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"

/* ---- the document ---- */

static json_t *unit_json(const wb_pool_unit *unit)
{
    json_t *item = json_object();
    wb_sim_json_set(item, "region", unit->region != NULL ? json_string(unit->region) : json_null());
    wb_sim_json_set(item, "providers", json_integer(unit->providers));
    wb_sim_json_set(item, "loss_mean", wb_sim_json_measure(&unit->mean));
    wb_sim_json_set(item, "es", wb_sim_json_measure(&unit->es));
    wb_sim_json_set(item, "need_es", wb_sim_json_measure(&unit->need_es));
    wb_sim_json_set(item, "es_over_mean", json_real(unit->ratio));
    wb_sim_json_set(item, "concentration",
                    json_pack("{s:f, s:f, s:f, s:f}", "top1", unit->top[0], "top5", unit->top[1],
                              "top10", unit->top[2], "hhi", unit->hhi));
    return item;
}

static json_t *benefit_json(const wb_pool_benefit *benefit)
{
    json_t *item = wb_sim_json_measure(&benefit->amount);
    wb_sim_json_set(item, "sum_of_regions", wb_sim_json_money(&benefit->sum));
    const bool known = !benefit->amount.low_none;
    wb_sim_json_set(item, "share",
                    json_pack("{s:f, s:[o, o]}", "value", benefit->share, "ci95",
                              known ? json_real(benefit->share_low) : json_null(),
                              known ? json_real(benefit->share_high) : json_null()));
    return item;
}

wb_code wb_sim_pooling_json(FILE *out, const wb_model *model, const wb_sim_pooling *pooling,
                            const char *version, wb_error *err)
{
    assert(out != NULL && model != NULL && pooling != NULL);
    bool good = wb_sim_json_head(out, "sim-pooling", model, version);
    good = wb_sim_json_key(out, "level", json_string(pooling->pool.es.level), ",") && good;
    json_t *pool = unit_json(&pooling->pool);
    (void)json_object_del(pool, "region");
    good = wb_sim_json_key(out, "pool", pool, ",") && good;
    good = wb_sim_json_key(out, "benefit_es", benefit_json(&pooling->loss), ",") && good;
    good = wb_sim_json_key(out, "benefit_need_es", benefit_json(&pooling->need), ",") && good;
    (void)fputs("  \"regions\": [\n", out);
    for (uint32_t i = 0; i < pooling->region_count && good; i++) {
        good = wb_sim_json_line(out, unit_json(&pooling->regions[i]),
                                i + 1 < pooling->region_count ? "," : "");
    }
    (void)fputs("  ]\n}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

/* ---- the text ---- */

static void print_figure(FILE *out, const char *what, const wb_measure *m)
{
    char text[3][WB_MONEY_TEXT_MAX];
    (void)fprintf(out, "%s %s (%s .. %s)", what,
                  wb_money_text(text[0], &m->amount, WB_MONEY_GROUPED),
                  m->low_none ? "?" : wb_money_text(text[1], &m->amount_low, WB_MONEY_GROUPED),
                  m->high_none ? "?" : wb_money_text(text[2], &m->amount_high, WB_MONEY_GROUPED));
}

static void print_unit(FILE *out, const char *name, const wb_pool_unit *unit)
{
    (void)fprintf(
        out, "  %s: %u provider%s; the largest 1, 5, 10: %.1f%%, %.1f%%, %.1f%%; HHI %.4f\n    ",
        name, (unsigned)unit->providers, unit->providers == 1 ? "" : "s", 100 * unit->top[0],
        100 * unit->top[1], 100 * unit->top[2], unit->hhi);
    print_figure(out, "mean", &unit->mean);
    (void)fputs("\n    ", out);
    print_figure(out, "ES", &unit->es);
    (void)fprintf(out, ", %.2f times the mean\n    ", unit->ratio);
    print_figure(out, "ES of the need", &unit->need_es);
    (void)fputs("\n", out);
}

static void print_benefit(FILE *out, const char *what, const wb_pool_benefit *benefit)
{
    char text[WB_MONEY_TEXT_MAX];
    (void)fprintf(out, "  of the %s: the regions add up to %s; ", what,
                  wb_money_text(text, &benefit->sum, WB_MONEY_GROUPED));
    print_figure(out, "together less by", &benefit->amount);
    (void)fprintf(out, ",\n    which is %.2f%% ", 100 * benefit->share);
    if (benefit->amount.low_none)
        (void)fputs("(? .. ?)\n", out);
    else
        (void)fprintf(out, "(%.2f%% .. %.2f%%)\n", 100 * benefit->share_low,
                      100 * benefit->share_high);
}

void wb_sim_pooling_text(FILE *out, const wb_model *model, const wb_sim_pooling *pooling)
{
    assert(out != NULL && model != NULL && pooling != NULL);
    wb_sim_text_head(out, model);
    (void)fprintf(out,
                  "\nThe risk alone, of new distress, when all support is paid; ES at level %s\n"
                  "(95%% intervals). What is gained by carrying it together:\n",
                  pooling->pool.es.level);
    print_benefit(out, "loss", &pooling->loss);
    print_benefit(out, "need", &pooling->need);
    (void)fputs("\nTogether, and region by region:\n", out);
    print_unit(out, "all", &pooling->pool);
    for (uint32_t i = 0; i < pooling->region_count; i++) {
        const wb_pool_unit *unit = &pooling->regions[i];
        print_unit(out, unit->region != NULL ? unit->region : "(without a region)", unit);
    }
}
