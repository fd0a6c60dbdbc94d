/* SPDX-License-Identifier: MIT
 *
 * What the doors call before the constructor has found the next definitions: the bare system call
 * with libc's calling convention (-1 and errno). Async-signal-safe; no cancellation point.
 * Functions that are no system call look for their next definition at once (early.c).
 */
#ifndef UNSTALE_BASE_RAW_H
#define UNSTALE_BASE_RAW_H

#include "base/next.h"

#define X(name, result, parameters) result raw_##name parameters;
UNSTALE_INTERPOSED(X)
#undef X

#endif
