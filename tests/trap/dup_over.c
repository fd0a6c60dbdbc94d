/* SPDX-License-Identifier: MIT
 *
 * Another file is put over a tracked number, by dup2 and dup3: a file, a pipe, a socketpair. From then
 * on the number is that file: what is written arrives there, however long nothing was written, and the
 * connection is closed. A shim that still thinks of a connection disconnects a stranger's file.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

/* ends[0] is read from what is written to ends[1]. */
static void make_file(int ends[2])
{
    char name[] = "/tmp/unstale-trap-XXXXXX";
    ends[1] = mkstemp(name);
    ends[0] = open(name, O_RDONLY);
    CHECK(ends[0] >= 0 && ends[1] >= 0);
    unlink(name);
}

static void make_pipe(int ends[2])
{
    CHECK_EQUAL(pipe(ends), 0);
}

static void make_pair(int ends[2])
{
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
}

static void check_writes(int from, int to)
{
    char text[64] = "", request[64];
    size_t bytes = trap_format_request(request, sizeof request, "/not-http");
    trap_go_stale();
    CHECK_EQUAL(write(to, request, bytes), bytes);
    CHECK_EQUAL(read(from, text, sizeof text), bytes);
    CHECK(!memcmp(text, request, bytes));
}

static void try_with(struct trap_server *server, void (*make)(int *), bool by_dup3)
{
    int ends[2];
    int fd = trap_connect(server);
    trap_request(fd, "/before");
    make(ends);
    CHECK_EQUAL(by_dup3 ? dup3(ends[1], fd, O_CLOEXEC) : dup2(ends[1], fd), fd);
    check_writes(ends[0], fd);
    CHECK_EQUAL(close(fd), 0);
    CHECK_FAILS(write(fd, "x", 1), EBADF);
    int next = trap_connect(server);
    CHECK_EQUAL(next, fd);
    struct trap_answer last = trap_request(next, "/next");
    trap_request_stale(next, "/next-stale", last);
    close(next);
    close(ends[0]);
    close(ends[1]);
}

/* One connection over another: the number now belongs to the second. */
static void connection_over_connection(struct trap_server *server)
{
    int first = trap_connect(server), second = trap_connect(server);
    trap_request(first, "/first");
    struct trap_answer last = trap_request(second, "/second");
    CHECK_EQUAL(dup2(second, first), first);
    last = trap_request_stale(first, "/over", last);
    CHECK_EQUAL(close(second), 0);
    trap_request_stale(first, "/over-alone", last);
    close(first);
}

int main(void)
{
    static void (*const makers[])(int *) = {make_file, make_pipe, make_pair};
    struct trap_server *server = trap_serve();
    for (int i = 0; i < 3; i++) {
        try_with(server, makers[i], false);
        try_with(server, makers[i], true);
    }
    connection_over_connection(server);
    CHECK_EQUAL(server->broken, 0);
    puts("what was written arrived");
}
