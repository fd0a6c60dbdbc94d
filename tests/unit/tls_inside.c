/* SPDX-License-Identifier: MIT
 *
 * What runs inside TLS: HTTP/1 is believed to be HTTP/1, other protocols are found out by what they
 * do. The lengths are those that the real programs have (docs/tls.md).
 */
#include "lib/tls_talk.h"
#include "unit.h"

#define OFFER(...) ((struct hello){.alpn = ALPN(__VA_ARGS__)})

enum { H2_CHOSEN = 32, HTTP1_CHOSEN = 38, NAME_AND_HTTP1 = 42, NAME_AND_H2 = 36 };

static bool believed(void)
{
    return tls_could_be_http1(&tls, 443);
}

static void shake_hands(void)
{
    talk_greets_13((struct hello){0}, PLAIN_EXTENSIONS);
}

/* A first exchange as any HTTP client and server have it. */
static void exchange(void)
{
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, TICKET, TICKET, APPLICATION(300));
}

TEST(tls_1_2_shows_what_the_server_chose)
{
    talk_greets_12(OFFER("h2", "http/1.1"), OFFER("http/1.1"));
    SENT(AWAIT, REQUEST);
    talk_greets_12(OFFER("h2", "http/1.1"), (struct hello){0}); /* it does not know ALPN */
    SENT(AWAIT, REQUEST);
    talk_greets_12(OFFER("h2", "http/1.1"), OFFER("h2"));
    SENT(OPAQUE, REQUEST);
    talk_greets_12(OFFER("mqtt", "http/1.1"), OFFER("mqtt"));
    SENT(OPAQUE, REQUEST);
    talk_greets_12(OFFER("mqtt", "http/1.1"), (struct hello){0});
    SENT(OPAQUE, REQUEST);
    talk_greets_12(OFFER("mqtt", "http/1.1"), OFFER("http/1.1"));
    SENT(AWAIT, REQUEST);
    talk_greets_12(OFFER("imap"), (struct hello){0});
    SENT(OPAQUE, REQUEST);
}

TEST(in_tls_1_3_the_length_of_the_choice_shows_that_h2_was_declined)
{
    static const size_t declined[] = {PLAIN_EXTENSIONS, 27, 31, HTTP1_CHOSEN};
    for (size_t i = 0; i < COUNT_OF_TESTS(declined); i++) {
        talk_greets_13(OFFER("h2", "http/1.1"), declined[i]);
        SENT(AWAIT, REQUEST);
    }
    talk_greets_13((struct hello){.alpn = ALPN("h2", "http/1.1"), .name = "a"}, NAME_AND_HTTP1);
    SENT(AWAIT, REQUEST);
}

TEST(in_tls_1_3_any_other_length_may_be_h2)
{
    for (size_t length = H2_CHOSEN; length < 400; length++) {
        if (length == HTTP1_CHOSEN)
            continue;
        talk_greets_13(OFFER("h2", "http/1.1"), length);
        SENT(OPAQUE, REQUEST);
    }
    talk_greets_13((struct hello){.alpn = ALPN("h2", "http/1.1"), .name = "a"}, NAME_AND_H2);
    SENT(OPAQUE, REQUEST);
}

/* With record_size_limit (28) h2 can be as long as http/1.1. */
TEST(strange_extensions_leave_it_open)
{
    talk_greets_13((struct hello){.alpn = ALPN("h2", "http/1.1"), .extra = 28}, HTTP1_CHOSEN);
    SENT(OPAQUE, REQUEST);
    talk_greets_13((struct hello){.alpn = ALPN("http/1.1"), .extra = 28}, HTTP1_CHOSEN);
    SENT(AWAIT, REQUEST);
}

TEST(what_does_not_offer_http1_is_not_http1)
{
    talk_greets_13(OFFER("h2"), HTTP1_CHOSEN);
    SENT(OPAQUE, REQUEST);
    talk_greets_13(OFFER("postgresql"), PLAIN_EXTENSIONS);
    SENT(OPAQUE, REQUEST);
    talk_greets_13(OFFER("http/1.1", "acme-tls/1"), HTTP1_CHOSEN);
    SENT(OPAQUE, REQUEST);
    talk_greets_13(OFFER("http/1.1"), HTTP1_CHOSEN);
    SENT(AWAIT, REQUEST);
}

TEST(exchanges_of_http_are_believed)
{
    shake_hands();
    exchange();
    SENT(AWAIT, REQUEST, APPLICATION(22));
    CAME(BETWEEN, APPLICATION(300), APPLICATION(22)); /* "0", and the end of a chunked body */
    SENT(AWAIT, APPLICATION(50)); /* "GET / HTTP/1.1", "Host: 1.1.1.1" */
    CAME(BETWEEN, APPLICATION(44));
    assert_true(believed());
}

TEST(a_request_in_small_records_is_one_request)
{
    shake_hands();
    exchange();
    SENT(AWAIT, APPLICATION(33), APPLICATION(30), APPLICATION(19));
    CAME(BETWEEN, APPLICATION(300));
    assert_true(believed());
}

TEST(a_request_that_is_too_short_raises_a_doubt)
{
    shake_hands();
    SENT(AWAIT, APPLICATION(31)); /* LDAP: an anonymous bind */
    CAME(AWAIT, TICKET, TICKET);
    assert_false(believed());
    shake_hands();
    exchange();
    SENT(AWAIT, APPLICATION(44)); /* Redis: COMMAND DOCS */
    assert_true(believed());
    CAME(BETWEEN, APPLICATION(200));
    assert_false(believed());
}

/* A request names the host. */
TEST(the_longer_the_name_the_longer_the_request)
{
    talk_greets_13((struct hello){.name = "redis.internal.example.com"}, PLAIN_EXTENSIONS);
    SENT(AWAIT, APPLICATION(60));
    CAME(AWAIT, TICKET);
    assert_false(believed());
    talk_greets_13((struct hello){.name = "a.io"}, PLAIN_EXTENSIONS);
    SENT(AWAIT, APPLICATION(60));
    CAME(AWAIT, TICKET);
    assert_true(believed());
}

TEST(a_response_that_is_too_short_raises_a_doubt)
{
    shake_hands();
    exchange();
    SENT(AWAIT, REQUEST);
    CAME(AWAIT, APPLICATION(22)); /* Redis: +OK */
    assert_true(believed());
    SENT(AWAIT, REQUEST);
    assert_false(believed());
}

TEST(pipelined_requests_raise_none)
{
    shake_hands();
    SENT(AWAIT, REQUEST);
    SENT(AWAIT, REQUEST, REQUEST);
    CAME(BETWEEN, TICKET, TICKET, APPLICATION(300), APPLICATION(300));
    assert_true(believed());
}

TEST(a_server_that_speaks_first_raises_a_doubt)
{
    talk_greets_12((struct hello){0}, (struct hello){0});
    CAME(OPEN, APPLICATION(90)); /* an SMTP greeting */
    SENT(AWAIT, REQUEST);
    assert_false(believed());
    shake_hands();
    CAME(OPEN, TICKET, TICKET, APPLICATION(90));
    SENT(AWAIT, REQUEST);
    assert_false(believed());
    shake_hands();
    CAME(OPEN, APPLICATION(130)); /* a greeting, or the one ticket of Go or Java */
    SENT(AWAIT, REQUEST);
    assert_true(believed());
    CAME(BETWEEN, APPLICATION(300));
    assert_false(believed());
    shake_hands();
    CAME(OPEN, APPLICATION(37)); /* +OK Dovecot ready. */
    SENT(AWAIT, REQUEST);
    assert_false(believed());
}

/* OpenSSL sends one where a session was resumed. Another length, and it may be a greeting. */
TEST(the_next_ticket_of_a_session_raises_none)
{
    talk_resumes_13((struct hello){.ticket = 208});
    CAME(OPEN, APPLICATION(250));
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(73));
    assert_true(believed());
    talk_resumes_13((struct hello){.ticket = 208});
    CAME(OPEN, APPLICATION(130));
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(300));
    assert_false(believed());
    talk_greets_13((struct hello){.ticket = 208}, PLAIN_EXTENSIONS); /* the server declines to resume */
    CAME(OPEN, APPLICATION(250));
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(73));
    assert_false(believed());
}

TEST(tickets_before_the_first_request_raise_none)
{
    shake_hands();
    CAME(OPEN, TICKET, TICKET);
    SENT(AWAIT, REQUEST);
    assert_true(believed());
    talk_greets_13(OFFER("http/1.1"), HTTP1_CHOSEN);
    CAME(OPEN, TICKET);
    SENT(AWAIT, REQUEST);
    CAME(BETWEEN, APPLICATION(300));
    assert_true(believed());
    shake_hands();
    CAME(OPEN, TICKET); /* and the other one after the request: wget, Perl */
    SENT(AWAIT, REQUEST);
    CAME(AWAIT, TICKET);
    CAME(BETWEEN, APPLICATION(300));
    assert_true(believed());
}

TEST(what_comes_unasked_after_a_pause_raises_a_doubt)
{
    shake_hands();
    exchange();
    CAME(BETWEEN, APPLICATION(300)); /* more of the response */
    assert_true(believed());
    CAME_LATE(BETWEEN, APPLICATION(300));
    assert_false(believed());
    shake_hands();
    exchange();
    CAME_LATE(BETWEEN, APPLICATION(25)); /* a WebSocket frame */
    assert_false(believed());
}

TEST(a_response_may_be_late)
{
    shake_hands();
    exchange();
    SENT(AWAIT, REQUEST);
    CAME_LATE(BETWEEN, APPLICATION(300));
    assert_true(believed());
}

TEST(a_key_update_raises_none)
{
    shake_hands();
    exchange();
    CAME_LATE(BETWEEN, APPLICATION(22));
    assert_true(believed());
}

TEST(ports_of_other_protocols_count_unless_http_is_offered)
{
    shake_hands();
    exchange();
    assert_false(tls_could_be_http1(&tls, 636));
    assert_false(tls_could_be_http1(&tls, 993));
    assert_true(tls_could_be_http1(&tls, 8443));
    talk_greets_13(OFFER("http/1.1"), HTTP1_CHOSEN);
    assert_true(tls_could_be_http1(&tls, 993));
}

RUN_TESTS(cmocka_unit_test(tls_1_2_shows_what_the_server_chose),
          cmocka_unit_test(in_tls_1_3_the_length_of_the_choice_shows_that_h2_was_declined),
          cmocka_unit_test(in_tls_1_3_any_other_length_may_be_h2),
          cmocka_unit_test(strange_extensions_leave_it_open),
          cmocka_unit_test(what_does_not_offer_http1_is_not_http1),
          cmocka_unit_test(exchanges_of_http_are_believed),
          cmocka_unit_test(a_request_in_small_records_is_one_request),
          cmocka_unit_test(a_request_that_is_too_short_raises_a_doubt),
          cmocka_unit_test(the_longer_the_name_the_longer_the_request),
          cmocka_unit_test(a_response_that_is_too_short_raises_a_doubt),
          cmocka_unit_test(pipelined_requests_raise_none),
          cmocka_unit_test(a_server_that_speaks_first_raises_a_doubt),
          cmocka_unit_test(the_next_ticket_of_a_session_raises_none),
          cmocka_unit_test(tickets_before_the_first_request_raise_none),
          cmocka_unit_test(what_comes_unasked_after_a_pause_raises_a_doubt),
          cmocka_unit_test(a_response_may_be_late), cmocka_unit_test(a_key_update_raises_none),
          cmocka_unit_test(ports_of_other_protocols_count_unless_http_is_offered))
