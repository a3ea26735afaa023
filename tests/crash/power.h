/*
 * power.h - programs whose files are recorded while they work on a ledger, and what each state that
 * a power cut may leave of them must hold.
 *
 * A run marks in the trace what it is about to commit and what it was told is committed. The
 * content of an entry or document follows from its reference or id, so that a look at a state can
 * say what it must be without having seen the run.
 */
#ifndef WAARBORG_TESTS_POWER_H
#define WAARBORG_TESTS_POWER_H

#include "books.h"
#include "crash/trace.h"

enum { POWER_PATH = 2 * BOOKS_PATH, POWER_TEXT = 700 };

/* Where things are, below the root of a state. */
typedef enum power_place { POWER_LEDGER, POWER_RESTORED, POWER_BACKUP, POWER_PLACES } power_place;
const char *power_path(char path[POWER_PATH], const char *root, power_place where);

/* Marks: `number` records of a place are about to be, or are, committed. Of several posters that
 * share commits: `number` more records are asked for; one was told that record `number`, its last,
 * is there. A mark of what is there has the first bytes of its hash as key. */
enum { POWER_MARK_BEGIN, POWER_MARK_DONE, POWER_MARK_ASKED, POWER_MARK_TOLD };

/* A record knows its place: number `at` (from 0) of `size` in batch `round`. */
typedef struct power_key {
    unsigned round;
    unsigned at;
    unsigned size;
} power_key;
void power_key_text(char text[POWER_TEXT], power_key which);

/* The one entry, and the one document, that belong to a key. */
typedef struct power_entry {
    books_entry made; /* cleared by the caller */
    char reference[POWER_TEXT];
    char memo[POWER_TEXT];
} power_entry;
void power_entry_init(power_entry *sample, power_key which);
void power_document(wb_document *document, char id[POWER_TEXT], char body[POWER_TEXT],
                    power_key which);

uint64_t power_draw(uint64_t *state);
uint64_t power_hash_start(const uint8_t hash[WB_LEDGER_HASH_SIZE]);

/* Do a run in a directory of its own and keep its trace. */
typedef struct power_run {
    const char *name;
    void (*run)(void);
} power_run;
enum { POWER_RUNS = 6 };
extern const power_run power_runs[POWER_RUNS];
void power_record(const power_run *which);

/* What a place must hold after a power cut just before an event. */
typedef struct power_claim {
    power_place where;
    bool begun;
    bool done;       /* it was said to be there */
    uint64_t number; /* records that were said to be there */
    uint64_t hash;   /* and the first bytes of the last one's hash */
    uint64_t most;   /* records that were about to be there */
    bool shared;     /* several posters: any number in between */
} power_claim;
power_claim power_claim_at(power_place where, size_t at);

/* A look at one place of a state; for wb_ledger_guard. WB_E_INTERNAL: something is not as it must
 * be. */
typedef struct power_look {
    char path[POWER_PATH];
    power_claim must;
    bool go_on;      /* write as well */
    uint64_t *found; /* records, UINT64_MAX for no ledger; in shared memory */
} power_look;
wb_code power_look_at(void *context, wb_error *err);

void power_remove(const char *path);

#endif
