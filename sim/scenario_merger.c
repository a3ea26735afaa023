/* scenario_merger.c - providers that become one: their row, and the step in which they do. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"
#include "sim/scenario_stress.h"

/* A merger of the file while its row is made. */
typedef struct listed {
    const wb_node *list; /* of ids */
    uint32_t stress;
    bool done;
} listed;

static void report(const listed *at, const wb_node *node, wb_error *err, wb_diagnostics *list)
{
    char field[WB_FIELD_MAX];
    (void)snprintf(field, sizeof field, "stress[%u].merge", (unsigned)at->stress);
    wb_node_report(node, false, field, err, list);
}

/* The number of a provider's row, or WB_NONE. */
static uint32_t row_of(const wb_tables *tables, const char *id)
{
    const wb_provider_row *row = wb_tables_provider(tables, id);
    return row != NULL ? (uint32_t)(row - tables->providers) : WB_NONE;
}

/* At least two ids, each once; else it is reported. */
static bool check_ids(const listed *at, wb_diagnostics *list)
{
    wb_error err = {0};
    if (at->list->kind != WB_NODE_LIST || at->list->count < 2) {
        (void)wb_fail(&err, WB_E_MISSING, "a merger needs two providers or more");
        wb_error_hint(&err, "write merge: [a, b]");
        report(at, at->list, &err, list);
        return false;
    }
    for (const wb_node *item = at->list->first; item != NULL; item = item->next) {
        for (const wb_node *other = at->list->first; other != item; other = other->next) {
            if (strcmp(other->text, item->text) != 0) continue;
            (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "'%.64s' is given twice", item->text);
            wb_error_hint(&err, "name each provider once");
            report(at, item, &err, list);
            return false;
        }
    }
    return true;
}

static int by_text(const void *a, const void *b)
{
    const wb_node *const *left = a;
    const wb_node *const *right = b;
    return strcmp((*left)->text, (*right)->text);
}

/* The ids in order, joined by '/'; NULL when the id would be too long or is taken (reported). */
static const char *joined_id(const wb_tables *tables, wb_arena *arena, const listed *at,
                             const wb_node **sorted, wb_diagnostics *list)
{
    char id[WB_ID_MAX + 2] = "";
    uint32_t count = 0;
    for (const wb_node *item = at->list->first; item != NULL; item = item->next)
        sorted[count++] = item;
    qsort((void *)sorted, count, sizeof *sorted, by_text);
    wb_error err = {0};
    for (uint32_t k = 0; k < count; k++) {
        const size_t used = strlen(id);
        (void)snprintf(id + used, sizeof id - used, "%s%s", k > 0 ? "/" : "", sorted[k]->text);
    }
    if (strlen(id) > WB_ID_MAX) {
        (void)wb_fail(&err, WB_E_TOO_LARGE, "the joined id '%.20s...' is longer than %d", id,
                      WB_ID_MAX);
        wb_error_hint(&err,
                      "the provider that comes of it is called by its members' ids: shorten these");
    } else if (wb_tables_provider(tables, id) != NULL) {
        (void)wb_fail(&err, WB_E_CONFLICT, "there is a provider '%s' already", id);
        wb_error_hint(&err, "a merger makes a provider called by all its members' ids");
    } else {
        return wb_arena_text(arena, id, strlen(id));
    }
    report(at, at->list, &err, list);
    return NULL;
}

/* Amounts, revenues and clients of all; what cannot be counted is refused. */
static bool add_up(wb_tables *tables, wb_provider_row *row, const listed *at, wb_diagnostics *list)
{
    wb_error err = {0};
    const wb_provider_row *first = &tables->providers[row->members[0]];
    mpz_t limit;
    mpz_init(limit);
    mpz_ui_pow_ui(limit, 10, WB_SCENARIO_AMOUNT_DIGITS + 2);
    for (uint32_t k = 0; k < row->member_count; k++) {
        const wb_provider_row *member = &tables->providers[row->members[k]];
        wb_money_add(&row->amount, &row->amount, &member->amount);
        wb_money_add(&row->revenue, &row->revenue, &member->revenue);
        row->clients += member->clients;
        row->crucial = row->crucial || member->crucial;
        row->has_revenue = row->has_revenue || member->has_revenue;
        row->bad = row->bad || member->bad;
        if (member->pays == first->pays || err.message[0] != '\0') continue;
        static const char *const pays[] = {"asks by its class", "asks a loan", "has a loss",
                                           "has an exposure"};
        (void)wb_fail(&err, WB_E_CONFLICT, "'%.64s' %s and '%.64s' %s", first->id,
                      pays[first->pays], member->id, pays[member->pays]);
        wb_error_hint(&err, "only providers of one kind can merge");
    }
    if (mpz_cmp(row->amount.cents, limit) >= 0 || mpz_cmp(row->revenue.cents, limit) >= 0) {
        (void)wb_fail(&err, WB_E_AMOUNT, "together they have an amount that is too large");
        wb_error_hint(&err, "at most %d digits before the decimals are accepted in a scenario",
                      WB_SCENARIO_AMOUNT_DIGITS);
    }
    mpz_clear(limit);
    if (err.message[0] == '\0') return true;
    report(at, at->list, &err, list);
    return false;
}

/* Everything else is that of the member with most revenue, the first of equals. */
static void take_lead(const wb_tables *tables, wb_provider_row *row)
{
    row->lead = row->members[0];
    for (uint32_t k = 1; k < row->member_count; k++) {
        const wb_provider_row *member = &tables->providers[row->members[k]];
        if (wb_money_compare(&member->revenue, &tables->providers[row->lead].revenue) > 0) {
            row->lead = row->members[k];
        }
    }
    const wb_provider_row *lead = &tables->providers[row->lead];
    row->class_ = lead->class_;
    row->region = lead->region;
    row->segment = lead->segment;
    row->pays = lead->pays;
    row->has_pd = lead->has_pd;
    wb_rate_set(&row->pd, &lead->pd);
    for (size_t f = 0; f < 3; f++) {
        row->has_loading[f] = lead->has_loading[f];
        wb_rate_set(&row->loading[f], &lead->loading[f]);
    }
}

/* Make the row if all its members are known; false without memory. */
static bool make_row(wb_tables *tables, wb_arena *arena, listed *at, wb_diagnostics *list)
{
    const uint32_t count = at->list->count;
    for (const wb_node *item = at->list->first; item != NULL; item = item->next) {
        if (row_of(tables, item->text) == WB_NONE) return true;
    }
    at->done = true;
    const wb_node **sorted = wb_arena_new(arena, count * sizeof *sorted);
    uint32_t *members = wb_arena_new(arena, count * sizeof *members);
    if (sorted == NULL || members == NULL) return false;
    const size_t errors = list->errors;
    const char *id = joined_id(tables, arena, at, sorted, list);
    if (id == NULL) return list->errors > errors;
    wb_provider_row *row = &tables->providers[tables->provider_count++];
    wb_provider_row_init(row);
    row->id = id;
    row->place = (wb_place){.node = at->list};
    row->members = members;
    for (uint32_t k = 0; k < count; k++)
        row->members[row->member_count++] = row_of(tables, sorted[k]->text);
    take_lead(tables, row);
    if (!add_up(tables, row, at, list)) row->bad = true;
    return true;
}

/* Ids that no provider has, nor a merger that could be made. */
static void report_unknown(const wb_tables *tables, const listed *at, wb_diagnostics *list)
{
    for (const wb_node *item = at->list->first; item != NULL; item = item->next) {
        if (row_of(tables, item->text) != WB_NONE) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_REFERENCE, "no provider '%.64s'", item->text);
        wb_error_hint(&err, "name providers, or what another merger makes of them");
        report(at, item, &err, list);
    }
}

static wb_code make_rows(wb_tables *tables, wb_arena *arena, listed *mergers, uint32_t count,
                         wb_diagnostics *list)
{
    bool progress = true;
    while (progress) { /* a merger may need what a later one of the file makes */
        progress = false;
        for (uint32_t k = 0; k < count; k++) {
            if (mergers[k].done) continue;
            if (!make_row(tables, arena, &mergers[k], list)) return WB_E_NOMEM;
            progress = progress || mergers[k].done;
        }
    }
    for (uint32_t k = 0; k < count; k++) {
        if (!mergers[k].done) report_unknown(tables, &mergers[k], list);
    }
    return WB_OK;
}

wb_code wb_mergers_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                        wb_diagnostics *list)
{
    const wb_node *items = wb_node_child(root, "stress");
    if (items == NULL || items->bad || items->kind != WB_NODE_LIST || !tables->providers_read) {
        return WB_OK;
    }
    listed mergers[WB_STRESSES_MAX];
    uint32_t count = 0;
    uint32_t index = 0;
    for (const wb_node *item = items->first; item != NULL; item = item->next, index++) {
        const wb_node *merge = wb_node_child(item, "merge");
        if (merge == NULL || merge->bad || count == WB_STRESSES_MAX) continue;
        const listed at = {.list = merge, .stress = index};
        if (check_ids(&at, list)) mergers[count++] = at;
    }
    if (count == 0) return WB_OK;
    if (tables->provider_count + count > WB_PROVIDERS_MAX) {
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%u providers with those that merge, more than %d",
                      (unsigned)(tables->provider_count + count), WB_PROVIDERS_MAX);
        report(&mergers[0], mergers[0].list, &err, list);
        return WB_OK;
    }
    wb_provider_row *grown =
        wb_arena_new(arena, (tables->provider_count + count) * sizeof *tables->providers);
    if (grown == NULL) return WB_E_NOMEM;
    memcpy(grown, tables->providers, tables->provider_count * sizeof *grown);
    tables->providers = grown;
    return make_rows(tables, arena, mergers, count, list);
}

/* The place of a row among the model's providers. */
static uint32_t provider_of(const wb_resolver *to, const char *id)
{
    const uint32_t provider = wb_resolve_provider_of(to, id);
    assert(provider != WB_NONE);
    return provider;
}

/* In one step nobody merges twice, and nobody merges before it is there. */
static void check_step(wb_resolver *to, const listed *at, const wb_merger *merger,
                       const uint32_t *made_in)
{
    const wb_model *model = to->model;
    wb_error err = {0};
    for (uint32_t k = 0; k < merger->member_count; k++) {
        const uint32_t member = merger->members[k];
        const char *id = model->providers[member].id;
        if (made_in[member] != WB_NONE && made_in[member] >= merger->step) {
            (void)wb_fail(&err, WB_E_CONFLICT, "'%s' merges before it is there", id);
            wb_error_hint(&err, "name all providers in one merger, or let this one come later");
        }
        for (uint32_t m = 0; m < model->merger_count; m++) {
            const wb_merger *other = &model->mergers[m];
            if (other == merger || other->step != merger->step) continue;
            for (uint32_t j = 0; j < other->member_count; j++) {
                if (other->members[j] != member) continue;
                (void)wb_fail(&err, WB_E_CONFLICT, "'%s' is in two mergers of one step", id);
                wb_error_hint(&err, "name all providers in one merger, or let one come later");
            }
        }
    }
    if (err.message[0] == '\0') return;
    report(at, at->list, &err, to->list);
    to->failed = true;
}

static int by_number(const void *a, const void *b)
{
    const uint32_t *left = a;
    const uint32_t *right = b;
    return *left < *right ? -1 : *left > *right;
}

/* Ids in the order of the file, as the model's providers in theirs. */
static void add_merger(wb_resolver *to, const listed *at, uint32_t step)
{
    wb_model *model = to->model;
    wb_merger *merger = &model->mergers[model->merger_count];
    merger->members = wb_resolve_array(to, at->list->count, sizeof *merger->members);
    if (merger->members == NULL) return;
    model->merger_count++;
    merger->step = step;
    for (const wb_node *item = at->list->first; item != NULL; item = item->next)
        merger->members[merger->member_count++] = provider_of(to, item->text);
    qsort(merger->members, merger->member_count, sizeof *merger->members, by_number);
    for (uint32_t i = 0; i < model->provider_count; i++) {
        if (to->rows[i]->place.node == at->list) merger->provider = i;
    }
}

/* In the order of steps, and of the file within one; made_in: the step in which a provider comes.
 */
static void find_mergers(wb_resolver *to, const wb_stress *stresses, uint32_t count,
                         uint32_t *made_in)
{
    wb_model *model = to->model;
    listed places[WB_STRESSES_MAX] = {{.list = NULL}};
    for (uint32_t step = 0; step < model->step_count; step++) {
        for (uint32_t s = 0; s < count && !to->failed; s++) {
            const wb_node *merge = wb_node_child(stresses[s].node, "merge");
            if (merge == NULL || stresses[s].first != step) continue;
            places[model->merger_count] = (listed){.list = merge, .stress = s};
            add_merger(to, &places[model->merger_count], step);
            if (to->failed) return;
            made_in[model->mergers[model->merger_count - 1].provider] = step;
        }
    }
    for (uint32_t m = 0; m < model->merger_count && !to->failed; m++)
        check_step(to, &places[m], &model->mergers[m], made_in);
}

void wb_resolve_mergers(wb_resolver *to, const wb_stress *stresses, uint32_t count)
{
    wb_model *model = to->model;
    uint32_t *made_in = wb_resolve_array(to, model->provider_count, sizeof *made_in);
    model->mergers = wb_resolve_array(to, count, sizeof *model->mergers);
    if (made_in != NULL && model->mergers != NULL) {
        for (uint32_t i = 0; i < model->provider_count; i++)
            made_in[i] = WB_NONE;
        find_mergers(to, stresses, count, made_in);
    }
    free(made_in);
}
