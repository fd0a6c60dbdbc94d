/* SPDX-License-Identifier: MIT
 * flags: -luring
 *
 * Descriptors that come and go through an io_uring: a close that no wrapper saw, the number reused by
 * a socket that the ring opened or connected, or by a pipe; shutdown by the ring. A shim that trusts
 * its table takes them for the old connection.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <unistd.h>

#include "uring_client.h"

static void ring_close(int fd)
{
    io_uring_prep_close(uring_next(), fd);
    CHECK_EQUAL(uring_do(), 0);
}

static void ring_connect(int fd, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    io_uring_prep_connect(uring_next(), fd, (struct sockaddr *)&address, sizeof address);
    CHECK_EQUAL(uring_do(), 0);
}

static int old_number(struct trap_server *server)
{
    int fd = trap_connect(server);
    trap_request(fd, "/old");
    trap_go_stale();
    ring_close(fd);
    return fd;
}

/* The ring's own socket and connect: never seen. It works with plain calls, repaired or not. */
static void reused_by_ring(struct trap_server *server)
{
    int old = old_number(server);
    io_uring_prep_socket(uring_next(), AF_INET, SOCK_STREAM, 0, 0);
    int fd = uring_do();
    if (fd == -EINVAL)
        fd = socket(AF_INET, SOCK_STREAM, 0);
    CHECK_EQUAL(fd, old);
    ring_connect(fd, server->port);
    trap_go_stale();
    trap_send_request(fd, "/new?delay=300");
    trap_go_stale();
    trap_send_request(fd, "/behind");
    struct trap_answer first = trap_read_answer(fd), second = trap_read_answer(fd);
    CHECK_EQUAL(first.connection, second.connection);
    trap_go_stale();
    trap_request(fd, "/new-stale");
    close(fd);
}

static void reused_by_pipe(struct trap_server *server)
{
    int ends[2], old = old_number(server);
    char room[8];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(ends[0], old);
    for (int turn = 0; turn < 2; turn++) {
        CHECK_EQUAL(write(ends[1], "GET / ", 6), 6);
        CHECK_EQUAL(read(ends[0], room, sizeof room), 6);
        CHECK_FAILS(write(ends[0], "GET / ", 6), EBADF);
        trap_go_stale();
    }
    close(ends[0]);
    close(ends[1]);
}

/* Ended by the ring: a plain write is told EPIPE, as it is without a shim. */
static void shut_down_by_ring(struct trap_server *server)
{
    int fd = trap_connect(server);
    trap_request(fd, "/before");
    io_uring_prep_shutdown(uring_next(), fd, SHUT_WR);
    CHECK_EQUAL(uring_do(), 0);
    trap_go_stale();
    CHECK_FAILS(send(fd, "GET / HTTP/1.1\r\n\r\n", 18, MSG_NOSIGNAL), EPIPE);
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    uring_open();
    reused_by_ring(server);
    reused_by_pipe(server);
    shut_down_by_ring(server);
    CHECK_EQUAL(server->broken, 0);
    puts("old numbers, new things");
}
