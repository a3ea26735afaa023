/* write.c - the shape of a command that writes. */
#include "cli/write.h"

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
    return cli->dry_run ? "would be " : "";
}
