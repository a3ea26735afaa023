/*
 * scenario_tree.c - from YAML events (libfyaml) to a tree of values with their places.
 *
 * The event interface rather than libfyaml's own documents: it never expands an alias, shows every
 * anchor and tag, and lets a duplicate key be reported beside all other errors.
 */
#include "sim/scenario_tree.h"

#include <assert.h>
#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "waarborg/scenario.h"

enum { KEYS_MAX = 1000 }; /* in one mapping; the search for duplicates stays short */

void wb_node_report(const wb_node *node, bool key, const char *field, wb_error *err,
                    wb_diagnostics *list)
{
    const wb_node *at = key && node->key != NULL ? node->key : node;
    wb_error_at(err, at->source->path, at->line, field);
    size_t size = 0;
    const char *line = wb_source_line(at->source, at->line, &size);
    wb_error_excerpt(err, line, size, at->column, at->column_end);
    wb_diagnostics_add(list, err);
}

wb_node *wb_node_child(const wb_node *map, const char *name)
{
    if (map == NULL || map->kind != WB_NODE_MAP) return NULL;
    for (wb_node *child = map->first; child != NULL; child = child->next) {
        if (strcmp(child->key->text, name) == 0) return child;
    }
    return NULL;
}

wb_node *wb_node_at(const wb_node *root, const char *path)
{
    const wb_node *map = root;
    for (;;) {
        char name[WB_ID_MAX + 1];
        const size_t size = strcspn(path, ".");
        assert(size < sizeof name);
        memcpy(name, path, size);
        name[size] = '\0';
        wb_node *child = wb_node_child(map, name);
        if (child == NULL || path[size] == '\0') return child;
        map = child;
        path += size + 1;
    }
}

wb_node *wb_node_copy(wb_arena *arena, const wb_node *node)
{
    wb_node *copy = wb_arena_new(arena, sizeof *copy);
    if (copy != NULL) *copy = *node;
    return copy;
}

void wb_node_append(wb_node *parent, wb_node *value)
{
    value->next = NULL;
    if (parent->last == NULL) {
        parent->first = value;
    } else {
        parent->last->next = value;
    }
    parent->last = value;
    parent->count++;
}

/* What is under construction while the events pass. */
typedef struct builder {
    wb_arena *arena;
    const wb_source *source;
    wb_diagnostics *list;
    wb_node *root;
    wb_node *open[WB_SCENARIO_DEPTH_MAX]; /* mappings and lists not yet closed */
    wb_node *keys[WB_SCENARIO_DEPTH_MAX]; /* the key that waits for its value */
    uint32_t depth;
    uint32_t documents;
    bool stopped; /* nothing after this can be read with sense */
    bool no_memory;
} builder;

static void builder_report(builder *build, const wb_node *node, wb_code code, const char *message,
                           const char *hint)
{
    wb_error err = {0};
    (void)wb_fail(&err, code, "%s", message);
    if (hint != NULL) wb_error_hint(&err, "%s", hint);
    wb_node_report(node, false, NULL, &err, build->list);
}

/* A byte position of the text as line and column. */
static void place(wb_node *node, const wb_source *source, size_t start, size_t end)
{
    assert(start <= source->size);
    uint32_t low = 0;
    uint32_t high = source->line_count;
    while (high - low > 1) {
        const uint32_t middle = low + (high - low) / 2;
        if (source->starts[middle] <= start) {
            low = middle;
        } else {
            high = middle;
        }
    }
    size_t stop = start;
    while (stop < end && stop < source->size && source->text[stop] != '\n' &&
           source->text[stop] != '\r') {
        stop++;
    }
    node->source = source;
    node->line = low + 1;
    node->column = (uint32_t)(start - source->starts[low]) + 1;
    node->column_end = (uint32_t)(stop - source->starts[low]) + 1;
}

static wb_node *node_new(builder *build, wb_node_kind kind, struct fy_token *token)
{
    wb_node *node = wb_arena_new(build->arena, sizeof *node);
    if (node == NULL) {
        build->no_memory = true;
        return NULL;
    }
    node->kind = kind;
    node->text = "";
    const struct fy_mark *start = token != NULL ? fy_token_start_mark(token) : NULL;
    const struct fy_mark *end = token != NULL ? fy_token_end_mark(token) : NULL;
    const wb_node *key = build->depth > 0 ? build->keys[build->depth - 1] : NULL;
    if (start != NULL) {
        place(node, build->source, start->input_pos, end != NULL ? end->input_pos : 0);
    } else if (key != NULL) { /* nothing was written: point at the key */
        node->source = build->source;
        node->line = key->line;
        node->column = key->column;
        node->column_end = key->column_end;
    } else {
        place(node, build->source, 0, 0);
    }
    if (kind != WB_NODE_SCALAR || token == NULL) {
        node->empty = kind == WB_NODE_SCALAR;
        return node;
    }
    size_t size = 0;
    const char *text = fy_token_get_text(token, &size);
    node->text = wb_arena_text(build->arena, text != NULL ? text : "", text != NULL ? size : 0);
    if (node->text == NULL) {
        build->no_memory = true;
        return NULL;
    }
    node->size = size;
    const enum fy_scalar_style style = fy_token_scalar_style(token);
    if (style == FYSS_LITERAL || style == FYSS_FOLDED) {
        builder_report(build, node, WB_E_FORBIDDEN, "a block of text is not used here",
                       "write the value on the line of its key");
        node->bad = true;
    }
    for (size_t i = 0; i < size; i++) {
        if ((unsigned char)node->text[i] < 0x20 && !node->bad) {
            builder_report(build, node, WB_E_ENCODING, "a value holds a control character", NULL);
            node->bad = true;
        }
    }
    return node;
}

static void key_check(builder *build, const wb_node *map, wb_node *key)
{
    if (map->count == KEYS_MAX) {
        builder_report(build, key, WB_E_TOO_LARGE, "a mapping has more than 1000 keys", NULL);
        build->stopped = true;
        return;
    }
    if (strcmp(key->text, "<<") == 0) {
        builder_report(build, key, WB_E_FORBIDDEN, "merge keys are not used here",
                       "build on another file with 'extends'");
        key->bad = true;
        return;
    }
    for (const wb_node *other = map->first; other != NULL; other = other->next) {
        if (strcmp(other->key->text, key->text) != 0) continue;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_DUPLICATE_KEY, "key '%.80s' is given twice", key->text);
        wb_error_hint(&err, "the first is at line %u; keep one", (unsigned)other->key->line);
        wb_node_report(key, false, NULL, &err, build->list);
        key->bad = true;
        return;
    }
}

static void attach(builder *build, wb_node *node)
{
    if (build->depth == 0) {
        build->root = node;
        return;
    }
    wb_node *parent = build->open[build->depth - 1];
    wb_node **key = &build->keys[build->depth - 1];
    if (parent->kind == WB_NODE_LIST) {
        wb_node_append(parent, node);
    } else if (*key == NULL) {
        if (node->kind != WB_NODE_SCALAR || node->empty) {
            builder_report(build, node, WB_E_FORBIDDEN, "a key must be a word", NULL);
            build->stopped = true;
            return;
        }
        key_check(build, parent, node);
        if (build->stopped) return;
        *key = node;
    } else {
        node->key = *key;
        if (!(*key)->bad) wb_node_append(parent, node);
        *key = NULL;
    }
}

static void open_node(builder *build, wb_node_kind kind, struct fy_token *token)
{
    wb_node *node = node_new(build, kind, token);
    if (node == NULL) return;
    if (build->depth == WB_SCENARIO_DEPTH_MAX) {
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_TOO_LARGE, "values are nested more than %d deep",
                      WB_SCENARIO_DEPTH_MAX);
        wb_node_report(node, false, NULL, &err, build->list);
        build->stopped = true;
        return;
    }
    attach(build, node);
    if (build->stopped) return;
    build->open[build->depth] = node;
    build->keys[build->depth] = NULL;
    build->depth++;
}

static void refuse_marks(builder *build, struct fy_token *anchor, struct fy_token *tag)
{
    struct fy_token *tokens[2] = {anchor, tag};
    for (int i = 0; i < 2; i++) {
        if (tokens[i] == NULL) continue;
        wb_node node = {.kind = WB_NODE_SCALAR, .text = ""};
        const struct fy_mark *start = fy_token_start_mark(tokens[i]);
        const struct fy_mark *end = fy_token_end_mark(tokens[i]);
        if (start != NULL) {
            /* The mark of an anchor leaves out its '&'. */
            const size_t sign = i == 0 && start->input_pos > 0 ? 1 : 0;
            place(&node, build->source, start->input_pos - sign, end != NULL ? end->input_pos : 0);
        }
        if (i == 0) {
            builder_report(build, &node, WB_E_FORBIDDEN, "anchors are not used here",
                           "write the value out, or build on another file with 'extends'");
        } else {
            builder_report(build, &node, WB_E_FORBIDDEN, "tags are not used here",
                           "leave the tag out: every key knows its kind of value");
        }
    }
}

static void document_start(builder *build, struct fy_event *event)
{
    wb_node node = {.kind = WB_NODE_SCALAR, .text = ""};
    const struct fy_mark *start = fy_event_start_mark(event);
    place(&node, build->source, start != NULL ? start->input_pos : 0,
          start != NULL ? start->input_pos + 3 : 0);
    build->documents++;
    if (build->documents > 1) {
        builder_report(build, &node, WB_E_FORBIDDEN, "a second document starts here",
                       "one file holds one scenario");
        build->stopped = true;
        return;
    }
    struct fy_document_state *state = event->document_start.document_state;
    if (fy_document_state_version_explicit(state) || fy_document_state_tags_explicit(state)) {
        builder_report(build, &node, WB_E_FORBIDDEN, "YAML directives are not used here",
                       "remove the lines that start with '%'");
    }
}

static void take_event(builder *build, struct fy_event *event)
{
    wb_node *node = NULL;
    switch (event->type) {
    case FYET_DOCUMENT_START: document_start(build, event); break;
    case FYET_SCALAR:
        refuse_marks(build, event->scalar.anchor, event->scalar.tag);
        node = node_new(build, WB_NODE_SCALAR, event->scalar.value);
        if (node != NULL) attach(build, node);
        break;
    case FYET_ALIAS:
        node = node_new(build, WB_NODE_SCALAR, event->alias.anchor);
        if (node == NULL) break;
        node->bad = true;
        if (node->column > 1) node->column--; /* its mark leaves out the '*' */
        builder_report(build, node, WB_E_FORBIDDEN, "aliases are not used here",
                       "write the value out, or build on another file with 'extends'");
        attach(build, node);
        break;
    case FYET_MAPPING_START:
        refuse_marks(build, event->mapping_start.anchor, event->mapping_start.tag);
        open_node(build, WB_NODE_MAP, event->mapping_start.mapping_start);
        break;
    case FYET_SEQUENCE_START:
        refuse_marks(build, event->sequence_start.anchor, event->sequence_start.tag);
        open_node(build, WB_NODE_LIST, event->sequence_start.sequence_start);
        break;
    case FYET_MAPPING_END:
    case FYET_SEQUENCE_END:
        assert(build->depth > 0);
        build->depth--;
        break;
    case FYET_NONE:
    case FYET_STREAM_START:
    case FYET_STREAM_END:
    case FYET_DOCUMENT_END:
    default: break;
    }
}

/* The byte column of a code point column. */
static uint32_t byte_column(const char *line, size_t size, int column)
{
    size_t at = 0;
    for (int point = 1; point < column && at < size; point++) {
        at++;
        while (at < size && ((unsigned char)line[at] & 0xC0) == 0x80) {
            at++;
        }
    }
    return (uint32_t)at + 1;
}

/* libfyaml's own messages, in our form. */
static void take_diagnostics(builder *build, struct fy_diag *diag)
{
    void *iterator = NULL;
    const struct fy_diag_error *found = NULL;
    bool any = false;
    while ((found = fy_diag_errors_iterate(diag, &iterator)) != NULL) {
        any = true;
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_SYNTAX, "%.200s", found->msg);
        const uint32_t number = found->line > 0 ? (uint32_t)found->line : 1;
        size_t size = 0;
        const char *line = wb_source_line(build->source, number, &size);
        const size_t blank = size > 0 ? strspn(line, " ") : 0;
        if (blank < size && line[blank] == '\t') {
            wb_error_hint(&err, "indent with spaces, not with tabs");
        } else if (strstr(found->msg, "expected ':'") != NULL) {
            wb_error_hint(&err, "write `key: value`, with a blank after the colon");
        } else if (strstr(found->msg, "multiline plain key") != NULL) {
            wb_error_hint(&err, "keys of one mapping start in the same column");
        }
        wb_error_at(&err, build->source->path, number, NULL);
        const uint32_t column = byte_column(line, size, found->column);
        wb_error_excerpt(&err, line, size, column, column + 1);
        wb_diagnostics_add(build->list, &err);
    }
    if (!any && build->list->errors == 0) {
        wb_error err = {0};
        (void)wb_fail(&err, WB_E_SYNTAX, "the file is not YAML");
        wb_error_at(&err, build->source->path, 0, NULL);
        wb_diagnostics_add(build->list, &err);
    }
}

static void quiet(struct fy_diag *diag, void *user, const char *text, size_t size)
{
    (void)diag, (void)user, (void)text, (void)size; /* the library prints nothing here */
}

static wb_code run_parser(builder *build)
{
    struct fy_diag_cfg settings;
    fy_diag_cfg_default(&settings);
    settings.fp = NULL;
    settings.output_fn = quiet;
    settings.colorize = false;
    struct fy_diag *diag = fy_diag_create(&settings);
    if (diag == NULL) return WB_E_NOMEM;
    fy_diag_set_collect_errors(diag, true);
    /* The parser keeps its own reference to diag. */
    const struct fy_parse_cfg config = {
        .flags = (enum fy_parse_cfg_flags)(FYPCF_QUIET | FYPCF_COLLECT_DIAG), .diag = diag};
    struct fy_parser *parser = fy_parser_create(&config);
    wb_code code = WB_E_NOMEM;
    if (parser != NULL &&
        fy_parser_set_string(parser, build->source->text, build->source->size) == 0) {
        code = WB_OK;
        struct fy_event *event = NULL;
        while (!build->stopped && !build->no_memory && (event = fy_parser_parse(parser)) != NULL) {
            take_event(build, event);
            fy_parser_event_free(parser, event);
        }
        if (build->no_memory) code = WB_E_NOMEM;
        if (!build->stopped && fy_parser_get_stream_error(parser)) {
            take_diagnostics(build, diag);
            build->stopped = true;
        }
    }
    fy_parser_destroy(parser);
    fy_diag_destroy(diag);
    return code;
}

wb_code wb_tree_parse(wb_node **root, wb_arena *arena, const wb_source *source,
                      wb_diagnostics *list)
{
    assert(root != NULL && arena != NULL && source != NULL && list != NULL);
    *root = NULL;
    builder build = {.arena = arena, .source = source, .list = list};
    const wb_code code = run_parser(&build);
    wb_error err = {0};
    if (code != WB_OK) {
        (void)wb_fail(&err, code, "no memory to read '%s'", source->path);
        wb_diagnostics_add(list, &err);
        return code;
    }
    if (build.root != NULL && build.root->kind == WB_NODE_MAP) {
        *root = build.root;
        if (build.stopped) (*root)->bad = true;
    } else if (!build.stopped) {
        const bool nothing = build.root == NULL || build.root->empty;
        (void)wb_fail(&err, WB_E_SYNTAX,
                      nothing ? "the file is empty" : "the file is not a list of `key: value`");
        wb_error_hint(&err, "a scenario starts with `waarborg: scenario/1`");
        wb_error_at(&err, source->path, 1, NULL);
        if (!nothing) {
            wb_node_report(build.root, false, NULL, &err, list);
        } else {
            wb_diagnostics_add(list, &err);
        }
    }
    return wb_diagnostics_code(list);
}
