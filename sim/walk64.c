/* walk64.c - the money phase in int64: steps 2, 3, 6, 7 and 8 of docs/model.md; see walk64.h. */
#include "sim/walk64.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/walk64_internal.h"

/* ---- 3. cases resolve ---- */

/* Healthy from the next step on; it was not healthy until now. */
static void recovers(path64 *p, uint32_t i)
{
    p->walk->healthy_from[i] = p->t + 1;
    wb_walk64_payer_returns(p, i);
}

static void add_loss(path64 *p, uint32_t i, int64_t amount)
{
    p->loss += amount;
    wb_path_result_lose(p->out, i, amount);
}

/* A failure; its peers are raised from the next step on. */
static void count_failure(path64 *p, uint32_t i)
{
    wb_walk64 *w = p->walk;
    p->failed++;
    p->out->failures[p->step->year]++;
    const uint32_t cell = w->plan->providers[i].peers;
    if (cell != WB_NONE) w->rising[w->rising_count++] = cell;
}

/* The LGD of a provider, with the effects of the step. */
static const wb_shape64 *lgd_of(const path64 *p, uint32_t i)
{
    const wb_plan64 *plan = p->walk->plan;
    const wb_shape64 *own = plan->providers[i].lgd;
    const wb_effect64 *effect = wb_walk64_effect(p, i);
    if (effect == NULL || effect->shapes == NULL) return own;
    return &effect->shapes[own - plan->shapes];
}

static void wait_until(wb_walk64 *w, uint32_t i, uint64_t step)
{
    if (step >= w->plan->step_count) return;
    w->cases[i].next = w->resolving[step];
    w->resolving[step] = i + 1;
}

static void case_cured(path64 *p, uint32_t i)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const wb_case64 *one = &w->cases[i];
    const uint32_t n = plan->model->instalments;
    __extension__ typedef __int128 product;
    int64_t before = 0;
    for (uint32_t j = 1; j <= n; j++) {
        const int64_t so_far = j == n ? one->principal : (int64_t)((product)one->principal * j / n);
        const uint64_t step = (uint64_t)p->t + j - 1;
        if (step >= plan->step_count) break;
        w->principal_due[step] += so_far - before;
        before = so_far;
    }
    if (plan->loan_interest.n > 0) {
        const wb_ratio64 rate = {.n = plan->loan_interest.n *
                                      (uint64_t)((int64_t)p->t - one->opened),
                                 .d = plan->loan_interest.d};
        p->loan_interest += wb_share64(one->principal, rate);
    }
    p->cured++;
    recovers(p, i);
}

static void case_failed(path64 *p, uint32_t i)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const int64_t principal = w->cases[i].principal;
    const int64_t loss = wb_draw_share64(p, lgd_of(p, i), principal, 1, i);
    add_loss(p, i, loss);
    const uint64_t step = (uint64_t)p->t + plan->model->recovery_lag;
    if (step < plan->step_count) w->recovery_due[step] += principal - loss;
    if (plan->providers[i].source) w->sources[w->source_count++] = i;
    count_failure(p, i);
    if (plan->model->replace) recovers(p, i);
}

static void case_resolves(path64 *p, uint32_t i)
{
    wb_walk64 *w = p->walk;
    wb_case64 *one = &w->cases[i];
    const wb_outcome64 outcome = wb_draw_outcome64(p, i);
    if (outcome == WB_CURED) {
        case_cured(p, i);
    } else if (outcome == WB_EXTENDED && one->extensions > 0) {
        one->extensions--;
        wait_until(w, i, (uint64_t)p->t + w->plan->model->term);
        p->extended++;
    } else if (outcome == WB_EXTENDED || outcome == WB_CONVERTED) {
        add_loss(p, i, one->principal);
        p->converted++;
        p->out->silent_defaults[p->step->year]++;
        recovers(p, i);
    } else {
        case_failed(p, i);
    }
}

/* ---- 6. waterfall ---- */

static void call_layers(path64 *p, int64_t need)
{
    const wb_plan64 *plan = p->walk->plan;
    const wb_step64 *step = p->step;
    const int64_t available[WB_LAYER_COUNT] = {
        [WB_LAYER_CASH] = p->cash - plan->floor,
        [WB_LAYER_LEVY] = plan->levy_cap - p->levy_used,
        [WB_LAYER_OBLIGO] = plan->obligo_cap - p->obligo_used,
        [WB_LAYER_BACKSTOP] = step->backstop_limit - p->debt,
    };
    wb_waterfall_int64 waterfall;
    wb_waterfall_pay_int64(&waterfall, need, available);
    p->levy = waterfall.paid[WB_LAYER_LEVY];
    p->obligo = waterfall.paid[WB_LAYER_OBLIGO];
    p->backstop = waterfall.paid[WB_LAYER_BACKSTOP];
    p->unmet = waterfall.unmet;
    p->levy_used += p->levy;
    p->obligo_used += p->obligo;
    p->debt += p->backstop;
    p->cash += p->levy + p->obligo + p->backstop;
    p->out->levy[step->year] += p->levy;
    p->out->obligo[step->year] += p->obligo;
    p->out->backstop[step->year] += p->backstop;
}

static void support(path64 *p, uint32_t i, int64_t paid)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint8_t pays = plan->providers[i].pays;
    p->supported++;
    p->out->cases[p->step->year]++;
    if (pays == WB_PAYS_LOSS || pays == WB_PAYS_EXPOSURE) {
        add_loss(p, i, paid);
        count_failure(p, i);
        if (plan->model->replace) {
            w->healthy_from[i] = p->t + 1;
        } else {
            w->healthy_from[i] = WB_NEVER;
            wb_walk64_payer_stops(p, i);
        }
        return;
    }
    const int64_t grant = pays == WB_PAYS_SUPPORT ? wb_share64(paid, plan->grant_share) : 0;
    add_loss(p, i, grant);
    w->cases[i] = (wb_case64){
        .principal = paid - grant, .opened = (int32_t)p->t, .extensions = plan->model->extensions};
    w->healthy_from[i] = WB_NEVER;
    wb_walk64_payer_stops(p, i);
    wait_until(w, i, (uint64_t)p->t + plan->model->term);
}

static void refuse(path64 *p, const wb_distressed64 *one)
{
    wb_walk64 *w = p->walk;
    const wb_plan64 *plan = w->plan;
    const uint32_t i = one->provider;
    if (!one->forced_failure) {
        const uint32_t word = wb_draw_word(plan->model->seed, p->path, p->t,
                                           WB_DRAW_FAIL_UNSUPPORTED, plan->providers[i].index);
        if (word >= plan->plan->fail_threshold) return;
    }
    if (plan->providers[i].source) w->failed_now[w->failed_now_count++] = i;
    count_failure(p, i);
    if (plan->model->replace) {
        w->healthy_from[i] = p->t + 1;
    } else {
        w->healthy_from[i] = WB_NEVER;
        wb_walk64_payer_stops(p, i);
    }
}

/* What provider i asks. */
static int64_t ask_of(const path64 *p, uint32_t i)
{
    const wb_provider64 *provider = &p->walk->plan->providers[i];
    const wb_effect64 *effect = wb_walk64_effect(p, i);
    const bool support = provider->pays == WB_PAYS_SUPPORT;
    int64_t amount = provider->ask;
    if (effect != NULL && support) return wb_walk64_ask_under(p, effect, i);
    if (effect != NULL && provider->pays == WB_PAYS_EXPOSURE) {
        return wb_draw_share64(p, lgd_of(p, i), provider->base, 1, i);
    }
    if (provider->drawn != NULL) {
        amount = wb_draw_share64(p, provider->drawn, provider->base, support ? 12 : 1, i);
        amount = amount < provider->cap ? amount : provider->cap;
    }
    return amount;
}

/* The asks of the distressed, in order of providers; returns their sum. */
static int64_t ask(path64 *p)
{
    wb_walk64 *w = p->walk;
    int64_t asked = 0;
    uint32_t asking = 0;
    for (uint32_t d = 0; d < w->distressed_count; d++) {
        wb_distressed64 *one = &w->distressed[d];
        const wb_provider64 *provider = &w->plan->providers[one->provider];
        p->out->young_people[p->step->year] += provider->clients;
        one->asks = provider->eligible && !one->forced_failure;
        if (!one->asks) continue;
        const int64_t amount = ask_of(p, one->provider);
        w->asks[asking++] = amount;
        asked += amount;
    }
    w->asking_count = asking;
    return asked;
}

static void waterfall(path64 *p)
{
    wb_walk64 *w = p->walk;
    const int64_t asked = w->distressed_count > 0 ? ask(p) : 0;
    const int64_t shortage = p->cash < w->plan->floor ? w->plan->floor - p->cash : 0;
    const int64_t need = asked + shortage;
    if (need > 0) call_layers(p, need);
    const int64_t met = need - p->unmet;
    p->support_paid = met > shortage ? met - shortage : 0;
    p->cash -= p->support_paid;
    const int64_t *paid = w->asks;
    if (p->support_paid < asked) {
        wb_split_int64(w->paid, p->support_paid, w->asks, w->rests, w->asking_count);
        paid = w->paid;
    }
    uint32_t asking = 0;
    for (uint32_t d = 0; d < w->distressed_count; d++) {
        const wb_distressed64 *one = &w->distressed[d];
        if (!one->asks) {
            refuse(p, one);
            continue;
        }
        const uint32_t at = asking++;
        if (paid[at] > 0 || w->asks[at] == 0)
            support(p, one->provider, paid[at]);
        else
            refuse(p, one);
    }
}

/* ---- 7. surplus, 8. record ---- */

static void event_at(path64 *p, wb_event event)
{
    if (p->out->event[event] == WB_NONE) p->out->event[event] = p->t;
}

static void events(path64 *p)
{
    const bool unmet = p->unmet > 0;
    if (unmet || p->levy > 0 || p->obligo > 0 || p->backstop > 0) {
        event_at(p, WB_EVENT_CAPITAL_USED);
    }
    if (unmet || p->obligo > 0 || p->backstop > 0) event_at(p, WB_EVENT_OBLIGO_CALLED);
    if (unmet || p->backstop > 0) event_at(p, WB_EVENT_OBLIGO_USED_UP);
    const bool at_limit =
        p->step->backstop_limited && p->debt > 0 && p->debt >= p->step->backstop_limit;
    if (unmet || (at_limit && p->out->event[WB_EVENT_OBLIGO_USED_UP] != WB_NONE)) {
        event_at(p, WB_EVENT_BACKSTOP_USED_UP);
    }
    if (unmet) event_at(p, WB_EVENT_RUIN);
}

static void surplus(path64 *p)
{
    const wb_plan64 *plan = p->walk->plan;
    const wb_model *model = plan->model;
    if (p->debt > 0 && model->has_target && model->backstop_repay && p->cash > plan->target) {
        const int64_t excess = p->cash - plan->target;
        p->backstop_repaid = excess < p->debt ? excess : p->debt;
        p->cash -= p->backstop_repaid;
        p->debt -= p->backstop_repaid;
    }
    if (model->has_cap && !plan->holiday && p->cash > plan->cap) {
        p->refunded = p->cash - plan->cap;
        p->cash = plan->cap;
        if (plan->model->party_count > 0) wb_walk64_refund(p);
    }
}

static void set(wb_money *money, int64_t value)
{
    wb_money_set_cents(money, value);
}

static void trace_step(const path64 *p, wb_step_record *record)
{
    set(&record->opening, p->opening);
    set(&record->interest, p->interest);
    set(&record->contributions, p->contributions);
    set(&record->costs, p->costs);
    set(&record->repaid, p->repaid);
    set(&record->recovered, p->recovered);
    set(&record->loan_interest, p->loan_interest);
    set(&record->support_paid, p->support_paid);
    set(&record->levy, p->levy);
    set(&record->obligo, p->obligo);
    set(&record->backstop, p->backstop);
    set(&record->unmet, p->unmet);
    set(&record->backstop_repaid, p->backstop_repaid);
    set(&record->refunded, p->refunded);
    set(&record->closing, p->cash);
    set(&record->loss, p->loss);
    set(&record->backstop_debt, p->debt);
    record->primaries = p->primaries;
    record->infected = p->infected;
    record->supported = p->supported;
    record->failed = p->failed;
    record->cured = p->cured;
    record->converted = p->converted;
    record->extended = p->extended;
}

/* ---- a path ---- */

static void step_clear(path64 *p)
{
    p->opening = p->interest = p->contributions = p->costs = 0;
    p->repaid = p->recovered = p->loan_interest = 0;
    p->support_paid = p->levy = p->obligo = p->backstop = p->unmet = 0;
    p->backstop_repaid = p->refunded = p->loss = 0;
    p->primaries = p->infected = p->supported = p->failed = 0;
    p->cured = p->converted = p->extended = 0;
}

static void step_begin(path64 *p, uint32_t t)
{
    const wb_walk64 *w = p->walk;
    step_clear(p);
    p->t = t;
    p->step = &w->plan->steps[t];
    p->opening = p->cash;
    p->costs = p->step->costs;
    if (p->step->year_start && t > 0) p->levy_used = 0;
}

/* Members that are all healthy become one that is new. */
static void merge(path64 *p)
{
    const wb_walk64 *w = p->walk;
    for (uint32_t g = p->step->merger_first; g < p->step->merger_end; g++) {
        const wb_merger *merger = &w->plan->model->mergers[g];
        bool all = true;
        for (uint32_t k = 0; k < merger->member_count; k++)
            all = all && w->healthy_from[merger->members[k]] <= p->t;
        if (!all) continue;
        for (uint32_t k = 0; k < merger->member_count; k++) {
            w->healthy_from[merger->members[k]] = WB_NEVER;
            wb_walk64_payer_stops(p, merger->members[k]);
        }
        w->healthy_from[merger->provider] = p->t;
        wb_walk64_payer_returns(p, merger->provider);
    }
}

/* What failed in this step raises the probability of its peers in the next ones. */
static void raise_peers(path64 *p)
{
    wb_walk64 *w = p->walk;
    for (uint32_t k = 0; k < w->rising_count; k++) {
        const uint32_t cell = w->rising[k];
        if (w->raised_end[cell] == 0) w->raised[w->raised_count++] = cell;
        w->raised_end[cell] = p->t + 1 + w->plan->model->peers_duration;
    }
    w->rising_count = 0;
}

static void step_cases(path64 *p)
{
    wb_walk64 *w = p->walk;
    uint32_t next = w->resolving[p->t];
    while (next != 0) {
        const uint32_t i = next - 1;
        next = w->cases[i].next;
        case_resolves(p, i);
    }
    p->repaid = w->principal_due[p->t];
    p->recovered = w->recovery_due[p->t];
    p->cash += p->repaid + p->recovered + p->loan_interest;
}

/* Everything of step 8 but the events; the fund is 0 once absorbed. */
static void step_end(path64 *p, bool absorbed)
{
    const uint32_t year = p->step->year;
    p->out->loss += p->loss;
    p->out->loss_by_year[year] += p->loss;
    if (p->step->year_end && !absorbed) p->out->fund[year] = p->cash;
    p->need += p->support_paid - p->repaid - p->recovered;
    if (p->need > p->need_most) p->need_most = p->need;
}

static void path_begin(wb_walk64 *w)
{
    const wb_plan64 *plan = w->plan;
    const size_t steps = plan->step_count;
    memcpy(w->healthy_from, plan->healthy_from, plan->provider_count * sizeof *w->healthy_from);
    memset(w->resolving, 0, steps * sizeof *w->resolving);
    memcpy(w->principal_due, plan->opening_due, steps * sizeof *w->principal_due);
    memset(w->recovery_due, 0, steps * sizeof *w->recovery_due);
    memcpy(w->slots, plan->slot_start, plan->slot_count * sizeof *w->slots);
    w->failed_now_count = 0;
    w->source_count = 0;
    for (uint32_t k = 0; k < w->raised_count; k++)
        w->raised_end[w->raised[k]] = 0;
    w->raised_count = 0;
    w->rising_count = 0;
    wb_walk64_begin_pay(w);
    for (uint32_t c = 0; c < plan->plan->opening_count; c++) {
        const wb_plan_opening *loan = &plan->plan->opening[c];
        w->cases[loan->provider] = (wb_case64){.principal = wb_money_cents(&loan->principal),
                                               .opened = -1,
                                               .extensions = plan->model->extensions};
        wait_until(w, loan->provider, loan->step);
    }
}

void wb_walk64_path(wb_walk64 *walk, const wb_draws *draws, uint32_t lane, int64_t cash,
                    uint32_t step_limit, wb_event stop_at, wb_path_result *out,
                    wb_step_record *trace)
{
    assert(lane < WB_LANES && step_limit <= walk->plan->step_count);
    path64 p = {.walk = walk,
                .draws = draws,
                .lane = lane,
                .out = out,
                .path = draws->path_first + lane,
                .cash = cash,
                .debt = walk->plan->debt,
                .levy_used = walk->plan->levy_called,
                .obligo_used = walk->plan->obligo_called};
    path_begin(walk);
    wb_path_result_reset(out);
    bool absorbed = false;
    uint32_t t = 0;
    while (t < step_limit && !absorbed) {
        step_begin(&p, t);
        if (p.step->merger_first < p.step->merger_end) merge(&p);
        wb_walk64_income(&p);
        step_cases(&p);
        wb_walk64_distress(&p);
        if (walk->distressed_count > 0 || p.cash < walk->plan->floor) waterfall(&p);
        events(&p);
        absorbed = p.unmet > 0 && walk->plan->model->ruin_absorbs;
        if (!absorbed) surplus(&p);
        step_end(&p, absorbed);
        if (walk->rising_count > 0) raise_peers(&p);
        if (trace != NULL) trace_step(&p, &trace[t]);
        t++;
        if (stop_at != WB_EVENT_COUNT && out->event[stop_at] != WB_NONE) break;
    }
    out->need = p.need_most;
    wb_walk64_end_pay(&p, t);
    if (trace != NULL) {
        step_clear(&p);
        p.cash = p.debt = 0;
        for (; t < walk->plan->step_count; t++)
            trace_step(&p, &trace[t]); /* it has stopped */
    }
}
