/*
 * control.h - who may do what: users and their keys, four eyes, limits, and closed periods. All of
 * it is in the log, and the ledger itself refuses what it does not allow, whatever the program in
 * front.
 *
 * *Four eyes.* A fund starts in trial: one person, no signatures, and every status says so. Since
 * wb_four_eyes_on, for ever, a batch cannot be committed as it is: it becomes a *proposal*, signed
 * by its maker, visible and reserved, but not posted. Checkers other than the maker sign verdicts;
 * the approval that completes the number the rules ask posts the proposal's drafts, in the same
 * transaction, right behind it. What is signed is exact bytes (docs/format.md): a maker signs the
 * root of the Merkle tree over the drafts, a checker the proposal's record and its hash in the
 * chain, so that a signature fits one place in one ledger.
 *
 * *Users, rules, limits and periods* are documents (waarborg/ledger.h) whose bodies the ledger
 * reads; under four eyes they pass through proposals like all else.
 *
 * Dates are the effective date of the record. There is no clock but the one that stamps records.
 * Writing functions need a batch, as in ledger.h. Memory and threads as in ledger.h.
 */
#ifndef WAARBORG_CONTROL_H
#define WAARBORG_CONTROL_H

#include "waarborg/key.h"
#include "waarborg/ledger.h"

/* ---- Users --------------------------------------------------------------------------------- */

typedef enum wb_role {
    WB_ROLE_MAKER = 1,   /* proposes entries, parties, accounts, decisions, loans, periods */
    WB_ROLE_CHECKER = 2, /* approves and rejects */
    WB_ROLE_AUDITOR = 4, /* reads; signs nothing */
    WB_ROLE_ADMIN = 8    /* proposes users, rules, limits and periods */
} wb_role;
const char *wb_role_name(wb_role role); /* "maker", "checker", "auditor", "admin" */
WB_MUST_CHECK wb_code wb_role_parse(wb_role *role, const char *text, wb_error *err);

typedef struct wb_user {
    char name[WB_ID_MAX + 1]; /* also the name of the key */
    unsigned roles;           /* of wb_role, at least one; an auditor has no other */
    bool revoked;             /* for ever: a person comes back under a new name */
    wb_verifier key;
    char reason[WB_REASON_MAX + 1]; /* of a revocation or rotation; else "" */
    uint64_t since;                 /* record of this version; ignored by wb_user_record */
} wb_user;

/*
 * Record a user, or a new version: other roles, another key (rotation), revoked. WB_E_RULE: the key
 * is or was another user's, or an older one of this user; the user was revoked; under four eyes
 * the change would lock the fund out (below). WB_E_MISSING: a revocation or rotation without a
 * reason. A change of key ends what the old key signed and is still pending.
 */
WB_MUST_CHECK wb_code wb_user_record(wb_ledger *ledger, const wb_user *user, wb_date date,
                                     const char *maker, uint64_t *number, wb_error *err);
/* The current version. WB_E_NOT_FOUND. */
WB_MUST_CHECK wb_code wb_user_find(wb_user *user, wb_ledger *ledger, const char *name,
                                   wb_error *err);
typedef struct wb_user_list {
    wb_user *items; /* owned, in order of name */
    size_t count;
} wb_user_list;
WB_MUST_CHECK wb_code wb_user_list_read(wb_user_list *list, wb_ledger *ledger, wb_error *err);
void wb_user_list_clear(wb_user_list *list);

/* ---- Rules: how many checkers --------------------------------------------------------------- */

enum { WB_RULE_TIERS_MAX = 8, WB_CHECKERS_MAX = 10 };

/*
 * What a rule is about: the event word of an entry ("loan-written-off"), one of "account", "party",
 * "decision", "loan", "fund", "user", "rule", "limit", "period-close", "period-reopen", or "any"
 * for what has no rule of its own. The amount of a proposal under a rule is the sum of the debits
 * of all its drafts under it, so that cutting up an entry changes nothing; 0.00 for documents.
 * Under "any" that is the sum over all drafts that have no rule of their own.
 */
typedef struct wb_rule {
    char what[WB_ID_MAX + 1];
    struct {
        wb_money above; /* the tier holds for amounts above this, or from 0.00 on when it is 0.00 */
        unsigned checkers;      /* 1 to WB_CHECKERS_MAX */
    } tiers[WB_RULE_TIERS_MAX]; /* ascending; the first is above 0.00 */
    size_t tier_count;
} wb_rule;
void wb_rule_init(wb_rule *rule);
void wb_rule_clear(wb_rule *rule);
/* The checkers for an amount: the last tier that holds. Pure. */
unsigned wb_rule_checkers(const wb_rule *rule, const wb_money *amount);

/* As recorded, else built in: 2 for "loan-written-off", "user", "rule", "limit" and
 * "period-reopen", 1 for "any". WB_E_NOT_FOUND when neither has it. */
WB_MUST_CHECK wb_code wb_rule_find(wb_rule *rule, wb_ledger *ledger, const char *what,
                                   wb_error *err);
WB_MUST_CHECK wb_code wb_rule_record(wb_ledger *ledger, const wb_rule *rule, wb_date date,
                                     const char *maker, uint64_t *number, wb_error *err);
typedef struct wb_rule_list {
    wb_rule *items; /* owned, recorded and built in, in order of what */
    size_t count;
} wb_rule_list;
WB_MUST_CHECK wb_code wb_rule_list_read(wb_rule_list *list, wb_ledger *ledger, wb_error *err);
void wb_rule_list_clear(wb_rule_list *list);

/* ---- The switch ----------------------------------------------------------------------------- */

/* Whether four eyes are on. */
WB_MUST_CHECK wb_code wb_four_eyes(wb_ledger *ledger, bool *on, wb_error *err);
/*
 * Switch four eyes on, in a batch of its own. The signer is an active admin and signs the chain as
 * it stands, so that the registry of users is his word. WB_E_RULE when it is on already, or when
 * the fund would be locked out: there must be an admin with, beside him, as many checkers as a
 * change of users needs, and a maker with, beside him, as many as the most any rule asks.
 */
WB_MUST_CHECK wb_code wb_four_eyes_on(wb_ledger *ledger, const wb_signer *signer, wb_date date,
                                      uint64_t *number, wb_error *err);

/* ---- Proposals ------------------------------------------------------------------------------ */

enum {
    WB_PROPOSALS_OPEN_MAX = 1000,   /* open at one time */
    WB_DRAFTS_BYTES_MAX = 64 << 20, /* bytes of the drafts of one proposal */
    WB_PROPOSAL_DAYS_MAX = 366,     /* from made to expiry */
    WB_VERDICTS_MAX = 100           /* on one proposal */
};

typedef struct wb_proposal_terms {
    wb_date expires;    /* the last day, in UTC, on which it may be approved */
    const char *reason; /* what it is for; "" when its drafts say enough; at most WB_REASON_MAX */
    bool computed;      /* the drafts were computed from balances: see staleness */
} wb_proposal_terms;

/*
 * Turn the records of the batch into a proposal signed by `signer`; then commit. The rules of the
 * ledger have been checked as each was posted; nothing of it is in the books. Every record's maker
 * must be the signer. A batch without records gives no proposal: *number is 0.
 *
 * Reserved until it is decided: its references (another batch that brings the same content is
 * told `already`, with the proposal's number; other content is WB_E_DUPLICATE), its reversals, and
 * its part of every limit.
 *
 * WB_E_FOUR_EYES (they are off), WB_E_UNAUTHORISED (unknown user, missing role, record of another
 * maker), WB_E_REVOKED (revoked, or not the user's current key), WB_E_RULE (a record names an
 * account, party or entry of the same batch: propose that first; more than WB_PROPOSALS_OPEN_MAX;
 * the batch has a proposal or verdict), WB_E_RANGE (expiry, sizes, a line break in the reason).
 */
WB_MUST_CHECK wb_code wb_ledger_propose(wb_ledger *ledger, const wb_signer *signer,
                                        const wb_proposal_terms *terms, uint64_t *number,
                                        wb_error *err);

typedef enum wb_verdict {
    WB_VERDICT_APPROVE = 1,
    WB_VERDICT_REJECT = 2,   /* by a checker other than the maker; a reason is required */
    WB_VERDICT_WITHDRAW = 3, /* by the maker; a reason is required */
    WB_VERDICT_EXPIRE = 4    /* by nobody, after the last day: no signer, no reason */
} wb_verdict;
const char *wb_verdict_name(wb_verdict verdict); /* "approve", "reject", "withdraw", "expire" */

typedef struct wb_decided {
    uint64_t number;    /* record of the verdict */
    unsigned approvals; /* that count, this one included */
    unsigned needed;
    bool posted;    /* it was the last that was needed */
    uint64_t first; /* then: number of the first record posted, and how many */
    uint64_t count;
} wb_decided;

/*
 * Record a verdict on an open proposal, in a batch (several may share one); an approval that
 * completes it posts its drafts behind it. An approval counts while its signer is active, is a
 * checker and has the key that signed it; so does the maker's proposal while his key stands.
 *
 * Stale (WB_E_STALE, the record that changed is named): a draft is refused by the ledger as it is
 * now (the same checks as when it was posted), or a subject or document of the drafts has a newer
 * record than the proposal, or, when it was computed, an account of a party it posts to has.
 * What is newer is looked at by every approval, what the ledger refuses by the one that completes.
 * Withdraw it and propose again. WB_E_NOT_FOUND (no proposal), WB_E_RULE (decided already, or its
 * last day has passed, after which it can only expire; expiry before it; WB_VERDICTS_MAX),
 * WB_E_UNAUTHORISED (the maker himself, no checker, voted before), WB_E_REVOKED (the signer, or the
 * maker since), WB_E_MISSING (reason).
 */
WB_MUST_CHECK wb_code wb_ledger_decide(wb_ledger *ledger, uint64_t proposal, wb_verdict verdict,
                                       const wb_signer *signer, const char *reason,
                                       wb_decided *decided, wb_error *err);

typedef enum wb_proposal_state {
    WB_PROPOSAL_OPEN,
    WB_PROPOSAL_POSTED,
    WB_PROPOSAL_REJECTED,
    WB_PROPOSAL_WITHDRAWN,
    WB_PROPOSAL_EXPIRED
} wb_proposal_state;
const char *wb_proposal_state_name(wb_proposal_state state); /* "open", "posted", ... */

typedef struct wb_voice {
    uint64_t number; /* record of the verdict */
    wb_verdict verdict;
    char by[WB_ID_MAX + 1]; /* "" for expiry */
    uint64_t recorded_us;
    char reason[WB_REASON_MAX + 1];
    bool counts; /* an approval whose signer and key still stand */
} wb_voice;

typedef struct wb_proposal {
    uint64_t number;
    wb_proposal_state state;
    char maker[WB_ID_MAX + 1];
    uint64_t recorded_us;
    wb_date expires;
    bool computed;
    char reason[WB_REASON_MAX + 1];
    size_t drafts;
    wb_money debit;                    /* sum of the debits of its entries */
    uint8_t hash[WB_LEDGER_HASH_SIZE]; /* of its record, in the chain */
    unsigned needed;
    wb_voice *voices; /* owned, in order */
    size_t voice_count;
    uint64_t first; /* when posted: the first record */
} wb_proposal;
void wb_proposal_init(wb_proposal *proposal);
void wb_proposal_clear(wb_proposal *proposal);
/* WB_E_NOT_FOUND when the record is not a proposal. Checks its bytes, as every read. */
WB_MUST_CHECK wb_code wb_proposal_find(wb_proposal *proposal, wb_ledger *ledger, uint64_t number,
                                       wb_error *err);
/* The drafts, as records with the number 0. */
WB_MUST_CHECK wb_code wb_proposal_drafts(wb_ledger *ledger, uint64_t number, wb_record_visit *visit,
                                         void *context, wb_error *err);
/* The draft of an open proposal that carries (source, reference), so that who repeats himself is
 * told where it is: *number is the proposal, or 0. The record has the number 0. */
WB_MUST_CHECK wb_code wb_proposal_reference(wb_record *draft, uint64_t *number, wb_ledger *ledger,
                                            const char *source, const char *reference,
                                            wb_error *err);
typedef struct wb_proposal_list {
    wb_proposal *items; /* owned, in order of number */
    size_t count;
} wb_proposal_list;
/* The open proposals. */
WB_MUST_CHECK wb_code wb_proposal_list_read(wb_proposal_list *list, wb_ledger *ledger,
                                            wb_error *err);
void wb_proposal_list_clear(wb_proposal_list *list);

/* ---- Limits --------------------------------------------------------------------------------- */

enum { WB_LIMIT_ACCOUNTS_MAX = 16 };

/*
 * The sum of the balances (debit less credit) of some accounts may not go below `min` or above
 * `max`: in total, of one party, or of each party by itself. It is checked as each entry is
 * posted, over all entries whatever their date, with what open proposals would add on the wrong
 * side; an entry that brings the sum nearer to its bounds is never refused.
 */
typedef struct wb_limit {
    char id[WB_ID_MAX + 1];
    char accounts[WB_LIMIT_ACCOUNTS_MAX][WB_ID_MAX + 1];
    size_t account_count;
    bool each;                 /* of each party */
    char party[WB_ID_MAX + 1]; /* of this one; "" for none or each */
    bool has_min, has_max;     /* neither: the limit is lifted */
    wb_money min, max;
} wb_limit;
void wb_limit_init(wb_limit *limit);
void wb_limit_clear(wb_limit *limit);
/* WB_E_ACCOUNT, WB_E_PARTY, WB_E_LIMIT (the books are beyond it now), WB_E_CONFLICT (min above
 * max). */
WB_MUST_CHECK wb_code wb_limit_record(wb_ledger *ledger, const wb_limit *limit, wb_date date,
                                      const char *maker, uint64_t *number, wb_error *err);
typedef struct wb_limit_list {
    wb_limit *items; /* owned, in order of id; lifted ones left out */
    size_t count;
} wb_limit_list;
WB_MUST_CHECK wb_code wb_limit_list_read(wb_limit_list *list, wb_ledger *ledger, wb_error *err);
void wb_limit_list_clear(wb_limit_list *list);

/* ---- Periods -------------------------------------------------------------------------------- */

/* A month or a whole year. An entry dated in a closed one is refused (WB_E_CLOSED); a year is
 * closed with all its months. */
typedef struct wb_period {
    int32_t year;
    unsigned month; /* 1 to 12, or 0 for the year */
} wb_period;
WB_MUST_CHECK wb_code wb_period_parse(wb_period *period, const char *text, size_t size,
                                      wb_error *err); /* "2026-03" or "2026" */
const char *wb_period_text(char text[8], wb_period period);
/* Its first and last day. */
wb_date wb_period_first(wb_period period);
wb_date wb_period_last(wb_period period);

typedef struct wb_period_state {
    wb_period period;
    bool closed;
    char reason[WB_REASON_MAX + 1]; /* of a reopening, else "" */
    char *checks;                   /* owned: JSON, what the checklist found; NULL when none */
    uint64_t since;                 /* record */
} wb_period_state;
/*
 * Record that a period is closed, or open again (a reason is required). WB_E_RULE: it is so
 * already; a month of a closed year (reopen the year first); closing while an open proposal, this
 * one's own aside, has an entry dated in it. The checklist is fund/'s (wb_period_check).
 */
WB_MUST_CHECK wb_code wb_period_record(wb_ledger *ledger, const wb_period_state *state,
                                       wb_date date, const char *maker, uint64_t *number,
                                       wb_error *err);
/* Whether a date lies in a closed period. */
WB_MUST_CHECK wb_code wb_period_closed(wb_ledger *ledger, wb_date date, bool *closed,
                                       wb_error *err);
typedef struct wb_period_list {
    wb_period_state *items; /* owned: those ever closed, in order */
    size_t count;
} wb_period_list;
WB_MUST_CHECK wb_code wb_period_list_read(wb_period_list *list, wb_ledger *ledger, wb_error *err);
void wb_period_list_clear(wb_period_list *list);

#endif
