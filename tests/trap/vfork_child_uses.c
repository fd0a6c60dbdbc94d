/* SPDX-License-Identifier: MIT
 *
 * A vfork() child does more than it should: it writes on the parent's connection, opens one of its
 * own, closes it, and ends by _exit(). Whatever it writes into the shim's memory is the parent's: the
 * child's connection must not be left behind in the parent's table under a number that the parent
 * uses for something else.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

static void in_child(struct trap_server *server, int fd)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(server->port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    static const char request[] = "GET /child HTTP/1.1\r\nHost: trap\r\n\r\n";
    char answer[512];
    if (write(fd, request, sizeof request - 1) < 0 || read(fd, answer, sizeof answer) <= 0)
        _exit(1);
    int own = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(own, (struct sockaddr *)&address, sizeof address) < 0)
        _exit(2);
    if (write(own, request, sizeof request - 1) < 0 || read(own, answer, sizeof answer) <= 0)
        _exit(3);
    _exit(0); /* `own` is never closed */
}

/* The parent's next descriptor has the number that the child's connection had. */
static void check_file_is_a_file(int connection)
{
    char name[] = "/tmp/unstale-trap-XXXXXX", text[8] = "";
    int fd = mkstemp(name);
    unlink(name);
    CHECK_EQUAL(fd, connection + 1);
    trap_go_stale();
    CHECK_EQUAL(write(fd, "GET / x", 7), 7);
    CHECK_EQUAL(pread(fd, text, 7, 0), 7);
    CHECK(!strcmp(text, "GET / x"));
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/before");
    pid_t pid = vfork();
    if (!pid)
        in_child(server, fd);
    CHECK(pid > 0);
    trap_await_child(pid, 0);
    last = trap_request(fd, "/parent");
    check_file_is_a_file(fd);
    trap_request_stale(fd, "/stale", last);
    CHECK_EQUAL(server->requests, 5);
    puts("5 answers");
}
