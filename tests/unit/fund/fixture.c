/* fixture.c - a small fund in a directory of its own. */
#define _XOPEN_SOURCE 700 /* nftw */
#include "unit/fund/fixture.h"

#include <ftw.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void import(fixture *at, wb_party_kind kind, const char *text)
{
    wb_party_import parties = {.kind = kind, .date = day("2026-01-01"), .maker = "test"};
    wb_csv *table = fixture_table(at, text);
    assert_int_equal(wb_party_import_table(&parties, at->ledger, table, &at->list), WB_OK);
    wb_csv_close(table);
}

int fixture_open(void **state)
{
    fixture *at = calloc(1, sizeof *at);
    assert_non_null(at);
    (void)snprintf(at->dir, sizeof at->dir, "/tmp/wb-fund-XXXXXX");
    assert_non_null(mkdtemp(at->dir));
    (void)snprintf(at->fund, sizeof at->fund, "%s/fund", at->dir);
    (void)snprintf(at->file, sizeof at->file, "%s/table.csv", at->dir);
    const wb_fund_options options = {.name = "Waarborgfonds Test",
                                     .template = "nl-garantiefonds",
                                     .year = 2026,
                                     .maker = "test"};
    assert_int_equal(wb_fund_init(at->fund, &options, NULL, &at->err), WB_OK);
    assert_int_equal(wb_ledger_open(&at->ledger, at->fund, WB_LEDGER_WRITE, &at->err), WB_OK);
    assert_int_equal(wb_ledger_begin(at->ledger, NULL, NULL, &at->err), WB_OK);
    import(at, WB_PARTY_MUNICIPALITY,
           "cbs_code,name,under18_estimate\n"
           "GM0889,Beesel,2327\nGM0893,Bergen (L.),2137\nGM0907,Gennep,2947\n");
    import(at, WB_PARTY_PROVIDER,
           "id,name,class,revenue_eur\n"
           "P1,Aanbieder 1,K4,10000000\nP2,Aanbieder 2,K1,250000.00\nP3,Aanbieder 3,K0,0\n");
    import(at, WB_PARTY_STATE, "id,name\nRIJK,Rijk (VWS)\n");
    fixture_commit(at);
    *state = at;
    return 0;
}

static int remove_file(const char *path, const struct stat *info, int flag, struct FTW *place)
{
    (void)info;
    (void)flag;
    (void)place;
    return remove(path);
}

int fixture_close(void **state)
{
    enum { FILES_OPEN = 8 };
    fixture *at = *state;
    if (at->ledger != NULL) wb_ledger_abort(at->ledger);
    wb_ledger_close(at->ledger);
    wb_diagnostics_clear(&at->list);
    const int result = nftw(at->dir, remove_file, FILES_OPEN, FTW_DEPTH | FTW_PHYS);
    free(at);
    return result;
}

void fixture_commit(fixture *at)
{
    assert_int_equal(wb_ledger_commit(at->ledger, &at->err), WB_OK);
    assert_int_equal(wb_ledger_begin(at->ledger, NULL, NULL, &at->err), WB_OK);
}

void fixture_abort(fixture *at)
{
    wb_ledger_abort(at->ledger);
    assert_int_equal(wb_ledger_begin(at->ledger, NULL, NULL, &at->err), WB_OK);
}

wb_csv *fixture_table(fixture *at, const char *text)
{
    wb_csv *table = NULL;
    FILE *file = fopen(at->file, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
    wb_diagnostics_clear(&at->list);
    memset(&at->list, 0, sizeof at->list);
    assert_int_equal(wb_csv_open(&table, at->file, ',', &at->list), WB_OK);
    return table;
}

wb_date day(const char *text)
{
    wb_date date = {0};
    assert_int_equal(wb_date_parse(&date, text, strlen(text), NULL), WB_OK);
    return date;
}

typedef struct wanted {
    const char *account, *party;
    wb_money sum;
} wanted;

static bool add_wanted(const wb_balance *balance, void *context)
{
    wanted *at = context;
    if (strcmp(balance->account, at->account) != 0) return true;
    if (at->party != NULL && (balance->party == NULL || strcmp(balance->party, at->party) != 0)) {
        return true;
    }
    wb_money_add(&at->sum, &at->sum, &balance->debit);
    wb_money_subtract(&at->sum, &at->sum, &balance->credit);
    return true;
}

int64_t balance_of(fixture *at, const char *account, const char *party)
{
    wanted sum = {.account = account, .party = party};
    wb_money_init(&sum.sum);
    assert_int_equal(wb_ledger_balances(at->ledger, NULL, add_wanted, &sum, &at->err), WB_OK);
    const int64_t cents = wb_money_cents(&sum.sum);
    wb_money_clear(&sum.sum);
    return cents;
}

const char *newest_entry(fixture *at, char text[1024])
{
    wb_ledger_head head;
    wb_record record;
    size_t used = 0;
    wb_record_init(&record);
    assert_int_equal(wb_ledger_head_read(at->ledger, &head, &at->err), WB_OK);
    assert_int_equal(wb_ledger_record(at->ledger, head.count, &record, &at->err), WB_OK);
    assert_int_equal(record.kind, WB_RECORD_ENTRY);
    used += (size_t)snprintf(text, 1024, "%s", record.entry.event);
    for (size_t i = 0; i < record.entry.posting_count; i++) {
        const wb_posting *posting = &record.entry.postings[i];
        used += (size_t)snprintf(text + used, 1024 - used, " %s/%s:%+lld", posting->account,
                                 posting->party == NULL ? "-" : posting->party,
                                 (long long)wb_money_cents(&posting->amount));
    }
    wb_record_clear(&record);
    return text;
}

void endow(fixture *at, int64_t cents)
{
    wb_posting postings[2] = {{.account = "1000"}, {.account = "0200"}};
    const wb_entry entry = {.date = day("2026-01-01"),
                            .event = "memorial",
                            .memo = "",
                            .maker = "test",
                            .postings = postings,
                            .posting_count = 2};
    uint64_t number = 0;
    bool already = false;
    wb_money_init(&postings[0].amount);
    wb_money_init(&postings[1].amount);
    wb_money_set_cents(&postings[0].amount, cents);
    wb_money_set_cents(&postings[1].amount, -cents);
    assert_int_equal(wb_ledger_post(at->ledger, &entry, &number, &already, &at->err), WB_OK);
    wb_money_clear(&postings[0].amount);
    wb_money_clear(&postings[1].amount);
}

void agree(fixture *at, const char *id, const char *party, int64_t principal, const char *maturity)
{
    wb_loan loan;
    bool already = true;
    wb_loan_init(&loan);
    (void)snprintf(loan.id, sizeof loan.id, "%s", id);
    (void)snprintf(loan.party, sizeof loan.party, "%s", party);
    wb_money_set_cents(&loan.principal, principal);
    wb_rate_set_ratio(&loan.rate, 4, 100);
    loan.day_count = WB_30E_360;
    loan.start = day("2026-02-01");
    loan.maturity = day(maturity);
    assert_int_equal(wb_loan_new(at->ledger, &loan, "test", &already, &at->err), WB_OK);
    assert_false(already);
    wb_loan_clear(&loan);
}

wb_code act(fixture *at, loan_action *action, const char *loan, const char *date, int64_t cents,
            const char *reason)
{
    wb_loan_event event;
    wb_loan_event_init(&event);
    event.loan = loan;
    event.date = day(date);
    wb_money_set_cents(&event.amount, cents);
    event.reason = reason;
    event.maker = "test";
    memset(&at->err, 0, sizeof at->err);
    const wb_code code = action(at->ledger, &event, &at->err);
    wb_loan_event_clear(&event);
    return code;
}

wb_code assess(fixture *at, wb_group group, const char *key, int64_t cents, const char *reference,
               const char *date, wb_assessment *assessment)
{
    wb_decision decision = {
        .reference = reference, .date = day(date), .year = 2026, .group = group, .maker = "test"};
    wb_assessment ignored;
    wb_money_init(&decision.amount);
    wb_money_set_cents(&decision.amount, cents);
    memset(&at->err, 0, sizeof at->err);
    assert_int_equal(wb_allocation_key_parse(&decision.key, key, NULL), WB_OK);
    const wb_code code = wb_contribution_assess(
        at->ledger, &decision, assessment == NULL ? &ignored : assessment, &at->err);
    wb_money_clear(&decision.amount);
    return code;
}

wb_code receive(fixture *at, const char *text, wb_receipts *receipts)
{
    wb_csv *table = fixture_table(at, text);
    wb_receipts ignored;
    wb_receipts_init(&ignored);
    const wb_code code = wb_contribution_receive(at->ledger, table, "test",
                                                 receipts == NULL ? &ignored : receipts, &at->list);
    wb_receipts_clear(&ignored);
    wb_csv_close(table);
    return code;
}
