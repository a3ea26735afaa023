/*
 * goal: a run in parts gives the bytes of the whole run, whatever the division, the order, the
 *       interruptions; and no damaged, foreign, double or missing part ever enters a result.
 * method: random models, 1 to 7 shards in random order, runs that are stopped and go on until
 *         done, compared as result documents; every byte of small files flipped and cut, with and
 *         without a hash that fits; a writer killed while it saves, and one without room.
 */
#include "tests/test.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/sim_models.h"
#include "waarborg/sim_part.h"
#include "waarborg/sim_report.h"

#define RELEASE "1.2.3"
enum { NAME = 64, SHARDS = 7 };

static char directory[] = "/tmp/wb-part-XXXXXX";

static const char *name_of(char name[NAME], unsigned number)
{
    (void)snprintf(name, NAME, "%s/%u.part", directory, number);
    return name;
}

static wb_model *model_of(uint64_t seed, sim_scale scale, uint64_t paths)
{
    static const char *const levels[] = {"0.5", "0.99"};
    wb_model *model = sim_model_random(seed, scale);
    model->level_count = model->fund_level_count = COUNT(levels);
    for (uint32_t i = 0; i < COUNT(levels); i++) {
        wb_level *both[] = {&model->levels[i], &model->fund_levels[i]};
        for (size_t k = 0; k < COUNT(both); k++) {
            strcpy(both[k]->text, levels[i]);
            assert_int_equal(
                wb_rate_parse(&both[k]->level, levels[i], strlen(levels[i]), WB_RATE_NUMBER, NULL),
                WB_OK);
        }
    }
    model->paths = paths;
    memset(model->blake2b, (int)seed, sizeof model->blake2b);
    return model;
}

/* The document, to be freed; frees the result. */
static char *document_of(const wb_model *model, wb_sim_result *result)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(wb_sim_result_json(out, model, result, RELEASE, NULL), WB_OK);
    assert_int_equal(fclose(out), 0);
    wb_sim_result_free(result);
    return text;
}

static char *whole_of(const wb_model *model)
{
    wb_sim_result *result = NULL;
    assert_int_equal(wb_sim_run(&result, model, NULL, NULL), WB_OK);
    return document_of(model, result);
}

static wb_sim_part *part_of(const wb_model *model, const wb_sim_options *options)
{
    wb_sim_part *part = NULL;
    assert_int_equal(wb_sim_part_new(&part, model, options, RELEASE, NULL), WB_OK);
    return part;
}

static void run_shard(const wb_model *model, uint32_t index, uint32_t count, const char *path)
{
    const wb_sim_options options = {.threads = 1 + index % 3};
    wb_sim_part *part = part_of(model, &options);
    assert_int_equal(wb_sim_part_run(part, (wb_sim_shard){.index = index, .count = count}, NULL),
                     WB_OK);
    assert_int_equal(wb_sim_part_save(part, path, NULL), WB_OK);
    wb_sim_part_free(part);
}

static void assert_result(wb_sim_part *part, const wb_model *model, const char *expected)
{
    wb_sim_result *result = NULL;
    wb_error err = {0};
    if (wb_sim_part_result(&result, part, &err) != WB_OK) fail_msg("%s", err.message);
    char *text = document_of(model, result);
    assert_string_equal(text, expected);
    free(text);
}

static void test_shards_in_any_order_give_the_whole_run(void **state)
{
    (void)state;
    sim_stream stream = {.state = 1};
    for (uint64_t seed = 0; seed < 14; seed++) {
        const sim_scale scale = seed % 7 == 6 ? SIM_SCALE_BEYOND : SIM_SCALE_REAL;
        wb_model *model = model_of(seed, scale, 1 + sim_below(&stream, 2600));
        char *whole = whole_of(model);
        const uint32_t count = 1 + (uint32_t)(seed % SHARDS);
        unsigned order[SHARDS];
        char name[NAME];
        for (uint32_t i = 0; i < count; i++) {
            run_shard(model, i + 1, count, name_of(name, i));
            const uint64_t at = sim_below(&stream, i + 1);
            order[i] = order[at];
            order[at] = i;
        }
        wb_sim_part *merged = part_of(model, NULL);
        for (uint32_t i = 0; i < count; i++) {
            wb_error err = {0};
            if (wb_sim_part_add(merged, name_of(name, order[i]), &err) != WB_OK) {
                fail_msg("%s", err.message);
            }
        }
        assert_int_equal(wb_sim_part_done(merged), model->paths);
        assert_result(merged, model, whole);
        wb_sim_part_free(merged);
        free(whole);
        wb_model_free(model);
    }
}

static void test_shards_are_whole_blocks_that_cover_every_path_once(void **state)
{
    (void)state;
    static const uint64_t sizes[] = {1, 255, 256, 257, 5000, 123456};
    for (size_t s = 0; s < COUNT(sizes); s++) {
        wb_model *model = model_of(1, SIM_SCALE_SMALL, sizes[s]);
        wb_sim_part *part = part_of(model, NULL);
        static const uint32_t counts[] = {1, 2, 3, 7, 500};
        for (size_t c = 0; c < COUNT(counts); c++) {
            uint64_t next = 0;
            for (uint32_t i = 1; i <= counts[c]; i++) {
                const wb_sim_paths paths =
                    wb_sim_part_shard(part, (wb_sim_shard){.index = i, .count = counts[c]});
                if (paths.first >= paths.end) continue;
                assert_int_equal(paths.first, next);
                assert_int_equal(paths.first % 256, 0);
                next = paths.end;
            }
            assert_int_equal(next, sizes[s]);
        }
        wb_sim_part_free(part);
        wb_model_free(model);
    }
}

/* ---- interruption ---- */

typedef struct stopper {
    wb_sim_part **part;
    const char *path; /* saved there while threads run */
    unsigned calls, stop_at;
} stopper;

static bool stop(uint64_t done, uint64_t total, void *context)
{
    stopper *s = context;
    assert_true(done <= total);
    assert_int_equal(wb_sim_part_save(*s->part, s->path, NULL), WB_OK);
    return ++s->calls < s->stop_at;
}

static void test_a_run_that_is_stopped_and_goes_on_gives_the_whole_run(void **state)
{
    (void)state;
    sim_stream stream = {.state = 3};
    char name[NAME];
    (void)name_of(name, 100);
    wb_model *model = model_of(5, SIM_SCALE_REAL, WB_SANITIZED ? 6000 : 50000);
    char *whole = whole_of(model);
    unsigned stops = 0;
    uint64_t done = 0;
    for (wb_code code = WB_E_INTERRUPTED; code != WB_OK;) {
        wb_sim_part *part = NULL;
        stopper s = {.part = &part, .path = name, .stop_at = 1 + (unsigned)sim_below(&stream, 3)};
        const wb_sim_options options = {.threads = 1 + (uint32_t)sim_below(&stream, 3),
                                        .kernel = WB_KERNEL_GMP,
                                        .progress = stop,
                                        .context = &s};
        part = part_of(model, &options);
        if (stops > 0) assert_int_equal(wb_sim_part_add(part, name, NULL), WB_OK);
        assert_int_equal(wb_sim_part_done(part), done);
        /* a save during the run keeps less than what is here in the end: that is saved too */
        code = wb_sim_part_run(part, (wb_sim_shard){.index = 1, .count = 1}, NULL);
        assert_true(code == WB_OK || code == WB_E_INTERRUPTED);
        stops++;
        if (stops % 2 == 0) {
            done = wb_sim_part_done(part);
            assert_int_equal(wb_sim_part_save(part, name, NULL), WB_OK);
        } else { /* as if killed: what was saved last counts */
            wb_sim_part *saved = part_of(model, NULL);
            assert_int_equal(wb_sim_part_add(saved, name, NULL), WB_OK);
            assert_true(wb_sim_part_done(saved) >= done);
            done = wb_sim_part_done(saved);
            wb_sim_part_free(saved);
            if (done < model->paths) code = WB_E_INTERRUPTED;
        }
        s.stop_at = UINT_MAX;
        if (code == WB_OK) assert_result(part, model, whole);
        wb_sim_part_free(part);
    }
    assert_true(stops > 2);
    free(whole);
    wb_model_free(model);
}

/* ---- what may not be put together ---- */

static void assert_refused(wb_model *model, const char *release, const char *path, wb_code expected,
                           const char *message)
{
    wb_sim_part *part = NULL;
    wb_error err = {0};
    assert_int_equal(wb_sim_part_new(&part, model, NULL, release, NULL), WB_OK);
    assert_int_equal(wb_sim_part_add(part, path, &err), expected);
    if (strstr(err.message, message) == NULL) fail_msg("'%s': %s", message, err.message);
    assert_string_equal(err.file, path);
    wb_sim_part_free(part);
}

static void test_a_part_of_another_run_is_refused(void **state)
{
    (void)state;
    char name[NAME];
    wb_model *model = model_of(2, SIM_SCALE_REAL, 600);
    run_shard(model, 1, 2, name_of(name, 0));
    model->seed++;
    assert_refused(model, RELEASE, name, WB_E_CONFLICT, "seed");
    model->seed--;
    model->paths++;
    assert_refused(model, RELEASE, name, WB_E_CONFLICT, "600 paths, not 601");
    model->paths--;
    model->blake2b[31] ^= 1;
    assert_refused(model, RELEASE, name, WB_E_CONFLICT, "another scenario");
    model->blake2b[31] ^= 1;
    model->opening.ledger_hash[0] ^= 1;
    assert_refused(model, RELEASE, name, WB_E_CONFLICT, "other books");
    model->opening.ledger_hash[0] ^= 1;
    assert_refused(model, "1.2.4", name, WB_E_CONFLICT, "release");
    assert_refused(model, RELEASE, "/nonexistent/p.part", WB_E_IO, "No such file");
    assert_refused(model, RELEASE, "/dev/null", WB_E_IO, "not a regular file");
    wb_model_free(model);
}

static void test_paths_that_are_double_or_missing_are_named(void **state)
{
    (void)state;
    char first[NAME], other[NAME];
    wb_error err = {0};
    wb_model *model = model_of(4, SIM_SCALE_REAL, 2000); /* 8 blocks, the last of 208 */
    run_shard(model, 1, 3, name_of(first, 0));           /* blocks 0, 1 */
    run_shard(model, 2, 5, name_of(other, 1));           /* blocks 1, 2 */
    wb_sim_part *part = part_of(model, NULL);
    assert_int_equal(wb_sim_part_add(part, first, NULL), WB_OK);
    assert_int_equal(wb_sim_part_add(part, other, &err), WB_E_CONFLICT);
    assert_non_null(strstr(err.message, "paths 257 to 512"));
    assert_non_null(strstr(err.message, first));
    assert_non_null(strstr(err.message, other));
    wb_sim_part_free(part);

    part = part_of(model, NULL);
    assert_int_equal(wb_sim_part_add(part, other, NULL), WB_OK);
    wb_sim_paths missing = {0};
    assert_true(wb_sim_part_missing(part, 0, &missing));
    assert_int_equal(missing.first, 0);
    assert_int_equal(missing.end, 256);
    assert_true(wb_sim_part_missing(part, missing.end, &missing));
    assert_int_equal(missing.first, 768);
    assert_int_equal(missing.end, 2000);
    assert_false(wb_sim_part_missing(part, missing.end, &missing));
    wb_sim_result *result = NULL;
    assert_int_equal(wb_sim_part_result(&result, part, &err), WB_E_MISSING);
    assert_null(result);
    assert_int_equal(wb_sim_part_run(part, (wb_sim_shard){.index = 2, .count = 2}, &err),
                     WB_E_CONFLICT);
    wb_sim_part_free(part);
    wb_model_free(model);
}

/* ---- damage ---- */

static uint8_t *read_file(const char *path, size_t *size)
{
    FILE *in = fopen(path, "rb");
    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    *size = (size_t)ftell(in);
    rewind(in);
    uint8_t *bytes = malloc(*size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, *size, in), *size);
    (void)fclose(in);
    return bytes;
}

static wb_code add_bytes(wb_sim_part *part, const uint8_t *bytes, size_t size, wb_error *err)
{
    uint8_t *copy = malloc(size > 0 ? size : 1); /* exact, so that a read beyond is seen */
    assert_non_null(copy);
    memcpy(copy, bytes, size);
    return wb_sim_part_add_bytes(part, copy, size, "damaged", err);
}

static void test_every_flipped_bit_and_every_cut_is_refused(void **state)
{
    (void)state;
    char name[NAME];
    wb_model *model = model_of(1, SIM_SCALE_SMALL, 3);
    run_shard(model, 1, 1, name_of(name, 0));
    size_t size = 0;
    uint8_t *bytes = read_file(name, &size);
    for (size_t at = 0; at < size; at++) {
        wb_error err = {0};
        wb_sim_part *part = part_of(model, NULL);
        bytes[at] ^= (uint8_t)(1 << at % 8);
        const wb_code flipped = add_bytes(part, bytes, size, &err);
        bytes[at] ^= (uint8_t)(1 << at % 8);
        assert_true(flipped == WB_E_SYNTAX || flipped == WB_E_VERSION || flipped == WB_E_DAMAGED);
        assert_true(at < 8 || flipped != WB_E_SYNTAX);
        wb_sim_part_free(part);
        part = part_of(model, NULL);
        const wb_code cut = add_bytes(part, bytes, at, &err);
        assert_int_equal(cut, at < 8 ? WB_E_SYNTAX : WB_E_DAMAGED);
        wb_sim_part_free(part);
    }
    free(bytes);
    wb_model_free(model);
}

/* With a hash that fits, as only a forger makes: refused, or numbers that can be worked with. */
static void test_forged_parts_do_no_harm(void **state)
{
    (void)state;
    char name[NAME];
    sim_stream stream = {.state = 9};
    wb_model *model = model_of(1, SIM_SCALE_SMALL, 30);
    run_shard(model, 1, 1, name_of(name, 0));
    size_t size = 0;
    uint8_t *bytes = read_file(name, &size);
    uint8_t *forged = malloc(size);
    unsigned refused = 0;
    for (size_t round = 0; round < 800; round++) {
        memcpy(forged, bytes, size);
        const size_t end = round % 4 == 3 ? 32 + sim_below(&stream, size - 31) : size;
        const size_t at = 8 + sim_below(&stream, (round % 2 == 0 ? size / 4 : size) - 40);
        forged[at] ^= (uint8_t)(1 << sim_below(&stream, 8));
        crypto_generichash(forged + end - 32, 32, forged, end - 32, NULL, 0);
        wb_sim_part *part = part_of(model, NULL);
        wb_sim_result *result = NULL;
        wb_code code = add_bytes(part, forged, end, NULL);
        if (code == WB_OK) code = wb_sim_part_result(&result, part, NULL);
        refused += code != WB_OK;
        wb_sim_result_free(result);
        wb_sim_part_free(part);
    }
    assert_true(refused > 300);
    free(forged);
    free(bytes);
    wb_model_free(model);
}

/* Two ranges of one file that overlap, touch, or lie in the wrong order. */
static void test_ranges_that_cannot_be_are_refused(void **state)
{
    (void)state;
    enum { RANGES = 132 };
    static const uint8_t rows[][4] = {{0, 1, 0, 1}, {0, 1, 1, 2}, {2, 3, 0, 1}, {0, 1, 2, 4},
                                      {0, 0, 2, 3}, {1, 0, 2, 3}, {0, 1, 2, 3}};
    char first[NAME], third[NAME], both[NAME];
    wb_model *model = model_of(3, SIM_SCALE_REAL, 700); /* 3 blocks */
    run_shard(model, 1, 3, name_of(first, 0));
    run_shard(model, 3, 3, name_of(third, 1));
    wb_sim_part *part = part_of(model, NULL);
    assert_int_equal(wb_sim_part_add(part, third, NULL), WB_OK);
    assert_int_equal(wb_sim_part_add(part, first, NULL), WB_OK);
    assert_int_equal(wb_sim_part_save(part, name_of(both, 2), NULL), WB_OK);
    wb_sim_part_free(part);
    size_t size = 0;
    uint8_t *bytes = read_file(both, &size);
    for (size_t i = 0; i < COUNT(rows); i++) {
        wb_error err = {0};
        for (size_t k = 0; k < 4; k++)
            bytes[RANGES + 8 * k] = rows[i][k];
        crypto_generichash(bytes + size - 32, 32, bytes, size - 32, NULL, 0);
        part = part_of(model, NULL);
        const wb_code code = add_bytes(part, bytes, size, &err);
        if (i + 1 == COUNT(rows)) { /* as it was */
            assert_int_equal(code, WB_OK);
        } else {
            assert_int_equal(code, WB_E_DAMAGED);
            assert_non_null(strstr(err.message, "ranges"));
        }
        wb_sim_part_free(part);
    }
    free(bytes);
    wb_model_free(model);
}

static void test_a_newer_form_is_refused_as_such(void **state)
{
    (void)state;
    char name[NAME];
    wb_error err = {0};
    wb_model *model = model_of(1, SIM_SCALE_SMALL, 3);
    run_shard(model, 1, 1, name_of(name, 0));
    size_t size = 0;
    uint8_t *bytes = read_file(name, &size);
    bytes[8]++;
    wb_sim_part *part = part_of(model, NULL);
    assert_int_equal(add_bytes(part, bytes, size, &err), WB_E_VERSION);
    assert_non_null(strstr(err.message, "form 2"));
    wb_sim_part_free(part);
    free(bytes);
    wb_model_free(model);
}

/* ---- saving ---- */

static void test_a_writer_killed_while_it_saves_leaves_a_whole_file(void **state)
{
    (void)state;
    char name[NAME];
    (void)name_of(name, 200);
    sim_stream stream = {.state = 11};
    wb_model *model = model_of(2, SIM_SCALE_REAL, 20000);
    wb_sim_part *part = part_of(model, NULL);
    assert_int_equal(wb_sim_part_run(part, (wb_sim_shard){.index = 1, .count = 1}, NULL), WB_OK);
    assert_int_equal(wb_sim_part_save(part, name, NULL), WB_OK);
    for (unsigned round = 0; round < 30; round++) {
        const pid_t child = fork();
        assert_true(child >= 0);
        if (child == 0) {
            while (wb_sim_part_save(part, name, NULL) == WB_OK)
                continue;
            _exit(1);
        }
        (void)usleep((useconds_t)(500 + sim_below(&stream, 12000)));
        assert_int_equal(kill(child, SIGKILL), 0);
        int status = 0;
        assert_int_equal(waitpid(child, &status, 0), child);
        assert_true(WIFSIGNALED(status));
        wb_sim_part *read = part_of(model, NULL);
        assert_int_equal(wb_sim_part_add(read, name, NULL), WB_OK);
        assert_int_equal(wb_sim_part_done(read), model->paths);
        wb_sim_part_free(read);
    }
    wb_sim_part_free(part);
    wb_model_free(model);
}

static void test_a_save_without_room_keeps_the_old_file_and_leaves_nothing(void **state)
{
    (void)state;
    char name[NAME], fresh[NAME + 32];
    (void)name_of(name, 300);
    wb_model *model = model_of(2, SIM_SCALE_REAL, 5000);
    run_shard(model, 1, 2, name);
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        wb_error err = {0};
        const struct rlimit limit = {.rlim_cur = 5000, .rlim_max = 5000};
        (void)signal(SIGXFSZ, SIG_IGN);
        wb_sim_part *part = part_of(model, NULL);
        bool good = wb_sim_part_run(part, (wb_sim_shard){.index = 1, .count = 1}, NULL) == WB_OK &&
                    setrlimit(RLIMIT_FSIZE, &limit) == 0;
        good = good && wb_sim_part_save(part, name, &err) == WB_E_IO;
        (void)snprintf(fresh, sizeof fresh, "%s.new-%ld", name, (long)getpid());
        good = good && access(fresh, F_OK) != 0 && strstr(err.message, "cannot save") != NULL;
        _exit(good ? 0 : 1);
    }
    int status = 0;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    wb_sim_part *part = part_of(model, NULL);
    assert_int_equal(wb_sim_part_add(part, name, NULL), WB_OK);
    assert_int_equal(wb_sim_part_done(part),
                     wb_sim_part_shard(part, (wb_sim_shard){.index = 1, .count = 2}).end);
    wb_sim_part_free(part);
    wb_model_free(model);
}

static int make_directory(void **state)
{
    (void)state;
    return mkdtemp(directory) == NULL ? -1 : 0;
}

static int remove_directory(void **state)
{
    (void)state;
    char command[NAME];
    (void)snprintf(command, sizeof command, "rm -r %s", directory);
    return system(command);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shards_in_any_order_give_the_whole_run),
        cmocka_unit_test(test_shards_are_whole_blocks_that_cover_every_path_once),
        cmocka_unit_test(test_a_run_that_is_stopped_and_goes_on_gives_the_whole_run),
        cmocka_unit_test(test_a_part_of_another_run_is_refused),
        cmocka_unit_test(test_paths_that_are_double_or_missing_are_named),
        cmocka_unit_test(test_every_flipped_bit_and_every_cut_is_refused),
        cmocka_unit_test(test_forged_parts_do_no_harm),
        cmocka_unit_test(test_ranges_that_cannot_be_are_refused),
        cmocka_unit_test(test_a_newer_form_is_refused_as_such),
        cmocka_unit_test(test_a_writer_killed_while_it_saves_leaves_a_whole_file),
        cmocka_unit_test(test_a_save_without_room_keeps_the_old_file_and_leaves_nothing),
    };
    return cmocka_run_group_tests(tests, make_directory, remove_directory);
}
