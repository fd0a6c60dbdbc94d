/* SPDX-License-Identifier: MIT
 *
 * A process looks at a shared connection past its limit, by poll, select, epoll and a peek. An
 * eviction would be a shutdown() of the socket itself, so it would cut the other process's
 * connection too, which may be the one that uses it: a shared connection is never evicted.
 */
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

/* Every kind of look. Bare, none sees anything. */
static void look_in_all_ways(int fd)
{
    struct pollfd wait = {.fd = fd, .events = POLLIN | POLLRDHUP};
    struct timeval time = {0, 20000};
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP};
    char byte;
    fd_set set;
    int epoll = epoll_create1(EPOLL_CLOEXEC);
    FD_ZERO(&set);
    FD_SET(fd, &set);
    CHECK_EQUAL(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event), 0);
    CHECK_EQUAL(poll(&wait, 1, 200), 0);
    CHECK_EQUAL(select(fd + 1, &set, NULL, NULL, &time), 0);
    CHECK_EQUAL(epoll_wait(epoll, &event, 1, 20), 0);
    CHECK_EQUAL(recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT), -1);
    close(epoll);
}

static void child_looks(void *data)
{
    look_in_all_ways(*(int *)data);
}

static int looked[2]; /* a pipe: the parent has looked */

static void child_asks_later(void *data)
{
    char byte;
    CHECK_EQUAL(read(looked[0], &byte, 1), 1);
    trap_request(*(int *)data, "/child-asks");
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    trap_request(fd, "/parent");
    trap_await_child(trap_fork(child_looks, &fd), 0);
    trap_request(fd, "/parent-asks");
    CHECK_EQUAL(pipe(looked), 0);
    pid_t pid = trap_fork(child_asks_later, &fd);
    look_in_all_ways(fd);
    CHECK_EQUAL(write(looked[1], "!", 1), 1);
    trap_await_child(pid, 0);
    /* The other process has received here, and may stand in a receive again for all that this one can
     * know: not repaired any more, but it works. */
    trap_request(fd, "/parent-at-the-end");
    trap_go_stale();
    trap_request(fd, "/parent-stale");
    CHECK_EQUAL(server->requests, 5);
    puts("never cut");
}
