/* key_file.c - a secret key in a file, sealed under a passphrase. docs/format.md shows the lines.
 */
#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "proof/encode.h"
#include "proof/lines.h"
#include "proof/signer.h"

enum {
    SALT_SIZE = crypto_pwhash_SALTBYTES,
    NONCE_SIZE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
    SEALED_SIZE = NONCE_SIZE + SEED_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES,
    SEALING_KEY_SIZE = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
    CHECK_SIZE = 16,
    CHECK_TEXT = 2 * CHECK_SIZE,
    FILE_MAX = 1024, /* bytes; a whole one has below 400 */
    PASSES = 3,      /* of a new key; with 64 MiB about a tenth of a second */
    KIB = 64 * 1024,
    PASSES_MAX = 10,
    KIB_MIN = 8 * 1024,
    KIB_MAX = 1024 * 1024,
    SUFFIX_ROOM = sizeof ".pub" + sizeof ".XXXXXX"
};

static const char first_line[] = "waarborg.key@v1";

/* A key file, taken apart. */
typedef struct key_file {
    wb_verifier verifier;
    uint64_t passes, kib; /* the cost of Argon2id */
    uint8_t salt[SALT_SIZE];
    uint8_t sealed[SEALED_SIZE]; /* nonce, secret and tag */
    const char *head;            /* the lines before "sealed", which it is bound to */
    size_t head_size;
} key_file;

/* ---- The text ---------------------------------------------------------------------------------
 */

static void check_of(char check[CHECK_TEXT + 1], const char *lines, size_t size)
{
    uint8_t hash[CHECK_SIZE];
    (void)crypto_generichash(hash, sizeof hash, (const uint8_t *)lines, size, NULL, 0);
    (void)sodium_bin2hex(check, CHECK_TEXT + 1, hash, sizeof hash);
}

static wb_code refuse_line(wb_error *err, const line_reader *lines, const char *why)
{
    (void)wb_fail(err, WB_E_KEY, "not a key file, or a damaged one: %s", why);
    wb_error_hint(err, "make it again from its backup");
    wb_error_at(err, lines->path, lines->number, NULL);
    return WB_E_KEY;
}

/* "PASSES KIB SALT" */
static wb_code read_cost(key_file *file, const line_reader *lines, const char *text, size_t size,
                         wb_error *err)
{
    const char *first = memchr(text, ' ', size);
    const size_t passes_size = first == NULL ? size : (size_t)(first - text);
    const char *rest = first == NULL ? text + size : first + 1;
    const size_t rest_size = (size_t)(text + size - rest);
    const char *second = rest_size > 0 ? memchr(rest, ' ', rest_size) : NULL;
    const size_t kib_size = second == NULL ? rest_size : (size_t)(second - rest);
    if (second == NULL || !decode_decimal(&file->passes, text, passes_size, UINT32_MAX) ||
        !decode_decimal(&file->kib, rest, kib_size, UINT32_MAX) ||
        !decode_base64_exact(file->salt, SALT_SIZE, second + 1,
                             (size_t)(text + size - second - 1))) {
        return refuse_line(err, lines, "not 'argon2id PASSES KIB SALT'");
    }
    if (file->passes >= 1 && file->passes <= PASSES_MAX && file->kib >= KIB_MIN &&
        file->kib <= KIB_MAX) {
        return WB_OK;
    }
    (void)wb_fail(err, WB_E_KEY, "the key asks for %llu passes over %llu KiB to open",
                  (unsigned long long)file->passes, (unsigned long long)file->kib);
    wb_error_hint(err, "1 to %d passes over %d to %d KiB are allowed", PASSES_MAX, KIB_MIN,
                  KIB_MAX);
    wb_error_at(err, lines->path, lines->number, NULL);
    return WB_E_KEY;
}

static wb_code parse(key_file *file, const char *bytes, size_t size, const char *path,
                     wb_error *err)
{
    line_reader lines = {.at = bytes, .end = bytes + size, .path = path};
    const char *text = NULL;
    size_t length = 0;
    if (!line_next(&lines, &text, &length) || length != sizeof first_line - 1 ||
        memcmp(text, first_line, length) != 0) {
        return refuse_line(err, &lines, "its first line is not 'waarborg.key@v1'");
    }
    if (!line_next(&lines, &text, &length) || !line_skip(&text, &length, "key ")) {
        return refuse_line(err, &lines, "no line 'key'");
    }
    wb_code code = wb_verifier_parse(&file->verifier, text, length, err);
    if (code != WB_OK) {
        wb_error_at(err, path, lines.number, NULL);
        return code;
    }
    if (!line_next(&lines, &text, &length) || !line_skip(&text, &length, "argon2id ")) {
        return refuse_line(err, &lines, "no line 'argon2id'");
    }
    code = read_cost(file, &lines, text, length, err);
    if (code != WB_OK) return code;
    file->head = bytes;
    file->head_size = (size_t)(lines.at - bytes);
    if (!line_next(&lines, &text, &length) || !line_skip(&text, &length, "sealed ") ||
        !decode_base64_exact(file->sealed, SEALED_SIZE, text, length)) {
        return refuse_line(err, &lines, "no line 'sealed' with 72 bytes in base64");
    }
    char check[CHECK_TEXT + 1];
    check_of(check, bytes, (size_t)(lines.at - bytes));
    if (!line_next(&lines, &text, &length) || !line_skip(&text, &length, "check ") ||
        length != CHECK_TEXT || memcmp(text, check, length) != 0) {
        return refuse_line(err, &lines, "its check is not that of its lines");
    }
    lines.number++;
    return lines.at == lines.end ? WB_OK : refuse_line(err, &lines, "something follows its end");
}

/* ---- Sealing ----------------------------------------------------------------------------------
 */

/* The key that Argon2id makes of a passphrase, into locked memory. WB_E_NOMEM. */
static wb_code derive(uint8_t key[SEALING_KEY_SIZE], const key_file *file, const char *passphrase,
                      wb_error *err)
{
    if (crypto_pwhash(key, SEALING_KEY_SIZE, passphrase, strlen(passphrase), file->salt,
                      file->passes, (size_t)file->kib * 1024, crypto_pwhash_ALG_ARGON2ID13) == 0) {
        return WB_OK;
    }
    return wb_fail(err, WB_E_NOMEM, "no memory to open a key: it takes %llu KiB",
                   (unsigned long long)file->kib);
}

/* The secret of a file. `locked` has room for the sealing key and the seed. */
static wb_code unseal(uint8_t *locked, const key_file *file, const char *path,
                      const char *passphrase, wb_error *err)
{
    uint8_t *seed = locked + SEALING_KEY_SIZE;
    unsigned long long size = 0;
    const wb_code code = derive(locked, file, passphrase, err);
    if (code != WB_OK) return code;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(
            seed, &size, NULL, file->sealed + NONCE_SIZE, SEALED_SIZE - NONCE_SIZE,
            (const uint8_t *)file->head, file->head_size, file->sealed, locked) == 0) {
        assert(size == SEED_SIZE);
        return WB_OK;
    }
    (void)wb_fail(err, WB_E_KEY, "the passphrase is not that of the key of %s",
                  file->verifier.name);
    wb_error_at(err, path, 0, NULL);
    return WB_E_KEY;
}

/* ---- Opening ----------------------------------------------------------------------------------
 */

/* All of a small file that nobody else may read. */
static wb_code read_private(char bytes[FILE_MAX], size_t *size, const char *path, wb_error *err)
{
    *size = 0;
    struct stat about;
    wb_code code = WB_OK;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0) {
        code = wb_fail(err, WB_E_IO, "cannot open the key: %s", strerror(errno));
    } else if (fstat(file, &about) != 0) {
        code = wb_fail(err, WB_E_IO, "cannot look at the key: %s", strerror(errno));
    } else if (!S_ISREG(about.st_mode)) {
        code = wb_fail(err, WB_E_KEY, "not a key file: it is no file");
    } else if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        code = wb_fail(err, WB_E_KEY, "others may read or change the key (mode %04o)",
                       (unsigned)about.st_mode & 07777U);
        wb_error_hint(err, "chmod 600 on it; if others could read it, take a new key");
    }
    ssize_t got = 1;
    while (code == WB_OK && got > 0 && *size < FILE_MAX) {
        got = read(file, bytes + *size, FILE_MAX - *size);
        if (got > 0) *size += (size_t)got;
        if (got < 0 && errno == EINTR) got = 1;
    }
    if (got < 0) code = wb_fail(err, WB_E_IO, "cannot read the key: %s", strerror(errno));
    if (code == WB_OK && *size == FILE_MAX) {
        code = wb_fail(err, WB_E_KEY, "not a key file: larger than one can be");
    }
    if (code != WB_OK) wb_error_at(err, path, 0, NULL);
    if (file >= 0) (void)close(file);
    return code;
}

wb_code wb_key_verifier(wb_verifier *verifier, const char *path, wb_error *err)
{
    char bytes[FILE_MAX];
    size_t size = 0;
    key_file file;
    wb_code code = read_private(bytes, &size, path, err);
    if (code == WB_OK) code = parse(&file, bytes, size, path, err);
    if (code == WB_OK) *verifier = file.verifier;
    return code;
}

wb_code wb_signer_open(wb_signer **signer, const char *path, const char *passphrase, wb_error *err)
{
    assert(signer != NULL && path != NULL && passphrase != NULL);
    *signer = NULL;
    char bytes[FILE_MAX];
    size_t size = 0;
    key_file file;
    wb_code code = read_private(bytes, &size, path, err);
    if (code == WB_OK) code = parse(&file, bytes, size, path, err);
    if (code != WB_OK) return code;
    if (sodium_init() < 0) return wb_fail(err, WB_E_INTERNAL, "libsodium does not start");
    uint8_t *locked = sodium_malloc(SEALING_KEY_SIZE + SEED_SIZE);
    if (locked == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to open a key");
    code = unseal(locked, &file, path, passphrase, err);
    if (code == WB_OK) {
        code = signer_make(signer, file.verifier.name, locked + SEALING_KEY_SIZE, err);
    }
    sodium_free(locked);
    if (code == WB_OK &&
        memcmp((*signer)->verifier.key, file.verifier.key, WB_PUBLIC_KEY_SIZE) != 0) {
        wb_signer_close(*signer);
        *signer = NULL;
        code = wb_fail(err, WB_E_KEY, "the secret in the file is not that of its key");
        wb_error_at(err, path, 0, NULL);
    }
    return code;
}

/* ---- Making -----------------------------------------------------------------------------------
 */

/* The lines of a new key. */
static wb_code seal(char text[FILE_MAX], const wb_signer *signer, const char *passphrase,
                    wb_error *err)
{
    key_file file = {.passes = PASSES, .kib = KIB};
    char line[WB_VERIFIER_TEXT_MAX];
    char salt[BASE64_ROOM(SALT_SIZE)];
    char sealed[BASE64_ROOM(SEALED_SIZE)];
    randombytes_buf(file.salt, sizeof file.salt);
    randombytes_buf(file.sealed, NONCE_SIZE);
    const int head = snprintf(text, FILE_MAX, "%s\nkey %s\nargon2id %d %d %s\n", first_line,
                              wb_verifier_text(line, &signer->verifier), PASSES, KIB,
                              encode_base64(salt, sizeof salt, file.salt, sizeof file.salt));
    uint8_t *key = sodium_malloc(SEALING_KEY_SIZE);
    if (key == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to seal a key");
    const wb_code code = derive(key, &file, passphrase, err);
    if (code == WB_OK) {
        /* the first half of libsodium's secret is the seed */
        (void)crypto_aead_xchacha20poly1305_ietf_encrypt(
            file.sealed + NONCE_SIZE, NULL, signer->secret, SEED_SIZE, (const uint8_t *)text,
            (unsigned long long)head, NULL, file.sealed, key);
        int size = head + snprintf(text + head, FILE_MAX - (size_t)head, "sealed %s\n",
                                   encode_base64(sealed, sizeof sealed, file.sealed, SEALED_SIZE));
        char check[CHECK_TEXT + 1];
        check_of(check, text, (size_t)size);
        size += snprintf(text + size, FILE_MAX - (size_t)size, "check %s\n", check);
        assert(size < FILE_MAX);
    }
    sodium_free(key);
    return code;
}

/* A whole new file beside `path`, synced; its name in `fresh`. */
static wb_code write_beside(char *fresh, size_t room, const char *path, const char *text,
                            mode_t mode, wb_error *err)
{
    (void)snprintf(fresh, room, "%s.XXXXXX", path);
    const size_t size = strlen(text);
    const int file = mkstemp(fresh); /* mode 0600 */
    wb_code code = WB_OK;
    size_t done = 0;
    while (file >= 0 && done < size) {
        const ssize_t put = write(file, text + done, size - done);
        if (put < 0 && errno != EINTR) break;
        if (put > 0) done += (size_t)put;
    }
    if (file < 0 || done < size || fchmod(file, mode) != 0 || fsync(file) != 0) {
        code = wb_fail(err, WB_E_IO, "cannot write a key: %s", strerror(errno));
        wb_error_at(err, path, 0, NULL);
    }
    if (file < 0) fresh[0] = '\0';
    if (file >= 0 && close(file) != 0 && code == WB_OK) {
        code = wb_fail(err, WB_E_IO, "cannot write a key: %s", strerror(errno));
    }
    return code;
}

/* Give the file its name, unless there is one already. */
static wb_code put_in_place(const char *fresh, const char *path, wb_error *err)
{
    if (link(fresh, path) == 0) return WB_OK;
    wb_code code = WB_OK;
    if (errno == EEXIST) {
        code = wb_fail(err, WB_E_EXISTS, "there is a file of that name");
        wb_error_hint(err, "a key is never overwritten; name another file");
    } else {
        code = wb_fail(err, WB_E_IO, "cannot write a key: %s", strerror(errno));
    }
    wb_error_at(err, path, 0, NULL);
    return code;
}

/* Make the names last: sync the directory they are in. */
static wb_code sync_directory(const char *path, wb_error *err)
{
    const char *slash = strrchr(path, '/');
    char *name = slash == NULL ? strdup(".") : strndup(path, (size_t)(slash - path) + 1);
    if (name == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a name");
    const int directory = open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    wb_code code = WB_OK;
    if (directory < 0 || fsync(directory) != 0) {
        code = wb_fail(err, WB_E_IO, "cannot sync the directory: %s", strerror(errno));
        wb_error_at(err, name, 0, NULL);
    }
    if (directory >= 0) (void)close(directory);
    free(name);
    return code;
}

/* Both files or neither: the key first, for a key without its public half still works. */
static wb_code write_pair(const char *path, const char *sealed, const char *verifier, wb_error *err)
{
    const size_t room = strlen(path) + SUFFIX_ROOM;
    char *names = calloc(3, room); /* the public file, and both before they have their names */
    if (names == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a name");
    char *public_path = names;
    char *fresh = names + room;
    char *fresh_public = names + 2 * room;
    const size_t stem = strlen(path) - strlen(".key"); /* wraps when it is shorter */
    const bool ends = strlen(path) > strlen(".key") && strcmp(path + stem, ".key") == 0;
    (void)snprintf(public_path, room, "%.*s.pub", (int)(ends ? stem : strlen(path)), path);
    wb_code code = write_beside(fresh, room, path, sealed, 0600, err);
    if (code == WB_OK) code = write_beside(fresh_public, room, public_path, verifier, 0644, err);
    if (code == WB_OK) code = put_in_place(fresh, path, err);
    if (code == WB_OK) {
        code = put_in_place(fresh_public, public_path, err);
        if (code == WB_OK) {
            code = sync_directory(path, err);
            if (code != WB_OK) (void)unlink(public_path);
        }
        if (code != WB_OK) (void)unlink(path);
    }
    if (fresh[0] != '\0') (void)unlink(fresh);
    if (fresh_public[0] != '\0') (void)unlink(fresh_public);
    free(names);
    return code;
}

static wb_code check_new(const char *name, const char *passphrase, wb_error *err)
{
    const size_t size = strlen(passphrase);
    if (!wb_id_valid(name, strlen(name))) {
        (void)wb_fail(err, WB_E_RANGE, "'%.64s' is not a name for a key", name);
        wb_error_hint(err, "at most %d letters, digits and - _ . : /, such as 'anna'", WB_ID_MAX);
        return WB_E_RANGE;
    }
    if (size >= WB_PASSPHRASE_MIN && size <= WB_PASSPHRASE_MAX) return WB_OK;
    (void)wb_fail(err, WB_E_RANGE, "the passphrase is too %s",
                  size < WB_PASSPHRASE_MIN ? "short" : "long");
    wb_error_hint(err, "take %d to %d bytes; a few words are best", WB_PASSPHRASE_MIN,
                  WB_PASSPHRASE_MAX);
    return WB_E_RANGE;
}

wb_code wb_key_new(const char *path, const char *name, const char *passphrase,
                   wb_verifier *verifier, wb_error *err)
{
    assert(path != NULL && verifier != NULL);
    wb_code code = check_new(name, passphrase, err);
    if (code != WB_OK) return code;
    if (access(path, F_OK) == 0) { /* before the work; link decides */
        code = wb_fail(err, WB_E_EXISTS, "there is a file of that name");
        wb_error_hint(err, "a key is never overwritten; name another file");
        wb_error_at(err, path, 0, NULL);
        return code;
    }
    if (sodium_init() < 0) return wb_fail(err, WB_E_INTERNAL, "libsodium does not start");
    uint8_t *seed = sodium_malloc(SEED_SIZE);
    if (seed == NULL) return wb_fail(err, WB_E_NOMEM, "no memory to make a key");
    randombytes_buf(seed, SEED_SIZE);
    wb_signer *signer = NULL;
    code = signer_make(&signer, name, seed, err);
    sodium_free(seed);
    char text[FILE_MAX];
    char key[WB_VERIFIER_TEXT_MAX];
    char line[WB_VERIFIER_TEXT_MAX + 1];
    if (code == WB_OK) code = seal(text, signer, passphrase, err);
    if (code == WB_OK) {
        (void)snprintf(line, sizeof line, "%s\n", wb_verifier_text(key, &signer->verifier));
        code = write_pair(path, text, line, err);
    }
    if (code == WB_OK) *verifier = signer->verifier;
    wb_signer_close(signer);
    return code;
}

/* ---- Passphrases ------------------------------------------------------------------------------
 */

char *wb_passphrase_new(void)
{
    char *text = calloc(1, WB_PASSPHRASE_ROOM);
    if (text != NULL) (void)sodium_mlock(text, WB_PASSPHRASE_ROOM); /* where it may */
    return text;
}

void wb_passphrase_clear(char *text)
{
    if (text == NULL) return;
    (void)sodium_munlock(text, WB_PASSPHRASE_ROOM); /* wipes, locked or not */
    free(text);
}

wb_code wb_passphrase_read(char **text, const char *path, wb_error *err)
{
    assert(text != NULL && path != NULL);
    *text = wb_passphrase_new();
    if (*text == NULL) return wb_fail(err, WB_E_NOMEM, "no memory for a passphrase");
    wb_code code = WB_OK;
    size_t size = 0;
    ssize_t got = 1;
    char *end = NULL;
    const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    /* by itself and not by stdio, whose buffer would keep a copy */
    while (file >= 0 && got > 0 && end == NULL && size < WB_PASSPHRASE_ROOM) {
        got = read(file, *text + size, WB_PASSPHRASE_ROOM - size);
        if (got > 0) end = memchr(*text + size, '\n', (size_t)got);
        if (got > 0) size += (size_t)got;
        if (got < 0 && errno == EINTR) got = 1;
    }
    if (end != NULL) size = (size_t)(end - *text);
    if (file < 0 || got < 0) {
        code = wb_fail(err, WB_E_IO, "cannot read the passphrase: %s", strerror(errno));
    } else if (size > WB_PASSPHRASE_MAX) {
        code = wb_fail(err, WB_E_TOO_LARGE, "a passphrase is at most %d bytes", WB_PASSPHRASE_MAX);
    } else if (size == 0) {
        code = wb_fail(err, WB_E_RANGE, "the passphrase is empty");
        wb_error_hint(err, "it is the first line of the file");
    } else if (memchr(*text, '\0', size) != NULL) {
        code = wb_fail(err, WB_E_RANGE, "the passphrase has a zero byte in it");
    } else {
        sodium_memzero(*text + size, WB_PASSPHRASE_ROOM - size);
    }
    if (file >= 0) (void)close(file);
    if (code == WB_OK) return WB_OK;
    wb_passphrase_clear(*text);
    *text = NULL;
    wb_error_at(err, path, 0, NULL);
    return code;
}
