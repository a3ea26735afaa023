/* scenario_arena.c - the memory of a loaded scenario, and the texts it was read from. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario_tree.h"
#include "waarborg/scenario.h"

enum { CHUNK_SIZE = 64 * 1024, ALIGNMENT = 16 };

struct wb_chunk {
    struct wb_chunk *next;
    size_t used, size;
    _Alignas(ALIGNMENT) unsigned char bytes[];
};

void *wb_arena_new(wb_arena *arena, size_t size)
{
    assert(arena != NULL);
    assert(size <= SIZE_MAX / 2);
    const size_t need = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    struct wb_chunk *chunk = arena->chunks;
    if (chunk == NULL || chunk->size - chunk->used < need) {
        const size_t room = need > CHUNK_SIZE ? need : CHUNK_SIZE;
        chunk = calloc(1, sizeof *chunk + room);
        if (chunk == NULL) return NULL;
        chunk->size = room;
        chunk->next = arena->chunks;
        arena->chunks = chunk;
    }
    void *memory = chunk->bytes + chunk->used;
    chunk->used += need;
    return memory;
}

char *wb_arena_text(wb_arena *arena, const char *text, size_t size)
{
    char *copy = wb_arena_new(arena, size + 1);
    if (copy != NULL && size > 0) memcpy(copy, text, size);
    return copy;
}

void wb_arena_clear(wb_arena *arena)
{
    struct wb_chunk *chunk = arena->chunks;
    while (chunk != NULL) {
        struct wb_chunk *next = chunk->next;
        free(chunk);
        chunk = next;
    }
    arena->chunks = NULL;
}

wb_source *wb_source_new(wb_arena *arena, const char *path, const char *text, size_t size)
{
    assert(size <= WB_SCENARIO_FILE_MAX);
    wb_source *source = wb_arena_new(arena, sizeof *source);
    if (source == NULL) return NULL;
    uint32_t count = 1;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n') count++;
    }
    source->starts = wb_arena_new(arena, count * sizeof *source->starts);
    if (source->starts == NULL) return NULL;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '\n') source->starts[++source->line_count] = (uint32_t)i + 1;
    }
    source->line_count++;
    assert(source->line_count == count);
    source->path = path;
    source->text = text;
    source->size = size;
    return source;
}

const char *wb_source_line(const wb_source *source, uint32_t line, size_t *size)
{
    *size = 0;
    if (line == 0 || line > source->line_count) return "";
    const char *at = source->text + source->starts[line - 1];
    const size_t left = source->size - source->starts[line - 1];
    const char *newline = memchr(at, '\n', left);
    *size = newline != NULL ? (size_t)(newline - at) : left;
    if (*size > 0 && at[*size - 1] == '\r') (*size)--;
    return at;
}
