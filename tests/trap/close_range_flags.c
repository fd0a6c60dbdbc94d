/* SPDX-License-Identifier: MIT
 *
 * close_range() with CLOSE_RANGE_CLOEXEC closes nothing yet: the connections in the range are still
 * open and still repaired. Without it they are gone, as after closefrom(), and those outside of the
 * range are not.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

int main(void)
{
    struct trap_server *server = trap_serve();
    int fds[4];
    struct trap_answer last[4];
    for (int i = 0; i < 4; i++) {
        fds[i] = trap_connect(server);
        CHECK_EQUAL(fds[i], fds[0] + i);
        last[i] = trap_request(fds[i], "/first");
    }
    CHECK_EQUAL(close_range((unsigned)fds[0], (unsigned)fds[3], CLOSE_RANGE_CLOEXEC), 0);
    CHECK_EQUAL(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
    last[1] = trap_request_stale(fds[1], "/after-cloexec", last[1]);
    last[2] = trap_request(fds[2], "/after-cloexec");
    CHECK_FAILS(close_range(5, 4, 0), EINVAL);
    CHECK_EQUAL(close_range((unsigned)fds[1], (unsigned)fds[2], 0), 0);
    CHECK_FAILS(write(fds[1], "x", 1), EBADF);
    CHECK_FAILS(write(fds[2], "x", 1), EBADF);
    trap_request_stale(fds[0], "/below", last[0]);
    last[3] = trap_request(fds[3], "/above");
    trap_request_stale(fds[3], "/above-stale", last[3]);
    closefrom(fds[0]);
    for (int i = 0; i < 4; i++)
        CHECK_FAILS(fcntl(fds[i], F_GETFD), EBADF);
    int next = trap_connect(server);
    CHECK_EQUAL(next, fds[0]);
    last[0] = trap_request(next, "/next");
    trap_request_stale(next, "/next-stale", last[0]);
    CHECK_EQUAL(server->requests, 11);
    puts("11 answers");
}
