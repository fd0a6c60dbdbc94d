/* SPDX-License-Identifier: MIT
 *
 * Connections that are used while the process ends: in atexit() handlers, in a destructor, in the
 * destructors of thread-specific data and of a thread that ends by pthread_exit(). A shim that gives
 * up its tables, unmaps its memory or resets its pointers in a destructor of its own dies there, or
 * stops repairing.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "trap.h"

static struct trap_server *server;
static pthread_key_t key;
static int at_exit_fd, in_destructor_fd;
static struct trap_answer at_exit_last, in_destructor_last;

static int used_connection(struct trap_answer *last)
{
    int fd = trap_connect(server);
    *last = trap_request(fd, "/before");
    return fd;
}

static void at_exit(void)
{
    trap_request_stale(at_exit_fd, "/at-exit", at_exit_last);
    close(at_exit_fd);
    puts("atexit");
}

/* Runs after every atexit() handler, and after the destructors of libraries that need us. */
__attribute__((destructor)) static void at_end(void)
{
    if (!server)
        return;
    trap_request_stale(in_destructor_fd, "/in-destructor", in_destructor_last);
    struct trap_answer fresh;
    int fd = used_connection(&fresh);
    trap_request_stale(fd, "/new-in-destructor", fresh);
    close(fd);
    CHECK_EQUAL(server->requests, 8);
    CHECK_EQUAL(server->broken, 0);
    dprintf(STDOUT_FILENO, "destructor\n");
}

/* glibc calls this after the thread's C++ thread_local objects are gone. */
static void at_thread_end(void *data)
{
    int *fd = data;
    struct trap_answer last = trap_request(*fd, "/thread-end");
    trap_request_stale(*fd, "/thread-end-stale", last);
    close(*fd);
}

static void *thread(void *data)
{
    pthread_setspecific(key, data);
    pthread_exit(NULL);
}

int main(void)
{
    pthread_t id;
    server = trap_serve();
    at_exit_fd = used_connection(&at_exit_last);
    in_destructor_fd = used_connection(&in_destructor_last);
    CHECK_EQUAL(pthread_key_create(&key, at_thread_end), 0);
    int fd = trap_connect(server);
    CHECK_EQUAL(pthread_create(&id, NULL, thread, &fd), 0);
    CHECK_EQUAL(pthread_join(id, NULL), 0);
    CHECK_EQUAL(atexit(at_exit), 0);
    setvbuf(stdout, NULL, _IONBF, 0);
    exit(0);
}
