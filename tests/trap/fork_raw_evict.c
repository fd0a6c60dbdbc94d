/* SPDX-License-Identifier: MIT
 *
 * A child of _Fork() holds the connection and will use it; meanwhile the parent looks at it past its
 * limit, and again after the child has used it. An eviction by the parent would cut the child off.
 */
#include <dlfcn.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "trap.h"

static void child(int fd)
{
    trap_sleep_ms(400);
    trap_request(fd, "/child");
    trap_sleep_ms(400);
    trap_request(fd, "/child-again");
    _exit(0);
}

int main(void)
{
    struct trap_server *server = trap_serve();
    pid_t (*fork_quietly)(void) = (pid_t(*)(void))dlsym(RTLD_DEFAULT, "_Fork");
    if (!fork_quietly)
        trap_skip("no _Fork in this libc (glibc 2.34)");
    int fd = trap_connect(server);
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    trap_request(fd, "/parent");
    pid_t pid = fork_quietly();
    CHECK(pid >= 0);
    if (!pid)
        child(fd);
    CHECK_EQUAL(poll(&wait, 1, 300), 0);
    trap_await_requests(server, 2);
    trap_sleep_ms(50); /* the child has read its answer */
    CHECK_EQUAL(poll(&wait, 1, 200), 0);
    trap_await_child(pid, 0);
    CHECK_EQUAL(server->requests, 3);
    puts("never cut");
}
