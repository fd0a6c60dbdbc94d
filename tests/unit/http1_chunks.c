/* SPDX-License-Identifier: MIT
 *
 * Whole chunks are not shown to the parser (http1_chunks.h). Fed in pieces, a chunked body must mean the
 * same as byte by byte, where no chunk is ever whole: as it is, and with any byte of it changed.
 */
#include "connection/http1.h"
#include "connection/http1_chunks.h"
#include "lib/conversation.h"
#include "unit.h"

#define WHOLE(bytes) http1_whole_chunks((const unsigned char *)(bytes), strlen(bytes))
#define HEAD "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"

TEST(whole_chunks_are_counted)
{
    assert_int_equal(WHOLE("5\r\nhello\r\n"), 10);
    assert_int_equal(WHOLE("00a\r\n0123456789\r\n1\r\nx\r\n"), 23);
    assert_int_equal(WHOLE("1\r\nx\r\n0\r\n\r\n"), 6);
    assert_int_equal(WHOLE("1\r\nx\r\nA\r\n01234"), 6);
}

TEST(what_is_no_whole_chunk_is_left)
{
    static const char *const others[] = {
        "", "5", "5\r\n", "5\r\nhello", "5\r\nhello\r", "5\r\nhello!\n", "5\nhello\r\n", "5;a=b\r\nhello\r\n",
        " 5\r\nhello\r\n", "5 \r\nhello\r\n", "0\r\n\r\n", "\r\nhello\r\n", "g\r\nhello\r\n", "-1\r\nhello\r\n",
        "0x5\r\nhello\r\n", "000000005\r\nhello\r\n", "fffffffff\r\nhello\r\n", "6\r\nhello\r\n", "4\r\nhello\r\n"};
    for (size_t i = 0; i < COUNT_OF_TESTS(others); i++)
        assert_int_equal(WHOLE(others[i]), 0);
}

/* Two parsers of one conversation: one is fed pieces, the other single bytes. */
struct pair {
    struct http1 pieces;
    struct http1 bytes;
    bool inbound;
};

static enum framing feed(struct http1 *http1, bool inbound, const char *bytes, size_t count)
{
    return (inbound ? http1_received : http1_sent)(http1, (const unsigned char *)bytes, count);
}

/* False: opaque for both, from here on. */
static bool agree(struct pair *pair, const char *piece, size_t count)
{
    enum framing framing = feed(&pair->pieces, pair->inbound, piece, count);
    enum framing slow = framing;
    for (size_t i = 0; i < count && (i == 0 || slow != FRAMING_OPAQUE); i++)
        slow = feed(&pair->bytes, pair->inbound, piece + i, 1);
    assert_int_equal(framing, slow);
    if (framing == FRAMING_OPAQUE)
        return false;
    assert_int_equal(http1_left(&pair->pieces, pair->inbound), http1_left(&pair->bytes, pair->inbound));
    return true;
}

static void begin(struct pair *pair, bool inbound)
{
    static const char ok[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    struct http1 *both[] = {&pair->pieces, &pair->bytes};
    pair->inbound = inbound;
    for (size_t i = 0; i < 2; i++) {
        http1_reset(both[i]);
        feed(both[i], false, inbound ? "GET / HTTP/1.1\r\nHost: a\r\n\r\n" : HEAD,
             strlen(inbound ? "GET / HTTP/1.1\r\nHost: a\r\n\r\n" : HEAD));
        if (inbound)
            feed(both[i], true, ok, strlen(ok));
    }
}

/* Writes one random chunk; its data look like chunks themselves. */
static size_t make_chunk(char *at, uint64_t *dice)
{
    static const char data[] = "3\r\nabc\r\n0\r\n\r\n1\r\nx\r\n";
    static const char *const sizes[] = {"%x\r\n", "%X\r\n", "%04x\r\n", "%x;ext=\"1\"\r\n"};
    size_t size = 1 + random_below(dice, sizeof data - 1);
    size_t count = (size_t)sprintf(at, sizes[random_below(dice, 4)], (unsigned)size);
    memcpy(at + count, data, size);
    memcpy(at + count + size, "\r\n", 2);
    return count + size + 2;
}

static size_t make_body(char *at, uint64_t *dice)
{
    size_t count = 0;
    for (uint64_t chunks = random_below(dice, 6); chunks; chunks--)
        count += make_chunk(at + count, dice);
    count += (size_t)sprintf(at + count, random_below(dice, 2) ? "0\r\n\r\n" : "0\r\nT: a\r\n\r\n");
    return random_below(dice, 2) ? count : count + make_chunk(at + count, dice); /* of nothing */
}

static void play(const char *body, size_t count, uint64_t *dice)
{
    struct pair pair;
    begin(&pair, random_below(dice, 2));
    for (size_t at = 0; at < count;) {
        size_t most = count - at;
        size_t piece = random_below(dice, 2) ? 1 + random_below(dice, (uint32_t)most) : 1 + random_below(dice, 9);
        if (piece > most)
            piece = most;
        if (!agree(&pair, body + at, piece))
            return;
        at += piece;
    }
}

TEST(pieces_mean_the_same_as_bytes)
{
    char body[512];
    for (uint64_t seed = 1; seed <= 30000; seed++) {
        uint64_t dice = seed;
        size_t count = make_body(body, &dice);
        if (random_below(&dice, 2))
            body[random_below(&dice, (uint32_t)count)] = "\r\n01aF;x\0"[random_below(&dice, 9)];
        play(body, count, &dice);
    }
}

RUN_TESTS(cmocka_unit_test(whole_chunks_are_counted), cmocka_unit_test(what_is_no_whole_chunk_is_left),
          cmocka_unit_test(pieces_mean_the_same_as_bytes))
