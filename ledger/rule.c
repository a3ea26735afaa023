/* rule.c - rules: how many checkers what is proposed needs. */
#include <assert.h>
#include <stdlib.h>

#include "ledger/control.h"
#include "ledger/internal.h"

enum { RULES_FIRST = 8 };

/* What holds until it is recorded otherwise, in order of what. */
static const struct {
    const char *what;
    unsigned checkers;
} built_in[] = {{"any", 1},           {"limit", 2}, {"loan-written-off", 2},
                {"period-reopen", 2}, {"rule", 2},  {"user", 2}};
enum { BUILT_IN_COUNT = sizeof built_in / sizeof built_in[0] };

void wb_rule_init(wb_rule *rule)
{
    *rule = (wb_rule){0};
    for (size_t i = 0; i < WB_RULE_TIERS_MAX; i++)
        wb_money_init(&rule->tiers[i].above);
}

void wb_rule_clear(wb_rule *rule)
{
    for (size_t i = 0; i < WB_RULE_TIERS_MAX; i++)
        wb_money_clear(&rule->tiers[i].above);
    *rule = (wb_rule){0};
}

static void copy_rule(wb_rule *to, const wb_rule *from)
{
    memcpy(to->what, from->what, sizeof to->what);
    to->tier_count = from->tier_count;
    for (size_t i = 0; i < from->tier_count; i++) {
        wb_money_set(&to->tiers[i].above, &from->tiers[i].above);
        to->tiers[i].checkers = from->tiers[i].checkers;
    }
}

static void set_built_in(wb_rule *rule, size_t i)
{
    (void)snprintf(rule->what, sizeof rule->what, "%s", built_in[i].what);
    rule->tier_count = 1;
    wb_money_set_cents(&rule->tiers[0].above, 0);
    rule->tiers[0].checkers = built_in[i].checkers;
}

unsigned wb_rule_checkers(const wb_rule *rule, const wb_money *amount)
{
    assert(rule->tier_count > 0);
    size_t tier = 0;
    while (tier + 1 < rule->tier_count &&
           wb_money_compare(amount, &rule->tiers[tier + 1].above) > 0)
        tier++;
    return rule->tiers[tier].checkers;
}

static void read_tier(wb_form *form, wb_rule *rule, size_t i, const json_t *tier)
{
    const json_t *above = json_object_get(tier, "above");
    const json_t *checkers = json_object_get(tier, "checkers");
    if (json_object_size(tier) != 2 || !json_is_string(above) || !json_is_integer(checkers)) {
        wb_form_refuse(form, "a tier has an amount 'above' and a number of 'checkers'");
        return;
    }
    wb_money *amount = &rule->tiers[i].above;
    if (!wb_form_amount(amount, json_string_value(above)) || wb_money_sign(amount) < 0) {
        wb_form_refuse(form, "'above' of a tier is not an amount such as '250000.00'");
        return;
    }
    if (i == 0 ? wb_money_sign(amount) != 0
               : wb_money_compare(amount, &rule->tiers[i - 1].above) <= 0) {
        wb_form_refuse(form, i == 0 ? "the first tier is above 0.00" : "the tiers do not ascend");
    }
    const json_int_t count = json_integer_value(checkers);
    if (count < 1 || count > WB_CHECKERS_MAX) {
        wb_form_refuse(form, "a tier has 1 to %d checkers", WB_CHECKERS_MAX);
        return;
    }
    rule->tiers[i].checkers = (unsigned)count;
}

wb_code wb_rule_read(wb_rule *rule, const char *what, size_t what_size, const char *body,
                     size_t size, wb_code refusal, wb_error *err)
{
    assert(what_size <= WB_ID_MAX);
    memset(rule->what, 0, sizeof rule->what);
    memcpy(rule->what, what, what_size);
    rule->tier_count = 0;
    wb_form form;
    wb_form_open(&form, "rule", body, size, refusal, err);
    const json_t *tiers = wb_form_list(&form, "tiers", 1, WB_RULE_TIERS_MAX);
    for (size_t i = 0; tiers != NULL && i < json_array_size(tiers) && form.code == WB_OK; i++) {
        read_tier(&form, rule, i, json_array_get(tiers, i));
        rule->tier_count++;
    }
    if (!wb_event_valid((wb_span){(const uint8_t *)what, what_size})) {
        wb_form_refuse(&form, "'%s' is no event and none of the documents", rule->what);
    }
    const wb_code code = wb_form_end(&form);
    wb_form_close(&form);
    return code;
}

static wb_code write_body(char **body, const wb_rule *rule, wb_error *err)
{
    json_t *tiers = json_array();
    for (size_t i = 0; i < rule->tier_count; i++) {
        char text[WB_MONEY_TEXT_MAX];
        (void)json_array_append_new(
            tiers, json_pack("{s:s, s:i}", "above",
                             wb_money_text(text, &rule->tiers[i].above, WB_MONEY_PLAIN), "checkers",
                             (int)rule->tiers[i].checkers));
    }
    return wb_form_write(body, json_pack("{s:o}", "tiers", tiers), err);
}

wb_code wb_rule_record(wb_ledger *ledger, const wb_rule *rule, wb_date date, const char *maker,
                       uint64_t *number, wb_error *err)
{
    assert(ledger != NULL && rule != NULL);
    assert(maker != NULL && number != NULL);
    assert(rule->tier_count <= WB_RULE_TIERS_MAX);
    *number = 0;
    char *body = NULL;
    wb_code code = write_body(&body, rule, err);
    if (code == WB_OK) {
        const wb_document document = {
            .kind = WB_RECORD_RULE, .date = date, .id = rule->what, .body = body, .maker = maker};
        code = wb_ledger_document(ledger, &document, number, err);
    } else {
        ledger->batch.failed = true;
    }
    free(body);
    return code;
}

wb_code wb_rule_check(wb_ledger *ledger, const wb_document *document, wb_error *err)
{
    wb_rule rule;
    wb_rule_init(&rule);
    wb_code code = wb_rule_read(&rule, document->id, strlen(document->id), document->body,
                                strlen(document->body), WB_E_RANGE, err);
    if (code == WB_OK && ledger->control.four_eyes) {
        code = wb_control_lockout(ledger, NULL, &rule, err);
    }
    wb_rule_clear(&rule);
    return code;
}

static const wb_rule *recorded(const wb_ledger *ledger, const char *what, size_t size)
{
    const wb_rule_list *rules = &ledger->control.rules;
    for (size_t i = 0; i < rules->count; i++) {
        const char *each = rules->items[i].what;
        if (strlen(each) == size && memcmp(each, what, size) == 0) return &rules->items[i];
    }
    return NULL;
}

/* The rule of that very name, recorded or built in. */
static bool find_rule(wb_rule *rule, const wb_ledger *ledger, const char *what, size_t size)
{
    const wb_rule *found = recorded(ledger, what, size);
    if (found != NULL) {
        copy_rule(rule, found);
        return true;
    }
    for (size_t i = 0; i < BUILT_IN_COUNT; i++) {
        if (strlen(built_in[i].what) != size || memcmp(built_in[i].what, what, size) != 0) continue;
        set_built_in(rule, i);
        return true;
    }
    return false;
}

void wb_rule_in_force(wb_rule *rule, const wb_ledger *ledger, const char *what, size_t size)
{
    if (find_rule(rule, ledger, what, size)) return;
    const bool found = find_rule(rule, ledger, "any", 3);
    assert(found);
    (void)found;
}

size_t wb_rules_count(const wb_ledger *ledger)
{
    return ledger->control.rules.count + BUILT_IN_COUNT;
}

/* The index of the rule of that very name; wb_rules_count when there is none. */
static size_t index_of(const wb_ledger *ledger, const char *what, size_t size)
{
    const wb_rule *found = recorded(ledger, what, size);
    if (found != NULL) return (size_t)(found - ledger->control.rules.items);
    size_t i = 0;
    while (i < BUILT_IN_COUNT &&
           (strlen(built_in[i].what) != size || memcmp(built_in[i].what, what, size) != 0))
        i++;
    return ledger->control.rules.count + i;
}

size_t wb_rules_index(const wb_ledger *ledger, const char *what, size_t size)
{
    const size_t index = index_of(ledger, what, size);
    return index < wb_rules_count(ledger) ? index : index_of(ledger, "any", 3);
}

unsigned wb_rules_ask(const wb_ledger *ledger, size_t index, const wb_money *amount)
{
    const wb_rule_list *rules = &ledger->control.rules;
    assert(index < wb_rules_count(ledger));
    if (index < rules->count) return wb_rule_checkers(&rules->items[index], amount);
    return built_in[index - rules->count].checkers;
}

static unsigned most_of(const wb_rule *rule)
{
    unsigned most = 0;
    for (size_t i = 0; i < rule->tier_count; i++)
        most = rule->tiers[i].checkers > most ? rule->tiers[i].checkers : most;
    return most;
}

unsigned wb_rules_most(const wb_ledger *ledger, const wb_rule *fresh)
{
    const wb_rule_list *rules = &ledger->control.rules;
    unsigned most = fresh == NULL ? 0 : most_of(fresh);
    for (size_t i = 0; i < rules->count; i++) {
        if (fresh != NULL && strcmp(rules->items[i].what, fresh->what) == 0) continue;
        const unsigned each = most_of(&rules->items[i]);
        most = each > most ? each : most;
    }
    for (size_t i = 0; i < BUILT_IN_COUNT; i++) {
        const char *what = built_in[i].what;
        if (fresh != NULL && strcmp(what, fresh->what) == 0) continue;
        if (recorded(ledger, what, strlen(what)) != NULL) continue;
        most = built_in[i].checkers > most ? built_in[i].checkers : most;
    }
    return most;
}

unsigned wb_rules_least(const wb_ledger *ledger, const wb_rule *fresh, const char *what)
{
    if (fresh != NULL && strcmp(fresh->what, what) == 0) return fresh->tiers[0].checkers;
    wb_rule rule;
    wb_rule_init(&rule);
    wb_rule_in_force(&rule, ledger, what, strlen(what));
    const unsigned checkers = rule.tiers[0].checkers;
    wb_rule_clear(&rule);
    return checkers;
}

static wb_rule *add_rule(wb_rule_list *list, wb_error *err)
{
    /* grown by whole powers of two from RULES_FIRST on */
    const size_t count = list->count;
    if (count == 0 || (count >= RULES_FIRST && (count & (count - 1)) == 0)) {
        const size_t capacity = count == 0 ? RULES_FIRST : count * 2;
        wb_rule *items = realloc(list->items, capacity * sizeof *items);
        if (items == NULL) {
            (void)wb_fail(err, WB_E_NOMEM, "cannot hold %zu rules", capacity);
            return NULL;
        }
        list->items = items;
    }
    wb_rule_init(&list->items[count]);
    list->count++;
    return &list->items[count];
}

/* Rules being collected. */
typedef struct gather {
    wb_rule_list *list;
    wb_code code;
    wb_error *err;
} gather;

static bool take_rule(const wb_record *record, void *context)
{
    gather *work = context;
    const wb_document *document = &record->document;
    wb_rule *rule = add_rule(work->list, work->err);
    if (rule == NULL) {
        work->code = WB_E_NOMEM;
        return false;
    }
    work->code = wb_rule_read(rule, document->id, strlen(document->id), document->body,
                              strlen(document->body), WB_E_DAMAGED, work->err);
    return work->code == WB_OK;
}

wb_code wb_rules_load(wb_rule_list *list, wb_ledger *ledger, wb_error *err)
{
    gather work = {.list = list, .err = err};
    const wb_code code = wb_ledger_documents(ledger, WB_RECORD_RULE, take_rule, &work, err);
    return code == WB_OK ? work.code : code;
}

wb_code wb_rule_find(wb_rule *rule, wb_ledger *ledger, const char *what, wb_error *err)
{
    assert(rule != NULL && what != NULL);
    wb_code code = wb_control_ready(ledger, err);
    if (code == WB_OK && !find_rule(rule, ledger, what, strlen(what))) {
        code = wb_fail(err, WB_E_NOT_FOUND, "there is no rule for '%.64s': that for 'any' holds",
                       what);
    }
    return wb_ledger_result(ledger, code, err);
}

static int by_what(const void *a, const void *b)
{
    const wb_rule *x = a;
    const wb_rule *y = b;
    return strcmp(x->what, y->what);
}

wb_code wb_rule_list_read(wb_rule_list *list, wb_ledger *ledger, wb_error *err)
{
    assert(list != NULL);
    *list = (wb_rule_list){0};
    wb_code code = wb_control_ready(ledger, err);
    const wb_rule_list *rules = &ledger->control.rules;
    for (size_t i = 0; code == WB_OK && i < rules->count; i++) {
        wb_rule *rule = add_rule(list, err);
        if (rule == NULL)
            code = WB_E_NOMEM;
        else
            copy_rule(rule, &rules->items[i]);
    }
    for (size_t i = 0; code == WB_OK && i < BUILT_IN_COUNT; i++) {
        if (recorded(ledger, built_in[i].what, strlen(built_in[i].what)) != NULL) continue;
        wb_rule *rule = add_rule(list, err);
        if (rule == NULL)
            code = WB_E_NOMEM;
        else
            set_built_in(rule, i);
    }
    if (code == WB_OK) qsort(list->items, list->count, sizeof *list->items, by_what);
    if (code != WB_OK) wb_rule_list_clear(list);
    return wb_ledger_result(ledger, code, err);
}

void wb_rule_list_clear(wb_rule_list *list)
{
    for (size_t i = 0; i < list->count; i++)
        wb_rule_clear(&list->items[i]);
    free(list->items);
    *list = (wb_rule_list){0};
}
