/*
 * goal: a path written as books is the path, to the cent: at the end and at the end of every year.
 * method: random paths of every scenario in scenarios/, each replayed into a ledger of its own that
 *         is then verified in full and read as an opening position; its balances against the step
 * records of the kernel that this processor would use (the replay itself runs the reference
 * kernel). WAARBORG_DEEP=yes: 1,000 paths of each, else 8.
 */
#define _XOPEN_SOURCE 700 /* nftw */
#include "tests/test.h"

#include <ftw.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waarborg/bridge.h"
#include "waarborg/fund.h"
#include "waarborg/scenario.h"
#include "waarborg/sim.h"

enum { PATHS = 8, PATHS_SANITIZED = 2, PATHS_DEEP = 1000, SCENARIOS_LEAST = 5 };

static int remove_file(const char *path, const struct stat *info, int flag, struct FTW *place)
{
    (void)info;
    (void)flag;
    (void)place;
    return remove(path);
}

static uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15)); /* splitmix64 */
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

static wb_date step_end(const wb_model *model, uint32_t t)
{
    const wb_civil none = {WB_YEAR_FIRST, 1, 1};
    const wb_date first = model->has_start ? model->start : wb_date_from_civil(none);
    const int32_t months = (int32_t)((t + 1) * (12 / model->steps_per_year));
    return (wb_date){wb_date_add_months(first, months).days - 1};
}

typedef struct wanted {
    const char *account;
    wb_money sum;
} wanted;

static bool add_balance(const wb_balance *balance, void *context)
{
    wanted *at = context;
    if (strcmp(balance->account, at->account) != 0) return true;
    wb_money_add(&at->sum, &at->sum, &balance->debit);
    wb_money_subtract(&at->sum, &at->sum, &balance->credit);
    return true;
}

/* The balance of an account at a date, debits positive, is that amount (or its negative). */
static void assert_balance(wb_ledger *ledger, const char *account, wb_date at, bool credit,
                           const wb_money *amount)
{
    wb_error err;
    wanted found = {.account = account};
    wb_money_init(&found.sum);
    assert_int_equal(wb_ledger_balances(ledger, &at, add_balance, &found, &err), WB_OK);
    if (credit) wb_money_negate(&found.sum, &found.sum);
    assert_int_equal(wb_money_compare(&found.sum, amount), 0);
    wb_money_clear(&found.sum);
}

static bool is_empty(const wb_step_record *record)
{
    return wb_money_sign(&record->opening) == 0 && wb_money_sign(&record->closing) == 0 &&
           wb_money_sign(&record->contributions) == 0 && wb_money_sign(&record->unmet) == 0 &&
           wb_money_sign(&record->costs) == 0;
}

/* Cash and debt at the end of every year; the sums of losses and calls at the end. */
static void compare_books(const char *dir, const wb_model *model, const wb_step_record *records,
                          const wb_replay *replay)
{
    wb_ledger *ledger = NULL;
    wb_error err;
    wb_verify_report report;
    wb_money sums[4];
    assert_int_equal(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &err), WB_OK);
    assert_int_equal(wb_ledger_verify(ledger, &report, NULL, NULL, &err), WB_OK);
    for (size_t i = 0; i < COUNT(sums); i++)
        wb_money_init(&sums[i]);
    for (uint32_t t = 0; t < model->step_count; t++) {
        const wb_step_record *record = &records[t];
        if (is_empty(record)) continue; /* after ruin */
        wb_money_add(&sums[0], &sums[0], &record->loss);
        wb_money_add(&sums[1], &sums[1], &record->levy);
        wb_money_add(&sums[2], &sums[2], &record->obligo);
        wb_money_add(&sums[3], &sums[3], &record->contributions);
        if ((t + 1) % model->steps_per_year != 0) continue;
        assert_balance(ledger, "1000", step_end(model, t), false, &record->closing);
        assert_balance(ledger, "0400", step_end(model, t), true, &record->backstop_debt);
        assert_balance(ledger, "8030", step_end(model, t), true, &sums[2]);
    }
    assert_int_equal(wb_money_compare(&replay->losses, &sums[0]), 0);
    assert_int_equal(wb_money_compare(&replay->levy, &sums[1]), 0);
    assert_int_equal(wb_money_compare(&replay->obligo, &sums[2]), 0);
    assert_int_equal(wb_money_compare(&replay->contributions, &sums[3]), 0);
    for (size_t i = 0; i < COUNT(sums); i++)
        wb_money_clear(&sums[i]);
    wb_ledger_close(ledger);
}

/* A simulation that starts from those books starts where the path ended. */
static void compare_opening(const char *dir, const wb_replay *replay)
{
    wb_error err;
    wb_opening opening;
    wb_money principal;
    wb_money_init(&principal);
    wb_opening_init(&opening);
    if (wb_bridge_opening(dir, &opening, &err) != WB_OK) fail_msg("%s", err.message);
    for (size_t i = 0; i < opening.case_count; i++)
        wb_money_add(&principal, &principal, &opening.cases[i].principal);
    assert_int_equal(wb_money_compare(&opening.cash, &replay->cash), 0);
    assert_int_equal(wb_money_compare(&principal, &replay->loans), 0);
    assert_int_equal(wb_money_compare(&opening.backstop_debt, &replay->debt), 0);
    assert_int_equal(wb_money_compare(&opening.obligo_called, &replay->obligo), 0);
    wb_opening_clear(&opening);
    wb_money_clear(&principal);
}

/* What the paths brought about, so that quiet ones do not pass unseen. */
typedef struct seen {
    uint64_t entries, loans, losses, levies, obligos, debts;
} seen;

static void replay_path(const wb_model *model, uint64_t path, wb_step_record *records, seen *counts)
{
    char dir[] = "/tmp/wb-replay-XXXXXX";
    wb_error err = {0};
    wb_replay replay;
    assert_non_null(mkdtemp(dir));
    wb_replay_init(&replay);
    if (wb_bridge_replay(dir, model, path, &replay, &err) != WB_OK)
        fail_msg("%s, path %llu: %s", model->name, (unsigned long long)path, err.message);
    assert_int_equal(wb_sim_path(records, model, path, WB_KERNEL_AUTO, &err), WB_OK);
    compare_books(dir, model, records, &replay);
    compare_opening(dir, &replay);
    counts->entries += replay.entries;
    counts->loans += wb_money_sign(&replay.loans) > 0;
    counts->losses += wb_money_sign(&replay.losses) > 0;
    counts->levies += wb_money_sign(&replay.levy) > 0;
    counts->obligos += wb_money_sign(&replay.obligo) > 0;
    counts->debts += wb_money_sign(&replay.debt) > 0;
    wb_replay_clear(&replay);
    assert_int_equal(nftw(dir, remove_file, 8, FTW_DEPTH | FTW_PHYS), 0);
}

/* False: it starts from a ledger that is not there. */
static bool replay_scenario(const char *file, uint64_t paths, seen *counts)
{
    wb_scenario *scenario = NULL;
    wb_model *model = NULL;
    wb_diagnostics list = {0};
    assert_int_equal(wb_scenario_load(&scenario, file, &list), WB_OK);
    if (wb_scenario_ledger(scenario) != NULL) {
        wb_scenario_free(scenario);
        wb_diagnostics_clear(&list);
        return false;
    }
    assert_int_equal(wb_scenario_model(&model, scenario, NULL, &list), WB_OK);
    wb_step_record *records = calloc(model->step_count, sizeof *records);
    assert_non_null(records);
    for (uint32_t t = 0; t < model->step_count; t++)
        wb_step_record_init(&records[t]);
    uint64_t state = 20261122;
    for (uint64_t i = 0; i < paths; i++)
        replay_path(model, next(&state) % model->paths, records, counts);
    for (uint32_t t = 0; t < model->step_count; t++)
        wb_step_record_clear(&records[t]);
    free(records);
    wb_model_free(model);
    wb_scenario_free(scenario);
    wb_diagnostics_clear(&list);
    return true;
}

static void test_replayed_books_are_the_path(void **state)
{
    (void)state;
    const char *deep = getenv("WAARBORG_DEEP");
    const bool all = deep != NULL && strcmp(deep, "yes") == 0;
    const uint64_t paths = all ? PATHS_DEEP : WB_SANITIZED ? PATHS_SANITIZED : PATHS;
    seen counts = {0};
    uint64_t scenarios = 0;
    glob_t files;
    assert_int_equal(glob(WB_SOURCE_DIR "/scenarios/*/*.yaml", 0, NULL, &files), 0);
    for (size_t i = 0; i < files.gl_pathc; i++) {
        const char *name = strrchr(files.gl_pathv[i], '/') + 1;
        if (strncmp(name, "stress", 6) == 0) continue; /* a table of scenarios */
        scenarios += replay_scenario(files.gl_pathv[i], paths, &counts);
    }
    globfree(&files);
    assert_true(scenarios >= SCENARIOS_LEAST);
    assert_true(counts.loans > 0 && counts.losses > 0 && counts.levies > 0);
    assert_true(!all || (counts.obligos > 0 && counts.debts > 0));
    print_message(
        "%llu scenarios, %llu paths, %llu entries; with loans out %llu, losses %llu, levy "
        "%llu, obligo %llu, debt %llu\n",
        (unsigned long long)scenarios, (unsigned long long)(scenarios * paths),
        (unsigned long long)counts.entries, (unsigned long long)counts.loans,
        (unsigned long long)counts.losses, (unsigned long long)counts.levies,
        (unsigned long long)counts.obligos, (unsigned long long)counts.debts);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_replayed_books_are_the_path)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
