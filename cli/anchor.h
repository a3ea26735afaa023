/* anchor.h - anchors on the command line: read from files, written to files, shown under figures.
 */
#ifndef WAARBORG_CLI_ANCHOR_H
#define WAARBORG_CLI_ANCHOR_H

#include "cli/output.h"
#include "waarborg/anchor.h"

/* The public key files of a repeatable option; *keys is the caller's (free) in every case. */
WB_MUST_CHECK wb_code wb_cli_verifiers_read(wb_verifier **keys, size_t *count, wb_cli *cli,
                                            const char *option);

/* The file of --anchor (or another option) and the keys of --key. Clear it in every case. */
typedef struct wb_cli_anchor {
    wb_anchor_text text; /* path is NULL when the option was not given */
    char *bytes;
    wb_verifier *keys;
} wb_cli_anchor;
WB_MUST_CHECK wb_code wb_cli_anchor_read(wb_cli_anchor *anchor, wb_cli *cli, const char *option,
                                         wb_error *err);
void wb_cli_anchor_clear(wb_cli_anchor *anchor);

/* Write text to the file of --out, which must be new, synced; to standard output when the option is
 * absent. WB_E_EXISTS, WB_E_IO. */
WB_MUST_CHECK wb_code wb_cli_out(const wb_cli *cli, const char *text, wb_error *err);
/* Refuse early what wb_cli_out would refuse. */
WB_MUST_CHECK wb_code wb_cli_out_free(const wb_cli *cli, wb_error *err);

/* The newest anchor as people compare it: "8d40 19ee (53 records, 2026-07-01)". */
enum { WB_ANCHOR_TEXT = 64 };
const char *wb_cli_anchor_text(char text[WB_ANCHOR_TEXT], const wb_checkpoint *checkpoint);
/* Read the newest anchor; text is "" and *json is null when there is none. */
WB_MUST_CHECK wb_code wb_cli_anchor_latest(char text[WB_ANCHOR_TEXT], json_t **json, wb_cli *cli,
                                           wb_error *err);
json_t *wb_cli_anchor_json(const wb_anchor *anchor);

#endif
