/* exact_measure.c - figures in lattice points become measures in cents. */
#include "sim/exact_measure.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* value x step in whole cents, by the rule given. Exact: a double is a rational. */
static void to_cents(wb_money *amount, double value, const wb_money *step, wb_rounding rule)
{
    mpq_t product;
    mpq_init(product);
    mpq_set_d(product, value);
    mpz_mul(mpq_numref(product), mpq_numref(product), step->cents);
    wb_round_divide(amount->cents, mpq_numref(product), mpq_denref(product), rule);
    mpq_clear(product);
}

/*
 * The figure lies between that of losses rounded down, less its error, and that of losses rounded
 * up, plus its error: the amount is the middle, the error half the width and, where the figure is
 * no whole number of cents, what rounding it adds; rounded up.
 */
static void set_amount(wb_exact_measure *m, const wb_exact_figure *down, const wb_exact_figure *up,
                       const wb_money *step)
{
    const double middle = 0.5 * (down->value + up->value);
    const double half = 0.5 * fabs(up->value - down->value);
    const double error = half + (down->error > up->error ? down->error : up->error);
    m->form = WB_MEASURE_AMOUNT;
    to_cents(&m->amount, middle, step, WB_ROUND_HALF_AWAY);
    mpq_t off;
    mpq_t printed;
    mpq_init(off);
    mpq_init(printed);
    mpq_set_d(off, middle);
    mpz_mul(mpq_numref(off), mpq_numref(off), step->cents);
    mpq_canonicalize(off);
    mpq_set_z(printed, m->amount.cents);
    mpq_sub(off, off, printed);
    mpq_abs(off, off);
    mpq_set_d(printed, error);
    mpz_mul(mpq_numref(printed), mpq_numref(printed), step->cents);
    mpq_canonicalize(printed);
    mpq_add(off, off, printed);
    mpz_cdiv_q(m->amount_error.cents, mpq_numref(off), mpq_denref(off));
    mpq_clear(off);
    mpq_clear(printed);
}

static void set_value(wb_exact_measure *m, const wb_exact_figure *down, const wb_exact_figure *up)
{
    m->form = WB_MEASURE_VALUE;
    m->value = 0.5 * (down->value + up->value);
    m->value_error =
        0.5 * fabs(up->value - down->value) + (down->error > up->error ? down->error : up->error);
}

static wb_exact_measure *add(wb_exact_result *result, const char *id, const wb_level *level)
{
    wb_exact_measure *m = &result->measures[result->count++];
    m->id = id;
    if (level != NULL) memcpy(m->level, level->text, sizeof m->level);
    wb_money_init(&m->threshold);
    wb_money_init(&m->amount);
    wb_money_init(&m->amount_error);
    return m;
}

/* Cents that were rounded away are handed out, largest remainder first, so that the shares of a
 * level add up to its ES. */
static void even_out(wb_exact_measure *shares, size_t count, const wb_exact_figure *figures,
                     const wb_exact_measure *es, const wb_money *step)
{
    wb_money left;
    wb_money exact;
    wb_money_init(&left);
    wb_money_init(&exact);
    wb_money_set(&left, &es->amount);
    for (size_t i = 0; i < count; i++) {
        to_cents(&shares[i].amount, figures[i].value, step, WB_ROUND_FLOOR);
        wb_money_subtract(&left, &left, &shares[i].amount);
    }
    const double cents = mpz_get_d(step->cents);
    while (wb_money_sign(&left) != 0) {
        const int sign = wb_money_sign(&left);
        size_t at = 0;
        double most = -HUGE_VAL;
        for (size_t i = 0; i < count; i++) {
            const double rest =
                sign * (figures[i].value * cents - mpz_get_d(shares[i].amount.cents));
            if (rest > most) {
                most = rest;
                at = i;
            }
        }
        wb_money_set_cents(&exact, sign);
        wb_money_add(&shares[at].amount, &shares[at].amount, &exact);
        wb_money_subtract(&left, &left, &exact);
    }
    wb_money_clear(&left);
    wb_money_clear(&exact);
}

static void add_shares(wb_exact_result *result, const wb_exact_plan *plan,
                       const wb_exact_figure *shares)
{
    const wb_model *model = plan->model;
    for (uint32_t l = 0; l < model->level_count; l++) {
        const wb_exact_measure *es = wb_exact_find(result, "es", model->levels[l].text, NULL);
        wb_exact_measure *first = &result->measures[result->count];
        for (uint32_t i = 0; i < model->provider_count; i++) {
            wb_exact_measure *m = add(result, "es_contribution", &model->levels[l]);
            m->provider = model->providers[i].id;
            m->form = WB_MEASURE_AMOUNT;
            /* evened out: up to a cent from where rounding would have put it */
            const double cents =
                shares[l * (size_t)model->provider_count + i].error * mpz_get_d(plan->step.cents);
            wb_money_set_cents(&m->amount_error, 1 + (int64_t)(cents + 1.0));
        }
        assert(es != NULL);
        even_out(first, model->provider_count, shares + l * (size_t)model->provider_count, es,
                 &plan->step);
    }
}

wb_code wb_exact_measures(wb_exact_result *result, const wb_exact_plan *plan,
                          const wb_exact_figures *down, const wb_exact_figures *up,
                          const wb_exact_figure *shares, wb_error *err)
{
    const wb_model *model = plan->model;
    const wb_money *step = &plan->step;
    size_t count = 2 + 2 * (size_t)model->level_count + model->exceed_count;
    if (shares != NULL) count += (size_t)model->level_count * model->provider_count;
    result->measures = calloc(count, sizeof *result->measures);
    if (result->measures == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the figures");
    set_amount(add(result, "loss_mean", NULL), &down->mean, &up->mean, step);
    set_amount(add(result, "loss_sd", NULL), &down->sd, &up->sd, step);
    for (uint32_t l = 0; l < model->level_count; l++) {
        set_amount(add(result, "var", &model->levels[l]), &down->var[l], &up->var[l], step);
    }
    for (uint32_t l = 0; l < model->level_count; l++) {
        set_amount(add(result, "es", &model->levels[l]), &down->es[l], &up->es[l], step);
    }
    for (uint32_t e = 0; e < model->exceed_count; e++) {
        wb_exact_measure *m = add(result, "exceed", NULL);
        m->has_threshold = true;
        wb_money_set(&m->threshold, &model->exceed[e]);
        set_value(m, &down->exceed[e], &up->exceed[e]);
    }
    if (shares != NULL) add_shares(result, plan, shares);
    assert(result->count == count);
    result->error = down->error > up->error ? down->error : up->error;
    return WB_OK;
}

void wb_exact_result_free(wb_exact_result *result)
{
    if (result == NULL) return;
    for (size_t i = 0; i < result->count; i++) {
        wb_money_clear(&result->measures[i].threshold);
        wb_money_clear(&result->measures[i].amount);
        wb_money_clear(&result->measures[i].amount_error);
    }
    free(result->measures);
    free(result->mass);
    wb_money_clear(&result->step);
    free(result);
}

const wb_exact_measure *wb_exact_find(const wb_exact_result *result, const char *id,
                                      const char *level, const char *provider)
{
    for (size_t i = 0; i < result->count; i++) {
        const wb_exact_measure *m = &result->measures[i];
        if (strcmp(m->id, id) != 0 || strcmp(m->level, level) != 0) continue;
        if (provider == NULL ? m->provider == NULL
                             : m->provider != NULL && strcmp(m->provider, provider) == 0) {
            return m;
        }
    }
    return NULL;
}
