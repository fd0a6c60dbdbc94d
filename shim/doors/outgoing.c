/* SPDX-License-Identifier: MIT
 *
 * See outgoing.h. Inside an exchange no clock is read and no system call made.
 */
#include "doors/outgoing.h"

#include <errno.h>

#include "base/clock.h"
#include "repair/repair.h"

/* How often a write that meets a repair by another thread looks again before it just goes on. */
enum { CLAIM_TRIES = 8 };

static bool gap_is_long(const struct connection *connection, uint64_t now_ms)
{
    uint32_t limit_ms = connection->policy.limit_ms;
    uint64_t ask_ms = limit_ms < REPAIR_ASK_MS ? limit_ms : REPAIR_ASK_MS;
    return now_ms - atomic_load_explicit(&connection->last_ms, memory_order_relaxed) >= ask_ms;
}

/* True when a write in this phase may begin an exchange on a stale connection. In the middle of a
 * request it cannot, unless the framing is lost. */
static bool must_ask(const struct connection *connection, enum phase phase, uint64_t now_ms)
{
    switch (phase) {
    case PHASE_EVICTED:
    case PHASE_REPAIR:
        return true;
    case PHASE_OPEN:
        return atomic_load(&connection->unsure) && gap_is_long(connection, now_ms);
    default:
        return gap_is_long(connection, now_ms) || atomic_load(&connection->closing);
    }
}

static void note_activity(struct connection *connection, uint64_t now_ms)
{
    atomic_store_explicit(&connection->last_ms, now_ms, memory_order_relaxed);
    atomic_store_explicit(&connection->due_ms, now_ms + connection->policy.limit_ms,
                          memory_order_relaxed);
}

/* Moves a resting connection to OPEN; the write that manages it has won against any eviction. */
static bool claim(struct outgoing *outgoing, enum phase phase)
{
    outgoing->write.phase_before = phase;
    if (phase == PHASE_EVICTED || phase == PHASE_REPAIR)
        return false;
    return (phase != PHASE_FRESH && phase != PHASE_BETWEEN) ||
           connection_move(outgoing->write.connection, phase, PHASE_OPEN);
}

/* Asks where that is due, and claims. False: the write must fail. */
static bool ask_and_claim(struct outgoing *outgoing, int fd)
{
    struct connection *connection = outgoing->write.connection;
    uint64_t now_ms = clock_coarse_ms();
    bool asked = false;
    for (int tries = 0; tries < CLAIM_TRIES; tries++) {
        enum phase phase = connection_phase(connection);
        bool evicted = phase == PHASE_EVICTED || phase == PHASE_REPAIR;
        if (evicted || (!asked && must_ask(connection, phase, now_ms))) {
            asked = true;
            if (!repair_before_write(connection, fd, &outgoing->write.bytes))
                return false;
        }
        if (claim(outgoing, connection_phase(connection)))
            break;
    }
    note_activity(connection, now_ms);
    return true;
}

static bool in_mid_request(struct connection *connection)
{
    return connection_phase(connection) == PHASE_OPEN && !atomic_load(&connection->unsure);
}

bool outgoing_begin(struct outgoing *outgoing, struct connection *connection, int fd,
                    const struct iovec *parts, size_t count)
{
    int saved = errno;
    outgoing->write.connection = NULL;
    outgoing->write.bytes = (struct bytes){parts, count};
    if (connection_phase(connection) == PHASE_PASS)
        return true;
    if (count && !bytes_total(&outgoing->write.bytes)) /* nothing is sent, nothing begins */
        return true;
    outgoing->write.connection = connection;
    outgoing->write.incarnation = atomic_load(&connection->incarnation);
    outgoing->write.fed = false;
    outgoing->write.phase_before = PHASE_OPEN;
    if (!in_mid_request(connection) && !ask_and_claim(outgoing, fd)) {
        errno = ECONNRESET;
        return false;
    }
    if (count)
        exchange_begin_write(&outgoing->write);
    errno = saved;
    return true;
}

/* A reconnect that the network refused reads like what the program would have met without us: a
 * connection that the peer reset. */
static bool is_connect_error(int error)
{
    return error == ECONNREFUSED || error == ETIMEDOUT || error == EHOSTUNREACH ||
           error == ENETUNREACH;
}

ssize_t outgoing_end(struct outgoing *outgoing, ssize_t result)
{
    struct connection *connection = outgoing->write.connection;
    int error = errno;
    if (!connection)
        return result;
    bool reconnecting = atomic_load_explicit(&connection->reconnecting, memory_order_relaxed);
    exchange_end_write(&outgoing->write, result);
    if (result < 0 && reconnecting && is_connect_error(error)) {
        atomic_store(&connection->reconnecting, 0);
        error = ECONNRESET;
    }
    errno = error;
    return result;
}

ssize_t outgoing_end_unseen(struct outgoing *outgoing, ssize_t result)
{
    struct connection *connection = outgoing->write.connection;
    int error = errno;
    if (!connection)
        return result;
    if (result > 0)
        exchange_unseen(connection, (size_t)result, 0);
    else
        connection_move(connection, PHASE_OPEN, outgoing->write.phase_before);
    errno = error;
    return result;
}
