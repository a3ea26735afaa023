/* model_check.c - what the engine relies on: a breach is a bug of whoever made the model. */
#include <assert.h>
#include <string.h>

#include "sim/model_check.h"

/* 18 digits of euros */
static const char amount_limit[] = "100000000000000000000";

wb_code wb_breach(wb_error *err, const char *what, size_t index)
{
    return wb_fail(err, WB_E_INTERNAL, "model: %s (number %zu)", what, index);
}

bool wb_is_probability(double p)
{
    return p >= 0.0 && p <= 1.0;
}

/* mpq_cmp_ui is a macro with branches of its own; once is enough. */
static int compare_whole(const wb_rate *rate, unsigned long whole)
{
    return mpq_cmp_ui(rate->ratio, whole, 1);
}

bool wb_is_share(const wb_rate *rate)
{
    return mpq_sgn(rate->ratio) >= 0 && compare_whole(rate, 1) <= 0;
}

bool wb_is_amount(const wb_money *amount)
{
    mpz_t limit;
    mpz_init_set_str(limit, amount_limit, 10);
    const bool fits = mpz_cmpabs(amount->cents, limit) < 0;
    mpz_clear(limit);
    return fits && wb_money_sign(amount) >= 0;
}

/* Values in order, weights that are not negative and add up to 1. */
static bool is_table(const wb_distribution *d)
{
    if (d->count == 0 || d->values == NULL || d->weights == NULL) return false;
    mpq_t sum;
    mpq_init(sum);
    bool ordered = true;
    for (uint32_t i = 0; i < d->count; i++) {
        mpq_add(sum, sum, d->weights[i].ratio);
        if (mpq_sgn(d->weights[i].ratio) < 0) ordered = false;
        if (i > 0 && wb_rate_compare(&d->values[i - 1], &d->values[i]) > 0) ordered = false;
    }
    const bool whole = mpq_cmp_ui(sum, 1, 1) == 0;
    mpq_clear(sum);
    return ordered && whole;
}

static bool is_between(const wb_rate *low, const wb_rate *value, const wb_rate *high)
{
    return wb_rate_compare(low, value) <= 0 && wb_rate_compare(value, high) <= 0;
}

/* Ordered, not negative, at most `most` (0: without limit), weights that add up to 1. */
static bool is_distribution(const wb_distribution *d, uint32_t most)
{
    if (d->shape == WB_SHAPE_TABLE && !is_table(d)) return false;
    if (d->shape == WB_SHAPE_TRIANGULAR && !is_between(&d->low, &d->base, &d->high)) return false;
    const wb_rate *low = &d->low;
    const wb_rate *high = &d->high;
    if (d->shape == WB_SHAPE_TABLE) {
        low = &d->values[0];
        high = &d->values[d->count - 1];
    } else if (d->shape == WB_SHAPE_FIXED) {
        low = &d->base;
        high = &d->base;
    }
    if (mpq_sgn(low->ratio) < 0 || wb_rate_compare(low, high) > 0) return false;
    return most == 0 || compare_whole(high, most) <= 0;
}

static wb_code check_horizon(const wb_model *model, wb_error *err)
{
    const uint32_t m = model->steps_per_year;
    if (model->years < 1 || model->years > WB_YEARS_MAX)
        return wb_breach(err, "years", model->years);
    if (m != 1 && m != 4 && m != 12) return wb_breach(err, "steps of a year", m);
    if (model->step_count != model->years * m) return wb_breach(err, "steps", model->step_count);
    if (model->paths < 1 || model->paths > WB_PATHS_MAX) return wb_breach(err, "paths", 0);
    uint32_t at = 0;
    for (uint32_t f = 0; f < model->phase_count; f++) {
        const wb_phase *phase = &model->phases[f];
        if (phase->step_first != at || phase->step_end <= at) return wb_breach(err, "phase", f);
        at = phase->step_end;
        for (uint32_t i = 0; i < model->provider_count; i++) {
            if (!wb_is_probability(phase->pd[i])) return wb_breach(err, "probability in phase", f);
        }
    }
    if (at != model->step_count) return wb_breach(err, "phases end at step", at);
    for (uint32_t f = 0; f < model->forced_count; f++) {
        const wb_forced *forced = &model->forced[f];
        if (forced->step >= model->step_count || forced->provider >= model->provider_count ||
            (f > 0 &&
             (forced[-1].step > forced->step ||
              (forced[-1].step == forced->step && forced[-1].provider > forced->provider)))) {
            return wb_breach(err, "forced distress", f);
        }
    }
    return WB_OK;
}

static wb_code check_fund(const wb_model *model, wb_error *err)
{
    const wb_money *const amounts[] = {&model->floor,
                                       &model->target,
                                       &model->cap,
                                       &model->costs,
                                       &model->levy_cap,
                                       &model->obligo_cap,
                                       &model->contagion_minimum,
                                       &model->opening.backstop_debt,
                                       &model->opening.obligo_called,
                                       &model->opening.levy_called};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        if (!wb_is_amount(amounts[i])) return wb_breach(err, "amount of the fund", i);
    }
    if (!wb_is_share(&model->interest)) return wb_breach(err, "interest", 0);
    for (uint32_t t = 0; model->has_backstop && t < model->step_count; t++) {
        if (model->backstop_limit == NULL || model->backstop_unlimited == NULL ||
            !wb_is_amount(&model->backstop_limit[t])) {
            return wb_breach(err, "backstop in step", t);
        }
    }
    if (model->group_count == 0 && (model->has_levy || model->has_obligo)) {
        return wb_breach(err, "calls without a group", 0);
    }
    if (model->has_levy && model->levy_group >= model->group_count) {
        return wb_breach(err, "group of the levy", model->levy_group);
    }
    if (model->has_obligo && model->obligo_group >= model->group_count) {
        return wb_breach(err, "group of the obligo", model->obligo_group);
    }
    return WB_OK;
}

/* A shared amount has somebody to divide it over. */
static bool is_payable(const wb_model *model, const wb_contribution *rule)
{
    if (rule->kind != WB_CONTRIBUTES_SHARED) return true;
    const bool equal = rule->key != NULL && strcmp(rule->key, "equal") == 0;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        bool merged = false; /* its part is that of its members */
        for (uint32_t g = 0; g < model->merger_count; g++)
            merged = merged || model->mergers[g].provider == i;
        if (merged) continue;
        if (equal || wb_money_sign(&model->providers[i].revenue) > 0) return true;
    }
    return false;
}

static wb_code check_contributions(const wb_model *model, wb_error *err)
{
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        if (rule->group >= model->group_count || !wb_is_amount(&rule->amount) ||
            !wb_is_amount(&rule->minimum_revenue) || mpq_sgn(rule->rate.ratio) < 0) {
            return wb_breach(err, "contribution", j);
        }
        if (!is_payable(model, rule)) return wb_breach(err, "payers of contribution", j);
        for (uint32_t t = 0; rule->change != NULL && t < model->step_count; t++) {
            if (mpq_sgn(rule->change[t].ratio) < 0) return wb_breach(err, "change in step", t);
        }
    }
    return WB_OK;
}

static wb_code check_support(const wb_model *model, wb_error *err)
{
    if (model->term < 1 || model->instalments < 1) return wb_breach(err, "term", model->term);
    if (!wb_is_probability(model->cure) || !wb_is_probability(model->extend) ||
        !wb_is_probability(model->convert) || !wb_is_probability(model->fail_unsupported) ||
        model->cure + model->extend + model->convert > 1.0 + 1e-12) {
        return wb_breach(err, "cure, extend or convert", 0);
    }
    if (!wb_is_probability(model->ar1) || !wb_is_probability(model->cure_rho) ||
        !wb_is_probability(model->lgd_rho)) {
        return wb_breach(err, "dependence", 0);
    }
    if (!wb_is_share(&model->grant_share) || !wb_is_share(&model->support_interest) ||
        mpq_sgn(model->support_cap.ratio) < 0) {
        return wb_breach(err, "share of the support", 0);
    }
    if (!is_distribution(&model->lgd, 1)) return wb_breach(err, "lgd", 0);
    for (uint32_t c = 0; c < model->class_count; c++) {
        if (!is_distribution(&model->classes[c].months, 0) ||
            !is_distribution(&model->classes[c].lgd, 1)) {
            return wb_breach(err, "class", c);
        }
    }
    for (size_t c = 0; c < model->opening.case_count; c++) {
        if (model->opening_provider[c] >= model->provider_count ||
            !wb_is_amount(&model->opening.cases[c].principal)) {
            return wb_breach(err, "opening case", c);
        }
    }
    return WB_OK;
}

static bool is_provider(const wb_model *model, const wb_provider *p)
{
    const double squares = p->loading_national * p->loading_national +
                           p->loading_region * p->loading_region +
                           p->loading_segment * p->loading_segment;
    const double whole = squares + p->residual * p->residual;
    if (!(p->residual >= 0.0) || !(whole > 1.0 - 1e-9) || !(whole < 1.0 + 1e-9)) return false;
    if (p->region == WB_NONE && (p->loading_region > 0.0 || p->loading_region < 0.0)) return false;
    if (p->segment == WB_NONE && (p->loading_segment > 0.0 || p->loading_segment < 0.0)) {
        return false;
    }
    if (p->region != WB_NONE && p->region >= model->region_count) return false;
    if (p->segment != WB_NONE && p->segment >= model->segment_count) return false;
    if (p->class_ != WB_NONE && p->class_ >= model->class_count) return false;
    if (p->class_ == WB_NONE && p->pays == WB_PAYS_SUPPORT) return false; /* no months */
    for (uint32_t c = 0; c < p->cluster_count; c++) {
        if (p->clusters[c] >= model->cluster_count) return false;
        if (c > 0 && p->clusters[c - 1] >= p->clusters[c]) return false;
    }
    return wb_is_amount(&p->amount) && wb_is_amount(&p->revenue) && p->index < UINT64_C(1) << 48 &&
           p->id != NULL;
}

/* Every membership is known on both sides. */
static bool is_cluster(const wb_model *model, uint32_t c)
{
    const wb_cluster *cluster = &model->clusters[c];
    if (!wb_is_probability(cluster->q)) return false;
    for (uint32_t j = 0; j < cluster->member_count; j++) {
        const uint32_t member = cluster->members[j];
        if (member >= model->provider_count) return false;
        if (j > 0 && cluster->members[j - 1] >= member) return false;
        const wb_provider *provider = &model->providers[member];
        bool known = false;
        for (uint32_t k = 0; k < provider->cluster_count; k++)
            known = known || provider->clusters[k] == c;
        if (!known) return false;
    }
    return true;
}

/* Sorted, and where draws are counted by them with different indexes. */
static wb_code check_names(const wb_name *names, uint32_t count, bool drawn, const char *what,
                           wb_error *err)
{
    for (uint32_t i = 0; i < count; i++) {
        if (names[i].id == NULL || names[i].index >= UINT64_C(1) << 48 ||
            (i > 0 && strcmp(names[i - 1].id, names[i].id) >= 0)) {
            return wb_breach(err, what, i);
        }
        for (uint32_t j = 0; drawn && j < i; j++) {
            if (names[j].index == names[i].index) return wb_breach(err, what, i);
        }
    }
    return WB_OK;
}

static wb_code check_providers(const wb_model *model, wb_error *err)
{
    if (model->provider_count > WB_PROVIDERS_MAX) {
        return wb_breach(err, "too many providers", model->provider_count);
    }
    size_t memberships = 0;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const wb_provider *provider = &model->providers[i];
        if (!is_provider(model, provider)) return wb_breach(err, "provider", i);
        if (i > 0 && strcmp(provider[-1].id, provider->id) >= 0) {
            return wb_breach(err, "order of providers", i);
        }
        for (uint32_t j = 0; j < i; j++) {
            if (model->providers[j].index == provider->index) {
                return wb_breach(err, "equal draw index of provider", i);
            }
        }
        memberships += provider->cluster_count;
    }
    for (uint32_t c = 0; c < model->cluster_count; c++) {
        if (!is_cluster(model, c)) return wb_breach(err, "cluster", c);
        memberships -= model->clusters[c].member_count;
    }
    return memberships == 0 ? WB_OK : wb_breach(err, "members of clusters", memberships);
}

/* Between 0 and 1, neither of them included. */
static bool is_level(const wb_rate *level)
{
    return mpq_sgn(level->ratio) > 0 && compare_whole(level, 1) < 0;
}

static wb_code check_measures(const wb_model *model, wb_error *err)
{
    if (model->level_count > WB_LEVELS_MAX || model->exceed_count > WB_LEVELS_MAX ||
        model->fund_level_count > WB_LEVELS_MAX) {
        return wb_breach(err, "measures", 0);
    }
    for (uint32_t i = 0; i < model->level_count; i++) {
        if (!is_level(&model->levels[i].level)) return wb_breach(err, "level", i);
    }
    for (uint32_t i = 0; i < model->fund_level_count; i++) {
        if (!is_level(&model->fund_levels[i].level)) return wb_breach(err, "fund level", i);
    }
    return WB_OK;
}

wb_code wb_model_check(const wb_model *model, wb_error *err)
{
    assert(model != NULL);
    wb_code code = check_horizon(model, err);
    if (code == WB_OK) code = check_names(model->groups, model->group_count, false, "group", err);
    if (code == WB_OK) code = check_names(model->regions, model->region_count, true, "region", err);
    if (code == WB_OK)
        code = check_names(model->segments, model->segment_count, true, "segment", err);
    if (code == WB_OK) code = check_fund(model, err);
    if (code == WB_OK) code = check_contributions(model, err);
    if (code == WB_OK) code = check_support(model, err);
    if (code == WB_OK) code = check_providers(model, err);
    if (code == WB_OK) code = check_measures(model, err);
    if (code == WB_OK) code = wb_model_check_stress(model, err);
    if (code != WB_OK) return code;
    wb_money bound;
    wb_money_init(&bound);
    wb_model_bound(&bound, model, NULL);
    const size_t bits = mpz_sizeinbase(bound.cents, 2);
    wb_money_clear(&bound);
    if (bits <= WB_BOUND_BITS) return WB_OK;
    code = wb_fail(err, WB_E_RANGE,
                   "amounts on a path could reach %zu bits, and the engine counts in %d", bits,
                   WB_BOUND_BITS);
    wb_error_hint(err, "check the largest amounts and rates, or shorten the horizon");
    return code;
}
