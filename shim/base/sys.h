/* SPDX-License-Identifier: MIT
 *
 * System calls without libc: no errno, no cancellation point, no interposition by ourselves or by
 * another preload. Every question that the shim itself puts to the kernel goes through here, so it
 * is async-signal-safe and may run before the constructor and in a vfork child.
 *
 * Each function returns the kernel's result: 0 or more, or a negative errno.
 */
#ifndef UNSTALE_BASE_SYS_H
#define UNSTALE_BASE_SYS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <time.h>

#if defined(__x86_64__)
static inline long sys_call6(long number, long a, long b, long c, long d, long e, long f)
{
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    register long r9 __asm__("r9") = f;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}

/* The same for what the program has called, its arguments left as they are: no bits are cleared that the kernel
 * does not look at. */

static inline long sys_call3(long number, int fd, const void *bytes, size_t count)
{
    long result;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(fd), "S"(bytes), "d"(count)
                     : "rcx", "r11", "memory");
    return result;
}

static inline long sys_call4(long number, int a, int b, int c, const void *d)
{
    long result;
    register const void *r10 __asm__("r10") = d;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10)
                     : "rcx", "r11", "memory");
    return result;
}

/* sendto and recvfrom without an address. */
static inline long sys_call_flags(long number, int fd, const void *bytes, size_t count, int flags)
{
    long result;
    register int r10 __asm__("r10") = flags;
    register long r8 __asm__("r8") = 0;
    register long r9 __asm__("r9") = 0;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(fd), "S"(bytes), "d"(count), "r"(r10), "r"(r8), "r"(r9)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static inline long sys_call6(long number, long a, long b, long c, long d, long e, long f)
{
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    register long x5 __asm__("x5") = f;
    __asm__ volatile("svc 0"
                     : "+r"(x0)
                     : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
                     : "memory");
    return x0;
}

static inline long sys_call3(long number, int fd, const void *bytes, size_t count)
{
    return sys_call6(number, fd, (long)bytes, (long)count, 0, 0, 0);
}

static inline long sys_call4(long number, int a, int b, int c, const void *d)
{
    return sys_call6(number, a, b, c, (long)d, 0, 0);
}

static inline long sys_call_flags(long number, int fd, const void *bytes, size_t count, int flags)
{
    return sys_call6(number, fd, (long)bytes, (long)count, flags, 0, 0);
}
#else
#error "unstale supports x86-64 and aarch64"
#endif

#define SYS_CALL(number, a, b, c, d, e, f)                                                         \
    sys_call6((number), (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))

static inline int sys_getsockopt(int fd, int level, int option, void *value, uint32_t *length)
{
    return (int)SYS_CALL(SYS_getsockopt, fd, level, option, value, length, 0);
}

static inline int sys_getpeername(int fd, void *address, uint32_t *length)
{
    return (int)SYS_CALL(SYS_getpeername, fd, address, length, 0, 0, 0);
}

static inline int sys_connect(int fd, const void *address, uint32_t length)
{
    return (int)SYS_CALL(SYS_connect, fd, address, length, 0, 0, 0);
}

static inline int sys_shutdown(int fd, int how)
{
    return (int)SYS_CALL(SYS_shutdown, fd, how, 0, 0, 0, 0);
}

static inline int sys_fcntl(int fd, int command, long argument)
{
    return (int)SYS_CALL(SYS_fcntl, fd, command, argument, 0, 0, 0);
}

static inline int sys_ioctl(int fd, unsigned long request, void *argument)
{
    return (int)SYS_CALL(SYS_ioctl, fd, request, argument, 0, 0, 0);
}

static inline int sys_open(const char *path, int flags, unsigned mode)
{
    return (int)SYS_CALL(SYS_openat, -100 /* AT_FDCWD */, path, flags, mode, 0, 0);
}

static inline long sys_read(int fd, void *buffer, unsigned long bytes)
{
    return SYS_CALL(SYS_read, fd, buffer, bytes, 0, 0, 0);
}

static inline long sys_write(int fd, const void *buffer, unsigned long bytes)
{
    return SYS_CALL(SYS_write, fd, buffer, bytes, 0, 0, 0);
}

static inline int sys_close(int fd)
{
    return (int)SYS_CALL(SYS_close, fd, 0, 0, 0, 0, 0);
}

static inline int sys_getpid(void)
{
    return (int)SYS_CALL(SYS_getpid, 0, 0, 0, 0, 0, 0);
}

static inline void sys_yield(void)
{
    (void)SYS_CALL(SYS_sched_yield, 0, 0, 0, 0, 0, 0);
}

/* One turn of a wait for another thread, counted from 0: it yields at first, then sleeps 0.1 ms, so that
 * a thread of a lower priority gets on too. */
enum { SYS_YIELD_TURNS = 64 };

static inline void sys_give_way(int turn)
{
    struct timespec nap = {0, 100000};
    if (turn < SYS_YIELD_TURNS)
        sys_yield();
    else
        (void)SYS_CALL(SYS_ppoll, NULL, 0, &nap, NULL, 0, 0);
}

#endif
