/* sim_options.h - what commands that simulate share: --threads, --kernel, progress and Ctrl-C. */
#ifndef WAARBORG_CLI_SIM_OPTIONS_H
#define WAARBORG_CLI_SIM_OPTIONS_H

#include "cli/command.h"
#include "cli/progress.h"
#include "waarborg/sim.h"

/* Read --threads and --kernel; bad values go to cli->list. Progress is shown by `progress`, which
 * the caller begins and ends, and stops the work on Ctrl-C. */
WB_MUST_CHECK wb_code wb_cli_sim_options(wb_cli *cli, wb_sim_options *options,
                                         wb_progress *progress);

#endif
