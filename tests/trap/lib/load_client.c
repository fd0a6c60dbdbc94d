/* SPDX-License-Identifier: MIT
 *
 * For the load_* traps: a library that the program opens, and that holds a connection of its own. It
 * has its own copies of nothing: socket(), connect(), send() are bound where the loader finds them.
 */
#include <dlfcn.h>
#include <stddef.h>
#include <unistd.h>

#include "../trap.h"

static int fd = -1;

struct trap_answer client_connect(uint16_t port)
{
    fd = trap_connect_port(port);
    return trap_request(fd, "/library");
}

struct trap_answer client_request_stale(struct trap_answer last)
{
    return trap_request_stale(fd, "/library-stale", last);
}

/* A bare name: found only by this library's own RUNPATH. */
void *client_open(const char *name)
{
    return dlopen(name, RTLD_NOW);
}

__attribute__((destructor)) static void end(void)
{
    if (fd >= 0)
        close(fd);
}
