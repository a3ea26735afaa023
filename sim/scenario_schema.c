/*
 * scenario_schema.c - the table of keys, and its page.
 *
 * Columns: path, type, default, range, words, required, help.
 */
#include "sim/scenario_schema.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { REQUIRED = 1 };

#define ROW(path, type, fallback, range, words, required, help)             \
    {                                                                       \
        path, WB_TYPE_##type, fallback, range, words, (required) != 0, help \
    }

const wb_schema_key wb_schema[] = {
    ROW("waarborg", CHOICE, NULL, NULL, "scenario/1", REQUIRED, "the format of this file"),
    ROW("extends", PATH, NULL, NULL, NULL, 0,
        "a base file: mappings are merged key by key, lists here replace those of the base"),
    ROW("name", TEXT, "scenario", NULL, NULL, 0, "what results call this scenario"),
    ROW("start", DATE, NULL, NULL, NULL, 0,
        "the first day of the first step; needed when a stress has a date; with `from_ledger` by "
        "default the first step after its last date"),
    ROW("horizon", MAP, NULL, NULL, NULL, REQUIRED,
        "how far and in which steps: {years: 10, step: quarter}"),
    ROW("horizon.years", COUNT, NULL, "1..50", NULL, REQUIRED, "years"),
    ROW("horizon.step", CHOICE, "year", NULL, "year|quarter|month", 0, "the length of a step"),
    ROW("run", MAP, NULL, NULL, NULL, 0, "how many paths, from which seed"),
    ROW("run.paths", COUNT, "100000", "1..1099511627776", NULL, 0, "simulated paths"),
    ROW("run.seed", COUNT, "1", "0..18446744073709551615", NULL, 0, "the seed of all draws"),
    ROW("fund", MAP, NULL, NULL, NULL, REQUIRED,
        "the fund itself: {opening: {cash: 10 000 000.00}}"),
    ROW("fund.opening", ONE_OF, NULL, NULL, NULL, REQUIRED,
        "where it starts: {cash: 10 000 000.00} or {from_ledger: PATH}"),
    ROW("fund.opening.cash", AMOUNT, NULL, "0..", NULL, 0, "cash at the start"),
    ROW("fund.opening.from_ledger", PATH, NULL, NULL, NULL, 0,
        "the directory of a ledger: cash, open loans and debt to the backstop at its head"),
    ROW("fund.floor", AMOUNT, "0.00", "0..", NULL, 0, "cash that support may not use"),
    ROW("fund.target", AMOUNT, "none", "0..", "none", 0,
        "balance above which the backstop is repaid"),
    ROW("fund.cap", AMOUNT, "none", "0..", "none", 0, "balance above which the surplus goes back"),
    ROW("fund.surplus", CHOICE, "refund", NULL, "refund|holiday", 0, "what happens above the cap"),
    ROW("fund.interest", RATE, "0%", "0..1", NULL, 0, "interest a year on a positive balance"),
    ROW("fund.costs", AMOUNT, "0.00", "0..", NULL, 0, "running costs a year"),
    ROW("contributions", LIST, NULL, NULL, NULL, 0, "who pays in every year"),
    ROW("contributions[].group", ID, NULL, NULL, NULL, REQUIRED, "the paying group"),
    ROW("contributions[].amount", AMOUNT, NULL, "0..", NULL, 0,
        "euros a year from the group together"),
    ROW("contributions[].rate", RATE, NULL, "0..1", NULL, 0,
        "share of yearly revenue, from each healthy provider"),
    ROW("contributions[].per_provider", AMOUNT, NULL, "0..", NULL, 0,
        "euros a year from each healthy provider"),
    ROW("contributions[].minimum_revenue", AMOUNT, "0.00", "0..", NULL, 0,
        "providers with less revenue do not pay"),
    ROW("contributions[].key", ID, "equal", NULL, NULL, 0,
        "how the group divides it: under18, revenue, equal or a column of its table"),
    ROW("contributions[].when", CHOICE, "each_step", NULL, "each_step|start_of_year", 0,
        "in equal parts each step, or all in the first step of the year"),
    ROW("waterfall", MAP, NULL, NULL, NULL, 0, "who pays when cash is short, in this order"),
    ROW("waterfall.levy", MAP, NULL, NULL, NULL, 0, "the yearly levy"),
    ROW("waterfall.levy.cap", RATE, NULL, "0..1", NULL, REQUIRED,
        "most in a year, as a share of the base"),
    ROW("waterfall.levy.base", AMOUNT, NULL, "0..", NULL, REQUIRED, "what the share is of"),
    ROW("waterfall.levy.group", ID, "municipalities", NULL, NULL, 0, "who pays it"),
    ROW("waterfall.obligo", MAP, NULL, NULL, NULL, 0, "the committed obligo"),
    ROW("waterfall.obligo.cap", RATE, NULL, "0..1", NULL, REQUIRED,
        "most over the whole horizon, as a share of the base"),
    ROW("waterfall.obligo.base", AMOUNT, NULL, "0..", NULL, REQUIRED, "what the share is of"),
    ROW("waterfall.obligo.group", ID, "municipalities", NULL, NULL, 0, "who pays it"),
    ROW("waterfall.backstop", MAP, NULL, NULL, NULL, 0,
        "the backstop: an interest-free loan of the state"),
    ROW("waterfall.backstop.limit", AMOUNT, NULL, "0..", "unlimited", REQUIRED,
        "most debt outstanding"),
    ROW("waterfall.backstop.repay", CHOICE, "yes", NULL, "yes|no", 0,
        "whether it is repaid above the target"),
    ROW("waterfall.ruin", CHOICE, "continue", NULL, "continue|absorb", 0,
        "whether a path goes on after support that nobody could pay"),
    ROW("tables", MAP, NULL, NULL, NULL, 0, "CSV files"),
    ROW("tables.providers", TABLE, NULL, NULL, NULL, 0,
        "one row a provider; the columns are the keys of `providers`"),
    ROW("tables.municipalities", TABLE, NULL, NULL, NULL, 0,
        "one row a municipality, for the keys of its contribution"),
    ROW("tables.municipalities[].id", ID, NULL, NULL, NULL, REQUIRED,
        "its id; a column `cbs_code` serves as well"),
    ROW("tables.municipalities[].region", ID, NULL, NULL, NULL, 0,
        "its region, for `who` and for costs by region"),
    ROW("tables.classes", TABLE, NULL, NULL, NULL, 0, "one row a risk class"),
    ROW("tables.classes[].id", ID, NULL, NULL, NULL, REQUIRED, "the class"),
    ROW("tables.classes[].eligible", CHOICE, NULL, NULL, "yes|no|crucial", REQUIRED,
        "whether its providers may ask; `crucial`: only those marked so"),
    ROW("tables.classes[].pd", RATE, NULL, "0..1", NULL, REQUIRED,
        "probability of distress in a year"),
    ROW("tables.classes[].months_low", NUMBER, NULL, "0..120", NULL, REQUIRED,
        "months of revenue asked: low"),
    ROW("tables.classes[].months_base", NUMBER, NULL, "0..120", NULL, REQUIRED,
        "months of revenue asked: base"),
    ROW("tables.classes[].months_high", NUMBER, NULL, "0..120", NULL, REQUIRED,
        "months of revenue asked: high"),
    ROW("tables.classes[].lgd_low", RATE, NULL, "0..1", NULL, REQUIRED, "loss given default: low"),
    ROW("tables.classes[].lgd_base", RATE, NULL, "0..1", NULL, REQUIRED,
        "loss given default: base"),
    ROW("tables.classes[].lgd_high", RATE, NULL, "0..1", NULL, REQUIRED,
        "loss given default: high"),
    ROW("providers", LIST, NULL, NULL, NULL, 0, "the providers, instead of a table"),
    ROW("providers[].id", ID, NULL, NULL, NULL, REQUIRED,
        "its id: draws are counted by it, so the order of rows changes nothing"),
    ROW("providers[].pd", RATE, NULL, "0..1", NULL, 0,
        "probability of distress in a year; goes before the class"),
    ROW("providers[].loss", AMOUNT, NULL, "0..", NULL, 0,
        "paid when in distress, final: the provider leaves or is replaced"),
    ROW("providers[].exposure", AMOUNT, NULL, "0..", NULL, 0,
        "the grant is this times the loss given default, final"),
    ROW("providers[].support", AMOUNT, NULL, "0..", NULL, 0, "a loan of this principal"),
    ROW("providers[].revenue", AMOUNT, NULL, "0..", NULL, 0, "revenue a year"),
    ROW("providers[].class", ID, NULL, NULL, NULL, 0, "its risk class"),
    ROW("providers[].region", ID, NULL, NULL, NULL, 0,
        "its region: shares a factor with the others there"),
    ROW("providers[].segment", ID, NULL, NULL, NULL, 0, "its segment: the same"),
    ROW("providers[].group", ID, NULL, NULL, NULL, 0, "its group of companies, for contagion"),
    ROW("providers[].consortia", IDS, NULL, NULL, NULL, 0,
        "its consortia, for contagion; in a table separated by |"),
    ROW("providers[].crucial", CHOICE, "no", NULL, "yes|no", 0,
        "whether it is crucial, for classes that ask it"),
    ROW("providers[].clients", COUNT, "0", "0..1000000000", NULL, 0, "young people in care"),
    ROW("providers[].loading_national", NUMBER, NULL, "-1..1", NULL, 0,
        "its own loading on the national factor: its square goes before `dependence.national`"),
    ROW("providers[].loading_region", NUMBER, NULL, "-1..1", NULL, 0, "the same for its region"),
    ROW("providers[].loading_segment", NUMBER, NULL, "-1..1", NULL, 0, "the same for its segment"),
    ROW("dependence", MAP, NULL, NULL, NULL, 0, "how providers fall together"),
    ROW("dependence.copula", CHOICE, "gaussian", NULL, "gaussian|t", 0,
        "the shape of the dependence"),
    ROW("dependence.degrees_of_freedom", COUNT, NULL, "3..60", NULL, 0,
        "of copula t: fewer means more that fail together"),
    ROW("dependence.national", RATE, "0%", "0..1", NULL, 0,
        "correlation through the national factor"),
    ROW("dependence.region", RATE, "0%", "0..1", NULL, 0,
        "correlation through the factor of a region"),
    ROW("dependence.segment", RATE, "0%", "0..1", NULL, 0,
        "correlation through the factor of a segment"),
    ROW("dependence.ar1", RATE, "0%", "0..1", NULL, 0,
        "how much of a factor lasts into the next year"),
    ROW("dependence.cure_rho", RATE, "0%", "0..1", NULL, 0,
        "correlation of the outcome of cases with the national factor"),
    ROW("dependence.lgd_rho", RATE, "0%", "0..1", NULL, 0,
        "correlation of losses given default with the national factor"),
    ROW("support", MAP, NULL, NULL, NULL, 0,
        "what a supported provider gets and what becomes of it"),
    ROW("support.term", DURATION, "12 months", "1..600", NULL, 0, "until a case is decided"),
    ROW("support.instalments", COUNT, "1", "1..600", NULL, 0,
        "in which a cured provider repays, one a step"),
    ROW("support.interest", RATE, "0%", "0..1", NULL, 0, "interest a year on support loans"),
    ROW("support.cap", RATE, "15%", "0..10", "none", 0,
        "most support, as a share of yearly revenue"),
    ROW("support.grant_share", RATE, "0%", "0..1", NULL, 0, "share of support that is a grant"),
    ROW("support.cure", RATE, NULL, "0..1", NULL, 0,
        "probability that a case is cured; required once anyone can get a loan"),
    ROW("support.extend", RATE, "0%", "0..1", NULL, 0, "probability that it is extended"),
    ROW("support.extensions", COUNT, "0", "0..50", NULL, 0, "extensions of one case at most"),
    ROW("support.convert", RATE, "0%", "0..1", NULL, 0,
        "probability that the loan becomes a grant"),
    ROW("support.recovery_lag", DURATION, "0", "0..600", NULL, 0, "from failure to the recovery"),
    ROW("support.lgd", LGD, NULL, "0..1", NULL, 0,
        "loss given default: a rate, {uniform: [a, b]}, {triangular: [a, b, c]} or {table: [[loss, "
        "probability], ...]}; when absent the class says, and without a class it is 100%"),
    ROW("support.fail_unsupported", RATE, "100%", "0..1", NULL, 0,
        "probability that a distressed provider without support fails"),
    ROW("support.replace", CHOICE, "no", NULL, "yes|no", 0,
        "whether a healthy provider takes the place of one that left"),
    ROW("contagion", MAP, NULL, NULL, NULL, 0, "distress that spreads"),
    ROW("contagion.group", RATE, "0%", "0..1", NULL, 0, "inside a group of companies, per source"),
    ROW("contagion.consortium", RATE, "0%", "0..1", NULL, 0, "inside a consortium, per source"),
    ROW("contagion.source_minimum", AMOUNT, "0.00", "0..", NULL, 0,
        "only providers of at least this revenue (or loss) infect"),
    ROW("contagion.peers", MAP, NULL, NULL, NULL, 0,
        "a failure raises the probability of those in its region and segment"),
    ROW("contagion.peers.multiplier", NUMBER, NULL, "1..1000", NULL, REQUIRED,
        "factor on their yearly probability, at most 1 in the end"),
    ROW("contagion.peers.duration", DURATION, NULL, "1..600", NULL, REQUIRED,
        "for so long after the failure"),
    ROW("measures", MAP, NULL, NULL, NULL, 0, "what the result shows"),
    ROW("measures.levels", RATES, "95%, 99%, 99.5%", "(0..1)", NULL, 0,
        "levels of value at risk and expected shortfall"),
    ROW("measures.exceed", AMOUNTS, NULL, "0..", NULL, 0,
        "thresholds for the probability of a larger loss"),
    ROW("measures.fund_levels", RATES, "5%, 25%, 50%, 75%, 95%", "(0..1)", NULL, 0,
        "quantiles of the balance by year"),
    ROW("margin_sd", RATE, "4%", "(0..1", NULL, 0,
        "spread of provider margins: a loss of margin d turns p into normal(quantile(p) + d / "
        "margin_sd)"),
    ROW("stress", LIST, NULL, NULL, NULL, 0, "what goes wrong, and when"),
    ROW("stress[].name", TEXT, NULL, NULL, NULL, REQUIRED, "what it is called"),
    ROW("stress[].from", PERIOD, NULL, NULL, NULL, 0,
        "its first day, such as 2027-Q1 or 2027-07-01; when absent, from the start"),
    ROW("stress[].quarters", COUNT, NULL, "1..200", NULL, 0, "how long; when absent, to the end"),
    ROW("stress[].years", COUNT, NULL, "1..50", NULL, 0, "the same in years"),
    ROW("stress[].who", MAP, NULL, NULL, NULL, 0,
        "whom it hits: providers, or municipalities that pay, that meet every line; when absent, "
        "all"),
    ROW("stress[].who.class", IDS, NULL, NULL, NULL, 0, "of one of these classes"),
    ROW("stress[].who.id", IDS, NULL, NULL, NULL, 0, "one of these"),
    ROW("stress[].who.region", IDS, NULL, NULL, NULL, 0, "in one of these regions"),
    ROW("stress[].who.segment", IDS, NULL, NULL, NULL, 0, "in one of these segments"),
    ROW("stress[].tariff", RATE, NULL, "-1..1", NULL, 0,
        "change of tariffs; margins fall by -tariff x (1 - cost_follow)"),
    ROW("stress[].cost_follow", RATE, "0%", "0..1", NULL, 0,
        "the part of a tariff change that costs follow"),
    ROW("stress[].indexation", RATE, NULL, "-1..1", NULL, 0,
        "rise that tariffs get for wages; margins gain indexation x wage_share"),
    ROW("stress[].wages", RATE, NULL, "-1..1", NULL, 0,
        "rise of wages; margins fall by wages x wage_share"),
    ROW("stress[].wage_share", RATE, "72%", "0..1", NULL, 0, "wages as a share of revenue"),
    ROW("stress[].volume", RATE, NULL, "-1..1", NULL, 0,
        "change of volume; margins fall by -volume x fixed_share"),
    ROW("stress[].occupancy", RATE, NULL, "-1..1", NULL, 0,
        "change of occupancy in points; margins fall by -occupancy x fixed_share"),
    ROW("stress[].fixed_share", RATE, "80%", "0..1", NULL, 0,
        "costs that do not follow volume, as a share of revenue"),
    ROW("stress[].hired", RATE, NULL, "-1..1", NULL, 0,
        "more hired staff, in points of all staff; margins fall by hired x hired_premium x "
        "wage_share"),
    ROW("stress[].hired_premium", RATE, "35%", "0..1", NULL, 0,
        "what hired staff costs more, as a share of wages"),
    ROW("stress[].productivity", RATE, NULL, "-1..1", NULL, 0,
        "change of productivity; margins fall by -productivity"),
    ROW("stress[].margin", RATE, NULL, "-1..1", NULL, 0, "change of margins itself, in points"),
    ROW("stress[].pd_multiplier", NUMBER, NULL, "0..1000", NULL, 0,
        "factor on the yearly probability of distress, at most 1 in the end"),
    ROW("stress[].pd", RATE, NULL, "0..1", NULL, 0,
        "the yearly probability of distress itself, before margins and multipliers"),
    ROW("stress[].support_months", NUMBER, NULL, "0..120", NULL, 0,
        "months of revenue asked, in place of what the class says"),
    ROW("stress[].lgd_add", RATE, NULL, "-1..1", NULL, 0,
        "added to the loss given default, which stays within 0 and 1"),
    ROW("stress[].force", CHOICE, NULL, NULL, "distress|failure", 0,
        "in each step: distress, or failure without support"),
    ROW("stress[].merge", IDS, NULL, NULL, NULL, 0,
        "providers that become one in its first step, for good; the new one is called by their "
        "ids, sorted and joined by /"),
    ROW("stress[].debt_called", MAP, NULL, NULL, NULL, 0,
        "lenders of a provider in distress call their loans, and it asks for that too"),
    ROW("stress[].debt_called.share", RATE, NULL, "0..10", NULL, REQUIRED,
        "debt as a share of yearly revenue"),
    ROW("stress[].debt_called.probability", RATE, NULL, "0..1", NULL, REQUIRED,
        "probability that they call it"),
    ROW("stress[].payment_days", COUNT, NULL, "0..365", NULL, 0,
        "days until providers are paid; what is beyond 30 days is asked on top, as a share of the "
        "year"),
    ROW("stress[].contributions", MAP, NULL, NULL, NULL, 0,
        "a group pays more or less; with `who` only those of its payers"),
    ROW("stress[].contributions.group", ID, NULL, NULL, NULL, REQUIRED, "which"),
    ROW("stress[].contributions.change", RATE, NULL, "-1..10", NULL, REQUIRED,
        "by how much: -100% is nothing"),
    ROW("stress[].refusal", MAP, NULL, NULL, NULL, 0,
        "payers of a group refuse, or pay late; with `who` only those"),
    ROW("stress[].refusal.group", ID, "municipalities", NULL, NULL, 0, "which"),
    ROW("stress[].refusal.probability", RATE, NULL, "0..1", NULL, 0,
        "probability that a municipality pays nothing while the stress lasts"),
    ROW("stress[].refusal.delay", DURATION, NULL, "1..600", NULL, 0, "how late the rest comes"),
    ROW("stress[].refusal.arrears", RATE, "100%", "0..1", NULL, 0,
        "the share of it that comes late"),
    ROW("stress[].backstop", MAP, NULL, NULL, NULL, 0, "another limit of the backstop"),
    ROW("stress[].backstop.limit", AMOUNT, NULL, "0..", "unlimited", REQUIRED,
        "the limit while it lasts"),
    ROW("stress[].interest", RATE, NULL, "0..1", NULL, 0,
        "another interest a year on the fund's balance"),
};
const size_t wb_schema_count = sizeof wb_schema / sizeof wb_schema[0];

const wb_schema_key *wb_schema_find(const char *path)
{
    for (size_t i = 0; i < wb_schema_count; i++) {
        if (strcmp(wb_schema[i].path, path) == 0) return &wb_schema[i];
    }
    return NULL;
}

const char *wb_schema_child(const wb_schema_key *key, const char *prefix)
{
    const size_t size = strlen(prefix);
    const char *name = key->path;
    if (size > 0) {
        if (strncmp(key->path, prefix, size) != 0 || key->path[size] != '.') return NULL;
        name += size + 1;
    }
    return strpbrk(name, ".[") == NULL ? name : NULL;
}

const wb_schema_key *wb_schema_under(const char *prefix, const char *name)
{
    for (size_t i = 0; i < wb_schema_count; i++) {
        const char *child = wb_schema_child(&wb_schema[i], prefix);
        if (child != NULL && strcmp(child, name) == 0) return &wb_schema[i];
    }
    return NULL;
}

const char *wb_schema_example(const wb_schema_key *key)
{
    switch (key->type) {
    case WB_TYPE_MAP: return "a mapping of keys";
    case WB_TYPE_ONE_OF: return "a mapping of one key";
    case WB_TYPE_LIST: return "a list";
    case WB_TYPE_TABLE: return "the path of a CSV file, or {file: PATH, columns: {...}}";
    case WB_TYPE_TEXT: return "words";
    case WB_TYPE_ID: return "an id";
    case WB_TYPE_PATH: return "a path";
    case WB_TYPE_DATE: return "a date such as 2027-01-01";
    case WB_TYPE_PERIOD: return "a quarter such as 2027-Q1, or a date";
    case WB_TYPE_COUNT: return "a whole number";
    case WB_TYPE_AMOUNT: return "an amount such as 25 000 000.00";
    case WB_TYPE_RATE: return "a rate such as 4.25% or 0.0425";
    case WB_TYPE_NUMBER: return "a number such as 1.8";
    case WB_TYPE_CHOICE: return "a word";
    case WB_TYPE_DURATION: return "a number of steps, or 12 months";
    case WB_TYPE_IDS: return "an id, or a list of ids";
    case WB_TYPE_RATES: return "a list of rates such as [95%, 99%]";
    case WB_TYPE_AMOUNTS: return "a list of amounts such as [5 000 000.00]";
    case WB_TYPE_LGD: return "a rate, or {uniform|triangular|table: [...]}";
    }
    return "";
}

/* Text that grows; out of memory leaves it NULL for good. */
typedef struct page {
    char *text;
    size_t size, room;
    bool failed;
} page;

static void page_add(page *to, const char *format, ...) WB_PRINTF(2, 3);
static void page_add(page *to, const char *format, ...)
{
    char piece[600];
    va_list arguments;
    va_start(arguments, format);
    const int wrote = vsnprintf(piece, sizeof piece, format, arguments);
    va_end(arguments);
    assert(wrote >= 0 && (size_t)wrote < sizeof piece);
    const size_t size = (size_t)wrote;
    if (!to->failed && to->size + size + 1 > to->room) {
        const size_t room = 2 * to->room + sizeof piece;
        char *grown = realloc(to->text, room);
        to->failed = grown == NULL;
        if (grown != NULL) {
            to->text = grown;
            to->room = room;
        }
    }
    if (to->failed) return;
    memcpy(to->text + to->size, piece, size + 1);
    to->size += size;
}

/* '|' would end a cell of the table. */
static void page_cell(page *to, const char *text)
{
    for (const char *at = text; *at != '\0'; at++)
        page_add(to, *at == '|' ? "\\%c" : "%c", *at);
}

static void page_words(page *to, const wb_schema_key *key)
{
    page_add(to, "%s", key->type == WB_TYPE_CHOICE ? "`" : " or `");
    for (const char *at = key->words; *at != '\0'; at++) {
        if (*at == '|') page_add(to, "`, `");
        if (*at != '|') page_add(to, "%c", *at);
    }
    page_add(to, "`");
}

static void page_row(page *to, const wb_schema_key *key)
{
    const char *fallback = key->fallback != NULL ? key->fallback : "";
    page_add(to, "| `%s` | ", key->path);
    if (key->type != WB_TYPE_CHOICE) page_cell(to, wb_schema_example(key));
    if (key->words != NULL) page_words(to, key);
    page_add(to, " | %s | %s | ", key->required ? "required" : fallback,
             key->range != NULL ? key->range : "");
    page_cell(to, key->help);
    page_add(to, " |\n");
}

char *wb_schema_markdown(void)
{
    page to = {0};
    page_add(&to, "| key | value | default | range | meaning |\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < wb_schema_count; i++)
        page_row(&to, &wb_schema[i]);
    if (to.failed) {
        free(to.text);
        return NULL;
    }
    return to.text;
}
