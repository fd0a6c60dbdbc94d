/* SPDX-License-Identifier: MIT
 *
 * See raw.h. The calls that aarch64 does not have (dup2, poll, select, epoll_wait) are made by
 * their successors on both machines, as glibc makes them there.
 */
#include "base/raw.h"

#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <time.h>

#include "base/sys.h"

enum { KERNEL_SIGSET_BYTES = 8 };

long raw_error(long result)
{
    errno = (int)-result;
    return -1;
}

#define RAW1(number, a) raw_result(SYS_CALL(number, a, 0, 0, 0, 0, 0))
#define RAW2(number, a, b) raw_result(SYS_CALL(number, a, b, 0, 0, 0, 0))
#define RAW3(number, a, b, c) raw_result(SYS_CALL(number, a, b, c, 0, 0, 0))
#define RAW4(number, a, b, c, d) raw_result(SYS_CALL(number, a, b, c, d, 0, 0))
#define RAW5(number, a, b, c, d, e) raw_result(SYS_CALL(number, a, b, c, d, e, 0))
#define RAW6(number, a, b, c, d, e, f) raw_result(SYS_CALL(number, a, b, c, d, e, f))

int raw_socket(int domain, int type, int protocol)
{
    return (int)RAW3(SYS_socket, domain, type, protocol);
}

int raw_connect(int fd, const struct sockaddr *address, socklen_t length)
{
    return (int)RAW3(SYS_connect, fd, address, length);
}

int raw_shutdown(int fd, int how)
{
    return (int)RAW2(SYS_shutdown, fd, how);
}

int raw_close(int fd)
{
    return (int)RAW1(SYS_close, fd);
}

int raw_close_range(unsigned first, unsigned last, int flags)
{
    return (int)RAW3(SYS_close_range, first, last, flags);
}

void raw_closefrom(int first)
{
    (void)SYS_CALL(SYS_close_range, first < 0 ? 0 : first, ~0U, 0, 0, 0, 0);
}

int raw_dup(int fd)
{
    return (int)RAW1(SYS_dup, fd);
}

int raw_dup3(int from, int to, int flags)
{
    return (int)RAW3(SYS_dup3, from, to, flags);
}

int raw_dup2(int from, int to)
{
    if (from == to)
        return RAW2(SYS_fcntl, from, F_GETFD) < 0 ? -1 : to;
    return raw_dup3(from, to, 0);
}

int raw_fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return (int)RAW3(SYS_fcntl, fd, command, argument);
}

int raw_fcntl64(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    return (int)RAW3(SYS_fcntl, fd, command, argument);
}

int raw_ioctl(int fd, unsigned long request, ...)
{
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    return (int)RAW3(SYS_ioctl, fd, request, argument);
}

ssize_t raw_write(int fd, const void *buffer, size_t bytes)
{
    return RAW3(SYS_write, fd, buffer, bytes);
}

ssize_t raw_writev(int fd, const struct iovec *parts, int count)
{
    return RAW3(SYS_writev, fd, parts, count);
}

ssize_t raw_sendto(int fd, const void *buffer, size_t bytes, int flags,
                   const struct sockaddr *address, socklen_t length)
{
    return RAW6(SYS_sendto, fd, buffer, bytes, flags, address, length);
}

ssize_t raw_send(int fd, const void *buffer, size_t bytes, int flags)
{
    return raw_sendto(fd, buffer, bytes, flags, NULL, 0);
}

ssize_t raw_sendmsg(int fd, const struct msghdr *message, int flags)
{
    return RAW3(SYS_sendmsg, fd, message, flags);
}

int raw_sendmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags)
{
    return (int)RAW4(SYS_sendmmsg, fd, messages, count, flags);
}

ssize_t raw_sendfile(int to, int from, off_t *offset, size_t bytes)
{
    return RAW4(SYS_sendfile, to, from, offset, bytes);
}

ssize_t raw_sendfile64(int to, int from, off64_t *offset, size_t bytes)
{
    return RAW4(SYS_sendfile, to, from, offset, bytes);
}

ssize_t raw_splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t bytes,
                   unsigned flags)
{
    return RAW6(SYS_splice, from, from_offset, to, to_offset, bytes, flags);
}

ssize_t raw_read(int fd, void *buffer, size_t bytes)
{
    return RAW3(SYS_read, fd, buffer, bytes);
}

ssize_t raw___read_chk(int fd, void *buffer, size_t bytes, size_t room)
{
    (void)room;
    return raw_read(fd, buffer, bytes);
}

ssize_t raw_readv(int fd, const struct iovec *parts, int count)
{
    return RAW3(SYS_readv, fd, parts, count);
}

ssize_t raw_recvfrom(int fd, void *buffer, size_t bytes, int flags, struct sockaddr *address,
                     socklen_t *length)
{
    return RAW6(SYS_recvfrom, fd, buffer, bytes, flags, address, length);
}

ssize_t raw___recvfrom_chk(int fd, void *buffer, size_t bytes, size_t room, int flags,
                           struct sockaddr *address, socklen_t *length)
{
    (void)room;
    return raw_recvfrom(fd, buffer, bytes, flags, address, length);
}

ssize_t raw_recv(int fd, void *buffer, size_t bytes, int flags)
{
    return raw_recvfrom(fd, buffer, bytes, flags, NULL, NULL);
}

ssize_t raw___recv_chk(int fd, void *buffer, size_t bytes, size_t room, int flags)
{
    (void)room;
    return raw_recv(fd, buffer, bytes, flags);
}

ssize_t raw_recvmsg(int fd, struct msghdr *message, int flags)
{
    return RAW3(SYS_recvmsg, fd, message, flags);
}

int raw_recvmmsg(int fd, struct mmsghdr *messages, unsigned count, int flags, struct timespec *wait)
{
    return (int)RAW5(SYS_recvmmsg, fd, messages, count, flags, wait);
}

/* The kernel writes what is left into the timespec; POSIX keeps the caller's, so a copy goes down. */
int raw_ppoll(struct pollfd *fds, nfds_t count, const struct timespec *wait, const sigset_t *mask)
{
    struct timespec left = wait ? *wait : (struct timespec){0};
    return (int)RAW5(SYS_ppoll, fds, count, wait ? &left : NULL, mask, KERNEL_SIGSET_BYTES);
}

int raw___ppoll_chk(struct pollfd *fds, nfds_t count, const struct timespec *wait,
                    const sigset_t *mask, size_t room)
{
    (void)room;
    return raw_ppoll(fds, count, wait, mask);
}

int raw_poll(struct pollfd *fds, nfds_t count, int wait_ms)
{
    struct timespec wait = {wait_ms / 1000, wait_ms % 1000 * 1000000L};
    return raw_ppoll(fds, count, wait_ms < 0 ? NULL : &wait, NULL);
}

int raw___poll_chk(struct pollfd *fds, nfds_t count, int wait_ms, size_t room)
{
    (void)room;
    return raw_poll(fds, count, wait_ms);
}

int raw_pselect(int count, fd_set *in, fd_set *out, fd_set *other, const struct timespec *wait,
                const sigset_t *mask)
{
    struct timespec left = wait ? *wait : (struct timespec){0};
    struct {
        const sigset_t *mask;
        size_t bytes;
    } pair = {mask, KERNEL_SIGSET_BYTES};
    return (int)RAW6(SYS_pselect6, count, in, out, other, wait ? &left : NULL, &pair);
}

/* select() writes what is left of the time back to its caller, as the system call does. */
int raw_select(int count, fd_set *in, fd_set *out, fd_set *other, struct timeval *wait)
{
    struct timespec left = {0};
    if (wait)
        left = (struct timespec){wait->tv_sec, wait->tv_usec * 1000};
    int ready = (int)RAW6(SYS_pselect6, count, in, out, other, wait ? &left : NULL, NULL);
    if (wait)
        *wait = (struct timeval){left.tv_sec, left.tv_nsec / 1000};
    return ready;
}

int raw_epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
    return (int)RAW4(SYS_epoll_ctl, set, operation, fd, event);
}

int raw_epoll_pwait(int set, struct epoll_event *events, int room, int wait_ms,
                    const sigset_t *mask)
{
    return (int)RAW6(SYS_epoll_pwait, set, events, room, wait_ms, mask, KERNEL_SIGSET_BYTES);
}

int raw_epoll_wait(int set, struct epoll_event *events, int room, int wait_ms)
{
    return raw_epoll_pwait(set, events, room, wait_ms, NULL);
}

int raw_epoll_pwait2(int set, struct epoll_event *events, int room, const struct timespec *wait,
                     const sigset_t *mask)
{
    return (int)RAW6(SYS_epoll_pwait2, set, events, room, wait, mask, KERNEL_SIGSET_BYTES);
}

/* A plain fork, which POSIX allows vfork() to be: a C function cannot return twice on one frame. */
pid_t raw_vfork(void)
{
    return (pid_t)RAW5(SYS_clone, SIGCHLD, 0, 0, 0, 0);
}

pid_t raw__Fork(void)
{
    return raw_vfork();
}
