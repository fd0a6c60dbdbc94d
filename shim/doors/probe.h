/* SPDX-License-Identifier: MIT
 *
 * What poll() and select() have in common: a look at one descriptor of their set.
 */
#ifndef UNSTALE_DOORS_PROBE_H
#define UNSTALE_DOORS_PROBE_H

#include <stdbool.h>

#include "connection/connection.h"

/* The program watches `fd` for reading in this very call. Evicts its connection if that is due. */
void probe_descriptor(int fd);

/* True when `fd` is tracked, and so its readiness may be that of a reconnect under way; waits for
 * the end of that. */
bool probe_await(int fd);

/* True when nothing was ever tracked, so a wait is none of our business. */
static inline bool probe_is_needless(void)
{
    return !atomic_load_explicit(&connection_any, memory_order_relaxed);
}

#endif
