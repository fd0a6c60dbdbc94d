/* SPDX-License-Identifier: MIT
 *
 * What the life of a connection on real sockets teaches about its peer: the age at which it was
 * closed, however late anybody looks, and what is no idle timer's doing. Lives in real time.
 */
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "connection/descriptors.h"
#include "connection/due.h"
#include "connection/learn.h"
#include "lib/loopback.h"
#include "lib/peers.h"
#include "lib/traffic.h"
#include "unit.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
#define OK_HINT "HTTP/1.1 200 OK\r\nKeep-Alive: timeout=7\r\nContent-Length: 0\r\n\r\n"

/* The kernel counts in ticks, and they may be late where a hypervisor takes the processor away. */
enum { MS = 1000, REST_MS = 200, LATE_MS = 300, TICKS_MS = 40 };

/* When something was done. On a busy machine it takes a while, as every sleep does. */
struct moment {
    uint64_t from_ms, to_ms;
};

static struct moment exchanged, ended;

/* Notes in `moment` when the statements were carried out. */
#define AT(moment, ...)                                                                            \
    do {                                                                                           \
        (moment).from_ms = clock_exact_ns() / 1000000;                                             \
        __VA_ARGS__;                                                                               \
        (moment).to_ms = clock_exact_ns() / 1000000;                                               \
    } while (0)

static int client;
static int server;
static struct connection *connection;

static int set_up(void **state __attribute__((unused)))
{
    connection = loopback_connection(&client, &server);
    return 0;
}

/* As the door of close() does. */
static void closes(void)
{
    descriptor_clear(client);
    close(client);
    client = -1;
}

static int tear_down(void **state __attribute__((unused)))
{
    if (client >= 0)
        closes();
    if (server >= 0)
        close(server);
    return 0;
}

static void answers(const char *response)
{
    char bytes[400];
    assert_int_equal(write(server, response, strlen(response)), strlen(response));
    assert_int_equal(read(client, bytes, sizeof bytes), strlen(response));
    reads(connection, response);
}

/* One exchange, both in the kernel and in the framing. */
static void exchange(const char *response)
{
    char bytes[400];
    atomic_store(&connection->last_ms, clock_coarse_ms());
    assert_int_equal(write(client, GET, strlen(GET)), strlen(GET));
    writes_all(connection, GET);
    assert_int_equal(read(server, bytes, sizeof bytes), strlen(GET));
    answers(response);
    assert_int_equal(connection_phase(connection), PHASE_BETWEEN);
}

static void exchanges(const char *response)
{
    AT(exchanged, exchange(response));
}

static void server_closes(void)
{
    close(server);
    server = -1;
}

static uint32_t timeout_ms(void)
{
    return evidence_timeout_ms(&connection->peer->evidence);
}

/* `age_ms` is how long the connection had rested when it `ended`. */
static void assert_age(uint64_t age_ms)
{
    uint64_t least_ms = ended.from_ms - exchanged.to_ms, most_ms = ended.to_ms - exchanged.from_ms;
    if (age_ms + TICKS_MS < least_ms || age_ms > most_ms + TICKS_MS)
        fail_msg("%u is not %u to %u", (unsigned)age_ms, (unsigned)least_ms, (unsigned)most_ms);
}

TEST(the_age_of_a_close_is_known_however_late_anybody_looks)
{
    struct kernel_view view;
    exchanges(OK_EMPTY);
    usleep(REST_MS * MS);
    AT(ended, server_closes());
    usleep(LATE_MS * MS);
    assert_true(kernel_ask(client, strlen(OK_EMPTY), &view));
    learn_look(connection, &view, true);
    assert_age(timeout_ms());
}

TEST(a_close_that_only_the_last_close_of_the_program_meets_is_learnt)
{
    struct peer *peer = connection->peer;
    exchanges(OK_EMPTY);
    usleep(REST_MS * MS);
    AT(ended, server_closes());
    usleep(LATE_MS * MS);
    closes();
    assert_age(evidence_timeout_ms(&peer->evidence));
}

TEST(a_reset_is_only_a_bound)
{
    struct linger none = {1, 0};
    exchanges(OK_EMPTY);
    usleep(REST_MS * MS);
    setsockopt(server, SOL_SOCKET, SO_LINGER, &none, sizeof none);
    server_closes();
    usleep(LATE_MS * MS);
    AT(ended, learn_end(connection, client));
    assert_age(timeout_ms());
    assert_int_equal(connection->peer->evidence.closes.groups[0].kind, CLOSE_BY);
}

TEST(bytes_that_come_with_the_close_do_not_make_it_young)
{
    exchanges(OK_EMPTY);
    usleep(REST_MS * MS);
    AT(ended, {
        assert_int_equal(write(server, "HTTP/1.1 408 Late\r\n", 19), 19);
        server_closes();
    });
    usleep(LATE_MS * MS);
    learn_end(connection, client);
    assert_age(timeout_ms());
    assert_int_equal(connection->peer->evidence.closes.groups[0].kind, CLOSE_BY);
}

/* Many servers say close_notify, and wait for ours before they close. */
TEST(a_goodbye_of_tls_counts_from_when_it_came)
{
    static const char goodbye[] = {0x15, 3, 3, 0, 2, 1, 0};
    exchanges(OK_EMPTY);
    atomic_store(&connection->protocol, PROTOCOL_TLS);
    usleep(REST_MS * MS);
    AT(ended, assert_int_equal(write(server, goodbye, sizeof goodbye), sizeof goodbye));
    usleep(LATE_MS * MS);
    learn_end(connection, client);
    assert_age(timeout_ms());
    assert_int_equal(connection->peer->evidence.closes.groups[0].kind, CLOSE_EXACT);
}

TEST(a_close_right_after_the_response_is_no_timeout)
{
    exchanges(OK_EMPTY);
    server_closes();
    usleep(REST_MS * MS);
    learn_end(connection, client);
    assert_int_equal(timeout_ms(), 0);
}

TEST(a_hint_is_taken_from_a_whole_response)
{
    exchanges(OK_HINT);
    assert_int_equal(timeout_ms(), 7000);
    assert_true(connection_is_evictable(connection));
}

/* A request that goes out after a rest. */
static void reuses(void)
{
    struct kernel_view view;
    AT(ended, assert_true(kernel_ask(client, strlen(OK_EMPTY), &view)));
    connection_note_received(connection, view.received_bytes);
    learn_look(connection, &view, true);
    assert_age(atomic_load(&connection->reused_ms));
    atomic_store(&connection->last_ms, clock_coarse_ms());
    atomic_store(&connection->rested_ms, 0);
    assert_int_equal(write(client, GET, strlen(GET)), strlen(GET));
    writes_all(connection, GET);
}

TEST(a_request_that_crosses_the_close_is_learnt)
{
    exchanges(OK_EMPTY);
    usleep(REST_MS * MS);
    reuses();
    server_closes();
    learn_end(connection, client);
    assert_age(timeout_ms());
}

TEST(a_server_that_fails_in_the_middle_teaches_nothing)
{
    exchanges(OK_EMPTY);
    usleep(REST_MS * MS);
    reuses();
    char bytes[400];
    assert_int_equal(read(server, bytes, sizeof bytes), strlen(GET));
    usleep(500 * MS);
    server_closes();
    learn_end(connection, client);
    assert_int_equal(timeout_ms(), 0);
}

TEST(an_answer_that_was_begun_teaches_nothing)
{
    exchanges(OK_EMPTY);
    usleep(REST_MS * MS);
    reuses();
    answers("HTTP/1.1 200 OK\r\nContent-Le");
    server_closes();
    usleep(10 * MS);
    learn_end(connection, client);
    assert_int_equal(timeout_ms(), 0);
}

#define LIVE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

RUN_TESTS(LIVE(the_age_of_a_close_is_known_however_late_anybody_looks),
          LIVE(a_close_that_only_the_last_close_of_the_program_meets_is_learnt),
          LIVE(a_reset_is_only_a_bound), LIVE(bytes_that_come_with_the_close_do_not_make_it_young),
          LIVE(a_goodbye_of_tls_counts_from_when_it_came),
          LIVE(a_close_right_after_the_response_is_no_timeout),
          LIVE(a_hint_is_taken_from_a_whole_response),
          LIVE(a_request_that_crosses_the_close_is_learnt),
          LIVE(a_server_that_fails_in_the_middle_teaches_nothing),
          LIVE(an_answer_that_was_begun_teaches_nothing))
