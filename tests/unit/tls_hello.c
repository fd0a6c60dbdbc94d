/* SPDX-License-Identifier: MIT
 *
 * The ClientHello: whether it may lead to HTTP/2. One that is not whole may lead anywhere.
 */
#include "lib/records.h"
#include "unit.h"

#include "connection/tls.h"

/* Asks with a copy of the exact size, so that reading on is seen by the address sanitizer. */
static bool allows(const unsigned char *bytes, size_t count)
{
    unsigned char *copy = calloc(1, count + !count);
    memcpy(copy, bytes, count);
    bool answer = tls_hello_allows_http2(copy, count);
    free(copy);
    return answer;
}

static bool allows_hello(const char *const *names, bool extensions)
{
    struct flight hello = hello_of(names, extensions);
    return allows(hello.bytes, hello.count);
}

TEST(a_hello_with_h2_allows_it)
{
    assert_true(allows_hello((const char *const[]){"h2", "http/1.1", ""}, true));
    assert_true(allows_hello((const char *const[]){"http/1.1", "h2", ""}, true));
    assert_true(allows_hello((const char *const[]){"h2", ""}, true));
}

TEST(a_hello_without_h2_does_not)
{
    assert_false(allows_hello(NULL, false));
    assert_false(allows_hello(NULL, true));
    assert_false(allows_hello((const char *const[]){"http/1.1", ""}, true));
    assert_false(allows_hello((const char *const[]){"http/1.1", "http/1.0", "h2c", "h", ""}, true));
    assert_false(allows_hello((const char *const[]){""}, true));
}

TEST(a_hello_cut_anywhere_allows_everything)
{
    struct flight hello = hello_of((const char *const[]){"http/1.1", ""}, true);
    for (size_t count = 0; count < hello.count; count++)
        assert_true(allows(hello.bytes, count));
    assert_false(allows(hello.bytes, hello.count));
}

/* Any byte may be a lie; nothing may be read beyond the end. The answer does not matter. */
TEST(lying_lengths_stay_inside)
{
    struct flight hello = hello_of((const char *const[]){"http/1.1", "h2", ""}, true);
    unsigned char copy[1024];
    for (size_t at = 0; at < hello.count; at++) {
        memcpy(copy, hello.bytes, hello.count);
        for (unsigned value = 0; value < 256; value += 5) {
            copy[at] = (unsigned char)value;
            (void)allows(copy, hello.count);
        }
    }
}

/* A hello in two records: what stands behind the second header is not where it seems to be. */
TEST(a_hello_in_two_records_allows_everything)
{
    struct flight hello = hello_of((const char *const[]){"h2", ""}, true);
    unsigned char two[1024];
    for (size_t cut = 6; cut < hello.count; cut++) {
        memcpy(two, hello.bytes, cut);
        memcpy(two + cut, "\x16\x03\x01\x00\x00", 5);
        memcpy(two + cut + 5, hello.bytes + cut, hello.count - cut);
        two[3] = (unsigned char)((cut - 5) >> 8);
        two[4] = (unsigned char)(cut - 5);
        two[cut + 3] = (unsigned char)((hello.count - cut) >> 8);
        two[cut + 4] = (unsigned char)(hello.count - cut);
        if (!allows(two, hello.count + 5)) {
            print_error("cut at %zu\n", cut);
            fail();
        }
    }
}

RUN_TESTS(cmocka_unit_test(a_hello_with_h2_allows_it), cmocka_unit_test(a_hello_without_h2_does_not),
          cmocka_unit_test(a_hello_cut_anywhere_allows_everything),
          cmocka_unit_test(lying_lengths_stay_inside),
          cmocka_unit_test(a_hello_in_two_records_allows_everything))
