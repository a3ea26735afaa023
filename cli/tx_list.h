/* tx_list.h - waarborg tx list. */
#ifndef WAARBORG_CLI_TX_LIST_H
#define WAARBORG_CLI_TX_LIST_H

#include "cli/command.h"

/* The command: entries between two dates, of an account and of a party. */
wb_code wb_tx_list(wb_cli *cli, wb_error *err);

#endif
