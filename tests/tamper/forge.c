/* forge.c - a ledger rewritten by one who may write anything; see forge.h. */
#include "forge.h"

#include <lmdb.h>
#include <sodium.h>

#include "ledger/chain.h"

enum { NUMBER_AT = 2, TIME_AT = 10, STAMP_END = 18 };

static uint64_t wait_us = 60 * 1000000U;
static int32_t open_days = 30;
static struct {
    const char *subject, *source, *reference;
    uint64_t reverses;
} beside;

static void put(wb_bytes *out, const void *data, size_t size)
{
    ASSERT_OK(wb_bytes_reserve(out, size, &ok_err));
    wb_bytes_put(out, data, size);
}

void forge_clear(forge *made)
{
    for (size_t i = 0; i < made->count; i++)
        wb_bytes_clear(&made->records[i]);
    made->count = 0;
}

void forge_copy(forge *to, const forge *from)
{
    *to = (forge){.count = from->count};
    for (size_t i = 0; i < from->count; i++)
        put(&to->records[i], from->records[i].data, from->records[i].size);
    memcpy(to->hashes, from->hashes, sizeof to->hashes);
}

void forge_read(forge *made, wb_ledger *ledger)
{
    *made = (forge){0};
    ASSERT_OK(wb_read_begin(ledger, &ok_err));
    for (uint64_t number = 1; number <= ledger->head.count; number++) {
        wb_stored stored;
        assert_true(made->count < FORGE_MAX);
        ASSERT_OK(wb_stored_read(ledger, number, &stored, &ok_err));
        memcpy(made->hashes[made->count], stored.hash, WB_LEDGER_HASH_SIZE);
        put(&made->records[made->count], stored.bytes.data, stored.bytes.size);
        made->count++;
    }
    wb_read_end(ledger);
}

void forge_chain(forge *made)
{
    uint8_t previous[WB_LEDGER_HASH_SIZE] = {0};
    for (size_t i = 0; i < made->count; i++) {
        wb_bytes *record = &made->records[i];
        wb_put_u64(record->data + NUMBER_AT, i + 1);
        wb_chain_hash(made->hashes[i], previous, (wb_span){record->data, record->size});
        memcpy(previous, made->hashes[i], sizeof previous);
    }
}

wb_raw_record forge_raw(const forge *made, uint64_t number)
{
    wb_raw_record raw;
    const wb_bytes *record = &made->records[number - 1];
    ASSERT_OK(wb_codec_decode(&raw, (wb_span){record->data, record->size}, &ok_err));
    return raw;
}

/* Records moved: who speaks of a proposal at or after `from` speaks of its new number. */
static void follow(forge *made, uint64_t from, int delta)
{
    for (size_t i = 0; i < made->count; i++) {
        uint8_t *data = made->records[i].data;
        const size_t approvals = STAMP_END + 4U + 1U + data[STAMP_END + 4];
        if (data[1] != WB_RECORD_VERDICT && data[approvals] == 0) continue;
        uint8_t *proposal = &data[approvals + 1];
        assert_true(*proposal < 0x7F); /* of one byte */
        if (*proposal >= from) *proposal = (uint8_t)(*proposal + delta);
    }
}

void forge_put(forge *made, uint64_t number, const void *bytes, size_t size)
{
    wb_bytes fresh = {0};
    assert_true(made->count < FORGE_MAX && number >= 1 && number <= made->count + 1);
    put(&fresh, bytes, size);
    if (number <= made->count) follow(made, number, 1);
    memmove(made->records + number, made->records + number - 1,
            (made->count + 1 - number) * sizeof *made->records);
    made->records[number - 1] = fresh;
    made->count++;
    forge_chain(made);
}

void forge_drop(forge *made, uint64_t first, uint64_t last)
{
    for (uint64_t number = first; number <= last; number++)
        wb_bytes_clear(&made->records[number - 1]);
    memmove(made->records + first - 1, made->records + last,
            (made->count - last) * sizeof *made->records);
    made->count -= last - first + 1;
    follow(made, last + 1, -(int)(last - first + 1));
    forge_chain(made);
}

void forge_swap(forge *made, uint64_t a, uint64_t b)
{
    const wb_bytes kept = made->records[a - 1];
    made->records[a - 1] = made->records[b - 1];
    made->records[b - 1] = kept;
    uint8_t time[8]; /* nobody notices by the clock */
    memcpy(time, made->records[a - 1].data + TIME_AT, sizeof time);
    memcpy(made->records[a - 1].data + TIME_AT, made->records[b - 1].data + TIME_AT, sizeof time);
    memcpy(made->records[b - 1].data + TIME_AT, time, sizeof time);
    forge_chain(made);
}

void forge_edit(forge *made, uint64_t number, const char *from, const char *to)
{
    wb_bytes *record = &made->records[number - 1];
    const size_t size = strlen(from);
    size_t found = 0;
    assert_int_equal(strlen(to), size);
    for (size_t i = 0; i + size <= record->size; i++) {
        if (memcmp(record->data + i, from, size) != 0) continue;
        memcpy(record->data + i, to, size);
        found++;
    }
    assert_true(found > 0);
    forge_chain(made);
}

/* ---- New records ---- */

void forge_last_day(int32_t days)
{
    open_days = days;
}

void forge_wait(uint64_t seconds)
{
    wait_us = seconds * 1000000U;
}

static uint64_t next_time(const forge *made)
{
    const uint64_t last = wb_get_u64(made->records[made->count - 1].data + TIME_AT);
    const uint64_t time = last + wait_us;
    wait_us = 60 * 1000000U;
    return time;
}

static uint64_t append_control(forge *made, const wb_raw_record *raw)
{
    wb_bytes bytes = {0};
    ASSERT_OK(wb_codec_control(&bytes, raw, &ok_err));
    forge_put(made, made->count + 1, bytes.data, bytes.size);
    wb_bytes_clear(&bytes);
    return made->count;
}

uint64_t forge_propose(forge *made, const wb_signer *signer, const char *name,
                       const wb_bytes *drafts, size_t draft_count)
{
    uint8_t nonce[WB_PROPOSAL_NONCE_SIZE];
    uint8_t signature[WB_SIGNATURE_SIZE];
    wb_bytes list = {0};
    wb_bytes text = {0};
    for (size_t i = 0; i < draft_count; i++) {
        ASSERT_OK(wb_codec_put_draft(&list, (wb_span){drafts[i].data, drafts[i].size}, &ok_err));
    }
    randombytes_buf(nonce, sizeof nonce);
    const uint64_t time = next_time(made);
    const wb_date today = {(int32_t)(time / 1000000 / 86400)};
    const wb_raw_record raw = {.kind = WB_RECORD_PROPOSAL,
                               .number = made->count + 1,
                               .recorded_us = time,
                               .date = today,
                               .maker = wb_span_text(name),
                               .expires = {today.days + open_days},
                               .nonce = {nonce, sizeof nonce},
                               .reason = wb_span_text(""),
                               .key = wb_signer_verifier(signer)->id,
                               .signature = {signature, sizeof signature},
                               .draft_count = (uint32_t)draft_count,
                               .drafts = {list.data, list.size}};
    ASSERT_OK(wb_signed_proposal(&text, made->hashes[0], &raw, &ok_err));
    wb_signer_sign(signer, text.data, text.size, signature);
    const uint64_t number = append_control(made, &raw);
    open_days = 30;
    wb_bytes_clear(&list);
    wb_bytes_clear(&text);
    return number;
}

uint64_t forge_verdict(forge *made, const wb_signer *signer, const char *name, uint64_t proposal,
                       wb_verdict verdict, const char *reason)
{
    uint8_t signature[WB_SIGNATURE_SIZE] = {0};
    wb_bytes text = {0};
    const uint64_t time = next_time(made);
    wb_raw_record raw = {.kind = WB_RECORD_VERDICT,
                         .number = made->count + 1,
                         .recorded_us = time,
                         .date = {(int32_t)(time / 1000000 / 86400)},
                         .proposal = proposal,
                         .verdict = verdict,
                         .reason = wb_span_text(reason)};
    if (signer != NULL) {
        raw.maker = wb_span_text(name);
        raw.key = wb_signer_verifier(signer)->id;
        raw.signature = (wb_span){signature, sizeof signature};
        ASSERT_OK(
            wb_signed_verdict(&text, made->hashes[0], &raw, made->hashes[proposal - 1], &ok_err));
        wb_signer_sign(signer, text.data, text.size, signature);
    }
    const uint64_t number = append_control(made, &raw);
    wb_bytes_clear(&text);
    return number;
}

uint64_t forge_post(forge *made, uint64_t proposal, size_t draft, unsigned approvals)
{
    const wb_raw_record about = forge_raw(made, proposal);
    wb_span rest = about.drafts;
    wb_span bytes = {0};
    for (size_t i = 0; i <= draft; i++)
        assert_true(wb_codec_draft(&rest, &bytes));
    const size_t head = 4U + 1U + bytes.data[2 + 4]; /* date and maker */
    wb_bytes out = {0};
    ASSERT_OK(wb_bytes_reserve(&out, bytes.size + 16 + WB_VLQ_MAX, &ok_err));
    wb_bytes_put(&out, bytes.data, NUMBER_AT);
    wb_bytes_put_u64(&out, 0);
    wb_bytes_put_u64(&out, next_time(made));
    wb_bytes_put(&out, bytes.data + 2, head);
    wb_bytes_put_u8(&out, (uint8_t)approvals);
    wb_bytes_put_vlq(&out, proposal);
    wb_bytes_put(&out, bytes.data + 2 + head + 1, bytes.size - 2 - head - 1);
    forge_put(made, made->count + 1, out.data, out.size);
    wb_bytes_clear(&out);
    return made->count;
}

void forge_switch(forge *made, uint64_t number, const wb_signer *signer, const char *name)
{
    uint8_t signature[WB_SIGNATURE_SIZE];
    char base64[100];
    char body[300];
    wb_bytes text = {0};
    wb_bytes fresh = {0};
    const wb_raw_record raw = forge_raw(made, number);
    ASSERT_OK(wb_signed_switch(&text, made->hashes[0], number, made->hashes[number - 2],
                               wb_span_text(name), &ok_err));
    wb_signer_sign(signer, text.data, text.size, signature);
    (void)sodium_bin2base64(base64, sizeof base64, signature, sizeof signature,
                            sodium_base64_VARIANT_ORIGINAL);
    (void)snprintf(body, sizeof body, "{\"by\":\"%s\",\"signature\":\"%s\",\"state\":\"on\"}", name,
                   base64);
    const wb_document document = {
        .kind = WB_RECORD_SWITCH, .date = raw.date, .id = "four-eyes", .body = body, .maker = name};
    const wb_stamp stamp = {.number = number, .recorded_us = raw.recorded_us};
    ASSERT_OK(wb_codec_document(&fresh, stamp, &document, &ok_err));
    wb_bytes_clear(&made->records[number - 1]);
    made->records[number - 1] = fresh;
    wb_bytes_clear(&text);
    forge_chain(made);
}

void forge_subject(const char *subject)
{
    beside.subject = subject;
}

void forge_reference(const char *source, const char *reference)
{
    beside.source = source;
    beside.reference = reference;
}

void forge_reverses(uint64_t number)
{
    beside.reverses = number;
}

wb_bytes forge_entry(const char *maker, const char *event, int64_t cents, int32_t day,
                     uint64_t debit, uint64_t credit)
{
    books_entry entry;
    wb_bytes out = {0};
    const uint64_t accounts[] = {debit, credit};
    const uint64_t parties[] = {0, 0};
    books_entry_init(&entry, "1000", "8000", NULL, cents);
    entry.entry.maker = maker;
    entry.entry.event = event;
    entry.entry.date.days = day;
    entry.entry.subject = beside.subject;
    entry.entry.source = beside.source;
    entry.entry.reference = beside.reference;
    entry.entry.reverses = beside.reverses;
    entry.entry.reason = beside.reverses == 0 ? NULL : "wrong";
    memset(&beside, 0, sizeof beside);
    const wb_stamp stamp = {.number = 1, .recorded_us = 1};
    ASSERT_OK(wb_codec_entry(&out, stamp, &entry.entry, accounts, parties, &ok_err));
    books_entry_clear(&entry);
    return out;
}

wb_bytes forge_document(const char *maker, wb_record_kind kind, const char *id, const char *body)
{
    wb_bytes out = {0};
    const wb_document document = {
        .kind = kind, .date = {20454}, .id = id, .body = body, .maker = maker};
    const wb_stamp stamp = {.number = 1, .recorded_us = 1};
    ASSERT_OK(wb_codec_document(&out, stamp, &document, &ok_err));
    return out;
}

wb_bytes forge_user(const char *maker, const char *name, const char *roles, const char *state,
                    const char *reason, const wb_signer *key)
{
    char body[1000];
    char text[WB_VERIFIER_TEXT_MAX];
    wb_verifier verifier;
    wb_verifier_make(&verifier, name, wb_signer_verifier(key)->key);
    (void)snprintf(body, sizeof body,
                   "{\"key\":\"%s\",\"reason\":\"%s\",\"roles\":[%s],\"state\":\"%s\"}",
                   wb_verifier_text(text, &verifier), reason, roles, state);
    return forge_document(maker, WB_RECORD_USER, name, body);
}

/* ---- Writing ---- */

static void write_rows(const forge *made, const char *dir, size_t rows)
{
    wb_ledger *ledger = NULL;
    ASSERT_OK(wb_ledger_open(&ledger, dir, WB_LEDGER_WRITE, &ok_err));
    ASSERT_OK(wb_ledger_begin(ledger, NULL, NULL, &ok_err));
    for (size_t i = 0; i < rows; i++) {
        wb_batch *batch = &ledger->batch;
        uint8_t key[WB_REFERENCE_KEY_SIZE];
        const wb_raw_record raw = forge_raw(made, i + 1);
        const size_t offset = batch->bytes.size;
        put(&batch->bytes, made->records[i].data, made->records[i].size);
        if (raw.reference.size > 0) wb_reference_key(key, raw.source, raw.reference);
        ASSERT_OK(wb_batch_add(batch, offset, raw.reference.size > 0 ? key : NULL, &ok_err));
    }
    ASSERT_OK(wb_batch_commit(ledger, &ok_err));
    wb_batch_end(ledger, true);
    ledger->in_batch = false;
    wb_ledger_close(ledger);
}

static wb_store *open_store(const char *dir)
{
    wb_store *store = NULL;
    ASSERT_OK(wb_store_open(&store, dir, (wb_store_options){.write = true}, NULL, &ok_err));
    ASSERT_OK(wb_store_begin(store, true, &ok_err));
    return store;
}

static void close_store(wb_store *store)
{
    ASSERT_OK(wb_store_commit(store, &ok_err));
    wb_store_close(store);
}

static wb_head read_head(wb_store *store)
{
    wb_row row;
    wb_span value = {0};
    wb_span opened = {0};
    wb_head head;
    bool found = false;
    wb_row_key(&row, WB_TAG_HEAD);
    const wb_span key = {row.key, row.key_size};
    ASSERT_OK(wb_store_get(store, key, &value, &found, &ok_err));
    ASSERT_OK(wb_row_open(&opened, key, value, &ok_err));
    ASSERT_OK(wb_row_read_head(&head, opened, &ok_err));
    return head;
}

static void put_row(wb_store *store, const wb_row *row)
{
    ASSERT_OK(wb_store_put(store, (wb_span){row->key, row->key_size},
                           (wb_span){row->value, row->value_size}, &ok_err));
}

static void write_bare(const forge *made, const char *dir, size_t first)
{
    wb_store *store = open_store(dir);
    wb_row row;
    wb_head head = read_head(store);
    for (size_t i = first; i < made->count; i++) {
        const wb_bytes *record = &made->records[i];
        wb_row_key_u64(&row, WB_TAG_RECORD, i + 1);
        ASSERT_OK(wb_store_append(store, (wb_span){row.key, row.key_size},
                                  (wb_span){made->hashes[i], WB_LEDGER_HASH_SIZE},
                                  (wb_span){record->data, record->size}, &ok_err));
        head.count++;
        head.rows++;
        head.recorded_us = wb_get_u64(record->data + TIME_AT);
        memcpy(head.hash, made->hashes[i], sizeof head.hash);
    }
    wb_row_head(&row, &head);
    put_row(store, &row);
    close_store(store);
}

/* Of two rows that should not both be, one took the other's place. */
static void count_rows(const char *dir)
{
    wb_store *store = open_store(dir);
    wb_row row;
    wb_head head = read_head(store);
    ASSERT_OK(wb_store_rows(store, &head.rows, &ok_err));
    wb_row_head(&row, &head);
    put_row(store, &row);
    close_store(store);
}

void forge_write(const forge *made, const char *dir, size_t rows)
{
    ASSERT_OK(wb_ledger_create(dir, &ok_err));
    write_rows(made, dir, rows);
    if (rows < made->count) write_bare(made, dir, rows);
    count_rows(dir);
}

/* The store of the program takes nothing out. */
static void take_out(const char *dir, const wb_row *row)
{
    MDB_env *env = NULL;
    MDB_txn *txn = NULL;
    MDB_dbi tree = 0;
    uint8_t name[WB_ROW_KEY_MAX];
    memcpy(name, row->key, row->key_size);
    MDB_val key = {row->key_size, name};
    assert_int_equal(mdb_env_create(&env), 0);
    assert_int_equal(mdb_env_open(env, dir, 0, 0600), 0);
    assert_int_equal(mdb_txn_begin(env, NULL, 0, &txn), 0);
    assert_int_equal(mdb_dbi_open(txn, NULL, 0, &tree), 0);
    assert_int_equal(mdb_del(txn, tree, &key, NULL), 0);
    assert_int_equal(mdb_txn_commit(txn), 0);
    mdb_env_close(env);
}

void forge_row(const char *dir, const wb_row *row)
{
    static wb_row head_row;
    wb_span value = {0};
    bool found = false;
    const bool out = row->value_size == 0;
    if (out) take_out(dir, row);
    wb_store *store = open_store(dir);
    wb_head head = read_head(store);
    ASSERT_OK(wb_store_get(store, (wb_span){row->key, row->key_size}, &value, &found, &ok_err));
    if (!out) put_row(store, row);
    if (!found) {
        head.rows = out ? head.rows - 1 : head.rows + 1;
        head.control_rows = out ? head.control_rows - 1 : head.control_rows + 1;
    }
    wb_row_head(&head_row, &head);
    put_row(store, &head_row);
    close_store(store);
}

void forge_bytes(const char *dir, uint64_t number, const wb_bytes *bytes, const uint8_t *hash)
{
    static uint8_t value[1 << 16];
    wb_row row;
    wb_store *store = open_store(dir);
    assert_true(bytes->size + WB_LEDGER_HASH_SIZE <= sizeof value);
    memcpy(value, hash, WB_LEDGER_HASH_SIZE);
    memcpy(value + WB_LEDGER_HASH_SIZE, bytes->data, bytes->size);
    wb_row_key_u64(&row, WB_TAG_RECORD, number);
    ASSERT_OK(wb_store_put(store, (wb_span){row.key, row.key_size},
                           (wb_span){value, WB_LEDGER_HASH_SIZE + bytes->size}, &ok_err));
    close_store(store);
}
