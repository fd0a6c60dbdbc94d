/* SPDX-License-Identifier: MIT
 *
 * A server that has gone into an empty directory (chroot) and given up its user, as nginx and OpenSSH
 * do: no /proc, no /etc, nothing to open, no right to write. A shim that reads or logs there later
 * must do without, and without a word on the program's stderr.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trap.h"

static void work(void *data)
{
    const struct trap_server *server = data;
    char folder[] = "/tmp/trap-XXXXXX";
    int fd = trap_connect(server);
    struct trap_answer last = trap_request(fd, "/outside");
    CHECK(mkdtemp(folder) != NULL);
    int inside = open(folder, O_DIRECTORY | O_RDONLY);
    CHECK_EQUAL(rmdir(folder), 0); /* it lives on until we have left it */
    if (fchdir(inside) != 0 || chroot(".") != 0)
        trap_skip("not allowed to chroot");
    close(inside);
    CHECK_FAILS(access("/proc", F_OK), ENOENT);
    CHECK_EQUAL(setgid(65534), 0);
    CHECK_EQUAL(setuid(65534), 0);
    last = trap_request_stale(fd, "/inside", last);
    close(fd);
    fd = trap_connect(server);
    trap_request_stale(fd, "/inside-new-stale", trap_request(fd, "/inside-new"));
    close(fd);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    trap_await_child(trap_fork(work, server), 0);
    CHECK_EQUAL(server->broken, 0);
    puts("without a root");
}
