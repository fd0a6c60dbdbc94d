/* SPDX-License-Identifier: MIT
 *
 * The moments of restarts: which closes are of one, and how many are remembered.
 */
#include "peer/masses.h"
#include "unit.h"

TEST(nothing_is_known_at_first)
{
    struct masses masses = {0};
    assert_false(masses_know(&masses, 0));
    assert_false(masses_know(&masses, 30));
    assert_false(masses_know(&masses, 1000000));
}

TEST(a_close_near_to_a_moment_is_of_it)
{
    struct masses masses = {0};
    masses_note(&masses, 1000000);
    assert_true(masses_know(&masses, 999950));
    assert_true(masses_know(&masses, 1000050));
    assert_false(masses_know(&masses, 999949));
    assert_false(masses_know(&masses, 1000051));
}

TEST(a_moment_grows_in_both_directions)
{
    struct masses masses = {0};
    masses_note(&masses, 1000000);
    masses_note(&masses, 1000050);
    masses_note(&masses, 999960);
    assert_true(masses_know(&masses, 1000100));
    assert_true(masses_know(&masses, 999910));
    assert_int_equal(masses.moments[0].to_ms - masses.moments[0].from_ms, 90);
    assert_int_equal(masses.moments[1].to_ms, 0);
}

/* Closes without an end are no restart. */
TEST(but_not_beyond_its_length)
{
    struct masses masses = {0};
    for (unsigned i = 0; i <= 300; i += 10)
        masses_note(&masses, 1000000 + i);
    assert_int_equal(masses.moments[0].to_ms - masses.moments[0].from_ms, MASS_MOST_MS);
    assert_int_equal(masses.moments[1].to_ms, 1000300);
}

TEST(the_latest_ones_are_remembered)
{
    struct masses masses = {0};
    for (unsigned i = 0; i <= MASSES_MOST; i++)
        masses_note(&masses, 1000000 + 1000 * i);
    assert_false(masses_know(&masses, 1000000));
    for (unsigned i = 1; i <= MASSES_MOST; i++)
        assert_true(masses_know(&masses, 1000000 + 1000 * i));
    masses_note(&masses, 1000000); /* older than all */
    assert_false(masses_know(&masses, 1000000));
    assert_true(masses_know(&masses, 1001000));
}

RUN_TESTS(cmocka_unit_test(nothing_is_known_at_first),
          cmocka_unit_test(a_close_near_to_a_moment_is_of_it),
          cmocka_unit_test(a_moment_grows_in_both_directions),
          cmocka_unit_test(but_not_beyond_its_length),
          cmocka_unit_test(the_latest_ones_are_remembered))
