/* SPDX-License-Identifier: MIT
 *
 * When the next resting connection may be past its limit. A connection is put in when it comes to
 * rest between exchanges and stays in while it is used again: its place is corrected when it comes
 * up, so each connection is looked at once in a limit's time and never in a scan.
 *
 * deadlines_add is lock-free and async-signal-safe (it runs on the read path). deadlines_take is for
 * the waits, with all signals blocked; its lock is only ever tried.
 */
#ifndef UNSTALE_CONNECTION_DEADLINES_H
#define UNSTALE_CONNECTION_DEADLINES_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/compiler.h"
#include "connection/connection.h"

/* When the next one is, on the coarse clock: perhaps too early, never too late. Or, from DEADLINE_NONE on,
 * that there is none, and what else the waits want to know, so that they look at one word. */
HIDDEN extern _Atomic uint64_t deadlines_next_ms;

#define DEADLINE_NONE (UINT64_MAX - 3)
#define DEADLINE_UNTRACKED (UINT64_MAX - 2) /* there never was a connection */
#define DEADLINE_CALM (UINT64_MAX - 1) /* there are threads, and there was no reconnect (park.h) */

/* The first connection: from now on the waits look. */
void deadlines_begin(void);

/* While there is no deadline: DEADLINE_CALM, or DEADLINE_NONE again. */
COLD void deadlines_set_calm(bool calm);

/* How many resting connections are past their limit and not watched by epoll: a poll() or select()
 * that has one of them in its set may evict it. Counted one by one (connection->overdue). */
HIDDEN extern _Atomic uint32_t deadlines_overdue;

void deadlines_note_overdue(struct connection *connection);
COLD void deadlines_one_less_overdue(struct connection *connection);

static inline void deadlines_clear_overdue(struct connection *connection)
{
    if (UNLIKELY(atomic_load_explicit(&connection->overdue, memory_order_relaxed)))
        deadlines_one_less_overdue(connection);
}

/* Puts the connection in, for its due_ms, unless it is in already. */
void deadlines_add(struct connection *connection);

/* Takes out one connection that is between exchanges and due at `now_ms`, and corrects
 * deadlines_next_ms. Null when there is none, or another thread is at it. */
struct connection *deadlines_take(uint64_t now_ms);

/* In a new fork child: forgets all of them. */
void deadlines_forget(void);

#endif
