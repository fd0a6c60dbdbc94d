/* SPDX-License-Identifier: MIT
 *
 * What poll() and select() have in common: a look at one descriptor of their set.
 */
#ifndef UNSTALE_DOORS_PROBE_H
#define UNSTALE_DOORS_PROBE_H

#include <stdbool.h>
#include <time.h>

#include "connection/connection.h"

/* A wait that is no longer than this is a look (the JDK's takes 1 ms); in a longer one the program
 * expects something. */
enum { PROBE_LOOK_MS = 10 };

/* The program watches `fd` for reading in this very call, which is `awaited` when it is longer than a
 * look. Evicts its connection if that is due. True: the kernel was asked, and time has passed. */
bool probe_descriptor(int fd, bool awaited);

/* True when `fd` is tracked, and so its readiness may be that of a reconnect under way; waits for
 * the end of that. */
bool probe_await(int fd);

/* True when a wait of this length (null, or below 0: for ever) is more than a look. */
static inline bool probe_is_long(const struct timespec *wait)
{
    return !wait || wait->tv_sec || wait->tv_nsec > PROBE_LOOK_MS * 1000000L;
}

static inline bool probe_is_long_ms(int wait_ms)
{
    return wait_ms < 0 || wait_ms > PROBE_LOOK_MS;
}

#endif
