/* plan_draw.c - factors, thresholds, cures and drawn shares of one step: docs/model.md, 1 and 3. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/normal.h"
#include "sim/plan_shape.h"

bool wb_plan_shape_init(wb_plan_shape *shape, const wb_distribution *distribution)
{
    memset(shape, 0, sizeof *shape);
    shape->shape = distribution->shape;
    shape->rates = distribution;
    if (distribution->shape == WB_SHAPE_FIXED) {
        shape->fixed = &distribution->base;
        return true;
    }
    if (distribution->shape == WB_SHAPE_TABLE) {
        shape->count = distribution->count;
        shape->cumulative = calloc(distribution->count, sizeof *shape->cumulative);
        if (shape->cumulative == NULL) return false;
        wb_rate sum;
        wb_rate_init(&sum);
        for (uint32_t i = 0; i < distribution->count; i++) {
            mpq_add(sum.ratio, sum.ratio, distribution->weights[i].ratio);
            shape->cumulative[i] = wb_rate_double(&sum);
        }
        wb_rate_clear(&sum);
        return true;
    }
    if (wb_rate_compare(&distribution->low, &distribution->high) == 0) {
        shape->shape = WB_SHAPE_FIXED;
        shape->fixed = &distribution->low;
        return true;
    }
    shape->low = wb_rate_double(&distribution->low);
    shape->high = wb_rate_double(&distribution->high);
    if (distribution->shape == WB_SHAPE_TRIANGULAR) {
        const double base = wb_rate_double(&distribution->base);
        const double span = shape->high - shape->low;
        shape->cut = (base - shape->low) / span;
        shape->rising = span * (base - shape->low);
        shape->falling = span * (shape->high - base);
    }
    return true;
}

const wb_rate *wb_plan_draw(const wb_plan_shape *shape, double u, uint64_t *factor)
{
    double f = 0.0;
    switch (shape->shape) {
    case WB_SHAPE_FIXED: return shape->fixed;
    case WB_SHAPE_TABLE:
        for (uint32_t i = 0; i + 1 < shape->count; i++) {
            if (shape->cumulative[i] >= u) return &shape->rates->values[i];
        }
        return &shape->rates->values[shape->count - 1];
    case WB_SHAPE_UNIFORM: f = shape->low + (shape->high - shape->low) * u; break;
    case WB_SHAPE_TRIANGULAR:
        f = u < shape->cut ? shape->low + sqrt(u * shape->rising)
                           : shape->high - sqrt((1.0 - u) * shape->falling);
        break;
    }
    f = f < shape->low ? shape->low : f;
    f = f > shape->high ? shape->high : f;
    if (shape->add > 0.0 || shape->add < 0.0) {
        f = f + shape->add;
        f = f < 0.0 ? 0.0 : f;
        f = f > 1.0 ? 1.0 : f;
    }
    *factor = (uint64_t)(f * 0x1p32); /* exact product, the conversion is the floor */
    return NULL;
}

static double normal_of(const wb_plan *plan, uint64_t path, uint32_t t, wb_purpose purpose,
                        uint64_t index)
{
    return wb_normal_quantile(wb_draw_uniform(plan->model->seed, path, t, purpose, index));
}

static double factor_next(const wb_plan *plan, uint32_t t, double before, double shock)
{
    return t == 0 ? shock : plan->ar1 * before + plan->innovation * shock;
}

void wb_plan_factors(const wb_plan *plan, uint64_t path, uint32_t t, double *factors)
{
    const wb_model *model = plan->model;
    double *next = factors;
    *next = factor_next(plan, t, *next, normal_of(plan, path, t, WB_DRAW_NATIONAL, 0));
    for (uint32_t r = 0; r < model->region_count; r++) {
        next++;
        *next = factor_next(plan, t, *next,
                            normal_of(plan, path, t, WB_DRAW_REGION, model->regions[r].index));
    }
    for (uint32_t s = 0; s < model->segment_count; s++) {
        next++;
        *next = factor_next(plan, t, *next,
                            normal_of(plan, path, t, WB_DRAW_SEGMENT, model->segments[s].index));
    }
}

double wb_plan_scale(const wb_plan *plan, uint64_t path, uint32_t t)
{
    const uint32_t dof = plan->model->degrees_of_freedom;
    if (dof == 0) return 1.0;
    double sum = 0.0;
    for (uint32_t j = 0; j < dof; j++) {
        const double normal = normal_of(plan, path, t, WB_DRAW_MIXING, j);
        sum = sum + normal * normal;
    }
    return sqrt(sum / (double)dof);
}

uint64_t wb_plan_threshold(const wb_plan *plan, const wb_plan_group *group, const double *factors,
                           double scale)
{
    if (group->fixed) return group->threshold;
    const double *regions = factors + 1;
    const double *segments = regions + plan->model->region_count;
    double x = group->q * scale - group->a * factors[0];
    if (group->region != WB_NONE) x = x - group->b * regions[group->region];
    if (group->segment != WB_NONE) x = x - group->c * segments[group->segment];
    return wb_threshold(wb_normal_cdf(x));
}

double wb_plan_cure(const wb_plan *plan, uint64_t path, uint32_t t, uint64_t index, double z)
{
    const double u = wb_draw_uniform(plan->model->seed, path, t, WB_DRAW_CURE, index);
    if (!(plan->model->cure_rho > 0.0)) return u;
    return wb_normal_cdf(plan->cure_factor * z + plan->cure_own * wb_normal_quantile(u));
}

double wb_plan_lgd(const wb_plan *plan, uint64_t path, uint32_t t, uint64_t index, double z)
{
    const double u = wb_draw_uniform(plan->model->seed, path, t, WB_DRAW_LGD, index);
    if (!(plan->model->lgd_rho > 0.0)) return u;
    return wb_normal_cdf(plan->lgd_own * wb_normal_quantile(u) - plan->lgd_factor * z);
}
