/* SPDX-License-Identifier: MIT
 *
 * The clocks. Both are read through the vDSO: async-signal-safe, no system call.
 */
#ifndef UNSTALE_BASE_CLOCK_H
#define UNSTALE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Milliseconds since boot, up to one timer tick (1 to 10 ms) behind: 7 ns, for the I/O paths. */
static inline uint64_t clock_coarse_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* Nanoseconds since boot, exact: 25 ns, for the timeouts of waits that we cut into pieces. */
static inline uint64_t clock_exact_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000 + (uint64_t)now.tv_nsec;
}

#endif
