/* SPDX-License-Identifier: MIT
 *
 * The clocks. Async-signal-safe.
 */
#ifndef UNSTALE_BASE_CLOCK_H
#define UNSTALE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "base/sys.h"

/* The coarse clock: since boot, up to one timer tick (1 to 10 ms) behind: 7 ns, for the I/O paths. */
static inline void clock_read_coarse(struct timespec *now)
{
    clock_gettime(CLOCK_MONOTONIC_COARSE, now);
}

static inline uint64_t clock_ms(const struct timespec *time)
{
    return (uint64_t)time->tv_sec * 1000 + (uint64_t)time->tv_nsec / 1000000;
}

static inline uint64_t clock_coarse_ms(void)
{
    struct timespec now;
    clock_read_coarse(&now);
    return clock_ms(&now);
}

/* Nanoseconds since boot, exact, by a system call: for the timeouts of waits that we cut into pieces,
 * which must end whatever a library like libfaketime makes of clock_gettime(). */
static inline uint64_t clock_exact_ns(void)
{
    struct timespec now = {0};
    (void)SYS_CALL(SYS_clock_gettime, CLOCK_MONOTONIC, &now, 0, 0, 0, 0);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
