/* SPDX-License-Identifier: MIT
 *
 * What is asked before a write after a short rest, on real sockets; the rest itself is made up. That the
 * kernel was not asked shows where it would have told of a close.
 */
#include <poll.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "connection/descriptors.h"
#include "lib/loopback.h"
#include "lib/registered.h"
#include "lib/traffic.h"
#include "repair/short_rest.h"
#include "unit.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

enum { SOON_MS = 50, SET = 900, WINDOW_MS = 8, RATION = 16, LONG_FOR_WATCHED_MS = 250 };

static int client;
static int server;
static struct connection *connection;

/* Sends `words` from one end and takes them at the other. */
static void move(int from, int to, const char *words)
{
    char bytes[100];
    size_t count = strlen(words);
    assert_int_equal(write(from, words, count), count);
    assert_int_equal(recv(to, bytes, count, MSG_WAITALL), count);
}

/* A connection at rest after an exchange. */
static int set_up(void **state __attribute__((unused)))
{
    connection = loopback_connection(&client, &server);
    move(client, server, GET);
    writes_all(connection, GET);
    move(server, client, OK_EMPTY);
    reads(connection, OK_EMPTY);
    assert_int_equal(connection_phase(connection), PHASE_BETWEEN);
    return 0;
}

static int tear_down(void **state __attribute__((unused)))
{
    forget(client);
    close(client);
    close(server);
    return 0;
}

/* A moment that begins a window of the ration. */
static uint64_t after(uint64_t gap_ms)
{
    uint64_t now_ms = connection->last_ms + gap_ms;
    return now_ms + WINDOW_MS - 1 - (now_ms + WINDOW_MS - 1) % WINDOW_MS;
}

static bool harmless_after(uint64_t gap_ms)
{
    return short_rest_is_harmless(connection, client, after(gap_ms));
}

static void peer_closes(void)
{
    struct pollfd end = {.fd = client, .events = POLLRDHUP};
    shutdown(server, SHUT_WR);
    assert_int_equal(poll(&end, 1, 5000), 1);
}

TEST(a_short_rest_is_harmless)
{
    connection->received_then = RECEIVED_UNKNOWN;
    assert_true(harmless_after(SOON_MS));
    assert_int_equal(connection->received_then, strlen(OK_EMPTY));
    assert_int_equal(connection_phase(connection), PHASE_BETWEEN);
}

TEST(not_where_the_peer_has_closed)
{
    peer_closes();
    assert_false(harmless_after(SOON_MS));
}

TEST(not_where_something_waits)
{
    struct pollfd input = {.fd = client, .events = POLLIN};
    assert_int_equal(write(server, "x", 1), 1);
    assert_int_equal(poll(&input, 1, 5000), 1);
    assert_false(harmless_after(SOON_MS));
}

TEST(not_where_bytes_went_by_unseen)
{
    move(client, server, "x");
    assert_false(harmless_after(SOON_MS));
    connection->sent.bytes++;
    assert_true(harmless_after(SOON_MS));
    move(server, client, "x");
    assert_false(harmless_after(SOON_MS));
}

TEST(not_on_what_is_no_socket_any_more)
{
    assert_false(short_rest_is_harmless(connection, SET, after(SOON_MS)));
}

TEST(a_second_is_not_short)
{
    assert_true(harmless_after(1000 - WINDOW_MS));
    assert_false(harmless_after(1000));
}

TEST(nor_is_the_limit)
{
    connection->policy.limit_ms = 100;
    assert_true(harmless_after(100 - WINDOW_MS));
    assert_false(harmless_after(100));
}

TEST(not_where_more_is_to_be_heeded)
{
    connection->closing = 1;
    assert_false(harmless_after(SOON_MS));
    connection->closing = 0;
    connection->unsure = 1;
    assert_false(harmless_after(SOON_MS));
    connection->unsure = 0;
    connection->aging = 1;
    assert_false(harmless_after(SOON_MS));
    connection->aging = 0;
    static const enum phase phases[] = {PHASE_FRESH, PHASE_OPEN, PHASE_AWAIT, PHASE_REPAIR, PHASE_EVICTED};
    for (size_t i = 0; i < COUNT_OF_TESTS(phases); i++) {
        connection_set_phase(connection, phases[i]);
        assert_false(harmless_after(SOON_MS));
    }
    connection_set_phase(connection, PHASE_BETWEEN);
    assert_true(harmless_after(SOON_MS));
    evidence_note_close(&connection->peer->evidence, CLOSE_EXACT, 1, connection->last_ms + 2);
    assert_false(harmless_after(SOON_MS));
}

/* Of so many questions in one window of time, how many found the close? */
static int found(int times, uint64_t gap_ms)
{
    int count = 0;
    while (times--)
        count += !harmless_after(gap_ms);
    return count;
}

TEST(questions_about_a_watched_connection_are_rationed)
{
    added(SET, client, EPOLLIN, 0);
    peer_closes();
    assert_int_equal(found(RATION, SOON_MS), RATION);
    connection->received_then = 0;
    assert_int_equal(found(10, SOON_MS), 0);
    assert_int_equal(connection->received_then, RECEIVED_UNKNOWN);
    assert_int_equal(found(RATION + 10, SOON_MS + WINDOW_MS), RATION);
}

TEST(but_not_after_a_longer_rest)
{
    added(SET, client, EPOLLRDHUP, 0);
    peer_closes();
    assert_int_equal(found(RATION + 10, LONG_FOR_WATCHED_MS), RATION + 10);
}

TEST(nor_where_nobody_would_be_told)
{
    peer_closes();
    assert_int_equal(found(RATION + 10, SOON_MS), RATION + 10);
    added(SET, client, EPOLLOUT, 0);
    assert_int_equal(found(RATION + 10, SOON_MS), RATION + 10);
}

/* To be sure would take a question, too (watch_sets.h). */
TEST(nor_where_two_sets_are_in_play)
{
    added(SET, client, EPOLLIN, 0);
    added(SET + 1, client, EPOLLIN, 0);
    peer_closes();
    assert_int_equal(found(RATION + 10, SOON_MS), RATION + 10);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

RUN_TESTS(CASE(a_short_rest_is_harmless), CASE(not_where_the_peer_has_closed), CASE(not_where_something_waits),
          CASE(not_where_bytes_went_by_unseen), CASE(not_on_what_is_no_socket_any_more),
          CASE(a_second_is_not_short), CASE(nor_is_the_limit), CASE(not_where_more_is_to_be_heeded),
          CASE(questions_about_a_watched_connection_are_rationed), CASE(but_not_after_a_longer_rest),
          CASE(nor_where_nobody_would_be_told), CASE(nor_where_two_sets_are_in_play))
