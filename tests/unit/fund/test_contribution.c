/* Goal: a decision is split to the cent, receipts settle it, and the books say who still owes what.
 * Method: a fund of three municipalities whose parts are worked out by hand, posted for real. */
#include <string.h>

#include "unit/fund/fixture.h"

/* 1,000,000.00 by 2327, 2137 and 2947 residents of 7411:
 * 31399271.35.., 28835514.77.., 39765213.87.. cents: the two left over go to the largest
 * remainders, Gennep's .87 and Bergen's .77. */
static void test_a_decision_is_split_by_residents(void **state)
{
    fixture *at = *state;
    wb_assessment assessment;
    char text[1024];
    assert_int_equal(
        assess(at, WB_GROUP_MUNICIPALITIES, "under18", 100000000, "B-1", "2026-01-15", &assessment),
        WB_OK);
    assert_false(assessment.already);
    assert_int_equal(assessment.party_count, 3);
    assert_string_equal(newest_entry(at, text),
                        "contribution-assessed 1100/GM0889:+31399271 1100/GM0893:+28835515 "
                        "1100/GM0907:+39765214 8000/-:-100000000");
}

static void test_each_group_has_its_accounts_and_zero_parts_no_posting(void **state)
{
    fixture *at = *state;
    char text[1024];
    assert_int_equal(assess(at, WB_GROUP_STATE, "equal", 150000000, "B-2", "2026-01-15", NULL),
                     WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "contribution-assessed 1110/RIJK:+150000000 8010/-:-150000000");
    /* 100.00 over 10,000,000.00, 250,000.00 and nothing: 97.56 and 2.44 */
    assert_int_equal(assess(at, WB_GROUP_PROVIDERS, "revenue", 10000, "B-3", "2026-01-15", NULL),
                     WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "contribution-assessed 1120/P1:+9756 1120/P2:+244 8020/-:-10000");
}

static void test_a_column_may_be_the_key(void **state)
{
    fixture *at = *state;
    char text[1024];
    wb_party_import parties = {
        .kind = WB_PARTY_MUNICIPALITY, .date = day("2026-01-01"), .maker = "test"};
    wb_csv *table = fixture_table(at, "cbs_code,name,under18,shares\n"
                                      "GM0889,Beesel,2327,1\nGM0893,Bergen (L.),2137,3\n"
                                      "GM0907,Gennep,2947,0\n");
    assert_int_equal(wb_party_import_table(&parties, at->ledger, table, &at->list), WB_OK);
    wb_csv_close(table);
    assert_int_equal(
        assess(at, WB_GROUP_MUNICIPALITIES, "shares", 10000, "B-4", "2026-01-15", NULL), WB_OK);
    assert_string_equal(newest_entry(at, text), "contribution-assessed 1100/GM0889:+2500 "
                                                "1100/GM0893:+7500 8000/-:-10000");
    assert_int_equal(
        assess(at, WB_GROUP_MUNICIPALITIES, "nothing", 10000, "B-5", "2026-01-15", NULL),
        WB_E_PARTY);
    assert_string_equal(at->err.message, "party 'GM0889' has no nothing to split by");
}

static void test_a_decision_is_taken_once(void **state)
{
    fixture *at = *state;
    wb_assessment first;
    wb_assessment again;
    assert_int_equal(
        assess(at, WB_GROUP_MUNICIPALITIES, "under18", 10000, "B-1", "2026-01-15", &first), WB_OK);
    fixture_commit(at);
    /* the figures change afterwards: the decision stays what it was */
    wb_party_import parties = {
        .kind = WB_PARTY_MUNICIPALITY, .date = day("2026-06-01"), .maker = "test"};
    wb_csv *table = fixture_table(at, "cbs_code,name,under18_estimate\nGM0889,Beesel,9999\n");
    assert_int_equal(wb_party_import_table(&parties, at->ledger, table, &at->list), WB_OK);
    wb_csv_close(table);
    assert_int_equal(parties.changed, 1);
    assert_int_equal(
        assess(at, WB_GROUP_MUNICIPALITIES, "under18", 10000, "B-1", "2026-01-15", &again), WB_OK);
    assert_true(again.already);
    assert_int_equal(again.number, first.number);
    assert_int_equal(again.party_count, 3);
    assert_int_equal(balance_of(at, "8000", NULL), -10000);
    static const struct {
        const char *key, *date;
        int64_t cents;
    } others[] = {{"under18", "2026-01-15", 10001},
                  {"under18", "2026-01-16", 10000},
                  {"equal", "2026-01-15", 10000}};
    for (size_t i = 0; i < COUNT(others); i++) {
        assert_int_equal(assess(at, WB_GROUP_MUNICIPALITIES, others[i].key, others[i].cents, "B-1",
                                others[i].date, NULL),
                         WB_E_DUPLICATE);
    }
    assert_int_equal(balance_of(at, "8000", NULL), -10000);
}

static void test_a_reversed_decision_is_not_taken_again_under_its_reference(void **state)
{
    fixture *at = *state;
    wb_assessment assessment;
    uint64_t reversal = 0;
    assert_int_equal(assess(at, WB_GROUP_STATE, "equal", 500, "B-1", "2026-01-15", &assessment),
                     WB_OK);
    assert_int_equal(wb_ledger_reverse(at->ledger, assessment.number, day("2026-01-20"),
                                       "wrong amount", "test", &reversal, &at->err),
                     WB_OK);
    assert_int_equal(assess(at, WB_GROUP_STATE, "equal", 500, "B-1", "2026-01-15", NULL),
                     WB_E_DUPLICATE);
    assert_non_null(strstr(at->err.message, "which was reversed"));
    wb_open_list open;
    wb_open_list_init(&open);
    assert_int_equal(wb_contribution_open(&open, at->ledger, NULL, &at->err), WB_OK);
    assert_int_equal(open.count, 0);
    /* before the reversal it was owed */
    const wb_date before = day("2026-01-19");
    assert_int_equal(wb_contribution_open(&open, at->ledger, &before, &at->err), WB_OK);
    assert_int_equal(open.count, 1);
    assert_string_equal(open.items[0].reference, "B-1");
    assert_int_equal(wb_money_cents(&open.open), 500);
    wb_open_list_clear(&open);
}

/* One entry holds 1,024 postings: 1,023 parties and the income. */
static void test_a_group_may_fill_an_entry_and_no_more(void **state)
{
    enum { MORE = 1021, ROW = 32 };
    fixture *at = *state;
    wb_assessment assessment;
    wb_party_import parties = {
        .kind = WB_PARTY_PROVIDER, .date = day("2026-01-01"), .maker = "test"};
    static char rows[MORE * ROW + ROW];
    size_t used = (size_t)snprintf(rows, sizeof rows, "id,name,revenue\n");
    size_t last = 0;
    for (int i = 0; i < MORE; i++) {
        last = used;
        used += (size_t)snprintf(rows + used, sizeof rows - used, "Q%d,Aanbieder,1\n", i);
    }
    rows[last] = '\0'; /* 3 + 1,020 parties */
    wb_csv *table = fixture_table(at, rows);
    assert_int_equal(wb_party_import_table(&parties, at->ledger, table, &at->list), WB_OK);
    wb_csv_close(table);
    assert_int_equal(
        assess(at, WB_GROUP_PROVIDERS, "equal", 102300, "B-1", "2026-01-15", &assessment), WB_OK);
    assert_int_equal(assessment.party_count, 1023);
    assert_int_equal(balance_of(at, "1120", "Q7"), 100);
    table = fixture_table(at, "id,name,revenue\nQX,Aanbieder,1\n");
    assert_int_equal(wb_party_import_table(&parties, at->ledger, table, &at->list), WB_OK);
    wb_csv_close(table);
    assert_int_equal(assess(at, WB_GROUP_PROVIDERS, "equal", 102400, "B-2", "2026-01-15", NULL),
                     WB_E_POSTINGS);
    assert_string_equal(at->err.message, "1024 paying parties, one entry holds 1023");
}

static void test_bad_decisions_are_refused(void **state)
{
    fixture *at = *state;
    static const struct {
        const char *name, *reference, *date;
        int64_t cents;
        wb_code code;
    } cases[] = {
        {"nothing", "B-9", "2026-01-15", 0, WB_E_RANGE},
        {"less than nothing", "B-9", "2026-01-15", -1, WB_E_RANGE},
        {"no reference", "", "2026-01-15", 100, WB_E_RANGE},
        {"a reference with a blank", "B 9", "2026-01-15", 100, WB_E_RANGE},
        {"before the fund", "B-9", "2025-12-31", 100, WB_E_RULE},
    };
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        assert_int_equal(assess(at, WB_GROUP_MUNICIPALITIES, "equal", cases[c].cents,
                                cases[c].reference, cases[c].date, NULL),
                         cases[c].code);
    }
    assert_int_equal(balance_of(at, "8000", NULL), 0);
}

static void test_receipts_settle_what_is_owed_and_the_rest_is_to_be_paid_back(void **state)
{
    fixture *at = *state;
    wb_receipts receipts;
    char text[1024];
    wb_receipts_init(&receipts);
    assert_int_equal(assess(at, WB_GROUP_MUNICIPALITIES, "equal", 30000, "B-1", "2026-01-15", NULL),
                     WB_OK);
    assert_int_equal(receive(at, "ref,date,party,amount\nR-1,2026-02-01,GM0889,100.00\n", NULL),
                     WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "contribution-received 1000/-:+10000 1100/GM0889:-10000");
    assert_int_equal(receive(at,
                             "ref,date,party,amount,account\n"
                             "R-2,2026-02-02,GM0893,40.00,\nR-3,2026-02-03,GM0893,75.01,1010\n",
                             &receipts),
                     WB_OK);
    assert_string_equal(newest_entry(at, text),
                        "contribution-received 1010/-:+7501 1100/GM0893:-6000 1310/GM0893:-1501");
    assert_int_equal(receipts.posted, 2);
    assert_int_equal(wb_money_cents(&receipts.total), 11501);
    assert_int_equal(wb_money_cents(&receipts.excess), 1501);
    /* who owes nothing pays for nothing */
    assert_int_equal(receive(at, "ref,date,party,amount\nR-4,2026-02-04,RIJK,0.01\n", NULL), WB_OK);
    assert_string_equal(newest_entry(at, text), "contribution-received 1000/-:+1 1310/RIJK:-1");
    wb_receipts_clear(&receipts);
}

static void test_a_file_of_receipts_may_be_read_again(void **state)
{
    fixture *at = *state;
    static const char file[] = "ref,date,party,amount\n"
                               "R-1,2026-02-01,GM0889,60.00\nR-2,2026-02-02,GM0889,60.00\n";
    wb_receipts receipts;
    assert_int_equal(assess(at, WB_GROUP_MUNICIPALITIES, "equal", 30000, "B-1", "2026-01-15", NULL),
                     WB_OK);
    assert_int_equal(receive(at, file, NULL), WB_OK);
    fixture_commit(at);
    /* R-2 was divided over two accounts by what was owed then: it is still the same receipt */
    wb_receipts_init(&receipts);
    assert_int_equal(receive(at, file, &receipts), WB_OK);
    assert_int_equal(receipts.already, 2);
    assert_int_equal(receipts.posted, 0);
    assert_int_equal(balance_of(at, "1000", NULL), 12000);
    assert_int_equal(receive(at, "ref,date,party,amount\nR-2,2026-02-02,GM0889,60.01\n", NULL),
                     WB_E_DUPLICATE);
    assert_int_equal(at->list.items[0].line, 2);
    assert_int_equal(at->list.items[0].column, 1);
    assert_int_equal(receive(at, "ref,date,party,amount\nR-2,2026-02-03,GM0889,60.00\n", NULL),
                     WB_E_DUPLICATE);
    assert_int_equal(receive(at, "ref,date,party,amount\nR-2,2026-02-02,GM0893,60.00\n", NULL),
                     WB_E_DUPLICATE);
    wb_receipts_clear(&receipts);
}

static void test_every_bad_cell_is_reported_and_nothing_is_posted(void **state)
{
    fixture *at = *state;
    static const struct {
        uint32_t line, column;
        wb_code code;
    } expected[] = {
        {2, 5, WB_E_DATE},    {3, 16, WB_E_PARTY}, {4, 23, WB_E_AMOUNT},
        {5, 23, WB_E_RANGE},  {6, 5, WB_E_RULE},   {7, 29, WB_E_CHOICE},
        {8, 1, WB_E_MISSING}, {9, 16, WB_E_RULE},  {11, 1, WB_E_DUPLICATE_KEY},
    };
    static const char file[] = "ref,date,party,amount,account\n"
                               "R-1,2026-02-30,GM0889,1.00,\n"
                               "R-2,2026-02-01,GM0999,1.00,\n"
                               "R-3,2026-02-01,GM0889,1.005,\n"
                               "R-4,2026-02-01,GM0889,-1.00,\n"
                               "R-5,2025-12-31,GM0889,1.00,\n"
                               "R-6,2026-02-01,GM0889,12.00,8000\n"
                               ",2026-02-01,GM0889,1.00,\n"
                               "R-8,2026-02-01,BANK,1.00,\n"
                               "R-9,2026-02-01,GM0889,1.00,\n"
                               "R-9,2026-02-01,GM0889,1.00,\n";
    wb_party_import parties = {
        .kind = WB_PARTY_FINANCIER, .date = day("2026-01-01"), .maker = "test"};
    wb_csv *table = fixture_table(at, "id,name\nBANK,Bank\n");
    assert_int_equal(wb_party_import_table(&parties, at->ledger, table, &at->list), WB_OK);
    wb_csv_close(table);
    assert_int_equal(receive(at, file, NULL), WB_E_DATE);
    assert_int_equal(at->list.errors, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        size_t found = 0;
        for (size_t k = 0; k < at->list.count; k++) {
            if (at->list.items[k].line == expected[i].line) {
                assert_int_equal(at->list.items[k].code, expected[i].code);
                assert_int_equal(at->list.items[k].column, expected[i].column);
                found++;
            }
        }
        assert_int_equal(found, 1);
    }
    assert_int_equal(balance_of(at, "1000", NULL), 0);
    assert_int_equal(receive(at, "ref,date,amount\nR-1,2026-02-01,1.00\n", NULL), WB_E_MISSING);
}

static void test_receipts_pay_the_oldest_decision_first(void **state)
{
    fixture *at = *state;
    wb_open_list open;
    assert_int_equal(assess(at, WB_GROUP_MUNICIPALITIES, "equal", 30000, "B-2", "2026-07-01", NULL),
                     WB_OK);
    assert_int_equal(assess(at, WB_GROUP_MUNICIPALITIES, "equal", 60000, "B-1", "2026-01-15", NULL),
                     WB_OK);
    assert_int_equal(receive(at,
                             "ref,date,party,amount\n"
                             "R-1,2026-08-01,GM0889,250.00\nR-2,2026-08-01,GM0893,300.00\n"
                             "R-3,2026-08-01,GM0907,50.00\nR-4,2026-08-01,RIJK,7.00\n",
                             NULL),
                     WB_OK);
    wb_open_list_init(&open);
    assert_int_equal(wb_contribution_open(&open, at->ledger, NULL, &at->err), WB_OK);
    static const struct {
        const char *party, *name, *reference;
        int64_t assessed, paid, open;
    } expected[] = {
        {"GM0889", "Beesel", "B-2", 10000, 5000, 5000},
        {"GM0907", "Gennep", "B-1", 20000, 5000, 15000},
        {"GM0907", "Gennep", "B-2", 10000, 0, 10000},
    };
    assert_int_equal(open.count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(open.items[i].party, expected[i].party);
        assert_string_equal(open.items[i].name, expected[i].name);
        assert_string_equal(open.items[i].reference, expected[i].reference);
        assert_int_equal(wb_money_cents(&open.items[i].assessed), expected[i].assessed);
        assert_int_equal(wb_money_cents(&open.items[i].paid), expected[i].paid);
        assert_int_equal(wb_money_cents(&open.items[i].open), expected[i].open);
    }
    assert_int_equal(wb_money_cents(&open.open), 30000);
    assert_int_equal(wb_money_cents(&open.overpaid), 700);
    /* in the spring only the first decision was there, and nothing was paid */
    const wb_date spring = day("2026-04-01");
    assert_int_equal(wb_contribution_open(&open, at->ledger, &spring, &at->err), WB_OK);
    assert_int_equal(open.count, 3);
    assert_int_equal(wb_money_cents(&open.open), 60000);
    assert_int_equal(wb_money_cents(&open.overpaid), 0);
    wb_open_list_clear(&open);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_a_decision_is_split_by_residents),
        TEST(test_each_group_has_its_accounts_and_zero_parts_no_posting),
        TEST(test_a_column_may_be_the_key),
        TEST(test_a_decision_is_taken_once),
        TEST(test_a_reversed_decision_is_not_taken_again_under_its_reference),
        TEST(test_a_group_may_fill_an_entry_and_no_more),
        TEST(test_bad_decisions_are_refused),
        TEST(test_receipts_settle_what_is_owed_and_the_rest_is_to_be_paid_back),
        TEST(test_a_file_of_receipts_may_be_read_again),
        TEST(test_every_bad_cell_is_reported_and_nothing_is_posted),
        TEST(test_receipts_pay_the_oldest_decision_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
