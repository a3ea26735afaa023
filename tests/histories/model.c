/* model.c - the rules of the books on paper; see model.h. */
#include "model.h"

#include <assert.h>
#include <string.h>

const m_user m_users[USERS] = {{"anna", true, false, true},
                               {"bram", false, true, false},
                               {"chantal", false, true, false},
                               {"dirk", true, true, false},
                               {"eva", false, false, false}};

codes codes_none(void)
{
    return (codes){0};
}

codes codes_with(codes set, wb_code code)
{
    set.bits |= (uint64_t)1 << (unsigned)code;
    return set;
}

bool codes_has(codes set, wb_code code)
{
    return (set.bits >> (unsigned)code & 1) != 0;
}

const m_entry *model_reversal(const model *m, uint64_t number)
{
    for (size_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].reverses == number) return &m->entries[i];
    }
    return NULL;
}

static const m_entry *entry_at(const model *m, uint64_t number)
{
    for (size_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].number == number) return &m->entries[i];
    }
    return NULL;
}

const m_entry *model_reference(const model *m, int reference, uint64_t *proposal)
{
    *proposal = 0;
    for (size_t i = 0; i < m->entry_count; i++) {
        if (m->entries[i].reference == reference) return &m->entries[i];
    }
    for (size_t p = 0; p < m->proposal_count; p++) {
        const m_proposal *open = &m->proposals[p];
        for (size_t i = 0; open->state == M_OPEN && i < open->count; i++) {
            if (open->drafts[i].period || open->drafts[i].entry.reference != reference) continue;
            *proposal = open->number;
            return &open->drafts[i].entry;
        }
    }
    return NULL;
}

bool model_same(const m_entry *a, const m_entry *b)
{
    return a->month == b->month && a->subject == b->subject && a->reference == b->reference &&
           a->debit == b->debit && a->credit == b->credit && a->party == b->party &&
           a->cents == b->cents && a->reverses == b->reverses;
}

static bool reversal_reserved(const model *m, uint64_t target, uint64_t except)
{
    for (size_t p = 0; p < m->proposal_count; p++) {
        const m_proposal *open = &m->proposals[p];
        if (open->state != M_OPEN || open->number == except) continue;
        for (size_t i = 0; i < open->count; i++) {
            if (!open->drafts[i].period && open->drafts[i].entry.reverses == target) return true;
        }
    }
    return false;
}

static codes judge_entry(const model *m, const m_entry *entry, uint64_t except)
{
    codes set = codes_none();
    uint64_t proposal = 0;
    const m_entry *there =
        entry->reference < 0 ? NULL : model_reference(m, entry->reference, &proposal);
    if (there != NULL && (proposal == 0 || proposal != except)) {
        if (model_same(there, entry)) return set; /* already there, whatever has changed since */
        set = codes_with(set, WB_E_DUPLICATE);
    }
    if (m->closed[entry->month]) set = codes_with(set, WB_E_CLOSED);
    if (entry->reverses != 0) {
        const m_entry *target = entry_at(m, entry->reverses);
        if (target == NULL || target->reverses != 0 || model_reversal(m, entry->reverses) != NULL ||
            reversal_reserved(m, entry->reverses, except)) {
            set = codes_with(set, WB_E_REVERSED);
        }
    }
    return set;
}

static codes judge_period(const model *m, const m_draft *draft, uint64_t except)
{
    codes set = codes_none();
    if (m->closed[draft->month] == draft->closed) set = codes_with(set, WB_E_RULE);
    for (size_t p = 0; draft->closed && p < m->proposal_count; p++) {
        const m_proposal *open = &m->proposals[p];
        if (open->state != M_OPEN || open->number == except) continue;
        for (size_t i = 0; i < open->count; i++) {
            if (!open->drafts[i].period && open->drafts[i].entry.month == draft->month) {
                set = codes_with(set, WB_E_RULE);
            }
        }
    }
    return set;
}

codes model_judge(const model *m, const m_draft *drafts, size_t count, uint64_t except)
{
    codes set = codes_none();
    for (size_t i = 0; i < count; i++) {
        const codes one = drafts[i].period ? judge_period(m, &drafts[i], except)
                                           : judge_entry(m, &drafts[i].entry, except);
        set.bits |= one.bits;
    }
    return set;
}

codes model_judge_stale(const model *m, const m_proposal *proposal)
{
    codes set = model_judge(m, proposal->drafts, proposal->count, proposal->number);
    bool stale = set.bits != 0;
    for (size_t i = 0; i < proposal->count; i++) {
        const m_draft *draft = &proposal->drafts[i];
        if (draft->period) {
            stale = stale || m->period_record[draft->month] > proposal->number;
            /* what the checks before closing did not see */
            for (size_t k = 0; draft->closed && k < m->entry_count; k++) {
                stale = stale || (m->entries[k].number > proposal->number &&
                                  m->entries[k].month <= draft->month);
            }
            continue;
        }
        for (size_t k = 0; k < m->entry_count; k++) {
            const m_entry *later = &m->entries[k];
            if (later->number <= proposal->number) continue;
            const m_entry *mine = &draft->entry;
            const bool subject = mine->subject >= 0 && later->subject == mine->subject;
            const bool pair = proposal->computed && mine->party >= 0 &&
                              later->party == mine->party && later->debit == mine->debit;
            stale = stale || subject || pair;
        }
    }
    return stale ? codes_with(set, WB_E_STALE) : set;
}

bool model_already(const model *m, const m_draft *drafts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t proposal = 0;
        if (drafts[i].period || drafts[i].entry.reference < 0) return false;
        const m_entry *there = model_reference(m, drafts[i].entry.reference, &proposal);
        if (there == NULL || !model_same(there, &drafts[i].entry)) return false;
    }
    return true;
}

unsigned model_needed(const m_draft *drafts, size_t count)
{
    unsigned needed = 1;
    for (size_t i = 0; i < count; i++) {
        if (drafts[i].period && !drafts[i].closed) needed = 2;
    }
    return needed;
}

bool model_may_propose(int user, const m_draft *drafts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const bool may =
            drafts[i].period ? m_users[user].maker || m_users[user].admin : m_users[user].maker;
        if (!may) return false;
    }
    return true;
}

void model_post(model *m, const m_draft *drafts, size_t count, const m_proposal *from)
{
    for (size_t i = 0; i < count; i++) {
        uint64_t proposal = 0;
        const m_entry *entry = &drafts[i].entry;
        if (drafts[i].period) {
            m->count++;
            m->closed[drafts[i].month] = drafts[i].closed;
            m->period_record[drafts[i].month] = m->count;
            continue;
        }
        if (from == NULL && entry->reference >= 0 &&
            model_reference(m, entry->reference, &proposal) != NULL) {
            continue;
        }
        assert(m->entry_count < ENTRIES_MAX);
        m->count++;
        m_entry *fresh = &m->entries[m->entry_count++];
        *fresh = *entry;
        fresh->number = m->count;
        fresh->proposal = from == NULL ? 0 : from->number;
        fresh->approvals = from == NULL ? 0 : from->approvals;
    }
}

void model_propose(model *m, int maker, bool computed, const m_draft *drafts, size_t count)
{
    assert(m->proposal_count < PROPOSALS_MAX);
    m_proposal fresh = {.maker = maker, .computed = computed};
    for (size_t i = 0; i < count; i++) {
        if (!model_already(m, &drafts[i], 1)) fresh.drafts[fresh.count++] = drafts[i];
    }
    if (fresh.count == 0) return;
    fresh.number = ++m->count;
    fresh.needed = model_needed(fresh.drafts, fresh.count);
    m->proposals[m->proposal_count++] = fresh;
}

m_proposal *model_proposal(model *m, uint64_t number)
{
    for (size_t i = 0; i < m->proposal_count; i++) {
        if (m->proposals[i].number == number) return &m->proposals[i];
    }
    return NULL;
}

int64_t model_balance(const model *m, int account, int party, int month, uint64_t record)
{
    int64_t sum = 0;
    for (size_t i = 0; i < m->entry_count; i++) {
        const m_entry *entry = &m->entries[i];
        if (entry->month > month || entry->number > record) continue;
        if (entry->debit == account && entry->party == party) sum += entry->cents;
        if (entry->credit == account && party == -1) sum -= entry->cents;
    }
    return sum;
}
