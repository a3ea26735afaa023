/* Goal: a fund is made once, whole or not at all, with the chart of accounts it promises.
 * Method: look at what is on disk after good and bad beginnings; the chart against its own rules.
 */
#include <string.h>
#include <unistd.h>

#include "unit/fund/fixture.h"

static void test_the_chart_keeps_its_rules(void **state)
{
    (void)state;
    size_t count = 0;
    const wb_account *chart = wb_chart(&count);
    assert_int_equal(count, 45);
    for (size_t i = 0; i < count; i++) {
        const wb_account *account = &chart[i];
        const bool result =
            account->section == WB_SECTION_INCOME || account->section == WB_SECTION_EXPENSE;
        assert_int_equal(strlen(account->code), 4);
        if (i > 0) assert_true(strcmp(chart[i - 1].code, account->code) < 0);
        /* RGS: codes of the balance sheet begin with B, those of the result with W */
        assert_int_equal(account->rgs[0], result ? 'W' : 'B');
        assert_int_equal(result, account->code[0] == '4' || account->code[0] == '8');
        assert_true(account->name_nl[0] != '\0');
        assert_true(account->name_en[0] != '\0');
    }
}

/* Type, side and RGS code of the accounts that the rules name. */
static void test_named_accounts_are_what_the_rules_take_them_for(void **state)
{
    static const struct {
        const char *code, *rgs;
        wb_section section;
        bool credit;
    } expected[] = {
        {"0100", "BFvaLenLen", WB_SECTION_ASSET, false},
        {"0110", "BFvaLenLen", WB_SECTION_ASSET, true}, /* a contra account */
        {"0120", "BVorOvrLen", WB_SECTION_ASSET, false},
        {"0210", "BEivOvrCor", WB_SECTION_EQUITY, true},
        {"0240", "BEivOreRvh", WB_SECTION_EQUITY, true},
        {"0300", "BVrzOvzGar", WB_SECTION_PROVISION, true},
        {"0400", "BLasAclAll", WB_SECTION_LIABILITY, true},
        {"1000", "BLimBanRba", WB_SECTION_ASSET, false},
        {"1100", "BVorOvaNob", WB_SECTION_ASSET, false},
        {"1130", "BVorDebVdd", WB_SECTION_ASSET, true},
        {"1140", "BVorOvrTvr", WB_SECTION_ASSET, false},
        {"1310", "BSchOvsSuv", WB_SECTION_LIABILITY, true},
        {"1330", "BSchOvsOvs", WB_SECTION_LIABILITY, true},
        {"4000", "WWfaBwvFva", WB_SECTION_EXPENSE, false},
        {"4010", "WWfaBwvTwf", WB_SECTION_EXPENSE, true},
        {"8000", "WOvbOvoOvo", WB_SECTION_INCOME, true},
        {"8100", "WOvtRofLen", WB_SECTION_INCOME, true},
    };
    fixture *at = *state;
    wb_account_list list = {NULL, 0};
    assert_int_equal(wb_account_list_read(&list, at->ledger, &at->err), WB_OK);
    assert_int_equal(list.count, 45);
    for (size_t i = 0; i < COUNT(expected); i++) {
        const wb_account *account = wb_account_list_find(&list, expected[i].code);
        assert_non_null(account);
        assert_string_equal(account->rgs, expected[i].rgs);
        assert_int_equal(account->section, expected[i].section);
        assert_int_equal(account->credit, expected[i].credit);
    }
    assert_null(wb_account_list_find(&list, "9999"));
    wb_account_list_clear(&list);
}

static void test_a_bad_beginning_leaves_nothing(void **state)
{
    fixture *at = *state;
    static const struct {
        const char *what, *name, *template;
        int32_t year;
        wb_code code;
    } cases[] = {
        {"no name", "", "nl-garantiefonds", 2026, WB_E_RANGE},
        {"a line break in the name", "a\nb", "nl-garantiefonds", 2026, WB_E_RANGE},
        {"a name that is not UTF-8", "\xff", "nl-garantiefonds", 2026, WB_E_ENCODING},
        {"another template", "Fonds", "de-fonds", 2026, WB_E_CHOICE},
        {"a year long ago", "Fonds", "nl-garantiefonds", 1999, WB_E_RANGE},
        {"a year far off", "Fonds", "nl-garantiefonds", 3000, WB_E_RANGE},
    };
    char dir[96];
    (void)snprintf(dir, sizeof dir, "%s/other", at->dir);
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].what);
        const wb_fund_options options = {.name = cases[c].name,
                                         .template = cases[c].template,
                                         .year = cases[c].year,
                                         .maker = "test"};
        assert_int_equal(wb_fund_init(dir, &options, NULL, &at->err), cases[c].code);
        assert_int_not_equal(access(dir, F_OK), 0);
    }
}

static void test_a_fund_is_made_once(void **state)
{
    fixture *at = *state;
    const wb_fund_options options = {
        .name = "Tweede", .template = "nl-garantiefonds", .year = 2027, .maker = "test"};
    wb_fund fund;
    wb_ledger_abort(at->ledger);
    wb_ledger_close(at->ledger);
    at->ledger = NULL;
    assert_int_equal(wb_fund_init(at->fund, &options, NULL, &at->err), WB_E_EXISTS);
    assert_int_equal(wb_ledger_open(&at->ledger, at->fund, WB_LEDGER_WRITE, &at->err), WB_OK);
    assert_int_equal(wb_ledger_begin(at->ledger, NULL, NULL, &at->err), WB_OK);
    assert_int_equal(wb_fund_read(&fund, at->ledger, &at->err), WB_OK);
    assert_string_equal(fund.name, "Waarborgfonds Test");
    assert_int_equal(fund.year, 2026);
    assert_int_equal(fund.first_day.days, day("2026-01-01").days);
}

/* A ledger without a record is what an init leaves that was stopped half way. */
static void test_a_stopped_beginning_is_completed(void **state)
{
    fixture *at = *state;
    const wb_fund_options options = {
        .name = "Fonds", .template = "nl-garantiefonds", .year = 2026, .maker = "test"};
    wb_ledger_head head;
    size_t accounts = 0;
    char dir[96];
    (void)snprintf(dir, sizeof dir, "%s/other", at->dir);
    wb_ledger_abort(at->ledger);
    wb_ledger_close(at->ledger);
    assert_int_equal(wb_ledger_create(dir, &at->err), WB_OK);
    assert_int_equal(wb_fund_init(dir, &options, &accounts, &at->err), WB_OK);
    assert_int_equal(accounts, 45);
    assert_int_equal(wb_ledger_open(&at->ledger, dir, WB_LEDGER_WRITE, &at->err), WB_OK);
    assert_int_equal(wb_ledger_begin(at->ledger, NULL, NULL, &at->err), WB_OK);
    assert_int_equal(wb_ledger_head_read(at->ledger, &head, &at->err), WB_OK);
    assert_int_equal(head.count, 50); /* the fund, its accounts and four limits */
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_chart_keeps_its_rules),
        TEST(test_named_accounts_are_what_the_rules_take_them_for),
        TEST(test_a_bad_beginning_leaves_nothing),
        TEST(test_a_fund_is_made_once),
        TEST(test_a_stopped_beginning_is_completed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
