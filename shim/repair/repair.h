/* SPDX-License-Identifier: MIT
 *
 * The repairs, and the moments at which the doors ask for them. Each asks the kernel, then the
 * verdict, and only then acts, with the phase claimed and all signals blocked, so that one thread at
 * a time repairs and a signal handler never meets a half-done repair. Nothing waits for the network.
 *
 * All are async-signal-safe, keep errno, and do nothing in a process that is not the owner (vfork
 * children).
 */
#ifndef UNSTALE_REPAIR_REPAIR_H
#define UNSTALE_REPAIR_REPAIR_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "connection/connection.h"
#include "connection/opening.h"

/* A gap shorter than this costs no question to the kernel (DESIGN 4): the peer can hardly have
 * closed, and a busy connection makes the same system calls as without us. */
enum { REPAIR_ASK_MS = 20 };

/* So many connections are looked at before the program's own events come first again: each takes some
 * 20 us, and a thousand may be due at once. */
enum { REPAIRS_AT_ONCE = 16 };

/* How many reconnects have begun in this process, and how many of them have ended. A wait may have seen
 * the moment between disconnect and connect if more have begun by its end than had ended at its
 * beginning. */
HIDDEN extern _Atomic uint32_t repair_reconnects_begun;
HIDDEN extern _Atomic uint32_t repair_reconnects_ended;

/* A write that opens with `opening` may begin a new exchange on a connection that may be stale. True:
 * write (the connection is good, or good again, or not ours to touch). False: nothing may be sent;
 * the write fails with ECONNRESET. */
bool repair_before_write(struct connection *connection, int fd, enum opening opening);

/* The program looks at the idle connection whose due_ms has come, or waits for it (`awaited`). Evicts
 * it, or moves due_ms on and lets the waits know. */
void repair_at_probe(struct connection *connection, int fd, bool awaited);

/* Evicts what is due among the connections that are watched by epoll; the others become overdue. True:
 * REPAIRS_AT_ONCE of them have been looked at, and more may be due. */
bool repair_due(uint64_t now_ms);

#endif
