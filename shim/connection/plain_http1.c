/* SPDX-License-Identifier: MIT
 *
 * See plain.h. A head is read once, line by line: where the name ends, where the line does, and
 * what the few headers say that count here (plain_http1_headers.h). What is not declined means the
 * same in the parser (http1.h), byte for byte (tests/unit/http1_plain.c, tests/fuzz/plain.c).
 *
 * Declined are: a head that is not whole, another version than 1.1, a method or target out of
 * the ordinary, a status below 200, a line that is not `name: text CR LF` in ASCII, a response that
 * ends with its connection, and the headers that plain_http1_headers.h names.
 *
 * How far may be read: behind the end of any line of a whole head come its own CR LF and that of
 * the empty line. So no span goes further than BEHIND_SPAN before the end of the bytes, and where
 * one has ended two bytes can be read. The last SPAN_BYTES that a span looks at begin at `last`.
 */
#include "base/compiler.h"
#include "base/span.h"
#include "connection/http1_headers.h"
#include "connection/plain.h"
#include "connection/plain_http1_headers.h"

enum { BEHIND_SPAN = 4, SHORTEST = SPAN_BYTES + BEHIND_SPAN };

#define VERSION " HTTP/1.1\r\n"
#define STATUS_200 "HTTP/1.1 200 OK\r\n"

/* A method and its space; 0: it is not like a GET in all that counts here. */
INLINE size_t method_bytes(place bytes)
{
    if (LIKELY(BEGINS(bytes, "GET ")) || BEGINS(bytes, "PUT "))
        return 4;
    if (BEGINS(bytes, "POST ") || BEGINS(bytes, "HEAD "))
        return 5;
    if (BEGINS(bytes, "PATCH "))
        return 6;
    return BEGINS(bytes, "DELETE ") ? 7 : 0;
}

/* The space behind a target; null: it is not like a path. */
INLINE place target_end(place at, place last)
{
    for (;;) {
        size_t count = span(SPAN_TARGET, at, last);
        at += count;
        if (LIKELY(*at == ' '))
            return at;
        if (count < SPAN_BYTES && ((*at != '!' && *at != '"') || at++ == last + SPAN_BYTES))
            return NULL;
    }
}

/* The colon behind a name of letters, digits and '-'; null: there is none. For the few names that
 * are not one short span. */
static NOINLINE place name_end(place at, place last)
{
    for (;;) {
        size_t count = span(SPAN_NAME, at, last);
        at += count;
        if (*at == ':')
            return at;
        if (count < SPAN_BYTES && (*at < '0' || *at > '9' || at++ == last + SPAN_BYTES))
            return NULL;
    }
}

/* The line end behind a text; null: it is no text, or the bytes end. */
INLINE place text_end(place at, place last)
{
    for (;;) {
        size_t count = span(SPAN_TEXT, at, last);
        at += count;
        if (LIKELY(is_line_end(at)))
            return at;
        if (count < SPAN_BYTES)
            return NULL;
    }
}

/* From behind the first line to behind the empty one; null: declined. */
INLINE place head_end(place at, place last, struct told *told)
{
    for (;;) {
        place name = at;
        if (UNLIKELY(at > last)) {
            if (last + SHORTEST - at >= 2 && is_line_end(at))
                return at + 2;
            if (at > last + SPAN_BYTES)
                return NULL;
        }
        size_t length = span(SPAN_NAME, name, last);
        at = name + length + 2;
        if (UNLIKELY(!BEGINS(name + length, ": "))) {
            if (is_line_end(name))
                return name + 2;
            at = name_end(name, last);
            if (!at)
                return NULL;
            length = (size_t)(at++ - name);
        }
        at = text_end(at, last);
        if (!at || (UNLIKELY(header_tells(name, length)) && !header_take(told, name, length, at)))
            return NULL;
        at += 2;
    }
}

/* Takes what there is of a body. A piece that goes beyond its end holds another message. */
INLINE bool take_body(uint64_t *left, size_t count)
{
    if (count > *left)
        return false;
    *left -= count;
    return true;
}

BUSY bool plain_http1_sent(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                           size_t count)
{
    struct told told = {0};
    if (UNLIKELY(left->out))
        return take_body(&left->out, count);
    if (UNLIKELY(plain->outstanding) || UNLIKELY(count < SHORTEST))
        return false;
    place last = bytes + count - SHORTEST;
    place at = bytes + method_bytes(bytes);
    if (at == bytes || *at != '/')
        return false;
    at = target_end(at, last);
    if (!at || last + SHORTEST - at < (ptrdiff_t)strlen(VERSION) || !BEGINS(at, VERSION))
        return false;
    at = head_end(at + strlen(VERSION), last, &told);
    if (!at || !take_body(&told.length, (size_t)(last + SHORTEST - at)))
        return false;
    left->out = told.length;
    plain->outstanding = 1;
    plain->to_head = *bytes == 'H';
    plain->closing |= told.closes;
    return true;
}

INLINE bool is_digit(unsigned char byte)
{
    return byte >= '0' && byte <= '9';
}

/* The line end behind a status from 200 on; null: it is another first line. */
static NOINLINE place status_end(place bytes, place last)
{
    if (!BEGINS(bytes, "HTTP/1.1 ") || bytes[9] < '2' || bytes[9] > '9' || !is_digit(bytes[10]) ||
        !is_digit(bytes[11]) || bytes[12] != ' ')
        return NULL;
    return text_end(bytes + 13, last);
}

/* "timeout=5", or "timeout=5, max=100": what all but a few servers say. */
static bool is_common(struct text value, uint32_t *timeout_s)
{
    uint64_t timeout;
    uint64_t more = 1;
    if (value.end - value.at <= (ptrdiff_t)strlen("timeout=") || !EIGHT_ARE(value.at, "timeout="))
        return false;
    place number = value.at + strlen("timeout=");
    place at = number_end(number, value.end, &timeout);
    *timeout_s = (uint32_t)timeout;
    if (at - number > 4)
        return false;
    if (value.end - at > (ptrdiff_t)strlen(", max=") && BEGINS(at, ", max=")) {
        number = at + strlen(", max=");
        at = number_end(number, value.end, &more);
        if (!is_number(number, at) || !more)
            return false;
    }
    return at == value.end;
}

/* Any other is read as the parser's headers are. */
static NOINLINE void note_keep_alive(struct plain *plain, struct text value)
{
    struct http1_stream stream;
    if (LIKELY(is_common(value, &plain->hint_s)))
        return;
    while (value.at < value.end && *value.at == ' ')
        value.at++;
    http1_header_forget(&stream);
    http1_header_name(&stream, "keep-alive", strlen("keep-alive"));
    http1_header_value(&stream, (const char *)value.at, (size_t)(value.end - value.at));
    plain->hint_s = http1_header_hint_s(&stream, 0);
    plain->closing |= http1_header_is_last(&stream);
}

static NOINLINE BUSY bool take_response(struct plain *plain, struct plain_left *left, place bytes,
                                        size_t count)
{
    struct told told = {0};
    if (UNLIKELY(!plain->outstanding) || UNLIKELY(count < SHORTEST))
        return false;
    place last = bytes + count - SHORTEST;
    place at = bytes + strlen(STATUS_200) - 2;
    bool has_no_body = plain->to_head;
    if (UNLIKELY(!BEGINS(bytes, STATUS_200))) {
        at = status_end(bytes, last);
        if (!at)
            return false;
        has_no_body |= BEGINS(bytes + 9, "204") || BEGINS(bytes + 9, "304");
    }
    at = head_end(at + 2, last, &told);
    if (!at || (!has_no_body && !told.has_length))
        return false;
    if (has_no_body)
        told.length = 0;
    if (!take_body(&told.length, (size_t)(last + SHORTEST - at)))
        return false;
    left->in = told.length;
    if (!told.length)
        plain->outstanding = 0;
    plain->closing |= told.closes;
    plain->hint_s = 0;
    if (told.keep_alive.at)
        note_keep_alive(plain, told.keep_alive);
    return true;
}

BUSY bool plain_http1_received(struct plain *plain, struct plain_left *left,
                               const unsigned char *bytes, size_t count)
{
    if (LIKELY(!left->in))
        return take_response(plain, left, bytes, count);
    if (!take_body(&left->in, count))
        return false;
    if (!left->in)
        plain->outstanding = 0;
    return true;
}
