/* walk64_draw.c - who is distressed, who is infected, and drawn shares: steps 4, 5 and the draws
 * of 3 and 6 of docs/model.md, for walk64.c. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/walk64_internal.h"

/* ---- drawn shares ---- */

static double national(const path64 *p)
{
    return p->draws->national[(size_t)p->t * WB_LANES + p->lane];
}

/* U above the cut, by definition. */
static bool exactly_above(const path64 *p, uint32_t i, double cut)
{
    const wb_plan64 *plan = p->walk->plan;
    return wb_plan_cure(plan->plan, p->path, p->t, plan->providers[i].index, national(p)) > cut;
}

/*
 * U = Phi(f Z + o N(u)) exceeds a cut exactly when u exceeds Phi((v - f Z) / o), v the quantile of
 * the cut. The table of the draws bounds that Phi; looking one cell further on either side leaves
 * o / 128 between V and v, far more than rounding moves. Only a u between the bounds is worth
 * the definition.
 */
wb_outcome64 wb_draw_outcome64(const path64 *p, uint32_t i)
{
    const wb_plan64 *plan = p->walk->plan;
    const wb_draw_plan *bounds = p->walk->draw_plan;
    const wb_plan *exact = plan->plan;
    const double cuts[3] = {exact->cured_above, exact->extended_above, exact->converted_above};
    const wb_block block =
        wb_draw(plan->model->seed, p->path, p->t / 2, WB_DRAW_CURE, plan->providers[i].index);
    const uint32_t word = block.word[p->t % 2 == 0 ? 0 : 2]; /* u, rounded down to 32 bits */
    for (int cut = 0; cut < 3; cut++) {
        const double y = plan->cure_at[cut] - plan->cure_slope * national(p);
        bool above = false;
        bool sure = false;
        if (y > 1 - WB_BOUND_RANGE && y < WB_BOUND_RANGE - 1) {
            const uint32_t cell = (uint32_t)((y + WB_BOUND_RANGE) * WB_BOUND_SCALE);
            above = word > bounds->upper[cell + 1];
            sure = above || word < bounds->lower[cell - 1];
        }
        if (sure ? above : exactly_above(p, i, cuts[cut])) return (wb_outcome64)cut;
    }
    return WB_FAILED;
}

int64_t wb_draw_share64(const path64 *p, const wb_shape64 *shape, int64_t amount, uint32_t divisor,
                        uint32_t i)
{
    const wb_plan64 *plan = p->walk->plan;
    if (shape->shape->fixed != NULL) return wb_share64(amount, shape->fixed);
    const uint64_t index = plan->providers[i].index;
    const double u = divisor == 12
                         ? wb_draw_uniform(plan->model->seed, p->path, p->t, WB_DRAW_MONTHS, index)
                         : wb_plan_lgd(plan->plan, p->path, p->t, index, national(p));
    uint64_t factor = 0;
    const wb_rate *rate = wb_plan_draw(shape->shape, u, &factor);
    if (rate != NULL) return wb_share64(amount, shape->values[rate - shape->shape->rates->values]);
    const wb_ratio64 drawn = {.n = factor, .d = (uint64_t)divisor << 32};
    return wb_share64(amount, drawn);
}

int64_t wb_walk64_ask_under(const path64 *p, const wb_effect64 *effect, uint32_t i)
{
    const wb_provider64 *provider = &p->walk->plan->providers[i];
    int64_t amount = 0;
    if (effect->has_months) {
        amount = wb_share64(provider->base, effect->months);
    } else if (provider->drawn != NULL) {
        amount = wb_draw_share64(p, provider->drawn, provider->base, 12, i);
    } else {
        amount = provider->ask; /* capped: more on top stays above the cap */
    }
    if (effect->extra.n > 0) amount += wb_share64(provider->base, effect->extra);
    if (effect->called_threshold > 0 && effect->called.n > 0 &&
        wb_draw_word(p->walk->plan->model->seed, p->path, p->t, WB_DRAW_CALLED, provider->index) <
            effect->called_threshold) {
        amount += wb_share64(provider->base, effect->called);
    }
    return amount < provider->cap ? amount : provider->cap;
}

/* ---- 4. new distress ---- */

static bool exposed(const path64 *p, uint32_t i)
{
    return p->walk->healthy_from[i] <= p->t;
}

static void add_distressed(path64 *p, uint32_t i, bool forced_failure)
{
    wb_walk64 *w = p->walk;
    w->distressed[w->distressed_count++] =
        (wb_distressed64){.provider = i, .forced_failure = forced_failure};
    w->primary_stamp[i] = w->stamp;
}

/* The node or the first after it that is distress, as its peers now are. */
static uint32_t first_struck(const path64 *p, uint32_t node)
{
    const wb_walk64 *w = p->walk;
    for (; node != 0; node = p->draws->nodes[node].next) {
        const wb_draw_node *one = &p->draws->nodes[node];
        const uint32_t cell = w->plan->providers[one->provider].cell;
        const bool raised = cell != WB_NONE && p->t < w->raised_end[cell];
        if (raised ? one->raised : one->calm) break;
    }
    return node;
}

static inline uint32_t struck(const path64 *p, uint32_t node)
{
    return p->walk->plan->cell_count == 0 ? node
                                          : first_struck(p, node); /* without peers all are */
}

/* The drawn and the forced, both in ascending order, merged. */
static void primaries(path64 *p)
{
    wb_walk64 *w = p->walk;
    const wb_forced *forced = w->plan->model->forced;
    uint32_t node = struck(p, p->draws->head[(size_t)p->t * WB_LANES + p->lane]);
    uint32_t f = p->step->forced_first;
    while (node != 0 || f < p->step->forced_end) {
        const uint32_t drawn = node != 0 ? p->draws->nodes[node].provider : WB_NONE;
        const uint32_t next = f < p->step->forced_end ? forced[f].provider : WB_NONE;
        const uint32_t i = drawn < next ? drawn : next;
        bool failure = false;
        if (drawn == i) node = struck(p, p->draws->nodes[node].next);
        while (f < p->step->forced_end && forced[f].provider == i) {
            failure = failure || forced[f++].failure;
        }
        if (exposed(p, i)) add_distressed(p, i, failure);
    }
    p->primaries = w->distressed_count;
    for (uint32_t d = 0; d < w->distressed_count; d++) {
        const uint32_t i = w->distressed[d].provider;
        if (w->plan->providers[i].source) w->sources[w->source_count++] = i;
    }
}

/* ---- 5. contagion ---- */

/* Each source once. */
static void unique_sources(wb_walk64 *w)
{
    uint32_t count = 0;
    for (uint32_t s = 0; s < w->source_count; s++) {
        const uint32_t i = w->sources[s];
        if (w->source_stamp[i] == w->stamp) continue;
        w->source_stamp[i] = w->stamp;
        w->sources[count++] = i;
    }
    w->source_count = count;
}

/* How many sources each cluster has. */
static void count_sources(wb_walk64 *w)
{
    w->cluster_count = 0;
    for (uint32_t s = 0; s < w->source_count; s++) {
        const wb_provider64 *provider = &w->plan->providers[w->sources[s]];
        for (uint32_t k = 0; k < provider->cluster_count; k++) {
            const uint32_t c = provider->clusters[k];
            if (w->cluster_stamp[c] != w->stamp) {
                w->cluster_stamp[c] = w->stamp;
                w->cluster_sources[c] = 0;
                w->clusters[w->cluster_count++] = c;
            }
            w->cluster_sources[c]++;
        }
    }
}

static bool is_infected(const wb_walk64 *w, uint32_t i, uint32_t word)
{
    const wb_provider64 *provider = &w->plan->providers[i];
    const uint32_t self = w->source_stamp[i] == w->stamp ? 1 : 0;
    double escape = 1.0;
    for (uint32_t k = 0; k < provider->cluster_count; k++) {
        const uint32_t c = provider->clusters[k];
        if (w->cluster_stamp[c] != w->stamp) continue;
        const uint32_t sources = w->cluster_sources[c] - self;
        if (sources > 0) escape = escape * w->plan->clusters[c].escape[sources];
    }
    return word >= wb_threshold(escape);
}

static void sort_distressed(wb_walk64 *w, uint32_t from)
{
    for (uint32_t d = from; d < w->distressed_count; d++) {
        const wb_distressed64 one = w->distressed[d];
        uint32_t at = d;
        while (at > 0 && w->distressed[at - 1].provider > one.provider) {
            w->distressed[at] = w->distressed[at - 1];
            at--;
        }
        w->distressed[at] = one;
    }
}

/*
 * A word below which no target is infected: no target escapes with less than the product over all
 * clusters that have sources. The factor covers what products in another order round away.
 */
static uint64_t least_threshold(const wb_walk64 *w)
{
    double escape = 1.0 - 1e-9;
    for (uint32_t a = 0; a < w->cluster_count; a++) {
        const uint32_t c = w->clusters[a];
        escape = escape * w->plan->clusters[c].escape[w->cluster_sources[c]];
    }
    return wb_threshold(escape);
}

static void add_infected(wb_walk64 *w, uint32_t i)
{
    w->distressed[w->distressed_count++] = (wb_distressed64){.provider = i};
}

/* The usual step with contagion: one source, whose targets are listed with their thresholds. */
static void contagion_of_one(path64 *p, wb_words_query *query)
{
    wb_walk64 *w = p->walk;
    const wb_targets64 *targets = &w->plan->targets[w->sources[0]];
    query->count = targets->count;
    query->index_low = targets->index_low;
    query->index_high = targets->index_high;
    query->limits = targets->limits;
    const uint32_t found = w->words(w->at, w->words_at, query);
    for (uint32_t k = 0; k < found; k++) {
        const uint32_t i = targets->providers[w->at[k]];
        if (exposed(p, i) && w->primary_stamp[i] != w->stamp) add_infected(w, i);
    }
}

/* Several sources: the members of every cluster that has one, each once. */
static void contagion_of_many(path64 *p, wb_words_query *query)
{
    wb_walk64 *w = p->walk;
    count_sources(w);
    const uint64_t least = least_threshold(w);
    assert(least <= UINT32_MAX);
    query->limit = (uint32_t)least;
    for (uint32_t a = 0; a < w->cluster_count; a++) {
        const wb_cluster64 *cluster = &w->plan->clusters[w->clusters[a]];
        query->count = cluster->member_count;
        query->index_low = cluster->index_low;
        query->index_high = cluster->index_high;
        const uint32_t found = w->words(w->at, w->words_at, query);
        for (uint32_t k = 0; k < found; k++) {
            const uint32_t i = cluster->members[w->at[k]];
            if (w->target_stamp[i] == w->stamp || w->primary_stamp[i] == w->stamp) continue;
            w->target_stamp[i] = w->stamp;
            if (exposed(p, i) && is_infected(w, i, w->words_at[k])) add_infected(w, i);
        }
    }
}

static void contagion(path64 *p)
{
    wb_walk64 *w = p->walk;
    unique_sources(w);
    wb_words_query query = {
        .seed = w->plan->model->seed, .path = p->path, .step = p->t, .purpose = WB_DRAW_CONTAGION};
    const uint32_t before = w->distressed_count;
    if (w->source_count == 1 && w->plan->targets != NULL)
        contagion_of_one(p, &query);
    else
        contagion_of_many(p, &query);
    p->infected = w->distressed_count - before;
    sort_distressed(w, before);
}

void wb_walk64_distress(path64 *p)
{
    wb_walk64 *w = p->walk;
    w->distressed_count = 0;
    /* sources so far: cases that failed in this step */
    for (uint32_t s = 0; s < w->failed_now_count; s++) {
        w->sources[w->source_count++] = w->failed_now[s]; /* failed unpaid in the step before */
    }
    w->failed_now_count = 0;
    if (p->draws->head[(size_t)p->t * WB_LANES + p->lane] == 0 &&
        p->step->forced_first == p->step->forced_end && w->source_count == 0) {
        return;
    }
    if (++w->stamp == 0) wb_walk64_restart_stamps(w);
    primaries(p);
    if (w->source_count > 0) contagion(p);
    w->source_count = 0;
}

/* ---- storage ---- */

void wb_walk64_restart_stamps(wb_walk64 *w)
{
    const size_t n = w->plan->provider_count;
    memset(w->source_stamp, 0, n * sizeof *w->source_stamp);
    memset(w->primary_stamp, 0, n * sizeof *w->primary_stamp);
    memset(w->target_stamp, 0, n * sizeof *w->target_stamp);
    memset(w->cluster_stamp, 0, w->plan->model->cluster_count * sizeof *w->cluster_stamp);
    w->stamp = 1;
}

/* Zeroed room for `count` values, freed with the walk; NULL, for good, without memory. */
static void *take(wb_walk64 *walk, size_t count, size_t size)
{
    assert(walk->block_count < WB_WALK64_BLOCKS);
    void *block = calloc(count > 0 ? count : 1, size);
    if (block == NULL) walk->out_of_memory = true;
    walk->blocks[walk->block_count++] = block;
    return block;
}

bool wb_walk64_init(wb_walk64 *walk, const wb_plan64 *plan, const wb_draw_plan *draw_plan,
                    wb_words_function *words)
{
    memset(walk, 0, sizeof *walk);
    walk->plan = plan;
    walk->draw_plan = draw_plan;
    walk->words = words;
    const size_t parties = plan->model->party_count;
    const size_t most = parties > plan->provider_count ? parties : plan->provider_count;
    const size_t n = most + WB_LANES; /* words come in sixteens */
    const size_t groups = plan->model->group_count;
    const size_t steps = plan->step_count;
    const size_t clusters = plan->model->cluster_count;
    const size_t rules = plan->model->contribution_count;
    walk->healthy_from = take(walk, n, sizeof *walk->healthy_from);
    walk->cases = take(walk, n, sizeof *walk->cases);
    walk->resolving = take(walk, steps, sizeof *walk->resolving);
    walk->principal_due = take(walk, steps, sizeof *walk->principal_due);
    walk->recovery_due = take(walk, steps, sizeof *walk->recovery_due);
    walk->slots = take(walk, plan->slot_count, sizeof *walk->slots);
    walk->distressed = take(walk, n, sizeof *walk->distressed);
    walk->asks = take(walk, n, sizeof *walk->asks);
    walk->paid = take(walk, n, sizeof *walk->paid);
    walk->rests = take(walk, n + rules + groups, sizeof *walk->rests);
    walk->sources = take(walk, 3 * n, sizeof *walk->sources);
    walk->failed_now = take(walk, n, sizeof *walk->failed_now);
    walk->source_stamp = take(walk, n, sizeof *walk->source_stamp);
    walk->primary_stamp = take(walk, n, sizeof *walk->primary_stamp);
    walk->target_stamp = take(walk, n, sizeof *walk->target_stamp);
    walk->cluster_stamp = take(walk, clusters, sizeof *walk->cluster_stamp);
    walk->cluster_sources = take(walk, clusters, sizeof *walk->cluster_sources);
    walk->clusters = take(walk, clusters, sizeof *walk->clusters);
    walk->at = take(walk, n, sizeof *walk->at);
    walk->words_at = take(walk, n, sizeof *walk->words_at);
    walk->waived = take(walk, rules, sizeof *walk->waived);
    walk->due = take(walk, rules, sizeof *walk->due);
    walk->raised_end = take(walk, plan->cell_count, sizeof *walk->raised_end);
    walk->raised = take(walk, plan->cell_count, sizeof *walk->raised);
    walk->rising = take(walk, n, sizeof *walk->rising);
    walk->late_due = take(walk, groups * steps, sizeof *walk->late_due);
    walk->refusing = take(walk, plan->refusal_count * parties, sizeof *walk->refusing);
    walk->refusing_count = take(walk, plan->refusal_count, sizeof *walk->refusing_count);
    walk->refusing_drawn = take(walk, plan->refusal_count, sizeof *walk->refusing_drawn);
    walk->party_stamp = take(walk, parties, sizeof *walk->party_stamp);
    walk->party_due = take(walk, parties, sizeof *walk->party_due);
    walk->party_part = take(walk, parties, sizeof *walk->party_part);
    walk->party_waived = take(walk, parties, sizeof *walk->party_waived);
    walk->group_received = take(walk, groups, sizeof *walk->group_received);
    walk->group_part = take(walk, groups, sizeof *walk->group_part);
    if (!walk->out_of_memory) return true;
    wb_walk64_clear(walk);
    return false;
}

void wb_walk64_clear(wb_walk64 *walk)
{
    for (uint32_t b = 0; b < walk->block_count; b++)
        free(walk->blocks[b]);
    memset(walk, 0, sizeof *walk);
}
