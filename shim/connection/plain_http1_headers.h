/* SPDX-License-Identifier: MIT
 *
 * What the headers of an ordinary HTTP/1.1 message say; for plain_http1.c alone.
 *
 * Most say nothing that counts here. One that may is told by its first letter and the length of
 * its name; only those that are taken are compared as a whole. A header that http1_headers.c looks
 * at must be taken or declined here, too.
 *
 * Declined are: Transfer-Encoding, Upgrade, a Connection that says more than keep-alive or close,
 * what may be NTLM or Negotiate, a doubtful Content-Length, a second one or a second Keep-Alive.
 */
#ifndef UNSTALE_CONNECTION_PLAIN_HTTP1_HEADERS_H
#define UNSTALE_CONNECTION_PLAIN_HTTP1_HEADERS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"

typedef const unsigned char *place;

/* From `at` to `end`. */
struct text {
    place at;
    place end;
};

struct told {
    uint64_t length; /* Content-Length */
    bool has_length;
    bool closes;
    struct text keep_alive; /* the value of Keep-Alive; null: none */
};

/* So many bytes must be there. */
#define BEGINS(at, word) (!memcmp(at, word, sizeof(word) - 1))

INLINE bool is_line_end(place at)
{
    return BEGINS(at, "\r\n");
}

INLINE uint64_t eight_in_lower_case(const void *at)
{
    uint64_t bytes;
    memcpy(&bytes, at, sizeof bytes);
    return bytes | 0x2020202020202020U;
}

/* Where no byte is a control character, or the bytes are known to be a line end. */
#define EIGHT_ARE(at, word) (eight_in_lower_case(at) == eight_in_lower_case(word))

/* Behind the digits from `at` on. */
INLINE place number_end(place at, place end, uint64_t *number)
{
    uint64_t sum = 0;
    for (; at < end && *at >= '0' && *at <= '9'; at++)
        sum = sum * 10 + (*at - (unsigned)'0');
    *number = sum;
    return at;
}

/* A length of more digits is the parser's to judge. */
enum { DIGITS_MOST = 15 };

INLINE bool is_number(place at, place end)
{
    return (size_t)(end - at) - 1 < DIGITS_MOST;
}

INLINE bool header_content_length(struct told *told, struct text value)
{
    bool second = told->has_length;
    told->has_length = true;
    return number_end(value.at, value.end, &told->length) == value.end &&
           is_number(value.at, value.end) && !second;
}

/* Anything but keep-alive alone. A call, so that what is told lies in memory, and not in registers
 * that each head would have to save. */
static NOINLINE bool header_connection(struct told *told, struct text value)
{
    static const char close[] = "close";
    told->closes = true;
    for (size_t i = 0; i < sizeof close - 1; i++)
        if ((value.at[i] | 0x20) != close[i])
            return false;
    return value.at + sizeof close - 1 == value.end;
}

INLINE bool header_keep_alive(struct told *told, struct text value)
{
    bool second = told->keep_alive.at;
    told->keep_alive = value;
    return !second;
}

/* Which lengths of a name make it count, by its first letter. */
#define LENGTH(length) (1U << (length))
#define LETTER(letter, lengths) [letter] = (lengths)
#define NAMES(letter, lengths) LETTER(letter, lengths), LETTER((letter) ^ 0x20, lengths)
static const uint32_t header_lengths[128] = {
    [':'] = LENGTH(0),
    NAMES('a', LENGTH(13)),                           /* Authorization */
    NAMES('c', LENGTH(10) | LENGTH(14)),              /* Connection, Content-Length */
    NAMES('k', LENGTH(10)),                           /* Keep-Alive */
    NAMES('p', LENGTH(16) | LENGTH(18) | LENGTH(19)), /* Proxy-Connection, -Authenticate, ... */
    NAMES('t', LENGTH(17)),                           /* Transfer-Encoding */
    NAMES('u', LENGTH(7)),                            /* Upgrade */
    NAMES('w', LENGTH(16)),                           /* WWW-Authenticate */
};

/* True when header_take() must be asked. A name longer than 31 may be taken for a shorter one. */
INLINE bool header_tells(place name, size_t length)
{
    return header_lengths[*name] >> (length & 31) & 1;
}

/* Behind the colon and one space, if there is one. */
INLINE struct text value_of(place name, size_t length, place end)
{
    place value = name + length + 1;
    return (struct text){LIKELY(*value == ' ') ? value + 1 : value, end};
}

/* A scheme that may be NTLM or Negotiate. */
INLINE bool header_may_bind(struct text value)
{
    return (*value.at | 0x20) == 'n' || *value.at == ' ';
}

/* Takes what the header says whose name begins a line that ends at `end`. False: declined. */
INLINE bool header_take(struct told *told, place name, size_t length, place end)
{
    switch (length) {
    case 14:
        return !EIGHT_ARE(name, "content-") || !EIGHT_ARE(name + 6, "t-length") ||
               header_content_length(told, value_of(name, length, end));
    case 10:
        if (LIKELY(end - name == 22) && EIGHT_ARE(name, "connecti") &&
            EIGHT_ARE(name + 8, "on: keep") && EIGHT_ARE(name + 16, "-alive\r\n"))
            return true;
        if (EIGHT_ARE(name, "connecti") && EIGHT_ARE(name + 2, "nnection"))
            return header_connection(told, value_of(name, length, end));
        return !EIGHT_ARE(name, "keep-ali") || !EIGHT_ARE(name + 2, "ep-alive") ||
               header_keep_alive(told, value_of(name, length, end));
    case 13:
        return !header_may_bind(value_of(name, length, end));
    default:
        return length >= 32;
    }
}

#endif
