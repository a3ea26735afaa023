/* path.c - the storage of one path's result, and 128-bit integers to and from GMP. */
#include "sim/path.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* wide arrays by year: loss, fund, levy, obligo, backstop; and four of counts */
enum { WIDE_ARRAYS = 5, COUNT_ARRAYS = 4 };

static size_t wide_count(const wb_path_result *result)
{
    return (WIDE_ARRAYS + (size_t)result->groups) * result->years + result->parties;
}

bool wb_path_result_init(wb_path_result *result, const wb_model *model)
{
    assert(result != NULL);
    memset(result, 0, sizeof *result);
    const size_t years = model->years;
    result->years = model->years;
    result->groups = model->group_count;
    result->parties = wb_model_parties_differ(model) ? model->party_count : 0;
    const size_t wides = wide_count(result);
    wb_wide *wide = calloc(1, wides * sizeof *wide + COUNT_ARRAYS * years * sizeof(uint64_t));
    if (wide == NULL) return false;
    result->loss_by_year = wide;
    result->fund = wide + years;
    result->levy = wide + 2 * years;
    result->obligo = wide + 3 * years;
    result->backstop = wide + 4 * years;
    result->contribution = wide + WIDE_ARRAYS * years;
    if (result->parties > 0) result->party_cost = wide + wides - result->parties;
    uint64_t *counts = (uint64_t *)(void *)(wide + wides);
    result->cases = counts;
    result->failures = counts + years;
    result->silent_defaults = counts + 2 * years;
    result->young_people = counts + 3 * years;
    wb_path_result_reset(result);
    return true;
}

bool wb_path_result_keep_losses(wb_path_result *result, const wb_model *model)
{
    assert(result->provider_loss == NULL);
    result->provider_loss =
        calloc((size_t)model->provider_count + 1, sizeof *result->provider_loss);
    result->losers = calloc((size_t)model->provider_count + 1, sizeof *result->losers);
    result->providers = model->provider_count;
    return result->provider_loss != NULL && result->losers != NULL;
}

void wb_path_result_reset(wb_path_result *result)
{
    memset(result->loss_by_year, 0,
           wide_count(result) * sizeof(wb_wide) +
               (size_t)COUNT_ARRAYS * result->years * sizeof(uint64_t));
    for (uint32_t k = 0; k < result->loser_count; k++)
        result->provider_loss[result->losers[k]] = 0;
    result->loser_count = 0;
    result->loss = 0;
    result->need = 0;
    result->cost = 0;
    for (size_t e = 0; e < WB_EVENT_COUNT; e++)
        result->event[e] = WB_NONE;
}

void wb_path_result_clear(wb_path_result *result)
{
    assert(result != NULL);
    free(result->loss_by_year); /* the one allocation starts here */
    free(result->provider_loss);
    free(result->losers);
    memset(result, 0, sizeof *result);
}

bool wb_model_parties_differ(const wb_model *model)
{
    for (uint32_t a = 0; a < model->arrears_count; a++) {
        if (model->party_count > 0 && model->arrears[a].group == model->party_group) return true;
    }
    return false;
}

void wb_wide_set(mpz_t z, wb_wide value)
{
    __extension__ typedef unsigned __int128 magnitude;
    const magnitude size = value < 0 ? -(magnitude)value : (magnitude)value;
    mpz_set_ui(z, (unsigned long)(size >> 64));
    mpz_mul_2exp(z, z, 64);
    mpz_add_ui(z, z, (unsigned long)size);
    if (value < 0) mpz_neg(z, z);
}

wb_wide wb_wide_get(const mpz_t z)
{
    assert(mpz_sizeinbase(z, 2) <= WB_BOUND_BITS);
    uint64_t words[2] = {0, 0};
    mpz_export(words, NULL, -1, sizeof *words, 0, 0, z); /* the magnitude, low word first */
    const wb_wide size = (wb_wide)words[1] << 64 | (wb_wide)words[0];
    return mpz_sgn(z) < 0 ? -size : size;
}

_Static_assert(sizeof(unsigned long) == 8, "mpz_set_ui takes 64 bits");
