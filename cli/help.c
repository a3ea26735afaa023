/* help.c - the help texts, written from the same tables that read the command line. */
#include "cli/command.h"

#include <string.h>

enum { HELP_COLUMN = 26 };

/* "-C DIR" or "--date DATE" or "FILE" into text. */
static void write_name(char *text, size_t room, const wb_option *option, const char *dashes)
{
    (void)snprintf(text, room, "%s%s%s%s", dashes, option->name,
                   option->argument == NULL ? "" : " ",
                   option->argument == NULL ? "" : option->argument);
}

static const char *dashes_of(const wb_option *option)
{
    return strlen(option->name) == 1 ? "-" : "--";
}

static void print_option(FILE *out, const wb_option *option, const char *dashes)
{
    char name[128];
    write_name(name, sizeof name, option, dashes);
    (void)fprintf(out, "  %-*s", HELP_COLUMN, name);
    if (strlen(name) > HELP_COLUMN) (void)fprintf(out, "\n  %*s", HELP_COLUMN, "");
    (void)fprintf(out, "  %s%s%s\n", option->help,
                  (option->traits & WB_REQUIRED) != 0 ? " (required)" : "",
                  (option->traits & WB_REPEATABLE) != 0 ? " (may be repeated)" : "");
}

static void print_usage(FILE *out, const wb_command *command)
{
    (void)fprintf(out, "usage: waarborg %s%s%s", command->noun, command->verb == NULL ? "" : " ",
                  command->verb == NULL ? "" : command->verb);
    for (const wb_option *o = command->operands; o != NULL && o->name != NULL; o++) {
        const bool required = (o->traits & WB_REQUIRED) != 0;
        (void)fprintf(out, required ? " %s%s" : " [%s%s]", o->name,
                      (o->traits & WB_REPEATABLE) != 0 ? "..." : "");
    }
    bool others = false;
    for (const wb_option *o = command->options; o != NULL && o->name != NULL; o++) {
        if ((o->traits & WB_REQUIRED) == 0) {
            others = true;
            continue;
        }
        char name[128];
        write_name(name, sizeof name, o, dashes_of(o));
        (void)fprintf(out, " %s%s", name, (o->traits & WB_REPEATABLE) != 0 ? "..." : "");
    }
    (void)fputs(others ? " [OPTIONS]\n" : "\n", out);
}

void wb_help_command(FILE *out, const wb_command *command)
{
    (void)fprintf(out, "waarborg %s%s%s - %s\n\n", command->noun, command->verb == NULL ? "" : " ",
                  command->verb == NULL ? "" : command->verb, command->summary);
    print_usage(out, command);
    if (command->description != NULL) (void)fprintf(out, "\n%s\n", command->description);
    if (command->operands != NULL && command->operands[0].name != NULL) {
        (void)fputc('\n', out);
        for (const wb_option *o = command->operands; o->name != NULL; o++)
            print_option(out, o, "");
    }
    if (command->options != NULL && command->options[0].name != NULL) {
        (void)fputs("\noptions:\n", out);
        for (const wb_option *o = command->options; o->name != NULL; o++) {
            print_option(out, o, dashes_of(o));
        }
    }
    (void)fputs("\ncommon options:\n", out);
    for (const wb_option *o = wb_global_options; o->name != NULL; o++) {
        if (wb_global_applies(o, command)) print_option(out, o, dashes_of(o));
    }
    if (command->example != NULL) {
        (void)fputs("\nexample:\n", out);
        for (const char *line = command->example; *line != '\0';) {
            const size_t size = strcspn(line, "\n");
            (void)fprintf(out, "  %.*s\n", (int)size, line);
            line += size + (line[size] == '\n' ? 1 : 0);
        }
    }
}

static void print_command(FILE *out, const wb_command *command)
{
    char name[64];
    (void)snprintf(name, sizeof name, "%s%s%s", command->noun, command->verb == NULL ? "" : " ",
                   command->verb == NULL ? "" : command->verb);
    (void)fprintf(out, "  %-*s  %s\n", HELP_COLUMN, name, command->summary);
}

void wb_help_noun(FILE *out, const wb_command *const *tables, const char *noun)
{
    (void)fprintf(out, "usage: waarborg %s VERB [OPTIONS]\n\n", noun);
    for (; *tables != NULL; tables++) {
        for (const wb_command *c = *tables; c->noun != NULL; c++) {
            if (strcmp(c->noun, noun) == 0) print_command(out, c);
        }
    }
    (void)fprintf(out, "\nSee 'waarborg %s VERB --help'.\n", noun);
}

void wb_help_overview(FILE *out, const wb_command *const *tables)
{
    (void)fputs("waarborg - the books and the foresight of a guarantee fund\n\n"
                "usage: waarborg NOUN VERB [OPTIONS] [OPERANDS]\n\n",
                out);
    for (; *tables != NULL; tables++) {
        for (const wb_command *c = *tables; c->noun != NULL; c++)
            print_command(out, c);
    }
    (void)fputs("\ncommon options:\n", out);
    for (const wb_option *o = wb_global_options; o->name != NULL; o++) {
        print_option(out, o, dashes_of(o));
    }
    (void)fputs(
        "\nSee 'waarborg NOUN VERB --help' for one command.\n"
        "Exit status: 0 ok, 1 the answer is no, 2 usage, 3 input invalid, 4 refused by a rule,\n"
        "5 not authorised, 6 integrity broken, 7 input/output, 8 interrupted, 70 internal error.\n",
        out);
}
