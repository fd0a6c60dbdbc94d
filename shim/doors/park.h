/* SPDX-License-Identifier: MIT
 *
 * A wait of the program (poll, select, epoll) that may be cut into pieces: each piece ends at the
 * next eviction deadline, what is due is evicted, and the wait goes on with exactly what is left of
 * the program's own timeout. Without a deadline there is one piece, the program's own call.
 *
 * A signal that arrives between the end of the first piece and the next instruction of ours is
 * handled, but does not end the wait: the same gap that a program without pselect() has before any
 * wait. Closing it would cost two system calls for each wait that may be cut.
 *
 * Most waits need none of this, and cost a few loads and branches: see park_way and park_is_whole.
 *
 * From the second piece on all signals are blocked between the pieces, and each piece waits under
 * the program's mask, so a signal ends the wait with EINTR as it would have ended the whole one.
 */
#ifndef UNSTALE_DOORS_PARK_H
#define UNSTALE_DOORS_PARK_H

#include <limits.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <time.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "base/process.h"
#include "connection/deadlines.h"
#include "repair/repair.h"

/* What each kind of wait brings. `call` is its own data. */
struct park_kind {
    /* The wait as the program called it. Null where the timeout is not in milliseconds. */
    int (*whole)(void *call, int wait_ms, const sigset_t *mask);

    /* A piece of the wait, for `wait` (null: for ever), under `mask` (null: the thread's own mask, with
     * the very function that the program called). */
    int (*piece)(void *call, const struct timespec *wait, const sigset_t *mask);

    /* Evicts connections of this very set that are due. True: there may be more, and the program's own
     * events come first. Null: the kind has no set of its own. */
    bool (*look)(void *call);

    /* A reconnect by another thread came between: how many of the `ready` results are true now. A
     * negative number: wait again for all of them. */
    int (*recheck)(void *call, int ready);
};

/* Waits. `timeout` null: for ever. `mask`: the one that the program gave, or null. Returns what the
 * wait returned, with its errno. *left, if wanted, becomes what is left of the timeout of a wait that
 * was cut; it stays as it is when the wait was one call, which knows itself. */
int park_wait(const struct park_kind *kind, void *call, const struct timespec *timeout,
              const sigset_t *mask, struct timespec *left);

/* What has to be known of a wait before it begins. */
struct park_whole {
    int piece_ms;        /* how long to wait at first; below 0: for ever */
    uint64_t began_ms;   /* coarse; 0: it will not be asked for */
    uint32_t reconnects; /* repair_reconnects_ended then */
};

/* Goes on with a wait of `wait_ms` (below 0: for ever) whose first piece gave `ready`: nothing because
 * it was cut, or results that may come from a reconnect by another thread. Those are corrected, and
 * nothing is waited for if any of them is true. */
int park_on(const struct park_kind *kind, void *call, const struct park_whole *whole, int wait_ms,
            const sigset_t *mask, int ready);

/* The same for a wait of PARK_CALM that came to a reconnect. `began`: null if it has no timeout
 * that must be kept. */
COLD int park_on_from_calm(const struct park_kind *kind, void *call, const struct timespec *began,
                           int wait_ms, const sigset_t *mask, int ready);

/* The wait in pieces from its beginning, for a timeout in milliseconds. */
int park_cut(const struct park_kind *kind, void *call, int wait_ms, const sigset_t *mask);

/* How to wait. */
enum park_way {
    PARK_NOT, /* as the program does: nothing was ever tracked, or nothing waits to be evicted and there is
                  no other thread whose reconnect could show */
    PARK_CALM, /* the same, but there are threads; no reconnect was made yet. See park_is_calm */
    PARK_WITH_CARE,
};

/* `looks`: see park_kind. */
INLINE enum park_way park_way(bool looks)
{
    uint64_t next_ms = atomic_load_explicit(&deadlines_next_ms, memory_order_relaxed);
    if (LIKELY(next_ms == DEADLINE_UNTRACKED))
        return PARK_NOT;
    if (UNLIKELY(looks && atomic_load_explicit(&deadlines_overdue, memory_order_relaxed)))
        return PARK_WITH_CARE;
    if (next_ms > DEADLINE_UNTRACKED)
        return PARK_CALM;
    return LIKELY(next_ms == DEADLINE_NONE) && process_is_single_threaded() ? PARK_NOT
                                                                            : PARK_WITH_CARE;
}

/* After a wait of PARK_CALM: true when there still was no reconnect, so that its result is good. If not,
 * park_on goes on with it. */
INLINE bool park_is_calm(void)
{
    return LIKELY(!atomic_load(&repair_reconnects_begun));
}

/* True when the program's own function may begin the wait, with piece_ms: nothing is due before its
 * end, or it has no end that would have to be kept exactly. The clock is read only where something is
 * pending, or another thread could make us wait a second time. */
INLINE bool park_is_whole(struct park_whole *whole, bool looks, int wait_ms, bool masked)
{
    uint64_t deadline_ms = atomic_load_explicit(&deadlines_next_ms, memory_order_relaxed);
    *whole = (struct park_whole){wait_ms, 0, atomic_load(&repair_reconnects_ended)};
    if (UNLIKELY(looks && atomic_load_explicit(&deadlines_overdue, memory_order_relaxed)))
        return false;
    if (deadline_ms >= DEADLINE_NONE) {
        if (process_is_single_threaded())
            return true;
        if (!whole->reconnects && !atomic_load(&repair_reconnects_begun))
            deadlines_set_calm(true);
        if (wait_ms > 0)
            whole->began_ms = clock_coarse_ms();
        return true;
    }
    whole->began_ms = clock_coarse_ms();
    if (deadline_ms <= whole->began_ms)
        return false;
    uint64_t left_ms = deadline_ms - whole->began_ms;
    if (wait_ms >= 0)
        return left_ms >= (uint64_t)wait_ms;
    whole->piece_ms = left_ms < INT_MAX ? (int)left_ms : INT_MAX;
    return !masked; /* what the mask holds back must not come out between two pieces */
}

/* A wait with a timeout in milliseconds. Inline, so that the kind's functions are too. */
INLINE int park_wait_ms(const struct park_kind *kind, void *call, int wait_ms, const sigset_t *mask)
{
    struct park_whole whole;
    if (UNLIKELY(!park_is_whole(&whole, kind->look != NULL, wait_ms, mask != NULL)))
        return park_cut(kind, call, wait_ms, mask);
    int ready = kind->whole(call, whole.piece_ms, mask);
    if (ready < 0 || (ready == 0 && whole.piece_ms == wait_ms) ||
        (ready && LIKELY(atomic_load(&repair_reconnects_begun) == whole.reconnects)))
        return ready;
    return park_on(kind, call, &whole, wait_ms, mask, ready);
}

/* `wait` in the milliseconds of poll() and epoll_wait(), rounded up, as the kernel rounds; null: -1. */
int park_ms(const struct timespec *wait);

#endif
