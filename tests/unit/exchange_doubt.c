/* SPDX-License-Identifier: MIT
 *
 * Exchanges that cannot be followed for sure: unasked and unseen bytes, two threads at once, a slot
 * that belongs to another connection by now. None may ever leave the connection BETWEEN by mistake.
 */
#include <pthread.h>
#include <sched.h>

#include "lib/peers.h"
#include "lib/traffic.h"
#include "unit.h"

#include "base/clock.h"
#include "connection/tls_state.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"

static struct connection *rested(void)
{
    struct connection *connection = connection_to_peer(7, 3000);
    writes_all(connection, GET);
    reads(connection, OK_EMPTY);
    return connection;
}

static void assert_phase(struct connection *connection, enum phase phase)
{
    assert_int_equal(connection_phase(connection), phase);
}

TEST(a_server_that_speaks_first_is_passed_for_ever)
{
    struct connection *connection = connection_to_peer(7, 3000);
    reads(connection, "220 ready\r\n");
    assert_phase(connection, PHASE_PASS);
    writes_all(connection, GET);
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_PASS);
    connection_release(connection);
}

TEST(a_server_that_speaks_unasked_is_passed_for_ever)
{
    struct connection *connection = rested();
    reads(connection, "HTTP/1.1 408 Request Timeout\r\nContent-Length: 0\r\n\r\n");
    assert_phase(connection, PHASE_PASS);
    connection_release(connection);
}

TEST(more_than_was_asked_for_is_passed_for_ever)
{
    struct connection *connection = rested();
    writes_all(connection, GET);
    reads(connection, OK_EMPTY "x");
    assert_phase(connection, PHASE_PASS);
    connection_release(connection);
}

TEST(what_is_not_understood_is_passed_for_ever)
{
    static const char *const openings[] = {"SSH-2.0-x\r\n", "PRI * HTTP/2.0\r\n\r\n", "\x05\x01",
                                           "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                                           "*1\r\n$5\r\nMULTI\r\n", "mn\r\n"};
    for (size_t i = 0; i < COUNT_OF_TESTS(openings); i++) {
        struct connection *connection = connection_to_peer(7, 3000);
        writes_all(connection, openings[i]);
        assert_phase(connection, PHASE_PASS);
        assert_int_equal(connection->exchange, 0);
        connection_release(connection);
    }
}

TEST(unseen_bytes_end_the_rest)
{
    struct connection *connection = rested();
    struct exchange_write write = write_begins(connection);
    exchange_end_unseen_write(&write, 10);
    assert_phase(connection, PHASE_OPEN);
    assert_int_equal(atomic_load(&connection->unsure), 1);
    assert_int_equal(atomic_load(&connection->sent.bytes), strlen(GET) + 10);
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_OPEN);
    writes_all(connection, GET);
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_OPEN);
    connection_release(connection);
}

TEST(unseen_bytes_that_come_in_end_the_rest_too)
{
    struct connection *connection = rested();
    exchange_unseen_received(connection, 10);
    assert_phase(connection, PHASE_OPEN);
    assert_int_equal(atomic_load(&connection->unsure), 1);
    connection_release(connection);
}

TEST(an_unseen_write_that_was_refused_changes_nothing)
{
    struct connection *connection = rested();
    struct exchange_write write = write_begins(connection);
    exchange_end_unseen_write(&write, -1);
    assert_phase(connection, PHASE_BETWEEN);
    assert_int_equal(atomic_load(&connection->unsure), 0);
    connection_release(connection);
}

TEST(a_restart_follows_anew)
{
    struct connection *connection = rested();
    exchange_unseen_received(connection, 20);
    assert_true(exchange_restart(connection, 1000, 2000));
    assert_int_equal(atomic_load(&connection->unsure), 0);
    assert_true(connection_move(connection, PHASE_OPEN, PHASE_BETWEEN));
    writes_all(connection, GET);
    assert_phase(connection, PHASE_AWAIT);
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_BETWEEN);
    assert_int_equal(atomic_load(&connection->sent.bytes), 1000 + strlen(GET));
    connection_release(connection);
}

/* Another thread is at the framing: nobody waits, the framing is marked unsure instead. */
TEST(contention_is_unsure)
{
    struct connection *connection = rested();
    assert_true(connection_try_lock(connection));
    writes_all(connection, GET);
    assert_int_equal(atomic_load(&connection->unsure), 1);
    assert_false(exchange_restart(connection, 0, 0));
    connection_unlock(connection);
    assert_phase(connection, PHASE_OPEN);
    connection_release(connection);

    connection = rested();
    writes_all(connection, GET);
    assert_true(connection_try_lock(connection));
    reads(connection, OK_EMPTY);
    connection_unlock(connection);
    assert_int_equal(atomic_load(&connection->unsure), 1);
    assert_phase(connection, PHASE_AWAIT);
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_AWAIT);
    connection_release(connection);
}

/* Bytes inside a body are counted and not fed; two threads may count beyond its end. */
TEST(writers_that_meet_in_a_body_are_unsure)
{
    for (uint64_t counted = 0; counted <= 8; counted++) {
        struct connection *connection = rested();
        writes_all(connection, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n");
        atomic_fetch_add(&connection->sent.bytes, counted);
        writes(connection, "12345678", counted < 8 ? (ssize_t)(8 - counted) : 1);
        assert_int_equal(atomic_load(&connection->tangled), 0);
        reads(connection, OK_EMPTY);
        assert_int_equal(connection_phase(connection) == PHASE_BETWEEN, counted < 8);
        connection_release(connection);
    }
    struct connection *connection = rested();
    writes_all(connection, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 8\r\n\r\n");
    atomic_fetch_add(&connection->sent.bytes, 9);
    reads(connection, OK_EMPTY);
    assert_phase(connection, PHASE_OPEN);
    writes_all(connection, GET);
    assert_int_equal(atomic_load(&connection->tangled), 1);
    assert_int_equal(atomic_load(&connection->unsure), 1);
    assert_phase(connection, PHASE_OPEN);
    connection_release(connection);
}

/* A body that had no end in sight when the framing lost track hides no later byte. */
TEST(a_lost_framing_looks_at_every_byte)
{
    struct connection *connection = rested();
    writes_all(connection, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
    assert_true(connection_skims(atomic_load(&connection->sent.bytes),
                                 atomic_load(&connection->sent.look_at), 999));
    assert_false(connection_skims(atomic_load(&connection->sent.bytes),
                                  atomic_load(&connection->sent.look_at), 1000));
    exchange_unseen_received(connection, 1);
    assert_false(connection_skims(atomic_load(&connection->sent.bytes),
                                  atomic_load(&connection->sent.look_at), 1));
    connection_release(connection);
}

TEST(a_passed_connection_looks_at_no_byte)
{
    struct connection *connection = rested();
    connection_pass(connection);
    assert_true(connection_skims(atomic_load(&connection->sent.bytes),
                                 atomic_load(&connection->sent.look_at), SIZE_MAX / 2));
    connection_reset(connection);
    assert_false(connection_skims(0, atomic_load(&connection->sent.look_at), 1));
    connection_release(connection);
}

/* A reader that finds a write under way waits for it to be fed, but not for long. */
TEST(an_answer_during_a_write_that_lasts_is_unsure)
{
    struct connection *connection = rested();
    struct exchange_write write = write_begins(connection);
    reads(connection, OK_EMPTY);
    assert_int_equal(atomic_load(&connection->unsure), 1);
    write_ends(&write, GET, (ssize_t)strlen(GET));
    assert_int_not_equal(connection_phase(connection), PHASE_BETWEEN);
    connection_release(connection);
}

static void *finish_write(void *write)
{
    write_ends(write, GET, (ssize_t)strlen(GET));
    return NULL;
}

TEST(request_and_answer_may_be_in_two_threads)
{
    struct connection *connection = rested();
    struct exchange_write write = write_begins(connection);
    pthread_t writer;
    assert_int_equal(pthread_create(&writer, NULL, finish_write, &write), 0);
    while (connection_phase(connection) != PHASE_AWAIT)
        sched_yield();
    reads(connection, OK_EMPTY);
    pthread_join(writer, NULL);
    assert_phase(connection, PHASE_BETWEEN);
    connection_release(connection);
}

/* The descriptor was closed and its slot reused while the call was under way. */
TEST(a_slot_of_another_incarnation_is_left_alone)
{
    const struct iovec part = STRING_PART(GET);
    const struct bytes bytes = {&part, 1};
    struct connection *connection = rested();
    uint32_t before = atomic_load(&connection->incarnation);
    struct exchange_write write = write_begins(connection);
    connection_release(connection);
    struct connection *later = rested();
    assert_ptr_equal(later, connection);
    uint64_t sent = atomic_load(&later->sent.bytes);
    write_ends(&write, GET, 3);
    exchange_received(later, before, &bytes, strlen(GET));
    assert_phase(later, PHASE_BETWEEN);
    assert_int_equal(atomic_load(&later->sent.bytes), sent);
    assert_int_equal(atomic_load(&later->unsure), 0);
    connection_release(later);
}

TEST(evicted_and_passed_connections_stay_so)
{
    static const enum phase fixed[] = {PHASE_EVICTED, PHASE_PASS, PHASE_REPAIR};
    for (size_t i = 0; i < COUNT_OF_TESTS(fixed); i++) {
        struct connection *connection = rested();
        connection_set_phase(connection, fixed[i]);
        writes_all(connection, GET);
        reads(connection, OK_EMPTY);
        assert_phase(connection, fixed[i]);
        connection_release(connection);
    }
}

TEST(a_tls_record_that_comes_at_once_is_no_push)
{
    struct connection *connection = connection_to_peer(7, 3000);
    atomic_store(&connection->protocol, PROTOCOL_TLS);
    connection_set_phase(connection, PHASE_BETWEEN);
    struct tls_state *remembered = tls_state_open(&connection->tls);
    struct tls *tls = &remembered->tls;
    tls->client_hello = tls->server_hello = tls->begun = true;
    tls->asked = tls->replied = tls->answered = true;
    remembered->heard_ms = clock_coarse_ms();
    const unsigned char ticket[] = {23, 3, 3, 0, 2, 0, 0};
    const struct iovec part = {(void *)(uintptr_t)ticket, sizeof ticket};
    const struct bytes bytes = {&part, 1};
    exchange_received(connection, atomic_load(&connection->incarnation), &bytes, sizeof ticket);
    assert_phase(connection, PHASE_BETWEEN);
    connection_release(connection);
}

RUN_TESTS(cmocka_unit_test(a_server_that_speaks_first_is_passed_for_ever),
          cmocka_unit_test(a_server_that_speaks_unasked_is_passed_for_ever),
          cmocka_unit_test(more_than_was_asked_for_is_passed_for_ever),
          cmocka_unit_test(what_is_not_understood_is_passed_for_ever),
          cmocka_unit_test(unseen_bytes_end_the_rest),
          cmocka_unit_test(unseen_bytes_that_come_in_end_the_rest_too),
          cmocka_unit_test(an_unseen_write_that_was_refused_changes_nothing),
          cmocka_unit_test(a_restart_follows_anew), cmocka_unit_test(contention_is_unsure),
          cmocka_unit_test(writers_that_meet_in_a_body_are_unsure),
          cmocka_unit_test(a_lost_framing_looks_at_every_byte),
          cmocka_unit_test(a_passed_connection_looks_at_no_byte),
          cmocka_unit_test(an_answer_during_a_write_that_lasts_is_unsure),
          cmocka_unit_test(request_and_answer_may_be_in_two_threads),
          cmocka_unit_test(a_slot_of_another_incarnation_is_left_alone),
          cmocka_unit_test(evicted_and_passed_connections_stay_so),
          cmocka_unit_test(a_tls_record_that_comes_at_once_is_no_push))
