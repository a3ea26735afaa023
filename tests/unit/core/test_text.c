/* Goal: no input beyond its limit or outside UTF-8 gets any further, and the bad byte is named.
 * Method: byte strings classified by the Unicode tables, written to temporary files where needed.
 */
#include "test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waarborg/text.h"

static void test_utf8_is_told_from_what_only_looks_like_it(void **state)
{
    static const struct {
        const char *name;
        const char *text;
        size_t size;
        uint32_t line, column; /* of the bad byte; 0: the text is good */
    } cases[] = {
        {"plain", "abc\n", 4, 0, 0},
        {"two, three and four bytes", "\xC3\xBA\xE2\x82\xAC\xF0\x9F\x98\x80", 9, 0, 0},
        {"last code point", "\xF4\x8F\xBF\xBF", 4, 0, 0},
        {"empty", "", 0, 0, 0},
        {"zero byte", "ab\0c", 4, 1, 3},
        {"windows-1252 in the second line",
         "a\nS\xFA"
         "d\n",
         6, 2, 2},
        {"lone continuation", "\x80", 1, 1, 1},
        {"overlong slash", "\xC0\xAF", 2, 1, 1},
        {"overlong three bytes", "\xE0\x80\xAF", 3, 1, 1},
        {"surrogate", "\xED\xA0\x80", 3, 1, 1},
        {"beyond the last code point", "\xF4\x90\x80\x80", 4, 1, 1},
        {"cut off at the end", "x\xE2\x82", 3, 1, 2},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        wb_error err = {0};
        /* an exact copy on the heap, so that the sanitizer sees a read beyond the end */
        char *text = malloc(cases[c].size + 1);
        assert_non_null(text);
        if (cases[c].size > 0) memcpy(text, cases[c].text, cases[c].size);
        char *exact = realloc(text, cases[c].size > 0 ? cases[c].size : 1);
        assert_non_null(exact);
        const wb_code code = wb_text_check_utf8(exact, cases[c].size, "f.csv", &err);
        assert_int_equal(code, cases[c].line > 0 ? WB_E_ENCODING : WB_OK);
        assert_int_equal(err.line, cases[c].line);
        assert_int_equal(err.column, cases[c].column);
        free(exact);
    }
}

static void test_a_cut_off_file_and_a_binary_one_get_their_own_hint(void **state)
{
    (void)state;
    wb_error err;
    assert_int_equal(wb_text_check_utf8("caf\xC3", 4, "f", &err), WB_E_ENCODING);
    assert_non_null(strstr(err.message, "ends inside a character"));
    assert_int_equal(wb_text_check_utf8("caf\xE9;1\n", 7, "f", &err), WB_E_ENCODING);
    assert_non_null(strstr(err.hint, "Windows-1252"));
    assert_string_equal(err.excerpt, "caf");
    assert_int_equal(wb_text_check_utf8("PK\x03\x04\0", 5, "f", &err), WB_E_ENCODING);
    assert_non_null(strstr(err.hint, "binary"));
}

static void test_read_stops_at_the_limit_and_not_a_byte_before(void **state)
{
    (void)state;
    char path[] = "/tmp/waarborg-text-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    enum { SIZE = 200000 };
    char *content = malloc(SIZE);
    assert_non_null(content);
    for (size_t i = 0; i < SIZE; i++)
        content[i] = (char)('a' + i % 26);
    assert_int_equal(write(fd, content, SIZE), SIZE);
    assert_int_equal(close(fd), 0);

    char *text = NULL;
    size_t size = 0;
    wb_error err;
    assert_int_equal(wb_text_read(&text, &size, path, SIZE, &err), WB_OK);
    assert_int_equal(size, SIZE);
    assert_memory_equal(text, content, SIZE);
    assert_int_equal(text[SIZE], '\0');
    free(text);
    assert_int_equal(wb_text_read(&text, &size, path, SIZE - 1, &err), WB_E_TOO_LARGE);
    assert_null(text);
    assert_string_equal(err.file, path);
    assert_non_null(strstr(err.message, "199999"));
    assert_int_equal(wb_text_read(&text, &size, path, 10, &err), WB_E_TOO_LARGE);
    assert_int_equal(unlink(path), 0);
    free(content);
    assert_int_equal(wb_text_read(&text, &size, path, SIZE, &err), WB_E_IO);
    assert_int_equal(wb_text_read(&text, &size, "/", SIZE, &err), WB_E_IO);
}

static void test_ids_are_short_words_without_blanks(void **state)
{
    static const char longest[] =
        "1234567890123456789012345678901234567890123456789012345678901234";
    (void)state;
    assert_true(wb_id_valid("GM0935", 6));
    assert_true(wb_id_valid("a-b_c.d:e/f", 11));
    assert_true(wb_id_valid(longest, 64));
    assert_false(
        wb_id_valid("12345678901234567890123456789012345678901234567890123456789012345", 65));
    assert_false(wb_id_valid("", 0));
    assert_false(wb_id_valid("-a", 2));
    assert_false(wb_id_valid("a b", 3));
    assert_false(wb_id_valid("a\0b", 3));
    assert_false(wb_id_valid("caf\xC3\xA9", 5));
}

static void test_width_counts_columns_of_a_terminal(void **state)
{
    static const struct {
        const char *text;
        size_t width;
    } cases[] = {
        {"", 0},
        {"abc", 3},
        {"S\xC3\xBA"
         "dwest",
         7},
        {"u\xCC\x81", 1},      /* a letter and its combining accent */
        {"\xE4\xB8\xAD", 2},   /* an ideograph */
        {"\xE2\x82\xAC 1", 3}, /* a euro sign is one column */
        {"a\xFF"
         "b",
         3}, /* a malformed byte counts one */
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        assert_int_equal(wb_text_width(cases[c].text, strlen(cases[c].text)), cases[c].width);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_utf8_is_told_from_what_only_looks_like_it),
        cmocka_unit_test(test_a_cut_off_file_and_a_binary_one_get_their_own_hint),
        cmocka_unit_test(test_read_stops_at_the_limit_and_not_a_byte_before),
        cmocka_unit_test(test_ids_are_short_words_without_blanks),
        cmocka_unit_test(test_width_counts_columns_of_a_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
