/* SPDX-License-Identifier: MIT
 *
 * Redis that is followed without the parser (plain_redis.h) must be where the parser alone is, after every
 * piece: in random pipelines of all kinds of commands and replies, cut anywhere, and with bytes changed.
 */
#include "lib/both_ways.h"
#include "lib/conversation.h"
#include "unit.h"

#define PING "*1\r\n$4\r\nPING\r\n"
#define GET "*2\r\n$3\r\nGET\r\n$16\r\nkey:000000000001\r\n"
#define SET_5 "*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\nhello\r\n"

static struct both_ways both;

static void feed(bool inbound, const char *bytes, size_t count)
{
    unsigned char *copy = malloc(count); /* of this very size, for the address sanitizer */
    memcpy(copy, bytes, count);
    if (both.framing != FRAMING_OPAQUE)
        assert_true(both_agree(&both, inbound, copy, count));
    free(copy);
}

static void say(const char *words)
{
    feed(false, words, strlen(words));
}

static void hear(const char *words)
{
    feed(true, words, strlen(words));
}

#define ASSERT_PLAIN(plain, name)                                                                  \
    do {                                                                                           \
        assert_int_equal(both.framing, FRAMING_##name);                                            \
        assert_int_equal(both.connection->exchange == 0, plain);                                   \
    } while (0)

TEST(a_pipeline_needs_no_parser)
{
    both_begin_as(&both, PROTOCOL_REDIS);
    say(GET GET SET_5 PING "*3\r\n$3\r\nset\r\n$1\r\na\r\n$5\r\nhe");
    ASSERT_PLAIN(true, OPEN);
    say("llo\r\n");
    ASSERT_PLAIN(true, AWAIT);
    hear("$3\r\nVXK\r\n$-1\r\n+OK\r\n+PONG\r\n");
    ASSERT_PLAIN(true, AWAIT);
    hear("-ERR no\r\n");
    ASSERT_PLAIN(true, BETWEEN);
    say("*3\r\n$6\r\nLRANGE\r\n$1\r\n0\r\n$2\r\n-1\r\n" GET);
    hear("*3\r\n$1\r\na\r\n:1\r\n$-1\r\n$10\r\n01234");
    ASSERT_PLAIN(true, AWAIT);
    hear("56789\r\n");
    ASSERT_PLAIN(true, BETWEEN);
    both_end(&both);
}

TEST(the_parser_takes_what_is_cut_off)
{
    both_begin_as(&both, PROTOCOL_REDIS);
    say(GET "*2\r\n$3\r\nGE");
    ASSERT_PLAIN(false, OPEN);
    say("T\r\n$1\r\na\r\n");
    hear("$-1\r\n$-1\r\n");
    ASSERT_PLAIN(true, BETWEEN);
    say(GET);
    hear("$3\r\nVX");
    ASSERT_PLAIN(true, AWAIT);
    say(GET "*1");
    ASSERT_PLAIN(false, OPEN);
    say("\r\n$4\r\nPING\r\n");
    hear("K\r\n$0\r\n\r\n+PONG\r\n");
    ASSERT_PLAIN(true, BETWEEN);
    both_end(&both);
}

TEST(what_leaves_something_behind_is_the_parsers)
{
    static const char *const words[] = {
        "MULTI", "multi", "SELECT", "AUTH", "GE", "GETT", "GET2", "GET ", "7ET", "{ET", "BLPOP",
        "SUBSCRIBE", "EVAL", "ZREMRANGEBYSCOREANDMORE", ""};
    for (size_t i = 0; i < COUNT_OF_TESTS(words); i++) {
        char command[128];
        both_begin_as(&both, PROTOCOL_REDIS);
        say(GET);
        hear("$-1\r\n");
        snprintf(command, sizeof command, GET "*1\r\n$%zu\r\n%s\r\n", strlen(words[i]), words[i]);
        say(command);
        assert_int_equal(both.framing, FRAMING_OPAQUE);
        both_end(&both);
    }
}

TEST(nothing_comes_unasked)
{
    both_begin_as(&both, PROTOCOL_REDIS);
    say(GET GET);
    hear("$-1\r\n$-1\r\n+OK\r\n");
    assert_int_equal(both.framing, FRAMING_OPAQUE);
    both_end(&both);
}

TEST(a_row_of_the_same_is_counted)
{
    both_begin_as(&both, PROTOCOL_REDIS);
    say(PING PING PING PING PING PING);
    hear("+PONG\r\n+PONG\r\n+PONG\r\n+PONG\r\n+PONG\r\n");
    ASSERT_PLAIN(true, AWAIT);
    hear("+PONG\r\n");
    ASSERT_PLAIN(true, BETWEEN);
    say(GET GET GET GET PING);
    hear("$-1\r\n$-1\r\n$-1\r\n$-1\r\n$-1\r");
    ASSERT_PLAIN(false, AWAIT);
    hear("\n");
    ASSERT_PLAIN(true, BETWEEN);
    say(PING PING PING);
    hear(":1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n:1\r\n");
    assert_int_equal(both.framing, FRAMING_OPAQUE);
    both_end(&both);
}

TEST(odd_numbers_are_the_parsers)
{
    static const char *const commands[] = {
        "*0\r\n" PING, "*0\r\n$4\r\nPING\r\n", "*-1\r\n" PING, "*01\r\n$4\r\nPING\r\n",
        "*4294967297\r\n$4\r\nPING\r\n", "*1\r\n$4294967300\r\nPING\r\n",
        "*16777217\r\n$4\r\nPING\r\n", "*1\r\n$4\rPING\r\n", "*1\n$4\r\nPING\r\n", "*\r\n"};
    for (size_t i = 0; i < COUNT_OF_TESTS(commands); i++) {
        both_begin_as(&both, PROTOCOL_REDIS);
        say(commands[i]);
        hear("+PONG\r\n");
        both_end(&both);
    }
}

struct made {
    char bytes[4096];
    size_t count;
};

static void add_bytes(struct made *made, const char *bytes, size_t count)
{
    if (made->count + count < sizeof made->bytes) {
        memcpy(made->bytes + made->count, bytes, count);
        made->count += count;
    }
}

static void add(struct made *made, const char *words)
{
    add_bytes(made, words, strlen(words));
}

static uint64_t dice;

static void add_bulk(struct made *made, size_t length)
{
    char words[600];
    snprintf(words, sizeof words, "$%zu\r\n%.*s\r\n", length, (int)length,
             "$5\r\n+OK\r\n*2\r\n:1\r\n0123456789abcdef0123456789abcdef0123456789abcdef");
    add(made, words);
}

static void add_command(struct made *made)
{
    static const char *const names[] = {"GET", "get", "SET", "HGETALL", "ZREMRANGEBYSCORE", "SORT_RO",
                                        "BITCOUNT", "PING", "Lrange", "MGET"};
    static const char *const odd[] = {"MULTI", "SELECT", "XX", "GETT"};
    char words[64];
    unsigned arguments = random_below(&dice, 4);
    const char *name = random_below(&dice, 40) ? names[random_below(&dice, COUNT_OF_TESTS(names))]
                                               : odd[random_below(&dice, COUNT_OF_TESTS(odd))];
    snprintf(words, sizeof words, "*%u\r\n$%zu\r\n%s\r\n", arguments + 1, strlen(name), name);
    add(made, words);
    while (arguments--)
        add_bulk(made, random_below(&dice, 60));
}

static void add_reply(struct made *made)
{
    static const char *const replies[] = {
        "+OK\r\n", "-ERR no such key\r\n", ":-42\r\n", "$-1\r\n", "*0\r\n", "*-1\r\n", "$0\r\n\r\n",
        "*2\r\n:1\r\n$1\r\na\r\n", "*2\r\n*1\r\n+a\r\n*0\r\n", "_\r\n", "%1\r\n+a\r\n:1\r\n",
        "*2\r\n$-1\r\n$7\r\n+OK\r\n+O\r\n"};
    if (random_below(&dice, 2))
        add_bulk(made, random_below(&dice, 60));
    else
        add(made, replies[random_below(&dice, COUNT_OF_TESTS(replies))]);
}

/* `count` of them, some of them the same several times in a row. */
static void add_many(struct made *made, void (*add_one)(struct made *), unsigned count)
{
    while (count--) {
        size_t from = made->count;
        add_one(made);
        size_t bytes = made->count - from;
        unsigned repeats = random_below(&dice, 3) ? 0 : random_below(&dice, count + 1);
        count -= repeats;
        while (repeats--)
            add_bytes(made, made->bytes + from, bytes);
    }
}

/* Some pieces are whole, some are cut anywhere, and in some a byte is another one. */
static void feed_in_pieces(bool inbound, struct made *made, bool spoil)
{
    if (spoil && random_below(&dice, 4) == 0)
        made->bytes[random_below(&dice, (uint32_t)made->count)] = (char)random_below(&dice, 256);
    for (size_t at = 0; at < made->count;) {
        size_t left = made->count - at;
        size_t count = random_below(&dice, 2) ? left : 1 + random_below(&dice, (uint32_t)left);
        feed(inbound, made->bytes + at, count);
        at += count;
    }
}

static void play(bool spoil)
{
    both_begin_as(&both, PROTOCOL_REDIS);
    for (int turn = 0; turn < 4; turn++) {
        struct made out = {0};
        struct made in = {0};
        unsigned commands = 1 + random_below(&dice, 16);
        unsigned replies = random_below(&dice, 20) ? commands : random_below(&dice, 20);
        add_many(&out, add_command, commands);
        feed_in_pieces(false, &out, spoil);
        add_many(&in, add_reply, replies);
        if (in.count)
            feed_in_pieces(true, &in, spoil);
    }
    both_end(&both);
}

TEST(random_pipelines)
{
    for (dice = 1; dice < 30000; dice++) {
        uint64_t seed = dice;
        play(seed % 2);
        dice = seed;
    }
}

RUN_TESTS(cmocka_unit_test(a_pipeline_needs_no_parser),
          cmocka_unit_test(the_parser_takes_what_is_cut_off),
          cmocka_unit_test(what_leaves_something_behind_is_the_parsers),
          cmocka_unit_test(nothing_comes_unasked), cmocka_unit_test(a_row_of_the_same_is_counted),
          cmocka_unit_test(odd_numbers_are_the_parsers), cmocka_unit_test(random_pipelines))
