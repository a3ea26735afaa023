/* model_check_stress.c - wb_model_check of what stresses, parties and mergers put into a model. */
#include <string.h>

#include "sim/model_check.h"

/* ---- what stresses do to providers ---- */

static bool is_effect(const wb_effect *effect)
{
    wb_rate minus;
    wb_rate_init(&minus);
    mpq_neg(minus.ratio, effect->lgd_add.ratio);
    const bool lgd = wb_is_share(&effect->lgd_add) || wb_is_share(&minus);
    wb_rate_clear(&minus);
    return lgd && mpq_sgn(effect->months.ratio) >= 0 && mpq_sgn(effect->extra.ratio) >= 0 &&
           mpq_sgn(effect->called.ratio) >= 0 && wb_is_probability(effect->called_probability);
}

/* The first one is that of a provider nothing is done to. */
static bool is_neutral(const wb_effect *effect)
{
    return !effect->has_months && mpq_sgn(effect->lgd_add.ratio) == 0 &&
           mpq_sgn(effect->extra.ratio) == 0 && mpq_sgn(effect->called.ratio) == 0;
}

static wb_code check_effects(const wb_model *model, wb_error *err)
{
    if (model->effect_count > WB_EFFECTS_MAX) return wb_breach(err, "effects", model->effect_count);
    for (uint32_t e = 0; e < model->effect_count; e++) {
        if (!is_effect(&model->effects[e])) return wb_breach(err, "effect", e);
        if (e == 0 && !is_neutral(&model->effects[e])) return wb_breach(err, "first effect", e);
    }
    for (uint32_t f = 0; f < model->phase_count; f++) {
        const uint32_t *effect = model->phases[f].effect;
        for (uint32_t i = 0; effect != NULL && i < model->provider_count; i++) {
            if (effect[i] >= model->effect_count) return wb_breach(err, "effect in phase", f);
        }
    }
    return WB_OK;
}

static wb_code check_dependence(const wb_model *model, wb_error *err)
{
    const uint32_t dof = model->degrees_of_freedom;
    if (dof != 0 && (dof < 3 || dof > 60)) return wb_breach(err, "degrees of freedom", dof);
    if (!(model->peers_multiplier >= 0.0) || !(model->peers_multiplier <= 1e6) ||
        model->peers_duration > WB_STEPS_MAX) {
        return wb_breach(err, "peers", model->peers_duration);
    }
    return WB_OK;
}

/* ---- mergers ---- */

/* The merger a provider comes of, or WB_NONE. */
static uint32_t merger_of(const wb_model *model, uint32_t provider)
{
    for (uint32_t g = 0; g < model->merger_count; g++) {
        if (model->mergers[g].provider == provider) return g;
    }
    return WB_NONE;
}

/* At least two members, ascending, that are there before; of one merger only. */
static bool is_merger(const wb_model *model, uint32_t g)
{
    const wb_merger *merger = &model->mergers[g];
    if (merger->step >= model->step_count || merger->provider >= model->provider_count ||
        merger->member_count < 2 || merger_of(model, merger->provider) != g) {
        return false;
    }
    if (g > 0 && merger[-1].step > merger->step) return false;
    for (uint32_t k = 0; k < merger->member_count; k++) {
        const uint32_t member = merger->members[k];
        if (member >= model->provider_count || member == merger->provider) return false;
        if (k > 0 && merger->members[k - 1] >= member) return false;
        const uint32_t from = merger_of(model, member);
        if (from != WB_NONE && from >= g) return false;
    }
    for (size_t c = 0; c < model->opening.case_count; c++) {
        if (model->opening_provider[c] == merger->provider) return false;
    }
    return true;
}

static wb_code check_mergers(const wb_model *model, wb_error *err)
{
    if (model->merger_count > WB_MERGERS_MAX) return wb_breach(err, "mergers", model->merger_count);
    for (uint32_t g = 0; g < model->merger_count; g++) {
        if (!is_merger(model, g)) return wb_breach(err, "merger", g);
    }
    return WB_OK;
}

/* ---- parties, arrears ---- */

/* Whether all lines of a group are paid by providers, or none is. */
static bool lines_are(const wb_model *model, uint32_t group, bool by_providers)
{
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const bool provider = model->contributions[j].kind != WB_CONTRIBUTES_AMOUNT;
        if (model->contributions[j].group == group && provider != by_providers) return false;
    }
    return true;
}

static bool has_parties(const wb_model *model, uint32_t group)
{
    return model->party_count > 0 && group == model->party_group;
}

static wb_code check_parties(const wb_model *model, wb_error *err)
{
    const bool some = model->party_count > 0;
    if (model->party_count > WB_PARTIES_MAX || some != (model->party_group != WB_NONE) ||
        (some && model->party_group >= model->group_count)) {
        return wb_breach(err, "group of the parties", model->party_group);
    }
    bool weighs = false;
    for (uint32_t p = 0; p < model->party_count; p++) {
        const wb_paying_party *party = &model->parties[p];
        if (party->id == NULL || party->index >= UINT64_C(1) << 48 ||
            !wb_is_amount(&party->weight) || (p > 0 && strcmp(party[-1].id, party->id) >= 0)) {
            return wb_breach(err, "party", p);
        }
        for (uint32_t q = 0; q < p; q++) {
            if (model->parties[q].index == party->index) {
                return wb_breach(err, "equal draw index of party", p);
            }
        }
        weighs = weighs || wb_money_sign(&party->weight) > 0;
    }
    return some && !weighs ? wb_breach(err, "weights of the parties", 0) : WB_OK;
}

/* An amount that parties pay can be divided over them; no other has weights. */
static bool is_divisible(const wb_model *model, const wb_contribution *rule)
{
    const bool parties = has_parties(model, rule->group) && rule->kind == WB_CONTRIBUTES_AMOUNT;
    if (!parties || rule->weights == NULL) return !parties && rule->weights == NULL;
    bool weighs = false;
    for (uint32_t p = 0; p < model->party_count; p++) {
        if (!wb_is_amount(&rule->weights[p])) return false;
        weighs = weighs || wb_money_sign(&rule->weights[p]) > 0;
    }
    return weighs;
}

/* Single payers are hit where the lines of the group have them; only parties refuse. */
static bool is_arrears(const wb_model *model, const wb_arrears *stress)
{
    if (stress->step_first >= stress->step_end || stress->step_end > model->step_count ||
        stress->group >= model->group_count || mpq_sgn(stress->factor.ratio) < 0 ||
        !wb_is_probability(stress->probability) || !wb_is_share(&stress->late) ||
        (stress->delay == 0 && mpq_sgn(stress->late.ratio) > 0)) {
        return false;
    }
    const bool parties = has_parties(model, stress->group);
    if (parties && !lines_are(model, stress->group, false)) return false;
    if (stress->probability > 0.0 && !parties) return false;
    return stress->hit == NULL || parties || lines_are(model, stress->group, true);
}

static wb_code check_payers(const wb_model *model, wb_error *err)
{
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        if (!is_divisible(model, &model->contributions[j])) {
            return wb_breach(err, "weights of contribution", j);
        }
    }
    if (model->arrears_count > WB_STRESSES_MAX) {
        return wb_breach(err, "arrears", model->arrears_count);
    }
    for (uint32_t a = 0; a < model->arrears_count; a++) {
        if (!is_arrears(model, &model->arrears[a])) return wb_breach(err, "arrears", a);
    }
    return WB_OK;
}

/* ---- the opening ---- */

/* Schedules leave something of each loan, and no more comes in by step than they say. */
static wb_code check_schedules(const wb_model *model, wb_error *err)
{
    wb_money scheduled;
    wb_money left;
    wb_money_init(&scheduled);
    wb_money_init(&left);
    wb_code code = WB_OK;
    for (size_t c = 0; c < model->opening.case_count; c++) {
        const wb_opening_case *loan = &model->opening.cases[c];
        wb_money_set(&left, &loan->principal);
        for (size_t k = 0; k < loan->instalment_count; k++) {
            if (!wb_is_amount(&loan->instalments[k].principal)) code = WB_E_INTERNAL;
            wb_money_subtract(&left, &left, &loan->instalments[k].principal);
            wb_money_add(&scheduled, &scheduled, &loan->instalments[k].principal);
        }
        if (wb_money_sign(&left) < 0) code = WB_E_INTERNAL;
    }
    for (uint32_t t = 0; model->opening_due != NULL && t < model->step_count; t++) {
        if (!wb_is_amount(&model->opening_due[t])) code = WB_E_INTERNAL;
        wb_money_subtract(&scheduled, &scheduled, &model->opening_due[t]);
    }
    if (wb_money_sign(&scheduled) < 0) code = WB_E_INTERNAL;
    wb_money_clear(&scheduled);
    wb_money_clear(&left);
    return code == WB_OK ? WB_OK : wb_breach(err, "schedule of an opening loan", 0);
}

wb_code wb_model_check_stress(const wb_model *model, wb_error *err)
{
    for (uint32_t t = 0; model->interest_at != NULL && t < model->step_count; t++) {
        if (!wb_is_share(&model->interest_at[t])) return wb_breach(err, "interest in step", t);
    }
    wb_code code = check_dependence(model, err);
    if (code == WB_OK) code = check_effects(model, err);
    if (code == WB_OK) code = check_mergers(model, err);
    if (code == WB_OK) code = check_parties(model, err);
    if (code == WB_OK) code = check_payers(model, err);
    if (code == WB_OK) code = check_schedules(model, err);
    return code;
}
