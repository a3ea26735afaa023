/* sim_static.c - see sim_static.h. */
#include "tests/sim_static.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/numeric.h"

static void *must(void *memory)
{
    if (memory == NULL) abort();
    return memory;
}

static void set_levels(wb_model *model)
{
    static const char *const levels[] = {"0.9", "0.95"};
    for (size_t l = 0; l < 2; l++) {
        wb_level *level = &model->levels[model->level_count++];
        (void)snprintf(level->text, sizeof level->text, "%s", levels[l]);
        wb_rate_set_ratio(&level->level, l == 0 ? 9 : 19, l == 0 ? 10 : 20);
    }
}

/* The scenario's LGD: two or three values, in hundredths, with weights of tenths. */
static void set_table(wb_model *model, sim_stream *random)
{
    wb_distribution *lgd = &model->lgd;
    lgd->shape = WB_SHAPE_TABLE;
    lgd->count = 2 + (uint32_t)sim_below(random, 2);
    lgd->values = must(calloc(lgd->count, sizeof *lgd->values));
    lgd->weights = must(calloc(lgd->count, sizeof *lgd->weights));
    int64_t weight = 10, value = 0;
    for (uint32_t k = 0; k < lgd->count; k++) {
        const int64_t left = (int64_t)lgd->count - 1 - k; /* each at least a tenth */
        const int64_t own =
            left == 0 ? weight : 1 + (int64_t)sim_below(random, (uint64_t)(weight - left));
        weight -= own;
        value += 10 * (int64_t)sim_below(random, 4);
        wb_rate_init(&lgd->values[k]);
        wb_rate_init(&lgd->weights[k]);
        wb_rate_set_ratio(&lgd->values[k], value, 100);
        wb_rate_set_ratio(&lgd->weights[k], own, 10);
    }
}

static wb_name *names(const char *prefix, uint32_t count)
{
    wb_name *list = must(calloc(count, sizeof *list));
    for (uint32_t i = 0; i < count; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%s%u", prefix, (unsigned)i);
        list[i] = (wb_name){.id = must(strdup(id)), .index = wb_draw_index(id)};
    }
    return list;
}

static double share(sim_stream *random, double most)
{
    return most * (double)(1 + sim_below(random, 999)) / 1000.0;
}

static void load_factors(wb_provider *provider, sim_stream *random, unsigned dependence)
{
    const bool region = (dependence & SIM_STATIC_REGION) != 0;
    const bool segment = (dependence & SIM_STATIC_SEGMENT) != 0;
    if (region) provider->region = (uint32_t)sim_below(random, 3);
    if (segment) provider->segment = (uint32_t)sim_below(random, 3);
    if ((dependence & SIM_STATIC_NATIONAL) != 0 && !sim_chance(random, 15)) {
        provider->loading_national = sqrt(share(random, 0.5));
        if (sim_chance(random, 10)) provider->loading_national *= -1.0;
    }
    if (region && (!segment || sim_chance(random, 50))) {
        provider->loading_region = sqrt(share(random, 0.3));
    } else if (segment) {
        provider->loading_segment = sqrt(share(random, 0.3));
    }
    provider->residual = sqrt(1.0 - provider->loading_national * provider->loading_national -
                              provider->loading_region * provider->loading_region -
                              provider->loading_segment * provider->loading_segment);
}

/* A stress on LGD that hits some of them. */
static void add_effects(wb_model *model, sim_stream *random)
{
    model->effect_count = 2;
    model->effects = must(calloc(2, sizeof *model->effects));
    wb_effect_init(&model->effects[0]);
    wb_effect_init(&model->effects[1]);
    wb_rate_set_ratio(&model->effects[1].lgd_add, 1 + (int64_t)sim_below(random, 6), 10);
    model->phases[0].effect = must(calloc(model->provider_count + 1, sizeof(uint32_t)));
    for (uint32_t i = 0; i < model->provider_count; i++)
        model->phases[0].effect[i] = (uint32_t)sim_below(random, 2);
}

wb_model *sim_static_random(uint64_t seed, uint32_t providers, unsigned dependence)
{
    sim_stream random = {.state = seed};
    const uint32_t count = 1 + (uint32_t)sim_below(&random, providers);
    wb_model *model = sim_model_new(1, 1, count);
    static const int64_t units[] = {1, 7, 100, 2500, 100000};
    const int64_t unit = units[sim_below(&random, 5)];
    const uint32_t class_ = sim_add_class(model, 1, 10 * (uint32_t)sim_below(&random, 11));
    set_table(model, &random);
    model->region_count = (dependence & SIM_STATIC_REGION) != 0 ? 3 : 0;
    model->segment_count = (dependence & SIM_STATIC_SEGMENT) != 0 ? 3 : 0;
    if (model->region_count > 0) model->regions = names("r", 3);
    if (model->segment_count > 0) model->segments = names("s", 3);
    if ((dependence & SIM_STATIC_T) != 0) {
        model->degrees_of_freedom = 3 + (uint32_t)sim_below(&random, 12);
    }
    if ((dependence & SIM_STATIC_LGD_RHO) != 0) model->lgd_rho = share(&random, 0.6);
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        wb_provider *provider = &model->providers[i];
        const int64_t amount = unit * (10 * (int64_t)sim_below(&random, 12));
        model->phases[0].pd[i] = share(&random, sim_chance(&random, 20) ? 0.99 : 0.30);
        sim_set(&provider->amount, amount);
        sum += amount;
        load_factors(provider, &random, dependence);
        provider->eligible = !sim_chance(&random, 8);
        if (sim_chance(&random, 50)) {
            provider->pays = WB_PAYS_EXPOSURE;
            if (sim_chance(&random, 40)) provider->class_ = class_;
        }
        if (sim_chance(&random, 8)) sim_add_forced(model, 0, i, sim_chance(&random, 50));
    }
    if (sim_chance(&random, 30)) add_effects(model, &random);
    sim_set(&model->opening.cash, sum);
    set_levels(model);
    for (uint32_t e = 0; e < 4; e++)
        sim_set(&model->exceed[model->exceed_count++], sum * e / 5);
    return model;
}
