/* Goal: the books as they were known after a record are what every answer said at that moment.
 * Method: random histories (seeds printed). After each record, in the middle of its batch too, all
 * answers are printed to a text while the log ends there. Later a reader is viewed as of each
 * record, in a random order, and must print the same text, byte for byte. */
#include <inttypes.h>

#include "books.h"
#include "waarborg/anchor.h"

enum {
    ACCOUNTS = 4,
    PARTIES = 4,
    SUBJECTS = 3,
    DECISIONS = 3,
    RECORDS_MAX = 1000,
    DAY = 20454, /* 2026-01-01 */
    DAYS = 400
};

static const char *const accounts[ACCOUNTS] = {"1000", "1100", "0120", "8000"};
static const char *const parties[PARTIES] = {"GM0935", "GM0957", "p-1", "p-10"};
static const char *const subjects[SUBJECTS] = {"L1", "L11", "besluit-2026"};
static const char *const decisions[DECISIONS] = {"D-1", "D-10", "D-2"};

typedef struct history {
    uint64_t state; /* of the random numbers */
    wb_ledger *ledger;
    char dir[BOOKS_PATH];
    bool account_known[ACCOUNTS];
    bool party_known[PARTIES];
    int references;
    uint64_t count;                   /* records, those of the open batch included */
    bool reversible[RECORDS_MAX + 1]; /* an entry that is no reversal and not reversed */
    char *known[RECORDS_MAX + 1];     /* what was answered right after each record */
    uint64_t recorded[RECORDS_MAX + 1];
} history;

/* SplitMix64, Steele and others 2014. */
static uint64_t draw(history *h, uint64_t below)
{
    h->state += 0x9E3779B97F4A7C15U;
    uint64_t z = h->state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return (z ^ (z >> 31)) % below;
}

/* ---- all answers as one text ---- */

static bool print_record(const wb_record *record, void *context)
{
    FILE *out = context;
    char text[2 * WB_LEDGER_HASH_SIZE + 1];
    char amount[WB_MONEY_TEXT_MAX];
    (void)fprintf(out, "%" PRIu64 " kind %d at %" PRIu64 " by %" PRIu64 " %s\n", record->number,
                  (int)record->kind, record->recorded_us, record->reversed_by,
                  wb_hash_text(text, record->hash));
    if (record->kind != WB_RECORD_ENTRY) {
        const wb_document *document = &record->document;
        (void)fprintf(out, "  %d %s %s %s\n", (int)document->date.days, document->id,
                      document->body, document->maker);
        return true;
    }
    const wb_entry *entry = &record->entry;
    (void)fprintf(out, "  %d %s %s %s/%s %s %s %" PRIu64 " %s\n", (int)entry->date.days,
                  entry->event, entry->subject == NULL ? "-" : entry->subject,
                  entry->source == NULL ? "-" : entry->source,
                  entry->reference == NULL ? "-" : entry->reference, entry->memo, entry->maker,
                  entry->reverses, entry->reason == NULL ? "-" : entry->reason);
    for (size_t i = 0; i < entry->posting_count; i++) {
        const wb_posting *posting = &entry->postings[i];
        (void)fprintf(out, "  %s:%s %s\n", posting->account,
                      posting->party == NULL ? "-" : posting->party,
                      wb_money_text(amount, &posting->amount, WB_MONEY_PLAIN));
    }
    return true;
}

static bool print_balance(const wb_balance *balance, void *context)
{
    char debit[WB_MONEY_TEXT_MAX];
    char credit[WB_MONEY_TEXT_MAX];
    (void)fprintf(context, "%s:%s %s %s %" PRIu64 "\n", balance->account,
                  balance->party == NULL ? "-" : balance->party,
                  wb_money_text(debit, &balance->debit, WB_MONEY_PLAIN),
                  wb_money_text(credit, &balance->credit, WB_MONEY_PLAIN), balance->postings);
    return true;
}

static bool print_line(const wb_statement_line *line, void *context)
{
    char amount[WB_MONEY_TEXT_MAX];
    char balance[WB_MONEY_TEXT_MAX];
    (void)fprintf(context, "%" PRIu64 " %d %s %s %s %s:%s %s %s\n", line->number,
                  (int)line->date.days, line->event, line->memo,
                  line->reference == NULL ? "-" : line->reference, line->account,
                  line->party == NULL ? "-" : line->party,
                  wb_money_text(amount, &line->amount, WB_MONEY_PLAIN),
                  wb_money_text(balance, &line->balance, WB_MONEY_PLAIN));
    return true;
}

/* The answer's code and message stand in the text as well. */
static void print_code(FILE *out, wb_code code, const wb_error *err)
{
    (void)fprintf(out, "= %s %s\n", wb_code_name(code), code == WB_OK ? "" : err->message);
}

static void print_records(FILE *out, wb_ledger *ledger)
{
    wb_error err = {0};
    wb_ledger_head head;
    char text[2 * WB_LEDGER_HASH_SIZE + 1];
    ASSERT_OK(wb_ledger_head_read(ledger, &head, &ok_err));
    (void)fprintf(out, "head %" PRIu64 " %" PRIu64 " %s %d %" PRIu64 "\n", head.count, head.entries,
                  wb_hash_text(text, head.hash), (int)head.last_date.days, head.recorded_us);
    wb_checkpoint checkpoint;
    ASSERT_OK(wb_ledger_checkpoint(&checkpoint, ledger, &ok_err));
    (void)fprintf(out, "checkpoint %s %" PRIu64 " %s %s %s\n", checkpoint.origin, checkpoint.size,
                  wb_hash_text(text, checkpoint.root.bytes), checkpoint.chain, checkpoint.recorded);
    print_code(out, wb_ledger_log(ledger, 1, print_record, out, &err), &err);
    wb_record record;
    wb_record_init(&record);
    for (uint64_t number = 0; number <= head.count + 2; number++) {
        (void)fprintf(out, "record %" PRIu64 "\n", number);
        const wb_code code = wb_ledger_record(ledger, number, &record, &err);
        if (code == WB_OK) (void)print_record(&record, out);
        print_code(out, code, &err);
    }
    (void)fprintf(out, "log from the end\n");
    for (uint64_t number = head.count; number <= head.count + 2; number++)
        print_code(out, wb_ledger_log(ledger, number, print_record, out, &err), &err);
    wb_record_clear(&record);
}

static void print_documents(FILE *out, wb_ledger *ledger, wb_record_kind kind,
                            const char *const *ids, size_t count)
{
    wb_error err = {0};
    wb_record record;
    wb_record_init(&record);
    (void)fprintf(out, "documents %d\n", (int)kind);
    print_code(out, wb_ledger_documents(ledger, kind, print_record, out, &err), &err);
    for (size_t i = 0; i < count; i++) {
        const wb_code code = wb_ledger_find_document(ledger, kind, ids[i], &record, &err);
        if (code == WB_OK) (void)print_record(&record, out);
        print_code(out, code, &err);
    }
    wb_record_clear(&record);
}

static void print_statements(FILE *out, wb_ledger *ledger)
{
    static const int32_t ends[][2] = {
        {0, 0}, {DAY + 100, 0}, {0, DAY + 200}, {DAY + 90, DAY + 300}};
    wb_error err = {0};
    char text[WB_MONEY_TEXT_MAX];
    wb_money opening;
    wb_money_init(&opening);
    for (int a = -1; a < ACCOUNTS; a++) {
        for (int p = -1; p < PARTIES; p++) {
            if (a < 0 && p < 0) continue;
            const int32_t *end = ends[(a + p + 2) % 4];
            const wb_date from = {end[0]};
            const wb_date to = {end[1]};
            wb_money_set_cents(&opening, 0);
            (void)fprintf(out, "statement %d %d\n", a, p);
            const wb_code code =
                wb_ledger_statement(ledger, a < 0 ? NULL : accounts[a], p < 0 ? NULL : parties[p],
                                    end[0] == 0 ? NULL : &from, end[1] == 0 ? NULL : &to, &opening,
                                    print_line, out, &err);
            (void)fprintf(out, "opening %s\n", wb_money_text(text, &opening, WB_MONEY_PLAIN));
            print_code(out, code, &err);
        }
    }
    wb_money_clear(&opening);
}

/* References are asked for beyond those that are there: of entries that come later. */
static char *all_answers(wb_ledger *ledger, const uint64_t *times, uint64_t time_count)
{
    char *text = NULL;
    size_t size = 0;
    wb_error err = {0};
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    print_records(out, ledger);
    print_documents(out, ledger, WB_RECORD_ACCOUNT, accounts, ACCOUNTS);
    print_documents(out, ledger, WB_RECORD_PARTY, parties, PARTIES);
    print_documents(out, ledger, WB_RECORD_DECISION, decisions, DECISIONS);
    for (int r = 0; r < RECORDS_MAX; r++) {
        char reference[20];
        uint64_t number = 0;
        (void)snprintf(reference, sizeof reference, "r%d", r);
        const wb_code code = wb_ledger_find_reference(ledger, "view", reference, &number, &err);
        if (code != WB_OK || number != 0) (void)fprintf(out, "%s %" PRIu64 "\n", reference, number);
        assert_int_equal(code, WB_OK);
    }
    for (int s = 0; s < SUBJECTS; s++) {
        (void)fprintf(out, "subject %s\n", subjects[s]);
        print_code(out, wb_ledger_subject(ledger, subjects[s], print_record, out, &err), &err);
    }
    (void)fprintf(out, "balances\n");
    print_code(out, wb_ledger_balances(ledger, NULL, print_balance, out, &err), &err);
    for (int32_t day = DAY - 1; day < DAY + DAYS; day += 80) {
        const wb_date at = {day};
        (void)fprintf(out, "balances at %d\n", (int)day);
        print_code(out, wb_ledger_balances(ledger, &at, print_balance, out, &err), &err);
    }
    print_statements(out, ledger);
    for (uint64_t i = 1; i <= time_count; i++) {
        uint64_t number = 0;
        ASSERT_OK(wb_ledger_number_at(ledger, times[i] - 1, &number, &ok_err));
        (void)fprintf(out, "just before the time of %" PRIu64 ": %" PRIu64 "\n", i, number);
        ASSERT_OK(wb_ledger_number_at(ledger, times[i], &number, &ok_err));
        (void)fprintf(out, "at the time of %" PRIu64 ": %" PRIu64 "\n", i, number);
    }
    uint64_t last = 0;
    ASSERT_OK(wb_ledger_number_at(ledger, UINT64_MAX, &last, &ok_err));
    (void)fprintf(out, "at the end of time: %" PRIu64 "\n", last);
    (void)fclose(out);
    return text;
}

/* ---- the history ---- */

static void note(history *h, uint64_t number)
{
    assert_int_equal(number, h->count + 1);
    assert_true(number <= RECORDS_MAX);
    h->count = number;
    wb_ledger_head head;
    ASSERT_OK(wb_ledger_head_read(h->ledger, &head, &ok_err));
    h->recorded[number] = head.recorded_us;
    h->known[number] = all_answers(h->ledger, h->recorded, number);
}

static void forget(history *h, uint64_t count)
{
    for (; h->count > count; h->count--) {
        free(h->known[h->count]);
        h->known[h->count] = NULL;
        h->reversible[h->count] = false;
    }
}

static void step_document(history *h, wb_record_kind kind, const char *id)
{
    char body[40];
    (void)snprintf(body, sizeof body, "{\"version\":%" PRIu64 "}", h->count);
    const wb_document document = {.kind = kind,
                                  .date = {DAY + (int32_t)draw(h, DAYS)},
                                  .id = id,
                                  .body = body,
                                  .maker = "view"};
    uint64_t number = 0;
    ASSERT_OK(wb_ledger_document(h->ledger, &document, &number, &ok_err));
    note(h, number);
}

static void step_post(history *h)
{
    books_entry made;
    char reference[20];
    uint64_t number = 0;
    bool already = true;
    const int debit = (int)draw(h, ACCOUNTS);
    const int credit = (int)draw(h, ACCOUNTS);
    const int party = (int)draw(h, PARTIES + 1) - 1;
    if (!h->account_known[debit] || !h->account_known[credit]) return;
    books_entry_init(&made, accounts[debit], accounts[credit],
                     party < 0 || !h->party_known[party] ? NULL : parties[party],
                     (int64_t)draw(h, 5000000) + 1);
    made.entry.date.days = DAY + (int32_t)draw(h, DAYS);
    if (draw(h, 2) == 0) made.entry.subject = subjects[draw(h, SUBJECTS)];
    if (draw(h, 2) == 0) {
        (void)snprintf(reference, sizeof reference, "r%d", h->references++);
        made.entry.source = "view";
        made.entry.reference = reference;
    }
    ASSERT_OK(wb_ledger_post(h->ledger, &made.entry, &number, &already, &ok_err));
    assert_false(already);
    note(h, number);
    h->reversible[number] = true;
    books_entry_clear(&made);
}

static void step_reverse(history *h)
{
    const uint64_t target = draw(h, h->count) + 1;
    if (!h->reversible[target]) return;
    uint64_t number = 0;
    const wb_date date = {DAY + (int32_t)draw(h, DAYS)};
    ASSERT_OK(wb_ledger_reverse(h->ledger, target, date, "why", "view", &number, &ok_err));
    h->reversible[target] = false;
    note(h, number);
}

static void step(history *h)
{
    const uint64_t kind = draw(h, 16);
    if (kind == 0) {
        const int account = (int)draw(h, ACCOUNTS);
        step_document(h, WB_RECORD_ACCOUNT, accounts[account]);
        h->account_known[account] = true;
    } else if (kind <= 2) {
        const int party = (int)draw(h, PARTIES);
        step_document(h, WB_RECORD_PARTY, parties[party]);
        h->party_known[party] = true;
    } else if (kind == 3) {
        step_document(h, WB_RECORD_DECISION, decisions[draw(h, DECISIONS)]);
    } else if (kind <= 6 && h->count > 0) {
        step_reverse(h);
    } else {
        step_post(h);
    }
}

/* One batch; one in six is aborted, and what was said in it was never known. */
static void batch(history *h)
{
    const history before = *h;
    ASSERT_OK(wb_ledger_begin(h->ledger, NULL, NULL, &ok_err));
    for (uint64_t i = draw(h, 7); i-- > 0;)
        step(h);
    if (draw(h, 6) == 0) {
        wb_ledger_abort(h->ledger);
        forget(h, before.count);
        memcpy(h->account_known, before.account_known, sizeof h->account_known);
        memcpy(h->party_known, before.party_known, sizeof h->party_known);
        memcpy(h->reversible, before.reversible, sizeof h->reversible);
        h->references = before.references;
    } else {
        ASSERT_OK(wb_ledger_commit(h->ledger, &ok_err));
    }
}

static void history_make(history *h, uint64_t seed, uint64_t records)
{
    print_message("    seed %" PRIu64 "\n", seed);
    *h = (history){.state = seed};
    books_path(h->dir, "view");
    ASSERT_OK(wb_ledger_create(h->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&h->ledger, h->dir, WB_LEDGER_WRITE, &ok_err));
    while (h->count < records)
        batch(h);
    wb_ledger_close(h->ledger);
    ASSERT_OK(wb_ledger_open(&h->ledger, h->dir, WB_LEDGER_READ, &ok_err));
}

static void history_clear(history *h)
{
    wb_ledger_close(h->ledger);
    forget(h, 0);
    books_remove(h->dir);
    free(h);
}

/* Name the first line that differs: the texts are long. */
static void assert_same_text(uint64_t number, const char *now, const char *then)
{
    if (strcmp(now, then) == 0) return;
    const char *line = then;
    const char *mine = now;
    while (*mine == *then && *then != '\0') {
        mine++;
        then++;
        if (then[-1] == '\n') line = then;
    }
    const size_t common = (size_t)(then - line);
    print_error("as of record %" PRIu64 ": then '%.*s', now '%.*s'\n", number,
                (int)strcspn(line, "\n"), line, (int)strcspn(mine - common, "\n"), mine - common);
    fail();
}

static void test_a_view_answers_what_was_answered_then(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 4; seed++) {
        history *h = malloc(sizeof *h);
        assert_non_null(h);
        history_make(h, seed, seed == 4 ? 300 : 80);
        for (uint64_t i = 0; i < (seed == 4 ? 40 : 2 * h->count); i++) {
            const uint64_t number = i < 2 ? (i == 0 ? 1 : h->count) : draw(h, h->count) + 1;
            ASSERT_OK(wb_ledger_as_of(h->ledger, number, &ok_err));
            char *now = all_answers(h->ledger, h->recorded, number);
            assert_same_text(number, now, h->known[number]);
            free(now);
        }
        history_clear(h);
    }
}

/* Each kind of answer is the first that is asked: none leans on what another one left behind. */
static void test_a_view_may_be_asked_anything_first(void **state)
{
    (void)state;
    history *h = malloc(sizeof *h);
    assert_non_null(h);
    history_make(h, 9, 60);
    const uint64_t number = h->count - 7;
    for (int first = 0; first < 3; first++) {
        wb_record record;
        wb_error err;
        wb_record_init(&record);
        wb_ledger_close(h->ledger);
        ASSERT_OK(wb_ledger_open(&h->ledger, h->dir, WB_LEDGER_READ, &ok_err));
        ASSERT_OK(wb_ledger_as_of(h->ledger, number, &ok_err));
        if (first == 0) {
            assert_int_equal(wb_ledger_record(h->ledger, h->count, &record, &err), WB_E_NOT_FOUND);
        }
        if (first == 1) {
            const wb_code code =
                wb_ledger_find_document(h->ledger, WB_RECORD_PARTY, parties[0], &record, &err);
            assert_true(code == WB_OK || code == WB_E_NOT_FOUND);
        }
        if (first == 2) {
            FILE *nowhere = fopen("/dev/null", "w");
            assert_non_null(nowhere);
            ASSERT_OK(wb_ledger_balances(h->ledger, NULL, print_balance, nowhere, &ok_err));
            (void)fclose(nowhere);
        }
        char *now = all_answers(h->ledger, h->recorded, number);
        assert_same_text(number, now, h->known[number]);
        free(now);
        wb_record_clear(&record);
    }
    history_clear(h);
}

static void test_a_record_that_is_not_there_gives_no_view(void **state)
{
    (void)state;
    wb_error err;
    history *h = malloc(sizeof *h);
    assert_non_null(h);
    history_make(h, 7, 20);
    assert_int_equal(wb_ledger_as_of(h->ledger, 0, &err), WB_E_NOT_FOUND);
    assert_int_equal(wb_ledger_as_of(h->ledger, h->count + 1, &err), WB_E_NOT_FOUND);
    assert_non_null(strstr(err.message, "there is no record"));
    char *now = all_answers(h->ledger, h->recorded, h->count); /* the handle sees all still */
    assert_same_text(h->count, now, h->known[h->count]);
    free(now);
    ASSERT_OK(wb_ledger_as_of(h->ledger, 5, &ok_err));
    assert_int_equal(wb_ledger_as_of(h->ledger, h->count + 1, &err), WB_E_NOT_FOUND);
    now = all_answers(h->ledger, h->recorded, 5); /* and a view stays where it was */
    assert_same_text(5, now, h->known[5]);
    free(now);
    history_clear(h);
}

static uint64_t last_by(const history *h, uint64_t time)
{
    uint64_t last = 0;
    for (uint64_t n = 1; n <= h->count; n++)
        last = h->recorded[n] <= time ? n : last;
    return last;
}

/* Against a walk over all times: equal times, times between, before the first and after the last.
 */
static void test_a_time_finds_the_last_record_by_then(void **state)
{
    (void)state;
    history *h = malloc(sizeof *h);
    assert_non_null(h);
    history_make(h, 8, 70);
    uint64_t number = 1;
    ASSERT_OK(wb_ledger_number_at(h->ledger, h->recorded[1] - 1, &number, &ok_err));
    assert_int_equal(number, 0);
    ASSERT_OK(wb_ledger_number_at(h->ledger, 0, &number, &ok_err));
    assert_int_equal(number, 0);
    ASSERT_OK(wb_ledger_number_at(h->ledger, UINT64_MAX, &number, &ok_err));
    assert_int_equal(number, h->count);
    for (uint64_t i = 1; i <= h->count; i++) {
        for (uint64_t time = h->recorded[i] - 1; time <= h->recorded[i] + 1; time++) {
            ASSERT_OK(wb_ledger_number_at(h->ledger, time, &number, &ok_err));
            assert_int_equal(number, last_by(h, time));
        }
    }
    history_clear(h);
}

static void test_an_empty_ledger_has_nothing_to_view(void **state)
{
    (void)state;
    wb_error err;
    wb_ledger *ledger = NULL;
    uint64_t number = 1;
    char dir[BOOKS_PATH];
    books_path(dir, "view");
    ASSERT_OK(wb_ledger_create(dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_READ, &ok_err));
    assert_int_equal(wb_ledger_as_of(ledger, 1, &err), WB_E_NOT_FOUND);
    ASSERT_OK(wb_ledger_number_at(ledger, UINT64_MAX, &number, &ok_err));
    assert_int_equal(number, 0);
    wb_ledger_close(ledger);
    books_remove(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_view_answers_what_was_answered_then),
        cmocka_unit_test(test_a_view_may_be_asked_anything_first),
        cmocka_unit_test(test_a_record_that_is_not_there_gives_no_view),
        cmocka_unit_test(test_a_time_finds_the_last_record_by_then),
        cmocka_unit_test(test_an_empty_ledger_has_nothing_to_view),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
