/* walk64_income.c - step 2 of docs/model.md in int64: interest, contributions with what stresses on
 * payers make of them, costs; and who bore it, for walk64.c. */
#include <assert.h>
#include <string.h>

#include "sim/walk64_internal.h"

/* ---- payers ---- */

void wb_walk64_add_payer(path64 *p, uint32_t i)
{
    const wb_plan64 *plan = p->walk->plan;
    const int64_t *own = plan->slots + (size_t)i * plan->slot_count;
    for (uint32_t s = 0; s < plan->slot_count; s++)
        p->walk->slots[s] += own[s];
}

void wb_walk64_take_payer(path64 *p, uint32_t i)
{
    const wb_plan64 *plan = p->walk->plan;
    const int64_t *own = plan->slots + (size_t)i * plan->slot_count;
    for (uint32_t s = 0; s < plan->slot_count; s++)
        p->walk->slots[s] -= own[s];
}

/* ---- arrears and refusals ---- */

static uint32_t set_of(const wb_plan64 *plan, uint32_t group, uint32_t t)
{
    return plan->set_of[(size_t)group * plan->step_count + t];
}

static const wb_arrears *stress_of(const wb_plan64 *plan, uint32_t set, uint32_t k)
{
    return &plan->model->arrears[plan->sets[set].members[k]];
}

/* What a stress makes late of this step comes `delay` steps on. */
static void late_later(path64 *p, const wb_arrears *stress, int64_t amount)
{
    const wb_plan64 *plan = p->walk->plan;
    const uint64_t at = (uint64_t)p->t + stress->delay;
    if (at < plan->step_count) {
        p->walk->late_due[(size_t)stress->group * plan->step_count + at] += amount;
    }
}

/* What healthy payers pay late of what they owe now. */
static void late_of_payers(path64 *p)
{
    const wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    for (uint32_t r = 0; r < plan->payer_rule_count; r++) {
        const wb_payers64 *rule = &plan->payers[r];
        const uint32_t set = set_of(plan, rule->group, p->t);
        for (uint32_t k = 0; set != 0 && k < plan->sets[set].count; k++) {
            late_later(p, stress_of(plan, set, k), w->slots[rule->slot_of[p->t] + 1 + k]);
        }
    }
}

/* Who refuses for the whole of stress a; drawn when first asked. */
static const uint32_t *refusing(path64 *p, uint32_t a, uint32_t *count)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint32_t r = plan->refusal_of[a];
    const uint32_t parties = plan->model->party_count;
    uint32_t *who = w->refusing + (size_t)r * parties;
    if (!w->refusing_drawn[r]) {
        const wb_arrears *stress = &plan->model->arrears[a];
        const wb_words_query query = {.seed = plan->model->seed,
                                      .path = p->path,
                                      .step = stress->step_first,
                                      .purpose = WB_DRAW_REFUSAL,
                                      .count = parties,
                                      .index_low = plan->refusal_low,
                                      .index_high = plan->refusal_high};
        const uint32_t all = w->words(w->at, w->words_at, &query); /* limit 0: every word */
        assert(all == parties);
        uint32_t found = 0;
        for (uint32_t i = 0; i < all; i++) {
            const bool hit = stress->hit == NULL || stress->hit[i];
            who[found] = i;
            found += hit && w->words_at[i] < plan->refusal_threshold[a] ? 1 : 0;
        }
        w->refusing_count[r] = found;
        w->refusing_drawn[r] = true;
    }
    *count = w->refusing_count[r];
    return who;
}

/* Party i refuses by the k-th stress of the set: its parts are not due, nor late from there on. */
static int64_t refuses(path64 *p, uint32_t set, uint32_t k, uint32_t i)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint32_t parties = plan->model->party_count;
    int64_t less = 0;
    for (uint32_t line = 0; line < plan->party_line_count; line++) {
        const wb_parts64 *parts =
            &plan->parts[plan->parts_of[(size_t)line * plan->step_count + p->t]];
        less += parts->on[i];
        if (plan->holiday) w->due[plan->party_lines[line]] -= parts->on[i];
        for (uint32_t later = k; later < plan->sets[set].count; later++) {
            late_later(p, stress_of(plan, set, later), -parts->late[(size_t)later * parties + i]);
        }
    }
    return less;
}

/* What parties that refuse do not pay now of what the plan has them pay. */
static int64_t refused(path64 *p)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint32_t set = set_of(plan, plan->model->party_group, p->t);
    int64_t less = 0;
    if (set == 0) return 0;
    const uint32_t mark = p->t + 1;
    for (uint32_t k = 0; k < plan->sets[set].count; k++) {
        const uint32_t a = plan->sets[set].members[k];
        if (plan->refusal_of[a] == WB_NONE) continue;
        uint32_t count = 0;
        const uint32_t *who = refusing(p, a, &count);
        for (uint32_t i = 0; i < count; i++) {
            if (w->party_stamp[who[i]] == mark) continue; /* by an earlier stress already */
            w->party_stamp[who[i]] = mark;
            less += refuses(p, set, k, who[i]);
        }
    }
    return less;
}

/* ---- contributions ---- */

static void enter(path64 *p, uint32_t group, int64_t amount)
{
    p->out->contribution[(size_t)group * p->walk->plan->model->years + p->step->year] += amount;
}

/* What came late by the path's own draws, to each group's year. */
static int64_t late_now(path64 *p)
{
    const wb_plan64 *plan = p->walk->plan;
    int64_t total = 0;
    for (uint32_t g = 0; g < plan->model->group_count; g++) {
        const int64_t amount = p->walk->late_due[(size_t)g * plan->step_count + p->t];
        if (amount == 0) continue;
        total += amount;
        enter(p, g, amount);
    }
    return total;
}

/* Without a holiday. Fixed amounts are entered by group at the end of the path. */
static int64_t contributions(path64 *p)
{
    const wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    int64_t total = p->step->fixed;
    for (uint32_t r = 0; r < plan->payer_rule_count; r++) {
        const wb_payers64 *rule = &plan->payers[r];
        const int64_t due = w->slots[rule->slot_of[p->t]];
        total += due;
        enter(p, rule->group, due);
    }
    if (!plan->late_varies) return total;
    late_of_payers(p);
    if (plan->refusal_count > 0) {
        const int64_t less = refused(p);
        total -= less;
        enter(p, plan->model->party_group, -less);
    }
    return total + late_now(p);
}

/* What of a line's waived amount each party owed on time. */
static void waive_parties(path64 *p, uint32_t line, int64_t waived)
{
    const wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint32_t n = plan->model->party_count;
    const wb_parts64 *parts = &plan->parts[plan->parts_of[(size_t)line * plan->step_count + p->t]];
    for (uint32_t i = 0; i < n; i++)
        w->party_due[i] = w->party_stamp[i] == p->t + 1 ? 0 : parts->on[i];
    wb_split_int64(w->party_part, waived, w->party_due, w->rests, n);
    for (uint32_t i = 0; i < n; i++)
        w->party_waived[i] += w->party_part[i];
}

/* Less what the balance had too much after the previous step. */
static int64_t waive(path64 *p, int64_t balance, int64_t total)
{
    const wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint32_t count = plan->model->contribution_count;
    int64_t waived = balance > plan->cap ? balance - plan->cap : 0;
    waived = waived < total ? waived : total;
    if (waived == 0) return 0;
    wb_split_int64(w->waived, waived, w->due, w->rests, count);
    for (uint32_t line = 0; line < plan->party_line_count; line++) {
        const int64_t part = w->waived[plan->party_lines[line]];
        if (part > 0) waive_parties(p, line, part);
    }
    for (uint32_t j = 0; j < count; j++)
        w->due[j] -= w->waived[j];
    return waived;
}

static int64_t holiday_contributions(path64 *p, int64_t balance)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint32_t count = plan->model->contribution_count;
    int64_t total = 0;
    for (uint32_t j = 0; j < count; j++) {
        w->due[j] = plan->fixed_due[(size_t)j * plan->step_count + p->t];
    }
    for (uint32_t r = 0; r < plan->payer_rule_count; r++) {
        w->due[plan->payers[r].contribution] = w->slots[plan->payers[r].slot_of[p->t]];
    }
    if (plan->late_varies) {
        late_of_payers(p);
        if (plan->refusal_count > 0) (void)refused(p);
    }
    for (uint32_t j = 0; j < count; j++)
        total += w->due[j];
    total -= waive(p, balance, total);
    for (uint32_t j = 0; j < count; j++)
        enter(p, plan->model->contributions[j].group, w->due[j]);
    if (plan->set_of == NULL) return total;
    for (uint32_t g = 0; g < plan->model->group_count; g++) {
        const int64_t late = plan->fixed_late[(size_t)g * plan->step_count + p->t];
        total += late;
        enter(p, g, late);
    }
    return total + (plan->late_varies ? late_now(p) : 0);
}

void wb_walk64_income(path64 *p)
{
    const wb_plan64 *plan = p->walk->plan;
    if (p->cash > 0 && p->step->interest.n > 0) {
        p->interest = wb_share64(p->cash, p->step->interest);
    }
    p->contributions = plan->holiday ? holiday_contributions(p, p->cash) : contributions(p);
    p->cash += p->interest + p->contributions - p->costs;
}

/* ---- who bore it ---- */

/* Received from a group so far on the path, this step's too. */
static int64_t received(const path64 *p, uint32_t group)
{
    const wb_plan64 *plan = p->walk->plan;
    wb_wide sum = 0;
    for (uint32_t y = 0; y <= p->step->year; y++)
        sum += p->out->contribution[(size_t)group * plan->model->years + y];
    if (!plan->holiday) sum += plan->group_due[(size_t)group * (plan->step_count + 1) + p->t + 1];
    return (int64_t)sum;
}

void wb_walk64_refund(path64 *p)
{
    const wb_walk64 *w = p->walk;
    const wb_model *model = w->plan->model;
    int64_t total = 0;
    for (uint32_t g = 0; g < model->group_count; g++) {
        w->group_received[g] = received(p, g);
        total += w->group_received[g];
    }
    if (total == 0) return;
    wb_split_int64(w->group_part, p->refunded, w->group_received, w->rests, model->group_count);
    p->party_refund += w->group_part[model->party_group];
}

/* Fixed amounts by group and year, for the steps that were walked. */
static void enter_fixed(path64 *p, uint32_t steps)
{
    const wb_plan64 *plan = p->walk->plan;
    const uint32_t m = plan->model->steps_per_year;
    assert(m > 0);
    for (uint32_t g = 0; g < plan->model->group_count; g++) {
        const int64_t *sums = plan->group_due + (size_t)g * (plan->step_count + 1);
        for (uint32_t first = 0; first < steps; first += m) {
            const uint32_t end = first + m < steps ? first + m : steps;
            p->out->contribution[(size_t)g * plan->model->years + first / m] +=
                sums[end] - sums[first];
        }
    }
}

/* What party i, refusing by the k-th stress of the set in step t, has not paid by step `end`. */
static int64_t unpaid_by(const wb_plan64 *plan, uint32_t t, uint32_t set, uint32_t k, uint32_t i,
                         uint32_t end)
{
    const uint32_t parties = plan->model->party_count;
    int64_t less = 0;
    for (uint32_t line = 0; line < plan->party_line_count; line++) {
        const wb_parts64 *parts = &plan->parts[plan->parts_of[(size_t)line * plan->step_count + t]];
        less += parts->on[i];
        for (uint32_t later = k; later < plan->sets[set].count; later++) {
            if ((uint64_t)t + stress_of(plan, set, later)->delay >= end) continue;
            less += parts->late[(size_t)later * parties + i];
        }
    }
    return less;
}

/* Take off what refusing parties have not paid in the steps that were walked. */
static void take_refusals(path64 *p, uint32_t steps)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    for (uint32_t t = 0; t < steps; t++) {
        const uint32_t set = set_of(plan, plan->model->party_group, t);
        const uint32_t mark = plan->step_count + t + 1; /* not a mark of `refused` */
        for (uint32_t k = 0; set != 0 && k < plan->sets[set].count; k++) {
            const uint32_t a = plan->sets[set].members[k];
            if (plan->refusal_of[a] == WB_NONE) continue;
            uint32_t count = 0;
            const uint32_t *who = refusing(p, a, &count);
            for (uint32_t i = 0; i < count; i++) {
                if (w->party_stamp[who[i]] == mark) continue;
                w->party_stamp[who[i]] = mark;
                p->out->party_cost[who[i]] -= unpaid_by(plan, t, set, k, who[i], steps);
            }
        }
    }
}

/* What each party paid itself, and its part of calls and refunds. */
static void party_costs(path64 *p, uint32_t steps, int64_t shared)
{
    const wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint32_t n = plan->model->party_count;
    for (uint32_t i = 0; i < n; i++)
        p->out->party_cost[i] = 0;
    if (plan->party_line_count > 0) {
        const int64_t *paid = plan->party_paid + (size_t)steps * n;
        for (uint32_t i = 0; i < n; i++)
            p->out->party_cost[i] = paid[i] - w->party_waived[i];
        if (plan->refusal_count > 0) take_refusals(p, steps);
    }
    if (shared == 0) return;
    wb_split_int64(w->party_part, shared < 0 ? -shared : shared, plan->party_weights, w->rests, n);
    for (uint32_t i = 0; i < n; i++)
        p->out->party_cost[i] += shared < 0 ? -w->party_part[i] : w->party_part[i];
}

void wb_walk64_begin_pay(wb_walk64 *w)
{
    const wb_plan64 *plan = w->plan;
    if (plan->set_of == NULL) return;
    const wb_model *model = plan->model;
    if (plan->late_varies) {
        memset(w->late_due, 0, (size_t)model->group_count * plan->step_count * sizeof *w->late_due);
    }
    memset(w->refusing_drawn, 0, plan->refusal_count * sizeof *w->refusing_drawn);
    memset(w->party_stamp, 0, model->party_count * sizeof *w->party_stamp);
    memset(w->party_waived, 0, model->party_count * sizeof *w->party_waived);
}

void wb_walk64_end_pay(path64 *p, uint32_t steps)
{
    const wb_model *model = p->walk->plan->model;
    if (!p->walk->plan->holiday) enter_fixed(p, steps);
    if (model->party_count == 0) return;
    wb_wide shared = -p->party_refund;
    wb_wide contributed = 0;
    for (uint32_t y = 0; y < model->years; y++) {
        contributed += p->out->contribution[(size_t)model->party_group * model->years + y];
        if (model->levy_group == model->party_group) shared += p->out->levy[y];
        if (model->obligo_group == model->party_group) shared += p->out->obligo[y];
    }
    p->out->cost = contributed + shared;
    if (p->out->party_cost != NULL) party_costs(p, steps, (int64_t)shared);
}
