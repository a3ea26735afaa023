/* fuzz_proof.c - verifier keys, sealed keys, signed notes, checkpoints and proofs. The first byte
 * of the input chooses the parser: it refuses the text with a message, or what it read prints to
 * the same bytes. And no proof that differs says anything else: what holds under the key that
 * signed one checkpoint is about a record of that very tree. */
#include <stdbool.h>

#include <sodium.h>

#include "fuzz.h"
#include "waarborg/note.h"

enum {
    READ_VERIFIER,
    READ_NOTE,
    READ_CHECKPOINT,
    READ_PROOF,
    READ_CONSISTENCY,
    READ_SEALED,
    READERS
};
enum { LEAVES = 11, OLDER = 5 };

/* A tree of small records, its two checkpoints, and who signed them. */
static struct {
    bool made;
    wb_signer *signer;
    wb_tree_hash hashes[LEAVES];
    char *older;
    char *newer;
} world;

static uint8_t leaf_byte(uint64_t index)
{
    return (uint8_t)('a' + index);
}

static wb_code read_leaf(void *context, unsigned level, uint64_t index, wb_tree_hash *hash,
                         wb_error *err)
{
    (void)context;
    if (level == 0) {
        *hash = world.hashes[index];
        return WB_OK;
    }
    wb_tree_hash left;
    wb_tree_hash right;
    (void)read_leaf(NULL, level - 1, 2 * index, &left, err);
    (void)read_leaf(NULL, level - 1, 2 * index + 1, &right, err);
    *hash = wb_tree_node(&left, &right);
    return WB_OK;
}

static char *signed_checkpoint(uint64_t size)
{
    wb_checkpoint checkpoint = {
        .origin = "waarborg.ledger/00ff", .size = size, .recorded = "2026-02-01T09:12:03.123456Z"};
    char *text = NULL;
    char *note = NULL;
    FUZZ_CHECK(wb_tree_root_at(&checkpoint.root, size, read_leaf, NULL, NULL) == WB_OK);
    FUZZ_CHECK(wb_checkpoint_text(&text, &checkpoint, NULL) == WB_OK);
    FUZZ_CHECK(wb_note_sign(&note, text, world.signer, NULL) == WB_OK);
    free(text);
    return note;
}

static void make_world(void)
{
    static const uint8_t secret[32] = {7};
    if (world.made) return;
    FUZZ_CHECK(wb_signer_seed(&world.signer, "anna", secret, NULL) == WB_OK);
    for (uint64_t i = 0; i < LEAVES; i++) {
        const uint8_t byte = leaf_byte(i);
        world.hashes[i] = wb_tree_leaf(&byte, 1);
    }
    world.older = signed_checkpoint(OLDER);
    world.newer = signed_checkpoint(LEAVES);
    world.made = true;
}

/* The outcome of a parser, and what was read as text again. */
static void same(const char *text, size_t size, const char *again)
{
    FUZZ_CHECK(strlen(again) == size && memcmp(again, text, size) == 0);
}

static bool accepted(wb_code code, const wb_error *err)
{
    FUZZ_CHECK(code == WB_OK || (err->code == code && err->message[0] != '\0'));
    FUZZ_CHECK(code == WB_OK || code == WB_E_KEY || code == WB_E_SYNTAX || code == WB_E_ENCODING ||
               code == WB_E_TOO_LARGE);
    return code == WB_OK;
}

static void try_verifier(const char *text, size_t size)
{
    wb_error err = {0};
    wb_verifier verifier;
    char again[WB_VERIFIER_TEXT_MAX];
    if (!accepted(wb_verifier_parse(&verifier, text, size, &err), &err)) return;
    same(text, size, wb_verifier_text(again, &verifier));
}

/* A sealed key without its last line, which is made here so that more than a wrong check is tried.
 */
static void try_sealed(const char *text, size_t size)
{
    enum { CHECK = 16 };
    static char file[1 << 17];
    uint8_t check[CHECK];
    char hex[2 * CHECK + 1];
    char key[WB_VERIFIER_TEXT_MAX];
    wb_error err = {0};
    wb_verifier verifier;
    if (size + 64 > sizeof file) return;
    (void)crypto_generichash(check, sizeof check, (const uint8_t *)text, size, NULL, 0);
    memcpy(file, text, size);
    const int more = snprintf(file + size, 64, "check %s\n",
                              sodium_bin2hex(hex, sizeof hex, check, sizeof check));
    const char *path = fuzz_file(file, size + (size_t)more);
    if (!accepted(wb_key_verifier(&verifier, path, &err), &err)) return;
    const char *line = strstr(file, "\nkey ");
    FUZZ_CHECK(line != NULL);
    wb_verifier_text(key, &verifier);
    FUZZ_CHECK(strncmp(line + 5, key, strlen(key)) == 0 && line[5 + strlen(key)] == '\n');
}

static void try_note(const char *text, size_t size)
{
    static wb_note note;
    wb_error err = {0};
    bool found = false;
    if (!accepted(wb_note_parse(&note, text, size, "note", &err), &err)) return;
    FUZZ_CHECK(note.text == text && note.text_size > 0 && note.text_size < size);
    FUZZ_CHECK(note.text[note.text_size - 1] == '\n' && note.text[note.text_size] == '\n');
    FUZZ_CHECK(note.signature_count >= 1 && note.signature_count <= WB_NOTE_SIGNATURES_MAX);
    const wb_code code = wb_note_check(&note, wb_signer_verifier(world.signer), &found, &err);
    FUZZ_CHECK(code == WB_OK || code == WB_E_SIGNATURE);
    if (code != WB_OK || !found) return;
    const bool older = strncmp(world.older, note.text, note.text_size) == 0;
    const bool newer = strncmp(world.newer, note.text, note.text_size) == 0;
    FUZZ_CHECK(older || newer); /* nothing else was ever signed */
}

static void try_checkpoint(const char *text, size_t size)
{
    wb_error err = {0};
    wb_checkpoint checkpoint;
    wb_checkpoint again;
    char *made = NULL;
    if (!accepted(wb_checkpoint_parse(&checkpoint, text, size, "note", &err), &err)) return;
    /* a control character in the origin cannot be written; extension lines may be left out */
    if (wb_checkpoint_text(&made, &checkpoint, NULL) != WB_OK) return;
    FUZZ_CHECK(strlen(made) <= size);
    FUZZ_CHECK(wb_checkpoint_parse(&again, made, strlen(made), "note", NULL) == WB_OK);
    FUZZ_CHECK(memcmp(&again, &checkpoint, sizeof again) == 0);
    free(made);
}

static void try_proof(const char *text, size_t size)
{
    wb_error err = {0};
    wb_proof proof;
    char *again = NULL;
    wb_proof_init(&proof);
    if (accepted(wb_proof_parse(&proof, text, size, "proof", &err), &err)) {
        FUZZ_CHECK(wb_proof_text(&again, &proof, NULL) == WB_OK);
        same(text, size, again);
        if (wb_proof_check(&proof, wb_signer_verifier(world.signer), 1, NULL, &err) == WB_OK) {
            FUZZ_CHECK(proof.index < LEAVES && proof.record_size == 1);
            FUZZ_CHECK(proof.record[0] == leaf_byte(proof.index));
        }
    }
    free(again);
    wb_proof_clear(&proof);
}

static void try_consistency(const char *text, size_t size)
{
    wb_error err = {0};
    wb_consistency proof;
    char *again = NULL;
    wb_consistency_init(&proof);
    if (accepted(wb_consistency_parse(&proof, text, size, "proof", &err), &err)) {
        FUZZ_CHECK(wb_consistency_text(&again, &proof, NULL) == WB_OK);
        same(text, size, again);
        if (wb_consistency_check(&proof, world.older, strlen(world.older), "older",
                                 wb_signer_verifier(world.signer), 1, &err) == WB_OK) {
            FUZZ_CHECK(proof.checkpoint.size == LEAVES || proof.checkpoint.size == OLDER);
        }
    }
    free(again);
    wb_consistency_clear(&proof);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0) return 0;
    make_world();
    const char *text = (const char *)data + 1;
    size--;
    switch (data[0] % READERS) {
    case READ_VERIFIER: try_verifier(text, size); break;
    case READ_NOTE: try_note(text, size); break;
    case READ_CHECKPOINT: try_checkpoint(text, size); break;
    case READ_PROOF: try_proof(text, size); break;
    case READ_SEALED: try_sealed(text, size); break;
    default: try_consistency(text, size); break;
    }
    return 0;
}

static void seed_text(uint8_t which, const char *text, fuzz_seed *seed, void *context)
{
    static char room[4096];
    room[0] = (char)which;
    FUZZ_CHECK(strlen(text) < sizeof room - 1);
    memcpy(room + 1, text, strlen(text));
    seed(room, 1 + strlen(text), context);
}

static void seed_proofs(fuzz_seed *seed, void *context)
{
    char *text = NULL;
    for (uint64_t i = 0; i < LEAVES; i += 5) {
        uint8_t record[1] = {leaf_byte(i)};
        wb_proof proof = {.index = i, .record = record, .record_size = 1, .note = world.newer};
        FUZZ_CHECK(wb_tree_inclusion(&proof.path, i, LEAVES, read_leaf, NULL, NULL) == WB_OK);
        FUZZ_CHECK(wb_proof_text(&text, &proof, NULL) == WB_OK);
        seed_text(READ_PROOF, text, seed, context);
        free(text);
    }
    wb_consistency proof = {.note = world.newer};
    FUZZ_CHECK(wb_tree_consistency(&proof.path, OLDER, LEAVES, read_leaf, NULL, NULL) == WB_OK);
    FUZZ_CHECK(wb_consistency_text(&text, &proof, NULL) == WB_OK);
    seed_text(READ_CONSISTENCY, text, seed, context);
    free(text);
}

void fuzz_seeds(fuzz_seed *seed, void *context)
{
    char verifier[WB_VERIFIER_TEXT_MAX];
    make_world();
    seed_text(READ_VERIFIER, wb_verifier_text(verifier, wb_signer_verifier(world.signer)), seed,
              context);
    char sealed[600];
    (void)snprintf(sealed, sizeof sealed,
                   "waarborg.key@v1\nkey %s\nargon2id 3 65536 AAECAwQFBgcICQoLDA0ODw==\n"
                   "sealed %.96s\n",
                   verifier,
                   "AAECAwQFBgcICQoLDA0ODwABAgMEBQYHCAkKCwwNDg8AAQIDBAUGBwgJCgsMDQ4PAAECAwQF"
                   "BgcICQoLDA0ODwABAgMEBQYH");
    seed_text(READ_SEALED, sealed, seed, context);
    seed_text(READ_NOTE, world.older, seed, context);
    seed_text(READ_NOTE, world.newer, seed, context);
    const size_t text = (size_t)(strstr(world.newer, "\n\n") + 1 - world.newer);
    char *checkpoint = strndup(world.newer, text);
    seed_text(READ_CHECKPOINT, checkpoint, seed, context);
    free(checkpoint);
    seed_proofs(seed, context);
}
