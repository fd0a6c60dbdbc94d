/* SPDX-License-Identifier: MIT
 *
 * Redis: where each command's reply ends (RESP2 and RESP3), and which commands leave something behind
 * in the connection.
 */
#include "lib/dialogue.h"
#include "unit.h"

#define REDIS(...) PLAY(PROTOCOL_REDIS, __VA_ARGS__)
#define PING "*1\r\n$4\r\nPING\r\n"

TEST(a_command_is_open_until_its_last_byte)
{
    REDIS(SAYS("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$5\r\nhel", OPEN), SAYS("lo\r", OPEN), SAYS("\n", AWAIT),
          HEARS("+OK\r\n", BETWEEN));
}

TEST(every_kind_of_reply_ends)
{
    static const char *const replies[] = {
        "+OK\r\n", "-ERR no such key\r\n", ":-42\r\n", "$5\r\nhello\r\n", "$0\r\n\r\n", "$-1\r\n",
        "*0\r\n", "*-1\r\n", "*2\r\n:1\r\n$1\r\na\r\n", "*2\r\n*1\r\n+a\r\n*0\r\n", "_\r\n",
        ",1.5\r\n", "#t\r\n", "(123456789012345678901234567890\r\n", "!5\r\nSHORT\r\n",
        "=7\r\ntxt:abc\r\n", "%2\r\n+a\r\n:1\r\n+b\r\n*1\r\n:2\r\n", "~2\r\n:1\r\n:2\r\n",
        "$9\r\n+OK\r\n+OK\r\r\n"};
    for (size_t i = 0; i < COUNT_OF_TESTS(replies); i++) {
        const struct step steps[] = {{'>', PING, FRAMING_AWAIT, 0},
                                     {'<', replies[i], FRAMING_BETWEEN, 0},
                                     {'>', PING, FRAMING_AWAIT, 0},
                                     {'<', "+PONG\r\n", FRAMING_BETWEEN, 0}};
        play(PROTOCOL_REDIS, replies[i], steps, 4);
    }
}

TEST(pipelined_commands_need_their_replies)
{
    REDIS(SAYS(PING PING PING, AWAIT), HEARS("+PONG\r\n", AWAIT), HEARS("+PONG\r\n", AWAIT),
          HEARS("-ERR\r\n", BETWEEN));
}

TEST(lower_case_commands_are_the_same)
{
    REDIS(SAYS("*2\r\n$3\r\nget\r\n$1\r\na\r\n", AWAIT), HEARS("$-1\r\n", BETWEEN),
          SAYS("*1\r\n$5\r\nMuLtI\r\n", OPAQUE));
}

TEST(what_leaves_something_behind_is_opaque)
{
    static const char *const words[] = {
        "AUTH", "HELLO", "SELECT", "CLIENT", "READONLY", "READWRITE", "ASKING", "MULTI", "EXEC",
        "DISCARD", "WATCH", "UNWATCH", "SUBSCRIBE", "PSUBSCRIBE", "SSUBSCRIBE", "UNSUBSCRIBE",
        "MONITOR", "SYNC", "PSYNC", "REPLCONF", "BLPOP", "BRPOP", "BLMOVE", "BZPOPMIN", "XREAD",
        "XREADGROUP", "WAIT", "WAITAOF", "EVAL", "EVALSHA", "FCALL", "SCRIPT", "QUIT", "RESET",
        "SHUTDOWN", "DEBUG", "FAILOVER", "CLUSTER", "UNKNOWN", "GE", "GETT", "", "GET2",
        "ZREMRANGEBYSCOREANDMORE"};
    for (size_t i = 0; i < COUNT_OF_TESTS(words); i++) {
        char command[64];
        snprintf(command, sizeof command, "*1\r\n$%zu\r\n%s\r\n", strlen(words[i]), words[i]);
        const struct step step[] = {{'>', command, FRAMING_OPAQUE, 0}};
        play(PROTOCOL_REDIS, words[i], step, 1);
    }
}

/* The list is searched as a sorted one: every word of it, as the source has it, must be found. */
TEST(every_listed_command_is_found)
{
    FILE *file = fopen("shim/connection/redis_commands.c", "r");
    char line[256];
    size_t found = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        for (char *word = strtok(line, "\""); word; word = strtok(NULL, "\"")) {
            if (strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_") != strlen(word))
                continue;
            found++;
            if (!redis_command_is_stateless(word, strlen(word)))
                print_error("%s is listed, and not found\n", word);
            assert_true(redis_command_is_stateless(word, strlen(word)));
        }
    fclose(file);
    assert_true(found > 100);
}

TEST(what_is_no_resp_is_opaque)
{
    REDIS(SAYS("PING\r\n", OPAQUE));
    REDIS(SAYS("*1\r\n?", OPAQUE));
    REDIS(SAYS("*x\r\n", OPAQUE));
    REDIS(SAYS("*1\n", OPAQUE));
    REDIS(SAYS("*\r\n", OPAQUE));
    REDIS(SAYS("*1\r\n$99999999999\r\n", OPAQUE));
    REDIS(SAYS("*999999999\r\n", OPAQUE));
    REDIS(SAYS(PING, AWAIT), HEARS("HTTP/1.1", OPAQUE));
    REDIS(SAYS(PING, AWAIT), HEARS("+a\rb", OPAQUE));
}

TEST(pushes_and_unasked_replies_are_opaque)
{
    REDIS(SAYS(PING, AWAIT), HEARS(">2\r\n", OPAQUE));
    REDIS(SAYS(PING, AWAIT), HEARS("|1\r\n", OPAQUE));
    REDIS(SAYS(PING, AWAIT), HEARS("+PONG\r\n", BETWEEN), HEARS("+PONG\r\n", OPAQUE));
}

TEST(deep_nesting_is_opaque_not_deep)
{
    static char nested[RESP_NESTING_MOST * 4 + 1];
    const struct step bearable[] = {{'>', PING, FRAMING_AWAIT, 0},
                                    {'<', nested, FRAMING_AWAIT, 0},
                                    {'<', ":1\r\n", FRAMING_BETWEEN, 0}};
    const struct step too_deep[] = {{'>', PING, FRAMING_AWAIT, 0},
                                    {'<', nested, FRAMING_AWAIT, 0},
                                    {'<', "*1\r\n", FRAMING_OPAQUE, 0}};
    for (int i = 0; i < RESP_NESTING_MOST; i++)
        strcat(nested, "*1\r\n");
    play(PROTOCOL_REDIS, __func__, bearable, 3);
    play(PROTOCOL_REDIS, __func__, too_deep, 3);
}

RUN_TESTS(cmocka_unit_test(a_command_is_open_until_its_last_byte),
          cmocka_unit_test(every_kind_of_reply_ends),
          cmocka_unit_test(pipelined_commands_need_their_replies),
          cmocka_unit_test(lower_case_commands_are_the_same),
          cmocka_unit_test(what_leaves_something_behind_is_opaque),
          cmocka_unit_test(every_listed_command_is_found),
          cmocka_unit_test(what_is_no_resp_is_opaque),
          cmocka_unit_test(pushes_and_unasked_replies_are_opaque),
          cmocka_unit_test(deep_nesting_is_opaque_not_deep))
