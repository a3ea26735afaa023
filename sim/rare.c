/* rare.c - questions about rare events, answered one by one: docs/model.md, "Rare events". */
#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/rare.h"

enum { PATHS_LEAST = 100 };

/* ---- storage ---- */

void wb_rare_question_init(wb_rare_question *question)
{
    memset(question, 0, sizeof *question);
    wb_money_init(&question->amount);
    wb_rate_init(&question->level.level);
}

void wb_rare_question_clear(wb_rare_question *question)
{
    wb_money_clear(&question->amount);
    wb_rate_clear(&question->level.level);
}

static void estimate_init(wb_rare_estimate *estimate)
{
    wb_money *const amounts[] = {&estimate->var, &estimate->var_low, &estimate->var_high,
                                 &estimate->es,  &estimate->es_low,  &estimate->es_high};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        wb_money_init(amounts[i]);
}

static void estimate_clear(wb_rare_estimate *estimate)
{
    wb_money *const amounts[] = {&estimate->var, &estimate->var_low, &estimate->var_high,
                                 &estimate->es,  &estimate->es_low,  &estimate->es_high};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        wb_money_clear(amounts[i]);
}

static void answer_init(wb_rare_answer *answer, const wb_rare_question *question)
{
    wb_rare_question_init(&answer->question);
    estimate_init(&answer->estimate);
    estimate_init(&answer->beside);
    wb_money_init(&answer->tilt.aim);
    answer->question.kind = question->kind;
    answer->question.years = question->years;
    answer->question.event = question->event;
    wb_money_set(&answer->question.amount, &question->amount);
    memcpy(answer->question.level.text, question->level.text, sizeof question->level.text);
    mpq_set(answer->question.level.level.ratio, question->level.level.ratio);
}

void wb_rare_result_free(wb_rare_result *result)
{
    if (result == NULL) return;
    for (size_t i = 0; i < result->count; i++) {
        wb_rare_answer *answer = &result->answers[i];
        wb_rare_question_clear(&answer->question);
        estimate_clear(&answer->estimate);
        estimate_clear(&answer->beside);
        wb_money_clear(&answer->tilt.aim);
        free(answer->tilt.shift);
        free(answer->tilt.log_odds);
        free(answer->tilt.theta);
    }
    free(result->answers);
    free(result);
}

/* ---- one question ---- */

static double *copy(const double *from, size_t count)
{
    double *to = malloc((count > 0 ? count : 1) * sizeof *to);
    if (to != NULL) memcpy(to, from, count * sizeof *to);
    return to;
}

static wb_code describe(wb_rare_tilt *to, const wb_rare_law *law, wb_error *err)
{
    const wb_tilt *tilt = &law->tilt;
    wb_money_set_cents(&to->aim, law->aim);
    to->years = tilt->years;
    to->factors = tilt->factor_count;
    to->providers = tilt->provider_count;
    to->mixing = tilt->mixing;
    to->spread = tilt->spread;
    to->shift = copy(tilt->shift, (size_t)tilt->years * tilt->factor_count);
    to->log_odds = copy(tilt->log_odds, tilt->provider_count);
    bool complete = to->shift != NULL && to->log_odds != NULL;
    if (tilt->along) {
        to->nodes = WB_THETA_NODES;
        to->theta_first = WB_THETA_FIRST;
        to->theta_step = WB_THETA_STEP;
        to->theta = copy(tilt->theta, WB_THETA_NODES);
        complete = complete && to->theta != NULL;
    }
    return complete ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to describe a tilt");
}

/* Paths by a law, or plain ones, and what they say. */
static wb_code estimate(wb_rare_estimate *to, wb_rare_tail *tail, const wb_rare_job *job,
                        const wb_tilt *tilt, wb_error *err)
{
    wb_rare_sample sample;
    wb_code code = wb_rare_draw(&sample, job, tilt, 0, job->model->paths, true, err);
    if (code == WB_OK) {
        code = wb_rare_estimate_make(to, tail, &sample, job->question, err);
        wb_rare_sample_clear(&sample);
    }
    return code;
}

static void answer_tail(wb_rare_answer *answer, const wb_rare_tail *tail)
{
    answer->effective = tail->effective;
    answer->largest = tail->largest;
    answer->variance_ratio = tail->ratio;
    answer->degenerate = !(tail->effective >= WB_EFFECTIVE_LEAST);
}

static wb_code answer_by(wb_rare_answer *answer, const wb_rare_job *job, const wb_rare_law *law,
                         bool beside, wb_error *err)
{
    wb_rare_tail tail = {0};
    const bool tilted = law->made && law->gain > wb_rare_gain_least;
    wb_code code = WB_OK;
    answer->pilot_paths = law->pilot_paths;
    answer->pilot_ratio = law->gain;
    answer->tilted = tilted;
    if (!tilted) answer->method = "plain";
    if (tilted) code = describe(&answer->tilt, law, err);
    if (code == WB_OK) {
        code = estimate(&answer->estimate, &tail, job, tilted ? &law->tilt : NULL, err);
    }
    if (code != WB_OK) return code;
    answer_tail(answer, &tail);
    /* what the run itself shows to be worse than plain paths is not given */
    const bool worse = tilted && !(tail.ratio >= 1.0);
    if (!tilted || !(beside || worse)) return code;
    answer->has_beside = !worse;
    code = estimate(worse ? &answer->estimate : &answer->beside, &tail, job, NULL, err);
    if (!worse || code != WB_OK) return code;
    answer->method = "plain";
    answer->tilted = false;
    answer_tail(answer, &tail);
    return code;
}

static wb_code answer_one(wb_rare_answer *answer, wb_rare_job *job, bool beside, wb_error *err)
{
    const wb_rare_question *question = &answer->question;
    wb_rare_law law = {0};
    assert(question->years >= 1 && question->years <= job->model->years);
    job->question = question;
    job->step_end = question->years * job->model->steps_per_year;
    job->event = question->kind == WB_RARE_EVENT ? question->event : WB_EVENT_COUNT;
    const bool twisted = wb_rare_twist_applies(job);
    answer->method = twisted ? "glasserman-li" : "cross-entropy";
    wb_code code = twisted ? wb_rare_twist(&law, job, err) : wb_rare_cross(&law, job, err);
    if (code == WB_OK) code = answer_by(answer, job, &law, beside, err);
    if (law.made) wb_tilt_clear(&law.tilt);
    return code;
}

/* ---- all of them ---- */

static wb_code prepare(wb_prepared **prepared, const wb_model *model, const wb_sim_options *options,
                       wb_error *err)
{
    if (model->paths < PATHS_LEAST) {
        (void)wb_fail(err, WB_E_RANGE, "%llu paths are too few for importance sampling",
                      (unsigned long long)model->paths);
        wb_error_hint(err, "ask for at least %d", (int)PATHS_LEAST);
        return WB_E_RANGE;
    }
    const wb_kernel wanted = options != NULL ? options->kernel : WB_KERNEL_AUTO;
    const wb_code code = wb_prepared_new(prepared, model, wanted, NULL, err);
    if (code != WB_OK || wb_prepared_kernel(*prepared) != WB_KERNEL_GMP) return code;
    (void)wb_fail(err, WB_E_RANGE,
                  wanted == WB_KERNEL_GMP ? "the kernel 'gmp' has no importance sampling"
                                          : "the amounts may exceed 64 bits, in which rare events "
                                            "are computed");
    wb_error_hint(err, "use 'waarborg sim run', which has no such limit");
    return WB_E_RANGE;
}

static wb_code answer_all(wb_rare_result *result, const wb_rare_job *shared,
                          const wb_rare_question *questions, size_t count, bool beside,
                          wb_error *err)
{
    result->answers = calloc(count, sizeof *result->answers);
    if (result->answers == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for answers");
    wb_code code = WB_OK;
    for (size_t i = 0; i < count && code == WB_OK; i++) {
        wb_rare_job job = *shared;
        answer_init(&result->answers[i], &questions[i]);
        result->count++;
        code = answer_one(&result->answers[i], &job, beside, err);
    }
    return code;
}

static double seconds_since(const struct timespec *start)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)(now.tv_sec - start->tv_sec) + 1e-9 * (double)(now.tv_nsec - start->tv_nsec);
}

wb_code wb_sim_rare(wb_rare_result **out, const wb_model *model, const wb_rare_question *questions,
                    size_t count, bool beside, const wb_sim_options *options, wb_error *err)
{
    assert(out != NULL && model != NULL && questions != NULL && count > 0);
    struct timespec start;
    clock_gettime(CLOCK_MONOTONIC, &start);
    *out = NULL;
    wb_prepared *prepared = NULL;
    wb_rare_result *result = calloc(1, sizeof *result);
    if (result == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a result");
    wb_code code = prepare(&prepared, model, options, err);
    if (code == WB_OK) {
        const wb_rare_job job = {.model = model,
                                 .prepared = prepared,
                                 .draw_plan = wb_prepared_draw_plan(prepared),
                                 .options = options};
        code = answer_all(result, &job, questions, count, beside, err);
    }
    if (code == WB_OK) {
        result->paths = model->paths;
        result->kernel_used = wb_prepared_kernel(prepared);
        result->seconds = seconds_since(&start);
        *out = result;
        result = NULL;
    }
    wb_rare_result_free(result);
    wb_prepared_free(prepared);
    return code;
}
