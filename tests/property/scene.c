/* scene.c - writes random scenarios as YAML text. */
#include "property/scene.h"

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* splitmix64 (Steele, Lea, Flood 2014). */
uint64_t scene_draw(scene *s, uint64_t below)
{
    uint64_t z = (s->state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return (z ^ (z >> 31)) % below;
}

/* Draw one blank: `a-b` is a number in that range, padded as `a` is written; `x|y|z` is a word. */
static void fill_blank(scene *s, char *to, size_t room, const char *blank, size_t size)
{
    unsigned low, high;
    char text[512];
    assert_true(size < sizeof text);
    memcpy(text, blank, size);
    text[size] = '\0';
    char *bar = strchr(text, '-');
    if (strchr(text, '|') == NULL && bar != NULL && sscanf(text, "%u-%u", &low, &high) == 2) {
        unsigned drawn = low + (unsigned)scene_draw(s, high - low + 1);
        snprintf(to, room, "%0*u", (int)(bar - text), drawn);
        return;
    }
    size_t words = 1;
    for (const char *at = text; *at != '\0'; at++)
        words += *at == '|';
    char *word = text;
    for (size_t skip = scene_draw(s, words); skip > 0; skip--)
        word = strchr(word, '|') + 1;
    snprintf(to, room, "%.*s", (int)strcspn(word, "|"), word);
}

/* Append a template in which every <blank> is drawn, from left to right. (Drawing in the arguments
 * of a printf would leave the order to the compiler.) */
static void append(scene *s, char *to, size_t room, const char *template)
{
    size_t used = strlen(to);
    for (const char *at = template; *at != '\0';) {
        assert_true(used + 1 < room);
        if (*at != '<') {
            to[used++] = *at++;
            to[used] = '\0';
            continue;
        }
        size_t size = strcspn(at, ">");
        fill_blank(s, to + used, room - used, at + 1, size - 1);
        used += strlen(to + used);
        at += size + 1;
    }
}

static bool chance(scene *s, uint64_t one_in)
{
    return scene_draw(s, one_in) == 0;
}

static void make_providers(scene *s, scene_kind kind)
{
    s->provider_count = 3 + scene_draw(s, SCENE_PROVIDERS_MAX - 2);
    for (size_t i = 0; i < s->provider_count; i++) {
        char *row = s->provider[i];
        size_t room = sizeof s->provider[i];
        snprintf(row, room, "  - {id: p%02zu, ", i);
        append(s, row, room, "pd: <1-40>%, ");
        append(s, row, room, kind == SCENE_LOSSES ? "loss" : "<support|loss|exposure>");
        append(s, row, room,
               ": <1000-900000>.<00-99>, revenue: <100000-9000000>.00, "
               "region: <noord|midden|zuid>, segment: <wonen|ggz>");
        if (kind == SCENE_FUND)
            append(s, row, room, "<|, group: g1|, consortia: [c1]|, consortia: [c1, c2]>");
        append(s, row, room, "}\n");
    }
}

static void make_rules(scene *s)
{
    char *to = s->head;
    size_t room = sizeof s->head;
    append(s, to, room, "  interest: <0-4>.<00-99>%\n  costs: <0-20000>.00\n");
    if (chance(s, 2))
        append(s, to, room,
               "  target: <100000-500000>.00\n  cap: <500000-900000>.00\n"
               "  surplus: <refund|holiday>\n");
    append(s, to, room,
           "contributions:\n"
           "  - {group: municipalities, amount: <1000-200000>.00<|, when: start_of_year>}\n");
    if (chance(s, 2)) append(s, to, room, "  - {group: providers, rate: 0.<01-99>%}\n");
    append(s, to, room, "waterfall:\n  ruin: <absorb|continue>\n");
    if (!chance(s, 4)) append(s, to, room, "  levy: {cap: <1-9>%, base: 1000000.00}\n");
    if (!chance(s, 4)) append(s, to, room, "  obligo: {cap: <1-30>%, base: 1000000.00}\n");
    if (!chance(s, 4))
        append(s, to, room, "  backstop: {limit: <1000-400000>.00, repay: <yes|no>}\n");
    append(s, to, room, "contagion: {group: <1-60>%, consortium: <1-30>%}\n");
}

void scene_make(scene *s, scene_kind kind, uint64_t seed)
{
    memset(s, 0, sizeof *s);
    s->state = seed;
    bool many = kind != SCENE_LOSSES;
    char *to = s->head;
    size_t room = sizeof s->head;
    snprintf(to, room, "waarborg: scenario/1\nname: scene %" PRIu64 "\n", seed);
    append(s, to, room,
           many ? "horizon: {years: <2-5>, step: <year|quarter|month>}\n"
                : "horizon: {years: 1, step: year}\n");
    append(s, to, room,
           "run: {paths: 2000, seed: <1-4000000000>}\n"
           "measures: {levels: [75%, 95%, 99%], exceed: [1000.00], fund_levels: [5%]}\n"
           "dependence: {national: 0.<00-40>, region: 0.<00-20>, segment: 0.<00-20>");
    if (many) append(s, to, room, ", ar1: 0.<00-95>, cure_rho: 0.<00-50>, lgd_rho: 0.<00-50>");
    append(s, to, room, "}\n");
    if (many)
        append(s, to, room,
               "support: {term: <1-4>, instalments: <1-3>, interest: <0-5>%, cure: <10-50>%, "
               "extend: <1-30>%, extensions: <0-2>, convert: <0-20>%, recovery_lag: <0-3>, "
               "fail_unsupported: <0-100>%, replace: <yes|no>, "
               "lgd: <60%|{uniform: [20%, 90%]}|{triangular: [10%, 60%, 95%]}"
               "|{table: [[20%, 0.5], [100%, 0.5]]}>}\n");
    make_providers(s, kind);
    append(s, to, room, "fund:\n");
    if (kind == SCENE_FUND) make_rules(s);
}

/* The opening cash goes in right after "fund:", which the rules may follow. */
static void write_file(FILE *out, const scene *s, const size_t *order, size_t count, uint64_t cash)
{
    const char *fund = strstr(s->head, "fund:\n");
    assert_non_null(fund);
    fund += strlen("fund:\n");
    fprintf(out, "%.*s  opening: {cash: %" PRIu64 ".%02" PRIu64 "}\n%sproviders:\n",
            (int)(fund - s->head), s->head, cash / 100, cash % 100, fund);
    for (size_t i = 0; i < count; i++)
        fputs(s->provider[order[i]], out);
}

wb_model *scene_model(const scene *s, const char *tag, const size_t *order, size_t count,
                      uint64_t cash_cents)
{
    char path[512];
    snprintf(path, sizeof path, "%s/tests/property/%s.yaml", WB_BINARY_DIR, tag);
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    write_file(out, s, order, count, cash_cents);
    assert_int_equal(fclose(out), 0);
    wb_diagnostics list = {0};
    wb_scenario *scenario = NULL;
    wb_model *model = NULL;
    wb_error err;
    if (wb_scenario_load(&scenario, path, &list) != WB_OK ||
        wb_scenario_model(&model, scenario, NULL, &list) != WB_OK) {
        wb_diagnostics_render(stderr, &list, NULL);
        fail_msg("%s: cannot be loaded", path);
    }
    wb_scenario_free(scenario);
    wb_diagnostics_clear(&list);
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s: %s", path, err.message);
    return model;
}
