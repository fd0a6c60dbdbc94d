/* SPDX-License-Identifier: MIT
 *
 * Repair 1: the same socket is connected to the same peer anew (DESIGN 3.1). Every duplicate of the
 * descriptor, every epoll registration and every socket option stays.
 */
#ifndef UNSTALE_REPAIR_RECONNECT_H
#define UNSTALE_REPAIR_RECONNECT_H

#include "repair/session.h"

/* Disconnects and begins to connect, without waiting: the program's own write does that, or gets
 * EAGAIN, as the descriptor's flags have it. Only where a session is recorded it waits, and repeats that,
 * which is in *traffic then. The caller holds the phase, with signals blocked. */
enum reconnect_result {
    RECONNECT_BEGUN,     /* a new connection is on its way */
    RECONNECT_REPEATED,  /* it is there, and its session is that of the old one */
    RECONNECT_FAILED,    /* the old one is gone, and nothing may be written */
    RECONNECT_FORBIDDEN, /* by a security filter, or another thread: nothing was done */
};

enum reconnect_result reconnect_connection(struct connection *connection, int fd,
                                           struct session_traffic *traffic);

/* In a fork child: no reconnect is under way, whatever other threads were at. */
void reconnect_forget(void);

#endif
