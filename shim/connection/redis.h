/* SPDX-License-Identifier: MIT
 *
 * Redis framing (RESP2 and RESP3): which commands are out, which replies are in. Pure.
 *
 * Only commands that leave nothing behind in the connection, and that have exactly one reply, are
 * followed (redis_commands.c lists them); the first other one (AUTH, SELECT, MULTI, WATCH,
 * SUBSCRIBE, MONITOR, BLPOP, HELLO, CLIENT, ...) makes the connection opaque for good. So a
 * connection that is still followed has a provably empty session.
 */
#ifndef UNSTALE_CONNECTION_REDIS_H
#define UNSTALE_CONNECTION_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "connection/framing.h"

enum { REDIS_NESTING_MOST = 16, REDIS_WORD_MOST = 20 };

/* One direction: commands and replies are written alike. */
struct redis_stream {
    uint8_t state; /* of the byte that comes next */
    uint8_t type;  /* of the element at hand */
    bool negative; /* its number has a minus */
    bool any_digit;
    uint8_t depth;   /* arrays that are open */
    uint64_t number; /* its count or length, so far */
    uint64_t skip;   /* bytes of a bulk string still to come, its line end included */
    uint32_t left[REDIS_NESTING_MOST]; /* elements still to come of each open array */
};

struct redis {
    struct redis_stream out;
    struct redis_stream in;
    uint32_t outstanding; /* commands begun whose reply is not complete */
    uint8_t word_bytes;   /* of the command's name, gathered from its first element */
    bool word_open;       /* the next bulk string is the name */
    bool opaque;
    char word[REDIS_WORD_MOST]; /* upper case */
};

void redis_reset(struct redis *redis);
enum framing redis_sent(struct redis *redis, const unsigned char *bytes, size_t count);
enum framing redis_received(struct redis *redis, const unsigned char *bytes, size_t count);

/* True for a command that has one reply and no effect on its connection. `word` in upper case. */
bool redis_command_is_stateless(const char *word, size_t length);

#endif
