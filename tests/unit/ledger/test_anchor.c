/* Goal: who holds an anchor finds out when a ledger was cut, rewritten or exchanged since, and
 * proofs made by the ledger are proofs to whoever has only the public keys.
 * Method: copies of one ledger that go different ways; a root straight from the definition; the
 * checks of proof/, which know no ledger; records that were written past the rules.
 */
#include <sodium.h>

#include "eyes.h"
#include "ledger/anchors.h"

static const wb_date day = {20454}; /* 2026-01-01 */

static void post(eyes *made, size_t count)
{
    static unsigned drawn = 7;
    eyes_begin(made);
    for (size_t i = 0; i < count; i++) {
        char id[20];
        drawn = drawn * 1103515245U + 12345U;
        (void)snprintf(id, sizeof id, "d%u", drawn >> 8);
        books_document(made->ledger, WB_RECORD_DECISION, id);
    }
    eyes_commit(made);
}

/* Anchor in a batch of its own; the note is the caller's to free. */
static char *anchor(eyes *made, const wb_signer *signer)
{
    wb_anchor fresh;
    wb_anchor_init(&fresh);
    eyes_begin(made);
    ASSERT_OK(wb_ledger_anchor(&fresh, made->ledger, signer, day, &ok_err));
    eyes_commit(made);
    char *note = fresh.note;
    fresh.note = NULL;
    wb_anchor_clear(&fresh);
    return note;
}

static wb_anchor_text text_of(const char *note)
{
    return (wb_anchor_text){.note = note, .size = strlen(note), .path = "anchor.txt"};
}

/* RFC 6962 section 2.1 by libsodium alone. */
static void naive_root(uint8_t root[32], wb_ledger *ledger, uint64_t first, uint64_t count)
{
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    if (count == 1) {
        static const uint8_t zero = 0;
        wb_stored stored;
        ASSERT_OK(wb_stored_read(ledger, first + 1, &stored, &ok_err));
        crypto_hash_sha256_update(&state, &zero, 1);
        crypto_hash_sha256_update(&state, stored.bytes.data, stored.bytes.size);
    } else {
        uint8_t pair[65] = {1};
        uint64_t left = 1;
        while (left * 2 < count)
            left *= 2;
        naive_root(pair + 1, ledger, first, left);
        naive_root(pair + 33, ledger, first + left, count - left);
        crypto_hash_sha256_update(&state, pair, sizeof pair);
    }
    crypto_hash_sha256_final(&state, root);
}

/* The same ledger in another directory, from now on on its own ways. The handle is opened again. */
static void split(eyes *made, eyes *other, const char *name)
{
    static const char *const files[] = {"data.mdb", "head"};
    *other = *made;
    books_path(other->dir, name);
    wb_ledger_close(made->ledger);
    assert_int_equal(mkdir(other->dir, 0700), 0);
    for (size_t i = 0; i < COUNT(files); i++) {
        char path[2 * BOOKS_PATH];
        static char bytes[1 << 22];
        (void)snprintf(path, sizeof path, "%s/%s", made->dir, files[i]);
        FILE *file = fopen(path, "rb");
        assert_non_null(file);
        const size_t size = fread(bytes, 1, sizeof bytes, file);
        assert_true(size < sizeof bytes);
        (void)fclose(file);
        (void)snprintf(path, sizeof path, "%s/%s", other->dir, files[i]);
        file = fopen(path, "wb");
        assert_non_null(file);
        assert_int_equal(fwrite(bytes, 1, size, file), size);
        assert_int_equal(fclose(file), 0);
    }
    ASSERT_OK(wb_ledger_open(&made->ledger, made->dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(wb_ledger_open(&other->ledger, other->dir, WB_LEDGER_WRITE, &ok_err));
}

static void split_close(eyes *other)
{
    wb_ledger_close(other->ledger);
    books_remove(other->dir);
}

/* ---- anchoring ---- */

static void test_an_anchor_is_the_checkpoint_of_all_records_before_it(void **state)
{
    (void)state;
    eyes made;
    eyes_open(&made, "anchor");
    post(&made, 30); /* records 13 to 42 */
    char *note = anchor(&made, made.signers[DORA]);
    wb_ledger *ledger = NULL;
    uint8_t root[32];
    char base64[64];
    char hash[65];
    char time[28];
    char wanted[600];
    wb_stored first;
    wb_record record;
    wb_record_init(&record);
    ASSERT_OK(wb_ledger_open(&ledger, made.dir, WB_LEDGER_READ, &ok_err));
    naive_root(root, ledger, 0, 42);
    ASSERT_OK(wb_stored_read(ledger, 1, &first, &ok_err));
    ASSERT_OK(wb_ledger_record(ledger, 42, &record, &ok_err));
    sodium_bin2base64(base64, sizeof base64, root, 32, sodium_base64_VARIANT_ORIGINAL);
    int size =
        snprintf(wanted, sizeof wanted, "waarborg.ledger/%s\n42\n%s\nrecorded %s\n",
                 wb_hash_text(hash, first.hash), base64, wb_time_text(time, record.recorded_us));
    (void)snprintf(wanted + size, sizeof wanted - (size_t)size, "chain %s\n\n",
                   wb_hash_text(hash, record.hash));
    assert_memory_equal(note, wanted, strlen(wanted));

    wb_anchor latest;
    bool found = false;
    wb_anchor_init(&latest);
    ASSERT_OK(wb_anchor_latest(&latest, ledger, &found, &ok_err));
    assert_true(found);
    assert_int_equal(latest.number, 43);
    assert_int_equal(latest.checkpoint.size, 42);
    assert_string_equal(latest.signer, "dora");
    assert_string_equal(latest.note, note);
    wb_verify_report report;
    ASSERT_OK(wb_ledger_verify(ledger, &report, NULL, NULL, &ok_err));
    assert_int_equal(report.anchors, 1);
    assert_int_equal(report.anchored, 42);
    assert_memory_equal(report.anchored_root, root, sizeof root);
    naive_root(root, ledger, 0, 43);
    assert_memory_equal(report.root, root, sizeof root);
    wb_anchor_clear(&latest);
    wb_record_clear(&record);
    wb_ledger_close(ledger);
    free(note);
    eyes_close(&made);
}

static void test_an_anchor_covers_the_records_of_its_own_batch(void **state)
{
    (void)state;
    eyes made;
    wb_anchor fresh;
    wb_anchor_init(&fresh);
    eyes_open(&made, "anchor");
    eyes_begin(&made);
    books_document(made.ledger, WB_RECORD_DECISION, "x");
    ASSERT_OK(wb_ledger_anchor(&fresh, made.ledger, made.signers[BEN], day, &ok_err));
    assert_int_equal(fresh.number, 14);
    assert_int_equal(fresh.checkpoint.size, 13);
    books_document(made.ledger, WB_RECORD_DECISION, "y");
    ASSERT_OK(wb_ledger_anchor(&fresh, made.ledger, made.signers[ANNA], day, &ok_err));
    assert_int_equal(fresh.checkpoint.size, 15);
    eyes_commit(&made);
    wb_verify_report report;
    ASSERT_OK(wb_ledger_verify(made.ledger, &report, NULL, NULL, &ok_err));
    assert_int_equal(report.anchors, 2);
    wb_anchor_clear(&fresh);
    eyes_close(&made);
}

static void test_under_four_eyes_an_anchor_needs_one_person(void **state)
{
    (void)state;
    eyes made;
    wb_verify_report report;
    eyes_open_on(&made, "anchor");
    free(anchor(&made, made.signers[BEN]));
    ASSERT_OK(wb_ledger_verify(made.ledger, &report, NULL, NULL, &ok_err));
    assert_int_equal(report.anchored, 13);
    eyes_close(&made);
}

static void refused(eyes *made, const wb_signer *signer, wb_code wanted)
{
    wb_anchor fresh;
    wb_error err;
    wb_anchor_init(&fresh);
    eyes_begin(made);
    assert_int_equal(wb_ledger_anchor(&fresh, made->ledger, signer, day, &err), wanted);
    wb_ledger_abort(made->ledger);
    wb_anchor_clear(&fresh);
}

static void test_only_an_active_user_who_is_no_auditor_signs(void **state)
{
    (void)state;
    eyes made;
    uint64_t number = 0;
    eyes_open(&made, "anchor");
    wb_signer *stranger = eyes_signer("zoe", 0);
    wb_signer *other = eyes_signer("ben", 1);
    refused(&made, stranger, WB_E_UNAUTHORISED);
    refused(&made, made.signers[EVA], WB_E_UNAUTHORISED);
    refused(&made, other, WB_E_REVOKED);
    wb_user user = eyes_user("ben", WB_ROLE_CHECKER, made.signers[BEN]);
    user.revoked = true;
    (void)snprintf(user.reason, sizeof user.reason, "left");
    eyes_begin(&made);
    ASSERT_OK(wb_user_record(made.ledger, &user, day, "anna", &number, &ok_err));
    eyes_commit(&made);
    refused(&made, made.signers[BEN], WB_E_REVOKED);
    free(anchor(&made, made.signers[COR]));
    wb_signer_close(stranger);
    wb_signer_close(other);
    eyes_close(&made);
}

static void test_an_empty_ledger_has_nothing_to_anchor(void **state)
{
    (void)state;
    eyes made = {0};
    wb_signer *signer = eyes_signer("anna", 0);
    books_path(made.dir, "anchor");
    ASSERT_OK(wb_ledger_create(made.dir, &ok_err));
    ASSERT_OK(wb_ledger_open(&made.ledger, made.dir, WB_LEDGER_WRITE, &ok_err));
    refused(&made, signer, WB_E_NOT_FOUND);
    wb_signer_close(signer);
    eyes_close(&made);
}

/* An anchor's record that anybody could write with wb_ledger_document. */
static void test_a_record_that_is_no_anchor_of_what_is_before_it_is_refused(void **state)
{
    (void)state;
    eyes made;
    eyes_open(&made, "anchor");
    post(&made, 3);
    char *old = anchor(&made, made.signers[ANNA]);
    post(&made, 2);
    char *body = NULL;
    ASSERT_OK(wb_form_write(&body, json_pack("{s:s}", "note", old), &ok_err));
    const struct {
        const char *id, *body;
        wb_code code;
    } cases[] = {
        {"checkpoint", body, WB_E_ANCHOR}, /* of fewer records */
        {"checkpoint", "{\"note\":\"x\"}", WB_E_SYNTAX},
        {"checkpoint", "{\"nota\":\"x\"}", WB_E_RANGE},
        {"checkpoint", "x", WB_E_RANGE},
        {"other", body, WB_E_REFERENCE},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        const wb_document document = {.kind = WB_RECORD_ANCHOR,
                                      .date = day,
                                      .id = cases[i].id,
                                      .body = cases[i].body,
                                      .maker = "anna"};
        uint64_t number = 0;
        wb_error err;
        eyes_begin(&made);
        assert_int_equal(wb_ledger_document(made.ledger, &document, &number, &err), cases[i].code);
        wb_ledger_abort(made.ledger);
    }
    free(body);
    free(old);
    eyes_close(&made);
}

/* ---- proofs ---- */

static void test_a_proof_of_each_record_holds_without_the_ledger(void **state)
{
    (void)state;
    eyes made;
    wb_proof proof;
    wb_proof_init(&proof);
    eyes_open(&made, "proof");
    for (size_t step = 0; step < 4; step++) {
        static const size_t sizes[] = {1, 20, 250, 17};
        post(&made, sizes[step]);
        free(anchor(&made, made.signers[ANNA]));
        wb_ledger_head head;
        ASSERT_OK(wb_ledger_head_read(made.ledger, &head, &ok_err));
        for (uint64_t number = 1; number < head.count; number += step == 2 ? 7 : 1) {
            ASSERT_OK(wb_ledger_prove(&proof, made.ledger, number, NULL, &ok_err));
            ASSERT_OK(
                wb_proof_check(&proof, wb_signer_verifier(made.signers[ANNA]), 1, NULL, &ok_err));
            assert_int_equal(proof.index, number - 1);
            /* and through its text */
            char *text = NULL;
            wb_proof again;
            wb_proof_init(&again);
            ASSERT_OK(wb_proof_text(&text, &proof, &ok_err));
            ASSERT_OK(wb_proof_parse(&again, text, strlen(text), "proof", &ok_err));
            assert_int_equal(again.record_size, proof.record_size);
            ASSERT_OK(
                wb_proof_check(&again, wb_signer_verifier(made.signers[ANNA]), 1, NULL, &ok_err));
            wb_proof_clear(&again);
            free(text);
        }
        /* the anchor's own record came after what it covers */
        wb_error err;
        assert_int_equal(wb_ledger_prove(&proof, made.ledger, head.count, NULL, &err),
                         WB_E_NOT_FOUND);
        ASSERT_OK(wb_ledger_prove(&proof, made.ledger, head.count, made.signers[BEN], &ok_err));
        assert_int_equal(proof.checkpoint.size, head.count);
        ASSERT_OK(wb_proof_check(&proof, wb_signer_verifier(made.signers[BEN]), 1, NULL, &ok_err));
        assert_int_equal(wb_ledger_prove(&proof, made.ledger, head.count + 1, NULL, &err),
                         WB_E_NOT_FOUND);
        assert_int_equal(wb_ledger_prove(&proof, made.ledger, 0, NULL, &err), WB_E_NOT_FOUND);
    }
    wb_proof_clear(&proof);
    eyes_close(&made);
}

static void test_each_older_anchor_is_proved_to_be_the_start_of_the_newest(void **state)
{
    (void)state;
    enum { ANCHORS = 9 };
    eyes made;
    char *notes[ANCHORS];
    wb_consistency proof;
    wb_consistency_init(&proof);
    eyes_open(&made, "proof");
    for (size_t i = 0; i < ANCHORS; i++) {
        post(&made, 1 + i * i * 3);
        notes[i] = anchor(&made, made.signers[i % 2 == 0 ? ANNA : COR]);
    }
    const wb_verifier keys[] = {*wb_signer_verifier(made.signers[ANNA]),
                                *wb_signer_verifier(made.signers[COR])};
    for (size_t i = 0; i < ANCHORS; i++) {
        const wb_anchor_text older = text_of(notes[i]);
        ASSERT_OK(wb_ledger_prove_consistency(&proof, made.ledger, &older, NULL, &ok_err));
        ASSERT_OK(
            wb_consistency_check(&proof, notes[i], strlen(notes[i]), "older", keys, 2, &ok_err));
        assert_string_equal(proof.note, notes[ANCHORS - 1]);
        ASSERT_OK(
            wb_ledger_prove_consistency(&proof, made.ledger, &older, made.signers[DORA], &ok_err));
        assert_true(proof.checkpoint.size > 3);
    }
    for (size_t i = 0; i < ANCHORS; i++)
        free(notes[i]);
    wb_consistency_clear(&proof);
    eyes_close(&made);
}

/* ---- holding a ledger to an anchor ---- */

/* What the quick check, the full verify and the one by one thread say: all the same. */
static wb_code check(const eyes *made, const wb_anchor_text *text, wb_error *err)
{
    wb_ledger *ledger = NULL;
    wb_error other;
    wb_verify_report report;
    ASSERT_OK(wb_ledger_open(&ledger, made->dir, WB_LEDGER_READ, &ok_err));
    const wb_code code = wb_anchor_check(NULL, ledger, text, err);
    for (unsigned threads = 1; threads < 4; threads += 2) {
        const wb_verify_options options = {.threads = threads, .anchor = text};
        assert_int_equal(wb_ledger_verify_with(ledger, &options, &report, &other), code);
        if (code != WB_OK) assert_string_equal(other.message, err->message);
    }
    wb_ledger_close(ledger);
    return code;
}

static void test_a_ledger_that_grew_extends_its_anchors(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    eyes_open(&made, "anchor");
    post(&made, 300);
    char *first = anchor(&made, made.signers[ANNA]);
    wb_anchor_text text = text_of(first);
    assert_int_equal(check(&made, &text, &err), WB_OK);
    post(&made, 300);
    char *second = anchor(&made, made.signers[BEN]);
    assert_int_equal(check(&made, &text, &err), WB_OK);
    text = text_of(second);
    assert_int_equal(check(&made, &text, &err), WB_OK);
    /* by the key, not by the registry */
    text.keys = wb_signer_verifier(made.signers[BEN]);
    text.key_count = 1;
    assert_int_equal(check(&made, &text, &err), WB_OK);
    text.keys = wb_signer_verifier(made.signers[COR]);
    assert_int_equal(check(&made, &text, &err), WB_E_SIGNATURE);
    free(first);
    free(second);
    eyes_close(&made);
}

static void test_a_tail_that_was_cut_off_is_counted(void **state)
{
    (void)state;
    eyes made;
    eyes copy;
    wb_error err;
    eyes_open(&made, "anchor");
    post(&made, 335);
    split(&made, &copy, "cut");
    post(&made, 55);
    char *note = anchor(&made, made.signers[ANNA]);
    const wb_anchor_text text = text_of(note);
    assert_int_equal(check(&copy, &text, &err), WB_E_ANCHOR);
    assert_string_equal(err.message, "the anchor names record 402, this ledger ends at 347: 55 "
                                     "records are missing at the end");
    assert_string_equal(err.hint, "restore a newer backup; do not post to this copy");
    post(&copy, 54);
    assert_int_equal(check(&copy, &text, &err), WB_E_ANCHOR);
    assert_non_null(strstr(err.message, "1 record is missing at the end"));
    /* as many records again, but others */
    post(&copy, 30);
    assert_int_equal(check(&copy, &text, &err), WB_E_ANCHOR);
    assert_non_null(strstr(err.message, "the first 402 records are not those that were anchored"));
    free(note);
    split_close(&copy);
    eyes_close(&made);
}

static void test_another_ledgers_anchor_is_told_by_its_origin(void **state)
{
    (void)state;
    eyes made;
    eyes other;
    wb_error err;
    eyes_open(&made, "anchor");
    char *note = anchor(&made, made.signers[ANNA]);
    wb_ledger_close(made.ledger);
    made.ledger = NULL;
    eyes_open(&other, "anchor-other"); /* the same people and records, at another time */
    const wb_anchor_text text = text_of(note);
    assert_int_equal(check(&other, &text, &err), WB_E_ANCHOR);
    assert_non_null(strstr(err.message, "the anchor is of another ledger"));
    free(note);
    eyes_close(&other);
    eyes_close(&made);
}

static void test_a_note_that_nobody_of_the_fund_signed_is_no_anchor(void **state)
{
    (void)state;
    eyes made;
    wb_error err;
    eyes_open(&made, "anchor");
    post(&made, 20);
    char *note = anchor(&made, made.signers[ANNA]);
    wb_anchor_text text = text_of(note);
    /* a changed letter of the text, and of the signature */
    char *size = strchr(note, '\n') + 1;
    assert_memory_equal(size, "32\n", 3);
    size[1] = '1';
    assert_int_equal(check(&made, &text, &err), WB_E_SIGNATURE);
    size[1] = '2';
    char *signature = note + strlen(note) - 6;
    const char kept = *signature;
    *signature = kept == 'A' ? 'B' : 'A';
    assert_int_equal(check(&made, &text, &err), WB_E_SIGNATURE);
    *signature = kept;
    assert_int_equal(check(&made, &text, &err), WB_OK);
    /* the right text, signed by a stranger, by an auditor, by a key that came later */
    char checkpoint[400];
    const size_t length = (size_t)(strstr(note, "\n\n") + 1 - note);
    memcpy(checkpoint, note, length);
    checkpoint[length] = '\0';
    wb_signer *strangers[] = {eyes_signer("zoe", 0), eyes_signer("anna", 1)};
    for (size_t i = 0; i < COUNT(strangers); i++) {
        char *forged = NULL;
        ASSERT_OK(wb_note_sign(&forged, checkpoint, strangers[i], &ok_err));
        text = text_of(forged);
        assert_int_equal(check(&made, &text, &err), WB_E_SIGNATURE);
        free(forged);
    }
    /* her key is replaced: what the old one signed before holds, what the new one signs does not */
    uint64_t number = 0;
    wb_user user = eyes_user("anna", WB_ROLE_MAKER | WB_ROLE_ADMIN, strangers[1]);
    (void)snprintf(user.reason, sizeof user.reason, "lost");
    eyes_begin(&made);
    ASSERT_OK(wb_user_record(made.ledger, &user, day, "anna", &number, &ok_err));
    eyes_commit(&made);
    text = text_of(note);
    assert_int_equal(check(&made, &text, &err), WB_OK);
    char *forged = NULL;
    ASSERT_OK(wb_note_sign(&forged, checkpoint, strangers[1], &ok_err));
    text = text_of(forged);
    assert_int_equal(check(&made, &text, &err), WB_E_SIGNATURE);
    free(forged);
    free(anchor(&made, strangers[1]));
    for (size_t i = 0; i < COUNT(strangers); i++)
        wb_signer_close(strangers[i]);
    free(note);
    eyes_close(&made);
}

/* ---- anchors in the log that are none ---- */

/* Write a record past all rules, as one with the program's source would. */
static void force(eyes *made, const char *maker, const char *note)
{
    char *body = NULL;
    ASSERT_OK(wb_form_write(&body, json_pack("{s:s}", "note", note), &ok_err));
    const wb_document document = {
        .kind = WB_RECORD_ANCHOR, .date = day, .id = "checkpoint", .body = body, .maker = maker};
    eyes_begin(made);
    wb_batch *batch = &made->ledger->batch;
    const size_t offset = batch->bytes.size;
    ASSERT_OK(wb_codec_document(&batch->bytes, wb_batch_stamp(batch), &document, &ok_err));
    ASSERT_OK(wb_batch_add(batch, offset, NULL, &ok_err));
    eyes_commit(made);
    free(body);
}

static void test_verify_names_an_anchor_that_does_not_hold(void **state)
{
    (void)state;
    static const struct {
        const char *name, *maker;
        size_t signer;
        bool late, flip;
        wb_code code;
        const char *message;
    } cases[] = {
        {"of fewer records", "anna", ANNA, true, false, WB_E_ANCHOR, "the 33 records before it"},
        {"a signature that fails", "anna", ANNA, false, true, WB_E_SIGNATURE, "does not hold"},
        {"by an auditor", "eva", EVA, false, false, WB_E_ANCHOR, "an auditor"},
        {"by a stranger", "zoe", ANNA, false, false, WB_E_ANCHOR, "not a user"},
        {"by another than its maker", "ben", ANNA, false, false, WB_E_ANCHOR, "signed by 'anna'"},
        {"good", "anna", ANNA, false, false, WB_OK, ""},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        eyes made;
        wb_checkpoint checkpoint;
        char *text = NULL;
        char *note = NULL;
        eyes_open(&made, "anchor");
        post(&made, 20);
        ASSERT_OK(wb_ledger_checkpoint(&checkpoint, made.ledger, &ok_err));
        if (cases[i].late) post(&made, 1);
        ASSERT_OK(wb_checkpoint_text(&text, &checkpoint, &ok_err));
        ASSERT_OK(wb_note_sign(&note, text, made.signers[cases[i].signer], &ok_err));
        char *flipped = note + strlen(note) - 6;
        if (cases[i].flip) *flipped = *flipped == 'A' ? 'B' : 'A';
        force(&made, cases[i].maker, note);
        post(&made, 300);
        wb_error err = {0};
        wb_verify_report report;
        const wb_code code = wb_ledger_verify(made.ledger, &report, NULL, NULL, &err);
        if (code != cases[i].code || strstr(err.message, cases[i].message) == NULL) {
            print_error("%s: %s\n", cases[i].name, err.message);
        }
        assert_int_equal(code, cases[i].code);
        assert_int_equal(report.first_bad, code == WB_OK ? 0 : cases[i].late ? 34 : 33);
        if (code != WB_OK) assert_non_null(strstr(err.message, cases[i].message));
        free(text);
        free(note);
        eyes_close(&made);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_an_anchor_is_the_checkpoint_of_all_records_before_it),
        cmocka_unit_test(test_an_anchor_covers_the_records_of_its_own_batch),
        cmocka_unit_test(test_under_four_eyes_an_anchor_needs_one_person),
        cmocka_unit_test(test_only_an_active_user_who_is_no_auditor_signs),
        cmocka_unit_test(test_an_empty_ledger_has_nothing_to_anchor),
        cmocka_unit_test(test_a_record_that_is_no_anchor_of_what_is_before_it_is_refused),
        cmocka_unit_test(test_a_proof_of_each_record_holds_without_the_ledger),
        cmocka_unit_test(test_each_older_anchor_is_proved_to_be_the_start_of_the_newest),
        cmocka_unit_test(test_a_ledger_that_grew_extends_its_anchors),
        cmocka_unit_test(test_a_tail_that_was_cut_off_is_counted),
        cmocka_unit_test(test_another_ledgers_anchor_is_told_by_its_origin),
        cmocka_unit_test(test_a_note_that_nobody_of_the_fund_signed_is_no_anchor),
        cmocka_unit_test(test_verify_names_an_anchor_that_does_not_hold),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
