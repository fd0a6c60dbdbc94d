/* SPDX-License-Identifier: MIT
 *
 * A connection arrives from another process in the middle of an exchange, under a number that led to
 * a connection of ours (to the same peer) until a close that no door saw. A shim that trusts its
 * table takes the stranger for its own, idle and stale, and cuts it.
 */
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scm.h"

static struct trap_server *server;

/* Opens a connection, asks, and passes it on before the answer is there. */
static void sender(void *data)
{
    int fd = trap_connect(server);
    trap_request(fd, "/sender");
    trap_send_request(fd, "/outstanding?delay=400");
    scm_send(*(int *)data, fd);
    trap_sleep_ms(100);
}

int main(void)
{
    int pair[2];
    server = trap_serve();
    CHECK_EQUAL(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    int fd = trap_connect(server);
    trap_request(fd, "/ours");
    pid_t pid = trap_fork(sender, &pair[1]);
    syscall(SYS_close, fd);
    int received = scm_receive(pair[0]);
    CHECK_EQUAL(received, fd);
    trap_go_stale();
    trap_send_request(received, "/behind");
    struct trap_answer outstanding = trap_read_answer(received);
    struct trap_answer behind = trap_read_answer(received);
    CHECK(!strcmp(outstanding.body, "/outstanding?delay=400"));
    CHECK(!strcmp(behind.body, "/behind"));
    trap_await_child(pid, 0);
    trap_go_stale();
    trap_request(received, "/stale");
    close(received);
    int next = trap_connect(server);
    struct trap_answer last = trap_request(next, "/next");
    trap_request_stale(next, "/next-stale", last);
    CHECK_EQUAL(server->requests, 7);
    CHECK_EQUAL(server->broken, 0);
    puts("7 answers");
}
