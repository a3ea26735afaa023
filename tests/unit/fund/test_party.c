/* Goal: parties are read from a table with every mistake named, and keep each version once.
 * Method: small tables with known faults; then what the books say about the parties. */
#include <string.h>

#include "unit/fund/fixture.h"

static wb_code import(fixture *at, wb_party_import *parties, wb_party_kind kind, const char *weight,
                      const char *text)
{
    wb_csv *table = fixture_table(at, text);
    *parties = (wb_party_import){
        .kind = kind, .date = day("2026-03-01"), .maker = "test", .weight = weight};
    const wb_code code = wb_party_import_table(parties, at->ledger, table, &at->list);
    wb_csv_close(table);
    return code;
}

static void test_the_same_table_again_changes_nothing(void **state)
{
    fixture *at = *state;
    wb_party_import parties;
    wb_ledger_head before;
    wb_ledger_head after;
    assert_int_equal(wb_ledger_head_read(at->ledger, &before, &at->err), WB_OK);
    assert_int_equal(import(at, &parties, WB_PARTY_MUNICIPALITY, NULL,
                            "cbs_code,name,under18\nGM0893,Bergen (L.),2137\nGM0889,Beesel,2327\n"),
                     WB_OK);
    assert_int_equal(parties.read, 2);
    assert_int_equal(parties.unchanged, 2);
    assert_int_equal(wb_ledger_head_read(at->ledger, &after, &at->err), WB_OK);
    assert_int_equal(after.count, before.count);
}

static void test_other_content_is_a_new_version(void **state)
{
    fixture *at = *state;
    wb_party_import parties;
    wb_party party;
    assert_int_equal(import(at, &parties, WB_PARTY_MUNICIPALITY, NULL,
                            "cbs_code,name,under18,region,note\n"
                            "GM0889,Beesel,2400,noord-limburg,\nGM0888,Beek,2381,zuid-limburg,x\n"),
                     WB_OK);
    assert_int_equal(parties.changed, 1);
    assert_int_equal(parties.added, 1);
    assert_string_equal(parties.weight_column, "under18");
    wb_party_init(&party);
    assert_int_equal(wb_party_find(&party, at->ledger, "GM0889", &at->err), WB_OK);
    assert_int_equal(party.under18, 2400);
    assert_string_equal(wb_party_column_value(&party, "region"), "noord-limburg");
    assert_null(wb_party_column_value(&party, "note")); /* an empty cell says nothing */
    assert_int_equal(wb_party_find(&party, at->ledger, "GM0888", &at->err), WB_OK);
    assert_string_equal(wb_party_column_value(&party, "note"), "x");
    assert_int_equal(party.column_count, 2);
    assert_string_equal(party.columns[0].name, "note"); /* by name, not as in the file */
    assert_int_equal(wb_party_find(&party, at->ledger, "GM0000", &at->err), WB_E_PARTY);
    wb_party_clear(&party);
    wb_party_list list = {NULL, 0};
    const wb_party_kind kind = WB_PARTY_MUNICIPALITY;
    assert_int_equal(wb_party_list_read(&list, at->ledger, &kind, &at->err), WB_OK);
    assert_int_equal(list.count, 4);
    assert_string_equal(list.items[0].id, "GM0888");
    wb_party_list_clear(&list);
    assert_int_equal(wb_party_list_read(&list, at->ledger, NULL, &at->err), WB_OK);
    assert_int_equal(list.count, 8);
    wb_party_list_clear(&list);
}

static void test_revenue_comes_from_the_column_that_is_named(void **state)
{
    fixture *at = *state;
    static const char table[] = "id,name,revenue_eur,revenue_limburg_eur\n"
                                "P7,Aanbieder 7,55000000,45000000.50\n";
    wb_party_import parties;
    wb_party party;
    wb_party_init(&party);
    assert_int_equal(import(at, &parties, WB_PARTY_PROVIDER, NULL, table), WB_OK);
    assert_string_equal(parties.weight_column, "revenue_limburg_eur");
    assert_int_equal(wb_party_find(&party, at->ledger, "P7", &at->err), WB_OK);
    assert_int_equal(wb_money_cents(&party.revenue), 4500000050);
    assert_string_equal(wb_party_column_value(&party, "revenue_eur"), "55000000");
    assert_int_equal(import(at, &parties, WB_PARTY_PROVIDER, "revenue_eur", table), WB_OK);
    assert_string_equal(parties.weight_column, "revenue_eur");
    assert_int_equal(wb_party_find(&party, at->ledger, "P7", &at->err), WB_OK);
    assert_int_equal(wb_money_cents(&party.revenue), 5500000000);
    wb_party_clear(&party);
}

static void test_every_bad_cell_is_reported(void **state)
{
    fixture *at = *state;
    static const struct {
        uint32_t line, column;
        wb_code code;
    } expected[] = {
        {2, 1, WB_E_RANGE},  {3, 8, WB_E_RANGE},         {4, 15, WB_E_NUMBER},
        {5, 1, WB_E_SYNTAX}, {7, 1, WB_E_DUPLICATE_KEY}, {8, 14, WB_E_NUMBER},
    };
    wb_party_import parties;
    assert_int_equal(import(at, &parties, WB_PARTY_MUNICIPALITY, NULL,
                            "cbs_code,name,under18\n"
                            "0889,Beesel,2327\n"
                            "GM0893,,2137\n"
                            "GM0907,Gennep,29a\n"
                            "G M,Gulpen,1\n"
                            "GM0882,Landgraaf,5962\n"
                            "GM0882,Landgraaf,5962\n"
                            "GM0917,Vaals,-1\n"),
                     WB_E_RANGE);
    assert_int_equal(at->list.errors, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        size_t found = 0;
        for (size_t k = 0; k < at->list.count; k++) {
            if (at->list.items[k].line != expected[i].line) continue;
            assert_int_equal(at->list.items[k].code, expected[i].code);
            assert_int_equal(at->list.items[k].column, expected[i].column);
            found++;
        }
        assert_int_equal(found, 1);
    }
    wb_party party;
    wb_party_init(&party);
    assert_int_equal(wb_party_find(&party, at->ledger, "GM0882", &at->err), WB_E_PARTY);
    wb_party_clear(&party);
}

static void test_a_table_without_its_columns_is_refused(void **state)
{
    fixture *at = *state;
    wb_party_import parties;
    assert_int_equal(
        import(at, &parties, WB_PARTY_MUNICIPALITY, NULL, "id,name,under18\nGM0889,Beesel,1\n"),
        WB_E_MISSING);
    assert_int_equal(
        import(at, &parties, WB_PARTY_MUNICIPALITY, NULL, "cbs_code,name\nGM0889,Beesel\n"),
        WB_E_MISSING);
    assert_int_equal(
        import(at, &parties, WB_PARTY_PROVIDER, "turnover", "id,name,revenue\nP1,x,1\n"),
        WB_E_MISSING);
    assert_int_equal(import(at, &parties, WB_PARTY_PROVIDER, NULL, "id,name,revenue\nP1,x,-1.00\n"),
                     WB_E_RANGE);
}

static void test_a_party_keeps_its_kind(void **state)
{
    fixture *at = *state;
    wb_party_import parties;
    assert_int_equal(import(at, &parties, WB_PARTY_FINANCIER, NULL, "id,name\nP1,Bank\n"),
                     WB_E_CONFLICT);
    assert_string_equal(at->list.items[0].message,
                        "'P1' is a provider in the books, not a financier");
}

static void test_kinds_have_names(void **state)
{
    (void)state;
    wb_party_kind kind = WB_PARTY_MUNICIPALITY;
    wb_error err;
    for (int k = 0; k < WB_PARTY_KIND_COUNT; k++) {
        assert_int_equal(wb_party_kind_parse(&kind, wb_party_kind_name((wb_party_kind)k), &err),
                         WB_OK);
        assert_int_equal(kind, k);
    }
    assert_int_equal(wb_party_kind_parse(&kind, "gemeente", &err), WB_E_CHOICE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_same_table_again_changes_nothing),
        TEST(test_other_content_is_a_new_version),
        TEST(test_revenue_comes_from_the_column_that_is_named),
        TEST(test_every_bad_cell_is_reported),
        TEST(test_a_table_without_its_columns_is_refused),
        TEST(test_a_party_keeps_its_kind),
        cmocka_unit_test(test_kinds_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
