/* SPDX-License-Identifier: MIT
 *
 * The verdict's vocabulary: the tests know every fact, and every outcome and reason has its word.
 */
#include "lib/every_facts.h"
#include "unit.h"

/* A fact that this test does not vary would be a hole in "every". */
TEST(every_field_of_the_facts_is_varied)
{
    FILE *file = fopen("shim/verdict/verdict.h", "r");
    char line[256];
    int bools = 0;
    assert_non_null(file);
    while (fgets(line, sizeof line, file))
        bools += !strncmp(line, "    bool ", 9);
    fclose(file);
    assert_int_equal(bools, EVERY_FACTS_BITS);
}

TEST(every_verdict_and_reason_has_a_word_of_its_own)
{
    for (enum reason a = 0; a < REASON_COUNT; a++) {
        assert_non_null(verdict_reason_name(a));
        for (enum reason b = 0; b < a; b++)
            assert_string_not_equal(verdict_reason_name(a), verdict_reason_name(b));
    }
    assert_string_equal(verdict_name(VERDICT_PASS), "pass");
    assert_string_equal(verdict_name(VERDICT_RECONNECT), "reconnect");
    assert_string_equal(verdict_name(VERDICT_EVICT), "evict");
    assert_string_equal(verdict_name(VERDICT_RESET), "reset");
}

RUN_TESTS(cmocka_unit_test(every_field_of_the_facts_is_varied),
          cmocka_unit_test(every_verdict_and_reason_has_a_word_of_its_own))
