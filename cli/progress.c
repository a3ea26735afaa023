/* progress.c - one redrawn line on a terminal, one log line per ten seconds elsewhere. */
#include "cli/progress.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum { FIRST_MS = 1000, TERMINAL_MS = 200, LOG_MS = 10000 };

static int64_t now_ms(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) return 0;
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The terminal's width; it may say 0, or nothing at all. */
static unsigned terminal_width(void)
{
    struct winsize size;
    memset(&size, 0, sizeof size);
    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0) return 0;
    return size.ws_col;
}

void wb_progress_begin(wb_progress *progress, const char *label, const char *unit, bool silent)
{
    memset(progress, 0, sizeof *progress);
    progress->label = label;
    progress->unit = unit;
    progress->silent = silent;
    progress->terminal = isatty(STDERR_FILENO) == 1;
    progress->start_ms = now_ms();
    progress->last_ms = progress->start_ms;
}

void wb_progress_text(char text[WB_PROGRESS_TEXT_MAX], const wb_progress *progress, uint64_t done,
                      uint64_t total, int64_t elapsed_ms, unsigned width)
{
    if (done > total) done = total;
    const unsigned percent = total == 0 ? 0 : (unsigned)((double)done / (double)total * 100);
    const double seconds = elapsed_ms <= 0 ? 0.001 : (double)elapsed_ms / 1000;
    const double rate = (double)done / seconds;
    const uint64_t left = rate > 0 ? (uint64_t)((double)(total - done) / rate) : 0;
    char eta[32] = "";
    if (rate > 0 && left < 360000) {
        (void)snprintf(eta, sizeof eta, "  ETA %02u:%02u", (unsigned)(left / 60),
                       (unsigned)(left % 60));
    }
    (void)snprintf(text, WB_PROGRESS_TEXT_MAX, "%s  %u%%  %llu of %llu %s  %.0f/s%s",
                   progress->label, percent, (unsigned long long)done, (unsigned long long)total,
                   progress->unit, rate, eta);
    /* One column less than the terminal has: a full line would wrap. */
    const size_t room = width == 0 ? 79 : width - 1;
    if (strlen(text) > room) text[room < WB_PROGRESS_TEXT_MAX ? room : 0] = '\0';
}

void wb_progress_show(wb_progress *progress, uint64_t done, uint64_t total)
{
    if (progress->silent) return;
    const int64_t now = now_ms();
    const int64_t pause = progress->terminal ? (progress->drawn ? TERMINAL_MS : FIRST_MS) : LOG_MS;
    if (now - progress->last_ms < pause) return;
    progress->last_ms = now;
    char text[WB_PROGRESS_TEXT_MAX];
    const unsigned width = progress->terminal ? terminal_width() : WB_PROGRESS_TEXT_MAX;
    wb_progress_text(text, progress, done, total, now - progress->start_ms, width);
    if (progress->terminal) {
        (void)fprintf(stderr, "\r%s\033[K", text);
        progress->drawn = true;
    } else {
        (void)fprintf(stderr, "%s\n", text);
    }
    (void)fflush(stderr);
}

void wb_progress_end(wb_progress *progress)
{
    if (progress->drawn) (void)fputs("\r\033[K", stderr);
    progress->drawn = false;
}

static volatile sig_atomic_t interrupted;

static void on_interrupt(int number)
{
    (void)number;
    if (interrupted != 0) _exit(8);
    interrupted = 1;
}

void wb_interrupt_catch(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_interrupt;
    (void)sigemptyset(&action.sa_mask);
    action.sa_flags = SA_RESTART;
    (void)sigaction(SIGINT, &action, NULL);
    (void)sigaction(SIGTERM, &action, NULL);
}

bool wb_interrupted(void)
{
    return interrupted != 0;
}
