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

bool wb_tables_hit_party(const wb_party_row *row, const wb_node *who)
{
    return in_list(wb_node_child(who, "id"), row->id) &&
           in_list(wb_node_child(who, "region"), row->region);
}

/* The keys of a stress that change something for the providers it hits. */
static bool is_about_providers(const char *key)
{
    static const char *const keys[] = {
        "tariff",       "indexation",     "wages",      "volume",        "occupancy", "hired",
        "margin",       "productivity",   "pd",         "pd_multiplier", "lgd_add",   "force",
        "payment_days", "support_months", "debt_called"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(keys[i], key) == 0) return true;
    }
    return false;
}

/* Who pays for a group: its providers, its municipalities one by one, or it as one. */
static unsigned payers_of(const wb_node *root, const wb_node *map, const char *path)
{
    if (map == NULL || map->bad || map->kind != WB_NODE_MAP) return 0;
    const char *group = wb_read_text(map, path);
    if (group == NULL) return 0;
    if (strcmp(group, "providers") == 0) return WB_TARGETS_PROVIDERS;
    const bool table = wb_node_at(root, "tables.municipalities") != NULL;
    return table && strcmp(group, WB_PARTY_GROUP) == 0 ? WB_TARGETS_PARTIES : WB_TARGETS_GROUP;
}

unsigned wb_stress_targets(const wb_node *root, const wb_node *stress)
{
    unsigned targets =
        payers_of(root, wb_node_child(stress, "contributions"), "stress[].contributions.group") |
        payers_of(root, wb_node_child(stress, "refusal"), "stress[].refusal.group");
    for (const wb_node *child = stress->first; child != NULL; child = child->next) {
        if (is_about_providers(child->key->text)) targets |= WB_TARGETS_PROVIDERS;
    }
    return targets;
}

static bool is_provider(const wb_tables *tables, const char *what, const char *id)
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

static bool is_party(const wb_tables *tables, const char *what, const char *id)
{
    const bool region = strcmp(what, "region") == 0;
    for (uint32_t p = 0; p < tables->party_count; p++) {
        const char *value = region ? tables->parties[p].region : tables->parties[p].id;
        if (value != NULL && strcmp(value, id) == 0) return true;
    }
    return false;
}

static void check_one(const wb_tables *tables, unsigned targets, const char *what,
                      const wb_node *node, const char *field, wb_diagnostics *list)
{
    if (node->bad) return;
    if ((targets & WB_TARGETS_PROVIDERS) != 0 && is_provider(tables, what, node->text)) return;
    if ((targets & WB_TARGETS_PARTIES) != 0 && is_party(tables, what, node->text)) return;
    const char *kind = targets == WB_TARGETS_PARTIES     ? "municipality"
                       : targets == WB_TARGETS_PROVIDERS ? "provider"
                                                         : "provider or municipality";
    wb_error err = {0};
    if (strcmp(what, "id") == 0) {
        (void)wb_fail(&err, WB_E_REFERENCE, "no %s '%.64s'", kind, node->text);
    } else {
        (void)wb_fail(&err, WB_E_REFERENCE, "no %s has %s '%.64s'", kind, what, node->text);
    }
    wb_error_hint(&err, "'who' names those whom the keys of this stress are about");
    wb_node_report(node, false, field, &err, list);
}

/* Of each kind that the stress is about it hits somebody. */
static void check_hits(const wb_tables *tables, unsigned targets, const wb_node *who,
                       const char *field, wb_diagnostics *list)
{
    bool provider = (targets & WB_TARGETS_PROVIDERS) == 0;
    bool party = (targets & WB_TARGETS_PARTIES) == 0;
    for (uint32_t p = 0; p < tables->provider_count && !provider; p++)
        provider = tables->providers[p].bad || wb_tables_hit(&tables->providers[p], who);
    for (uint32_t p = 0; p < tables->party_count && !party; p++)
        party = wb_tables_hit_party(&tables->parties[p], who);
    if (provider && party) return;
    wb_error err = {0};
    (void)wb_fail(&err, WB_E_REFERENCE, "'who' fits no %s", provider ? "municipality" : "provider");
    wb_error_hint(&err, "every line of 'who' must fit; a list fits when one of its items does");
    wb_node_report(who, true, field, &err, list);
}

static void check_who(const wb_tables *tables, unsigned targets, const wb_node *who, uint32_t index,
                      wb_diagnostics *list)
{
    static const char *const lines[] = {"class", "id", "region", "segment"};
    const size_t errors = list->errors;
    char field[WB_FIELD_MAX];
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        const wb_node *node = wb_node_child(who, lines[i]);
        (void)snprintf(field, sizeof field, "stress[%u].who.%s", (unsigned)index, lines[i]);
        if (node == NULL || node->bad) continue;
        if ((targets & WB_TARGETS_PARTIES) != 0 && i != 1 && i != 2) {
            wb_error err = {0};
            (void)wb_fail(&err, WB_E_CONFLICT, "municipalities have no %s", lines[i]);
            wb_error_hint(&err, "name them by id or region; what is about providers goes into a "
                                "stress of its own");
            wb_node_report(node, true, field, &err, list);
            continue;
        }
        if (node->kind == WB_NODE_SCALAR) check_one(tables, targets, lines[i], node, field, list);
        for (const wb_node *one = node->first; one != NULL; one = one->next)
            check_one(tables, targets, lines[i], one, field, list);
    }
    (void)snprintf(field, sizeof field, "stress[%u].who", (unsigned)index);
    if (list->errors == errors) check_hits(tables, targets, who, field, list);
}

/* What is asked on top of months of revenue needs somebody who asks them. */
static void check_asks(const wb_tables *tables, const wb_node *stress, uint32_t index,
                       wb_diagnostics *list)
{
    static const char *const keys[] = {"support_months", "payment_days", "debt_called"};
    const wb_node *who = wb_node_child(stress, "who");
    bool any = who != NULL && who->bad;
    for (uint32_t p = 0; p < tables->provider_count && !any; p++) {
        const wb_provider_row *row = &tables->providers[p];
        any = row->bad || (row->pays == WB_PAYS_SUPPORT && wb_tables_hit(row, who));
    }
    for (size_t i = 0; i < sizeof keys / sizeof keys[0] && !any; i++) {
        const wb_node *node = wb_node_child(stress, keys[i]);
        if (node == NULL || node->bad) continue;
        wb_error err = {0};
        char field[WB_FIELD_MAX];
        (void)snprintf(field, sizeof field, "stress[%u]", (unsigned)index);
        (void)wb_fail(&err, WB_E_CONFLICT, "'%s' hits nobody who asks months of revenue", keys[i]);
        wb_error_hint(&err, "providers with a loss, exposure or support ask that amount");
        wb_node_report(node, true, field, &err, list);
    }
}

void wb_tables_check_who(const wb_tables *tables, const wb_node *root, wb_diagnostics *list)
{
    const wb_node *items = wb_node_child(root, "stress");
    if (items == NULL || items->bad || items->kind != WB_NODE_LIST || !tables->providers_read) {
        return;
    }
    uint32_t index = 0;
    for (const wb_node *item = items->first; item != NULL; item = item->next, index++) {
        if (item->kind != WB_NODE_MAP) continue;
        const wb_node *who = wb_node_child(item, "who");
        const unsigned targets = wb_stress_targets(root, item);
        const size_t errors = list->errors;
        const bool group = (targets & WB_TARGETS_GROUP) != 0 || targets == 0; /* reported */
        if (who != NULL && !who->bad && who->kind == WB_NODE_MAP && !group) {
            check_who(tables, targets, who, index, list);
        }
        if (list->errors == errors) check_asks(tables, item, index, list);
    }
}

void wb_tables_note_peers(const wb_tables *tables, const wb_node *root, wb_diagnostics *list)
{
    const wb_node *peers = wb_node_at(root, "contagion.peers");
    if (peers == NULL || peers->bad || !tables->providers_read) return;
    for (uint32_t p = 0; p < tables->provider_count; p++) {
        const wb_provider_row *row = &tables->providers[p];
        if (row->bad || (row->region != NULL && row->segment != NULL)) return;
    }
    wb_error note = {0};
    (void)wb_fail(&note, WB_E_REFERENCE,
                  "no provider has a region and a segment: nobody is a peer");
    note.severity = WB_NOTE;
    wb_node_report(peers, true, NULL, &note, list);
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

void wb_tables_check_cure(const wb_tables *tables, const wb_provider_row *const *rows,
                          const wb_node *root, bool loans, wb_diagnostics *list)
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
        const wb_provider_row *row = rows != NULL ? rows[i] : &tables->providers[i];
        if (may_borrow(tables, row, all_grant)) who = row->id;
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
