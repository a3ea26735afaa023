/* write.c - the shape of a command that writes. */
#include "cli/write.h"

#include <stdio.h>

wb_code wb_cli_write(wb_cli *cli, wb_code (*work)(wb_cli *cli, void *context, wb_error *err),
                     void *context, wb_error *err)
{
    cli->closing = "nothing was written";
    wb_code code = wb_cli_begin(cli, err);
    if (code != WB_OK) return code;
    code = work(cli, context, err);
    if (code == WB_OK) code = wb_diagnostics_code(&cli->list);
    if (code == WB_OK) return wb_cli_commit(cli, err);
    wb_ledger_abort(cli->ledger);
    return code;
}

const char *wb_cli_would(const wb_cli *cli)
{
    if (cli->dry_run) return "would be ";
    return cli->proposing ? "to be " : "";
}

const char *wb_cli_entry(char text[WB_ENTRY_TEXT], const wb_cli *cli, uint64_t number)
{
    text[0] = '\0';
    if (!cli->proposing) {
        (void)snprintf(text, WB_ENTRY_TEXT, ", entry %llu", (unsigned long long)number);
    }
    return text;
}

/* Whether a record is a proposal that waits, under which a reference was reserved. */
static bool is_proposal(const wb_cli *cli, uint64_t number)
{
    wb_record record;
    wb_record_init(&record);
    const wb_code code = wb_ledger_record(cli->ledger, number, &record, NULL);
    const bool is = code == WB_OK && record.kind == WB_RECORD_PROPOSAL;
    wb_record_clear(&record);
    return is;
}

const char *wb_cli_already(char text[WB_ENTRY_TEXT], const wb_cli *cli, uint64_t number)
{
    const bool waits = is_proposal(cli, number);
    (void)snprintf(text, WB_ENTRY_TEXT,
                   waits ? "already proposed, as P-%llu" : "already in the books, as entry %llu",
                   (unsigned long long)number);
    return text;
}

json_t *wb_cli_entry_json(const wb_cli *cli, uint64_t number, bool already)
{
    return cli->proposing && !already ? json_null() : wb_json_number(number);
}
