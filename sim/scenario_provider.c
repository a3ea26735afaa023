/* scenario_provider.c - providers from a table or from the scenario file itself, row by row. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_table.h"

enum {
    P_ID,
    P_PD,
    P_LOSS,
    P_EXPOSURE,
    P_SUPPORT,
    P_REVENUE,
    P_CLASS,
    P_REGION,
    P_SEGMENT,
    P_GROUP,
    P_CONSORTIA,
    P_CRUCIAL,
    P_CLIENTS,
    P_NATIONAL, /* own loadings */
    P_REGIONAL,
    P_SEGMENTAL,
    P_COUNT
};
static const char *const names[P_COUNT] = {"id",
                                           "pd",
                                           "loss",
                                           "exposure",
                                           "support",
                                           "revenue",
                                           "class",
                                           "region",
                                           "segment",
                                           "group",
                                           "consortia",
                                           "crucial",
                                           "clients",
                                           "loading_national",
                                           "loading_region",
                                           "loading_segment"};

/* One value of a provider, wherever it stands. Absent: text.text is NULL. */
typedef struct cell {
    wb_node text;
    wb_place place;
} cell;

typedef struct reader {
    wb_tables *tables;
    wb_arena *arena;
    wb_diagnostics *list;
    wb_table_view view;         /* of a table */
    ptrdiff_t columns[P_COUNT]; /* of a table */
    bool lacks_revenue;         /* the table has no such column */
    wb_rate shares[3];          /* of the national, region and segment factor */
    bool no_memory;
} reader;

static void row_report(wb_provider_row *row, const cell *at, uint32_t index, uint32_t which,
                       wb_error *err, wb_diagnostics *list)
{
    char field[WB_FIELD_MAX];
    (void)snprintf(field, sizeof field, "providers[%u].%s", (unsigned)index, names[which]);
    wb_place_report(&at->place, at->place.node != NULL ? field : NULL, err, list);
    row->bad = true;
}

/* "c1|c2" of a table, or a list of the file. */
static void read_consortia(reader *read, wb_provider_row *row, const cell *at, uint32_t index)
{
    const wb_schema_key *key = wb_schema_find("providers[].consortia");
    wb_schema_key item = *key;
    item.type = WB_TYPE_ID;
    const wb_node *list = at->place.node;
    const char *text = at->text.text;
    uint32_t count = 1;
    if (list != NULL && list->kind == WB_NODE_LIST) {
        count = list->count;
    } else {
        for (const char *bar = strchr(text, '|'); bar != NULL; bar = strchr(bar + 1, '|'))
            count++;
    }
    row->consortia = wb_arena_new(read->arena, count * sizeof *row->consortia);
    if (row->consortia == NULL) {
        read->no_memory = true;
        return;
    }
    const wb_node *node = list != NULL && list->kind == WB_NODE_LIST ? list->first : NULL;
    for (uint32_t i = 0; i < count; i++) {
        wb_node one = {.kind = WB_NODE_SCALAR};
        if (node != NULL) {
            one = *node;
            node = node->next;
        } else {
            one.size = strcspn(text, "|");
            one.text = wb_arena_text(read->arena, text, one.size);
            text += one.size + (text[one.size] == '|' ? 1 : 0);
            if (one.text == NULL) {
                read->no_memory = true;
                return;
            }
        }
        wb_error err = {0};
        if (wb_schema_text(&item, &one, &err) != WB_OK) {
            row_report(row, at, index, P_CONSORTIA, &err, read->list);
            return;
        }
        for (uint32_t other = 0; other < row->consortium_count; other++) {
            if (strcmp(row->consortia[other], one.text) != 0) continue;
            (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "consortium '%.64s' is given twice", one.text);
            row_report(row, at, index, P_CONSORTIA, &err, read->list);
            return;
        }
        row->consortia[row->consortium_count++] = one.text;
    }
}

static wb_code read_value(wb_provider_row *row, uint32_t which, const cell *at, wb_error *err)
{
    char path[WB_FIELD_MAX];
    (void)snprintf(path, sizeof path, "providers[].%s", names[which]);
    const wb_schema_key *key = wb_schema_find(path);
    assert(key != NULL);
    const wb_node *text = &at->text;
    uint32_t choice = 0;
    wb_code code = WB_OK;
    const char **const ids[P_COUNT] = {[P_ID] = &row->id,
                                       [P_CLASS] = &row->class_,
                                       [P_REGION] = &row->region,
                                       [P_SEGMENT] = &row->segment,
                                       [P_GROUP] = &row->group};
    switch (which) {
    case P_PD:
        code = wb_schema_rate(&row->pd, NULL, key, text, err);
        row->has_pd = code == WB_OK;
        return code;
    case P_LOSS:
        row->pays = WB_PAYS_LOSS;
        return wb_schema_amount(&row->amount, NULL, key, text, err);
    case P_EXPOSURE:
        row->pays = WB_PAYS_EXPOSURE;
        return wb_schema_amount(&row->amount, NULL, key, text, err);
    case P_SUPPORT:
        row->pays = WB_PAYS_LOAN;
        return wb_schema_amount(&row->amount, NULL, key, text, err);
    case P_REVENUE:
        code = wb_schema_amount(&row->revenue, NULL, key, text, err);
        row->has_revenue = code == WB_OK;
        return code;
    case P_CRUCIAL:
        code = wb_schema_choice(&choice, key, text, err);
        row->crucial = code == WB_OK && choice == 0;
        return code;
    case P_CLIENTS: return wb_schema_number(&row->clients, key, text, err);
    case P_NATIONAL:
    case P_REGIONAL:
    case P_SEGMENTAL:
        code = wb_schema_rate(&row->loading[which - P_NATIONAL], NULL, key, text, err);
        row->has_loading[which - P_NATIONAL] = code == WB_OK;
        return code;
    default: break;
    }
    assert(which < P_COUNT && ids[which] != NULL);
    *ids[which] = text->text;
    return wb_schema_text(key, text, err);
}

/* The class that a row names but the table lacks. */
static void refuse_class(reader *read, const wb_provider_row *row, wb_error *err)
{
    const wb_tables *tables = read->tables;
    (void)wb_fail(err, WB_E_REFERENCE, "no class '%.64s'", row->class_);
    if (tables->class_count == 0) {
        wb_error_hint(err, "name a table of classes: tables: {classes: FILE}");
        return;
    }
    enum { IDS_MAX = 64 };
    const char *ids[IDS_MAX];
    size_t count = 0;
    for (; count < IDS_MAX && count < tables->class_count; count++) {
        const char *id = tables->classes[count].id;
        ids[count] = id != NULL ? id : "";
    }
    const char *nearest = wb_nearest_word(row->class_, ids, count);
    if (nearest != NULL) wb_error_hint(err, "did you mean '%s'?", nearest);
}

/* Of loss, exposure and support a row has at most one; false when it has more (reported). */
static bool check_pays(reader *read, wb_provider_row *row, uint32_t index,
                       const cell cells[P_COUNT])
{
    uint32_t pays = 0;
    for (uint32_t k = P_LOSS; k <= P_SUPPORT; k++) {
        if (cells[k].text.text == NULL) continue;
        if (++pays < 2) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_CONFLICT, "more than one of loss, exposure and support");
        row_report(row, &cells[k], index, k, &err, read->list);
        return false;
    }
    return true;
}

/* What a row must say beyond values that read well. */
static void check_row(reader *read, wb_provider_row *row, uint32_t index, const cell cells[P_COUNT])
{
    wb_error err = {0};
    uint32_t which = P_ID;
    if (!check_pays(read, row, index, cells)) return;
    const bool by_class = row->pays == WB_PAYS_SUPPORT;
    const bool unknown = row->class_ != NULL && wb_tables_class(read->tables, row->class_) == NULL;
    if (unknown && read->tables->has_classes && !read->tables->classes_read) return;
    if (unknown) {
        refuse_class(read, row, &err);
        which = P_CLASS;
    } else if (row->class_ == NULL && by_class) {
        (void)wb_fail(&err, WB_E_MISSING, "provider '%.64s' has no class", row->id);
        wb_error_hint(&err, "give it a class, or one of loss, exposure and support");
    } else if (row->class_ == NULL && !row->has_pd) {
        (void)wb_fail(&err, WB_E_MISSING, "provider '%.64s' has no pd", row->id);
        wb_error_hint(&err, "give it a pd such as 2%%, or a class");
    } else if (by_class && !row->has_revenue && !read->lacks_revenue &&
               wb_tables_eligible(read->tables, row)) {
        (void)wb_fail(&err, WB_E_MISSING, "provider '%.64s' has no revenue", row->id);
        wb_error_hint(&err, "the support of its class is a number of months of revenue");
    } else {
        return;
    }
    row_report(row, &cells[which], index, which, &err, read->list);
}

/* Own loadings need their factor, and leave at least nothing to the provider itself. */
static void check_loadings(reader *read, wb_provider_row *row, uint32_t index,
                           const cell cells[P_COUNT])
{
    const char *const factor[3] = {"", row->region, row->segment};
    static const char *const named[3] = {"", "region", "segment"};
    wb_error err = {0};
    mpq_t sum;
    mpq_t part;
    mpq_init(sum);
    mpq_init(part);
    uint32_t last = WB_NONE;
    for (uint32_t f = 0; f < 3; f++) {
        if (row->has_loading[f]) last = P_NATIONAL + f;
        if (row->has_loading[f] && factor[f] == NULL) {
            (void)wb_fail(&err, WB_E_CONFLICT, "provider '%.64s' has no %s to load on", row->id,
                          named[f]);
            wb_error_hint(&err, "give it a %s, or no loading_%s", named[f], named[f]);
            row_report(row, &cells[last], index, last, &err, read->list);
        }
        if (factor[f] == NULL) continue;
        mpq_set(part, row->has_loading[f] ? row->loading[f].ratio : read->shares[f].ratio);
        if (row->has_loading[f]) mpq_mul(part, part, part);
        mpq_add(sum, sum, part);
    }
    if (last != WB_NONE && !row->bad && mpq_cmp_ui(sum, 1, 1) > 0) {
        (void)wb_fail(&err, WB_E_RANGE, "the squares of its loadings add up to %.4g, more than 1",
                      mpq_get_d(sum));
        wb_error_hint(&err, "a factor without a loading of its own has the share of 'dependence'");
        row_report(row, &cells[last], index, last, &err, read->list);
    }
    mpq_clear(sum);
    mpq_clear(part);
}

void wb_provider_row_init(wb_provider_row *row)
{
    memset(row, 0, sizeof *row);
    wb_rate_init(&row->pd);
    wb_money_init(&row->amount);
    wb_money_init(&row->revenue);
    for (size_t f = 0; f < 3; f++)
        wb_rate_init(&row->loading[f]);
    row->pays = WB_PAYS_SUPPORT;
}

static void read_row(reader *read, wb_provider_row *row, uint32_t index, cell cells[P_COUNT])
{
    row->place = cells[P_ID].place;
    for (uint32_t k = 0; k < P_COUNT; k++) {
        if (cells[k].text.text == NULL) continue;
        if (k == P_CONSORTIA) {
            read_consortia(read, row, &cells[k], index);
            continue;
        }
        wb_error err = {0};
        if (read_value(row, k, &cells[k], &err) != WB_OK) {
            row_report(row, &cells[k], index, k, &err, read->list);
        }
    }
    if (row->id == NULL && !row->bad) {
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_MISSING, "the id is empty");
        row_report(row, &cells[P_ID], index, P_ID, &err, read->list);
    }
    if (!row->bad) check_row(read, row, index, cells);
    if (!row->bad) check_loadings(read, row, index, cells);
}

static void read_inline(reader *read, const wb_node *item, uint32_t index)
{
    cell cells[P_COUNT];
    memset(cells, 0, sizeof cells);
    wb_provider_row *row = &read->tables->providers[read->tables->provider_count++];
    wb_provider_row_init(row);
    for (uint32_t k = 0; k < P_COUNT; k++) {
        const wb_node *node = wb_node_child(item, names[k]);
        cells[k].place.node = node != NULL ? node : item;
        if (node == NULL) continue;
        if (node->bad) {
            row->bad = true;
        } else {
            cells[k].text = *node;
        }
    }
    if (item->kind != WB_NODE_MAP || item->bad || wb_node_child(item, "id") == NULL) {
        row->bad = true; /* reported with the tree */
    }
    if (row->bad) memset(&cells[P_LOSS], 0, (P_COUNT - P_LOSS) * sizeof cells[0]);
    read_row(read, row, index, cells);
}

static void read_csv_row(reader *read, size_t number)
{
    cell cells[P_COUNT];
    memset(cells, 0, sizeof cells);
    for (uint32_t k = 0; k < P_COUNT; k++) {
        const ptrdiff_t column = read->columns[k];
        cells[k].place = (wb_place){.csv = read->view.csv,
                                    .row = number,
                                    .column = (size_t)(column >= 0 ? column : read->columns[P_ID])};
        if (column < 0) continue;
        const wb_csv_cell found = wb_csv_at(read->view.csv, number, (size_t)column);
        if (found.size == 0) continue;
        cells[k].text = (wb_node){.kind = WB_NODE_SCALAR, .text = found.text, .size = found.size};
    }
    wb_provider_row *row = &read->tables->providers[read->tables->provider_count++];
    wb_provider_row_init(row);
    read_row(read, row, (uint32_t)number, cells);
}

static int by_id(const void *a, const void *b)
{
    const wb_provider_row *const *left = a;
    const wb_provider_row *const *right = b;
    const int order = strcmp((*left)->id, (*right)->id);
    if (order != 0) return order;
    return *left < *right ? -1 : *left > *right; /* rows lie in file order */
}

static wb_code check_duplicates(reader *read)
{
    wb_tables *tables = read->tables;
    const wb_provider_row **sorted = calloc(tables->provider_count + 1, sizeof *sorted);
    if (sorted == NULL) return WB_E_NOMEM;
    uint32_t count = 0;
    for (uint32_t i = 0; i < tables->provider_count; i++) {
        if (tables->providers[i].id != NULL) sorted[count++] = &tables->providers[i];
    }
    qsort(sorted, count, sizeof *sorted, by_id);
    for (uint32_t i = 1; i < count; i++) {
        if (strcmp(sorted[i - 1]->id, sorted[i]->id) != 0) continue;
        wb_error err = {0};
        char first[WB_FIELD_MAX];
        (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "provider '%.64s' is given twice", sorted[i]->id);
        wb_error_hint(&err, "the first is at %s", wb_place_text(first, &sorted[i - 1]->place));
        wb_place_report(&sorted[i]->place, NULL, &err, read->list);
    }
    free(sorted);
    return WB_OK;
}

static bool open_table(reader *read, const wb_node *node)
{
    static const char *const more[] = {"name"};
    if (!wb_table_open(&read->view, read->arena, node, "providers[]", read->list)) return false;
    read->tables->providers_csv = read->view.csv;
    wb_table_check_columns(&read->view, more, 1, read->list);
    bool priced = false;
    for (uint32_t k = 0; k < P_COUNT; k++) {
        read->columns[k] = wb_table_column(&read->view, names[k]);
        if (k >= P_LOSS && k <= P_SUPPORT && read->columns[k] >= 0) priced = true;
    }
    if (read->columns[P_ID] < 0)
        read->columns[P_ID] = wb_csv_require(read->view.csv, "id", read->list);
    if (read->columns[P_PD] < 0 && read->columns[P_CLASS] < 0) {
        (void)wb_csv_require(read->view.csv, priced ? "pd" : "class", read->list);
    }
    const bool mapped = wb_node_child(read->view.columns, "revenue") != NULL;
    if (read->columns[P_REVENUE] < 0 && !priced) {
        read->lacks_revenue = true;
        if (!mapped) (void)wb_csv_require(read->view.csv, "revenue", read->list);
    }
    return read->columns[P_ID] >= 0;
}

/* A table of providers has rows, but not too many. */
static bool check_count(const reader *read, size_t count)
{
    wb_error err = {0};
    if (count > WB_PROVIDERS_MAX) {
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%zu providers, more than %d", count, WB_PROVIDERS_MAX);
        wb_csv_report(read->view.csv, WB_PROVIDERS_MAX, (size_t)read->columns[P_ID], &err,
                      read->list);
    } else if (count == 0) {
        (void)wb_fail(&err, WB_E_MISSING, "the table has no rows");
        wb_csv_report_header(read->view.csv, 0, &err, read->list);
    }
    return count > 0 && count <= WB_PROVIDERS_MAX;
}

/* Inline or by table, in one of the two; false when there is nothing to read (reported). */
static bool check_source(const wb_node *root, const wb_node *here, const wb_node *table,
                         wb_diagnostics *list)
{
    wb_error err = {0};
    if (here != NULL && table != NULL) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'providers' beside 'tables.providers'");
        wb_error_hint(&err, "list the providers in one place");
        wb_node_report(here, true, NULL, &err, list);
        return false;
    }
    if (here != NULL && (here->bad || here->kind != WB_NODE_LIST)) return false;
    if (table != NULL || (here != NULL && here->count > 0)) return true;
    (void)wb_fail(&err, WB_E_MISSING, "no providers");
    wb_error_hint(&err, "name a table, tables: {providers: FILE}, or list them: providers: "
                        "[{id: a, pd: 2%%, loss: 120 000.00}]");
    wb_node_report(here != NULL ? here : root, here != NULL, NULL, &err, list);
    return false;
}

wb_code wb_providers_load(wb_tables *tables, wb_arena *arena, const wb_node *root,
                          wb_diagnostics *list)
{
    reader read = {.tables = tables, .arena = arena, .list = list};
    const wb_node *here = wb_node_child(root, "providers");
    const wb_node *table = wb_node_at(root, "tables.providers");
    if (!check_source(root, here, table, list)) return WB_OK;
    if (here == NULL && !open_table(&read, table)) return WB_OK;
    const size_t count = here != NULL ? here->count : wb_csv_row_count(read.view.csv);
    if (here == NULL && !check_count(&read, count)) return WB_OK;
    tables->providers = wb_arena_new(arena, count * sizeof *tables->providers);
    if (tables->providers == NULL) return WB_E_NOMEM;
    static const char *const shares[3] = {"dependence.national", "dependence.region",
                                          "dependence.segment"};
    for (size_t f = 0; f < 3; f++) {
        wb_rate_init(&read.shares[f]);
        (void)wb_read_rate(&read.shares[f], wb_node_child(root, "dependence"), shares[f]);
    }
    const wb_node *item = here != NULL ? here->first : NULL;
    for (size_t i = 0; i < count; i++) {
        if (item != NULL) {
            read_inline(&read, item, (uint32_t)i);
            item = item->next;
        } else {
            read_csv_row(&read, i);
        }
    }
    for (size_t f = 0; f < 3; f++)
        wb_rate_clear(&read.shares[f]);
    tables->providers_read = true;
    return read.no_memory ? WB_E_NOMEM : check_duplicates(&read);
}

const wb_provider_row *wb_tables_provider(const wb_tables *tables, const char *id)
{
    for (uint32_t i = 0; i < tables->provider_count; i++) {
        const wb_provider_row *row = &tables->providers[i];
        if (row->id != NULL && strcmp(row->id, id) == 0) return row;
    }
    return NULL;
}

bool wb_tables_eligible(const wb_tables *tables, const wb_provider_row *row)
{
    if (row->class_ == NULL) return true;
    const wb_class_row *class_ = wb_tables_class(tables, row->class_);
    if (class_ == NULL || class_->bad) return true;
    return class_->eligible == 0 || (class_->eligible == 2 && row->crucial);
}
