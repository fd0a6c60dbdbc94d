/* SPDX-License-Identifier: MIT
 *
 * Registrations of one connection in several epoll sets: which set has what.
 */
#include "connection/watch_sets.h"

#include "connection/descriptors.h"
#include "lib/registered.h"
#include "unit.h"

enum { FAR = 70000, SET = 1000 };

static uint32_t events_of(int set, uint64_t data, const struct connection *wanted)
{
    uint32_t events;
    assert_ptr_equal(watch_find(set, data, &events), wanted);
    return events & ~(uint32_t)EPOLLHUP;
}

static void check_each_set(int fd)
{
    struct connection *connection = tracked(fd);
    for (int i = 0; i < WATCH_LAYERS_MOST; i++)
        added(SET + i, fd, 1U << i, 42);
    for (int i = 0; i < WATCH_LAYERS_MOST; i++)
        assert_int_equal(events_of(SET + i, 42, connection), (1U << i) & ~(uint32_t)EPOLLHUP);
    for (int i = 0; i < WATCH_LAYERS_MOST; i++)
        changed(SET + i, fd, EPOLLPRI, 43);
    for (int i = 0; i < WATCH_LAYERS_MOST; i++) {
        assert_int_equal(events_of(SET + i, 43, connection), EPOLLPRI);
        assert_int_equal(events_of(SET + i, 42, NULL), 0);
    }
    for (int i = WATCH_LAYERS_MOST - 1; i >= 0; i--) {
        watch_taken_out(fd, SET + i);
        for (int other = 0; other < WATCH_LAYERS_MOST; other++)
            events_of(SET + other, 43, other < i ? connection : NULL);
    }
    forget(fd);
}

TEST(each_set_has_its_own_registration)
{
    check_each_set(5);
    check_each_set(FAR);
    check_each_set(5);
}

TEST(where_there_is_no_room_the_latest_counts)
{
    struct connection *connection = tracked(5);
    for (int i = 0; i <= WATCH_LAYERS_MOST; i++)
        added(SET + i, 5, EPOLLIN, 42);
    events_of(SET + WATCH_LAYERS_MOST, 42, connection);
    events_of(SET + WATCH_LAYERS_MOST - 1, 42, NULL);
    for (int i = 0; i < WATCH_LAYERS_MOST - 1; i++)
        events_of(SET + i, 42, connection);
    changed(SET + WATCH_LAYERS_MOST - 1, 5, EPOLLIN, 42);
    events_of(SET + WATCH_LAYERS_MOST, 42, NULL);
    events_of(SET + WATCH_LAYERS_MOST - 1, 42, connection);
    forget(5);
}

TEST(of_what_is_no_connection_the_latest_counts)
{
    added(SET, 5, EPOLLIN, 42);
    added(SET + 1, 5, EPOLLIN, 42);
    assert_true(watch_is_of_set(watch_at(5, false), SET + 1));
    struct connection *connection = tracked(5);
    events_of(SET, 42, NULL);
    events_of(SET + 1, 42, connection);
    forget(5);
}

TEST(places_are_taken_again)
{
    struct connection *connection = tracked(5);
    added(SET, 5, EPOLLIN, 42);
    for (int i = 1; i < 10 * WATCH_LAYERS_MOST; i++) { /* from one set to the next */
        added(SET + i, 5, EPOLLIN, 42);
        events_of(SET + i - 1, 42, connection);
        watch_taken_out(5, SET + i - 1);
        events_of(SET + i - 1, 42, NULL);
        events_of(SET + i, 42, connection);
    }
    forget(5);
}

TEST(one_that_was_handed_over_comes_to_layer_0)
{
    struct connection *connection = tracked(5);
    added(SET, 5, EPOLLIN, 42);
    added(SET + 1, 5, EPOLLIN, 42);
    watch_taken_out(5, SET);
    assert_false(watch_is_registered(watch_at(5, false)));
    changed(SET + 1, 5, EPOLLOUT, 43);
    assert_true(watch_is_of_set(watch_at(5, false), SET + 1));
    assert_int_equal(events_of(SET + 1, 43, connection), EPOLLOUT);
    events_of(SET + 1, 42, NULL);
    forget(5);
}

TEST(a_set_that_is_unknown_is_the_only_one_by_another_number)
{
    struct connection *connection = tracked(5);
    added(SET, 5, EPOLLIN, 42);
    changed(SET + 1, 5, EPOLLOUT, 42);
    assert_int_equal(events_of(SET + 1, 42, connection), EPOLLOUT);
    assert_false(watch_reads(5));
    watch_taken_out(5, SET + 2);
    events_of(SET + 1, 42, NULL);
    forget(5);
}

TEST(a_closed_connection_leaves_nothing)
{
    tracked(5);
    added(SET, 5, EPOLLIN, 42);
    added(SET + 1, 5, EPOLLIN, 42);
    descriptor_clear(5);
    events_of(SET, 42, NULL);
    events_of(SET + 1, 42, NULL);
    watch_forget(5);
    struct connection *other = tracked(5);
    events_of(SET + 1, 42, NULL);
    added(SET + 2, 5, EPOLLIN, 42);
    events_of(SET + 2, 42, other);
    assert_true(watch_reads(5));
    forget(5);
}

/* In two sets under number 5, which it has no more: it lives under 6. */
static struct connection *living_elsewhere(void)
{
    struct connection *connection = tracked(5);
    added(SET, 5, EPOLLIN, 42);
    added(SET + 1, 5, EPOLLIN, 43);
    connection_hold(connection);
    assert_true(descriptor_set(6, connection));
    descriptor_clear(5);
    return connection;
}

TEST(each_registration_outlives_the_number_where_the_connection_does)
{
    struct connection *connection = living_elsewhere();
    events_of(SET, 42, connection);
    events_of(SET + 1, 43, connection);
    struct connection *other = tracked(5);
    added(SET + 1, 5, EPOLLIN, 44);
    events_of(SET + 1, 43, connection);
    events_of(SET + 1, 44, other);
    descriptor_clear(6);
    events_of(SET, 42, NULL);
    events_of(SET + 1, 43, NULL);
    events_of(SET + 1, 44, other);
    forget(5);
}

TEST(what_is_of_a_dead_connection_makes_room)
{
    struct connection *connection = tracked(5);
    for (int i = 0; i < WATCH_LAYERS_MOST; i++)
        added(SET + i, 5, EPOLLIN, 42);
    connection_hold(connection);
    assert_true(descriptor_set(6, connection));
    struct connection *other = tracked(5);
    descriptor_clear(6);
    for (int i = 1; i < WATCH_LAYERS_MOST; i++)
        added(SET + i, 5, EPOLLIN, 43);
    for (int i = 1; i < WATCH_LAYERS_MOST; i++)
        events_of(SET + i, 43, other);
    forget(5);
}

/* Disconnected, with a copy that leads to the connection before; the socket stays registered. */
TEST(each_registration_is_of_the_connection_that_is_made_next)
{
    living_elsewhere();
    struct connection *next = tracked(5);
    watch_connected(5);
    events_of(SET, 42, next);
    events_of(SET + 1, 43, next);
    forget(5);
    forget(6);
}

TEST(a_copy_inherits_nothing_that_was_registered_of_its_number)
{
    struct connection *connection = tracked(5);
    added(SET, 5, EPOLLIN, 42);
    added(SET + 1, 5, EPOLLIN, 42);
    descriptor_clear(5);
    connection = tracked(6);
    watch_copied(5);
    connection_hold(connection);
    assert_true(descriptor_set(5, connection));
    events_of(SET, 42, NULL);
    events_of(SET + 1, 42, NULL);
    forget(5);
    forget(6);
}

RUN_TESTS(cmocka_unit_test(each_set_has_its_own_registration),
          cmocka_unit_test(where_there_is_no_room_the_latest_counts),
          cmocka_unit_test(of_what_is_no_connection_the_latest_counts),
          cmocka_unit_test(places_are_taken_again),
          cmocka_unit_test(one_that_was_handed_over_comes_to_layer_0),
          cmocka_unit_test(a_set_that_is_unknown_is_the_only_one_by_another_number),
          cmocka_unit_test(a_closed_connection_leaves_nothing),
          cmocka_unit_test(each_registration_outlives_the_number_where_the_connection_does),
          cmocka_unit_test(what_is_of_a_dead_connection_makes_room),
          cmocka_unit_test(each_registration_is_of_the_connection_that_is_made_next),
          cmocka_unit_test(a_copy_inherits_nothing_that_was_registered_of_its_number))
