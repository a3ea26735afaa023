/*
 * lever.c - how much of a contribution, of the obligo or of the backstop makes an event rare
 * enough: docs/model.md, "Sizing".
 *
 * As with opening cash (size.c), each path has a least amount K without the event, for more of a
 * lever never brings an event forward; the answer is an order statistic of K. Here each amount
 * tried is a model of its own, walked with the same draws. A path is walked only at amounts between
 * the largest that was too little for it and the least that sufficed; so the first few amounts cost
 * a run each, and the later ones only the few paths that are still undecided there.
 */
#include "waarborg/sim_lever.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/kernel.h"
#include "sim/size.h"
#include "sim/sweep.h"
#include "sim/variant.h"

static const char *const names[WB_LEVER_COUNT] = {"cash", "contribution", "obligo", "backstop"};

wb_code wb_lever_parse(wb_lever *lever, const char *text, wb_error *err)
{
    for (uint32_t i = 0; i < WB_LEVER_COUNT; i++) {
        if (strcmp(text, names[i]) == 0) {
            *lever = (wb_lever)i;
            return WB_OK;
        }
    }
    const wb_code code = wb_fail(err, WB_E_CHOICE, "'%s' is not a lever", text);
    wb_error_hint(err, "one of cash, contribution, obligo, backstop, or all of them");
    return code;
}

void wb_lever_size_init(wb_lever_size *size)
{
    memset(size, 0, sizeof *size);
    wb_sim_size_init(&size->size);
    wb_money_init(&size->present);
}

void wb_lever_size_clear(wb_lever_size *size)
{
    wb_sim_size_clear(&size->size);
    wb_money_clear(&size->present);
    memset(size, 0, sizeof *size);
}

/* ---- what the scenario has ---- */

static wb_code find_line(uint32_t *line, const wb_model *model, const char *group, wb_error *err)
{
    bool found = false;
    for (uint32_t i = 0; i < model->contribution_count; i++) {
        const wb_contribution *item = &model->contributions[i];
        const char *of = model->groups[item->group].id;
        if (group != NULL && strcmp(group, of) != 0) continue;
        found = true;
        if (item->kind != WB_CONTRIBUTES_AMOUNT) continue;
        *line = i;
        return WB_OK;
    }
    wb_code code = WB_OK;
    if (group == NULL) {
        code = wb_fail(err, WB_E_REFERENCE, "the scenario has no contribution of a fixed amount");
        wb_error_hint(err, "write one, such as contributions: [{group: state, amount: 0.00}]");
    } else if (found) {
        code =
            wb_fail(err, WB_E_REFERENCE,
                    "what '%s' contributes is no fixed amount: it depends on its providers", group);
        wb_error_hint(err, "choose a group with a line `amount`");
    } else {
        code = wb_fail(err, WB_E_REFERENCE, "no contribution of a group '%s'", group);
        wb_error_hint(err, "choose a group of 'contributions'");
    }
    return code;
}

wb_code wb_lever_find(wb_lever_question *question, const wb_model *model, const char *group,
                      wb_error *err)
{
    question->line = 0;
    if (question->lever == WB_LEVER_CONTRIBUTION) {
        return find_line(&question->line, model, group, err);
    }
    if (question->lever == WB_LEVER_OBLIGO && !model->has_obligo) {
        const wb_code code = wb_fail(err, WB_E_REFERENCE, "the scenario has no obligo");
        wb_error_hint(err, "write waterfall: {obligo: {cap: 0%%, base: 1.00}} to size it");
        return code;
    }
    return WB_OK;
}

/* Whether the lever moves the limit of step t. */
static bool is_moved(const wb_model *model, uint32_t t)
{
    return model->backstop_stressed == NULL || !model->backstop_stressed[t];
}

/* False: unlimited, or set by stresses in every step. */
static bool present_backstop(wb_money *present, const wb_model *model)
{
    uint32_t t = 0;
    while (t < model->step_count && !is_moved(model, t))
        t++;
    if (t == model->step_count) return false;
    if (!model->has_backstop) return true;
    wb_money_set(present, &model->backstop_limit[t]);
    return !model->backstop_unlimited[t];
}

static void set_present(wb_lever_size *size, const wb_model *model, uint32_t line)
{
    size->present_exists = true;
    if (size->lever == WB_LEVER_CASH) {
        wb_money_set(&size->present, &model->opening.cash);
    } else if (size->lever == WB_LEVER_CONTRIBUTION) {
        wb_money_set(&size->present, &model->contributions[line].amount);
        size->group = model->groups[model->contributions[line].group].id;
    } else if (size->lever == WB_LEVER_OBLIGO) {
        wb_money_set(&size->present, &model->obligo_cap);
    } else {
        size->present_exists = present_backstop(&size->present, model);
    }
}

/* ---- the model with another amount ---- */

static void set_backstop(wb_variant *v, const wb_money *amount)
{
    wb_model *m = &v->model;
    const uint32_t steps = m->step_count;
    wb_money *limits = wb_variant_array(v, m->backstop_limit, steps, sizeof *limits);
    bool *unlimited = wb_variant_array(v, m->backstop_unlimited, steps, sizeof *unlimited);
    for (uint32_t t = 0; limits != NULL && unlimited != NULL && t < steps; t++) {
        if (!is_moved(m, t)) continue;
        limits[t] = *amount;
        unlimited[t] = false;
    }
    m->has_backstop = true;
    m->backstop_limit = limits;
    m->backstop_unlimited = unlimited;
}

/* `amount` must live as long as the variant. Clear it whatever the answer. */
static wb_code variant_init(wb_variant *v, const wb_model *model, const wb_lever_question *question,
                            const wb_money *amount, wb_error *err)
{
    wb_variant_init(v, model);
    if (question->lever == WB_LEVER_OBLIGO) {
        v->model.obligo_cap = *amount;
    } else if (question->lever == WB_LEVER_BACKSTOP) {
        set_backstop(v, amount);
    } else {
        wb_contribution *lines =
            wb_variant_array(v, model->contributions, model->contribution_count, sizeof *lines);
        if (lines != NULL) lines[question->line].amount = *amount;
        v->model.contributions = lines;
    }
    return v->out_of_memory ? wb_fail(err, WB_E_NOMEM, "no memory to change the model") : WB_OK;
}

/* ---- the search ---- */

enum { TRIED_MAX = 4096 };

typedef struct search {
    const wb_model *model;
    const wb_lever_question *question;
    const wb_sim_options *options;
    wb_sweep_progress progress;
    wb_kernel used;
    wb_wide unit; /* amounts are counted in these: cents, or a cent in every step of a year */
    wb_wide end;  /* as good as any larger amount */
    /* the amounts tried, in the order of trying, and on how many paths the event happens; the
     * first place is empty */
    wb_wide tried[TRIED_MAX];
    uint64_t happens[TRIED_MAX];
    uint32_t tried_count;
    /* per path, places in `tried`: the largest amount with the event, the least without; 0: none */
    uint16_t *with, *without;
    uint64_t *list; /* paths to walk */
    bool *happened;
} search;

static void search_clear(search *s)
{
    if (s == NULL) return;
    free(s->with);
    free(s->without);
    free(s->list);
    free(s->happened);
    free(s);
}

static search *search_new(const wb_model *model, const wb_lever_question *question,
                          const wb_sim_options *options)
{
    search *s = calloc(1, sizeof *s);
    if (s == NULL) return NULL;
    s->model = model;
    s->question = question;
    s->options = options;
    s->tried_count = 1;
    s->with = calloc(model->paths, sizeof *s->with);
    s->without = calloc(model->paths, sizeof *s->without);
    s->list = malloc(model->paths * sizeof *s->list);
    s->happened = malloc(model->paths * sizeof *s->happened);
    if (s->with != NULL && s->without != NULL && s->list != NULL && s->happened != NULL) return s;
    search_clear(s);
    return NULL;
}

static wb_code walk(search *s, wb_wide value, uint64_t count, wb_error *err)
{
    wb_variant v;
    wb_money amount;
    wb_money_init(&amount);
    wb_wide_set(amount.cents, value * s->unit);
    wb_code code = variant_init(&v, s->model, s->question, &amount, err);
    if (code == WB_OK) {
        const wb_sweep sweep = {.model = &v.model,
                                .paths = s->list,
                                .count = count,
                                .happened = s->happened,
                                .event = s->question->event,
                                .step_end = s->question->years * s->model->steps_per_year};
        code = wb_sweep_do(&sweep, &s->progress, s->options, &s->used, err);
    }
    wb_variant_clear(&v);
    wb_money_clear(&amount);
    return code;
}

/* On how many paths the event happens with this amount: a new place of `tried`. */
static wb_code try_amount(search *s, wb_wide value, wb_error *err)
{
    assert(s->tried_count < TRIED_MAX);
    const uint32_t place = s->tried_count;
    uint64_t happens = 0;
    uint64_t count = 0;
    for (uint64_t p = 0; p < s->model->paths; p++) {
        if (s->with[p] != 0 && s->tried[s->with[p]] >= value) {
            happens++;
        } else if (s->without[p] == 0 || s->tried[s->without[p]] > value) {
            s->list[count++] = p;
        }
    }
    const wb_code code = walk(s, value, count, err);
    if (code != WB_OK) return code;
    for (uint64_t i = 0; i < count; i++) {
        uint16_t *side = s->happened[i] ? s->with : s->without;
        side[s->list[i]] = (uint16_t)place;
        happens += s->happened[i] ? 1 : 0;
    }
    s->tried[place] = value;
    s->happens[place] = happens;
    s->tried_count++;
    return WB_OK;
}

/* Between low and high, which are further apart than one: by their lengths while they are of
 * different size, else the middle. */
static wb_wide between(wb_wide low, wb_wide high)
{
    if (high / 4 <= low) return low + (high - low) / 2;
    uint32_t bits = 0;
    for (wb_wide rest = low; rest > 0; rest /= 2)
        bits++;
    for (wb_wide rest = high; rest > 0; rest /= 2)
        bits++;
    const wb_wide value = (wb_wide)1 << (bits / 2);
    return value > low && value < high ? value : low + (high - low) / 2;
}

/* K of a rank. false: none, and then *code tells whether something failed. */
static bool find_rank(wb_money *amount, search *s, uint64_t rank, wb_code *code, wb_error *err)
{
    if (rank == 0 || *code != WB_OK) return false;
    const uint64_t allowed = s->model->paths - rank;
    for (;;) {
        wb_wide low = -1;
        wb_wide high = s->end + 1;
        for (uint32_t i = 1; i < s->tried_count; i++) {
            const wb_wide value = s->tried[i];
            if (s->happens[i] > allowed && value > low) low = value;
            if (s->happens[i] <= allowed && value < high) high = value;
        }
        if (low == s->end) return false;
        if (high - low <= 1) {
            wb_wide_set(amount->cents, high * s->unit);
            return true;
        }
        const wb_wide value = low < 0 ? 0 : high > s->end ? s->end : between(low, high);
        *code = try_amount(s, value, err);
        if (*code != WB_OK) return false;
    }
}

/* ---- what the amounts are counted in, and where they end ---- */

/* most = max(most, 1 / factor), of a factor that leaves something. */
static void raise_to_inverse(wb_rate *most, const wb_rate *factor)
{
    wb_rate inverse;
    if (mpq_sgn(factor->ratio) <= 0) return;
    wb_rate_init(&inverse);
    mpq_inv(inverse.ratio, factor->ratio);
    if (wb_rate_compare(&inverse, most) > 0) wb_rate_set(most, &inverse);
    wb_rate_clear(&inverse);
}

/* What is due in a step may be a small part of the yearly amount: by so much more of it. */
static void enlarge(wb_money *end, const wb_model *model, const wb_contribution *line)
{
    wb_rate most;
    wb_rate_init(&most);
    wb_rate_set_ratio(&most, 1, 1);
    for (uint32_t t = 0; line->change != NULL && t < model->step_count; t++)
        raise_to_inverse(&most, &line->change[t]);
    wb_rate_apply(end, end, &most, WB_ROUND_CEILING);
    for (uint32_t i = 0; i < model->arrears_count; i++) {
        wb_rate_set_ratio(&most, 1, 1);
        if (model->arrears[i].group == line->group) {
            raise_to_inverse(&most, &model->arrears[i].factor);
        }
        wb_rate_apply(end, end, &most, WB_ROUND_CEILING);
    }
    wb_rate_clear(&most);
}

/* The bound of the model with this much of the lever. */
static wb_code bound_with(wb_money *bound, const search *s, const wb_money *amount, wb_error *err)
{
    wb_variant v;
    const wb_code code = variant_init(&v, s->model, s->question, amount, err);
    if (code == WB_OK) wb_model_bound(bound, &v.model, NULL);
    wb_variant_clear(&v);
    return code;
}

/* `end`: more than all that can be asked with none of the lever. */
static wb_code set_range(search *s, wb_error *err)
{
    const wb_lever_question *question = s->question;
    wb_money end;
    wb_money bound;
    wb_money_init(&end);
    wb_money_init(&bound);
    s->unit = 1;
    wb_code code = bound_with(&end, s, &bound, err);
    if (code == WB_OK && question->lever == WB_LEVER_CONTRIBUTION) {
        const wb_contribution *line = &s->model->contributions[question->line];
        if (!line->start_of_year) s->unit = s->model->steps_per_year;
        enlarge(&end, s->model, line);
    }
    bool fits = mpz_sizeinbase(end.cents, 2) <= WB_BOUND_BITS - 8;
    if (code == WB_OK && fits) {
        s->end = wb_wide_get(end.cents);
        mpz_mul_ui(end.cents, end.cents, (unsigned long)s->unit);
        code = bound_with(&bound, s, &end, err);
        fits = mpz_sizeinbase(bound.cents, 2) <= WB_BOUND_BITS;
    }
    wb_money_clear(&bound);
    wb_money_clear(&end);
    if (code == WB_OK && !fits) {
        code = wb_fail(err, WB_E_RANGE, "the amounts are too large to search for the %s",
                       names[question->lever]);
    }
    return code;
}

/* ---- the answer ---- */

static const char *why_none(const wb_model *model, const wb_lever_question *question)
{
    if (question->lever == WB_LEVER_CONTRIBUTION) {
        if (model->has_cap && model->surplus == WB_SURPLUS_HOLIDAY) {
            return "all that would lift the balance above the cap is waived";
        }
        if (model->has_cap) return "all above the cap is refunded at the end of each step";
        return "in some steps none of it comes in, whatever was agreed";
    }
    if (question->lever == WB_LEVER_OBLIGO) {
        return "it counts as happened as soon as the obligo is needed";
    }
    if (question->event < WB_EVENT_BACKSTOP_USED_UP) {
        return "it counts as happened as soon as the backstop is needed";
    }
    return "stresses set the limit of the backstop in other steps";
}

static void explain(wb_sim_size *size, const wb_model *model, const wb_lever_question *question)
{
    static const char *const words[WB_LEVER_COUNT] = {"opening cash", "yearly contribution",
                                                      "obligo", "backstop"};
    const char *what = words[question->lever];
    const char *event = wb_event_name(question->event);
    if (!size->exists) {
        (void)snprintf(size->reason, sizeof size->reason, "no %s is enough for %s: %s", what, event,
                       why_none(model, question));
    } else if (wb_money_sign(&size->amount) == 0) {
        (void)snprintf(size->reason, sizeof size->reason,
                       "no %s is needed: with 0.00 of it %s is rare enough already", what, event);
    }
}

static wb_code size_by_search(wb_sim_size *size, search *s, wb_error *err)
{
    const wb_size_ranks ranks = wb_size_ranks_of(s->question->target, s->model->paths);
    wb_code code = set_range(s, err);
    if (code != WB_OK) return code;
    size->exists = find_rank(&size->amount, s, ranks.quantile.at, &code, err);
    size->low_exists = find_rank(&size->low, s, ranks.quantile.low, &code, err);
    size->high_exists = find_rank(&size->high, s, ranks.quantile.high, &code, err);
    size->sure_exists = find_rank(&size->amount_sure, s, ranks.sure, &code, err);
    size->paths = s->model->paths;
    size->kernel_used = s->used;
    return code;
}

wb_code wb_sim_size_lever(wb_lever_size *size, const wb_model *model,
                          const wb_lever_question *question, const wb_sim_options *options,
                          wb_error *err)
{
    assert(mpq_sgn(question->target->ratio) > 0 && mpq_cmp_ui(question->target->ratio, 1, 1) < 0);
    assert(question->years >= 1 && question->years <= model->years);
    size->lever = question->lever;
    set_present(size, model, question->line);
    if (question->lever == WB_LEVER_CASH) {
        return wb_sim_size_cash(&size->size, model, question->event, question->target,
                                question->years, options, err);
    }
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    search *s = search_new(model, question, options);
    if (s == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the sizing");
    const wb_code code = size_by_search(&size->size, s, err);
    search_clear(s);
    if (code == WB_OK) explain(&size->size, model, question);
    clock_gettime(CLOCK_MONOTONIC, &end);
    size->size.seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    return code;
}
