/* scenario_resolve.c - providers of a model: classes, factors, groups and consortia. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_internal.h"
#include "waarborg/numeric.h"

static void fail(wb_resolver *to, wb_error *err)
{
    to->failed = true;
    wb_diagnostics_add(to->list, err);
}

/* One value is a constant, whatever the form it was written in. */
static void set_distribution(wb_distribution *to, const wb_rate *const values[3], uint32_t count)
{
    assert(count >= 1 && count <= 3);
    const wb_rate *last = values[count - 1];
    wb_rate_set(&to->low, values[0]);
    wb_rate_set(&to->base, values[count == 3 ? 1 : 0]);
    wb_rate_set(&to->high, last);
    if (wb_rate_compare(values[0], last) == 0) {
        to->shape = WB_SHAPE_FIXED;
    } else {
        to->shape = count == 3 ? WB_SHAPE_TRIANGULAR : WB_SHAPE_UNIFORM;
    }
}

/* {table: [[loss, probability], ...]}, put in ascending order of loss. */
static void set_table(wb_resolver *to, wb_distribution *lgd, const wb_node *pairs)
{
    const wb_schema_key *key = wb_schema_find("support.lgd");
    lgd->shape = WB_SHAPE_TABLE;
    lgd->values = wb_resolve_array(to, pairs->count, sizeof *lgd->values);
    lgd->weights = wb_resolve_array(to, pairs->count, sizeof *lgd->weights);
    if (to->failed) return;
    for (const wb_node *pair = pairs->first; pair != NULL; pair = pair->next) {
        wb_rate value;
        wb_rate_init(&value);
        wb_code code = wb_schema_rate(&value, NULL, key, pair->first, NULL);
        assert(code == WB_OK);
        uint32_t at = lgd->count++;
        wb_rate_init(&lgd->values[at]);
        wb_rate_init(&lgd->weights[at]);
        for (; at > 0 && wb_rate_compare(&lgd->values[at - 1], &value) > 0; at--) {
            wb_rate_set(&lgd->values[at], &lgd->values[at - 1]);
            wb_rate_set(&lgd->weights[at], &lgd->weights[at - 1]);
        }
        wb_rate_set(&lgd->values[at], &value);
        code = wb_schema_rate(&lgd->weights[at], NULL, key, pair->last, NULL);
        assert(code == WB_OK);
        (void)code;
        wb_rate_clear(&value);
    }
}

/* The scenario's own LGD; false when the classes say. */
static bool resolve_lgd(wb_resolver *to, wb_distribution *lgd)
{
    const wb_schema_key *key = wb_schema_find("support.lgd");
    const wb_node *node = wb_node_at(to->scenario->root, "support.lgd");
    if (node == NULL) return false;
    if (node->kind == WB_NODE_MAP && strcmp(node->first->key->text, "table") == 0) {
        set_table(to, lgd, node->first);
        return true;
    }
    wb_rate values[3];
    const wb_rate *pointers[3];
    uint32_t count = 0;
    for (size_t i = 0; i < 3; i++) {
        wb_rate_init(&values[i]);
        pointers[i] = &values[i];
    }
    const wb_node *item = node->kind == WB_NODE_MAP ? node->first->first : node;
    for (; item != NULL && count < 3; item = item->next) {
        const wb_code code = wb_schema_rate(&values[count++], NULL, key, item, NULL);
        assert(code == WB_OK);
        (void)code;
        if (node->kind == WB_NODE_SCALAR) break;
    }
    set_distribution(lgd, pointers, count);
    for (size_t i = 0; i < 3; i++)
        wb_rate_clear(&values[i]);
    return true;
}

static void resolve_classes(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_tables *tables = &to->scenario->tables;
    const bool own_lgd = resolve_lgd(to, &model->lgd);
    model->classes = wb_resolve_array(to, tables->class_count, sizeof *model->classes);
    for (uint32_t i = 0; i < tables->class_count && !to->failed; i++) {
        const wb_class_row *row = &tables->classes[i];
        wb_class *class_ = &model->classes[model->class_count++];
        wb_class_init(class_);
        class_->id = wb_resolve_text(to, row->id);
        const wb_rate *const months[3] = {&row->months[0], &row->months[1], &row->months[2]};
        const wb_rate *const lgd[3] = {&row->lgd[0], &row->lgd[1], &row->lgd[2]};
        set_distribution(&class_->months, months, 3);
        if (own_lgd) {
            (void)resolve_lgd(to, &class_->lgd);
        } else {
            set_distribution(&class_->lgd, lgd, 3);
        }
    }
}

static void resolve_factors(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_tables *tables = &to->scenario->tables;
    const char **ids = wb_resolve_array(to, tables->provider_count, sizeof *ids);
    if (ids == NULL) return;
    for (int which = 0; which < 2; which++) {
        uint32_t count = 0;
        for (uint32_t i = 0; i < tables->provider_count; i++) {
            const wb_provider_row *row = &tables->providers[i];
            const char *id = which == 0 ? row->region : row->segment;
            if (id != NULL) ids[count++] = id;
        }
        wb_name **names = which == 0 ? &model->regions : &model->segments;
        uint32_t *distinct = which == 0 ? &model->region_count : &model->segment_count;
        const char *what = which == 0 ? "regions" : "segments";
        *names = wb_resolve_names(to, ids, count, distinct, what);
        if (*distinct <= WB_REGIONS_MAX) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%u %s, more than %d", (unsigned)*distinct, what,
                      WB_REGIONS_MAX);
        fail(to, &err);
    }
    free((void *)ids);
}

typedef struct shares {
    wb_rate national, region, segment, rest;
} shares;

/* Its own, else the root of the scenario's share; its square is taken off the rest. */
static double loading_of(const wb_provider_row *row, size_t factor, const wb_rate *share,
                         wb_rate *rest)
{
    if (!row->has_loading[factor]) {
        mpq_sub(rest->ratio, rest->ratio, share->ratio);
        return __builtin_sqrt(wb_rate_double(share));
    }
    mpq_t square;
    mpq_init(square);
    mpq_mul(square, row->loading[factor].ratio, row->loading[factor].ratio);
    mpq_sub(rest->ratio, rest->ratio, square);
    mpq_clear(square);
    return wb_rate_double(&row->loading[factor]);
}

static void resolve_provider(wb_resolver *to, wb_provider *provider, const wb_provider_row *row,
                             shares *share)
{
    wb_model *model = to->model;
    const wb_tables *tables = &to->scenario->tables;
    wb_provider_init(provider);
    provider->id = wb_resolve_text(to, row->id);
    provider->index = wb_draw_index(row->id);
    provider->pays = row->pays;
    provider->eligible = wb_tables_eligible(tables, row);
    provider->clients = row->clients;
    wb_money_set(&provider->amount, &row->amount);
    wb_money_set(&provider->revenue, &row->revenue);
    if (row->class_ != NULL) {
        provider->class_ = (uint32_t)(wb_tables_class(tables, row->class_) - tables->classes);
    }
    if (row->region != NULL) {
        provider->region = wb_resolve_find(model->regions, model->region_count, row->region);
    }
    if (row->segment != NULL) {
        provider->segment = wb_resolve_find(model->segments, model->segment_count, row->segment);
    }
    mpq_set_ui(share->rest.ratio, 1, 1);
    provider->loading_national = loading_of(row, 0, &share->national, &share->rest);
    if (row->region != NULL) {
        provider->loading_region = loading_of(row, 1, &share->region, &share->rest);
    }
    if (row->segment != NULL) {
        provider->loading_segment = loading_of(row, 2, &share->segment, &share->rest);
    }
    assert(mpq_sgn(share->rest.ratio) >= 0); /* the sum was checked */
    provider->residual = __builtin_sqrt(wb_rate_double(&share->rest));
}

typedef struct keyed {
    uint64_t index;
    const char *id;
} keyed;

static int by_index(const void *a, const void *b)
{
    const keyed *left = a;
    const keyed *right = b;
    return left->index < right->index ? -1 : left->index > right->index;
}

/* Two providers with one index would fall on the same draws. */
static void check_indexes(wb_resolver *to)
{
    const wb_model *model = to->model;
    keyed *sorted = wb_resolve_array(to, model->provider_count, sizeof *sorted);
    if (sorted == NULL) return;
    for (uint32_t i = 0; i < model->provider_count; i++)
        sorted[i] = (keyed){model->providers[i].index, model->providers[i].id};
    qsort(sorted, model->provider_count, sizeof *sorted, by_index);
    for (uint32_t i = 1; i < model->provider_count; i++) {
        if (sorted[i - 1].index != sorted[i].index) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_CONFLICT, "providers '%s' and '%s' would share their draws",
                      sorted[i - 1].id, sorted[i].id);
        wb_error_hint(&err, "their 48-bit indexes are equal by accident; rename one");
        fail(to, &err);
    }
    free(sorted);
}

/* A provider's place in a group or a consortium. */
typedef struct membership {
    char *cluster; /* "group:concern-a" */
    uint32_t provider;
} membership;

static int by_cluster(const void *a, const void *b)
{
    const membership *left = a;
    const membership *right = b;
    const int order = strcmp(left->cluster, right->cluster);
    if (order != 0) return order;
    return left->provider < right->provider ? -1 : left->provider > right->provider;
}

static void add_membership(wb_resolver *to, membership *all, size_t *count, const char *kind,
                           const char *id)
{
    char name[2 * WB_ID_MAX];
    (void)snprintf(name, sizeof name, "%s:%s", kind, id);
    all[*count].cluster = wb_resolve_text(to, name);
    if (all[*count].cluster != NULL) (*count)++;
}

static void add_cluster(wb_resolver *to, membership *first, uint32_t count, double q)
{
    wb_model *model = to->model;
    wb_cluster *cluster = &model->clusters[model->cluster_count];
    cluster->members = wb_resolve_array(to, count, sizeof *cluster->members);
    if (cluster->members == NULL) return;
    cluster->id = first->cluster;
    first->cluster = NULL; /* the cluster owns it now */
    cluster->q = q;
    for (uint32_t k = 0; k < count; k++) {
        wb_provider *provider = &model->providers[first[k].provider];
        cluster->members[cluster->member_count++] = first[k].provider;
        uint32_t *grown =
            realloc(provider->clusters, (provider->cluster_count + 1) * sizeof *grown);
        if (grown == NULL) {
            wb_resolve_no_memory(to);
            break;
        }
        provider->clusters = grown;
        grown[provider->cluster_count++] = model->cluster_count;
    }
    model->cluster_count++;
}

/* The groups and consortia of a row, or of all that merge into it. Rows nest no deeper than there
 * are stresses. */
static void add_memberships(wb_resolver *to, membership *all, size_t *count, const double q[2],
                            const wb_provider_row *row)
{
    if (row->group != NULL && q[0] > 0.0) add_membership(to, all, count, "group", row->group);
    for (uint32_t c = 0; c < row->consortium_count && q[1] > 0.0; c++)
        add_membership(to, all, count, "consortium", row->consortia[c]);
    for (uint32_t k = 0; k < row->member_count; k++)
        add_memberships(to, all, count, q, &to->providers[row->members[k]]);
}

static size_t membership_room(const wb_resolver *to, const wb_provider_row *row)
{
    size_t room = 1 + row->consortium_count;
    for (uint32_t k = 0; k < row->member_count; k++)
        room += membership_room(to, &to->providers[row->members[k]]);
    return room;
}

/* Every membership of a cluster through which distress can spread, each once. */
static size_t collect_memberships(wb_resolver *to, membership *all, const double q[2])
{
    size_t count = 0;
    for (uint32_t i = 0; i < to->model->provider_count && !to->failed; i++) {
        const size_t before = count;
        add_memberships(to, all, &count, q, to->rows[i]);
        for (size_t k = before; k < count; k++)
            all[k].provider = i;
    }
    qsort(all, count, sizeof *all, by_cluster);
    size_t kept = 0;
    for (size_t k = 0; k < count; k++) {
        if (kept > 0 && by_cluster(&all[kept - 1], &all[k]) == 0) {
            free(all[k].cluster); /* two members of a merger were in it */
        } else {
            all[kept++] = all[k];
        }
    }
    return kept;
}

/* A cluster of each run of sorted memberships that has more than one. */
static void make_clusters(wb_resolver *to, membership *all, size_t count, const double q[2])
{
    for (size_t first = 0; first < count && !to->failed;) {
        size_t end = first + 1;
        while (end < count && strcmp(all[first].cluster, all[end].cluster) == 0)
            end++;
        const bool group = strncmp(all[first].cluster, "group:", 6) == 0;
        if (end - first > 1 && to->model->cluster_count == WB_CLUSTERS_MAX) {
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_TOO_LARGE, "more than %d groups and consortia",
                          WB_CLUSTERS_MAX);
            fail(to, &err);
        } else if (end - first > 1) {
            add_cluster(to, &all[first], (uint32_t)(end - first), q[group ? 0 : 1]);
        }
        first = end;
    }
}

/* Groups and consortia in which distress can spread: more than one member, q above 0. */
static void resolve_clusters(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_node *contagion = wb_node_child(to->scenario->root, "contagion");
    wb_rate rate;
    wb_rate_init(&rate);
    double q[2] = {0.0, 0.0}; /* group, consortium */
    if (wb_read_rate(&rate, contagion, "contagion.group")) q[0] = wb_rate_double(&rate);
    if (wb_read_rate(&rate, contagion, "contagion.consortium")) q[1] = wb_rate_double(&rate);
    wb_rate_clear(&rate);
    size_t room = 0;
    for (uint32_t i = 0; i < model->provider_count; i++)
        room += membership_room(to, to->rows[i]);
    membership *all = wb_resolve_array(to, room, sizeof *all);
    model->clusters = wb_resolve_array(to, WB_CLUSTERS_MAX, sizeof *model->clusters);
    size_t count = 0;
    if (!to->failed) {
        count = collect_memberships(to, all, q);
        make_clusters(to, all, count, q);
    }
    for (size_t k = 0; k < count; k++)
        free(all[k].cluster);
    free(all);
}

void wb_resolve_providers(wb_resolver *to)
{
    wb_model *model = to->model;
    const wb_tables *tables = &to->scenario->tables;
    resolve_classes(to);
    if (!to->failed) resolve_factors(to);
    model->providers = wb_resolve_array(to, tables->provider_count, sizeof *model->providers);
    if (to->failed) return;
    shares share;
    const wb_node *dependence = wb_node_child(to->scenario->root, "dependence");
    wb_rate *const rates[] = {&share.national, &share.region, &share.segment, &share.rest};
    static const char *const paths[] = {"dependence.national", "dependence.region",
                                        "dependence.segment"};
    for (size_t i = 0; i < 4; i++) {
        wb_rate_init(rates[i]);
        if (i < 3) (void)wb_read_rate(rates[i], dependence, paths[i]);
    }
    for (uint32_t i = 0; i < tables->provider_count && !to->failed; i++)
        resolve_provider(to, &model->providers[model->provider_count++], to->rows[i], &share);
    for (size_t i = 0; i < 4; i++)
        wb_rate_clear(rates[i]);
    if (!to->failed) check_indexes(to);
    if (!to->failed) resolve_clusters(to);
}
