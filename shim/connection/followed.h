/* SPDX-License-Identifier: MIT
 *
 * The protocols whose exchanges are followed byte by byte, as one table. What such a framing needs is
 * held in an arena, and only while an exchange is open: at rest there is nothing to remember.
 */
#ifndef UNSTALE_CONNECTION_FOLLOWED_H
#define UNSTALE_CONNECTION_FOLLOWED_H

#include "connection/connection.h"
#include "connection/http1.h"
#include "connection/memcached.h"
#include "connection/redis.h"

struct followed {
    uint32_t arena_link; /* apart from the rest: another thread may read it late (arena.c) */
    union {
        struct http1 http1;
        struct redis redis;
        struct memcached memcached;
    };
};

struct follower {
    size_t bytes; /* of the framing's struct */
    void (*reset)(struct followed *followed);
    enum framing (*sent)(struct followed *followed, const unsigned char *bytes, size_t count);
    enum framing (*received)(struct followed *followed, const unsigned char *bytes, size_t count);
    uint64_t (*left)(const struct followed *followed, bool inbound);
    void (*skip)(struct followed *followed, bool inbound, uint64_t count);
};

/* Null for a protocol that is not followed this way (TLS, other, none yet). */
const struct follower *follower_of(enum protocol protocol);

/* The framing in slot *slot, made anew for `follower` when *slot is 0. Null without memory. */
struct followed *followed_open(uint32_t *slot, const struct follower *follower);

/* ... in a slot that is taken. */
struct followed *followed_at(uint32_t slot);

/* Gives *slot back, if it is not 0, and sets it to 0. */
void followed_forget(uint32_t *slot);

#endif
