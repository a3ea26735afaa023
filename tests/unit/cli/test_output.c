/* Goal: columns line up by what a reader sees, and whatever text comes in, JSON stays JSON.
 * Method: tables printed to memory and compared to the letter; hostile strings encoded. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "cli/output.h"

static void test_columns_line_up_by_display_width(void **state)
{
    static const wb_column columns[] = {
        {"id", false}, {"name", false}, {"amount", true}, {"", false}};
    (void)state;
    char text[512];
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    wb_table table;
    wb_money money;
    wb_money_init(&money);
    wb_table_init(&table, columns, COUNT(columns));
    wb_table_add(&table, "GM1900");
    wb_table_add(&table, "S\xC3\xBA"
                         "dwest-Frysl\xC3\xA2n");
    wb_money_set_cents(&money, -123456);
    wb_table_add_money(&table, &money);
    wb_table_add(&table, "note");
    wb_table_add(&table, "GM0363");
    wb_table_add(&table, "line\nbreak\tand \x1B[31m");
    wb_table_add_number(&table, 7);
    wb_table_add(&table, NULL);
    wb_table_print(&table, out);
    wb_table_clear(&table);
    wb_money_clear(&money);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "id      name                    amount\n"
                              "GM1900  S\xC3\xBA"
                              "dwest-Frysl\xC3\xA2n       -1234.56  note\n"
                              "GM0363  line break and  [31m         7\n");
}

/* A maker may not show a checker another amount than he signs. */
static void test_text_of_others_cannot_steer_a_terminal(void **state)
{
    (void)state;
    char text[256];
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    wb_print_line(out, "memo", "rent\x1B[2A\nmaker       dora\r\x7F.");
    wb_print_line(out, "memo",
                  "\xC2\x9B"
                  "8m \xE2\x80\xAE"
                  "00.1\xE2\x81\xA6\xE2\x80\xA8\xD8\x9C.");
    wb_print_line(out, "memo", "caf\xC3\xA9 \xE2\x80\x94 \xE2\x82\xAC 5, \xD8\xA7 \xC2\xA0.");
    wb_print_line(out, "memo", "");
    wb_print_line(out, "memo", "\xE2\x80");
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "memo        rent [2A maker       dora  .\n"
                              "memo         8m  00.1   .\n"
                              "memo        caf\xC3\xA9 \xE2\x80\x94 \xE2\x82\xAC 5, \xD8\xA7 "
                              "\xC2\xA0.\n"
                              "memo        \xE2\x80\n");
}

static void test_a_table_without_rows_is_its_head(void **state)
{
    static const wb_column columns[] = {{"entry", true}, {"memo", false}};
    (void)state;
    char text[64];
    FILE *out = fmemopen(text, sizeof text, "w");
    assert_non_null(out);
    wb_table table;
    wb_table_init(&table, columns, COUNT(columns));
    wb_table_print(&table, out);
    wb_table_clear(&table);
    assert_int_equal(fclose(out), 0);
    assert_string_equal(text, "entry  memo\n");
}

static void test_json_survives_any_text(void **state)
{
    static const struct {
        const char *text;
        const char *json;
    } cases[] = {
        {"plain", "\"plain\""},
        {"quote \" back \\ line \n", "\"quote \\\" back \\\\ line \\n\""},
        {"S\xC3\xBA", "\"S\xC3\xBA\""},
        {"not \xFF UTF-8", "\"not ? UTF-8\""},
        {"cut \xC3", "\"cut ?\""},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        json_t *value = wb_json_text(cases[c].text);
        char *text = json_dumps(value, JSON_ENCODE_ANY);
        assert_string_equal(text, cases[c].json);
        free(text);
        json_decref(value);
    }
    json_t *none = wb_json_text(NULL);
    assert_true(json_is_null(none));
    json_decref(none);
}

static void test_money_is_text_with_two_decimals_of_any_size(void **state)
{
    (void)state;
    wb_money money;
    wb_money_init(&money);
    static const char digits[] = "1234567890123456789012345678901234.56";
    assert_int_equal(wb_money_parse(&money, digits, strlen(digits), WB_MONEY_PLAIN, NULL), WB_OK);
    json_t *value = wb_json_money(&money);
    assert_string_equal(json_string_value(value), digits);
    json_decref(value);
    wb_money_clear(&money);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_columns_line_up_by_display_width),
        cmocka_unit_test(test_text_of_others_cannot_steer_a_terminal),
        cmocka_unit_test(test_a_table_without_rows_is_its_head),
        cmocka_unit_test(test_json_survives_any_text),
        cmocka_unit_test(test_money_is_text_with_two_decimals_of_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
