/* one_path.h - one path of the reference kernel, held to figures worked out by hand. */
#ifndef WAARBORG_TESTS_ONE_PATH_H
#define WAARBORG_TESTS_ONE_PATH_H

#include "test.h"

#include <stdlib.h>

#include "sim/path.h"
#include "sim_models.h"

/* One path of a model, with its records. */
typedef struct run {
    wb_model *model;
    wb_path_result result;
    wb_step_record *steps;
} run;

static inline void run_path(run *r, wb_model *model, uint64_t path)
{
    wb_error err = {0};
    wb_plan *plan = NULL;
    r->model = model;
    if (wb_model_check(model, &err) != WB_OK) fail_msg("%s", err.message);
    assert_int_equal(wb_plan_new(&plan, model, &err), WB_OK);
    assert_true(wb_path_result_init(&r->result, model));
    r->steps = calloc(model->step_count, sizeof *r->steps);
    assert_non_null(r->steps);
    for (uint32_t t = 0; t < model->step_count; t++)
        wb_step_record_init(&r->steps[t]);
    assert_int_equal(wb_kernel_gmp_path(plan, path, NULL, &r->result, r->steps, &err), WB_OK);
    wb_plan_free(plan);
}

static inline void run_clear(run *r)
{
    for (uint32_t t = 0; t < r->model->step_count; t++)
        wb_step_record_clear(&r->steps[t]);
    free(r->steps);
    wb_path_result_clear(&r->result);
    wb_model_free(r->model);
}

/* What a step must say; a column that is left out is 0. */
typedef struct expected {
    int64_t interest, contributions, costs, repaid, loan_interest, recovered;
    int64_t levy, obligo, backstop, unmet, support_paid, backstop_repaid, refunded, loss;
    int64_t closing, debt;
} expected;

static inline void assert_steps(const run *r, const expected *want)
{
    for (uint32_t t = 0; t < r->model->step_count; t++) {
        const wb_step_record *s = &r->steps[t];
        const struct {
            const char *name;
            const wb_money *got;
            int64_t want;
        } columns[] = {{"interest", &s->interest, want[t].interest},
                       {"contributions", &s->contributions, want[t].contributions},
                       {"costs", &s->costs, want[t].costs},
                       {"repaid", &s->repaid, want[t].repaid},
                       {"loan interest", &s->loan_interest, want[t].loan_interest},
                       {"recovered", &s->recovered, want[t].recovered},
                       {"levy", &s->levy, want[t].levy},
                       {"obligo", &s->obligo, want[t].obligo},
                       {"backstop", &s->backstop, want[t].backstop},
                       {"unmet", &s->unmet, want[t].unmet},
                       {"support paid", &s->support_paid, want[t].support_paid},
                       {"backstop repaid", &s->backstop_repaid, want[t].backstop_repaid},
                       {"refunded", &s->refunded, want[t].refunded},
                       {"loss", &s->loss, want[t].loss},
                       {"closing", &s->closing, want[t].closing},
                       {"debt", &s->backstop_debt, want[t].debt}};
        for (size_t c = 0; c < COUNT(columns); c++) {
            const int64_t got = wb_money_cents(columns[c].got);
            if (got != columns[c].want) {
                fail_msg("step %u, %s: %lld, not %lld", t, columns[c].name, (long long)got,
                         (long long)columns[c].want);
            }
        }
    }
}

#endif
