/* model.c - the storage of a model and its parts, with the defaults of the scenario file. */
#include "waarborg/model.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void wb_distribution_init(wb_distribution *distribution)
{
    assert(distribution != NULL);
    memset(distribution, 0, sizeof *distribution);
    distribution->shape = WB_SHAPE_FIXED;
    wb_rate_init(&distribution->low);
    wb_rate_init(&distribution->base);
    wb_rate_init(&distribution->high);
}

void wb_distribution_clear(wb_distribution *distribution)
{
    assert(distribution != NULL);
    wb_rate_clear(&distribution->low);
    wb_rate_clear(&distribution->base);
    wb_rate_clear(&distribution->high);
    for (uint32_t i = 0; i < distribution->count; i++) {
        wb_rate_clear(&distribution->values[i]);
        wb_rate_clear(&distribution->weights[i]);
    }
    free(distribution->values);
    free(distribution->weights);
    memset(distribution, 0, sizeof *distribution);
}

void wb_provider_init(wb_provider *provider)
{
    assert(provider != NULL);
    memset(provider, 0, sizeof *provider);
    provider->pays = WB_PAYS_SUPPORT;
    provider->eligible = true;
    provider->class_ = WB_NONE;
    provider->region = WB_NONE;
    provider->segment = WB_NONE;
    provider->residual = 1.0;
    wb_money_init(&provider->amount);
    wb_money_init(&provider->revenue);
}

void wb_provider_clear(wb_provider *provider)
{
    assert(provider != NULL);
    wb_money_clear(&provider->amount);
    wb_money_clear(&provider->revenue);
    free(provider->clusters);
    free(provider->id);
    memset(provider, 0, sizeof *provider);
}

void wb_class_init(wb_class *class_)
{
    assert(class_ != NULL);
    memset(class_, 0, sizeof *class_);
    wb_distribution_init(&class_->months);
    wb_distribution_init(&class_->lgd);
}

void wb_class_clear(wb_class *class_)
{
    assert(class_ != NULL);
    wb_distribution_clear(&class_->months);
    wb_distribution_clear(&class_->lgd);
    free(class_->id);
    memset(class_, 0, sizeof *class_);
}

void wb_contribution_init(wb_contribution *contribution)
{
    assert(contribution != NULL);
    memset(contribution, 0, sizeof *contribution);
    wb_money_init(&contribution->amount);
    wb_money_init(&contribution->minimum_revenue);
    wb_rate_init(&contribution->rate);
}

void wb_contribution_clear(wb_contribution *contribution, uint32_t step_count, uint32_t party_count)
{
    assert(contribution != NULL);
    for (uint32_t i = 0; contribution->weights != NULL && i < party_count; i++)
        wb_money_clear(&contribution->weights[i]);
    free(contribution->weights);
    wb_money_clear(&contribution->amount);
    wb_money_clear(&contribution->minimum_revenue);
    wb_rate_clear(&contribution->rate);
    for (uint32_t t = 0; contribution->change != NULL && t < step_count; t++)
        wb_rate_clear(&contribution->change[t]);
    free(contribution->change);
    free(contribution->key);
    memset(contribution, 0, sizeof *contribution);
}

void wb_paying_party_init(wb_paying_party *party)
{
    assert(party != NULL);
    memset(party, 0, sizeof *party);
    wb_money_init(&party->weight);
}

void wb_paying_party_clear(wb_paying_party *party)
{
    assert(party != NULL);
    wb_money_clear(&party->weight);
    free(party->id);
    free(party->region);
    memset(party, 0, sizeof *party);
}

void wb_arrears_init(wb_arrears *arrears)
{
    assert(arrears != NULL);
    memset(arrears, 0, sizeof *arrears);
    wb_rate_init(&arrears->factor);
    wb_rate_set_ratio(&arrears->factor, 1, 1);
    wb_rate_init(&arrears->late);
}

void wb_arrears_clear(wb_arrears *arrears)
{
    assert(arrears != NULL);
    wb_rate_clear(&arrears->factor);
    wb_rate_clear(&arrears->late);
    free(arrears->hit);
    memset(arrears, 0, sizeof *arrears);
}

void wb_effect_init(wb_effect *effect)
{
    assert(effect != NULL);
    memset(effect, 0, sizeof *effect);
    wb_rate_init(&effect->months);
    wb_rate_init(&effect->lgd_add);
    wb_rate_init(&effect->extra);
    wb_rate_init(&effect->called);
}

void wb_effect_clear(wb_effect *effect)
{
    assert(effect != NULL);
    wb_rate_clear(&effect->months);
    wb_rate_clear(&effect->lgd_add);
    wb_rate_clear(&effect->extra);
    wb_rate_clear(&effect->called);
    memset(effect, 0, sizeof *effect);
}

wb_model *wb_model_new(void)
{
    wb_model *model = calloc(1, sizeof *model);
    if (model == NULL) return NULL;
    wb_opening_init(&model->opening);
    wb_money *const amounts[] = {&model->floor,       &model->target,           &model->cap,
                                 &model->costs,       &model->levy_cap,         &model->obligo_cap,
                                 &model->obligo_base, &model->contagion_minimum};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        wb_money_init(amounts[i]);
    for (size_t i = 0; i < WB_LEVELS_MAX; i++) {
        wb_rate_init(&model->levels[i].level);
        wb_rate_init(&model->fund_levels[i].level);
        wb_money_init(&model->exceed[i]);
    }
    wb_rate_init(&model->interest);
    wb_rate_init(&model->support_interest);
    wb_rate_init(&model->grant_share);
    wb_rate_init(&model->support_cap);
    wb_distribution_init(&model->lgd);
    /* the defaults of the scenario file that are not 0 */
    model->years = 1;
    model->steps_per_year = 1;
    model->step_count = 1;
    model->paths = 1;
    model->party_group = WB_NONE;
    model->peers_multiplier = 1.0;
    model->surplus = WB_SURPLUS_REFUND;
    model->term = 1;
    model->instalments = 1;
    model->has_support_cap = true;
    wb_rate_set_ratio(&model->support_cap, 15, 100);
    wb_rate_set_ratio(&model->lgd.base, 1, 1);
    model->fail_unsupported = 1.0;
    return model;
}

static void free_names(wb_name *names, uint32_t count)
{
    for (uint32_t i = 0; names != NULL && i < count; i++)
        free(names[i].id);
    free(names);
}

static void free_amounts(wb_model *model)
{
    wb_money *const amounts[] = {&model->floor,       &model->target,           &model->cap,
                                 &model->costs,       &model->levy_cap,         &model->obligo_cap,
                                 &model->obligo_base, &model->contagion_minimum};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        wb_money_clear(amounts[i]);
    for (size_t i = 0; i < WB_LEVELS_MAX; i++) {
        wb_rate_clear(&model->levels[i].level);
        wb_rate_clear(&model->fund_levels[i].level);
        wb_money_clear(&model->exceed[i]);
    }
    wb_rate_clear(&model->interest);
    wb_rate_clear(&model->support_interest);
    wb_rate_clear(&model->grant_share);
    wb_rate_clear(&model->support_cap);
    wb_distribution_clear(&model->lgd);
    for (uint32_t t = 0; model->backstop_limit != NULL && t < model->step_count; t++)
        wb_money_clear(&model->backstop_limit[t]);
    free(model->backstop_limit);
    free(model->backstop_unlimited);
    free(model->backstop_stressed);
    for (uint32_t t = 0; model->interest_at != NULL && t < model->step_count; t++)
        wb_rate_clear(&model->interest_at[t]);
    free(model->interest_at);
    for (uint32_t t = 0; model->opening_due != NULL && t < model->step_count; t++)
        wb_money_clear(&model->opening_due[t]);
    free(model->opening_due);
}

static void free_stresses(wb_model *model)
{
    for (uint32_t i = 0; i < model->arrears_count; i++)
        wb_arrears_clear(&model->arrears[i]);
    for (uint32_t i = 0; i < model->effect_count; i++)
        wb_effect_clear(&model->effects[i]);
    for (uint32_t i = 0; i < model->merger_count; i++)
        free(model->mergers[i].members);
    free(model->arrears);
    free(model->effects);
    free(model->mergers);
    for (uint32_t i = 0; i < model->phase_count; i++) {
        free(model->phases[i].pd);
        free(model->phases[i].effect);
    }
    free(model->phases);
    free(model->forced);
}

void wb_model_free(wb_model *model)
{
    if (model == NULL) return;
    free_amounts(model);
    for (uint32_t i = 0; i < model->provider_count; i++)
        wb_provider_clear(&model->providers[i]);
    for (uint32_t i = 0; i < model->class_count; i++)
        wb_class_clear(&model->classes[i]);
    for (uint32_t i = 0; i < model->contribution_count; i++)
        wb_contribution_clear(&model->contributions[i], model->step_count, model->party_count);
    for (uint32_t i = 0; i < model->party_count; i++)
        wb_paying_party_clear(&model->parties[i]);
    for (uint32_t i = 0; i < model->cluster_count; i++) {
        free(model->clusters[i].id);
        free(model->clusters[i].members);
    }
    free_stresses(model);
    free_names(model->groups, model->group_count);
    free_names(model->regions, model->region_count);
    free_names(model->segments, model->segment_count);
    free(model->providers);
    free(model->classes);
    free(model->contributions);
    free(model->clusters);
    free(model->parties);
    free(model->opening_provider);
    free(model->opening_step);
    free(model->name);
    wb_opening_clear(&model->opening);
    free(model);
}
