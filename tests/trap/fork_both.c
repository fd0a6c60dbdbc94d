/* SPDX-License-Identifier: MIT
 *
 * After fork() parent and child both use the inherited connection, in turn, each after an idle time
 * past the limit. A shim whose child copies its parent's view of the connection writes into the
 * other's exchange, or reconnects under it while an answer is outstanding.
 */
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

static void child(void *data)
{
    int fd = *(int *)data;
    struct trap_answer last = trap_request(fd, "/child-at-once");
    trap_request_stale(fd, "/child-stale", last);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    trap_request(fd, "/parent-before");
    pid_t pid = trap_fork(child, &fd);
    trap_await_child(pid, 0);
    /* The other process has received here, and may stand in a receive again for all that this one can
     * know: not repaired any more, but it works. */
    trap_request(fd, "/parent-at-once");
    trap_go_stale();
    trap_request(fd, "/parent-stale");
    trap_go_stale();
    trap_request(fd, "/parent-stale-again");
    CHECK_EQUAL(server->requests, 6);
    CHECK_EQUAL(server->broken, 0);
    puts("6 answers");
}
