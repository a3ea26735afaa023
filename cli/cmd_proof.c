/* cmd_proof.c - waarborg proof: check, without the ledger, what somebody was given as proof. */
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/record.h"
#include "waarborg/note.h"

static const char consistency_line[] = "waarborg.consistency@";

/* What is given: the proof, the keys to trust, and an older anchor. */
typedef struct given {
    char *proof;
    size_t proof_size;
    char *older;
    size_t older_size;
    wb_verifier *keys;
    size_t key_count;
} given;

static void clear_given(given *at)
{
    free(at->proof);
    free(at->older);
    free(at->keys);
}

static wb_code read_given(wb_cli *cli, given *at, wb_error *err)
{
    const char *older = wb_cli_text(cli, "older");
    at->key_count = wb_cli_count(cli, "key");
    at->keys = wb_cli_must(calloc(at->key_count, sizeof *at->keys));
    wb_code code = WB_OK;
    for (size_t i = 0; i < at->key_count && code == WB_OK; i++)
        code = wb_verifier_read(&at->keys[i], wb_cli_nth(cli, "key", i), err);
    if (code == WB_OK) {
        code =
            wb_text_read(&at->proof, &at->proof_size, wb_cli_text(cli, "FILE"), WB_PROOF_MAX, err);
    }
    if (code == WB_OK && older != NULL) {
        code = wb_text_read(&at->older, &at->older_size, older, WB_NOTE_MAX, err);
    }
    return code;
}

/* ---- what was proven ---- */

static json_t *checkpoint_json(const wb_checkpoint *checkpoint)
{
    json_t *object = wb_json_object();
    wb_json_set(object, "origin", wb_json_text(checkpoint->origin));
    wb_json_set(object, "size", wb_json_number(checkpoint->size));
    wb_json_set(object, "root", wb_json_hash(checkpoint->root.bytes));
    wb_json_set(object, "recorded",
                checkpoint->recorded[0] == '\0' ? json_null() : wb_json_text(checkpoint->recorded));
    wb_json_set(object, "chain",
                checkpoint->chain[0] == '\0' ? json_null() : wb_json_text(checkpoint->chain));
    return object;
}

static json_t *key_json(const wb_verifier *key)
{
    char text[WB_VERIFIER_TEXT_MAX];
    return wb_json_text(wb_verifier_text(text, key));
}

/* The record's bytes may be of a later version of waarborg: then they are counted, not shown. */
static void print_record(const wb_proof *proof, const wb_record *record, bool readable)
{
    char date[WB_DATE_TEXT_MAX];
    char time[28];
    char amount[WB_MONEY_TEXT_MAX];
    if (!readable) {
        (void)printf("record      %llu, %zu bytes that this version cannot read\n",
                     (unsigned long long)proof->index + 1, proof->record_size);
        return;
    }
    const bool entry = record->kind == WB_RECORD_ENTRY;
    const wb_entry *of = &record->entry;
    (void)printf("record      %llu, %s\n", (unsigned long long)record->number,
                 wb_record_kind_name(record->kind));
    wb_print_line(stdout, "date", wb_date_text(date, entry ? of->date : record->document.date));
    wb_print_line(stdout, "recorded", wb_time_text(time, record->recorded_us));
    wb_print_line(stdout, "maker", entry ? of->maker : record->document.maker);
    if (record->approvals > 0) {
        (void)printf("approvals   %u, of proposal P-%llu\n", record->approvals,
                     (unsigned long long)record->proposal);
    }
    if (!entry) {
        const bool control = record->kind >= WB_RECORD_PROPOSAL;
        wb_print_line(stdout, "id", record->document.id);
        wb_print_line(stdout, control ? "reason" : "body", record->document.body);
        return;
    }
    wb_print_line(stdout, "event", of->event);
    wb_print_line(stdout, "subject", of->subject);
    wb_print_line(stdout, "reference", of->reference);
    wb_print_line(stdout, "memo", of->memo);
    if (of->reverses > 0) {
        (void)printf("reverses    %llu\n", (unsigned long long)of->reverses);
    }
    wb_print_line(stdout, "reason", of->reason);
    for (size_t i = 0; i < record->entry.posting_count; i++) {
        const wb_posting *posting = &record->entry.postings[i];
        (void)printf("            account %s%s%s  %s\n", posting->account,
                     posting->party == NULL ? "" : ", party ",
                     posting->party == NULL ? "" : posting->party,
                     wb_money_text(amount, &posting->amount, WB_MONEY_PLAIN));
    }
}

static void print_checkpoint(const wb_checkpoint *checkpoint, const wb_verifier *key)
{
    char root[2 * WB_TREE_HASH_SIZE + 1];
    char id[9];
    (void)printf("is among the %llu records of\n", (unsigned long long)checkpoint->size);
    wb_print_line(stdout, "ledger", checkpoint->origin);
    (void)printf("root        %s\n", wb_hash_text(root, checkpoint->root.bytes));
    if (checkpoint->recorded[0] != '\0') (void)printf("as of       %s\n", checkpoint->recorded);
    (void)printf("signed by   %s, key %s\n", key->name, wb_verifier_short(id, key));
}

/* ---- inclusion ---- */

static wb_code show_inclusion(const wb_cli *cli, const wb_proof *proof, const wb_verifier *key,
                              wb_error *err)
{
    wb_record record;
    wb_record_init(&record);
    const wb_code read = wb_record_read(&record, proof->record, proof->record_size, err);
    const bool readable = read == WB_OK;
    wb_code code = WB_OK;
    if (!readable && read != WB_E_VERSION) {
        code = read;
    } else if (readable && record.number != proof->index + 1) {
        code = wb_fail(err, WB_E_PROOF, "the proof is of leaf %llu, and its record says it is %llu",
                       (unsigned long long)proof->index, (unsigned long long)record.number);
    } else if (cli->json) {
        json_t *document = wb_json_document("proof-check");
        wb_json_set(document, "number", wb_json_number(proof->index + 1));
        json_t *item = readable ? wb_record_json(&record) : json_null();
        if (readable) (void)json_object_del(item, "hash"); /* the chain is not in the proof */
        wb_json_set(document, "record", item);
        wb_json_set(document, "bytes", wb_json_number(proof->record_size));
        wb_json_set(document, "checkpoint", checkpoint_json(&proof->checkpoint));
        wb_json_set(document, "signed_by", key_json(key));
        wb_json_print(document);
    } else {
        print_record(proof, &record, readable);
        print_checkpoint(&proof->checkpoint, key);
    }
    wb_record_clear(&record);
    return code;
}

static wb_code check_inclusion(wb_cli *cli, const given *at, const char *path, wb_error *err)
{
    wb_proof proof;
    size_t signer = 0;
    wb_proof_init(&proof);
    wb_code code = wb_proof_parse(&proof, at->proof, at->proof_size, path, err);
    if (code == WB_OK) code = wb_proof_check(&proof, at->keys, at->key_count, &signer, err);
    if (code == WB_OK) code = show_inclusion(cli, &proof, &at->keys[signer], err);
    wb_proof_clear(&proof);
    if (code != WB_OK) wb_error_at(err, path, 0, NULL);
    return code;
}

/* ---- consistency ---- */

static void show_consistency(const wb_cli *cli, const wb_checkpoint *older,
                             const wb_checkpoint *newer)
{
    if (cli->json) {
        json_t *document = wb_json_document("proof-check-consistency");
        wb_json_set(document, "older", checkpoint_json(older));
        wb_json_set(document, "newer", checkpoint_json(newer));
        wb_json_print(document);
        return;
    }
    wb_print_line(stdout, "ledger", newer->origin);
    (void)printf("The %llu records of then are the first of the %llu since: none was changed, "
                 "removed or put between.\n",
                 (unsigned long long)older->size, (unsigned long long)newer->size);
}

static wb_code check_consistency(wb_cli *cli, const given *at, const char *path, wb_error *err)
{
    const char *older_path = wb_cli_text(cli, "older");
    wb_consistency proof;
    wb_note note;
    wb_checkpoint older;
    wb_consistency_init(&proof);
    wb_code code = wb_consistency_parse(&proof, at->proof, at->proof_size, path, err);
    if (code == WB_OK) {
        code = wb_consistency_check(&proof, at->older, at->older_size, older_path, at->keys,
                                    at->key_count, err);
    }
    if (code == WB_OK) code = wb_note_parse(&note, at->older, at->older_size, older_path, err);
    if (code == WB_OK) {
        code = wb_checkpoint_parse(&older, note.text, note.text_size, older_path, err);
    }
    if (code == WB_OK) show_consistency(cli, &older, &proof.checkpoint);
    wb_consistency_clear(&proof);
    if (code != WB_OK) wb_error_at(err, path, 0, NULL);
    return code;
}

static wb_code run_check(wb_cli *cli, wb_error *err)
{
    const char *file = wb_cli_text(cli, "FILE");
    const char *path = strcmp(file, "-") == 0 ? "standard input" : file;
    given at = {.proof = NULL};
    wb_code code = read_given(cli, &at, err);
    const size_t length = sizeof consistency_line - 1;
    const bool consistency =
        code == WB_OK && at.proof_size > length && memcmp(at.proof, consistency_line, length) == 0;
    if (code == WB_OK && consistency != (at.older != NULL)) {
        wb_error usage;
        (void)wb_fail(&usage, WB_E_USAGE,
                      consistency ? "this is a proof that one anchor extends another"
                                  : "this proof is of a record, and needs no older anchor");
        if (consistency) wb_error_hint(&usage, "give the older one: --older ANCHOR");
        code = wb_cli_refuse(cli, consistency ? "FILE" : "older", 0, &usage);
    } else if (code == WB_OK) {
        code = consistency ? check_consistency(cli, &at, path, err)
                           : check_inclusion(cli, &at, path, err);
    }
    clear_given(&at);
    return code;
}

static const wb_option check_options[] = {
    {"key", "FILE", "the .pub file of a key you trust", WB_REQUIRED | WB_REPEATABLE},
    {"older", "ANCHOR", "the anchor you had, for a proof that a newer one extends it", 0},
    {NULL, NULL, NULL, 0},
};
static const wb_option check_operands[] = {
    {"FILE", NULL, "the proof", WB_REQUIRED},
    {NULL, NULL, NULL, 0},
};

const wb_command wb_commands_proof[] = {
    {.noun = "proof",
     .verb = "check",
     .summary = "check a proof, with nothing but the proof and a key",
     .description =
         "Shows the record that is proved to be in the books, and in which. Accounts and\n"
         "parties are named by the records that registered them, such as #12. Exit 6 when the\n"
         "proof does not hold. Needs no fund.",
     .example = "waarborg proof check post-41.tlog-proof --key anna.pub\n"
                "waarborg proof check sinds-juni.proof --older juni.wba --key anna.pub",
     .options = check_options,
     .operands = check_operands,
     .need = WB_NEED_NOTHING,
     .run = run_check},
    {.noun = NULL},
};
