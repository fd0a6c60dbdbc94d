/* SPDX-License-Identifier: MIT
 *
 * An event loop's client: non-blocking, registered with epoll once and edge-triggered for
 * everything, parked in epoll_wait() between requests. It opens a new connection when it sees the
 * idle one end. No retry.
 */
#include "nonblocking.h"

#include <sys/epoll.h>
#include <unistd.h>

static int poller;

static bool open_registered(const struct job *job, int *fd)
{
    struct epoll_event all = {.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET};

    *fd = nonblocking_connect(job);
    return *fd >= 0 && epoll_ctl(poller, EPOLL_CTL_ADD, *fd, &all) == 0;
}

/* One connection is registered, for all events: which one became ready is found out by trying. */
static void wait_by_epoll(int fd, short events, int timeout_ms)
{
    struct epoll_event ready;
    (void)fd;
    (void)events;
    epoll_wait(poller, &ready, 1, timeout_ms);
}

static const char *exchange(struct job *job, int *fd)
{
    if (*fd < 0 && !open_registered(job, fd))
        return "cannot connect";
    return nonblocking_exchange(job, *fd, wait_by_epoll);
}

/* Parked for the whole pause; edges other than the end of the connection are of no interest. */
static void park(struct job *job, int *fd)
{
    long long until_us = now_us() + job->gap_ms * 1000LL;
    long long left_us;

    while ((left_us = until_us - now_us()) > 0) {
        struct epoll_event ready;
        int count = epoll_wait(poller, &ready, 1, 1 + (int)(left_us / 1000));
        if (count == 1 && ready.events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) {
            close(*fd);
            *fd = -1;
        }
    }
}

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    poller = epoll_create1(EPOLL_CLOEXEC);
    return job_run(&job, exchange, park);
}
