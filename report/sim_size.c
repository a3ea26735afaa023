/* sim_size.c - how much of a lever is enough, as a document and for people who decide. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"

static const char *const lever_ids[WB_LEVER_COUNT] = {"cash", "contribution", "obligo", "backstop"};
/* "The ... with which", and what its amounts are called. */
static const struct {
    const char *what, *unit, *sure;
} words[WB_LEVER_COUNT] = {
    [WB_LEVER_CASH] = {"opening cash", "euros", "euros"},
    [WB_LEVER_CONTRIBUTION] = {"yearly contribution", "euros a year", "euros a year"},
    [WB_LEVER_OBLIGO] = {"obligo", "euros over the years", "euros"},
    [WB_LEVER_BACKSTOP] = {"limit of the backstop", "euros", "euros"},
};

/* ---- the document ---- */

static json_t *optional_money(const wb_money *money, bool exists)
{
    return exists ? wb_sim_json_money(money) : json_null();
}

static json_t *interval_json(const wb_sim_size *size)
{
    json_t *interval = json_array();
    (void)json_array_append_new(interval, optional_money(&size->low, size->low_exists));
    (void)json_array_append_new(interval, optional_money(&size->high, size->high_exists));
    return interval;
}

static json_t *lever_json(const wb_lever_size *lever)
{
    const wb_sim_size *size = &lever->size;
    json_t *item = json_object();
    wb_sim_json_set(item, "lever", json_string(lever_ids[lever->lever]));
    if (lever->group != NULL) wb_sim_json_set(item, "group", json_string(lever->group));
    wb_sim_json_set(item, "amount", optional_money(&size->amount, size->exists));
    wb_sim_json_set(item, "ci95", interval_json(size));
    wb_sim_json_set(item, "amount_sure", optional_money(&size->amount_sure, size->sure_exists));
    wb_sim_json_set(item, "present", optional_money(&lever->present, lever->present_exists));
    if (size->reason[0] != '\0') wb_sim_json_set(item, "reason", json_string(size->reason));
    return item;
}

/* One lever a line, as with measures. */
static bool print_levers(FILE *out, const wb_lever_size *levers, size_t count)
{
    bool good = true;
    (void)fputs("  \"levers\": [\n", out);
    for (size_t i = 0; i < count && good; i++) {
        good = wb_sim_json_line(out, lever_json(&levers[i]), i + 1 < count ? "," : "");
    }
    (void)fputs("  ]\n", out);
    return good;
}

wb_code wb_sim_size_json(FILE *out, const wb_model *model, const wb_lever_size *levers,
                         size_t count, const wb_size_question *question, const char *version,
                         wb_error *err)
{
    assert(out != NULL && model != NULL && count >= 1 && question != NULL);
    const wb_sim_size *size = &levers[0].size;
    const char *lever = question->all ? "all" : lever_ids[levers[0].lever];
    char target[WB_RATE_TEXT_MAX];
    bool good = wb_sim_json_head(out, "sim-size", model, version);
    good = wb_sim_json_key(out, "event", json_string(wb_event_words_of[question->event].id), ",") &&
           good;
    good =
        wb_sim_json_key(out, "target", json_string(wb_rate_text(target, question->target)), ",") &&
        good;
    good = wb_sim_json_key(out, "years", json_integer(question->years), ",") && good;
    good = wb_sim_json_key(out, "lever", json_string(lever), ",") && good;
    if (levers[0].group != NULL) {
        good = wb_sim_json_key(out, "group", json_string(levers[0].group), ",") && good;
    }
    good = wb_sim_json_key(out, "present",
                           optional_money(&levers[0].present, levers[0].present_exists), ",") &&
           good;
    good = wb_sim_json_key(out, "amount", optional_money(&size->amount, size->exists), ",") && good;
    good = wb_sim_json_key(out, "ci95", interval_json(size), ",") && good;
    const bool said = size->reason[0] != '\0';
    good =
        wb_sim_json_key(out, "amount_sure", optional_money(&size->amount_sure, size->sure_exists),
                        said || question->all ? "," : "") &&
        good;
    if (said) {
        good =
            wb_sim_json_key(out, "reason", json_string(size->reason), question->all ? "," : "") &&
            good;
    }
    if (question->all) good = print_levers(out, levers, count) && good;
    (void)fputs("}\n", out);
    return good ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to write the result");
}

/* ---- the text ---- */

/* "99 of 100", from a target of 1 %. */
static void print_kept(FILE *out, const wb_rate *target)
{
    mpq_t kept;
    mpq_init(kept);
    mpq_set_ui(kept, 1, 1);
    mpq_sub(kept, kept, target->ratio);
    (void)gmp_fprintf(out, "%Zd of %Zd", mpq_numref(kept), mpq_denref(kept));
    mpq_clear(kept);
}

/* ", 1.25% of 437 000 000.00": an obligo is agreed as a share. */
static void print_share(FILE *out, const wb_model *model, const wb_lever_size *lever)
{
    if (lever->lever != WB_LEVER_OBLIGO || wb_money_sign(&model->obligo_base) <= 0) return;
    char base[WB_MONEY_TEXT_MAX];
    const double share = mpz_get_d(lever->size.amount.cents) / mpz_get_d(model->obligo_base.cents);
    (void)fprintf(out, ", %.4g%% of %s", 100 * share,
                  wb_money_text(base, &model->obligo_base, WB_MONEY_GROUPED));
}

static void print_amount(FILE *out, const wb_model *model, const wb_lever_size *lever)
{
    const wb_sim_size *size = &lever->size;
    char text[3][WB_MONEY_TEXT_MAX];
    (void)fprintf(out, "%s %s", wb_money_text(text[0], &size->amount, WB_MONEY_GROUPED),
                  words[lever->lever].unit);
    print_share(out, model, lever);
    (void)fprintf(out, "  (95%% interval %s .. %s)\n",
                  size->low_exists ? wb_money_text(text[1], &size->low, WB_MONEY_GROUPED) : "?",
                  size->high_exists ? wb_money_text(text[2], &size->high, WB_MONEY_GROUPED) : "?");
}

/* What there is, and what that means where there is an answer. */
static void print_difference(FILE *out, const wb_lever_size *lever)
{
    char text[WB_MONEY_TEXT_MAX];
    if (!lever->present_exists) {
        (void)fputs("You have no limit, or one that stresses set in every step.\n", out);
        return;
    }
    (void)fprintf(out, "You have %s", wb_money_text(text, &lever->present, WB_MONEY_GROUPED));
    if (!lever->size.exists) {
        (void)fputs(".\n", out);
        return;
    }
    wb_money difference;
    wb_money_init(&difference);
    wb_money_subtract(&difference, &lever->present, &lever->size.amount);
    const int sign = wb_money_sign(&difference);
    if (sign < 0) wb_money_negate(&difference, &difference);
    (void)wb_money_text(text, &difference, WB_MONEY_GROUPED);
    if (sign == 0) {
        (void)fputs(": exactly that.\n", out);
    } else if (sign < 0) {
        (void)fprintf(out, ": short by %s.\n", text);
    } else {
        (void)fprintf(out, ": %s more than that.\n", text);
    }
    wb_money_clear(&difference);
}

static void print_name(FILE *out, const wb_lever_size *lever)
{
    (void)fputs(words[lever->lever].what, out);
    if (lever->group != NULL) (void)fprintf(out, " of '%s'", lever->group);
}

static void print_one(FILE *out, const wb_model *model, const wb_lever_size *lever,
                      const wb_size_question *question)
{
    const wb_sim_size *size = &lever->size;
    char text[WB_MONEY_TEXT_MAX];
    (void)fputs("\nThe ", out);
    print_name(out, lever);
    (void)fprintf(out, " with which in %u year%s %s\n[not %s] in at least ",
                  (unsigned)question->years, question->years == 1 ? "" : "s",
                  wb_event_words_of[question->event].avoided,
                  wb_event_words_of[question->event].id);
    print_kept(out, question->target);
    (void)fputs(" futures:\n", out);
    if (!size->exists) {
        (void)fprintf(out, "  none: %s\n", size->reason);
        return;
    }
    (void)fputs("  ", out);
    print_amount(out, model, lever);
    if (size->reason[0] != '\0') (void)fprintf(out, "  %s\n", size->reason);
    if (size->sure_exists) {
        (void)fprintf(out,
                      "To be sure of it as far as these futures can tell: %s %s (the upper end "
                      "of the chance meets the target).\n",
                      wb_money_text(text, &size->amount_sure, WB_MONEY_GROUPED),
                      words[lever->lever].sure);
    } else {
        (void)fputs("No amount makes it sure with this number of futures; simulate more of them.\n",
                    out);
    }
    print_difference(out, lever);
}

static void print_all(FILE *out, const wb_model *model, const wb_lever_size *levers, size_t count,
                      const wb_size_question *question)
{
    (void)fprintf(out, "\nWhat it takes so that in %u year%s %s\n[not %s] in at least ",
                  (unsigned)question->years, question->years == 1 ? "" : "s",
                  wb_event_words_of[question->event].avoided,
                  wb_event_words_of[question->event].id);
    print_kept(out, question->target);
    (void)fputs(" futures; each by itself, all else as it is:\n", out);
    for (size_t i = 0; i < count; i++) {
        const wb_lever_size *lever = &levers[i];
        (void)fputs("  ", out);
        print_name(out, lever);
        (void)fputs("\n    ", out);
        if (lever->size.exists) {
            print_amount(out, model, lever);
        } else {
            (void)fprintf(out, "none: %s\n", lever->size.reason);
        }
        (void)fputs("    ", out);
        print_difference(out, lever);
    }
}

void wb_sim_size_text(FILE *out, const wb_model *model, const wb_lever_size *levers, size_t count,
                      const wb_size_question *question)
{
    assert(out != NULL && model != NULL && count >= 1 && question != NULL);
    wb_sim_text_head(out, model);
    if (question->all)
        print_all(out, model, levers, count, question);
    else
        print_one(out, model, &levers[0], question);
}
