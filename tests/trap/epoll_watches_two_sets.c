/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * A connection that is registered in two epoll sets is evicted as long as one of them watches it for
 * reading, whatever becomes of it in the other; and left alone when none does: not where it was changed,
 * nor where the set that did was closed without taking it out, nor where another set has that number. The
 * other set may have it under a copy of its number.
 */
#include <errno.h>
#include <linux/kcmp.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

enum { READING = EPOLLIN | EPOLLRDHUP, NOT_READING = EPOLLPRI, EVICTED_MS = 5000, LEFT_MS = 250 };

static const struct trap_server *server;
static int first, second;

static int new_set(void)
{
    int set = epoll_create1(EPOLL_CLOEXEC);
    CHECK(set >= 0);
    return set;
}

static void control(int set, int operation, int fd, uint32_t events)
{
    struct epoll_event event = {.events = events, .data.fd = fd};
    CHECK_EQUAL(epoll_ctl(set, operation, fd, &event), 0);
}

/* A connection at rest in both sets. */
static int registered(uint32_t in_first, uint32_t in_second)
{
    int fd = trap_connect(server);
    first = new_set();
    second = new_set();
    control(first, EPOLL_CTL_ADD, fd, in_first);
    control(second, EPOLL_CTL_ADD, fd, in_second);
    return fd;
}

static void end(int fd)
{
    close(fd);
    close(first);
    close(second);
}

static void expect_eviction(int set, int fd)
{
    struct epoll_event event = {0};
    trap_request(fd, "/rest");
    int ready = epoll_wait(set, &event, 1, trap_repairs() ? EVICTED_MS : LEFT_MS);
    CHECK_EQUAL(ready, trap_repairs());
    CHECK(!ready || (event.data.fd == fd && event.events & EPOLLRDHUP));
    end(fd);
}

static void expect_none(int set, int fd)
{
    struct tcp_info info;
    struct epoll_event event = {0};
    socklen_t length = sizeof info;
    trap_request(fd, "/rest");
    CHECK_EQUAL(epoll_wait(set, &event, 1, LEFT_MS), 0);
    CHECK_EQUAL(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &length), 0);
    CHECK_EQUAL(info.tcpi_state, TCP_ESTABLISHED);
    end(fd);
}

static void check_watched_by_one(void)
{
    int fd = registered(READING, NOT_READING);
    expect_eviction(first, fd);
    fd = registered(NOT_READING, READING);
    expect_eviction(second, fd);
}

static void check_taken_out_of_one(void)
{
    int fd = registered(READING, EPOLLOUT);
    control(second, EPOLL_CTL_DEL, fd, 0);
    expect_eviction(first, fd);
    fd = registered(NOT_READING, READING);
    control(first, EPOLL_CTL_DEL, fd, 0);
    expect_eviction(second, fd);
    fd = registered(READING, NOT_READING);
    control(first, EPOLL_CTL_DEL, fd, 0);
    expect_none(second, fd);
    fd = registered(NOT_READING, READING);
    control(second, EPOLL_CTL_DEL, fd, 0);
    expect_none(first, fd);
}

static void check_changed_in_one(void)
{
    int fd = registered(READING, READING);
    control(first, EPOLL_CTL_MOD, fd, NOT_READING);
    expect_eviction(second, fd);
    fd = registered(READING, READING);
    control(second, EPOLL_CTL_MOD, fd, NOT_READING);
    expect_eviction(first, fd);
    fd = registered(NOT_READING, NOT_READING);
    control(second, EPOLL_CTL_MOD, fd, READING);
    expect_eviction(second, fd);
    fd = registered(READING, READING);
    control(first, EPOLL_CTL_MOD, fd, NOT_READING);
    control(second, EPOLL_CTL_MOD, fd, NOT_READING);
    expect_none(second, fd);
}

/* The number of the first set leads to none, then to a set that does not have the connection. */
static void check_closed_set(bool taken_again)
{
    int fd = registered(READING, NOT_READING);
    int number = first;
    close(first);
    first = -1;
    if (taken_again) {
        first = new_set();
        CHECK_EQUAL(first, number);
    }
    expect_none(second, fd);
}

/* Where kcmp() is refused, another set by the number of one is taken for that. */
static bool kernel_tells(void)
{
    struct kcmp_epoll_slot slot = {.efd = (uint32_t)new_set()};
    long answer = syscall(SYS_kcmp, getpid(), getpid(), KCMP_EPOLL_TFD, slot.efd, &slot);
    return answer >= 0 || errno == ENOENT;
}

/* As AnyEvent does it: another number for writing, for as long as there is something to write. */
static void check_copied_to_write(void)
{
    int fd = registered(READING, READING);
    int copy = dup(fd);
    control(first, EPOLL_CTL_DEL, fd, 0);
    control(first, EPOLL_CTL_ADD, copy, EPOLLOUT);
    control(first, EPOLL_CTL_DEL, copy, 0);
    close(copy);
    expect_eviction(second, fd);
}

int main(void)
{
    server = trap_serve();
    check_watched_by_one();
    check_taken_out_of_one();
    check_changed_in_one();
    check_copied_to_write();
    check_closed_set(false);
    if (kernel_tells())
        check_closed_set(true);
    puts("watched by one of two");
}
