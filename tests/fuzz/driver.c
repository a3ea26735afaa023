/* driver.c - a fuzz target without libFuzzer: the corpus, the target's own seeds, and a fixed
 * number of seeded mutations of both, the same in every build. What fails is kept as a file.
 *
 *   fuzz_NAME RUNS [FILE or DIRECTORY ...]   replay, then mutate RUNS times
 *   fuzz_NAME --seeds DIRECTORY              write the target's seeds as files
 */
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fuzz.h"

enum { INPUTS_MAX = 4096, INPUT_MAX = 1 << 16, CHANGES_MAX = 6, PATH_ROOM = 4096 };

typedef struct input {
    uint8_t *data;
    size_t size;
} input;

static input inputs[INPUTS_MAX];
static size_t input_count;
static const char *program;
static input current; /* what runs now, for the handler */
static char kept[PATH_ROOM];

/* The sanitizers end by SIGABRT, so that the handler below can keep the input. */
__attribute__((visibility("default"))) const char *__asan_default_options(void);
const char *__asan_default_options(void)
{
    return "abort_on_error=1:allocator_may_return_null=1";
}
__attribute__((visibility("default"))) const char *__ubsan_default_options(void);
const char *__ubsan_default_options(void)
{
    return "abort_on_error=1:print_stacktrace=1";
}

static void keep(int number)
{
    static const char word[] = "the input is kept as ";
    (void)number;
    const int file = open(kept, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file >= 0 && write(file, current.data, current.size) == (ssize_t)current.size) {
        (void)!write(STDERR_FILENO, word, sizeof word - 1);
        (void)!write(STDERR_FILENO, kept, strlen(kept));
        (void)!write(STDERR_FILENO, "\n", 1);
    }
    _exit(1);
}

static void add(const void *data, size_t size, void *context)
{
    (void)context;
    if (input_count == INPUTS_MAX || size > INPUT_MAX) {
        (void)fprintf(stderr, "%s: too many inputs, or one too long\n", program);
        exit(2);
    }
    input *made = &inputs[input_count++];
    made->data = malloc(size == 0 ? 1 : size);
    if (made->data == NULL) exit(2);
    if (size > 0) memcpy(made->data, data, size);
    made->size = size;
}

static void add_file(const char *path)
{
    static uint8_t room[INPUT_MAX + 1];
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        perror(path);
        exit(2);
    }
    const size_t size = fread(room, 1, sizeof room, file);
    (void)fclose(file);
    add(room, size, NULL);
}

/* Names in order, so that the inputs, and what is made of them, are the same on every machine. */
static void add_path(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        perror(path);
        exit(2);
    }
    if (!S_ISDIR(status.st_mode)) {
        add_file(path);
        return;
    }
    struct dirent **names = NULL;
    const int count = scandir(path, &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        char name[PATH_ROOM];
        (void)snprintf(name, sizeof name, "%s/%s", path, names[i]->d_name);
        if (names[i]->d_name[0] != '.') add_file(name);
        free(names[i]);
    }
    free(names);
}

static uint64_t random_state = 0x5741415242524721U;

/* xorshift64*: a fixed sequence, and nothing of the code under test. */
static size_t below(size_t limit)
{
    random_state ^= random_state >> 12;
    random_state ^= random_state << 25;
    random_state ^= random_state >> 27;
    const uint64_t drawn = random_state * 0x2545F4914F6CDD1DU >> 33;
    return limit == 0 ? 0 : (size_t)(drawn % limit);
}

/* Put `size` bytes of `from` in at a place, when there is room. */
static void insert(uint8_t *data, size_t *size, size_t at, const uint8_t *from, size_t count)
{
    uint8_t piece[64];
    if (count > sizeof piece) count = sizeof piece;
    if (*size + count > INPUT_MAX) return;
    if (count > 0) memcpy(piece, from, count);
    memmove(data + at + count, data + at, *size - at);
    memcpy(data + at, piece, count);
    *size += count;
}

static void change(uint8_t *data, size_t *size)
{
    static const uint8_t telling[] = {0,    1,   0x7F, 0x80, 0xFF, '0',  '9',  '-', '.',
                                      '\n', '"', ',',  ' ',  '{',  '\r', 0xC3, '+', '/'};
    const size_t at = below(*size + 1);
    const size_t rest = *size - at;
    const size_t count = 1 + below(8);
    uint8_t fresh[8];
    for (size_t i = 0; i < sizeof fresh; i++)
        fresh[i] = below(2) == 0 ? telling[below(sizeof telling)] : (uint8_t)below(256);
    const input *other = &inputs[below(input_count)];
    const size_t from = below(other->size);
    switch (below(8)) {
    case 0:
        if (rest > 0) data[at] ^= (uint8_t)(1U << below(8));
        break;
    case 1:
        if (rest > 0) data[at] = fresh[0];
        break;
    case 2:
        if (rest > 0) data[at] = (uint8_t)(data[at] + (below(2) == 0 ? 1 : 255));
        break;
    case 3: insert(data, size, at, fresh, count); break;
    case 4: /* take a piece out */
        if (count <= rest) {
            memmove(data + at, data + at + count, rest - count);
            *size -= count;
        }
        break;
    case 5: /* twice the same piece */
        if (rest > 0) insert(data, size, at, data + at, count < rest ? count : rest);
        break;
    case 6: /* a piece of another input */
        if (other->size > 0) {
            const size_t most = other->size - from;
            insert(data, size, at, other->data + from, 1 + below(most < 64 ? most : 64));
        }
        break;
    default: /* the end of another input, or none */
        if (below(4) == 0) {
            *size = at;
            if (other->size > from && *size + other->size - from <= INPUT_MAX) {
                memcpy(data + at, other->data + from, other->size - from);
                *size += other->size - from;
            }
        }
        break;
    }
}

/* In a block of its exact size, so that a sanitizer sees any step beyond it. */
static void run(const uint8_t *data, size_t size)
{
    current.data = malloc(size == 0 ? 1 : size);
    if (current.data == NULL) exit(2);
    if (size > 0) memcpy(current.data, data, size);
    current.size = size;
    (void)LLVMFuzzerTestOneInput(current.data, size);
    free(current.data);
}

static int write_seeds(const char *dir)
{
    for (size_t i = 0; i < input_count; i++) {
        char name[PATH_ROOM];
        (void)snprintf(name, sizeof name, "%s/seed-%zu", dir, i);
        FILE *file = fopen(name, "wb");
        if (file == NULL || fwrite(inputs[i].data, 1, inputs[i].size, file) != inputs[i].size ||
            fclose(file) != 0) {
            perror(name);
            return 2;
        }
    }
    return 0;
}

int main(int count, char **arguments)
{
    static uint8_t room[INPUT_MAX];
    program = arguments[0];
    fuzz_seeds(add, NULL);
    if (count == 3 && strcmp(arguments[1], "--seeds") == 0) return write_seeds(arguments[2]);
    char *end = NULL;
    const unsigned long runs = count < 2 ? 0 : strtoul(arguments[1], &end, 10);
    if (count < 2 || end == arguments[1] || *end != '\0') {
        (void)fprintf(stderr,
                      "usage: %s RUNS [FILE or DIRECTORY ...]\n       %s --seeds DIRECTORY\n",
                      program, program);
        return 2;
    }
    for (int i = 2; i < count; i++)
        add_path(arguments[i]);
    (void)snprintf(kept, sizeof kept, "%s.crash", program);
    (void)signal(SIGABRT, keep);
    (void)signal(SIGSEGV, keep);
    (void)signal(SIGFPE, keep);
    (void)signal(SIGBUS, keep);
    for (size_t i = 0; i < input_count; i++)
        run(inputs[i].data, inputs[i].size);
    for (unsigned long i = 0; i < runs; i++) {
        const input *base = &inputs[below(input_count)];
        size_t size = base->size;
        memcpy(room, base->data, size);
        for (size_t changes = 1 + below(CHANGES_MAX); changes > 0; changes--)
            change(room, &size);
        run(room, size);
    }
    (void)printf("%zu inputs and %lu mutations of them: nothing found\n", input_count, runs);
    for (size_t i = 0; i < input_count; i++)
        free(inputs[i].data);
    return 0;
}
