/* SPDX-License-Identifier: MIT
 *
 * limit-per-run: 40s
 * A tracked number is closed by a raw system call, and a NEW connection to the same peer gets it: once
 * by connect() (which must start anew), once by raw system calls too, with an exchange outstanding
 * that no door has seen. The table's old entry fits the new socket in peer and number; only the
 * socket's identity and its counters tell them apart.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

static int connect_raw(const struct trap_server *server)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(server->port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
    CHECK_EQUAL(syscall(SYS_connect, fd, &address, sizeof address), 0);
    return fd;
}

static void send_raw(int fd, const char *path)
{
    char request[128];
    size_t bytes = trap_format_request(request, sizeof request, path);
    CHECK_EQUAL(syscall(SYS_write, fd, request, bytes), bytes);
}

static void by_connect(struct trap_server *server, int old)
{
    int fd = trap_connect(server);
    CHECK_EQUAL(fd, old);
    struct trap_answer last = trap_request(fd, "/new?delay=200");
    last = trap_request_stale(fd, "/new-stale", last);
    trap_request_stale(fd, "/new-stale?delay=200", last);
    close(fd);
}

/* `behind` goes through the doors, with the raw request's answer outstanding. */
static void outstanding(struct trap_server *server, int old)
{
    int fd = connect_raw(server);
    CHECK_EQUAL(fd, old);
    send_raw(fd, "/raw?delay=400");
    trap_go_stale();
    trap_send_request(fd, "/behind");
    struct trap_answer raw = trap_read_answer(fd), behind = trap_read_answer(fd);
    CHECK(!strcmp(raw.body, "/raw?delay=400"));
    CHECK(!strcmp(behind.body, "/behind"));
    CHECK_EQUAL(raw.connection, behind.connection);
    close(fd);
}

/* A fresh raw connection that rests, then is used through the doors. */
static void resting(struct trap_server *server, int old)
{
    int fd = connect_raw(server);
    CHECK_EQUAL(fd, old);
    trap_go_stale();
    trap_request(fd, "/first-of-raw");
    trap_go_stale();
    trap_request(fd, "/second-of-raw");
    close(fd);
}

int main(void)
{
    static void (*const ways[])(struct trap_server *, int) = {by_connect, outstanding, resting};
    struct trap_server *server = trap_serve();
    for (int repaired = 0; repaired < 2; repaired++)
        for (int i = 0; i < 3; i++) {
            int fd = trap_connect(server);
            struct trap_answer last = trap_request(fd, "/old");
            if (repaired) /* the shim has asked for this one's identity */
                trap_request_stale(fd, "/old-stale", last);
            trap_go_stale();
            CHECK_EQUAL(syscall(SYS_close, fd), 0);
            ways[i](server, fd);
        }
    CHECK_EQUAL(server->requests, 23);
    CHECK_EQUAL(server->broken, 0);
    puts("23 answers");
}
