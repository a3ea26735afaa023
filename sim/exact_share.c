/* exact_share.c - see exact_share.h. */
#include "sim/exact_share.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { PREFIX_MASSES_MAX = 32 * 1024 * 1024 };

/* The distribution of the providers before one: masses up to the VaR, and all that is above. */
typedef struct prefix {
    size_t first, low, end; /* into the store; points low <= x < end */
    double beyond;
} prefix;

typedef struct shares {
    const wb_exact_plan *plan;
    size_t at;   /* VaR of the level */
    double atom; /* K at VaR */
    wb_pmf now, next;
    prefix *prefixes;
    double *store;
    size_t stored, room;
    double *chance;             /* of each provider at this node */
    size_t room_above;          /* of the two below */
    double *expected, *earlier; /* expected K of a loss so far; 1 above VaR, whoever follows */
    double *sum;                /* per provider of the plan, over the nodes */
    wb_code code;
} shares;

/* Move what is above VaR out of the window. */
static void cut(wb_pmf *pmf, size_t at, double *beyond)
{
    while (pmf->end > pmf->low && pmf->end - 1 > at)
        *beyond += pmf->mass[--pmf->end];
}

static bool store(shares *s, size_t i, double beyond)
{
    const size_t span = s->now.end - s->now.low;
    if (s->stored + span > s->room) {
        size_t room = s->room == 0 ? 1 << 16 : s->room;
        while (room < s->stored + span)
            room *= 2;
        if (room > PREFIX_MASSES_MAX) {
            s->code = WB_E_TOO_LARGE;
            return false;
        }
        double *grown = realloc(s->store, room * sizeof *grown);
        if (grown == NULL) {
            s->code = WB_E_NOMEM;
            return false;
        }
        s->store = grown;
        s->room = room;
    }
    s->prefixes[i] = (prefix){s->stored, s->now.low, s->now.end, beyond};
    if (span > 0) {
        memcpy(s->store + s->stored, s->now.mass + s->now.low, span * sizeof(double));
    }
    s->stored += span;
    return true;
}

/* All prefixes given the factors of a node. */
static bool forward(shares *s, const wb_exact_node *node)
{
    const wb_exact_plan *plan = s->plan;
    double beyond = 0.0;
    double dropped = 0.0;
    s->stored = 0;
    wb_pmf_certain(&s->now);
    for (size_t i = 0; i < plan->provider_count; i++) {
        const wb_exact_provider *provider = &plan->providers[i];
        const wb_pmf_losses losses = wb_exact_losses(plan, provider);
        s->chance[i] = wb_exact_chance(provider, node->scale, node->z, 0.0);
        if (!store(s, i, beyond)) return false;
        if (s->now.low == s->now.end) continue; /* all of it is above */
        wb_pmf_join(&s->next, &s->now, s->chance[i], &losses, &dropped);
        wb_pmf_swap(&s->now, &s->next);
        cut(&s->now, s->at, &beyond);
    }
    return true;
}

/* A sum of products in eight lanes, which every compiler adds up in the same order. */
static double dot(const double *restrict a, const double *restrict b, size_t count)
{
    double lanes[8] = {0};
    size_t x = 0;
    for (; x + 8 <= count; x += 8) {
        for (size_t lane = 0; lane < 8; lane++)
            lanes[lane] += a[x + lane] * b[x + lane];
    }
    for (; x < count; x++)
        lanes[x % 8] += a[x] * b[x];
    return ((lanes[0] + lanes[4]) + (lanes[1] + lanes[5])) +
           ((lanes[2] + lanes[6]) + (lanes[3] + lanes[7]));
}

/* The share of one provider at this node, in points; *s->expected belongs to those after it. */
static double share_of(const shares *s, size_t i, const wb_pmf_losses *losses)
{
    const prefix *before = &s->prefixes[i];
    double share = 0.0;
    for (size_t k = 0; k < losses->count; k++) {
        const size_t loss = losses->points[k];
        const double sum =
            before->beyond + dot(s->store + before->first, s->expected + before->low + loss,
                                 before->end - before->low);
        const double chance = losses->share == NULL ? 1.0 : losses->share[k];
        share += s->chance[i] * chance * (double)loss * sum;
    }
    return share;
}

static void add_scaled(double *restrict to, const double *restrict from, size_t count,
                       double factor)
{
    for (size_t x = 0; x < count; x++)
        to[x] += factor * from[x];
}

/* The provider joins those after the prefix: needed only where that prefix has masses. */
static void backward(shares *s, size_t i, const wb_pmf_losses *losses)
{
    const prefix *before = &s->prefixes[i];
    const size_t span = before->end - before->low;
    double *const to = s->earlier + before->low;
    const double *const from = s->expected + before->low;
    const double p = s->chance[i];
    for (size_t x = 0; x < span; x++)
        to[x] = (1.0 - p) * from[x];
    for (size_t k = 0; k < losses->count; k++) {
        const double chance = losses->share == NULL ? 1.0 : losses->share[k];
        add_scaled(to, from + losses->points[k], span, p * chance);
    }
    double *const kept = s->expected;
    s->expected = s->earlier;
    s->earlier = kept;
}

static bool add_node(shares *s, const wb_exact_node *node)
{
    const wb_exact_plan *plan = s->plan;
    wb_exact_tables_given(plan, node->z);
    if (!forward(s, node)) return false;
    for (size_t x = 0; x < s->at; x++)
        s->expected[x] = 0.0;
    s->expected[s->at] = s->atom;
    for (size_t i = plan->provider_count; i-- > 0;) {
        const wb_pmf_losses losses = wb_exact_losses(plan, &plan->providers[i]);
        s->sum[i] += node->weight * share_of(s, i, &losses);
        backward(s, i, &losses);
    }
    return true;
}

static bool shares_init(shares *s, const wb_exact_plan *plan)
{
    const size_t points = plan->point_count;
    const size_t count = plan->provider_count + 1;
    size_t largest = 0;
    for (size_t i = 0; i < plan->loss_count; i++) {
        if (plan->points[i] > largest) largest = plan->points[i];
    }
    *s = (shares){.plan = plan, .room_above = points + largest};
    const bool windows = wb_pmf_init(&s->now, points);
    const bool others = wb_pmf_init(&s->next, points) && windows;
    s->prefixes = calloc(count, sizeof *s->prefixes);
    s->chance = calloc(count, sizeof *s->chance);
    s->sum = calloc(count, sizeof *s->sum);
    s->expected = calloc(s->room_above, sizeof *s->expected);
    s->earlier = calloc(s->room_above, sizeof *s->earlier);
    return others && s->prefixes != NULL && s->chance != NULL && s->sum != NULL &&
           s->expected != NULL && s->earlier != NULL;
}

static void shares_clear(shares *s)
{
    wb_pmf_clear(&s->now);
    wb_pmf_clear(&s->next);
    free(s->prefixes);
    free(s->store);
    free(s->chance);
    free(s->expected);
    free(s->earlier);
    free(s->sum);
}

/* One level: K from its figures, then every node. */
static wb_code level_shares(wb_exact_figure *to, shares *s, const wb_exact_solver *solver,
                            const wb_exact_figures *figures, uint32_t l,
                            const wb_exact_options *options)
{
    const wb_exact_plan *plan = s->plan;
    const wb_exact_rounding r = wb_exact_rounding_of(plan);
    const double tail = wb_exact_tail(&plan->model->levels[l]);
    s->at = (size_t)figures->var[l].value;
    for (size_t x = s->at + 1; x < s->room_above; x++)
        s->expected[x] = s->earlier[x] = 1.0;
    const wb_pmf *pmf = solver->total;
    const bool inside = s->at >= pmf->low && s->at < pmf->end;
    const double mass = inside ? pmf->mass[s->at] : 0.0;
    const double part = mass > 0.0 ? (tail - figures->above[l]) / mass : 0.0;
    s->atom = part < 0.0 ? 0.0 : part > 1.0 ? 1.0 : part;
    memset(s->sum, 0, (plan->provider_count + 1) * sizeof *s->sum);
    for (size_t n = 0; n < solver->node_count; n++) {
        if (!add_node(s, &solver->nodes[n])) return s->code;
        if (options->progress != NULL &&
            !options->progress(n, solver->node_count, options->context)) {
            return WB_E_INTERRUPTED;
        }
    }
    double off = -figures->es[l].value;
    double allowed = figures->es[l].error;
    for (size_t i = 0; i < plan->provider_count; i++) {
        const wb_exact_provider *provider = &plan->providers[i];
        const double most = (double)plan->points[provider->loss_first + provider->loss_count - 1];
        const double share = s->sum[i] / tail;
        to[provider->index].value = share;
        to[provider->index].error =
            share * (2.0 * r.arithmetic + r.chance * r.providers) +
            most * (2.0 * solver->error + r.expected * r.chance + 1e-15) / tail;
        off += share;
        allowed += to[provider->index].error;
    }
    return fabs(off) <= allowed ? WB_OK : WB_E_INTERNAL; /* they add up, before any rounding */
}

wb_code wb_exact_shares(wb_exact_figure *to, const wb_exact_solver *solver,
                        const wb_exact_figures *figures, const wb_exact_options *options,
                        wb_error *err)
{
    const wb_exact_plan *plan = solver->plan;
    const wb_model *model = plan->model;
    if (plan->nested || !plan->divides) {
        wb_code code = wb_fail(err, WB_E_FORBIDDEN,
                               "contributions of providers %s: not covered by the exact solver",
                               plan->nested ? "with factors of regions or segments"
                                            : "on a lattice that rounds losses");
        wb_error_hint(err, "leave out '--contributions', or simulate with 'waarborg sim run'");
        return code;
    }
    shares s;
    wb_code code = shares_init(&s, plan) ? WB_OK : WB_E_NOMEM;
    for (uint32_t l = 0; code == WB_OK && l < model->level_count; l++) {
        code =
            level_shares(to + l * (size_t)model->provider_count, &s, solver, figures, l, options);
    }
    shares_clear(&s);
    if (code == WB_E_NOMEM) return wb_fail(err, code, "no memory for contributions");
    if (code == WB_E_INTERRUPTED) return wb_fail(err, code, "interrupted");
    if (code == WB_E_INTERNAL) return wb_fail(err, code, "contributions do not add up to the ES");
    if (code == WB_E_TOO_LARGE) {
        (void)wb_fail(err, code,
                      "the lattice of %zu points is too fine for contributions: they "
                      "would need more than %d MB",
                      plan->point_count, (int)(PREFIX_MASSES_MAX / 131072));
        wb_error_hint(err, "leave out '--contributions', or simulate with 'waarborg sim run'");
    }
    return code;
}
