/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * settings: UNSTALE_ACTION=reconnect
 * The connection is registered in several epoll sets, in each with other flags, one of them in another set
 * itself, and the thread is parked in one after the other. HUP must be hidden in all of them, not only in
 * the one that came last.
 */
#include "thread_epoll.h"

enum { SETS = 4, ONESHOT = 1, INNER = 2 };

static const uint32_t flags[SETS] = {EPOLLRDHUP, EPOLLRDHUP | EPOLLONESHOT, EPOLLEXCLUSIVE,
                                     EPOLLRDHUP};
static int sets[SETS];
static int outer;

static void prepare(int fd)
{
    for (int i = 0; i < SETS; i++)
        sets[i] = epoll_new_set(fd, EPOLLIN | flags[i]);
    outer = epoll_new_set(sets[INNER], EPOLLIN);
}

/* The one-shot registration may be spent by a request that was seen in another set. */
static void arm(int fd)
{
    struct epoll_event event = {.events = EPOLLIN | flags[ONESHOT],
                                .data.u64 = 0x123456789abcdefULL};
    CHECK_EQUAL(epoll_ctl(sets[ONESHOT], EPOLL_CTL_MOD, fd, &event), 0);
}

static bool wait_for_it(int fd)
{
    unsigned turn = parked_answered % SETS;
    if (turn == ONESHOT)
        arm(fd);
    if (turn == INNER && !epoll_is_readable(outer))
        return false;
    parked_set = sets[turn];
    return epoll_is_readable(parked_set);
}

int main(void)
{
    parked_try(prepare, wait_for_it);
}
