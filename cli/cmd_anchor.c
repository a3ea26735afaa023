/* cmd_anchor.c - waarborg ledger anchor and proof: what others can hold the books to. */
#include <stdlib.h>
#include <string.h>

#include "cli/anchor.h"
#include "cli/commands.h"

/* ---- anchor ---- */

static wb_code show(const wb_cli *cli, const wb_anchor *anchor, const char *verb, wb_error *err)
{
    char key[9];
    char text[WB_ANCHOR_TEXT];
    const char *out = wb_cli_text(cli, "out");
    if (!cli->dry_run && (out != NULL || !cli->json)) {
        const wb_code code = wb_cli_out(cli, anchor->note, err);
        if (code != WB_OK) return code;
    }
    if (cli->json) {
        json_t *document = wb_json_document("ledger-anchor");
        wb_json_set(document, "dry_run", json_boolean(cli->dry_run));
        wb_json_set(document, "anchor", wb_cli_anchor_json(anchor));
        wb_json_set(document, "note", wb_json_text(anchor->note));
        wb_json_set(document, "to", wb_json_text(out));
        wb_json_print(document);
        return WB_OK;
    }
    (void)snprintf(key, sizeof key, "%08x", (unsigned)anchor->key);
    (void)wb_cli_anchor_text(text, &anchor->checkpoint);
    const char *name = anchor->signer;
    const unsigned long long number = anchor->number;
    if (out != NULL && !cli->dry_run) {
        wb_cli_say(cli, "%s %s, signed by %s (key %s), record %llu; written to %s", verb, text,
                   name, key, number, out);
    } else {
        wb_cli_note(cli, "%s %s, signed by %s (key %s), record %llu", verb, text, name, key,
                    number);
    }
    return WB_OK;
}

static wb_code make_anchor(wb_cli *cli, wb_anchor *anchor, wb_error *err)
{
    wb_date date = wb_cli_today();
    if (!wb_cli_date(cli, "date", &date)) return WB_E_DATE;
    cli->closing = "nothing was written";
    wb_code code = wb_cli_signer(cli, err); /* before the books are locked */
    if (code == WB_OK) code = wb_ledger_begin(cli->ledger, wb_cli_waiting, cli, err);
    if (code != WB_OK) return code;
    code = wb_ledger_anchor(anchor, cli->ledger, cli->signer, date, err);
    if (code == WB_OK && !cli->dry_run) return wb_ledger_commit(cli->ledger, err);
    wb_ledger_abort(cli->ledger);
    return code;
}

static wb_code run_anchor(wb_cli *cli, wb_error *err)
{
    const bool latest = wb_cli_count(cli, "latest") > 0;
    bool found = false;
    wb_anchor anchor;
    wb_anchor_init(&anchor);
    wb_code code = wb_cli_out_free(cli, err);
    if (code == WB_OK && latest) {
        code = wb_anchor_latest(&anchor, cli->ledger, &found, err);
        if (code == WB_OK && !found) {
            code = wb_fail(err, WB_E_NOT_FOUND, "the ledger has no anchor yet");
            wb_error_hint(err, "make one: waarborg ledger anchor");
        }
    } else if (code == WB_OK) {
        code = make_anchor(cli, &anchor, err);
    }
    if (code == WB_OK) {
        cli->closing = NULL; /* it is in the books now, whatever becomes of the file */
        code = show(cli, &anchor,
                    latest         ? "Anchor"
                    : cli->dry_run ? "Would anchor"
                                   : "Anchored",
                    err);
    }
    wb_anchor_clear(&anchor);
    return code;
}

/* ---- proof ---- */

/* A proof that was made: `what` goes between "Proof that" and "in the books of"; `of` is the same
 * for a program, and is taken over. */
static wb_code show_proof(const wb_cli *cli, const char *text, const wb_checkpoint *checkpoint,
                          const char *what, json_t *of, wb_error *err)
{
    char anchor[WB_ANCHOR_TEXT];
    const char *out = wb_cli_text(cli, "out");
    const wb_code code = cli->json && out == NULL ? WB_OK : wb_cli_out(cli, text, err);
    if (code == WB_OK && cli->json) {
        json_t *document = wb_json_document("ledger-proof");
        wb_json_set(document, "of", json_incref(of));
        wb_json_set(document, "records", wb_json_number(checkpoint->size));
        wb_json_set(document, "root", wb_json_hash(checkpoint->root.bytes));
        wb_json_set(document, "proof", wb_json_text(text));
        wb_json_set(document, "to", wb_json_text(out));
        wb_json_print(document);
    } else if (code == WB_OK && out != NULL) {
        wb_cli_say(cli, "Proof that %s in the books of %s; written to %s", what,
                   wb_cli_anchor_text(anchor, checkpoint), out);
    }
    json_decref(of);
    return code;
}

static wb_code prove_record(wb_cli *cli, wb_error *err)
{
    uint64_t number = 0;
    char *text = NULL;
    char what[48];
    wb_proof proof;
    if (!wb_cli_number(cli, "N", INT64_MAX, &number)) return WB_E_NUMBER;
    wb_proof_init(&proof);
    wb_code code = wb_ledger_prove(&proof, cli->ledger, number, cli->signer, err);
    if (code == WB_OK) code = wb_proof_text(&text, &proof, err);
    if (code == WB_OK) {
        (void)snprintf(what, sizeof what, "record %llu is", (unsigned long long)number);
        json_t *of = wb_json_object();
        wb_json_set(of, "record", wb_json_number(number));
        code = show_proof(cli, text, &proof.checkpoint, what, of, err);
    }
    free(text);
    wb_proof_clear(&proof);
    return code;
}

static wb_code prove_consistency(wb_cli *cli, wb_error *err)
{
    char *text = NULL;
    char what[320];
    wb_cli_anchor older;
    wb_consistency proof;
    wb_consistency_init(&proof);
    wb_code code = wb_cli_anchor_read(&older, cli, "consistency", err);
    if (code == WB_OK) {
        code = wb_ledger_prove_consistency(&proof, cli->ledger, &older.text, cli->signer, err);
    }
    if (code == WB_OK) code = wb_consistency_text(&text, &proof, err);
    if (code == WB_OK) {
        (void)snprintf(what, sizeof what, "the records of %s are the first", older.text.path);
        json_t *of = wb_json_object();
        wb_json_set(of, "anchor", wb_json_text(older.text.path));
        code = show_proof(cli, text, &proof.checkpoint, what, of, err);
    }
    free(text);
    wb_cli_anchor_clear(&older);
    wb_consistency_clear(&proof);
    return code;
}

static wb_code run_proof(wb_cli *cli, wb_error *err)
{
    const bool record = wb_cli_text(cli, "N") != NULL;
    const bool consistency = wb_cli_text(cli, "consistency") != NULL;
    if (record == consistency) {
        const wb_code code =
            wb_fail(err, WB_E_USAGE, "of what: a record's number, or --consistency");
        wb_error_hint(err,
                      "waarborg ledger proof 54, or: waarborg ledger proof --consistency FILE");
        return code;
    }
    wb_code code = wb_cli_out_free(cli, err);
    if (code == WB_OK && wb_cli_count(cli, "fresh") > 0) code = wb_cli_signer(cli, err);
    if (code != WB_OK) return code;
    return record ? prove_record(cli, err) : prove_consistency(cli, err);
}

/* ---- tables ---- */

static const wb_option anchor_options[] = {
    {"out", "FILE", "a new file for the anchor (default: standard output)", 0},
    {"latest", NULL, "show the newest anchor again, and make none", 0},
    {"date", "DATE", "the date of its record (default: today)", 0},
    {.name = NULL},
};
static const wb_option proof_options[] = {
    {"consistency", "ANCHOR", "prove that the books extend this older anchor, a file", 0},
    {"key", "PUB", "a public key that may have signed it (default: the users of the ledger)",
     WB_REPEATABLE},
    {"fresh", NULL, "prove by a checkpoint signed now, not by the newest anchor", 0},
    {"out", "FILE", "a new file for the proof (default: standard output)", 0},
    {.name = NULL},
};
static const wb_option proof_operands[] = {
    {"N", NULL, "the record's number", 0},
    {.name = NULL},
};

const wb_command wb_commands_anchor[] = {
    {.noun = "ledger",
     .verb = "anchor",
     .summary = "sign a checkpoint of all records, to be kept by others",
     .description =
         "Whoever keeps the anchor can have any later copy of the books prove that no\n"
         "record was changed, removed or cut off since: waarborg ledger verify --anchor.\n"
         "It is recorded in the books, and needs one person even under four eyes.",
     .example = "waarborg ledger anchor --as anna --out fonds-2026-06-30.anchor",
     .options = anchor_options,
     .need = WB_NEED_WRITER,
     .signs = true,
     .run = run_anchor},
    {.noun = "ledger",
     .verb = "proof",
     .summary = "prove that a record is in the books, or that they extend an anchor",
     .description = "The proof is checked without the ledger, by whoever has the public key.",
     .example = "waarborg ledger proof 54 --out besluit.proof\n"
                "waarborg ledger proof --consistency fonds-2025-12-31.anchor",
     .options = proof_options,
     .operands = proof_operands,
     .need = WB_NEED_READER,
     .signs = true,
     .run = run_proof},
    {.noun = NULL},
};
