/* cmd_version.c - waarborg version: what was built, and with what. */
#include <gmp.h>

#include "cli/commands.h"
#include "cli/output.h"

static wb_code run_version(wb_cli *cli, wb_error *err)
{
    (void)err;
    if (cli->json) {
        json_t *document = wb_json_document("version");
        wb_json_set(document, "version", wb_json_text(WAARBORG_VERSION));
        wb_json_set(document, "compiler", wb_json_text(__VERSION__));
        wb_json_set(document, "gmp", wb_json_text(gmp_version));
        wb_json_set(document, "jansson", wb_json_text(JANSSON_VERSION));
        wb_json_print(document);
    } else {
        (void)printf("waarborg %s\n", WAARBORG_VERSION);
    }
    return WB_OK;
}

const wb_command wb_commands_version[] = {
    {.noun = "version",
     .summary = "show the version of this program",
     .description = "With --json also the compiler and the libraries it was built with.",
     .example = "waarborg version --json",
     .need = WB_NEED_NOTHING,
     .run = run_version},
    {.noun = NULL},
};
