/*
 * precision.c - from the intervals of one run to the number of paths of the next.
 *
 * A half-width w of N paths is about w sqrt(N / M) with M: a relative error e at figure f takes
 * M = N (w / (e f))^2. That holds for means, shortfalls and probabilities, whose standard errors
 * are s / sqrt(N), and for quantiles as far as their density is level over the interval.
 */
#include "waarborg/sim_precision.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/variant.h"

/* The figure and the half-width of its interval; false: there is none that says anything. */
static bool widths(const wb_measure *m, double *figure, double *half)
{
    if (m->form == WB_MEASURE_VALUE) {
        *figure = m->value;
        *half = 1.96 * m->se;
        return m->has_se && m->value > 0;
    }
    *figure = mpz_get_d(m->amount.cents);
    if (m->low_none || m->high_none) return false;
    *half = (mpz_get_d(m->amount_high.cents) - mpz_get_d(m->amount_low.cents)) / 2;
    /* intervals of amounts are whole cents, rounded outward: a cent or two is none at all */
    if (*half <= 1) *half = 0;
    return *figure > 0 || *half <= 0;
}

static wb_precision_row row_of(const wb_measure *m, uint64_t paths, double target)
{
    wb_precision_row row = {.figure = m};
    double figure = 0;
    double half = 0;
    row.known = widths(m, &figure, &half);
    if (!row.known) return row;
    row.error = figure > 0 ? half / figure : 0;
    const double scale = row.error / target;
    const double needed = (double)paths * scale * scale;
    row.enough = needed <= (double)paths;
    /* 2^63 paths are more than anyone will run */
    row.paths = needed < 9e18 ? (uint64_t)needed : UINT64_C(9000000000000000000);
    if ((double)row.paths < needed) row.paths++;
    if (row.paths == 0) row.paths = 1;
    return row;
}

static bool is_asked(const wb_measure *m, const wb_model *model)
{
    static const char *const over_all[] = {"loss_mean", "var",      "es",
                                           "exceed",    "need_var", "need_es"};
    for (size_t i = 0; i < sizeof over_all / sizeof *over_all; i++) {
        if (strcmp(m->id, over_all[i]) == 0) return m->year == 0;
    }
    for (uint32_t e = 0; e < WB_EVENT_COUNT; e++) {
        if (strcmp(m->id, wb_event_name((wb_event)e)) == 0) return m->year == model->years;
    }
    return false;
}

static wb_code make_rows(wb_sim_precision *made, const wb_model *model, double target,
                         wb_error *err)
{
    const wb_sim_result *result = made->result;
    made->rows = calloc(result->count, sizeof *made->rows);
    if (made->rows == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the precision");
    made->enough = true;
    for (size_t i = 0; i < result->count; i++) {
        if (!is_asked(&result->measures[i], model)) continue;
        const wb_precision_row row = row_of(&result->measures[i], result->paths, target);
        made->rows[made->count++] = row;
        made->enough = made->enough && row.enough;
        if (row.known && row.paths > made->paths) made->paths = row.paths;
    }
    return WB_OK;
}

wb_code wb_sim_precision_run(wb_sim_precision **precision, const wb_model *model,
                             const wb_rate *target, const wb_rate *level,
                             const wb_sim_options *options, wb_error *err)
{
    assert(mpq_sgn(target->ratio) > 0);
    *precision = NULL;
    wb_sim_precision *made = calloc(1, sizeof *made);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the precision");
    wb_variant asked;
    wb_variant_init(&asked, model);
    if (level != NULL) wb_variant_level(&asked, level);
    wb_code code = wb_sim_run(&made->result, &asked.model, options, err);
    wb_variant_clear(&asked);
    if (code == WB_OK) code = make_rows(made, model, wb_rate_double(target), err);
    if (code == WB_OK)
        *precision = made;
    else
        wb_sim_precision_free(made);
    return code;
}

void wb_sim_precision_free(wb_sim_precision *precision)
{
    if (precision == NULL) return;
    wb_sim_result_free(precision->result);
    free(precision->rows);
    free(precision);
}
