/* plan64.c - the plan in int64 cents; see plan64.h. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan64_parts.h"
#include "waarborg/loan.h"

/* Numerators and denominators below 2^48 leave 14 bits for steps, months and parts of a year. */
enum { RATE_BITS = 48 };

/* Vector kernels read indices sixteen at a time; lists of targets stay within some 16 MB. */
enum { WORDS_AT_ONCE = 16, TARGETS_MOST = 1000000 };

void *wb_plan64_array(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

/* ---- do the rates fit ---- */

bool wb_plan64_rate_fits(const wb_rate *rate)
{
    return mpz_sgn(mpq_numref(rate->ratio)) >= 0 &&
           mpz_sizeinbase(mpq_numref(rate->ratio), 2) <= RATE_BITS &&
           mpz_sizeinbase(mpq_denref(rate->ratio), 2) <= RATE_BITS;
}

/* A drawn factor F = floor(f 2^32) is a numerator too: f below 2^28 leaves room. */
static bool distribution_fits(const wb_distribution *distribution)
{
    static const double most = 0x1p28;
    bool fits =
        wb_plan64_rate_fits(&distribution->low) && wb_plan64_rate_fits(&distribution->base) &&
        wb_plan64_rate_fits(&distribution->high) && wb_rate_double(&distribution->high) < most &&
        wb_rate_double(&distribution->base) < most;
    for (uint32_t i = 0; i < distribution->count; i++) {
        fits = fits && wb_plan64_rate_fits(&distribution->values[i]);
    }
    return fits;
}

bool wb_plan64_rates_fit(const wb_model *model)
{
    bool fits = wb_plan64_rate_fits(&model->interest) &&
                wb_plan64_rate_fits(&model->support_interest) &&
                wb_plan64_rate_fits(&model->grant_share) && distribution_fits(&model->lgd);
    for (uint32_t c = 0; c < model->class_count; c++) {
        fits = fits && distribution_fits(&model->classes[c].months) &&
               distribution_fits(&model->classes[c].lgd);
    }
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_rate *change = model->contributions[j].change;
        for (uint32_t t = 0; change != NULL && t < model->step_count; t++) {
            fits = fits && wb_plan64_rate_fits(&change[t]);
        }
    }
    for (uint32_t t = 0; model->interest_at != NULL && t < model->step_count; t++) {
        fits = fits && wb_plan64_rate_fits(&model->interest_at[t]);
    }
    return fits && wb_plan64_effects_fit(model) && wb_plan64_pay_fits(model);
}

/* ---- making the plan ---- */

/* Amounts are proved small; what only limits is held at the limit, which nothing reaches. */
int64_t wb_plan64_cents(const wb_money *money)
{
    if (mpz_cmp_si(money->cents, WB_INT64_LIMIT) > 0) return WB_INT64_LIMIT;
    return wb_money_cents(money);
}

wb_ratio64 wb_ratio64_of(const wb_rate *rate, uint64_t divisor)
{
    const wb_ratio64 ratio = {.n = mpz_get_ui(mpq_numref(rate->ratio)),
                              .d = mpz_get_ui(mpq_denref(rate->ratio)) * divisor};
    assert(ratio.d > 0 && ratio.d < (UINT64_C(1) << 62) && ratio.n < (UINT64_C(1) << 62));
    return ratio;
}

bool wb_plan64_shape_is_months(const wb_plan64 *plan, uint32_t shape)
{
    return shape % 2 == 0 && shape + 1 < plan->plan->shape_count;
}

static bool make_shapes(wb_plan64 *plan)
{
    const wb_plan *from = plan->plan;
    plan->shapes = wb_plan64_array(from->shape_count, sizeof *plan->shapes);
    if (plan->shapes == NULL) return false;
    for (uint32_t s = 0; s < from->shape_count; s++) {
        const wb_plan_shape *shape = &from->shapes[s];
        /* a month is a twelfth of a year's revenue */
        const uint64_t divisor = wb_plan64_shape_is_months(plan, s) ? 12 : 1;
        plan->shapes[s].shape = shape;
        if (shape->fixed != NULL) plan->shapes[s].fixed = wb_ratio64_of(shape->fixed, divisor);
        plan->shapes[s].values = wb_plan64_array(shape->count, sizeof *plan->shapes[s].values);
        if (plan->shapes[s].values == NULL) return false;
        for (uint32_t i = 0; i < shape->count; i++) {
            plan->shapes[s].values[i] = wb_ratio64_of(&shape->rates->values[i], divisor);
        }
    }
    return true;
}

static bool make_providers(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    plan->providers = wb_plan64_array(model->provider_count, sizeof *plan->providers);
    if (plan->providers == NULL) return false;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *from = &model->providers[i];
        const wb_plan_provider *planned = &plan->plan->providers[i];
        wb_provider64 *to = &plan->providers[i];
        const bool support = from->pays == WB_PAYS_SUPPORT;
        to->index = from->index;
        to->base = wb_plan64_cents(support ? &from->revenue : &from->amount);
        to->ask = planned->draws_amount ? 0 : wb_plan64_cents(&planned->ask);
        to->cap = planned->has_cap ? wb_plan64_cents(&planned->cap) : INT64_MAX;
        to->clients = from->clients;
        to->lgd = &plan->shapes[planned->lgd - plan->plan->shapes];
        if (planned->draws_amount) {
            to->drawn = support ? &plan->shapes[planned->months - plan->plan->shapes] : to->lgd;
        }
        to->clusters = from->clusters;
        to->cluster_count = from->cluster_count;
        to->pays = (uint8_t)from->pays;
        to->eligible = from->eligible;
        to->source = planned->source && from->cluster_count > 0;
        const bool placed = from->region != WB_NONE && from->segment != WB_NONE;
        to->cell = placed && plan->cell_count > 0
                       ? from->region * model->segment_count + from->segment
                       : WB_NONE;
        to->peers = planned->source ? to->cell : WB_NONE;
    }
    return true;
}

static bool make_clusters(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    plan->clusters = wb_plan64_array(model->cluster_count, sizeof *plan->clusters);
    if (plan->clusters == NULL) return false;
    for (uint32_t c = 0; c < model->cluster_count; c++) {
        wb_cluster64 *to = &plan->clusters[c];
        to->members = model->clusters[c].members;
        to->member_count = model->clusters[c].member_count;
        to->escape = plan->plan->escape[c];
        to->index_low = wb_plan64_array((size_t)to->member_count + WORDS_AT_ONCE, sizeof(uint32_t));
        to->index_high =
            wb_plan64_array((size_t)to->member_count + WORDS_AT_ONCE, sizeof(uint32_t));
        if (to->index_low == NULL || to->index_high == NULL) return false;
        for (uint32_t i = 0; i < to->member_count; i++) {
            const uint64_t index = model->providers[to->members[i]].index;
            to->index_low[i] = (uint32_t)index;
            to->index_high[i] = (uint32_t)(index >> 32) << 16;
        }
    }
    return true;
}

/* Targets of one source: a list in order of providers, from all its clusters. */
static bool make_targets_of(wb_plan64 *plan, uint32_t source, double *escape)
{
    const wb_model *model = plan->model;
    const wb_provider64 *from = &plan->providers[source];
    wb_targets64 *to = &plan->targets[source];
    uint32_t most = 0;
    for (uint32_t i = 0; i < model->provider_count; i++)
        escape[i] = 2.0; /* no target */
    for (uint32_t k = 0; k < from->cluster_count; k++) {
        /* clusters ascend, so that each product is made in the order of docs/model.md */
        const wb_cluster64 *cluster = &plan->clusters[from->clusters[k]];
        for (uint32_t j = 0; j < cluster->member_count; j++) {
            double *own = &escape[cluster->members[j]];
            if (*own > 1.0) most++;
            *own = (*own > 1.0 ? 1.0 : *own) * cluster->escape[1];
        }
    }
    to->providers = wb_plan64_array((size_t)most + WORDS_AT_ONCE, sizeof *to->providers);
    to->index_low = wb_plan64_array((size_t)most + WORDS_AT_ONCE, sizeof *to->index_low);
    to->index_high = wb_plan64_array((size_t)most + WORDS_AT_ONCE, sizeof *to->index_high);
    to->limits = wb_plan64_array((size_t)most + WORDS_AT_ONCE, sizeof *to->limits);
    if (to->providers == NULL || to->index_low == NULL || to->index_high == NULL ||
        to->limits == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (i == source || escape[i] > 1.0) continue;
        const uint64_t threshold = wb_threshold(escape[i]);
        if (threshold > UINT32_MAX) continue; /* no word reaches it */
        to->providers[to->count] = i;
        to->index_low[to->count] = (uint32_t)model->providers[i].index;
        to->index_high[to->count] = (uint32_t)(model->providers[i].index >> 32) << 16;
        to->limits[to->count++] = (uint32_t)threshold;
    }
    return true;
}

/* For sources whose lists together stay small; without them every step is done the general way. */
static bool make_targets(wb_plan64 *plan)
{
    size_t room = 0;
    for (uint32_t i = 0; i < plan->provider_count; i++) {
        const wb_provider64 *provider = &plan->providers[i];
        for (uint32_t k = 0; provider->source && k < provider->cluster_count; k++) {
            room += plan->clusters[provider->clusters[k]].member_count;
        }
    }
    if (room > TARGETS_MOST) return true;
    double *escape = wb_plan64_array(plan->provider_count, sizeof *escape);
    plan->targets = wb_plan64_array(plan->provider_count, sizeof *plan->targets);
    bool made = escape != NULL && plan->targets != NULL;
    for (uint32_t i = 0; made && i < plan->provider_count; i++) {
        if (plan->providers[i].source) made = make_targets_of(plan, i, escape);
    }
    free(escape);
    return made;
}

static bool make_steps(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    const uint32_t m = model->steps_per_year;
    plan->steps = wb_plan64_array(plan->step_count, sizeof *plan->steps);
    if (plan->steps == NULL) return false;
    uint32_t forced = 0;
    uint32_t merger = 0;
    wb_money part;
    wb_money_init(&part);
    for (uint32_t t = 0; t < plan->step_count; t++) {
        wb_step64 *step = &plan->steps[t];
        wb_yearly_part(&part, &model->costs, t % m + 1, m);
        step->costs = wb_money_cents(&part);
        step->year = t / m;
        step->year_start = t % m == 0;
        step->year_end = t % m == m - 1;
        step->backstop_limited = model->has_backstop && !model->backstop_unlimited[t];
        step->backstop_limit = !model->has_backstop ? 0
                               : model->backstop_unlimited[t]
                                   ? WB_INT64_LIMIT
                                   : wb_plan64_cents(&model->backstop_limit[t]);
        step->forced_first = forced;
        while (forced < model->forced_count && model->forced[forced].step == t)
            forced++;
        step->forced_end = forced;
        step->merger_first = merger;
        while (merger < model->merger_count && model->mergers[merger].step == t)
            merger++;
        step->merger_end = merger;
        const wb_rate *interest =
            model->interest_at != NULL ? &model->interest_at[t] : &model->interest;
        step->interest = wb_ratio64_of(interest, m);
        step->effect = wb_plan64_effect_in(plan, t);
    }
    wb_money_clear(&part);
    return true;
}

static bool make_opening(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    plan->healthy_from = wb_plan64_array(plan->provider_count, sizeof *plan->healthy_from);
    plan->opening_due = wb_plan64_array(plan->step_count, sizeof *plan->opening_due);
    if (plan->healthy_from == NULL || plan->opening_due == NULL) return false;
    for (uint32_t i = 0; i < plan->plan->opening_count; i++) {
        plan->healthy_from[plan->plan->opening[i].provider] = WB_NEVER;
    }
    for (uint32_t g = 0; g < model->merger_count; g++) {
        plan->healthy_from[model->mergers[g].provider] = WB_NEVER;
    }
    for (uint32_t t = 0; model->opening_due != NULL && t < plan->step_count; t++) {
        plan->opening_due[t] = wb_money_cents(&model->opening_due[t]);
    }
    for (uint32_t i = 0; i < plan->provider_count; i++) {
        if (plan->healthy_from[i] != 0) continue;
        for (uint32_t s = 0; s < plan->slot_count; s++) {
            plan->slot_start[s] += plan->slots[(size_t)i * plan->slot_count + s];
        }
    }
    return true;
}

/* Where a uniform passes the cuts of a cure, if its own part is large enough to say; a cut near 0
 * or 1 is left to the definition, as is a cure that depends on u alone or on Z alone. */
static void make_cuts(wb_plan64 *plan)
{
    const double cuts[3] = {plan->plan->cured_above, plan->plan->extended_above,
                            plan->plan->converted_above};
    const double own = plan->plan->cure_own;
    for (int i = 0; i < 3; i++) {
        const bool clear =
            plan->model->cure_rho > 0.0 && own > 1e-3 && cuts[i] > 1e-6 && cuts[i] < 1 - 1e-6;
        plan->cure_at[i] = clear ? wb_normal_quantile(cuts[i]) / own : 1e9;
    }
    plan->cure_slope = own > 1e-3 ? plan->plan->cure_factor / own : 0.0;
}

wb_code wb_plan64_new(wb_plan64 **plan64, const wb_plan *plan, wb_error *err)
{
    *plan64 = NULL;
    const wb_model *model = plan->model;
    wb_plan64 *made = calloc(1, sizeof *made);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the plan");
    made->plan = plan;
    made->model = model;
    made->step_count = model->step_count;
    made->provider_count = model->provider_count;
    made->cash = wb_money_cents(&model->opening.cash);
    made->debt = wb_plan64_cents(&model->opening.backstop_debt);
    made->levy_called = wb_plan64_cents(&model->opening.levy_called);
    made->obligo_called = wb_plan64_cents(&model->opening.obligo_called);
    made->floor = wb_plan64_cents(&model->floor);
    made->target = wb_plan64_cents(&model->target);
    made->cap = wb_plan64_cents(&model->cap);
    made->levy_cap = model->has_levy ? wb_plan64_cents(&model->levy_cap) : 0;
    made->obligo_cap = model->has_obligo ? wb_plan64_cents(&model->obligo_cap) : 0;
    made->loan_interest = wb_ratio64_of(&model->support_interest, model->steps_per_year);
    made->grant_share = wb_ratio64_of(&model->grant_share, 1);
    made->cell_count = model->peers_duration > 0 ? model->region_count * model->segment_count : 0;
    made->holiday = model->has_cap && model->surplus == WB_SURPLUS_HOLIDAY;
    if (!make_shapes(made) || !make_providers(made) || !make_clusters(made) ||
        !make_targets(made) || !wb_plan64_make_effects(made) || !make_steps(made) ||
        !wb_plan64_make_pay(made) || !make_opening(made)) {
        wb_plan64_free(made);
        return wb_fail(err, WB_E_NOMEM, "no memory for the plan");
    }
    make_cuts(made);
    *plan64 = made;
    return WB_OK;
}

void wb_plan64_free(wb_plan64 *plan64)
{
    if (plan64 == NULL) return;
    for (uint32_t s = 0; plan64->shapes != NULL && s < plan64->plan->shape_count; s++) {
        free(plan64->shapes[s].values);
    }
    for (uint32_t c = 0; plan64->clusters != NULL && c < plan64->model->cluster_count; c++) {
        free(plan64->clusters[c].index_low);
        free(plan64->clusters[c].index_high);
    }
    for (uint32_t i = 0; plan64->targets != NULL && i < plan64->provider_count; i++) {
        free(plan64->targets[i].providers);
        free(plan64->targets[i].index_low);
        free(plan64->targets[i].index_high);
        free(plan64->targets[i].limits);
    }
    wb_plan64_free_pay(plan64);
    wb_plan64_free_effects(plan64);
    free(plan64->steps);
    free(plan64->providers);
    free(plan64->shapes);
    free(plan64->clusters);
    free(plan64->targets);
    free(plan64->healthy_from);
    free(plan64->opening_due);
    free(plan64);
}
