/* SPDX-License-Identifier: MIT
 *
 * Repair 1: the same socket is connected to the same peer anew (DESIGN 3.1). Every duplicate of the
 * descriptor, every epoll registration and every socket option stays.
 */
#ifndef UNSTALE_REPAIR_RECONNECT_H
#define UNSTALE_REPAIR_RECONNECT_H

#include "connection/connection.h"

/* Disconnects and begins to connect, without waiting: the program's own write does that, or gets
 * EAGAIN, as the descriptor's flags have it. The caller holds the phase, with signals blocked.
 * 0, or a negative errno: then the connection is gone and nothing may be written. */
int reconnect_connection(struct connection *connection, int fd);

#endif
