/* Goal: limits and periods hold under four eyes: what is proposed is reserved, what is closed stays
 * as it was checked, and neither can be passed by proposing early and approving late.
 * Method: two or three proposals that meet at a bound or a period, decided in every order. */
#include "eyes.h"

static void limit_on(eyes *made, const char *min, const char *max)
{
    wb_limit limit;
    uint64_t number = 0;
    wb_limit_init(&limit);
    (void)snprintf(limit.id, sizeof limit.id, "cash");
    (void)snprintf(limit.accounts[0], sizeof limit.accounts[0], "1000");
    limit.account_count = 1;
    limit.has_min = min != NULL;
    limit.has_max = max != NULL;
    if (min != NULL) {
        ASSERT_OK(wb_money_parse(&limit.min, min, strlen(min), WB_MONEY_PLAIN, &ok_err));
    }
    if (max != NULL) {
        ASSERT_OK(wb_money_parse(&limit.max, max, strlen(max), WB_MONEY_PLAIN, &ok_err));
    }
    ASSERT_OK(wb_limit_record(made->ledger, &limit, (wb_date){20454}, "anna", &number, &ok_err));
    wb_limit_clear(&limit);
}

/* The chart, the people, and cash between 0.00 and 100.00; four eyes on. */
static void open_limited(eyes *made, const char *name)
{
    uint64_t number = 0;
    eyes_open(made, name);
    eyes_begin(made);
    limit_on(made, "0.00", "100.00");
    eyes_commit(made);
    eyes_begin(made);
    ASSERT_OK(
        wb_four_eyes_on(made->ledger, made->signers[ANNA], (wb_date){20454}, &number, &ok_err));
    eyes_commit(made);
}

/* Propose to debit (or, below zero, credit) 1000 by so many cents on a day. */
static wb_code propose(eyes *made, int64_t cents, int32_t day, uint64_t *number, wb_error *err)
{
    books_entry entry;
    bool already = false;
    books_entry_init(&entry, "1000", "8000", NULL, cents);
    entry.entry.maker = "anna";
    entry.entry.date.days = day;
    eyes_begin(made);
    wb_code code = wb_ledger_post(made->ledger, &entry.entry, number, &already, err);
    books_entry_clear(&entry);
    if (code == WB_OK) return eyes_propose(made, ANNA, number, err);
    wb_ledger_abort(made->ledger);
    return code;
}

enum { DAY = 20454 }; /* 2026-01-01 */

static void test_what_is_proposed_takes_its_part_of_a_limit(void **state)
{
    (void)state;
    eyes made;
    uint64_t first = 0;
    uint64_t second = 0;
    wb_error err;
    wb_decided decided;
    open_limited(&made, "held-part");
    ASSERT_OK(propose(&made, 6000, DAY, &first, &ok_err));
    assert_int_equal(propose(&made, 4001, DAY, &second, &err), WB_E_LIMIT);
    assert_string_equal(err.message, "account 1000 would come to 100.01, above the 100.00 that "
                                     "limit 'cash' allows");
    assert_string_equal(err.hint,
                        "60.00 of that is reserved by open proposals: waarborg pending list");
    ASSERT_OK(propose(&made, 4000, DAY, &second, &ok_err));
    /* what is not approved gives its part back */
    ASSERT_OK(eyes_decide_by(&made, first, WB_VERDICT_REJECT, made.signers[BEN], "no", &decided,
                             &ok_err));
    ASSERT_OK(eyes_approve(&made, second, BEN, &ok_err));
    ASSERT_OK(propose(&made, 6000, DAY, &first, &ok_err));
    assert_int_equal(propose(&made, 1, DAY, &second, &err), WB_E_LIMIT);
    ASSERT_OK(eyes_approve(&made, first, BEN, &ok_err));
    assert_int_equal(propose(&made, 1, DAY, &second, &err), WB_E_LIMIT);
    eyes_verify(&made);
    eyes_close(&made);
}

static void test_what_may_come_in_is_not_yet_there_to_go_out(void **state)
{
    (void)state;
    eyes made;
    uint64_t in = 0;
    uint64_t out = 0;
    wb_error err;
    open_limited(&made, "held-out");
    ASSERT_OK(propose(&made, 5000, DAY, &in, &ok_err));
    assert_int_equal(propose(&made, -1, DAY, &out, &err), WB_E_LIMIT);
    ASSERT_OK(eyes_approve(&made, in, BEN, &ok_err));
    ASSERT_OK(propose(&made, -3000, DAY, &out, &ok_err));
    /* two that go out share what is there, and one that may go out makes no room above */
    assert_int_equal(propose(&made, -2001, DAY, &in, &err), WB_E_LIMIT);
    assert_int_equal(propose(&made, 5001, DAY, &in, &err), WB_E_LIMIT);
    ASSERT_OK(propose(&made, 5000, DAY, &in, &ok_err));
    ASSERT_OK(eyes_approve(&made, in, BEN, &ok_err));
    ASSERT_OK(eyes_approve(&made, out, BEN, &ok_err));
    eyes_verify(&made);
    eyes_close(&made);
}

/* 30 in and 20 out again is 10, whichever comes first in the proposal. */
static void test_a_proposal_counts_as_a_whole(void **state)
{
    (void)state;
    eyes made;
    uint64_t number = 0;
    wb_error err;
    open_limited(&made, "held-whole");
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 3000, NULL, &number, &ok_err));
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", -2000, NULL, &number, &ok_err));
    ASSERT_OK(eyes_propose(&made, ANNA, &number, &ok_err));
    assert_int_equal(propose(&made, 9001, DAY, &number, &err), WB_E_LIMIT);
    ASSERT_OK(propose(&made, 9000, DAY, &number, &ok_err));
    eyes_close(&made);
}

/* The limit is lowered while two wait: the older passes, the younger is stale. */
static void test_the_older_of_two_proposals_that_no_longer_fit_passes(void **state)
{
    (void)state;
    eyes made;
    uint64_t first = 0;
    uint64_t second = 0;
    uint64_t lower = 0;
    wb_error err;
    open_limited(&made, "held-older");
    ASSERT_OK(propose(&made, 6000, DAY, &first, &ok_err));
    ASSERT_OK(propose(&made, 3000, DAY, &second, &ok_err));
    eyes_begin(&made);
    limit_on(&made, "0.00", "80.00");
    ASSERT_OK(eyes_propose(&made, ANNA, &lower, &ok_err));
    ASSERT_OK(eyes_approve(&made, lower, BEN, &ok_err));
    ASSERT_OK(eyes_approve(&made, lower, COR, &ok_err)); /* limits need two */
    assert_int_equal(eyes_approve(&made, second, BEN, &err), WB_E_STALE);
    assert_non_null(strstr(err.message, "would come to 90.00, above the 80.00"));
    ASSERT_OK(eyes_approve(&made, first, BEN, &ok_err));
    /* what the handle holds is the whole again: 60.00 posted, 30.00 waiting */
    assert_int_equal(propose(&made, 1, DAY, &lower, &err), WB_E_LIMIT);
    assert_int_equal(eyes_approve(&made, second, BEN, &err), WB_E_STALE);
    eyes_verify(&made);
    eyes_close(&made);
}

/* ---- periods ---- */

static wb_code propose_period(eyes *made, const char *reason, uint64_t *number, wb_error *err)
{
    wb_period_state period = {.period = {2026, 1}, .closed = reason == NULL};
    if (reason != NULL) (void)snprintf(period.reason, sizeof period.reason, "%s", reason);
    eyes_begin(made);
    const wb_code code =
        wb_period_record(made->ledger, &period, (wb_date){DAY + 30}, "anna", number, err);
    if (code == WB_OK) return eyes_propose(made, ANNA, number, err);
    wb_ledger_abort(made->ledger);
    return code;
}

static void test_a_period_with_an_open_proposal_in_it_is_not_closed(void **state)
{
    (void)state;
    eyes made;
    uint64_t entry = 0;
    uint64_t closing = 0;
    uint64_t other = 0;
    wb_error err;
    char expected[100];
    wb_decided decided;
    eyes_open_on(&made, "held-pending");
    ASSERT_OK(propose(&made, 100, DAY + 31, &other, &ok_err)); /* February */
    ASSERT_OK(propose(&made, 100, DAY - 1, &other, &ok_err));  /* December */
    ASSERT_OK(propose(&made, 100, DAY + 30, &entry, &ok_err)); /* the last day */
    (void)snprintf(expected, sizeof expected,
                   "proposal %llu is open and has an entry dated 2026-01-31, in 2026-01",
                   (unsigned long long)entry);
    assert_int_equal(propose_period(&made, NULL, &closing, &err), WB_E_RULE);
    assert_string_equal(err.message, expected);
    ASSERT_OK(eyes_decide_by(&made, entry, WB_VERDICT_REJECT, made.signers[BEN], "no", &decided,
                             &ok_err));
    ASSERT_OK(propose_period(&made, NULL, &closing, &ok_err));
    /* proposed since: it stands in the way of the approval, until it is gone */
    ASSERT_OK(propose(&made, 100, DAY, &entry, &ok_err));
    assert_int_equal(eyes_approve(&made, closing, BEN, &err), WB_E_STALE);
    ASSERT_OK(eyes_decide_by(&made, entry, WB_VERDICT_REJECT, made.signers[BEN], "no", &decided,
                             &ok_err));
    ASSERT_OK(eyes_approve(&made, closing, BEN, &ok_err));
    assert_int_equal(propose(&made, 100, DAY, &entry, &err), WB_E_CLOSED);
    ASSERT_OK(eyes_approve(&made, other, BEN, &ok_err)); /* December is open */
    eyes_verify(&made);
    eyes_close(&made);
}

static void test_a_closing_is_stale_when_something_was_posted_after_its_checks(void **state)
{
    (void)state;
    eyes made;
    uint64_t entry = 0;
    uint64_t closing = 0;
    wb_error err;
    eyes_open_on(&made, "held-stale");
    ASSERT_OK(propose_period(&made, NULL, &closing, &ok_err));
    ASSERT_OK(propose(&made, 100, DAY + 31, &entry, &ok_err));
    ASSERT_OK(eyes_approve(&made, entry, BEN, &ok_err)); /* February: it was not looked at */
    ASSERT_OK(propose(&made, 100, DAY + 15, &entry, &ok_err));
    ASSERT_OK(eyes_approve(&made, entry, BEN, &ok_err));
    assert_int_equal(eyes_approve(&made, closing, BEN, &err), WB_E_STALE);
    assert_non_null(strstr(err.message, "was posted since the checks of 2026-01"));
    eyes_verify(&made);
    eyes_close(&made);
}

/* The entry of a year's result and the record that closes the year are one proposal. */
static void test_a_closing_comes_with_an_entry_of_its_own(void **state)
{
    (void)state;
    eyes made;
    uint64_t number = 0;
    wb_error err;
    wb_decided decided;
    const wb_period_state period = {.period = {2026, 1}, .closed = true};
    eyes_open_on(&made, "held-own");
    eyes_begin(&made);
    ASSERT_OK(eyes_post(&made, ANNA, "memorial", 100, NULL, &number, &ok_err));
    ASSERT_OK(
        wb_period_record(made.ledger, &period, (wb_date){DAY + 30}, "anna", &number, &ok_err));
    ASSERT_OK(eyes_propose(&made, ANNA, &number, &ok_err));
    ASSERT_OK(eyes_decide_by(&made, number, WB_VERDICT_APPROVE, made.signers[BEN], "", &decided,
                             &ok_err));
    assert_true(decided.posted);
    assert_int_equal(decided.count, 2);
    assert_int_equal(propose(&made, 100, DAY, &number, &err), WB_E_CLOSED);
    eyes_verify(&made);
    eyes_close(&made);
}

static void test_a_reopening_takes_two_and_a_reason(void **state)
{
    (void)state;
    eyes made;
    uint64_t number = 0;
    wb_error err;
    wb_decided decided;
    eyes_open_on(&made, "held-reopen");
    ASSERT_OK(propose_period(&made, NULL, &number, &ok_err));
    ASSERT_OK(eyes_approve(&made, number, BEN, &ok_err));
    assert_int_equal(propose_period(&made, "", &number, &err), WB_E_MISSING);
    ASSERT_OK(propose_period(&made, "a late invoice", &number, &ok_err));
    ASSERT_OK(eyes_decide_by(&made, number, WB_VERDICT_APPROVE, made.signers[BEN], "", &decided,
                             &ok_err));
    assert_false(decided.posted);
    assert_int_equal(decided.needed, 2);
    assert_int_equal(propose(&made, 100, DAY, &number, &err), WB_E_CLOSED);
    ASSERT_OK(eyes_approve(&made, decided.number - 1, COR, &ok_err));
    ASSERT_OK(propose(&made, 100, DAY, &number, &ok_err));
    eyes_verify(&made);
    eyes_close(&made);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_proposed_takes_its_part_of_a_limit),
        cmocka_unit_test(test_what_may_come_in_is_not_yet_there_to_go_out),
        cmocka_unit_test(test_a_proposal_counts_as_a_whole),
        cmocka_unit_test(test_the_older_of_two_proposals_that_no_longer_fit_passes),
        cmocka_unit_test(test_a_period_with_an_open_proposal_in_it_is_not_closed),
        cmocka_unit_test(test_a_closing_is_stale_when_something_was_posted_after_its_checks),
        cmocka_unit_test(test_a_closing_comes_with_an_entry_of_its_own),
        cmocka_unit_test(test_a_reopening_takes_two_and_a_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
