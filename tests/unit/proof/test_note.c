/* Goal: notes, checkpoints and proofs are those other tools read and write, have one spelling, and
 * say nothing that was not signed.
 * Method: the note of Go's tests and the examples of the C2SP texts; every cut of a note; every
 * byte of a note and of a proof changed, which must be refused as text, as signature or as proof.
 */
#include "test.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/note.h"

/* golang.org/x/mod/sumdb/note, its test key: seed, verifier and note */
static const char peter_seed[] = "gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=";
static const char peter[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
static const char enoch[] = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
#define TEXT                                                     \
    "If you think cryptography is the answer to your problem,\n" \
    "then you don't know what your problem is.\n"
#define PETER_LINE                                                               \
    "\xE2\x80\x94 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG" \
    "UgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
#define ENOCH_LINE                                                                     \
    "\xE2\x80\x94 EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1" \
    "aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n"

static wb_verifier verifier_of(const char *text)
{
    wb_verifier verifier;
    assert_int_equal(wb_verifier_parse(&verifier, text, strlen(text), NULL), WB_OK);
    return verifier;
}

static wb_signer *peter_signer(void)
{
    uint8_t seed[32];
    size_t size = 0;
    assert_int_equal(sodium_base642bin(seed, sizeof seed, peter_seed, strlen(peter_seed), NULL,
                                       &size, NULL, sodium_base64_VARIANT_ORIGINAL),
                     0);
    assert_int_equal(size, sizeof seed);
    wb_signer *signer = NULL;
    assert_int_equal(wb_signer_seed(&signer, "PeterNeumann", seed, NULL), WB_OK);
    return signer;
}

/* An exact copy on the heap, so that the sanitizer sees a read beyond the end. */
static char *exact_copy(const char *bytes, size_t size)
{
    char *copy = malloc(size > 0 ? size : 1);
    assert_non_null(copy);
    if (size > 0) memcpy(copy, bytes, size);
    return copy;
}

/* ---- Notes ------------------------------------------------------------------------------------
 */

static void test_a_note_of_another_tool_is_read_and_checked(void **state)
{
    (void)state;
    static const char both[] = TEXT "\n" PETER_LINE ENOCH_LINE;
    wb_note note;
    assert_int_equal(wb_note_parse(&note, both, sizeof both - 1, "note", NULL), WB_OK);
    assert_int_equal(note.text_size, strlen(TEXT));
    assert_memory_equal(note.text, TEXT, note.text_size);
    assert_int_equal(note.signature_count, 2);
    assert_string_equal(note.signatures[1].name, "EnochRoot");
    assert_int_equal(note.signatures[1].id, 0xaf0cfe78);
    const wb_verifier keys[] = {verifier_of(peter), verifier_of(enoch)};
    bool found = false;
    assert_int_equal(wb_note_check(&note, &keys[0], &found, NULL), WB_OK);
    assert_true(found);
    assert_int_equal(wb_note_check(&note, &keys[1], &found, NULL), WB_OK);
    assert_true(found);
    static const char one[] = TEXT "\n" PETER_LINE;
    assert_int_equal(wb_note_parse(&note, one, sizeof one - 1, "note", NULL), WB_OK);
    assert_int_equal(wb_note_check(&note, &keys[1], &found, NULL), WB_OK);
    assert_false(found);
}

static void test_signing_gives_the_note_of_another_tool(void **state)
{
    (void)state;
    wb_signer *signer = peter_signer();
    char text[WB_VERIFIER_TEXT_MAX];
    assert_string_equal(wb_verifier_text(text, wb_signer_verifier(signer)), peter);
    char *note = NULL;
    assert_int_equal(wb_note_sign(&note, TEXT, signer, NULL), WB_OK);
    assert_string_equal(note, TEXT "\n" PETER_LINE);
    free(note);
    static const char *const bad[] = {"", "no end", "tab\there\n", "cr\r\n", "bad \xff\n"};
    for (size_t i = 0; i < COUNT(bad); i++) {
        assert_true(wb_note_sign(&note, bad[i], signer, NULL) != WB_OK);
        assert_null(note);
    }
    wb_signer_close(signer);
}

static void test_a_text_with_blank_lines_ends_at_the_last_of_them(void **state)
{
    (void)state;
    wb_signer *signer = peter_signer();
    char *bytes = NULL;
    wb_note note;
    bool found = false;
    assert_int_equal(wb_note_sign(&bytes, "one\n\ntwo\n", signer, NULL), WB_OK);
    assert_int_equal(wb_note_parse(&note, bytes, strlen(bytes), "note", NULL), WB_OK);
    assert_int_equal(note.text_size, 9);
    assert_int_equal(wb_note_check(&note, wb_signer_verifier(signer), &found, NULL), WB_OK);
    assert_true(found);
    free(bytes);
    wb_signer_close(signer);
}

#define SIGNATURE "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuG"
#define DASH "\xE2\x80\x94 "

static void test_what_is_no_note_is_refused_at_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *name, *bytes;
        wb_code code;
        uint32_t line;
    } cases[] = {
        {"nothing", "", WB_E_SYNTAX, 1},
        {"text alone", TEXT, WB_E_SYNTAX, 3},
        {"no signature", TEXT "\n", WB_E_SYNTAX, 4},
        {"control character", "a\x01" TEXT "\n" PETER_LINE, WB_E_SYNTAX, 1},
        {"carriage return", "a\nb\r\n\n" PETER_LINE, WB_E_SYNTAX, 2},
        {"not UTF-8", "a\n\xff\n\n" PETER_LINE, WB_E_ENCODING, 2},
        {"two words for a name", "a\n\n" DASH "Bad Name " SIGNATURE "\n", WB_E_SYNTAX, 3},
        {"no-break space in a name", "a\n\n" DASH "a\xC2\xA0z " SIGNATURE "\n", WB_E_SYNTAX, 3},
        {"thin space in a name", "a\n\n" DASH "a\xE2\x80\x89z " SIGNATURE "\n", WB_E_SYNTAX, 3},
        {"plus in a name", "a\n\n" DASH "a+b " SIGNATURE "\n", WB_E_SYNTAX, 3},
        {"no name", "a\n\n" DASH " " SIGNATURE "\n", WB_E_SYNTAX, 3},
        {"no signature after the name", "a\n\n" DASH "anna \n", WB_E_SYNTAX, 3},
        {"no blank after the name", "a\n\n" DASH "anna\n", WB_E_SYNTAX, 3},
        {"an id alone", "a\n\n" DASH "anna x08gow==\n", WB_E_SYNTAX, 3},
        {"stray bits", "a\n\n" DASH "anna x08go/Z=\n", WB_E_SYNTAX, 3},
        {"a hyphen for the dash", "a\n\n- anna " SIGNATURE "\n", WB_E_SYNTAX, 3},
        {"another line after it", TEXT "\n" PETER_LINE "more\n", WB_E_SYNTAX, 5},
        {"no end", "a\n\n" DASH "anna " SIGNATURE, WB_E_SYNTAX, 3},
    };
    for (size_t c = 0; c < COUNT(cases); c++) {
        print_message("    %s\n", cases[c].name);
        const size_t size = strlen(cases[c].bytes);
        char *copy = exact_copy(cases[c].bytes, size);
        wb_note note;
        wb_error err = {0};
        assert_int_equal(wb_note_parse(&note, copy, size, "n.txt", &err), cases[c].code);
        assert_int_equal(err.line, cases[c].line);
        assert_string_equal(err.file, "n.txt");
        free(copy);
    }
}

static void test_a_note_has_its_limits(void **state)
{
    (void)state;
    const size_t line = strlen(PETER_LINE);
    const size_t most = 2 + WB_NOTE_SIGNATURES_MAX * line;
    char *bytes = malloc(most + line + 1);
    assert_non_null(bytes);
    memcpy(bytes, "a\n\n", 4);
    char *at = bytes + 3;
    for (size_t i = 0; i <= WB_NOTE_SIGNATURES_MAX; i++, at += line)
        memcpy(at, PETER_LINE, line);
    wb_note note;
    assert_int_equal(wb_note_parse(&note, bytes, most + 1, "note", NULL), WB_OK);
    assert_int_equal(note.signature_count, WB_NOTE_SIGNATURES_MAX);
    assert_int_equal(wb_note_parse(&note, bytes, most + 1 + line, "note", NULL), WB_E_SYNTAX);
    free(bytes);
    char *large = calloc(1, WB_NOTE_MAX + 1);
    assert_non_null(large);
    memset(large, 'a', WB_NOTE_MAX + 1);
    assert_int_equal(wb_note_parse(&note, large, WB_NOTE_MAX + 1, "note", NULL), WB_E_TOO_LARGE);
    free(large);
}

static void test_one_bad_signature_of_a_known_key_spoils_the_note(void **state)
{
    (void)state;
    /* a good one first, then one of the same key and name that is not */
    char bytes[sizeof TEXT "\n" PETER_LINE PETER_LINE];
    memcpy(bytes, TEXT "\n" PETER_LINE PETER_LINE, sizeof bytes);
    bytes[sizeof bytes - 10] = bytes[sizeof bytes - 10] == 'A' ? 'B' : 'A';
    wb_note note;
    const wb_verifier key = verifier_of(peter);
    bool found = false;
    assert_int_equal(wb_note_parse(&note, bytes, sizeof bytes - 1, "note", NULL), WB_OK);
    assert_int_equal(note.signature_count, 2);
    assert_int_equal(wb_note_check(&note, &key, &found, NULL), WB_E_SIGNATURE);
    /* the name and id of a key on a signature of another kind is no signature by it */
    static const char other[] = TEXT "\n" DASH "PeterNeumann x08go/Y=\n";
    assert_int_equal(wb_note_parse(&note, other, sizeof other - 1, "note", NULL), WB_OK);
    assert_int_equal(wb_note_check(&note, &key, &found, NULL), WB_E_SIGNATURE);
}

static void test_no_cut_or_changed_byte_leaves_a_signed_note(void **state)
{
    (void)state;
    static const char whole[] = TEXT "\n" PETER_LINE;
    const wb_verifier key = verifier_of(peter);
    for (size_t size = 0; size < sizeof whole - 1; size++) {
        char *copy = exact_copy(whole, size);
        wb_note note;
        assert_true(wb_note_parse(&note, copy, size, "note", NULL) != WB_OK);
        free(copy);
    }
    for (size_t i = 0; i < sizeof whole - 1; i++) {
        for (int byte = 0; byte < 256; byte++) {
            char bytes[sizeof whole];
            memcpy(bytes, whole, sizeof whole);
            if (bytes[i] == (char)byte) continue;
            bytes[i] = (char)byte;
            wb_note note;
            bool found = false;
            if (wb_note_parse(&note, bytes, sizeof bytes - 1, "note", NULL) != WB_OK) continue;
            if (wb_note_check(&note, &key, &found, NULL) == WB_OK) assert_false(found);
        }
    }
}

/* ---- Checkpoints ------------------------------------------------------------------------------
 */

static void test_the_example_checkpoint_is_read(void **state)
{
    (void)state;
    /* the example of c2sp.org/tlog-checkpoint */
    static const char bytes[] = "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/"
                                "Xajj7h2fB2MPA3j2jxq2I=\n\n" DASH "example.com/behind-the-sofa "
                                "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/"
                                "Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8="
                                "\n";
    wb_note note;
    wb_checkpoint checkpoint;
    assert_int_equal(wb_note_parse(&note, bytes, sizeof bytes - 1, "note", NULL), WB_OK);
    assert_int_equal(note.signatures[0].id, 0x033de0ae);
    assert_true(note.signatures[0].ed25519);
    assert_int_equal(wb_checkpoint_parse(&checkpoint, note.text, note.text_size, "note", NULL),
                     WB_OK);
    assert_string_equal(checkpoint.origin, "example.com/behind-the-sofa");
    assert_int_equal(checkpoint.size, 20852163);
    assert_int_equal(checkpoint.root.bytes[0], 0x0A);
    assert_int_equal(checkpoint.root.bytes[31], 0x62);
    char *text = NULL;
    assert_int_equal(wb_checkpoint_text(&text, &checkpoint, NULL), WB_OK);
    assert_int_equal(strlen(text), note.text_size);
    assert_memory_equal(text, note.text, note.text_size);
    free(text);
}

#define ROOT "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
#define CHAIN "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62"

static void test_extension_lines_are_ours_or_skipped(void **state)
{
    (void)state;
    static const char ours[] =
        "o\n7\n" ROOT "recorded 2026-11-22T09:45:00.123456Z\nchain " CHAIN "\n";
    wb_checkpoint checkpoint;
    assert_int_equal(wb_checkpoint_parse(&checkpoint, ours, sizeof ours - 1, "c", NULL), WB_OK);
    assert_string_equal(checkpoint.recorded, "2026-11-22T09:45:00.123456Z");
    assert_string_equal(checkpoint.chain, CHAIN);
    char *text = NULL;
    assert_int_equal(wb_checkpoint_text(&text, &checkpoint, NULL), WB_OK);
    assert_string_equal(text, ours);
    free(text);
    static const char other[] = "o\n0\n" ROOT "witness 3\nchain " CHAIN "\nrecordedly\n";
    assert_int_equal(wb_checkpoint_parse(&checkpoint, other, sizeof other - 1, "c", NULL), WB_OK);
    assert_string_equal(checkpoint.recorded, "");
    assert_string_equal(checkpoint.chain, CHAIN);
}

static void test_what_is_no_checkpoint_is_refused_at_its_line(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        uint32_t line;
    } cases[] = {
        {"", 1},
        {"o", 1},
        {"\n1\n" ROOT, 1},
        {"o\n", 2},
        {"o\n01\n" ROOT, 2},
        {"o\n-1\n" ROOT, 2},
        {"o\n9223372036854775808\n" ROOT, 2},
        {"o\n1 \n" ROOT, 2},
        {"o\n1\n", 3},
        {"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2=\n", 3},
        {"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", 3}, /* stray bits */
        {"o\n1\n" ROOT "\n", 4},
        {"o\n1\n" ROOT "x", 4},
        {"o\n1\n" ROOT "x\n\ny\n", 5},
        {"o\n1\n" ROOT "recorded yesterday\n", 4},
        {"o\n1\n" ROOT "recorded 2026-02-30T00:00:00Z\n", 4},
        {"o\n1\n" ROOT "recorded 2026-02-03T24:00:00Z\n", 4},
        {"o\n1\n" ROOT "recorded 2026-02-03T00:60:00Z\n", 4},
        {"o\n1\n" ROOT "recorded 2026-02-03T00:00:00\n", 4},
        {"o\n1\n" ROOT "recorded 2026-02-03T00:00:00.Z\n", 4},
        {"o\n1\n" ROOT "chain 12\n", 4},
        {"o\n1\n" ROOT "chain " CHAIN "\nchain " CHAIN "\n", 5},
    };
    for (size_t c = 0; c < COUNT(cases); c++) {
        const size_t size = strlen(cases[c].text);
        char *copy = exact_copy(cases[c].text, size);
        wb_checkpoint checkpoint;
        wb_error err = {0};
        assert_int_equal(wb_checkpoint_parse(&checkpoint, copy, size, "c.txt", &err), WB_E_SYNTAX);
        assert_int_equal(err.line, cases[c].line);
        free(copy);
    }
}

/* ---- Proofs -----------------------------------------------------------------------------------
 */

enum { SIZE = 13, OLD = 6 };

static wb_tree_hash perfect[5][SIZE];

static void keep(void *context, unsigned level, uint64_t index, const wb_tree_hash *hash)
{
    (void)context;
    perfect[level][index] = *hash;
}

static wb_code fetch(void *context, unsigned level, uint64_t index, wb_tree_hash *hash,
                     wb_error *err)
{
    (void)context;
    (void)err;
    *hash = perfect[level][index];
    return WB_OK;
}

/* Signed checkpoints of the first OLD and of all SIZE records "record 1", "record 2", ... */
static void make_notes(char **older, char **newer, wb_checkpoint *checkpoint, const char *origin)
{
    wb_signer *signer = peter_signer();
    wb_tree_edge edge = {.size = 0};
    *older = NULL;
    for (unsigned i = 1; i <= SIZE; i++) {
        char record[16];
        (void)snprintf(record, sizeof record, "record %u", i);
        const wb_tree_hash leaf = wb_tree_leaf(record, strlen(record));
        wb_tree_append(&edge, &leaf, keep, NULL);
        *checkpoint = (wb_checkpoint){.size = i, .root = wb_tree_root(&edge)};
        (void)snprintf(checkpoint->origin, sizeof checkpoint->origin, "%s", origin);
        if (i != OLD && i != SIZE) continue;
        char *text = NULL;
        assert_int_equal(wb_checkpoint_text(&text, checkpoint, NULL), WB_OK);
        assert_int_equal(wb_note_sign(i == OLD ? older : newer, text, signer, NULL), WB_OK);
        free(text);
    }
    wb_signer_close(signer);
}

static char *make_proof(uint64_t number)
{
    char *older = NULL;
    wb_proof proof;
    wb_proof_init(&proof);
    make_notes(&older, &proof.note, &proof.checkpoint, "waarborg.ledger/test");
    char record[16];
    (void)snprintf(record, sizeof record, "record %u", (unsigned)number);
    proof.index = number - 1;
    proof.record_size = strlen(record);
    proof.record = (uint8_t *)strdup(record);
    assert_int_equal(wb_tree_inclusion(&proof.path, proof.index, SIZE, fetch, NULL, NULL), WB_OK);
    char *text = NULL;
    assert_int_equal(wb_proof_text(&text, &proof, NULL), WB_OK);
    free(older);
    wb_proof_clear(&proof);
    return text;
}

static void test_a_proof_holds_after_writing_and_reading(void **state)
{
    (void)state;
    const wb_verifier keys[] = {verifier_of(enoch), verifier_of(peter)};
    for (uint64_t number = 1; number <= SIZE; number++) {
        char *text = make_proof(number);
        wb_proof proof;
        size_t signer = 9;
        wb_proof_init(&proof);
        assert_int_equal(wb_proof_parse(&proof, text, strlen(text), "p", NULL), WB_OK);
        assert_int_equal(wb_proof_check(&proof, keys, COUNT(keys), &signer, NULL), WB_OK);
        assert_int_equal(signer, 1);
        char *again = NULL;
        assert_int_equal(wb_proof_text(&again, &proof, NULL), WB_OK);
        assert_string_equal(again, text);
        wb_error err = {0};
        assert_int_equal(wb_proof_check(&proof, keys, 1, NULL, &err), WB_E_SIGNATURE);
        assert_non_null(strstr(err.hint, "PeterNeumann"));
        assert_int_equal(wb_proof_check(&proof, keys, 0, NULL, NULL), WB_E_SIGNATURE);
        wb_proof_clear(&proof);
        free(again);
        free(text);
    }
}

static void test_a_proof_with_any_byte_changed_or_cut_does_not_hold(void **state)
{
    (void)state;
    const wb_verifier key = verifier_of(peter);
    char *text = make_proof(5);
    const size_t size = strlen(text);
    wb_proof proof;
    wb_proof_init(&proof);
    for (size_t end = 0; end < size; end++) {
        char *copy = exact_copy(text, end);
        assert_true(wb_proof_parse(&proof, copy, end, "p", NULL) != WB_OK);
        assert_null(proof.note);
        assert_null(proof.record);
        free(copy);
    }
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            text[i] = (char)((unsigned char)text[i] ^ 1U << bit);
            if (wb_proof_parse(&proof, text, size, "p", NULL) == WB_OK) {
                assert_true(wb_proof_check(&proof, &key, 1, NULL, NULL) != WB_OK);
            }
            text[i] = (char)((unsigned char)text[i] ^ 1U << bit);
        }
    }
    assert_int_equal(wb_proof_parse(&proof, text, size, "p", NULL), WB_OK);
    assert_int_equal(wb_proof_check(&proof, &key, 1, NULL, NULL), WB_OK);
    wb_proof_clear(&proof);
    free(text);
}

/* What broke elsewhere: a checker that trusts the numbers beside the signature. */
static void test_only_what_is_signed_counts(void **state)
{
    (void)state;
    const wb_verifier key = verifier_of(peter);
    char *text = make_proof(5);
    wb_proof proof;
    wb_proof_init(&proof);
    assert_int_equal(wb_proof_parse(&proof, text, strlen(text), "p", NULL), WB_OK);
    /* what stands beside the note is not looked at */
    proof.checkpoint = (wb_checkpoint){.size = 1};
    assert_int_equal(wb_proof_check(&proof, &key, 1, NULL, NULL), WB_OK);
    /* a made-up tree of one leaf, in the struct and not in the note */
    proof.record[0] = 'R';
    proof.index = 0;
    proof.path.count = 0;
    proof.checkpoint.size = 1;
    proof.checkpoint.root = wb_tree_leaf(proof.record, proof.record_size);
    assert_int_equal(wb_proof_check(&proof, &key, 1, NULL, NULL), WB_E_PROOF);
    /* a proof without its record proves nothing about it */
    assert_int_equal(wb_proof_parse(&proof, text, strlen(text), "p", NULL), WB_OK);
    free(proof.record);
    proof.record = NULL;
    assert_int_equal(wb_proof_check(&proof, &key, 1, NULL, NULL), WB_E_PROOF);
    char *bare = NULL;
    assert_int_equal(wb_proof_text(&bare, &proof, NULL), WB_OK);
    assert_null(strstr(bare, "extra"));
    assert_int_equal(wb_proof_parse(&proof, bare, strlen(bare), "p", NULL), WB_OK);
    assert_null(proof.record);
    wb_proof_clear(&proof);
    free(bare);
    free(text);
}

static void test_what_is_no_proof_is_refused_at_its_line(void **state)
{
    (void)state;
#define HEAD "c2sp.org/tlog-proof@v1\n"
#define NOTE "o\n1\n" ROOT "\n" PETER_LINE
    static const struct {
        const char *text;
        uint32_t line;
    } cases[] = {
        {"", 1},
        {"c2sp.org/tlog-proof@v2\nindex 0\n\n" NOTE, 1},
        {HEAD, 2},
        {HEAD "index 00\n\n" NOTE, 2},
        {HEAD "index -1\n\n" NOTE, 2},
        {HEAD "extra \nindex 0\n\n" NOTE, 2},
        {HEAD "extra YQ\nindex 0\n\n" NOTE, 2},
        {HEAD "extra YR==\nindex 0\n\n" NOTE, 2}, /* stray bits */
        {HEAD "extra YQ==\nextra YQ==\nindex 0\n\n" NOTE, 3},
        {HEAD "index 0\n" NOTE, 3},
        {HEAD "index 0\n" ROOT, 4},
        {HEAD "index 0\n\n", 4},
        {HEAD "index 0\n\no\nx\n" ROOT "\n" PETER_LINE, 5},
        {HEAD "index 0\n\n" NOTE "x\n", 9},
    };
    for (size_t c = 0; c < COUNT(cases); c++) {
        const size_t size = strlen(cases[c].text);
        char *copy = exact_copy(cases[c].text, size);
        wb_proof proof;
        wb_proof_init(&proof);
        wb_error err = {0};
        assert_int_equal(wb_proof_parse(&proof, copy, size, "p.txt", &err), WB_E_SYNTAX);
        assert_int_equal(err.line, cases[c].line);
        assert_null(proof.note);
        free(copy);
    }
    /* 65 hashes are one more than any tree has */
    char text[4096] = HEAD "index 0\n";
    for (size_t i = 0; i <= WB_TREE_PATH_MAX; i++)
        strcat(text, ROOT);
    strcat(text, "\n" NOTE);
    wb_proof proof;
    wb_proof_init(&proof);
    wb_error err = {0};
    assert_int_equal(wb_proof_parse(&proof, text, strlen(text), "p.txt", &err), WB_E_SYNTAX);
    assert_int_equal(err.line, 3 + WB_TREE_PATH_MAX);
}

static char *make_consistency(char **older, const char *origin)
{
    wb_consistency proof;
    wb_consistency_init(&proof);
    make_notes(older, &proof.note, &proof.checkpoint, origin);
    assert_int_equal(wb_tree_consistency(&proof.path, OLD, SIZE, fetch, NULL, NULL), WB_OK);
    char *text = NULL;
    assert_int_equal(wb_consistency_text(&text, &proof, NULL), WB_OK);
    wb_consistency_clear(&proof);
    return text;
}

static void test_a_consistency_proof_holds_and_no_changed_byte_does(void **state)
{
    (void)state;
    const wb_verifier key = verifier_of(peter);
    const wb_verifier stranger = verifier_of(enoch);
    char *older = NULL;
    char *text = make_consistency(&older, "waarborg.ledger/test");
    const size_t size = strlen(text);
    const size_t older_size = strlen(older);
    wb_consistency proof;
    wb_consistency_init(&proof);
    assert_int_equal(wb_consistency_parse(&proof, text, size, "p", NULL), WB_OK);
    assert_int_equal(wb_consistency_check(&proof, older, older_size, "a", &key, 1, NULL), WB_OK);
    assert_int_equal(wb_consistency_check(&proof, older, older_size, "a", &stranger, 1, NULL),
                     WB_E_SIGNATURE);
    char *again = NULL;
    assert_int_equal(wb_consistency_text(&again, &proof, NULL), WB_OK);
    assert_string_equal(again, text);
    for (size_t i = 0; i < older_size; i++) {
        older[i] = (char)((unsigned char)older[i] ^ 1U);
        assert_true(wb_consistency_check(&proof, older, older_size, "a", &key, 1, NULL) != WB_OK);
        older[i] = (char)((unsigned char)older[i] ^ 1U);
    }
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            text[i] = (char)((unsigned char)text[i] ^ 1U << bit);
            if (wb_consistency_parse(&proof, text, size, "p", NULL) == WB_OK) {
                assert_true(wb_consistency_check(&proof, older, older_size, "a", &key, 1, NULL) !=
                            WB_OK);
            }
            text[i] = (char)((unsigned char)text[i] ^ 1U << bit);
        }
    }
    for (size_t end = 0; end < size; end++)
        assert_true(wb_consistency_parse(&proof, text, end, "p", NULL) != WB_OK);
    wb_consistency_clear(&proof);
    free(again);
    free(text);
    free(older);
}

static void test_two_ledgers_are_not_consistent(void **state)
{
    (void)state;
    const wb_verifier key = verifier_of(peter);
    char *older = NULL;
    char *other = NULL;
    char *text = make_consistency(&older, "waarborg.ledger/test");
    char *second = make_consistency(&other, "waarborg.ledger/best");
    wb_consistency proof;
    wb_error err;
    wb_consistency_init(&proof);
    assert_int_equal(wb_consistency_parse(&proof, text, strlen(text), "p", NULL), WB_OK);
    assert_int_equal(wb_consistency_check(&proof, other, strlen(other), "a", &key, 1, &err),
                     WB_E_PROOF);
    assert_non_null(strstr(err.message, "different ledgers"));
    wb_consistency_clear(&proof);
    free(second);
    free(other);
    free(text);
    free(older);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_note_of_another_tool_is_read_and_checked),
        cmocka_unit_test(test_signing_gives_the_note_of_another_tool),
        cmocka_unit_test(test_a_text_with_blank_lines_ends_at_the_last_of_them),
        cmocka_unit_test(test_what_is_no_note_is_refused_at_its_line),
        cmocka_unit_test(test_a_note_has_its_limits),
        cmocka_unit_test(test_one_bad_signature_of_a_known_key_spoils_the_note),
        cmocka_unit_test(test_no_cut_or_changed_byte_leaves_a_signed_note),
        cmocka_unit_test(test_the_example_checkpoint_is_read),
        cmocka_unit_test(test_extension_lines_are_ours_or_skipped),
        cmocka_unit_test(test_what_is_no_checkpoint_is_refused_at_its_line),
        cmocka_unit_test(test_a_proof_holds_after_writing_and_reading),
        cmocka_unit_test(test_a_proof_with_any_byte_changed_or_cut_does_not_hold),
        cmocka_unit_test(test_only_what_is_signed_counts),
        cmocka_unit_test(test_what_is_no_proof_is_refused_at_its_line),
        cmocka_unit_test(test_a_consistency_proof_holds_and_no_changed_byte_does),
        cmocka_unit_test(test_two_ledgers_are_not_consistent),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
