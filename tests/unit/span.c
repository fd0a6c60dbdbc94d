/* SPDX-License-Identifier: MIT
 *
 * Sixteen bytes at a time must say the same as one by one, for every byte at every place, and look at
 * nothing behind the last of them.
 */
#include "base/span.h"
#include "unit.h"

enum { ROOM = 2 * SPAN_BYTES, BEHIND = 8 };

/* What stands for a byte of the kind. */
static const unsigned char good[] = {[SPAN_NAME] = 'a', [SPAN_TEXT] = ' ', [SPAN_TARGET] = '/'};

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One byte `odd` among good ones, `left` bytes before the end of what may be looked at, which is where the
 * buffer ends, so that reading on is seen. */
static void check(enum span_kind kind, size_t left, size_t place, unsigned char odd)
{
    unsigned char room[ROOM];
    unsigned char *last = room + ROOM - SPAN_BYTES;
    unsigned char *at = room + ROOM - left;
    memset(room, good[kind], sizeof room);
    at[place] = odd;
    size_t wanted = smaller(span_has(kind, odd) ? left : place, SPAN_BYTES);
    assert_int_equal(span_plain(kind, at, last), wanted);
    assert_int_equal(span(kind, at, last), wanted);
}

TEST(both_forms_agree)
{
    for (unsigned kind = SPAN_NAME; kind <= SPAN_TARGET; kind++)
        for (unsigned byte = 0; byte < 256; byte++)
            for (size_t left = 1; left <= ROOM; left++)
                for (size_t place = 0; place < left; place++)
                    check(kind, left, place, (unsigned char)byte);
}

static NOINLINE void check_behind(enum span_kind kind, const unsigned char *last, size_t behind)
{
    assert_int_equal(span(kind, last + SPAN_BYTES + behind, last), 0);
    assert_int_equal(span_plain(kind, last + SPAN_BYTES + behind, last), 0);
}

TEST(behind_the_end_is_no_span)
{
    unsigned char room[SPAN_BYTES + BEHIND];
    memset(room, 'a', sizeof room);
    for (unsigned kind = SPAN_NAME; kind <= SPAN_TARGET; kind++)
        for (size_t behind = 0; behind <= BEHIND; behind++)
            check_behind(kind, room, behind);
}

TEST(the_kinds_are_what_they_say)
{
    assert_true(span_has(SPAN_NAME, 'Z') && span_has(SPAN_NAME, 'a') && span_has(SPAN_NAME, '-'));
    assert_false(span_has(SPAN_NAME, ':') || span_has(SPAN_NAME, ' ') || span_has(SPAN_NAME, '[') ||
                 span_has(SPAN_NAME, '@') || span_has(SPAN_NAME, '{') || span_has(SPAN_NAME, '\r'));
    assert_true(span_has(SPAN_TEXT, ' ') && span_has(SPAN_TEXT, '~') && span_has(SPAN_TEXT, ':'));
    assert_false(span_has(SPAN_TEXT, '\r') || span_has(SPAN_TEXT, '\n') || span_has(SPAN_TEXT, '\t') ||
                 span_has(SPAN_TEXT, 0) || span_has(SPAN_TEXT, 0x80));
    assert_true(span_has(SPAN_TARGET, '/') && span_has(SPAN_TARGET, '~'));
    assert_false(span_has(SPAN_TARGET, ' ') || span_has(SPAN_TARGET, '#') || span_has(SPAN_TARGET, 0x7f));
}

RUN_TESTS(cmocka_unit_test(both_forms_agree), cmocka_unit_test(behind_the_end_is_no_span),
          cmocka_unit_test(the_kinds_are_what_they_say))
