/* plan64_effects.c - effects of stresses in int64: asks, calls of loans, LGD with lgd_add. */
#include <assert.h>
#include <stdlib.h>

#include "sim/plan64_parts.h"

/* out = base + add, held within 0 and 1: an LGD under stress, exactly. */
static void added_rate(wb_rate *out, const wb_rate *base, const wb_rate *add)
{
    mpq_add(out->ratio, base->ratio, add->ratio);
    if (mpq_sgn(out->ratio) < 0) mpq_set_ui(out->ratio, 0, 1);
    if (mpq_cmp_ui(out->ratio, 1, 1) > 0) mpq_set_ui(out->ratio, 1, 1);
}

static bool adds(const wb_effect *effect)
{
    return mpq_sgn(effect->lgd_add.ratio) != 0;
}

/* ---- do the rates fit ---- */

static bool lgd_fits(const wb_distribution *lgd, const wb_rate *add, wb_rate *scratch)
{
    const wb_rate *const ends[] = {&lgd->low, &lgd->base};
    bool fits = true;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        added_rate(scratch, ends[i], add);
        fits = fits && wb_plan64_rate_fits(scratch);
    }
    for (uint32_t i = 0; i < lgd->count; i++) {
        added_rate(scratch, &lgd->values[i], add);
        fits = fits && wb_plan64_rate_fits(scratch);
    }
    return fits;
}

bool wb_plan64_effects_fit(const wb_model *model)
{
    bool fits = true;
    wb_rate sum;
    wb_rate_init(&sum);
    const wb_rate *before = NULL;
    for (uint32_t e = 0; e < model->effect_count; e++) {
        const wb_effect *effect = &model->effects[e];
        fits = fits && wb_plan64_rate_fits(&effect->months) &&
               wb_plan64_rate_fits(&effect->extra) && wb_plan64_rate_fits(&effect->called);
        const wb_rate *add = &effect->lgd_add;
        if (!adds(effect) || (before != NULL && wb_rate_compare(before, add) == 0)) continue;
        before = add;
        fits = fits && lgd_fits(&model->lgd, add, &sum);
        for (uint32_t c = 0; fits && c < model->class_count; c++)
            fits = lgd_fits(&model->classes[c].lgd, add, &sum);
    }
    wb_rate_clear(&sum);
    return fits;
}

/* ---- making them ---- */

/* The shape of an LGD with something added to all it can yield. */
static bool add_to(wb_added64 *added, uint32_t s, const wb_plan_shape *from, const wb_rate *add)
{
    wb_shape64 *shape = &added->shapes[s];
    wb_plan_shape *drawn = &added->drawn[s];
    *drawn = *from; /* borrows what it points to */
    drawn->add = wb_rate_double(add);
    shape->shape = drawn;
    shape->values = wb_plan64_array(from->count, sizeof *shape->values);
    if (shape->values == NULL) return false;
    wb_rate sum;
    wb_rate_init(&sum);
    if (from->fixed != NULL) {
        added_rate(&sum, from->fixed, add);
        shape->fixed = wb_ratio64_of(&sum, 1);
    }
    for (uint32_t i = 0; i < from->count; i++) {
        added_rate(&sum, &from->rates->values[i], add);
        shape->values[i] = wb_ratio64_of(&sum, 1);
    }
    wb_rate_clear(&sum);
    return true;
}

/* The shapes with this much added, made once; NULL without memory. */
static const wb_added64 *added_of(wb_plan64 *plan, const wb_rate *add)
{
    for (uint32_t i = 0; i < plan->added_count; i++) {
        if (wb_rate_compare(plan->added[i].add, add) == 0) return &plan->added[i];
    }
    const wb_plan *from = plan->plan;
    wb_added64 *made = &plan->added[plan->added_count];
    made->add = add;
    made->shapes = wb_plan64_array(from->shape_count, sizeof *made->shapes);
    made->drawn = wb_plan64_array(from->shape_count, sizeof *made->drawn);
    plan->added_count++; /* to be freed from here on */
    if (made->shapes == NULL || made->drawn == NULL) return NULL;
    for (uint32_t s = 0; s < from->shape_count; s++) {
        if (wb_plan64_shape_is_months(plan, s)) continue;
        if (!add_to(made, s, &from->shapes[s], add)) return NULL;
    }
    return made;
}

bool wb_plan64_make_effects(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    plan->effects = wb_plan64_array(model->effect_count, sizeof *plan->effects);
    plan->added = wb_plan64_array(model->effect_count, sizeof *plan->added);
    if (plan->effects == NULL || plan->added == NULL) return false;
    for (uint32_t e = 0; e < model->effect_count; e++) {
        const wb_effect *from = &model->effects[e];
        wb_effect64 *to = &plan->effects[e];
        to->has_months = from->has_months;
        to->months = wb_ratio64_of(&from->months, 12);
        to->extra = wb_ratio64_of(&from->extra, 1);
        to->called = wb_ratio64_of(&from->called, 1);
        to->called_threshold = wb_threshold(from->called_probability);
        if (!adds(from)) continue;
        const wb_added64 *added = added_of(plan, &from->lgd_add);
        if (added == NULL) return false;
        to->shapes = added->shapes;
    }
    return true;
}

/* NULL where a phase changes nothing for anyone. */
const uint32_t *wb_plan64_effect_in(const wb_plan64 *plan, uint32_t t)
{
    const wb_model *model = plan->model;
    const uint32_t *effect = model->phases[plan->plan->phase_of[t]].effect;
    if (effect == NULL || model->effect_count == 0) return NULL;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (effect[i] != 0) return effect;
    }
    return NULL;
}

void wb_plan64_free_effects(wb_plan64 *plan)
{
    for (uint32_t a = 0; a < plan->added_count; a++) {
        wb_added64 *added = &plan->added[a];
        for (uint32_t s = 0; added->shapes != NULL && s < plan->plan->shape_count; s++)
            free(added->shapes[s].values);
        free(added->shapes);
        free(added->drawn);
    }
    free(plan->added);
    free(plan->effects);
}
