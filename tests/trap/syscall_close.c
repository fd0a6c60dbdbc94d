/* SPDX-License-Identifier: MIT
 *
 * libuv (and so Node) closes by syscall(SYS_close), which no wrapper of close() sees. The number is
 * then reused by a pipe, a file, an accepted socket, a UDP socket and a new client connection, after
 * the old connection had been idle, or had been evicted. A shim that believes its own table writes a
 * request's repair into the pipe, shuts the accepted socket down or reconnects the UDP socket.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

static const char message[] = "GET / HTTP/1.1\r\nHost: not a request\r\n\r\n";

/* A connection that has served an exchange and is past its limit; `looked` at, it may be evicted. */
static int stale_connection(const struct trap_server *server, bool looked)
{
    int fd = trap_connect(server);
    trap_request(fd, "/before");
    trap_go_stale();
    struct pollfd look = {.fd = fd, .events = POLLIN};
    if (looked)
        (void)poll(&look, 1, 0);
    CHECK_EQUAL(syscall(SYS_close, fd), 0);
    return fd;
}

/* Sends one way and back, twice with a pause: nothing may be lost, closed or changed. */
static void talk(int a, int b)
{
    char room[sizeof message];
    for (int turn = 0; turn < 2; turn++) {
        CHECK_EQUAL(write(a, message, sizeof message), sizeof message);
        CHECK_EQUAL(read(b, room, sizeof room), sizeof message);
        CHECK(!memcmp(room, message, sizeof message));
        trap_go_stale();
    }
}

static void reuse_by_pipe(int old)
{
    int ends[2];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(ends[0], old);
    CHECK_EQUAL(dup2(ends[1], old + 2), old + 2);
    close(ends[1]);
    talk(old + 2, ends[0]);
    close(ends[0]);
    close(old + 2);
}

static void reuse_by_file(int old)
{
    struct stat status;
    int fd = open("/tmp", O_TMPFILE | O_RDWR, 0600);
    if (fd < 0)
        fd = memfd_create("trap", 0);
    CHECK_EQUAL(fd, old);
    CHECK_EQUAL(write(fd, message, sizeof message), sizeof message);
    trap_go_stale();
    CHECK_EQUAL(write(fd, message, sizeof message), sizeof message);
    CHECK_EQUAL(fstat(fd, &status), 0);
    CHECK_EQUAL(status.st_size, 2 * sizeof message);
    close(fd);
}

/* Socket pairs stand for whatever arrives without socket(): accepted, inherited, passed. */
static void reuse_by_accepted(int old)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQUAL(bind(listener, (struct sockaddr *)&address, length), 0);
    CHECK_EQUAL(listen(listener, 1), 0);
    CHECK_EQUAL(getsockname(listener, (struct sockaddr *)&address, &length), 0);
    CHECK_EQUAL(dup2(listener, old + 10), old + 10);
    /* The client's end gets a high number, so that accept() gets the old one. */
    CHECK_EQUAL(syscall(SYS_close, listener), 0);
    int low = (int)syscall(SYS_socket, AF_INET, SOCK_STREAM, 0);
    int client = fcntl(low, F_DUPFD, old + 11);
    CHECK_EQUAL(syscall(SYS_close, low), 0);
    CHECK_EQUAL(connect(client, (struct sockaddr *)&address, length), 0);
    int accepted = accept(old + 10, NULL, NULL);
    CHECK_EQUAL(accepted, old);
    talk(accepted, client);
    talk(client, accepted);
    close(accepted);
    close(client);
    close(old + 10);
}

static void reuse_by_udp(int old)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t length = sizeof address;
    int fd = socket(AF_INET, SOCK_DGRAM, 0);
    CHECK_EQUAL(fd, old);
    CHECK_EQUAL(bind(fd, (struct sockaddr *)&address, length), 0);
    CHECK_EQUAL(getsockname(fd, (struct sockaddr *)&address, &length), 0);
    CHECK_EQUAL(connect(fd, (struct sockaddr *)&address, length), 0);
    talk(fd, fd);
    close(fd);
}

static void reuse_by_connection(const struct trap_server *server, int old)
{
    int fd = trap_connect(server);
    CHECK_EQUAL(fd, old);
    struct trap_answer answer = trap_request(fd, "/after");
    trap_request_stale(fd, "/after-stale", answer);
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    for (int looked = 0; looked < 2; looked++) {
        reuse_by_pipe(stale_connection(server, looked));
        reuse_by_file(stale_connection(server, looked));
        reuse_by_accepted(stale_connection(server, looked));
        reuse_by_udp(stale_connection(server, looked));
        reuse_by_connection(server, stale_connection(server, looked));
    }
    CHECK_EQUAL(server->broken, 0);
    puts("five kinds of reuse");
}
