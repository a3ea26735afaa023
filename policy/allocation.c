/* allocation.c - allocation keys and the split of an amount over parties. */
#include "waarborg/allocation.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

wb_code wb_allocation_key_parse(wb_allocation_key *key, const char *text, wb_error *err)
{
    static const struct {
        const char *name;
        wb_key_kind kind;
    } words[] = {{"under18", WB_KEY_UNDER18}, {"revenue", WB_KEY_REVENUE}, {"equal", WB_KEY_EQUAL}};
    assert(key != NULL);
    assert(text != NULL);
    if (!wb_id_valid(text, strlen(text))) {
        const wb_code code = wb_fail(err, WB_E_CHOICE, "'%s' is not an allocation key", text);
        wb_error_hint(err, "use under18, revenue, equal or the name of a column of the parties");
        return code;
    }
    key->kind = WB_KEY_COLUMN;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(text, words[i].name) == 0) key->kind = words[i].kind;
    }
    memcpy(key->column, text, strlen(text) + 1);
    return WB_OK;
}

void wb_share_init(wb_share *share)
{
    assert(share != NULL);
    share->id = NULL;
    wb_money_init(&share->weight);
    wb_money_init(&share->part);
}

void wb_share_clear(wb_share *share)
{
    assert(share != NULL);
    wb_money_clear(&share->weight);
    wb_money_clear(&share->part);
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const wb_share *)a)->id, ((const wb_share *)b)->id);
}

wb_code wb_allocate(wb_share *shares, size_t n, const wb_money *total, wb_error *err)
{
    assert(n == 0 || shares != NULL);
    assert(total != NULL);
    if (n == 0) return wb_fail(err, WB_E_RANGE, "there is no party to split over");
    /* An mpz_t may be moved as bytes: GMP keeps no pointer to the struct itself. */
    qsort(shares, n, sizeof *shares, by_id);
    for (size_t i = 1; i < n; i++) {
        if (strcmp(shares[i - 1].id, shares[i].id) == 0) {
            return wb_fail(err, WB_E_DUPLICATE_KEY, "party '%s' occurs twice in one split",
                           shares[i].id);
        }
    }
    wb_money *work = malloc(2 * n * sizeof *work);
    if (work == NULL) return wb_fail(err, WB_E_NOMEM, "cannot hold a split over %zu parties", n);
    wb_money *parts = work;
    wb_money *weights = work + n;
    for (size_t i = 0; i < n; i++) {
        wb_money_init(&parts[i]);
        wb_money_init(&weights[i]);
        wb_money_set(&weights[i], &shares[i].weight);
    }
    const wb_code code = wb_split(parts, total, weights, n, err);
    for (size_t i = 0; i < n; i++) {
        if (code == WB_OK) wb_money_set(&shares[i].part, &parts[i]);
        wb_money_clear(&parts[i]);
        wb_money_clear(&weights[i]);
    }
    free(work);
    return code;
}
