/*
 * kernel_gmp.c - the reference kernel: docs/model.md, line by line, with all money in GMP.
 *
 * Plain on purpose: one provider at a time, every amount exact and unbounded, the books of the
 * step checked to the cent before the next begins. The fast kernels are tested against it, and it
 * runs where int64 is not proved to suffice.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/walk.h"
#include "waarborg/loan.h"
#include "waarborg/split.h"

/* out = round(amount x f / 2^32 / divisor) */
static void apply_factor(wb_money *out, const wb_money *amount, uint64_t factor, uint32_t divisor)
{
    mpz_t n;
    mpz_t d;
    mpz_init(n);
    mpz_init_set_ui(d, divisor);
    mpz_mul_2exp(d, d, 32);
    mpz_mul_ui(n, amount->cents, factor);
    wb_round_divide(out->cents, n, d, WB_ROUND_HALF_AWAY);
    mpz_clear(n);
    mpz_clear(d);
}

/* ---- 3. cases resolve ---- */

/* An amount that comes at a step, if the horizon reaches so far. */
static void receive_at(walk *w, wb_path_event event, uint64_t step, const wb_money *amount)
{
    if (step >= w->model->step_count) return;
    add(event.kind == WB_PATH_REPAID ? &w->principal_due[step] : &w->recovery_due[step], amount);
    wb_walk_tell_later(w, event, step, amount);
}

static void lose(walk *w, wb_path_event_kind kind, uint32_t i, const wb_money *amount)
{
    add(&w->record.loss, amount);
    wb_path_result_lose(w->out, i, wb_wide_get(amount->cents));
    wb_walk_tell(w, event_by(kind, i), amount);
}

/* A failure: gone, or replaced; its peers fall more easily in the steps to come. */
static void leave(walk *w, uint32_t i)
{
    const wb_plan_provider *plan = &w->plan->providers[i];
    if (plan->peers != WB_NONE && plan->source) {
        w->raised_end[plan->peers] = w->t + 1 + w->model->peers_duration;
    }
    w->state[i] = w->model->replace ? HEALTHY : FAILED;
    w->record.failed++;
    w->out->failures[w->t / w->model->steps_per_year]++;
}

static void case_cured(walk *w, uint32_t i)
{
    const wb_model *model = w->model;
    open_case *one = &w->cases[i];
    for (uint32_t j = 1; j <= model->instalments; j++) {
        wb_yearly_part(&w->amount, &one->principal, j, model->instalments);
        receive_at(w, event_by(WB_PATH_REPAID, i), (uint64_t)w->t + j - 1, &w->amount);
    }
    const uint32_t open = (uint32_t)((int64_t)w->t - one->opened);
    apply_rate_for(&w->amount, &one->principal, &model->support_interest, open,
                   model->steps_per_year);
    add(&w->record.loan_interest, &w->amount);
    wb_walk_tell(w, event_by(WB_PATH_LOAN_INTEREST, i), &w->amount);
    w->record.cured++;
    w->state[i] = HEALTHY;
}

/* out = round(amount x LGD), drawn, with what stresses add */
static void apply_lgd(wb_money *out, walk *w, uint32_t i, const wb_money *amount)
{
    const wb_effect *effect = wb_plan_effect(w->plan, w->t, i);
    wb_plan_shape shape = *w->plan->providers[i].lgd;
    if (effect != NULL) shape.add = wb_rate_double(&effect->lgd_add);
    const double u =
        wb_plan_lgd(w->plan, w->path, w->t, w->model->providers[i].index, w->factors[0]);
    uint64_t factor = 0;
    const wb_rate *rate = wb_plan_draw(&shape, u, &factor);
    if (rate == NULL) {
        apply_factor(out, amount, factor, 1);
        return;
    }
    wb_rate share;
    wb_rate_init(&share);
    wb_rate_set(&share, rate);
    if (effect != NULL) mpq_add(share.ratio, share.ratio, effect->lgd_add.ratio);
    if (mpq_sgn(share.ratio) < 0) mpq_set_ui(share.ratio, 0, 1);
    if (mpq_cmp_ui(share.ratio, 1, 1) > 0) mpq_set_ui(share.ratio, 1, 1);
    wb_rate_apply(out, amount, &share, WB_ROUND_HALF_AWAY);
    wb_rate_clear(&share);
}

static void case_failed(walk *w, uint32_t i)
{
    const open_case *one = &w->cases[i];
    apply_lgd(&w->amount, w, i, &one->principal);
    lose(w, WB_PATH_WRITTEN_OFF, i, &w->amount);
    wb_money_subtract(&w->amount, &one->principal, &w->amount);
    receive_at(w, event_by(WB_PATH_RECOVERED, i), (uint64_t)w->t + w->model->recovery_lag,
               &w->amount);
    w->source[i] = w->plan->providers[i].source;
    leave(w, i);
}

static void case_resolves(walk *w, uint32_t i)
{
    const wb_plan *plan = w->plan;
    open_case *one = &w->cases[i];
    const double u = wb_plan_cure(plan, w->path, w->t, w->model->providers[i].index, w->factors[0]);
    if (u > plan->cured_above) {
        case_cured(w, i);
    } else if (u > plan->extended_above && one->extensions > 0) {
        one->extensions--;
        one->resolves += w->model->term;
        w->record.extended++;
    } else if (u > plan->converted_above) {
        lose(w, WB_PATH_CONVERTED, i, &one->principal);
        w->record.converted++;
        w->out->silent_defaults[w->t / w->model->steps_per_year]++;
        w->state[i] = HEALTHY;
    } else {
        case_failed(w, i);
    }
}

static void step_cases(walk *w)
{
    if (w->model->opening_due != NULL) {
        wb_walk_tell(w, event_of(WB_PATH_REPAID), &w->model->opening_due[w->t]);
    }
    wb_walk_tell_due(w, false);
    for (uint32_t i = 0; i < w->model->provider_count; i++) {
        if (w->state[i] == SUPPORTED && w->cases[i].resolves == w->t) case_resolves(w, i);
    }
    /* what resolved just now with something for this step is in the same two places */
    wb_money_set(&w->record.repaid, &w->principal_due[w->t]);
    wb_money_set(&w->record.recovered, &w->recovery_due[w->t]);
    add(&w->cash, &w->record.repaid);
    add(&w->cash, &w->record.recovered);
    add(&w->cash, &w->record.loan_interest);
}

/* ---- 4. new distress, 5. contagion ---- */

static void step_distress(walk *w)
{
    const wb_model *model = w->model;
    const wb_plan_phase *phase = &w->plan->phases[w->plan->phase_of[w->t]];
    const double scale = wb_plan_scale(w->plan, w->path, w->t);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (!w->healthy[i]) continue;
        const uint32_t peers = w->plan->providers[i].peers;
        const bool raised = peers != WB_NONE && w->raised[peers];
        const uint32_t group = raised ? phase->raised_of[i] : phase->group_of[i];
        const uint64_t threshold =
            wb_plan_threshold(w->plan, &phase->groups[group], w->factors, scale);
        const uint32_t word =
            wb_draw_word(model->seed, w->path, w->t, WB_DRAW_DISTRESS, model->providers[i].index);
        if (word < threshold) w->distress[i] = PRIMARY;
    }
    for (uint32_t f = 0; f < model->forced_count; f++) {
        const wb_forced *forced = &model->forced[f];
        if (forced->step != w->t || !w->healthy[forced->provider]) continue;
        w->distress[forced->provider] = PRIMARY;
        if (forced->failure) w->forced_failure[forced->provider] = true;
    }
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (w->distress[i] != PRIMARY) continue;
        w->record.primaries++;
        if (w->plan->providers[i].source) w->source[i] = true;
    }
}

static bool is_infected(const walk *w, uint32_t i)
{
    const wb_provider *provider = &w->model->providers[i];
    double escape = 1.0;
    for (uint32_t c = 0; c < provider->cluster_count; c++) {
        const uint32_t cluster = provider->clusters[c];
        uint32_t sources = 0;
        for (uint32_t j = 0; j < w->model->clusters[cluster].member_count; j++) {
            const uint32_t member = w->model->clusters[cluster].members[j];
            if (member != i && w->source[member]) sources++;
        }
        if (sources > 0) escape = escape * w->plan->escape[cluster][sources];
    }
    const uint32_t word =
        wb_draw_word(w->model->seed, w->path, w->t, WB_DRAW_CONTAGION, provider->index);
    return word >= wb_threshold(escape);
}

static void step_contagion(walk *w)
{
    const wb_model *model = w->model;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (!w->healthy[i] || w->distress[i] == PRIMARY || !is_infected(w, i)) continue;
        w->distress[i] = INFECTED;
        w->record.infected++;
    }
    const uint32_t year = w->t / model->steps_per_year;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (w->distress[i] != NOT_DISTRESSED) {
            w->out->young_people[year] += model->providers[i].clients;
        }
    }
}

/* ---- 6. waterfall ---- */

/* What a provider asks that is supported: months of revenue, and what stresses put on top. */
static void ask_support(wb_money *ask, walk *w, uint32_t i)
{
    const wb_plan_provider *plan = &w->plan->providers[i];
    const wb_provider *provider = &w->model->providers[i];
    const wb_effect *effect = wb_plan_effect(w->plan, w->t, i);
    uint64_t factor = 0;
    const wb_rate *months = effect != NULL && effect->has_months ? &effect->months : NULL;
    if (months == NULL) {
        const double u =
            wb_draw_uniform(w->model->seed, w->path, w->t, WB_DRAW_MONTHS, provider->index);
        months = wb_plan_draw(plan->months, u, &factor);
    }
    if (months != NULL) {
        apply_rate_for(ask, &provider->revenue, months, 1, 12);
    } else {
        apply_factor(ask, &provider->revenue, factor, 12);
    }
    if (effect != NULL) {
        wb_rate_apply(&w->amount, &provider->revenue, &effect->extra, WB_ROUND_HALF_AWAY);
        add(ask, &w->amount);
        const uint32_t word =
            wb_draw_word(w->model->seed, w->path, w->t, WB_DRAW_CALLED, provider->index);
        if (word < wb_threshold(effect->called_probability)) {
            wb_rate_apply(&w->amount, &provider->revenue, &effect->called, WB_ROUND_HALF_AWAY);
            add(ask, &w->amount);
        }
    }
    if (plan->has_cap && wb_money_compare(ask, &plan->cap) > 0) wb_money_set(ask, &plan->cap);
}

/* What provider i asks. */
static void ask_of(wb_money *ask, walk *w, uint32_t i)
{
    const wb_provider *provider = &w->model->providers[i];
    switch (provider->pays) {
    case WB_PAYS_SUPPORT: ask_support(ask, w, i); break;
    case WB_PAYS_EXPOSURE: apply_lgd(ask, w, i, &provider->amount); break;
    case WB_PAYS_LOAN:
    case WB_PAYS_LOSS: wb_money_set(ask, &provider->amount); break;
    }
}

static bool may_ask(const walk *w, uint32_t i)
{
    return w->distress[i] != NOT_DISTRESSED && w->model->providers[i].eligible &&
           !w->forced_failure[i];
}

/* The layers pay the need; the fund's state follows. */
static void call_layers(walk *w, const wb_money *need)
{
    const wb_model *model = w->model;
    wb_step_record *r = &w->record;
    wb_money *available = w->available;
    wb_money_subtract(&available[WB_LAYER_CASH], &w->cash, &model->floor);
    for (int layer = WB_LAYER_LEVY; layer < WB_LAYER_COUNT; layer++)
        wb_money_set_cents(&available[layer], 0);
    if (model->has_levy) {
        wb_money_subtract(&available[WB_LAYER_LEVY], &model->levy_cap, &w->levy_used);
    }
    if (model->has_obligo) {
        wb_money_subtract(&available[WB_LAYER_OBLIGO], &model->obligo_cap, &w->obligo_used);
    }
    if (model->has_backstop && model->backstop_unlimited[w->t]) {
        wb_money_set(&available[WB_LAYER_BACKSTOP], need);
    } else if (model->has_backstop) {
        wb_money_subtract(&available[WB_LAYER_BACKSTOP], &model->backstop_limit[w->t], &w->debt);
    }
    wb_waterfall_pay(&w->waterfall, need, available);
    wb_money_set(&r->levy, &w->waterfall.paid[WB_LAYER_LEVY]);
    wb_money_set(&r->obligo, &w->waterfall.paid[WB_LAYER_OBLIGO]);
    wb_money_set(&r->backstop, &w->waterfall.paid[WB_LAYER_BACKSTOP]);
    wb_money_set(&r->unmet, &w->waterfall.unmet);
    add(&w->levy_used, &r->levy);
    add(&w->obligo_used, &r->obligo);
    add(&w->debt, &r->backstop);
    add(&w->cash, &r->levy);
    add(&w->cash, &r->obligo);
    add(&w->cash, &r->backstop);
    wb_walk_tell(w, event_from(WB_PATH_LEVY, model->levy_group), &r->levy);
    wb_walk_tell(w, event_from(WB_PATH_OBLIGO, model->obligo_group), &r->obligo);
    wb_walk_tell(w, event_of(WB_PATH_BACKSTOP), &r->backstop);
}

/* Support, or a final pay-out: what is paid, in whole or part, has been decided. */
static void support_provider(walk *w, uint32_t i, const wb_money *paid)
{
    const wb_model *model = w->model;
    w->record.supported++;
    w->out->cases[w->t / model->steps_per_year]++;
    const wb_pays pays = model->providers[i].pays;
    if (pays == WB_PAYS_LOSS || pays == WB_PAYS_EXPOSURE) {
        lose(w, WB_PATH_PAID_OUT, i, paid);
        leave(w, i);
        return;
    }
    wb_money_set_cents(&w->amount, 0);
    if (pays == WB_PAYS_SUPPORT) {
        wb_rate_apply(&w->amount, paid, &model->grant_share, WB_ROUND_HALF_AWAY);
    }
    lose(w, WB_PATH_GRANT, i, &w->amount);
    open_case *one = &w->cases[i];
    wb_money_subtract(&one->principal, paid, &w->amount);
    wb_walk_tell(w, event_by(WB_PATH_LOAN, i), &one->principal);
    one->opened = w->t;
    one->resolves = (uint64_t)w->t + model->term;
    one->extensions = model->extensions;
    w->state[i] = SUPPORTED;
}

static void refuse_provider(walk *w, uint32_t i)
{
    const uint32_t word = wb_draw_word(w->model->seed, w->path, w->t, WB_DRAW_FAIL_UNSUPPORTED,
                                       w->model->providers[i].index);
    if (!w->forced_failure[i] && word >= w->plan->fail_threshold) return;
    w->failed_unpaid[i] = true;
    leave(w, i);
}

static wb_code step_waterfall(walk *w, wb_error *err)
{
    const wb_model *model = w->model;
    wb_money_set_cents(&w->asked, 0);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        wb_money_set_cents(&w->asks[i], 0);
        if (may_ask(w, i)) ask_of(&w->asks[i], w, i);
        add(&w->asked, &w->asks[i]);
    }
    excess_of(&w->shortage, &model->floor, &w->cash);
    wb_money_add(&w->total, &w->asked, &w->shortage);
    call_layers(w, &w->total);
    wb_money_subtract(&w->amount, &w->total, &w->record.unmet);
    excess_of(&w->record.support_paid, &w->amount, &w->shortage);
    take(&w->cash, &w->record.support_paid);
    const wb_money *paid = w->asks;
    if (wb_money_compare(&w->record.support_paid, &w->asked) < 0) {
        const wb_code code =
            wb_split(w->paid, &w->record.support_paid, w->asks, model->provider_count, err);
        if (code != WB_OK) return code;
        paid = w->paid;
    }
    memset(w->failed_unpaid, 0, model->provider_count * sizeof *w->failed_unpaid);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (w->distress[i] == NOT_DISTRESSED) continue;
        const bool nothing = wb_money_sign(&paid[i]) == 0 && wb_money_sign(&w->asks[i]) > 0;
        if (may_ask(w, i) && !nothing) {
            support_provider(w, i, &paid[i]);
        } else {
            refuse_provider(w, i);
        }
    }
    return WB_OK;
}

/* ---- 7. surplus ---- */

/* What a refund gives each group: by what it has paid so far; to nobody where none has. */
static wb_code refund(walk *w, const wb_money *amount, wb_error *err)
{
    const wb_model *model = w->model;
    bool somebody = false;
    for (uint32_t g = 0; g < model->group_count; g++)
        somebody = somebody || wb_money_sign(&w->received[g]) > 0;
    if (!somebody || wb_money_sign(amount) == 0) {
        wb_walk_tell(w, event_of(WB_PATH_REFUNDED), amount);
        return WB_OK;
    }
    const wb_code code = wb_split(w->refunds, amount, w->received, model->group_count, err);
    for (uint32_t g = 0; code == WB_OK && g < model->group_count; g++) {
        wb_walk_tell(w, event_from(WB_PATH_REFUNDED, g), &w->refunds[g]);
    }
    if (code == WB_OK && model->party_count > 0) {
        take(&w->party_calls, &w->refunds[model->party_group]);
    }
    return code;
}

static wb_code step_surplus(walk *w, wb_error *err)
{
    const wb_model *model = w->model;
    wb_step_record *r = &w->record;
    if (model->has_target && model->backstop_repay) {
        excess_of(&r->backstop_repaid, &w->cash, &model->target);
        if (wb_money_compare(&r->backstop_repaid, &w->debt) > 0) {
            wb_money_set(&r->backstop_repaid, &w->debt);
        }
        take(&w->cash, &r->backstop_repaid);
        take(&w->debt, &r->backstop_repaid);
        wb_walk_tell(w, event_of(WB_PATH_BACKSTOP_REPAID), &r->backstop_repaid);
    }
    if (!model->has_cap || model->surplus != WB_SURPLUS_REFUND) return WB_OK;
    excess_of(&r->refunded, &w->cash, &model->cap);
    take(&w->cash, &r->refunded);
    return refund(w, &r->refunded, err);
}

/* ---- a path ---- */

static wb_code step(walk *w, bool *absorbed, wb_error *err)
{
    const wb_model *model = w->model;
    wb_walk_begin_step(w);
    wb_plan_factors(w->plan, w->path, w->t, w->factors);
    wb_code code = wb_walk_income(w, err);
    if (code != WB_OK) return code;
    step_cases(w);
    step_distress(w);
    step_contagion(w);
    code = step_waterfall(w, err);
    if (code != WB_OK) return code;
    wb_walk_events(w);
    *absorbed = model->ruin_absorbs && wb_money_sign(&w->record.unmet) > 0;
    if (!*absorbed) code = step_surplus(w, err);
    if (code == WB_OK) wb_walk_end_step(w, *absorbed);
    return code;
}

static wb_code run(walk *w, wb_step_record *records, wb_error *err)
{
    wb_code code = WB_OK;
    bool absorbed = false;
    for (w->t = 0; w->t < w->model->step_count && code == WB_OK; w->t++) {
        if (!absorbed)
            code = step(w, &absorbed, err);
        else
            wb_walk_begin_step(w); /* an empty record: the path has stopped */
        if (records != NULL) wb_step_record_set(&records[w->t], &w->record);
        if (w->told != NULL && w->told->code != WB_OK) break;
    }
    return code == WB_OK ? wb_walk_end_path(w, err) : code;
}

static wb_code walk_path(const wb_plan *plan, uint64_t path, const wb_money *opening_cash,
                         wb_path_result *out, wb_step_record *records, wb_trace *told,
                         wb_error *err)
{
    assert(plan != NULL);
    assert(out != NULL);
    walk w;
    wb_path_result_reset(out);
    const bool made = wb_walk_init(&w, plan, path, opening_cash, out);
    w.told = told;
    const wb_code code = made ? run(&w, records, err)
                              : wb_fail(err, WB_E_NOMEM, "no memory for a path of %u providers",
                                        plan->model->provider_count);
    wb_walk_clear(&w);
    return code;
}

wb_code wb_kernel_gmp_path(const wb_plan *plan, uint64_t path, const wb_money *opening_cash,
                           wb_path_result *out, wb_step_record *trace, wb_error *err)
{
    return walk_path(plan, path, opening_cash, out, trace, NULL, err);
}

wb_code wb_kernel_gmp_tell(const wb_plan *plan, uint64_t path, wb_path_result *out, wb_trace *trace,
                           wb_error *err)
{
    return walk_path(plan, path, NULL, out, NULL, trace, err);
}
