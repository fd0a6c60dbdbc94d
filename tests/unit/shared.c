/* SPDX-License-Identifier: MIT
 *
 * Which connections another process may hold: those that were open when it was made.
 */
#include "base/process.h"
#include "lib/peers.h"
#include "unit.h"

static void spawn(void)
{
    atomic_fetch_add(&process_copies, 1);
}

static void assert_shared(struct connection *connection, bool close_on_exec, bool otherwise)
{
    assert_int_equal(connection_is_shared(connection, true), close_on_exec);
    assert_int_equal(connection_is_shared(connection, false), otherwise);
    connection_release(connection);
}

TEST(what_was_opened_since_the_last_process_is_not_shared)
{
    process_note_fork();
    spawn();
    assert_shared(connection_to_peer(-1, 1000), false, false);
}

TEST(a_fork_shares_all_that_was_open)
{
    struct connection *connection = connection_to_peer(-1, 1000);
    process_note_fork();
    spawn();
    assert_shared(connection, true, true);
}

TEST(another_program_gets_what_is_not_close_on_exec)
{
    struct connection *connection = connection_to_peer(-1, 1000);
    spawn();
    assert_shared(connection, false, true);
}

TEST(a_fork_between_two_others_is_not_forgotten)
{
    struct connection *connection = connection_to_peer(-1, 1000);
    spawn();
    process_note_fork();
    spawn();
    assert_shared(connection, true, true);
}

TEST(the_numbers_may_come_round)
{
    atomic_store(&process_copies, UINT32_MAX);
    atomic_store(&process_last_fork, UINT32_MAX);
    struct connection *connection = connection_to_peer(-1, 1000);
    struct connection *spawned = connection_to_peer(-1, 1000);
    spawn();
    assert_shared(spawned, false, true);
    process_note_fork();
    assert_shared(connection, true, true);
    assert_shared(connection_to_peer(-1, 1000), false, false);
}

RUN_TESTS(cmocka_unit_test(what_was_opened_since_the_last_process_is_not_shared),
          cmocka_unit_test(a_fork_shares_all_that_was_open),
          cmocka_unit_test(another_program_gets_what_is_not_close_on_exec),
          cmocka_unit_test(a_fork_between_two_others_is_not_forgotten),
          cmocka_unit_test(the_numbers_may_come_round))
