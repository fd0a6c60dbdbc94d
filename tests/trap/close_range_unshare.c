/* SPDX-License-Identifier: MIT
 *
 * A thread calls close_range(CLOSE_RANGE_UNSHARE): from then on it has a descriptor table of its own,
 * in which the numbers mean something else than in the other threads. The others' connections stay
 * open; the thread opens one under a number that is in use there. A shim with one table for the
 * process must not let the one's bytes and repairs count for the other.
 */
#include <linux/close_range.h>
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

enum { TURNS = 4 };

static struct trap_server *server;
static int fd;
static pthread_barrier_t both;

static void *apart(void *data)
{
    (void)data;
    CHECK_EQUAL(close_range(3, ~0U, CLOSE_RANGE_UNSHARE), 0);
    int own = trap_connect(server);
    CHECK_EQUAL(own, fd);
    pthread_barrier_wait(&both);
    for (int turn = 0; turn < TURNS; turn++) {
        trap_request(own, "/thread");
        trap_sleep_ms(30);
        trap_request(own, "/thread?delay=60");
        trap_go_stale();
    }
    close(own);
    return NULL;
}

int main(void)
{
    pthread_t thread;
    server = trap_serve();
    fd = trap_connect(server);
    trap_request(fd, "/main");
    CHECK_EQUAL(pthread_barrier_init(&both, NULL, 2), 0);
    CHECK_EQUAL(pthread_create(&thread, NULL, apart, NULL), 0);
    pthread_barrier_wait(&both);
    for (int turn = 0; turn < TURNS; turn++) {
        trap_request(fd, "/main");
        trap_sleep_ms(20);
        trap_request(fd, "/main?delay=80");
        trap_go_stale();
    }
    pthread_join(thread, NULL);
    trap_request(fd, "/main-alone");
    close(fd);
    fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/next");
    trap_request_stale(fd, "/next-stale", last);
    CHECK_EQUAL(server->requests, 4 * TURNS + 4);
    CHECK_EQUAL(server->broken, 0);
    puts("both were answered");
}
