/* sim_text.c - the result of a simulation for people who decide about a fund. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "report/sim_parts.h"
#include "waarborg/sim_report.h"

const wb_event_words wb_event_words_of[WB_EVENT_COUNT] = {
    [WB_EVENT_CAPITAL_USED] = {"capital_used",
                               "the fund's own money does not suffice, and others are called on",
                               "the fund pays from its own money alone"},
    [WB_EVENT_OBLIGO_CALLED] = {"obligo_called",
                                "the levy does not suffice, and the obligo is called",
                                "own money and the levy suffice"},
    [WB_EVENT_OBLIGO_USED_UP] = {"obligo_used_up",
                                 "levy and obligo are used up, and the backstop is asked",
                                 "own money, levy and obligo suffice"},
    [WB_EVENT_BACKSTOP_USED_UP] = {"backstop_used_up", "the backstop is used up to its limit",
                                   "the backstop is not used up"},
    [WB_EVENT_RUIN] = {"ruin", "support is asked that nobody can pay",
                       "everything that is asked can be paid"},
};

/* The measure with these keys; the first when a key is empty. */
static const wb_measure *find(const wb_sim_result *result, const char *id, const char *level,
                              uint32_t year)
{
    for (size_t i = 0; i < result->count; i++) {
        const wb_measure *m = &result->measures[i];
        if (strcmp(m->id, id) == 0 && strcmp(m->level, level) == 0 && m->year == year) return m;
    }
    return NULL;
}

wb_unit wb_sim_unit_for(const wb_measure *measures, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const wb_measure *m = &measures[i];
        if (m->form == WB_MEASURE_AMOUNT && mpz_cmpabs_ui(m->amount.cents, 100000000) >= 0) {
            return (wb_unit){true, "millions of euros"};
        }
    }
    return (wb_unit){false, "euros"};
}

const char *wb_sim_text_amount(char text[WB_MONEY_TEXT_MAX], const wb_money *amount, wb_unit u)
{
    if (!u.millions) return wb_money_text(text, amount, WB_MONEY_GROUPED);
    wb_money shown;
    mpz_t divisor;
    wb_money_init(&shown);
    mpz_init_set_ui(divisor, 1000000);
    wb_round_divide(shown.cents, amount->cents, divisor, WB_ROUND_HALF_AWAY);
    (void)wb_money_text(text, &shown, WB_MONEY_GROUPED);
    mpz_clear(divisor);
    wb_money_clear(&shown);
    return text;
}

const char *wb_sim_text_percent(char text[WB_PERCENT_TEXT_MAX], double p)
{
    const double percent = 100.0 * p;
    (void)snprintf(text, WB_PERCENT_TEXT_MAX,
                   percent > 0.0 && percent < 0.095 ? "%.2g%%" : "%.2f%%", percent);
    return text;
}

const char *wb_sim_text_interval(char text[WB_INTERVAL_TEXT_MAX], const wb_measure *m, wb_unit u)
{
    char low[WB_MONEY_TEXT_MAX] = "?";
    char high[WB_MONEY_TEXT_MAX] = "?";
    _Static_assert((int)WB_PERCENT_TEXT_MAX <= (int)WB_MONEY_TEXT_MAX, "a percentage fits");
    if (m->form == WB_MEASURE_AMOUNT) {
        if (!m->low_none) (void)wb_sim_text_amount(low, &m->amount_low, u);
        if (!m->high_none) (void)wb_sim_text_amount(high, &m->amount_high, u);
    } else {
        if (!m->low_none) (void)wb_sim_text_percent(low, m->value_low);
        if (!m->high_none) (void)wb_sim_text_percent(high, m->value_high);
    }
    (void)snprintf(text, WB_INTERVAL_TEXT_MAX, "%s .. %s", low, high);
    return text;
}

const char *wb_sim_text_count(char text[WB_MONEY_TEXT_MAX], uint64_t count)
{
    wb_money grouped;
    wb_money_init(&grouped);
    mpz_set_ui(grouped.cents, count);
    mpz_mul_ui(grouped.cents, grouped.cents, 100);
    (void)wb_money_text(text, &grouped, WB_MONEY_GROUPED);
    text[strlen(text) - 3] = '\0'; /* ".00" */
    wb_money_clear(&grouped);
    return text;
}

/* Which accounts of the books the start is made of; what else they hold plays no part. */
static void print_reconciliation(FILE *out, const wb_opening *opening)
{
    static const char *const words[] = {"cash", "promised", "loans out", "debt to the backstop",
                                        NULL};
    char text[WB_MONEY_TEXT_MAX];
    for (size_t i = 0; i < opening->line_count; i++) {
        const wb_opening_line *line = &opening->lines[i];
        if (words[line->use] == NULL || wb_money_sign(&line->balance) == 0) continue;
        (void)fprintf(out, "  %-20s %-6s %18s\n", words[line->use], line->account,
                      wb_money_text(text, &line->balance, WB_MONEY_GROUPED));
    }
    if (wb_money_sign(&opening->promised) > 0) {
        (void)fprintf(out, "  of what is promised, %s will be lent\n",
                      wb_money_text(text, &opening->promised, WB_MONEY_GROUPED));
    }
    if (wb_money_sign(&opening->obligo_called) > 0) {
        (void)fprintf(out, "  of the obligo, %s has been called\n",
                      wb_money_text(text, &opening->obligo_called, WB_MONEY_GROUPED));
    }
}

void wb_sim_text_head(FILE *out, const wb_model *model)
{
    char futures[WB_MONEY_TEXT_MAX];
    static const char *const steps[] = {"steps of a year", "quarters", "months"};
    const char *step = steps[model->steps_per_year == 1 ? 0 : model->steps_per_year == 4 ? 1 : 2];
    char day[WB_DATE_TEXT_MAX];
    (void)fprintf(out, "%s\n%u year%s", model->name, (unsigned)model->years,
                  model->years == 1 ? "" : "s");
    if (model->has_start) (void)fprintf(out, " from %s", wb_date_text(day, model->start));
    (void)fprintf(out, " in %s, %s simulated futures, seed %llu\n", step,
                  wb_sim_text_count(futures, model->paths), (unsigned long long)model->seed);
    char cash[WB_MONEY_TEXT_MAX];
    (void)fprintf(out, "The fund starts with %s euros",
                  wb_money_text(cash, &model->opening.cash, WB_MONEY_GROUPED));
    if (model->opening.ledger_count > 0) {
        char hash[10] = "";
        for (size_t i = 0; i < 4; i++) {
            (void)snprintf(hash + strlen(hash), sizeof hash - strlen(hash), "%02x%s",
                           model->opening.ledger_hash[i], i == 1 ? " " : "");
        }
        (void)fprintf(
            out,
            " and %zu open loan%s, from its ledger (verified; %llu records, head %s, last "
            "date %s)",
            model->opening.case_count, model->opening.case_count == 1 ? "" : "s",
            (unsigned long long)model->opening.ledger_count, hash,
            wb_date_text(day, model->opening.ledger_last_date));
    }
    (void)fputs(".\n", out);
    print_reconciliation(out, &model->opening);
}

static void print_events(FILE *out, const wb_model *model, const wb_sim_result *result, wb_unit u)
{
    (void)fprintf(out, "\nThe chance that within %u year%s            (95%% interval)\n",
                  (unsigned)model->years, model->years == 1 ? "" : "s");
    for (size_t e = 0; e < WB_EVENT_COUNT; e++) {
        const wb_measure *m = find(result, wb_event_words_of[e].id, "", model->years);
        char text[32];
        char interval[WB_INTERVAL_TEXT_MAX];
        if (m == NULL) continue;
        (void)fprintf(out, "  %8s  (%s)  %s [%s]\n", wb_sim_text_percent(text, m->value),
                      wb_sim_text_interval(interval, m, u), wb_event_words_of[e].happens,
                      wb_event_words_of[e].id);
    }
}

/* "0.995": one future in 200 is worse. */
static void print_rarity(FILE *out, const wb_level *level)
{
    mpq_t left;
    mpq_init(left);
    mpq_set_ui(left, 1, 1);
    mpq_sub(left, left, level->level.ratio);
    mpq_inv(left, left);
    if (mpz_cmp_ui(mpq_denref(left), 1) == 0) {
        (void)gmp_fprintf(out, "in one of %Zd futures", mpq_numref(left));
    } else {
        (void)fprintf(out, "in the worst futures beyond level %s", level->text);
    }
    mpq_clear(left);
}

static void print_losses(FILE *out, const wb_model *model, const wb_sim_result *result, wb_unit u)
{
    char text[WB_MONEY_TEXT_MAX];
    char interval[WB_INTERVAL_TEXT_MAX];
    const wb_measure *mean = find(result, "loss_mean", "", 0);
    (void)fprintf(out, "\nLoss over the %u year%s: money that does not come back, in %s\n",
                  (unsigned)model->years, model->years == 1 ? "" : "s", u.name);
    if (mean != NULL) {
        (void)fprintf(out, "  on average %s  (%s)\n", wb_sim_text_amount(text, &mean->amount, u),
                      wb_sim_text_interval(interval, mean, u));
    }
    for (uint32_t i = 0; i < model->level_count; i++) {
        const wb_measure *var = find(result, "var", model->levels[i].text, 0);
        const wb_measure *es = find(result, "es", model->levels[i].text, 0);
        if (var == NULL || es == NULL) continue;
        (void)fputs("  ", out);
        print_rarity(out, &model->levels[i]);
        (void)fprintf(out, " more than %s  (%s)", wb_sim_text_amount(text, &var->amount, u),
                      wb_sim_text_interval(interval, var, u));
        (void)fprintf(out, ", then on average %s  (%s)\n", wb_sim_text_amount(text, &es->amount, u),
                      wb_sim_text_interval(interval, es, u));
    }
    for (size_t i = 0; i < result->count; i++) {
        const wb_measure *m = &result->measures[i];
        char chance[32];
        if (strcmp(m->id, "exceed") != 0 || m->year != 0) continue;
        (void)fprintf(out, "  more than %s: %s", wb_sim_text_amount(text, &m->threshold, u),
                      wb_sim_text_percent(chance, m->value));
        (void)fprintf(out, "  (%s)\n", wb_sim_text_interval(interval, m, u));
    }
}

/* What levy, obligo and backstop paid in a year, on average. */
static const char *called_text(char text[WB_MONEY_TEXT_MAX], const wb_sim_result *result,
                               uint32_t year, wb_unit u)
{
    wb_money sum;
    wb_money_init(&sum);
    for (size_t i = 0; i < result->count; i++) {
        const wb_measure *m = &result->measures[i];
        if (strcmp(m->id, "call_mean") == 0 && m->year == year) {
            wb_money_add(&sum, &sum, &m->amount);
        }
    }
    (void)wb_sim_text_amount(text, &sum, u);
    wb_money_clear(&sum);
    return text;
}

/* "0.05" as "5%" */
static const char *level_text(char text[40], const wb_level *level)
{
    wb_rate percent;
    char exact[WB_RATE_TEXT_MAX];
    wb_rate_init(&percent);
    mpz_mul_ui(mpq_numref(percent.ratio), mpq_numref(level->level.ratio), 100);
    mpz_set(mpq_denref(percent.ratio), mpq_denref(level->level.ratio));
    mpq_canonicalize(percent.ratio);
    (void)snprintf(text, 40, "%.30s%%", wb_rate_text(exact, &percent));
    wb_rate_clear(&percent);
    return text;
}

/* What the municipalities, or whoever else has parties, bear. */
static void print_cost(FILE *out, const wb_model *model, const wb_sim_result *result, wb_unit u)
{
    const wb_measure *mean = find(result, "cost_mean", "", 0);
    const wb_measure *most = find(result, "cost_quantile", "0.95", 0);
    char text[WB_MONEY_TEXT_MAX];
    char interval[WB_INTERVAL_TEXT_MAX];
    if (mean == NULL || most == NULL) return;
    (void)fprintf(
        out, "\nWhat %s bear over the %u year%s: contributions and calls less refunds, in %s\n",
        mean->group, (unsigned)model->years, model->years == 1 ? "" : "s", u.name);
    (void)fprintf(out, "  on average %s  (%s)", wb_sim_text_amount(text, &mean->amount, u),
                  wb_sim_text_interval(interval, mean, u));
    (void)fprintf(out, ", in one of 20 futures more than %s  (%s)\n",
                  wb_sim_text_amount(text, &most->amount, u),
                  wb_sim_text_interval(interval, most, u));
}

enum { SHOWN_CONTRIBUTIONS = 5 };

/* The larger of two contributions of providers; of equals the first. */
static bool is_larger(const wb_measure *m, const wb_measure *than)
{
    return than == NULL || wb_money_compare(&m->amount, &than->amount) > 0;
}

/* Whose losses make the worst futures, at the last level of the list. */
static void print_contributions(FILE *out, const wb_model *model, const wb_sim_result *result,
                                wb_unit u)
{
    if (model->level_count == 0) return;
    const wb_level *level = &model->levels[model->level_count - 1];
    const wb_measure *es = find(result, "es", level->text, 0);
    if (es == NULL || wb_money_sign(&es->amount) <= 0) return;
    const wb_measure *shown[SHOWN_CONTRIBUTIONS] = {NULL};
    for (size_t i = 0; i < result->count; i++) {
        const wb_measure *m = &result->measures[i];
        if (m->provider == NULL || strcmp(m->id, "es_contribution") != 0) continue;
        if (strcmp(m->level, level->text) != 0 || wb_money_sign(&m->amount) <= 0) continue;
        for (size_t k = 0; k < SHOWN_CONTRIBUTIONS; k++) {
            if (!is_larger(m, shown[k])) continue;
            const wb_measure *next = shown[k];
            shown[k] = m;
            m = next;
            if (m == NULL) break;
        }
    }
    (void)fputs("\nWhose losses they are, ", out);
    print_rarity(out, level);
    (void)fprintf(out, ", in %s (the largest)\n", u.name);
    for (size_t k = 0; k < SHOWN_CONTRIBUTIONS && shown[k] != NULL; k++) {
        char text[WB_MONEY_TEXT_MAX];
        char interval[WB_INTERVAL_TEXT_MAX];
        char percent[32];
        const double share = mpz_get_d(shown[k]->amount.cents) / mpz_get_d(es->amount.cents);
        (void)fprintf(out, "  %12s  (%s)  %s  %s\n", wb_sim_text_amount(text, &shown[k]->amount, u),
                      wb_sim_text_interval(interval, shown[k], u),
                      wb_sim_text_percent(percent, share), shown[k]->provider);
    }
}

static void print_years(FILE *out, const wb_model *model, const wb_sim_result *result, wb_unit u)
{
    const bool fund = model->fund_level_count > 0;
    const wb_level *lowest = &model->fund_levels[0];
    const wb_level *highest = &model->fund_levels[fund ? model->fund_level_count - 1 : 0];
    const char *low = fund ? lowest->text : "";
    const char *high = fund ? highest->text : "";
    char names[2][40] = {"", ""};
    if (fund) {
        (void)level_text(names[0], lowest);
        (void)level_text(names[1], highest);
        (void)fprintf(
            out,
            "\nYear by year, in %s: the balance at the end, on average and between which\n"
            "amounts it lies (%s is lower than the first, %s lower than the second); "
            "the average loss;\n",
            u.name, names[0], names[1]);
    } else {
        (void)fprintf(out,
                      "\nYear by year, in %s: the average balance at the end; the average loss;\n",
                      u.name);
    }
    (void)fputs(
        "the average amount called on others; and the chance that some support was not paid "
        "so far\n",
        out);
    (void)fprintf(out, "  %4s  %14s  %14s  %14s  %12s  %12s  %8s\n", "year", "balance", names[0],
                  names[1], "loss", "called", "unpaid");
    for (uint32_t y = 1; y <= model->years; y++) {
        char text[5][WB_MONEY_TEXT_MAX] = {"", "", "", "", ""};
        char chance[32] = "";
        const wb_measure *mean = find(result, "fund_mean", "", y);
        const wb_measure *first = fund ? find(result, "fund_quantile", low, y) : NULL;
        const wb_measure *last = fund ? find(result, "fund_quantile", high, y) : NULL;
        const wb_measure *loss = find(result, "loss_mean", "", y);
        const wb_measure *ruin = find(result, "ruin", "", y);
        if (mean != NULL) (void)wb_sim_text_amount(text[0], &mean->amount, u);
        if (first != NULL) (void)wb_sim_text_amount(text[1], &first->amount, u);
        if (last != NULL) (void)wb_sim_text_amount(text[2], &last->amount, u);
        if (loss != NULL) (void)wb_sim_text_amount(text[3], &loss->amount, u);
        (void)called_text(text[4], result, y, u);
        if (ruin != NULL) (void)wb_sim_text_percent(chance, ruin->value);
        (void)fprintf(out, "  %4u  %14s  %14s  %14s  %12s  %12s  %8s\n", (unsigned)y, text[0],
                      text[1], text[2], text[3], text[4], chance);
    }
}

void wb_sim_result_text(FILE *out, const wb_model *model, const wb_sim_result *result)
{
    assert(out != NULL && model != NULL && result != NULL);
    const wb_unit u = wb_sim_unit_for(result->measures, result->count);
    wb_sim_text_head(out, model);
    print_events(out, model, result, u);
    print_losses(out, model, result, u);
    print_contributions(out, model, result, u);
    print_cost(out, model, result, u);
    print_years(out, model, result, u);
    (void)fputs("\nThe interval says how sure the simulation is of a figure, not how sure its "
                "assumptions are.\n",
                out);
}
