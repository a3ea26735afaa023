/* reverse_question.c - what a reverse stress may vary, and what it may ask for; see reverse.h. */
#include "sim/reverse.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* ---- the shocks that have a size ---- */

/* From no shock towards what is worse for the fund. */
static const wb_shock shocks[] = {
    {"pd_multiplier", 1, 1000, 10000, 4, false},
    {"pd", 0, 1, 1000000, 6, true},
    {"margin", 0, -1, 1000000, 6, true},
    {"tariff", 0, -1, 1000000, 6, true},
    {"indexation", 0, -1, 1000000, 6, true},
    {"wages", 0, 1, 1000000, 6, true},
    {"volume", 0, -1, 1000000, 6, true},
    {"occupancy", 0, -1, 1000000, 6, true},
    {"hired", 0, 1, 1000000, 6, true},
    {"productivity", 0, -1, 1000000, 6, true},
    {"support_months", 0, 120, 1000, 3, false},
    {"lgd_add", 0, 1, 1000000, 6, true},
    {"payment_days", 0, 365, 1, 0, false},
    {"debt_called.probability", 0, 1, 1000000, 6, true},
    {"debt_called.share", 0, 1, 1000000, 6, true},
    {"contributions.change", 0, -1, 1000000, 6, true},
    {"refusal.probability", 0, 1, 1000000, 6, true},
    {"refusal.arrears", 0, 1, 1000000, 6, true},
};
enum { SHOCKS = sizeof shocks / sizeof shocks[0] };

/* The shock of "KEY" or "NAME.KEY"; *name is the length of NAME, 0 without. A name may hold dots.
 */
const wb_shock *wb_shock_find(const char *vary, size_t *name)
{
    const size_t size = strlen(vary);
    *name = 0;
    for (size_t i = 0; i < SHOCKS; i++) {
        if (strcmp(vary, shocks[i].key) == 0) return &shocks[i];
    }
    const wb_shock *best = NULL; /* the longest, as "x.pd" also ends where others might */
    for (size_t i = 0; i < SHOCKS; i++) {
        const size_t length = strlen(shocks[i].key);
        if (size < length + 2 || vary[size - length - 1] != '.') continue;
        if (strcmp(vary + size - length, shocks[i].key) != 0) continue;
        if (best == NULL || length > strlen(best->key)) best = &shocks[i];
    }
    if (best != NULL) *name = size - strlen(best->key) - 1;
    return best;
}

wb_code wb_reverse_key(const char *vary, wb_error *err)
{
    size_t name = 0;
    if (wb_shock_find(vary, &name) != NULL) return WB_OK;
    const wb_code code = wb_fail(err, WB_E_CHOICE, "'%s' names no shock that has a size", vary);
    wb_error_hint(err, "one of pd_multiplier, pd, margin, tariff, indexation, wages, volume, "
                       "occupancy, hired, productivity, support_months, lgd_add, payment_days, "
                       "or STRESS.KEY for a stress of the file");
    return code;
}

/* ---- what must be passed ---- */

void wb_reverse_until_init(wb_reverse_until *until)
{
    memset(until, 0, sizeof *until);
    wb_rate_init(&until->target);
    wb_money_init(&until->amount);
}

void wb_reverse_until_clear(wb_reverse_until *until)
{
    wb_rate_clear(&until->target);
    wb_money_clear(&until->amount);
}

/* [*from, *end) without blanks on either side. */
static void trim(const char **from, const char **end)
{
    while (*from < *end && isspace((unsigned char)**from))
        (*from)++;
    while (*end > *from && isspace((unsigned char)(*end)[-1]))
        (*end)--;
}

static wb_code parse_chance(wb_rate *target, const char *from, const char *end, wb_error *err)
{
    const wb_code code = wb_rate_parse(target, from, (size_t)(end - from), WB_RATE_RATE, err);
    if (code != WB_OK) return code;
    if (mpq_sgn(target->ratio) > 0 && mpq_cmp_ui(target->ratio, 1, 1) < 0) return WB_OK;
    return wb_fail(err, WB_E_RANGE, "'%.*s' is not between 0%% and 100%%", (int)(end - from), from);
}

wb_code wb_reverse_parse(wb_reverse_until *until, const char *text, wb_error *err)
{
    const char *mark = strchr(text, '>');
    const char *what = text;
    const char *what_end = mark;
    const char *limit = mark != NULL ? mark + 1 : text;
    const char *limit_end = text + strlen(text);
    char name[64];
    if (mark != NULL) trim(&what, &what_end);
    trim(&limit, &limit_end);
    if (mark == NULL || what == what_end || limit == limit_end ||
        (size_t)(what_end - what) >= sizeof name) {
        const wb_code code = wb_fail(err, WB_E_SYNTAX, "'%s' does not say what is passed", text);
        wb_error_hint(err, "write \"ruin > 5%%\" or \"loss 99.5%% > 25 000 000.00\"");
        return code;
    }
    (void)snprintf(name, sizeof name, "%.*s", (int)(what_end - what), what);
    until->of_loss = strncmp(name, "loss", 4) == 0 && isspace((unsigned char)name[4]);
    if (!until->of_loss) {
        const wb_code code = wb_event_parse(&until->event, name, err);
        return code == WB_OK ? parse_chance(&until->target, limit, limit_end, err) : code;
    }
    const char *level = name + 4;
    const char *level_end = name + strlen(name);
    trim(&level, &level_end);
    const wb_code code = parse_chance(&until->target, level, level_end, err);
    if (code != WB_OK) return code;
    wb_rate one;
    wb_rate_init(&one);
    wb_rate_set_ratio(&one, 1, 1);
    mpq_sub(until->target.ratio, one.ratio, until->target.ratio);
    wb_rate_clear(&one);
    return wb_money_parse(&until->amount, limit, (size_t)(limit_end - limit), WB_MONEY_GROUPED,
                          err);
}
