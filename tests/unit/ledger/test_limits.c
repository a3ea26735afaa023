/* Goal: no posting takes a watched balance beyond its bound, and nothing else is refused.
 * Method: edges by hand; then random postings, limits, aborts and reopenings beside a plain list of
 * postings that is summed anew for every question (seed printed). */
#include <inttypes.h>
#include <sys/wait.h>

#include "books.h"
#include "waarborg/control.h"

typedef struct made {
    wb_ledger *ledger;
    char dir[BOOKS_PATH];
} made;

static int setup(void **state)
{
    made *m = calloc(1, sizeof *m);
    books_path(m->dir, "limits");
    if (m == NULL || wb_ledger_create(m->dir, NULL) != WB_OK) return 1;
    if (wb_ledger_open(&m->ledger, m->dir, WB_LEDGER_WRITE, NULL) != WB_OK) return 1;
    books_chart(m->ledger);
    *state = m;
    return 0;
}

static int teardown(void **state)
{
    made *m = *state;
    wb_ledger_close(m->ledger);
    books_remove(m->dir);
    free(m);
    return 0;
}

/* A limit on accounts "1000" or "1000 1100", bounds as text or NULL. */
static wb_code record(wb_ledger *ledger, const char *id, const char *accounts, const char *party,
                      const char *min, const char *max, wb_error *err)
{
    wb_limit limit;
    wb_limit_init(&limit);
    (void)snprintf(limit.id, sizeof limit.id, "%s", id);
    for (const char *at = accounts; *at != '\0'; at += at[4] == '\0' ? 4 : 5) {
        (void)snprintf(limit.accounts[limit.account_count++], WB_ID_MAX + 1, "%.4s", at);
    }
    limit.each = strcmp(party, "each") == 0;
    if (!limit.each) (void)snprintf(limit.party, sizeof limit.party, "%s", party);
    limit.has_min = min != NULL;
    limit.has_max = max != NULL;
    if (min != NULL) {
        ASSERT_OK(wb_money_parse(&limit.min, min, strlen(min), WB_MONEY_PLAIN, &ok_err));
    }
    if (max != NULL) {
        ASSERT_OK(wb_money_parse(&limit.max, max, strlen(max), WB_MONEY_PLAIN, &ok_err));
    }
    uint64_t number = 0;
    const wb_code code = wb_limit_record(ledger, &limit, (wb_date){20000}, "test", &number, err);
    wb_limit_clear(&limit);
    return code;
}

/* In a batch of its own. */
static wb_code set_limit(wb_ledger *ledger, const char *id, const char *accounts, const char *party,
                         const char *min, const char *max, wb_error *err)
{
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    const wb_code code = record(ledger, id, accounts, party, min, max, err);
    if (code != WB_OK) {
        wb_ledger_abort(ledger);
        return code;
    }
    return wb_ledger_commit(ledger, err);
}

/* Debit one account and credit another, in the batch that is open. */
static wb_code post(wb_ledger *ledger, const char *debit, const char *credit, const char *party,
                    const char *amount, wb_error *err)
{
    books_entry entry;
    uint64_t number = 0;
    bool already = false;
    books_entry_init(&entry, debit, credit, party, 1);
    ASSERT_OK(
        wb_money_parse(&entry.postings[0].amount, amount, strlen(amount), WB_MONEY_PLAIN, &ok_err));
    wb_money_negate(&entry.postings[1].amount, &entry.postings[0].amount);
    const wb_code code = wb_ledger_post(ledger, &entry.entry, &number, &already, err);
    books_entry_clear(&entry);
    return code;
}

static wb_code post_alone(wb_ledger *ledger, const char *debit, const char *credit,
                          const char *party, const char *amount, wb_error *err)
{
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    const wb_code code = post(ledger, debit, credit, party, amount, err);
    if (code == WB_OK) return wb_ledger_commit(ledger, err);
    wb_ledger_abort(ledger);
    return code;
}

static void test_a_balance_may_reach_its_bound_and_not_pass_it(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    ASSERT_OK(set_limit(ledger, "cash", "1000", "", "0.00", NULL, &ok_err));
    assert_int_equal(post_alone(ledger, "8000", "1000", NULL, "0.01", &err), WB_E_LIMIT);
    assert_string_equal(err.message, "account 1000 would come to -0.01, below the 0.00 that limit "
                                     "'cash' allows");
    ASSERT_OK(post_alone(ledger, "1000", "8000", NULL, "100.00", &ok_err));
    assert_int_equal(post_alone(ledger, "8000", "1000", NULL, "100.01", &err), WB_E_LIMIT);
    ASSERT_OK(post_alone(ledger, "8000", "1000", NULL, "100.00", &ok_err));
    assert_int_equal(post_alone(ledger, "8000", "1000", NULL, "0.01", &err), WB_E_LIMIT);

    ASSERT_OK(set_limit(ledger, "most", "1100", "", NULL, "50.00", &ok_err));
    assert_int_equal(post_alone(ledger, "1100", "8000", "p1", "50.01", &err), WB_E_LIMIT);
    assert_string_equal(err.message, "account 1100 would come to 50.01, above the 50.00 that limit "
                                     "'most' allows");
    ASSERT_OK(post_alone(ledger, "1100", "8000", "p1", "50.00", &ok_err));
    assert_int_equal(post_alone(ledger, "1100", "8000", "p2", "0.01", &err), WB_E_LIMIT);
}

static void test_only_the_whole_entry_counts_and_every_entry_of_a_batch(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    ASSERT_OK(set_limit(ledger, "cash", "1000", "", "0.00", "10.00", &ok_err));
    /* off and on again within one entry */
    wb_posting postings[4] = {
        {.account = "1000"}, {.account = "8000"}, {.account = "8010"}, {.account = "1000"}};
    const int64_t cents[4] = {-500000, 500000, -500001, 500001};
    for (size_t i = 0; i < 4; i++) {
        wb_money_init(&postings[i].amount);
        wb_money_set_cents(&postings[i].amount, cents[i]);
    }
    wb_entry entry = {.date = {20454},
                      .event = "memorial",
                      .memo = "",
                      .maker = "test",
                      .postings = postings,
                      .posting_count = 4};
    uint64_t number = 0;
    bool already = false;
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(ledger, &entry, &number, &already, &ok_err));
    ASSERT_OK(post(ledger, "1000", "8000", NULL, "9.99", &ok_err)); /* 10.00 now */
    assert_int_equal(post(ledger, "1000", "8000", NULL, "0.01", &err), WB_E_LIMIT);
    wb_ledger_abort(ledger);
    for (size_t i = 0; i < 4; i++)
        wb_money_clear(&postings[i].amount);
    /* nothing of the batch is left */
    ASSERT_OK(post_alone(ledger, "1000", "8000", NULL, "10.00", &ok_err));
    assert_int_equal(post_alone(ledger, "1000", "8000", NULL, "0.01", &err), WB_E_LIMIT);
}

static void test_a_limit_is_of_each_party_of_one_or_of_several_accounts_together(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    ASSERT_OK(set_limit(ledger, "cap", "1000 1100", "each", NULL, "100.00", &ok_err));
    ASSERT_OK(set_limit(ledger, "less", "1100", "p2", NULL, "30.00", &ok_err));
    ASSERT_OK(post_alone(ledger, "1000", "8000", "p1", "60.00", &ok_err));
    assert_int_equal(post_alone(ledger, "1100", "8000", "p1", "40.01", &err), WB_E_LIMIT);
    assert_string_equal(err.message, "accounts 1000, 1100 of party 'p1' would come to 100.01, "
                                     "above the 100.00 that limit 'cap' allows");
    ASSERT_OK(post_alone(ledger, "1100", "8000", "p1", "40.00", &ok_err));
    assert_int_equal(post_alone(ledger, "1100", "8000", "p2", "30.01", &err), WB_E_LIMIT);
    assert_string_equal(err.message, "account 1100 of party 'p2' would come to 30.01, above the "
                                     "30.00 that limit 'less' allows");
    ASSERT_OK(post_alone(ledger, "1100", "8000", "p2", "30.00", &ok_err));
    ASSERT_OK(post_alone(ledger, "1000", "8000", "p2", "70.00", &ok_err));
    ASSERT_OK(post_alone(ledger, "1100", "8000", "p3", "100.00", &ok_err));
    /* of no party: no limit of each party is about it */
    ASSERT_OK(post_alone(ledger, "1100", "8000", NULL, "5000.00", &ok_err));
}

static void test_the_date_of_an_entry_changes_nothing(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    books_entry late;
    uint64_t number = 0;
    bool already = false;
    ASSERT_OK(set_limit(ledger, "cash", "1000", "", "0.00", NULL, &ok_err));
    books_entry_init(&late, "1000", "8000", NULL, 5000);
    late.entry.date.days = 40000;
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(ledger, &late.entry, &number, &already, &ok_err));
    ASSERT_OK(post(ledger, "8000", "1000", NULL, "50.00", &ok_err)); /* long before it */
    assert_int_equal(post(ledger, "8000", "1000", NULL, "0.01", &err), WB_E_LIMIT);
    wb_ledger_abort(ledger);
    books_entry_clear(&late);
}

static void test_what_brings_a_sum_nearer_to_its_bounds_is_never_refused(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    /* from 10 to 20, and the books at 15: then a limit of the whole narrows nothing of p1's */
    ASSERT_OK(post_alone(ledger, "1000", "8000", "p1", "15.00", &ok_err));
    ASSERT_OK(set_limit(ledger, "band", "1000", "", "10.00", "20.00", &ok_err));
    assert_int_equal(post_alone(ledger, "8000", "1000", "p1", "5.01", &err), WB_E_LIMIT);
    ASSERT_OK(post_alone(ledger, "8000", "1000", "p1", "5.00", &ok_err));
    ASSERT_OK(post_alone(ledger, "1000", "8000", "p1", "10.00", &ok_err));
    assert_int_equal(post_alone(ledger, "1000", "8000", NULL, "0.01", &err), WB_E_LIMIT);
    ASSERT_OK(post_alone(ledger, "8000", "1000", NULL, "0.01", &ok_err));
}

static void test_amounts_of_any_size_keep_to_their_bound_to_the_cent(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    const char *huge = "9999999999999999999999999999999999.99"; /* 36 digits, the most */
    ASSERT_OK(set_limit(ledger, "huge", "1000", "", NULL, huge, &ok_err));
    ASSERT_OK(post_alone(ledger, "1000", "8000", NULL, huge, &ok_err));
    assert_int_equal(post_alone(ledger, "1000", "8000", NULL, "0.01", &err), WB_E_LIMIT);
    ASSERT_OK(post_alone(ledger, "8000", "1000", NULL, "0.01", &ok_err));
    ASSERT_OK(post_alone(ledger, "1000", "8000", NULL, "0.01", &ok_err));
    assert_int_equal(post_alone(ledger, "1000", "8000", NULL, huge, &err), WB_E_LIMIT);
}

static void test_a_limit_that_cannot_hold_is_refused(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    ASSERT_OK(post_alone(ledger, "1100", "8000", "p1", "20.00", &ok_err));
    ASSERT_OK(post_alone(ledger, "1100", "8000", "p2", "30.00", &ok_err));
    assert_int_equal(set_limit(ledger, "l", "1100", "", NULL, "49.99", &err), WB_E_LIMIT);
    assert_string_equal(err.message, "account 1100 stands at 50.00, beyond limit 'l' already");
    assert_int_equal(set_limit(ledger, "l", "1100", "each", NULL, "29.99", &err), WB_E_LIMIT);
    assert_string_equal(err.message,
                        "account 1100 of party 'p2' stands at 30.00, beyond limit 'l' already");
    assert_int_equal(set_limit(ledger, "l", "1100", "p1", "20.01", NULL, &err), WB_E_LIMIT);
    assert_int_equal(set_limit(ledger, "l", "8000", "", "-49.99", NULL, &err), WB_E_LIMIT);
    assert_int_equal(set_limit(ledger, "l", "4711", "", "0.00", NULL, &err), WB_E_ACCOUNT);
    assert_int_equal(set_limit(ledger, "l", "1100", "nobody", "0.00", NULL, &err), WB_E_PARTY);
    assert_int_equal(set_limit(ledger, "l", "1100", "", "1.00", "0.99", &err), WB_E_CONFLICT);
    assert_int_equal(set_limit(ledger, "l", "1100 1100", "", "0.00", NULL, &err),
                     WB_E_DUPLICATE_KEY);
    assert_int_equal(set_limit(ledger, "l", "", "", "0.00", NULL, &err), WB_E_MISSING);
    assert_int_equal(set_limit(ledger, "no id", "1100", "", "0.00", NULL, &err), WB_E_RANGE);
    /* nothing of it was kept, and all of these hold exactly */
    ASSERT_OK(set_limit(ledger, "a", "1100", "", "50.00", "50.00", &ok_err));
    ASSERT_OK(set_limit(ledger, "b", "1100", "each", "20.00", "30.00", &ok_err));
    ASSERT_OK(set_limit(ledger, "c", "1100", "p1", "20.00", "20.00", &ok_err));
}

static void test_a_body_that_no_version_wrote_is_refused(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    static const char *const bodies[] = {
        "{}",
        "{\"accounts\":[\"1000\"],\"each\":false,\"max\":null,\"min\":\"0.00\"}",
        "{\"accounts\":[\"1000\"],\"each\":0,\"max\":null,\"min\":\"0.00\",\"party\":null}",
        ("{\"accounts\":[\"1100\",\"1000\"],\"each\":false,\"max\":null,\"min\":\"0.00\","
         "\"party\":null}"),
        "{\"accounts\":[\"1000\"],\"each\":false,\"max\":null,\"min\":\"0\",\"party\":null}",
        "{\"accounts\":[\"1000\"],\"each\":true,\"max\":null,\"min\":\"0.00\",\"party\":\"p1\"}",
        "{\"accounts\":[],\"each\":false,\"max\":null,\"min\":\"0.00\",\"party\":null}",
        "{\"accounts\":[\"1000\"],\"each\":false,\"max\":null,\"min\":\"0.00\",\"party\":\"\"}",
    };
    for (size_t i = 0; i < COUNT(bodies); i++) {
        const wb_document document = {.kind = WB_RECORD_LIMIT,
                                      .date = {20000},
                                      .id = "l",
                                      .body = bodies[i],
                                      .maker = "test"};
        uint64_t number = 0;
        ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
        const wb_code code = wb_ledger_document(ledger, &document, &number, NULL);
        if (code != WB_E_RANGE) print_error("%s\n", bodies[i]);
        assert_int_equal(code, WB_E_RANGE);
        wb_ledger_abort(ledger);
    }
}

static void test_a_limit_holds_from_its_record_on_and_until_it_is_lifted(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    wb_error err;
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(post(ledger, "8000", "1000", NULL, "5.00", &ok_err));
    ASSERT_OK(post(ledger, "1000", "8000", NULL, "6.00", &ok_err));
    ASSERT_OK(record(ledger, "cash", "1000", "", "0.00", NULL, &ok_err)); /* 1.00 now */
    assert_int_equal(post(ledger, "8000", "1000", NULL, "1.01", &err), WB_E_LIMIT);
    wb_ledger_abort(ledger);
    ASSERT_OK(post_alone(ledger, "8000", "1000", NULL, "1.01", &ok_err)); /* dropped with it */
    ASSERT_OK(set_limit(ledger, "cash", "1000", "", "-2.00", NULL, &ok_err));
    assert_int_equal(post_alone(ledger, "8000", "1000", NULL, "1.00", &err), WB_E_LIMIT);

    wb_limit_list list = {NULL, 0};
    ASSERT_OK(set_limit(ledger, "other", "1000 1100", "p3", NULL, "7.00", &ok_err));
    ASSERT_OK(wb_limit_list_read(&list, ledger, &ok_err));
    assert_int_equal(list.count, 2);
    assert_string_equal(list.items[0].id, "cash");
    assert_true(list.items[0].has_min && !list.items[0].has_max && !list.items[0].each);
    assert_int_equal(wb_money_cents(&list.items[0].min), -200);
    assert_string_equal(list.items[1].id, "other");
    assert_string_equal(list.items[1].party, "p3");
    assert_int_equal(list.items[1].account_count, 2);
    assert_string_equal(list.items[1].accounts[1], "1100");
    assert_int_equal(wb_money_cents(&list.items[1].max), 700);

    ASSERT_OK(set_limit(ledger, "cash", "1000", "", NULL, NULL, &ok_err));
    ASSERT_OK(post_alone(ledger, "8000", "1000", NULL, "1000.00", &ok_err));
    ASSERT_OK(wb_limit_list_read(&list, ledger, &ok_err));
    assert_int_equal(list.count, 1);
    wb_limit_list_clear(&list);
}

static void test_what_another_process_posted_counts(void **state)
{
    made *m = *state;
    wb_error err;
    ASSERT_OK(set_limit(m->ledger, "cash", "1000", "", "0.00", NULL, &ok_err));
    ASSERT_OK(post_alone(m->ledger, "1000", "8000", NULL, "10.00", &ok_err)); /* sums are held */
    const pid_t child = fork();
    if (child == 0) {
        wb_ledger *other = NULL;
        wb_code code = wb_ledger_open(&other, m->dir, WB_LEDGER_WRITE, NULL);
        if (code == WB_OK) code = post_alone(other, "8000", "1000", NULL, "9.00", NULL);
        wb_ledger_close(other);
        _exit(code == WB_OK ? 0 : 1);
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(post_alone(m->ledger, "8000", "1000", NULL, "1.01", &err), WB_E_LIMIT);
    ASSERT_OK(post_alone(m->ledger, "8000", "1000", NULL, "1.00", &ok_err));
}

static void test_the_same_content_again_is_already_there_and_not_beyond(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    books_entry entry;
    uint64_t number = 0;
    bool already = false;
    books_entry_init(&entry, "8000", "1000", NULL, 1000);
    entry.entry.source = "bank";
    entry.entry.reference = "r1";
    ASSERT_OK(set_limit(ledger, "cash", "1000", "", "-10.00", NULL, &ok_err));
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    ASSERT_OK(wb_ledger_post(ledger, &entry.entry, &number, &already, &ok_err));
    ASSERT_OK(wb_ledger_post(ledger, &entry.entry, &number, &already, &ok_err));
    assert_true(already);
    ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
    books_entry_clear(&entry);
}

/* Requests that share a commit: one that is refused leaves no trace in what the limit counts. */
static void test_a_refused_request_leaves_nothing(void **state)
{
    wb_ledger *ledger = ((made *)*state)->ledger;
    books_entry entries[2];
    wb_entry both[2];
    uint64_t numbers[2];
    bool already[2];
    wb_error err;
    ASSERT_OK(set_limit(ledger, "most", "1000", "", NULL, "10.00", &ok_err));
    books_entry_init(&entries[0], "1000", "8000", NULL, 600);
    books_entry_init(&entries[1], "1000", "8000", NULL, 401);
    both[0] = entries[0].entry;
    both[1] = entries[1].entry;
    assert_int_equal(wb_ledger_submit(ledger, both, 2, numbers, already, NULL, NULL, &err),
                     WB_E_LIMIT);
    ASSERT_OK(wb_ledger_submit(ledger, both, 1, numbers, already, NULL, NULL, &ok_err));
    assert_int_equal(wb_ledger_submit(ledger, both + 1, 1, numbers, already, NULL, NULL, &err),
                     WB_E_LIMIT);
    ASSERT_OK(post_alone(ledger, "1000", "8000", NULL, "4.00", &ok_err));
    assert_int_equal(post_alone(ledger, "1000", "8000", NULL, "0.01", &err), WB_E_LIMIT);
    books_entry_clear(&entries[0]);
    books_entry_clear(&entries[1]);
}

/* ---- the model ---- */

enum { ACCOUNTS = 4, PARTIES = 3, LEGS_MAX = 5, LIMITS = 8, LINES_MAX = 20000, STEPS = 1500 };
static const char *const accounts[ACCOUNTS] = {"1000", "1100", "8000", "8010"};
static const char *const parties[PARTIES + 1] = {"p1", "p2", "p3", NULL};

typedef struct line {
    int account;
    int party; /* PARTIES: none */
    int64_t cents;
} line;

typedef struct bound {
    unsigned accounts; /* bits; 0: there is no such limit */
    bool each;
    int party; /* PARTIES: all */
    bool has_min, has_max;
    int64_t min, max;
} bound;

typedef struct model {
    uint64_t state;
    line lines[LINES_MAX];
    size_t count;     /* the batch's included */
    size_t committed; /* lines */
    bound limits[LIMITS];
    bound limits_committed[LIMITS];
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

/* The sum of the lines from..to that a limit is about; of party p when it is of each. */
static int64_t sum(const model *m, const bound *limit, int p, size_t from, size_t to)
{
    int64_t cents = 0;
    for (size_t i = from; i < to; i++) {
        const line *at = &m->lines[i];
        if ((limit->accounts >> at->account & 1U) == 0) continue;
        if (limit->each ? at->party != p : limit->party != PARTIES && at->party != limit->party) {
            continue;
        }
        cents += at->cents;
    }
    return cents;
}

/* Whether the last `legs` lines go beyond a limit. */
static bool is_beyond(const model *m, size_t legs)
{
    for (size_t i = 0; i < LIMITS; i++) {
        const bound *limit = &m->limits[i];
        for (int p = 0; p < (limit->each ? PARTIES : 1); p++) {
            const int64_t before = sum(m, limit, p, 0, m->count - legs);
            const int64_t change = sum(m, limit, p, m->count - legs, m->count);
            if (change > 0 && limit->has_max && before + change > limit->max) return true;
            if (change < 0 && limit->has_min && before + change < limit->min) return true;
        }
    }
    return false;
}

static bool holds_now(const model *m, const bound *limit)
{
    for (int p = 0; p < (limit->each ? PARTIES : 1); p++) {
        const int64_t now = sum(m, limit, p, 0, m->count);
        if (limit->has_max && now > limit->max) return false;
        if (limit->has_min && now < limit->min) return false;
    }
    return true;
}

static void end_batch(model *m, wb_ledger *ledger, bool commit)
{
    if (commit) {
        ASSERT_OK(wb_ledger_commit(ledger, &ok_err));
        m->committed = m->count;
        memcpy(m->limits_committed, m->limits, sizeof m->limits);
    } else {
        wb_ledger_abort(ledger);
        m->count = m->committed;
        memcpy(m->limits, m->limits_committed, sizeof m->limits);
    }
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
}

/* Post a random entry; what the model says must happen. True when it was refused. */
static bool step_post(model *m, wb_ledger *ledger)
{
    const size_t legs = 2 + (size_t)draw(m, LEGS_MAX - 1);
    wb_posting postings[LEGS_MAX];
    int64_t rest = 0;
    for (size_t i = 0; i < legs; i++) {
        line *at = &m->lines[m->count + i];
        *at =
            (line){(int)draw(m, ACCOUNTS), (int)draw(m, PARTIES + 1), (int64_t)draw(m, 200) - 100};
        if (at->cents == 0) at->cents = 101;
        if (i == legs - 1) at->cents = -rest;
        rest += at->cents;
        postings[i] = (wb_posting){.account = accounts[at->account], .party = parties[at->party]};
        wb_money_init(&postings[i].amount);
        wb_money_set_cents(&postings[i].amount, at->cents);
    }
    const bool possible = m->lines[m->count + legs - 1].cents != 0;
    m->count += legs;
    const bool beyond = is_beyond(m, legs);
    const wb_entry entry = {.date = {20454},
                            .event = "memorial",
                            .memo = "",
                            .maker = "test",
                            .postings = postings,
                            .posting_count = legs};
    uint64_t number = 0;
    bool already = false;
    wb_code code = WB_OK;
    if (possible) {
        code = wb_ledger_post(ledger, &entry, &number, &already, &ok_err);
        assert_int_equal(code, beyond ? WB_E_LIMIT : WB_OK);
    } else {
        m->count -= legs;
    }
    for (size_t i = 0; i < legs; i++)
        wb_money_clear(&postings[i].amount);
    return code != WB_OK;
}

/* Record a random limit over one of the few ids. True when it was refused. */
static bool step_limit(model *m, wb_ledger *ledger, size_t *refused)
{
    const size_t i = (size_t)draw(m, LIMITS);
    bound limit = {.accounts = 1U + (unsigned)draw(m, (1U << ACCOUNTS) - 1), .party = PARTIES};
    const uint64_t of = draw(m, 3);
    if (of == 1) limit.each = true;
    if (of == 2) limit.party = (int)draw(m, PARTIES);
    const int64_t now = sum(m, &limit, 0, 0, m->count);
    limit.has_min = draw(m, 2) == 0;
    limit.has_max = draw(m, 2) == 0;
    limit.min = now - (int64_t)draw(m, 200) + 10;
    limit.max = limit.min + (int64_t)draw(m, 300);
    char names[5 * ACCOUNTS + 1] = "";
    for (int a = 0; a < ACCOUNTS; a++) {
        if ((limit.accounts >> a & 1U) == 0) continue;
        if (names[0] != '\0') strcat(names, " ");
        strcat(names, accounts[a]);
    }
    char id[8];
    char min[32];
    char max[32];
    wb_money amount;
    char text[WB_MONEY_TEXT_MAX];
    wb_money_init(&amount);
    (void)snprintf(id, sizeof id, "l%zu", i);
    wb_money_set_cents(&amount, limit.min);
    (void)snprintf(min, sizeof min, "%s", wb_money_text(text, &amount, WB_MONEY_PLAIN));
    wb_money_set_cents(&amount, limit.max);
    (void)snprintf(max, sizeof max, "%s", wb_money_text(text, &amount, WB_MONEY_PLAIN));
    wb_money_clear(&amount);
    const char *party = limit.each ? "each" : limit.party == PARTIES ? "" : parties[limit.party];
    const wb_code code = record(ledger, id, names, party, limit.has_min ? min : NULL,
                                limit.has_max ? max : NULL, &ok_err);
    const bool good = holds_now(m, &limit);
    assert_int_equal(code, good ? WB_OK : WB_E_LIMIT);
    if (good) m->limits[i] = limit;
    *refused += good ? 0 : 1;
    return !good;
}

static void test_random_postings_are_refused_exactly_when_a_plain_sum_says_so(void **state)
{
    made *books = *state;
    static model m;
    size_t refused = 0;
    size_t posted = 0;
    size_t refused_limits = 0;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        if (seed > 1) {
            (void)teardown(state);
            (void)setup(state);
            books = *state;
        }
        memset(&m, 0, sizeof m);
        m.state = seed;
        ASSERT_OK(wb_ledger_begin(books->ledger, NULL, NULL, &ok_err));
        for (int i = 0; i < STEPS && m.count + LEGS_MAX < LINES_MAX; i++) {
            const uint64_t what = draw(&m, 100);
            bool failed = false;
            if (what < 4) {
                failed = step_limit(&m, books->ledger, &refused_limits);
            } else if (what < 12) {
                end_batch(&m, books->ledger, draw(&m, 3) > 0);
            } else if (what < 13) {
                end_batch(&m, books->ledger, true);
                wb_ledger_abort(books->ledger);
                wb_ledger_close(books->ledger);
                ASSERT_OK(wb_ledger_open(&books->ledger, books->dir, WB_LEDGER_WRITE, &ok_err));
                ASSERT_OK(wb_ledger_begin(books->ledger, NULL, NULL, &ok_err));
            } else {
                failed = step_post(&m, books->ledger);
                refused += failed ? 1 : 0;
                posted += failed ? 0 : 1;
            }
            if (failed) end_batch(&m, books->ledger, false);
        }
        wb_ledger_abort(books->ledger);
    }
    print_message("seeds 1 to 3: %zu posted, %zu refused, %zu limits refused\n", posted, refused,
                  refused_limits);
    assert_true(posted > 1000 && refused > 300 && refused_limits > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_a_balance_may_reach_its_bound_and_not_pass_it, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(test_only_the_whole_entry_counts_and_every_entry_of_a_batch,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_a_limit_is_of_each_party_of_one_or_of_several_accounts_together, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_date_of_an_entry_changes_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_what_brings_a_sum_nearer_to_its_bounds_is_never_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_amounts_of_any_size_keep_to_their_bound_to_the_cent,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_limit_that_cannot_hold_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_body_that_no_version_wrote_is_refused, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(
            test_a_limit_holds_from_its_record_on_and_until_it_is_lifted, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_another_process_posted_counts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_the_same_content_again_is_already_there_and_not_beyond,
                                        setup, teardown),
        cmocka_unit_test_setup_teardown(test_a_refused_request_leaves_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(
            test_random_postings_are_refused_exactly_when_a_plain_sum_says_so, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
