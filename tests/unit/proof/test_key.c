/* Goal: a signature holds for its bytes, key and nothing else; a verifier key has one spelling.
 * Method: the vectors of RFC 8032 section 7.1 and the key of Go's signed-note tests, and every
 * flip and cut of them; the two forgeries that a careless Ed25519 accepts.
 */
#include "test.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "waarborg/key.h"

static void from_hex(uint8_t *bytes, size_t size, const char *hex)
{
    size_t got = 0;
    assert_int_equal(sodium_hex2bin(bytes, size, hex, strlen(hex), NULL, &got, NULL), 0);
    assert_int_equal(got, size);
}

/* RFC 8032 section 7.1, tests 1 to 3 */
static const struct {
    const char *seed, *key, *message, *signature;
    size_t size;
} vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9"
     "b46bd25bf5f0595bbe24655141438e7a100b",
     0},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f1"
     "1d8c387b2eaeb4302aeeb00d291612bb0c00",
     1},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984d"
     "c6594a7c15e9716ed28dc027beceea1ec40a",
     2},
};

static void test_signing_gives_the_known_answers(void **state)
{
    (void)state;
    for (size_t v = 0; v < COUNT(vectors); v++) {
        uint8_t seed[32];
        uint8_t key[32];
        uint8_t message[2];
        uint8_t wanted[64];
        uint8_t signature[64];
        from_hex(seed, sizeof seed, vectors[v].seed);
        from_hex(key, sizeof key, vectors[v].key);
        from_hex(message, vectors[v].size, vectors[v].message);
        from_hex(wanted, sizeof wanted, vectors[v].signature);
        wb_signer *signer = NULL;
        assert_int_equal(wb_signer_seed(&signer, "anna", seed, NULL), WB_OK);
        assert_memory_equal(wb_signer_verifier(signer)->key, key, sizeof key);
        wb_signer_sign(signer, message, vectors[v].size, signature);
        assert_memory_equal(signature, wanted, sizeof wanted);
        assert_true(
            wb_signature_holds(wb_signer_verifier(signer), message, vectors[v].size, signature));
        wb_signer_close(signer);
    }
}

static void test_a_signature_with_any_bit_flipped_does_not_hold(void **state)
{
    (void)state;
    uint8_t key[32];
    uint8_t message[2];
    uint8_t signature[64];
    from_hex(key, sizeof key, vectors[2].key);
    from_hex(message, sizeof message, vectors[2].message);
    from_hex(signature, sizeof signature, vectors[2].signature);
    wb_verifier verifier;
    wb_verifier_make(&verifier, "anna", key);
    assert_true(wb_signature_holds(&verifier, message, 2, signature));
    assert_false(wb_signature_holds(&verifier, message, 1, signature));
    for (size_t bit = 0; bit < 8 * sizeof signature; bit++) {
        signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(wb_signature_holds(&verifier, message, 2, signature));
        signature[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof message; bit++) {
        message[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(wb_signature_holds(&verifier, message, 2, signature));
        message[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof key; bit++) {
        verifier.key[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_false(wb_signature_holds(&verifier, message, 2, signature));
        verifier.key[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    assert_true(wb_signature_holds(&verifier, message, 2, signature));
}

static void test_a_second_spelling_of_a_signature_does_not_hold(void **state)
{
    (void)state;
    /* S and S + L sign alike; RFC 8032 section 5.1.7 asks that S is below L */
    static const char order[] = "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010";
    uint8_t key[32];
    uint8_t add[32];
    uint8_t signature[64];
    from_hex(key, sizeof key, vectors[0].key);
    from_hex(add, sizeof add, order);
    from_hex(signature, sizeof signature, vectors[0].signature);
    unsigned carry = 0;
    for (size_t i = 0; i < sizeof add; i++) {
        carry += (unsigned)signature[32 + i] + add[i];
        signature[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    wb_verifier verifier;
    wb_verifier_make(&verifier, "anna", key);
    assert_false(wb_signature_holds(&verifier, "", 0, signature));
}

static void test_a_key_of_small_order_signs_nothing(void **state)
{
    (void)state;
    /* the neutral point as key and as R, and S = 0, fit the equation for every message */
    uint8_t key[32] = {1};
    uint8_t signature[64] = {1};
    wb_verifier verifier;
    wb_verifier_make(&verifier, "anna", key);
    assert_false(wb_signature_holds(&verifier, "any", 3, signature));
}

static const char peter[] = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

static void test_a_verifier_key_has_one_spelling(void **state)
{
    (void)state;
    wb_verifier verifier;
    char text[WB_VERIFIER_TEXT_MAX];
    char hex[9];
    const size_t size = sizeof peter - 1;
    assert_int_equal(wb_verifier_parse(&verifier, peter, size, NULL), WB_OK);
    assert_string_equal(verifier.name, "PeterNeumann");
    assert_int_equal(verifier.id, 0xc74f20a3);
    assert_string_equal(wb_verifier_short(hex, &verifier), "c74f20a3");
    assert_string_equal(wb_verifier_text(text, &verifier), peter);
    for (size_t first = 0; first < size; first++) {
        for (size_t end = first; end <= size; end++) {
            if (first == 0 && end == size) continue;
            /* an exact copy on the heap, so that the sanitizer sees a read beyond the end */
            char *part = malloc(end - first + 1);
            assert_non_null(part);
            memcpy(part, peter + first, end - first);
            char *exact = realloc(part, end > first ? end - first : 1);
            assert_non_null(exact);
            assert_int_equal(wb_verifier_parse(&verifier, exact, end - first, NULL), WB_E_KEY);
            free(exact);
        }
    }
    for (size_t i = 0; i < size; i++) {
        for (int byte = 0; byte < 256; byte++) {
            (void)memcpy(text, peter, sizeof peter);
            if (text[i] == (char)byte) continue;
            text[i] = (char)byte;
            assert_int_equal(wb_verifier_parse(&verifier, text, size, NULL), WB_E_KEY);
        }
    }
}

static void test_keys_of_another_kind_or_length_are_refused(void **state)
{
    (void)state;
    wb_verifier verifier;
    wb_error err;
    /* both with the digits that fit them, from the same tests of Go */
    static const char longer[] =
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==";
    static const char other[] =
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    assert_int_equal(wb_verifier_parse(&verifier, longer, sizeof longer - 1, &err), WB_E_KEY);
    assert_int_equal(wb_verifier_parse(&verifier, other, sizeof other - 1, &err), WB_E_KEY);
    assert_non_null(strstr(err.message, "another kind"));
    assert_non_null(strstr(err.hint, ".pub"));
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void test_a_verifier_file_has_its_key_on_the_first_line_alone(void **state)
{
    (void)state;
    char path[] = "/tmp/waarborg-pub-XXXXXX";
    const int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(close(file), 0);
    static const struct {
        const char *end;
        wb_code code;
        uint32_t line;
    } cases[] = {{"", WB_OK, 0},       {"\n", WB_OK, 0},         {"\n\n", WB_OK, 0},
                 {"\nx", WB_E_KEY, 2}, {"\n\nx\n", WB_E_KEY, 3}, {"\r\n", WB_E_KEY, 1},
                 {" \n", WB_E_KEY, 1}};
    for (size_t c = 0; c < COUNT(cases); c++) {
        char text[WB_VERIFIER_TEXT_MAX + 8];
        (void)snprintf(text, sizeof text, "%s%s", peter, cases[c].end);
        write_file(path, text);
        wb_verifier verifier;
        wb_error err = {0};
        assert_int_equal(wb_verifier_read(&verifier, path, &err), cases[c].code);
        assert_int_equal(err.line, cases[c].line);
    }
    assert_int_equal(unlink(path), 0);
    wb_verifier verifier;
    assert_int_equal(wb_verifier_read(&verifier, path, NULL), WB_E_IO);
}

static void test_a_name_that_is_no_id_makes_no_signer(void **state)
{
    (void)state;
    static const uint8_t seed[32];
    wb_signer *signer = NULL;
    assert_int_equal(wb_signer_seed(&signer, "", seed, NULL), WB_E_RANGE);
    assert_int_equal(wb_signer_seed(&signer, "an na", seed, NULL), WB_E_RANGE);
    assert_int_equal(wb_signer_seed(&signer, "an+na", seed, NULL), WB_E_RANGE);
    assert_null(signer);
    wb_signer_close(signer);
}

/* What the chain of the ledger rests on: BLAKE2b as libsodium has it is that of RFC 7693. */
static void test_the_hash_of_the_chain_gives_the_known_answers(void **state)
{
    (void)state;
    uint8_t hash[64];
    uint8_t wanted[64];
    /* RFC 7693 appendix A: BLAKE2b-512 of "abc" */
    from_hex(wanted, 64,
             "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d1"
             "7d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923");
    assert_int_equal(crypto_generichash(hash, 64, (const uint8_t *)"abc", 3, NULL, 0), 0);
    assert_memory_equal(hash, wanted, 64);
    /* BLAKE2b-256 of nothing, as b2sum -l 256 prints it */
    from_hex(wanted, 32, "0e5751c026e543b2e8ab2eb06099daa1d1e5df47778f7787faab45cdf12fe3a8");
    assert_int_equal(crypto_generichash(hash, 32, NULL, 0, NULL, 0), 0);
    assert_memory_equal(hash, wanted, 32);
    /* the first keyed vector of the BLAKE2 reference: key 00..3f, no input */
    uint8_t key[64];
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)i;
    from_hex(wanted, 64,
             "10ebb67700b1868efb4417987acf4690ae9d972fb7a590c2f02871799aaa4786"
             "b5e996e8f0f4eb981fc214b005f42d2ff4233499391653df7aefcbc13fc51568");
    assert_int_equal(crypto_generichash(hash, 64, NULL, 0, key, sizeof key), 0);
    assert_memory_equal(hash, wanted, 64);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_signing_gives_the_known_answers),
        cmocka_unit_test(test_a_signature_with_any_bit_flipped_does_not_hold),
        cmocka_unit_test(test_a_second_spelling_of_a_signature_does_not_hold),
        cmocka_unit_test(test_a_key_of_small_order_signs_nothing),
        cmocka_unit_test(test_a_verifier_key_has_one_spelling),
        cmocka_unit_test(test_keys_of_another_kind_or_length_are_refused),
        cmocka_unit_test(test_a_verifier_file_has_its_key_on_the_first_line_alone),
        cmocka_unit_test(test_a_name_that_is_no_id_makes_no_signer),
        cmocka_unit_test(test_the_hash_of_the_chain_gives_the_known_answers),
    };
    return sodium_init() < 0 ? 1 : cmocka_run_group_tests(tests, NULL, NULL);
}
