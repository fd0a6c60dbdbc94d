/* SPDX-License-Identifier: MIT
 *
 * Sixteen bytes at a time must say the same as one by one, for every byte at every place.
 */
#include "base/span.h"
#include "unit.h"

enum { ROOM = 64 };

/* What stands for a byte of the kind. */
static const unsigned char good[] = {[SPAN_NAME] = 'a', [SPAN_TEXT] = ' ', [SPAN_TARGET] = '/'};

/* One byte `odd` among good ones; `end` is where the buffer ends, so that reading on is seen. */
static void check(enum span_kind kind, size_t length, size_t place, unsigned char odd)
{
    unsigned char room[SPAN_BYTES + ROOM];
    unsigned char *end = room + sizeof room;
    unsigned char *at = end - length;
    memset(room, good[kind], sizeof room);
    at[place] = odd;
    size_t wanted = span_has(kind, odd) ? length : place;
    assert_int_equal(span_plain(kind, at, end), wanted);
    assert_int_equal(span(kind, at, end), wanted);
}

TEST(both_forms_agree)
{
    for (unsigned kind = SPAN_NAME; kind <= SPAN_TARGET; kind++)
        for (unsigned byte = 0; byte < 256; byte++)
            for (size_t length = 1; length <= ROOM; length += 3)
                for (size_t place = 0; place < length; place += 5)
                    check(kind, length, place, (unsigned char)byte);
}

TEST(nothing_left_is_no_span)
{
    const unsigned char room[SPAN_BYTES] = "aaaaaaaaaaaaaaa";
    for (unsigned kind = SPAN_NAME; kind <= SPAN_TARGET; kind++)
        assert_int_equal(span(kind, room + SPAN_BYTES, room + SPAN_BYTES), 0);
}

TEST(the_kinds_are_what_they_say)
{
    assert_true(span_has(SPAN_NAME, 'Z') && span_has(SPAN_NAME, '9') && span_has(SPAN_NAME, '-'));
    assert_false(span_has(SPAN_NAME, ':') || span_has(SPAN_NAME, ' ') || span_has(SPAN_NAME, '['));
    assert_true(span_has(SPAN_TEXT, ' ') && span_has(SPAN_TEXT, '~') && span_has(SPAN_TEXT, ':'));
    assert_false(span_has(SPAN_TEXT, '\r') || span_has(SPAN_TEXT, '\t') || span_has(SPAN_TEXT, 0x7f) ||
                 span_has(SPAN_TEXT, 0x80));
    assert_false(span_has(SPAN_TARGET, ' ') || span_has(SPAN_TARGET, '#'));
}

RUN_TESTS(cmocka_unit_test(both_forms_agree), cmocka_unit_test(nothing_left_is_no_span),
          cmocka_unit_test(the_kinds_are_what_they_say))
