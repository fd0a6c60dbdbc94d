/* SPDX-License-Identifier: MIT
 *
 * A tracked number is closed past every door (a raw system call as libuv makes it, fclose() of an
 * fdopen()ed connection) and goes to something else. The table still says "a connection, idle, past
 * its limit": a shim that believes it disconnects, or shuts down, a stranger. Each stranger is looked
 * at and written to with what looks like a request.
 */
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "strangers.h"
#include "trap.h"

static void close_raw(int fd)
{
    CHECK_EQUAL(syscall(SYS_close, fd), 0);
}

static void close_stream(int fd)
{
    FILE *file = fdopen(fd, "r+");
    CHECK(file != NULL);
    CHECK_EQUAL(fclose(file), 0);
}

/* What is written to `end` arrives at the other end, whole and once. */
static void check_passes(struct stranger *stranger)
{
    char request[64], got[128];
    size_t bytes = trap_format_request(request, sizeof request, "/stranger");
    struct pollfd wait = {.fd = stranger->end, .events = POLLIN};
    int flags = fcntl(stranger->end, F_GETFL);
    int ready = poll(&wait, 1, 0);
    CHECK(ready == 0 || !(wait.revents & (POLLHUP | POLLERR)));
    for (int turn = 0; turn < 2; turn++) {
        CHECK_EQUAL(write(stranger->end, request, bytes), bytes);
        CHECK_EQUAL(read(stranger->other_end, got, sizeof got), bytes);
        CHECK(!memcmp(got, request, bytes));
        trap_go_stale();
    }
    CHECK_EQUAL(fcntl(stranger->end, F_GETFL), flags);
}

/* `used`: an exchange was made on the connection, else its counters are those of a new socket. */
static void try_with(struct trap_server *server, void (*close_it)(int),
                     const struct stranger_kind *kind, bool used)
{
    struct stranger stranger;
    stranger_prepare(kind, &stranger);
    int fd = trap_connect(server);
    if (used)
        trap_request(fd, "/before");
    close_it(fd);
    kind->open(&stranger, fd);
    CHECK_EQUAL(stranger.end, fd);
    trap_go_stale();
    check_passes(&stranger);
    close(stranger.end);
    close(stranger.other_end);
    fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/next");
    trap_request_stale(fd, "/next-stale", last);
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    for (const struct stranger_kind *kind = stranger_kinds; kind->open; kind++) {
        try_with(server, close_raw, kind, true);
        try_with(server, close_raw, kind, false);
        try_with(server, close_stream, kind, false);
        printf("%s: untouched\n", kind->name);
    }
    CHECK_EQUAL(server->broken, 0);
}
