/* SPDX-License-Identifier: MIT
 *
 * A program that moves bytes with syscall(SYS_sendto) and syscall(SYS_read), past every wrapper,
 * between plain calls. A shim that trusts its own counters takes the connection for unused while an
 * answer is outstanding, and reconnects away the answer; or it takes half a request for a whole one.
 */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "trap.h"

static void raw_send(int fd, const char *bytes, size_t count)
{
    CHECK_EQUAL(syscall(SYS_sendto, fd, bytes, count, MSG_NOSIGNAL, NULL, 0), count);
}

static void raw_request(int fd, const char *path)
{
    char request[512];
    raw_send(fd, request, trap_format_request(request, sizeof request, path));
}

static void raw_answer(int fd)
{
    char text[512] = "";
    CHECK(syscall(SYS_read, fd, text, sizeof text - 1) > 0);
    CHECK(strstr(text, "X-Connection:") != NULL);
}

/* The answer to a raw request is outstanding when a plain one is written behind it. */
static void pipeline_behind_raw(struct trap_server *server)
{
    int fd = trap_connect(server);
    raw_request(fd, "/raw?delay=400");
    trap_go_stale();
    trap_send_request(fd, "/plain");
    struct trap_answer first = trap_read_answer(fd);
    struct trap_answer second = trap_read_answer(fd);
    CHECK_EQUAL(first.connection, second.connection);
    CHECK(!strcmp(first.body, "/raw?delay=400") && !strcmp(second.body, "/plain"));
    close(fd);
}

/* A request begun by a raw call and finished by a plain one, with a pause in the middle. */
static void halves(struct trap_server *server)
{
    char request[512];
    int fd = trap_connect(server);
    struct trap_answer before = trap_request(fd, "/whole");
    size_t bytes = trap_format_request(request, sizeof request, "/halves");
    raw_send(fd, request, 10);
    trap_go_stale();
    CHECK_EQUAL(send(fd, request + 10, bytes - 10, MSG_NOSIGNAL), bytes - 10);
    struct trap_answer after = trap_read_answer(fd);
    CHECK_EQUAL(after.connection, before.connection);
    close(fd);
}

/* Both halves by raw calls, more than once; then a plain exchange. A raw read that is parked in another
 * thread could not be repeated, so no repair is demanded where answers were read so. */
static void all_raw_then_plain(struct trap_server *server)
{
    int fd = trap_connect(server);
    for (int turn = 0; turn < 2; turn++) {
        raw_request(fd, "/raw?delay=40");
        raw_answer(fd);
        trap_go_stale();
    }
    trap_request(fd, "/plain-stale");
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    pipeline_behind_raw(server);
    halves(server);
    all_raw_then_plain(server);
    CHECK_EQUAL(server->broken, 0);
    puts("7 answers");
}
