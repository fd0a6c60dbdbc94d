/* SPDX-License-Identifier: MIT
 *
 * Sockets without a kernel, preloaded behind the shim, for more connections than RLIMIT_NOFILE
 * allows: socket(.., IPPROTO_TCP) hands out numbers from FIRST on, which can be connected, written
 * to, read from (always the same response) and watched. The shim cannot tell, as long as it does
 * not ask the kernel itself. Not for threads.
 */
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { FIRST = 1 << 18 };

static const char response[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
static int next_number = FIRST;

/* Looked for once, so that the counts hold no dlsym(). */
#define NEXT(name)                                                                                 \
    ({                                                                                             \
        static __typeof__(&name) found;                                                            \
        if (!found)                                                                                \
            found = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                                    \
        found;                                                                                     \
    })

int socket(int domain, int type, int protocol)
{
    return protocol == IPPROTO_TCP ? next_number++ : NEXT(socket)(domain, type, protocol);
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    return fd >= FIRST ? 0 : NEXT(connect)(fd, address, length);
}

ssize_t write(int fd, const void *buffer, size_t bytes)
{
    return fd >= FIRST ? (ssize_t)bytes : NEXT(write)(fd, buffer, bytes);
}

ssize_t read(int fd, void *buffer, size_t bytes)
{
    if (fd < FIRST)
        return NEXT(read)(fd, buffer, bytes);
    memcpy(buffer, response, sizeof response - 1);
    return sizeof response - 1;
}

int epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
    return fd >= FIRST ? 0 : NEXT(epoll_ctl)(set, operation, fd, event);
}
