/* SPDX-License-Identifier: MIT
 *
 * See followed.h.
 */
#include "connection/followed.h"

#include "base/arena.h"

ARENA(framings, struct followed);

/* The functions of a framing, with the union's member put in. */
#define FOLLOWER(name)                                                                             \
    static void reset_##name(struct followed *followed)                                            \
    {                                                                                              \
        name##_reset(&followed->name);                                                             \
    }                                                                                              \
    static enum framing sent_##name(struct followed *followed, const unsigned char *bytes,         \
                                    size_t count)                                                  \
    {                                                                                              \
        return name##_sent(&followed->name, bytes, count);                                         \
    }                                                                                              \
    static enum framing received_##name(struct followed *followed, const unsigned char *bytes,     \
                                        size_t count)                                              \
    {                                                                                              \
        return name##_received(&followed->name, bytes, count);                                     \
    }                                                                                              \
    static uint64_t left_##name(const struct followed *followed, bool inbound)                     \
    {                                                                                              \
        return name##_left(&followed->name, inbound);                                              \
    }                                                                                              \
    static void skip_##name(struct followed *followed, bool inbound, uint64_t count)               \
    {                                                                                              \
        name##_skip(&followed->name, inbound, count);                                              \
    }                                                                                              \
    static const struct follower                                                                   \
        name##_follower = {sizeof(struct name), reset_##name, sent_##name,                         \
                           received_##name,     left_##name,  skip_##name};

FOLLOWER(http1)
FOLLOWER(redis)
FOLLOWER(memcached)

const struct follower *follower_of(enum protocol protocol)
{
    switch (protocol) {
    case PROTOCOL_HTTP1:
        return &http1_follower;
    case PROTOCOL_REDIS:
        return &redis_follower;
    case PROTOCOL_MEMCACHED:
        return &memcached_follower;
    default:
        return NULL;
    }
}

struct followed *followed_open(uint32_t *slot, const struct follower *follower)
{
    bool made = !*slot;
    if (made)
        *slot = arena_take(&framings);
    if (!*slot)
        return NULL;
    struct followed *followed = arena_slot(&framings, *slot);
    if (made)
        follower->reset(followed);
    return followed;
}

struct followed *followed_at(uint32_t slot)
{
    return arena_slot(&framings, slot);
}

void followed_forget(uint32_t *slot)
{
    if (*slot)
        arena_give(&framings, *slot);
    *slot = 0;
}
