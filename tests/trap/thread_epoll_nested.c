/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * The connection is in an epoll set that is itself in another one. The outer wait may report the inner
 * set for a moment's HUP; the inner one must then have nothing, or the truth.
 */
#include "thread_epoll.h"

static int outer;

static void prepare(int fd)
{
    parked_set = epoll_new_set(fd, EPOLLIN | EPOLLRDHUP);
    outer = epoll_new_set(parked_set, EPOLLIN);
}

static bool wait_for_it(int fd)
{
    (void)fd;
    return epoll_is_readable(outer) && epoll_is_readable(parked_set);
}

int main(void)
{
    parked_try(prepare, wait_for_it);
}
