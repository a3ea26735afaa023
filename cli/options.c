/* options.c - reads a command line against the tables of commands, and says what is wrong with it
 * with a caret under the word. */
#include "cli/command.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

const wb_option wb_global_options[] = {
    {"C", "DIR", "the directory of the fund (default: WAARBORG_FUND, else here)", 0},
    {"json", NULL, "print the result, and errors, as JSON", 0},
    {"q", NULL, "print no remarks, only results and errors", 0},
    {"help", NULL, "show this help", 0},
    {"dry-run", NULL, "check everything, write nothing", 0},
    {"as", "NAME", "who makes the entry (default: WAARBORG_AS, else the user's name)", 0},
    {"key-file", "FILE", "the key of who makes or approves (default: NAME.key in WAARBORG_KEYS)",
     0},
    {"passphrase-file", "FILE", "the passphrase of the key, its first line (default: asked for)",
     0},
    {"expires", "DATE",
     "under four eyes, the last day on which it may be approved (default: 30 days)", 0},
    {"as-of-record", "WHEN", "what was known after a record, or at the end of a day or time (UTC)",
     0},
    {NULL, NULL, NULL, 0},
};

bool wb_global_applies(const wb_option *option, const wb_command *command)
{
    if (strcmp(option->name, "as-of-record") == 0) return command == NULL || command->as_of;
    const bool dry = strcmp(option->name, "dry-run") == 0 || strcmp(option->name, "expires") == 0;
    const bool who = strcmp(option->name, "as") == 0 || strcmp(option->name, "key-file") == 0 ||
                     strcmp(option->name, "passphrase-file") == 0;
    if ((!dry && !who) || command == NULL) return true;
    return command->writes || command->need == WB_NEED_WRITER || (who && command->signs);
}

void *wb_cli_must(void *allocated)
{
    if (allocated != NULL) return allocated;
    wb_error err;
    (void)wb_fail(&err, WB_E_NOMEM, "out of memory");
    wb_error_render(stderr, &err);
    exit(wb_code_exit(WB_E_NOMEM));
}

/* The words of the command line and where each stands in the joined text. */
typedef struct words {
    wb_cli *cli;
    const wb_command *const *tables;
    int count;
    char **text;
    uint32_t *column;     /* 1-based, of the word itself, inside its quotes */
    uint32_t *column_end; /* one past it */
    int next;
    bool only_operands; /* after "--" */
} words;

static bool plain_word(const char *word)
{
    return word[0] != '\0' && word[strcspn(word, " \t\n\"'\\$`&|;<>()*?[]#~!")] == '\0';
}

/* Join the words as a person would type them, so that a caret can point into the line. */
static void join_words(words *w)
{
    size_t room = sizeof "waarborg";
    for (int i = 1; i < w->count; i++)
        room += 4 * strlen(w->text[i]) + 3;
    char *line = wb_cli_must(malloc(room));
    size_t used = (size_t)snprintf(line, room, "waarborg");
    for (int i = 1; i < w->count; i++) {
        const bool quoted = !plain_word(w->text[i]);
        line[used++] = ' ';
        if (quoted) line[used++] = '\'';
        w->column[i] = (uint32_t)used + 1;
        for (const char *c = w->text[i]; *c != '\0'; c++) {
            if (quoted && *c == '\'') {
                memcpy(line + used, "'\\'", 3);
                used += 3;
            }
            line[used++] = *c;
        }
        w->column_end[i] = (uint32_t)used + 1;
        if (quoted) line[used++] = '\'';
    }
    line[used] = '\0';
    assert(used < room);
    w->cli->line = line;
}

/* Put err on the command line, between two columns (0: at its end). */
static wb_code refuse_at(wb_cli *cli, uint32_t column, uint32_t column_end, wb_error *err)
{
    const size_t size = strlen(cli->line);
    const uint32_t place = column == 0 ? (uint32_t)size + 2 : column;
    wb_error_excerpt(err, cli->line, size, place, column_end);
    wb_error_at(err, "command line", 0, NULL);
    wb_diagnostics_add(&cli->list, err);
    return err->code;
}

static wb_code refuse_word(words *w, int word, wb_error *err)
{
    return refuse_at(w->cli, w->column[word], w->column_end[word], err);
}

/* Collect names for "did you mean"; the longest list has this many. */
enum { NAMES_MAX = 128 };
typedef struct names {
    const char *word[NAMES_MAX];
    size_t count;
} names;

static void add_name(names *list, const char *name)
{
    if (list->count > 0 && strcmp(list->word[list->count - 1], name) == 0) return;
    if (list->count < NAMES_MAX) list->word[list->count++] = name;
}

static names nouns_of(const wb_command *const *tables)
{
    names list = {.count = 0};
    for (; *tables != NULL; tables++) {
        for (const wb_command *c = *tables; c->noun != NULL; c++)
            add_name(&list, c->noun);
    }
    return list;
}

static names verbs_of(const wb_command *const *tables, const char *noun)
{
    names list = {.count = 0};
    for (; *tables != NULL; tables++) {
        for (const wb_command *c = *tables; c->noun != NULL; c++) {
            if (strcmp(c->noun, noun) == 0 && c->verb != NULL) add_name(&list, c->verb);
        }
    }
    return list;
}

static const wb_command *find_command(const wb_command *const *tables, const char *noun,
                                      const char *verb)
{
    for (; *tables != NULL; tables++) {
        for (const wb_command *c = *tables; c->noun != NULL; c++) {
            if (strcmp(c->noun, noun) != 0) continue;
            if (verb == NULL ? c->verb == NULL : c->verb != NULL && strcmp(c->verb, verb) == 0) {
                return c;
            }
        }
    }
    return NULL;
}

static void hint_nearest(wb_error *err, const char *given, const names *list, const char *dashes,
                         const char *help)
{
    const char *nearest = wb_nearest_word(given, list->word, list->count);
    if (nearest != NULL) {
        wb_error_hint(err, "did you mean '%s%s'?", dashes, nearest);
    } else {
        wb_error_hint(err, "see 'waarborg %s--help'", help);
    }
}

static const wb_option *find_option(const wb_option *table, const char *name, size_t size)
{
    for (; table != NULL && table->name != NULL; table++) {
        if (strlen(table->name) == size && memcmp(table->name, name, size) == 0) return table;
    }
    return NULL;
}

static wb_code unknown_option(words *w, int word, const char *name, size_t size, wb_error *err)
{
    const wb_command *command = w->cli->command;
    names list = {.count = 0};
    for (const wb_option *o = command == NULL ? NULL : command->options;
         o != NULL && o->name != NULL; o++) {
        add_name(&list, o->name);
    }
    for (const wb_option *o = wb_global_options; o->name != NULL; o++) {
        if (wb_global_applies(o, command) && strlen(o->name) > 1) add_name(&list, o->name);
    }
    char given[64];
    (void)snprintf(given, sizeof given, "%.*s", (int)(size < 60 ? size : 60), name);
    char help[128] = "";
    if (command == NULL) {
        (void)wb_fail(err, WB_E_USAGE, "unknown option '%.60s'", w->text[word]);
    } else {
        const char *blank = command->verb == NULL ? "" : " ";
        const char *verb = command->verb == NULL ? "" : command->verb;
        (void)wb_fail(err, WB_E_USAGE, "'%s%s%s' has no option '%.60s'", command->noun, blank, verb,
                      w->text[word]);
        (void)snprintf(help, sizeof help, "%s%s%s ", command->noun, blank, verb);
    }
    hint_nearest(err, given, &list, "--", help);
    return refuse_word(w, word, err);
}

static bool was_given(const wb_cli *cli, const wb_option *option)
{
    for (size_t i = 0; i < cli->argument_count; i++) {
        if (cli->arguments[i].option == option) return true;
    }
    return false;
}

static void keep(wb_cli *cli, const wb_option *option, const char *value, uint32_t column,
                 uint32_t column_end)
{
    cli->arguments[cli->argument_count++] = (wb_argument){option, value, column, column_end};
    if (value == NULL) {
        if (strcmp(option->name, "q") == 0) cli->quiet = true;
        if (strcmp(option->name, "help") == 0) cli->help = true;
        if (strcmp(option->name, "dry-run") == 0) cli->dry_run = true;
        return;
    }
    if (option == &wb_global_options[0]) cli->dir = value;
    if (strcmp(option->name, "as") == 0) cli->maker = value;
    if (strcmp(option->name, "key-file") == 0) cli->key_file = value;
    if (strcmp(option->name, "passphrase-file") == 0) cli->passphrase_file = value;
}

/* One option: -C DIR, -q, --name VALUE, --name=VALUE or --name. */
static wb_code read_option(words *w, wb_error *err)
{
    wb_cli *cli = w->cli;
    const int word = w->next++;
    const char *text = w->text[word];
    const bool is_long = text[1] == '-';
    const char *name = text + (is_long ? 2 : 1);
    const size_t size = is_long ? strcspn(name, "=") : strlen(name);
    const wb_option *option =
        cli->command == NULL ? NULL : find_option(cli->command->options, name, size);
    if (option == NULL) {
        option = find_option(wb_global_options, name, size);
        if (option != NULL && !wb_global_applies(option, cli->command)) option = NULL;
    }
    if (option == NULL || (size == 1) == is_long) return unknown_option(w, word, name, size, err);
    if ((option->traits & WB_REPEATABLE) == 0 && was_given(cli, option)) {
        (void)wb_fail(err, WB_E_USAGE, "option '%.60s' is given twice", text);
        return refuse_word(w, word, err);
    }
    const bool attached = name[size] == '=';
    if (option->argument == NULL) {
        if (attached) {
            (void)wb_fail(err, WB_E_USAGE, "option '--%s' takes no value", option->name);
            return refuse_word(w, word, err);
        }
        keep(cli, option, NULL, w->column[word], w->column_end[word]);
        return WB_OK;
    }
    if (attached) {
        const uint32_t skip = (uint32_t)(name + size + 1 - text);
        keep(cli, option, name + size + 1, w->column[word] + skip, w->column_end[word]);
        return WB_OK;
    }
    if (w->next >= w->count || strncmp(w->text[w->next], "--", 2) == 0) {
        (void)wb_fail(err, WB_E_USAGE, "option '%.60s' needs a value: %s", text, option->argument);
        return refuse_word(w, word, err);
    }
    keep(cli, option, w->text[w->next], w->column[w->next], w->column_end[w->next]);
    w->next++;
    return WB_OK;
}

/* A word that is no option, once the command is known. */
static wb_code read_operand(words *w, wb_error *err)
{
    wb_cli *cli = w->cli;
    const int word = w->next++;
    const wb_option *operand = cli->command->operands;
    while (operand != NULL && operand->name != NULL && (operand->traits & WB_REPEATABLE) == 0 &&
           was_given(cli, operand)) {
        operand++;
    }
    if (operand == NULL || operand->name == NULL) {
        (void)wb_fail(err, WB_E_USAGE, "'%.60s' is one word too many", w->text[word]);
        wb_error_hint(err, "see 'waarborg %s%s%s --help'", cli->command->noun,
                      cli->command->verb == NULL ? "" : " ",
                      cli->command->verb == NULL ? "" : cli->command->verb);
        return refuse_word(w, word, err);
    }
    keep(cli, operand, w->text[word], w->column[word], w->column_end[word]);
    return WB_OK;
}

/* A word before the command is known: the noun, then the verb. */
static wb_code read_name(words *w, const char **noun, wb_error *err)
{
    wb_cli *cli = w->cli;
    const int word = w->next++;
    const char *text = w->text[word];
    if (*noun == NULL) {
        const names nouns = nouns_of(w->tables);
        cli->command = find_command(w->tables, text, NULL);
        if (cli->command != NULL) return WB_OK;
        if (verbs_of(w->tables, text).count > 0) {
            *noun = text;
            return WB_OK;
        }
        (void)wb_fail(err, WB_E_USAGE, "unknown command '%.60s'", text);
        hint_nearest(err, text, &nouns, "", "");
        return refuse_word(w, word, err);
    }
    cli->command = find_command(w->tables, *noun, text);
    if (cli->command != NULL) return WB_OK;
    const names verbs = verbs_of(w->tables, *noun);
    (void)wb_fail(err, WB_E_USAGE, "'%s' has no verb '%.60s'", *noun, text);
    char help[64];
    (void)snprintf(help, sizeof help, "%.40s ", *noun);
    hint_nearest(err, text, &verbs, "", help);
    return refuse_word(w, word, err);
}

/* A noun without its verb. */
static wb_code refuse_lone_noun(wb_cli *cli, const wb_command *const *tables, const char *noun,
                                wb_error *err)
{
    const names verbs = verbs_of(tables, noun);
    char text[sizeof err->hint] = "";
    for (size_t i = 0; i < verbs.count; i++) {
        const size_t used = strlen(text);
        (void)snprintf(text + used, sizeof text - used, "%s%s", i == 0 ? "" : ", ", verbs.word[i]);
    }
    (void)wb_fail(err, WB_E_USAGE, "'%s' needs a verb", noun);
    wb_error_hint(err, "one of: %.280s", text);
    return refuse_at(cli, 0, 0, err);
}

/* Global options that the command cannot use (they may stand before it), and every required option
 * and operand that is not there. */
static wb_code check_complete(wb_cli *cli, wb_error *err)
{
    wb_code code = WB_OK;
    for (size_t i = 0; i < cli->argument_count; i++) {
        const wb_argument *argument = &cli->arguments[i];
        const wb_option *given = argument->option;
        assert(given != NULL);
        const wb_option *global = find_option(wb_global_options, given->name, strlen(given->name));
        if (global == NULL || global != given) continue;
        if (wb_global_applies(global, cli->command)) continue;
        const bool view = strcmp(global->name, "as-of-record") == 0;
        (void)wb_fail(err, WB_E_USAGE, "'--%s' is for commands that %s", global->name,
                      view ? "show the books" : "write");
        code = refuse_at(cli, argument->column, argument->column_end, err);
    }
    for (const wb_option *o = cli->command->operands; o != NULL && o->name != NULL; o++) {
        if ((o->traits & WB_REQUIRED) == 0 || was_given(cli, o)) continue;
        (void)wb_fail(err, WB_E_USAGE, "%s is missing", o->name);
        wb_error_hint(err, "%s: %s", o->name, o->help);
        code = refuse_at(cli, 0, 0, err);
    }
    for (const wb_option *o = cli->command->options; o != NULL && o->name != NULL; o++) {
        if ((o->traits & WB_REQUIRED) == 0 || was_given(cli, o)) continue;
        (void)wb_fail(err, WB_E_USAGE, "option '--%s' is missing", o->name);
        wb_error_hint(err, "--%s %s: %s", o->name, o->argument == NULL ? "" : o->argument, o->help);
        code = refuse_at(cli, 0, 0, err);
    }
    return code;
}

static void set_defaults(wb_cli *cli)
{
    static const char *const makers[] = {"WAARBORG_AS", "LOGNAME", "USER"};
    const char *dir = getenv("WAARBORG_FUND");
    cli->dir = dir != NULL && dir[0] != '\0' ? dir : ".";
    for (size_t i = 0; i < sizeof makers / sizeof makers[0] && cli->maker == NULL; i++) {
        const char *maker = getenv(makers[i]);
        if (maker != NULL && maker[0] != '\0') cli->maker = maker;
    }
    if (cli->maker == NULL) cli->maker = "unknown";
}

/* Whether errors are to be JSON must be known before the first of them. */
static bool asks_for_json(int argc, char **argv)
{
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0) return true;
    }
    return false;
}

static wb_code read_words(words *w, const char **noun, wb_error *err)
{
    while (w->next < w->count) {
        const char *text = w->text[w->next];
        wb_code code = WB_OK;
        if (!w->only_operands && strcmp(text, "--") == 0) {
            w->only_operands = true;
            w->next++;
        } else if (!w->only_operands && text[0] == '-' && text[1] != '\0') {
            code = read_option(w, err);
        } else if (w->cli->command == NULL) {
            code = read_name(w, noun, err);
        } else {
            code = read_operand(w, err);
        }
        if (code != WB_OK) return code;
    }
    return WB_OK;
}

wb_code wb_cli_parse(wb_cli *cli, const wb_command *const *tables, int argc, char **argv,
                     const char **noun, wb_error *err)
{
    assert(cli != NULL && tables != NULL && noun != NULL);
    memset(cli, 0, sizeof *cli);
    *noun = NULL;
    set_defaults(cli);
    cli->json = asks_for_json(argc, argv);
    const size_t room = argc > 0 ? (size_t)argc : 1;
    words w = {.cli = cli, .tables = tables, .count = argc, .text = argv, .next = 1};
    w.column = wb_cli_must(calloc(room, sizeof *w.column));
    w.column_end = wb_cli_must(calloc(room, sizeof *w.column_end));
    cli->arguments = wb_cli_must(calloc(room, sizeof *cli->arguments));
    join_words(&w);
    wb_code code = read_words(&w, noun, err);
    if (code == WB_OK && cli->command == NULL && *noun == NULL) cli->help = true;
    if (code == WB_OK && !cli->help) {
        code = cli->command == NULL ? refuse_lone_noun(cli, tables, *noun, err)
                                    : check_complete(cli, err);
    }
    free(w.column);
    free(w.column_end);
    /* The error stands in the list now, with its place. */
    if (code != WB_OK) err->message[0] = '\0';
    return code;
}

void wb_cli_clear(wb_cli *cli)
{
    free(cli->line);
    free(cli->arguments);
    wb_diagnostics_clear(&cli->list);
}

static const wb_argument *find_argument(const wb_cli *cli, const char *name, size_t n)
{
    for (size_t i = 0; i < cli->argument_count; i++) {
        const wb_argument *argument = &cli->arguments[i];
        if (strcmp(argument->option->name, name) == 0 && n-- == 0) return argument;
    }
    return NULL;
}

size_t wb_cli_count(const wb_cli *cli, const char *name)
{
    size_t count = 0;
    while (find_argument(cli, name, count) != NULL)
        count++;
    return count;
}

const char *wb_cli_nth(const wb_cli *cli, const char *name, size_t n)
{
    const wb_argument *argument = find_argument(cli, name, n);
    assert(argument != NULL);
    return argument->value;
}

const char *wb_cli_text(const wb_cli *cli, const char *name)
{
    const wb_argument *argument = find_argument(cli, name, 0);
    return argument == NULL ? NULL : argument->value;
}

wb_code wb_cli_refuse_part(wb_cli *cli, const char *name, size_t n, size_t offset, size_t size,
                           wb_error *err)
{
    const wb_argument *argument = find_argument(cli, name, n);
    assert(argument != NULL);
    const uint32_t column = argument->column + (uint32_t)offset;
    const uint32_t end = size == 0 ? argument->column_end : column + (uint32_t)size;
    return refuse_at(cli, column, end, err);
}

wb_code wb_cli_refuse(wb_cli *cli, const char *name, size_t n, wb_error *err)
{
    return wb_cli_refuse_part(cli, name, n, 0, 0, err);
}
