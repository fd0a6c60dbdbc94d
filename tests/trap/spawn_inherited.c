/* SPDX-License-Identifier: MIT
 *
 * A spawned program inherits the connection and uses it while the parent looks at it past its limit:
 * by posix_spawn, by vfork and exec, by system(). An eviction by the parent would cut the child off; a
 * shim that only counts fork() does not know that the connection is shared.
 */
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "trap.h"

extern char **environ;

static char number[16];
static char *self;
static char *command[] = {"spawn_inherited", number, NULL};

enum { LOOKED = 60 }; /* in the spawned program: a pipe, the parent has looked */

/* The spawned program: uses the descriptor that it was told of, late. */
static int use(int fd)
{
    char byte;
    CHECK_EQUAL(read(LOOKED, &byte, 1), 1);
    trap_request(fd, "/child");
    return 0;
}

static pid_t by_spawn(void)
{
    pid_t pid;
    CHECK_EQUAL(posix_spawn(&pid, self, NULL, NULL, command, environ), 0);
    return pid;
}

static pid_t by_vfork(void)
{
    pid_t pid = vfork();
    if (!pid) {
        execve(self, command, environ);
        _exit(127);
    }
    CHECK(pid > 0);
    return pid;
}

static pid_t by_shell(void)
{
    char line[4200];
    pid_t pid = fork();
    if (pid)
        return pid;
    snprintf(line, sizeof line, "'%s' %s", self, number);
    _exit(WEXITSTATUS(system(line)));
}

static void try_with(struct trap_server *server, pid_t (*spawn)(void))
{
    int looked[2], fd = trap_connect(server);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    CHECK_EQUAL(pipe(looked), 0);
    CHECK_EQUAL(dup2(looked[0], LOOKED), LOOKED);
    snprintf(number, sizeof number, "%d", fd);
    trap_request(fd, "/parent");
    pid_t pid = spawn();
    CHECK_EQUAL(poll(&wait, 1, 250), 0);
    CHECK_EQUAL(write(looked[1], "!", 1), 1);
    trap_await_child(pid, 0);
    trap_request(fd, "/parent-again");
    close(fd);
    close(looked[0]);
    close(looked[1]);
}

int main(int argc, char **argv)
{
    if (argc == 2)
        return use(atoi(argv[1]));
    struct trap_server *server = trap_serve();
    self = realpath("/proc/self/exe", NULL);
    try_with(server, by_spawn);
    try_with(server, by_vfork);
    try_with(server, by_shell);
    CHECK_EQUAL(server->requests, 9);
    puts("never cut");
}
