/* SPDX-License-Identifier: MIT
 *
 * See lock.h.
 */
#include "base/lock.h"

#include "base/process.h"
#include "base/sys.h"

bool lock_try(struct lock *lock, int turns)
{
    uintptr_t self = process_thread();
    for (int turn = 0; turn < turns; turn++) {
        uintptr_t found = 0;
        if (atomic_compare_exchange_strong(&lock->holder, &found, self))
            return true;
        if (found == self)
            return false;
        sys_yield();
    }
    return false;
}

void lock_release(struct lock *lock)
{
    atomic_store(&lock->holder, 0);
}

bool lock_is_held(const struct lock *lock)
{
    return atomic_load(&lock->holder) != 0;
}
