/* SPDX-License-Identifier: MIT
 *
 * A connection is handed over: sent to another process and closed here at once, while it is still on
 * its way. The receiver gets it alive, and this process's next connection has the same number and is
 * repaired on its own.
 */
#include <stdio.h>
#include <unistd.h>

#include "scm.h"

enum { TURNS = 3 };

static void receiver(void *data)
{
    for (int turn = 0; turn < TURNS; turn++) {
        int fd = scm_receive(*(int *)data);
        trap_request(fd, "/receiver");
        trap_go_stale();
        trap_request(fd, "/receiver-stale");
        close(fd);
    }
}

int main(void)
{
    int pair[2];
    struct trap_server *server = trap_serve();
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pid_t pid = trap_fork(receiver, &pair[1]);
    for (int turn = 0; turn < TURNS; turn++) {
        int fd = trap_connect(server);
        trap_request(fd, "/sender");
        scm_send(pair[0], fd);
        CHECK_EQUAL(close(fd), 0);
        int next = trap_connect(server);
        CHECK_EQUAL(next, fd);
        struct trap_answer last = trap_request(next, "/next");
        trap_request_stale(next, "/next-stale", last);
        close(next);
    }
    trap_await_child(pid, 0);
    CHECK_EQUAL(server->requests, 5 * TURNS);
    CHECK_EQUAL(server->broken, 0);
    puts("all answered");
}
