/* SPDX-License-Identifier: MIT
 *
 * How many bytes from a place on are of one kind: what a header name, a header value or a request
 * target may be made of. No state, no system call. Where the machine has SSE2 (every x86-64) sixteen
 * bytes are looked at together; the plain form says the same one by one.
 *
 * The kinds are narrower than RFC 9110's, on purpose: what is outside them is left to the parser.
 */
#ifndef UNSTALE_BASE_SPAN_H
#define UNSTALE_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* So many bytes must stand before every `end`. */
enum { SPAN_BYTES = 16 };

enum span_kind {
    SPAN_NAME,   /* letters, digits, '-' */
    SPAN_TEXT,   /* 0x20 to 0x7e */
    SPAN_TARGET, /* 0x21 to 0x7e but '#' */
};

static inline bool span_has(enum span_kind kind, unsigned char byte)
{
    unsigned lower = byte | 0x20U;
    switch (kind) {
    case SPAN_NAME:
        return (lower >= 'a' && lower <= 'z') || (byte >= '0' && byte <= '9') || byte == '-';
    case SPAN_TEXT:
        return byte >= 0x20 && byte <= 0x7e;
    default:
        return byte > 0x20 && byte <= 0x7e && byte != '#';
    }
}

static inline size_t span_plain(enum span_kind kind, const unsigned char *at,
                                const unsigned char *end)
{
    const unsigned char *from = at;
    while (at < end && span_has(kind, *at))
        at++;
    return (size_t)(at - from);
}

#ifdef __SSE2__
/* Bit i: byte i is not of the kind. Comparisons are signed, so bytes from 0x80 on are the least. */
static inline unsigned span_stops(enum span_kind kind, const unsigned char *at)
{
    __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)at);
    __m128i above = _mm_add_epi8(bytes, _mm_set1_epi8(1)); /* 0x7f has become the least */
    __m128i lower = _mm_or_si128(bytes, _mm_set1_epi8(0x20));
    __m128i good;
    switch (kind) {
    case SPAN_NAME:
        good = _mm_and_si128(_mm_cmpgt_epi8(lower, _mm_set1_epi8('a' - 1)),
                             _mm_cmplt_epi8(lower, _mm_set1_epi8('z' + 1)));
        good = _mm_or_si128(good, _mm_and_si128(_mm_cmpgt_epi8(bytes, _mm_set1_epi8('0' - 1)),
                                                _mm_cmplt_epi8(bytes, _mm_set1_epi8('9' + 1))));
        good = _mm_or_si128(good, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
        break;
    case SPAN_TEXT:
        good = _mm_cmpgt_epi8(above, _mm_set1_epi8(0x20));
        break;
    default:
        good = _mm_andnot_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('#')),
                                _mm_cmpgt_epi8(above, _mm_set1_epi8(0x21)));
    }
    return ~(unsigned)_mm_movemask_epi8(good) & 0xffff;
}

/* The last bytes are looked at together with those before them, which are shifted out. */
static inline size_t span(enum span_kind kind, const unsigned char *at, const unsigned char *end)
{
    const unsigned char *from = at;
    for (; end - at >= SPAN_BYTES; at += SPAN_BYTES) {
        unsigned stops = span_stops(kind, at);
        if (stops)
            return (size_t)(at - from) + (unsigned)__builtin_ctz(stops);
    }
    unsigned left = (unsigned)(end - at);
    unsigned stops = span_stops(kind, end - SPAN_BYTES) >> (SPAN_BYTES - left);
    return (size_t)(at - from) + (stops ? (unsigned)__builtin_ctz(stops) : left);
}
#else
static inline size_t span(enum span_kind kind, const unsigned char *at, const unsigned char *end)
{
    return span_plain(kind, at, end);
}
#endif

#endif
