/* replay.c - one simulated path, written as the books of a fund. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "bridge/replay_books.h"
#include "waarborg/bridge.h"
#include "waarborg/fund.h"
#include "waarborg/sim.h"

#define MAKER "simulation"
#define OPENING_LOANS "opening-loans"
#define CASH "1000"
#define LOANS "0100"
#define DEBT "0400"

enum { POSTINGS_ROOM = 1000 }; /* of one entry, below WB_POSTINGS_MAX with the cash */

/* A loan of the path, with what is left of it. */
typedef struct replayed_loan {
    char id[WB_ID_MAX + 1];
    char account[WB_ID_MAX + 1]; /* 0100 or 0120, by its term */
    uint32_t provider;           /* WB_NONE: the loans that come in by a schedule */
    wb_money left;
} replayed_loan;

typedef struct replaying {
    wb_ledger *ledger;
    const wb_model *model;
    wb_replay *sums; /* of the events, to compare with the books */
    wb_error *err;
    wb_code code;
    replayed_loan *loans; /* in the order in which they were agreed */
    size_t loan_count;
    /* the entry that is being put together: events of one step and kind */
    bool open;
    uint32_t step;
    wb_path_event_kind kind;
    wb_posting *postings;
    char (*parties)[WB_ID_MAX + 1];
    size_t posting_count;
    wb_money total;
} replaying;

/* ---- dates ---- */

static wb_date first_day(const wb_model *model)
{
    const wb_civil none = {WB_YEAR_FIRST, 1, 1};
    return model->has_start ? model->start : wb_date_from_civil(none);
}

/* The last day of a step; steps beyond the horizon have one too. */
static wb_date last_day(const wb_model *model, uint64_t step)
{
    const int32_t months = (int32_t)((step + 1) * (12 / model->steps_per_year));
    return (wb_date){wb_date_add_months(first_day(model), months).days - 1};
}

/* ---- entries ---- */

/* A cash entry has its other side, negated, on 1000; the others name both accounts. */
typedef struct booking {
    const char *account, *against;
    const char *event;
    bool credit; /* `account` is credited */
} booking;

static booking booking_of(const replaying *at, wb_path_event_kind kind, uint32_t group)
{
    const char *income = "8000";
    if (group != WB_NONE) {
        const char *id = at->model->groups[group].id;
        if (strcmp(id, "state") == 0) income = "8010";
        if (strcmp(id, "providers") == 0) income = "8020";
    }
    switch (kind) {
    case WB_PATH_INTEREST: return (booking){"8110", CASH, "interest-received", true};
    case WB_PATH_CONTRIBUTION: return (booking){income, CASH, "contribution-received", true};
    case WB_PATH_LATE_CONTRIBUTION: return (booking){income, CASH, "contribution-late", true};
    case WB_PATH_COSTS: return (booking){"4100", CASH, "costs-paid", false};
    case WB_PATH_REPAID: return (booking){LOANS, CASH, "loan-repaid", true};
    case WB_PATH_LOAN_INTEREST: return (booking){"8100", CASH, "loan-interest", true};
    case WB_PATH_CONVERTED: return (booking){LOANS, "4020", "loan-converted", true};
    case WB_PATH_WRITTEN_OFF: return (booking){LOANS, "4000", "loan-written-off", true};
    case WB_PATH_RECOVERED: return (booking){LOANS, CASH, "loan-recovered", true};
    case WB_PATH_LEVY: return (booking){"8000", CASH, WB_EVENT_LEVY, true};
    case WB_PATH_OBLIGO: return (booking){"8030", CASH, WB_EVENT_OBLIGO, true};
    case WB_PATH_BACKSTOP: return (booking){DEBT, CASH, "backstop-drawn", true};
    case WB_PATH_GRANT: return (booking){"4020", CASH, "support-granted", false};
    case WB_PATH_LOAN: return (booking){LOANS, CASH, "loan-disbursed", false};
    case WB_PATH_PAID_OUT: return (booking){"4020", CASH, "support-paid-out", false};
    case WB_PATH_BACKSTOP_REPAID: return (booking){DEBT, CASH, "backstop-repaid", false};
    case WB_PATH_REFUNDED: return (booking){"0210", CASH, "surplus-refunded", false};
    case WB_PATH_EVENT_KINDS: break;
    }
    abort();
}

static bool is_of_loan(wb_path_event_kind kind)
{
    return kind == WB_PATH_REPAID || kind == WB_PATH_CONVERTED || kind == WB_PATH_WRITTEN_OFF ||
           kind == WB_PATH_RECOVERED || kind == WB_PATH_LOAN;
}

static wb_code post(replaying *at, const char *event, const char *subject, wb_date date)
{
    const wb_entry entry = {.date = date,
                            .event = event,
                            .subject = subject,
                            .memo = "",
                            .maker = MAKER,
                            .postings = at->postings,
                            .posting_count = at->posting_count};
    uint64_t number = 0;
    bool already = false;
    at->code = wb_ledger_post(at->ledger, &entry, &number, &already, at->err);
    at->sums->entries++;
    at->posting_count = 0;
    return at->code;
}

/* `party` is copied. */
static void add_posting(replaying *at, const char *account, const char *party,
                        const wb_money *amount, bool credit)
{
    assert(at->posting_count <= POSTINGS_ROOM);
    wb_posting *posting = &at->postings[at->posting_count];
    posting->account = account;
    posting->party = NULL;
    if (party != NULL) {
        char *kept = at->parties[at->posting_count];
        (void)snprintf(kept, sizeof *at->parties, "%s", party);
        posting->party = kept;
    }
    wb_money_set(&posting->amount, amount);
    if (credit) wb_money_negate(&posting->amount, &posting->amount);
    at->posting_count++;
}

/* Close the entry that is being put together with its cash. */
static wb_code flush(replaying *at)
{
    if (!at->open || at->code != WB_OK) return at->code;
    at->open = false;
    const booking how = booking_of(at, at->kind, WB_NONE);
    add_posting(at, how.against, NULL, &at->total, !how.credit);
    wb_money_set_cents(&at->total, 0);
    return post(at, how.event, NULL, last_day(at->model, at->step));
}

/* ---- loans ---- */

static wb_code agree(replaying *at, replayed_loan *loan, const char *id, wb_date start,
                     wb_date maturity)
{
    bool already = false;
    wb_loan terms;
    wb_loan_init(&terms);
    (void)snprintf(terms.id, sizeof terms.id, "%s", id);
    (void)snprintf(terms.party, sizeof terms.party, "%s",
                   loan->provider == WB_NONE ? OPENING_LOANS
                                             : at->model->providers[loan->provider].id);
    wb_money_set(&terms.principal, &loan->left);
    wb_rate_set(&terms.rate, &at->model->support_interest);
    terms.start = start;
    terms.maturity = maturity;
    if (terms.maturity.days <= start.days) terms.maturity.days = start.days + 1;
    (void)snprintf(terms.override_reason, sizeof terms.override_reason, "simulated");
    memcpy(loan->id, terms.id, sizeof loan->id);
    at->code = wb_loan_new(at->ledger, &terms, MAKER, &already, at->err);
    if (at->code == WB_OK) at->code = wb_loan_find(&terms, at->ledger, id, at->err);
    memcpy(loan->account, terms.account, sizeof loan->account);
    wb_loan_clear(&terms);
    return at->code;
}

/* A new loan of the path; its id is "L-" and its place. */
static replayed_loan *add_loan(replaying *at, uint32_t provider, const wb_money *amount,
                               wb_date start, wb_date maturity)
{
    char id[32];
    replayed_loan *loans = realloc(at->loans, (at->loan_count + 1) * sizeof *loans);
    if (loans == NULL) {
        at->code = wb_fail(at->err, WB_E_NOMEM, "no memory for the loans of a path");
        return NULL;
    }
    at->loans = loans;
    replayed_loan *loan = &loans[at->loan_count++];
    memset(loan, 0, sizeof *loan);
    loan->provider = provider;
    wb_money_init(&loan->left);
    wb_money_set(&loan->left, amount);
    (void)snprintf(id, sizeof id, "L-%zu", at->loan_count);
    return agree(at, loan, id, start, maturity) == WB_OK ? loan : NULL;
}

static wb_code post_loan(replaying *at, const replayed_loan *loan, const booking *how,
                         const wb_money *amount, wb_date date)
{
    const char *party =
        loan->provider == WB_NONE ? OPENING_LOANS : at->model->providers[loan->provider].id;
    add_posting(at, loan->account, party, amount, how->credit);
    add_posting(at, how->against, strcmp(how->against, CASH) == 0 ? NULL : party, amount,
                !how->credit);
    return post(at, how->event, loan->id, date);
}

/* Take an amount off the loans of a provider, the oldest first, or the newest. */
static wb_code reduce_loans(replaying *at, const wb_path_event *event)
{
    const booking how = booking_of(at, event->kind, WB_NONE);
    const bool newest = event->kind == WB_PATH_CONVERTED || event->kind == WB_PATH_WRITTEN_OFF;
    wb_money rest;
    wb_money part;
    wb_money_init(&rest);
    wb_money_init(&part);
    wb_money_set(&rest, event->amount);
    for (size_t k = 0; k < at->loan_count && at->code == WB_OK; k++) {
        replayed_loan *loan = &at->loans[newest ? at->loan_count - 1 - k : k];
        if (loan->provider != event->provider || wb_money_sign(&rest) == 0) continue;
        wb_money_set(&part, wb_money_compare(&rest, &loan->left) < 0 ? &rest : &loan->left);
        if (wb_money_sign(&part) == 0) continue;
        wb_money_subtract(&rest, &rest, &part);
        wb_money_subtract(&loan->left, &loan->left, &part);
        (void)post_loan(at, loan, &how, &part, last_day(at->model, event->step));
    }
    if (at->code == WB_OK && wb_money_sign(&rest) != 0) {
        at->code = wb_fail(at->err, WB_E_INTERNAL, "more came back than was lent");
    }
    wb_money_clear(&rest);
    wb_money_clear(&part);
    return at->code;
}

static wb_code lend(replaying *at, const wb_path_event *event)
{
    const wb_date date = last_day(at->model, event->step);
    const booking how = booking_of(at, WB_PATH_LOAN, WB_NONE);
    const replayed_loan *loan =
        add_loan(at, event->provider, event->amount, date,
                 last_day(at->model, (uint64_t)event->step + at->model->term));
    return loan != NULL ? post_loan(at, loan, &how, event->amount, date) : at->code;
}

/* ---- events ---- */

static void sum_event(replaying *at, const wb_path_event *event)
{
    wb_replay *sums = at->sums;
    const wb_path_effect effect = wb_path_effect_of(event->kind);
    const struct {
        wb_money *sum;
        int times;
    } adds[] = {{&sums->cash, effect.cash},
                {&sums->loans, effect.loan},
                {&sums->debt, effect.debt},
                {&sums->losses, effect.loss}};
    for (size_t i = 0; i < sizeof adds / sizeof adds[0]; i++) {
        if (adds[i].times > 0) wb_money_add(adds[i].sum, adds[i].sum, event->amount);
        if (adds[i].times < 0) wb_money_subtract(adds[i].sum, adds[i].sum, event->amount);
    }
    if (event->kind == WB_PATH_CONTRIBUTION || event->kind == WB_PATH_LATE_CONTRIBUTION)
        wb_money_add(&sums->contributions, &sums->contributions, event->amount);
    if (event->kind == WB_PATH_LEVY) wb_money_add(&sums->levy, &sums->levy, event->amount);
    if (event->kind == WB_PATH_OBLIGO) wb_money_add(&sums->obligo, &sums->obligo, event->amount);
}

/* The party that stands for a group as a whole. */
static const char *group_party(char text[WB_ID_MAX + 1], const wb_model *model, uint32_t group)
{
    static const char prefix[] = "group:";
    (void)snprintf(text, WB_ID_MAX + 1, "%s%.*s", prefix, WB_ID_MAX - (int)sizeof prefix,
                   model->groups[group].id);
    return text;
}

/* Who is named on the posting: the provider, the municipality, else the group as a whole. */
static const char *party_of(const replaying *at, const wb_path_event *event,
                            char text[WB_ID_MAX + 1])
{
    if (event->provider != WB_NONE) return at->model->providers[event->provider].id;
    if (event->party != WB_NONE) return at->model->parties[event->party].id;
    if (event->group == WB_NONE) return NULL;
    return group_party(text, at->model, event->group);
}

static bool replay_event(const wb_path_event *event, void *context)
{
    replaying *at = context;
    char text[WB_ID_MAX + 1];
    sum_event(at, event);
    const bool same = at->open && at->step == event->step && at->kind == event->kind &&
                      at->posting_count < POSTINGS_ROOM;
    if (!same && flush(at) != WB_OK) return false;
    if (is_of_loan(event->kind)) {
        return (event->kind == WB_PATH_LOAN ? lend(at, event) : reduce_loans(at, event)) == WB_OK;
    }
    const booking how = booking_of(at, event->kind, event->group);
    at->open = true;
    at->step = event->step;
    at->kind = event->kind;
    add_posting(at, how.account, party_of(at, event, text), event->amount, how.credit);
    wb_money_add(&at->total, &at->total, event->amount);
    return true;
}

/* ---- the fund at the start ---- */

static wb_code record_party(replaying *at, const char *id, wb_party_kind kind,
                            const wb_money *revenue)
{
    wb_party party;
    wb_party_init(&party);
    (void)snprintf(party.id, sizeof party.id, "%s", id);
    (void)snprintf(party.name, sizeof party.name, "%s", id);
    party.kind = kind;
    party.has_revenue = revenue != NULL;
    if (revenue != NULL) wb_money_set(&party.revenue, revenue);
    if (at->code == WB_OK)
        at->code = wb_party_record(at->ledger, &party, first_day(at->model), MAKER, at->err);
    wb_party_clear(&party);
    return at->code;
}

static wb_code record_parties(replaying *at)
{
    const wb_model *model = at->model;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        (void)record_party(at, model->providers[i].id, WB_PARTY_PROVIDER,
                           &model->providers[i].revenue);
    }
    for (uint32_t i = 0; i < model->party_count; i++)
        (void)record_party(at, model->parties[i].id, WB_PARTY_MUNICIPALITY, NULL);
    for (uint32_t g = 0; g < model->group_count; g++) {
        char id[WB_ID_MAX + 1];
        (void)record_party(at, group_party(id, model, g), WB_PARTY_FINANCIER, NULL);
    }
    if (model->opening_due != NULL) {
        wb_money none;
        wb_money_init(&none);
        (void)record_party(at, OPENING_LOANS, WB_PARTY_PROVIDER, &none);
        wb_money_clear(&none);
    }
    return at->code;
}

/* The limits that a new fund has: its money may not go below 0.00. Here it may. */
static wb_code lift_limits(replaying *at)
{
    wb_limit_list limits = {NULL, 0};
    at->code = wb_limit_list_read(&limits, at->ledger, at->err);
    for (size_t i = 0; i < limits.count && at->code == WB_OK; i++) {
        uint64_t number = 0;
        limits.items[i].has_min = limits.items[i].has_max = false;
        at->code = wb_limit_record(at->ledger, &limits.items[i], first_day(at->model), MAKER,
                                   &number, at->err);
    }
    wb_limit_list_clear(&limits);
    return at->code;
}

/* One side of the opening position; the other is 0200. */
static wb_code open_account(replaying *at, const char *account, const char *party,
                            const char *subject, const wb_money *amount, bool credit)
{
    if (at->code != WB_OK || wb_money_sign(amount) == 0) return at->code;
    add_posting(at, account, party, amount, credit);
    add_posting(at, "0200", NULL, amount, !credit);
    return post(at, "opening", subject, first_day(at->model));
}

static wb_code open_loan(replaying *at, uint32_t provider, const wb_money *amount, wb_date maturity)
{
    if (at->code != WB_OK || wb_money_sign(amount) == 0) return at->code;
    const replayed_loan *loan = add_loan(at, provider, amount, first_day(at->model), maturity);
    if (loan == NULL) return at->code;
    wb_money_add(&at->sums->loans, &at->sums->loans, amount);
    const char *party = provider == WB_NONE ? OPENING_LOANS : at->model->providers[provider].id;
    return open_account(at, loan->account, party, loan->id, amount, false);
}

static wb_code open_position(replaying *at)
{
    const wb_model *model = at->model;
    const wb_opening *opening = &model->opening;
    wb_money due;
    wb_money_init(&due);
    wb_money_set(&at->sums->cash, &opening->cash);
    wb_money_set(&at->sums->debt, &opening->backstop_debt);
    (void)open_account(at, CASH, NULL, NULL, &opening->cash, false);
    (void)open_account(at, DEBT, NULL, NULL, &opening->backstop_debt, true);
    for (size_t c = 0; c < opening->case_count; c++) {
        const uint32_t step = model->opening_step[c]; /* may lie far after the horizon */
        wb_money_set(&due, &opening->cases[c].principal);
        for (size_t k = 0; k < opening->cases[c].instalment_count; k++)
            wb_money_subtract(&due, &due, &opening->cases[c].instalments[k].principal);
        (void)open_loan(at, model->opening_provider[c], &due,
                        last_day(model, step < model->step_count ? step : model->step_count));
    }
    wb_money_set_cents(&due, 0);
    for (uint32_t t = 0; model->opening_due != NULL && t < model->step_count; t++)
        wb_money_add(&due, &due, &model->opening_due[t]);
    (void)open_loan(at, WB_NONE, &due, last_day(model, model->step_count));
    wb_money_clear(&due);
    return at->code;
}

/* ---- the whole ---- */

static wb_code write_books(replaying *at, uint64_t path)
{
    at->code = wb_ledger_begin(at->ledger, NULL, NULL, at->err);
    if (at->code != WB_OK) return at->code;
    (void)lift_limits(at);
    if (at->code == WB_OK) (void)record_parties(at);
    if (at->code == WB_OK) (void)open_position(at);
    if (at->code == WB_OK) {
        const wb_code code = wb_sim_trace(at->model, path, replay_event, at, at->err);
        if (at->code == WB_OK) at->code = code;
    }
    if (at->code == WB_OK) (void)flush(at);
    if (at->code == WB_OK) at->code = wb_replay_compare(at->sums, at->ledger, at->err);
    if (at->code == WB_OK) return wb_ledger_commit(at->ledger, at->err);
    wb_ledger_abort(at->ledger);
    return at->code;
}

wb_code wb_bridge_replay(const char *dir, const wb_model *model, uint64_t path, wb_replay *replay,
                         wb_error *err)
{
    assert(dir != NULL && model != NULL && replay != NULL);
    replaying at = {.model = model, .sums = replay, .err = err};
    char name[WB_NAME_MAX + 1];
    (void)snprintf(name, sizeof name, "%.200s, path %llu", model->name, (unsigned long long)path);
    const wb_fund_options options = {.name = name,
                                     .template = "nl-garantiefonds",
                                     .year = wb_date_civil(first_day(model)).year,
                                     .maker = MAKER};
    replay->first = first_day(model);
    replay->last = last_day(model, model->step_count - 1);
    wb_money_init(&at.total);
    at.postings = calloc(POSTINGS_ROOM + 1, sizeof *at.postings);
    at.parties = calloc(POSTINGS_ROOM + 1, sizeof *at.parties);
    const bool room = at.postings != NULL && at.parties != NULL;
    for (size_t i = 0; room && i <= POSTINGS_ROOM; i++)
        wb_money_init(&at.postings[i].amount);
    wb_code code = room ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to replay a path");
    if (code == WB_OK) code = wb_fund_init(dir, &options, NULL, err);
    if (code == WB_OK) code = wb_ledger_open(&at.ledger, dir, WB_LEDGER_WRITE, err);
    if (code == WB_OK) code = write_books(&at, path);
    wb_ledger_close(at.ledger);
    for (size_t i = 0; room && i <= POSTINGS_ROOM; i++)
        wb_money_clear(&at.postings[i].amount);
    for (size_t i = 0; i < at.loan_count; i++)
        wb_money_clear(&at.loans[i].left);
    free(at.loans);
    free(at.postings);
    free(at.parties);
    wb_money_clear(&at.total);
    return code;
}
