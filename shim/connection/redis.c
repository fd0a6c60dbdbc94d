/* SPDX-License-Identifier: MIT
 *
 * See redis.h.
 */
#include "connection/redis.h"

#include <string.h>

void redis_reset(struct redis *redis)
{
    memset(redis, 0, sizeof *redis);
}

void redis_repeat(struct redis *redis, struct redis_session *session)
{
    redis_reset(redis);
    redis->session = session;
    redis->asked = session->kept;
    redis->repeating = true;
}

static void enter_bulk(struct resp *resp, uint64_t left)
{
    resp->state = left ? RESP_IN_BULK : RESP_AT_TYPE;
    resp->skip = left;
}

/* What is cut off is the end of a message, so it stands in no array that goes on. */
void redis_resume(struct redis *redis, const struct plain *plain, const struct plain_left *left)
{
    redis->asked = plain->outstanding;
    enter_bulk(&redis->out, left->out);
    enter_bulk(&redis->in, left->in);
}

/* The command at hand as it is sent, from its second word on. */
static void record(struct redis *redis, const unsigned char *bytes, size_t count)
{
    if (redis->recording && !redis->opaque && !redis_session_add(redis->session, bytes, count))
        redis->opaque = true;
}

/* Takes what there is of a bulk string; the command's name is gathered from its first one. */
static size_t skip_bulk(struct redis *redis, struct resp *resp, const unsigned char *bytes,
                        size_t count)
{
    size_t taken = count < resp->skip ? count : (size_t)resp->skip;
    for (size_t i = 0; redis->word_open && resp == &redis->out && i < taken; i++) {
        bool line_end = resp->skip - i <= 2;
        if (line_end || redis->word_bytes == REDIS_WORD_MOST)
            break;
        unsigned char byte = bytes[i];
        redis->word[redis->word_bytes++] = (char)(byte >= 'a' && byte <= 'z' ? byte - 'a' + 'A'
                                                                             : byte);
    }
    resp->skip -= taken;
    return taken;
}

/* The first bulk string of a command is complete. */
static void judge_command(struct redis *redis)
{
    redis->word_open = false;
    if (redis_command_is_stateless(redis->word, redis->word_bytes))
        return;
    redis->recording = redis->session && redis_session_knows(redis->word, redis->word_bytes);
    if (!redis->recording || !redis_session_begin(redis->session, redis->word, redis->word_bytes,
                                                  redis->out.left[0], redis->asked))
        redis->opaque = true;
}

static void begin_command(struct redis *redis, unsigned char byte)
{
    if (byte != '*') /* an inline command */
        redis->opaque = true;
    redis->asked++;
    redis->word_bytes = 0;
    redis->word_open = true;
}

static void command_ends(struct redis *redis)
{
    if (redis->recording && !redis->opaque && !redis_session_end(redis->session))
        redis->opaque = true;
    redis->recording = false;
}

static enum framing state_of(const struct redis *redis)
{
    if (redis->opaque || redis->out.bad || redis->in.bad)
        return FRAMING_OPAQUE;
    if (!resp_is_between(&redis->out))
        return FRAMING_OPEN;
    return redis->asked != redis->answered ? FRAMING_AWAIT : FRAMING_BETWEEN;
}

/* Takes some of the bytes of a command. Returns how many. */
static size_t take_sent(struct redis *redis, const unsigned char *bytes, size_t count)
{
    struct resp *out = &redis->out;
    if (out->state != RESP_IN_BULK) {
        if (resp_is_between(out))
            begin_command(redis, *bytes);
        record(redis, bytes, 1);
        if (resp_step(out, *bytes))
            command_ends(redis);
        return 1;
    }
    size_t taken = skip_bulk(redis, out, bytes, count);
    record(redis, bytes, taken);
    if (out->skip)
        return taken;
    if (redis->word_open)
        judge_command(redis);
    if (resp_ends_bulk(out))
        command_ends(redis);
    return taken;
}

enum framing redis_sent(struct redis *redis, const unsigned char *bytes, size_t count)
{
    for (size_t at = 0; at < count && state_of(redis) != FRAMING_OPAQUE;)
        at += take_sent(redis, bytes + at, count - at);
    return state_of(redis);
}

/* Gathers what a reply begins with: its type, and three bytes of its line. */
static void note_reply(struct redis *redis, unsigned char byte)
{
    if (resp_is_between(&redis->in)) {
        redis->reply_type = byte;
        redis->reply_bytes = 0;
    } else if (!redis->in.depth && redis->in.state == RESP_IN_LINE && byte != '\r' &&
               redis->reply_bytes < sizeof redis->reply) {
        redis->reply[redis->reply_bytes++] = (char)byte;
    }
}

static enum redis_reply reply_of(const struct redis *redis)
{
    switch (redis->reply_type) {
    case '+':
        return redis->reply_bytes == 2 && !memcmp(redis->reply, "OK", 2) ? REDIS_REPLY_OK
                                                                         : REDIS_REPLY_OTHER;
    case '%':
    case '*':
        return REDIS_REPLY_FIELDS;
    case '-':
    case '!':
        return REDIS_REPLY_ERROR;
    default:
        return REDIS_REPLY_OTHER;
    }
}

static void reply_ends(struct redis *redis)
{
    enum redis_reply reply = reply_of(redis);
    if (redis->repeating && !redis_session_accepts(redis->session, redis->answered, reply))
        redis->opaque = true;
    redis->answered++;
    if (redis->recording && redis->answered == redis->asked) /* before it was out as a whole */
        redis->opaque = true;
    else if (!redis->repeating && redis->session &&
             !redis_session_reply(redis->session, redis->answered, reply))
        redis->opaque = true;
}

/* Takes some of the bytes of a reply. Returns how many. */
static size_t take_received(struct redis *redis, const unsigned char *bytes, size_t count)
{
    size_t taken = 1;
    bool ends;
    if (redis->asked == redis->answered) /* unasked */
        redis->opaque = true;
    if (redis->in.state == RESP_IN_BULK) {
        taken = skip_bulk(redis, &redis->in, bytes, count);
        ends = !redis->in.skip && resp_ends_bulk(&redis->in);
    } else {
        note_reply(redis, *bytes);
        ends = resp_step(&redis->in, *bytes);
    }
    if (ends && !redis->opaque)
        reply_ends(redis);
    return taken;
}

enum framing redis_received(struct redis *redis, const unsigned char *bytes, size_t count)
{
    for (size_t at = 0; at < count && state_of(redis) != FRAMING_OPAQUE;)
        at += take_received(redis, bytes + at, count - at);
    return state_of(redis);
}

/* A command's name is looked at, and so is all where a session may be recorded. */
uint64_t redis_left(const struct redis *redis, bool inbound)
{
    const struct resp *resp = inbound ? &redis->in : &redis->out;
    bool looked_at = resp->state != RESP_IN_BULK || redis->session ||
                     (!inbound && redis->word_open);
    return looked_at ? 0 : resp->skip;
}

void redis_skip(struct redis *redis, bool inbound, uint64_t count)
{
    struct resp *resp = inbound ? &redis->in : &redis->out;
    resp->skip -= count;
}
