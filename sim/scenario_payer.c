/* scenario_payer.c - who bears what a group pays, and stresses on payments, limits and interest. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"
#include "sim/scenario_stress.h"
#include "waarborg/numeric.h"

/* The weight of every party by a key: a column of the table, or the same for all. */
static wb_money *party_weights(wb_resolver *to, const char *key)
{
    wb_money *weights = wb_resolve_array(to, to->model->party_count, sizeof *weights);
    for (uint32_t p = 0; weights != NULL && p < to->model->party_count; p++) {
        wb_money_init(&weights[p]);
        const bool good = wb_tables_weight(&weights[p], &to->scenario->tables, to->parties[p], key);
        assert(good);
        (void)good;
    }
    return weights;
}

/* What is due is divided by the key of its line; calls and refunds by that of the first line. */
static void resolve_weights(wb_resolver *to)
{
    wb_model *model = to->model;
    const char *first = NULL;
    for (uint32_t j = 0; j < model->contribution_count && !to->failed; j++) {
        wb_contribution *line = &model->contributions[j];
        if (line->group != model->party_group) continue;
        line->weights = party_weights(to, line->key);
        if (first == NULL) first = line->key;
    }
    wb_money *weights = to->failed ? NULL : party_weights(to, first != NULL ? first : "equal");
    for (uint32_t p = 0; weights != NULL && p < model->party_count; p++) {
        wb_money_set(&model->parties[p].weight, &weights[p]);
        wb_money_clear(&weights[p]);
    }
    free(weights);
}

void wb_resolve_parties(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_tables *tables = &to->scenario->tables;
    for (uint32_t g = 0; g < model->group_count; g++) {
        if (strcmp(model->groups[g].id, WB_PARTY_GROUP) == 0) model->party_group = g;
    }
    if (tables->party_count == 0) model->party_group = WB_NONE;
    if (model->party_group == WB_NONE) return;
    model->parties = wb_resolve_array(to, tables->party_count, sizeof *model->parties);
    if (to->failed) return;
    for (uint32_t p = 0; p < tables->party_count && !to->failed; p++) {
        const wb_party_row *row = to->parties[p];
        wb_paying_party *party = &model->parties[model->party_count++];
        wb_paying_party_init(party);
        party->id = wb_resolve_text(to, row->id);
        if (row->region != NULL) party->region = wb_resolve_text(to, row->region);
        party->index = wb_draw_index(row->id);
        for (uint32_t other = 0; other < p; other++) {
            if (model->parties[other].index != party->index) continue;
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_CONFLICT, "'%s' and '%s' would share their draws", row->id,
                          model->parties[other].id);
            wb_error_hint(&err, "their 48-bit indexes are equal by accident; rename one");
            to->failed = true;
            wb_diagnostics_add(to->list, &err);
        }
    }
    if (!to->failed) resolve_weights(to);
}

/* Whom of a group's payers a stress hits; NULL: all of them. */
static bool *resolve_hit(wb_resolver *to, const wb_stress *stress, uint32_t group)
{
    if (stress->who == NULL) return NULL;
    const bool parties = group == to->model->party_group;
    const uint32_t count = parties ? to->model->party_count : to->model->provider_count;
    bool *hit = wb_resolve_array(to, count, sizeof *hit);
    for (uint32_t i = 0; hit != NULL && i < count; i++) {
        hit[i] = parties ? wb_tables_hit_party(to->parties[i], stress->who)
                         : wb_tables_hit(to->rows[i], stress->who);
    }
    return hit;
}

/* One more stress on single payers; NULL without memory. */
static wb_arrears *add_arrears(wb_resolver *to, const wb_stress *stress, const char *group)
{
    wb_model *model = to->model;
    wb_arrears *arrears = &model->arrears[model->arrears_count++];
    wb_arrears_init(arrears);
    arrears->step_first = stress->first;
    arrears->step_end = stress->end;
    arrears->group = wb_resolve_find(model->groups, model->group_count, group);
    arrears->hit = resolve_hit(to, stress, arrears->group);
    return to->failed ? NULL : arrears;
}

/* due x (1 + change), of every line of the group, in the steps of the stress */
static void change_lines(wb_resolver *to, const wb_stress *stress, const char *group,
                         const wb_rate *factor)
{
    wb_model *model = to->model;
    for (uint32_t k = 0; k < model->contribution_count; k++) {
        wb_contribution *line = &model->contributions[k];
        if (strcmp(model->groups[line->group].id, group) != 0) continue;
        for (uint32_t t = stress->first; t < stress->end; t++)
            mpq_mul(line->change[t].ratio, line->change[t].ratio, factor->ratio);
    }
}

static void resolve_change(wb_resolver *to, const wb_stress *stress)
{
    const wb_node *map = wb_node_child(stress->node, "contributions");
    if (map == NULL) return;
    const char *group = wb_read_text(map, "stress[].contributions.group");
    wb_rate factor;
    wb_rate one;
    wb_rate_init(&factor);
    wb_rate_init(&one);
    wb_rate_set_ratio(&one, 1, 1);
    const bool known = wb_read_rate(&factor, map, "stress[].contributions.change");
    assert(known && group != NULL);
    (void)known;
    mpq_add(factor.ratio, factor.ratio, one.ratio);
    if (stress->who == NULL) {
        change_lines(to, stress, group, &factor);
    } else {
        wb_arrears *arrears = add_arrears(to, stress, group);
        if (arrears != NULL) wb_rate_set(&arrears->factor, &factor);
    }
    wb_rate_clear(&factor);
    wb_rate_clear(&one);
}

static void resolve_refusal(wb_resolver *to, const wb_stress *stress)
{
    const wb_node *map = wb_node_child(stress->node, "refusal");
    if (map == NULL) return;
    wb_arrears *arrears = add_arrears(to, stress, wb_read_text(map, "stress[].refusal.group"));
    if (arrears == NULL) return;
    wb_rate probability;
    wb_rate_init(&probability);
    if (wb_read_rate(&probability, map, "stress[].refusal.probability")) {
        arrears->probability = wb_rate_double(&probability);
    }
    wb_rate_clear(&probability);
    uint32_t count = 0;
    bool months = false;
    if (!wb_read_duration(&count, &months, map, "stress[].refusal.delay")) return;
    (void)wb_duration_steps(&arrears->delay, count, months, to->horizon.steps_per_year);
    (void)wb_read_rate(&arrears->late, map, "stress[].refusal.arrears");
}

/* Of limits that overlap the last listed wins, since stresses are taken in order. */
static void resolve_limit(wb_resolver *to, const wb_stress *stress)
{
    wb_model *model = to->model;
    const wb_node *map = wb_node_child(stress->node, "backstop");
    if (map == NULL) return;
    wb_money limit;
    wb_money_init(&limit);
    const bool unlimited = !wb_read_amount(&limit, map, "stress[].backstop.limit");
    for (uint32_t t = stress->first; t < stress->end; t++) {
        wb_money_set(&model->backstop_limit[t], &limit);
        model->backstop_unlimited[t] = unlimited;
        model->backstop_stressed[t] = true;
    }
    if (unlimited || wb_money_sign(&limit) > 0) model->has_backstop = true;
    wb_money_clear(&limit);
}

/* Of rates that overlap the last listed wins too. */
static void resolve_interest(wb_resolver *to, const wb_stress *stress)
{
    wb_model *model = to->model;
    wb_rate rate;
    wb_rate_init(&rate);
    if (wb_read_rate(&rate, stress->node, "stress[].interest")) {
        if (model->interest_at == NULL) {
            model->interest_at =
                wb_resolve_array(to, model->step_count, sizeof *model->interest_at);
            for (uint32_t t = 0; model->interest_at != NULL && t < model->step_count; t++) {
                wb_rate_init(&model->interest_at[t]);
                wb_rate_set(&model->interest_at[t], &model->interest);
            }
        }
        for (uint32_t t = stress->first; model->interest_at != NULL && t < stress->end; t++)
            wb_rate_set(&model->interest_at[t], &rate);
    }
    wb_rate_clear(&rate);
}

void wb_resolve_payments(wb_resolver *to, const wb_stress *stresses, uint32_t count)
{
    to->model->arrears = wb_resolve_array(to, 2 * (size_t)count, sizeof *to->model->arrears);
    for (uint32_t s = 0; s < count && !to->failed; s++) {
        resolve_change(to, &stresses[s]);
        if (!to->failed) resolve_refusal(to, &stresses[s]);
        resolve_limit(to, &stresses[s]);
        resolve_interest(to, &stresses[s]);
    }
}
