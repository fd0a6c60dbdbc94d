/* SPDX-License-Identifier: MIT
 *
 * A program replaces itself by execve() and goes on with the connection that it had, idle past its
 * limit by then; the new program's library knows nothing of it. Its own new connections, and the
 * numbers that the old program had tracked and closed on exec, are repaired as ever.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "trap.h"

extern char **environ;

static int go_on(int fd, uint16_t port)
{
    trap_go_stale();
    trap_request(fd, "/inherited-stale");
    trap_request(fd, "/inherited");
    int own = trap_connect_port(port);
    CHECK_EQUAL(own, fd + 1); /* the old program's close-on-exec connection had this number */
    struct trap_answer last = trap_request(own, "/own");
    trap_request_stale(own, "/own-stale", last);
    trap_request(fd, "/inherited-after");
    puts("went on");
    return 0;
}

int main(int argc, char **argv)
{
    char number[16], port[16];
    if (argc == 3)
        return go_on(atoi(argv[1]), (uint16_t)atoi(argv[2]));
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server), closes = trap_connect(server);
    CHECK_EQUAL(fcntl(closes, F_SETFD, FD_CLOEXEC), 0);
    trap_request(fd, "/before");
    trap_request(closes, "/before");
    snprintf(number, sizeof number, "%d", fd);
    snprintf(port, sizeof port, "%u", server->port);
    char *command[] = {argv[0], number, port, NULL};
    execve("/proc/self/exe", command, environ);
    return 1;
}
