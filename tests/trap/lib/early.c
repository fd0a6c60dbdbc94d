/* SPDX-License-Identifier: MIT
 *
 * For start_constructor: a library that the program is linked with, so its constructor runs before
 * those of what is preloaded. It does a whole exchange there and leaves a connection to the program.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/uio.h>
#include <unistd.h>

#include "early.h"

struct early early;

/* Every other kind of call, on a pipe: each must reach the kernel though nothing is set up yet. */
static void use_pipe(void)
{
    int ends[2];
    char room[8];
    struct epoll_event event = {.events = EPOLLIN};
    struct iovec part = {room, 1};
    fd_set set;
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(write(ends[1], "abcdefgh", 8), 8);
    CHECK_EQUAL(poll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, 0), 1);
    CHECK_EQUAL(ppoll(&(struct pollfd){.fd = ends[0], .events = POLLIN}, 1, NULL, NULL), 1);
    FD_ZERO(&set);
    FD_SET(ends[0], &set);
    CHECK_EQUAL(select(ends[0] + 1, &set, NULL, NULL, &(struct timeval){5, 0}), 1);
    CHECK_EQUAL(pselect(ends[0] + 1, &set, NULL, NULL, &(struct timespec){5, 0}, NULL), 1);
    int epoll = epoll_create1(0);
    CHECK_EQUAL(epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event), 0);
    CHECK_EQUAL(epoll_wait(epoll, &event, 1, 0), 1);
    CHECK_EQUAL(epoll_pwait(epoll, &event, 1, 0, NULL), 1);
    CHECK_EQUAL(read(ends[0], room, 4), 4);
    CHECK_EQUAL(readv(ends[0], &part, 1), 1);
    int copy = fcntl(ends[0], F_DUPFD_CLOEXEC, 30);
    CHECK_EQUAL(copy, 30);
    CHECK_EQUAL(dup2(copy, 31), 31);
    CHECK_EQUAL(dup3(copy, 32, O_CLOEXEC), 32);
    CHECK_EQUAL(fcntl(31, F_GETFD), 0);
    CHECK_EQUAL(close(copy), 0);
    CHECK_EQUAL(close_range(31, 32, 0), 0);
    CHECK_EQUAL(close(epoll), 0);
    CHECK_EQUAL(close(ends[0]), 0);
    CHECK_EQUAL(close(ends[1]), 0);
}

__attribute__((constructor)) static void start(void)
{
    use_pipe();
    early.server = trap_serve();
    int fd = trap_connect(early.server);
    trap_request(fd, "/in-constructor");
    CHECK_EQUAL(close(fd), 0);
    early.fd = trap_connect(early.server);
    early.last = trap_request(early.fd, "/kept");
}
