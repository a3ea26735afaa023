/* audit_bounds.c - limits and closed periods: every entry against those that held when it was
 * recorded, over sums of its own. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/audit_control.h"
#include "ledger/internal.h"
#include "ledger/limits.h"
#include "ledger/pairs.h"
#include "ledger/periods.h"

/* ---- Periods ---- */

/* The place of a closed period; the count when it is not closed. */
static size_t find_shut(const wb_replay *replay, int32_t year, unsigned month)
{
    size_t at = 0;
    while (at < replay->shut_count &&
           (replay->shut[at].period.year != year || replay->shut[at].period.month != month))
        at++;
    return at;
}

static wb_code change_period(wb_replay *replay, const wb_raw_record *raw,
                             const wb_period_state *state, wb_error *err)
{
    const wb_period period = state->period;
    const size_t at = find_shut(replay, period.year, period.month);
    const bool closed = at < replay->shut_count;
    if (period.month != 0 && find_shut(replay, period.year, 0) < replay->shut_count) {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number, "changes a month of a closed year");
    }
    if (closed == state->closed) {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number, "%s period %.*s, which is so already",
                             closed ? "closes" : "opens", (int)raw->id.size,
                             (const char *)raw->id.data);
    }
    if (!state->closed) {
        replay->shut[at] = replay->shut[--replay->shut_count];
        return WB_OK;
    }
    const wb_code code = wb_replay_grow(&replay->shut, &replay->shut_capacity, replay->shut_count,
                                        sizeof *replay->shut, err);
    if (code == WB_OK) {
        replay->shut[replay->shut_count++] = (wb_period_shut){period, raw->number};
    }
    return code;
}

wb_code wb_replay_period(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    wb_period_state state = {0};
    wb_error inner = {0};
    wb_code code = wb_period_decode(&state, raw->id, raw->body, WB_E_DAMAGED, &inner);
    if (code != WB_OK) return wb_replay_bad(err, code, raw->number, "%.200s", inner.message);
    code = change_period(replay, raw, &state, err);
    wb_period_state_clear(&state);
    return code;
}

static wb_code check_open_period(const wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    if (replay->shut_count == 0) return WB_OK;
    char date[WB_DATE_TEXT_MAX];
    const wb_civil day = wb_date_civil(raw->date);
    size_t at = find_shut(replay, day.year, 0);
    if (at == replay->shut_count) at = find_shut(replay, day.year, day.month);
    if (at == replay->shut_count) return WB_OK;
    return wb_replay_bad(err, WB_E_DAMAGED, raw->number,
                         "is dated %s, in a period that record %llu closed",
                         wb_date_text(date, raw->date), (unsigned long long)replay->shut[at].since);
}

/* ---- Limits ---- */

static bool watches(const wb_bound *bound, uint64_t account)
{
    for (size_t i = 0; i < bound->limit.account_count; i++) {
        if (bound->accounts[i] == account) return true;
    }
    return false;
}

static void add_balance(wb_money *sum, const wb_tally *tally)
{
    wb_money_add(sum, sum, &tally->debit);
    wb_money_subtract(sum, sum, &tally->credit);
}

/* The sum of the limit's accounts of one party. */
static wb_code sum_of_party(wb_replay *replay, const wb_bound *bound, uint64_t party, wb_money *sum,
                            wb_error *err)
{
    wb_code code = WB_OK;
    wb_money_set_cents(sum, 0);
    for (size_t i = 0; code == WB_OK && i < bound->limit.account_count; i++) {
        wb_tally *tally = NULL;
        code = wb_tally_find(&tally, &replay->sums, bound->accounts[i], party, false, err);
        if (code == WB_OK && tally != NULL) add_balance(sum, tally);
    }
    return code;
}

static bool beyond(const wb_limit *limit, const wb_money *sum, int direction)
{
    return (direction >= 0 && limit->has_max && wb_money_compare(sum, &limit->max) > 0) ||
           (direction <= 0 && limit->has_min && wb_money_compare(sum, &limit->min) < 0);
}

static wb_code bad_sum(const wb_raw_record *raw, const wb_limit *limit, const wb_money *sum,
                       wb_error *err)
{
    char text[WB_MONEY_TEXT_MAX];
    return wb_replay_bad(err, WB_E_DAMAGED, raw->number,
                         "brings limit '%s' to %s, beyond its bound", limit->id,
                         wb_money_text(text, sum, WB_MONEY_PLAIN));
}

/* What the entry adds to the limit's accounts: of one party, or of all when `all`. */
static void change_of(const wb_bound *bound, wb_span postings, bool all, uint64_t party,
                      wb_money *change)
{
    wb_raw_posting posting;
    wb_money amount;
    wb_money_init(&amount);
    wb_money_set_cents(change, 0);
    while (wb_codec_posting(&postings, &posting)) {
        if (!watches(bound, posting.account) || (!all && posting.party != party)) continue;
        wb_raw_amount_get(&amount, &posting.amount);
        wb_money_add(change, change, &amount);
    }
    wb_money_clear(&amount);
}

static wb_code check_party(wb_replay *replay, const wb_bound *bound, const wb_raw_record *raw,
                           uint64_t party, wb_error *err)
{
    wb_money change;
    wb_money sum;
    wb_money_init(&change);
    wb_money_init(&sum);
    change_of(bound, raw->postings, false, party, &change);
    const int sign = wb_money_sign(&change);
    wb_code code = sign == 0 ? WB_OK : sum_of_party(replay, bound, party, &sum, err);
    if (code == WB_OK && sign != 0 && beyond(&bound->limit, &sum, sign)) {
        code = bad_sum(raw, &bound->limit, &sum, err);
    }
    wb_money_clear(&change);
    wb_money_clear(&sum);
    return code;
}

static wb_code check_total(wb_bound *bound, const wb_raw_record *raw, wb_error *err)
{
    wb_money change;
    wb_money_init(&change);
    change_of(bound, raw->postings, true, 0, &change);
    const int sign = wb_money_sign(&change);
    wb_money_add(&bound->total, &bound->total, &change);
    wb_money_clear(&change);
    if (sign == 0 || !beyond(&bound->limit, &bound->total, sign)) return WB_OK;
    return bad_sum(raw, &bound->limit, &bound->total, err);
}

static wb_code check_bound(wb_replay *replay, wb_bound *bound, const wb_raw_record *raw,
                           wb_error *err)
{
    if (bound->party != 0) return check_party(replay, bound, raw, bound->party, err);
    if (!bound->limit.each) return check_total(bound, raw, err);
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    wb_code code = WB_OK;
    uint64_t before = 0; /* postings of one party often stand together */
    while (code == WB_OK && wb_codec_posting(&rest, &posting)) {
        if (posting.party == 0 || posting.party == before || !watches(bound, posting.account)) {
            continue;
        }
        code = check_party(replay, bound, raw, posting.party, err);
        before = posting.party;
    }
    return code;
}

wb_code wb_replay_entry(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    wb_code code = check_open_period(replay, raw, err);
    if (code != WB_OK || !replay->counting) return code;
    wb_span rest = raw->postings;
    wb_raw_posting posting;
    while (code == WB_OK && wb_codec_posting(&rest, &posting)) {
        wb_tally *tally = NULL;
        code = wb_tally_find(&tally, &replay->sums, posting.account, posting.party, true, err);
        if (code == WB_OK) wb_item_add(&tally->debit, &tally->credit, &posting.amount);
    }
    for (size_t i = 0; code == WB_OK && i < replay->bound_count; i++)
        code = check_bound(replay, &replay->bounds[i], raw, err);
    return code;
}

/* The books as they stand, against a limit that is recorded now. */
static wb_code check_standing(wb_replay *replay, wb_bound *bound, const wb_raw_record *raw,
                              wb_error *err)
{
    const wb_limit *limit = &bound->limit;
    wb_code code = WB_OK;
    wb_money sum;
    wb_money_init(&sum);
    for (size_t i = 0; code == WB_OK && i < replay->sums.count; i++) {
        const wb_tally *tally = &replay->sums.items[i];
        if (!watches(bound, tally->account)) continue;
        add_balance(&bound->total, tally);
        if (!limit->each || tally->party == 0) continue;
        code = sum_of_party(replay, bound, tally->party, &sum, err);
        if (code == WB_OK && beyond(limit, &sum, 0)) code = bad_sum(raw, limit, &sum, err);
    }
    if (code == WB_OK && !limit->each && bound->party == 0 && beyond(limit, &bound->total, 0)) {
        code = bad_sum(raw, limit, &bound->total, err);
    }
    if (code == WB_OK && bound->party != 0) {
        code = sum_of_party(replay, bound, bound->party, &sum, err);
        if (code == WB_OK && beyond(limit, &sum, 0)) code = bad_sum(raw, limit, &sum, err);
    }
    wb_money_clear(&sum);
    return code;
}

/* The number of an account or party that a limit names, which must come before it. */
static wb_code resolve(const wb_replay *replay, const wb_raw_record *raw, wb_record_kind kind,
                       const char *text, uint64_t *number, wb_error *err)
{
    const wb_code code = wb_name_number(replay->ledger, kind, text, number, err);
    if (code != WB_OK || (*number > 0 && *number < raw->number)) return code;
    return wb_replay_bad(err, WB_E_DAMAGED, raw->number, "limits '%s', which there was not yet",
                         text);
}

static void drop(wb_replay *replay, wb_span id)
{
    for (size_t i = 0; i < replay->bound_count; i++) {
        if (!wb_span_equal(wb_span_text(replay->bounds[i].limit.id), id)) continue;
        wb_limit_clear(&replay->bounds[i].limit);
        wb_money_clear(&replay->bounds[i].total);
        replay->bounds[i] = replay->bounds[--replay->bound_count];
        return;
    }
}

wb_code wb_replay_limit(wb_replay *replay, const wb_raw_record *raw, wb_error *err)
{
    wb_error inner = {0};
    if (!replay->counting) {
        return wb_replay_bad(err, WB_E_DAMAGED, raw->number,
                             "is a limit, and the head says that there is none");
    }
    drop(replay, raw->id);
    wb_code code = wb_replay_grow(&replay->bounds, &replay->bound_capacity, replay->bound_count,
                                  sizeof *replay->bounds, err);
    if (code != WB_OK) return code;
    wb_bound *fresh = &replay->bounds[replay->bound_count++];
    *fresh = (wb_bound){0};
    wb_limit_init(&fresh->limit);
    wb_money_init(&fresh->total);
    wb_limit *limit = &fresh->limit;
    code = wb_limit_decode(limit, raw->id, raw->body, WB_E_DAMAGED, &inner);
    if (code != WB_OK) return wb_replay_bad(err, code, raw->number, "%.200s", inner.message);
    for (size_t i = 0; code == WB_OK && i < limit->account_count; i++) {
        code =
            resolve(replay, raw, WB_RECORD_ACCOUNT, limit->accounts[i], &fresh->accounts[i], err);
    }
    if (code == WB_OK && limit->party[0] != '\0') {
        code = resolve(replay, raw, WB_RECORD_PARTY, limit->party, &fresh->party, err);
    }
    if (code == WB_OK) code = check_standing(replay, fresh, raw, err);
    if (!limit->has_min && !limit->has_max) drop(replay, raw->id); /* lifted */
    return code;
}

void wb_replay_bounds_clear(wb_replay *replay)
{
    while (replay->bound_count > 0)
        drop(replay, wb_span_text(replay->bounds[0].limit.id));
    free(replay->bounds);
    free(replay->shut);
    wb_tallies_clear(&replay->sums);
}
