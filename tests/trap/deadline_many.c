/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * Two hundred connections come to their limit at once. A wait that finds them all may not evict them
 * all before it looks at what the program waits for: it does some, the program's own event comes
 * first, and the waits that follow do the rest, a single long one too.
 */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum { MANY = 200 };

static int all[MANY];

static int open_all(struct trap_server *server)
{
    int set = epoll_create1(EPOLL_CLOEXEC);
    for (int i = 0; i < MANY; i++) {
        struct epoll_event event = {.events = EPOLLIN | EPOLLRDHUP, .data.fd = i};
        all[i] = trap_connect(server);
        trap_request(all[i], "/many");
        if (i < MANY / 2)
            CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, all[i], &event), 0);
    }
    return set;
}

static int alive(int first, int last)
{
    int count = 0;
    for (int i = first; i < last; i++) {
        struct tcp_info info;
        socklen_t length = sizeof info;
        CHECK_EQUAL(getsockopt(all[i], IPPROTO_TCP, TCP_INFO, &info, &length), 0);
        count += info.tcpi_state == TCP_ESTABLISHED;
    }
    return count;
}

static int ready_pipe(void)
{
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(write(ends[1], "x", 1), 1);
    return ends[0];
}

/* Those of the epoll set, in waits on something else. */
static void check_watched(int ready)
{
    struct pollfd own = {.fd = ready, .events = POLLIN};
    CHECK_EQUAL(poll(&own, 1, 0), 1);
    CHECK(!trap_repairs() || alive(0, MANY / 2) > 0);
    own.fd = -1;
    CHECK_EQUAL(poll(&own, 1, 200), 0);
    CHECK_EQUAL(alive(0, MANY / 2), trap_repairs() ? 0 : MANY / 2);
}

/* Those of the poll set itself. */
static void check_polled(int ready)
{
    struct pollfd own[MANY / 2 + 1];
    for (int i = 0; i < MANY / 2; i++)
        own[i] = (struct pollfd){.fd = all[MANY / 2 + i], .events = POLLIN};
    own[MANY / 2] = (struct pollfd){.fd = ready, .events = POLLIN};
    CHECK(poll(own, MANY / 2 + 1, 0) >= 1);
    CHECK(own[MANY / 2].revents & POLLIN);
    CHECK(!trap_repairs() || alive(MANY / 2, MANY) > 0);
    for (int i = 0; i < MANY; i++)
        CHECK(poll(own, MANY / 2 + 1, 20) >= 1);
    CHECK_EQUAL(alive(MANY / 2, MANY), trap_repairs() ? 0 : MANY / 2);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int ready = ready_pipe();
    int set = open_all(server);
    trap_go_stale();
    check_watched(ready);
    check_polled(ready);
    close(set);
    puts("none was forgotten");
}
