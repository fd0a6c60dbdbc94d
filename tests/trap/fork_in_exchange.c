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

static int asked[2]; /* a pipe: the slow request is out */

static struct trap_answer ask_slowly(int fd)
{
    trap_send_request(fd, "/slow?delay=1000");
    CHECK_EQUAL(write(asked[1], "!", 1), 1);
    struct trap_answer answer = trap_read_answer(fd);
    CHECK(!strcmp(answer.body, "/slow?delay=1000"));
    return answer;
}

/* Gives the moment at which the slow request was out, at the latest. */
static uint64_t write_behind(int fd)
{
    char byte;
    CHECK_EQUAL(read(asked[0], &byte, 1), 1);
    uint64_t asked_ms = trap_tick_ms();
    trap_go_stale();
    trap_send_request(fd, "/behind");
    return asked_ms;
}

static void child_asks(void *data)
{
    ask_slowly(*(int *)data);
}

static void child_writes_behind(void *data)
{
    write_behind(*(int *)data);
}

/* Child asks, parent writes behind it. */
static void parent_behind_child(struct trap_server *server)
{
    int fd = trap_connect(server);
    struct trap_answer before = trap_request(fd, "/parent");
    pid_t pid = trap_fork(child_asks, &fd);
    uint64_t asked_ms = write_behind(fd);
    trap_await_child(pid, 0);
    struct trap_answer behind = trap_read_answer(fd);
    CHECK(!strcmp(behind.body, "/behind"));
    /* One reconnect by the child itself is fair before its request: in the harshest mode, and where the fork
     * took longer than the limit. */
    if (trap_mode() != TRAP_HARSHEST && asked_ms - before.tick_ms < TRAP_LIMIT_MS)
        CHECK_EQUAL(behind.connection, before.connection);
    close(fd);
}

/* Parent asks, child writes behind it. */
static void child_behind_parent(struct trap_server *server)
{
    int fd = trap_connect(server);
    trap_request(fd, "/parent");
    pid_t pid = trap_fork(child_writes_behind, &fd);
    struct trap_answer slow = ask_slowly(fd);
    struct trap_answer behind = trap_read_answer(fd);
    CHECK(!strcmp(behind.body, "/behind"));
    CHECK_EQUAL(behind.connection, slow.connection);
    trap_await_child(pid, 0);
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    CHECK_EQUAL(pipe(asked), 0);
    parent_behind_child(server);
    child_behind_parent(server);
    CHECK_EQUAL(server->requests, 6);
    CHECK_EQUAL(server->broken, 0);
    puts("6 answers");
}
