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
#include "connection/due.h"
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
void incoming_enter(struct incoming *incoming)
{
    struct connection *connection = incoming->connection;
    atomic_fetch_add(&connection->readers, 1);
    incoming->counted = true;
    if (connection_phase(connection) == PHASE_REPAIR)
        connection_await_repair(connection);
    incoming->generation = atomic_load(&connection->generation);
}

void incoming_look(struct connection *connection, int fd, int flags)
{
    int saved = errno;
    if (is_look(connection, fd, flags))
        repair_at_probe(connection, fd, false);
    errno = saved;
}

bool incoming_reread(struct incoming *incoming)
{
    struct connection *connection = incoming->connection;
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

ssize_t incoming_end(const struct incoming *incoming, const struct iovec *parts, size_t count,
                     int flags, ssize_t result)
{
    struct connection *connection = incoming->connection;
    struct bytes bytes = {parts, count};
    if (connection_phase(connection) == PHASE_PASS) {
        connection_look_at(connection, LOOK_NEVER);
        return result;
    }
    if (flags & MSG_ERRQUEUE || (flags & MSG_PEEK && result != 0))
        return result;
    if (result > 0 && flags & (MSG_TRUNC | MSG_OOB))
        exchange_unseen_received(connection, flags & MSG_OOB ? 0 : (size_t)result);
    else if (result > 0)
        exchange_received(connection, incoming->incarnation, &bytes, (size_t)result);
    else if (result == 0 && bytes_total(&bytes)) /* no room asked for is no end */
        note_end(connection);
    else if (result < 0 && is_end(errno))
        learn_end(connection, atomic_load(&connection->fd));
    return result;
}

ssize_t incoming_end_parts(const struct incoming *incoming, const struct iovec *parts, size_t count,
                           int flags, ssize_t result)
{
    if (result > 0 && !(flags & INCOMING_ODD) && (size_t)result <= parts->iov_len &&
        straight_received(incoming->connection, incoming->incarnation, parts->iov_base,
                          (size_t)result))
        return result;
    return incoming_end(incoming, parts, count, flags, result);
}

ssize_t incoming_end_buffer(const struct incoming *incoming, void *buffer, size_t room, int flags,
                            ssize_t result)
{
    const struct iovec part = {buffer, room};
    return incoming_end_parts(incoming, &part, 1, flags, result);
}

bool incoming_call_again(struct incoming_call *call, ssize_t result)
{
    struct incoming incoming = incoming_of_call(call);
    return incoming_again(&incoming, result);
}

ssize_t incoming_call_end(const struct incoming_call *call, ssize_t result)
{
    const struct incoming incoming = incoming_of_call(call);
    const struct iovec part = {call->buffer, call->room};
    return incoming_end(&incoming, &part, 1, call->flags, result);
}
