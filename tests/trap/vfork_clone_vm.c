/* SPDX-License-Identifier: MIT
 *
 * A child of clone(CLONE_VM | CLONE_VFORK) on a stack of its own, which is what posix_spawn() and
 * language runtimes do by themselves, closes everything and calls exec. No door of vfork() was passed.
 * The parent's connection must go on working, whether or not it can still be repaired.
 */
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "trap.h"

enum { STACK_BYTES = 65536 };

static int child(void *data)
{
    close(*(int *)data);
    close_range(3, ~0U, 0);
    execl("/bin/true", "true", (char *)NULL);
    _exit(127);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    char *stack = malloc(STACK_BYTES);
    trap_request(fd, "/before");
    pid_t pid = clone(child, stack + STACK_BYTES, CLONE_VM | CLONE_VFORK | SIGCHLD, &fd);
    CHECK(pid > 0);
    trap_await_child(pid, 0);
    trap_request(fd, "/after");
    trap_go_stale();
    trap_request(fd, "/stale");
    close(fd);
    int next = trap_connect(server); /* the same number: tracked and repaired again */
    struct trap_answer last = trap_request(next, "/next");
    trap_request_stale(next, "/next-stale", last);
    CHECK_EQUAL(server->requests, 5);
    free(stack);
    puts("5 answers");
}
