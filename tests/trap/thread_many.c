/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 60s
 * Many threads, each with connections of its own and some that it hands on to the next thread, open,
 * use, leave idle, dup and close them. What one thread does must never show in another's connection:
 * every answer is the right one and no request is broken.
 */
#include <pthread.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "trap.h"

enum { THREADS = 64, CONNECTIONS = 16, TURNS = 60, FILES = 4096 };

static struct trap_server *server;
static _Atomic int handed_on[THREADS]; /* a connection's number, or 0 */

static void renew(int *fd)
{
    close(*fd);
    *fd = trap_connect(server);
}

static void rename_it(int *fd)
{
    int copy = dup(*fd);
    close(*fd);
    *fd = copy;
}

static void *work(void *data)
{
    unsigned me = (unsigned)(uintptr_t)data, random = me * 7919 + 1;
    int fds[CONNECTIONS];
    for (int i = 0; i < CONNECTIONS; i++)
        fds[i] = trap_connect(server);
    for (int turn = 0; turn < TURNS; turn++) {
        char path[64];
        random = random * 1103515245 + 12345;
        int *fd = &fds[(random >> 8) % CONNECTIONS];
        snprintf(path, sizeof path, "/thread-%u-turn-%d", me, turn);
        trap_request(*fd, path);
        if (turn % 9 == 0)
            renew(fd);
        if (turn % 11 == 0)
            rename_it(fd);
        if (turn % 5 == 0) { /* take what the one before handed on, hand this one on */
            int taken = atomic_exchange(&handed_on[me], 0);
            int before = atomic_exchange(&handed_on[(me + 1) % THREADS], *fd);
            if (before)
                close(before);
            *fd = taken ? taken : trap_connect(server);
        }
        trap_sleep_ms((random >> 4) % 20);
    }
    for (int i = 0; i < CONNECTIONS; i++)
        close(fds[i]);
    return NULL;
}

int main(void)
{
    pthread_t threads[THREADS];
    struct rlimit files = {FILES, FILES};
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &files), 0);
    server = trap_serve();
    for (uintptr_t i = 0; i < THREADS; i++)
        CHECK_EQUAL(pthread_create(&threads[i], NULL, work, (void *)i), 0);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK_EQUAL(server->requests, THREADS * TURNS);
    CHECK_EQUAL(server->broken, 0);
    puts("every answer was the right one");
}
