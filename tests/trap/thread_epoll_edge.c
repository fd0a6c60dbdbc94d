/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * Parked in an edge-triggered epoll_wait(): an event is reported once, so a false HUP must not
 * swallow the true EPOLLIN that comes with it.
 */
#include "thread_epoll.h"

static void prepare(int fd)
{
    parked_set = epoll_new_set(fd, EPOLLIN | EPOLLRDHUP | EPOLLET);
}

static bool wait_for_it(int fd)
{
    (void)fd;
    return epoll_is_readable(parked_set);
}

int main(void)
{
    parked_try(prepare, wait_for_it);
}
