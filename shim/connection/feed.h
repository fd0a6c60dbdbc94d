/* SPDX-License-Identifier: MIT
 *
 * Feeds bytes to whatever follows a connection's protocol: nothing but the connection itself for plain
 * exchanges (plain.h), a framing in a slot of its own (followed.h), or TLS records. The caller holds
 * the connection's try-lock.
 *
 * Each feeding leaves behind from which byte on the framing must look again: look_at_sent and
 * look_at_received. The bytes before that one are the inside of a body; they need not be fed, only counted,
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

/* The bytes of one call, in as many parts as the program gave. */
struct bytes {
    const struct iovec *parts;
    size_t count;
};

/* Feeds the first `count` of the bytes; `before` went the same way before them. False: two threads met,
 * and where the framing stands is not known. */
bool feed_bytes(struct connection *connection, const struct bytes *bytes, size_t count,
                uint64_t before, bool inbound, enum framing *framing);

/* After a feeding up to `count`: the next `left` bytes make no difference. A thread that loses track at the
 * same time sets `unsure` and takes look_at back: whichever comes last, it does not stay ahead. */
static inline void feed_look_from(struct connection *connection, _Atomic uint64_t *look_at,
                                  uint64_t count, uint64_t left)
{
    if (LIKELY(!left)) {
        atomic_store_explicit(look_at, count, memory_order_relaxed);
        return;
    }
    atomic_store(look_at, count + left);
    if (UNLIKELY(atomic_load(&connection->unsure)))
        atomic_store(look_at, 0);
}

#endif
