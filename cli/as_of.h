/* as_of.h - the option --as-of-record, in one place for all commands that show the books. */
#ifndef WAARBORG_CLI_AS_OF_H
#define WAARBORG_CLI_AS_OF_H

#include "cli/command.h"

/*
 * When --as-of-record was given, view cli->ledger as of that record and say so at the head of the
 * output. WHEN is a record's number; a day, which means its end, in UTC; or a time in UTC, which
 * means the end of the second or part of it that it names. A moment before the first record or in
 * the future is refused, with a caret.
 */
WB_MUST_CHECK wb_code wb_cli_as_of(wb_cli *cli, wb_error *err);

#endif
