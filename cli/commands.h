/* commands.h - the tables of commands, one per noun or group; each ends with a row without noun. */
#ifndef WAARBORG_CLI_COMMANDS_H
#define WAARBORG_CLI_COMMANDS_H

#include "cli/command.h"

extern const wb_command wb_commands_fund[];
extern const wb_command wb_commands_key[];
extern const wb_command wb_commands_user[];
extern const wb_command wb_commands_rule[];
extern const wb_command wb_commands_limit[];
extern const wb_command wb_commands_period[];
extern const wb_command wb_commands_pending[];
extern const wb_command wb_commands_party[];
extern const wb_command wb_commands_contribution[];
extern const wb_command wb_commands_loan[];
extern const wb_command wb_commands_tx[];
extern const wb_command wb_commands_report[];
extern const wb_command wb_commands_ledger[];
extern const wb_command wb_commands_anchor[];
extern const wb_command wb_commands_proof[];
extern const wb_command wb_commands_scenario[];
extern const wb_command wb_commands_sim[];
extern const wb_command wb_commands_sim_size[];
extern const wb_command wb_commands_sim_compare[];
extern const wb_command wb_commands_sim_replay[];
extern const wb_command wb_commands_sim_exact[];
extern const wb_command wb_commands_sim_rare[];
extern const wb_command wb_commands_sim_reverse[];
extern const wb_command wb_commands_sim_sensitivity[];
extern const wb_command wb_commands_sim_precision[];
extern const wb_command wb_commands_sim_pooling[];
extern const wb_command wb_commands_version[];

#endif
