/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * Parked on an EPOLLONESHOT registration: a false HUP disarms it, so a shim that just drops the event
 * leaves the program waiting for ever, and one that arms it again by itself may give two events.
 */
#include "thread_epoll.h"

enum { EVENTS = EPOLLIN | EPOLLRDHUP | EPOLLONESHOT };

static void prepare(int fd)
{
    parked_set = epoll_new_set(fd, EVENTS);
}

/* Once an event was given nothing more comes until the program arms the registration. */
static bool wait_for_it(int fd)
{
    struct epoll_event event;
    if (!epoll_is_readable(parked_set))
        return false;
    CHECK_EQUAL(epoll_wait(parked_set, &event, 1, 0), 0);
    event = (struct epoll_event){.events = EVENTS, .data.u64 = 0x123456789abcdefULL};
    CHECK_EQUAL(epoll_ctl(parked_set, EPOLL_CTL_MOD, fd, &event), 0);
    return true;
}

int main(void)
{
    parked_try(prepare, wait_for_it);
}
