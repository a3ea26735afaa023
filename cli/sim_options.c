/* sim_options.c - the options of commands that simulate; see sim_options.h. */
#include "cli/sim_options.h"

#include <string.h>

static bool show_progress(uint64_t done, uint64_t total, void *context)
{
    wb_progress_show(context, done, total);
    return !wb_interrupted();
}

wb_code wb_cli_sim_options(wb_cli *cli, wb_sim_options *options, wb_progress *progress)
{
    uint64_t threads = 0;
    wb_error err;
    memset(options, 0, sizeof *options);
    options->progress = show_progress;
    options->context = progress;
    bool good = wb_cli_number(cli, "threads", 1024, &threads);
    options->threads = (uint32_t)threads;
    const char *kernel = wb_cli_text(cli, "kernel");
    if (kernel != NULL && wb_kernel_parse(&options->kernel, kernel, &err) != WB_OK) {
        (void)wb_cli_refuse(cli, "kernel", 0, &err);
        good = false;
    }
    return good ? WB_OK : WB_E_USAGE;
}
