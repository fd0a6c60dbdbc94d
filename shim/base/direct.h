/* SPDX-License-Identifier: MIT
 *
 * System calls that are made here, in place of libc's function, where that would do nothing else that
 * matters: behind each call of the kernel its code has to be found again, and its return is not foreseen.
 *
 * libc's epoll_ctl() never does anything else. Its write(), send(), read() and recv() are cancellation
 * points, which a thread without others is not concerned with, unless it has cancelled itself; nor, once it has
 * passed one, a call that does not wait in the kernel. Where the function of another preload is next, that is
 * called.
 */
#ifndef UNSTALE_BASE_DIRECT_H
#define UNSTALE_BASE_DIRECT_H

#include "base/compiler.h"
#include "base/next.h"
#include "base/raw.h"
#include "base/sys.h"

/* All of these functions are libc's own. */
HIDDEN extern bool direct_calls;

/* Then it leads to the very byte by which libc tells whether it has to make these calls cancellation points; else
 * to a zero, as if it had. */
HIDDEN extern const char *direct_alone;

/* Then it is libc's pthread_testcancel(), if there is one; else null. */
HIDDEN extern void (*direct_test_cancel)(void);

/* Looks whose they are. After next_resolve(); for the constructor only. */
void direct_start(void);

/* No other thread, and no cancellation. */
INLINE bool direct_is_alone(void)
{
    return *(const volatile char *)direct_alone != 0;
}

/* Where this is false the call is libc's. */
INLINE bool direct_has_points(void)
{
    return direct_test_cancel != NULL;
}

/* Passes the cancellation point that a call would be. */
INLINE bool direct_pass_point(void)
{
    direct_test_cancel();
    return true;
}

INLINE int direct_epoll_ctl(int set, int operation, int fd, struct epoll_event *event)
{
    if (LIKELY(direct_calls))
        return (int)raw_result(sys_call4(SYS_epoll_ctl, set, operation, fd, event));
    return next.epoll_ctl(set, operation, fd, event);
}

/* The others, made here if they `may` be. */

INLINE ssize_t direct_write(bool may, int fd, const void *buffer, size_t bytes)
{
    return may ? raw_result(sys_call3(SYS_write, fd, buffer, bytes))
               : next.write(fd, buffer, bytes);
}

INLINE ssize_t direct_send(bool may, int fd, const void *buffer, size_t bytes, int flags)
{
    return may ? raw_result(sys_call_flags(SYS_sendto, fd, buffer, bytes, flags))
               : next.send(fd, buffer, bytes, flags);
}

INLINE ssize_t direct_read(bool may, int fd, void *buffer, size_t bytes)
{
    return may ? raw_result(sys_call3(SYS_read, fd, buffer, bytes)) : next.read(fd, buffer, bytes);
}

INLINE ssize_t direct_recv(bool may, int fd, void *buffer, size_t bytes, int flags)
{
    return may ? raw_result(sys_call_flags(SYS_recvfrom, fd, buffer, bytes, flags))
               : next.recv(fd, buffer, bytes, flags);
}

/* They often find nothing. */

INLINE ssize_t direct_read_awaited(bool may, int fd, void *buffer, size_t bytes)
{
    return may ? raw_result_at_once(sys_call3(SYS_read, fd, buffer, bytes))
               : next.read(fd, buffer, bytes);
}

INLINE ssize_t direct_recv_awaited(bool may, int fd, void *buffer, size_t bytes, int flags)
{
    return may ? raw_result_at_once(sys_call_flags(SYS_recvfrom, fd, buffer, bytes, flags))
               : next.recv(fd, buffer, bytes, flags);
}

#endif
