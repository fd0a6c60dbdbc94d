/* SPDX-License-Identifier: MIT
 *
 * What the doors call before the constructor has found the next definitions: the bare system call
 * with libc's calling convention (-1 and errno). Async-signal-safe; no cancellation point.
 * Functions that are no system call look for their next definition at once (early.c).
 */
#ifndef UNSTALE_BASE_RAW_H
#define UNSTALE_BASE_RAW_H

#include <errno.h>

#include "base/compiler.h"
#include "base/next.h"

/* Sets errno for a negative `result` of the kernel. Returns -1. */
COLD long raw_error(long result);

/* What the kernel has returned, as libc would return it. */
INLINE long raw_result(long result)
{
    return LIKELY(result >= 0) ? result : raw_error(result);
}

/* The same where that is no rare case. */
INLINE long raw_result_at_once(long result)
{
    if (LIKELY(result >= 0))
        return result;
    errno = (int)-result;
    return -1;
}

#define X(name, result, parameters) result raw_##name parameters;
UNSTALE_INTERPOSED(X)
#undef X

#endif
