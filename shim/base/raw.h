/* SPDX-License-Identifier: MIT
 *
 * What the doors call before the constructor has found the next definitions: the bare system call
 * with libc's calling convention (-1 and errno). Async-signal-safe; no cancellation point.
 * raw_dlopen is the exception: no system call does its work, so it looks for the next one at once.
 */
#ifndef UNSTALE_BASE_RAW_H
#define UNSTALE_BASE_RAW_H

#include "base/next.h"

#define X(name, result, parameters) result raw_##name parameters;
UNSTALE_INTERPOSED(X)
#undef X

#endif
