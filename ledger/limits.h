/*
 * limits.h - the limits that hold, and the sums they watch, kept while a batch posts. Private to
 * ledger/.
 *
 * The limits are read at the first posting that needs them, and a sum (of a limit, or of a limit
 * and one party) at the first posting that touches it; from then on each posting adds to it. They
 * stay from batch to batch as the slots do: until another process wrote, or a batch was dropped.
 * Before a sum is read no record of the batch that is not yet in the store can have touched it.
 *
 * Cost of a posting: one comparison without limits; else a search among the watched accounts, and
 * for each limit on the posting's account a table look-up and two additions.
 */
#ifndef WAARBORG_LEDGER_LIMITS_H
#define WAARBORG_LEDGER_LIMITS_H

#include "ledger/bytes.h"
#include "waarborg/control.h"

/* A limit with the numbers of its accounts and its party. */
typedef struct wb_limit_held {
    wb_limit limit;
    uint64_t accounts[WB_LIMIT_ACCOUNTS_MAX];
    uint64_t party; /* 0: none */
} wb_limit_held;

/* That a limit looks at an account. */
typedef struct wb_limit_watch {
    uint64_t account;
    size_t limit;
} wb_limit_watch;

typedef struct wb_limit_sum {
    size_t limit;
    uint64_t party;    /* of a limit on each party; else 0 */
    wb_money sum;      /* of what is posted, the batch included */
    wb_money promised; /* what open proposals would add, and */
    wb_money released; /* what they would take off, proposal by proposal */
    wb_money change;   /* by the entry or proposal that is looked at */
    bool touched;
} wb_limit_sum;

/* Zero-initialise. */
typedef struct wb_limits {
    bool loaded;
    wb_limit_held *items; /* lifted ones left out */
    size_t count;
    wb_limit_watch *watches; /* in order of account, then limit */
    size_t watch_count;
    wb_limit_sum *sums;
    size_t sum_count;
    size_t sum_capacity;
    uint32_t *table; /* 2 x sum_capacity places: index + 1, or 0 */
    size_t *touched; /* sums that `change` is of; sum_capacity places */
    size_t touched_count;
} wb_limits;

struct wb_ledger;

/* Forget everything; the next check reads again. */
void wb_limits_clear(wb_limits *limits);

/* The place of a sum in `sums`; it is made, and 0.00, when there was none (`fresh`). Places stay
 * when the table grows, pointers do not. WB_E_NOMEM. */
WB_MUST_CHECK wb_code wb_limits_sum(wb_limits *limits, size_t limit, uint64_t party, size_t *index,
                                    bool *fresh, wb_error *err);

/* Whether the entry keeps to every limit; then it is taken into the sums, since it will be posted.
 * A refusal leaves them as they were. WB_E_LIMIT. */
WB_MUST_CHECK wb_code wb_limits_take(struct wb_ledger *ledger, const wb_entry *entry,
                                     const uint64_t *accounts, const uint64_t *parties,
                                     wb_error *err);

/* Whether a document of kind limit may be recorded now: its form, that what it names is there, and
 * that the books keep to it. WB_E_ACCOUNT, WB_E_PARTY, WB_E_CONFLICT, WB_E_LIMIT. */
WB_MUST_CHECK wb_code wb_limit_admit(struct wb_ledger *ledger, const wb_document *document,
                                     wb_error *err);

/* A limit as the body of its document; the text is the caller's (free). WB_E_CONFLICT,
 * WB_E_MISSING, WB_E_RANGE, WB_E_DUPLICATE_KEY. And back: whatever is wrong is `refusal`. */
WB_MUST_CHECK wb_code wb_limit_encode(char **text, const wb_limit *limit, wb_error *err);
WB_MUST_CHECK wb_code wb_limit_decode(wb_limit *limit, wb_span id, wb_span body, wb_code refusal,
                                      wb_error *err);

#endif
