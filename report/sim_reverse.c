/* sim_reverse.c - the answer of a reverse stress, as a document and as a sentence. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"

/* ---- the document ---- */

static json_t *rate_json(const wb_rate *rate, bool exists)
{
    char text[WB_RATE_TEXT_MAX];
    return exists ? json_string(wb_rate_text(text, rate)) : json_null();
}

static json_t *until_json(const wb_reverse_until *until)
{
    json_t *item = json_object();
    if (until->of_loss) {
        wb_rate level;
        wb_rate_init(&level);
        wb_rate_set_ratio(&level, 1, 1);
        mpq_sub(level.ratio, level.ratio, until->target.ratio);
        wb_sim_json_set(item, "level", rate_json(&level, true));
        wb_sim_json_set(item, "loss", wb_sim_json_money(&until->amount));
        wb_rate_clear(&level);
    } else {
        wb_sim_json_set(item, "event", json_string(wb_event_words_of[until->event].id));
        wb_sim_json_set(item, "target", rate_json(&until->target, true));
        wb_sim_json_set(item, "years", json_integer(until->years));
    }
    return item;
}

static json_t *chance_json(const wb_proportion *chance)
{
    return json_pack("{s:f, s:[f, f], s:f}", "value", chance->value, "ci95", chance->low,
                     chance->high, "se", chance->se);
}

wb_code wb_sim_reverse_json(FILE *out, const wb_model *model, const wb_sim_reverse *reverse,
                            const wb_reverse_until *until, const char *vary, const char *version,
                            wb_error *err)
{
    assert(out != NULL && model != NULL && reverse != NULL);
    const bool found = reverse->answer == WB_REVERSE_FOUND;
    bool good = wb_sim_json_head(out, "sim-reverse", model, version);
    good = wb_sim_json_key(out, "until", until_json(until), ",") && good;
    good = wb_sim_json_key(out, "vary", json_string(vary), ",") && good;
    good = wb_sim_json_key(out, "value", rate_json(&reverse->value, found), ",") && good;
    json_t *interval = json_array();
    (void)json_array_append_new(interval, rate_json(&reverse->low, found && reverse->low_exists));
    (void)json_array_append_new(interval, rate_json(&reverse->high, found && reverse->high_exists));
    good = wb_sim_json_key(out, "ci95", interval, ",") && good;
    good = wb_sim_json_key(out, "range",
                           json_pack("[o, o]", rate_json(&reverse->none, true),
                                     rate_json(&reverse->most, true)),
                           ",") &&
           good;
    good = wb_sim_json_key(out, "step", rate_json(&reverse->step, true), ",") && good;
    good = wb_sim_json_key(out, "chance", chance_json(&reverse->with), ",") && good;
    good =
        wb_sim_json_key(out, "chance_without", chance_json(&reverse->without), found ? "" : ",") &&
        good;
    if (!found) {
        const char *reason = reverse->answer == WB_REVERSE_ALREADY
                                 ? "it is passed without any shock"
                                 : "not even the largest shock passes it";
        good = wb_sim_json_key(out, "reason", json_string(reason), "") && good;
    }
    (void)fputs("}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

/* ---- the text ---- */

enum { SIZE_TEXT_MAX = WB_RATE_TEXT_MAX + 8 };

/* Rates as per cent, all others as they are; exact. */
static const char *size_text(char text[SIZE_TEXT_MAX], const wb_rate *size, bool is_rate)
{
    char plain[WB_RATE_TEXT_MAX];
    wb_rate shown;
    wb_rate_init(&shown);
    wb_rate_set(&shown, size);
    if (is_rate) {
        wb_rate_set_ratio(&shown, 100, 1);
        mpq_mul(shown.ratio, shown.ratio, size->ratio);
    }
    (void)snprintf(text, SIZE_TEXT_MAX, "%s%s", wb_rate_text(plain, &shown), is_rate ? "%" : "");
    wb_rate_clear(&shown);
    return text;
}

/* "ruin passes 5%", "VaR 99.5% of the loss passes 25 000 000.00". */
static void print_limit(FILE *out, const wb_reverse_until *until, const char *verb)
{
    char text[SIZE_TEXT_MAX];
    char amount[WB_MONEY_TEXT_MAX];
    if (!until->of_loss) {
        (void)fprintf(out, "%s within %u year%s %s %s", wb_event_words_of[until->event].id,
                      (unsigned)until->years, until->years == 1 ? "" : "s", verb,
                      size_text(text, &until->target, true));
        return;
    }
    wb_rate level;
    wb_rate_init(&level);
    wb_rate_set_ratio(&level, 1, 1);
    mpq_sub(level.ratio, level.ratio, until->target.ratio);
    (void)fprintf(out, "VaR %s of the loss %s %s", size_text(text, &level, true), verb,
                  wb_money_text(amount, &until->amount, WB_MONEY_GROUPED));
    wb_rate_clear(&level);
}

static void print_chance(FILE *out, const wb_reverse_until *until, const wb_proportion *chance)
{
    char text[3][WB_PERCENT_TEXT_MAX];
    (void)fprintf(out, "%s%s  (%s .. %s)\n", until->of_loss ? "a larger loss has a chance of " : "",
                  wb_sim_text_percent(text[0], chance->value),
                  wb_sim_text_percent(text[1], chance->low),
                  wb_sim_text_percent(text[2], chance->high));
}

void wb_sim_reverse_text(FILE *out, const wb_model *model, const wb_sim_reverse *reverse,
                         const wb_reverse_until *until, const char *vary)
{
    assert(out != NULL && model != NULL && reverse != NULL);
    char text[3][SIZE_TEXT_MAX];
    const bool rate = reverse->is_rate;
    wb_sim_text_head(out, model);
    (void)fputs("\n", out);
    if (reverse->answer == WB_REVERSE_FOUND) {
        print_limit(out, until, "passes");
        (void)fprintf(
            out, " when %s is %s  (95%% interval %s .. %s)\n", vary,
            size_text(text[0], &reverse->value, rate),
            size_text(text[1], reverse->low_exists ? &reverse->low : &reverse->none, rate),
            reverse->high_exists ? size_text(text[2], &reverse->high, rate) : "?");
        (void)fputs("  with it: ", out);
        print_chance(out, until, &reverse->with);
    } else if (reverse->answer == WB_REVERSE_NEVER) {
        print_limit(out, until, "does not pass");
        (void)fprintf(out, ", not even when %s is %s\n  then: ", vary,
                      size_text(text[0], &reverse->most, rate));
        print_chance(out, until, &reverse->with);
    } else {
        print_limit(out, until, "passes");
        (void)fprintf(out, " without any shock: already when %s is %s\n", vary,
                      size_text(text[0], &reverse->none, rate));
    }
    (void)fprintf(out, "  when %s is %s: ", vary, size_text(text[0], &reverse->none, rate));
    print_chance(out, until, &reverse->without);
}
