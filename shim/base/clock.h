/* SPDX-License-Identifier: MIT
 *
 * The clocks. Async-signal-safe.
 */
#ifndef UNSTALE_BASE_CLOCK_H
#define UNSTALE_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

#include "base/compiler.h"
#include "base/sys.h"

/* clock_gettime(): that of the kernel's vDSO, which libc's function calls in its turn; or libc's, or who stands
 * before it, where there is none. The kernel's is the time that passes for a server, too. */
typedef int clock_function_type(clockid_t, struct timespec *);
HIDDEN extern clock_function_type *clock_function;

/* Looks for the vDSO's. For the constructor only. */
void clock_start(void);

/* The coarse clock: since boot, up to one timer tick (1 to 10 ms) behind: 7 ns, for the I/O paths. */
static inline void clock_read_coarse(struct timespec *now)
{
    clock_function(CLOCK_MONOTONIC_COARSE, now);
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
