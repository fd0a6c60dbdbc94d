/* SPDX-License-Identifier: MIT
 *
 * thread_parked.h with epoll: one set, one registration with the flags of the trap.
 */
#ifndef UNSTALE_TRAP_THREAD_EPOLL_H
#define UNSTALE_TRAP_THREAD_EPOLL_H

#include <sys/epoll.h>

#include "thread_parked.h"

static int parked_set;

static void epoll_add(int set, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.u64 = 0x123456789abcdefULL};
    CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
}

static int epoll_new_set(int fd, uint32_t events)
{
    int set = epoll_create1(EPOLL_CLOEXEC);
    CHECK(set >= 0);
    epoll_add(set, fd, events);
    return set;
}

/* True when readable; at an edge, EPOLLOUT alone is fair too. */
static bool epoll_is_readable(int set)
{
    struct epoll_event event = {0};
    int ready = epoll_wait(set, &event, 1, 100);
    CHECK(ready >= 0);
    if (!ready)
        return false;
    if (event.events & ~(uint32_t)(EPOLLIN | EPOLLOUT) || !event.events)
        trap_fail(__FILE__, __LINE__, "events %#x", event.events);
    CHECK_EQUAL(event.data.u64, 0x123456789abcdefULL);
    return event.events & EPOLLIN;
}

#endif
