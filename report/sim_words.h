/* sim_words.h - what the events are called, and what they mean to the people who decide. */
#ifndef WAARBORG_REPORT_SIM_WORDS_H
#define WAARBORG_REPORT_SIM_WORDS_H

#include "waarborg/sim.h"

typedef struct wb_event_words {
    const char *id;
    const char *happens; /* "the chance that ..." */
    const char *avoided; /* "the cash with which ..." */
} wb_event_words;
extern const wb_event_words wb_event_words_of[WB_EVENT_COUNT];

#endif
