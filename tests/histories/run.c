/* run.c - plays a history on a ledger and on the model; see run.h. */
#include "run.h"

#include <assert.h>
#include <inttypes.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>

#include "books.h"
#include "waarborg/control.h"

static const char *const account_codes[ACCOUNTS] = {"0120", "1000", "1100", "8000"};
static const char *const party_ids[PARTIES] = {"GM0882", "p-1", "p-10"};
static const char *const subject_ids[SUBJECTS] = {"L1", "besluit-2026"};

typedef enum stop { STOP_NOT, STOP_BEFORE_COMMIT, STOP_AFTER_COMMIT } stop;

typedef struct game {
    const char *dir;
    wb_ledger *ledger;
    wb_signer *signers[USERS];
    model m;
    history_counts *counts;
    char *message;
} game;

/* What an operation does, worked out against the model before anything is touched. */
typedef struct effect {
    enum { DO_POST, DO_SWITCH, DO_DECIDE } act;
    m_draft drafts[DRAFTS_MAX];
    size_t count;
    int user;
    bool computed;
    uint64_t proposal;
    wb_verdict verdict;
} effect;

uint64_t history_random(uint64_t *state)
{
    *state += 0x9E3779B97F4A7C15U;
    uint64_t z = *state;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
}

void history_make(op *ops, size_t count, uint64_t seed)
{
    static const uint8_t weights[OP_COUNT] = {30, 6, 6, 3, 6, 4, 36, 3, 3, 3};
    unsigned total = 0;
    for (size_t i = 0; i < OP_COUNT; i++)
        total += weights[i];
    for (size_t i = 0; i < count; i++) {
        unsigned at = (unsigned)(history_random(&seed) % total);
        unsigned kind = 0;
        while (at >= weights[kind])
            at -= weights[kind++];
        ops[i].kind = (op_kind)kind;
        for (size_t k = 0; k < OP_NUMBERS; k++)
            ops[i].r[k] = (uint32_t)(history_random(&seed) >> 32);
    }
}

void history_print(const op *operation)
{
    static const char *const names[OP_COUNT] = {"post", "again",   "reverse", "close",    "open",
                                                "four", "approve", "reject",  "withdraw", "reopen"};
    print_error("  %-8s", names[operation->kind]);
    for (size_t k = 0; k < OP_NUMBERS; k++)
        print_error(" %" PRIu32, operation->r[k]);
    print_error("\n");
}

static wb_date day_of(int month)
{
    return wb_date_from_civil((wb_civil){2026, (uint32_t)month + 1, 15});
}

/* ---- doing it ---- */

static wb_code post_reversal(wb_ledger *ledger, const m_entry *entry, const char *maker,
                             wb_error *err)
{
    uint64_t number = 0;
    return wb_ledger_reverse(ledger, entry->reverses, day_of(entry->month), "a mistake", maker,
                             &number, err);
}

static wb_code post_entry(wb_ledger *ledger, const m_entry *entry, const char *maker, wb_error *err)
{
    if (entry->reverses != 0) return post_reversal(ledger, entry, maker, err);
    char reference[24];
    (void)snprintf(reference, sizeof reference, "r%d", entry->reference);
    wb_posting postings[2];
    postings[0].account = account_codes[entry->debit];
    postings[0].party = entry->party < 0 ? NULL : party_ids[entry->party];
    postings[1].account = account_codes[entry->credit];
    postings[1].party = NULL;
    for (size_t i = 0; i < 2; i++) {
        wb_money_init(&postings[i].amount);
        wb_money_set_cents(&postings[i].amount, i == 0 ? entry->cents : -entry->cents);
    }
    const wb_entry fresh = {.date = day_of(entry->month),
                            .event = "memorial",
                            .subject = entry->subject < 0 ? NULL : subject_ids[entry->subject],
                            .source = entry->reference < 0 ? NULL : "history",
                            .reference = entry->reference < 0 ? NULL : reference,
                            .memo = "",
                            .maker = maker,
                            .postings = postings,
                            .posting_count = 2};
    uint64_t number = 0;
    bool already = false;
    const wb_code code = wb_ledger_post(ledger, &fresh, &number, &already, err);
    for (size_t i = 0; i < 2; i++)
        wb_money_clear(&postings[i].amount);
    return code;
}

static wb_code post_draft(wb_ledger *ledger, const m_draft *draft, const char *maker, wb_error *err)
{
    if (!draft->period) return post_entry(ledger, &draft->entry, maker, err);
    wb_period_state state = {.period = {2026, (unsigned)draft->month + 1}, .closed = draft->closed};
    if (!draft->closed) (void)snprintf(state.reason, sizeof state.reason, "a late invoice");
    uint64_t number = 0;
    return wb_period_record(ledger, &state, day_of(draft->month), maker, &number, err);
}

static wb_code do_effect(game *g, wb_ledger *ledger, const effect *e, wb_error *err)
{
    const wb_signer *signer = g->signers[e->user];
    const char *name = m_users[e->user].name;
    uint64_t number = 0;
    wb_code code = WB_OK;
    switch (e->act) {
    case DO_SWITCH: return wb_four_eyes_on(ledger, signer, day_of(0), &number, err);
    case DO_DECIDE: {
        wb_decided decided;
        const char *reason = e->verdict == WB_VERDICT_APPROVE ? "" : "not this one";
        return wb_ledger_decide(ledger, e->proposal, e->verdict, signer, reason, &decided, err);
    }
    case DO_POST: break;
    }
    for (size_t i = 0; i < e->count && code == WB_OK; i++)
        code = post_draft(ledger, &e->drafts[i], name, err);
    if (code == WB_OK && g->m.four_eyes) {
        const wb_proposal_terms terms = {
            .expires = {(int32_t)(time(NULL) / 86400) + 30}, .reason = "", .computed = e->computed};
        code = wb_ledger_propose(ledger, signer, &terms, &number, err);
    }
    return code;
}

static wb_code in_a_batch(game *g, wb_ledger *ledger, const effect *e, stop when, wb_error *err)
{
    wb_code code = wb_ledger_begin(ledger, NULL, NULL, err);
    if (code != WB_OK) return code;
    code = do_effect(g, ledger, e, err);
    if (code != WB_OK) {
        wb_ledger_abort(ledger);
        return code;
    }
    if (when == STOP_BEFORE_COMMIT) (void)raise(SIGKILL);
    code = wb_ledger_commit(ledger, err);
    if (when == STOP_AFTER_COMMIT && code == WB_OK) (void)raise(SIGKILL);
    return code;
}

static bool part(game *g, const char *format, ...) WB_PRINTF(2, 3);
static bool part(game *g, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    (void)vsnprintf(g->message, 512, format, arguments);
    va_end(arguments);
    return false;
}

static bool open_ledger(game *g)
{
    wb_error err;
    const wb_code code = wb_ledger_open(&g->ledger, g->dir, WB_LEDGER_WRITE, &err);
    return code == WB_OK || part(g, "open: %s", err.message);
}

/* In a child that kills itself there. *died says whether it got that far. */
static bool in_a_child(game *g, const effect *e, stop when, wb_code *code, bool *died)
{
    wb_ledger_close(g->ledger);
    g->ledger = NULL;
    const pid_t child = fork();
    if (child < 0) return part(g, "cannot fork");
    if (child == 0) {
        (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
        wb_error err;
        wb_code result = wb_ledger_open(&g->ledger, g->dir, WB_LEDGER_WRITE, &err);
        if (result == WB_OK) result = in_a_batch(g, g->ledger, e, when, &err);
        _exit((int)result);
    }
    int status = 0;
    if (waitpid(child, &status, 0) != child) return part(g, "lost the child");
    *died = WIFSIGNALED(status);
    if (*died && WTERMSIG(status) != SIGKILL) {
        return part(g, "the child ended by signal %d", WTERMSIG(status));
    }
    *code = *died ? WB_OK : (wb_code)WEXITSTATUS(status);
    g->counts->crashes += *died;
    return open_ledger(g);
}

/* ---- working it out ---- */

static void draw_entry(model *m, m_entry *entry, const uint32_t *r)
{
    *entry = (m_entry){.month = (int)(r[0] % MONTHS),
                       .subject = (int)(r[1] % (SUBJECTS + 2)) - 2,
                       .reference = -1,
                       .debit = (int)(r[2] % ACCOUNTS),
                       .party = (int)(r[3] % (PARTIES + 1)) - 1,
                       .cents = 1 + (int64_t)(r[4] % 100000)};
    if (entry->subject < -1) entry->subject = -1;
    entry->credit = (int)((r[2] + 1 + r[5] % (ACCOUNTS - 1)) % ACCOUNTS);
    if (r[6] % 2 == 0) entry->reference = m->references++;
}

/* One that was posted or is in a proposal, and has a reference; NULL when there is none. */
static const m_entry *pick_referenced(const model *m, uint32_t r)
{
    if (m->references == 0) return NULL;
    uint64_t proposal = 0;
    for (int i = 0; i < m->references; i++) {
        const int reference = (int)((r + (uint32_t)i) % (uint32_t)m->references);
        const m_entry *found = model_reference(m, reference, &proposal);
        if (found != NULL) return found;
    }
    return NULL;
}

/* False: there is nothing that this operation could be about. */
static bool work_out(game *g, const op *o, effect *e)
{
    model *m = &g->m;
    const uint32_t *r = o->r;
    *e = (effect){.act = DO_POST, .user = (int)(r[7] % USERS), .computed = r[8] % 3 == 0};
    if (r[7] / USERS % 4 != 0) e->user = r[7] / USERS % 2 == 0 ? 0 : 3; /* mostly a maker */
    if (m->entry_count > ENTRIES_MAX - 10 || m->proposal_count > PROPOSALS_MAX - 2) return false;
    switch (o->kind) {
    case OP_POST:
        e->count = 1 + r[8] % DRAFTS_MAX;
        for (size_t i = 0; i < e->count; i++) {
            uint32_t mixed[OP_NUMBERS];
            for (size_t k = 0; k < OP_NUMBERS; k++)
                mixed[k] = r[k] ^ (uint32_t)(i * 0x9E3779B9U * (k + 1));
            draw_entry(m, &e->drafts[i].entry, mixed);
        }
        return true;
    case OP_AGAIN: {
        const m_entry *there = pick_referenced(m, r[0]);
        if (there == NULL) return false;
        e->count = 1;
        e->drafts[0].entry = *there;
        if (r[1] % 3 == 0) e->drafts[0].entry.cents++;
        return true;
    }
    case OP_REVERSE: {
        if (m->entry_count == 0) return false;
        const m_entry *target = &m->entries[r[0] % m->entry_count];
        m_entry *mirror = &e->drafts[0].entry;
        *mirror = *target;
        mirror->month = (int)(r[1] % MONTHS);
        mirror->reference = -1;
        mirror->cents = -target->cents;
        mirror->reverses = target->number;
        e->count = 1;
        return true;
    }
    case OP_CLOSE:
    case OP_OPEN:
        e->count = 1;
        e->drafts[0] =
            (m_draft){.period = true, .month = (int)(r[0] % MONTHS), .closed = o->kind == OP_CLOSE};
        return true;
    case OP_FOUR_EYES: e->act = DO_SWITCH; return true;
    case OP_APPROVE:
    case OP_REJECT:
    case OP_WITHDRAW:
        if (m->proposal_count == 0) return false;
        e->act = DO_DECIDE;
        /* mostly one of the last, which are more likely open */
        e->proposal = m->proposals[m->proposal_count - 1 -
                                   r[0] % (m->proposal_count < 5 ? m->proposal_count : 5)]
                          .number;
        e->verdict = o->kind == OP_APPROVE  ? WB_VERDICT_APPROVE
                     : o->kind == OP_REJECT ? WB_VERDICT_REJECT
                                            : WB_VERDICT_WITHDRAW;
        if (o->kind == OP_WITHDRAW && r[1] % 4 != 0) {
            e->user = model_proposal(m, e->proposal)->maker;
        } else if (r[1] % 4 != 0) {
            e->user = 1 + (int)(r[2] % 3);
        }
        return true;
    case OP_REOPEN_FILE:
    case OP_COUNT: break;
    }
    return false;
}

static codes judge_decision(const game *g, const effect *e, const m_proposal *proposal, bool *maybe)
{
    codes set = codes_none();
    const m_user *user = &m_users[e->user];
    *maybe = false;
    if (proposal->state != M_OPEN) set = codes_with(set, WB_E_RULE);
    if (e->verdict == WB_VERDICT_WITHDRAW) {
        return e->user == proposal->maker ? set : codes_with(set, WB_E_UNAUTHORISED);
    }
    if (!user->checker || e->user == proposal->maker || proposal->voted[e->user]) {
        set = codes_with(set, WB_E_UNAUTHORISED);
    }
    if (e->verdict == WB_VERDICT_APPROVE && set.bits == 0) {
        set = model_judge_stale(&g->m, proposal);
        /* an approval that others must follow may be refused now or later */
        *maybe = proposal->approvals + 1 < proposal->needed;
    }
    return set;
}

/* What it may answer; none: it must succeed. */
static codes judge(const game *g, const effect *e, bool *maybe)
{
    const model *m = &g->m;
    *maybe = false;
    codes set = codes_none();
    switch (e->act) {
    case DO_SWITCH:
        if (m->four_eyes) set = codes_with(set, WB_E_RULE);
        if (!m_users[e->user].admin) set = codes_with(set, WB_E_UNAUTHORISED);
        return set;
    case DO_DECIDE:
        for (size_t i = 0; i < m->proposal_count; i++) {
            if (m->proposals[i].number == e->proposal) {
                return judge_decision(g, e, &m->proposals[i], maybe);
            }
        }
        return codes_with(set, WB_E_NOT_FOUND);
    case DO_POST: break;
    }
    set = model_judge(m, e->drafts, e->count, 0);
    if (m->four_eyes && !model_may_propose(e->user, e->drafts, e->count)) {
        /* when there is nothing to post there is nothing to propose */
        *maybe = model_already(m, e->drafts, e->count);
        set = codes_with(set, WB_E_UNAUTHORISED);
    }
    return set;
}

static void take_effect(game *g, const effect *e)
{
    model *m = &g->m;
    if (e->act == DO_SWITCH) {
        m->count++;
        m->four_eyes = true;
    } else if (e->act == DO_POST && !m->four_eyes) {
        model_post(m, e->drafts, e->count, NULL);
        g->counts->posted += e->count;
    } else if (e->act == DO_POST) {
        g->counts->proposals++;
        model_propose(m, e->user, e->computed, e->drafts, e->count);
    } else {
        m_proposal *proposal = model_proposal(m, e->proposal);
        m->count++;
        proposal->voted[e->user] = true;
        if (e->verdict == WB_VERDICT_REJECT) proposal->state = M_REJECTED;
        if (e->verdict == WB_VERDICT_WITHDRAW) proposal->state = M_WITHDRAWN;
        if (e->verdict != WB_VERDICT_APPROVE) return;
        g->counts->approvals++;
        if (++proposal->approvals < proposal->needed) return;
        model_post(m, proposal->drafts, proposal->count, proposal);
        proposal->state = M_POSTED;
        g->counts->posted += proposal->count;
    }
}

static bool step(game *g, const op *o)
{
    effect e;
    if (o->kind == OP_REOPEN_FILE) {
        wb_ledger_close(g->ledger);
        g->ledger = NULL;
        g->counts->reopened++;
        return open_ledger(g);
    }
    if (!work_out(g, o, &e)) return true;
    const stop when = o->r[9] % 12 == 0   ? STOP_BEFORE_COMMIT
                      : o->r[9] % 12 == 1 ? STOP_AFTER_COMMIT
                                          : STOP_NOT;
    bool maybe = false;
    const codes expected = judge(g, &e, &maybe);
    wb_code code = WB_OK;
    wb_error err = {0};
    bool died = false;
    if (when == STOP_NOT) {
        code = in_a_batch(g, g->ledger, &e, when, &err);
    } else if (!in_a_child(g, &e, when, &code, &died)) {
        return false;
    }
    g->counts->done++;
    if (code == WB_OK && (expected.bits == 0 || maybe)) {
        if (!(died && when == STOP_BEFORE_COMMIT)) take_effect(g, &e);
        return true;
    }
    g->counts->refused++;
    if (code != WB_OK && codes_has(expected, code)) return true;
    return part(g, "act %d by %s: the ledger answers %s (%s), the model expects codes %" PRIx64,
                (int)e.act, m_users[e.user].name, wb_code_name(code), err.message, expected.bits);
}

/* ---- comparing ---- */

typedef struct sums {
    int64_t cents[ACCOUNTS][PARTIES + 1]; /* last: without a party */
    bool strange;
} sums;

static bool note_balance(const wb_balance *balance, void *context)
{
    sums *s = context;
    int account = -1;
    int party = PARTIES;
    for (int i = 0; i < ACCOUNTS; i++) {
        if (strcmp(balance->account, account_codes[i]) == 0) account = i;
    }
    for (int i = 0; balance->party != NULL && i < PARTIES; i++) {
        if (strcmp(balance->party, party_ids[i]) == 0) party = i;
    }
    wb_money net;
    wb_money_init(&net);
    wb_money_subtract(&net, &balance->debit, &balance->credit);
    if (account < 0 || !mpz_fits_slong_p(net.cents)) {
        s->strange = true;
    } else {
        s->cents[account][party] = mpz_get_si(net.cents);
    }
    wb_money_clear(&net);
    return true;
}

/* Of all entries up to a month and a record, both included. */
static bool compare_balances(game *g, wb_ledger *ledger, int month, uint64_t record)
{
    wb_error err;
    sums s = {0};
    const wb_date at = day_of(month);
    if (wb_ledger_balances(ledger, month == MONTHS - 1 ? NULL : &at, note_balance, &s, &err) !=
        WB_OK) {
        return part(g, "balances: %s", err.message);
    }
    for (int a = 0; a < ACCOUNTS; a++) {
        for (int p = 0; p <= PARTIES; p++) {
            const int64_t wanted = model_balance(&g->m, a, p == PARTIES ? -1 : p, month, record);
            if (s.cents[a][p] != wanted) {
                return part(g,
                            "balance of %s %s up to month %d, record %" PRIu64 ": %" PRId64
                            ", not %" PRId64,
                            account_codes[a], p == PARTIES ? "-" : party_ids[p], month + 1, record,
                            s.cents[a][p], wanted);
            }
        }
    }
    return !s.strange || part(g, "a balance nobody posted");
}

static bool compare_entry(game *g, const m_entry *wanted)
{
    wb_error err;
    wb_record record;
    wb_record_init(&record);
    bool same = wb_ledger_record(g->ledger, wanted->number, &record, &err) == WB_OK;
    const m_entry *reversal = model_reversal(&g->m, wanted->number);
    same = same && record.kind == WB_RECORD_ENTRY &&
           record.entry.date.days == day_of(wanted->month).days &&
           record.entry.reverses == wanted->reverses && record.proposal == wanted->proposal &&
           record.approvals == wanted->approvals &&
           record.reversed_by == (reversal == NULL ? 0 : reversal->number) &&
           mpz_cmp_si(record.entry.postings[0].amount.cents, wanted->cents) == 0;
    wb_record_clear(&record);
    return same || part(g, "entry %" PRIu64 " is not as posted", wanted->number);
}

static bool compare_proposals(game *g)
{
    static const wb_proposal_state states[] = {WB_PROPOSAL_OPEN, WB_PROPOSAL_POSTED,
                                               WB_PROPOSAL_REJECTED, WB_PROPOSAL_WITHDRAWN};
    wb_error err;
    size_t open = 0;
    for (size_t i = 0; i < g->m.proposal_count; i++) {
        const m_proposal *wanted = &g->m.proposals[i];
        wb_proposal found;
        wb_proposal_init(&found);
        const bool same = wb_proposal_find(&found, g->ledger, wanted->number, &err) == WB_OK &&
                          found.state == states[wanted->state] && found.drafts == wanted->count &&
                          strcmp(found.maker, m_users[wanted->maker].name) == 0 &&
                          found.computed == wanted->computed && found.needed == wanted->needed;
        open += wanted->state == M_OPEN;
        wb_proposal_clear(&found);
        if (!same) return part(g, "proposal %" PRIu64 " is not as it should be", wanted->number);
    }
    wb_proposal_list list = {0};
    if (wb_proposal_list_read(&list, g->ledger, &err) != WB_OK) {
        return part(g, "open proposals: %s", err.message);
    }
    const size_t count = list.count;
    wb_proposal_list_clear(&list);
    return count == open || part(g, "%zu open proposals, not %zu", count, open);
}

static bool compare_all(game *g, bool verify)
{
    wb_error err;
    wb_ledger_head head;
    g->counts->compared++;
    if (wb_ledger_head_read(g->ledger, &head, &err) != WB_OK) return part(g, "%s", err.message);
    if (head.count != g->m.count || head.entries != g->m.entry_count) {
        return part(g, "%" PRIu64 " records, %" PRIu64 " entries; not %" PRIu64 " and %zu",
                    head.count, head.entries, g->m.count, g->m.entry_count);
    }
    for (int month = 0; month < MONTHS; month++) {
        bool closed = false;
        if (!compare_balances(g, g->ledger, month, UINT64_MAX)) return false;
        if (wb_period_closed(g->ledger, day_of(month), &closed, &err) != WB_OK) {
            return part(g, "period: %s", err.message);
        }
        if (closed != g->m.closed[month]) return part(g, "month %d", month + 1);
    }
    for (size_t i = 0; i < g->m.entry_count; i++) {
        if (!compare_entry(g, &g->m.entries[i])) return false;
    }
    if (!compare_proposals(g)) return false;
    wb_verify_report report;
    return !verify || wb_ledger_verify(g->ledger, &report, NULL, NULL, &err) == WB_OK ||
           part(g, "verify: %s", err.message);
}

/* As known after some records of the past: the model knows which entries there were. */
static bool compare_views(game *g)
{
    wb_error err;
    wb_ledger_close(g->ledger);
    g->ledger = NULL;
    wb_ledger *view = NULL;
    if (wb_ledger_open(&view, g->dir, WB_LEDGER_READ, &err) != WB_OK) {
        return part(g, "open a view: %s", err.message);
    }
    bool good = true;
    for (uint64_t i = 1; good && i <= 5; i++) {
        const uint64_t record = 1 + g->m.count * i / 5 - (i == 5);
        if (wb_ledger_as_of(view, record, &err) != WB_OK) {
            good = part(g, "view: %s", err.message);
        } else {
            good = compare_balances(g, view, MONTHS - 1, record) &&
                   compare_balances(g, view, MONTHS / 2, record);
        }
    }
    wb_ledger_close(view);
    return good && open_ledger(g);
}

/* ---- the whole ---- */

static bool set_up(game *g)
{
    wb_error err;
    if (wb_ledger_create(g->dir, &err) != WB_OK) return part(g, "create: %s", err.message);
    if (!open_ledger(g)) return false;
    wb_code code = wb_ledger_begin(g->ledger, NULL, NULL, &err);
    uint64_t number = 0;
    for (size_t i = 0; i < ACCOUNTS && code == WB_OK; i++) {
        const wb_document account = {WB_RECORD_ACCOUNT, {20000}, account_codes[i], "{}", "anna"};
        code = wb_ledger_document(g->ledger, &account, &number, &err);
    }
    for (size_t i = 0; i < PARTIES && code == WB_OK; i++) {
        const wb_document party = {WB_RECORD_PARTY, {20000}, party_ids[i], "{}", "anna"};
        code = wb_ledger_document(g->ledger, &party, &number, &err);
    }
    for (size_t i = 0; i < USERS && code == WB_OK; i++) {
        const uint8_t seed[32] = {(uint8_t)(i + 1)};
        const m_user *user = &m_users[i];
        wb_user fresh = {.roles = (user->maker ? WB_ROLE_MAKER : 0U) |
                                  (user->checker ? WB_ROLE_CHECKER : 0U) |
                                  (user->admin ? WB_ROLE_ADMIN : 0U)};
        if (fresh.roles == 0) fresh.roles = WB_ROLE_AUDITOR;
        (void)snprintf(fresh.name, sizeof fresh.name, "%s", user->name);
        code = wb_signer_seed(&g->signers[i], user->name, seed, &err);
        if (code != WB_OK) break;
        fresh.key = *wb_signer_verifier(g->signers[i]);
        code = wb_user_record(g->ledger, &fresh, (wb_date){20000}, "anna", &number, &err);
    }
    if (code == WB_OK) code = wb_ledger_commit(g->ledger, &err);
    g->m.count = number;
    return code == WB_OK || part(g, "set-up: %s", err.message);
}

bool history_play(const char *dir, const op *ops, size_t count, history_counts *counts,
                  char message[512])
{
    game *g = calloc(1, sizeof *g);
    assert(g != NULL);
    g->dir = dir;
    g->counts = counts;
    g->message = message;
    message[0] = '\0';
    bool good = set_up(g);
    for (size_t i = 0; good && i < count; i++) {
        good = step(g, &ops[i]);
        if (good && (i % 16 == 15 || i + 1 == count)) good = compare_all(g, i + 1 == count);
    }
    if (good) good = compare_views(g);
    wb_ledger_close(g->ledger);
    for (size_t i = 0; i < USERS; i++)
        wb_signer_close(g->signers[i]);
    free(g);
    books_remove(dir);
    return good;
}
