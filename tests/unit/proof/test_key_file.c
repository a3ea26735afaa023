/* Goal: a key file opens with its passphrase, for its owner, whole, and never else.
 * Method: files written here by hand from docs/format.md, at the lowest cost: every byte changed,
 * every cut, costs that would hang a machine; and files that the library made.
 */
#include "test.h"

#include <dirent.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "waarborg/key.h"

enum { ROOM = 1024, KIB = 8192 };

static const char passphrase[] = "correct horse battery";
static char folder[] = "/tmp/waarborg-key-XXXXXX";
static char path[64];

static void base64(char *text, const uint8_t *bytes, size_t size)
{
    assert_non_null(sodium_bin2base64(text, 256, bytes, size, sodium_base64_VARIANT_ORIGINAL));
}

/* The check line over what stands before it. */
static void append_check(char *text)
{
    uint8_t hash[16];
    char hex[33];
    assert_int_equal(crypto_generichash(hash, 16, (const uint8_t *)text, strlen(text), NULL, 0), 0);
    strcat(text, "check ");
    strcat(text, sodium_bin2hex(hex, sizeof hex, hash, sizeof hash));
    strcat(text, "\n");
}

/* A key file as docs/format.md has it, of the seed 1, 2, 3, ...; `shown` is the key it says it is
 * of. */
static void make(char text[ROOM], const char *shown, unsigned passes, unsigned kib)
{
    uint8_t seed[32];
    uint8_t salt[16];
    uint8_t sealed[72];
    uint8_t key[32];
    char encoded[256];
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(i + 1);
    memset(salt, 7, sizeof salt);
    memset(sealed, 9, 24);
    base64(encoded, salt, sizeof salt);
    (void)snprintf(text, ROOM, "waarborg.key@v1\nkey %s\nargon2id %u %u %s\n", shown, passes, kib,
                   encoded);
    assert_int_equal(crypto_pwhash(key, sizeof key, passphrase, strlen(passphrase), salt, 1,
                                   (size_t)KIB * 1024, crypto_pwhash_ALG_ARGON2ID13),
                     0);
    assert_int_equal(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + 24, NULL, seed,
                                                                sizeof seed, (const uint8_t *)text,
                                                                strlen(text), NULL, sealed, key),
                     0);
    base64(encoded, sealed, sizeof sealed);
    strcat(text, "sealed ");
    strcat(text, encoded);
    strcat(text, "\n");
    append_check(text);
}

static const char *own_key(char text[WB_VERIFIER_TEXT_MAX])
{
    uint8_t seed[32];
    for (size_t i = 0; i < sizeof seed; i++)
        seed[i] = (uint8_t)(i + 1);
    wb_signer *signer = NULL;
    assert_int_equal(wb_signer_seed(&signer, "anna", seed, NULL), WB_OK);
    (void)wb_verifier_text(text, wb_signer_verifier(signer));
    wb_signer_close(signer);
    return text;
}

static void write_bytes(const char *name, const char *bytes, size_t size, mode_t mode)
{
    (void)unlink(name);
    FILE *file = fopen(name, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, size, file), size);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(chmod(name, mode), 0);
}

static wb_code open_with(const char *bytes, size_t size, const char *with, wb_error *err)
{
    wb_signer *signer = NULL;
    write_bytes(path, bytes, size, 0600);
    const wb_code code = wb_signer_open(&signer, path, with, err);
    assert_true((code == WB_OK) == (signer != NULL));
    wb_signer_close(signer);
    return code;
}

static int enter(void **state)
{
    (void)state;
    if (sodium_init() < 0 || mkdtemp(folder) == NULL) return -1;
    (void)snprintf(path, sizeof path, "%s/anna.key", folder);
    return 0;
}

static int leave(void **state)
{
    (void)state;
    char name[ROOM];
    DIR *directory = opendir(folder);
    if (directory == NULL) return -1;
    for (struct dirent *entry = readdir(directory); entry != NULL; entry = readdir(directory)) {
        (void)snprintf(name, sizeof name, "%s/%s", folder, entry->d_name);
        (void)unlink(name);
    }
    (void)closedir(directory);
    return rmdir(folder);
}

static void test_a_file_written_from_the_description_opens(void **state)
{
    (void)state;
    char text[ROOM];
    char key[WB_VERIFIER_TEXT_MAX];
    char opened[WB_VERIFIER_TEXT_MAX];
    make(text, own_key(key), 1, KIB);
    write_bytes(path, text, strlen(text), 0600);
    wb_signer *signer = NULL;
    assert_int_equal(wb_signer_open(&signer, path, passphrase, NULL), WB_OK);
    assert_string_equal(wb_verifier_text(opened, wb_signer_verifier(signer)), key);
    uint8_t signature[WB_SIGNATURE_SIZE];
    wb_signer_sign(signer, "a", 1, signature);
    assert_true(wb_signature_holds(wb_signer_verifier(signer), "a", 1, signature));
    wb_signer_close(signer);
    wb_verifier verifier;
    assert_int_equal(wb_key_verifier(&verifier, path, NULL), WB_OK);
    assert_string_equal(wb_verifier_text(opened, &verifier), key);
}

static void test_a_wrong_passphrase_is_told_from_damage(void **state)
{
    (void)state;
    char text[ROOM];
    char key[WB_VERIFIER_TEXT_MAX];
    wb_error err;
    make(text, own_key(key), 1, KIB);
    static const char *const wrong[] = {"", "correct horse batter", "correct horse battery ",
                                        "Correct horse battery"};
    for (size_t i = 0; i < COUNT(wrong); i++) {
        assert_int_equal(open_with(text, strlen(text), wrong[i], &err), WB_E_KEY);
        assert_non_null(strstr(err.message, "passphrase"));
        assert_string_equal(err.file, path);
    }
    text[60] ^= 1;
    assert_int_equal(open_with(text, strlen(text), passphrase, &err), WB_E_KEY);
    assert_null(strstr(err.message, "passphrase"));
}

static void test_a_file_with_any_byte_changed_or_cut_does_not_open(void **state)
{
    (void)state;
    char text[ROOM];
    char key[WB_VERIFIER_TEXT_MAX];
    make(text, own_key(key), 1, KIB);
    const size_t size = strlen(text);
    for (size_t end = 0; end < size; end++)
        assert_int_equal(open_with(text, end, passphrase, NULL), WB_E_KEY);
    for (size_t i = 0; i < size; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            text[i] = (char)((unsigned char)text[i] ^ 1U << bit);
            assert_int_equal(open_with(text, size, passphrase, NULL), WB_E_KEY);
            text[i] = (char)((unsigned char)text[i] ^ 1U << bit);
        }
    }
    text[size] = '\n';
    assert_int_equal(open_with(text, size + 1, passphrase, NULL), WB_E_KEY);
    assert_int_equal(open_with(text, size, passphrase, NULL), WB_OK);
}

/* Whoever changes a file by intent makes the check fit: then the seal must notice. */
static void test_a_changed_file_with_a_fitting_check_does_not_open(void **state)
{
    (void)state;
    char whole[ROOM];
    char key[WB_VERIFIER_TEXT_MAX];
    make(whole, own_key(key), 1, KIB);
    const size_t size = (size_t)(strstr(whole, "check ") - whole);
    /* one letter of each line, as base64 allows it; the sample is small for each try derives */
    static const char *const lines[] = {"argon2id 1 8192 ", "sealed "};
    for (size_t l = 0; l < COUNT(lines); l++) {
        char *at = strstr(whole, lines[l]) + strlen(lines[l]);
        const size_t length = strcspn(at, "=\n") - 1;
        for (size_t i = 0; i < length; i += 5) {
            char text[ROOM] = {0};
            wb_error err;
            memcpy(text, whole, size);
            char *letter = text + (at - whole) + i;
            *letter = *letter == 'A' ? 'B' : 'A';
            append_check(text);
            assert_int_equal(open_with(text, strlen(text), passphrase, &err), WB_E_KEY);
            assert_non_null(strstr(err.message, "passphrase"));
        }
    }
    /* the same secret under another name, sealed honestly, and not */
    char text[ROOM];
    static const char other[] =
        "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    wb_error err;
    make(text, other, 1, KIB);
    assert_int_equal(open_with(text, strlen(text), passphrase, &err), WB_E_KEY);
    assert_non_null(strstr(err.message, "not that of its key"));
}

static void test_absurd_costs_are_refused_before_they_are_paid(void **state)
{
    (void)state;
    static const struct {
        unsigned passes, kib;
    } cases[] = {{0, KIB}, {11, KIB},    {4294967295U, KIB}, {1, KIB - 1},
                 {1, 0},   {1, 1048577}, {1, 4294967295U}};
    char key[WB_VERIFIER_TEXT_MAX];
    (void)own_key(key);
    for (size_t c = 0; c < COUNT(cases); c++) {
        char text[ROOM];
        wb_error err;
        make(text, key, cases[c].passes, cases[c].kib);
        assert_int_equal(open_with(text, strlen(text), passphrase, &err), WB_E_KEY);
        assert_non_null(strstr(err.message, "passes over"));
        assert_int_equal(err.line, 3);
    }
}

static void test_a_file_that_others_may_read_does_not_open(void **state)
{
    (void)state;
    char text[ROOM];
    char key[WB_VERIFIER_TEXT_MAX];
    make(text, own_key(key), 1, KIB);
    static const mode_t modes[] = {0644, 0640, 0604, 0620, 0602, 0610, 0601, 0666};
    for (size_t m = 0; m < COUNT(modes); m++) {
        wb_signer *signer = NULL;
        wb_error err;
        write_bytes(path, text, strlen(text), modes[m]);
        assert_int_equal(wb_signer_open(&signer, path, passphrase, &err), WB_E_KEY);
        assert_null(signer);
        assert_non_null(strstr(err.message, "others may"));
        assert_non_null(strstr(err.hint, "chmod 600"));
    }
    write_bytes(path, text, strlen(text), 0400);
    wb_signer *signer = NULL;
    assert_int_equal(wb_signer_open(&signer, path, passphrase, NULL), WB_OK);
    wb_signer_close(signer);
}

static void test_what_is_no_file_does_not_open(void **state)
{
    (void)state;
    wb_signer *signer = NULL;
    (void)unlink(path);
    assert_int_equal(wb_signer_open(&signer, path, passphrase, NULL), WB_E_IO);
    assert_int_equal(wb_signer_open(&signer, folder, passphrase, NULL), WB_E_KEY);
    assert_int_equal(mkfifo(path, 0600), 0); /* must not wait for a writer */
    assert_int_equal(wb_signer_open(&signer, path, passphrase, NULL), WB_E_KEY);
    char large[2 * ROOM];
    memset(large, 'a', sizeof large);
    assert_int_equal(open_with(large, sizeof large, passphrase, NULL), WB_E_KEY);
}

static size_t count_files(void)
{
    size_t count = 0;
    DIR *directory = opendir(folder);
    assert_non_null(directory);
    while (readdir(directory) != NULL)
        count++;
    (void)closedir(directory);
    return count - 2; /* . and .. */
}

static void test_a_new_key_opens_and_never_replaces_one(void **state)
{
    (void)state;
    char name[96];
    char public_name[96];
    char text[WB_VERIFIER_TEXT_MAX];
    char again[WB_VERIFIER_TEXT_MAX];
    wb_verifier verifier;
    wb_verifier read;
    struct stat about;
    (void)snprintf(name, sizeof name, "%s/bram.key", folder);
    (void)snprintf(public_name, sizeof public_name, "%s/bram.pub", folder);
    const size_t before = count_files();
    const mode_t mask = umask(0);
    assert_int_equal(wb_key_new(name, "bram", passphrase, &verifier, NULL), WB_OK);
    (void)umask(mask);
    assert_int_equal(count_files(), before + 2);
    assert_int_equal(stat(name, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    wb_signer *signer = NULL;
    assert_int_equal(wb_signer_open(&signer, name, passphrase, NULL), WB_OK);
    (void)wb_verifier_text(text, wb_signer_verifier(signer));
    wb_signer_close(signer);
    assert_int_equal(wb_verifier_read(&read, public_name, NULL), WB_OK);
    assert_string_equal(wb_verifier_text(again, &read), text);
    assert_string_equal(wb_verifier_text(again, &verifier), text);
    /* neither of the two may be there */
    assert_int_equal(wb_key_new(name, "bram", passphrase, &verifier, NULL), WB_E_EXISTS);
    assert_int_equal(unlink(name), 0);
    assert_int_equal(wb_key_new(name, "bram", passphrase, &verifier, NULL), WB_E_EXISTS);
    assert_int_equal(count_files(), before + 1);
    assert_int_equal(wb_verifier_read(&read, public_name, NULL), WB_OK);
    assert_string_equal(wb_verifier_text(again, &read), text);
    assert_int_equal(unlink(public_name), 0);
}

static void test_two_new_keys_have_nothing_in_common(void **state)
{
    (void)state;
    char names[2][96];
    char bytes[2][ROOM] = {{0}};
    for (size_t i = 0; i < 2; i++) {
        wb_verifier verifier;
        (void)snprintf(names[i], sizeof names[i], "%s/%zu", folder, i);
        assert_int_equal(wb_key_new(names[i], "carla", passphrase, &verifier, NULL), WB_OK);
        FILE *file = fopen(names[i], "rb");
        assert_non_null(file);
        assert_true(fread(bytes[i], 1, ROOM - 1, file) > 0);
        assert_int_equal(fclose(file), 0);
        strcat(names[i], ".pub"); /* a name without .key gets it added */
        wb_verifier read;
        assert_int_equal(wb_verifier_read(&read, names[i], NULL), WB_OK);
    }
    static const char *const parts[] = {"key carla+", "argon2id 3 65536 ", "sealed ", "check "};
    for (size_t p = 0; p < COUNT(parts); p++) {
        const char *one = strstr(bytes[0], parts[p]);
        const char *two = strstr(bytes[1], parts[p]);
        assert_non_null(one);
        assert_non_null(two);
        assert_true(memcmp(one + strlen(parts[p]), two + strlen(parts[p]), 16) != 0);
    }
}

static void test_a_key_that_cannot_be_made_leaves_nothing(void **state)
{
    (void)state;
    char name[96];
    char long_one[WB_PASSPHRASE_MAX + 2];
    wb_verifier verifier;
    memset(long_one, 'x', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    (void)snprintf(name, sizeof name, "%s/dora.key", folder);
    const size_t before = count_files();
    assert_int_equal(wb_key_new(name, "do ra", passphrase, &verifier, NULL), WB_E_RANGE);
    assert_int_equal(wb_key_new(name, "dora", "seven77", &verifier, NULL), WB_E_RANGE);
    assert_int_equal(wb_key_new(name, "dora", long_one, &verifier, NULL), WB_E_RANGE);
    /* no room for a byte: every write fails with EFBIG */
    struct rlimit old;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    const struct rlimit none = {.rlim_cur = 0, .rlim_max = old.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &none), 0);
    (void)signal(SIGXFSZ, SIG_IGN);
    const wb_code code = wb_key_new(name, "dora", passphrase, &verifier, NULL);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(code, WB_E_IO);
    assert_int_equal(count_files(), before);
    (void)snprintf(name, sizeof name, "%s/none/dora.key", folder);
    assert_int_equal(wb_key_new(name, "dora", passphrase, &verifier, NULL), WB_E_IO);
}

static void test_a_passphrase_is_the_first_line_of_its_file(void **state)
{
    (void)state;
    char *text = NULL;
    write_bytes(path, "open sesame\nmore\n", 17, 0600);
    assert_int_equal(wb_passphrase_read(&text, path, NULL), WB_OK);
    assert_string_equal(text, "open sesame");
    wb_passphrase_clear(text);
    write_bytes(path, "no end", 6, 0600);
    assert_int_equal(wb_passphrase_read(&text, path, NULL), WB_OK);
    assert_string_equal(text, "no end");
    wb_passphrase_clear(text);
    write_bytes(path, "\nsecond", 7, 0600);
    assert_int_equal(wb_passphrase_read(&text, path, NULL), WB_E_RANGE);
    write_bytes(path, "a\0b\n", 4, 0600);
    assert_int_equal(wb_passphrase_read(&text, path, NULL), WB_E_RANGE);
    write_bytes(path, "", 0, 0600);
    assert_int_equal(wb_passphrase_read(&text, path, NULL), WB_E_RANGE);
    assert_null(text);
    char bytes[WB_PASSPHRASE_MAX + 2];
    memset(bytes, 'x', sizeof bytes);
    bytes[WB_PASSPHRASE_MAX] = '\n';
    write_bytes(path, bytes, sizeof bytes, 0600);
    assert_int_equal(wb_passphrase_read(&text, path, NULL), WB_OK);
    assert_int_equal(strlen(text), WB_PASSPHRASE_MAX);
    wb_passphrase_clear(text);
    bytes[WB_PASSPHRASE_MAX] = 'x';
    write_bytes(path, bytes, sizeof bytes, 0600);
    assert_int_equal(wb_passphrase_read(&text, path, NULL), WB_E_TOO_LARGE);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(wb_passphrase_read(&text, path, NULL), WB_E_IO);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_file_written_from_the_description_opens),
        cmocka_unit_test(test_a_wrong_passphrase_is_told_from_damage),
        cmocka_unit_test(test_a_file_with_any_byte_changed_or_cut_does_not_open),
        cmocka_unit_test(test_a_changed_file_with_a_fitting_check_does_not_open),
        cmocka_unit_test(test_absurd_costs_are_refused_before_they_are_paid),
        cmocka_unit_test(test_a_file_that_others_may_read_does_not_open),
        cmocka_unit_test(test_what_is_no_file_does_not_open),
        cmocka_unit_test(test_a_new_key_opens_and_never_replaces_one),
        cmocka_unit_test(test_two_new_keys_have_nothing_in_common),
        cmocka_unit_test(test_a_key_that_cannot_be_made_leaves_nothing),
        cmocka_unit_test(test_a_passphrase_is_the_first_line_of_its_file),
    };
    return cmocka_run_group_tests(tests, enter, leave);
}
