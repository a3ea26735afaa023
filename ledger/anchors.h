/*
 * anchors.h - checkpoints of this ledger, and what makes a signed one good. Private to ledger/.
 */
#ifndef WAARBORG_LEDGER_ANCHORS_H
#define WAARBORG_LEDGER_ANCHORS_H

#include "ledger/internal.h"
#include "waarborg/anchor.h"

#define WB_ANCHOR_ORIGIN "waarborg.ledger/"
#define WB_ANCHOR_ID "checkpoint"

/* The checkpoint of the first `size` records with this root; size is above 0. WB_E_DAMAGED. */
WB_MUST_CHECK wb_code wb_checkpoint_make(wb_checkpoint *checkpoint, wb_ledger *ledger,
                                         uint64_t size, const wb_tree_hash *root, wb_error *err);
/* The same with the root of the stored tree. */
WB_MUST_CHECK wb_code wb_checkpoint_stored(wb_checkpoint *checkpoint, wb_ledger *ledger,
                                           uint64_t size, wb_error *err);

/* The signed note in an anchor's body; owned by the caller (free). `refusal` as in wb_form_open. */
WB_MUST_CHECK wb_code wb_anchor_note(char **note, wb_span body, wb_code refusal, wb_error *err);

/*
 * Whether a note is the anchor that `user` made where `wanted` is the checkpoint of all records
 * before it: the very text, one signature, by the user's key, and a user who may sign one. WB_E_
 * ANCHOR, WB_E_SIGNATURE, WB_E_UNAUTHORISED, WB_E_REVOKED.
 */
WB_MUST_CHECK wb_code wb_anchor_hold(const char *note, const wb_checkpoint *wanted,
                                     const wb_user *user, wb_error *err);

/* The version of a user that was in force after record `number`; *found is false when there was
 * none. Reads the log when it was replaced since. */
WB_MUST_CHECK wb_code wb_user_then(wb_user *user, wb_ledger *ledger, const char *name,
                                   uint64_t number, bool *found, wb_error *err);

/* Parse an anchor from outside; check its origin, its signature and that the ledger has as many
 * records. The root is the caller's to compare: wb_anchor_compare. */
WB_MUST_CHECK wb_code wb_anchor_read(wb_checkpoint *checkpoint, wb_ledger *ledger,
                                     const wb_anchor_text *anchor, wb_error *err);
WB_MUST_CHECK wb_code wb_anchor_compare(const wb_checkpoint *checkpoint, const wb_tree_hash *root,
                                        const char *path, wb_error *err);

/* Verify a data file in a child process, since it may be damaged in ways that kill; `anchor` may be
 * NULL. */
WB_MUST_CHECK wb_code wb_place_verify(const char *path, const wb_anchor_text *anchor,
                                      wb_verify_report *report, wb_error *err);

#endif
