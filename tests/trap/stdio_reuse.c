/* SPDX-License-Identifier: MIT
 *
 * fclose() and freopen() end a connection without a call of close() by name: the number goes to a
 * file or to another stream. A shim that still takes it for the connection treats the file as one;
 * freopen() of a stream that is not glibc's own crashes. fclose() also sends what was not flushed.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "stdio_client.h"

static FILE *used_stream(struct trap_server *server, int *fd)
{
    *fd = trap_connect(server);
    FILE *stream = stdio_open(*fd, "r+");
    stdio_exchange(stream, "/used");
    trap_go_stale();
    return stream;
}

static void closed_then_pipe(struct trap_server *server)
{
    int fd, ends[2];
    char room[64];
    CHECK_EQUAL(fclose(used_stream(server, &fd)), 0);
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(ends[0], fd);
    CHECK_EQUAL(dup2(ends[1], fd), fd); /* the writing end under the connection's number */
    CHECK_EQUAL(fcntl(fd, F_GETFD), 0);
    int in = ends[1];
    CHECK_EQUAL(pipe(ends), 0);
    CHECK_EQUAL(write(ends[1], "GET / HTTP/1.1\r\n\r\n", 18), 18);
    CHECK_EQUAL(read(ends[0], room, sizeof room), 18);
    close(in);
    close(fd);
    close(ends[0]);
    close(ends[1]);
}

static void reopened_as_file(struct trap_server *server)
{
    int fd;
    struct stat status;
    char path[] = "/tmp/trap-XXXXXX";
    FILE *stream = used_stream(server, &fd);
    close(mkstemp(path));
    CHECK(freopen(path, "w", stream) == stream);
    CHECK_EQUAL(fileno(stream), fd);
    for (int turn = 0; turn < 2; turn++) {
        CHECK_EQUAL(write(fd, "GET / HTTP/1.1\r\n\r\n", 18), 18);
        trap_go_stale();
    }
    CHECK_EQUAL(fclose(stream), 0);
    CHECK_EQUAL(stat(path, &status), 0);
    CHECK_EQUAL(status.st_size, 36);
    unlink(path);
}

/* What fclose() still has to send goes out, and errors come back as they are. */
static void flushed_by_close(struct trap_server *server)
{
    int fd;
    unsigned before = server->requests;
    FILE *stream = used_stream(server, &fd);
    int copy = dup(fd);
    fputs("GET /at-close HTTP/1.1\r\n\r\n", stream);
    CHECK_EQUAL(fclose(stream), 0);
    trap_await_requests(server, before + 2);
    close(copy);
}

/* The server resets; what is written later fails: EPIPE or ECONNRESET, never a crash or a wait. */
static void error_is_told(struct trap_server *server)
{
    FILE *stream = stdio_open(trap_connect(server), "r+");
    stdio_exchange(stream, "/gone?reset=1");
    trap_go_stale();
    fputs("GET /never HTTP/1.1\r\n\r\n", stream);
    int flushed = fflush(stream);
    if (flushed == EOF)
        CHECK(errno == EPIPE || errno == ECONNRESET);
    else
        stdio_answer(stream, "/never"); /* was repaired */
    fclose(stream);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    signal(SIGPIPE, SIG_IGN);
    closed_then_pipe(server);
    reopened_as_file(server);
    flushed_by_close(server);
    error_is_told(server);
    CHECK_EQUAL(server->broken, 0);
    puts("closed and reopened");
}
