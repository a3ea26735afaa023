/* scenario_who.c - whom a stress hits, and who can get a loan. */
#include <string.h>

#include "sim/scenario_table.h"

static bool in_list(const wb_node *wanted, const char *id)
{
    if (wanted == NULL) return true;
    if (id == NULL) return false;
    if (wanted->kind == WB_NODE_SCALAR) return strcmp(wanted->text, id) == 0;
    for (const wb_node *item = wanted->first; item != NULL; item = item->next) {
        if (strcmp(item->text, id) == 0) return true;
    }
    return false;
}

bool wb_tables_hit(const wb_provider_row *row, const wb_node *who)
{
    return in_list(wb_node_child(who, "class"), row->class_) &&
           in_list(wb_node_child(who, "id"), row->id) &&
           in_list(wb_node_child(who, "region"), row->region) &&
           in_list(wb_node_child(who, "segment"), row->segment);
}

static bool known(const wb_tables *tables, const char *what, const char *id)
{
    if (strcmp(what, "class") == 0 && wb_tables_class(tables, id) != NULL) return true;
    for (uint32_t i = 0; i < tables->provider_count; i++) {
        const wb_provider_row *row = &tables->providers[i];
        const char *value = strcmp(what, "class") == 0    ? row->class_
                            : strcmp(what, "id") == 0     ? row->id
                            : strcmp(what, "region") == 0 ? row->region
                                                          : row->segment;
        if (value != NULL && strcmp(value, id) == 0) return true;
    }
    return false;
}

static void check_one(const wb_tables *tables, const char *what, const wb_node *node,
                      const char *field, wb_diagnostics *list)
{
    if (node->bad || known(tables, what, node->text)) return;
    wb_error err = {0};
    (void)wb_fail(&err, WB_E_REFERENCE, "no provider has %s '%.64s'", what, node->text);
    if (strcmp(what, "id") == 0)
        (void)wb_fail(&err, WB_E_REFERENCE, "no provider '%.64s'", node->text);
    wb_node_report(node, false, field, &err, list);
}

void wb_tables_check_who(const wb_tables *tables, const wb_node *root, wb_diagnostics *list)
{
    static const char *const lines[] = {"class", "id", "region", "segment"};
    const wb_node *items = wb_node_child(root, "stress");
    if (items == NULL || items->bad || !tables->providers_read) return;
    uint32_t index = 0;
    for (const wb_node *item = items->first; item != NULL; item = item->next, index++) {
        const wb_node *who = wb_node_child(item, "who");
        if (who == NULL || who->bad) continue;
        const size_t errors = list->errors;
        for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
            const wb_node *node = wb_node_child(who, lines[i]);
            char field[WB_FIELD_MAX];
            (void)snprintf(field, sizeof field, "stress[%u].who.%s", (unsigned)index, lines[i]);
            if (node == NULL || node->bad) continue;
            if (node->kind == WB_NODE_SCALAR) check_one(tables, lines[i], node, field, list);
            for (const wb_node *one = node->first; one != NULL; one = one->next)
                check_one(tables, lines[i], one, field, list);
        }
        bool any = list->errors > errors;
        for (uint32_t p = 0; p < tables->provider_count && !any; p++)
            any = tables->providers[p].bad || wb_tables_hit(&tables->providers[p], who);
        if (any) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_REFERENCE, "'who' fits no provider");
        char field[WB_FIELD_MAX];
        (void)snprintf(field, sizeof field, "stress[%u].who", (unsigned)index);
        wb_node_report(who, true, field, &err, list);
    }
}

/* Whether a distressed provider can be lent something. */
static bool may_borrow(const wb_tables *tables, const wb_provider_row *row, bool all_grant)
{
    if (row->bad || !wb_tables_eligible(tables, row)) return false;
    if (row->pays == WB_PAYS_LOAN) return wb_money_sign(&row->amount) > 0;
    if (row->pays != WB_PAYS_SUPPORT || all_grant) return false;
    const wb_class_row *class_ = row->class_ != NULL ? wb_tables_class(tables, row->class_) : NULL;
    return class_ != NULL && !class_->bad && mpq_sgn(class_->months[2].ratio) > 0 &&
           wb_money_sign(&row->revenue) > 0;
}

void wb_tables_check_cure(const wb_tables *tables, const wb_node *root, bool loans,
                          wb_diagnostics *list)
{
    const wb_node *support = wb_node_child(root, "support");
    if (support != NULL && (support->bad || wb_node_child(support, "cure") != NULL)) return;
    wb_rate share;
    wb_rate_init(&share);
    const bool all_grant =
        wb_read_rate(&share, support, "support.grant_share") && mpq_cmp_ui(share.ratio, 1, 1) == 0;
    wb_rate_clear(&share);
    const char *who = NULL;
    for (uint32_t i = 0; i < tables->provider_count && who == NULL; i++) {
        if (may_borrow(tables, &tables->providers[i], all_grant)) who = tables->providers[i].id;
    }
    if (who == NULL && !loans) return;
    wb_error err = {0};
    if (who != NULL) {
        (void)wb_fail(&err, WB_E_MISSING, "'cure' is missing: provider '%.64s' can get a loan",
                      who);
    } else {
        (void)wb_fail(&err, WB_E_MISSING, "'cure' is missing: the ledger has open loans");
    }
    wb_error_hint(&err, "say how likely a case is cured, such as cure: 45%%");
    wb_node_report(support != NULL ? support : root, support != NULL, "support", &err, list);
}
