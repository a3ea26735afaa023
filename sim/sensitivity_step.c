/*
 * sensitivity_step.c - how each parameter of a scenario is moved, and by how much.
 *
 * Amounts and probabilities move by a tenth, because that is about what a budget or two more years
 * of data may change; shares that are judged rather than measured (what becomes of a case, grants)
 * by five or ten points; what is hardly known (how distress spreads, how it hangs together) by
 * more: a quarter of the infection, five points of common variance, a tenth of a point of memory.
 */
#include <math.h>
#include <string.h>

#include "sim/sensitivity.h"
#include "waarborg/rate.h"

/* 1 + direction x hundredths / 100 */
static wb_rate factor(wb_variant *v, int direction, int64_t hundredths)
{
    wb_rate one;
    wb_rate by;
    wb_rate_init(&one);
    wb_rate_init(&by);
    wb_rate_set_ratio(&one, 1, 1);
    wb_rate_set_ratio(&by, 100 + direction * hundredths, 100);
    const wb_rate kept = wb_variant_rate(v, &one, &by);
    wb_rate_clear(&one);
    wb_rate_clear(&by);
    return kept;
}

static bool move_amount(wb_variant *v, wb_money *amount, int direction)
{
    if (wb_money_sign(amount) == 0) return false;
    const wb_rate by = factor(v, direction, 10);
    if (v->out_of_memory) return false;
    *amount = wb_variant_money(v, amount, &by);
    return true;
}

/* Within 0 and 1. */
static bool move_share(double *share, int direction, double by)
{
    double moved = *share + direction * by;
    if (moved < 0) moved = 0;
    if (moved > 1) moved = 1;
    const bool other = moved > *share || moved < *share;
    *share = moved;
    return other;
}

/* ---- the fund ---- */

static bool move_cash(wb_variant *v, int direction)
{
    return move_amount(v, &v->model.opening.cash, direction);
}

static bool move_floor(wb_variant *v, int direction)
{
    return move_amount(v, &v->model.floor, direction);
}

static bool move_target(wb_variant *v, int direction)
{
    return v->model.has_target && move_amount(v, &v->model.target, direction);
}

static bool move_cap(wb_variant *v, int direction)
{
    return v->model.has_cap && move_amount(v, &v->model.cap, direction);
}

static bool move_costs(wb_variant *v, int direction)
{
    return move_amount(v, &v->model.costs, direction);
}

static bool move_interest(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    if (mpq_sgn(m->interest.ratio) == 0) return false;
    const wb_rate by = factor(v, direction, 50);
    if (v->out_of_memory) return false;
    m->interest = wb_variant_rate(v, &m->interest, &by);
    if (m->interest_at == NULL) return true;
    wb_rate *at = wb_variant_array(v, m->interest_at, m->step_count, sizeof *at);
    for (uint32_t t = 0; at != NULL && t < m->step_count; t++)
        at[t] = wb_variant_rate(v, &at[t], &by);
    m->interest_at = at;
    return true;
}

static bool move_contributions(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    wb_contribution *lines =
        wb_variant_array(v, m->contributions, m->contribution_count, sizeof *lines);
    const wb_rate by = factor(v, direction, 10);
    if (m->contribution_count == 0 || v->out_of_memory) return false;
    for (uint32_t i = 0; i < m->contribution_count; i++) {
        lines[i].amount = wb_variant_money(v, &lines[i].amount, &by);
        lines[i].rate = wb_variant_rate(v, &lines[i].rate, &by);
    }
    m->contributions = lines;
    return true;
}

static bool move_levy(wb_variant *v, int direction)
{
    return v->model.has_levy && move_amount(v, &v->model.levy_cap, direction);
}

static bool move_obligo(wb_variant *v, int direction)
{
    return v->model.has_obligo && move_amount(v, &v->model.obligo_cap, direction);
}

static bool move_backstop(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    if (!m->has_backstop) return false;
    bool moved = false;
    wb_money *limits = wb_variant_array(v, m->backstop_limit, m->step_count, sizeof *limits);
    for (uint32_t t = 0; limits != NULL && t < m->step_count; t++) {
        if (!m->backstop_unlimited[t] && move_amount(v, &limits[t], direction)) moved = true;
    }
    m->backstop_limit = limits;
    return moved;
}

/* ---- distress and how it hangs together ---- */

static bool move_pd(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    bool moved = false;
    wb_phase *phases = wb_variant_array(v, m->phases, m->phase_count, sizeof *phases);
    for (uint32_t i = 0; phases != NULL && i < m->phase_count; i++) {
        double *pd = wb_variant_array(v, phases[i].pd, m->provider_count, sizeof *pd);
        for (uint32_t p = 0; pd != NULL && p < m->provider_count; p++) {
            const double old = pd[p];
            pd[p] = old * (direction < 0 ? 0.9 : 1.1);
            if (pd[p] > 1) pd[p] = 1;
            moved = moved || pd[p] > old || pd[p] < old;
        }
        phases[i].pd = pd;
    }
    m->phases = phases;
    return moved;
}

/* The loading of which `which` points out a provider's: its square moves by five points. */
static bool move_loading(wb_variant *v, int direction, double *(*which)(wb_provider *provider))
{
    wb_model *m = &v->model;
    bool moved = false;
    wb_provider *providers =
        wb_variant_array(v, m->providers, m->provider_count, sizeof *providers);
    for (uint32_t i = 0; providers != NULL && i < m->provider_count; i++) {
        wb_provider *p = &providers[i];
        double *loading = which(p);
        if (*loading <= 0) continue;
        const double before = *loading;
        const double others = p->loading_national * p->loading_national +
                              p->loading_region * p->loading_region +
                              p->loading_segment * p->loading_segment - before * before;
        double square = before * before + direction * 0.05;
        if (square > 1 - others) square = 1 - others;
        if (square < 0) square = 0;
        *loading = sqrt(square);
        const double left = 1 - others - square;
        p->residual = left > 0 ? sqrt(left) : 0;
        moved = moved || *loading > before || *loading < before;
    }
    m->providers = providers;
    return moved;
}

static double *national_of(wb_provider *provider)
{
    return &provider->loading_national;
}

static double *region_of(wb_provider *provider)
{
    return &provider->loading_region;
}

static double *segment_of(wb_provider *provider)
{
    return &provider->loading_segment;
}

static bool move_national(wb_variant *v, int direction)
{
    return move_loading(v, direction, national_of);
}

static bool move_region(wb_variant *v, int direction)
{
    return move_loading(v, direction, region_of);
}

static bool move_segment(wb_variant *v, int direction)
{
    return move_loading(v, direction, segment_of);
}

static bool move_ar1(wb_variant *v, int direction)
{
    return v->model.ar1 > 0 && move_share(&v->model.ar1, direction, 0.1);
}

static bool move_freedom(wb_variant *v, int direction)
{
    uint32_t *freedom = &v->model.degrees_of_freedom;
    const uint32_t before = *freedom;
    if (before == 0) return false;
    *freedom = direction < 0 ? before / 2 : before * 2;
    if (*freedom < 3) *freedom = 3;
    if (*freedom > 60) *freedom = 60;
    return *freedom != before;
}

static bool move_contagion(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    bool moved = false;
    wb_cluster *clusters = wb_variant_array(v, m->clusters, m->cluster_count, sizeof *clusters);
    for (uint32_t i = 0; clusters != NULL && i < m->cluster_count; i++) {
        const double old = clusters[i].q;
        clusters[i].q = old * (direction < 0 ? 0.75 : 1.25);
        if (clusters[i].q > 1) clusters[i].q = 1;
        moved = moved || clusters[i].q > old || clusters[i].q < old;
    }
    m->clusters = clusters;
    return moved;
}

static bool move_peers(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    if (m->peers_duration == 0 || m->peers_multiplier <= 1) return false;
    m->peers_multiplier = 1 + (m->peers_multiplier - 1) * (direction < 0 ? 0.75 : 1.25);
    return true;
}

/* ---- support, and what becomes of it ---- */

static bool has_pays(const wb_model *m, wb_pays a, wb_pays b)
{
    for (uint32_t i = 0; i < m->provider_count; i++) {
        if (m->providers[i].pays == a || m->providers[i].pays == b) return true;
    }
    return false;
}

static wb_rate scaled(wb_variant *v, const wb_rate *rate, const wb_rate *by, bool share)
{
    wb_rate one;
    wb_rate_init(&one);
    wb_rate_set_ratio(&one, 1, 1);
    wb_rate made = wb_variant_rate(v, rate, by);
    if (share && wb_rate_compare(&made, &one) > 0) made = wb_variant_rate(v, &one, &one);
    wb_rate_clear(&one);
    return made;
}

/* All its values; a share stays at most 1. */
static bool scale_shape(wb_variant *v, wb_distribution *shape, const wb_rate *by, bool share)
{
    const wb_rate before[3] = {shape->low, shape->base, shape->high};
    shape->low = scaled(v, &shape->low, by, share);
    shape->base = scaled(v, &shape->base, by, share);
    shape->high = scaled(v, &shape->high, by, share);
    bool moved = wb_rate_compare(&before[0], &shape->low) != 0 ||
                 wb_rate_compare(&before[1], &shape->base) != 0 ||
                 wb_rate_compare(&before[2], &shape->high) != 0;
    wb_rate *values = wb_variant_array(v, shape->values, shape->count, sizeof *values);
    for (uint32_t i = 0; values != NULL && i < shape->count; i++) {
        values[i] = scaled(v, &values[i], by, share);
        moved = moved || wb_rate_compare(&values[i], &shape->values[i]) != 0;
    }
    shape->values = values;
    return moved;
}

static bool move_months(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    bool moved = false;
    if (!has_pays(m, WB_PAYS_SUPPORT, WB_PAYS_SUPPORT)) return false;
    const wb_rate by = factor(v, direction, 10);
    wb_class *classes = wb_variant_array(v, m->classes, m->class_count, sizeof *classes);
    for (uint32_t i = 0; classes != NULL && !v->out_of_memory && i < m->class_count; i++)
        moved = scale_shape(v, &classes[i].months, &by, false) || moved;
    m->classes = classes;
    return moved;
}

static bool move_support_cap(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    if (!m->has_support_cap || !has_pays(m, WB_PAYS_SUPPORT, WB_PAYS_SUPPORT)) return false;
    const wb_rate by = factor(v, direction, 10);
    if (!v->out_of_memory) m->support_cap = wb_variant_rate(v, &m->support_cap, &by);
    return true;
}

static bool move_grants(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    if (!has_pays(m, WB_PAYS_SUPPORT, WB_PAYS_SUPPORT)) return false;
    wb_rate moved;
    wb_rate one;
    wb_rate_init(&moved);
    wb_rate_init(&one);
    wb_rate_set_ratio(&moved, direction, 10);
    wb_rate_set_ratio(&one, 1, 1);
    mpq_add(moved.ratio, moved.ratio, m->grant_share.ratio);
    const bool inside = mpq_sgn(moved.ratio) >= 0 && wb_rate_compare(&moved, &one) <= 0;
    if (inside) m->grant_share = wb_variant_rate(v, &moved, &one);
    wb_rate_clear(&moved);
    wb_rate_clear(&one);
    return inside;
}

/* The three outcomes that are not failure leave at least nothing for it. */
static bool move_outcome(wb_variant *v, double *share, int direction)
{
    wb_model *m = &v->model;
    if (*share <= 0 || !has_pays(m, WB_PAYS_SUPPORT, WB_PAYS_LOAN)) return false;
    const double before = *share;
    const double room = 1 - (m->cure + m->extend + m->convert - before);
    (void)move_share(share, direction, 0.05);
    if (*share > room) *share = room;
    return *share > before || *share < before;
}

static bool move_cure(wb_variant *v, int direction)
{
    return move_outcome(v, &v->model.cure, direction);
}

static bool move_extend(wb_variant *v, int direction)
{
    return move_outcome(v, &v->model.extend, direction);
}

static bool move_convert(wb_variant *v, int direction)
{
    return move_outcome(v, &v->model.convert, direction);
}

static bool move_lgd(wb_variant *v, int direction)
{
    wb_model *m = &v->model;
    const wb_rate by = factor(v, direction, 10);
    if (v->out_of_memory || (!has_pays(m, WB_PAYS_SUPPORT, WB_PAYS_LOAN) &&
                             !has_pays(m, WB_PAYS_EXPOSURE, WB_PAYS_EXPOSURE))) {
        return false;
    }
    bool moved = scale_shape(v, &m->lgd, &by, true);
    wb_class *classes = wb_variant_array(v, m->classes, m->class_count, sizeof *classes);
    for (uint32_t i = 0; classes != NULL && i < m->class_count; i++)
        moved = scale_shape(v, &classes[i].lgd, &by, true) || moved;
    m->classes = classes;
    return moved;
}

/* By a quarter, at least a step. */
static bool move_steps(uint32_t *steps, int direction, uint32_t least)
{
    const uint32_t by = *steps >= 8 ? *steps / 4 : 1;
    if (direction < 0 && *steps < least + by) return false;
    *steps = direction < 0 ? *steps - by : *steps + by;
    return true;
}

static bool move_term(wb_variant *v, int direction)
{
    return has_pays(&v->model, WB_PAYS_SUPPORT, WB_PAYS_LOAN) &&
           move_steps(&v->model.term, direction, 1);
}

static bool move_lag(wb_variant *v, int direction)
{
    return v->model.recovery_lag > 0 && move_steps(&v->model.recovery_lag, direction, 0);
}

static bool move_cure_rho(wb_variant *v, int direction)
{
    return v->model.cure_rho > 0 && move_share(&v->model.cure_rho, direction, 0.05);
}

static bool move_lgd_rho(wb_variant *v, int direction)
{
    return v->model.lgd_rho > 0 && move_share(&v->model.lgd_rho, direction, 0.05);
}

static bool move_unsupported(wb_variant *v, int direction)
{
    return move_share(&v->model.fail_unsupported, direction, 0.1);
}

const wb_sensitivity_parameter wb_sensitivity_parameters[] = {
    {"pd", "yearly chance of distress", "a tenth", move_pd},
    {"months", "months of support", "a tenth", move_months},
    {"support_cap", "most support, as a share of revenue", "a tenth", move_support_cap},
    {"cure", "cases that are cured", "5 points", move_cure},
    {"extend", "cases that are extended", "5 points", move_extend},
    {"convert", "cases that become a grant", "5 points", move_convert},
    {"lgd", "loss given default", "a tenth", move_lgd},
    {"grant_share", "share of grants", "10 points", move_grants},
    {"term", "term of a case", "a quarter", move_term},
    {"recovery_lag", "time to a recovery", "a quarter", move_lag},
    {"fail_unsupported", "failures without support", "10 points", move_unsupported},
    {"national", "common variance, national", "5 points", move_national},
    {"region", "common variance, of a region", "5 points", move_region},
    {"segment", "common variance, of a segment", "5 points", move_segment},
    {"ar1", "what a year remembers of the last", "10 points", move_ar1},
    {"degrees_of_freedom", "degrees of freedom of the t copula", "half, twice", move_freedom},
    {"cure_rho", "cures in bad times", "5 points", move_cure_rho},
    {"lgd_rho", "losses in bad times", "5 points", move_lgd_rho},
    {"contagion", "infection in a group or consortium", "a quarter", move_contagion},
    {"peers", "what a failure does to its peers", "a quarter", move_peers},
    {"cash", "opening cash", "a tenth", move_cash},
    {"contributions", "contributions", "a tenth", move_contributions},
    {"levy", "levy", "a tenth", move_levy},
    {"obligo", "obligo", "a tenth", move_obligo},
    {"backstop", "limit of the backstop", "a tenth", move_backstop},
    {"floor", "floor", "a tenth", move_floor},
    {"target", "target", "a tenth", move_target},
    {"cap", "cap", "a tenth", move_cap},
    {"costs", "running costs", "a tenth", move_costs},
    {"interest", "interest", "half of it", move_interest},
};
const size_t wb_sensitivity_parameter_count =
    sizeof wb_sensitivity_parameters / sizeof wb_sensitivity_parameters[0];
