/* slow_steps.c - steps 1, 3, 4 and 5 of docs/model.md in the slow model; see slow.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/slow/slow_walk.h"

const wb_phase *slow_phase(const slow_walk *w)
{
    for (uint32_t f = 0; f < w->m->phase_count; f++) {
        const wb_phase *phase = &w->m->phases[f];
        if (w->t >= phase->step_first && w->t < phase->step_end) return phase;
    }
    abort();
}

const wb_effect *slow_effect(const slow_walk *w, uint32_t i)
{
    const wb_phase *phase = slow_phase(w);
    if (phase->effect == NULL || w->m->effect_count == 0) return NULL;
    return &w->m->effects[phase->effect[i]];
}

const wb_money *slow_size(const wb_provider *provider)
{
    return mpz_sgn(provider->revenue.cents) > 0 ? &provider->revenue : &provider->amount;
}

static double as_double(const wb_rate *rate)
{
    return mpq_get_d(rate->ratio); /* truncates */
}

double slow_draw_uniform(const slow_walk *w, uint32_t purpose, uint64_t index)
{
    return slow_uniform(w->m->seed, w->path, w->t, purpose, index);
}

uint32_t slow_draw_word(const slow_walk *w, uint32_t purpose, uint64_t index)
{
    return slow_word(w->m->seed, w->path, w->t, purpose, index);
}

/* ---- 1. factors ---- */

void slow_factors(slow_walk *w)
{
    const wb_model *m = w->m;
    double phi = m->ar1;
    if (m->steps_per_year > 1 && m->ar1 > 0.0 && m->ar1 < 1.0)
        phi = (double)powl((long double)m->ar1, 1.0L / m->steps_per_year);
    const double own = sqrt(1.0 - phi * phi);
    double *all[3] = {&w->z, w->regions, w->segments};
    const uint32_t counts[3] = {1, m->region_count, m->segment_count};
    for (uint32_t kind = 0; kind < 3; kind++) {
        for (uint32_t f = 0; f < counts[kind]; f++) {
            const uint64_t index = kind == 0   ? 0
                                   : kind == 1 ? m->regions[f].index
                                               : m->segments[f].index;
            const double e = slow_normal_quantile(slow_draw_uniform(w, OF_NATIONAL + kind, index));
            all[kind][f] = w->t == 0 ? e : phi * all[kind][f] + own * e;
        }
    }
    w->scale = 1.0;
    if (m->degrees_of_freedom == 0) return;
    double sum = 0.0;
    for (uint32_t j = 0; j < m->degrees_of_freedom; j++) {
        const double n = slow_normal_quantile(slow_draw_uniform(w, OF_MIXING, j));
        sum += n * n;
    }
    w->scale = sqrt(sum / (double)m->degrees_of_freedom);
    w->out->counts.scaled++;
}

void slow_mergers(slow_walk *w)
{
    for (uint32_t g = 0; g < w->m->merger_count; g++) {
        const wb_merger *merger = &w->m->mergers[g];
        if (merger->step != w->t) continue;
        bool all = true;
        for (uint32_t k = 0; k < merger->member_count; k++)
            all = all && w->providers[merger->members[k]].state == HEALTHY;
        if (!all) continue;
        for (uint32_t k = 0; k < merger->member_count; k++)
            w->providers[merger->members[k]].state = GONE;
        w->providers[merger->provider].state = HEALTHY;
        w->out->counts.merged++;
    }
}

static bool below_threshold(const slow_walk *w, uint32_t i)
{
    const wb_model *m = w->m;
    const wb_provider *provider = &m->providers[i];
    double p = slow_phase(w)->pd[i];
    if (m->peers_duration > 0 && w->t < w->providers[i].raised_end) {
        p = p * m->peers_multiplier < 1.0 ? p * m->peers_multiplier : 1.0;
        w->out->counts.raised++;
    }
    p = slow_step_probability(p, m->steps_per_year);
    const double a = provider->loading_national;
    const double b = provider->loading_region;
    const double c = provider->loading_segment;
    const bool alone = !(a < 0.0 || a > 0.0 || b < 0.0 || b > 0.0 || c < 0.0 || c > 0.0);
    const uint32_t drawn = slow_draw_word(w, OF_DISTRESS, provider->index);
    if (p < 1e-300) return false;
    if (p >= 1.0) return true;
    if (alone && m->degrees_of_freedom == 0) return drawn < slow_threshold(p);
    const double least = 1.0 / 1073741824.0;
    const double r = provider->residual > least ? provider->residual : least;
    double x = m->degrees_of_freedom == 0 ? slow_normal_quantile(p)
                                          : slow_student_quantile(p, m->degrees_of_freedom);
    x = x / r * w->scale - a / r * w->z;
    if (provider->region != WB_NONE) x -= b / r * w->regions[provider->region];
    if (provider->segment != WB_NONE) x -= c / r * w->segments[provider->segment];
    return drawn < slow_threshold(slow_normal_cdf(x));
}

/* ---- 3. cases resolve ---- */

void slow_draw_share(mpz_t out, const mpz_t amount, const wb_distribution *shape, double u,
                     uint32_t divisor, const wb_rate *add)
{
    mpq_t exact;
    mpq_init(exact);
    bool drawn = false;
    double f = 0.0;
    const double low = as_double(&shape->low);
    const double high = as_double(&shape->high);
    if (shape->shape == WB_SHAPE_FIXED) {
        mpq_set(exact, shape->base.ratio);
    } else if (shape->shape == WB_SHAPE_TABLE) {
        mpq_t sum;
        mpq_init(sum);
        uint32_t at = 0;
        mpq_add(sum, sum, shape->weights[0].ratio);
        while (at + 1 < shape->count && mpq_get_d(sum) < u)
            mpq_add(sum, sum, shape->weights[++at].ratio);
        mpq_set(exact, shape->values[at].ratio);
        mpq_clear(sum);
    } else if (mpq_equal(shape->low.ratio, shape->high.ratio)) {
        mpq_set(exact, shape->low.ratio);
    } else {
        drawn = true;
        const double span = high - low;
        if (shape->shape == WB_SHAPE_UNIFORM) {
            f = low + span * u;
        } else {
            const double base = as_double(&shape->base);
            if (u < (base - low) / span)
                f = low + sqrt(u * (span * (base - low)));
            else
                f = high - sqrt((1.0 - u) * (span * (high - base)));
        }
        f = f < low ? low : f > high ? high : f;
        if (add != NULL) {
            f += as_double(add);
            f = f < 0.0 ? 0.0 : f > 1.0 ? 1.0 : f;
        }
        mpq_set_ui(exact, (unsigned long)floor(f * 4294967296.0), 1);
        mpz_set_ui(mpq_denref(exact), 4294967296U);
        mpq_canonicalize(exact);
    }
    if (!drawn && add != NULL) {
        mpq_add(exact, exact, add->ratio);
        if (mpq_sgn(exact) < 0) mpq_set_ui(exact, 0, 1);
        if (mpq_cmp_ui(exact, 1, 1) > 0) mpq_set_ui(exact, 1, 1);
    }
    mpz_mul_ui(mpq_denref(exact), mpq_denref(exact), divisor);
    slow_share(out, amount, mpq_numref(exact), mpq_denref(exact));
    mpq_clear(exact);
}

static const wb_rate *lgd_add(const slow_walk *w, uint32_t i)
{
    const wb_effect *effect = slow_effect(w, i);
    if (effect == NULL || mpq_sgn(effect->lgd_add.ratio) == 0) return NULL;
    w->out->counts.effects++;
    return &effect->lgd_add;
}

void slow_draw_lgd(slow_walk *w, mpz_t out, uint32_t i, const mpz_t amount)
{
    const wb_provider *provider = &w->m->providers[i];
    const wb_distribution *lgd =
        provider->class_ != WB_NONE ? &w->m->classes[provider->class_].lgd : &w->m->lgd;
    double u = slow_draw_uniform(w, OF_LGD, provider->index);
    if (w->m->lgd_rho > 0.0) {
        u = slow_normal_cdf(sqrt(1.0 - w->m->lgd_rho) * slow_normal_quantile(u) -
                            sqrt(w->m->lgd_rho) * w->z);
    }
    slow_draw_share(out, amount, lgd, u, 1, lgd_add(w, i));
}

void slow_loses(slow_walk *w, uint32_t i, const mpz_t amount)
{
    mpz_add(w->now->loss, w->now->loss, amount);
    mpz_add(w->out->provider_loss[i], w->out->provider_loss[i], amount);
}

void slow_leaves(slow_walk *w, uint32_t i)
{
    w->providers[i].state = w->m->replace ? HEALTHY : GONE;
    w->providers[i].failed = true;
    w->now->failed++;
    w->out->failures[w->year]++;
}

static void cured(slow_walk *w, uint32_t i)
{
    const wb_model *m = w->m;
    slow_provider *one = &w->providers[i];
    for (uint32_t j = 1; j <= m->instalments; j++) {
        slow_part(w->a, one->principal, j, m->instalments);
        const uint64_t when = (uint64_t)w->t + j - 1;
        if (j == 1)
            mpz_add(w->now->repaid, w->now->repaid, w->a);
        else if (when < m->step_count)
            mpz_add(w->principal_due[when], w->principal_due[when], w->a);
    }
    mpz_mul_ui(w->a, mpq_numref(m->support_interest.ratio),
               (unsigned long)((int64_t)w->t - one->opened));
    mpz_mul_ui(w->b, mpq_denref(m->support_interest.ratio), m->steps_per_year);
    slow_share(w->a, one->principal, w->a, w->b);
    mpz_add(w->now->loan_interest, w->now->loan_interest, w->a);
    one->state = HEALTHY;
    w->now->cured++;
}

static void resolve(slow_walk *w, uint32_t i)
{
    const wb_model *m = w->m;
    slow_provider *one = &w->providers[i];
    double u = slow_draw_uniform(w, OF_CURE, m->providers[i].index);
    if (m->cure_rho > 0.0) {
        u = slow_normal_cdf(sqrt(m->cure_rho) * w->z +
                            sqrt(1.0 - m->cure_rho) * slow_normal_quantile(u));
    }
    const double bad = 1.0 - m->cure;
    if (u > bad) {
        cured(w, i);
    } else if (u > bad - m->extend && one->extensions > 0) {
        one->extensions--;
        one->resolves = (uint64_t)w->t + m->term;
        w->now->extended++;
    } else if (u > (bad - m->extend) - m->convert) {
        slow_loses(w, i, one->principal);
        one->state = HEALTHY;
        w->now->converted++;
        w->out->silent_defaults[w->year]++;
    } else {
        slow_draw_lgd(w, w->a, i, one->principal);
        slow_loses(w, i, w->a);
        mpz_sub(w->a, one->principal, w->a);
        const uint64_t when = (uint64_t)w->t + m->recovery_lag;
        if (m->recovery_lag == 0)
            mpz_add(w->now->recovered, w->now->recovered, w->a);
        else if (when < m->step_count)
            mpz_add(w->recovery_due[when], w->recovery_due[when], w->a);
        one->source = true;
        slow_leaves(w, i);
    }
}

void slow_cases(slow_walk *w)
{
    mpz_add(w->now->repaid, w->now->repaid, w->principal_due[w->t]);
    mpz_add(w->now->recovered, w->now->recovered, w->recovery_due[w->t]);
    for (uint32_t i = 0; i < w->m->provider_count; i++) {
        slow_provider *one = &w->providers[i];
        if (!one->healthy && one->state == SUPPORTED && one->resolves == w->t) resolve(w, i);
    }
    mpz_add(w->cash, w->cash, w->now->repaid);
    mpz_add(w->cash, w->cash, w->now->loan_interest);
    mpz_add(w->cash, w->cash, w->now->recovered);
}

/* ---- 4. and 5. distress and contagion ---- */

void slow_primaries(slow_walk *w)
{
    const wb_model *m = w->m;
    for (uint32_t i = 0; i < m->provider_count; i++) {
        slow_provider *one = &w->providers[i];
        if (!one->healthy) continue;
        bool falls = below_threshold(w, i);
        for (uint32_t f = 0; f < m->forced_count; f++) {
            if (m->forced[f].step != w->t || m->forced[f].provider != i) continue;
            falls = true;
            one->forced_failure = one->forced_failure || m->forced[f].failure;
        }
        if (!falls) continue;
        one->trouble = PRIMARY;
        w->now->primaries++;
    }
}

void slow_contagion(slow_walk *w)
{
    const wb_model *m = w->m;
    for (uint32_t i = 0; i < m->provider_count; i++) {
        slow_provider *one = &w->providers[i];
        one->source = one->source || one->trouble == PRIMARY || one->failed_unpaid;
        if (mpz_cmp(slow_size(&m->providers[i])->cents, m->contagion_minimum.cents) < 0)
            one->source = false;
    }
    for (uint32_t i = 0; i < m->provider_count; i++) {
        if (!w->providers[i].healthy || w->providers[i].trouble == PRIMARY) continue;
        double escape = 1.0;
        bool reached = false;
        for (uint32_t c = 0; c < m->cluster_count; c++) {
            const wb_cluster *cluster = &m->clusters[c];
            bool member = false;
            uint32_t sources = 0;
            for (uint32_t k = 0; k < cluster->member_count; k++) {
                member = member || cluster->members[k] == i;
                if (cluster->members[k] != i && w->providers[cluster->members[k]].source) sources++;
            }
            if (!member || sources == 0) continue;
            reached = true;
            double power = 1.0;
            for (uint32_t k = 0; k < sources; k++)
                power *= 1.0 - cluster->q;
            escape *= power;
        }
        if (!reached) continue;
        if (slow_draw_word(w, OF_CONTAGION, m->providers[i].index) < slow_threshold(escape))
            continue;
        w->providers[i].trouble = INFECTED;
        w->now->infected++;
        w->out->counts.infected++;
    }
}
