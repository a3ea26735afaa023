/* write.h - the shape of a command that writes: begin, work, commit or leave everything as it was.
 */
#ifndef WAARBORG_CLI_WRITE_H
#define WAARBORG_CLI_WRITE_H

#include "cli/output.h"

/* Begin, run `work`, and commit (under --dry-run: abort) when it and cli->list are without error;
 * abort otherwise. */
WB_MUST_CHECK wb_code wb_cli_write(wb_cli *cli,
                                   wb_code (*work)(wb_cli *cli, void *context, wb_error *err),
                                   void *context, wb_error *err);

/* "", under --dry-run "would be ", or "to be " when it is proposed. */
const char *wb_cli_would(const wb_cli *cli);

enum { WB_ENTRY_TEXT = 64 };
/* ", entry 55"; nothing when it is proposed and has no number yet. In JSON that is null. */
const char *wb_cli_entry(char text[WB_ENTRY_TEXT], const wb_cli *cli, uint64_t number);
json_t *wb_cli_entry_json(const wb_cli *cli, uint64_t number, bool already);
/* Where a reference is that was used before: "already in the books, as entry 55", or "already
 * proposed, as P-55". */
const char *wb_cli_already(char text[WB_ENTRY_TEXT], const wb_cli *cli, uint64_t number);

#endif
