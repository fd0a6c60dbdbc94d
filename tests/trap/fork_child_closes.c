/* SPDX-License-Identifier: MIT
 *
 * A child closes, or dup2()s over, or just ends with its copies of the connection, and one runs into
 * exit() with them open. The parent's connection must stay as it is, and be repaired later: a shim
 * that shuts down what is closed, or cleans up at exit, cuts it.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "trap.h"

static void closes(void *data)
{
    CHECK_EQUAL(close(*(int *)data), 0);
}

static void replaces(void *data)
{
    int null = open("/dev/null", O_RDWR);
    CHECK_EQUAL(dup2(null, *(int *)data), *(int *)data);
    CHECK_EQUAL(write(*(int *)data, "x", 1), 1);
}

static void exits(void *data)
{
    (void)data;
    exit(0);
}

static void closes_all(void *data)
{
    (void)data;
    closefrom(3);
}

int main(void)
{
    static void (*const ways[])(void *) = {closes, replaces, exits, closes_all};
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/first");
    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
        last = trap_request(fd, "/before");
        unsigned accepted = server->accepted;
        trap_await_child(trap_fork(ways[i], &fd), 0);
        CHECK_EQUAL(server->accepted, accepted);
        last = trap_request_stale(fd, "/stale", last);
    }
    CHECK_EQUAL(server->requests, 9);
    puts("9 answers");
}
