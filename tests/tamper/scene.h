/* scene.h - the ledger that is tampered with, who took part in it, and the catalogue. */
#ifndef WAARBORG_TESTS_SCENE_H
#define WAARBORG_TESTS_SCENE_H

#include "forge.h"

/* The records of the books. */
enum {
    BEN_IS = 9,
    TRIAL = 13, /* two entries */
    RULE = 15,
    SWITCH = 18,
    FIRST = 19,       /* anna proposes, ben approves, posted */
    WRITTEN_OFF = 22, /* dora proposes, ben and cor approve, posted */
    ROTATION = 26,    /* another key for ben */
    OPEN = 30,
    REJECTED = 31,
    ANCHOR = 33,
    REVOCATION = 34, /* of cor */
    LAST = 38,       /* anna proposes, dora approves, posted */
    COUNT_ALL = 40,
    DAY = 20454, /* 2026-01-01 */
    TIME_AT = 10 /* in a record's bytes */
};

typedef struct scene {
    eyes people;
    wb_signer *ben; /* his second key */
    wb_signer *eve; /* an outsider's */
    char *note;     /* anchor over all of it */
    forge books;
} scene;

extern scene stage; /* made once: the rows of the catalogue change copies */
int stage_open(void **state);
int stage_close(void **state);
const wb_signer *key_of(int who);
/* An anchor by anna in a batch of its own: its note, owned by the caller. */
char *anchor_now(eyes *made);

/* One thing that is done to the books: `tamper` gives the record that must be named, the code and
 * the words by which. The last `bare` records are such that no rows can be made for them. */
typedef struct deed {
    const char *name;
    uint64_t (*tamper)(forge *books);
    wb_code code;
    const char *words;
    size_t bare;
} deed;
extern const deed past_deeds[]; /* ends with a NULL name */
extern const deed added_deeds[];
extern const deed whole_deeds[]; /* that only a verify of all records can see */

/* added.c, for others: anna proposes an entry of 1.00; somebody approves; an entry that two have
 * approved. Each gives the number of its last record. */
uint64_t memorial(forge *books);
uint64_t yes(forge *books, uint64_t proposal, const wb_signer *signer, const char *name);
uint64_t pass_entry(forge *books, int64_t cents, int32_t day);

#endif
