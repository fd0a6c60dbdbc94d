/* SPDX-License-Identifier: MIT
 *
 * settings: UNSTALE_ACTION=reconnect
 * Edge-triggered, and the set has seen this very epoll_data before: on a connection that was closed
 * without EPOLL_CTL_DEL, as programs do that reuse the memory behind data.ptr. The peer closes while
 * another thread reconnects something else. A shim that takes the old registration for the new one
 * looks at the wrong connection, finds nothing, and drops an edge that never comes again.
 */
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "trap.h"

enum { TURNS = 15, GAP_US = 4500, EVENTS = EPOLLIN | EPOLLRDHUP };

static struct trap_server *server;
static _Atomic bool done;

/* It opens nothing of its own: numbers are the other thread's affair. */
static void *reconnect_on(void *busy)
{
    while (!done) {
        trap_request(*(int *)busy, "/busy");
        usleep(GAP_US);
    }
    return NULL;
}

static void add(int set, int fd)
{
    struct epoll_event event = {.events = EVENTS | EPOLLET, .data.u64 = 0x123456789abcdefULL};
    CHECK_EQUAL(epoll_ctl(set, EPOLL_CTL_ADD, fd, &event), 0);
}

static void turn(int set)
{
    struct epoll_event event = {0};
    close(STDIN_FILENO);
    int before = trap_connect(server); /* the lowest number */
    add(set, before);
    CHECK_EQUAL(close(before), 0);
    CHECK_EQUAL(open("/dev/null", O_RDONLY), before); /* the number stays taken */
    int quiet = trap_connect(server);
    int fd = trap_connect(server);
    trap_request(fd, "/closing?close=40");
    add(set, fd);
    CHECK_EQUAL(epoll_wait(set, &event, 1, 8000), 1);
    CHECK_EQUAL(event.events, EVENTS);
    close(fd);
    close(quiet);
}

int main(void)
{
    pthread_t thread;
    int set = epoll_create1(EPOLL_CLOEXEC);
    server = trap_serve();
    int busy = trap_connect(server);
    CHECK_EQUAL(pthread_create(&thread, NULL, reconnect_on, &busy), 0);
    for (int i = 0; i < TURNS; i++)
        turn(set);
    done = true;
    pthread_join(thread, NULL);
    puts("each end was seen");
}
