/* Goal: every cell has its text and its place, and every structural fault of a file is reported.
 * Method: small files written out, positions counted by hand; limits probed on both sides. */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waarborg/csv.h"

static char path[] = "/tmp/waarborg-csv-XXXXXX";

static int make_file(void **state)
{
    (void)state;
    const int fd = mkstemp(path);
    return fd >= 0 ? close(fd) : -1;
}

static int drop_file(void **state)
{
    (void)state;
    return unlink(path);
}

static void write_file(const char *text, size_t size)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
}

/* Open a text that must be good. */
static wb_csv *opened(const char *text, char delimiter)
{
    write_file(text, strlen(text));
    wb_diagnostics list = {0};
    wb_csv *table = NULL;
    if (wb_csv_open(&table, path, delimiter, &list) != WB_OK) {
        wb_diagnostics_render(stderr, &list, NULL);
    }
    assert_non_null(table);
    assert_int_equal(list.count, 0);
    wb_diagnostics_clear(&list);
    return table;
}

static void assert_cell(wb_csv_cell cell, const char *text, uint32_t line, uint32_t column,
                        uint32_t column_end)
{
    assert_string_equal(cell.text, text);
    assert_int_equal(cell.size, strlen(text));
    assert_int_equal(cell.line, line);
    assert_int_equal(cell.column, column);
    assert_int_equal(cell.column_end, column_end);
}

static void test_cells_know_their_text_and_place(void **state)
{
    (void)state;
    wb_csv *table = opened("ref,memo,amount\n"
                           "a,\"say \"\"so\"\"\",1.00\n"
                           "\n"
                           "b,\"two\nlines, quoted\",2.00\r\n"
                           " c ,,3.00",
                           ',');
    assert_int_equal(wb_csv_row_count(table), 3);
    assert_int_equal(wb_csv_column_count(table), 3);
    assert_cell(wb_csv_header(table, 1), "memo", 1, 5, 9);
    assert_cell(wb_csv_at(table, 0, 0), "a", 2, 1, 2);
    assert_cell(wb_csv_at(table, 0, 1), "say \"so\"", 2, 3, 15);
    assert_cell(wb_csv_at(table, 0, 2), "1.00", 2, 16, 20);
    assert_cell(wb_csv_at(table, 1, 0), "b", 4, 1, 2);
    assert_cell(wb_csv_at(table, 1, 1), "two\nlines, quoted", 4, 3, 7);
    assert_cell(wb_csv_at(table, 1, 2), "2.00", 5, 16, 20);
    assert_cell(wb_csv_at(table, 2, 0), " c ", 6, 1, 4);
    assert_cell(wb_csv_at(table, 2, 1), "", 6, 5, 5);
    assert_cell(wb_csv_at(table, 2, 2), "3.00", 6, 6, 10);
    assert_int_equal(wb_csv_column(table, "amount"), 2);
    assert_int_equal(wb_csv_column(table, "Amount"), -1);
    wb_csv_close(table);
}

static void test_mark_delimiter_and_line_ends_of_other_systems_are_read(void **state)
{
    (void)state;
    wb_csv *table = opened("\xEF\xBB\xBFid;naam\r\nGM1;S\xC3\xBA"
                           "dwest, F\r\n",
                           ';');
    assert_int_equal(wb_csv_row_count(table), 1);
    assert_cell(wb_csv_header(table, 0), "id", 1, 1, 3);
    assert_cell(wb_csv_at(table, 0, 1),
                "S\xC3\xBA"
                "dwest, F",
                2, 5, 16);
    wb_csv_close(table);

    table = opened("only\n", ',');
    assert_int_equal(wb_csv_row_count(table), 0);
    wb_csv_close(table);
}

static void test_structural_faults_are_named_with_their_place(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        wb_code code;
        size_t count;
        uint32_t line, column, column_end;
        const char *says;
    } cases[] = {
        {"empty", "", WB_E_SYNTAX, 1, 0, 0, 0, "empty"},
        {"only blank lines", "\n\n", WB_E_SYNTAX, 1, 0, 0, 0, "no row with column names"},
        {"row too short", "a,b\n1,2\n3\n4,5\n", WB_E_SYNTAX, 1, 3, 2, 0,
         "1 cell, the header has 2"},
        {"row too long", "a,b\n1,22,333,4\n", WB_E_SYNTAX, 1, 2, 6, 11, "4 cells"},
        {"two bad rows in one run", "a,b\n1\n1,2\n1,2,3\n", WB_E_SYNTAX, 2, 2, 2, 0, "1 cell"},
        {"stray quote", "a,b\n1,x\"y\n2,3\n4\n", WB_E_SYNTAX, 2, 2, 4, 0, "quote inside"},
        {"text after a quote", "a,b\n1,\"x\"y\n", WB_E_SYNTAX, 1, 2, 6, 0, "quote inside"},
        {"quote never closed", "a,b\n1,\"x\n2,3\n", WB_E_SYNTAX, 1, 2, 3, 0, "never closed"},
        {"bare carriage return", "a,b\r1,2\r", WB_E_SYNTAX, 1, 1, 4, 0, "carriage return"},
        {"column twice", "a,b,a\n", WB_E_DUPLICATE_KEY, 1, 1, 5, 6, "'a'"},
        {"column without a name", "a,,c\n", WB_E_MISSING, 1, 1, 3, 3, "column 2"},
        {"not UTF-8", "a\n\xE9\n", WB_E_ENCODING, 1, 2, 1, 0, "0xE9"},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        write_file(cases[c].text, strlen(cases[c].text));
        wb_diagnostics list = {0};
        wb_csv *table = NULL;
        assert_int_equal(wb_csv_open(&table, path, ',', &list), cases[c].code);
        assert_null(table);
        assert_int_equal(list.count, cases[c].count);
        assert_int_equal(list.items[0].line, cases[c].line);
        assert_int_equal(list.items[0].column, cases[c].column);
        assert_int_equal(list.items[0].column_end, cases[c].column_end);
        assert_string_equal(list.items[0].file, path);
        assert_non_null(strstr(list.items[0].message, cases[c].says));
        wb_diagnostics_clear(&list);
    }
}

/* A file of one column whose second line has `size` bytes. */
static wb_code open_with_line_of(size_t size, wb_diagnostics *list)
{
    char *text = malloc(size + 3);
    assert_non_null(text);
    memset(text, 'x', size + 3);
    memcpy(text, "a\n", 2);
    text[size + 2] = '\n';
    write_file(text, size + 3);
    free(text);
    wb_csv *table = NULL;
    const wb_code code = wb_csv_open(&table, path, ',', list);
    wb_csv_close(table);
    return code;
}

static void test_limits_hold_on_both_sides(void **state)
{
    (void)state;
    wb_diagnostics list = {0};
    assert_int_equal(open_with_line_of(WB_CSV_LINE_MAX, &list), WB_OK);
    assert_int_equal(open_with_line_of(WB_CSV_LINE_MAX + 1, &list), WB_E_TOO_LARGE);
    assert_int_equal(list.items[0].line, 2);
    wb_diagnostics_clear(&list);
    assert_int_equal(open_with_line_of(10 * 1024 * 1024, &list), WB_E_TOO_LARGE);
    assert_int_equal(list.count, 1);
    assert_int_equal(list.items[0].line, 2);
    assert_non_null(strstr(list.items[0].message, "10485760"));
    wb_diagnostics_clear(&list);

    for (size_t columns = WB_CSV_COLUMNS_MAX; columns <= WB_CSV_COLUMNS_MAX + 40; columns += 40) {
        char text[4 * (WB_CSV_COLUMNS_MAX + 40) + 2] = "";
        size_t used = 0;
        for (size_t i = 0; i < columns; i++) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s%zx", i > 0 ? "," : "", i);
        }
        write_file(text, used);
        wb_csv *table = NULL;
        const bool fits = columns <= WB_CSV_COLUMNS_MAX;
        assert_int_equal(wb_csv_open(&table, path, ',', &list), fits ? WB_OK : WB_E_TOO_LARGE);
        wb_csv_close(table);
    }
    wb_diagnostics_clear(&list);
    wb_csv *table = NULL;
    assert_int_equal(wb_csv_open(&table, "/nonexistent/x.csv", ',', &list), WB_E_IO);
    assert_string_equal(list.items[0].file, "/nonexistent/x.csv");
    wb_diagnostics_clear(&list);
}

static void test_all_bad_cells_of_a_file_are_reported_in_one_run(void **state)
{
    (void)state;
    wb_csv *table = opened("id,date,amount,share,count\n"
                           "a b,2026-02-30,1.005,4,1x\n"
                           "ok,2026-02-28,1.00,4%,12\n"
                           ",,,,\n",
                           ',');
    wb_diagnostics list = {0};
    const char *id = NULL;
    wb_date date = {0};
    wb_money amount;
    wb_rate share;
    uint64_t count = 0;
    wb_money_init(&amount);
    wb_rate_init(&share);
    for (size_t row = 0; row < 3; row++) {
        const bool good = row == 1;
        assert_int_equal(wb_csv_id(table, row, 0, &id, &list), good);
        assert_int_equal(wb_csv_date(table, row, 1, &date, &list), good);
        assert_int_equal(wb_csv_money(table, row, 2, &amount, &list), good);
        assert_int_equal(wb_csv_rate(table, row, 3, WB_RATE_RATE, &share, &list), good);
        assert_int_equal(wb_csv_count(table, row, 4, 12, &count, &list), good);
    }
    assert_string_equal(id, "ok");
    assert_int_equal(wb_money_cents(&amount), 100);
    assert_int_equal(count, 12);
    assert_int_equal(list.count, 10);
    static const wb_code codes[] = {WB_E_SYNTAX, WB_E_DATE, WB_E_AMOUNT, WB_E_RATE, WB_E_NUMBER};
    static const uint32_t columns[] = {1, 5, 16, 22, 24};
    static const uint32_t ends[] = {4, 15, 21, 23, 26};
    for (size_t i = 0; i < 5; i++) {
        assert_int_equal(list.items[i].code, codes[i]);
        assert_int_equal(list.items[i].line, 2);
        assert_int_equal(list.items[i].column, columns[i]);
        assert_int_equal(list.items[i].column_end, ends[i]);
        assert_string_equal(list.items[i].field, wb_csv_header(table, i).text);
        assert_string_equal(list.items[i].excerpt, "a b,2026-02-30,1.005,4,1x");
        assert_int_equal(list.items[i + 5].code, WB_E_MISSING);
        assert_int_equal(list.items[i + 5].line, 4);
    }
    wb_money_clear(&amount);
    wb_rate_clear(&share);
    wb_diagnostics_clear(&list);
    wb_csv_close(table);
}

static void test_counts_stop_at_their_limit(void **state)
{
    (void)state;
    wb_csv *table = opened("n\n255\n256\n18446744073709551615\n18446744073709551616\n-1\n", ',');
    wb_diagnostics list = {0};
    uint64_t value = 0;
    assert_true(wb_csv_count(table, 0, 0, 255, &value, &list));
    assert_int_equal(value, 255);
    assert_false(wb_csv_count(table, 1, 0, 255, &value, &list));
    assert_true(wb_csv_count(table, 2, 0, UINT64_MAX, &value, &list));
    assert_true(value == UINT64_MAX);
    assert_false(wb_csv_count(table, 3, 0, UINT64_MAX, &value, &list));
    assert_int_equal(list.items[1].code, WB_E_RANGE);
    assert_false(wb_csv_count(table, 4, 0, 255, &value, &list));
    assert_int_equal(list.items[2].code, WB_E_NUMBER);
    wb_diagnostics_clear(&list);
    wb_csv_close(table);
}

static void test_a_missing_column_lists_the_columns_there_are(void **state)
{
    (void)state;
    wb_csv *table = opened("ref,date\n1,2\n", ',');
    wb_diagnostics list = {0};
    assert_int_equal(wb_csv_require(table, "date", &list), 1);
    assert_int_equal(list.count, 0);
    assert_int_equal(wb_csv_require(table, "amount", &list), -1);
    assert_int_equal(list.items[0].code, WB_E_MISSING);
    assert_int_equal(list.items[0].line, 1);
    assert_non_null(strstr(list.items[0].hint, "ref, date"));
    wb_diagnostics_clear(&list);
    wb_csv_close(table);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cells_know_their_text_and_place),
        cmocka_unit_test(test_mark_delimiter_and_line_ends_of_other_systems_are_read),
        cmocka_unit_test(test_structural_faults_are_named_with_their_place),
        cmocka_unit_test(test_limits_hold_on_both_sides),
        cmocka_unit_test(test_all_bad_cells_of_a_file_are_reported_in_one_run),
        cmocka_unit_test(test_counts_stop_at_their_limit),
        cmocka_unit_test(test_a_missing_column_lists_the_columns_there_are),
    };
    return cmocka_run_group_tests(tests, make_file, drop_file);
}
