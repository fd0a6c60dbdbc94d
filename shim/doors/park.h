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
 * From the second piece on all signals are blocked between the pieces, and each piece waits under
 * the program's mask, so a signal ends the wait with EINTR as it would have ended the whole one.
 */
#ifndef UNSTALE_DOORS_PARK_H
#define UNSTALE_DOORS_PARK_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

/* What each kind of wait brings. `call` is its own data. */
struct park_kind {
    /* The wait itself, for `wait` (null: for ever), under `mask` (null: the thread's own mask, with
     * the very function that the program called). */
    int (*wait)(void *call, const struct timespec *wait, const sigset_t *mask);

    /* Evicts the connections of this very set that are due. Null: the kind has no set of its own. */
    void (*look)(void *call);

    /* A reconnect by another thread came between: how many of the `ready` results are true now. A
     * negative number: wait again for all of them. */
    int (*recheck)(void *call, int ready);
};

/* Waits. `timeout` null: for ever. `mask`: the one that the program gave, or null. Returns what the
 * wait returned, with its errno. *left, if wanted, becomes what is left of the timeout of a wait that
 * was cut; it stays as it is when the wait was one call, which knows itself. */
int park_wait(const struct park_kind *kind, void *call, const struct timespec *timeout,
              const sigset_t *mask, struct timespec *left);

/* `wait` in the milliseconds of poll() and epoll_wait(), rounded up, as the kernel rounds; null: -1. */
int park_ms(const struct timespec *wait);

#endif
