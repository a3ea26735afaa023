/*
 * euler_concentration.c - how concentrated revenue and contributions to ES are; see euler.h.
 *
 * The sum of squared shares (Herfindahl-Hirschman) and the share of the largest 1, 5 and 10. Of
 * revenue it is exact. Of contributions the interval is a jackknife over groups of paths: with f_g
 * the figure without group g, the variance is (G-1)/G times the sum of squared differences of f_g
 * from their mean; the quantile is taken as known. In double, in a fixed order.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/estimate.h"
#include "sim/euler.h"

enum { FIGURES = WB_CONCENTRATION_FIGURES };
static const uint32_t tops[FIGURES] = {0, 1, 5, 10};

/* Student's t for 19 degrees of freedom at 97.5 % */
static const double student = 2.0930240544082634;

static int descending(const void *a, const void *b)
{
    const double x = *(const double *)a;
    const double y = *(const double *)b;
    return (x < y) - (x > y);
}

bool wb_concentration(double figures[WB_CONCENTRATION_FIGURES], double *values, uint32_t n)
{
    qsort(values, n, sizeof *values, descending);
    double sum = 0.0;
    for (uint32_t i = 0; i < n; i++)
        sum = sum + values[i];
    memset(figures, 0, FIGURES * sizeof *figures);
    if (!(sum > 0.0)) return false;
    for (uint32_t i = 0; i < n; i++) {
        const double share = values[i] / sum;
        figures[0] = figures[0] + share * share;
        for (uint32_t f = 1; f < FIGURES; f++) {
            if (i < tops[f]) figures[f] = figures[f] + share;
        }
    }
    return true;
}

static void add(wb_measure *items, size_t *count, const char *of, const wb_level *level,
                const double *figures)
{
    for (uint32_t f = 0; f < FIGURES; f++) {
        wb_measure *item = &items[(*count)++];
        wb_estimate_init(item, f == 0 ? "concentration_hhi" : "concentration_top", 0,
                         WB_MEASURE_VALUE);
        item->of = of;
        item->top = tops[f];
        if (level != NULL) wb_estimate_level(item, level);
        item->value = item->value_low = item->value_high = figures[f];
    }
}

static bool comes_of_merger(const wb_model *model, uint32_t provider)
{
    for (uint32_t g = 0; g < model->merger_count; g++) {
        if (model->mergers[g].provider == provider) return true;
    }
    return false;
}

static void of_revenue(wb_measure *items, size_t *count, const wb_model *model, double *values)
{
    double figures[FIGURES];
    uint32_t n = 0;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (!comes_of_merger(model, i)) values[n++] = mpz_get_d(model->providers[i].revenue.cents);
    }
    if (wb_concentration(figures, values, n)) add(items, count, "revenue", NULL, figures);
}

/* What each provider contributes in proportion to; without a group where that is not NULL. */
static void contributions(double *values, const wb_euler *euler, const wb_tail_totals *without)
{
    const wb_tail_sums *sums = euler->sums + (size_t)euler->highest * euler->item_count;
    mpz_t weight, other;
    mpz_inits(weight, other, NULL);
    for (uint32_t i = 0; i < euler->model->provider_count; i++) {
        wb_euler_weight(weight, euler, euler->highest, &sums[i]);
        if (without != NULL) {
            wb_euler_weight_of(other, euler, euler->highest, without[i].above, without[i].at);
            mpz_sub(weight, weight, other);
        }
        values[i] = mpz_get_d(weight);
    }
    mpz_clears(weight, other, NULL);
}

/* Both ends of the interval of each figure, within 0 and 1. */
static void jackknife(wb_measure *items, const wb_euler *euler, double *values)
{
    double without[WB_EULER_GROUPS][FIGURES];
    const uint32_t n = euler->model->provider_count;
    for (uint32_t g = 0; g < WB_EULER_GROUPS; g++) {
        contributions(values, euler, euler->groups + (size_t)g * n);
        (void)wb_concentration(without[g], values, n);
    }
    for (uint32_t f = 0; f < FIGURES; f++) {
        double mean = 0.0;
        double squares = 0.0;
        for (uint32_t g = 0; g < WB_EULER_GROUPS; g++)
            mean = mean + without[g][f];
        mean = mean / WB_EULER_GROUPS;
        for (uint32_t g = 0; g < WB_EULER_GROUPS; g++)
            squares = squares + (without[g][f] - mean) * (without[g][f] - mean);
        const double scale = (double)(WB_EULER_GROUPS - 1) / WB_EULER_GROUPS;
        const double half = student * sqrt(scale * squares);
        items[f].value_low = items[f].value > half ? items[f].value - half : 0.0;
        items[f].value_high = items[f].value + half < 1.0 ? items[f].value + half : 1.0;
        items[f].low_none = items[f].high_none = euler->paths < WB_EULER_GROUPS;
    }
}

wb_code wb_euler_concentration(wb_measure *items, size_t *count, const wb_euler *euler,
                               wb_error *err)
{
    const wb_model *model = euler->model;
    double figures[FIGURES];
    *count = 0;
    double *values = calloc((size_t)model->provider_count + 1, sizeof *values);
    if (values == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the concentration");
    of_revenue(items, count, model, values);
    if (model->level_count > 0) {
        contributions(values, euler, NULL);
        if (wb_concentration(figures, values, model->provider_count)) {
            add(items, count, "es_contribution", &model->levels[euler->highest], figures);
            jackknife(items + *count - FIGURES, euler, values);
        }
    }
    free(values);
    return WB_OK;
}
