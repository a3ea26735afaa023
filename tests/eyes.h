/*
 * eyes.h - a ledger under four eyes for tests: its people, their keys, and short ways to let them
 * propose and decide.
 */
#ifndef WAARBORG_TESTS_EYES_H
#define WAARBORG_TESTS_EYES_H

#include <time.h>

#include "books.h"
#include "waarborg/control.h"

/* Who is who. anna makes and administers, ben and cor check, dora does both, eva only reads. */
enum { ANNA, BEN, COR, DORA, EVA, PEOPLE };
static const struct {
    const char *name;
    unsigned roles;
} eyes_people[PEOPLE] = {
    {"anna", WB_ROLE_MAKER | WB_ROLE_ADMIN},   {"ben", WB_ROLE_CHECKER}, {"cor", WB_ROLE_CHECKER},
    {"dora", WB_ROLE_MAKER | WB_ROLE_CHECKER}, {"eva", WB_ROLE_AUDITOR},
};

typedef struct eyes {
    char dir[BOOKS_PATH];
    wb_ledger *ledger;
    wb_signer *signers[PEOPLE];
} eyes;

/* A key of its own for each (name, version). */
static inline wb_signer *eyes_signer(const char *name, uint8_t version)
{
    uint8_t seed[32] = {0};
    wb_signer *signer = NULL;
    memcpy(seed, name, strlen(name) < 31 ? strlen(name) : 31);
    seed[31] = version;
    ASSERT_OK(wb_signer_seed(&signer, name, seed, &ok_err));
    return signer;
}

static inline wb_user eyes_user(const char *name, unsigned roles, const wb_signer *signer)
{
    wb_user user = {.roles = roles, .key = *wb_signer_verifier(signer)};
    (void)snprintf(user.name, sizeof user.name, "%s", name);
    return user;
}

static inline void eyes_begin(eyes *made)
{
    ASSERT_OK(wb_ledger_begin(made->ledger, NULL, NULL, &ok_err));
}

static inline void eyes_commit(eyes *made)
{
    ASSERT_OK(wb_ledger_commit(made->ledger, &ok_err));
}

/* The chart of books.h (records 1 to 7) and the people (8 to 12), in trial. */
static inline void eyes_open(eyes *made, const char *name)
{
    *made = (eyes){0};
    books_path(made->dir, name);
    ASSERT_OK(wb_ledger_create(made->dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    books_chart(made->ledger);
    eyes_begin(made);
    for (size_t i = 0; i < PEOPLE; i++) {
        uint64_t number = 0;
        made->signers[i] = eyes_signer(eyes_people[i].name, 0);
        const wb_user user = eyes_user(eyes_people[i].name, eyes_people[i].roles, made->signers[i]);
        ASSERT_OK(wb_user_record(made->ledger, &user, (wb_date){20454}, "anna", &number, &ok_err));
    }
    eyes_commit(made);
}

/* The same, switched on by record 13. */
static inline void eyes_open_on(eyes *made, const char *name)
{
    uint64_t number = 0;
    eyes_open(made, name);
    eyes_begin(made);
    ASSERT_OK(
        wb_four_eyes_on(made->ledger, made->signers[ANNA], (wb_date){20454}, &number, &ok_err));
    assert_int_equal(number, 13);
    eyes_commit(made);
}

/* Post one entry to the open batch, made by a person. */
static inline wb_code eyes_post(eyes *made, int who, const char *event, int64_t cents,
                                const char *reference, uint64_t *number, wb_error *err)
{
    books_entry entry;
    bool already = false;
    books_entry_init(&entry, "1000", "8000", NULL, cents);
    entry.entry.maker = eyes_people[who].name;
    entry.entry.event = event;
    entry.entry.source = reference == NULL ? NULL : "test";
    entry.entry.reference = reference;
    const wb_code code = wb_ledger_post(made->ledger, &entry.entry, number, &already, err);
    books_entry_clear(&entry);
    return code;
}

/* The last day that most tests give their proposals: thirty days from now. */
static inline wb_proposal_terms eyes_terms(void)
{
    const int32_t today = (int32_t)(time(NULL) / 86400);
    return (wb_proposal_terms){.expires = {today + 30}, .reason = ""};
}

/* Turn the open batch into a proposal and commit, or abort. */
static inline wb_code eyes_propose(eyes *made, int who, uint64_t *number, wb_error *err)
{
    const wb_proposal_terms terms = eyes_terms();
    const wb_code code = wb_ledger_propose(made->ledger, made->signers[who], &terms, number, err);
    if (code != WB_OK) {
        wb_ledger_abort(made->ledger);
        return code;
    }
    return wb_ledger_commit(made->ledger, err);
}

/* Propose one memorial entry. */
static inline uint64_t eyes_entry(eyes *made, int who, int64_t cents)
{
    uint64_t number = 0;
    eyes_begin(made);
    ASSERT_OK(eyes_post(made, who, "memorial", cents, NULL, &number, &ok_err));
    ASSERT_OK(eyes_propose(made, who, &number, &ok_err));
    return number;
}

/* A verdict in a batch of its own; nothing is left of it when it is refused. */
static inline wb_code eyes_decide_by(eyes *made, uint64_t proposal, wb_verdict verdict,
                                     const wb_signer *signer, const char *reason,
                                     wb_decided *decided, wb_error *err)
{
    eyes_begin(made);
    const wb_code code =
        wb_ledger_decide(made->ledger, proposal, verdict, signer, reason, decided, err);
    if (code != WB_OK) {
        wb_ledger_abort(made->ledger);
        return code;
    }
    return wb_ledger_commit(made->ledger, err);
}

static inline wb_code eyes_approve(eyes *made, uint64_t proposal, int who, wb_error *err)
{
    wb_decided decided;
    return eyes_decide_by(made, proposal, WB_VERDICT_APPROVE, made->signers[who], "", &decided,
                          err);
}

static inline void eyes_verify(eyes *made)
{
    wb_verify_report report;
    ASSERT_OK(wb_ledger_verify(made->ledger, &report, NULL, NULL, &ok_err));
}

static inline void eyes_close(eyes *made)
{
    wb_ledger_close(made->ledger);
    for (size_t i = 0; i < PEOPLE; i++)
        wb_signer_close(made->signers[i]);
    books_remove(made->dir);
}

#endif
