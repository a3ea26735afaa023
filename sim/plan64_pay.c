/*
 * plan64_pay.c - what is due in which step, in int64: contributions of fixed amounts, of healthy
 * payers, and what arrears and refusals make of them (docs/model.md, 2).
 *
 * All that is the same on every path is added up here. What differs is who is healthy (slots) and
 * which parties refuse (wb_parts64).
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/plan64_parts.h"
#include "waarborg/loan.h"
#include "waarborg/split.h"

/* Weights only divide, but their sum and their product with an amount must fit. */
static bool weights_fit(const wb_money *weights, size_t stride, uint32_t count)
{
    bool fits = true;
    mpz_t sum;
    mpz_init(sum);
    for (uint32_t i = 0; i < count; i++)
        mpz_add(sum, sum,
                ((const wb_money *)(const void *)((const char *)weights + stride * i))->cents);
    fits = mpz_sizeinbase(sum, 2) <= 62;
    mpz_clear(sum);
    return fits;
}

bool wb_plan64_pay_fits(const wb_model *model)
{
    bool fits = true;
    for (uint32_t a = 0; a < model->arrears_count; a++) {
        fits = fits && wb_plan64_rate_fits(&model->arrears[a].factor) &&
               wb_plan64_rate_fits(&model->arrears[a].late);
    }
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_money *weights = model->contributions[j].weights;
        if (weights != NULL)
            fits = fits && weights_fit(weights, sizeof *weights, model->party_count);
    }
    if (model->party_count == 0) return fits;
    return fits &&
           weights_fit(&model->parties[0].weight, sizeof *model->parties, model->party_count);
}

/* Amount x change, as docs/model.md rounds it; nothing changes without a stress. */
static int64_t changed(const wb_contribution *rule, uint32_t t, int64_t part)
{
    return rule->change == NULL ? part : wb_share64(part, wb_ratio64_of(&rule->change[t], 1));
}

/* The part of a yearly amount due in step t. */
static int64_t part_of(const wb_plan64 *plan, const wb_contribution *rule, const wb_money *yearly,
                       uint32_t t)
{
    const uint32_t m = plan->model->steps_per_year;
    const uint32_t k = t % m + 1;
    if (rule->start_of_year) return k == 1 ? wb_plan64_cents(yearly) : 0;
    wb_money part;
    wb_money_init(&part);
    wb_yearly_part(&part, yearly, k, m);
    const int64_t value = wb_money_cents(&part);
    wb_money_clear(&part);
    return value;
}

/* ---- stresses on payers, by group and step ---- */

static bool in_force(const wb_arrears *arrears, uint32_t group, uint32_t t)
{
    return arrears->group == group && arrears->step_first <= t && t < arrears->step_end;
}

/* The stresses in force on a group in step t: the set of an earlier step, or a new one. */
static bool make_set(wb_plan64 *plan, uint32_t group, uint32_t t)
{
    const wb_model *model = plan->model;
    wb_arrears_set64 *set = &plan->sets[plan->set_count];
    set->members = wb_plan64_array(model->arrears_count, sizeof *set->members);
    if (set->members == NULL) return false;
    set->count = 0;
    for (uint32_t a = 0; a < model->arrears_count; a++) {
        if (in_force(&model->arrears[a], group, t)) set->members[set->count++] = a;
    }
    uint32_t s = 0;
    while (s < plan->set_count &&
           (plan->sets[s].count != set->count ||
            memcmp(plan->sets[s].members, set->members, set->count * sizeof *set->members) != 0)) {
        s++;
    }
    plan->set_of[(size_t)group * plan->step_count + t] = s;
    if (s == plan->set_count)
        plan->set_count++;
    else
        free(set->members);
    return true;
}

/* Sets change only where a stress begins or ends, so there are few. The first is empty. */
static bool make_sets(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    if (model->arrears_count == 0) return true;
    const size_t most = 2 + 2 * (size_t)model->arrears_count * model->group_count;
    plan->sets = wb_plan64_array(most, sizeof *plan->sets);
    plan->set_of =
        wb_plan64_array((size_t)model->group_count * plan->step_count, sizeof *plan->set_of);
    if (plan->sets == NULL || plan->set_of == NULL) return false;
    plan->sets[0].members = wb_plan64_array(1, sizeof *plan->sets[0].members);
    if (plan->sets[0].members == NULL) return false;
    plan->set_count = 1;
    for (uint32_t g = 0; g < model->group_count; g++) {
        for (uint32_t t = 0; t < plan->step_count; t++) {
            assert(plan->set_count < most);
            if (!make_set(plan, g, t)) return false;
        }
    }
    return true;
}

static uint32_t set_at(const wb_plan64 *plan, uint32_t group, uint32_t t)
{
    return plan->set_of == NULL ? 0 : plan->set_of[(size_t)group * plan->step_count + t];
}

/*
 * What a payer that refuses nothing owes on time of `due`; what comes late by each stress of the
 * set goes to late[stride x its place]. WB_NONE: the group as one, which every stress hits.
 */
static int64_t on_time(const wb_plan64 *plan, uint32_t set, uint32_t payer, int64_t due,
                       int64_t *late, size_t stride)
{
    for (uint32_t k = 0; set != 0 && k < plan->sets[set].count; k++) {
        const wb_arrears *arrears = &plan->model->arrears[plan->sets[set].members[k]];
        late[k * stride] = 0;
        if (payer != WB_NONE && arrears->hit != NULL && !arrears->hit[payer]) continue;
        due = wb_share64(due, wb_ratio64_of(&arrears->factor, 1));
        late[k * stride] = wb_share64(due, wb_ratio64_of(&arrears->late, 1));
        due -= late[k * stride];
    }
    return due;
}

/* What comes late of step t by the k-th stress of the set arrives at this step. */
static uint64_t arrival(const wb_plan64 *plan, uint32_t set, uint32_t k, uint32_t t)
{
    return (uint64_t)t + plan->model->arrears[plan->sets[set].members[k]].delay;
}

/* ---- lines of parties ---- */

static bool by_parties(const wb_model *model, const wb_contribution *rule)
{
    return rule->kind == WB_CONTRIBUTES_AMOUNT && rule->group == model->party_group &&
           rule->weights != NULL && model->party_count > 0;
}

/* Divide a line's due amount over the parties, and bear the stresses. */
static bool make_parts(wb_plan64 *plan, const wb_contribution *rule, uint32_t set, int64_t due)
{
    const uint32_t n = plan->model->party_count;
    const uint32_t stresses = set == 0 ? 0 : plan->sets[set].count;
    wb_parts64 *parts = &plan->parts[plan->parts_count];
    int64_t *weights = wb_plan64_array(n, sizeof *weights);
    wb_split_rest *rests = wb_plan64_array(n, sizeof *rests);
    *parts = (wb_parts64){.set = set, .due = due};
    parts->on = wb_plan64_array(n, sizeof *parts->on);
    parts->late = wb_plan64_array((size_t)n * stresses, sizeof *parts->late);
    plan->parts_count++;
    const bool made = weights != NULL && rests != NULL && parts->on != NULL && parts->late != NULL;
    for (uint32_t i = 0; made && i < n; i++)
        weights[i] = wb_money_cents(&rule->weights[i]);
    if (made) wb_split_int64(parts->on, due, weights, rests, n);
    for (uint32_t i = 0; made && i < n; i++) {
        parts->on[i] = on_time(plan, set, i, parts->on[i], parts->late + i, n);
        parts->on_total += parts->on[i];
    }
    free(weights);
    free(rests);
    return made;
}

/* The parts of party line `line` in step t: those of an earlier step, or new ones. */
static bool find_parts(wb_plan64 *plan, uint32_t line, const wb_contribution *rule, uint32_t t,
                       int64_t due)
{
    const uint32_t set = set_at(plan, rule->group, t);
    uint32_t *of = plan->parts_of + (size_t)line * plan->step_count;
    for (uint32_t s = t; s-- > 0;) {
        if (plan->parts[of[s]].due == due && plan->parts[of[s]].set == set) {
            of[t] = of[s];
            return true;
        }
    }
    of[t] = plan->parts_count;
    return make_parts(plan, rule, set, due);
}

static bool make_party_lines(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    bool stressed = false;
    for (uint32_t a = 0; a < model->arrears_count; a++)
        stressed = stressed || model->arrears[a].group == model->party_group;
    plan->party_lines = wb_plan64_array(model->contribution_count, sizeof *plan->party_lines);
    if (plan->party_lines == NULL) return false;
    for (uint32_t j = 0; stressed && j < model->contribution_count; j++) {
        if (by_parties(model, &model->contributions[j]))
            plan->party_lines[plan->party_line_count++] = j;
    }
    const size_t most = (size_t)plan->party_line_count * plan->step_count;
    plan->parts = wb_plan64_array(most, sizeof *plan->parts);
    plan->parts_of = wb_plan64_array(most, sizeof *plan->parts_of);
    if (plan->parts == NULL || plan->parts_of == NULL) return false;
    for (uint32_t line = 0; line < plan->party_line_count; line++) {
        const wb_contribution *rule = &model->contributions[plan->party_lines[line]];
        for (uint32_t t = 0; t < plan->step_count; t++) {
            const int64_t due = changed(rule, t, part_of(plan, rule, &rule->amount, t));
            if (!find_parts(plan, line, rule, t, due)) return false;
        }
    }
    return true;
}

/* The parties' refusals: their draws, and which stresses have any. */
static bool make_refusals(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    plan->refusal_of = wb_plan64_array(model->arrears_count, sizeof *plan->refusal_of);
    plan->refusal_threshold =
        wb_plan64_array(model->arrears_count, sizeof *plan->refusal_threshold);
    plan->refusal_low = wb_plan64_array((size_t)model->party_count + 16, sizeof(uint32_t));
    plan->refusal_high = wb_plan64_array((size_t)model->party_count + 16, sizeof(uint32_t));
    if (plan->refusal_of == NULL || plan->refusal_threshold == NULL || plan->refusal_low == NULL ||
        plan->refusal_high == NULL) {
        return false;
    }
    for (uint32_t i = 0; i < model->party_count; i++) {
        plan->refusal_low[i] = (uint32_t)model->parties[i].index;
        plan->refusal_high[i] = (uint32_t)(model->parties[i].index >> 32) << 16;
    }
    for (uint32_t a = 0; a < model->arrears_count; a++) {
        const wb_arrears *arrears = &model->arrears[a];
        plan->refusal_of[a] = WB_NONE;
        plan->refusal_threshold[a] = wb_threshold(arrears->probability);
        if (plan->party_line_count == 0 || arrears->group != model->party_group) continue;
        if (plan->refusal_threshold[a] > 0) plan->refusal_of[a] = plan->refusal_count++;
        plan->late_varies = plan->late_varies || plan->refusal_threshold[a] > 0;
    }
    return true;
}

/* ---- fixed amounts ---- */

/* What a line brings on time in step t where nobody refuses; what is late is entered. */
static int64_t fixed_on_time(wb_plan64 *plan, uint32_t j, uint32_t line, uint32_t t, int64_t *late)
{
    const wb_contribution *rule = &plan->model->contributions[j];
    const int64_t due = changed(rule, t, part_of(plan, rule, &rule->amount, t));
    const uint32_t set = set_at(plan, rule->group, t);
    if (set == 0) return due;
    int64_t *sums = plan->fixed_late + (size_t)rule->group * plan->step_count;
    int64_t brought = 0;
    if (line == WB_NONE) {
        brought = on_time(plan, set, WB_NONE, due, late, 1);
    } else {
        const wb_parts64 *parts = &plan->parts[plan->parts_of[(size_t)line * plan->step_count + t]];
        brought = parts->on_total;
        for (uint32_t k = 0; k < plan->sets[set].count; k++) {
            late[k] = 0;
            for (uint32_t i = 0; i < plan->model->party_count; i++)
                late[k] += parts->late[(size_t)k * plan->model->party_count + i];
        }
    }
    for (uint32_t k = 0; k < plan->sets[set].count; k++) {
        const uint64_t at = arrival(plan, set, k, t);
        if (at < plan->step_count) sums[at] += late[k];
    }
    return brought;
}

/* Each line's steps. */
static bool make_lines(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    const size_t steps = plan->step_count;
    int64_t *late = wb_plan64_array(model->arrears_count, sizeof *late); /* by place in a set */
    if (late == NULL) return false;
    uint32_t line = 0;
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        const bool parties = line < plan->party_line_count && plan->party_lines[line] == j;
        for (uint32_t t = 0; rule->kind == WB_CONTRIBUTES_AMOUNT && t < steps; t++) {
            const int64_t due = fixed_on_time(plan, j, parties ? line : WB_NONE, t, late);
            plan->fixed_due[j * steps + t] = due;
            plan->group_due[rule->group * (steps + 1) + t + 1] += due;
        }
        if (parties) line++;
    }
    free(late);
    return true;
}

/* Contributions of fixed amounts: by rule and step, by step, and cumulated by group. */
static bool make_fixed(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    const size_t steps = plan->step_count;
    plan->fixed_due = wb_plan64_array(model->contribution_count * steps, sizeof(int64_t));
    plan->fixed_late = wb_plan64_array(model->group_count * steps, sizeof(int64_t));
    plan->group_due = wb_plan64_array(model->group_count * (steps + 1), sizeof(int64_t));
    if (plan->fixed_due == NULL || plan->fixed_late == NULL || plan->group_due == NULL)
        return false;
    if (!make_lines(plan)) return false;
    for (uint32_t g = 0; g < model->group_count; g++) {
        int64_t *sums = plan->group_due + g * (steps + 1);
        for (uint32_t t = 0; t < steps; t++) {
            sums[t + 1] += plan->fixed_late[g * steps + t];
            plan->steps[t].fixed += sums[t + 1];
            sums[t + 1] += sums[t];
        }
    }
    return true;
}

/* ---- payers who pay while they are healthy ---- */

/* An earlier step of the rule that owes the same of everyone, or t itself. */
static uint32_t same_slot_step(const wb_plan64 *plan, const wb_contribution *rule, uint32_t t)
{
    const uint32_t m = plan->model->steps_per_year;
    const uint32_t set = set_at(plan, rule->group, t);
    for (uint32_t s = t % m; s < t; s += m) {
        if (set_at(plan, rule->group, s) != set) continue;
        if (rule->change == NULL || wb_rate_compare(&rule->change[s], &rule->change[t]) == 0) {
            return s;
        }
    }
    return t;
}

/* What is late by the stresses in force has the slots after that of what is on time. */
static uint32_t number_slots(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    uint32_t count = 0;
    uint32_t rules = 0;
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const wb_contribution *rule = &model->contributions[j];
        if (rule->kind == WB_CONTRIBUTES_AMOUNT) continue;
        wb_payers64 *payers = &plan->payers[rules++];
        payers->contribution = j;
        payers->group = rule->group;
        for (uint32_t t = 0; t < plan->step_count; t++) {
            const uint32_t same = same_slot_step(plan, rule, t);
            const uint32_t set = set_at(plan, rule->group, t);
            payers->slot_of[t] = same < t ? payers->slot_of[same] : count;
            if (same == t) count += 1 + (set != 0 ? plan->sets[set].count : 0);
            plan->late_varies = plan->late_varies || set != 0;
        }
    }
    return count;
}

static void fill_slots(wb_plan64 *plan, const wb_payers64 *rule_slots)
{
    const wb_contribution *rule = &plan->model->contributions[rule_slots->contribution];
    const wb_plan_contribution *from = &plan->plan->contributions[rule_slots->contribution];
    for (uint32_t p = 0; p < from->payer_count; p++) {
        const wb_plan_payer *payer = &from->payers[p];
        int64_t *slots = plan->slots + (size_t)payer->provider * plan->slot_count;
        for (uint32_t t = 0; t < plan->step_count; t++) {
            const int64_t due = changed(rule, t, part_of(plan, rule, &payer->yearly, t));
            int64_t *slot = &slots[rule_slots->slot_of[t]];
            *slot = on_time(plan, set_at(plan, rule->group, t), payer->provider, due, slot + 1, 1);
            if (due > 0) plan->providers[payer->provider].pays_contribution = true;
        }
    }
}

static bool make_payers(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        if (model->contributions[j].kind != WB_CONTRIBUTES_AMOUNT) plan->payer_rule_count++;
    }
    plan->payers = wb_plan64_array(plan->payer_rule_count, sizeof *plan->payers);
    if (plan->payers == NULL) return false;
    for (uint32_t r = 0; r < plan->payer_rule_count; r++) {
        plan->payers[r].slot_of = wb_plan64_array(plan->step_count, sizeof(uint32_t));
        if (plan->payers[r].slot_of == NULL) return false;
    }
    plan->slot_count = number_slots(plan);
    plan->slots =
        wb_plan64_array((size_t)plan->slot_count * plan->provider_count, sizeof *plan->slots);
    plan->slot_start = wb_plan64_array(plan->slot_count, sizeof *plan->slot_start);
    if (plan->slots == NULL || plan->slot_start == NULL) return false;
    for (uint32_t r = 0; r < plan->payer_rule_count; r++)
        fill_slots(plan, &plan->payers[r]);
    return true;
}

/* ---- the parties' own payments ---- */

/* What each party has paid by step t where nobody refuses: [step + 1][party]. */
static bool make_party_paid(wb_plan64 *plan)
{
    const wb_model *model = plan->model;
    const uint32_t n = model->party_count;
    plan->party_weights = wb_plan64_array(n, sizeof *plan->party_weights);
    if (plan->party_weights == NULL) return false;
    for (uint32_t i = 0; i < n; i++)
        plan->party_weights[i] = wb_money_cents(&model->parties[i].weight);
    if (plan->party_line_count == 0) return true;
    const size_t steps = plan->step_count;
    plan->party_paid = wb_plan64_array((steps + 1) * n, sizeof *plan->party_paid);
    if (plan->party_paid == NULL) return false;
    for (uint32_t line = 0; line < plan->party_line_count; line++) {
        for (uint32_t t = 0; t < steps; t++) {
            const wb_parts64 *parts = &plan->parts[plan->parts_of[line * steps + t]];
            const uint32_t stresses = parts->set == 0 ? 0 : plan->sets[parts->set].count;
            for (uint32_t i = 0; i < n; i++)
                plan->party_paid[(t + 1) * n + i] += parts->on[i];
            for (uint32_t k = 0; k < stresses; k++) {
                const uint64_t at = arrival(plan, parts->set, k, t);
                for (uint32_t i = 0; at < steps && i < n; i++)
                    plan->party_paid[(at + 1) * n + i] += parts->late[(size_t)k * n + i];
            }
        }
    }
    for (size_t at = n; at < (steps + 1) * n; at++)
        plan->party_paid[at] += plan->party_paid[at - n];
    return true;
}

bool wb_plan64_make_pay(wb_plan64 *plan)
{
    return make_sets(plan) && make_party_lines(plan) && make_refusals(plan) && make_fixed(plan) &&
           make_payers(plan) && make_party_paid(plan);
}

void wb_plan64_free_pay(wb_plan64 *plan)
{
    for (uint32_t r = 0; plan->payers != NULL && r < plan->payer_rule_count; r++)
        free(plan->payers[r].slot_of);
    for (uint32_t s = 0; s < plan->set_count; s++)
        free(plan->sets[s].members);
    for (uint32_t i = 0; i < plan->parts_count; i++) {
        free(plan->parts[i].on);
        free(plan->parts[i].late);
    }
    free(plan->sets);
    free(plan->set_of);
    free(plan->parts);
    free(plan->parts_of);
    free(plan->party_lines);
    free(plan->party_weights);
    free(plan->party_paid);
    free(plan->refusal_of);
    free(plan->refusal_low);
    free(plan->refusal_high);
    free(plan->refusal_threshold);
    free(plan->fixed_due);
    free(plan->fixed_late);
    free(plan->group_due);
    free(plan->payers);
    free(plan->slots);
    free(plan->slot_start);
}
