/*
 * control.h - the state of control on a handle: users, rules, whether four eyes are on, and what is
 * proposed; and the checks of the documents that the ledger reads. Private to ledger/.
 *
 * The state is a cache of what the log says. It is read when it is asked for, kept while the log's
 * end is the one it was read at, and follows the handle's own commits; a batch that changes it
 * (wb_control_changed) has it read again, from the batch, at the next question. A ledger without
 * such records pays one comparison for each batch.
 */
#ifndef WAARBORG_LEDGER_CONTROL_H
#define WAARBORG_LEDGER_CONTROL_H

#include "ledger/body.h"
#include "ledger/codec.h"

typedef struct wb_control {
    bool loaded;
    bool changed; /* by the batch, since it was read */
    bool inner;   /* read within a batch that had records: an abort undoes it */
    uint8_t hash[WB_LEDGER_HASH_SIZE]; /* the log's end when it was read */
    uint64_t view;

    bool four_eyes;
    wb_user_list users; /* in order of name */
    wb_rule_list rules; /* recorded ones, in order of what */
} wb_control;

void wb_control_clear(wb_control *control);

/* Make the state that of the snapshot or batch. In a batch that changed it this flushes. */
WB_MUST_CHECK wb_code wb_control_ready(wb_ledger *ledger, wb_error *err);
/* The batch has a record that changes it. */
void wb_control_changed(wb_ledger *ledger);
/* A write transaction begins at the head; a batch ends. */
void wb_control_begin(wb_ledger *ledger);
void wb_control_end(wb_ledger *ledger, bool committed);

/* The rows that a record of users' keys, proposals or verdicts calls for, as it is written. */
WB_MUST_CHECK wb_code wb_control_apply(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err);

/* Before a batch with records is committed: WB_E_FOUR_EYES when only their maker has seen them. */
WB_MUST_CHECK wb_code wb_control_commit(wb_ledger *ledger, wb_error *err);

/*
 * Check a document of the kinds 7 to 12 before it is recorded: each kind's owner has a function.
 * It may flush the batch. Called for drafts too, when they are made and again when they are posted.
 */
typedef wb_code wb_control_check(wb_ledger *ledger, const wb_document *document, wb_error *err);
WB_MUST_CHECK wb_code wb_control_document(wb_ledger *ledger, const wb_document *document,
                                          wb_error *err);
wb_control_check wb_user_check;   /* user.c */
wb_control_check wb_rule_check;   /* rule.c */
wb_control_check wb_switch_check; /* switch.c */
wb_control_check wb_anchor_admit; /* anchor.c */

/* Read all current users, and all recorded rules, into an empty list. */
WB_MUST_CHECK wb_code wb_users_load(wb_user_list *list, wb_ledger *ledger, wb_error *err);
WB_MUST_CHECK wb_code wb_rules_load(wb_rule_list *list, wb_ledger *ledger, wb_error *err);

/* Users. Borrowed from the state; NULL when there is none of that name. */
const wb_user *wb_control_user(const wb_ledger *ledger, const char *name, size_t size);
/* Read a user's body. `refusal` as in wb_form_open. */
WB_MUST_CHECK wb_code wb_user_read(wb_user *user, const char *name, size_t name_size,
                                   const char *body, size_t size, wb_code refusal, wb_error *err);
/* A signer's user: WB_E_UNAUTHORISED (unknown), WB_E_REVOKED (revoked, or another key than his
 * current one). */
WB_MUST_CHECK wb_code wb_signer_user(const wb_user **user, const wb_ledger *ledger,
                                     const wb_signer *signer, wb_error *err);

/* Whether a user may do what a role may: WB_E_UNAUTHORISED, "may not" and the words of `what`. */
WB_MUST_CHECK wb_code wb_user_may(const wb_user *user, unsigned roles, const char *what,
                                  wb_error *err);

/*
 * Rules in force, by index below wb_rules_count: the recorded ones, and the built-in ones that are
 * not recorded otherwise. The index for `what` is that of its own rule, else that of "any".
 */
size_t wb_rules_count(const wb_ledger *ledger);
size_t wb_rules_index(const wb_ledger *ledger, const char *what, size_t size);
/* The checkers that the rule of an index asks for an amount. */
unsigned wb_rules_ask(const wb_ledger *ledger, size_t index, const wb_money *amount);

/* Rules. The one that is in force for `what`: recorded, built in, or those for "any". Clears and
 * sets `rule`. */
void wb_rule_in_force(wb_rule *rule, const wb_ledger *ledger, const char *what, size_t size);
WB_MUST_CHECK wb_code wb_rule_read(wb_rule *rule, const char *what, size_t what_size,
                                   const char *body, size_t size, wb_code refusal, wb_error *err);
/* The most checkers that any rule asks, with `fresh` (or NULL) in place of its namesake; and how
 * many those under `what` ask for 0.00. */
unsigned wb_rules_most(const wb_ledger *ledger, const wb_rule *fresh);
unsigned wb_rules_least(const wb_ledger *ledger, const wb_rule *fresh, const char *what);

/* Whether somebody could still change users, and propose and approve all else, after `user` or
 * `rule` (either may be NULL) was recorded. WB_E_RULE. */
WB_MUST_CHECK wb_code wb_control_lockout(const wb_ledger *ledger, const wb_user *user,
                                         const wb_rule *rule, wb_error *err);

#endif
