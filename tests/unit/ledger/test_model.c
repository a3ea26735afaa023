/* Goal: whatever is posted, in whatever order, the books say what a naive model says.
 * Method: random histories (seeds printed) beside a list of entries in memory that is summed anew
 * for every question; balances, statements, references, reversals and verify are compared. */
#include <inttypes.h>

#include "books.h"
#include "ledger/internal.h"

enum { ACCOUNTS = 6, PARTIES = 5, LEGS_MAX = 6, ENTRIES_MAX = 4000, STEPS = 260, SUBJECTS = 4 };

static const char *const accounts[ACCOUNTS] = {"0120", "1000", "1010", "8000", "8010", "9"};
static const char *const parties[PARTIES] = {"GM0882", "GM0935", "GM0957", "p-1", "p-10"};
static const char *const subjects[SUBJECTS] = {NULL, "L1", "L11", "besluit-2026"};

typedef struct leg {
    int account;
    int party; /* -1: none */
    wb_money amount;
} leg;

typedef struct model_entry {
    uint64_t number;
    wb_date date;
    int subject;
    int reference; /* text is r<reference>; -1: none */
    uint64_t reverses;
    uint64_t reversed_by;
    size_t count;
    leg legs[LEGS_MAX];
} model_entry;

typedef struct model {
    uint64_t state; /* of the random numbers */
    model_entry *entries;
    size_t count;
    size_t committed;
    int references;
    wb_ledger *ledger;
    char dir[BOOKS_PATH];
} model;

/* SplitMix64, Steele and others 2014. */
static uint64_t draw(model *m, uint64_t below)
{
    m->state += 0x9E3779B97F4A7C15U;
    uint64_t z = m->state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % below;
}

/* Mostly everyday amounts; sometimes one that no machine word holds. */
static void draw_amount(model *m, wb_money *amount)
{
    wb_money_set_cents(amount, (int64_t)draw(m, 5000000) + 1);
    if (draw(m, 20) == 0) {
        mpz_ui_pow_ui(amount->cents, 10, 17 + draw(m, 18));
        mpz_add_ui(amount->cents, amount->cents, draw(m, 1000));
    }
    if (draw(m, 2) == 0) wb_money_negate(amount, amount);
}

static void entry_clear(model_entry *entry)
{
    for (size_t i = 0; i < entry->count; i++)
        wb_money_clear(&entry->legs[i].amount);
}

static void draw_entry(model *m, model_entry *entry)
{
    *entry = (model_entry){.reference = -1};
    entry->date.days = 20454 + (int32_t)draw(m, 400);
    entry->subject = (int)draw(m, SUBJECTS);
    entry->count = 2 + draw(m, LEGS_MAX - 1);
    if (draw(m, 2) == 0) entry->reference = m->references++;
    wb_money sum;
    wb_money_init(&sum);
    for (size_t i = 0; i < entry->count; i++) {
        leg *part = &entry->legs[i];
        part->account = (int)draw(m, ACCOUNTS);
        part->party = (int)draw(m, PARTIES + 2) - 2;
        if (part->party < 0) part->party = -1;
        wb_money_init(&part->amount);
        draw_amount(m, &part->amount);
        if (i + 1 == entry->count) wb_money_negate(&part->amount, &sum);
        wb_money_add(&sum, &sum, &part->amount);
    }
    wb_money_clear(&sum);
    if (wb_money_sign(&entry->legs[entry->count - 1].amount) == 0) { /* no empty posting */
        wb_money_set_cents(&entry->legs[0].amount, 1);
        wb_money_set_cents(&entry->legs[1].amount, -1);
        for (size_t i = 2; i < entry->count; i++)
            wb_money_clear(&entry->legs[i].amount);
        entry->count = 2;
    }
}

static wb_code post_entry(model *m, const model_entry *entry, uint64_t *number, bool *already,
                          wb_error *err)
{
    wb_posting postings[LEGS_MAX];
    char reference[20];
    for (size_t i = 0; i < entry->count; i++) {
        const leg *part = &entry->legs[i];
        postings[i].account = accounts[part->account];
        postings[i].party = part->party < 0 ? NULL : parties[part->party];
        postings[i].amount = part->amount;
    }
    (void)snprintf(reference, sizeof reference, "r%d", entry->reference);
    const wb_entry posted = {.date = entry->date,
                             .event = "memorial",
                             .subject = subjects[entry->subject],
                             .source = entry->reference < 0 ? NULL : "model",
                             .reference = entry->reference < 0 ? NULL : reference,
                             .memo = "m",
                             .maker = "model",
                             .postings = postings,
                             .posting_count = entry->count};
    return wb_ledger_post(m->ledger, &posted, number, already, err);
}

/* Keep what was posted; a batch that is aborted is forgotten again. */
static model_entry *keep(model *m, const model_entry *entry, uint64_t number)
{
    assert_true(m->count < ENTRIES_MAX);
    m->entries[m->count] = *entry;
    m->entries[m->count].number = number;
    m->count++;
    return &m->entries[m->count - 1];
}

static void forget_uncommitted(model *m)
{
    while (m->count > m->committed) {
        model_entry *last = &m->entries[m->count - 1];
        if (last->reverses != 0) {
            for (size_t i = 0; i < m->count; i++) {
                if (m->entries[i].number == last->reverses) m->entries[i].reversed_by = 0;
            }
        }
        entry_clear(last);
        m->count--;
    }
}

static void step_post(model *m)
{
    model_entry entry;
    draw_entry(m, &entry);
    uint64_t number = 0;
    bool already = true;
    ASSERT_OK(post_entry(m, &entry, &number, &already, &ok_err));
    assert_false(already);
    if (m->count > 0) assert_int_equal(number, m->entries[m->count - 1].number + 1);
    keep(m, &entry, number);
}

/* An old entry again: the same number, and nothing added. */
static void step_again(model *m)
{
    if (m->count == 0) return;
    const model_entry *old = &m->entries[draw(m, m->count)];
    if (old->reference < 0) return;
    uint64_t number = 0;
    bool already = false;
    ASSERT_OK(post_entry(m, old, &number, &already, &ok_err));
    assert_true(already);
    assert_int_equal(number, old->number);
}

static void step_reverse(model *m)
{
    if (m->count == 0) return;
    model_entry *old = &m->entries[draw(m, m->count)];
    if (old->reverses != 0 || old->reversed_by != 0) return;
    uint64_t number = 0;
    const wb_date date = {old->date.days + (int32_t)draw(m, 30)};
    ASSERT_OK(wb_ledger_reverse(m->ledger, old->number, date, "model", "model", &number, &ok_err));
    model_entry mirror = {.date = date,
                          .subject = old->subject,
                          .reference = -1,
                          .reverses = old->number,
                          .count = old->count};
    for (size_t i = 0; i < old->count; i++) {
        mirror.legs[i] = old->legs[i];
        wb_money_init(&mirror.legs[i].amount);
        wb_money_negate(&mirror.legs[i].amount, &old->legs[i].amount);
    }
    old->reversed_by = number;
    keep(m, &mirror, number);
}

/* One that must be refused; the batch is lost. */
static void step_refused(model *m)
{
    model_entry entry;
    uint64_t number = 0;
    bool already = false;
    wb_error err;
    if (m->committed > 0 && draw(m, 2) == 0) {
        model_entry *old = &m->entries[draw(m, m->committed)];
        if (draw(m, 2) == 0 && (old->reversed_by != 0 || old->reverses != 0)) {
            assert_int_equal(wb_ledger_reverse(m->ledger, old->number, old->date, "model", "model",
                                               &number, &err),
                             WB_E_REVERSED);
        } else if (old->reference >= 0) {
            entry = *old;
            entry.date.days++;
            assert_int_equal(post_entry(m, &entry, &number, &already, &err), WB_E_DUPLICATE);
        }
    } else {
        draw_entry(m, &entry);
        mpz_add_ui(entry.legs[0].amount.cents, entry.legs[0].amount.cents, 1);
        const wb_code code = post_entry(m, &entry, &number, &already, &err);
        assert_true(code == WB_E_UNBALANCED || code == WB_E_POSTINGS);
        entry_clear(&entry);
    }
}

static void batch(model *m)
{
    const uint64_t size = draw(m, 40) == 0 ? 60 : draw(m, 9);
    ASSERT_OK(wb_ledger_begin(m->ledger, NULL, NULL, &ok_err));
    for (uint64_t i = 0; i < size; i++) {
        const uint64_t kind = draw(m, 12);
        if (kind < 8) {
            step_post(m);
        } else if (kind < 10) {
            step_again(m);
        } else {
            step_reverse(m);
        }
    }
    const uint64_t end = draw(m, 8);
    if (end == 0) step_refused(m);
    if (end <= 1) {
        wb_ledger_abort(m->ledger);
        forget_uncommitted(m);
        return;
    }
    ASSERT_OK(wb_ledger_commit(m->ledger, &ok_err));
    m->committed = m->count;
}

/* What the model says about an account and party at a date. */
typedef struct expected {
    wb_money debit;
    wb_money credit;
    uint64_t postings;
} expected;

static void expect(const model *m, expected *sum, int account, int party, const wb_date *at)
{
    wb_money_init(&sum->debit);
    wb_money_init(&sum->credit);
    sum->postings = 0;
    for (size_t e = 0; e < m->count; e++) {
        const model_entry *entry = &m->entries[e];
        if (at != NULL && entry->date.days > at->days) continue;
        for (size_t i = 0; i < entry->count; i++) {
            const leg *part = &entry->legs[i];
            if (part->account != account || part->party != party) continue;
            sum->postings++;
            if (wb_money_sign(&part->amount) > 0) {
                wb_money_add(&sum->debit, &sum->debit, &part->amount);
            } else {
                wb_money_subtract(&sum->credit, &sum->credit, &part->amount);
            }
        }
    }
}

/* Balances come in a known order: walk it, and compare each. */
typedef struct balance_check {
    const model *m;
    const wb_date *at;
    int account;
    int party;
    size_t rows;
} balance_check;

static bool check_until(balance_check *check, const wb_balance *balance)
{
    for (; check->account < ACCOUNTS; check->account++, check->party = -1) {
        for (; check->party < PARTIES; check->party++) {
            expected sum;
            expect(check->m, &sum, check->account, check->party, check->at);
            const uint64_t postings = sum.postings;
            if (postings > 0) {
                assert_non_null(balance);
                assert_string_equal(balance->account, accounts[check->account]);
                if (check->party < 0) {
                    assert_null(balance->party);
                } else {
                    assert_string_equal(balance->party, parties[check->party]);
                }
                assert_int_equal(balance->postings, postings);
                assert_int_equal(wb_money_compare(&balance->debit, &sum.debit), 0);
                assert_int_equal(wb_money_compare(&balance->credit, &sum.credit), 0);
            }
            wb_money_clear(&sum.debit);
            wb_money_clear(&sum.credit);
            if (postings == 0) continue;
            check->party++;
            check->rows++;
            return true;
        }
    }
    return false;
}

static bool visit_balance(const wb_balance *balance, void *context)
{
    assert_true(check_until(context, balance)); /* no row that the model has not */
    return true;
}

static void check_balances(const model *m, const wb_date *at)
{
    balance_check check = {.m = m, .at = at, .party = -1};
    ASSERT_OK(wb_ledger_balances(m->ledger, at, visit_balance, &check, &ok_err));
    assert_false(check_until(&check, NULL)); /* no row missing at the end */
}

/* The statement's lines in order: sorted by date, then number, then posting. */
typedef struct statement_line {
    size_t entry;
    size_t leg;
} statement_line;

typedef struct statement_check {
    const model *m;
    statement_line *lines;
    size_t count;
    size_t seen;
    wb_money balance;
} statement_check;

static bool visit_statement(const wb_statement_line *line, void *context)
{
    statement_check *check = context;
    assert_true(check->seen < check->count);
    const statement_line *place = &check->lines[check->seen];
    const model_entry *entry = &check->m->entries[place->entry];
    const leg *part = &entry->legs[place->leg];
    assert_int_equal(line->number, entry->number);
    assert_int_equal(line->date.days, entry->date.days);
    assert_string_equal(line->account, accounts[part->account]);
    if (part->party < 0) {
        assert_null(line->party);
    } else {
        assert_string_equal(line->party, parties[part->party]);
    }
    assert_int_equal(wb_money_compare(&line->amount, &part->amount), 0);
    wb_money_add(&check->balance, &check->balance, &part->amount);
    assert_int_equal(wb_money_compare(&line->balance, &check->balance), 0);
    check->seen++;
    return true;
}

static void check_statement(model *m)
{
    const int account = draw(m, 3) == 0 ? -1 : (int)draw(m, ACCOUNTS);
    const int party = account < 0 || draw(m, 2) == 0 ? (int)draw(m, PARTIES) : -1;
    const wb_date from = {20454 + (int32_t)draw(m, 430)};
    const wb_date to = {from.days + (int32_t)draw(m, 200)};
    const bool has_from = draw(m, 3) != 0;
    const bool has_to = draw(m, 3) != 0;
    statement_check check = {.m = m};
    check.lines = calloc(m->count * LEGS_MAX + 1, sizeof *check.lines);
    wb_money_init(&check.balance);
    for (int32_t day = 20000; day < 21500; day++) { /* by date, in the slowest possible way */
        for (size_t e = 0; e < m->count; e++) {
            const model_entry *entry = &m->entries[e];
            if (entry->date.days != day) continue;
            for (size_t i = 0; i < entry->count; i++) {
                const leg *part = &entry->legs[i];
                if (account >= 0 && part->account != account) continue;
                if (party >= 0 && part->party != party) continue;
                if (has_to && day > to.days) continue;
                if (has_from && day < from.days) {
                    wb_money_add(&check.balance, &check.balance, &part->amount);
                } else {
                    check.lines[check.count++] = (statement_line){e, i};
                }
            }
        }
    }
    wb_money opening;
    wb_money before;
    wb_money_init(&opening);
    wb_money_init(&before);
    wb_money_set(&before, &check.balance);
    ASSERT_OK(wb_ledger_statement(m->ledger, account < 0 ? NULL : accounts[account],
                                  party < 0 ? NULL : parties[party], has_from ? &from : NULL,
                                  has_to ? &to : NULL, &opening, visit_statement, &check, &ok_err));
    assert_int_equal(check.seen, check.count);
    assert_int_equal(wb_money_compare(&opening, &before), 0);
    wb_money_clear(&opening);
    wb_money_clear(&before);
    wb_money_clear(&check.balance);
    free(check.lines);
}

typedef struct log_check {
    const model *m;
    size_t seen;
} log_check;

static bool visit_log(const wb_record *record, void *context)
{
    log_check *check = context;
    if (record->kind != WB_RECORD_ENTRY) return true;
    assert_true(check->seen < check->m->count);
    const model_entry *entry = &check->m->entries[check->seen];
    assert_int_equal(record->number, entry->number);
    assert_int_equal(record->reversed_by, entry->reversed_by);
    assert_int_equal(record->entry.reverses, entry->reverses);
    assert_int_equal(record->entry.posting_count, entry->count);
    for (size_t i = 0; i < entry->count; i++) {
        assert_int_equal(
            wb_money_compare(&record->entry.postings[i].amount, &entry->legs[i].amount), 0);
    }
    check->seen++;
    return true;
}

static bool count_subject(const wb_record *record, void *context)
{
    const model_entry **next = context;
    assert_int_equal(record->number, (*next)->number);
    (*next)++;
    return true;
}

static void check_everything(model *m)
{
    const wb_date at = {20454 + (int32_t)draw(m, 430)};
    check_balances(m, NULL);
    check_balances(m, &at);
    for (int i = 0; i < 3; i++)
        check_statement(m);
    log_check log = {.m = m};
    ASSERT_OK(wb_ledger_log(m->ledger, 1, visit_log, &log, &ok_err));
    assert_int_equal(log.seen, m->count);
    for (int reference = 0; reference < m->references; reference++) {
        char text[20];
        uint64_t wanted = 0;
        uint64_t number = 0;
        (void)snprintf(text, sizeof text, "r%d", reference);
        for (size_t i = 0; i < m->count; i++) {
            if (m->entries[i].reference == reference) wanted = m->entries[i].number;
        }
        ASSERT_OK(wb_ledger_find_reference(m->ledger, "model", text, &number, &ok_err));
        assert_int_equal(number, wanted);
    }
    for (int s = 1; s < SUBJECTS; s++) {
        model_entry *copy = calloc(m->count + 1, sizeof *copy);
        size_t count = 0;
        for (size_t i = 0; i < m->count; i++) {
            if (m->entries[i].subject == s) copy[count++] = m->entries[i];
        }
        const model_entry *at_entry = copy;
        ASSERT_OK(wb_ledger_subject(m->ledger, subjects[s], count_subject, &at_entry, &ok_err));
        assert_int_equal(at_entry - copy, count);
        free(copy);
    }
    wb_verify_report report;
    ASSERT_OK(wb_ledger_verify(m->ledger, &report, NULL, NULL, &ok_err));
    assert_int_equal(report.entries, m->count);
    assert_int_equal(report.first_bad, 0);
}

static void open_books(model *m, size_t map_size)
{
    const wb_open_options options = {.map_size = map_size};
    ASSERT_OK(wb_ledger_open_with(&m->ledger, m->dir, WB_LEDGER_WRITE, options, &ok_err));
}

static void history(uint64_t seed, size_t map_size)
{
    print_message("    seed %" PRIu64 "\n", seed);
    model m = {.state = seed};
    m.entries = calloc(ENTRIES_MAX + 1, sizeof *m.entries);
    books_path(m.dir, "model");
    ASSERT_OK(wb_ledger_create(m.dir, &ok_err));
    open_books(&m, map_size);
    ASSERT_OK(wb_ledger_begin(m.ledger, NULL, NULL, &ok_err));
    for (size_t i = ACCOUNTS; i-- > 0;)
        books_document(m.ledger, WB_RECORD_ACCOUNT, accounts[i]);
    for (size_t i = PARTIES; i-- > 0;)
        books_document(m.ledger, WB_RECORD_PARTY, parties[i]);
    ASSERT_OK(wb_ledger_commit(m.ledger, &ok_err));
    for (int step = 0; step < STEPS; step++) {
        batch(&m);
        if (draw(&m, 16) == 0) {
            wb_ledger_close(m.ledger);
            open_books(&m, map_size);
        }
        if (draw(&m, 40) == 0) check_everything(&m);
    }
    check_everything(&m);
    wb_ledger_close(m.ledger);
    m.committed = 0;
    forget_uncommitted(&m);
    free(m.entries);
    books_remove(m.dir);
}

static void test_random_histories_agree_with_the_model(void **state)
{
    (void)state;
    const char *seed = getenv("WB_SEED");
    if (seed != NULL) {
        history(strtoull(seed, NULL, 10), 0);
        return;
    }
    for (uint64_t i = 1; i <= 5; i++)
        history(i, 0);
}

static void test_a_map_that_is_full_grows_unseen(void **state)
{
    (void)state;
    history(11, 64 * 1024);
    history(12, 96 * 1024);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_histories_agree_with_the_model),
        cmocka_unit_test(test_a_map_that_is_full_grows_unseen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
