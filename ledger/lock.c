/* lock.c - the writer's lock; see lock.h. */
#include "ledger/lock.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* The file: four lines (pid, seconds since 1970, user, command), and zero bytes up to this size. */
enum { HOLDER_SIZE = 256 };
/* Writers that post together hold the lock for a moment each: that is no wait to speak of. */
enum { QUIET_TRIES = 5 };

void wb_writer_name(char name[WB_WRITER_NAME_MAX], const char *text)
{
    (void)snprintf(name, WB_WRITER_NAME_MAX, "%s", text == NULL ? "" : text);
    for (char *at = name; *at != '\0'; at++) {
        if ((unsigned char)*at < 0x20 || *at == 0x7F) *at = '?';
    }
}

static void write_holder(int file, const wb_writer *writer)
{
    char text[HOLDER_SIZE] = {0};
    (void)snprintf(text, sizeof text, "%ld\n%lld\n%s\n%s\n", (long)getpid(), (long long)time(NULL),
                   writer->user, writer->command);
    /* A full disk: rather no name than that of an earlier writer. */
    if (pwrite(file, text, sizeof text, 0) == (ssize_t)sizeof text) return;
    const int cut = ftruncate(file, 0);
    (void)cut;
}

wb_code wb_lock_try(int file, const wb_writer *writer, bool *taken, wb_error *err)
{
    *taken = flock(file, LOCK_EX | LOCK_NB) == 0;
    if (*taken) {
        write_holder(file, writer);
        return WB_OK;
    }
    if (errno == EWOULDBLOCK || errno == EINTR) return WB_OK;
    return wb_fail(err, WB_E_IO, "cannot lock the ledger: %s", strerror(errno));
}

wb_code wb_lock_take(int file, const wb_writer *writer,
                     void (*waiting)(const char *holder, void *context), void *context,
                     wb_error *err)
{
    /* LMDB's own lock waits without a word: ours comes first, and can be asked. */
    bool taken = false;
    wb_code code = wb_lock_try(file, writer, &taken, err);
    for (int i = 0; i < QUIET_TRIES && code == WB_OK && !taken; i++) {
        const struct timespec pause = {0, 1000000L << i};
        (void)nanosleep(&pause, NULL);
        code = wb_lock_try(file, writer, &taken, err);
    }
    if (code != WB_OK || taken) return code;
    if (waiting != NULL) {
        char holder[WB_HOLDER_MAX];
        wb_lock_holder(holder, file);
        waiting(holder, context);
    }
    if (flock(file, LOCK_EX) == 0) {
        write_holder(file, writer);
        return WB_OK;
    }
    if (errno == EINTR) return wb_fail(err, WB_E_INTERRUPTED, "interrupted while waiting");
    return wb_fail(err, WB_E_IO, "cannot lock the ledger: %s", strerror(errno));
}

void wb_lock_drop(int file)
{
    (void)flock(file, LOCK_UN);
}

/* Cut the first line off `rest`; NULL when there is none. */
static char *take_line(char **rest)
{
    char *line = *rest;
    char *end = strchr(line, '\n');
    if (end == NULL) return NULL;
    *end = '\0';
    *rest = end + 1;
    return line;
}

/* Any bytes may be in the file: what is not as we write it gives no name. */
void wb_lock_holder(char text[WB_HOLDER_MAX], int file)
{
    char bytes[HOLDER_SIZE + 1] = {0};
    char *rest = bytes;
    (void)snprintf(text, WB_HOLDER_MAX, "another process");
    if (pread(file, bytes, HOLDER_SIZE, 0) <= 0) return;
    const char *lines[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        lines[i] = take_line(&rest);
        if (lines[i] == NULL) return;
    }
    char user[WB_WRITER_NAME_MAX];
    char command[WB_WRITER_NAME_MAX];
    wb_writer_name(user, lines[2]);
    wb_writer_name(command, lines[3]);
    char *end = NULL;
    const long pid = strtol(lines[0], &end, 10);
    if (pid <= 0 || *end != '\0') return;
    const time_t since = (time_t)strtoll(lines[1], &end, 10);
    struct tm parts;
    if (since <= 0 || *end != '\0' || gmtime_r(&since, &parts) == NULL) return;
    (void)snprintf(text, WB_HOLDER_MAX, "%s (pid %ld%s%s, since %02d:%02d:%02d UTC)",
                   user[0] == '\0' ? "somebody" : user, pid, command[0] == '\0' ? "" : ", ",
                   command, parts.tm_hour, parts.tm_min, parts.tm_sec);
}
