/*
 * eyes.h - a ledger under four eyes for tests: its people, their keys, and short ways to let them
 * propose and decide.
 */
#ifndef WAARBORG_TESTS_EYES_H
#define WAARBORG_TESTS_EYES_H

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

static inline void eyes_close(eyes *made)
{
    wb_ledger_close(made->ledger);
    for (size_t i = 0; i < PEOPLE; i++)
        wb_signer_close(made->signers[i]);
    books_remove(made->dir);
}

#endif
