/* SPDX-License-Identifier: MIT
 *
 * The event log: one line per repair, on stderr or appended to a file, where the user asked for it
 * (UNSTALE_LOG). Async-signal-safe: no stdio, no malloc, no lock; each line is one write(), so the
 * lines of processes that share the file do not mix. No descriptor is kept open. Only facts of the
 * protocol are written, never payload.
 */
#ifndef UNSTALE_RECORD_LOG_H
#define UNSTALE_RECORD_LOG_H

#include <stdint.h>

#include "base/address.h"

/* Remembers which file stderr is. Called by the constructor: a program may close descriptor 2 later
 * and get a connection under that number. */
void log_start(void);

/* Writes `line`, without its newline, to stderr if that is still what it was; "unstale: " goes before
 * it. For messages that do not depend on UNSTALE_LOG. */
void log_complain(const char *line);

/* What was decided for a peer as a whole. The words are as in log_repair. */
void log_peer(const struct address *peer, const char *name, const char *action, const char *reason);

/* One repair (or what would have been one, in observe). `name`: what the peer was resolved from; null:
 * not known. `action` and `reason` are words. */
void log_repair(const struct address *peer, const char *name, uint32_t idle_ms, const char *action,
                const char *reason);

#endif
