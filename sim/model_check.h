/* model_check.h - what the two files of wb_model_check share. */
#ifndef WAARBORG_SIM_MODEL_CHECK_H
#define WAARBORG_SIM_MODEL_CHECK_H

#include "sim/path.h"

/* WB_E_INTERNAL: what is wrong, and with which of them. */
wb_code wb_breach(wb_error *err, const char *what, size_t index);
bool wb_is_probability(double p);
bool wb_is_share(const wb_rate *rate);     /* 0 to 1 */
bool wb_is_amount(const wb_money *amount); /* at least 0.00, at most 18 digits of euros */

/* Stresses, mergers, parties and schedules; after the rest has been checked. */
WB_MUST_CHECK wb_code wb_model_check_stress(const wb_model *model, wb_error *err);

#endif
