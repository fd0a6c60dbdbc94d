/* SPDX-License-Identifier: MIT
 *
 * Lines of text in a fixed buffer: what does not fit is cut, and the end is always marked.
 */
#include "unit.h"

#include "base/text.h"

static struct text line;

TEST(pieces_are_put_together)
{
    text_clear(&line);
    text_add(&line, "a=");
    text_add_number(&line, 0);
    text_add(&line, " b=");
    text_add_number(&line, UINT64_MAX);
    text_add_bytes(&line, "xyz", 2);
    assert_string_equal(line.bytes, "a=0 b=18446744073709551615xy");
    assert_int_equal(line.length, strlen(line.bytes));
}

TEST(numbers_are_filled_with_zeroes)
{
    static const struct {
        uint64_t number;
        unsigned digits;
        const char *words;
    } cases[] = {{7, 3, "007"}, {1234, 3, "1234"}, {0, 2, "00"}, {5, 0, "5"},
                 {1, 20, "00000000000000000001"}, {1, 99, "00000000000000000001"}};
    for (size_t i = 0; i < COUNT_OF_TESTS(cases); i++) {
        text_clear(&line);
        text_add_padded(&line, cases[i].number, cases[i].digits);
        assert_string_equal(line.bytes, cases[i].words);
    }
}

TEST(what_does_not_fit_is_cut)
{
    char long_words[2 * TEXT_ROOM];
    memset(long_words, 'w', sizeof long_words - 1);
    long_words[sizeof long_words - 1] = 0;
    text_clear(&line);
    text_add(&line, "12345");
    text_add(&line, long_words);
    assert_int_equal(line.length, TEXT_ROOM - 1);
    assert_int_equal(strlen(line.bytes), TEXT_ROOM - 1);
    text_add_number(&line, 42);
    text_add(&line, "more");
    assert_int_equal(line.length, TEXT_ROOM - 1);
    assert_memory_equal(line.bytes, "12345www", 8);
}

TEST(a_refusal_quotes_what_it_refuses)
{
    text_clear(&line);
    text_add(&line, "file:3: ");
    assert_int_equal(text_refuse(&line, "blue", "is no number"), -EINVAL);
    assert_string_equal(line.bytes, "file:3: 'blue' is no number");
}

RUN_TESTS(cmocka_unit_test(pieces_are_put_together),
          cmocka_unit_test(numbers_are_filled_with_zeroes),
          cmocka_unit_test(what_does_not_fit_is_cut),
          cmocka_unit_test(a_refusal_quotes_what_it_refuses))
