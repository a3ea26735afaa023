/* tilt.c - storage of tilts, and what is worked out once per tilt: see tilt.h. */
#include "sim/tilt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

bool wb_tilt_init(wb_tilt *tilt, const wb_draw_plan *plan, uint32_t step_end)
{
    const wb_model *model = plan->plan->model;
    assert(step_end >= 1 && step_end <= model->step_count);
    memset(tilt, 0, sizeof *tilt);
    tilt->step_end = step_end;
    tilt->steps_per_year = model->steps_per_year;
    tilt->years = model->years;
    tilt->factor_count = plan->factor_count;
    tilt->provider_count = model->provider_count;
    tilt->mixing = 1.0;
    tilt->spread = 1.0;
    const size_t providers = (size_t)model->provider_count + 1;
    tilt->shift = calloc((size_t)model->years * plan->factor_count, sizeof *tilt->shift);
    tilt->direction = calloc(plan->factor_count, sizeof *tilt->direction);
    tilt->log_odds = calloc(providers, sizeof *tilt->log_odds);
    tilt->tracked = calloc(providers, sizeof *tilt->tracked);
    if (tilt->shift != NULL && tilt->direction != NULL && tilt->log_odds != NULL &&
        tilt->tracked != NULL) {
        return true;
    }
    wb_tilt_clear(tilt);
    return false;
}

void wb_tilt_copy(wb_tilt *to, const wb_tilt *from)
{
    assert(to->provider_count == from->provider_count && to->factor_count == from->factor_count);
    const wb_tilt own = *to;
    *to = *from;
    to->shift = own.shift;
    to->direction = own.direction;
    to->log_odds = own.log_odds;
    to->tracked = own.tracked;
    memcpy(to->shift, from->shift, (size_t)from->years * from->factor_count * sizeof *from->shift);
    memcpy(to->direction, from->direction, from->factor_count * sizeof *from->direction);
    memcpy(to->log_odds, from->log_odds, from->provider_count * sizeof *from->log_odds);
    memcpy(to->tracked, from->tracked, from->provider_count * sizeof *from->tracked);
}

void wb_tilt_clear(wb_tilt *tilt)
{
    free(tilt->shift);
    free(tilt->direction);
    free(tilt->log_odds);
    free(tilt->tracked);
    memset(tilt, 0, sizeof *tilt);
}

/* ---- classes ---- */

static bool class_equal(const wb_tilt_class *x, const wb_tilt_class *y)
{
    return memcmp(x->row, y->row, sizeof x->row) == 0 && !(x->log_odds < y->log_odds) &&
           !(x->log_odds > y->log_odds);
}

/* The class of an entry, new or not. Looks at the latest ones first: equal providers often stand
 * together, and where all differ a longer search would not pay. */
static uint32_t class_find(wb_tilt_block *block, const wb_tilt_class *wanted)
{
    enum { SEARCH = 64 };
    const uint32_t end = block->class_count;
    for (uint32_t c = end; c-- > 0 && end - c <= SEARCH;) {
        if (class_equal(&block->classes[c], wanted)) return c;
    }
    block->classes[block->class_count] = *wanted;
    return block->class_count++;
}

/* Odds are kept for the classes of several providers only. */
static void slots_make(wb_tilt_block *block, const uint32_t *members)
{
    block->slot_count = 1;
    for (uint32_t c = 0; c < block->class_count; c++)
        block->classes[c].slot = members[c] > 1 ? block->slot_count++ : 0;
}

static bool block_make(wb_tilt_block *to, const wb_tilt *tilt, const wb_draw_block *from)
{
    const size_t most = (size_t)from->entry_count + 1;
    uint32_t *members = calloc(most, sizeof *members);
    to->class_of = calloc(most, sizeof *to->class_of);
    to->classes = calloc(most, sizeof *to->classes);
    const bool complete = to->class_of != NULL && to->classes != NULL && members != NULL;
    for (uint32_t e = 0; complete && e < from->entry_count; e++) {
        const wb_draw_entry *entry = &from->entries[e];
        to->class_of[e] = WB_NONE;
        if (!tilt->tracked[entry->provider]) continue;
        wb_tilt_class wanted = {.log_odds = tilt->log_odds[entry->provider]};
        memcpy(wanted.row, entry->row, sizeof wanted.row);
        to->class_of[e] = class_find(to, &wanted);
        members[to->class_of[e]]++;
    }
    if (complete) slots_make(to, members);
    free(members);
    return complete;
}

wb_tilt_plan *wb_tilt_plan_new(const wb_tilt *tilt, const wb_draw_plan *draw_plan)
{
    wb_tilt_plan *plan = calloc(1, sizeof *plan);
    if (plan == NULL) return NULL;
    plan->tilt = tilt;
    plan->block_count = (tilt->step_end + WB_BLOCK_STEPS - 1) / WB_BLOCK_STEPS;
    plan->blocks = calloc(plan->block_count, sizeof *plan->blocks);
    bool complete = plan->blocks != NULL;
    for (uint32_t b = 0; complete && b < plan->block_count; b++) {
        wb_tilt_block *block = &plan->blocks[b];
        const wb_draw_block *from = &draw_plan->blocks[b];
        uint32_t same = b;
        for (uint32_t i = 0; i < b && same == b; i++) {
            if (draw_plan->blocks[i].entries == from->entries) same = i;
        }
        if (same < b) {
            *block = plan->blocks[same];
            block->shared = true;
        } else {
            complete = block_make(block, tilt, from);
        }
        if (block->slot_count > plan->slot_most) plan->slot_most = block->slot_count;
    }
    if (complete) return plan;
    wb_tilt_plan_free(plan);
    return NULL;
}

void wb_tilt_plan_free(wb_tilt_plan *plan)
{
    if (plan == NULL) return;
    for (uint32_t b = 0; plan->blocks != NULL && b < plan->block_count; b++) {
        if (plan->blocks[b].shared) continue;
        free(plan->blocks[b].class_of);
        free(plan->blocks[b].classes);
    }
    free(plan->blocks);
    free(plan);
}

/* ---- of one thread ---- */

bool wb_tilt_draws_init(wb_tilt_draws *draws, const wb_tilt_plan *plan, bool record)
{
    const wb_tilt *tilt = plan->tilt;
    memset(draws, 0, sizeof *draws);
    draws->plan = plan;
    const size_t slots = (size_t)plan->slot_most + 1;
    const size_t providers = (size_t)tilt->provider_count + 1;
    draws->distressed = calloc(providers, sizeof *draws->distressed);
    draws->odds = calloc(slots * WB_BLOCK_STEPS, sizeof *draws->odds);
    draws->done = calloc(slots, sizeof *draws->done);
    bool complete = draws->distressed != NULL && draws->odds != NULL && draws->done != NULL;
    if (record) {
        draws->innovations =
            calloc((size_t)tilt->years * tilt->factor_count * WB_LANES, sizeof *draws->innovations);
        draws->squares = calloc(WB_LANES, sizeof *draws->squares);
        draws->hazard = calloc(providers * WB_LANES, sizeof *draws->hazard);
        complete = complete && draws->innovations != NULL && draws->squares != NULL &&
                   draws->hazard != NULL;
    }
    if (complete) return true;
    wb_tilt_draws_clear(draws);
    return false;
}

void wb_tilt_draws_clear(wb_tilt_draws *draws)
{
    free(draws->distressed);
    free(draws->odds);
    free(draws->done);
    free(draws->innovations);
    free(draws->squares);
    free(draws->hazard);
    memset(draws, 0, sizeof *draws);
}

void wb_tilt_draws_begin(wb_tilt_draws *draws, uint64_t path_first)
{
    const wb_tilt *tilt = draws->plan->tilt;
    for (uint32_t l = 0; l < WB_LANES; l++) {
        draws->moved[l] = (path_first + l) % WB_NOMINAL_EVERY == 0 ? 0.0 : 1.0;
        draws->log_ratio[l] = 0.0;
        draws->theta[l] = 1.0;
        draws->product[l] = 1.0;
    }
    draws->product_count = 0;
    memset(draws->distressed, 0, tilt->provider_count * sizeof *draws->distressed);
    if (draws->innovations == NULL) return;
    memset(draws->innovations, 0,
           (size_t)tilt->years * tilt->factor_count * WB_LANES * sizeof *draws->innovations);
    memset(draws->squares, 0, WB_LANES * sizeof *draws->squares);
    memset(draws->hazard, 0, (size_t)tilt->provider_count * WB_LANES * sizeof *draws->hazard);
}
