/* SPDX-License-Identifier: MIT
 *
 * What is asked before a write after a short rest: less than a second, and less than the connection's limit.
 * Nothing but a close by the peer can have made the connection stale then, so one question is enough
 * where nothing is found, and most often nothing is. Nor does a program miss much that watches its connection:
 * it is told of the close itself, unless it writes at that very moment. So questions about its rests
 * are rationed: they are the rests of a busy event loop with very many connections, and a system call for
 * each request would cost it some percent of its throughput.
 */
#ifndef UNSTALE_REPAIR_SHORT_REST_H
#define UNSTALE_REPAIR_SHORT_REST_H

#include <stdbool.h>
#include <stdint.h>

#include "connection/connection.h"

/* A write begins at `now_ms` (coarse clock) on a connection that may have rested. True: it has rested for a
 * short time and is not stale, as far as the kernel was asked; the write may go out. False: nothing is
 * known yet, and repair_before_write() is due. Async-signal-safe, keeps errno. */
bool short_rest_is_harmless(struct connection *connection, int fd, uint64_t now_ms);

#endif
