/*
 * rare_cross.c - the law of a cross-entropy pilot over the engine: docs/model.md, "Rare events".
 *
 * A pilot of some thousand paths, its worst tenth (or those on which the event has happened, once
 * that is as many), and the law within the family of tilt.h that is nearest to the law of those
 * paths: the mean of the factors' normals by year, the size of the mixing normals of the t copula,
 * and how much more often than expected each of the largest providers was distressed. Repeated with
 * the law found, until the event itself is common (Rubinstein and Kroese 2004). What cannot be told
 * from chance is left nominal. A last pilot measures the gain.
 */
#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/rare.h"

enum { ROUNDS_MOST = 8, PROVIDERS_MOST = 48, ELITE_SHARE = 10 };
static const double shift_most = 4.0;
static const double log_odds_most = 5.0;
static const double sure = 3.0; /* standard errors */

/* Weighted sums over the worst paths, for one block of paths or for all. */
typedef struct lesson {
    double weight, weight_squares, squares;
    double *innovations;    /* [year][factor] */
    double *hits, *hazards; /* per candidate */
} lesson;

typedef struct pupil {
    const wb_rare_job *job;
    const wb_rare_sample *sample;
    uint32_t *candidates; /* providers, largest first */
    uint32_t candidate_count;
    size_t innovation_count;
    lesson *blocks;
    uint64_t block_count;
    double *storage;
} pupil;

/* ---- the largest providers ---- */

static double size_of(const wb_provider *provider)
{
    if (!provider->eligible) return 0.0;
    if (provider->pays == WB_PAYS_SUPPORT) return mpz_get_d(provider->revenue.cents);
    return mpz_get_d(provider->amount.cents);
}

/* The providers that could cost most, largest first; equal ones in their order. */
static bool choose_candidates(pupil *p)
{
    const wb_model *model = p->job->model;
    p->candidates = calloc(PROVIDERS_MOST + 1, sizeof *p->candidates);
    if (p->candidates == NULL) return false;
    for (uint32_t i = 0; i < model->provider_count; i++) {
        const double size = size_of(&model->providers[i]);
        if (!(size > 0.0)) continue;
        uint32_t at = p->candidate_count;
        while (at > 0 && size_of(&model->providers[p->candidates[at - 1]]) < size) {
            if (at < PROVIDERS_MOST) p->candidates[at] = p->candidates[at - 1];
            at--;
        }
        if (at < PROVIDERS_MOST) p->candidates[at] = i;
        if (p->candidate_count < PROVIDERS_MOST) p->candidate_count++;
    }
    return true;
}

/* ---- learning ---- */

static size_t lesson_size(const pupil *p)
{
    return p->innovation_count + 2 * (size_t)p->candidate_count;
}

static void lesson_lay(lesson *l, double *at, const pupil *p)
{
    l->innovations = at;
    l->hits = at + p->innovation_count;
    l->hazards = l->hits + p->candidate_count;
}

static bool pupil_init(pupil *p, const wb_rare_job *job)
{
    memset(p, 0, sizeof *p);
    p->job = job;
    p->block_count = (WB_CROSS_PILOT + WB_RARE_BLOCK - 1) / WB_RARE_BLOCK;
    p->innovation_count = (size_t)job->model->years * job->draw_plan->factor_count;
    if (!choose_candidates(p)) return false;
    p->blocks = calloc(p->block_count, sizeof *p->blocks);
    p->storage = calloc((size_t)p->block_count * lesson_size(p) + 1, sizeof *p->storage);
    return p->blocks != NULL && p->storage != NULL;
}

static void pupil_clear(pupil *p)
{
    free(p->candidates);
    free(p->blocks);
    free(p->storage);
}

static void forget(pupil *p)
{
    memset(p->storage, 0, (size_t)p->block_count * lesson_size(p) * sizeof *p->storage);
    for (uint64_t b = 0; b < p->block_count; b++) {
        p->blocks[b] = (lesson){0};
        lesson_lay(&p->blocks[b], p->storage + b * lesson_size(p), p);
    }
}

static void visit(void *context, uint64_t block, uint64_t at, uint32_t lane,
                  const wb_tilt_draws *draws)
{
    const pupil *p = context;
    lesson *l = &p->blocks[block];
    const double w = p->sample->weight[at];
    l->weight += w;
    l->weight_squares += w * w;
    l->squares += w * draws->squares[lane];
    for (size_t i = 0; i < p->innovation_count; i++)
        l->innovations[i] += w * draws->innovations[i * WB_LANES + lane];
    for (uint32_t c = 0; c < p->candidate_count; c++) {
        const uint32_t i = p->candidates[c];
        if ((draws->distressed[i] >> lane & 1) != 0) l->hits[c] += w;
        l->hazards[c] += w * draws->hazard[(size_t)i * WB_LANES + lane];
    }
}

/* All blocks into the first, in their order. */
static lesson *sum_up(pupil *p)
{
    lesson *all = &p->blocks[0];
    for (uint64_t b = 1; b < p->block_count; b++) {
        const lesson *one = &p->blocks[b];
        all->weight += one->weight;
        all->weight_squares += one->weight_squares;
        all->squares += one->squares;
        for (size_t i = 0; i < lesson_size(p); i++)
            all->innovations[i] += one->innovations[i]; /* hits and hazards follow them */
    }
    return all;
}

static double held(double x, double most)
{
    return x > most ? most : (x < -most ? -most : x);
}

/* One mean for all years, but for years that are surely different. */
static void learn_shift(wb_tilt *tilt, const lesson *l, double effective, uint32_t factor)
{
    const uint32_t years = (tilt->step_end + tilt->steps_per_year - 1) / tilt->steps_per_year;
    const double steps = (double)tilt->steps_per_year;
    double sum = 0.0;
    for (uint32_t y = 0; y < years; y++)
        sum += l->innovations[(size_t)y * tilt->factor_count + factor] / l->weight;
    const double all = sum / (steps * (double)years);
    const double common = fabs(all) * sqrt(effective * steps * (double)years) > sure ? all : 0.0;
    for (uint32_t y = 0; y < years; y++) {
        const size_t at = (size_t)y * tilt->factor_count + factor;
        const double own = l->innovations[at] / l->weight / steps;
        const bool different = fabs(own - common) * sqrt(effective * steps) > sure;
        tilt->shift[at] = held(different ? own : common, shift_most);
    }
}

static void learn_mixing(wb_tilt *tilt, const lesson *l, double effective, uint32_t degrees)
{
    tilt->mixing = 1.0;
    if (degrees == 0) return;
    const double normals = (double)degrees * (double)tilt->step_end;
    const double variance = l->squares / l->weight / normals;
    if (fabs(variance - 1.0) * sqrt(effective * normals / 2.0) <= sure) return;
    const double least = 0.05;
    tilt->mixing = sqrt(variance > least ? (variance < 1.5 ? variance : 1.5) : least);
}

static void learn_odds(wb_tilt *tilt, const lesson *l, double effective, const pupil *p)
{
    for (uint32_t c = 0; c < p->candidate_count; c++) {
        const uint32_t i = p->candidates[c];
        const double hits = effective * l->hits[c] / l->weight;
        const double expected = effective * l->hazards[c] / l->weight;
        tilt->log_odds[i] = 0.0;
        if (!(expected > 0.0) || hits - expected <= sure * sqrt(expected + 1.0)) continue;
        tilt->log_odds[i] = held(wb_log(hits / expected), log_odds_most);
    }
}

/* The law of the paths of the sample with a score above `above`, into the tilt. */
static wb_code learn(wb_tilt *tilt, const wb_tilt *drawn, pupil *p, const wb_rare_sample *sample,
                     int64_t above, wb_error *err)
{
    p->sample = sample;
    forget(p);
    const wb_code code = wb_rare_revisit(sample, p->job, drawn, above, visit, p, err);
    if (code != WB_OK) return code;
    const lesson *all = sum_up(p);
    if (!(all->weight > 0.0)) return WB_OK;
    const double effective = all->weight * all->weight / all->weight_squares;
    for (uint32_t f = 0; f < tilt->factor_count; f++)
        learn_shift(tilt, all, effective, f);
    learn_mixing(tilt, all, effective, p->job->model->degrees_of_freedom);
    learn_odds(tilt, all, effective, p);
    return WB_OK;
}

/* ---- rounds ---- */

static int descending(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a;
    const int64_t y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

/* The score that a tenth of the paths are above, or nearly. WB_E_NOMEM. */
static wb_code worst_tenth(int64_t *above, const wb_rare_sample *sample, wb_error *err)
{
    int64_t *scores = malloc(sample->count * sizeof *scores);
    if (scores == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to sort the pilot");
    memcpy(scores, sample->score, sample->count * sizeof *scores);
    qsort(scores, sample->count, sizeof *scores, descending);
    *above = scores[sample->count / ELITE_SHARE] - 1;
    free(scores);
    return WB_OK;
}

/* Above which score the event of the question lies, as far as this sample can tell. */
static wb_code event_limit(int64_t *limit, const wb_rare_sample *sample,
                           const wb_rare_question *question, wb_error *err)
{
    *limit = INT64_MAX - 1;
    if (question->kind == WB_RARE_LOSS && mpz_sizeinbase(question->amount.cents, 2) <= 62) {
        *limit = wb_money_cents(&question->amount);
    }
    if (question->kind != WB_RARE_LEVEL) return WB_OK;
    const double tail = 1.0 - wb_rate_double(&question->level.level);
    if (wb_rare_quantile(limit, sample, tail)) return WB_OK;
    return wb_fail(err, WB_E_NOMEM, "no memory to sort the pilot");
}

/* One pilot: what the tilt gains, and whether the event itself was common; then the tilt learns,
 * unless `next` is NULL. */
static wb_code pilot(wb_rare_law *law, pupil *p, wb_tilt *next, bool *common, wb_error *err)
{
    wb_rare_sample sample;
    int64_t limit = 0;
    int64_t tenth = 0;
    const uint64_t number = law->pilot_paths / WB_CROSS_PILOT + 1;
    wb_code code = wb_rare_draw(&sample, p->job, &law->tilt, number * WB_PILOT_STRIDE,
                                WB_CROSS_PILOT, false, err);
    if (code != WB_OK) return code;
    law->pilot_paths += WB_CROSS_PILOT;
    code = event_limit(&limit, &sample, p->job->question, err);
    if (code == WB_OK) code = worst_tenth(&tenth, &sample, err);
    *common = tenth >= limit;
    law->gain = wb_rare_tail_of(&sample, limit).ratio;
    if (p->job->question->kind != WB_RARE_EVENT) law->aim = limit;
    if (code == WB_OK && next != NULL) {
        code = learn(next, &law->tilt, p, &sample, *common ? limit : tenth, err);
    }
    wb_rare_sample_clear(&sample);
    return code;
}

static void tracked_are(wb_tilt *tilt, const pupil *p, bool all)
{
    for (uint32_t c = 0; c < p->candidate_count; c++) {
        const uint32_t i = p->candidates[c];
        tilt->tracked[i] = all || tilt->log_odds[i] > 0.0;
    }
}

/* Pilots until the event has been common twice, or the gain has not grown twice; the law of the
 * best of them, and one more pilot that has no part in the choice. */
static wb_code rounds(wb_rare_law *law, pupil *p, wb_tilt *best, wb_tilt *next, wb_error *err)
{
    double most = 0.0;
    uint32_t times_common = 0;
    uint32_t times_worse = 0;
    wb_code code = WB_OK;
    tracked_are(&law->tilt, p, true);
    for (int round = 0; round < ROUNDS_MOST && times_common < 2 && times_worse < 2; round++) {
        bool common = false;
        code = pilot(law, p, next, &common, err);
        if (code != WB_OK) return code;
        times_common += common ? 1 : 0;
        times_worse = law->gain > most ? 0 : times_worse + (most > 0.0 ? 1 : 0);
        if (law->gain > most) {
            most = law->gain;
            wb_tilt_copy(best, &law->tilt);
        }
        wb_tilt_copy(&law->tilt, next);
        tracked_are(&law->tilt, p, true);
    }
    if (times_common < 2) wb_tilt_copy(&law->tilt, best);
    tracked_are(&law->tilt, p, false);
    return pilot(law, p, NULL, &(bool){false}, err);
}

wb_code wb_rare_cross(wb_rare_law *law, const wb_rare_job *job, wb_error *err)
{
    pupil p;
    law->made = wb_tilt_init(&law->tilt, job->draw_plan, job->step_end);
    if (!pupil_init(&p, job) || !law->made) {
        pupil_clear(&p);
        return wb_fail(err, WB_E_NOMEM, "no memory for a pilot");
    }
    wb_tilt best;
    wb_tilt next;
    const bool ready = wb_tilt_init(&best, job->draw_plan, job->step_end);
    const bool both = wb_tilt_init(&next, job->draw_plan, job->step_end) && ready;
    const wb_code code = both ? rounds(law, &p, &best, &next, err)
                              : wb_fail(err, WB_E_NOMEM, "no memory for a tilt");
    wb_tilt_clear(&best);
    wb_tilt_clear(&next);
    pupil_clear(&p);
    return code;
}
