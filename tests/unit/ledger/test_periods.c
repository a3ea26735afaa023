/* Goal: a closed month or year takes no entry on any of its days, and every other day does.
 * Method: first and last days, leap days, years; every change of state that is refused; the same
 * content again, reversals, batches that close, reopen and are dropped. */
#include <sys/wait.h>

#include "books.h"
#include "waarborg/control.h"

typedef struct made {
    wb_ledger *ledger;
    char dir[BOOKS_PATH];
} made;

static int setup(void **state)
{
    made *m = calloc(1, sizeof *m);
    if (m == NULL) return 1;
    books_path(m->dir, "periods");
    if (wb_ledger_create(m->dir, NULL) != WB_OK) return 1;
    if (wb_ledger_open(&m->ledger, m->dir, WB_LEDGER_WRITE, NULL) != WB_OK) return 1;
    books_chart(m->ledger);
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    made *m = *state;
    wb_ledger_close(m->ledger);
    books_remove(m->dir);
    free(m);
    return 0;
}

static wb_date date_of(const char *text)
{
    wb_date date;
    ASSERT_OK(wb_date_parse(&date, text, strlen(text), &ok_err));
    return date;
}

static wb_code post(wb_ledger *ledger, const char *date, wb_error *err)
{
    books_entry entry;
    uint64_t number = 0;
    bool already = false;
    books_entry_init(&entry, "1000", "8000", NULL, 100);
    entry.entry.date = date_of(date);
    const wb_code code = wb_ledger_post(ledger, &entry.entry, &number, &already, err);
    books_entry_clear(&entry);
    return code;
}

static wb_code post_alone(wb_ledger *ledger, const char *date, wb_error *err)
{
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    const wb_code code = post(ledger, date, err);
    if (code == WB_OK) return wb_ledger_commit(ledger, err);
    wb_ledger_abort(ledger);
    return code;
}

/* Close, or open again when a reason is given; in the batch that is open. */
static wb_code record(wb_ledger *ledger, const char *period, const char *reason, wb_error *err)
{
    wb_period_state state = {.closed = reason == NULL};
    uint64_t number = 0;
    ASSERT_OK(wb_period_parse(&state.period, period, strlen(period), &ok_err));
    if (reason != NULL) (void)snprintf(state.reason, sizeof state.reason, "%s", reason);
    return wb_period_record(ledger, &state, wb_period_last(state.period), "test", &number, err);
}

static wb_code record_alone(wb_ledger *ledger, const char *period, const char *reason,
                            wb_error *err)
{
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    const wb_code code = record(ledger, period, reason, err);
    if (code == WB_OK) return wb_ledger_commit(ledger, err);
    wb_ledger_abort(ledger);
    return code;
}

static void test_a_period_is_read_from_text_and_has_its_days(void **state)
{
    (void)state;
    static const struct {
        const char *text, *first, *last;
    } good[] = {
        {"2026", "2026-01-01", "2026-12-31"},    {"2026-03", "2026-03-01", "2026-03-31"},
        {"2024-02", "2024-02-01", "2024-02-29"}, {"2100-02", "2100-02-01", "2100-02-28"},
        {"1900-01", "1900-01-01", "1900-01-31"}, {"2999-12", "2999-12-01", "2999-12-31"},
    };
    static const char *const bad[] = {"",        "26",      "2026-",   "2026-3",   "2026-13",
                                      "2026-00", "1899",    "3000",    "2026/03",  "2026-03-",
                                      "20260",   "-026-03", "2026-+3", " 2026-03", "2026-1a"};
    for (size_t i = 0; i < COUNT(good); i++) {
        wb_period period;
        char text[8];
        char day[WB_DATE_TEXT_MAX];
        ASSERT_OK(wb_period_parse(&period, good[i].text, strlen(good[i].text), &ok_err));
        assert_string_equal(wb_period_text(text, period), good[i].text);
        assert_string_equal(wb_date_text(day, wb_period_first(period)), good[i].first);
        assert_string_equal(wb_date_text(day, wb_period_last(period)), good[i].last);
    }
    for (size_t i = 0; i < COUNT(bad); i++) {
        wb_period period;
        wb_error err;
        const wb_code code = wb_period_parse(&period, bad[i], strlen(bad[i]), &err);
        if (code != WB_E_DATE) print_error("'%s'\n", bad[i]);
        assert_int_equal(code, WB_E_DATE);
        assert_string_not_equal(err.hint, "");
    }
}

static void check_days(wb_ledger *ledger, const char *const *closed, size_t closed_count,
                       const char *const *open, size_t open_count)
{
    wb_error err;
    bool is_closed = false;
    for (size_t i = 0; i < closed_count; i++) {
        assert_int_equal(post_alone(ledger, closed[i], &err), WB_E_CLOSED);
        ASSERT_OK(wb_period_closed(ledger, date_of(closed[i]), &is_closed, &ok_err));
        assert_true(is_closed);
    }
    for (size_t i = 0; i < open_count; i++) {
        ASSERT_OK(post_alone(ledger, open[i], &ok_err));
        ASSERT_OK(wb_period_closed(ledger, date_of(open[i]), &is_closed, &ok_err));
        assert_false(is_closed);
    }
}

static void test_a_closed_month_takes_no_entry_from_its_first_day_to_its_last(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    static const char *const closed[] = {"2024-02-01", "2024-02-15", "2024-02-29"};
    static const char *const open[] = {"2024-01-31", "2024-03-01", "2023-02-28", "2025-02-01"};
    ASSERT_OK(record_alone(ledger, "2024-02", NULL, &ok_err));
    check_days(ledger, closed, COUNT(closed), open, COUNT(open));
    wb_error err;
    assert_int_equal(post_alone(ledger, "2024-02-29", &err), WB_E_CLOSED);
    assert_string_equal(err.message, "2024-02-29 lies in 2024-02, which record 8 closed");
    assert_non_null(strstr(err.hint, "waarborg period reopen 2024-02"));
    assert_int_equal(wb_code_exit(WB_E_CLOSED), 4);
}

static void test_a_closed_year_takes_no_entry_in_any_of_its_months(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    static const char *const closed[] = {"2026-01-01", "2026-02-28", "2026-03-31", "2026-06-15",
                                         "2026-12-31"};
    static const char *const open[] = {"2025-12-31", "2027-01-01"};
    static const char *const open_again[] = {"2026-01-01", "2026-12-31"};
    ASSERT_OK(record_alone(ledger, "2026-03", NULL, &ok_err));
    ASSERT_OK(record_alone(ledger, "2026", NULL, &ok_err));
    check_days(ledger, closed, COUNT(closed), open, COUNT(open));
    ASSERT_OK(record_alone(ledger, "2026", "a late invoice", &ok_err));
    check_days(ledger, &closed[2], 1, open_again, COUNT(open_again)); /* March was by itself */
}

static void test_a_change_of_state_that_is_none_is_refused(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    assert_int_equal(record_alone(ledger, "2026-03", "why", &err), WB_E_RULE);
    assert_string_equal(err.message, "2026-03 is not closed");
    ASSERT_OK(record_alone(ledger, "2026-03", NULL, &ok_err));
    assert_int_equal(record_alone(ledger, "2026-03", NULL, &err), WB_E_RULE);
    assert_string_equal(err.message, "2026-03 is closed already, by record 8");
    assert_int_equal(record_alone(ledger, "2026-03", "", &err), WB_E_MISSING);
    ASSERT_OK(record_alone(ledger, "2026", NULL, &ok_err));
    assert_int_equal(record_alone(ledger, "2026-03", "why", &err), WB_E_RULE);
    assert_string_equal(err.message, "2026-03 is part of 2026, which record 9 closed");
    assert_non_null(strstr(err.hint, "waarborg period reopen 2026 "));
    assert_int_equal(record_alone(ledger, "2026-04", NULL, &err), WB_E_RULE);
    assert_int_equal(record_alone(ledger, "2026", NULL, &err), WB_E_RULE);
    ASSERT_OK(record_alone(ledger, "2026", "why", &ok_err));
    assert_int_equal(record_alone(ledger, "2026", "why", &err), WB_E_RULE);
    ASSERT_OK(record_alone(ledger, "2026-03", "why", &ok_err));
    ASSERT_OK(post_alone(ledger, "2026-03-10", &ok_err));
}

static void test_a_period_holds_from_its_record_on_within_a_batch_too(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(post(ledger, "2026-03-31", &ok_err));
    ASSERT_OK(record(ledger, "2026-03", NULL, &ok_err));
    ASSERT_OK(post(ledger, "2026-04-01", &ok_err));
    assert_int_equal(post(ledger, "2026-03-31", &err), WB_E_CLOSED);
    wb_ledger_abort(ledger);
    ASSERT_OK(post_alone(ledger, "2026-03-31", &ok_err)); /* dropped with the batch */
    ASSERT_OK(record_alone(ledger, "2026-03", NULL, &ok_err));
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(post(ledger, "2026-04-30", &ok_err));
    ASSERT_OK(record(ledger, "2026-03", "why", &ok_err));
    ASSERT_OK(post(ledger, "2026-03-01", &ok_err));
    wb_ledger_abort(ledger);
    assert_int_equal(post_alone(ledger, "2026-03-01", &err), WB_E_CLOSED);
}

static void test_a_period_that_another_process_closed_is_closed(void **state)
{
    made *m = *state;
    wb_error err;
    ASSERT_OK(post_alone(m->ledger, "2026-03-31", &ok_err)); /* that nothing is closed is held */
    const pid_t child = fork();
    if (child == 0) {
        wb_ledger *other = NULL;
        wb_code code = wb_ledger_open(&other, m->dir, WB_LEDGER_WRITE, NULL);
        if (code == WB_OK) code = record_alone(other, "2026-03", NULL, NULL);
        wb_ledger_close(other);
        _exit(code == WB_OK ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(post_alone(m->ledger, "2026-03-31", &err), WB_E_CLOSED);
}

static void test_an_entry_of_a_closed_period_is_reversed_in_an_open_one(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    uint64_t number = 0;
    ASSERT_OK(post_alone(ledger, "2026-03-31", &ok_err));
    ASSERT_OK(record_alone(ledger, "2026-03", NULL, &ok_err));
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    assert_int_equal(
        wb_ledger_reverse(ledger, 8, date_of("2026-03-31"), "wrong account", "test", &number, &err),
        WB_E_CLOSED);
    wb_ledger_abort(ledger);
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_reverse(ledger, 8, date_of("2026-04-01"), "wrong account", "test", &number,
                                &ok_err));
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
}

/* docs/format.md: unknown party, reference, closed period, reversal, limit. */
static void test_the_first_fault_in_order_is_reported(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    uint64_t number = 0;
    wb_limit limit;
    wb_limit_init(&limit);
    (void)snprintf(limit.id, sizeof limit.id, "none");
    (void)snprintf(limit.accounts[0], sizeof limit.accounts[0], "1100");
    limit.account_count = 1;
    limit.has_max = true;
    ASSERT_OK(post_alone(ledger, "2026-03-31", &ok_err)); /* record 8 */
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_limit_record(ledger, &limit, date_of("2026-01-01"), "test", &number, &ok_err));
    ASSERT_OK(record(ledger, "2026-03", NULL, &ok_err));
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    wb_limit_clear(&limit);

    books_entry entry;
    books_entry_init(&entry, "1100", "8000", "nobody", 100);
    entry.entry.date = date_of("2026-03-31");
    entry.entry.reverses = 8;
    entry.entry.reason = "why";
    static const wb_code order[] = {WB_E_PARTY, WB_E_CLOSED, WB_E_REVERSED, WB_E_LIMIT};
    for (size_t i = 0; i < COUNT(order); i++) {
        bool already = false;
        ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
        assert_int_equal(wb_ledger_post(ledger, &entry.entry, &number, &already, &err), order[i]);
        wb_ledger_abort(ledger);
        if (i == 0) entry.postings[0].party = NULL;
        if (i == 1) entry.entry.date = date_of("2026-04-01");
        if (i == 2) entry.entry.reverses = 0;
        if (i == 2) entry.entry.reason = NULL;
    }
    books_entry_clear(&entry);
}

/* A file that was imported before the month was closed may be imported again. */
static void test_the_same_content_again_is_already_there_and_not_refused(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    books_entry entry;
    uint64_t number = 0;
    bool already = false;
    wb_error err;
    books_entry_init(&entry, "1000", "8000", NULL, 1000);
    entry.entry.date = date_of("2026-03-02");
    entry.entry.source = "bank";
    entry.entry.reference = "r1";
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(ledger, &entry.entry, &number, &already, &ok_err));
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    ASSERT_OK(record_alone(ledger, "2026-03", NULL, &ok_err));
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(ledger, &entry.entry, &number, &already, &ok_err));
    assert_true(already);
    assert_int_equal(number, 8);
    entry.entry.memo = "changed"; /* other content: that is said first */
    assert_int_equal(wb_ledger_post(ledger, &entry.entry, &number, &already, &err), WB_E_DUPLICATE);
    wb_ledger_abort(ledger);
    books_entry_clear(&entry);
}

static void test_the_periods_ever_closed_are_listed_with_what_was_checked(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    char checks[] = "{\"bank\":\"1000 39010000.00\",\"chain\":\"ok\"}";
    wb_period_state march = {.period = {2026, 3}, .closed = true, .checks = checks};
    uint64_t number = 0;
    ASSERT_OK(record_alone(ledger, "2027", NULL, &ok_err));
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_period_record(ledger, &march, date_of("2026-03-31"), "test", &number, &ok_err));
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    ASSERT_OK(record_alone(ledger, "2026", NULL, &ok_err));
    ASSERT_OK(record_alone(ledger, "2026", "a late invoice", &ok_err));
    wb_period_list list = {NULL, 0};
    ASSERT_OK(wb_period_list_read(&list, ledger, &ok_err));
    assert_int_equal(list.count, 3);
    assert_int_equal(list.items[0].period.year, 2026);
    assert_int_equal(list.items[0].period.month, 0);
    assert_false(list.items[0].closed);
    assert_string_equal(list.items[0].reason, "a late invoice");
    assert_int_equal(list.items[0].since, 11);
    assert_int_equal(list.items[1].period.month, 3);
    assert_true(list.items[1].closed);
    assert_string_equal(list.items[1].checks, checks);
    assert_int_equal(list.items[1].since, 9);
    assert_int_equal(list.items[2].period.year, 2027);
    assert_null(list.items[2].checks);
    wb_period_list_clear(&list);
}

static void test_a_body_that_no_version_wrote_is_refused(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    static const struct {
        const char *id, *body;
    } cases[] = {
        {"2026-03", "{}"},
        {"2026-03", "{\"checks\":null,\"reason\":\"\"}"},
        {"2026-03", "{\"checks\":[],\"reason\":\"\",\"state\":\"closed\"}"},
        {"2026-03", "{\"checks\":null,\"reason\":\"\",\"state\":\"shut\"}"},
        {"2026-03", "{\"checks\":null,\"reason\":null,\"state\":\"closed\"}"},
        {"2026-03", "{\"checks\":null,\"extra\":1,\"reason\":\"\",\"state\":\"closed\"}"},
        {"2026-03", "{\"checks\":null, \"reason\":\"\",\"state\":\"closed\"}"},
        {"2026-13", "{\"checks\":null,\"reason\":\"\",\"state\":\"closed\"}"},
        {"March", "{\"checks\":null,\"reason\":\"\",\"state\":\"closed\"}"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const wb_document document = {.kind = WB_RECORD_PERIOD,
                                      .date = {20000},
                                      .id = cases[i].id,
                                      .body = cases[i].body,
                                      .maker = "test"};
        uint64_t number = 0;
        ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
        const wb_code code = wb_ledger_document(ledger, &document, &number, NULL);
        if (code != WB_E_RANGE) print_error("%s %s\n", cases[i].id, cases[i].body);
        assert_int_equal(code, WB_E_RANGE);
        wb_ledger_abort(ledger);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_period_is_read_from_text_and_has_its_days),
        cmocka_unit_test_setup_teardown(
            test_a_closed_month_takes_no_entry_from_its_first_day_to_its_last, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_closed_year_takes_no_entry_in_any_of_its_months,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_change_of_state_that_is_none_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_a_period_holds_from_its_record_on_within_a_batch_too,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_period_that_another_process_closed_is_closed, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_an_entry_of_a_closed_period_is_reversed_in_an_open_one,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_first_fault_in_order_is_reported, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_the_same_content_again_is_already_there_and_not_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_the_periods_ever_closed_are_listed_with_what_was_checked, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_body_that_no_version_wrote_is_refused, setup,
                                        teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
