/* walk_income.c - step 2 of docs/model.md in the reference kernel: interest, contributions, costs.
 */
#include "sim/walk.h"
#include "waarborg/split.h"

/* Part k of a yearly amount, times the change of the step. */
static void due_part(wb_money *part, const walk *w, const wb_contribution *rule,
                     const wb_money *yearly)
{
    const uint32_t k = w->t % w->model->steps_per_year + 1;
    if (!rule->start_of_year) {
        wb_yearly_part(part, yearly, k, w->model->steps_per_year);
    } else if (k == 1) {
        wb_money_set(part, yearly);
    } else {
        wb_money_set_cents(part, 0);
    }
    if (rule->change != NULL) wb_rate_apply(part, part, &rule->change[w->t], WB_ROUND_HALF_AWAY);
}

static void contribution_due(wb_money *due, walk *w, uint32_t j)
{
    const wb_contribution *rule = &w->model->contributions[j];
    if (rule->kind == WB_CONTRIBUTES_AMOUNT) {
        due_part(due, w, rule, &rule->amount);
        return;
    }
    wb_money_set_cents(due, 0);
    const wb_plan_contribution *who = &w->plan->contributions[j];
    for (uint32_t p = 0; p < who->payer_count; p++) {
        if (!w->healthy[who->payers[p].provider]) continue;
        due_part(&w->amount, w, rule, &who->payers[p].yearly);
        add(due, &w->amount);
    }
}

/* The holiday: what the balance had too much after the previous step is not asked now. */
static wb_code waive(walk *w, const wb_money *balance, wb_error *err)
{
    const wb_model *model = w->model;
    if (!model->has_cap || model->surplus != WB_SURPLUS_HOLIDAY) return WB_OK;
    wb_money_set_cents(&w->total, 0);
    for (uint32_t j = 0; j < model->contribution_count; j++)
        add(&w->total, &w->due[j]);
    excess_of(&w->amount, balance, &model->cap);
    if (wb_money_compare(&w->amount, &w->total) > 0) wb_money_set(&w->amount, &w->total);
    if (wb_money_sign(&w->amount) == 0) return WB_OK;
    const wb_code code = wb_split(w->waived, &w->amount, w->due, model->contribution_count, err);
    for (uint32_t j = 0; code == WB_OK && j < model->contribution_count; j++)
        take(&w->due[j], &w->waived[j]);
    return code;
}

/* What a group pays, for the record and for the shares of refunds. */
static void receive(walk *w, uint32_t group, const wb_money *amount)
{
    const wb_model *model = w->model;
    const wb_wide cents = wb_wide_get(amount->cents);
    add(&w->record.contributions, amount);
    add(&w->received[group], amount);
    w->out->contribution[(size_t)group * model->years + w->t / model->steps_per_year] += cents;
    if (model->party_count > 0 && group == model->party_group) w->out->cost += cents;
}

wb_code wb_walk_income(walk *w, wb_error *err)
{
    const wb_model *model = w->model;
    wb_step_record *r = &w->record;
    const uint32_t m = model->steps_per_year;
    wb_money_set(&r->opening, &w->cash);
    if (wb_money_sign(&w->cash) > 0) {
        const wb_rate *rate =
            model->interest_at != NULL ? &model->interest_at[w->t] : &model->interest;
        apply_rate_for(&r->interest, &w->cash, rate, 1, m);
    }
    wb_walk_tell(w, event_of(WB_PATH_INTEREST), &r->interest);
    for (uint32_t j = 0; j < model->contribution_count; j++)
        contribution_due(&w->due[j], w, j);
    const wb_code code = waive(w, &r->opening, err);
    if (code != WB_OK) return code;
    for (uint32_t j = 0; j < model->contribution_count; j++) {
        const uint32_t group = model->contributions[j].group;
        receive(w, group, &w->due[j]);
        wb_path_event event = event_from(WB_PATH_CONTRIBUTION, group);
        event.contribution = j;
        wb_walk_tell(w, event, &w->due[j]);
    }
    wb_yearly_part(&r->costs, &model->costs, w->t % m + 1, m);
    add(&w->cash, &r->interest);
    add(&w->cash, &r->contributions);
    take(&w->cash, &r->costs);
    wb_walk_tell(w, event_of(WB_PATH_COSTS), &r->costs);
    return WB_OK;
}
