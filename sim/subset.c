/* subset.c - leaving the fund, and some of the providers, out of a model; see subset.h. */
#include "sim/subset.h"

#include <assert.h>

#include "waarborg/rate.h"

void wb_subset_risk(wb_variant *variant)
{
    wb_model *m = &variant->model;
    wb_rate none;
    wb_rate_init(&none);
    const wb_money zero = wb_variant_money(variant, &m->floor, &none);
    wb_rate_clear(&none);
    m->floor = m->costs = m->opening.cash = m->opening.backstop_debt = zero;
    m->opening.obligo_called = m->opening.levy_called = zero;
    m->opening.case_count = 0;
    m->opening_due = NULL;
    m->has_target = m->has_cap = m->has_levy = m->has_obligo = m->ruin_absorbs = false;
    m->contribution_count = 0;
    m->arrears_count = 0;
    m->party_count = 0;
    m->party_group = WB_NONE;
    m->has_backstop = true;
    wb_money *limits = wb_variant_array(variant, NULL, m->step_count, sizeof *limits);
    bool *unlimited = wb_variant_array(variant, NULL, m->step_count, sizeof *unlimited);
    for (uint32_t t = 0; limits != NULL && unlimited != NULL && t < m->step_count; t++) {
        limits[t] = zero;
        unlimited[t] = true;
    }
    m->backstop_limit = limits;
    m->backstop_unlimited = unlimited;
}

static void keep_phases(wb_variant *v, const bool *keep)
{
    wb_model *m = &v->model;
    wb_phase *phases = wb_variant_array(v, m->phases, m->phase_count, sizeof *phases);
    for (uint32_t i = 0; phases != NULL && i < m->phase_count; i++) {
        double *pd = wb_variant_array(v, NULL, m->provider_count, sizeof *pd);
        uint32_t *effect = wb_variant_array(v, NULL, m->provider_count, sizeof *effect);
        uint32_t count = 0;
        for (uint32_t p = 0; pd != NULL && effect != NULL && p < m->provider_count; p++) {
            if (!keep[p]) continue;
            pd[count] = phases[i].pd[p];
            effect[count++] = phases[i].effect != NULL ? phases[i].effect[p] : 0;
        }
        phases[i].pd = pd;
        if (phases[i].effect != NULL) phases[i].effect = effect;
    }
    m->phases = phases;
}

/* Those kept, by their new places; the count of them. */
static uint32_t keep_members(uint32_t *to, const uint32_t *from, uint32_t count, const bool *keep,
                             const uint32_t *place)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (keep[from[i]]) to[kept++] = place[from[i]];
    }
    return kept;
}

static void keep_clusters(wb_variant *v, const bool *keep, const uint32_t *place)
{
    wb_model *m = &v->model;
    wb_cluster *clusters = wb_variant_array(v, m->clusters, m->cluster_count, sizeof *clusters);
    for (uint32_t c = 0; clusters != NULL && c < m->cluster_count; c++) {
        wb_cluster *cluster = &clusters[c];
        uint32_t *members = wb_variant_array(v, NULL, cluster->member_count, sizeof *members);
        if (members == NULL) return;
        cluster->member_count =
            keep_members(members, cluster->members, cluster->member_count, keep, place);
        cluster->members = members;
    }
    m->clusters = clusters;
}

static void keep_forced(wb_variant *v, const bool *keep, const uint32_t *place)
{
    wb_model *m = &v->model;
    wb_forced *forced = wb_variant_array(v, m->forced, m->forced_count, sizeof *forced);
    uint32_t count = 0;
    for (uint32_t i = 0; forced != NULL && i < m->forced_count; i++) {
        if (!keep[forced[i].provider]) continue;
        forced[count] = forced[i];
        forced[count].provider = place[forced[i].provider];
        count++;
    }
    m->forced = forced;
    m->forced_count = count;
}

/* Whole ones only; what would come of the others is taken out of `keep`. */
static void keep_mergers(wb_variant *v, bool *keep)
{
    wb_model *m = &v->model;
    wb_merger *mergers = wb_variant_array(v, m->mergers, m->merger_count, sizeof *mergers);
    uint32_t count = 0;
    for (uint32_t g = 0; mergers != NULL && g < m->merger_count; g++) {
        bool whole = keep[mergers[g].provider];
        for (uint32_t k = 0; k < mergers[g].member_count; k++)
            whole = whole && keep[mergers[g].members[k]];
        if (!whole) keep[mergers[g].provider] = false;
        if (whole) mergers[count++] = mergers[g];
    }
    m->mergers = mergers;
    m->merger_count = count;
}

static void place_mergers(wb_variant *v, const bool *keep, const uint32_t *place)
{
    wb_model *m = &v->model;
    for (uint32_t g = 0; g < m->merger_count; g++) {
        wb_merger *merger = &m->mergers[g];
        uint32_t *members = wb_variant_array(v, NULL, merger->member_count, sizeof *members);
        if (members == NULL) return;
        (void)keep_members(members, merger->members, merger->member_count, keep, place);
        merger->members = members;
        merger->provider = place[merger->provider];
    }
}

void wb_subset_providers(wb_variant *variant, const bool *wanted)
{
    wb_model *m = &variant->model;
    assert(m->opening.case_count == 0 && m->contribution_count == 0 && m->arrears_count == 0);
    bool *keep = wb_variant_array(variant, wanted, m->provider_count, sizeof *keep);
    uint32_t *place = wb_variant_array(variant, NULL, m->provider_count, sizeof *place);
    wb_provider *providers = wb_variant_array(variant, NULL, m->provider_count, sizeof *providers);
    if (variant->out_of_memory) return;
    keep_mergers(variant, keep);
    uint32_t count = 0;
    for (uint32_t i = 0; i < m->provider_count; i++) {
        if (!keep[i]) continue;
        place[i] = count;
        providers[count++] = m->providers[i];
    }
    keep_phases(variant, keep);
    keep_clusters(variant, keep, place);
    keep_forced(variant, keep, place);
    place_mergers(variant, keep, place);
    m->providers = providers;
    m->provider_count = count;
}
