/* write.h - the shape of a command that writes: begin, work, commit or leave everything as it was.
 */
#ifndef WAARBORG_CLI_WRITE_H
#define WAARBORG_CLI_WRITE_H

#include "cli/command.h"

/* Begin, run `work`, and commit (under --dry-run: abort) when it and cli->list are without error;
 * abort otherwise. */
WB_MUST_CHECK wb_code wb_cli_write(wb_cli *cli,
                                   wb_code (*work)(wb_cli *cli, void *context, wb_error *err),
                                   void *context, wb_error *err);

/* "" or, under --dry-run, "would be ". */
const char *wb_cli_would(const wb_cli *cli);

#endif
