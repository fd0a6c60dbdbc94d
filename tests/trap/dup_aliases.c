/* SPDX-License-Identifier: MIT
 *
 * Every way to give a connection another number. Each number sees a reconnect made through any other,
 * closing one leaves the rest alone, and the last one is repaired as the first was. A shim that
 * reconnects by putting a new socket under ONE number leaves the dead connection under the others.
 */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

enum way { DUP, DUP2, DUP3, DUPFD, DUPFD_CLOEXEC, WAYS };

static int make_alias(enum way way, int fd)
{
    switch (way) {
    case DUP:
        return dup(fd);
    case DUP2:
        return dup2(fd, 40);
    case DUP3:
        return dup3(fd, 41, O_CLOEXEC);
    case DUPFD:
        return fcntl(fd, F_DUPFD, 50);
    default:
        return fcntl(fd, F_DUPFD_CLOEXEC, 60);
    }
}

static void try_with(struct trap_server *server, enum way way)
{
    int fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/first");
    int alias = make_alias(way, fd);
    CHECK(alias > fd);
    CHECK_EQUAL(!!(fcntl(alias, F_GETFD) & FD_CLOEXEC), way == DUP3 || way == DUPFD_CLOEXEC);
    last = trap_request_stale(alias, "/by-alias", last);
    trap_check_kept(last, trap_request(fd, "/sees-it"));
    last = trap_request_stale(fd, "/by-first", last);
    last = trap_request(alias, "/alias-sees-it");
    int third = dup(alias);
    CHECK_EQUAL(close(fd), 0);
    last = trap_request_stale(alias, "/first-closed", last);
    CHECK_EQUAL(close(alias), 0);
    trap_request_stale(third, "/last-one", last);
    CHECK_EQUAL(close(third), 0);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    for (enum way way = DUP; way < WAYS; way++)
        try_with(server, way);
    CHECK_EQUAL(server->requests, 7 * WAYS);
    CHECK_EQUAL(server->broken, 0);
    puts("7 answers by each way");
}
