/*
 * bound.c - how large an amount can get on any path, in GMP, before the run.
 *
 * Money enters a path from the opening, contributions, repaid loans with interest, recoveries,
 * calls and interest on the balance. Let S be the most that can be asked in one step (every
 * provider asks its most), P = S x steps, O the opening principals, n the number of providers.
 *
 * - Support paid, principal, repayments and recoveries over a path add up to at most P + O each;
 *   loan interest to (P + O) x rate x (steps + 1) / m and half a cent a case.
 * - Calls are paid out at once or fill the floor, and the floor can only be short by the floor
 *   itself, the costs so far and a negative opening: calls, debt and the need of a step are at most
 *   P + floor + costs + |opening cash| and the opening debt. Where target or cap lie below the
 *   floor, what is called to fill it may leave again in every step: floor x steps more.
 * - Cash is at most all that entered, grown by (1 + interest / m) a step, each step rounded up, and
 *   at least -(|opening cash| + costs).
 *
 * Stresses: a provider asks its extra and its called share on top, never more than the cap where
 * there is one; a merged provider is counted beside its members. A factor on what payers owe counts
 * where it is above 1, with a cent a payer; what comes late came in another step's stead. Interest
 * grows by the highest rate of any step. What a group or party bears adds and subtracts
 * contributions, calls and refunds, each of which is at most what entered.
 *
 * The sum of all that, grown over the horizon, bounds each of those amounts and sums, and twice it
 * bounds their sums and differences (need, cash - floor, due - waived). Limits that only cap
 * something (levy, obligo, backstop, target, cap) and the inputs themselves are added, for they
 * enter subtractions as well.
 */
#include <assert.h>

#include "sim/path.h"

/* sum += ceil(amount x rate) */
static void add_share(mpz_t sum, const wb_money *amount, const wb_rate *rate)
{
    wb_money share;
    wb_money_init(&share);
    wb_rate_apply(&share, amount, rate, WB_ROUND_CEILING);
    mpz_add(sum, sum, share.cents);
    wb_money_clear(&share);
}

/* The largest share of its revenue that a provider can ask: months, extra and called. */
static void most_months(wb_rate *share, const wb_model *model, const wb_provider *provider)
{
    /* a table's largest value is its last, as values ascend */
    const wb_distribution *months = &model->classes[provider->class_].months;
    const wb_rate *most = months->shape == WB_SHAPE_FIXED   ? &months->base
                          : months->shape == WB_SHAPE_TABLE ? &months->values[months->count - 1]
                                                            : &months->high;
    wb_rate extra;
    wb_rate sum;
    wb_rate_init(&extra);
    wb_rate_init(&sum);
    for (uint32_t e = 0; e < model->effect_count; e++) {
        const wb_effect *effect = &model->effects[e];
        if (effect->has_months && wb_rate_compare(&effect->months, most) > 0) {
            most = &effect->months;
        }
        mpq_add(sum.ratio, effect->extra.ratio, effect->called.ratio);
        if (wb_rate_compare(&sum, &extra) > 0) wb_rate_set(&extra, &sum);
    }
    mpq_set_ui(share->ratio, 1, 12);
    mpq_mul(share->ratio, share->ratio, most->ratio);
    mpq_add(share->ratio, share->ratio, extra.ratio);
    wb_rate_clear(&extra);
    wb_rate_clear(&sum);
}

/* The most one provider can ask in a step; the inputs go to `sum` too. */
static void add_asks(mpz_t asks, mpz_t inputs, const wb_model *model)
{
    wb_rate share;
    wb_rate_init(&share);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *provider = &model->providers[i];
        mpz_add(inputs, inputs, provider->revenue.cents);
        mpz_add(inputs, inputs, provider->amount.cents);
        if (provider->pays != WB_PAYS_SUPPORT) {
            mpz_add(asks, asks, provider->amount.cents);
        } else if (model->has_support_cap) {
            add_share(asks, &provider->revenue, &model->support_cap);
        } else {
            most_months(&share, model, provider);
            add_share(asks, &provider->revenue, &share);
            mpz_add_ui(asks, asks, 3); /* months, extra and called are each rounded */
        }
    }
    wb_rate_clear(&share);
}

/* Factors above 1 on what the payers of a group owe in a step, rounded up for each of them. */
static void grow_arrears(wb_money *due, const wb_model *model, uint32_t group, uint32_t t)
{
    for (uint32_t a = 0; a < model->arrears_count; a++) {
        const wb_arrears *stress = &model->arrears[a];
        if (stress->group != group || t < stress->step_first || t >= stress->step_end) continue;
        if (mpq_cmp_ui(stress->factor.ratio, 1, 1) <= 0) continue;
        wb_rate_apply(due, due, &stress->factor, WB_ROUND_CEILING);
        mpz_add_ui(due->cents, due->cents, (unsigned long)model->provider_count);
        mpz_add_ui(due->cents, due->cents, (unsigned long)model->party_count + 1);
    }
}

/* All that can be due over the horizon: each part rounded up, times its change rounded up. */
static void add_contributions(mpz_t sum, const wb_model *model)
{
    wb_money yearly;
    wb_money_init(&yearly);
    mpz_t part;
    mpz_init(part);
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        unsigned long payers = 1;
        wb_money_set(&yearly, &rule->amount);
        if (rule->kind == WB_CONTRIBUTES_PER_PROVIDER) {
            payers = model->provider_count;
            mpz_mul_ui(yearly.cents, yearly.cents, payers);
        } else if (rule->kind == WB_CONTRIBUTES_RATE) {
            payers = model->provider_count;
            mpz_set_ui(yearly.cents, 0);
            for (uint32_t i = 0; i < model->provider_count; i++)
                add_share(yearly.cents, &model->providers[i].revenue, &rule->rate);
        }
        if (rule->kind == WB_CONTRIBUTES_SHARED) payers = model->provider_count;
        if (!rule->start_of_year) {
            mpz_cdiv_q_ui(part, yearly.cents, model->steps_per_year);
            mpz_add_ui(part, part, payers); /* each payer's part may be rounded up */
        } else {
            mpz_set(part, yearly.cents);
        }
        for (uint32_t t = 0; t < model->step_count; t++) {
            if (rule->start_of_year && t % model->steps_per_year != 0) continue;
            mpz_set(yearly.cents, part);
            if (rule->change != NULL) {
                wb_rate_apply(&yearly, &yearly, &rule->change[t], WB_ROUND_CEILING);
            }
            mpz_add_ui(yearly.cents, yearly.cents, payers);
            grow_arrears(&yearly, model, rule->group, t);
            mpz_add(sum, sum, yearly.cents);
        }
    }
    mpz_clear(part);
    wb_money_clear(&yearly);
}

/* Limits and inputs that occur in comparisons and differences. */
static void add_limits(mpz_t sum, const wb_model *model)
{
    mpz_add(sum, sum, model->target.cents);
    mpz_add(sum, sum, model->cap.cents);
    mpz_add(sum, sum, model->levy_cap.cents);
    mpz_add(sum, sum, model->obligo_cap.cents);
    mpz_add(sum, sum, model->opening.levy_called.cents);
    mpz_add(sum, sum, model->opening.obligo_called.cents);
    mpz_add(sum, sum, model->contagion_minimum.cents);
    for (uint32_t t = 0; model->has_backstop && t < model->step_count; t++) {
        if (!model->backstop_unlimited[t]) mpz_add(sum, sum, model->backstop_limit[t].cents);
    }
}

/* sum = ceil(sum x (1 + interest / m)) + 1, for every step */
static void grow(wb_money *sum, const wb_model *model)
{
    wb_rate factor;
    wb_rate_init(&factor);
    const wb_rate *most = &model->interest;
    for (uint32_t t = 0; model->interest_at != NULL && t < model->step_count; t++) {
        if (t == 0 || wb_rate_compare(&model->interest_at[t], most) > 0) {
            most = &model->interest_at[t];
        }
    }
    mpq_set_ui(factor.ratio, 1, model->steps_per_year);
    mpq_mul(factor.ratio, factor.ratio, most->ratio);
    mpz_add(mpq_numref(factor.ratio), mpq_numref(factor.ratio), mpq_denref(factor.ratio));
    mpq_canonicalize(factor.ratio);
    for (uint32_t t = 0; t < model->step_count; t++) {
        wb_rate_apply(sum, sum, &factor, WB_ROUND_CEILING);
        mpz_add_ui(sum->cents, sum->cents, 1);
    }
    wb_rate_clear(&factor);
}

/* A surplus above a target or cap that lies below the floor leaves, and is called in again by the
 * next shortage: up to the floor in every step. */
static bool empties_below_floor(const wb_model *model)
{
    return (model->has_target && wb_money_compare(&model->target, &model->floor) < 0) ||
           (model->has_cap && wb_money_compare(&model->cap, &model->floor) < 0);
}

void wb_model_bound(wb_money *bound, const wb_model *model, const wb_money *opening_cash)
{
    assert(bound != NULL);
    assert(model != NULL);
    wb_money paid; /* P + O */
    wb_money sum;
    wb_rate rate;
    mpz_t absolute;
    wb_money_init(&paid);
    wb_money_init(&sum);
    wb_rate_init(&rate);
    mpz_init(absolute);
    add_asks(paid.cents, sum.cents, model);
    mpz_mul_ui(paid.cents, paid.cents, model->step_count);
    for (size_t c = 0; c < model->opening.case_count; c++)
        mpz_add(paid.cents, paid.cents, model->opening.cases[c].principal.cents);
    /* principal back, recoveries, and once more the calls that P can cause */
    mpz_addmul_ui(sum.cents, paid.cents, 3);
    mpq_set_ui(rate.ratio, model->step_count + 1, model->steps_per_year);
    mpq_canonicalize(rate.ratio);
    mpq_mul(rate.ratio, rate.ratio, model->support_interest.ratio);
    add_share(sum.cents, &paid, &rate);
    mpz_add_ui(sum.cents, sum.cents, (unsigned long)model->provider_count * model->step_count + 1);
    add_contributions(sum.cents, model);
    mpz_abs(absolute, opening_cash != NULL ? opening_cash->cents : model->opening.cash.cents);
    mpz_addmul_ui(sum.cents, absolute, 2);
    mpz_add(sum.cents, sum.cents, model->opening.backstop_debt.cents);
    mpz_addmul_ui(sum.cents, model->costs.cents, 2 * (unsigned long)model->years);
    mpz_addmul_ui(sum.cents, model->floor.cents, 2);
    if (empties_below_floor(model)) mpz_addmul_ui(sum.cents, model->floor.cents, model->step_count);
    add_limits(sum.cents, model);
    grow(&sum, model);
    mpz_mul_2exp(bound->cents, sum.cents, 1);
    wb_money_clear(&paid);
    wb_money_clear(&sum);
    wb_rate_clear(&rate);
    mpz_clear(absolute);
}
