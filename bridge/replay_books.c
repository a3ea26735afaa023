/* replay_books.c - the books of a replayed path against the path's own sums. */
#include "bridge/replay_books.h"

#include <assert.h>
#include <string.h>

enum { AMOUNTS = 7 };

static void amounts_of(wb_money *amounts[AMOUNTS], wb_replay *replay)
{
    wb_money *const all[AMOUNTS] = {&replay->cash,          &replay->loans, &replay->debt,
                                    &replay->contributions, &replay->levy,  &replay->obligo,
                                    &replay->losses};
    memcpy(amounts, all, sizeof all);
}

void wb_replay_init(wb_replay *replay)
{
    assert(replay != NULL);
    wb_money *amounts[AMOUNTS];
    memset(replay, 0, sizeof *replay);
    amounts_of(amounts, replay);
    for (size_t i = 0; i < AMOUNTS; i++)
        wb_money_init(amounts[i]);
}

void wb_replay_clear(wb_replay *replay)
{
    assert(replay != NULL);
    wb_money *amounts[AMOUNTS];
    amounts_of(amounts, replay);
    for (size_t i = 0; i < AMOUNTS; i++)
        wb_money_clear(amounts[i]);
}

/* Income is a credit: what came in is its balance with the other sign. */
static void add_income(wb_money *sum, const wb_balance *balance)
{
    wb_money_add(sum, sum, &balance->credit);
    wb_money_subtract(sum, sum, &balance->debit);
}

static void add_asset(wb_money *sum, const wb_balance *balance)
{
    wb_money_add(sum, sum, &balance->debit);
    wb_money_subtract(sum, sum, &balance->credit);
}

/* Levies stand on 8000, among the contributions, and are taken out afterwards. */
static bool read_balance(const wb_balance *balance, void *context)
{
    wb_replay *books = context;
    const char *account = balance->account;
    if (strcmp(account, "1000") == 0) add_asset(&books->cash, balance);
    if (strcmp(account, "0100") == 0 || strcmp(account, "0120") == 0)
        add_asset(&books->loans, balance);
    if (strcmp(account, "0400") == 0) add_income(&books->debt, balance);
    if (strncmp(account, "80", 2) == 0 && strcmp(account, "8030") < 0)
        add_income(&books->contributions, balance);
    if (strcmp(account, "8030") == 0) add_income(&books->obligo, balance);
    if (strcmp(account, "4000") == 0 || strcmp(account, "4020") == 0)
        add_asset(&books->losses, balance);
    return true;
}

wb_code wb_replay_compare(const wb_replay *sums, wb_ledger *ledger, wb_error *err)
{
    static const char *const names[AMOUNTS] = {
        "cash", "loans", "debt to the backstop", "contributions", "levy", "obligo", "losses"};
    wb_replay books;
    wb_replay path = *sums; /* its amounts are borrowed: only their addresses are needed */
    wb_money *read[AMOUNTS];
    wb_money *wanted[AMOUNTS];
    wb_replay_init(&books);
    amounts_of(read, &books);
    amounts_of(wanted, &path);
    wb_code code = wb_ledger_balances(ledger, NULL, read_balance, &books, err);
    wb_money_set(&books.levy, &sums->levy);
    wb_money_subtract(&books.contributions, &books.contributions, &sums->levy);
    for (size_t i = 0; i < AMOUNTS && code == WB_OK; i++) {
        char a[WB_MONEY_TEXT_MAX];
        char b[WB_MONEY_TEXT_MAX];
        if (wb_money_compare(read[i], wanted[i]) == 0) continue;
        code = wb_fail(err, WB_E_INTERNAL, "%s of the books is %s, of the path %s", names[i],
                       wb_money_text(a, read[i], WB_MONEY_PLAIN),
                       wb_money_text(b, wanted[i], WB_MONEY_PLAIN));
    }
    wb_replay_clear(&books);
    return code;
}
