/* statement.c - the postings of an account, a party, or both, by date, with a running balance. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/pairs.h"

/* A posting found in a list, with a copy of its amount. */
typedef struct line {
    wb_date date;
    uint32_t index;
    uint64_t number;
    const wb_pair *pair;
    bool negative;
    uint8_t size;
    uint8_t magnitude[WB_AMOUNT_SIZE_MAX];
} line;

typedef struct lines {
    line *items;
    size_t count;
    size_t capacity;
    uint64_t end; /* the last record that counts */
    const wb_date *from;
    const wb_date *to;
    wb_money *balance; /* the opening, while lines are gathered */
} lines;

static wb_raw_amount line_amount(const line *posting)
{
    return (wb_raw_amount){posting->negative, {posting->magnitude, posting->size}};
}

static void add_signed(wb_money *sum, const wb_raw_amount *amount)
{
    wb_money term;
    wb_money_init(&term);
    wb_raw_amount_get(&term, amount);
    wb_money_add(sum, sum, &term);
    wb_money_clear(&term);
}

static wb_code gather(const wb_pair *pair, const wb_item *item, void *context, wb_error *err)
{
    lines *found = context;
    if (item->number > found->end) return WB_OK;
    if (found->from != NULL && item->date.days < found->from->days) {
        add_signed(found->balance, &item->amount);
        return WB_OK;
    }
    if (found->to != NULL && item->date.days > found->to->days) return WB_OK;
    if (item->amount.magnitude.size > WB_AMOUNT_SIZE_MAX) {
        return wb_fail(err, WB_E_DAMAGED, "an amount in a list of postings is too large");
    }
    if (found->count == found->capacity) {
        const size_t capacity = found->capacity == 0 ? 256 : found->capacity * 2;
        line *items = realloc(found->items, capacity * sizeof *items);
        if (items == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold %zu lines", capacity);
        found->items = items;
        found->capacity = capacity;
    }
    line *added = &found->items[found->count];
    *added = (line){.date = item->date,
                    .index = item->index,
                    .number = item->number,
                    .pair = pair,
                    .negative = item->amount.negative,
                    .size = (uint8_t)item->amount.magnitude.size};
    memcpy(added->magnitude, item->amount.magnitude.data, item->amount.magnitude.size);
    found->count++;
    return WB_OK;
}

static int by_date(const void *a, const void *b)
{
    const line *x = a;
    const line *y = b;
    if (x->date.days != y->date.days) return x->date.days < y->date.days ? -1 : 1;
    if (x->number != y->number) return x->number < y->number ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* The record must hold the posting that the list says. */
static bool line_matches(const line *posting, const wb_raw_record *raw)
{
    if (raw->kind != WB_RECORD_ENTRY || raw->date.days != posting->date.days) return false;
    if (posting->index >= raw->posting_count) return false;
    wb_span rest = raw->postings;
    wb_raw_posting found = {0};
    for (uint32_t i = 0; i <= posting->index; i++) {
        if (!wb_codec_posting(&rest, &found)) return false;
    }
    const wb_raw_amount amount = line_amount(posting);
    return found.account == posting->pair->account && found.party == posting->pair->party &&
           found.amount.negative == amount.negative &&
           wb_span_equal(found.amount.magnitude, amount.magnitude);
}

static const char *text_of(wb_bytes *text, wb_span from)
{
    if (from.size == 0) return NULL;
    const char *at = (const char *)text->data + text->size;
    wb_bytes_put(text, from.data, from.size);
    wb_bytes_put_u8(text, 0);
    return at;
}

static wb_code visit_line(wb_ledger *ledger, const line *posting, lines *found, wb_bytes *text,
                          wb_statement_visit *visit, void *context, bool *more, wb_error *err)
{
    wb_stored stored;
    wb_raw_record raw;
    if (posting->number > ledger->head.count) {
        return wb_fail(err, WB_E_DAMAGED, "a list of postings names entry %llu",
                       (unsigned long long)posting->number);
    }
    wb_code code = wb_stored_get(ledger, posting->number, &raw, &stored, err);
    if (code == WB_OK && !line_matches(posting, &raw)) {
        code = wb_fail(err, WB_E_DAMAGED, "the list of postings differs from entry %llu",
                       (unsigned long long)posting->number);
    }
    text->size = 0;
    if (code == WB_OK) {
        code = wb_bytes_reserve(text, raw.event.size + raw.memo.size + raw.reference.size + 3, err);
    }
    if (code != WB_OK) return code;
    wb_statement_line shown = {.number = posting->number,
                               .date = posting->date,
                               .event = text_of(text, raw.event),
                               .reference = text_of(text, raw.reference),
                               .memo = text_of(text, raw.memo),
                               .account = posting->pair->account_text,
                               .party = posting->pair->party_text};
    if (shown.memo == NULL) shown.memo = "";
    const wb_raw_amount amount = line_amount(posting);
    wb_money_init(&shown.amount);
    wb_raw_amount_get(&shown.amount, &amount);
    wb_money_add(found->balance, found->balance, &shown.amount);
    shown.balance = *found->balance; /* borrowed for the call */
    *more = visit(&shown, context);
    wb_money_clear(&shown.amount);
    return WB_OK;
}

static wb_code check_names(wb_ledger *ledger, const char *account, const char *party, wb_error *err)
{
    uint64_t number = 0;
    wb_code code = WB_OK;
    if (account != NULL) {
        code = wb_name_number(ledger, WB_RECORD_ACCOUNT, account, &number, err);
        if (code == WB_OK && (number == 0 || wb_view_hides(ledger, number))) {
            code = wb_fail(err, WB_E_ACCOUNT, "there is no account '%.100s'", account);
        }
    }
    if (code == WB_OK && party != NULL) {
        code = wb_name_number(ledger, WB_RECORD_PARTY, party, &number, err);
        if (code == WB_OK && (number == 0 || wb_view_hides(ledger, number))) {
            code = wb_fail(err, WB_E_PARTY, "there is no party '%.100s'", party);
        }
    }
    return code;
}

static bool wanted(const wb_pair *pair, const char *account, const char *party)
{
    if (account != NULL && strcmp(pair->account_text, account) != 0) return false;
    if (party == NULL) return true;
    return pair->party_text != NULL && strcmp(pair->party_text, party) == 0;
}

wb_code wb_ledger_statement(wb_ledger *ledger, const char *account, const char *party,
                            const wb_date *from, const wb_date *to, wb_money *opening,
                            wb_statement_visit *visit, void *context, wb_error *err)
{
    assert(ledger != NULL && opening != NULL && visit != NULL);
    assert(account != NULL || party != NULL);
    wb_code code = wb_read_begin(ledger, err);
    if (code != WB_OK) return wb_ledger_result(ledger, code, err);
    wb_pairs pairs = {0};
    wb_money balance;
    wb_bytes text = {0};
    wb_money_init(&balance);
    lines found = {.end = wb_view_end(ledger), .from = from, .to = to, .balance = &balance};
    code = check_names(ledger, account, party, err);
    if (code == WB_OK) code = wb_pairs_read(&pairs, ledger, err);
    for (size_t i = 0; code == WB_OK && i < pairs.count; i++) {
        if (!wanted(&pairs.items[i], account, party)) continue;
        code = wb_pair_items(ledger, &pairs.items[i], gather, &found, err);
    }
    if (code == WB_OK) wb_money_set(opening, &balance);
    if (code == WB_OK && found.count > 0) qsort(found.items, found.count, sizeof(line), by_date);
    bool more = true;
    for (size_t i = 0; code == WB_OK && more && i < found.count; i++) {
        code = visit_line(ledger, &found.items[i], &found, &text, visit, context, &more, err);
    }
    free(found.items);
    wb_bytes_clear(&text);
    wb_money_clear(&balance);
    wb_pairs_clear(&pairs);
    wb_read_end(ledger);
    return wb_ledger_result(ledger, code, err);
}
