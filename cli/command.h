/*
 * command.h - what a command of waarborg is, and what it may use.
 *
 * A command is a row in a static table: its noun and verb, its options and operands, its help, and
 * a function. The framework reads the command line against the table, writes the help from it,
 * opens the ledger (in a child process, so that a damaged file cannot kill the program), runs the
 * function, and renders every error once, on standard error, as text or (with --json) as JSON. A
 * command parses values, calls the library and prints; it holds no rule.
 *
 * Exit statuses come from the wb_code alone: see waarborg/error.h.
 */
#ifndef WAARBORG_CLI_COMMAND_H
#define WAARBORG_CLI_COMMAND_H

#include "waarborg/key.h"
#include "waarborg/ledger.h"

enum {
    WB_REQUIRED = 1,  /* must be given */
    WB_REPEATABLE = 2 /* may be given more than once */
};

/* An option ("date" is --date; a single letter is -C) or an operand ("FILE"). */
typedef struct wb_option {
    const char *name;     /* NULL ends the table */
    const char *argument; /* what its value is called; NULL for a flag, and for an operand */
    const char *help;     /* one line, lower case */
    unsigned traits;      /* WB_REQUIRED, WB_REPEATABLE */
} wb_option;

typedef enum wb_need {
    WB_NEED_NOTHING, /* runs as it is */
    WB_NEED_GUARD,   /* touches a ledger by itself: runs in a guarded child */
    WB_NEED_READER,  /* guarded, with cli->ledger open for reading */
    WB_NEED_WRITER   /* guarded, with cli->ledger open for writing; accepts --dry-run */
} wb_need;

typedef struct wb_cli wb_cli;

typedef struct wb_command {
    const char *noun;        /* NULL ends the table */
    const char *verb;        /* NULL: the noun stands alone ("version") */
    const char *summary;     /* one line, lower case, no full stop */
    const char *description; /* lines of at most 78 columns, or NULL */
    const char *example;     /* command lines, each on its own line, without the prompt */
    const wb_option *options;
    const wb_option *operands;
    wb_need need;
    bool writes;   /* accepts --dry-run and --as (implied by WB_NEED_WRITER) */
    bool signs;    /* opens the key of --as: accepts --key-file and --passphrase-file, and --as */
    bool computed; /* what it writes is computed from balances: see wb_proposal_terms */
    bool as_of;    /* shows the books, with WB_NEED_READER: accepts --as-of-record */
    bool ranks;    /* all processes of mpirun share it; else process 0 alone does it (ranks.h) */
    bool stops;    /* looks at wb_interrupted: the first Ctrl-C lets it finish in order */
    /*
     * Do the work. Either fill err and return its code, or add errors to cli->list (the wb_cli_*
     * readers do) and return any of their codes; both end up rendered. Return WB_E_ANSWER_NO
     * without a message when the answer that was printed is no.
     */
    wb_code (*run)(wb_cli *cli, wb_error *err);
} wb_command;

typedef struct wb_argument {
    const wb_option *option; /* an option or an operand of the command */
    const char *value;       /* NULL for a flag */
    uint32_t column;         /* its place in the line, 1-based */
    uint32_t column_end;
} wb_argument;

/* One run of one command. */
struct wb_cli {
    const wb_command *command;
    bool json;
    bool quiet;
    bool dry_run;
    wb_date expires; /* --expires, else 30 days from now: the last day of a proposal */
    bool help;
    const char *dir;             /* the fund: -C, else WAARBORG_FUND, else "." */
    const char *maker;           /* --as, else WAARBORG_AS, LOGNAME or USER, else "unknown" */
    const char *key_file;        /* --key-file, or NULL */
    const char *passphrase_file; /* --passphrase-file, or NULL */
    wb_signer *signer;           /* by wb_cli_signer; closed when the command is done */
    bool proposing;              /* four eyes are on: what is written is proposed */
    uint64_t proposal;           /* then, after wb_cli_commit; 0 when there was nothing new */
    wb_ledger *ledger;           /* open for WB_NEED_READER and WB_NEED_WRITER */
    wb_diagnostics list;         /* what to report when the command is done */
    const char *closing; /* last line under errors, such as "nothing was written"; NULL: none */
    char *line;          /* the command line as one text, quoted as for sh */
    wb_argument *arguments;
    size_t argument_count;
};

/* ---- what the command line says; names as in the tables ---- */

/* How often it was given; the n-th value (asserts n < count); the first value or NULL. */
size_t wb_cli_count(const wb_cli *cli, const char *name);
const char *wb_cli_nth(const wb_cli *cli, const char *name, size_t n);
const char *wb_cli_text(const wb_cli *cli, const char *name);

/* The value as a date, amount, rate, whole number, id or path. Absent: value is untouched and the
 * answer is true. Bad: the error goes to cli->list with a caret under the value, and the answer is
 * false. */
bool wb_cli_date(wb_cli *cli, const char *name, wb_date *value);
bool wb_cli_money(wb_cli *cli, const char *name, wb_money *value);
bool wb_cli_rate(wb_cli *cli, const char *name, wb_rate_form form, wb_rate *value);
bool wb_cli_number(wb_cli *cli, const char *name, uint64_t limit, uint64_t *value);
bool wb_cli_id(wb_cli *cli, const char *name, const char **value);

/* Today, in UTC: the library has no clock. */
wb_date wb_cli_today(void);

/* Put the place of the n-th value of name under err and add it to cli->list. Returns its code.
 * `offset` and `size` mark a part of the value; size 0: the whole value. */
wb_code wb_cli_refuse(wb_cli *cli, const char *name, size_t n, wb_error *err);
wb_code wb_cli_refuse_part(wb_cli *cli, const char *name, size_t n, size_t offset, size_t size,
                           wb_error *err);

/* ---- the ledger ---- */

/*
 * Begin writing (says on standard error for whom it waits); commit, or abort under --dry-run. While
 * four eyes are on, begin first opens the key of cli->maker, commit turns the batch into a proposal
 * of his, and a line at the end of the command says for whom it waits.
 */
void wb_cli_waiting(const char *holder, void *context); /* context: the wb_cli */
WB_MUST_CHECK wb_code wb_cli_begin(wb_cli *cli, wb_error *err);
WB_MUST_CHECK wb_code wb_cli_commit(wb_cli *cli, wb_error *err);

/* ---- keys ---- */

/* Open the key of cli->maker as cli->signer, unless it is open: the file of --key-file, else
 * NAME.key in WAARBORG_KEYS or ~/.config/waarborg/keys; the passphrase of --passphrase-file, else
 * asked on the terminal. Before the ledger is begun: nobody may have to wait for a typist. */
WB_MUST_CHECK wb_code wb_cli_signer(wb_cli *cli, wb_error *err);

/* ---- results, on standard output ---- */

/* A sentence for a person; nothing with --json or -q. */
void wb_cli_say(const wb_cli *cli, const char *format, ...) WB_PRINTF(2, 3);
/* A remark on standard error; nothing with -q. */
void wb_cli_note(const wb_cli *cli, const char *format, ...) WB_PRINTF(2, 3);

/* ---- the framework's own parts ---- */

/* Read the command line against the tables (arrays of arrays, NULL at the end). WB_OK with
 * cli->command NULL and cli->help set: the overview was asked for; `noun` is set for a noun's. */
WB_MUST_CHECK wb_code wb_cli_parse(wb_cli *cli, const wb_command *const *tables, int argc,
                                   char **argv, const char **noun, wb_error *err);
void wb_cli_clear(wb_cli *cli);

/* Help, from the tables. */
void wb_help_overview(FILE *out, const wb_command *const *tables);
void wb_help_noun(FILE *out, const wb_command *const *tables, const char *noun);
void wb_help_command(FILE *out, const wb_command *command);
extern const wb_option wb_global_options[];
/* Whether a global option may be used with the command (NULL: no command yet). */
bool wb_global_applies(const wb_option *option, const wb_command *command);

/* Out of memory in the command line itself: says so and ends the process with status 7. */
void *wb_cli_must(void *allocated);

#endif
