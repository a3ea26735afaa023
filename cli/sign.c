/* sign.c - opens the key of who runs a command; asks for its passphrase on the terminal. */
#include "cli/sign.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

wb_code wb_cli_key_path(const wb_cli *cli, const char *name, char **path, wb_error *err)
{
    *path = NULL;
    if (cli->key_file != NULL) {
        *path = wb_cli_must(strdup(cli->key_file));
        return WB_OK;
    }
    const char *keys = getenv("WAARBORG_KEYS");
    const char *home = getenv("HOME");
    const bool own = keys == NULL || keys[0] == '\0';
    if (own && (home == NULL || home[0] == '\0')) {
        (void)wb_fail(err, WB_E_KEY, "there is no place to look for the key of %.64s", name);
        wb_error_hint(err, "name it with --key-file, or the directory of keys in WAARBORG_KEYS");
        return WB_E_KEY;
    }
    if (strchr(name, '/') != NULL) {
        (void)wb_fail(err, WB_E_KEY, "'%.64s' is no name of a file", name);
        wb_error_hint(err, "name its file with --key-file or --out");
        return WB_E_KEY;
    }
    static const char below[] = "/.config/waarborg/keys";
    const char *first = own ? home : keys;
    const size_t room = strlen(first) + sizeof below + strlen(name) + sizeof "/.key";
    *path = wb_cli_must(malloc(room));
    (void)snprintf(*path, room, "%s%s/%s.key", first, own ? below : "", name);
    return WB_OK;
}

/* ---- the terminal ---- */

static volatile sig_atomic_t stopped; /* by a signal while the terminal was asked */

static void stop(int number)
{
    stopped = number;
}

static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
enum { ENDING_COUNT = sizeof ending / sizeof ending[0] };

/* One line from the terminal; false at its end, or when a signal came. */
static bool read_line(int terminal, char *text)
{
    size_t size = 0;
    while (stopped == 0 && size < WB_PASSPHRASE_ROOM) {
        const ssize_t got = read(terminal, text + size, 1);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return false;
        if (text[size] == '\n') {
            text[size] = '\0';
            return true;
        }
        size++;
    }
    text[0] = '\0';
    return false;
}

static void put(int terminal, const char *text)
{
    size_t done = 0;
    while (done < strlen(text)) {
        const ssize_t got = write(terminal, text + done, strlen(text) - done);
        if (got <= 0) return; /* a prompt that does not show is no reason to stop */
        done += (size_t)got;
    }
}

/* Ask without an echo. The terminal is as it was when this returns, signal or not. */
static bool ask(int terminal, const char *prompt, char *text)
{
    struct termios before;
    struct sigaction was[ENDING_COUNT];
    struct sigaction now = {.sa_handler = stop}; /* no restart: the read must end */
    if (tcgetattr(terminal, &before) != 0) return false;
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    quiet.c_lflag |= ECHONL | ICANON;
    quiet.c_cc[VSUSP] = _POSIX_VDISABLE; /* nobody else may read while we are stopped */
    (void)sigemptyset(&now.sa_mask);
    stopped = 0;
    for (int i = 0; i < ENDING_COUNT; i++)
        (void)sigaction(ending[i], &now, &was[i]);
    bool good = tcsetattr(terminal, TCSAFLUSH, &quiet) == 0;
    if (good) put(terminal, prompt);
    good = good && read_line(terminal, text);
    (void)tcsetattr(terminal, TCSAFLUSH, &before);
    for (int i = 0; i < ENDING_COUNT; i++)
        (void)sigaction(ending[i], &was[i], NULL);
    return good;
}

static wb_code ask_terminal(const char *prompt, bool twice, char **text, wb_error *err)
{
    const int terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (terminal < 0) {
        (void)wb_fail(err, WB_E_KEY, "there is no terminal to ask for the passphrase on");
        wb_error_hint(err, "give it in a file: --passphrase-file FILE");
        return WB_E_KEY;
    }
    char *first = wb_cli_must(wb_passphrase_new());
    char *second = wb_cli_must(wb_passphrase_new());
    bool good = ask(terminal, prompt, first);
    if (good && twice) good = ask(terminal, "Again: ", second);
    wb_code code = WB_OK;
    if (!good && stopped != 0) {
        code = wb_fail(err, WB_E_INTERRUPTED, "stopped while asking for the passphrase");
    } else if (!good) {
        code = wb_fail(err, WB_E_KEY, "no passphrase was given");
    } else if (twice && strcmp(first, second) != 0) {
        code = wb_fail(err, WB_E_KEY, "the two passphrases differ");
    }
    (void)close(terminal);
    wb_passphrase_clear(second);
    if (code == WB_OK) {
        *text = first;
    } else {
        wb_passphrase_clear(first);
    }
    return code;
}

wb_code wb_cli_passphrase(const wb_cli *cli, const char *prompt, bool twice, char **text,
                          wb_error *err)
{
    *text = NULL;
    const char *file = cli->passphrase_file;
    if (file == NULL) file = getenv("WAARBORG_PASSPHRASE_FILE");
    if (file != NULL && file[0] != '\0') return wb_passphrase_read(text, file, err);
    return ask_terminal(prompt, twice, text, err);
}

wb_code wb_cli_signer(wb_cli *cli, wb_error *err)
{
    if (cli->signer != NULL) return WB_OK;
    char *path = NULL;
    wb_verifier key;
    char id[9];
    wb_code code = wb_cli_key_path(cli, cli->maker, &path, err);
    if (code != WB_OK) return code;
    /* what can be refused without the passphrase is, before it is asked for */
    code = wb_key_verifier(&key, path, err);
    if (code == WB_E_IO) {
        wb_error_hint(err,
                      "this is signed by %s: name the key with --key-file, its directory in "
                      "WAARBORG_KEYS, or who signs with --as",
                      cli->maker);
    }
    if (code == WB_OK && strcmp(key.name, cli->maker) != 0) {
        code = wb_fail(err, WB_E_KEY, "this is the key of %s, and %s signs", key.name, cli->maker);
        wb_error_hint(err, "say who signs with --as");
        wb_error_at(err, path, 0, NULL);
    }
    /* no core file may hold the key or its passphrase; libsodium keeps them out of swap */
    const struct rlimit none = {0, 0};
    (void)setrlimit(RLIMIT_CORE, &none);
    char *passphrase = NULL;
    if (code == WB_OK) {
        char prompt[WB_ID_MAX + 64];
        (void)snprintf(prompt, sizeof prompt, "Key: %s (ed25519 %s)   Passphrase: ", key.name,
                       wb_verifier_short(id, &key));
        code = wb_cli_passphrase(cli, prompt, false, &passphrase, err);
    }
    if (code == WB_OK) code = wb_signer_open(&cli->signer, path, passphrase, err);
    wb_passphrase_clear(passphrase);
    free(path);
    return code;
}
