/* SPDX-License-Identifier: MIT
 *
 * All ways to wait for a descriptor that never becomes ready (a pipe), with a timeout and, for half
 * of them, a signal mask; and some idle connections that another epoll set watches. The shim evicts
 * each when it comes to its limit, wherever the program waits just then: so it cuts the waits into
 * pieces, of which the program must notice nothing.
 */
#ifndef UNSTALE_TRAP_WAITS_H
#define UNSTALE_TRAP_WAITS_H

#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <time.h>
#include <unistd.h>

#include "trap.h"

enum { WATCHED = 5 };

static int watched_set, watched[WATCHED];

static inline void watched_open(const struct trap_server *server)
{
    watched_set = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < WATCHED; i++)
        watched[i] = trap_connect(server);
}

/* A new round: fresh connections with one exchange each, 10 ms apart, then watched. */
static inline void watched_rest(const struct trap_server *server)
{
    for (int i = 0; i < WATCHED; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = i};
        close(watched[i]);
        watched[i] = trap_connect(server);
        CHECK_EQUAL(epoll_ctl(watched_set, EPOLL_CTL_ADD, watched[i], &event), 0);
        trap_request(watched[i], "/rest");
        trap_sleep_ms(10);
    }
}

static inline int quiet_pipe(void)
{
    static int ends[2];
    if (!ends[1])
        CHECK_EQUAL(pipe(ends), 0);
    return ends[0];
}

static inline struct timespec wait_time(int ms)
{
    return (struct timespec){ms / 1000, ms % 1000 * 1000000L};
}

static inline int quiet_epoll(int fd)
{
    static int set = -1;
    struct epoll_event event = {.events = EPOLLIN};
    if (set < 0) {
        set = epoll_create1(EPOLL_CLOEXEC);
        CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
    }
    return set;
}

static inline int by_poll(int fd, int ms, const sigset_t *mask)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    (void)mask;
    return poll(&one, 1, ms);
}

static inline int by_ppoll(int fd, int ms, const sigset_t *mask)
{
    struct pollfd one = {.fd = fd, .events = POLLIN};
    struct timespec time = wait_time(ms);
    return ppoll(&one, 1, &time, mask);
}

static inline int by_select(int fd, int ms, const sigset_t *mask)
{
    struct timeval time = {ms / 1000, ms % 1000 * 1000};
    fd_set set;
    (void)mask;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    return select(fd + 1, &set, NULL, NULL, &time);
}

static inline int by_pselect(int fd, int ms, const sigset_t *mask)
{
    struct timespec time = wait_time(ms);
    fd_set set;
    FD_ZERO(&set);
    FD_SET(fd, &set);
    return pselect(fd + 1, &set, NULL, NULL, &time, mask);
}

static inline int by_epoll_wait(int fd, int ms, const sigset_t *mask)
{
    struct epoll_event event;
    (void)mask;
    return epoll_wait(quiet_epoll(fd), &event, 1, ms);
}

static inline int by_epoll_pwait(int fd, int ms, const sigset_t *mask)
{
    struct epoll_event event;
    return epoll_pwait(quiet_epoll(fd), &event, 1, ms, mask);
}

static inline int by_epoll_pwait2(int fd, int ms, const sigset_t *mask)
{
    struct epoll_event event;
    struct timespec time = wait_time(ms);
    return epoll_pwait2(quiet_epoll(fd), &event, 1, &time, mask);
}

static const struct wait {
    const char *name;
    int (*call)(int fd, int ms, const sigset_t *mask);
    bool masks;
} waits[] = {
    {"poll", by_poll, false},
    {"select", by_select, false},
    {"epoll_wait", by_epoll_wait, false},
    {"ppoll", by_ppoll, true},
    {"pselect", by_pselect, true},
    {"epoll_pwait", by_epoll_pwait, true},
    {"epoll_pwait2", by_epoll_pwait2, true},
    {NULL, NULL, false},
};

#endif
