/* scenario_phase.c - stresses on providers as stretches of steps: probabilities, effects, force. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"
#include "sim/scenario_stress.h"

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

static void fill_probabilities(wb_resolver *to, wb_phase *phase, const wb_stress *stresses,
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
            cache[used++] =
                (cached){mask, pd, wb_stress_probability(pd, stresses, mask, &margin_sd).pd};
        }
        phase->pd[i] = cache[c].stressed;
    }
    wb_rate_clear(&margin_sd);
}

/* The effects found so far, each with the stresses it comes from; number 0 is that of none. */
typedef struct found_effects {
    uint64_t masks[WB_EFFECTS_MAX];
    uint32_t last; /* the number found last: neighbours are often alike */
} found_effects;

/* The number of the effect of these stresses, made when it is new; 0 and failed when there is no
 * room. */
static uint32_t effect_of(wb_resolver *to, found_effects *found, const wb_stress *stresses,
                          uint64_t mask)
{
    wb_model *model = to->model;
    if (found->masks[found->last] == mask) return found->last;
    for (uint32_t e = 0; e < model->effect_count; e++) {
        if (found->masks[e] == mask) return found->last = e;
    }
    if (model->effect_count == WB_EFFECTS_MAX) {
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_TOO_LARGE, "stresses meet in more than %d ways", WB_EFFECTS_MAX);
        wb_error_hint(&err, "let fewer of them overlap that change what is asked or lost");
        wb_node_report(wb_node_child(to->scenario->root, "stress"), true, NULL, &err, to->list);
        to->failed = true;
        return 0;
    }
    const uint32_t e = model->effect_count++;
    wb_effect_init(&model->effects[e]);
    wb_stress_combine(&model->effects[e], stresses, mask);
    found->masks[e] = mask;
    return found->last = e;
}

/* Which effect each provider is under; nothing where there is none in the whole phase. */
static void fill_effects(wb_resolver *to, wb_phase *phase, found_effects *found,
                         const wb_stress *stresses, const uint64_t *hits, uint64_t in_force)
{
    bool any = false;
    for (uint32_t i = 0; i < to->model->provider_count && !any; i++)
        any = (hits[i] & in_force) != 0;
    if (!any) return;
    phase->effect = wb_resolve_array(to, to->model->provider_count, sizeof *phase->effect);
    for (uint32_t i = 0; i < to->model->provider_count && !to->failed; i++)
        phase->effect[i] = effect_of(to, found, stresses, hits[i] & in_force);
}

/* The stresses that change what is asked or lost, as bits. */
static uint64_t affecting(const wb_stress *stresses, uint32_t count)
{
    uint64_t mask = 0;
    for (uint32_t s = 0; s < count; s++) {
        if (wb_stress_affects(&stresses[s])) mask |= UINT64_C(1) << s;
    }
    return mask;
}

/* The first step after `step` in which a stress on providers begins or ends. */
static uint32_t next_change(const wb_stress *stresses, uint32_t count, uint32_t step, uint32_t end)
{
    for (uint32_t s = 0; s < count; s++) {
        if (!wb_stress_shifts(&stresses[s]) && !wb_stress_affects(&stresses[s])) continue;
        if (stresses[s].first > step && stresses[s].first < end) end = stresses[s].first;
        if (stresses[s].end > step && stresses[s].end < end) end = stresses[s].end;
    }
    return end;
}

static void fill_phases(wb_resolver *to, const wb_stress *stresses, uint32_t count,
                        const uint64_t *hits, found_effects *found)
{
    wb_model *model = to->model;
    const uint64_t affects = affecting(stresses, count);
    for (uint32_t first = 0; first < model->step_count && !to->failed;) {
        wb_phase *phase = &model->phases[model->phase_count];
        phase->step_first = first;
        phase->step_end = next_change(stresses, count, first, model->step_count);
        phase->pd = wb_resolve_array(to, model->provider_count, sizeof *phase->pd);
        if (phase->pd == NULL) break;
        model->phase_count++;
        const uint64_t in_force = wb_stress_in_force(stresses, count, first);
        fill_probabilities(to, phase, stresses, hits, in_force);
        if (affects != 0) fill_effects(to, phase, found, stresses, hits, in_force & affects);
        first = phase->step_end;
    }
}

void wb_resolve_phases(wb_resolver *to, const wb_stress *stresses, uint32_t count)
{
    wb_model *model = to->model;
    uint64_t *hits = wb_resolve_array(to, model->provider_count, sizeof *hits);
    found_effects *found = wb_resolve_array(to, 1, sizeof *found);
    model->phases = wb_resolve_array(to, 2 * (size_t)count + 1, sizeof *model->phases);
    if (!to->failed && affecting(stresses, count) != 0) {
        model->effects = wb_resolve_array(to, WB_EFFECTS_MAX, sizeof *model->effects);
        if (model->effects != NULL) wb_effect_init(&model->effects[model->effect_count++]);
    }
    for (uint32_t i = 0; i < model->provider_count && !to->failed; i++)
        hits[i] = wb_stress_hits(stresses, count, to->rows[i]);
    if (!to->failed) fill_phases(to, stresses, count, hits, found);
    free(found);
    free(hits);
}

enum { FORCED_NOT, FORCED_DISTRESS, FORCED_FAILURE };

/* Mark the cells (step, provider) that the stress forces. */
static void mark_forced(const wb_resolver *to, const wb_stress *stress, unsigned char kind,
                        unsigned char *grid)
{
    const size_t width = to->model->provider_count;
    for (size_t i = 0; i < width; i++) {
        if (!wb_tables_hit(to->rows[i], stress->who)) continue;
        for (size_t t = stress->first; t < stress->end; t++) {
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

void wb_resolve_forced(wb_resolver *to, const wb_stress *stresses, uint32_t count)
{
    const size_t cells = (size_t)to->model->step_count * to->model->provider_count;
    unsigned char *grid = wb_resolve_array(to, cells, 1);
    if (grid == NULL) return;
    for (uint32_t s = 0; s < count; s++) {
        uint32_t kind = 0;
        if (!wb_read_choice(&kind, stresses[s].node, "stress[].force")) continue;
        mark_forced(to, &stresses[s], kind == 0 ? FORCED_DISTRESS : FORCED_FAILURE, grid);
    }
    list_forced(to, grid, cells);
    free(grid);
}
