/* SPDX-License-Identifier: MIT
 *
 * A connection is passed to another process (that was forked before it existed), which uses it while
 * the sender keeps its copy and looks at it past its limit. No fork tells that it is shared: a shim
 * that evicts what it believes to be its own cuts the receiver's connection.
 */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "scm.h"

static void receiver(void *data)
{
    char byte;
    int fd = scm_receive(*(int *)data);
    CHECK_EQUAL(read(*(int *)data, &byte, 1), 1); /* the sender has looked */
    trap_request(fd, "/receiver");
    trap_sleep_ms(400);
    trap_request(fd, "/receiver-again");
}

int main(void)
{
    int pair[2];
    struct trap_server *server = trap_serve();
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    pid_t pid = trap_fork(receiver, &pair[1]);
    int fd = trap_connect(server);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    trap_request(fd, "/sender");
    scm_send(pair[0], fd);
    CHECK_EQUAL(poll(&wait, 1, 250), 0);
    CHECK_EQUAL(write(pair[0], "!", 1), 1);
    trap_await_child(pid, 0);
    struct trap_answer last = trap_request(fd, "/sender-again");
    trap_go_stale();
    trap_request(fd, "/sender-stale");
    CHECK_EQUAL(last.request >= 1, 1);
    CHECK_EQUAL(server->requests, 5);
    CHECK_EQUAL(server->broken, 0);
    puts("5 answers");
}
