/* SPDX-License-Identifier: MIT
 *
 * A vfork() child closes descriptors, puts others over them and then calls exec, as shells and
 * process launchers do. It runs in its parent's memory: a shim that notes what the child does loses
 * the parent's connections, which are still open there, and never repairs them again.
 */
#include <fcntl.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trap.h"

enum way { CLOSE, CLOSE_RANGE, CLOSEFROM, DUP2, DUP3, WAYS };

static void in_child(enum way way, int fd)
{
    switch (way) {
    case CLOSE:
        close(fd);
        break;
    case CLOSE_RANGE:
        close_range(3, ~0U, 0);
        break;
    case CLOSEFROM:
        closefrom(3);
        break;
    case DUP2:
        dup2(STDERR_FILENO, fd);
        break;
    default:
        dup3(STDERR_FILENO, fd, O_CLOEXEC);
    }
}

static void run_true(enum way way, int fd, int other)
{
    volatile int count = 0;
    pid_t pid = vfork();
    if (!pid) {
        count++;
        in_child(way, fd);
        in_child(way, other);
        execl("/bin/true", "true", (char *)NULL);
        _exit(127);
    }
    CHECK(pid > 0);
    CHECK_EQUAL(count, 1); /* the memory is shared: it was a true vfork */
    trap_await_child(pid, 0);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    for (enum way way = CLOSE; way < WAYS; way++) {
        int fd = trap_connect(server);
        int other = dup(fd);
        struct trap_answer last = trap_request(fd, "/before");
        run_true(way, fd, other);
        last = trap_request_stale(fd, "/stale", last);
        trap_request_stale(other, "/stale-other", last);
        close(fd);
        close(other);
    }
    CHECK_EQUAL(server->requests, 3 * WAYS);
    puts("repaired after each");
}
