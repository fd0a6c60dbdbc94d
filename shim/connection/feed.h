/* SPDX-License-Identifier: MIT
 *
 * Feeds bytes to whatever follows a connection's protocol: nothing but the connection itself for plain
 * exchanges (plain.h), a framing in a slot of its own (followed.h), or TLS records. The caller holds
 * the connection's try-lock.
 *
 * Each feeding leaves behind from which byte on the framing must look again: the `look_at` of
 * its stream. The bytes before that one are the inside of a body; they need not be fed, only counted,
 * without the lock. So look_at - (what the framing has left of the body) is how far it has come,
 * and a count that says otherwise means that two threads met.
 */
#ifndef UNSTALE_CONNECTION_FEED_H
#define UNSTALE_CONNECTION_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include "connection/connection.h"
#include "connection/plain_redis.h"

/* The bytes of one call, in as many parts as the program gave. */
struct bytes {
    const struct iovec *parts;
    size_t count;
};

/* Feeds the first `count` of the bytes; `before` went the same way before them. False: two threads met,
 * and where the framing stands is not known. */
bool feed_bytes(struct connection *connection, const struct bytes *bytes, size_t count,
                uint64_t before, bool inbound, enum framing *framing);

static inline enum protocol feed_protocol(const struct connection *connection)
{
    return (enum protocol)atomic_load_explicit(&connection->protocol, memory_order_relaxed);
}

/* True while an exchange is of the plain kind, or none is open. Where a session is recorded, each word of
 * Redis is looked at. */
static inline bool feed_is_plain(const struct connection *connection)
{
    enum protocol protocol = feed_protocol(connection);
    return LIKELY(!connection->exchange) &&
           (LIKELY(protocol == PROTOCOL_HTTP1) ||
            (protocol == PROTOCOL_REDIS &&
             !atomic_load_explicit(&connection->session, memory_order_relaxed)));
}

/* One part of such an exchange, of HTTP/1 or Redis. False: declined, and nothing has changed. */
static inline bool feed_plain_part(struct connection *connection, enum protocol protocol,
                                   bool inbound, struct plain_left *left,
                                   const unsigned char *bytes, size_t count)
{
    struct plain *plain = &connection->plain;
    if (UNLIKELY(protocol == PROTOCOL_REDIS))
        return inbound ? plain_redis_received(plain, left, bytes, count)
                       : plain_redis_sent(plain, left, bytes, count);
    return inbound ? plain_http1_received(plain, left, bytes, count)
                   : plain_http1_sent(plain, left, bytes, count);
}

/* A response is complete. Most have no hint, and neither had those before: one that is known sets a limit. */
static inline void feed_note_hint(struct connection *connection, uint32_t hint_s)
{
    struct evidence *evidence = connection->peer ? &connection->peer->evidence : NULL;
    if (evidence && (hint_s || atomic_load_explicit(&evidence->limits, memory_order_relaxed)))
        evidence_note_hint(evidence, hint_s);
}

/* After a feeding up to `count`: the next `left` bytes make no difference. A thread that loses track at the
 * same time sets `unsure` and takes look_at back: whichever comes last, it does not stay ahead. */
static inline void feed_look_from(struct connection *connection, struct stream *stream,
                                  uint64_t count, uint64_t left)
{
    if (LIKELY(!left)) {
        atomic_store_explicit(&stream->look_at, count, memory_order_relaxed);
        return;
    }
    atomic_store(&stream->look_at, count + left);
    if (UNLIKELY(atomic_load(&connection->unsure)))
        atomic_store(&stream->look_at, 0);
}

#endif
