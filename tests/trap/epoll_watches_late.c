/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * A connection past its limit that nobody watched becomes one that epoll watches: newly added, changed
 * from no event to reading, under a copy of its number, under a number far up, and taken out and added
 * again. It is evicted in the next wait then; and what is taken out is left alone.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum { FAR = 2500, EVENTS = EPOLLIN | EPOLLRDHUP, WAIT_MS = 3000 };

static int set;

static int control(int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    return epoll_ctl(set, operation, fd, &event);
}

static void expect_eviction(int fd, bool expected)
{
    struct epoll_event event = {0};
    int ready = epoll_wait(set, &event, 1, expected ? WAIT_MS : 150);
    CHECK_EQUAL(ready, expected);
    CHECK(!expected || (event.data.fd == fd && event.events & EPOLLRDHUP));
}

/* A connection that has rested past its limit while the program waited for nothing at all. */
static int overdue(const struct trap_server *server)
{
    struct epoll_event event;
    int nothing = epoll_create1(EPOLL_CLOEXEC);
    int fd = trap_connect(server);
    trap_request(fd, "/rest");
    trap_go_stale();
    CHECK_EQUAL(epoll_wait(nothing, &event, 1, 20), 0);
    close(nothing);
    return fd;
}

static void check_added(const struct trap_server *server)
{
    int fd = overdue(server);
    CHECK_EQUAL(control(EPOLL_CTL_ADD, fd, EVENTS), 0);
    expect_eviction(fd, trap_repairs());
    close(fd);
}

static void check_changed(const struct trap_server *server)
{
    int fd = overdue(server);
    CHECK_EQUAL(control(EPOLL_CTL_ADD, fd, 0), 0);
    expect_eviction(fd, false);
    CHECK_EQUAL(control(EPOLL_CTL_MOD, fd, EVENTS), 0);
    expect_eviction(fd, trap_repairs());
    close(fd);
}

static void check_copied(const struct trap_server *server)
{
    int fd = overdue(server);
    int copy = dup(fd);
    CHECK_EQUAL(control(EPOLL_CTL_ADD, copy, EVENTS), 0);
    close(fd);
    expect_eviction(copy, trap_repairs());
    close(copy);
}

/* The copy is registered in time, and the number that it was made of goes. */
static void check_copied_early(const struct trap_server *server)
{
    int fd = trap_connect(server);
    trap_request(fd, "/rest");
    int copy = dup(fd);
    CHECK_EQUAL(control(EPOLL_CTL_ADD, copy, EVENTS), 0);
    close(fd);
    expect_eviction(copy, trap_repairs());
    close(copy);
}

static void check_far(const struct trap_server *server)
{
    int fd = overdue(server);
    int far = fcntl(fd, F_DUPFD_CLOEXEC, FAR);
    CHECK(far >= FAR);
    close(fd);
    CHECK_EQUAL(control(EPOLL_CTL_ADD, far, 0), 0);
    CHECK_EQUAL(control(EPOLL_CTL_MOD, far, EVENTS), 0);
    expect_eviction(far, trap_repairs());
    close(far);
}

static void check_taken_out(const struct trap_server *server)
{
    struct tcp_info info;
    socklen_t length = sizeof info;
    int fd = overdue(server);
    CHECK_EQUAL(control(EPOLL_CTL_ADD, fd, EVENTS), 0);
    CHECK_EQUAL(control(EPOLL_CTL_DEL, fd, 0), 0);
    expect_eviction(fd, false);
    CHECK_EQUAL(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length), 0);
    CHECK_EQUAL(info.tcpi_state, TCP_ESTABLISHED);
    CHECK_EQUAL(control(EPOLL_CTL_ADD, fd, EVENTS), 0);
    expect_eviction(fd, trap_repairs());
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    struct rlimit limit;
    CHECK_EQUAL(getrlimit(RLIMIT_NOFILE, &limit), 0);
    limit.rlim_cur = limit.rlim_max;
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &limit), 0);
    if (limit.rlim_max <= FAR)
        trap_skip("too few descriptors are allowed");
    set = epoll_create1(EPOLL_CLOEXEC);
    check_added(server);
    check_changed(server);
    check_copied(server);
    check_copied_early(server);
    check_far(server);
    check_taken_out(server);
    puts("seen by who came to watch");
}
