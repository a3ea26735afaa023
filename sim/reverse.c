/*
 * reverse.c - the least size of a shock with which a limit is passed: docs/model.md, "Reverse
 * stress".
 *
 * Each size tried is the scenario with one stress more, or with another value in a stress it has,
 * run with the same draws. A path may suffer the event with a milder shock and not with a harsher
 * one (who fell early cannot fall in the worst year), so the estimate is searched, not each path:
 * the number of paths beyond the limit, at sizes on a grid.
 */
#include "waarborg/sim_reverse.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/interval.h"
#include "sim/reverse.h"
#include "sim/scenario_internal.h"
#include "sim/sweep.h"

/* ---- one size ---- */

/* Sizes are counted on the grid, from 0 (no shock) to `most`. */
typedef struct search {
    const wb_scenario *scenario;
    const wb_opening *opening;
    const wb_reverse_until *until;
    const char *vary;
    const wb_shock *shock;
    size_t name; /* length of the stress's name in vary; 0: a stress of our own */
    int64_t most;
    const wb_sim_options *options;
    wb_diagnostics *list;
    wb_sweep_progress progress;
    wb_sim_reverse *out;
} search;

static void set_size(wb_rate *size, const search *s, int64_t place)
{
    const int64_t sign = s->shock->most < s->shock->none ? -1 : 1;
    wb_rate_set_ratio(size, s->shock->none * (int64_t)s->shock->steps + sign * place,
                      s->shock->steps);
}

/* A YAML string in double quotes; names have no control characters. */
static void append_quoted(char *to, size_t room, const char *text, size_t size)
{
    size_t at = strlen(to);
    if (at + 1 < room) to[at++] = '"';
    for (size_t i = 0; i < size && at + 3 < room; i++) {
        if (text[i] == '"' || text[i] == '\\') to[at++] = '\\';
        to[at++] = text[i];
    }
    if (at + 1 < room) to[at++] = '"';
    to[at] = '\0';
}

/* stress: [{name: "...", key: value}], of a dotted key {outer: {inner: value}}. */
static void change_text(char *text, size_t room, const search *s, int64_t place)
{
    const wb_shock *k = s->shock;
    const int64_t sign = k->most < k->none ? -1 : 1;
    const int64_t at = k->none * (int64_t)k->steps + sign * place;
    const uint64_t whole = (uint64_t)(at < 0 ? -at : at);
    (void)snprintf(text, room, "stress: [{name: ");
    if (s->name > 0)
        append_quoted(text, room, s->vary, s->name);
    else
        append_quoted(text, room, "reverse stress", 14);
    const char *dot = strchr(k->key, '.');
    size_t used = strlen(text);
    if (dot != NULL) {
        (void)snprintf(text + used, room - used, ", %.*s: {%s: ", (int)(dot - k->key), k->key,
                       dot + 1);
    } else {
        (void)snprintf(text + used, room - used, ", %s: ", k->key);
    }
    used = strlen(text);
    (void)snprintf(text + used, room - used, "%s%llu", at < 0 ? "-" : "",
                   (unsigned long long)(whole / k->steps));
    used = strlen(text);
    if (k->decimals > 0) {
        (void)snprintf(text + used, room - used, ".%0*llu", (int)k->decimals,
                       (unsigned long long)(whole % k->steps));
    }
    used = strlen(text);
    (void)snprintf(text + used, room - used, "%s}]", dot != NULL ? "}" : "");
}

/* The model with a shock of this size. */
static wb_code make_model(wb_model **model, wb_scenario **changed, const search *s, int64_t place)
{
    char text[1024];
    wb_diagnostics list = {0};
    change_text(text, sizeof text, s, place);
    *model = NULL;
    wb_code code = wb_scenario_overlay(changed, s->scenario, text, &list);
    if (code == WB_OK) {
        const bool from_ledger = wb_scenario_ledger(*changed) != NULL;
        code = wb_scenario_model(model, *changed, from_ledger ? s->opening : NULL, &list);
    }
    for (size_t i = 0; code != WB_OK && i < list.count; i++) {
        if (list.items[i].severity == WB_ERROR) wb_diagnostics_add(s->list, &list.items[i]);
    }
    wb_diagnostics_clear(&list);
    return code;
}

/* How many of the first `paths` are beyond the limit under this model. */
static wb_code count_model(uint64_t *beyond, search *s, const wb_model *model, uint64_t paths,
                           wb_error *err)
{
    const bool loss = s->until->of_loss;
    bool *happened = loss ? NULL : malloc(paths * sizeof *happened);
    wb_wide *losses = loss ? malloc(paths * sizeof *losses) : NULL;
    if (happened == NULL && losses == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for paths");
    const wb_sweep sweep = {.model = model,
                            .count = paths,
                            .happened = happened,
                            .event = s->until->event,
                            .step_end =
                                loss ? model->step_count : s->until->years * model->steps_per_year,
                            .loss = losses};
    const wb_code code = wb_sweep_do(&sweep, &s->progress, s->options, &s->out->kernel_used, err);
    const wb_wide limit = loss ? wb_wide_get(s->until->amount.cents) : 0;
    *beyond = 0;
    for (uint64_t p = 0; code == WB_OK && p < paths; p++)
        *beyond += (loss ? losses[p] > limit : happened[p]) ? 1 : 0;
    free(happened);
    free(losses);
    s->out->models++;
    return code;
}

static wb_code count_at(uint64_t *beyond, search *s, int64_t place, uint64_t paths, wb_error *err)
{
    wb_model *model = NULL;
    wb_scenario *changed = NULL;
    wb_code code = make_model(&model, &changed, s, place);
    if (code == WB_OK) code = count_model(beyond, s, model, paths, err);
    wb_model_free(model);
    wb_scenario_free(changed);
    return code;
}

/* ---- the search ---- */

/* PRECISION: a size is sought to one place of the grid, or this part of it where that is coarser */
enum { TRIED_MAX = 512, ENDS = 3, PRECISION = 4096 };

/* The sizes tried on the first `paths`, in any order. */
typedef struct sizes {
    uint64_t paths;
    uint64_t
        wanted[ENDS]; /* paths beyond the limit, at least, at the low end, the size, the high */
    int64_t place[TRIED_MAX];
    uint64_t beyond[TRIED_MAX];
    uint32_t count;
} sizes;

/* The estimate passes when k/n > target; an end of the interval where an end of Wilson's does. */
static void set_wanted(sizes *z, const wb_rate *target)
{
    mpz_t whole;
    mpz_init(whole);
    mpz_mul_ui(whole, mpq_numref(target->ratio), (unsigned long)z->paths);
    mpz_fdiv_q(whole, whole, mpq_denref(target->ratio));
    z->wanted[1] = mpz_get_ui(whole) + 1;
    mpz_clear(whole);
    const double limit = wb_rate_double(target);
    z->wanted[0] = z->wanted[1];
    while (z->wanted[0] > 0 && wb_proportion_of(z->wanted[0] - 1, z->paths).high > limit)
        z->wanted[0]--;
    z->wanted[2] = z->wanted[1];
    while (z->wanted[2] <= z->paths && wb_proportion_of(z->wanted[2], z->paths).low <= limit)
        z->wanted[2]++;
}

static wb_code try_size(uint64_t *beyond, sizes *z, search *s, int64_t place, wb_error *err)
{
    for (uint32_t i = 0; i < z->count; i++) {
        if (z->place[i] != place) continue;
        *beyond = z->beyond[i];
        return WB_OK;
    }
    if (z->count == TRIED_MAX) return wb_fail(err, WB_E_INTERNAL, "the search does not end");
    const wb_code code = count_at(beyond, s, place, z->paths, err);
    z->place[z->count] = place;
    z->beyond[z->count] = *beyond;
    if (code == WB_OK) z->count++;
    return code;
}

/* The tightest pair of sizes tried of which the first has fewer than `wanted` and the second not;
 * WB_NONE as place when there is none on that side. */
typedef struct bracket {
    int64_t low, high;
    uint64_t at_low, at_high;
} bracket;

static bracket bracket_of(const sizes *z, uint64_t wanted)
{
    bracket b = {.low = -1, .high = -1};
    for (uint32_t i = 0; i < z->count; i++) {
        if (z->beyond[i] < wanted || (b.high >= 0 && z->place[i] >= b.high)) continue;
        b.high = z->place[i];
        b.at_high = z->beyond[i];
    }
    for (uint32_t i = 0; i < z->count; i++) {
        if (z->beyond[i] >= wanted || z->place[i] <= b.low) continue;
        if (b.high >= 0 && z->place[i] >= b.high) continue;
        b.low = z->place[i];
        b.at_low = z->beyond[i];
    }
    return b;
}

/* Between the two: by their lengths while they are far apart, else in turn where a straight line
 * would pass and in the middle. */
static int64_t next_size(const bracket *b, uint64_t wanted, uint32_t turn)
{
    const int64_t middle = b->low + (b->high - b->low) / 2;
    if (b->high / 4 > b->low) {
        int64_t by_length = b->low > 0 ? b->low : 1;
        for (int64_t far = b->high / by_length; far > 3; far /= 4)
            by_length *= 2;
        return by_length > b->low && by_length < b->high ? by_length : middle;
    }
    if (turn % 3 == 2 || b->at_high <= b->at_low) return middle;
    const double share = (double)(wanted - b->at_low) / (double)(b->at_high - b->at_low);
    int64_t place = b->low + (int64_t)(share * (double)(b->high - b->low));
    if (place <= b->low) place = b->low + 1;
    return place < b->high ? place : b->high - 1;
}

/* The size at which `wanted` is reached, or -1: not even with the largest. */
static wb_code find_size(int64_t *found, sizes *z, search *s, uint64_t wanted, wb_error *err)
{
    wb_code code = WB_OK;
    uint64_t beyond = 0;
    for (uint32_t turn = 0; code == WB_OK; turn++) {
        const bracket b = bracket_of(z, wanted);
        *found = b.high;
        if (b.high == 0 || (b.high > 0 && b.high - b.low <= 1 + b.high / PRECISION)) return WB_OK;
        if (b.high < 0 && b.low == s->most) return WB_OK;
        const int64_t place = b.low < 0 ? 0 : b.high < 0 ? s->most : next_size(&b, wanted, turn);
        code = try_size(&beyond, z, s, place, err);
    }
    return code;
}

/* All three ends. `guess` may hold those of a smaller sample, which are tried first. */
static wb_code find_ends(int64_t ends[ENDS], sizes *z, search *s, const int64_t *guess,
                         wb_error *err)
{
    uint64_t beyond = 0;
    wb_code code = try_size(&beyond, z, s, 0, err);
    for (uint32_t i = 0; guess != NULL && i < ENDS && code == WB_OK; i++) {
        if (guess[i] > 0) code = try_size(&beyond, z, s, guess[i], err);
    }
    static const uint32_t order[ENDS] = {1, 0, 2};
    for (uint32_t i = 0; i < ENDS && code == WB_OK; i++)
        code = find_size(&ends[order[i]], z, s, z->wanted[order[i]], err);
    return code;
}

/* ---- the answer ---- */

void wb_sim_reverse_init(wb_sim_reverse *reverse)
{
    memset(reverse, 0, sizeof *reverse);
    wb_rate *const rates[] = {&reverse->value, &reverse->low,  &reverse->high,
                              &reverse->none,  &reverse->most, &reverse->step};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        wb_rate_init(rates[i]);
}

void wb_sim_reverse_clear(wb_sim_reverse *reverse)
{
    wb_rate *const rates[] = {&reverse->value, &reverse->low,  &reverse->high,
                              &reverse->none,  &reverse->most, &reverse->step};
    for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
        wb_rate_clear(rates[i]);
    memset(reverse, 0, sizeof *reverse);
}

static uint64_t beyond_at(const sizes *z, int64_t place)
{
    for (uint32_t i = 0; i < z->count; i++) {
        if (z->place[i] == place) return z->beyond[i];
    }
    return 0;
}

static void answer(wb_sim_reverse *out, const search *s, const sizes *z, const int64_t ends[ENDS])
{
    out->answer = ends[1] == 0  ? WB_REVERSE_ALREADY
                  : ends[1] < 0 ? WB_REVERSE_NEVER
                                : WB_REVERSE_FOUND;
    out->paths = z->paths;
    out->without = wb_proportion_of(beyond_at(z, 0), z->paths);
    out->with = wb_proportion_of(beyond_at(z, ends[1] >= 0 ? ends[1] : s->most), z->paths);
    if (out->answer != WB_REVERSE_FOUND) return;
    set_size(&out->value, s, ends[1]);
    out->low_exists = ends[0] > 0;
    out->high_exists = ends[2] >= 0;
    if (out->low_exists) set_size(&out->low, s, ends[0]);
    if (out->high_exists) set_size(&out->high, s, ends[2]);
}

/* "NAME.KEY" changes a stress that must be there. */
static wb_code check_name(const search *s, wb_error *err)
{
    if (s->name == 0) return WB_OK;
    const wb_node *list = wb_node_child(s->scenario->root, "stress");
    for (const wb_node *item = list != NULL ? list->first : NULL; item != NULL; item = item->next) {
        const wb_node *name = wb_node_child(item, "name");
        if (name != NULL && name->text != NULL && strlen(name->text) == s->name &&
            strncmp(name->text, s->vary, s->name) == 0) {
            return WB_OK;
        }
    }
    const wb_code code =
        wb_fail(err, WB_E_REFERENCE, "the scenario has no stress '%.*s'", (int)s->name, s->vary);
    wb_error_hint(err, "name one of the file's `stress`, or only the key for a stress on all");
    return code;
}

/* A sixteenth of the paths first: it says where to look with all of them. */
static wb_code run_search(search *s, uint64_t paths, wb_error *err)
{
    enum { SAMPLE_SHARE = 16, SAMPLE_LEAST = 1000 };
    int64_t guess[ENDS] = {-1, -1, -1};
    int64_t ends[ENDS] = {-1, -1, -1};
    const uint64_t sample = paths / SAMPLE_SHARE;
    sizes *z = calloc(1, sizeof *z);
    if (z == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the search");
    wb_code code = WB_OK;
    s->progress.total = 25 * paths;
    if (sample >= SAMPLE_LEAST) {
        z->paths = sample;
        set_wanted(z, &s->until->target);
        code = find_ends(guess, z, s, NULL, err);
        memset(z, 0, sizeof *z);
    }
    z->paths = paths;
    set_wanted(z, &s->until->target);
    if (code == WB_OK) code = find_ends(ends, z, s, guess, err);
    if (code == WB_OK) answer(s->out, s, z, ends);
    free(z);
    return code;
}

wb_code wb_sim_reverse_run(wb_sim_reverse *reverse, const wb_scenario *scenario,
                           const wb_opening *opening, const wb_reverse_until *until,
                           const char *vary, const wb_sim_options *options, wb_diagnostics *list,
                           wb_error *err)
{
    struct timespec start;
    struct timespec end;
    clock_gettime(CLOCK_MONOTONIC, &start);
    search s = {.scenario = scenario,
                .opening = opening,
                .until = until,
                .vary = vary,
                .options = options,
                .list = list,
                .out = reverse};
    s.shock = wb_shock_find(vary, &s.name);
    assert(s.shock != NULL);
    const int64_t range = (int64_t)s.shock->most - s.shock->none;
    s.most = (range < 0 ? -range : range) * (int64_t)s.shock->steps;
    set_size(&reverse->none, &s, 0);
    set_size(&reverse->most, &s, s.most);
    wb_rate_set_ratio(&reverse->step, 1, s.shock->steps);
    reverse->is_rate = s.shock->is_rate;
    wb_model *model = NULL;
    wb_scenario *changed = NULL;
    wb_code code = check_name(&s, err);
    if (code == WB_OK) code = make_model(&model, &changed, &s, 0);
    if (code == WB_OK) code = run_search(&s, model->paths, err);
    wb_model_free(model);
    wb_scenario_free(changed);
    clock_gettime(CLOCK_MONOTONIC, &end);
    reverse->seconds =
        (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    return code;
}
