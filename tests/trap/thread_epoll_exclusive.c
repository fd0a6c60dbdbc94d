/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * Parked on an EPOLLEXCLUSIVE registration, which may only be added, never modified.
 */
#include "thread_epoll.h"

static void prepare(int fd)
{
    parked_set = epoll_new_set(fd, EPOLLIN | EPOLLEXCLUSIVE);
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
