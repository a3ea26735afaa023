/* scenario_stress.c - stresses as what the engine runs: probabilities, forced distress, changes. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"
#include "waarborg/numeric.h"

_Static_assert(WB_STRESSES_MAX <= 64, "a mask of 64 bits names the stresses in force");

void wb_stress_clear(wb_stress_effect *effects, uint32_t count)
{
    for (uint32_t s = 0; effects != NULL && s < count; s++) {
        wb_rate_clear(&effects[s].loss);
        wb_rate_clear(&effects[s].multiplier);
    }
    free(effects);
}

static void read_effect(wb_stress_effect *effect, const wb_node *node)
{
    effect->node = node;
    wb_rate_init(&effect->loss);
    wb_rate_init(&effect->multiplier);
    wb_rate follow;
    wb_rate_init(&follow);
    effect->has_tariff = wb_read_rate(&effect->loss, node, "stress[].tariff");
    if (effect->has_tariff && wb_read_rate(&follow, node, "stress[].cost_follow")) {
        /* -tariff x (1 - follow) = tariff x (follow - 1) */
        wb_rate one;
        wb_rate_init(&one);
        wb_rate_set_ratio(&one, 1, 1);
        mpq_sub(follow.ratio, follow.ratio, one.ratio);
        mpq_mul(effect->loss.ratio, effect->loss.ratio, follow.ratio);
        wb_rate_clear(&one);
    }
    wb_rate_set_ratio(&effect->multiplier, 1, 1);
    effect->has_multiplier = wb_read_rate(&effect->multiplier, node, "stress[].pd_multiplier");
    wb_rate_clear(&follow);
}

bool wb_stress_read(wb_stress_effect **effects, uint32_t *count, wb_resolver *to)
{
    *count = 0;
    const wb_node *list = wb_node_child(to->scenario->root, "stress");
    *effects = wb_resolve_array(to, list != NULL ? list->count : 0, sizeof **effects);
    if (*effects == NULL) return false;
    const wb_node *first = list != NULL ? list->first : NULL;
    for (const wb_node *item = first; item != NULL; item = item->next) {
        wb_stress_effect *effect = &(*effects)[(*count)++];
        read_effect(effect, item);
        const wb_node *at = NULL;
        wb_error err = {0};
        if (wb_horizon_window(&effect->first, &effect->end, &at, &to->horizon, item, &err) ==
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

double wb_stress_probability(double pd, const wb_stress_effect *effects, uint64_t mask,
                             const wb_rate *margin_sd, wb_rate *loss, wb_rate *multiplier)
{
    wb_rate sum;
    wb_rate product;
    wb_rate_init(&sum);
    wb_rate_init(&product);
    wb_rate_set_ratio(&product, 1, 1);
    for (uint32_t s = 0; s < WB_STRESSES_MAX; s++) {
        if ((mask >> s & 1) == 0) continue;
        mpq_add(sum.ratio, sum.ratio, effects[s].loss.ratio);
        mpq_mul(product.ratio, product.ratio, effects[s].multiplier.ratio);
    }
    if (loss != NULL) wb_rate_set(loss, &sum);
    if (multiplier != NULL) wb_rate_set(multiplier, &product);
    double stressed = pd;
    if (mpq_sgn(sum.ratio) != 0 && pd > 0.0 && pd < 1.0) {
        mpq_div(sum.ratio, sum.ratio, margin_sd->ratio);
        stressed = wb_normal_cdf(wb_normal_quantile(pd) + wb_rate_double(&sum));
    }
    if (mpq_cmp_ui(product.ratio, 1, 1) != 0) stressed *= wb_rate_double(&product);
    wb_rate_clear(&sum);
    wb_rate_clear(&product);
    return stressed < 1.0 ? stressed : 1.0;
}

uint64_t wb_stress_hits(const wb_stress_effect *effects, uint32_t count, const wb_provider_row *row)
{
    uint64_t mask = 0;
    for (uint32_t s = 0; s < count; s++) {
        const bool shifts = effects[s].has_tariff || effects[s].has_multiplier;
        const wb_node *who = wb_node_child(effects[s].node, "who");
        if (shifts && wb_tables_hit(row, who)) mask |= UINT64_C(1) << s;
    }
    return mask;
}

uint64_t wb_stress_in_force(const wb_stress_effect *effects, uint32_t count, uint32_t step)
{
    uint64_t mask = 0;
    for (uint32_t s = 0; s < count; s++) {
        if (step >= effects[s].first && step < effects[s].end) mask |= UINT64_C(1) << s;
    }
    return mask;
}

double wb_stress_base(const wb_resolver *to, const wb_provider_row *row)
{
    if (row->has_pd) return wb_rate_double(&row->pd);
    const wb_class_row *class_ = wb_tables_class(&to->scenario->tables, row->class_);
    assert(class_ != NULL);
    return wb_rate_double(&class_->pd);
}

/* Most providers share class and stresses with another, so that few values are computed. */
enum { CACHE_SIZE = 64 };
typedef struct cached {
    uint64_t mask;
    double pd, stressed;
} cached;

static void fill_phase(wb_resolver *to, wb_phase *phase, const wb_stress_effect *effects,
                       const uint64_t *hits, uint64_t in_force)
{
    cached cache[CACHE_SIZE];
    uint32_t used = 0;
    wb_rate margin_sd;
    wb_rate_init(&margin_sd);
    const bool known = wb_read_rate(&margin_sd, to->scenario->root, "margin_sd");
    assert(known);
    (void)known;
    for (uint32_t i = 0; i < to->model->provider_count; i++) {
        const double pd = wb_stress_base(to, to->rows[i]);
        const uint64_t mask = hits[i] & in_force;
        uint32_t c = 0;
        while (c < used && (cache[c].mask != mask || cache[c].pd < pd || cache[c].pd > pd))
            c++;
        if (c == used) {
            if (used == CACHE_SIZE) used = c = 0;
            cache[used++] = (cached){
                mask, pd, wb_stress_probability(pd, effects, mask, &margin_sd, NULL, NULL)};
        }
        phase->pd[i] = cache[c].stressed;
    }
    wb_rate_clear(&margin_sd);
}

static void resolve_phases(wb_resolver *to, const wb_stress_effect *effects, uint32_t count)
{
    wb_model *model = to->model;
    uint64_t *hits = wb_resolve_array(to, model->provider_count, sizeof *hits);
    if (hits == NULL) return;
    for (uint32_t i = 0; i < model->provider_count; i++)
        hits[i] = wb_stress_hits(effects, count, to->rows[i]);
    model->phases = wb_resolve_array(to, 2 * (size_t)count + 1, sizeof *model->phases);
    for (uint32_t first = 0; first < model->step_count && !to->failed;) {
        uint32_t end = model->step_count;
        for (uint32_t s = 0; s < count; s++) {
            if (!effects[s].has_tariff && !effects[s].has_multiplier) continue;
            if (effects[s].first > first && effects[s].first < end) end = effects[s].first;
            if (effects[s].end > first && effects[s].end < end) end = effects[s].end;
        }
        wb_phase *phase = &model->phases[model->phase_count];
        phase->step_first = first;
        phase->step_end = end;
        phase->pd = wb_resolve_array(to, model->provider_count, sizeof *phase->pd);
        if (phase->pd == NULL) break;
        model->phase_count++;
        fill_phase(to, phase, effects, hits, wb_stress_in_force(effects, count, first));
        first = end;
    }
    free(hits);
}

enum { FORCED_NOT, FORCED_DISTRESS, FORCED_FAILURE };

/* Mark the cells (step, provider) that the stress forces. */
static void mark_forced(const wb_resolver *to, const wb_stress_effect *effect, unsigned char kind,
                        unsigned char *grid)
{
    const size_t width = to->model->provider_count;
    const wb_node *who = wb_node_child(effect->node, "who");
    for (size_t i = 0; i < width; i++) {
        if (!wb_tables_hit(to->rows[i], who)) continue;
        for (size_t t = effect->first; t < effect->end; t++) {
            unsigned char *cell = &grid[t * width + i];
            if (*cell < kind) *cell = kind; /* failure goes before distress */
        }
    }
}

static void list_forced(wb_resolver *to, const unsigned char *grid, size_t cells)
{
    wb_model *model = to->model;
    size_t count = 0;
    for (size_t c = 0; c < cells; c++)
        count += grid[c] != FORCED_NOT;
    model->forced = wb_resolve_array(to, count, sizeof *model->forced);
    for (size_t c = 0; c < cells && model->forced != NULL; c++) {
        if (grid[c] == FORCED_NOT) continue;
        model->forced[model->forced_count++] =
            (wb_forced){(uint32_t)(c / model->provider_count),
                        (uint32_t)(c % model->provider_count), grid[c] == FORCED_FAILURE};
    }
}

static void resolve_forced(wb_resolver *to, const wb_stress_effect *effects, uint32_t count)
{
    const size_t cells = (size_t)to->model->step_count * to->model->provider_count;
    unsigned char *grid = wb_resolve_array(to, cells, 1);
    if (grid == NULL) return;
    for (uint32_t s = 0; s < count; s++) {
        uint32_t kind = 0;
        if (!wb_read_choice(&kind, effects[s].node, "stress[].force")) continue;
        mark_forced(to, &effects[s], kind == 0 ? FORCED_DISTRESS : FORCED_FAILURE, grid);
    }
    list_forced(to, grid, cells);
    free(grid);
}

/* due x (1 + change), of every line of the group, in the steps of the stress */
static void resolve_change(wb_resolver *to, const wb_stress_effect *effect)
{
    wb_model *model = to->model;
    const wb_node *map = wb_node_child(effect->node, "contributions");
    const char *group = wb_read_text(map, "stress[].contributions.group");
    if (map == NULL || group == NULL) return;
    wb_rate factor;
    wb_rate one;
    wb_rate_init(&factor);
    wb_rate_init(&one);
    wb_rate_set_ratio(&one, 1, 1);
    const bool known = wb_read_rate(&factor, map, "stress[].contributions.change");
    assert(known);
    (void)known;
    mpq_add(factor.ratio, factor.ratio, one.ratio);
    for (uint32_t k = 0; k < model->contribution_count; k++) {
        wb_contribution *line = &model->contributions[k];
        if (strcmp(model->groups[line->group].id, group) != 0) continue;
        for (uint32_t t = effect->first; t < effect->end; t++)
            mpq_mul(line->change[t].ratio, line->change[t].ratio, factor.ratio);
    }
    wb_rate_clear(&factor);
    wb_rate_clear(&one);
}

/* Of limits that overlap the last listed wins, since stresses are taken in order. */
static void resolve_limit(wb_resolver *to, const wb_stress_effect *effect)
{
    wb_model *model = to->model;
    const wb_node *map = wb_node_child(effect->node, "backstop");
    if (map == NULL) return;
    wb_money limit;
    wb_money_init(&limit);
    const bool unlimited = !wb_read_amount(&limit, map, "stress[].backstop.limit");
    for (uint32_t t = effect->first; t < effect->end; t++) {
        wb_money_set(&model->backstop_limit[t], &limit);
        model->backstop_unlimited[t] = unlimited;
        model->backstop_stressed[t] = true;
    }
    if (unlimited || wb_money_sign(&limit) > 0) model->has_backstop = true;
    wb_money_clear(&limit);
}

void wb_resolve_stress(wb_resolver *to)
{
    wb_stress_effect *effects = NULL;
    uint32_t count = 0;
    if (wb_stress_read(&effects, &count, to)) {
        resolve_phases(to, effects, count);
        resolve_forced(to, effects, count);
        for (uint32_t s = 0; s < count && !to->failed; s++) {
            resolve_change(to, &effects[s]);
            resolve_limit(to, &effects[s]);
        }
    }
    wb_stress_clear(effects, count);
}
