/* slow_income.c - income of a step in the slow model, with arrears and refusals; see slow.h. */
#include <stdlib.h>
#include <string.h>

#include "tests/slow/slow_walk.h"

/* What each payer of a line owes in this step, before stresses on single payers. Returns how many
 * payers; their places among providers or parties go to `who` (0 for a group that is one payer). */
typedef struct payers {
    mpz_t *owes;
    uint32_t *who;
    uint32_t count;
    bool by_provider, by_party;
} payers;

static void of_step(slow_walk *w, mpz_t due, const wb_contribution *line, const mpz_t yearly)
{
    const uint32_t k = w->t % w->m->steps_per_year + 1;
    if (!line->start_of_year)
        slow_part(due, yearly, k, w->m->steps_per_year);
    else if (k == 1)
        mpz_set(due, yearly);
    else
        mpz_set_ui(due, 0);
    if (line->change != NULL) slow_rate(due, due, line->change[w->t].ratio);
}

/* Parts of an amount that providers divide once; the part of a merged one is its members'. */
static void shared_parts(const wb_model *m, const wb_contribution *line, mpz_t *parts)
{
    mpz_t *weights = slow_amounts(m->provider_count);
    const bool equal = line->key != NULL && strcmp(line->key, "equal") == 0;
    for (uint32_t i = 0; i < m->provider_count; i++) {
        bool merged = false;
        for (uint32_t g = 0; g < m->merger_count; g++)
            merged = merged || m->mergers[g].provider == i;
        if (merged) continue;
        if (equal)
            mpz_set_ui(weights[i], 1);
        else
            mpz_set(weights[i], m->providers[i].revenue.cents);
    }
    slow_split(parts, line->amount.cents, weights, m->provider_count);
    for (uint32_t g = 0; g < m->merger_count; g++) { /* by step: members come before */
        const wb_merger *merger = &m->mergers[g];
        for (uint32_t k = 0; k < merger->member_count; k++)
            mpz_add(parts[merger->provider], parts[merger->provider], parts[merger->members[k]]);
    }
    slow_amounts_free(weights, m->provider_count);
}

static void provider_payers(slow_walk *w, const wb_contribution *line, payers *to)
{
    const wb_model *m = w->m;
    mpz_t *yearly = slow_amounts(m->provider_count);
    to->by_provider = true;
    to->owes = slow_amounts(m->provider_count);
    to->who = calloc((size_t)m->provider_count + 1, sizeof *to->who);
    if (line->kind == WB_CONTRIBUTES_SHARED) shared_parts(m, line, yearly);
    for (uint32_t i = 0; i < m->provider_count; i++) {
        const wb_money *revenue = &m->providers[i].revenue;
        const bool small = mpz_cmp(revenue->cents, line->minimum_revenue.cents) < 0;
        if (line->kind != WB_CONTRIBUTES_SHARED && small) continue;
        if (line->kind == WB_CONTRIBUTES_RATE)
            slow_rate(yearly[i], revenue->cents, line->rate.ratio);
        if (line->kind == WB_CONTRIBUTES_PER_PROVIDER) mpz_set(yearly[i], line->amount.cents);
        if (!w->providers[i].healthy) continue;
        of_step(w, to->owes[to->count], line, yearly[i]);
        to->who[to->count++] = i;
    }
    slow_amounts_free(yearly, m->provider_count);
}

static void group_payers(slow_walk *w, const wb_contribution *line, payers *to)
{
    const wb_model *m = w->m;
    to->by_party = line->group == m->party_group && m->party_count > 0 && line->weights != NULL;
    to->count = to->by_party ? m->party_count : 1;
    to->owes = slow_amounts(to->count);
    to->who = calloc((size_t)to->count + 1, sizeof *to->who);
    mpz_t due;
    mpz_init(due);
    of_step(w, due, line, line->amount.cents);
    if (to->by_party) {
        mpz_t *weights = slow_amounts(m->party_count);
        for (uint32_t i = 0; i < m->party_count; i++) {
            mpz_set(weights[i], line->weights[i].cents);
            to->who[i] = i;
        }
        slow_split(to->owes, due, weights, m->party_count);
        slow_amounts_free(weights, m->party_count);
    } else {
        mpz_set(to->owes[0], due);
    }
    mpz_clear(due);
}

static bool refuses(const slow_walk *w, const wb_arrears *stress, uint32_t party)
{
    const uint32_t word =
        slow_word(w->m->seed, w->path, stress->step_first, OF_REFUSAL, w->m->parties[party].index);
    return word < slow_threshold(stress->probability);
}

/* Stress by stress: a factor, a refusal, and what comes later. */
static void disturb(slow_walk *w, const wb_contribution *line, payers *line_payers)
{
    const wb_model *m = w->m;
    mpz_t late;
    mpz_init(late);
    for (uint32_t s = 0; s < m->arrears_count; s++) {
        const wb_arrears *stress = &m->arrears[s];
        if (stress->group != line->group) continue;
        if (w->t < stress->step_first || w->t >= stress->step_end) continue;
        for (uint32_t k = 0; k < line_payers->count; k++) {
            const uint32_t who = line_payers->who[k];
            const bool one = !line_payers->by_party && !line_payers->by_provider;
            if (!one && stress->hit != NULL && !stress->hit[who]) continue;
            slow_rate(line_payers->owes[k], line_payers->owes[k], stress->factor.ratio);
            if (line_payers->by_party && refuses(w, stress, who)) {
                if (mpz_sgn(line_payers->owes[k]) > 0) w->out->counts.refused++;
                mpz_set_ui(line_payers->owes[k], 0);
            }
            slow_rate(late, line_payers->owes[k], stress->late.ratio);
            mpz_sub(line_payers->owes[k], line_payers->owes[k], late);
            const uint64_t when = (uint64_t)w->t + stress->delay;
            if (when >= m->step_count || mpz_sgn(late) == 0) continue;
            w->out->counts.late++;
            const size_t group_at = (size_t)line->group * m->step_count + when;
            mpz_add(w->late_due[group_at], w->late_due[group_at], late);
            if (!line_payers->by_party) continue;
            const size_t party_at = (size_t)who * m->step_count + when;
            mpz_add(w->late_party_due[party_at], w->late_party_due[party_at], late);
        }
    }
    mpz_clear(late);
}

/* What is waived of each line, by what is due on time. */
static void waive(slow_walk *w, mpz_t *waived, mpz_t *due)
{
    const wb_model *m = w->m;
    if (!m->has_cap || m->surplus != WB_SURPLUS_HOLIDAY) return;
    mpz_t total;
    mpz_t excess;
    mpz_init(total);
    mpz_init(excess);
    for (uint32_t j = 0; j < m->contribution_count; j++)
        mpz_add(total, total, due[j]);
    mpz_sub(excess, w->now->opening, m->cap.cents);
    if (mpz_cmp(excess, total) > 0) mpz_set(excess, total);
    if (mpz_sgn(excess) > 0) {
        slow_split(waived, excess, due, m->contribution_count);
        w->out->counts.waived++;
    }
    mpz_clear(total);
    mpz_clear(excess);
}

static void receive(slow_walk *w, uint32_t group, const mpz_t amount)
{
    const size_t at = (size_t)group * w->m->years + w->year;
    mpz_add(w->out->contribution[at], w->out->contribution[at], amount);
    mpz_add(w->received[group], w->received[group], amount);
    mpz_add(w->now->contributions, w->now->contributions, amount);
}

static void contributions(slow_walk *w)
{
    const wb_model *m = w->m;
    mpz_t *due = slow_amounts(m->contribution_count);
    mpz_t *waived = slow_amounts(m->contribution_count);
    payers *lines = calloc((size_t)m->contribution_count + 1, sizeof *lines);
    for (uint32_t j = 0; j < m->contribution_count; j++) {
        const wb_contribution *line = &m->contributions[j];
        if (line->kind == WB_CONTRIBUTES_AMOUNT)
            group_payers(w, line, &lines[j]);
        else
            provider_payers(w, line, &lines[j]);
        disturb(w, line, &lines[j]);
        for (uint32_t k = 0; k < lines[j].count; k++)
            mpz_add(due[j], due[j], lines[j].owes[k]);
    }
    waive(w, waived, due);
    for (uint32_t j = 0; j < m->contribution_count; j++) {
        mpz_t *parts = slow_amounts(lines[j].count);
        slow_split(parts, waived[j], lines[j].owes, lines[j].count);
        for (uint32_t k = 0; lines[j].by_party && k < lines[j].count; k++) {
            mpz_add(w->party_paid[k], w->party_paid[k], lines[j].owes[k]);
            mpz_sub(w->party_paid[k], w->party_paid[k], parts[k]);
        }
        slow_amounts_free(parts, lines[j].count);
        mpz_sub(due[j], due[j], waived[j]);
        receive(w, m->contributions[j].group, due[j]);
        const bool providers = lines[j].by_provider;
        slow_amounts_free(lines[j].owes, providers ? m->provider_count : lines[j].count);
        free(lines[j].who);
    }
    free(lines);
    slow_amounts_free(due, m->contribution_count);
    slow_amounts_free(waived, m->contribution_count);
    for (uint32_t g = 0; g < m->group_count; g++)
        receive(w, g, w->late_due[(size_t)g * m->step_count + w->t]);
    for (uint32_t i = 0; i < m->party_count; i++)
        mpz_add(w->party_paid[i], w->party_paid[i],
                w->late_party_due[(size_t)i * m->step_count + w->t]);
}

void slow_income(slow_walk *w)
{
    const wb_model *m = w->m;
    slow_step *now = w->now;
    mpz_set(now->opening, w->cash);
    if (mpz_sgn(w->cash) > 0) {
        const wb_rate *rate = m->interest_at != NULL ? &m->interest_at[w->t] : &m->interest;
        mpz_mul_ui(w->a, mpq_denref(rate->ratio), m->steps_per_year);
        slow_share(now->interest, w->cash, mpq_numref(rate->ratio), w->a);
    }
    contributions(w);
    slow_part(now->costs, m->costs.cents, w->t % m->steps_per_year + 1, m->steps_per_year);
    mpz_add(w->cash, w->cash, now->interest);
    mpz_add(w->cash, w->cash, now->contributions);
    mpz_sub(w->cash, w->cash, now->costs);
}
