/* SPDX-License-Identifier: MIT
 *
 * The descriptor table: which number leads to which connection, and who holds it how often.
 */
#include "connection/descriptors.h"
#include "connection/watch_sets.h"
#include "lib/peers.h"
#include "unit.h"

enum { LAST = DESCRIPTORS_MOST - 1 };

/* Null: none. */
static const struct watch *watch_of(int fd)
{
    const struct watch *watch = watch_at(fd, false);
    return watch && watch_is_registered(watch) ? watch : NULL;
}

static struct connection *tracked(int fd)
{
    struct connection *connection = connection_to_peer(fd, 1000);
    assert_true(descriptor_set(fd, connection));
    return connection;
}

TEST(a_number_leads_to_its_connection)
{
    struct connection *connection = tracked(5);
    assert_ptr_equal(descriptor_connection(5), connection);
    assert_null(descriptor_connection(4));
    assert_null(descriptor_connection(6));
    descriptor_clear(5);
    assert_null(descriptor_connection(5));
    assert_int_equal(connection_phase(connection), PHASE_FREE);
}

TEST(numbers_out_of_range_lead_nowhere)
{
    struct connection *connection = connection_to_peer(1, 1000);
    static const int numbers[] = {-1, INT32_MIN, INT32_MAX, DESCRIPTORS_MOST, DESCRIPTORS_MOST + 1};
    for (size_t i = 0; i < COUNT_OF_TESTS(numbers); i++) {
        assert_null(descriptor_connection(numbers[i]));
        assert_false(descriptor_set(numbers[i], connection));
        descriptor_clear(numbers[i]);
        descriptor_note_tcp(numbers[i], true);
        assert_false(descriptor_is_tcp(numbers[i]));
        assert_null(watch_of(numbers[i]));
    }
    connection_release(connection);
}

TEST(the_last_of_several_numbers_frees_the_connection)
{
    struct connection *connection = tracked(5);
    uint32_t incarnation = atomic_load(&connection->incarnation);
    connection_hold(connection);
    assert_true(descriptor_set(2000, connection));
    descriptor_clear(5);
    assert_ptr_equal(descriptor_connection(2000), connection);
    assert_int_equal(connection_phase(connection), PHASE_FRESH);
    assert_int_equal(atomic_load(&connection->fd), -1);
    descriptor_clear(2000);
    assert_int_equal(connection_phase(connection), PHASE_FREE);
    assert_int_equal(atomic_load(&connection->incarnation), incarnation + 1);
}

TEST(a_number_that_is_taken_over_lets_go)
{
    struct connection *before = tracked(5);
    struct connection *after = tracked(5);
    assert_ptr_equal(descriptor_connection(5), after);
    assert_int_equal(connection_phase(before), PHASE_FREE);
    descriptor_clear(5);
}

TEST(one_that_is_busy_is_freed_by_who_is_busy)
{
    struct connection *connection = tracked(5);
    assert_true(connection_try_lock(connection));
    descriptor_clear(5);
    struct connection *other = tracked(6);
    assert_ptr_not_equal(other, connection);
    connection_unlock(connection);
    struct connection *reused = tracked(7);
    assert_ptr_equal(reused, connection);
    descriptor_clear(6);
    descriptor_clear(7);
}

TEST(tracked_ones_are_found_over_page_borders)
{
    static const int numbers[] = {0, 1, 1022, 1023, 1024, 2047, 2048, 5000, 70000, LAST - 1, LAST};
    for (size_t i = 0; i < COUNT_OF_TESTS(numbers); i++)
        tracked(numbers[i]);
    int fd = -1;
    for (size_t i = 0; i < COUNT_OF_TESTS(numbers); i++) {
        fd = descriptor_next_tracked((unsigned)fd + 1, UINT32_MAX);
        assert_int_equal(fd, numbers[i]);
    }
    assert_int_equal(descriptor_next_tracked((unsigned)LAST + 1, UINT32_MAX), -1);
    assert_int_equal(descriptor_next_tracked(2, 1021), -1);
    assert_int_equal(descriptor_next_tracked(2, 1022), 1022);
    assert_int_equal(descriptor_next_tracked(2049, 4999), -1);
    assert_int_equal(descriptor_next_tracked(5001, 69999), -1);
    assert_int_equal(descriptor_next_tracked(9, 3), -1);
    for (size_t i = 0; i < COUNT_OF_TESTS(numbers); i++)
        descriptor_clear(numbers[i]);
    assert_int_equal(descriptor_next_tracked(0, UINT32_MAX), -1);
}

TEST(what_socket_made_is_remembered_by_number)
{
    for (int fd = 8; fd < 24; fd++)
        descriptor_note_tcp(fd, fd % 3 == 0);
    for (int fd = 8; fd < 24; fd++)
        assert_int_equal(descriptor_is_tcp(fd), fd % 3 == 0);
    descriptor_note_tcp(9, false);
    assert_false(descriptor_is_tcp(9));
    descriptor_note_tcp(LAST, true);
    assert_true(descriptor_is_tcp(LAST));
}

static void registered(int fd, const struct epoll_event *event)
{
    struct watch *watch = watch_at(fd, true);
    watch_begin(watch, 9);
    watch_note(watch, event);
}

TEST(registrations_are_kept_by_number)
{
    struct epoll_event reading = {.events = EPOLLIN | EPOLLET, .data.u64 = 42};
    struct epoll_event writing = {.events = EPOLLOUT};
    struct epoll_event nothing = {.events = 0};
    static const int numbers[] = {3, 1023, 1024, LAST};
    for (size_t i = 0; i < COUNT_OF_TESTS(numbers); i++) {
        int fd = numbers[i];
        assert_null(watch_of(fd));
        watch_forget(fd);
        registered(fd, &reading);
        assert_true(watch_reads(fd));
        assert_int_equal(watch_of(fd)->set, 9);
        assert_int_equal(watch_of(fd)->data, 42);
        registered(fd, &writing);
        assert_false(watch_reads(fd));
        registered(fd, &nothing);
        assert_non_null(watch_of(fd));
        watch_forget(fd);
        assert_null(watch_of(fd));
        assert_false(watch_reads(fd));
    }
}

TEST(who_watches_for_the_close_watches)
{
    struct epoll_event closing = {.events = EPOLLRDHUP | EPOLLONESHOT};
    registered(4, &closing);
    assert_true(watch_reads(4));
    watch_forget(4);
}

/* Whose the registration of `data` in set 9 is. */
static struct connection *registered_for(uint64_t data)
{
    uint32_t events;
    return watch_find(9, data, &events);
}

static void watched(int fd, uint64_t data)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = data};
    registered(fd, &event);
}

TEST(a_registration_is_of_what_its_number_leads_to)
{
    watched(5, 42);
    assert_null(registered_for(42));
    struct connection *connection = tracked(5);
    watch_connected(5);
    assert_ptr_equal(registered_for(42), connection);
    assert_null(registered_for(43));
    descriptor_clear(5);
    assert_null(registered_for(42));
    watch_forget(5);
}

TEST(a_registration_outlives_its_number_where_the_connection_does)
{
    struct connection *connection = tracked(5);
    watched(5, 42);
    connection_hold(connection);
    assert_true(descriptor_set(2000, connection));
    descriptor_clear(5);
    assert_ptr_equal(registered_for(42), connection);
    assert_false(watch_reads(5));
    struct connection *other = tracked(5);
    assert_ptr_equal(registered_for(42), connection);
    descriptor_clear(2000);
    assert_null(registered_for(42));
    watch_connected(5);
    assert_ptr_equal(registered_for(42), other);
    descriptor_clear(5);
    watch_forget(5);
}

TEST(data_of_two_connections_is_nobodys)
{
    struct connection *connection = tracked(5);
    tracked(6);
    watched(5, 42);
    watched(6, 42);
    assert_null(registered_for(42));
    descriptor_clear(6);
    assert_ptr_equal(registered_for(42), connection);
    descriptor_clear(5);
    watch_forget(5);
    watch_forget(6);
}

TEST(a_copy_does_not_inherit_what_was_registered_of_its_number)
{
    struct connection *connection = tracked(5);
    watched(2000, 42); /* another file, which is closed by now */
    watch_copied(2000);
    connection_hold(connection);
    assert_true(descriptor_set(2000, connection));
    assert_null(registered_for(42));
    assert_false(watch_reads(2000));
    descriptor_clear(5);
    descriptor_clear(2000);
}

RUN_TESTS(cmocka_unit_test(a_number_leads_to_its_connection),
          cmocka_unit_test(numbers_out_of_range_lead_nowhere),
          cmocka_unit_test(the_last_of_several_numbers_frees_the_connection),
          cmocka_unit_test(a_number_that_is_taken_over_lets_go),
          cmocka_unit_test(one_that_is_busy_is_freed_by_who_is_busy),
          cmocka_unit_test(tracked_ones_are_found_over_page_borders),
          cmocka_unit_test(what_socket_made_is_remembered_by_number),
          cmocka_unit_test(registrations_are_kept_by_number),
          cmocka_unit_test(who_watches_for_the_close_watches),
          cmocka_unit_test(a_registration_is_of_what_its_number_leads_to),
          cmocka_unit_test(a_registration_outlives_its_number_where_the_connection_does),
          cmocka_unit_test(data_of_two_connections_is_nobodys),
          cmocka_unit_test(a_copy_does_not_inherit_what_was_registered_of_its_number))
