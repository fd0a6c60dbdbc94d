/* SPDX-License-Identifier: MIT
 *
 * The client of the preload_* traps: preload_client PORT [ADDRESS]. Keep-alive in three styles:
 * never looks, looks with poll() before it writes, waits in epoll. TRAP_REPAIRED=any in the
 * environment: whether it was repaired is not asked, as when another preload stands before us.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../trap.h"

static struct sockaddr_in peer = {.sin_family = AF_INET};
static bool any;

static int connected(void)
{
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(fd >= 0);
    CHECK_EQUAL(connect(fd, (struct sockaddr *)&peer, sizeof peer), 0);
    return fd;
}

static void never_looks(void)
{
    int fd = connected();
    struct trap_answer last = trap_request(fd, "/never-looks");
    for (int turn = 0; turn < 2; turn++) {
        trap_go_stale();
        struct trap_answer now = trap_request(fd, "/never-looks-stale");
        if (!any)
            trap_check_repaired(last, now);
        last = now;
    }
    close(fd);
}

/* As curl does: what is readable while nothing was asked for is a close, and a reason for another. */
static void looks(void)
{
    int fd = connected();
    trap_request(fd, "/looks");
    for (int turn = 0; turn < 2; turn++) {
        trap_go_stale();
        struct pollfd look = {.fd = fd, .events = POLLIN};
        if (poll(&look, 1, 0) != 0) {
            close(fd);
            fd = connected();
        }
        trap_request(fd, "/looks-stale");
    }
    close(fd);
}

/* As Node does: parked between exchanges. */
static void parked(void)
{
    int fd = connected(), set = epoll_create1(0);
    struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP};
    CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
    for (int turn = 0; turn < 2; turn++) {
        trap_request(fd, "/parked");
        if (epoll_wait(set, &event, 1, 300) == 0)
            continue;
        close(fd);
        fd = connected();
        CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
    }
    close(fd);
    close(set);
}

/* A wait must end when its time is over, on the program's clock or on the real one. */
static void waits_in_vain(void)
{
    int fd = connected();
    trap_request(fd, "/waits");
    struct pollfd look = {.fd = fd, .events = POLLIN};
    CHECK(poll(&look, 1, 300) >= 0);
    close(fd);
}

int main(int count, char **words)
{
    CHECK(count >= 2);
    const char *repaired = getenv("TRAP_REPAIRED");
    any = repaired && !strcmp(repaired, "any");
    peer.sin_port = htons((uint16_t)atoi(words[1]));
    CHECK_EQUAL(inet_pton(AF_INET, count > 2 ? words[2] : "127.0.0.1", &peer.sin_addr), 1);
    never_looks();
    looks();
    parked();
    waits_in_vain();
    puts("all styles");
    return 0;
}
