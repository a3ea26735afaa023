/* control_rows.c - the rows of users' keys and of proposals: written with their records, and read
 * back. docs/format.md shows their bytes. */
#include "ledger/control_rows.h"

#include <assert.h>

#include "ledger/slots.h"

/* Put a row of control; `found` says that it was there. */
static wb_code put_row(wb_ledger *ledger, const wb_row *row, bool found, wb_error *err)
{
    if (!found) {
        ledger->head.rows++;
        ledger->head.control_rows++;
    }
    return wb_row_put(ledger, row, err);
}

static wb_code damaged(wb_error *err, const char *what)
{
    return wb_fail(err, WB_E_DAMAGED, "a row of the store is damaged: %s", what);
}

/* A view leaves out the verdicts after it, and what the last of them, or the first record that was
 * posted behind it, made of the proposal. */
static void cut_to_view(const wb_ledger *ledger, wb_proposal_row *row)
{
    if (row->state != WB_PROPOSAL_OPEN && row->verdict_count > 0) {
        const uint64_t last = row->verdicts[row->verdict_count - 1];
        const uint64_t closed = row->state == WB_PROPOSAL_POSTED ? last + 1 : last;
        if (wb_view_hides(ledger, closed)) row->state = WB_PROPOSAL_OPEN;
    }
    while (row->verdict_count > 0 && wb_view_hides(ledger, row->verdicts[row->verdict_count - 1]))
        row->verdict_count--;
}

static wb_code read_proposal(const wb_ledger *ledger, wb_proposal_row *out, wb_span value,
                             wb_error *err)
{
    const uint64_t number = out->number;
    uint8_t state = 0;
    bool whole = wb_span_take_u8(&value, &state) && state <= WB_PROPOSAL_EXPIRED;
    out->state = (wb_proposal_state)state;
    uint64_t last = number;
    while (whole && value.size > 0) {
        uint64_t step = 0;
        whole = out->verdict_count < WB_VERDICTS_MAX && wb_span_take_vlq(&value, &step) &&
                step > 0 && step <= ledger->head.count - last;
        if (!whole) break;
        last += step;
        out->verdicts[out->verdict_count++] = last;
    }
    if (!whole) return damaged(err, "the state of a proposal");
    cut_to_view(ledger, out);
    return WB_OK;
}

wb_code wb_proposal_row_read(wb_ledger *ledger, uint64_t number, wb_proposal_row *out, bool *found,
                             wb_error *err)
{
    wb_row row;
    wb_span value = {0};
    *out = (wb_proposal_row){.number = number};
    wb_row_key_u64(&row, WB_TAG_PROPOSAL, number);
    const wb_code code = wb_lookup(ledger, &row, &value, found, err);
    if (code != WB_OK || !*found) return code;
    *found = !wb_view_hides(ledger, number);
    return *found ? read_proposal(ledger, out, value, err) : WB_OK;
}

static wb_code write_proposal(wb_ledger *ledger, const wb_proposal_row *state, bool found,
                              wb_error *err)
{
    wb_row row;
    wb_row_key_u64(&row, WB_TAG_PROPOSAL, state->number);
    wb_bytes out = {row.value, 0, WB_ROW_VALUE_MAX};
    wb_bytes_put_u8(&out, (uint8_t)state->state);
    uint64_t last = state->number;
    for (size_t i = 0; i < state->verdict_count; i++) {
        wb_bytes_put_vlq(&out, state->verdicts[i] - last);
        last = state->verdicts[i];
    }
    wb_row_seal(&row, out.size);
    return put_row(ledger, &row, found, err);
}

/* Those that were open then: the list of now does not say, and each proposal does. */
static wb_code open_then(wb_ledger *ledger, wb_open_row *open, bool *found, wb_error *err)
{
    static const uint8_t prefix = WB_TAG_PROPOSAL;
    wb_scan scan;
    open->count = 0;
    *found = false;
    wb_code code = wb_scan_open(&scan, ledger, (wb_span){&prefix, 1}, err);
    while (code == WB_OK) {
        wb_span key = {0};
        wb_span value = {0};
        bool more = false;
        code = wb_scan_next(&scan, &key, &value, &more, err);
        if (code != WB_OK || !more) break;
        wb_proposal_row row = {.number = wb_get_u64(key.data + 1)};
        if (wb_view_hides(ledger, row.number)) break; /* and so are all that follow */
        *found = true;
        code = read_proposal(ledger, &row, value, err);
        if (code != WB_OK || row.state != WB_PROPOSAL_OPEN) continue;
        if (open->count == WB_PROPOSALS_OPEN_MAX) {
            code = damaged(err, "too many proposals were open");
        } else {
            open->numbers[open->count++] = row.number;
        }
    }
    wb_scan_close(&scan);
    return code;
}

wb_code wb_open_row_read(wb_ledger *ledger, wb_open_row *open, bool *found, wb_error *err)
{
    if (ledger->view.number != 0) return open_then(ledger, open, found, err);
    wb_row row;
    wb_span value = {0};
    open->count = 0;
    wb_row_key(&row, WB_TAG_OPEN);
    const wb_code code = wb_lookup(ledger, &row, &value, found, err);
    if (code != WB_OK || !*found) return code;
    uint64_t last = 0;
    while (value.size > 0) {
        uint64_t step = 0;
        if (open->count == WB_PROPOSALS_OPEN_MAX || !wb_span_take_vlq(&value, &step) || step == 0 ||
            step > ledger->head.count - last) {
            return damaged(err, "the list of open proposals");
        }
        last += step;
        open->numbers[open->count++] = last;
    }
    if (open->count != ledger->head.open) return damaged(err, "the list of open proposals");
    return WB_OK;
}

static wb_code write_open(wb_ledger *ledger, const wb_open_row *open, bool found, wb_error *err)
{
    wb_row row;
    wb_row_key(&row, WB_TAG_OPEN);
    wb_bytes out = {row.value, 0, WB_ROW_VALUE_MAX};
    uint64_t last = 0;
    for (size_t i = 0; i < open->count; i++) {
        wb_bytes_put_vlq(&out, open->numbers[i] - last);
        last = open->numbers[i];
    }
    ledger->head.open = open->count;
    wb_row_seal(&row, out.size);
    return put_row(ledger, &row, found, err);
}

static wb_code close_proposal(wb_ledger *ledger, uint64_t number, wb_error *err)
{
    wb_open_row open;
    bool found = false;
    const wb_code code = wb_open_row_read(ledger, &open, &found, err);
    if (code != WB_OK) return code;
    size_t kept = 0;
    for (size_t i = 0; i < open.count; i++) {
        if (open.numbers[i] != number) open.numbers[kept++] = open.numbers[i];
    }
    if (kept + 1 != open.count) return damaged(err, "an open proposal is not in the list");
    open.count = kept;
    return write_open(ledger, &open, found, err);
}

static wb_code apply_key(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err)
{
    wb_user user;
    wb_row row;
    wb_span value = {0};
    bool found = false;
    wb_code code = wb_user_read(&user, (const char *)raw->id.data, raw->id.size,
                                (const char *)raw->body.data, raw->body.size, WB_E_DAMAGED, err);
    if (code != WB_OK) return code;
    wb_row_key_public(&row, user.key.key);
    code = wb_lookup(ledger, &row, &value, &found, err);
    if (code != WB_OK || found) return code;
    wb_row_u64(&row, raw->number);
    return put_row(ledger, &row, false, err);
}

static wb_code apply_proposal(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err)
{
    wb_open_row open;
    bool found = false;
    const wb_proposal_row state = {.number = raw->number, .state = WB_PROPOSAL_OPEN};
    wb_code code = write_proposal(ledger, &state, false, err);
    if (code == WB_OK) code = wb_open_row_read(ledger, &open, &found, err);
    if (code != WB_OK) return code;
    if (open.count == WB_PROPOSALS_OPEN_MAX) return damaged(err, "too many proposals are open");
    open.numbers[open.count++] = raw->number;
    ledger->head.proposals++;
    return write_open(ledger, &open, found, err);
}

/* A proposal that is open, and about which a record says something. */
static wb_code open_proposal(wb_ledger *ledger, uint64_t number, wb_proposal_row *state,
                             wb_error *err)
{
    bool found = false;
    const wb_code code = wb_proposal_row_read(ledger, number, state, &found, err);
    if (code == WB_OK && (!found || state->state != WB_PROPOSAL_OPEN)) {
        return damaged(err, "a proposal that was open has no row, or is closed");
    }
    return code;
}

static wb_code apply_verdict(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err)
{
    static const wb_proposal_state after[] = {
        [WB_VERDICT_APPROVE] = WB_PROPOSAL_OPEN,
        [WB_VERDICT_REJECT] = WB_PROPOSAL_REJECTED,
        [WB_VERDICT_WITHDRAW] = WB_PROPOSAL_WITHDRAWN,
        [WB_VERDICT_EXPIRE] = WB_PROPOSAL_EXPIRED,
    };
    wb_proposal_row state;
    wb_code code = open_proposal(ledger, raw->proposal, &state, err);
    if (code != WB_OK) return code;
    if (state.verdict_count == WB_VERDICTS_MAX) return damaged(err, "too many verdicts");
    state.verdicts[state.verdict_count++] = raw->number;
    state.state = after[raw->verdict];
    ledger->head.verdicts++;
    ledger->batch.last_verdict = raw->number;
    code = write_proposal(ledger, &state, true, err);
    if (code == WB_OK && state.state != WB_PROPOSAL_OPEN) {
        code = close_proposal(ledger, state.number, err);
    }
    return code;
}

/* The first record behind the approval that completed a proposal: it is posted. */
static wb_code apply_posted(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err)
{
    if (raw->number != ledger->batch.last_verdict + 1) return WB_OK;
    wb_proposal_row state;
    wb_code code = open_proposal(ledger, raw->proposal, &state, err);
    if (code != WB_OK) return code;
    state.state = WB_PROPOSAL_POSTED;
    code = write_proposal(ledger, &state, true, err);
    return code == WB_OK ? close_proposal(ledger, state.number, err) : code;
}

wb_code wb_control_apply(wb_ledger *ledger, const wb_raw_record *raw, wb_error *err)
{
    if (raw->kind == WB_RECORD_PROPOSAL) return apply_proposal(ledger, raw, err);
    if (raw->kind == WB_RECORD_VERDICT) return apply_verdict(ledger, raw, err);
    wb_code code = raw->proposal != 0 ? apply_posted(ledger, raw, err) : WB_OK;
    if (code == WB_OK && raw->kind == WB_RECORD_USER) code = apply_key(ledger, raw, err);
    return code;
}
