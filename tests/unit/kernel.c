/* SPDX-License-Identifier: MIT
 *
 * The kernel's view of a connection, in each state that a repair may meet it in, on real sockets.
 * Lives in real time.
 */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "connection/kernel.h"
#include "lib/loopback.h"
#include "lib/peers.h"
#include "unit.h"

enum { GAP_US = 30000 }; /* longer than a jiffy, by which the kernel counts */

static int client;
static int server;
static struct sockaddr_in listening;

static int set_up(void **state __attribute__((unused)))
{
    listening = (struct sockaddr_in){.sin_family = AF_INET,
                                     .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    loopback_connect(&listening, &client, &server);
    return 0;
}

static int tear_down(void **state __attribute__((unused)))
{
    close(client);
    if (server >= 0)
        close(server);
    return 0;
}

static struct kernel_view view(uint64_t expected_bytes)
{
    struct kernel_view now;
    usleep(GAP_US);
    assert_true(kernel_ask(client, expected_bytes, &now));
    return now;
}

static void sends(int fd, size_t count)
{
    static const char bytes[100];
    usleep(GAP_US);
    assert_int_equal(write(fd, bytes, count), count);
}

static void takes(size_t count)
{
    char bytes[100];
    usleep(GAP_US);
    assert_int_equal(read(client, bytes, count), count);
}

TEST(a_new_connection_is_open_and_empty)
{
    struct kernel_view now = view(0);
    assert_true(now.open);
    assert_false(now.connecting || now.peer_closed || now.half_closed);
    assert_int_equal(now.sent_bytes + now.received_bytes + now.unread_bytes + now.unsent_bytes, 0);
}

TEST(bytes_are_counted_by_what_became_of_them)
{
    sends(client, 7);
    sends(server, 5);
    struct kernel_view unread = view(0);
    assert_int_equal(unread.sent_bytes, 7);
    assert_int_equal(unread.received_bytes, 0);
    assert_int_equal(unread.unread_bytes, 5);
    assert_int_equal(unread.unsent_bytes, 0);
    takes(3);
    assert_int_equal(view(3).received_bytes, 3);
    assert_int_equal(view(3).unread_bytes, 2);
    takes(2);
    assert_int_equal(view(5).received_bytes, 5);
    assert_int_equal(view(5).unread_bytes, 0);
    assert_int_equal(view(4).received_bytes, 5);
}

TEST(the_last_byte_has_a_direction_and_an_age)
{
    sends(client, 7);
    assert_false(view(0).last_inbound);
    sends(server, 5);
    assert_true(view(0).last_inbound);
    usleep(4 * GAP_US);
    assert_true(view(0).idle_ms >= 100);
    uint64_t before_ms = clock_exact_ns() / 1000000;
    sends(client, 1);
    assert_false(view(0).last_inbound);
    assert_true(view(0).idle_ms <= clock_exact_ns() / 1000000 - before_ms);
}

TEST(a_close_by_the_peer_is_seen_behind_unread_bytes)
{
    sends(server, 3);
    close(server);
    server = -1;
    struct kernel_view now = view(0);
    assert_true(now.open && now.peer_closed);
    assert_int_equal(now.unread_bytes, 3);
    assert_int_equal(now.received_bytes, 0);
    takes(3);
    assert_int_equal(view(3).received_bytes, 3);
    assert_int_equal(view(3).unread_bytes, 0);
}

TEST(a_close_without_bytes_is_seen)
{
    close(server);
    server = -1;
    struct kernel_view now = view(0);
    assert_true(now.open && now.peer_closed);
    assert_int_equal(now.received_bytes + now.unread_bytes, 0);
}

TEST(a_reset_is_a_close)
{
    struct linger at_once = {1, 0};
    sends(client, 2);
    setsockopt(server, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close(server);
    server = -1;
    struct kernel_view now = view(0);
    assert_true(now.open && now.peer_closed);
    assert_false(now.connecting);
    assert_int_equal(now.sent_bytes, 2);
}

TEST(our_own_shutdown_is_half_closed)
{
    sends(server, 2);
    shutdown(client, SHUT_WR);
    struct kernel_view now = view(0);
    assert_true(now.half_closed);
    assert_false(now.open);
}

TEST(what_was_never_connected_is_not_open)
{
    struct kernel_view now;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(kernel_ask(fd, 0, &now));
    assert_true(now.connecting);
    assert_false(now.open || now.peer_closed);
    close(fd);
}

/* DESIGN 3.1 and 3.4: the same socket, counting anew. */
TEST(a_reconnect_counts_anew)
{
    const struct sockaddr nowhere = {.sa_family = AF_UNSPEC};
    int again = socket(AF_INET, SOCK_STREAM, 0);
    int on = 1;
    setsockopt(again, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    assert_int_equal(bind(again, (struct sockaddr *)&listening, sizeof listening), 0);
    assert_int_equal(listen(again, 1), 0);
    sends(client, 7);
    assert_int_equal(connect(client, &nowhere, sizeof nowhere), 0);
    assert_int_equal(connect(client, (struct sockaddr *)&listening, sizeof listening), 0);
    struct kernel_view now = view(0);
    assert_true(now.open);
    assert_int_equal(now.sent_bytes + now.received_bytes, 0);
    close(again);
}

TEST(what_is_no_tcp_socket_is_unknown)
{
    struct kernel_view now;
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    int local = socket(AF_UNIX, SOCK_STREAM, 0);
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    const int others[] = {udp, local, ends[0], -1, 12345};
    for (size_t i = 0; i < COUNT_OF_TESTS(others); i++)
        assert_false(kernel_ask(others[i], 0, &now));
    for (size_t i = 0; i < 3; i++)
        close(others[i]);
    close(ends[1]);
}

TEST(a_socket_is_known_by_its_cookie)
{
    struct connection *connection = connection_to_peer(client, 1000);
    connection->address.port = ntohs(listening.sin_port);
    int copy = dup(client);
    assert_true(kernel_identifies(client, connection));
    assert_true(atomic_load(&connection->cookie) != 0);
    assert_true(kernel_identifies(copy, connection));
    assert_false(kernel_identifies(server, connection));
    assert_false(kernel_identifies(-1, connection));
    close(copy);
    connection_release(connection);
}

TEST(a_socket_of_another_peer_is_not_taken_for_ours)
{
    struct connection *connection = connection_to_peer(client, 1000);
    assert_false(kernel_identifies(client, connection));
    assert_int_equal(atomic_load(&connection->cookie), 0);
    connection_release(connection);
}

#define STATE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

RUN_TESTS(STATE(a_new_connection_is_open_and_empty), STATE(bytes_are_counted_by_what_became_of_them),
          STATE(the_last_byte_has_a_direction_and_an_age),
          STATE(a_close_by_the_peer_is_seen_behind_unread_bytes),
          STATE(a_close_without_bytes_is_seen), STATE(a_reset_is_a_close),
          STATE(our_own_shutdown_is_half_closed), STATE(what_was_never_connected_is_not_open),
          STATE(a_reconnect_counts_anew), STATE(what_is_no_tcp_socket_is_unknown),
          STATE(a_socket_is_known_by_its_cookie),
          STATE(a_socket_of_another_peer_is_not_taken_for_ours))
