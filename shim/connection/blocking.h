/* SPDX-License-Identifier: MIT
 *
 * Whether a call on a connection's socket may wait in the kernel. Where it may not, and in a program without
 * threads, the doors make the call themselves (direct.h).
 *
 * The kernel is asked once, at the first write of a connection that is used again. What the program changes
 * afterwards (F_SETFL, FIONBIO), or another process could, ends the knowledge for good.
 */
#ifndef UNSTALE_CONNECTION_BLOCKING_H
#define UNSTALE_CONNECTION_BLOCKING_H

#include "base/direct.h"
#include "base/process.h"
#include "connection/connection.h"

enum blocking {
    BLOCKING_UNKNOWN,
    BLOCKING_ASKED, /* a thread is at it */
    BLOCKING_NEVER,
    BLOCKING_PERHAPS,
};

/* The phase is held, or no repair can be under way: that switches O_NONBLOCK for a moment. */
COLD void blocking_ask(struct connection *connection, int fd);

/* The flags of the socket have been changed, or another process may do so now. */
void blocking_forget(struct connection *connection);

/* The copies of a connection that other processes may hold share its flags. */
INLINE bool blocking_is_ruled_out(const struct connection *connection)
{
    return atomic_load_explicit(&connection->blocking, memory_order_relaxed) == BLOCKING_NEVER &&
           LIKELY(connection->copies ==
                  atomic_load_explicit(&process_copies, memory_order_relaxed));
}

/* True when the doors may make the calls on it themselves. Nothing is ruled out unless there are points. */
INLINE bool blocking_lets_through(const struct connection *connection)
{
    return direct_is_alone() || (blocking_is_ruled_out(connection) && direct_pass_point());
}

/* The same for who holds the phase. */
INLINE bool blocking_lets_opening_through(struct connection *connection, int fd)
{
    if (direct_is_alone())
        return true;
    if (UNLIKELY(atomic_load_explicit(&connection->blocking, memory_order_relaxed) ==
                 BLOCKING_UNKNOWN) &&
        direct_has_points())
        blocking_ask(connection, fd);
    return blocking_is_ruled_out(connection) && direct_pass_point();
}

#endif
