/* run.h - runs one command of a parsed command line. */
#ifndef WAARBORG_CLI_RUN_H
#define WAARBORG_CLI_RUN_H

#include "cli/command.h"

/* The exit status. Everything there is to report has been rendered. */
int wb_cli_run(wb_cli *cli);

#endif
