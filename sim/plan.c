/* plan.c - what every kernel computes once from a model: thresholds, asks, payers, openings. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan_shape.h"
#include "waarborg/loan.h"
#include "waarborg/split.h"

/* Below this a step probability is never met: its quantile has no normal double. */
static const double probability_least = 1e-300;
/* Keeps the quotients finite where the loadings leave nothing for the provider's own part. */
static const double residual_least = 0x1p-30;

/* calloc that succeeds for a count of 0 too, so that NULL always means no memory */
static void *array_new(size_t count, size_t size)
{
    return calloc(count == 0 ? 1 : count, size);
}

static wb_plan_group group_of(const wb_model *model, const wb_provider *provider, double pd)
{
    const double p = wb_step_probability(pd, model->steps_per_year);
    const bool loaded = provider->loading_national > 0.0 || provider->loading_national < 0.0 ||
                        provider->loading_region > 0.0 || provider->loading_region < 0.0 ||
                        provider->loading_segment > 0.0 || provider->loading_segment < 0.0;
    wb_plan_group group = {.fixed = true, .region = WB_NONE, .segment = WB_NONE};
    const uint32_t dof = model->degrees_of_freedom;
    if ((!loaded && dof == 0) || p < probability_least || !(p < 1.0)) {
        group.threshold = p < probability_least ? 0 : wb_threshold(p);
        return group;
    }
    const double residual =
        provider->residual > residual_least ? provider->residual : residual_least;
    group.fixed = false;
    group.q = (dof == 0 ? wb_normal_quantile(p) : wb_student_quantile(p, dof)) / residual;
    group.a = provider->loading_national / residual;
    group.b = provider->loading_region / residual;
    group.c = provider->loading_segment / residual;
    group.region = provider->region;
    group.segment = provider->segment;
    return group;
}

/* By bits: equal thresholds are what matters, and -0 beside 0 merely makes one group more. */
static bool bits_equal(double x, double y)
{
    uint64_t bits[2];
    memcpy(&bits[0], &x, sizeof x);
    memcpy(&bits[1], &y, sizeof y);
    return bits[0] == bits[1];
}

static bool group_equal(const wb_plan_group *x, const wb_plan_group *y)
{
    return x->fixed == y->fixed && x->threshold == y->threshold && x->region == y->region &&
           x->segment == y->segment && bits_equal(x->q, y->q) && bits_equal(x->a, y->a) &&
           bits_equal(x->b, y->b) && bits_equal(x->c, y->c);
}

/* The index of the phase's group like this one, added where it is new. */
static uint32_t group_in(wb_plan_phase *phase, const wb_plan_group *group)
{
    uint32_t g = 0;
    while (g < phase->group_count && !group_equal(&phase->groups[g], group))
        g++;
    if (g == phase->group_count) phase->groups[phase->group_count++] = *group;
    return g;
}

/* Each provider's threshold, and the one while its peers raise it. */
static void phase_groups(const wb_model *model, wb_plan_phase *phase, const double *pd)
{
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *provider = &model->providers[i];
        const wb_plan_group calm = group_of(model, provider, pd[i]);
        phase->group_of[i] = phase->raised_of[i] = group_in(phase, &calm);
        if (model->peers_duration == 0) continue;
        if (provider->region == WB_NONE || provider->segment == WB_NONE) continue;
        const double more = pd[i] * model->peers_multiplier;
        const wb_plan_group raised = group_of(model, provider, more < 1.0 ? more : 1.0);
        phase->raised_of[i] = group_in(phase, &raised);
    }
}

static bool plan_phases(wb_plan *plan)
{
    const wb_model *model = plan->model;
    plan->phases = array_new(model->phase_count, sizeof *plan->phases);
    plan->phase_of = array_new(model->step_count, sizeof *plan->phase_of);
    if (plan->phases == NULL || plan->phase_of == NULL) return false;
    for (uint32_t f = 0; f < model->phase_count; f++) {
        wb_plan_phase *phase = &plan->phases[plan->phase_count++];
        phase->step_first = model->phases[f].step_first;
        phase->step_end = model->phases[f].step_end;
        phase->groups = array_new(2 * (size_t)model->provider_count, sizeof *phase->groups);
        phase->group_of = array_new(model->provider_count, sizeof *phase->group_of);
        phase->raised_of = array_new(model->provider_count, sizeof *phase->raised_of);
        if (phase->groups == NULL || phase->group_of == NULL || phase->raised_of == NULL) {
            return false;
        }
        phase_groups(model, phase, model->phases[f].pd);
        for (uint32_t t = phase->step_first; t < phase->step_end; t++)
            plan->phase_of[t] = f;
    }
    return true;
}

static bool plan_shapes(wb_plan *plan)
{
    const wb_model *model = plan->model;
    plan->shapes = array_new(2 * (size_t)model->class_count + 1, sizeof *plan->shapes);
    if (plan->shapes == NULL) return false;
    for (uint32_t c = 0; c < model->class_count; c++) {
        if (!wb_plan_shape_init(&plan->shapes[plan->shape_count++], &model->classes[c].months) ||
            !wb_plan_shape_init(&plan->shapes[plan->shape_count++], &model->classes[c].lgd)) {
            return false;
        }
    }
    return wb_plan_shape_init(&plan->shapes[plan->shape_count++], &model->lgd);
}

/* What is asked when nothing has to be drawn. */
static void plan_ask(wb_plan_provider *out, const wb_provider *provider)
{
    wb_rate twelfth;
    wb_rate_init(&twelfth);
    if (provider->pays == WB_PAYS_SUPPORT) {
        assert(out->months != NULL);
        if (out->months->fixed != NULL) {
            mpq_set_ui(twelfth.ratio, 1, 12);
            mpq_mul(twelfth.ratio, twelfth.ratio, out->months->fixed->ratio);
            wb_rate_apply(&out->ask, &provider->revenue, &twelfth, WB_ROUND_HALF_AWAY);
            if (out->has_cap && wb_money_compare(&out->ask, &out->cap) > 0) {
                wb_money_set(&out->ask, &out->cap);
            }
        } else {
            out->draws_amount = true;
        }
    } else if (provider->pays == WB_PAYS_EXPOSURE) {
        if (out->lgd->fixed != NULL) {
            wb_rate_apply(&out->ask, &provider->amount, out->lgd->fixed, WB_ROUND_HALF_AWAY);
        } else {
            out->draws_amount = true;
        }
    } else {
        wb_money_set(&out->ask, &provider->amount);
    }
    wb_rate_clear(&twelfth);
}

static bool plan_providers(wb_plan *plan)
{
    const wb_model *model = plan->model;
    plan->providers = array_new(model->provider_count, sizeof *plan->providers);
    if (plan->providers == NULL) return false;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *provider = &model->providers[i];
        wb_plan_provider *out = &plan->providers[i];
        wb_money_init(&out->ask);
        wb_money_init(&out->cap);
        const bool classed = provider->class_ != WB_NONE;
        out->months = classed ? &plan->shapes[2 * (size_t)provider->class_] : NULL;
        out->lgd = classed ? out->months + 1 : &plan->shapes[2 * (size_t)model->class_count];
        out->has_cap = provider->pays == WB_PAYS_SUPPORT && model->has_support_cap;
        if (out->has_cap) wb_support_cap(&out->cap, &provider->revenue, &model->support_cap);
        const wb_money *size =
            wb_money_sign(&provider->revenue) > 0 ? &provider->revenue : &provider->amount;
        out->source = wb_money_compare(size, &model->contagion_minimum) >= 0;
        out->peers = WB_NONE;
        if (plan->peer_count > 0 && provider->region != WB_NONE && provider->segment != WB_NONE) {
            out->peers = provider->region * model->segment_count + provider->segment;
        }
        plan_ask(out, provider);
    }
    return true;
}

static bool plan_clusters(wb_plan *plan)
{
    const wb_model *model = plan->model;
    plan->escape = array_new(model->cluster_count, sizeof *plan->escape);
    if (plan->escape == NULL) return false;
    for (uint32_t c = 0; c < model->cluster_count; c++) {
        const wb_cluster *cluster = &model->clusters[c];
        double *powers = array_new(cluster->member_count + 1, sizeof *powers);
        if (powers == NULL) return false;
        powers[0] = 1.0;
        for (uint32_t k = 1; k <= cluster->member_count; k++)
            powers[k] = powers[k - 1] * (1.0 - cluster->q);
        plan->escape[c] = powers;
    }
    return true;
}

/* Whether a provider comes of a merger. */
static bool is_merged(const wb_model *model, uint32_t provider)
{
    for (uint32_t g = 0; g < model->merger_count; g++) {
        if (model->mergers[g].provider == provider) return true;
    }
    return false;
}

/* Divide the amount of a SHARED contribution, once, by revenue or equally, over those who are there
 * at the start; a merged provider has the parts of its members. Payers are all providers here. */
static bool plan_shares(wb_plan_contribution *to, const wb_model *model,
                        const wb_contribution *rule)
{
    wb_money *parts = array_new(to->payer_count, sizeof *parts);
    wb_money *weights = array_new(to->payer_count, sizeof *weights);
    bool fits = parts != NULL && weights != NULL;
    const bool equal = rule->key != NULL && strcmp(rule->key, "equal") == 0;
    for (uint32_t p = 0; fits && p < to->payer_count; p++) {
        wb_money_init(&parts[p]);
        wb_money_init(&weights[p]);
        wb_money_set(&weights[p], &model->providers[to->payers[p].provider].revenue);
        if (equal) wb_money_set_cents(&weights[p], 1);
        if (is_merged(model, to->payers[p].provider)) wb_money_set_cents(&weights[p], 0);
    }
    wb_error err;
    const wb_code code =
        fits ? wb_split(parts, &rule->amount, weights, to->payer_count, &err) : WB_E_NOMEM;
    assert(code != WB_E_RANGE); /* wb_model_check wants somebody who pays */
    for (uint32_t g = 0; code == WB_OK && g < model->merger_count; g++) {
        const wb_merger *merger = &model->mergers[g];
        for (uint32_t k = 0; k < merger->member_count; k++) {
            wb_money *part = &parts[merger->provider];
            wb_money_add(part, part, &parts[merger->members[k]]);
        }
    }
    for (uint32_t p = 0; fits && p < to->payer_count; p++) {
        wb_money_set(&to->payers[p].yearly, &parts[p]);
        wb_money_clear(&parts[p]);
        wb_money_clear(&weights[p]);
    }
    free(parts);
    free(weights);
    return code == WB_OK;
}

static bool plan_contributions(wb_plan *plan)
{
    const wb_model *model = plan->model;
    plan->contributions = array_new(model->contribution_count, sizeof *plan->contributions);
    if (plan->contributions == NULL) return false;
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        wb_plan_contribution *out = &plan->contributions[j];
        if (rule->kind == WB_CONTRIBUTES_AMOUNT) continue;
        out->payers = array_new(model->provider_count, sizeof *out->payers);
        if (out->payers == NULL) return false;
        for (uint32_t i = 0; i < model->provider_count; i++) {
            const wb_money *revenue = &model->providers[i].revenue;
            const bool small = wb_money_compare(revenue, &rule->minimum_revenue) < 0;
            if (small && rule->kind != WB_CONTRIBUTES_SHARED) continue;
            wb_plan_payer *payer = &out->payers[out->payer_count++];
            payer->provider = i;
            wb_money_init(&payer->yearly);
            if (rule->kind == WB_CONTRIBUTES_RATE) {
                wb_rate_apply(&payer->yearly, revenue, &rule->rate, WB_ROUND_HALF_AWAY);
            } else {
                wb_money_set(&payer->yearly, &rule->amount);
            }
        }
        if (rule->kind == WB_CONTRIBUTES_SHARED && !plan_shares(out, model, rule)) return false;
    }
    return true;
}

/* Several loans of one provider are one case: what their schedules leave adds up, the latest
 * resolution counts. */
static bool plan_opening(wb_plan *plan)
{
    const wb_model *model = plan->model;
    const size_t count = model->opening.case_count;
    plan->opening = array_new(count, sizeof *plan->opening);
    if (plan->opening == NULL) return false;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        wb_plan_opening *merged = NULL;
        for (size_t c = 0; c < count; c++) {
            if (model->opening_provider[c] != i) continue;
            if (merged == NULL) {
                merged = &plan->opening[plan->opening_count++];
                merged->provider = i;
                merged->step = model->opening_step[c];
                wb_money_init(&merged->principal);
            }
            const wb_opening_case *loan = &model->opening.cases[c];
            wb_money_add(&merged->principal, &merged->principal, &loan->principal);
            for (size_t k = 0; k < loan->instalment_count; k++) {
                wb_money_subtract(&merged->principal, &merged->principal,
                                  &loan->instalments[k].principal);
            }
            if (model->opening_step[c] > merged->step) merged->step = model->opening_step[c];
        }
    }
    return true;
}

static double step_coefficient(const wb_model *model)
{
    const double ar1 = model->ar1;
    if (model->steps_per_year == 1 || !(ar1 > 0.0) || !(ar1 < 1.0)) return ar1;
    return wb_exp(wb_log(ar1) / (double)model->steps_per_year);
}

wb_code wb_plan_new(wb_plan **out, const wb_model *model, wb_error *err)
{
    assert(out != NULL);
    assert(model != NULL);
    *out = NULL;
    wb_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the plan of the simulation");
    plan->model = model;
    plan->ar1 = step_coefficient(model);
    plan->innovation = sqrt(1.0 - plan->ar1 * plan->ar1);
    plan->cure_factor = sqrt(model->cure_rho);
    plan->cure_own = sqrt(1.0 - model->cure_rho);
    plan->lgd_factor = sqrt(model->lgd_rho);
    plan->lgd_own = sqrt(1.0 - model->lgd_rho);
    plan->cured_above = 1.0 - model->cure;
    plan->extended_above = plan->cured_above - model->extend;
    plan->converted_above = plan->extended_above - model->convert;
    plan->fail_threshold = wb_threshold(model->fail_unsupported);
    if (model->peers_duration > 0) plan->peer_count = model->region_count * model->segment_count;
    if (!plan_phases(plan) || !plan_shapes(plan) || !plan_providers(plan) || !plan_clusters(plan) ||
        !plan_contributions(plan) || !plan_opening(plan)) {
        wb_plan_free(plan);
        return wb_fail(err, WB_E_NOMEM, "no memory for the plan of the simulation");
    }
    *out = plan;
    return WB_OK;
}

const wb_effect *wb_plan_effect(const wb_plan *plan, uint32_t t, uint32_t provider)
{
    const wb_phase *phase = &plan->model->phases[plan->phase_of[t]];
    if (phase->effect == NULL || phase->effect[provider] == 0) return NULL;
    return &plan->model->effects[phase->effect[provider]];
}

void wb_plan_free(wb_plan *plan)
{
    if (plan == NULL) return;
    const wb_model *model = plan->model;
    for (uint32_t f = 0; f < plan->phase_count; f++) {
        free(plan->phases[f].groups);
        free(plan->phases[f].group_of);
        free(plan->phases[f].raised_of);
    }
    for (uint32_t s = 0; s < plan->shape_count; s++)
        free(plan->shapes[s].cumulative);
    for (uint32_t i = 0; plan->providers != NULL && i < model->provider_count; i++) {
        if (plan->providers[i].lgd == NULL) break; /* not reached: no memory before it */
        wb_money_clear(&plan->providers[i].ask);
        wb_money_clear(&plan->providers[i].cap);
    }
    for (uint32_t c = 0; plan->escape != NULL && c < model->cluster_count; c++)
        free(plan->escape[c]);
    for (uint32_t j = 0; plan->contributions != NULL && j < model->contribution_count; j++) {
        for (uint32_t i = 0; i < plan->contributions[j].payer_count; i++)
            wb_money_clear(&plan->contributions[j].payers[i].yearly);
        free(plan->contributions[j].payers);
    }
    for (uint32_t i = 0; i < plan->opening_count; i++)
        wb_money_clear(&plan->opening[i].principal);
    free(plan->phases);
    free(plan->phase_of);
    free(plan->shapes);
    free(plan->providers);
    free(plan->escape);
    free(plan->contributions);
    free(plan->opening);
    free(plan);
}
