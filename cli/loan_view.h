/* loan_view.h - the commands of cmd_loan.c that read. */
#ifndef WB_CLI_LOAN_VIEW_H
#define WB_CLI_LOAN_VIEW_H

#include "cli/command.h"

wb_code wb_loan_run_list(wb_cli *cli, wb_error *err);
wb_code wb_loan_run_schedule(wb_cli *cli, wb_error *err);

#endif
