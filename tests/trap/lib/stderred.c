/* SPDX-License-Identifier: MIT
 *
 * For preload_order: a small careless preload library, as they are found in the wild (stderred colours
 * what goes to stderr, libkeepalive sets an option in socket()): it looks the next function up at the
 * first call, and works on some descriptors only.
 */
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count)
{
    ssize_t (*next)(int, const void *, size_t) = NEXT(write);
    if (fd == STDERR_FILENO)
        next(fd, "\033[31m", 5);
    ssize_t result = next(fd, bytes, count);
    if (fd == STDERR_FILENO)
        next(fd, "\033[0m", 4);
    return result;
}

ssize_t send(int fd, const void *bytes, size_t count, int flags)
{
    return NEXT(send)(fd, bytes, count, flags);
}

int connect(int fd, const struct sockaddr *address, socklen_t length)
{
    return NEXT(connect)(fd, address, length);
}

int close(int fd)
{
    return NEXT(close)(fd);
}
