/*
 * sim_report.h - the result of a simulation or a sizing as a document and as text for people.
 *
 * The JSON documents are contracts (docs/result.md): the same scenario and seed give the same
 * bytes. Nothing about threads, kernels, times, hosts or file paths enters them.
 */
#ifndef WAARBORG_SIM_REPORT_H
#define WAARBORG_SIM_REPORT_H

#include "waarborg/sim.h"
#include "waarborg/sim_compare.h"
#include "waarborg/sim_exact.h"
#include "waarborg/sim_lever.h"
#include "waarborg/sim_pooling.h"
#include "waarborg/sim_precision.h"
#include "waarborg/sim_rare.h"
#include "waarborg/sim_reverse.h"
#include "waarborg/sim_sensitivity.h"

/* What is asked of a sizing. */
typedef struct wb_size_question {
    wb_event event;
    const wb_rate *target;
    uint32_t years;
    bool all; /* of all levers, each by itself */
} wb_size_question;

/* waarborg/sim-result/1, one measure a line. `version` is the release, such as "0.1.0". WB_E_NOMEM;
 * whether the bytes arrived is the caller's to see. */
WB_MUST_CHECK wb_code wb_sim_result_json(FILE *out, const wb_model *model,
                                         const wb_sim_result *result, const char *version,
                                         wb_error *err);
/* waarborg/sim-size/1: of one lever, or of all of them, the first of which stands for itself too.
 */
WB_MUST_CHECK wb_code wb_sim_size_json(FILE *out, const wb_model *model,
                                       const wb_lever_size *levers, size_t count,
                                       const wb_size_question *question, const char *version,
                                       wb_error *err);

/* waarborg/sim-compare/1: the scenarios, then each figure with its difference. `models` as they
 * were compared. */
WB_MUST_CHECK wb_code wb_sim_compare_json(FILE *out, const wb_model *const *models,
                                          const wb_sim_comparison *comparison, const char *version,
                                          wb_error *err);
/* Figure by figure, a line a scenario, with all intervals. */
void wb_sim_compare_text(FILE *out, const wb_model *const *models,
                         const wb_sim_comparison *comparison);
/* The few figures that decide, a line a scenario. */
void wb_sim_stress_text(FILE *out, const wb_model *const *models,
                        const wb_sim_comparison *comparison);

/* waarborg/sim-exact/1: no seed and no paths, an error in place of an interval. */
WB_MUST_CHECK wb_code wb_sim_exact_json(FILE *out, const wb_model *model,
                                        const wb_exact_result *result, const char *version,
                                        wb_error *err);
void wb_sim_exact_text(FILE *out, const wb_model *model, const wb_exact_result *result);

/* waarborg/sim-rare/1, one question a line. */
WB_MUST_CHECK wb_code wb_sim_rare_json(FILE *out, const wb_model *model,
                                       const wb_rare_result *result, const char *version,
                                       wb_error *err);
void wb_sim_rare_text(FILE *out, const wb_model *model, const wb_rare_result *result);

/* waarborg/sim-reverse/1. */
WB_MUST_CHECK wb_code wb_sim_reverse_json(FILE *out, const wb_model *model,
                                          const wb_sim_reverse *reverse,
                                          const wb_reverse_until *until, const char *vary,
                                          const char *version, wb_error *err);

/* waarborg/sim-sensitivity/1. */
WB_MUST_CHECK wb_code wb_sim_sensitivity_json(FILE *out, const wb_model *model,
                                              const wb_sim_sensitivity *sensitivity,
                                              const char *version, wb_error *err);
void wb_sim_sensitivity_text(FILE *out, const wb_model *model,
                             const wb_sim_sensitivity *sensitivity);

/* waarborg/sim-pooling/1. */
WB_MUST_CHECK wb_code wb_sim_pooling_json(FILE *out, const wb_model *model,
                                          const wb_sim_pooling *pooling, const char *version,
                                          wb_error *err);
void wb_sim_pooling_text(FILE *out, const wb_model *model, const wb_sim_pooling *pooling);

/* waarborg/sim-precision/1. */
WB_MUST_CHECK wb_code wb_sim_precision_json(FILE *out, const wb_model *model,
                                            const wb_sim_precision *precision,
                                            const wb_rate *target, const char *version,
                                            wb_error *err);
void wb_sim_precision_text(FILE *out, const wb_model *model, const wb_sim_precision *precision,
                           const wb_rate *target);

/* For a council: chances, losses and balances in words, each with its 95 % interval. */
void wb_sim_result_text(FILE *out, const wb_model *model, const wb_sim_result *result);
void wb_sim_size_text(FILE *out, const wb_model *model, const wb_lever_size *levers, size_t count,
                      const wb_size_question *question);
void wb_sim_reverse_text(FILE *out, const wb_model *model, const wb_sim_reverse *reverse,
                         const wb_reverse_until *until, const char *vary);

#endif
