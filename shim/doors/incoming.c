/* SPDX-License-Identifier: MIT
 *
 * See incoming.h. A read inside an exchange costs no clock and no system call of ours.
 */
#include "doors/incoming.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/process.h"
#include "base/sys.h"
#include "connection/learn.h"
#include "repair/repair.h"

/* A receive that blocks between exchanges is no look: it is a thread that waits for the next answer. */
static bool is_look(struct connection *connection, int fd, int flags)
{
    if (!connection_is_evictable(connection) ||
        clock_coarse_ms() < atomic_load(&connection->due_ms))
        return false;
    return flags & MSG_DONTWAIT || sys_fcntl(fd, F_GETFL, 0) & O_NONBLOCK;
}

/* A session that is repeated on a new connection has replies of its own, which no reader may meet: who
 * comes before is counted, and prevents it (repair/session.c); who comes later waits. */
static NOINLINE void enter(struct connection *connection)
{
    atomic_fetch_add(&connection->readers, 1);
    if (atomic_load(&connection->phase) == PHASE_REPAIR)
        connection_await_repair(connection);
}

void incoming_leave(struct incoming *incoming)
{
    if (UNLIKELY(incoming->counted) &&
        atomic_load(&incoming->connection->incarnation) == incoming->incarnation)
        atomic_fetch_sub(&incoming->connection->readers, 1);
}

void incoming_begin(struct incoming *incoming, struct connection *connection, int fd, int flags)
{
    int saved = errno;
    incoming->connection = connection;
    incoming->incarnation = atomic_load(&connection->incarnation);
    incoming->counted = connection_may_record(connection);
    if (UNLIKELY(incoming->counted))
        enter(connection);
    incoming->generation = atomic_load(&connection->generation);
    if (UNLIKELY(connection_phase(connection) == PHASE_BETWEEN) && is_look(connection, fd, flags))
        repair_at_probe(connection, fd, false);
    errno = saved;
}

bool incoming_again(struct incoming *incoming, ssize_t result)
{
    struct connection *connection = incoming->connection;
    uint32_t generation = atomic_load(&connection->generation);
    bool still = generation == incoming->generation && generation % 2 == 0;
    if (LIKELY(result > 0) || LIKELY(still))
        return false;
    if (atomic_load(&connection->incarnation) != incoming->incarnation || !process_is_owner())
        return false;
    connection_await_repair(connection);
    incoming->generation = atomic_load(&connection->generation);
    return true;
}

/* The program has been told that the connection has ended. If it was the peer, what the program
 * does then is its own affair; if it was us, another thread may still write, and must fail. */
static void note_end(struct connection *connection)
{
    learn_end(connection, atomic_load(&connection->fd));
    if (connection_phase(connection) == PHASE_EVICTED)
        atomic_store(&connection->told, 1);
    else
        connection_pass(connection);
}

/* The errors with which a connection ends. */
static bool is_end(int error)
{
    return error == ECONNRESET || error == EPIPE || error == ETIMEDOUT;
}

ssize_t incoming_end(struct incoming *incoming, const struct iovec *parts, size_t count, int flags,
                     ssize_t result)
{
    struct connection *connection = incoming->connection;
    struct bytes bytes = {parts, count};
    int saved = errno;
    incoming_leave(incoming);
    if (connection_phase(connection) == PHASE_PASS || flags & MSG_ERRQUEUE)
        return result;
    if (flags & MSG_PEEK && result != 0)
        return result;
    if (result > 0 && flags & (MSG_TRUNC | MSG_OOB))
        exchange_unseen_received(connection, flags & MSG_OOB ? 0 : (size_t)result);
    else if (result > 0)
        exchange_received(connection, incoming->incarnation, &bytes, (size_t)result);
    else if (result == 0 && bytes_total(&bytes)) /* no room asked for is no end */
        note_end(connection);
    else if (result < 0 && is_end(saved))
        learn_end(connection, atomic_load(&connection->fd));
    errno = saved;
    return result;
}
