/* slow_waterfall.c - steps 6 and 7 of docs/model.md in the slow model; see slow.h. */
#include "tests/slow/slow_walk.h"

/* ---- 6. waterfall ---- */

static bool may_ask(const slow_walk *w, uint32_t i)
{
    const slow_provider *one = &w->providers[i];
    return one->trouble != FINE && !one->forced_failure && w->m->providers[i].eligible;
}

static void ask_support(slow_walk *w, mpz_t asks, uint32_t i)
{
    const wb_model *m = w->m;
    const wb_provider *provider = &m->providers[i];
    const wb_effect *effect = slow_effect(w, i);
    if (effect != NULL && effect->has_months) {
        mpz_mul_ui(w->a, mpq_denref(effect->months.ratio), 12);
        slow_share(asks, provider->revenue.cents, mpq_numref(effect->months.ratio), w->a);
        w->out->counts.effects++;
    } else {
        slow_draw_share(asks, provider->revenue.cents, &m->classes[provider->class_].months,
                        slow_draw_uniform(w, OF_MONTHS, provider->index), 12, NULL);
    }
    if (effect != NULL) {
        slow_rate(w->a, provider->revenue.cents, effect->extra.ratio);
        mpz_add(asks, asks, w->a);
        if (slow_draw_word(w, OF_CALLED, provider->index) <
            slow_threshold(effect->called_probability)) {
            slow_rate(w->a, provider->revenue.cents, effect->called.ratio);
            mpz_add(asks, asks, w->a);
            w->out->counts.called++;
        }
    }
    if (!m->has_support_cap) return;
    mpz_mul(w->a, provider->revenue.cents, mpq_numref(m->support_cap.ratio));
    mpz_fdiv_q(w->a, w->a, mpq_denref(m->support_cap.ratio));
    if (mpz_cmp(asks, w->a) > 0) mpz_set(asks, w->a);
}

static void ask(slow_walk *w, uint32_t i)
{
    const wb_provider *provider = &w->m->providers[i];
    slow_provider *one = &w->providers[i];
    mpz_set_ui(one->asks, 0);
    if (!may_ask(w, i)) return;
    if (provider->pays == WB_PAYS_SUPPORT)
        ask_support(w, one->asks, i);
    else if (provider->pays == WB_PAYS_EXPOSURE)
        slow_draw_lgd(w, one->asks, i, provider->amount.cents);
    else
        mpz_set(one->asks, provider->amount.cents);
}

/* paid = min(need, room), at least 0; need falls by it. */
static void layer(mpz_t paid, mpz_t need, const mpz_t room)
{
    mpz_set(paid, mpz_cmp(need, room) < 0 ? need : room);
    if (mpz_sgn(paid) < 0) mpz_set_ui(paid, 0);
    mpz_sub(need, need, paid);
}

static void pay_layers(slow_walk *w, mpz_t need)
{
    const wb_model *m = w->m;
    slow_step *now = w->now;
    if (w->t > 0 && w->t % m->steps_per_year == 0) mpz_set_ui(w->levy_used, 0);
    mpz_sub(w->a, w->cash, m->floor.cents);
    layer(w->b, need, w->a);
    mpz_sub(w->a, m->levy_cap.cents, w->levy_used);
    if (m->has_levy) layer(now->levy, need, w->a);
    mpz_sub(w->a, m->obligo_cap.cents, w->obligo_used);
    if (m->has_obligo) layer(now->obligo, need, w->a);
    if (m->has_backstop && m->backstop_unlimited[w->t]) {
        layer(now->backstop, need, need);
    } else if (m->has_backstop) {
        mpz_sub(w->a, m->backstop_limit[w->t].cents, w->debt);
        layer(now->backstop, need, w->a);
    }
    mpz_set(now->unmet, need);
    mpz_add(w->levy_used, w->levy_used, now->levy);
    mpz_add(w->obligo_used, w->obligo_used, now->obligo);
    mpz_add(w->debt, w->debt, now->backstop);
    mpz_add(w->cash, w->cash, now->levy);
    mpz_add(w->cash, w->cash, now->obligo);
    mpz_add(w->cash, w->cash, now->backstop);
}

static void becomes(slow_walk *w, uint32_t i)
{
    const wb_model *m = w->m;
    slow_provider *one = &w->providers[i];
    const wb_pays pays = m->providers[i].pays;
    w->now->supported++;
    w->out->cases[w->year]++;
    if (pays == WB_PAYS_LOSS || pays == WB_PAYS_EXPOSURE) {
        slow_loses(w, i, one->paid);
        slow_leaves(w, i);
        return;
    }
    mpz_set_ui(w->a, 0);
    if (pays == WB_PAYS_SUPPORT) slow_rate(w->a, one->paid, m->grant_share.ratio);
    slow_loses(w, i, w->a);
    mpz_sub(one->principal, one->paid, w->a);
    one->state = SUPPORTED;
    one->opened = w->t;
    one->resolves = (uint64_t)w->t + m->term;
    one->extensions = m->extensions;
}

static void decide(slow_walk *w, uint32_t i)
{
    slow_provider *one = &w->providers[i];
    if (one->trouble == FINE) return;
    const bool nothing = mpz_sgn(one->paid) == 0 && mpz_sgn(one->asks) > 0;
    if (may_ask(w, i) && !nothing) {
        becomes(w, i);
        return;
    }
    const uint32_t drawn = slow_draw_word(w, OF_UNSUPPORTED, w->m->providers[i].index);
    if (!one->forced_failure && drawn >= slow_threshold(w->m->fail_unsupported)) return;
    one->fails_unpaid = true;
    slow_leaves(w, i);
}

void slow_waterfall(slow_walk *w)
{
    const wb_model *m = w->m;
    slow_step *now = w->now;
    mpz_t need;
    mpz_t shortage;
    mpz_t asked;
    mpz_inits(need, shortage, asked, NULL);
    for (uint32_t i = 0; i < m->provider_count; i++) {
        ask(w, i);
        mpz_add(asked, asked, w->providers[i].asks);
        if (w->providers[i].trouble != FINE)
            w->out->young_people[w->year] += m->providers[i].clients;
    }
    mpz_sub(shortage, m->floor.cents, w->cash);
    if (mpz_sgn(shortage) < 0) mpz_set_ui(shortage, 0);
    mpz_add(need, asked, shortage);
    pay_layers(w, need);
    mpz_sub(now->support_paid, asked, now->unmet);
    if (mpz_sgn(now->support_paid) < 0) mpz_set_ui(now->support_paid, 0);
    mpz_sub(w->cash, w->cash, now->support_paid);
    mpz_t *weights = slow_amounts(m->provider_count);
    mpz_t *parts = slow_amounts(m->provider_count);
    for (uint32_t i = 0; i < m->provider_count; i++)
        mpz_set(weights[i], w->providers[i].asks);
    slow_split(parts, now->support_paid, weights, m->provider_count);
    for (uint32_t i = 0; i < m->provider_count; i++) {
        mpz_set(w->providers[i].paid, parts[i]);
        decide(w, i);
    }
    slow_amounts_free(weights, m->provider_count);
    slow_amounts_free(parts, m->provider_count);
    mpz_clears(need, shortage, asked, NULL);
}

/* ---- 7. and 8. ---- */

void slow_surplus(slow_walk *w)
{
    const wb_model *m = w->m;
    slow_step *now = w->now;
    if (m->has_target && m->backstop_repay) {
        mpz_sub(w->a, w->cash, m->target.cents);
        layer(now->backstop_repaid, w->a, w->debt);
        mpz_sub(w->debt, w->debt, now->backstop_repaid);
        mpz_sub(w->cash, w->cash, now->backstop_repaid);
    }
    if (!m->has_cap || m->surplus != WB_SURPLUS_REFUND) return;
    if (mpz_cmp(w->cash, m->cap.cents) <= 0) return;
    mpz_sub(now->refunded, w->cash, m->cap.cents);
    mpz_set(w->cash, m->cap.cents);
    mpz_t *parts = slow_amounts(m->group_count);
    slow_split(parts, now->refunded, w->received, m->group_count);
    if (m->party_group != WB_NONE && m->group_count > 0)
        mpz_sub(w->calls, w->calls, parts[m->party_group]);
    slow_amounts_free(parts, m->group_count);
}
