/* SPDX-License-Identifier: MIT
 *
 * What an HTTP/1 exchange says of its connection: that it will be closed (RFC 9112 section 9.3), that
 * it becomes another protocol, that it is authenticated itself (RFC 4559 section 6).
 */
#include "lib/dialogue.h"
#include "unit.h"

#define HTTP1(...) PLAY(PROTOCOL_HTTP1, __VA_ARGS__)
#define GET_WITH(header) "GET / HTTP/1.1\r\nHost: a\r\n" header "\r\n"
#define OK_WITH(header) "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n" header "\r\n"

static bool closes(const char *request, const char *response)
{
    return PLAYED_HTTP1({'>', request, FRAMING_AWAIT, 0}, {'<', response, FRAMING_BETWEEN, 0})
        ->closing;
}

static bool binds(const char *request, const char *response)
{
    return PLAYED_HTTP1({'>', request, FRAMING_AWAIT, 0}, {'<', response, FRAMING_BETWEEN, 0})
        ->bound;
}

TEST(http_1_1_stays_unless_one_side_says_close)
{
    assert_false(closes(GET_WITH(""), OK_WITH("")));
    assert_true(closes(GET_WITH("Connection: close\r\n"), OK_WITH("")));
    assert_true(closes(GET_WITH(""), OK_WITH("Connection: close\r\n")));
    assert_true(closes(GET_WITH("connection: Close\r\n"), OK_WITH("")));
    assert_true(closes(GET_WITH("Connection: TE, close\r\nTE: trailers\r\n"), OK_WITH("")));
    assert_false(closes(GET_WITH("Connection: keep-alive\r\n"), OK_WITH("Connection: keep-alive\r\n")));
    assert_false(closes(GET_WITH(""), OK_WITH("Keep-Alive: timeout=5, max=100\r\n")));
}

TEST(http_1_0_closes_unless_it_says_keep_alive)
{
    assert_true(closes("GET / HTTP/1.0\r\n\r\n", OK_WITH("")));
    assert_true(closes(GET_WITH(""), "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
    assert_false(closes(GET_WITH(""),
                        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n"));
    assert_false(closes("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
                        OK_WITH("Connection: keep-alive\r\n")));
}

TEST(a_response_without_body_does_not_close)
{
    assert_false(closes("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n"));
    assert_false(closes(GET_WITH(""), "HTTP/1.1 204 No Content\r\n\r\n"));
    assert_false(closes(GET_WITH(""), "HTTP/1.1 304 Not Modified\r\n\r\n"));
    assert_true(closes("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n",
                       "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"));
}

/* A 100 says nothing of the connection; some say "close" for want of a header of their own. */
TEST(an_interim_response_does_not_close)
{
    assert_false(closes(GET_WITH(""), "HTTP/1.1 100 Continue\r\n\r\n" OK_WITH("")));
}

TEST(http_goes_on_after_a_close_that_was_not_kept)
{
    HTTP1(SAYS(GET_WITH("Connection: close\r\n"), AWAIT), HEARS(OK_WITH(""), BETWEEN),
          SAYS(GET_WITH(""), AWAIT), HEARS(OK_WITH(""), BETWEEN));
}

TEST(switching_protocols_is_opaque)
{
    HTTP1(SAYS(GET_WITH("Connection: Upgrade\r\nUpgrade: websocket\r\n"), AWAIT),
          HEARS("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n",
                OPAQUE),
          HEARS("\x81\x02hi", OPAQUE));
    HTTP1(SAYS(GET_WITH(""), AWAIT), HEARS("HTTP/1.1 101 Whatever\r\n\r\n", OPAQUE));
}

TEST(a_declined_upgrade_is_http)
{
    HTTP1(SAYS(GET_WITH("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"), AWAIT),
          HEARS(OK_WITH("Connection: upgrade\r\nUpgrade: h2,h2c\r\n"), BETWEEN),
          SAYS(GET_WITH(""), AWAIT), HEARS(OK_WITH(""), BETWEEN));
}

TEST(an_upgrade_with_a_body_has_that_body)
{
    HTTP1(SAYS("POST / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n"
               "Content-Length: 3\r\n\r\n",
               OPEN),
          SAYS("ab", OPEN), SAYS("c", AWAIT), HEARS(OK_WITH(""), BETWEEN));
}

TEST(a_tunnel_is_opaque)
{
    HTTP1(SAYS("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 200 Connection established\r\n\r\n", OPAQUE));
    HTTP1(SAYS("CONNECT a:443 HTTP/1.0\r\n\r\n", AWAIT), HEARS("HTTP/1.0 299 Fine\r\n\r\n", OPAQUE));
}

TEST(a_refused_tunnel_is_http)
{
    HTTP1(SAYS("CONNECT a:443 HTTP/1.1\r\nHost: a:443\r\n\r\n", AWAIT),
          HEARS("HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\nno", BETWEEN),
          SAYS(GET_WITH(""), AWAIT), HEARS(OK_WITH(""), BETWEEN));
}

TEST(ntlm_and_negotiate_bind_on_either_side)
{
    assert_true(binds(GET_WITH("Authorization: NTLM TlRM\r\n"), OK_WITH("")));
    assert_true(binds(GET_WITH("authorization: negotiate YII=\r\n"), OK_WITH("")));
    assert_true(binds(GET_WITH("Proxy-Authorization: NTLM TlRM\r\n"), OK_WITH("")));
    assert_true(binds(GET_WITH(""), OK_WITH("WWW-Authenticate: Negotiate\r\n")));
    assert_true(binds(GET_WITH(""), OK_WITH("WWW-Authenticate: Basic realm=x\r\n"
                                            "WWW-Authenticate: NTLM\r\n")));
    assert_true(binds(GET_WITH(""), OK_WITH("PROXY-AUTHENTICATE:NTLM\r\n")));
}

TEST(other_authentication_and_cookies_do_not_bind)
{
    assert_false(binds(GET_WITH("Authorization: Basic bnRsbQ==\r\n"), OK_WITH("")));
    assert_false(binds(GET_WITH("Authorization: Bearer ntlm\r\n"), OK_WITH("")));
    assert_false(binds(GET_WITH("Cookie: NTLM=1\r\n"), OK_WITH("Set-Cookie: NTLM\r\n")));
    assert_false(binds(GET_WITH("X-Authorization: NTLM\r\n"), OK_WITH("WWW-Authenticate-X: NTLM\r\n")));
    assert_false(binds(GET_WITH("Proxy-Authorization-Of-A-Very-Long-Name: NTLM\r\n"), OK_WITH("")));
    assert_false(binds(GET_WITH("Authorization:\r\n"), OK_WITH("WWW-Authenticate:\r\n")));
}

/* RFC 9110 section 11.6.1: one header may offer several schemes. */
TEST(a_scheme_offered_second_is_found_when_it_is_used)
{
    assert_true(binds(GET_WITH("Authorization: NTLM TlRM\r\n"),
                      OK_WITH("WWW-Authenticate: Basic realm=x, NTLM\r\n")));
}

/* What a response with this header hints at, read in pieces of any size. */
static void assert_hint(const char *header, uint32_t seconds)
{
    char response[400];
    snprintf(response, sizeof response, "HTTP/1.1 200 OK\r\n%sContent-Length: 0\r\n\r\n", header);
    for (size_t piece = 1; piece <= strlen(response); piece++) {
        struct http1 http1;
        http1_reset(&http1);
        http1_sent(&http1, (const unsigned char *)GET_WITH(""), strlen(GET_WITH("")));
        for (size_t at = 0; at < strlen(response); at += piece) {
            size_t left = strlen(response) - at;
            http1_received(&http1, (const unsigned char *)response + at,
                           left < piece ? left : piece);
        }
        assert_int_equal(http1.hint_s, seconds);
    }
}

TEST(a_server_hints_at_its_timeout)
{
    assert_hint("Keep-Alive: timeout=5\r\n", 5);
    assert_hint("KEEP-ALIVE:timeout=60, max=100\r\nX-A: timeout=7\r\n", 60);
    assert_hint("Keep-Alive: max=1000, timeout=75\r\n", 75);
    assert_hint("Keep-Alive: timeout=99999999999999999999\r\n", 86400);
}

/* RFC 2068 section 19.7.1.1: max is the number of further requests. */
TEST(a_server_that_allows_no_further_request_closes)
{
    assert_true(closes(GET_WITH(""), OK_WITH("Keep-Alive: max=0\r\n")));
    assert_true(closes(GET_WITH(""), OK_WITH("keep-alive:timeout=5,MAX=0\r\n")));
    assert_true(closes(GET_WITH(""), OK_WITH("Connection: keep-alive\r\nKeep-Alive: timeout=5, max=0\r\n")));
    assert_false(closes(GET_WITH(""), OK_WITH("Keep-Alive: timeout=5, max=1\r\n")));
    assert_false(closes(GET_WITH(""), OK_WITH("Keep-Alive: max=10\r\n")));
    assert_false(closes(GET_WITH(""), OK_WITH("Keep-Alive: max=\r\n")));
    assert_false(closes(GET_WITH(""), OK_WITH("Keep-Alive: climax=0\r\n")));
    assert_false(closes(GET_WITH("Keep-Alive: max=0\r\n"), OK_WITH("")));
    assert_false(closes(GET_WITH(""), "HTTP/1.1 103 Early Hints\r\nKeep-Alive: max=0\r\n\r\n" OK_WITH("")));
}

TEST(other_headers_hint_at_nothing)
{
    assert_hint("", 0);
    assert_hint("Keep-Alive: 300\r\n", 0);
    assert_hint("Keep-Alive: timeout=\r\n", 0);
    assert_hint("Keep-Alive: timeout=soon\r\n", 0);
    assert_hint("Keep-Alive-Not: timeout=5\r\nConnection: keep-alive\r\n", 0);
    assert_hint("Keep-Alive: a=1234567890123456789012345678901, timeout=5\r\n", 0);
}

TEST(a_hint_is_the_last_responses_own)
{
    struct http1 http1;
    const char *hinted = "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5\r\nContent-Length: 0\r\n\r\n";
    http1_reset(&http1);
    http1_sent(&http1, (const unsigned char *)GET_WITH("Keep-Alive: timeout=9\r\n"),
               strlen(GET_WITH("Keep-Alive: timeout=9\r\n")));
    http1_received(&http1, (const unsigned char *)hinted, strlen(hinted));
    assert_int_equal(http1.hint_s, 5);
    http1_sent(&http1, (const unsigned char *)GET_WITH(""), strlen(GET_WITH("")));
    http1_received(&http1, (const unsigned char *)OK_WITH(""), strlen(OK_WITH("")));
    assert_int_equal(http1.hint_s, 0);
}

/* Header names and values in pieces of any size. */
TEST(split_headers_are_read_whole)
{
    static const char request[] = GET_WITH("Proxy-Authorization: Negotiate YII=\r\n");
    const struct follower *follower = follower_of(PROTOCOL_HTTP1);
    for (size_t piece = 1; piece < sizeof request; piece++) {
        struct followed followed;
        follower->reset(&followed);
        for (size_t at = 0; at < strlen(request); at += piece) {
            size_t left = strlen(request) - at;
            follower->sent(&followed, (const unsigned char *)request + at,
                           left < piece ? left : piece);
        }
        assert_true(followed.http1.bound);
    }
}

RUN_TESTS(cmocka_unit_test(http_1_1_stays_unless_one_side_says_close),
          cmocka_unit_test(http_1_0_closes_unless_it_says_keep_alive),
          cmocka_unit_test(a_response_without_body_does_not_close),
          cmocka_unit_test(an_interim_response_does_not_close),
          cmocka_unit_test(http_goes_on_after_a_close_that_was_not_kept),
          cmocka_unit_test(switching_protocols_is_opaque),
          cmocka_unit_test(a_declined_upgrade_is_http),
          cmocka_unit_test(an_upgrade_with_a_body_has_that_body),
          cmocka_unit_test(a_tunnel_is_opaque),
          cmocka_unit_test(a_refused_tunnel_is_http),
          cmocka_unit_test(ntlm_and_negotiate_bind_on_either_side),
          cmocka_unit_test(other_authentication_and_cookies_do_not_bind),
          cmocka_unit_test(a_scheme_offered_second_is_found_when_it_is_used),
          cmocka_unit_test(a_server_hints_at_its_timeout),
          cmocka_unit_test(a_server_that_allows_no_further_request_closes),
          cmocka_unit_test(other_headers_hint_at_nothing),
          cmocka_unit_test(a_hint_is_the_last_responses_own),
          cmocka_unit_test(split_headers_are_read_whole))
