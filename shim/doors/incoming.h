/* SPDX-License-Identifier: MIT
 *
 * What every door of a read does around the next function:
 *
 *     incoming_begin(&incoming, connection, fd, flags);
 *     do result = next.read(...); while (incoming_again(&incoming, result));
 *     incoming_leave(&incoming);
 *     if (!incoming_ends(&incoming, flags, result))
 *         result = incoming_end(&incoming, parts, count, flags, result);
 *
 * Nothing here changes errno.
 */
#ifndef UNSTALE_DOORS_INCOMING_H
#define UNSTALE_DOORS_INCOMING_H

#include <errno.h>
#include <stdbool.h>
#include <sys/socket.h>
#include <sys/types.h>

#include "connection/exchange.h"

struct incoming {
    struct connection *connection; /* null: nothing to follow */
    uint32_t incarnation;
    uint32_t generation;
    bool counted; /* among the connection's readers */
};

/* Flags of recv() whose bytes are not the next ones of the stream, or are not there to be looked at. */
enum { INCOMING_ODD = MSG_PEEK | MSG_TRUNC | MSG_OOB | MSG_ERRQUEUE };

/* The rare ways of the inline functions below. */
void incoming_look(struct connection *connection, int fd, int flags);
void incoming_enter(struct incoming *incoming);
bool incoming_reread(struct incoming *incoming);

static inline struct incoming incoming_of(struct connection *connection)
{
    return (struct incoming){
        connection,
        atomic_load_explicit(&connection->incarnation, memory_order_relaxed),
        atomic_load_explicit(&connection->generation, memory_order_acquire),
        false,
    };
}

/* False: the slot belongs to another connection by now. */
static inline bool incoming_is_same(const struct incoming *incoming)
{
    return atomic_load_explicit(&incoming->connection->incarnation, memory_order_relaxed) ==
           incoming->incarnation;
}

static inline void incoming_count(const struct incoming *incoming, ssize_t count)
{
    atomic_fetch_add_explicit(&incoming->connection->received_bytes, (uint64_t)count,
                              memory_order_relaxed);
}

/* Before the read. One that does not block, on an idle connection, is a look at it: it may be evicted
 * here. `flags` are those of recv(). */
static inline void incoming_begin(struct incoming *incoming, struct connection *connection, int fd,
                                  int flags)
{
    *incoming = incoming_of(connection);
    if (UNLIKELY(connection_may_record(connection)))
        incoming_enter(incoming);
    if (UNLIKELY(connection_phase(connection) == PHASE_BETWEEN))
        incoming_look(connection, fd, flags);
}

/* True when the result is that of the moment in which another thread reconnected: read again. */
static inline bool incoming_again(struct incoming *incoming, ssize_t result)
{
    if (LIKELY(result > 0))
        return false;
    uint32_t generation = atomic_load_explicit(&incoming->connection->generation,
                                               memory_order_acquire);
    if (LIKELY(generation == incoming->generation && generation % 2 == 0))
        return false;
    return incoming_reread(incoming);
}

/* After the last of them. */
static inline void incoming_leave(const struct incoming *incoming)
{
    if (UNLIKELY(incoming->counted) && incoming_is_same(incoming))
        atomic_fetch_sub(&incoming->connection->readers, 1);
}

/* True when there is nothing to follow: nothing came yet, or bytes inside a body, which are counted
 * here. */
static inline bool incoming_ends(const struct incoming *incoming, int flags, ssize_t result)
{
    struct connection *connection = incoming->connection;
    if (result <= 0)
        return result < 0 && LIKELY(errno == EAGAIN);
    uint64_t received = atomic_load_explicit(&connection->received_bytes, memory_order_relaxed);
    uint64_t look_at = atomic_load_explicit(&connection->look_at_received, memory_order_relaxed);
    if (UNLIKELY(flags & INCOMING_ODD) || !connection_skims(received, look_at, (size_t)result) ||
        UNLIKELY(!incoming_is_same(incoming)))
        return false;
    incoming_count(incoming, result);
    return true;
}

/* After it: follows what came. `flags` are those of recv(). Hands `result` through. */
ssize_t incoming_end(const struct incoming *incoming, const struct iovec *parts, size_t count,
                     int flags, ssize_t result);

/* The same for one buffer. */
ssize_t incoming_end_part(struct connection *connection, uint32_t incarnation, void *buffer,
                          size_t room, int flags, ssize_t result);

/* The same, in the short way where there is one. */
static inline ssize_t incoming_end_buffer(struct connection *connection, uint32_t incarnation,
                                          void *buffer, size_t room, int flags, ssize_t result)
{
    if (LIKELY(result > 0) && LIKELY(!(flags & INCOMING_ODD)) &&
        LIKELY(straight_received(connection, incarnation, buffer, (size_t)result)))
        return result;
    return incoming_end_part(connection, incarnation, buffer, room, flags, result);
}

/* A read that began inside a body, with its arguments: in memory, so that the way on which they are not
 * needed again saves no registers for them. */
struct incoming_body {
    struct incoming incoming;
    int fd;
    int flags;
    void *buffer;
    size_t room;
};

/* The short way of a read that begins inside a body: `call` is it, and most often it ends there. What
 * does not is `long_way`'s. */
#define INCOMING_BODY(connection_, fd_, buffer_, room_, flags_, call, long_way)                    \
    uint64_t left = incoming_left(connection_, flags_);                                            \
    if (left) {                                                                                    \
        struct incoming_body body = {incoming_of(connection_), fd_, flags_, buffer_, room_};       \
        ssize_t result = call;                                                                     \
        if (LIKELY(result > 0) && LIKELY((size_t)result < left) &&                                 \
            LIKELY(incoming_is_same(&body.incoming))) {                                            \
            incoming_count(&body.incoming, result);                                                \
            return result;                                                                         \
        }                                                                                          \
        return long_way(&body, result);                                                            \
    }

/* The short way of a read in an exchange: `call` is it, and most often it gets the response, or finds nothing
 * yet. */
#define INCOMING_AWAITED(connection_, fd_, buffer_, room_, flags_, call, long_way)                 \
    if (LIKELY(incoming_is_awaited(connection_, flags_))) {                                        \
        struct incoming_body body = {incoming_of(connection_), fd_, flags_, buffer_, room_};       \
        ssize_t result = call;                                                                     \
        if (incoming_body_ends(&body, result))                                                     \
            return result;                                                                         \
        return long_way(&body, result);                                                            \
    }

static inline bool incoming_is_awaited(const struct connection *connection, int flags)
{
    enum phase phase = connection_phase(connection);
    return LIKELY(phase == PHASE_AWAIT || phase == PHASE_OPEN) &&
           LIKELY(!connection_may_record(connection)) && LIKELY(!(flags & INCOMING_ODD));
}

static inline bool incoming_body_ends(const struct incoming_body *body, ssize_t result)
{
    struct connection *connection = body->incoming.connection;
    if (LIKELY(result > 0))
        return straight_received(connection, body->incoming.incarnation, body->buffer,
                                 (size_t)result);
    uint32_t generation = atomic_load_explicit(&connection->generation, memory_order_acquire);
    return LIKELY(generation == body->incoming.generation && generation % 2 == 0) && result < 0 &&
           LIKELY(errno == EAGAIN);
}

static inline uint64_t incoming_left(const struct connection *connection, int flags)
{
    uint64_t received = atomic_load_explicit(&connection->received_bytes, memory_order_relaxed);
    uint64_t look_at = atomic_load_explicit(&connection->look_at_received, memory_order_relaxed);
    return LIKELY(!(flags & INCOMING_ODD)) && received < look_at ? look_at - received : 0;
}

/* incoming_again() and incoming_end() for the long way. */
bool incoming_body_again(struct incoming_body *body, ssize_t result);
ssize_t incoming_body_end(const struct incoming_body *body, ssize_t result);

#endif
