/* SPDX-License-Identifier: MIT
 *
 * See redis.h. https://redis.io/docs/latest/develop/reference/protocol-spec/
 */
#include "connection/redis.h"

#include <string.h>

enum { AT_TYPE, IN_NUMBER, NUMBER_END, IN_LINE, LINE_END, IN_BULK };

enum { BULK_MOST = 1 << 30, ELEMENTS_MOST = 1 << 24 };

void redis_reset(struct redis *redis)
{
    memset(redis, 0, sizeof *redis);
}

/* An element is complete: so may be the arrays that it ends, and then the message. */
static bool ends_message(struct redis_stream *stream)
{
    stream->state = AT_TYPE;
    while (stream->depth) {
        if (--stream->left[stream->depth - 1])
            return false;
        stream->depth--;
    }
    return true;
}

/* Opens an array of `count` elements. True when that ends a message, as an empty one may. */
static bool open_array(struct redis *redis, struct redis_stream *stream, uint64_t count)
{
    if (!count)
        return ends_message(stream);
    if (stream->depth == REDIS_NESTING_MOST || count > ELEMENTS_MOST)
        redis->opaque = true;
    else
        stream->left[stream->depth++] = (uint32_t)count;
    stream->state = AT_TYPE;
    return false;
}

/* The number of an element stands: what comes next? True when it ends a message. */
static bool number_ends(struct redis *redis, struct redis_stream *stream)
{
    bool none = stream->negative; /* "$-1", "*-1": null */
    if (!stream->any_digit || stream->number > BULK_MOST)
        redis->opaque = true;
    if (none)
        return ends_message(stream);
    switch (stream->type) {
    case '*':
    case '~':
        return open_array(redis, stream, stream->number);
    case '%':
        return open_array(redis, stream, stream->number * 2);
    default:
        stream->skip = stream->number + 2;
        stream->state = IN_BULK;
        return false;
    }
}

static void begin_element(struct redis *redis, struct redis_stream *stream, unsigned char type)
{
    static const char with_line[] = "+-:_,#(";
    static const char with_number[] = "$=!*~%";
    stream->type = type;
    stream->number = 0;
    stream->negative = stream->any_digit = false;
    if (type && strchr(with_number, type))
        stream->state = IN_NUMBER;
    else if (type && strchr(with_line, type))
        stream->state = IN_LINE;
    else /* a push ('>') comes unasked; an attribute ('|') precedes a reply; else no RESP */
        redis->opaque = true;
}

static void in_number(struct redis *redis, struct redis_stream *stream, unsigned char byte)
{
    if (byte >= '0' && byte <= '9') {
        stream->any_digit = true;
        if (stream->number <= BULK_MOST)
            stream->number = stream->number * 10 + (byte - '0');
    } else if (byte == '-' && !stream->any_digit) {
        stream->negative = true;
    } else if (byte == '\r') {
        stream->state = NUMBER_END;
    } else {
        redis->opaque = true;
    }
}

/* One byte outside a bulk string. True when it ends a message. */
static bool step(struct redis *redis, struct redis_stream *stream, unsigned char byte)
{
    switch (stream->state) {
    case AT_TYPE:
        begin_element(redis, stream, byte);
        return false;
    case IN_NUMBER:
        in_number(redis, stream, byte);
        return false;
    case NUMBER_END:
        if (byte == '\n')
            return number_ends(redis, stream);
        redis->opaque = true;
        return false;
    case IN_LINE:
        if (byte == '\r')
            stream->state = LINE_END;
        return false;
    default: /* LINE_END */
        if (byte == '\n')
            return ends_message(stream);
        redis->opaque = true;
        return false;
    }
}

/* Takes what there is of a bulk string; the command's name is gathered from its first one. */
static size_t skip_bulk(struct redis *redis, struct redis_stream *stream,
                        const unsigned char *bytes, size_t count)
{
    size_t taken = count < stream->skip ? count : (size_t)stream->skip;
    for (size_t i = 0; redis->word_open && stream == &redis->out && i < taken; i++) {
        bool line_end = stream->skip - i <= 2;
        if (line_end || redis->word_bytes == REDIS_WORD_MOST)
            break;
        unsigned char byte = bytes[i];
        redis->word[redis->word_bytes++] = (char)(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A'
                                                                             : byte);
    }
    stream->skip -= taken;
    return taken;
}

/* The first bulk string of a command is complete. */
static void judge_command(struct redis *redis)
{
    if (!redis_command_is_stateless(redis->word, redis->word_bytes))
        redis->opaque = true;
    redis->word_open = false;
}

static void begin_command(struct redis *redis, unsigned char byte)
{
    if (byte != '*') /* an inline command */
        redis->opaque = true;
    redis->outstanding++;
    redis->word_bytes = 0;
    redis->word_open = true;
}

static enum framing state_of(const struct redis *redis)
{
    if (redis->opaque)
        return FRAMING_OPAQUE;
    if (redis->out.state != AT_TYPE || redis->out.depth)
        return FRAMING_OPEN;
    return redis->outstanding ? FRAMING_AWAIT : FRAMING_BETWEEN;
}

enum framing redis_sent(struct redis *redis, const unsigned char *bytes, size_t count)
{
    struct redis_stream *out = &redis->out;
    for (size_t at = 0; at < count && !redis->opaque;) {
        if (out->state == IN_BULK) {
            at += skip_bulk(redis, out, bytes + at, count - at);
            if (out->skip)
                continue;
            if (redis->word_open)
                judge_command(redis);
            (void)ends_message(out);
            continue;
        }
        if (out->state == AT_TYPE && !out->depth)
            begin_command(redis, bytes[at]);
        (void)step(redis, out, bytes[at++]);
    }
    return state_of(redis);
}

enum framing redis_received(struct redis *redis, const unsigned char *bytes, size_t count)
{
    struct redis_stream *in = &redis->in;
    for (size_t at = 0; at < count && !redis->opaque;) {
        bool message_ends;
        if (!redis->outstanding) {
            redis->opaque = true; /* unasked */
            break;
        }
        if (in->state == IN_BULK) {
            at += skip_bulk(redis, in, bytes + at, count - at);
            message_ends = !in->skip && ends_message(in);
        } else {
            message_ends = step(redis, in, bytes[at++]);
        }
        if (message_ends)
            redis->outstanding--;
    }
    return state_of(redis);
}
