/*
 * progress.h - how far a long command is, on standard error, and whether the user wants it to stop.
 *
 * On a terminal one line is redrawn, from one second on; elsewhere one line is logged every ten
 * seconds. Nothing is shown with -q. Standard output is never touched.
 */
#ifndef WAARBORG_CLI_PROGRESS_H
#define WAARBORG_CLI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

typedef struct wb_progress {
    const char *label; /* what is being done, such as "verify"; borrowed */
    const char *unit;  /* what is counted, such as "records"; borrowed */
    bool silent;
    bool terminal;
    bool drawn;       /* a line stands on the terminal */
    int64_t start_ms; /* monotonic clock */
    int64_t last_ms;  /* when something was last shown */
} wb_progress;

void wb_progress_begin(wb_progress *progress, const char *label, const char *unit, bool silent);
/* Cheap enough for every few thousand units; looks at the clock and mostly does nothing. */
void wb_progress_show(wb_progress *progress, uint64_t done, uint64_t total);
/* Remove the line from the terminal. */
void wb_progress_end(wb_progress *progress);

/* One text line of at most `width` columns (0: unknown, then 80): "verify  63%  630000 of 1000000
 * records  212000/s  ETA 00:02". Pure; for the tests. */
enum { WB_PROGRESS_TEXT_MAX = 256 };
void wb_progress_text(char text[WB_PROGRESS_TEXT_MAX], const wb_progress *progress, uint64_t done,
                      uint64_t total, int64_t elapsed_ms, unsigned width);

/* Catch Ctrl-C: the first sets a flag that long work looks at, the second ends the process. For
 * commands that look at the flag (wb_command.stops); the others end at once, as by default. */
void wb_interrupt_catch(void);
bool wb_interrupted(void);

#endif
