/* SPDX-License-Identifier: MIT
 *
 * The deadline queue: what is due comes out, in order, once, and the next deadline is never too late.
 */
#include "connection/deadlines.h"

#include <pthread.h>

#include "lib/peers.h"
#include "unit.h"

enum { MANY = 3000 };

static struct connection *resting(uint64_t due_ms)
{
    struct connection *connection = connection_to_peer(-1, 1000);
    connection_set_phase(connection, PHASE_BETWEEN);
    atomic_store(&connection->due_ms, due_ms);
    return connection;
}

static struct connection *queued(uint64_t due_ms)
{
    struct connection *connection = resting(due_ms);
    deadlines_add(connection);
    return connection;
}

static int start_empty(void **state __attribute__((unused)))
{
    deadlines_forget();
    return 0;
}

static uint64_t next_ms(void)
{
    return atomic_load(&deadlines_next_ms);
}

TEST(before_the_first_connection_there_is_a_word_of_its_own)
{
    assert_true(next_ms() == DEADLINE_UNTRACKED);
    deadlines_set_calm(true);
    deadlines_forget();
    assert_true(next_ms() == DEADLINE_UNTRACKED);
    connection_release(resting(500));
    assert_true(next_ms() == DEADLINE_NONE);
}

TEST(calm_is_said_only_while_there_is_no_deadline)
{
    deadlines_set_calm(true);
    assert_true(next_ms() == DEADLINE_CALM);
    struct connection *connection = queued(500);
    assert_int_equal(next_ms(), 500);
    deadlines_set_calm(true);
    deadlines_set_calm(false);
    assert_int_equal(next_ms(), 500);
    assert_ptr_equal(deadlines_take(500), connection);
    assert_true(next_ms() == DEADLINE_NONE);
    deadlines_set_calm(true);
    deadlines_set_calm(false);
    assert_true(next_ms() == DEADLINE_NONE);
    connection_release(connection);
}

TEST(an_empty_queue_has_no_deadline)
{
    assert_true(next_ms() == DEADLINE_NONE);
    assert_null(deadlines_take(UINT64_MAX - 1));
    assert_true(next_ms() == DEADLINE_NONE);
}

TEST(what_is_due_comes_out_once_at_its_time)
{
    struct connection *connection = queued(500);
    assert_int_equal(next_ms(), 500);
    assert_null(deadlines_take(499));
    assert_int_equal(next_ms(), 500);
    assert_ptr_equal(deadlines_take(500), connection);
    assert_null(deadlines_take(10000));
    assert_true(next_ms() == DEADLINE_NONE);
    connection_release(connection);
}

TEST(one_is_in_the_queue_once)
{
    struct connection *connection = queued(500);
    deadlines_add(connection);
    assert_null(deadlines_take(1));
    deadlines_add(connection);
    assert_ptr_equal(deadlines_take(500), connection);
    assert_null(deadlines_take(500));
    connection_release(connection);
}

static void *take_early(void *done)
{
    for (int i = 0; i < 200000; i++)
        deadlines_take(1);
    atomic_store((atomic_bool *)done, true);
    return NULL;
}

/* Or a wait that another thread begins at that moment would wait for ever. */
TEST(a_deadline_is_there_while_another_thread_looks_for_what_is_due)
{
    pthread_t thread;
    atomic_bool done = false;
    struct connection *connection = queued(500);
    assert_int_equal(pthread_create(&thread, NULL, take_early, &done), 0);
    while (!atomic_load(&done))
        assert_int_equal(next_ms(), 500);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_ptr_equal(deadlines_take(500), connection);
    connection_release(connection);
}

/* More than the static heap holds, in an order with no order. */
TEST(many_come_out_in_order)
{
    static struct connection *all[MANY];
    uint64_t before = 0;
    for (uint64_t i = 0; i < MANY; i++)
        all[i] = queued(1 + i * 7919 % MANY);
    for (uint64_t i = 0; i < MANY; i++) {
        struct connection *connection = deadlines_take(MANY);
        assert_non_null(connection);
        assert_true(connection->due_ms >= before);
        before = connection->due_ms;
    }
    assert_null(deadlines_take(MANY));
    for (uint64_t i = 0; i < MANY; i++)
        connection_release(all[i]);
}

TEST(the_next_deadline_is_the_earliest)
{
    struct connection *late = queued(900);
    struct connection *early = queued(300);
    assert_int_equal(next_ms(), 300);
    assert_ptr_equal(deadlines_take(300), early);
    assert_int_equal(next_ms(), 900);
    connection_release(early);
    connection_release(late);
}

TEST(one_that_was_used_again_is_put_back_when_it_comes_up)
{
    struct connection *connection = queued(500);
    atomic_store(&connection->due_ms, 800);
    assert_null(deadlines_take(600));
    assert_int_equal(next_ms(), 800);
    assert_ptr_equal(deadlines_take(800), connection);
    connection_release(connection);
}

TEST(one_that_does_not_rest_is_dropped_and_may_come_again)
{
    struct connection *connection = queued(500);
    connection_set_phase(connection, PHASE_AWAIT);
    assert_null(deadlines_take(600));
    assert_true(next_ms() == DEADLINE_NONE);
    connection_set_phase(connection, PHASE_BETWEEN);
    deadlines_add(connection);
    assert_ptr_equal(deadlines_take(600), connection);
    connection_release(connection);
}

/* The slot's next connection has an earlier deadline than the one that left it in the queue. */
static void assert_reuse_is_in_time(bool collected)
{
    struct connection *first = queued(100000);
    if (collected)
        assert_null(deadlines_take(1));
    connection_release(first);
    struct connection *second = queued(500);
    assert_ptr_equal(first, second);
    assert_true(next_ms() <= 500);
    struct connection *due = deadlines_take(500);
    assert_ptr_equal(due, second);
    assert_null(deadlines_take(100000));
    connection_release(second);
}

TEST(a_reused_slot_is_not_late_when_its_entry_was_sorted_in)
{
    assert_reuse_is_in_time(true);
}

TEST(a_reused_slot_is_not_late_when_its_entry_was_just_arriving)
{
    assert_reuse_is_in_time(false);
}

TEST(one_that_was_freed_is_dropped)
{
    struct connection *connection = queued(500);
    assert_null(deadlines_take(1));
    connection_release(connection);
    assert_null(deadlines_take(600));
    assert_true(next_ms() == DEADLINE_NONE);
}

TEST(forgotten_ones_may_come_again)
{
    struct connection *sorted = queued(500);
    assert_null(deadlines_take(1));
    struct connection *arriving = queued(400);
    deadlines_forget();
    assert_true(next_ms() == DEADLINE_NONE);
    assert_null(deadlines_take(1000));
    deadlines_add(sorted);
    deadlines_add(arriving);
    assert_ptr_equal(deadlines_take(1000), arriving);
    assert_ptr_equal(deadlines_take(1000), sorted);
    connection_release(sorted);
    connection_release(arriving);
}

TEST(a_fork_child_is_not_calm)
{
    deadlines_set_calm(true);
    deadlines_forget();
    assert_true(next_ms() == DEADLINE_NONE);
}

TEST(overdue_ones_are_counted_once)
{
    struct connection *connection = resting(500);
    uint32_t before = atomic_load(&deadlines_overdue);
    deadlines_note_overdue(connection);
    deadlines_note_overdue(connection);
    assert_int_equal(atomic_load(&deadlines_overdue), before + 1);
    connection_release(connection);
    assert_int_equal(atomic_load(&deadlines_overdue), before);
    deadlines_clear_overdue(connection);
    assert_int_equal(atomic_load(&deadlines_overdue), before);
}

#define QUEUE(name) cmocka_unit_test_setup(name, start_empty)

RUN_TESTS(QUEUE(before_the_first_connection_there_is_a_word_of_its_own),
          QUEUE(calm_is_said_only_while_there_is_no_deadline), QUEUE(a_fork_child_is_not_calm),
          QUEUE(an_empty_queue_has_no_deadline), QUEUE(what_is_due_comes_out_once_at_its_time),
          QUEUE(one_is_in_the_queue_once), QUEUE(many_come_out_in_order),
          QUEUE(the_next_deadline_is_the_earliest),
          QUEUE(one_that_was_used_again_is_put_back_when_it_comes_up),
          QUEUE(one_that_does_not_rest_is_dropped_and_may_come_again),
          QUEUE(a_reused_slot_is_not_late_when_its_entry_was_sorted_in),
          QUEUE(a_reused_slot_is_not_late_when_its_entry_was_just_arriving),
          QUEUE(one_that_was_freed_is_dropped), QUEUE(forgotten_ones_may_come_again),
          QUEUE(a_deadline_is_there_while_another_thread_looks_for_what_is_due),
          QUEUE(overdue_ones_are_counted_once))
