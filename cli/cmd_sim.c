/* cmd_sim.c - waarborg sim run and merge: simulate a scenario, whole or in parts. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "cli/commands.h"
#include "cli/output.h"
#include "cli/ranks.h"
#include "cli/scenario_input.h"
#include "cli/sim_options.h"
#include "waarborg/sim_part.h"
#include "waarborg/sim_report.h"

/* How it was computed: on standard error, never in the document. */
static void say_how(const wb_cli *cli, const wb_sim_result *result)
{
    if (!result->int64_proved) {
        wb_cli_note(cli, "amounts are too large to prove 64 bits safe: computed with GMP, slower");
    }
    wb_cli_note(cli, "%llu paths in %.1f s (%.0f a second), %u thread%s, kernel %s",
                (unsigned long long)result->paths, result->seconds,
                result->seconds > 0 ? (double)result->paths / result->seconds : 0.0,
                (unsigned)result->threads_used, result->threads_used == 1 ? "" : "s",
                wb_kernel_name(result->kernel_used));
}

static wb_code write_timing(const wb_cli *cli, const wb_sim_result *result, wb_error *err)
{
    const char *path = wb_cli_text(cli, "timing");
    if (path == NULL) return WB_OK;
    json_t *document = wb_json_document("sim-timing");
    wb_json_set(document, "paths", wb_json_number(result->paths));
    wb_json_set(document, "seconds", json_real(result->seconds));
    wb_json_set(document, "threads", wb_json_number(result->threads_used));
    wb_json_set(document, "kernel", wb_json_text(wb_kernel_name(result->kernel_used)));
    wb_json_set(document, "int64_proved", result->int64_proved ? json_true() : json_false());
    wb_json_set(document, "version", wb_json_text(WAARBORG_VERSION));
    const int bad = json_dump_file(document, path, JSON_INDENT(2));
    const int reason = errno;
    json_decref(document);
    if (bad == 0) return WB_OK;
    return wb_fail(err, WB_E_IO, "cannot write '%s': %s", path, strerror(reason));
}

static wb_code print_result(const wb_cli *cli, const wb_model *model, const wb_sim_result *result,
                            wb_error *err)
{
    wb_code code = WB_OK;
    if (cli->json) {
        code = wb_sim_result_json(stdout, model, result, WAARBORG_VERSION, err);
    } else {
        wb_sim_result_text(stdout, model, result);
    }
    return code == WB_OK ? write_timing(cli, result, err) : code;
}

/* ---- run ---- */

enum { SAVE_MINUTES = 10, MINUTE_MS = 60000, DEFAULT_NAMES = 100 };

typedef struct run {
    wb_cli *cli;
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    wb_sim_part *part;
    bool sharded;
    wb_sim_shard shard;
    const char *resume;
    const char *save; /* --out, else --resume; NULL: only when interrupted, under a name of ours */
    uint64_t save_minutes;
    int64_t saved_ms;
    bool save_failed; /* said once */
} run;

static int64_t now_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Save now and then, so that a run that is killed loses little. That it fails now does not end the
 * run: there may be room again when it ends. */
static bool watch(uint64_t done, uint64_t total, void *context)
{
    run *r = context;
    wb_progress_show(&r->progress, done, total);
    const int64_t now = now_ms();
    if (r->save != NULL && wb_ranks_count() == 1 &&
        now - r->saved_ms >= (int64_t)r->save_minutes * MINUTE_MS) {
        wb_error err;
        if (wb_sim_part_save(r->part, r->save, &err) != WB_OK && !r->save_failed) {
            wb_cli_note(r->cli, "%s: %s; the run goes on", r->save, err.message);
            r->save_failed = true;
        }
        r->saved_ms = now;
    }
    return !wb_interrupted();
}

/* --shard i/k */
static bool read_shard(run *r)
{
    const char *text = wb_cli_text(r->cli, "shard");
    r->shard = (wb_sim_shard){.index = 1, .count = 1};
    r->sharded = text != NULL;
    if (text == NULL) return true;
    wb_error err;
    char *end = NULL;
    const unsigned long index = strtoul(text, &end, 10);
    const bool slash =
        *text >= '0' && *text <= '9' && *end == '/' && end[1] >= '0' && end[1] <= '9';
    const unsigned long count = slash ? strtoul(end + 1, &end, 10) : 0;
    if (!slash || *end != '\0' || count > WB_SHARDS_MAX || index < 1 || index > count) {
        (void)wb_fail(&err, WB_E_USAGE, "'%.40s' is not a shard", text);
        wb_error_hint(&err, "write which of how many, such as 2/3; at most %d", WB_SHARDS_MAX);
        (void)wb_cli_refuse(r->cli, "shard", 0, &err);
        return false;
    }
    r->shard = (wb_sim_shard){.index = (uint32_t)index, .count = (uint32_t)count};
    if (wb_cli_count(r->cli, "out") > 0) return true;
    (void)wb_fail(&err, WB_E_USAGE, "a shard without --out would be lost");
    wb_error_hint(&err, "name the file it goes to: --out PART");
    (void)wb_cli_refuse(r->cli, "shard", 0, &err);
    return false;
}

/* What goes with one process only. */
static bool read_alone(run *r)
{
    wb_error err;
    if (wb_ranks_count() == 1 || r->resume == NULL) return true;
    (void)wb_fail(&err, WB_E_USAGE, "--resume is for one process, this is one of %u",
                  wb_ranks_count());
    wb_error_hint(&err, "go on without mpirun, or run shards and merge them");
    (void)wb_cli_refuse(r->cli, "resume", 0, &err);
    return false;
}

static wb_code read_run(run *r)
{
    wb_code code = wb_cli_sim_options(r->cli, &r->options, &r->progress);
    if (r->options.threads == 0) r->options.threads = wb_ranks_threads();
    r->options.progress = watch;
    r->options.context = r;
    r->save_minutes = SAVE_MINUTES;
    if (!read_shard(r)) code = WB_E_USAGE;
    if (!wb_cli_number(r->cli, "save-every", 100000, &r->save_minutes)) code = WB_E_USAGE;
    r->resume = wb_cli_text(r->cli, "resume");
    if (!read_alone(r)) code = WB_E_USAGE;
    r->save = wb_cli_count(r->cli, "out") > 0 ? wb_cli_text(r->cli, "out") : r->resume;
    return code;
}

/* FILE without directories and ending, and .part; -2, -3, ... where that name is taken. */
static bool default_name(char *name, size_t room, const char *file)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash == NULL ? file : slash + 1;
    const char *dot = strrchr(base, '.');
    const int size = (int)(dot == NULL || dot == base ? strlen(base) : (size_t)(dot - base));
    for (unsigned i = 1; i < DEFAULT_NAMES; i++) {
        int used = snprintf(name, room, "%.*s.part", size, base);
        if (i > 1) used = snprintf(name, room, "%.*s-%u.part", size, base, i);
        if (used > 0 && (size_t)used < room && access(name, F_OK) != 0) return true;
    }
    return false;
}

/* How to go on, as a person would type it. */
static void hint_resume(wb_error *err, const run *r, const char *name)
{
    const bool again = r->resume != NULL && strcmp(r->resume, name) == 0;
    const bool plain = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                    "._/-+,") == strlen(name);
    const char *quote = plain ? "" : "'";
    if (strlen(r->cli->line) + strlen(name) > sizeof err->hint - 40 || strchr(name, '\'') != NULL ||
        (r->resume != NULL && !again)) {
        wb_error_hint(err, "go on with the same command and --resume '%.200s'", name);
    } else if (again) {
        wb_error_hint(err, "go on with: %s", r->cli->line);
    } else {
        wb_error_hint(err, "go on with: %s --resume %s%s%s", r->cli->line, quote, name, quote);
    }
}

static wb_code save_interrupted(run *r, wb_error *err)
{
    char own[200];
    const uint64_t done = wb_sim_part_done(r->part);
    const char *name = r->save;
    if (done == 0) return WB_E_INTERRUPTED;
    if (name == NULL && default_name(own, sizeof own, wb_cli_text(r->cli, "FILE"))) name = own;
    if (name == NULL) return WB_E_INTERRUPTED;
    const wb_code code = wb_sim_part_save(r->part, name, err);
    if (code != WB_OK) {
        wb_error_hint(err, "the run was interrupted and is lost");
        return code;
    }
    const wb_sim_paths paths = wb_sim_part_shard(r->part, r->shard);
    (void)wb_fail(err, WB_E_INTERRUPTED, "interrupted after %llu of %llu paths; saved in '%.150s'",
                  (unsigned long long)done, (unsigned long long)(paths.end - paths.first), name);
    hint_resume(err, r, name);
    return WB_E_INTERRUPTED;
}

static wb_code print_shard(const run *r)
{
    const wb_cli *cli = r->cli;
    const wb_sim_paths paths = wb_sim_part_shard(r->part, r->shard);
    const uint64_t count = paths.end > paths.first ? paths.end - paths.first : 0;
    if (cli->json) {
        json_t *document = wb_json_document("sim-part");
        wb_json_set(document, "file", wb_json_text(r->save));
        wb_json_set(document, "shard", wb_json_number(r->shard.index));
        wb_json_set(document, "shards", wb_json_number(r->shard.count));
        wb_json_set(document, "first_path", wb_json_number(paths.first + 1));
        wb_json_set(document, "paths", wb_json_number(count));
        wb_json_print(document);
    }
    wb_cli_say(cli, "Shard %u of %u, %llu of the %llu paths, is in %s.", r->shard.index,
               r->shard.count, (unsigned long long)count, (unsigned long long)r->input.model->paths,
               r->save);
    return WB_OK;
}

static wb_code finish(run *r, wb_error *err)
{
    wb_sim_result *result = NULL;
    wb_code code = WB_OK;
    if (r->save != NULL) code = wb_sim_part_save(r->part, r->save, err);
    if (code != WB_OK || r->sharded) return code == WB_OK ? print_shard(r) : code;
    code = wb_sim_part_result(&result, r->part, err);
    if (code == WB_OK) {
        say_how(r->cli, result);
        code = print_result(r->cli, r->input.model, result, err);
    }
    wb_sim_result_free(result);
    return code;
}

/* A file that is there may be hours of work, or something else altogether: it is written over only
 * by what went on from it. */
static wb_code check_free(const run *r, wb_error *err)
{
    if (r->save == NULL || access(r->save, F_OK) != 0) return WB_OK;
    if (r->resume != NULL && strcmp(r->resume, r->save) == 0) return WB_OK;
    const wb_code code = wb_fail(err, WB_E_EXISTS, "there is a file of that name already");
    wb_error_hint(err, "go on from it with --resume, or name another file");
    wb_error_at(err, r->save, 0, NULL);
    return code;
}

static wb_code do_run(run *r, wb_error *err)
{
    wb_code code = check_free(r, err);
    if (code != WB_OK) return code;
    code = wb_sim_part_new(&r->part, r->input.model, &r->options, WAARBORG_VERSION, err);
    if (code == WB_OK && r->resume != NULL) code = wb_sim_part_add(r->part, r->resume, err);
    if (code != WB_OK) return code;
    /* its own shard of the shard, where processes share it */
    const uint32_t ranks = wb_ranks_count();
    const wb_sim_shard own = {.index = (r->shard.index - 1) * ranks + wb_ranks_index() + 1,
                              .count = r->shard.count * ranks};
    r->saved_ms = now_ms();
    return wb_sim_part_run(r->part, own, err);
}

/* The same answer in all processes, and one of them to say it. */
static wb_code agree(const run *r, wb_code own, wb_error *err)
{
    bool speaks = true;
    const wb_code code = wb_ranks_agree(own, &speaks);
    if (!speaks) {
        memset(err, 0, sizeof *err);
        wb_diagnostics_clear(&r->cli->list);
        r->cli->closing = NULL;
    }
    return code;
}

static wb_code run_run(wb_cli *cli, wb_error *err)
{
    run r = {.cli = cli};
    if (wb_ranks_index() > 0) cli->quiet = true;
    wb_code code = read_run(&r);
    const wb_code loaded = wb_cli_scenario(cli, &r.input, wb_cli_text(cli, "FILE"), false, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) {
        wb_progress_begin(&r.progress, r.input.model->name, "paths", cli->quiet);
        code = do_run(&r, err);
    }
    code = agree(&r, code, err);
    if (code == WB_OK || code == WB_E_INTERRUPTED) {
        const wb_code gathered = wb_ranks_gather(r.part, err);
        if (gathered != WB_OK) code = gathered;
    }
    if (wb_ranks_index() == 0) {
        if (code == WB_OK) code = finish(&r, err);
        wb_progress_end(&r.progress);
        if (code == WB_E_INTERRUPTED && r.part != NULL) code = save_interrupted(&r, err);
    }
    wb_sim_part_free(r.part);
    wb_cli_scenario_clear(&r.input);
    return code;
}

/* ---- merge ---- */

/* The paths that no part has, the first few of them. */
static wb_code check_complete(const wb_sim_part *part, wb_error *err)
{
    enum { SHOWN = 4, ROOM = 200 };
    char text[ROOM] = "";
    size_t used = 0;
    unsigned count = 0;
    wb_sim_paths missing = {0};
    while (wb_sim_part_missing(part, missing.end, &missing)) {
        if (count++ >= SHOWN) continue;
        used += (size_t)snprintf(text + used, ROOM - used, "%s%llu to %llu", count > 1 ? ", " : "",
                                 (unsigned long long)missing.first + 1,
                                 (unsigned long long)missing.end);
    }
    if (count == 0) return WB_OK;
    const wb_code code = wb_fail(err, WB_E_MISSING, "paths %s%s are in none of the parts", text,
                                 count > SHOWN ? " and others" : "");
    wb_error_hint(err, "name the shards that have them too; one that was interrupted first goes on "
                       "with --resume");
    return code;
}

static wb_code do_merge(wb_cli *cli, const wb_model *model, const wb_sim_options *options,
                        wb_error *err)
{
    wb_sim_part *part = NULL;
    wb_sim_result *result = NULL;
    wb_code code = wb_sim_part_new(&part, model, options, WAARBORG_VERSION, err);
    for (size_t i = 0; code == WB_OK && i < wb_cli_count(cli, "PART"); i++)
        code = wb_sim_part_add(part, wb_cli_nth(cli, "PART", i), err);
    if (code == WB_OK) code = check_complete(part, err);
    if (code == WB_OK) code = wb_sim_part_result(&result, part, err);
    if (code == WB_OK) {
        wb_cli_note(cli, "%llu paths from %zu part%s in %.1f s", (unsigned long long)result->paths,
                    wb_cli_count(cli, "PART"), wb_cli_count(cli, "PART") == 1 ? "" : "s",
                    result->seconds);
        code = print_result(cli, model, result, err);
    }
    wb_sim_result_free(result);
    wb_sim_part_free(part);
    return code;
}

static wb_code run_merge(wb_cli *cli, wb_error *err)
{
    wb_scenario_input input;
    wb_progress progress;
    wb_sim_options options;
    uint64_t seed = 0;
    uint64_t paths = 0;
    wb_code code = wb_cli_sim_options(cli, &options, &progress);
    wb_code loaded = wb_cli_scenario(cli, &input, wb_cli_text(cli, "FILE"), false, err);
    if (loaded == WB_OK) loaded = wb_sim_part_look(wb_cli_text(cli, "PART"), &seed, &paths, err);
    if (code == WB_OK) code = loaded;
    if (code == WB_OK) {
        cli->closing = "nothing was merged";
        input.model->seed = seed; /* as they were run, whatever the file says */
        input.model->paths = paths;
        wb_progress_begin(&progress, input.model->name, "paths", cli->quiet);
        code = do_merge(cli, input.model, &options, err);
        wb_progress_end(&progress);
    }
    wb_cli_scenario_clear(&input);
    return code;
}

/* ---- tables ---- */

static const wb_option file_operands[] = {
    {"FILE", NULL, "a scenario file", WB_REQUIRED},
    {.name = NULL},
};
static const wb_option run_options[] = {
    {"n", "PATHS", "how many futures (default: the scenario's)", 0},
    {"seed", "N", "the seed of all draws (default: the scenario's)", 0},
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {"shard", "I/K", "run only this of K shards, into --out, for waarborg sim merge", 0},
    {"out", "PART", "save the paths in this file: a shard, or what to go on from", 0},
    {"resume", "PART", "go on from this file (and save in it, without --out)", 0},
    {"save-every", "MINUTES", "how often to save on the way (default: 10; with --out or --resume)",
     0},
    {"timing", "FILE", "write how it was computed and how fast, as JSON", 0},
    {.name = NULL},
};
static const wb_option merge_operands[] = {
    {"FILE", NULL, "the scenario file they were run from", WB_REQUIRED},
    {"PART", NULL, "files of waarborg sim run --shard, in any order", WB_REQUIRED | WB_REPEATABLE},
    {.name = NULL},
};
static const wb_option merge_options[] = {
    {"threads", "N", "how many threads (default: one a processor); changes no figure", 0},
    {"kernel", "NAME", "auto, gmp, portable, avx2 or avx512; changes no figure", 0},
    {"timing", "FILE", "write how it was computed and how fast, as JSON", 0},
    {.name = NULL},
};

const wb_command wb_commands_sim[] = {
    {.noun = "sim",
     .verb = "run",
     .summary = "simulate a scenario: chances, losses and balances with their intervals",
     .description =
         "The same scenario and seed give the same result, byte for byte, on any machine.\n"
         "A scenario that starts from a ledger verifies it first. Ctrl-C finishes what is\n"
         "running, saves it, and says how to go on.",
     .example = "waarborg sim run scenarios/limburg/basis.yaml\n"
                "waarborg sim run scenarios/limburg/basis.yaml --json -n 1000000 > basis.json\n"
                "waarborg sim run scenarios/limburg/basis.yaml --shard 2/3 --out 2.part",
     .options = run_options,
     .operands = file_operands,
     .ranks = true,
     .stops = true,
     .run = run_run},
    {.noun = "sim",
     .verb = "merge",
     .summary = "the result of a run whose shards were run apart",
     .description = "Prints the same bytes as one run of all paths. Seed and number of paths are\n"
                    "those of the parts; every path must be in just one of them.",
     .example = "waarborg sim merge scenarios/limburg/basis.yaml 1.part 2.part 3.part",
     .options = merge_options,
     .operands = merge_operands,
     .stops = true,
     .run = run_merge},
    {.noun = NULL},
};
