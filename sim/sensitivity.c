/* sensitivity.c - a scenario against itself with one parameter moved; see sim_sensitivity.h. */
#include "waarborg/sim_sensitivity.h"

#include <stdlib.h>
#include <string.h>

#include "sim/sensitivity.h"

enum { SIDES = 2 };

/* The scenario with only the figures that are asked for, then down and up of each parameter that it
 * has. */
typedef struct moved {
    wb_variant base;
    wb_variant *variants;
    const wb_model **models; /* the base, then those of the variants */
    size_t count;            /* of models */
} moved;

static void moved_clear(moved *m)
{
    for (size_t i = 0; m->variants != NULL && i + 1 < m->count; i++)
        wb_variant_clear(&m->variants[i]);
    wb_variant_clear(&m->base);
    free(m->variants);
    free(m->models);
}

static wb_code moved_new(moved *m, wb_sim_sensitivity *out, const wb_model *model,
                         const wb_sensitivity_question *question, wb_error *err)
{
    const size_t most = wb_sensitivity_parameter_count;
    memset(m, 0, sizeof *m);
    wb_variant_init(&m->base, model);
    wb_variant_level(&m->base, question->level); /* nothing else of a comparison is shown */
    m->variants = calloc(SIDES * most, sizeof *m->variants);
    m->models = calloc(1 + SIDES * most, sizeof *m->models);
    out->rows = calloc(most, sizeof *out->rows);
    bool complete = m->variants != NULL && m->models != NULL && out->rows != NULL;
    if (complete) m->models[m->count++] = &m->base.model;
    for (size_t i = 0; complete && i < most; i++) {
        const wb_sensitivity_parameter *parameter = &wb_sensitivity_parameters[i];
        wb_sensitivity_row row = {
            .id = parameter->id, .name = parameter->name, .step = parameter->step};
        for (int side = 0; side < SIDES; side++) {
            wb_variant *variant = &m->variants[m->count - 1];
            wb_variant_init(variant, &m->base.model);
            const bool there = parameter->move(variant, side == 0 ? -1 : 1);
            complete = complete && !variant->out_of_memory;
            if (there) {
                /* another scenario, even where no path shows it: its effect is not known to be 0 */
                variant->model.blake2b[0] ^= 1;
                m->models[m->count++] = &variant->model;
            } else {
                wb_variant_clear(variant);
            }
            (side == 0 ? &row.down : &row.up)->moved = there;
        }
        if (row.down.moved || row.up.moved) out->rows[out->count++] = row;
    }
    return complete ? WB_OK : wb_fail(err, WB_E_NOMEM, "no memory to move the parameters");
}

/* ---- what came of it ---- */

static size_t figure_of(const wb_sim_comparison *comparison, const char *id)
{
    size_t i = 0;
    while (strcmp(comparison->figures[i].id, id) != 0)
        i++;
    return i;
}

static void set_side(wb_sensitivity_side *side, const wb_sim_comparison *comparison, size_t *next,
                     size_t event, size_t es)
{
    if (!side->moved) return;
    const size_t first = *next * comparison->figure_count;
    side->event = &comparison->differences[first + event];
    side->es = &comparison->differences[first + es];
    side->event_noise = !comparison->exceeds_noise[first + event];
    side->es_noise = !comparison->exceeds_noise[first + es];
    (*next)++;
}

static double width_of(const wb_sensitivity_row *row)
{
    double low = 0;
    double high = 0;
    const wb_sensitivity_side *const sides[SIDES] = {&row->down, &row->up};
    for (int i = 0; i < SIDES; i++) {
        if (!sides[i]->moved) continue;
        if (sides[i]->event->value < low) low = sides[i]->event->value;
        if (sides[i]->event->value > high) high = sides[i]->event->value;
    }
    return high - low;
}

/* From the lowest to the highest shortfall, in cents: decides between equal chances. */
static void es_width(mpz_t width, const wb_sensitivity_row *row)
{
    mpz_t low;
    mpz_init(low);
    mpz_set_ui(width, 0);
    const wb_sensitivity_side *const sides[SIDES] = {&row->down, &row->up};
    for (int i = 0; i < SIDES; i++) {
        if (!sides[i]->moved) continue;
        const mpz_srcptr es = sides[i]->es->amount.cents;
        if (mpz_cmp(es, low) < 0) mpz_set(low, es);
        if (mpz_cmp(es, width) > 0) mpz_set(width, es);
    }
    mpz_sub(width, width, low);
    mpz_clear(low);
}

/* Widest first; equals keep the order of the table, for the sort below is stable. */
static bool comes_before(const wb_sensitivity_row *a, const wb_sensitivity_row *b)
{
    if (a->width > b->width || a->width < b->width) return a->width > b->width;
    mpz_t x, y;
    mpz_inits(x, y, NULL);
    es_width(x, a);
    es_width(y, b);
    const bool before = mpz_cmp(x, y) > 0;
    mpz_clears(x, y, NULL);
    return before;
}

static void rank(wb_sim_sensitivity *out)
{
    for (size_t i = 1; i < out->count; i++) {
        const wb_sensitivity_row row = out->rows[i];
        size_t at = i;
        for (; at > 0 && comes_before(&row, &out->rows[at - 1]); at--)
            out->rows[at] = out->rows[at - 1];
        out->rows[at] = row;
    }
}

static void read_comparison(wb_sim_sensitivity *out, const wb_sensitivity_question *question)
{
    const wb_sim_comparison *comparison = out->comparison;
    const size_t event = figure_of(comparison, wb_event_name(question->event));
    const size_t es = figure_of(comparison, "es");
    size_t next = 1;
    out->event = &comparison->figures[event];
    out->es = &comparison->figures[es];
    out->seconds = comparison->seconds;
    for (size_t i = 0; i < out->count; i++) {
        set_side(&out->rows[i].down, comparison, &next, event, es);
        set_side(&out->rows[i].up, comparison, &next, event, es);
        out->rows[i].width = width_of(&out->rows[i]);
    }
    rank(out);
}

wb_code wb_sim_sensitivity_run(wb_sim_sensitivity **sensitivity, const wb_model *model,
                               const wb_sensitivity_question *question,
                               const wb_sim_options *options, wb_error *err)
{
    *sensitivity = NULL;
    wb_sim_sensitivity *made = calloc(1, sizeof *made);
    if (made == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for the sensitivity");
    moved m;
    wb_code code = moved_new(&m, made, model, question, err);
    if (code == WB_OK) {
        code = wb_sim_compare(&made->comparison, m.models, m.count, options, err);
    }
    moved_clear(&m);
    if (code == WB_OK) {
        read_comparison(made, question);
        *sensitivity = made;
    } else {
        wb_sim_sensitivity_free(made);
    }
    return code;
}

void wb_sim_sensitivity_free(wb_sim_sensitivity *sensitivity)
{
    if (sensitivity == NULL) return;
    wb_sim_comparison_free(sensitivity->comparison);
    free(sensitivity->rows);
    free(sensitivity);
}
