/* scenario_opening.c - rows as they are at the start, and what a ledger brings: classes, loans. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"

static void report(wb_resolver *to, wb_error *err)
{
    const wb_node *node = wb_node_at(to->scenario->root, "fund.opening.from_ledger");
    wb_node_report(node, false, "fund.opening", err, to->list);
    to->failed = true;
}

static int by_id(const void *a, const void *b)
{
    const wb_provider_row *const *left = a;
    const wb_provider_row *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

static int by_party(const void *a, const void *b)
{
    const wb_party_row *const *left = a;
    const wb_party_row *const *right = b;
    return strcmp((*left)->id, (*right)->id);
}

uint32_t wb_resolve_provider_of(const wb_resolver *to, const char *id)
{
    const wb_provider_row wanted = {.id = id};
    const wb_provider_row *key = &wanted;
    const wb_provider_row **found =
        bsearch((const void *)&key, (const void *)to->rows, to->scenario->tables.provider_count,
                sizeof *to->rows, by_id);
    return found != NULL ? (uint32_t)(found - to->rows) : WB_NONE;
}

/* The class that the books have for a provider goes before that of the table. */
static void take_class(wb_resolver *to, const wb_opening_class *from)
{
    const wb_tables *tables = &to->scenario->tables;
    const uint32_t at = wb_resolve_provider_of(to, from->provider);
    if (at == WB_NONE || to->rows[at]->class_ == NULL) return; /* not of this scenario */
    wb_provider_row *row = &to->providers[to->rows[at] - to->providers];
    const wb_class_row *class_ = wb_tables_class(tables, from->class_);
    wb_error err = {0};
    if (class_ == NULL) {
        (void)wb_fail(&err, WB_E_REFERENCE, "the books have '%s' in class '%s', which is none here",
                      from->provider, from->class_);
        wb_error_hint(&err, "add the class to the table; the books and the scenario use the same");
        report(to, &err);
        return;
    }
    row->class_ = class_->id;
    if (row->pays != WB_PAYS_SUPPORT || row->has_revenue || !wb_tables_eligible(tables, row)) {
        return;
    }
    (void)wb_fail(&err, WB_E_MISSING, "the books have '%s' in class '%s', and it has no revenue",
                  from->provider, from->class_);
    wb_error_hint(&err, "the support of its class is a number of months of revenue");
    report(to, &err);
}

void wb_resolve_rows(wb_resolver *to, const wb_opening *opening)
{
    const wb_tables *tables = &to->scenario->tables;
    const uint32_t count = tables->provider_count;
    to->providers = wb_resolve_array(to, count, sizeof *to->providers);
    to->rows = wb_resolve_array(to, count, sizeof *to->rows);
    to->parties = wb_resolve_array(to, tables->party_count, sizeof *to->parties);
    if (to->failed) return;
    for (uint32_t p = 0; p < tables->party_count; p++)
        to->parties[p] = &tables->parties[p];
    qsort((void *)to->parties, tables->party_count, sizeof *to->parties, by_party);
    for (uint32_t i = 0; i < count; i++) { /* what a row points to stays with the tables */
        to->providers[i] = tables->providers[i];
        to->rows[i] = &to->providers[i];
    }
    qsort((void *)to->rows, count, sizeof *to->rows, by_id);
    for (size_t i = 0; opening != NULL && i < opening->class_count; i++)
        take_class(to, &opening->classes[i]);
    for (uint32_t i = 0; i < count; i++) { /* in the order in which they can be made */
        wb_provider_row *row = &to->providers[i];
        if (row->member_count > 0) row->class_ = to->providers[row->lead].class_;
    }
}

/* Principal that comes in by schedule, by step; what is beyond the horizon never does. */
static void resolve_schedule(wb_resolver *to, const wb_opening_case *from, wb_opening_case *loan)
{
    wb_model *model = to->model;
    if (from->instalment_count == 0) return;
    loan->instalments = wb_resolve_array(to, from->instalment_count, sizeof *loan->instalments);
    if (model->opening_due == NULL) {
        model->opening_due = wb_resolve_array(to, model->step_count, sizeof *model->opening_due);
        for (uint32_t t = 0; model->opening_due != NULL && t < model->step_count; t++)
            wb_money_init(&model->opening_due[t]);
    }
    for (size_t k = 0; !to->failed && k < from->instalment_count; k++) {
        const wb_opening_instalment *part = &from->instalments[k];
        wb_opening_instalment *kept = &loan->instalments[loan->instalment_count++];
        kept->date = part->date;
        wb_money_init(&kept->principal);
        wb_money_set(&kept->principal, &part->principal);
        const uint32_t step = wb_horizon_step_of(&to->horizon, part->date);
        if (step >= model->step_count) continue;
        wb_money_add(&model->opening_due[step], &model->opening_due[step], &part->principal);
    }
}

static void resolve_case(wb_resolver *to, const wb_opening_case *from)
{
    wb_model *model = to->model;
    const uint32_t provider = wb_resolve_provider_of(to, from->provider);
    const bool later = provider != WB_NONE && to->rows[provider]->member_count > 0;
    if (provider == WB_NONE || later) {
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_REFERENCE, "loan '%s' is to '%s', who is %s", from->loan,
                      from->provider, later ? "only there after a merger" : "no provider here");
        wb_error_hint(&err, "add the provider to the table; the books and the scenario use "
                            "the same ids");
        report(to, &err);
        return;
    }
    wb_opening_case *added = wb_opening_add_case(&model->opening);
    if (added == NULL) {
        wb_resolve_no_memory(to);
        return;
    }
    const size_t at = model->opening.case_count - 1;
    memcpy(added->provider, from->provider, sizeof added->provider);
    memcpy(added->loan, from->loan, sizeof added->loan);
    wb_money_set(&added->principal, &from->principal);
    added->maturity = from->maturity;
    model->opening_provider[at] = provider;
    model->opening_step[at] = wb_horizon_step_of(&to->horizon, from->maturity);
    resolve_schedule(to, from, added);
}

/* The classes that matter here: part of what a scenario means. */
static void keep_classes(wb_resolver *to, const wb_opening *opening)
{
    wb_opening *kept = &to->model->opening;
    kept->classes = wb_resolve_array(to, opening->class_count, sizeof *kept->classes);
    for (size_t i = 0; kept->classes != NULL && i < opening->class_count; i++) {
        const uint32_t at = wb_resolve_provider_of(to, opening->classes[i].provider);
        if (at == WB_NONE || to->rows[at]->class_ == NULL) continue;
        kept->classes[kept->class_count++] = opening->classes[i];
    }
}

/* For the reconciliation of a result with the books; no figure depends on them. */
static void keep_lines(wb_resolver *to, const wb_opening *opening)
{
    wb_money_set(&to->model->opening.promised, &opening->promised);
    for (size_t i = 0; i < opening->line_count; i++) {
        wb_opening_line *line = wb_opening_add_line(&to->model->opening);
        if (line == NULL) {
            wb_resolve_no_memory(to);
            return;
        }
        memcpy(line->account, opening->lines[i].account, sizeof line->account);
        line->use = opening->lines[i].use;
        wb_money_set(&line->balance, &opening->lines[i].balance);
    }
}

void wb_resolve_opening(wb_resolver *to, const wb_opening *opening)
{
    wb_model *model = to->model;
    if (opening == NULL) {
        const wb_node *map = wb_node_at(to->scenario->root, "fund.opening");
        (void)wb_read_amount(&model->opening.cash, map, "fund.opening.cash");
        return;
    }
    wb_money_set(&model->opening.cash, &opening->cash);
    wb_money_set(&model->opening.backstop_debt, &opening->backstop_debt);
    wb_money_set(&model->opening.obligo_called, &opening->obligo_called);
    /* the levy counts by the year: what was called in one that is over is forgotten */
    if (wb_date_civil(model->start).year == wb_date_civil(opening->ledger_last_date).year)
        wb_money_set(&model->opening.levy_called, &opening->levy_called);
    model->opening.ledger_count = opening->ledger_count;
    memcpy(model->opening.ledger_hash, opening->ledger_hash, sizeof opening->ledger_hash);
    model->opening.ledger_last_date = opening->ledger_last_date;
    keep_classes(to, opening);
    keep_lines(to, opening);
    model->opening_provider = wb_resolve_array(to, opening->case_count, sizeof(uint32_t));
    model->opening_step = wb_resolve_array(to, opening->case_count, sizeof(uint32_t));
    for (size_t i = 0; i < opening->case_count && !to->failed; i++)
        resolve_case(to, &opening->cases[i]);
    const size_t before = to->list->errors;
    if (!to->failed) {
        wb_tables_check_cure(&to->scenario->tables, to->rows, to->scenario->root,
                             opening->case_count > 0, to->list);
    }
    if (to->list->errors > before) to->failed = true;
}
