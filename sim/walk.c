/* walk.c - storage of a path in the reference kernel, and step 8 of docs/model.md: the record. */
#include "sim/walk.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/split.h"

enum { RECORD_AMOUNTS = 16 };

/* Every amount of a record, in the order of the struct. */
static void record_amounts(wb_money *amounts[RECORD_AMOUNTS], wb_step_record *r)
{
    wb_money *const all[RECORD_AMOUNTS] = {
        &r->opening,   &r->interest,      &r->contributions,   &r->costs,    &r->repaid,
        &r->recovered, &r->loan_interest, &r->support_paid,    &r->levy,     &r->obligo,
        &r->backstop,  &r->unmet,         &r->backstop_repaid, &r->refunded, &r->closing,
        &r->loss};
    memcpy(amounts, all, sizeof all);
}

void wb_step_record_init(wb_step_record *record)
{
    assert(record != NULL);
    memset(record, 0, sizeof *record);
    wb_money *amounts[RECORD_AMOUNTS];
    record_amounts(amounts, record);
    for (size_t i = 0; i < RECORD_AMOUNTS; i++)
        wb_money_init(amounts[i]);
    wb_money_init(&record->backstop_debt);
}

void wb_step_record_clear(wb_step_record *record)
{
    assert(record != NULL);
    wb_money *amounts[RECORD_AMOUNTS];
    record_amounts(amounts, record);
    for (size_t i = 0; i < RECORD_AMOUNTS; i++)
        wb_money_clear(amounts[i]);
    wb_money_clear(&record->backstop_debt);
}

void wb_step_record_set(wb_step_record *to, const wb_step_record *from)
{
    wb_step_record copy = *from; /* its amounts are borrowed: only their addresses are needed */
    wb_money *targets[RECORD_AMOUNTS];
    wb_money *sources[RECORD_AMOUNTS];
    record_amounts(targets, to);
    record_amounts(sources, &copy);
    for (size_t i = 0; i < RECORD_AMOUNTS; i++)
        wb_money_set(targets[i], sources[i]);
    wb_money_set(&to->backstop_debt, &from->backstop_debt);
    to->primaries = from->primaries;
    to->infected = from->infected;
    to->supported = from->supported;
    to->failed = from->failed;
    to->cured = from->cured;
    to->converted = from->converted;
    to->extended = from->extended;
}

static wb_money *amounts_new(size_t count)
{
    wb_money *amounts = calloc(count == 0 ? 1 : count, sizeof *amounts);
    for (size_t i = 0; amounts != NULL && i < count; i++)
        wb_money_init(&amounts[i]);
    return amounts;
}

static void amounts_free(wb_money *amounts, size_t count)
{
    for (size_t i = 0; amounts != NULL && i < count; i++)
        wb_money_clear(&amounts[i]);
    free(amounts);
}

enum { SINGLE_AMOUNTS = 12 };

static void single_amounts(wb_money *amounts[SINGLE_AMOUNTS], walk *w)
{
    wb_money *const all[SINGLE_AMOUNTS] = {
        &w->cash,        &w->debt,     &w->levy_used, &w->obligo_used, &w->asked, &w->shortage,
        &w->debt_before, &w->need_now, &w->need,      &w->amount,      &w->total, &w->party_calls};
    memcpy(amounts, all, sizeof all);
}

/* How many payers the lines of contributions have at most. */
static size_t payers_most(const wb_model *model)
{
    const size_t parties = model->party_count;
    return parties > model->provider_count ? parties : (size_t)model->provider_count + 1;
}

static bool allocate_income(walk *w)
{
    const wb_model *model = w->model;
    const size_t steps = model->step_count;
    const size_t late = model->arrears_count > 0 ? model->group_count * steps : 0;
    const size_t parties = w->out->parties;
    bool good = true;
    w->owed = calloc((size_t)model->contribution_count + 1, sizeof(wb_money *));
    for (uint32_t j = 0; w->owed != NULL && j < model->contribution_count; j++) {
        w->owed[j] = amounts_new(payers_most(model));
        good = good && w->owed[j] != NULL;
    }
    w->due = amounts_new(model->contribution_count);
    w->waived = amounts_new(model->contribution_count);
    w->parts = amounts_new(payers_most(model));
    w->late = amounts_new(late);
    w->late_party = amounts_new(parties * steps);
    w->party_paid = amounts_new(parties);
    w->party_parts = amounts_new(parties);
    w->received = amounts_new(model->group_count);
    w->refunds = amounts_new(model->group_count);
    return good && w->owed != NULL && w->due != NULL && w->waived != NULL && w->parts != NULL &&
           w->late != NULL && w->late_party != NULL && w->party_paid != NULL &&
           w->party_parts != NULL && w->received != NULL && w->refunds != NULL;
}

static void free_income(walk *w)
{
    const wb_model *model = w->model;
    const size_t steps = model->step_count;
    const size_t parties = w->out->parties;
    for (uint32_t j = 0; w->owed != NULL && j < model->contribution_count; j++)
        amounts_free(w->owed[j], payers_most(model));
    free(w->owed);
    amounts_free(w->due, model->contribution_count);
    amounts_free(w->waived, model->contribution_count);
    amounts_free(w->parts, payers_most(model));
    amounts_free(w->late, model->arrears_count > 0 ? model->group_count * steps : 0);
    amounts_free(w->late_party, parties * steps);
    amounts_free(w->party_paid, parties);
    amounts_free(w->party_parts, parties);
    amounts_free(w->received, model->group_count);
    amounts_free(w->refunds, model->group_count);
}

static bool walk_allocate(walk *w)
{
    const wb_model *model = w->model;
    const size_t n = (size_t)model->provider_count + 1; /* calloc of 0 may be NULL */
    w->factors = calloc((size_t)1 + model->region_count + model->segment_count, sizeof(double));
    w->state = calloc(n, sizeof *w->state);
    w->cases = calloc(n, sizeof *w->cases);
    w->healthy = calloc(n, sizeof *w->healthy);
    w->distress = calloc(n, sizeof *w->distress);
    w->forced_failure = calloc(n, sizeof *w->forced_failure);
    w->source = calloc(n, sizeof *w->source);
    w->failed_unpaid = calloc(n, sizeof *w->failed_unpaid);
    for (uint32_t i = 0; w->cases != NULL && i < model->provider_count; i++)
        wb_money_init(&w->cases[i].principal);
    w->raised_end = calloc((size_t)w->plan->peer_count + 1, sizeof *w->raised_end);
    w->raised = calloc((size_t)w->plan->peer_count + 1, sizeof *w->raised);
    w->asks = amounts_new(model->provider_count);
    w->paid = amounts_new(model->provider_count);
    w->principal_due = amounts_new(model->step_count);
    w->recovery_due = amounts_new(model->step_count);
    return allocate_income(w) && w->factors != NULL && w->state != NULL && w->cases != NULL &&
           w->healthy != NULL && w->distress != NULL && w->forced_failure != NULL &&
           w->source != NULL && w->failed_unpaid != NULL && w->raised_end != NULL &&
           w->raised != NULL && w->asks != NULL && w->paid != NULL && w->principal_due != NULL &&
           w->recovery_due != NULL && w->due != NULL && w->waived != NULL && w->received != NULL &&
           w->refunds != NULL;
}

bool wb_walk_init(walk *w, const wb_plan *plan, uint64_t path, const wb_money *opening_cash,
                  wb_path_result *out)
{
    memset(w, 0, sizeof *w);
    w->plan = plan;
    w->model = plan->model;
    w->path = path;
    w->out = out;
    wb_money *amounts[SINGLE_AMOUNTS];
    single_amounts(amounts, w);
    for (size_t i = 0; i < SINGLE_AMOUNTS; i++)
        wb_money_init(amounts[i]);
    for (size_t layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_init(&w->available[layer]);
    wb_waterfall_init(&w->waterfall);
    wb_step_record_init(&w->record);
    if (!walk_allocate(w)) return false;
    const wb_opening *opening = &plan->model->opening;
    wb_money_set(&w->cash, opening_cash != NULL ? opening_cash : &opening->cash);
    wb_money_set(&w->debt, &opening->backstop_debt);
    wb_money_set(&w->obligo_used, &opening->obligo_called);
    wb_money_set(&w->levy_used, &opening->levy_called);
    for (uint32_t t = 0; plan->model->opening_due != NULL && t < plan->model->step_count; t++)
        wb_money_set(&w->principal_due[t], &plan->model->opening_due[t]);
    for (uint32_t g = 0; g < plan->model->merger_count; g++)
        w->state[plan->model->mergers[g].provider] = FAILED;
    for (uint32_t c = 0; c < plan->opening_count; c++) {
        const wb_plan_opening *loan = &plan->opening[c];
        open_case *one = &w->cases[loan->provider];
        w->state[loan->provider] = SUPPORTED;
        wb_money_set(&one->principal, &loan->principal);
        one->opened = -1;
        one->resolves = loan->step;
        one->extensions = plan->model->extensions;
    }
    return true;
}

void wb_walk_clear(walk *w)
{
    const wb_model *model = w->model;
    wb_money *amounts[SINGLE_AMOUNTS];
    single_amounts(amounts, w);
    for (size_t i = 0; i < SINGLE_AMOUNTS; i++)
        wb_money_clear(amounts[i]);
    for (size_t layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_clear(&w->available[layer]);
    wb_waterfall_clear(&w->waterfall);
    wb_step_record_clear(&w->record);
    for (uint32_t i = 0; w->cases != NULL && i < model->provider_count; i++)
        wb_money_clear(&w->cases[i].principal);
    amounts_free(w->asks, model->provider_count);
    amounts_free(w->paid, model->provider_count);
    amounts_free(w->principal_due, model->step_count);
    amounts_free(w->recovery_due, model->step_count);
    free_income(w);
    free(w->factors);
    free(w->state);
    free(w->cases);
    free(w->healthy);
    free(w->distress);
    free(w->forced_failure);
    free(w->source);
    free(w->failed_unpaid);
    free(w->raised_end);
    free(w->raised);
}

/* Where all members are healthy they leave, and the new one is. */
static void merge(walk *w, const wb_merger *merger)
{
    for (uint32_t k = 0; k < merger->member_count; k++) {
        if (w->state[merger->members[k]] != HEALTHY) return;
    }
    for (uint32_t k = 0; k < merger->member_count; k++)
        w->state[merger->members[k]] = FAILED;
    w->state[merger->provider] = HEALTHY;
}

void wb_walk_begin_step(walk *w)
{
    const wb_model *model = w->model;
    wb_money *amounts[RECORD_AMOUNTS];
    record_amounts(amounts, &w->record);
    for (size_t i = 0; i < RECORD_AMOUNTS; i++)
        wb_money_set_cents(amounts[i], 0);
    wb_money_set_cents(&w->record.backstop_debt, 0);
    w->record.primaries = 0;
    w->record.infected = 0;
    w->record.supported = 0;
    w->record.failed = 0;
    w->record.cured = 0;
    w->record.converted = 0;
    w->record.extended = 0;
    wb_money_set(&w->debt_before, &w->debt);
    if (w->t > 0 && w->t % model->steps_per_year == 0) wb_money_set_cents(&w->levy_used, 0);
    for (uint32_t p = 0; p < w->plan->peer_count; p++)
        w->raised[p] = w->t < w->raised_end[p];
    for (uint32_t g = 0; g < model->merger_count; g++) {
        if (model->mergers[g].step == w->t) merge(w, &model->mergers[g]);
    }
    for (uint32_t i = 0; i < model->provider_count; i++) {
        w->healthy[i] = w->state[i] == HEALTHY;
        w->distress[i] = NOT_DISTRESSED;
        w->forced_failure[i] = false;
        w->source[i] = w->failed_unpaid[i] && w->plan->providers[i].source;
    }
}

static void event_at(walk *w, wb_event event)
{
    if (w->out->event[event] == WB_NONE) w->out->event[event] = w->t;
}

void wb_walk_events(walk *w)
{
    const wb_model *model = w->model;
    const wb_step_record *r = &w->record;
    const bool unmet = wb_money_sign(&r->unmet) > 0;
    const bool backstop = wb_money_sign(&r->backstop) > 0;
    if (unmet || backstop || wb_money_sign(&r->levy) > 0 || wb_money_sign(&r->obligo) > 0) {
        event_at(w, WB_EVENT_CAPITAL_USED);
    }
    if (unmet || backstop || wb_money_sign(&r->obligo) > 0) event_at(w, WB_EVENT_OBLIGO_CALLED);
    if (unmet || backstop) event_at(w, WB_EVENT_OBLIGO_USED_UP);
    const bool at_limit = model->has_backstop && !model->backstop_unlimited[w->t] &&
                          wb_money_sign(&w->debt) > 0 &&
                          wb_money_compare(&w->debt, &model->backstop_limit[w->t]) >= 0;
    if (unmet || (at_limit && w->out->event[WB_EVENT_OBLIGO_USED_UP] != WB_NONE)) {
        event_at(w, WB_EVENT_BACKSTOP_USED_UP);
    }
    if (unmet) event_at(w, WB_EVENT_RUIN);
}

/* Money is conserved: what the step's flows say, cash, debt and the layers must say too. */
static void check_books(walk *w)
{
    const wb_step_record *r = &w->record;
    const wb_money *const in[] = {&r->interest,  &r->contributions, &r->repaid, &r->loan_interest,
                                  &r->recovered, &r->levy,          &r->obligo, &r->backstop};
    const wb_money *const out[] = {&r->costs, &r->support_paid, &r->backstop_repaid, &r->refunded};
    wb_money_set(&w->total, &r->opening);
    for (size_t i = 0; i < sizeof in / sizeof *in; i++)
        wb_money_add(&w->total, &w->total, in[i]);
    for (size_t i = 0; i < sizeof out / sizeof *out; i++)
        wb_money_subtract(&w->total, &w->total, out[i]);
    assert(wb_money_compare(&w->total, &w->cash) == 0);

    wb_money_add(&w->total, &w->debt_before, &r->backstop);
    wb_money_subtract(&w->total, &w->total, &r->backstop_repaid);
    assert(wb_money_compare(&w->total, &w->debt) == 0);

    wb_money_set(&w->total, &w->waterfall.unmet);
    for (size_t layer = 0; layer < WB_LAYER_COUNT; layer++)
        wb_money_add(&w->total, &w->total, &w->waterfall.paid[layer]);
    wb_money_subtract(&w->total, &w->total, &w->shortage);
    assert(wb_money_compare(&w->total, &w->asked) == 0);
}

void wb_walk_end_step(walk *w, bool absorbed)
{
    const wb_model *model = w->model;
    wb_step_record *r = &w->record;
    check_books(w);
    wb_money_set(&r->closing, &w->cash);
    wb_money_set(&r->backstop_debt, &w->debt);
    const uint32_t year = w->t / model->steps_per_year;
    const wb_wide loss = wb_wide_get(r->loss.cents);
    w->out->loss += loss;
    w->out->loss_by_year[year] += loss;
    w->out->levy[year] += wb_wide_get(r->levy.cents);
    w->out->obligo[year] += wb_wide_get(r->obligo.cents);
    w->out->backstop[year] += wb_wide_get(r->backstop.cents);
    if (model->party_count > 0 && model->levy_group == model->party_group) {
        add(&w->party_calls, &r->levy);
    }
    if (model->party_count > 0 && model->obligo_group == model->party_group) {
        add(&w->party_calls, &r->obligo);
    }
    if (!absorbed && (w->t + 1) % model->steps_per_year == 0) {
        w->out->fund[year] = wb_wide_get(w->cash.cents);
    }
    wb_money_add(&w->need_now, &w->need_now, &r->support_paid);
    wb_money_subtract(&w->need_now, &w->need_now, &r->repaid);
    wb_money_subtract(&w->need_now, &w->need_now, &r->recovered);
    if (wb_money_compare(&w->need_now, &w->need) > 0) wb_money_set(&w->need, &w->need_now);
}

wb_code wb_walk_end_path(walk *w, wb_error *err)
{
    const wb_model *model = w->model;
    w->out->need = wb_wide_get(w->need.cents);
    w->out->cost += wb_wide_get(w->party_calls.cents);
    if (w->out->party_cost == NULL) return WB_OK;
    for (uint32_t p = 0; p < model->party_count; p++)
        wb_money_set(&w->parts[p], &model->parties[p].weight);
    const wb_code code =
        wb_split(w->party_parts, &w->party_calls, w->parts, model->party_count, err);
    for (uint32_t p = 0; code == WB_OK && p < model->party_count; p++) {
        add(&w->party_paid[p], &w->party_parts[p]);
        w->out->party_cost[p] = wb_wide_get(w->party_paid[p].cents);
    }
    return code;
}
