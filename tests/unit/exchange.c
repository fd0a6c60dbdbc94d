/* SPDX-License-Identifier: MIT
 *
 * Exchanges on a connection: how the phase follows the framing, whole and in parts.
 */
#include "lib/peers.h"
#include "lib/traffic.h"
#include "unit.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define POST_HEAD "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\n"

static struct connection *fresh(void)
{
    return connection_to_peer(7, 3000);
}

static struct connection *rested(void)
{
    struct connection *connection = fresh();
    writes_all(connection, GET);
    reads(connection, OK_EMPTY);
    assert_int_equal(connection_phase(connection), PHASE_BETWEEN);
    return connection;
}

static void assert_phase(struct connection *connection, enum phase phase)
{
    assert_int_equal(connection_phase(connection), phase);
}

TEST(an_exchange_goes_through_its_phases)
{
    struct connection *connection = fresh();
    assert_phase(connection, PHASE_FRESH);
    writes_all(connection, POST_HEAD);
    assert_phase(connection, PHASE_OPEN);
    writes_all(connection, "body");
    assert_phase(connection, PHASE_AWAIT);
    reads(connection, "HTTP/1.1 100 Continue\r\n\r\n");
    assert_phase(connection, PHASE_AWAIT);
    reads(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n");
    assert_phase(connection, PHASE_AWAIT);
    reads(connection, "ok");
    assert_phase(connection, PHASE_BETWEEN);
    assert_int_equal(connection->exchange, 0);
    connection_release(connection);
}

TEST(bytes_are_counted_as_the_kernel_counts_them)
{
    struct connection *connection = fresh();
    writes(connection, GET, 5);
    writes(connection, GET + 5, -1);
    writes_all(connection, GET + 5);
    reads(connection, OK_EMPTY);
    assert_int_equal(atomic_load(&connection->sent.bytes), strlen(GET));
    assert_int_equal(atomic_load(&connection->received.bytes), strlen(OK_EMPTY));
    assert_phase(connection, PHASE_BETWEEN);
    connection_release(connection);
}

TEST(a_write_cut_anywhere_is_fed_only_as_far_as_it_went)
{
    const char *whole = POST_HEAD "body";
    for (size_t cut = 1; cut < strlen(whole); cut++) {
        struct connection *connection = rested();
        writes(connection, whole, (ssize_t)cut);
        assert_phase(connection, PHASE_OPEN);
        writes(connection, whole + cut, -1);
        assert_phase(connection, PHASE_OPEN);
        writes_all(connection, whole + cut);
        assert_phase(connection, PHASE_AWAIT);
        reads(connection, OK_EMPTY);
        assert_phase(connection, PHASE_BETWEEN);
        connection_release(connection);
    }
}

TEST(a_pipelined_write_cut_anywhere_keeps_count)
{
    const char *two = GET GET;
    for (size_t cut = 1; cut < strlen(two); cut++) {
        struct connection *connection = rested();
        writes_all(connection, GET);
        writes(connection, two, (ssize_t)cut);
        writes_all(connection, two + cut);
        reads(connection, OK_EMPTY OK_EMPTY);
        assert_phase(connection, PHASE_AWAIT);
        reads(connection, OK_EMPTY);
        assert_phase(connection, PHASE_BETWEEN);
        connection_release(connection);
    }
}

/* EAGAIN while a reconnect's handshake is under way: had it left `closing` behind, the next try would
 * reconnect again, and so on for ever. */
TEST(a_refused_write_leaves_no_trace)
{
    static const char *const requests[] = {
        "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: a\r\nAuthorization: NTLM x\r\n\r\n",
        "GET / HTTP/1.0\r\n\r\n",
        "SSH-2.0-x\r\n",
        "\x16\x03\x01\x02\x00\x01",
        "*1\r\n$6\r\nSELECT\r\n",
        "set a 0 0 1 noreply\r\nx\r\n",
    };
    for (size_t i = 0; i < COUNT_OF_TESTS(requests); i++) {
        struct connection *connection = fresh();
        writes(connection, requests[i], -1);
        assert_phase(connection, PHASE_FRESH);
        assert_int_equal(atomic_load(&connection->protocol), PROTOCOL_NONE);
        assert_int_equal(atomic_load(&connection->closing), 0);
        assert_int_equal(atomic_load(&connection->bound), 0);
        assert_int_equal(atomic_load(&connection->unsure), 0);
        assert_int_equal(connection->exchange, 0);
        connection_release(connection);
    }
}

TEST(a_refused_write_leaves_a_resting_connection_as_it_was)
{
    struct connection *connection = rested();
    writes(connection, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", -1);
    assert_phase(connection, PHASE_BETWEEN);
    assert_int_equal(atomic_load(&connection->closing), 0);
    writes(connection, "garbage", -1);
    assert_phase(connection, PHASE_BETWEEN);
    writes_all(connection, GET);
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_BETWEEN);
    connection_release(connection);
}

TEST(a_refused_end_of_a_request_leaves_it_open)
{
    struct connection *connection = rested();
    writes_all(connection, POST_HEAD);
    writes(connection, "bodygarbage", -1);
    assert_phase(connection, PHASE_OPEN);
    writes(connection, "body", 2);
    writes_all(connection, "dy");
    assert_phase(connection, PHASE_AWAIT);
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_BETWEEN);
    connection_release(connection);
}

TEST(a_refused_block_of_a_noreply_command_leaves_it_open)
{
    struct connection *connection = fresh();
    writes_all(connection, "set a 0 0 5 noreply\r\n");
    assert_phase(connection, PHASE_OPEN);
    writes(connection, "hello\r\n", -1);
    assert_phase(connection, PHASE_OPEN);
    writes_all(connection, "hello\r\n");
    assert_phase(connection, PHASE_BETWEEN);
    connection_release(connection);
}

TEST(said_close_is_remembered_with_the_write_that_said_it)
{
    struct connection *connection = rested();
    writes_all(connection, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_BETWEEN);
    assert_int_equal(atomic_load(&connection->closing), 1);
    connection_release(connection);
    connection = rested();
    writes_all(connection, GET);
    reads(connection, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    assert_int_equal(atomic_load(&connection->closing), 1);
    connection_release(connection);
}

TEST(parts_are_one_stream)
{
    const struct iovec out[] = {{NULL, 0}, STRING_PART("G"), STRING_PART(""),
                                STRING_PART("ET / HTTP/1.1\r\nHo"), STRING_PART("st: a\r\n\r\n")};
    const struct iovec in[] = {STRING_PART("HTTP/1.1 200 OK\r\nContent-Le"), {NULL, 0},
                               STRING_PART("ngth: 3\r\n\r\nabc"), STRING_PART("unused room")};
    const struct bytes came = {in, 4};
    const struct bytes went = {out, 5};
    struct connection *connection = fresh();
    struct exchange_write write = write_begins(connection);
    exchange_end_write(&write, &went, (ssize_t)bytes_total(&went));
    assert_phase(connection, PHASE_AWAIT);
    exchange_received(connection, write.incarnation, &came, bytes_total(&came) - 11);
    assert_phase(connection, PHASE_BETWEEN);
    connection_release(connection);
}

RUN_TESTS(cmocka_unit_test(an_exchange_goes_through_its_phases),
          cmocka_unit_test(bytes_are_counted_as_the_kernel_counts_them),
          cmocka_unit_test(a_write_cut_anywhere_is_fed_only_as_far_as_it_went),
          cmocka_unit_test(a_pipelined_write_cut_anywhere_keeps_count),
          cmocka_unit_test(a_refused_write_leaves_no_trace),
          cmocka_unit_test(a_refused_write_leaves_a_resting_connection_as_it_was),
          cmocka_unit_test(a_refused_end_of_a_request_leaves_it_open),
          cmocka_unit_test(a_refused_block_of_a_noreply_command_leaves_it_open),
          cmocka_unit_test(said_close_is_remembered_with_the_write_that_said_it),
          cmocka_unit_test(parts_are_one_stream))
