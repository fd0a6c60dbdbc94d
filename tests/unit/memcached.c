/* SPDX-License-Identifier: MIT
 *
 * memcached's text protocol: where each command's reply ends.
 */
#include "lib/dialogue.h"
#include "unit.h"

#define MEMCACHED(...) PLAY(PROTOCOL_MEMCACHED, __VA_ARGS__)

TEST(a_get_goes_on_until_end)
{
    MEMCACHED(SAYS("get a b\r\n", AWAIT), HEARS("VALUE a 0 5\r\nhello\r\n", AWAIT),
              HEARS("VALUE b 7 3 99\r\nEND\r\n", AWAIT), HEARS("END\r\n", BETWEEN),
              SAYS("get none\r\n", AWAIT), HEARS("END\r\n", BETWEEN));
}

TEST(a_block_may_hold_anything)
{
    MEMCACHED(SAYS("set a 0 0 13\r\n", OPEN), SAYS("get b\r\nEND\r\nx", OPEN), SAYS("\r\n", AWAIT),
              HEARS("STORED\r\n", BETWEEN), SAYS("gets a\r\n", AWAIT),
              HEARS("VALUE a 0 5 1\r\nEND\r\n\r\n", AWAIT), HEARS("END\r\n", BETWEEN));
}

TEST(single_lines_end_the_others)
{
    MEMCACHED(SAYS("add a 1 2 0\r\n\r\n", AWAIT), HEARS("NOT_STORED\r\n", BETWEEN),
              SAYS("cas a 0 0 1 42\r\nx\r\n", AWAIT), HEARS("EXISTS\r\n", BETWEEN),
              SAYS("incr n 5\r\n", AWAIT), HEARS("12\r\n", BETWEEN), SAYS("delete a\r\n", AWAIT),
              HEARS("DELETED\r\n", BETWEEN), SAYS("touch a 9\r\n", AWAIT),
              HEARS("TOUCHED\r\n", BETWEEN), SAYS("version\r\n", AWAIT),
              HEARS("VERSION 1.6.18\r\n", BETWEEN), SAYS("flush_all 10\r\n", AWAIT),
              HEARS("OK\r\n", BETWEEN));
}

TEST(stats_go_on_until_end)
{
    MEMCACHED(SAYS("stats\r\n", AWAIT), HEARS("STAT pid 1\r\nSTAT uptime 2\r\n", AWAIT),
              HEARS("END\r\n", BETWEEN));
}

TEST(pipelined_commands_need_their_replies)
{
    MEMCACHED(SAYS("get a\r\nset b 0 0 1\r\nx\r\nget c\r\n", AWAIT), HEARS("END\r\n", AWAIT),
              HEARS("STORED\r\n", AWAIT), HEARS("VALUE c 0 1\r\nc\r\n", AWAIT),
              HEARS("END\r\n", BETWEEN));
}

/* "noreply" is the last word of commands that change something; of a get it is a key. */
TEST(noreply_has_no_reply)
{
    MEMCACHED(SAYS("set a 0 0 1 noreply\r\n", OPEN), SAYS("x\r", OPEN), SAYS("\n", BETWEEN),
              SAYS("get a\r\n", AWAIT), HEARS("END\r\n", BETWEEN));
}

TEST(a_key_named_noreply_is_a_key)
{
    MEMCACHED(SAYS("get a noreply\r\n", AWAIT), HEARS("VALUE a 0 1\r\nx\r\n", AWAIT),
              HEARS("END\r\n", BETWEEN));
}

TEST(what_is_not_listed_is_opaque)
{
    static const char *const commands[] = {"mg a v\r\n", "watch\r\n", "quit\r\n", "verbosity 1\r\n",
                                           "GET a\r\n", "\r\n", "shutdown\r\n", "auth a\r\n"};
    for (size_t i = 0; i < COUNT_OF_TESTS(commands); i++) {
        const struct step step[] = {{'>', commands[i], FRAMING_OPAQUE, 0}};
        play(PROTOCOL_MEMCACHED, commands[i], step, 1);
    }
}

TEST(errors_and_nonsense_are_opaque)
{
    MEMCACHED(SAYS("get a\r\n", AWAIT), HEARS("ERROR\r\n", OPAQUE));
    MEMCACHED(SAYS("set a 0 0 1\r\nx\r\n", AWAIT),
              HEARS("SERVER_ERROR out of memory storing object\r\n", OPAQUE));
    MEMCACHED(SAYS("set a 0 0 1\r\n", OPEN), SAYS("xyz", AWAIT), SAYS("\r\n", OPAQUE));
    MEMCACHED(SAYS("get a\r\n", AWAIT), HEARS("CLIENT_ERROR bad\r\n", OPAQUE));
    MEMCACHED(SAYS("get a\r\n", AWAIT), HEARS("$1\r\n", OPAQUE));
    MEMCACHED(SAYS("get a\r\n", AWAIT), HEARS("VALUE a 0 99999999999\r\n", OPAQUE));
    MEMCACHED(SAYS("get a\r\n", AWAIT), HEARS("VALUE a 0 x\r\n", OPAQUE));
    MEMCACHED(SAYS("set a 0 0 -1\r\n", OPAQUE));
    MEMCACHED(SAYS("set a 0 0\r\n", OPAQUE));
}

TEST(an_unasked_line_is_opaque)
{
    MEMCACHED(SAYS("get a\r\n", AWAIT), HEARS("END\r\n", BETWEEN), HEARS("END\r\n", OPAQUE));
}

TEST(a_line_without_end_is_opaque)
{
    struct followed followed;
    const struct follower *follower = follower_of(PROTOCOL_MEMCACHED);
    enum framing framing = FRAMING_OPEN;
    follower->reset(&followed);
    (void)follower->sent(&followed, (const unsigned char *)"get ", 4);
    for (int i = 0; i < MEMCACHED_LINE_MOST; i++)
        framing = follower->sent(&followed, (const unsigned char *)"k", 1);
    assert_int_equal(framing, FRAMING_OPAQUE);
}

TEST(a_pipeline_longer_than_can_be_counted_is_opaque)
{
    struct followed followed;
    const struct follower *follower = follower_of(PROTOCOL_MEMCACHED);
    follower->reset(&followed);
    for (int i = 0; i < 64; i++)
        assert_int_equal(follower->sent(&followed, (const unsigned char *)"get a\r\n", 7),
                         FRAMING_AWAIT);
    assert_int_equal(follower->sent(&followed, (const unsigned char *)"get a\r\n", 7),
                     FRAMING_OPAQUE);
}

RUN_TESTS(cmocka_unit_test(a_get_goes_on_until_end), cmocka_unit_test(a_block_may_hold_anything),
          cmocka_unit_test(single_lines_end_the_others), cmocka_unit_test(stats_go_on_until_end),
          cmocka_unit_test(pipelined_commands_need_their_replies),
          cmocka_unit_test(noreply_has_no_reply), cmocka_unit_test(a_key_named_noreply_is_a_key),
          cmocka_unit_test(what_is_not_listed_is_opaque),
          cmocka_unit_test(errors_and_nonsense_are_opaque),
          cmocka_unit_test(an_unasked_line_is_opaque),
          cmocka_unit_test(a_line_without_end_is_opaque),
          cmocka_unit_test(a_pipeline_longer_than_can_be_counted_is_opaque))
