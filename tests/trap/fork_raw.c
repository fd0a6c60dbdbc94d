/* SPDX-License-Identifier: MIT
 *
 * Children that no fork handler knows of: _Fork() and a raw clone(). The child's copy of the shim
 * takes itself for the parent. Both sides must get every answer, and the parent's repairs go on.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

static pid_t clone_raw(void)
{
    return (pid_t)syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

static void child(struct trap_server *server, int fd)
{
    trap_request(fd, "/child-inherited");
    int own = trap_connect(server);
    trap_request(own, "/child-own");
    trap_go_stale();
    trap_request(fd, "/child-inherited-stale");
    trap_request(own, "/child-own-stale");
    close(own);
    _exit(0);
}

static void try_with(struct trap_server *server, pid_t (*make_child)(void))
{
    int fd = trap_connect(server);
    trap_request(fd, "/parent");
    pid_t pid = make_child();
    CHECK(pid >= 0);
    if (!pid)
        child(server, fd);
    trap_await_child(pid, 0);
    /* The other process has received here, and may stand in a receive again for all that this one can
     * know: not repaired any more, but it works. */
    trap_request(fd, "/parent-again");
    trap_go_stale();
    trap_request(fd, "/parent-stale");
    int other = trap_connect(server);
    struct trap_answer last = trap_request(other, "/parent-other");
    trap_request_stale(other, "/parent-other-stale", last);
    close(fd);
    close(other);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    pid_t (*fork_quietly)(void) = (pid_t(*)(void))dlsym(RTLD_DEFAULT, "_Fork"); /* glibc 2.34 */
    try_with(server, clone_raw);
    try_with(server, fork_quietly ? fork_quietly : clone_raw);
    CHECK_EQUAL(server->requests, 18);
    CHECK_EQUAL(server->broken, 0);
    puts("18 answers");
}
