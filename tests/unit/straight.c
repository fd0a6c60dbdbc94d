/* SPDX-License-Identifier: MIT
 *
 * The short way of an exchange: taken by a plain one, and not by what must be looked at more closely,
 * which it leaves as it was. That it comes to the same as the general way is framing_property.c's.
 */
#include "base/process.h"
#include "connection/secured.h"
#include "connection/straight.h"
#include "lib/peers.h"
#include "lib/traffic.h"
#include "unit.h"

#define GET "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
#define POST "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"
#define OK_5 "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n"
#define GET_A "*2\r\n$3\r\nGET\r\n$1\r\na\r\n"
#define OK_CLOSE "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

static struct connection *connection;

/* A connection at rest after an exchange. */
static int set_up(void **state __attribute__((unused)))
{
    connection = connection_to_peer(-1, 1000);
    writes_all(connection, GET);
    reads(connection, OK_5 "hello");
    assert_int_equal(connection_phase(connection), PHASE_BETWEEN);
    return 0;
}

static int tear_down(void **state __attribute__((unused)))
{
    connection_release(connection);
    return 0;
}

/* A write has begun, unless one is under way, and the kernel has taken all of `words`. The begin of one that is
 * declined is taken back. */
static bool sends(const char *words)
{
    bool begins = !exchange_claim(connection) && !connection_is_written(connection);
    if (begins)
        connection->state += ONE_WRITER;
    bool took = straight_sent(connection, connection->incarnation, words, strlen(words));
    if (begins && !took)
        connection->state -= ONE_WRITER;
    return took;
}

static bool hears(const char *words)
{
    return straight_received(connection, atomic_load(&connection->incarnation), words,
                             strlen(words));
}

#define ASSERT_PHASE(name) assert_int_equal(connection_phase(connection), PHASE_##name)

TEST(a_plain_exchange_takes_it)
{
    uint64_t sent = connection->sent.bytes;
    uint64_t received = connection->received.bytes;
    connection->rested_ms = 0;
    assert_true(sends(GET));
    ASSERT_PHASE(AWAIT);
    assert_true(hears(OK_5 "hello"));
    ASSERT_PHASE(BETWEEN);
    assert_int_not_equal(connection->rested_ms, 0);
    assert_int_equal(connection->sent.bytes - sent, strlen(GET));
    assert_int_equal(connection->received.bytes - received, strlen(OK_5 "hello"));
    assert_int_equal(connection->busy, 0);
    assert_int_equal(connection->state, PHASE_BETWEEN);
    assert_int_equal(connection->exchange, 0);
}

/* The same write in parts that end where `ends` say, the last of which is the end of the words. */
static bool sends_in_parts(const char *words, const size_t *ends, size_t count)
{
    struct iovec parts[8];
    size_t at = 0;
    for (size_t i = 0; i < count; at = ends[i++])
        parts[i] = (struct iovec){(void *)(uintptr_t)(words + at), ends[i] - at};
    assert_true(exchange_claim(connection));
    bool took = straight_sent_parts(connection, connection->incarnation, parts, count, at);
    if (!took)
        connection->state = PHASE_BETWEEN;
    return took;
}

#define IN_PARTS(words, ...)                                                                       \
    sends_in_parts(words, (const size_t[]){__VA_ARGS__},                                           \
                   sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t))

TEST(so_does_one_in_parts)
{
    size_t head = strlen(POST);
    uint64_t sent = connection->sent.bytes;
    assert_true(IN_PARTS(POST "hello", 0, head, head, head + 2, head + 5));
    ASSERT_PHASE(AWAIT);
    assert_int_equal(connection->sent.bytes - sent, head + 5);
    assert_true(hears(OK_5 "hello"));
    assert_true(IN_PARTS(POST "hello", head, head + 2)); /* the kernel took no more */
    ASSERT_PHASE(OPEN);
    assert_int_equal(connection->sent.look_at - connection->sent.bytes, 3);
}

TEST(parts_that_are_not_one_request_are_left_alone)
{
    struct plain before = connection->plain;
    size_t head = strlen(POST);
    size_t get = strlen(GET);
    uint64_t sent = connection->sent.bytes;
    assert_false(IN_PARTS(POST "hello", head - 4, head + 5));
    assert_false(IN_PARTS(POST "hello" GET, head, head + 5, head + 5 + get));
    assert_false(IN_PARTS(POST "hello!", head, head + 6));
    assert_true(exchange_claim(connection));
    const struct iovec shorter = {(void *)(uintptr_t)GET, get - 1};
    assert_false(straight_sent_parts(connection, connection->incarnation, &shorter, 1, get));
    connection->state = PHASE_BETWEEN;
    assert_memory_equal(&before, &connection->plain, sizeof before);
    assert_int_equal(connection->sent.bytes, sent);
    assert_int_equal(connection->sent.look_at, sent);
    assert_int_equal(connection->busy, 0);
    assert_true(sends(GET));
    ASSERT_PHASE(AWAIT);
}

TEST(so_do_heads_whose_bodies_follow)
{
    assert_true(sends(POST "he"));
    ASSERT_PHASE(OPEN);
    assert_int_equal(connection->sent.look_at - connection->sent.bytes, 3);
    assert_false(connection_is_written(connection));
    writes_all(connection, "llo");
    ASSERT_PHASE(AWAIT);
    assert_true(hears(OK_5));
    ASSERT_PHASE(AWAIT);
    assert_int_equal(connection->received.look_at - connection->received.bytes, 5);
    assert_true(hears("hello"));
    ASSERT_PHASE(BETWEEN);
}

TEST(a_goodbye_is_heard)
{
    assert_true(sends(GET));
    assert_true(hears(OK_CLOSE));
    ASSERT_PHASE(BETWEEN);
    assert_int_equal(connection->closing, 1);
}

#define CHUNKED_POST "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
#define CHUNK "5\r\nhello\r\n"

/* The parser has seen one chunk and stands behind it. */
static void begin_chunks(void)
{
    writes_all(connection, CHUNKED_POST CHUNK);
    ASSERT_PHASE(OPEN);
    assert_int_not_equal(connection->exchange, 0);
}

static bool sends_on(const char *words)
{
    connection->state += ONE_WRITER;
    bool took = straight_sent_chunks(connection, connection->incarnation, words, strlen(words));
    if (!took)
        connection->state -= ONE_WRITER;
    return took;
}

TEST(the_next_chunks_of_a_request_do)
{
    begin_chunks();
    uint64_t sent = connection->sent.bytes;
    assert_true(sends_on(CHUNK));
    assert_true(sends_on("0a\r\n0123456789\r\n" CHUNK));
    ASSERT_PHASE(OPEN);
    assert_int_equal(connection->sent.bytes - sent, 2 * strlen(CHUNK) + 16);
    assert_int_equal(connection->busy, 0);
    assert_false(connection_is_written(connection));
    writes_all(connection, "0\r\n\r\n");
    ASSERT_PHASE(AWAIT);
    reads(connection, OK_5 "hello");
    ASSERT_PHASE(BETWEEN);
}

/* What Redis keeps of the last command shares its place with HTTP's hint. */
TEST(a_command_is_no_hint)
{
    tear_down(NULL);
    connection = connection_to_peer(-1, 1000);
    for (int exchange = 0; exchange < 2; exchange++) {
        writes_all(connection, GET_A);
        reads(connection, "$1\r\nb\r\n");
    }
    assert_true(sends(GET_A));
    assert_true(hears("$1\r\nb\r\n"));
    ASSERT_PHASE(BETWEEN);
    assert_int_not_equal(connection->plain.word, 0);
    assert_int_equal(connection->peer->evidence.hint_ms, 0);
}

/* Nothing has moved, and the try-lock is free unless `busy`. */
static void assert_declined(bool took, const struct connection *before, bool busy)
{
    assert_false(took);
    assert_int_equal(connection->busy, busy);
    assert_memory_equal(connection, before, sizeof *connection);
}

#define ASSERT_DECLINED(call, busy)                                                                \
    do {                                                                                           \
        struct connection before_call = *connection;                                               \
        assert_declined(call, &before_call, busy);                                                 \
    } while (0)

TEST(a_request_that_is_not_simple_does_not)
{
    static const char *const words[] = {"GET / HTT", "GET / HTTP/1.0\r\n\r\n", GET GET, "X\r\n\r\n",
                                        POST "hello, "};
    assert_true(exchange_claim(connection));
    for (size_t i = 0; i < COUNT_OF_TESTS(words); i++)
        ASSERT_DECLINED(sends(words[i]), false);
}

TEST(what_is_no_whole_chunk_does_not)
{
    static const char *const words[] = {"5\r\nhell", "0\r\n\r\n", CHUNK "0\r\n\r\n", CHUNK "5", "5"};
    begin_chunks();
    for (size_t i = 0; i < COUNT_OF_TESTS(words); i++)
        ASSERT_DECLINED(sends_on(words[i]), false);
    writes_all(connection, "5\r\nhe");
    ASSERT_DECLINED(sends_on(CHUNK), false);
    writes_all(connection, "llo\r\n");
    connection->busy = 1;
    ASSERT_DECLINED(sends_on(CHUNK), true);
    connection->busy = 0;
    assert_true(sends_on(CHUNK));
    connection->unsure = 1;
    ASSERT_DECLINED(sends_on(CHUNK), false);
}

TEST(a_response_that_is_not_simple_does_not)
{
    static const char *const words[] = {"HTTP/1.1 2", "HTTP/1.1 100 Continue\r\n\r\n", OK_5 "hello!",
                                        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"};
    assert_true(sends(GET));
    for (size_t i = 0; i < COUNT_OF_TESTS(words); i++)
        ASSERT_DECLINED(hears(words[i]), false);
}

/* A session in reach, whose streams begin where those of the connection stand. */
static struct secured *session(void)
{
    struct secured *secured = secured_new(connection, NULL, NULL);
    assert_non_null(secured);
    return secured;
}

static bool sends_inside(struct secured *secured, const char *words)
{
    assert_true(exchange_claim(connection));
    bool took = straight_sent_plaintext(connection, secured, connection->incarnation, words, strlen(words));
    if (!took)
        connection->state = PHASE_BETWEEN;
    return took;
}

static bool hears_inside(struct secured *secured, const char *words)
{
    return straight_received_plaintext(connection, secured, connection->incarnation, words,
                                       strlen(words));
}

TEST(so_does_one_inside_a_session_in_reach)
{
    struct secured *secured = session();
    uint64_t sent = connection->sent.bytes;
    assert_true(sends_inside(secured, POST "hello"));
    ASSERT_PHASE(AWAIT);
    assert_true(hears_inside(secured, OK_5));
    assert_int_equal(secured->received.look_at - secured->received.bytes, 5);
    assert_true(hears_inside(secured, "hello"));
    ASSERT_PHASE(BETWEEN);
    assert_int_equal(secured->sent.bytes, strlen(POST) + 5);
    assert_int_equal(secured->received.bytes, strlen(OK_5) + 5);
    assert_int_equal(connection->sent.bytes, sent); /* the doors of libc count what moves */
    assert_int_equal(connection->busy, 0);
    assert_int_equal(connection->state, PHASE_BETWEEN);
}

/* The doors of OpenSSL follow what is inside; ciphertext is only counted, where a response is awaited or not. */
TEST(ciphertext_is_counted)
{
    uint64_t received = connection->received.bytes;
    session();
    assert_true(exchange_claim(connection));
    ASSERT_DECLINED(sends(GET), false);
    connection->plain.outstanding = 1;
    struct plain plain = connection->plain;
    atomic_store(&connection->state, PHASE_AWAIT);
    assert_true(hears(OK_5 "hello"));
    ASSERT_PHASE(AWAIT);
    assert_int_equal(connection->received.bytes - received, strlen(OK_5) + 5);
    assert_memory_equal(&connection->plain, &plain, sizeof plain);
    uint32_t earlier = connection->incarnation - 1;
    ASSERT_DECLINED(straight_received(connection, earlier, OK_5, strlen(OK_5)), false);
}

/* A write of OpenSSL's is only counted while this thread gives it the plaintext of an exchange that was
 * claimed, or where nothing is followed any more. */
TEST(ciphertext_is_let_go_where_it_was_claimed)
{
    struct secured *secured = session();
    assert_false(secured_lets_be_sent(connection));
    secured->state = SECURED_READY;
    secured->inside = process_thread();
    secured->writing = true;
    assert_false(secured_lets_be_sent(connection));
    assert_true(exchange_claim(connection));
    assert_true(secured_lets_be_sent(connection));
    secured->inside++; /* another thread */
    assert_false(secured_lets_be_sent(connection));
    secured->inside = process_thread();
    secured->writing = false; /* OpenSSL speaks of its own accord */
    assert_false(secured_lets_be_sent(connection));
    secured->writing = true;
    static const enum secured_state states[] = {SECURED_HANDSHAKE, SECURED_RENEWING, SECURED_REFUSED};
    for (size_t i = 0; i < COUNT_OF_TESTS(states); i++) {
        secured->state = states[i];
        assert_false(secured_lets_be_sent(connection));
    }
    secured->state = SECURED_BOUND;
    assert_true(secured_lets_be_sent(connection));
    connection_set_phase(connection, PHASE_PASS);
    secured->inside = 0;
    assert_true(secured_lets_be_sent(connection));
    secured->state = SECURED_REFUSED;
    assert_false(secured_lets_be_sent(connection));
}

static SSL *object(uintptr_t number)
{
    return (SSL *)(number * 4096); /* only its address counts */
}

/* Nobody else's: neither another object's, nor that of the connection which had the record before. */
TEST(a_session_is_found_by_its_object)
{
    struct secured *secured = secured_new(connection, NULL, object(1));
    assert_ptr_equal(secured_find(object(1)), secured);
    assert_null(secured_find(object(2)));
    assert_null(secured_find(NULL));
    struct connection *other = connection_to_peer(-1, 1000);
    struct secured *of_other = secured_new(other, NULL, object(2));
    assert_ptr_equal(secured_find(object(2)), of_other);
    connection_release(other);
    assert_null(secured_find(object(2)));
    other = connection_to_peer(-1, 1000);
    assert_ptr_equal(secured_new(other, NULL, object(3)), of_other); /* the same memory */
    assert_null(secured_find(object(2)));
    assert_ptr_equal(secured_find(object(3)), of_other);
    connection_release(other);
}

/* Two that share a place: the one that was noted last is found, the other one when it is noted again. */
TEST(objects_may_share_a_place)
{
    struct secured *secured = secured_new(connection, NULL, object(1));
    uintptr_t number = 2;
    struct connection *others[4096];
    size_t count = 0;
    for (; count < COUNT_OF_TESTS(others) && secured_find(object(1)); count++) {
        others[count] = connection_to_peer(-1, 1000);
        assert_non_null(secured_new(others[count], NULL, object(number++)));
    }
    assert_null(secured_find(object(1)));
    secured_note(secured);
    assert_ptr_equal(secured_find(object(1)), secured);
    assert_null(secured_find(object(number - 1)));
    while (count)
        connection_release(others[--count]);
}

TEST(where_threads_meet_it_does_not)
{
    assert_true(exchange_claim(connection));
    connection->busy = 1;
    ASSERT_DECLINED(sends(GET), true);
    connection->busy = 0;
    connection->unsure = 1;
    ASSERT_DECLINED(sends(GET), false);
    connection->unsure = 0;
    assert_true(sends(GET));
    connection->state += ONE_WRITER; /* perhaps the request that this answers */
    ASSERT_DECLINED(hears(OK_5 "hello"), false);
    connection->state -= ONE_WRITER;
    connection->busy = 1;
    ASSERT_DECLINED(hears(OK_5 "hello"), true);
    connection->busy = 0;
    connection->unsure = 1;
    ASSERT_DECLINED(hears(OK_5 "hello"), false);
    connection->unsure = 0;
    assert_true(hears(OK_5 "hello"));
}

/* More has moved than the framing was fed, or it may be in a body. */
TEST(where_the_count_is_in_doubt_it_does_not)
{
    assert_true(exchange_claim(connection));
    connection->sent.look_at--;
    ASSERT_DECLINED(sends(GET), false);
    connection->sent.look_at += 2;
    ASSERT_DECLINED(sends(GET), false);
    connection->sent.look_at--;
    assert_true(sends(GET));
    connection->received.look_at--;
    ASSERT_DECLINED(hears(OK_5 "hello"), false);
}

TEST(what_came_for_an_earlier_connection_does_not)
{
    assert_true(sends(GET));
    uint32_t earlier = connection->incarnation - 1;
    ASSERT_DECLINED(straight_received(connection, earlier, OK_5 "hello", strlen(OK_5) + 5), false);
}

TEST(what_nobody_asked_for_does_not)
{
    static const enum phase phases[] = {PHASE_FRESH, PHASE_OPEN,    PHASE_BETWEEN,
                                        PHASE_PASS,  PHASE_EVICTED, PHASE_REPAIR};
    for (size_t i = 0; i < COUNT_OF_TESTS(phases); i++) {
        connection_set_phase(connection, phases[i]);
        ASSERT_DECLINED(hears(OK_5 "hello"), false);
    }
}

TEST(an_exchange_that_the_parser_is_at_does_not)
{
    assert_true(sends(GET));
    reads(connection, "HTTP/1.1 200");
    assert_int_not_equal(connection->exchange, 0);
    ASSERT_DECLINED(hears(" OK\r\nContent-Length: 0\r\n\r\n"), false);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

RUN_TESTS(CASE(a_plain_exchange_takes_it), CASE(so_does_one_in_parts), CASE(so_do_heads_whose_bodies_follow),
          CASE(parts_that_are_not_one_request_are_left_alone),
          CASE(a_goodbye_is_heard), CASE(the_next_chunks_of_a_request_do), CASE(what_is_no_whole_chunk_does_not), CASE(a_command_is_no_hint),
          CASE(a_request_that_is_not_simple_does_not),
          CASE(a_response_that_is_not_simple_does_not), CASE(so_does_one_inside_a_session_in_reach), CASE(ciphertext_is_counted),
          CASE(ciphertext_is_let_go_where_it_was_claimed), CASE(a_session_is_found_by_its_object),
          CASE(objects_may_share_a_place),
          CASE(where_threads_meet_it_does_not),
          CASE(where_the_count_is_in_doubt_it_does_not), CASE(what_came_for_an_earlier_connection_does_not),
          CASE(what_nobody_asked_for_does_not), CASE(an_exchange_that_the_parser_is_at_does_not))
