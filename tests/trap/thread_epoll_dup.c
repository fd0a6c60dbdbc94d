/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * The connection is registered twice in one set, under a dup's number and under its own, and the
 * number that was registered first is closed then: its registration lives on in the kernel under a
 * number that no longer exists. HUP of either must be hidden.
 */
#include "thread_epoll.h"

static void prepare(int fd)
{
    int alias = dup(fd);
    parked_set = epoll_new_set(alias, EPOLLIN | EPOLLRDHUP);
    CHECK_EQUAL(close(alias), 0);
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
