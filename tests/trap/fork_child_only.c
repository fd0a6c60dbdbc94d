/* SPDX-License-Identifier: MIT
 *
 * Only the child goes on with the inherited connection; the parent closes its copy. A shim that
 * thinks itself the owner of the parent's memory only, or that shuts connections down when a
 * descriptor closes, leaves the child without repair, or without connection.
 */
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

static void child(void *data)
{
    int fd = *(int *)data;
    trap_sleep_ms(20); /* the parent has closed by now, most of the time */
    struct trap_answer last = trap_request(fd, "/at-once");
    last = trap_request_stale(fd, "/stale", last);
    trap_request_stale(fd, "/stale-again", last);
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    trap_request(fd, "/parent");
    pid_t pid = trap_fork(child, &fd);
    CHECK_EQUAL(close(fd), 0);
    int own = trap_connect(server); /* the same number, another connection */
    CHECK_EQUAL(own, fd);
    struct trap_answer last = trap_request(own, "/own");
    trap_await_child(pid, 0);
    trap_request_stale(own, "/own-stale", last);
    CHECK_EQUAL(server->requests, 6);
    CHECK_EQUAL(server->broken, 0);
    puts("6 answers");
}
