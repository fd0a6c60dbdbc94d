/* SPDX-License-Identifier: MIT
 * flags: -luring
 *
 * A client whose bytes go through an io_uring, on a socket that connect() opened. No wrapper sees a
 * byte. A shim that counts only its own takes the connection for unused: it reconnects it under an
 * outstanding answer at the first plain write, or evicts it at a look. Ring and plain calls in turn:
 * what the kernel counts decides. Behind a request of the ring and an answer read plainly, a plain
 * request on the idle connection is repaired, if that answer took more than a tick: else the kernel
 * does not tell which side spoke last.
 */
#include <poll.h>
#include <unistd.h>

#include "uring_client.h"

static void look(int fd)
{
    struct pollfd look = {.fd = fd, .events = POLLIN};
    trap_go_stale();
    CHECK_EQUAL(poll(&look, 1, 0), 0);
}

static void all_by_ring(struct trap_server *server)
{
    int fd = trap_connect(server);
    struct trap_answer first = uring_exchange(fd, "/ring");
    for (unsigned turn = 2; turn < 5; turn++) {
        look(fd);
        struct trap_answer next = uring_exchange(fd, "/ring-stale?delay=40");
        CHECK_EQUAL(next.connection, first.connection);
        CHECK_EQUAL(next.request, turn);
    }
    look(fd);
    trap_request(fd, "/plain-stale");
    close(fd);
}

/* The answer to the ring's request is out when a plain request is written behind it. */
static void behind_ring(struct trap_server *server)
{
    int fd = trap_connect(server);
    trap_request(fd, "/plain");
    uring_request(fd, "/ring?delay=300");
    look(fd);
    trap_send_request(fd, "/behind");
    struct trap_answer first = uring_answer(fd, "/ring?delay=300");
    struct trap_answer second = trap_read_answer(fd);
    CHECK_EQUAL(first.connection, second.connection);
    CHECK_EQUAL(second.request, 3);
    close(fd);
}

/* Halves of an exchange through the one, halves through the other. Where the ring has received, a
 * receive may stand armed in it, so no repair is demanded; where it has only sent, one is. */
static void received_by_ring(struct trap_server *server)
{
    int fd = trap_connect(server);
    trap_send_request(fd, "/sent-plainly?delay=300");
    look(fd);
    struct trap_answer answer = uring_answer(fd, "/sent-plainly?delay=300");
    CHECK_EQUAL(answer.request, 1);
    look(fd);
    trap_request(fd, "/plain-stale");
    close(fd);
}

static void sent_by_ring(struct trap_server *server)
{
    int fd = trap_connect(server);
    uring_request(fd, "/sent-by-ring?delay=300");
    look(fd);
    struct trap_answer last = trap_read_answer(fd);
    last = trap_request_stale(fd, "/plain-stale", last);
    uring_request(fd, "/sent-by-ring?delay=300");
    look(fd);
    CHECK_EQUAL(trap_read_answer(fd).connection, last.connection);
    trap_request_stale(fd, "/plain-stale", last);
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    uring_open();
    all_by_ring(server);
    behind_ring(server);
    received_by_ring(server);
    sent_by_ring(server);
    CHECK_EQUAL(server->broken, 0);
    puts("14 answers");
}
