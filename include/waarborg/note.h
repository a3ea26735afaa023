/*
 * note.h - what can be checked without the ledger: signed notes, checkpoints (anchors) and proofs,
 * in the text forms that transparency-log tools read.
 *
 *   signed note   c2sp.org/signed-note      text, blank line, lines "— name base64(id | signature)"
 *   checkpoint    c2sp.org/tlog-checkpoint  origin, tree size, root, extension lines
 *   proof         c2sp.org/tlog-proof       index, path, checkpoint; the record's bytes as `extra`
 *
 * An anchor is a checkpoint signed by a user of the fund. Its origin is "waarborg.ledger/" and the
 * hash of record 1 in hexadecimal, so that no ledger can pass for another. Two extension lines of
 * ours: "recorded TIME" (RFC 3339, of the last record) and "chain HEX" (the last record's hash in
 * the BLAKE2b chain, which people compare); a reader skips extension lines it does not know.
 *
 * Consistency between two checkpoints has no C2SP form. Ours is in its spirit:
 *
 *   waarborg.consistency@v1
 *   <base64 hash> ...
 *   (blank line)
 *   <the newer checkpoint, a signed note>
 *
 * Every parser is total, refuses what would not print back to the same bytes, and has a limit.
 */
#ifndef WAARBORG_NOTE_H
#define WAARBORG_NOTE_H

#include "waarborg/key.h"
#include "waarborg/tree.h"

enum {
    WB_NOTE_MAX = 1 << 20, /* bytes of a note, with its signatures */
    WB_NOTE_SIGNATURES_MAX = 100,
    WB_ORIGIN_MAX = 255,    /* bytes */
    WB_PROOF_MAX = 32 << 20 /* bytes of a proof file: one record may have millions */
};

/* A note that was read: pointers borrow from the text that was parsed. */
typedef struct wb_note {
    const char *text; /* the signed bytes, with their last line end */
    size_t text_size;
    struct {
        char name[WB_ORIGIN_MAX + 1];
        uint32_t id;
        uint8_t signature[WB_SIGNATURE_SIZE]; /* when ed25519 */
        bool ed25519;                         /* 64 bytes; others are kept, not checked */
    } signatures[WB_NOTE_SIGNATURES_MAX];
    size_t signature_count;
} wb_note;
/* WB_E_SYNTAX with line, WB_E_ENCODING, WB_E_TOO_LARGE. `path` names the input in messages. */
WB_MUST_CHECK wb_code wb_note_parse(wb_note *note, const char *bytes, size_t size, const char *path,
                                    wb_error *err);
/* Whether one of the note's signatures was made by this key. A line with the key's name and id
 * that does not hold is WB_E_SIGNATURE; no such line is *found false. */
WB_MUST_CHECK wb_code wb_note_check(const wb_note *note, const wb_verifier *verifier, bool *found,
                                    wb_error *err);
/* Sign `text` (lines, the last with its end, no control characters): *note is the whole note, owned
 * by the caller (free). */
WB_MUST_CHECK wb_code wb_note_sign(char **note, const char *text, const wb_signer *signer,
                                   wb_error *err);

typedef struct wb_checkpoint {
    char origin[WB_ORIGIN_MAX + 1];
    uint64_t size;
    wb_tree_hash root;
    char recorded[32]; /* extension "recorded", or "" */
    char chain[65];    /* extension "chain", or "" */
} wb_checkpoint;
/* From the text of a note. WB_E_SYNTAX with the line. */
WB_MUST_CHECK wb_code wb_checkpoint_parse(wb_checkpoint *checkpoint, const char *text, size_t size,
                                          const char *path, wb_error *err);
/* As text; owned by the caller (free). */
WB_MUST_CHECK wb_code wb_checkpoint_text(char **text, const wb_checkpoint *checkpoint,
                                         wb_error *err);

/* A proof that a record is in the tree of a checkpoint. */
typedef struct wb_proof {
    uint64_t index; /* of the leaf, from 0: the record's number less 1 */
    wb_tree_path path;
    uint8_t *record; /* owned: the record's canonical bytes, from `extra`; NULL when absent */
    size_t record_size;
    char *note; /* owned: the checkpoint's signed note */
    wb_checkpoint checkpoint;
} wb_proof;
void wb_proof_init(wb_proof *proof);
void wb_proof_clear(wb_proof *proof);
/* WB_E_SYNTAX with the line, WB_E_TOO_LARGE. */
WB_MUST_CHECK wb_code wb_proof_parse(wb_proof *proof, const char *bytes, size_t size,
                                     const char *path, wb_error *err);
WB_MUST_CHECK wb_code wb_proof_text(char **text, const wb_proof *proof, wb_error *err);
/* Whether the record is in the tree, and the checkpoint signed by one of the keys. WB_E_PROOF,
 * WB_E_SIGNATURE (none of the keys signed it, or a signature does not hold). `signer` (may be NULL)
 * is the index of the key that did. */
WB_MUST_CHECK wb_code wb_proof_check(const wb_proof *proof, const wb_verifier *keys,
                                     size_t key_count, size_t *signer, wb_error *err);

/* A proof that the tree of an older checkpoint is the start of the tree of a newer one. */
typedef struct wb_consistency {
    wb_tree_path path;
    char *note; /* owned: the newer checkpoint's signed note */
    wb_checkpoint checkpoint;
} wb_consistency;
void wb_consistency_init(wb_consistency *proof);
void wb_consistency_clear(wb_consistency *proof);
WB_MUST_CHECK wb_code wb_consistency_parse(wb_consistency *proof, const char *bytes, size_t size,
                                           const char *path, wb_error *err);
WB_MUST_CHECK wb_code wb_consistency_text(char **text, const wb_consistency *proof, wb_error *err);
/* `older` is a signed note. Both must be signed by one of the keys, of one origin. WB_E_PROOF,
 * WB_E_SIGNATURE, and what parsing the older note fails with. */
WB_MUST_CHECK wb_code wb_consistency_check(const wb_consistency *proof, const char *older,
                                           size_t older_size, const char *older_path,
                                           const wb_verifier *keys, size_t key_count,
                                           wb_error *err);

#endif
