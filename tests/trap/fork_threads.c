/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * A process forks while its other threads are inside doors and reconnects. In the child those
 * threads are gone: a shim that leaves their locks held, or their half-done repairs claimed, hangs
 * or never repairs there.
 */
#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

enum { THREADS = 3, FORKS = 25 };

static struct trap_server *server;
static _Atomic bool stop;

static void *stay_busy(void *data)
{
    (void)data;
    int fd = trap_connect(server);
    while (!stop) {
        trap_request(fd, "/busy");
        trap_sleep_ms(2);
    }
    close(fd);
    return NULL;
}

static void child(void *data)
{
    int fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/child-own");
    trap_request(*(int *)data, "/child-inherited");
    trap_request_stale(fd, "/child-own-stale", last);
}

int main(void)
{
    pthread_t threads[THREADS];
    server = trap_serve();
    for (int i = 0; i < THREADS; i++)
        CHECK_EQUAL(pthread_create(&threads[i], NULL, stay_busy, NULL), 0);
    for (int i = 0; i < FORKS; i++) {
        int fd = trap_connect(server);
        trap_request(fd, "/inherited");
        trap_await_child(trap_fork(child, &fd), 0);
        close(fd);
    }
    stop = true;
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_EQUAL(server->broken, 0);
    puts("every child was answered");
}
