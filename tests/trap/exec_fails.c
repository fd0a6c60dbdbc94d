/* SPDX-License-Identifier: MIT
 *
 * execve() and posix_spawn() that fail: the process goes on, with its connections tracked and repaired
 * as before. A shim that gives everything up before an exec has nothing left when that fails.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

extern char **environ;

int main(void)
{
    char *command[] = {"nothing", NULL};
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    pid_t pid;
    CHECK_EQUAL(fcntl(fd, F_SETFD, FD_CLOEXEC), 0);
    struct trap_answer last = trap_request(fd, "/before");
    CHECK_FAILS(execve("/nonexistent/nothing", command, environ), ENOENT);
    CHECK_FAILS(execvp("unstale-trap-nothing", command), ENOENT);
    CHECK_EQUAL(posix_spawn(&pid, "/nonexistent/nothing", NULL, NULL, command, environ), ENOENT);
    last = trap_request_stale(fd, "/after", last);
    pid = vfork();
    if (!pid) {
        close(fd);
        execve("/nonexistent/nothing", command, environ);
        _exit(5);
    }
    trap_await_child(pid, 5);
    trap_request_stale(fd, "/after-vfork", last);
    puts("repaired after each");
}
