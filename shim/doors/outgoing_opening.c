/* SPDX-License-Identifier: MIT
 *
 * The short way of outgoing.h, for a write that opens an exchange a moment after the last one, and for
 * the next chunk of a request.
 */
#include "base/clock.h"
#include "connection/straight.h"
#include "doors/outgoing.h"

/* Nothing speaks against this connection but its age. */
static bool is_at_ease(const struct connection *connection)
{
    return connection_phase(connection) == PHASE_BETWEEN &&
           !atomic_load_explicit(&connection->closing, memory_order_relaxed) &&
           !atomic_load_explicit(&connection->reconnecting, memory_order_relaxed) &&
           !atomic_load_explicit(&connection->secured, memory_order_relaxed) &&
           !atomic_load_explicit(&connection->retire, memory_order_relaxed);
}

/* In the middle of a request nothing is asked and nothing claimed. */
static bool goes_on(struct exchange_write *write)
{
    struct connection *connection = write->connection;
    if (atomic_load_explicit(&connection->reconnecting, memory_order_relaxed) ||
        atomic_load_explicit(&connection->secured, memory_order_relaxed) ||
        atomic_load_explicit(&connection->unsure, memory_order_relaxed))
        return false;
    write->incarnation = atomic_load_explicit(&connection->incarnation, memory_order_relaxed);
    write->phase_before = PHASE_OPEN;
    exchange_begin_write(write);
    return true;
}

bool outgoing_opens(struct outgoing_buffer *buffer)
{
    struct connection *connection = buffer->write.connection;
    if (connection_phase(connection) == PHASE_OPEN)
        return goes_on(&buffer->write);
    if (!is_at_ease(connection))
        return false;
    uint64_t now_ms = clock_coarse_ms();
    if (outgoing_gap_is_long(connection, now_ms) || !exchange_claim(&buffer->write))
        return false;
    atomic_store_explicit(&connection->received_then, RECEIVED_UNKNOWN, memory_order_relaxed);
    outgoing_note_activity(connection, now_ms);
    return true;
}

ssize_t outgoing_opened(struct outgoing_buffer *buffer, ssize_t result)
{
    if (LIKELY(result > 0))
        exchange_end_write_of_buffer(&buffer->write, buffer->bytes, (size_t)result);
    else
        exchange_end_write(&buffer->write, NULL, result);
    return result;
}
