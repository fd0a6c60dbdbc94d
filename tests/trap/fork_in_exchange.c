/* SPDX-License-Identifier: MIT
 *
 * One process waits for a slow answer while the other, to whose knowledge the shared connection has
 * rested past its limit, sends a request behind it. The answers must come in order on the same
 * connection: a shim that goes by its own process's view cuts the other's exchange.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "trap.h"

static void ask_slowly(void *data)
{
    trap_request(*(int *)data, "/slow?delay=400");
}

/* Child asks, parent writes behind it. */
static void parent_behind_child(struct trap_server *server)
{
    int fd = trap_connect(server);
    struct trap_answer before = trap_request(fd, "/parent");
    pid_t pid = trap_fork(ask_slowly, &fd);
    trap_go_stale();
    trap_send_request(fd, "/behind");
    trap_await_child(pid, 0);
    struct trap_answer behind = trap_read_answer(fd);
    CHECK(!strcmp(behind.body, "/behind"));
    /* One reconnect by the child itself is fair in the harshest mode, before its request. */
    if (trap_mode() != TRAP_HARSHEST)
        CHECK_EQUAL(behind.connection, before.connection);
    close(fd);
}

static void write_behind(void *data)
{
    trap_go_stale();
    trap_send_request(*(int *)data, "/behind");
}

/* Parent asks, child writes behind it. */
static void child_behind_parent(struct trap_server *server)
{
    int fd = trap_connect(server);
    trap_request(fd, "/parent");
    pid_t pid = trap_fork(write_behind, &fd);
    struct trap_answer slow = trap_request(fd, "/slow?delay=400");
    struct trap_answer behind = trap_read_answer(fd);
    CHECK(!strcmp(behind.body, "/behind"));
    CHECK_EQUAL(behind.connection, slow.connection);
    trap_await_child(pid, 0);
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    parent_behind_child(server);
    child_behind_parent(server);
    CHECK_EQUAL(server->requests, 6);
    CHECK_EQUAL(server->broken, 0);
    puts("6 answers");
}
