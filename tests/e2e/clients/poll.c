/* SPDX-License-Identifier: MIT
 *
 * A non-blocking client on poll(), in two programs: "poll_watches" (built with -DWATCHES=1) is
 * parked in poll(POLLIN) on its idle connection and opens a new one when that becomes readable;
 * "poll_never_looks" sleeps and then just writes. No retry.
 */
#include "nonblocking.h"

#include <poll.h>
#include <unistd.h>

static void wait_by_poll(int fd, short events, int timeout_ms)
{
    struct pollfd ready = {.fd = fd, .events = events};
    poll(&ready, 1, timeout_ms);
}

static const char *exchange(struct job *job, int *fd)
{
    if (*fd < 0 && (*fd = nonblocking_connect(job)) < 0)
        return "cannot connect";
    return nonblocking_exchange(job, *fd, wait_by_poll);
}

#if !WATCHES
#define watch job_sleep
#else
static void watch(struct job *job, int *fd)
{
    struct pollfd idle = {.fd = *fd, .events = POLLIN};
    long long until_us = now_us() + job->gap_ms * 1000LL;

    if (poll(&idle, *fd >= 0, job->gap_ms) > 0) {
        close(*fd);
        *fd = -1;
    }
    /* The pause has its full length also when the connection ended early. */
    while (now_us() < until_us)
        poll(NULL, 0, 1 + (int)((until_us - now_us()) / 1000));
}
#endif

int main(int argc, char **argv)
{
    struct job job = job_from_arguments(argc, argv);
    return job_run(&job, exchange, watch);
}
