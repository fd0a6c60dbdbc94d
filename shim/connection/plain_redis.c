/* SPDX-License-Identifier: MIT
 *
 * See plain_redis.h. Each function returns where it has come to; null where it declines.
 */
#include "connection/plain_redis.h"

#include <string.h>

#include "base/compiler.h"
#include "connection/redis.h"

/* Nine digits are less than what the parser takes. */
enum { DIGITS_MOST = 9, ELEMENTS_MOST = 1 << 24 };

typedef const unsigned char *place;

static inline bool is_line_end(place at)
{
    return !memcmp(at, "\r\n", 2);
}

/* A number of digits alone, and its line end. */
static NOINLINE place take_long_number(place at, place end, uint32_t *number)
{
    place first = at;
    uint32_t value = 0;
    for (; at < end && (unsigned char)(*at - '0') < 10; at++)
        value = value * 10 + (unsigned char)(*at - '0');
    if (at == first || at - first > DIGITS_MOST || end - at < 2 || !is_line_end(at))
        return NULL;
    *number = value;
    return at + 2;
}

/* The same. Most have one digit or two. */
static inline place take_number(place at, place end, uint32_t *number)
{
    if (LIKELY(end - at >= 4)) {
        unsigned char tens = (unsigned char)(at[0] - '0');
        unsigned char ones = (unsigned char)(at[1] - '0');
        *number = tens;
        if (tens < 10 && is_line_end(at + 1))
            return at + 3;
        *number = tens * 10U + ones;
        if (tens < 10 && ones < 10 && is_line_end(at + 2))
            return at + 4;
    }
    return take_long_number(at, end, number);
}

/* "$5\r\n", and how many bytes the string has with its line end. */
static inline place take_bulk_head(place at, place end, uint64_t *bytes)
{
    uint32_t length;
    if (UNLIKELY(at == end || *at != '$') || UNLIKELY(!(at = take_number(at + 1, end, &length))))
        return NULL;
    *bytes = length + 2ULL;
    return at;
}

/* A string that may be cut off where it is the last of its message: *left is what is to come then. */
static inline place take_bulk(place at, place end, bool last, uint64_t *left)
{
    uint64_t bytes;
    if (UNLIKELY(!(at = take_bulk_head(at, end, &bytes))))
        return NULL;
    uint64_t there = (uint64_t)(end - at);
    if (LIKELY(bytes <= there))
        return at + bytes;
    *left = bytes - there;
    return last ? end : NULL;
}

/* Programs mostly repeat their commands: the last one is `known`. */
static place take_name(place at, place end, uint64_t *known)
{
    uint64_t bytes;
    if (UNLIKELY(!(at = take_bulk_head(at, end, &bytes)) || bytes > (uint64_t)(end - at)))
        return NULL;
    uint64_t word = redis_short_word(at, (size_t)bytes - 2, (size_t)(end - at));
    if (!word || (word != *known && !redis_short_word_is_stateless(word)))
        return NULL;
    *known = word;
    return at + bytes;
}

/* How a command began, up to behind its name: in a pipeline the next one mostly begins with the same
 * bytes. */
struct beginning {
    uint64_t words[2]; /* the bytes, and zeroes */
    uint64_t mask;     /* for the second half; 0: none is known */
    uint32_t elements;
    uint8_t count;
};

enum { BEGINNING_LEAST = 8, BEGINNING_MOST = 16 };

static inline void read_words(place at, uint64_t words[2])
{
    memcpy(words, at, BEGINNING_MOST);
}

static inline bool begins_so(place at, place end, const struct beginning *beginning)
{
    uint64_t words[2];
    if (!beginning->mask || end - at < BEGINNING_MOST)
        return false;
    read_words(at, words);
    return words[0] == beginning->words[0] && (words[1] & beginning->mask) == beginning->words[1];
}

static void note_beginning(struct beginning *beginning, place from, place at, place end)
{
    size_t count = (size_t)(at - from);
    beginning->mask = 0;
    if (count <= BEGINNING_LEAST || count > BEGINNING_MOST || end - from < BEGINNING_MOST)
        return;
    beginning->mask = ~0ULL >> 8 * (BEGINNING_MOST - count);
    beginning->count = (uint8_t)count;
    read_words(from, beginning->words);
    beginning->words[1] &= beginning->mask;
}

/* Up to behind the name. */
static NOINLINE BUSY place take_beginning(place at, place end, struct beginning *beginning,
                                          uint64_t *known)
{
    place from = at;
    uint32_t elements;
    if (UNLIKELY(*at != '*') || UNLIKELY(!(at = take_number(at + 1, end, &elements))) ||
        UNLIKELY(!elements || elements > ELEMENTS_MOST) ||
        UNLIKELY(!(at = take_name(at, end, known))))
        return NULL;
    beginning->elements = elements;
    note_beginning(beginning, from, at, end);
    return at;
}

static inline place take_command(place at, place end, struct beginning *beginning, uint64_t *known,
                                 uint64_t *left)
{
    if (begins_so(at, end, beginning))
        at += beginning->count;
    else
        at = take_beginning(at, end, beginning, known);
    for (uint32_t words = beginning->elements; at && --words;)
        at = take_bulk(at, end, words == 1, left);
    return at;
}

static place take_line(place at, place end)
{
    while (at < end && *at != '\r')
        at++;
    return end - at >= 2 && is_line_end(at) ? at + 2 : NULL;
}

static place take_null(place at, place end)
{
    return end - at >= 5 && at[2] == '1' && is_line_end(at + 3) ? at + 5 : NULL;
}

/* A reply that is no array. */
static place take_element(place at, place end, bool last, uint64_t *left)
{
    if (UNLIKELY(at == end))
        return NULL;
    switch (*at) {
    case '$':
        return end - at > 1 && at[1] == '-' ? take_null(at, end) : take_bulk(at, end, last, left);
    case '+':
    case '-':
    case ':':
        return take_line(at, end);
    default:
        return NULL;
    }
}

static place take_reply(place at, place end, uint64_t *left)
{
    uint32_t elements = 1;
    if (*at == '*' && (!(at = take_number(at + 1, end, &elements)) || elements > ELEMENTS_MOST))
        return NULL;
    for (; at && elements; elements--)
        at = take_element(at, end, elements == 1, left);
    return at;
}

/* Pipelines repeat themselves, and most replies to a row of changes are one and the same: how many times
 * more the bytes from `from` to *at follow at once, but for the last ones, and *at behind them. */
static inline uint32_t take_repeats(place from, place *at, place end)
{
    place same = *at;
    size_t unit = (size_t)(same - from);
    while (end - same >= BEGINNING_MOST && !memcmp(same, same - unit, BEGINNING_MOST))
        same += BEGINNING_MOST;
    size_t there = (size_t)(same - *at);
    if (there < unit || !unit)
        return 0;
    *at += there - there % unit;
    return (uint32_t)(there / unit);
}

static uint64_t lesser(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

BUSY bool plain_redis_sent(struct plain *plain, struct plain_left *left, const unsigned char *bytes,
                           size_t count)
{
    place end = bytes + count;
    place at = bytes + lesser(left->out, count);
    uint64_t rest = left->out - (uint64_t)(at - bytes);
    uint64_t known = (uint64_t)plain->word << 32;
    struct beginning beginning = {0};
    uint32_t begun = 0;
    while (at < end) {
        place from = at;
        if (!(at = take_command(at, end, &beginning, &known, &rest)))
            return false;
        begun += 1 + take_repeats(from, &at, end);
    }
    plain->outstanding += begun;
    plain->word = (uint32_t)known ? 0 : (uint32_t)(known >> 32);
    left->out = rest;
    return true;
}

BUSY bool plain_redis_received(struct plain *plain, struct plain_left *left,
                               const unsigned char *bytes, size_t count)
{
    place end = bytes + count;
    place at = bytes + lesser(left->in, count);
    uint64_t rest = left->in - (uint64_t)(at - bytes);
    uint32_t ended = left->in && !rest;
    while (at < end) {
        place from = at;
        if (ended >= plain->outstanding || !(at = take_reply(at, end, &rest)))
            return false;
        ended += !rest;
        ended += take_repeats(from, &at, end);
    }
    if (ended > plain->outstanding)
        return false;
    plain->outstanding -= ended;
    left->in = rest;
    return true;
}
