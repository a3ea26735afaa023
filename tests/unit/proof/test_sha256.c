/* Goal: the processor's SHA-256 is SHA-256, for every size of input and any place in memory.
 * Method: the vectors of FIPS 180-4, then libsodium beside it for all sizes up to 1,000 bytes.
 */
#include <sodium.h>
#include <string.h>

#include "test.h"
#include "proof/sha256.h"

static void same(const wb_tree_hash *hash, const char *hex)
{
    uint8_t wanted[32];
    assert_int_equal(sodium_hex2bin(wanted, sizeof wanted, hex, strlen(hex), NULL, NULL, NULL), 0);
    assert_memory_equal(hash->bytes, wanted, sizeof wanted);
}

static void test_the_published_vectors_hold(void **state)
{
    (void)state;
    wb_tree_hash hash = wb_sha256('a', "bc", 2);
    same(&hash, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    hash = wb_sha256('a', "bcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 55);
    same(&hash, "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    static char million[999999];
    memset(million, 'a', sizeof million);
    hash = wb_sha256('a', million, sizeof million);
    same(&hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void test_both_ways_agree_on_every_size_and_place(void **state)
{
    (void)state;
    static uint8_t bytes[1100];
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)(i * 167 + (i >> 3));
    for (size_t size = 0; size <= 1000; size++) {
        wb_tree_hash native;
        const uint8_t *at = bytes + size % 17;
        const wb_tree_hash portable = wb_sha256_portable((uint8_t)size, at, size);
        if (!wb_sha256_native(&native, (uint8_t)size, at, size)) skip();
        assert_memory_equal(native.bytes, portable.bytes, sizeof native.bytes);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_published_vectors_hold),
        cmocka_unit_test(test_both_ways_agree_on_every_size_and_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
