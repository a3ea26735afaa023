/* limits.c - the sums that limits watch, and the entries they refuse; see limits.h. */
#include "ledger/limits.h"

#include <assert.h>
#include <stdlib.h>

#include "ledger/internal.h"

enum { PAIR_PREFIX = 1 + 8 }; /* of a balance's key: tag and account */

/* ---- balances ---- */

static void add_row(wb_money *sum, const wb_balance_row *row)
{
    wb_money term;
    wb_money_init(&term);
    wb_raw_amount_get(&term, &row->debit);
    wb_money_add(sum, sum, &term);
    wb_raw_amount_get(&term, &row->credit);
    wb_money_subtract(sum, sum, &term);
    wb_money_clear(&term);
}

static wb_code add_pair(wb_ledger *ledger, wb_money *sum, uint64_t account, uint64_t party,
                        wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    bool found = false;
    wb_row_key_pair(&row, WB_TAG_BALANCE, account, party);
    wb_code code = wb_lookup(ledger, &row, &value, &found, err);
    if (code != WB_OK || !found) return code;
    wb_balance_row stored;
    code = wb_row_read_balance(&stored, value, err);
    if (code == WB_OK) add_row(sum, &stored);
    return code;
}

/* Add every row of an account: to one sum, or (`limits` not NULL) each to its party's. */
static wb_code add_account(wb_ledger *ledger, wb_money *sum, wb_limits *limits, uint64_t account,
                           wb_error *err)
{
    wb_row row;
    wb_scan scan;
    wb_row_key_pair(&row, WB_TAG_BALANCE, account, 0);
    wb_code code = wb_scan_open(&scan, ledger, (wb_span){row.key, PAIR_PREFIX}, err);
    while (code == WB_OK) {
        wb_span key = {0};
        wb_span value = {0};
        bool found = false;
        wb_balance_row stored;
        uint64_t same = 0;
        uint64_t party = 0;
        code = wb_scan_next(&scan, &key, &value, &found, err);
        if (code != WB_OK || !found) break;
        code = wb_row_read_pair(&same, &party, key, err);
        if (code == WB_OK) code = wb_row_read_balance(&stored, value, err);
        wb_money *to = sum;
        if (code == WB_OK && limits != NULL) {
            size_t index = 0;
            bool fresh = false;
            if (party == 0) continue; /* of no party */
            code = wb_limits_sum(limits, 0, party, &index, &fresh, err);
            if (code == WB_OK) to = &limits->sums[index].sum;
        }
        if (code == WB_OK) add_row(to, &stored);
    }
    wb_scan_close(&scan);
    return code;
}

/* What the store holds of a sum. */
static wb_code load_sum(wb_ledger *ledger, const wb_limit_held *held, wb_limit_sum *sum,
                        wb_error *err)
{
    const uint64_t party = held->limit.each ? sum->party : held->party;
    wb_code code = WB_OK;
    for (size_t i = 0; i < held->limit.account_count && code == WB_OK; i++) {
        code = party == 0 ? add_account(ledger, &sum->sum, NULL, held->accounts[i], err)
                          : add_pair(ledger, &sum->sum, held->accounts[i], party, err);
    }
    return code;
}

/* ---- reading the limits ---- */

static wb_code resolve(wb_ledger *ledger, wb_limit_held *held, wb_error *err)
{
    const wb_limit *limit = &held->limit;
    wb_code code = WB_OK;
    for (size_t i = 0; i < limit->account_count && code == WB_OK; i++) {
        code =
            wb_name_number(ledger, WB_RECORD_ACCOUNT, limit->accounts[i], &held->accounts[i], err);
        if (code == WB_OK && held->accounts[i] == 0) {
            code = wb_fail(err, WB_E_ACCOUNT, "there is no account '%s'", limit->accounts[i]);
        }
    }
    if (code != WB_OK || limit->party[0] == '\0') return code;
    code = wb_name_number(ledger, WB_RECORD_PARTY, limit->party, &held->party, err);
    if (code == WB_OK && held->party == 0) {
        code = wb_fail(err, WB_E_PARTY, "there is no party '%s'", limit->party);
    }
    return code;
}

static int by_account(const void *a, const void *b)
{
    const wb_limit_watch *x = a;
    const wb_limit_watch *y = b;
    if (x->account != y->account) return x->account < y->account ? -1 : 1;
    return (x->limit > y->limit) - (x->limit < y->limit);
}

static wb_code watch(wb_limits *limits, wb_error *err)
{
    size_t count = 0;
    for (size_t i = 0; i < limits->count; i++)
        count += limits->items[i].limit.account_count;
    limits->watches = calloc(count, sizeof *limits->watches);
    if (limits->watches == NULL) return wb_fail(err, WB_E_NOMEM, "cannot watch %zu sums", count);
    for (size_t i = 0; i < limits->count; i++) {
        const wb_limit_held *held = &limits->items[i];
        for (size_t a = 0; a < held->limit.account_count; a++) {
            limits->watches[limits->watch_count] = (wb_limit_watch){held->accounts[a], i};
            limits->watch_count++;
        }
    }
    qsort(limits->watches, count, sizeof *limits->watches, by_account);
    return WB_OK;
}

/* Take the limits over from a list, which is left empty. */
static wb_code hold(wb_ledger *ledger, wb_limits *limits, wb_limit_list *list, wb_error *err)
{
    limits->items = calloc(list->count, sizeof *limits->items);
    if (limits->items == NULL) {
        return wb_fail(err, WB_E_NOMEM, "cannot hold %zu limits", list->count);
    }
    wb_code code = WB_OK;
    limits->count = list->count;
    for (size_t i = 0; i < list->count; i++)
        limits->items[i].limit = list->items[i]; /* with its amounts */
    free(list->items);
    *list = (wb_limit_list){NULL, 0};
    for (size_t i = 0; i < limits->count && code == WB_OK; i++)
        code = resolve(ledger, &limits->items[i], err);
    return code == WB_OK ? watch(limits, err) : code;
}

/* ---- what an entry changes ---- */

static size_t first_watch(const wb_limits *limits, uint64_t account)
{
    size_t low = 0;
    size_t high = limits->watch_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (limits->watches[middle].account < account) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static wb_code touch(wb_ledger *ledger, size_t limit, uint64_t party, const wb_money *amount,
                     wb_error *err)
{
    wb_limits *limits = &ledger->limits;
    size_t index = 0;
    bool fresh = false;
    wb_code code = wb_limits_sum(limits, limit, party, &index, &fresh, err);
    if (code != WB_OK) return code;
    wb_limit_sum *sum = &limits->sums[index];
    if (fresh) code = load_sum(ledger, &limits->items[limit], sum, err);
    if (!sum->touched) {
        sum->touched = true;
        limits->touched[limits->touched_count] = index;
        limits->touched_count++;
    }
    wb_money_add(&sum->change, &sum->change, amount);
    return code;
}

/* What a posting adds to the sums of the limits on its account. */
static wb_code touch_all(wb_ledger *ledger, uint64_t account, uint64_t party,
                         const wb_money *amount, wb_error *err)
{
    const wb_limits *limits = &ledger->limits;
    wb_code code = WB_OK;
    for (size_t w = first_watch(limits, account);
         code == WB_OK && w < limits->watch_count && limits->watches[w].account == account; w++) {
        const size_t limit = limits->watches[w].limit;
        const wb_limit_held *held = &limits->items[limit];
        if (held->limit.each ? party == 0 : held->party != 0 && held->party != party) continue;
        code = touch(ledger, limit, held->limit.each ? party : 0, amount, err);
    }
    return code;
}

/* ---- open proposals ---- */

typedef struct reserving {
    wb_ledger *ledger;
    uint64_t proposal; /* whose drafts are being added up */
    wb_money amount;
} reserving;

/* A proposal is posted as a whole: what counts is what all its drafts do to a sum. */
static void settle_proposal(wb_limits *limits)
{
    for (size_t i = 0; i < limits->touched_count; i++) {
        wb_limit_sum *sum = &limits->sums[limits->touched[i]];
        wb_money *side = wb_money_sign(&sum->change) > 0 ? &sum->promised : &sum->released;
        wb_money_add(side, side, &sum->change);
        wb_money_set_cents(&sum->change, 0);
        sum->touched = false;
    }
    limits->touched_count = 0;
}

/* While a proposal is posted only older ones count: it was let in beside those, and a younger one
 * does not stand in its way. */
static wb_code reserve_draft(void *context, uint64_t proposal, const wb_raw_record *draft,
                             wb_error *err)
{
    reserving *at = context;
    const uint64_t posting_from = at->ledger->batch.proposal;
    if (draft->kind != WB_RECORD_ENTRY) return WB_OK;
    if (posting_from != 0 && proposal > posting_from) return WB_OK;
    if (proposal != at->proposal) settle_proposal(&at->ledger->limits);
    at->proposal = proposal;
    wb_span rest = draft->postings;
    wb_raw_posting posting;
    wb_code code = WB_OK;
    while (code == WB_OK && wb_codec_posting(&rest, &posting)) {
        wb_raw_amount_get(&at->amount, &posting.amount);
        code = touch_all(at->ledger, posting.account, posting.party, &at->amount, err);
    }
    return code;
}

static wb_code reserve(wb_ledger *ledger, wb_error *err)
{
    reserving at = {.ledger = ledger};
    wb_money_init(&at.amount);
    const wb_code code = wb_reserve_drafts(ledger, reserve_draft, &at, err);
    settle_proposal(&ledger->limits);
    wb_money_clear(&at.amount);
    return code;
}

static wb_code load(wb_ledger *ledger, wb_error *err)
{
    wb_limits *limits = &ledger->limits;
    wb_limits_clear(limits);
    wb_code code = wb_batch_flush(ledger, err); /* for the sums, and limits of this batch */
    if (code != WB_OK) return code;
    wb_limit_list list = {NULL, 0};
    if (ledger->head.documents[WB_RECORD_LIMIT] > 0) code = wb_limit_list_read(&list, ledger, err);
    if (code == WB_OK && list.count > 0) code = hold(ledger, limits, &list, err);
    wb_limit_list_clear(&list);
    if (code == WB_OK && limits->count > 0) code = reserve(ledger, err);
    if (code == WB_OK) limits->loaded = true;
    return code;
}

/* ---- an entry ---- */

/* "accounts 0100, 0120 of party 'p1'" */
static const char *describe(char *text, size_t room, wb_ledger *ledger, const wb_limit *limit,
                            uint64_t party)
{
    int used = snprintf(text, room, limit->account_count == 1 ? "account" : "accounts");
    size_t at = (size_t)used;
    for (size_t i = 0; i < limit->account_count && at < room; i++) {
        used = snprintf(text + at, room - at, "%s%s", i == 0 ? " " : ", ", limit->accounts[i]);
        at += (size_t)used;
    }
    const char *name = limit->party[0] == '\0' ? NULL : limit->party;
    if (party != 0 && wb_name_text(ledger, WB_RECORD_PARTY, party, &name, NULL) != WB_OK) {
        name = NULL;
    }
    if (name != NULL && at < room) (void)snprintf(text + at, room - at, " of party '%s'", name);
    return text;
}

static wb_code refuse(wb_ledger *ledger, const wb_limit *limit, const wb_limit_sum *sum,
                      const wb_money *after, bool above, wb_error *err)
{
    char what[160];
    char amount[WB_MONEY_TEXT_MAX];
    char bound[WB_MONEY_TEXT_MAX];
    const wb_money *reserved = above ? &sum->promised : &sum->released;
    wb_code code =
        wb_fail(err, WB_E_LIMIT, "%s would come to %s, %s the %s that limit '%s' allows",
                describe(what, sizeof what, ledger, limit, sum->party),
                wb_money_text(amount, after, WB_MONEY_PLAIN), above ? "above" : "below",
                wb_money_text(bound, above ? &limit->max : &limit->min, WB_MONEY_PLAIN), limit->id);
    if (wb_money_sign(reserved) != 0) {
        const char *text = wb_money_text(amount, reserved, WB_MONEY_PLAIN);
        wb_error_hint(err, "%s of that is reserved by open proposals: waarborg pending list",
                      text[0] == '-' ? text + 1 : text);
    } else {
        wb_error_hint(err, "%s first, or change the limit: waarborg limit list",
                      above ? "bring the balance down" : "put money in");
    }
    return code;
}

/* What would be left, the worst of the open proposals included, against the bound on that side. */
static wb_code check_sum(wb_ledger *ledger, const wb_limit *limit, const wb_limit_sum *sum,
                         wb_error *err)
{
    const int sign = wb_money_sign(&sum->change);
    if (sign == 0 || !(sign > 0 ? limit->has_max : limit->has_min)) return WB_OK;
    wb_money after;
    wb_money_init(&after);
    wb_money_add(&after, &sum->sum, &sum->change);
    wb_money_add(&after, &after, sign > 0 ? &sum->promised : &sum->released);
    const bool beyond = sign > 0 ? wb_money_compare(&after, &limit->max) > 0
                                 : wb_money_compare(&after, &limit->min) < 0;
    const wb_code code = beyond ? refuse(ledger, limit, sum, &after, sign > 0, err) : WB_OK;
    wb_money_clear(&after);
    return code;
}

/* Add the changes to the sums, or drop them. */
static void settle(wb_limits *limits, bool keep)
{
    for (size_t i = 0; i < limits->touched_count; i++) {
        wb_limit_sum *sum = &limits->sums[limits->touched[i]];
        if (keep) wb_money_add(&sum->sum, &sum->sum, &sum->change);
        wb_money_set_cents(&sum->change, 0);
        sum->touched = false;
    }
    limits->touched_count = 0;
}

wb_code wb_limits_take(wb_ledger *ledger, const wb_entry *entry, const uint64_t *accounts,
                       const uint64_t *parties, wb_error *err)
{
    wb_limits *limits = &ledger->limits;
    wb_code code = limits->loaded ? WB_OK : load(ledger, err);
    if (code != WB_OK || limits->count == 0) return code;
    for (size_t i = 0; i < entry->posting_count && code == WB_OK; i++)
        code = touch_all(ledger, accounts[i], parties[i], &entry->postings[i].amount, err);
    for (size_t i = 0; i < limits->touched_count && code == WB_OK; i++) {
        const wb_limit_sum *sum = &limits->sums[limits->touched[i]];
        code = check_sum(ledger, &limits->items[sum->limit].limit, sum, err);
    }
    settle(limits, code == WB_OK);
    return code;
}

/* ---- a new limit ---- */

static wb_code refuse_now(wb_ledger *ledger, const wb_limit *limit, const wb_limit_sum *sum,
                          wb_error *err)
{
    char what[160];
    char amount[WB_MONEY_TEXT_MAX];
    wb_code code = wb_fail(err, WB_E_LIMIT, "%s stands at %s, beyond limit '%s' already",
                           describe(what, sizeof what, ledger, limit, sum->party),
                           wb_money_text(amount, &sum->sum, WB_MONEY_PLAIN), limit->id);
    wb_error_hint(err, "choose a bound that holds now, or correct the books first");
    return code;
}

/* The books against a limit that is to be recorded: every sum it is about. */
static wb_code check_books(wb_ledger *ledger, wb_limits *one, wb_error *err)
{
    const wb_limit_held *held = &one->items[0];
    const wb_limit *limit = &held->limit;
    wb_code code = WB_OK;
    if (limit->each) {
        for (size_t i = 0; i < limit->account_count && code == WB_OK; i++)
            code = add_account(ledger, NULL, one, held->accounts[i], err);
    } else {
        size_t index = 0;
        bool fresh = false;
        code = wb_limits_sum(one, 0, 0, &index, &fresh, err);
        if (code == WB_OK) code = load_sum(ledger, held, &one->sums[index], err);
    }
    for (size_t i = 0; i < one->sum_count && code == WB_OK; i++) {
        const wb_limit_sum *sum = &one->sums[i];
        if ((limit->has_max && wb_money_compare(&sum->sum, &limit->max) > 0) ||
            (limit->has_min && wb_money_compare(&sum->sum, &limit->min) < 0)) {
            code = refuse_now(ledger, limit, sum, err);
        }
    }
    return code;
}

wb_code wb_limit_admit(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    assert(document->kind == WB_RECORD_LIMIT);
    wb_limits one = {0};
    wb_limit_list list = {.items = calloc(1, sizeof(wb_limit)), .count = 1};
    if (list.items == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a limit");
    wb_limit_init(&list.items[0]);
    wb_code code = wb_limit_decode(&list.items[0], wb_span_text(document->id),
                                   wb_span_text(document->body), WB_E_RANGE, err);
    if (code == WB_OK) code = wb_read_begin(ledger, err);
    if (code == WB_OK) {
        code = hold(ledger, &one, &list, err);
        if (code == WB_OK) code = check_books(ledger, &one, err);
        wb_read_end(ledger);
    }
    wb_limit_list_clear(&list);
    wb_limits_clear(&one);
    return code;
}
