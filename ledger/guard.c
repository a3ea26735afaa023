/* guard.c - work in a child process, so that a file that kills liblmdb kills only the child. */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "waarborg/ledger.h"

/* What the child sends back. Both ends are one program: a struct is safe to send. */
typedef struct answer {
    wb_code code;
    wb_error err;
} answer;

static bool send_all(int file, const void *data, size_t size)
{
    const char *at = data;
    while (size > 0) {
        const ssize_t sent = write(file, at, size);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        at += sent;
        size -= (size_t)sent;
    }
    return true;
}

static bool receive_all(int file, void *data, size_t size)
{
    char *at = data;
    while (size > 0) {
        const ssize_t got = read(file, at, size);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        at += got;
        size -= (size_t)got;
    }
    return true;
}

_Noreturn static void run_child(wb_code (*work)(void *context, wb_error *err), void *context,
                                int file)
{
    static const int deadly[] = {SIGBUS, SIGSEGV, SIGABRT, SIGFPE, SIGILL};
    for (size_t i = 0; i < sizeof deadly / sizeof deadly[0]; i++)
        (void)signal(deadly[i], SIG_DFL); /* die at once, whatever handler is installed */
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none); /* an expected death leaves no core file */
    answer result;
    memset(&result, 0, sizeof result);
    result.code = work(context, &result.err);
    if (fflush(NULL) != 0 && result.code == WB_OK) {
        result.code = wb_fail(&result.err, WB_E_IO, "cannot write: %s", strerror(errno));
    }
    _exit(send_all(file, &result, sizeof result) ? 0 : 1);
}

static wb_code ended(int status, const char *dir, wb_error *err)
{
    wb_code code = WB_E_DAMAGED;
    const int signal_number = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    switch (signal_number) {
    case SIGINT:
    case SIGTERM:
    case SIGHUP: code = wb_fail(err, WB_E_INTERRUPTED, "interrupted"); break;
    case 0: code = wb_fail(err, WB_E_IO, "the process that read the ledger gave no answer"); break;
    default:
        code = wb_fail(err, WB_E_IO, "the process that read the ledger was ended by %s",
                       strsignal(signal_number));
        break;
    case SIGBUS:
    case SIGSEGV:
    case SIGABRT:
    case SIGFPE:
    case SIGILL:
        code = wb_fail(err, code, "the data file is damaged: reading it ended by %s",
                       strsignal(signal_number));
        wb_error_hint(err,
                      "post nothing more to '%s'; verify a backup and restore it: waarborg "
                      "ledger restore FILE DIR",
                      dir);
        break;
    }
    wb_error_at(err, dir, 0, NULL);
    return code;
}

wb_code wb_ledger_guard(wb_code (*work)(void *context, wb_error *err), void *context,
                        const char *dir, wb_error *err)
{
    assert(work != NULL && dir != NULL);
    int ends[2];
    if (pipe(ends) != 0) return wb_fail(err, WB_E_IO, "cannot make a pipe: %s", strerror(errno));
    (void)fflush(NULL); /* or the child would print our buffers again */
    const pid_t child = fork();
    if (child < 0) {
        const int reason = errno;
        (void)close(ends[0]);
        (void)close(ends[1]);
        return wb_fail(err, WB_E_IO, "cannot start a process: %s", strerror(reason));
    }
    if (child == 0) {
        (void)close(ends[0]);
        run_child(work, context, ends[1]);
    }
    (void)close(ends[1]);
    answer result;
    const bool answered = receive_all(ends[0], &result, sizeof result);
    (void)close(ends[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (!answered) return ended(status, dir, err);
    if (result.code != WB_OK && err != NULL) *err = result.err;
    return result.code;
}
