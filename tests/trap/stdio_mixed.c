/* SPDX-License-Identifier: MIT
 *
 * stdio and plain calls on one connection, dprintf() among them. Bytes that no wrapper saw must not
 * cost the framing for good: after them, a plain request on the idle connection is repaired again.
 * A shim that counts only its own bytes either never repairs this one again, or repairs too much.
 * (The answers take 40 ms: of bytes that move within a tick the kernel does not tell which came last.)
 */
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#include "stdio_client.h"

static void dprintf_request(int fd, const char *path)
{
    CHECK(dprintf(fd, "GET %s HTTP/1.1\r\nHost: trap\r\n\r\n", path) > 0);
}

/* dprintf() goes past the doors, the reads do not. */
static void dprintf_then_plain(struct trap_server *server)
{
    int fd = trap_connect(server);
    struct trap_answer last = {0};
    for (int turn = 0; turn < 3; turn++) {
        dprintf_request(fd, "/dprintf?delay=40");
        last = trap_read_answer(fd);
        trap_go_stale();
    }
    struct trap_answer plain = trap_request(fd, "/plain");
    trap_check_repaired(last, plain);
    last = trap_request_stale(fd, "/plain-stale", plain);
    dprintf_request(fd, "/dprintf?delay=300");
    trap_go_stale();
    trap_send_request(fd, "/behind"); /* an answer is outstanding */
    CHECK_EQUAL(trap_read_answer(fd).connection, last.connection);
    CHECK_EQUAL(trap_read_answer(fd).connection, last.connection);
    close(fd);
}

static void stream_then_plain(struct trap_server *server)
{
    int fd = trap_connect(server);
    trap_request(fd, "/plain");
    FILE *stream = stdio_open(dup(fd), "r+");
    struct trap_answer last = stdio_exchange(stream, "/stream?delay=40");
    CHECK_EQUAL(fclose(stream), 0);
    last = trap_request_stale(fd, "/plain", last);
    trap_request_stale(fd, "/plain", last);
    close(fd);
}

/* Unread bytes in the stream's own buffer: the kernel shows nothing unread. The connection rests for
 * whoever looks from outside, and a request behind them is a new exchange: the buffer is the
 * program's and keeps what it has. */
static void pipelined(struct trap_server *server)
{
    int fd = trap_connect(server);
    FILE *stream = stdio_open(fd, "r+");
    CHECK_EQUAL(fprintf(stream, "GET /1 HTTP/1.1\r\n\r\nGET /2 HTTP/1.1\r\n\r\n"), 38);
    CHECK_EQUAL(fflush(stream), 0);
    stdio_answer(stream, "/1");
    trap_go_stale();
    stdio_answer(stream, "/2");
    CHECK_EQUAL(fclose(stream), 0);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    dprintf_then_plain(server);
    stream_then_plain(server);
    pipelined(server);
    CHECK_EQUAL(server->broken, 0);
    puts("all answers");
}
