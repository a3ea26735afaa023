/* scenario_show_stress.c - what stresses come to, step by step, so that a person can follow. */
#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_show.h"
#include "sim/scenario_stress.h"

static void add(char line[WB_SHOW_LINE], const char *format, ...) WB_PRINTF(2, 3);
static void add(char line[WB_SHOW_LINE], const char *format, ...)
{
    const size_t used = strlen(line);
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(line + used, WB_SHOW_LINE - used, format, arguments);
    va_end(arguments);
}

/* What is needed to show one stress. */
typedef struct shown {
    const wb_viewer *view;
    wb_resolver *to;
    const wb_stress *stress;
    uint32_t index;
} shown;

/* One line about a key of the stress, or about all of it (key ""). */
static void say(const shown *at, const char *key, const char *line)
{
    char path[WB_FIELD_MAX];
    char origin[WB_FIELD_MAX];
    const wb_node *node = key[0] != '\0' ? wb_node_child(at->stress->node, key) : NULL;
    (void)snprintf(path, sizeof path, "stress[%u].in_force%s%s", (unsigned)at->index,
                   key[0] != '\0' ? "." : "", key);
    at->view->visit(path, line, wb_show_origin(origin, node != NULL ? node : at->stress->node),
                    at->view->context);
}

enum { NAMED = 6 }; /* so few are named, more are counted */

static void add_hit(char line[WB_SHOW_LINE], uint32_t hit, uint32_t all, const char *what,
                    const char *const *ids)
{
    add(line, "; hits %u of %u %s", (unsigned)hit, (unsigned)all, what);
    for (uint32_t k = 0; k < hit && hit <= NAMED; k++)
        add(line, "%s%s", k == 0 ? ": " : ", ", ids[k]);
}

/* Its steps, and whom it hits. */
static void show_window(const shown *at)
{
    const wb_model *model = at->to->model;
    const wb_stress *stress = at->stress;
    const unsigned targets = wb_stress_targets(at->view->scenario->root, stress->node);
    const char *ids[NAMED];
    char line[WB_SHOW_LINE] = "";
    add(line, "steps %u to %u", (unsigned)stress->first + 1, (unsigned)stress->end);
    uint32_t hit = 0;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (!wb_tables_hit(at->to->rows[i], stress->who)) continue;
        if (hit < NAMED) ids[hit] = model->providers[i].id;
        hit++;
    }
    if ((targets & WB_TARGETS_PROVIDERS) != 0) {
        add_hit(line, hit, model->provider_count, "providers", ids);
    }
    hit = 0;
    for (uint32_t p = 0; p < model->party_count; p++) {
        if (!wb_tables_hit_party(at->to->parties[p], stress->who)) continue;
        if (hit < NAMED) ids[hit] = model->parties[p].id;
        hit++;
    }
    if ((targets & WB_TARGETS_PARTIES) != 0) {
        add_hit(line, hit, model->party_count, "municipalities", ids);
    }
    say(at, "", line);
}

static const char *text_of(const wb_stress *stress, const char *name)
{
    char path[WB_FIELD_MAX];
    (void)snprintf(path, sizeof path, "stress[].%s", name);
    return wb_read_text(stress->node, path);
}

/* Each key's part of the loss of margin, and their sum. */
static void show_margin(const shown *at)
{
    const wb_stress *stress = at->stress;
    wb_rate loss;
    wb_rate_init(&loss);
    uint32_t count = 0;
    for (uint32_t k = 0; k < WB_MARGIN_KEYS; k++) {
        const wb_margin_key *key = &wb_margin_keys[k];
        if (!wb_margin_loss(&loss, stress->node, k)) continue;
        char line[WB_SHOW_LINE] = "";
        add(line, "%s", text_of(stress, key->name));
        for (size_t n = 0; n < 2 && key->shares[n] != NULL; n++) {
            const char *share = text_of(stress, key->shares[n]);
            add(line, key->rest ? " x (1 - %s %s)" : " x %s %s", key->shares[n], share);
        }
        add(line, " -> margin %+.2f points", -100.0 * wb_rate_double(&loss));
        say(at, key->name, line);
        count++;
    }
    if (count > 0 && wb_read_rate(&loss, at->view->scenario->root, "margin_sd")) {
        char line[WB_SHOW_LINE] = "";
        const double sum = wb_rate_double(&stress->loss);
        add(line, "margin %+.2f points in all: quantile %+.3f, as margin_sd is %s", -100.0 * sum,
            sum / wb_rate_double(&loss), wb_read_text(at->view->scenario->root, "margin_sd"));
        say(at, "margin_sum", line);
    }
    wb_rate_clear(&loss);
}

/* What is asked or lost besides. */
static void show_effect(const shown *at)
{
    const wb_stress *stress = at->stress;
    const wb_effect *effect = &stress->effect;
    char line[WB_SHOW_LINE] = "";
    if (effect->has_months) {
        add(line, "asks %s months of revenue", text_of(stress, "support_months"));
        say(at, "support_months", line);
    }
    if (stress->has_lgd) {
        line[0] = '\0';
        add(line, "loss given default %+.2f points", 100.0 * wb_rate_double(&effect->lgd_add));
        say(at, "lgd_add", line);
    }
    if (stress->has_extra) {
        line[0] = '\0';
        add(line, "asks %.2f%% of yearly revenue on top: (%s - 30) / 365, at least 0",
            100.0 * wb_rate_double(&effect->extra), text_of(stress, "payment_days"));
        say(at, "payment_days", line);
    }
    if (stress->has_called) {
        line[0] = '\0';
        add(line, "asks %.2f%% of yearly revenue on top, with probability %.2f%%",
            100.0 * wb_rate_double(&effect->called), 100.0 * effect->called_probability);
        say(at, "debt_called", line);
    }
}

static void show_probability(const shown *at)
{
    const wb_stress *stress = at->stress;
    char line[WB_SHOW_LINE] = "";
    if (stress->has_pd) {
        add(line, "the yearly probability is %s before margins and multipliers",
            text_of(stress, "pd"));
        say(at, "pd", line);
    }
    if (stress->has_multiplier) {
        line[0] = '\0';
        add(line, "the yearly probability x %s, at most 1", text_of(stress, "pd_multiplier"));
        say(at, "pd_multiplier", line);
    }
    const char *force = text_of(stress, "force");
    if (force != NULL) {
        line[0] = '\0';
        add(line, "%s in each of its steps in which they are healthy", force);
        say(at, "force", line);
    }
}

static void show_merger(const shown *at)
{
    const wb_model *model = at->to->model;
    const wb_node *merge = wb_node_child(at->stress->node, "merge");
    for (uint32_t i = 0; merge != NULL && i < model->provider_count; i++) {
        const wb_provider_row *row = at->to->rows[i];
        if (row->place.node != merge) continue;
        char line[WB_SHOW_LINE] = "";
        char revenue[WB_MONEY_TEXT_MAX];
        add(line,
            "%s, from step %u if all are healthy then; revenue %s, class, region, segment "
            "and loadings of %s",
            row->id, (unsigned)at->stress->first + 1,
            wb_money_text(revenue, &row->revenue, WB_MONEY_GROUPED),
            at->to->providers[row->lead].id);
        say(at, "merge", line);
    }
}

static void show_payments(const shown *at)
{
    const wb_node *node = at->stress->node;
    const wb_node *change = wb_node_child(node, "contributions");
    const wb_node *refusal = wb_node_child(node, "refusal");
    char line[WB_SHOW_LINE] = "";
    if (change != NULL) {
        wb_rate factor;
        char text[WB_RATE_TEXT_MAX];
        wb_rate_init(&factor);
        (void)wb_read_rate(&factor, change, "stress[].contributions.change");
        mpz_add(mpq_numref(factor.ratio), mpq_numref(factor.ratio), mpq_denref(factor.ratio));
        add(line, "%s: what is due%s x %s", wb_read_text(change, "stress[].contributions.group"),
            at->stress->who != NULL ? " from those hit" : "", wb_rate_text(text, &factor));
        say(at, "contributions", line);
        wb_rate_clear(&factor);
    }
    if (refusal != NULL) {
        line[0] = '\0';
        add(line, "%s: ", wb_read_text(refusal, "stress[].refusal.group"));
        const char *probability = wb_read_text(refusal, "stress[].refusal.probability");
        const char *delay = wb_read_text(refusal, "stress[].refusal.delay");
        if (probability != NULL) add(line, "each refuses with probability %s", probability);
        if (delay != NULL) {
            const bool bare = strspn(delay, "0123456789") == strlen(delay);
            add(line, "%s%s of %s comes %s%s later", probability != NULL ? "; " : "",
                wb_read_text(refusal, "stress[].refusal.arrears"),
                probability != NULL ? "the rest" : "what is due", delay, bare ? " steps" : "");
        }
        say(at, "refusal", line);
    }
}

static double points(const wb_rate *rate)
{
    return 100.0 * wb_rate_double(rate);
}

/* What is asked and lost under several stresses together. */
static void effect_text(char line[WB_SHOW_LINE], const wb_effect *effect)
{
    char months[WB_RATE_TEXT_MAX];
    line[0] = '\0';
    if (effect->has_months)
        add(line, "; %s months of revenue", wb_rate_text(months, &effect->months));
    if (mpq_sgn(effect->lgd_add.ratio) != 0)
        add(line, "; lgd %+.2f points", points(&effect->lgd_add));
    if (mpq_sgn(effect->extra.ratio) != 0) {
        add(line, "; %.2f%% of yearly revenue on top", points(&effect->extra));
    }
    if (mpq_sgn(effect->called.ratio) != 0) {
        add(line, "; %.2f%% of it on top with probability %.2f%%", points(&effect->called),
            100.0 * effect->called_probability);
    }
    if (line[0] == '\0') add(line, "; as without");
    memmove(line, line + 2, strlen(line + 2) + 1);
}

/* Limits and rates that are others while the stress lasts. */
static void show_rules(const shown *at)
{
    const wb_node *backstop = wb_node_child(at->stress->node, "backstop");
    const char *interest = text_of(at->stress, "interest");
    char line[WB_SHOW_LINE] = "";
    if (backstop != NULL) {
        add(line, "the limit of the backstop is %s",
            wb_read_text(backstop, "stress[].backstop.limit"));
        say(at, "backstop", line);
    }
    if (interest != NULL) {
        line[0] = '\0';
        add(line, "the fund's balance bears %s a year", interest);
        say(at, "interest", line);
    }
}

/* A probability on its way, for all providers of a class under the same stresses. */
static void show_stretch(const shown *at, const wb_phase *phase, const wb_provider_row *row,
                         uint64_t mask, const wb_stress *stresses, uint32_t count,
                         const wb_rate *margin_sd)
{
    char path[WB_FIELD_MAX];
    char origin[WB_SHOW_LINE] = "";
    char line[WB_SHOW_LINE] = "";
    const bool own = row->has_pd || row->class_ == NULL;
    for (uint32_t s = 0; s < count; s++) {
        if ((mask >> s & 1) == 0) continue;
        add(origin, "%s%s", origin[0] != '\0' ? " + " : "",
            wb_read_text(stresses[s].node, "stress[].name"));
    }
    const double base = wb_stress_base(at->to, row);
    const wb_stressed p = wb_stress_probability(base, stresses, mask, margin_sd);
    add(line, "pd %.2f%%", 100.0 * base);
    if (p.base > base || p.base < base) add(line, " -> stated %.2f%%", 100.0 * p.base);
    if (p.loss > 0.0 || p.loss < 0.0) {
        add(line, " -> margin %+.2f points, quantile %+.3f -> %.2f%%", -100.0 * p.loss, p.shift,
            100.0 * p.shifted);
    }
    if (p.multiplier > 1.0 || p.multiplier < 1.0) {
        add(line, " -> x %.4g -> %.2f%%", p.multiplier, 100.0 * p.pd);
    }
    (void)snprintf(path, sizeof path, "steps[%u..%u].%s.%s", (unsigned)phase->step_first + 1,
                   (unsigned)phase->step_end, own ? "provider" : "class",
                   own ? row->id : row->class_);
    at->view->visit(path, line, origin, at->view->context);
    const uint32_t provider = wb_resolve_provider_of(at->to, row->id);
    if (phase->effect == NULL || phase->effect[provider] == 0) return;
    (void)snprintf(path + strlen(path), sizeof path - strlen(path), ".asks");
    effect_text(line, &at->to->model->effects[phase->effect[provider]]);
    at->view->visit(path, line, origin, at->view->context);
}

/* Whether row i is the first of its class under these stresses. */
static bool is_first(const wb_resolver *to, const uint64_t *hits, uint64_t in_force, uint32_t i)
{
    const wb_provider_row *row = to->rows[i];
    if (row->has_pd || row->class_ == NULL) return true;
    for (uint32_t j = 0; j < i; j++) {
        const wb_provider_row *other = to->rows[j];
        if (!other->has_pd && other->class_ != NULL && strcmp(row->class_, other->class_) == 0 &&
            ((hits[i] ^ hits[j]) & in_force) == 0) {
            return false;
        }
    }
    return true;
}

static void show_phases(const shown *at, const wb_stress *stresses, uint32_t count,
                        const uint64_t *hits)
{
    const wb_model *model = at->to->model;
    wb_rate margin_sd;
    wb_rate_init(&margin_sd);
    (void)wb_read_rate(&margin_sd, at->view->scenario->root, "margin_sd");
    for (uint32_t f = 0; f < model->phase_count; f++) {
        const wb_phase *phase = &model->phases[f];
        const uint64_t in_force = wb_stress_in_force(stresses, count, phase->step_first);
        for (uint32_t i = 0; i < model->provider_count; i++) {
            const uint64_t mask = in_force & hits[i];
            if (mask == 0 || !is_first(at->to, hits, in_force, i)) continue;
            show_stretch(at, phase, at->to->rows[i], mask, stresses, count, &margin_sd);
        }
    }
    wb_rate_clear(&margin_sd);
}

void wb_show_stress(const wb_viewer *view, wb_resolver *to)
{
    wb_stress *stresses = NULL;
    uint32_t count = 0;
    uint64_t *hits = wb_resolve_array(to, to->model->provider_count, sizeof *hits);
    if (hits != NULL && wb_stress_read(&stresses, &count, to)) {
        shown at = {.view = view, .to = to};
        for (uint32_t s = 0; s < count; s++) {
            at.stress = &stresses[s];
            at.index = s;
            show_window(&at);
            show_margin(&at);
            show_probability(&at);
            show_effect(&at);
            show_merger(&at);
            show_payments(&at);
            show_rules(&at);
        }
        for (uint32_t i = 0; i < to->model->provider_count; i++)
            hits[i] = wb_stress_hits(stresses, count, to->rows[i]);
        show_phases(&at, stresses, count, hits);
    }
    wb_stress_clear(stresses, count);
    free(hits);
}
