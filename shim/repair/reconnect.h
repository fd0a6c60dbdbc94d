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
 * A new connection is on its way, or the old one is gone and nothing may be written, or (a security
 * filter) nothing was done. */
enum reconnect_result { RECONNECT_BEGUN, RECONNECT_FAILED, RECONNECT_FORBIDDEN };

enum reconnect_result reconnect_connection(struct connection *connection, int fd);

/* In a fork child: no reconnect is under way, whatever other threads were at. */
void reconnect_forget(void);

#endif
