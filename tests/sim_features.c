/* sim_features.c - random models with the rest of the model on top; see sim_models.h. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/path.h"
#include "sim_maker.h"

static void *must(void *memory)
{
    if (memory == NULL) abort();
    return memory;
}

static uint32_t below(sim_maker *m, uint32_t limit)
{
    return (uint32_t)sim_below(&m->stream, limit);
}

static bool chance(sim_maker *m, uint32_t percent)
{
    return sim_chance(&m->stream, percent);
}

/* ---- dependence ---- */

/* Own loadings of either sign, sometimes with nothing left for the provider itself. */
static void random_loadings(sim_maker *m, wb_provider *p)
{
    const double left = chance(m, 15) ? 1.0 : 0.95;
    const double parts[] = {sim_random_probability(m), sim_random_probability(m),
                            sim_random_probability(m)};
    const double sum = parts[0] + parts[1] + parts[2] + 1e-9;
    const double size = left * sim_random_probability(m) / (sum > 1.0 ? sum : 1.0);
    const double sign[] = {chance(m, 40) ? -1 : 1, chance(m, 40) ? -1 : 1, chance(m, 40) ? -1 : 1};
    p->loading_national = sign[0] * sqrt(parts[0] * size);
    p->loading_region = p->region != WB_NONE ? sign[1] * sqrt(parts[1] * size) : 0.0;
    p->loading_segment = p->segment != WB_NONE ? sign[2] * sqrt(parts[2] * size) : 0.0;
    const double rest = 1.0 - p->loading_national * p->loading_national -
                        p->loading_region * p->loading_region -
                        p->loading_segment * p->loading_segment;
    p->residual = rest > 0.0 ? sqrt(rest) : 0.0;
}

static void random_dependence(sim_maker *m)
{
    static const double multipliers[] = {0.0, 0.4, 1.3, 3.0, 50.0};
    wb_model *model = m->model;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (chance(m, 40)) random_loadings(m, &model->providers[i]);
    }
    if (chance(m, 40)) model->degrees_of_freedom = chance(m, 80) ? 3 + below(m, 6) : 60;
    if (chance(m, 60)) {
        model->peers_multiplier = multipliers[below(m, 5)];
        model->peers_duration = 1 + below(m, 6);
    }
}

/* Phases cut where they like: in the middle of a block of four steps too. */
static void random_phases(sim_maker *m)
{
    wb_model *model = m->model;
    if (model->phase_count != 1 || model->step_count < 3) return;
    wb_phase *first = &model->phases[0];
    const uint32_t from = 1 + below(m, model->step_count - 2);
    const uint32_t end = from + 1 + below(m, model->step_count - from - 1);
    model->phases = must(realloc(model->phases, 3 * sizeof *model->phases));
    first = &model->phases[0];
    for (uint32_t f = 1; f < 3; f++) {
        wb_phase *phase = &model->phases[f];
        *phase = (wb_phase){.step_first = f == 1 ? from : end,
                            .step_end = f == 1 ? end : model->step_count};
        phase->pd = must(calloc(model->provider_count + 1, sizeof(double)));
        for (uint32_t i = 0; i < model->provider_count; i++)
            phase->pd[i] = f == 2 ? first->pd[i] : sim_random_probability(m) * 0.5;
    }
    first->step_end = from;
    model->phase_count = 3;
}

/* ---- effects ---- */

static void random_effects(sim_maker *m)
{
    wb_model *model = m->model;
    if (!chance(m, 60)) return;
    model->effect_count = 1 + 1 + below(m, 3);
    model->effects = must(calloc(model->effect_count, sizeof *model->effects));
    for (uint32_t e = 0; e < model->effect_count; e++) {
        wb_effect *effect = &model->effects[e];
        wb_effect_init(effect);
        if (e == 0) continue;
        effect->has_months = chance(m, 40);
        if (effect->has_months) sim_random_rate(m, &effect->months, 600);
        if (chance(m, 60)) sim_random_rate(m, &effect->lgd_add, 60);
        if (chance(m, 50)) sim_random_rate(m, &effect->extra, 20);
        if (chance(m, 50)) {
            sim_random_rate(m, &effect->called, 30);
            effect->called_probability = sim_random_probability(m);
        }
    }
    for (uint32_t f = 0; f < model->phase_count; f++) {
        if (chance(m, 30)) continue;
        uint32_t *effect = must(calloc(model->provider_count + 1, sizeof *effect));
        for (uint32_t i = 0; i < model->provider_count; i++)
            effect[i] = below(m, model->effect_count);
        model->phases[f].effect = effect;
    }
}

/* ---- mergers ---- */

static void add_merger(sim_maker *m, uint32_t step, uint32_t provider)
{
    wb_model *model = m->model;
    wb_merger *merger = &model->mergers[model->merger_count++];
    *merger = (wb_merger){.step = step, .provider = provider};
    merger->members = must(calloc(provider, sizeof *merger->members));
    /* the one before comes first, so that mergers chain */
    for (uint32_t i = 0; i < provider; i++) {
        const bool product = i + 2 >= model->provider_count && chance(m, 70);
        if (product || (chance(m, 30) && merger->member_count < 2))
            merger->members[merger->member_count++] = i;
    }
    if (merger->member_count < 2) {
        merger->members[0] = 0;
        merger->members[1] = 1;
        merger->member_count = 2;
    }
}

/* The last two providers are what mergers make. */
static void random_mergers(sim_maker *m)
{
    wb_model *model = m->model;
    const uint32_t n = model->provider_count;
    if (n < 5 || !chance(m, 70)) return;
    for (size_t c = 0; c < model->opening.case_count; c++) {
        if (model->opening_provider[c] >= n - 2) return; /* nobody before */
    }
    model->mergers = must(calloc(2, sizeof *model->mergers));
    const uint32_t step = below(m, model->step_count);
    add_merger(m, step, n - 2);
    add_merger(m, step + below(m, model->step_count - step), n - 1);
}

/* ---- the position at the start, interest ---- */

/* Part of the first opening loan comes in by schedule. */
static void random_schedule(sim_maker *m)
{
    wb_model *model = m->model;
    wb_opening_case *loan = &model->opening.cases[0];
    wb_money part;
    wb_money_init(&part);
    model->opening_due = must(calloc(model->step_count, sizeof *model->opening_due));
    loan->instalments = must(calloc(model->step_count, sizeof *loan->instalments));
    for (uint32_t t = 0; t < model->step_count; t++) {
        wb_money_init(&model->opening_due[t]);
        if (chance(m, 50)) continue;
        mpz_fdiv_q_ui(part.cents, loan->principal.cents, model->step_count + below(m, 10));
        wb_money_set(&model->opening_due[t], &part);
        wb_opening_instalment *instalment = &loan->instalments[loan->instalment_count++];
        wb_money_init(&instalment->principal);
        wb_money_set(&instalment->principal, &part);
    }
    wb_money_clear(&part);
}

static void random_start(sim_maker *m)
{
    wb_model *model = m->model;
    if (chance(m, 40)) {
        model->interest_at = must(calloc(model->step_count, sizeof *model->interest_at));
        for (uint32_t t = 0; t < model->step_count; t++) {
            wb_rate_init(&model->interest_at[t]);
            if (chance(m, 70)) sim_random_rate(m, &model->interest_at[t], 12);
        }
    }
    if (model->opening.case_count > 0 && chance(m, 70)) random_schedule(m);
    if (chance(m, 40) && model->has_obligo) {
        sim_random_amount(m, &model->opening.obligo_called, 3);
    }
    if (chance(m, 40) && model->has_levy) sim_random_amount(m, &model->opening.levy_called, 4);
}

/* ---- who pays ---- */

static void random_parties(sim_maker *m)
{
    wb_model *model = m->model;
    model->levy_group = below(m, model->group_count);
    model->obligo_group = below(m, model->group_count);
    if (!chance(m, 70)) return;
    model->party_group = below(m, model->group_count);
    if (model->contribution_count > 0 && chance(m, 80)) {
        model->party_group = model->contributions[below(m, model->contribution_count)].group;
    }
    const bool pure = chance(m, 80); /* parties alone pay for their group */
    for (uint32_t j = 0; pure && j < model->contribution_count; j++) {
        wb_contribution *rule = &model->contributions[j];
        if (rule->group == model->party_group) rule->kind = WB_CONTRIBUTES_AMOUNT;
    }
    model->party_count = 1 + below(m, 20);
    model->parties = must(calloc(model->party_count, sizeof *model->parties));
    for (uint32_t i = 0; i < model->party_count; i++) {
        wb_paying_party *party = &model->parties[i];
        wb_paying_party_init(party);
        char id[32];
        (void)snprintf(id, sizeof id, "party-%02u", i);
        party->id = must(strdup(id));
        party->index = wb_draw_index(id);
        sim_set(&party->weight, i == 0 ? 1 : (int64_t)sim_below(&m->stream, 1000));
    }
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        wb_contribution *rule = &model->contributions[j];
        if (rule->group != model->party_group || rule->kind != WB_CONTRIBUTES_AMOUNT) continue;
        rule->weights = must(calloc(model->party_count, sizeof *rule->weights));
        for (uint32_t i = 0; i < model->party_count; i++) {
            wb_money_init(&rule->weights[i]);
            sim_set(&rule->weights[i], i == 0 ? 1 : (int64_t)sim_below(&m->stream, 50));
        }
    }
}

/* Whether only providers pay the contributions of a group; else it may not be hit one by one. */
static bool only_providers_pay(const wb_model *model, uint32_t group)
{
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        if (rule->group == group && rule->kind == WB_CONTRIBUTES_AMOUNT) return false;
    }
    return true;
}

static bool only_parties_pay(const wb_model *model, uint32_t group)
{
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        if (rule->group == group && rule->kind != WB_CONTRIBUTES_AMOUNT) return false;
    }
    return true;
}

static void random_hit(sim_maker *m, wb_arrears *stress, uint32_t count)
{
    stress->hit = must(calloc(count + 1, sizeof *stress->hit));
    for (uint32_t i = 0; i < count; i++)
        stress->hit[i] = chance(m, 60);
}

static void random_arrears(sim_maker *m)
{
    wb_model *model = m->model;
    if (!chance(m, 70)) return;
    const uint32_t count = 1 + below(m, 4);
    model->arrears = must(calloc(count, sizeof *model->arrears));
    for (uint32_t a = 0; a < count; a++) {
        wb_arrears *stress = &model->arrears[model->arrears_count++];
        wb_arrears_init(stress);
        stress->step_first = below(m, model->step_count);
        stress->step_end =
            stress->step_first + 1 + below(m, model->step_count - stress->step_first);
        /* two that begin together share their refusal words */
        if (a > 0 && chance(m, 30)) {
            stress->step_first = model->arrears[a - 1].step_first;
            stress->step_end = model->arrears[a - 1].step_end;
        }
        const bool parties = model->party_count > 0 && chance(m, 60);
        stress->group = parties ? model->party_group : below(m, model->group_count);
        const bool of_parties = model->party_count > 0 && stress->group == model->party_group;
        if (of_parties && !only_parties_pay(model, stress->group)) {
            wb_arrears_clear(stress);
            model->arrears_count--;
            return;
        }
        if (of_parties && chance(m, 50)) {
            random_hit(m, stress, model->party_count);
        } else if (!of_parties && only_providers_pay(model, stress->group) && chance(m, 50)) {
            random_hit(m, stress, model->provider_count);
        }
        if (chance(m, 50)) sim_random_rate(m, &stress->factor, 150);
        if (of_parties && chance(m, 60)) stress->probability = sim_random_probability(m);
        if (chance(m, 60)) {
            sim_random_rate(m, &stress->late, 100);
            stress->delay = 1 + below(m, 4);
        }
    }
}

static void add_features(sim_maker *m)
{
    random_dependence(m);
    random_phases(m);
    random_effects(m);
    random_mergers(m);
    random_start(m);
    random_parties(m);
    random_arrears(m);
}

wb_model *sim_model_random_full(uint64_t seed, sim_scale scale)
{
    return sim_model_random_with(seed, scale, add_features);
}

/* ---- what a feature does ---- */

const char *sim_feature_name(sim_feature feature)
{
    static const char *const names[SIM_FEATURES] = {
        [SIM_T] = "the t copula",
        [SIM_PEERS_MORE] = "peers, more likely",
        [SIM_PEERS_LESS] = "peers, less likely",
        [SIM_MERGERS] = "mergers",
        [SIM_CHAINED] = "mergers of mergers",
        [SIM_MONTHS] = "months",
        [SIM_LGD_ADD] = "lgd_add",
        [SIM_EXTRA] = "extra",
        [SIM_CALLED] = "called loans",
        [SIM_INTEREST] = "interest by step",
        [SIM_SCHEDULES] = "schedules",
        [SIM_OBLIGO_CALLED] = "obligo called before",
        [SIM_LEVY_CALLED] = "levy called before",
        [SIM_ARREARS] = "arrears",
        [SIM_LATE] = "late payment",
        [SIM_REFUSALS] = "refusals",
    };
    return names[feature];
}

static void free_per_step(wb_model *model)
{
    for (uint32_t t = 0; t < model->step_count; t++)
        wb_rate_clear(&model->interest_at[t]);
    free(model->interest_at);
    model->interest_at = NULL;
}

static bool strip_peers(wb_model *model, bool more)
{
    if (model->peers_duration == 0 || (model->peers_multiplier > 1.0) != more) return false;
    model->peers_duration = 0;
    return true;
}

/* From then on merger `first` and later ones are never made. */
static bool strip_mergers(wb_model *model, uint32_t first)
{
    if (model->merger_count <= first) return false;
    if (first > 0 && model->mergers[1].members[model->mergers[1].member_count - 1] !=
                         model->mergers[0].provider) {
        return false; /* it does not chain */
    }
    for (uint32_t g = first; g < model->merger_count; g++) {
        wb_merger *merger = &model->mergers[g];
        merger->members[0] = merger->provider; /* is never healthy, so nor are all */
    }
    return true;
}

static bool strip_effects(wb_model *model, sim_feature feature)
{
    bool had = false;
    for (uint32_t e = 0; e < model->effect_count; e++) {
        wb_effect *effect = &model->effects[e];
        wb_rate *rate = feature == SIM_LGD_ADD ? &effect->lgd_add
                        : feature == SIM_EXTRA ? &effect->extra
                                               : &effect->called;
        if (feature == SIM_MONTHS) {
            had = had || effect->has_months;
            effect->has_months = false;
        } else {
            had = had || mpq_sgn(rate->ratio) > 0;
            mpq_set_ui(rate->ratio, 0, 1);
        }
    }
    return had;
}

static bool strip_arrears(wb_model *model, sim_feature feature)
{
    bool had = false;
    for (uint32_t a = 0; a < model->arrears_count; a++) {
        wb_arrears *stress = &model->arrears[a];
        if (feature == SIM_ARREARS) {
            had = had || mpq_cmp_ui(stress->factor.ratio, 1, 1) != 0;
            mpq_set_ui(stress->factor.ratio, 1, 1);
        } else if (feature == SIM_LATE) {
            had = had || mpq_sgn(stress->late.ratio) > 0;
            mpq_set_ui(stress->late.ratio, 0, 1);
        } else {
            had = had || stress->probability > 0.0;
            stress->probability = 0.0;
        }
    }
    return had;
}

static bool strip_called(wb_money *called)
{
    const bool had = wb_money_sign(called) > 0;
    sim_set(called, 0);
    return had;
}

bool sim_strip(wb_model *model, sim_feature feature)
{
    const bool mixed = model->degrees_of_freedom > 0;
    const bool scheduled = model->opening_due != NULL;
    switch (feature) {
    case SIM_T: model->degrees_of_freedom = 0; return mixed;
    case SIM_PEERS_MORE: return strip_peers(model, true);
    case SIM_PEERS_LESS: return strip_peers(model, false);
    case SIM_MERGERS: return strip_mergers(model, 0);
    case SIM_CHAINED: return strip_mergers(model, 1);
    case SIM_MONTHS:
    case SIM_LGD_ADD:
    case SIM_EXTRA:
    case SIM_CALLED: return strip_effects(model, feature);
    case SIM_INTEREST:
        if (model->interest_at == NULL) return false;
        free_per_step(model);
        return true;
    case SIM_SCHEDULES:
        for (uint32_t t = 0; scheduled && t < model->step_count; t++)
            sim_set(&model->opening_due[t], 0);
        return scheduled;
    case SIM_OBLIGO_CALLED: return strip_called(&model->opening.obligo_called);
    case SIM_LEVY_CALLED: return strip_called(&model->opening.levy_called);
    case SIM_ARREARS:
    case SIM_LATE:
    case SIM_REFUSALS: return strip_arrears(model, feature);
    case SIM_FEATURES: break;
    }
    return false;
}
