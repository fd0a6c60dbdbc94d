/* SPDX-License-Identifier: MIT
 *
 * How many of the next bytes are of one kind: what a header name, a header value or a request
 * target is made of. No state, no system call. Where the machine has SSE2 (every x86-64) sixteen
 * bytes are looked at together; the plain form says the same one by one.
 *
 * The kinds are narrower than RFC 9110's, on purpose: each takes one or two comparisons, and the
 * caller looks at the byte that ended the span.
 */
#ifndef UNSTALE_BASE_SPAN_H
#define UNSTALE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/compiler.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* The most that a span has. */
enum { SPAN_BYTES = 16 };

enum span_kind {
    SPAN_NAME,   /* letters, '-' */
    SPAN_TEXT,   /* 0x20 to 0x7f */
    SPAN_TARGET, /* 0x24 to 0x7e: graphic but for '!', '"' and '#' */
};

static inline bool span_has(enum span_kind kind, unsigned char byte)
{
    unsigned lower = byte | 0x20U;
    switch (kind) {
    case SPAN_NAME:
        return (lower >= 'a' && lower <= 'z') || byte == '-';
    case SPAN_TEXT:
        return byte >= 0x20 && byte <= 0x7f;
    default:
        return byte >= 0x24 && byte <= 0x7e;
    }
}

static inline size_t span_plain(enum span_kind kind, const unsigned char *at,
                                const unsigned char *last)
{
    const unsigned char *from = at;
    while (at < last + SPAN_BYTES && at < from + SPAN_BYTES && span_has(kind, *at))
        at++;
    return (size_t)(at - from);
}

#ifdef __SSE2__
/* Sixteen times one byte. gcc takes it for a variable, and does not load it anew for each span. */
INLINE __m128i span_kept(char byte)
{
    __m128i bytes = _mm_set1_epi8(byte);
    __asm__("" : "+x"(bytes));
    return bytes;
}

/* Comparisons are signed, so the bytes up to `to` are first moved to where no greater ones are. */
#define SPAN_RANGE(bytes, from, to)                                                                \
    _mm_cmpgt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8(0x7f - (to))),                                \
                   _mm_set1_epi8(0x7f - (to) + (from)-1))

/* Bit i: byte i is not of the kind, or i is SPAN_BYTES or more. */
INLINE unsigned span_stops(enum span_kind kind, const unsigned char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    __m128i dashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-'));
    __m128i good;
    switch (kind) {
    case SPAN_NAME:
        good = _mm_or_si128(SPAN_RANGE(lower, 'a', 'z'), dashes);
        break;
    case SPAN_TEXT:
        good = _mm_cmpgt_epi8(bytes, span_kept(0x1f));
        break;
    default:
        good = SPAN_RANGE(bytes, 0x24, 0x7e);
    }
    return ~(unsigned)_mm_movemask_epi8(good);
}

/* __builtin_ctz(), whose int gcc extends to 64 bits with an instruction of its own. */
INLINE size_t span_first(unsigned bits)
{
    size_t first;
    __asm__("rep bsf %1, %0" : "=r"(first) : "r"((size_t)bits) : "cc");
    return first;
}

/* The length of the span from `at` on. Only bytes before last + SPAN_BYTES belong to it; those from
 * `last` on must be there, and none is read behind them. `at` may be up to eight bytes behind them
 * all: 0. Where fewer than SPAN_BYTES are left, bytes before `at` are looked at, too, and shifted
 * out. */
INLINE size_t span(enum span_kind kind, const unsigned char *at, const unsigned char *last)
{
    if (LIKELY(at <= last))
        return span_first(span_stops(kind, at));
    return span_first(span_stops(kind, last) >> (at - last));
}
#else
INLINE size_t span(enum span_kind kind, const unsigned char *at, const unsigned char *last)
{
    return span_plain(kind, at, last);
}
#endif

#endif
