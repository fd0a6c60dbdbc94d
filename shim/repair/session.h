/* SPDX-License-Identifier: MIT
 *
 * A Redis session with state (a user, a database, a name) on a new connection: the commands that made
 * it, as they were recorded (connection/redis_session.h), are sent again before the program's own, and
 * their replies are read. The one repair that waits for the network, so it is bounded, and only for peers
 * whose rule says `protocol = redis`.
 */
#ifndef UNSTALE_REPAIR_SESSION_H
#define UNSTALE_REPAIR_SESSION_H

#include <stdatomic.h>
#include <stdbool.h>

#include "base/compiler.h"
#include "connection/connection.h"
#include "connection/kernel.h"

/* So long may a write of the program wait for its session: on a blocking socket, not longer than
 * its SO_SNDTIMEO; on a non-blocking one, where other connections wait for this thread. The first
 * outlives one lost SYN, which the kernel sends again after 1 s. */
enum { SESSION_WAIT_MS = 1500, SESSION_NONBLOCKING_WAIT_MS = 50 };

/* True when there is anything to be sent again. */
bool session_is_recorded(const struct connection *connection);

/* True when nothing stands against a reconnect: nothing is recorded, or it can be repeated, in the time
 * that the socket leaves, with no other reader of the connection in sight. */
bool session_can_follow(const struct connection *connection, int fd,
                        const struct kernel_view *view);

/* How long session_repeat() may take, ms, for a socket with these file status flags. */
unsigned session_wait_ms(int fd, int flags);

/* Makes the session again on a connection that has just been begun anew. False when that failed: then
 * the connection is of no use to the program. Counts *sent and *received. */
struct session_traffic {
    uint64_t sent_bytes;
    uint64_t received_bytes;
};
bool session_repeat(struct connection *connection, int fd, unsigned wait_ms,
                    struct session_traffic *traffic);

#endif
