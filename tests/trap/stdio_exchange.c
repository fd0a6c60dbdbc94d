/* SPDX-License-Identifier: MIT
 *
 * fdopen(socket, "r+") with fprintf, fflush, fgets and fread: glibc reads and writes without calling
 * read() and write() by name, so no wrapper sees these bytes. A shim that takes the connection for
 * unused, or for idle, reconnects away an answer; one that hands out a stream of its own breaks
 * fileno(), freopen() or wide characters. Whether the idle connection is repaired is left open.
 */
#include <poll.h>
#include <stdio.h>
#include <unistd.h>
#include <wchar.h>

#include "stdio_client.h"

/* One stream for both directions, and the two streams that careful programs use. */
static void exchanges(struct trap_server *server, bool two)
{
    int fd = trap_connect(server);
    FILE *in = stdio_open(fd, two ? "r" : "r+");
    FILE *out = two ? stdio_open(dup(fd), "w") : in;
    for (int turn = 0; turn < 3; turn++) {
        stdio_request(out, "/stdio");
        stdio_answer(in, "/stdio");
        trap_go_stale();
        struct pollfd look = {.fd = fd, .events = POLLIN};
        CHECK_EQUAL(poll(&look, 1, 0), 0); /* it was never seen to be at rest: no eviction */
    }
    CHECK_EQUAL(fclose(in), 0);
    if (two)
        CHECK_EQUAL(fclose(out), 0);
}

/* The answer comes late; the program looks and waits meanwhile, and asks for more behind it. */
static void late_answers(struct trap_server *server)
{
    int fd = trap_connect(server);
    FILE *stream = stdio_open(fd, "r+");
    stdio_request(stream, "/late?delay=300");
    trap_go_stale();
    struct pollfd look = {.fd = fd, .events = POLLIN};
    CHECK_EQUAL(poll(&look, 1, 0), 0);
    trap_send_request(fd, "/behind?delay=100");
    struct trap_answer late = stdio_answer(stream, "/late?delay=300");
    trap_go_stale();
    struct trap_answer behind = stdio_answer(stream, "/behind?delay=100");
    CHECK_EQUAL(late.connection, behind.connection);
    CHECK_EQUAL(behind.request, 2);
    CHECK_EQUAL(fclose(stream), 0);
}

/* A request in two flushes with a pause between them is one request. */
static void slow_request(struct trap_server *server)
{
    FILE *stream = stdio_open(trap_connect(server), "r+");
    struct trap_answer before = stdio_exchange(stream, "/quick");
    fputs("GET /slow", stream);
    CHECK_EQUAL(fflush(stream), 0);
    trap_go_stale();
    fputs("-request HTTP/1.1\r\n\r\n", stream);
    CHECK_EQUAL(fflush(stream), 0);
    struct trap_answer after = stdio_answer(stream, "/slow-request");
    /* In harshest the first flush may be a repair by itself; one between the two would break the request. */
    CHECK(before.connection == after.connection || trap_mode() == TRAP_HARSHEST);
    CHECK_EQUAL(fclose(stream), 0);
}

static void wide(struct trap_server *server)
{
    FILE *stream = stdio_open(trap_connect(server), "r+");
    wchar_t line[64];
    for (int turn = 0; turn < 2; turn++) {
        CHECK(fwprintf(stream, L"GET /wide HTTP/1.1\r\n\r\n") > 0);
        CHECK_EQUAL(fflush(stream), 0);
        for (int lines = 0; lines < 5; lines++)
            CHECK(fgetws(line, 64, stream) != NULL);
        for (int left = 5; left > 0; left--)
            CHECK(fgetwc(stream) != WEOF);
        trap_go_stale();
    }
    CHECK_EQUAL(fclose(stream), 0);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    exchanges(server, false);
    exchanges(server, true);
    late_answers(server);
    slow_request(server);
    wide(server);
    CHECK_EQUAL(server->requests, 12);
    CHECK_EQUAL(server->broken, 0);
    puts("12 answers");
}
