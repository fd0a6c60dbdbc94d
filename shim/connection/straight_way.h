/* SPDX-License-Identifier: MIT
 *
 * What the short ways of requests and of responses (straight.h) share. Each takes the try-lock once and
 * moves the phase at most once. Under the lock the counts are plain sums. Two count without it, by atomic
 * additions: who finds it taken, and then says that the framing is lost; and the doors, the inside of a body
 * (connection_skims). A plain sum may lose such an addition where two threads read, or write, one body at
 * the same time. Then the count stays behind the kernel's, which is taken as it is for bytes that went by
 * unseen (repair/facts.c).
 */
#ifndef UNSTALE_CONNECTION_STRAIGHT_WAY_H
#define UNSTALE_CONNECTION_STRAIGHT_WAY_H

#include "connection/feed.h"
#include "connection/straight.h"

/* One direction of what is followed: the bytes that move, or the plaintext of a session in reach. Each
 * function is compiled for both. */
struct straight_way {
    struct stream *stream;
    bool inbound;
    bool plaintext;
};

/* Under the try-lock. Only now is it sure that the slot is not given up meanwhile. */
INLINE bool straight_is_same(const struct connection *connection, uint32_t incarnation)
{
    return LIKELY(atomic_load_explicit(&connection->incarnation, memory_order_relaxed) ==
                  incarnation);
}

/* No parser has it; and what moves is no ciphertext of a session in reach, which is none's to read. */
INLINE bool straight_is_free(const struct connection *connection, bool plaintext)
{
    return plaintext ? !connection->exchange
                     : !atomic_load_explicit(&connection->slots, memory_order_relaxed);
}

/* One part of a plain exchange. False: it is not one, and nothing has changed. */
INLINE bool straight_feed(struct connection *connection, struct straight_way way,
                          struct plain_left *left, const void *bytes, size_t count)
{
    uint64_t marks = atomic_load_explicit(&connection->marks, memory_order_relaxed);
    if (UNLIKELY(!straight_is_free(connection, way.plaintext)))
        return false;
    if (LIKELY(marks == ORDINARY(PROTOCOL_HTTP1)))
        return LIKELY(feed_plain_part(connection, PROTOCOL_HTTP1, way.inbound, left, bytes, count));
    return marks == ORDINARY(PROTOCOL_REDIS) && feed_is_plain(connection) &&
           feed_plain_part(connection, PROTOCOL_REDIS, way.inbound, left, bytes, count);
}

static COLD void straight_note_closing(struct connection *connection)
{
    atomic_store(&connection->closing, 1);
}

/* `count` bytes have been fed; the next `left` make no difference. */
INLINE void straight_count(struct connection *connection, struct straight_way way, size_t count,
                           uint64_t left)
{
    uint64_t now = atomic_load_explicit(&way.stream->bytes, memory_order_relaxed) + count;
    atomic_store_explicit(&way.stream->bytes, now, memory_order_relaxed);
    feed_look_from(connection, way.stream, now, left);
    if (UNLIKELY(connection->plain.closing))
        straight_note_closing(connection);
}

#endif
