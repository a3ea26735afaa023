/* run.c - runs one command: guards the ledger, reports once, turns a code into an exit status. */
#include "cli/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cli/as_of.h"
#include "cli/output.h"
#include "cli/progress.h"
#include "waarborg/control.h"

void wb_cli_waiting(const char *holder, void *context)
{
    wb_cli_note(context, "waiting for %s, who is writing to this fund", holder);
}

enum { PROPOSAL_DAYS = 30 }; /* that a proposal stays open */

wb_code wb_cli_begin(wb_cli *cli, wb_error *err)
{
    wb_code code = WB_OK;
    cli->expires = (wb_date){wb_cli_today().days + PROPOSAL_DAYS};
    if (!wb_cli_date(cli, "expires", &cli->expires)) return wb_diagnostics_code(&cli->list);
    if (!cli->dry_run) {
        code = wb_four_eyes(cli->ledger, &cli->proposing, err);
        if (code == WB_OK && cli->proposing) code = wb_cli_signer(cli, err);
    }
    if (code != WB_OK) return code;
    return wb_ledger_begin(cli->ledger, wb_cli_waiting, cli, err);
}

static wb_code propose(wb_cli *cli, wb_error *err)
{
    const wb_proposal_terms terms = {
        .expires = cli->expires, .reason = "", .computed = cli->command->computed};
    wb_code code = wb_ledger_propose(cli->ledger, cli->signer, &terms, &cli->proposal, err);
    if (code == WB_OK) {
        code = wb_ledger_commit(cli->ledger, err);
    } else {
        wb_ledger_abort(cli->ledger);
    }
    if (code == WB_OK) wb_output_proposal(cli->proposal);
    return code;
}

wb_code wb_cli_commit(wb_cli *cli, wb_error *err)
{
    if (cli->dry_run) {
        wb_ledger_abort(cli->ledger);
        return WB_OK;
    }
    return cli->proposing ? propose(cli, err) : wb_ledger_commit(cli->ledger, err);
}

/* What became of it, as the last line: nothing is in the books yet. */
static wb_code say_pending(const wb_cli *cli, wb_error *err)
{
    wb_proposal proposal;
    char amount[WB_MONEY_TEXT_MAX];
    wb_proposal_init(&proposal);
    const wb_code code = wb_proposal_find(&proposal, cli->ledger, cli->proposal, err);
    if (code == WB_OK) {
        char checkers[32] = "a checker";
        if (proposal.needed > 1) {
            (void)snprintf(checkers, sizeof checkers, "%u checkers", proposal.needed);
        }
        wb_cli_say(cli, "Pending P-%llu: %zu %s, EUR %s; waiting for %s other than %s.",
                   (unsigned long long)proposal.number, proposal.drafts,
                   proposal.drafts == 1 ? "record" : "records",
                   wb_money_text(amount, &proposal.debit, WB_MONEY_PLAIN), checkers,
                   proposal.maker);
    }
    wb_proposal_clear(&proposal);
    return code;
}

void wb_cli_say(const wb_cli *cli, const char *format, ...)
{
    if (cli->json || cli->quiet) return;
    va_list arguments;
    va_start(arguments, format);
    (void)vprintf(format, arguments);
    va_end(arguments);
    (void)putchar('\n');
}

void wb_cli_note(const wb_cli *cli, const char *format, ...)
{
    if (cli->quiet) return;
    va_list arguments;
    va_start(arguments, format);
    (void)vfprintf(stderr, format, arguments);
    va_end(arguments);
    (void)fputc('\n', stderr);
}

/* What was printed must have arrived: a full disk under `> file` is an error, a closed pipe under
 * `| head` is not worth a word. */
static wb_code flush_output(wb_error *err)
{
    errno = 0;
    if (fflush(stdout) == 0 && ferror(stdout) == 0) return WB_OK;
    const int reason = errno;
    (void)wb_fail(err, WB_E_IO, "cannot write the result: %s", strerror(reason));
    if (reason == EPIPE) err->message[0] = '\0';
    return WB_E_IO;
}

static wb_code open_and_run(wb_cli *cli, wb_error *err)
{
    const wb_need need = cli->command->need;
    wb_code code = WB_OK;
    if (need == WB_NEED_READER || need == WB_NEED_WRITER) {
        const wb_ledger_mode mode = need == WB_NEED_WRITER ? WB_LEDGER_WRITE : WB_LEDGER_READ;
        code = wb_ledger_open(&cli->ledger, cli->dir, mode, err);
        if (code == WB_E_NOT_LEDGER) {
            err->hint[0] = '\0'; /* what to do differs with who asks: here it is the command line */
            wb_error_hint(err, "name the fund with -C DIR or WAARBORG_FUND, or make one: "
                               "waarborg fund init DIR");
        }
    }
    if (code == WB_OK && need == WB_NEED_WRITER) {
        char command[WB_ID_MAX];
        (void)snprintf(command, sizeof command, "%s %s", cli->command->noun,
                       cli->command->verb == NULL ? "" : cli->command->verb);
        wb_ledger_describe(cli->ledger, cli->maker, command);
    }
    if (code == WB_OK && cli->command->as_of) code = wb_cli_as_of(cli, err);
    if (code == WB_OK) code = cli->command->run(cli, err);
    if (code == WB_OK && cli->proposal != 0) code = say_pending(cli, err);
    wb_ledger_close(cli->ledger);
    cli->ledger = NULL;
    wb_signer_close(cli->signer); /* wipes */
    cli->signer = NULL;
    return code;
}

/* The command itself and everything it has to say. Runs in the child when there is one, so that a
 * list of errors need not pass through the pipe: a reported error comes back without a message. */
static wb_code run_and_report(void *context, wb_error *err)
{
    wb_cli *cli = context;
    memset(err, 0, sizeof *err);
    wb_code code = open_and_run(cli, err);
    if (code != WB_OK && err->message[0] != '\0') wb_diagnostics_add(&cli->list, err);
    const wb_code listed = wb_diagnostics_code(&cli->list);
    if (listed != WB_OK) code = listed;
    if (code == WB_OK || code == WB_E_ANSWER_NO) {
        wb_error late = {0};
        const wb_code flushed = flush_output(&late);
        if (flushed != WB_OK && late.message[0] != '\0') wb_diagnostics_add(&cli->list, &late);
        if (flushed != WB_OK) code = flushed;
    } else {
        (void)fflush(stdout);
    }
    if (code == WB_E_INTERRUPTED) cli->closing = NULL; /* something may have been done */
    wb_output_errors(cli);
    (void)fflush(stderr);
    memset(err, 0, sizeof *err);
    return code;
}

int wb_cli_run(wb_cli *cli)
{
    wb_error err;
    memset(&err, 0, sizeof err);
    wb_code code = WB_OK;
    /* Before there is a child, so that Ctrl-C does not end the parent under it. */
    if (cli->command->stops) wb_interrupt_catch();
    if (cli->command->need == WB_NEED_NOTHING) {
        code = run_and_report(cli, &err);
    } else {
        code = wb_ledger_guard(run_and_report, cli, cli->dir, &err);
        if (code != WB_OK && err.message[0] != '\0') {
            wb_diagnostics_clear(&cli->list);
            wb_diagnostics_add(&cli->list, &err);
            wb_output_errors(cli);
        }
    }
    return wb_code_exit(code);
}
