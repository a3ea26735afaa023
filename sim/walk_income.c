/* walk_income.c - step 2 of docs/model.md in the reference kernel: interest, contributions, costs.
 */
#include "sim/walk.h"
#include "waarborg/split.h"

/* Who pays a line; also what wb_arrears.hit counts. */
typedef enum payers { ONE, PARTIES, PROVIDERS } payers;

static payers payers_of(const walk *w, uint32_t j)
{
    const wb_model *model = w->model;
    if (model->contributions[j].kind != WB_CONTRIBUTES_AMOUNT) return PROVIDERS;
    const bool parties =
        model->party_count > 0 && model->contributions[j].group == model->party_group;
    /* who of the parties pays what matters only where somebody asks */
    return parties && (w->out->party_cost != NULL || w->told != NULL) ? PARTIES : ONE;
}

static uint32_t payer_count(const walk *w, uint32_t j)
{
    switch (payers_of(w, j)) {
    case PARTIES: return w->model->party_count;
    case PROVIDERS: return w->plan->contributions[j].payer_count;
    case ONE: break;
    }
    return 1;
}

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

/* What each payer of line j owes, before stresses on single payers. */
static wb_code owe(walk *w, uint32_t j, wb_error *err)
{
    const wb_contribution *rule = &w->model->contributions[j];
    wb_money *owed = w->owed[j];
    const payers who = payers_of(w, j);
    if (who == PROVIDERS) {
        const wb_plan_contribution *line = &w->plan->contributions[j];
        for (uint32_t p = 0; p < line->payer_count; p++) {
            wb_money_set_cents(&owed[p], 0);
            if (!w->healthy[line->payers[p].provider]) continue;
            due_part(&owed[p], w, rule, &line->payers[p].yearly);
        }
        return WB_OK;
    }
    due_part(&w->amount, w, rule, &rule->amount);
    if (who == PARTIES)
        return wb_split(owed, &w->amount, rule->weights, w->model->party_count, err);
    wb_money_set(&owed[0], &w->amount);
    return WB_OK;
}

static wb_path_event payment(const walk *w, wb_path_event_kind kind, uint32_t j, uint32_t p)
{
    wb_path_event event = event_from(kind, w->model->contributions[j].group);
    event.contribution = j;
    if (payers_of(w, j) == PARTIES) event.party = p;
    if (payers_of(w, j) == PROVIDERS) event.provider = w->plan->contributions[j].payers[p].provider;
    return event;
}

/* ---- arrears and refusals ---- */

static bool is_hit(const wb_arrears *stress, const wb_path_event *payer)
{
    if (stress->hit == NULL) return true;
    return stress->hit[payer->party != WB_NONE ? payer->party : payer->provider];
}

static bool refuses(const walk *w, const wb_arrears *stress, uint32_t party)
{
    if (party == WB_NONE) return false;
    const uint32_t word = wb_draw_word(w->model->seed, w->path, stress->step_first, WB_DRAW_REFUSAL,
                                       w->model->parties[party].index);
    return word < wb_threshold(stress->probability);
}

/* One stress on one payer of line j. */
static void disturb(walk *w, const wb_arrears *stress, uint32_t j, uint32_t p)
{
    const wb_model *model = w->model;
    const wb_path_event event = payment(w, WB_PATH_LATE_CONTRIBUTION, j, p);
    wb_money *owed = &w->owed[j][p];
    if (!is_hit(stress, &event)) return;
    wb_rate_apply(owed, owed, &stress->factor, WB_ROUND_HALF_AWAY);
    if (refuses(w, stress, event.party)) wb_money_set_cents(owed, 0);
    wb_rate_apply(&w->amount, owed, &stress->late, WB_ROUND_HALF_AWAY);
    take(owed, &w->amount);
    const uint64_t when = (uint64_t)w->t + stress->delay;
    if (when >= model->step_count) return;
    add(&w->late[(size_t)event.group * model->step_count + when], &w->amount);
    if (w->out->party_cost != NULL && event.party != WB_NONE) {
        add(&w->late_party[(size_t)event.party * model->step_count + when], &w->amount);
    }
    wb_walk_tell_later(w, event, when, &w->amount);
}

/* What is due on time of line j, over all its payers. */
static wb_code contribution_due(walk *w, uint32_t j, wb_error *err)
{
    const wb_model *model = w->model;
    const uint32_t count = payer_count(w, j);
    const wb_code code = owe(w, j, err);
    for (uint32_t a = 0; code == WB_OK && a < model->arrears_count; a++) {
        const wb_arrears *stress = &model->arrears[a];
        const bool now = w->t >= stress->step_first && w->t < stress->step_end;
        if (!now || stress->group != model->contributions[j].group) continue;
        for (uint32_t p = 0; p < count; p++)
            disturb(w, stress, j, p);
    }
    wb_money_set_cents(&w->due[j], 0);
    for (uint32_t p = 0; p < count; p++)
        add(&w->due[j], &w->owed[j][p]);
    return code;
}

/* ---- what is waived, and what comes in ---- */

/* The holiday: what the balance had too much after the previous step is not asked now. */
static wb_code waive(walk *w, const wb_money *balance, wb_error *err)
{
    const wb_model *model = w->model;
    for (uint32_t j = 0; j < model->contribution_count; j++)
        wb_money_set_cents(&w->waived[j], 0);
    if (!model->has_cap || model->surplus != WB_SURPLUS_HOLIDAY) return WB_OK;
    wb_money_set_cents(&w->total, 0);
    for (uint32_t j = 0; j < model->contribution_count; j++)
        add(&w->total, &w->due[j]);
    excess_of(&w->amount, balance, &model->cap);
    if (wb_money_compare(&w->amount, &w->total) > 0) wb_money_set(&w->amount, &w->total);
    if (wb_money_sign(&w->amount) == 0) return WB_OK;
    return wb_split(w->waived, &w->amount, w->due, model->contribution_count, err);
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

/* Line j comes in: what is due on time less what is waived, of each payer by what it owes. */
static wb_code settle(walk *w, uint32_t j, wb_error *err)
{
    const uint32_t count = payer_count(w, j);
    const bool parties = payers_of(w, j) == PARTIES;
    take(&w->due[j], &w->waived[j]);
    receive(w, w->model->contributions[j].group, &w->due[j]);
    if (!parties && w->told == NULL) return WB_OK;
    if (wb_money_sign(&w->waived[j]) > 0) {
        const wb_code code = wb_split(w->parts, &w->waived[j], w->owed[j], count, err);
        if (code != WB_OK) return code;
        for (uint32_t p = 0; p < count; p++)
            take(&w->owed[j][p], &w->parts[p]);
    }
    for (uint32_t p = 0; p < count; p++) {
        wb_walk_tell(w, payment(w, WB_PATH_CONTRIBUTION, j, p), &w->owed[j][p]);
        if (parties && w->out->party_cost != NULL) add(&w->party_paid[p], &w->owed[j][p]);
    }
    return WB_OK;
}

/* What earlier steps left to come late. */
static void receive_late(walk *w)
{
    const wb_model *model = w->model;
    for (uint32_t g = 0; model->arrears_count > 0 && g < model->group_count; g++)
        receive(w, g, &w->late[(size_t)g * model->step_count + w->t]);
    for (uint32_t p = 0; w->out->party_cost != NULL && p < model->party_count; p++)
        add(&w->party_paid[p], &w->late_party[(size_t)p * model->step_count + w->t]);
    wb_walk_tell_due(w, true);
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
    wb_code code = WB_OK;
    for (uint32_t j = 0; j < model->contribution_count && code == WB_OK; j++)
        code = contribution_due(w, j, err);
    if (code == WB_OK) code = waive(w, &r->opening, err);
    for (uint32_t j = 0; j < model->contribution_count && code == WB_OK; j++)
        code = settle(w, j, err);
    if (code != WB_OK) return code;
    receive_late(w);
    wb_yearly_part(&r->costs, &model->costs, w->t % m + 1, m);
    add(&w->cash, &r->interest);
    add(&w->cash, &r->contributions);
    take(&w->cash, &r->costs);
    wb_walk_tell(w, event_of(WB_PATH_COSTS), &r->costs);
    return WB_OK;
}
