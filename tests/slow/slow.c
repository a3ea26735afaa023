/* slow.c - a path of the slow model from its opening to its costs; see slow.h. */
#include <stdlib.h>

#include "tests/slow/slow_walk.h"

/* ---- 8. record ---- */

static void happens(slow_walk *w, uint32_t event, bool now)
{
    if (now && w->out->event[event] == WB_NONE) w->out->event[event] = w->t;
}

static void events(slow_walk *w)
{
    const wb_model *m = w->m;
    const slow_step *now = w->now;
    const bool unmet = mpz_sgn(now->unmet) > 0;
    const bool backstop = mpz_sgn(now->backstop) > 0;
    const bool obligo = mpz_sgn(now->obligo) > 0;
    happens(w, 0, mpz_sgn(now->levy) > 0 || obligo || backstop || unmet);
    happens(w, 1, obligo || backstop || unmet);
    happens(w, 2, backstop || unmet);
    const bool at_limit = m->has_backstop && !m->backstop_unlimited[w->t] && mpz_sgn(w->debt) > 0 &&
                          mpz_cmp(w->debt, m->backstop_limit[w->t].cents) >= 0;
    happens(w, 3, unmet || (w->out->event[2] != WB_NONE && at_limit));
    happens(w, 4, unmet);
}

static void record(slow_walk *w)
{
    const wb_model *m = w->m;
    slow_path *out = w->out;
    slow_step *now = w->now;
    mpz_set(now->closing, w->cash);
    mpz_set(now->debt, w->debt);
    mpz_add(out->loss_by_year[w->year], out->loss_by_year[w->year], now->loss);
    mpz_add(out->loss, out->loss, now->loss);
    mpz_add(out->levy[w->year], out->levy[w->year], now->levy);
    mpz_add(out->obligo[w->year], out->obligo[w->year], now->obligo);
    mpz_add(out->backstop[w->year], out->backstop[w->year], now->backstop);
    if (m->has_levy && m->levy_group == m->party_group) mpz_add(w->calls, w->calls, now->levy);
    if (m->has_obligo && m->obligo_group == m->party_group)
        mpz_add(w->calls, w->calls, now->obligo);
    mpz_add(w->need_now, w->need_now, now->support_paid);
    mpz_sub(w->need_now, w->need_now, now->repaid);
    mpz_sub(w->need_now, w->need_now, now->recovered);
    if (mpz_cmp(w->need_now, out->need) > 0) mpz_set(out->need, w->need_now);
}

/* Peers of who failed in this step are raised in the steps after it. */
static void raise_peers(slow_walk *w)
{
    const wb_model *m = w->m;
    for (uint32_t i = 0; m->peers_duration > 0 && i < m->provider_count; i++) {
        const wb_provider *from = &m->providers[i];
        if (!w->providers[i].failed || from->region == WB_NONE || from->segment == WB_NONE)
            continue;
        if (mpz_cmp(slow_size(from)->cents, m->contagion_minimum.cents) < 0) continue;
        for (uint32_t j = 0; j < m->provider_count; j++) {
            const wb_provider *to = &m->providers[j];
            if (to->region == from->region && to->segment == from->segment)
                w->providers[j].raised_end = w->t + 1 + m->peers_duration;
        }
    }
}

/* ---- a path ---- */

static bool step(slow_walk *w)
{
    const wb_model *m = w->m;
    w->now = &w->out->steps[w->t];
    w->year = w->t / m->steps_per_year;
    slow_factors(w);
    slow_mergers(w);
    for (uint32_t i = 0; i < m->provider_count; i++) {
        slow_provider *one = &w->providers[i];
        one->healthy = one->state == HEALTHY;
        one->trouble = FINE;
        one->forced_failure = one->source = one->failed = false;
        one->failed_unpaid = one->fails_unpaid;
        one->fails_unpaid = false;
    }
    slow_income(w);
    slow_cases(w);
    slow_primaries(w);
    slow_contagion(w);
    slow_waterfall(w);
    events(w);
    const bool absorbed = m->ruin_absorbs && mpz_sgn(w->now->unmet) > 0;
    if (!absorbed) slow_surplus(w);
    raise_peers(w);
    record(w);
    if (!absorbed && (w->t + 1) % m->steps_per_year == 0) mpz_set(w->out->fund[w->year], w->cash);
    return !absorbed;
}

static void open_position(slow_walk *w)
{
    const wb_model *m = w->m;
    const wb_opening *opening = &m->opening;
    mpz_set(w->cash, opening->cash.cents);
    mpz_set(w->debt, opening->backstop_debt.cents);
    mpz_set(w->obligo_used, opening->obligo_called.cents);
    mpz_set(w->levy_used, opening->levy_called.cents);
    for (uint32_t t = 0; m->opening_due != NULL && t < m->step_count; t++) {
        mpz_add(w->principal_due[t], w->principal_due[t], m->opening_due[t].cents);
        if (mpz_sgn(m->opening_due[t].cents) > 0) w->out->counts.scheduled++;
    }
    for (uint32_t i = 0; i < m->provider_count; i++) {
        slow_provider *one = &w->providers[i];
        mpz_inits(one->principal, one->asks, one->paid, NULL);
        one->state = HEALTHY;
    }
    for (uint32_t g = 0; g < m->merger_count; g++)
        w->providers[m->mergers[g].provider].state = NOBODY;
    for (size_t c = 0; c < opening->case_count; c++) {
        slow_provider *one = &w->providers[m->opening_provider[c]];
        const bool first = one->state != SUPPORTED;
        one->state = SUPPORTED;
        one->opened = -1;
        one->extensions = m->extensions;
        if (first || m->opening_step[c] > one->resolves) one->resolves = m->opening_step[c];
        mpz_add(one->principal, one->principal, opening->cases[c].principal.cents);
        for (size_t k = 0; k < opening->cases[c].instalment_count; k++)
            mpz_sub(one->principal, one->principal,
                    opening->cases[c].instalments[k].principal.cents);
    }
}

static void settle_costs(slow_walk *w)
{
    const wb_model *m = w->m;
    slow_path *out = w->out;
    if (m->party_group == WB_NONE) return;
    mpz_add(out->cost, w->received[m->party_group], w->calls);
    mpz_t *weights = slow_amounts(m->party_count);
    for (uint32_t i = 0; i < m->party_count; i++)
        mpz_set(weights[i], m->parties[i].weight.cents);
    slow_split(out->party_cost, w->calls, weights, m->party_count);
    for (uint32_t i = 0; i < m->party_count; i++)
        mpz_add(out->party_cost[i], out->party_cost[i], w->party_paid[i]);
    slow_amounts_free(weights, m->party_count);
}

static slow_path *path_storage(const wb_model *m)
{
    slow_path *out = calloc(1, sizeof *out);
    if (out == NULL) abort();
    out->step_count = m->step_count;
    out->years = m->years;
    out->group_count = m->group_count;
    out->party_count = m->party_count;
    out->provider_count = m->provider_count;
    out->steps = calloc(m->step_count, sizeof *out->steps);
    if (out->steps == NULL) abort();
    for (uint32_t t = 0; t < m->step_count; t++) {
        slow_step *s = &out->steps[t];
        mpz_inits(s->opening, s->interest, s->contributions, s->costs, s->repaid, s->recovered,
                  s->loan_interest, s->support_paid, s->levy, s->obligo, s->backstop, s->unmet,
                  s->backstop_repaid, s->refunded, s->closing, s->loss, s->debt, NULL);
    }
    mpz_inits(out->loss, out->need, out->cost, NULL);
    for (uint32_t e = 0; e < SLOW_EVENTS; e++)
        out->event[e] = WB_NONE;
    out->loss_by_year = slow_amounts(m->years);
    out->fund = slow_amounts(m->years);
    out->levy = slow_amounts(m->years);
    out->obligo = slow_amounts(m->years);
    out->backstop = slow_amounts(m->years);
    out->contribution = slow_amounts((size_t)m->group_count * m->years);
    out->party_cost = slow_amounts(m->party_count);
    out->provider_loss = slow_amounts(m->provider_count);
    uint64_t **const counts[] = {&out->cases, &out->failures, &out->silent_defaults,
                                 &out->young_people};
    for (size_t c = 0; c < 4; c++) {
        *counts[c] = calloc(m->years, sizeof **counts[c]);
        if (*counts[c] == NULL) abort();
    }
    return out;
}

slow_path *slow_path_new(const wb_model *m, uint64_t path)
{
    slow_walk w = {.m = m, .path = path, .out = path_storage(m)};
    w.regions = calloc((size_t)m->region_count + 1, sizeof *w.regions);
    w.segments = calloc((size_t)m->segment_count + 1, sizeof *w.segments);
    w.providers = calloc((size_t)m->provider_count + 1, sizeof *w.providers);
    if (w.regions == NULL || w.segments == NULL || w.providers == NULL) abort();
    w.principal_due = slow_amounts(m->step_count);
    w.recovery_due = slow_amounts(m->step_count);
    w.late_due = slow_amounts((size_t)m->group_count * m->step_count);
    w.late_party_due = slow_amounts((size_t)m->party_count * m->step_count);
    w.received = slow_amounts(m->group_count);
    w.party_paid = slow_amounts(m->party_count);
    mpz_inits(w.cash, w.debt, w.levy_used, w.obligo_used, w.need_now, w.calls, w.a, w.b, NULL);
    open_position(&w);
    bool going = true;
    for (w.t = 0; w.t < m->step_count && going; w.t++)
        going = step(&w);
    settle_costs(&w);
    slow_amounts_free(w.principal_due, m->step_count);
    slow_amounts_free(w.recovery_due, m->step_count);
    slow_amounts_free(w.late_due, (size_t)m->group_count * m->step_count);
    slow_amounts_free(w.late_party_due, (size_t)m->party_count * m->step_count);
    slow_amounts_free(w.received, m->group_count);
    slow_amounts_free(w.party_paid, m->party_count);
    for (uint32_t i = 0; i < m->provider_count; i++)
        mpz_clears(w.providers[i].principal, w.providers[i].asks, w.providers[i].paid, NULL);
    free(w.providers);
    free(w.regions);
    free(w.segments);
    mpz_clears(w.cash, w.debt, w.levy_used, w.obligo_used, w.need_now, w.calls, w.a, w.b, NULL);
    return w.out;
}

void slow_path_free(slow_path *out)
{
    if (out == NULL) return;
    for (uint32_t t = 0; t < out->step_count; t++) {
        slow_step *s = &out->steps[t];
        mpz_clears(s->opening, s->interest, s->contributions, s->costs, s->repaid, s->recovered,
                   s->loan_interest, s->support_paid, s->levy, s->obligo, s->backstop, s->unmet,
                   s->backstop_repaid, s->refunded, s->closing, s->loss, s->debt, NULL);
    }
    free(out->steps);
    mpz_clears(out->loss, out->need, out->cost, NULL);
    slow_amounts_free(out->loss_by_year, out->years);
    slow_amounts_free(out->fund, out->years);
    slow_amounts_free(out->levy, out->years);
    slow_amounts_free(out->obligo, out->years);
    slow_amounts_free(out->backstop, out->years);
    slow_amounts_free(out->contribution, (size_t)out->group_count * out->years);
    slow_amounts_free(out->party_cost, out->party_count);
    slow_amounts_free(out->provider_loss, out->provider_count);
    free(out->cases);
    free(out->failures);
    free(out->silent_defaults);
    free(out->young_people);
    free(out);
}
