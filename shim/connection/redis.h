/* SPDX-License-Identifier: MIT
 *
 * Redis framing: which commands are out, which replies are in. Pure.
 *
 * Only commands that leave nothing behind in the connection, and that have exactly one reply, are
 * followed (redis_commands.c lists them); the first other one (MULTI, WATCH, SUBSCRIBE, MONITOR,
 * BLPOP, ...) makes the connection opaque for good. So a connection that is still followed has a
 * provably empty session; or one that is recorded, where the owner gives a place for it: then AUTH,
 * HELLO, SELECT and the others of redis_session.h are followed, too.
 */
#ifndef UNSTALE_CONNECTION_REDIS_H
#define UNSTALE_CONNECTION_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/compiler.h"
#include "connection/framing.h"
#include "connection/plain.h"
#include "connection/redis_session.h"
#include "connection/resp.h"

enum { REDIS_WORD_MOST = 20, REDIS_SHORT_MOST = 8 };

struct redis {
    struct resp out;
    struct resp in;
    struct redis_session *session; /* the owner's: where it is recorded; null: nowhere */
    uint32_t asked;                /* commands begun */
    uint32_t answered;             /* of them, those whose reply is complete */
    uint8_t word_bytes;            /* of the command's name, gathered from its first element */
    bool word_open;                /* the next bulk string is the name */
    bool recording;                /* the command at hand goes into `session` */
    bool repeating;                /* the replies are those to the commands in `session` */
    bool opaque;
    uint8_t reply_type;  /* the first byte of the reply at hand */
    uint8_t reply_bytes; /* of its line, as far as it is gathered */
    char reply[3];
    char word[REDIS_WORD_MOST]; /* upper case */
};

void redis_reset(struct redis *redis);
enum framing redis_sent(struct redis *redis, const unsigned char *bytes, size_t count);
enum framing redis_received(struct redis *redis, const unsigned char *bytes, size_t count);

/* As http1_left() and http1_skip(), for a bulk string. */
uint64_t redis_left(const struct redis *redis, bool inbound);
void redis_skip(struct redis *redis, bool inbound, uint64_t count);

/* All that `session` holds has been sent anew, as one. What is received then becomes OPAQUE at the first
 * reply that is not the one wanted, and BETWEEN with the last of them. */
void redis_repeat(struct redis *redis, struct redis_session *session);

/* Goes on where a plain exchange stands, after redis_reset(). */
void redis_resume(struct redis *redis, const struct plain *plain, const struct plain_left *left);

/* True for a command that has one reply and no effect on its connection. `word` in upper case. */
bool redis_command_is_stateless(const char *word, size_t length);

/* A command's name of up to eight bytes as one number, its letters large, the first one in the highest byte:
 * so numbers stand in the order of words. 0: it is longer, or empty. `readable`: how many bytes there are,
 * `length` or more. */
static inline uint64_t redis_short_word(const void *bytes, size_t length, size_t readable)
{
    uint64_t word = 0;
    if (!length || length > REDIS_SHORT_MOST)
        return 0;
    if (LIKELY(readable >= REDIS_SHORT_MOST))
        memcpy(&word, bytes, REDIS_SHORT_MOST);
    else
        memcpy(&word, bytes, length);
    word = __builtin_bswap64(word) & ~0ULL << 8 * (REDIS_SHORT_MOST - length);
    return word & ~((word & 0x4040404040404040ULL) >> 1); /* no other byte becomes a letter */
}

/* The same of such a number. */
bool redis_short_word_is_stateless(uint64_t word);

#endif
