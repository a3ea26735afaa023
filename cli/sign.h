/* sign.h - the key of who runs a command: where it is, and its passphrase. */
#ifndef WAARBORG_CLI_SIGN_H
#define WAARBORG_CLI_SIGN_H

#include "cli/command.h"

/*
 * The file of a key: --key-file, else NAME.key in WAARBORG_KEYS, else in ~/.config/waarborg/keys.
 * *path is owned by the caller (free). WB_E_KEY: no directory, or a name that is no file name.
 */
WB_MUST_CHECK wb_code wb_cli_key_path(const wb_cli *cli, const char *name, char **path,
                                      wb_error *err);

/*
 * A passphrase: the first line of --passphrase-file or WAARBORG_PASSPHRASE_FILE, else asked on the
 * terminal without an echo, twice when it is a new one. *text is wiped by wb_passphrase_clear.
 * WB_E_KEY: there is no terminal, or the two differ; WB_E_INTERRUPTED.
 */
WB_MUST_CHECK wb_code wb_cli_passphrase(const wb_cli *cli, const char *prompt, bool twice,
                                        char **text, wb_error *err);

#endif
