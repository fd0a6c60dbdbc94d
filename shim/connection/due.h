/* SPDX-License-Identifier: MIT
 *
 * From when on a connection at rest is to be looked at: its limit, and its lifetime.
 */
#ifndef UNSTALE_CONNECTION_DUE_H
#define UNSTALE_CONNECTION_DUE_H

#include <stdbool.h>
#include <stdint.h>

#include "connection/connection.h"

/* Inside TLS that we cannot read a response that pauses looks like rest: nothing is cut off there for
 * what was only learned. */
static inline struct peer_limits connection_limits(const struct connection *connection)
{
    struct peer_limits limits = peer_limits(&connection->policy, connection->peer);
    if (connection->policy.source != LIMIT_EXPLICIT &&
        atomic_load_explicit(&connection->protocol, memory_order_relaxed) == PROTOCOL_TLS)
        limits.firm_ms = 0;
    return limits;
}

/* How long after its last exchange began it is to be looked at. */
static inline uint32_t connection_due_after_ms(const struct connection *connection)
{
    struct peer_limits limits = connection_limits(connection);
    return limits.firm_ms ? limits.firm_ms : limits.any_ms;
}

/* Coarse clock: when its lifetime is over; 0: never. */
static inline uint64_t connection_retires_ms(const struct connection *connection)
{
    return (uint64_t)atomic_load_explicit(&connection->retire, memory_order_relaxed) *
           RETIRE_UNIT_MS;
}

static inline bool connection_is_aged(const struct connection *connection, uint64_t now_ms)
{
    return UNLIKELY(atomic_load_explicit(&connection->aging, memory_order_relaxed)) &&
           now_ms >= connection_retires_ms(connection);
}

/* True when it has a limit that justifies an eviction, or a lifetime, and its action allows one. */
static inline bool connection_is_evictable(const struct connection *connection)
{
    return (connection_limits(connection).firm_ms ||
            atomic_load_explicit(&connection->aging, memory_order_relaxed)) &&
           connection->policy.action != ACTION_RECONNECT;
}

/* When a connection that was used last at `from_ms` is to be looked at. */
static inline uint64_t connection_due_at(const struct connection *connection, uint64_t from_ms)
{
    uint64_t due_ms = from_ms + connection_due_after_ms(connection);
    uint64_t retire_ms = connection_retires_ms(connection);
    return retire_ms > from_ms && retire_ms < due_ms ? retire_ms : due_ms;
}

#endif
