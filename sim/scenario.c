/* scenario.c - load a scenario file and the files it builds on. */
#include "waarborg/scenario.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/scenario_internal.h"

/* The files from the scenario down to the base being read: a cycle comes back to one of them. */
typedef struct chain {
    struct stat files[WB_SCENARIO_EXTENDS_MAX + 1];
    uint32_t count;
} chain;

static wb_code no_memory(wb_diagnostics *list)
{
    wb_error err = {0};
    const wb_code code = wb_fail(&err, WB_E_NOMEM, "no memory to read the scenario");
    wb_diagnostics_add(list, &err);
    return code;
}

/* Report at the `extends` that names the file, or without a place for the first file. */
static void report_file(const wb_node *from, const char *path, wb_error *err, wb_diagnostics *list)
{
    if (from != NULL) {
        err->file[0] = '\0';
        wb_node_report(from, false, "extends", err, list);
    } else {
        wb_error_at(err, path, 0, NULL);
        wb_diagnostics_add(list, err);
    }
}

/* The file must exist and be none of those it is a base of. */
static bool enter_file(chain *files, const char *path, const wb_node *from, wb_diagnostics *list)
{
    wb_error err = {0};
    struct stat found;
    if (strcmp(path, "-") == 0) {
        memset(&found, 0, sizeof found); /* standard input is nobody's base */
    } else if (stat(path, &found) != 0) {
        if (from != NULL && (errno == ENOENT || errno == ENOTDIR)) {
            (void)wb_fail(&err, WB_E_REFERENCE, "no file '%.200s'", path);
            wb_error_hint(&err, "paths are relative to the file that names them");
        } else {
            (void)wb_fail(&err, WB_E_IO, "cannot open: %s", strerror(errno));
        }
        report_file(from, path, &err, list);
        return false;
    }
    for (uint32_t i = 0; i < files->count; i++) {
        if (files->files[i].st_ino != found.st_ino || files->files[i].st_dev != found.st_dev) {
            continue;
        }
        (void)wb_fail(&err, WB_E_CONFLICT, "'%.200s' builds on itself", path);
        wb_error_hint(&err, "a base may not extend a file that is built on it");
        report_file(from, path, &err, list);
        return false;
    }
    if (files->count > WB_SCENARIO_EXTENDS_MAX) {
        (void)wb_fail(&err, WB_E_TOO_LARGE, "more than %d bases", WB_SCENARIO_EXTENDS_MAX);
        report_file(from, path, &err, list);
        return false;
    }
    files->files[files->count++] = found;
    return true;
}

wb_code wb_scenario_source(wb_source **source, wb_arena *arena, const char *path,
                           const wb_node *from, wb_diagnostics *list)
{
    char *text = NULL;
    size_t size = 0;
    wb_error err = {0};
    *source = NULL;
    wb_code code = wb_text_read(&text, &size, path, WB_SCENARIO_FILE_MAX, &err);
    if (code != WB_OK) {
        if (code == WB_E_IO && from != NULL) {
            report_file(from, path, &err, list);
        } else {
            wb_error_at(&err, path, 0, NULL);
            wb_diagnostics_add(list, &err);
        }
        return code;
    }
    const size_t mark = size >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
    code = wb_text_check_utf8(text + mark, size - mark, path, &err);
    if (code != WB_OK) {
        wb_diagnostics_add(list, &err);
        free(text);
        return code;
    }
    char *kept = wb_arena_text(arena, text + mark, size - mark);
    char *name = wb_arena_text(arena, path, strlen(path));
    free(text);
    if (kept != NULL && name != NULL) *source = wb_source_new(arena, name, kept, size - mark);
    return *source != NULL ? WB_OK : no_memory(list);
}

/* Parse, check and merge with the bases. *root stays NULL when there is nothing to go on with. */
static wb_code load_file(wb_node **root, wb_arena *arena, chain *files, const char *path,
                         const wb_node *from, wb_diagnostics *list)
{
    *root = NULL;
    if (!enter_file(files, path, from, list)) return WB_OK;
    wb_source *source = NULL;
    wb_code code = wb_scenario_source(&source, arena, path, from, list);
    if (code != WB_OK) return code == WB_E_NOMEM ? code : WB_OK;
    wb_node *own = NULL;
    code = wb_tree_parse(&own, arena, source, list);
    if (own == NULL) return code == WB_E_NOMEM ? code : WB_OK;
    wb_check_values(own, list);
    if (own->bad) return WB_OK; /* the rest of the file is unknown: do not say what is missing */
    *root = own;
    const wb_node *extends = wb_node_child(own, "extends");
    if (extends == NULL) return WB_OK;
    *root = NULL; /* without its base, keys would seem to be missing */
    if (extends->bad) return WB_OK;
    const char *base_path = wb_scenario_path(arena, extends);
    if (base_path == NULL) return no_memory(list);
    wb_node *base = NULL;
    code = load_file(&base, arena, files, base_path, extends, list);
    if (code != WB_OK || base == NULL) return code;
    *root = wb_check_merge(arena, base, own);
    return *root != NULL ? WB_OK : no_memory(list);
}

/* Messages by file, in the order the files were read, and by place within a file. */
static void sort_messages(wb_diagnostics *list, size_t first)
{
    for (size_t i = first + 1; i < list->count; i++) {
        const wb_error moved = list->items[i];
        size_t at = i;
        for (; at > first; at--) {
            const wb_error *before = &list->items[at - 1];
            bool later = false; /* whether `before` belongs after `moved` */
            if (strcmp(before->file, moved.file) == 0) {
                later = before->line > moved.line ||
                        (before->line == moved.line && before->column > moved.column);
            } else {
                for (size_t k = first; k + 1 < at && !later; k++)
                    later = strcmp(list->items[k].file, moved.file) == 0;
            }
            if (!later) break;
            list->items[at] = *before;
        }
        list->items[at] = moved;
    }
}

/* What the files say together, and what their tables say. */
static wb_code check_loaded(wb_scenario *loaded, wb_diagnostics *list)
{
    wb_check_whole(loaded->root, list);
    const wb_code code = wb_tables_load(&loaded->tables, &loaded->arena, loaded->root, list);
    if (code != WB_OK) return code;
    wb_tables_check_who(&loaded->tables, loaded->root, list);
    wb_tables_note_peers(&loaded->tables, loaded->root, list);
    wb_tables_check_cure(&loaded->tables, NULL, loaded->root, false, list);
    const wb_node *ledger = wb_node_at(loaded->root, "fund.opening.from_ledger");
    if (ledger == NULL || ledger->bad) return WB_OK;
    loaded->ledger = wb_scenario_path(&loaded->arena, ledger);
    return loaded->ledger != NULL ? WB_OK : WB_E_NOMEM;
}

wb_code wb_scenario_finish(wb_scenario *loaded, size_t first, size_t errors, wb_diagnostics *list)
{
    wb_code code = WB_OK;
    if (loaded->root != NULL && check_loaded(loaded, list) != WB_OK) code = no_memory(list);
    sort_messages(list, first);
    if (code == WB_OK && list->errors > errors) code = wb_diagnostics_code(list);
    if (code == WB_OK && loaded->ledger == NULL) {
        wb_model *model = NULL; /* what loads must resolve */
        code = wb_scenario_model(&model, loaded, NULL, list);
        wb_model_free(model);
    }
    return code;
}

static wb_code load(wb_scenario *loaded, const char *path, wb_diagnostics *list)
{
    const size_t errors = list->errors;
    const size_t first = list->count;
    chain *files = calloc(1, sizeof *files);
    if (files == NULL) return no_memory(list);
    const wb_code code = load_file(&loaded->root, &loaded->arena, files, path, NULL, list);
    free(files);
    return code == WB_OK ? wb_scenario_finish(loaded, first, errors, list) : code;
}

/* What was loaded, or nothing and its storage released. */
static wb_code hand_over(wb_scenario **scenario, wb_scenario *loaded, wb_code code)
{
    if (code == WB_OK) {
        *scenario = loaded;
    } else {
        wb_scenario_free(loaded);
    }
    return code;
}

wb_code wb_scenario_load(wb_scenario **scenario, const char *path, wb_diagnostics *list)
{
    assert(scenario != NULL && path != NULL && list != NULL);
    *scenario = NULL;
    wb_scenario *loaded = calloc(1, sizeof *loaded);
    if (loaded == NULL) return no_memory(list);
    return hand_over(scenario, loaded, load(loaded, path, list));
}

/* A change stands alone, and may not make the list of stresses longer than a file may. */
static void check_change(const wb_node *over, const wb_node *merged, wb_diagnostics *list)
{
    wb_error err = {0};
    const wb_node *extends = wb_node_child(over, "extends");
    const wb_node *stresses = wb_node_child(merged, "stress");
    if (extends != NULL) {
        (void)wb_fail(&err, WB_E_CONFLICT, "'extends' is for files: this changes one");
        wb_error_hint(&err, "leave it out");
        wb_node_report(extends, true, NULL, &err, list);
    }
    if (stresses != NULL && stresses->count > WB_STRESSES_MAX) {
        (void)wb_fail(&err, WB_E_TOO_LARGE, "%u stresses with those of the file, more than %d",
                      (unsigned)stresses->count, WB_STRESSES_MAX);
        wb_node_report(stresses, true, NULL, &err, list);
    }
}

static wb_code overlay(wb_scenario *changed, const wb_scenario *base, const char *text,
                       wb_diagnostics *list)
{
    static const char name[] = "(command line)";
    const size_t errors = list->errors;
    const size_t first = list->count;
    const size_t size = strlen(text);
    wb_error err = {0};
    wb_code code = WB_OK;
    if (size > WB_SCENARIO_FILE_MAX) {
        code =
            wb_fail(&err, WB_E_TOO_LARGE, "the text is larger than %d bytes", WB_SCENARIO_FILE_MAX);
        wb_error_at(&err, name, 0, NULL);
    } else {
        code = wb_text_check_utf8(text, size, name, &err);
    }
    if (code != WB_OK) {
        wb_diagnostics_add(list, &err);
        return code;
    }
    const char *kept = wb_arena_text(&changed->arena, text, size);
    const wb_source *source =
        kept != NULL ? wb_source_new(&changed->arena, name, kept, size) : NULL;
    if (source == NULL) return no_memory(list);
    wb_node *over = NULL;
    code = wb_tree_parse(&over, &changed->arena, source, list);
    if (over == NULL || over->bad) return code;
    wb_check_values(over, list);
    changed->root = wb_check_overlay(&changed->arena, base->root, over);
    if (changed->root == NULL) return no_memory(list);
    check_change(over, changed->root, list);
    if (list->errors > errors) return wb_diagnostics_code(list);
    return wb_scenario_finish(changed, first, errors, list);
}

wb_code wb_scenario_overlay(wb_scenario **changed, const wb_scenario *base, const char *text,
                            wb_diagnostics *list)
{
    assert(changed != NULL && base != NULL && text != NULL && list != NULL);
    *changed = NULL;
    wb_scenario *made = calloc(1, sizeof *made);
    if (made == NULL) return no_memory(list);
    wb_scenario_override(made, base->paths, base->set_seed, base->seed);
    return hand_over(changed, made, overlay(made, base, text, list));
}

void wb_scenario_free(wb_scenario *scenario)
{
    if (scenario == NULL) return;
    wb_tables_clear(&scenario->tables);
    wb_arena_clear(&scenario->arena);
    free(scenario);
}

const char *wb_scenario_ledger(const wb_scenario *scenario)
{
    assert(scenario != NULL);
    return scenario->ledger;
}

void wb_scenario_override(wb_scenario *scenario, uint64_t paths, bool set_seed, uint64_t seed)
{
    assert(scenario != NULL);
    if (paths != 0) scenario->paths = paths;
    if (set_seed) {
        scenario->set_seed = true;
        scenario->seed = seed;
    }
}
