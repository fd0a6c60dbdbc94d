/* SPDX-License-Identifier: MIT
 *
 * The hellos: what the client offers, what the server chose, and that nothing is read beyond the end.
 */
#include "lib/records.h"
#include "unit.h"

#include "connection/tls_hello.h"

enum { RECORD_HEADER = 5 };

/* Feeds the message of a record from a copy of the exact size, in pieces of `piece` bytes, so that
 * reading on is seen by the address sanitizer. */
static enum hello_end feed(struct tls_hello *hello, struct flight flight, size_t piece)
{
    enum hello_end end = HELLO_MORE;
    struct tls_name name;
    for (size_t at = RECORD_HEADER; at < flight.count && end == HELLO_MORE; at += piece) {
        size_t count = flight.count - at < piece ? flight.count - at : piece;
        unsigned char *copy = malloc(count);
        memcpy(copy, flight.bytes + at, count);
        end = tls_hello_feed(hello, copy, count, &name);
        free(copy);
    }
    return end;
}

/* Reads a hello in pieces of every size; all must find the same. */
static struct tls_hello read_hello(struct hello spec)
{
    struct flight flight = hello_of(spec);
    struct tls_hello whole;
    tls_hello_begin(&whole, spec.server);
    assert_int_equal(feed(&whole, flight, flight.count), HELLO_WHOLE);
    for (size_t piece = 1; piece < flight.count; piece++) {
        struct tls_hello parts;
        tls_hello_begin(&parts, spec.server);
        assert_int_equal(feed(&parts, flight, piece), HELLO_WHOLE);
        assert_memory_equal(&parts, &whole, sizeof whole);
    }
    return whole;
}

TEST(a_client_offers_protocols)
{
    assert_int_equal(read_hello((struct hello){0}).alpn, 0);
    assert_int_equal(read_hello((struct hello){.old = true}).alpn, 0);
    assert_int_equal(read_hello((struct hello){.alpn = ALPN("http/1.1")}).alpn, ALPN_HTTP1);
    assert_int_equal(read_hello((struct hello){.alpn = ALPN("http/1.0")}).alpn, ALPN_HTTP1);
    assert_int_equal(read_hello((struct hello){.alpn = ALPN("h2")}).alpn, ALPN_HTTP2);
    assert_int_equal(read_hello((struct hello){.alpn = ALPN("h2", "http/1.1")}).alpn,
                     ALPN_HTTP1 | ALPN_HTTP2);
    assert_int_equal(read_hello((struct hello){.alpn = ALPN("http/1.1", "h2")}).alpn,
                     ALPN_HTTP1 | ALPN_HTTP2);
    assert_int_equal(read_hello((struct hello){.alpn = ALPN("mqtt", "http/1.1")}).alpn,
                     ALPN_HTTP1 | ALPN_OTHER);
}

TEST(near_misses_are_other_protocols)
{
    static const char *const names[] = {"h", "h2c", "h3", "http/1", "http/1.12", "http/0.9",
                                        "HTTP/1.1", "xmpp-client", "a-name-of-some-length"};
    for (size_t i = 0; i < COUNT_OF_TESTS(names); i++)
        assert_int_equal(read_hello((struct hello){.alpn = ALPN(names[i])}).alpn, ALPN_OTHER);
}

TEST(a_server_chooses_a_version_and_a_protocol)
{
    struct tls_hello hello = read_hello((struct hello){.server = true});
    assert_true(hello.tls13);
    hello = read_hello((struct hello){.server = true, .tls12 = true, .alpn = ALPN("h2")});
    assert_false(hello.tls13);
    assert_int_equal(hello.alpn, ALPN_HTTP2);
    assert_false(read_hello((struct hello){.server = true, .old = true}).tls13);
    assert_false(read_hello((struct hello){.alpn = ALPN("h2")}).tls13); /* offered, not chosen */
}

TEST(the_servers_name_is_found)
{
    struct flight flight = hello_of((struct hello){.name = "api.internal"});
    struct tls_name name = {0};
    struct tls_hello hello;
    tls_hello_begin(&hello, false);
    assert_int_equal(tls_hello_feed(&hello, flight.bytes + RECORD_HEADER,
                                    flight.count - RECORD_HEADER, &name), HELLO_WHOLE);
    assert_int_equal(name.count, 12);
    assert_memory_equal(name.bytes, "api.internal", 12);
    assert_int_equal(read_hello((struct hello){.name = "api.internal"}).name_bytes, 12);
    assert_int_equal(read_hello((struct hello){0}).name_bytes, 0);
}

TEST(a_name_that_is_cut_is_not_handed_out)
{
    struct flight flight = hello_of((struct hello){.name = "api.internal"});
    size_t at = (size_t)((const unsigned char *)memmem(flight.bytes, flight.count, "api", 3) -
                         flight.bytes);
    struct tls_name name = {0};
    struct tls_hello hello;
    tls_hello_begin(&hello, false);
    assert_int_equal(tls_hello_feed(&hello, flight.bytes + RECORD_HEADER, at + 11 - RECORD_HEADER,
                                    &name), HELLO_MORE);
    assert_null(name.bytes);
}

TEST(the_random_number_is_read)
{
    assert_int_equal(read_hello((struct hello){0}).random, 0x72616e646f6d206e); /* "random n" */
}

TEST(extensions_of_unknown_effect_are_strange)
{
    assert_false(read_hello((struct hello){.name = "a.b", .alpn = ALPN("h2")}).strange);
    assert_false(read_hello((struct hello){.extra = 0xff01}).strange);
    assert_false(read_hello((struct hello){.extra = 0x3a3a}).strange); /* GREASE */
    assert_false(read_hello((struct hello){.extra = 51}).strange);
    assert_true(read_hello((struct hello){.extra = 28}).strange);    /* record_size_limit */
    assert_true(read_hello((struct hello){.extra = 1}).strange);     /* max_fragment_length */
    assert_true(read_hello((struct hello){.extra = 17513}).strange); /* application settings */
    assert_true(read_hello((struct hello){.extra = 0x3a4a}).strange);
}

TEST(the_other_sides_hello_is_broken)
{
    struct tls_hello hello;
    tls_hello_begin(&hello, true);
    struct flight flight = hello_of((struct hello){0});
    assert_int_equal(feed(&hello, flight, flight.count), HELLO_BROKEN);
}

TEST(a_hello_cut_anywhere_is_not_whole)
{
    struct flight flight = hello_of((struct hello){.name = "a", .alpn = ALPN("h2", "http/1.1")});
    for (size_t count = RECORD_HEADER; count < flight.count; count++) {
        struct tls_hello hello;
        tls_hello_begin(&hello, false);
        struct flight cut = {flight.bytes, count};
        assert_int_equal(feed(&hello, cut, count), HELLO_MORE);
    }
}

/* A message that says it ends earlier, in the middle of a number or of an extension. */
TEST(a_hello_that_is_too_short_is_broken)
{
    struct flight flight = hello_of((struct hello){.alpn = ALPN("http/1.1")});
    unsigned char copy[1024];
    memcpy(copy, flight.bytes, flight.count);
    unsigned whole = (unsigned)copy[7] << 8 | copy[8];
    for (unsigned length = 0; length < whole; length++) {
        copy[7] = (unsigned char)(length >> 8);
        copy[8] = (unsigned char)length;
        struct tls_hello hello;
        tls_hello_begin(&hello, false);
        enum hello_end end = feed(&hello, (struct flight){copy, flight.count}, flight.count);
        bool without_extensions = length == 34 + 33 + 6 + 2;
        assert_int_equal(end, without_extensions ? HELLO_WHOLE : HELLO_BROKEN);
    }
}

/* Any byte may be a lie; nothing may be read beyond the end. The answer does not matter. */
TEST(lying_lengths_stay_inside)
{
    struct flight flight = hello_of((struct hello){.name = "ab", .alpn = ALPN("http/1.1", "h2")});
    unsigned char copy[1024];
    for (size_t at = 0; at < flight.count; at++) {
        memcpy(copy, flight.bytes, flight.count);
        for (unsigned value = 0; value < 256; value += 5) {
            copy[at] = (unsigned char)value;
            struct tls_hello hello;
            tls_hello_begin(&hello, false);
            (void)feed(&hello, (struct flight){copy, flight.count}, flight.count);
        }
    }
}

RUN_TESTS(cmocka_unit_test(a_client_offers_protocols),
          cmocka_unit_test(near_misses_are_other_protocols),
          cmocka_unit_test(a_server_chooses_a_version_and_a_protocol),
          cmocka_unit_test(the_servers_name_is_found),
          cmocka_unit_test(a_name_that_is_cut_is_not_handed_out),
          cmocka_unit_test(the_random_number_is_read),
          cmocka_unit_test(extensions_of_unknown_effect_are_strange),
          cmocka_unit_test(the_other_sides_hello_is_broken),
          cmocka_unit_test(a_hello_cut_anywhere_is_not_whole),
          cmocka_unit_test(a_hello_that_is_too_short_is_broken),
          cmocka_unit_test(lying_lengths_stay_inside))
