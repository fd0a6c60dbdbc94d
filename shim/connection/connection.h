/* SPDX-License-Identifier: MIT
 *
 * What we know of one TCP connection that the program opened with connect().
 *
 * All of it (slot.h) is a hint: the kernel is asked (kernel.h) before anything is acted on. A slot is
 * never unmapped, so a thread that comes late reads old data at worst; `incarnation` tells it so.
 *
 * The phase is the one word that orders a write against a repair by another thread:
 *
 *     FRESH ----+                       a write moves FRESH or BETWEEN to OPEN and has won;
 *               v                       a repair moves them to REPAIR and has won. Who finds
 *     BETWEEN -> OPEN -> AWAIT          REPAIR waits for the few microseconds that it lasts.
 *        ^        |        |
 *        +--------+--------+            OPEN: the request is not out as a whole; AWAIT: it is, and
 *     REPAIR -> EVICTED or FRESH        its response is not in as a whole.
 *     PASS (for ever), FREE
 */
#ifndef UNSTALE_CONNECTION_CONNECTION_H
#define UNSTALE_CONNECTION_CONNECTION_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "connection/slot.h"

/* True once any connection was tracked (the waits look at DEADLINE_UNTRACKED). */
HIDDEN extern _Atomic bool connection_any;

/* A new connection for descriptor `fd`, one reference, phase FRESH, with a peer of its own to hold.
 * Null when there is no room: then it is not tracked. */
struct connection *connection_new(int fd, const struct address *address,
                                  const struct peer_policy *policy, name_reference name);

/* The name that it goes by; 0: none. */
static inline name_reference connection_name(const struct connection *connection)
{
    return peer_name(connection->peer, connection->name_place);
}

/* One descriptor more, or one less: the last one frees it. */
void connection_hold(struct connection *connection);
void connection_release(struct connection *connection);

struct connection *connection_at(uint32_t slot);

/* Forgets bytes, protocol and framing, as after a connect(). The caller holds the phase (REPAIR). */
void connection_reset(struct connection *connection);

/* No repair from now on. A repair under way is left to end first. */
void connection_pass(struct connection *connection);

/* Waits until a repair by another thread has ended: microseconds, as it has all signals blocked; where
 * a session is repeated (repair/session.h), up to seconds. The wait is bounded, all the same. */
void connection_await_repair(const struct connection *connection);

/* In a fork child, whose other threads are gone: what one of them was at is given up, and the connection
 * not touched again. */
void connection_orphan(struct connection *connection);

/* True where the user's rule allows that sessions are recorded: readers are counted then. */
static inline bool connection_may_record(const struct connection *connection)
{
    return connection->policy.protocol == RULE_REDIS;
}

/* Keeps how much the kernel had received at the last write that asked it: the lower half of that number,
 * which is enough to see whether anything has come since. RECEIVED_UNKNOWN: the last write did not ask. */
static inline void connection_note_received(struct connection *connection, uint64_t received_bytes)
{
    atomic_store(&connection->received_then, (uint32_t)received_bytes);
}

/* Wipes what is recorded of the session. The caller holds the try-lock. */
void connection_forget_session(struct connection *connection);

/* True if another process may hold this connection too: one that was forked, or started with the
 * descriptor (unless `close_on_exec`), or got it by SCM_RIGHTS. */
bool connection_is_shared(const struct connection *connection, bool close_on_exec);

/* True when `count` more bytes of a direction make no difference: they are counted and that is all.
 * `bytes` and `look_at` are what the connection has for it. */
static inline bool connection_skims(uint64_t bytes, uint64_t look_at, size_t count)
{
    return LIKELY(bytes < look_at) && LIKELY(count < look_at - bytes);
}

/* The same of a stream as it stands. */
static inline bool connection_skims_stream(const struct stream *stream, size_t count)
{
    return connection_skims(atomic_load_explicit(&stream->bytes, memory_order_relaxed),
                            atomic_load_explicit(&stream->look_at, memory_order_relaxed), count);
}

/* No byte makes a difference any more (PASS), or each may. Ciphertext of a session in reach is always
 * looked at before it goes out (secured_begin_ciphertext). */
static inline void connection_look_at(struct connection *connection, uint64_t count)
{
    uint64_t sent = atomic_load_explicit(&connection->secured, memory_order_relaxed) ? 0 : count;
    atomic_store_explicit(&connection->sent.look_at, sent, memory_order_relaxed);
    atomic_store_explicit(&connection->received.look_at, count, memory_order_relaxed);
}

/* True of one that is passed for ever, once a door has noticed: nothing of this way is looked at, nor
 * counted. */
static inline bool connection_lets_be_sent(const struct connection *connection)
{
    return atomic_load_explicit(&connection->sent.look_at, memory_order_relaxed) == LOOK_NEVER;
}

static inline bool connection_lets_be_received(const struct connection *connection)
{
    return atomic_load_explicit(&connection->received.look_at, memory_order_relaxed) == LOOK_NEVER;
}

/* What an ordinary connection is marked with: exchanges of a protocol that is followed, one of them
 * complete, and nothing else to be heeded. */
#define ORDINARY(protocol) ((protocol) | 1U << 8)
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first mark is the lowest byte");

static inline bool connection_is_ordinary(const struct connection *connection)
{
    uint64_t marks = atomic_load_explicit(&connection->marks, memory_order_acquire);
    return LIKELY(marks == ORDINARY(PROTOCOL_HTTP1)) || marks == ORDINARY(PROTOCOL_REDIS);
}

/* Whether the inside is read (secured.h) or not. */
static inline bool connection_is_tls(const struct connection *connection)
{
    return atomic_load_explicit(&connection->protocol, memory_order_relaxed) == PROTOCOL_TLS ||
           atomic_load_explicit(&connection->secured, memory_order_relaxed);
}

/* True when the user's rule asks for repairs whatever runs over the connection. */
static inline bool connection_is_wished(const struct connection *connection)
{
    return connection->policy.action == ACTION_RECONNECT ||
           connection->policy.action == ACTION_EVICT;
}

/* The framing's try-lock. connection_unlock also does what connection_release had to leave to it. */
static inline bool connection_try_lock(struct connection *connection)
{
    return !atomic_exchange(&connection->busy, 1);
}

COLD void connection_leave(struct connection *connection);

static inline void connection_unlock(struct connection *connection)
{
    atomic_store_explicit(&connection->busy, 0, memory_order_release);
    if (UNLIKELY(atomic_load_explicit(&connection->leaving, memory_order_acquire)))
        connection_leave(connection);
}

static inline enum phase connection_phase(const struct connection *connection)
{
    return (enum phase)(uint8_t)atomic_load_explicit(&connection->state, memory_order_acquire);
}

/* True while bytes may be out that are not fed yet. */
static inline bool connection_is_written(const struct connection *connection)
{
    return atomic_load(&connection->state) >= ONE_WRITER;
}

/* Moves the phase, and leaves the writes under way counted. */
static inline bool connection_move(struct connection *connection, enum phase from, enum phase to)
{
    uint32_t state = atomic_load_explicit(&connection->state, memory_order_relaxed);
    do {
        if (UNLIKELY((uint8_t)state != from))
            return false;
    } while (
        UNLIKELY(!atomic_compare_exchange_weak(&connection->state, &state, state - from + to)));
    return true;
}

/* For who holds the phase. */
void connection_set_phase(struct connection *connection, enum phase phase);

#endif
