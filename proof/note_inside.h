/* note_inside.h - what notes lend to proofs; private to proof/. */
#ifndef PROOF_NOTE_INSIDE_H
#define PROOF_NOTE_INSIDE_H

#include "proof/lines.h"
#include "waarborg/note.h"

/* wb_note_parse for a note that starts after line `before` of the input. */
wb_code note_parse(wb_note *note, const char *bytes, size_t size, const char *path, uint32_t before,
                   wb_error *err);
/* A note and the checkpoint in it. */
wb_code checkpoint_parse_note(wb_note *note, wb_checkpoint *checkpoint, const char *bytes,
                              size_t size, const char *path, uint32_t before, wb_error *err);
/* Which of the keys signed it: the first. WB_E_SIGNATURE when none did, or a signature by one of
 * them does not hold. */
wb_code note_signer(const wb_note *note, const wb_verifier *keys, size_t key_count, size_t *signer,
                    wb_error *err);

#endif
