/* SPDX-License-Identifier: MIT
 *
 * The child keeps the shared connection busy while the parent rests. To the parent's own clock the
 * connection is long past its limit, yet it is not idle: a shim that trusts its own notes instead of
 * the kernel's reconnects a busy connection.
 */
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

enum { TURNS = 12, TURN_MS = 15, SURELY_FRESH_MS = 50 };

static void child(void *data)
{
    int *fd = data;
    for (int i = 0; i < TURNS; i++) {
        trap_sleep_ms(TURN_MS);
        trap_request(*fd, "/child?delay=10"); /* so that the last byte is surely the server's */
    }
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    trap_request(fd, "/parent");
    pid_t pid = trap_fork(child, &fd);
    trap_await_requests(server, 1 + TURNS);
    uint64_t busy_ms = trap_now_ms();
    trap_await_child(pid, 0); /* it has read its last answer */
    unsigned accepted = server->accepted;
    trap_request(fd, "/parent-again");
    /* On a loaded machine the connection may really have been idle for the limit by now. */
    bool surely_fresh = trap_now_ms() - busy_ms < SURELY_FRESH_MS;
    if (trap_mode() != TRAP_HARSHEST && surely_fresh)
        CHECK_EQUAL(server->accepted, accepted);
    CHECK_EQUAL(server->requests, 2 + TURNS);
    puts("all answered");
}
