/* SPDX-License-Identifier: MIT
 *
 * A lock that is only ever tried, for tables that no path of I/O needs: who does not get it goes on
 * without. It holds the thread that has it, so a signal handler that has interrupted its own thread
 * inside sees that at once. A handler that jumps out (siglongjmp) leaves it held for good.
 */
#ifndef UNSTALE_BASE_LOCK_H
#define UNSTALE_BASE_LOCK_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct lock {
    _Atomic uintptr_t holder; /* a thread (process_thread()); 0: free */
};

/* Tries `turns` times, giving the processor away in between. Async-signal-safe. */
bool lock_try(struct lock *lock, int turns);
void lock_release(struct lock *lock);

/* In a new fork child, which has one thread: true when a thread that is not here any more, or this one,
 * was inside. */
bool lock_is_held(const struct lock *lock);

#endif
