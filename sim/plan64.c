/* plan64.c - the plan in int64 cents; see plan64.h. */
#include "sim/plan64.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/rate.h"

/* Numerators and denominators below 2^48 leave 14 bits for steps, months and parts of a year. */
enum { RATE_BITS = 48 };

/* Vector kernels read indices sixteen at a time; lists of targets stay within some 16 MB. */
enum { WORDS_AT_ONCE = 16, TARGETS_MOST = 1000000 };

static void *array_new(size_t count, size_t size)
{
    return calloc(count > 0 ? count : 1, size);
}

/* ---- do the rates fit ---- */

static bool rate_fits(const wb_rate *rate)
{
    return mpz_sgn(mpq_numref(rate->ratio)) >= 0 &&
           mpz_sizeinbase(mpq_numref(rate->ratio), 2) <= RATE_BITS &&
           mpz_sizeinbase(mpq_denref(rate->ratio), 2) <= RATE_BITS;
}

/* A drawn factor F = floor(f 2^32) is a numerator too: f below 2^28 leaves room. */
static bool distribution_fits(const wb_distribution *distribution)
{
    static const double most = 0x1p28;
    bool fits = rate_fits(&distribution->low) && rate_fits(&distribution->base) &&
                rate_fits(&distribution->high) && wb_rate_double(&distribution->high) < most &&
                wb_rate_double(&distribution->base) < most;
    for (uint32_t i = 0; i < distribution->count; i++) {
        fits = fits && rate_fits(&distribution->values[i]);
    }
    return fits;
}

bool wb_plan64_rates_fit(const wb_model *model)
{
    bool fits = rate_fits(&model->interest) && rate_fits(&model->support_interest) &&
                rate_fits(&model->grant_share) && distribution_fits(&model->lgd);
    for (uint32_t c = 0; c < model->class_count; c++) {
        fits = fits && distribution_fits(&model->classes[c].months) &&
               distribution_fits(&model->classes[c].lgd);
    }
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_rate *change = model->contributions[j].change;
        for (uint32_t t = 0; change != NULL && t < model->step_count; t++) {
            fits = fits && rate_fits(&change[t]);
        }
    }
    return fits;
}

/* ---- making the plan ---- */

/* Amounts are proved small; what only limits is held at the limit, which nothing reaches. */
static int64_t cents(const wb_money *money)
{
    if (mpz_cmp_si(money->cents, WB_INT64_LIMIT) > 0) return WB_INT64_LIMIT;
    return wb_money_cents(money);
}

static wb_ratio64 ratio_of(const wb_rate *rate, uint64_t divisor)
{
    const wb_ratio64 ratio = {.n = mpz_get_ui(mpq_numref(rate->ratio)),
                              .d = mpz_get_ui(mpq_denref(rate->ratio)) * divisor};
    assert(ratio.d > 0 && ratio.d < (UINT64_C(1) << 62) && ratio.n < (UINT64_C(1) << 62));
    return ratio;
}

/* Amount x change, as docs/model.md rounds it; nothing changes without a stress. */
static int64_t changed(const wb_contribution *rule, uint32_t t, int64_t part)
{
    return rule->change == NULL ? part : wb_share64(part, ratio_of(&rule->change[t], 1));
}

/* The part of a yearly amount due in step t. */
static int64_t part_of(const wb_plan64 *plan, const wb_contribution *rule, const wb_money *yearly,
                       uint32_t t)
{
    const uint32_t m = plan->model->steps_per_year;
    const uint32_t k = t % m + 1;
    if (rule->start_of_year) return k == 1 ? cents(yearly) : 0;
    wb_money part;
    wb_money_init(&part);
    wb_yearly_part(&part, yearly, k, m);
    const int64_t value = wb_money_cents(&part);
    wb_money_clear(&part);
    return value;
}

static bool make_shapes(wb_plan64 *plan)
{
    const wb_plan *from = plan->plan;
    plan->shapes = array_new(from->shape_count, sizeof *plan->shapes);
    if (plan->shapes == NULL) return false;
    for (uint32_t s = 0; s < from->shape_count; s++) {
        const wb_plan_shape *shape = &from->shapes[s];
        /* of each pair the first is in months: a twelfth of a year's revenue each */
        const uint64_t divisor = s % 2 == 0 && s + 1 < from->shape_count ? 12 : 1;
        plan->shapes[s].shape = shape;
        if (shape->fixed != NULL) plan->shapes[s].fixed = ratio_of(shape->fixed, divisor);
        plan->shapes[s].values = array_new(shape->count, sizeof *plan->shapes[s].values);
        if (plan->shapes[s].values == NULL) return false;
        for (uint32_t i = 0; i < shape->count; i++) {
            plan->shapes[s].values[i] = ratio_of(&shape->rates->values[i], divisor);
        }
    }
    return true;
}

static bool make_providers(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    plan->providers = array_new(model->provider_count, sizeof *plan->providers);
    if (plan->providers == NULL) return false;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *from = &model->providers[i];
        const wb_plan_provider *planned = &plan->plan->providers[i];
        wb_provider64 *to = &plan->providers[i];
        const bool support = from->pays == WB_PAYS_SUPPORT;
        to->index = from->index;
        to->base = cents(support ? &from->revenue : &from->amount);
        to->ask = planned->draws_amount ? 0 : cents(&planned->ask);
        to->cap = planned->has_cap ? cents(&planned->cap) : INT64_MAX;
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
    }
    return true;
}

static bool make_clusters(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    plan->clusters = array_new(model->cluster_count, sizeof *plan->clusters);
    if (plan->clusters == NULL) return false;
    for (uint32_t c = 0; c < model->cluster_count; c++) {
        wb_cluster64 *to = &plan->clusters[c];
        to->members = model->clusters[c].members;
        to->member_count = model->clusters[c].member_count;
        to->escape = plan->plan->escape[c];
        to->index_low = array_new((size_t)to->member_count + WORDS_AT_ONCE, sizeof(uint32_t));
        to->index_high = array_new((size_t)to->member_count + WORDS_AT_ONCE, sizeof(uint32_t));
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
    to->providers = array_new((size_t)most + WORDS_AT_ONCE, sizeof *to->providers);
    to->index_low = array_new((size_t)most + WORDS_AT_ONCE, sizeof *to->index_low);
    to->index_high = array_new((size_t)most + WORDS_AT_ONCE, sizeof *to->index_high);
    to->limits = array_new((size_t)most + WORDS_AT_ONCE, sizeof *to->limits);
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
    double *escape = array_new(plan->provider_count, sizeof *escape);
    plan->targets = array_new(plan->provider_count, sizeof *plan->targets);
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
    plan->steps = array_new(plan->step_count, sizeof *plan->steps);
    if (plan->steps == NULL) return false;
    uint32_t forced = 0;
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
        step->backstop_limit = !model->has_backstop           ? 0
                               : model->backstop_unlimited[t] ? WB_INT64_LIMIT
                                                              : cents(&model->backstop_limit[t]);
        step->forced_first = forced;
        while (forced < model->forced_count && model->forced[forced].step == t)
            forced++;
        step->forced_end = forced;
    }
    wb_money_clear(&part);
    return true;
}

/* Contributions of fixed amounts: by rule and step, by step, and cumulated by group. */
static bool make_fixed(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    const size_t steps = plan->step_count;
    plan->fixed_due = array_new(model->contribution_count * steps, sizeof *plan->fixed_due);
    plan->group_due = array_new(model->group_count * (steps + 1), sizeof *plan->group_due);
    if (plan->fixed_due == NULL || plan->group_due == NULL) return false;
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        if (rule->kind != WB_CONTRIBUTES_AMOUNT) continue;
        int64_t *sums = plan->group_due + rule->group * (steps + 1);
        int64_t sum = 0;
        for (uint32_t t = 0; t < steps; t++) {
            const int64_t due = changed(rule, t, part_of(plan, rule, &rule->amount, t));
            plan->fixed_due[j * steps + t] = due;
            plan->steps[t].fixed += due;
            sum += due;
            sums[t + 1] += sum;
        }
    }
    return true;
}

/* An earlier step of the rule that owes the same of everyone, or t itself. */
static uint32_t same_slot_step(const wb_plan64 *plan, const wb_contribution *rule, uint32_t t)
{
    const uint32_t m = plan->model->steps_per_year;
    for (uint32_t s = t % m; s < t; s += m) {
        if (rule->change == NULL || wb_rate_compare(&rule->change[s], &rule->change[t]) == 0) {
            return s;
        }
    }
    return t;
}

static uint32_t number_slots(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    uint32_t count = 0;
    uint32_t rules = 0;
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        if (rule->kind == WB_CONTRIBUTES_AMOUNT) continue;
        wb_payers64 *payers = &plan->payers[rules++];
        payers->contribution = j;
        payers->group = rule->group;
        for (uint32_t t = 0; t < plan->step_count; t++) {
            const uint32_t same = same_slot_step(plan, rule, t);
            payers->slot_of[t] = same < t ? payers->slot_of[same] : count++;
        }
    }
    return count;
}

static void fill_slots(wb_plan64 *plan, const wb_payers64 *rule_slots)
{
    const wb_contribution *rule = &plan->model->contributions[rule_slots->contribution];
    const wb_plan_contribution *from = &plan->plan->contributions[rule_slots->contribution];
    for (uint32_t p = 0; p < from->payer_count; p++) {
        const wb_plan_payer *payer = &from->payers[p];
        int64_t *slots = plan->slots + (size_t)payer->provider * plan->slot_count;
        for (uint32_t t = 0; t < plan->step_count; t++) {
            const int64_t due = changed(rule, t, part_of(plan, rule, &payer->yearly, t));
            slots[rule_slots->slot_of[t]] = due;
            if (due > 0) plan->providers[payer->provider].pays_contribution = true;
        }
    }
}

static bool make_payers(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        if (model->contributions[j].kind != WB_CONTRIBUTES_AMOUNT) plan->payer_rule_count++;
    }
    plan->payers = array_new(plan->payer_rule_count, sizeof *plan->payers);
    if (plan->payers == NULL) return false;
    for (uint32_t r = 0; r < plan->payer_rule_count; r++) {
        plan->payers[r].slot_of = array_new(plan->step_count, sizeof(uint32_t));
        if (plan->payers[r].slot_of == NULL) return false;
    }
    plan->slot_count = number_slots(plan);
    plan->slots = array_new((size_t)plan->slot_count * plan->provider_count, sizeof *plan->slots);
    plan->slot_start = array_new(plan->slot_count, sizeof *plan->slot_start);
    if (plan->slots == NULL || plan->slot_start == NULL) return false;
    for (uint32_t r = 0; r < plan->payer_rule_count; r++)
        fill_slots(plan, &plan->payers[r]);
    return true;
}

static bool make_opening(wb_plan64 *plan)
{
    plan->healthy_from = array_new(plan->provider_count, sizeof *plan->healthy_from);
    if (plan->healthy_from == NULL) return false;
    for (uint32_t i = 0; i < plan->plan->opening_count; i++) {
        plan->healthy_from[plan->plan->opening[i].provider] = WB_NEVER;
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
    made->debt = cents(&model->opening.backstop_debt);
    made->floor = cents(&model->floor);
    made->target = cents(&model->target);
    made->cap = cents(&model->cap);
    made->levy_cap = model->has_levy ? cents(&model->levy_cap) : 0;
    made->obligo_cap = model->has_obligo ? cents(&model->obligo_cap) : 0;
    made->interest = ratio_of(&model->interest, model->steps_per_year);
    made->loan_interest = ratio_of(&model->support_interest, model->steps_per_year);
    made->grant_share = ratio_of(&model->grant_share, 1);
    made->holiday = model->has_cap && model->surplus == WB_SURPLUS_HOLIDAY;
    if (!make_shapes(made) || !make_providers(made) || !make_clusters(made) ||
        !make_targets(made) || !make_steps(made) || !make_fixed(made) || !make_payers(made) ||
        !make_opening(made)) {
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
    for (uint32_t r = 0; plan64->payers != NULL && r < plan64->payer_rule_count; r++) {
        free(plan64->payers[r].slot_of);
    }
    free(plan64->steps);
    free(plan64->providers);
    free(plan64->shapes);
    free(plan64->clusters);
    free(plan64->targets);
    free(plan64->fixed_due);
    free(plan64->group_due);
    free(plan64->payers);
    free(plan64->slots);
    free(plan64->slot_start);
    free(plan64->healthy_from);
    free(plan64);
}
