/*
 * model.h - the books as a reader of docs/format.md and control.h would keep them on paper: lists
 * that are summed anew for every question. Nothing of the ledger's code is used here.
 */
#ifndef WAARBORG_TESTS_HISTORIES_MODEL_H
#define WAARBORG_TESTS_HISTORIES_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "waarborg/error.h"

enum {
    ACCOUNTS = 4,
    PARTIES = 3,
    SUBJECTS = 2,
    MONTHS = 6,
    USERS = 5,
    DRAFTS_MAX = 3,
    ENTRIES_MAX = 600,
    PROPOSALS_MAX = 300
};

/* Two legs: debit with a party or none, credit without. */
typedef struct m_entry {
    uint64_t number;
    int month;                /* of 2026, from 0; the day is the 15th */
    int subject;              /* -1: none */
    int reference;            /* -1: none */
    int debit, credit, party; /* party -1: none */
    int64_t cents;
    uint64_t reverses;
    uint64_t proposal;
    unsigned approvals;
} m_entry;

typedef struct m_draft {
    bool period; /* else an entry */
    m_entry entry;
    int month;
    bool closed;
} m_draft;

typedef enum m_state { M_OPEN, M_POSTED, M_REJECTED, M_WITHDRAWN } m_state;

typedef struct m_proposal {
    uint64_t number;
    int maker;
    bool computed;
    m_state state;
    bool voted[USERS];
    unsigned approvals, needed;
    m_draft drafts[DRAFTS_MAX];
    size_t count;
} m_proposal;

/* Who may what; as in the ledger's registry. */
typedef struct m_user {
    const char *name;
    bool maker, checker, admin;
} m_user;
extern const m_user m_users[USERS];

typedef struct model {
    bool four_eyes;
    uint64_t count; /* records */
    m_entry entries[ENTRIES_MAX];
    size_t entry_count;
    m_proposal proposals[PROPOSALS_MAX];
    size_t proposal_count;
    bool closed[MONTHS];
    uint64_t period_record[MONTHS]; /* newest record of the month's period, or 0 */
    int references;                 /* handed out */
} model;

/* A set of codes that a call may answer with. */
typedef struct codes {
    uint64_t bits;
} codes;
codes codes_none(void);
codes codes_with(codes set, wb_code code);
bool codes_has(codes set, wb_code code);

/* The entry that reverses `number`, or NULL. */
const m_entry *model_reversal(const model *m, uint64_t number);
/* A posted entry, or the draft of an open proposal, that carries the reference; *proposal is the
 * proposal's number then, else 0. NULL when there is none. */
const m_entry *model_reference(const model *m, int reference, uint64_t *proposal);
bool model_same(const m_entry *a, const m_entry *b);

/* What posting these drafts by themselves may answer: no code at all means that it must succeed.
 * `except` is the number of a proposal whose reservations do not count, or 0. */
codes model_judge(const model *m, const m_draft *drafts, size_t count, uint64_t except);
/* What an approval that completes the proposal may answer. */
codes model_judge_stale(const model *m, const m_proposal *proposal);
/* Whether every draft is in the books or in an open proposal already: nothing to post. */
bool model_already(const model *m, const m_draft *drafts, size_t count);
unsigned model_needed(const m_draft *drafts, size_t count);
bool model_may_propose(int user, const m_draft *drafts, size_t count);

/* Effects. Each adds the records that the ledger would. */
void model_post(model *m, const m_draft *drafts, size_t count, const m_proposal *from);
void model_propose(model *m, int maker, bool computed, const m_draft *drafts, size_t count);
m_proposal *model_proposal(model *m, uint64_t number);

/* Debits less credits of an account and party (-1: without one) over entries up to a month and a
 * record, both included. */
int64_t model_balance(const model *m, int account, int party, int month, uint64_t record);

#endif
