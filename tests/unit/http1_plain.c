/* SPDX-License-Identifier: MIT
 *
 * What is followed without the parser (plain.h) must say the same as the parser alone, byte for byte:
 * in conversations cut anywhere, in heads with a byte changed, at each turn from one to the other.
 */
#include "lib/both_ways.h"
#include "lib/conversation.h"
#include "unit.h"

#define HOST "Host: a\r\n"
#define GET "GET /a?b=c HTTP/1.1\r\n" HOST "Connection: keep-alive\r\n\r\n"
#define POST "POST / HTTP/1.1\r\n" HOST "Content-Length: 10\r\n\r\n"
#define OK_5                                                                                       \
    "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nAccept-Ranges: bytes\r\nContent-Length: 5\r\n"     \
    "Content-Type: text/html; charset=utf-8\r\n\r\n"
#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
#define CONTINUE "HTTP/1.1 100 Continue\r\n\r\n"

struct piece {
    bool inbound;
    const char *bytes;
};
#define SAYS(words) {false, words}
#define HEARS(words) {true, words}

static void feed(struct both_ways *both, bool inbound, const char *bytes, size_t count)
{
    if (both->framing != FRAMING_OPAQUE)
        assert_true(both_agree(both, inbound, (const unsigned char *)bytes, count));
}

/* Plays the pieces whole, and with each of them cut in two at each place. */
static void play(const struct piece *pieces, size_t count)
{
    for (size_t cut_piece = 0; cut_piece < count; cut_piece++)
        for (size_t cut = 0; cut < strlen(pieces[cut_piece].bytes); cut++) {
            struct both_ways both;
            both_begin(&both);
            for (size_t i = 0; i < count; i++) {
                const char *bytes = pieces[i].bytes;
                size_t first = i == cut_piece ? cut : 0;
                if (first)
                    feed(&both, pieces[i].inbound, bytes, first);
                feed(&both, pieces[i].inbound, bytes + first, strlen(bytes) - first);
            }
            both_end(&both);
        }
}
#define PLAY(...)                                                                                  \
    play((const struct piece[]){__VA_ARGS__},                                                      \
         sizeof((const struct piece[]){__VA_ARGS__}) / sizeof(struct piece))

TEST(a_plain_exchange_needs_no_parser)
{
    struct both_ways both;
    both_begin(&both);
    feed(&both, false, POST "0123", strlen(POST) + 4);
    assert_int_equal(both.framing, FRAMING_OPEN);
    feed(&both, false, "456789", 6);
    assert_int_equal(both.framing, FRAMING_AWAIT);
    feed(&both, true, OK_5, strlen(OK_5));
    assert_int_equal(both.framing, FRAMING_AWAIT);
    feed(&both, true, "hello", 5);
    assert_int_equal(both.framing, FRAMING_BETWEEN);
    assert_int_equal(both.connection->exchange, 0);
    feed(&both, false, GET, strlen(GET));
    feed(&both, true, CHUNKED, 40);
    assert_int_not_equal(both.connection->exchange, 0);
    both_end(&both);
}

TEST(the_parser_takes_over_anywhere)
{
    PLAY(SAYS(GET), HEARS(OK_5 "hello"), SAYS(GET), HEARS(CHUNKED), SAYS(GET), HEARS(OK_5 "hello"));
    PLAY(SAYS(POST), HEARS(CONTINUE), SAYS("0123456789"), HEARS(OK_5 "hello"), SAYS(GET));
    PLAY(SAYS(POST "01"), HEARS(OK_5 "hello"), SAYS("23456789" GET), HEARS(CHUNKED));
    PLAY(SAYS(POST "01"), HEARS(OK_5 "he"), SAYS("23456789" GET), HEARS("llo" OK_5 "hello"));
    PLAY(SAYS(GET), SAYS(GET), HEARS(OK_5 "hello"), HEARS(OK_5 "hello" "x"));
    PLAY(SAYS(GET), HEARS(OK_5 "he"), SAYS(GET), HEARS("llo"), HEARS(CHUNKED), SAYS(GET));
    PLAY(SAYS("HEAD / HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\n"), HEARS(OK_5), SAYS("abc" GET),
         HEARS(OK_5 "hello"));
    PLAY(SAYS(GET), HEARS(OK_5 "hello"), HEARS(OK_5 "hello"));
}

/* The hint of a response that the parser has read outlives the parser. */
TEST(a_stray_line_end_does_not_take_the_hint_away)
{
    PLAY(SAYS(GET),
         HEARS("HTTP/1.1 200 OK\r\nKeep-Alive: timeout=7\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
         HEARS("\r\n"), SAYS(GET), HEARS(OK_5 "hello"));
}

TEST(what_a_head_says_of_the_connection)
{
    static const char *const headers[] = {
        "Connection: close\r\n", "connection:  CLOSE\r\n", "Connection: close, TE\r\n",
        "Connection: keep-alive\r\n", "Connection: keep-alivf\r\n", "Connection:\r\n",
        "Authorization: Basic x\r\n", "Authorization: NTLM x\r\n", "authorization:nEgotiate\r\n",
        "Proxy-Authorization: ntlm\r\n", "WWW-Authenticate: Negotiate\r\n",
        "Proxy-Authenticate: Basic\r\n", "Proxy-Connection: close\r\n", "Upgrade: h2c\r\n",
        "Connection: Upgrade\r\nUpgrade: h2c\r\n", "Content-Length: 3\r\n", "Content-Length: 0003\r\n",
        "Content-Length:3\r\n", "Content-Length: 3 \r\n", "Content-Length: +3\r\n",
        "Content-Length: 3\r\nContent-Length: 3\r\n", "Content-Length: 18446744073709551616\r\n",
        "Content-Length: 3, 3\r\n", "Content-Length:\r\n", "Transfer-Encoding: chunked\r\n",
        "Transfer-Encoding: gzip\r\n", "Content-Length : 3\r\n", " X: a\r\n", "X: a\r\n b\r\n",
        "X: a\n", "X a\r\n", ": a\r\n", "X: a\rb\r\n", "X: \xe4\r\n", "X:\ta\r\n", "X(: a\r\n",
        "Expect: 100-continue\r\n", "Keep-Alive: timeout=5, max=100\r\n",
        "Keep-Alive: max=3, timeout=7\r\n", "Keep-Alive: max=0\r\n", "Keep-Alive: timeout=5, max=0\r\n",
        "Keep-Alive: timeout=5, max=000000000000000000000000000001\r\n", "Keep-Alive: timeout=5,max=0\r\n",
        "Keep-Alive: timeout=5, max=\r\n", "Keep-Alive: timeout=5, max=2x\r\n",
        "Keep-Alive: timeout=12345\r\n", "Keep-Alive: timeout=99999, max=9\r\n", "Keep-Alive: Timeout=5 \r\n", "Keep-Alive:timeout=5\r\n",
        "Keep-Alive: \r\n", "Keep-Alive:   timeout=5\r\n", "Keep-Alive: 300\r\n", "Keep-Alive: foobarz=5\r\n", "Keep-Alive: timeout=, max=5\r\n",
        "Keep-Alive:                                         timeout=5\r\n", "keep-alive:TIMEOUT=9999999\r\n", "Keep-Alive: timeout=\r\n",
        "TRANSFER-ENCODING: Chunked\r\n", "Authorization:  NTLM x\r\n", "Authorization:\tNTLM x\r\n",
        "Authorization:\r\n", "Connection:keep-alive\r\n", "Connection: Keep-Alive \r\n", "CONNECTION: KEEP-ALIVE\r\n",
        "Connection: keep-alive, TE\r\n", "Connection: keep-alive\r\nConnection: close\r\n",
        "Connection: x\r\n", "Connection: closed\r\n", "Connection: keep\r\n", "Connection: keep,close\r\n", "Proxy-Authenticate: NTLM\r\n", "WWW-Authenticate: NTLM\r\n", "Content-Length:  3\r\n", "CONTENT-LENGTH: 3\r\n", "Content-Length: 3\r\nContent-Length: 4\r\n",
        "Content-Length: 0x3\r\n", "Content-Length: 000000000000000000003\r\n",
        "X-B3-Id: a\r\n", "1X: a\r\n", "X_Y: a\r\n", "X/Y: a\r\n", "X[: a\r\n", "X@: a\r\n", "X`: a\r\n", "X{: a\r\n", "X-Name-That-Is-Sixteen: a\r\n",
        "X-Name-Of-16-Let: a\r\n", "X-Of-Just-Sixtee: a\r\n", "X-Of-Just-Seventn: a\r\n", "Content-Length-That-Is-Of-Forty-Six-Letters-Ab: 3\r\n",
        "X: \x7f\r\n", "X:\r\n", "X: \r\n", "X:\n", "X: \n", "X: a\n b: c\r\n", "X: a\r\r\n", "X: \x01\r\n", "X\r\n", "X: a\r\nX:b\r\n",
        "Keep-Alivf: timeout=5\r\n", "Keep-Alive: timeout=5\r\nKeep-Alive: max=1\r\n", "Content-Lengtg: 3\r\n", "Connectioo: close\r\n"};
    for (size_t i = 0; i < 2 * COUNT_OF_TESTS(headers); i++) {
        const char *length = i & 1 ? "Content-Length: 3\r\n" : "";
        char request[256];
        char response[256];
        snprintf(request, sizeof request, "PUT / HTTP/1.1\r\n" HOST "%s%s\r\nabc", length, headers[i / 2]);
        snprintf(response, sizeof response, "HTTP/1.1 200 OK\r\n%s%s\r\nabc", length, headers[i / 2]);
        PLAY(SAYS(request), HEARS(OK_5 "hello"), SAYS(GET));
        PLAY(SAYS(GET), HEARS(response), SAYS(GET), HEARS(OK_5 "hello"));
    }
}

TEST(first_lines_of_every_kind)
{
    static const char *const lines[] = {
        "GET / HTTP/1.0\r\n", "GET / HTTP/1.2\r\n", "GET  / HTTP/1.1\r\n", "GET /a b HTTP/1.1\r\n",
        "GET /#a HTTP/1.1\r\n", "GET * HTTP/1.1\r\n", "GET http://a/ HTTP/1.1\r\n",
        "CONNECT a:1 HTTP/1.1\r\n", "OPTIONS / HTTP/1.1\r\n", "get / HTTP/1.1\r\n",
        "GET /\r\n", "GET / HTTP/1.1 \r\n", "GET / HTTP/1.1\n", "\r\nGET / HTTP/1.1\r\n",
        "GET /!\"/abcdefghijklmnopqrstuvwxyz/!# HTTP/1.1\r\n", "GET /!\"/abcdefghijklmnopqrstuvwxyz/!$ HTTP/1.1\r\n",
        "/a HTTP/1.1\r\n", "PRI / HTTP/1.1\r\n", "CONNECT / HTTP/1.1\r\n", "GET /a##b HTTP/1.1\r\n", "GET /a#b#c HTTP/1.1\r\n",
        "GET /a?b?c#d HTTP/1.1\r\n", "PATCH /\"<>\\^`{|}~ HTTP/1.1\r\n", "GET /\x7f HTTP/1.1\r\n"};
    static const char *const statuses[] = {
        "HTTP/1.1 204 No Content\r\n", "HTTP/1.1 304 Not Modified\r\n", "HTTP/1.1 101 Odd\r\n",
        "HTTP/1.1 200\r\n", "HTTP/1.1 200 \r\n", "HTTP/1.1 2000 OK\r\n", "HTTP/1.0 200 OK\r\n",
        "HTTP/1.1 200 \x7f\r\n", "HTTP/1.1 200 OK \r\n", "HTTP/1.1 200 OK\n", "HTTP/1.1 200 OK\r\r\n", "HTTP/1.1 20x OK\r\n", "HTTP/1.1 1000\r\n",
        "HTTP/1.1 999 Odd\r\n", "HTTP/1.1 099 Odd\r\n", "HTTP/1.1  200 OK\r\n", "HTTP/1.1 200 O\tK\r\n"};
    char bytes[256];
    for (size_t i = 0; i < COUNT_OF_TESTS(lines); i++) {
        snprintf(bytes, sizeof bytes, "%s" HOST "\r\n", lines[i]);
        PLAY(SAYS(bytes), HEARS(OK_5 "hello"), SAYS(GET));
    }
    for (size_t i = 0; i < COUNT_OF_TESTS(statuses); i++) {
        snprintf(bytes, sizeof bytes, "%sContent-Length: 3\r\n\r\nabc", statuses[i]);
        PLAY(SAYS(GET), HEARS(bytes), SAYS(GET), HEARS(OK_5 "hello"));
    }
}

TEST(a_head_with_any_byte_changed)
{
    static const char request[] = "POST /a HTTP/1.1\r\n" HOST "Content-Length: 3\r\nConnection: close\r\n\r\nabc";
    static const char response[] = "HTTP/1.1 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nabc";
    char bytes[2][128];
    for (size_t inbound = 0; inbound < 2; inbound++) {
        memcpy(bytes[0], request, sizeof request);
        memcpy(bytes[1], response, sizeof response);
        size_t count = strlen(bytes[inbound]);
        for (size_t at = 0; at < count; at++)
            for (unsigned byte = 0; byte < 256; byte++) {
                struct both_ways both;
                char kept = bytes[inbound][at];
                both_begin(&both);
                bytes[inbound][at] = (char)byte;
                feed(&both, false, bytes[0], strlen(request));
                feed(&both, true, bytes[1], strlen(response));
                feed(&both, false, GET, strlen(GET));
                bytes[inbound][at] = kept;
                both_end(&both);
            }
    }
}

/* Pieces of any size, in turn; the order matters to neither. */
TEST(random_conversations)
{
    static struct conversation made;
    for (uint64_t seed = 1; seed <= 20000; seed++) {
        struct both_ways both;
        uint64_t dice = seed;
        size_t gone[2] = {0, 0};
        conversation_make(&made, seed, true);
        const struct half *streams[] = {&made.out, &made.in};
        both_begin(&both);
        while (gone[0] < made.out.count || gone[1] < made.in.count) {
            bool inbound = gone[0] == made.out.count || random_below(&dice, 3) == 0;
            size_t left = streams[inbound]->count - gone[inbound];
            size_t whole = random_below(&dice, 2) ? left : 1 + random_below(&dice, 90);
            size_t count = whole < left ? whole : left;
            if (count)
                feed(&both, inbound, (const char *)streams[inbound]->bytes + gone[inbound], count);
            gone[inbound] += count;
        }
        both_end(&both);
    }
}

RUN_TESTS(cmocka_unit_test(a_plain_exchange_needs_no_parser),
          cmocka_unit_test(the_parser_takes_over_anywhere),
          cmocka_unit_test(a_stray_line_end_does_not_take_the_hint_away),
          cmocka_unit_test(what_a_head_says_of_the_connection),
          cmocka_unit_test(first_lines_of_every_kind),
          cmocka_unit_test(a_head_with_any_byte_changed), cmocka_unit_test(random_conversations))
