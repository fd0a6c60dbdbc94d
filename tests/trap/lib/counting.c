/* SPDX-License-Identifier: MIT
 *
 * For preload_counting: counts the calls that come through it, of one thread, and says at the end how many.
 */
#include <dlfcn.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

static unsigned writes;
static unsigned sends;
static unsigned reads;
static unsigned receives;
static unsigned controls;

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

ssize_t write(int fd, const void *bytes, size_t count)
{
    writes++;
    return NEXT(write)(fd, bytes, count);
}

ssize_t send(int fd, const void *bytes, size_t count, int flags)
{
    sends++;
    return NEXT(send)(fd, bytes, count, flags);
}

ssize_t read(int fd, void *room, size_t count)
{
    reads++;
    return NEXT(read)(fd, room, count);
}

ssize_t recv(int fd, void *room, size_t count, int flags)
{
    receives++;
    return NEXT(recv)(fd, room, count, flags);
}

int epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
    controls++;
    return NEXT(epoll_ctl)(set, operation, fd, event);
}

__attribute__((destructor)) static void end(void)
{
    printf("%u writes, %u sends, %u reads, %u receives, %u controls\n", writes, sends, reads,
           receives, controls);
}
