/* part_bytes.c - writing and reading the bytes of a part of a run; see part_bytes.h. */
#include "sim/part_bytes.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "sim/bytes.h"

enum {
    MAGIC = 8,
    VERSION = 1,
    RELEASE_AT = 28,
    SCENARIO_AT = RELEASE_AT + WB_PART_RELEASE,
    BOOKS_AT = SCENARIO_AT + WB_PART_HASH,
    RECORDS_AT = BOOKS_AT + WB_PART_HASH,
    SEED_AT = RECORDS_AT + 8,
    PATHS_AT = SEED_AT + 8,
    HEAD = PATHS_AT + 8,
    RANGE = 16,
    NUMBER_MAX = 64 /* bytes of a sum; sums of squares of 2^126 over 2^56 paths take 39 */
};
static const uint8_t magic[MAGIC] = {'W', 'B', 'P', 'A', 'R', 'T', '\r', '\n'};

void wb_part_of_model(wb_part_of *of, const wb_model *model, const char *release)
{
    memset(of, 0, sizeof *of);
    assert(strlen(release) <= WB_PART_RELEASE);
    memcpy(of->release, release, strlen(release));
    memcpy(of->scenario, model->blake2b, WB_PART_HASH);
    memcpy(of->books, model->opening.ledger_hash, WB_PART_HASH);
    of->records = model->opening.ledger_count;
    of->seed = model->seed;
    of->paths = model->paths;
}

/* ---- writing ---- */

typedef struct writer {
    crypto_generichash_state hash;
    wb_part_sink *sink;
    void *context;
    bool good;
} writer;

static void put(writer *out, const void *bytes, size_t size)
{
    if (!out->good) return;
    crypto_generichash_update(&out->hash, bytes, size);
    out->good = out->sink(out->context, bytes, size);
}

static void put_number(writer *out, uint64_t value, unsigned size)
{
    uint8_t bytes[8];
    wb_put_le(bytes, value, size);
    put(out, bytes, size);
}

/* One byte, sign in bit 7 and size below; then the magnitude, least significant byte first. */
static void put_integer(writer *out, const mpz_t value)
{
    uint8_t bytes[1 + NUMBER_MAX] = {0};
    size_t size = 0;
    assert((mpz_sizeinbase(value, 2) + 7) / 8 <= NUMBER_MAX);
    mpz_export(bytes + 1, &size, -1, 1, 0, 0, value);
    bytes[0] = (uint8_t)(size | (mpz_sgn(value) < 0 ? 0x80 : 0));
    put(out, bytes, 1 + size);
}

static void put_head(writer *out, const wb_part_of *of, const wb_part_content *content)
{
    put(out, magic, MAGIC);
    put_number(out, VERSION, 4);
    put_number(out, content->tally->column_count, 4);
    put_number(out, content->sums->count, 4);
    put_number(out, content->sums->event_count, 4);
    put_number(out, content->range_count, 4);
    put(out, of->release, WB_PART_RELEASE);
    put(out, of->scenario, WB_PART_HASH);
    put(out, of->books, WB_PART_HASH);
    put_number(out, of->records, 8);
    put_number(out, of->seed, 8);
    put_number(out, of->paths, 8);
    for (uint32_t i = 0; i < content->range_count; i++) {
        put_number(out, content->ranges[i].first, 8);
        put_number(out, content->ranges[i].end, 8);
    }
}

static void put_sums(writer *out, const wb_tally_sums *sums)
{
    mpz_t total, squares;
    mpz_inits(total, squares, NULL);
    for (uint32_t i = 0; i < sums->count; i++) {
        wb_sum_get(total, squares, &sums->all[i]);
        put_integer(out, total);
        put_integer(out, squares);
    }
    for (uint32_t i = 0; i < sums->event_count; i++)
        put_number(out, sums->events[i], 8);
    mpz_clears(total, squares, NULL);
}

bool wb_part_write(const wb_part_of *of, const wb_part_content *content, wb_part_sink *sink,
                   void *context)
{
    writer out = {.sink = sink, .context = context, .good = true};
    crypto_generichash_init(&out.hash, NULL, 0, WB_PART_HASH);
    put_head(&out, of, content);
    put_sums(&out, content->sums);
    const wb_tally *tally = content->tally;
    for (uint32_t r = 0; r < content->range_count; r++) {
        for (uint64_t b = content->ranges[r].first; out.good && b < content->ranges[r].end; b++) {
            const size_t size = wb_packed_size(tally->blocks[b], tally->column_count,
                                               wb_tally_block_paths(tally, b));
            put_number(&out, size, 4);
            put(&out, tally->blocks[b], size);
        }
    }
    uint8_t hash[WB_PART_HASH];
    crypto_generichash_final(&out.hash, hash, sizeof hash);
    return out.good && sink(context, hash, sizeof hash);
}

/* ---- reading ---- */

static wb_code damaged(wb_error *err, const char *how)
{
    const wb_code code = wb_fail(err, WB_E_DAMAGED, "the part of a run is damaged: %s", how);
    wb_error_hint(err, "run that part again, or take another copy of the file");
    return code;
}

static uint64_t blocks_of(uint64_t paths)
{
    return (paths + WB_BLOCK_PATHS - 1) / WB_BLOCK_PATHS;
}

wb_part_range wb_part_view_range(const wb_part_view *view, uint32_t index)
{
    assert(index < view->range_count);
    const uint8_t *at = view->ranges + (size_t)index * RANGE;
    return (wb_part_range){.first = wb_get_le(at, 8), .end = wb_get_le(at + 8, 8)};
}

static bool ranges_good(const wb_part_view *view)
{
    uint64_t least = 0;
    for (uint32_t i = 0; i < view->range_count; i++) {
        const wb_part_range range = wb_part_view_range(view, i);
        if (range.first < least || range.first >= range.end) return false;
        if (range.end > blocks_of(view->of.paths)) return false;
        least = range.end + 1; /* apart: one that goes on is the same range */
    }
    return true;
}

static void read_head(wb_part_view *view, const uint8_t *bytes)
{
    wb_part_of *of = &view->of;
    view->columns = (uint32_t)wb_get_le(bytes + MAGIC + 4, 4);
    view->sums = (uint32_t)wb_get_le(bytes + MAGIC + 8, 4);
    view->events = (uint32_t)wb_get_le(bytes + MAGIC + 12, 4);
    view->range_count = (uint32_t)wb_get_le(bytes + MAGIC + 16, 4);
    memcpy(of->release, bytes + RELEASE_AT, WB_PART_RELEASE);
    memcpy(of->scenario, bytes + SCENARIO_AT, WB_PART_HASH);
    memcpy(of->books, bytes + BOOKS_AT, WB_PART_HASH);
    of->records = wb_get_le(bytes + RECORDS_AT, 8);
    of->seed = wb_get_le(bytes + SEED_AT, 8);
    of->paths = wb_get_le(bytes + PATHS_AT, 8);
}

wb_code wb_part_view_of(wb_part_view *view, uint8_t *bytes, size_t size, wb_error *err)
{
    memset(view, 0, sizeof *view);
    if (size < MAGIC || memcmp(bytes, magic, MAGIC) != 0) {
        const wb_code code = wb_fail(err, WB_E_SYNTAX, "not a part of a run");
        wb_error_hint(err, "parts are written by: waarborg sim run FILE --shard 1/2 --out PART");
        return code;
    }
    if (size < MAGIC + 4) return damaged(err, "it is cut off");
    const uint64_t version = wb_get_le(bytes + MAGIC, 4);
    if (version > VERSION) {
        return wb_fail(err, WB_E_VERSION, "a part of a run in form %llu; this release knows %d",
                       (unsigned long long)version, VERSION);
    }
    if (size < HEAD + WB_PART_HASH) return damaged(err, "it is cut off");
    uint8_t hash[WB_PART_HASH];
    view->end = bytes + size - WB_PART_HASH;
    crypto_generichash(hash, sizeof hash, bytes, size - WB_PART_HASH, NULL, 0);
    if (version != VERSION || memcmp(hash, view->end, WB_PART_HASH) != 0) {
        return damaged(err, "its hash does not match");
    }
    read_head(view, bytes);
    view->ranges = bytes + HEAD;
    const size_t room = (size_t)(view->end - view->ranges);
    const uint64_t paths = view->of.paths;
    if (paths == 0 || paths > WB_PATHS_MAX || view->range_count > room / RANGE) {
        return damaged(err, "it says what cannot be");
    }
    view->after = bytes + HEAD + (size_t)view->range_count * RANGE;
    return ranges_good(view) ? WB_OK : damaged(err, "its ranges of paths cannot be");
}

wb_code wb_part_same(const wb_part_view *view, const wb_part_of *of, wb_error *err)
{
    const wb_part_of *its = &view->of;
    wb_code code = WB_OK;
    if (memcmp(its->scenario, of->scenario, WB_PART_HASH) != 0) {
        code = wb_fail(err, WB_E_CONFLICT, "a part of a run of another scenario");
        wb_error_hint(err,
                      "it was made from one with BLAKE2b %02x%02x%02x%02x..., this one has "
                      "%02x%02x%02x%02x...",
                      its->scenario[0], its->scenario[1], its->scenario[2], its->scenario[3],
                      of->scenario[0], of->scenario[1], of->scenario[2], of->scenario[3]);
    } else if (its->records != of->records || memcmp(its->books, of->books, WB_PART_HASH) != 0) {
        code =
            wb_fail(err, WB_E_CONFLICT, "a part of a run from other books: %llu records, not %llu",
                    (unsigned long long)its->records, (unsigned long long)of->records);
        wb_error_hint(err, "all parts start from the same ledger, as it was; run them again");
    } else if (its->seed != of->seed) {
        code = wb_fail(err, WB_E_CONFLICT, "a part of a run with seed %llu, not %llu",
                       (unsigned long long)its->seed, (unsigned long long)of->seed);
        wb_error_hint(err, "go on with --seed %llu, or leave this part out",
                      (unsigned long long)its->seed);
    } else if (its->paths != of->paths) {
        code = wb_fail(err, WB_E_CONFLICT, "a part of a run of %llu paths, not %llu",
                       (unsigned long long)its->paths, (unsigned long long)of->paths);
        wb_error_hint(err, "go on with -n %llu, or leave this part out",
                      (unsigned long long)its->paths);
    } else if (memcmp(its->release, of->release, WB_PART_RELEASE) != 0) {
        code = wb_fail(err, WB_E_CONFLICT, "a part of a run by release %.16s, this is %.16s",
                       its->release, of->release);
        wb_error_hint(err, "releases may differ in their rules: run all parts with one");
    }
    return code;
}

typedef struct reader {
    uint8_t *at, *end;
} reader;

static uint8_t *take(reader *in, size_t size)
{
    if (size > (size_t)(in->end - in->at)) return NULL;
    uint8_t *taken = in->at;
    in->at += size;
    return taken;
}

static bool take_integer(mpz_t value, reader *in)
{
    const uint8_t *head = take(in, 1);
    if (head == NULL) return false;
    const size_t size = *head & 0x7f;
    const uint8_t *bytes = size <= NUMBER_MAX ? take(in, size) : NULL;
    if (bytes == NULL) return false;
    /* one integer has one form: no leading zero byte, and no minus before 0 */
    if (size > 0 ? bytes[size - 1] == 0 : *head != 0) return false;
    mpz_import(value, size, -1, 1, 0, 0, bytes);
    if ((*head & 0x80) != 0) mpz_neg(value, value);
    return true;
}

/* Whether some integers of this number can have that sum and that sum of squares: at least the
 * squares of equal ones (Cauchy-Schwarz), which is what variances rely on. */
static bool possible(const mpz_t total, const mpz_t squares, uint64_t paths)
{
    mpz_t most, least;
    mpz_inits(most, least, NULL);
    mpz_mul_ui(most, squares, (unsigned long)paths);
    mpz_mul(least, total, total);
    const bool is = mpz_cmp(most, least) >= 0;
    mpz_clears(most, least, NULL);
    return is;
}

static bool take_sums(wb_tally_sums *sums, reader *in)
{
    mpz_t total, squares;
    mpz_inits(total, squares, NULL);
    bool good = true;
    for (uint32_t i = 0; good && i < sums->count; i++) {
        good = take_integer(total, in) && take_integer(squares, in) &&
               possible(total, squares, sums->paths);
        if (good) wb_sum_set(&sums->all[i], total, squares);
    }
    mpz_clears(total, squares, NULL);
    for (uint32_t i = 0; good && i < sums->event_count; i++) {
        const uint8_t *count = take(in, 8);
        good = count != NULL && wb_get_le(count, 8) <= sums->paths;
        if (good) sums->events[i] = wb_get_le(count, 8);
    }
    const uint32_t years = sums->event_count / WB_EVENT_COUNT;
    for (uint32_t event = 0; good && event < WB_EVENT_COUNT; event++) {
        uint64_t paths = 0; /* it happens first in one year of a path */
        for (uint32_t year = 0; year < years; year++)
            paths += sums->events[event * years + year];
        good = paths <= sums->paths;
    }
    return good;
}

static bool take_block(wb_tally *tally, uint64_t index, reader *in)
{
    const uint32_t count = wb_tally_block_paths(tally, index);
    const uint8_t *head = take(in, 4);
    const size_t size = head == NULL ? 0 : (size_t)wb_get_le(head, 4);
    uint8_t *packed = head == NULL ? NULL : take(in, size);
    if (packed == NULL || !wb_packed_check(packed, size, tally->column_count, count)) return false;
    wb_tally_borrow(tally, index, packed);
    return true;
}

wb_code wb_part_enter(wb_tally *tally, const wb_part_view *view, wb_error *err)
{
    wb_tally_sums sums;
    if (view->columns != tally->column_count || view->sums != tally->sums.count ||
        view->events != tally->sums.event_count) {
        return damaged(err, "it has other columns than its scenario");
    }
    if (!wb_tally_sums_init(&sums, tally->shape)) {
        return wb_fail(err, WB_E_NOMEM, "no memory for the sums of a run");
    }
    for (uint32_t r = 0; r < view->range_count; r++) {
        const wb_part_range range = wb_part_view_range(view, r);
        sums.paths += (range.end - range.first - 1) * WB_BLOCK_PATHS +
                      wb_tally_block_paths(tally, range.end - 1);
    }
    reader in = {.at = view->after, .end = view->end};
    bool good = take_sums(&sums, &in);
    for (uint32_t r = 0; good && r < view->range_count; r++) {
        const wb_part_range range = wb_part_view_range(view, r);
        for (uint64_t b = range.first; good && b < range.end; b++)
            good = take_block(tally, b, &in);
    }
    good = good && in.at == in.end;
    if (good) wb_tally_sums_merge(&tally->sums, &sums);
    wb_tally_sums_clear(&sums);
    return good ? WB_OK : damaged(err, "what it holds cannot be");
}
