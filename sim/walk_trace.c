/* walk_trace.c - what the reference kernel tells of a path's money: wb_sim_trace of sim.h. */
#include <assert.h>
#include <stdlib.h>

#include "sim/walk.h"

static const struct {
    const char *name;
    wb_path_effect effect;
} kinds[WB_PATH_EVENT_KINDS] = {
    [WB_PATH_INTEREST] = {"interest", {.cash = 1}},
    [WB_PATH_CONTRIBUTION] = {"contribution", {.cash = 1}},
    [WB_PATH_LATE_CONTRIBUTION] = {"late_contribution", {.cash = 1}},
    [WB_PATH_COSTS] = {"costs", {.cash = -1}},
    [WB_PATH_REPAID] = {"repaid", {.cash = 1, .loan = -1}},
    [WB_PATH_LOAN_INTEREST] = {"loan_interest", {.cash = 1}},
    [WB_PATH_CONVERTED] = {"converted", {.loan = -1, .loss = 1}},
    [WB_PATH_WRITTEN_OFF] = {"written_off", {.loan = -1, .loss = 1}},
    [WB_PATH_RECOVERED] = {"recovered", {.cash = 1, .loan = -1}},
    [WB_PATH_LEVY] = {"levy", {.cash = 1}},
    [WB_PATH_OBLIGO] = {"obligo", {.cash = 1}},
    [WB_PATH_BACKSTOP] = {"backstop", {.cash = 1, .debt = 1}},
    [WB_PATH_GRANT] = {"grant", {.cash = -1, .loss = 1}},
    [WB_PATH_LOAN] = {"loan", {.cash = -1, .loan = 1}},
    [WB_PATH_PAID_OUT] = {"paid_out", {.cash = -1, .loss = 1}},
    [WB_PATH_BACKSTOP_REPAID] = {"backstop_repaid", {.cash = -1, .debt = -1}},
    [WB_PATH_REFUNDED] = {"refunded", {.cash = -1}},
};

wb_path_effect wb_path_effect_of(wb_path_event_kind kind)
{
    assert(kind < WB_PATH_EVENT_KINDS);
    return kinds[kind].effect;
}

const char *wb_path_event_kind_name(wb_path_event_kind kind)
{
    assert(kind < WB_PATH_EVENT_KINDS);
    return kinds[kind].name;
}

void wb_walk_tell(walk *w, wb_path_event event, const wb_money *amount)
{
    wb_trace *trace = w->told;
    if (trace == NULL || trace->code != WB_OK || wb_money_sign(amount) == 0) return;
    assert(wb_money_sign(amount) > 0);
    event.step = w->t;
    event.amount = amount;
    if (!trace->visit(&event, trace->context)) trace->code = WB_E_INTERRUPTED;
}

void wb_walk_tell_later(walk *w, wb_path_event event, uint64_t step, const wb_money *amount)
{
    wb_trace *trace = w->told;
    if (trace == NULL || trace->code != WB_OK || step >= w->model->step_count) return;
    if (step == w->t) {
        wb_walk_tell(w, event, amount);
        return;
    }
    if (trace->count == trace->room) {
        const size_t room = trace->room == 0 ? 64 : 2 * trace->room;
        wb_coming *coming = realloc(trace->coming, room * sizeof *coming);
        if (coming == NULL) {
            trace->code = WB_E_NOMEM;
            return;
        }
        trace->coming = coming;
        trace->room = room;
    }
    wb_coming *one = &trace->coming[trace->count++];
    *one = (wb_coming){.event = event, .step = step};
    wb_money_init(&one->amount);
    wb_money_set(&one->amount, amount);
}

void wb_walk_tell_due(walk *w, bool late)
{
    wb_trace *trace = w->told;
    for (size_t i = 0; trace != NULL && i < trace->count; i++) {
        const wb_coming *one = &trace->coming[i];
        const bool is_late = one->event.kind == WB_PATH_LATE_CONTRIBUTION;
        if (one->step == w->t && is_late == late) wb_walk_tell(w, one->event, &one->amount);
    }
}

wb_code wb_sim_trace(const wb_model *model, uint64_t path, wb_path_visit *visit, void *context,
                     wb_error *err)
{
    assert(model != NULL && visit != NULL);
    wb_plan *plan = NULL;
    wb_path_result result = {0};
    wb_trace trace = {.visit = visit, .context = context, .code = WB_OK};
    wb_code code = wb_plan_new(&plan, model, err);
    if (code == WB_OK && !wb_path_result_init(&result, model)) {
        code = wb_fail(err, WB_E_NOMEM, "no memory for a path");
    }
    if (code == WB_OK) code = wb_kernel_gmp_tell(plan, path, &result, &trace, err);
    if (code == WB_OK && trace.code != WB_OK) {
        code = wb_fail(err, trace.code,
                       trace.code == WB_E_NOMEM ? "no memory for what is still to come"
                                                : "the path was stopped while it was shown");
    }
    for (size_t i = 0; i < trace.count; i++)
        wb_money_clear(&trace.coming[i].amount);
    free(trace.coming);
    wb_path_result_clear(&result);
    wb_plan_free(plan);
    return code;
}
