/* SPDX-License-Identifier: MIT
 *
 * SIGPIPE, which ends a program that did not expect it, comes only where it would come bare. A
 * connection goes stale, is looked at (which may evict it, a shutdown for both directions), and is
 * then written to all the same, by every call that raises SIGPIPE. Bare there is nothing to raise it.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "trap.h"

enum way { WRITE, WRITEV, SEND, SENDTO, SENDMSG, WAYS };

static _Atomic unsigned pipes;

static void on_pipe(int number)
{
    (void)number;
    pipes++;
}

static ssize_t write_by(enum way way, int fd, char *bytes, size_t count)
{
    struct iovec part = {bytes, count};
    struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
    switch (way) {
    case WRITE:
        return write(fd, bytes, count);
    case WRITEV:
        return writev(fd, &part, 1);
    case SEND:
        return send(fd, bytes, count, 0);
    case SENDTO:
        return sendto(fd, bytes, count, 0, NULL, 0);
    default:
        return sendmsg(fd, &message, 0);
    }
}

/* `looks`: a poll before the write, whose answer the program does not heed. */
static void try_with(struct trap_server *server, enum way way, bool looks)
{
    char request[128];
    size_t bytes = trap_format_request(request, sizeof request, "/again");
    int fd = trap_connect(server);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    trap_request(fd, "/first");
    trap_go_stale();
    if (looks)
        CHECK(poll(&wait, 1, 0) >= 0);
    CHECK_EQUAL(write_by(way, fd, request, bytes), bytes);
    CHECK(!strcmp(trap_read_answer(fd).body, "/again"));
    CHECK_EQUAL(pipes, 0);
    close(fd);
}

int main(void)
{
    struct sigaction action = {.sa_handler = on_pipe};
    struct trap_server *server = trap_serve();
    CHECK_EQUAL(sigaction(SIGPIPE, &action, NULL), 0);
    for (enum way way = WRITE; way < WAYS; way++) {
        try_with(server, way, false);
        try_with(server, way, true);
    }
    puts("no SIGPIPE");
}
