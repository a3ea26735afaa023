/*
 * draw_plan.c - what the draw phase works out once per model, and the exact second look.
 *
 * Why the table bounds the threshold. In float, y = q - a Z - b R - c S and its cell are off by at
 * most 2^-20 (|q| + M (|a| + |b| + |c|) + 16), M a bound on every factor: eight roundings of 2^-24
 * each on terms of at most that size. Each row's q is raised by that amount, so the cell found is
 * the true one or a higher one. With the t copula q is multiplied by a scale s of at most 16.6
 * first, two roundings more: |q| counts 16.6 times, and the raise is added to q s. The limit of a
 * cell is the threshold at its right edge, which no y within it exceeds because Phi increases; two
 * are added for the relative error of 1e-13 of the function as computed (below one unit of 2^-32)
 * and for the rounding down.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/draw.h"

/* Normals of uniforms keep within 8.3, and so does the scale of the t copula; tilted ones (tilt.h)
 * within twice that, but for events of 1e-15. */
static const double normal_most = 16.6;
/* A quantile of t may be beyond a float: far below it all is certain anyway. */
static const double quantile_least = -1e30;

static double absolute(double x)
{
    return x < 0 ? -x : x;
}

/* A bound on the magnitude of every factor at every step. */
static double factor_bound(const wb_plan *plan)
{
    double most = normal_most;
    double now = normal_most;
    for (uint32_t t = 1; t < plan->model->step_count; t++) {
        now = (absolute(plan->ar1) * now + absolute(plan->innovation) * normal_most) * 1.000001;
        most = now > most ? now : most;
    }
    return most;
}

static void bounds(wb_draw_plan *draw)
{
    for (uint32_t i = 0; i < WB_BOUND_CELLS; i++) {
        const double left = i / WB_BOUND_SCALE - WB_BOUND_RANGE;
        const double right = (i + 1) / WB_BOUND_SCALE - WB_BOUND_RANGE;
        const uint64_t high = wb_threshold(wb_normal_cdf(right)) + 2;
        const uint64_t low = wb_threshold(wb_normal_cdf(left));
        draw->upper[i] = high > UINT32_MAX || i + 1 == WB_BOUND_CELLS ? UINT32_MAX : (uint32_t)high;
        draw->lower[i] = low < 2 || i == 0 ? 0 : (uint32_t)(low - 2);
    }
}

/*
 * Lines above 2^32 Phi. Below 0 Phi is convex, so that the chord of a cell lies above it; from 0 on
 * it is concave, so that a tangent does; the line of the last cell is out of reach of any word, for
 * y beyond it is held there. A line is raised by 2^-16 of its largest part and by 16, more than
 * float rounds away; a word compares below 2^32 Phi(y) only if it is at most the line.
 */
static void lines(wb_draw_plan *draw)
{
    for (uint32_t i = 0; i < WB_LINES; i++) {
        const double left = (double)WB_LINE_FIRST + 0.25 * i;
        const double at_left = 0x1p32 * wb_normal_cdf(left);
        const double at_right = 0x1p32 * wb_normal_cdf(left + 0.25);
        double slope = (at_right - at_left) / 0.25;
        double start = at_left - slope * left;
        if (left >= 0) {
            const double middle = left + 0.125;
            const double density = wb_exp(-0.5 * middle * middle) * 0.3989422804014327;
            slope = 0x1p32 * density;
            start = 0x1p32 * wb_normal_cdf(middle) - slope * middle;
        }
        const double size = absolute(start) + absolute(slope) * (absolute(left) + 0.25);
        start += 16 + 0x1p-16 * size;
        draw->line_slope[i] = i + 1 < WB_LINES ? (float)slope : 0;
        draw->line_start[i] = i + 1 < WB_LINES ? (float)start : 0x1p33F;
    }
}

/*
 * Of the two groups of a provider, whose loadings are equal, the one whose threshold is never the
 * lower. The scale s is positive, so that the larger q has the larger argument, rounded or not; a
 * fixed group beside one that is not is certain or impossible.
 */
static const wb_plan_group *higher(const wb_plan_group *x, const wb_plan_group *y)
{
    if (x->fixed && y->fixed) return x->threshold >= y->threshold ? x : y;
    if (x->fixed) return x->threshold > 0 ? x : y;
    if (y->fixed) return y->threshold > 0 ? y : x;
    return x->q >= y->q ? x : y;
}

static void row_set(wb_draw_row *row, const wb_plan_group *calm, const wb_plan_group *raised,
                    const wb_model *model, double most)
{
    const wb_plan_group *group = higher(calm, raised);
    memset(row, 0, sizeof *row);
    row->group = calm;
    row->raised = raised;
    row->fixed = group->fixed;
    /* those of the group that is not fixed, if one is: the second look needs them */
    const wb_plan_group *loaded = calm->fixed ? raised : calm;
    row->region = loaded->region != WB_NONE ? 1 + loaded->region : 0;
    row->segment = loaded->segment != WB_NONE ? 1 + model->region_count + loaded->segment : 0;
    if (group->fixed) {
        /* threshold 0 lets the word 0 through to the second look, which refuses it */
        row->limit = group->threshold > 0 ? (uint32_t)(group->threshold - 1) : 0;
        return;
    }
    const double a = absolute(group->a);
    const double b = group->region != WB_NONE ? absolute(group->b) : 0;
    const double c = group->segment != WB_NONE ? absolute(group->c) : 0;
    const bool mixed = model->degrees_of_freedom > 0;
    const double q = group->q > quantile_least ? group->q : quantile_least;
    const double scale = mixed ? normal_most : 1;
    const double raise = 0x1p-20 * (absolute(q) * scale + most * (a + b + c) + 16);
    row->q = (float)(mixed ? q : q + raise);
    row->raise = (float)raise;
    row->a = (float)group->a;
    row->b = group->region != WB_NONE ? (float)group->b : 0;
    row->c = group->segment != WB_NONE ? (float)group->c : 0;
}

/* The row of provider i in step s: one of a provider like it, or a new one. */
static uint32_t row_of(wb_draw_block *block, const wb_plan *plan, uint32_t s, uint32_t i,
                       double most)
{
    const wb_plan_phase *phase = &plan->phases[block->phase[s]];
    const wb_plan_group *calm = &phase->groups[phase->group_of[i]];
    const wb_plan_group *raised = &phase->groups[phase->raised_of[i]];
    uint32_t r = block->row_first[s];
    while (r < block->row_count &&
           (block->rows[r].group != calm || block->rows[r].raised != raised)) {
        r++;
    }
    if (r == block->row_count) {
        row_set(&block->rows[r], calm, raised, plan->model, most);
        block->row_count++;
    }
    return r;
}

static bool can_be_distressed(const wb_draw_row *row)
{
    return !row->group->fixed || row->group->threshold > 0 || !row->raised->fixed ||
           row->raised->threshold > 0;
}

/* Those that can be distressed in some step of the block; row[s n + i] is that of i in step s. */
static void add_entries(wb_draw_block *block, const wb_model *model, const uint32_t *row)
{
    const size_t n = model->provider_count;
    for (uint32_t i = model->provider_count; i-- > 0;) {
        wb_draw_entry *entry = &block->entries[block->entry_count];
        const uint64_t index = model->providers[i].index;
        entry->provider = i;
        entry->index_low = (uint32_t)index;
        entry->index_high = (uint32_t)(index >> 32) << 16;
        bool possible = false;
        for (uint32_t s = 0; s < block->step_count; s++) {
            entry->row[s] = row[s * n + i];
            possible = possible || can_be_distressed(&block->rows[entry->row[s]]);
        }
        /* past the end of the horizon any row will do: the hit is dropped */
        for (uint32_t s = block->step_count; s < WB_BLOCK_STEPS; s++)
            entry->row[s] = entry->row[0];
        if (possible) block->entry_count++;
    }
}

static bool block_make(wb_draw_block *block, const wb_plan *plan, double most)
{
    const wb_model *model = plan->model;
    const size_t n = model->provider_count > 0 ? model->provider_count : 1;
    uint32_t *row = calloc(WB_BLOCK_STEPS * n, sizeof *row);
    block->rows = calloc(WB_BLOCK_STEPS * n, sizeof *block->rows);
    block->entries = calloc(n, sizeof *block->entries);
    const bool made = row != NULL && block->rows != NULL && block->entries != NULL;
    for (uint32_t s = 0; made && s < block->step_count; s++) {
        block->row_first[s] = block->row_count;
        for (uint32_t i = 0; i < model->provider_count; i++)
            row[s * n + i] = row_of(block, plan, s, i, most);
    }
    if (made) add_entries(block, model, row);
    free(row);
    return made;
}

/* The earlier block whose rows and entries serve this one too, or NULL. */
static const wb_draw_block *same_phases(const wb_draw_plan *draw, uint32_t b)
{
    const wb_draw_block *block = &draw->blocks[b];
    for (uint32_t i = b; i-- > 0;) {
        const wb_draw_block *other = &draw->blocks[i];
        if (other->step_count == block->step_count &&
            memcmp(other->phase, block->phase, sizeof block->phase) == 0) {
            return other;
        }
    }
    return NULL;
}

static bool blocks_make(wb_draw_plan *draw)
{
    const wb_plan *plan = draw->plan;
    const uint32_t steps = plan->model->step_count;
    const double most = factor_bound(plan);
    for (uint32_t b = 0; b < draw->block_count; b++) {
        wb_draw_block *block = &draw->blocks[b];
        const uint32_t left = steps - b * WB_BLOCK_STEPS;
        block->step_count = left < WB_BLOCK_STEPS ? left : WB_BLOCK_STEPS;
        for (uint32_t s = 0; s < block->step_count; s++) {
            block->phase[s] = plan->phase_of[b * WB_BLOCK_STEPS + s];
        }
        const wb_draw_block *same = same_phases(draw, b);
        if (same != NULL) {
            *block = *same;
            block->shared = true;
        } else if (!block_make(block, plan, most)) {
            return false;
        }
        if (block->row_count > draw->row_most) draw->row_most = block->row_count;
        if (block->entry_count > draw->entry_most) draw->entry_most = block->entry_count;
    }
    return true;
}

static void factors_make(wb_draw_plan *draw)
{
    const wb_model *model = draw->plan->model;
    uint32_t f = 0;
    draw->drawn_purpose[f] = WB_DRAW_NATIONAL;
    draw->drawn_index[f++] = 0;
    for (uint32_t r = 0; r < model->region_count; r++) {
        draw->drawn_purpose[f] = WB_DRAW_REGION;
        draw->drawn_index[f++] = model->regions[r].index;
    }
    for (uint32_t g = 0; g < model->segment_count; g++) {
        draw->drawn_purpose[f] = WB_DRAW_SEGMENT;
        draw->drawn_index[f++] = model->segments[g].index;
    }
    for (uint32_t j = 0; j < draw->mixing_count; j++) {
        draw->drawn_purpose[f] = WB_DRAW_MIXING;
        draw->drawn_index[f++] = j;
    }
}

wb_code wb_draw_plan_new(wb_draw_plan **draw_plan, const wb_plan *plan, wb_error *err)
{
    *draw_plan = NULL;
    wb_draw_plan *draw = calloc(1, sizeof *draw);
    if (draw == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the draws");
    draw->plan = plan;
    draw->factor_count = 1 + plan->model->region_count + plan->model->segment_count;
    draw->mixing_count = plan->model->degrees_of_freedom;
    draw->drawn_count = draw->factor_count + draw->mixing_count;
    draw->block_count = (plan->model->step_count + WB_BLOCK_STEPS - 1) / WB_BLOCK_STEPS;
    draw->drawn_purpose = calloc(draw->drawn_count, sizeof *draw->drawn_purpose);
    draw->drawn_index = calloc(draw->drawn_count, sizeof *draw->drawn_index);
    draw->blocks = calloc(draw->block_count, sizeof *draw->blocks);
    if (draw->drawn_purpose == NULL || draw->drawn_index == NULL || draw->blocks == NULL ||
        !blocks_make(draw)) {
        wb_draw_plan_free(draw);
        return wb_fail(err, WB_E_NOMEM, "no memory for the draws");
    }
    factors_make(draw);
    bounds(draw);
    lines(draw);
    *draw_plan = draw;
    return WB_OK;
}

void wb_draw_plan_free(wb_draw_plan *draw_plan)
{
    if (draw_plan == NULL) return;
    for (uint32_t b = 0; draw_plan->blocks != NULL && b < draw_plan->block_count; b++) {
        if (draw_plan->blocks[b].shared) continue;
        free(draw_plan->blocks[b].rows);
        free(draw_plan->blocks[b].entries);
    }
    free(draw_plan->blocks);
    free(draw_plan->drawn_purpose);
    free(draw_plan->drawn_index);
    free(draw_plan);
}

bool wb_draws_init(wb_draws *draws, const wb_draw_plan *plan)
{
    memset(draws, 0, sizeof *draws);
    const size_t steps = plan->plan->model->step_count;
    const size_t size = (size_t)plan->factor_count * WB_LANES;
    const size_t block = (size_t)WB_BLOCK_STEPS * plan->drawn_count * WB_LANES;
    draws->head = calloc(steps * WB_LANES, sizeof *draws->head);
    draws->national = calloc(steps * WB_LANES, sizeof *draws->national);
    draws->factors = calloc(size, sizeof *draws->factors);
    draws->block = calloc(block, sizeof *draws->block);
    draws->block_float = calloc(block, sizeof *draws->block_float);
    draws->limits = calloc(((size_t)plan->row_most + 1) * WB_LANES, sizeof *draws->limits);
    /* more: values are written, up to eight at once, before they are known to be tails */
    draws->tails = calloc(block + WB_LANES, sizeof *draws->tails);
    draws->tail_at = calloc(block + WB_LANES, sizeof *draws->tail_at);
    draws->hits = calloc((size_t)plan->entry_most + 1, sizeof *draws->hits);
    draws->node_room = 4096;
    draws->nodes = calloc(draws->node_room, sizeof *draws->nodes);
    if (draws->head == NULL || draws->national == NULL || draws->factors == NULL ||
        draws->block == NULL || draws->block_float == NULL || draws->limits == NULL ||
        draws->tails == NULL || draws->tail_at == NULL || draws->hits == NULL ||
        draws->nodes == NULL) {
        wb_draws_clear(draws);
        return false;
    }
    return true;
}

void wb_draws_clear(wb_draws *draws)
{
    free(draws->head);
    free(draws->national);
    free(draws->factors);
    free(draws->block);
    free(draws->block_float);
    free(draws->limits);
    free(draws->tails);
    free(draws->tail_at);
    free(draws->hits);
    free(draws->nodes);
    memset(draws, 0, sizeof *draws);
}

/* wb_plan_threshold of a group of the row for one lane of the block's factors, and only as far as
 * needed. */
static bool is_distress(const wb_draws *draws, const wb_draw_plan *plan, const wb_draw_row *row,
                        const wb_plan_group *group, uint32_t s, uint32_t lane, uint32_t word)
{
    if (group->fixed) return word < group->threshold;
    const double *factors = draws->block + (size_t)s * plan->drawn_count * WB_LANES + lane;
    const double q = plan->mixing_count > 0 ? group->q * draws->scale[s][lane] : group->q;
    double y = q - group->a * factors[0];
    if (group->region != WB_NONE) y -= group->b * factors[(size_t)row->region * WB_LANES];
    if (group->segment != WB_NONE) y -= group->c * factors[(size_t)row->segment * WB_LANES];
    if (y >= -WB_BOUND_RANGE && y < WB_BOUND_RANGE) {
        const uint32_t cell = (uint32_t)((y + WB_BOUND_RANGE) * WB_BOUND_SCALE);
        /* the addition may round into the next cell: look one below and one above */
        if (cell > 0 && word < plan->lower[cell - 1]) return true;
        if (cell + 1 < WB_BOUND_CELLS && word > plan->upper[cell + 1]) return false;
    }
    return word < wb_threshold(wb_normal_cdf(y));
}

void wb_draws_candidate(wb_draws *draws, const wb_draw_plan *plan, const wb_draw_block *block,
                        const wb_draw_entry *entry, uint32_t step, uint32_t s, uint32_t lane,
                        uint32_t word)
{
    const wb_draw_row *row = &block->rows[entry->row[s]];
    const bool calm = is_distress(draws, plan, row, row->group, s, lane, word);
    const bool raised = row->raised == row->group
                            ? calm
                            : is_distress(draws, plan, row, row->raised, s, lane, word);
    if (!calm && !raised) return;
    if (draws->node_count + 1 >= draws->node_room) {
        const uint32_t room = 2 * draws->node_room;
        wb_draw_node *nodes = realloc(draws->nodes, room * sizeof *nodes);
        if (nodes == NULL) {
            draws->out_of_memory = true;
            return;
        }
        draws->nodes = nodes;
        draws->node_room = room;
    }
    uint32_t *head = &draws->head[step * WB_LANES + lane];
    draws->nodes[++draws->node_count] = (wb_draw_node){
        .next = *head, .provider = (uint16_t)entry->provider, .calm = calm, .raised = raised};
    *head = draws->node_count;
}
