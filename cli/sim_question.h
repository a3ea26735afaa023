/* sim_question.h - options by which the questions about a scenario are asked. */
#ifndef WAARBORG_CLI_SIM_QUESTION_H
#define WAARBORG_CLI_SIM_QUESTION_H

#include "cli/command.h"
#include "waarborg/sim.h"

/* Each reads the option `name`; a bad value goes to cli->list, and the answer is false. Absent: the
 * value stays as it is. */
bool wb_cli_sim_event(wb_cli *cli, const char *name, wb_event *event);
/* Strictly between 0 % and 100 %. */
bool wb_cli_sim_target(wb_cli *cli, const char *name, wb_rate *target);
/* --years: 1 to those of the model; absent: all of them. */
bool wb_cli_sim_years(wb_cli *cli, const wb_model *model, uint32_t *years);

#endif
