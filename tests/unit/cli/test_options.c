/* Goal: a command line is read exactly as its table says, and a fault is marked where it stands.
 * Method: a small table of commands, lines good and bad, columns counted by hand. */
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "cli/command.h"

static const wb_option options[] = {
    {"date", "DATE", "a date", WB_REQUIRED},
    {"side", "CODE", "a side", WB_REPEATABLE},
    {"all", NULL, "a flag", 0},
    {.name = NULL},
};
static const wb_option operands[] = {
    {"ID", NULL, "an id", WB_REQUIRED},
    {"FILE", NULL, "files", WB_REPEATABLE},
    {.name = NULL},
};
static const wb_command sample[] = {
    {.noun = "tx",
     .verb = "post",
     .options = options,
     .operands = operands,
     .need = WB_NEED_WRITER},
    {.noun = "tx", .verb = "list", .need = WB_NEED_READER},
    {.noun = "version"},
    {.noun = NULL},
};
static const wb_command *const tables[] = {sample, NULL};

enum { WORDS_MAX = 16 };

/* Parse words separated by '|' (so that blanks and empty words can be tested). */
static wb_code parse(wb_cli *cli, const char *text, const char **noun)
{
    static char copy[256];
    static char program[] = "waarborg";
    char *words[WORDS_MAX + 1] = {program};
    int count = 1;
    (void)snprintf(copy, sizeof copy, "%s", text);
    for (char *at = copy; text[0] != '\0' && count < WORDS_MAX;) {
        words[count++] = at;
        at = strchr(at, '|');
        if (at == NULL) break;
        *at++ = '\0';
    }
    wb_error err = {0};
    return wb_cli_parse(cli, tables, count, words, noun, &err);
}

static void test_options_and_operands_are_read_in_any_order(void **state)
{
    static const char *const lines[] = {
        "tx|post|--date|2026-01-01|X1|--side|a|--side=b|f|g|--all",
        "tx|post|X1|f|--side=a|--all|g|--side|b|--date=2026-01-01",
        "tx|post|--side|a|--all|--date|2026-01-01|--side|b|--|X1|f|g",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        wb_cli cli;
        const char *noun = NULL;
        assert_int_equal(parse(&cli, lines[i], &noun), WB_OK);
        assert_ptr_equal(cli.command, &sample[0]);
        assert_string_equal(wb_cli_text(&cli, "date"), "2026-01-01");
        assert_string_equal(wb_cli_text(&cli, "ID"), "X1");
        assert_int_equal(wb_cli_count(&cli, "side"), 2);
        assert_string_equal(wb_cli_nth(&cli, "side", 0), "a");
        assert_string_equal(wb_cli_nth(&cli, "side", 1), "b");
        assert_int_equal(wb_cli_count(&cli, "FILE"), 2);
        assert_string_equal(wb_cli_nth(&cli, "FILE", 1), "g");
        assert_int_equal(wb_cli_count(&cli, "all"), 1);
        assert_null(wb_cli_text(&cli, "absent"));
        wb_cli_clear(&cli);
    }
}

static void test_common_options_stand_before_or_after_the_command(void **state)
{
    static const char *const lines[] = {
        "-C|dir|--json|-q|--dry-run|--as|bob|tx|post|--date|2026-01-01|X",
        "tx|post|X|--date|2026-01-01|-q|--as=bob|--dry-run|--json|-C|dir",
    };
    (void)state;
    for (size_t i = 0; i < COUNT(lines); i++) {
        wb_cli cli;
        const char *noun = NULL;
        assert_int_equal(parse(&cli, lines[i], &noun), WB_OK);
        assert_true(cli.json && cli.quiet && cli.dry_run);
        assert_string_equal(cli.dir, "dir");
        assert_string_equal(cli.maker, "bob");
        wb_cli_clear(&cli);
    }
    wb_cli cli;
    const char *noun = NULL;
    assert_int_equal(setenv("WAARBORG_FUND", "elsewhere", 1), 0);
    assert_int_equal(parse(&cli, "tx|list", &noun), WB_OK);
    assert_string_equal(cli.dir, "elsewhere");
    wb_cli_clear(&cli);
    assert_int_equal(unsetenv("WAARBORG_FUND"), 0);
    assert_int_equal(parse(&cli, "tx|list", &noun), WB_OK);
    assert_string_equal(cli.dir, ".");
    wb_cli_clear(&cli);
}

static void test_a_negative_number_and_a_lone_dash_are_values(void **state)
{
    (void)state;
    wb_cli cli;
    const char *noun = NULL;
    assert_int_equal(parse(&cli, "tx|post|-|--date|-5", &noun), WB_OK);
    assert_string_equal(wb_cli_text(&cli, "ID"), "-");
    assert_string_equal(wb_cli_text(&cli, "date"), "-5");
    wb_cli_clear(&cli);
}

static void test_help_is_asked_for_anywhere_and_asks_for_nothing_else(void **state)
{
    (void)state;
    wb_cli cli;
    const char *noun = NULL;
    assert_int_equal(parse(&cli, "tx|post|--help", &noun), WB_OK);
    assert_true(cli.help);
    assert_ptr_equal(cli.command, &sample[0]);
    wb_cli_clear(&cli);
    assert_int_equal(parse(&cli, "tx|--help", &noun), WB_OK);
    assert_true(cli.help);
    assert_string_equal(noun, "tx");
    wb_cli_clear(&cli);
    assert_int_equal(parse(&cli, "", &noun), WB_OK);
    assert_true(cli.help);
    assert_null(noun);
    wb_cli_clear(&cli);
}

static void test_faults_are_usage_and_marked_in_the_line(void **state)
{
    static const struct {
        const char *line;
        const char *message;
        const char *hint;
        uint32_t column, column_end; /* in "waarborg " and the words, quoted as for sh */
    } cases[] = {
        {"txx", "unknown command 'txx'", "did you mean 'tx'?", 10, 13},
        {"zebra", "unknown command 'zebra'", "see 'waarborg --help'", 10, 15},
        {"tx", "'tx' needs a verb", "one of: post, list", 13, 0},
        {"tx|lsit", "'tx' has no verb 'lsit'", "did you mean 'list'?", 13, 17},
        {"tx|post|X|--dat|1", "'tx post' has no option '--dat'", "did you mean '--date'?", 20, 25},
        {"tx|list|--dry-run", "'tx list' has no option '--dry-run'",
         "see 'waarborg tx list --help'", 18, 27},
        {"--dry-run|tx|list", "'--dry-run' is for commands that write", "", 10, 19},
        {"tx|post|X|--date", "option '--date' needs a value: DATE", "", 20, 26},
        {"tx|post|X|--date|--all", "option '--date' needs a value: DATE", "", 20, 26},
        {"tx|post|X|--date|1|--date|2", "option '--date' is given twice", "", 29, 35},
        {"tx|post|X|--date|1|--all=1", "option '--all' takes no value", "", 29, 36},
        {"tx|post|X", "option '--date' is missing", "--date DATE: a date", 20, 0},
        {"tx|post|--date|1", "ID is missing", "ID: an id", 27, 0},
        {"tx|list|a b", "'a b' is one word too many", "see 'waarborg tx list --help'", 19, 22},
        {"version|-date", "'version' has no option '-date'", "see 'waarborg version --help'", 18,
         23},
    };
    (void)state;
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].line);
        wb_cli cli;
        const char *noun = NULL;
        assert_int_equal(parse(&cli, cases[c].line, &noun), WB_E_USAGE);
        assert_int_equal(cli.list.count, 1);
        const wb_error *err = &cli.list.items[0];
        assert_string_equal(err->message, cases[c].message);
        assert_string_equal(err->hint, cases[c].hint);
        assert_string_equal(err->file, "command line");
        assert_int_equal(err->column, cases[c].column);
        assert_int_equal(err->column_end, cases[c].column_end);
        wb_cli_clear(&cli);
    }
}

static void test_bad_values_are_all_reported_where_they_stand(void **state)
{
    (void)state;
    wb_cli cli;
    const char *noun = NULL;
    assert_int_equal(parse(&cli, "tx|post|a b|--date=2026-02-30|--side|1.005", &noun), WB_OK);
    assert_string_equal(cli.line, "waarborg tx post 'a b' --date=2026-02-30 --side 1.005");
    wb_date date = {7};
    wb_money money;
    uint64_t number = 7;
    const char *id = NULL;
    wb_money_init(&money);
    assert_false(wb_cli_id(&cli, "ID", &id));
    assert_false(wb_cli_date(&cli, "date", &date));
    assert_false(wb_cli_money(&cli, "side", &money));
    assert_false(wb_cli_number(&cli, "side", 10, &number));
    assert_true(wb_cli_date(&cli, "absent", &date));
    assert_int_equal(date.days, 7);
    assert_int_equal(number, 7);
    assert_int_equal(cli.list.count, 4);
    static const wb_code codes[] = {WB_E_SYNTAX, WB_E_DATE, WB_E_AMOUNT, WB_E_NUMBER};
    static const uint32_t columns[] = {19, 31, 49, 49};
    static const uint32_t ends[] = {22, 41, 54, 54};
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(cli.list.items[i].code, codes[i]);
        assert_int_equal(cli.list.items[i].column, columns[i]);
        assert_int_equal(cli.list.items[i].column_end, ends[i]);
    }
    wb_money_clear(&money);
    wb_cli_clear(&cli);
}

static void test_quotes_inside_words_keep_the_columns_right(void **state)
{
    (void)state;
    wb_cli cli;
    const char *noun = NULL;
    assert_int_equal(parse(&cli, "tx|list|it's|x", &noun), WB_E_USAGE);
    assert_string_equal(cli.line, "waarborg tx list 'it'\\''s' x");
    assert_int_equal(cli.list.items[0].column, 19);
    assert_int_equal(cli.list.items[0].column_end, 26);
    wb_cli_clear(&cli);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_options_and_operands_are_read_in_any_order),
        cmocka_unit_test(test_common_options_stand_before_or_after_the_command),
        cmocka_unit_test(test_a_negative_number_and_a_lone_dash_are_values),
        cmocka_unit_test(test_help_is_asked_for_anywhere_and_asks_for_nothing_else),
        cmocka_unit_test(test_faults_are_usage_and_marked_in_the_line),
        cmocka_unit_test(test_bad_values_are_all_reported_where_they_stand),
        cmocka_unit_test(test_quotes_inside_words_keep_the_columns_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
