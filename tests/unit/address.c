/* SPDX-License-Identifier: MIT
 *
 * Addresses: to and from the kernel's form, equal whatever the socket's family, and in words.
 */
#include "unit.h"

#include <arpa/inet.h>

#include "base/address.h"

static struct sockaddr_storage storage_of(const char *words, uint16_t port, uint32_t scope)
{
    struct sockaddr_storage storage = {0};
    if (strchr(words, ':')) {
        struct sockaddr_in6 in6 = {
            .sin6_family = AF_INET6, .sin6_port = htons(port), .sin6_scope_id = scope};
        assert_int_equal(inet_pton(AF_INET6, words, &in6.sin6_addr), 1);
        memcpy(&storage, &in6, sizeof in6);
    } else {
        struct sockaddr_in in = {.sin_family = AF_INET, .sin_port = htons(port)};
        assert_int_equal(inet_pton(AF_INET, words, &in.sin_addr), 1);
        memcpy(&storage, &in, sizeof in);
    }
    return storage;
}

static socklen_t length_of(const struct sockaddr_storage *storage)
{
    return storage->ss_family == AF_INET ? sizeof(struct sockaddr_in) : sizeof(struct sockaddr_in6);
}

static struct address address_of(const char *words, uint16_t port, uint32_t scope)
{
    struct sockaddr_storage storage = storage_of(words, port, scope);
    struct address address;
    assert_true(address_from_socket((struct sockaddr *)&storage, length_of(&storage), &address));
    return address;
}

static void assert_described(const char *words, uint16_t port, const char *expected)
{
    struct address address = address_of(words, port, 0);
    struct text text;
    text_clear(&text);
    address_describe(&address, &text);
    assert_string_equal(text.bytes, expected);
}

TEST(an_address_goes_round)
{
    static const char *const all[] = {"127.0.0.1", "255.255.255.255", "0.0.0.0", "::1", "::",
                                      "fe80::1", "::ffff:10.1.2.3", "2001:db8::ff"};
    for (size_t i = 0; i < COUNT_OF_TESTS(all); i++) {
        struct sockaddr_storage before = storage_of(all[i], 8080, 3);
        struct sockaddr_storage after;
        struct address address = address_of(all[i], 8080, 3);
        assert_int_equal(address_to_socket(&address, &after), length_of(&before));
        assert_memory_equal(&before, &after, sizeof before);
    }
}

TEST(mapped_and_plain_are_one_peer)
{
    struct address four = address_of("10.1.2.3", 443, 0);
    struct address mapped = address_of("::ffff:10.1.2.3", 443, 0);
    assert_true(address_equal(&four, &mapped));
    assert_int_equal(four.family, AF_INET);
    assert_int_equal(mapped.family, AF_INET6);
}

TEST(what_differs_is_another_peer)
{
    struct address one = address_of("fe80::1", 443, 1);
    struct address port = address_of("fe80::1", 444, 1);
    struct address scope = address_of("fe80::1", 443, 2);
    struct address host = address_of("fe80::2", 443, 1);
    assert_true(address_equal(&one, &one));
    assert_false(address_equal(&one, &port));
    assert_false(address_equal(&one, &scope));
    assert_false(address_equal(&one, &host));
}

TEST(short_and_foreign_ones_are_refused)
{
    struct sockaddr_storage four = storage_of("10.1.2.3", 80, 0);
    struct sockaddr_storage six = storage_of("::1", 80, 0);
    struct sockaddr_storage local = {.ss_family = AF_UNIX};
    struct sockaddr_storage nowhere = {.ss_family = AF_UNSPEC};
    struct address address;
    assert_false(address_from_socket(NULL, 16, &address));
    for (socklen_t length = 0; length < sizeof(struct sockaddr_in); length++)
        assert_false(address_from_socket((struct sockaddr *)&four, length, &address));
    for (socklen_t length = 0; length < 24; length++)
        assert_false(address_from_socket((struct sockaddr *)&six, length, &address));
    assert_false(address_from_socket((struct sockaddr *)&local, sizeof local, &address));
    assert_false(address_from_socket((struct sockaddr *)&nowhere, sizeof nowhere, &address));
}

/* The kernel takes 24 bytes for an IPv6 address, without the scope. */
TEST(an_old_ipv6_address_has_no_scope)
{
    struct sockaddr_storage six = storage_of("::1", 80, 7);
    struct address address;
    assert_true(address_from_socket((struct sockaddr *)&six, 24, &address));
    assert_int_equal(address.scope, 0);
    assert_true(address_from_socket((struct sockaddr *)&six, 28, &address));
    assert_int_equal(address.scope, 7);
}

TEST(words_are_those_of_a_url)
{
    assert_described("127.0.0.1", 80, "127.0.0.1:80");
    assert_described("::ffff:127.0.0.1", 80, "127.0.0.1:80");
    assert_described("::1", 65535, "[::1]:65535");
    assert_described("2001:db8:0:0:1::", 1, "[2001:db8:0:0:1::]:1");
}

RUN_TESTS(cmocka_unit_test(an_address_goes_round),
          cmocka_unit_test(mapped_and_plain_are_one_peer),
          cmocka_unit_test(what_differs_is_another_peer),
          cmocka_unit_test(short_and_foreign_ones_are_refused),
          cmocka_unit_test(an_old_ipv6_address_has_no_scope),
          cmocka_unit_test(words_are_those_of_a_url))
