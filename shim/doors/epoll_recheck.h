/* SPDX-License-Identifier: MIT
 *
 * Hides from epoll_wait() what another thread's reconnect shows for a moment: HUP and ERR on a
 * connection that is coming back (DESIGN 3.3). Edge-triggered events are reported once, so the wait
 * cannot just be repeated: each doubtful event is compared with what poll() says now.
 */
#ifndef UNSTALE_DOORS_EPOLL_RECHECK_H
#define UNSTALE_DOORS_EPOLL_RECHECK_H

#include <sys/epoll.h>

struct epoll_recheck {
    int set;
    struct epoll_event *events;
    int room;
};

/* park_kind.recheck: drops the untrue ones of `ready` events, returns how many are left. A one-shot
 * registration whose event is dropped is armed again. */
int epoll_recheck(void *call, int ready);

#endif
