/* SPDX-License-Identifier: MIT
 *
 * dup calls that fail, and dup2 of a number over itself, change nothing: the connection is there and
 * is repaired as before. A shim that forgets the target before it knows how the call ends, or holds
 * a reference for a copy that was never made, loses it.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "trap.h"

static void fail_in_all_ways(int fd)
{
    struct rlimit before, none;
    CHECK_FAILS(dup2(9999, fd), EBADF);
    CHECK_FAILS(dup2(-1, fd), EBADF);
    CHECK_FAILS(dup3(9999, fd, 0), EBADF);
    CHECK_FAILS(dup3(fd, fd, 0), EINVAL);
    CHECK_FAILS(dup3(1, fd, O_APPEND), EINVAL);
    CHECK_FAILS(dup2(fd, -1), EBADF);
    CHECK_FAILS(dup2(fd, 1 << 30), EBADF);
    CHECK_FAILS(fcntl(fd, F_DUPFD, -1), EINVAL);
    CHECK_EQUAL(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = before;
    none.rlim_cur = (rlim_t)fd + 1;
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &none), 0);
    CHECK_FAILS(dup(fd), EMFILE);
    CHECK_EQUAL(setrlimit(RLIMIT_NOFILE, &before), 0);
    CHECK_EQUAL(dup2(fd, fd), fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    int fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/before");
    for (int turn = 0; turn < 2; turn++) {
        fail_in_all_ways(fd);
        last = trap_request_stale(fd, "/after", last);
    }
    CHECK_EQUAL(close(fd), 0);
    CHECK_FAILS(close(fd), EBADF);
    CHECK_EQUAL(server->requests, 3);
    puts("3 answers");
}
