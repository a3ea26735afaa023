/* scenario_stress.c - stresses as numbers: from natural terms to margins, and to probabilities. */
#include "sim/scenario_stress.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"
#include "waarborg/numeric.h"

_Static_assert(WB_STRESSES_MAX <= 64, "a mask of 64 bits names the stresses in force");

enum { PAYMENT_DAYS_USUAL = 30, DAYS_OF_YEAR = 365 };

const wb_margin_key wb_margin_keys[WB_MARGIN_KEYS] = {
    {"tariff", -1, {"cost_follow", NULL}, true},
    {"indexation", -1, {"wage_share", NULL}, false},
    {"wages", 1, {"wage_share", NULL}, false},
    {"volume", -1, {"fixed_share", NULL}, false},
    {"occupancy", -1, {"fixed_share", NULL}, false},
    {"hired", 1, {"hired_premium", "wage_share"}, false},
    {"productivity", -1, {NULL, NULL}, false},
    {"margin", -1, {NULL, NULL}, false},
};

static bool read_key(wb_rate *value, const wb_node *stress, const char *name)
{
    char path[WB_FIELD_MAX];
    (void)snprintf(path, sizeof path, "stress[].%s", name);
    return wb_read_rate(value, stress, path);
}

bool wb_margin_loss(wb_rate *loss, const wb_node *stress, uint32_t k)
{
    const wb_margin_key *key = &wb_margin_keys[k];
    wb_rate_set_ratio(loss, 0, 1);
    if (!read_key(loss, stress, key->name)) return false;
    if (key->sign < 0) mpq_neg(loss->ratio, loss->ratio);
    wb_rate share;
    wb_rate one;
    wb_rate_init(&share);
    wb_rate_init(&one);
    wb_rate_set_ratio(&one, 1, 1);
    for (size_t i = 0; i < 2 && key->shares[i] != NULL; i++) {
        const bool known = read_key(&share, stress, key->shares[i]);
        assert(known);
        (void)known;
        if (key->rest) mpq_sub(share.ratio, one.ratio, share.ratio);
        mpq_mul(loss->ratio, loss->ratio, share.ratio);
    }
    wb_rate_clear(&share);
    wb_rate_clear(&one);
    return true;
}

static void read_margin(wb_stress *stress)
{
    wb_rate part;
    wb_rate_init(&part);
    for (uint32_t k = 0; k < WB_MARGIN_KEYS; k++) {
        if (!wb_margin_loss(&part, stress->node, k)) continue;
        stress->has_margin = true;
        mpq_add(stress->loss.ratio, stress->loss.ratio, part.ratio);
    }
    wb_rate_clear(&part);
}

static void read_effect(wb_stress *stress)
{
    const wb_node *node = stress->node;
    wb_effect *effect = &stress->effect;
    uint64_t days = 0;
    effect->has_months = wb_read_rate(&effect->months, node, "stress[].support_months");
    stress->has_lgd = wb_read_rate(&effect->lgd_add, node, "stress[].lgd_add");
    stress->has_extra = wb_read_number(&days, node, "stress[].payment_days");
    if (days > PAYMENT_DAYS_USUAL) {
        wb_rate_set_ratio(&effect->extra, (int64_t)days - PAYMENT_DAYS_USUAL, DAYS_OF_YEAR);
    }
    const wb_node *called = wb_node_child(node, "debt_called");
    wb_rate probability;
    wb_rate_init(&probability);
    stress->has_called = wb_read_rate(&effect->called, called, "stress[].debt_called.share");
    if (wb_read_rate(&probability, called, "stress[].debt_called.probability")) {
        effect->called_probability = wb_rate_double(&probability);
    }
    wb_rate_clear(&probability);
}

static void read_stress(wb_stress *stress, const wb_node *node)
{
    stress->node = node;
    stress->who = wb_node_child(node, "who");
    wb_rate_init(&stress->loss);
    wb_rate_init(&stress->multiplier);
    wb_rate_init(&stress->pd);
    wb_effect_init(&stress->effect);
    wb_rate_set_ratio(&stress->multiplier, 1, 1);
    stress->has_multiplier = wb_read_rate(&stress->multiplier, node, "stress[].pd_multiplier");
    stress->has_pd = wb_read_rate(&stress->pd, node, "stress[].pd");
    read_margin(stress);
    read_effect(stress);
}

void wb_stress_clear(wb_stress *stresses, uint32_t count)
{
    for (uint32_t s = 0; stresses != NULL && s < count; s++) {
        wb_rate_clear(&stresses[s].loss);
        wb_rate_clear(&stresses[s].multiplier);
        wb_rate_clear(&stresses[s].pd);
        wb_effect_clear(&stresses[s].effect);
    }
    free(stresses);
}

bool wb_stress_read(wb_stress **stresses, uint32_t *count, wb_resolver *to)
{
    *count = 0;
    const wb_node *list = wb_node_child(to->scenario->root, "stress");
    *stresses = wb_resolve_array(to, list != NULL ? list->count : 0, sizeof **stresses);
    if (*stresses == NULL) return false;
    const wb_node *first = list != NULL ? list->first : NULL;
    for (const wb_node *item = first; item != NULL; item = item->next) {
        wb_stress *stress = &(*stresses)[(*count)++];
        read_stress(stress, item);
        const wb_node *at = NULL;
        wb_error err = {0};
        if (wb_horizon_window(&stress->first, &stress->end, &at, &to->horizon, item, &err) ==
            WB_OK) {
            continue;
        }
        char field[WB_FIELD_MAX];
        (void)snprintf(field, sizeof field, "stress[%u]", (unsigned)*count - 1);
        wb_node_report(at, false, field, &err, to->list);
        to->failed = true;
    }
    return !to->failed;
}

bool wb_stress_shifts(const wb_stress *stress)
{
    return stress->has_margin || stress->has_multiplier || stress->has_pd;
}

bool wb_stress_affects(const wb_stress *stress)
{
    return stress->effect.has_months || stress->has_lgd || stress->has_extra || stress->has_called;
}

uint64_t wb_stress_hits(const wb_stress *stresses, uint32_t count, const wb_provider_row *row)
{
    uint64_t mask = 0;
    for (uint32_t s = 0; s < count; s++) {
        const bool matters = wb_stress_shifts(&stresses[s]) || wb_stress_affects(&stresses[s]);
        if (matters && wb_tables_hit(row, stresses[s].who)) mask |= UINT64_C(1) << s;
    }
    return mask;
}

uint64_t wb_stress_in_force(const wb_stress *stresses, uint32_t count, uint32_t step)
{
    uint64_t mask = 0;
    for (uint32_t s = 0; s < count; s++) {
        if (step >= stresses[s].first && step < stresses[s].end) mask |= UINT64_C(1) << s;
    }
    return mask;
}

static bool is_in(uint64_t mask, uint32_t s)
{
    return (mask >> s & 1) != 0;
}

wb_stressed wb_stress_probability(double pd, const wb_stress *stresses, uint64_t mask,
                                  const wb_rate *margin_sd)
{
    wb_stressed out = {.base = pd};
    wb_rate sum;
    wb_rate product;
    wb_rate_init(&sum);
    wb_rate_init(&product);
    wb_rate_set_ratio(&product, 1, 1);
    for (uint32_t s = 0; s < WB_STRESSES_MAX; s++) {
        if (!is_in(mask, s)) continue;
        mpq_add(sum.ratio, sum.ratio, stresses[s].loss.ratio);
        mpq_mul(product.ratio, product.ratio, stresses[s].multiplier.ratio);
        if (stresses[s].has_pd) out.base = wb_rate_double(&stresses[s].pd);
    }
    out.loss = wb_rate_double(&sum);
    const bool moves = mpq_sgn(sum.ratio) != 0 && out.base > 0.0 && out.base < 1.0;
    mpq_div(sum.ratio, sum.ratio, margin_sd->ratio);
    out.shift = wb_rate_double(&sum);
    out.shifted = moves ? wb_normal_cdf(wb_normal_quantile(out.base) + out.shift) : out.base;
    out.multiplier = wb_rate_double(&product);
    out.pd = out.shifted;
    if (mpq_cmp_ui(product.ratio, 1, 1) != 0) out.pd *= out.multiplier;
    if (!(out.pd < 1.0)) out.pd = 1.0;
    wb_rate_clear(&sum);
    wb_rate_clear(&product);
    return out;
}

void wb_stress_combine(wb_effect *effect, const wb_stress *stresses, uint64_t mask)
{
    for (uint32_t s = 0; s < WB_STRESSES_MAX; s++) {
        if (!is_in(mask, s)) continue;
        const wb_stress *stress = &stresses[s];
        mpq_add(effect->lgd_add.ratio, effect->lgd_add.ratio, stress->effect.lgd_add.ratio);
        if (stress->effect.has_months) {
            effect->has_months = true;
            wb_rate_set(&effect->months, &stress->effect.months);
        }
        if (stress->has_extra) wb_rate_set(&effect->extra, &stress->effect.extra);
        if (stress->has_called) {
            wb_rate_set(&effect->called, &stress->effect.called);
            effect->called_probability = stress->effect.called_probability;
        }
    }
}

void wb_resolve_stress(wb_resolver *to)
{
    wb_stress *stresses = NULL;
    uint32_t count = 0;
    if (wb_stress_read(&stresses, &count, to)) {
        wb_resolve_phases(to, stresses, count);
        if (!to->failed) wb_resolve_forced(to, stresses, count);
        if (!to->failed) wb_resolve_mergers(to, stresses, count);
        if (!to->failed) wb_resolve_payments(to, stresses, count);
    }
    wb_stress_clear(stresses, count);
}
