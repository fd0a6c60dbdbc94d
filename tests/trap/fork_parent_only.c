/* SPDX-License-Identifier: MIT
 *
 * The child holds the connection and never uses it, then ends; the parent alone goes on. A shim that
 * gives up on what a child may hold never repairs again after any fork; one that reconnects with a
 * NEW socket leaves the child's copy of the old one open at the server.
 */
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

static int used[2]; /* a pipe: the parent has used it */

static void child(void *data)
{
    char byte;
    int fd = *(int *)data;
    CHECK_EQUAL(read(used[0], &byte, 1), 1);
    /* The same socket: what the parent made of it works here too. */
    trap_request(fd, "/child-last");
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/before");
    CHECK_EQUAL(pipe(used), 0);
    pid_t pid = trap_fork(child, &fd);
    last = trap_request_stale(fd, "/while-child-lives", last);
    CHECK_EQUAL(write(used[1], "!", 1), 1);
    trap_await_child(pid, 0);
    /* The other process has received here, and may stand in a receive again for all that this one can
     * know: not repaired any more, but it works. */
    trap_request(fd, "/after");
    trap_go_stale();
    trap_request(fd, "/after-stale");
    CHECK_EQUAL(server->requests, 5);
    CHECK_EQUAL(server->broken, 0);
    puts("5 answers");
}
