/* SPDX-License-Identifier: MIT
 *
 * Requests that leave by sendfile() and splice(), answers that are taken by splice() or thrown away with
 * MSG_TRUNC: libc's own calls, but the bytes are nowhere to be seen. In the middle of a request or
 * of an answer the connection is left alone; after it, whatever is done, each answer is the right one.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <unistd.h>

#include "trap.h"

enum writer { SENDFILE, SPLICE, WRITERS };
enum reader { TRUNCATE, SPLICE_AWAY, READERS };
enum { HEAD_BYTES = 87 };

static void put(enum writer writer, int fd, const char *bytes, size_t count)
{
    int source[2];
    if (writer == SENDFILE) {
        off_t begin = 0;
        source[0] = memfd_create("request", 0);
        CHECK_EQUAL(write(source[0], bytes, count), count);
        CHECK_EQUAL(sendfile(fd, source[0], &begin, count), count);
    } else {
        CHECK_EQUAL(pipe(source), 0);
        CHECK_EQUAL(write(source[1], bytes, count), count);
        CHECK_EQUAL(splice(source[0], NULL, fd, NULL, count, 0), count);
        close(source[1]);
    }
    close(source[0]);
}

/* Until so many bytes of an answer are gone. */
static void take(enum reader reader, int fd, size_t count)
{
    int target[2];
    CHECK_EQUAL(pipe(target), 0);
    while (count) {
        ssize_t taken = reader == TRUNCATE ? recv(fd, NULL, count, MSG_TRUNC)
                                           : splice(fd, NULL, target[1], NULL, count, 0);
        CHECK(taken > 0);
        count -= (size_t)taken;
    }
    close(target[0]);
    close(target[1]);
}

/* The second half is a call that is seen. */
static void send_half_by(struct trap_server *server, enum writer writer)
{
    char request[256];
    int fd = trap_connect(server);
    struct trap_answer before = trap_request(fd, "/plain");
    size_t bytes = trap_format_request(request, sizeof request, "/halves");
    put(writer, fd, request, bytes / 2);
    trap_go_stale();
    CHECK_EQUAL(send(fd, request + bytes / 2, bytes - bytes / 2, 0), bytes - bytes / 2);
    CHECK_EQUAL(trap_read_answer(fd).connection, before.connection);
    trap_go_stale();
    trap_request(fd, "/last");
    close(fd);
}

/* The next request is written while the answer is still to come. */
static void send_by(struct trap_server *server, enum writer writer)
{
    char request[256];
    int fd = trap_connect(server);
    struct trap_answer before = trap_request(fd, "/plain");
    put(writer, fd, request, trap_format_request(request, sizeof request, "/late?delay=600"));
    trap_go_stale();
    trap_send_request(fd, "/behind");
    struct trap_answer late = trap_read_answer(fd);
    CHECK(!strcmp(late.body, "/late?delay=600"));
    CHECK_EQUAL(late.connection, before.connection);
    CHECK(!strcmp(trap_read_answer(fd).body, "/behind"));
    trap_go_stale();
    trap_request(fd, "/last");
    close(fd);
}

static void receive_by(struct trap_server *server, enum reader reader)
{
    int fd = trap_connect(server);
    struct trap_answer before = trap_request(fd, "/plain");
    trap_send_request(fd, "/cut");
    take(reader, fd, HEAD_BYTES / 2);
    trap_go_stale();
    trap_send_request(fd, "/behind");
    take(reader, fd, HEAD_BYTES - HEAD_BYTES / 2 + strlen("/cut"));
    struct trap_answer behind = trap_read_answer(fd);
    CHECK(!strcmp(behind.body, "/behind"));
    if (!trap_repairs())
        CHECK_EQUAL(behind.connection, before.connection);
    trap_go_stale();
    trap_send_request(fd, "/away");
    take(reader, fd, HEAD_BYTES + strlen("/away"));
    trap_go_stale();
    trap_request(fd, "/last");
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    for (enum writer writer = 0; writer < WRITERS; writer++) {
        send_half_by(server, writer);
        send_by(server, writer);
    }
    for (enum reader reader = 0; reader < READERS; reader++)
        receive_by(server, reader);
    CHECK_EQUAL(server->broken, 0);
    puts("whatever the way");
    return 0;
}
