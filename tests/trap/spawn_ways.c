/* SPDX-License-Identifier: MIT
 *
 * posix_spawn() with file actions that close, replace and close everything, system() and popen(): the
 * parent's connection works at once afterwards, on the same connection, and is repaired when stale.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trap.h"

extern char **environ;

static void by_spawn(int fd)
{
    char *command[] = {"true", NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    CHECK_EQUAL(posix_spawn_file_actions_init(&actions), 0);
    CHECK_EQUAL(posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, fd), 0);
    CHECK_EQUAL(posix_spawn_file_actions_addclose(&actions, fd), 0);
    CHECK_EQUAL(posix_spawn_file_actions_addclosefrom_np(&actions, 3), 0);
    CHECK_EQUAL(posix_spawn(&pid, "/bin/true", &actions, NULL, command, environ), 0);
    CHECK_EQUAL(posix_spawn_file_actions_destroy(&actions), 0);
    trap_await_child(pid, 0);
    CHECK_EQUAL(posix_spawnp(&pid, "true", NULL, NULL, command, environ), 0);
    trap_await_child(pid, 0);
}

static void by_system(int fd)
{
    (void)fd;
    CHECK_EQUAL(system("exit 3"), 3 << 8);
}

static void by_popen(int fd)
{
    char line[16] = "";
    FILE *pipe = popen("echo hello", "r");
    (void)fd;
    CHECK(pipe && fgets(line, sizeof line, pipe));
    CHECK(!strcmp(line, "hello\n"));
    CHECK_EQUAL(pclose(pipe), 0);
}

int main(void)
{
    static void (*const ways[])(int) = {by_spawn, by_system, by_popen};
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    trap_request(fd, "/first");
    for (unsigned i = 0; i < sizeof ways / sizeof *ways; i++) {
        ways[i](fd);
        struct trap_answer last = trap_request(fd, "/at-once");
        trap_request_stale(fd, "/stale", last);
    }
    CHECK_EQUAL(server->requests, 7);
    CHECK_EQUAL(server->broken, 0);
    puts("7 answers");
}
