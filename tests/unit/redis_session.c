/* SPDX-License-Identifier: MIT
 *
 * What is recorded of a Redis session: the commands that took effect, in an order that makes the same
 * session when they are sent again; and that no other reply than the wanted one passes for theirs.
 */
#include "connection/redis.h"
#include "unit.h"

#define PING "*1\r\n$4\r\nPING\r\n"
#define SELECT(db) "*2\r\n$6\r\nSELECT\r\n$1\r\n" db "\r\n"
#define AUTH(word) "*2\r\n$4\r\nAUTH\r\n$1\r\n" word "\r\n"
#define HELLO "*2\r\n$5\r\nHELLO\r\n$1\r\n3\r\n"
#define HELLO_AUTH(word) "*5\r\n$5\r\nHELLO\r\n$1\r\n3\r\n$4\r\nAUTH\r\n$1\r\nu\r\n$1\r\n" word "\r\n"
#define NAME(name) "*3\r\n$6\r\nCLIENT\r\n$7\r\nSETNAME\r\n$1\r\n" name "\r\n"
#define LIBRARY "*4\r\n$6\r\nCLIENT\r\n$7\r\nSETINFO\r\n$8\r\nLIB-NAME\r\n$1\r\nl\r\n"
#define VERSION "*4\r\n$6\r\nCLIENT\r\n$7\r\nsetinfo\r\n$7\r\nlib-ver\r\n$1\r\n1\r\n"
#define READONLY "*1\r\n$8\r\nREADONLY\r\n"
#define READWRITE "*1\r\n$9\r\nREADWRITE\r\n"
#define OK "+OK\r\n"
#define FIELDS "%1\r\n+proto\r\n:3\r\n"
#define FIELDS_OLD "*4\r\n$5\r\nproto\r\n:2\r\n$7\r\nmodules\r\n*0\r\n"
#define REFUSED "-WRONGPASS no\r\n"

static struct redis_session session;
static struct redis redis;

static enum framing feed(char direction, const char *bytes, size_t piece)
{
    enum framing framing = FRAMING_OPAQUE;
    size_t count = strlen(bytes);
    for (size_t at = 0; at < count; at += piece) {
        size_t some = count - at < piece ? count - at : piece;
        unsigned char *copy = malloc(some);
        memcpy(copy, bytes + at, some);
        framing = (direction == '>' ? redis_sent : redis_received)(&redis, copy, some);
        free(copy);
    }
    return framing;
}

/* The dialogue: what is sent and received in turn, ended by a null. Returns where it stands. */
static enum framing play(const char *const *lines, size_t piece)
{
    enum framing framing = FRAMING_BETWEEN;
    memset(&session, 0, sizeof session);
    redis_reset(&redis);
    redis.session = &session;
    for (size_t i = 0; lines[i]; i++)
        framing = feed(i % 2 ? '<' : '>', lines[i], piece);
    return framing;
}

static void expect_kept(const char *text)
{
    assert_int_equal(session.used, strlen(text));
    assert_memory_equal(session.text, text, session.used);
    assert_false(redis_session_is_unsettled(&session));
    for (size_t i = session.used; i < sizeof session.text; i++)
        assert_int_equal(session.text[i], 0);
}

/* However the bytes are split. */
static void expect_all(const char *const *lines, const char *text)
{
    for (size_t piece = 1; piece < 200; piece += piece < 12 ? 1 : 47) {
        assert_int_equal(play(lines, piece), FRAMING_BETWEEN);
        expect_kept(text);
    }
}

#define KEEPS(text, ...) expect_all((const char *const[]){__VA_ARGS__, NULL}, text)
#define LOSES(...)                                                                                 \
    assert_int_equal(play((const char *const[]){__VA_ARGS__, NULL}, 1000), FRAMING_OPAQUE)

TEST(what_took_effect_is_kept_in_its_order)
{
    KEEPS(AUTH("a") NAME("n") SELECT("5"), AUTH("a"), OK, NAME("n"), OK, SELECT("5"), OK, PING,
          "+PONG\r\n");
    KEEPS(HELLO LIBRARY VERSION READONLY, HELLO, FIELDS, LIBRARY VERSION READONLY, OK OK OK);
    KEEPS(HELLO, HELLO, FIELDS_OLD);
}

TEST(words_in_any_case_are_kept)
{
    KEEPS("*2\r\n$6\r\nSELECT\r\n$1\r\n5\r\n", "*2\r\n$6\r\nselect\r\n$1\r\n5\r\n", OK);
    KEEPS("*3\r\n$6\r\nCLIENT\r\n$7\r\nsetName\r\n$1\r\nn\r\n",
          "*3\r\n$6\r\nClient\r\n$7\r\nsetName\r\n$1\r\nn\r\n", OK);
}

TEST(what_failed_is_not_kept)
{
    KEEPS("", AUTH("a"), REFUSED);
    KEEPS(SELECT("1"), AUTH("a") SELECT("1") SELECT("2"), REFUSED OK REFUSED);
    KEEPS("", HELLO, "-ERR unknown command\r\n");
    KEEPS(PING + sizeof PING - 1, PING, "+OK\r\n");
}

TEST(only_the_last_of_a_kind_is_kept)
{
    KEEPS(NAME("n") SELECT("7"), SELECT("5"), OK, NAME("n"), OK, SELECT("6") SELECT("7"), OK OK);
    KEEPS(READWRITE, READONLY, OK, READWRITE, OK);
    KEEPS(NAME("b"), NAME("a"), OK, NAME("b"), OK);
}

/* SELECT may need the user; so a new one takes the old one's place. */
TEST(a_new_user_comes_where_the_old_one_came)
{
    KEEPS(AUTH("b") SELECT("5"), AUTH("a"), OK, SELECT("5"), OK, AUTH("b"), OK);
    KEEPS(AUTH("a") SELECT("5"), AUTH("a"), OK, SELECT("5"), OK, AUTH("b"), REFUSED);
}

/* Or the user that was last would not be the last that is sent. */
TEST(a_hello_keeps_its_place_among_the_users)
{
    KEEPS(AUTH("a") HELLO_AUTH("b") AUTH("c"), AUTH("a"), OK, HELLO_AUTH("b"), FIELDS, AUTH("c"), OK);
    KEEPS(HELLO_AUTH("b") HELLO, HELLO_AUTH("b"), FIELDS, HELLO, FIELDS);
    KEEPS(AUTH("c") HELLO, AUTH("a"), OK, HELLO, FIELDS, AUTH("c"), OK);
}

TEST(what_can_not_be_sent_again_is_opaque)
{
    LOSES("*3\r\n$6\r\nCLIENT\r\n$5\r\nREPLY\r\n$3\r\nOFF\r\n");
    LOSES("*2\r\n$6\r\nCLIENT\r\n$2\r\nID\r\n");
    LOSES("*3\r\n$6\r\nCLIENT\r\n$8\r\nTRACKING\r\n$2\r\non\r\n");
    LOSES("*4\r\n$6\r\nCLIENT\r\n$7\r\nSETINFO\r\n$8\r\nLIB-XXXX\r\n$1\r\nl\r\n");
    LOSES("*1\r\n$6\r\nCLIENT\r\n");
    LOSES("*1\r\n$5\r\nMULTI\r\n");
    LOSES(SELECT("1"), OK, "*1\r\n$5\r\nRESET\r\n");
}

/* "+QUEUED", or a refusal after half of its options took effect. */
TEST(a_reply_that_leaves_it_unsure_is_opaque)
{
    LOSES(SELECT("1"), "+QUEUED\r\n");
    LOSES(SELECT("1"), ":1\r\n");
    LOSES(SELECT("1"), "+O\r\n");
    LOSES(SELECT("1"), "+OKAY\r\n");
    LOSES(HELLO_AUTH("a"), "-ERR name\r\n");
    LOSES(HELLO, OK);
}

TEST(too_much_is_opaque)
{
    static char large[REDIS_SESSION_BYTES + 100];
    char header[64];
    snprintf(header, sizeof header, "*2\r\n$4\r\nAUTH\r\n$%d\r\n", REDIS_SESSION_BYTES);
    strcpy(large, header);
    memset(large + strlen(header), 'x', REDIS_SESSION_BYTES);
    strcat(large, "\r\n");
    LOSES(large);
    LOSES("*11\r\n$5\r\nHELLO\r\n");
    const char *lines[2 * REDIS_SESSION_COMMANDS + 4] = {NULL};
    for (size_t i = 0; i < REDIS_SESSION_COMMANDS; i++) {
        lines[2 * i] = HELLO;
        lines[2 * i + 1] = FIELDS;
    }
    assert_int_equal(play(lines, 1000), FRAMING_BETWEEN);
    lines[2 * REDIS_SESSION_COMMANDS] = SELECT("1");
    assert_int_equal(play(lines, 1000), FRAMING_OPAQUE);
}

TEST(without_a_place_for_it_a_session_is_opaque)
{
    redis_reset(&redis);
    assert_int_equal(feed('>', SELECT("1"), 1), FRAMING_OPAQUE);
}

/* Sends what is kept of `lines` again and plays `replies` to it. */
static enum framing repeat(const char *const *lines, const char *replies, size_t piece)
{
    assert_int_equal(play(lines, 1000), FRAMING_BETWEEN);
    redis_repeat(&redis, &session);
    return feed('<', replies, piece);
}

TEST(a_session_is_repeated_by_its_own_replies_only)
{
    static const char *const lines[] = {AUTH("a"), OK, HELLO, FIELDS, SELECT("5"), OK, NULL};
    static const char *const wrong[] = {
        "-NOAUTH Authentication required.\r\n", "-LOADING Redis is loading\r\n",
        "-MOVED 1 127.0.0.1:1\r\n", REFUSED, "+QUEUED\r\n", ":1\r\n", "$2\r\nOK\r\n", "HTTP",
        ">2\r\n+message\r\n+x\r\n" OK, OK OK, OK FIELDS REFUSED, OK FIELDS OK OK, OK FIELDS OK "x"};
    for (size_t piece = 1; piece < 9; piece++) {
        assert_int_equal(repeat(lines, OK FIELDS, piece), FRAMING_AWAIT);
        assert_int_equal(repeat(lines, OK FIELDS OK, piece), FRAMING_BETWEEN);
        assert_int_equal(repeat(lines, OK FIELDS_OLD OK, piece), FRAMING_BETWEEN);
    }
    for (size_t i = 0; i < COUNT_OF_TESTS(wrong); i++)
        assert_int_equal(repeat(lines, wrong[i], 1000), FRAMING_OPAQUE);
}

RUN_TESTS(cmocka_unit_test(what_took_effect_is_kept_in_its_order),
          cmocka_unit_test(words_in_any_case_are_kept), cmocka_unit_test(what_failed_is_not_kept),
          cmocka_unit_test(only_the_last_of_a_kind_is_kept),
          cmocka_unit_test(a_new_user_comes_where_the_old_one_came),
          cmocka_unit_test(a_hello_keeps_its_place_among_the_users),
          cmocka_unit_test(what_can_not_be_sent_again_is_opaque),
          cmocka_unit_test(a_reply_that_leaves_it_unsure_is_opaque),
          cmocka_unit_test(too_much_is_opaque),
          cmocka_unit_test(without_a_place_for_it_a_session_is_opaque),
          cmocka_unit_test(a_session_is_repeated_by_its_own_replies_only))
