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

static inline void incoming_count(struct connection *connection, ssize_t count)
{
    atomic_fetch_add_explicit(&connection->received.bytes, (uint64_t)count, memory_order_relaxed);
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
    if (UNLIKELY(flags & INCOMING_ODD) ||
        !connection_skims_stream(&connection->received, (size_t)result) ||
        UNLIKELY(!incoming_is_same(incoming)))
        return false;
    incoming_count(connection, result);
    return true;
}

/* After it: follows what came. `flags` are those of recv(). Hands `result` through. */
ssize_t incoming_end(const struct incoming *incoming, const struct iovec *parts, size_t count,
                     int flags, ssize_t result);

/* The same, in the short way where there is one. */
ssize_t incoming_end_parts(const struct incoming *incoming, const struct iovec *parts, size_t count,
                           int flags, ssize_t result);

/* The same for one buffer. */
ssize_t incoming_end_buffer(const struct incoming *incoming, void *buffer, size_t room, int flags,
                            ssize_t result);

/* A read in the middle of a response, or before it, with its arguments: in memory, so that the way on which
 * they are not needed again saves no registers for them. */
struct incoming_call {
    struct connection *connection;
    uint64_t version; /* of the connection, when the call began */
    int fd;
    int flags;
    void *buffer;
    size_t room;
};

/* `call` inside a body, of which `left` bytes are to be passed over: most often it ends there. What does not
 * is `long_way`'s. */
#define INCOMING_BODY(connection, fd, buffer, room, flags, left, call, long_way)                   \
    struct incoming_call read_call = {connection, incoming_version(connection), fd, flags, buffer, \
                                      room};                                                       \
    ssize_t result = call;                                                                         \
    if (LIKELY(result > 0) && LIKELY((size_t)result < (left)) &&                                   \
        LIKELY(incoming_has_version(&read_call))) {                                                \
        incoming_count(read_call.connection, result);                                              \
        return result;                                                                             \
    }                                                                                              \
    return long_way(&read_call, result)

/* `call` where a response is awaited: most often it gets that, or finds nothing yet. */
#define INCOMING_AWAITED(connection, fd, buffer, room, flags, call, long_way)                      \
    struct incoming_call read_call = {connection, incoming_version(connection), fd, flags, buffer, \
                                      room};                                                       \
    ssize_t result = call;                                                                         \
    if (LIKELY(result > 0)) {                                                                      \
        if (LIKELY(incoming_takes(&read_call, result)))                                            \
            return result;                                                                         \
    } else if (LIKELY(incoming_has_version(&read_call)) && result < 0 && LIKELY(errno == EAGAIN))  \
        return result;                                                                             \
    return long_way(&read_call, result)

static inline uint64_t incoming_version(const struct connection *connection)
{
    return atomic_load_explicit(&connection->version, memory_order_acquire);
}

/* False: the connection has been renewed meanwhile, or the slot is another's. */
static inline bool incoming_has_version(const struct incoming_call *call)
{
    return incoming_version(call->connection) == call->version;
}

/* The generation is in the lower half of the version. */
static inline struct incoming incoming_of_call(const struct incoming_call *call)
{
    return (struct incoming){call->connection, (uint32_t)(call->version >> 32),
                             (uint32_t)call->version, false};
}

static inline bool incoming_takes(const struct incoming_call *call, ssize_t result)
{
    return straight_received(call->connection, (uint32_t)(call->version >> 32), call->buffer,
                             (size_t)result);
}

/* No repair is under way in these phases, so the generation is even. */
static inline bool incoming_is_awaited(const struct connection *connection)
{
    uint32_t state = atomic_load_explicit(&connection->state, memory_order_acquire);
    return (LIKELY(state == PHASE_AWAIT) || (uint8_t)state == PHASE_AWAIT ||
            (uint8_t)state == PHASE_OPEN) &&
           LIKELY(!connection_may_record(connection));
}

/* How many bytes make no difference from here on. */
static inline uint64_t incoming_left(const struct connection *connection)
{
    uint64_t received = atomic_load_explicit(&connection->received.bytes, memory_order_relaxed);
    uint64_t look_at = atomic_load_explicit(&connection->received.look_at, memory_order_relaxed);
    return received < look_at ? look_at - received : 0;
}

/* incoming_again() and incoming_end() for the long way. */
bool incoming_call_again(struct incoming_call *call, ssize_t result);
ssize_t incoming_call_end(const struct incoming_call *call, ssize_t result);

#endif
